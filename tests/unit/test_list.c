/* SPDX-License-Identifier: BSD-2-Clause */
/* The intrusive lists: order, deletion from within a walk, and deletion of what is in no list. */
#include "stack/lib/list.h"

#include "tests/unit/testnet.h"

struct item {
	struct list_head list;
	struct hlist_node node;
	int value;
};

static void assert_values(const struct list_head *h, const char *expected)
{
	struct item *item;

	list_for_each_entry(item, h, list)
		assert_int_equal(item->value, *expected++);
	assert_int_equal(*expected, '\0');
}

static void make_list(struct list_head *h, struct item *items, const char *values)
{
	list_init(h);
	for (; *values; values++, items++) {
		items->value = *values;
		list_add_tail(&items->list, h);
	}
}

static void test_list_keeps_order(void **state)
{
	struct item items[4], front = { .value = 'f' };
	struct list_head h;

	(void)state;
	make_list(&h, items, "abcd");
	assert_values(&h, "abcd");
	list_add(&front.list, &h);
	assert_values(&h, "fabcd");
	list_move_tail(&items[1].list, &h);
	assert_values(&h, "facdb");
}

static void test_list_entries_may_be_deleted_while_walking(void **state)
{
	struct item items[5], *item, *next;
	struct list_head h;

	(void)state;
	make_list(&h, items, "abcde");
	list_for_each_entry_safe(item, next, &h, list)
		if (item->value % 2)
			list_del(&item->list);
	assert_values(&h, "bd");
	list_del(&items[0].list); /* again: harmless */
	assert_true(list_empty(&items[0].list));
	assert_values(&h, "bd");
}

static void test_list_splice_moves_all_behind_the_end(void **state)
{
	struct item first[2], second[3];
	struct list_head a, b;

	(void)state;
	make_list(&a, first, "ab");
	make_list(&b, second, "cde");
	list_splice_tail(&b, &a);
	assert_values(&a, "abcde");
	assert_true(list_empty(&b));
	list_splice_tail(&b, &a);
	assert_values(&a, "abcde");
}

static void test_hlist_nodes_leave_from_any_place(void **state)
{
	struct item items[3] = { { .value = 'a' }, { .value = 'b' }, { .value = 'c' } }, *item;
	struct hlist_head h = { 0 };
	struct hlist_node *next;
	unsigned left = 0;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		hlist_add_head(&items[i].node, &h);
	hlist_del(&items[1].node);
	hlist_del(&items[1].node); /* again: harmless */
	assert_true(hlist_unhashed(&items[1].node));
	hlist_for_each_entry(item, &h, node)
		left = left * 256 + item->value;
	assert_int_equal(left, 'c' * 256 + 'a');
	hlist_for_each_entry_safe(item, next, &h, node)
		hlist_del(&item->node);
	assert_true(hlist_empty(&h));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_keeps_order),
		cmocka_unit_test(test_list_entries_may_be_deleted_while_walking),
		cmocka_unit_test(test_list_splice_moves_all_behind_the_end),
		cmocka_unit_test(test_hlist_nodes_leave_from_any_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
