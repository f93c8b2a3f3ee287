/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fragmentation: each piece gets a header of its own, and shares the payload's pages. See
 * ip_fragment.h.
 */
#include "stack/ipv4/ip_fragment.h"

#include <errno.h>
#include <string.h>
#include "stack/core/dst.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/ip_options.h"

struct cut {
	struct net *net;
	struct sk_buff *skb;
	uint8_t header[IPV4_HDR_MAX]; /* of the next piece, but for length, offset and checksum */
	uint8_t hlen;
	uint16_t frag_off; /* of the whole: flags and offset, host byte order */
	uint32_t room;	   /* payload bytes of a piece: a multiple of 8 */
};

/*
 * Payload bytes [@at, @at + @len) (counted from behind the header) with a header. NULL: no memory.
 */
static struct sk_buff *make_piece(struct cut *c, uint32_t at, uint32_t len)
{
	const struct sk_buff *skb = c->skb;
	struct sk_buff *piece = skb_alloc(c->net, ALIGN_UP(skb->dst->header_len, 4), c->hlen);
	bool more = (c->frag_off & IPV4_MF) || c->hlen + at + len < skb->len;
	struct ipv4_hdr *ip;

	if (!piece)
		return NULL;
	ip = memcpy(skb_put(piece, c->hlen), c->header, c->hlen);
	skb_reset_network_header(piece);
	if (!skb_share(piece, skb, c->hlen + at, len)) {
		skb_free(piece);
		return NULL;
	}
	ip->tot_len = htons(piece->len);
	ip->frag_off = htons(((c->frag_off & IPV4_OFFSET) + at / 8) | (c->frag_off & IPV4_DF) |
			     (more ? IPV4_MF : 0));
	ip_send_check(ip);
	piece->dev = skb->dev;
	piece->dst = dst_hold(skb->dst);
	piece->protocol = skb->protocol;
	piece->pkt_type = skb->pkt_type;
	piece->priority = skb->priority;
	piece->mark = skb->mark;
	memcpy(piece->cb, skb->cb, sizeof(piece->cb));
	return piece;
}

static int cut(struct cut *c, int (*output)(struct net *net, struct sk_buff *skb))
{
	uint32_t payload = c->skb->len - c->hlen, at, len;
	struct sk_buff *piece;
	int err;

	for (at = 0; at < payload; at += len) {
		len = min(c->room, payload - at);
		piece = make_piece(c, at, len);
		if (!piece)
			return -ENOMEM;
		err = output(c->net, piece);
		if (err)
			return err;
		MIB_INC(c->net, IpFragCreates);
		if (at == 0)
			ip_options_fragment(c->header + sizeof(struct ipv4_hdr),
					    c->hlen - sizeof(struct ipv4_hdr));
	}
	return 0;
}

int ip_fragment(struct net *net, struct sk_buff *skb, uint32_t mtu,
		int (*output)(struct net *net, struct sk_buff *skb))
{
	const struct ipv4_hdr *ip = ip_hdr(skb);
	struct cut c = {
		.net = net, .skb = skb, .hlen = ip_hdr_len(ip), .frag_off = ntohs(ip->frag_off)
	};
	int err;

	if (mtu < c.hlen + 8u) {
		MIB_INC(net, IpFragFails);
		skb_drop(net, skb, DROP_TOO_BIG);
		return -EMSGSIZE;
	}
	c.room = (mtu - c.hlen) & ~7u;
	memcpy(c.header, ip, c.hlen);
	err = skb->csum == CSUM_PARTIAL ? skb_checksum_help(skb) : 0;
	if (!err)
		err = cut(&c, output);
	if (err)
		MIB_INC(net, IpFragFails);
	else
		MIB_INC(net, IpFragOKs);
	skb_free(skb);
	return err;
}
