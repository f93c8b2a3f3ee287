/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and routes as configuration sees them: plain structs, the same for both families, in and
 * out. The netlink server parses a message into one and calls the family's ops; a dump fills one and
 * prints it.
 */
#ifndef STACK_CORE_INET_CONFIG_H
#define STACK_CORE_INET_CONFIG_H

#include <linux/rtnetlink.h>
#include "stack/core/netdevice.h"
#include "stack/core/timer.h"
#include "stack/lib/inaddr.h"

struct flow;

#define INFINITY_LIFE_TIME 0xffffffffu	/* seconds */

/* An address on a device: configuration and object in one. */
struct ifaddr {
	struct list_head list;		/* of the device, in order of being shown */
	struct hlist_node hash;		/* of the family: by local */
	struct net_device *dev;
	uint16_t family;
	uint8_t	 prefixlen;
	uint8_t	 scope;			/* RT_SCOPE_* */
	uint8_t	 protocol;		/* IFAPROT_* */
	uint32_t flags;			/* IFA_F_* */
	uint32_t metric;		/* of its prefix route; 0: default */
	uint32_t valid_lft, preferred_lft;	/* seconds from tstamp; INFINITY_LIFE_TIME */
	ktime_t	 cstamp, tstamp;	/* created, updated */
	struct timer timer;		/* next expiry of a lifetime */
	union inaddr local;		/* ours */
	union inaddr address;		/* the peer's on a point-to-point link, else = local */
	union inaddr broadcast;		/* IPv4; any: none */
	bool	 has_broadcast;
	char	 label[IFNAMSIZ];	/* IPv4; empty: none */
};

/* What EVENT_ADDR_ADD (also: changed) and EVENT_ADDR_DEL carry. */
struct ifaddr_event {
	const struct ifaddr *ifa;
};

/* A multicast group that a device is in, also what EVENT_MCADDR_* carries. */
struct mcaddr {
	const struct net_device *dev;
	uint16_t family;
	union inaddr addr;
	ktime_t	 cstamp;		/* joined */
	uint32_t users;			/* who joined it: sockets, and the stack itself */
};

/* What EVENT_PREFIX carries: a prefix information option (RFC 4861 4.6.2) that was accepted. */
struct prefix_event {
	const struct net_device *dev;
	union inaddr prefix;
	uint8_t	 prefixlen;
	uint8_t	 flags;			/* of the option, as they came */
	uint32_t valid_lft, preferred_lft;	/* seconds; INFINITY_LIFE_TIME */
};

/* What EVENT_ND_USEROPT carries: an option of a router advertisement for resolvers (RFC 8106) and the like. */
struct nd_useropt_event {
	const struct net_device *dev;
	union inaddr saddr;		/* of the advertisement */
	uint8_t	 icmp_type, icmp_code;
	const void *opt;		/* as it came, len bytes */
	unsigned len;
};

/* What EVENT_NETCONF_* carries: settings of a family (net.ipv4.conf, net.ipv6.conf) that RTM_NEWNETCONF shows. */
struct netconf_event {
	uint16_t family;
	int	 ifindex;		/* of the device; or NETCONFA_IFINDEX_ALL, NETCONFA_IFINDEX_DEFAULT */
	int	 attr;			/* the one that changed: NETCONFA_* of linux/netconf.h; NETCONFA_ALL */
};

#define ROUTE_MAX_NEXTHOPS 32

struct nexthop_config {
	int	 oif;			/* ifindex; 0: by the gateway, or none */
	uint8_t	 flags;			/* RTNH_F_* : in ONLINK; out also DEAD, LINKDOWN */
	uint16_t gw_family;		/* 0: no gateway */
	uint16_t weight;		/* 1 to 256 */
	uint32_t realms;		/* RTA_FLOW: from << 16 | to; 0: none (IPv4) */
	union inaddr gw;
};

struct route_config {
	uint16_t family;
	uint8_t	 dst_len, src_len, tos;
	uint8_t	 protocol, scope, type;	/* RTPROT_*, RT_SCOPE_*, RTN_* */
	uint32_t table;			/* RT_TABLE_*; 0 in a request to delete or filter: any (as RT_TABLE_UNSPEC is main for add) */
	uint32_t priority;		/* metric */
	uint32_t flags;			/* RTM_F_*, RTNH_F_* of a single next hop */
	uint32_t realms;		/* of a route with at most one next hop, whose own it is too */
	union inaddr dst, src, prefsrc;	/* prefsrc any: none */
	bool	 scope_given;		/* request: scope is meant (RT_SCOPE_NOWHERE matches any on delete) */
	uint32_t metrics[RTAX_MAX + 1];	/* RTAX_MTU …; 0: not set */
	uint32_t metrics_lock;		/* RTAX_LOCK bits */
	uint32_t expires;		/* seconds; 0: never (IPv6) */
	uint8_t	 pref;			/* ICMPV6_ROUTER_PREF_* (IPv6) */
	int	 iif;			/* answer to "get" of an input route; 0 */
	uint32_t mark, uid;		/* answer to "get" */
	int	 error;			/* answer: rta_error of an unreachable, as -errno; 0 */
	unsigned nr_nh;			/* 0 for blackhole and its like */
	struct nexthop_config nh[ROUTE_MAX_NEXTHOPS];
};

/* What EVENT_ROUTE_* carries. */
struct fib_event {
	const struct route_config *cfg;
	unsigned nlflags;		/* NLM_F_REPLACE, NLM_F_APPEND, NLM_F_CREATE … as asked */
};

/* A walk that can be put down and taken up again: dumps wait for room in the listener's socket. */
struct route_cursor {
	uint32_t table;			/* in: only this one; 0: all */
	uint64_t pos[4];		/* the family's own; zero: from the start */
	bool	 done;
};

struct inet_config_ops {
	int family;
	/*
	 * Add, or change an address. @nlflags: NLM_F_CREATE, _EXCL, _REPLACE. *@ifa is a template: copied.
	 * -EEXIST "ipv4: Address already assigned", -EINVAL, -ENODEV, -ENOBUFS …
	 */
	int (*addr_add)(struct net *net, const struct ifaddr *ifa, unsigned nlflags, struct extack *ack);
	/*
	 * Delete: matches local, prefixlen and label where given (empty / any: not). -EADDRNOTAVAIL
	 * "ipv4: Address not found"
	 */
	int (*addr_del)(struct net *net, const struct ifaddr *ifa, struct extack *ack);
	/* The addresses of @dev in order; until @fn returns nonzero. @fn must not change them. */
	int (*addr_walk)(struct net_device *dev, int (*fn)(const struct ifaddr *ifa, void *arg), void *arg);
	/* Likewise the multicast groups that it is in, the last joined first. */
	int (*mcaddr_walk)(struct net_device *dev, int (*fn)(const struct mcaddr *mcaddr, void *arg), void *arg);

	int (*route_add)(struct net *net, const struct route_config *cfg, unsigned nlflags, struct extack *ack);
	int (*route_del)(struct net *net, const struct route_config *cfg, struct extack *ack);
	/* Fill up to @max routes from where @cur stands; Return: how many; cur->done at the end. */
	unsigned (*route_walk)(struct net *net, struct route_cursor *cur, struct route_config *ret, unsigned max);
	/* What a packet of @fl would take (fl->iif != 0: as if it came in there). @fibmatch: the route in
	 * the table instead of the resolved one. 0 or -errno (-ENETUNREACH, -EHOSTUNREACH, -EINVAL …) */
	int (*route_get)(struct net *net, struct flow *fl, bool fibmatch, struct route_config *ret, struct extack *ack);
	/* Was there ever a route in this table? As with the kernel, it stays when the last one goes.
	 * NULL: not known. */
	bool (*route_table_exists)(struct net *net, uint32_t table);
};

/** inet_config_find - the ops of @family, or NULL */
const struct inet_config_ops *inet_config_find(struct net *net, int family);
/** netconf_emit - tell of settings: EVENT_NETCONF_CHANGE with the members of struct netconf_event */
void netconf_emit(struct net *net, uint16_t family, int ifindex, int attr);
/** netconf_emit_del - EVENT_NETCONF_DEL: @family is no longer on the device @ifindex, or not by that name */
void netconf_emit_del(struct net *net, uint16_t family, int ifindex);
/** inet_config_register - by a family's init; @ops is static const */
void inet_config_register(struct net *net, const struct inet_config_ops *ops);

#endif
