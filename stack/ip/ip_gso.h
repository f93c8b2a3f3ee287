/* SPDX-License-Identifier: BSD-2-Clause */
/* GSO packets on the network layer: how long their pieces will be, and sending these where they are too long for the device. */
#ifndef STACK_IP_IP_GSO_H
#define STACK_IP_IP_GSO_H

#include "stack/core/skbuff.h"

/** ip_gso_transport_len - the longest, from the transport header on, which is @off bytes behind skb's network header */
uint32_t ip_gso_transport_len(const struct sk_buff *skb, uint32_t off);

/**
 * ip_gso_send - cut @skb (data at its network header, dst and device set) into its segments here, and give each to
 * @send, likewise with dst and device set; both own what they are given
 * @mtu: handed on to @send
 * Return: 0 or the last error
 */
int ip_gso_send(struct net *net, struct sk_buff *skb, uint32_t mtu,
		int (*send)(struct net *net, struct sk_buff *skb, uint32_t mtu));

#endif
