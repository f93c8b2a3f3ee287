/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The front of IPv4: which packets come through, who gets them, and what the others' senders are
 * told.
 */
#include "stack/ipv4/ip.h"

#include <string.h>
#include "stack/ipv4/icmp.h"
#include "stack/link/ethernet.h"
#include "tests/unit/ip4net.h"

static int setup(void **state)
{
	struct net *net = ip4net_create();

	ip4net_dev(net, "d0");
	ip4net_dev(net, "d1");
	addr_add(net, "d0", "10.0.0.1/24");
	addr_add(net, "d1", "10.0.1.1/24");
	arp_learn(dev_of(net, "d0"), "10.0.0.7");
	arp_learn(dev_of(net, "d1"), "10.0.1.7");
	tx_clear(dev_of(net, "d0"));
	tx_clear(dev_of(net, "d1"));
	*state = net;
	return 0;
}

static struct sk_buff *to_us(struct net *net)
{
	return udp_packet(net, "10.0.0.7", "10.0.0.1", 64);
}

static void assert_delivered(struct net *net, uint32_t len)
{
	struct sk_buff *skb = skb_dequeue(deliveries(net));
	const struct inet_skb_parm *parm;

	assert_non_null(skb);
	assert_int_equal(skb->len, len);
	assert_ptr_equal(skb->data, skb_transport_header(skb));
	parm = (const struct inet_skb_parm *)skb->cb;
	assert_int_equal(parm->saddr.v4, ip_hdr(skb)->saddr);
	assert_int_equal(parm->daddr.v4, ip_hdr(skb)->daddr);
	assert_int_equal(parm->family, AF_INET);
	assert_int_equal(parm->proto, 17);
	assert_int_equal(parm->ttl, ip_hdr(skb)->ttl);
	skb_free(skb);
	assert_true(skb_queue_empty(deliveries(net)));
}

static void assert_dropped(struct net *net, const char *dev, enum drop_reason reason)
{
	assert_true(skb_queue_empty(deliveries(net)));
	assert_int_equal(dev_of(net, dev)->drops[reason], 1);
	dev_of(net, dev)->drops[reason] = 0;
}

static void test_a_right_packet_is_delivered(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	rx_ip(d0, to_us(net));
	assert_delivered(net, 64);
	/* To another address of ours: also (weak host model). */
	rx_ip(d0, udp_packet(net, "10.0.0.7", "10.0.1.1", 64));
	assert_delivered(net, 64);
	assert_int_equal(net->mib[MIB_IpInReceives], 2);
	assert_int_equal(net->mib[MIB_IpInDelivers], 2);
}

static void test_padding_is_cut_off(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = udp_packet(net, "10.0.0.7", "10.0.0.1", 1);

	memset(skb_put(skb, 25), 0xaa, 25);
	rx_ip(dev_of(net, "d0"), skb);
	assert_delivered(net, 1);
}

static void rx_spoiled(struct net *net, unsigned offset, uint8_t value, bool fix_checksum)
{
	struct sk_buff *skb = to_us(net);

	skb->data[offset] = value;
	if (fix_checksum)
		ip_send_check(ip_hdr(skb));
	rx_ip(dev_of(net, "d0"), skb);
}

static void test_wrong_headers(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;
	unsigned len;

	rx_spoiled(net, 0, 0x65, true);
	assert_dropped(net, "d0", DROP_IP_HDR);
	rx_spoiled(net, 0, 0x44, false);
	assert_dropped(net, "d0", DROP_IP_HDR);
	rx_spoiled(net, 3, 19, true);
	assert_dropped(net, "d0", DROP_IP_HDR);
	rx_spoiled(net, 3, 85, true);
	assert_dropped(net, "d0", DROP_IP_HDR);
	rx_spoiled(net, 10, 0x55, false);
	assert_dropped(net, "d0", DROP_IP_CSUM);
	for (len = 0; len < 84; len++) {
		skb = to_us(net);
		skb_trim(skb, len);
		rx_ip(dev_of(net, "d0"), skb);
		assert_dropped(net, "d0", DROP_IP_HDR);
	}
	assert_int_equal(net->mib[MIB_IpInHdrErrors], 5 + 84);
	assert_int_equal(net->mib[MIB_IpInCsumErrors], 1);
	assert_null(tx_ip(dev_of(net, "d0")));
}

/* A single bit that is wrong in the header is noticed. */
static void test_every_bit_of_the_header_counts(void **state)
{
	struct net *net = *state;
	unsigned bit;

	for (bit = 0; bit < 160; bit++) {
		struct sk_buff *skb = to_us(net);

		skb->data[bit / 8] ^= 1 << bit % 8;
		rx_ip(dev_of(net, "d0"), skb);
		assert_true(skb_queue_empty(deliveries(net)));
	}
	assert_int_equal(net->mib[MIB_IpInHdrErrors], 160);
}

static void test_protocol_that_nobody_has(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	rx_spoiled(net, 9, 200, true);
	assert_dropped(net, "d0", DROP_IP_NOPROTO);
	assert_icmp(d0, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 0);
	assert_int_equal(net->mib[MIB_IpInUnknownProtos], 1);
}

static unsigned raw_seen;

static bool raw_takes_200(struct net *net, struct sk_buff *skb)
{
	(void)net;
	raw_seen++;
	assert_ptr_equal(skb->data, skb_transport_header(skb));
	return ip_hdr(skb)->protocol == 200;
}

static void test_raw_sockets_come_first(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	raw_seen = 0;
	ipv4_raw_register(net, raw_takes_200);
	rx_spoiled(net, 9, 200, true);
	assert_null(tx_ip(d0));
	rx_ip(d0, to_us(net));
	assert_delivered(net, 64);
	assert_int_equal(raw_seen, 2);
	rx_spoiled(net, 9, 201, true);
	assert_icmp(d0, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH, 0);
}

static void test_a_host_does_not_forward(void **state)
{
	struct net *net = *state;

	rx_ip(dev_of(net, "d0"), udp_packet(net, "10.0.0.7", "10.0.1.7", 64));
	assert_dropped(net, "d0", DROP_IP_NOFORWARD);
	assert_null(tx_ip(dev_of(net, "d0")));
	assert_null(tx_ip(dev_of(net, "d1")));
	assert_int_equal(net->mib[MIB_IpInAddrErrors], 1);
}

/* What a router tells for each kind of route that refuses. */
static void test_what_a_router_answers(void **state)
{
	static const struct {
		const char *to;
		enum drop_reason reason;
		int code; /* of ICMP_DEST_UNREACH; -1: silence */
	} cases[] = {
		{ "1.1.1.1", DROP_IP_BLACKHOLE, -1 },
		{ "2.1.1.1", DROP_IP_HOSTUNREACH, ICMP_HOST_UNREACH },
		{ "3.1.1.1", DROP_IP_PROHIBIT, ICMP_PKT_FILTERED },
		{ "4.1.1.1", DROP_IP_NOROUTE, ICMP_NET_UNREACH },
	};
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	unsigned i;

	ipv4_set_forwarding(net, true);
	ipv4_sysctl(net)->icmp_ratelimit = 0;
	route_add(net, "blackhole 1.0.0.0/8");
	route_add(net, "unreachable 2.0.0.0/8");
	route_add(net, "prohibit 3.0.0.0/8");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		rx_ip(d0, udp_packet(net, "10.0.0.7", cases[i].to, 64));
		assert_dropped(net, "d0", cases[i].reason);
		if (cases[i].code < 0)
			assert_null(tx_ip(d0));
		else
			assert_icmp(d0, ICMP_DEST_UNREACH, cases[i].code, 0);
	}
}

static void test_no_answer_to_broadcasts(void **state)
{
	static const uint8_t all[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct sk_buff *skb = udp_packet(net, "10.0.0.7", "10.0.0.255", 64);

	ip_hdr(skb)->protocol = 200;
	ip_send_check(ip_hdr(skb));
	rx_frame(d0, all, ETH_P_IP, skb);
	assert_dropped(net, "d0", DROP_IP_NOPROTO);
	assert_null(tx_ip(d0));
	rx_frame(d0, all, ETH_P_IP, udp_packet(net, "10.0.0.7", "10.0.0.255", 64));
	assert_delivered(net, 64);
	rx_frame(d0, all, ETH_P_IP, udp_packet(net, "0.0.0.0", "255.255.255.255", 64));
	assert_delivered(net, 64);
}

static void test_a_header_in_pieces(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = to_us(net), *pieces = skb_alloc(net, SKB_HEADROOM, 8);

	assert_true(skb_share(pieces, skb, 0, 3));
	assert_true(skb_share(pieces, skb, 3, 81));
	skb_free(skb);
	rx_ip(dev_of(net, "d0"), pieces);
	assert_delivered(net, 64);
}

static void test_without_ipv4_on_the_device(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	d0->min_mtu = 0;
	netdev_set_mtu(d0, 60, NULL);
	rx_ip(d0, udp_packet(net, "10.0.0.7", "10.0.1.1", 8));
	assert_dropped(net, "d0", DROP_IP_INADDRERRORS);
}

static void test_unicast_in_a_multicast_frame(void **state)
{
	static const uint8_t group[ETH_ALEN] = { 1, 0, 0x5e, 0, 0, 1 };
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	rx_frame(d0, group, ETH_P_IP, to_us(net));
	assert_delivered(net, 64);
	ipv4_conf(net, d0)->drop_unicast_in_l2_multicast = 1;
	rx_frame(d0, group, ETH_P_IP, to_us(net));
	assert_dropped(net, "d0", DROP_IP_INADDRERRORS);
	assert_null(tx_ip(d0));
	/* Nothing else. */
	rx_ip(d0, to_us(net));
	assert_delivered(net, 64);
	rx_frame(d0, group, ETH_P_IP, udp_packet(net, "10.0.0.7", "10.0.0.255", 64));
	assert_delivered(net, 64);
}

int main(void)
{
#define TEST_CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, ip4net_teardown)
	const struct CMUnitTest tests[] = {
		TEST_CASE(test_a_right_packet_is_delivered),
		TEST_CASE(test_padding_is_cut_off),
		TEST_CASE(test_wrong_headers),
		TEST_CASE(test_every_bit_of_the_header_counts),
		TEST_CASE(test_protocol_that_nobody_has),
		TEST_CASE(test_raw_sockets_come_first),
		TEST_CASE(test_a_host_does_not_forward),
		TEST_CASE(test_what_a_router_answers),
		TEST_CASE(test_no_answer_to_broadcasts),
		TEST_CASE(test_a_header_in_pieces),
		TEST_CASE(test_without_ipv4_on_the_device),
		TEST_CASE(test_unicast_in_a_multicast_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
