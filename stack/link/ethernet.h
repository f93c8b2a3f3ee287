/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet II: the header, addresses, and the link-layer operations that devices of this type
 * share.
 */
#ifndef STACK_LINK_ETHERNET_H
#define STACK_LINK_ETHERNET_H

#include <linux/if_ether.h>
#include "stack/core/netdevice.h"

struct eth_hdr {
	uint8_t dst[ETH_ALEN];
	uint8_t src[ETH_ALEN];
	be16	type;
} __packed;

extern const struct netdev_link eth_link;	/* ARPHRD_ETHER */
extern const struct netdev_link loopback_link;	/* ARPHRD_LOOPBACK: the same framing */

static inline bool eth_addr_multicast(const uint8_t *a) { return a[0] & 1; }
bool eth_addr_broadcast(const uint8_t *a);
/** eth_addr_valid - of a station: not multicast, not zero */
bool eth_addr_valid(const uint8_t *a);

/** eth_rcv - see netdev_link.rcv: sets protocol and pkt_type, pulls the header, delivers */
int eth_rcv(struct net *net, struct sk_buff *skb);

#endif
