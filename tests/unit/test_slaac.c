/* SPDX-License-Identifier: BSD-2-Clause */
/* Prefixes that routers announce, and the addresses made of them (RFC 4862 5.5, RFC 7217). */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <stdio.h>
#include "tests/unit/ndrig.h"

#define LL   "fe80::ff:fe00:1/64"
#define ADDR "2001:db8::ff:fe00:1/64 mngtmpaddr"
#define MAIN RT_TABLE_MAIN

static void test_prefix_makes_an_address_and_a_route(void **state)
{
	(void)state;
	rx_prefix("2001:db8::", 3600, 1800);
	assert_addrs6("2001:db8::ff:fe00:1/64 mngtmpaddr tentative 3600 1800\n" LL);
	assert_route6(MAIN, "2001:db8::/64 dev d1 metric 256 expires 3600");
	assert_int_equal(nd.prefixes, 1);
	assert_int_equal(nd.last_prefix.prefixlen, 64);
	assert_int_equal(nd.last_prefix.valid_lft, 3600);
	assert_int_equal(nd.last_prefix.flags, 0xc0);
	seconds(3);
	assert_addrs6(ADDR " 3597 1797\n" LL);
	assert_route6(RT_TABLE_LOCAL, "local 2001:db8::ff:fe00:1 dev d1 metric 0");
}

static void test_lifetimes_run_out(void **state)
{
	(void)state;
	rx_prefix("2001:db8::", 100, 50);
	seconds(51);
	assert_addrs6("2001:db8::ff:fe00:1/64 mngtmpaddr deprecated 49 0\n" LL);
	seconds(50);
	assert_addrs6(LL);
}

static void test_flags_say_what_a_prefix_is_for(void **state)
{
	struct ra ra = ra_new(0);

	(void)state;
	ra_prefix(&ra, "2001:db8:1::", 64, 0x80, 3600, 1800);
	ra_prefix(&ra, "2001:db8:2::", 64, 0x40, 3600, 1800);
	rx_ra(&ra);
	assert_addrs6("2001:db8:2::ff:fe00:1/64 mngtmpaddr tentative 3600 1800\n" LL);
	assert_route6(MAIN, "2001:db8:1::/64 dev d1 metric 256 expires 3600");
	assert_no_route6(MAIN, "2001:db8:2::/64 dev d1 metric 256 expires 3600");
	assert_int_equal(nd.prefixes, 2);
}

static void test_useless_prefixes_are_ignored(void **state)
{
	struct ra ra = ra_new(0);

	(void)state;
	ra_prefix(&ra, "fe80::", 64, 0xc0, 3600, 1800);
	ra_prefix(&ra, "ff02::", 64, 0xc0, 3600, 1800);
	ra_prefix(&ra, "2001:db8:1::", 64, 0xc0, 100, 200); /* preferred longer than valid */
	ra_prefix(&ra, "2001:db8:2::", 63, 0x40, 3600, 1800);
	ra_prefix(&ra, "2001:db8:3::", 129, 0xc0, 3600, 1800);
	ra_prefix(&ra, "2001:db8:4::", 64, 0x40, 0, 0);
	rx_ra(&ra);
	assert_addrs6(LL);
	assert_int_equal(nd.prefixes, 0);
}

static void test_forged_lifetimes_end_nothing_within_two_hours(void **state)
{
	(void)state;
	rx_prefix("2001:db8::", 86400, 3600);
	seconds(3);
	/* The preferred lifetime is believed, the valid one is two hours at least. */
	rx_prefix("2001:db8::", 0, 0);
	assert_addrs6("2001:db8::ff:fe00:1/64 mngtmpaddr deprecated 7200 0\n" LL);
	/* What is left is less than that: it stays. */
	seconds(200);
	rx_prefix("2001:db8::", 10, 10);
	assert_addrs6(ADDR " 7000 10\n" LL);
	rx_prefix("2001:db8::", 8000, 20);
	assert_addrs6(ADDR " 8000 20\n" LL);
	set_conf(ra_honor_pio_life, 1);
	rx_prefix("2001:db8::", 100, 20);
	assert_addrs6(ADDR " 100 20\n" LL);
}

static void test_infinite_lifetimes(void **state)
{
	(void)state;
	rx_prefix("2001:db8::", INFINITY_LIFE_TIME, INFINITY_LIFE_TIME);
	seconds(3);
	assert_addrs6(ADDR " forever forever\n" LL);
	assert_route6(MAIN, "2001:db8::/64 dev d1 metric 256");
}

static void test_routers_do_not_touch_what_was_configured(void **state)
{
	(void)state;
	nd_addr_add("2001:db8::ff:fe00:1/64 nodad");
	rx_prefix("2001:db8::", 100, 50);
	seconds(200);
	rx_prefix("2001:db8::", 0, 0);
	assert_addrs6("2001:db8::ff:fe00:1/64 nodad\n" LL);
	assert_route6(MAIN, "2001:db8::/64 dev d1 metric 256");
}

/* Nor routes that stand for no prefix of an address of ours: to a peer, or an administrator's. */
static void test_routers_end_only_their_own_routes(void **state)
{
	struct ra ra = ra_new(0);

	(void)state;
	nd_addr_add("2001:db8:2::1/64 peer 2001:db8:3::2 nodad");
	ra_prefix(&ra, "2001:db8:3::2", 128, 0x80, 5, 5);
	rx_ra(&ra);
	seconds(10);
	assert_route6(MAIN, "2001:db8:3::2 dev d1 metric 256");
	ra = ra_new(0);
	ra_prefix(&ra, "2001:db8:3::2", 128, 0x80, 0, 0);
	rx_ra(&ra);
	assert_route6(MAIN, "2001:db8:3::2 dev d1 metric 256");
}

static void test_strangers_cannot_add_too_many(void **state)
{
	char prefix[64];

	(void)state;
	for (unsigned i = 1; i <= 100; i++) {
		snprintf(prefix, sizeof(prefix), "2001:db8:%x::", i);
		rx_prefix(prefix, 3600, 3600);
	}
	{
		unsigned n = 0;
		const struct ifaddr *ifa;

		list_for_each_entry(ifa, &nd.idev->addrs, list)
			n++;
		assert_int_equal(n, 16); /* max_addresses */
	}
}

static void test_autoconf_and_pinfo_can_be_off(void **state)
{
	(void)state;
	set_conf(autoconf, 0);
	rx_prefix("2001:db8::", 3600, 1800);
	assert_addrs6(LL);
	assert_route6(MAIN, "2001:db8::/64 dev d1 metric 256 expires 3600");
	set_conf(autoconf, 1);
	set_conf(accept_ra_pinfo, 0);
	rx_prefix("2001:db8:1::", 3600, 1800);
	assert_addrs6(LL);
	assert_no_route6(MAIN, "2001:db8:1::/64 dev d1 metric 256 expires 3600");
}

static void test_opaque_identifiers_differ_by_prefix_only(void **state)
{
	const union inaddr secret = a6("2001:db8::42");
	union inaddr p1 = a6("2001:db8:1::"), p2 = a6("2001:db8:2::"), one, two, again;
	const struct ifaddr *ifa;

	(void)state;
	assert_int_equal(addrconf_set_secret(nd.net, &nd.idev->conf, &secret), 0);
	rx_prefix("2001:db8:1::", 3600, 1800);
	ifa = list_first_entry(&nd.idev->addrs, struct ifaddr, list);
	one = ifa->local;
	assert_int_equal(ifa->flags & IFA_F_STABLE_PRIVACY, IFA_F_STABLE_PRIVACY);
	assert_true(in6_prefix_equal(&one, &p1, 64));
	rx_prefix("2001:db8:2::", 3600, 1800);
	ifa = list_first_entry(&nd.idev->addrs, struct ifaddr, list);
	two = ifa->local;
	assert_true(in6_prefix_equal(&two, &p2, 64));
	assert_int_not_equal(one.q[1], two.q[1]);
	/* It is not that of the link-layer address, and the same each time. */
	assert_int_not_equal(one.q[1], a6("::ff:fe00:1").q[1]);
	netdev_change_flags(nd.dev, 0, IFF_UP, NULL);
	netdev_change_flags(nd.dev, IFF_UP, IFF_UP, NULL);
	rx_prefix("2001:db8:1::", 3600, 1800);
	again = list_first_entry(&nd.idev->addrs, struct ifaddr, list)->local;
	assert_true(inaddr_equal(&one, &again));
}

static void test_duplicate_of_an_opaque_identifier_is_replaced(void **state)
{
	const union inaddr secret = a6("2001:db8::42");
	union inaddr first, second;

	(void)state;
	addrconf_set_secret(nd.net, &nd.idev->conf, &secret);
	rx_prefix("2001:db8:1::", 3600, 1800);
	first = list_first_entry(&nd.idev->addrs, struct ifaddr, list)->local;
	seconds(1);
	rx_na(text6(&first), "ff02::1", text6(&first), 0, ND_STATION);
	assert_null(addrconf_find(nd.net, &first, NULL));
	second = list_first_entry(&nd.idev->addrs, struct ifaddr, list)->local;
	assert_true(in6_prefix_equal(&first, &second, 64));
	seconds(4);
	assert_true(addrconf_is_local(nd.net, &second, nd.dev));
}

static void test_token_is_the_identifier(void **state)
{
	const union inaddr token = a6("::5"), other = a6("::6");

	(void)state;
	set_conf(router_solicitations, 3);
	assert_int_equal(addrconf_set_token(nd.dev, &token, NULL), 0);
	{
		struct sent s;

		assert_true(nd_sent(&s)); /* routers are asked at once */
		assert_int_equal(s.type, ICMP6_ROUTER_SOLICIT);
	}
	rx_prefix("2001:db8::", 3600, 1800);
	assert_addrs6("2001:db8::5/64 mngtmpaddr tentative 3600 1800\n" LL);
	seconds(3);
	assert_int_equal(addrconf_set_token(nd.dev, &other, NULL), 0);
	assert_addrs6(LL);
	rx_prefix("2001:db8::", 3600, 1800);
	assert_addrs6("2001:db8::6/64 mngtmpaddr tentative 3600 1800\n" LL);
}

static void test_optimistic_only_with_the_routers_address(void **state)
{
	struct ra ra = ra_new(1800);

	(void)state;
	set_conf(optimistic_dad, 1);
	rx_prefix("2001:db8:1::", 3600, 1800);
	assert_addrs6("2001:db8:1::ff:fe00:1/64 mngtmpaddr tentative 3600 1800\n" LL);
	ra_prefix(&ra, "2001:db8:2::", 64, 0xc0, 3600, 1800);
	ra_opt(&ra, ND_OPT_SOURCE_LLADDR, 1);
	rx_ra(&ra);
	assert_addrs6("2001:db8:2::ff:fe00:1/64 optimistic mngtmpaddr tentative 3600 1800\n"
		      "2001:db8:1::ff:fe00:1/64 mngtmpaddr tentative 3600 1800\n" LL);
}

/* RFC 9762: where the network would rather delegate a prefix to each host. */
static void test_prefixes_for_those_without_delegation(void **state)
{
	struct ra ra = ra_new(0);

	(void)state;
	ra_prefix(&ra, "2001:db8:1::", 64, 0x50, 3600, 1800);
	set_conf(ra_honor_pio_pflag, 1);
	rx_ra(&ra);
	assert_addrs6(LL);
	set_conf(ra_honor_pio_pflag, 0);
	rx_ra(&ra);
	assert_addrs6("2001:db8:1::ff:fe00:1/64 mngtmpaddr tentative 3600 1800\n" LL);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, nd_setup_ready, nd_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_prefix_makes_an_address_and_a_route),
		TEST(test_lifetimes_run_out),
		TEST(test_flags_say_what_a_prefix_is_for),
		TEST(test_useless_prefixes_are_ignored),
		TEST(test_forged_lifetimes_end_nothing_within_two_hours),
		TEST(test_infinite_lifetimes),
		TEST(test_routers_do_not_touch_what_was_configured),
		TEST(test_routers_end_only_their_own_routes),
		TEST(test_strangers_cannot_add_too_many),
		TEST(test_autoconf_and_pinfo_can_be_off),
		TEST(test_opaque_identifiers_differ_by_prefix_only),
		TEST(test_duplicate_of_an_opaque_identifier_is_replaced),
		TEST(test_token_is_the_identifier),
		TEST(test_prefixes_for_those_without_delegation),
		TEST(test_optimistic_only_with_the_routers_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
