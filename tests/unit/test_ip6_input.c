/* SPDX-License-Identifier: BSD-2-Clause */
/* What the front of IPv6 takes in, and what it refuses. */
#include "stack/ipv6/ip6.h"

#include <string.h>
#include "stack/ipv6/addrconf.h"
#include "stack/link/ethernet.h"
#include "tests/unit/ip6net.h"

#define US   "2001:db8::1"
#define THEM "2001:db8::7"

static void rx(struct net *net, struct sk_buff *skb)
{
	rx_ip6(dev_of(net, "d0"), skb);
}

/* It is not delivered, nobody is told, and it was counted so. */
static void assert_refused(struct net *net, enum drop_reason reason, enum mib_counter counter)
{
	struct net_device *dev = dev_of(net, "d0");

	assert_true(skb_queue_empty(deliveries6(net)));
	assert_silent6(dev);
	assert_int_equal(dev->drops[reason], 1);
	assert_int_equal(net->mib[counter], 1);
	dev->drops[reason] = 0;
	net->mib[counter] = 0;
}

static void test_a_packet_for_us_is_delivered(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = udp6_packet(net, THEM, US, 100);

	ipv6_hdr(skb)->ver_class_label = ipv6_first_word(0xb8, 0x12345);
	ipv6_hdr(skb)->hop_limit = 9;
	rx(net, skb);
	skb = skb_dequeue(deliveries6(net));
	assert_non_null(skb);
	assert_int_equal(skb->len, 100);
	assert_ptr_equal(skb_transport_header(skb), skb->data);
	assert_ptr_equal((uint8_t *)skb_network_header(skb) + 40, skb->data);
	assert_string_equal(ip6_text(&ip6_cb(skb)->parm.saddr), THEM);
	assert_string_equal(ip6_text(&ip6_cb(skb)->parm.daddr), US);
	assert_int_equal(ip6_cb(skb)->parm.iif, dev_of(net, "d0")->ifindex);
	assert_int_equal(ip6_cb(skb)->parm.family, AF_INET6);
	assert_int_equal(ip6_cb(skb)->parm.ttl, 9);
	assert_int_equal(ip6_cb(skb)->parm.tos, 0xb8);
	assert_int_equal(ip6_cb(skb)->parm.proto, PROTO6_TEST);
	assert_int_equal(ip6_cb(skb)->flags, 0);
	skb_free(skb);
	assert_int_equal(net->mib[MIB_Ip6InReceives], 1);
	assert_int_equal(net->mib[MIB_Ip6InDelivers], 1);
}

static void test_padding_is_trimmed(void **state)
{
	struct net *net = *state;

	for (uint32_t len = 0; len < 50; len++) {
		struct sk_buff *skb = udp6_packet(net, THEM, US, 50);

		ipv6_hdr(skb)->payload_len = htons(len);
		rx(net, skb);
		assert_delivered6(net, len);
	}
}

static void test_short_packets(void **state)
{
	struct net *net = *state;

	for (uint32_t len = 0; len < 90; len++) {
		struct sk_buff *skb = udp6_packet(net, THEM, US, 50);

		skb_trim(skb, len);
		/* rx_ip6() reads the destination, which may be gone */
		rx_frame(dev_of(net, "d0"), NULL, ETH_P_IPV6, skb);
		if (len < 40)
			assert_refused(net, DROP_IP6_HDR, MIB_Ip6InHdrErrors);
		else
			assert_refused(net, DROP_IP6_TRUNCATED, MIB_Ip6InTruncatedPkts);
	}
}

static void test_other_versions(void **state)
{
	struct net *net = *state;

	for (uint32_t version = 0; version < 16; version++) {
		struct sk_buff *skb = udp6_packet(net, THEM, US, 50);

		ipv6_hdr(skb)->ver_class_label = htonl(version << 28);
		rx(net, skb);
		if (version == 6)
			assert_delivered6(net, 50);
		else
			assert_refused(net, DROP_IP6_HDR, MIB_Ip6InHdrErrors);
	}
}

static void test_impossible_addresses(void **state)
{
	static const struct {
		const char *src, *dst;
	} cases[] = {
		{ "ff02::1", US },	 { "ff0e::1", US },	   { "::1", US },
		{ THEM, "::1" },	 { "::ffff:1.2.3.4", US }, { THEM, "ff00::1" },
		{ THEM, "ff10::1:2:3" }, { THEM, "ff01::1" },	   { "::1", "ff02::1" },
	};
	struct net *net = *state;

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		rx(net, udp6_packet(net, cases[i].src, cases[i].dst, 20));
		assert_refused(net, DROP_IP6_HDR, MIB_Ip6InHdrErrors);
	}
}

static void test_the_unspecified_source_is_delivered(void **state)
{
	struct net *net = *state;

	rx(net, udp6_packet(net, "::", US, 20));
	assert_delivered6(net, 20);
}

static void test_groups(void **state)
{
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");
	union inaddr group = ip6_addr("ff0e::1:2:3");

	rx(net, udp6_packet(net, THEM, "ff02::1", 20));
	assert_delivered6(net, 20);
	assert_int_equal(net->mib[MIB_Ip6InMcastPkts], 1);
	rx(net, udp6_packet(net, THEM, "ff0e::1:2:3", 20));
	assert_true(skb_queue_empty(deliveries6(net)));
	assert_silent6(dev);
	assert_int_equal(inet_af_find(net, AF_INET6)
				 ->mc_join(net, &group, dev,
					   &(struct mc_filter){ .exclude = true }),
			 0);
	rx(net, udp6_packet(net, THEM, "ff0e::1:2:3", 20));
	assert_delivered6(net, 20);
	inet_af_find(net, AF_INET6)
		->mc_leave(net, &group, dev, &(struct mc_filter){ .exclude = true });
}

static void test_disabled(void **state)
{
	struct net *net = *state;

	addrconf_conf(net, dev_of(net, "d0"))->disable_ipv6 = 1;
	rx(net, udp6_packet(net, THEM, US, 20));
	assert_refused(net, DROP_IP6_DISABLED, MIB_Ip6InDiscards);
}

static void test_unicast_in_a_multicast_frame(void **state)
{
	static const uint8_t group[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 1 };
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");

	rx_frame(dev, group, ETH_P_IPV6, udp6_packet(net, THEM, US, 20));
	assert_delivered6(net, 20);
	addrconf_conf(net, dev)->drop_unicast_in_l2_multicast = 1;
	rx_frame(dev, group, ETH_P_IPV6, udp6_packet(net, THEM, US, 20));
	assert_refused(net, DROP_IP6_HDR, MIB_Ip6InHdrErrors);
}

static void test_unknown_protocols_are_reported(void **state)
{
	struct net *net = *state;

	rx(net, bytes6(net, THEM, US, 200, "hello", 5));
	assert_icmp6(dev_of(net, "d0"), ICMP6_PARAM_PROB, ICMP6_UNK_NEXTHDR, 6);
	assert_int_equal(net->mib[MIB_Ip6InUnknownProtos], 1);
}

static int never(struct net *net, struct sk_buff *skb)
{
	(void)net;
	(void)skb;
	fail();
	return 0;
}

static void test_protocols_of_ipv4_alone_are_unknown(void **state)
{
	static const struct inet_protocol icmp = { .proto = IPPROTO_ICMP,
						   .family = AF_INET,
						   .rcv = never };
	struct net *net = *state;

	inet_protocol_register(net, &icmp);
	rx(net, bytes6(net, THEM, US, IPPROTO_ICMP, "\010\0\0\0\0\0\0\0", 8));
	assert_icmp6(dev_of(net, "d0"), ICMP6_PARAM_PROB, ICMP6_UNK_NEXTHDR, 6);
}

static bool taken;
static unsigned raw_calls;
static uint8_t raw_proto;

static bool raw(struct net *net, struct sk_buff *skb)
{
	(void)net;
	raw_calls++;
	raw_proto = ip6_cb(skb)->parm.proto;
	assert_ptr_equal(skb->data, skb_transport_header(skb));
	return taken;
}

static void test_raw_taps_see_all_and_may_take_the_unknown(void **state)
{
	struct net *net = *state;

	raw_calls = 0;
	ipv6_raw_register(net, raw);
	taken = true;
	rx(net, udp6_packet(net, THEM, US, 20));
	assert_delivered6(net, 20);
	assert_int_equal(raw_proto, PROTO6_TEST);
	rx(net, bytes6(net, THEM, US, 200, "hello", 5));
	assert_silent6(dev_of(net, "d0"));
	assert_int_equal(raw_proto, 200);
	assert_int_equal(net->mib[MIB_Ip6InDelivers], 2);
	taken = false;
	rx(net, bytes6(net, THEM, US, 201, "hello", 5));
	assert_icmp6(dev_of(net, "d0"), ICMP6_PARAM_PROB, ICMP6_UNK_NEXTHDR, 6);
	assert_int_equal(raw_calls, 3);
	ipv6_raw_register(net, NULL);
}

static void test_to_ourselves(void **state)
{
	struct net *net = *state;
	struct inet_xmit x = { .proto = PROTO6_TEST, .daddr = ip6_addr("::1") };

	assert_int_equal(ip6_send(net, testnet_skb(net, SKB_HEADROOM, 20), 0, &x), 0);
	assert_delivered6(net, 20);
	x = (struct inet_xmit){ .proto = PROTO6_TEST, .daddr = ip6_addr(US) };
	assert_int_equal(ip6_send(net, testnet_skb(net, SKB_HEADROOM, 20), 0, &x), 0);
	assert_string_equal(ip6_text(&x.saddr), US);
	assert_delivered6(net, 20);
}

static void test_noise(void **state)
{
	struct net *net = *state;
	uint64_t seed = 41;

	for (unsigned i = 0; i < 20000; i++) {
		uint32_t len = test_below(&seed, 200);
		struct sk_buff *skb = udp6_packet(net, THEM, US, len);

		test_fill(&seed, (uint8_t *)(ipv6_hdr(skb) + 1), len);
		ipv6_hdr(skb)->nexthdr =
			(const uint8_t[]){ 0, 43, 44, 60, 59, 58 }[test_below(&seed, 6)];
		for (uint32_t at = 40; at + 8 <= 40 + len; at += 8) {
			/* Chains that go on for a while are rare by chance. */
			skb->data[at] =
				(const uint8_t[]){ 0, 43, 44, 60, 59, 58 }[test_below(&seed, 6)];
			skb->data[at + 1] = test_below(&seed, 3);
		}
		rx(net, skb);
		skb_queue_purge(deliveries6(net));
		tx_clear(dev_of(net, "d0"));
	}
	assert_int_equal(net->mib[MIB_Ip6InReceives], 20000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ip6net_setup_host, ip6net_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_packet_for_us_is_delivered),
		TEST(test_padding_is_trimmed),
		TEST(test_short_packets),
		TEST(test_other_versions),
		TEST(test_impossible_addresses),
		TEST(test_the_unspecified_source_is_delivered),
		TEST(test_groups),
		TEST(test_disabled),
		TEST(test_unicast_in_a_multicast_frame),
		TEST(test_unknown_protocols_are_reported),
		TEST(test_protocols_of_ipv4_alone_are_unknown),
		TEST(test_raw_taps_see_all_and_may_take_the_unknown),
		TEST(test_to_ourselves),
		TEST(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
