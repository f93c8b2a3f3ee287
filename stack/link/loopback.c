/* SPDX-License-Identifier: BSD-2-Clause */
/* "lo": what is sent on it comes in on it. Made once for each stack, and cannot be deleted. */
#include "stack/link/links.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack/link/backlog.h"
#include "stack/link/ethernet.h"

#define LOOPBACK_NAME  "lo"
#define LOOPBACK_INDEX 1
#define LOOPBACK_MTU   65536

static void loopback_xmit(struct net_device *dev, struct sk_buff *skb)
{
	backlog_xmit(dev->priv, dev, skb);
}

static void loopback_destroy(struct net_device *dev)
{
	backlog_exit(dev->priv);
	free(dev->priv);
}

static const struct netdev_ops loopback_ops = {
	.xmit = loopback_xmit,
	.destroy = loopback_destroy,
};

int loopback_create(struct net *net)
{
	struct backlog *backlog = malloc(sizeof(*backlog));
	struct net_device *dev;
	int err;

	if (!backlog)
		return -ENOMEM;
	dev = netdev_alloc(net, &loopback_ops, &loopback_link);
	if (!dev) {
		free(backlog);
		return -ENOMEM;
	}
	backlog_init(backlog, dev);
	dev->priv = backlog;
	dev->features = BACKLOG_FEATURES;
	dev->mtu = LOOPBACK_MTU;
	dev->min_mtu = 0;
	dev->max_mtu = 0;
	dev->ifindex = LOOPBACK_INDEX;
	strcpy(dev->name, LOOPBACK_NAME);
	err = netdev_register(dev, NULL);
	if (err) {
		netdev_free(dev);
		return err;
	}
	net->loopback = dev;
	return 0;
}
