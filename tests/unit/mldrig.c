/* SPDX-License-Identifier: BSD-2-Clause */
/* MLD on a device alone: see mldrig.h. */
#include "tests/unit/mldrig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/ipv6/route6.h"

#define ROUTER	"fe80::1"
#define CHECKED 0x6c6d /* what the test's own icmp6_checksum() puts there */

static struct fixture *the_fixture; /* for a callee that is told of no net */

static struct fixture *fixture_of(struct net *net)
{
	return (struct fixture *)net->ipv6->addrconf;
}

union inaddr in6(const char *text)
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

int mld_setup(void **state)
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

int mld_teardown(void **state)
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

int change(struct fixture *f, bool join, const char *group, bool exclude, const char *text)
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

void join(struct fixture *f, const char *group)
{
	assert_int_equal(change(f, true, group, true, ""), 0);
}

void leave(struct fixture *f, const char *group)
{
	assert_int_equal(change(f, false, group, true, ""), 0);
}

void assert_said(struct fixture *f, int64_t ms, const char *want)
{
	testnet_advance(f->net, ms_to_ktime(ms));
	assert_string_equal(f->trace, want);
	f->trace[0] = '\0';
}

bool hears(struct fixture *f, const char *lladdr)
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

void receive(struct fixture *f, struct message m)
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

void query2(struct fixture *f, uint16_t delay, const char *group, int nr_sources, const char *have)
{
	receive(f, (struct message){ .type = ICMP6_MLD_QUERY,
				     .delay = delay,
				     .group = group,
				     .nr_sources = nr_sources,
				     .have = have,
				     .qrv = 2,
				     .qqic = 125 });
}

void query1(struct fixture *f, uint16_t delay, const char *group)
{
	receive(f, (struct message){ .type = ICMP6_MLD_QUERY,
				     .delay = delay,
				     .group = group,
				     .nr_sources = -1 });
}

void report1(struct fixture *f, const char *group)
{
	receive(f, (struct message){ .type = ICMP6_MLD_REPORT,
				     .group = group,
				     .nr_sources = -1,
				     .from = "fe80::77" });
}
