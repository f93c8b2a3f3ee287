/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes in words: see routewords.h. */
#include "tests/unit/routewords.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->len += vsnprintf(t->buf + t->len, sizeof(t->buf) - t->len, fmt, ap);
	va_end(ap);
	assert_true(t->len < sizeof(t->buf));
}

/* Words ---------------------------------------------------------------------------------------- */

void words_start(struct words *w, const char *text)
{
	assert_true(strlen(text) < sizeof(w->text));
	strcpy(w->text, text);
	w->rest = w->text;
}

const char *words_next(struct words *w)
{
	return strtok_r(NULL, " ", &w->rest);
}

const char *words_must(struct words *w)
{
	const char *word = words_next(w);

	assert_non_null(word);
	return word;
}

unsigned words_number(struct words *w)
{
	return strtoul(words_must(w), NULL, 0);
}

static union inaddr address(int family, const char *text)
{
	union inaddr a = { .q = { 0, 0 } };

	if (inet_pton(family, text, &a) != 1)
		fail_msg("not an address: %s", text);
	return a;
}

union inaddr words_prefix(int family, const char *word, uint8_t *ret_len)
{
	const char *slash = strchr(word, '/');
	char addr[64];

	*ret_len = family == AF_INET6 ? 128 : 32;
	if (!strcmp(word, "default")) {
		*ret_len = 0;
		return (union inaddr){ .q = { 0, 0 } };
	}
	snprintf(addr, sizeof(addr), "%.*s", slash ? (int)(slash - word) : (int)strlen(word), word);
	if (slash)
		*ret_len = atoi(slash + 1);
	return address(family, addr);
}

/* In ------------------------------------------------------------------------------------------- */

static const char *const type_names[] = {
	[RTN_UNICAST] = "unicast",     [RTN_LOCAL] = "local",
	[RTN_BROADCAST] = "broadcast", [RTN_ANYCAST] = "anycast",
	[RTN_MULTICAST] = "multicast", [RTN_BLACKHOLE] = "blackhole",
	[RTN_PROHIBIT] = "prohibit",   [RTN_UNREACHABLE] = "unreachable",
	[RTN_THROW] = "throw",
};

const char *route_type_name(uint8_t type)
{
	return type_names[type];
}

static uint8_t type_of(const char *word)
{
	for (unsigned i = 0; i < ARRAY_SIZE(type_names); i++)
		if (type_names[i] && !strcmp(word, type_names[i]))
			return i;
	return RTN_UNSPEC;
}

static struct nexthop_config *first_nh(struct route_config *cfg)
{
	if (!cfg->nr_nh)
		cfg->nr_nh = 1;
	return &cfg->nh[0];
}

static void parse_nexthop_word(struct net *net, int family, const char *word, struct words *w,
			       struct nexthop_config *nh)
{
	if (!strcmp(word, "via")) {
		nh->gw_family = family;
		nh->gw = address(family, words_must(w));
	} else if (!strcmp(word, "dev")) {
		nh->oif = dev_of(net, words_must(w))->ifindex;
	} else if (!strcmp(word, "weight")) {
		nh->weight = words_number(w);
	} else if (!strcmp(word, "onlink")) {
		nh->flags |= RTNH_F_ONLINK;
	} else {
		fail_msg("unknown word: %s", word);
	}
}

static bool parse_metric(const char *word, struct words *w, struct route_config *ret)
{
	if (!strcmp(word, "mtu"))
		ret->metrics[RTAX_MTU] = words_number(w);
	else if (!strcmp(word, "lockmtu"))
		ret->metrics_lock = 1 << RTAX_MTU;
	else if (!strcmp(word, "advmss"))
		ret->metrics[RTAX_ADVMSS] = words_number(w);
	else if (!strcmp(word, "hoplimit"))
		ret->metrics[RTAX_HOPLIMIT] = words_number(w);
	else
		return false;
	return true;
}

static bool parse_word(int family, const char *word, struct words *w, struct route_config *ret)
{
	if (!strcmp(word, "src"))
		ret->prefsrc = address(family, words_must(w));
	else if (!strcmp(word, "from"))
		ret->src = words_prefix(family, words_must(w), &ret->src_len);
	else if (!strcmp(word, "metric"))
		ret->priority = words_number(w);
	else if (!strcmp(word, "table"))
		ret->table = words_number(w);
	else if (!strcmp(word, "tos"))
		ret->tos = words_number(w);
	else if (!strcmp(word, "proto"))
		ret->protocol = words_number(w);
	else if (!strcmp(word, "expires"))
		ret->expires = words_number(w);
	else if (!strcmp(word, "pref"))
		ret->pref = words_number(w);
	else
		return parse_metric(word, w, ret);
	return true;
}

void route_words_parse(struct net *net, int family, const char *text, struct route_config *ret)
{
	struct nexthop_config *nh = NULL;
	struct words w;
	const char *word;

	words_start(&w, text);
	memset(ret, 0, sizeof(*ret));
	ret->family = family;
	ret->protocol = RTPROT_BOOT;
	word = words_must(&w);
	ret->type = type_of(word);
	if (ret->type)
		word = words_must(&w);
	else
		ret->type = RTN_UNICAST;
	if (ret->type == RTN_LOCAL || ret->type == RTN_BROADCAST || ret->type == RTN_ANYCAST)
		ret->table = RT_TABLE_LOCAL;
	ret->dst = words_prefix(family, word, &ret->dst_len);
	while ((word = words_next(&w))) {
		if (!strcmp(word, "nexthop")) {
			nh = &ret->nh[ret->nr_nh++];
		} else if (!strcmp(word, "scope")) {
			ret->scope = words_number(&w);
			ret->scope_given = true;
		} else if (!parse_word(family, word, &w, ret)) {
			parse_nexthop_word(net, family, word, &w, nh ? nh : first_nh(ret));
		}
	}
}

void route_words_parse_del(struct net *net, int family, const char *text, struct route_config *ret)
{
	route_words_parse(net, family, text, ret);
	if (!strstr(text, "proto"))
		ret->protocol = RTPROT_UNSPEC;
}

/* Out ------------------------------------------------------------------------------------------ */

void text_add_nexthop(struct text *t, struct net *net, const struct nexthop_config *nh)
{
	const struct net_device *dev = netdev_by_index(net, nh->oif);
	char gw[INET6_ADDRSTRLEN];

	if (nh->gw_family)
		text_add(t, " via %s", inet_ntop(nh->gw_family, &nh->gw, gw, sizeof(gw)));
	if (nh->oif)
		text_add(t, " dev %s", dev ? dev->name : "?");
}

void text_add_nexthop_flags(struct text *t, uint32_t flags)
{
	if (flags & RTNH_F_DEAD)
		text_add(t, " dead");
	if (flags & RTNH_F_ONLINK)
		text_add(t, " onlink");
	if (flags & RTNH_F_LINKDOWN)
		text_add(t, " linkdown");
}

void text_add_nexthops(struct text *t, struct net *net, const struct route_config *cfg)
{
	for (unsigned i = 0; cfg->nr_nh > 1 && i < cfg->nr_nh; i++) {
		text_add(t, " nexthop");
		text_add_nexthop(t, net, &cfg->nh[i]);
		text_add(t, " weight %u", cfg->nh[i].weight);
		text_add_nexthop_flags(t, cfg->nh[i].flags);
	}
}
