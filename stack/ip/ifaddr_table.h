/* SPDX-License-Identifier: BSD-2-Clause */
/* The addresses of a family's devices: found by the address, and what is the same of each in both families. */
#ifndef STACK_IP_IFADDR_TABLE_H
#define STACK_IP_IFADDR_TABLE_H

#include "stack/core/inet_config.h"
#include "stack/lib/siphash.h"

struct ifaddr_table {
	uint16_t family;
	struct hlist_head *hash; /* ifaddr.hash, by local; grows */
	uint32_t mask, count;
};

/** ifaddr_table_init - empty; 0 or -ENOMEM */
int ifaddr_table_init(struct ifaddr_table *t, uint16_t family);
/** ifaddr_table_exit - nothing is in it any more */
void ifaddr_table_exit(struct ifaddr_table *t);
void ifaddr_table_add(struct ifaddr_table *t, struct ifaddr *ifa);
void ifaddr_table_del(struct ifaddr_table *t, struct ifaddr *ifa);

/** ifaddr_table_bucket - where those that are @local are, among others */
static inline struct hlist_head *ifaddr_table_bucket(const struct ifaddr_table *t,
						     const union inaddr *local)
{
	uint32_t word = t->family == AF_INET
				? local->v4
				: local->v6[0] ^ local->v6[1] ^ local->v6[2] ^ local->v6[3];

	return &t->hash[jhash_u32(word) & t->mask];
}

/** ifaddr_walk - call @fn for each of a device's list until it returns nonzero, and return that */
int ifaddr_walk(const struct list_head *addrs, int (*fn)(const struct ifaddr *ifa, void *arg),
		void *arg);

/**
 * ifaddr_set_lifetimes - take them from @cfg, from now (tstamp) on, with the flags that follow from them; both zero:
 * for ever
 */
void ifaddr_set_lifetimes(struct ifaddr *ifa, const struct ifaddr *cfg);

#endif
