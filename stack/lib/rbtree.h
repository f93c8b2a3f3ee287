/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A balanced, intrusive, ordered tree (left-leaning or classic red-black: the implementation's own
 * business). Insertion is the caller's descent followed by rb_link(), as each user has its own order.
 */
#ifndef STACK_LIB_RBTREE_H
#define STACK_LIB_RBTREE_H

#include "stack/lib/util.h"

struct rb_node {
	struct rb_node *parent, *left, *right;
	bool red;
};

struct rb_root {
	struct rb_node *node;
};

/** rb_insert - link @n below @parent at *@link (found by the caller's descent), and rebalance */
void rb_insert(struct rb_root *root, struct rb_node *n, struct rb_node *parent, struct rb_node **link);
/** rb_erase - take @n out */
void rb_erase(struct rb_root *root, struct rb_node *n);
/** rb_first, rb_last, rb_next, rb_prev - in order; NULL past the end */
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *n);
struct rb_node *rb_prev(const struct rb_node *n);

#define rb_entry(ptr, type, member) container_of(ptr, type, member)

#endif
