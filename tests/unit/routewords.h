/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes of either family in words, as ip(8) has them: what the rigs of unit tests parse and show alike. */
#ifndef TESTS_UNIT_ROUTEWORDS_H
#define TESTS_UNIT_ROUTEWORDS_H

#include "stack/core/inet_config.h"
#include "tests/unit/testnet.h"

/* Text that grows; { .len = 0 } is an empty one. */
struct text {
	char buf[8192];
	size_t len;
};

void __printf(2, 3) text_add(struct text *t, const char *fmt, ...);

/* Text that is read word by word. */
struct words {
	char text[512];
	char *rest;
};

void words_start(struct words *w, const char *text);
/** words_next - NULL: that was the last */
const char *words_next(struct words *w);
/** words_must, words_number - there must be another one */
const char *words_must(struct words *w);
unsigned words_number(struct words *w);

/** words_prefix - "2001:db8::/32", "10.0.0.1", "default" */
union inaddr words_prefix(int family, const char *word, uint8_t *ret_len);

/**
 * route_words_parse - a route as `ip route` takes it, by numbers where names are not obvious
 *
 *	[TYPE] PREFIX [from P] [via A] [dev D] [src A] [metric N] [table N] [tos N] [proto N] [scope N]
 *	[mtu N] [lockmtu] [advmss N] [hoplimit N] [expires N] [pref N] [onlink]
 *	[nexthop via A [dev D] weight N]…
 */
void route_words_parse(struct net *net, int family, const char *text, struct route_config *ret);
/** route_words_parse_del - as `ip route del` asks: what is not named may be anything */
void route_words_parse_del(struct net *net, int family, const char *text, struct route_config *ret);

/** route_type_name - of RTN_* */
const char *route_type_name(uint8_t type);
/** text_add_nexthop - where it leads */
void text_add_nexthop(struct text *t, struct net *net, const struct nexthop_config *nh);
/** text_add_nexthop_flags - of RTNH_F_* */
void text_add_nexthop_flags(struct text *t, uint32_t flags);
/** text_add_nexthops - of a route that has several */
void text_add_nexthops(struct text *t, struct net *net, const struct route_config *cfg);

#endif
