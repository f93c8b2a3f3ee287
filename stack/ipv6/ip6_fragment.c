/* SPDX-License-Identifier: BSD-2-Clause */
/* Fragmentation (RFC 8200 4.5): see ip6_fragment.h. */
#include "stack/ipv6/ip6_fragment.h"

#include <errno.h>
#include <string.h>
#include "stack/core/dst.h"
#include "stack/ip/frag_cut.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/ip6_exthdr.h"

#define HDR_LEN	 sizeof(struct ipv6_hdr)
#define FRAG_LEN sizeof(struct ipv6_frag_hdr)

struct cut {
	struct frag_cut c;
	uint32_t nhoff; /* of the byte that names the fragment header */
	be32 id;
};

static void write_headers(struct frag_cut *c, struct sk_buff *piece, uint32_t at, bool last)
{
	const struct cut *cut = container_of(c, struct cut, c);
	uint8_t *hdr = memcpy(piece->data, c->skb->data, c->from);
	struct ipv6_frag_hdr *fh = (struct ipv6_frag_hdr *)(hdr + c->from);

	*fh = (struct ipv6_frag_hdr){
		.nexthdr = hdr[cut->nhoff],
		.frag_off = htons(at | (last ? 0 : IP6_MORE)),
		.id = cut->id,
	};
	hdr[cut->nhoff] = IPPROTO_FRAGMENT;
	((struct ipv6_hdr *)hdr)->payload_len = htons(piece->len - HDR_LEN);
}

/* RFC 7112: all headers are in the first fragment. */
static bool chain_fits(const struct sk_buff *skb, uint32_t mtu)
{
	uint8_t nexthdr = ipv6_hdr(skb)->nexthdr;
	uint16_t frag_off;
	int off = ip6_skip_exthdrs(skb, HDR_LEN, &nexthdr, &frag_off);

	return off >= 0 && off + FRAG_LEN + 8 <= mtu;
}

static int fragment(struct net *net, struct sk_buff *skb, uint32_t mtu,
		    int (*output)(struct net *net, struct sk_buff *skb))
{
	struct cut cut = {
		.c = { .net = net,
		       .skb = skb,
		       .creates = MIB_Ip6FragCreates,
		       .header = write_headers,
		       .output = output },
		.id = ip6_frag_id(net),
	};
	int from = ip6_unfragmentable(skb, &cut.nhoff), err;

	if (from < 0 || !chain_fits(skb, mtu))
		return -EMSGSIZE;
	if (!skb_may_pull(skb, from))
		return -ENOMEM;
	cut.c.from = from;
	cut.c.hlen = from + FRAG_LEN;
	cut.c.room = (mtu - cut.c.hlen) & ~7u;
	err = skb->csum == CSUM_PARTIAL ? skb_checksum_help(skb) : 0;
	return err ? err : frag_cut(&cut.c);
}

int ip6_fragment(struct net *net, struct sk_buff *skb, uint32_t mtu,
		 int (*output)(struct net *net, struct sk_buff *skb))
{
	/* RFC 8021: nobody makes us cut what every link can carry. */
	int err = fragment(net, skb, max(mtu, (uint32_t)IPV6_MIN_MTU), output);

	if (err)
		MIB_INC(net, Ip6FragFails);
	else
		MIB_INC(net, Ip6FragOKs);
	if (err == -EMSGSIZE)
		skb_drop(net, skb, DROP_TOO_BIG);
	else
		skb_free(skb);
	return err;
}
