/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A site of IPv6: two hosts that configure themselves, and the routers on their wire; and what one wants
 * to know of such hosts.
 */
#ifndef TESTS_SIM_SITE_H
#define TESTS_SIM_SITE_H

#include <linux/if_addr.h>

#include "stack/ipv6/addrconf.h"
#include "tests/sim/router.h"
#include "tests/sim/sim_stream.h"

#define MINUTE sec_to_ktime(60)
#define HOUR   sec_to_ktime(3600)
#define DAY    sec_to_ktime(86400)

struct site {
	struct sim *sim;
	struct sim_routers routers;
	struct sim_router *router;	/* the first of them */
	uint16_t port;			/* of the last conversation */
};

/**
 * site_open - the hosts have no addresses yet, not even link-local ones of use
 * @setup: called for what each host has for all devices, and for those to come; NULL: as they are
 */
void site_open(struct site *s, uint64_t seed, const struct sim_wire *wire, unsigned routers,
	       void (*setup)(struct ipv6_devconf *conf));
/** site_close - all conversations are over; nothing may be left */
void site_close(struct site *s);
/** site_run - let @duration pass, with advertisements */
void site_run(struct site *s, ktime_t duration);

/** host_dev - eth0 of host @i */
struct net_device *host_dev(const struct site *s, unsigned i);
/**
 * host_addrs - how many addresses of host @i are within @prefix/64 (NULL: any), with all flags of @want and none
 * of @ban; @ret: the last of them; NULL
 */
unsigned host_addrs(const struct site *s, unsigned i, const char *prefix, uint32_t want, uint32_t ban,
		    const struct ifaddr **ret);
/** host_routes - how many routes of the main table lead to @dst, by gateways where @by_gateway */
unsigned host_routes(const struct site *s, unsigned i, const char *dst, uint8_t plen, bool by_gateway);
/** host_text - the one address that host_addrs() finds, as text in a static buffer */
const char *host_text(const struct site *s, unsigned i, const char *prefix, uint32_t want, uint32_t ban);

/* A TCP connection from host 0 to host 1. */
struct talk {
	struct sim_stream client, server;
	struct sim_listener listener;
	union inaddr source;		/* the address that host 0 speaks from */
};

/** talk_open - to @to, from @from (NULL: what the stack chooses); must succeed */
void talk_open(struct site *s, struct talk *t, const char *from, const char *to);
/** talk_on - some bytes each way, which must arrive soon; Return: did they? */
bool talk_on(struct site *s, struct talk *t);
void talk_close(struct site *s, struct talk *t);
/** talk_once - open, some bytes, close. Return: the source */
union inaddr talk_once(struct site *s, const char *to);

#endif
