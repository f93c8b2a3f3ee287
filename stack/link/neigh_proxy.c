/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Proxies: addresses that we answer for, though they are not ours (RFC 1027, RFC 4861 7.2.8). The
 * answer to a request waits for a random time, so that whoever really has the address comes first.
 */
#include <errno.h>
#include <stdlib.h>

#include "stack/core/dst.h"
#include "stack/link/neigh_private.h"

/* In skb->cb of a request on the queue. */
struct proxy_cb {
	ktime_t due;
};

static inline struct proxy_cb *proxy_cb(struct sk_buff *skb)
{
	return (struct proxy_cb *)skb->cb;
}

/* The entries --------------------------------------------------------------------------------- */

static struct neigh_proxy *find(struct neigh_table *tbl, const union inaddr *key,
				const struct net_device *dev)
{
	struct neigh_proxy *p;

	list_for_each_entry(p, &tbl->proxies, list)
		if (p->dev == dev && inaddr_equal(&p->key, key))
			return p;
	return NULL;
}

struct neigh_proxy *neigh_proxy_find(struct neigh_table *tbl, const union inaddr *key,
				     struct net_device *dev)
{
	struct neigh_proxy *p = find(tbl, key, dev);

	return p || !dev ? p : find(tbl, key, NULL);
}

struct neigh_proxy *neigh_proxy_add(struct neigh_table *tbl, const union inaddr *key,
				    struct net_device *dev)
{
	struct neigh_proxy *p = find(tbl, key, dev);

	if (p)
		return p;
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->dev = dev;
	p->key = *key;
	list_add_tail(&p->list, &tbl->proxies);
	if (tbl->ops->proxy_changed)
		tbl->ops->proxy_changed(tbl, p, true);
	return p;
}

static void proxy_free(struct neigh_table *tbl, struct neigh_proxy *p)
{
	if (tbl->ops->proxy_changed)
		tbl->ops->proxy_changed(tbl, p, false);
	list_del(&p->list);
	free(p);
}

int neigh_proxy_del(struct neigh_table *tbl, const union inaddr *key, struct net_device *dev)
{
	struct neigh_proxy *p = find(tbl, key, dev);

	if (!p)
		return -ENOENT;
	proxy_free(tbl, p);
	return 0;
}

/* The requests -------------------------------------------------------------------------------- */

/* Answer what is due; come back for the rest. */
static void answer_due(struct timer *t)
{
	struct neigh_table *tbl = container_of(t, struct neigh_table, proxy_timer);
	ktime_t now = tbl->net->now, next = KTIME_MAX;
	struct sk_buff *skb, *n;

	skb_queue_walk_safe(&tbl->proxy_queue, skb, n) {
		if (proxy_cb(skb)->due > now) {
			next = min(next, proxy_cb(skb)->due);
			continue;
		}
		skb_unlink(&tbl->proxy_queue, skb);
		if (tbl->proxy_redo && netdev_running(skb->dev))
			tbl->proxy_redo(tbl, skb);
		else
			skb_free(skb);
	}
	if (next != KTIME_MAX)
		net_timer_set(tbl->net, &tbl->proxy_timer, next);
}

void neigh_proxy_enqueue(struct neigh_table *tbl, struct sk_buff *skb)
{
	struct net *net = tbl->net;
	const struct neigh_parms *p = neigh_parms_get(tbl, skb->dev);
	uint32_t delay = p->proxy_delay;
	ktime_t due = net->now + (delay ? ms_to_ktime(net_random_below(net, delay)) : 0);

	if (tbl->proxy_queue.qlen > p->proxy_qlen) {
		skb_drop(net, skb, DROP_NEIGH_QUEUE_FULL);
		return;
	}
	dst_release(skb->dst);
	skb->dst = NULL;
	proxy_cb(skb)->due = due;
	skb_queue_tail(&tbl->proxy_queue, skb);
	if (!timer_pending(&tbl->proxy_timer) || due < tbl->proxy_timer.expires)
		net_timer_set(net, &tbl->proxy_timer, due);
}

/* Life ---------------------------------------------------------------------------------------- */

void neigh_proxy_flush_dev(struct neigh_table *tbl, const struct net_device *dev)
{
	struct neigh_proxy *p, *next_proxy;
	struct sk_buff *skb, *next_skb;

	list_for_each_entry_safe(p, next_proxy, &tbl->proxies, list) {
		if (!dev || p->dev == dev)
			proxy_free(tbl, p);
	}
	skb_queue_walk_safe(&tbl->proxy_queue, skb, next_skb) {
		if (!dev || skb->dev == dev) {
			skb_unlink(&tbl->proxy_queue, skb);
			skb_free(skb);
		}
	}
}

void neigh_proxy_init(struct neigh_table *tbl)
{
	list_init(&tbl->proxies);
	skb_queue_init(&tbl->proxy_queue);
	timer_init(&tbl->proxy_timer, answer_due);
}

void neigh_proxy_exit(struct neigh_table *tbl)
{
	neigh_proxy_flush_dev(tbl, NULL);
	net_timer_cancel(tbl->net, &tbl->proxy_timer);
}
