/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trie has nodes at depths 1, 7, 13 and so on, each for six lengths (1 to 6, 7 to 12 …), and
 * leaves for the last eight. With 32 bits the last nodes are at depth 19 and leaves at depth 25: most
 * routes of IPv4's internet (/24 and shorter) are at most four small nodes away from the root, and up
 * to 32 neighbouring /24 share one node. 128 bits need nodes down to depth 115 and leaves at 121.
 *
 * A node says by two bitmaps which prefixes and which children it has; their arrays have no gaps,
 * and an element's index is the number of bits below its own. Nodes without prefixes and children
 * do not exist (but for the two at the top). Called by the families' tables of routes.
 */
#include "stack/ip/fib_trie.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define STRIDE	   6
#define TOP_DEPTH  1
#define LEAF_BITS  7
#define LEVELS_MAX FIB_TRIE_LEVELS_128

_Static_assert(TOP_DEPTH + FIB_TRIE_LEVELS_32 * STRIDE + LEAF_BITS == 32, "levels of 32 bits");
_Static_assert(TOP_DEPTH + FIB_TRIE_LEVELS_128 * STRIDE + LEAF_BITS == 128, "levels of 128 bits");

/* The last eight lengths: bit (1 << l) - 1 + v as in a node, for l from 0 to 7. */
struct fib_leaf {
	uint64_t bits[4];
	struct fib_entry **values;
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

/* The first @width (below 64) bits of @key from @depth on. */
static unsigned bits_at(struct fib_key key, unsigned depth, unsigned width)
{
	if (likely(depth + width <= 64))
		return (key.hi << depth) >> (64 - width);
	if (depth >= 64)
		return (key.lo << (depth - 64)) >> (64 - width);
	return (key.hi << depth) >> (64 - width) | key.lo >> (128 - width - depth);
}

/* The six bits of @key that choose in a node at @depth. */
static unsigned chunk(struct fib_key key, unsigned depth)
{
	return bits_at(key, depth, STRIDE);
}

/* @key, whose bits from @depth on are zero, with @c in the @width bits there. */
static struct fib_key key_with(struct fib_key key, unsigned depth, unsigned width, unsigned c)
{
	unsigned end = depth + width;

	if (end <= 64)
		key.hi |= (uint64_t)c << (64 - end);
	else
		key.lo |= (uint64_t)c << (128 - end);
	if (depth < 64 && end > 64)
		key.hi |= (uint64_t)c >> (end - 64);
	return key;
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

static int values_insert(struct fib_entry ***values, unsigned n, unsigned at,
			 struct fib_entry *first)
{
	void *mem = *values;
	int err = array_insert(&mem, sizeof(**values), n, at);

	if (err)
		return err;
	*values = mem;
	(*values)[at] = first;
	return 0;
}

static void values_remove(struct fib_entry ***values, unsigned n, unsigned at)
{
	void *mem = *values;

	array_remove(&mem, sizeof(**values), n, at);
	*values = mem;
}

void fib_trie_init(struct fib_trie *t, uint8_t levels)
{
	*t = (struct fib_trie){ .levels = levels };
}

/* Where a prefix is ---------------------------------------------------------------------------- */

/* The nodes from the top down to where a prefix belongs. */
struct path {
	struct fib_node *node[LEVELS_MAX];
	unsigned levels;
	struct fib_leaf *leaf; /* below the last node; NULL: it belongs into that one */
};

static unsigned depth_of_level(unsigned level)
{
	return TOP_DEPTH + level * STRIDE;
}

static bool is_last(const struct fib_trie *t, unsigned level)
{
	return level + 1u == t->levels;
}

static size_t child_size(const struct fib_trie *t, unsigned level)
{
	return is_last(t, level) ? sizeof(struct fib_leaf) : sizeof(struct fib_node);
}

static int child_create(const struct fib_trie *t, struct fib_node *node, unsigned level, unsigned c)
{
	int err = array_insert(&node->child.mem, child_size(t, level), popcount64(node->external),
			       rank(node->external, c));

	if (!err)
		node->external |= bit(c);
	return err;
}

/* Walk to where @key/@plen (@plen > 0) belongs; @create what is missing. 0, -ENOENT, -ENOMEM. */
static int path_walk(const struct fib_trie *t, struct fib_key key, uint8_t plen, bool create,
		     struct path *p)
{
	struct fib_node *node = (struct fib_node *)&t->top[key.hi >> 63];
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
			err = child_create(t, node, level, c);
			if (err)
				return err;
		}
		i = rank(node->external, c);
		if (is_last(t, level)) {
			p->leaf = &node->child.leaf[i];
			return 0;
		}
		node = &node->child.node[i];
		level++;
	}
}

/* Where leaves begin. */
static unsigned leaf_depth(const struct fib_trie *t)
{
	return depth_of_level(t->levels);
}

static unsigned leaf_bit(const struct fib_trie *t, struct fib_key key, uint8_t plen)
{
	unsigned depth = leaf_depth(t);

	return prefix_bit(bits_at(key, depth, LEAF_BITS), LEAF_BITS, plen - depth);
}

static unsigned node_bit(struct fib_key key, uint8_t plen, unsigned level)
{
	unsigned depth = depth_of_level(level);

	return prefix_bit(chunk(key, depth), STRIDE, plen - depth);
}

static bool leaf_empty(const struct fib_leaf *leaf)
{
	return !(leaf->bits[0] | leaf->bits[1] | leaf->bits[2] | leaf->bits[3]);
}

static void child_remove(const struct fib_trie *t, struct fib_node *node, unsigned level,
			 unsigned c)
{
	array_remove(&node->child.mem, child_size(t, level), popcount64(node->external),
		     rank(node->external, c));
	node->external &= ~bit(c);
}

/* Take out the nodes of @p that hold nothing, from the bottom up. */
static void path_prune(const struct fib_trie *t, struct path *p, struct fib_key key)
{
	unsigned level = p->levels - 1;

	if (p->leaf) {
		if (!leaf_empty(p->leaf))
			return;
		child_remove(t, p->node[level], level, chunk(key, depth_of_level(level)));
	}
	for (; level > 0; level--) {
		struct fib_node *node = p->node[level];

		if (node->internal || node->external)
			return;
		child_remove(t, p->node[level - 1], level - 1,
			     chunk(key, depth_of_level(level - 1)));
	}
}

struct fib_entry **fib_trie_find(const struct fib_trie *t, struct fib_key key, uint8_t plen)
{
	struct fib_node *node;
	struct path p;
	unsigned n;

	if (!plen)
		return t->zero ? (struct fib_entry **)&t->zero : NULL;
	if (path_walk(t, key, plen, false, &p))
		return NULL;
	if (p.leaf) {
		n = leaf_bit(t, key, plen);
		return leaf_has(p.leaf, n) ? &p.leaf->values[leaf_rank(p.leaf, n)] : NULL;
	}
	node = p.node[p.levels - 1];
	n = node_bit(key, plen, p.levels - 1);
	return node->internal & bit(n) ? &node->values[rank(node->internal, n)] : NULL;
}

static int leaf_insert(struct fib_leaf *leaf, unsigned n, struct fib_entry *first)
{
	int err = values_insert(&leaf->values, leaf_count(leaf), leaf_rank(leaf, n), first);

	if (!err)
		leaf->bits[n / 64] |= bit(n % 64);
	return err;
}

static int node_insert(struct fib_node *node, unsigned n, struct fib_entry *first)
{
	int err = values_insert(&node->values, popcount64(node->internal), rank(node->internal, n),
				first);

	if (!err)
		node->internal |= bit(n);
	return err;
}

int fib_trie_insert(struct fib_trie *t, struct fib_key key, uint8_t plen, struct fib_entry *first)
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
		err = leaf_insert(p.leaf, leaf_bit(t, key, plen), first);
	else if (!err)
		err = node_insert(p.node[p.levels - 1], node_bit(key, plen, p.levels - 1), first);
	if (err) {
		path_prune(t, &p, key);
		return err;
	}
	t->prefixes++;
	return 0;
}

void fib_trie_remove(struct fib_trie *t, struct fib_key key, uint8_t plen)
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
		n = leaf_bit(t, key, plen);
		values_remove(&p.leaf->values, leaf_count(p.leaf), leaf_rank(p.leaf, n));
		p.leaf->bits[n / 64] &= ~bit(n % 64);
	} else {
		node = p.node[p.levels - 1];
		n = node_bit(key, plen, p.levels - 1);
		values_remove(&node->values, popcount64(node->internal), rank(node->internal, n));
		node->internal &= ~bit(n);
	}
	path_prune(t, &p, key);
}

/* Lookup --------------------------------------------------------------------------------------- */

static int leaf_match(const struct fib_leaf *leaf, unsigned depth, struct fib_key key,
		      fib_match_fn match, void *arg)
{
	unsigned c = bits_at(key, depth, LEAF_BITS), l;
	int ret;

	for (l = LEAF_BITS + 1; l-- > 0;) {
		unsigned n = prefix_bit(c, LEAF_BITS, l);

		if (!leaf_has(leaf, n))
			continue;
		ret = match(leaf->values[leaf_rank(leaf, n)], depth + l, arg);
		if (ret <= 0)
			return ret;
	}
	return 1;
}

static int node_match(const struct fib_node *node, unsigned level, struct fib_key key,
		      fib_match_fn match, void *arg)
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

int fib_trie_lookup(const struct fib_trie *t, struct fib_key key, fib_match_fn match, void *arg)
{
	const struct fib_node *path[LEVELS_MAX], *node = &t->top[key.hi >> 63];
	unsigned level = 0, c;
	int ret;

	for (;;) {
		path[level] = node;
		c = chunk(key, depth_of_level(level));
		if (!(node->external & bit(c)))
			break;
		if (is_last(t, level)) {
			ret = leaf_match(&node->child.leaf[rank(node->external, c)], leaf_depth(t),
					 key, match, arg);
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

/*
 * One walk serves both orders: by first address, upwards, where a prefix comes at the address that
 * it begins with; or by last address, where it comes at the one that it ends with.
 */
struct scan {
	const struct fib_trie *t;
	struct fib_key from;
	bool last; /* by last address */
	struct fib_key found;
};

/* Of @width bits behind a prefix, whose value is @c: all zero, or all one for last addresses? */
static bool at_edge(const struct scan *s, unsigned c, unsigned width)
{
	unsigned mask = (1u << width) - 1;

	return (c & mask) == (s->last ? mask : 0);
}

/* Has a leaf a prefix that begins (ends) exactly at @c? */
static bool leaf_hits(const struct scan *s, const struct fib_leaf *leaf, unsigned c)
{
	unsigned l;

	for (l = LEAF_BITS + 1; l-- > 0 && at_edge(s, c, LEAF_BITS - l);)
		if (leaf_has(leaf, prefix_bit(c, LEAF_BITS, l)))
			return true;
	return false;
}

static bool node_hits(const struct scan *s, const struct fib_node *node, unsigned c)
{
	unsigned l;

	for (l = STRIDE; l-- > 0 && at_edge(s, c, STRIDE - l);)
		if (node->internal & bit(prefix_bit(c, STRIDE, l)))
			return true;
	return false;
}

/* Where to begin below @base (all of it is at or behind s->from, or s->from is in it). */
static unsigned first_chunk(const struct scan *s, struct fib_key base, unsigned depth,
			    unsigned width)
{
	return fib_key_less(base, s->from) ? bits_at(s->from, depth, width) : 0;
}

static bool leaf_next(struct scan *s, const struct fib_leaf *leaf, struct fib_key base)
{
	unsigned depth = leaf_depth(s->t), c;

	for (c = first_chunk(s, base, depth, LEAF_BITS); c < 1u << LEAF_BITS; c++) {
		if (leaf_hits(s, leaf, c)) {
			s->found = key_with(base, depth, LEAF_BITS, c);
			return true;
		}
	}
	return false;
}

/* Is there a prefix of @node itself at the edge of its chunk @c, and not below s->from? */
static bool node_edge(struct scan *s, const struct fib_node *node, struct fib_key addr,
		      unsigned depth, unsigned c)
{
	if (s->last)
		addr = fib_key_last(addr, depth + STRIDE);
	if (fib_key_less(addr, s->from) || !node_hits(s, node, c))
		return false;
	s->found = addr;
	return true;
}

static bool node_next(struct scan *s, const struct fib_node *node, unsigned level,
		      struct fib_key base)
{
	unsigned depth = depth_of_level(level), c, i;

	for (c = first_chunk(s, base, depth, STRIDE); c < 1u << STRIDE; c++) {
		struct fib_key addr = key_with(base, depth, STRIDE, c);

		if (!s->last && node_edge(s, node, addr, depth, c))
			return true;
		if (node->external & bit(c)) {
			i = rank(node->external, c);
			if (is_last(s->t, level)
				    ? leaf_next(s, &node->child.leaf[i], addr)
				    : node_next(s, &node->child.node[i], level + 1, addr))
				return true;
		}
		if (s->last && node_edge(s, node, addr, depth, c))
			return true;
	}
	return false;
}

static bool scan(struct scan *s, struct fib_key *ret_key)
{
	const struct fib_key half = { .hi = 1ull << 63 };

	if ((!fib_key_less(s->from, half) ||
	     !node_next(s, &s->t->top[0], 0, (struct fib_key){ 0 })) &&
	    !node_next(s, &s->t->top[1], 0, half))
		return false;
	*ret_key = s->found;
	return true;
}

/* Of 32 bits, the lower half of hi says nothing. */
static struct fib_key within_width(const struct fib_trie *t, struct fib_key key)
{
	return t->levels == FIB_TRIE_LEVELS_32 ? fib_key_first(key, 32) : key;
}

bool fib_trie_next(const struct fib_trie *t, struct fib_key from, struct fib_key *ret_key)
{
	struct scan s = { .t = t, .from = from };

	if (t->zero && !from.hi && !from.lo) {
		*ret_key = from;
		return true;
	}
	return scan(&s, ret_key);
}

bool fib_trie_next_last(const struct fib_trie *t, struct fib_key from, struct fib_key *ret_key)
{
	struct scan s = { .t = t, .from = from, .last = true };

	if (!scan(&s, ret_key)) {
		if (!t->zero)
			return false;
		*ret_key = fib_key_last(from, 0);
	}
	*ret_key = within_width(t, *ret_key);
	return true;
}

/* Flushing ------------------------------------------------------------------------------------- */

struct filter {
	const struct fib_trie *t;
	void (*fn)(struct fib_entry **first, struct fib_key key, uint8_t plen, void *arg);
	void *arg;
	uint32_t removed;
};

static struct fib_key key_of_bit(struct fib_key base, unsigned depth, unsigned n)
{
	unsigned l = length_of_bit(n);

	return key_with(base, depth, l, n - ((1u << l) - 1));
}

static void leaf_filter(struct fib_leaf *leaf, struct fib_key base, struct filter *f)
{
	unsigned depth = leaf_depth(f->t), n, i = 0;

	for (n = 0; n < (2u << LEAF_BITS) - 1; n++) {
		if (!leaf_has(leaf, n))
			continue;
		f->fn(&leaf->values[i], key_of_bit(base, depth, n), depth + length_of_bit(n),
		      f->arg);
		if (leaf->values[i]) {
			i++;
			continue;
		}
		values_remove(&leaf->values, leaf_count(leaf), i);
		leaf->bits[n / 64] &= ~bit(n % 64);
		f->removed++;
	}
}

static void node_filter_own(struct fib_node *node, unsigned depth, struct fib_key base,
			    struct filter *f)
{
	unsigned n, i = 0;

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
}

static void node_filter(struct fib_node *node, unsigned level, struct fib_key base,
			struct filter *f)
{
	unsigned depth = depth_of_level(level), c, i;

	node_filter_own(node, depth, base, f);
	for (c = 0; c < 1u << STRIDE; c++) {
		struct fib_key addr = key_with(base, depth, STRIDE, c);
		bool empty;

		if (!(node->external & bit(c)))
			continue;
		i = rank(node->external, c);
		if (is_last(f->t, level)) {
			leaf_filter(&node->child.leaf[i], addr, f);
			empty = leaf_empty(&node->child.leaf[i]);
		} else {
			node_filter(&node->child.node[i], level + 1, addr, f);
			empty = !node->child.node[i].internal && !node->child.node[i].external;
		}
		if (empty)
			child_remove(f->t, node, level, c);
	}
}

void fib_trie_filter(struct fib_trie *t,
		     void (*fn)(struct fib_entry **first, struct fib_key key, uint8_t plen,
				void *arg),
		     void *arg)
{
	struct filter f = { .t = t, .fn = fn, .arg = arg };

	if (t->zero) {
		fn(&t->zero, (struct fib_key){ 0 }, 0, arg);
		f.removed += !t->zero;
	}
	node_filter(&t->top[0], 0, (struct fib_key){ 0 }, &f);
	node_filter(&t->top[1], 0, (struct fib_key){ .hi = 1ull << 63 }, &f);
	t->prefixes -= f.removed;
}
