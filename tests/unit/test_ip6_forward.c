/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes in for others goes on, or its sender is told why not. */
#include "stack/ipv6/ip6.h"

#include <string.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ndisc.h"
#include "stack/ipv6/route6.h"
#include "stack/link/ethernet.h"
#include "tests/unit/ip6net.h"

#define HERE  "2001:db8::7"
#define THERE "2001:db8:1::7"

/* 2001:db8::/64 on d0 and 2001:db8:1::/64 on d1; default by 2001:db8:1::9 */
static int setup(void **state)
{
	struct net *net = ip6net_create();

	ip6net_dev(net, "d0");
	ip6net_dev(net, "d1");
	addr6_add(net, "d0", "2001:db8::1/64");
	addr6_add(net, "d1", "2001:db8:1::1/64");
	forwarding6(net);
	route6_add(net, "default via 2001:db8:1::9 dev d1");
	nd_learn(dev_of(net, "d0"), HERE);
	nd_learn(dev_of(net, "d0"), "fe80::8");
	nd_learn(dev_of(net, "d0"), "fe80::7");
	nd_learn(dev_of(net, "d1"), THERE);
	nd_learn(dev_of(net, "d1"), "2001:db8:1::9");
	net->ipv6->sysctl.icmp_ratelimit = 0;
	tx_clear(dev_of(net, "d0"));
	tx_clear(dev_of(net, "d1"));
	*state = net;
	return 0;
}

static void rx(struct net *net, struct sk_buff *skb)
{
	rx_ip6(dev_of(net, "d0"), skb);
}

static void assert_not_forwarded(struct net *net)
{
	assert_silent6(dev_of(net, "d1"));
	assert_true(skb_queue_empty(deliveries6(net)));
	assert_int_equal(net->mib[MIB_Ip6OutForwDatagrams], 0);
}

static void assert_dropped(struct net *net, enum drop_reason reason)
{
	struct net_device *dev = dev_of(net, "d0");

	assert_not_forwarded(net);
	assert_silent6(dev);
	assert_int_equal(dev->drops[reason], 1);
	dev->drops[reason] = 0;
}

static void test_a_packet_goes_on(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = udp6_packet(net, HERE, THERE, 100);

	ipv6_hdr(skb)->ver_class_label = ipv6_first_word(0x20, 0x777);
	rx(net, skb);
	skb = tx_ip6(dev_of(net, "d1"));
	assert_non_null(skb);
	assert_int_equal(skb->len, 140);
	assert_int_equal(ipv6_hdr(skb)->hop_limit, 63);
	assert_int_equal(ntohl(ipv6_hdr(skb)->ver_class_label), 0x62000777);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(skb->data[40 + i], i);
	skb_free(skb);
	rx(net, udp6_packet(net, HERE, "2001:db8:99::1", 10)); /* by the gateway */
	skb = tx_ip6(dev_of(net, "d1"));
	assert_non_null(skb);
	skb_free(skb);
	assert_silent6(dev_of(net, "d0"));
	assert_int_equal(net->mib[MIB_Ip6OutForwDatagrams], 2);
}

static void test_only_a_router_forwards(void **state)
{
	struct net *net = *state;
	struct ipv6_devconf *conf = addrconf_conf(net, NULL);

	conf->forwarding = 0;
	assert_int_equal(addrconf_conf_changed(net, conf, &conf->forwarding, 1), 0);
	rx(net, udp6_packet(net, HERE, THERE, 100));
	assert_not_forwarded(net);
	assert_silent6(dev_of(net, "d0"));
	assert_int_equal(net->mib[MIB_Ip6InAddrErrors], 1);
}

static void test_hop_limit(void **state)
{
	struct net *net = *state;

	for (uint8_t hops = 0; hops < 2; hops++) {
		struct sk_buff *skb = udp6_packet(net, HERE, THERE, 100);

		ipv6_hdr(skb)->hop_limit = hops;
		rx(net, skb);
		assert_icmp6(dev_of(net, "d0"), ICMP6_TIME_EXCEEDED, ICMP6_EXC_HOPLIMIT, 0);
		assert_not_forwarded(net);
	}
	assert_int_equal(net->mib[MIB_Ip6InHdrErrors], 2);
}

static void test_too_big(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;

	assert_int_equal(netdev_set_mtu(dev_of(net, "d1"), 1400, NULL), 0);
	rx(net, udp6_packet(net, HERE, THERE, 1361));
	assert_icmp6(dev_of(net, "d0"), ICMP6_PACKET_TOO_BIG, 0, 1400);
	assert_not_forwarded(net);
	assert_int_equal(net->mib[MIB_Ip6InTooBigErrors], 1);
	assert_int_equal(net->mib[MIB_Ip6FragFails], 1);
	rx(net, udp6_packet(net, HERE, THERE, 1360));
	skb = tx_ip6(dev_of(net, "d1"));
	assert_non_null(skb);
	skb_free(skb);
}

static void test_too_big_says_what_the_route_says(void **state)
{
	struct net *net = *state;

	route6_add(net, "2001:db8:5::/48 via 2001:db8:1::9 dev d1 mtu 1300");
	rx(net, udp6_packet(net, HERE, "2001:db8:5::1", 1300));
	assert_icmp6(dev_of(net, "d0"), ICMP6_PACKET_TOO_BIG, 0, 1300);
	assert_not_forwarded(net);
}

static void test_no_way(void **state)
{
	struct net *net = *state;

	route6_add(net, "unreachable 2001:db8:2::/48");
	route6_add(net, "prohibit 2001:db8:3::/48");
	route6_add(net, "blackhole 2001:db8:4::/48");
	rx(net, udp6_packet(net, HERE, "2001:db8:2::1", 10));
	assert_icmp6(dev_of(net, "d0"), ICMP6_DEST_UNREACH, ICMP6_NOROUTE, 0);
	rx(net, udp6_packet(net, HERE, "2001:db8:3::1", 10));
	assert_icmp6(dev_of(net, "d0"), ICMP6_DEST_UNREACH, ICMP6_ADM_PROHIBITED, 0);
	rx(net, udp6_packet(net, HERE, "2001:db8:4::1", 10));
	assert_dropped(net, DROP_IP_BLACKHOLE);
}

static void test_addresses_of_the_link_stay_on_it(void **state)
{
	struct net *net = *state;

	rx(net, udp6_packet(net, "fe80::7", THERE, 10));
	assert_icmp6(dev_of(net, "d0"), ICMP6_DEST_UNREACH, ICMP6_NOT_NEIGHBOUR, 0);
	assert_not_forwarded(net);
	rx(net, udp6_packet(net, "::", THERE, 10));
	assert_dropped(net, DROP_IP_INADDRERRORS);
}

static void test_frames_to_many_are_not_sent_on(void **state)
{
	static const uint8_t group[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 1 };
	struct net *net = *state;

	rx_frame(dev_of(net, "d0"), group, ETH_P_IPV6, udp6_packet(net, HERE, THERE, 10));
	assert_dropped(net, DROP_IP_INADDRERRORS);
}

/* RFC 4861 8.2 */
static void test_redirects(void **state)
{
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");
	struct sk_buff *skb, *redirect;
	unsigned redirects = 0, packets = 0;

	route6_add(net, "2001:db8:6::/48 via fe80::8 dev d0");
	for (unsigned i = 0; i < 20; i++)
		rx(net, udp6_packet(net, HERE, "2001:db8:6::1", 10));
	while ((skb = tx_ip6_any(dev))) {
		redirect = skb;
		if (ipv6_hdr(skb)->nexthdr == IPPROTO_ICMPV6 && skb->data[40] == ICMP6_REDIRECT)
			redirects++;
		else if (ipv6_hdr(skb)->nexthdr == PROTO6_TEST)
			packets++;
		skb_free(redirect);
	}
	assert_int_equal(packets, 20); /* it goes on all the same */
	assert_in_range(redirects, 1, 19);
}

static void test_options_for_each_hop_are_read_and_kept(void **state)
{
	static const uint8_t alert[] = { PROTO6_TEST, 0, 5, 2, 0, 0, 1, 0, 'x' };
	static const uint8_t report[] = { PROTO6_TEST, 0, 0xbe, 4, 0, 0, 0, 0, 'x' };
	static const uint8_t unknown[] = { 254, 0, 1, 4, 0, 0, 0, 0, 'x' };
	struct net *net = *state;
	struct sk_buff *skb;

	rx(net, bytes6(net, HERE, THERE, IPPROTO_HOPOPTS, alert, sizeof(alert)));
	skb = tx_ip6(dev_of(net, "d1"));
	assert_non_null(skb);
	assert_memory_equal(skb->data + 40, alert, sizeof(alert));
	skb_free(skb);
	rx(net, bytes6(net, HERE, THERE, IPPROTO_HOPOPTS, report, sizeof(report)));
	assert_icmp6(dev_of(net, "d0"), ICMP6_PARAM_PROB, ICMP6_UNK_OPTION, 42);
	assert_silent6(dev_of(net, "d1"));
	/* RFC 7045 2.1: other headers are none of a router's business. */
	rx(net, bytes6(net, HERE, THERE, IPPROTO_DSTOPTS, report, sizeof(report)));
	skb = tx_ip6(dev_of(net, "d1"));
	assert_non_null(skb);
	skb_free(skb);
	rx(net, bytes6(net, HERE, THERE, IPPROTO_DSTOPTS, unknown, sizeof(unknown)));
	skb = tx_ip6(dev_of(net, "d1"));
	assert_non_null(skb);
	skb_free(skb);
}

static void test_fragments_are_not_put_together(void **state)
{
	static const uint8_t fragment[] = {
		PROTO6_TEST, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8
	};
	struct net *net = *state;
	struct sk_buff *skb;

	rx(net, bytes6(net, HERE, THERE, IPPROTO_FRAGMENT, fragment, sizeof(fragment)));
	skb = tx_ip6(dev_of(net, "d1"));
	assert_non_null(skb);
	assert_memory_equal(skb->data + 40, fragment, sizeof(fragment));
	skb_free(skb);
	assert_int_equal(net->mib[MIB_Ip6ReasmReqds], 0);
}

static void test_segments_that_are_too_long_are_refused(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = udp6_packet(net, HERE, THERE, 3000);

	skb->gso_type = GSO_UDP_L4;
	skb->gso_size = 1453;
	skb->gso_segs = 3;
	skb->csum = CSUM_PARTIAL;
	skb->csum_start = skb->data + 40 - skb->head;
	skb->csum_offset = 6;
	rx(net, skb);
	assert_icmp6(dev_of(net, "d0"), ICMP6_PACKET_TOO_BIG, 0, 1500);
	assert_not_forwarded(net);
}

/* What cuts it, device or stack, looks for TCP's header where it is said to be. */
static void test_segments_begin_behind_extension_headers(void **state)
{
	static const uint8_t bytes[2048] = { IPPROTO_TCP, 0, 1, 4, [8 + 12] = 5 << 4 };
	struct net *net = *state;
	struct net_device *d1 = dev_of(net, "d1");
	struct sk_buff *skb = bytes6(net, HERE, THERE, IPPROTO_DSTOPTS, bytes, sizeof(bytes));

	d1->features |= NETIF_F_SG | NETIF_F_CSUM | NETIF_F_TSO6;
	skb->gso_type = GSO_TCPV6;
	skb->gso_size = 1000;
	skb->gso_segs = 3;
	skb->csum = CSUM_PARTIAL;
	skb->csum_start = skb->data + 48 - skb->head;
	skb->csum_offset = 16;
	rx(net, skb);
	skb = tx_ip6(d1);
	assert_non_null(skb);
	assert_int_equal(skb->gso_size, 1000);
	assert_int_equal(skb->transport_off - skb->network_off, 48);
	skb_free(skb);
}

/* A solicitation to an address that we answer for is not sent on, but looked at here. */
static void test_proxied_addresses(void **state)
{
	struct net *net = *state;
	const union inaddr there = ip6_addr(THERE);
	const union inaddr linklocal = ip6_addr("fe80::42");
	uint8_t target[16];
	struct sk_buff *skb;

	memcpy(target, &there, sizeof(target));
	addrconf_conf(net, dev_of(net, "d0"))->proxy_ndp = 1;
	assert_non_null(neigh_proxy_add(ndisc_table(net), &there, dev_of(net, "d0")));
	assert_non_null(neigh_proxy_add(ndisc_table(net), &linklocal, dev_of(net, "d0")));
	skb = icmp6_packet(net, HERE, THERE, ICMP6_NEIGH_SOLICIT, 0, 0, target, sizeof(target));
	ipv6_hdr(skb)->hop_limit = 255;
	rx(net, skb);
	assert_null(tx_ip6_any(dev_of(net, "d1")));
	assert_int_equal(net->mib[MIB_Icmp6InNeighborSolicits], 1);
	rx(net, udp6_packet(net, HERE, THERE, 10)); /* all else is */
	skb = tx_ip6(dev_of(net, "d1"));
	assert_non_null(skb);
	skb_free(skb);
	rx(net, udp6_packet(net, HERE, "fe80::42", 10)); /* but to one of the link it cannot be */
	assert_icmp6(dev_of(net, "d0"), ICMP6_DEST_UNREACH, ICMP6_ADDR_UNREACH, 0);
	testnet_advance(net, sec_to_ktime(2)); /* what is answered with a delay */
	assert_int_equal(neigh_proxy_del(ndisc_table(net), &there, dev_of(net, "d0")), 0);
	assert_int_equal(neigh_proxy_del(ndisc_table(net), &linklocal, dev_of(net, "d0")), 0);
}

static void write_conf(struct net *net, struct ipv6_devconf *conf, int32_t *field, int32_t value)
{
	int32_t old = *field;

	*field = value;
	assert_int_equal(addrconf_conf_changed(net, conf, field, old), 0);
}

static void test_one_device_may_forward_though_all_do_not(void **state)
{
	struct net *net = *state;
	struct ipv6_devconf *all = addrconf_conf(net, NULL);
	struct ipv6_devconf *d0 = addrconf_conf(net, dev_of(net, "d0"));

	write_conf(net, all, &all->forwarding, 0);
	rx(net, udp6_packet(net, HERE, THERE, 10));
	assert_dropped(net, DROP_IP_NOFORWARD);
	write_conf(net, d0, &d0->force_forwarding, 1);
	rx(net, udp6_packet(net, HERE, THERE, 10));
	assert_int_equal(net->mib[MIB_Ip6OutForwDatagrams], 1);
	/* That of all is every device's, and goes with forwarding. */
	write_conf(net, all, &all->force_forwarding, 1);
	assert_int_equal(addrconf_conf(net, dev_of(net, "d1"))->force_forwarding, 1);
	assert_int_equal(addrconf_conf_default(net)->force_forwarding, 0);
	write_conf(net, all, &all->forwarding, 0);
	assert_int_equal(d0->force_forwarding, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, ip6net_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_packet_goes_on),
		TEST(test_only_a_router_forwards),
		TEST(test_hop_limit),
		TEST(test_too_big),
		TEST(test_too_big_says_what_the_route_says),
		TEST(test_no_way),
		TEST(test_addresses_of_the_link_stay_on_it),
		TEST(test_frames_to_many_are_not_sent_on),
		TEST(test_redirects),
		TEST(test_options_for_each_hop_are_read_and_kept),
		TEST(test_fragments_are_not_put_together),
		TEST(test_segments_that_are_too_long_are_refused),
		TEST(test_segments_begin_behind_extension_headers),
		TEST(test_one_device_may_forward_though_all_do_not),
		TEST(test_proxied_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
