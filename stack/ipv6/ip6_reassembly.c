/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reassembly of IPv6 (RFC 8200 4.5): what a fragment header says, for the queues of
 * stack/ip/frag_queue.h, and the headers of the whole. Called by ip6_local_deliver() only.
 */
#include "stack/ipv6/ip6_reassembly.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ip/frag_queue.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/ip6_exthdr.h"

#define HDR_LEN	 sizeof(struct ipv6_hdr)
#define FRAG_LEN sizeof(struct ipv6_frag_hdr)

struct ip6_frags {
	struct frag_table table;
};

static void expired(struct net *net, struct sk_buff *skb)
{
	ip6_skb_parm_fill(skb);
	ip6_drop(net, skb, DROP_FRAG_TIMEOUT, 0);
}

static const struct frag_ops ops = {
	.max_len = IPV6_MAX_LEN + FRAG_LEN, /* the fragment header is not of the whole */
	.strict = true,
	.timeouts = MIB_Ip6ReasmTimeout,
	.oks = MIB_Ip6ReasmOKs,
	.fails = MIB_Ip6ReasmFails,
	.overlaps = MIB_MAX,
	.expired = expired,
};

static uint32_t network_offset(const struct sk_buff *skb)
{
	return skb->data - (uint8_t *)skb_network_header(skb);
}

static struct sk_buff *refuse(struct net *net, struct sk_buff *skb, enum drop_reason reason,
			      uint32_t info)
{
	MIB_INC(net, Ip6ReasmFails);
	ip6_drop(net, skb, reason, info);
	return NULL;
}

/* Where the header lies that the byte at @nhoff names. */
static uint32_t named_at(const uint8_t *hdr, uint32_t nhoff)
{
	if (nhoff == offsetof(struct ipv6_hdr, nexthdr))
		return HDR_LEN;
	return nhoff + (hdr[nhoff + offsetof(struct ipv6_opt_hdr, hdrlen)] + 1) * 8;
}

/* @skb (data at its network header), of fragments of up to @size bytes, without its fragment header. NULL: no memory. */
static struct sk_buff *take_out(struct net *net, struct sk_buff *skb, uint32_t size)
{
	uint32_t nhoff = ip6_cb(skb)->nhoff, at;
	uint8_t *hdr;

	if (skb_cow_head(skb, 0)) {
		ip6_drop(net, skb, DROP_NO_MEMORY, 0);
		return NULL;
	}
	hdr = skb->data;
	at = named_at(hdr, nhoff);
	hdr[nhoff] = hdr[at];
	memmove(hdr + FRAG_LEN, hdr, at);
	skb_pull(skb, FRAG_LEN);
	skb_reset_network_header(skb);
	ipv6_hdr(skb)->payload_len = htons(skb->len - HDR_LEN);
	ip6_skb_parm_fill(skb);
	ip6_cb(skb)->flags |= IP6SKB_FRAGMENTED;
	ip6_cb(skb)->frag_size = min(size, (uint32_t)UINT16_MAX);
	skb_pull(skb, at);
	return skb;
}

/* RFC 7112: are all headers in the first fragment? Data is behind the fragment header. */
static bool chain_complete(const struct sk_buff *skb, uint8_t nexthdr)
{
	uint16_t frag_off;
	int off = ip6_skip_exthdrs(skb, 0, &nexthdr, &frag_off);
	uint32_t least = 0;

	switch (nexthdr) {
	case IPPROTO_TCP:
		least = 20;
		break;
	case IPPROTO_UDP:
	case IPPROTO_ICMPV6:
		least = 8;
		break;
	case IPPROTO_NONE:
		break;
	default:
		least = 1;
		break;
	}
	return off >= 0 && off + least <= skb->len;
}

static void make_key(const struct sk_buff *skb, be32 id, struct frag_key *ret)
{
	*ret = (struct frag_key){ .saddr = ipv6_saddr(skb), .daddr = ipv6_daddr(skb), .id = id };
	if (in6_needs_scope(&ret->saddr) || in6_needs_scope(&ret->daddr))
		ret->iif = skb->dev->ifindex;
}

/* RFC 8200 4.5, where it is wrong: with the offset of the field at fault; 0: with none. */
static bool place_valid(const struct sk_buff *skb, const struct frag_place *place, uint32_t hdr_off,
			uint32_t *ret_bad)
{
	*ret_bad = 0;
	if (place->more && place->len % 8) {
		*ret_bad = offsetof(struct ipv6_hdr, payload_len);
		return false;
	}
	if (network_offset(skb) - HDR_LEN - FRAG_LEN + place->off + place->len > UINT16_MAX) {
		*ret_bad = hdr_off + offsetof(struct ipv6_frag_hdr, frag_off);
		return false;
	}
	return place->len;
}

struct sk_buff *ip6_defrag(struct net *net, struct sk_buff *skb)
{
	const struct ipv6_sysctl *sysctl = &net->ipv6->sysctl;
	const struct frag_limits limits = { sysctl->ip6frag_high_thresh, sysctl->ip6frag_time };
	const struct ipv6_frag_hdr *h = skb_hdr(skb, sizeof(*h));
	uint32_t hdr_off = network_offset(skb), longest = 0, bad;
	struct frag_place place;
	struct frag_key key;
	uint8_t nexthdr;

	MIB_INC(net, Ip6ReasmReqds);
	if (!h)
		return refuse(net, skb, DROP_IP6_EXTHDR, 0);
	/* As Linux: once is enough. Each time costs a move of all headers before it. */
	if (ip6_cb(skb)->flags & IP6SKB_FRAGMENTED)
		return refuse(net, skb, DROP_FRAG_BAD, hdr_off);
	make_key(skb, h->id, &key);
	place.off = ntohs(h->frag_off) & IP6_OFFSET;
	place.more = h->frag_off & htons(IP6_MORE);
	nexthdr = h->nexthdr;
	skb_pull(skb, FRAG_LEN);
	place.len = skb->len;
	/* RFC 6946: whole by itself; it does not meet fragments of the same identification */
	if (!place.off && !place.more) {
		skb_push(skb, hdr_off + FRAG_LEN);
		MIB_INC(net, Ip6ReasmOKs);
		return take_out(net, skb, skb->len);
	}
	if (!place_valid(skb, &place, hdr_off, &bad))
		return refuse(net, skb, DROP_FRAG_BAD, bad);
	if (!place.off && !chain_complete(skb, nexthdr))
		return refuse(net, skb, DROP_IP6_HDR_CHAIN, 0);
	skb = frag_rcv(&net->ipv6->frags->table, skb, &key, &place, &limits, &longest);
	/* What counts is what the first fragment's headers say (RFC 8200 4.5). */
	return skb ? take_out(net, skb, longest) : NULL;
}

int ip6_reassembly_init(struct net *net)
{
	struct ip6_frags *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	frag_table_init(net, &f->table, &ops);
	net->ipv6->frags = f;
	return 0;
}

void ip6_reassembly_exit(struct net *net)
{
	struct ip6_frags *f = net->ipv6->frags;

	if (!f)
		return;
	frag_table_exit(&f->table);
	free(f);
	net->ipv6->frags = NULL;
}

struct frag_usage ip6_reassembly_usage(const struct net *net)
{
	return frag_table_usage(&net->ipv6->frags->table);
}
