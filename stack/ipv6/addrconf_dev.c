/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 on devices: it begins when one is registered and ends with it, or while its MTU is too small;
 * addresses are made when its link is ready, and go when it is taken down (but for those that
 * keep_addr_on_down keeps).
 */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netconf.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ipv6/addrconf_private.h"
#include "stack/ipv6/fib6.h"
#include "stack/ipv6/mld.h"
#include "stack/ipv6/ndisc.h"
#include "stack/ipv6/route6.h"

/* linux/if_addr.h: IFAPROT_*, newer than the headers of some hosts */
#define PROTO_KERNEL_LO 1
#define PROTO_KERNEL_LL 3

/* Could anyone hear us? */
static bool link_ready(const struct net_device *dev)
{
	uint8_t state = netdev_operstate(dev);

	return netdev_running(dev) && (state == IF_OPER_UP || state == IF_OPER_UNKNOWN);
}

/* The first addresses -------------------------------------------------------------------------- */

static void add_loopback(struct inet6_dev *idev)
{
	const struct ifaddr cfg = {
		.local = IN6_LOOPBACK,
		.prefixlen = 128,
		.protocol = PROTO_KERNEL_LO,
		.flags = IFA_F_PERMANENT | IFA_F_NODAD,
		.valid_lft = INFINITY_LIFE_TIME,
		.preferred_lft = INFINITY_LIFE_TIME,
	};
	struct inet6_ifaddr *ifa;

	if (addrconf_ifa_add(idev, &cfg, &ifa, NULL))
		return;
	ifa->ifa.flags &= ~IFA_F_NODAD;
	addrconf_dad_start(ifa);
}

static void add_linklocal(struct inet6_dev *idev, const union inaddr *addr, uint32_t flags)
{
	struct ifaddr cfg = {
		.local = *addr,
		.prefixlen = 64,
		.protocol = PROTO_KERNEL_LL,
		.flags = flags | IFA_F_PERMANENT,
		.valid_lft = INFINITY_LIFE_TIME,
		.preferred_lft = INFINITY_LIFE_TIME,
	};
	struct inet6_ifaddr *ifa;

	if (addrconf_optimistic_allowed(idev) && !addrconf_of(idev)->all.forwarding)
		cfg.flags |= IFA_F_OPTIMISTIC;
	if (addrconf_ifa_add(idev, &cfg, &ifa, NULL))
		return;
	addrconf_route_prefix(ifa);
	addrconf_dad_start(ifa);
}

static void gen_linklocal(struct inet6_dev *idev)
{
	union inaddr addr = { .b = { 0xfe, 0x80 } };

	switch (idev->conf.addr_gen_mode) {
	case IN6_ADDR_GEN_MODE_RANDOM:
		if (!idev->conf.stable_secret_set) {
			net_random(idev->dev->net, &idev->conf.stable_secret,
				   sizeof(idev->conf.stable_secret));
			idev->conf.stable_secret_set = true;
		}
		/* fallthrough */
	case IN6_ADDR_GEN_MODE_STABLE_PRIVACY:
		if (addrconf_id_stable(idev, &addr, 0))
			add_linklocal(idev, &addr, IFA_F_STABLE_PRIVACY);
		break;
	case IN6_ADDR_GEN_MODE_EUI64:
		if (addrconf_id_eui64(idev->dev, &addr))
			add_linklocal(idev, &addr, 0);
		break;
	default:
		break;
	}
}

void addrconf_auto_addrs(struct inet6_dev *idev)
{
	if (idev->conf.disable_ipv6 || !(idev->flags & IN6_IF_READY))
		return;
	if (idev->dev->flags & IFF_LOOPBACK) {
		add_loopback(idev);
		return;
	}
	addrconf_route_mcast(idev);
	if (idev->dev->link->addr_len)
		gen_linklocal(idev);
}

/* What others are told ------------------------------------------------------------------------- */

void addrconf_ifinfo_changed(struct inet6_dev *idev)
{
	if (!idev)
		return;
	idev->tstamp = idev->dev->net->now;
	event_emit(idev->dev->net, EVENT_IN6_IFINFO, idev->dev);
}

/* As with the kernel, settings go by the device's name. */
static void name_changed(struct inet6_dev *idev)
{
	struct net_device *dev = idev->dev;

	memcpy(idev->name, dev->name, sizeof(idev->name));
	netconf_emit_del(dev->net, AF_INET6, dev->ifindex);
	netconf_emit(dev->net, AF_INET6, dev->ifindex, NETCONFA_ALL);
}

/* Up and down ---------------------------------------------------------------------------------- */

/* Addresses that were kept, or given while it was down. */
static void restore_addrs(struct inet6_dev *idev)
{
	struct ifaddr *ifa, *next;

	list_for_each_entry_safe(ifa, next, &idev->addrs, list) {
		if (!(ifa->flags & IFA_F_PERMANENT))
			continue;
		if (!(ifa->flags & IFA_F_NOPREFIXROUTE))
			addrconf_route_prefix(ifa6(ifa));
		if (ifa6(ifa)->dad_state == IFA6_PREDAD)
			addrconf_dad_start(ifa6(ifa));
		else if (ifa6_usable(ifa))
			addrconf_route_usable(ifa6(ifa));
	}
}

/* From here on, others can hear us. */
static void become_ready(struct inet6_dev *idev)
{
	idev->flags |= IN6_IF_READY;
	addrconf_auto_addrs(idev);
	addrconf_dad_resume(idev, false);
	addrconf_ifinfo_changed(idev);
}

void addrconf_dev_up(struct inet6_dev *idev)
{
	if (idev->conf.disable_ipv6 || idev->up)
		return;
	idev->up = true;
	idev->conf.mtu = idev->dev->mtu;
	ip6_mc_up(idev);
	restore_addrs(idev);
	if (link_ready(idev->dev))
		become_ready(idev);
}

/* Does this address outlive the device's being down? */
static bool is_kept(const struct inet6_dev *idev, const struct ifaddr *ifa)
{
	bool keeps =
		max(addrconf_of(idev)->all.keep_addr_on_down, idev->conf.keep_addr_on_down) > 0;

	return keeps && !idev->dead && !idev->conf.disable_ipv6 && ifa->flags & IFA_F_PERMANENT &&
	       !in6_is_linklocal(&ifa->local) && !in6_is_loopback(&ifa->local);
}

static void put_aside(struct inet6_ifaddr *ifa)
{
	addrconf_dad_stop(ifa);
	ifa->dad_state = IFA6_PREDAD;
	if (!(ifa->ifa.flags & IFA_F_NODAD))
		ifa->ifa.flags |= IFA_F_TENTATIVE;
	addrconf_route_gone(ifa);
}

void addrconf_dev_down(struct inet6_dev *idev)
{
	struct net *net = idev->dev->net;
	struct ifaddr *ifa, *next;

	net_timer_cancel(net, &idev->rs_timer);
	idev->flags &= ~(IN6_IF_RS_SENT | IN6_IF_RA_RCVD | IN6_IF_READY);
	list_for_each_entry_safe(ifa, next, &idev->addrs, list) {
		if (is_kept(idev, ifa))
			put_aside(ifa6(ifa));
		else
			addrconf_ifa_del(ifa6(ifa));
	}
	/* Where only IPv6 goes down, nobody else sees to it. */
	if (netdev_running(idev->dev)) {
		fib6_dev_down(idev->dev);
		ndisc_flush_dev(idev->dev);
	}
	if (idev->up)
		ip6_mc_down(idev);
	idev->up = false;
	idev->tstamp = net->now;
	idev->ra_mtu = 0;
	ip6_rt_flush(net);
}

static void carrier_changed(struct inet6_dev *idev)
{
	if (!idev->up || !link_ready(idev->dev))
		return;
	if (!(idev->flags & IN6_IF_READY)) {
		become_ready(idev);
		return;
	}
	/* It may be another link than before: switches there have to hear of our groups. */
	ip6_mc_down(idev);
	ip6_mc_up(idev);
}

/* Begin and end -------------------------------------------------------------------------------- */

/* Some links know no duplicates, and nobody to hide an address from. */
static void conf_by_link(struct inet6_dev *idev)
{
	if (idev->conf.stable_secret_set)
		idev->conf.addr_gen_mode = IN6_ADDR_GEN_MODE_STABLE_PRIVACY;
	if (idev->dev->flags & (IFF_NOARP | IFF_LOOPBACK))
		idev->conf.accept_dad = -1;
	if (idev->dev->flags & IFF_LOOPBACK)
		idev->conf.use_tempaddr = -1;
	idev->conf.mtu = idev->dev->mtu;
}

int addrconf_dev_create(struct net_device *dev)
{
	struct net *net = dev->net;
	struct inet6_dev *idev;

	if (dev->ip6)
		return 0;
	if (dev->mtu < IPV6_MIN_MTU)
		return -EINVAL;
	idev = calloc(1, sizeof(*idev));
	if (!idev)
		return -ENOBUFS;
	idev->dev = dev;
	memcpy(idev->name, dev->name, sizeof(idev->name));
	list_init(&idev->addrs);
	list_init(&idev->anycast);
	idev->conf = net->ipv6->addrconf->dflt;
	conf_by_link(idev);
	idev->tstamp = net->now;
	idev->nd_parms = neigh_parms_get(ndisc_table(net), dev);
	timer_init(&idev->rs_timer, addrconf_rs_timer);
	if (ip6_mc_init_dev(idev)) {
		free(idev);
		return -ENOBUFS;
	}
	dev->ip6 = idev;
	if (idev->conf.forwarding)
		addrconf_forward_changed(idev);
	netconf_emit(net, AF_INET6, dev->ifindex, NETCONFA_ALL);
	return 0;
}

void addrconf_dev_destroy(struct net_device *dev)
{
	struct inet6_dev *idev = in6_dev_get(dev);

	if (!idev)
		return;
	idev->dead = true;
	addrconf_dev_down(idev);
	addrconf_anycast_flush(idev);
	ip6_mc_destroy_dev(idev);
	dev->ip6 = NULL;
	free(idev);
	netconf_emit_del(dev->net, AF_INET6, dev->ifindex);
}

static void mtu_changed(struct net_device *dev)
{
	bool fresh = !dev->ip6;

	if (dev->mtu < IPV6_MIN_MTU) {
		addrconf_dev_destroy(dev);
		return;
	}
	if (addrconf_dev_create(dev))
		return;
	in6_dev_get(dev)->conf.mtu = dev->mtu;
	ip6_rt_flush(dev->net);
	if (fresh && netdev_running(dev))
		addrconf_dev_up(in6_dev_get(dev));
}

static void device_changed(struct inet6_dev *idev)
{
	if (strcmp(idev->name, idev->dev->name))
		name_changed(idev);
	if (idev->dev->flags_changed & IFF_NOARP && idev->flags & IN6_IF_READY)
		addrconf_dad_resume(idev, true);
}

void addrconf_netdev_event(struct event_listener *l, struct net *net, enum event_type type,
			   void *obj)
{
	struct net_device *dev = obj;

	(void)l;
	(void)net;
	switch (type) {
	case EVENT_NETDEV_REGISTER:
		addrconf_dev_create(dev);
		break;
	case EVENT_NETDEV_UNREGISTER:
		addrconf_dev_destroy(dev);
		break;
	case EVENT_NETDEV_CHANGEMTU:
		mtu_changed(dev);
		break;
	case EVENT_NETDEV_UP:
		if (in6_dev_get(dev))
			addrconf_dev_up(in6_dev_get(dev));
		break;
	case EVENT_NETDEV_DOWN:
		if (in6_dev_get(dev))
			addrconf_dev_down(in6_dev_get(dev));
		break;
	case EVENT_NETDEV_CARRIER:
		if (in6_dev_get(dev))
			carrier_changed(in6_dev_get(dev));
		break;
	case EVENT_NETDEV_CHANGE:
		if (in6_dev_get(dev))
			device_changed(in6_dev_get(dev));
		break;
	default:
		break;
	}
}
