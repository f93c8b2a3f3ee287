/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes of IPv6 in words: see ip6routes.h. */
#include "tests/unit/ip6routes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "stack/link/ethernet.h"
#include "stack/link/links.h"
#include "tests/unit/routewords.h"

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
	text_add(&told, "%s%s%s%s\n", type == EVENT_ROUTE_DEL ? "Deleted " : "",
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

void addr6_add(struct net *net, const char *dev, const char *text, uint32_t flags)
{
	struct ifaddr ifa = {
		.dev = dev_of(net, dev),
		.family = AF_INET6,
		.flags = flags | IFA_F_NODAD,
		.valid_lft = INFINITY_LIFE_TIME,
		.preferred_lft = INFINITY_LIFE_TIME,
	};

	ifa.local = ifa.address = words_prefix(AF_INET6, text, &ifa.prefixlen);
	assert_int_equal(addrconf_addr_add(net, &ifa, ADD, NULL), 0);
}

void addr6_del(struct net *net, const char *dev, const char *text)
{
	struct ifaddr ifa = { .dev = dev_of(net, dev), .family = AF_INET6 };

	ifa.local = ifa.address = words_prefix(AF_INET6, text, &ifa.prefixlen);
	assert_int_equal(addrconf_addr_del(net, &ifa, NULL), 0);
}

/* Routes --------------------------------------------------------------------------------------- */

void route6_parse(struct net *net, const char *text, struct route_config *ret)
{
	route_words_parse(net, AF_INET6, text, ret);
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

int route6_del(struct net *net, const char *text)
{
	struct route_config cfg;

	route_words_parse_del(net, AF_INET6, text, &cfg);
	return fib6_route_del(net, &cfg, NULL);
}

static void put_prefix(struct text *t, const union inaddr *a, uint8_t len)
{
	if (len == 128)
		text_add(t, "%s", ip6_text(a));
	else
		text_add(t, "%s/%u", ip6_text(a), len);
}

static void put_head(struct net *net, struct text *t, const struct route_config *cfg)
{
	if (cfg->type != RTN_UNICAST)
		text_add(t, "%s ", route_type_name(cfg->type));
	if (cfg->dst_len)
		put_prefix(t, &cfg->dst, cfg->dst_len);
	else
		text_add(t, "default");
	if (cfg->src_len) {
		text_add(t, " from ");
		put_prefix(t, &cfg->src, cfg->src_len);
	}
	if (cfg->nr_nh == 1)
		text_add_nexthop(t, net, &cfg->nh[0]);
	if (cfg->table == RT_TABLE_LOCAL)
		text_add(t, " table local");
	else if (cfg->table != RT_TABLE_MAIN)
		text_add(t, " table %u", cfg->table);
	if (cfg->flags & RTM_F_CLONED)
		text_add(t, " cache");
	if (cfg->protocol != RTPROT_BOOT)
		text_add(t, " proto %s",
			 cfg->protocol == RTPROT_KERNEL ? "kernel"
			 : cfg->protocol == RTPROT_RA	? "ra"
							: "static");
}

const char *route6_text(struct net *net, const struct route_config *cfg)
{
	static const char *const prefs[] = { "medium", "high", "?", "low" };
	static struct text t;
	const struct net_device *iif = netdev_by_index(net, cfg->iif);

	t = (struct text){ .len = 0 };
	put_head(net, &t, cfg);
	if (!in6_is_any(&cfg->prefsrc))
		text_add(&t, " src %s", ip6_text(&cfg->prefsrc));
	text_add(&t, " metric %u", cfg->priority);
	text_add_nexthop_flags(&t, cfg->flags & 0xff);
	if (cfg->expires)
		text_add(&t, " expires %usec", cfg->expires);
	if (cfg->metrics[RTAX_MTU])
		text_add(&t, " mtu %u", cfg->metrics[RTAX_MTU]);
	if (cfg->metrics[RTAX_HOPLIMIT])
		text_add(&t, " hoplimit %u", cfg->metrics[RTAX_HOPLIMIT]);
	if (iif)
		text_add(&t, " iif %s", iif->name);
	text_add(&t, " pref %s", prefs[cfg->pref & 3]);
	text_add_nexthops(&t, net, cfg);
	return t.buf;
}

void assert_routes6(struct net *net, uint32_t table, const char *expected)
{
	struct route_cursor cur = { .table = table };
	struct text t = { .len = 0 };
	struct route_config cfg;

	/* One at a time: the cursor has to find its way back each time. */
	while (fib6_route_walk(net, &cur, &cfg, 1))
		text_add(&t, "%s%s", t.len ? "\n" : "", route6_text(net, &cfg));
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
	word = words_must(&w);
	if (!strcmp(word, "fibmatch")) {
		fibmatch = true;
		word = words_must(&w);
	}
	fl.daddr = ip6(word);
	while ((word = words_next(&w))) {
		if (!strcmp(word, "from"))
			fl.saddr = ip6(words_must(&w));
		else if (!strcmp(word, "oif"))
			fl.oif = dev_of(net, words_must(&w))->ifindex;
		else if (!strcmp(word, "iif"))
			fl.iif = dev_of(net, words_must(&w))->ifindex;
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
