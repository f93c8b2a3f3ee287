/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unit tests of nlserver/rtnl*.c: objects through messages and back, dumps with filters,
 * notifications, echo. What the stack makes of the objects is tested with the stack.
 */
#include "tests/unit/testnl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <stdlib.h>
#include <string.h>

#include <ustack/link.h>

static struct testnl t;
static struct testreq r;

/* --- requests ------------------------------------------------------------------------------------- */

static int ask(void)
{
	int err;

	testreq_end(&r);
	err = testnl_ask(&r, t.c);
	testreq_init(&r);
	return err;
}

static int add_dummy(const char *name)
{
	struct ifinfomsg *ifi;

	ifi = testreq_add(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*ifi));
	ifi->ifi_flags = ifi->ifi_change = IFF_UP;
	nl_put_str(&r.m, IFLA_IFNAME, name);
	testreq_put_kind(&r, USTACK_KIND_DUMMY);
	return ask();
}

static int index_of(const char *name)
{
	struct net_device *dev = netdev_by_name(t.server.net, name);

	assert_non_null(dev);
	return dev->ifindex;
}

static void put_ip(uint16_t attr, const char *text)
{
	uint32_t a;

	assert_int_equal(inet_pton(AF_INET, text, &a), 1);
	nl_put_u32(&r.m, attr, a);
}

static void begin_addr(uint16_t type, uint16_t flags, const char *local, int len, const char *dev)
{
	struct ifaddrmsg *ifa = testreq_add(&r, type, flags, sizeof(*ifa));

	ifa->ifa_family = AF_INET;
	ifa->ifa_prefixlen = len;
	ifa->ifa_index = index_of(dev);
	put_ip(IFA_LOCAL, local);
}

static int add_addr(const char *local, int len, const char *dev)
{
	begin_addr(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, local, len, dev);
	return ask();
}

static void begin_route(uint16_t type, uint16_t flags, const char *dst, int len)
{
	struct rtmsg *rtm = testreq_add(&r, type, flags, sizeof(*rtm));

	rtm->rtm_family = AF_INET;
	rtm->rtm_dst_len = len;
	rtm->rtm_table = RT_TABLE_MAIN;
	rtm->rtm_protocol = RTPROT_BOOT;
	rtm->rtm_type = type == RTM_NEWROUTE ? RTN_UNICAST : RTN_UNSPEC;
	rtm->rtm_scope = type == RTM_NEWROUTE ? RT_SCOPE_UNIVERSE : RT_SCOPE_NOWHERE;
	put_ip(RTA_DST, dst);
}

/* A dummy "d0", up, with 10.0.0.1/24. */
static int setup(void **state)
{
	(void)state;
	testnl_create(&t, NETLINK_ROUTE);
	testreq_init(&r);
	assert_int_equal(add_dummy("d0"), 0);
	assert_int_equal(add_addr("10.0.0.1", 24, "d0"), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	testnl_destroy(&t);
	return 0;
}

/* --- answers -------------------------------------------------------------------------------------- */

static int dump(void)
{
	return testnl_count(&r, t.c);
}

/* --- links ---------------------------------------------------------------------------------------- */

static void test_link_is_shown_as_it_was_made(void **state)
{
	const struct nlattr *tb[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1];
	const struct ifinfomsg *ifi;
	struct nl_packet *p;

	(void)state;
	testreq_add(&r, RTM_NEWLINK, NLM_F_CREATE, sizeof(*ifi));
	nl_put_str(&r.m, IFLA_IFNAME, "d1");
	nl_put(&r.m, IFLA_ADDRESS, "\2\0\0\0\0\7", 6);
	nl_put_u32(&r.m, IFLA_MTU, 1234);
	nl_put_u32(&r.m, IFLA_GROUP, 3);
	nl_put(&r.m, IFLA_IFALIAS, "an alias", 8);
	testreq_put_kind(&r, USTACK_KIND_DUMMY);
	assert_int_equal(ask(), 0);

	testreq_add(&r, RTM_GETLINK, 0, sizeof(*ifi));
	nl_put_str(&r.m, IFLA_IFNAME, "d1");
	testreq_end(&r);
	testreq_send(&r, t.c);
	p = testnl_pop(t.c);
	ifi = testnl_parse((struct nlmsghdr *)p->data, sizeof(*ifi), tb, IFLA_MAX);
	assert_int_equal(ifi->ifi_index, index_of("d1"));
	assert_int_equal(mnl_attr_get_u32(tb[IFLA_MTU]), 1234);
	assert_int_equal(mnl_attr_get_u32(tb[IFLA_GROUP]), 3);
	assert_string_equal(mnl_attr_get_str(tb[IFLA_IFALIAS]), "an alias");
	assert_memory_equal(mnl_attr_get_payload(tb[IFLA_ADDRESS]), "\2\0\0\0\0\7", 6);
	assert_int_equal(mnl_attr_get_payload_len(tb[IFLA_STATS64]),
			 sizeof(struct rtnl_link_stats64));
	nl_parse_nested(tb[IFLA_LINKINFO], NULL, IFLA_INFO_MAX, 0, info, NULL);
	assert_string_equal(mnl_attr_get_str(info[IFLA_INFO_KIND]), USTACK_KIND_DUMMY);
	free(p);
}

static void test_link_errors_are_the_kernels(void **state)
{
	(void)state;
	assert_int_equal(add_dummy("d0"), -EEXIST);
	testreq_add(&r, RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
	assert_int_equal(ask(), -ENODEV);
	testreq_add(&r, RTM_DELLINK, 0, sizeof(struct ifinfomsg));
	assert_int_equal(ask(), -EINVAL);
	testreq_add(&r, RTM_DELLINK, 0, sizeof(struct ifinfomsg));
	nl_put_str(&r.m, IFLA_IFNAME, "none");
	assert_int_equal(ask(), -ENODEV);
	testreq_add(&r, RTM_DELLINK, 0, sizeof(struct ifinfomsg));
	nl_put_str(&r.m, IFLA_IFNAME, "lo");
	assert_int_equal(ask(), -EOPNOTSUPP);
	testreq_add(&r, RTM_NEWLINK, NLM_F_CREATE, sizeof(struct ifinfomsg));
	testreq_put_kind(&r, "nosuchkind");
	assert_int_equal(ask(), -EOPNOTSUPP);
}

static void test_unknown_link_attribute_is_not_ignored(void **state)
{
	struct ifinfomsg *ifi;

	(void)state;
	ifi = testreq_add(&r, RTM_SETLINK, 0, sizeof(*ifi));
	ifi->ifi_index = index_of("d0");
	nl_put_u32(&r.m, IFLA_NET_NS_PID, 1);
	assert_int_equal(ask(), -EOPNOTSUPP);
}

/* A device whose configuration is refused is not there. */
static void test_link_that_fails_halfway_is_gone(void **state)
{
	struct ifinfomsg *ifi;

	(void)state;
	testreq_add(&r, RTM_NEWLINK, NLM_F_CREATE, sizeof(*ifi));
	nl_put_str(&r.m, IFLA_IFNAME, "d1");
	nl_put_u32(&r.m, IFLA_MASTER, index_of("d0"));
	testreq_put_kind(&r, USTACK_KIND_DUMMY);
	assert_int_equal(ask(), -EOPNOTSUPP);
	assert_null(netdev_by_name(t.server.net, "d1"));
}

static void test_pair_takes_the_peers_name(void **state)
{
	struct nlattr *info, *data, *peer;

	(void)state;
	testreq_add(&r, RTM_NEWLINK, NLM_F_CREATE, sizeof(struct ifinfomsg));
	nl_put_str(&r.m, IFLA_IFNAME, "a");
	info = nl_nest_begin(&r.m, IFLA_LINKINFO | NLA_F_NESTED);
	nl_put_str(&r.m, IFLA_INFO_KIND, "veth");
	data = nl_nest_begin(&r.m, IFLA_INFO_DATA | NLA_F_NESTED);
	peer = nl_nest_begin(&r.m, VETH_INFO_PEER | NLA_F_NESTED);
	nl_put_raw(&r.m, sizeof(struct ifinfomsg));
	nl_put_str(&r.m, IFLA_IFNAME, "b");
	nl_nest_end(&r.m, peer);
	nl_nest_end(&r.m, data);
	nl_nest_end(&r.m, info);
	assert_int_equal(ask(), 0);
	assert_int_equal(netdev_by_name(t.server.net, "a")->iflink, index_of("b"));
}

static void test_link_dump_filters_by_kind(void **state)
{
	(void)state;
	testreq_add(&r, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	assert_int_equal(dump(), 2);
	testreq_add(&r, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	testreq_put_kind(&r, USTACK_KIND_DUMMY);
	assert_int_equal(dump(), 1);
	((struct ifinfomsg *)testreq_add(&r, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg)))
		->ifi_family = AF_BRIDGE;
	assert_int_equal(dump(), 0);
}

/* Old clients ask with one byte. */
static void test_dump_with_short_header(void **state)
{
	(void)state;
	nl_client_setsockopt(t.c, NETLINK_GET_STRICT_CHK, 0);
	testreq_add(&r, RTM_GETLINK, NLM_F_DUMP, 1);
	assert_int_equal(dump(), 2);
	*(uint8_t *)testreq_add(&r, RTM_GETADDR, NLM_F_DUMP, 1) = AF_INET;
	assert_int_equal(dump(), 1);
	*(uint8_t *)testreq_add(&r, RTM_GETROUTE, NLM_F_DUMP, 1) = AF_INET;
	assert_true(dump() >= 3);
	*(uint8_t *)testreq_add(&r, RTM_GETNEIGH, NLM_F_DUMP, 1) = AF_INET;
	assert_int_equal(dump(), 0);
}

/* --- addresses ------------------------------------------------------------------------------------ */

static void test_address_errors_are_the_kernels(void **state)
{
	(void)state;
	assert_int_equal(add_addr("10.0.0.1", 24, "d0"), -EEXIST);
	begin_addr(RTM_DELADDR, 0, "10.0.0.9", 24, "d0");
	assert_int_equal(ask(), -EADDRNOTAVAIL);
	begin_addr(RTM_NEWADDR, NLM_F_CREATE, "10.0.0.9", 33, "d0");
	assert_int_equal(ask(), -EINVAL);
	begin_addr(RTM_NEWADDR, NLM_F_CREATE, "10.0.0.9", 24, "d0");
	((struct ifaddrmsg *)mnl_nlmsg_get_payload(r.m.nlh))->ifa_family = AF_INET6 + 1;
	assert_int_equal(ask(), -EOPNOTSUPP);
}

static void test_addresses_are_dumped_by_device(void **state)
{
	struct ifaddrmsg *ifa;

	(void)state;
	add_dummy("d1");
	for (uint8_t i = 1; i <= 250; i++) {
		char text[INET_ADDRSTRLEN];

		snprintf(text, sizeof(text), "10.1.0.%d", i);
		assert_int_equal(add_addr(text, 24, "d1"), 0);
	}
	ifa = testreq_add(&r, RTM_GETADDR, NLM_F_DUMP, sizeof(*ifa));
	ifa->ifa_family = AF_INET;
	assert_int_equal(dump(), 251);
	ifa = testreq_add(&r, RTM_GETADDR, NLM_F_DUMP, sizeof(*ifa));
	ifa->ifa_family = AF_INET;
	ifa->ifa_index = index_of("d0");
	assert_int_equal(dump(), 1);
	ifa = testreq_add(&r, RTM_GETADDR, NLM_F_DUMP, sizeof(*ifa));
	ifa->ifa_family = AF_INET6; /* link-local, of each */
	assert_int_equal(dump(), 2);
}

/* --- routes --------------------------------------------------------------------------------------- */

static void test_route_with_metrics_comes_back(void **state)
{
	const struct nlattr *tb[RTA_MAX + 1], *metrics[RTAX_MAX + 1];
	const struct rtmsg *rtm;
	struct nl_packet *p;
	struct nlattr *nest;

	(void)state;
	begin_route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, "192.0.2.0", 24);
	put_ip(RTA_GATEWAY, "10.0.0.2");
	nl_put_u32(&r.m, RTA_PRIORITY, 5);
	nest = nl_nest_begin(&r.m, RTA_METRICS);
	nl_put_u32(&r.m, RTAX_MTU, 1400);
	nl_nest_end(&r.m, nest);
	assert_int_equal(ask(), 0);

	testreq_add(&r, RTM_GETROUTE, 0, sizeof(*rtm));
	((struct rtmsg *)mnl_nlmsg_get_payload(r.m.nlh))->rtm_family = AF_INET;
	((struct rtmsg *)mnl_nlmsg_get_payload(r.m.nlh))->rtm_dst_len = 32;
	((struct rtmsg *)mnl_nlmsg_get_payload(r.m.nlh))->rtm_flags = RTM_F_FIB_MATCH;
	put_ip(RTA_DST, "192.0.2.9");
	testreq_end(&r);
	testreq_send(&r, t.c);
	p = testnl_pop(t.c);
	rtm = testnl_parse((struct nlmsghdr *)p->data, sizeof(*rtm), tb, RTA_MAX);
	assert_int_equal(rtm->rtm_dst_len, 24);
	assert_int_equal(rtm->rtm_protocol, RTPROT_BOOT);
	assert_int_equal(mnl_attr_get_u32(tb[RTA_PRIORITY]), 5);
	assert_int_equal(mnl_attr_get_u32(tb[RTA_OIF]), index_of("d0"));
	assert_int_equal(mnl_attr_get_u32(tb[RTA_GATEWAY]), inet_addr("10.0.0.2"));
	nl_parse_nested(tb[RTA_METRICS], NULL, RTAX_MAX, 0, metrics, NULL);
	assert_int_equal(mnl_attr_get_u32(metrics[RTAX_MTU]), 1400);
	free(p);
}

static void test_multipath_comes_back(void **state)
{
	const struct nlattr *tb[RTA_MAX + 1];
	const struct rtnexthop *back;
	struct rtnexthop *nh;
	struct nl_packet *p;
	struct nlattr *nest;

	(void)state;
	begin_route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_ECHO, "192.0.2.0", 24);
	nest = nl_nest_begin(&r.m, RTA_MULTIPATH);
	for (int i = 0; i < 3; i++) {
		nh = nl_put_raw(&r.m, sizeof(*nh));
		nh->rtnh_hops = i;
		nl_put_u32(&r.m, RTA_GATEWAY, htonl(0x0a000002 + i));
		nh->rtnh_len = sizeof(*nh) + 8;
	}
	nl_nest_end(&r.m, nest);
	testreq_end(&r);
	testreq_send(&r, t.c);
	p = testnl_pop(t.c);
	testnl_parse((struct nlmsghdr *)p->data, sizeof(struct rtmsg), tb, RTA_MAX);
	assert_int_equal(mnl_attr_get_payload_len(tb[RTA_MULTIPATH]), 3 * 16);
	back = mnl_attr_get_payload(tb[RTA_MULTIPATH]);
	for (int i = 0; i < 3;
	     i++, back = (const struct rtnexthop *)((const char *)back + back->rtnh_len)) {
		assert_int_equal(back->rtnh_hops, i);
		assert_int_equal(back->rtnh_ifindex, index_of("d0"));
	}
	free(p);
}

static void test_malformed_multipath_is_refused(void **state)
{
	struct rtnexthop *nh;
	struct nlattr *nest;

	(void)state;
	for (int len = 0; len <= 64; len++) {
		begin_route(RTM_NEWROUTE, NLM_F_CREATE, "192.0.2.0", 24);
		nest = nl_nest_begin(&r.m, RTA_MULTIPATH);
		nh = nl_put_raw(&r.m, sizeof(*nh));
		nh->rtnh_len = len;
		nl_put_u32(&r.m, RTA_GATEWAY, htonl(0x0a000002));
		nl_nest_end(&r.m, nest);
		assert_int_equal(ask() == 0, len == 16);
		begin_route(RTM_DELROUTE, 0, "192.0.2.0", 24);
		ask();
	}
}

static void test_route_errors_are_the_kernels(void **state)
{
	(void)state;
	begin_route(RTM_NEWROUTE, NLM_F_CREATE, "192.0.2.0", 24);
	put_ip(RTA_GATEWAY, "172.16.0.1");
	assert_int_equal(ask(), -ENETUNREACH);
	begin_route(RTM_DELROUTE, 0, "192.0.2.0", 24);
	assert_int_equal(ask(), -ESRCH);
	begin_route(RTM_NEWROUTE, NLM_F_REPLACE, "192.0.2.0", 24);
	put_ip(RTA_GATEWAY, "10.0.0.2");
	assert_int_equal(ask(), -ENOENT);
	begin_route(RTM_NEWROUTE, NLM_F_CREATE, "192.0.2.0", 24);
	nl_put_u32(&r.m, RTA_NH_ID, 7);
	assert_int_equal(ask(), -EINVAL);
}

static void test_route_dump_goes_on_where_it_stopped(void **state)
{
	struct rtmsg *rtm;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		uint32_t dst = htonl(0x14000000 + (i << 8));
		char text[INET_ADDRSTRLEN];

		begin_route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL,
			    inet_ntop(AF_INET, &dst, text, sizeof(text)), 24);
		put_ip(RTA_GATEWAY, "10.0.0.2");
		assert_int_equal(ask(), 0);
	}
	rtm = testreq_add(&r, RTM_GETROUTE, NLM_F_DUMP, sizeof(*rtm));
	rtm->rtm_family = AF_INET;
	rtm->rtm_protocol = RTPROT_BOOT;
	assert_int_equal(dump(), 3000);
}

/* --- neighbours ----------------------------------------------------------------------------------- */

static int neigh(uint16_t type, uint16_t flags, const char *dst, uint16_t nud, const char *mac)
{
	struct ndmsg *ndm = testreq_add(&r, type, flags, sizeof(*ndm));

	ndm->ndm_family = AF_INET;
	ndm->ndm_ifindex = index_of("d0");
	ndm->ndm_state = nud;
	put_ip(NDA_DST, dst);
	if (mac)
		nl_put(&r.m, NDA_LLADDR, mac, 6);
	return ask();
}

static void test_neighbours_come_and_go(void **state)
{
	const uint16_t create = NLM_F_CREATE | NLM_F_EXCL;

	(void)state;
	assert_int_equal(neigh(RTM_NEWNEIGH, create, "10.0.0.7", NUD_PERMANENT, "\2\0\0\0\0\1"), 0);
	assert_int_equal(neigh(RTM_NEWNEIGH, create, "10.0.0.7", NUD_PERMANENT, "\2\0\0\0\0\1"),
			 -EEXIST);
	assert_int_equal(neigh(RTM_NEWNEIGH, create, "10.0.0.8", NUD_PERMANENT, NULL), -EINVAL);
	assert_int_equal(neigh(RTM_NEWNEIGH, NLM_F_REPLACE, "10.0.0.8", NUD_STALE, "\2\0\0\0\0\1"),
			 -ENOENT);
	((struct ndmsg *)testreq_add(&r, RTM_GETNEIGH, NLM_F_DUMP, sizeof(struct ndmsg)))
		->ndm_family = AF_INET;
	assert_int_equal(dump(), 1);
	assert_int_equal(neigh(RTM_DELNEIGH, 0, "10.0.0.7", 0, NULL), 0);
	assert_int_equal(neigh(RTM_DELNEIGH, 0, "10.0.0.7", 0, NULL), -ENOENT);
}

static void test_neighbour_dump_goes_on_where_it_stopped(void **state)
{
	struct ndmsg *ndm;

	(void)state;
	for (uint8_t i = 2; i < 250; i++) {
		char text[INET_ADDRSTRLEN];

		snprintf(text, sizeof(text), "10.0.0.%d", i);
		assert_int_equal(neigh(RTM_NEWNEIGH, NLM_F_CREATE, text, NUD_PERMANENT,
				       "\2\0\0\0\0\1"),
				 0);
	}
	ndm = testreq_add(&r, RTM_GETNEIGH, NLM_F_DUMP, sizeof(*ndm));
	ndm->ndm_family = AF_INET;
	nl_put_u32(&r.m, NDA_IFINDEX, index_of("d0"));
	assert_int_equal(dump(), 248);
}

/* --- notifications -------------------------------------------------------------------------------- */

static void test_listeners_hear_of_changes(void **state)
{
	struct nl_client *listener = testnl_client(&t, NETLINK_ROUTE, false);
	const struct nlmsghdr *nlh;
	struct nl_packet *p;

	(void)state;
	nl_client_join(listener, RTNLGRP_IPV4_IFADDR);
	assert_int_equal(add_addr("10.9.0.1", 24, "d0"), 0);
	p = testnl_pop(listener);
	nlh = (const struct nlmsghdr *)p->data;
	assert_int_equal(nlh->nlmsg_type, RTM_NEWADDR);
	assert_int_equal(nlh->nlmsg_pid, t.c->portid);
	assert_int_equal(nlh->nlmsg_seq, 1);
	free(p);
	testnl_expect_silence(listener);
	nl_client_free(listener);
}

static void test_what_follows_from_a_change_is_nobodys(void **state)
{
	struct nl_client *listener = testnl_client(&t, NETLINK_ROUTE, false);
	struct nl_packet *p;

	(void)state;
	nl_client_join(listener, RTNLGRP_IPV4_ROUTE);
	assert_int_equal(add_addr("10.9.0.1", 24, "d0"), 0);
	p = testnl_pop(listener);
	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_type, RTM_NEWROUTE);
	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_pid, 0);
	free(p);
	nl_client_free(listener);
}

static void test_echo_comes_once_and_before_the_ack(void **state)
{
	struct nl_packet *p;

	(void)state;
	nl_client_join(t.c, RTNLGRP_IPV4_IFADDR);
	begin_addr(RTM_NEWADDR, NLM_F_CREATE | NLM_F_ECHO | NLM_F_ACK, "10.9.0.1", 24, "d0");
	testreq_end(&r);
	testreq_send(&r, t.c);
	p = testnl_pop(t.c);
	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_type, RTM_NEWADDR);
	free(p);
	testnl_expect_ack(t.c, 0);
	testnl_expect_silence(t.c);
}

static void test_unknown_messages_are_answered(void **state)
{
	(void)state;
	testreq_add(&r, RTM_MAX + 1, 0, 4);
	assert_int_equal(ask(), -EOPNOTSUPP);
	testreq_add(&r, RTM_NEWQDISC, 0, 20);
	assert_int_equal(ask(), -EOPNOTSUPP);
	testreq_add(&r, RTM_GETRULE, NLM_F_DUMP, sizeof(struct rtmsg));
	assert_int_equal(dump(), 5); /* IPv4 has one more: table default */
	testreq_add(&r, RTM_GETNEXTHOP, NLM_F_DUMP, 8);
	assert_int_equal(dump(), 0);
	testreq_add(&r, RTM_GETNETCONF, NLM_F_DUMP, 4);
	assert_int_equal(dump(), 8);
	testreq_add(&r, RTM_GETNEIGHTBL, NLM_F_DUMP, 4);
	assert_int_equal(dump(), 6); /* each of the two tables, and its parameters of two devices */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_link_is_shown_as_it_was_made),
		TEST(test_link_errors_are_the_kernels),
		TEST(test_unknown_link_attribute_is_not_ignored),
		TEST(test_link_that_fails_halfway_is_gone),
		TEST(test_pair_takes_the_peers_name),
		TEST(test_link_dump_filters_by_kind),
		TEST(test_dump_with_short_header),
		TEST(test_address_errors_are_the_kernels),
		TEST(test_addresses_are_dumped_by_device),
		TEST(test_route_with_metrics_comes_back),
		TEST(test_multipath_comes_back),
		TEST(test_malformed_multipath_is_refused),
		TEST(test_route_errors_are_the_kernels),
		TEST(test_route_dump_goes_on_where_it_stopped),
		TEST(test_neighbours_come_and_go),
		TEST(test_neighbour_dump_goes_on_where_it_stopped),
		TEST(test_listeners_hear_of_changes),
		TEST(test_what_follows_from_a_change_is_nobodys),
		TEST(test_echo_comes_once_and_before_the_ack),
		TEST(test_unknown_messages_are_answered),
	};
#undef TEST

	return cmocka_run_group_tests_name("rtnl", tests, NULL, NULL);
}
