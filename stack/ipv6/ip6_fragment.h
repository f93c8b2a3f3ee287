/* SPDX-License-Identifier: BSD-2-Clause */
/* Cutting packets into fragments (RFC 8200 4.5): the sender's work alone. */
#ifndef STACK_IPV6_IP6_FRAGMENT_H
#define STACK_IPV6_IP6_FRAGMENT_H

#include "stack/core/net.h"
#include "stack/core/skbuff.h"

/**
 * ip6_fragment - cut @skb (data at its header, which is private; skb->dst set) into pieces of at most @mtu bytes, and
 * give each to @output, which owns it and returns 0 or -errno. Owns @skb. 0 or the first error.
 */
int ip6_fragment(struct net *net, struct sk_buff *skb, uint32_t mtu,
		 int (*output)(struct net *net, struct sk_buff *skb));

#endif
