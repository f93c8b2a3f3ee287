/* SPDX-License-Identifier: BSD-2-Clause */
/* GSO packets: see ip_gso.h. */
#include "stack/ip/ip_gso.h"

#include "stack/core/dst.h"
#include "stack/core/netdevice.h"

#define TCP_HDR_MIN  20 /* RFC 9293 3.1 */
#define TCP_DATA_OFF 12
#define UDP_HDR_LEN  8 /* RFC 768 */

uint32_t ip_gso_transport_len(const struct sk_buff *skb, uint32_t off)
{
	const uint8_t *transport = (const uint8_t *)skb_network_header(skb) + off;

	if (skb->gso_type == GSO_UDP_L4)
		return UDP_HDR_LEN + skb->gso_size;
	/* A TCP header that is not even linear is what the segmentation will refuse. */
	if (transport + TCP_HDR_MIN > skb->tail)
		return TCP_HDR_MIN + skb->gso_size;
	return (transport[TCP_DATA_OFF] >> 4) * 4 + skb->gso_size;
}

static int send_segment(struct net *net, struct sk_buff *skb, uint32_t mtu,
			const struct ip_cut_ops *ops)
{
	return skb->len > mtu ? ops->fragment(net, skb, mtu, ops->output) : ops->output(net, skb);
}

static int send_segments(struct net *net, struct sk_buff *skb, uint32_t mtu,
			 const struct ip_cut_ops *ops)
{
	struct dst_entry *dst = dst_hold(skb->dst);
	struct net_device *dev = skb->dev;
	struct sk_buff_head segs;
	int err, ret;

	skb_queue_init(&segs);
	skb_reset_mac_header(skb); /* no link-layer header yet: the frame begins here */
	ret = skb_gso_segment(net, skb, &segs);
	while ((skb = skb_dequeue(&segs))) {
		skb->dev = dev;
		if (!skb->dst)
			skb->dst = dst_hold(dst);
		skb_reset_network_header(skb);
		err = send_segment(net, skb, mtu, ops);
		if (err)
			ret = err;
	}
	dst_release(dst);
	return ret;
}

int ip_cut_send(struct net *net, struct sk_buff *skb, uint32_t mtu, const struct ip_cut_ops *ops)
{
	if (!skb_is_gso(skb))
		return ops->fragment(net, skb, mtu, ops->output);
	return ops->gso_len(skb) > mtu ? send_segments(net, skb, mtu, ops) : ops->output(net, skb);
}
