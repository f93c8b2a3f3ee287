/* SPDX-License-Identifier: BSD-2-Clause */
#include "stack/ip/ifaddr_table.h"

#include <errno.h>
#include <stdlib.h>

#include "stack/core/net.h"
#include "stack/core/netdevice.h"

#define BUCKETS_MIN 64 /* a power of two */

int ifaddr_table_init(struct ifaddr_table *t, uint16_t family)
{
	*t = (struct ifaddr_table){
		.family = family,
		.hash = calloc(BUCKETS_MIN, sizeof(*t->hash)),
		.mask = BUCKETS_MIN - 1,
	};
	return t->hash ? 0 : -ENOMEM;
}

void ifaddr_table_exit(struct ifaddr_table *t)
{
	free(t->hash);
}

static void grow(struct ifaddr_table *t)
{
	uint32_t old_mask = t->mask, i;
	struct hlist_head *old = t->hash;
	struct hlist_head *hash = calloc((old_mask + 1) * 2, sizeof(*hash));
	struct ifaddr *ifa;
	struct hlist_node *n;

	if (!hash)
		return;
	t->hash = hash;
	t->mask = old_mask * 2 + 1;
	for (i = 0; i <= old_mask; i++) {
		hlist_for_each_entry_safe(ifa, n, &old[i], hash) {
			hlist_del(&ifa->hash);
			hlist_add_head(&ifa->hash, ifaddr_table_bucket(t, &ifa->local));
		}
	}
	free(old);
}

void ifaddr_table_add(struct ifaddr_table *t, struct ifaddr *ifa)
{
	if (t->count++ > t->mask)
		grow(t);
	hlist_add_head(&ifa->hash, ifaddr_table_bucket(t, &ifa->local));
}

void ifaddr_table_del(struct ifaddr_table *t, struct ifaddr *ifa)
{
	hlist_del(&ifa->hash);
	t->count--;
}

int ifaddr_walk(const struct list_head *addrs, int (*fn)(const struct ifaddr *ifa, void *arg),
		void *arg)
{
	const struct ifaddr *ifa;
	int ret = 0;

	list_for_each_entry(ifa, addrs, list) {
		ret = fn(ifa, arg);
		if (ret)
			break;
	}
	return ret;
}

void ifaddr_set_lifetimes(struct ifaddr *ifa, const struct ifaddr *cfg)
{
	bool given = cfg->valid_lft || cfg->preferred_lft;

	ifa->valid_lft = given ? cfg->valid_lft : INFINITY_LIFE_TIME;
	ifa->preferred_lft = given ? cfg->preferred_lft : INFINITY_LIFE_TIME;
	ifa->tstamp = ifa->dev->net->now;
	ifa->flags &= ~(IFA_F_PERMANENT | IFA_F_DEPRECATED);
	if (ifa->valid_lft == INFINITY_LIFE_TIME)
		ifa->flags |= IFA_F_PERMANENT;
	if (!ifa->preferred_lft)
		ifa->flags |= IFA_F_DEPRECATED;
}
