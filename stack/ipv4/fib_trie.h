/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Longest-prefix match over IPv4 prefixes: a multibit trie with compressed nodes ("tree bitmap",
 * Eatherton, Dittia and Varghese, 2004). What hangs at a prefix is a list of fib_alias, of which
 * this file knows nothing but the pointer to the first.
 */
#ifndef STACK_IPV4_FIB_TRIE_H
#define STACK_IPV4_FIB_TRIE_H

#include "stack/lib/util.h"

struct fib_alias;
struct fib_leaf;

/* Lengths depth to depth + 5 of one subtree, and its children at depth + 6. */
struct fib_node {
	uint64_t internal;	   /* its prefixes: bit (1 << l) - 1 + v for length l and value v */
	uint64_t external;	   /* which children there are */
	struct fib_alias **values; /* of the prefixes that there are, in order of their bits */
	union {
		struct fib_node *node;
		struct fib_leaf *leaf;
		void *mem;
	} child; /* an array without gaps */
};

struct fib_trie {
	struct fib_alias *zero; /* 0.0.0.0/0 */
	struct fib_node top[2]; /* by the first bit; depth 1 */
	uint32_t prefixes;
};

/* Called for a prefix: positive: go on; else it ends the lookup and is what that returns. */
typedef int (*fib_match_fn)(struct fib_alias *first, uint8_t plen, void *arg);

/**
 * fib_trie_lookup - offer the lists of all prefixes that contain @key, the longest first, to @match
 * @key: an address, host byte order (as all keys here)
 * Return: what @match returned, or 1: it did not want any
 */
int fib_trie_lookup(const struct fib_trie *t, uint32_t key, fib_match_fn match, void *arg);

/**
 * fib_trie_find - where the list of exactly this prefix hangs; NULL: there is none. Valid until the
 * next change
 */
struct fib_alias **fib_trie_find(const struct fib_trie *t, uint32_t key, uint8_t plen);
/** fib_trie_insert - a new prefix with its list; it must not be there. 0 or -ENOMEM */
int fib_trie_insert(struct fib_trie *t, uint32_t key, uint8_t plen, struct fib_alias *first);
/** fib_trie_remove - take out a prefix that is there */
void fib_trie_remove(struct fib_trie *t, uint32_t key, uint8_t plen);
/**
 * fib_trie_next - the lowest network address, not below @from, that some prefix has
 * Return: false: none
 */
bool fib_trie_next(const struct fib_trie *t, uint32_t from, uint32_t *ret_key);
/**
 * fib_trie_filter - call @fn for each prefix; where it leaves *@first NULL the prefix goes
 * For flushing: order is of no importance.
 */
void fib_trie_filter(struct fib_trie *t,
		     void (*fn)(struct fib_alias **first, uint32_t key, uint8_t plen, void *arg),
		     void *arg);

#endif
