/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trie has nodes at depths 1, 7, 13 and 19, each for six lengths (1 to 6, …, 19 to 24), and
 * leaves at depth 25 for lengths 25 to 32. So most routes of the internet (/24 and shorter) are at
 * most four small nodes away from the root, and up to 32 neighbouring /24 share one node.
 *
 * A node says by two bitmaps which prefixes and which children it has; their arrays have no gaps,
 * and an element's index is the number of bits below its own. Nodes without prefixes and children
 * do not exist (but for the two at the top). Called by fib_table.c only.
 */
#include "stack/ipv4/fib_trie.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STRIDE	   6
#define TOP_DEPTH  1
#define LEAF_DEPTH 25 /* TOP_DEPTH + 4 * STRIDE */
#define LEAF_BITS  (32 - LEAF_DEPTH)
#define NR_LEVELS  4

/* Lengths 25 to 32: bit (1 << l) - 1 + v as in a node, for l from 0 to 7. */
struct fib_leaf {
	uint64_t bits[4];
	struct fib_alias **values;
};

static unsigned popcount64(uint64_t v)
{
	v -= (v >> 1) & 0x5555555555555555ull;
	v = (v & 0x3333333333333333ull) + ((v >> 2) & 0x3333333333333333ull);
	v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0full;
	return (v * 0x0101010101010101ull) >> 56;
}

static uint64_t bit(unsigned n)
{
	return 1ull << n;
}

/* How many bits of @map stand below bit @n: the index of its element. */
static unsigned rank(uint64_t map, unsigned n)
{
	return popcount64(map & (bit(n) - 1));
}

/* The six bits of @key that choose in a node at @depth. */
static unsigned chunk(uint32_t key, unsigned depth)
{
	return (key << depth) >> (32 - STRIDE);
}

/*
 * The bit of a prefix of relative length @l whose first @l bits are the first of @c (@width bits).
 */
static unsigned prefix_bit(unsigned c, unsigned width, unsigned l)
{
	return (1u << l) - 1 + (c >> (width - l));
}

/* All prefixes of a node that contain chunk @c. */
static uint64_t prefixes_of(unsigned c)
{
	return bit(0) | bit(1 + (c >> 5)) | bit(3 + (c >> 4)) | bit(7 + (c >> 3)) |
	       bit(15 + (c >> 2)) | bit(31 + (c >> 1));
}

/* The relative length of the prefix at bit @n: bits 0, 1-2, 3-6, 7-14 … */
static unsigned length_of_bit(unsigned n)
{
	return 31 - __builtin_clz(n + 1);
}

static bool leaf_has(const struct fib_leaf *leaf, unsigned n)
{
	return leaf->bits[n / 64] & bit(n % 64);
}

static unsigned leaf_rank(const struct fib_leaf *leaf, unsigned n)
{
	unsigned r = rank(leaf->bits[n / 64], n % 64);
	unsigned i;

	for (i = 0; i < n / 64; i++)
		r += popcount64(leaf->bits[i]);
	return r;
}

static unsigned leaf_count(const struct fib_leaf *leaf)
{
	return popcount64(leaf->bits[0]) + popcount64(leaf->bits[1]) + popcount64(leaf->bits[2]) +
	       popcount64(leaf->bits[3]);
}

/* Arrays without gaps -------------------------------------------------------------------------- */

/* Make room for an element (zeroed) at @at in *@mem, which has @n of @size bytes. 0 or -ENOMEM. */
static int array_insert(void **mem, size_t size, unsigned n, unsigned at)
{
	char *p = realloc(*mem, (n + 1) * size);

	if (!p)
		return -ENOMEM;
	memmove(p + (at + 1) * size, p + at * size, (n - at) * size);
	memset(p + at * size, 0, size);
	*mem = p;
	return 0;
}

static void array_remove(void **mem, size_t size, unsigned n, unsigned at)
{
	char *p = *mem;

	if (n == 1) {
		free(p);
		*mem = NULL;
		return;
	}
	memmove(p + at * size, p + (at + 1) * size, (n - at - 1) * size);
	p = realloc(p, (n - 1) * size);
	if (p)
		*mem = p; /* else the old one, one element too large, does as well */
}

static int values_insert(struct fib_alias ***values, unsigned n, unsigned at,
			 struct fib_alias *first)
{
	void *mem = *values;
	int err = array_insert(&mem, sizeof(**values), n, at);

	if (err)
		return err;
	*values = mem;
	(*values)[at] = first;
	return 0;
}

static void values_remove(struct fib_alias ***values, unsigned n, unsigned at)
{
	void *mem = *values;

	array_remove(&mem, sizeof(**values), n, at);
	*values = mem;
}

/* Where a prefix is ---------------------------------------------------------------------------- */

/* The nodes from the top down to where a prefix belongs. */
struct path {
	struct fib_node *node[NR_LEVELS];
	unsigned levels;
	struct fib_leaf *leaf; /* below the last node; NULL: it belongs into that one */
};

static unsigned depth_of_level(unsigned level)
{
	return TOP_DEPTH + level * STRIDE;
}

static size_t child_size(unsigned level)
{
	return level == NR_LEVELS - 1 ? sizeof(struct fib_leaf) : sizeof(struct fib_node);
}

static int child_create(struct fib_node *node, unsigned level, unsigned c)
{
	int err = array_insert(&node->child.mem, child_size(level), popcount64(node->external),
			       rank(node->external, c));

	if (!err)
		node->external |= bit(c);
	return err;
}

/* Walk to where @key/@plen (@plen > 0) belongs; @create what is missing. 0, -ENOENT, -ENOMEM. */
static int path_walk(const struct fib_trie *t, uint32_t key, uint8_t plen, bool create,
		     struct path *p)
{
	struct fib_node *node = (struct fib_node *)&t->top[key >> 31];
	unsigned level = 0;
	int err;

	p->leaf = NULL;
	for (;;) {
		unsigned depth = depth_of_level(level);
		unsigned c = chunk(key, depth), i;

		p->node[level] = node;
		p->levels = level + 1;
		if (plen < depth + STRIDE)
			return 0;
		if (!(node->external & bit(c))) {
			if (!create)
				return -ENOENT;
			err = child_create(node, level, c);
			if (err)
				return err;
		}
		i = rank(node->external, c);
		if (level == NR_LEVELS - 1) {
			p->leaf = &node->child.leaf[i];
			return 0;
		}
		node = &node->child.node[i];
		level++;
	}
}

static unsigned leaf_bit(uint32_t key, uint8_t plen)
{
	return prefix_bit(key & ((1u << LEAF_BITS) - 1), LEAF_BITS, plen - LEAF_DEPTH);
}

static unsigned node_bit(uint32_t key, uint8_t plen, unsigned level)
{
	unsigned depth = depth_of_level(level);

	return prefix_bit(chunk(key, depth), STRIDE, plen - depth);
}

static bool leaf_empty(const struct fib_leaf *leaf)
{
	return !(leaf->bits[0] | leaf->bits[1] | leaf->bits[2] | leaf->bits[3]);
}

static void child_remove(struct fib_node *node, unsigned level, unsigned c)
{
	array_remove(&node->child.mem, child_size(level), popcount64(node->external),
		     rank(node->external, c));
	node->external &= ~bit(c);
}

/* Take out the nodes of @p that hold nothing, from the bottom up. */
static void path_prune(struct path *p, uint32_t key)
{
	unsigned level = p->levels - 1;

	if (p->leaf) {
		if (!leaf_empty(p->leaf))
			return;
		child_remove(p->node[level], level, chunk(key, depth_of_level(level)));
	}
	for (; level > 0; level--) {
		struct fib_node *node = p->node[level];

		if (node->internal || node->external)
			return;
		child_remove(p->node[level - 1], level - 1, chunk(key, depth_of_level(level - 1)));
	}
}

struct fib_alias **fib_trie_find(const struct fib_trie *t, uint32_t key, uint8_t plen)
{
	struct fib_node *node;
	struct path p;
	unsigned n;

	if (!plen)
		return t->zero ? (struct fib_alias **)&t->zero : NULL;
	if (path_walk(t, key, plen, false, &p))
		return NULL;
	if (p.leaf) {
		n = leaf_bit(key, plen);
		return leaf_has(p.leaf, n) ? &p.leaf->values[leaf_rank(p.leaf, n)] : NULL;
	}
	node = p.node[p.levels - 1];
	n = node_bit(key, plen, p.levels - 1);
	return node->internal & bit(n) ? &node->values[rank(node->internal, n)] : NULL;
}

static int leaf_insert(struct fib_leaf *leaf, unsigned n, struct fib_alias *first)
{
	int err = values_insert(&leaf->values, leaf_count(leaf), leaf_rank(leaf, n), first);

	if (!err)
		leaf->bits[n / 64] |= bit(n % 64);
	return err;
}

static int node_insert(struct fib_node *node, unsigned n, struct fib_alias *first)
{
	int err = values_insert(&node->values, popcount64(node->internal), rank(node->internal, n),
				first);

	if (!err)
		node->internal |= bit(n);
	return err;
}

int fib_trie_insert(struct fib_trie *t, uint32_t key, uint8_t plen, struct fib_alias *first)
{
	struct path p;
	int err;

	if (!plen) {
		t->zero = first;
		t->prefixes++;
		return 0;
	}
	err = path_walk(t, key, plen, true, &p);
	if (!err && p.leaf)
		err = leaf_insert(p.leaf, leaf_bit(key, plen), first);
	else if (!err)
		err = node_insert(p.node[p.levels - 1], node_bit(key, plen, p.levels - 1), first);
	if (err) {
		path_prune(&p, key);
		return err;
	}
	t->prefixes++;
	return 0;
}

void fib_trie_remove(struct fib_trie *t, uint32_t key, uint8_t plen)
{
	struct fib_node *node;
	struct path p;
	unsigned n;

	t->prefixes--;
	if (!plen) {
		t->zero = NULL;
		return;
	}
	path_walk(t, key, plen, false, &p);
	if (p.leaf) {
		n = leaf_bit(key, plen);
		values_remove(&p.leaf->values, leaf_count(p.leaf), leaf_rank(p.leaf, n));
		p.leaf->bits[n / 64] &= ~bit(n % 64);
	} else {
		node = p.node[p.levels - 1];
		n = node_bit(key, plen, p.levels - 1);
		values_remove(&node->values, popcount64(node->internal), rank(node->internal, n));
		node->internal &= ~bit(n);
	}
	path_prune(&p, key);
}

/* Lookup --------------------------------------------------------------------------------------- */

static int leaf_match(const struct fib_leaf *leaf, uint32_t key, fib_match_fn match, void *arg)
{
	unsigned l;
	int ret;

	for (l = LEAF_BITS + 1; l-- > 0;) {
		unsigned n = leaf_bit(key, LEAF_DEPTH + l);

		if (!leaf_has(leaf, n))
			continue;
		ret = match(leaf->values[leaf_rank(leaf, n)], LEAF_DEPTH + l, arg);
		if (ret <= 0)
			return ret;
	}
	return 1;
}

static int node_match(const struct fib_node *node, unsigned level, uint32_t key, fib_match_fn match,
		      void *arg)
{
	unsigned depth = depth_of_level(level);
	uint64_t hits = node->internal & prefixes_of(chunk(key, depth));
	int ret;

	while (hits) {
		unsigned n = 63 - __builtin_clzll(hits);

		ret = match(node->values[rank(node->internal, n)], depth + length_of_bit(n), arg);
		if (ret <= 0)
			return ret;
		hits ^= bit(n);
	}
	return 1;
}

int fib_trie_lookup(const struct fib_trie *t, uint32_t key, fib_match_fn match, void *arg)
{
	const struct fib_node *path[NR_LEVELS], *node = &t->top[key >> 31];
	unsigned level = 0, c;
	int ret;

	for (;;) {
		path[level] = node;
		c = chunk(key, depth_of_level(level));
		if (!(node->external & bit(c)))
			break;
		if (level == NR_LEVELS - 1) {
			ret = leaf_match(&node->child.leaf[rank(node->external, c)], key, match,
					 arg);
			if (ret <= 0)
				return ret;
			break;
		}
		node = &node->child.node[rank(node->external, c)];
		level++;
	}
	do {
		ret = node_match(path[level], level, key, match, arg);
		if (ret <= 0)
			return ret;
	} while (level-- > 0);
	return t->zero ? match(t->zero, 0, arg) : 1;
}

/* In order ------------------------------------------------------------------------------------- */

/* Does some prefix begin exactly at @c? */
static bool leaf_starts_at(const struct fib_leaf *leaf, unsigned c)
{
	unsigned l;

	for (l = LEAF_BITS + 1; l-- > 0 && !(c & ((1u << (LEAF_BITS - l)) - 1));)
		if (leaf_has(leaf, prefix_bit(c, LEAF_BITS, l)))
			return true;
	return false;
}

static bool node_starts_at(const struct fib_node *node, unsigned c)
{
	unsigned l;

	for (l = STRIDE; l-- > 0 && !(c & ((1u << (STRIDE - l)) - 1));)
		if (node->internal & bit(prefix_bit(c, STRIDE, l)))
			return true;
	return false;
}

static bool leaf_next(const struct fib_leaf *leaf, uint32_t base, uint32_t from, uint32_t *ret_key)
{
	unsigned c;

	for (c = from > base ? from - base : 0; c < 1u << LEAF_BITS; c++) {
		if (leaf_starts_at(leaf, c)) {
			*ret_key = base + c;
			return true;
		}
	}
	return false;
}

static bool node_next(const struct fib_node *node, unsigned level, uint32_t base, uint32_t from,
		      uint32_t *ret_key)
{
	unsigned shift = 32 - STRIDE - depth_of_level(level);
	unsigned c, i;

	for (c = from > base ? (from - base) >> shift : 0; c < 1u << STRIDE; c++) {
		uint32_t addr = base + (c << shift);

		if (addr >= from && node_starts_at(node, c)) {
			*ret_key = addr;
			return true;
		}
		if (!(node->external & bit(c)))
			continue;
		i = rank(node->external, c);
		if (level == NR_LEVELS - 1
			    ? leaf_next(&node->child.leaf[i], addr, from, ret_key)
			    : node_next(&node->child.node[i], level + 1, addr, from, ret_key))
			return true;
	}
	return false;
}

bool fib_trie_next(const struct fib_trie *t, uint32_t from, uint32_t *ret_key)
{
	const uint32_t half = 0x80000000u;

	if (!from && t->zero) {
		*ret_key = 0;
		return true;
	}
	if (from < half && node_next(&t->top[0], 0, 0, from, ret_key))
		return true;
	return node_next(&t->top[1], 0, half, from, ret_key);
}

/* Flushing ------------------------------------------------------------------------------------- */

struct filter {
	void (*fn)(struct fib_alias **first, uint32_t key, uint8_t plen, void *arg);
	void *arg;
	uint32_t removed;
};

static uint32_t key_of_bit(uint32_t base, unsigned depth, unsigned n)
{
	unsigned l = length_of_bit(n);

	return l ? base + ((n - ((1u << l) - 1)) << (32 - depth - l)) : base;
}

static void leaf_filter(struct fib_leaf *leaf, uint32_t base, struct filter *f)
{
	unsigned n, i = 0;

	for (n = 0; n < (2u << LEAF_BITS) - 1; n++) {
		if (!leaf_has(leaf, n))
			continue;
		f->fn(&leaf->values[i], key_of_bit(base, LEAF_DEPTH, n),
		      LEAF_DEPTH + length_of_bit(n), f->arg);
		if (leaf->values[i]) {
			i++;
			continue;
		}
		values_remove(&leaf->values, leaf_count(leaf), i);
		leaf->bits[n / 64] &= ~bit(n % 64);
		f->removed++;
	}
}

static void node_filter(struct fib_node *node, unsigned level, uint32_t base, struct filter *f)
{
	unsigned depth = depth_of_level(level);
	unsigned n, c, i = 0;

	for (n = 0; n < (1u << STRIDE) - 1; n++) {
		if (!(node->internal & bit(n)))
			continue;
		f->fn(&node->values[i], key_of_bit(base, depth, n), depth + length_of_bit(n),
		      f->arg);
		if (node->values[i]) {
			i++;
			continue;
		}
		values_remove(&node->values, popcount64(node->internal), i);
		node->internal &= ~bit(n);
		f->removed++;
	}
	for (c = 0; c < 1u << STRIDE; c++) {
		uint32_t addr = base + (c << (32 - STRIDE - depth));
		bool empty;

		if (!(node->external & bit(c)))
			continue;
		i = rank(node->external, c);
		if (level == NR_LEVELS - 1) {
			leaf_filter(&node->child.leaf[i], addr, f);
			empty = leaf_empty(&node->child.leaf[i]);
		} else {
			node_filter(&node->child.node[i], level + 1, addr, f);
			empty = !node->child.node[i].internal && !node->child.node[i].external;
		}
		if (empty)
			child_remove(node, level, c);
	}
}

void fib_trie_filter(struct fib_trie *t,
		     void (*fn)(struct fib_alias **first, uint32_t key, uint8_t plen, void *arg),
		     void *arg)
{
	struct filter f = { .fn = fn, .arg = arg };

	if (t->zero) {
		fn(&t->zero, 0, 0, arg);
		f.removed += !t->zero;
	}
	node_filter(&t->top[0], 0, 0, &f);
	node_filter(&t->top[1], 0, 0x80000000u, &f);
	t->prefixes -= f.removed;
}
