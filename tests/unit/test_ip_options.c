/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4 options: a table of right and wrong ones; what is recorded; what is echoed. */
#include "stack/ipv4/ip_options.h"

#include <errno.h>
#include <string.h>
#include "stack/ipv4/icmp.h"
#include "tests/unit/ip4net.h"

static int setup(void **state)
{
	struct net *net = ip4net_create();

	ip4net_dev(net, "d0");
	addr_add(net, "d0", "10.0.0.1/24");
	arp_learn(dev_of(net, "d0"), "10.0.0.7");
	*state = net;
	return 0;
}

/* A packet with these options, padded by zeros. */
static struct sk_buff *packet(struct net *net, const uint8_t *opt, unsigned len)
{
	struct sk_buff *skb = udp_packet(net, "10.0.0.7", "10.0.0.1", 64);
	unsigned padded = ALIGN_UP(len, 4);
	struct ipv4_hdr *ip = skb_push(skb, padded);

	memmove(ip, (uint8_t *)ip + padded, sizeof(*ip));
	memset(ip + 1, 0, padded);
	memcpy(ip + 1, opt, len);
	ip->ver_ihl = 0x40 | (5 + padded / 4);
	ip->tot_len = htons(skb->len);
	ip_send_check(ip);
	skb_reset_network_header(skb);
	memset(skb->cb, 0, sizeof(skb->cb));
	return skb;
}

struct option_case {
	const char *what;
	uint8_t bytes[40];
	uint8_t len;
	int bad; /* offset in the header; -1: it is right; 0: refused in silence */
};

static const struct option_case cases[] = {
	{ "nothing", { 0 }, 4, -1 },
	{ "no-ops", { 1, 1, 1, 1 }, 4, -1 },
	{ "unknown", { 99, 4, 7, 7 }, 4, -1 },
	{ "behind the end all may stand", { 0, 7, 0, 255 }, 4, -1 },
	{ "length 0", { 99, 0, 0, 0 }, 4, 20 },
	{ "length 1", { 99, 1, 0, 0 }, 4, 20 },
	{ "no length", { 1, 1, 1, 99 }, 4, 23 },
	{ "length beyond the header", { 1, 99, 4, 0 }, 4, 21 },
	{ "record route", { 7, 7, 4 }, 8, -1 },
	{ "record route, full", { 7, 7, 8 }, 8, -1 },
	{ "record route, no pointer", { 7, 2, 0, 0 }, 4, 21 },
	{ "record route, pointer too small", { 7, 7, 3 }, 8, 22 },
	{ "record route, pointer too near the end", { 7, 7, 5 }, 8, 22 },
	{ "record route, twice", { 7, 3, 4, 7, 3, 4 }, 8, 23 },
	{ "timestamp", { 68, 8, 5, 0 }, 8, -1 },
	{ "timestamp with address", { 68, 12, 5, 1 }, 12, -1 },
	{ "timestamp, prespecified", { 68, 12, 5, 3, 10, 0, 0, 1 }, 12, -1 },
	{ "timestamp, short", { 68, 3, 5, 0 }, 4, 21 },
	{ "timestamp, pointer too small", { 68, 8, 4, 0 }, 8, 22 },
	{ "timestamp, no room for the address", { 68, 8, 5, 1 }, 8, 22 },
	{ "timestamp, unknown flag", { 68, 8, 5, 2 }, 8, 23 },
	{ "timestamp, full", { 68, 8, 9, 0x10 }, 8, -1 },
	{ "timestamp, overflow counter full", { 68, 8, 9, 0xf0 }, 8, 23 },
	{ "router alert", { 148, 4, 0, 0 }, 4, -1 },
	{ "router alert, short", { 148, 3, 0, 0 }, 4, 21 },
	{ "loose source route", { 131, 7, 4, 9, 9, 9, 9 }, 8, 0 },
	{ "strict source route", { 137, 7, 4, 9, 9, 9, 9 }, 8, 0 },
};

static void test_right_and_wrong_ones(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	unsigned i;

	ipv4_sysctl(net)->icmp_ratelimit = 0;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct option_case *c = &cases[i];
		uint64_t errors = net->mib[MIB_IpInHdrErrors];
		struct sk_buff *skb;

		testnet_advance(net, sec_to_ktime(1));
		tx_clear(d0);
		rx_ip(d0, packet(net, c->bytes, c->len));
		skb = skb_dequeue(deliveries(net));
		if (!skb != (c->bad >= 0) || net->mib[MIB_IpInHdrErrors] - errors != (c->bad >= 0))
			fail_msg("%s", c->what);
		skb_free(skb);
		if (c->bad > 0)
			assert_icmp(d0, ICMP_PARAMETERPROB, 0, (uint32_t)c->bad << 24);
		else
			assert_null(tx_ip(d0));
	}
}

/* Whatever stands there, nothing is read or written beyond the header. */
static void test_random_bytes(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	static const uint8_t types[] = { 0, 1, 7, 68, 148, 131, 137, 200 };
	uint64_t seed = 5;
	uint8_t opt[40];
	unsigned i, k;

	for (i = 0; i < 20000; i++) {
		unsigned len = 4 * (1 + test_below(&seed, 10));

		for (k = 0; k < len; k++)
			opt[k] = test_below(&seed, 3) ? test_below(&seed, 12)
						      : types[test_below(&seed, ARRAY_SIZE(types))];
		rx_ip(d0, packet(net, opt, len));
		skb_queue_purge(deliveries(net));
		tx_clear(d0);
		ip_options_check(opt, len - test_below(&seed, 4));
	}
}

static void test_we_are_recorded_where_the_route_ends(void **state)
{
	static const uint8_t rr[12] = { 7, 11, 8, 9, 9, 9, 9 };
	static const uint8_t ts[12] = { 68, 12, 5, 1 };
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	const struct ipv4_hdr *ip;
	struct sk_buff *skb;
	const uint8_t *opt;
	be32 time;

	rx_ip(d0, packet(net, rr, 12));
	skb = skb_dequeue(deliveries(net));
	ip = ip_hdr(skb);
	opt = (const uint8_t *)(ip + 1);
	assert_int_equal(opt[2], 12);
	assert_memory_equal(opt + 7, &ip->daddr, 4);
	assert_int_equal(ip->check, ({
				 struct ipv4_hdr *w = ip_hdr(skb);
				 be16 old = w->check;
				 ip_send_check(w);
				 old;
			 }));
	skb_free(skb);

	testnet_advance(net, ms_to_ktime(777));
	rx_ip(d0, packet(net, ts, 12));
	skb = skb_dequeue(deliveries(net));
	opt = (const uint8_t *)(ip_hdr(skb) + 1);
	assert_int_equal(opt[2], 13);
	memcpy(&time, opt + 8, 4);
	assert_int_equal(ntohl(time), 0x80000000u + 777);
	skb_free(skb);
}

static void test_timestamps(void **state)
{
	static const uint8_t ours[12] = { 68, 12, 5, 3, 10, 0, 0, 1 },
			     theirs[12] = { 68, 12, 5, 3, 10, 0, 0, 9 };
	static const uint8_t full[] = { 68, 4, 5, 0x10 };
	struct net *net = *state;
	struct sk_buff *skb;
	uint8_t bad;

	skb = packet(net, ours, 12);
	assert_int_equal(ip_options_rcv(net, skb, &bad), 0);
	assert_true(ip_options_mark(net, skb, 0));
	assert_int_equal(((uint8_t *)(ip_hdr(skb) + 1))[2], 13);
	skb_free(skb);

	skb = packet(net, theirs, 12);
	assert_int_equal(ip_options_rcv(net, skb, &bad), 0);
	assert_false(ip_options_mark(net, skb, 0));
	skb_free(skb);

	skb = packet(net, full, 4);
	assert_int_equal(ip_options_rcv(net, skb, &bad), 0);
	assert_true(ip_options_mark(net, skb, 0));
	assert_int_equal(((uint8_t *)(ip_hdr(skb) + 1))[3], 0x20);
	skb_free(skb);
}

static void test_forwarding_records_the_way_out(void **state)
{
	static const uint8_t rr[8] = { 7, 7, 4 };
	struct net *net = *state;
	struct net_device *d1 = ip4net_dev(net, "d1");
	struct sk_buff *skb = packet(net, rr, 8);
	struct ipv4_hdr *ip = ip_hdr(skb);
	const be32 us = ip4_addr("10.0.1.1");

	addr_add(net, "d1", "10.0.1.1/24");
	arp_learn(d1, "10.0.1.7");
	tx_clear(d1);
	ipv4_set_forwarding(net, true);
	ip->daddr = ip4_addr("10.0.1.7");
	ip_send_check(ip);
	rx_ip(dev_of(net, "d0"), skb);
	skb = tx_ip(d1);
	assert_memory_equal((uint8_t *)(ip_hdr(skb) + 1) + 3, &us, 4);
	skb_free(skb);
}

static void test_an_answer_carries_what_was_recorded(void **state)
{
	static const uint8_t in[] = { 148, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 68, 8, 5, 0, 0, 0, 0, 0 };
	static const uint8_t want[] = { 7, 7, 4, 0, 0, 0, 0, 68, 8, 5, 0, 0, 0, 0, 0, 0 };
	struct net *net = *state;
	struct sk_buff *skb = packet(net, in, sizeof(in));
	uint8_t out[IPOPT_MAX_LEN], bad;

	assert_int_equal(ip_options_rcv(net, skb, &bad), 0);
	assert_int_equal(ip_options_echo(skb, out), sizeof(want));
	assert_memory_equal(out, want, sizeof(want));
	skb_free(skb);
}

static void test_later_fragments_carry_only_what_is_to_be_copied(void **state)
{
	uint8_t opt[] = { 7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0 };
	static const uint8_t want[] = { 1, 1, 1, 1, 1, 1, 1, 148, 4, 0, 0, 0 };

	(void)state;
	ip_options_fragment(opt, sizeof(opt));
	assert_memory_equal(opt, want, sizeof(want));
}

static void test_options_of_applications(void **state)
{
	uint8_t rr[IPOPT_MAX_LEN] = { 7, 7, 4 }, bad[IPOPT_MAX_LEN] = { 7, 7, 1 },
		lsrr[IPOPT_MAX_LEN] = { 131, 7, 4 };

	(void)state;
	assert_int_equal(ip_options_check(rr, 0), 0);
	assert_int_equal(ip_options_check(rr, 7), 8);
	assert_int_equal(ip_options_check(bad, 7), -EINVAL);
	assert_int_equal(ip_options_check(lsrr, 7), -EINVAL);
	assert_int_equal(ip_options_check(rr, 41), -EINVAL);
}

int main(void)
{
#define TEST_CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, ip4net_teardown)
	const struct CMUnitTest tests[] = {
		TEST_CASE(test_right_and_wrong_ones),
		TEST_CASE(test_random_bytes),
		TEST_CASE(test_we_are_recorded_where_the_route_ends),
		TEST_CASE(test_timestamps),
		TEST_CASE(test_forwarding_records_the_way_out),
		TEST_CASE(test_an_answer_carries_what_was_recorded),
		TEST_CASE(test_later_fragments_carry_only_what_is_to_be_copied),
		TEST_CASE(test_options_of_applications),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
