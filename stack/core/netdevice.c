/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices: how they come, are found, and go. What changes while they are there is in
 * netdev_config.c, frames are in netdev_xmit.c and netdev_rx.c.
 *
 * What stays true: a registered device is on net->devs (in order of index) and on both tables, its
 * name and index are its own. Between EVENT_NETDEV_UNREGISTER and its end nobody keeps a pointer to
 * it.
 */
#include "stack/core/netdevice.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <linux/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/core/event.h"
#include "stack/core/net.h"
#include "stack/core/netdev_check.h"
#include "stack/lib/siphash.h"

#define NETDEV_DFLT_NAME   "eth%d"
#define NETDEV_DFLT_MTU	   1500	 /* RFC 894 */
#define NETDEV_MIN_MTU	   68	 /* RFC 791: every module must forward this much */
#define NETDEV_MAX_MTU	   65535 /* an IP packet is no longer */
#define NETDEV_DFLT_TXQLEN 1000
#define NETDEV_NUMBERS	   32768 /* of names that end in one; as many as the kernel tries */

/* Life ---------------------------------------------------------------------------------------- */

struct net_device *netdev_alloc(struct net *net, const struct netdev_ops *ops,
				const struct netdev_link *link)
{
	struct net_device *dev = calloc(1, sizeof(*dev));

	if (!dev)
		return NULL;
	dev->net = net;
	dev->ops = ops;
	dev->link = link;
	dev->carrier = true;
	dev->mtu = NETDEV_DFLT_MTU;
	dev->min_mtu = NETDEV_MIN_MTU;
	dev->max_mtu = NETDEV_MAX_MTU;
	dev->txqlen = NETDEV_DFLT_TXQLEN;
	dev->num_tx_queues = dev->num_rx_queues = 1;
	dev->gso_max_size = NETDEV_GSO_MAX;
	list_init(&dev->list);
	list_init(&dev->tx_pending);
	list_init(&dev->mc_list);
	if (link->type == ARPHRD_LOOPBACK) {
		dev->flags = IFF_LOOPBACK;
	} else if (link->addr_len) {
		dev->flags = IFF_BROADCAST | IFF_MULTICAST;
		memset(dev->broadcast, 0xff, link->addr_len);
	} else {
		dev->flags = IFF_POINTOPOINT | IFF_NOARP;
	}
	return dev;
}

void netdev_free(struct net_device *dev)
{
	struct netdev_mc_addr *mc, *next;

	if (!dev)
		return;
	assert(!dev->registered);
	if (dev->ops->destroy)
		dev->ops->destroy(dev);
	list_for_each_entry_safe(mc, next, &dev->mc_list, list) {
		list_del(&mc->list);
		free(mc);
	}
	free(dev);
}

/* Names --------------------------------------------------------------------------------------- */

bool netdev_name_valid(const char *name)
{
	size_t len = strnlen(name, IFNAMSIZ);

	if (!len || len >= IFNAMSIZ || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (; *name; name++)
		if (*name == '/' || *name == ':' || isspace((unsigned char)*name))
			return false;
	return true;
}

static int choose_number(struct net *net, const char *want, const char *percent, char *ret,
			 struct extack *ack)
{
	char name[IFNAMSIZ];

	for (int number = 0; number < NETDEV_NUMBERS; number++) {
		int len = snprintf(name, sizeof(name), "%.*s%d%s", (int)(percent - want), want,
				   number, percent + 2);

		if (len >= IFNAMSIZ)
			return extack_set(ack, -EINVAL, "Device name is too long with its number");
		if (!netdev_by_name(net, name)) {
			strcpy(ret, name);
			return 0;
		}
	}
	return extack_set(ack, -ENFILE, "No number is left for the device name");
}

int netdev_choose_name(struct net *net, const char *want, char *ret, struct extack *ack)
{
	const char *percent;

	if (!netdev_name_valid(want))
		return extack_set(ack, -EINVAL, "Invalid device name");
	percent = strchr(want, '%');
	if (percent) {
		if (percent[1] != 'd' || strchr(percent + 1, '%'))
			return extack_set(ack, -EINVAL,
					  "Device name may have one %%d, and no other %%");
		return choose_number(net, want, percent, ret, ack);
	}
	if (netdev_by_name(net, want))
		return extack_set(ack, -EEXIST, "Device name is already taken");
	strcpy(ret, want);
	return 0;
}

/* The tables ---------------------------------------------------------------------------------- */

static struct hlist_head *name_bucket(struct net *net, const char *name)
{
	uint64_t hash = siphash(&net->secret, name, strnlen(name, IFNAMSIZ));

	return &net->dev_by_name[hash % ARRAY_SIZE(net->dev_by_name)];
}

static struct hlist_head *index_bucket(struct net *net, int ifindex)
{
	return &net->dev_by_index[(unsigned)ifindex % ARRAY_SIZE(net->dev_by_index)];
}

struct net_device *netdev_by_index(struct net *net, int ifindex)
{
	struct net_device *dev;

	hlist_for_each_entry(dev, index_bucket(net, ifindex), by_index)
		if (dev->ifindex == ifindex)
			return dev;
	return NULL;
}

struct net_device *netdev_by_name(struct net *net, const char *name)
{
	struct net_device *dev;

	hlist_for_each_entry(dev, name_bucket(net, name), by_name)
		if (!strcmp(dev->name, name))
			return dev;
	return NULL;
}

void netdev_hash_name(struct net_device *dev)
{
	hlist_del(&dev->by_name);
	hlist_add_head(&dev->by_name, name_bucket(dev->net, dev->name));
}

static int next_index(struct net *net)
{
	int index = net->last_ifindex;

	do
		index = index < INT32_MAX ? index + 1 : 1;
	while (netdev_by_index(net, index));
	net->last_ifindex = index;
	return index;
}

/* Most new devices have the highest index: their place is looked for from the end. */
static void list_in_order(struct net_device *dev)
{
	struct net_device *before;

	list_for_each_entry_reverse(before, &dev->net->devs, list)
		if (before->ifindex < dev->ifindex)
			break;
	list_add(&dev->list, &before->list);
}

int netdev_register(struct net_device *dev, struct extack *ack)
{
	struct net *net = dev->net;
	char name[IFNAMSIZ];
	int err;

	err = netdev_choose_name(net, *dev->name ? dev->name : NETDEV_DFLT_NAME, name, ack);
	if (err)
		return err;
	if (dev->ifindex < 0)
		return extack_set(ack, -EINVAL, "Interface index must be positive");
	if (dev->ifindex && netdev_by_index(net, dev->ifindex))
		return extack_set(ack, -EBUSY, "Interface index is already taken");

	if (!dev->ifindex)
		dev->ifindex = next_index(net);
	strcpy(dev->name, name);
	list_in_order(dev);
	hlist_add_head(&dev->by_index, index_bucket(net, dev->ifindex));
	netdev_hash_name(dev);
	dev->registered = true;
	event_emit(net, EVENT_NETDEV_REGISTER, dev);
	return 0;
}

void netdev_unregister(struct net_device *dev)
{
	struct net *net = dev->net;

	netdev_change_flags(dev, 0, IFF_UP, NULL);
	event_emit(net, EVENT_NETDEV_UNREGISTER, dev);
	list_del(&dev->list);
	list_del(&dev->tx_pending);
	hlist_del(&dev->by_index);
	hlist_del(&dev->by_name);
	dev->registered = false;
	if (net->loopback == dev)
		net->loopback = NULL;
	netdev_free(dev);
}
