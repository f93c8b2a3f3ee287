/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies of our own multicasts and broadcasts: see ip_loop.h. */
#include "stack/ip/ip_loop.h"

#include "stack/core/netdevice.h"

#define LOOP_MAX 1000 /* copies that wait; more are dropped, as by a full device queue */

/* What is sent meanwhile waits for the next round. */
static void loop_deliver(struct net *net, struct net_work *work)
{
	struct ip_loop *loop = container_of(work, struct ip_loop, work);
	struct sk_buff_head queue;
	struct sk_buff *skb;

	skb_queue_init(&queue);
	while ((skb = skb_dequeue(&loop->queue)))
		skb_queue_tail(&queue, skb);
	while ((skb = skb_dequeue(&queue)))
		loop->rcv(net, skb);
}

void ip_loop_copy(struct net *net, struct ip_loop *loop, const struct sk_buff *skb,
		  struct net_device *dev, uint8_t pkt_type)
{
	struct sk_buff *copy = skb_clone(net, skb);

	if (!copy)
		return;
	copy->dev = dev;
	copy->looped = true;
	copy->pkt_type = pkt_type;
	copy->tstamp = net->now;
	if (copy->csum == CSUM_NONE)
		copy->csum = CSUM_UNNECESSARY;
	if (loop->queue.qlen >= LOOP_MAX) {
		skb_drop(net, copy, DROP_DEV_TX_BUSY);
		return;
	}
	skb_queue_tail(&loop->queue, copy);
	net_defer(net, &loop->work);
}

static void netdev_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	struct ip_loop *loop = container_of(l, struct ip_loop, listener);
	struct sk_buff *skb, *n;

	if (type != EVENT_NETDEV_UNREGISTER)
		return;
	skb_queue_walk_safe(&loop->queue, skb, n) {
		if (skb->dev != obj)
			continue;
		skb_unlink(&loop->queue, skb);
		skb_drop(net, skb, DROP_DEV_DOWN);
	}
}

void ip_loop_init(struct net *net, struct ip_loop *loop,
		  int (*rcv)(struct net *net, struct sk_buff *skb))
{
	skb_queue_init(&loop->queue);
	net_work_init(&loop->work, loop_deliver);
	loop->rcv = rcv;
	loop->listener.fn = netdev_event;
	event_listen(net, &loop->listener);
}

void ip_loop_exit(struct ip_loop *loop)
{
	event_unlisten(&loop->listener);
	net_work_cancel(&loop->work);
	skb_queue_purge(&loop->queue);
}
