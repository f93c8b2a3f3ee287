/* SPDX-License-Identifier: BSD-2-Clause */
/* Forwarding (RFC 8200, RFC 4291 2.5, RFC 4443): what came in for others goes on. dst.input of such routes. */
#include "stack/ipv6/ip6.h"

#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ip6_exthdr.h"
#include "stack/ipv6/ndisc.h"
#include "stack/ipv6/route6.h"

#define HDR_LEN sizeof(struct ipv6_hdr)

static bool too_long(struct sk_buff *skb, uint32_t mtu)
{
	return skb->len > mtu && (!skb_is_gso(skb) || ip6_gso_len(skb) > mtu);
}

/* Do we answer on @skb's device for its destination? */
static bool is_proxied(struct net *net, const struct sk_buff *skb)
{
	const struct inet6_dev *idev = in6_dev_get(skb->dev);

	if (!addrconf_conf(net, NULL)->proxy_ndp && !(idev && idev->conf.proxy_ndp))
		return false;
	return neigh_proxy_find(ndisc_table(net), &ip6_cb(skb)->parm.daddr, skb->dev);
}

/*
 * RFC 4389 4.1.3.3, as far as the kernel's proxy: neighbour discovery to such an address, unicast to
 * see whether it is there, is answered here.
 */
static bool is_neighbour_discovery(const struct sk_buff *skb)
{
	uint8_t nexthdr = ipv6_hdr(skb)->nexthdr, type;
	uint16_t frag_off;
	int off = ip6_skip_exthdrs(skb, HDR_LEN, &nexthdr, &frag_off);

	return off >= 0 && !(frag_off & IP6_OFFSET) && nexthdr == IPPROTO_ICMPV6 &&
	       !skb_copy_bits(skb, off, &type, sizeof(type)) && type >= ICMP6_ROUTER_SOLICIT &&
	       type <= ICMP6_REDIRECT;
}

/* RFC 4291 2.5.2, 2.5.3, 2.5.6: addresses that mean nothing beyond the link. DROP_MAX: it may pass. */
static enum drop_reason check_scope(const struct sk_buff *skb)
{
	const struct inet_skb_parm *parm = &ip6_cb(skb)->parm;
	bool same_link = skb->dst->dev == skb->dev;

	if (in6_is_any(&parm->saddr) || in6_is_loopback(&parm->saddr) ||
	    in6_is_loopback(&parm->daddr) || in6_is_multicast(&parm->daddr))
		return DROP_IP_INADDRERRORS;
	if (!same_link && (in6_is_linklocal(&parm->saddr) || in6_is_linklocal(&parm->daddr)))
		return DROP_IP6_SCOPE;
	return DROP_MAX;
}

/* It leaves by the device that it came in by: RFC 4861 8.2. The packet itself goes on. */
static void send_redirect(struct sk_buff *skb)
{
	if (skb->dst->dev == skb->dev && ip6_rt_redirect_due(skb->dst))
		ndisc_send_redirect(skb, ip6_rt_nexthop(skb->dst));
}

/*
 * Where the transport's header is, from the fixed one on. Only who cuts a packet that stands for several
 * asks: he must find it behind extension headers, too, in an offset of 16 bits.
 */
static uint32_t transport_at(const struct sk_buff *skb)
{
	uint8_t nexthdr = ipv6_hdr(skb)->nexthdr;
	uint16_t frag_off;
	int off;

	if (likely(!skb_is_gso(skb) || !ip6_is_exthdr(nexthdr)))
		return HDR_LEN;
	off = ip6_skip_exthdrs(skb, HDR_LEN, &nexthdr, &frag_off);
	return off < 0 || skb->network_off + off > UINT16_MAX ? (int)HDR_LEN : off;
}

static int forward_finish(struct net *net, struct sk_buff *skb, uint32_t mtu)
{
	struct ip6_skb_cb *cb = ip6_cb(skb);

	if (skb_cow_head(skb, skb->dst->header_len))
		return ip6_drop(net, skb, DROP_NO_MEMORY, 0);
	ipv6_hdr(skb)->hop_limit--;
	skb->transport_off = skb->network_off + transport_at(skb);
	cb->mtu = min(mtu, (uint32_t)UINT16_MAX);
	cb->flags |= IP6SKB_FORWARDED;
	MIB_INC(net, Ip6OutForwDatagrams);
	return skb->dst->output(net, skb);
}

/* net.ipv6.conf.*.force_forwarding */
static bool is_forced(const struct net_device *dev)
{
	const struct inet6_dev *idev = in6_dev_get(dev);

	return idev && idev->conf.force_forwarding;
}

/* Router alert (RFC 2711) is for protocols that no router here speaks: such packets pass as others do. */
int ip6_forward(struct net *net, struct sk_buff *skb)
{
	uint32_t mtu = max(dst_mtu(skb->dst), (uint32_t)IPV6_MIN_MTU);
	enum drop_reason reason;

	if (!addrconf_conf(net, NULL)->forwarding && !is_forced(skb->dev))
		return ip6_drop(net, skb, DROP_IP_NOFORWARD, 0);
	/* What came by a link-layer broadcast or multicast is never sent on. */
	if (skb->pkt_type != PACKET_HOST)
		return ip6_drop(net, skb, DROP_IP_INADDRERRORS, 0);
	if (ipv6_hdr(skb)->hop_limit <= 1)
		return ip6_drop(net, skb, DROP_IP_TTL, 0);
	if (unlikely(is_proxied(net, skb))) {
		if (is_neighbour_discovery(skb))
			return ip6_local_deliver(net, skb);
		if (in6_is_linklocal(&ip6_cb(skb)->parm.daddr))
			return ip6_drop(net, skb, DROP_NEIGH_FAILED, 0);
	}
	reason = check_scope(skb);
	if (unlikely(reason != DROP_MAX))
		return ip6_drop(net, skb, reason, 0);
	send_redirect(skb);
	if (unlikely(too_long(skb, mtu))) {
		MIB_INC(net, Ip6FragFails);
		return ip6_drop(net, skb, DROP_IP_DF, mtu);
	}
	return forward_finish(net, skb, mtu);
}
