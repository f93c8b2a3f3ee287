/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Longest-prefix match over the prefixes of either family: a multibit trie with compressed nodes
 * ("tree bitmap", Eatherton, Dittia and Varghese, 2004). What hangs at a prefix is a list of
 * entries, of which this file knows nothing but the pointer to the first.
 */
#ifndef STACK_IP_FIB_TRIE_H
#define STACK_IP_FIB_TRIE_H

#include <arpa/inet.h>
#include "stack/lib/inaddr.h"

struct fib_leaf;

/* What a route begins with; those at one prefix are a list in the order of their owner. */
struct fib_entry {
	struct fib_entry *next;
};

/* An address, host byte order: its first bit is the highest of hi; 32 bits: the upper half of hi. */
struct fib_key {
	uint64_t hi, lo;
};

static inline struct fib_key fib_key_v4(be32 addr)
{
	return (struct fib_key){ .hi = (uint64_t)ntohl(addr) << 32 };
}

static inline be32 fib_key_to_v4(struct fib_key key)
{
	return htonl(key.hi >> 32);
}

static inline struct fib_key fib_key_v6(const union inaddr *addr)
{
	return (struct fib_key){
		.hi = (uint64_t)ntohl(addr->v6[0]) << 32 | ntohl(addr->v6[1]),
		.lo = (uint64_t)ntohl(addr->v6[2]) << 32 | ntohl(addr->v6[3]),
	};
}

static inline union inaddr fib_key_to_v6(struct fib_key key)
{
	return (union inaddr){ .v6 = { htonl(key.hi >> 32), htonl(key.hi), htonl(key.lo >> 32),
				       htonl(key.lo) } };
}

static inline bool fib_key_equal(struct fib_key a, struct fib_key b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

static inline bool fib_key_less(struct fib_key a, struct fib_key b)
{
	return a.hi < b.hi || (a.hi == b.hi && a.lo < b.lo);
}

/* The first @plen bits of a key: 0 to 128. */
static inline struct fib_key fib_key_mask(uint8_t plen)
{
	return (struct fib_key){
		.hi = plen >= 64 ? ~0ull
		      : plen	 ? ~0ull << (64 - plen)
				 : 0,
		.lo = plen <= 64 ? 0 : ~0ull << (128 - plen),
	};
}

/* The first address of the prefix that @key is in, and the last one. */
static inline struct fib_key fib_key_first(struct fib_key key, uint8_t plen)
{
	struct fib_key mask = fib_key_mask(plen);

	return (struct fib_key){ key.hi & mask.hi, key.lo & mask.lo };
}

static inline struct fib_key fib_key_last(struct fib_key key, uint8_t plen)
{
	struct fib_key mask = fib_key_mask(plen);

	return (struct fib_key){ key.hi | ~mask.hi, key.lo | ~mask.lo };
}

/* Lengths depth to depth + 5 of one subtree, and its children at depth + 6. */
struct fib_node {
	uint64_t internal;	   /* its prefixes: bit (1 << l) - 1 + v for length l and value v */
	uint64_t external;	   /* which children there are */
	struct fib_entry **values; /* of the prefixes that there are, in order of their bits */
	union {
		struct fib_node *node;
		struct fib_leaf *leaf;
		void *mem;
	} child; /* an array without gaps */
};

struct fib_trie {
	struct fib_entry *zero; /* of length 0 */
	struct fib_node top[2]; /* by the first bit; depth 1 */
	uint32_t prefixes;
	uint8_t levels; /* of nodes */
};

/* The only two widths of keys, by the levels of nodes that they need. */
#define FIB_TRIE_LEVELS_32  4
#define FIB_TRIE_LEVELS_128 20

/* Called for a prefix: positive: go on; else it ends the lookup and is what that returns. */
typedef int (*fib_match_fn)(struct fib_entry *first, uint8_t plen, void *arg);

/** fib_trie_init - empty. @levels: FIB_TRIE_LEVELS_32, FIB_TRIE_LEVELS_128 */
void fib_trie_init(struct fib_trie *t, uint8_t levels);

/**
 * fib_trie_lookup - offer the lists of all prefixes that contain @key, the longest first, to @match
 * Return: what @match returned, or 1: it did not want any
 */
int fib_trie_lookup(const struct fib_trie *t, struct fib_key key, fib_match_fn match, void *arg);

/**
 * fib_trie_find - where the list of exactly this prefix hangs; NULL: there is none. Valid until the
 * next change
 */
struct fib_entry **fib_trie_find(const struct fib_trie *t, struct fib_key key, uint8_t plen);
/** fib_trie_insert - a new prefix with its list; it must not be there. 0 or -ENOMEM */
int fib_trie_insert(struct fib_trie *t, struct fib_key key, uint8_t plen, struct fib_entry *first);
/** fib_trie_remove - take out a prefix that is there */
void fib_trie_remove(struct fib_trie *t, struct fib_key key, uint8_t plen);
/**
 * fib_trie_next - the lowest first address, not below @from, that some prefix has
 * Return: false: none
 */
bool fib_trie_next(const struct fib_trie *t, struct fib_key from, struct fib_key *ret_key);
/**
 * fib_trie_next_last - the lowest last address, not below @from, that some prefix has
 * So prefixes come in an order in which those within another one come before it.
 */
bool fib_trie_next_last(const struct fib_trie *t, struct fib_key from, struct fib_key *ret_key);
/**
 * fib_trie_filter - call @fn for each prefix; where it leaves *@first NULL the prefix goes
 * For flushing: order is of no importance.
 */
void fib_trie_filter(struct fib_trie *t,
		     void (*fn)(struct fib_entry **first, struct fib_key key, uint8_t plen,
				void *arg),
		     void *arg);

#endif
