/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The garbage collector of a neighbour table, with the kernel's thresholds (arp(7)): below
 * gc_thresh1 entries nothing is collected; from there on what failed or was not used for
 * gc_staletime goes, every gc_interval, though a route still refers to it: it finds another one when
 * it is used again. Beyond gc_thresh2 room is made at once, every 5 seconds at most, of what nobody
 * refers to; beyond gc_thresh3 no entry is made without.
 */
#include <linux/rtnetlink.h>

#include "stack/link/neigh_private.h"

#define GC_THRESH1	 128
#define GC_THRESH2	 512
#define GC_THRESH3	 1024
#define GC_INTERVAL	 30		  /* s */
#define GC_FORCED_MIN	 sec_to_ktime(5)  /* between two searches for room, below gc_thresh3 */
#define GC_FORCED_SPARES sec_to_ktime(5)  /* what is as young is not taken to make room */
#define GC_FUTILE	 ms_to_ktime(100) /* after a search that found nothing */

static inline bool unreferenced(const struct neighbour *neigh)
{
	return neigh->refs == 1;
}

/* Make room: down to gc_thresh2. Return: how many went. */
static uint32_t collect_forced(struct neigh_table *tbl)
{
	uint32_t wanted = tbl->gc_entries > tbl->gc_thresh2 ? tbl->gc_entries - tbl->gc_thresh2 : 0;
	ktime_t now = tbl->net->now;
	struct list_head dead = LIST_HEAD_INIT(dead);
	struct neighbour *neigh, *next;
	uint32_t gone = 0;

	MIB_INC(tbl->net, NeighGcRuns);
	list_for_each_entry_safe(neigh, next, &tbl->gc_list, gc) {
		if (!unreferenced(neigh))
			continue;
		if (!(neigh->nud_state & (NUD_FAILED | NUD_NOARP)) &&
		    neigh->type != RTN_MULTICAST && now - neigh->updated <= GC_FORCED_SPARES)
			continue;
		neigh_unlink(neigh, &dead);
		if (++gone >= wanted)
			break;
	}
	tbl->gc_forced = now;
	tbl->gc_futile = gone ? 0 : now + GC_FUTILE;
	neigh_bury(&dead);
	return gone;
}

bool neigh_gc_make_room(struct neigh_table *tbl)
{
	bool full = tbl->gc_entries >= tbl->gc_thresh3;
	bool crowded = tbl->gc_entries >= tbl->gc_thresh2 &&
		       tbl->net->now - tbl->gc_forced > GC_FORCED_MIN;

	if (!full && !crowded)
		return true;
	/* Who has packets sent to all of a large prefix must not have the table searched for each. */
	if ((tbl->net->now >= tbl->gc_futile && collect_forced(tbl)) || !full)
		return true;
	MIB_INC(tbl->net, NeighTableFulls);
	log_debug(&tbl->net->log, "neighbour table overflow: %u entries", tbl->gc_entries);
	return false;
}

/* Who was confirmed was used, if only by an answer. */
static bool expired(struct neighbour *neigh)
{
	ktime_t used = max(neigh->used, neigh->confirmed);

	if (neigh->nud_state & NUD_IN_TIMER)
		return false;
	return neigh->nud_state == NUD_FAILED ||
	       neigh->tbl->net->now - used >= sec_to_ktime(neigh->parms->gc_staletime);
}

static void collect_periodic(struct timer *t)
{
	struct neigh_table *tbl = container_of(t, struct neigh_table, gc_timer);
	struct list_head dead = LIST_HEAD_INIT(dead);
	struct neighbour *neigh, *next;

	MIB_INC(tbl->net, NeighGcRuns);
	if (tbl->entries >= tbl->gc_thresh1)
		list_for_each_entry_safe(neigh, next, &tbl->gc_list, gc)
			if (expired(neigh))
				neigh_unlink(neigh, &dead);
	neigh_bury(&dead);
	neigh_gc_start(tbl);
}

void neigh_gc_start(struct neigh_table *tbl)
{
	if (tbl->entries < tbl->gc_thresh1 || timer_pending(&tbl->gc_timer))
		return;
	net_timer_set(tbl->net, &tbl->gc_timer,
		      tbl->net->now + sec_to_ktime(max(tbl->gc_interval, 1u)));
}

void neigh_gc_list_update(struct neighbour *neigh)
{
	struct neigh_table *tbl = neigh->tbl;
	bool exempt = neigh->nud_state & NUD_PERMANENT || neigh->flags & NTF_EXT_LEARNED;

	if (!list_empty(&neigh->gc)) {
		list_del(&neigh->gc);
		tbl->gc_entries--;
	}
	if (!exempt) {
		list_add_tail(&neigh->gc, &tbl->gc_list);
		tbl->gc_entries++;
	}
}

void neigh_gc_init(struct neigh_table *tbl)
{
	tbl->gc_thresh1 = GC_THRESH1;
	tbl->gc_thresh2 = GC_THRESH2;
	tbl->gc_thresh3 = GC_THRESH3;
	tbl->gc_interval = GC_INTERVAL;
	tbl->gc_forced = tbl->net->now;
	list_init(&tbl->gc_list);
	timer_init(&tbl->gc_timer, collect_periodic);
}

void neigh_gc_exit(struct neigh_table *tbl)
{
	net_timer_cancel(tbl->net, &tbl->gc_timer);
}
