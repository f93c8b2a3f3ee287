/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors that we send: when one may be sent at all (RFC 1122 3.2.2, RFC 1812 4.3.2.7), how
 * often (RFC 1812 4.3.2.8), and what it says. Called by ip_drop() and by what cannot send.
 */
#include "stack/ipv4/icmp.h"

#include <linux/rtnetlink.h>
#include <string.h>
#include "stack/ip/icmp_msg.h"
#include "stack/ipv4/icmp_net.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route.h"
#include "stack/lib/checksum.h"

#define ICMP_ERROR_MAX	 576  /* RFC 1812 4.3.2.3: as much as fits into this */
#define ICMP_TOS_MASK	 0x1e /* RFC 1812 4.3.2.5: the TOS bits of the packet at fault … */
#define ICMP_TOS_CONTROL 0xc0 /* … and precedence 6, internetwork control */

/* Rate limits --------------------------------------------------------------------------------- */

bool icmp_allow(struct net *net, be32 daddr, uint8_t type, uint8_t code)
{
	const struct ipv4_sysctl *sysctl = ipv4_sysctl(net);
	const struct icmp_limit_rates rates = { sysctl->icmp_msgs_per_sec, sysctl->icmp_msgs_burst,
						sysctl->icmp_ratelimit };
	union inaddr to = inaddr_v4(daddr);

	if (type >= 32 || !(sysctl->icmp_ratemask & 1u << type))
		return true;
	/* Path MTU discovery waits for these; and what we tell ourselves harms nobody. */
	if (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED)
		return true;
	if (ip_addr_type(net, &to, NULL) == RTN_LOCAL)
		return true;
	if (icmp_limit_allow(net, &net->ipv4->icmp->limit, &rates, &to))
		return true;
	MIB_INC(net, IcmpOutRateLimited);
	return false;
}

/* Errors -------------------------------------------------------------------------------------- */

void icmp_count_out(struct net *net, uint8_t type)
{
	MIB_INC(net, IcmpOutMsgs);
	switch (type) {
	case ICMP_ECHOREPLY:
		MIB_INC(net, IcmpOutEchoReps);
		break;
	case ICMP_DEST_UNREACH:
		MIB_INC(net, IcmpOutDestUnreachs);
		break;
	case ICMP_REDIRECT:
		MIB_INC(net, IcmpOutRedirects);
		break;
	case ICMP_TIME_EXCEEDED:
		MIB_INC(net, IcmpOutTimeExcds);
		break;
	case ICMP_PARAMETERPROB:
		MIB_INC(net, IcmpOutParmProbs);
		break;
	case ICMP_TIMESTAMPREPLY:
		MIB_INC(net, IcmpOutTimestampReps);
		break;
	}
}

/* Is it an ICMP error itself, or might it be one? */
static bool is_about_error(const struct sk_buff *skb, const struct ipv4_hdr *ip)
{
	uint8_t type;

	if (ip->protocol != IPPROTO_ICMP)
		return false;
	return icmp_msg_packet_bits(skb, ip_hdr_len(ip), &type, sizeof(type)) != 0 ||
	       icmp_is_error(type);
}

/* RFC 1812 4.3.2.7, RFC 1122 3.2.2 */
static bool may_report(struct net *net, const struct sk_buff *skb, const struct ipv4_hdr *ip)
{
	union inaddr saddr = inaddr_v4(ip->saddr), daddr = inaddr_v4(ip->daddr);
	uint8_t type;

	if (skb->pkt_type != PACKET_HOST && skb->pkt_type != PACKET_OUTGOING)
		return false;
	if (ip->frag_off & htons(IPV4_OFFSET))
		return false;
	type = ip_addr_type(net, &daddr, NULL);
	if (type == RTN_BROADCAST || type == RTN_MULTICAST)
		return false;
	type = ip_addr_type(net, &saddr, NULL);
	if (type == RTN_BROADCAST || type == RTN_MULTICAST || ipv4_is_zeronet(ip->saddr))
		return false;
	if (ipv4_is_loopback(ip->saddr) && type != RTN_LOCAL)
		return false;
	return !is_about_error(skb, ip);
}

static struct sk_buff *build(struct net *net, const struct sk_buff *skb, uint8_t type, uint8_t code,
			     be32 info)
{
	struct sk_buff *error = icmp_msg_quote(net, skb, ICMP_ERROR_MAX - sizeof(struct ipv4_hdr));
	struct icmp_hdr *hdr;

	if (!error)
		return NULL;
	hdr = (struct icmp_hdr *)error->data;
	*hdr = (struct icmp_hdr){ .type = type, .code = code, .info = info };
	hdr->check = ip_compute_csum(hdr, error->len);
	return error;
}

void icmp_send(struct net *net, struct sk_buff *skb, uint8_t type, uint8_t code, be32 info)
{
	const struct ipv4_hdr *ip = ip_hdr(skb);
	union inaddr to = inaddr_v4(ip->daddr);
	struct inet_xmit x = {
		.tos = (ip->tos & ICMP_TOS_MASK) | ICMP_TOS_CONTROL,
		.proto = IPPROTO_ICMP,
		.may_fragment = true,
		.daddr = inaddr_v4(ip->saddr),
	};
	struct sk_buff *error;

	if (!may_report(net, skb, ip) || !icmp_allow(net, ip->saddr, type, code))
		return;
	error = build(net, skb, type, code, info);
	if (!error)
		return;
	/* RFC 1812 4.3.2.4: from the address that it was sent to, or from that of the way back */
	if (ip_addr_type(net, &to, NULL) == RTN_LOCAL)
		x.saddr = to;
	if (ip_send(net, error, 0, &x) == 0)
		icmp_count_out(net, type);
	else
		MIB_INC(net, IcmpOutErrors);
}
