/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MLD: what is told of groups and sources, when, and in which version; and what a stranger can do
 * to it, which is little. The rest of IPv6 is played by the test: what MLD sends comes to
 * ip6_send_link() below, is checked there, and is noted in the words of RFC 3810, as
 * "TO_EX ff05::1 {}" for a record. The machine is stack/ip/mc_*.c, which IGMP shares.
 */
#include "tests/unit/testnet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/core/event.h"
#include "stack/ip/mc_group.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/mld.h"
#include "stack/ipv6/route6.h"

#define GROUP	"ff05::1"
#define GROUP2	"ff15::2"
#define SOURCE1 "2001:db8::1"
#define SOURCE2 "2001:db8::2"
#define ROUTER	"fe80::1"
#define OWN	"fe80::2"

#define MLD_LEN	    24
#define CHECKED	    0x6c6d /* what the test's own icmp6_checksum() puts there */
#define MAX_SOURCES 200

/* A router that believes what it hears. */
struct router {
	struct {
		bool exclude;
		bool source[8];
	} group[4];
};

struct fixture {
	struct net *net;
	struct net_device *dev;
	struct inet6_dev idev;
	struct ipv6_devconf all;
	bool have_linklocal;
	uint64_t seed;
	unsigned packets;	   /* sent */
	uint32_t longest;	   /* of them, with the IPv6 header */
	char trace[32768];	   /* what was said, one record to a line; "::" first: from :: */
	struct dst_entry *route;   /* what ip6_route_output() finds; NULL: nothing */
	union inaddr sum_s, sum_d; /* what the last checksum was made of */
	struct router router;	   /* who listens, if it does */
	bool router_listens;
};

static struct fixture *the_fixture; /* for a callee that is told of no net */

static struct fixture *fixture_of(struct net *net)
{
	return (struct fixture *)net->ipv6->addrconf;
}

static union inaddr in6(const char *text)
{
	union inaddr ret;

	assert_int_equal(inet_pton(AF_INET6, text, &ret), 1);
	return ret;
}

/* The rest of IPv6 ---------------------------------------------------------------------------- */

struct ipv6_sysctl *ipv6_sysctl(struct net *net)
{
	return &net->ipv6->sysctl;
}

struct ipv6_devconf *addrconf_conf(struct net *net, const struct net_device *dev)
{
	return dev ? &dev->ip6->conf : &fixture_of(net)->all;
}

bool addrconf_linklocal(const struct net_device *dev, uint32_t banned, union inaddr *ret)
{
	assert_int_equal(banned, IFA_F_TENTATIVE);
	if (fixture_of(dev->net)->have_linklocal)
		*ret = in6(OWN);
	return fixture_of(dev->net)->have_linklocal;
}

void icmp6_checksum(struct sk_buff *skb, const union inaddr *saddr, const union inaddr *daddr)
{
	struct fixture *f = the_fixture;
	struct icmp6_hdr *hdr = (struct icmp6_hdr *)skb->data;

	assert_int_equal(hdr->check, 0);
	assert_ptr_equal(skb_transport_header(skb), skb->data);
	hdr->check = CHECKED;
	f->sum_s = *saddr;
	f->sum_d = *daddr;
}

void icmp6_count_out(struct net *net, uint8_t type)
{
	(void)net;
	assert_true(type == ICMP6_MLD_REPORT || type == ICMP6_MLD_DONE ||
		    type == ICMP6_MLDV2_REPORT);
}

static void destroy_route(struct dst_entry *dst)
{
	(void)dst;
}

int ip6_route_output(struct net *net, struct flow *fl, struct dst_entry **ret)
{
	struct fixture *f = fixture_of(net);

	assert_int_equal(fl->family, AF_INET6);
	if (!f->route)
		return -ENETUNREACH;
	*ret = dst_hold(f->route);
	return 0;
}

static void router_hears(struct router *r, int type, const uint8_t *group, const uint8_t *source)
{
	unsigned g = group[15] - 1, s = source ? source[15] - 1 : 0;

	assert_in_range(g, 0, 3);
	assert_in_range(s, 0, 7);
	if (!source && (type == 3 || type == 4)) { /* TO_IN, TO_EX: the list follows */
		memset(&r->group[g], 0, sizeof(r->group[g]));
		r->group[g].exclude = type == 4;
	} else if (source) {
		r->group[g].source[s] =
			type == 3 || type == 4 || (type == 5) != r->group[g].exclude;
	}
}

static void say(struct fixture *f, const char *fmt, ...)
{
	size_t used = strlen(f->trace);
	va_list args;

	va_start(args, fmt);
	used += vsnprintf(f->trace + used, sizeof(f->trace) - used, fmt, args);
	va_end(args);
	assert_true(used < sizeof(f->trace));
}

static void say_addr(struct fixture *f, const uint8_t *p)
{
	char text[INET6_ADDRSTRLEN];

	say(f, "%s", inet_ntop(AF_INET6, p, text, sizeof(text)));
}

static void say_records(struct fixture *f, const uint8_t *p, const uint8_t *end)
{
	static const char *const types[] = { "?",     "IS_IN", "IS_EX", "TO_IN",
					     "TO_EX", "ALLOW", "BLOCK" };
	int records = p[6] << 8 | p[7];

	for (p += 8; records--;) {
		int type = p[0], sources = p[2] << 8 | p[3];
		const uint8_t *group = p + 4;

		assert_in_range(type, 1, 6);
		assert_int_equal(p[1], 0);
		say(f, "%s ", types[type]);
		say_addr(f, group);
		say(f, " {");
		if (f->router_listens)
			router_hears(&f->router, type, group, NULL);
		for (p += 20; sources--; p += 16) {
			assert_true(p + 16 <= end);
			say_addr(f, p);
			say(f, sources ? " " : "");
			if (f->router_listens)
				router_hears(&f->router, type, group, p);
		}
		say(f, "}\n");
	}
	assert_ptr_equal(p, end);
}

static const char *old_name(uint8_t type)
{
	return type == ICMP6_MLD_DONE ? "done " : "v1 report ";
}

int ip6_send_link(struct net *net, struct sk_buff *skb, struct net_device *dev,
		  const struct inet_xmit *x)
{
	static const uint8_t alert[] = { 58, 0, 5, 2, 0, 0, 1, 0 }; /* RFC 2711 2.1 */
	struct fixture *f = fixture_of(net);
	const uint8_t *p = skb->data;
	union inaddr group;

	assert_ptr_equal(dev, f->dev);
	assert_int_equal(x->ttl, 1);
	assert_int_equal(x->proto, IPPROTO_ICMPV6);
	assert_int_equal(x->options_proto, IPPROTO_HOPOPTS);
	assert_int_equal(x->options_len, sizeof(alert));
	assert_memory_equal(x->options, alert, sizeof(alert));
	assert_int_equal(((const struct icmp6_hdr *)p)->check, CHECKED);
	assert_true(inaddr_equal(&x->saddr, &f->sum_s) && inaddr_equal(&x->daddr, &f->sum_d));
	if (inaddr_any(&x->saddr))
		say(f, ":: ");
	if (p[0] == ICMP6_MLDV2_REPORT) {
		assert_true(inaddr_equal(&x->daddr, &IN6_MLDV2_ROUTERS));
		say_records(f, p, p + skb->len);
	} else {
		assert_int_equal(skb->len, MLD_LEN);
		memcpy(&group, p + 8, sizeof(group));
		assert_true(inaddr_equal(&x->daddr,
					 p[0] == ICMP6_MLD_DONE ? &IN6_ALL_ROUTERS : &group));
		say(f, "%s", old_name(p[0]));
		say_addr(f, p + 8);
		say(f, "\n");
	}
	f->packets++;
	f->longest = max(f->longest, skb->len + 48);
	skb_free(skb);
	return 0;
}

/* Fixture ------------------------------------------------------------------------------------- */

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->net = testnet_create();
	f->net->ipv6 = calloc(1, sizeof(*f->net->ipv6));
	f->net->ipv6->addrconf = (struct addrconf *)f;
	f->net->ipv6->sysctl.mld_qrv = 2;
	assert_int_equal(mld_init(f->net), 0);
	f->dev = testdev_create(f->net, "eth0", 0);
	f->idev.dev = f->dev;
	f->idev.conf.mldv1_unsolicited_report_interval = 10000;
	f->idev.conf.mldv2_unsolicited_report_interval = 1000;
	f->dev->ip6 = &f->idev;
	f->have_linklocal = true;
	f->seed = 1;
	the_fixture = f;
	assert_int_equal(ip6_mc_init_dev(&f->idev), 0);
	ip6_mc_up(&f->idev);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	ip6_mc_destroy_dev(&f->idev);
	assert_null(f->idev.mc);
	assert_true(list_empty(&f->dev->mc_list));
	f->dev->ip6 = NULL;
	mld_exit(f->net);
	free(f->net->ipv6);
	f->net->ipv6 = NULL;
	testnet_destroy(f->net);
	free(f);
	return 0;
}

static int change(struct fixture *f, bool join, const char *group, bool exclude, const char *text)
{
	union inaddr sources[8], addr = in6(group);
	struct mc_filter filter = { exclude, 0, sources };
	char copy[256], *save, *word;

	snprintf(copy, sizeof(copy), "%s", text);
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		sources[filter.nr_sources++] = in6(word);
	return join ? ip6_mc_join(f->net, &addr, f->dev, &filter)
		    : ip6_mc_leave(f->net, &addr, f->dev, &filter);
}

static void join(struct fixture *f, const char *group)
{
	assert_int_equal(change(f, true, group, true, ""), 0);
}

static void leave(struct fixture *f, const char *group)
{
	assert_int_equal(change(f, false, group, true, ""), 0);
}

/* What was said since the last time; lets @ms pass. */
static void assert_said(struct fixture *f, int64_t ms, const char *want)
{
	testnet_advance(f->net, ms_to_ktime(ms));
	assert_string_equal(f->trace, want);
	f->trace[0] = '\0';
}

static bool hears(struct fixture *f, const char *lladdr)
{
	const struct netdev_mc_addr *mc;
	char text[32];

	list_for_each_entry(mc, &f->dev->mc_list, list) {
		snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mc->addr[0],
			 mc->addr[1], mc->addr[2], mc->addr[3], mc->addr[4], mc->addr[5]);
		if (!strcmp(text, lladdr))
			return true;
	}
	return false;
}

/* An MLD message that comes in, and what may be wrong with it. */
struct message {
	uint8_t type;
	uint16_t delay;
	const char *group, *from, *to;
	int nr_sources;	  /* that it speaks of, -1: version 1 */
	const char *have; /* those that it has */
	uint8_t qrv, qqic;
	uint8_t hop_limit;
	bool no_alert, looped;
	int cut; /* bytes missing at the end */
};

static void receive(struct fixture *f, struct message m)
{
	struct sk_buff *skb = skb_alloc(f->net, 64, 512);
	uint8_t *p = skb_put(skb, MLD_LEN);
	union inaddr addr = in6(m.group);
	char copy[256], *save, *word;
	struct ip6_skb_cb *cb = ip6_cb(skb);

	memset(p, 0, MLD_LEN);
	p[0] = m.type;
	p[4] = m.delay >> 8;
	p[5] = m.delay & 0xff;
	memcpy(p + 8, &addr, 16);
	if (m.nr_sources >= 0) {
		p = skb_put(skb, 4);
		p[0] = m.qrv;
		p[1] = m.qqic;
		p[2] = m.nr_sources >> 8;
		p[3] = m.nr_sources & 0xff;
		snprintf(copy, sizeof(copy), "%s", m.have ? m.have : "");
		for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
			addr = in6(word);
			memcpy(skb_put(skb, 16), &addr, 16);
		}
	}
	skb_trim(skb, skb->len - m.cut);
	skb->dev = f->dev;
	skb->looped = m.looped;
	memset(skb->cb, 0, sizeof(skb->cb));
	cb->parm = (struct inet_skb_parm){
		.saddr = in6(m.from ? m.from : ROUTER),
		.daddr = in6(m.to ? m.to : m.group),
		.ttl = m.hop_limit ? m.hop_limit : 1,
		.family = AF_INET6,
		.proto = IPPROTO_ICMPV6,
	};
	cb->flags = m.no_alert ? 0 : IP6SKB_ROUTER_ALERT;
	mld_rcv(f->net, skb);
}

static void query2(struct fixture *f, uint16_t delay, const char *group, int nr_sources,
		   const char *have)
{
	receive(f, (struct message){ .type = ICMP6_MLD_QUERY,
				     .delay = delay,
				     .group = group,
				     .nr_sources = nr_sources,
				     .have = have,
				     .qrv = 2,
				     .qqic = 125 });
}

static void query1(struct fixture *f, uint16_t delay, const char *group)
{
	receive(f, (struct message){ .type = ICMP6_MLD_QUERY,
				     .delay = delay,
				     .group = group,
				     .nr_sources = -1 });
}

static void report1(struct fixture *f, const char *group)
{
	receive(f, (struct message){ .type = ICMP6_MLD_REPORT,
				     .group = group,
				     .nr_sources = -1,
				     .from = "fe80::77" });
}

/* Groups -------------------------------------------------------------------------------------- */

static void test_joins_and_leaves_are_told_twice(void **state)
{
	struct fixture *f = *state;

	assert_said(f, 5000, ""); /* all nodes: never */
	join(f, GROUP);
	assert_said(f, 5000, "TO_EX ff05::1 {}\nTO_EX ff05::1 {}\n");
	join(f, GROUP);
	leave(f, GROUP);
	assert_said(f, 5000, ""); /* the sum is as it was */
	leave(f, GROUP);
	assert_said(f, 5000, "TO_IN ff05::1 {}\nTO_IN ff05::1 {}\n");
	assert_int_equal(change(f, false, GROUP, true, ""), -EADDRNOTAVAIL);
	join(f, GROUP);
	assert_said(f, 0, "TO_EX ff05::1 {}\n");
	leave(f, GROUP); /* before the second report */
	assert_said(f, 5000, "TO_IN ff05::1 {}\nTO_IN ff05::1 {}\n");
}

static void test_what_does_not_leave_the_interface_is_kept_there(void **state)
{
	struct fixture *f = *state;

	assert_true(hears(f, "33:33:00:00:00:01"));
	join(f, "ff01::99");
	assert_false(hears(f, "33:33:00:00:00:99"));
	join(f, "ff02::1"); /* all nodes, once more: not told either */
	assert_said(f, 5000, "");
	join(f, "ff02::1:ff00:2");
	assert_true(hears(f, "33:33:ff:00:00:02"));
	assert_said(f, 5000, "TO_EX ff02::1:ff00:2 {}\nTO_EX ff02::1:ff00:2 {}\n");
	leave(f, "ff02::1:ff00:2");
	assert_false(hears(f, "33:33:ff:00:00:02"));
	leave(f, "ff02::1");
	assert_true(hears(f, "33:33:00:00:00:01")); /* the node's own */
}

static void test_the_stacks_own_memberships_are_counted(void **state)
{
	struct fixture *f = *state;
	union inaddr group = in6("ff02::1:ff00:2");

	assert_int_equal(ip6_mc_join_own(&f->idev, &group), 0);
	assert_int_equal(ip6_mc_join_own(&f->idev, &group), 0);
	ip6_mc_leave_own(&f->idev, &group);
	assert_true(ip6_mc_check(&f->idev, &group, NULL, 0));
	ip6_mc_leave_own(&f->idev, &group);
	assert_false(ip6_mc_check(&f->idev, &group, NULL, 0));
	assert_said(f, 0, "TO_IN ff02::1:ff00:2 {}\n"); /* one round for all of it */
}

static void test_the_device_is_the_routes_where_none_is_named(void **state)
{
	struct fixture *f = *state;
	const struct dst_ops ops = { .family = AF_INET6, .destroy = destroy_route };
	struct dst_entry dst = { .ops = &ops, .net = f->net, .dev = f->dev, .refs = 1 };
	const struct mc_filter any = { .exclude = true };
	union inaddr group = in6(GROUP), unicast = in6(SOURCE1);

	assert_int_equal(ip6_mc_join(f->net, &group, NULL, &any), -ENODEV);
	f->route = &dst;
	assert_int_equal(ip6_mc_join(f->net, &group, NULL, &any), 0);
	assert_int_equal(ip6_mc_join(f->net, &unicast, NULL, &any), -EINVAL);
	assert_said(f, 0, "TO_EX ff05::1 {}\n");
	assert_int_equal(ip6_mc_leave(f->net, &group, NULL, &any), 0);
	assert_int_equal(dst.refs, 1);
	f->dev->ip6 = NULL; /* no IPv6 there */
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &any), -ENODEV);
	assert_int_equal(ip6_mc_leave(f->net, &group, NULL, &any), -ENODEV);
	f->dev->ip6 = &f->idev;
}

static void test_source_filters_add_up(void **state)
{
	struct fixture *f = *state;
	union inaddr group = in6(GROUP), s1 = in6(SOURCE1), s2 = in6(SOURCE2);

	assert_int_equal(change(f, true, GROUP, false, SOURCE1), 0);
	assert_said(f, 5000, "ALLOW ff05::1 {2001:db8::1}\nALLOW ff05::1 {2001:db8::1}\n");
	assert_true(ip6_mc_check(&f->idev, &group, &s1, IPPROTO_UDP));
	assert_false(ip6_mc_check(&f->idev, &group, &s2, IPPROTO_UDP));
	assert_true(ip6_mc_check(&f->idev, &group, &s2, IPPROTO_HOPOPTS)); /* MLD, perhaps */
	assert_true(ip6_mc_check(&f->idev, &group, &s2, IPPROTO_ICMPV6));
	assert_true(ip6_mc_check(&f->idev, &group, NULL, IPPROTO_UDP));

	/* Another wants all but two; of which the first wants one. */
	assert_int_equal(change(f, true, GROUP, true, SOURCE1 " " SOURCE2), 0);
	assert_said(f, 5000, "TO_EX ff05::1 {2001:db8::2}\nTO_EX ff05::1 {2001:db8::2}\n");
	assert_true(ip6_mc_check(&f->idev, &group, &s1, IPPROTO_UDP));
	assert_false(ip6_mc_check(&f->idev, &group, &s2, IPPROTO_UDP));
	assert_int_equal(change(f, false, GROUP, false, SOURCE1), 0);
	assert_said(f, 5000, "BLOCK ff05::1 {2001:db8::1}\nBLOCK ff05::1 {2001:db8::1}\n");
	assert_int_equal(change(f, false, GROUP, true, SOURCE1 " " SOURCE2), 0);
	assert_said(f, 5000, "TO_IN ff05::1 {}\nTO_IN ff05::1 {}\n");
	assert_false(ip6_mc_check(&f->idev, &group, &s1, IPPROTO_UDP));
}

/* What one socket wants of one group, in the naive model of the next test. */
struct member {
	int group; /* 0: of none */
	bool exclude;
	uint8_t sources; /* bits */
};

static void member_change(struct fixture *f, const struct member *m, bool joins)
{
	char group[32], text[160] = "";

	snprintf(group, sizeof(group), "ff05::%d", m->group);
	for (int s = 0; s < 5; s++) {
		if (m->sources >> s & 1)
			snprintf(text + strlen(text), 32, "2001:db8::%d ", s + 1);
	}
	assert_int_equal(change(f, joins, group, m->exclude, text), 0);
}

static bool member_wants(const struct member *m, int group, int source)
{
	return m->group == group && (m->sources >> source & 1) != m->exclude;
}

static void test_a_router_that_hears_all_knows_what_all_sockets_want(void **state)
{
	struct fixture *f = *state;
	struct member members[6] = { { 0 } };

	f->router_listens = true;
	for (int step = 0; step < 3000; step++) {
		struct member *m = &members[test_below(&f->seed, 6)];

		if (m->group)
			member_change(f, m, false);
		*m = (struct member){ test_below(&f->seed, 5), test_below(&f->seed, 2),
				      test_below(&f->seed, 32) };
		if (m->group && (m->exclude || m->sources))
			member_change(f, m, true);
		else
			m->group = 0;
		if (test_below(&f->seed, 2))
			testnet_advance(f->net, ms_to_ktime(test_below(&f->seed, 3000)));
		testnet_advance(f->net, 0);
		f->trace[0] = '\0';
		for (int g = 1; g < 5; g++) {
			for (int s = 0; s < 6; s++) { /* the last: nobody names it */
				bool want = false;

				for (int k = 0; k < 6; k++)
					want |= member_wants(&members[k], g, s);
				assert_int_equal(f->router.group[g - 1].source[s] !=
							 f->router.group[g - 1].exclude,
						 want);
			}
		}
	}
	for (int k = 0; k < 6; k++) {
		if (members[k].group)
			member_change(f, &members[k], false);
	}
}

/* Queries ------------------------------------------------------------------------------------- */

static void test_queries_are_answered_in_time(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(change(f, true, GROUP, true, SOURCE2), 0);
	assert_int_equal(change(f, true, GROUP2, false, SOURCE1), 0);
	testnet_advance(f->net, ms_to_ktime(5000));
	f->trace[0] = '\0';

	query2(f, 2000, "::", 0, NULL);
	assert_said(f, 2000, "IS_EX ff05::1 {2001:db8::2}\nIS_IN ff15::2 {2001:db8::1}\n");
	query2(f, 1000, GROUP, 0, NULL);
	assert_said(f, 1000, "IS_EX ff05::1 {2001:db8::2}\n");
	query2(f, 1000, GROUP, 3, SOURCE1 " 2001:db8::9 " SOURCE2); /* which of these? */
	assert_said(f, 1000, "IS_IN ff05::1 {2001:db8::1 2001:db8::9}\n");
	query2(f, 1000, GROUP2, 2, SOURCE1 " " SOURCE2);
	assert_said(f, 1000, "IS_IN ff15::2 {2001:db8::1}\n");
	query2(f, 1000, "ff05::99", 0, NULL);
	assert_said(f, 5000, ""); /* not a member */
	query2(f, 1000, "ff02::1", 0, NULL);
	assert_said(f, 5000, ""); /* never reported */
	query2(f, 0, GROUP, 0, NULL);
	assert_said(f, 0, "IS_EX ff05::1 {2001:db8::2}\n");
}

/* RFC 3810 5.1.3: the answers spread over all the time that the code means, and no longer. */
static void test_response_codes_are_floating_point_numbers(void **state)
{
	static const struct {
		uint16_t code;
		int64_t ms;
	} codes[] = {
		{ 0x7fff, 32767 }, { 0x8000, 32768 }, { 0x8001, 32776 }, { 0xffff, 8387584 }
	};
	struct fixture *f = *state;

	join(f, GROUP);
	testnet_advance(f->net, ms_to_ktime(5000));
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		ktime_t last = 0, begin;

		for (int n = 0; n < 64; n++) {
			begin = f->net->now;
			query2(f, codes[i].code, "::", 0, NULL);
			last = max(last, net_next_timer(f->net) - begin);
			f->trace[0] = '\0';
			assert_said(f, codes[i].ms, "IS_EX ff05::1 {}\n");
		}
		assert_in_range(last, ms_to_ktime(codes[i].ms * 9 / 10),
				ms_to_ktime(codes[i].ms) - 1);
	}
}

static void test_many_queries_are_one_answer(void **state)
{
	struct fixture *f = *state;
	char source[32];

	join(f, GROUP);
	testnet_advance(f->net, ms_to_ktime(5000));
	f->trace[0] = '\0';
	for (int i = 0; i < 50; i++)
		query2(f, 10000, "::", 0, NULL);
	assert_said(f, 11000, "IS_EX ff05::1 {}\n");
	for (int i = 0; i < MAX_SOURCES; i++) { /* more than are remembered: all are told */
		snprintf(source, sizeof(source), "2001:db8::%x", i);
		query2(f, 10000, GROUP, 1, source);
	}
	assert_said(f, 11000, "IS_EX ff05::1 {}\n");
	query2(f, 10000, GROUP, 1, SOURCE1);
	assert_said(f, 11000, "IS_IN ff05::1 {2001:db8::1}\n");
}

static void test_the_queriers_robustness_is_ours(void **state)
{
	static const struct {
		uint8_t told;
		unsigned times;
	} robust[] = { { 5, 5 }, { 1, 2 }, { 7, 7 }, { 0, 3 } };
	struct fixture *f = *state;

	f->net->ipv6->sysctl.mld_qrv = 3; /* when the querier says nothing */
	for (size_t i = 0; i < ARRAY_SIZE(robust); i++) {
		receive(f, (struct message){
				   .type = ICMP6_MLD_QUERY, .group = "::", .qrv = robust[i].told });
		testnet_advance(f->net, 0);
		f->packets = 0;
		join(f, GROUP);
		testnet_advance(f->net, ms_to_ktime(10000));
		assert_int_equal(f->packets, robust[i].times);
		leave(f, GROUP);
		testnet_advance(f->net, ms_to_ktime(10000));
		assert_int_equal(f->packets, 2 * robust[i].times);
	}
}

static void test_repetitions_wait_as_configured(void **state)
{
	struct fixture *f = *state;
	ktime_t last = 0, begin;

	f->idev.conf.mldv2_unsolicited_report_interval = 60000;
	for (int n = 0; n < 32; n++) {
		join(f, GROUP);
		assert_said(f, 0, "TO_EX ff05::1 {}\n");
		begin = f->net->now;
		last = max(last, net_next_timer(f->net) - begin);
		assert_said(f, 60000, "TO_EX ff05::1 {}\n");
		leave(f, GROUP);
		assert_said(f, 60000, "TO_IN ff05::1 {}\nTO_IN ff05::1 {}\n");
	}
	assert_in_range(last, ms_to_ktime(50000), ms_to_ktime(60000));
}

/* Strangers ----------------------------------------------------------------------------------- */

static void test_messages_of_strangers_are_dropped(void **state)
{
	static const struct message bad[] = {
		{ .hop_limit = 64 },		      /* from afar */
		{ .hop_limit = 255 },		      /* that is ND's */
		{ .from = "2001:db8::5" },	      /* not link-local */
		{ .from = "::" },		      /* nobody */
		{ .no_alert = true },		      /* RFC 3810 6.2 */
		{ .group = "2001:db8::1" },	      /* no group */
		{ .nr_sources = 2, .have = SOURCE1 }, /* says two sources, has one */
		{ .nr_sources = 65535 },	      /* says many */
		{ .nr_sources = 0, .cut = 1 },	      /* between the versions */
		{ .nr_sources = 0, .cut = 3 },	      /* … */
		{ .nr_sources = -1, .cut = 1 },	      /* too short for any */
		{ .nr_sources = -1, .cut = MLD_LEN }, /* nothing */
		{ .type = ICMP6_MLD_REPORT, .nr_sources = -1, .cut = 8 },
		{ .type = ICMP6_MLD_DONE, .nr_sources = -1, .cut = 16 },
	};
	struct fixture *f = *state;

	join(f, GROUP);
	testnet_advance(f->net, ms_to_ktime(5000));
	f->trace[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct message m = bad[i];

		m.type = m.type ? m.type : ICMP6_MLD_QUERY;
		m.group = m.group ? m.group : "::";
		receive(f, m);
		assert_int_equal(f->dev->drops[DROP_MLD_HDR], i + 1);
		assert_said(f, 12000, "");
	}
	/* And nobody has been taken for an older router. */
	join(f, GROUP2);
	assert_said(f, 5000, "TO_EX ff15::2 {}\nTO_EX ff15::2 {}\n");
	/* What is for routers is none of ours, and no error. */
	receive(f, (struct message){ .type = ICMP6_MLDV2_REPORT, .group = "::", .cut = 20 });
	receive(f, (struct message){ .type = ICMP6_MLD_DONE, .group = GROUP, .nr_sources = -1 });
	assert_int_equal(f->dev->drops[DROP_MLD_HDR], ARRAY_SIZE(bad));
	assert_said(f, 5000, "");
}

static void test_random_bytes_do_no_harm(void **state)
{
	struct fixture *f = *state;

	join(f, GROUP);
	assert_int_equal(change(f, true, GROUP2, false, SOURCE1), 0);
	for (int i = 0; i < 5000; i++) {
		struct message m = {
			.type = test_below(&f->seed, 4) ? ICMP6_MLD_QUERY : ICMP6_MLD_REPORT,
			.delay = test_random(&f->seed),
			.group = test_below(&f->seed, 2) ? "::" : GROUP2,
			.nr_sources = (int)test_below(&f->seed, 4) - 1,
			.have = SOURCE1 " " SOURCE2,
			.qrv = test_random(&f->seed),
			.qqic = test_random(&f->seed),
			.cut = test_below(&f->seed, 3) ? 0 : test_below(&f->seed, MLD_LEN),
		};

		receive(f, m);
		testnet_advance(f->net, ms_to_ktime(test_below(&f->seed, 2000)));
		f->trace[0] = '\0';
	}
	/* Days later it is as if nothing had been. */
	testnet_advance(f->net, ms_to_ktime(7ll * 86400 * 1000));
	f->trace[0] = '\0';
	query2(f, 0, "::", 0, NULL);
	assert_said(f, 0, "IS_EX ff05::1 {}\nIS_IN ff15::2 {2001:db8::1}\n");
}

/* Version 1 ----------------------------------------------------------------------------------- */

static void test_an_older_router_is_spoken_to_in_its_version(void **state)
{
	struct fixture *f = *state;

	join(f, GROUP2);
	assert_said(f, 0, "TO_EX ff15::2 {}\n");
	query1(f, 1000, "::");
	assert_said(f, 1000, "v1 report ff15::2\n"); /* and the change is not told again */
	join(f, GROUP);
	assert_said(f, 11000, "v1 report ff05::1\nv1 report ff05::1\n");
	query1(f, 1000, GROUP);
	assert_said(f, 1000, "v1 report ff05::1\n");
	query2(f, 1000, GROUP, 1, SOURCE1); /* a newer one asks: in the older one's words */
	assert_said(f, 1000, "v1 report ff05::1\n");
	leave(f, GROUP);
	assert_said(f, 1000, "done ff05::1\n");
	assert_int_equal(change(f, true, GROUP, false, SOURCE1), 0);
	assert_said(f, 11000, "v1 report ff05::1\nv1 report ff05::1\n");
}

/* RFC 3810 9.12: twice the query interval and the response interval after the last one */
static void test_older_routers_are_forgotten(void **state)
{
	struct fixture *f = *state;

	query1(f, 10000, "::");
	testnet_advance(f->net, ms_to_ktime(100000));
	query1(f, 10000, "::");
	testnet_advance(f->net, ms_to_ktime(2 * 125000 + 10000 - 1));
	join(f, GROUP);
	assert_said(f, 0, "v1 report ff05::1\n");
	testnet_advance(f->net, ms_to_ktime(1));
	join(f, GROUP2);
	assert_said(f, 5000, "TO_EX ff15::2 {}\nTO_EX ff15::2 {}\n");
}

static void test_others_reports_make_ours_unnecessary(void **state)
{
	struct fixture *f = *state;
	struct message m = { .type = ICMP6_MLD_REPORT, .group = GROUP, .nr_sources = -1 };

	query1(f, 10000, "::");
	join(f, GROUP);
	assert_said(f, 15000, "v1 report ff05::1\nv1 report ff05::1\n");
	query1(f, 10000, "::");
	report1(f, GROUP);
	assert_said(f, 15000, "");
	/* And who was not the last to report need not say that it leaves (RFC 2710 4). */
	leave(f, GROUP);
	assert_said(f, 1000, "");
	join(f, GROUP);
	assert_said(f, 15000, "v1 report ff05::1\nv1 report ff05::1\n");

	/* Not so: our own, come back; one that routers do not hear; a stranger's. */
	for (int i = 0; i < 4; i++) {
		m.looped = i == 0;
		m.to = i == 1 ? "fe80::2" : NULL;
		m.hop_limit = i == 2 ? 64 : 1;
		m.from = i == 3 ? SOURCE1 : "fe80::77";
		query1(f, 10000, "::");
		receive(f, m);
		assert_said(f, 15000, "v1 report ff05::1\n");
	}
}

static void test_reports_of_others_do_not_count_in_version_2(void **state)
{
	struct fixture *f = *state;

	join(f, GROUP);
	testnet_advance(f->net, ms_to_ktime(5000));
	f->trace[0] = '\0';
	query2(f, 10000, GROUP, 0, NULL);
	report1(f, GROUP);
	assert_said(f, 10000, "IS_EX ff05::1 {}\n");
}

static void test_the_version_can_be_forced(void **state)
{
	struct fixture *f = *state;

	f->idev.conf.force_mld_version = 1;
	join(f, GROUP);
	assert_said(f, 10000, "v1 report ff05::1\nv1 report ff05::1\n");
	query2(f, 1000, "::", 0, NULL);
	assert_said(f, 1000, "v1 report ff05::1\n");
	query2(f, 0xffff, "::", 0, NULL); /* no exponent to version 1: within 32.767 s */
	assert_said(f, 32767, "v1 report ff05::1\n");
	f->all.force_mld_version = 2; /* that of all devices goes first */
	query1(f, 1000, "::");
	assert_said(f, 1000, "");
	leave(f, GROUP);
	assert_said(f, 0, "TO_IN ff05::1 {}\n");
	f->all.force_mld_version = 1; /* in the middle of it */
	assert_said(f, 5000, "");
}

/* Devices and addresses ----------------------------------------------------------------------- */

static void tell_address(struct fixture *f, const char *addr, uint32_t flags)
{
	struct ifaddr ifa = {
		.dev = f->dev, .family = AF_INET6, .local = in6(addr), .flags = flags
	};
	struct ifaddr_event event = { &ifa };

	event_emit(f->net, EVENT_ADDR_ADD, &event);
}

/* RFC 3590 4 */
static void test_what_was_said_by_nobody_is_said_again(void **state)
{
	struct fixture *f = *state;

	f->have_linklocal = false;
	join(f, GROUP);
	assert_int_equal(change(f, true, GROUP2, false, SOURCE1), 0);
	assert_said(f, 5000,
		    ":: TO_EX ff05::1 {}\nALLOW ff15::2 {2001:db8::1}\n"
		    ":: TO_EX ff05::1 {}\nALLOW ff15::2 {2001:db8::1}\n");
	tell_address(f, OWN, IFA_F_TENTATIVE);
	tell_address(f, SOURCE1, 0);
	assert_said(f, 5000, "");
	f->have_linklocal = true;
	tell_address(f, OWN, IFA_F_PERMANENT);
	assert_said(f, 5000,
		    "TO_EX ff05::1 {}\nALLOW ff15::2 {2001:db8::1}\n"
		    "TO_EX ff05::1 {}\nALLOW ff15::2 {2001:db8::1}\n");
	tell_address(f, OWN, IFA_F_PERMANENT); /* once is enough */
	assert_said(f, 5000, "");
}

static void test_what_was_left_meanwhile_stays_left(void **state)
{
	struct fixture *f = *state;

	f->have_linklocal = false;
	join(f, GROUP);
	leave(f, GROUP);
	assert_said(f, 0, ":: TO_IN ff05::1 {}\n");
	f->have_linklocal = true;
	tell_address(f, OWN, IFA_F_PERMANENT);
	assert_said(f, 5000, "TO_IN ff05::1 {}\n");
}

static void test_down_and_up_tells_anew(void **state)
{
	struct fixture *f = *state;

	query1(f, 1000, "::");
	join(f, GROUP);
	assert_int_equal(change(f, true, GROUP2, false, SOURCE1), 0);
	testnet_advance(f->net, ms_to_ktime(15000));
	f->trace[0] = '\0';
	ip6_mc_down(&f->idev);
	assert_true(list_empty(&f->dev->mc_list));
	leave(f, GROUP);
	join(f, GROUP);
	assert_said(f, 5000, "");
	ip6_mc_up(&f->idev); /* on another link, perhaps: the older router is forgotten */
	assert_said(f, 5000,
		    "ALLOW ff15::2 {2001:db8::1}\nTO_EX ff05::1 {}\n"
		    "ALLOW ff15::2 {2001:db8::1}\nTO_EX ff05::1 {}\n");
	assert_true(hears(f, "33:33:00:00:00:01"));
	assert_true(hears(f, "33:33:00:00:00:02"));
}

/* Size ---------------------------------------------------------------------------------------- */

static void test_many_groups_are_cut_into_packets(void **state)
{
	struct fixture *f = *state;
	char group[32], expected[8192] = "";

	f->dev->mtu = 1280;
	for (int n = 1; n <= 150; n++) {
		snprintf(group, sizeof(group), "ff05::%x", n);
		join(f, group);
		snprintf(expected + strlen(expected), 64, "TO_EX %s {}\n", group);
	}
	assert_said(f, 0, expected); /* 61 records of 20 bytes to a packet */
	assert_int_equal(f->packets, 3);
	assert_int_equal(f->longest, 1280 - 4);
}

/* Users have many sockets, and each has many memberships: all packets to groups would feel it. */
static void test_sockets_cannot_join_without_end(void **state)
{
	struct fixture *f = *state;
	const struct mc_filter any = { .exclude = true };
	union inaddr group = in6("ff01::5"), solicited = in6("ff02::1:ff00:77");
	unsigned n;

	for (n = 0; n < 2 * MC_GROUPS_MAX; n++) {
		group.v6[2] = htonl(n);
		if (ip6_mc_join(f->net, &group, f->dev, &any))
			break;
	}
	assert_in_range(n, MC_GROUPS_MAX - 8, MC_GROUPS_MAX);
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &any), -ENOBUFS);
	assert_int_equal(ip6_mc_join_own(&f->idev, &solicited), 0);
	group.v6[2] = htonl(0);
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &any), 0);
	for (unsigned i = 0; i < n; i++) {
		group.v6[2] = htonl(i);
		assert_int_equal(ip6_mc_leave(f->net, &group, f->dev, &any), 0);
	}
	group.v6[2] = htonl(n);
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &any), 0);
}

static void test_sockets_cannot_name_sources_without_end(void **state)
{
	struct fixture *f = *state;
	union inaddr sources[MAX_SOURCES], group = in6(GROUP);
	struct mc_filter filter = { false, MAX_SOURCES, sources };
	unsigned n = 0;
	int err;

	f->dev->mtu = 9000;
	do {
		for (unsigned i = 0; i < MAX_SOURCES; i++) {
			sources[i] = in6(SOURCE1);
			sources[i].v6[2] = htonl(n * MAX_SOURCES + i);
		}
		err = ip6_mc_join(f->net, &group, f->dev, &filter);
		n += !err;
	} while (!err && n < MC_SOURCES_MAX);
	assert_int_equal(err, -ENOBUFS);
	assert_int_equal(n, MC_SOURCES_MAX / MAX_SOURCES);
	/* What did not fit as a whole left nothing. */
	filter.nr_sources = MC_SOURCES_MAX % MAX_SOURCES;
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &filter), 0);
}

static void test_long_lists_of_sources(void **state)
{
	struct fixture *f = *state;
	union inaddr sources[MAX_SOURCES], group = in6(GROUP), group2 = in6(GROUP2);
	struct mc_filter filter = { true, MAX_SOURCES, sources };
	int records = 0;

	f->dev->mtu = 1280;
	for (int i = 0; i < MAX_SOURCES; i++) {
		sources[i] = in6(SOURCE1);
		sources[i].b[13] = 1 + i;
	}
	/*
	 * RFC 3810 5.2.15: one record that excludes, of what fits into a packet of its own: 75
	 * sources.
	 */
	join(f, "ff05::5");
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &filter), 0);
	testnet_advance(f->net, 0);
	assert_int_equal(f->packets, 2);
	for (const char *p = f->trace; (p = strstr(p, "TO_EX")); p++)
		records++;
	assert_int_equal(records, 2);
	assert_int_equal(f->longest, 48 + 8 + 20 + 75 * 16);
	f->trace[0] = '\0';
	testnet_advance(f->net, ms_to_ktime(5000));

	/* Ones that allow go on in the next packet. */
	f->trace[0] = '\0';
	f->packets = 0;
	filter.exclude = false;
	assert_int_equal(ip6_mc_join(f->net, &group2, f->dev, &filter), 0);
	testnet_advance(f->net, 0);
	assert_int_equal(f->packets, 3);
	records = 0;
	for (const char *p = f->trace; (p = strstr(p, "2001:db8:")); p++)
		records++;
	assert_int_equal(records, MAX_SOURCES);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_joins_and_leaves_are_told_twice),
		T(test_what_does_not_leave_the_interface_is_kept_there),
		T(test_the_stacks_own_memberships_are_counted),
		T(test_the_device_is_the_routes_where_none_is_named),
		T(test_source_filters_add_up),
		T(test_a_router_that_hears_all_knows_what_all_sockets_want),
		T(test_queries_are_answered_in_time),
		T(test_response_codes_are_floating_point_numbers),
		T(test_many_queries_are_one_answer),
		T(test_the_queriers_robustness_is_ours),
		T(test_repetitions_wait_as_configured),
		T(test_messages_of_strangers_are_dropped),
		T(test_random_bytes_do_no_harm),
		T(test_an_older_router_is_spoken_to_in_its_version),
		T(test_older_routers_are_forgotten),
		T(test_others_reports_make_ours_unnecessary),
		T(test_reports_of_others_do_not_count_in_version_2),
		T(test_the_version_can_be_forced),
		T(test_what_was_said_by_nobody_is_said_again),
		T(test_what_was_left_meanwhile_stays_left),
		T(test_down_and_up_tells_anew),
		T(test_many_groups_are_cut_into_packets),
		T(test_sockets_cannot_join_without_end),
		T(test_sockets_cannot_name_sources_without_end),
		T(test_long_lists_of_sources),
	};

	return cmocka_run_group_tests_name("mld", tests, NULL, NULL);
}
