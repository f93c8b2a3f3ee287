/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of devices: what the kernel does, checked against it by hand (Linux 6.18). */
#include "stack/ipv6/addrconf.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <stdio.h>
#include "stack/link/ethernet.h"
#include "tests/unit/ndrig.h"

#define LL     "fe80::ff:fe00:1/64"
#define NEW    (NLM_F_CREATE | NLM_F_EXCL)
#define CHANGE NLM_F_REPLACE
#define LOCAL  RT_TABLE_LOCAL
#define MAIN   RT_TABLE_MAIN

static void down(void)
{
	assert_int_equal(netdev_change_flags(nd.dev, 0, IFF_UP, NULL), 0);
}

static void up(void)
{
	assert_int_equal(netdev_change_flags(nd.dev, IFF_UP, IFF_UP, NULL), 0);
}

static void assert_refused(unsigned nlflags, const char *text, int err, const char *words)
{
	struct extack ack = { .msg = "" };

	assert_int_equal(nd_addr(nlflags, &ack, text), err);
	assert_string_equal(ack.msg, words);
}

static void test_devices_come_with_their_first_addresses(void **state)
{
	(void)state;
	assert_addrs6(LL);
	assert_route6(MAIN, "fe80::/64 dev d1 metric 256");
	assert_route6(LOCAL, "local fe80::ff:fe00:1 dev d1 metric 0");
	assert_route6(LOCAL, "multicast ff00::/8 dev d1 metric 256");
	assert_route6(LOCAL, "local ::1 dev lo metric 0");
	assert_no_route6(LOCAL, "multicast ff00::/8 dev lo metric 256");
	assert_true(is_member("ff02::1"));
	assert_true(is_member("ff02::1:ff00:1"));
	assert_true(addrconf_is_local(nd.net, &IN6_LOOPBACK, nd.net->loopback));
}

static void test_addresses_are_shown_by_scope_the_newest_first(void **state)
{
	(void)state;
	nd_addr_add("2001:db8::1/64 nodad");
	nd_addr_add("2001:db8::2/64 nodad");
	nd_addr_add("fec0::1/64 nodad");
	nd_addr_add("2001:db8:1::1/64 nodad");
	nd_addr_add("fe80::2/64 nodad");
	assert_addrs6("2001:db8:1::1/64 nodad\n2001:db8::2/64 nodad\n2001:db8::1/64 nodad\n"
		      "fec0::1/64 nodad\nfe80::2/64 nodad\n" LL);
}

static void test_refusals_are_the_kernels(void **state)
{
	struct ifaddr ifa = { .family = AF_INET6, .local = a6("2001:db8::1"), .prefixlen = 64 };
	struct extack ack;

	(void)state;
	nd_addr_add("2001:db8::1/64");
	assert_refused(NEW, "2001:db8::1/64", -EEXIST, "ipv6: address already assigned");
	assert_refused(NEW, "2001:db8::1/48", -EEXIST, "ipv6: address already assigned");
	assert_refused(NEW, "ff02::9/64", -EADDRNOTAVAIL,
		       "ipv6: Cannot assign multicast address without \"IFA_F_MCAUTOJOIN\" flag");
	assert_refused(NEW, "::/64", -EADDRNOTAVAIL, "ipv6: Invalid address");
	assert_refused(NEW, "::1/128", -EADDRNOTAVAIL,
		       "ipv6: Cannot assign loopback address on this device");
	assert_refused(NEW, "2001:db8:5::1/65 mngtmpaddr", -EINVAL,
		       "ipv6: address with \"mngtmpaddr\" flag must have a prefix length of 64");
	assert_refused(NEW, "2001:db8:5::1/129", -EINVAL, "ipv6: Invalid prefix length");
	assert_refused(NEW, "2001:db8:5::1/64 lft 10 20", -EINVAL,
		       "ipv6: address lifetime invalid");
	assert_refused(NEW, "2001:db8:5::1/64 autojoin", -EINVAL,
		       "ipv6: Multicast auto join failed");
	assert_int_equal(addrconf_addr_add(nd.net, &ifa, NEW, &ack), -ENODEV);
	assert_string_equal(ack.msg, "ipv6: Unable to find the interface");
	assert_int_equal(nd_addr_del("2001:db8::9/64"), -EADDRNOTAVAIL);
	assert_int_equal(nd_addr_del("2001:db8::1/48"), -EADDRNOTAVAIL);
	set_conf(disable_ipv6, 1);
	assert_refused(NEW, "2001:db8::7/64", -EACCES, "ipv6: IPv6 is disabled on this device");
	set_conf(disable_ipv6, 0);
	set_conf(optimistic_dad, 1);
	assert_refused(NEW, "2001:db8::7/64 nodad optimistic", -EINVAL,
		       "IFA_F_NODAD and IFA_F_OPTIMISTIC are mutually exclusive");
}

static void test_an_address_brings_its_routes_and_takes_them_along(void **state)
{
	(void)state;
	nd_addr_add("2001:db8::1/64 nodad");
	assert_route6(LOCAL, "local 2001:db8::1 dev d1 metric 0");
	assert_route6(MAIN, "2001:db8::/64 dev d1 metric 256");
	assert_int_equal(nd.addr_adds, 1);
	nd_addr_add("2001:db8::2/64 nodad");
	assert_int_equal(nd_addr_del("2001:db8::1/64"), 0);
	assert_int_equal(nd.addr_dels, 1);
	assert_no_route6(LOCAL, "local 2001:db8::1 dev d1 metric 0");
	assert_route6(MAIN, "2001:db8::/64 dev d1 metric 256"); /* the other's, too */
	assert_int_equal(nd_addr_del("2001:db8::2/64"), 0);
	assert_no_route6(MAIN, "2001:db8::/64 dev d1 metric 256");
	assert_route6(LOCAL, "multicast ff00::/8 dev d1 metric 256");
}

static void test_prefix_routes_follow_flags_and_metric(void **state)
{
	(void)state;
	nd_addr_add("2001:db8::1/64 nodad noprefixroute");
	assert_no_route6(MAIN, "2001:db8::/64 dev d1 metric 256");
	assert_int_equal(nd_addr(CHANGE, NULL, "2001:db8::1/64 nodad metric 300"), 0);
	assert_route6(MAIN, "2001:db8::/64 dev d1 metric 300");
	assert_int_equal(nd_addr(CHANGE, NULL, "2001:db8::1/64 nodad metric 400"), 0);
	assert_no_route6(MAIN, "2001:db8::/64 dev d1 metric 300");
	assert_route6(MAIN, "2001:db8::/64 dev d1 metric 400");
	assert_int_equal(nd_addr(CHANGE, NULL, "2001:db8::1/64 nodad noprefixroute"), 0);
	assert_no_route6(MAIN, "2001:db8::/64 dev d1 metric 400");
}

static void test_prefix_route_ends_with_its_last_address(void **state)
{
	(void)state;
	nd_addr_add("2001:db8::1/64 nodad lft 100 50");
	assert_route6(MAIN, "2001:db8::/64 dev d1 metric 256 expires 100");
	/* One for ever makes it for ever. */
	nd_addr_add("2001:db8::2/64 nodad");
	assert_route6(MAIN, "2001:db8::/64 dev d1 metric 256");
	assert_int_equal(nd_addr_del("2001:db8::2/64"), 0);
	assert_route6(MAIN, "2001:db8::/64 dev d1 metric 256 expires 100");
}

static void test_lifetimes_deprecate_and_end(void **state)
{
	(void)state;
	nd_addr_add("2001:db8::1/64 nodad lft 100 50");
	nd_addr_add("2001:db8::2/64 nodad lft 4294967295 0");
	assert_addrs6("2001:db8::2/64 nodad deprecated\n2001:db8::1/64 nodad 100 50\n" LL);
	seconds(49);
	assert_addrs6("2001:db8::2/64 nodad deprecated\n2001:db8::1/64 nodad 51 1\n" LL);
	nd.addr_adds = 0;
	seconds(2);
	assert_addrs6("2001:db8::2/64 nodad deprecated\n2001:db8::1/64 nodad deprecated 49 0\n" LL);
	assert_int_equal(nd.addr_adds, 1);
	/* Announced anew before its end. */
	assert_int_equal(nd_addr(CHANGE, NULL, "2001:db8::1/64 nodad lft 60 60"), 0);
	assert_addrs6("2001:db8::2/64 nodad deprecated\n2001:db8::1/64 nodad 60 60\n" LL);
	seconds(61);
	assert_addrs6("2001:db8::2/64 nodad deprecated\n" LL);
	assert_int_equal(nd.addr_dels, 1);
	assert_no_route6(LOCAL, "local 2001:db8::1 dev d1 metric 0");
}

static void test_peer_gets_a_route_of_its_own(void **state)
{
	(void)state;
	nd_addr_add("2001:db8:2::1/64 peer 2001:db8:3::2 nodad");
	assert_addrs6("2001:db8:2::1 peer 2001:db8:3::2/64 nodad\n" LL);
	assert_route6(MAIN, "2001:db8:2::/64 dev d1 metric 256");
	assert_route6(MAIN, "2001:db8:3::2 dev d1 metric 256");
	assert_int_equal(nd_addr(CHANGE, NULL, "2001:db8:2::1/64 peer 2001:db8:3::3 nodad"), 0);
	assert_no_route6(MAIN, "2001:db8:3::2 dev d1 metric 256");
	assert_route6(MAIN, "2001:db8:3::3 dev d1 metric 256");
	assert_int_equal(nd_addr_del("2001:db8:2::1/64"), 0);
	assert_no_route6(MAIN, "2001:db8:3::3 dev d1 metric 256");
}

static void test_groups_are_left_after_a_change_of_peer(void **state)
{
	(void)state;
	nd_addr_add("2001:db8:2::77/64 nodad");
	assert_true(is_member("ff02::1:ff00:77"));
	assert_int_equal(nd_addr(CHANGE, NULL, "2001:db8:2::77/64 peer 2001:db8:3::3 nodad"), 0);
	assert_true(is_member("ff02::1:ff00:77"));
	assert_int_equal(nd_addr_del("2001:db8:2::77/64"), 0);
	assert_false(is_member("ff02::1:ff00:77"));
}

static void test_down_flushes_and_up_begins_anew(void **state)
{
	(void)state;
	nd_addr_add("2001:db8::1/64 nodad");
	down();
	assert_addrs6("");
	assert_false(is_member("ff02::1:ff00:7"));
	up();
	seconds(4);
	assert_addrs6(LL);
}

static void test_addresses_can_be_kept(void **state)
{
	(void)state;
	set_conf(keep_addr_on_down, 1);
	nd_addr_add("2001:db8:9::1/64");
	nd_addr_add("2001:db8:9::5/64 nodad");
	nd_addr_add("2001:db8:9::6/64 nodad lft 1000 1000");
	seconds(4);
	down();
	assert_addrs6("2001:db8:9::5/64 nodad\n2001:db8:9::1/64 tentative");
	assert_no_route6(LOCAL, "local 2001:db8:9::5 dev d1 metric 0");
	up();
	assert_route6(LOCAL, "local 2001:db8:9::5 dev d1 metric 0");
	assert_route6(MAIN, "2001:db8:9::/64 dev d1 metric 256");
	assert_no_route6(LOCAL, "local 2001:db8:9::1 dev d1 metric 0");
	seconds(4);
	assert_route6(LOCAL, "local 2001:db8:9::1 dev d1 metric 0");
	assert_addrs6("2001:db8:9::5/64 nodad\n2001:db8:9::1/64\n" LL);
}

static void test_without_carrier_addresses_wait(void **state)
{
	(void)state;
	down();
	netdev_set_carrier(nd.dev, false);
	nd_addr_add("2001:db8:a::1/64");
	nd_addr_add("2001:db8:b::2/64 lft 100 50");
	up();
	seconds(5);
	assert_addrs6("2001:db8:b::2/64 tentative 95 45\n2001:db8:a::1/64 tentative");
	netdev_set_carrier(nd.dev, true);
	seconds(4);
	assert_addrs6("2001:db8:b::2/64 91 41\n2001:db8:a::1/64\n" LL);
	/* It goes and returns: nothing is asked again, as with the kernel. */
	forget_sent();
	netdev_set_carrier(nd.dev, false);
	netdev_set_carrier(nd.dev, true);
	seconds(5);
	assert_addrs6("2001:db8:b::2/64 86 36\n2001:db8:a::1/64\n" LL);
	assert_sent_nothing();
}

/* As by the kernel, of the beginning alone. */
static void test_listeners_are_told_when_ipv6_is_ready(void **state)
{
	(void)state;
	nd.ifinfos = 0;
	assert_int_equal(netdev_change_flags(nd.dev, 0, IFF_UP, NULL), 0);
	assert_int_equal(nd.ifinfos, 0);
	netdev_set_carrier(nd.dev, false);
	assert_int_equal(netdev_change_flags(nd.dev, IFF_UP, IFF_UP, NULL), 0);
	assert_int_equal(nd.ifinfos, 0);
	seconds(1);
	netdev_set_carrier(nd.dev, true);
	assert_int_equal(nd.ifinfos, 1);
	assert_int_equal(nd.idev->tstamp, nd.net->now);
	set_conf(disable_ipv6, 1);
	assert_int_equal(nd.ifinfos, 1);
	set_conf(disable_ipv6, 0);
	assert_int_equal(nd.ifinfos, 2);
}

static void test_small_mtu_ends_ipv6(void **state)
{
	struct extack ack;

	(void)state;
	nd_addr_add("2001:db8::1/64 nodad");
	assert_int_equal(netdev_set_mtu(nd.dev, 1279, NULL), 0);
	assert_null(in6_dev_get(nd.dev));
	assert_no_route6(MAIN, "2001:db8::/64 dev d1 metric 256");
	assert_no_route6(LOCAL, "multicast ff00::/8 dev d1 metric 256");
	assert_int_equal(nd_addr(NEW, &ack, "2001:db8::1/64"), -EINVAL);
	assert_int_equal(nd_addr_del("2001:db8::1/64"), -ENXIO);
	assert_int_equal(netdev_set_mtu(nd.dev, 1400, NULL), 0);
	nd.idev = in6_dev_get(nd.dev);
	assert_non_null(nd.idev);
	assert_int_equal(nd.idev->conf.mtu, 1400);
	seconds(4);
	assert_addrs6(LL);
}

static void test_disable_takes_addresses_and_gives_them_back(void **state)
{
	(void)state;
	nd_addr_add("2001:db8::1/64 nodad");
	set_conf(disable_ipv6, 1);
	assert_addrs6("");
	assert_no_route6(LOCAL, "multicast ff00::/8 dev d1 metric 256");
	set_conf(disable_ipv6, 0);
	seconds(4);
	assert_addrs6(LL);
	set_all(disable_ipv6, 1);
	assert_addrs6("");
	assert_int_equal(addrconf_conf_default(nd.net)->disable_ipv6, 1);
	assert_false(addrconf_is_local(nd.net, &IN6_LOOPBACK, NULL));
	set_all(disable_ipv6, 0);
	seconds(4);
	assert_addrs6(LL);
	assert_true(addrconf_is_local(nd.net, &IN6_LOOPBACK, NULL));
}

static void test_forwarding_makes_a_router(void **state)
{
	const union inaddr anycast = a6("2001:db8::");

	(void)state;
	nd_addr_add("2001:db8::1/64 nodad");
	nd_addr_add("2001:db8::2/64 nodad");
	assert_false(addrconf_is_anycast(nd.net, &anycast, NULL));
	set_all(forwarding, 1);
	assert_int_equal(nd.idev->conf.forwarding, 1);
	assert_int_equal(addrconf_conf_default(nd.net)->forwarding, 1);
	assert_true(is_member("ff02::2"));
	assert_true(is_member("ff05::2"));
	assert_true(addrconf_is_anycast(nd.net, &anycast, NULL));
	assert_true(addrconf_is_anycast(nd.net, &anycast, nd.dev));
	assert_route6(LOCAL, "anycast 2001:db8:: dev d1 metric 0");
	assert_route6(LOCAL, "anycast fe80:: dev d1 metric 0");
	/* It goes with the last address of the subnet. */
	assert_int_equal(nd_addr_del("2001:db8::1/64"), 0);
	assert_true(addrconf_is_anycast(nd.net, &anycast, NULL));
	assert_int_equal(nd_addr_del("2001:db8::2/64"), 0);
	assert_false(addrconf_is_anycast(nd.net, &anycast, NULL));
	nd_addr_add("2001:db8:1::1/127 nodad"); /* RFC 6164 */
	assert_no_route6(LOCAL, "anycast 2001:db8:1:: dev d1 metric 0");
	set_conf(forwarding, 0);
	assert_false(is_member("ff02::2"));
	assert_no_route6(LOCAL, "anycast fe80:: dev d1 metric 0");
}

static void test_link_local_address_by_mode(void **state)
{
	const union inaddr secret = a6("2001:db8:1:2:3:4:5:6");
	union inaddr stable;

	(void)state;
	assert_int_equal(conf_try(&nd.idev->conf, &nd.idev->conf.addr_gen_mode, 4), -EINVAL);
	assert_int_equal(nd.idev->conf.addr_gen_mode, IN6_ADDR_GEN_MODE_EUI64);
	/* It needs a secret. */
	assert_int_equal(addrconf_set_gen_mode(nd.dev, IN6_ADDR_GEN_MODE_STABLE_PRIVACY, NULL),
			 -EINVAL);
	assert_int_equal(addrconf_set_gen_mode(nd.dev, IN6_ADDR_GEN_MODE_NONE, NULL), 0);
	down();
	up();
	assert_addrs6("");
	assert_int_equal(addrconf_set_secret(nd.net, addrconf_conf(nd.net, NULL), &secret), -EIO);
	assert_int_equal(addrconf_set_secret(nd.net, &nd.idev->conf, &secret), 0);
	down();
	up();
	seconds(4);
	assert_true(addrconf_linklocal(nd.dev, 0, &stable));
	assert_true(addrconf_find(nd.net, &stable, nd.dev)->flags & IFA_F_STABLE_PRIVACY);
	down();
	up();
	assert_non_null(addrconf_find(nd.net, &stable, nd.dev)); /* the same again */
	nd.idev->conf.stable_secret_set = false;
	assert_int_equal(addrconf_set_gen_mode(nd.dev, IN6_ADDR_GEN_MODE_RANDOM, NULL), 0);
	down();
	up();
	assert_null(addrconf_find(nd.net, &stable, nd.dev));
	assert_true(addrconf_linklocal(nd.dev, 0, &stable));
}

static void test_mtu_is_kept_within_bounds(void **state)
{
	int32_t *mtu = &nd.idev->conf.mtu;

	(void)state;
	assert_int_equal(conf_try(&nd.idev->conf, mtu, 1000), -EINVAL);
	assert_int_equal(conf_try(&nd.idev->conf, mtu, 1600), -EINVAL);
	assert_int_equal(*mtu, 1500);
	assert_int_equal(conf_try(&nd.idev->conf, mtu, 1400), 0);
	assert_int_equal(*mtu, 1400);
}

static void test_token_is_taken_where_routers_are_heard(void **state)
{
	const union inaddr token = a6("::5"), none = a6("::");
	struct extack ack;

	(void)state;
	assert_int_equal(addrconf_set_token(nd.net->loopback, &token, &ack), -EINVAL);
	assert_string_equal(ack.msg, "ipv6: Device is loopback");
	assert_int_equal(addrconf_set_token(nd.dev, &token, &ack), -EINVAL);
	assert_string_equal(ack.msg, "ipv6: Router solicitation is disabled on device");
	set_conf(router_solicitations, 3);
	set_conf(accept_ra, 0);
	assert_int_equal(addrconf_set_token(nd.dev, &token, &ack), -EINVAL);
	assert_string_equal(ack.msg, "ipv6: Router advertisement is disabled on device");
	set_conf(accept_ra, 1);
	assert_int_equal(addrconf_set_token(nd.dev, &token, NULL), 0);
	assert_true(inaddr_equal(&nd.idev->token, &token));
	assert_int_equal(addrconf_set_token(nd.dev, &none, NULL), 0);
	assert_true(inaddr_any(&nd.idev->token));
}

/* Whatever the parameters say: else the timer would never come to an end. */
static void test_solicitations_keep_a_distance(void **state)
{
	static const int32_t intervals[] = { 0, -1, INT32_MIN };
	union inaddr token = a6("::7");
	struct sent m;

	(void)state;
	set_conf(router_solicitations, -1);
	for (size_t i = 0; i < ARRAY_SIZE(intervals); i++) {
		unsigned n = 0;

		set_conf(router_solicitation_interval, intervals[i]);
		set_conf(router_solicitation_max_interval, intervals[i]);
		assert_int_equal(addrconf_set_token(nd.dev, &token, NULL), 0);
		for (unsigned k = 0; k < 20; k++)
			net_advance(nd.net, nd.net->now + ms_to_ktime(1));
		while (nd_sent(&m))
			n += m.type == ICMP6_ROUTER_SOLICIT;
		assert_in_range(n, 1, 5);
	}
}

static void test_autojoin_joins_the_group(void **state)
{
	(void)state;
	nd_addr_add("ff02::9/64 autojoin nodad");
	assert_true(is_member("ff02::9"));
	assert_int_equal(nd_addr_del("ff02::9/64"), 0);
	assert_false(is_member("ff02::9"));
}

static void test_onlink_by_address_and_by_route(void **state)
{
	const union inaddr near = a6("2001:db8::77"), far = a6("2001:db8:1::1"), ll = a6("fe80::9");

	(void)state;
	assert_true(addrconf_onlink(nd.dev, &ll));
	assert_false(addrconf_onlink(nd.dev, &near));
	nd_addr_add("2001:db8::1/64 nodad");
	assert_true(addrconf_onlink(nd.dev, &near));
	assert_false(addrconf_onlink(nd.dev, &far));
}

static void test_many_addresses_are_found(void **state)
{
	char text[64];

	(void)state;
	for (unsigned i = 1; i <= 500; i++) {
		snprintf(text, sizeof(text), "2001:db8::%x/64 nodad noprefixroute", i);
		nd_addr_add(text);
	}
	for (unsigned i = 1; i <= 500; i++) {
		union inaddr a;

		snprintf(text, sizeof(text), "2001:db8::%x", i);
		a = a6(text);
		assert_true(addrconf_is_local(nd.net, &a, nd.dev));
	}
}

static void test_same_address_on_two_devices(void **state)
{
	struct net_device *d2 = nd_second();
	const struct ifaddr ifa = { .dev = d2,
				    .family = AF_INET6,
				    .local = a6("2001:db8::1"),
				    .prefixlen = 64,
				    .flags = IFA_F_NODAD };

	(void)state;
	nd_addr_add("2001:db8::1/64 nodad");
	assert_int_equal(addrconf_addr_add(nd.net, &ifa, NEW, NULL), 0);
	assert_ptr_equal(addrconf_find(nd.net, &ifa.local, d2)->dev, d2);
	assert_ptr_equal(addrconf_find(nd.net, &ifa.local, nd.dev)->dev, nd.dev);
	netdev_unregister(d2);
	assert_ptr_equal(addrconf_find(nd.net, &ifa.local, NULL)->dev, nd.dev);
}

static void test_new_link_address_is_announced_if_asked_for(void **state)
{
	static const uint8_t mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 9 };
	struct sent s;

	(void)state;
	assert_int_equal(netdev_set_address(nd.dev, mac, sizeof(mac), NULL), 0);
	assert_sent_nothing();
	assert_addrs6(LL); /* it stays, as with the kernel */
	set_conf(ndisc_notify, 1);
	assert_int_equal(netdev_set_address(nd.dev, (const uint8_t *)ND_STATION, ETH_ALEN, NULL),
			 0);
	assert_true(nd_sent(&s));
	assert_int_equal(s.type, ICMP6_NEIGH_ADVERT);
	assert_string_equal(s.dst, "ff02::1");
	assert_true(s.lladdr);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, nd_setup_ready, nd_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_devices_come_with_their_first_addresses),
		TEST(test_addresses_are_shown_by_scope_the_newest_first),
		TEST(test_refusals_are_the_kernels),
		TEST(test_an_address_brings_its_routes_and_takes_them_along),
		TEST(test_prefix_routes_follow_flags_and_metric),
		TEST(test_prefix_route_ends_with_its_last_address),
		TEST(test_lifetimes_deprecate_and_end),
		TEST(test_peer_gets_a_route_of_its_own),
		TEST(test_groups_are_left_after_a_change_of_peer),
		TEST(test_down_flushes_and_up_begins_anew),
		TEST(test_addresses_can_be_kept),
		TEST(test_without_carrier_addresses_wait),
		TEST(test_listeners_are_told_when_ipv6_is_ready),
		TEST(test_small_mtu_ends_ipv6),
		TEST(test_disable_takes_addresses_and_gives_them_back),
		TEST(test_forwarding_makes_a_router),
		TEST(test_link_local_address_by_mode),
		TEST(test_mtu_is_kept_within_bounds),
		TEST(test_token_is_taken_where_routers_are_heard),
		TEST(test_solicitations_keep_a_distance),
		TEST(test_autojoin_joins_the_group),
		TEST(test_onlink_by_address_and_by_route),
		TEST(test_many_addresses_are_found),
		TEST(test_same_address_on_two_devices),
		TEST(test_new_link_address_is_announced_if_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
