/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMPv6 errors that we receive (RFC 4443 3, RFC 8201): which packet of ours each is about, and what it
 * means to a socket. They are hints from strangers: the protocol that sent the packet judges whether it
 * is one of its own, and acts; nothing is believed here.
 */
#include "stack/ipv6/icmp6.h"

#include <errno.h>
#include "stack/ip/icmp_msg.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/icmp6_net.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/ip6_exthdr.h"

#define QUOTE_AT sizeof(struct icmp6_hdr)

/* By code of ICMP6_DEST_UNREACH: as the kernel tells sockets. */
static const struct {
	int error;
	bool fatal;
} unreach[] = {
	[ICMP6_NOROUTE] = { ENETUNREACH, false },
	[ICMP6_ADM_PROHIBITED] = { EACCES, true },
	[ICMP6_NOT_NEIGHBOUR] = { EHOSTUNREACH, false },
	[ICMP6_ADDR_UNREACH] = { EHOSTUNREACH, false },
	[ICMP6_PORT_UNREACH] = { ECONNREFUSED, true },
	[ICMP6_POLICY_FAIL] = { EACCES, true },
	[ICMP6_REJECT_ROUTE] = { EACCES, true },
};

static int drop_bad(struct net *net, struct sk_buff *skb, enum drop_reason reason)
{
	MIB_INC(net, Icmp6InErrors);
	return skb_drop(net, skb, reason);
}

/* What it means; false: nothing to anyone. */
static bool set_meaning(const struct icmp6_hdr *hdr, struct icmp_err *e)
{
	e->error = EPROTO;
	switch (hdr->type) {
	case ICMP6_DEST_UNREACH:
		e->fatal = true;
		if (hdr->code < ARRAY_SIZE(unreach)) {
			e->error = unreach[hdr->code].error;
			e->fatal = unreach[hdr->code].fatal;
		}
		return true;
	case ICMP6_PACKET_TOO_BIG:
		e->error = EMSGSIZE;
		e->mtu = ntohl(hdr->info);
		/* RFC 8201 4: every link carries 1280 bytes; who says less is not believed */
		return e->mtu >= IPV6_MIN_MTU;
	case ICMP6_PARAM_PROB:
		e->fatal = true;
		return true;
	case ICMP6_TIME_EXCEEDED:
		e->error = EHOSTUNREACH;
		return true;
	default:
		return true;
	}
}

/*
 * Where the quoted packet's upper-layer header is, from data on; 0: the quote does not say enough to
 * find its sender: it is too short, or of a fragment that is not the first.
 */
static uint32_t quoted_transport(const struct sk_buff *skb, uint8_t *ret_proto)
{
	struct ipv6_hdr ip6;
	uint16_t frag_off;
	int off;

	if (skb_copy_bits(skb, QUOTE_AT, &ip6, sizeof(ip6)) ||
	    ntohl(ip6.ver_class_label) >> 28 != 6)
		return 0;
	*ret_proto = ip6.nexthdr;
	off = ip6_skip_exthdrs(skb, QUOTE_AT + sizeof(ip6), ret_proto, &frag_off);
	if (off < 0 || frag_off & IP6_OFFSET || (uint32_t)off + ICMP_MSG_QUOTED_MIN > skb->len)
		return 0;
	return off;
}

static void fill(const struct sk_buff *skb, uint32_t transport, uint8_t proto, struct icmp_err *e)
{
	const struct inet_skb_parm *parm = &ip6_cb(skb)->parm;
	const struct icmp6_hdr *hdr = (const struct icmp6_hdr *)skb->data;
	const struct ipv6_hdr *ip6 = (const struct ipv6_hdr *)(skb->data + QUOTE_AT);

	*e = (struct icmp_err){
		.fl = {
			.family = AF_INET6,
			.proto = proto,
			.tos = ipv6_tclass(ip6),
			.flowlabel = ipv6_flowlabel(ip6),
			/* From ourselves: about a packet that would have left by another. */
			.iif = skb->dev->flags & IFF_LOOPBACK ? 0 : parm->iif,
			.saddr = ip6->saddr,
			.daddr = ip6->daddr,
		},
		.type = hdr->type,
		.code = hdr->code,
		.offender = parm->saddr,
		.payload = skb->data + transport,
		.payload_len = skb->len - transport,
	};
	icmp_msg_ports(e, IPPROTO_ICMPV6);
}

int icmp6_rcv_error(struct net *net, struct sk_buff *skb)
{
	uint8_t proto;
	uint32_t transport = quoted_transport(skb, &proto);
	struct icmp_err e;

	if (!transport)
		return drop_bad(net, skb, DROP_ICMP_HDR);
	if (skb_linearize(skb) != 0)
		return skb_drop(net, skb, DROP_NO_MEMORY);
	fill(skb, transport, proto, &e);
	/* What we did not send is none of ours. */
	if (!addrconf_is_local(net, &e.fl.saddr, NULL))
		return drop_bad(net, skb, DROP_ICMP_HDR);
	if (set_meaning((const struct icmp6_hdr *)skb->data, &e))
		icmp_msg_deliver(net, &e, net->ipv6->icmp->raw_err);
	skb_free(skb);
	return 0;
}
