/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The front of IPv4: what comes in is validated here, once (RFC 791, RFC 1122 3.2.1, RFC 1812
 * 5.2.2), routed, and what is for us delivered to raw sockets and to its transport. Here, too, is
 * the one table that says which discards are answered by an ICMP error.
 */
#include "stack/ipv4/ip.h"

#include <errno.h>
#include <string.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/icmp.h"
#include "stack/ipv4/ip_options.h"
#include "stack/ipv4/ip_reassembly.h"
#include "stack/ipv4/route.h"
#include "stack/lib/checksum.h"

void ip_send_check(struct ipv4_hdr *ip)
{
	ip->check = 0;
	ip->check = ip_compute_csum(ip, ip_hdr_len(ip));
}

/* Discards ------------------------------------------------------------------------------------- */

/* What a discard is counted as, and what its sender is told: no entry: nothing. */
static const struct drop_rule {
	enum drop_reason reason;
	enum mib_counter counter; /* MIB_MAX: counted where it happens */
	bool answer;
	uint8_t type, code;
} drop_rules[] = {
	{ DROP_IP_HDR, MIB_IpInHdrErrors, false, 0, 0 },
	{ DROP_IP_CSUM, MIB_IpInHdrErrors, false, 0, 0 },
	{ DROP_IP_OPTIONS, MIB_IpInHdrErrors, true, ICMP_PARAMETERPROB, 0 },
	{ DROP_IP_INADDRERRORS, MIB_IpInAddrErrors, false, 0, 0 },
	{ DROP_IP_NOFORWARD, MIB_IpInAddrErrors, false, 0, 0 },
	{ DROP_IP_RPFILTER, MIB_IpInDiscards, false, 0, 0 },
	{ DROP_IP_BLACKHOLE, MIB_IpInDiscards, false, 0, 0 },
	{ DROP_NO_MEMORY, MIB_IpInDiscards, false, 0, 0 },
	{ DROP_IP_NOPROTO, MIB_IpInUnknownProtos, true, ICMP_DEST_UNREACH, ICMP_PROT_UNREACH },
	{ DROP_IP_TTL, MIB_IpInHdrErrors, true, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL },
	{ DROP_IP_DF, MIB_IpFragFails, true, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED },
	{ DROP_IP_NOROUTE, MIB_IpInNoRoutes, true, ICMP_DEST_UNREACH, ICMP_NET_UNREACH },
	{ DROP_IP_HOSTUNREACH, MIB_IpInNoRoutes, true, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH },
	{ DROP_IP_PROHIBIT, MIB_IpInDiscards, true, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED },
	{ DROP_FRAG_TIMEOUT, MIB_MAX, true, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME },
	{ DROP_NEIGH_FAILED, MIB_MAX, true, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH },
};

static const struct drop_rule *drop_rule(enum drop_reason reason)
{
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(drop_rules); i++)
		if (drop_rules[i].reason == reason)
			return &drop_rules[i];
	return NULL;
}

int ip_drop(struct net *net, struct sk_buff *skb, enum drop_reason reason, uint32_t info)
{
	const struct drop_rule *rule = drop_rule(reason);
	bool answer = rule && rule->answer;

	if (rule && rule->counter != MIB_MAX)
		net->mib[rule->counter]++;
	if (reason == DROP_IP_CSUM)
		MIB_INC(net, IpInCsumErrors);
	if (reason == DROP_IP_OPTIONS) {
		answer = info; /* no byte is at fault: refused in silence */
		info <<= 24;   /* RFC 792: the pointer is the word's first byte */
	}
	if (answer)
		icmp_send(net, skb, rule->type, rule->code, htonl(info));
	return skb_drop(net, skb, reason);
}

/* To us ---------------------------------------------------------------------------------------- */

void ip_skb_parm_fill(struct sk_buff *skb)
{
	const struct ipv4_hdr *ip = ip_hdr(skb);

	ip_cb(skb)->parm = (struct inet_skb_parm){
		.saddr = inaddr_v4(ip->saddr),
		.daddr = inaddr_v4(ip->daddr),
		.iif = skb->dev->ifindex,
		.family = AF_INET,
		.ttl = ip->ttl,
		.tos = ip->tos,
		.proto = ip->protocol,
	};
}

/* A host at the end of a recorded route, or of a timestamp option, writes itself there as well. */
static void mark_options(struct net *net, struct sk_buff *skb)
{
	const struct rtable *rt = skb->dst ? dst_rtable(skb->dst) : NULL;

	if (!rt || rt->type != RTN_LOCAL || skb_cow_head(skb, 0))
		return;
	if (ip_options_mark(net, skb, rt->daddr))
		ip_send_check(ip_hdr(skb));
}

static int deliver_to_transport(struct net *net, struct sk_buff *skb)
{
	struct ipv4_net *ipv4 = net->ipv4;
	const struct inet_protocol *p;
	bool raw;

	skb_pull(skb, ip_hdr_len(ip_hdr(skb)));
	skb_reset_transport_header(skb);
	raw = ipv4->raw_deliver && ipv4->raw_deliver(net, skb);
	p = inet_protocol_over(net, AF_INET, ip_cb(skb)->parm.proto);
	if (likely(p)) {
		MIB_INC(net, IpInDelivers);
		return p->rcv(net, skb);
	}
	if (!raw)
		return ip_drop(net, skb, DROP_IP_NOPROTO, 0);
	MIB_INC(net, IpInDelivers);
	skb_free(skb);
	return 0;
}

int ip_local_deliver(struct net *net, struct sk_buff *skb)
{
	if (unlikely(ip_is_fragment(ip_hdr(skb)))) {
		skb = ip_defrag(net, skb);
		if (!skb)
			return 0;
	}
	if (unlikely(ip_cb(skb)->rr || ip_cb(skb)->ts))
		mark_options(net, skb);
	return deliver_to_transport(net, skb);
}

/* The way in ----------------------------------------------------------------------------------- */

/* The header, all of it linear and right, and nothing behind the packet's end. DROP_MAX: fine. */
static enum drop_reason validate(struct sk_buff *skb)
{
	const struct ipv4_hdr *ip = skb_hdr(skb, sizeof(*ip));
	uint8_t hlen;
	uint16_t len;

	if (!ip || ip->ver_ihl >> 4 != 4)
		return DROP_IP_HDR;
	hlen = ip_hdr_len(ip);
	if (hlen < sizeof(*ip))
		return DROP_IP_HDR;
	ip = skb_hdr(skb, hlen);
	if (!ip)
		return DROP_IP_HDR;
	if (ip_compute_csum(ip, hlen))
		return DROP_IP_CSUM;
	len = ntohs(ip->tot_len);
	if (len < hlen || skb->len < len)
		return DROP_IP_HDR;
	if (skb->len > len)
		skb_trim(skb, len);
	return DROP_MAX;
}

/* RFC 1122 3.3.6: what is for one station should not have come to many; net.ipv4.conf.*.drop_unicast_in_l2_multicast. */
static bool is_unicast_to_many(const struct sk_buff *skb)
{
	uint8_t type = dst_rtable(skb->dst)->type;

	return (skb->pkt_type == PACKET_BROADCAST || skb->pkt_type == PACKET_MULTICAST) &&
	       type != RTN_BROADCAST && type != RTN_MULTICAST &&
	       IN_DEV_OR(in_dev_get(skb->dev), drop_unicast_in_l2_multicast);
}

int ip_rcv(struct net *net, struct sk_buff *skb)
{
	enum drop_reason reason;
	uint8_t bad;

	MIB_INC(net, IpInReceives);
	reason = validate(skb);
	if (unlikely(reason != DROP_MAX))
		return ip_drop(net, skb, reason, 0);
	skb_reset_network_header(skb);
	memset(ip_cb(skb), 0, sizeof(struct ip_skb_cb));
	ip_skb_parm_fill(skb);
	if (unlikely(ip_hdr_len(ip_hdr(skb)) > sizeof(struct ipv4_hdr)) &&
	    ip_options_rcv(net, skb, &bad))
		return ip_drop(net, skb, DROP_IP_OPTIONS, bad);
	if (unlikely(skb->looped))
		return ip_local_deliver(net, skb);
	if (unlikely(ip_route_input(net, skb, &reason)))
		return ip_drop(net, skb, reason, 0);
	if (unlikely(is_unicast_to_many(skb)))
		return ip_drop(net, skb, DROP_IP_INADDRERRORS, 0);
	return skb->dst->input(net, skb);
}
