/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A frame's way out, from a link-layer header that stands to the device's xmit. Called by
 * neigh_output and by whoever builds whole frames. What the device cannot do (dev->features) is
 * done here, so that no protocol has to know what it can.
 */
#include "stack/core/netdevice.h"

#include <errno.h>

#include "stack/core/capture.h"
#include "stack/core/net.h"

#define UDP_HDR_LEN	8  /* RFC 768 */
#define TCP_HDR_LEN	20 /* RFC 9293 3.1, without options */
#define TCP_DOFF_OFFSET 12

/* The feature that a device needs to cut a GSO frame itself. */
static uint32_t gso_feature(uint8_t gso_type)
{
	switch (gso_type) {
	case GSO_TCPV4:
		return NETIF_F_TSO4;
	case GSO_TCPV6:
		return NETIF_F_TSO6;
	case GSO_UDP_L4:
		return NETIF_F_USO;
	default:
		return 0;
	}
}

static bool device_cuts(const struct net_device *dev, const struct sk_buff *skb)
{
	return dev->features & gso_feature(skb->gso_type) &&
	       skb->len <= dev->gso_max_size + dev->link->hard_header_len;
}

/* Bytes of a GSO frame that each of its segments will have again: all headers. */
static uint32_t gso_header_len(const struct sk_buff *skb)
{
	const uint8_t *transport = skb_transport_header(skb);
	uint32_t len = transport - skb->data;

	if (skb->gso_type == GSO_UDP_L4)
		return len + UDP_HDR_LEN;
	if (len + TCP_HDR_LEN > skb_headlen(skb))
		return 0;
	return len + (transport[TCP_DOFF_OFFSET] >> 4) * 4;
}

/* What @skb will be on the wire: frames, and bytes in them. What never leaves is not cut at all. */
static void count_wire(const struct net_device *dev, const struct sk_buff *skb,
		       uint64_t *ret_frames, uint64_t *ret_bytes)
{
	uint32_t header, segs;

	*ret_frames = 1;
	*ret_bytes = skb->len;
	if (likely(!skb_is_gso(skb)) || dev->features & NETIF_F_LOOPBACK)
		return;
	header = gso_header_len(skb);
	if (skb->len <= header + skb->gso_size)
		return;
	segs = DIV_ROUND_UP(skb->len - header, skb->gso_size);
	*ret_frames = segs;
	*ret_bytes = skb->len + (uint64_t)(segs - 1) * header;
}

static int drop(struct net_device *dev, struct sk_buff *skb, enum drop_reason reason, int err)
{
	dev->stats.tx_dropped++;
	skb_drop(dev->net, skb, reason);
	return err;
}

void netdev_xmit_drop(struct net_device *dev, struct sk_buff *skb, enum drop_reason reason)
{
	uint64_t frames, bytes;

	count_wire(dev, skb, &frames, &bytes);
	dev->stats.tx_packets -= frames;
	dev->stats.tx_bytes -= bytes;
	drop(dev, skb, reason, 0);
}

/* One frame that the device can take, but for checksum and frags. */
static int xmit_one(struct net_device *dev, struct sk_buff *skb)
{
	uint64_t frames, bytes;

	if (skb->csum == CSUM_PARTIAL && !(dev->features & NETIF_F_CSUM) && skb_checksum_help(skb))
		return drop(dev, skb, DROP_NO_MEMORY, -ENOMEM);
	if (skb->nr_frags && !(dev->features & NETIF_F_SG) && skb_linearize(skb))
		return drop(dev, skb, DROP_NO_MEMORY, -ENOMEM);
	count_wire(dev, skb, &frames, &bytes);
	dev->stats.tx_packets += frames;
	dev->stats.tx_bytes += bytes;
	dev->ops->xmit(dev, skb);
	return 0;
}

static int xmit_segments(struct net_device *dev, struct sk_buff *skb)
{
	struct sk_buff_head segs;
	int err, ret;

	skb_queue_init(&segs);
	ret = skb_gso_segment(dev->net, skb, &segs);
	if (ret)
		dev->stats.tx_dropped++;
	while ((skb = skb_dequeue(&segs))) {
		skb->dev = dev;
		skb->pkt_type = PACKET_OUTGOING;
		err = xmit_one(dev, skb);
		if (err)
			ret = err;
	}
	return ret;
}

int netdev_xmit(struct net *net, struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;

	skb->pkt_type = PACKET_OUTGOING;
	skb_reset_mac_header(skb);
	if (unlikely(!netdev_running(dev)))
		return drop(dev, skb, DROP_DEV_DOWN, -ENETDOWN);
	if (unlikely(!skb_is_gso(skb) && skb->len > dev->mtu + dev->link->hard_header_len))
		return drop(dev, skb, DROP_TOO_BIG, -EMSGSIZE);

	capture_show(net, skb, DROP_MAX);
	if (skb_is_gso(skb) && !device_cuts(dev, skb))
		return xmit_segments(dev, skb);
	return xmit_one(dev, skb);
}

void netdev_tx_pending(struct net_device *dev)
{
	if (list_empty(&dev->tx_pending))
		list_add_tail(&dev->tx_pending, &dev->net->tx_devs);
}
