/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unit tests of nlserver/rtnl_mcast.c: the groups of devices, dumped and announced, and what is refused:
 * as Linux 6.18 does.
 */
#include "tests/unit/testnl.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <arpa/inet.h> /* after the kernel's headers, which know how to stand before it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ustack/link.h>
#include <ustack/rtnetlink.h>

#include "nlserver/rtnl.h"
#include "stack/ipv4/igmp.h"

static struct testnl t;
static struct testreq r;
static const struct mc_filter any_source = { .exclude = true };

/* --- the groups ----------------------------------------------------------------------------------- */

static struct net_device *dev_of(const char *name)
{
	struct net_device *dev = netdev_by_name(t.server.net, name);

	assert_non_null(dev);
	return dev;
}

static void add_dummy(const char *name)
{
	struct ifinfomsg *ifi;

	ifi = testreq_add(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*ifi));
	ifi->ifi_flags = ifi->ifi_change = IFF_UP;
	nl_put_str(&r.m, IFLA_IFNAME, name);
	testreq_put_kind(&r, USTACK_KIND_DUMMY);
	testreq_end(&r);
	assert_int_equal(testnl_ask(&r, t.c), 0);
	testreq_init(&r);
}

static int join(const char *dev, const char *text)
{
	union inaddr group = { .q = { 0 } };

	assert_int_equal(inet_pton(AF_INET, text, &group), 1);
	return ip_mc_join(t.server.net, &group, dev_of(dev), &any_source);
}

static int leave(const char *dev, const char *text)
{
	union inaddr group = { .q = { 0 } };

	assert_int_equal(inet_pton(AF_INET, text, &group), 1);
	return ip_mc_leave(t.server.net, &group, dev_of(dev), &any_source);
}

/* Dummies "d0" and "d1", up. */
static int setup(void **state)
{
	(void)state;
	testnl_create(&t, NETLINK_ROUTE);
	testreq_init(&r);
	add_dummy("d0");
	add_dummy("d1");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	testnl_destroy(&t);
	return 0;
}

/* --- dumps ---------------------------------------------------------------------------------------- */

/* "d0 224.0.0.1", a line for each group. */
struct listing {
	uint16_t type;
	int nr;
	char text[65536];
};

static void list_one(const struct nlmsghdr *nlh, void *arg)
{
	const struct ifaddrmsg *ifm = mnl_nlmsg_get_payload(nlh);
	struct listing *l = arg;
	const struct ifa_cacheinfo *ci;
	const struct nlattr *attr;
	char group[INET_ADDRSTRLEN] = "";
	bool forever = false;

	assert_int_equal(nlh->nlmsg_type, l->type);
	assert_int_equal(ifm->ifa_family, AF_INET);
	assert_int_equal(ifm->ifa_prefixlen, 32);
	assert_int_equal(ifm->ifa_flags, IFA_F_PERMANENT);
	assert_int_equal(ifm->ifa_scope, 0);
	mnl_attr_for_each(attr, nlh, sizeof(*ifm))
	{
		if (mnl_attr_get_type(attr) == IFA_MULTICAST)
			inet_ntop(AF_INET, mnl_attr_get_payload(attr), group, sizeof(group));
		if (mnl_attr_get_type(attr) != IFA_CACHEINFO)
			continue;
		ci = mnl_attr_get_payload(attr);
		forever = ci->ifa_valid == INFINITY_LIFE_TIME &&
			  ci->ifa_prefered == INFINITY_LIFE_TIME;
	}
	assert_true(forever);
	snprintf(l->text + strlen(l->text), sizeof(l->text) - strlen(l->text), "%s %s\n",
		 netdev_by_index(t.server.net, ifm->ifa_index)->name, group);
	l->nr++;
}

static struct ifaddrmsg *begin(int family)
{
	struct ifaddrmsg *ifm = testreq_add(&r, RTM_GETMULTICAST, NLM_F_DUMP, sizeof(*ifm));

	ifm->ifa_family = family;
	return ifm;
}

static int dump(struct listing *l)
{
	*l = (struct listing){ .type = RTM_GETMULTICAST };
	testreq_end(&r);
	testreq_send(&r, t.c);
	testreq_init(&r);
	return testnl_dump(t.c, list_one, l);
}

static void test_groups_are_dumped_the_last_joined_first(void **state)
{
	struct listing l;

	(void)state;
	assert_int_equal(join("d1", "232.1.1.1"), 0);
	assert_int_equal(join("d1", "232.1.1.2"), 0);
	assert_int_equal(join("d1", "232.1.1.1"), 0);
	begin(AF_INET);
	assert_int_equal(dump(&l), 0);
	assert_string_equal(l.text, "d0 224.0.0.1\nd1 232.1.1.2\nd1 232.1.1.1\nd1 224.0.0.1\n");

	/* One that was left is not shown, though routers are still to be told. */
	assert_int_equal(leave("d1", "232.1.1.2"), 0);
	begin(AF_INET)->ifa_index = dev_of("d1")->ifindex;
	assert_int_equal(dump(&l), 0);
	assert_string_equal(l.text, "d1 232.1.1.1\nd1 224.0.0.1\n");
}

static void test_a_dump_goes_on_where_it_stopped(void **state)
{
	struct listing l;
	char group[32];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(group, sizeof(group), "232.2.%d.%d", i / 250, i % 250);
		assert_int_equal(join(i % 2 ? "d0" : "d1", group), 0);
	}
	begin(AF_INET);
	assert_int_equal(dump(&l), 0);
	assert_int_equal(l.nr, 1002);
	for (int i = 0; i < 1000; i++) {
		snprintf(group, sizeof(group), "d%d 232.2.%d.%d\n", !(i % 2), i / 250, i % 250);
		assert_non_null(strstr(l.text, group));
	}
}

static void test_what_a_dump_refuses(void **state)
{
	struct listing l;

	(void)state;
	begin(AF_UNSPEC);
	assert_int_equal(dump(&l), -EOPNOTSUPP);
	begin(AF_UNIX);
	assert_int_equal(dump(&l), -EOPNOTSUPP);
	begin(AF_INET)->ifa_index = 99;
	assert_int_equal(dump(&l), -ENODEV);
	begin(AF_INET)->ifa_prefixlen = 3;
	assert_int_equal(dump(&l), -EINVAL);
	begin(AF_INET);
	nl_put_u32(&r.m, IFA_ADDRESS, 7);
	assert_int_equal(dump(&l), -EINVAL);
	/* Old clients ask with one byte, and get all. */
	nl_client_setsockopt(t.c, NETLINK_GET_STRICT_CHK, 0);
	*(uint8_t *)testreq_add(&r, RTM_GETMULTICAST, NLM_F_DUMP, 1) = AF_INET;
	assert_int_equal(dump(&l), 0);
	assert_int_equal(l.nr, 2);
	testreq_add(&r, RTM_GETMULTICAST, 0, sizeof(struct ifaddrmsg));
	testreq_end(&r);
	assert_int_equal(testnl_ask(&r, t.c), -EOPNOTSUPP);
	testreq_init(&r);
}

/* --- notifications -------------------------------------------------------------------------------- */

static void assert_heard(struct nl_client *listener, uint16_t type, const char *want)
{
	struct listing l = { .type = type };
	struct nl_packet *p = testnl_pop(listener);

	list_one((const struct nlmsghdr *)p->data, &l);
	assert_string_equal(l.text, want);
	free(p);
}

static void test_listeners_hear_of_the_first_join_and_the_last_leave(void **state)
{
	struct nl_client *listener = testnl_client(&t, NETLINK_ROUTE, false);

	(void)state;
	nl_client_join(listener, RTNLGRP_IPV4_MCADDR);
	assert_int_equal(join("d0", "232.1.1.1"), 0);
	assert_heard(listener, RTM_NEWMULTICAST, "d0 232.1.1.1\n");
	assert_int_equal(join("d0", "232.1.1.1"), 0);
	assert_int_equal(leave("d0", "232.1.1.1"), 0);
	testnl_expect_silence(listener);
	assert_int_equal(leave("d0", "232.1.1.1"), 0);
	assert_heard(listener, RTM_DELMULTICAST, "d0 232.1.1.1\n");
	netdev_change_flags(dev_of("d0"), 0, IFF_UP, NULL);
	assert_heard(listener, RTM_DELMULTICAST, "d0 224.0.0.1\n");
	testnl_expect_silence(listener);
	nl_client_free(listener);
}

/* "d0 224.0.0.1 1": with the number of users; link-layer addresses as six numbers. */
static void list_users(const struct nlmsghdr *nlh, void *arg)
{
	const struct ifaddrmsg *ifm = mnl_nlmsg_get_payload(nlh);
	struct listing *l = arg;
	const struct nlattr *attr;
	const uint8_t *addr = NULL;
	uint32_t users = 0;
	unsigned len = 0;

	mnl_attr_for_each(attr, nlh, sizeof(*ifm))
	{
		if (mnl_attr_get_type(attr) == IFA_MULTICAST) {
			addr = mnl_attr_get_payload(attr);
			len = mnl_attr_get_payload_len(attr);
		}
		if (mnl_attr_get_type(attr) == USTACK_IFA_USERS)
			users = mnl_attr_get_u32(attr);
	}
	assert_non_null(addr);
	sprintf(l->text + strlen(l->text), "%s ",
		netdev_by_index(t.server.net, ifm->ifa_index)->name);
	for (unsigned i = 0; i < len; i++)
		sprintf(l->text + strlen(l->text), "%s%u", i ? "." : "", addr[i]);
	sprintf(l->text + strlen(l->text), " %u\n", users);
}

static void assert_users(int family, const char *want)
{
	struct listing l = { .nr = 0 };

	begin(family)->ifa_index = dev_of("d1")->ifindex;
	testreq_end(&r);
	testreq_send(&r, t.c);
	testreq_init(&r);
	assert_int_equal(testnl_dump(t.c, list_users, &l), 0);
	assert_string_equal(l.text, want);
}

static void test_users_and_link_layer_addresses(void **state)
{
	(void)state;
	assert_int_equal(join("d1", "232.1.1.1"), 0);
	assert_int_equal(join("d1", "232.1.1.1"), 0);
	assert_int_equal(join("d1", "233.1.1.1"), 0);
	assert_users(AF_INET, "d1 233.1.1.1 1\nd1 232.1.1.1 2\nd1 224.0.0.1 1\n");
	/* Both groups have one address of the link layer; IPv6 is in a group, too. */
	assert_users(AF_PACKET, "d1 1.0.94.0.0.1 1\nd1 51.51.0.0.0.1 1\nd1 1.0.94.1.1.1 2\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_groups_are_dumped_the_last_joined_first),
		TEST(test_a_dump_goes_on_where_it_stopped),
		TEST(test_what_a_dump_refuses),
		TEST(test_users_and_link_layer_addresses),
		TEST(test_listeners_hear_of_the_first_join_and_the_last_leave),
	};

	return cmocka_run_group_tests_name("rtnl_mcast", tests, NULL, NULL);
}
