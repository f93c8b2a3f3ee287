/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an address brings with it: its own route in the local table, the route to its prefix, its
 * solicited-node group; and, where we forward, its subnet's anycast address (RFC 4291 2.6.1) and the
 * groups of routers. A device brings the route of multicast.
 *
 * A prefix route is shared by all addresses of the prefix: it goes with the last one that wants it,
 * and ends when the last one does whose life is limited.
 */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include "stack/ipv6/addrconf_private.h"
#include "stack/ipv6/fib6.h"
#include "stack/ipv6/mld.h"

#define PREFIX_METRIC 256 /* of routes to prefixes and groups, unless told otherwise */

/* An anycast address of a device (inet6_dev.anycast), counted. */
struct anycast {
	struct list_head list;
	union inaddr addr;
	unsigned users;
};

/* The routes ----------------------------------------------------------------------------------- */

static struct route_config route_of(const struct inet6_dev *idev, const union inaddr *dst,
				    unsigned len)
{
	return (struct route_config){
		.family = AF_INET6,
		.dst = in6_prefix(dst, len),
		.dst_len = len,
		.protocol = RTPROT_KERNEL,
		.type = RTN_UNICAST,
		.table = RT_TABLE_MAIN,
		.priority = PREFIX_METRIC,
		.nr_nh = 1,
		.nh[0] = { .oif = idev->dev->ifindex, .weight = 1 },
	};
}

/* To an address of ours: RTN_LOCAL, RTN_ANYCAST. */
static struct route_config own_route(const struct inet6_dev *idev, const union inaddr *dst,
				     uint8_t type)
{
	struct route_config cfg = route_of(idev, dst, 128);

	cfg.type = type;
	cfg.table = RT_TABLE_LOCAL;
	cfg.priority = 0;
	return cfg;
}

/* Not NLM_F_EXCL: other devices have the same prefixes. That it is there already is fine. */
static void add(const struct inet6_dev *idev, const struct route_config *cfg)
{
	fib6_route_add(idev->dev->net, cfg, NLM_F_CREATE, NULL);
}

/* One that went already, with its device, is fine. */
static void del(const struct inet6_dev *idev, const struct route_config *cfg)
{
	fib6_route_del(idev->dev->net, cfg, NULL);
}

void addrconf_route_mcast(struct inet6_dev *idev)
{
	const union inaddr group = { .b = { 0xff } };
	struct route_config cfg = route_of(idev, &group, 8);

	if (idev->dev->flags & IFF_LOOPBACK || !netdev_running(idev->dev))
		return;
	cfg.type = RTN_MULTICAST;
	cfg.table = RT_TABLE_LOCAL;
	add(idev, &cfg);
}

void addrconf_route_local(struct inet6_ifaddr *ifa)
{
	struct route_config cfg = own_route(ifa->idev, &ifa->ifa.local, RTN_LOCAL);

	add(ifa->idev, &cfg);
}

static bool has_peer(const struct inet6_ifaddr *ifa)
{
	return !inaddr_equal(&ifa->ifa.local, &ifa->ifa.address);
}

static struct route_config peer_route(const struct inet6_ifaddr *ifa)
{
	struct route_config cfg = route_of(ifa->idev, &ifa->ifa.address, 128);

	if (ifa->ifa.metric)
		cfg.priority = ifa->ifa.metric;
	return cfg;
}

void addrconf_route_usable(struct inet6_ifaddr *ifa)
{
	struct route_config peer;

	addrconf_route_local(ifa);
	if (ifa->idev->conf.forwarding)
		addrconf_anycast_subnet(ifa, true);
	if (has_peer(ifa)) {
		peer = peer_route(ifa);
		add(ifa->idev, &peer);
	}
}

void addrconf_route_gone(struct inet6_ifaddr *ifa)
{
	struct route_config cfg = own_route(ifa->idev, &ifa->ifa.local, RTN_LOCAL);

	if (ifa->idev->conf.forwarding)
		addrconf_anycast_subnet(ifa, false);
	if (ifa->solicited_joined)
		addrconf_leave_solicited(ifa->idev, &ifa->ifa.local);
	ifa->solicited_joined = false;
	del(ifa->idev, &cfg);
	if (has_peer(ifa)) {
		cfg = peer_route(ifa);
		del(ifa->idev, &cfg);
	}
}

/* Prefixes ------------------------------------------------------------------------------------- */

static struct route_config prefix_route(const struct inet6_ifaddr *ifa, uint32_t metric)
{
	struct route_config cfg = route_of(ifa->idev, &ifa->ifa.local, ifa->ifa.prefixlen);

	if (metric)
		cfg.priority = metric;
	return cfg;
}

/* Does @other, too, stand for the prefix route of @ifa? */
static bool shares_prefix(const struct ifaddr *other, const struct inet6_ifaddr *ifa)
{
	return other != &ifa->ifa && other->prefixlen == ifa->ifa.prefixlen &&
	       in6_prefix_equal(&other->local, &ifa->ifa.local, ifa->ifa.prefixlen);
}

/* Do others keep the route of the prefix, for ever or in their own way? *@ret: else, until when (KTIME_MAX: they do) */
static bool others_want(const struct inet6_ifaddr *ifa, ktime_t *ret_until)
{
	const struct ifaddr *other;
	bool any = false;

	*ret_until = 0;
	list_for_each_entry(other, &ifa->idev->addrs, list) {
		if (!shares_prefix(other, ifa))
			continue;
		any = true;
		if (other->flags & (IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE))
			*ret_until = KTIME_MAX;
		*ret_until = max(*ret_until, addrconf_lifetime_end(other, other->valid_lft));
	}
	return any;
}

/* Seconds from now to @end, for route_config.expires: at least one; 0: never. */
static uint32_t expires_in(const struct net *net, ktime_t end)
{
	return end == KTIME_MAX ? 0 : max(ktime_to_sec(end - net->now), 1);
}

void addrconf_route_prefix(const struct inet6_ifaddr *ifa)
{
	struct net *net = ifa->idev->dev->net;
	struct route_config cfg = prefix_route(ifa, ifa->ifa.metric);
	ktime_t end = addrconf_lifetime_end(&ifa->ifa, ifa->ifa.valid_lft), others;

	others_want(ifa, &others);
	cfg.expires = expires_in(net, max(end, others));
	if (fib6_route_add(net, &cfg, NLM_F_CREATE, NULL) == -EEXIST)
		fib6_expires_update(net, &cfg);
}

void addrconf_route_prefix_move(const struct inet6_ifaddr *ifa, uint32_t metric)
{
	struct route_config cfg = prefix_route(ifa, metric);

	del(ifa->idev, &cfg);
	addrconf_route_prefix(ifa);
}

void addrconf_route_prefix_gone(const struct inet6_ifaddr *ifa, uint32_t metric)
{
	struct net *net = ifa->idev->dev->net;
	struct route_config cfg = prefix_route(ifa, metric);
	ktime_t until;

	if (!others_want(ifa, &until)) {
		del(ifa->idev, &cfg);
	} else if (until != KTIME_MAX) {
		cfg.expires = expires_in(net, until);
		fib6_expires_update(net, &cfg);
	}
}

/* Groups and anycast --------------------------------------------------------------------------- */

void addrconf_join_solicited(struct inet6_dev *idev, const union inaddr *addr)
{
	const union inaddr group = in6_solicited_node(addr);

	if (!(idev->dev->flags & (IFF_LOOPBACK | IFF_NOARP)))
		ip6_mc_join_own(idev, &group);
}

void addrconf_leave_solicited(struct inet6_dev *idev, const union inaddr *addr)
{
	const union inaddr group = in6_solicited_node(addr);

	ip6_mc_leave_own(idev, &group);
}

static struct anycast *find(const struct inet6_dev *idev, const union inaddr *addr)
{
	struct anycast *ac;

	list_for_each_entry(ac, &idev->anycast, list)
		if (inaddr_equal(&ac->addr, addr))
			return ac;
	return NULL;
}

bool addrconf_anycast_find(const struct inet6_dev *idev, const union inaddr *addr)
{
	return find(idev, addr);
}

int addrconf_anycast_walk(const struct net_device *dev,
			  int (*fn)(const struct net_device *dev, const union inaddr *addr, unsigned users, void *arg),
			  void *arg)
{
	const struct inet6_dev *idev = in6_dev_get(dev);
	const struct anycast *ac;
	int ret;

	if (!idev)
		return 0;
	list_for_each_entry(ac, &idev->anycast, list) {
		ret = fn(dev, &ac->addr, ac->users, arg);
		if (ret)
			return ret;
	}
	return 0;
}

static void anycast_join(struct inet6_dev *idev, const union inaddr *addr)
{
	struct route_config cfg = own_route(idev, addr, RTN_ANYCAST);
	struct anycast *ac = find(idev, addr);

	if (ac) {
		ac->users++;
		return;
	}
	ac = calloc(1, sizeof(*ac));
	if (!ac)
		return;
	ac->addr = *addr;
	ac->users = 1;
	list_add(&ac->list, &idev->anycast);
	addrconf_join_solicited(idev, addr);
	add(idev, &cfg);
}

static void anycast_drop(struct inet6_dev *idev, struct anycast *ac)
{
	struct route_config cfg = own_route(idev, &ac->addr, RTN_ANYCAST);

	list_del(&ac->list);
	if (!(idev->dev->flags & (IFF_LOOPBACK | IFF_NOARP)))
		addrconf_leave_solicited(idev, &ac->addr);
	del(idev, &cfg);
	free(ac);
}

void addrconf_anycast_subnet(struct inet6_ifaddr *ifa, bool join)
{
	union inaddr subnet = in6_prefix(&ifa->ifa.local, ifa->ifa.prefixlen);
	struct anycast *ac;

	/* RFC 6164: two routers on a link have no room for it. */
	if (ifa->ifa.prefixlen >= 127 || in6_is_any(&subnet) || ifa->anycast_joined == join)
		return;
	ifa->anycast_joined = join;
	if (join) {
		anycast_join(ifa->idev, &subnet);
		return;
	}
	ac = find(ifa->idev, &subnet);
	if (ac && !--ac->users)
		anycast_drop(ifa->idev, ac);
}

void addrconf_anycast_flush(struct inet6_dev *idev)
{
	while (!list_empty(&idev->anycast))
		anycast_drop(idev, list_first_entry(&idev->anycast, struct anycast, list));
}

void addrconf_forward_changed(struct inet6_dev *idev)
{
	const union inaddr groups[] = { IN6_ALL_ROUTERS, IN6_ALL_ROUTERS_IF, IN6_ALL_ROUTERS_SITE };
	bool forwards = idev->conf.forwarding;
	struct ifaddr *ifa;

	for (size_t i = 0; idev->dev->flags & IFF_MULTICAST && i < ARRAY_SIZE(groups); i++) {
		if (forwards)
			ip6_mc_join_own(idev, &groups[i]);
		else
			ip6_mc_leave_own(idev, &groups[i]);
	}
	list_for_each_entry(ifa, &idev->addrs, list)
		if (!(ifa->flags & IFA_F_TENTATIVE))
			addrconf_anycast_subnet(ifa6(ifa), forwards);
}
