/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 addresses of devices. struct inet6_dev is what IPv6 knows of a device (dev->ip6): it exists from the device's
 * registration to its end, unless the MTU is below 1280; with disable_ipv6 it is there but has no address.
 *
 *	addrconf.c		addresses: found, added, changed, deleted
 *	addrconf_lifetime.c	lifetimes, and what happens at their ends
 *	addrconf_dev.c		devices: up, down, carrier, MTU; their first addresses
 *	addrconf_conf.c		consequences of net.ipv6.conf, tokens
 *	addrconf_id.c		interface identifiers (RFC 4291 App. A, RFC 7217)
 *	addrconf_route.c	routes and groups of addresses and devices; anycast
 *	addrconf_dad.c		duplicate address detection (RFC 4862 5.4, RFC 4429)
 *	addrconf_rs.c		router solicitations (RFC 4861 6.3.7, RFC 7559)
 *	addrconf_prefix.c	prefixes that routers announce: SLAAC (RFC 4862 5.5, RFC 7217)
 *	addrconf_temp.c		temporary addresses (RFC 8981)
 *	addrselect.c		which address to send from (RFC 6724 5)
 */
#ifndef STACK_IPV6_ADDRCONF_H
#define STACK_IPV6_ADDRCONF_H

#include "stack/core/inet_config.h"
#include "stack/core/net.h"
#include "stack/ipv6/ipv6.h"
#include "stack/lib/in6.h"

struct mld_dev;

/* inet6_dev.flags: the kernel's IF_* of linux/if_link.h's IFLA_INET6_FLAGS */
#define IN6_IF_RS_SENT	 0x10
#define IN6_IF_RA_RCVD	 0x20
#define IN6_IF_RA_MANAGED 0x40	/* M flag of the last advertisement */
#define IN6_IF_RA_OTHERCONF 0x80 /* O flag */
#define IN6_IF_READY	 0x80000000

struct inet6_dev {
	struct net_device *dev;
	char	 name[IFNAMSIZ];	/* the device's: its settings go by it */
	struct list_head addrs;		/* ifaddr.list, in the order of being shown: widest scope first */
	struct list_head anycast;	/* addrconf_route.c's own */
	struct mld_dev *mc;		/* mld*.c's own */
	struct ipv6_devconf conf;
	uint32_t flags;			/* IN6_IF_* */
	bool	 dead;			/* IPv6 ends on it */
	bool	 up;			/* the device is, and IPv6 is not disabled */
	union inaddr token;		/* `ip token`: the interface identifier to use; any: none */
	/* Router discovery: addrconf.c's solicitations, what the last advertisement said (ndisc_router.c) */
	struct timer rs_timer;
	int	 rs_probes;
	ktime_t	 rs_interval;
	uint32_t ra_mtu;		/* 0: not told */
	ktime_t	 tstamp;		/* of the last change to what IFLA_INET6_CACHEINFO shows */
	struct neigh_parms *nd_parms;	/* times that apply to its neighbours (RFC 4861 6.3.4) */
};

/* NULL when IPv6 is not (or no more) on the device. */
static inline struct inet6_dev *in6_dev_get(const struct net_device *dev)
{
	return dev->ip6;
}

enum ifa6_dad_state {
	IFA6_PREDAD,	/* to be probed when its device is up */
	IFA6_DAD,	/* being probed, or waiting for the link */
	IFA6_POSTDAD,	/* in use, or found to be a duplicate */
};

/* An address of a device; @ifa first: what configuration sees is part of what we know. */
struct inet6_ifaddr {
	struct ifaddr ifa;		/* timer: lifetimes */
	struct inet6_dev *idev;
	uint8_t	 dad_state;		/* enum ifa6_dad_state */
	uint32_t dad_probes;		/* solicitations still to be sent */
	uint64_t dad_nonce;		/* RFC 7527: own solicitations that are looped back; 0: none */
	struct timer dad_timer;
	bool	 retry;			/* the timer is that of RFC 7217 6: IDGEN_DELAY before probing */
	bool	 solicited_joined, anycast_joined;	/* what it brought its device into */
	uint8_t	 stable_counter;	/* DAD_Counter of RFC 7217 5 */
	bool	 tokenized;
	struct inet6_ifaddr *public;	/* of a temporary one: the address it goes with; NULL: gone */
	uint8_t	 regen_count;		/* temporary: its successor was made; public: made since the last success */
	uint32_t desync;		/* s, RFC 8981 DESYNC_FACTOR */
};

static inline struct inet6_ifaddr *ifa6(const struct ifaddr *ifa)
{
	return container_of(ifa, struct inet6_ifaddr, ifa);
}

/* Is it ours to speak from: not tentative (unless optimistic), not a duplicate? */
static inline bool ifa6_usable(const struct ifaddr *ifa)
{
	return !(ifa->flags & IFA_F_DADFAILED) &&
	       ((ifa->flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) != IFA_F_TENTATIVE);
}

/**
 * addrconf_find - the address of @net's devices that equals @addr (on @dev, NULL: any); tentative ones too; NULL
 */
struct ifaddr *addrconf_find(struct net *net, const union inaddr *addr, const struct net_device *dev);
/** addrconf_is_local - is @addr an address of ours (on @dev, NULL: any) by which others may reach us (ifa6_usable())? */
bool addrconf_is_local(struct net *net, const union inaddr *addr, const struct net_device *dev);
/** addrconf_is_anycast - the subnet-router anycast address (RFC 4291 2.6.1) of a device that forwards, or a joined one */
bool addrconf_is_anycast(struct net *net, const union inaddr *addr, const struct net_device *dev);
/** addrconf_anycast_walk - the anycast addresses of @dev, the last one joined first; until @fn returns nonzero */
int addrconf_anycast_walk(const struct net_device *dev,
			  int (*fn)(const struct net_device *dev, const union inaddr *addr, unsigned users, void *arg),
			  void *arg);
/** addrconf_onlink - has @dev an address or prefix route whose prefix covers @addr? Link-local: always */
bool addrconf_onlink(const struct net_device *dev, const union inaddr *addr);
/** addrconf_linklocal - a link-local address of @dev without any of the IFA_F_* flags @banned; false: none */
bool addrconf_linklocal(const struct net_device *dev, uint32_t banned, union inaddr *ret);

/* See inet_config_ops. */
int addrconf_addr_add(struct net *net, const struct ifaddr *ifa, unsigned nlflags, struct extack *ack);
int addrconf_addr_del(struct net *net, const struct ifaddr *ifa, struct extack *ack);
int addrconf_addr_walk(struct net_device *dev, int (*fn)(const struct ifaddr *ifa, void *arg), void *arg);

/* Duplicate address detection. */
/** addrconf_dad_start - @ifa was added, or its device came up: probe it, or take it into use at once */
void addrconf_dad_start(struct inet6_ifaddr *ifa);
/** addrconf_dad_stop - no more probes: the address or its device goes */
void addrconf_dad_stop(struct inet6_ifaddr *ifa);
/** addrconf_dad_done - nobody else has it: the address is in use (addrconf.c; called by addrconf_dad.c) */
void addrconf_dad_done(struct inet6_ifaddr *ifa);
/** addrconf_dad_failure - ND heard another station claim the tentative @ifa (RFC 4862 5.4.5) */
void addrconf_dad_failure(struct inet6_ifaddr *ifa, const uint8_t *lladdr);

/* A prefix information option, taken apart (RFC 4861 4.6.2). */
struct addrconf_prefix {
	union inaddr prefix;
	uint8_t plen;
	bool onlink, autonomous;
	bool router_lladdr;		/* the advertisement had a source link-layer address option */
	uint8_t raw_flags;		/* as they came */
	uint32_t valid, preferred;	/* s; INFINITY_LIFE_TIME */
};
/** addrconf_prefix_rcv - a router advertised it on @dev: on-link route, addresses by SLAAC, RTM_NEWPREFIX's event */
void addrconf_prefix_rcv(struct net *net, struct net_device *dev, const struct addrconf_prefix *p);

/** addrconf_temp_create - a temporary address to go with @public, which was made by SLAAC (RFC 8981 3.4) */
void addrconf_temp_create(struct inet6_ifaddr *public);
/** addrconf_temp_update - the lifetimes of @public were announced anew: those of its temporary ones follow (3.4) */
void addrconf_temp_update(struct inet6_ifaddr *public, uint32_t valid, uint32_t preferred);
/** addrconf_temp_regen - its preferred lifetime is nearly over: make the next */
void addrconf_temp_regen(struct inet6_ifaddr *temp);

/**
 * addrconf_router_seen - a valid advertisement came in: solicitations end (RFC 4861 6.3.7)
 * Return: did its M or O flag change?
 */
bool addrconf_router_seen(struct inet6_dev *idev, bool managed, bool other);

/**
 * addrconf_select_source - the address to send from (RFC 6724 5)
 * @dev: that it leaves by; NULL: not known
 * @prefs: IPV6_PREFER_SRC_* of linux/in6.h; 0: the default
 * Return: 0, -EADDRNOTAVAIL: none fits
 */
int addrconf_select_source(struct net *net, const struct net_device *dev, const union inaddr *daddr, unsigned prefs,
			   union inaddr *ret);

/* Configuration of devices. */
/** addrconf_conf - net.ipv6.conf: of @dev; NULL: of all. addrconf_conf_default: of devices to come */
struct ipv6_devconf *addrconf_conf(struct net *net, const struct net_device *dev);
struct ipv6_devconf *addrconf_conf_default(struct net *net);
/**
 * addrconf_conf_changed - after a value of one of them was written: what follows from it happens (forwarding: all
 * devices for "all", router groups and RA routes; disable_ipv6; addr_gen_mode; use_tempaddr; mtu …)
 * @conf: one of those above; @field: the member, within it; @old: what it was
 * Return: 0, or -EINVAL and the old value is back
 */
int addrconf_conf_changed(struct net *net, struct ipv6_devconf *conf, int32_t *field, int32_t old);
/** addrconf_set_token - `ip token set`: -EINVAL with a sentence where it cannot be */
int addrconf_set_token(struct net_device *dev, const union inaddr *token, struct extack *ack);
/**
 * addrconf_set_secret - net.ipv6.conf.DEV.stable_secret: from now on, identifiers are made of it (RFC 7217)
 * @conf: a device's or that of devices to come (then all devices follow): -EIO for "all"
 */
int addrconf_set_secret(struct net *net, struct ipv6_devconf *conf, const union inaddr *secret);
/** addrconf_ifinfo_changed - what RTM_NEWLINK shows of IPv6 on a device changed: EVENT_IN6_IFINFO; NULL: nothing */
void addrconf_ifinfo_changed(struct inet6_dev *idev);
/** addrconf_set_gen_mode - IFLA_INET6_ADDR_GEN_MODE */
int addrconf_set_gen_mode(struct net_device *dev, uint8_t mode, struct extack *ack);

int addrconf_init(struct net *net);
/** addrconf_stop - IPv6 ends on all devices; while the rest of the floor still stands */
void addrconf_stop(struct net *net);
void addrconf_exit(struct net *net);

#endif
