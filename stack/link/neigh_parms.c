/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parameters of neighbours: a table's, and those of each device, which begin as the table's and
 * follow them field by field until somebody (configuration, or a router) sets one for the device.
 */
#include <stdlib.h>
#include <string.h>

#include "stack/link/neigh_private.h"

static const struct neigh_parms dflt_parms = {
	.base_reachable_time = 30000,
	.retrans_time = 1000,
	.gc_staletime = 60,
	.delay_probe_time = 5,
	.mcast_probes = 3,
	.ucast_probes = 3,
	.queue_len_bytes = 212992,
	.proxy_qlen = 64,
	.proxy_delay = 800,
	.interval_probe_time = 5000,
	.locktime = 1000,
};

static struct neigh_parms *find(struct neigh_table *tbl, const struct net_device *dev)
{
	struct neigh_parms *p;

	list_for_each_entry(p, &tbl->dev_parms, list)
		if (p->dev == dev)
			return p;
	return NULL;
}

struct neigh_parms *neigh_parms_get(struct neigh_table *tbl, const struct net_device *dev)
{
	struct neigh_parms *p = find(tbl, dev);

	if (p)
		return p;
	if (!dev || !dev->registered)
		return &tbl->parms;
	p = malloc(sizeof(*p));
	if (!p)
		return &tbl->parms;
	*p = tbl->parms;
	p->dev = dev;
	p->reachable_base = 0;
	list_add_tail(&p->list, &tbl->dev_parms);
	return p;
}

void neigh_parms_changed(struct neigh_parms *p, const uint32_t *field)
{
	size_t off = (const char *)field - (const char *)p;
	uint32_t bit = 1u << off / sizeof(*field);
	struct neigh_parms *other;

	if (p->dev) {
		p->set |= bit;
		return;
	}
	list_for_each_entry(other, &p->tbl->dev_parms, list)
		if (!(other->set & bit))
			memcpy((char *)other + off, field, sizeof(*field));
}

void neigh_parms_flush_dev(struct neigh_table *tbl, const struct net_device *dev)
{
	struct neigh_parms *p, *next;

	list_for_each_entry_safe(p, next, &tbl->dev_parms, list) {
		if (!dev || p->dev == dev) {
			list_del(&p->list);
			free(p);
		}
	}
}

void neigh_parms_init(struct neigh_table *tbl)
{
	tbl->parms = dflt_parms;
	tbl->parms.tbl = tbl;
	list_init(&tbl->dev_parms);
}
