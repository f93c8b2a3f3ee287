/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sk_buff: its life, its copies and its linear part. What is done with frags is in skb_frag.c, with
 * checksums in skb_checksum.c. Called by every floor, for every packet: the common case is a few
 * instructions and takes its memory from the pool's caches.
 *
 * What stays true: data_len is the sum of the frags; tail is data plus the rest of len; each frag,
 * and page, has a reference of the skb's own. The linear part may be written only while its page
 * has one reference.
 */
#include "stack/core/skbuff.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "stack/core/dst.h"
#include "stack/core/net.h"

/*
 * A frame that is as short as this goes into the linear part whole, as soon as any of it is asked
 * for.
 */
#define SKB_PULL_WHOLE 256

/* Life ---------------------------------------------------------------------------------------- */

/*
 * Zero what stands before cb. In pieces, because for more at once gcc takes "rep stos", which needs
 * longer to start than all of this.
 */
static inline void clear_head(struct sk_buff *skb)
{
	const size_t len = offsetof(struct sk_buff, cb), piece = 64;
	uint8_t *p = (uint8_t *)skb;
	size_t at;

	for (at = 0; at + piece <= len; at += piece)
		memset(p + at, 0, piece);
	memset(p + at, 0, len % piece);
}

/* What stands before cb is zero; cb and frags hold what they held. */
static struct sk_buff *skb_blank(struct skb_pool *pool)
{
	struct sk_buff *skb = skb_pool_get(pool);

	if (!skb)
		return NULL;
	clear_head(skb);
	list_init(&skb->list);
	skb->pool = pool;
	return skb;
}

struct sk_buff *skb_alloc(struct net *net, uint32_t headroom, uint32_t size)
{
	struct sk_buff *skb = skb_blank(&net->pool);

	if (!skb)
		return NULL;
	skb->page = skb_page_alloc(&net->pool, headroom + size);
	if (!skb->page) {
		skb_pool_put(&net->pool, skb);
		return NULL;
	}
	skb->head = skb->page->data;
	skb->data = skb->tail = skb->head + headroom;
	skb->end = skb->head + skb->page->size;
	skb->truesize = sizeof(*skb) + skb->page->size;
	return skb;
}

static void put_frags(struct sk_buff *skb)
{
	for (unsigned i = 0; i < skb->nr_frags; i++)
		skb_page_put(skb->frags[i].page);
}

void skb_free(struct sk_buff *skb)
{
	if (!skb)
		return;
	if (skb->destructor)
		skb->destructor(skb);
	dst_release(skb->dst);
	put_frags(skb);
	skb_page_put(skb->page);
	skb_pool_put(skb->pool, skb);
}

void skb_queue_purge(struct sk_buff_head *q)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(q)))
		skb_free(skb);
}

/* Copies -------------------------------------------------------------------------------------- */

struct sk_buff *skb_clone(struct net *net, const struct sk_buff *skb)
{
	struct sk_buff *clone = skb_pool_get(&net->pool);

	if (!clone)
		return NULL;
	memcpy(clone, skb, offsetof(struct sk_buff, frags) + skb->nr_frags * sizeof(skb->frags[0]));
	list_init(&clone->list);
	clone->destructor = NULL;
	clone->owner = NULL;
	if (clone->dst)
		dst_hold(clone->dst);
	skb_page_get(clone->page);
	for (unsigned i = 0; i < clone->nr_frags; i++)
		skb_page_get(clone->frags[i].page);
	return clone;
}

/* The header offsets, for a head that has @shift bytes more before data. */
static void shift_offsets(struct sk_buff *skb, int shift)
{
	skb->mac_off += shift;
	skb->network_off += shift;
	skb->transport_off += shift;
	skb->csum_start += shift;
}

struct sk_buff *skb_copy(struct net *net, const struct sk_buff *skb, uint32_t headroom)
{
	uint32_t before = min(headroom, skb_headroom(skb));
	struct sk_buff *copy = skb_alloc(net, headroom, skb->len);

	if (!copy)
		return NULL;
	copy->mac_off = skb->mac_off;
	copy->network_off = skb->network_off;
	copy->transport_off = skb->transport_off;
	copy->csum_start = skb->csum_start;
	shift_offsets(copy, (int)headroom - (int)skb_headroom(skb));
	skb_copy_meta(copy, skb);
	memcpy(copy->data - before, skb->data - before, before);
	skb_copy_bits(skb, 0, skb_put(copy, skb->len), skb->len);
	return copy;
}

/*
 * Move the linear part to a page of its own, with @front and @back bytes more before and behind it.
 */
static int expand_head(struct sk_buff *skb, uint32_t front, uint32_t back)
{
	uint32_t used = skb->tail - skb->head;
	uint32_t room = skb->end - skb->tail;
	struct skb_page *page;

	page = skb_page_alloc(skb->pool, front + used + max(room, back));
	if (!page)
		return -ENOMEM;
	memcpy(page->data + front, skb->head, used);
	skb->data = page->data + front + skb_headroom(skb);
	skb->head = page->data;
	skb->tail = page->data + front + used;
	skb->end = page->data + page->size;
	shift_offsets(skb, front);
	skb->truesize += page->size - skb->page->size;
	skb_page_put(skb->page);
	skb->page = page;
	return 0;
}

int skb_cow_head(struct sk_buff *skb, uint32_t headroom)
{
	uint32_t have = skb_headroom(skb);

	if (likely(skb->page->refs == 1 && headroom <= have))
		return 0;
	return expand_head(skb, headroom > have ? headroom - have : 0, 0);
}

/* The linear part -------------------------------------------------------------------------------*/

void *skb_put(struct sk_buff *skb, uint32_t len)
{
	uint8_t *old = skb->tail;

	assert(len <= skb_tailroom(skb));
	skb->tail += len;
	skb->len += len;
	return old;
}

/* Take the first @len bytes of the frags away. */
static void eat_frags(struct sk_buff *skb, uint32_t len)
{
	unsigned gone = 0;

	skb->len -= len;
	skb->data_len -= len;
	while (len && len >= skb->frags[gone].len) {
		len -= skb->frags[gone].len;
		skb_page_put(skb->frags[gone++].page);
	}
	if (len) {
		skb->frags[gone].off += len;
		skb->frags[gone].len -= len;
	}
	if (gone) {
		skb->nr_frags -= gone;
		memmove(skb->frags, skb->frags + gone, skb->nr_frags * sizeof(skb->frags[0]));
	}
}

/* Move the first @len bytes of the frags to the end of the linear part. */
static int pull_tail(struct sk_buff *skb, uint32_t len)
{
	uint8_t *to;

	if (skb->page->refs > 1 || (uint32_t)(skb->end - skb->tail) < len) {
		if (expand_head(skb, 0, len))
			return -ENOMEM;
	}
	to = skb->tail;
	skb_copy_bits(skb, skb_headlen(skb), to, len);
	eat_frags(skb, len);
	skb->tail += len;
	skb->len += len;
	return 0;
}

bool __skb_may_pull(struct sk_buff *skb, uint32_t len)
{
	uint32_t want = len - skb_headlen(skb);

	if (len > skb->len)
		return false;
	if (skb->len <= SKB_PULL_WHOLE && skb->page->refs == 1 &&
	    skb->data_len <= (uint32_t)(skb->end - skb->tail))
		want = skb->data_len;
	return !pull_tail(skb, want);
}

int skb_linearize(struct sk_buff *skb)
{
	return skb->data_len ? pull_tail(skb, skb->data_len) : 0;
}

void *skb_pull(struct sk_buff *skb, uint32_t len)
{
	uint32_t linear = min(len, skb_headlen(skb));

	assert(len <= skb->len);
	skb->data += linear;
	skb->len -= linear;
	if (unlikely(len > linear))
		eat_frags(skb, len - linear);
	return skb->data;
}

void skb_trim(struct sk_buff *skb, uint32_t len)
{
	uint32_t cut;

	if (len >= skb->len)
		return;
	cut = skb->len - len;
	skb->len = len;
	while (cut && skb->nr_frags) {
		struct skb_frag *last = &skb->frags[skb->nr_frags - 1];
		uint32_t n = min(cut, last->len);

		last->len -= n;
		skb->data_len -= n;
		cut -= n;
		if (!last->len) {
			skb_page_put(last->page);
			skb->nr_frags--;
		}
	}
	skb->tail -= cut;
}

void skb_copy_meta(struct sk_buff *to, const struct sk_buff *from)
{
	to->dev = from->dev;
	to->dst = from->dst ? dst_hold(from->dst) : NULL;
	to->protocol = from->protocol;
	to->csum_offset = from->csum_offset;
	to->gso_size = from->gso_size;
	to->gso_segs = from->gso_segs;
	to->gso_type = from->gso_type;
	to->csum = from->csum;
	to->pkt_type = from->pkt_type;
	to->priority = from->priority;
	to->gso_ecn = from->gso_ecn;
	to->looped = from->looped;
	to->mark = from->mark;
	to->hash = from->hash;
	to->tstamp = from->tstamp;
	memcpy(to->cb, from->cb, sizeof(to->cb));
}
