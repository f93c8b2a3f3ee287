/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packet memory: see skb_pool.h. What is given back is kept for the next, up to a limit for each
 * size: the last one in is the first one out, as it is the one that the cache still has.
 *
 * What stays true: a page is either on its class's free list or counted in pages_out and bytes_out,
 * but for pool->bulk, which is the pool's own until it takes another; each sk_buff is on the free
 * list or counted in skbs_out.
 */
#include "stack/core/skb_pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "stack/core/skbuff.h"

#define SKB_CACHE_MAX 1024

static const struct {
	uint32_t size;	   /* bytes of data */
	uint32_t max_free; /* pages kept for reuse */
} classes[SKB_PAGE_CLASSES] = {
	[SKB_PAGE_HDR] = { SKB_PAGE_HDR_SIZE, 1024 },
	[SKB_PAGE_FRAME] = { SKB_PAGE_FRAME_SIZE, 1024 },
	[SKB_PAGE_JUMBO] = { SKB_PAGE_JUMBO_SIZE, 128 },
	[SKB_PAGE_BULK] = { SKB_PAGE_BULK_SIZE, 64 },
};

void skb_pool_init(struct skb_pool *pool)
{
	*pool = (struct skb_pool){ 0 };
}

static void count_page_out(struct skb_pool *pool, const struct skb_page *page)
{
	pool->pages_out++;
	pool->bytes_out += page->size;
}

/* The pool leaves its bulk page to those who have parts of it. */
static void bulk_leave(struct skb_pool *pool)
{
	if (!pool->bulk)
		return;
	count_page_out(pool, pool->bulk);
	skb_page_put(pool->bulk);
	pool->bulk = NULL;
}

void skb_pool_exit(struct skb_pool *pool)
{
	struct skb_page *page;
	struct sk_buff *skb;

	bulk_leave(pool);
	assert(!pool->skbs_out && !pool->pages_out && !pool->bytes_out);
	while ((skb = pool->free_skbs)) {
		pool->free_skbs = skb->owner;
		free(skb);
	}
	for (int c = 0; c < SKB_PAGE_CLASSES; c++) {
		while ((page = pool->free[c])) {
			pool->free[c] = page->next;
			free(page);
		}
	}
}

/* On the free list, an sk_buff is linked by its owner field. */
struct sk_buff *skb_pool_get(struct skb_pool *pool)
{
	struct sk_buff *skb = pool->free_skbs;

	if (likely(skb)) {
		pool->free_skbs = skb->owner;
		pool->nr_free_skbs--;
	} else {
		skb = malloc(sizeof(*skb));
		if (!skb)
			return NULL;
	}
	pool->skbs_out++;
	return skb;
}

void skb_pool_put(struct skb_pool *pool, struct sk_buff *skb)
{
	pool->skbs_out--;
	if (BUILT_WITH_SANITIZER || pool->nr_free_skbs >= SKB_CACHE_MAX) {
		free(skb);
		return;
	}
	skb->owner = pool->free_skbs;
	pool->free_skbs = skb;
	pool->nr_free_skbs++;
}

static uint8_t class_of(uint32_t size)
{
	uint8_t c = 0;

	while (c < SKB_PAGE_CLASSES && size > classes[c].size)
		c++;
	return c;
}

static struct skb_page *page_new(struct skb_pool *pool, uint32_t size, uint8_t class)
{
	size_t bytes = ALIGN_UP(sizeof(struct skb_page) + size, _Alignof(struct skb_page));
	struct skb_page *page = aligned_alloc(_Alignof(struct skb_page), bytes);

	if (!page)
		return NULL;
	page->pool = pool;
	page->size = size;
	page->class = class;
	return page;
}

struct skb_page *skb_page_alloc(struct skb_pool *pool, uint32_t size)
{
	uint8_t class = class_of(size);
	struct skb_page *page;

	if (likely(class < SKB_PAGE_CLASSES && pool->free[class])) {
		page = pool->free[class];
		pool->free[class] = page->next;
		pool->nr_free[class]--;
	} else {
		page = page_new(pool, class < SKB_PAGE_CLASSES ? classes[class].size : size, class);
		if (!page)
			return NULL;
	}
	page->refs = 1;
	count_page_out(pool, page);
	return page;
}

void skb_page_put(struct skb_page *page)
{
	struct skb_pool *pool;

	if (!page || --page->refs)
		return;
	pool = page->pool;
	pool->pages_out--;
	pool->bytes_out -= page->size;
	if (BUILT_WITH_SANITIZER || page->class == SKB_PAGE_CLASSES ||
	    pool->nr_free[page->class] >= classes[page->class].max_free) {
		free(page);
		return;
	}
	page->next = pool->free[page->class];
	pool->free[page->class] = page;
	pool->nr_free[page->class]++;
}

/* The pool's next bulk page. It is not counted as out while the pool has it. */
static bool bulk_enter(struct skb_pool *pool)
{
	pool->bulk = skb_page_alloc(pool, SKB_PAGE_BULK_SIZE);
	if (!pool->bulk)
		return false;
	pool->pages_out--;
	pool->bytes_out -= pool->bulk->size;
	pool->bulk_off = 0;
	return true;
}

uint32_t skb_pool_reserve(struct skb_pool *pool, struct skb_page **ret_page, uint32_t *ret_off)
{
	if (pool->bulk && pool->bulk->refs == 1)
		pool->bulk_off = 0;
	if (pool->bulk && pool->bulk->size - pool->bulk_off < SKB_POOL_RESERVE_MIN)
		bulk_leave(pool);
	if (!pool->bulk && !bulk_enter(pool))
		return 0;
	*ret_page = pool->bulk;
	*ret_off = pool->bulk_off;
	return pool->bulk->size - pool->bulk_off;
}

void skb_pool_commit(struct skb_pool *pool, uint32_t len)
{
	assert(pool->bulk && len <= pool->bulk->size - pool->bulk_off);
	pool->bulk_off += len;
}
