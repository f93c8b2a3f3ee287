/* SPDX-License-Identifier: BSD-2-Clause */
/* The source address by the rules of RFC 6724 5, with the examples of its 10.1 where there is a rule in them. */
#include <errno.h>
#include <linux/in6.h> /* before the C library's netinet/in.h */
#include "tests/unit/ip6routes.h"

/* What is chosen for @daddr by d0 (@dev NULL: not known). */
static void assert_source(struct net *net, const char *dev, const char *daddr, unsigned prefs,
			  const char *expected)
{
	const union inaddr to = ip6(daddr);
	union inaddr src;
	int err = addrconf_select_source(net, dev ? dev_of(net, dev) : NULL, &to, prefs, &src);

	assert_int_equal(err, 0);
	assert_string_equal(ip6_text(&src), expected);
}

static struct ifaddr *addr(struct net *net, const char *text)
{
	const union inaddr a = ip6(text);
	struct ifaddr *ifa = addrconf_find(net, &a, NULL);

	assert_non_null(ifa);
	return ifa;
}

static void test_rule_1_the_same_address(void **state)
{
	struct net *net = *state;

	addr6_add(net, "d0", "2001:db8:1::2/64", 0);
	addr6_add(net, "d0", "2001:db8:1::3/64", 0);
	assert_source(net, "d0", "2001:db8:1::2", 0, "2001:db8:1::2");
	assert_source(net, "d0", "2001:db8:2::1", 0, "2001:db8:2::1");
	assert_source(net, "lo", "::1", 0, "::1");
}

/* RFC 6724 10.1: the first four examples. */
static void test_rule_2_the_scope(void **state)
{
	struct net *net = *state;

	assert_source(net, "d0", "2001:db8:7::1", 0, "2001:db8:1::1");
	assert_source(net, "d0", "ff05::1", 0, "2001:db8:1::1");
	assert_source(net, "d0", "ff02::1", 0, "fe80::ff:fe00:1");
	assert_source(net, "d1", "fe80::1", 0, "fe80::ff:fe00:2");
	addr6_add(net, "d0", "fec0::1/64", 0);
	assert_source(net, "d0", "fec0:0:0:9::1", 0, "fec0::1");
	assert_source(net, "d0", "2001:db8:7::1", 0, "2001:db8:1::1");
	/* Nothing wide enough: the widest. */
	addr6_del(net, "d0", "2001:db8:1::1/64");
	addr6_del(net, "d1", "2001:db8:2::1/64");
	assert_source(net, "d0", "2001:db8:7::1", 0, "fec0::1");
	addr6_del(net, "d0", "fec0::1/64");
	assert_source(net, "d0", "2001:db8:7::1", 0, "fe80::ff:fe00:1");
}

static void test_rule_3_deprecated_and_optimistic_ones_are_avoided(void **state)
{
	struct net *net = *state;

	addr6_add(net, "d0", "2001:db8:7::1/64", 0);
	assert_source(net, "d0", "2001:db8:7::9", 0, "2001:db8:7::1");
	addr(net, "2001:db8:7::1")->flags |= IFA_F_DEPRECATED;
	assert_source(net, "d0", "2001:db8:7::9", 0, "2001:db8:1::1");
	/* Still better than one of the wrong scope. */
	addr(net, "2001:db8:1::1")->flags |= IFA_F_DEPRECATED;
	addr(net, "2001:db8:2::1")->flags |= IFA_F_DEPRECATED;
	assert_source(net, "d0", "2001:db8:7::9", 0, "2001:db8:7::1");
	addr(net, "2001:db8:7::1")->flags &= ~IFA_F_DEPRECATED;
	addr(net, "2001:db8:1::1")->flags &= ~IFA_F_DEPRECATED;
	/* RFC 4429: optimistic. */
	addr(net, "2001:db8:7::1")->flags |= IFA_F_OPTIMISTIC | IFA_F_TENTATIVE;
	assert_source(net, "d0", "2001:db8:7::9", 0, "2001:db8:1::1");
	dev6_set(net, dev_of(net, "d0"), use_optimistic, 1);
	assert_source(net, "d0", "2001:db8:7::9", 0, "2001:db8:7::1");
}

static void test_what_is_tentative_or_a_duplicate_is_no_candidate(void **state)
{
	struct net *net = *state;

	addr6_add(net, "d0", "2001:db8:7::1/64", 0);
	addr(net, "2001:db8:7::1")->flags |= IFA_F_TENTATIVE;
	assert_source(net, "d0", "2001:db8:7::9", 0, "2001:db8:1::1");
	assert_source(net, "d0", "2001:db8:7::1", 0, "2001:db8:1::1");
	addr(net, "2001:db8:7::1")->flags = IFA_F_DADFAILED | IFA_F_PERMANENT;
	assert_source(net, "d0", "2001:db8:7::9", 0, "2001:db8:1::1");
}

static void test_rule_4_home_addresses(void **state)
{
	struct net *net = *state;

	addr6_add(net, "d0", "2001:db8:7::1/64", IFA_F_HOMEADDRESS);
	assert_source(net, "d0", "2001:db8:1::9", 0, "2001:db8:7::1");
	assert_source(net, "d0", "2001:db8:1::9", IPV6_PREFER_SRC_COA, "2001:db8:1::1");
}

static void test_rule_5_the_outgoing_device(void **state)
{
	struct net *net = *state;

	assert_source(net, "d0", "2001:db8:2::9", 0, "2001:db8:1::1");
	assert_source(net, "d1", "2001:db8:1::9", 0, "2001:db8:2::1");
	assert_source(net, NULL, "2001:db8:2::9", 0, "2001:db8:2::1");
	/* A device without a fitting address borrows; unless told not to. */
	addr6_del(net, "d0", "2001:db8:1::1/64");
	assert_source(net, "d0", "2001:db8:1::9", 0, "2001:db8:2::1");
	dev6_set(net, dev_of(net, "d0"), use_oif_addrs_only, 1);
	assert_source(net, "d0", "2001:db8:1::9", 0, "fe80::ff:fe00:1");
}

/* RFC 6724 10.1: Destination: 2001:db8:1::d5e3:7953:13eb:22e8, 2002:c633:6401::d5e3:7953:13eb:22e8 */
static void test_rule_6_the_label(void **state)
{
	struct net *net = *state;

	addr6_add(net, "d0", "2002:c633:6401::1/64", 0);
	addr6_add(net, "d0", "fd00:1::1/64", 0);
	assert_source(net, "d0", "2002:c633:6401::d5e3:7953:13eb:22e8", 0, "2002:c633:6401::1");
	assert_source(net, "d0", "2001:db8:1::d5e3:7953:13eb:22e8", 0, "2001:db8:1::1");
	assert_source(net, "d0", "fd00:2::1", 0, "fd00:1::1");
	/* 6to4 shares more bits with 2003::1, but has another label. */
	assert_source(net, "d0", "2003::1", 0, "2001:db8:1::1");
}

static void test_rule_7_temporary_addresses(void **state)
{
	struct net *net = *state;

	addr6_add(net, "d0", "2001:db8:1::5/64", 0);
	addr(net, "2001:db8:1::5")->flags |= IFA_F_TEMPORARY;
	assert_source(net, "d0", "2001:db8:1::4", 0, "2001:db8:1::1");
	/* RFC 5014: a socket's wish. */
	assert_source(net, "d0", "2001:db8:1::4", IPV6_PREFER_SRC_TMP, "2001:db8:1::5");
	dev6_set(net, dev_of(net, "d0"), use_tempaddr, 2);
	assert_source(net, "d0", "2001:db8:1::4", 0, "2001:db8:1::5");
	assert_source(net, "d0", "2001:db8:1::4", IPV6_PREFER_SRC_PUBLIC, "2001:db8:1::1");
	/* Without a fitting temporary one there is no choice. */
	assert_source(net, "d1", "2001:db8:1::4", IPV6_PREFER_SRC_TMP, "2001:db8:2::1");
}

/* RFC 6724 10.1: Destination: 2001:db8:1::1, candidates 2001:db8:1::2 and 2001:db8:3::2 */
static void test_rule_8_the_longest_prefix(void **state)
{
	struct net *net = *state;

	addr6_add(net, "d0", "2001:db8:3::2/64", 0);
	assert_source(net, "d0", "2001:db8:1::7", 0, "2001:db8:1::1");
	assert_source(net, "d0", "2001:db8:3::7", 0, "2001:db8:3::2");
	/* Not beyond the prefix of the address: then the first of the device, which is the newest. */
	addr6_add(net, "d0", "2001:db8:3::8/64", 0);
	assert_source(net, "d0", "2001:db8:3::3", 0, "2001:db8:3::8");
}

static void test_orchids_go_with_orchids(void **state)
{
	struct net *net = *state;

	addr6_add(net, "d0", "2001:10::1/64", 0);
	assert_source(net, "d0", "2001:10:1::1", 0, "2001:10::1");
	assert_source(net, "d0", "2001:db8:9::1", 0, "2001:db8:1::1");
}

static void test_without_any_address_there_is_none(void **state)
{
	struct net *net = *state;
	const union inaddr to = ip6("fe80::1");
	union inaddr src;

	addr6_del(net, "d0", "fe80::ff:fe00:1/64");
	addr6_del(net, "d0", "2001:db8:1::1/64");
	assert_int_equal(addrconf_select_source(net, dev_of(net, "d0"), &to, 0, &src),
			 -EADDRNOTAVAIL);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, ip6routes_setup, ip6routes_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rule_1_the_same_address),
		TEST(test_rule_2_the_scope),
		TEST(test_rule_3_deprecated_and_optimistic_ones_are_avoided),
		TEST(test_what_is_tentative_or_a_duplicate_is_no_candidate),
		TEST(test_rule_4_home_addresses),
		TEST(test_rule_5_the_outgoing_device),
		TEST(test_rule_6_the_label),
		TEST(test_rule_7_temporary_addresses),
		TEST(test_rule_8_the_longest_prefix),
		TEST(test_orchids_go_with_orchids),
		TEST(test_without_any_address_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
