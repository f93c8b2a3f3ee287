/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes in use, and a cache of them: see dst_cache.h. */
#include "stack/ip/dst_cache.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "stack/core/net.h"
#include "stack/core/netdevice.h"

#define SPARE_MAX 1024 /* routes kept to be used again */
/* Or a stranger who fills the neighbour table empties the cache for each packet. */
#define ROOM_INTERVAL ms_to_ktime(100)

/* The life of a route -------------------------------------------------------------------------- */

static int discard(struct net *net, struct sk_buff *skb)
{
	skb_drop(net, skb, DROP_DEV_DOWN);
	return -ENETDOWN;
}

void *dst_cache_alloc(struct dst_cache *c, size_t size)
{
	struct dst_entry *dst;

	if (list_empty(&c->spare))
		return malloc(size);
	dst = list_first_entry(&c->spare, struct dst_entry, all);
	list_del(&dst->all);
	c->nr_spare--;
	return dst;
}

void dst_cache_adopt(struct dst_cache *c, struct dst_entry *dst)
{
	dst->refs = 1;
	dst->genid = c->genid;
	dst->genid_now = &c->genid;
	dst->header_len = dst->dev->link->hard_header_len + dst->dev->needed_headroom;
	dst->input = discard;
	list_add(&dst->all, &c->all);
}

static void unlink_neigh(struct dst_entry *dst)
{
	neigh_release(dst->neigh);
	dst->neigh = NULL;
}

void dst_cache_free(struct dst_cache *c, struct dst_entry *dst)
{
	unlink_neigh(dst);
	list_del(&dst->all);
	if (c->nr_spare >= SPARE_MAX) {
		free(dst);
		return;
	}
	list_add(&dst->all, &c->spare);
	c->nr_spare++;
}

/*
 * A neighbour that a route refers to is not collected before its time: when the table is full, routes
 * that are only cached give up theirs.
 */
struct neighbour *dst_cache_neigh(struct dst_cache *c, struct dst_entry *dst,
				  struct neigh_table *tbl, const union inaddr *key)
{
	neigh_release(dst->neigh);
	dst->neigh = neigh_create(tbl, key, dst->dev);
	if (unlikely(!dst->neigh && tbl->gc_entries >= tbl->gc_thresh3 &&
		     dst_cache_make_room(c, dst->net->now))) {
		tbl->gc_futile = 0;
		dst->neigh = neigh_create(tbl, key, dst->dev);
	}
	return dst->neigh;
}

void dst_cache_forget_device(struct dst_cache *c, struct net *net, struct net_device *dev)
{
	struct dst_entry *dst;

	c->genid++;
	dst_cache_clear(c);
	list_for_each_entry(dst, &c->all, all) {
		if (dst->dev != dev)
			continue;
		unlink_neigh(dst);
		dst->input = dst->output = discard;
		dst->dev = net->loopback == dev ? NULL : net->loopback;
	}
}

void dst_cache_confirm(struct dst_entry *dst)
{
	if (dst->neigh && !dst->neigh->dead)
		neigh_confirm(dst->neigh);
}

/* The cache ------------------------------------------------------------------------------------ */

void dst_cache_add(struct dst_entry **set, struct dst_entry *dst)
{
	struct dst_entry *last = set[DST_CACHE_WAYS - 1];

	memmove(set + 1, set, (DST_CACHE_WAYS - 1) * sizeof(*set));
	set[0] = dst_hold(dst);
	dst_release(last);
}

void dst_cache_clear(struct dst_cache *c)
{
	unsigned i, way;

	for (i = 0; i < ARRAY_SIZE(c->sets); i++) {
		for (way = 0; way < DST_CACHE_WAYS; way++) {
			dst_release(c->sets[i][way]);
			c->sets[i][way] = NULL;
		}
	}
}

void dst_cache_init(struct dst_cache *c, struct net *net)
{
	list_init(&c->all);
	list_init(&c->spare);
	net_random(net, c->hash_key, sizeof(c->hash_key));
}

void dst_cache_exit(struct dst_cache *c)
{
	struct dst_entry *dst, *n;

	dst_cache_clear(c);
	assert(list_empty(&c->all));
	list_for_each_entry_safe(dst, n, &c->spare, all)
		free(dst);
}

bool dst_cache_make_room(struct dst_cache *c, ktime_t now)
{
	if (c->room_made && now - c->room_made < ROOM_INTERVAL)
		return false;
	c->room_made = now;
	dst_cache_clear(c);
	return true;
}
