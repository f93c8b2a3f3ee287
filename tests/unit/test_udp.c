/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP between two stacks: what arrives, where, and what does not. */
#include "tests/unit/twonets.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "stack/ipv4/ipv4.h"
#include "stack/lib/checksum.h"
#include "stack/transport/transport.h"

#define BIG 65536

#define ETH_LEN 14
#define IP_LEN	20

/* A sender on stack 0 and a receiver on stack 1, port 7. */
struct fixture {
	struct twonets *tn;
	struct net *net0, *net1;
	struct test_sock a, b;
	struct sock_addr to_b;
	uint8_t buf[BIG];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->tn = twonets_create();
	f->net0 = f->tn->end[0].net;
	f->net1 = f->tn->end[1].net;
	f->to_b = addr4(ADDR_1, 7);
	test_sock_open(&f->a, f->net0, SOCK_DGRAM, IPPROTO_UDP);
	test_sock_bound(&f->b, f->net1, NULL, 7);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	if (f->a.sk)
		test_sock_close(&f->a);
	if (f->b.sk)
		test_sock_close(&f->b);
	twonets_destroy(f->tn);
	free(f);
	return 0;
}

static void assert_pattern(const uint8_t *buf, int len)
{
	for (int i = 0; i < len; i++)
		assert_int_equal(buf[i], i & 0xff);
}

/* One datagram that arrives whole. */
static void assert_arrives(struct fixture *f, uint32_t len)
{
	assert_int_equal(test_send(&f->a, &f->to_b, len), 0);
	twonets_run(f->tn, 1000);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), len);
	assert_pattern(f->buf, len);
}

static void test_datagrams_of_all_sizes_arrive(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 2, 100, 1472, 1473, 2960, 8191, 40000, 65507 };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		assert_arrives(f, sizes[i]);
	assert_int_equal(test_send(&f->a, &f->to_b, 65508), -EMSGSIZE);
	assert_int_equal(f->net1->mib[MIB_UdpInDatagrams], ARRAY_SIZE(sizes));
	assert_int_equal(f->net0->mib[MIB_UdpOutDatagrams], ARRAY_SIZE(sizes));
}

static void test_receiver_learns_of_fragments(void **state)
{
	struct fixture *f = *state;
	struct sock_msg msg;

	assert_int_equal(test_send(&f->a, &f->to_b, 1472), 0);
	assert_int_equal(test_send(&f->a, &f->to_b, 3000), 0);
	twonets_run(f->tn, 1000);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, &msg), 1472);
	assert_int_equal(msg.frag_size, 0);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, &msg), 3000);
	assert_int_equal(msg.frag_size, 1500);
}

static void test_receiver_learns_where_from_and_answers(void **state)
{
	struct fixture *f = *state;
	struct sock_msg msg;

	assert_int_equal(test_setopt(&f->a, SOL_IP, IP_TTL, 33), 0);
	assert_int_equal(test_setopt(&f->a, SOL_IP, IP_TOS, 0x28), 0);
	assert_int_equal(test_send(&f->a, &f->to_b, 10), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(f->b.readable, 1);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, &msg), 10);
	assert_int_equal(msg.addr.family, AF_INET);
	assert_int_equal(msg.addr.addr.v4, ip4(ADDR_0).v4);
	assert_int_equal(msg.addr.port, f->a.sk->sport);
	assert_int_equal(msg.local.v4, ip4(ADDR_1).v4);
	assert_int_equal(msg.ifindex, f->tn->end[1].dev->ifindex);
	assert_int_equal(msg.ttl, 33);
	assert_int_equal(msg.tos, 0x28);
	assert_true(msg.tstamp > 0 && msg.tstamp <= f->net1->now);

	assert_int_equal(test_send(&f->b, &msg.addr, 20), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->a, f->buf, BIG, &msg), 20);
	assert_int_equal(msg.addr.port, htons(7));
}

static void test_message_overrides_ttl_tos_and_source(void **state)
{
	struct fixture *f = *state;
	struct sock_msg msg = {
		.has_addr = true,
		.addr = f->to_b,
		.has_ttl = true,
		.ttl = 5,
		.has_tos = true,
		.tos = 0x10,
		.local = ip4("10.0.0.77"),
		.ifindex = f->tn->end[0].dev->ifindex,
	};
	struct sk_buff *skb = testnet_skb(f->net0, SKB_HEADROOM, 4);

	assert_int_equal(sock_send(f->a.sk, &msg, skb), -ENETUNREACH); /* not ours yet */
	net_addr_add(f->tn->end[0].dev, "10.0.0.77", 24);
	skb = testnet_skb(f->net0, SKB_HEADROOM, 4);
	assert_int_equal(sock_send(f->a.sk, &msg, skb), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, &msg), 4);
	assert_int_equal(msg.addr.addr.v4, ip4("10.0.0.77").v4);
	assert_int_equal(msg.ttl, 5);
	assert_int_equal(msg.tos, 0x10);
}

/* What is wrong with a frame ------------------------------------------------------------------ */

struct tweak {
	uint32_t offset; /* from the UDP header */
	uint16_t value;
};

static bool udp_frame(const uint8_t *frame, uint32_t len)
{
	return len > ETH_LEN + IP_LEN + 8 && frame[12] == 8 && frame[13] == 0 &&
	       frame[ETH_LEN + 9] == 17;
}

static bool tweak_udp(struct twonets *tn, int from, const uint8_t *frame, uint32_t len)
{
	const struct tweak *t = tn->tap_ctx;
	uint8_t copy[2048];

	if (from || !udp_frame(frame, len))
		return true;
	memcpy(copy, frame, len);
	copy[ETH_LEN + IP_LEN + t->offset] = t->value >> 8;
	copy[ETH_LEN + IP_LEN + t->offset + 1] = t->value;
	twonets_inject(tn, 1, copy, len);
	return false;
}

static int send_tweaked(struct fixture *f, uint32_t offset, uint16_t value)
{
	struct tweak t = { offset, value };

	f->tn->tap = tweak_udp;
	f->tn->tap_ctx = &t;
	assert_int_equal(test_send(&f->a, &f->to_b, 20), 0);
	twonets_run(f->tn, 100);
	f->tn->tap = NULL;
	return test_recv(&f->b, f->buf, BIG, NULL);
}

static void test_a_wrong_checksum_is_dropped_and_none_is_fine(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(send_tweaked(f, 6, 0x1234), -1);
	assert_int_equal(f->net1->mib[MIB_UdpInCsumErrors], 1);
	assert_int_equal(f->net1->mib[MIB_UdpInErrors], 1);
	assert_int_equal(f->tn->end[1].dev->drops[DROP_UDP_CSUM], 1);
	assert_int_equal(send_tweaked(f, 8, 0x4444), -1); /* a byte of the payload */
	assert_int_equal(f->net1->mib[MIB_UdpInCsumErrors], 2);
	assert_int_equal(send_tweaked(f, 6, 0), 20); /* RFC 768: no checksum */
}

static void test_a_wrong_length_is_dropped(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(send_tweaked(f, 4, 7), -1);  /* shorter than its header */
	assert_int_equal(send_tweaked(f, 4, 29), -1); /* longer than the packet */
	assert_int_equal(f->tn->end[1].dev->drops[DROP_UDP_HDR], 2);
	assert_int_equal(f->net1->mib[MIB_UdpInErrors], 2);
}

static bool udp_sum_is_zero(struct twonets *tn, int from, const uint8_t *frame, uint32_t len)
{
	if (!from && udp_frame(frame, len))
		*(bool *)tn->tap_ctx |=
			!frame[ETH_LEN + IP_LEN + 6] && !frame[ETH_LEN + IP_LEN + 7];
	return true;
}

static void test_no_check_sends_no_checksum(void **state)
{
	struct fixture *f = *state;
	bool zero = false;

	f->tn->tap = udp_sum_is_zero;
	f->tn->tap_ctx = &zero;
	assert_arrives(f, 100);
	assert_false(zero);
	assert_int_equal(test_setopt(&f->a, SOL_SOCKET, SO_NO_CHECK, 1), 0);
	assert_arrives(f, 100);
	assert_true(zero);
}

/* RFC 768: what sums up to zero goes as ones. Two bytes of payload try every sum there is. */
static void test_a_checksum_is_never_sent_as_zero(void **state)
{
	struct fixture *f = *state;
	bool zero = false;

	f->tn->tap = udp_sum_is_zero;
	f->tn->tap_ctx = &zero;
	assert_arrives(f, 2);
	for (int i = 0; i < 65536; i++) {
		const uint8_t data[2] = { i >> 8, i };

		assert_int_equal(test_send_bytes(&f->a, &f->to_b, data, 2), 0);
		twonets_settle(f->tn);
		assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), 2);
	}
	assert_false(zero);
}

/* Who gets it --------------------------------------------------------------------------------- */

static void test_the_closest_match_gets_the_datagram(void **state)
{
	struct fixture *f = *state;
	struct test_sock by_addr, by_dev, connected, other;
	struct sock_addr peer;

	test_setopt(&f->b, SOL_SOCKET, SO_REUSEADDR, 1);
	assert_arrives(f, 1); /* the wildcard, as there is nothing else */

	test_sock_open(&by_dev, f->net1, SOCK_DGRAM, 0);
	test_setopt(&by_dev, SOL_SOCKET, SO_REUSEADDR, 1);
	assert_int_equal(sock_setsockopt(by_dev.sk, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5), 0);
	peer = addr4("0.0.0.0", 7);
	assert_int_equal(sock_bind(by_dev.sk, &peer), 0);
	test_send(&f->a, &f->to_b, 2);
	twonets_run(f->tn, 10);
	assert_int_equal(by_dev.readable, 1);

	test_sock_open(&by_addr, f->net1, SOCK_DGRAM, 0);
	test_setopt(&by_addr, SOL_SOCKET, SO_REUSEADDR, 1);
	peer = addr4(ADDR_1, 7);
	assert_int_equal(sock_bind(by_addr.sk, &peer), 0);
	test_send(&f->a, &f->to_b, 3);
	twonets_run(f->tn, 10);
	assert_int_equal(by_addr.readable, 1);

	test_sock_open(&connected, f->net1, SOCK_DGRAM, 0);
	test_setopt(&connected, SOL_SOCKET, SO_REUSEADDR, 1);
	assert_int_equal(sock_bind(connected.sk, &peer), 0);
	peer = addr4(ADDR_0, ntohs(f->a.sk->sport));
	assert_int_equal(sock_connect(connected.sk, &peer), 0);
	test_send(&f->a, &f->to_b, 4);
	twonets_run(f->tn, 10);
	assert_int_equal(connected.readable, 1);

	/* Another sender is none of the connected one's business. */
	test_sock_open(&other, f->net0, SOCK_DGRAM, 0);
	test_send(&other, &f->to_b, 5);
	twonets_run(f->tn, 10);
	assert_int_equal(connected.readable, 1);
	assert_int_equal(by_addr.readable, 2);
	assert_int_equal(by_dev.readable, 1);
	assert_int_equal(f->b.readable, 1);

	/* A connection dissolved makes it one of many again. */
	peer.family = AF_UNSPEC;
	assert_int_equal(sock_connect(connected.sk, &peer), 0);
	test_send(&f->a, &f->to_b, 6);
	twonets_run(f->tn, 10);
	assert_int_equal(connected.readable + by_addr.readable, 4);
	test_sock_close(&by_addr);
	test_sock_close(&by_dev);
	test_sock_close(&connected);
	test_sock_close(&other);
}

static void test_a_socket_on_another_device_gets_nothing(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(sock_setsockopt(f->b.sk, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3), 0);
	test_send(&f->a, &f->to_b, 2);
	twonets_run(f->tn, 10);
	assert_int_equal(f->b.readable, 0);
	assert_int_equal(f->net1->mib[MIB_UdpNoPorts], 1);
}

#define SHARERS 4
#define FLOWS	200

static void test_reuseport_spreads_flows_and_keeps_each(void **state)
{
	struct fixture *f = *state;
	struct test_sock sharer[SHARERS], flow;
	struct sock_addr any = addr4("0.0.0.0", 99), to = addr4(ADDR_1, 99);
	int got[SHARERS] = { 0 };

	for (int i = 0; i < SHARERS; i++) {
		test_sock_open(&sharer[i], f->net1, SOCK_DGRAM, 0);
		test_setopt(&sharer[i], SOL_SOCKET, SO_REUSEPORT, 1);
		assert_int_equal(sock_bind(sharer[i].sk, &any), 0);
	}
	for (int n = 0; n < FLOWS; n++) {
		int who = -1;

		test_sock_open(&flow, f->net0, SOCK_DGRAM, 0);
		for (int k = 0; k < 3; k++)
			assert_int_equal(test_send(&flow, &to, 1), 0);
		twonets_run(f->tn, 10);
		for (int i = 0; i < SHARERS; i++) {
			int count = 0;

			while (test_recv(&sharer[i], f->buf, BIG, NULL) >= 0)
				count++;
			assert_true(count == 0 || count == 3);
			if (count)
				who = i;
		}
		assert_int_not_equal(who, -1);
		got[who]++;
		test_sock_close(&flow);
	}
	for (int i = 0; i < SHARERS; i++) {
		assert_in_range(got[i], FLOWS / SHARERS / 2, FLOWS / SHARERS * 2);
		test_sock_close(&sharer[i]);
	}
}

static void test_broadcasts_need_leave_and_reach_all(void **state)
{
	struct fixture *f = *state;
	struct test_sock second;
	struct sock_addr any = addr4("0.0.0.0", 7), all = addr4("255.255.255.255", 7),
			 subnet = addr4("10.0.0.255", 7);
	struct sock_msg msg;

	test_setopt(&f->b, SOL_SOCKET, SO_REUSEADDR, 1);
	test_sock_open(&second, f->net1, SOCK_DGRAM, 0);
	test_setopt(&second, SOL_SOCKET, SO_REUSEADDR, 1);
	assert_int_equal(sock_bind(second.sk, &any), 0);

	assert_int_equal(test_send(&f->a, &subnet, 3), -EACCES);
	assert_int_equal(sock_connect(f->a.sk, &subnet), -EACCES);
	assert_int_equal(sock_setsockopt(f->a.sk, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5), 0);
	assert_int_equal(test_send(&f->a, &all, 3), -EACCES);
	test_setopt(&f->a, SOL_SOCKET, SO_BROADCAST, 1);
	assert_int_equal(test_send(&f->a, &subnet, 3), 0);
	assert_int_equal(test_send(&f->a, &all, 4), 0);
	twonets_run(f->tn, 100);
	for (int len = 3; len <= 4; len++) {
		assert_int_equal(test_recv(&f->b, f->buf, BIG, &msg), len);
		assert_int_equal(msg.local.v4, len == 3 ? subnet.addr.v4 : all.addr.v4);
		assert_int_equal(test_recv(&second, f->buf, BIG, NULL), len);
	}
	/* No port unreachable for what was sent to all. */
	subnet.port = htons(1000);
	assert_int_equal(test_send(&f->a, &subnet, 3), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(f->net1->mib[MIB_IcmpOutDestUnreachs], 0);
	test_sock_close(&second);
}

/* Errors -------------------------------------------------------------------------------------- */

static void test_port_unreachable_tells_the_connected(void **state)
{
	struct fixture *f = *state;
	struct sock_addr nobody = addr4(ADDR_1, 1000);

	assert_int_equal(test_send(&f->a, &nobody, 10), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(f->net1->mib[MIB_UdpNoPorts], 1);
	assert_int_equal(f->net1->mib[MIB_IcmpOutDestUnreachs], 1);
	assert_int_equal(f->net0->mib[MIB_IcmpInDestUnreachs], 1);
	assert_int_equal(f->a.errors, 0);

	assert_int_equal(sock_connect(f->a.sk, &nobody), 0);
	assert_int_equal(test_send(&f->a, NULL, 10), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(f->a.errors, 1);
	assert_int_equal(test_send(&f->a, NULL, 10), -ECONNREFUSED); /* told once … */
	assert_int_equal(test_send(&f->a, NULL, 10), 0);	     /* … and sent again */
	twonets_run(f->tn, 100);
	assert_int_equal(sock_error(f->a.sk), ECONNREFUSED);
	assert_int_equal(sock_error(f->a.sk), 0);
}

static void test_recverr_keeps_the_error_and_the_payload(void **state)
{
	struct fixture *f = *state;
	struct sock_addr nobody = addr4(ADDR_1, 1000);
	struct sock_extended_err_info info;
	struct sock_msg msg;
	struct sk_buff *skb;

	assert_int_equal(test_setopt(&f->a, SOL_IP, IP_RECVERR, 1), 0);
	assert_int_equal(test_send(&f->a, &nobody, 10), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(f->a.errors, 1);
	skb = sock_recv_error(f->a.sk, &msg, &info);
	assert_non_null(skb);
	assert_int_equal(skb->len, 10);
	assert_pattern(skb->data, 10);
	skb_free(skb);
	assert_int_equal(info.err, ECONNREFUSED);
	assert_int_equal(info.origin, 2);
	assert_int_equal(info.type, 3);
	assert_int_equal(info.code, 3);
	assert_int_equal(info.offender.addr.v4, ip4(ADDR_1).v4);
	assert_int_equal(info.dest.addr.v4, ip4(ADDR_1).v4);
	assert_int_equal(info.dest.port, htons(1000));
	assert_null(sock_recv_error(f->a.sk, &msg, &info));
	assert_int_equal(f->a.sk->rmem, 0);
}

static void test_too_big_is_refused_where_fragments_are(void **state)
{
	struct fixture *f = *state;
	struct sock_extended_err_info info;
	struct sock_msg msg;
	struct sk_buff *skb;

	test_setopt(&f->a, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	test_setopt(&f->a, SOL_IP, IP_RECVERR, 1);
	assert_arrives(f, 1472);
	assert_int_equal(test_send(&f->a, &f->to_b, 1473), -EMSGSIZE);
	skb = sock_recv_error(f->a.sk, &msg, &info);
	assert_non_null(skb);
	assert_int_equal(info.err, EMSGSIZE);
	assert_int_equal(info.origin, 1);
	assert_int_equal(info.info, 1500);
	assert_int_equal(skb->len, 0);
	skb_free(skb);
	assert_int_equal(f->a.sk->wmem, 0);
}

static void test_unresolved_neighbour_is_host_unreachable(void **state)
{
	struct fixture *f = *state;
	struct sock_addr nowhere = addr4("10.0.0.99", 7);

	sock_setsockopt(f->a.sk, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5);
	assert_int_equal(sock_connect(f->a.sk, &nowhere), 0);
	assert_int_equal(test_setopt(&f->a, SOL_IP, IP_RECVERR, 1), 0);
	assert_int_equal(test_send(&f->a, NULL, 10), 0);
	twonets_run(f->tn, 5000);
	assert_int_equal(f->a.errors, 1);
	assert_int_equal(sock_error(f->a.sk), EHOSTUNREACH);
	assert_int_equal(f->a.sk->wmem, 0);
	/* And one that is still waiting when all is taken down. */
	assert_int_equal(test_send(&f->a, NULL, 10), 0);
}

static void test_no_route_is_told_at_once(void **state)
{
	struct fixture *f = *state;
	struct sock_addr far = addr4("192.0.2.1", 7);

	assert_int_equal(test_send(&f->a, &far, 10), -ENETUNREACH);
	assert_int_equal(sock_connect(f->a.sk, &far), -ENETUNREACH);
	assert_int_equal(test_send(&f->a, NULL, 10), -EDESTADDRREQ);
	assert_int_equal(test_send(&f->a, &(struct sock_addr){ .family = AF_INET6 }, 10), -EINVAL);
	far.family = AF_INET6;
	assert_int_equal(test_send(&f->a, &far, 10), -EAFNOSUPPORT);
	far = addr4(ADDR_1, 0);
	assert_int_equal(test_send(&f->a, &far, 10), -EINVAL);
}

/*
 * A router on the way says "too big" (RFC 1191): the error quotes our packet, so we must have sent
 * it.
 */
static void frag_needed(struct fixture *f, uint16_t mtu, uint16_t sport, uint16_t dport)
{
	uint8_t frame[ETH_LEN + IP_LEN + 8 + IP_LEN + 8] = {
		0x02,  0,	   0,	  0,	0,	  1,	0x02, 0, 0,
		0,     0,	   2,	  0x08, 0x00,	  0x45, 0,    0, IP_LEN + 8 + IP_LEN + 8,
		0,     0,	   0,	  0,	64,	  1,	0,    0, 10,
		0,     0,	   2,	  10,	0,	  0,	1,    3, 4,
		0,     0,	   0,	  0,	mtu >> 8, mtu,	0x45, 0, 0x05,
		0xdc,  0,	   0,	  0x40, 0,	  64,	17,   0, 0,
		10,    0,	   0,	  1,	10,	  0,	0,    2, sport >> 8,
		sport, dport >> 8, dport, 0x05, 0xc8,	  0,	0,
	};
	be16 sum = ip_compute_csum(frame + ETH_LEN, IP_LEN);

	memcpy(frame + ETH_LEN + 10, &sum, 2);
	sum = ip_compute_csum(frame + ETH_LEN + IP_LEN, sizeof(frame) - ETH_LEN - IP_LEN);
	memcpy(frame + ETH_LEN + IP_LEN + 2, &sum, 2);
	twonets_inject(f->tn, 0, frame, sizeof(frame));
	twonets_settle(f->tn);
}

static void test_path_mtu_is_learnt_by_the_socket_that_sent(void **state)
{
	struct fixture *f = *state;
	uint16_t sport;

	assert_int_equal(sock_connect(f->a.sk, &f->to_b), 0);
	sport = ntohs(f->a.sk->sport);
	test_setopt(&f->a, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
	assert_int_equal(test_getopt(&f->a, SOL_IP, IP_MTU), 1500);

	frag_needed(f, 1000, sport ^ 1, 7); /* of no socket of ours: not believed */
	assert_int_equal(test_getopt(&f->a, SOL_IP, IP_MTU), 1500);

	frag_needed(f, 1000, sport, 7);
	assert_int_equal(sock_error(f->a.sk), EMSGSIZE);
	assert_int_equal(test_getopt(&f->a, SOL_IP, IP_MTU), 1000);
	assert_int_equal(test_send(&f->a, NULL, 973), -EMSGSIZE);
	assert_int_equal(test_send(&f->a, NULL, 972), 0);

	test_setopt(&f->a, SOL_IP, IP_MTU_DISCOVER,
		    IP_PMTUDISC_PROBE); /* the path is what is probed */
	assert_int_equal(test_send(&f->a, NULL, 1472), 0);
	test_setopt(&f->a, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_WANT);
	assert_int_equal(test_send(&f->a, NULL, 1472), 0); /* in fragments */
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), 972);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), 1472);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), 1472);
	assert_int_equal(f->net0->mib[MIB_IpFragCreates], 2);
}

/* Memory -------------------------------------------------------------------------------------- */

static void test_a_full_receive_buffer_drops_and_counts(void **state)
{
	struct fixture *f = *state;
	uint64_t got = 0;

	assert_arrives(f, 1); /* the neighbour is known: nothing is lost in its queue */
	test_setopt(&f->b, SOL_SOCKET, SO_RCVBUF, 10000);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(test_send(&f->a, &f->to_b, 1000), 0);
		twonets_settle(f->tn);
	}
	assert_in_range(f->b.sk->rmem, 1, 20000 + 3000);
	while (test_recv(&f->b, f->buf, BIG, NULL) >= 0)
		got++;
	assert_in_range(got, 2, 20);
	assert_int_equal(got + f->b.sk->drops, 100);
	assert_int_equal(f->net1->mib[MIB_UdpRcvbufErrors], f->b.sk->drops);
	assert_int_equal(f->b.sk->rmem, 0);
	assert_arrives(f, 10);
}

/* Whoever has many sockets, and reads none of them, cannot have all memory. */
static void test_all_receive_buffers_together_have_a_limit(void **state)
{
	struct fixture *f = *state;
	struct sock_addr to_c = addr4(ADDR_1, 8);
	struct test_sock c;
	int got = 0;

	assert_arrives(f, 1);
	test_sock_bound(&c, f->net1, NULL, 8);
	transport_sysctl(f->net1)->dgram_mem = 20000;
	for (int i = 0; i < 100; i++) {
		assert_int_equal(test_send(&f->a, &f->to_b, 1000), 0);
		twonets_settle(f->tn);
	}
	assert_in_range(f->b.sk->rmem, 10000, 20000 + 3000);
	/* The other is heard all the same. */
	for (int i = 0; i < 10; i++) {
		assert_int_equal(test_send(&f->a, &to_c, 100), 0);
		twonets_settle(f->tn);
	}
	while (test_recv(&c, f->buf, BIG, NULL) == 100)
		got++;
	assert_in_range(got, 1, 9);
	assert_int_equal(got + c.sk->drops, 10);
	while (test_recv(&f->b, f->buf, BIG, NULL) >= 0)
		;
	assert_arrives(f, 10);
	test_sock_close(&c);
}

static void test_a_full_send_buffer_says_when_there_is_room(void **state)
{
	struct fixture *f = *state;
	int sent = 0, err;

	assert_arrives(f, 1); /* the neighbour is known: frames wait in the driver alone */
	test_setopt(&f->a, SOL_SOCKET, SO_SNDBUF, 10000);
	while ((err = test_send(&f->a, &f->to_b, 1000)) == 0)
		sent++;
	assert_int_equal(err, -EAGAIN);
	assert_in_range(sent, 2, 20);
	assert_int_equal(f->a.writable, 0);
	twonets_settle(f->tn);
	assert_int_equal(f->a.writable, 1);
	assert_int_equal(f->a.sk->wmem, 0);
	assert_int_equal(test_send(&f->a, &f->to_b, 1000), 0);
	twonets_settle(f->tn);
	assert_int_equal(f->a.writable, 1); /* nobody was told to wait */
}

static void test_closing_with_datagrams_on_their_way_is_fine(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(test_send(&f->a, &f->to_b, 3000), 0);
	test_sock_close(&f->a);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), 3000);
}

static void close_on_readable(struct sock *sk)
{
	struct test_sock *ts = sk->owner;

	ts->readable++;
	ts->sk = NULL;
	sock_close(sk, false);
}

static void test_an_owner_may_close_when_told_of_data(void **state)
{
	static const struct sock_ops ops = { .readable = close_on_readable };
	struct fixture *f = *state;

	f->b.sk->ops = &ops;
	for (int i = 0; i < 3; i++)
		test_send(&f->a, &f->to_b, 100);
	twonets_run(f->tn, 100);
	assert_int_equal(f->b.readable, 1);
	assert_null(f->b.sk);
}

/* The socket ---------------------------------------------------------------------------------- */

static void test_connect_chooses_the_source_and_disconnect_forgets_it(void **state)
{
	struct fixture *f = *state;
	struct sock_addr name, none = { .family = AF_UNSPEC };

	assert_int_equal(sock_getname(f->a.sk, true, &name), -ENOTCONN);
	assert_int_equal(sock_connect(f->a.sk, &f->to_b), 0);
	assert_int_equal(sock_getname(f->a.sk, false, &name), 0);
	assert_int_equal(name.addr.v4, ip4(ADDR_0).v4);
	assert_int_not_equal(name.port, 0);
	assert_int_equal(sock_getname(f->a.sk, true, &name), 0);
	assert_int_equal(name.addr.v4, ip4(ADDR_1).v4);
	assert_int_equal(name.port, htons(7));

	assert_int_equal(sock_connect(f->a.sk, &none), 0);
	assert_int_equal(sock_getname(f->a.sk, true, &name), -ENOTCONN);
	assert_int_equal(sock_getname(f->a.sk, false, &name), 0);
	assert_true(inaddr_any(&name.addr));
	assert_int_equal(name.port, 0);

	/* What bind(2) said stays. */
	name = addr4(ADDR_0, 5555);
	assert_int_equal(sock_bind(f->a.sk, &name), 0);
	assert_int_equal(sock_connect(f->a.sk, &f->to_b), 0);
	assert_int_equal(sock_connect(f->a.sk, &none), 0);
	assert_int_equal(sock_getname(f->a.sk, false, &name), 0);
	assert_int_equal(name.addr.v4, ip4(ADDR_0).v4);
	assert_int_equal(name.port, htons(5555));
}

static void test_the_connected_hears_its_peer_only(void **state)
{
	struct fixture *f = *state;
	struct test_sock stranger;
	struct sock_addr to_a;

	test_sock_bound(&stranger, f->net1, NULL, 8);
	assert_int_equal(sock_connect(f->a.sk, &f->to_b), 0);
	to_a = addr4(ADDR_0, ntohs(f->a.sk->sport));
	assert_int_equal(test_send(&stranger, &to_a, 1), 0);
	assert_int_equal(test_send(&f->b, &to_a, 2), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->a, f->buf, BIG, NULL), 2);
	assert_int_equal(test_recv(&f->a, f->buf, BIG, NULL), -1);
	test_sock_close(&stranger);
}

static void test_shutdown_for_writing_is_a_broken_pipe(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(sock_shutdown(f->b.sk, SHUT_WR), -ENOTCONN);
	assert_int_equal(sock_connect(f->a.sk, &f->to_b), 0);
	assert_int_equal(sock_shutdown(f->a.sk, SHUT_WR), 0);
	assert_int_equal(test_send(&f->a, NULL, 1), -EPIPE);
	assert_int_equal(sock_shutdown(f->a.sk, 3), -EINVAL);
}

static void test_over_loopback_by_any_of_our_addresses(void **state)
{
	static const char *const to[] = { "127.0.0.1", "127.1.2.3", ADDR_1, "0.0.0.0" };
	struct fixture *f = *state;
	struct test_sock c;
	struct sock_msg msg;

	test_sock_open(&c, f->net1, SOCK_DGRAM, 0);
	for (size_t i = 0; i < ARRAY_SIZE(to); i++) {
		struct sock_addr a = addr4(to[i], 7);

		assert_int_equal(test_send(&c, &a, 50000), 0);
		twonets_settle(f->tn);
		assert_int_equal(test_recv(&f->b, f->buf, BIG, &msg), 50000);
		assert_int_equal(msg.ifindex, f->net1->loopback->ifindex);
		assert_pattern(f->buf, 50000);
	}
	test_sock_close(&c);
}

static void test_min_ttl_refuses_what_came_from_afar(void **state)
{
	struct fixture *f = *state;

	test_setopt(&f->b, SOL_IP, IP_MINTTL, 255);
	test_send(&f->a, &f->to_b, 1);
	twonets_run(f->tn, 10);
	assert_int_equal(f->b.readable, 0);
	test_setopt(&f->a, SOL_IP, IP_TTL, 255);
	assert_arrives(f, 1);
}

/*
 * The options that a packet came with (IP_RECVOPTS), and as an answer would carry them
 * (IP_RETOPTS).
 */
static void test_options_are_sent_and_received(void **state)
{
	static const uint8_t record_route[] = { 7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct fixture *f = *state;
	uint8_t options[40];
	struct sk_buff *skb;
	struct sock_msg msg;

	assert_int_equal(sock_setsockopt(f->a.sk, SOL_IP, IP_OPTIONS, record_route,
					 sizeof(record_route)),
			 0);
	assert_int_equal(test_send(&f->a, &f->to_b, 100), 0);
	twonets_run(f->tn, 100);
	skb = sock_recv(f->b.sk, &msg);
	assert_non_null(skb);
	assert_int_equal(skb->len, 100);
	assert_int_equal(sock_recv_options(skb, false, options), 12);
	assert_memory_equal(options, "\x07\x0b\x0c\x0a\0\0\x01\x0a\0\0\x02\0", 12);
	assert_int_equal(sock_recv_options(skb, true, options), 12);
	assert_int_equal(options[0], 7);
	sock_unrecv(f->b.sk, skb);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, &msg), 100);
	assert_int_equal(msg.addr.port, f->a.sk->sport);
	assert_arrives(f, 65507 - 12);
	assert_int_equal(test_send(&f->a, &f->to_b, 65507 - 11), -EMSGSIZE);
}

/*
 * A device may join datagrams of one flow (UDP GRO, the other side's UDP_SEGMENT): sockets see
 * each.
 */
static void test_joined_datagrams_are_cut_again(void **state)
{
	struct fixture *f = *state;
	struct sk_buff *skb = testnet_skb(f->net1, 64, 1000);
	uint8_t hdr[ETH_LEN + IP_LEN + 8] = {
		0x02, 0, 0,    0,    0, 2, 0x02, 0, 0,	0,  0,	  1,	0x08, 0x00,
		0x45, 0, 0x04, 0x04, 0, 0, 0,	 0, 64, 17, 0,	  0,	10,   0,
		0,    1, 10,   0,    0, 2, 0x10, 0, 0,	7,  0x03, 0xf0, 0x12, 0x34,
	};
	be16 sum = ip_compute_csum(hdr + ETH_LEN, IP_LEN);
	struct sock_msg msg;

	memcpy(hdr + ETH_LEN + 10, &sum, 2);
	memcpy(skb_push(skb, sizeof(hdr)), hdr, sizeof(hdr));
	skb->gso_size = 300;
	skb->gso_type = GSO_UDP_L4;
	skb->csum = CSUM_UNNECESSARY;
	netdev_rx(f->tn->end[1].dev, skb);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(test_recv(&f->b, f->buf, BIG, &msg), i < 3 ? 300 : 100);
		assert_int_equal(f->buf[0], i * 300 & 0xff);
		assert_int_equal(msg.addr.port, htons(0x1000));
	}
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), -1);
	assert_int_equal(f->b.sk->rmem, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_datagrams_of_all_sizes_arrive),
		T(test_receiver_learns_of_fragments),
		T(test_receiver_learns_where_from_and_answers),
		T(test_message_overrides_ttl_tos_and_source),
		T(test_a_wrong_checksum_is_dropped_and_none_is_fine),
		T(test_a_wrong_length_is_dropped),
		T(test_no_check_sends_no_checksum),
		T(test_a_checksum_is_never_sent_as_zero),
		T(test_the_closest_match_gets_the_datagram),
		T(test_a_socket_on_another_device_gets_nothing),
		T(test_reuseport_spreads_flows_and_keeps_each),
		T(test_broadcasts_need_leave_and_reach_all),
		T(test_port_unreachable_tells_the_connected),
		T(test_recverr_keeps_the_error_and_the_payload),
		T(test_too_big_is_refused_where_fragments_are),
		T(test_unresolved_neighbour_is_host_unreachable),
		T(test_no_route_is_told_at_once),
		T(test_path_mtu_is_learnt_by_the_socket_that_sent),
		T(test_a_full_receive_buffer_drops_and_counts),
		T(test_all_receive_buffers_together_have_a_limit),
		T(test_a_full_send_buffer_says_when_there_is_room),
		T(test_closing_with_datagrams_on_their_way_is_fine),
		T(test_an_owner_may_close_when_told_of_data),
		T(test_connect_chooses_the_source_and_disconnect_forgets_it),
		T(test_the_connected_hears_its_peer_only),
		T(test_shutdown_for_writing_is_a_broken_pipe),
		T(test_over_loopback_by_any_of_our_addresses),
		T(test_min_ttl_refuses_what_came_from_afar),
		T(test_options_are_sent_and_received),
		T(test_joined_datagrams_are_cut_again),
	};

	return cmocka_run_group_tests_name("udp", tests, NULL, NULL);
}
