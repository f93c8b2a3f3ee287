/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables of neighbours: one for each protocol. Entries are found by address and device; they come
 * by neigh_create() and go by configuration, with their device, or by the garbage collector.
 *
 * What stays true: an entry of the table has a reference of the table's; one that is out of it is
 * dead, has no timer and no packets, and is freed with its last reference.
 */
#include "stack/link/neighbour.h"

#include <assert.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "stack/lib/siphash.h"
#include "stack/link/neigh_private.h"

#define HASH_MIN_SIZE 16 /* a power of two */

/* The hash ------------------------------------------------------------------------------------ */

static struct hlist_head *bucket(struct neigh_table *tbl, const union inaddr *key,
				 const struct net_device *dev)
{
	struct {
		union inaddr key;
		uint64_t ifindex;
	} id = { *key, dev->ifindex };

	return &tbl->hash[siphash(&tbl->net->secret, &id, sizeof(id)) & tbl->hash_mask];
}

/* Twice as many buckets. Short of memory, the table goes on with longer chains. */
static void grow(struct neigh_table *tbl)
{
	uint32_t old_size = tbl->hash_mask + 1;
	struct hlist_head *old = tbl->hash, *new = calloc(old_size * 2, sizeof(*new));
	struct neighbour *neigh;

	if (!new)
		return;
	tbl->hash = new;
	tbl->hash_mask = old_size * 2 - 1;
	for (uint32_t i = 0; i < old_size; i++) {
		while ((neigh = hlist_entry_safe(old[i].first, struct neighbour, hash))) {
			hlist_del(&neigh->hash);
			hlist_add_head(&neigh->hash, bucket(tbl, &neigh->key, neigh->dev));
		}
	}
	free(old);
}

static struct neighbour *find(struct neigh_table *tbl, const union inaddr *key,
			      const struct net_device *dev)
{
	struct neighbour *neigh;

	hlist_for_each_entry(neigh, bucket(tbl, key, dev), hash)
		if (inaddr_equal(&neigh->key, key) && neigh->dev == dev)
			return neigh;
	return NULL;
}

int neigh_walk(struct neigh_table *tbl, int (*fn)(struct neighbour *neigh, void *arg), void *arg)
{
	struct neighbour *neigh;
	int ret;

	for (uint32_t i = 0; i <= tbl->hash_mask; i++) {
		hlist_for_each_entry(neigh, &tbl->hash[i], hash) {
			ret = fn(neigh, arg);
			if (ret)
				return ret;
		}
	}
	return 0;
}

/* One entry ----------------------------------------------------------------------------------- */

struct neighbour *neigh_lookup(struct neigh_table *tbl, const union inaddr *key,
			       struct net_device *dev)
{
	struct neighbour *neigh = find(tbl, key, dev);

	return neigh ? neigh_hold(neigh) : NULL;
}

static struct neighbour *neigh_alloc(struct neigh_table *tbl, const union inaddr *key,
				     struct net_device *dev)
{
	struct neighbour *neigh = calloc(1, sizeof(*neigh));
	ktime_t now = tbl->net->now;

	if (!neigh)
		return NULL;
	neigh->tbl = tbl;
	neigh->parms = neigh_parms_get(tbl, dev);
	neigh->dev = dev;
	neigh->key = *key;
	neigh->refs = 1;
	neigh->type = RTN_UNICAST;
	neigh->updated = neigh->used = now;
	neigh->confirmed = now - 2 * ms_to_ktime(neigh->parms->base_reachable_time);
	list_init(&neigh->gc);
	list_init(&neigh->managed);
	timer_init(&neigh->timer, neigh_timer_fired);
	skb_queue_init(&neigh->arp_queue);
	return neigh;
}

struct neighbour *neigh_create(struct neigh_table *tbl, const union inaddr *key,
			       struct net_device *dev)
{
	struct neighbour *neigh = find(tbl, key, dev);

	if (neigh)
		return neigh_hold(neigh);
	if (!neigh_gc_make_room(tbl))
		return NULL;
	neigh = neigh_alloc(tbl, key, dev);
	if (!neigh)
		return NULL;
	if (tbl->ops->constructor(neigh)) {
		free(neigh);
		return NULL;
	}
	if (tbl->entries > tbl->hash_mask)
		grow(tbl);
	hlist_add_head(&neigh->hash, bucket(tbl, key, dev));
	tbl->entries++;
	neigh_gc_list_update(neigh);
	neigh_gc_start(tbl);
	return neigh_hold(neigh);
}

void neigh_release(struct neighbour *neigh)
{
	if (!neigh || --neigh->refs)
		return;
	assert(neigh->dead);
	free(neigh);
}

void neigh_unlink(struct neighbour *neigh, struct list_head *dead)
{
	struct neigh_table *tbl = neigh->tbl;

	hlist_del(&neigh->hash);
	tbl->entries--;
	if (!list_empty(&neigh->gc))
		tbl->gc_entries--;
	list_move_tail(&neigh->gc, dead);
	net_timer_cancel(tbl->net, &neigh->timer);
	neigh_managed_set(neigh, false);
	neigh->dead = true;
}

void neigh_bury(struct list_head *dead)
{
	while (!list_empty(dead)) {
		struct neighbour *neigh = list_first_entry(dead, struct neighbour, gc);
		struct net *net = neigh->tbl->net;
		struct sk_buff *skb;

		list_del(&neigh->gc);
		event_emit(net, EVENT_NEIGH_DEL, neigh);
		neigh->nud_state = NUD_NONE;
		while ((skb = skb_dequeue(&neigh->arp_queue)))
			skb_drop(net, skb, DROP_NEIGH_FAILED);
		neigh_release(neigh);
	}
}

int neigh_delete(struct neigh_table *tbl, const union inaddr *key, struct net_device *dev)
{
	struct neighbour *neigh = neigh_lookup(tbl, key, dev);
	struct list_head dead = LIST_HEAD_INIT(dead);

	if (!neigh)
		return -ENOENT;
	neigh_update(neigh, NULL, NUD_FAILED, NEIGH_UPDATE_F_OVERRIDE | NEIGH_UPDATE_F_ADMIN);
	if (!neigh->dead)
		neigh_unlink(neigh, &dead);
	neigh_bury(&dead);
	neigh_release(neigh);
	return 0;
}

/* Tables -------------------------------------------------------------------------------------- */

int neigh_table_init(struct net *net, struct neigh_table *tbl, const struct neigh_ops *ops)
{
	*tbl = (struct neigh_table){
		.net = net,
		.ops = ops,
		.hash_mask = HASH_MIN_SIZE - 1,
	};
	tbl->hash = calloc(HASH_MIN_SIZE, sizeof(*tbl->hash));
	if (!tbl->hash)
		return -ENOMEM;
	neigh_parms_init(tbl);
	neigh_gc_init(tbl);
	neigh_managed_init(tbl);
	neigh_proxy_init(tbl);
	list_add_tail(&tbl->list, &net->neigh->tables);
	return 0;
}

/* Take out the entries of @dev; NULL: all. */
static void flush(struct neigh_table *tbl, const struct net_device *dev, bool keep_permanent)
{
	struct list_head dead = LIST_HEAD_INIT(dead);
	struct hlist_node *n;
	struct neighbour *neigh;

	for (uint32_t i = 0; i <= tbl->hash_mask; i++)
		hlist_for_each_entry_safe(neigh, n, &tbl->hash[i], hash)
			if ((!dev || neigh->dev == dev) &&
			    !(keep_permanent && neigh->nud_state & NUD_PERMANENT))
				neigh_unlink(neigh, &dead);
	neigh_bury(&dead);
}

void neigh_table_exit(struct neigh_table *tbl)
{
	flush(tbl, NULL, false);
	neigh_proxy_exit(tbl);
	neigh_gc_exit(tbl);
	neigh_parms_flush_dev(tbl, NULL);
	list_del(&tbl->list);
	free(tbl->hash);
	tbl->hash = NULL;
}

struct neigh_table *neigh_table_find(struct net *net, int family)
{
	struct neigh_table *tbl;

	list_for_each_entry(tbl, &net->neigh->tables, list)
		if (tbl->ops->family == family)
			return tbl;
	return NULL;
}

void neigh_flush_dev(struct net *net, struct net_device *dev, bool keep_permanent)
{
	struct neigh_table *tbl;

	list_for_each_entry(tbl, &net->neigh->tables, list)
		flush(tbl, dev, keep_permanent);
}

/* The net ------------------------------------------------------------------------------------- */

static void flush_proxies(struct net *net, struct net_device *dev)
{
	struct neigh_table *tbl;

	list_for_each_entry(tbl, &net->neigh->tables, list)
		neigh_proxy_flush_dev(tbl, dev);
}

static void carrier_lost(struct net *net, struct net_device *dev)
{
	struct neigh_table *tbl;

	list_for_each_entry(tbl, &net->neigh->tables, list)
		if (!tbl->ops->stay_without_carrier || !tbl->ops->stay_without_carrier(dev))
			flush(tbl, dev, true);
}

static void flush_parms(struct net *net, struct net_device *dev)
{
	struct neigh_table *tbl;

	list_for_each_entry(tbl, &net->neigh->tables, list)
		neigh_parms_flush_dev(tbl, dev);
}

static void on_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	struct net_device *dev = obj;

	(void)l;
	switch (type) {
	case EVENT_NETDEV_DOWN:
		neigh_flush_dev(net, dev, false);
		flush_proxies(net, dev);
		break;
	case EVENT_NETDEV_UNREGISTER:
		neigh_flush_dev(net, dev, false);
		flush_proxies(net, dev);
		flush_parms(net, dev);
		break;
	case EVENT_NETDEV_CHANGEADDR:
		neigh_flush_dev(net, dev, false);
		break;
	case EVENT_NETDEV_CHANGE:
		if (dev->flags_changed & IFF_NOARP)
			neigh_flush_dev(net, dev, false);
		break;
	case EVENT_NETDEV_CARRIER:
		if (!dev->carrier)
			carrier_lost(net, dev);
		break;
	default:
		break;
	}
}

int neigh_net_init(struct net *net)
{
	net->neigh = malloc(sizeof(*net->neigh));
	if (!net->neigh)
		return -ENOMEM;
	list_init(&net->neigh->tables);
	net->neigh->listener.fn = on_event;
	event_listen(net, &net->neigh->listener);
	return 0;
}

void neigh_net_exit(struct net *net)
{
	if (!net->neigh)
		return;
	assert(list_empty(&net->neigh->tables));
	event_unlisten(&net->neigh->listener);
	free(net->neigh);
	net->neigh = NULL;
}
