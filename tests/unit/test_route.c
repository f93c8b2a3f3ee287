/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes in use: what output and input choose, as `ip route get` shows it; their cache; what paths
 * teach.
 */
#include "stack/ipv4/route.h"

#include <errno.h>
#include <linux/in_route.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include "stack/ipv4/fib.h"
#include "tests/unit/ip4net.h"

static int setup(void **state)
{
	struct net *net = ip4net_create();

	ip4net_dev(net, "d0");
	ip4net_dev(net, "d1");
	addr_add(net, "d0", "10.0.0.1/24 brd 10.0.0.255");
	addr_add(net, "d1", "10.0.1.1/24");
	route_add(net, "default via 10.0.0.249");
	*state = net;
	return 0;
}

/* What a flow asks: NULL and 0: not said. */
struct ask {
	const char *to, *from, *oif, *iif;
	uint8_t scope, tos, flags, proto;
};

static struct flow flow_of(struct net *net, const struct ask *a)
{
	return (struct flow){
		.family = AF_INET,
		.proto = a->proto,
		.daddr = inaddr_v4(a->to ? ip4_addr(a->to) : 0),
		.saddr = inaddr_v4(a->from ? ip4_addr(a->from) : 0),
		.oif = a->oif ? dev_of(net, a->oif)->ifindex : 0,
		.iif = a->iif ? dev_of(net, a->iif)->ifindex : 0,
		.scope = a->scope,
		.tos = a->tos,
		.flags = a->flags,
	};
}

static const char *cache_text(uint32_t flags)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s%s%s%s", flags & RTCF_LOCAL ? " local" : "",
		 flags & RTCF_BROADCAST ? " brd" : "", flags & RTCF_MULTICAST ? " mc" : "",
		 flags & RTCF_DOREDIRECT ? " redirect" : "");
	return text;
}

/* `ip route get`: the line, then what stands in angle brackets behind "cache". */
static void assert_get(struct net *net, struct ask a, const char *expected)
{
	struct flow fl = flow_of(net, &a);
	struct route_config cfg;
	char text[256];
	int err = ip_route_get(net, &fl, false, &cfg, NULL);

	if (err) {
		assert_string_equal(strerror(-err), expected);
		return;
	}
	assert_true(cfg.flags & RTM_F_CLONED);
	snprintf(text, sizeof(text), "%s |%s", route_text(net, &cfg), cache_text(cfg.flags));
	assert_string_equal(text, expected);
	/* What is used is what is shown. */
	if (!a.iif) {
		struct dst_entry *dst;

		fl = flow_of(net, &a);
		assert_int_equal(ip_route_output(net, &fl, &dst), 0);
		assert_int_equal(dst->dev->ifindex, cfg.nh[0].oif);
		assert_int_equal(dst_rtable(dst)->gateway, cfg.nh[0].gw.v4);
		assert_int_equal(fl.oif, dst->dev->ifindex);
		if (cfg.prefsrc.v4)
			assert_int_equal(fl.saddr.v4, cfg.prefsrc.v4);
		dst_release(dst);
	}
}

static void assert_fibmatch(struct net *net, const char *to, const char *expected)
{
	const struct ask a = { .to = to };
	struct flow fl = flow_of(net, &a);
	struct route_config cfg;
	int err = ip_route_get(net, &fl, true, &cfg, NULL);

	assert_string_equal(err ? strerror(-err) : route_text(net, &cfg), expected);
}

static void test_output(void **state)
{
	struct net *net = *state;

	route_add(net, "prohibit 1.3.2.0/24");
	route_add(net, "unreachable 1.3.3.0/24");
	route_add(net, "blackhole 1.3.4.0/24");
	route_add(net, "throw 1.3.5.0/24");
	route_add(net, "local 1.3.6.0/24 dev d0");
	route_add(net, "1.4.0.0/24 via 10.0.0.3 src 10.0.1.1");
	route_add(net, "1.4.2.0/24 via 10.0.0.3 mtu 1400");
	assert_get(net, (struct ask){ .to = "1.2.3.4" },
		   "1.2.3.4 via 10.0.0.249 dev d0 src 10.0.0.1 |");
	assert_get(net, (struct ask){ .to = "10.0.0.2" }, "10.0.0.2 dev d0 src 10.0.0.1 |");
	assert_get(net, (struct ask){ .to = "1.4.0.1" },
		   "1.4.0.1 via 10.0.0.3 dev d0 src 10.0.1.1 |");
	assert_get(net, (struct ask){ .to = "1.4.2.3" },
		   "1.4.2.3 via 10.0.0.3 dev d0 src 10.0.0.1 mtu 1400 |");
	assert_get(net, (struct ask){ .to = "1.3.2.1" }, strerror(EACCES));
	assert_get(net, (struct ask){ .to = "1.3.3.1" }, strerror(EHOSTUNREACH));
	assert_get(net, (struct ask){ .to = "1.3.4.1" }, strerror(EINVAL));
	assert_get(net, (struct ask){ .to = "1.3.5.1" }, strerror(ENETUNREACH));
	assert_get(net, (struct ask){ .to = "1.3.6.9" },
		   "local 1.3.6.9 dev lo src 1.3.6.9 | local");
	assert_get(net, (struct ask){ .to = "10.0.0.1" },
		   "local 10.0.0.1 dev lo src 10.0.0.1 | local");
	assert_get(net, (struct ask){ .to = "10.0.0.1", .oif = "d0" },
		   "local 10.0.0.1 dev lo src 10.0.0.1 | local");
	assert_get(net, (struct ask){ .to = "127.0.0.1" },
		   "local 127.0.0.1 dev lo src 127.0.0.1 | local");
	assert_get(net, (struct ask){ .to = NULL }, "local 0.0.0.0 dev lo src 127.0.0.1 | local");
	assert_get(net, (struct ask){ .to = "10.0.0.2", .from = "10.0.0.1" },
		   "10.0.0.2 from 10.0.0.1 dev d0 |");
	assert_get(net, (struct ask){ .to = "10.0.0.2", .from = "10.0.1.1" },
		   "10.0.0.2 from 10.0.1.1 dev d0 |");
	assert_get(net, (struct ask){ .to = "10.0.0.2", .from = "99.0.1.1" },
		   strerror(ENETUNREACH));
	assert_get(net, (struct ask){ .to = "10.0.0.2", .from = "224.0.0.1" }, strerror(EINVAL));
	assert_get(net, (struct ask){ .to = "10.0.0.2", .from = "99.0.1.1", .flags = FLOW_ANYSRC },
		   "10.0.0.2 from 99.0.1.1 dev d0 |");
	assert_get(net, (struct ask){ .to = "10.0.0.2", .oif = "d1" },
		   "10.0.0.2 dev d1 src 10.0.1.1 |");
	assert_get(net, (struct ask){ .to = "8.8.8.8", .oif = "d1" },
		   "8.8.8.8 dev d1 src 10.0.1.1 |");
	assert_get(net, (struct ask){ .to = "8.8.8.8", .oif = "lo" },
		   "8.8.8.8 dev lo src 10.0.0.1 | local");
	assert_get(net, (struct ask){ .to = "8.8.8.8", .scope = RT_SCOPE_LINK },
		   strerror(ENETUNREACH));
	assert_get(net, (struct ask){ .to = "10.0.0.2", .scope = RT_SCOPE_LINK },
		   "10.0.0.2 dev d0 src 10.0.0.1 |");
	assert_get(net, (struct ask){ .to = "10.0.0.2", .from = "127.0.0.1" }, strerror(EINVAL));
}

static void test_output_to_many(void **state)
{
	struct net *net = *state;

	assert_get(net, (struct ask){ .to = "10.0.0.255" },
		   "broadcast 10.0.0.255 dev d0 src 10.0.0.1 | local brd");
	assert_get(net, (struct ask){ .to = "255.255.255.255" },
		   "broadcast 255.255.255.255 dev d0 src 10.0.0.1 | local brd");
	assert_get(net, (struct ask){ .to = "255.255.255.255", .oif = "d1" },
		   "broadcast 255.255.255.255 dev d1 src 10.0.1.1 | local brd");
	assert_get(net, (struct ask){ .to = "255.255.255.255", .from = "10.0.1.1" },
		   "broadcast 255.255.255.255 from 10.0.1.1 dev d1 | local brd");
	assert_get(net, (struct ask){ .to = "224.0.0.1" },
		   "multicast 224.0.0.1 dev d0 src 10.0.0.1 | local mc");
	assert_get(net, (struct ask){ .to = "239.1.1.1" },
		   "multicast 239.1.1.1 dev d0 src 10.0.0.1 | mc");
	assert_get(net, (struct ask){ .to = "239.1.1.1", .oif = "d1" },
		   "multicast 239.1.1.1 dev d1 src 10.0.1.1 | mc");
	route_add(net, "multicast 239.0.0.0/8 dev d1");
	assert_get(net, (struct ask){ .to = "239.1.1.1" },
		   "multicast 239.1.1.1 dev d1 src 10.0.1.1 | mc");
	route_try_del(net, NULL, "default");
	assert_get(net, (struct ask){ .to = "224.0.0.1" }, strerror(ENETUNREACH));
	/* Without any address, the device alone is enough (DHCP). */
	ip4net_dev(net, "d2");
	assert_get(net, (struct ask){ .to = "255.255.255.255", .oif = "d2" },
		   "broadcast 255.255.255.255 dev d2 src 10.0.0.1 | local brd");
}

static void test_fibmatch(void **state)
{
	struct net *net = *state;

	route_add(net, "1.2.9.0/24 nexthop via 10.0.0.3 weight 3 nexthop via 10.0.1.3 weight 1");
	assert_fibmatch(net, "1.2.3.4", "default via 10.0.0.249 dev d0");
	assert_fibmatch(
		net, "1.2.9.4",
		"1.2.9.0/24 nexthop via 10.0.0.3 dev d0 weight 3 nexthop via 10.0.1.3 dev d1 weight 1");
	assert_fibmatch(net, "10.0.0.1",
			"local 10.0.0.1 dev d0 proto kernel scope host src 10.0.0.1");
	assert_fibmatch(net, "10.0.0.255",
			"broadcast 10.0.0.255 dev d0 proto kernel scope link src 10.0.0.1");
	assert_fibmatch(net, "224.0.0.1", "multicast default via 10.0.0.249 dev d0");
	assert_fibmatch(net, "255.255.255.255", "broadcast default via 10.0.0.249 dev d0");
}

static void test_input(void **state)
{
	struct net *net = *state;

	assert_get(net, (struct ask){ .to = "10.0.0.1", .from = "10.0.0.7", .iif = "d0" },
		   "local 10.0.0.1 from 10.0.0.7 dev lo | local");
	assert_get(net, (struct ask){ .to = "10.0.1.1", .from = "10.0.0.7", .iif = "d0" },
		   "local 10.0.1.1 from 10.0.0.7 dev lo | local");
	assert_get(net, (struct ask){ .to = "1.2.3.4", .from = "10.0.0.7", .iif = "d0" },
		   strerror(EHOSTUNREACH));
	ipv4_set_forwarding(net, true);
	assert_get(net, (struct ask){ .to = "1.2.3.4", .from = "10.0.0.7", .iif = "d0" },
		   "1.2.3.4 from 10.0.0.7 via 10.0.0.249 dev d0 | redirect");
	assert_get(net, (struct ask){ .to = "1.2.3.4", .from = "10.0.1.7", .iif = "d1" },
		   "1.2.3.4 from 10.0.1.7 via 10.0.0.249 dev d0 |");
	assert_get(net, (struct ask){ .to = "10.0.1.4", .from = "10.0.0.7", .iif = "d0" },
		   "10.0.1.4 from 10.0.0.7 dev d1 |");
	assert_get(net, (struct ask){ .to = "10.0.0.255", .from = "10.0.0.7", .iif = "d0" },
		   "broadcast 10.0.0.255 from 10.0.0.7 dev lo | local brd");
	assert_get(net, (struct ask){ .to = "255.255.255.255", .from = NULL, .iif = "d0" },
		   "broadcast 255.255.255.255 dev lo | local brd");
	assert_get(net, (struct ask){ .to = "224.0.0.1", .from = "10.0.0.7", .iif = "d0" },
		   "multicast 224.0.0.1 from 10.0.0.7 dev lo | local mc");
	route_add(net, "prohibit 1.3.2.0/24");
	assert_get(net, (struct ask){ .to = "1.3.2.1", .from = "10.0.0.7", .iif = "d0" },
		   strerror(EACCES));
}

static void test_martians(void **state)
{
	static const struct ask martians[] = {
		{ .to = "10.0.0.1", .from = "10.0.0.1", .iif = "d0" }, /* our own address */
		{ .to = "10.0.0.1", .from = "10.0.1.1", .iif = "d0" },
		{ .to = "10.0.0.1", .from = "224.0.0.1", .iif = "d0" },
		{ .to = "10.0.0.1", .from = "255.255.255.255", .iif = "d0" },
		{ .to = "10.0.0.1", .from = "0.1.2.3", .iif = "d0" },
		{ .to = "10.0.0.1", .from = NULL, .iif = "d0" },
		{ .to = "10.0.0.1", .from = "127.0.0.1", .iif = "d0" },
		{ .to = "127.0.0.1", .from = "10.0.0.7", .iif = "d0" },
		{ .to = "0.1.2.3", .from = "10.0.0.7", .iif = "d0" },
		{ .to = "224.0.0.1", .from = "239.1.1.1", .iif = "d0" },
		{ .to = "224.0.0.1", .from = "127.0.0.1", .iif = "d0" },
		{ .to = "239.1.1.1",
		  .from = "10.0.0.7",
		  .iif = "d0" }, /* a group that nobody joined */
	};
	struct net *net = *state;
	unsigned i;

	ipv4_set_forwarding(net, true);
	for (i = 0; i < ARRAY_SIZE(martians); i++)
		assert_get(net, martians[i], strerror(EINVAL));
	/* What comes back by loopback is no martian. */
	assert_get(net, (struct ask){ .to = "127.0.0.1", .from = "127.0.0.1", .iif = "lo" },
		   "local 127.0.0.1 from 127.0.0.1 dev lo | local");
	assert_get(net, (struct ask){ .to = "10.0.0.1", .from = "10.0.0.1", .iif = "lo" },
		   "local 10.0.0.1 from 10.0.0.1 dev lo | local");
}

static void test_reverse_path_filter(void **state)
{
	struct net *net = *state;

	ipv4_conf(net, NULL)->rp_filter = 1;
	assert_get(net, (struct ask){ .to = "10.0.0.1", .from = "10.0.0.7", .iif = "d0" },
		   "local 10.0.0.1 from 10.0.0.7 dev lo | local");
	assert_get(net, (struct ask){ .to = "10.0.0.1", .from = "10.0.0.7", .iif = "d1" },
		   strerror(EXDEV));
	ipv4_conf(net, NULL)->rp_filter = 2;
	assert_get(net, (struct ask){ .to = "10.0.0.1", .from = "10.0.0.7", .iif = "d1" },
		   "local 10.0.0.1 from 10.0.0.7 dev lo | local");
	route_try_del(net, NULL, "default");
	assert_get(net, (struct ask){ .to = "10.0.0.1", .from = "99.0.0.7", .iif = "d1" },
		   strerror(EXDEV));
	assert_get(net, (struct ask){ .to = "10.0.0.1", .from = "10.0.1.1", .iif = "d0" },
		   strerror(EINVAL));
}

/* The cache ------------------------------------------------------------------------------------ */

static struct dst_entry *route_to(struct net *net, const char *to)
{
	const struct ask a = { .to = to };
	struct flow fl = flow_of(net, &a);
	struct dst_entry *dst;

	assert_int_equal(ip_route_output(net, &fl, &dst), 0);
	return dst;
}

static void test_the_same_question_has_the_same_answer(void **state)
{
	struct net *net = *state;
	struct dst_entry *a = route_to(net, "1.2.3.4"), *b = route_to(net, "1.2.3.4"),
			 *c = route_to(net, "1.2.3.5");

	assert_ptr_equal(a, b);
	assert_ptr_not_equal(a, c);
	assert_true(dst_check(a));
	dst_release(a);
	dst_release(b);
	dst_release(c);
}

static void change_route(struct net *net)
{
	route_add(net, "9.9.9.0/24 via 10.0.0.3");
}
static void change_addr(struct net *net)
{
	addr_add(net, "d0", "10.0.7.1/24");
}
static void change_mtu(struct net *net)
{
	netdev_set_mtu(dev_of(net, "d0"), 1400, NULL);
}
static void change_carrier(struct net *net)
{
	netdev_set_carrier(dev_of(net, "d0"), false);
}
static void change_down(struct net *net)
{
	dev_down(dev_of(net, "d1"));
}

static void test_any_change_makes_answers_obsolete(void **state)
{
	static void (*const changes[])(struct net * net) = { change_route, change_addr, change_mtu,
							     change_carrier, change_down };
	struct net *net = *state;
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		struct dst_entry *dst = route_to(net, "1.2.3.4"), *again;

		assert_true(dst_check(dst));
		changes[i](net);
		assert_false(dst_check(dst));
		again = route_to(net, "1.2.3.4");
		assert_ptr_not_equal(dst, again);
		dst_release(dst);
		dst_release(again);
	}
}

static void test_the_cache_is_bounded(void **state)
{
	struct net *net = *state;
	struct flow fl = { .family = AF_INET };
	struct dst_entry *dst;
	unsigned i, alive = 0;
	struct list_head *pos;

	for (i = 0; i < 100000; i++) {
		fl.daddr = inaddr_v4(htonl(0x14000000 + i));
		fl.saddr = inaddr_v4(0);
		fl.oif = 0;
		assert_int_equal(ip_route_output(net, &fl, &dst), 0);
		dst_release(dst);
	}
	dst = route_to(net, "1.2.3.4");
	list_for_each(pos, &dst->all)
		alive++;
	assert_true(alive <= 4 * 1024 + 2);
	dst_release(dst);
}

static void test_a_device_that_goes_is_named_by_no_route(void **state)
{
	struct net *net = *state;
	struct dst_entry *dst = route_to(net, "10.0.1.7");
	struct sk_buff *skb = testnet_skb(net, SKB_HEADROOM, 100);

	assert_ptr_equal(dst->dev, dev_of(net, "d1"));
	netdev_unregister(dev_of(net, "d1"));
	assert_ptr_equal(dst->dev, net->loopback);
	assert_false(dst_check(dst));
	assert_int_equal(ip_xmit(net, skb, dst, &(struct inet_xmit){ .may_fragment = true }),
			 -ENETDOWN);
	dst_release(dst);
}

/* A scan of the link fills the neighbour table; later there is room again. */
static void test_cached_routes_do_not_keep_the_neighbour_table_full(void **state)
{
	struct net *net = *state;
	struct inet_xmit x = { .proto = 17, .may_fragment = true };
	unsigned i;

	addr_add(net, "d0", "20.0.0.1/8");
	for (i = 2; i < 2000; i++) {
		x.saddr = inaddr_v4(0);
		x.daddr = inaddr_v4(htonl(0x14000000 + i));
		ip_send(net, testnet_skb(net, SKB_HEADROOM, 10), 0, &x);
	}
	assert_true(net->mib[MIB_NeighTableFulls] > 0);
	assert_true(ipv4_neigh_table(net)->entries <= 1024 + 8);
	testnet_advance(net, sec_to_ktime(10));
	for (i = 0; i < 300; i++) {
		x.saddr = inaddr_v4(0);
		x.daddr = inaddr_v4(htonl(0x14010000 + i));
		assert_int_equal(ip_send(net, testnet_skb(net, SKB_HEADROOM, 10), 0, &x), 0);
	}
}

/* What paths teach ----------------------------------------------------------------------------- */

static void test_path_mtu_is_learnt_and_expires(void **state)
{
	struct net *net = *state;
	struct dst_entry *dst = route_to(net, "1.2.3.4"), *other, *same;

	assert_int_equal(dst_mtu(dst), 1500);
	dst->ops->update_pmtu(dst, 1300);
	assert_int_equal(dst_mtu(dst), 1300);
	/* Larger than known: not believed. */
	dst->ops->update_pmtu(dst, 1400);
	assert_int_equal(dst_mtu(dst), 1300);
	same = route_to(net, "1.2.3.4");
	other = route_to(net, "1.2.3.5");
	assert_int_equal(dst_mtu(same), 1300);
	assert_int_equal(dst_mtu(other), 1500);
	dst->ops->update_pmtu(same, 1200);
	assert_int_equal(dst_mtu(dst), 1200);
	assert_get(net, (struct ask){ .to = "1.2.3.4" },
		   "1.2.3.4 via 10.0.0.249 dev d0 src 10.0.0.1 mtu 1200 |");
	testnet_advance(net, sec_to_ktime(601));
	assert_int_equal(dst_mtu(dst), 1500);
	dst_release(dst);
	dst_release(same);
	dst_release(other);
}

static void test_routes_say_which_mss_to_announce(void **state)
{
	struct net *net = *state;
	struct dst_entry *dst;

	route_add(net, "1.7.0.0/16 via 10.0.0.3 advmss 1000");
	dst = route_to(net, "1.7.0.1");
	assert_int_equal(dst->advmss, 1000);
	dst_release(dst);
	dst = route_to(net, "1.2.3.4");
	assert_int_equal(dst->advmss, 0);
	dst_release(dst);
}

static void test_a_tiny_path_mtu_switches_df_off(void **state)
{
	struct net *net = *state;
	struct dst_entry *dst = route_to(net, "1.2.3.4");

	assert_true(ip_rt_dont_fragment(dst));
	dst->ops->update_pmtu(dst, 100);
	assert_int_equal(dst_mtu(dst), 552);
	assert_false(ip_rt_dont_fragment(dst));
	testnet_advance(net, sec_to_ktime(601));
	assert_true(ip_rt_dont_fragment(dst));
	dst_release(dst);
}

static void test_a_locked_mtu_is_not_learnt(void **state)
{
	struct net *net = *state;
	struct dst_entry *dst;

	route_add(net, "1.4.0.0/24 via 10.0.0.3 mtu 1400 lockmtu");
	dst = route_to(net, "1.4.0.1");
	assert_int_equal(dst_mtu(dst), 1400);
	assert_false(ip_rt_dont_fragment(dst));
	dst->ops->update_pmtu(dst, 1000);
	assert_int_equal(dst_mtu(dst), 1400);
	dst_release(dst);
}

static void test_old_routers_that_do_not_say_the_mtu(void **state)
{
	struct net *net = *state;
	struct dst_entry *dst;

	assert_int_equal(ip_rt_mtu_guess(65535), 32000);
	assert_int_equal(ip_rt_mtu_guess(1500), 1492);
	assert_int_equal(ip_rt_mtu_guess(1492), 1006);
	assert_int_equal(ip_rt_mtu_guess(68), 68);
	ip_rt_update_pmtu(net, ip4_addr("1.2.3.4"), ip_rt_mtu_guess(1500));
	dst = route_to(net, "1.2.3.4");
	assert_int_equal(dst_mtu(dst), 1492);
	dst_release(dst);
}

static void redirect(struct net *net, const char *from, const char *to, const char *gateway)
{
	ip_rt_redirect(net, dev_of(net, "d0"), ip4_addr(from), ip4_addr(to), ip4_addr(gateway));
}

static void test_a_redirect_is_followed_for_a_while(void **state)
{
	struct net *net = *state;

	redirect(net, "10.0.0.249", "1.2.3.4", "10.0.0.33");
	assert_get(net, (struct ask){ .to = "1.2.3.4" },
		   "1.2.3.4 via 10.0.0.33 dev d0 src 10.0.0.1 |");
	assert_get(net, (struct ask){ .to = "1.2.3.5" },
		   "1.2.3.5 via 10.0.0.249 dev d0 src 10.0.0.1 |");
	testnet_advance(net, sec_to_ktime(301));
	assert_get(net, (struct ask){ .to = "1.2.3.4" },
		   "1.2.3.4 via 10.0.0.249 dev d0 src 10.0.0.1 |");
}

static void test_redirects_that_are_not_believed(void **state)
{
	struct net *net = *state;
	const char *unchanged = "1.2.3.4 via 10.0.0.249 dev d0 src 10.0.0.1 |";

	redirect(net, "10.0.0.77", "1.2.3.4", "10.0.0.33");   /* not from our gateway */
	redirect(net, "10.0.0.249", "1.2.3.4", "99.0.0.33");  /* not on the link */
	redirect(net, "10.0.0.249", "1.2.3.4", "10.0.0.255"); /* no station */
	redirect(net, "10.0.0.249", "1.2.3.4", "10.0.0.1");   /* ourselves */
	redirect(net, "10.0.0.249", "1.2.3.4", "10.0.0.249");
	assert_get(net, (struct ask){ .to = "1.2.3.4" }, unchanged);
	ipv4_set_forwarding(net, true); /* routers do not listen */
	redirect(net, "10.0.0.249", "1.2.3.4", "10.0.0.33");
	assert_get(net, (struct ask){ .to = "1.2.3.4" }, unchanged);
	ipv4_set_forwarding(net, false);
	ipv4_conf(net, NULL)->accept_redirects =
		ipv4_conf(net, dev_of(net, "d0"))->accept_redirects = false;
	redirect(net, "10.0.0.249", "1.2.3.4", "10.0.0.33");
	assert_get(net, (struct ask){ .to = "1.2.3.4" }, unchanged);
}

static void test_negative_advice_forgets_a_redirect(void **state)
{
	struct net *net = *state;
	struct dst_entry *dst;

	redirect(net, "10.0.0.249", "1.2.3.4", "10.0.0.33");
	dst = route_to(net, "1.2.3.4");
	dst->ops->negative_advice(dst);
	dst_release(dst);
	assert_get(net, (struct ask){ .to = "1.2.3.4" },
		   "1.2.3.4 via 10.0.0.249 dev d0 src 10.0.0.1 |");
}

static void test_input_is_cached_but_follows_the_sysctl(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0"), *d1 = dev_of(net, "d1");
	unsigned i;

	arp_learn(d1, "10.0.1.7");
	for (i = 0; i < 4; i++) {
		ipv4_set_forwarding(net, i % 2);
		tx_clear(d1);
		rx_ip(d0, udp_packet(net, "10.0.0.7", "10.0.1.7", 64));
		assert_int_equal(testdev_sent(d1)->qlen, i % 2);
	}
}

/* A setting of @conf, as if it had been written. */
#define SET(net, conf, field, value)                                  \
	do {                                                          \
		int32_t _old = (conf)->field;                         \
		(conf)->field = (value);                              \
		ipv4_conf_changed(net, (conf), &(conf)->field, _old); \
	} while (0)

static void test_our_own_addresses_are_let_in_if_asked_for(void **state)
{
	struct net *net = *state;
	struct ipv4_devconf *d0 = ipv4_conf(net, dev_of(net, "d0"));
	const struct ask from_d1 = { .to = "10.0.0.1", .from = "10.0.1.1", .iif = "d0" };

	SET(net, d0, accept_local, 1);
	assert_get(net, from_d1, "local 10.0.0.1 from 10.0.1.1 dev lo | local");
	SET(net, d0, rp_filter, 1); /* nothing to say against that: it is only the wrong way */
	assert_get(net, from_d1, strerror(EXDEV));
	SET(net, d0, rp_filter, 2);
	assert_get(net, from_d1, "local 10.0.0.1 from 10.0.1.1 dev lo | local");
	SET(net, d0, accept_local, 0);
	assert_get(net, from_d1, strerror(EINVAL));
}

static void test_loopback_addresses_may_be_routed(void **state)
{
	struct net *net = *state;
	const struct ask in = { .to = "127.0.0.1", .from = "10.0.0.7", .iif = "d0" };
	const struct ask out = { .to = "10.0.0.7", .from = "127.0.0.1" };

	assert_get(net, out, strerror(EINVAL));
	SET(net, ipv4_conf(net, NULL), route_localnet, 1);
	assert_get(net, in, "local 127.0.0.1 from 10.0.0.7 dev lo | local");
	assert_get(net, out, "10.0.0.7 from 127.0.0.1 dev d0 |");
	SET(net, ipv4_conf(net, NULL), route_localnet, 0);
	assert_get(net, in, strerror(EINVAL));
}

static void test_redirects_only_to_gateways(void **state)
{
	struct net *net = *state;
	const char *unchanged = "1.2.3.4 via 10.0.0.249 dev d0 src 10.0.0.1 |";
	const char *changed = "1.2.3.4 via 10.0.0.33 dev d0 src 10.0.0.1 |";
	struct ipv4_devconf *all = ipv4_conf(net, NULL), *d0 = ipv4_conf(net, dev_of(net, "d0"));

	SET(net, all, shared_media, 0);
	SET(net, d0, shared_media, 0);
	redirect(net, "10.0.0.249", "1.2.3.4", "10.0.0.33");
	assert_get(net, (struct ask){ .to = "1.2.3.4" }, unchanged);
	route_add(net, "77.0.0.0/8 via 10.0.0.33");
	redirect(net, "10.0.0.249", "1.2.3.4", "10.0.0.33");
	assert_get(net, (struct ask){ .to = "1.2.3.4" }, changed);
	testnet_advance(net, sec_to_ktime(301));
	route_try_del(net, NULL, "77.0.0.0/8");
	SET(net, all, secure_redirects, 0);
	SET(net, d0, secure_redirects, 0);
	redirect(net, "10.0.0.249", "1.2.3.4", "10.0.0.33");
	assert_get(net, (struct ask){ .to = "1.2.3.4" }, changed);
}

int main(void)
{
#define TEST_CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, ip4net_teardown)
	const struct CMUnitTest tests[] = {
		TEST_CASE(test_output),
		TEST_CASE(test_output_to_many),
		TEST_CASE(test_fibmatch),
		TEST_CASE(test_input),
		TEST_CASE(test_martians),
		TEST_CASE(test_reverse_path_filter),
		TEST_CASE(test_the_same_question_has_the_same_answer),
		TEST_CASE(test_any_change_makes_answers_obsolete),
		TEST_CASE(test_the_cache_is_bounded),
		TEST_CASE(test_a_device_that_goes_is_named_by_no_route),
		TEST_CASE(test_cached_routes_do_not_keep_the_neighbour_table_full),
		TEST_CASE(test_path_mtu_is_learnt_and_expires),
		TEST_CASE(test_routes_say_which_mss_to_announce),
		TEST_CASE(test_a_tiny_path_mtu_switches_df_off),
		TEST_CASE(test_a_locked_mtu_is_not_learnt),
		TEST_CASE(test_old_routers_that_do_not_say_the_mtu),
		TEST_CASE(test_a_redirect_is_followed_for_a_while),
		TEST_CASE(test_redirects_that_are_not_believed),
		TEST_CASE(test_negative_advice_forgets_a_redirect),
		TEST_CASE(test_our_own_addresses_are_let_in_if_asked_for),
		TEST_CASE(test_loopback_addresses_may_be_routed),
		TEST_CASE(test_redirects_only_to_gateways),
		TEST_CASE(test_input_is_cached_but_follows_the_sysctl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
