/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets, as files of /proc/net: tcp, udp, raw, icmp, and their sisters of IPv6; UDP-Lite is not here, and its files
 * are empty. What is told of a socket is what sock_diag tells (sock_diag.h).
 */
#include <linux/tcp.h>
#include <netinet/in.h>

#include "nlserver/procnet.h"
#include "nlserver/sock_diag.h"
#include "stack/core/netdevice.h"
#include "stack/tcp/tcp_info.h"
#include "stack/tcp/tcp_sock.h"
#include "stack/transport/transport.h"
#include "stack/transport/udp.h"

#define USER_HZ 100

/* procnet_text.at: as of sock_diag's dumps, and then the number of the line. */
enum { AT_LINE = DIAG_TIMEWAIT + 1 };

/* --- the parts of a line ---------------------------------------------------------------------------- */

/* Addresses are printed as the machine has them in memory, word by word: what reads the file undoes it. */
static void put_name(struct procnet_text *t, int family, const be32 *addr, unsigned port)
{
	int words = family == AF_INET6 ? 4 : 1;

	procnet_put(t, " ");
	for (int i = 0; i < words; i++)
		procnet_put(t, "%08X", addr[i]);
	procnet_put(t, ":%04X", port);
}

static unsigned ticks_of_ms(uint32_t ms)
{
	return ms / (1000 / USER_HZ);
}

static unsigned ticks_of_us(uint32_t us)
{
	return ticks_of_ms(us / 1000);
}

/* From the state up to the inode, which no socket of ours has. */
static void put_state(struct procnet_text *t, const struct inet_diag_msg *d)
{
	bool probes = d->idiag_timer == DIAG_TIMER_KEEPALIVE || d->idiag_timer == DIAG_TIMER_PERSIST;

	procnet_put(t, " %02X %08X:%08X %02X:%08X %08X %5u %8u 0", d->idiag_state,
		    d->idiag_state == SS_LISTEN ? 0 : d->idiag_wqueue, d->idiag_rqueue, d->idiag_timer,
		    ticks_of_ms(d->idiag_expires), probes ? 0 : d->idiag_retrans, d->idiag_uid,
		    probes ? d->idiag_retrans : 0);
}

/* References, and the socket's address in memory, which is nobody's business. */
static void put_object(struct procnet_text *t, unsigned refs)
{
	procnet_put(t, " %u %016x", refs, 0);
}

/* Fill the line that began at @start up, and end it. */
static int end_line(struct procnet_text *t, size_t start)
{
	procnet_put(t, "%*s\n", max(t->width - (int)(t->len - start), 0), "");
	if (procnet_end(t, start))
		return 1;
	t->at[AT_LINE]++;
	return 0;
}

/* --- tcp ------------------------------------------------------------------------------------------ */

static void put_connection(struct procnet_text *t, const struct inet_diag_msg *d)
{
	procnet_put(t, "%4u:", (unsigned)t->at[AT_LINE]);
	put_name(t, d->idiag_family, d->id.idiag_src, ntohs(d->id.idiag_sport));
	put_name(t, d->idiag_family, d->id.idiag_dst, ntohs(d->id.idiag_dport));
	put_state(t, d);
}

/* Retransmission and acknowledgement times, congestion window and threshold. */
static void put_tcp(struct procnet_text *t, const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk_const(sk);
	struct tcp_info info;

	tcp_info_fill(tp, &info);
	procnet_put(t, " %u %u %u %u", ticks_of_us(info.tcpi_rto), ticks_of_us(info.tcpi_ato),
		    tp->quick << 1 | tp->pingpong, info.tcpi_snd_cwnd);
	if (sk->state == SS_LISTEN)
		procnet_put(t, " 0"); /* connections by Fast Open */
	else if (info.tcpi_snd_ssthresh >= TCP_INFINITE_SSTHRESH)
		procnet_put(t, " -1");
	else
		procnet_put(t, " %u", info.tcpi_snd_ssthresh);
}

static int print_tcp_sock(struct procnet_text *t, const struct sock *sk)
{
	struct inet_diag_msg d = { 0 };
	size_t start = t->len;

	diag_sock_fill(&d, sk);
	put_connection(t, &d);
	put_object(t, sk->refs);
	put_tcp(t, sk);
	return end_line(t, start);
}

struct mini_walk {
	struct procnet_text *text;
	int family;
};

static int print_mini(const struct diag_mini *mini, void *arg)
{
	const struct mini_walk *w = arg;
	struct inet_diag_msg d = { 0 };
	size_t start = w->text->len;

	if (mini->family != w->family)
		return 0;
	diag_mini_fill(&d, w->text->net, mini);
	put_connection(w->text, &d);
	put_object(w->text, 1);
	return end_line(w->text, start);
}

/* --- udp, raw, icmp ------------------------------------------------------------------------------- */

/* @digits: of the number of the line, which is a bucket's in the kernel */
static int print_dgram(struct procnet_text *t, const struct sock *sk, int digits)
{
	struct inet_diag_msg d = { 0 };
	size_t start = t->len;

	diag_sock_fill(&d, sk);
	procnet_put(t, "%*u:", digits, (unsigned)t->at[AT_LINE]);
	put_name(t, d.idiag_family, d.id.idiag_src, sk->type == SOCK_RAW ? sk->protocol : ntohs(d.id.idiag_sport));
	put_name(t, d.idiag_family, d.id.idiag_dst, sk->type == SOCK_RAW ? 0 : ntohs(d.id.idiag_dport));
	put_state(t, &d);
	put_object(t, sk->refs);
	procnet_put(t, " %u", (unsigned)sk->drops);
	return end_line(t, start);
}

static int print_dgram5(struct procnet_text *t, const struct sock *sk)
{
	return print_dgram(t, sk, 5);
}

static int print_dgram4(struct procnet_text *t, const struct sock *sk)
{
	return print_dgram(t, sk, 4);
}

/* --- files ---------------------------------------------------------------------------------------- */

/* As the kernel's tables: a connection that is none is in no table, nor is a socket without a port. */
static bool is_tcp(const struct sock *sk)
{
	return sk->proto == &tcp_proto && sk->state != SS_CLOSE;
}

static bool is_udp(const struct sock *sk)
{
	return sk->proto == &udp_proto && sk->sport;
}

static bool is_raw(const struct sock *sk)
{
	return sk->type == SOCK_RAW;
}

static bool is_ping(const struct sock *sk)
{
	return sk->type == SOCK_DGRAM && (sk->protocol == IPPROTO_ICMP || sk->protocol == IPPROTO_ICMPV6) && sk->sport;
}

/* Sockets are listed by age, and so by cookie. */
static int print_socks(struct procnet_text *t, int family, bool (*wanted)(const struct sock *sk),
		       int (*print)(struct procnet_text *t, const struct sock *sk))
{
	const struct sock *sk;

	list_for_each_entry(sk, &t->net->transport->socks, all) {
		if (sk->cookie <= t->at[DIAG_SOCK] || sk->family != family || !wanted(sk))
			continue;
		if (print(t, sk))
			return 1;
		t->at[DIAG_SOCK] = sk->cookie;
	}
	return 0;
}

static int print_connections(struct procnet_text *t, int family)
{
	struct mini_walk w = { t, family };

	return print_socks(t, family, is_tcp, print_tcp_sock) || diag_mini_walk(t->net, t->at, print_mini, &w);
}

static int print_tcp(struct procnet_text *t)
{
	return print_connections(t, AF_INET);
}

static int print_tcp6(struct procnet_text *t)
{
	return print_connections(t, AF_INET6);
}

static int print_udp(struct procnet_text *t)
{
	return print_socks(t, AF_INET, is_udp, print_dgram5);
}

static int print_udp6(struct procnet_text *t)
{
	return print_socks(t, AF_INET6, is_udp, print_dgram5);
}

static int print_raw(struct procnet_text *t)
{
	return print_socks(t, AF_INET, is_raw, print_dgram4);
}

static int print_raw6(struct procnet_text *t)
{
	return print_socks(t, AF_INET6, is_raw, print_dgram5);
}

static int print_icmp(struct procnet_text *t)
{
	return print_socks(t, AF_INET, is_ping, print_dgram5);
}

static int print_icmp6(struct procnet_text *t)
{
	return print_socks(t, AF_INET6, is_ping, print_dgram5);
}

#define COLUMNS	      " st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
#define NAMES	      "  sl  local_address rem_address  "
#define NAMES6	      "  sl  local_address                         remote_address                       "
#define DGRAM	      " ref pointer drops"
#define HEADER	      NAMES COLUMNS
#define HEADER6	      NAMES6 COLUMNS
#define DGRAM_HEADER  HEADER DGRAM
#define DGRAM_HEADER6 HEADER6 DGRAM

const struct procnet_file procnet_socks[] = {
	{ "tcp", HEADER, 149, print_tcp },
	{ "tcp6", HEADER6, 0, print_tcp6 },
	{ "udp", " " DGRAM_HEADER, 127, print_udp },
	{ "udp6", DGRAM_HEADER6, 0, print_udp6 },
	{ "udplite", " " DGRAM_HEADER, 127, NULL },
	{ "udplite6", DGRAM_HEADER6, 0, NULL },
	{ "raw", DGRAM_HEADER, 0, print_raw },
	{ "raw6", DGRAM_HEADER6, 0, print_raw6 },
	{ "icmp", DGRAM_HEADER, 127, print_icmp },
	{ "icmp6", DGRAM_HEADER6, 0, print_icmp6 },
	{ .name = NULL },
};
