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

/*
 * net.ipv4.conf.DEV.*: those that the stack heeds, with the kernel's names and defaults. Which value is in
 * force, the device's or that of "all", differs: see IN_DEV_MAX() and its like.
 */
#define IPV4_DEVCONF(X)							\
	X(accept_local, 0)	\
	X(accept_redirects, 1)	\
	X(accept_source_route, 0)	/* there is no way to switch it on */ \
	X(arp_accept, 0)	\
	X(arp_announce, 0)	\
	X(arp_evict_nocarrier, 1)	\
	X(arp_filter, 0)	\
	X(arp_ignore, 0)	\
	X(arp_notify, 0)	\
	X(drop_gratuitous_arp, 0)	\
	X(drop_unicast_in_l2_multicast, 0)	\
	X(force_igmp_version, 0)	\
	X(forwarding, 0)	\
	X(igmpv2_unsolicited_report_interval, 10000)	/* ms */ \
	X(igmpv3_unsolicited_report_interval, 1000)	/* ms */ \
	X(ignore_routes_with_linkdown, 0)	\
	X(medium_id, 0)	\
	X(promote_secondaries, 0)	\
	X(proxy_arp, 0)	\
	X(proxy_arp_pvlan, 0)	\
	X(route_localnet, 0)	\
	X(rp_filter, 0)	\
	X(secure_redirects, 1)	\
	X(send_redirects, 1)	\
	X(shared_media, 1)

struct ipv4_devconf {
#define X(name, dflt) int32_t name;
	IPV4_DEVCONF(X)
#undef X
};

/* net.ipv4.*, with the kernel's names and defaults. */
struct ipv4_sysctl {
	uint8_t	 ip_default_ttl;		/* 64 */
	bool	 icmp_echo_ignore_all;		/* 0 */
	bool	 icmp_echo_ignore_broadcasts;	/* 1 */
	uint32_t icmp_ratelimit;		/* ms, 1000 */
	uint32_t icmp_ratemask;			/* 6168 */
	uint32_t icmp_msgs_per_sec;		/* 1000 */
	uint32_t icmp_msgs_burst;		/* 50 */
	uint8_t	 ip_no_pmtu_disc;		/* 0 */
	uint8_t	 ip_nonlocal_bind;		/* 0 */
	uint32_t min_pmtu;			/* 552 */
	uint32_t mtu_expires;			/* s, 600 */
	uint32_t ipfrag_high_thresh;		/* bytes, 4 MiB */
	uint32_t ipfrag_time;			/* s, 30 */
	uint32_t igmp_max_memberships;		/* 20 */
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
/**
 * ipv4_conf - net.ipv4.conf of @dev (NULL where IPv4 is not on it); @dev NULL: of "all"
 * ipv4_conf_default: of devices to come
 */
struct ipv4_devconf *ipv4_conf(struct net *net, const struct net_device *dev);
struct ipv4_devconf *ipv4_conf_default(struct net *net);
/**
 * ipv4_conf_changed - after a value of one of them was written: what follows from it happens
 * @conf: one of those above; @field: the member, within it; @old: what it was
 */
void ipv4_conf_changed(struct net *net, struct ipv4_devconf *conf, const int32_t *field, int32_t old);
/** ipv4_set_forwarding - net.ipv4.ip_forward: "all", the default, and every device */
void ipv4_set_forwarding(struct net *net, int32_t on);
struct neigh_table *ipv4_neigh_table(struct net *net);

#endif
