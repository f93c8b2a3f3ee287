/* SPDX-License-Identifier: BSD-2-Clause */
/* Putting fragments together (RFC 791 3.2, RFC 815, RFC 1122 3.3.2). */
#ifndef STACK_IPV4_IP_REASSEMBLY_H
#define STACK_IPV4_IP_REASSEMBLY_H

#include "stack/core/net.h"
#include "stack/core/skbuff.h"
#include "stack/ip/frag_queue.h"

/**
 * ip_defrag - a fragment for us (data at its header, which is linear); owns @skb
 * Return: the whole packet, when this was the last that was missing; else NULL
 */
struct sk_buff *ip_defrag(struct net *net, struct sk_buff *skb);

int ip_reassembly_init(struct net *net);
void ip_reassembly_exit(struct net *net);
/** ip_reassembly_usage - what waits to be put together */
struct frag_usage ip_reassembly_usage(const struct net *net);

#endif
