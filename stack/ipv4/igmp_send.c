/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IGMP messages that we send. All go out by ip_send_router_alert(), from an address of the device
 * or, as long as it has none, from 0.0.0.0 (RFC 3376 4.2.13).
 */
#include "stack/ipv4/igmp_dev.h"

#include <linux/rtnetlink.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/ip.h"
#include "stack/lib/checksum.h"

#define IP_HDR_RA_LEN 24 /* IPv4 header with the router alert option */

static void transmit(struct mc_dev *mc, struct sk_buff *skb, be32 daddr)
{
	struct igmp_hdr *hdr = (struct igmp_hdr *)skb->data;
	struct net_device *dev = mc->dev;
	be32 saddr = inet_select_addr(dev->net, dev, 0, RT_SCOPE_LINK);

	hdr->check = ip_compute_csum(hdr, skb->len);
	ip_send_router_alert(dev->net, skb, dev, saddr, daddr, IPPROTO_IGMP);
}

uint32_t igmp_report_room(const struct mc_dev *mc)
{
	return clamp(mc->dev->mtu, (uint32_t)IPV4_MIN_MTU, (uint32_t)UINT16_MAX) - IP_HDR_RA_LEN;
}

void igmp_send_report(struct mc_dev *mc, struct sk_buff *skb)
{
	transmit(mc, skb, htonl(IGMP_V3_ROUTERS));
}

void igmp_send_old(struct mc_dev *mc, const union inaddr *group, int version, bool leave)
{
	struct sk_buff *skb = skb_alloc(mc->dev->net, SKB_HEADROOM, sizeof(struct igmp_hdr));
	uint8_t type = version == 1 ? IGMP_V1_REPORT : leave ? IGMP_LEAVE : IGMP_V2_REPORT;

	if (!skb)
		return;
	*(struct igmp_hdr *)skb_put(skb, sizeof(struct igmp_hdr)) =
		(struct igmp_hdr){ .type = type, .group = group->v4 };
	skb_reset_transport_header(skb);
	transmit(mc, skb, leave ? htonl(IGMP_ALL_ROUTERS) : group->v4);
}
