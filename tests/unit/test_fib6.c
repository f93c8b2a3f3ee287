/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes of IPv6: what configuration and devices do to them. What is expected is what the kernel's ip
 * showed after the same commands.
 */
#include "tests/unit/ip6routes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ipv6/fib6_info.h"

#define BASE                                                           \
	"2001:db8:1::/64 dev d0 proto kernel metric 256 pref medium\n" \
	"2001:db8:2::/64 dev d1 proto kernel metric 256 pref medium\n"
#define LINKS                                                    \
	"fe80::/64 dev d0 proto kernel metric 256 pref medium\n" \
	"fe80::/64 dev d1 proto kernel metric 256 pref medium"

static void test_addresses_bring_the_kernels_routes(void **state)
{
	assert_routes6(
		*state, 0,
		BASE LINKS
		"\nlocal ::1 dev lo table local proto kernel metric 0 pref medium\n"
		"local 2001:db8:1::1 dev d0 table local proto kernel metric 0 pref medium\n"
		"local 2001:db8:2::1 dev d1 table local proto kernel metric 0 pref medium\n"
		"local fe80::ff:fe00:1 dev d0 table local proto kernel metric 0 pref medium\n"
		"local fe80::ff:fe00:2 dev d1 table local proto kernel metric 0 pref medium\n"
		"multicast ff00::/8 dev d0 table local proto kernel metric 256 pref medium\n"
		"multicast ff00::/8 dev d1 table local proto kernel metric 256 pref medium");
}

static void test_appended_gateways_become_one_route(void **state)
{
	struct net *net = *state;

	assert_int_equal(route6(net, ADD, "2001:db8:9::/64 via fe80::1 dev d0"), 0);
	assert_int_equal(route6(net, ADD, "2001:db8:9::/64 via fe80::1 dev d0"), -EEXIST);
	assert_int_equal(route6(net, ADD, "2001:db8:9::/64 via fe80::2 dev d0"), -EEXIST);
	assert_int_equal(route6(net, APPEND, "2001:db8:9::/64 via fe80::2 dev d0"), 0);
	assert_int_equal(route6(net, APPEND, "2001:db8:9::/64 via fe80::2 dev d1"), 0);
	assert_int_equal(route6(net, APPEND, "2001:db8:9::/64 dev d1"), 0);
	assert_int_equal(route6(net, APPEND, "2001:db8:9::/64 dev d1"), -EEXIST);
	assert_int_equal(route6(net, APPEND, "2001:db8:9::/64 dev d0"), 0);
	assert_routes6(net, RT_TABLE_MAIN,
		       BASE "2001:db8:9::/64 metric 1024 pref medium"
			    " nexthop via fe80::1 dev d0 weight 1"
			    " nexthop via fe80::2 dev d0 weight 1"
			    " nexthop via fe80::2 dev d1 weight 1\n"
			    "2001:db8:9::/64 dev d1 metric 1024 pref medium\n"
			    "2001:db8:9::/64 dev d0 metric 1024 pref medium\n" LINKS);
	/* The last sibling stands behind routes by device alone: these are passed over. */
	assert_int_equal(route6(net, APPEND, "2001:db8:9::/64 via 2001:db8:1::9"), 0);
	assert_routes6(net, RT_TABLE_MAIN,
		       BASE "2001:db8:9::/64 metric 1024 pref medium"
			    " nexthop via fe80::1 dev d0 weight 1"
			    " nexthop via fe80::2 dev d0 weight 1"
			    " nexthop via fe80::2 dev d1 weight 1"
			    " nexthop via 2001:db8:1::9 dev d0 weight 1\n" LINKS);
	/* With a gateway one next hop goes, without all of them. */
	assert_int_equal(route6_del(net, "2001:db8:9::/64 via fe80::2"), 0);
	assert_routes6(net, RT_TABLE_MAIN,
		       BASE "2001:db8:9::/64 metric 1024 pref medium"
			    " nexthop via fe80::1 dev d0 weight 1"
			    " nexthop via fe80::2 dev d1 weight 1"
			    " nexthop via 2001:db8:1::9 dev d0 weight 1\n" LINKS);
	assert_int_equal(route6_del(net, "2001:db8:9::/64"), 0);
	assert_routes6(net, RT_TABLE_MAIN,
		       BASE "2001:db8:9::/64 dev d1 metric 1024 pref medium\n"
			    "2001:db8:9::/64 dev d0 metric 1024 pref medium\n" LINKS);
	assert_int_equal(route6_del(net, "2001:db8:9::/64"), 0);
	assert_routes6(net, RT_TABLE_MAIN,
		       BASE "2001:db8:9::/64 dev d0 metric 1024 pref medium\n" LINKS);
}

static void test_replace_and_change(void **state)
{
	struct net *net = *state;

	assert_int_equal(route6(net, ADD, "default via fe80::1 dev d0"), 0);
	assert_int_equal(route6(net, ADD, "default via fe80::2 dev d0 metric 100"), 0);
	assert_int_equal(route6(net, REPLACE, "default via fe80::3 dev d0"), 0);
	assert_int_equal(route6(net, REPLACE, "default via fe80::4 dev d0 metric 100"), 0);
	assert_int_equal(route6(net, CHANGE, "default via fe80::5 dev d0 metric 77"), -ENOENT);
	assert_int_equal(route6(net, CHANGE, "default via fe80::5 dev d0"), 0);
	assert_int_equal(route6(net, NLM_F_CREATE, "default via fe80::6 dev d0"), 0);
	assert_routes6(net, RT_TABLE_MAIN,
		       BASE LINKS "\ndefault via fe80::4 dev d0 metric 100 pref medium\n"
				  "default metric 1024 pref medium"
				  " nexthop via fe80::5 dev d0 weight 1"
				  " nexthop via fe80::6 dev d0 weight 1");
	assert_int_equal(route6(net, REPLACE, "default via fe80::8 dev d1"), 0);
	assert_int_equal(route6(net, REPLACE, "default dev d1"), 0);
	assert_int_equal(route6(net, APPEND, "default dev d0"), 0);
	assert_int_equal(route6(net, APPEND, "default via fe80::9 dev d0"), 0);
	assert_int_equal(route6(net, APPEND, "default via fe80::a dev d0"), 0);
	assert_routes6(net, RT_TABLE_MAIN,
		       BASE LINKS "\ndefault via fe80::4 dev d0 metric 100 pref medium\n"
				  "default dev d1 metric 1024 pref medium\n"
				  "default dev d0 metric 1024 pref medium\n"
				  "default metric 1024 pref medium"
				  " nexthop via fe80::9 dev d0 weight 1"
				  " nexthop via fe80::a dev d0 weight 1");
	/* One with a gateway replaces those with one, one by device alone the first of its like. */
	assert_int_equal(route6(net, REPLACE, "default via fe80::b dev d0"), 0);
	assert_int_equal(route6(net, REPLACE, "default dev d0"), 0);
	assert_routes6(net, RT_TABLE_MAIN,
		       BASE LINKS "\ndefault via fe80::4 dev d0 metric 100 pref medium\n"
				  "default dev d0 metric 1024 pref medium\n"
				  "default dev d0 metric 1024 pref medium\n"
				  "default via fe80::b dev d0 metric 1024 pref medium");
	assert_int_equal(route6_del(net, "default dev d0"), 0);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(route6_del(net, "default"), 0);
	/* The kernel has one of its own there, that cannot go. */
	assert_int_equal(route6_del(net, "default"), -ENOENT);
	assert_int_equal(route6_del(net, "default dev d0"), -ESRCH);
}

static void test_multipath_requests(void **state)
{
	struct net *net = *state;

	assert_int_equal(route6(net, REPLACE, "2001:db8:50::/64 via fe80::1 dev d0"), 0);
	assert_int_equal(route6(net, REPLACE,
				"2001:db8:50::/64 nexthop via fe80::1 dev d0"
				" nexthop via fe80::2 dev d0 weight 3"),
			 0);
	assert_int_equal(route6(net, APPEND,
				"2001:db8:50::/64 nexthop via fe80::3 dev d0"
				" nexthop via fe80::4 dev d0"),
			 0);
	assert_routes6(net, RT_TABLE_MAIN,
		       BASE "2001:db8:50::/64 metric 1024 pref medium"
			    " nexthop via fe80::1 dev d0 weight 1"
			    " nexthop via fe80::2 dev d0 weight 3"
			    " nexthop via fe80::3 dev d0 weight 1"
			    " nexthop via fe80::4 dev d0 weight 1\n" LINKS);
	assert_int_equal(route6_del(net, "2001:db8:50::/64 nexthop via fe80::3 dev d0"
					 " nexthop via fe80::4 dev d0"),
			 0);
	assert_int_equal(route6_del(net, "2001:db8:50::/64 via fe80::77 dev d0"), -ESRCH);
	assert_int_equal(route6_del(net, "2001:db8:50::/64 dev d0"), 0);
	assert_routes6(net, RT_TABLE_MAIN, BASE LINKS);
	route6_fails(net, "2001:db8:36::/64 nexthop via fe80::1 dev d0 nexthop dev d1", -EINVAL,
		     "Device only routes can not be added for IPv6 using the multipath API.");
	route6_fails(net, "2001:db8:37::/64 nexthop via fe80::1 dev d0 nexthop via fe80::1 dev d0",
		     -EEXIST, "Route exists already");
	route6_fails(net, "2001:db8:38::/64 nexthop via fe80::1 nexthop via fe80::2", -EINVAL,
		     "Egress device not specified");
}

static void test_refusals(void **state)
{
	struct net *net = *state;

	route6_fails(net, "2001:db8:9::/64 via 2001:db8:7::1", -EHOSTUNREACH,
		     "Gateway is unreachable");
	route6_fails(net, "2001:db8:9::/64 via fe80::1", -EINVAL, "Egress device not specified");
	route6_fails(net, "2001:db8:9::/64 via 2001:db8:1::1", -EINVAL,
		     "Gateway can not be a local address");
	route6_fails(net, "2001:db8:9::/64 via 2001:db8:2::1 dev d0", -EINVAL,
		     "Gateway can not be a local address");
	route6_fails(net, "2001:db8:9::/64 via 2001:db8:2::2 dev d0", -EHOSTUNREACH,
		     "Gateway is unreachable");
	route6_fails(net, "2001:db8:9::/64 via 2001:db8:2::2 dev d0 onlink", -EINVAL,
		     "Nexthop has invalid gateway or device mismatch");
	route6_fails(net, "2001:db8:a::/64 via 2001:db8:7::2 onlink", -ENODEV,
		     "Nexthop device required for onlink");
	route6_fails(net, "2001:db8:b::/64 via ::", -EINVAL, "Invalid gateway address");
	route6_fails(net, "2001:db8:b::/64 via ff02::1 dev d0", -EINVAL, "Invalid gateway address");
	route6_fails(net, "2001:db8:b::/64 via ::1", -EINVAL,
		     "Egress device can not be loopback device for this route");
	route6_fails(net, "2001:db8:b::/64 via ::1 dev lo", -EINVAL,
		     "Gateway can not be a local address");
	route6_fails(net, "2001:db8:b::/64 via 2001:db8:1::9 dev lo", -EHOSTUNREACH,
		     "Gateway is unreachable");
	route6_fails(net, "2001:db8:b::/64 via fe80::9 dev lo", -EINVAL,
		     "Egress device can not be loopback device for this route");
	route6_fails(net, "2001:db8:b::/64", -ENODEV, "Device not found");
	route6_fails(net, "2001:db8:23::/64 dev d0 src 2001:db8:99::1", -EINVAL,
		     "Invalid source address");
	route6_fails(net, "2001:db8:b::/129 dev d0", -EINVAL, "Invalid prefix length");
	route6_fails(net, "2001:db8:38::/64 dev d0 tos 4", -EINVAL,
		     "Invalid dsfield (tos): option not available for IPv6");
	dev6_down(dev_of(net, "d1"));
	route6_fails(net, "2001:db8:b::/64 dev d1", -ENETDOWN, "Nexthop device is not up");
	assert_int_equal(route6_del(net, "2001:db8:50::/64 table 77"), -ESRCH);
}

static void test_what_is_accepted_and_its_order(void **state)
{
	struct net *net = *state;
	static const char *const routes[] = {
		"2001:db8:a::/64 via 2001:db8:7::2 dev d0 onlink",
		"2001:db8:b::1/64 dev d0",
		"unreachable 2001:db8:c::/64",
		"blackhole 2001:db8:11::/64 via 2001:db8:1::2",
		"2001:db8:23::/64 dev d0 src 2001:db8:2::1",
		"2001:db8:23::/64 dev d0 metric 5 mtu 1000",
		"2001:db8:26::/64 dev d0 expires 100",
		"2001:db8:28::/64 dev d0 pref 3 via fe80::1",
		"2001:db8:33::/64 dev d0 table 500",
		"2001:db8:34::/64 dev d0 table 5",
		"2001:db8:34::/64 dev d0 table 70000",
		"2001:db8:35::/64 dev d0 from 2001:db8:2::/64",
		"2001:db8::/32 dev d0",
		"2001:db8:35::/64 via fe80::1 dev d0",
	};

	for (unsigned i = 0; i < ARRAY_SIZE(routes); i++)
		assert_int_equal(route6(net, ADD, routes[i]), 0);
	assert_routes6(net, 5, "2001:db8:34::/64 dev d0 table 5 metric 1024 pref medium");
	assert_routes6(net, RT_TABLE_MAIN,
		       BASE
		       "2001:db8:a::/64 via 2001:db8:7::2 dev d0 metric 1024 onlink pref medium\n"
		       "2001:db8:b::/64 dev d0 metric 1024 pref medium\n"
		       "unreachable 2001:db8:c::/64 dev lo metric 1024 pref medium\n"
		       "blackhole 2001:db8:11::/64 dev lo metric 1024 pref medium\n"
		       "2001:db8:23::/64 dev d0 metric 5 mtu 1000 pref medium\n"
		       "2001:db8:23::/64 dev d0 src 2001:db8:2::1 metric 1024 pref medium\n"
		       "2001:db8:26::/64 dev d0 metric 1024 expires 100sec pref medium\n"
		       "2001:db8:28::/64 via fe80::1 dev d0 metric 1024 pref low\n"
		       "2001:db8:35::/64 from 2001:db8:2::/64 dev d0 metric 1024 pref medium\n"
		       "2001:db8:35::/64 via fe80::1 dev d0 metric 1024 pref medium\n"
		       "2001:db8::/32 dev d0 metric 1024 pref medium\n" LINKS);
	/* The source that goes is forgotten; the route stays. */
	addr6_del(net, "d1", "2001:db8:2::1/64");
	assert_get6(net, "fibmatch 2001:db8:35::1 from 2001:db8:2::7",
		    "2001:db8:35::/64 from 2001:db8:2::/64 dev d0 metric 1024 pref medium");
	assert_get6(net, "fibmatch 2001:db8:35::1 from 2001:db8:3::7",
		    "2001:db8:35::/64 via fe80::1 dev d0 metric 1024 pref medium");
}

static void test_routes_end_when_their_time_is_over(void **state)
{
	struct net *net = *state;

	assert_int_equal(route6(net, ADD, "2001:db8:26::/64 dev d0 expires 100"), 0);
	assert_int_equal(route6(net, ADD, "2001:db8:27::/64 dev d0 expires 200"), 0);
	events6();
	testnet_advance(net, sec_to_ktime(99));
	assert_get6(net, "fibmatch 2001:db8:26::1",
		    "2001:db8:26::/64 dev d0 metric 1024 expires 1sec pref medium");
	testnet_advance(net, sec_to_ktime(2));
	assert_get6(net, "fibmatch 2001:db8:26::1", "error 101");
	assert_string_equal(events6(), "Deleted 2001:db8:26::/64 dev d0 metric 1024 expires 1sec "
				       "pref medium\n");
	/* Added again without an end, as the kernel has it: EEXIST, but it stays. */
	assert_int_equal(route6(net, NLM_F_CREATE, "2001:db8:27::/64 dev d0"), -EEXIST);
	testnet_advance(net, sec_to_ktime(200));
	assert_get6(net, "fibmatch 2001:db8:27::1",
		    "2001:db8:27::/64 dev d0 metric 1024 pref medium");
}

static void test_changes_are_told(void **state)
{
	struct net *net = *state;

	route6(net, ADD, "default via fe80::1 dev d0");
	route6(net, APPEND, "default via fe80::2 dev d0");
	route6(net, APPEND, "default via fe80::3 dev d0");
	route6_del(net, "default via fe80::2");
	route6(net, REPLACE, "default via fe80::4 dev d0");
	route6(net, ADD, "2001:db8:50::/64 nexthop via fe80::1 dev d0 nexthop via fe80::2 dev d0");
	route6(net, APPEND,
	       "2001:db8:50::/64 nexthop via fe80::3 dev d0 nexthop via fe80::4 dev d0");
	route6_del(net, "2001:db8:50::/64");
	assert_string_equal(
		events6(),
		"default via fe80::1 dev d0 metric 1024 pref medium\n"
		"[append] default metric 1024 pref medium"
		" nexthop via fe80::2 dev d0 weight 1 nexthop via fe80::1 dev d0 weight 1\n"
		"[append] default metric 1024 pref medium"
		" nexthop via fe80::3 dev d0 weight 1 nexthop via fe80::1 dev d0 weight 1"
		" nexthop via fe80::2 dev d0 weight 1\n"
		"Deleted default via fe80::2 dev d0 metric 1024 pref medium\n"
		"[replace] default via fe80::4 dev d0 metric 1024 pref medium\n"
		"2001:db8:50::/64 metric 1024 pref medium"
		" nexthop via fe80::1 dev d0 weight 1 nexthop via fe80::2 dev d0 weight 1\n"
		"[append] 2001:db8:50::/64 metric 1024 pref medium"
		" nexthop via fe80::1 dev d0 weight 1 nexthop via fe80::2 dev d0 weight 1"
		" nexthop via fe80::3 dev d0 weight 1 nexthop via fe80::4 dev d0 weight 1\n"
		"Deleted 2001:db8:50::/64 metric 1024 pref medium"
		" nexthop via fe80::1 dev d0 weight 1 nexthop via fe80::2 dev d0 weight 1"
		" nexthop via fe80::3 dev d0 weight 1 nexthop via fe80::4 dev d0 weight 1\n");
}

static void test_a_device_that_goes_down_takes_its_routes(void **state)
{
	struct net *net = *state;

	route6(net, ADD, "default via fe80::4 dev d0");
	route6(net, ADD, "2001:db8:51::/64 nexthop via fe80::1 dev d0 nexthop via fe80::2 dev d1");
	events6();
	dev6_down(dev_of(net, "d0"));
	assert_string_equal(
		events6(),
		"Deleted 2001:db8:1::/64 dev d0 proto kernel metric 256 pref medium\n"
		"Deleted fe80::/64 dev d0 proto kernel metric 256 pref medium\n"
		"Deleted default via fe80::4 dev d0 metric 1024 pref medium\n"
		"Deleted local 2001:db8:1::1 dev d0 table local proto kernel metric 0 pref medium\n"
		"Deleted local fe80::ff:fe00:1 dev d0 table local proto kernel metric 0 pref "
		"medium\n"
		"Deleted multicast ff00::/8 dev d0 table local proto kernel metric 256 pref "
		"medium\n");
	assert_routes6(net, RT_TABLE_MAIN,
		       "2001:db8:2::/64 dev d1 proto kernel metric 256 pref medium\n"
		       "2001:db8:51::/64 metric 1024 pref medium"
		       " nexthop via fe80::1 dev d0 weight 1 dead linkdown"
		       " nexthop via fe80::2 dev d1 weight 1\n"
		       "fe80::/64 dev d1 proto kernel metric 256 pref medium");
	/* With the last next hop the route goes as a whole. */
	net->ipv6->sysctl.skip_notify_on_dev_down = true;
	dev6_down(dev_of(net, "d1"));
	assert_string_equal(events6(), "");
	assert_routes6(net, RT_TABLE_MAIN, "");
}

static void test_lost_carrier_is_shown_and_heeded_where_asked(void **state)
{
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d1");

	route6(net, ADD, "2001:db8:52::/64 via fe80::1 dev d1");
	route6(net, ADD, "2001:db8::/32 via fe80::1 dev d0");
	netdev_set_carrier(dev, false);
	assert_get6(net, "fibmatch 2001:db8:52::1",
		    "2001:db8:52::/64 via fe80::1 dev d1 metric 1024 linkdown pref medium");
	dev6_set(net, dev, ignore_routes_with_linkdown, 1);
	assert_get6(net, "fibmatch 2001:db8:52::1",
		    "2001:db8::/32 via fe80::1 dev d0 metric 1024 pref medium");
	netdev_set_carrier(dev, true);
	assert_get6(net, "fibmatch 2001:db8:52::1",
		    "2001:db8:52::/64 via fe80::1 dev d1 metric 1024 pref medium");
}

/* Lookup ---------------------------------------------------------------------------------------- */

static void test_better_routers_are_preferred(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct route_config cfg;

	route6_parse(net, "default via fe80::1 dev d0 proto 9", &cfg);
	cfg.expires = 1800;
	assert_int_equal(fib6_ra_update(net, &cfg), 0);
	cfg.nh[0].gw = ip6("fe80::2");
	assert_int_equal(fib6_ra_update(net, &cfg), 0);
	/* Announced by routers, they are alternatives: no next hops of one route. */
	assert_routes6(net, RT_TABLE_MAIN,
		       BASE LINKS "\ndefault via fe80::1 dev d0 proto ra metric 1024 expires "
				  "1800sec pref medium\n"
				  "default via fe80::2 dev d0 proto ra metric 1024 expires 1800sec "
				  "pref medium");
	assert_get6(net, "fibmatch 3000::1",
		    "default via fe80::1 dev d0 proto ra metric 1024 expires 1800sec pref medium");
	/* RFC 4861 6.3.6: one that is known to be gone is not used … */
	neigh6(d0, "fe80::1", NUD_FAILED, 0);
	assert_get6(net, "fibmatch 3000::1",
		    "default via fe80::2 dev d0 proto ra metric 1024 expires 1800sec pref medium");
	/* … unless all are: then each has its turn. */
	neigh6(d0, "fe80::2", NUD_FAILED, 0);
	assert_get6(net, "fibmatch 3000::1",
		    "default via fe80::1 dev d0 proto ra metric 1024 expires 1800sec pref medium");
	assert_get6(net, "fibmatch 3000::1",
		    "default via fe80::2 dev d0 proto ra metric 1024 expires 1800sec pref medium");
	neigh6(d0, "fe80::1", NUD_REACHABLE, 0);
	assert_get6(net, "fibmatch 3000::1",
		    "default via fe80::1 dev d0 proto ra metric 1024 expires 1800sec pref medium");
	/* RFC 4191: preference, unless it is gone. */
	neigh6(d0, "fe80::2", NUD_REACHABLE, 0);
	cfg.pref = ICMPV6_ROUTER_PREF_HIGH;
	events6();
	assert_int_equal(fib6_ra_update(net, &cfg), 0);
	assert_string_equal(events6(), "");
	assert_get6(net, "fibmatch 3000::1",
		    "default via fe80::2 dev d0 proto ra metric 1024 expires 1800sec pref high");
	neigh6(d0, "fe80::2", NUD_FAILED, 0);
	assert_get6(net, "fibmatch 3000::1",
		    "default via fe80::1 dev d0 proto ra metric 1024 expires 1800sec pref medium");
	/* A lifetime of zero: it is a default router no more. */
	cfg.expires = 0;
	assert_int_equal(fib6_ra_update(net, &cfg), 0);
	assert_string_equal(events6(), "Deleted default via fe80::2 dev d0 proto ra metric 1024 "
				       "expires 1800sec pref high\n");
	fib6_ra_flush(net, NULL);
	assert_routes6(net, RT_TABLE_MAIN, BASE LINKS);
}

static void test_strangers_routes_are_limited(void **state)
{
	struct net *net = *state;
	struct route_config cfg;
	unsigned i, n = 0;

	route6_parse(net, "3000::/32 via fe80::1 dev d0 proto 9", &cfg);
	cfg.expires = INFINITY_LIFE_TIME;
	for (i = 0; i < 1000; i++) {
		cfg.dst.v6[0] = htonl(0x30000000 | i);
		n += !fib6_ra_update(net, &cfg);
	}
	assert_int_equal(n, 256);
	fib6_ra_flush(net, dev_of(net, "d1"));
	assert_int_equal(net->ipv6->fib->nr_ra, 256);
	fib6_ra_flush(net, dev_of(net, "d0"));
	assert_int_equal(net->ipv6->fib->nr_ra, 0);
}

static void test_flows_are_shared_among_next_hops_by_weight(void **state)
{
	struct net *net = *state;
	struct fib6_query q = { .daddr = ip6("3000::1"), .saddr = ip6("2001:db8:1::1") };
	unsigned to_d1 = 0, i;
	struct fib6_info *f6i;

	route6(net, ADD,
	       "default nexthop via fe80::1 dev d0 weight 1 nexthop via fe80::2 dev d1 weight 3");
	for (i = 0; i < 4000; i++) {
		q.flowlabel = i;
		assert_int_equal(fib6_lookup(net, &q, &f6i), 0);
		to_d1 += f6i->dev == dev_of(net, "d1");
	}
	assert_in_range(to_d1, 2800, 3200);
	/* Where one is gone, its flows go the other way. */
	neigh6(dev_of(net, "d1"), "fe80::2", NUD_FAILED, 0);
	q.flags = FIB6_REACHABLE;
	for (i = 0; i < 100; i++) {
		q.flowlabel = i;
		assert_int_equal(fib6_lookup(net, &q, &f6i), 0);
		assert_ptr_equal(f6i->dev, dev_of(net, "d0"));
	}
}

/* The longest prefix, then the lowest metric: beside an array. */
static void test_random_routes_beside_a_list(void **state)
{
	struct net *net = *state;
	struct model {
		union inaddr dst;
		uint8_t len;
		uint32_t metric;
	} m[300];
	unsigned n = 0, i, round;
	uint64_t seed = 6;

	for (round = 0; round < 3000; round++) {
		struct fib6_query q = { .daddr = ip6("3fff::") };
		struct route_config cfg;
		struct fib6_info *f6i;
		int best = -1;

		q.daddr.b[2] = test_below(&seed, 4) << 6;
		q.daddr.b[9] = test_below(&seed, 3);
		q.daddr.b[15] = test_below(&seed, 2);
		route6_parse(net, "default dev d0", &cfg);
		cfg.dst_len = test_below(&seed, 8) * 16 + test_below(&seed, 17);
		cfg.dst = in6_prefix(&q.daddr, cfg.dst_len);
		cfg.priority = 1 + test_below(&seed, 3);
		for (i = 0; i < n; i++)
			if (m[i].len == cfg.dst_len && m[i].metric == cfg.priority &&
			    inaddr_equal(&m[i].dst, &cfg.dst))
				break;
		if (i < n) {
			assert_int_equal(fib6_route_add(net, &cfg, ADD, NULL), -EEXIST);
			assert_int_equal(fib6_route_del(net, &cfg, NULL), 0);
			m[i] = m[--n];
		} else if (n < ARRAY_SIZE(m)) {
			assert_int_equal(fib6_route_add(net, &cfg, ADD, NULL), 0);
			m[n++] = (struct model){ cfg.dst, cfg.dst_len, cfg.priority };
		}
		for (i = 0; i < n; i++)
			if (in6_prefix_equal(&m[i].dst, &q.daddr, m[i].len) &&
			    (best < 0 || m[i].len > m[best].len ||
			     (m[i].len == m[best].len && m[i].metric < m[best].metric)))
				best = i;
		assert_int_equal(fib6_lookup(net, &q, &f6i), best < 0 ? -ENETUNREACH : 0);
		if (best >= 0) {
			assert_int_equal(f6i->dst_len, m[best].len);
			assert_int_equal(f6i->priority, m[best].metric);
		}
	}
	assert_true(n > 20);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, ip6routes_setup, ip6routes_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_addresses_bring_the_kernels_routes),
		TEST(test_appended_gateways_become_one_route),
		TEST(test_replace_and_change),
		TEST(test_multipath_requests),
		TEST(test_refusals),
		TEST(test_what_is_accepted_and_its_order),
		TEST(test_routes_end_when_their_time_is_over),
		TEST(test_changes_are_told),
		TEST(test_a_device_that_goes_down_takes_its_routes),
		TEST(test_lost_carrier_is_shown_and_heeded_where_asked),
		TEST(test_better_routers_are_preferred),
		TEST(test_strangers_routes_are_limited),
		TEST(test_flows_are_shared_among_next_hops_by_weight),
		TEST(test_random_routes_beside_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
