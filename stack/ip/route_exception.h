/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the path to a destination taught: its MTU (RFC 1191, RFC 8201), a better gateway (redirects).
 * One entry for a destination, in a table of bounded size where the least recently touched goes
 * first; what was learnt expires. Each family has a table; called by its route.c only.
 */
#ifndef STACK_IP_ROUTE_EXCEPTION_H
#define STACK_IP_ROUTE_EXCEPTION_H

#include "stack/lib/inaddr.h"
#include "stack/lib/ktime.h"
#include "stack/lib/list.h"
#include "stack/lib/siphash.h"

#define ROUTE_EXCEPTIONS_MAX  2048 /* the kernel's FNHE_HASH_SIZE; a stranger can make that many */
#define ROUTE_EXCEPTIONS_HASH 512  /* buckets */

struct route_exception {
	struct hlist_node hash;
	struct list_head lru; /* the most recently touched first; empty: out of the table */
	uint32_t refs;	      /* the table's own is one */
	union inaddr daddr;
	int zone;	      /* ifindex where daddr means nothing without one; 0 */
	union inaddr gateway; /* any: not redirected */
	uint32_t mtu;	      /* bytes; 0: not learnt */
	bool mtu_locked;      /* the path's was below min_pmtu: never set DF (IPv4) */
	ktime_t mtu_expires, gateway_expires;
};

struct route_exceptions {
	struct hlist_head hash[ROUTE_EXCEPTIONS_HASH];
	struct list_head lru;
	struct siphash_key key;
	uint32_t count;
};

void route_exceptions_init(struct route_exceptions *t, const struct siphash_key *key);
void route_exceptions_exit(struct route_exceptions *t);
/** route_exception_find - for @daddr in @zone, or NULL; no reference is taken */
struct route_exception *route_exception_find(const struct route_exceptions *t,
					     const union inaddr *daddr, int zone);
/**
 * route_exception_touch - find or make (the eldest goes when the table is full); NULL: no memory
 */
struct route_exception *route_exception_touch(struct route_exceptions *t, const union inaddr *daddr,
					      int zone);
/** route_exception_put - drop a reference; NULL is fine */
void route_exception_put(struct route_exception *e);

/** route_exception_mtu - what is known of the path MTU at @now; 0: nothing */
static inline uint32_t route_exception_mtu(const struct route_exception *e, ktime_t now)
{
	return e && now < e->mtu_expires ? e->mtu : 0;
}

/** route_exception_gateway - the better gateway, as of @now; NULL: none */
static inline const union inaddr *route_exception_gateway(const struct route_exception *e,
							  ktime_t now)
{
	return e && now < e->gateway_expires && !inaddr_any(&e->gateway) ? &e->gateway : NULL;
}

#endif
