/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "pair": two devices that are the ends of one cable, inside the stack; the kernel's veth. Each has
 * a carrier while both are up. They come together and go together.
 */
#include "stack/link/links.h"

#include <errno.h>
#include <stdlib.h>

#include "stack/core/event.h"
#include "stack/link/backlog.h"
#include "stack/link/ethernet.h"

#define PAIR_NAME "pair%d"

/* dev->priv of each end is what it has on its way to the other. NULL: that one is gone. */
static inline struct net_device *pair_peer(const struct net_device *dev)
{
	const struct backlog *out = dev->priv;

	return out->to;
}

static int pair_open(struct net_device *dev)
{
	struct net_device *peer = pair_peer(dev);

	if (!peer)
		return -ENOTCONN;
	if (netdev_running(peer)) {
		netdev_set_carrier(dev, true);
		netdev_set_carrier(peer, true);
	}
	return 0;
}

static void pair_stop(struct net_device *dev)
{
	struct net_device *peer = pair_peer(dev);

	netdev_set_carrier(dev, false);
	if (peer)
		netdev_set_carrier(peer, false);
}

static void pair_xmit(struct net_device *dev, struct sk_buff *skb)
{
	backlog_xmit(dev->priv, dev, skb);
}

static void pair_destroy(struct net_device *dev)
{
	struct net_device *peer = pair_peer(dev);

	if (peer) {
		backlog_exit(peer->priv);
		peer->iflink = 0;
	}
	backlog_exit(dev->priv);
	free(dev->priv);
}

static const struct netdev_ops pair_ops = {
	.open = pair_open,
	.stop = pair_stop,
	.xmit = pair_xmit,
	.destroy = pair_destroy,
};

/* One end, not connected, not registered. */
static int end_create(struct net *net, const struct link_kind *kind,
		      const struct link_params *params, struct net_device **ret, struct extack *ack)
{
	struct backlog *out = malloc(sizeof(*out));
	struct net_device *dev;
	int err;

	if (!out)
		return -ENOMEM;
	dev = netdev_alloc(net, &pair_ops, &eth_link);
	if (!dev) {
		free(out);
		return -ENOMEM;
	}
	backlog_init(out, NULL);
	dev->priv = out;
	dev->kind = kind;
	dev->features = BACKLOG_FEATURES;
	netdev_set_carrier(dev, false);
	err = link_params_apply(dev, params, PAIR_NAME, ack);
	if (err) {
		netdev_free(dev);
		return err;
	}
	*ret = dev;
	return 0;
}

static void join_ends(struct net_device *a, struct net_device *b)
{
	struct backlog *from_a = a->priv, *from_b = b->priv;

	from_a->to = b;
	from_b->to = a;
}

/*
 * As with veth, the peer is registered first. It shows the other end as soon as that has an index.
 */
static int pair_newlink(struct net *net, const struct link_kind *kind,
			const struct link_params *params, struct net_device **ret_dev,
			struct extack *ack)
{
	static const struct link_params dflt_peer = { .fd = -1 };
	struct net_device *dev, *peer;
	int err;

	err = end_create(net, kind, params->peer ? params->peer : &dflt_peer, &peer, ack);
	if (err)
		return err;
	err = end_create(net, kind, params, &dev, ack);
	if (err)
		goto err_free_peer;
	join_ends(dev, peer);
	err = netdev_register(peer, ack);
	if (err)
		goto err_free_both;
	dev->iflink = peer->ifindex;
	err = netdev_register(dev, ack);
	if (err)
		goto err_unregister_peer;
	peer->iflink = dev->ifindex;
	event_emit(net, EVENT_NETDEV_CHANGE, peer);
	*ret_dev = dev;
	return 0;

err_unregister_peer:
	netdev_unregister(peer);
	netdev_free(dev);
	return err;
err_free_both:
	netdev_free(dev);
err_free_peer:
	netdev_free(peer);
	return err;
}

static void pair_dellink(struct net_device *dev)
{
	struct net_device *peer = pair_peer(dev);

	netdev_unregister(dev);
	if (peer)
		netdev_unregister(peer);
}

static const struct link_kind pair_kind = {
	.name = "pair",
	.newlink = pair_newlink,
	.dellink = pair_dellink,
};

struct link_kind *pair_kind_create(void)
{
	struct link_kind *kind = malloc(sizeof(*kind));

	if (kind)
		*kind = pair_kind;
	return kind;
}
