/* SPDX-License-Identifier: BSD-2-Clause */
/* The routing tables of a family: a list of tries by number, in the order in which they are shown. */
#ifndef STACK_IP_FIB_TABLES_H
#define STACK_IP_FIB_TABLES_H

#include "stack/core/drop.h"
#include "stack/core/inet_config.h"
#include "stack/ip/fib_trie.h"
#include "stack/lib/list.h"

struct fib_table {
	struct list_head list; /* in the order of being shown */
	uint32_t id;	       /* RT_TABLE_* */
	struct fib_trie trie;
};

/** fib_table_order - tables are shown as the kernel's hash of 256 buckets has them: by this number */
static inline uint64_t fib_table_order(uint32_t id)
{
	return (uint64_t)(id & 0xff) << 32 | id;
}

/** fib_tables_find - by number; NULL: none */
struct fib_table *fib_tables_find(const struct list_head *tables, uint32_t id);
/** fib_tables_make - find or make; @levels: FIB_TRIE_LEVELS_*. NULL: no memory */
struct fib_table *fib_tables_make(struct list_head *tables, uint32_t id, uint8_t levels);
/**
 * fib_tables_walk - inet_config_ops.route_walk of @tables, table by table
 * @walk: the same of one of them. cur->pos[0]: tables before this place in the list's order were shown
 */
unsigned fib_tables_walk(const struct list_head *tables, struct route_cursor *cur,
			 struct route_config *ret, unsigned max,
			 unsigned (*walk)(const struct fib_table *tb, struct route_cursor *cur,
					  struct route_config *ret, unsigned max));
/** fib_drop_reason - of a packet that comes in, when the lookup of its route gave @err */
enum drop_reason fib_drop_reason(int err);

#endif
