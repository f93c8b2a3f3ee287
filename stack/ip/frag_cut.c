/* SPDX-License-Identifier: BSD-2-Clause */
/* Fragmentation: see frag_cut.h. */
#include "stack/ip/frag_cut.h"

#include <errno.h>
#include "stack/core/dst.h"

/* Payload bytes [@at, @at + @len) with headers. NULL: no memory. */
static struct sk_buff *make_piece(struct frag_cut *c, uint32_t at, uint32_t len, bool last)
{
	const struct sk_buff *skb = c->skb;
	struct sk_buff *piece = skb_alloc(c->net, ALIGN_UP(skb->dst->header_len, 4), c->hlen);

	if (!piece)
		return NULL;
	skb_put(piece, c->hlen);
	skb_reset_network_header(piece);
	if (!skb_share(piece, skb, c->from + at, len)) {
		skb_free(piece);
		return NULL;
	}
	skb_copy_meta(piece, skb);
	c->header(c, piece, at, last);
	return piece;
}

int frag_cut(struct frag_cut *c)
{
	uint32_t payload = c->skb->len - c->from, at, len;
	struct sk_buff *piece;
	int err;

	for (at = 0; at < payload; at += len) {
		len = min(c->room, payload - at);
		piece = make_piece(c, at, len, at + len == payload);
		if (!piece)
			return -ENOMEM;
		err = c->output(c->net, piece);
		if (err)
			return err;
		c->net->mib[c->creates]++;
	}
	return 0;
}
