/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "dummy": a device that swallows what is sent. It carries addresses and routes that lead nowhere.
 */
#include "stack/link/links.h"

#include <errno.h>
#include <stdlib.h>

#include "stack/link/ethernet.h"

#define DUMMY_NAME "dummy%d"

static void dummy_xmit(struct net_device *dev, struct sk_buff *skb)
{
	(void)dev;
	skb_free(skb);
}

static const struct netdev_ops dummy_ops = {
	.xmit = dummy_xmit,
};

static int dummy_newlink(struct net *net, const struct link_kind *kind,
			 const struct link_params *params, struct net_device **ret_dev,
			 struct extack *ack)
{
	struct net_device *dev = netdev_alloc(net, &dummy_ops, &eth_link);
	int err;

	if (!dev)
		return -ENOMEM;
	dev->kind = kind;
	dev->flags = (dev->flags | IFF_NOARP) & ~IFF_MULTICAST;
	dev->features = NETIF_F_CSUM | NETIF_F_TSO4 | NETIF_F_TSO6 | NETIF_F_USO | NETIF_F_SG;
	dev->min_mtu = 0;
	dev->max_mtu = 0;
	err = link_params_apply(dev, params, DUMMY_NAME, ack);
	if (!err)
		err = netdev_register(dev, ack);
	if (err) {
		netdev_free(dev);
		return err;
	}
	*ret_dev = dev;
	return 0;
}

static const struct link_kind dummy_kind = {
	.name = "dummy",
	.newlink = dummy_newlink,
};

struct link_kind *dummy_kind_create(void)
{
	struct link_kind *kind = malloc(sizeof(*kind));

	if (kind)
		*kind = dummy_kind;
	return kind;
}
