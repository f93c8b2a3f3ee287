/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forwarding information base of IPv6: tables of routes, looked up in the fixed order local, main. At a prefix
 * stand routes by metric, lowest first; those of equal metric are alternatives (of router discovery: chosen by
 * preference and reachability) or, where each has a gateway, the next hops of one route: ECMP. Semantics of add,
 * replace, append, and what is refused, are the kernel's.
 *
 *	fib6_frontend.c	what configuration and devices do to it, and the lookup
 *	fib6_table.c	one table: adding, deleting, walking
 *	fib6_lookup.c	… and looking it up
 *	fib6_info.c	one route: checks, metrics, choice of a next hop
 *	fib6_ra.c	routes that routers announce (RFC 4861 6.3.4, RFC 4191)
 */
#ifndef STACK_IPV6_FIB6_H
#define STACK_IPV6_FIB6_H

#include "stack/core/event.h"
#include "stack/core/inet_config.h"
#include "stack/core/net.h"
#include "stack/lib/in6.h"

struct fib6_info;	/* fib6_info.h: of fib6*.c and route6*.c */

int fib6_init(struct net *net);
void fib6_exit(struct net *net);

/*
 * See inet_config_ops. Addresses' own routes (local, prefix, multicast) are added and deleted through these, too: with
 * NLM_F_CREATE alone, as several devices may have the same. Those to local and anycast addresses by RTPROT_KERNEL keep the
 * metric 0 and may be there while the device is down.
 */
int fib6_route_add(struct net *net, const struct route_config *cfg, unsigned nlflags, struct extack *ack);
int fib6_route_del(struct net *net, const struct route_config *cfg, struct extack *ack);
unsigned fib6_route_walk(struct net *net, struct route_cursor *cur, struct route_config *ret, unsigned max);

/** fib6_expires_update - the route of @cfg's prefix, device, gateway and metric ends in cfg->expires seconds (0: never) */
void fib6_expires_update(struct net *net, const struct route_config *cfg);
/** fib6_table_exists - see inet_config_ops.route_table_exists */
bool fib6_table_exists(struct net *net, uint32_t table);

/** fib6_addr_type - RTN_* of @addr by itself and by the local table, as far as @dev (NULL: any) is concerned */
uint8_t fib6_addr_type(struct net *net, const union inaddr *addr, struct net_device *dev);

/**
 * fib6_ra_update - add or refresh the route that a router announced (fib6_ra.c)
 * @cfg: family, dst, dst_len, table main, protocol RTPROT_RA (or RTPROT_KERNEL: an on-link prefix), priority, pref,
 * one next hop (device, gateway unless on-link), metrics (hop limit, MTU; 0: leave). expires: seconds; 0: it ends now;
 * INFINITY_LIFE_TIME: for ever.
 * The one with the same prefix, device, gateway, protocol is changed without a word; a new one is announced.
 */
int fib6_ra_update(struct net *net, const struct route_config *cfg);
/** fib6_ra_flush - what routers announced on @dev (NULL: on any) goes: we are a router now, or the device went down */
void fib6_ra_flush(struct net *net, const struct net_device *dev);
/** fib6_dev_down, fib6_dev_up - IPv6 ended or begins on @dev; where the device itself went down or up, the events tell it */
void fib6_dev_down(const struct net_device *dev);
void fib6_dev_up(const struct net_device *dev);

#endif
