/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors that we receive (RFC 1122 3.2.2.1 to 3.2.2.5, RFC 1191): which packet of ours each is
 * about, and what it means to a socket. They are hints from strangers: the protocol that sent the
 * packet judges whether it is one of its own, and acts; nothing is believed here but the redirect
 * of our own gateway.
 */
#include "stack/ipv4/icmp.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include "stack/ip/icmp_msg.h"
#include "stack/ipv4/icmp_net.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route.h"

/* RFC 1122 3.2.2.1, and 4.2.3.9 on which are hard. By code of ICMP_DEST_UNREACH. */
static const struct {
	int error;
	bool fatal;
} unreach[] = {
	{ ENETUNREACH, false },	 /* network */
	{ EHOSTUNREACH, false }, /* host */
	{ ENOPROTOOPT, true },	 /* protocol */
	{ ECONNREFUSED, true },	 /* port */
	{ EMSGSIZE, false },	 /* fragmentation needed */
	{ EOPNOTSUPP, false },	 /* source route failed */
	{ ENETUNREACH, true },	 /* network unknown */
	{ EHOSTDOWN, true },	 /* host unknown */
	{ ENONET, true },	 /* host isolated */
	{ ENETUNREACH, true },	 /* network prohibited */
	{ EHOSTUNREACH, true },	 /* host prohibited */
	{ ENETUNREACH, false },	 /* network, for this TOS */
	{ EHOSTUNREACH, false }, /* host, for this TOS */
	{ EHOSTUNREACH, true },	 /* filtered */
	{ EHOSTUNREACH, true },	 /* precedence violation */
	{ EHOSTUNREACH, true },	 /* precedence cutoff */
};

static int drop_bad(struct net *net, struct sk_buff *skb, enum drop_reason reason)
{
	MIB_INC(net, IcmpInErrors);
	return skb_drop(net, skb, reason);
}

/*
 * The header of the packet at fault, all of it linear with @more bytes behind it; NULL: it is not
 * there.
 */
static const struct ipv4_hdr *quoted_header(struct sk_buff *skb, uint32_t more)
{
	const uint32_t at = sizeof(struct icmp_hdr);
	const struct ipv4_hdr *ip;
	uint32_t len;

	if (!skb_may_pull(skb, at + sizeof(*ip)))
		return NULL;
	ip = (const struct ipv4_hdr *)(skb->data + at);
	len = ip_hdr_len(ip);
	if (ip->ver_ihl >> 4 != 4 || len < sizeof(*ip) || !skb_may_pull(skb, at + len + more))
		return NULL;
	return (const struct ipv4_hdr *)(skb->data + at);
}

/* What it means; false: nothing to anyone. */
static bool set_meaning(struct net *net, const struct icmp_hdr *hdr, const struct ipv4_hdr *ip,
			struct icmp_err *e)
{
	switch (hdr->type) {
	case ICMP_DEST_UNREACH:
		if (hdr->code >= ARRAY_SIZE(unreach))
			return false;
		e->error = unreach[hdr->code].error;
		e->fatal = unreach[hdr->code].fatal;
		if (hdr->code != ICMP_FRAG_NEEDED)
			return true;
		/* RFC 1191 4 and 5: an old router leaves the MTU zero */
		e->mtu = ntohl(hdr->info) & 0xffff;
		if (!e->mtu)
			e->mtu = ip_rt_mtu_guess(ntohs(ip->tot_len));
		return !ipv4_sysctl(net)->ip_no_pmtu_disc;
	case ICMP_PARAMETERPROB:
		e->error = EPROTO;
		e->fatal = true;
		return true;
	default:
		e->error = EHOSTUNREACH;
		return true;
	}
}

int icmp_rcv_error(struct net *net, struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = &ip_cb(skb)->parm;
	const struct ipv4_hdr *ip = quoted_header(skb, ICMP_MSG_QUOTED_MIN);
	const struct icmp_hdr *hdr = (const struct icmp_hdr *)skb->data;
	union inaddr saddr, daddr;
	struct icmp_err e;

	if (!ip || ip->frag_off & htons(IPV4_OFFSET))
		return drop_bad(net, skb, DROP_ICMP_HDR);
	/*
	 * RFC 1122 3.2.2: there is no error about what was sent to many; and what we did not send
	 * is none of ours
	 */
	saddr = inaddr_v4(ip->saddr);
	daddr = inaddr_v4(ip->daddr);
	if (ip_addr_type(net, &daddr, NULL) == RTN_BROADCAST ||
	    ip_addr_type(net, &saddr, NULL) != RTN_LOCAL)
		return drop_bad(net, skb, DROP_ICMP_HDR);
	if (skb_linearize(skb) != 0)
		return skb_drop(net, skb, DROP_NO_MEMORY);
	hdr = (const struct icmp_hdr *)skb->data;
	ip = (const struct ipv4_hdr *)(hdr + 1);
	e = (struct icmp_err){
		.fl = {
			.family = AF_INET,
			.proto = ip->protocol,
			.tos = ip->tos,
			/* From ourselves: about a packet that would have left by another. */
			.iif = skb->dev->flags & IFF_LOOPBACK ? 0 : parm->iif,
			.saddr = saddr,
			.daddr = daddr,
		},
		.type = hdr->type,
		.code = hdr->code,
		.offender = parm->saddr,
		.payload = (const uint8_t *)ip + ip_hdr_len(ip),
	};
	e.payload_len = skb->data + skb->len - e.payload;
	icmp_msg_ports(&e, IPPROTO_ICMP);
	if (set_meaning(net, hdr, ip, &e))
		icmp_msg_deliver(net, &e, net->ipv4->icmp->raw_err);
	skb_free(skb);
	return 0;
}

/* RFC 1122 3.2.2.2. A redirect for a network is taken as one for the host. */
int icmp_rcv_redirect(struct net *net, struct sk_buff *skb)
{
	const struct ipv4_hdr *ip = quoted_header(skb, 0);
	const struct icmp_hdr *hdr = (const struct icmp_hdr *)skb->data;
	union inaddr saddr;

	if (!ip)
		return drop_bad(net, skb, DROP_ICMP_HDR);
	saddr = inaddr_v4(ip->saddr);
	if (ip_addr_type(net, &saddr, NULL) == RTN_LOCAL)
		ip_rt_redirect(net, skb->dev, ip_cb(skb)->parm.saddr.v4, ip->daddr, hdr->info);
	skb_free(skb);
	return 0;
}
