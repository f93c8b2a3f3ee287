/* SPDX-License-Identifier: BSD-2-Clause */
/* Extension headers for what is sent; see ip6_txopts.h. Called by the options of sockets, and by the server. */
#include "stack/transport/ip6_txopts.h"

#include <errno.h>
#include <netinet/in.h>

#define UNIT 8 /* RFC 8200 4: headers are multiples of eight bytes */

int ip6_txopts_check(const void *val, uint32_t len)
{
	const uint8_t *hdr = val;
	uint32_t own;

	if (!len)
		return 0;
	if (len < UNIT || len % UNIT || len > UNIT * 255)
		return -EINVAL;
	own = (hdr[1] + 1u) * UNIT;
	return own <= len ? (int)own : -EINVAL;
}

static uint32_t offset_of(const struct ip6_txopts *o, unsigned which)
{
	uint32_t off = 0;

	for (unsigned i = 0; i < which; i++)
		off += o->len[i];
	return off;
}

/* Each names the next one that is sent, the last the transport. */
static void link_headers(struct ip6_txopts *o)
{
	if (o->len[IP6_TXOPT_HOP])
		o->data[0] = o->len[IP6_TXOPT_DST] ? IPPROTO_DSTOPTS : o->proto;
	if (o->len[IP6_TXOPT_DST])
		o->data[o->len[IP6_TXOPT_HOP]] = o->proto;
}

int ip6_txopts_set(struct ip6_txopts *o, enum ip6_txopt which, const void *val, uint32_t len)
{
	uint32_t off = offset_of(o, which), all = offset_of(o, IP6_TXOPT_COUNT);
	uint32_t behind = off + o->len[which];

	if (all - o->len[which] + len > sizeof(o->data))
		return -ENOBUFS;
	memmove(o->data + off + len, o->data + behind, all - behind);
	if (len)
		memcpy(o->data + off, val, len);
	o->len[which] = len;
	link_headers(o);
	return 0;
}

const uint8_t *ip6_txopts_get(const struct ip6_txopts *o, enum ip6_txopt which, uint32_t *ret_len)
{
	*ret_len = o ? o->len[which] : 0;
	return *ret_len ? o->data + offset_of(o, which) : NULL;
}

uint32_t ip6_txopts_len(const struct ip6_txopts *o)
{
	return o ? offset_of(o, IP6_TXOPT_RTHDRDST) : 0;
}

void ip6_txopts_xmit(const struct ip6_txopts *o, struct inet_xmit *x)
{
	x->options_len = ip6_txopts_len(o);
	x->options = x->options_len ? o->data : NULL;
	x->options_proto = o->len[IP6_TXOPT_HOP] ? IPPROTO_HOPOPTS : IPPROTO_DSTOPTS;
}
