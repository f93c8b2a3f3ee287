/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packet memory: reference-counted pages in a few sizes, and sk_buffs, recycled last-in first-out so
 * that the ones in use stay in the cache. Each pool belongs to one struct net; what is out is counted,
 * so that a test can prove that nothing leaked.
 */
#ifndef STACK_CORE_SKB_POOL_H
#define STACK_CORE_SKB_POOL_H

#include "stack/lib/list.h"

/* Sizes of a page's data, in bytes. HDR: headers of an outgoing packet, small frames. FRAME: a frame
 * of a usual MTU. JUMBO: 9000 and a bit. BULK: payload, shared by frags. */
enum skb_page_class { SKB_PAGE_HDR, SKB_PAGE_FRAME, SKB_PAGE_JUMBO, SKB_PAGE_BULK, SKB_PAGE_CLASSES };
#define SKB_PAGE_HDR_SIZE   448
#define SKB_PAGE_FRAME_SIZE 2048
#define SKB_PAGE_JUMBO_SIZE 10240
#define SKB_PAGE_BULK_SIZE  65536
#define SKB_POOL_RESERVE_MIN 4096

struct skb_page {
	struct skb_pool *pool;
	struct skb_page *next;		/* while free */
	uint32_t refs;
	uint32_t size;			/* of data */
	uint8_t	 class;			/* SKB_PAGE_CLASSES: a size of its own, not recycled */
	uint8_t	 data[] __attribute__((aligned(64)));
};

struct skb_pool {
	struct skb_page *free[SKB_PAGE_CLASSES];
	uint32_t nr_free[SKB_PAGE_CLASSES];
	struct sk_buff *free_skbs;
	uint32_t nr_free_skbs;
	uint32_t skbs_out;		/* sk_buffs in use */
	uint32_t pages_out;		/* pages in use; the bulk page counts once the pool has left it */
	uint64_t bytes_out;		/* their data, in bytes */
	struct skb_page *bulk;		/* the page that skb_pool_reserve() hands out of; may be NULL */
	uint32_t bulk_off;
};

struct sk_buff;

void skb_pool_init(struct skb_pool *pool);
/** skb_pool_exit - free what is cached; asserts that nothing is out */
void skb_pool_exit(struct skb_pool *pool);

/**
 * skb_pool_get - an sk_buff, not initialised; NULL: no memory. skb_pool_put - give it back. For
 * skbuff.c.
 */
struct sk_buff *skb_pool_get(struct skb_pool *pool);
void skb_pool_put(struct skb_pool *pool, struct sk_buff *skb);

/** skb_page_alloc - a page with at least @size bytes of data, one reference; NULL: no memory */
struct skb_page *skb_page_alloc(struct skb_pool *pool, uint32_t size);
static inline struct skb_page *skb_page_get(struct skb_page *page) { page->refs++; return page; }
/** skb_page_put - drop one reference (NULL is fine) */
void skb_page_put(struct skb_page *page);

/**
 * skb_pool_reserve - memory to read bytes into, that skbs will then share as frags
 * @ret_page, @ret_off: the current bulk page (the pool's own reference) and where its free part begins
 * Return: bytes there (at least SKB_POOL_RESERVE_MIN), 0: no memory. Nothing is taken until
 * skb_pool_commit(), before which nobody else may reserve. Memory is used again from its beginning when
 * all that was handed out of the page has been released: a steady flow stays in the cache.
 */
uint32_t skb_pool_reserve(struct skb_pool *pool, struct skb_page **ret_page, uint32_t *ret_off);
/**
 * skb_pool_commit - the first @len bytes of the last reservation are used; the next begins behind
 * them
 */
void skb_pool_commit(struct skb_pool *pool, uint32_t len);

#endif
