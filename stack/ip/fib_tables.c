/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of routing tables: see fib_tables.h. */
#include "stack/ip/fib_tables.h"

#include <errno.h>
#include <stdlib.h>

struct fib_table *fib_tables_find(const struct list_head *tables, uint32_t id)
{
	struct fib_table *tb;

	list_for_each_entry(tb, tables, list)
		if (tb->id == id)
			return tb;
	return NULL;
}

struct fib_table *fib_tables_make(struct list_head *tables, uint32_t id, uint8_t levels)
{
	struct fib_table *tb, *pos;

	list_for_each_entry(pos, tables, list) {
		if (pos->id == id)
			return pos;
		if (fib_table_order(pos->id) > fib_table_order(id))
			break;
	}
	tb = calloc(1, sizeof(*tb));
	if (!tb)
		return NULL;
	tb->id = id;
	fib_trie_init(&tb->trie, levels);
	list_add_tail(&tb->list, &pos->list);
	return tb;
}

unsigned fib_tables_walk(const struct list_head *tables, struct route_cursor *cur,
			 struct route_config *ret, unsigned max,
			 unsigned (*walk)(const struct fib_table *tb, struct route_cursor *cur,
					  struct route_config *ret, unsigned max))
{
	struct fib_table *tb;
	unsigned n = 0;

	list_for_each_entry(tb, tables, list) {
		uint64_t order = fib_table_order(tb->id) + 1;

		if (order < cur->pos[0] || (cur->table && cur->table != tb->id))
			continue;
		if (order > cur->pos[0])
			*cur = (struct route_cursor){ .table = cur->table, .pos = { order } };
		n += walk(tb, cur, ret + n, max - n);
		if (n == max)
			return n;
	}
	cur->done = true;
	return n;
}

enum drop_reason fib_drop_reason(int err)
{
	switch (err) {
	case -EHOSTUNREACH:
		return DROP_IP_HOSTUNREACH;
	case -EACCES:
		return DROP_IP_PROHIBIT;
	case -EINVAL:
		return DROP_IP_BLACKHOLE;
	default:
		return DROP_IP_NOROUTE;
	}
}
