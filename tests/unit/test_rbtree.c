/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree against a sorted array, over random insertions and deletions; and its invariants after
 * each.
 */
#include "stack/lib/rbtree.h"

#include <string.h>

#include "tests/unit/testnet.h"

#define NODES 512

struct item {
	struct rb_node node;
	uint32_t key;
	bool in_tree;
};

static void insert(struct rb_root *root, struct item *item)
{
	struct rb_node **link = &root->node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = item->key < rb_entry(parent, struct item, node)->key ? &parent->left
									    : &parent->right;
	}
	rb_insert(root, &item->node, parent, link);
	item->in_tree = true;
}

/* Return: the number of black nodes on each path below @n. */
static unsigned check_subtree(const struct rb_node *n, const struct rb_node *parent)
{
	unsigned left, right;

	if (!n)
		return 0;
	assert_ptr_equal(n->parent, parent);
	if (n->red)
		assert_false((n->left && n->left->red) || (n->right && n->right->red));
	left = check_subtree(n->left, n);
	right = check_subtree(n->right, n);
	assert_int_equal(left, right);
	return left + !n->red;
}

/* The tree is sound, and has exactly the items that are in it, in order, both ways. */
static void check(const struct rb_root *root, const struct item *items, unsigned nr_items)
{
	const struct rb_node *n, *last = NULL;
	unsigned expected = 0, found = 0;

	assert_false(root->node && root->node->red);
	check_subtree(root->node, NULL);
	for (unsigned i = 0; i < nr_items; i++)
		expected += items[i].in_tree;
	for (n = rb_first(root); n; n = rb_next(n)) {
		assert_true(rb_entry(n, struct item, node)->in_tree);
		if (last)
			assert_true(rb_entry(last, struct item, node)->key <=
				    rb_entry(n, struct item, node)->key);
		assert_ptr_equal(rb_prev(n), last);
		last = n;
		found++;
	}
	assert_int_equal(found, expected);
	assert_ptr_equal(rb_last(root), last);
}

static void run_random_operations(uint64_t seed, uint32_t keys, unsigned steps)
{
	static struct item items[NODES];
	struct rb_root root = { 0 };

	memset(items, 0, sizeof(items));
	for (unsigned step = 0; step < steps; step++) {
		struct item *item = &items[test_below(&seed, NODES)];

		if (item->in_tree) {
			rb_erase(&root, &item->node);
			item->in_tree = false;
		} else {
			item->key = test_below(&seed, keys);
			insert(&root, item);
		}
		if (step % 16 == 0)
			check(&root, items, NODES);
	}
	for (unsigned i = 0; i < NODES; i++) {
		if (!items[i].in_tree)
			continue;
		rb_erase(&root, &items[i].node);
		items[i].in_tree = false;
		check(&root, items, NODES);
	}
	assert_null(root.node);
}

static void test_rbtree_random_operations_keep_order_and_balance(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 5; seed++)
		run_random_operations(seed, UINT32_MAX, 4000);
}

static void test_rbtree_equal_keys_are_kept(void **state)
{
	(void)state;
	run_random_operations(6, 4, 4000);
}

static void test_rbtree_ascending_keys_stay_balanced(void **state)
{
	static struct item items[NODES];
	struct rb_root root = { 0 };

	(void)state;
	memset(items, 0, sizeof(items));
	for (unsigned i = 0; i < NODES; i++) {
		items[i].key = i;
		insert(&root, &items[i]);
		check(&root, items, i + 1);
	}
	for (unsigned i = 0; i < NODES; i++) {
		assert_ptr_equal(rb_first(&root), &items[i].node);
		rb_erase(&root, &items[i].node);
		items[i].in_tree = false;
		check(&root, items, NODES);
	}
}

static void test_rbtree_empty_tree_has_no_ends(void **state)
{
	struct rb_root root = { 0 };

	(void)state;
	assert_null(rb_first(&root));
	assert_null(rb_last(&root));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rbtree_random_operations_keep_order_and_balance),
		cmocka_unit_test(test_rbtree_equal_keys_are_kept),
		cmocka_unit_test(test_rbtree_ascending_keys_stay_balanced),
		cmocka_unit_test(test_rbtree_empty_tree_has_no_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
