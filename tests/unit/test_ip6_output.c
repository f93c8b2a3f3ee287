/* SPDX-License-Identifier: BSD-2-Clause */
/* What is sent: headers, lengths, flow labels, groups and copies of them for ourselves. */
#include "stack/ipv6/ip6.h"

#include <errno.h>
#include <string.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/route6.h"
#include "tests/unit/ip6net.h"

#define US    "2001:db8::1"
#define THEM  "2001:db8::7"
#define GROUP "ff02::1"

static int send_to(struct net *net, const char *dst, uint32_t len, struct inet_xmit x)
{
	x.proto = PROTO6_TEST;
	x.daddr = ip6_addr(dst);
	return ip6_send(net, testnet_skb(net, SKB_HEADROOM, len),
			in6_needs_scope(&x.daddr) ? dev_of(net, "d0")->ifindex : 0, &x);
}

static struct sk_buff *must_tx(struct net *net)
{
	struct sk_buff *skb = tx_ip6(dev_of(net, "d0"));

	assert_non_null(skb);
	return skb;
}

static void test_header(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;
	const struct ipv6_hdr *ip6;
	union inaddr a;

	assert_int_equal(send_to(net, THEM, 100,
				 (struct inet_xmit){ .tos = 0xb8, .flowlabel = 0x54321 }),
			 0);
	skb = must_tx(net);
	ip6 = ipv6_hdr(skb);
	assert_int_equal(skb->len, 140);
	assert_int_equal(ntohl(ip6->ver_class_label), 0x6b854321);
	assert_int_equal(ipv6_tclass(ip6), 0xb8);
	assert_int_equal(ipv6_flowlabel(ip6), 0x54321);
	assert_int_equal(ntohs(ip6->payload_len), 100);
	assert_int_equal(ip6->nexthdr, PROTO6_TEST);
	assert_int_equal(ip6->hop_limit, 64);
	a = ipv6_saddr(skb);
	assert_string_equal(ip6_text(&a), US);
	a = ipv6_daddr(skb);
	assert_string_equal(ip6_text(&a), THEM);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(skb->data[40 + i], i);
	skb_free(skb);
	assert_int_equal(net->mib[MIB_Ip6OutRequests], 1);
}

static void test_hop_limit(void **state)
{
	static const struct {
		const char *dst;
		uint8_t ttl, sent;
	} cases[] = { { THEM, 0, 64 }, { THEM, 3, 3 }, { GROUP, 0, 1 }, { GROUP, 255, 255 } };
	struct net *net = *state;
	struct sk_buff *skb;

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(send_to(net, cases[i].dst, 8,
					 (struct inet_xmit){ .ttl = cases[i].ttl }),
				 0);
		skb = must_tx(net);
		assert_int_equal(ipv6_hdr(skb)->hop_limit, cases[i].sent);
		skb_free(skb);
	}
	skb_queue_purge(deliveries6(net));
}

static void test_too_long(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;

	assert_int_equal(send_to(net, THEM, 1460, (struct inet_xmit){ .ttl = 1 }), 0);
	skb_free(must_tx(net));
	assert_int_equal(send_to(net, THEM, 1461, (struct inet_xmit){ .ttl = 1 }), -EMSGSIZE);
	assert_int_equal(send_to(net, THEM, 1461, (struct inet_xmit){ .df = true }), -EMSGSIZE);
	assert_int_equal(send_to(net, THEM, 65536, (struct inet_xmit){ .may_fragment = true }),
			 -EMSGSIZE);
	assert_silent6(dev_of(net, "d0"));
	assert_int_equal(net->mib[MIB_Ip6OutDiscards], 3);
	/* What the path taught. */
	ip6_rt_update_pmtu(net,
			   &(union inaddr){ .q = { ip6_addr(THEM).q[0], ip6_addr(THEM).q[1] } }, 0,
			   1400);
	assert_int_equal(send_to(net, THEM, 1361, (struct inet_xmit){ .ttl = 1 }), -EMSGSIZE);
	assert_int_equal(send_to(net, THEM, 1460, (struct inet_xmit){ .ignore_pmtu = true }), 0);
	skb = must_tx(net);
	assert_int_equal(skb->len, 1500);
	skb_free(skb);
	assert_int_equal(send_to(net, THEM, 1460, (struct inet_xmit){ .may_fragment = true }), 0);
	skb = must_tx(net);
	assert_int_equal(skb->len, 1400);
	skb_free(skb);
	skb_free(must_tx(net));
}

static void test_nowhere_to_go(void **state)
{
	struct net *net = *state;

	assert_int_equal(send_to(net, "2001:db8:99::1", 8, (struct inet_xmit){ .ttl = 0 }),
			 -ENETUNREACH);
	assert_int_equal(net->mib[MIB_Ip6OutNoRoutes], 1);
	addrconf_conf(net, dev_of(net, "d0"))->disable_ipv6 = 1;
	assert_int_equal(send_to(net, THEM, 8, (struct inet_xmit){ .ttl = 0 }), -ENETDOWN);
	assert_int_equal(dev_of(net, "d0")->drops[DROP_IP6_DISABLED], 1);
}

static void test_a_chain_of_headers(void **state)
{
	static const uint8_t chain[] = {
		60, 0, 1, 4, 0, 0, 0, 0, PROTO6_TEST, 0, 1, 4, 0, 0, 0, 0
	};
	struct net *net = *state;
	struct sk_buff *skb;

	assert_int_equal(send_to(net, THEM, 10,
				 (struct inet_xmit){ .options = chain,
						     .options_len = sizeof(chain),
						     .options_proto = IPPROTO_HOPOPTS }),
			 0);
	skb = must_tx(net);
	assert_int_equal(skb->len, 40 + 16 + 10);
	assert_int_equal(ntohs(ipv6_hdr(skb)->payload_len), 26);
	assert_int_equal(ipv6_hdr(skb)->nexthdr, IPPROTO_HOPOPTS);
	assert_memory_equal(skb->data + 40, chain, sizeof(chain));
	assert_int_equal(skb->data[57], 1);
	skb_free(skb);
}

static uint32_t label_of(struct net *net, const struct inet_xmit *x)
{
	struct sk_buff *skb;
	uint32_t label;

	assert_int_equal(send_to(net, THEM, 8, *x), 0);
	skb = must_tx(net);
	label = ipv6_flowlabel(ipv6_hdr(skb));
	skb_free(skb);
	return label;
}

/* RFC 6437 */
static void test_flow_labels(void **state)
{
	struct net *net = *state;
	struct inet_xmit a = { .sport = htons(1) }, b = { .sport = htons(2) };
	struct inet_xmit off = { .sport = htons(1), .no_flowlabel = true },
			 own = { .flowlabel = 5 };
	uint32_t label = label_of(net, &a);

	assert_int_not_equal(label, 0);
	assert_in_range(label, 1, IPV6_LABEL_MASK);
	assert_int_equal(label_of(net, &a), label);
	assert_int_not_equal(label_of(net, &b), label);
	assert_int_equal(label_of(net, &off), 0);
	assert_int_equal(label_of(net, &own), 5);
	net->ipv6->sysctl.auto_flowlabels = 0;
	assert_int_equal(label_of(net, &a), 0);
	assert_int_equal(label_of(net, &own), 5);
	net->ipv6->sysctl.auto_flowlabels = 2; /* only who asks: no socket does here */
	assert_int_equal(label_of(net, &a), 0);
	net->ipv6->sysctl.auto_flowlabels = 3;
	assert_int_equal(label_of(net, &off), label);
}

static void test_groups_are_looped_back(void **state)
{
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");
	struct sk_buff *skb;

	assert_int_equal(send_to(net, GROUP, 8, (struct inet_xmit){ .ttl = 4 }), 0);
	skb = skb_dequeue(deliveries6(net));
	assert_non_null(skb);
	assert_true(skb->looped);
	assert_ptr_equal(skb->dev, dev);
	assert_int_equal(ip6_cb(skb)->parm.ttl, 4);
	skb_free(skb);
	skb_free(must_tx(net));
	assert_int_equal(send_to(net, GROUP, 8, (struct inet_xmit){ .no_loop = true }), 0);
	assert_true(skb_queue_empty(deliveries6(net)));
	skb_free(must_tx(net));
	assert_int_equal(send_to(net, GROUP, 8, (struct inet_xmit){ .host_only = true }), 0);
	assert_delivered6(net, 8);
	assert_silent6(dev);
	assert_int_equal(net->mib[MIB_Ip6OutMcastPkts] >= 3, 1);
	/* A group that nobody here is in. */
	assert_int_equal(send_to(net, "ff02::4:5:6", 8, (struct inet_xmit){ .ttl = 4 }), 0);
	assert_true(skb_queue_empty(deliveries6(net)));
	skb_free(must_tx(net));
}

static void test_interface_local_groups_stay(void **state)
{
	struct net *net = *state;

	assert_int_equal(send_to(net, "ff01::5", 8, (struct inet_xmit){ .ttl = 4 }), 0);
	assert_silent6(dev_of(net, "d0"));
}

static void test_a_long_group_packet_is_looped_whole(void **state)
{
	struct net *net = *state;

	assert_int_equal(send_to(net, GROUP, 3000, (struct inet_xmit){ .may_fragment = true }), 0);
	assert_delivered6(net, 3000);
	for (unsigned i = 0; i < 3; i++)
		skb_free(must_tx(net));
	assert_silent6(dev_of(net, "d0"));
}

static void test_copies_go_with_their_device(void **state)
{
	struct net *net = *state;
	struct net_device *d1 = ip6net_dev(net, "d1");
	struct inet_xmit x = { .proto = PROTO6_TEST, .daddr = ip6_addr(GROUP) };

	assert_int_equal(ip6_send(net, testnet_skb(net, SKB_HEADROOM, 8), d1->ifindex, &x), 0);
	netdev_unregister(d1);
	assert_true(skb_queue_empty(deliveries6(net)));
}

static void test_the_links_own_protocols(void **state)
{
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");
	const struct inet_xmit x = { .ttl = 255,
				     .proto = PROTO6_TEST,
				     .daddr = ip6_addr("ff02::1:ff00:9") };
	struct sk_buff *skb;
	union inaddr a;

	assert_int_equal(ip6_send_link(net, testnet_skb(net, SKB_HEADROOM, 24), dev, &x), 0);
	skb = must_tx(net);
	a = ipv6_saddr(skb);
	assert_true(in6_is_any(&a)); /* sent as it is */
	assert_int_equal(ipv6_hdr(skb)->hop_limit, 255);
	assert_int_equal(ipv6_flowlabel(ipv6_hdr(skb)), 0);
	skb_free(skb);
}

static int send_hdrincl(struct net *net, struct sk_buff *skb)
{
	struct flow fl = { .family = AF_INET6, .daddr = ip6_addr(THEM) };
	struct dst_entry *dst;
	int err;

	assert_int_equal(ip6_route_output(net, &fl, &dst), 0);
	err = ip6_send_hdrincl(net, skb, dst);
	dst_release(dst);
	return err;
}

static void test_a_header_that_is_brought_along(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = udp6_packet(net, "2001:db8::99", THEM, 20);
	union inaddr a;

	ipv6_hdr(skb)->hop_limit = 7;
	assert_int_equal(send_hdrincl(net, skb), 0);
	skb = must_tx(net);
	a = ipv6_saddr(skb);
	assert_string_equal(ip6_text(&a), "2001:db8::99");
	assert_int_equal(ipv6_hdr(skb)->hop_limit, 7);
	skb_free(skb);
	assert_int_equal(send_hdrincl(net, testnet_skb(net, SKB_HEADROOM, 39)), -EINVAL);
	assert_int_equal(send_hdrincl(net, udp6_packet(net, US, THEM, 1461)), -EMSGSIZE);
	assert_silent6(dev_of(net, "d0"));
}

static void test_lengths_of_segments(void **state)
{
	static const struct {
		uint8_t gso_type, nexthdr, doff;
		uint8_t chain;
		uint32_t len;
	} cases[] = {
		{ GSO_TCPV6, 6, 5, 0, 40 + 20 + 1000 },	 { GSO_TCPV6, 6, 8, 0, 40 + 32 + 1000 },
		{ GSO_UDP_L4, 17, 0, 0, 40 + 8 + 1000 }, { GSO_TCPV6, 60, 5, 8, 48 + 20 + 1000 },
		{ GSO_UDP_L4, 60, 0, 8, 48 + 8 + 1000 },
	};
	struct net *net = *state;

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t bytes[3000] = { cases[i].nexthdr == 60 ? (cases[i].doff ? 6 : 17) : 0, 0 };
		struct sk_buff *skb;

		bytes[cases[i].chain + 12] = cases[i].doff << 4;
		skb = bytes6(net, US, THEM, cases[i].nexthdr, bytes, sizeof(bytes));
		skb->gso_type = cases[i].gso_type;
		skb->gso_size = 1000;
		assert_int_equal(ip6_gso_len(skb), cases[i].len);
		skb_free(skb);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ip6net_setup_host, ip6net_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_header),
		TEST(test_hop_limit),
		TEST(test_too_long),
		TEST(test_nowhere_to_go),
		TEST(test_a_chain_of_headers),
		TEST(test_flow_labels),
		TEST(test_groups_are_looped_back),
		TEST(test_interface_local_groups_stay),
		TEST(test_a_long_group_packet_is_looped_whole),
		TEST(test_copies_go_with_their_device),
		TEST(test_the_links_own_protocols),
		TEST(test_a_header_that_is_brought_along),
		TEST(test_lengths_of_segments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
