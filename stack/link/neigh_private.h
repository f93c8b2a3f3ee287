/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the neighbour table share: neighbour.c (state machine), neigh_table.c,
 * neigh_parms.c, neigh_gc.c, neigh_managed.c, neigh_proxy.c.
 */
#ifndef STACK_LINK_NEIGH_PRIVATE_H
#define STACK_LINK_NEIGH_PRIVATE_H

#include "stack/core/event.h"
#include "stack/core/net.h"
#include "stack/link/neighbour.h"

#define NUD_IN_TIMER  (NUD_INCOMPLETE | NUD_REACHABLE | NUD_DELAY | NUD_PROBE)
#define NUD_CONNECTED (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE)
#define NUD_VALID     (NUD_CONNECTED | NUD_STALE | NUD_DELAY | NUD_PROBE)

struct neigh_net {
	struct list_head tables;
	struct event_listener listener;
};

/** neigh_timer_fired - the state machine's clock; neighbour.timer.fn */
void neigh_timer_fired(struct timer *t);

/** neigh_notify - tell the world that @neigh has a new state or address */
static inline void neigh_notify(struct neighbour *neigh)
{
	event_emit(neigh->tbl->net, EVENT_NEIGH_UPDATE, neigh);
}

/**
 * neigh_unlink - take @neigh out of the table, onto @dead (by its gc node)
 * Tells nobody yet: a walk over the table can take out many, and nobody is called who changes it.
 */
void neigh_unlink(struct neighbour *neigh, struct list_head *dead);
/** neigh_bury - those on @dead: tell the world, drop what waited, release the table's reference */
void neigh_bury(struct list_head *dead);

/** neigh_gc_init, _exit - of one table */
void neigh_gc_init(struct neigh_table *tbl);
void neigh_gc_exit(struct neigh_table *tbl);
/** neigh_gc_list_update - @neigh may be collected, or not: by its state */
void neigh_gc_list_update(struct neighbour *neigh);
/** neigh_gc_make_room - there is (now) room for one more entry; false: the table is full */
bool neigh_gc_make_room(struct neigh_table *tbl);
/** neigh_gc_start - see to it that the table will be searched */
void neigh_gc_start(struct neigh_table *tbl);

/** neigh_managed_init - of one table */
void neigh_managed_init(struct neigh_table *tbl);
/** neigh_managed_set - @neigh is to be kept resolved, or no more; Return: did that change? */
bool neigh_managed_set(struct neighbour *neigh, bool on);

/** neigh_parms_init - of one table: the defaults; _flush_dev: those of @dev (NULL: of all) go */
void neigh_parms_init(struct neigh_table *tbl);
void neigh_parms_flush_dev(struct neigh_table *tbl, const struct net_device *dev);

/** neigh_proxy_init, _exit - of one table; _flush_dev: those of @dev go, with their requests */
void neigh_proxy_init(struct neigh_table *tbl);
void neigh_proxy_exit(struct neigh_table *tbl);
void neigh_proxy_flush_dev(struct neigh_table *tbl, const struct net_device *dev);

#endif
