/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forwarding information base: tables of routes, looked up in the fixed order local, main,
 * default. Next hops, with metrics and everything else that routes may have in common, are a
 * fib_info, shared by all routes that are alike but for their destination.
 *
 *	fib_frontend.c	what configuration and devices do to it, and the lookup
 *	fib_table.c	one table: adding, deleting, walking
 *	fib_semantics.c	fib_info: checks, sharing, choice of a next hop
 *
 * Longest-prefix match, and what else both families do alike, is in stack/ip.
 */
#ifndef STACK_IPV4_FIB_H
#define STACK_IPV4_FIB_H

#include "stack/core/event.h"
#include "stack/core/inet_config.h"
#include "stack/core/net.h"
#include "stack/ip/fib_tables.h"
#include "stack/ip/route_metrics.h"

struct fib_nh {
	struct net_device *dev; /* NULL: none (a route that refuses) */
	int oif;		/* its ifindex */
	bool has_gw;
	uint8_t flags;	 /* RTNH_F_* */
	uint8_t scope;	 /* RT_SCOPE_*: how far the next hop is; NOWHERE: a local address */
	uint16_t weight; /* 1 to 256 */
	uint32_t realms; /* 0: none */
	be32 gw;
};

struct fib_info {
	struct hlist_node hash;	       /* of fib->infos; empty: found no more */
	uint32_t refs;		       /* aliases that have it */
	bool dead;		       /* no next hop is left: its routes are to be flushed */
	bool prefsrc_removed;	       /* … because its source address went */
	uint8_t flags;		       /* RTNH_F_* of all of it */
	uint8_t protocol, scope, type; /* RTPROT_*, RT_SCOPE_*, RTN_* */
	be32 prefsrc;		       /* 0: none */
	uint32_t priority;
	uint32_t realms;   /* where there is no next hop to have them */
	uint32_t *metrics; /* RTAX_MAX + 1 values; NULL: none is set */
	unsigned nr_nh;
	struct fib_nh nh[];
};

/*
 * A route: at a prefix of a table's trie, sorted by TOS (highest first), then by priority (lowest
 * first).
 */
struct fib_alias {
	struct fib_entry entry; /* first */
	struct fib_info *fi;	/* reference */
	uint8_t tos, type;
};

static inline struct fib_alias *fib_alias(struct fib_entry *entry)
{
	return (struct fib_alias *)entry;
}

struct fib {
	struct list_head tables;
	struct fib_table *local, *main; /* always there */
	struct fib_table *dflt;		/* RT_TABLE_DEFAULT; NULL: not there */
	struct hlist_head *infos;	/* grows */
	uint32_t infos_mask;
	uint32_t nr_infos;
	struct siphash_key multipath_key;
	struct event_listener listener;
};

/* What a lookup asks. Zero means: any. */
struct fib_query {
	be32 daddr, saddr;
	int oif;
	uint8_t tos;   /* without ECN bits */
	uint8_t scope; /* only routes that reach at least as near: RT_SCOPE_UNIVERSE: all */
	bool any_link; /* next hops without a carrier will do, whatever the device's settings say */
	bool fixed_nh; /* the first next hop that will do; else several are chosen from by hash */
};

struct fib_result {
	struct fib_info *fi; /* NULL: the answer is not from a table. Not a reference */
	const struct fib_alias *fa;
	const struct fib_table *table;
	const struct fib_nh *nh; /* the one to use; NULL: the route refuses */
	uint8_t plen, type, scope, nh_index;
};

int fib_init(struct net *net);
void fib_exit(struct net *net);

/* fib_frontend.c ------------------------------------------------------------------------------- */

/**
 * fib_lookup - the route for @q: local, main, default
 * Return: 0 or -ENETUNREACH, or the error of the route's type (then @res is filled, with res->nh
 * NULL)
 */
int fib_lookup(struct net *net, const struct fib_query *q, struct fib_result *res);
/** fib_prefsrc - the source address for sending by @res: the route's, or the best of the device */
be32 fib_prefsrc(struct net *net, const struct fib_result *res);
/**
 * fib_addr_type - RTN_* of @addr by the local table alone, as far as @dev (NULL: any) is concerned
 */
uint8_t fib_addr_type(struct net *net, be32 addr, const struct net_device *dev);

/* See inet_config_ops. */
int fib_route_add(struct net *net, const struct route_config *cfg, unsigned nlflags,
		  struct extack *ack);
int fib_route_del(struct net *net, const struct route_config *cfg, struct extack *ack);
unsigned fib_route_walk(struct net *net, struct route_cursor *cur, struct route_config *ret,
			unsigned max);
bool fib_route_table_exists(struct net *net, uint32_t table);

/* fib_table.c ---------------------------------------------------------------------------------- */

/** fib_table_get - by id; NULL: none. fib_table_new - find or make; NULL: no memory */
struct fib_table *fib_table_get(const struct fib *fib, uint32_t id);
struct fib_table *fib_table_new(struct fib *fib, uint32_t id);
/** fib_table_free - with all its routes */
void fib_table_free(struct net *net, struct fib_table *tb);
/**
 * fib_table_insert - add, replace … a route
 * @cfg: a whole configuration (type, scope and so on are set); @nlflags: NLM_F_CREATE, _EXCL,
 * _REPLACE, _APPEND
 * 0, -EEXIST, -ENOENT, -EINVAL, -ENETUNREACH, -ENETDOWN, -ENODEV, -ENOMEM
 */
int fib_table_insert(struct net *net, struct fib_table *tb, const struct route_config *cfg,
		     unsigned nlflags, struct extack *ack);
/** fib_table_delete - the first route that fits what @cfg says; -ESRCH: none */
int fib_table_delete(struct net *net, struct fib_table *tb, const struct route_config *cfg,
		     struct extack *ack);
/** fib_table_lookup - 0, -EAGAIN (nothing fits, or "throw"), or the error of the route's type */
int fib_table_lookup(struct net *net, const struct fib_table *tb, const struct fib_query *q,
		     struct fib_result *res);
/**
 * fib_table_walk - fill up to @max routes from where @cur stands in @tb; returns how many: fewer:
 * the end
 */
unsigned fib_table_walk(const struct fib_table *tb, struct route_cursor *cur,
			struct route_config *ret, unsigned max);
/** fib_table_flush - the routes whose fib_info is dead go */
void fib_table_flush(struct net *net, struct fib_table *tb);
/** fib_alias_fill - one route as configuration */
void fib_alias_fill(const struct fib_alias *fa, const struct fib_table *tb, struct fib_key key,
		    uint8_t plen, struct route_config *ret);

/* fib_semantics.c ------------------------------------------------------------------------------ */

/**
 * fib_type_error - what a packet gets that meets a route of this type: 0, or -errno; -EAGAIN: go on
 * searching
 */
int fib_type_error(uint8_t type);
/**
 * fib_info_create - check @cfg and find or make its fib_info; the caller gets a reference
 * @ret: 0; else -errno with a sentence
 */
int fib_info_create(struct net *net, const struct route_config *cfg, struct fib_info **ret,
		    struct extack *ack);
/** fib_info_put - drop a reference; NULL is fine */
void fib_info_put(struct net *net, struct fib_info *fi);
/** fib_info_fill - its part of a configuration */
void fib_info_fill(const struct fib_info *fi, struct route_config *ret);
/** fib_info_metric - RTAX_*; 0: not set */
static inline uint32_t fib_info_metric(const struct fib_info *fi, unsigned rtax)
{
	return route_metric(fi->metrics, rtax);
}
/**
 * fib_info_match - does @fi fit what a request to delete says about next hops, metrics and so on?
 */
bool fib_info_match(const struct fib_info *fi, const struct route_config *cfg);
/** fib_has_gateway - is @gw the gateway of any route by @dev? */
bool fib_has_gateway(const struct net *net, const struct net_device *dev, be32 gw);
/**
 * fib_select_nh - of the next hops of @fi that live (and leave by q->oif): one by the flow's hash;
 * NULL: none
 */
const struct fib_nh *fib_select_nh(const struct fib *fib, const struct fib_info *fi,
				   const struct fib_query *q);
/**
 * fib_sync_down_dev - @flags (RTNH_F_DEAD, RTNH_F_LINKDOWN) begin to hold for next hops by @dev
 * @force: for local addresses too, which otherwise outlive their device's being down
 * Return: whether a fib_info died: flush
 */
bool fib_sync_down_dev(struct net *net, struct net_device *dev, uint8_t flags, bool force);
/** fib_sync_dev_gone - routes with any next hop by @dev die; returns whether there were such */
bool fib_sync_dev_gone(struct net *net, const struct net_device *dev);
/** fib_sync_up - @flags hold no more, nor RTNH_F_LINKDOWN if @dev has a carrier */
void fib_sync_up(struct net *net, struct net_device *dev, uint8_t flags);
/** fib_sync_down_addr - @local is no address of ours any more; returns whether a fib_info died */
bool fib_sync_down_addr(struct net *net, be32 local);
int fib_infos_init(struct fib *fib);
void fib_infos_exit(struct fib *fib);

#endif
