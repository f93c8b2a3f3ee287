/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes of IPv6 in words: see ip6routes.h. */
#include "tests/unit/ip6routes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "stack/link/ethernet.h"
#include "stack/link/links.h"

struct text {
	char buf[8192];
	size_t len;
};

static void __printf(2, 3) put(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += vsnprintf(t->buf + t->len, sizeof(t->buf) - t->len, fmt, ap);
	va_end(ap);
	assert_true(t->len < sizeof(t->buf));
}

/* The net -------------------------------------------------------------------------------------- */

static struct text told;
static struct event_listener listener;

static void on_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	const struct fib_event *ev = obj;

	(void)l;
	if ((type != EVENT_ROUTE_ADD && type != EVENT_ROUTE_REPLACE && type != EVENT_ROUTE_DEL) ||
	    ev->cfg->family != AF_INET6)
		return;
	if (told.len > sizeof(told.buf) / 2)
		told = (struct text){ .len = 0 }; /* nobody asks */
	put(&told, "%s%s%s%s\n", type == EVENT_ROUTE_DEL ? "Deleted " : "",
	    ev->nlflags & NLM_F_REPLACE ? "[replace] " : "",
	    ev->nlflags & NLM_F_APPEND ? "[append] " : "", route6_text(net, ev->cfg));
}

const char *events6(void)
{
	static struct text last;

	last = told;
	told = (struct text){ .len = 0 };
	return last.buf;
}

struct net_device *dev6(struct net *net, const char *name)
{
	struct net_device *dev = netdev_by_name(net, name);

	assert_non_null(dev);
	return dev;
}

void dev6_up(struct net_device *dev)
{
	assert_int_equal(netdev_change_flags(dev, IFF_UP, IFF_UP, NULL), 0);
}

void dev6_down(struct net_device *dev)
{
	assert_int_equal(netdev_change_flags(dev, 0, IFF_UP, NULL), 0);
}

static void make_device(struct net *net, const char *name, uint8_t number)
{
	const uint8_t addr[ETH_ALEN] = { 2, 0, 0, 0, 0, number };
	struct net_device *dev = testdev_create(net, name, 0);

	dev6_down(dev);
	assert_int_equal(netdev_set_address(dev, addr, ETH_ALEN, NULL), 0);
	dev6_up(dev);
}

int ip6routes_setup(void **state)
{
	struct net *net = testnet_create();

	assert_int_equal(neigh_net_init(net), 0);
	assert_int_equal(ipv6_init(net), 0);
	addrconf_conf(net, NULL)->accept_dad = 0;
	addrconf_conf_default(net)->accept_dad = 0;
	addrconf_conf_default(net)->router_solicitations = 0;
	assert_int_equal(loopback_create(net), 0);
	dev6_up(net->loopback);
	make_device(net, "d0", 1);
	make_device(net, "d1", 2);
	addr6_add(net, "d0", "2001:db8:1::1/64", 0);
	addr6_add(net, "d1", "2001:db8:2::1/64", 0);
	listener = (struct event_listener){ .fn = on_event };
	told = (struct text){ .len = 0 };
	event_listen(net, &listener);
	*state = net;
	return 0;
}

int ip6routes_teardown(void **state)
{
	struct net *net = *state;

	event_unlisten(&listener);
	while (!list_empty(&net->devs))
		netdev_unregister(list_last_entry(&net->devs, struct net_device, list));
	ipv6_exit(net);
	neigh_net_exit(net);
	testnet_destroy(net);
	return 0;
}

union inaddr ip6(const char *text)
{
	union inaddr a;

	if (inet_pton(AF_INET6, text, &a) != 1)
		fail_msg("not an address: %s", text);
	return a;
}

const char *ip6_text(const union inaddr *a)
{
	static char buf[8][INET6_ADDRSTRLEN];
	static unsigned next;

	return inet_ntop(AF_INET6, a, buf[next++ % 8], INET6_ADDRSTRLEN);
}

/* Words ---------------------------------------------------------------------------------------- */

struct words {
	char text[512];
	char *rest;
};

static void words_start(struct words *w, const char *text)
{
	assert_true(strlen(text) < sizeof(w->text));
	strcpy(w->text, text);
	w->rest = w->text;
}

static const char *next_word(struct words *w)
{
	return strtok_r(NULL, " ", &w->rest);
}

static const char *must_word(struct words *w)
{
	const char *word = next_word(w);

	assert_non_null(word);
	return word;
}

static unsigned number(struct words *w)
{
	return strtoul(must_word(w), NULL, 0);
}

/* "2001:db8::/32", "default"; without a length: 128 */
static union inaddr prefix(const char *word, uint8_t *ret_len)
{
	const char *slash = strchr(word, '/');
	char addr[64];

	*ret_len = 128;
	if (!strcmp(word, "default")) {
		*ret_len = 0;
		return ip6("::");
	}
	snprintf(addr, sizeof(addr), "%.*s", slash ? (int)(slash - word) : (int)strlen(word), word);
	if (slash)
		*ret_len = atoi(slash + 1);
	return ip6(addr);
}

void addr6_add(struct net *net, const char *dev, const char *text, uint32_t flags)
{
	struct ifaddr ifa = {
		.dev = dev6(net, dev),
		.family = AF_INET6,
		.flags = flags | IFA_F_NODAD,
		.valid_lft = INFINITY_LIFE_TIME,
		.preferred_lft = INFINITY_LIFE_TIME,
	};

	ifa.local = ifa.address = prefix(text, &ifa.prefixlen);
	assert_int_equal(addrconf_addr_add(net, &ifa, ADD, NULL), 0);
}

void addr6_del(struct net *net, const char *dev, const char *text)
{
	struct ifaddr ifa = { .dev = dev6(net, dev), .family = AF_INET6 };

	ifa.local = ifa.address = prefix(text, &ifa.prefixlen);
	assert_int_equal(addrconf_addr_del(net, &ifa, NULL), 0);
}

/* Routes --------------------------------------------------------------------------------------- */

static const char *const type_names[] = {
	[RTN_UNICAST] = "unicast",     [RTN_LOCAL] = "local",
	[RTN_BROADCAST] = "broadcast", [RTN_ANYCAST] = "anycast",
	[RTN_MULTICAST] = "multicast", [RTN_BLACKHOLE] = "blackhole",
	[RTN_PROHIBIT] = "prohibit",   [RTN_UNREACHABLE] = "unreachable",
	[RTN_THROW] = "throw",
};

static uint8_t type_of(const char *word)
{
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(type_names); i++)
		if (type_names[i] && !strcmp(word, type_names[i]))
			return i;
	return RTN_UNSPEC;
}

static void parse_nexthop_word(struct net *net, const char *word, struct words *w,
			       struct nexthop_config *nh)
{
	if (!strcmp(word, "via")) {
		nh->gw_family = AF_INET6;
		nh->gw = ip6(must_word(w));
	} else if (!strcmp(word, "dev")) {
		nh->oif = dev6(net, must_word(w))->ifindex;
	} else if (!strcmp(word, "weight")) {
		nh->weight = number(w);
	} else if (!strcmp(word, "onlink")) {
		nh->flags |= RTNH_F_ONLINK;
	} else {
		fail_msg("unknown word: %s", word);
	}
}

static bool parse_word(const char *word, struct words *w, struct route_config *ret)
{
	if (!strcmp(word, "src"))
		ret->prefsrc = ip6(must_word(w));
	else if (!strcmp(word, "from"))
		ret->src = prefix(must_word(w), &ret->src_len);
	else if (!strcmp(word, "metric"))
		ret->priority = number(w);
	else if (!strcmp(word, "table"))
		ret->table = number(w);
	else if (!strcmp(word, "tos"))
		ret->tos = number(w);
	else if (!strcmp(word, "proto"))
		ret->protocol = number(w);
	else if (!strcmp(word, "mtu"))
		ret->metrics[RTAX_MTU] = number(w);
	else if (!strcmp(word, "hoplimit"))
		ret->metrics[RTAX_HOPLIMIT] = number(w);
	else if (!strcmp(word, "expires"))
		ret->expires = number(w);
	else if (!strcmp(word, "pref"))
		ret->pref = number(w);
	else
		return false;
	return true;
}

void route6_parse(struct net *net, const char *text, struct route_config *ret)
{
	struct nexthop_config *nh = NULL;
	struct words w;
	const char *word;

	words_start(&w, text);
	memset(ret, 0, sizeof(*ret));
	ret->family = AF_INET6;
	ret->protocol = RTPROT_BOOT;
	word = must_word(&w);
	ret->type = type_of(word);
	if (ret->type)
		word = must_word(&w);
	else
		ret->type = RTN_UNICAST;
	if (ret->type == RTN_LOCAL || ret->type == RTN_ANYCAST)
		ret->table = RT_TABLE_LOCAL;
	ret->dst = prefix(word, &ret->dst_len);
	while ((word = next_word(&w))) {
		if (!strcmp(word, "nexthop")) {
			nh = &ret->nh[ret->nr_nh++];
		} else if (!parse_word(word, &w, ret)) {
			if (!nh && !ret->nr_nh)
				ret->nr_nh = 1;
			parse_nexthop_word(net, word, &w, nh ? nh : &ret->nh[0]);
		}
	}
}

static int try(struct net *net, unsigned nlflags, const char *text, struct extack *ack)
{
	struct route_config cfg;

	route6_parse(net, text, &cfg);
	return fib6_route_add(net, &cfg, nlflags, ack);
}

int route6(struct net *net, unsigned nlflags, const char *text)
{
	return try(net, nlflags, text, NULL);
}

void route6_fails(struct net *net, const char *text, int err, const char *sentence)
{
	struct extack ack = { .msg = "" };
	int got = try(net, ADD, text, &ack);

	if (got != err || strcmp(ack.msg, sentence))
		fail_msg("%s: %d \"%s\", not %d \"%s\"", text, got, ack.msg, err, sentence);
}

/* As `ip -6 route del` asks: what is not named may be anything. */
int route6_del(struct net *net, const char *text)
{
	struct route_config cfg;

	route6_parse(net, text, &cfg);
	if (!strstr(text, "proto"))
		cfg.protocol = RTPROT_UNSPEC;
	return fib6_route_del(net, &cfg, NULL);
}

static void put_prefix(struct text *t, const union inaddr *a, uint8_t len)
{
	if (len == 128)
		put(t, "%s", ip6_text(a));
	else
		put(t, "%s/%u", ip6_text(a), len);
}

static void put_nexthop(struct net *net, struct text *t, const struct nexthop_config *nh)
{
	const struct net_device *dev = netdev_by_index(net, nh->oif);

	if (nh->gw_family)
		put(t, " via %s", ip6_text(&nh->gw));
	put(t, " dev %s", dev ? dev->name : "?");
}

static void put_flags(struct text *t, uint32_t flags)
{
	if (flags & RTNH_F_DEAD)
		put(t, " dead");
	if (flags & RTNH_F_ONLINK)
		put(t, " onlink");
	if (flags & RTNH_F_LINKDOWN)
		put(t, " linkdown");
}

static void put_head(struct net *net, struct text *t, const struct route_config *cfg)
{
	if (cfg->type != RTN_UNICAST)
		put(t, "%s ", type_names[cfg->type]);
	if (cfg->dst_len)
		put_prefix(t, &cfg->dst, cfg->dst_len);
	else
		put(t, "default");
	if (cfg->src_len) {
		put(t, " from ");
		put_prefix(t, &cfg->src, cfg->src_len);
	}
	if (cfg->nr_nh == 1)
		put_nexthop(net, t, &cfg->nh[0]);
	if (cfg->table == RT_TABLE_LOCAL)
		put(t, " table local");
	else if (cfg->table != RT_TABLE_MAIN)
		put(t, " table %u", cfg->table);
	if (cfg->flags & RTM_F_CLONED)
		put(t, " cache");
	if (cfg->protocol != RTPROT_BOOT)
		put(t, " proto %s",
		    cfg->protocol == RTPROT_KERNEL ? "kernel"
		    : cfg->protocol == RTPROT_RA   ? "ra"
						   : "static");
}

const char *route6_text(struct net *net, const struct route_config *cfg)
{
	static const char *const prefs[] = { "medium", "high", "?", "low" };
	static struct text t;
	const struct net_device *iif = netdev_by_index(net, cfg->iif);
	unsigned i;

	t = (struct text){ .len = 0 };
	put_head(net, &t, cfg);
	if (!in6_is_any(&cfg->prefsrc))
		put(&t, " src %s", ip6_text(&cfg->prefsrc));
	put(&t, " metric %u", cfg->priority);
	put_flags(&t, cfg->flags & 0xff);
	if (cfg->expires)
		put(&t, " expires %usec", cfg->expires);
	if (cfg->metrics[RTAX_MTU])
		put(&t, " mtu %u", cfg->metrics[RTAX_MTU]);
	if (cfg->metrics[RTAX_HOPLIMIT])
		put(&t, " hoplimit %u", cfg->metrics[RTAX_HOPLIMIT]);
	if (iif)
		put(&t, " iif %s", iif->name);
	put(&t, " pref %s", prefs[cfg->pref & 3]);
	for (i = 0; cfg->nr_nh > 1 && i < cfg->nr_nh; i++) {
		put(&t, " nexthop");
		put_nexthop(net, &t, &cfg->nh[i]);
		put(&t, " weight %u", cfg->nh[i].weight);
		put_flags(&t, cfg->nh[i].flags);
	}
	return t.buf;
}

void assert_routes6(struct net *net, uint32_t table, const char *expected)
{
	struct route_cursor cur = { .table = table };
	struct text t = { .len = 0 };
	struct route_config cfg;

	/* One at a time: the cursor has to find its way back each time. */
	while (fib6_route_walk(net, &cur, &cfg, 1))
		put(&t, "%s%s", t.len ? "\n" : "", route6_text(net, &cfg));
	assert_true(cur.done);
	assert_string_equal(t.buf, expected);
}

void assert_get6(struct net *net, const char *text, const char *expected)
{
	struct flow fl = { .family = AF_INET6 };
	bool fibmatch = false;
	struct route_config cfg;
	struct words w;
	const char *word;
	char error[32];
	int err;

	words_start(&w, text);
	word = must_word(&w);
	if (!strcmp(word, "fibmatch")) {
		fibmatch = true;
		word = must_word(&w);
	}
	fl.daddr = ip6(word);
	while ((word = next_word(&w))) {
		if (!strcmp(word, "from"))
			fl.saddr = ip6(must_word(&w));
		else if (!strcmp(word, "oif"))
			fl.oif = dev6(net, must_word(&w))->ifindex;
		else if (!strcmp(word, "iif"))
			fl.iif = dev6(net, must_word(&w))->ifindex;
		else
			fail_msg("unknown word: %s", word);
	}
	err = ip6_route_get(net, &fl, fibmatch, &cfg, NULL);
	snprintf(error, sizeof(error), "error %d", -err);
	assert_string_equal(err ? error : route6_text(net, &cfg), expected);
}

void neigh6(struct net_device *dev, const char *addr, uint16_t nud, unsigned flags)
{
	const union inaddr key = ip6(addr);
	const uint8_t ha[ETH_ALEN] = { 2, 0, 0, 0, 1, key.b[15] };
	struct neighbour *neigh = neigh_create(ipv6_neigh_table(dev->net), &key, dev);

	assert_non_null(neigh);
	assert_int_equal(neigh_update(neigh, nud == NUD_FAILED ? NULL : ha, nud,
				      NEIGH_UPDATE_F_ADMIN | NEIGH_UPDATE_F_OVERRIDE | flags),
			 0);
	neigh_release(neigh);
}
