/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MLD messages that we receive: queries of both versions, and the reports of version 1. What
 * follows from them is stack/ip/mc_query.c's. Called by ICMPv6's input.
 */
#include "stack/ipv6/mld.h"

#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/mld_dev.h"

#define MLD_HOP_LIMIT	  1 /* RFC 3810 5: what comes from farther away is not a neighbour's */
#define V1_MAX_DELAY_CODE 0x7fffu /* up to this a code means the same in both versions */

/* RFC 3810 6.2: a query that fails any of these is a stranger's */
static bool from_router(const struct sk_buff *skb)
{
	const struct ip6_skb_cb *cb = ip6_cb(skb);

	return in6_is_linklocal(&cb->parm.saddr) && cb->parm.ttl == MLD_HOP_LIMIT &&
	       cb->flags & IP6SKB_ROUTER_ALERT;
}

/* RFC 3810 8.1: the version is told by the length. @skb is linear and holds a struct mld_hdr. */
static bool parse_query(const struct mc_dev *mc, const struct sk_buff *skb, struct mc_query *q)
{
	const struct mld_hdr *hdr = (const struct mld_hdr *)skb->data;
	uint32_t code = ntohs(hdr->max_delay);

	*q = (struct mc_query){ .group = hdr->group };
	if (!inaddr_any(&q->group) && !in6_is_multicast(&q->group))
		return false;
	if (skb->len == sizeof(*hdr)) {
		q->version = 2;
		q->max_delay = code;
		return true;
	}
	/* A node that speaks version 1 knows of no exponents (8.2.1). */
	q->max_delay = mc_version(mc) == 3 ? mc_decode(code, 12) : min(code, V1_MAX_DELAY_CODE);
	return mc_query_parse_v3(q, mc->ops, (const uint8_t *)(hdr + 1), skb->tail);
}

/*
 * RFC 2710 3.4 and 4: a report of another node. It is only worth something if the routers have
 * heard it too: not one sent to us alone.
 */
static bool is_others_report(const struct sk_buff *skb, const union inaddr *group)
{
	const struct ip6_skb_cb *cb = ip6_cb(skb);

	return !skb->looped && cb->parm.ttl == MLD_HOP_LIMIT &&
	       inaddr_equal(&cb->parm.daddr, group) &&
	       (in6_is_linklocal(&cb->parm.saddr) || in6_is_any(&cb->parm.saddr));
}

int mld_rcv(struct net *net, struct sk_buff *skb)
{
	const struct inet6_dev *idev = in6_dev_get(skb->dev);
	const struct mld_hdr *hdr;
	union inaddr group;
	struct mc_query q;

	if (skb_linearize(skb) != 0)
		return skb_drop(net, skb, DROP_NO_MEMORY);
	hdr = skb_hdr(skb, sizeof(*hdr));
	/* Reports of version 2 may be shorter; but they are for routers: nothing to a host. */
	if (!idev || !idev->mc || !skb->len || (!hdr && *skb->data != ICMP6_MLDV2_REPORT))
		return skb_drop(net, skb, DROP_MLD_HDR);
	switch (*skb->data) {
	case ICMP6_MLD_QUERY:
		if (!from_router(skb) || !parse_query(&idev->mc->mc, skb, &q))
			return skb_drop(net, skb, DROP_MLD_HDR);
		mc_query_rcv(&idev->mc->mc, &q);
		break;
	case ICMP6_MLD_REPORT:
		group = hdr->group;
		if (is_others_report(skb, &group))
			mc_report_rcv(&idev->mc->mc, &group);
		break;
	}
	skb_free(skb);
	return 0;
}
