/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets of IPv6: what they make of addresses, and what becomes of their packets. IPv6 itself is played by the test
 * (fake6.c); IPv4, which they speak by mapped addresses, is the real one between two stacks.
 */
#include "tests/unit/twonets.h"

#include <errno.h>
#include <limits.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "stack/lib/checksum.h"
#include "stack/tcp/tcp_sock.h"
#include "stack/transport/ip6_txopts.h"
#include "stack/transport/transport.h"
#include "stack/transport/udp_table.h"
#include "tests/unit/fake6.h"

#define IPV6_FLOWINFO	   11 /* linux/in6.h, which does not go with netinet/in.h */
#define IPV6_FLOWINFO_SEND 33
#define UDP_NO_CHECK6_TX   101
#define UDP_NO_CHECK6_RX   102
#define ICMPV6_FILTER	   1

struct fixture {
	struct twonets *tn;
	struct net *net;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->tn = twonets_create();
	f->net = f->tn->end[0].net;
	fake6_start(f->net, f->tn->end[0].dev);
	fake6->keep = true;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	fake6_stop();
	twonets_destroy(f->tn);
	free(f);
	return 0;
}

static void open6(struct test_sock *ts, struct net *net, int type, int protocol)
{
	*ts = (struct test_sock){ 0 };
	assert_int_equal(sock_create(net, AF_INET6, type, protocol, NULL, NULL, &ts->sk), 0);
}

static void bound6(struct test_sock *ts, struct net *net, const char *addr, uint16_t port)
{
	struct sock_addr a = addr6(addr, port);

	open6(ts, net, SOCK_DGRAM, IPPROTO_UDP);
	assert_int_equal(sock_bind(ts->sk, &a), 0);
}

static int send6(struct test_sock *ts, const char *to, uint16_t port, uint32_t len)
{
	struct sock_addr a = addr6(to, port);

	return test_send(ts, &a, len);
}

static void assert_name(const struct sock *sk, bool peer, const char *addr, uint16_t port)
{
	struct sock_addr a, want = addr6(addr, port);

	assert_int_equal(sock_getname(sk, peer, &a), 0);
	assert_int_equal(a.family, AF_INET6);
	assert_int_equal(a.port, want.port);
	assert_int_equal(a.scope, want.scope);
	assert_memory_equal(&a.addr, &want.addr, sizeof(a.addr));
}

static void assert_addr(const union inaddr *a, const char *want)
{
	union inaddr b = ip6(want);

	assert_memory_equal(a, &b, sizeof(b));
}

/* The checksum of the last packet sent, over its pseudo header: 0 where it is right. */
static uint16_t checksum_of(struct sk_buff *skb, uint8_t proto)
{
	const struct inet_xmit *x = &fake6->x;

	if (skb->csum == CSUM_PARTIAL)
		assert_int_equal(skb_checksum_help(skb), 0);
	return csum_fold(
		skb_checksum(skb, 0, skb->len,
			     csum_pseudo(AF_INET6, &x->saddr, &x->daddr, skb->len, proto)));
}

static struct sk_buff *sent(void)
{
	struct sk_buff *skb = skb_dequeue(&fake6->sent);

	assert_non_null(skb);
	return skb;
}

/* UDP ----------------------------------------------------------------------------------------- */

static void test_udp_out(void **state)
{
	struct fixture *f = *state;
	struct test_sock s;
	struct sk_buff *skb;

	bound6(&s, f->net, "::", 5000);
	assert_int_equal(test_setopt(&s, SOL_IPV6, IPV6_TCLASS, 0x48), 0);
	assert_int_equal(test_setopt(&s, SOL_IPV6, IPV6_UNICAST_HOPS, 7), 0);
	assert_int_equal(test_setopt(&s, SOL_IP, IP_TOS, 0x10), 0);
	assert_int_equal(send6(&s, "2001:db8::2", 53, 100), 0);
	skb = sent();
	assert_int_equal(skb->len, 108);
	assert_int_equal(checksum_of(skb, IPPROTO_UDP), 0);
	assert_int_equal(fake6->x.tos, 0x48);
	assert_int_equal(fake6->x.ttl, 7);
	assert_int_equal(fake6->x.sport, htons(5000));
	assert_int_equal(fake6->x.dport, htons(53));
	assert_addr(&fake6->x.saddr, "2001:db8::1");
	assert_false(fake6->x.df);
	assert_int_equal(f->net->mib[MIB_Udp6OutDatagrams], 1);
	skb_free(skb);
	test_sock_close(&s);
}

static void test_udp_without_checksum_is_for_who_asks(void **state)
{
	struct fixture *f = *state;
	struct test_sock s;
	struct sk_buff *skb;
	uint8_t buf[8];
	be16 hdr[4] = { htons(9), htons(5000), htons(8), 0 };

	bound6(&s, f->net, "::", 5000);
	for (int allowed = 0; allowed < 2; allowed++) {
		skb = skb_alloc(f->net, SKB_HEADROOM, sizeof(hdr));
		memcpy(skb_put(skb, sizeof(hdr)), hdr, sizeof(hdr));
		test_setopt(&s, IPPROTO_UDP, UDP_NO_CHECK6_RX, allowed);
		fake6_rcv(skb, "2001:db8::2", "2001:db8::1", IPPROTO_UDP);
		assert_int_equal(test_recv(&s, buf, sizeof(buf), NULL), allowed ? 0 : -1);
	}
	assert_int_equal(f->net->mib[MIB_Udp6InCsumErrors], 1);

	test_setopt(&s, SOL_SOCKET, SO_NO_CHECK, 1); /* says nothing of IPv6 */
	for (int without = 0; without < 2; without++) {
		test_setopt(&s, IPPROTO_UDP, UDP_NO_CHECK6_TX, without);
		assert_int_equal(send6(&s, "2001:db8::2", 9, 10), 0);
		skb = sent();
		if (without)
			assert_int_equal(((be16 *)skb->data)[3], 0);
		else
			assert_int_equal(checksum_of(skb, IPPROTO_UDP), 0);
		skb_free(skb);
	}
	test_sock_close(&s);
}

static void test_udp_in(void **state)
{
	struct fixture *f = *state;
	struct test_sock s;
	struct sock_msg msg;
	uint8_t buf[64];

	bound6(&s, f->net, "::", 5000);
	fake6_udp("2001:db8::2", 9, "2001:db8::1", 5000, 30);
	assert_int_equal(test_recv(&s, buf, sizeof(buf), &msg), 30);
	assert_int_equal(msg.addr.family, AF_INET6);
	assert_int_equal(msg.addr.scope, 0);
	assert_int_equal(msg.addr.port, htons(9));
	assert_addr(&msg.addr.addr, "2001:db8::2");
	assert_addr(&msg.local, "2001:db8::1");
	assert_int_equal(msg.family, AF_INET6);
	assert_int_equal(msg.ttl, 64);
	assert_int_equal(msg.tos, 0x20);
	fake6_udp("fe80::2", 9, "fe80::1", 5000, 30);
	assert_int_equal(test_recv(&s, buf, sizeof(buf), &msg), 30);
	assert_int_equal(msg.addr.scope, fake6->dev->ifindex);
	fake6_udp("2001:db8::2", 9, "2001:db8::1", 5001, 30);
	assert_int_equal(fake6->unreachable, 1);
	assert_int_equal(f->net->mib[MIB_Udp6InDatagrams], 2);
	assert_int_equal(f->net->mib[MIB_Udp6NoPorts], 1);
	test_setopt(&s, SOL_IPV6, IPV6_MINHOPCOUNT, 65);
	fake6_udp("2001:db8::2", 9, "2001:db8::1", 5000, 30);
	assert_int_equal(test_recv(&s, buf, sizeof(buf), &msg), -1);
	test_sock_close(&s);
}

/* A dual-stack socket and one of IPv4 at the other end talk; each sees names of its own kind. */
static void test_udp_by_mapped_addresses(void **state)
{
	struct fixture *f = *state;
	struct sock_addr to = addr4(ADDR_0, 5000);
	struct test_sock a, b;
	struct sock_msg msg;
	uint8_t buf[64];

	bound6(&a, f->net, "::", 5000);
	test_sock_bound(&b, f->tn->end[1].net, NULL, 6000);
	assert_int_equal(test_send(&b, &to, 20), 0);
	twonets_settle(f->tn);
	assert_int_equal(test_recv(&a, buf, sizeof(buf), &msg), 20);
	assert_int_equal(msg.addr.family, AF_INET6);
	assert_addr(&msg.addr.addr, "::ffff:" ADDR_1);
	assert_int_equal(msg.family, AF_INET);
	assert_int_equal(msg.local.v4, ip4(ADDR_0).v4);

	assert_int_equal(send6(&a, "::ffff:" ADDR_1, 6000, 30), 0);
	twonets_settle(f->tn);
	assert_int_equal(test_recv(&b, buf, sizeof(buf), &msg), 30);
	assert_int_equal(msg.addr.addr.v4, ip4(ADDR_0).v4);
	assert_int_equal(fake6->nr_sent, 0);

	/* Connected, it hears its peer alone, and dissolved both families again. */
	to = addr6("::ffff:" ADDR_1, 6000);
	assert_int_equal(sock_connect(a.sk, &to), 0);
	assert_name(a.sk, false, "::ffff:" ADDR_0, 5000);
	assert_name(a.sk, true, "::ffff:" ADDR_1, 6000);
	fake6_udp("2001:db8::2", 9, "2001:db8::1", 5000, 30);
	assert_int_equal(test_recv(&a, buf, sizeof(buf), &msg), -1);
	to = (struct sock_addr){ .family = AF_UNSPEC };
	assert_int_equal(sock_connect(a.sk, &to), 0);
	assert_name(a.sk, false, "::", 5000);
	fake6_udp("2001:db8::2", 9, "2001:db8::1", 5000, 30);
	assert_int_equal(test_recv(&a, buf, sizeof(buf), &msg), 30);
	test_sock_close(&a);
	test_sock_close(&b);
}

static void test_v6only_hears_and_says_nothing_by_ipv4(void **state)
{
	struct fixture *f = *state;
	struct sock_addr to = addr4(ADDR_0, 5000), any = addr6("::", 5000);
	struct test_sock a, b;
	uint8_t buf[64];

	open6(&a, f->net, SOCK_DGRAM, IPPROTO_UDP);
	assert_int_equal(test_setopt(&a, SOL_IPV6, IPV6_V6ONLY, 1), 0);
	assert_int_equal(sock_bind(a.sk, &any), 0);
	test_sock_bound(&b, f->tn->end[1].net, NULL, 6000);
	assert_int_equal(test_send(&b, &to, 20), 0);
	twonets_settle(f->tn);
	assert_int_equal(test_recv(&a, buf, sizeof(buf), NULL), -1);
	assert_int_equal(f->net->mib[MIB_UdpNoPorts], 1);
	assert_int_equal(send6(&a, "::ffff:" ADDR_1, 6000, 20), -ENETUNREACH);
	to = addr4(ADDR_1, 6000);
	assert_int_equal(test_send(&a, &to, 20), -ENETUNREACH);
	to = addr6("::ffff:" ADDR_1, 6000);
	assert_int_equal(sock_connect(a.sk, &to), -ENETUNREACH);
	test_sock_close(&a);
	test_sock_close(&b);
}

/* An address of IPv6 whose first bytes are those of one of IPv4 is still another. */
static void test_families_do_not_meet_by_their_bytes(void **state)
{
	struct fixture *f = *state;
	struct udp_table *t = f->net->transport->udp;
	struct udp_key key = { .family = AF_INET6, .lport = htons(5000), .local = ip4("10.0.0.1") };
	struct test_sock s;

	test_sock_bound(&s, f->net, "10.0.0.1", 5000);
	assert_null(udp_table_lookup(f->net, t, &key));
	key.family = AF_INET;
	assert_ptr_equal(udp_table_lookup(f->net, t, &key), s.sk);
	test_sock_close(&s);
}

static void test_ipv4_goes_to_the_ipv4_socket_first(void **state)
{
	struct fixture *f = *state;
	struct sock_addr to = addr4(ADDR_0, 5000), any4 = addr4("0.0.0.0", 5000);
	struct sock_addr any6 = addr6("::", 5000);
	struct test_sock four, six, b;
	uint8_t buf[64];

	test_sock_open(&four, f->net, SOCK_DGRAM, IPPROTO_UDP);
	open6(&six, f->net, SOCK_DGRAM, IPPROTO_UDP);
	test_setopt(&four, SOL_SOCKET, SO_REUSEADDR, 1);
	test_setopt(&six, SOL_SOCKET, SO_REUSEADDR, 1);
	assert_int_equal(sock_bind(four.sk, &any4), 0);
	assert_int_equal(sock_bind(six.sk, &any6), 0);
	test_sock_bound(&b, f->tn->end[1].net, NULL, 6000);
	assert_int_equal(test_send(&b, &to, 20), 0);
	twonets_settle(f->tn);
	assert_int_equal(test_recv(&four, buf, sizeof(buf), NULL), 20);
	fake6_udp("2001:db8::2", 9, "2001:db8::1", 5000, 30);
	assert_int_equal(test_recv(&six, buf, sizeof(buf), NULL), 30);
	test_sock_close(&four);
	test_sock_close(&six);
	test_sock_close(&b);
}

static void test_link_local_peers_need_a_device(void **state)
{
	struct fixture *f = *state;
	struct sock_addr to = addr6("fe80::2", 9);
	struct test_sock s;

	open6(&s, f->net, SOCK_DGRAM, IPPROTO_UDP);
	assert_int_equal(sock_connect(s.sk, &to), -EINVAL);
	to = addr6("fe80::2%", 9);
	assert_int_equal(sock_connect(s.sk, &to), 0);
	assert_int_equal(s.sk->bound_if, fake6->dev->ifindex);
	assert_name(s.sk, true, "fe80::2%", 9);
	to.scope = f->net->loopback->ifindex;
	assert_int_equal(sock_connect(s.sk, &to), -EINVAL);
	test_sock_close(&s);
}

static void test_flow_labels(void **state)
{
	struct fixture *f = *state;
	struct sock_addr to = addr6("2001:db8::2", 9);
	struct test_sock s;

	open6(&s, f->net, SOCK_DGRAM, IPPROTO_UDP);
	to.flowinfo = 0x0ab54321;
	assert_int_equal(test_send(&s, &to, 5), 0);
	assert_int_equal(fake6->x.flowlabel, 0);
	test_setopt(&s, SOL_IPV6, IPV6_FLOWINFO_SEND, 1);
	assert_int_equal(test_send(&s, &to, 5), 0);
	assert_int_equal(fake6->x.flowlabel, 0x54321);
	assert_int_equal(fake6->x.tos, 0xab);
	assert_int_equal(sock_connect(s.sk, &to), 0);
	assert_int_equal(test_send(&s, NULL, 5), 0);
	assert_int_equal(fake6->x.flowlabel, 0x54321);
	test_setopt(&s, SOL_IPV6, IPV6_AUTOFLOWLABEL, 0);
	to.flowinfo = 0;
	assert_int_equal(test_send(&s, &to, 5), 0);
	assert_int_equal(fake6->x.flowlabel, 0);
	assert_true(fake6->x.no_flowlabel);
	test_sock_close(&s);
}

static void test_sizes_and_dontfrag(void **state)
{
	struct fixture *f = *state;
	struct sock_extended_err_info info;
	struct sock_msg msg;
	struct sk_buff *skb;
	struct test_sock s;

	open6(&s, f->net, SOCK_DGRAM, IPPROTO_UDP);
	assert_int_equal(send6(&s, "2001:db8::2", 9, 65535 - 8), 0);
	assert_int_equal(send6(&s, "2001:db8::2", 9, 65535 - 7), -EMSGSIZE);
	test_setopt(&s, SOL_IPV6, IPV6_RECVERR, 1);
	test_setopt(&s, SOL_IPV6, IPV6_RECVPATHMTU, 1);
	test_setopt(&s, SOL_IPV6, IPV6_DONTFRAG, 1);
	assert_int_equal(send6(&s, "2001:db8::2", 9, 1500 - 48), 0);
	assert_true(fake6->x.df);
	assert_int_equal(send6(&s, "2001:db8::2", 9, 1500 - 47), -EMSGSIZE);
	skb = sock_recv_error(s.sk, &msg, &info);
	assert_non_null(skb);
	assert_int_equal(info.err, EMSGSIZE);
	assert_int_equal(info.info, 1500);
	assert_addr(&info.dest.addr, "2001:db8::2");
	assert_int_equal(skb->len, 0);
	skb_free(skb);
	skb = sock_recv_error(s.sk, &msg, &info);
	assert_non_null(skb);
	assert_int_equal(info.err, 0);
	assert_int_equal(info.info, 1500);
	skb_free(skb);
	assert_null(sock_recv_error(s.sk, &msg, &info));
	test_sock_close(&s);
}

/* Extension headers stand one behind the other, each naming the next, and take room in the packet. */
static void test_extension_headers(void **state)
{
	static const uint8_t hop[8] = { 0, 0, 1, 4 }, dst[16] = { 0, 1, 1, 12 };
	struct fixture *f = *state;
	struct test_sock s;
	uint8_t buf[32];
	uint32_t len = sizeof(buf);

	open6(&s, f->net, SOCK_DGRAM, IPPROTO_UDP);
	assert_int_equal(sock_setsockopt(s.sk, SOL_IPV6, IPV6_HOPOPTS, hop, 7), -EINVAL);
	assert_int_equal(sock_setsockopt(s.sk, SOL_IPV6, IPV6_DSTOPTS, dst, 8), -EINVAL);
	assert_int_equal(sock_setsockopt(s.sk, SOL_IPV6, IPV6_DSTOPTS, dst, 16), 0);
	assert_int_equal(sock_setsockopt(s.sk, SOL_IPV6, IPV6_HOPOPTS, hop, 8), 0);
	assert_int_equal(send6(&s, "2001:db8::2", 9, 5), 0);
	assert_int_equal(fake6->x.options_len, 24);
	assert_int_equal(fake6->x.options_proto, IPPROTO_HOPOPTS);
	assert_int_equal(fake6->options[0], IPPROTO_DSTOPTS);
	assert_int_equal(fake6->options[8], IPPROTO_UDP);
	assert_int_equal(fake6->options[9], 1);
	test_setopt(&s, SOL_IPV6, IPV6_DONTFRAG, 1);
	assert_int_equal(send6(&s, "2001:db8::2", 9, 1500 - 48 - 24), 0);
	assert_int_equal(send6(&s, "2001:db8::2", 9, 1500 - 48 - 23), -EMSGSIZE);
	assert_int_equal(sock_getsockopt(s.sk, SOL_IPV6, IPV6_DSTOPTS, buf, &len), 0);
	assert_int_equal(len, 16);
	assert_int_equal(buf[0], IPPROTO_UDP);
	assert_int_equal(sock_setsockopt(s.sk, SOL_IPV6, IPV6_HOPOPTS, NULL, 0), 0);
	assert_int_equal(send6(&s, "2001:db8::2", 9, 5), 0);
	assert_int_equal(fake6->x.options_len, 16);
	assert_int_equal(fake6->x.options_proto, IPPROTO_DSTOPTS);
	s.sk->admin = false;
	assert_int_equal(sock_setsockopt(s.sk, SOL_IPV6, IPV6_HOPOPTS, hop, 8), -EPERM);
	test_sock_close(&s);
}

/* To a socket that is bound to an address of IPv4, :: is its loopback: such a packet has no extension headers. */
static void test_no_extension_headers_by_ipv4(void **state)
{
	static const uint8_t dst[16] = { 0, 1, 1, 12 };
	struct fixture *f = *state;
	struct ip6_txopts txopts = { .proto = IPPROTO_UDP };
	struct sock_msg msg = { .has_addr = true, .addr = addr6("::", 6000), .txopts = &txopts };
	struct test_sock s, peer;
	uint8_t buf[64];

	assert_int_equal(ip6_txopts_set(&txopts, IP6_TXOPT_DST, dst, sizeof(dst)), 0);
	test_sock_bound(&peer, f->net, NULL, 6000);
	bound6(&s, f->net, "::ffff:" ADDR_0, 5000);
	assert_int_equal(sock_send(s.sk, &msg, testnet_skb(f->net, SKB_HEADROOM, 20)), 0);
	twonets_settle(f->tn);
	assert_int_equal(test_recv(&peer, buf, sizeof(buf), &msg), 20);
	assert_int_equal(f->net->mib[MIB_IpInHdrErrors], 0);
	test_sock_close(&peer);
	test_sock_close(&s);
}

static void test_errors_carry_both_names(void **state)
{
	struct fixture *f = *state;
	struct sock_addr to = addr6("2001:db8::2", 9);
	struct icmp_err e = {
		.fl = { .family = AF_INET6,
			.proto = IPPROTO_UDP,
			.daddr = to.addr,
			.dport = to.port },
		.error = ECONNREFUSED,
		.fatal = true,
		.type = 1,
		.code = 4,
		.offender = ip6("fe80::9"),
	};
	struct sock_extended_err_info info;
	struct sock_msg msg;
	struct sk_buff *skb;
	struct test_sock s;

	bound6(&s, f->net, "::", 5000);
	assert_int_equal(sock_connect(s.sk, &to), 0);
	test_setopt(&s, SOL_IPV6, IPV6_RECVERR, 1);
	e.fl.saddr = ip6("2001:db8::1");
	e.fl.sport = htons(5000);
	e.fl.iif = fake6->dev->ifindex;
	inet_protocol_find(f->net, IPPROTO_UDP)->err(f->net, &e);
	assert_int_equal(sock_error(s.sk), ECONNREFUSED);
	skb = sock_recv_error(s.sk, &msg, &info);
	assert_non_null(skb);
	assert_int_equal(info.origin, 3); /* SO_EE_ORIGIN_ICMP6 */
	assert_addr(&info.offender.addr, "fe80::9");
	assert_int_equal(info.offender.scope, fake6->dev->ifindex);
	assert_addr(&info.dest.addr, "2001:db8::2");
	skb_free(skb);
	test_sock_close(&s);
}

/* Raw and ping -------------------------------------------------------------------------------- */

static void test_raw_checksums(void **state)
{
	struct fixture *f = *state;
	uint8_t echo[12] = { 128, 0, 0xaa, 0xbb, 1, 2, 3, 4 };
	struct sock_addr to = addr6("2001:db8::2", 0);
	struct test_sock s;
	struct sk_buff *skb;

	open6(&s, f->net, SOCK_RAW, IPPROTO_ICMPV6);
	assert_int_equal(test_send_bytes(&s, &to, echo, sizeof(echo)), 0);
	skb = sent();
	assert_int_equal(checksum_of(skb, IPPROTO_ICMPV6), 0);
	skb_free(skb);
	assert_int_equal(test_setopt(&s, SOL_IPV6, IPV6_CHECKSUM, 2), -EINVAL);
	test_sock_close(&s);

	open6(&s, f->net, SOCK_RAW, 200);
	assert_int_equal(test_send_bytes(&s, &to, echo, sizeof(echo)), 0);
	skb = sent();
	assert_memory_equal(skb->data, echo, sizeof(echo));
	skb_free(skb);
	assert_int_equal(test_setopt(&s, SOL_IPV6, IPV6_CHECKSUM, 3), -EINVAL);
	assert_int_equal(test_setopt(&s, SOL_IPV6, IPV6_CHECKSUM, 10), 0);
	assert_int_equal(test_send_bytes(&s, &to, echo, sizeof(echo)), 0);
	skb = sent();
	assert_int_equal(checksum_of(skb, 200), 0);
	assert_memory_equal(skb->data, echo, 10);
	skb_free(skb);
	assert_int_equal(test_send_bytes(&s, &to, echo, 11), -EINVAL);
	assert_int_equal(test_setopt(&s, SOL_IPV6, IPV6_CHECKSUM, INT_MAX - 1), 0);
	assert_int_equal(test_send_bytes(&s, &to, echo, sizeof(echo)), -EINVAL);
	to.port = htons(201);
	assert_int_equal(test_send_bytes(&s, &to, echo, sizeof(echo)), -EINVAL);
	test_sock_close(&s);
}

static void test_ping_out_and_in(void **state)
{
	struct fixture *f = *state;
	uint8_t echo[12] = { 128 };
	struct sock_addr to = addr6("2001:db8::2", 0), ll = addr6("fe80::2", 0);
	struct test_sock s;
	struct sk_buff *skb;

	open6(&s, f->net, SOCK_DGRAM, IPPROTO_ICMPV6);
	assert_int_equal(test_send_bytes(&s, &to, echo, sizeof(echo)), 0);
	skb = sent();
	assert_int_equal(checksum_of(skb, IPPROTO_ICMPV6), 0);
	assert_int_equal(((be16 *)skb->data)[2], s.sk->sport);
	skb_free(skb);
	assert_int_equal(f->net->mib[MIB_Icmp6OutEchos], 1);
	assert_int_equal(test_send_bytes(&s, &ll, echo, sizeof(echo)), -EINVAL);
	echo[0] = 8;
	assert_int_equal(test_send_bytes(&s, &to, echo, sizeof(echo)), -EINVAL);
	test_sock_close(&s);
}

/* TCP ----------------------------------------------------------------------------------------- */

/* A listener of IPv6, and a client of IPv4: the child is the listener's kind, and tells mapped names. */
static void test_tcp_dual_stack_listener(void **state)
{
	struct fixture *f = *state;
	struct sock_addr any = addr6("::", 80), to = addr4(ADDR_0, 80);
	struct test_sock listener, client;
	int inet = AF_INET;
	struct sock *child;

	open6(&listener, f->net, SOCK_STREAM, 0);
	assert_int_equal(sock_bind(listener.sk, &any), 0);
	assert_int_equal(sock_listen(listener.sk, 5), 0);
	test_sock_open(&client, f->tn->end[1].net, SOCK_STREAM, 0);
	assert_int_equal(sock_connect(client.sk, &to), -EINPROGRESS);
	twonets_run(f->tn, 100);
	child = sock_accept(listener.sk, NULL, NULL);
	assert_non_null(child);
	assert_int_equal(child->family, AF_INET6);
	assert_name(child, false, "::ffff:" ADDR_0, 80);
	assert_name(child, true, "::ffff:" ADDR_1, ntohs(client.sk->sport));
	assert_int_equal(tcp_sk(child)->adv_mss, 1460);
	assert_int_equal(sock_setsockopt(child, SOL_IPV6, IPV6_ADDRFORM, &inet, sizeof(inet)), 0);
	assert_int_equal(sock_getname(child, true, &to), 0);
	assert_int_equal(to.family, AF_INET);
	assert_int_equal(to.addr.v4, ip4(ADDR_1).v4);
	sock_close(child, true);
	test_sock_close(&client);
	test_sock_close(&listener);
	twonets_run(f->tn, 100);
}

static void test_tcp_v6only_listener_refuses_ipv4(void **state)
{
	struct fixture *f = *state;
	struct sock_addr any = addr6("::", 80), to = addr4(ADDR_0, 80);
	struct test_sock listener, client;

	open6(&listener, f->net, SOCK_STREAM, 0);
	test_setopt(&listener, SOL_IPV6, IPV6_V6ONLY, 1);
	assert_int_equal(sock_bind(listener.sk, &any), 0);
	assert_int_equal(sock_listen(listener.sk, 5), 0);
	test_sock_open(&client, f->tn->end[1].net, SOCK_STREAM, 0);
	assert_int_equal(sock_connect(client.sk, &to), -EINPROGRESS);
	twonets_run(f->tn, 100);
	assert_int_equal(sock_error(client.sk), ECONNREFUSED);
	test_sock_close(&client);
	test_sock_close(&listener);
}

static void test_tcp_connects_to_mapped_addresses(void **state)
{
	struct fixture *f = *state;
	struct sock_addr any = addr4("0.0.0.0", 80), to = addr6("::ffff:" ADDR_1, 80);
	struct test_sock listener, client;

	test_sock_open(&listener, f->tn->end[1].net, SOCK_STREAM, 0);
	assert_int_equal(sock_bind(listener.sk, &any), 0);
	assert_int_equal(sock_listen(listener.sk, 5), 0);
	open6(&client, f->net, SOCK_STREAM, 0);
	assert_int_equal(sock_connect(client.sk, &to), -EINPROGRESS);
	twonets_run(f->tn, 100);
	assert_int_equal(client.sk->state, SS_ESTABLISHED);
	assert_name(client.sk, true, "::ffff:" ADDR_1, 80);
	assert_name(client.sk, false, "::ffff:" ADDR_0, ntohs(client.sk->sport));
	assert_int_equal(fake6->nr_sent, 0);
	sock_close(client.sk, true);
	test_sock_close(&listener);
	twonets_run(f->tn, 100);
}

static void test_tcp_syn_by_ipv6(void **state)
{
	struct fixture *f = *state;
	struct sock_addr to = addr6("2001:db8::2", 80);
	struct test_sock s;
	struct sk_buff *skb;

	open6(&s, f->net, SOCK_STREAM, 0);
	test_setopt(&s, SOL_IPV6, IPV6_TCLASS, 0x48);
	test_setopt(&s, SOL_IPV6, IPV6_FLOWINFO_SEND, 1);
	to.flowinfo = 0x12345;
	assert_int_equal(sock_connect(s.sk, &to), -EINPROGRESS);
	net_finish_batch(f->net);
	skb = sent();
	assert_int_equal(checksum_of(skb, IPPROTO_TCP), 0);
	assert_int_equal(fake6->x.flowlabel, 0x12345);
	assert_int_equal(fake6->x.tos, 0x48);
	assert_true(fake6->x.df);
	assert_int_equal(tcp_sk(s.sk)->adv_mss, 1440);
	skb_free(skb);
	sock_close(s.sk, true);
	net_finish_batch(f->net);
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_udp_out),
		test(test_udp_without_checksum_is_for_who_asks),
		test(test_udp_in),
		test(test_udp_by_mapped_addresses),
		test(test_v6only_hears_and_says_nothing_by_ipv4),
		test(test_families_do_not_meet_by_their_bytes),
		test(test_ipv4_goes_to_the_ipv4_socket_first),
		test(test_link_local_peers_need_a_device),
		test(test_flow_labels),
		test(test_sizes_and_dontfrag),
		test(test_extension_headers),
		test(test_no_extension_headers_by_ipv4),
		test(test_errors_carry_both_names),
		test(test_raw_checksums),
		test(test_ping_out_and_in),
		test(test_tcp_dual_stack_listener),
		test(test_tcp_v6only_listener_refuses_ipv4),
		test(test_tcp_connects_to_mapped_addresses),
		test(test_tcp_syn_by_ipv6),
	};

	return cmocka_run_group_tests_name("sock6", tests, NULL, NULL);
}
