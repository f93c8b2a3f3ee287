/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 as the floors above see it. Addresses and routes are configured through inet_config_ops,
 * transports send through inet_af_ops; this is what is left: taking it up and down, raw taps, and
 * its sysctls.
 */
#ifndef STACK_IPV4_IPV4_H
#define STACK_IPV4_IPV4_H

#include "stack/core/flow.h"
#include "stack/core/inet_config.h"
#include "stack/link/neighbour.h"

/* net.ipv4.*, with the kernel's names and defaults. */
struct ipv4_sysctl {
	bool	 ip_forward;			/* 0 */
	uint8_t	 ip_default_ttl;		/* 64 */
	bool	 icmp_echo_ignore_all;		/* 0 */
	bool	 icmp_echo_ignore_broadcasts;	/* 1 */
	uint32_t icmp_ratelimit;		/* ms, 1000 */
	uint32_t icmp_ratemask;			/* 6168 */
	uint32_t icmp_msgs_per_sec;		/* 1000 */
	uint32_t icmp_msgs_burst;		/* 50 */
	bool	 ip_no_pmtu_disc;		/* 0 */
	uint32_t min_pmtu;			/* 552 */
	uint32_t mtu_expires;			/* s, 600 */
	uint32_t ipfrag_high_thresh;		/* bytes, 4 MiB */
	uint32_t ipfrag_time;			/* s, 30 */
	uint32_t igmp_max_memberships;		/* 20 */
	bool	 accept_redirects;		/* conf/all; 1 (ignored when forwarding) */
	bool	 send_redirects;		/* 1 */
	bool	 accept_source_route;		/* 0: there is no way to switch it on */
	uint8_t	 arp_ignore, arp_announce;	/* 0 */
	bool	 proxy_arp;			/* 0 */
	uint8_t	 rp_filter;			/* 0 */
};

/**
 * ipv4_init - ARP, addresses, FIB, input, ICMP, IGMP; registers ops and packet types; 0 or -errno
 */
int ipv4_init(struct net *net);
/** ipv4_exit - no device, socket or route user is left */
void ipv4_exit(struct net *net);

/**
 * ipv4_raw_register - who sees each packet for this host before its transport does: raw sockets
 * @fn: NULL: nobody. It gets the skb with data at the transport header, the whole header before it,
 * and struct inet_skb_parm in cb; does not own it. It returns whether someone took (a clone of) it:
 * then no ICMP "protocol unreachable" is sent.
 */
void ipv4_raw_register(struct net *net, bool (*fn)(struct net *net, struct sk_buff *skb));

struct ipv4_sysctl *ipv4_sysctl(struct net *net);
struct neigh_table *ipv4_neigh_table(struct net *net);

#endif
