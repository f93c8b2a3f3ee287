/* SPDX-License-Identifier: BSD-2-Clause */
/* Forwarding (RFC 1812 5.2, 5.3): what came in for others goes on. dst.input of such routes. */
#include "stack/ipv4/ip.h"

#include "stack/ipv4/devinet.h"
#include "stack/ipv4/icmp.h"
#include "stack/ipv4/ip_options.h"
#include "stack/ipv4/route.h"
#include "stack/lib/checksum.h"

/* RFC 1812 4.3.3.2: how often a sender is told of a better way before it is taken for deaf. */
#define REDIRECTS_MAX	 9
#define REDIRECT_PAUSE	 ms_to_ktime(20)  /* doubles with each */
#define REDIRECT_SILENCE sec_to_ktime(20) /* then it is told again */

static bool too_long(struct sk_buff *skb, uint32_t mtu)
{
	return skb->len > mtu && (!skb_is_gso(skb) || ip_gso_len(skb) > mtu);
}

/* RFC 1812 5.2.7.2; the packet itself goes on. */
static void send_redirect(struct net *net, struct sk_buff *skb, struct rtable *rt)
{
	be32 gateway = rt->gateway ? rt->gateway : rt->daddr;

	if (rt->redirects_sent && net->now > rt->redirect_tstamp + REDIRECT_SILENCE)
		rt->redirects_sent = 0;
	if (rt->redirects_sent >= REDIRECTS_MAX ||
	    (rt->redirects_sent &&
	     net->now < rt->redirect_tstamp + (REDIRECT_PAUSE << rt->redirects_sent)))
		return;
	rt->redirects_sent++;
	rt->redirect_tstamp = net->now;
	icmp_send(net, skb, ICMP_REDIRECT, ICMP_REDIR_HOST, gateway);
}

/* One hop less, and the checksum with it (RFC 1141). */
static void decrease_ttl(struct ipv4_hdr *ip)
{
	be16 old, new;

	old = htons(ip->ttl << 8 | ip->protocol);
	ip->ttl--;
	new = htons(ip->ttl << 8 | ip->protocol);
	csum_replace2(&ip->check, old, new);
}

static void mark_options(struct net *net, struct sk_buff *skb, const struct rtable *rt)
{
	be32 addr = inet_select_addr(net, rt->dst.dev, rt->gateway, RT_SCOPE_UNIVERSE);

	if (ip_options_mark(net, skb, addr))
		ip_send_check(ip_hdr(skb));
}

int ip_forward(struct net *net, struct sk_buff *skb)
{
	struct rtable *rt = dst_rtable(skb->dst);
	struct ip_skb_cb *cb = ip_cb(skb);
	struct ipv4_hdr *ip = ip_hdr(skb);

	if (!in_dev_get(skb->dev) || !in_dev_get(skb->dev)->conf.forwarding)
		return ip_drop(net, skb, DROP_IP_NOFORWARD, 0);
	/* RFC 1122 3.3.6: what came by a link-layer broadcast is never sent on. */
	if (skb->pkt_type != PACKET_HOST)
		return ip_drop(net, skb, DROP_IP_INADDRERRORS, 0);
	if (ip->ttl <= 1)
		return ip_drop(net, skb, DROP_IP_TTL, 0);
	if (too_long(skb, rt->mtu) && (ip->frag_off & htons(IPV4_DF)))
		return ip_drop(net, skb, DROP_IP_DF, rt->mtu);
	if (skb_cow_head(skb, rt->dst.header_len))
		return ip_drop(net, skb, DROP_NO_MEMORY, 0);

	if (rt->redirect)
		send_redirect(net, skb, rt);
	ip = ip_hdr(skb);
	decrease_ttl(ip);
	if (cb->rr || cb->ts)
		mark_options(net, skb, rt);
	skb->transport_off = skb->network_off + ip_hdr_len(ip);
	cb->mtu = rt->mtu;
	MIB_INC(net, IpForwDatagrams);
	return skb->dst->output(net, skb);
}
