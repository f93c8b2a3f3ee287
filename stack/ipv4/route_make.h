/* SPDX-License-Identifier: BSD-2-Clause */
/* How a route is made: what the files route*.c share. */
#ifndef STACK_IPV4_ROUTE_MAKE_H
#define STACK_IPV4_ROUTE_MAKE_H

#include "stack/ip/ip_routes.h"
#include "stack/ipv4/fib.h"
#include "stack/ipv4/route.h"

/* DSCP: what of TOS takes part in routing (RFC 2474). */
#define ROUTE_TOS_MASK 0xfc

/**
 * rtable_new - one with a reference, no neighbour yet; NULL: no memory. @fi, @nh: of the FIB's
 * answer; NULL: none
 */
struct rtable *rtable_new(struct net *net, const struct route_key *key, uint8_t type,
			  struct net_device *dev, const struct fib_info *fi,
			  const struct fib_nh *nh);

/**
 * route_output_slow - the whole search (route_output.c)
 * @fl: addresses, TOS and so on; daddr, saddr and oif are filled in where open
 * @res: what the FIB said; res->fi NULL: it was not asked, or had no answer
 */
int route_output_slow(struct net *net, struct flow *fl, struct fib_result *res,
		      struct rtable **ret);

/**
 * route_input_slow - the whole search (route_input.c)
 * @key: with iif, which is @dev's index; @proto: IPPROTO_*; 0: not known
 */
int route_input_slow(struct net *net, struct net_device *dev, const struct route_key *key,
		     uint8_t proto, struct fib_result *res, struct rtable **ret,
		     enum drop_reason *ret_reason);
/** route_input_key - the key of a packet that comes in on @dev */
struct route_key route_input_key(const struct net_device *dev, be32 daddr, be32 saddr, uint8_t tos);

#endif
