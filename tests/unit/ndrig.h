/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A net with IPv6, an Ethernet device and its link, for tests of addresses and neighbour discovery:
 * time is the test's, and so is everyone else on the link. Addresses and routes are shown as ip(8)
 * shows them.
 */
#ifndef TESTS_UNIT_NDRIG_H
#define TESTS_UNIT_NDRIG_H

#include "stack/core/event.h"
#include "stack/core/inet_config.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/ndisc.h"
#include "stack/ipv6/ndisc_opts.h"
#include "tests/unit/testnet.h"

#define ND_STATION "\x02\x00\x00\x00\x01\xee" /* whoever frames come from */
#define ROUTER	   "fe80::ff"

/* The one that the current test has. */
extern struct nd_rig {
	struct net *net;
	struct net_device *dev; /* d1: 02:00:00:00:00:01, up, with carrier */
	struct inet6_dev *idev;
	struct event_listener listener;
	unsigned addr_adds, addr_dels, prefixes, useropts, ifinfos;
	struct prefix_event last_prefix;
	uint8_t last_useropt;
	char log[256]; /* the last line */
} nd;

/** nd_setup - cmocka's fixture: nothing has been sent or done; DAD of the link-local address goes on */
int nd_setup(void **state);
/** nd_setup_ready - likewise, but that is over, and what was sent is forgotten */
int nd_setup_ready(void **state);
int nd_teardown(void **state);
/** nd_second - another device, d2: 02:00:00:00:00:02 */
struct net_device *nd_second(void);

/** a6 - an address. text6 - as text, in one of a few static buffers */
union inaddr a6(const char *text);
const char *text6(const union inaddr *addr);
/** seconds - let time pass. tenths - of a second */
void seconds(unsigned s);
void tenths(unsigned n);
/** set_conf - net.ipv6.conf.d1.FIELD, with its consequences: must succeed */
#define set_conf(field, value) conf_write(&nd.idev->conf, &nd.idev->conf.field, value)
#define set_all(field, value)  conf_write(addrconf_conf(nd.net, NULL), &addrconf_conf(nd.net, NULL)->field, value)
void conf_write(struct ipv6_devconf *conf, int32_t *field, int32_t value);
int conf_try(struct ipv6_devconf *conf, int32_t *field, int32_t value);

/**
 * nd_addr - "A/LEN" and behind it any of: "peer A", "metric N", "lft VALID PREFERRED", "nodad", "optimistic",
 * "mngtmpaddr", "noprefixroute", "home", "autojoin"; on d1
 */
int nd_addr(unsigned nlflags, struct extack *ack, const char *text);
/** nd_addr_add - as `ip addr add`, must succeed. nd_addr_del - 0 or -errno */
void nd_addr_add(const char *text);
int nd_addr_del(const char *text);
/** assert_addrs6 - the addresses of d1: lines joined by "\n", "A/LEN [FLAGS] [VALID PREFERRED]" */
void assert_addrs6(const char *expected);
/** assert_route6, assert_no_route6 - one line of `ip -6 route show table N`, as "[TYPE] PREFIX [via A] [dev D] metric N [expires S]" */
void assert_route6(uint32_t table, const char *line);
void assert_no_route6(uint32_t table, const char *line);
/** count_group - is d1 a member? */
bool is_member(const char *group);

/** bytes of options, for nd_rx(): each appends to @buf, Return: the new length */
uint32_t opt_lladdr(uint8_t *buf, uint32_t len, uint8_t type, const char *mac);
uint32_t opt_nonce(uint8_t *buf, uint32_t len, uint64_t nonce);
/** nd_rx - an ICMPv6 message comes in: its checksum is made. @hops: hop limit */
void nd_rx(const char *src, const char *dst, unsigned hops, const void *msg, uint32_t len);
/** rx_ns, rx_na - with @lladdr (NULL: none); @flags: ND_NA_* */
void rx_ns(const char *src, const char *dst, const char *target, const char *lladdr);
void rx_na(const char *src, const char *dst, const char *target, uint32_t flags, const char *lladdr);

/* A router advertisement to come in. */
struct ra {
	struct nd_ra hdr;	/* hop limit, flags, lifetime, times in network byte order */
	const char *src;	/* NULL: ROUTER */
	uint8_t opts[512];
	uint32_t len;		/* of opts */
};
/** ra_new - @lifetime: of the router, s */
struct ra ra_new(uint16_t lifetime);
/** ra_prefix, ra_route, ra_mtu, ra_lladdr, ra_opt - append an option */
void ra_prefix(struct ra *ra, const char *prefix, uint8_t plen, uint8_t flags, uint32_t valid, uint32_t preferred);
void ra_route(struct ra *ra, const char *prefix, uint8_t plen, uint8_t units, uint8_t pref, uint32_t lifetime);
void ra_mtu(struct ra *ra, uint32_t mtu);
void ra_opt(struct ra *ra, uint8_t type, uint8_t units);
void rx_ra(const struct ra *ra);
/** rx_prefix - one that says no more than this prefix: on the link, and to make addresses from */
void rx_prefix(const char *prefix, uint32_t valid, uint32_t preferred);

/* A message that was sent, taken apart. */
struct sent {
	char src[64], dst[64], target[64];
	uint8_t type;
	uint32_t info;
	uint64_t nonce;
	bool lladdr;	/* has an option with our link-layer address */
	uint32_t len;
	uint8_t bytes[1500]; /* the message */
};
/** nd_sent - the next ND message that d1 sent; its checksum and hop limit are right. False: none */
bool nd_sent(struct sent *ret);
/** assert_sent_nothing - no (more) ND message */
void assert_sent_nothing(void);
/** forget_sent - take all of it away */
void forget_sent(void);
/** nud_of - the state of a neighbour on d1; 0: none */
uint16_t nud_of(const char *addr);
bool is_router(const char *addr);
/** dropped - how many frames of d1 for this reason, since last asked */
unsigned dropped(enum drop_reason reason);

#endif
