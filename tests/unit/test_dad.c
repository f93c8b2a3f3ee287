/* SPDX-License-Identifier: BSD-2-Clause */
/* Duplicate address detection (RFC 4862 5.4), optimistic too (RFC 4429), and asking for routers. */
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include "tests/unit/ndrig.h"

#define LL	  "fe80::ff:fe00:1"
#define SOLICITED "ff02::1:ff00:1"

/* The next message is a probe of @target. Return: its nonce. */
static uint64_t assert_probe(const char *target)
{
	struct sent s;

	assert_true(nd_sent(&s));
	assert_int_equal(s.type, ICMP6_NEIGH_SOLICIT);
	assert_string_equal(s.src, "::");
	assert_string_equal(s.target, target);
	assert_false(s.lladdr);
	return s.nonce;
}

/* A probe of another station comes in; @nonce 0: without. */
static void rx_probe(const char *target, const char *group, uint64_t nonce)
{
	uint8_t buf[64];
	struct nd_msg msg = { .icmp = { .type = ICMP6_NEIGH_SOLICIT }, .target = a6(target) };
	uint32_t len = sizeof(msg);

	memcpy(buf, &msg, sizeof(msg));
	if (nonce)
		len = opt_nonce(buf, len, nonce);
	nd_rx("::", group, NDISC_HOP_LIMIT, buf, len);
}

static void test_address_is_probed_then_used(void **state)
{
	ktime_t asked;

	(void)state;
	assert_addrs6(LL "/64 tentative");
	assert_true(is_member(SOLICITED));
	assert_no_route6(RT_TABLE_LOCAL, "local " LL " dev d1 metric 0");
	/* 5.4.2: within a second. */
	seconds(1);
	assert_int_not_equal(assert_probe(LL), 0);
	assert_sent_nothing();
	asked = nd.net->now;
	while (!addrconf_is_local(nd.net, &(union inaddr){ .q = { a6(LL).q[0], a6(LL).q[1] } },
				  nd.dev))
		tenths(1);
	assert_true(nd.net->now - asked <= sec_to_ktime(1) + ms_to_ktime(200));
	assert_addrs6(LL "/64");
	assert_route6(RT_TABLE_LOCAL, "local " LL " dev d1 metric 0");
}

static void test_the_delay_is_drawn_within_a_second(void **state)
{
	ktime_t first = -1;
	bool differ = false;

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		ktime_t start;
		struct sent s;

		netdev_change_flags(nd.dev, 0, IFF_UP, NULL);
		forget_sent();
		netdev_change_flags(nd.dev, IFF_UP, IFF_UP, NULL);
		start = nd.net->now;
		while (!nd_sent(&s))
			testnet_advance(nd.net, ms_to_ktime(10));
		assert_true(nd.net->now - start <= ms_to_ktime(1010));
		differ |= first >= 0 && first != nd.net->now - start;
		first = nd.net->now - start;
	}
	assert_true(differ);
}

static void test_dad_transmits_says_how_often(void **state)
{
	struct sent s;
	unsigned n = 0;

	(void)state;
	seconds(5);
	forget_sent();
	set_conf(router_solicitations, 0);
	seconds(10);
	forget_sent();
	set_conf(dad_transmits, 3);
	nd_addr_add("2001:db8::1/64");
	seconds(6);
	while (nd_sent(&s))
		n += s.type == ICMP6_NEIGH_SOLICIT;
	assert_int_equal(n, 3);
	set_conf(dad_transmits, 0);
	nd_addr_add("2001:db8::2/64");
	seconds(1);
	assert_sent_nothing();
	assert_addrs6("2001:db8::2/64\n2001:db8::1/64\n" LL "/64");
}

static void test_who_probes_the_same_at_the_same_time_stops_us(void **state)
{
	(void)state;
	tenths(1);
	rx_probe(LL, SOLICITED, 0);
	assert_addrs6(LL "/64 tentative dadfailed");
	assert_string_equal(nd.log, "d1: IPv6 duplicate address " LL
				    " used by 02:00:00:00:01:ee detected!");
	/* It stays so. */
	seconds(10);
	assert_addrs6(LL "/64 tentative dadfailed");
	assert_no_route6(RT_TABLE_LOCAL, "local " LL " dev d1 metric 0");
}

static void test_who_has_it_stops_us(void **state)
{
	(void)state;
	seconds(1);
	rx_na(LL, "ff02::1", LL, ND_NA_OVERRIDE, ND_STATION);
	assert_addrs6(LL "/64 tentative dadfailed");
}

static void test_own_probe_looped_back_is_no_conflict(void **state)
{
	uint64_t nonce;

	(void)state;
	seconds(1);
	nonce = assert_probe(LL);
	rx_probe(LL, SOLICITED, nonce);
	assert_addrs6(LL "/64 tentative");
	rx_probe(LL, SOLICITED, nonce ^ 1);
	assert_addrs6(LL "/64 tentative dadfailed");
}

static void test_without_enhanced_dad_there_is_no_nonce(void **state)
{
	(void)state;
	set_conf(enhanced_dad, 0);
	set_all(enhanced_dad, 0);
	netdev_change_flags(nd.dev, 0, IFF_UP, NULL);
	netdev_change_flags(nd.dev, IFF_UP, IFF_UP, NULL);
	forget_sent();
	seconds(1);
	assert_int_equal(assert_probe(LL), 0);
}

static void test_solicitations_of_a_tentative_address_are_not_answered(void **state)
{
	(void)state;
	tenths(1);
	forget_sent();
	rx_ns("fe80::9", SOLICITED, LL, ND_STATION);
	assert_sent_nothing();
	assert_addrs6(LL "/64 tentative");
}

static void test_malformed_messages_do_not_stop_us(void **state)
{
	struct nd_msg msg = { .icmp = { .type = ICMP6_NEIGH_SOLICIT }, .target = a6(LL) };
	uint8_t buf[64];

	(void)state;
	memcpy(buf, &msg, sizeof(msg));
	nd_rx("::", SOLICITED, 254, buf, sizeof(msg)); /* from afar */
	nd_rx("::", "ff02::1", NDISC_HOP_LIMIT, buf,
	      sizeof(msg)); /* not to the solicited-node group */
	nd_rx("::", SOLICITED, NDISC_HOP_LIMIT, buf, opt_lladdr(buf, sizeof(msg), 1, ND_STATION));
	buf[1] = 1; /* code */
	nd_rx("::", SOLICITED, NDISC_HOP_LIMIT, buf, sizeof(msg));
	assert_addrs6(LL "/64 tentative");
	assert_int_equal(dropped(DROP_NDISC_HOPLIMIT), 1);
	assert_int_equal(dropped(DROP_NDISC_HDR), 3);
}

static void test_accept_dad(void **state)
{
	(void)state;
	seconds(5);
	set_conf(accept_dad, 0);
	set_all(accept_dad, 1);
	nd_addr_add("2001:db8::1/64");
	assert_addrs6("2001:db8::1/64 tentative\n" LL "/64");
	set_all(accept_dad, 0);
	nd_addr_add("2001:db8::2/64");
	assert_addrs6("2001:db8::2/64\n2001:db8::1/64 tentative\n" LL "/64");
	/* 2: without the address that is made of ours, nothing. */
	set_conf(accept_dad, 2);
	netdev_change_flags(nd.dev, 0, IFF_UP, NULL);
	netdev_change_flags(nd.dev, IFF_UP, IFF_UP, NULL);
	rx_na(LL, "ff02::1", LL, 0, ND_STATION);
	assert_int_equal(nd.idev->conf.disable_ipv6, 1);
	assert_addrs6("");
}

static void test_temporary_life_of_duplicates(void **state)
{
	(void)state;
	/* Not permanent: it goes. */
	seconds(5);
	nd_addr_add("2001:db8::1/64 lft 100 100");
	rx_na("2001:db8::1", "ff02::1", "2001:db8::1", 0, ND_STATION);
	assert_addrs6(LL "/64");
	assert_int_equal(nd.addr_dels, 1);
}

static void test_opaque_identifiers_are_tried_again(void **state)
{
	const union inaddr secret = a6("::1234");
	union inaddr first, second, last;

	(void)state;
	addrconf_set_secret(nd.net, &nd.idev->conf, &secret);
	netdev_change_flags(nd.dev, 0, IFF_UP, NULL);
	netdev_change_flags(nd.dev, IFF_UP, IFF_UP, NULL);
	assert_true(addrconf_linklocal(nd.dev, 0, &first));
	rx_na(text6(&first), "ff02::1", text6(&first), 0, ND_STATION);
	/* The failed one stays, as permanent ones do, and another waits for IDGEN_DELAY. */
	assert_true(addrconf_linklocal(nd.dev, IFA_F_DADFAILED, &second));
	assert_false(inaddr_equal(&first, &second));
	forget_sent();
	tenths(9);
	assert_sent_nothing();
	seconds(4);
	assert_true(addrconf_is_local(nd.net, &second, nd.dev));
	assert_false(addrconf_is_local(nd.net, &first, nd.dev));
	/* idgen_retries: not for ever. */
	netdev_change_flags(nd.dev, 0, IFF_UP, NULL);
	netdev_change_flags(nd.dev, IFF_UP, IFF_UP, NULL);
	for (unsigned i = 0; i < 4; i++) {
		assert_true(addrconf_linklocal(nd.dev, IFA_F_DADFAILED, &last));
		rx_na(text6(&last), "ff02::1", text6(&last), 0, ND_STATION);
		tenths(11);
	}
	assert_false(addrconf_linklocal(nd.dev, IFA_F_DADFAILED, &last));
}

static void test_optimistic_address_is_used_with_care(void **state)
{
	struct sent s;

	(void)state;
	seconds(5);
	set_conf(router_solicitations, 0);
	set_conf(optimistic_dad, 1);
	forget_sent();
	nd_addr_add("2001:db8::1/64 optimistic");
	assert_addrs6("2001:db8::1/64 optimistic tentative\n" LL "/64");
	assert_route6(RT_TABLE_LOCAL, "local 2001:db8::1 dev d1 metric 0");
	/* No delay (RFC 4429 3.1), and an answer that overrides nobody (3.3). */
	tenths(1);
	assert_probe("2001:db8::1");
	rx_ns("fe80::9", SOLICITED, "2001:db8::1", ND_STATION);
	assert_true(nd_sent(&s));
	assert_int_equal(s.type, ICMP6_NEIGH_ADVERT);
	assert_int_equal(s.info & ND_NA_OVERRIDE, 0);
	seconds(2);
	assert_addrs6("2001:db8::1/64\n" LL "/64");
	rx_ns("fe80::9", SOLICITED, "2001:db8::1", ND_STATION);
	assert_true(nd_sent(&s));
	assert_int_equal(s.info & ND_NA_OVERRIDE, ND_NA_OVERRIDE);
}

static void test_optimistic_duplicate_fails(void **state)
{
	(void)state;
	seconds(5);
	set_conf(optimistic_dad, 1);
	nd_addr_add("2001:db8::1/64 optimistic");
	rx_probe("2001:db8::1", SOLICITED, 0);
	assert_addrs6("2001:db8::1/64 tentative dadfailed\n" LL "/64");
}

static void test_success_is_announced_if_asked_for(void **state)
{
	struct sent s;

	(void)state;
	seconds(5);
	set_conf(router_solicitations, 0);
	forget_sent();
	set_conf(ndisc_notify, 1);
	nd_addr_add("2001:db8::1/64");
	seconds(3);
	assert_probe("2001:db8::1");
	assert_true(nd_sent(&s));
	assert_int_equal(s.type, ICMP6_NEIGH_ADVERT);
	assert_string_equal(s.target, "2001:db8::1");
	assert_string_equal(s.dst, "ff02::1");
	assert_int_equal(s.info, ND_NA_OVERRIDE);
	assert_true(s.lladdr);
}

static void test_later_claims_do_not_undo_what_is_in_use(void **state)
{
	(void)state;
	seconds(5);
	rx_na(LL, "ff02::1", LL, ND_NA_OVERRIDE, ND_STATION);
	rx_probe(LL, SOLICITED, 0);
	assert_addrs6(LL "/64");
}

/* Routers -------------------------------------------------------------------------------------- */

/* When each router solicitation is sent, in the next @limit seconds; up to @max. */
static unsigned solicitations(ktime_t *when, unsigned max, unsigned limit)
{
	ktime_t until = nd.net->now + sec_to_ktime(limit);
	unsigned n = 0;
	struct sent s;

	while (n < max && nd.net->now < until) {
		testnet_advance(nd.net, ms_to_ktime(50));
		while (n < max && nd_sent(&s)) {
			if (s.type != ICMP6_ROUTER_SOLICIT)
				continue;
			assert_string_equal(s.src, LL);
			assert_string_equal(s.dst, "ff02::2");
			assert_true(s.lladdr);
			when[n++] = nd.net->now;
		}
	}
	return n;
}

static void test_routers_are_asked_for_ever_less_often(void **state)
{
	ktime_t when[16], gap, before = 0;

	(void)state;
	assert_int_equal(solicitations(when, 16, 40000), 16);
	assert_true(when[0] <= ms_to_ktime(2200)); /* right after DAD */
	for (unsigned i = 1; i < 16; i++) {
		gap = when[i] - when[i - 1];
		if (i == 1)
			assert_true(gap >= ms_to_ktime(3550) && gap <= ms_to_ktime(4450));
		else if (before < sec_to_ktime(1600))
			assert_true(gap > before * 18 / 10 && gap < before * 22 / 10);
		assert_true(gap <= sec_to_ktime(3961));
		before = gap;
	}
}

static void test_so_many_solicitations_and_no_more(void **state)
{
	ktime_t when[8];

	(void)state;
	set_conf(router_solicitations, 3);
	assert_int_equal(solicitations(when, 8, 1000), 3);
}

static void test_an_advertisement_ends_solicitations(void **state)
{
	ktime_t when[8];
	struct ra ra = ra_new(1800);

	(void)state;
	assert_int_equal(solicitations(when, 2, 100), 2);
	rx_ra(&ra);
	assert_int_equal(solicitations(when, 1, 1000), 0);
	assert_int_equal(nd.idev->flags & IN6_IF_RA_RCVD, IN6_IF_RA_RCVD);
}

static void test_routers_do_not_ask_for_routers(void **state)
{
	ktime_t when[1];

	(void)state;
	set_all(forwarding, 1);
	assert_int_equal(solicitations(when, 1, 100), 0);
}

static void test_the_next_identifier_waits_as_long_as_it_is_told(void **state)
{
	const union inaddr secret = a6("::1234");
	union inaddr first, second;

	(void)state;
	nd.net->ipv6->sysctl.idgen_delay = 7;
	addrconf_set_secret(nd.net, &nd.idev->conf, &secret);
	netdev_change_flags(nd.dev, 0, IFF_UP, NULL);
	netdev_change_flags(nd.dev, IFF_UP, IFF_UP, NULL);
	assert_true(addrconf_linklocal(nd.dev, 0, &first));
	rx_na(text6(&first), "ff02::1", text6(&first), 0, ND_STATION);
	assert_true(addrconf_linklocal(nd.dev, IFA_F_DADFAILED, &second));
	forget_sent();
	tenths(69);
	assert_sent_nothing();
	seconds(4);
	assert_true(addrconf_is_local(nd.net, &second, nd.dev));
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, nd_setup, nd_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_address_is_probed_then_used),
		TEST(test_the_delay_is_drawn_within_a_second),
		TEST(test_dad_transmits_says_how_often),
		TEST(test_who_probes_the_same_at_the_same_time_stops_us),
		TEST(test_who_has_it_stops_us),
		TEST(test_own_probe_looped_back_is_no_conflict),
		TEST(test_without_enhanced_dad_there_is_no_nonce),
		TEST(test_solicitations_of_a_tentative_address_are_not_answered),
		TEST(test_malformed_messages_do_not_stop_us),
		TEST(test_accept_dad),
		TEST(test_temporary_life_of_duplicates),
		TEST(test_opaque_identifiers_are_tried_again),
		TEST(test_optimistic_address_is_used_with_care),
		TEST(test_optimistic_duplicate_fails),
		TEST(test_success_is_announced_if_asked_for),
		TEST(test_later_claims_do_not_undo_what_is_in_use),
		TEST(test_routers_are_asked_for_ever_less_often),
		TEST(test_so_many_solicitations_and_no_more),
		TEST(test_an_advertisement_ends_solicitations),
		TEST(test_the_next_identifier_waits_as_long_as_it_is_told),
		TEST(test_routers_do_not_ask_for_routers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
