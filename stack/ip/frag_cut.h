/* SPDX-License-Identifier: BSD-2-Clause */
/* Cutting a packet into fragments, for both families: each gets headers of its own, and shares the payload's pages. */
#ifndef STACK_IP_FRAG_CUT_H
#define STACK_IP_FRAG_CUT_H

#include "stack/core/net.h"
#include "stack/core/skbuff.h"

struct frag_cut {
	struct net *net;
	struct sk_buff *skb;	/* data at its network header; skb->dst set; stays the caller's */
	uint32_t from;		/* where the payload begins in it, that is cut */
	uint32_t hlen;		/* bytes of headers of each piece */
	uint32_t room;		/* payload bytes of a piece: a multiple of 8 */
	enum mib_counter creates;
	/* Write the headers of @piece (@c->hlen bytes at its data, payload is there), payload bytes from @at on; @last: the end */
	void (*header)(struct frag_cut *c, struct sk_buff *piece, uint32_t at, bool last);
	/* Send it: owns @skb; 0 or -errno. */
	int (*output)(struct net *net, struct sk_buff *skb);
};

/** frag_cut - 0 or the first error: -ENOMEM, or the output's */
int frag_cut(struct frag_cut *c);

#endif
