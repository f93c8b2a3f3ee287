/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lies behind an sk_buff's linear part: pieces of pages, shared by reference and never written
 * to; and the bytes of a packet wherever they lie.
 */
#include "stack/core/skbuff.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "stack/core/net.h"
#include "stack/core/skb_walk.h"

/* Room for headers that are pulled out of the frags. */
#define SKB_PULL_ROOM 128

struct sk_buff *skb_alloc_frag(struct net *net, uint32_t headroom, struct skb_page *page,
			       uint32_t off, uint32_t len)
{
	struct sk_buff *skb = skb_alloc(net, headroom, SKB_PULL_ROOM);

	if (skb)
		skb_add_frag(skb, page, off, len);
	return skb;
}

bool skb_add_frag(struct sk_buff *skb, struct skb_page *page, uint32_t off, uint32_t len)
{
	struct skb_frag *last = skb->nr_frags ? &skb->frags[skb->nr_frags - 1] : NULL;

	if (!len)
		return true;
	if (last && last->page == page && last->off + last->len == off) {
		last->len += len;
	} else {
		if (skb->nr_frags == SKB_MAX_FRAGS)
			return false;
		skb->frags[skb->nr_frags++] = (struct skb_frag){ skb_page_get(page), off, len };
	}
	skb->len += len;
	skb->data_len += len;
	skb->truesize += len;
	return true;
}

bool skb_share(struct sk_buff *to, const struct sk_buff *from, uint32_t off, uint32_t len)
{
	struct skb_walk w = skb_walk_range(from, off, len);
	uint32_t old_len = to->len, old_truesize = to->truesize;

	assert(off + len <= from->len);
	while (skb_walk_next(&w)) {
		if (!skb_add_frag(to, w.page, w.data - w.page->data, w.len)) {
			skb_trim(to, old_len);
			to->truesize = old_truesize;
			return false;
		}
	}
	return true;
}

struct sk_buff *skb_split(struct net *net, struct sk_buff *skb, uint32_t len, uint32_t headroom)
{
	uint32_t rest = skb->len - len;
	uint32_t linear = len < skb_headlen(skb) ? skb_headlen(skb) - len : 0;
	uint32_t old_data_len = skb->data_len;
	struct sk_buff *tail;

	assert(len <= skb->len);
	/* With every slot in use, none is left for the rest of the linear part: it is copied. */
	if (skb->nr_frags < SKB_MAX_FRAGS)
		linear = 0;
	tail = skb_alloc(net, headroom, max(linear, (uint32_t)SKB_PULL_ROOM));
	if (!tail)
		return NULL;
	skb_copy_bits(skb, len, skb_put(tail, linear), linear);
	skb_share(tail, skb, len + linear, rest - linear);
	skb_copy_meta(tail, skb);
	skb_reset_mac_header(tail);
	skb_reset_network_header(tail);
	skb_reset_transport_header(tail);
	tail->csum_start = tail->transport_off;

	skb_trim(skb, len);
	skb->truesize -= old_data_len - skb->data_len;
	return tail;
}

int skb_copy_bits(const struct sk_buff *skb, uint32_t off, void *to, uint32_t len)
{
	struct skb_walk w = skb_walk_range(skb, off, len);
	uint8_t *p = to;

	if (off > skb->len || len > skb->len - off)
		return -EFAULT;
	for (; skb_walk_next(&w); p += w.len)
		memcpy(p, w.data, w.len);
	return 0;
}

int skb_append(struct net *net, struct sk_buff *skb, const void *data, uint32_t len)
{
	uint32_t old_len = skb->len, old_truesize = skb->truesize;
	uint32_t n = min(len, skb_tailroom(skb));
	const uint8_t *p = data;
	struct skb_page *page;
	uint32_t off;

	memcpy(skb_put(skb, n), p, n);
	while (len -= n) {
		p += n;
		n = min(len, skb_pool_reserve(&net->pool, &page, &off));
		if (!n || !skb_add_frag(skb, page, off, n)) {
			skb_trim(skb, old_len);
			skb->truesize = old_truesize;
			return -ENOMEM;
		}
		memcpy(page->data + off, p, n);
		skb_pool_commit(&net->pool, n);
	}
	return 0;
}

unsigned skb_to_iov(const struct sk_buff *skb, uint32_t off, struct iovec *iov, unsigned max,
		    uint32_t *ret_len)
{
	struct skb_walk w = skb_walk_range(skb, off, UINT32_MAX);
	unsigned n = 0;

	*ret_len = 0;
	while (n < max && skb_walk_next(&w)) {
		iov[n++] = (struct iovec){ .iov_base = w.data, .iov_len = w.len };
		*ret_len += w.len;
	}
	return n;
}
