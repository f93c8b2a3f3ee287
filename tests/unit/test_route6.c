/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes of IPv6 in use: what is asked, cached, and learnt. */
#include "tests/unit/ip6routes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ipv6/route6_make.h"

/* `ip -6 route get`, as the kernel's ip answered it. */

static void test_get(void **state)
{
	struct net *net = *state;

	route6(net, ADD, "2001:db8:50::/64 via fe80::3 dev d0 mtu 1400");
	assert_get6(net, "2001:db8:50::1",
		    "2001:db8:50::1 from :: via fe80::3 dev d0 src 2001:db8:1::1 metric 1024 "
		    "mtu 1400 pref medium");
	assert_get6(net, "2001:db8:1::1",
		    "local 2001:db8:1::1 from :: dev lo table local proto kernel src "
		    "2001:db8:1::1 metric 0 pref medium");
	assert_get6(net, "fibmatch 2001:db8:1::1",
		    "local 2001:db8:1::1 dev d0 table local proto kernel metric 0 pref medium");
	assert_get6(net, "::1",
		    "local ::1 from :: dev lo table local proto kernel src ::1 "
		    "metric 0 pref medium");
	assert_get6(net, "fe80::1 oif d1",
		    "fe80::1 from :: dev d1 proto kernel src fe80::ff:fe00:2 metric 256 pref "
		    "medium");
	assert_get6(net, "ff02::1",
		    "multicast ff02::1 from :: dev d0 table local proto kernel src "
		    "fe80::ff:fe00:1 metric 256 pref medium");
	assert_get6(net, "ff05::1 oif d1",
		    "multicast ff05::1 from :: dev d1 table local proto kernel src 2001:db8:2::1 "
		    "metric 256 pref medium");
	assert_get6(net, "2001:db8:1::77 from 2001:db8:3::1",
		    "2001:db8:1::77 from 2001:db8:3::1 dev d0 proto kernel src 2001:db8:1::1 "
		    "metric 256 pref medium");
	assert_get6(net, "2001:db8:1::77 oif d1", "error 101");
	assert_get6(net, "2001:db8:1::1 oif d1", "error 101");
	assert_get6(net, "2001:db8:1::9 from 2001:db8:1::1 oif d1",
		    "2001:db8:1::9 from 2001:db8:1::1 dev d0 proto kernel src 2001:db8:1::1 "
		    "metric 256 pref medium");
	assert_get6(net, "2001:db8:1::77 from 2001:db8:3::1 iif d1",
		    "2001:db8:1::77 from 2001:db8:3::1 dev d0 proto kernel metric 256 iif d1 pref "
		    "medium");
	assert_get6(net, "fe80::ff:fe00:1 iif d1",
		    "fe80::ff:fe00:1 from :: dev d1 proto kernel metric 256 iif d1 pref medium");
	assert_get6(net, "3001::1", "error 101");
}

static void test_get_what_refuses(void **state)
{
	struct net *net = *state;

	route6(net, ADD, "unreachable 3001::/16");
	route6(net, ADD, "blackhole 3002::/16");
	route6(net, ADD, "prohibit 3003::/16");
	route6(net, ADD, "throw 3004::/16");
	route6(net, ADD, "3005::/16 dev lo");
	assert_get6(net, "3001::1", "error 113");
	assert_get6(net, "fibmatch 3002::1", "error 22");
	assert_get6(net, "3003::1 iif d0", "error 13");
	assert_get6(net, "3004::1", "error 101");
	assert_get6(net, "3005::1",
		    "3005::1 from :: dev lo src 2001:db8:1::1 metric 1024 pref medium");
}

static void test_get_anycast_of_a_router(void **state)
{
	struct net *net = *state;

	dev6_set(net, NULL, forwarding, 1);
	assert_get6(net, "2001:db8:1::",
		    "anycast 2001:db8:1:: from :: dev lo table local proto kernel src "
		    "2001:db8:1::1 metric 0 pref medium");
}

/* Output ---------------------------------------------------------------------------------------- */

static struct dst_entry *output(struct net *net, struct flow *fl)
{
	struct dst_entry *dst = NULL;

	assert_int_equal(ip6_route_output(net, fl, &dst), 0);
	return dst;
}

static struct dst_entry *output_to(struct net *net, const char *daddr)
{
	struct flow fl = { .family = AF_INET6, .daddr = ip6(daddr) };

	return output(net, &fl);
}

static void test_output_fills_in_what_is_open(void **state)
{
	struct net *net = *state;
	struct flow fl = { .family = AF_INET6, .daddr = ip6("3000::1") };
	struct dst_entry *dst;

	route6(net, ADD, "default via fe80::1 dev d1 src 2001:db8:1::1 hoplimit 7 advmss 1000");
	dst = output(net, &fl);
	assert_string_equal(ip6_text(&fl.saddr), "2001:db8:1::1");
	assert_int_equal(fl.oif, dev_of(net, "d1")->ifindex);
	assert_string_equal(ip6_text(ip6_rt_nexthop(dst)), "fe80::1");
	assert_int_equal(ip6_rt_type(dst), RTN_UNICAST);
	assert_int_equal(ip6_rt_hoplimit(dst), 7);
	assert_int_equal(dst->advmss, 1000);
	assert_int_equal(dst_mtu(dst), 1500);
	dst_release(dst);

	dst = output_to(net, "2001:db8:1::9");
	assert_string_equal(ip6_text(ip6_rt_nexthop(dst)), "2001:db8:1::9");
	assert_int_equal(ip6_rt_hoplimit(dst), 64);
	dst_release(dst);

	/* No destination is ourselves. */
	fl = (struct flow){ .family = AF_INET6 };
	dst = output(net, &fl);
	assert_string_equal(ip6_text(&fl.daddr), "::1");
	assert_string_equal(ip6_text(&fl.saddr), "::1");
	assert_ptr_equal(dst->dev, net->loopback);
	dst_release(dst);
}

static void test_output_errors(void **state)
{
	struct net *net = *state;
	struct flow fl = { .family = AF_INET6, .daddr = ip6("3000::1") };
	struct dst_entry *dst;

	assert_int_equal(ip6_route_output(net, &fl, &dst), -ENETUNREACH);
	fl.oif = 77;
	assert_int_equal(ip6_route_output(net, &fl, &dst), -ENODEV);
	route6(net, ADD, "prohibit default");
	fl.oif = 0;
	assert_int_equal(ip6_route_output(net, &fl, &dst), -EACCES);
	route6(net, ADD, "3005::/16 dev lo");
	fl.daddr = ip6("3005::1");
	assert_int_equal(ip6_route_output(net, &fl, &dst), -ENETUNREACH);
}

static void test_scoped_destinations_follow_device_or_source(void **state)
{
	struct net *net = *state;
	struct flow fl = { .family = AF_INET6, .daddr = ip6("fe80::9") };
	struct dst_entry *dst;

	fl.saddr = ip6("fe80::ff:fe00:2");
	dst = output(net, &fl);
	assert_ptr_equal(dst->dev, dev_of(net, "d1"));
	dst_release(dst);
	fl = (struct flow){ .daddr = ip6("ff02::1"), .oif = dev_of(net, "d1")->ifindex };
	dst = output(net, &fl);
	assert_ptr_equal(dst->dev, dev_of(net, "d1"));
	assert_int_equal(ip6_rt_type(dst), RTN_MULTICAST);
	assert_string_equal(ip6_text(&fl.saddr), "fe80::ff:fe00:2");
	dst_release(dst);
	/* Our own: by lo; and the way back by lo is found, too. */
	fl = (struct flow){ .daddr = ip6("fe80::ff:fe00:2"), .oif = dev_of(net, "d1")->ifindex };
	dst = output(net, &fl);
	assert_ptr_equal(dst->dev, net->loopback);
	dst_release(dst);
	fl = (struct flow){ .daddr = ip6("fe80::ff:fe00:2"), .oif = net->loopback->ifindex };
	dst = output(net, &fl);
	assert_int_equal(ip6_rt_type(dst), RTN_LOCAL);
	dst_release(dst);
}

static void test_the_same_question_has_the_same_answer(void **state)
{
	struct net *net = *state;
	struct dst_entry *a = output_to(net, "2001:db8:1::9"), *b;

	b = output_to(net, "2001:db8:1::9");
	assert_ptr_equal(a, b);
	assert_true(dst_check(a));
	dst_release(b);
	route6(net, ADD, "2001:db8:1::8/125 via fe80::7 dev d1");
	assert_false(dst_check(a));
	b = output_to(net, "2001:db8:1::9");
	assert_ptr_not_equal(a, b);
	assert_string_equal(ip6_text(ip6_rt_nexthop(b)), "fe80::7");
	dst_release(a);
	dst_release(b);
}

/* A router that stops answering is left without a change of configuration. */
static void test_another_router_is_taken_when_one_fails(void **state)
{
	struct net *net = *state;
	struct route_config cfg;
	struct dst_entry *dst;

	route6_parse(net, "default via fe80::1 dev d0 proto 9", &cfg);
	cfg.expires = 1800;
	fib6_ra_update(net, &cfg);
	cfg.nh[0].gw = ip6("fe80::2");
	fib6_ra_update(net, &cfg);
	neigh6(dev_of(net, "d0"), "fe80::1", NUD_REACHABLE,
	       NEIGH_UPDATE_F_ISROUTER | NEIGH_UPDATE_F_OVERRIDE_ISROUTER);
	dst = output_to(net, "3000::1");
	assert_string_equal(ip6_text(ip6_rt_nexthop(dst)), "fe80::1");
	assert_non_null(ip6_rt_neigh(dst));
	neigh6(dev_of(net, "d0"), "fe80::1", NUD_FAILED, 0);
	assert_false(dst_check(dst));
	/* Who noticed asks once more: meanwhile it is no better. */
	dst->ops->negative_advice(dst);
	dst_release(dst);
	dst = output_to(net, "3000::1");
	assert_string_equal(ip6_text(ip6_rt_nexthop(dst)), "fe80::2");
	dst_release(dst);
	ip6_rt_flush(net);
	dst = output_to(net, "3000::1");
	assert_string_equal(ip6_text(ip6_rt_nexthop(dst)), "fe80::2");
	dst_release(dst);
}

static void test_flows_of_one_pair_may_go_both_ways(void **state)
{
	struct net *net = *state;
	unsigned to_d1 = 0;

	route6(net, ADD, "default nexthop via fe80::1 dev d0 nexthop via fe80::2 dev d1");
	for (uint32_t label = 0; label < 200; label++) {
		struct flow fl = { .daddr = ip6("3000::1"), .saddr = ip6("2001:db8:1::1") };
		struct dst_entry *dst, *again;

		fl.flowlabel = label;
		dst = output(net, &fl);
		fl = (struct flow){ .daddr = ip6("3000::1"), .saddr = ip6("2001:db8:1::1") };
		fl.flowlabel = label;
		again = output(net, &fl);
		assert_ptr_equal(dst->dev, again->dev);
		to_d1 += dst->dev == dev_of(net, "d1");
		dst_release(dst);
		dst_release(again);
	}
	assert_in_range(to_d1, 60, 140);
}

static void test_the_cache_is_bounded(void **state)
{
	struct net *net = *state;
	struct flow fl = { .family = AF_INET6 };
	struct rt6 *rt;
	unsigned n = 0;

	for (uint32_t i = 1; i < 20000; i++) {
		fl = (struct flow){ .daddr = ip6("2001:db8:1::") };
		fl.daddr.v6[3] = htonl(0x10000 + i);
		dst_release(output(net, &fl));
	}
	list_for_each_entry(rt, &net->ipv6->routes->cache.all, dst.all)
		n++;
	assert_true(n <= DST_CACHE_WAYS << DST_CACHE_BITS);
	assert_true(n > 1000);
}

/* Else who fills the table of neighbours makes each route of others be looked up for each packet. */
static void test_the_cache_makes_room_now_and_then(void **state)
{
	struct net *net = *state;
	const ktime_t now = NSEC_PER_SEC;
	struct dst_cache *c = &net->ipv6->routes->cache;
	struct flow fl = { .family = AF_INET6, .daddr = ip6("2001:db8:1::77") };
	struct dst_entry *dst;

	assert_int_equal(ip6_route_output(net, &fl, &dst), 0);
	assert_true(dst_cache_make_room(c, now));
	assert_int_equal(dst->refs, 1);
	dst_cache_add(c->sets[0], dst);
	assert_false(dst_cache_make_room(c, now));
	assert_false(dst_cache_make_room(c, now + 99 * NSEC_PER_MSEC));
	assert_int_equal(dst->refs, 2);
	assert_true(dst_cache_make_room(c, now + 100 * NSEC_PER_MSEC));
	assert_int_equal(dst->refs, 1);
	dst_release(dst);
}

static void test_a_device_that_goes_is_named_by_no_route(void **state)
{
	struct net *net = *state;
	struct net_device *d1 = dev_of(net, "d1");
	struct dst_entry *dst = output_to(net, "2001:db8:2::9"), *link;
	const union inaddr group = ip6("ff02::1");

	link = ip6_route_link(net, d1, &group);
	assert_int_equal(ip6_rt_type(link), RTN_MULTICAST);
	assert_non_null(ip6_rt_neigh(dst));
	netdev_unregister(d1);
	assert_ptr_equal(dst->dev, net->loopback);
	assert_null(dst->neigh);
	assert_false(dst_check(dst));
	assert_int_equal(dst->output(net, testnet_skb(net, 64, 60)), -ENETDOWN);
	dst_release(dst);
	dst_release(link);
}

/* Input ----------------------------------------------------------------------------------------- */

static struct sk_buff *packet(struct net *net, const char *dev, const char *src, const char *dst)
{
	struct sk_buff *skb = testnet_skb(net, SKB_HEADROOM, 8);
	struct ipv6_hdr *h = skb_push(skb, sizeof(*h));

	*h = (struct ipv6_hdr){
		.ver_class_label = ipv6_first_word(0, 0),
		.payload_len = htons(8),
		.nexthdr = IPPROTO_UDP,
		.hop_limit = 64,
		.saddr = ip6(src),
		.daddr = ip6(dst),
	};
	skb_reset_network_header(skb);
	skb->dev = dev_of(net, dev);
	return skb;
}

/* RTN_* of the way that it takes; or minus its drop reason. */
static int input(struct net *net, const char *dev, const char *src, const char *dst)
{
	struct sk_buff *skb = packet(net, dev, src, dst);
	enum drop_reason reason = DROP_MAX;
	int err = ip6_route_input(net, skb, &reason);
	int ret = err ? -(int)reason : ip6_rt_type(skb->dst);

	if (!err)
		assert_ptr_equal(skb->dst->input,
				 ret == RTN_UNICAST ? ip6_forward : ip6_local_deliver);
	skb_free(skb);
	return ret;
}

static void test_input_to_us(void **state)
{
	struct net *net = *state;
	const union inaddr own = ip6("2001:db8:1::1");

	assert_int_equal(input(net, "d0", "2001:db8:1::9", "2001:db8:1::1"), RTN_LOCAL);
	assert_int_equal(input(net, "d1", "2001:db8:1::9", "2001:db8:1::1"), RTN_LOCAL);
	assert_int_equal(input(net, "d0", "fe80::9", "fe80::ff:fe00:1"), RTN_LOCAL);
	assert_int_equal(input(net, "lo", "fe80::ff:fe00:1", "fe80::ff:fe00:1"), RTN_LOCAL);
	/* Link-local ones of another link are not ours. */
	assert_int_equal(input(net, "d1", "fe80::9", "fe80::ff:fe00:1"), -DROP_IP_NOFORWARD);
	assert_int_equal(input(net, "d0", "2001:db8:1::9", "ff02::1"), RTN_MULTICAST);
	assert_int_equal(input(net, "d0", "2001:db8:1::9", "ff02::77"), -DROP_IP6_NO_MEMBER);
	/* RFC 4862 5.4: what is tentative is not ours yet. */
	addrconf_find(net, &own, NULL)->flags |= IFA_F_TENTATIVE;
	ip6_rt_flush(net);
	assert_int_equal(input(net, "d0", "2001:db8:1::9", "2001:db8:1::1"), -DROP_IP_INADDRERRORS);
}

static void test_input_to_others(void **state)
{
	struct net *net = *state;

	route6(net, ADD, "unreachable 3001::/16");
	route6(net, ADD, "blackhole 3002::/16");
	route6(net, ADD, "prohibit 3003::/16");
	assert_int_equal(input(net, "d0", "2001:db8:1::9", "2001:db8:2::9"), -DROP_IP_NOFORWARD);
	dev6_set(net, NULL, forwarding, 1);
	assert_int_equal(input(net, "d0", "2001:db8:1::9", "2001:db8:2::9"), RTN_UNICAST);
	assert_int_equal(input(net, "d0", "2001:db8:1::9", "3001::1"), -DROP_IP_HOSTUNREACH);
	assert_int_equal(input(net, "d0", "2001:db8:1::9", "3002::1"), -DROP_IP_BLACKHOLE);
	assert_int_equal(input(net, "d0", "2001:db8:1::9", "3003::1"), -DROP_IP_PROHIBIT);
	assert_int_equal(input(net, "d0", "2001:db8:1::9", "3009::1"), -DROP_IP_NOROUTE);
	assert_int_equal(input(net, "d0", "2001:db8:2::9", "2001:db8:1::"), RTN_ANYCAST);
	/* The device that it came in by decides. */
	dev6_set(net, dev_of(net, "d0"), forwarding, 0);
	assert_int_equal(input(net, "d0", "2001:db8:1::9", "2001:db8:2::9"), -DROP_IP_NOFORWARD);
	assert_int_equal(input(net, "d1", "2001:db8:2::9", "2001:db8:1::9"), RTN_UNICAST);
}

static void test_input_is_cached(void **state)
{
	struct net *net = *state;
	struct sk_buff *a = packet(net, "d0", "2001:db8:1::9", "2001:db8:1::1");
	struct sk_buff *b = packet(net, "d0", "2001:db8:1::9", "2001:db8:1::1");
	enum drop_reason reason;

	assert_int_equal(ip6_route_input(net, a, &reason), 0);
	assert_int_equal(ip6_route_input(net, b, &reason), 0);
	assert_ptr_equal(a->dst, b->dst);
	skb_free(a);
	skb_free(b);
}

/* What paths teach ------------------------------------------------------------------------------ */

static void test_path_mtu_is_learnt_and_expires(void **state)
{
	struct net *net = *state;
	const union inaddr to = ip6("3000::1");
	struct dst_entry *dst;

	route6(net, ADD, "default via fe80::1 dev d0");
	ip6_rt_update_pmtu(net, &to, 0, 1400);
	dst = output_to(net, "3000::1");
	assert_int_equal(dst_mtu(dst), 1400);
	assert_get6(net, "3000::1",
		    "3000::1 from :: via fe80::1 dev d0 cache src 2001:db8:1::1 metric 1024 "
		    "expires 600sec mtu 1400 pref medium");
	/* Never below IPv6's minimum (RFC 8201 4), never up. */
	ip6_rt_update_pmtu(net, &to, 0, 700);
	assert_int_equal(dst_mtu(dst), 1280);
	ip6_rt_update_pmtu(net, &to, 0, 1400);
	assert_int_equal(dst_mtu(dst), 1280);
	dst_release(dst);
	dst = output_to(net, "3000::2");
	assert_int_equal(dst_mtu(dst), 1500);
	dst_release(dst);
	testnet_advance(net, sec_to_ktime(601));
	dst = output_to(net, "3000::1");
	assert_int_equal(dst_mtu(dst), 1500);
	dst_release(dst);
}

static void test_a_routers_mtu_counts(void **state)
{
	struct net *net = *state;
	struct dst_entry *dst;

	dev6_set(net, dev_of(net, "d0"), mtu, 1300);
	dst = output_to(net, "2001:db8:1::9");
	assert_int_equal(dst_mtu(dst), 1300);
	dst_release(dst);
}

static const char *nexthop(struct net *net, const char *daddr)
{
	struct dst_entry *dst = output_to(net, daddr);
	const char *ret = ip6_text(ip6_rt_nexthop(dst));

	dst_release(dst);
	return ret;
}

static void redirect(struct net *net, const char *dev, const char *from, const char *daddr,
		     const char *target)
{
	const union inaddr f = ip6(from), d = ip6(daddr), t = ip6(target);

	ip6_rt_redirect(net, dev_of(net, dev), &f, &d, &t);
}

static void test_redirects(void **state)
{
	struct net *net = *state;
	struct dst_entry *dst;

	route6(net, ADD, "default via fe80::1 dev d0");
	/* RFC 4861 8.1: not believed from whom we do not send to, nor to what is no router. */
	redirect(net, "d0", "fe80::2", "3000::1", "fe80::3");
	redirect(net, "d1", "fe80::1", "3000::1", "fe80::3");
	redirect(net, "d0", "fe80::1", "3000::1", "2001:db8:1::3");
	assert_string_equal(nexthop(net, "3000::1"), "fe80::1");
	redirect(net, "d0", "fe80::1", "3000::1", "fe80::3");
	assert_string_equal(nexthop(net, "3000::1"), "fe80::3");
	assert_string_equal(nexthop(net, "3000::2"), "fe80::1");
	/* 8.3: the destination itself is on the link. */
	redirect(net, "d0", "fe80::1", "3000::2", "3000::2");
	assert_string_equal(nexthop(net, "3000::2"), "3000::2");
	dst = output_to(net, "3000::1");
	dst->ops->negative_advice(dst);
	assert_false(dst_check(dst));
	dst_release(dst);
	assert_string_equal(nexthop(net, "3000::1"), "fe80::1");
	testnet_advance(net, sec_to_ktime(301));
	assert_string_equal(nexthop(net, "3000::2"), "fe80::1");
	/* What it led to does not answer: it is worth nothing. */
	redirect(net, "d0", "fe80::1", "3000::1", "fe80::3");
	redirect(net, "d0", "fe80::1", "3000::2", "3000::2");
	neigh6(dev_of(net, "d0"), "fe80::3", NUD_FAILED, 0);
	neigh6(dev_of(net, "d0"), "3000::2", NUD_FAILED, 0);
	ip6_rt_flush(net);
	assert_string_equal(nexthop(net, "3000::1"), "fe80::1");
	assert_string_equal(nexthop(net, "3000::2"), "fe80::1");
	neigh6(dev_of(net, "d0"), "fe80::3", NUD_REACHABLE, 0);
	assert_string_equal(nexthop(net, "3000::1"), "fe80::1");
	dev6_set(net, dev_of(net, "d0"), accept_redirects, 0);
	redirect(net, "d0", "fe80::1", "3000::1", "fe80::3");
	assert_string_equal(nexthop(net, "3000::1"), "fe80::1");
}

static void test_redirects_sent_are_limited(void **state)
{
	struct net *net = *state;
	struct dst_entry *dst = output_to(net, "2001:db8:1::9");
	unsigned n = 0;

	for (unsigned i = 0; i < 100; i++)
		n += ip6_rt_redirect_due(dst);
	assert_int_equal(n, 6);
	testnet_advance(net, sec_to_ktime(2));
	for (unsigned i = 0; i < 100; i++)
		n += ip6_rt_redirect_due(dst);
	assert_int_equal(n, 8);
	dst_release(dst);
}

static void test_addr_types(void **state)
{
	struct net *net = *state;
	const union inaddr own = ip6("2001:db8:1::1"), other = ip6("2001:db8:1::2");
	const union inaddr link = ip6("fe80::ff:fe00:1"), group = ip6("ff02::1");

	assert_int_equal(fib6_addr_type(net, &own, NULL), RTN_LOCAL);
	assert_int_equal(fib6_addr_type(net, &own, dev_of(net, "d1")), RTN_UNICAST);
	assert_int_equal(fib6_addr_type(net, &other, NULL), RTN_UNICAST);
	assert_int_equal(fib6_addr_type(net, &link, dev_of(net, "d0")), RTN_LOCAL);
	assert_int_equal(fib6_addr_type(net, &link, dev_of(net, "d1")), RTN_UNICAST);
	assert_int_equal(fib6_addr_type(net, &group, NULL), RTN_MULTICAST);
}

/* RFC 4191 3.5: who has failed is asked again now and then, while packets would go by it. */
static void test_a_router_that_failed_is_probed(void **state)
{
	static const struct {
		int32_t interval;
		unsigned after;
		uint16_t nud;
	} cases[] = { { 60, 59, NUD_FAILED },
		      { 60, 61, NUD_INCOMPLETE },
		      { 5, 4, NUD_FAILED },
		      { 5, 6, NUD_INCOMPLETE } };
	const union inaddr gw = ip6("fe80::1");
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct route_config cfg;

	route6_parse(net, "default via fe80::1 dev d0 proto 9", &cfg);
	fib6_ra_update(net, &cfg);
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		struct neighbour *neigh;
		struct dst_entry *dst;

		cfg.expires = 1800;
		cfg.nh[0].gw = gw;
		fib6_ra_update(net, &cfg);
		cfg.nh[0].gw = ip6("fe80::2");
		fib6_ra_update(net, &cfg);
		dev6_set(net, d0, router_probe_interval, cases[i].interval);
		neigh6(d0, "fe80::1", NUD_FAILED, 0);
		neigh = neigh_lookup(ipv6_neigh_table(net), &gw, d0);
		testnet_advance(net, sec_to_ktime(cases[i].after));
		ip6_rt_flush(net);
		dst = output_to(net, "3000::1");
		assert_string_equal(ip6_text(ip6_rt_nexthop(dst)), "fe80::2");
		dst_release(dst);
		assert_int_equal(neigh->nud_state, cases[i].nud);
		neigh_release(neigh);
		neigh_delete(ipv6_neigh_table(net), &gw, d0);
	}
}

static void test_a_path_mtu_is_forgotten_when_it_is_said(void **state)
{
	struct net *net = *state;
	const union inaddr to = ip6("3000::1");
	struct dst_entry *dst;

	route6(net, ADD, "default via fe80::1 dev d0");
	net->ipv6->sysctl.route_mtu_expires = 30;
	ip6_rt_update_pmtu(net, &to, 0, 1400);
	testnet_advance(net, sec_to_ktime(29));
	dst = output_to(net, "3000::1");
	assert_int_equal(dst_mtu(dst), 1400);
	dst_release(dst);
	testnet_advance(net, sec_to_ktime(2));
	dst = output_to(net, "3000::1");
	assert_int_equal(dst_mtu(dst), 1500);
	dst_release(dst);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, ip6routes_setup, ip6routes_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_get),
		TEST(test_get_what_refuses),
		TEST(test_get_anycast_of_a_router),
		TEST(test_output_fills_in_what_is_open),
		TEST(test_output_errors),
		TEST(test_scoped_destinations_follow_device_or_source),
		TEST(test_the_same_question_has_the_same_answer),
		TEST(test_another_router_is_taken_when_one_fails),
		TEST(test_flows_of_one_pair_may_go_both_ways),
		TEST(test_the_cache_is_bounded),
		TEST(test_the_cache_makes_room_now_and_then),
		TEST(test_a_device_that_goes_is_named_by_no_route),
		TEST(test_input_to_us),
		TEST(test_input_to_others),
		TEST(test_input_is_cached),
		TEST(test_path_mtu_is_learnt_and_expires),
		TEST(test_a_routers_mtu_counts),
		TEST(test_redirects),
		TEST(test_redirects_sent_are_limited),
		TEST(test_a_router_that_failed_is_probed),
		TEST(test_addr_types),
		TEST(test_a_path_mtu_is_forgotten_when_it_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
