/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copies, for this host, of multicasts and broadcasts that it sends itself. They come in at the end of the batch:
 * sending never calls receiving.
 */
#ifndef STACK_IP_IP_LOOP_H
#define STACK_IP_IP_LOOP_H

#include "stack/core/event.h"
#include "stack/core/net.h"
#include "stack/core/skbuff.h"

struct ip_loop {
	struct net_work work;
	struct sk_buff_head queue;
	struct event_listener listener;
	int (*rcv)(struct net *net, struct sk_buff *skb);
};

/** ip_loop_init - @rcv is where the copies come in, with data at the network header, skb->looped set; owns them */
void ip_loop_init(struct net *net, struct ip_loop *loop, int (*rcv)(struct net *net, struct sk_buff *skb));
void ip_loop_exit(struct ip_loop *loop);
/**
 * ip_loop_copy - @skb, which is about to leave by @dev, is also for us
 * @pkt_type: PACKET_MULTICAST or PACKET_BROADCAST: how the copy comes in
 * Silently without one when memory is short.
 */
void ip_loop_copy(struct net *net, struct ip_loop *loop, const struct sk_buff *skb, struct net_device *dev,
		  uint8_t pkt_type);

#endif
