/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Managed neighbours (NTF_EXT_MANAGED): those whose address is to be known though nobody sends to them.
 * At intervals, each is treated as if a packet were to be sent; so one that is stale is probed, and one that
 * failed is asked for again.
 */
#include "stack/link/neigh_private.h"

static void schedule(struct neigh_table *tbl)
{
	net_timer_set(tbl->net, &tbl->managed_timer,
		      tbl->net->now + ms_to_ktime(tbl->parms.interval_probe_time));
}

static void probe_all(struct timer *t)
{
	struct neigh_table *tbl = container_of(t, struct neigh_table, managed_timer);
	struct neighbour *neigh;

	list_for_each_entry(neigh, &tbl->managed, managed)
		neigh_probe(neigh);
	schedule(tbl);
}

bool neigh_managed_set(struct neighbour *neigh, bool on)
{
	struct neigh_table *tbl = neigh->tbl;

	if (neigh_is_managed(neigh) == on)
		return false;
	if (on && list_empty(&tbl->managed))
		schedule(tbl);
	if (on)
		list_add_tail(&neigh->managed, &tbl->managed);
	else
		list_del(&neigh->managed);
	if (!on)
		list_init(&neigh->managed);
	if (list_empty(&tbl->managed))
		net_timer_cancel(tbl->net, &tbl->managed_timer);
	return true;
}

void neigh_managed_init(struct neigh_table *tbl)
{
	list_init(&tbl->managed);
	timer_init(&tbl->managed_timer, probe_all);
}
