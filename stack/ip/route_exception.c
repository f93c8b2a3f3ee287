/* SPDX-License-Identifier: BSD-2-Clause */
/* What paths taught: see route_exception.h. */
#include "stack/ip/route_exception.h"

#include <stdlib.h>

void route_exceptions_init(struct route_exceptions *t, const struct siphash_key *key)
{
	*t = (struct route_exceptions){ .key = *key };
	list_init(&t->lru);
}

void route_exception_put(struct route_exception *e)
{
	if (e && !--e->refs)
		free(e);
}

static void forget(struct route_exceptions *t, struct route_exception *e)
{
	hlist_del(&e->hash);
	list_del(&e->lru);
	t->count--;
	route_exception_put(e);
}

void route_exceptions_exit(struct route_exceptions *t)
{
	struct route_exception *e, *n;

	list_for_each_entry_safe(e, n, &t->lru, lru)
		forget(t, e);
}

static unsigned bucket(const struct route_exceptions *t, const union inaddr *daddr, int zone)
{
	const uint32_t key[5] = { daddr->v6[0], daddr->v6[1], daddr->v6[2], daddr->v6[3], zone };

	return siphash(&t->key, key, sizeof(key)) % ROUTE_EXCEPTIONS_HASH;
}

struct route_exception *route_exception_find(const struct route_exceptions *t,
					     const union inaddr *daddr, int zone)
{
	struct route_exception *e;

	if (!t->count)
		return NULL;
	hlist_for_each_entry(e, &t->hash[bucket(t, daddr, zone)], hash)
		if (e->zone == zone && inaddr_equal(&e->daddr, daddr))
			return e;
	return NULL;
}

struct route_exception *route_exception_touch(struct route_exceptions *t, const union inaddr *daddr,
					      int zone)
{
	struct route_exception *e = route_exception_find(t, daddr, zone);

	if (e) {
		list_del(&e->lru);
		list_add(&e->lru, &t->lru);
		return e;
	}
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	if (t->count >= ROUTE_EXCEPTIONS_MAX)
		forget(t, list_last_entry(&t->lru, struct route_exception, lru));
	e->refs = 1;
	e->daddr = *daddr;
	e->zone = zone;
	hlist_add_head(&e->hash, &t->hash[bucket(t, daddr, zone)]);
	list_add(&e->lru, &t->lru);
	t->count++;
	return e;
}
