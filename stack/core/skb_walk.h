/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A walk over a range of a packet's bytes, piece by piece: the linear part, then each frag. For the
 * functions of skbuff.h that look at bytes wherever they lie.
 *
 *	struct skb_walk w = skb_walk_range(skb, off, len);
 *
 *	while (skb_walk_next(&w))
 *		... w.len bytes at w.data, in w.page
 *
 * The walk ends early where the packet does: w.left tells what was not found.
 */
#ifndef STACK_CORE_SKB_WALK_H
#define STACK_CORE_SKB_WALK_H

#include "stack/core/skbuff.h"

struct skb_walk {
	const struct sk_buff *skb;
	uint32_t off;	       /* to go from the beginning of the next piece */
	uint32_t left;	       /* bytes behind the current piece */
	unsigned next;	       /* piece: 0 is the linear part, then the frags */
	struct skb_page *page; /* the current piece */
	uint8_t *data;
	uint32_t len;
};

static inline struct skb_walk skb_walk_range(const struct sk_buff *skb, uint32_t off, uint32_t len)
{
	return (struct skb_walk){ .skb = skb, .off = off, .left = len };
}

static inline bool skb_walk_next(struct skb_walk *w)
{
	const struct skb_frag *frag;
	uint32_t size;

	while (w->left && w->next <= w->skb->nr_frags) {
		if (w->next == 0) {
			w->page = w->skb->page;
			w->data = w->skb->data;
			size = skb_headlen(w->skb);
		} else {
			frag = &w->skb->frags[w->next - 1];
			w->page = frag->page;
			w->data = frag->page->data + frag->off;
			size = frag->len;
		}
		w->next++;
		if (w->off >= size) {
			w->off -= size;
			continue;
		}
		w->data += w->off;
		w->len = min(size - w->off, w->left);
		w->left -= w->len;
		w->off = 0;
		return true;
	}
	return false;
}

#endif
