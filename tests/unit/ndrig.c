/* SPDX-License-Identifier: BSD-2-Clause */
/* A net with IPv6 on a link that the test speaks for: see ndrig.h. */
#include "tests/unit/ndrig.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/mld.h"
#include "stack/link/ethernet.h"
#include "stack/link/links.h"
#include "tests/unit/routewords.h"

struct nd_rig nd;

static void on_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	(void)l;
	(void)net;
	switch (type) {
	case EVENT_ADDR_ADD:
		nd.addr_adds++;
		break;
	case EVENT_ADDR_DEL:
		nd.addr_dels++;
		break;
	case EVENT_PREFIX:
		nd.prefixes++;
		nd.last_prefix = *(struct prefix_event *)obj;
		break;
	case EVENT_IN6_IFINFO:
		nd.ifinfos++;
		break;
	case EVENT_ND_USEROPT:
		nd.useropts++;
		nd.last_useropt = *(const uint8_t *)((struct nd_useropt_event *)obj)->opt;
		break;
	default:
		break;
	}
}

static void log_emit(void *ctx, enum log_level level, const char *line)
{
	(void)ctx;
	(void)level;
	snprintf(nd.log, sizeof(nd.log), "%s", line);
}

static struct net_device *add_dev(const char *name, uint8_t last)
{
	const uint8_t mac[ETH_ALEN] = { 2, 0, 0, 0, 0, last };
	struct net_device *dev = testdev_create(nd.net, name, 0);

	assert_int_equal(netdev_change_flags(dev, 0, IFF_UP, NULL), 0);
	netdev_set_carrier(dev, true);
	assert_int_equal(netdev_set_address(dev, mac, sizeof(mac), NULL), 0);
	memcpy(dev->perm_addr, mac, sizeof(mac));
	return dev;
}

int nd_setup(void **state)
{
	(void)state;
	nd = (struct nd_rig){ .net = testnet_create(), .listener.fn = on_event };
	nd.net->log = (struct logger){ .emit = log_emit, .level = LOG_LEVEL_INFO };
	assert_int_equal(neigh_net_init(nd.net), 0);
	assert_int_equal(ipv6_init(nd.net), 0);
	assert_int_equal(loopback_create(nd.net), 0);
	assert_int_equal(netdev_change_flags(nd.net->loopback, IFF_UP, IFF_UP, NULL), 0);
	nd.dev = add_dev("d1", 1);
	nd.idev = in6_dev_get(nd.dev);
	event_listen(nd.net, &nd.listener);
	assert_int_equal(netdev_change_flags(nd.dev, IFF_UP, IFF_UP, NULL), 0);
	return 0;
}

int nd_setup_ready(void **state)
{
	nd_setup(state);
	set_conf(router_solicitations, 0);
	seconds(5);
	forget_sent();
	nd.addr_adds = 0;
	return 0;
}

int nd_teardown(void **state)
{
	(void)state;
	event_unlisten(&nd.listener);
	while (!list_empty(&nd.net->devs))
		netdev_unregister(list_last_entry(&nd.net->devs, struct net_device, list));
	ipv6_exit(nd.net);
	neigh_net_exit(nd.net);
	testnet_destroy(nd.net);
	return 0;
}

struct net_device *nd_second(void)
{
	struct net_device *dev = add_dev("d2", 2);

	assert_int_equal(netdev_change_flags(dev, IFF_UP, IFF_UP, NULL), 0);
	return dev;
}

union inaddr a6(const char *text)
{
	union inaddr a;

	if (inet_pton(AF_INET6, text, &a) != 1)
		fail_msg("not an address: %s", text);
	return a;
}

const char *text6(const union inaddr *addr)
{
	static char buf[8][INET6_ADDRSTRLEN];
	static unsigned next;

	return inet_ntop(AF_INET6, addr, buf[next++ % 8], INET6_ADDRSTRLEN);
}

void seconds(unsigned s)
{
	testnet_advance(nd.net, sec_to_ktime(s));
}

void tenths(unsigned n)
{
	testnet_advance(nd.net, ms_to_ktime(100 * n));
}

int conf_try(struct ipv6_devconf *conf, int32_t *field, int32_t value)
{
	int32_t old = *field;

	*field = value;
	return addrconf_conf_changed(nd.net, conf, field, old);
}

void conf_write(struct ipv6_devconf *conf, int32_t *field, int32_t value)
{
	assert_int_equal(conf_try(conf, field, value), 0);
}

/* Addresses ------------------------------------------------------------------------------------ */

static const struct {
	const char *name;
	uint32_t flag;
} flag_names[] = {
	{ "nodad", IFA_F_NODAD },
	{ "optimistic", IFA_F_OPTIMISTIC },
	{ "mngtmpaddr", IFA_F_MANAGETEMPADDR },
	{ "noprefixroute", IFA_F_NOPREFIXROUTE },
	{ "home", IFA_F_HOMEADDRESS },
	{ "autojoin", IFA_F_MCAUTOJOIN },
	{ "tentative", IFA_F_TENTATIVE },
	{ "dadfailed", IFA_F_DADFAILED },
	{ "deprecated", IFA_F_DEPRECATED },
	{ "temporary", IFA_F_TEMPORARY },
	{ "stable-privacy", IFA_F_STABLE_PRIVACY },
};

static void parse_flag(struct ifaddr *ifa, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(flag_names); i++) {
		if (!strcmp(word, flag_names[i].name)) {
			ifa->flags |= flag_names[i].flag;
			return;
		}
	}
	fail_msg("unknown word: %s", word);
}

static void addr_parse(const char *text, struct ifaddr *ifa)
{
	const char *word;
	struct words w;

	words_start(&w, text);
	*ifa = (struct ifaddr){ .dev = nd.dev, .family = AF_INET6 };
	ifa->local = ifa->address = words_prefix(AF_INET6, words_must(&w), &ifa->prefixlen);
	while ((word = words_next(&w))) {
		if (!strcmp(word, "peer")) {
			ifa->address = a6(words_must(&w));
		} else if (!strcmp(word, "metric")) {
			ifa->metric = words_number(&w);
		} else if (!strcmp(word, "lft")) {
			ifa->valid_lft = words_number(&w);
			ifa->preferred_lft = words_number(&w);
		} else {
			parse_flag(ifa, word);
		}
	}
}

int nd_addr(unsigned nlflags, struct extack *ack, const char *text)
{
	struct ifaddr ifa;

	addr_parse(text, &ifa);
	return inet_config_find(nd.net, AF_INET6)->addr_add(nd.net, &ifa, nlflags, ack);
}

void nd_addr_add(const char *text)
{
	struct extack ack = { .msg = "" };
	int err = nd_addr(NLM_F_CREATE | NLM_F_EXCL, &ack, text);

	if (err)
		fail_msg("%s: %s (%s)", text, strerror(-err), ack.msg);
}

int nd_addr_del(const char *text)
{
	struct ifaddr ifa;

	addr_parse(text, &ifa);
	return inet_config_find(nd.net, AF_INET6)->addr_del(nd.net, &ifa, NULL);
}

/* Seconds left; "forever" */
static void add_lifetime(struct text *t, const struct ifaddr *ifa, uint32_t lft)
{
	int64_t left = lft - (nd.net->now - ifa->tstamp) / NSEC_PER_SEC;

	if (lft == INFINITY_LIFE_TIME)
		text_add(t, " forever");
	else
		text_add(t, " %d", left > 0 ? (int)left : 0);
}

static int addr_line(const struct ifaddr *ifa, void *arg)
{
	struct text *t = arg;

	text_add(t, "%s%s", t->len ? "\n" : "", text6(&ifa->local));
	if (!inaddr_equal(&ifa->local, &ifa->address))
		text_add(t, " peer %s", text6(&ifa->address));
	text_add(t, "/%u", ifa->prefixlen);
	for (size_t i = 0; i < ARRAY_SIZE(flag_names); i++)
		if (ifa->flags & flag_names[i].flag)
			text_add(t, " %s", flag_names[i].name);
	if (!(ifa->flags & IFA_F_PERMANENT)) {
		add_lifetime(t, ifa, ifa->valid_lft);
		add_lifetime(t, ifa, ifa->preferred_lft);
	}
	return 0;
}

void assert_addrs6(const char *expected)
{
	struct text t = { .len = 0 };

	inet_config_find(nd.net, AF_INET6)->addr_walk(nd.dev, addr_line, &t);
	assert_string_equal(t.buf, expected);
}

/* Routes and groups ---------------------------------------------------------------------------- */

static void route_line(struct text *t, const struct route_config *cfg)
{
	static const char *const types[] = {
		[RTN_LOCAL] = "local ", [RTN_ANYCAST] = "anycast ", [RTN_MULTICAST] = "multicast "
	};
	const struct net_device *dev = netdev_by_index(nd.net, cfg->nh[0].oif);

	*t = (struct text){ .len = 0 };
	if (cfg->type < ARRAY_SIZE(types) && types[cfg->type])
		text_add(t, "%s", types[cfg->type]);
	text_add(t, "%s", text6(&cfg->dst));
	if (cfg->dst_len != 128)
		text_add(t, "/%u", cfg->dst_len);
	if (cfg->nh[0].gw_family)
		text_add(t, " via %s", text6(&cfg->nh[0].gw));
	text_add(t, " dev %s metric %u", dev ? dev->name : "?", cfg->priority);
	if (cfg->metrics[RTAX_HOPLIMIT])
		text_add(t, " hoplimit %u", cfg->metrics[RTAX_HOPLIMIT]);
	if (cfg->expires)
		text_add(t, " expires %u", cfg->expires);
	if (cfg->pref)
		text_add(t, " pref %s", cfg->pref == 1 ? "high" : "low");
}

static bool has_route(uint32_t table, const char *line, struct text *all)
{
	struct route_cursor cur = { .table = table };
	struct route_config cfg;
	struct text t;
	bool found = false;

	all->len = all->buf[0] = 0;
	while (inet_config_find(nd.net, AF_INET6)->route_walk(nd.net, &cur, &cfg, 1)) {
		route_line(&t, &cfg);
		found |= !strcmp(t.buf, line);
		text_add(all, "%s\n", t.buf);
	}
	return found;
}

void assert_route6(uint32_t table, const char *line)
{
	struct text all;

	if (!has_route(table, line, &all))
		fail_msg("no route %s in\n%s", line, all.buf);
}

void assert_no_route6(uint32_t table, const char *line)
{
	struct text all;

	if (has_route(table, line, &all))
		fail_msg("route %s is there", line);
}

bool is_member(const char *group)
{
	const union inaddr g = a6(group);

	return ip6_mc_check(nd.idev, &g, NULL, IPPROTO_UDP);
}

/* In and out ----------------------------------------------------------------------------------- */

uint32_t opt_lladdr(uint8_t *buf, uint32_t len, uint8_t type, const char *mac)
{
	buf[len] = type;
	buf[len + 1] = 1;
	memcpy(buf + len + 2, mac, ETH_ALEN);
	return len + 8;
}

uint32_t opt_nonce(uint8_t *buf, uint32_t len, uint64_t nonce)
{
	ndisc_put_nonce(buf + len, nonce);
	return len + 8;
}

void nd_rx(const char *src, const char *dst, unsigned hops, const void *msg, uint32_t len)
{
	const union inaddr saddr = a6(src), daddr = a6(dst);
	struct sk_buff *skb = skb_alloc(nd.net, SKB_HEADROOM, len);
	struct ipv6_hdr *ip6;
	struct eth_hdr *eth;

	memcpy(skb_put(skb, len), msg, len);
	if (len >= sizeof(struct icmp6_hdr))
		icmp6_checksum(skb, &saddr, &daddr);
	ip6 = skb_push(skb, sizeof(*ip6));
	*ip6 = (struct ipv6_hdr){
		.ver_class_label = ipv6_first_word(0, 0),
		.payload_len = htons(len),
		.nexthdr = IPPROTO_ICMPV6,
		.hop_limit = hops,
		.saddr = saddr,
		.daddr = daddr,
	};
	eth = skb_push(skb, sizeof(*eth));
	memcpy(eth->src, ND_STATION, ETH_ALEN);
	if (in6_is_multicast(&daddr))
		nd.dev->link->map_multicast(AF_INET6, &daddr, eth->dst);
	else
		memcpy(eth->dst, nd.dev->addr, ETH_ALEN);
	eth->type = htons(ETH_P_IPV6);
	netdev_rx(nd.dev, skb);
	net_finish_batch(nd.net);
}

static void rx_msg(uint8_t type, const char *src, const char *dst, const char *target,
		   uint32_t info, uint8_t opt, const char *lladdr)
{
	uint8_t buf[64];
	struct nd_msg msg = { .icmp = { .type = type, .info = htonl(info) }, .target = a6(target) };
	uint32_t len = sizeof(msg);

	memcpy(buf, &msg, sizeof(msg));
	if (lladdr)
		len = opt_lladdr(buf, len, opt, lladdr);
	nd_rx(src, dst, NDISC_HOP_LIMIT, buf, len);
}

void rx_ns(const char *src, const char *dst, const char *target, const char *lladdr)
{
	rx_msg(ICMP6_NEIGH_SOLICIT, src, dst, target, 0, ND_OPT_SOURCE_LLADDR, lladdr);
}

void rx_na(const char *src, const char *dst, const char *target, uint32_t flags, const char *lladdr)
{
	rx_msg(ICMP6_NEIGH_ADVERT, src, dst, target, flags, ND_OPT_TARGET_LLADDR, lladdr);
}

struct ra ra_new(uint16_t lifetime)
{
	return (struct ra){ .hdr = { .type = ICMP6_ROUTER_ADVERT, .lifetime = htons(lifetime) } };
}

static void *ra_put(struct ra *ra, const void *opt, uint32_t len)
{
	uint8_t *p = ra->opts + ra->len;

	assert_true(ra->len + len <= sizeof(ra->opts));
	memcpy(p, opt, len);
	ra->len += len;
	return p;
}

void ra_prefix(struct ra *ra, const char *prefix, uint8_t plen, uint8_t flags, uint32_t valid,
	       uint32_t preferred)
{
	const union inaddr a = a6(prefix);
	const be32 lft[] = { htonl(valid), htonl(preferred), 0 };
	uint8_t opt[32] = { ND_OPT_PREFIX, 4, plen, flags };

	memcpy(opt + 4, lft, sizeof(lft));
	memcpy(opt + 16, &a, sizeof(a));
	ra_put(ra, opt, sizeof(opt));
}

void ra_route(struct ra *ra, const char *prefix, uint8_t plen, uint8_t units, uint8_t pref,
	      uint32_t lifetime)
{
	const union inaddr a = a6(prefix);
	const be32 lft = htonl(lifetime);
	uint8_t opt[64] = { ND_OPT_ROUTE, units, plen, pref << 3 };

	memcpy(opt + 4, &lft, sizeof(lft));
	memcpy(opt + 8, &a, sizeof(a));
	ra_put(ra, opt, units * ND_OPT_UNIT);
}

void ra_mtu(struct ra *ra, uint32_t mtu)
{
	const be32 value = htonl(mtu);
	uint8_t opt[8] = { ND_OPT_MTU, 1 };

	memcpy(opt + 4, &value, sizeof(value));
	ra_put(ra, opt, sizeof(opt));
}

void ra_opt(struct ra *ra, uint8_t type, uint8_t units)
{
	uint8_t opt[64] = { type, units, 2, 0, 0, 0, 1, 0xee };

	ra_put(ra, opt, units * ND_OPT_UNIT);
}

void rx_ra(const struct ra *ra)
{
	uint8_t buf[600];

	memcpy(buf, &ra->hdr, sizeof(ra->hdr));
	memcpy(buf + sizeof(ra->hdr), ra->opts, ra->len);
	nd_rx(ra->src ? ra->src : ROUTER, "ff02::1", NDISC_HOP_LIMIT, buf,
	      sizeof(ra->hdr) + ra->len);
}

void rx_prefix(const char *prefix, uint32_t valid, uint32_t preferred)
{
	struct ra ra = ra_new(0);

	ra_prefix(&ra, prefix, 64, 0xc0, valid, preferred);
	rx_ra(&ra);
}

static void check_sum(struct sk_buff *skb, const struct ipv6_hdr *ip6)
{
	const union inaddr saddr = ip6->saddr, daddr = ip6->daddr;
	const struct icmp6_hdr *icmp = (const struct icmp6_hdr *)skb->data;
	be16 sum = icmp->check;

	icmp6_checksum(skb, &saddr, &daddr);
	assert_int_equal(icmp->check, sum);
}

static void take_apart(struct sk_buff *skb, const struct ipv6_hdr *ip6, struct sent *ret)
{
	const struct icmp6_hdr *icmp = (const struct icmp6_hdr *)skb->data;
	const union inaddr saddr = ip6->saddr, daddr = ip6->daddr;
	uint32_t hdr_len =
		icmp->type == ICMP6_ROUTER_SOLICIT ? sizeof(*icmp) : sizeof(struct nd_msg);
	struct ndisc_opts opts;
	const struct nd_opt *o;

	*ret = (struct sent){ .type = icmp->type, .info = ntohl(icmp->info), .len = skb->len };
	if (icmp->type == ICMP6_REDIRECT)
		hdr_len = sizeof(struct nd_redirect);
	strcpy(ret->src, text6(&saddr));
	strcpy(ret->dst, text6(&daddr));
	memcpy(ret->bytes, skb->data, skb->len);
	if (hdr_len > sizeof(*icmp)) {
		const union inaddr target = ((const struct nd_msg *)skb->data)->target;

		strcpy(ret->target, text6(&target));
	}
	assert_true(ndisc_opts_parse(skb->data + hdr_len, skb->len - hdr_len, &opts));
	ret->nonce = ndisc_opt_nonce(opts.nonce);
	o = opts.source_lladdr ? opts.source_lladdr : opts.target_lladdr;
	ret->lladdr = o && !memcmp(o->data, nd.dev->addr, ETH_ALEN);
}

bool nd_sent(struct sent *ret)
{
	struct sk_buff *skb;

	net_finish_batch(nd.net);
	while ((skb = skb_dequeue(testdev_sent(nd.dev)))) {
		struct ipv6_hdr ip6;
		bool found;

		skb_pull(skb, sizeof(struct eth_hdr));
		assert_int_equal(skb_linearize(skb), 0);
		ip6 = *(struct ipv6_hdr *)skb_pull_hdr(skb, sizeof(struct ipv6_hdr));
		found = ip6.nexthdr == IPPROTO_ICMPV6 && skb->data[0] >= ICMP6_ROUTER_SOLICIT &&
			skb->data[0] <= ICMP6_REDIRECT;
		if (found) {
			assert_int_equal(ip6.hop_limit, NDISC_HOP_LIMIT);
			check_sum(skb, &ip6);
			take_apart(skb, &ip6, ret);
		}
		skb_free(skb);
		if (found)
			return true;
	}
	return false;
}

void assert_sent_nothing(void)
{
	struct sent s;

	if (nd_sent(&s))
		fail_msg("sent: type %u, %s to %s of %s", s.type, s.src, s.dst, s.target);
}

void forget_sent(void)
{
	net_finish_batch(nd.net);
	skb_queue_purge(testdev_sent(nd.dev));
}

uint16_t nud_of(const char *addr)
{
	const union inaddr key = a6(addr);
	struct neighbour *neigh = neigh_lookup(ipv6_neigh_table(nd.net), &key, nd.dev);
	uint16_t nud = neigh ? neigh->nud_state : 0;

	neigh_release(neigh);
	return nud;
}

bool is_router(const char *addr)
{
	const union inaddr key = a6(addr);
	struct neighbour *neigh = neigh_lookup(ipv6_neigh_table(nd.net), &key, nd.dev);
	bool router = neigh && neigh->flags & NTF_ROUTER;

	neigh_release(neigh);
	return router;
}

unsigned dropped(enum drop_reason reason)
{
	unsigned n = nd.dev->drops[reason];

	nd.dev->drops[reason] = 0;
	return n;
}
