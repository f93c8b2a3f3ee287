/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 addresses of devices: found, added, changed, deleted. As with the kernel, those of the widest
 * scope come first on a device, and of equal scope the newest; an address may be on several devices,
 * but only once on each.
 *
 * An address that was added is tentative until duplicate address detection is done with it
 * (addrconf_dad.c): only then are there a route to it, and packets from it.
 */
#include "stack/ipv6/addrconf.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include "stack/ipv6/addrconf_private.h"
#include "stack/ipv6/mld.h"
#include "stack/ipv6/route6.h"


/* What configuration may say of an address; all else is ours to say. */
#define CONFIG_FLAGS                                                                    \
	(IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | \
	 IFA_F_MCAUTOJOIN | IFA_F_OPTIMISTIC)

/* Finding -------------------------------------------------------------------------------------- */

struct ifaddr *addrconf_find(struct net *net, const union inaddr *addr,
			     const struct net_device *dev)
{
	struct ifaddr *ifa;

	hlist_for_each_entry(ifa, ifaddr_table_bucket(&net->ipv6->addrconf->addrs, addr), hash)
		if (inaddr_equal(&ifa->local, addr) && (!dev || ifa->dev == dev))
			return ifa;
	return NULL;
}

bool addrconf_is_local(struct net *net, const union inaddr *addr, const struct net_device *dev)
{
	struct ifaddr *ifa;

	hlist_for_each_entry(ifa, ifaddr_table_bucket(&net->ipv6->addrconf->addrs, addr), hash)
		if (inaddr_equal(&ifa->local, addr) && (!dev || ifa->dev == dev) &&
		    ifa6_usable(ifa))
			return true;
	return false;
}

bool addrconf_is_anycast(struct net *net, const union inaddr *addr, const struct net_device *dev)
{
	if (dev)
		return in6_dev_get(dev) && addrconf_anycast_find(in6_dev_get(dev), addr);
	netdev_for_each(net, dev)
		if (in6_dev_get(dev) && addrconf_anycast_find(in6_dev_get(dev), addr))
			return true;
	return false;
}

/* Does a route say so? As prefixes that routers announce do, where we have no address. */
static bool route_onlink(const struct net_device *dev, const union inaddr *addr)
{
	struct flow fl = { .family = AF_INET6, .oif = dev->ifindex, .daddr = *addr };
	struct dst_entry *dst;
	bool onlink;

	if (ip6_route_output(dev->net, &fl, &dst))
		return false;
	onlink = !dst->error && dst->dev == dev && ip6_rt_type(dst) == RTN_UNICAST &&
		 inaddr_equal(ip6_rt_nexthop(dst), addr);
	dst_release(dst);
	return onlink;
}

bool addrconf_onlink(const struct net_device *dev, const union inaddr *addr)
{
	const struct inet6_dev *idev = in6_dev_get(dev);
	const struct ifaddr *ifa;

	if (!idev)
		return false;
	if (in6_is_linklocal(addr))
		return true;
	list_for_each_entry(ifa, &idev->addrs, list)
		if (in6_prefix_equal(&ifa->local, addr, ifa->prefixlen))
			return true;
	return route_onlink(dev, addr);
}

bool addrconf_linklocal(const struct net_device *dev, uint32_t banned, union inaddr *ret)
{
	const struct inet6_dev *idev = in6_dev_get(dev);
	const struct ifaddr *ifa;

	if (!idev)
		return false;
	list_for_each_entry_reverse(ifa, &idev->addrs, list) {
		if (ifa->scope == RT_SCOPE_LINK && !(ifa->flags & banned)) {
			*ret = ifa->local;
			return true;
		}
	}
	return false;
}

unsigned addrconf_count(const struct inet6_dev *idev)
{
	const struct ifaddr *ifa;
	unsigned n = 0;

	list_for_each_entry(ifa, &idev->addrs, list)
		n++;
	return n;
}

int addrconf_addr_walk(struct net_device *dev, int (*fn)(const struct ifaddr *ifa, void *arg),
		       void *arg)
{
	return in6_dev_get(dev) ? ifaddr_walk(&in6_dev_get(dev)->addrs, fn, arg) : 0;
}

/* One address ---------------------------------------------------------------------------------- */

/* Behind all of wider scope, before its equals. */
static void list_in_order(struct inet6_dev *idev, struct ifaddr *ifa)
{
	unsigned scope = in6_scope(&ifa->local);
	struct ifaddr *other;

	list_for_each_entry(other, &idev->addrs, list) {
		if (scope >= in6_scope(&other->local)) {
			list_add_tail(&ifa->list, &other->list);
			return;
		}
	}
	list_add_tail(&ifa->list, &idev->addrs);
}

void addrconf_ifa_notify(const struct inet6_ifaddr *ifa)
{
	struct ifaddr_event ev = { .ifa = &ifa->ifa };

	event_emit(ifa->idev->dev->net, EVENT_ADDR_ADD, &ev);
}

/* May this device have this address? */
static int check_address(const struct inet6_dev *idev, const struct ifaddr *cfg, struct extack *ack)
{
	const union inaddr *a = &cfg->local;

	if (in6_is_any(a))
		return extack_set(ack, -EADDRNOTAVAIL, "ipv6: Invalid address");
	if (in6_is_multicast(a) && !(cfg->flags & IFA_F_MCAUTOJOIN))
		return extack_set(ack, -EADDRNOTAVAIL,
				  "ipv6: Cannot assign multicast address without "
				  "\"IFA_F_MCAUTOJOIN\" flag");
	if (in6_is_loopback(a) && !(idev->dev->flags & IFF_LOOPBACK))
		return extack_set(ack, -EADDRNOTAVAIL,
				  "ipv6: Cannot assign loopback address on this device");
	if (idev->dead)
		return extack_set(ack, -ENODEV, "ipv6: device is going away");
	if (idev->conf.disable_ipv6)
		return extack_set(ack, -EACCES, "ipv6: IPv6 is disabled on this device");
	if (addrconf_find(idev->dev->net, a, idev->dev))
		return extack_set(ack, -EEXIST, "ipv6: address already assigned");
	return 0;
}

int addrconf_ifa_add(struct inet6_dev *idev, const struct ifaddr *cfg, struct inet6_ifaddr **ret,
		     struct extack *ack)
{
	struct inet6_ifaddr *ifa;
	int err;

	err = check_address(idev, cfg, ack);
	if (err)
		return err;
	ifa = calloc(1, sizeof(*ifa));
	if (!ifa)
		return -ENOBUFS;
	ifa->idev = idev;
	ifa->ifa = *cfg;
	ifa->ifa.hash = (struct hlist_node){ 0 };
	ifa->ifa.dev = idev->dev;
	ifa->ifa.family = AF_INET6;
	ifa->ifa.scope = in6_rt_scope(&cfg->local);
	if (in6_is_any(&ifa->ifa.address))
		ifa->ifa.address = ifa->ifa.local;
	ifa->ifa.cstamp = ifa->ifa.tstamp = idev->dev->net->now;
	if (!(ifa->ifa.flags & IFA_F_NODAD))
		ifa->ifa.flags |= IFA_F_TENTATIVE;
	timer_init(&ifa->ifa.timer, addrconf_ifa_expired);
	addrconf_dad_init(ifa);
	list_in_order(idev, &ifa->ifa);
	ifaddr_table_add(&addrconf_of(idev)->addrs, &ifa->ifa);
	if (ret)
		*ret = ifa;
	return 0;
}

/* Temporary addresses outlive the one that they went with. */
static void forget_public(const struct inet6_ifaddr *public)
{
	struct ifaddr *other;

	list_for_each_entry(other, &public->idev->addrs, list)
		if (ifa6(other)->public == public)
			ifa6(other)->public = NULL;
}

void addrconf_ifa_del(struct inet6_ifaddr *ifa)
{
	struct net *net = ifa->idev->dev->net;
	struct ifaddr_event ev = { .ifa = &ifa->ifa };

	list_del(&ifa->ifa.list);
	ifaddr_table_del(&net->ipv6->addrconf->addrs, &ifa->ifa);
	net_timer_cancel(net, &ifa->ifa.timer);
	addrconf_dad_stop(ifa);
	forget_public(ifa);
	event_emit(net, EVENT_ADDR_DEL, &ev);
	addrconf_route_gone(ifa);
	if (ifa->ifa.flags & IFA_F_MCAUTOJOIN)
		ip6_mc_leave_own(ifa->idev, &ifa->ifa.local);
	/* The route of an address that expires has an end of its own. */
	if (ifa->ifa.flags & IFA_F_PERMANENT && !(ifa->ifa.flags & IFA_F_NOPREFIXROUTE))
		addrconf_route_prefix_gone(ifa, ifa->ifa.metric);
	ip6_rt_flush(net);
	free(ifa);
}

/* Configuration -------------------------------------------------------------------------------- */

/* @cfg made fit for use: local set, flags only those that may be given. */
static int check_config(const struct ifaddr *cfg, struct ifaddr *ret, struct extack *ack)
{
	int err;

	if (!cfg->dev)
		return extack_set(ack, -ENODEV, "ipv6: Unable to find the interface");
	if ((cfg->valid_lft || cfg->preferred_lft) &&
	    (!cfg->valid_lft || cfg->preferred_lft > cfg->valid_lft))
		return extack_set(ack, -EINVAL, "ipv6: address lifetime invalid");
	err = addrconf_dev_create(cfg->dev);
	if (err)
		return extack_set(ack, err, "IPv6 cannot be on this device, or there is no memory");
	*ret = *cfg;
	if (in6_is_any(&ret->local))
		ret->local = ret->address;
	ret->flags &= CONFIG_FLAGS;
	if (!addrconf_optimistic_allowed(in6_dev_get(cfg->dev)))
		ret->flags &= ~IFA_F_OPTIMISTIC;
	if (ret->flags & IFA_F_NODAD && ret->flags & IFA_F_OPTIMISTIC)
		return extack_set(ack, -EINVAL,
				  "IFA_F_NODAD and IFA_F_OPTIMISTIC are mutually exclusive");
	ifaddr_set_lifetimes(ret, cfg);
	return 0;
}

static int insert(const struct ifaddr *cfg, struct extack *ack)
{
	struct inet6_dev *idev = in6_dev_get(cfg->dev);
	struct inet6_ifaddr *ifa;
	int err;

	if (cfg->prefixlen > 128)
		return extack_set(ack, -EINVAL, "ipv6: Invalid prefix length");
	if (cfg->flags & IFA_F_MANAGETEMPADDR && cfg->prefixlen != 64)
		return extack_set(ack, -EINVAL,
				  "ipv6: address with \"mngtmpaddr\" flag must have a prefix "
				  "length of 64");
	if (idev->conf.disable_ipv6)
		return extack_set(ack, -EACCES, "ipv6: IPv6 is disabled on this device");
	addrconf_route_mcast(idev);
	if (cfg->flags & IFA_F_MCAUTOJOIN) {
		err = in6_is_multicast(&cfg->local) ? ip6_mc_join_own(idev, &cfg->local) : -EINVAL;
		if (err)
			return extack_set(ack, err, "ipv6: Multicast auto join failed");
	}
	err = addrconf_ifa_add(idev, cfg, &ifa, ack);
	if (err) {
		if (cfg->flags & IFA_F_MCAUTOJOIN)
			ip6_mc_leave_own(idev, &cfg->local);
		return err;
	}
	if (!(ifa->ifa.flags & IFA_F_NOPREFIXROUTE))
		addrconf_route_prefix(ifa);
	/* Others are announced once they are in use. */
	if (!(ifa->ifa.flags & (IFA_F_OPTIMISTIC | IFA_F_NODAD)))
		addrconf_ifa_notify(ifa);
	addrconf_dad_start(ifa);
	if (ifa->ifa.flags & IFA_F_MANAGETEMPADDR)
		addrconf_temp_create(ifa);
	addrconf_verify(ifa);
	return 0;
}

/* After a change: its prefix route, if it had one, and if it should have one. */
static void change_prefix_route(const struct inet6_ifaddr *ifa, bool had, uint32_t old_metric)
{
	bool wants = !(ifa->ifa.flags & IFA_F_NOPREFIXROUTE);

	if (had && !wants)
		addrconf_route_prefix_gone(ifa, old_metric);
	else if (had && ifa->ifa.metric != old_metric)
		addrconf_route_prefix_move(ifa, old_metric);
	else if (wants)
		addrconf_route_prefix(ifa);
}

static void change_temps(struct inet6_ifaddr *ifa, bool managed)
{
	if (!(ifa->ifa.flags & IFA_F_MANAGETEMPADDR)) {
		if (managed)
			addrconf_temps_del(ifa);
		return;
	}
	addrconf_temp_update(ifa, ifa->ifa.valid_lft, ifa->ifa.preferred_lft);
	if (!managed)
		addrconf_temp_create(ifa);
}

static int change(struct inet6_ifaddr *ifa, const struct ifaddr *cfg)
{
	const uint32_t ours = IFA_F_DEPRECATED | IFA_F_PERMANENT | IFA_F_NODAD | IFA_F_HOMEADDRESS |
			      IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE;
	uint32_t old = ifa->ifa.flags, flags = cfg->flags, old_metric = ifa->ifa.metric;
	bool had_route = old & IFA_F_PERMANENT && !(old & IFA_F_NOPREFIXROUTE);
	bool other_peer =
		!inaddr_any(&cfg->address) && !inaddr_equal(&cfg->address, &ifa->ifa.address);

	if (flags & IFA_F_MANAGETEMPADDR && (old & IFA_F_TEMPORARY || ifa->ifa.prefixlen != 64))
		return -EINVAL;
	if (!(old & IFA_F_TENTATIVE) || old & IFA_F_DADFAILED)
		flags &= ~IFA_F_OPTIMISTIC;
	ifa->ifa.flags = (old & ~ours) | flags;
	ifa->ifa.tstamp = ifa->idev->dev->net->now;
	ifa->ifa.valid_lft = cfg->valid_lft;
	ifa->ifa.preferred_lft = cfg->preferred_lft;
	ifa->ifa.protocol = cfg->protocol;
	if (cfg->metric)
		ifa->ifa.metric = cfg->metric;
	if (other_peer) {
		addrconf_route_gone(ifa);
		ifa->ifa.address = cfg->address;
		addrconf_join_solicited(ifa->idev, &ifa->ifa.local);
		ifa->solicited_joined = !(ifa->ifa.dev->flags & (IFF_LOOPBACK | IFF_NOARP));
		if (ifa6_usable(&ifa->ifa))
			addrconf_route_usable(ifa);
	}
	if (!(ifa->ifa.flags & IFA_F_TENTATIVE))
		addrconf_ifa_notify(ifa);
	change_prefix_route(ifa, had_route, old_metric);
	change_temps(ifa, old & IFA_F_MANAGETEMPADDR);
	ip6_rt_flush(ifa->idev->dev->net);
	addrconf_verify(ifa);
	return 0;
}

int addrconf_addr_add(struct net *net, const struct ifaddr *ifa, unsigned nlflags,
		      struct extack *ack)
{
	struct ifaddr *old;
	struct ifaddr cfg;
	int err;

	err = check_config(ifa, &cfg, ack);
	if (err)
		return err;
	old = addrconf_find(net, &cfg.local, cfg.dev);
	if (!old)
		return insert(&cfg, ack);
	if (nlflags & NLM_F_EXCL || !(nlflags & NLM_F_REPLACE))
		return extack_set(ack, -EEXIST, "ipv6: address already assigned");
	return change(ifa6(old), &cfg);
}

int addrconf_addr_del(struct net *net, const struct ifaddr *cfg, struct extack *ack)
{
	const union inaddr *local = in6_is_any(&cfg->local) ? &cfg->address : &cfg->local;
	struct inet6_dev *idev;
	struct ifaddr *ifa;

	if (cfg->prefixlen > 128)
		return extack_set(ack, -EINVAL, "ipv6: Invalid prefix length");
	if (!cfg->dev)
		return extack_set(ack, -ENODEV, "ipv6: Unable to find the interface");
	idev = in6_dev_get(cfg->dev);
	if (!idev)
		return extack_set(ack, -ENXIO, "ipv6: IPv6 is disabled on this device");
	ifa = addrconf_find(net, local, cfg->dev);
	if (!ifa || ifa->prefixlen != cfg->prefixlen)
		return extack_set(ack, -EADDRNOTAVAIL, "ipv6: address not found");
	if (cfg->flags & IFA_F_MANAGETEMPADDR && !(ifa->flags & IFA_F_TEMPORARY))
		addrconf_temps_del(ifa6(ifa));
	addrconf_ifa_del(ifa6(ifa));
	return 0;
}

/* The floor ------------------------------------------------------------------------------------ */

static const struct ipv6_devconf conf_defaults = {
#define X(name, dflt) .name = dflt,
	IPV6_DEVCONF(X)
#undef X
};

int addrconf_init(struct net *net)
{
	struct addrconf *ac = calloc(1, sizeof(*ac));
	struct net_device *dev;

	if (!ac)
		return -ENOMEM;
	list_init(&ac->listener.list);
	net->ipv6->addrconf = ac;
	if (ifaddr_table_init(&ac->addrs, AF_INET6))
		return -ENOMEM;
	ac->all = ac->dflt = conf_defaults;
	ac->all.accept_dad = 0; /* so that each device's decides */
	ac->listener.fn = addrconf_netdev_event;
	event_listen(net, &ac->listener);
	netdev_for_each(net, dev) {
		addrconf_dev_create(dev);
		if (in6_dev_get(dev) && netdev_running(dev))
			addrconf_dev_up(in6_dev_get(dev));
	}
	return 0;
}

void addrconf_stop(struct net *net)
{
	struct net_device *dev;

	if (!net->ipv6->addrconf)
		return;
	netdev_for_each(net, dev)
		addrconf_dev_destroy(dev);
}

void addrconf_exit(struct net *net)
{
	struct addrconf *ac = net->ipv6->addrconf;

	if (!ac)
		return;
	event_unlisten(&ac->listener);
	ifaddr_table_exit(&ac->addrs);
	free(ac);
	net->ipv6->addrconf = NULL;
}
