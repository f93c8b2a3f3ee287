/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMPv6 (RFC 4443): input, and the answers to echo requests. Errors that we send are in icmp6_send.c,
 * errors that we receive in icmp6_err.c.
 *
 * Called by ip6_local_deliver() through the protocol table. Echo replies go up to ping sockets, messages
 * of neighbour and listener discovery to their files.
 */
#include "stack/ipv6/icmp6.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/ip/icmp_msg.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/icmp6_net.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/mld.h"
#include "stack/ipv6/ndisc.h"
#include "stack/ipv6/route6.h"
#include "stack/lib/checksum.h"

void icmp6_checksum(struct sk_buff *skb, const union inaddr *saddr, const union inaddr *daddr)
{
	struct icmp6_hdr *hdr = (struct icmp6_hdr *)skb->data;
	uint32_t sum = csum_pseudo(AF_INET6, saddr, daddr, skb->len, IPPROTO_ICMPV6);

	hdr->check = 0;
	hdr->check = csum_fold(skb_checksum(skb, 0, skb->len, sum));
}

/* Echo ----------------------------------------------------------------------------------------- */

enum echo_to { ECHO_TO_HOST, ECHO_TO_GROUP, ECHO_TO_ANYCAST };

static enum echo_to echo_to(struct net *net, const struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = &ip6_cb(skb)->parm;

	if (in6_is_multicast(&parm->daddr))
		return ECHO_TO_GROUP;
	if (!addrconf_is_local(net, &parm->daddr, NULL) &&
	    addrconf_is_anycast(net, &parm->daddr, skb->dev))
		return ECHO_TO_ANYCAST;
	return ECHO_TO_HOST;
}

static bool echo_ignored(const struct ipv6_sysctl *sysctl, enum echo_to to)
{
	return sysctl->icmp_echo_ignore_all ||
	       (to == ECHO_TO_GROUP && sysctl->icmp_echo_ignore_multicast) ||
	       (to == ECHO_TO_ANYCAST && sysctl->icmp_echo_ignore_anycast);
}

/* Send @reply (data at the ICMPv6 header) back to where @skb came from; owns @reply. */
static void reply_to(struct net *net, const struct sk_buff *skb, struct sk_buff *reply,
		     enum echo_to to)
{
	const struct inet_skb_parm *parm = &ip6_cb(skb)->parm;
	struct inet_xmit x = {
		.tos = parm->tos,
		.proto = IPPROTO_ICMPV6,
		.may_fragment = true,
		.daddr = parm->saddr,
	};

	/* RFC 4443 4.2: from the address that was asked, if it is one of a single host */
	if (to == ECHO_TO_HOST ||
	    (to == ECHO_TO_ANYCAST && net->ipv6->sysctl.anycast_src_echo_reply))
		x.saddr = parm->daddr;
	skb_reset_transport_header(reply);
	reply->mark = skb->mark;
	if (ip6_send(net, reply, in6_needs_scope(&parm->saddr) ? parm->iif : 0, &x) == 0)
		icmp6_count_out(net, ICMP6_ECHO_REPLY);
}

/* RFC 4443 4.1, 4.2: what came goes back, with another type */
static int rcv_echo(struct net *net, struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = &ip6_cb(skb)->parm;
	enum echo_to to = echo_to(net, skb);
	struct sk_buff *reply;

	/* There is nobody to answer to. */
	if (in6_is_any(&parm->saddr))
		return skb_drop(net, skb, DROP_ICMP_HDR);
	if (echo_ignored(&net->ipv6->sysctl, to) ||
	    !icmp6_allow(net, &parm->saddr, ICMP6_ECHO_REPLY))
		return skb_drop(net, skb, DROP_ICMP_RATELIMIT);
	reply = icmp_msg_answer(net, skb, sizeof(struct icmp6_hdr));
	if (!reply)
		return skb_drop(net, skb, DROP_NO_MEMORY);
	*reply->data = ICMP6_ECHO_REPLY;
	reply_to(net, skb, reply, to);
	skb_free(skb);
	return 0;
}

static int rcv_echo_reply(struct net *net, struct sk_buff *skb)
{
	const struct icmp6_ping *ping = net->ipv6->icmp->ping;

	if (ping)
		return ping->rcv(net, skb);
	return skb_drop(net, skb, DROP_RAW_NO_SOCK);
}

/* Input ---------------------------------------------------------------------------------------- */

static const struct type {
	uint8_t type;
	int (*rcv)(struct net *net, struct sk_buff *skb);
	enum mib_counter in, out; /* MIB_MAX: not counted */
} types[] = {
	{ ICMP6_DEST_UNREACH, icmp6_rcv_error, MIB_Icmp6InDestUnreachs, MIB_Icmp6OutDestUnreachs },
	{ ICMP6_PACKET_TOO_BIG, icmp6_rcv_error, MIB_Icmp6InPktTooBigs, MIB_Icmp6OutPktTooBigs },
	{ ICMP6_TIME_EXCEEDED, icmp6_rcv_error, MIB_Icmp6InTimeExcds, MIB_Icmp6OutTimeExcds },
	{ ICMP6_PARAM_PROB, icmp6_rcv_error, MIB_Icmp6InParmProblems, MIB_Icmp6OutParmProblems },
	{ ICMP6_ECHO_REQUEST, rcv_echo, MIB_Icmp6InEchos, MIB_Icmp6OutEchos },
	{ ICMP6_ECHO_REPLY, rcv_echo_reply, MIB_Icmp6InEchoReplies, MIB_Icmp6OutEchoReplies },
	{ ICMP6_MLD_QUERY, mld_rcv, MIB_Icmp6InGroupMembQueries, MIB_MAX },
	{ ICMP6_MLD_REPORT, mld_rcv, MIB_Icmp6InGroupMembResponses,
	  MIB_Icmp6OutGroupMembResponses },
	{ ICMP6_MLD_DONE, mld_rcv, MIB_Icmp6InGroupMembReductions,
	  MIB_Icmp6OutGroupMembReductions },
	{ ICMP6_ROUTER_SOLICIT, ndisc_rcv, MIB_Icmp6InRouterSolicits, MIB_Icmp6OutRouterSolicits },
	{ ICMP6_ROUTER_ADVERT, ndisc_rcv, MIB_Icmp6InRouterAdvertisements, MIB_MAX },
	{ ICMP6_NEIGH_SOLICIT, ndisc_rcv, MIB_Icmp6InNeighborSolicits,
	  MIB_Icmp6OutNeighborSolicits },
	{ ICMP6_NEIGH_ADVERT, ndisc_rcv, MIB_Icmp6InNeighborAdvertisements,
	  MIB_Icmp6OutNeighborAdvertisements },
	{ ICMP6_REDIRECT, ndisc_rcv, MIB_Icmp6InRedirects, MIB_Icmp6OutRedirects },
	{ ICMP6_MLDV2_REPORT, mld_rcv, MIB_Icmp6InMLDv2Reports, MIB_Icmp6OutMLDv2Reports },
};

static const struct type *type_find(uint8_t type)
{
	for (unsigned i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].type == type)
			return &types[i];
	return NULL;
}

void icmp6_count_out(struct net *net, uint8_t type)
{
	const struct type *t = type_find(type);

	MIB_INC(net, Icmp6OutMsgs);
	if (t && t->out != MIB_MAX)
		net->mib[t->out]++;
}

static int drop_bad(struct net *net, struct sk_buff *skb, enum drop_reason reason)
{
	MIB_INC(net, Icmp6InErrors);
	return skb_drop(net, skb, reason);
}

static bool checksum_good(const struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = &ip6_cb(skb)->parm;
	uint32_t sum;

	if (skb->csum != CSUM_NONE)
		return true;
	sum = csum_pseudo(AF_INET6, &parm->saddr, &parm->daddr, skb->len, IPPROTO_ICMPV6);
	return csum_fold(skb_checksum(skb, 0, skb->len, sum)) == 0;
}

static int icmp6_rcv(struct net *net, struct sk_buff *skb)
{
	const struct icmp6_hdr *hdr = skb_hdr(skb, sizeof(*hdr));
	const struct type *t;

	MIB_INC(net, Icmp6InMsgs);
	if (!hdr)
		return drop_bad(net, skb, DROP_ICMP_HDR);
	if (!checksum_good(skb)) {
		MIB_INC(net, Icmp6InCsumErrors);
		return drop_bad(net, skb, DROP_ICMP_CSUM);
	}
	t = type_find(hdr->type);
	if (likely(t)) {
		net->mib[t->in]++;
		return t->rcv(net, skb);
	}
	/* RFC 4443 2.4 (a): an unknown error goes to whom it concerns; (b): unknown information is dropped */
	if (hdr->type < ICMP6_INFO_MIN)
		return icmp6_rcv_error(net, skb);
	return drop_bad(net, skb, DROP_ICMP_HDR);
}

/* An error about an ICMPv6 message of ours: only echo requests have a sender who wants to know. */
static void icmp6_err(struct net *net, const struct icmp_err *e)
{
	const struct icmp6_ping *ping = net->ipv6->icmp->ping;

	if (e->error == EMSGSIZE)
		ip6_rt_update_pmtu(net, &e->fl.daddr, in6_needs_scope(&e->fl.daddr) ? e->fl.iif : 0,
				   e->mtu);
	if (ping && e->payload_len >= sizeof(struct icmp6_hdr) &&
	    e->payload[0] == ICMP6_ECHO_REQUEST)
		ping->err(net, e);
}

static const struct inet_protocol icmp6_protocol = {
	.proto = IPPROTO_ICMPV6,
	.family = AF_INET6,
	.rcv = icmp6_rcv,
	.err = icmp6_err,
};

void icmp6_ping_register(struct net *net, const struct icmp6_ping *ping)
{
	net->ipv6->icmp->ping = ping;
}

void icmp6_raw_register(struct net *net, void (*err)(struct net *net, const struct icmp_err *e))
{
	net->ipv6->icmp->raw_err = err;
}

int icmp6_init(struct net *net)
{
	struct icmp6_net *icmp = calloc(1, sizeof(*icmp));

	if (!icmp)
		return -ENOMEM;
	icmp_limit_init(net, &icmp->limit, ICMP6_MSGS_BURST);
	net->ipv6->icmp = icmp;
	inet_protocol_register(net, &icmp6_protocol);
	return 0;
}

void icmp6_exit(struct net *net)
{
	free(net->ipv6->icmp);
	net->ipv6->icmp = NULL;
}
