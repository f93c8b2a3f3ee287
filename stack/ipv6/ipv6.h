/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 as the floors above see it. Addresses and routes are configured through inet_config_ops,
 * transports send through inet_af_ops, as with IPv4; this is what is left: taking it up and down, raw
 * taps, and its sysctls.
 */
#ifndef STACK_IPV6_IPV6_H
#define STACK_IPV6_IPV6_H

#include "stack/core/flow.h"
#include "stack/core/inet_config.h"
#include "stack/link/neighbour.h"

/* net.ipv6.conf.DEV.*, with the kernel's names and defaults. Each is an int32_t: see addrconf_set_conf(). */
#define IPV6_DEVCONF(X)								\
	X(forwarding, 0)							\
	X(force_forwarding, 0)		/* though "all" says no */		\
	X(hop_limit, 64)							\
	X(mtu, 1280)			/* the device's: not a default */	\
	X(accept_ra, 1)			/* 2: though forwarding */		\
	X(accept_redirects, 1)							\
	X(autoconf, 1)								\
	X(dad_transmits, 1)							\
	X(router_solicitations, -1)						\
	X(router_solicitation_interval, 4)	/* s */				\
	X(router_solicitation_delay, 1)	/* s */					\
	X(router_solicitation_max_interval, 3600)	/* s */			\
	X(force_mld_version, 0)							\
	X(mldv1_unsolicited_report_interval, 10000)	/* ms */		\
	X(mldv2_unsolicited_report_interval, 1000)	/* ms */		\
	X(use_tempaddr, 0)							\
	X(temp_valid_lft, 604800)	/* s */					\
	X(temp_prefered_lft, 86400)	/* s */					\
	X(regen_min_advance, 2)		/* s */					\
	X(regen_max_retry, 3)							\
	X(max_desync_factor, 600)	/* s */					\
	X(max_addresses, 16)							\
	X(accept_ra_defrtr, 1)							\
	X(ra_defrtr_metric, 1024)						\
	X(accept_ra_min_hop_limit, 1)						\
	X(accept_ra_min_lft, 0)							\
	X(accept_ra_from_local, 0)						\
	X(accept_ra_pinfo, 1)							\
	X(ra_honor_pio_life, 0)							\
	X(ra_honor_pio_pflag, 0)						\
	X(accept_ra_rtr_pref, 1)						\
	X(router_probe_interval, 60)	/* s */					\
	X(accept_ra_rt_info_min_plen, 0)					\
	X(accept_ra_rt_info_max_plen, 0)					\
	X(accept_ra_mtu, 1)							\
	X(proxy_ndp, 0)								\
	X(accept_source_route, 0)	/* there is no way to switch it on */	\
	X(optimistic_dad, 0)							\
	X(use_optimistic, 0)							\
	X(disable_ipv6, 0)							\
	X(accept_dad, 1)		/* of all: 0 */				\
	X(enhanced_dad, 1)							\
	X(force_tllao, 0)							\
	X(ndisc_notify, 0)							\
	X(ndisc_evict_nocarrier, 1)						\
	X(suppress_frag_ndisc, 1)						\
	X(use_oif_addrs_only, 0)						\
	X(keep_addr_on_down, 0)							\
	X(drop_unicast_in_l2_multicast, 0)					\
	X(drop_unsolicited_na, 0)						\
	X(accept_untracked_na, 0)						\
	X(addr_gen_mode, 0)		/* IN6_ADDR_GEN_MODE_* */		\
	X(ndisc_tclass, 0)							\
	X(ignore_routes_with_linkdown, 0)

struct ipv6_devconf {
#define X(name, dflt) int32_t name;
	IPV6_DEVCONF(X)
#undef X
	bool	     stable_secret_set;
	union inaddr stable_secret;	/* RFC 7217; written as an address */
};

/* net.ipv6.*, with the kernel's names and defaults. */
struct ipv6_sysctl {
	uint8_t	 bindv6only;			/* 0 */
	uint8_t	 ip_nonlocal_bind;		/* 0 */
	uint8_t	 auto_flowlabels;		/* 1: on, a socket may switch it off; 0: never; 2, 3 as the kernel's */
	uint8_t	 anycast_src_echo_reply;	/* 0 */
	uint8_t	 icmp_echo_ignore_all;		/* icmp.echo_ignore_all 0 */
	uint8_t	 icmp_echo_ignore_multicast;	/* 0 */
	uint8_t	 icmp_echo_ignore_anycast;	/* 0 */
	bool	 icmp_error_anycast_as_unicast;	/* 0 */
	uint32_t icmp_ratelimit;		/* ms, 100 */
	uint32_t icmp_ratemask[8];		/* bits of types limited: "0-1,3-127" */
	uint32_t ip6frag_high_thresh;		/* bytes, 4 MiB */
	uint32_t ip6frag_time;			/* s, 60 */
	uint32_t max_dst_opts_number;		/* 8 */
	uint32_t max_dst_opts_length;		/* bytes, no limit: INT_MAX */
	uint32_t max_hbh_opts_number;		/* 8 */
	uint32_t max_hbh_length;		/* INT_MAX */
	uint32_t mld_max_msf;			/* sources of one membership, 64 */
	uint32_t mld_qrv;			/* robustness, 2 */
	uint32_t idgen_retries;			/* 3 */
	uint32_t idgen_delay;			/* s, 1 */
	uint32_t route_mtu_expires;		/* s, 600 */
	uint32_t route_min_adv_mss;		/* 1220 */
	bool	 skip_notify_on_dev_down;	/* 0 */
};

/**
 * ipv6_init - ND, addresses, FIB, input, ICMPv6, MLD; registers ops and packet types; 0 or -errno
 */
int ipv6_init(struct net *net);
/** ipv6_exit - no device, socket or route user is left */
void ipv6_exit(struct net *net);

/**
 * ipv6_raw_register - who sees each packet for this host before its transport does: raw sockets
 * @fn: NULL: nobody. As ipv4_raw_register()'s: data at the upper-layer header (also: at each extension header
 * that the stack does not know), struct inet_skb_parm in cb with proto as that header's type; does not own the
 * skb. It returns whether someone took (a clone of) it: then no "parameter problem, next header" is sent.
 */
void ipv6_raw_register(struct net *net, bool (*fn)(struct net *net, struct sk_buff *skb));

struct ipv6_sysctl *ipv6_sysctl(struct net *net);
struct neigh_table *ipv6_neigh_table(struct net *net);

#endif
