/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames on their way between two devices of the same stack, or back into the same one: queued when
 * sent, and received at the end of the batch, so that sending never calls receiving: no recursion,
 * however often a packet goes round. For the links that live inside: loopback, pair.
 */
#ifndef STACK_LINK_BACKLOG_H
#define STACK_LINK_BACKLOG_H

#include "stack/core/net.h"
#include "stack/core/netdevice.h"

/* What a device of this kind can do: nothing has to be cut or summed that never leaves. */
#define BACKLOG_FEATURES \
	(NETIF_F_CSUM | NETIF_F_TSO4 | NETIF_F_TSO6 | NETIF_F_USO | NETIF_F_SG | NETIF_F_LOOPBACK)

struct backlog {
	struct sk_buff_head queue;
	struct net_work work;
	struct net_device *to; /* who receives; NULL: nobody any more */
};

void backlog_init(struct backlog *b, struct net_device *to);

/** backlog_exit - drop what is on its way; nothing is received from it any more */
void backlog_exit(struct backlog *b);

/**
 * backlog_xmit - for ops->xmit of @from: @skb is on its way
 * Dropped where the other end is down or takes no frame of this length, or from->txqlen frames are
 * on their way already. Owns @skb.
 */
void backlog_xmit(struct backlog *b, struct net_device *from, struct sk_buff *skb);

#endif
