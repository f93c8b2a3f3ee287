/* SPDX-License-Identifier: BSD-2-Clause */
/* The way in: from the network layer to the connection. */
#ifndef STACK_TCP_TCP_INPUT_H
#define STACK_TCP_TCP_INPUT_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_rcv - struct inet_protocol's rcv: a segment, or a GSO packet of segments, for this host;
 * owns @skb
 */
int tcp_rcv(struct net *net, struct sk_buff *skb);

#endif
