/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unit tests of nlserver/rtnl*.c for IPv6: what differs from IPv4, and what IPv4 has not. What the stack makes of
 * the objects is tested with the stack.
 */
#include "tests/unit/testnl.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_addrlabel.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <arpa/inet.h> /* after the kernel's headers, which know how to stand before it */
#include <stdlib.h>
#include <string.h>

#include <ustack/link.h>

#include "nlserver/sysctl.h"
#include "stack/core/inet_config.h"
#include "stack/ipv6/addrconf.h"

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
	nl_put(&r.m, IFLA_ADDRESS, "\2\0\0\0\0\1", 6);
	testreq_put_kind(&r, USTACK_KIND_DUMMY);
	return ask();
}

static struct net_device *dev(const char *name)
{
	struct net_device *d = netdev_by_name(t.server.net, name);

	assert_non_null(d);
	return d;
}

static union inaddr addr(const char *text)
{
	union inaddr a;

	assert_int_equal(inet_pton(AF_INET6, text, &a), 1);
	return a;
}

static void put_ip(uint16_t attr, const char *text)
{
	union inaddr a = addr(text);

	nl_put(&r.m, attr, &a, sizeof(a));
}

static struct ifaddrmsg *begin_addr(uint16_t type, uint16_t flags, const char *local, int len)
{
	struct ifaddrmsg *ifa = testreq_add(&r, type, flags, sizeof(*ifa));

	ifa->ifa_family = AF_INET6;
	ifa->ifa_prefixlen = len;
	ifa->ifa_index = dev("d0")->ifindex;
	ifa->ifa_flags = type == RTM_NEWADDR ? IFA_F_NODAD : 0;
	put_ip(IFA_LOCAL, local);
	return ifa;
}

static int add_addr(const char *local, int len)
{
	begin_addr(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, local, len);
	return ask();
}

/* A dummy "d0", up, with 2001:db8::1/64. */
static int setup(void **state)
{
	(void)state;
	testnl_create(&t, NETLINK_ROUTE);
	testreq_init(&r);
	assert_int_equal(add_dummy("d0"), 0);
	assert_int_equal(add_addr("2001:db8::1", 64), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	testnl_destroy(&t);
	return 0;
}

/* --- answers -------------------------------------------------------------------------------------- */

/* The first object of a dump, or the answer; the caller frees it. */
static struct nl_packet *first(void)
{
	testreq_end(&r);
	testreq_send(&r, t.c);
	testreq_init(&r);
	return testnl_pop(t.c);
}

static int dump(void)
{
	return testnl_count(&r, t.c);
}

static void assert_ip(const struct nlattr *attr, const char *text)
{
	union inaddr a = addr(text);

	assert_non_null(attr);
	assert_int_equal(mnl_attr_get_payload_len(attr), sizeof(a));
	assert_memory_equal(mnl_attr_get_payload(attr), &a, sizeof(a));
}

/* --- addresses ------------------------------------------------------------------------------------ */

/* As the kernel shows it: IFA_LOCAL is there only with a peer. */
static void test_one_address_is_shown(void **state)
{
	const struct nlattr *tb[IFA_MAX + 1];
	const struct ifaddrmsg *ifa;
	struct nl_packet *p;

	(void)state;
	begin_addr(RTM_GETADDR, 0, "2001:db8::1", 0);
	p = first();
	ifa = testnl_parse((struct nlmsghdr *)p->data, sizeof(*ifa), tb, IFA_MAX);
	assert_int_equal(ifa->ifa_prefixlen, 64);
	assert_ip(tb[IFA_ADDRESS], "2001:db8::1");
	assert_null(tb[IFA_LOCAL]);
	assert_non_null(tb[IFA_CACHEINFO]);
	assert_true(mnl_attr_get_u32(tb[IFA_FLAGS]) & IFA_F_PERMANENT);
	free(p);
}

static void test_peer_stands_in_ifa_address(void **state)
{
	const struct nlattr *tb[IFA_MAX + 1];
	const struct ifaddrmsg *ifa;
	struct nl_packet *p;

	(void)state;
	begin_addr(RTM_NEWADDR, NLM_F_CREATE, "2001:db8:1::1", 128);
	put_ip(IFA_ADDRESS, "2001:db8:1::2");
	assert_int_equal(ask(), 0);
	begin_addr(RTM_GETADDR, 0, "2001:db8:1::1", 0);
	p = first();
	ifa = testnl_parse((struct nlmsghdr *)p->data, sizeof(*ifa), tb, IFA_MAX);
	assert_int_equal(ifa->ifa_prefixlen, 128);
	assert_ip(tb[IFA_LOCAL], "2001:db8:1::1");
	assert_ip(tb[IFA_ADDRESS], "2001:db8:1::2");
	free(p);
}

static void test_address_errors_are_the_kernels(void **state)
{
	struct ifaddrmsg *ifa;

	(void)state;
	assert_int_equal(add_addr("2001:db8::1", 48), -EEXIST);
	assert_int_equal(add_addr("2001:db8::9", 129), -EINVAL);
	assert_int_equal(add_addr("ff02::9", 64), -EADDRNOTAVAIL);
	assert_int_equal(add_addr("::1", 128), -EADDRNOTAVAIL);
	begin_addr(RTM_DELADDR, 0, "2001:db8::9", 64);
	assert_int_equal(ask(), -EADDRNOTAVAIL);
	begin_addr(RTM_GETADDR, 0, "2001:db8::9", 0);
	assert_int_equal(ask(), -EADDRNOTAVAIL);
	begin_addr(RTM_GETADDR, 0, "2001:db8::1", 64);
	assert_int_equal(ask(), -EINVAL);
	ifa = begin_addr(RTM_GETADDR, 0, "2001:db8::1", 0);
	ifa->ifa_family = AF_INET;
	assert_int_equal(ask(), -EOPNOTSUPP);
}

static void test_families_are_dumped_apart_and_together(void **state)
{
	struct ifaddrmsg *ifa;
	int both, v4;

	(void)state;
	ifa = testreq_add(&r, RTM_GETADDR, NLM_F_DUMP, sizeof(*ifa));
	both = dump();
	ifa = testreq_add(&r, RTM_GETADDR, NLM_F_DUMP, sizeof(*ifa));
	ifa->ifa_family = AF_INET;
	v4 = dump();
	ifa = testreq_add(&r, RTM_GETADDR, NLM_F_DUMP, sizeof(*ifa));
	ifa->ifa_family = AF_INET6;
	assert_int_equal(dump(), both - v4);
	assert_true(both - v4 >= 2); /* and the link-local one */
}

/* --- links ---------------------------------------------------------------------------------------- */

/* What the family says in the nest @attr of a device's message. */
static void get_inet6(const struct nlattr *spec, const struct nlattr **tb)
{
	const struct nlattr *af[AF_INET6 + 1];

	assert_int_equal(nl_parse_nested(spec, NULL, AF_INET6, 0, af, NULL), 0);
	assert_non_null(af[AF_INET]);
	assert_non_null(af[AF_INET6]);
	assert_int_equal(nl_parse_nested(af[AF_INET6], NULL, IFLA_INET6_MAX, 0, tb, NULL), 0);
}

static struct nl_packet *get_link(const struct nlattr **tb)
{
	struct nl_packet *p;

	testreq_add(&r, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	nl_put_str(&r.m, IFLA_IFNAME, "d0");
	p = first();
	testnl_parse((struct nlmsghdr *)p->data, sizeof(struct ifinfomsg), tb, IFLA_MAX);
	return p;
}

static void test_link_shows_both_families_settings(void **state)
{
	const struct nlattr *tb[IFLA_MAX + 1], *inet6[IFLA_INET6_MAX + 1];
	struct nl_packet *p = get_link(tb);
	int32_t conf[DEVCONF_MAX];

	(void)state;
	get_inet6(tb[IFLA_AF_SPEC], inet6);
	assert_int_equal(mnl_attr_get_payload_len(inet6[IFLA_INET6_CONF]), sizeof(conf));
	memcpy(conf, mnl_attr_get_payload(inet6[IFLA_INET6_CONF]), sizeof(conf));
	assert_int_equal(conf[DEVCONF_HOPLIMIT], 64);
	assert_int_equal(conf[DEVCONF_MTU6], 1500);
	assert_int_equal(conf[DEVCONF_RTR_SOLICITS], -1);
	assert_int_equal(conf[DEVCONF_RTR_SOLICIT_INTERVAL], 4000);
	assert_int_equal(conf[DEVCONF_RTR_SOLICIT_MAX_INTERVAL], 3600000);
	assert_ip(inet6[IFLA_INET6_TOKEN], "::");
	assert_int_equal(mnl_attr_get_u8(inet6[IFLA_INET6_ADDR_GEN_MODE]), IN6_ADDR_GEN_MODE_EUI64);
	assert_null(inet6[IFLA_INET6_RA_MTU]);
	free(p);
}

/* They are shown in milliseconds. */
static void test_times_that_are_too_long_to_show(void **state)
{
	struct ipv6_devconf *set = addrconf_conf(t.server.net, dev("d0"));
	const struct nlattr *tb[IFLA_MAX + 1], *inet6[IFLA_INET6_MAX + 1];
	int32_t conf[DEVCONF_MAX];
	struct nl_packet *p;

	(void)state;
	set->router_solicitation_interval = INT32_MAX;
	set->router_solicitation_delay = -1;
	p = get_link(tb);
	get_inet6(tb[IFLA_AF_SPEC], inet6);
	memcpy(conf, mnl_attr_get_payload(inet6[IFLA_INET6_CONF]), sizeof(conf));
	assert_int_equal(conf[DEVCONF_RTR_SOLICIT_INTERVAL], INT32_MAX);
	assert_int_equal(conf[DEVCONF_RTR_SOLICIT_DELAY], -1);
	free(p);
}

/* SETLINK with one attribute of IPv6's. */
static int set_inet6(const char *name, uint16_t type, const void *data, size_t len)
{
	struct ifinfomsg *ifi = testreq_add(&r, RTM_SETLINK, 0, sizeof(*ifi));
	struct nlattr *spec, *inet6;

	ifi->ifi_family = AF_INET6;
	ifi->ifi_index = dev(name)->ifindex;
	spec = nl_nest_begin(&r.m, IFLA_AF_SPEC);
	inet6 = nl_nest_begin(&r.m, AF_INET6);
	nl_put(&r.m, type, data, len);
	nl_nest_end(&r.m, inet6);
	nl_nest_end(&r.m, spec);
	return ask();
}

static void test_token_and_mode_are_set(void **state)
{
	const struct nlattr *tb[IFLA_MAX + 1], *inet6[IFLA_INET6_MAX + 1];
	union inaddr token = addr("::53");
	struct nl_packet *p;

	(void)state;
	assert_int_equal(set_inet6("d0", IFLA_INET6_ADDR_GEN_MODE, "\1", 1), 0);
	assert_int_equal(set_inet6("d0", IFLA_INET6_ADDR_GEN_MODE, "\7", 1), -EINVAL);
	assert_int_equal(set_inet6("d0", IFLA_INET6_RA_MTU, "\0\0\0\7", 4), -EINVAL);
	assert_int_equal(set_inet6("lo", IFLA_INET6_TOKEN, &token, sizeof(token)), -EINVAL);
	assert_int_equal(set_inet6("d0", IFLA_INET6_TOKEN, &token, 4), -ERANGE);
	p = get_link(tb);
	get_inet6(tb[IFLA_AF_SPEC], inet6);
	assert_int_equal(mnl_attr_get_u8(inet6[IFLA_INET6_ADDR_GEN_MODE]), IN6_ADDR_GEN_MODE_NONE);
	free(p);
}

static void test_ipv6_has_a_dump_of_links_of_its_own(void **state)
{
	const struct nlattr *tb[IFLA_MAX + 1], *inet6[IFLA_INET6_MAX + 1];
	struct ifinfomsg *ifi = testreq_add(&r, RTM_GETLINK, NLM_F_DUMP, sizeof(*ifi));
	const struct ifinfomsg *got;
	struct nl_packet *p;

	(void)state;
	ifi->ifi_family = AF_INET6;
	p = first();
	got = testnl_parse((struct nlmsghdr *)p->data, sizeof(*ifi), tb, IFLA_MAX);
	assert_int_equal(got->ifi_family, AF_INET6);
	assert_non_null(tb[IFLA_IFNAME]);
	assert_null(tb[IFLA_STATS64]);
	nl_parse_nested(tb[IFLA_PROTINFO], NULL, IFLA_INET6_MAX, 0, inet6, NULL);
	assert_non_null(inet6[IFLA_INET6_TOKEN]);
	free(p);
}

/* --- routes --------------------------------------------------------------------------------------- */

static struct rtmsg *begin_route(uint16_t type, uint16_t flags, const char *dst, int len)
{
	struct rtmsg *rtm = testreq_add(&r, type, flags, sizeof(*rtm));

	rtm->rtm_family = AF_INET6;
	rtm->rtm_dst_len = len;
	if (type == RTM_NEWROUTE) {
		rtm->rtm_table = RT_TABLE_MAIN;
		rtm->rtm_protocol = RTPROT_BOOT;
		rtm->rtm_type = RTN_UNICAST;
	}
	put_ip(RTA_DST, dst);
	return rtm;
}

static void add_route(const char *dst, int len, const char *via)
{
	begin_route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, dst, len);
	put_ip(RTA_GATEWAY, via);
	assert_int_equal(ask(), 0);
}

/* The answer is the route, narrowed down to the one address; with what IPv4 does not show. */
static void test_route_get_narrows_the_route(void **state)
{
	const struct nlattr *tb[RTA_MAX + 1];
	const struct rtmsg *rtm;
	struct nl_packet *p;

	(void)state;
	add_route("2001:db8:2::", 48, "2001:db8::2");
	begin_route(RTM_GETROUTE, 0, "2001:db8:2::5", 128);
	p = first();
	rtm = testnl_parse((struct nlmsghdr *)p->data, sizeof(*rtm), tb, RTA_MAX);
	assert_int_equal(rtm->rtm_dst_len, 128);
	assert_int_equal(rtm->rtm_src_len, 128);
	assert_int_equal(rtm->rtm_table, RT_TABLE_MAIN);
	assert_int_equal(rtm->rtm_flags & RTM_F_CLONED, 0);
	assert_ip(tb[RTA_DST], "2001:db8:2::5");
	assert_ip(tb[RTA_SRC], "::");
	assert_ip(tb[RTA_GATEWAY], "2001:db8::2");
	assert_ip(tb[RTA_PREFSRC], "2001:db8::1");
	assert_int_equal(mnl_attr_get_u32(tb[RTA_PRIORITY]), 1024);
	assert_non_null(tb[RTA_CACHEINFO]);
	assert_int_equal(mnl_attr_get_u8(tb[RTA_PREF]), 0);
	assert_null(tb[RTA_UID]);
	free(p);
}

static void test_fibmatch_shows_the_prefix(void **state)
{
	const struct nlattr *tb[RTA_MAX + 1];
	const struct rtmsg *rtm;
	struct nl_packet *p;

	(void)state;
	add_route("2001:db8:2::", 48, "2001:db8::2");
	begin_route(RTM_GETROUTE, 0, "2001:db8:2::5", 128)->rtm_flags = RTM_F_FIB_MATCH;
	p = first();
	rtm = testnl_parse((struct nlmsghdr *)p->data, sizeof(*rtm), tb, RTA_MAX);
	assert_int_equal(rtm->rtm_dst_len, 48);
	assert_null(tb[RTA_SRC]);
	free(p);
}

/* Asks, and is refused with -EINVAL and @sentence. */
static void refused(const char *sentence)
{
	testreq_end(&r);
	testreq_send(&r, t.c);
	testreq_init(&r);
	assert_string_equal(testnl_expect_ack(t.c, -EINVAL), sentence);
}

static void test_route_requests_are_checked(void **state)
{
	const struct {
		uint16_t family;
		uint8_t addr[4];
	} via = { .family = AF_INET }; /* struct rtvia */
	struct rtmsg *rtm;

	(void)state;
	begin_route(RTM_GETROUTE, 0, "2001:db8:2::5", 64);
	refused("ipv6: Invalid values in header for get route request");
	begin_route(RTM_GETROUTE, 0, "2001:db8:2::5", 0);
	refused("ipv6: rtm_src_len and rtm_dst_len must be 128 for IPv6");
	rtm = begin_route(RTM_GETROUTE, 0, "2001:db8:2::5", 128);
	rtm->rtm_flags = RTM_F_LOOKUP_TABLE;
	refused("ipv6: Invalid flags for get route request");
	begin_route(RTM_GETROUTE, 0, "2001:db8:2::5", 128);
	nl_put_u32(&r.m, RTA_PRIORITY, 5);
	refused("ipv6: Unsupported attribute in get route request");
	rtm = begin_route(RTM_NEWROUTE, NLM_F_CREATE, "2001:db8:2::", 48);
	rtm->rtm_tos = 4;
	refused("Invalid dsfield (tos): option not available for IPv6");
	begin_route(RTM_NEWROUTE, NLM_F_CREATE, "2001:db8:2::", 48);
	nl_put(&r.m, RTA_VIA, &via, sizeof(via));
	refused("IPv6 does not support RTA_VIA attribute");
	begin_route(RTM_NEWROUTE, NLM_F_CREATE, "2001:db8:2::", 48);
	put_ip(RTA_GATEWAY, "::");
	refused("Invalid gateway address");
}

/* --- neighbours ----------------------------------------------------------------------------------- */

static int neigh(uint16_t type, uint16_t flags, const char *dst, int ifindex, uint8_t ntf)
{
	struct ndmsg *ndm = testreq_add(&r, type, flags, sizeof(*ndm));

	ndm->ndm_family = AF_INET6;
	ndm->ndm_ifindex = ifindex;
	ndm->ndm_state = NUD_PERMANENT;
	ndm->ndm_flags = ntf;
	put_ip(NDA_DST, dst);
	nl_put(&r.m, NDA_LLADDR, "\2\0\0\0\0\7", 6);
	return ask();
}

static void test_router_flag_and_proxies(void **state)
{
	const struct nlattr *tb[NDA_MAX + 1];
	int ifindex = dev("d0")->ifindex;
	const struct ndmsg *ndm;
	struct nl_packet *p;

	(void)state;
	assert_int_equal(neigh(RTM_NEWNEIGH, NLM_F_CREATE, "2001:db8::7", ifindex, NTF_ROUTER), 0);
	assert_int_equal(neigh(RTM_NEWNEIGH, NLM_F_CREATE, "2001:db8::8", 0, NTF_PROXY), -ENOBUFS);
	assert_int_equal(neigh(RTM_NEWNEIGH, NLM_F_CREATE, "2001:db8::8", ifindex, NTF_PROXY), 0);
	ndm = testreq_add(&r, RTM_GETNEIGH, 0, sizeof(*ndm));
	((struct ndmsg *)ndm)->ndm_family = AF_INET6;
	((struct ndmsg *)ndm)->ndm_ifindex = ifindex;
	put_ip(NDA_DST, "2001:db8::7");
	p = first();
	ndm = testnl_parse((struct nlmsghdr *)p->data, sizeof(*ndm), tb, NDA_MAX);
	assert_int_equal(ndm->ndm_flags, NTF_ROUTER);
	assert_ip(tb[NDA_DST], "2001:db8::7");
	free(p);
}

static int neigh_ext(const char *dst, uint16_t state, uint8_t ntf, uint32_t ext)
{
	struct ndmsg *ndm = testreq_add(&r, RTM_NEWNEIGH, NLM_F_CREATE, sizeof(*ndm));

	ndm->ndm_family = AF_INET6;
	ndm->ndm_ifindex = dev("d0")->ifindex;
	ndm->ndm_state = state;
	ndm->ndm_flags = ntf;
	put_ip(NDA_DST, dst);
	if (ext)
		nl_put_u32(&r.m, NDA_FLAGS_EXT, ext);
	return ask();
}

static void test_managed_neighbours_are_shown_as_such(void **state)
{
	const struct nlattr *tb[NDA_MAX + 1];
	const struct ndmsg *ndm;
	struct ndmsg *get;
	struct nl_packet *p;

	(void)state;
	assert_int_equal(neigh_ext("2001:db8::7", 0, NTF_EXT_LEARNED, 1), 0);
	get = testreq_add(&r, RTM_GETNEIGH, 0, sizeof(*get));
	get->ndm_family = AF_INET6;
	get->ndm_ifindex = dev("d0")->ifindex;
	put_ip(NDA_DST, "2001:db8::7");
	p = first();
	ndm = testnl_parse((struct nlmsghdr *)p->data, sizeof(*ndm), tb, NDA_MAX);
	assert_int_equal(ndm->ndm_flags, NTF_EXT_LEARNED);
	assert_int_equal(mnl_attr_get_u32(tb[NDA_FLAGS_EXT]), 1);
	free(p);
	assert_int_equal(neigh_ext("2001:db8::8", NUD_PERMANENT, 0, 1), -EINVAL);
	assert_int_equal(neigh_ext("2001:db8::8", 0, 0, 1u << 30), -EINVAL);
	assert_int_equal(neigh_ext("2001:db8::8", 0, NTF_PROXY, 1), -EINVAL);
}

/* --- address labels ------------------------------------------------------------------------------- */

#define DEFAULT_LABELS 10 /* those of RFC 6724 2.1, and the kernel's */

static struct ifaddrlblmsg *begin_label(uint16_t type, uint16_t flags, const char *prefix, int len,
					uint32_t label)
{
	struct ifaddrlblmsg *ifal = testreq_add(&r, type, flags, sizeof(*ifal));

	ifal->ifal_family = AF_INET6;
	ifal->ifal_prefixlen = len;
	put_ip(IFAL_ADDRESS, prefix);
	if (label)
		nl_put_u32(&r.m, IFAL_LABEL, label);
	return ifal;
}

static int dump_labels(void)
{
	struct ifaddrlblmsg *ifal = testreq_add(&r, RTM_GETADDRLABEL, NLM_F_DUMP, sizeof(*ifal));

	ifal->ifal_family = AF_INET6;
	return dump();
}

static void test_labels_come_and_go(void **state)
{
	const struct nlattr *tb[IFAL_MAX + 1];
	const struct ifaddrlblmsg *ifal;
	struct nl_packet *p;

	(void)state;
	assert_int_equal(dump_labels(), DEFAULT_LABELS);
	begin_label(RTM_NEWADDRLABEL, NLM_F_CREATE | NLM_F_EXCL, "2001:db8::", 32, 99);
	assert_int_equal(ask(), 0);
	begin_label(RTM_NEWADDRLABEL, NLM_F_CREATE | NLM_F_EXCL, "2001:db8::", 32, 98);
	assert_int_equal(ask(), -EEXIST);
	assert_int_equal(dump_labels(), DEFAULT_LABELS + 1);
	begin_label(RTM_NEWADDRLABEL, NLM_F_CREATE | NLM_F_REPLACE, "2001:db8::", 32, 97);
	assert_int_equal(ask(), 0);
	begin_label(RTM_GETADDRLABEL, 0, "2001:db8::1", 128, 0);
	p = first();
	ifal = testnl_parse((struct nlmsghdr *)p->data, sizeof(*ifal), tb, IFAL_MAX);
	assert_int_equal(ifal->ifal_prefixlen, 32);
	assert_ip(tb[IFAL_ADDRESS], "2001:db8::");
	assert_int_equal(mnl_attr_get_u32(tb[IFAL_LABEL]), 97);
	free(p);
	begin_label(RTM_DELADDRLABEL, 0, "2001:db8::", 32, 1);
	assert_int_equal(ask(), 0);
	begin_label(RTM_DELADDRLABEL, 0, "2001:db8::", 32, 1);
	assert_int_equal(ask(), -ESRCH);
	assert_int_equal(dump_labels(), DEFAULT_LABELS);
}

static void test_label_errors_are_the_kernels(void **state)
{
	const uint16_t create = NLM_F_CREATE | NLM_F_EXCL;
	struct ifaddrlblmsg *ifal;

	(void)state;
	begin_label(RTM_NEWADDRLABEL, create, "2001:db8::", 32, 0);
	assert_int_equal(ask(), -EINVAL);
	begin_label(RTM_NEWADDRLABEL, create, "2001:db8::", 32, UINT32_MAX);
	assert_int_equal(ask(), -EINVAL);
	begin_label(RTM_NEWADDRLABEL, create, "2001:db8::", 129, 5);
	assert_int_equal(ask(), -EINVAL);
	ifal = begin_label(RTM_NEWADDRLABEL, create, "2001:db8::", 32, 5);
	ifal->ifal_index = 99;
	assert_int_equal(ask(), -EINVAL);
	ifal = begin_label(RTM_NEWADDRLABEL, create, "2001:db8::", 32, 5);
	ifal->ifal_family = AF_INET;
	assert_int_equal(ask(), -EOPNOTSUPP);
	begin_label(RTM_GETADDRLABEL, 0, "2001:db8::1", 64, 0);
	assert_int_equal(ask(), -EINVAL);
	begin_label(RTM_GETADDRLABEL, 0, "2001:db8::1", 128, 7);
	refused("ipv6: Unsupported attribute in addrlabel get request");
}

/* --- settings ------------------------------------------------------------------------------------- */

static void test_netconf_of_both_families(void **state)
{
	const struct nlattr *tb[NETCONFA_MAX + 1];
	struct netconfmsg *ncm;
	struct nl_packet *p;

	(void)state;
	ncm = testreq_add(&r, RTM_GETNETCONF, NLM_F_DUMP, sizeof(*ncm));
	ncm->ncm_family = AF_INET6;
	assert_int_equal(dump(), 4); /* lo, d0, all, default */
	testreq_add(&r, RTM_GETNETCONF, NLM_F_DUMP, sizeof(*ncm));
	assert_int_equal(dump(), 8);
	ncm = testreq_add(&r, RTM_GETNETCONF, 0, sizeof(*ncm));
	ncm->ncm_family = AF_INET6;
	nl_put_s32(&r.m, NETCONFA_IFINDEX, NETCONFA_IFINDEX_DEFAULT);
	p = first();
	testnl_parse((struct nlmsghdr *)p->data, sizeof(*ncm), tb, NETCONFA_MAX);
	assert_int_equal(mnl_attr_get_u32(tb[NETCONFA_FORWARDING]), 0);
	assert_null(tb[NETCONFA_RP_FILTER]);
	free(p);
	ncm = testreq_add(&r, RTM_GETNETCONF, 0, sizeof(*ncm));
	ncm->ncm_family = AF_INET6;
	nl_put_s32(&r.m, NETCONFA_IFINDEX, 99);
	assert_int_equal(ask(), -EINVAL);
}

/* --- notifications -------------------------------------------------------------------------------- */

/* What a listener of @group hears of an event; the caller frees it. */
static struct nl_packet *hear(uint32_t group, enum event_type type, void *obj)
{
	struct nl_client *listener = testnl_client(&t, NETLINK_ROUTE, false);
	struct nl_packet *p;

	nl_client_join(listener, group);
	event_emit(t.server.net, type, obj);
	p = testnl_pop(listener);
	testnl_expect_silence(listener);
	nl_client_free(listener);
	return p;
}

static void test_listeners_hear_of_prefixes(void **state)
{
	struct prefix_event event = {
		.dev = dev("d0"),
		.prefix = addr("2001:db8:7::"),
		.prefixlen = 64,
		.flags = 0xc0,
		.valid_lft = 86400,
		.preferred_lft = 14400,
	};
	struct nl_packet *p = hear(RTNLGRP_IPV6_PREFIX, EVENT_PREFIX, &event);
	const struct nlattr *tb[PREFIX_MAX + 1];
	const struct prefix_cacheinfo *ci;
	const struct prefixmsg *msg;

	(void)state;
	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_type, RTM_NEWPREFIX);
	msg = testnl_parse((struct nlmsghdr *)p->data, sizeof(*msg), tb, PREFIX_MAX);
	assert_int_equal(msg->prefix_ifindex, dev("d0")->ifindex);
	assert_int_equal(msg->prefix_type, 3);
	assert_int_equal(msg->prefix_len, 64);
	assert_int_equal(msg->prefix_flags, 0xc0);
	assert_ip(tb[PREFIX_ADDRESS], "2001:db8:7::");
	ci = mnl_attr_get_payload(tb[PREFIX_CACHEINFO]);
	assert_int_equal(ci->valid_time, 86400);
	assert_int_equal(ci->preferred_time, 14400);
	free(p);
}

static void test_listeners_hear_of_routers_options(void **state)
{
	static const uint8_t rdnss[24] = { 25, 3, 0, 0, 0, 0, 2, 88, 0x20, 1 };
	struct nd_useropt_event event = {
		.dev = dev("d0"),
		.saddr = addr("fe80::1"),
		.icmp_type = 134,
		.opt = rdnss,
		.len = sizeof(rdnss),
	};
	struct nl_packet *p = hear(RTNLGRP_ND_USEROPT, EVENT_ND_USEROPT, &event);
	const struct nlattr *tb[NDUSEROPT_MAX + 1];
	const struct nduseroptmsg *msg;

	(void)state;
	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_type, RTM_NEWNDUSEROPT);
	msg = testnl_parse((struct nlmsghdr *)p->data, sizeof(*msg) + sizeof(rdnss), tb,
			   NDUSEROPT_MAX);
	assert_int_equal(msg->nduseropt_opts_len, sizeof(rdnss));
	assert_int_equal(msg->nduseropt_icmp_type, 134);
	assert_memory_equal(msg + 1, rdnss, sizeof(rdnss));
	assert_ip(tb[NDUSEROPT_SRCADDR], "fe80::1");
	free(p);
}

static void test_listeners_hear_of_ipv6s_state(void **state)
{
	struct nl_packet *p = hear(RTNLGRP_IPV6_IFINFO, EVENT_IN6_IFINFO, dev("d0"));
	const struct nlattr *tb[IFLA_MAX + 1];
	const struct ifinfomsg *ifi;

	(void)state;
	ifi = testnl_parse((struct nlmsghdr *)p->data, sizeof(*ifi), tb, IFLA_MAX);
	assert_int_equal(ifi->ifi_family, AF_INET6);
	assert_non_null(tb[IFLA_PROTINFO]);
	free(p);
}

/* Settings that change are told, each by itself, with whose it is. */
static struct nl_client *netconf_listener(void)
{
	struct nl_client *listener = testnl_client(&t, NETLINK_ROUTE, false);

	nl_client_join(listener, RTNLGRP_IPV4_NETCONF);
	nl_client_join(listener, RTNLGRP_IPV6_NETCONF);
	return listener;
}

/* The next message is of @type, about @family and @ifindex, and has @attr with @value alone (0: none). */
static void expect_netconf(struct nl_client *listener, uint16_t type, int family, int ifindex,
			   uint16_t attr, uint32_t value)
{
	struct nl_packet *p = testnl_pop(listener);
	const struct nlattr *tb[NETCONFA_MAX + 1];
	const struct netconfmsg *ncm;

	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_type, type);
	ncm = testnl_parse((struct nlmsghdr *)p->data, sizeof(*ncm), tb, NETCONFA_MAX);
	assert_int_equal(ncm->ncm_family, family);
	assert_int_equal((int)mnl_attr_get_u32(tb[NETCONFA_IFINDEX]), ifindex);
	for (uint16_t i = NETCONFA_IFINDEX + 1; i <= NETCONFA_MAX; i++)
		assert_true(!tb[i] == (i != attr));
	if (attr)
		assert_int_equal(mnl_attr_get_u32(tb[attr]), value);
	free(p);
}

static void set(const char *name, const char *value)
{
	struct extack ack = { 0 };
	struct sysctl s;

	assert_int_equal(sysctl_find(t.server.net, name, &s), 0);
	assert_int_equal(sysctl_set(t.server.net, &s, value, &ack), 0);
}

static void test_listeners_hear_of_ipv4s_settings(void **state)
{
	struct nl_client *l = netconf_listener();
	int d0 = dev("d0")->ifindex, lo = dev("lo")->ifindex;

	(void)state;
	set("net.ipv4.conf.d0.rp_filter", "2");
	expect_netconf(l, RTM_NEWNETCONF, AF_INET, d0, NETCONFA_RP_FILTER, 2);
	set("net.ipv4.conf.d0.rp_filter", "2");	 /* no news */
	set("net.ipv4.conf.d0.arp_ignore", "1"); /* not shown */
	testnl_expect_silence(l);
	set("net.ipv4.conf.default.proxy_arp", "1");
	expect_netconf(l, RTM_NEWNETCONF, AF_INET, NETCONFA_IFINDEX_DEFAULT, NETCONFA_PROXY_NEIGH,
		       1);
	set("net.ipv4.conf.d0.forwarding", "1");
	expect_netconf(l, RTM_NEWNETCONF, AF_INET, d0, NETCONFA_FORWARDING, 1);
	set("net.ipv4.ip_forward", "1");
	expect_netconf(l, RTM_NEWNETCONF, AF_INET, NETCONFA_IFINDEX_ALL, NETCONFA_FORWARDING, 1);
	expect_netconf(l, RTM_NEWNETCONF, AF_INET, NETCONFA_IFINDEX_DEFAULT, NETCONFA_FORWARDING,
		       1);
	expect_netconf(l, RTM_NEWNETCONF, AF_INET, lo, NETCONFA_FORWARDING, 1);
	expect_netconf(l, RTM_NEWNETCONF, AF_INET, d0, NETCONFA_FORWARDING, 1);
	testnl_expect_silence(l);
	nl_client_free(l);
}

static void test_listeners_hear_of_ipv6s_settings(void **state)
{
	struct nl_client *l = netconf_listener();
	int d0 = dev("d0")->ifindex, lo = dev("lo")->ifindex;
	const uint16_t linkdown = NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN;

	(void)state;
	set("net.ipv6.conf.d0.forwarding", "1");
	expect_netconf(l, RTM_NEWNETCONF, AF_INET6, d0, NETCONFA_FORWARDING, 1);
	set("net.ipv6.conf.d0.forwarding", "2"); /* on as before */
	testnl_expect_silence(l);
	set("net.ipv6.conf.all.forwarding", "1");
	expect_netconf(l, RTM_NEWNETCONF, AF_INET6, NETCONFA_IFINDEX_DEFAULT, NETCONFA_FORWARDING,
		       1);
	expect_netconf(l, RTM_NEWNETCONF, AF_INET6, lo, NETCONFA_FORWARDING, 1);
	expect_netconf(l, RTM_NEWNETCONF, AF_INET6, NETCONFA_IFINDEX_ALL, NETCONFA_FORWARDING, 1);
	testnl_expect_silence(l);
	set("net.ipv6.conf.all.ignore_routes_with_linkdown", "1");
	expect_netconf(l, RTM_NEWNETCONF, AF_INET6, lo, linkdown, 1);
	expect_netconf(l, RTM_NEWNETCONF, AF_INET6, d0, linkdown, 1);
	expect_netconf(l, RTM_NEWNETCONF, AF_INET6, NETCONFA_IFINDEX_ALL, linkdown, 1);
	set("net.ipv6.conf.default.ignore_routes_with_linkdown", "0");
	expect_netconf(l, RTM_NEWNETCONF, AF_INET6, NETCONFA_IFINDEX_DEFAULT, linkdown, 0);
	set("net.ipv6.conf.all.proxy_ndp", "1");
	expect_netconf(l, RTM_NEWNETCONF, AF_INET6, NETCONFA_IFINDEX_ALL, NETCONFA_PROXY_NEIGH, 1);
	testnl_expect_silence(l);
	nl_client_free(l);
}

/* Settings go by the device's name: a new name is an end and a beginning. */
static void test_settings_come_and_go_with_a_device(void **state)
{
	struct nl_client *l = netconf_listener();
	int d0 = dev("d0")->ifindex;
	struct nl_packet *p;

	(void)state;
	assert_int_equal(netdev_set_mtu(dev("d0"), 1000, NULL), 0);
	expect_netconf(l, RTM_DELNETCONF, AF_INET6, d0, 0, 0);
	testnl_expect_silence(l);
	assert_int_equal(netdev_set_mtu(dev("d0"), 1500, NULL), 0);
	p = testnl_pop(l);
	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_type, RTM_NEWNETCONF);
	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_len,
			 NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct netconfmsg))) + 5 * 8);
	free(p);
	assert_int_equal(netdev_rename(dev("d0"), "d9", NULL), 0);
	for (int i = 0; i < 2; i++) {
		expect_netconf(l, RTM_DELNETCONF, i ? AF_INET6 : AF_INET, d0, 0, 0);
		free(testnl_pop(l));
	}
	testnl_expect_silence(l);
	nl_client_free(l);
}

static void test_listeners_hear_of_neighbours_times(void **state)
{
	struct nl_client *l = testnl_client(&t, NETLINK_ROUTE, false);
	struct nl_packet *p;

	(void)state;
	nl_client_join(l, RTNLGRP_IPV6_IFINFO);
	set("net.ipv6.neigh.d0.retrans_time_ms", "4000");
	p = testnl_pop(l);
	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_type, RTM_NEWLINK);
	free(p);
	set("net.ipv6.neigh.default.retrans_time_ms", "4000");
	set("net.ipv6.neigh.d0.mcast_solicit", "4");
	testnl_expect_silence(l);
	nl_client_free(l);
}

static void test_listeners_hear_of_addresses(void **state)
{
	struct nl_client *listener = testnl_client(&t, NETLINK_ROUTE, false);
	struct nl_packet *p;

	(void)state;
	nl_client_join(listener, RTNLGRP_IPV6_IFADDR);
	assert_int_equal(add_addr("2001:db8:9::1", 64), 0);
	p = testnl_pop(listener);
	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_type, RTM_NEWADDR);
	free(p);
	nl_client_free(listener);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_one_address_is_shown),
		TEST(test_peer_stands_in_ifa_address),
		TEST(test_address_errors_are_the_kernels),
		TEST(test_families_are_dumped_apart_and_together),
		TEST(test_link_shows_both_families_settings),
		TEST(test_times_that_are_too_long_to_show),
		TEST(test_token_and_mode_are_set),
		TEST(test_ipv6_has_a_dump_of_links_of_its_own),
		TEST(test_route_get_narrows_the_route),
		TEST(test_fibmatch_shows_the_prefix),
		TEST(test_route_requests_are_checked),
		TEST(test_router_flag_and_proxies),
		TEST(test_managed_neighbours_are_shown_as_such),
		TEST(test_labels_come_and_go),
		TEST(test_label_errors_are_the_kernels),
		TEST(test_netconf_of_both_families),
		TEST(test_listeners_hear_of_prefixes),
		TEST(test_listeners_hear_of_routers_options),
		TEST(test_listeners_hear_of_ipv6s_state),
		TEST(test_listeners_hear_of_ipv4s_settings),
		TEST(test_listeners_hear_of_ipv6s_settings),
		TEST(test_settings_come_and_go_with_a_device),
		TEST(test_listeners_hear_of_neighbours_times),
		TEST(test_listeners_hear_of_addresses),
	};
#undef TEST

	return cmocka_run_group_tests_name("rtnl6", tests, NULL, NULL);
}
