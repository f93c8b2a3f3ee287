/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Red-black trees (Guibas and Sedgewick, 1978), with parent pointers and no sentinel: a missing
 * child is black. Called by everyone who keeps something in order: out-of-order segments,
 * fragments.
 *
 * What stays true: the root is black; a red node has no red child; every path from a node down to a
 * missing child passes the same number of black nodes. So no path is more than twice another's
 * length.
 */
#include "stack/lib/rbtree.h"

static inline bool is_red(const struct rb_node *n)
{
	return n && n->red;
}

/* The link that leads to @n: its parent's, or the root's. */
static struct rb_node **link_to(struct rb_root *root, const struct rb_node *n)
{
	if (!n->parent)
		return &root->node;
	return n->parent->left == n ? &n->parent->left : &n->parent->right;
}

/* @n's child moves up into @n's place; @n becomes the child's left (right) child. */
static void rotate(struct rb_root *root, struct rb_node *n, bool left)
{
	struct rb_node *child = left ? n->right : n->left;
	struct rb_node *inner = left ? child->left : child->right;

	*link_to(root, n) = child;
	child->parent = n->parent;
	if (left) {
		n->right = inner;
		child->left = n;
	} else {
		n->left = inner;
		child->right = n;
	}
	n->parent = child;
	if (inner)
		inner->parent = n;
}

void rb_insert(struct rb_root *root, struct rb_node *n, struct rb_node *parent,
	       struct rb_node **link)
{
	struct rb_node *grand, *uncle;
	bool left;

	*n = (struct rb_node){ .parent = parent, .red = true };
	*link = n;

	/*
	 * Only one thing can be wrong: n and its parent are both red (so there is a grandparent).
	 */
	while (is_red(parent = n->parent)) {
		grand = parent->parent;
		left = parent == grand->left;
		uncle = left ? grand->right : grand->left;
		if (is_red(uncle)) {
			parent->red = uncle->red = false;
			grand->red = true;
			n = grand;
			continue;
		}
		if (n == (left ? parent->right : parent->left)) {
			rotate(root, parent, left);
			parent = n;
		}
		parent->red = false;
		grand->red = true;
		rotate(root, grand, !left);
		break;
	}
	root->node->red = false;
}

/* Paths through @n (which may be missing), the child of @parent, are one black node short. */
static void erase_fixup(struct rb_root *root, struct rb_node *n, struct rb_node *parent)
{
	struct rb_node *sibling, *near, *far;
	bool left;

	while (n != root->node && !is_red(n)) {
		left = n == parent->left;
		sibling = left ? parent->right : parent->left;
		if (sibling->red) {
			sibling->red = false;
			parent->red = true;
			rotate(root, parent, left);
			sibling = left ? parent->right : parent->left;
		}
		near = left ? sibling->left : sibling->right;
		far = left ? sibling->right : sibling->left;
		if (!is_red(near) && !is_red(far)) {
			sibling->red = true;
			n = parent;
			parent = n->parent;
			continue;
		}
		if (!is_red(far)) {
			near->red = false;
			sibling->red = true;
			rotate(root, sibling, !left);
			far = sibling;
			sibling = near;
		}
		sibling->red = parent->red;
		parent->red = false;
		far->red = false;
		rotate(root, parent, left);
		return;
	}
	if (n)
		n->red = false;
}

/* @with (may be missing) takes the place of @n below @n's parent. */
static void replace(struct rb_root *root, struct rb_node *n, struct rb_node *with)
{
	*link_to(root, n) = with;
	if (with)
		with->parent = n->parent;
}

void rb_erase(struct rb_root *root, struct rb_node *n)
{
	struct rb_node *child, *parent, *next;
	bool was_red = n->red;

	if (n->left && n->right) {
		/*
		 * The next one in order has no left child: it leaves its place and takes that of n.
		 */
		next = rb_next(n);
		child = next->right;
		was_red = next->red;
		parent = next->parent == n ? next : next->parent;
		if (parent != next) {
			replace(root, next, child);
			next->right = n->right;
			next->right->parent = next;
		}
		replace(root, n, next);
		next->left = n->left;
		next->left->parent = next;
		next->red = n->red;
	} else {
		child = n->left ? n->left : n->right;
		parent = n->parent;
		replace(root, n, child);
	}
	if (!was_red)
		erase_fixup(root, child, parent);
}

static struct rb_node *leftmost(struct rb_node *n)
{
	while (n && n->left)
		n = n->left;
	return n;
}

static struct rb_node *rightmost(struct rb_node *n)
{
	while (n && n->right)
		n = n->right;
	return n;
}

struct rb_node *rb_first(const struct rb_root *root)
{
	return leftmost(root->node);
}

struct rb_node *rb_last(const struct rb_root *root)
{
	return rightmost(root->node);
}

struct rb_node *rb_next(const struct rb_node *n)
{
	if (n->right)
		return leftmost(n->right);
	while (n->parent && n == n->parent->right)
		n = n->parent;
	return n->parent;
}

struct rb_node *rb_prev(const struct rb_node *n)
{
	if (n->left)
		return rightmost(n->left);
	while (n->parent && n == n->parent->left)
		n = n->parent;
	return n->parent;
}
