/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames between devices of the same stack: see backlog.h. */
#include "stack/link/backlog.h"

#include "stack/core/dst.h"

/* Receive what was queued when this round began; what is sent meanwhile waits for the next. */
static void deliver(struct net *net, struct net_work *work)
{
	struct backlog *b = container_of(work, struct backlog, work);

	for (uint32_t n = b->queue.qlen; n && !skb_queue_empty(&b->queue); n--)
		netdev_rx(b->to, skb_dequeue(&b->queue));
	if (!skb_queue_empty(&b->queue))
		net_defer(net, &b->work);
}

void backlog_init(struct backlog *b, struct net_device *to)
{
	skb_queue_init(&b->queue);
	net_work_init(&b->work, deliver);
	b->to = to;
}

void backlog_exit(struct backlog *b)
{
	net_work_cancel(&b->work);
	skb_queue_purge(&b->queue);
	b->to = NULL;
}

/* DROP_MAX: @skb can go. */
static enum drop_reason refuse(const struct backlog *b, const struct net_device *from,
			       const struct sk_buff *skb)
{
	if (!b->to || !netdev_running(b->to))
		return DROP_DEV_DOWN;
	if (!skb_is_gso(skb) && skb->len > b->to->mtu + b->to->link->hard_header_len)
		return DROP_TOO_BIG;
	if (b->queue.qlen >= from->txqlen)
		return DROP_DEV_TX_BUSY;
	return DROP_MAX;
}

void backlog_xmit(struct backlog *b, struct net_device *from, struct sk_buff *skb)
{
	enum drop_reason reason = refuse(b, from, skb);

	if (unlikely(reason != DROP_MAX)) {
		netdev_xmit_drop(from, skb, reason);
		return;
	}
	/*
	 * What the sender knew of it means nothing to the receiver: but that it never was on a
	 * wire.
	 */
	skb_orphan(skb);
	dst_release(skb->dst);
	skb->dst = NULL;
	skb->tstamp = 0;
	if (skb->csum != CSUM_PARTIAL)
		skb->csum = CSUM_UNNECESSARY;
	skb_queue_tail(&b->queue, skb);
	net_defer(from->net, &b->work);
}
