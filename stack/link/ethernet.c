/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet II (RFC 894): its header on the way in and out, and its addresses. Called through struct
 * netdev_link by netdev_rx() and neigh_output(). Frames with a length where the type stands (IEEE
 * 802.3, less than 1536) find no handler, as no protocol here uses them.
 */
#include "stack/link/ethernet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_arp.h>
#include <string.h>
#include <sys/socket.h>

static const uint8_t broadcast[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t zero[ETH_ALEN];

bool eth_addr_broadcast(const uint8_t *a)
{
	return !memcmp(a, broadcast, ETH_ALEN);
}

bool eth_addr_valid(const uint8_t *a)
{
	return !eth_addr_multicast(a) && memcmp(a, zero, ETH_ALEN);
}

static uint8_t packet_type_of(const struct net_device *dev, const uint8_t *dst)
{
	if (!memcmp(dst, dev->addr, ETH_ALEN))
		return PACKET_HOST;
	if (!eth_addr_multicast(dst))
		return PACKET_OTHERHOST;
	return eth_addr_broadcast(dst) ? PACKET_BROADCAST : PACKET_MULTICAST;
}

int eth_rcv(struct net *net, struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	const struct eth_hdr *eth = skb_pull_hdr(skb, sizeof(*eth));

	if (unlikely(!eth)) {
		dev->stats.rx_errors++;
		dev->stats.rx_length_errors++;
		return skb_drop(net, skb, DROP_ETH_HDR);
	}
	skb->protocol = eth->type;
	skb->pkt_type = packet_type_of(dev, eth->dst);
	if (skb->pkt_type == PACKET_MULTICAST)
		dev->stats.multicast++;
	if (unlikely(skb->pkt_type == PACKET_OTHERHOST)) {
		/* Who made the device promiscuous has seen it in a capture: then it is no loss. */
		if (!(dev->flags & IFF_PROMISC))
			return skb_drop(net, skb, DROP_ETH_OTHERHOST);
		skb_free(skb);
		return 0;
	}
	return netdev_deliver(net, skb);
}

static int eth_header(struct sk_buff *skb, struct net_device *dev, uint16_t ethertype,
		      const uint8_t *daddr, const uint8_t *saddr)
{
	struct eth_hdr *eth;

	if (skb_cow_head(skb, ETH_HLEN))
		return -ENOMEM;
	eth = skb_push(skb, ETH_HLEN);
	memcpy(eth->dst, daddr ? daddr : zero, ETH_ALEN);
	memcpy(eth->src, saddr ? saddr : dev->addr, ETH_ALEN);
	eth->type = htons(ethertype);
	return 0;
}

/*
 * RFC 1112 6.4: the low 23 bits of an IPv4 group. RFC 2464 7: the last four bytes of an IPv6 group.
 */
static void eth_map_multicast(int family, const void *group, uint8_t *ret_addr)
{
	const uint8_t *g = group;

	if (family == AF_INET) {
		const uint8_t mapped[ETH_ALEN] = { 0x01, 0x00, 0x5e, g[1] & 0x7f, g[2], g[3] };

		memcpy(ret_addr, mapped, ETH_ALEN);
	} else {
		const uint8_t mapped[ETH_ALEN] = { 0x33, 0x33, g[12], g[13], g[14], g[15] };

		memcpy(ret_addr, mapped, ETH_ALEN);
	}
}

const struct netdev_link eth_link = {
	.type = ARPHRD_ETHER,
	.hard_header_len = ETH_HLEN,
	.addr_len = ETH_ALEN,
	.rcv = eth_rcv,
	.header = eth_header,
	.addr_valid = eth_addr_valid,
	.map_multicast = eth_map_multicast,
};

const struct netdev_link loopback_link = {
	.type = ARPHRD_LOOPBACK,
	.hard_header_len = ETH_HLEN,
	.addr_len = ETH_ALEN,
	.rcv = eth_rcv,
	.header = eth_header,
	.addr_valid = eth_addr_valid,
	.map_multicast = eth_map_multicast,
};
