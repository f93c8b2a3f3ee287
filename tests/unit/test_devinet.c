/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses, and the routes that Linux keeps for them: expected texts are those of ip(8) on a
 * kernel.
 */
#include "stack/ipv4/devinet.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include "stack/ipv4/fib.h"
#include "tests/unit/ip4net.h"

#define ADD	(NLM_F_CREATE | NLM_F_EXCL)
#define REPLACE (NLM_F_CREATE | NLM_F_REPLACE)

#define LO_LOCAL                                                           \
	"local 127.0.0.0/8 dev lo proto kernel scope host src 127.0.0.1\n" \
	"local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1"
#define LO_ROUTES \
	LO_LOCAL "\nbroadcast 127.255.255.255 dev lo proto kernel scope link src 127.0.0.1"

static void assert_says(struct net *net, unsigned nlflags, const char *addr, int err,
			const char *msg)
{
	struct extack ack = { .msg = "" };

	assert_int_equal(addr_try(net, "d0", nlflags, &ack, addr), err);
	assert_string_equal(ack.msg, msg);
}

static void test_loopback_gets_its_address_when_it_comes_up(void **state)
{
	struct net *net = *state;

	assert_addrs(net, "lo", "127.0.0.1/8 scope host lo");
	assert_routes(net, RT_TABLE_LOCAL, LO_ROUTES);
	assert_routes(net, RT_TABLE_MAIN, "");
	dev_down(net->loopback);
	assert_routes(net, RT_TABLE_LOCAL, LO_LOCAL);
	dev_up(net->loopback);
	assert_routes(net, RT_TABLE_LOCAL, LO_ROUTES);
	assert_addrs(net, "lo", "127.0.0.1/8 scope host lo");
}

static void test_only_the_local_route_while_the_device_is_down(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = ip4net_dev(net, "d0");

	dev_down(d0);
	addr_add(net, "d0", "10.0.0.1/24");
	assert_routes(net, RT_TABLE_MAIN, "");
	assert_routes(net, RT_TABLE_LOCAL,
		      "local 10.0.0.1 dev d0 proto kernel scope host src 10.0.0.1\n" LO_ROUTES);
	dev_up(d0);
	assert_routes(net, RT_TABLE_MAIN,
		      "10.0.0.0/24 dev d0 proto kernel scope link src 10.0.0.1");
	assert_routes(
		net, RT_TABLE_LOCAL,
		"local 10.0.0.1 dev d0 proto kernel scope host src 10.0.0.1\n"
		"broadcast 10.0.0.255 dev d0 proto kernel scope link src 10.0.0.1\n" LO_ROUTES);
}

static void add_many(struct net *net)
{
	ip4net_dev(net, "d0");
	addr_add(net, "d0", "10.0.0.1/24");
	addr_add(net, "d0", "10.0.0.2/24");
	addr_add(net, "d0", "10.0.0.3/24 label d0:x");
	addr_add(net, "d0", "10.0.0.5/32");
	addr_add(net, "d0", "10.0.0.6/16 scope link");
	addr_add(net, "d0", "10.1.0.1 peer 10.2.0.1/32");
	addr_add(net, "d0", "10.1.0.1 peer 10.3.0.0/16");
	addr_add(net, "d0", "192.168.1.1/30 brd 192.168.1.3");
	addr_add(net, "d0", "192.168.2.1/31");
	addr_add(net, "d0", "192.168.3.1/24 brd 192.168.3.77 metric 5");
	addr_add(net, "d0", "192.168.4.1/24 noprefixroute");
	addr_add(net, "d0", "192.168.1.1/29");
}

static void test_order_of_addresses_and_their_routes(void **state)
{
	struct net *net = *state;

	add_many(net);
	assert_addrs(net, "d0",
		     "10.0.0.6/16 scope link d0\n"
		     "10.0.0.1/24 scope global d0\n"
		     "10.0.0.5/32 scope global d0\n"
		     "10.1.0.1 peer 10.2.0.1/32 scope global d0\n"
		     "10.1.0.1 peer 10.3.0.0/16 scope global d0\n"
		     "192.168.1.1/30 brd 192.168.1.3 scope global d0\n"
		     "192.168.2.1/31 scope global d0\n"
		     "192.168.3.1/24 metric 5 brd 192.168.3.77 scope global d0\n"
		     "192.168.4.1/24 scope global noprefixroute d0\n"
		     "192.168.1.1/29 scope global d0\n"
		     "10.0.0.2/24 scope global secondary d0\n"
		     "10.0.0.3/24 scope global secondary d0:x");
	assert_routes(net, RT_TABLE_MAIN,
		      "10.0.0.0/24 dev d0 proto kernel scope link src 10.0.0.1\n"
		      "10.0.0.0/16 dev d0 proto kernel scope link src 10.0.0.6\n"
		      "10.2.0.1 dev d0 proto kernel scope link src 10.1.0.1\n"
		      "10.3.0.0/16 dev d0 proto kernel scope link src 10.1.0.1\n"
		      "192.168.1.0/30 dev d0 proto kernel scope link src 192.168.1.1\n"
		      "192.168.1.0/29 dev d0 proto kernel scope link src 192.168.1.1\n"
		      "192.168.2.0/31 dev d0 proto kernel scope link src 192.168.2.1\n"
		      "192.168.3.0/24 dev d0 proto kernel scope link src 192.168.3.1 metric 5");
	assert_routes(
		net, RT_TABLE_LOCAL,
		"local 10.0.0.1 dev d0 proto kernel scope host src 10.0.0.1\n"
		"local 10.0.0.2 dev d0 proto kernel scope host src 10.0.0.1\n"
		"local 10.0.0.3 dev d0 proto kernel scope host src 10.0.0.1\n"
		"local 10.0.0.5 dev d0 proto kernel scope host src 10.0.0.5\n"
		"local 10.0.0.6 dev d0 proto kernel scope host src 10.0.0.6\n"
		"broadcast 10.0.0.255 dev d0 proto kernel scope link src 10.0.0.1\n"
		"broadcast 10.0.255.255 dev d0 proto kernel scope link src 10.0.0.6\n"
		"local 10.1.0.1 dev d0 proto kernel scope host src 10.1.0.1\n"
		"broadcast 10.3.255.255 dev d0 proto kernel scope link src 10.1.0.1\n" LO_ROUTES
		"\n"
		"local 192.168.1.1 dev d0 proto kernel scope host src 192.168.1.1\n"
		"broadcast 192.168.1.3 dev d0 proto kernel scope link src 192.168.1.1\n"
		"broadcast 192.168.1.7 dev d0 proto kernel scope link src 192.168.1.1\n"
		"local 192.168.2.1 dev d0 proto kernel scope host src 192.168.2.1\n"
		"local 192.168.3.1 dev d0 proto kernel scope host src 192.168.3.1\n"
		"broadcast 192.168.3.77 dev d0 proto kernel scope link src 192.168.3.1\n"
		"broadcast 192.168.3.255 dev d0 proto kernel scope link src 192.168.3.1\n"
		"local 192.168.4.1 dev d0 proto kernel scope host src 192.168.4.1\n"
		"broadcast 192.168.4.255 dev d0 proto kernel scope link src 192.168.4.1");
}

static void test_a_primary_takes_its_secondaries_along(void **state)
{
	struct net *net = *state;

	ip4net_dev(net, "d0");
	addr_add(net, "d0", "10.0.0.6/16");
	addr_add(net, "d0", "10.0.0.1/24");
	addr_add(net, "d0", "10.0.0.2/24");
	addr_add(net, "d0", "10.0.0.3/24");
	addr_del(net, "d0", "10.0.0.2/24");
	assert_addrs(
		net, "d0",
		"10.0.0.6/16 scope global d0\n10.0.0.1/24 scope global d0\n10.0.0.3/24 scope global secondary d0");
	addr_del(net, "d0", "10.0.0.1/24");
	assert_addrs(net, "d0", "10.0.0.6/16 scope global d0");
	assert_routes(
		net, RT_TABLE_LOCAL,
		"local 10.0.0.6 dev d0 proto kernel scope host src 10.0.0.6\n"
		"broadcast 10.0.255.255 dev d0 proto kernel scope link src 10.0.0.6\n" LO_ROUTES);
}

static void test_routes_that_another_address_needs_stay(void **state)
{
	struct net *net = *state;

	ip4net_dev(net, "d0");
	addr_add(net, "d0", "10.1.0.1 peer 10.2.0.1/32");
	addr_add(net, "d0", "10.1.0.1 peer 10.3.0.0/16");
	addr_del(net, "d0", "10.1.0.1 peer 10.3.0.0/16");
	assert_routes(net, 0,
		      "10.2.0.1 dev d0 proto kernel scope link src 10.1.0.1\n"
		      "local 10.1.0.1 dev d0 proto kernel scope host src 10.1.0.1\n" LO_ROUTES);
	addr_del(net, "d0", "10.1.0.1 peer 10.2.0.1/32");
	assert_routes(net, 0, LO_ROUTES);
}

static void test_what_is_said_to_bad_commands(void **state)
{
	struct net *net = *state;
	struct extack ack = { .msg = "" };
	struct ifaddr absent = { .dev = ip4net_dev(net, "d0"),
				 .local = inaddr_v4(ip4_addr("10.9.9.9")) };

	assert_says(net, ADD, "10.0.0.1/24", 0, "");
	assert_says(net, ADD, "10.0.0.1/24", -EEXIST, "ipv4: Address already assigned");
	assert_says(net, NLM_F_CREATE, "10.0.0.1/24", -EEXIST, "ipv4: Address already assigned");
	assert_says(net, REPLACE, "10.0.0.1/24", 0, "");
	assert_says(net, NLM_F_REPLACE, "10.8.0.1/24", 0, "");
	assert_says(net, ADD, "10.0.0.9/24 scope host", -EINVAL, "ipv4: Invalid scope value");
	assert_says(net, ADD, "10.0.0.9/33", -EINVAL, "ipv4: Invalid prefix length");
	assert_says(net, ADD, "10.7.7.7/24 lft 10 20", -EINVAL, "ipv4: address lifetime invalid");
	assert_says(net, ADD, "0.0.0.0/0", 0, "");
	assert_int_equal(inet_addr_del(net, &absent, &ack), -EADDRNOTAVAIL);
	assert_string_equal(ack.msg, "ipv4: Address not found");
	absent.dev = NULL;
	assert_int_equal(inet_addr_del(net, &absent, &ack), -ENODEV);
	assert_addrs(net, "d0", "10.0.0.1/24 scope global d0\n10.8.0.1/24 scope global d0");
}

static void test_delete_without_a_length_takes_what_fits(void **state)
{
	struct net *net = *state;
	struct ifaddr wild = { .dev = ip4net_dev(net, "d0"),
			       .local = inaddr_v4(ip4_addr("10.0.0.1")),
			       .prefixlen = 32 };

	addr_add(net, "d0", "10.0.0.1/24");
	addr_add(net, "d0", "10.0.1.1/24 label d0:a");
	assert_int_equal(inet_addr_del(net, &wild, NULL), 0);
	wild.local = inaddr_v4(0);
	strcpy(wild.label, "d0:b");
	assert_int_equal(inet_addr_del(net, &wild, NULL), -EADDRNOTAVAIL);
	strcpy(wild.label, "d0:a");
	assert_int_equal(inet_addr_del(net, &wild, NULL), 0);
	assert_addrs(net, "d0", "");
}

static void test_metric_can_be_changed(void **state)
{
	struct net *net = *state;

	ip4net_dev(net, "d0");
	addr_add(net, "d0", "10.0.0.1/24");
	assert_says(net, REPLACE, "10.0.0.1/24 metric 9", 0, "");
	assert_addrs(net, "d0", "10.0.0.1/24 metric 9 scope global d0");
	assert_routes(net, RT_TABLE_MAIN,
		      "10.0.0.0/24 dev d0 proto kernel scope link src 10.0.0.1 metric 9");
}

static void test_lifetimes_run_out(void **state)
{
	struct net *net = *state;

	ip4net_dev(net, "d0");
	addr_add(net, "d0", "10.0.0.1/24 lft 10 5");
	assert_addrs(net, "d0", "10.0.0.1/24 scope global dynamic d0");
	testnet_advance(net, sec_to_ktime(4));
	assert_addrs(net, "d0", "10.0.0.1/24 scope global dynamic d0");
	testnet_advance(net, sec_to_ktime(2));
	assert_addrs(net, "d0", "10.0.0.1/24 scope global deprecated dynamic d0");
	/* Renewed, it counts from now. */
	assert_says(net, REPLACE, "10.0.0.1/24 lft 10 10", 0, "");
	testnet_advance(net, sec_to_ktime(9));
	assert_addrs(net, "d0", "10.0.0.1/24 scope global dynamic d0");
	testnet_advance(net, sec_to_ktime(2));
	assert_addrs(net, "d0", "");
	assert_routes(net, RT_TABLE_MAIN, "");
}

static void test_a_lifetime_may_become_endless(void **state)
{
	struct net *net = *state;

	ip4net_dev(net, "d0");
	addr_add(net, "d0", "10.0.0.1/24 lft 10 5");
	assert_says(net, REPLACE, "10.0.0.1/24", 0, "");
	testnet_advance(net, sec_to_ktime(100));
	assert_addrs(net, "d0", "10.0.0.1/24 scope global d0");
}

static void test_labels_follow_the_name(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = ip4net_dev(net, "d0");

	addr_add(net, "d0", "10.0.0.1/24");
	addr_add(net, "d0", "10.0.1.1/24 label d0:alias");
	assert_int_equal(netdev_rename(d0, "wan7", NULL), 0);
	assert_addrs(net, "wan7",
		     "10.0.0.1/24 scope global wan7\n10.0.1.1/24 scope global wan7:alias");
}

static void test_an_mtu_below_68_ends_ipv4_on_the_device(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = ip4net_dev(net, "d0");

	addr_add(net, "d0", "10.0.0.1/24");
	d0->min_mtu = 0;
	assert_int_equal(netdev_set_mtu(d0, 60, NULL), 0);
	assert_null(in_dev_get(d0));
	assert_routes(net, RT_TABLE_LOCAL, LO_ROUTES);
	assert_says(net, ADD, "10.0.0.1/24", -ENODEV, "ipv4: Device not found");
	assert_int_equal(netdev_set_mtu(d0, 1500, NULL), 0);
	addr_add(net, "d0", "10.0.0.1/24");
}

/* Choosing ------------------------------------------------------------------------------------- */

static void test_source_address_is_chosen_by_scope_and_subnet(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = ip4net_dev(net, "d0"), *d1 = ip4net_dev(net, "d1");

	addr_add(net, "d0", "10.0.0.1/24");
	addr_add(net, "d0", "10.0.0.2/24");
	addr_add(net, "d0", "10.0.1.1/24");
	addr_add(net, "d0", "169.254.0.1/16 scope link");
	assert_string_equal(ip4_text(inet_select_addr(net, d0, 0, RT_SCOPE_UNIVERSE)), "10.0.0.1");
	assert_string_equal(ip4_text(inet_select_addr(net, d0, ip4_addr("10.0.1.7"),
						      RT_SCOPE_UNIVERSE)),
			    "10.0.1.1");
	assert_string_equal(ip4_text(inet_select_addr(net, d0, 0, RT_SCOPE_LINK)), "169.254.0.1");
	/* Another device's will do, but not of loopback's scope. */
	assert_string_equal(ip4_text(inet_select_addr(net, d1, 0, RT_SCOPE_UNIVERSE)), "10.0.0.1");
	assert_string_equal(ip4_text(inet_select_addr(net, net->loopback, 0, RT_SCOPE_HOST)),
			    "127.0.0.1");
	assert_int_equal(inet_confirm_addr(net, d0, 0, ip4_addr("10.0.1.1"), RT_SCOPE_HOST),
			 ip4_addr("10.0.1.1"));
	assert_int_equal(inet_confirm_addr(net, d1, 0, ip4_addr("10.0.1.1"), RT_SCOPE_HOST), 0);
	assert_int_equal(inet_confirm_addr(net, NULL, 0, ip4_addr("10.0.1.1"), RT_SCOPE_HOST),
			 ip4_addr("10.0.1.1"));
	assert_int_equal(inet_confirm_addr(net, d0, ip4_addr("10.0.1.9"), ip4_addr("10.0.0.1"),
					   RT_SCOPE_HOST),
			 0);
	assert_int_equal(inet_confirm_addr(net, d0, ip4_addr("10.0.0.9"), ip4_addr("10.0.0.1"),
					   RT_SCOPE_HOST),
			 ip4_addr("10.0.0.1"));
}

static void test_many_addresses(void **state)
{
	struct net *net = *state;
	struct ifaddr ifa = { .dev = ip4net_dev(net, "d0"), .prefixlen = 32 };
	unsigned i;

	for (i = 0; i < 500; i++) {
		ifa.local = inaddr_v4(htonl(0x0a000000 + i * 3));
		ifa.address = ifa.local;
		assert_int_equal(inet_addr_add(net, &ifa, ADD, NULL), 0);
	}
	for (i = 0; i < 1500; i++)
		assert_int_equal(!!inet_addr_find(net, htonl(0x0a000000 + i), NULL), i % 3 == 0);
	assert_null(inet_addr_find(net, htonl(0x0a000000), net->loopback));
	netdev_unregister(ifa.dev);
	for (i = 0; i < 1500; i++)
		assert_null(inet_addr_find(net, htonl(0x0a000000 + i), NULL));
	assert_routes(net, 0, LO_ROUTES);
}

/* As with the kernel: until something is set for them, or they have an address; forwarding never. */
static void test_devices_follow_the_default_settings(void **state)
{
	struct net *net = *state;
	struct ipv4_devconf *dflt = ipv4_conf_default(net);
	struct ipv4_devconf *d0 = ipv4_conf(net, ip4net_dev(net, "d0"));
	struct ipv4_devconf *d1 = ipv4_conf(net, ip4net_dev(net, "d1"));

	d1->rp_filter = 1;
	ipv4_conf_changed(net, d1, &d1->rp_filter, 0);
	dflt->rp_filter = 2;
	ipv4_conf_changed(net, dflt, &dflt->rp_filter, 0);
	assert_int_equal(d0->rp_filter, 2);
	assert_int_equal(d1->rp_filter, 1);
	dflt->forwarding = 1;
	ipv4_conf_changed(net, dflt, &dflt->forwarding, 0);
	assert_int_equal(d0->forwarding, 0);
	addr_add(net, "d0", "10.0.0.1/24");
	dflt->proxy_arp = 1;
	ipv4_conf_changed(net, dflt, &dflt->proxy_arp, 0);
	assert_int_equal(d0->proxy_arp, 0);
	assert_int_equal(d1->proxy_arp, 1);
}

static void set_promotion(struct net *net)
{
	struct ipv4_devconf *all = ipv4_conf(net, NULL);

	all->promote_secondaries = 1;
	ipv4_conf_changed(net, all, &all->promote_secondaries, 0);
}

static void test_a_secondary_takes_the_place_of_its_primary(void **state)
{
	struct net *net = *state;

	ip4net_dev(net, "d0");
	set_promotion(net);
	addr_add(net, "d0", "10.0.0.1/24 brd 10.0.0.255");
	addr_add(net, "d0", "10.1.0.1/24");
	addr_add(net, "d0", "10.0.0.2/24 brd 10.0.0.255");
	addr_add(net, "d0", "10.0.0.3/24");
	route_add(net, "1.0.0.0/8 via 10.0.0.9");
	route_add(net, "2.0.0.0/8 via 10.1.0.9 src 10.0.0.2");
	addr_del(net, "d0", "10.0.0.1/24");
	assert_addrs(net, "d0",
		     "10.1.0.1/24 scope global d0\n10.0.0.2/24 brd 10.0.0.255 scope global d0\n"
		     "10.0.0.3/24 scope global secondary d0");
	assert_routes(net, RT_TABLE_MAIN,
		      "1.0.0.0/8 via 10.0.0.9 dev d0\n"
		      "2.0.0.0/8 via 10.1.0.9 dev d0 src 10.0.0.2\n"
		      "10.0.0.0/24 dev d0 proto kernel scope link src 10.0.0.2\n"
		      "10.1.0.0/24 dev d0 proto kernel scope link src 10.1.0.1");
	assert_routes(
		net, RT_TABLE_LOCAL,
		"local 10.0.0.2 dev d0 proto kernel scope host src 10.0.0.2\n"
		"local 10.0.0.3 dev d0 proto kernel scope host src 10.0.0.2\n"
		"broadcast 10.0.0.255 dev d0 proto kernel scope link src 10.0.0.2\n"
		"local 10.1.0.1 dev d0 proto kernel scope host src 10.1.0.1\n"
		"broadcast 10.1.0.255 dev d0 proto kernel scope link src 10.1.0.1\n" LO_ROUTES);
	addr_del(net, "d0", "10.0.0.2/24");
	addr_del(net, "d0", "10.0.0.3/24");
	assert_addrs(net, "d0", "10.1.0.1/24 scope global d0");
}

/* The routes of the others name the new primary, although the old one's address is still ours. */
static void test_promotion_while_another_device_has_the_address(void **state)
{
	struct net *net = *state;

	ip4net_dev(net, "d0");
	ip4net_dev(net, "d1");
	set_promotion(net);
	addr_add(net, "d0", "10.0.0.1/24");
	addr_add(net, "d0", "10.0.0.2/24");
	addr_add(net, "d1", "10.0.0.1/32");
	addr_del(net, "d0", "10.0.0.1/24");
	assert_routes(
		net, RT_TABLE_LOCAL,
		"local 10.0.0.1 dev d1 proto kernel scope host src 10.0.0.1\n"
		"local 10.0.0.2 dev d0 proto kernel scope host src 10.0.0.2\n"
		"broadcast 10.0.0.255 dev d0 proto kernel scope link src 10.0.0.2\n" LO_ROUTES);
}

int main(void)
{
#define TEST_CASE(fn) cmocka_unit_test_setup_teardown(fn, ip4net_setup, ip4net_teardown)
	const struct CMUnitTest tests[] = {
		TEST_CASE(test_loopback_gets_its_address_when_it_comes_up),
		TEST_CASE(test_only_the_local_route_while_the_device_is_down),
		TEST_CASE(test_order_of_addresses_and_their_routes),
		TEST_CASE(test_a_primary_takes_its_secondaries_along),
		TEST_CASE(test_routes_that_another_address_needs_stay),
		TEST_CASE(test_what_is_said_to_bad_commands),
		TEST_CASE(test_delete_without_a_length_takes_what_fits),
		TEST_CASE(test_metric_can_be_changed),
		TEST_CASE(test_lifetimes_run_out),
		TEST_CASE(test_a_lifetime_may_become_endless),
		TEST_CASE(test_labels_follow_the_name),
		TEST_CASE(test_an_mtu_below_68_ends_ipv4_on_the_device),
		TEST_CASE(test_source_address_is_chosen_by_scope_and_subnet),
		TEST_CASE(test_many_addresses),
		TEST_CASE(test_devices_follow_the_default_settings),
		TEST_CASE(test_promotion_while_another_device_has_the_address),
		TEST_CASE(test_a_secondary_takes_the_place_of_its_primary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
