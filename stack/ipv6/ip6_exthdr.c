/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extension headers (RFC 8200 4): see ip6_exthdr.h. What a header must be to be passed, and, by looks
 * alone, where the next one is.
 */
#include "stack/ipv6/ip6_exthdr.h"

#include <stddef.h>
#include "stack/ipv6/ip6.h"

#define HDR_LEN	    sizeof(struct ipv6_hdr)
#define PADDING_MAX 7 /* more is never needed to align anything (RFC 8200 4.2) */

#define OPT_PAD1	 0
#define OPT_PADN	 1
#define OPT_ROUTER_ALERT 5 /* RFC 2711 */

/* RFC 8200 4.2: the two highest bits of an option's type: what to do if it is not known */
enum action { SKIP, DISCARD, REPORT, REPORT_UNLESS_MULTICAST };

/* RFC 7045 and IANA's list: those that have the common form, AH but for its length. */
#define NEXTHDR_MOBILITY 135
#define NEXTHDR_HIP	 139
#define NEXTHDR_SHIM6	 140

/* Options -------------------------------------------------------------------------------------- */

struct options {
	const uint8_t *start;
	uint32_t len;
	bool hop; /* hop-by-hop; else destination */
	uint32_t max_number;
	/* Found. */
	bool router_alert;
	uint32_t bad;	    /* offset from start of an option that is not known … */
	enum action action; /* … and what it wants: SKIP: there is none */
};

static bool padding_valid(const uint8_t *opt, uint32_t len, uint32_t *run)
{
	*run += len;
	if (*run > PADDING_MAX)
		return false;
	/* RFC 4942 2.1.9.5: a channel that nobody looks into */
	for (uint32_t i = 2; i < len; i++)
		if (opt[i])
			return false;
	return true;
}

/* One that is no padding; false: bad. */
static bool option_valid(struct options *o, const uint8_t *opt)
{
	if (o->hop && opt[0] == OPT_ROUTER_ALERT) {
		o->router_alert = true;
		return opt[1] == 2;
	}
	o->action = opt[0] >> 6;
	o->bad = opt - o->start;
	return true;
}

/* Walk over them up to the end, or to one that ends it. False: bad, and nobody is told. */
static bool options_walk(struct options *o)
{
	uint32_t at = 0, len, number = 0, padding = 0;

	for (; at < o->len && o->action == SKIP; at += len) {
		const uint8_t *opt = o->start + at;

		if (opt[0] == OPT_PAD1) {
			len = 1;
		} else if (at + 1 >= o->len || at + 2 + opt[1] > o->len) {
			return false;
		} else {
			len = 2 + opt[1];
		}
		if (opt[0] <= OPT_PADN) {
			if (!padding_valid(opt, len, &padding))
				return false;
			continue;
		}
		padding = 0;
		if (++number > o->max_number || !option_valid(o, opt))
			return false;
	}
	return true;
}

/* The options of the header at offset @off from the network header, all linear. 0, or 1: dropped. */
static int options_rcv(struct net *net, struct sk_buff *skb, uint32_t off, struct options *o)
{
	bool multicast = ipv6_to_multicast(skb);
	uint32_t pointer;

	o->start = (const uint8_t *)skb_network_header(skb) + off + sizeof(struct ipv6_opt_hdr);
	if (!options_walk(o)) {
		ip6_drop(net, skb, DROP_IP6_EXTHDR, 0);
		return 1;
	}
	if (o->action == SKIP)
		return 0;
	pointer = off + sizeof(struct ipv6_opt_hdr) + o->bad;
	if (o->action == DISCARD || (o->action == REPORT_UNLESS_MULTICAST && multicast))
		pointer = 0;
	ip6_drop(net, skb, DROP_IP6_OPTION, pointer);
	return 1;
}

/* Headers on their way in ---------------------------------------------------------------------- */

static uint32_t network_offset(const struct sk_buff *skb)
{
	return skb->data - (uint8_t *)skb_network_header(skb);
}

/* In the units of ip6_skb_cb; what is too far away to be noted is not. */
static uint8_t noted(uint32_t off)
{
	return off / 8 <= UINT8_MAX ? off / 8 : 0;
}

/* The header at data + @off, all of it linear; NULL: it runs off the packet. */
static const struct ipv6_opt_hdr *whole_header(struct sk_buff *skb, uint32_t off, uint32_t *ret_len)
{
	const struct ipv6_opt_hdr *h;

	if (!skb_may_pull(skb, off + 8))
		return NULL;
	h = (const struct ipv6_opt_hdr *)(skb->data + off);
	*ret_len = (h->hdrlen + 1) * 8;
	if (!skb_may_pull(skb, off + *ret_len))
		return NULL;
	return (const struct ipv6_opt_hdr *)(skb->data + off);
}

int ip6_exthdr_hop_rcv(struct net *net, struct sk_buff *skb)
{
	const struct ipv6_sysctl *sysctl = &net->ipv6->sysctl;
	struct options o = { .hop = true, .max_number = sysctl->max_hbh_opts_number };
	uint32_t len;

	if (!whole_header(skb, HDR_LEN, &len) || len > sysctl->max_hbh_length) {
		ip6_drop(net, skb, DROP_IP6_EXTHDR, 0);
		return 1;
	}
	o.len = len - sizeof(struct ipv6_opt_hdr);
	if (options_rcv(net, skb, HDR_LEN, &o))
		return 1;
	ip6_cb(skb)->hop = noted(HDR_LEN);
	if (o.router_alert)
		ip6_cb(skb)->flags |= IP6SKB_ROUTER_ALERT;
	return 0;
}

/*
 * Seen by ip6_exthdr_hop_rcv(), which is why it may be nowhere else (RFC 8200 4.1, 4.3): nor come in a
 * fragment and stand first only when the packet is whole.
 */
static int hop_rcv(struct net *net, struct sk_buff *skb)
{
	if (ip6_cb(skb)->nhoff == offsetof(struct ipv6_hdr, nexthdr) && ip6_cb(skb)->hop)
		return 0;
	ip6_drop(net, skb, DROP_IP_NOPROTO, ip6_cb(skb)->nhoff);
	return 1;
}

static int dst_rcv(struct net *net, struct sk_buff *skb, uint32_t len)
{
	const struct ipv6_sysctl *sysctl = &net->ipv6->sysctl;
	struct options o = {
		.len = len - sizeof(struct ipv6_opt_hdr),
		.max_number = sysctl->max_dst_opts_number,
	};

	if (len > sysctl->max_dst_opts_length) {
		ip6_drop(net, skb, DROP_IP6_EXTHDR, 0);
		return 1;
	}
	ip6_cb(skb)->dst1 = noted(network_offset(skb));
	return options_rcv(net, skb, network_offset(skb), &o);
}

/*
 * RFC 8200 4.4: no type is known here, type 0 (RFC 5095) no more than any other: at the end of its way
 * such a header says nothing, before it it is refused.
 */
static int routing_rcv(struct net *net, struct sk_buff *skb)
{
	const struct ipv6_rt_hdr *h = (const struct ipv6_rt_hdr *)skb->data;
	struct ip6_skb_cb *cb = ip6_cb(skb);

	if (in6_is_multicast(&cb->parm.daddr) || skb->pkt_type != PACKET_HOST) {
		ip6_drop(net, skb, DROP_IP_INADDRERRORS, 0);
		return 1;
	}
	if (h->segments_left) {
		ip6_drop(net, skb, DROP_IP6_ROUTING,
			 network_offset(skb) + offsetof(struct ipv6_rt_hdr, type));
		return 1;
	}
	cb->rt = noted(network_offset(skb));
	cb->dst0 = cb->dst1; /* what came before it is for each node of the way */
	cb->dst1 = 0;
	return 0;
}

int ip6_exthdr_rcv(struct net *net, struct sk_buff *skb, uint8_t *nexthdr)
{
	const struct ipv6_opt_hdr *h;
	uint32_t len;
	int err;

	if (*nexthdr == IPPROTO_NONE) {
		skb_drop(net, skb, DROP_IP6_NONEXTHDR);
		return 1;
	}
	h = whole_header(skb, 0, &len);
	if (!h) {
		ip6_drop(net, skb, DROP_IP6_EXTHDR, 0);
		return 1;
	}
	switch (*nexthdr) {
	case IPPROTO_HOPOPTS:
		err = hop_rcv(net, skb);
		break;
	case IPPROTO_DSTOPTS:
		err = dst_rcv(net, skb, len);
		break;
	default:
		err = routing_rcv(net, skb);
		break;
	}
	if (err)
		return err;
	*nexthdr = h->nexthdr;
	ip6_cb(skb)->nhoff = network_offset(skb);
	skb_pull(skb, len);
	return 0;
}

/* By looks ------------------------------------------------------------------------------------- */

bool ip6_is_exthdr(uint8_t nexthdr)
{
	switch (nexthdr) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_DSTOPTS:
	case IPPROTO_NONE:
		return true;
	default:
		return false;
	}
}

/* Of the common form, so that one can look behind them, whether the stack speaks them or not. */
static bool can_pass(uint8_t nexthdr)
{
	switch (nexthdr) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_DSTOPTS:
	case IPPROTO_AH:
	case NEXTHDR_MOBILITY:
	case NEXTHDR_HIP:
	case NEXTHDR_SHIM6:
		return true;
	default:
		return false;
	}
}

int ip6_skip_exthdrs(const struct sk_buff *skb, uint32_t off, uint8_t *nexthdr,
		     uint16_t *ret_frag_off)
{
	uint8_t type = *nexthdr;
	struct ipv6_opt_hdr h;

	*ret_frag_off = 0;
	while (can_pass(type)) {
		if (skb_copy_bits(skb, off, &h, sizeof(h)))
			return -1;
		if (type == IPPROTO_FRAGMENT) {
			struct ipv6_frag_hdr fh;

			if (skb_copy_bits(skb, off, &fh, sizeof(fh)))
				return -1;
			*ret_frag_off = ntohs(fh.frag_off);
			off += sizeof(fh);
			if (*ret_frag_off & IP6_OFFSET) {
				*nexthdr = fh.nexthdr;
				return off;
			}
		} else {
			off += type == IPPROTO_AH ? (h.hdrlen + 2) * 4u : (h.hdrlen + 1) * 8u;
		}
		type = h.nexthdr;
	}
	*nexthdr = type;
	return off > skb->len ? -1 : (int)off;
}

int ip6_unfragmentable(const struct sk_buff *skb, uint32_t *ret_nhoff)
{
	uint32_t off = HDR_LEN, nhoff = offsetof(struct ipv6_hdr, nexthdr), ret = HDR_LEN;
	struct ipv6_opt_hdr h;
	uint8_t type;

	*ret_nhoff = nhoff;
	if (skb_copy_bits(skb, nhoff, &type, sizeof(type)))
		return -1;
	/* Hop-by-hop options, and all up to a routing header: destination options only if one follows */
	while (type == IPPROTO_HOPOPTS || type == IPPROTO_ROUTING || type == IPPROTO_DSTOPTS) {
		bool stays = type != IPPROTO_DSTOPTS;

		if (skb_copy_bits(skb, off, &h, sizeof(h)))
			return -1;
		nhoff = off;
		off += (h.hdrlen + 1) * 8;
		if (off > skb->len)
			return -1;
		type = h.nexthdr;
		if (stays) {
			ret = off;
			*ret_nhoff = nhoff;
		}
	}
	return ret;
}
