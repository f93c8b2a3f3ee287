/* SPDX-License-Identifier: BSD-2-Clause */
/* Cutting packets into fragments (RFC 791 3.2). */
#ifndef STACK_IPV4_IP_FRAGMENT_H
#define STACK_IPV4_IP_FRAGMENT_H

#include "stack/core/net.h"
#include "stack/core/skbuff.h"

/**
 * ip_fragment - cut @skb (data at its header, which is private; skb->dst set) into pieces of at
 * most @mtu bytes, and give each to @output, which owns it and returns 0 or -errno A packet that is
 * a fragment itself is cut as well. Owns @skb. 0 or the first error.
 */
int ip_fragment(struct net *net, struct sk_buff *skb, uint32_t mtu,
		int (*output)(struct net *net, struct sk_buff *skb));

#endif
