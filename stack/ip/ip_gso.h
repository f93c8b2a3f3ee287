/* SPDX-License-Identifier: BSD-2-Clause */
/* GSO packets on the network layer: how long their pieces will be, and sending these where they are too long for the device. */
#ifndef STACK_IP_IP_GSO_H
#define STACK_IP_IP_GSO_H

#include "stack/core/skbuff.h"

/** ip_gso_transport_len - the longest, from the transport header on, which is @off bytes behind skb's network header */
uint32_t ip_gso_transport_len(const struct sk_buff *skb, uint32_t off);

/* How a family sends what has to be cut. All own the packet they are given, and return 0 or -errno. */
struct ip_cut_ops {
	/* The longest of the packets that a GSO packet will be. */
	uint32_t (*gso_len)(struct sk_buff *skb);
	/* Cut @skb into fragments of at most @mtu bytes, and give each to @output. */
	int (*fragment)(struct net *net, struct sk_buff *skb, uint32_t mtu,
			int (*output)(struct net *net, struct sk_buff *skb));
	int (*output)(struct net *net, struct sk_buff *skb);
};

/**
 * ip_cut_send - send @skb (data at its network header, dst and device set), which is longer than @mtu
 *
 * A GSO packet whose segments are not longer goes as it is; else it is cut into them here, and they into
 * fragments, where they may be. Owns @skb.
 * Return: 0 or the last error
 */
int ip_cut_send(struct net *net, struct sk_buff *skb, uint32_t mtu, const struct ip_cut_ops *ops);

#endif
