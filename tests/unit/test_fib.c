/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables, next hops and what configuration makes of them: as the kernel does, word for word. */
#include "stack/ipv4/fib.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include "stack/ipv4/route.h"
#include "tests/unit/ip4net.h"

#define ADD	(NLM_F_CREATE | NLM_F_EXCL)
#define REPLACE (NLM_F_CREATE | NLM_F_REPLACE)
#define CHANGE	NLM_F_REPLACE
#define APPEND	(NLM_F_CREATE | NLM_F_APPEND)
#define PREPEND NLM_F_CREATE
#define TEST	NLM_F_EXCL

static int setup(void **state)
{
	struct net *net = ip4net_create();

	ip4net_dev(net, "d0");
	ip4net_dev(net, "d1");
	addr_add(net, "d0", "10.0.0.1/24");
	addr_add(net, "d1", "10.0.1.1/24");
	*state = net;
	return 0;
}

/* What `ip route` says of such a command: errno, and a sentence ("": success). */
static void assert_says(struct net *net, unsigned nlflags, const char *route, int err,
			const char *msg)
{
	struct extack ack = { .msg = "" };

	assert_int_equal(route_try(net, nlflags, &ack, route), err);
	assert_string_equal(ack.msg, msg);
}

static void assert_del_says(struct net *net, const char *route, int err, const char *msg)
{
	struct extack ack = { .msg = "" };

	assert_int_equal(route_try_del(net, &ack, route), err);
	assert_string_equal(ack.msg, msg);
}

#define CONNECTED                                                   \
	"10.0.0.0/24 dev d0 proto kernel scope link src 10.0.0.1\n" \
	"10.0.1.0/24 dev d1 proto kernel scope link src 10.0.1.1"

static void test_add_replace_change_append_prepend(void **state)
{
	struct net *net = *state;

	assert_says(net, ADD, "default via 10.0.0.254", 0, "");
	assert_says(net, ADD, "default via 10.0.0.254", -EEXIST, "Route already exists");
	assert_says(net, ADD, "default via 10.0.0.253", -EEXIST, "Route already exists");
	assert_says(net, ADD, "default via 10.0.0.253 metric 10", 0, "");
	assert_says(net, APPEND, "default via 10.0.0.252", 0, "");
	assert_says(net, PREPEND, "default via 10.0.0.251", 0, "");
	assert_says(net, APPEND, "default via 10.0.0.252", -EEXIST, "Route already exists");
	assert_says(net, REPLACE, "default via 10.0.0.250", 0, "");
	assert_says(net, CHANGE, "default via 10.0.0.249", 0, "");
	assert_says(net, CHANGE, "default via 10.0.0.249", 0, "");
	assert_says(net, REPLACE, "default via 10.0.0.252", -EEXIST, "Route already exists");
	assert_says(net, CHANGE, "default via 10.0.0.249 metric 77", -ENOENT, "Route not found");
	assert_says(net, REPLACE, "1.2.3.0/24 via 10.0.0.249", 0, "");
	assert_says(net, CHANGE, "1.2.4.0/24 via 10.0.0.249", -ENOENT, "Route not found");
	assert_says(net, TEST, "1.2.3.0/24 via 10.0.0.249", -EEXIST, "Route already exists");
	assert_says(net, TEST, "1.2.4.0/24 via 10.0.0.249", -ENOENT, "Route not found");
	assert_routes(net, RT_TABLE_MAIN,
		      "default via 10.0.0.249 dev d0\n"
		      "default via 10.0.0.254 dev d0\n"
		      "default via 10.0.0.252 dev d0\n"
		      "default via 10.0.0.253 dev d0 metric 10\n"
		      "1.2.3.0/24 via 10.0.0.249 dev d0\n" CONNECTED);
}

static void test_refusals(void **state)
{
	struct net *net = *state;
	const char *bad_gw = "Nexthop has invalid gateway";

	route_add(net, "1.2.3.0/24 via 10.0.0.249");
	assert_says(net, ADD, "1.2.5.0/24 via 99.0.0.1", -ENETUNREACH, bad_gw);
	assert_says(net, ADD, "1.2.5.0/24 via 10.0.0.255", -EINVAL, bad_gw);
	assert_says(net, ADD, "1.2.5.0/24 via 1.2.3.1", -ENETUNREACH, bad_gw);
	assert_says(net, ADD, "1.2.5.0/24 via 99.0.0.1 dev d0", -ENETUNREACH, bad_gw);
	assert_says(net, ADD, "1.2.5.0/24 via 224.0.0.1", -ENETUNREACH, bad_gw);
	assert_says(net, ADD, "1.2.8.0/24 via 10.0.0.3 scope 253", -ENETUNREACH, bad_gw);
	assert_says(net, ADD, "1.2.8.0/24 via 10.0.0.3 scope 254", -EINVAL,
		    "Route with host scope can not have a gateway");
	assert_says(net, ADD, "1.2.6.1/24 dev d0", -EINVAL,
		    "Invalid prefix for given prefix length");
	assert_says(net, ADD, "1.2.6.0/33 dev d0", -EINVAL, "Invalid prefix length");
	assert_says(net, ADD, "blackhole 1.3.4.0/24 dev d0", -EINVAL,
		    "Gateway, device and multipath can not be specified for this route type");
	assert_says(net, ADD, "1.4.1.0/24 via 10.0.0.3 src 9.9.9.9", -EINVAL,
		    "Invalid prefsrc address");
	assert_says(net, ADD, "1.4.1.0/24 via 10.0.0.3 tos 1", -EINVAL,
		    "Invalid dsfield (tos): ECN bits must be 0");
	assert_says(net, ADD, "local 1.4.1.0/24 dev d0 scope 0", -EINVAL, "Invalid scope");
	assert_says(net, ADD, "1.4.1.0/24", -ENODEV, "Nexthop device not found");
	assert_says(net, ADD,
		    "1.2.9.0/24 nexthop via 10.0.0.3 weight 3 nexthop via 99.0.1.3 weight 1",
		    -ENETUNREACH, bad_gw);
	dev_down(dev_of(net, "d1"));
	assert_says(net, ADD, "1.4.1.0/24 dev d1", -ENETDOWN, "Device for nexthop is not up");
	assert_says(net, ADD, "1.4.1.0/24 via 10.0.1.2 dev d1 onlink", -ENETDOWN,
		    "Nexthop device is not up");
	assert_says(net, ADD, "1.4.1.0/24 via 10.0.1.2 onlink", -ENODEV,
		    "Nexthop device required for onlink");
}

static void test_what_is_accepted(void **state)
{
	struct net *net = *state;

	route_add(net, "1.2.5.0/24 via 10.0.0.1");
	route_add(net, "1.2.6.0/24 dev d0");
	route_add(net, "1.2.7.0/24 via 99.0.0.1 dev d0 onlink");
	route_add(net, "1.2.9.0/24 nexthop via 10.0.0.3 weight 3 nexthop via 10.0.1.3");
	route_add(net, "prohibit 1.3.2.0/24");
	route_add(net, "throw 1.3.3.0/24");
	route_add(net, "local 1.3.5.0/24 dev d0");
	route_add(net, "broadcast 1.3.7.255 dev d0");
	route_add(net, "multicast 239.0.0.0/8 dev d0");
	route_add(net, "1.4.0.0/24 via 10.0.0.3 src 10.0.1.1");
	route_add(net, "1.4.3.0/24 via 10.0.0.3 tos 0x10");
	route_add(net, "1.4.3.0/24 via 10.0.0.4");
	route_add(net, "1.4.3.0/24 via 10.0.0.4 tos 0x8 metric 3");
	route_add(net, "1.4.4.0/24 via 10.0.0.3 table 1000");
	route_add(net, "1.4.4.0/24 via 10.0.0.3 table 100");
	assert_routes(
		net, 0,
		"1.4.4.0/24 via 10.0.0.3 dev d0 table 100\n"
		"1.4.4.0/24 via 10.0.0.3 dev d0 table 1000\n"
		"1.2.5.0/24 via 10.0.0.1 dev d0\n"
		"1.2.6.0/24 dev d0 scope link\n"
		"1.2.7.0/24 via 99.0.0.1 dev d0 onlink\n"
		"1.2.9.0/24 nexthop via 10.0.0.3 dev d0 weight 3 nexthop via 10.0.1.3 dev d1 weight 1\n"
		"prohibit 1.3.2.0/24\n"
		"throw 1.3.3.0/24\n"
		"1.4.0.0/24 via 10.0.0.3 dev d0 src 10.0.1.1\n"
		"1.4.3.0/24 tos 0x10 via 10.0.0.3 dev d0\n"
		"1.4.3.0/24 tos 0x08 via 10.0.0.4 dev d0 metric 3\n"
		"1.4.3.0/24 via 10.0.0.4 dev d0\n" CONNECTED "\n"
		"multicast 239.0.0.0/8 dev d0 scope link\n"
		"local 1.3.5.0/24 dev d0 scope host\n"
		"broadcast 1.3.7.255 dev d0 scope link\n"
		"local 10.0.0.1 dev d0 proto kernel scope host src 10.0.0.1\n"
		"broadcast 10.0.0.255 dev d0 proto kernel scope link src 10.0.0.1\n"
		"local 10.0.1.1 dev d1 proto kernel scope host src 10.0.1.1\n"
		"broadcast 10.0.1.255 dev d1 proto kernel scope link src 10.0.1.1\n"
		"local 127.0.0.0/8 dev lo proto kernel scope host src 127.0.0.1\n"
		"local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1\n"
		"broadcast 127.255.255.255 dev lo proto kernel scope link src 127.0.0.1");
}

static void test_delete_takes_the_first_that_fits(void **state)
{
	struct net *net = *state;

	route_add(net, "1.4.5.0/24 via 10.0.0.3 proto 12 mtu 1400");
	route_add(net, "1.4.5.0/24 via 10.0.0.4 metric 5");
	assert_del_says(net, "1.4.5.0/24 proto 2", -ESRCH, "Route not found");
	assert_del_says(net, "1.4.5.0/24 metric 9", -ESRCH, "Route not found");
	assert_del_says(net, "1.4.5.0/24 via 10.0.0.9", -ESRCH, "Route not found");
	assert_del_says(net, "1.4.5.0/24 dev d1", -ESRCH, "Route not found");
	assert_del_says(net, "1.4.5.0/24 scope 253", -ESRCH, "Route not found");
	assert_del_says(net, "1.4.5.0/24 src 10.0.0.1", -ESRCH, "Route not found");
	assert_del_says(net, "1.4.5.0/24 mtu 1300", -ESRCH, "Route not found");
	assert_del_says(net, "blackhole 1.4.5.0/24", -ESRCH, "Route not found");
	assert_del_says(net, "1.4.5.0/25", -ESRCH, "Route not found");
	assert_del_says(net, "1.4.5.0/24 tos 8", -ESRCH, "Route not found");
	assert_del_says(net, "1.9.9.9 table 999", -ESRCH, "FIB table does not exist");
	assert_del_says(net, "1.4.5.0/24 metric 5", 0, "");
	assert_routes(net, RT_TABLE_MAIN,
		      "1.4.5.0/24 via 10.0.0.3 dev d0 proto other mtu 1400\n" CONNECTED);
	assert_del_says(net, "1.4.5.0/24", 0, "");
	assert_del_says(net, "1.4.5.0/24", -ESRCH, "Route not found");
	assert_routes(net, RT_TABLE_MAIN, CONNECTED);
}

static void test_device_down_takes_routes_and_up_brings_its_own_back(void **state)
{
	struct net *net = *state;

	route_add(net, "1.2.5.0/24 via 10.0.0.2");
	route_add(net, "1.2.9.0/24 nexthop via 10.0.0.3 weight 3 nexthop via 10.0.1.3 weight 1");
	dev_down(dev_of(net, "d0"));
	assert_routes(
		net, RT_TABLE_MAIN,
		"1.2.9.0/24 nexthop via 10.0.0.3 dev d0 weight 3 dead linkdown nexthop via 10.0.1.3 dev d1 weight 1\n"
		"10.0.1.0/24 dev d1 proto kernel scope link src 10.0.1.1");
	dev_up(dev_of(net, "d0"));
	assert_routes(
		net, RT_TABLE_MAIN,
		"1.2.9.0/24 nexthop via 10.0.0.3 dev d0 weight 3 nexthop via 10.0.1.3 dev d1 weight 1\n" CONNECTED);
	dev_down(dev_of(net, "d0"));
	dev_down(dev_of(net, "d1"));
	assert_routes(net, RT_TABLE_MAIN, "");
	/* Local addresses are ours still. */
	assert_int_equal(fib_addr_type(net, ip4_addr("10.0.0.1"), NULL), RTN_LOCAL);
}

static void test_next_hops_come_back_with_an_address(void **state)
{
	struct net *net = *state;

	route_add(net, "1.2.9.0/24 nexthop via 10.0.0.3 weight 1 nexthop via 10.0.1.3 weight 1");
	addr_del(net, "d1", "10.0.1.1/24");
	assert_routes(net, RT_TABLE_MAIN,
		      "1.2.9.0/24 nexthop via 10.0.0.3 dev d0 weight 1"
		      " nexthop via 10.0.1.3 dev d1 weight 1 dead linkdown\n"
		      "10.0.0.0/24 dev d0 proto kernel scope link src 10.0.0.1");
	addr_add(net, "d1", "10.0.1.1/24");
	assert_routes(net, RT_TABLE_MAIN,
		      "1.2.9.0/24 nexthop via 10.0.0.3 dev d0 weight 1"
		      " nexthop via 10.0.1.3 dev d1 weight 1\n" CONNECTED);
}

static void test_lost_carrier_is_shown(void **state)
{
	struct net *net = *state;

	netdev_set_carrier(dev_of(net, "d0"), false);
	route_add(net, "1.2.5.0/24 via 10.0.0.2");
	assert_routes(net, RT_TABLE_MAIN,
		      "1.2.5.0/24 via 10.0.0.2 dev d0 linkdown\n"
		      "10.0.0.0/24 dev d0 proto kernel scope link src 10.0.0.1 linkdown\n"
		      "10.0.1.0/24 dev d1 proto kernel scope link src 10.0.1.1");
	netdev_set_carrier(dev_of(net, "d0"), true);
	assert_routes(net, RT_TABLE_MAIN, "1.2.5.0/24 via 10.0.0.2 dev d0\n" CONNECTED);
}

static void test_routes_go_with_their_source_address(void **state)
{
	struct net *net = *state;

	addr_add(net, "d0", "10.0.5.1/24");
	route_add(net, "1.2.5.0/24 via 10.0.1.2 src 10.0.5.1");
	route_add(net, "1.2.6.0/24 via 10.0.0.2");
	addr_del(net, "d0", "10.0.5.1/24");
	assert_routes(net, RT_TABLE_MAIN, "1.2.6.0/24 via 10.0.0.2 dev d0\n" CONNECTED);
	/* The last address of a device takes all. */
	addr_del(net, "d0", "10.0.0.1/24");
	assert_routes(net, RT_TABLE_MAIN,
		      "10.0.1.0/24 dev d1 proto kernel scope link src 10.0.1.1");
}

static void test_unregistered_device_is_named_by_no_route(void **state)
{
	struct net *net = *state;

	route_add(net, "1.2.9.0/24 nexthop via 10.0.0.3 weight 3 nexthop via 10.0.1.3 weight 1");
	netdev_unregister(dev_of(net, "d1"));
	assert_routes(net, RT_TABLE_LOCAL,
		      "local 10.0.0.1 dev d0 proto kernel scope host src 10.0.0.1\n"
		      "broadcast 10.0.0.255 dev d0 proto kernel scope link src 10.0.0.1\n"
		      "local 127.0.0.0/8 dev lo proto kernel scope host src 127.0.0.1\n"
		      "local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1\n"
		      "broadcast 127.255.255.255 dev lo proto kernel scope link src 127.0.0.1");
	assert_routes(net, RT_TABLE_MAIN,
		      "10.0.0.0/24 dev d0 proto kernel scope link src 10.0.0.1");
}

/* Lookup --------------------------------------------------------------------------------------- */

static int look(struct net *net, const char *dst, uint8_t tos, int oif, struct fib_result *res)
{
	const struct fib_query q = { .daddr = ip4_addr(dst), .tos = tos, .oif = oif };

	return fib_lookup(net, &q, res);
}

static void assert_via(struct net *net, const char *dst, uint8_t tos, const char *gw)
{
	struct fib_result res;

	assert_int_equal(look(net, dst, tos, 0, &res), 0);
	assert_string_equal(ip4_text(res.nh->gw), gw);
}

static void test_lookup_order(void **state)
{
	struct net *net = *state;
	struct fib_result res;

	route_add(net, "default via 10.0.0.2");
	route_add(net, "1.0.0.0/8 via 10.0.0.3");
	route_add(net, "1.2.0.0/16 via 10.0.0.4");
	route_add(net, "1.2.3.0/24 via 10.0.0.5 tos 0x10");
	route_add(net, "1.2.3.0/24 via 10.0.0.6 metric 7");
	route_add(net, "1.2.3.0/24 via 10.0.0.7 metric 3");
	assert_via(net, "9.9.9.9", 0, "10.0.0.2");
	assert_via(net, "1.9.9.9", 0, "10.0.0.3");
	assert_via(net, "1.2.9.9", 0, "10.0.0.4");
	assert_via(net, "1.2.3.9", 0, "10.0.0.7");
	assert_via(net, "1.2.3.9", 0x10, "10.0.0.5");
	assert_via(net, "1.2.3.9", 0x20, "10.0.0.7");
	assert_int_equal(look(net, "1.2.3.9", 0, dev_of(net, "d1")->ifindex, &res), -ENETUNREACH);
	/* local before main, and default last */
	route_add(net, "local 1.2.3.4 dev d0");
	assert_int_equal(look(net, "1.2.3.4", 0, 0, &res), 0);
	assert_int_equal(res.type, RTN_LOCAL);
	route_add(net, "throw 5.0.0.0/8");
	assert_int_equal(look(net, "5.5.5.5", 0, 0, &res), -ENETUNREACH);
	route_add(net, "5.5.0.0/16 via 10.0.1.9 table 253");
	assert_via(net, "5.5.5.5", 0, "10.0.1.9");
}

static void test_types_that_refuse(void **state)
{
	struct net *net = *state;
	struct fib_result res;

	route_add(net, "blackhole 1.0.0.0/8");
	route_add(net, "unreachable 2.0.0.0/8");
	route_add(net, "prohibit 3.0.0.0/8");
	assert_int_equal(look(net, "1.1.1.1", 0, 0, &res), -EINVAL);
	assert_int_equal(look(net, "2.1.1.1", 0, 0, &res), -EHOSTUNREACH);
	assert_int_equal(look(net, "3.1.1.1", 0, 0, &res), -EACCES);
	assert_int_equal(look(net, "4.1.1.1", 0, 0, &res), -ENETUNREACH);
}

/* Which gateway each of many flows takes. */
static void spread(struct net *net, const char *dst, unsigned n, be32 *ret)
{
	struct fib_query q = { .daddr = ip4_addr(dst) };
	struct fib_result res;
	unsigned i;

	for (i = 0; i < n; i++) {
		q.saddr = htonl(0x0b000000 + i * 7919);
		assert_int_equal(fib_lookup(net, &q, &res), 0);
		ret[i] = res.nh->gw;
	}
}

static unsigned count(const be32 *gws, unsigned n, const char *gw)
{
	unsigned i, c = 0;

	for (i = 0; i < n; i++)
		c += gws[i] == ip4_addr(gw);
	return c;
}

#define FLOWS 6000

static void test_multipath_shares_by_weight(void **state)
{
	struct net *net = *state;
	be32 gws[FLOWS];

	route_add(
		net,
		"1.2.9.0/24 nexthop via 10.0.0.3 weight 3 nexthop via 10.0.1.3 weight 2 nexthop via 10.0.1.4 weight 1");
	spread(net, "1.2.9.1", FLOWS, gws);
	/*
	 * Of 6000 flows 3000, 2000 and 1000 are expected; five standard deviations are about 190.
	 */
	assert_in_range(count(gws, FLOWS, "10.0.0.3"), 2800, 3200);
	assert_in_range(count(gws, FLOWS, "10.0.1.3"), 1800, 2200);
	assert_in_range(count(gws, FLOWS, "10.0.1.4"), 850, 1150);
}

static void test_multipath_is_indifferent_to_order_and_moves_no_other_flow(void **state)
{
	struct net *net = *state;
	be32 before[FLOWS], after[FLOWS];
	unsigned i;

	route_add(
		net,
		"1.2.9.0/24 nexthop via 10.0.0.3 weight 3 nexthop via 10.0.1.3 weight 2 nexthop via 10.0.0.4 weight 1");
	spread(net, "1.2.9.1", FLOWS, before);
	assert_says(
		net, REPLACE,
		"1.2.9.0/24 nexthop via 10.0.0.4 weight 1 nexthop via 10.0.0.3 weight 3 nexthop via 10.0.1.3 weight 2",
		0, "");
	spread(net, "1.2.9.1", FLOWS, after);
	assert_memory_equal(before, after, sizeof(before));
	dev_down(dev_of(net, "d1"));
	spread(net, "1.2.9.1", FLOWS, after);
	for (i = 0; i < FLOWS; i++)
		if (before[i] != ip4_addr("10.0.1.3"))
			assert_int_equal(before[i], after[i]);
	assert_int_equal(count(after, FLOWS, "10.0.1.3"), 0);
}

/* Sharing and walking -------------------------------------------------------------------------- */

static void test_equal_next_hops_are_one(void **state)
{
	struct net *net = *state;
	uint32_t infos = net->ipv4->fib->nr_infos;
	char text[64];
	unsigned i;

	for (i = 0; i < 500; i++) {
		snprintf(text, sizeof(text), "20.%u.%u.0/24 via 10.0.0.2", i / 256, i % 256);
		route_add(net, text);
	}
	assert_int_equal(net->ipv4->fib->nr_infos, infos + 1);
	for (i = 0; i < 500; i++) {
		snprintf(text, sizeof(text), "21.%u.%u.0/24 via 10.0.0.2 metric %u", i / 256,
			 i % 256, i + 1);
		route_add(net, text);
	}
	assert_int_equal(net->ipv4->fib->nr_infos, infos + 501);
	addr_del(net, "d0", "10.0.0.1/24");
	assert_true(net->ipv4->fib->nr_infos <= infos);
}

static void test_walk_goes_on_where_it_stood(void **state)
{
	struct net *net = *state;
	struct route_cursor cur = { .table = 77 };
	struct route_config got[5];
	uint32_t last = 0;
	unsigned n, total = 0, i;
	char text[64];

	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "20.0.%u.0/24 via 10.0.0.2 table 77", i);
		route_add(net, text);
	}
	while ((n = fib_route_walk(net, &cur, got, 1 + total % 5))) {
		for (i = 0; i < n; i++) {
			assert_true(ntohl(got[i].dst.v4) > last);
			last = ntohl(got[i].dst.v4);
		}
		total += n;
		/*
		 * What goes behind the walk's back is not missed, and what comes before it is not
		 * shown.
		 */
		if (total == 15) {
			assert_int_equal(route_try_del(net, NULL, "20.0.3.0/24 table 77"), 0);
			route_add(net, "19.0.0.0/8 via 10.0.0.2 table 77");
		}
	}
	assert_true(cur.done);
	assert_int_equal(total, 100);
}

/* A naive table of routes to one gateway each: what a random sequence of commands must leave. */
static void test_random_commands_beside_a_list(void **state)
{
	enum { N = 64 };
	struct net *net = *state;
	bool in[N] = { false };
	uint64_t seed = 7;
	struct fib_result res;
	char text[80];
	unsigned i, k;

	for (i = 0; i < 3000; i++) {
		k = test_below(&seed, N);
		/* k names a prefix of 30.0.0.0/8: length 9 to 12, and a place */
		snprintf(text, sizeof(text), "30.%u.0.0/%u via 10.0.0.%u table 254", (k / 4) << 4,
			 12 - k % 3, 2 + k);
		if ((k / 4) << 4 & ((1 << (k % 3 + 4)) - 1))
			continue;
		if (in[k])
			assert_int_equal(route_try_del(net, NULL, text), 0);
		else if (route_try(net, ADD, NULL, text))
			continue;
		in[k] = !in[k];
	}
	for (i = 0; i < 256; i++) {
		int best = -1, best_len = 0;

		for (k = 0; k < N; k++) {
			int len = 12 - k % 3;

			if (in[k] && len > best_len &&
			    i >> (16 - len) == ((k / 4) << 4) >> (16 - len)) {
				best = k;
				best_len = len;
			}
		}
		snprintf(text, sizeof(text), "30.%u.1.1", i);
		if (best < 0) {
			assert_int_equal(look(net, text, 0, 0, &res), -ENETUNREACH);
		} else {
			assert_int_equal(look(net, text, 0, 0, &res), 0);
			assert_int_equal(res.plen, best_len);
			assert_int_equal(ntohl(res.nh->gw) & 0xff, 2 + best);
		}
	}
}

/* Events --------------------------------------------------------------------------------------- */

struct seen {
	struct event_listener l;
	struct net *net;
	char text[4096];
};

static void on_route(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	struct seen *s = container_of(l, struct seen, l);
	const struct fib_event *ev = obj;

	if (type != EVENT_ROUTE_ADD && type != EVENT_ROUTE_REPLACE && type != EVENT_ROUTE_DEL)
		return;
	strcat(s->text, type == EVENT_ROUTE_ADD	  ? "add "
			: type == EVENT_ROUTE_DEL ? "del "
						  : "replace ");
	strcat(s->text, route_text(net, ev->cfg));
	strcat(s->text, "\n");
}

static void test_changes_are_told(void **state)
{
	struct net *net = *state;
	struct seen s = { .l.fn = on_route, .net = net };

	event_listen(net, &s.l);
	route_add(net, "1.2.5.0/24 via 10.0.0.2");
	route_try(net, REPLACE, NULL, "1.2.5.0/24 via 10.0.0.3");
	route_try_del(net, NULL, "1.2.5.0/24");
	route_add(net, "1.2.6.0/24 via 10.0.1.2 src 10.0.0.1");
	addr_del(net, "d0", "10.0.0.1/24");
	assert_string_equal(s.text,
			    "add 1.2.5.0/24 via 10.0.0.2 dev d0\n"
			    "replace 1.2.5.0/24 via 10.0.0.3 dev d0\n"
			    "del 1.2.5.0/24 via 10.0.0.3 dev d0\n"
			    "add 1.2.6.0/24 via 10.0.1.2 dev d1 src 10.0.0.1\n"
			    "del 10.0.0.0/24 dev d0 proto kernel scope link src 10.0.0.1\n"
			    "del broadcast 10.0.0.255 dev d0 proto kernel scope link src 10.0.0.1\n"
			    "del local 10.0.0.1 dev d0 proto kernel scope host src 10.0.0.1\n"
			    "del 1.2.6.0/24 via 10.0.1.2 dev d1 src 10.0.0.1\n");
	event_unlisten(&s.l);
}

static void test_lost_carrier_is_heeded_where_asked(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct ipv4_devconf *conf = ipv4_conf(net, d0);
	struct fib_query q = { .daddr = ip4_addr("1.2.5.1") };
	struct fib_result res;

	route_add(net, "1.2.5.0/24 via 10.0.0.2");
	route_add(net, "1.2.0.0/16 via 10.0.1.2");
	netdev_set_carrier(d0, false);
	assert_int_equal(fib_lookup(net, &q, &res), 0);
	assert_ptr_equal(res.nh->dev, d0);
	conf->ignore_routes_with_linkdown = 1;
	ipv4_conf_changed(net, conf, &conf->ignore_routes_with_linkdown, 0);
	assert_int_equal(fib_lookup(net, &q, &res), 0);
	assert_ptr_equal(res.nh->dev, dev_of(net, "d1"));
	assert_routes(net, RT_TABLE_MAIN,
		      "1.2.0.0/16 via 10.0.1.2 dev d1\n"
		      "1.2.5.0/24 via 10.0.0.2 dev d0 dead linkdown\n"
		      "10.0.0.0/24 dev d0 proto kernel scope link src 10.0.0.1 dead linkdown\n"
		      "10.0.1.0/24 dev d1 proto kernel scope link src 10.0.1.1");
	/* But a gateway on it can be named. */
	route_add(net, "1.2.6.0/24 via 10.0.0.3");
	netdev_set_carrier(d0, true);
	assert_int_equal(fib_lookup(net, &q, &res), 0);
	assert_ptr_equal(res.nh->dev, d0);
}

int main(void)
{
#define TEST_CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, ip4net_teardown)
	const struct CMUnitTest tests[] = {
		TEST_CASE(test_add_replace_change_append_prepend),
		TEST_CASE(test_refusals),
		TEST_CASE(test_what_is_accepted),
		TEST_CASE(test_delete_takes_the_first_that_fits),
		TEST_CASE(test_device_down_takes_routes_and_up_brings_its_own_back),
		TEST_CASE(test_next_hops_come_back_with_an_address),
		TEST_CASE(test_lost_carrier_is_shown),
		TEST_CASE(test_routes_go_with_their_source_address),
		TEST_CASE(test_unregistered_device_is_named_by_no_route),
		TEST_CASE(test_lookup_order),
		TEST_CASE(test_types_that_refuse),
		TEST_CASE(test_multipath_shares_by_weight),
		TEST_CASE(test_multipath_is_indifferent_to_order_and_moves_no_other_flow),
		TEST_CASE(test_equal_next_hops_are_one),
		TEST_CASE(test_walk_goes_on_where_it_stood),
		TEST_CASE(test_random_commands_beside_a_list),
		TEST_CASE(test_changes_are_told),
		TEST_CASE(test_lost_carrier_is_heeded_where_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
