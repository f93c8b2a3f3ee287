/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The routes in use of a family: their life, and a set-associative cache of routes in use, of fixed size: a hit costs a hash and a compare. A
 * stranger may find keys that share a set: then a few routes push each other out, no more.
 * Routes that go are used again, so that none is allocated for a packet.
 */
#ifndef STACK_IP_DST_CACHE_H
#define STACK_IP_DST_CACHE_H

#include "stack/core/dst.h"
#include "stack/link/neighbour.h"

#define DST_CACHE_BITS 10 /* sets, of … */
#define DST_CACHE_WAYS 4  /* … so many routes, the last used first */

struct dst_cache {
	struct dst_entry *sets[1 << DST_CACHE_BITS][DST_CACHE_WAYS];
	uint64_t hash_key[2];	/* secret; for the family's hash */
	uint32_t genid;		/* what was made under another one is obsolete */
	uint32_t nr_spare;
	struct list_head all;	/* dst_entry.all of every one that lives: for devices that go */
	struct list_head spare; /* dst_entry.all of those that are to be used again */
	ktime_t room_made;	/* when it was last cleared for the neighbours' sake */
};

void dst_cache_init(struct dst_cache *c, struct net *net);
/** dst_cache_exit - nobody but the cache itself holds a route */
void dst_cache_exit(struct dst_cache *c);

/**
 * dst_cache_alloc - memory of a route: @size is that of the family's struct, a dst_entry first.
 * To be filled in, and then given to dst_cache_adopt(). NULL: no memory
 */
void *dst_cache_alloc(struct dst_cache *c, size_t size);
/**
 * dst_cache_adopt - @dst, of which ops, net, dev and output are set, begins to live, with a reference;
 * what comes in by it is dropped until its input is set
 */
void dst_cache_adopt(struct dst_cache *c, struct dst_entry *dst);
/** dst_cache_free - for dst_ops.destroy: its memory is used again, or freed */
void dst_cache_free(struct dst_cache *c, struct dst_entry *dst);
/** dst_cache_neigh - find or make @dst's neighbour; NULL: the table is full, or no memory */
struct neighbour *dst_cache_neigh(struct dst_cache *c, struct dst_entry *dst,
				  struct neigh_table *tbl, const union inaddr *key);
/**
 * dst_cache_forget_device - @dev goes. Sockets and packets may keep their route: it leads nowhere, and
 * to no device that is gone
 */
void dst_cache_forget_device(struct dst_cache *c, struct net *net, struct net_device *dev);
/** dst_cache_confirm - for dst_ops.confirm: the neighbour is there */
void dst_cache_confirm(struct dst_entry *dst);

/** dst_cache_set - the set of a key, by its hash, whose upper bits are to be good */
static inline struct dst_entry **dst_cache_set(struct dst_cache *c, uint64_t hash)
{
	return c->sets[hash >> (64 - DST_CACHE_BITS)];
}

/**
 * dst_cache_find - the one in @set that @fits (a key, and the time, in @arg); NULL. No reference
 * Inline, so that @fits is no call.
 */
static inline struct dst_entry *dst_cache_find(struct dst_entry **set,
					       bool (*fits)(const struct dst_entry *dst,
							    const void *arg),
					       const void *arg)
{
	unsigned i, j;

	for (i = 0; i < DST_CACHE_WAYS && set[i]; i++) {
		struct dst_entry *dst = set[i];

		if (!fits(dst, arg))
			continue;
		for (j = i; j > 0; j--)
			set[j] = set[j - 1];
		set[0] = dst;
		return dst;
	}
	return NULL;
}

/** dst_cache_add - takes a reference of its own; the one in @set that was not used longest goes */
void dst_cache_add(struct dst_entry **set, struct dst_entry *dst);
/** dst_cache_clear - all go */
void dst_cache_clear(struct dst_cache *c);
/**
 * dst_cache_make_room - all go, so that neighbours that only they refer to can be collected
 * Return: false: it is of no use, as that was done a moment ago (nothing goes)
 */
bool dst_cache_make_room(struct dst_cache *c, ktime_t now);

#endif
