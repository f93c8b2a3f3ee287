/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMPv6 errors that we send: when one may be sent at all (RFC 4443 2.4 (e)), how often (2.4 (f)), and
 * what it says. Called by ip6_drop() and by what cannot send.
 */
#include "stack/ipv6/icmp6.h"

#include "stack/ip/icmp_msg.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/icmp6_net.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/ip6_exthdr.h"

#define HDR_LEN	      sizeof(struct ipv6_hdr)
#define OPTION_REPORT 0x80 /* RFC 8200 4.2: the action bits of an option: report even to groups */
#define OPTION_ACTION 0xc0

bool icmp6_allow(struct net *net, const union inaddr *daddr, uint8_t type)
{
	const struct ipv6_sysctl *sysctl = ipv6_sysctl(net);
	const struct icmp_limit_rates rates = { ICMP6_MSGS_PER_SEC, ICMP6_MSGS_BURST,
						sysctl->icmp_ratelimit };

	/* Path MTU discovery waits for these; and what we tell ourselves harms nobody. */
	if (type == ICMP6_PACKET_TOO_BIG || !(sysctl->icmp_ratemask[type / 32] & 1u << type % 32))
		return true;
	if (addrconf_is_local(net, daddr, NULL))
		return true;
	if (icmp_limit_allow(net, &net->ipv6->icmp->limit, &rates, daddr))
		return true;
	MIB_INC(net, Icmp6OutRateLimited);
	return false;
}

/* The packet, whole, only to be read: holds no reference. */
static struct sk_buff whole_packet(const struct sk_buff *skb)
{
	struct sk_buff whole = *skb;

	skb_push(&whole, whole.data - (uint8_t *)skb_network_header(&whole));
	return whole;
}

/* RFC 4443 2.4 (e.1), (e.2): is it an ICMPv6 error or redirect itself, or might it be one? */
static bool is_about_error(const struct sk_buff *skb)
{
	const struct sk_buff whole = whole_packet(skb);
	uint8_t nexthdr = ipv6_hdr(skb)->nexthdr, type;
	uint16_t frag_off;
	int off = ip6_skip_exthdrs(&whole, HDR_LEN, &nexthdr, &frag_off);

	if (off < 0 || nexthdr != IPPROTO_ICMPV6)
		return false;
	if (frag_off & IP6_OFFSET || skb_copy_bits(&whole, off, &type, sizeof(type)))
		return true;
	return type < ICMP6_INFO_MIN || type == ICMP6_REDIRECT;
}

/* RFC 4443 2.4 (e.3), its exceptions: path MTU discovery of groups, and options that ask for it. */
static bool may_answer_many(const struct sk_buff *skb, uint8_t type, uint8_t code, uint32_t info)
{
	uint8_t option;

	if (type == ICMP6_PACKET_TOO_BIG)
		return true;
	return type == ICMP6_PARAM_PROB && code == ICMP6_UNK_OPTION &&
	       !icmp_msg_packet_bits(skb, info, &option, sizeof(option)) &&
	       (option & OPTION_ACTION) == OPTION_REPORT;
}

static bool to_many(const struct sk_buff *skb)
{
	return ipv6_to_multicast(skb) ||
	       (skb->pkt_type != PACKET_HOST && skb->pkt_type != PACKET_OUTGOING);
}

/* RFC 4443 2.4 (e) */
static bool may_report(struct net *net, const struct sk_buff *skb, const union inaddr *saddr,
		       uint8_t type, uint8_t code, uint32_t info)
{
	if (to_many(skb) && !may_answer_many(skb, type, code, info))
		return false;
	/* (e.6): the source is no single node */
	if (in6_is_any(saddr) || in6_is_multicast(saddr))
		return false;
	if (!ipv6_sysctl(net)->icmp_error_anycast_as_unicast &&
	    addrconf_is_anycast(net, saddr, NULL) && !addrconf_is_local(net, saddr, NULL))
		return false;
	return !is_about_error(skb);
}

/* RFC 4443 2.4 (c): as much of the packet as fits into the minimum MTU */
static struct sk_buff *build(struct net *net, const struct sk_buff *skb, uint8_t type, uint8_t code,
			     uint32_t info)
{
	struct sk_buff *error = icmp_msg_quote(net, skb, IPV6_MIN_MTU - HDR_LEN);

	if (error)
		*(struct icmp6_hdr *)error->data =
			(struct icmp6_hdr){ .type = type, .code = code, .info = htonl(info) };
	return error;
}

void icmp6_send(struct net *net, struct sk_buff *skb, uint8_t type, uint8_t code, uint32_t info)
{
	const union inaddr to = ipv6_daddr(skb);
	struct inet_xmit x = {
		.proto = IPPROTO_ICMPV6,
		.may_fragment = true,
		.daddr = ipv6_saddr(skb),
	};
	struct sk_buff *error;
	int oif = 0;

	if (!may_report(net, skb, &x.daddr, type, code, info) || !icmp6_allow(net, &x.daddr, type))
		return;
	error = build(net, skb, type, code, info);
	if (!error)
		return;
	/* RFC 4443 2.2: from the address that it was sent to, or from that of the way back */
	if (addrconf_is_local(net, &to, in6_needs_scope(&to) ? skb->dev : NULL))
		x.saddr = to;
	if (in6_needs_scope(&x.daddr) && skb->dev)
		oif = skb->dev->ifindex;
	if (ip6_send(net, error, oif, &x) == 0)
		icmp6_count_out(net, type);
	else
		MIB_INC(net, Icmp6OutErrors);
}
