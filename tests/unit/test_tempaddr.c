/* SPDX-License-Identifier: BSD-2-Clause */
/* Temporary addresses (RFC 8981): they come, are replaced in time, and go. */
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include "tests/unit/ndrig.h"

#define DAY 86400u

static int setup(void **state)
{
	nd_setup_ready(state);
	set_conf(use_tempaddr, 2);
	return 0;
}

/* The temporary addresses of d1, the newest first. */
static unsigned temps(const struct ifaddr **ret, unsigned max)
{
	const struct ifaddr *ifa;
	unsigned n = 0;

	list_for_each_entry(ifa, &nd.idev->addrs, list)
		if (ifa->flags & IFA_F_TEMPORARY && n < max)
			ret[n++] = ifa;
	return n;
}

static uint32_t left(const struct ifaddr *ifa, uint32_t lft)
{
	return lft - (nd.net->now - ifa->tstamp) / NSEC_PER_SEC;
}

static void test_a_temporary_address_goes_with_a_public_one(void **state)
{
	const union inaddr prefix = a6("2001:db8::");
	const struct ifaddr *t[4] = { NULL };

	(void)state;
	rx_prefix("2001:db8::", 30 * DAY, 7 * DAY);
	assert_int_equal(temps(t, 4), 1);
	assert_true(in6_prefix_equal(&t[0]->local, &prefix, 64));
	assert_int_not_equal(t[0]->local.q[1], a6("::ff:fe00:1").q[1]);
	/* 3.4: at most TEMP_VALID_LIFETIME, TEMP_PREFERRED_LIFETIME - DESYNC_FACTOR */
	assert_int_equal(t[0]->valid_lft, 7 * DAY);
	assert_true(t[0]->preferred_lft <= DAY && t[0]->preferred_lft >= DAY - 600);
	seconds(3);
	assert_true(ifa6_usable(t[0]) && !(t[0]->flags & IFA_F_TENTATIVE));
}

static void test_without_use_tempaddr_there_is_none(void **state)
{
	const struct ifaddr *t[1] = { NULL };

	(void)state;
	set_conf(use_tempaddr, 0);
	rx_prefix("2001:db8::", 30 * DAY, 7 * DAY);
	assert_int_equal(temps(t, 1), 0);
}

static void test_short_lives_bound_the_temporary_one(void **state)
{
	const struct ifaddr *t[1] = { NULL };

	(void)state;
	rx_prefix("2001:db8::", 3600, 1800);
	assert_int_equal(temps(t, 1), 1);
	assert_int_equal(t[0]->valid_lft, 3600);
	assert_int_equal(t[0]->preferred_lft, 1800);
	/* Not worth the effort: it would be replaced before it is in use (3.4, 5). */
	rx_prefix("2001:db8:1::", 10, 4);
	assert_int_equal(temps(t, 1), 1);
}

static void test_it_is_replaced_before_it_is_deprecated(void **state)
{
	const struct ifaddr *t[8] = { NULL };
	union inaddr first;
	unsigned n;

	(void)state;
	rx_prefix("2001:db8::", INFINITY_LIFE_TIME, INFINITY_LIFE_TIME);
	assert_int_equal(temps(t, 8), 1);
	first = t[0]->local;
	seconds(t[0]->preferred_lft - 10);
	assert_int_equal(temps(t, 8), 1);
	seconds(8);
	/* REGEN_ADVANCE before its end: the next one is in use when this one is deprecated. */
	assert_int_equal(temps(t, 8), 2);
	assert_true(inaddr_equal(&t[1]->local, &first));
	assert_false(t[1]->flags & IFA_F_DEPRECATED);
	seconds(4);
	assert_true(t[1]->flags & IFA_F_DEPRECATED);
	assert_false(t[0]->flags & (IFA_F_DEPRECATED | IFA_F_TENTATIVE));
	/* For weeks: there always is one that is preferred, and the old ones go. */
	for (unsigned day = 0; day < 21; day++) {
		seconds(DAY);
		n = temps(t, 8);
		assert_true(n >= 2 && n <= 8);
		assert_false(t[0]->flags & IFA_F_DEPRECATED);
	}
	assert_null(addrconf_find(nd.net, &first, NULL));
}

static void test_lifetimes_follow_but_do_not_grow(void **state)
{
	const struct ifaddr *t[2] = { NULL };
	uint32_t preferred;

	(void)state;
	rx_prefix("2001:db8::", 30 * DAY, 7 * DAY);
	assert_int_equal(temps(t, 2), 1);
	preferred = t[0]->preferred_lft;
	seconds(3600);
	rx_prefix("2001:db8::", 30 * DAY, 7 * DAY);
	assert_int_equal(temps(t, 2), 1);
	assert_int_equal(left(t[0], t[0]->preferred_lft), preferred - 3600);
	assert_int_equal(left(t[0], t[0]->valid_lft), 7 * DAY - 3600);
	rx_prefix("2001:db8::", 30 * DAY, 100);
	assert_int_equal(left(t[0], t[0]->preferred_lft), 100);
}

static void test_deprecated_public_address_deprecates_it(void **state)
{
	const struct ifaddr *t[2] = { NULL };

	(void)state;
	rx_prefix("2001:db8::", 30 * DAY, 7 * DAY);
	seconds(3);
	rx_prefix("2001:db8::", 30 * DAY, 0);
	seconds(1);
	assert_int_equal(temps(t, 2), 1);
	assert_true(t[0]->flags & IFA_F_DEPRECATED);
}

static void test_conflict_makes_another(void **state)
{
	const struct ifaddr *t[2] = { NULL };
	union inaddr first;

	(void)state;
	rx_prefix("2001:db8::", 30 * DAY, 7 * DAY);
	assert_int_equal(temps(t, 2), 1);
	first = t[0]->local;
	rx_na(text6(&first), "ff02::1", text6(&first), 0, ND_STATION);
	assert_int_equal(temps(t, 2), 1);
	assert_false(inaddr_equal(&t[0]->local, &first));
}

static void test_conflicts_without_end_switch_it_off(void **state)
{
	const struct ifaddr *t[2] = { NULL };

	(void)state;
	rx_prefix("2001:db8::", 30 * DAY, 7 * DAY);
	for (unsigned i = 0; i < 3; i++) {
		char addr[64];

		assert_int_equal(temps(t, 2), 1);
		snprintf(addr, sizeof(addr), "%s", text6(&t[0]->local));
		rx_na(addr, "ff02::1", addr, 0, ND_STATION);
	}
	assert_int_equal(temps(t, 2), 0);
	assert_int_equal(nd.idev->conf.use_tempaddr, -1);
	assert_string_equal(nd.log, "d1: no temporary address is free: no more are made");
}

static void test_router_cannot_make_us_make_ever_more(void **state)
{
	const struct ifaddr *t[64] = { NULL };

	(void)state;
	rx_prefix("2001:db8::", 30 * DAY, 7 * DAY);
	seconds(3);
	/* Each advertisement ends the preferred one at once, and gives it long to live. */
	for (unsigned i = 0; i < 200; i++) {
		rx_prefix("2001:db8::", 30 * DAY, 9);
		seconds(12);
	}
	assert_true(temps(t, 64) <= 17);
}

static void test_managed_by_hand(void **state)
{
	const struct ifaddr *t[2] = { NULL };

	(void)state;
	nd_addr_add("2001:db8::1/64 nodad mngtmpaddr");
	assert_int_equal(temps(t, 2), 1);
	/* No longer managed: they go. */
	assert_int_equal(nd_addr(NLM_F_REPLACE, NULL, "2001:db8::1/64 nodad"), 0);
	assert_int_equal(temps(t, 2), 0);
	assert_int_equal(nd_addr(NLM_F_REPLACE, NULL, "2001:db8::1/64 nodad mngtmpaddr"), 0);
	assert_int_equal(temps(t, 2), 1);
	assert_int_equal(nd_addr_del("2001:db8::1/64 mngtmpaddr"), 0);
	assert_int_equal(temps(t, 2), 0);
	/* Deleted without a word about them, they live on. */
	nd_addr_add("2001:db8::1/64 nodad mngtmpaddr");
	assert_int_equal(nd_addr_del("2001:db8::1/64"), 0);
	assert_int_equal(temps(t, 2), 1);
	seconds(8 * DAY);
	assert_int_equal(temps(t, 2), 0);
}

static void test_down_takes_them(void **state)
{
	const struct ifaddr *t[2] = { NULL };

	(void)state;
	set_conf(keep_addr_on_down, 1);
	rx_prefix("2001:db8::", 30 * DAY, 7 * DAY);
	netdev_change_flags(nd.dev, 0, IFF_UP, NULL);
	assert_int_equal(temps(t, 2), 0);
}

static void test_the_desync_factor_has_a_limit(void **state)
{
	const struct ifaddr *t[2] = { NULL };

	(void)state;
	set_conf(max_desync_factor, 0);
	rx_prefix("2001:db8::", 30 * DAY, 7 * DAY);
	assert_int_equal(temps(t, 2), 1);
	assert_int_equal(t[0]->preferred_lft, DAY);
	set_conf(max_desync_factor, 80000);
	rx_prefix("2001:db8:1::", 30 * DAY, 7 * DAY);
	assert_int_equal(temps(t, 2), 2);
	assert_in_range(min(t[0]->preferred_lft, t[1]->preferred_lft), DAY - 80000, DAY - 601);
}

static void test_how_many_conflicts_switch_it_off(void **state)
{
	const struct ifaddr *t[2] = { NULL };

	(void)state;
	set_conf(regen_max_retry, 1);
	rx_prefix("2001:db8::", 30 * DAY, 7 * DAY);
	assert_int_equal(temps(t, 2), 1);
	rx_na(text6(&t[0]->local), "ff02::1", text6(&t[0]->local), 0, ND_STATION);
	assert_int_equal(temps(t, 2), 0);
	assert_string_equal(nd.log, "d1: no temporary address is free: no more are made");
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, nd_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_a_temporary_address_goes_with_a_public_one),
		TEST(test_without_use_tempaddr_there_is_none),
		TEST(test_short_lives_bound_the_temporary_one),
		TEST(test_it_is_replaced_before_it_is_deprecated),
		TEST(test_lifetimes_follow_but_do_not_grow),
		TEST(test_deprecated_public_address_deprecates_it),
		TEST(test_conflict_makes_another),
		TEST(test_conflicts_without_end_switch_it_off),
		TEST(test_router_cannot_make_us_make_ever_more),
		TEST(test_managed_by_hand),
		TEST(test_down_takes_them),
		TEST(test_the_desync_factor_has_a_limit),
		TEST(test_how_many_conflicts_switch_it_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
