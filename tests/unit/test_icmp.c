/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP: answers, errors that are sent and that are not, how many, and what is believed. */
#include "tests/unit/twonets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/core/inet_config.h"
#include "stack/ipv4/icmp.h"
#include "stack/ipv4/ip.h"
#include "stack/lib/checksum.h"

#define BIG 65536

#define ETH_LEN 14
#define IP_LEN	20

struct fixture {
	struct twonets *tn;
	struct net *net0, *net1;
	struct test_sock ping; /* on stack 0 */
	struct sock_addr to_1;
	uint8_t buf[BIG];
	uint8_t last[2048]; /* the last ICMP packet that stack 1 sent, from the IP header on */
	uint32_t last_len;
	int sent; /* how many */
};

static bool watch_icmp(struct twonets *tn, int from, const uint8_t *frame, uint32_t len)
{
	struct fixture *f = tn->tap_ctx;
	const uint8_t *ip = frame + ETH_LEN;

	if (!from || frame[12] != 8 || frame[13] || ip[9] != IPPROTO_ICMP || (ip[6] & 0x1f) ||
	    ip[7])
		return true;
	f->sent++;
	f->last_len = min((uint32_t)(ip[2] << 8 | ip[3]), (uint32_t)sizeof(f->last));
	assert_true(f->last_len <= len - ETH_LEN);
	memcpy(f->last, ip, f->last_len);
	return true;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->tn = twonets_create();
	f->tn->tap = watch_icmp;
	f->tn->tap_ctx = f;
	f->net0 = f->tn->end[0].net;
	f->net1 = f->tn->end[1].net;
	f->to_1 = addr4(ADDR_1, 0);
	test_sock_open(&f->ping, f->net0, SOCK_DGRAM, IPPROTO_ICMP);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	if (f->ping.sk)
		test_sock_close(&f->ping);
	twonets_destroy(f->tn);
	free(f);
	return 0;
}

/* An echo request of @len bytes, header included, with a pattern behind the header. */
static int ping(struct fixture *f, const struct sock_addr *to, uint16_t seq, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		f->buf[i] = i * 7;
	memcpy(f->buf, (uint8_t[8]){ 8, 0, 0xde, 0xad, 0xbe, 0xef, seq >> 8, seq }, min(len, 8u));
	return test_send_bytes(&f->ping, to, f->buf, len);
}

static void assert_pong(struct fixture *f, uint16_t seq, uint32_t len)
{
	struct sock_msg msg;

	twonets_run(f->tn, 500);
	assert_int_equal(test_recv(&f->ping, f->buf, BIG, &msg), len);
	assert_int_equal(f->buf[0], ICMP_ECHOREPLY);
	assert_memory_equal(f->buf + 4, &f->ping.sk->sport, 2);
	assert_int_equal(f->buf[6] << 8 | f->buf[7], seq);
	for (uint32_t i = 8; i < len; i++)
		assert_int_equal(f->buf[i], i * 7 & 0xff);
	assert_int_equal(msg.ttl, 64);
}

/* Frames made by hand ------------------------------------------------------------------------- */

struct packet {
	const char *src, *dst;
	uint8_t proto, ttl, tos;
	uint16_t frag_off;
	bool broadcast; /* to all stations of the link */
	uint32_t len;	/* of data */
	const void *data;
};

static void inject(struct fixture *f, const struct packet *p)
{
	uint8_t frame[2048] = { 0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1, 0x08, 0x00 };
	uint8_t *ip = frame + ETH_LEN;
	be16 sum;

	if (p->broadcast)
		memset(frame, 0xff, 6);
	memcpy(ip,
	       (uint8_t[20]){ 0x45, p->tos, (IP_LEN + p->len) >> 8, IP_LEN + p->len, 0, 0,
			      p->frag_off >> 8, p->frag_off, p->ttl ? p->ttl : 64, p->proto },
	       IP_LEN);
	inet_pton(AF_INET, p->src, ip + 12);
	inet_pton(AF_INET, p->dst, ip + 16);
	sum = ip_compute_csum(ip, IP_LEN);
	memcpy(ip + 10, &sum, 2);
	memcpy(ip + IP_LEN, p->data, p->len);
	twonets_inject(f->tn, 1, frame, ETH_LEN + IP_LEN + p->len);
	twonets_settle(f->tn);
}

/* A UDP datagram to a port where nobody is. */
static struct packet to_nobody(uint32_t len)
{
	static uint8_t udp[1024] = { 0x12, 0x34, 0x43, 0x21, 0, 0 };

	udp[4] = len >> 8;
	udp[5] = len;
	return (struct packet){
		.src = ADDR_0, .dst = ADDR_1, .proto = IPPROTO_UDP, .len = len, .data = udp
	};
}

/* Is the neighbour that answers go to known? Then they are sent at once. */
static void warm_up(struct fixture *f)
{
	assert_int_equal(ping(f, &f->to_1, 0, 8), 0);
	assert_pong(f, 0, 8);
	f->sent = 0;
}

/* Answers ------------------------------------------------------------------------------------- */

static void test_echo_of_all_sizes(void **state)
{
	static const uint32_t sizes[] = { 8, 9, 64, 1480, 1481, 5000, 30001, 65515 };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		assert_int_equal(ping(f, &f->to_1, i, sizes[i]), 0);
		assert_pong(f, i, sizes[i]);
	}
	assert_int_equal(ping(f, &f->to_1, 1, 65516), -EMSGSIZE);
	assert_int_equal(f->net1->mib[MIB_IcmpInEchos], ARRAY_SIZE(sizes));
	assert_int_equal(f->net1->mib[MIB_IcmpOutEchoReps], ARRAY_SIZE(sizes));
	assert_int_equal(f->net0->mib[MIB_IcmpInEchoReps], ARRAY_SIZE(sizes));
}

static void test_echo_to_ourselves(void **state)
{
	struct fixture *f = *state;
	struct sock_addr us = addr4(ADDR_0, 0), lo = addr4("127.0.0.1", 0);

	assert_int_equal(ping(f, &us, 1, 40000), 0);
	assert_pong(f, 1, 40000);
	assert_int_equal(ping(f, &lo, 2, 100), 0);
	assert_pong(f, 2, 100);
}

static void test_echo_can_be_switched_off(void **state)
{
	struct fixture *f = *state;

	ipv4_sysctl(f->net1)->icmp_echo_ignore_all = true;
	assert_int_equal(ping(f, &f->to_1, 1, 64), 0);
	twonets_run(f->tn, 500);
	assert_int_equal(test_recv(&f->ping, f->buf, BIG, NULL), -1);
}

static void test_broadcast_echo_is_ignored_unless_asked_for(void **state)
{
	struct fixture *f = *state;
	struct sock_addr all = addr4("10.0.0.255", 0);
	struct sock_msg msg;

	assert_int_equal(ping(f, &all, 1, 64), -EACCES);
	test_setopt(&f->ping, SOL_SOCKET, SO_BROADCAST, 1);
	assert_int_equal(ping(f, &all, 1, 64), 0);
	twonets_run(f->tn, 500);
	assert_int_equal(test_recv(&f->ping, f->buf, BIG, NULL), -1);
	ipv4_sysctl(f->net1)->icmp_echo_ignore_broadcasts = false;
	assert_int_equal(ping(f, &all, 1, 64), 0);
	twonets_run(f->tn, 500);
	assert_int_equal(test_recv(&f->ping, f->buf, BIG, &msg), 64);
	assert_int_equal(msg.addr.addr.v4, ip4(ADDR_1).v4);
}

static void test_timestamp_is_answered(void **state)
{
	struct fixture *f = *state;
	uint8_t request[20] = { ICMP_TIMESTAMP, 0, 0, 0, 1, 2, 3, 4, 9, 9, 9, 9 };
	be16 sum = ip_compute_csum(request, sizeof(request));
	struct packet p = {
		.src = ADDR_0, .dst = ADDR_1, .proto = IPPROTO_ICMP, .len = 20, .data = request
	};

	warm_up(f);
	memcpy(request + 2, &sum, 2);
	inject(f, &p);
	assert_int_equal(f->sent, 1);
	assert_int_equal(f->last[IP_LEN], ICMP_TIMESTAMPREPLY);
	assert_memory_equal(f->last + IP_LEN + 4, request + 4, 8); /* id, sequence, originate */
	assert_int_equal(f->last[IP_LEN + 12] & 0x80, 0x80);	   /* not since midnight */
	assert_int_equal(ip_compute_csum(f->last + IP_LEN, 20), 0);
}

static void test_bad_messages_are_dropped(void **state)
{
	struct fixture *f = *state;
	uint64_t *drops = f->tn->end[1].dev->drops;
	uint8_t echo[8] = { ICMP_ECHO };
	struct packet p = {
		.src = ADDR_0, .dst = ADDR_1, .proto = IPPROTO_ICMP, .len = 8, .data = echo
	};

	inject(f, &p);
	assert_int_equal(drops[DROP_ICMP_CSUM], 1);
	assert_int_equal(f->net1->mib[MIB_IcmpInCsumErrors], 1);
	p.len = 7;
	inject(f, &p);
	assert_int_equal(drops[DROP_ICMP_HDR], 1);
	echo[0] = 250; /* RFC 1122 3.2.2: unknown, silently */
	echo[2] = 0x05;
	echo[3] = 0xff;
	p.len = 8;
	inject(f, &p);
	assert_int_equal(drops[DROP_ICMP_HDR], 2);
	assert_int_equal(f->sent, 0);
}

/* Errors sent --------------------------------------------------------------------------------- */

static void test_an_error_quotes_as_much_as_fits(void **state)
{
	struct fixture *f = *state;
	struct packet p = to_nobody(1000);

	warm_up(f);
	p.tos = 0x1c;
	inject(f, &p);
	assert_int_equal(f->sent, 1);
	assert_int_equal(f->last_len, 576); /* RFC 1812 4.3.2.3 */
	assert_int_equal(f->last[IP_LEN], ICMP_DEST_UNREACH);
	assert_int_equal(f->last[IP_LEN + 1], ICMP_PORT_UNREACH);
	assert_int_equal(f->last[1], 0xdc); /* RFC 1812 4.3.2.5 */
	assert_int_equal(ip_compute_csum(f->last + IP_LEN, 576 - IP_LEN), 0);
	assert_int_equal(f->last[IP_LEN + 8], 0x45);
	assert_memory_equal(f->last + IP_LEN + 8 + IP_LEN, p.data, 576 - IP_LEN - 8 - IP_LEN);
	p = to_nobody(20);
	inject(f, &p);
	assert_int_equal(f->last_len, IP_LEN + 8 + IP_LEN + 20);
}

static void test_an_unknown_protocol_is_unreachable(void **state)
{
	struct fixture *f = *state;
	struct packet p = to_nobody(20);

	warm_up(f);
	p.proto = 200;
	inject(f, &p);
	assert_int_equal(f->sent, 1);
	assert_int_equal(f->last[IP_LEN + 1], ICMP_PROT_UNREACH);
}

/* RFC 1122 3.2.2, RFC 1812 4.3.2.7 */
static void test_no_error_is_sent_about(void **state)
{
	static const struct {
		const char *what;
		const char *src, *dst;
		uint8_t proto;
		uint16_t frag_off;
		bool broadcast;
	} cases[] = {
		{ "a broadcast on the link", ADDR_0, ADDR_1, IPPROTO_UDP, 0, true },
		{ "a broadcast", ADDR_0, "10.0.0.255", IPPROTO_UDP, 0, false },
		{ "a broadcast to all", ADDR_0, "255.255.255.255", IPPROTO_UDP, 0, true },
		{ "a multicast", ADDR_0, "224.0.0.1", IPPROTO_UDP, 0, false },
		{ "a source that is none", "0.0.0.0", ADDR_1, IPPROTO_UDP, 0, false },
		{ "a source that is a group", "224.0.0.9", ADDR_1, IPPROTO_UDP, 0, false },
		{ "a source that is a broadcast", "10.0.0.255", ADDR_1, IPPROTO_UDP, 0, false },
		{ "an unknown protocol to all", ADDR_0, "10.0.0.255", 200, 0, true },
	};
	struct fixture *f = *state;

	warm_up(f);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct packet p = to_nobody(20);

		p.src = cases[i].src;
		p.dst = cases[i].dst;
		p.proto = cases[i].proto;
		p.frag_off = cases[i].frag_off;
		p.broadcast = cases[i].broadcast;
		inject(f, &p);
		if (f->sent)
			fail_msg("an error was sent about %s", cases[i].what);
	}
}

/*
 * About later fragments, and about errors: by icmp_send() itself, as such packets get no farther
 * than here.
 */
static void test_no_error_about_errors_and_later_fragments(void **state)
{
	static const uint8_t types[] = { ICMP_DEST_UNREACH,  ICMP_SOURCE_QUENCH, ICMP_REDIRECT,
					 ICMP_TIME_EXCEEDED, ICMP_PARAMETERPROB, ICMP_ECHO,
					 ICMP_ECHOREPLY };
	struct fixture *f = *state;

	warm_up(f);
	for (size_t i = 0; i < 2 * ARRAY_SIZE(types); i++) {
		bool later = i >= ARRAY_SIZE(types);
		uint8_t type = types[i % ARRAY_SIZE(types)];
		struct sk_buff *skb = skb_alloc(f->net1, 0, 28);
		struct ipv4_hdr *ip = skb_put(skb, 28);

		*ip = (struct ipv4_hdr){ .ver_ihl = 0x45,
					 .tot_len = htons(28),
					 .protocol = IPPROTO_ICMP,
					 .frag_off = later ? htons(5) : 0,
					 .saddr = ip4(ADDR_0).v4,
					 .daddr = ip4(ADDR_1).v4 };
		*(uint8_t *)(ip + 1) = type;
		skb_reset_network_header(skb);
		f->sent = 0;
		icmp_send(f->net1, skb, ICMP_TIME_EXCEEDED, 0, 0);
		twonets_settle(f->tn);
		assert_int_equal(f->sent, !later && (type == ICMP_ECHO || type == ICMP_ECHOREPLY));
		skb_free(skb);
	}
}

static void test_errors_to_one_destination_are_limited(void **state)
{
	struct fixture *f = *state;
	struct packet p = to_nobody(20);

	warm_up(f);
	for (int i = 0; i < 100; i++)
		inject(f, &p);
	assert_int_equal(f->sent, 6); /* at once, and then … */
	assert_int_equal(f->net1->mib[MIB_IcmpOutRateLimited], 94);
	for (int i = 0; i < 100; i++) {
		twonets_run(f->tn, 100);
		inject(f, &p);
	}
	assert_in_range(f->sent, 6 + 9, 6 + 11); /* … one a second */
	ipv4_sysctl(f->net1)->icmp_ratelimit = 0;
	f->sent = 0;
	for (int i = 0; i < 10; i++)
		inject(f, &p);
	assert_int_equal(f->sent, 10);
	/* What the mask does not name is not limited: echo replies. */
	ipv4_sysctl(f->net1)->icmp_ratelimit = 1000;
	for (int i = 0; i < 50; i++)
		assert_int_equal(ping(f, &f->to_1, i, 8), 0);
	f->sent = 0;
	twonets_run(f->tn, 100);
	assert_int_equal(f->sent, 50);
}

static void test_errors_to_all_together_are_limited(void **state)
{
	struct fixture *f = *state;
	struct packet p = to_nobody(20);
	char src[32];
	uint64_t sent;

	warm_up(f);
	for (int i = 0; i < 1000; i++) {
		snprintf(src, sizeof(src), "10.0.0.%d", 10 + i % 200);
		p.src = src;
		inject(f, &p);
	}
	sent = f->net1->mib[MIB_IcmpOutDestUnreachs];
	assert_in_range(sent, 25, 100); /* icmp_msgs_burst, on average */
	twonets_run(f->tn, 20);
	for (int i = 0; i < 1000; i++) {
		snprintf(src, sizeof(src), "10.0.0.%d", 10 + i % 200);
		p.src = src;
		inject(f, &p);
	}
	sent = f->net1->mib[MIB_IcmpOutDestUnreachs] - sent;
	assert_in_range(sent, 8, 45); /* 20 ms of icmp_msgs_per_sec */
}

/* Errors received ----------------------------------------------------------------------------- */

static void test_a_ping_socket_hears_of_its_errors(void **state)
{
	struct fixture *f = *state;
	struct sock_addr nowhere = addr4("10.0.0.99", 0);
	struct sock_extended_err_info info;
	struct sock_msg msg;
	struct sk_buff *skb;

	assert_int_equal(test_setopt(&f->ping, SOL_IP, IP_RECVERR, 1), 0);
	assert_int_equal(ping(f, &nowhere, 7, 64), 0);
	twonets_run(f->tn, 5000);
	assert_int_equal(f->ping.errors, 1);
	skb = sock_recv_error(f->ping.sk, &msg, &info);
	assert_non_null(skb);
	assert_int_equal(info.err, EHOSTUNREACH);
	assert_int_equal(info.dest.addr.v4, nowhere.addr.v4);
	assert_int_equal(skb->data[0], ICMP_ECHO);
	assert_int_equal(skb->data[7], 7);
	skb_free(skb);
}

static void add_route(struct net *net, int ifindex, const char *dst, uint8_t len, const char *gw)
{
	struct route_config cfg = {
		.family = AF_INET,
		.dst = ip4(dst),
		.dst_len = len,
		.table = RT_TABLE_MAIN,
		.protocol = RTPROT_STATIC,
		.scope = RT_SCOPE_UNIVERSE,
		.scope_given = true,
		.type = RTN_UNICAST,
		.nr_nh = 1,
		.nh[0] = { .oif = ifindex, .gw_family = AF_INET, .weight = 1, .gw = ip4(gw) },
	};

	assert_int_equal(inet_config_find(net, AF_INET)->route_add(net, &cfg, NLM_F_CREATE, NULL),
			 0);
}

static be32 gateway_to(struct net *net, const char *dst)
{
	struct flow fl = { .family = AF_INET, .daddr = ip4(dst) };
	struct route_config cfg;

	assert_int_equal(inet_config_find(net, AF_INET)->route_get(net, &fl, false, &cfg, NULL), 0);
	return cfg.nh[0].gw.v4;
}

static void redirect(struct fixture *f, const char *from, const char *about_src, const char *gw)
{
	uint8_t icmp[8 + IP_LEN + 8] = { ICMP_REDIRECT, ICMP_REDIR_HOST };
	struct packet p = {
		.src = from, .dst = ADDR_1, .proto = IPPROTO_ICMP, .len = sizeof(icmp), .data = icmp
	};
	be16 sum;

	inet_pton(AF_INET, gw, icmp + 4);
	memcpy(icmp + 8, (uint8_t[12]){ 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17 }, 12);
	inet_pton(AF_INET, about_src, icmp + 8 + 12);
	inet_pton(AF_INET, "192.0.2.1", icmp + 8 + 16);
	sum = ip_compute_csum(icmp, sizeof(icmp));
	memcpy(icmp + 2, &sum, 2);
	inject(f, &p);
}

static void test_redirects_are_believed_of_the_gateway_alone(void **state)
{
	struct fixture *f = *state;

	add_route(f->net1, f->tn->end[1].dev->ifindex, "0.0.0.0", 0, ADDR_0);
	assert_int_equal(gateway_to(f->net1, "192.0.2.1"), ip4(ADDR_0).v4);
	redirect(f, "10.0.0.66", ADDR_1, "10.0.0.5"); /* a stranger */
	assert_int_equal(gateway_to(f->net1, "192.0.2.1"), ip4(ADDR_0).v4);
	redirect(f, ADDR_0, "10.0.0.44", "10.0.0.5"); /* about what we did not send */
	assert_int_equal(gateway_to(f->net1, "192.0.2.1"), ip4(ADDR_0).v4);
	redirect(f, ADDR_0, ADDR_1, "203.0.113.5"); /* to a gateway that is not on the link */
	assert_int_equal(gateway_to(f->net1, "192.0.2.1"), ip4(ADDR_0).v4);
	redirect(f, ADDR_0, ADDR_1, "10.0.0.5");
	assert_int_equal(gateway_to(f->net1, "192.0.2.1"), ip4("10.0.0.5").v4);
	assert_int_equal(gateway_to(f->net1, "192.0.2.2"), ip4(ADDR_0).v4);
	assert_int_equal(f->net1->mib[MIB_IcmpInRedirects], 4);
}

/* Ping sockets -------------------------------------------------------------------------------- */

static void test_a_ping_socket_sends_nothing_but_echo_requests(void **state)
{
	struct fixture *f = *state;
	uint8_t other[8] = { ICMP_ECHOREPLY };

	assert_int_equal(test_send_bytes(&f->ping, &f->to_1, other, 8), -EINVAL);
	other[0] = ICMP_ECHO;
	other[1] = 1;
	assert_int_equal(test_send_bytes(&f->ping, &f->to_1, other, 8), -EINVAL);
	other[1] = 0;
	assert_int_equal(test_send_bytes(&f->ping, &f->to_1, other, 7), -EINVAL);
	assert_int_equal(test_send_bytes(&f->ping, NULL, other, 8), -EDESTADDRREQ);
	assert_int_equal(test_send_bytes(&f->ping, &f->to_1, other, 8), 0);
}

static void test_ping_sockets_get_their_own_replies(void **state)
{
	struct fixture *f = *state;
	struct test_sock second;
	struct sock_addr id = addr4("0.0.0.0", 4711), group = addr4("224.0.0.5", 1);

	test_sock_open(&second, f->net0, SOCK_DGRAM, IPPROTO_ICMP);
	assert_int_equal(sock_bind(second.sk, &group), -EADDRNOTAVAIL);
	assert_int_equal(sock_bind(second.sk, &id), 0);
	assert_int_equal(test_setopt(&f->ping, SOL_SOCKET, SO_REUSEADDR, 0), 0);
	assert_int_equal(sock_bind(f->ping.sk, &id), -EADDRINUSE);
	assert_int_equal(sock_connect(f->ping.sk, &f->to_1), 0);
	assert_int_equal(ping(f, NULL, 1, 32), 0);
	assert_int_equal(test_send_bytes(&second, &f->to_1, (uint8_t[9]){ 8, 0, 0, 0, 0, 0, 0, 5 },
					 9),
			 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->ping, f->buf, BIG, NULL), 32);
	assert_int_equal(test_recv(&f->ping, f->buf, BIG, NULL), -1);
	assert_int_equal(test_recv(&second, f->buf, BIG, NULL), 9);
	assert_int_equal(f->buf[4] << 8 | f->buf[5], 4711);
	assert_int_equal(test_recv(&second, f->buf, BIG, NULL), -1);
	test_sock_close(&second);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_echo_of_all_sizes),
		T(test_echo_to_ourselves),
		T(test_echo_can_be_switched_off),
		T(test_broadcast_echo_is_ignored_unless_asked_for),
		T(test_timestamp_is_answered),
		T(test_bad_messages_are_dropped),
		T(test_an_error_quotes_as_much_as_fits),
		T(test_an_unknown_protocol_is_unreachable),
		T(test_no_error_is_sent_about),
		T(test_no_error_about_errors_and_later_fragments),
		T(test_errors_to_one_destination_are_limited),
		T(test_errors_to_all_together_are_limited),
		T(test_a_ping_socket_hears_of_its_errors),
		T(test_redirects_are_believed_of_the_gateway_alone),
		T(test_a_ping_socket_sends_nothing_but_echo_requests),
		T(test_ping_sockets_get_their_own_replies),
	};

	return cmocka_run_group_tests_name("icmp", tests, NULL, NULL);
}
