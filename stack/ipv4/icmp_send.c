/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors that we send: when one may be sent at all (RFC 1122 3.2.2, RFC 1812 4.3.2.7), how
 * often (RFC 1812 4.3.2.8), and what it says. Called by ip_drop() and by what cannot send.
 */
#include "stack/ipv4/icmp.h"

#include <linux/rtnetlink.h>
#include <string.h>
#include "stack/ipv4/icmp_net.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route.h"
#include "stack/lib/checksum.h"

#define ICMP_ERROR_MAX	 576  /* RFC 1812 4.3.2.3: as much as fits into this */
#define ICMP_TOS_MASK	 0x1e /* RFC 1812 4.3.2.5: the TOS bits of the packet at fault … */
#define ICMP_TOS_CONTROL 0xc0 /* … and precedence 6, internetwork control */
#define ICMP_PEER_BURST	 6    /* messages that a quiet destination may get at once */

/* Rate limits --------------------------------------------------------------------------------- */

/*
 * All destinations together. What a message costs is random, one on average: how many are left is a
 * secret, as counting them from outside tells which ports are open (CVE-2020-25705).
 */
static bool global_allow(struct net *net)
{
	const struct ipv4_sysctl *sysctl = ipv4_sysctl(net);
	struct icmp_net *icmp = net->ipv4->icmp;
	uint64_t earned =
		(net->now - icmp->global_stamp) / NSEC_PER_MSEC * sysctl->icmp_msgs_per_sec / 1000;
	uint32_t cost;

	if (earned) {
		icmp->global_credit =
			min(icmp->global_credit + earned, (uint64_t)sysctl->icmp_msgs_burst);
		icmp->global_stamp = net->now;
	}
	if (!icmp->global_credit)
		return false;
	cost = net_random_below(net, 3);
	icmp->global_credit -= min(icmp->global_credit, cost);
	return true;
}

static bool peer_allow(struct net *net, be32 daddr)
{
	uint64_t hash = siphash(&net->secret, &daddr, sizeof(daddr));
	struct icmp_peer *peer = &net->ipv4->icmp->peers[hash & (ICMP_PEERS - 1)];
	int64_t cost = ms_to_ktime(ipv4_sysctl(net)->icmp_ratelimit);

	if (!cost)
		return true;
	if (!peer->seen)
		peer->tokens = cost * ICMP_PEER_BURST;
	else
		peer->tokens = min(peer->tokens + net->now - peer->stamp, cost * ICMP_PEER_BURST);
	peer->stamp = net->now;
	peer->seen = true;
	if (peer->tokens < cost)
		return false;
	peer->tokens -= cost;
	return true;
}

bool icmp_allow(struct net *net, be32 daddr, uint8_t type, uint8_t code)
{
	union inaddr to = inaddr_v4(daddr);

	if (type >= 32 || !(ipv4_sysctl(net)->icmp_ratemask & 1u << type))
		return true;
	/* Path MTU discovery waits for these; and what we tell ourselves harms nobody. */
	if (type == ICMP_DEST_UNREACH && code == ICMP_FRAG_NEEDED)
		return true;
	if (ip_addr_type(net, &to, NULL) == RTN_LOCAL)
		return true;
	if (global_allow(net) && peer_allow(net, daddr))
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

/* Bytes of the packet, from its IP header on, whatever has been pulled off already. */
static uint32_t packet_len(const struct sk_buff *skb)
{
	return skb->len + (skb->data - (uint8_t *)skb_network_header(skb));
}

static int copy_packet(const struct sk_buff *skb, uint32_t off, void *to, uint32_t len)
{
	struct sk_buff whole = *skb; /* only to be read: holds no reference */

	skb_push(&whole, whole.data - (uint8_t *)skb_network_header(&whole));
	return skb_copy_bits(&whole, off, to, len);
}

/* Is it an ICMP error itself, or might it be one? */
static bool is_about_error(const struct sk_buff *skb, const struct ipv4_hdr *ip)
{
	uint8_t type;

	if (ip->protocol != IPPROTO_ICMP)
		return false;
	return copy_packet(skb, ip_hdr_len(ip), &type, sizeof(type)) != 0 || icmp_is_error(type);
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
	const uint32_t room = ICMP_ERROR_MAX - sizeof(struct ipv4_hdr) - sizeof(struct icmp_hdr);
	uint32_t len = min(packet_len(skb), room);
	struct sk_buff *error = skb_alloc(net, SKB_HEADROOM, sizeof(struct icmp_hdr) + len);
	struct icmp_hdr *hdr;

	if (!error)
		return NULL;
	hdr = skb_put(error, sizeof(*hdr) + len);
	*hdr = (struct icmp_hdr){ .type = type, .code = code, .info = info };
	copy_packet(skb, 0, hdr + 1, len);
	hdr->check = ip_compute_csum(hdr, sizeof(*hdr) + len);
	skb_reset_transport_header(error);
	error->mark = skb->mark;
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
