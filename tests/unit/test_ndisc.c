/* SPDX-License-Identifier: BSD-2-Clause */
/* Neighbour solicitations and advertisements (RFC 4861 7): what is answered, what is learnt, and what is not. */
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include "stack/link/ethernet.h"
#include "tests/unit/ndrig.h"

#define LL	  "fe80::ff:fe00:1"
#define SOLICITED "ff02::1:ff00:1"
#define HOST	  "fe80::9"
#define OTHER_MAC "\x02\x00\x00\x00\x01\xdd"

static void send_to(const char *dst)
{
	struct inet_xmit x = { .proto = IPPROTO_UDP, .ttl = 64, .saddr = a6(LL), .daddr = a6(dst) };

	ip6_send_link(nd.net, testnet_skb(nd.net, SKB_HEADROOM, 32), nd.dev, &x);
	net_finish_batch(nd.net);
}

static void assert_ha(const char *addr, const char *mac)
{
	const union inaddr key = a6(addr);
	struct neighbour *neigh = neigh_lookup(ipv6_neigh_table(nd.net), &key, nd.dev);

	assert_non_null(neigh);
	assert_memory_equal(neigh->ha, mac, 6);
	neigh_release(neigh);
}

static void assert_advert(const char *target, const char *dst, uint32_t flags, bool lladdr)
{
	struct sent s;

	assert_true(nd_sent(&s));
	assert_int_equal(s.type, ICMP6_NEIGH_ADVERT);
	assert_string_equal(s.target, target);
	assert_string_equal(s.dst, dst);
	assert_int_equal(s.info, flags);
	assert_int_equal(s.lladdr, lladdr);
}

static void test_solicitation_is_answered_and_its_sender_learnt(void **state)
{
	(void)state;
	rx_ns(HOST, SOLICITED, LL, ND_STATION);
	assert_advert(LL, HOST, ND_NA_SOLICITED | ND_NA_OVERRIDE, true);
	assert_int_equal(nud_of(HOST), NUD_DELAY); /* stale, and the answer was sent to it */
	assert_ha(HOST, ND_STATION);
	/* Asked by unicast, it is known where we are. */
	rx_ns(HOST, LL, LL, ND_STATION);
	assert_advert(LL, HOST, ND_NA_SOLICITED, false);
	set_conf(force_tllao, 1);
	rx_ns(HOST, LL, LL, ND_STATION);
	assert_advert(LL, HOST, ND_NA_SOLICITED, true);
	set_all(forwarding, 1);
	rx_ns(HOST, SOLICITED, LL, ND_STATION);
	assert_advert(LL, HOST, ND_NA_ROUTER | ND_NA_SOLICITED | ND_NA_OVERRIDE, true);
}

static void test_probes_of_others_are_answered_to_all(void **state)
{
	(void)state;
	rx_ns("::", SOLICITED, LL, NULL);
	assert_advert(LL, "ff02::1", ND_NA_OVERRIDE, true);
	assert_int_equal(nud_of("::"), 0);
}

static void test_solicitations_for_others_teach_nothing(void **state)
{
	(void)state;
	rx_ns(HOST, "ff02::1", "fe80::77", ND_STATION);
	assert_sent_nothing();
	assert_int_equal(nud_of(HOST), 0);
	assert_int_equal(dropped(DROP_NDISC_IGNORED), 1);
}

static void test_resolution(void **state)
{
	struct sent s;

	(void)state;
	send_to(HOST);
	assert_int_equal(nud_of(HOST), NUD_INCOMPLETE);
	assert_true(nd_sent(&s));
	assert_int_equal(s.type, ICMP6_NEIGH_SOLICIT);
	assert_string_equal(s.src, LL);
	assert_string_equal(s.dst, "ff02::1:ff00:9");
	assert_string_equal(s.target, HOST);
	assert_true(s.lladdr);
	rx_na(HOST, LL, HOST, ND_NA_SOLICITED | ND_NA_OVERRIDE, ND_STATION);
	assert_int_equal(nud_of(HOST), NUD_REACHABLE);
	assert_ha(HOST, ND_STATION);
}

static void test_source_of_a_solicitation_is_the_packets(void **state)
{
	struct inet_xmit x = { .proto = IPPROTO_UDP,
			       .ttl = 64,
			       .saddr = a6("2001:db8::1"),
			       .daddr = a6("2001:db8::9") };
	struct sent s;

	(void)state;
	nd_addr_add("2001:db8::1/64 nodad");
	ip6_send_link(nd.net, testnet_skb(nd.net, SKB_HEADROOM, 32), nd.dev, &x);
	assert_true(nd_sent(&s));
	assert_string_equal(s.src, "2001:db8::1");
	/* One that is not ours is not. */
	x.saddr = a6("2001:db8::77");
	x.daddr = a6("2001:db8::8");
	ip6_send_link(nd.net, testnet_skb(nd.net, SKB_HEADROOM, 32), nd.dev, &x);
	assert_true(nd_sent(&s));
	assert_string_equal(s.src, LL);
}

static void test_unreachable_neighbour_is_asked_three_times(void **state)
{
	struct sent s;
	unsigned n = 0;

	(void)state;
	send_to(HOST);
	seconds(4);
	while (nd_sent(&s))
		n++;
	assert_int_equal(n, 3);
	assert_int_equal(nud_of(HOST), NUD_FAILED);
}

static void test_stale_neighbour_is_probed_by_unicast(void **state)
{
	struct sent s;

	(void)state;
	rx_ns(HOST, SOLICITED, LL, ND_STATION);
	forget_sent();
	send_to(HOST);
	assert_int_equal(nud_of(HOST), NUD_DELAY);
	seconds(6);
	assert_true(nd_sent(&s));
	assert_string_equal(s.dst, HOST);
	rx_na(HOST, LL, HOST, ND_NA_SOLICITED, NULL);
	assert_int_equal(nud_of(HOST), NUD_REACHABLE);
}

static void test_override_flag_decides(void **state)
{
	(void)state;
	send_to(HOST);
	rx_na(HOST, LL, HOST, ND_NA_SOLICITED, ND_STATION);
	/* 7.2.5: without it, another address only makes us doubt. */
	rx_na(HOST, LL, HOST, ND_NA_SOLICITED, OTHER_MAC);
	assert_int_equal(nud_of(HOST), NUD_STALE);
	assert_ha(HOST, ND_STATION);
	rx_na(HOST, LL, HOST, ND_NA_SOLICITED | ND_NA_OVERRIDE, OTHER_MAC);
	assert_int_equal(nud_of(HOST), NUD_REACHABLE);
	assert_ha(HOST, OTHER_MAC);
	rx_na(HOST, "ff02::1", HOST, ND_NA_OVERRIDE, ND_STATION);
	assert_int_equal(nud_of(HOST), NUD_STALE);
	assert_ha(HOST, ND_STATION);
}

static void test_unsolicited_advertisements_make_no_entry(void **state)
{
	(void)state;
	rx_na(HOST, "ff02::1", HOST, ND_NA_OVERRIDE, ND_STATION);
	assert_int_equal(nud_of(HOST), 0);
	/* RFC 9131: unless told so, on a router. */
	set_conf(accept_untracked_na, 1);
	rx_na(HOST, "ff02::1", HOST, ND_NA_OVERRIDE, ND_STATION);
	assert_int_equal(nud_of(HOST), 0);
	set_conf(forwarding, 1);
	rx_na(HOST, "ff02::1", HOST, ND_NA_OVERRIDE, NULL);
	assert_int_equal(nud_of(HOST), 0);
	rx_na(HOST, LL, HOST, ND_NA_SOLICITED | ND_NA_OVERRIDE, ND_STATION);
	assert_int_equal(nud_of(HOST), NUD_STALE);
	set_conf(accept_untracked_na, 2);
	rx_na("2001:db8::9", "ff02::1", "2001:db8::9", ND_NA_OVERRIDE, ND_STATION);
	assert_int_equal(nud_of("2001:db8::9"), 0);
	nd_addr_add("2001:db8::1/64 nodad");
	rx_na("2001:db8::9", "ff02::1", "2001:db8::9", ND_NA_OVERRIDE, ND_STATION);
	assert_int_equal(nud_of("2001:db8::9"), NUD_STALE);
}

static void test_drop_unsolicited_na(void **state)
{
	(void)state;
	send_to(HOST);
	set_conf(drop_unsolicited_na, 1);
	rx_na(HOST, "ff02::1", HOST, ND_NA_OVERRIDE, ND_STATION);
	assert_int_equal(nud_of(HOST), NUD_INCOMPLETE);
	rx_na(HOST, LL, HOST, ND_NA_SOLICITED, ND_STATION);
	assert_int_equal(nud_of(HOST), NUD_REACHABLE);
}

static void test_router_flag_goes_and_its_route_with_it(void **state)
{
	struct ra ra = ra_new(1800);

	(void)state;
	ra_opt(&ra, ND_OPT_SOURCE_LLADDR, 1);
	rx_ra(&ra);
	assert_true(is_router(ROUTER));
	assert_route6(RT_TABLE_MAIN, "::/0 via " ROUTER " dev d1 metric 1024 expires 1800");
	rx_na(ROUTER, LL, ROUTER, ND_NA_SOLICITED | ND_NA_ROUTER, NULL);
	assert_true(is_router(ROUTER));
	rx_na(ROUTER, LL, ROUTER, ND_NA_SOLICITED, NULL);
	assert_false(is_router(ROUTER));
	assert_no_route6(RT_TABLE_MAIN, "::/0 via " ROUTER " dev d1 metric 1024 expires 1800");
}

static void test_anycast_is_answered_late_and_without_override(void **state)
{
	(void)state;
	nd_addr_add("2001:db8::1/64 nodad");
	set_conf(forwarding, 1);
	rx_ns("2001:db8::9", "ff02::1:ff00:0", "2001:db8::", ND_STATION);
	assert_sent_nothing();
	seconds(1);
	assert_advert("2001:db8::", "2001:db8::9", ND_NA_ROUTER | ND_NA_SOLICITED, true);
}

static void test_proxy(void **state)
{
	const union inaddr key = a6("2001:db8:5::7");

	(void)state;
	assert_non_null(neigh_proxy_add(ipv6_neigh_table(nd.net), &key, nd.dev));
	rx_ns(HOST, LL, "2001:db8:5::7", ND_STATION);
	assert_sent_nothing(); /* needs proxy_ndp, and forwarding */
	set_conf(proxy_ndp, 1);
	rx_ns(HOST, LL, "2001:db8:5::7", ND_STATION);
	assert_sent_nothing();
	set_conf(forwarding, 1);
	rx_ns(HOST, LL, "2001:db8:5::7", ND_STATION);
	assert_advert("2001:db8:5::7", HOST, ND_NA_SOLICITED, false);
	rx_ns(HOST, "ff02::1:ff00:1", "2001:db8:5::7", ND_STATION);
	assert_sent_nothing(); /* who has it comes first */
	seconds(1);
	assert_advert("2001:db8:5::7", HOST, ND_NA_SOLICITED, true);
	assert_int_equal(nud_of(HOST), NUD_DELAY);
	/* The host is gone meanwhile. */
	rx_ns(HOST, "ff02::1:ff00:1", "2001:db8:5::7", ND_STATION);
	netdev_change_flags(nd.dev, 0, IFF_UP, NULL);
	seconds(1);
	assert_sent_nothing();
}

static void test_router_solicitations_teach_a_router(void **state)
{
	uint8_t buf[16] = { ICMP6_ROUTER_SOLICIT };
	uint32_t len = opt_lladdr(buf, sizeof(struct icmp6_hdr), ND_OPT_SOURCE_LLADDR, ND_STATION);

	(void)state;
	nd_rx(HOST, "ff02::1", NDISC_HOP_LIMIT, buf, len);
	assert_int_equal(nud_of(HOST), 0);
	set_conf(forwarding, 1);
	nd_rx(HOST, "ff02::2", NDISC_HOP_LIMIT, buf, sizeof(struct icmp6_hdr));
	assert_int_equal(nud_of(HOST), 0);
	nd_rx("::", "ff02::2", NDISC_HOP_LIMIT, buf, len);
	assert_int_equal(nud_of("::"), 0);
	nd_rx(HOST, "ff02::2", NDISC_HOP_LIMIT, buf, len);
	assert_int_equal(nud_of(HOST), NUD_STALE);
}

static void test_malformed_messages_are_dropped(void **state)
{
	struct nd_msg msg = { .icmp = { .type = ICMP6_NEIGH_SOLICIT }, .target = a6(LL) };
	uint8_t buf[64] = { 0 };

	(void)state;
	memcpy(buf, &msg, sizeof(msg));
	nd_rx(HOST, SOLICITED, 254, buf, sizeof(msg));
	assert_int_equal(dropped(DROP_NDISC_HOPLIMIT), 1);
	for (uint32_t len = sizeof(struct icmp6_hdr); len < sizeof(msg); len++)
		nd_rx(HOST, SOLICITED, NDISC_HOP_LIMIT, buf, len);
	assert_int_equal(dropped(DROP_NDISC_HDR), sizeof(msg) - sizeof(struct icmp6_hdr));
	/* An option of no length, one beyond the end, a link-layer address too long. */
	buf[sizeof(msg)] = 1;
	nd_rx(HOST, SOLICITED, NDISC_HOP_LIMIT, buf, sizeof(msg) + 8);
	buf[sizeof(msg) + 1] = 2;
	nd_rx(HOST, SOLICITED, NDISC_HOP_LIMIT, buf, sizeof(msg) + 8);
	nd_rx(HOST, SOLICITED, NDISC_HOP_LIMIT, buf, sizeof(msg) + 16);
	assert_int_equal(dropped(DROP_NDISC_HDR), 3);
	/* The rest of an option of which not even the length is there. */
	for (uint32_t len = 1; len < 8; len++)
		nd_rx(HOST, SOLICITED, NDISC_HOP_LIMIT, buf, sizeof(msg) + len);
	assert_int_equal(dropped(DROP_NDISC_HDR), 7);
	/* A station's address is none of a group; nor is a target. */
	rx_ns(HOST, SOLICITED, LL, "\x03\x00\x00\x00\x01\xee");
	rx_ns(HOST, SOLICITED, "ff02::1", ND_STATION);
	rx_na(HOST, LL, "ff02::1", ND_NA_SOLICITED, ND_STATION);
	rx_na(HOST, "ff02::1", HOST, ND_NA_SOLICITED, ND_STATION); /* to a group, yet solicited */
	assert_int_equal(dropped(DROP_NDISC_HDR), 4);
	assert_int_equal(nud_of(HOST), 0);
	assert_sent_nothing();
	/* What is not known is passed over (9). */
	rx_ns(HOST, SOLICITED, LL, ND_STATION);
	forget_sent();
	memcpy(buf, &msg, sizeof(msg));
	memset(buf + sizeof(msg), 0, 16);
	buf[sizeof(msg)] = 200;
	buf[sizeof(msg) + 1] = 2;
	nd_rx(HOST, SOLICITED, NDISC_HOP_LIMIT, buf, sizeof(msg) + 16);
	assert_advert(LL, HOST, ND_NA_SOLICITED | ND_NA_OVERRIDE, true);
}

static void test_fragmented_messages_are_refused(void **state)
{
	const union inaddr saddr = a6(HOST), daddr = a6(LL);
	struct nd_msg msg = { .icmp = { .type = ICMP6_NEIGH_SOLICIT }, .target = a6(LL) };

	(void)state;
	for (unsigned suppress = 2; suppress-- > 0;) {
		struct sk_buff *skb = skb_alloc(nd.net, SKB_HEADROOM, sizeof(msg));
		struct ipv6_hdr *ip6;
		struct sent s;

		set_conf(suppress_frag_ndisc, suppress);
		memcpy(skb_put(skb, sizeof(msg)), &msg, sizeof(msg));
		ip6 = skb_push(skb, sizeof(*ip6));
		*ip6 = (struct ipv6_hdr){ .hop_limit = 255, .saddr = saddr, .daddr = daddr };
		skb_reset_network_header(skb);
		skb_pull(skb, sizeof(*ip6));
		skb->dev = nd.dev;
		ip6_cb(skb)->flags = IP6SKB_FRAGMENTED;
		ndisc_rcv(nd.net, skb);
		assert_int_equal(nd_sent(&s), !suppress);
	}
}

static void test_strangers_cannot_fill_the_table(void **state)
{
	struct neigh_table *tbl = ipv6_neigh_table(nd.net);
	char src[64];

	(void)state;
	for (unsigned i = 1; i <= 3000; i++) {
		snprintf(src, sizeof(src), "fe80::1:%x", i);
		rx_ns(src, SOLICITED, LL, ND_STATION);
		forget_sent();
	}
	assert_true(tbl->gc_entries <= tbl->gc_thresh3);
}

static void test_random_messages_do_no_harm(void **state)
{
	uint64_t seed = 42;
	uint8_t buf[256];

	(void)state;
	set_conf(use_tempaddr, 2);
	for (unsigned i = 0; i < 20000; i++) {
		uint32_t len = 4 + test_below(&seed, sizeof(buf) - 4);

		test_fill(&seed, buf, len);
		buf[0] = ICMP6_ROUTER_SOLICIT + test_below(&seed, 5);
		buf[1] = 0;
		/* Lengths that may be right. */
		for (uint32_t off = 8; off + 1 < len; off += 8)
			buf[off + 1] = test_below(&seed, 4);
		for (uint32_t off = 8; off < len; off += 8)
			buf[off] = test_below(&seed, 40);
		if (test_below(&seed, 2) && len >= sizeof(struct nd_msg)) {
			const union inaddr target = a6(LL);

			memcpy(buf + 8, &target, sizeof(target));
		}
		nd_rx(test_below(&seed, 3) ? HOST : "::",
		      test_below(&seed, 2) ? SOLICITED : "ff02::1", NDISC_HOP_LIMIT, buf, len);
		if (!test_below(&seed, 50))
			seconds(test_below(&seed, 10));
		forget_sent();
	}
	assert_true(nd.idev->conf.mtu >= IPV6_MIN_MTU);
}

static void test_neighbours_go_with_the_carrier(void **state)
{
	(void)state;
	rx_ns("fe80::77", "fe80::ff:fe00:1", "fe80::ff:fe00:1", ND_STATION);
	assert_int_not_equal(nud_of("fe80::77"), 0);
	set_all(ndisc_evict_nocarrier, 0);
	netdev_set_carrier(nd.dev, false);
	assert_int_not_equal(nud_of("fe80::77"), 0);
	netdev_set_carrier(nd.dev, true);
	set_all(ndisc_evict_nocarrier, 1);
	set_conf(ndisc_evict_nocarrier, 0);
	netdev_set_carrier(nd.dev, false);
	assert_int_not_equal(nud_of("fe80::77"), 0);
	netdev_set_carrier(nd.dev, true);
	set_conf(ndisc_evict_nocarrier, 1);
	netdev_set_carrier(nd.dev, false);
	assert_int_equal(nud_of("fe80::77"), 0);
}

static void test_traffic_class_of_what_is_sent(void **state)
{
	const struct ipv6_hdr *ip6;
	struct sk_buff *skb;

	(void)state;
	for (int tclass = 0; tclass <= 0xb8; tclass += 0xb8) {
		set_conf(ndisc_tclass, tclass);
		rx_ns(HOST, SOLICITED, LL, ND_STATION);
		skb = skb_dequeue(testdev_sent(nd.dev));
		assert_non_null(skb);
		ip6 = (const struct ipv6_hdr *)(skb->data + sizeof(struct eth_hdr));
		assert_int_equal(ntohl(ip6->ver_class_label) >> 20 & 0xff, tclass);
		skb_free(skb);
	}
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, nd_setup_ready, nd_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_solicitation_is_answered_and_its_sender_learnt),
		TEST(test_probes_of_others_are_answered_to_all),
		TEST(test_solicitations_for_others_teach_nothing),
		TEST(test_resolution),
		TEST(test_source_of_a_solicitation_is_the_packets),
		TEST(test_unreachable_neighbour_is_asked_three_times),
		TEST(test_stale_neighbour_is_probed_by_unicast),
		TEST(test_override_flag_decides),
		TEST(test_unsolicited_advertisements_make_no_entry),
		TEST(test_drop_unsolicited_na),
		TEST(test_router_flag_goes_and_its_route_with_it),
		TEST(test_anycast_is_answered_late_and_without_override),
		TEST(test_proxy),
		TEST(test_router_solicitations_teach_a_router),
		TEST(test_malformed_messages_are_dropped),
		TEST(test_fragmented_messages_are_refused),
		TEST(test_strangers_cannot_fill_the_table),
		TEST(test_neighbours_go_with_the_carrier),
		TEST(test_random_messages_do_no_harm),
		TEST(test_traffic_class_of_what_is_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
