/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums over a packet's bytes, and in software what a device was to complete (CSUM_PARTIAL). */
#include "stack/core/skbuff.h"

#include <errno.h>
#include <string.h>

#include "stack/core/skb_walk.h"
#include "stack/lib/checksum.h"

/* The other form of zero in one's complement: in UDP, 0 stands for "no checksum" (RFC 768). */
#define CSUM_MANGLED_0 ((be16)0xffff)

uint32_t skb_checksum(const struct sk_buff *skb, uint32_t off, uint32_t len, uint32_t sum)
{
	struct skb_walk w = skb_walk_range(skb, off, len);
	uint32_t done = 0;

	for (; skb_walk_next(&w); done += w.len)
		sum = csum_block_add(sum, csum_partial(w.data, w.len, 0), done);
	return sum;
}

int skb_checksum_help(struct sk_buff *skb)
{
	uint32_t start = skb->csum_start - skb_headroom(skb);
	be16 sum;

	if (skb->csum != CSUM_PARTIAL)
		return 0;
	if (skb->csum_start < skb_headroom(skb) ||
	    start + skb->csum_offset + sizeof(sum) > skb->len)
		return -EINVAL;
	if (!skb_may_pull(skb, start + skb->csum_offset + sizeof(sum)) || skb_cow_head(skb, 0))
		return -ENOMEM;

	sum = csum_fold(skb_checksum(skb, start, skb->len - start, 0));
	if (!sum)
		sum = CSUM_MANGLED_0;
	memcpy(skb->data + start + skb->csum_offset, &sum, sizeof(sum));
	skb->csum = CSUM_NONE;
	return 0;
}
