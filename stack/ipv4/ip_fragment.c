/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fragmentation: each piece gets a header of its own, and shares the payload's pages. See
 * ip_fragment.h.
 */
#include "stack/ipv4/ip_fragment.h"

#include <errno.h>
#include <string.h>
#include "stack/ip/frag_cut.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/ip_options.h"

struct cut {
	struct frag_cut c;
	uint8_t header[IPV4_HDR_MAX]; /* of the next piece, but for length, offset and checksum */
	uint16_t frag_off;	      /* of the whole: flags and offset, host byte order */
};

static void write_header(struct frag_cut *c, struct sk_buff *piece, uint32_t at, bool last)
{
	struct cut *cut = container_of(c, struct cut, c);
	struct ipv4_hdr *ip = memcpy(piece->data, cut->header, c->hlen);
	bool more = (cut->frag_off & IPV4_MF) || !last;

	ip->tot_len = htons(piece->len);
	ip->frag_off = htons(((cut->frag_off & IPV4_OFFSET) + at / 8) | (cut->frag_off & IPV4_DF) |
			     (more ? IPV4_MF : 0));
	ip_send_check(ip);
	if (at == 0)
		ip_options_fragment(cut->header + sizeof(*ip), c->hlen - sizeof(*ip));
}

int ip_fragment(struct net *net, struct sk_buff *skb, uint32_t mtu,
		int (*output)(struct net *net, struct sk_buff *skb))
{
	const struct ipv4_hdr *ip = ip_hdr(skb);
	uint8_t hlen = ip_hdr_len(ip);
	struct cut cut = {
		.c = { .net = net,
		       .skb = skb,
		       .from = hlen,
		       .hlen = hlen,
		       .creates = MIB_IpFragCreates,
		       .header = write_header,
		       .output = output },
		.frag_off = ntohs(ip->frag_off),
	};
	int err;

	if (mtu < hlen + 8u) {
		MIB_INC(net, IpFragFails);
		skb_drop(net, skb, DROP_TOO_BIG);
		return -EMSGSIZE;
	}
	cut.c.room = (mtu - hlen) & ~7u;
	memcpy(cut.header, ip, hlen);
	err = skb->csum == CSUM_PARTIAL ? skb_checksum_help(skb) : 0;
	if (!err)
		err = frag_cut(&cut.c);
	if (err)
		MIB_INC(net, IpFragFails);
	else
		MIB_INC(net, IpFragOKs);
	skb_free(skb);
	return err;
}
