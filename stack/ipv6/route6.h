/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes in use: what the FIB says about one destination, resolved to a device and a next hop, and kept in a small bounded
 * cache; and what the path taught about it (path MTU, redirects). The sister of stack/ipv4/route.h.
 */
#ifndef STACK_IPV6_ROUTE6_H
#define STACK_IPV6_ROUTE6_H

#include "stack/core/flow.h"
#include "stack/core/net.h"
#include "stack/core/netdevice.h"

struct route_config;

/** ip6_route_output - see inet_af_ops.route_output; chooses fl->saddr where it is open; fl->oif for scoped addresses */
int ip6_route_output(struct net *net, struct flow *fl, struct dst_entry **ret);
/**
 * ip6_route_input - where a packet that came in (its header at skb_network_header()) goes: sets skb->dst
 * @ret_reason: written when there is no way for it
 * Return: 0 or -errno; @skb stays the caller's
 */
int ip6_route_input(struct net *net, struct sk_buff *skb, enum drop_reason *ret_reason);
/** ip6_route_get - see inet_config_ops.route_get */
int ip6_route_get(struct net *net, struct flow *fl, bool fibmatch, struct route_config *ret, struct extack *ack);
/** ip6_route_link - to @daddr on the link of @dev, by no table: for ND and MLD; NULL: no memory, or no IPv6 there */
struct dst_entry *ip6_route_link(struct net *net, struct net_device *dev, const union inaddr *daddr);
/** ip6_rt_neigh - the next hop's neighbour, found or made; the reference is the dst's; NULL: refused */
struct neighbour *ip6_rt_neigh(struct dst_entry *dst);
/** ip6_rt_type - RTN_* of a route in use */
uint8_t ip6_rt_type(const struct dst_entry *dst);
/** ip6_rt_gateway - the next hop's address: the gateway, or the destination itself when it is on the link */
const union inaddr *ip6_rt_nexthop(const struct dst_entry *dst);
/** ip6_rt_hoplimit - the default for what goes this way: of the route, else of the device */
uint8_t ip6_rt_hoplimit(const struct dst_entry *dst);
/** ip6_rt_redirect_due - may the sender be told of a better way once more? Counts it (RFC 4861 8.2: rate limit) */
bool ip6_rt_redirect_due(struct dst_entry *dst);
/** ip6_rt_flush - everything cached is obsolete: addresses, routes or devices changed */
void ip6_rt_flush(struct net *net);
/** ip6_rt_update_pmtu - packets to @daddr (by @oif, 0: any) must not be longer than @mtu: no socket judges */
void ip6_rt_update_pmtu(struct net *net, const union inaddr *daddr, int oif, uint32_t mtu);
/**
 * ip6_rt_redirect - a valid ND redirect: the router @from on @dev says that @daddr is better reached by @target (= @daddr:
 * it is on the link). Believed only where @from is the current next hop (RFC 4861 8.3) and accept_redirects allows.
 */
void ip6_rt_redirect(struct net *net, struct net_device *dev, const union inaddr *from, const union inaddr *daddr,
		     const union inaddr *target);

int ip6_rt_init(struct net *net);
void ip6_rt_exit(struct net *net);

#endif
