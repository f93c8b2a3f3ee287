/* SPDX-License-Identifier: BSD-2-Clause */
/* Making a segment from nothing but names and numbers; see tcp_reply.h. */
#include "stack/tcp/tcp_reply.h"

#include <errno.h>
#include "stack/core/skbuff.h"
#include "stack/lib/checksum.h"
#include "stack/lib/in6.h"
#include "stack/tcp/tcp_options.h"

static struct sk_buff *reply_make(struct net *net, const struct tcp_reply *r)
{
	unsigned hlen = TCP_HDR_LEN + tcp_options_len(&r->opts);
	struct sk_buff *skb = skb_alloc(net, SKB_HEADROOM, hlen);
	struct tcp_hdr *th;

	if (!skb)
		return NULL;
	th = skb_put(skb, hlen);
	th->source = r->sport;
	th->dest = r->dport;
	th->seq = htonl(r->seq);
	th->ack_seq = htonl(r->ack);
	th->doff = hlen / 4 << 4;
	th->flags = r->flags;
	th->window = htons(r->window);
	th->urg_ptr = 0;
	tcp_options_write((uint8_t *)(th + 1), &r->opts);
	th->check = (be16)~csum_fold(
		csum_pseudo(r->af->family, &r->saddr, &r->daddr, hlen, IPPROTO_TCP));
	skb_reset_transport_header(skb);
	skb->csum = CSUM_PARTIAL;
	skb->csum_start = skb->transport_off;
	skb->csum_offset = offsetof(struct tcp_hdr, check);
	skb->mark = r->mark;
	return skb;
}

int tcp_reply_xmit(struct net *net, const struct tcp_reply *r)
{
	struct inet_xmit x = r->x;
	struct flow fl = {
		.family = r->af->family,
		.proto = IPPROTO_TCP,
		.tos = r->x.tos,
		.flags = FLOW_ANYSRC,
		.oif = r->oif,
		.mark = r->mark,
		.saddr = r->saddr,
		.daddr = r->daddr,
		.sport = r->sport,
		.dport = r->dport,
	};
	struct dst_entry *dst = r->dst;
	struct sk_buff *skb;
	int err;

	x.proto = IPPROTO_TCP;
	x.df = true;
	x.may_fragment = x.ignore_pmtu = false;
	x.sport = r->sport;
	x.dport = r->dport;
	x.saddr = r->saddr;
	x.daddr = r->daddr;
	if (dst)
		dst_hold(dst);
	else if ((err = r->af->route_output(net, &fl, &dst)))
		return err;
	skb = reply_make(net, r);
	if (skb) {
		MIB_INC(net, TcpOutSegs);
		err = r->af->xmit(net, skb, dst, &x);
	} else {
		err = -ENOMEM;
	}
	dst_release(dst);
	return err;
}

void tcp_reply_reset(struct net *net, const struct tcp_seg *seg, uint32_t mark)
{
	struct tcp_reply r = {
		.af = inet_af_find(net, seg->family),
		.saddr = seg->daddr,
		.daddr = seg->saddr,
		.sport = seg->dport,
		.dport = seg->sport,
		.mark = mark,
		.flags = TCPHDR_RST,
	};

	if (seg->flags & TCPHDR_RST)
		return;
	if (seg->family == AF_INET6 && in6_needs_scope(&seg->saddr))
		r.oif = seg->iif;
	if (seg->flags & TCPHDR_ACK) {
		r.seq = seg->ack;
	} else {
		r.ack = seg->end_seq;
		r.flags |= TCPHDR_ACK;
	}
	MIB_INC(net, TcpOutRsts);
	tcp_reply_xmit(net, &r);
}
