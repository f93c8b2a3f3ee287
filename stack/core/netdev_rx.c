/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A frame's way in: from a driver's poll, or a link inside the stack, to the link layer; and from
 * there to the protocol of its ethertype.
 */
#include "stack/core/netdevice.h"

#include "stack/core/capture.h"
#include "stack/core/net.h"

void packet_type_add(struct net *net, struct packet_type *pt)
{
	list_add_tail(&pt->list, &net->ptypes);
}

void packet_type_del(struct packet_type *pt)
{
	list_del(&pt->list);
}

void netdev_rx(struct net_device *dev, struct sk_buff *skb)
{
	struct net *net = dev->net;

	skb->dev = dev;
	skb->pkt_type = PACKET_HOST;
	skb_reset_mac_header(skb);
	if (unlikely(!netdev_running(dev))) {
		dev->stats.rx_dropped++;
		skb_drop(net, skb, DROP_DEV_DOWN);
		return;
	}
	dev->stats.rx_packets++;
	dev->stats.rx_bytes += skb->len;
	if (!skb->tstamp)
		skb->tstamp = net->now;
	capture_show(net, skb, DROP_MAX);
	dev->link->rcv(net, skb);
}

int netdev_deliver(struct net *net, struct sk_buff *skb)
{
	struct packet_type *pt;

	skb_reset_network_header(skb);
	list_for_each_entry(pt, &net->ptypes, list)
		if (pt->type == skb->protocol)
			return pt->rcv(net, skb);
	skb->dev->stats.rx_nohandler++;
	return skb_drop(net, skb, DROP_UNHANDLED_PROTO);
}
