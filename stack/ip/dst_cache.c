/* SPDX-License-Identifier: BSD-2-Clause */
/* A cache of routes in use: see dst_cache.h. */
#include "stack/ip/dst_cache.h"

#include <string.h>

#define ROOM_INTERVAL \
	ms_to_ktime(  \
		100) /* or a stranger who fills the neighbour table empties the cache for each packet */

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

bool dst_cache_make_room(struct dst_cache *c, ktime_t now)
{
	if (c->room_made && now - c->room_made < ROOM_INTERVAL)
		return false;
	c->room_made = now;
	dst_cache_clear(c);
	return true;
}
