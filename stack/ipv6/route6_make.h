/* SPDX-License-Identifier: BSD-2-Clause */
/* How a route in use is made: what the files route6*.c share. */
#ifndef STACK_IPV6_ROUTE6_MAKE_H
#define STACK_IPV6_ROUTE6_MAKE_H

#include "stack/ip/ip_routes.h"
#include "stack/ipv6/fib6_info.h"
#include "stack/ipv6/route6.h"

/*
 * What a route was asked for by: two equal ones have the same answer. The traffic class takes no
 * part: IPv6's routes do not have one.
 */
struct route6_key {
	union inaddr daddr, saddr; /* saddr any: open */
	int oif, iif;		   /* iif 0: of a packet that is made here */
	uint32_t flow;	 /* flow label and protocol, where there are multipath routes; 0 */
	uint16_t prefs;	 /* IPV6_PREFER_SRC_*, where saddr is open */
	bool forwarding; /* input: the sysctl that the answer depends on */
};

struct rt6 {
	struct dst_entry dst;	     /* first */
	struct route_exception *exc; /* reference; what the path taught; NULL */
	uint8_t type;		     /* RTN_* */
	uint8_t hoplimit;	     /* the route's; 0: the device's */
	bool has_gw;
	bool on_link;	 /* by ip6_route_link(): the path teaches nothing */
	bool redirected; /* … to another next hop, until expires */
	bool mtu_locked; /* the route's "mtu lock": no path MTU discovery */
	union inaddr daddr, saddr, gw;
	uint32_t mtu;	 /* of the route, or its device; before what the path taught */
	ktime_t expires; /* a redirect is followed until then, by who asks anew; KTIME_MAX */
	ktime_t redirect_tstamp; /* see ip6_rt_redirect_due() */
	uint8_t redirects_sent;
	int owner; /* of what comes in to us: index of the device that has the address */
	struct route6_key key;
};

static inline struct rt6 *dst_rt6(const struct dst_entry *dst)
{
	return container_of(dst, struct rt6, dst);
}

/**
 * rt6_new - one with a reference, no neighbour yet; NULL: no memory. @f6i: of the FIB's answer;
 * NULL: none
 */
struct rt6 *rt6_new(struct net *net, const struct route6_key *key, uint8_t type,
		    struct net_device *dev, const struct fib6_info *f6i);
/** rt6_device - by which what goes by @f6i leaves: ours comes back by lo */
struct net_device *rt6_device(const struct net *net, const struct fib6_info *f6i);
/** rt6_new_by - as rt6_new(), all by the FIB's answer */
struct rt6 *rt6_new_by(struct net *net, const struct route6_key *key, const struct fib6_info *f6i);

/** route6_select_source - for what goes to @daddr by @f6i: 0 or -EADDRNOTAVAIL */
int route6_select_source(struct net *net, const struct fib6_info *f6i, const union inaddr *daddr,
			 unsigned prefs, union inaddr *ret);
/** route6_host_flags - FIB6_REACHABLE, as long as we are a host */
uint8_t route6_host_flags(struct net *net);
/** route6_output_slow - the whole search (route6_output.c); saddr, daddr and oif are filled in where open */
int route6_output_slow(struct net *net, struct flow *fl, struct rt6 **ret);
/** route6_input_slow - the whole search (route6_input.c); @key: with iif, which is @dev's index */
int route6_input_slow(struct net *net, struct net_device *dev, const struct route6_key *key,
		      const struct fib6_query *q, struct rt6 **ret, enum drop_reason *ret_reason);

#endif
