/* SPDX-License-Identifier: BSD-2-Clause */
/* Router advertisements (RFC 4861 6.3.4, RFC 4191, RFC 8106): what they change, and what they must not. */
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include "stack/ipv6/fib6.h"
#include "tests/unit/ndrig.h"

#define LL	"fe80::ff:fe00:1"
#define MAIN	RT_TABLE_MAIN
#define DEFAULT "::/0 via " ROUTER " dev d1 metric 1024 expires 1800"

static void test_default_router_comes_and_goes(void **state)
{
	struct ra ra = ra_new(1800), end = ra_new(0);

	(void)state;
	ra_opt(&ra, ND_OPT_SOURCE_LLADDR, 1);
	rx_ra(&ra);
	assert_route6(MAIN, DEFAULT);
	assert_true(is_router(ROUTER));
	assert_int_equal(nud_of(ROUTER), NUD_STALE);
	rx_ra(&end);
	assert_no_route6(MAIN, DEFAULT);
}

static void test_lifetime_is_renewed(void **state)
{
	struct ra ra = ra_new(1800);

	(void)state;
	rx_ra(&ra);
	seconds(100);
	assert_route6(MAIN, "::/0 via " ROUTER " dev d1 metric 1024 expires 1700");
	rx_ra(&ra);
	assert_route6(MAIN, DEFAULT);
}

static void test_flags_and_hop_limit(void **state)
{
	struct ra ra = ra_new(1800);

	(void)state;
	ra.hdr.flags = ND_RA_MANAGED | ND_RA_OTHER;
	ra.hdr.hop_limit = 50;
	rx_ra(&ra);
	assert_int_equal(nd.idev->flags & (IN6_IF_RA_MANAGED | IN6_IF_RA_OTHERCONF),
			 IN6_IF_RA_MANAGED | IN6_IF_RA_OTHERCONF);
	assert_int_equal(nd.idev->conf.hop_limit, 50);
	ra.hdr.flags = ND_RA_OTHER;
	ra.hdr.hop_limit = 0; /* not said */
	rx_ra(&ra);
	assert_int_equal(nd.idev->flags & (IN6_IF_RA_MANAGED | IN6_IF_RA_OTHERCONF),
			 IN6_IF_RA_OTHERCONF);
	assert_int_equal(nd.idev->conf.hop_limit, 50);
	set_conf(accept_ra_min_hop_limit, 64);
	ra.hdr.hop_limit = 1;
	rx_ra(&ra);
	assert_int_equal(nd.idev->conf.hop_limit, 50);
}

static void test_times_become_the_devices(void **state)
{
	struct neigh_table *tbl = ipv6_neigh_table(nd.net);
	struct ra ra = ra_new(0);

	(void)state;
	ra.hdr.retrans = htonl(2000);
	ra.hdr.reachable = htonl(60000);
	rx_ra(&ra);
	assert_int_equal(nd.idev->nd_parms->retrans_time, 2000);
	assert_int_equal(nd.idev->nd_parms->base_reachable_time, 60000);
	assert_int_equal(nd.idev->nd_parms->gc_staletime, 180);
	assert_int_equal(tbl->parms.retrans_time, 1000);
	/* Nonsense is kept within bounds, or not believed. */
	ra.hdr.retrans = htonl(1);
	ra.hdr.reachable = htonl(1);
	rx_ra(&ra);
	assert_int_equal(nd.idev->nd_parms->retrans_time, 10);
	assert_int_equal(nd.idev->nd_parms->base_reachable_time, 100);
	ra.hdr.retrans = ra.hdr.reachable = htonl(0xffffffff);
	rx_ra(&ra);
	assert_int_equal(nd.idev->nd_parms->retrans_time, 10);
	assert_int_equal(nd.idev->nd_parms->base_reachable_time, 100);
}

/* An advertisement with such flags, times (ms) and MTU (0: none) comes in: how often were listeners told of it? */
static unsigned told_of(uint8_t flags, uint32_t retrans, uint32_t reachable, uint32_t mtu)
{
	struct ra ra = ra_new(1800);

	nd.ifinfos = 0;
	ra.hdr.flags = flags;
	ra.hdr.retrans = htonl(retrans);
	ra.hdr.reachable = htonl(reachable);
	if (mtu)
		ra_mtu(&ra, mtu);
	rx_ra(&ra);
	return nd.ifinfos;
}

/* As by the kernel: the first one is no news by itself, and a time to resend always is. */
static void test_listeners_are_told_once_of_what_changed(void **state)
{
	(void)state;
	assert_int_equal(told_of(0, 0, 0, 0), 0);
	assert_int_equal(told_of(ND_RA_MANAGED, 0, 0, 0), 1);
	assert_int_equal(told_of(ND_RA_MANAGED, 0, 0, 0), 0);
	assert_int_equal(told_of(ND_RA_MANAGED, 0, 20000, 0), 1);
	assert_int_equal(told_of(ND_RA_MANAGED, 0, 20000, 0), 0);
	assert_int_equal(told_of(ND_RA_MANAGED, 500, 20000, 0), 1);
	assert_int_equal(told_of(ND_RA_MANAGED, 500, 20000, 0), 1);
	assert_int_equal(told_of(ND_RA_MANAGED, 0, 0, 1400), 1);
	assert_int_equal(told_of(ND_RA_MANAGED, 0, 0, 1400), 0);
	assert_int_equal(told_of(ND_RA_OTHER, 600, 30000, 1300), 1);
	assert_int_equal(nd.idev->tstamp, nd.net->now);
	set_conf(accept_ra, 0);
	assert_int_equal(told_of(0, 700, 40000, 1400), 0);
}

static void test_preference(void **state)
{
	struct ra ra = ra_new(1800);

	(void)state;
	ra.hdr.flags = 1 << 3;
	rx_ra(&ra);
	assert_route6(MAIN, DEFAULT " pref high");
	ra.hdr.flags = 3 << 3;
	rx_ra(&ra);
	assert_route6(MAIN, DEFAULT " pref low");
	ra.hdr.flags = 2 << 3; /* RFC 4191 2.2: reserved, as medium */
	rx_ra(&ra);
	assert_route6(MAIN, DEFAULT);
	ra.hdr.flags = 1 << 3;
	set_conf(accept_ra_rtr_pref, 0);
	rx_ra(&ra);
	assert_route6(MAIN, DEFAULT);
}

static void test_route_information(void **state)
{
	struct ra ra = ra_new(0);

	(void)state;
	ra_route(&ra, "2001:db8:1::", 48, 2, 1, 600);
	ra_route(&ra, "2001:db8:2::1", 128, 3, 0, INFINITY_LIFE_TIME);
	rx_ra(&ra);
	assert_no_route6(MAIN,
			 "2001:db8:1::/48 via " ROUTER " dev d1 metric 1024 expires 600 pref high");
	set_conf(accept_ra_rt_info_max_plen, 64);
	rx_ra(&ra);
	assert_route6(MAIN,
		      "2001:db8:1::/48 via " ROUTER " dev d1 metric 1024 expires 600 pref high");
	assert_no_route6(MAIN, "2001:db8:2::1 via " ROUTER " dev d1 metric 1024");
	set_conf(accept_ra_rt_info_max_plen, 128);
	set_conf(accept_ra_rt_info_min_plen, 64);
	rx_ra(&ra);
	assert_route6(MAIN, "2001:db8:2::1 via " ROUTER " dev d1 metric 1024");
	set_conf(accept_ra_rt_info_min_plen, 0);
	ra = ra_new(0);
	ra_route(&ra, "2001:db8:1::", 48, 2, 1, 0);
	rx_ra(&ra);
	assert_no_route6(MAIN,
			 "2001:db8:1::/48 via " ROUTER " dev d1 metric 1024 expires 600 pref high");
}

static void test_bad_route_information_is_ignored(void **state)
{
	struct route_cursor cur = { .table = MAIN };
	struct route_config cfg;
	struct ra ra = ra_new(0);
	unsigned n = 0;

	(void)state;
	set_conf(accept_ra_rt_info_max_plen, 128);
	ra_route(&ra, "2001:db8:1::", 65, 2, 0, 600); /* too short for its prefix */
	ra_route(&ra, "2001:db8:1::", 48, 1, 0, 600);
	ra_route(&ra, "2001:db8:1::", 48, 4, 0, 600); /* too long for any */
	ra_route(&ra, "2001:db8:1::", 129, 3, 0, 600);
	ra_route(&ra, "2001:db8:1::", 48, 2, 2, 600); /* RFC 4191 2.3: reserved preference */
	rx_ra(&ra);
	while (fib6_route_walk(nd.net, &cur, &cfg, 1))
		n += cfg.protocol == RTPROT_RA;
	assert_int_equal(n, 0);
}

static void test_mtu(void **state)
{
	struct ra ra = ra_new(0), small = ra_new(0), large = ra_new(0);

	(void)state;
	ra_mtu(&ra, 1400);
	ra_mtu(&small, 1279);
	ra_mtu(&large, 1501);
	rx_ra(&ra);
	assert_int_equal(nd.idev->conf.mtu, 1400);
	assert_int_equal(nd.idev->ra_mtu, 1400);
	rx_ra(&small);
	rx_ra(&large);
	assert_int_equal(nd.idev->conf.mtu, 1400);
	set_conf(accept_ra_mtu, 0);
	ra = ra_new(0);
	ra_mtu(&ra, 1300);
	rx_ra(&ra);
	assert_int_equal(nd.idev->conf.mtu, 1400);
}

static void test_programs_are_told_of_their_options(void **state)
{
	struct ra ra = ra_new(0);

	(void)state;
	ra_opt(&ra, ND_OPT_RDNSS, 3);
	ra_opt(&ra, ND_OPT_DNSSL, 2);
	ra_opt(&ra, 200, 2);
	ra_opt(&ra, ND_OPT_CAPTIVE_PORTAL, 2);
	ra_opt(&ra, ND_OPT_PREF64, 2);
	rx_ra(&ra);
	assert_int_equal(nd.useropts, 4);
	assert_int_equal(nd.last_useropt, ND_OPT_PREF64);
}

static void test_who_is_heard(void **state)
{
	struct ra ra = ra_new(1800);

	(void)state;
	set_conf(accept_ra, 0);
	rx_ra(&ra);
	assert_no_route6(MAIN, DEFAULT);
	set_conf(accept_ra, 1);
	set_conf(forwarding, 1);
	rx_ra(&ra);
	assert_no_route6(MAIN, DEFAULT);
	set_conf(accept_ra, 2);
	rx_ra(&ra);
	assert_route6(MAIN, DEFAULT);
	set_conf(forwarding, 0);
	/* It becomes a router: it was a host of this one. */
	set_conf(accept_ra, 1);
	set_conf(forwarding, 1);
	assert_no_route6(MAIN, DEFAULT);
}

static void test_restrictions(void **state)
{
	struct ra ra = ra_new(1800);

	(void)state;
	set_conf(accept_ra_defrtr, 0);
	rx_ra(&ra);
	assert_no_route6(MAIN, DEFAULT);
	set_conf(accept_ra_defrtr, 1);
	set_conf(accept_ra_min_lft, 1801);
	rx_ra(&ra);
	assert_no_route6(MAIN, DEFAULT);
	set_conf(accept_ra_min_lft, 1800);
	set_conf(ra_defrtr_metric, 77);
	rx_ra(&ra);
	assert_route6(MAIN, "::/0 via " ROUTER " dev d1 metric 77 expires 1800");
}

static void test_own_advertisements_are_not_believed(void **state)
{
	struct ra ra = ra_new(1800);

	(void)state;
	ra.src = LL;
	ra.hdr.hop_limit = 50;
	rx_ra(&ra);
	assert_int_equal(nd.idev->conf.hop_limit, 64);
	set_conf(accept_ra_from_local, 1);
	rx_ra(&ra);
	assert_int_equal(nd.idev->conf.hop_limit, 50);
	/* A route by ourselves there cannot be. */
	assert_no_route6(MAIN, "::/0 via " LL " dev d1 metric 1024 hoplimit 50 expires 1800");
}

static void test_malformed_advertisements_change_nothing(void **state)
{
	struct ra ra = ra_new(1800);
	uint8_t buf[64];

	(void)state;
	ra.src = "2001:db8::ff"; /* 6.1.2: not link-local */
	rx_ra(&ra);
	ra.src = "::";
	rx_ra(&ra);
	assert_int_equal(dropped(DROP_NDISC_HDR), 2);
	memcpy(buf, &ra.hdr, sizeof(ra.hdr));
	for (uint32_t len = 8; len < sizeof(ra.hdr); len++)
		nd_rx(ROUTER, "ff02::1", NDISC_HOP_LIMIT, buf, len);
	assert_int_equal(dropped(DROP_NDISC_HDR), sizeof(ra.hdr) - 8);
	nd_rx(ROUTER, "ff02::1", 64, buf, sizeof(ra.hdr));
	assert_int_equal(dropped(DROP_NDISC_HOPLIMIT), 1);
	/* An option without a length behind good ones: none of it counts. */
	ra = ra_new(1800);
	ra_prefix(&ra, "2001:db8::", 64, 0xc0, 3600, 1800);
	ra_opt(&ra, 1, 1);
	ra.opts[ra.len - 7] = 0;
	rx_ra(&ra);
	assert_int_equal(dropped(DROP_NDISC_HDR), 1);
	assert_no_route6(MAIN, DEFAULT);
	assert_addrs6(LL "/64");
	/* A prefix option that is too short. */
	ra = ra_new(0);
	ra_opt(&ra, ND_OPT_PREFIX, 3);
	rx_ra(&ra);
	assert_addrs6(LL "/64");
	assert_int_equal(nd.prefixes, 0);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, nd_setup_ready, nd_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_default_router_comes_and_goes),
		TEST(test_lifetime_is_renewed),
		TEST(test_flags_and_hop_limit),
		TEST(test_times_become_the_devices),
		TEST(test_listeners_are_told_once_of_what_changed),
		TEST(test_preference),
		TEST(test_route_information),
		TEST(test_bad_route_information_is_ignored),
		TEST(test_mtu),
		TEST(test_programs_are_told_of_their_options),
		TEST(test_who_is_heard),
		TEST(test_restrictions),
		TEST(test_own_advertisements_are_not_believed),
		TEST(test_malformed_advertisements_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
