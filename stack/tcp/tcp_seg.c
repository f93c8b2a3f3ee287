/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a segment from a stranger: what is checked here is trusted after that. */
#include "stack/tcp/tcp_seg.h"

#include <netinet/in.h>
#include "stack/core/skbuff.h"
#include "stack/lib/checksum.h"
#include "stack/tcp/tcp_options.h"

static bool bad(struct net *net, struct sk_buff *skb, enum drop_reason reason)
{
	MIB_INC(net, TcpInErrs);
	if (reason == DROP_TCP_CSUM)
		MIB_INC(net, TcpInCsumErrors);
	skb_drop(net, skb, reason);
	return false;
}

static bool checksum_right(const struct sk_buff *skb, const struct inet_skb_parm *parm)
{
	if (skb->csum != CSUM_NONE)
		return true;
	return !csum_fold(skb_checksum(skb, 0, skb->len,
				       csum_pseudo(parm->family, &parm->saddr, &parm->daddr,
						   skb->len, IPPROTO_TCP)));
}

/* The addresses and the header's numbers. */
static void read_header(const struct inet_skb_parm *parm, const struct tcp_hdr *th,
			struct tcp_seg *ret)
{
	ret->saddr = parm->saddr;
	ret->daddr = parm->daddr;
	ret->family = parm->family;
	ret->iif = parm->iif;
	ret->ttl = parm->ttl;
	ret->tos = parm->tos;
	ret->sport = th->source;
	ret->dport = th->dest;
	ret->flags = th->flags;
	ret->seq = ntohl(th->seq);
	ret->ack = ntohl(th->ack_seq);
	ret->wnd = ntohs(th->window);
}

bool tcp_seg_parse(struct net *net, struct sk_buff *skb, struct tcp_seg *ret)
{
	const struct inet_skb_parm *parm = (const struct inet_skb_parm *)skb->cb;
	const struct tcp_hdr *th = skb_hdr(skb, sizeof(*th));
	unsigned hlen;

	if (!th)
		return bad(net, skb, DROP_TCP_HDR);
	hlen = tcp_hdr_len(th);
	if (hlen < sizeof(*th) || !skb_may_pull(skb, hlen))
		return bad(net, skb, DROP_TCP_HDR);
	if (!checksum_right(skb, parm))
		return bad(net, skb, DROP_TCP_CSUM);

	th = (const struct tcp_hdr *)skb->data;
	read_header(parm, th, ret);
	tcp_options_parse((const uint8_t *)(th + 1), hlen - sizeof(*th), th->flags & TCPHDR_SYN,
			  &ret->opt);
	skb_pull(skb, hlen);
	ret->len = skb->len;
	ret->mss = skb_is_gso(skb) ? skb->gso_size : skb->len;
	ret->end_seq =
		ret->seq + ret->len + !!(ret->flags & TCPHDR_SYN) + !!(ret->flags & TCPHDR_FIN);
	return true;
}

void tcp_seg_trim_front(struct sk_buff *skb, struct tcp_seg *seg, uint32_t len)
{
	seg->seq += len;
	if (len && (seg->flags & TCPHDR_SYN)) {
		seg->flags &= ~TCPHDR_SYN;
		len--;
	}
	len = min(len, seg->len);
	skb_pull(skb, len);
	seg->len -= len;
}

void tcp_seg_trim_tail(struct sk_buff *skb, struct tcp_seg *seg, uint32_t len)
{
	seg->end_seq -= len;
	if (len && (seg->flags & TCPHDR_FIN)) {
		seg->flags &= ~TCPHDR_FIN;
		len--;
	}
	seg->len -= min(len, seg->len);
	skb_trim(skb, seg->len);
}
