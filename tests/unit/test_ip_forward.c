/* SPDX-License-Identifier: BSD-2-Clause */
/* Forwarding: what goes on, changed how; what does not, and what its sender is told. */
#include "stack/ipv4/ip.h"

#include <string.h>
#include "stack/ipv4/icmp.h"
#include "stack/ipv4/route.h"
#include "stack/lib/checksum.h"
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
	arp_learn(dev_of(net, "d0"), "10.0.0.249");
	arp_learn(dev_of(net, "d1"), "10.0.1.7");
	route_add(net, "default via 10.0.0.249");
	tx_clear(dev_of(net, "d0"));
	tx_clear(dev_of(net, "d1"));
	ipv4_set_forwarding(net, true);
	*state = net;
	return 0;
}

static struct sk_buff *across(struct net *net, uint32_t len)
{
	return udp_packet(net, "10.0.0.7", "10.0.1.7", len);
}

static void test_goes_on_one_hop_older(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;

	rx_ip(dev_of(net, "d0"), across(net, 100));
	skb = tx_ip(dev_of(net, "d1"));
	assert_non_null(skb);
	assert_int_equal(ip_hdr(skb)->ttl, 63);
	assert_int_equal(ip_compute_csum(ip_hdr(skb), 20), 0);
	assert_int_equal(skb->len, 120);
	assert_int_equal(ntohs(ip_hdr(skb)->id), 0x1234);
	skb_free(skb);
	assert_int_equal(net->mib[MIB_IpForwDatagrams], 1);
}

static void test_checksum_for_every_ttl(void **state)
{
	struct net *net = *state;
	unsigned ttl;

	for (ttl = 2; ttl < 256; ttl++) {
		struct sk_buff *skb = across(net, 10);

		ip_hdr(skb)->ttl = ttl;
		ip_hdr(skb)->id = htons(ttl * 257);
		ip_send_check(ip_hdr(skb));
		rx_ip(dev_of(net, "d0"), skb);
		skb = tx_ip(dev_of(net, "d1"));
		assert_int_equal(ip_hdr(skb)->ttl, ttl - 1);
		assert_int_equal(ip_compute_csum(ip_hdr(skb), 20), 0);
		skb_free(skb);
	}
}

static void test_time_to_live_runs_out(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;
	unsigned ttl;

	for (ttl = 0; ttl < 2; ttl++) {
		skb = across(net, 10);
		ip_hdr(skb)->ttl = ttl;
		ip_send_check(ip_hdr(skb));
		rx_ip(dev_of(net, "d0"), skb);
		assert_null(tx_ip(dev_of(net, "d1")));
		assert_icmp(dev_of(net, "d0"), ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
	}
}

static void test_too_long_with_df(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = across(net, 1400);

	netdev_set_mtu(dev_of(net, "d1"), 1280, NULL);
	ip_hdr(skb)->frag_off = htons(IPV4_DF);
	ip_send_check(ip_hdr(skb));
	rx_ip(dev_of(net, "d0"), skb);
	assert_null(tx_ip(dev_of(net, "d1")));
	assert_icmp(dev_of(net, "d0"), ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, 1280);
	assert_int_equal(net->mib[MIB_IpFragFails], 1);
	/* Without it: cut. */
	rx_ip(dev_of(net, "d0"), across(net, 1400));
	assert_int_equal(testdev_sent(dev_of(net, "d1"))->qlen, 2);
}

static void test_what_was_sent_to_all_is_not_sent_on(void **state)
{
	static const uint8_t all[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0"), *d1 = dev_of(net, "d1");

	rx_frame(d0, all, ETH_P_IP, across(net, 10));
	assert_null(tx_ip(d1));
	/* The broadcast of the other subnet is for us, not for it. */
	rx_ip(d0, udp_packet(net, "10.0.0.7", "10.0.1.255", 10));
	assert_null(tx_ip(d1));
	assert_int_equal(deliveries(net)->qlen, 1);
	rx_ip(d0, udp_packet(net, "10.0.0.7", "255.255.255.255", 10));
	assert_null(tx_ip(d1));
	rx_ip(d0, udp_packet(net, "10.0.0.7", "239.1.1.1", 10));
	assert_null(tx_ip(d1));
	assert_null(tx_ip(d0));
}

static void test_the_sender_is_told_of_a_better_way_a_few_times(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	unsigned i, redirects = 0;

	for (i = 0; i < 300; i++) {
		struct sk_buff *skb;

		rx_ip(d0, udp_packet(net, "10.0.0.7", "1.2.3.4", 10));
		while ((skb = tx_ip(d0))) {
			if (ip_hdr(skb)->protocol == IPPROTO_ICMP) {
				const struct icmp_hdr *icmp =
					(const struct icmp_hdr *)(skb->data + 20);

				assert_int_equal(icmp->type, ICMP_REDIRECT);
				assert_int_equal(icmp->code, ICMP_REDIR_HOST);
				assert_int_equal(icmp->info, ip4_addr("10.0.0.249"));
				redirects++;
			} else {
				assert_string_equal(ip4_text(ip_hdr(skb)->daddr), "1.2.3.4");
			}
			skb_free(skb);
		}
		testnet_advance(net, ms_to_ktime(50));
	}
	assert_in_range(redirects, 5, 9);
	assert_int_equal(net->mib[MIB_IpForwDatagrams], 300);
	/* Switched off: none. */
	testnet_advance(net, sec_to_ktime(100));
	ipv4_conf(net, NULL)->send_redirects = ipv4_conf(net, d0)->send_redirects = false;
	rx_ip(d0, udp_packet(net, "10.0.0.7", "1.2.3.4", 10));
	assert_int_equal(testdev_sent(d0)->qlen, 1);
}

static void test_no_redirect_for_who_is_elsewhere(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	rx_ip(d0, udp_packet(net, "8.8.8.8", "1.2.3.4", 10));
	assert_int_equal(testdev_sent(d0)->qlen, 1);
}

static void test_a_packet_that_others_hold_is_not_written_to(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = across(net, 100), *copy;

	copy = skb_clone(net, skb);
	rx_ip(dev_of(net, "d0"), skb);
	assert_int_equal(((struct ipv4_hdr *)copy->data)->ttl, 64);
	skb_free(copy);
	assert_int_equal(testdev_sent(dev_of(net, "d1"))->qlen, 1);
}

/* A GSO packet that came in by an offload: its segments count, not its own length. */
static void test_gso(void **state)
{
	struct net *net = *state;
	struct net_device *d1 = dev_of(net, "d1");
	struct sk_buff *skb;
	unsigned i;

	d1->features = NETIF_F_USO | NETIF_F_CSUM | NETIF_F_SG;
	for (i = 0; i < 2; i++) {
		skb = across(net, 8 + 14000);
		ip_hdr(skb)->frag_off = htons(IPV4_DF);
		ip_send_check(ip_hdr(skb));
		skb->gso_type = GSO_UDP_L4;
		skb->gso_size = 1400;
		skb->gso_segs = 10;
		rx_ip(dev_of(net, "d0"), skb);
		if (i == 0) {
			assert_int_equal(testdev_sent(d1)->qlen, 1);
			tx_clear(d1);
			netdev_set_mtu(d1, 1000, NULL);
		}
	}
	assert_null(tx_ip(d1));
	assert_icmp(dev_of(net, "d0"), ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, 1000);
}

/* Two subnets on the link of d0: without shared_media, stations of one do not hear those of the other. */
static void test_no_redirect_to_another_subnet_of_the_link(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	addr_add(net, "d0", "10.9.0.1/24");
	arp_learn(d0, "10.9.0.7");
	tx_clear(d0);
	ipv4_conf(net, NULL)->shared_media = ipv4_conf(net, d0)->shared_media = 0;
	rx_ip(d0, udp_packet(net, "10.9.0.7", "1.2.3.4", 10));
	assert_int_equal(testdev_sent(d0)->qlen, 1);
	tx_clear(d0);
	rx_ip(d0, udp_packet(net, "10.0.0.7", "1.2.3.4", 10));
	assert_int_equal(testdev_sent(d0)->qlen, 2);
	tx_clear(d0);
	ipv4_conf(net, d0)->shared_media = 1;
	ip_rt_flush(net);
	rx_ip(d0, udp_packet(net, "10.9.0.7", "1.2.3.4", 10));
	assert_int_equal(testdev_sent(d0)->qlen, 2);
}

int main(void)
{
#define TEST_CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, ip4net_teardown)
	const struct CMUnitTest tests[] = {
		TEST_CASE(test_goes_on_one_hop_older),
		TEST_CASE(test_checksum_for_every_ttl),
		TEST_CASE(test_time_to_live_runs_out),
		TEST_CASE(test_too_long_with_df),
		TEST_CASE(test_what_was_sent_to_all_is_not_sent_on),
		TEST_CASE(test_the_sender_is_told_of_a_better_way_a_few_times),
		TEST_CASE(test_no_redirect_for_who_is_elsewhere),
		TEST_CASE(test_a_packet_that_others_hold_is_not_written_to),
		TEST_CASE(test_gso),
		TEST_CASE(test_no_redirect_to_another_subnet_of_the_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
