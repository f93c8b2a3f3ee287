/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MLD messages that we send: with a router alert and a hop limit of 1, from a link-local address
 * or, as long as none is ours, from :: (RFC 3810 5.2.13, RFC 3590).
 */
#include "stack/ipv6/mld_dev.h"

#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ip6.h"

/* RFC 2711 2.1: a hop-by-hop header with the router alert option, for MLD, and padding. */
static const uint8_t router_alert[8] = { IPPROTO_ICMPV6, 0, 5, 2, 0, 0, 1, 0 };

static void transmit(struct mc_dev *mc, struct sk_buff *skb, const union inaddr *daddr)
{
	struct net_device *dev = mc->dev;
	uint8_t type = skb->data[0];
	struct inet_xmit x = {
		.ttl = 1,
		.proto = IPPROTO_ICMPV6,
		.options = router_alert,
		.options_len = sizeof(router_alert),
		.options_proto = IPPROTO_HOPOPTS,
		.daddr = *daddr,
	};

	if (!addrconf_linklocal(dev, IFA_F_TENTATIVE, &x.saddr))
		mld_dev(mc)->unheard = true;
	icmp6_checksum(skb, &x.saddr, daddr);
	icmp6_count_out(dev->net, type);
	ip6_send_link(dev->net, skb, dev, &x);
}

uint32_t mld_report_room(const struct mc_dev *mc)
{
	return clamp(mc->dev->mtu, (uint32_t)IPV6_MIN_MTU, (uint32_t)UINT16_MAX) -
	       sizeof(struct ipv6_hdr) - sizeof(router_alert);
}

void mld_send_report(struct mc_dev *mc, struct sk_buff *skb)
{
	transmit(mc, skb, &IN6_MLDV2_ROUTERS);
}

void mld_send_old(struct mc_dev *mc, const union inaddr *group, int version, bool leave)
{
	struct sk_buff *skb = skb_alloc(mc->dev->net, SKB_HEADROOM, sizeof(struct mld_hdr));

	(void)version; /* there is but one */
	if (!skb)
		return;
	*(struct mld_hdr *)skb_put(skb, sizeof(struct mld_hdr)) = (struct mld_hdr){
		.type = leave ? ICMP6_MLD_DONE : ICMP6_MLD_REPORT,
		.group = *group,
	};
	skb_reset_transport_header(skb);
	transmit(mc, skb, leave ? &IN6_ALL_ROUTERS : group);
}
