/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes in use: what the FIB says about one destination, resolved to a device and a next hop, and
 * kept in a small bounded cache; and what the path taught about it (path MTU, redirects), kept with
 * a time limit in a second one. Made by ip_route_output() and ip_route_input(); obsolete as soon as
 * anything that they were made from changes (dst_check()).
 */
#ifndef STACK_IPV4_ROUTE_H
#define STACK_IPV4_ROUTE_H

#include "stack/core/flow.h"
#include "stack/core/net.h"
#include "stack/core/netdevice.h"

struct route_config;
struct route_exception;

/* What a route was asked for by: two equal ones have the same answer. No holes. */
struct route_key {
	be32 daddr, saddr; /* saddr 0: open */
	int oif, iif;	   /* iif 0: of a packet that is made here */
	uint8_t tos, scope, flags;
	uint8_t policy; /* input: the sysctls that the answer depends on */
};

struct rtable {
	struct dst_entry dst;	     /* first */
	struct route_exception *exc; /* reference; what the path taught; NULL */
	uint8_t type;		     /* RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST … */
	uint8_t ttl;		     /* the route's hoplimit; 0: the default */
	bool redirect;	 /* input: leaves by the device it came in, to a better gateway */
	bool mtu_locked; /* the route's "mtu lock": no path MTU discovery */
	be32 daddr;	 /* that it was made for */
	be32 saddr;	 /* output: the source; input: what to answer from, 0: to be chosen */
	be32 gateway;	 /* 0: daddr is on the link */
	uint32_t mtu;	 /* of the route, or its device; before what the path taught */
	ktime_t expires; /* a redirect is followed until then, by who asks anew; KTIME_MAX */
	ktime_t redirect_tstamp; /* ip_forward.c: when the sender was told of a better way … */
	uint8_t redirects_sent;	 /* … and how often */
	struct route_key key;
};

static inline struct rtable *dst_rtable(const struct dst_entry *dst)
{
	return container_of(dst, struct rtable, dst);
}

/** ip_route_output - see inet_af_ops.route_output */
int ip_route_output(struct net *net, struct flow *fl, struct dst_entry **ret);
/**
 * ip_route_input - where a packet that came in (its header at skb_network_header()) goes: sets
 * skb->dst
 * @ret_reason: written when there is no way for it
 * Return: 0 or -errno; @skb stays the caller's
 */
int ip_route_input(struct net *net, struct sk_buff *skb, enum drop_reason *ret_reason);
/** ip_route_get - see inet_config_ops.route_get */
int ip_route_get(struct net *net, struct flow *fl, bool fibmatch, struct route_config *ret,
		 struct extack *ack);
/**
 * ip_rt_neigh - the next hop's neighbour, found or made; dst->neigh is it, the reference is the
 * dst's; NULL: refused
 */
struct neighbour *ip_rt_neigh(struct dst_entry *dst);
/**
 * ip_rt_dont_fragment - may DF be set on what goes this way? Not where path MTU discovery is off
 */
bool ip_rt_dont_fragment(const struct dst_entry *dst);
/** ip_rt_flush - everything cached is obsolete: addresses, routes or devices changed */
void ip_rt_flush(struct net *net);

/**
 * ip_rt_update_pmtu - packets to @daddr must not be longer than @mtu bytes, an ICMP error said that
 * no socket judges
 */
void ip_rt_update_pmtu(struct net *net, be32 daddr, uint32_t mtu);
/** ip_rt_mtu_guess - the plateau below a packet of @len bytes that was too big (RFC 1191 7.1) */
uint32_t ip_rt_mtu_guess(uint32_t len);
/**
 * ip_rt_redirect - an ICMP redirect: @from says that @gateway is better for @daddr Believed only
 * where RFC 1122 3.2.2.2 and accept_redirects allow: @from is the current gateway, and
 * @gateway is on @dev's link.
 */
void ip_rt_redirect(struct net *net, struct net_device *dev, be32 from, be32 daddr, be32 gateway);

/** ip_addr_type - see inet_af_ops.addr_type */
uint8_t ip_addr_type(struct net *net, const union inaddr *addr, struct net_device *dev);

int ip_rt_init(struct net *net);
void ip_rt_exit(struct net *net);

#endif
