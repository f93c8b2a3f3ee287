/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What leaves: headers, identification, DF, copies for ourselves, GSO packets, packets with their
 * own header.
 */
#include "stack/ipv4/ip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/igmp.h"
#include "stack/ipv4/ip_options.h"
#include "stack/ipv4/route.h"
#include "stack/lib/checksum.h"
#include "tests/unit/ip4net.h"

static int setup(void **state)
{
	struct net *net = ip4net_create();

	ip4net_dev(net, "d0");
	addr_add(net, "d0", "10.0.0.1/24");
	arp_learn(dev_of(net, "d0"), "10.0.0.7");
	tx_clear(dev_of(net, "d0"));
	*state = net;
	return 0;
}

static struct inet_xmit to(const char *dst)
{
	return (struct inet_xmit){ .proto = 17,
				   .may_fragment = true,
				   .daddr = inaddr_v4(ip4_addr(dst)) };
}

static int send_len(struct net *net, struct inet_xmit x, uint32_t len)
{
	return ip_send(net, testnet_skb(net, SKB_HEADROOM, len), 0, &x);
}

/* The one packet that was sent; the caller frees it. */
static struct sk_buff *sent(struct net *net)
{
	struct sk_buff *skb = tx_ip(dev_of(net, "d0"));

	assert_non_null(skb);
	assert_int_equal(ip_compute_csum(skb->data, ip_hdr_len(ip_hdr(skb))), 0);
	return skb;
}

static void test_header(void **state)
{
	struct net *net = *state;
	struct inet_xmit x = to("10.0.0.7");
	const struct ipv4_hdr *ip;
	struct sk_buff *skb;

	x.tos = 0x2e;
	x.ttl = 7;
	assert_int_equal(send_len(net, x, 100), 0);
	skb = sent(net);
	ip = ip_hdr(skb);
	assert_int_equal(ip->ver_ihl, 0x45);
	assert_int_equal(ip->tos, 0x2e);
	assert_int_equal(ntohs(ip->tot_len), 120);
	assert_int_equal(ip->frag_off, 0);
	assert_int_equal(ip->ttl, 7);
	assert_int_equal(ip->protocol, 17);
	assert_string_equal(ip4_text(ip->saddr), "10.0.0.1");
	assert_string_equal(ip4_text(ip->daddr), "10.0.0.7");
	skb_free(skb);
	assert_int_equal(net->mib[MIB_IpOutRequests], 1);
}

static uint8_t ttl_to(struct net *net, const char *dst)
{
	struct sk_buff *skb;
	uint8_t ttl;

	assert_int_equal(send_len(net, to(dst), 10), 0);
	skb = sent(net);
	ttl = ip_hdr(skb)->ttl;
	skb_free(skb);
	return ttl;
}

static void test_time_to_live(void **state)
{
	struct net *net = *state;

	assert_int_equal(ttl_to(net, "10.0.0.7"), 64);
	ipv4_sysctl(net)->ip_default_ttl = 99;
	assert_int_equal(ttl_to(net, "10.0.0.7"), 99);
	route_add(net, "1.0.0.0/8 via 10.0.0.7 hoplimit 5");
	assert_int_equal(ttl_to(net, "1.2.3.4"), 5);
	route_add(net, "default via 10.0.0.7");
	assert_int_equal(ttl_to(net, "239.1.1.1"), 1);
}

static uint16_t id_of_next(struct net *net, const char *dst)
{
	struct sk_buff *skb;
	uint16_t id;

	assert_int_equal(send_len(net, to(dst), 10), 0);
	skb = sent(net);
	id = ntohs(ip_hdr(skb)->id);
	skb_free(skb);
	return id;
}

static void test_identification(void **state)
{
	struct net *net = *state;
	uint16_t a, b;

	arp_learn(dev_of(net, "d0"), "10.0.0.8");
	/* Within a millisecond a destination's numbers follow each other … */
	a = id_of_next(net, "10.0.0.7");
	assert_int_equal(id_of_next(net, "10.0.0.7"), (uint16_t)(a + 1));
	/* … another destination's are not those … */
	b = id_of_next(net, "10.0.0.8");
	assert_true((uint16_t)(b - a) > 2);
	assert_int_equal(id_of_next(net, "10.0.0.7"), (uint16_t)(a + 2));
	/* … and later they have moved on by a number that nobody can know. */
	testnet_advance(net, sec_to_ktime(10));
	assert_in_range((uint16_t)(id_of_next(net, "10.0.0.7") - a), 3, 10003);
}

static void test_dont_fragment(void **state)
{
	struct net *net = *state;
	struct inet_xmit x = to("10.0.0.7");
	struct dst_entry *dst;
	struct flow fl = { .daddr = x.daddr };
	struct sk_buff *skb;

	x.df = true;
	assert_int_equal(send_len(net, x, 100), 0);
	skb = sent(net);
	assert_int_equal(ip_hdr(skb)->frag_off, htons(IPV4_DF));
	assert_int_equal(ip_hdr(skb)->id, 0);
	skb_free(skb);

	/* Where it may be cut, what does not fit goes without DF. */
	assert_int_equal(send_len(net, x, 2000), 0);
	skb = sent(net);
	assert_int_equal(ip_hdr(skb)->frag_off, htons(IPV4_MF));
	skb_free(skb);
	tx_clear(dev_of(net, "d0"));

	x.may_fragment = false;
	assert_int_equal(send_len(net, x, 2000), -EMSGSIZE);
	assert_int_equal(send_len(net, x, 1480), 0);
	tx_clear(dev_of(net, "d0"));

	/* A smaller path MTU counts, unless it is to be ignored. */
	assert_int_equal(ip_route_output(net, &fl, &dst), 0);
	dst->ops->update_pmtu(dst, 1000);
	dst_release(dst);
	assert_int_equal(send_len(net, x, 1200), -EMSGSIZE);
	x.ignore_pmtu = true;
	assert_int_equal(send_len(net, x, 1200), 0);
	skb = sent(net);
	assert_int_equal(ip_hdr(skb)->frag_off, htons(IPV4_DF));
	skb_free(skb);
	assert_int_equal(send_len(net, x, 1481), -EMSGSIZE);
}

static void test_too_long_for_any(void **state)
{
	struct net *net = *state;

	assert_int_equal(send_len(net, to("10.0.0.7"), 65516), -EMSGSIZE);
	assert_int_equal(send_len(net, to("10.0.0.7"), 65515), 0);
}

static void test_no_way(void **state)
{
	struct net *net = *state;

	assert_int_equal(send_len(net, to("99.0.0.1"), 10), -ENETUNREACH);
	assert_int_equal(net->mib[MIB_IpOutNoRoutes], 1);
	route_add(net, "prohibit 98.0.0.0/8");
	assert_int_equal(send_len(net, to("98.0.0.1"), 10), -EACCES);
	dev_down(dev_of(net, "d0"));
	assert_int_equal(send_len(net, to("10.0.0.7"), 10), -ENETUNREACH);
}

static void test_to_ourselves_by_loopback(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;

	assert_int_equal(send_len(net, to("10.0.0.1"), 3000), 0);
	assert_int_equal(send_len(net, to("127.0.0.1"), 100), 0);
	assert_int_equal(send_len(net, to("127.9.9.9"), 100), 0);
	skb = skb_dequeue(deliveries(net));
	assert_int_equal(skb->len, 3000);
	assert_ptr_equal(skb->dev, net->loopback);
	assert_string_equal(ip4_text(ip_hdr(skb)->saddr), "10.0.0.1");
	skb_free(skb);
	assert_int_equal(deliveries(net)->qlen, 2);
	assert_null(tx_ip(dev_of(net, "d0")));
}

static void test_a_broadcast_is_heard_by_ourselves(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;

	assert_int_equal(send_len(net, to("10.0.0.255"), 3000), 0);
	skb = skb_dequeue(deliveries(net));
	assert_int_equal(skb->len, 3000);
	assert_true(skb->looped);
	assert_ptr_equal(skb->dev, dev_of(net, "d0"));
	assert_int_equal(skb->pkt_type, PACKET_BROADCAST);
	skb_free(skb);
	assert_int_equal(testdev_sent(dev_of(net, "d0"))->qlen, 3);
}

static void test_a_multicast_is_heard_by_members(void **state)
{
	const struct mc_filter any = { .exclude = true };
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct inet_xmit x = to("239.1.1.1");
	const union inaddr group = x.daddr;

	route_add(net, "default via 10.0.0.7");
	assert_int_equal(send_len(net, x, 100), 0);
	assert_true(skb_queue_empty(deliveries(net)));
	assert_int_equal(testdev_sent(d0)->qlen, 1);
	assert_int_equal(ip_mc_join(net, &group, d0, &any), 0);
	tx_clear(d0);
	assert_int_equal(send_len(net, x, 100), 0);
	assert_int_equal(deliveries(net)->qlen, 1);
	assert_int_equal(testdev_sent(d0)->qlen, 1);
	x.no_loop = true;
	assert_int_equal(send_len(net, x, 100), 0);
	assert_int_equal(deliveries(net)->qlen, 1);
	assert_int_equal(testdev_sent(d0)->qlen, 2);
	x.no_loop = false;
	x.host_only = true;
	assert_int_equal(send_len(net, x, 100), 0);
	assert_int_equal(deliveries(net)->qlen, 2);
	assert_int_equal(testdev_sent(d0)->qlen, 2);
	assert_int_equal(ip_mc_leave(net, &group, d0, &any), 0);
}

static void test_copies_that_wait_are_limited_and_go_with_the_device(void **state)
{
	struct net *net = *state;
	struct inet_xmit x = to("10.0.0.255");
	unsigned i;

	for (i = 0; i < 1100; i++)
		ip_send(net, testnet_skb(net, SKB_HEADROOM, 10), 0, &x);
	assert_int_equal(dev_of(net, "d0")->drops[DROP_DEV_TX_BUSY], 100);
	netdev_unregister(dev_of(net, "d0"));
	assert_true(skb_queue_empty(deliveries(net)));
}

static void test_router_alert(void **state)
{
	static const uint8_t alert[4] = { 148, 4, 0, 0 };
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct sk_buff *skb;

	assert_int_equal(ip_send_router_alert(net, testnet_skb(net, SKB_HEADROOM, 8), d0, 0,
					      ip4_addr("224.0.0.22"), 2),
			 0);
	skb = sent(net);
	assert_int_equal(ip_hdr_len(ip_hdr(skb)), 24);
	assert_memory_equal(ip_hdr(skb) + 1, alert, 4);
	assert_int_equal(ip_hdr(skb)->ttl, 1);
	assert_int_equal(ip_hdr(skb)->tos, 0xc0);
	assert_int_equal(ip_hdr(skb)->saddr, 0);
	skb_free(skb);
}

static void test_options_are_sent_with_our_own_entry(void **state)
{
	static const uint8_t rr[8] = { IPOPT_RR, 7, 4 };
	struct net *net = *state;
	struct inet_xmit x = to("10.0.0.7");
	const be32 us = ip4_addr("10.0.0.1");
	struct sk_buff *skb;

	x.options = rr;
	x.options_len = sizeof(rr);
	assert_int_equal(send_len(net, x, 10), 0);
	skb = sent(net);
	assert_int_equal(ip_hdr_len(ip_hdr(skb)), 28);
	assert_memory_equal((uint8_t *)(ip_hdr(skb) + 1) + 3, &us, 4);
	skb_free(skb);
}

static int send_own_header(struct net *net, struct sk_buff *skb)
{
	struct flow fl = { .daddr = inaddr_v4(ip4_addr("10.0.0.7")) };
	struct dst_entry *dst;
	int err;

	assert_int_equal(ip_route_output(net, &fl, &dst), 0);
	err = ip_send_hdrincl(net, skb, dst);
	dst_release(dst);
	return err;
}

static void test_packets_with_their_own_header(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = udp_packet(net, "0.0.0.0", "10.0.0.7", 100);

	ip_hdr(skb)->id = 0;
	ip_hdr(skb)->tot_len = 0;
	ip_hdr(skb)->check = 77;
	ip_hdr(skb)->ttl = 3;
	assert_int_equal(send_own_header(net, skb), 0);
	skb = sent(net);
	assert_int_equal(ntohs(ip_hdr(skb)->tot_len), 120);
	assert_string_equal(ip4_text(ip_hdr(skb)->saddr), "10.0.0.1");
	assert_int_not_equal(ip_hdr(skb)->id, 0);
	assert_int_equal(ip_hdr(skb)->ttl, 3);
	skb_free(skb);

	skb = udp_packet(net, "9.9.9.9", "10.0.0.7", 100);
	assert_int_equal(send_own_header(net, skb), 0);
	skb = sent(net);
	assert_string_equal(ip4_text(ip_hdr(skb)->saddr), "9.9.9.9");
	assert_int_equal(ntohs(ip_hdr(skb)->id), 0x1234);
	skb_free(skb);

	assert_int_equal(send_own_header(net, udp_packet(net, "0.0.0.0", "10.0.0.7", 1481)),
			 -EMSGSIZE);
	assert_int_equal(send_own_header(net, testnet_skb(net, SKB_HEADROOM, 19)), -EINVAL);
	skb = udp_packet(net, "0.0.0.0", "10.0.0.7", 0);
	ip_hdr(skb)->ver_ihl = 0x46;
	assert_int_equal(send_own_header(net, skb), -EINVAL);
}

/* GSO ------------------------------------------------------------------------------------------ */

/* Cuts behind 8 bytes of a UDP-like header, which each piece gets; as a transport would. */
static int test_segment(struct net *net, struct sk_buff *skb, struct sk_buff_head *ret)
{
	uint32_t hlen = (uint8_t *)skb_transport_header(skb) - skb->data + 8, off;

	for (off = hlen; off < skb->len; off += skb->gso_size) {
		uint32_t len = min((uint32_t)skb->gso_size, skb->len - off);
		struct sk_buff *seg = skb_alloc(net, SKB_HEADROOM, hlen + len);
		struct ipv4_hdr *ip;

		skb_copy_bits(skb, 0, skb_put(seg, hlen), hlen);
		skb_copy_bits(skb, off, skb_put(seg, len), len);
		seg->network_off =
			seg->data - seg->head + (skb->network_off - (skb->data - skb->head));
		ip = ip_hdr(seg);
		ip->tot_len = htons(seg->len - ((uint8_t *)ip - seg->data));
		ip_send_check(ip);
		skb_queue_tail(ret, seg);
	}
	skb_free(skb);
	return 0;
}

static struct gso_ops test_gso = { .gso_type = GSO_UDP_L4, .segment = test_segment };

static int send_gso(struct net *net, uint32_t len, uint16_t gso_size, bool df)
{
	struct sk_buff *skb = testnet_skb(net, SKB_HEADROOM, 8 + len);
	struct inet_xmit x = to("10.0.0.7");

	x.df = df;
	skb->gso_type = GSO_UDP_L4;
	skb->gso_size = gso_size;
	skb->gso_segs = DIV_ROUND_UP(len, gso_size);
	return ip_send(net, skb, 0, &x);
}

static void test_a_gso_packet_passes_whole(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	gso_ops_add(net, &test_gso);
	d0->features = NETIF_F_USO | NETIF_F_CSUM | NETIF_F_SG;
	assert_int_equal(send_gso(net, 14000, 1400, true), 0);
	assert_int_equal(testdev_sent(d0)->qlen, 1);
	tx_clear(d0);
	/* The device cannot: it is cut, but not into fragments. */
	d0->features = 0;
	assert_int_equal(send_gso(net, 14000, 1400, true), 0);
	assert_int_equal(testdev_sent(d0)->qlen, 10);
	tx_clear(d0);
	gso_ops_del(&test_gso);
}

static void test_segments_that_are_too_long_are_cut(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct sk_buff *skb;
	unsigned n = 0;

	gso_ops_add(net, &test_gso);
	d0->features = NETIF_F_USO | NETIF_F_CSUM | NETIF_F_SG;
	assert_int_equal(netdev_set_mtu(d0, 1000, NULL), 0);
	assert_int_equal(send_gso(net, 14000, 1400, false), 0);
	while ((skb = tx_ip(d0))) {
		assert_true(skb->len <= 1000);
		skb_free(skb);
		n++;
	}
	assert_int_equal(n, 20);
	gso_ops_del(&test_gso);
}

int main(void)
{
#define TEST_CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, ip4net_teardown)
	const struct CMUnitTest tests[] = {
		TEST_CASE(test_header),
		TEST_CASE(test_time_to_live),
		TEST_CASE(test_identification),
		TEST_CASE(test_dont_fragment),
		TEST_CASE(test_too_long_for_any),
		TEST_CASE(test_no_way),
		TEST_CASE(test_to_ourselves_by_loopback),
		TEST_CASE(test_a_broadcast_is_heard_by_ourselves),
		TEST_CASE(test_a_multicast_is_heard_by_members),
		TEST_CASE(test_copies_that_wait_are_limited_and_go_with_the_device),
		TEST_CASE(test_router_alert),
		TEST_CASE(test_options_are_sent_with_our_own_entry),
		TEST_CASE(test_packets_with_their_own_header),
		TEST_CASE(test_a_gso_packet_passes_whole),
		TEST_CASE(test_segments_that_are_too_long_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
