/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbour discovery (RFC 4861): IPv6's part of the neighbour machine, what ARP is for IPv4.
 *
 *	ndisc.c		the table of neighbours; solicitations and advertisements that go out
 *	ndisc_rcv.c	… and that come in; proxy
 *	ndisc_opts.c	options of ND messages
 *	ndisc_router.c	router advertisements that come in (RFC 4861 6.3.4, RFC 4191, RFC 8106)
 *	ndisc_redirect.c	redirects, both ways (RFC 4861 8)
 */
#ifndef STACK_IPV6_NDISC_H
#define STACK_IPV6_NDISC_H

#include "stack/core/net.h"
#include "stack/link/neighbour.h"

struct inet6_ifaddr;

/** ndisc_table - the neighbours of IPv6 */
struct neigh_table *ndisc_table(struct net *net);
/** ndisc_rcv - a message of types 133 to 137: data at the ICMPv6 header, checksum good, parm in cb; owns @skb */
int ndisc_rcv(struct net *net, struct sk_buff *skb);

/**
 * ndisc_send_ns - a neighbour solicitation for @target on @dev
 * @daddr: NULL: to its solicited-node group; @saddr: NULL: the best one; ::: a DAD probe, with @nonce (RFC 7527; 0: none)
 */
void ndisc_send_ns(struct net_device *dev, const union inaddr *target, const union inaddr *daddr,
		   const union inaddr *saddr, uint64_t nonce);
/** ndisc_send_na - an advertisement of @target to @daddr */
void ndisc_send_na(struct net_device *dev, const union inaddr *daddr, const union inaddr *target, bool router,
		   bool solicited, bool override, bool with_lladdr);
/** ndisc_send_unsolicited - tell all nodes that @ifa is here (RFC 4861 7.2.6) */
void ndisc_send_unsolicited(const struct inet6_ifaddr *ifa);
/** ndisc_send_rs - a router solicitation from @saddr (:: is fine) to all routers */
void ndisc_send_rs(struct net_device *dev, const union inaddr *saddr);
/** ndisc_send_redirect - tell the sender of @skb (header at skb_network_header(), skb->dst its way) of @target */
void ndisc_send_redirect(struct sk_buff *skb, const union inaddr *target);

/** ndisc_flush_dev - no IPv6 on @dev (now): its neighbours go */
void ndisc_flush_dev(struct net_device *dev);

int ndisc_init(struct net *net);
void ndisc_exit(struct net *net);

#endif
