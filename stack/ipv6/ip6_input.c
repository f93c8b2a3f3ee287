/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The front of IPv6: what comes in is validated here, once (RFC 8200 3, RFC 4291 2), routed, and what
 * is for us taken through its extension headers to raw sockets and to its transport. Here, too, is the
 * one table that says which discards are answered by an ICMPv6 error.
 */
#include "stack/ipv6/ip6.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ip6_exthdr.h"
#include "stack/ipv6/ip6_reassembly.h"
#include "stack/ipv6/route6.h"

#define HDR_LEN sizeof(struct ipv6_hdr)

/* Discards ------------------------------------------------------------------------------------- */

enum answer {
	SILENT,
	ANSWER,
	ANSWER_IF_POINTED, /* a parameter problem: there is none where no byte is at fault */
};

/* What a discard is counted as, and what its sender is told: no entry: nothing. */
static const struct drop_rule {
	enum drop_reason reason;
	enum mib_counter counter; /* MIB_MAX: counted where it happens */
	enum answer answer;
	uint8_t type, code;
} drop_rules[] = {
	{ DROP_IP6_HDR, MIB_Ip6InHdrErrors, SILENT, 0, 0 },
	{ DROP_IP6_TRUNCATED, MIB_Ip6InTruncatedPkts, SILENT, 0, 0 },
	{ DROP_IP6_DISABLED, MIB_Ip6InDiscards, SILENT, 0, 0 },
	{ DROP_IP6_EXTHDR, MIB_Ip6InHdrErrors, ANSWER_IF_POINTED, ICMP6_PARAM_PROB,
	  ICMP6_HDR_FIELD },
	{ DROP_IP6_ROUTING, MIB_Ip6InHdrErrors, ANSWER_IF_POINTED, ICMP6_PARAM_PROB,
	  ICMP6_HDR_FIELD },
	{ DROP_IP6_OPTION, MIB_Ip6InHdrErrors, ANSWER_IF_POINTED, ICMP6_PARAM_PROB,
	  ICMP6_UNK_OPTION },
	{ DROP_IP6_HDR_CHAIN, MIB_Ip6InHdrErrors, ANSWER, ICMP6_PARAM_PROB, ICMP6_HDR_INCOMP },
	{ DROP_IP_NOPROTO, MIB_Ip6InUnknownProtos, ANSWER, ICMP6_PARAM_PROB, ICMP6_UNK_NEXTHDR },
	{ DROP_IP_INADDRERRORS, MIB_Ip6InAddrErrors, SILENT, 0, 0 },
	{ DROP_IP_NOFORWARD, MIB_Ip6InAddrErrors, SILENT, 0, 0 },
	{ DROP_IP6_SCOPE, MIB_Ip6InAddrErrors, ANSWER, ICMP6_DEST_UNREACH, ICMP6_NOT_NEIGHBOUR },
	{ DROP_IP_RPFILTER, MIB_Ip6InDiscards, SILENT, 0, 0 },
	{ DROP_IP_BLACKHOLE, MIB_Ip6InDiscards, SILENT, 0, 0 },
	{ DROP_NO_MEMORY, MIB_Ip6InDiscards, SILENT, 0, 0 },
	{ DROP_IP_TTL, MIB_Ip6InHdrErrors, ANSWER, ICMP6_TIME_EXCEEDED, ICMP6_EXC_HOPLIMIT },
	{ DROP_IP_DF, MIB_Ip6InTooBigErrors, ANSWER, ICMP6_PACKET_TOO_BIG, 0 },
	{ DROP_IP_NOROUTE, MIB_Ip6InNoRoutes, ANSWER, ICMP6_DEST_UNREACH, ICMP6_NOROUTE },
	{ DROP_IP_HOSTUNREACH, MIB_Ip6InNoRoutes, ANSWER, ICMP6_DEST_UNREACH, ICMP6_NOROUTE },
	{ DROP_IP_PROHIBIT, MIB_Ip6InNoRoutes, ANSWER, ICMP6_DEST_UNREACH, ICMP6_ADM_PROHIBITED },
	{ DROP_FRAG_BAD, MIB_Ip6InHdrErrors, ANSWER_IF_POINTED, ICMP6_PARAM_PROB, ICMP6_HDR_FIELD },
	{ DROP_FRAG_TIMEOUT, MIB_MAX, ANSWER, ICMP6_TIME_EXCEEDED, ICMP6_EXC_FRAGTIME },
	{ DROP_NEIGH_FAILED, MIB_MAX, ANSWER, ICMP6_DEST_UNREACH, ICMP6_ADDR_UNREACH },
};

static const struct drop_rule *drop_rule(enum drop_reason reason)
{
	for (unsigned i = 0; i < ARRAY_SIZE(drop_rules); i++)
		if (drop_rules[i].reason == reason)
			return &drop_rules[i];
	return NULL;
}

int ip6_drop(struct net *net, struct sk_buff *skb, enum drop_reason reason, uint32_t info)
{
	const struct drop_rule *rule = drop_rule(reason);

	if (rule && rule->counter != MIB_MAX)
		net->mib[rule->counter]++;
	if (rule && (rule->answer == ANSWER || (rule->answer == ANSWER_IF_POINTED && info)))
		icmp6_send(net, skb, rule->type, rule->code, info);
	return skb_drop(net, skb, reason);
}

/* To us ---------------------------------------------------------------------------------------- */

void ip6_skb_parm_fill(struct sk_buff *skb)
{
	const struct ipv6_hdr *ip6 = ipv6_hdr(skb);

	ip6_cb(skb)->parm = (struct inet_skb_parm){
		.saddr = ip6->saddr,
		.daddr = ip6->daddr,
		.iif = skb->dev->ifindex,
		.family = AF_INET6,
		.ttl = ip6->hop_limit,
		.tos = ipv6_tclass(ip6),
		.proto = ip6->nexthdr,
	};
}

/* What the stack knows no header of its own for: data at the upper layer's. */
static int deliver_to_transport(struct net *net, struct sk_buff *skb, uint8_t nexthdr)
{
	struct ipv6_net *ipv6 = net->ipv6;
	const struct inet_protocol *p;
	bool raw;

	ip6_cb(skb)->parm.proto = nexthdr;
	skb_reset_transport_header(skb);
	raw = ipv6->raw_deliver && ipv6->raw_deliver(net, skb);
	p = inet_protocol_over(net, AF_INET6, nexthdr);
	if (likely(p)) {
		MIB_INC(net, Ip6InDelivers);
		return p->rcv(net, skb);
	}
	if (!raw)
		return ip6_drop(net, skb, DROP_IP_NOPROTO, ip6_cb(skb)->nhoff);
	MIB_INC(net, Ip6InDelivers);
	skb_free(skb);
	return 0;
}

int ip6_local_deliver(struct net *net, struct sk_buff *skb)
{
	uint8_t nexthdr = ipv6_hdr(skb)->nexthdr;

	skb_pull(skb, HDR_LEN);
	while (unlikely(ip6_is_exthdr(nexthdr))) {
		if (nexthdr == IPPROTO_FRAGMENT) {
			skb = ip6_defrag(net, skb);
			if (!skb)
				return 0;
			nexthdr = *((uint8_t *)skb_network_header(skb) + ip6_cb(skb)->nhoff);
		} else if (ip6_exthdr_rcv(net, skb, &nexthdr)) {
			return 0;
		}
	}
	return deliver_to_transport(net, skb, nexthdr);
}

/* The way in ----------------------------------------------------------------------------------- */

/* May a packet with these addresses come in by @skb's device at all? */
static bool addresses_valid(const struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = &ip6_cb(skb)->parm;
	bool from_wire = !skb->looped && !(skb->dev->flags & IFF_LOOPBACK);
	const struct inet6_dev *idev = in6_dev_get(skb->dev);

	/* RFC 4291 2.7: a group is no source. A mapped address is an IPv4 socket's, never on a wire. */
	if (in6_is_multicast(&parm->saddr) || in6_is_v4mapped(&parm->saddr))
		return false;
	/* RFC 4291 2.5.3 */
	if (from_wire && (in6_is_loopback(&parm->saddr) || in6_is_loopback(&parm->daddr)))
		return false;
	if (!in6_is_multicast(&parm->daddr))
		return skb->pkt_type == PACKET_HOST || !idev->conf.drop_unicast_in_l2_multicast;
	/* RFC 4291 2.7: scope 0 is reserved; interface-local ones do not leave their interface */
	return in6_scope(&parm->daddr) != 0 &&
	       !(from_wire && in6_scope(&parm->daddr) == IN6_SCOPE_NODE);
}

/* The header, linear and right, and nothing behind the packet's end. DROP_MAX: fine. */
static enum drop_reason validate(struct sk_buff *skb)
{
	const struct inet6_dev *idev = in6_dev_get(skb->dev);
	const struct ipv6_hdr *ip6;
	uint32_t len;

	if (!idev || idev->conf.disable_ipv6)
		return DROP_IP6_DISABLED;
	ip6 = skb_hdr(skb, HDR_LEN);
	if (!ip6 || ntohl(ip6->ver_class_label) >> 28 != 6)
		return DROP_IP6_HDR;
	len = ntohs(ip6->payload_len) + HDR_LEN;
	/* RFC 2675: zero stands for a length that an option says; which is refused there. */
	if (!ip6->payload_len && ip6->nexthdr == IPPROTO_HOPOPTS)
		len = min(skb->len, (uint32_t)IPV6_MAX_LEN);
	if (skb->len < len)
		return DROP_IP6_TRUNCATED;
	if (skb->len > len)
		skb_trim(skb, len);
	return DROP_MAX;
}

int ip6_rcv(struct net *net, struct sk_buff *skb)
{
	enum drop_reason reason;

	MIB_INC(net, Ip6InReceives);
	reason = validate(skb);
	if (unlikely(reason != DROP_MAX))
		return ip6_drop(net, skb, reason, 0);
	skb_reset_network_header(skb);
	memset(ip6_cb(skb), 0, sizeof(struct ip6_skb_cb));
	ip6_skb_parm_fill(skb);
	ip6_cb(skb)->nhoff = offsetof(struct ipv6_hdr, nexthdr);
	if (unlikely(!addresses_valid(skb)))
		return ip6_drop(net, skb, DROP_IP6_HDR, 0);
	if (in6_is_multicast(&ip6_cb(skb)->parm.daddr))
		MIB_INC(net, Ip6InMcastPkts);
	if (unlikely(ip6_cb(skb)->parm.proto == IPPROTO_HOPOPTS)) {
		if (ip6_exthdr_hop_rcv(net, skb))
			return 0;
		if (!ipv6_hdr(skb)->payload_len)
			return ip6_drop(net, skb, DROP_IP6_HDR, 0);
	}
	if (unlikely(skb->looped))
		return ip6_local_deliver(net, skb);
	if (unlikely(ip6_route_input(net, skb, &reason)))
		return ip6_drop(net, skb, reason, 0);
	return skb->dst->input(net, skb);
}
