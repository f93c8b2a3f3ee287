/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of routing tables: see fib_tables.h. */
#include "stack/ip/fib_tables.h"

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
