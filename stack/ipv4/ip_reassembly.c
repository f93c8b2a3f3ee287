/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reassembly of IPv4: what a fragment's header says, for the queues of stack/ip/frag_queue.h, and the
 * header of the whole. Called by ip_local_deliver() only: who forwards does not reassemble.
 */
#include "stack/ipv4/ip_reassembly.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/ip/frag_queue.h"
#include "stack/ipv4/ip.h"

struct ip_frags {
	struct frag_table table;
};

static void expired(struct net *net, struct sk_buff *skb)
{
	ip_skb_parm_fill(skb);
	ip_drop(net, skb, DROP_FRAG_TIMEOUT, 0);
}

static const struct frag_ops ops = {
	.max_len = IPV4_MAX_LEN,
	.timeouts = MIB_IpReasmTimeout,
	.oks = MIB_IpReasmOKs,
	.fails = MIB_IpReasmFails,
	.overlaps = MIB_IpReasmOverlaps,
	.expired = expired,
};

/*
 * Its place is known to lie within a packet; note it, take off the header. False: it can be no
 * fragment.
 */
static bool fragment_place(struct sk_buff *skb, struct frag_place *ret)
{
	const struct ipv4_hdr *ip = ip_hdr(skb);
	uint8_t hlen = ip_hdr_len(ip);

	ret->off = (ntohs(ip->frag_off) & IPV4_OFFSET) * 8;
	ret->len = skb->len - hlen;
	ret->more = ip->frag_off & htons(IPV4_MF);
	if (!ret->len || hlen + ret->off + ret->len > IPV4_MAX_LEN)
		return false;
	if (ret->more && ret->len % 8)
		return false;
	skb_pull(skb, hlen);
	return true;
}

static void finish_header(struct sk_buff *skb)
{
	struct ipv4_hdr *ip = ip_hdr(skb);

	ip->tot_len = htons(skb->len);
	ip->frag_off = 0;
	ip_send_check(ip);
	ip_skb_parm_fill(skb);
}

struct sk_buff *ip_defrag(struct net *net, struct sk_buff *skb)
{
	const struct ipv4_hdr *ip = ip_hdr(skb);
	const struct ipv4_sysctl *sysctl = &net->ipv4->sysctl;
	const struct frag_limits limits = { sysctl->ipfrag_high_thresh, sysctl->ipfrag_time };
	const struct frag_key key = {
		.saddr = inaddr_v4(ip->saddr),
		.daddr = inaddr_v4(ip->daddr),
		.id = ip->id,
		.proto = ip->protocol,
	};
	struct frag_place place;
	uint32_t longest = 0;

	MIB_INC(net, IpReasmReqds);
	if (!fragment_place(skb, &place)) {
		MIB_INC(net, IpReasmFails);
		skb_drop(net, skb, DROP_FRAG_BAD);
		return NULL;
	}
	skb = frag_rcv(&net->ipv4->frags->table, skb, &key, &place, &limits, &longest);
	if (!skb)
		return NULL;
	finish_header(skb);
	ip_cb(skb)->frag_size = longest;
	return skb;
}

int ip_reassembly_init(struct net *net)
{
	struct ip_frags *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	frag_table_init(net, &f->table, &ops);
	net->ipv4->frags = f;
	return 0;
}

void ip_reassembly_exit(struct net *net)
{
	struct ip_frags *f = net->ipv4->frags;

	if (!f)
		return;
	frag_table_exit(&f->table);
	free(f);
	net->ipv4->frags = NULL;
}

struct frag_usage ip_reassembly_usage(const struct net *net)
{
	return frag_table_usage(&net->ipv4->frags->table);
}
