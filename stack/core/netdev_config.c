/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What can be changed of a device, and what it shows of itself: flags, MTU, address, name, carrier,
 * and who listens to what. Called by RTM_NEWLINK, by the device's kind, and by the floors above.
 * The rules are the kernel's: what may change while the device is up, which error is returned, what
 * is told to whom.
 */
#include "stack/core/netdevice.h"

#include <errno.h>
#include <limits.h>
#include <linux/if.h>
#include <stdlib.h>
#include <string.h>

#include "stack/core/event.h"
#include "stack/core/net.h"
#include "stack/core/netdev_check.h"

/* Flags that configuration sets and clears freely; the rest say what the device is, or does. */
#define FLAGS_SETTABLE                                                                        \
	(IFF_DEBUG | IFF_NOTRAILERS | IFF_NOARP | IFF_DYNAMIC | IFF_MULTICAST | IFF_PORTSEL | \
	 IFF_AUTOMEDIA)
/* Flags that are wishes of a configuration beside the wishes of others, which are counted. */
#define FLAGS_COUNTED (IFF_PROMISC | IFF_ALLMULTI)

static void emit_change(struct net_device *dev)
{
	if (dev->registered)
		event_emit(dev->net, EVENT_NETDEV_CHANGE, dev);
}

/* What it shows of itself --------------------------------------------------------------------- */

uint8_t netdev_operstate(const struct net_device *dev)
{
	if (!netdev_running(dev))
		return IF_OPER_DOWN;
	if (!dev->carrier_known)
		return IF_OPER_UNKNOWN;
	if (dev->carrier)
		return IF_OPER_UP;
	return dev->iflink && dev->iflink != dev->ifindex ? IF_OPER_LOWERLAYERDOWN : IF_OPER_DOWN;
}

unsigned netdev_flags(const struct net_device *dev)
{
	unsigned flags = (dev->flags & ~FLAGS_COUNTED) | dev->gflags;

	if (netdev_running(dev) && dev->carrier)
		flags |= IFF_RUNNING | IFF_LOWER_UP;
	return flags;
}

void netdev_set_carrier(struct net_device *dev, bool on)
{
	bool changed = dev->carrier != on || !dev->carrier_known;

	dev->carrier = on;
	dev->carrier_known = true;
	if (changed && dev->registered)
		event_emit(dev->net, EVENT_NETDEV_CARRIER, dev);
}

/* What it listens to -------------------------------------------------------------------------- */

/* A device that is down is told when it comes up. */
static void rx_mode_changed(struct net_device *dev)
{
	if (netdev_running(dev) && dev->ops->set_rx_mode)
		dev->ops->set_rx_mode(dev);
}

/* Count a user of a mode in or out; true: the flag changed. */
static bool count_mode(struct net_device *dev, unsigned *users, unsigned flag, int inc)
{
	unsigned old = dev->flags;

	*users += inc;
	if (*users)
		dev->flags |= flag;
	else
		dev->flags &= ~flag;
	if (dev->flags == old)
		return false;
	rx_mode_changed(dev);
	return true;
}

void netdev_set_promisc(struct net_device *dev, int inc)
{
	if (count_mode(dev, &dev->promisc, IFF_PROMISC, inc))
		emit_change(dev);
}

void netdev_set_allmulti(struct net_device *dev, int inc)
{
	if (count_mode(dev, &dev->allmulti, IFF_ALLMULTI, inc))
		emit_change(dev);
}

static struct netdev_mc_addr *mc_find(struct net_device *dev, const uint8_t *addr)
{
	struct netdev_mc_addr *mc;

	list_for_each_entry(mc, &dev->mc_list, list)
		if (!memcmp(mc->addr, addr, dev->link->addr_len))
			return mc;
	return NULL;
}

int netdev_mc_add(struct net_device *dev, const uint8_t *addr)
{
	struct netdev_mc_addr *mc = mc_find(dev, addr);

	if (mc) {
		mc->users++;
		return 0;
	}
	mc = calloc(1, sizeof(*mc));
	if (!mc)
		return -ENOMEM;
	mc->users = 1;
	memcpy(mc->addr, addr, dev->link->addr_len);
	list_add_tail(&mc->list, &dev->mc_list);
	rx_mode_changed(dev);
	return 0;
}

void netdev_mc_del(struct net_device *dev, const uint8_t *addr)
{
	struct netdev_mc_addr *mc = mc_find(dev, addr);

	if (!mc || --mc->users)
		return;
	list_del(&mc->list);
	free(mc);
	rx_mode_changed(dev);
}

/* Flags --------------------------------------------------------------------------------------- */

static int netdev_open(struct net_device *dev, struct extack *ack)
{
	int err = 0;

	dev->flags |= IFF_UP;
	if (dev->ops->open)
		err = dev->ops->open(dev);
	if (err) {
		dev->flags &= ~IFF_UP;
		return extack_set(ack, err, "The device could not be brought up");
	}
	rx_mode_changed(dev);
	return 0;
}

static void netdev_close(struct net_device *dev)
{
	dev->flags &= ~IFF_UP;
	if (dev->ops->stop)
		dev->ops->stop(dev);
}

/* IFF_PROMISC and IFF_ALLMULTI in @want: count the configuration in or out. */
static void change_wishes(struct net_device *dev, unsigned want)
{
	unsigned changed = (dev->gflags ^ want) & FLAGS_COUNTED;

	dev->gflags ^= changed;
	if (changed & IFF_PROMISC)
		count_mode(dev, &dev->promisc, IFF_PROMISC, want & IFF_PROMISC ? 1 : -1);
	if (changed & IFF_ALLMULTI)
		count_mode(dev, &dev->allmulti, IFF_ALLMULTI, want & IFF_ALLMULTI ? 1 : -1);
}

int netdev_change_flags(struct net_device *dev, unsigned flags, unsigned mask, struct extack *ack)
{
	unsigned old = dev->flags, old_gflags = dev->gflags;
	unsigned want = (((old & ~FLAGS_COUNTED) | old_gflags) & ~mask) | (flags & mask);
	bool toggled = (old ^ want) & IFF_UP;
	int err = 0;

	dev->flags = (want & FLAGS_SETTABLE) | (old & ~FLAGS_SETTABLE);
	if ((old ^ dev->flags) & IFF_MULTICAST)
		rx_mode_changed(dev);
	if (toggled && (want & IFF_UP))
		err = netdev_open(dev, ack);
	else if (toggled)
		netdev_close(dev);
	if (!err)
		change_wishes(dev, want);

	dev->flags_changed = dev->flags ^ old;
	if (dev->flags_changed || dev->gflags != old_gflags)
		emit_change(dev);
	dev->flags_changed = 0;
	if (toggled && !err && dev->registered)
		event_emit(dev->net, want & IFF_UP ? EVENT_NETDEV_UP : EVENT_NETDEV_DOWN, dev);
	return err;
}

/* MTU, address, name -------------------------------------------------------------------------- */

int netdev_check_mtu(const struct net_device *dev, uint32_t mtu, struct extack *ack)
{
	/* To the kernel this is a signed number. */
	if (mtu > INT_MAX || mtu < dev->min_mtu)
		return extack_set(ack, -EINVAL, "mtu less than device minimum");
	if (dev->max_mtu && mtu > dev->max_mtu)
		return extack_set(ack, -EINVAL, "mtu greater than device maximum");
	return 0;
}

int netdev_set_mtu(struct net_device *dev, uint32_t mtu, struct extack *ack)
{
	int err;

	if (mtu == dev->mtu)
		return 0;
	err = netdev_check_mtu(dev, mtu, ack);
	if (!err && dev->ops->set_mtu)
		err = dev->ops->set_mtu(dev, mtu, ack);
	if (err)
		return err;
	dev->mtu = mtu;
	emit_change(dev);
	if (dev->registered)
		event_emit(dev->net, EVENT_NETDEV_CHANGEMTU, dev);
	return 0;
}

int netdev_check_address(const struct net_device *dev, const uint8_t *addr, struct extack *ack)
{
	if (dev->link->addr_valid && !dev->link->addr_valid(addr))
		return extack_set(ack, -EADDRNOTAVAIL,
				  "Invalid link-layer address: not a station's");
	return 0;
}

int netdev_set_address(struct net_device *dev, const uint8_t *addr, unsigned len,
		       struct extack *ack)
{
	int err;

	if (!dev->link->addr_len)
		return extack_set(ack, -EOPNOTSUPP, "The device has no link-layer address");
	if (len < dev->link->addr_len)
		return extack_set(ack, -EINVAL, "Link-layer address is too short");
	err = netdev_check_address(dev, addr, ack);
	if (!err && dev->ops->set_address)
		err = dev->ops->set_address(dev, addr, ack);
	if (err)
		return err;
	memcpy(dev->addr, addr, dev->link->addr_len);
	rx_mode_changed(dev);
	emit_change(dev);
	if (dev->registered)
		event_emit(dev->net, EVENT_NETDEV_CHANGEADDR, dev);
	return 0;
}

int netdev_rename(struct net_device *dev, const char *name, struct extack *ack)
{
	char chosen[IFNAMSIZ];
	int err;

	if (!strcmp(dev->name, name))
		return 0;
	err = netdev_choose_name(dev->net, name, chosen, ack);
	if (err)
		return err;
	strcpy(dev->name, chosen);
	if (dev->registered)
		netdev_hash_name(dev);
	emit_change(dev);
	return 0;
}
