/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A route of IPv6 and what the files fib6*.c and route6*.c share. As in the kernel, a route has one
 * next hop; those of one prefix and metric that each have a gateway are siblings: together they are
 * what configuration sees as one multipath route.
 */
#ifndef STACK_IPV6_FIB6_INFO_H
#define STACK_IPV6_FIB6_INFO_H

#include <linux/icmpv6.h>
#include "stack/ip/fib_tables.h"
#include "stack/ip/route_metrics.h"
#include "stack/ipv6/fib6.h"

struct fib6_info {
	struct fib_entry entry;	   /* first; of those at a prefix: see fib6_table.c */
	struct list_head expiring; /* of fib6->expiring; empty: it does not end by itself */
	struct fib_table *table;
	struct net_device *dev; /* always one: that of a route that refuses is lo */
	union inaddr dst, src, prefsrc, gw;
	uint8_t dst_len, src_len;
	uint8_t type, protocol, pref; /* RTN_*, RTPROT_*, ICMPV6_ROUTER_PREF_* */
	uint8_t flags;		      /* RTNH_F_* */
	bool has_gw;
	bool refuses; /* an unreachable and its like, or by lo to what is not there */
	bool ra;      /* a router announced it: never a sibling */
	uint16_t weight;
	uint32_t priority;
	uint32_t *metrics; /* see route_metrics.h */
	ktime_t expires;   /* KTIME_MAX: never */
};

static inline struct fib6_info *fib6_info(struct fib_entry *entry)
{
	return (struct fib6_info *)entry;
}

/* May it be one of several next hops? */
static inline bool fib6_info_ecmp(const struct fib6_info *f6i)
{
	return f6i->has_gw && !f6i->ra;
}

static inline bool fib6_info_same_prefix(const struct fib6_info *a, const struct fib6_info *b)
{
	return a->src_len == b->src_len && inaddr_equal(&a->src, &b->src);
}

static inline struct fib6_info *fib6_next(const struct fib6_info *f6i)
{
	return fib6_info(f6i->entry.next);
}

/* Are both, at one prefix, next hops of one route? */
static inline bool fib6_siblings(const struct fib6_info *a, const struct fib6_info *b)
{
	return a->priority == b->priority && fib6_info_ecmp(a) && fib6_info_ecmp(b) &&
	       fib6_info_same_prefix(a, b);
}

struct fib6 {
	struct net *net;
	struct list_head tables; /* fib_table */
	struct fib_table *local, *main;
	struct list_head expiring; /* fib6_info.expiring */
	struct timer timer;	   /* of the first of them to end */
	bool multipath;		   /* there are siblings, or were once: flows need not go one way */
	uint32_t nr_ra;		   /* routes that routers announced */
	uint32_t turn;		   /* among routers none of which is known to be there */
	struct siphash_key multipath_key;
	struct event_listener listener;
};

/* What a lookup asks. */
struct fib6_query {
	union inaddr daddr, saddr; /* saddr any: open */
	int oif;		   /* preferred; FIB6_IFACE: demanded. 0: any */
	uint32_t flowlabel;
	uint8_t proto;
	uint8_t flags; /* FIB6_* */
};
#define FIB6_IFACE	      0x1
#define FIB6_REACHABLE	      0x2 /* a host: prefer routers that are not known to be gone */
#define FIB6_IGNORE_LINKSTATE 0x4
#define FIB6_FIXED	      0x8 /* of siblings the best, not one by the flow */
#define FIB6_LOOP	      0x10 /* our own addresses can be had by lo, whatever device they are on */

/* fib6_frontend.c ------------------------------------------------------------------------------ */

/**
 * fib6_lookup - the route for @q: local, main
 * @ret: NULL: there is none. Not a reference: good until the FIB changes
 * Return: 0, -ENETUNREACH, or the error of the route's type (then *@ret is it)
 */
int fib6_lookup(struct net *net, const struct fib6_query *q, struct fib6_info **ret);
/** fib6_expire_at - @f6i ends at @when (KTIME_MAX: never); the timer follows */
void fib6_expire_at(struct net *net, struct fib6_info *f6i, ktime_t when);
/** fib6_table_make - find or make (RT_TABLE_UNSPEC: main); NULL: no memory */
struct fib_table *fib6_table_make(struct fib6 *fib, uint32_t id);

/* fib6_table.c --------------------------------------------------------------------------------- */

/**
 * fib6_table_insert - add, replace … one route; owns @new
 * @nlflags: NLM_F_*; @notify: emit the event (else who adds several does)
 * 0, -EEXIST, -ENOENT, -ENOMEM
 */
int fib6_table_insert(struct net *net, struct fib6_info *new, unsigned nlflags, bool notify,
		      struct extack *ack);
/** fib6_table_delete - what @cfg says; @all: with siblings where it names no gateway. -ESRCH, -ENOENT */
int fib6_table_delete(struct net *net, struct fib_table *tb, const struct route_config *cfg,
		      bool all);
/** fib6_table_remove - this route goes, with EVENT_ROUTE_DEL where @notify */
void fib6_table_remove(struct net *net, struct fib6_info *f6i, bool notify);
/** fib6_table_first - the routes of exactly this prefix; NULL: none */
struct fib6_info *fib6_table_first(const struct fib_table *tb, const union inaddr *dst,
				   uint8_t plen);
/** fib6_table_walk - fill up to @max routes from where @cur stands in @tb; fewer: the end */
unsigned fib6_table_walk(const struct fib_table *tb, struct route_cursor *cur,
			 struct route_config *ret, unsigned max);

/* What becomes of a route that fib6_table_clean() comes to. */
enum fib6_clean { FIB6_KEEP, FIB6_DELETE, FIB6_DELETE_SILENTLY };
/** fib6_table_clean - ask @fn for each route, in the order of being shown; @fn may change the route */
void fib6_table_clean(struct net *net, struct fib_table *tb,
		      enum fib6_clean (*fn)(struct fib6_info *f6i, void *arg), void *arg);
/** fib6_table_first_sibling - of the routes at @f6i's prefix the first that is one with it */
struct fib6_info *fib6_table_first_sibling(const struct fib6_info *f6i);
/** fib6_table_fill - as configuration: of a multipath route all next hops, @f6i's own first */
void fib6_table_fill(const struct fib6_info *f6i, struct route_config *ret);
/** fib6_emit - what happened to @f6i, as fib6_table_fill() has it */
void fib6_emit(struct net *net, enum event_type type, const struct fib6_info *f6i,
	       unsigned nlflags);

/* fib6_lookup.c -------------------------------------------------------------------------------- */

/** fib6_table_lookup - 0, -EAGAIN (nothing fits, or "throw"), or the error of the route's type */
int fib6_table_lookup(struct net *net, const struct fib_table *tb, const struct fib6_query *q,
		      struct fib6_info **ret);

/* fib6_info.c ---------------------------------------------------------------------------------- */

/**
 * fib6_info_create - check @cfg, of whose next hops @nh is meant (NULL: none), and make its route
 * Return: 0; else -errno with a sentence
 */
int fib6_info_create(struct net *net, const struct route_config *cfg,
		     const struct nexthop_config *nh, struct fib6_info **ret, struct extack *ack);
/** fib6_info_free - of one that is in no table; NULL is fine */
void fib6_info_free(struct fib6_info *f6i);
/** fib6_info_error - what a packet gets that meets it: 0, or -errno; -EAGAIN: go on searching */
int fib6_info_error(const struct fib6_info *f6i);
/** fib6_info_score - how well it fits @q: below 0: not at all */
int fib6_info_score(struct net *net, const struct fib6_info *f6i, const struct fib6_query *q);
/** fib6_info_draw - see nexthop_draw.h */
uint32_t fib6_info_draw(const struct fib6 *fib, const struct fib6_info *f6i,
			const struct fib6_query *q);
/** fib6_info_duplicate - are device and gateway the same? */
bool fib6_info_duplicate(const struct fib6_info *a, const struct fib6_info *b);
/** fib6_info_fill - as configuration, but for siblings; _fill_nh: its next hop */
void fib6_info_fill(const struct fib6_info *f6i, struct route_config *ret);
void fib6_info_fill_nh(const struct fib6_info *f6i, struct nexthop_config *ret);
/** fib6_info_matches - does @f6i fit what a request to delete says? */
bool fib6_info_matches(const struct fib6_info *f6i, const struct route_config *cfg,
		       const struct nexthop_config *nh);

#endif
