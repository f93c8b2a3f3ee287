/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A net with IPv6 and "lo", for unit tests of its routes: addresses and routes are written and shown as
 * ip(8) writes them, so that what the kernel's ip said can stand in a test as it was. Its end proves
 * that nothing is left of the test.
 */
#ifndef TESTS_UNIT_IP6ROUTES_H
#define TESTS_UNIT_IP6ROUTES_H

#include <linux/netlink.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/fib6.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/ndisc.h"
#include "stack/ipv6/route6.h"
#include "tests/unit/testnet.h"

#define ADD	(NLM_F_CREATE | NLM_F_EXCL)
#define APPEND	(NLM_F_CREATE | NLM_F_APPEND)
#define REPLACE (NLM_F_CREATE | NLM_F_REPLACE)
#define CHANGE	NLM_F_REPLACE

/**
 * ip6routes_setup, _teardown - cmocka's fixtures: *state is a net with lo, and the Ethernet devices d0
 * and d1 (02:00:00:00:00:01, :02), which are up and have 2001:db8:1::1/64 and 2001:db8:2::1/64
 */
int ip6routes_setup(void **state);
int ip6routes_teardown(void **state);
void dev6_up(struct net_device *dev);
void dev6_down(struct net_device *dev);
/** dev6_set - a value of net.ipv6.conf: of the device, or of all where @dev is NULL */
#define dev6_set(net, dev, name, val)                                                \
	do {                                                                         \
		struct ipv6_devconf *_c = addrconf_conf(net, dev);                   \
		int32_t _old = _c->name;                                             \
		_c->name = (val);                                                    \
		assert_int_equal(addrconf_conf_changed(net, _c, &_c->name, _old), 0); \
	} while (0)

union inaddr ip6(const char *text);
/** ip6_text - in one of a few static buffers */
const char *ip6_text(const union inaddr *a);
/** addr6_add - "2001:db8::1/64", with IFA_F_* (besides IFA_F_NODAD) */
void addr6_add(struct net *net, const char *dev, const char *text, uint32_t flags);
void addr6_del(struct net *net, const char *dev, const char *text);

/** route6_parse - as route_words_parse() takes it */
void route6_parse(struct net *net, const char *text, struct route_config *ret);
/** route6 - 0 or -errno */
int route6(struct net *net, unsigned nlflags, const char *text);
int route6_del(struct net *net, const char *text);
/** route6_fails - with this error and this sentence */
void route6_fails(struct net *net, const char *text, int err, const char *sentence);
/** assert_routes6 - `ip -6 route show table @table` (0: all), lines joined by "\n" */
void assert_routes6(struct net *net, uint32_t table, const char *expected);
const char *route6_text(struct net *net, const struct route_config *cfg);
/** assert_get6 - `ip -6 route get`: [fibmatch] ADDR [from A] [oif D] [iif D]; the line, or "error N" */
void assert_get6(struct net *net, const char *text, const char *expected);
/** events6 - what was told since the last time: lines as `ip -6 monitor route` has them */
const char *events6(void);

/** neigh6 - the neighbour @addr of @dev is in the state @nud (NUD_*) */
void neigh6(struct net_device *dev, const char *addr, uint16_t nud, unsigned flags);

#endif
