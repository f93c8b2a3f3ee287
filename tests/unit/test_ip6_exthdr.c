/* SPDX-License-Identifier: BSD-2-Clause */
/* Extension headers: what is passed, what is refused, and what the sender is told of it. */
#include "stack/ipv6/ip6_exthdr.h"

#include <limits.h>
#include <string.h>
#include "tests/unit/ip6net.h"

#define US    "2001:db8::1"
#define THEM  "2001:db8::7"
#define GROUP "ff02::1"

#define HOP  IPPROTO_HOPOPTS
#define DST  IPPROTO_DSTOPTS
#define RT   IPPROTO_ROUTING
#define NONE IPPROTO_NONE
#define UDP  PROTO6_TEST
#define PAD4 1, 4, 0, 0, 0, 0

#define BYTES(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

static int setup(void **state)
{
	int err = ip6net_setup_host(state);
	struct net *net = *state;

	net->ipv6->sysctl.icmp_ratelimit = 0;
	return err;
}

static void rx_to(struct net *net, const char *dst, uint8_t nexthdr, const uint8_t *bytes,
		  size_t len)
{
	net->now += NSEC_PER_SEC; /* for the rate limit of all together */
	rx_ip6(dev_of(net, "d0"), bytes6(net, THEM, dst, nexthdr, bytes, len));
}

static void rx(struct net *net, uint8_t nexthdr, const uint8_t *bytes, size_t len)
{
	rx_to(net, US, nexthdr, bytes, len);
}

static void assert_dropped(struct net *net, enum drop_reason reason)
{
	struct net_device *dev = dev_of(net, "d0");

	assert_true(skb_queue_empty(deliveries6(net)));
	assert_silent6(dev);
	assert_int_equal(dev->drops[reason], 1);
	dev->drops[reason] = 0;
}

static void assert_problem(struct net *net, uint8_t code, uint32_t pointer)
{
	assert_true(skb_queue_empty(deliveries6(net)));
	assert_icmp6(dev_of(net, "d0"), ICMP6_PARAM_PROB, code, pointer);
	assert_silent6(dev_of(net, "d0"));
}

static void test_headers_are_passed_and_noted(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;

	rx(net, HOP,
	   BYTES(DST, 0, PAD4, /* 48 */ RT, 0, PAD4, /* 56 */ DST, 0, 0, 0, 0, 0, 0, 0,
		 /* 64 */ UDP, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'x'));
	/* 12 bytes of padding are more than anything needs */
	assert_dropped(net, DROP_IP6_EXTHDR);
	rx(net, HOP, BYTES(DST, 0, PAD4, RT, 0, PAD4, DST, 0, 0, 0, 0, 0, 0, 0, UDP, 0, PAD4, 'x'));
	skb = skb_dequeue(deliveries6(net));
	assert_non_null(skb);
	assert_int_equal(skb->len, 1);
	assert_int_equal(*skb->data, 'x');
	assert_int_equal(ip6_cb(skb)->hop, 40 / 8);
	assert_int_equal(ip6_cb(skb)->dst0, 48 / 8);
	assert_int_equal(ip6_cb(skb)->rt, 56 / 8);
	assert_int_equal(ip6_cb(skb)->dst1, 64 / 8);
	assert_int_equal(ip6_cb(skb)->nhoff, 64);
	assert_int_equal(ip6_cb(skb)->parm.proto, UDP);
	skb_free(skb);
}

static void test_all_lengths(void **state)
{
	struct net *net = *state;
	uint8_t bytes[8 * 256 + 3];

	net->ipv6->sysctl.max_dst_opts_number = 10000;
	for (unsigned units = 1; units <= 256; units++) {
		memset(bytes, 0, sizeof(bytes));
		bytes[0] = UDP;
		bytes[1] = units - 1;
		for (unsigned at = 2; at < units * 8;) { /* known to be harmless */
			unsigned len = min(units * 8 - at, 257u);

			if (units * 8 - at - len == 1)
				len--;
			bytes[at] = 0x1e;
			bytes[at + 1] = len - 2;
			at += len;
		}
		rx(net, DST, bytes, units * 8 + 3);
		assert_delivered6(net, 3);
		rx(net, DST, bytes, units * 8 - 1); /* runs off the packet */
		assert_dropped(net, DROP_IP6_EXTHDR);
	}
}

static void test_unknown_options_ask_for_what_happens(void **state)
{
	struct net *net = *state;

	for (unsigned hop = 0; hop < 2; hop++) {
		uint8_t h = hop ? HOP : DST;

		rx(net, h, BYTES(UDP, 0, 0x3e, 4, 1, 2, 3, 4, 'x')); /* skip */
		assert_delivered6(net, 1);
		rx(net, h, BYTES(UDP, 0, 0x7e, 4, 1, 2, 3, 4, 'x')); /* discard */
		assert_dropped(net, DROP_IP6_OPTION);
		rx(net, h, BYTES(UDP, 0, 0, 0, 0xbe, 2, 1, 2, 'x')); /* report */
		assert_problem(net, ICMP6_UNK_OPTION, 44);
		rx(net, h, BYTES(UDP, 0, 0, 0, 0xfe, 2, 1, 2, 'x')); /* report unless multicast */
		assert_problem(net, ICMP6_UNK_OPTION, 44);

		rx_to(net, GROUP, h, BYTES(UDP, 0, 0x3e, 4, 1, 2, 3, 4, 'x'));
		assert_delivered6(net, 1);
		rx_to(net, GROUP, h, BYTES(UDP, 0, 0x7e, 4, 1, 2, 3, 4, 'x'));
		dev_of(net, "d0")->drops[DROP_IP6_OPTION] = 0;
		assert_silent6(dev_of(net, "d0"));
		rx_to(net, GROUP, h, BYTES(UDP, 0, 0, 0, 0xbe, 2, 1, 2, 'x'));
		assert_problem(net, ICMP6_UNK_OPTION, 44);
		dev_of(net, "d0")->drops[DROP_IP6_OPTION] = 0;
		rx_to(net, GROUP, h, BYTES(UDP, 0, 0, 0, 0xfe, 2, 1, 2, 'x'));
		assert_dropped(net, DROP_IP6_OPTION);
	}
}

static void test_padding(void **state)
{
	struct net *net = *state;

	rx(net, DST, BYTES(UDP, 0, 0, 0, 0, 0, 0, 0, 'x'));
	assert_delivered6(net, 1); /* six times Pad1 */
	rx(net, DST, BYTES(UDP, 0, 1, 0, 1, 2, 0, 0, 'x'));
	assert_delivered6(net, 1);
	rx(net, DST, BYTES(UDP, 0, 1, 4, 0, 0, 0, 1, 'x')); /* says something */
	assert_dropped(net, DROP_IP6_EXTHDR);
	rx(net, DST, BYTES(UDP, 1, 1, 6, 0, 0, 0, 0, 0, 0, 0x1e, 4, 0, 0, 0, 0, 'x')); /* 8 bytes */
	assert_dropped(net, DROP_IP6_EXTHDR);
	rx(net, DST, BYTES(UDP, 1, 1, 4, 0, 0, 0, 0, 0, 0, 0x1e, 4, 0, 0, 0, 0, 'x')); /* 6 + 2 */
	assert_dropped(net, DROP_IP6_EXTHDR);
	rx(net, DST, BYTES(UDP, 1, 1, 4, 0, 0, 0, 0, 0x1e, 0, 1, 4, 0, 0, 0, 0, 'x'));
	assert_delivered6(net, 1);
}

static void test_options_that_run_off(void **state)
{
	struct net *net = *state;

	for (unsigned hop = 0; hop < 2; hop++) {
		uint8_t h = hop ? HOP : DST;

		rx(net, h, BYTES(UDP, 0, 0x1e, 5, 0, 0, 0, 0, 'x'));
		assert_dropped(net, DROP_IP6_EXTHDR);
		rx(net, h, BYTES(UDP, 0, 0x1e, 255, 0, 0, 0, 0, 'x'));
		assert_dropped(net, DROP_IP6_EXTHDR);
		rx(net, h, BYTES(UDP, 0, 0, 0, 0, 0, 0, 0x1e, 'x')); /* no length */
		assert_dropped(net, DROP_IP6_EXTHDR);
		rx(net, h, BYTES(UDP, 0, 1, 5, 0, 0, 0, 0, 'x'));
		assert_dropped(net, DROP_IP6_EXTHDR);
		rx(net, h, BYTES(UDP, 1, PAD4));
		assert_dropped(net, DROP_IP6_EXTHDR);
		rx(net, h, BYTES(UDP));
		assert_dropped(net, DROP_IP6_EXTHDR);
		rx(net, h, (const uint8_t *)"", 0);
		assert_dropped(net, DROP_IP6_EXTHDR);
	}
}

static void test_how_many_options(void **state)
{
	const uint8_t eight[] = { UDP,	2, 0x1e, 0, 0x1e, 0, 0x1e, 0, 0x1e, 0, 0x1e, 0,
				  0x1e, 0, 0x1e, 0, 0x1e, 0, 1,	   4, 0,    0, 0,    0 };
	struct net *net = *state;

	assert_int_equal(sizeof(eight), 24);
	for (unsigned hop = 0; hop < 2; hop++) {
		uint8_t nine[sizeof(eight)];

		rx(net, hop ? HOP : DST, eight, sizeof(eight));
		assert_delivered6(net, 0);
		memcpy(nine, eight, sizeof(nine));
		nine[18] = 0x1e;
		rx(net, hop ? HOP : DST, nine, sizeof(nine));
		assert_dropped(net, DROP_IP6_EXTHDR);
	}
	net->ipv6->sysctl.max_dst_opts_number = 7;
	rx(net, DST, eight, sizeof(eight));
	assert_dropped(net, DROP_IP6_EXTHDR);
	net->ipv6->sysctl.max_hbh_opts_number = 0;
	rx(net, HOP, eight, sizeof(eight));
	assert_dropped(net, DROP_IP6_EXTHDR);
}

static void test_how_many_bytes(void **state)
{
	struct net *net = *state;

	net->ipv6->sysctl.max_dst_opts_length = 8;
	net->ipv6->sysctl.max_hbh_length = 16;
	rx(net, DST, BYTES(UDP, 0, PAD4));
	assert_delivered6(net, 0);
	rx(net, DST, BYTES(UDP, 1, 0x1e, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	assert_dropped(net, DROP_IP6_EXTHDR);
	rx(net, HOP, BYTES(UDP, 1, 0x1e, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	assert_delivered6(net, 0);
	net->ipv6->sysctl.max_hbh_length = 8;
	rx(net, HOP, BYTES(UDP, 1, 0x1e, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
	assert_dropped(net, DROP_IP6_EXTHDR);
}

static void test_router_alert(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;

	rx(net, HOP, BYTES(UDP, 0, 5, 2, 0, 0, 1, 0));
	skb = skb_dequeue(deliveries6(net));
	assert_non_null(skb);
	assert_int_equal(ip6_cb(skb)->flags, IP6SKB_ROUTER_ALERT);
	skb_free(skb);
	rx(net, HOP, BYTES(UDP, 0, 5, 4, 0, 0, 0, 0));
	assert_dropped(net, DROP_IP6_EXTHDR);
	rx(net, DST, BYTES(UDP, 0, 5, 2, 0, 0, 1, 0)); /* there it is but an unknown one */
	skb = skb_dequeue(deliveries6(net));
	assert_non_null(skb);
	assert_int_equal(ip6_cb(skb)->flags, 0);
	skb_free(skb);
}

static void test_jumbograms_are_refused(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;

	rx(net, HOP, BYTES(UDP, 0, 0xc2, 4, 0, 1, 0, 0));
	assert_problem(net, ICMP6_UNK_OPTION, 42);
	skb = bytes6(net, THEM, US, HOP, BYTES(UDP, 0, 0xc2, 4, 0, 1, 0, 0));
	ipv6_hdr(skb)->payload_len = 0;
	rx_ip6(dev_of(net, "d0"), skb);
	assert_problem(net, ICMP6_UNK_OPTION, 42);
	/* No length, and no option that says it. */
	skb = bytes6(net, THEM, US, HOP, BYTES(UDP, 0, PAD4));
	ipv6_hdr(skb)->payload_len = 0;
	rx_ip6(dev_of(net, "d0"), skb);
	assert_dropped(net, DROP_IP6_HDR);
}

static void test_hop_by_hop_options_come_first_or_not_at_all(void **state)
{
	struct net *net = *state;

	rx(net, DST, BYTES(HOP, 0, PAD4, UDP, 0, PAD4));
	assert_problem(net, ICMP6_UNK_NEXTHDR, 40);
	rx(net, HOP, BYTES(HOP, 0, PAD4, UDP, 0, PAD4));
	assert_problem(net, ICMP6_UNK_NEXTHDR, 40);
}

static void test_routing_headers(void **state)
{
	struct net *net = *state;

	for (unsigned type = 0; type < 256; type++) {
		rx(net, RT, BYTES(UDP, 0, type, 0, 0, 0, 0, 0, 'x')); /* at the end of its way */
		assert_delivered6(net, 1);
		rx(net, RT, BYTES(UDP, 0, type, 1, 0, 0, 0, 0, 'x'));
		assert_problem(net, ICMP6_HDR_FIELD, 42);
	}
	rx(net, DST,
	   BYTES(RT, 0, PAD4, UDP, 2, 0, 1, 0, 0, 0, 0, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0,
		 0, 0, 0, 9, 'x'));
	assert_problem(net, ICMP6_HDR_FIELD, 50);
	rx_to(net, GROUP, RT, BYTES(UDP, 0, 0, 0, 0, 0, 0, 0, 'x'));
	assert_dropped(net, DROP_IP_INADDRERRORS);
	rx(net, RT, BYTES(UDP, 1, 0, 0, 0, 0, 0, 0, 'x'));
	assert_dropped(net, DROP_IP6_EXTHDR);
}

static void test_no_next_header(void **state)
{
	struct net *net = *state;

	rx(net, NONE, BYTES('x'));
	assert_dropped(net, DROP_IP6_NONEXTHDR);
	rx(net, DST, BYTES(NONE, 0, PAD4));
	assert_dropped(net, DROP_IP6_NONEXTHDR);
}

static void test_an_unknown_header_is_pointed_at(void **state)
{
	struct net *net = *state;

	rx(net, HOP, BYTES(DST, 0, PAD4, 254, 0, PAD4, 1, 2, 3));
	assert_problem(net, ICMP6_UNK_NEXTHDR, 48);
}

static void test_a_long_chain(void **state)
{
	struct net *net = *state;
	uint8_t bytes[8 * 180];

	for (unsigned i = 0; i < 180; i++)
		memcpy(bytes + i * 8, (const uint8_t[]){ i == 179 ? UDP : DST, 0, PAD4 }, 8);
	rx(net, DST, bytes, sizeof(bytes));
	assert_delivered6(net, 0);
}

/* By looks --------------------------------------------------------------------------------------- */

static void test_skipping(void **state)
{
	static const struct {
		uint8_t first;
		uint8_t bytes[40];
		uint8_t len;
		int off; /* from the first header; -1: off the packet */
		uint8_t nexthdr;
		uint16_t frag_off;
	} cases[] = {
		{ UDP, { 1, 2 }, 2, 0, UDP, 0 },
		{ UDP, { 0 }, 0, 0, UDP, 0 },
		{ NONE, { 0 }, 0, 0, NONE, 0 },
		{ HOP, { UDP, 0, PAD4 }, 8, 8, UDP, 0 },
		{ HOP, { UDP, 0, PAD4 }, 7, -1, 0, 0 },
		{ HOP, { UDP, 1, PAD4 }, 8, -1, 0, 0 },
		{ HOP, { UDP }, 1, -1, 0, 0 },
		{ HOP, { RT, 0, PAD4, DST, 0, PAD4, UDP, 1 }, 32, 32, UDP, 0 },
		{ IPPROTO_AH, { UDP, 1 }, 12, 12, UDP, 0 },
		{ 135, { 58, 1 }, 16, 16, 58, 0 },
		{ IPPROTO_FRAGMENT, { UDP, 0, 0, 1 }, 8, 8, UDP, 1 },
		{ IPPROTO_FRAGMENT, { DST, 0, 0, 1, 0, 0, 0, 0, UDP, 0 }, 16, 16, UDP, 1 },
		{ IPPROTO_FRAGMENT, { DST, 0, 0, 9, 0, 0, 0, 0, UDP, 0 }, 16, 8, DST, 9 },
		{ IPPROTO_FRAGMENT, { DST, 0, 0, 9, 0, 0, 0 }, 7, -1, 0, 0 },
	};
	struct net *net = *state;

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sk_buff *skb =
			bytes6(net, THEM, US, cases[i].first, cases[i].bytes, cases[i].len);
		uint8_t nexthdr = cases[i].first;
		uint16_t frag_off = 77;
		int off = ip6_skip_exthdrs(skb, 40, &nexthdr, &frag_off);

		assert_int_equal(off, cases[i].off < 0 ? -1 : 40 + cases[i].off);
		if (off >= 0) {
			assert_int_equal(nexthdr, cases[i].nexthdr);
			assert_int_equal(frag_off, cases[i].frag_off);
		}
		skb_free(skb);
	}
}

static void test_where_a_fragment_header_belongs(void **state)
{
	static const struct {
		uint8_t first;
		uint8_t bytes[40];
		uint8_t len;
		int off;
		uint32_t nhoff;
	} cases[] = {
		{ UDP, { 0 }, 8, 40, 6 },
		{ DST, { UDP, 0, PAD4 }, 16, 40, 6 },
		{ HOP, { UDP, 0, PAD4 }, 16, 48, 40 },
		{ HOP, { DST, 0, PAD4, UDP, 0, PAD4 }, 16, 48, 40 },
		{ HOP, { DST, 0, PAD4, RT, 0, PAD4, DST, 0, PAD4, UDP, 0 }, 32, 64, 56 },
		{ RT, { UDP, 0, PAD4 }, 8, 48, 40 },
		{ RT, { UDP, 1, PAD4 }, 8, -1, 0 },
		{ HOP, { UDP }, 1, -1, 0 },
	};
	struct net *net = *state;

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sk_buff *skb =
			bytes6(net, THEM, US, cases[i].first, cases[i].bytes, cases[i].len);
		uint32_t nhoff;

		assert_int_equal(ip6_unfragmentable(skb, &nhoff), cases[i].off);
		if (cases[i].off >= 0)
			assert_int_equal(nhoff, cases[i].nhoff);
		skb_free(skb);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, ip6net_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_headers_are_passed_and_noted),
		TEST(test_all_lengths),
		TEST(test_unknown_options_ask_for_what_happens),
		TEST(test_padding),
		TEST(test_options_that_run_off),
		TEST(test_how_many_options),
		TEST(test_how_many_bytes),
		TEST(test_router_alert),
		TEST(test_jumbograms_are_refused),
		TEST(test_hop_by_hop_options_come_first_or_not_at_all),
		TEST(test_routing_headers),
		TEST(test_no_next_header),
		TEST(test_an_unknown_header_is_pointed_at),
		TEST(test_a_long_chain),
		TEST(test_skipping),
		TEST(test_where_a_fragment_header_belongs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
