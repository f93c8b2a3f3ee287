/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 addresses of devices. struct in_device is what IPv4 knows of a device (dev->ip4): it exists
 * from the device's registration to its end.
 */
#ifndef STACK_IPV4_DEVINET_H
#define STACK_IPV4_DEVINET_H

#include "stack/core/inet_config.h"
#include "stack/core/net.h"
#include "stack/ipv4/ip.h"

struct mc_dev;

/* What the FIB is told of addresses, after the event: it fills this in (devinet_set_ops). */
struct inetaddr_ops {
	void (*added)(struct net *net, struct ifaddr *ifa);
	/* @ifa is in no list any more. */
	void (*deleted)(struct net *net, struct ifaddr *ifa);
	/* @ifa, a secondary, is to have another primary: its routes go, until it is added() anew. */
	void (*moving)(struct net *net, struct ifaddr *ifa);
	/* ifa->metric was @old. */
	void (*metric_changed)(struct net *net, struct ifaddr *ifa, uint32_t old);
};

struct in_device {
	struct net_device *dev;
	struct list_head addrs;	 /* ifaddr.list: primaries by scope, then secondaries */
	struct mc_dev *mc;	 /* stack/ip/mc_group.h; of igmp*.c */
	struct ipv4_devconf conf;
	uint32_t conf_set;	 /* settings that are its own by now: a bit for each, in their order */
	const struct ipv4_devconf *all; /* net.ipv4.conf.all */
	bool dying;		 /* IPv4 is leaving the device */
	char name[IFNAMSIZ];	 /* the device's, for labels that follow a renaming */
	ktime_t conflict_tstamp; /* arp.c: when an address was last defended; 0: never */
	uint64_t arp_conflicts;	 /* stations that claimed an address of ours */
};

/* NULL when IPv4 is not (or no more) on the device. */
static inline struct in_device *in_dev_get(const struct net_device *dev)
{
	return dev->ip4;
}

/* The value in force of a setting that "all" and the device may each raise. */
#define IN_DEV_MAX(in_dev, field) max((in_dev)->conf.field, (in_dev)->all->field)

/* Whether one that "all" and the device may each switch on is on. */
#define IN_DEV_OR(in_dev, field) ((in_dev)->conf.field || (in_dev)->all->field)

/* A host listens to redirects where one of the two says so, a router only where both do. */
static inline bool in_dev_accept_redirects(const struct in_device *in_dev)
{
	bool dev = in_dev->conf.accept_redirects, all = in_dev->all->accept_redirects;

	return in_dev->conf.forwarding ? dev && all : dev || all;
}

static inline bool ifa_is_secondary(const struct ifaddr *ifa)
{
	return ifa->flags & IFA_F_SECONDARY;
}

/* Is @a in the subnet of @ifa? */
static inline bool ifa_match(be32 a, const struct ifaddr *ifa)
{
	return !((a ^ ifa->address.v4) & ipv4_mask(ifa->prefixlen));
}

/** inet_addr_find - the address of @net's devices that equals @local (on @dev, NULL: any); NULL */
struct ifaddr *inet_addr_find(struct net *net, be32 local, const struct net_device *dev);
/** inet_addr_onlink - does @in_dev have an address whose subnet has @a (and @b, unless it is 0)? */
bool inet_addr_onlink(const struct in_device *in_dev, be32 a, be32 b);
/** inet_ifa_byprefix - the address of @in_dev with this subnet; NULL */
struct ifaddr *inet_ifa_byprefix(const struct in_device *in_dev, be32 prefix, uint8_t prefixlen);
/**
 * inet_select_addr - the source address for sending to @dst by @dev
 * @dev: NULL: any; @dst: 0: no preference; @scope: the address' scope must reach as far
 * (RT_SCOPE_*)
 * Return: 0: none
 */
be32 inet_select_addr(struct net *net, const struct net_device *dev, be32 dst, uint8_t scope);
/**
 * inet_confirm_addr - is @local (0: any) an address by which @dst can speak to us on @dev (NULL:
 * any)?
 * Return: the address, 0: no
 */
be32 inet_confirm_addr(struct net *net, const struct net_device *dev, be32 dst, be32 local,
		       uint8_t scope);

/* See inet_config_ops. */
int inet_addr_add(struct net *net, const struct ifaddr *ifa, unsigned nlflags, struct extack *ack);
int inet_addr_del(struct net *net, const struct ifaddr *ifa, struct extack *ack);
int inet_addr_walk(struct net_device *dev, int (*fn)(const struct ifaddr *ifa, void *arg),
		   void *arg);

/** devinet_conf_init - all settings are the defaults */
void devinet_conf_init(struct net *net);
/** devinet_set_ops - who maintains the routes of addresses */
void devinet_set_ops(struct net *net, const struct inetaddr_ops *ops);
int devinet_init(struct net *net);
/** devinet_stop - IPv4 ends on all devices; while the rest of the floor still stands */
void devinet_stop(struct net *net);
void devinet_exit(struct net *net);

#endif
