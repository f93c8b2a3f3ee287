/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Putting fragments together (RFC 8200 4.5, RFC 5722: overlaps discard the whole, RFC 6946: atomic fragments).
 */
#ifndef STACK_IPV6_IP6_REASSEMBLY_H
#define STACK_IPV6_IP6_REASSEMBLY_H

#include "stack/core/net.h"
#include "stack/core/skbuff.h"
#include "stack/ip/frag_queue.h"

/**
 * ip6_defrag - a fragment for us (data at its fragment header); owns @skb
 * Return: the whole packet, when this was the last that was missing (data at the header behind the fragment header, which
 * is out of the packet; the header that named it names that one now); else NULL
 */
struct sk_buff *ip6_defrag(struct net *net, struct sk_buff *skb);

int ip6_reassembly_init(struct net *net);
void ip6_reassembly_exit(struct net *net);
/** ip6_reassembly_usage - what waits to be put together */
struct frag_usage ip6_reassembly_usage(const struct net *net);

#endif
