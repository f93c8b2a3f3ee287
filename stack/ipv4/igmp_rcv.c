/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IGMP messages that we receive: queries of all versions, and the reports of older ones. What
 * follows from them is stack/ip/mc_query.c's.
 */
#include "stack/ipv4/igmp_dev.h"

#include "stack/ipv4/devinet.h"
#include "stack/ipv4/ip.h"
#include "stack/lib/checksum.h"

#define IGMP_TTL 1 /* RFC 3376 4: what comes from farther away was never sent by a neighbour */

/*
 * RFC 3376 7.1: the version is told by the length, and by a maximum response time of zero. @skb is
 * linear.
 */
static bool parse_query(const struct mc_dev *mc, const struct sk_buff *skb, struct mc_query *q)
{
	const struct igmp_hdr *hdr = (const struct igmp_hdr *)skb->data;

	*q = (struct mc_query){ .group = inaddr_v4(hdr->group) };
	if (skb->len >= sizeof(*hdr) + MC_QUERY_V3_LEN) {
		q->max_delay = mc_decode(hdr->code, 4) * 100;
		return mc_query_parse_v3(q, mc->ops, (const uint8_t *)(hdr + 1), skb->tail);
	}
	if (skb->len != sizeof(*hdr))
		return false;
	q->version = hdr->code ? 2 : 1;
	q->max_delay = hdr->code ? hdr->code * 100 : MC_RESPONSE_INTERVAL;
	if (!hdr->code)
		q->group = inaddr_v4(0); /* RFC 1112: there are only general queries */
	return true;
}

int igmp_rcv(struct net *net, struct sk_buff *skb)
{
	struct in_device *in_dev = in_dev_get(skb->dev);
	const struct igmp_hdr *hdr;
	union inaddr group;
	struct mc_query q;

	if (skb_linearize(skb) != 0)
		return skb_drop(net, skb, DROP_NO_MEMORY);
	hdr = skb_hdr(skb, sizeof(*hdr));
	if (!hdr || !in_dev || !in_dev->mc || ip_compute_csum(skb->data, skb->len) != 0 ||
	    ip_cb(skb)->parm.ttl != IGMP_TTL)
		return skb_drop(net, skb, DROP_IGMP_HDR);
	switch (hdr->type) {
	case IGMP_QUERY:
		if (!parse_query(in_dev->mc, skb, &q))
			return skb_drop(net, skb, DROP_IGMP_HDR);
		mc_query_rcv(in_dev->mc, &q);
		break;
	case IGMP_V1_REPORT:
	case IGMP_V2_REPORT:
		group = inaddr_v4(hdr->group);
		if (!skb->looped)
			mc_report_rcv(in_dev->mc, &group);
		break;
	default: /* what is between routers, and reports of version 3: nothing to a host */
		break;
	}
	skb_free(skb);
	return 0;
}
