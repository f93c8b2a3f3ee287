/* SPDX-License-Identifier: BSD-2-Clause */
/* See arp_conf.h. What the numbers mean is the kernel's. */
#include "stack/ipv4/arp_conf.h"

#include <linux/rtnetlink.h>
#include "stack/ipv4/arp.h"
#include "stack/ipv4/fib.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route.h"

/* net.ipv4.conf.*.arp_ignore */
enum {
	ARP_IGNORE_NONE,
	ARP_IGNORE_OTHER_DEV,
	ARP_IGNORE_OTHER_SUBNET,
	ARP_IGNORE_HOST_SCOPE,
	ARP_IGNORE_ALL = 8
};
/* net.ipv4.conf.*.arp_announce */
enum { ARP_ANNOUNCE_ANY, ARP_ANNOUNCE_SUBNET, ARP_ANNOUNCE_BEST };
/* net.ipv4.conf.*.arp_accept */
enum { ARP_ACCEPT_NONE, ARP_ACCEPT_ALL, ARP_ACCEPT_SUBNET };
/* net.ipv4.conf.*.medium_id: of a device that is to have nothing to do with proxies */
#define MEDIUM_NO_PROXY (-1)

/* arp_ignore: is this address of ours none of the asker's business? */
static bool is_ignored(struct net *net, const struct net_device *dev, be32 sip, be32 tip)
{
	int32_t level = IN_DEV_MAX(in_dev_get(dev), arp_ignore);

	switch (level) {
	case ARP_IGNORE_NONE:
		return false;
	case ARP_IGNORE_OTHER_DEV:
		return !inet_confirm_addr(net, dev, 0, tip, RT_SCOPE_HOST);
	case ARP_IGNORE_OTHER_SUBNET:
		return !inet_confirm_addr(net, dev, sip, tip, RT_SCOPE_HOST);
	case ARP_IGNORE_HOST_SCOPE:
		return !inet_confirm_addr(net, NULL, 0, tip, RT_SCOPE_LINK);
	default:
		return level >= ARP_IGNORE_ALL;
	}
}

/* arp_filter: of several devices on one link, only that answers by which we would speak to the asker. */
static bool is_way_back(struct net *net, const struct net_device *dev, be32 sip, be32 tip)
{
	struct flow fl = { .family = AF_INET, .saddr = inaddr_v4(tip), .daddr = inaddr_v4(sip) };
	struct dst_entry *dst;
	bool same;

	if (ip_route_output(net, &fl, &dst))
		return false;
	same = dst->dev == dev;
	dst_release(dst);
	return same;
}

bool arp_may_answer(struct net *net, const struct net_device *dev, be32 sip, be32 tip)
{
	if (is_ignored(net, dev, sip, tip))
		return false;
	/* Who has no address yet cannot be spoken to: he is to hear of us by every device. */
	return !sip || !IN_DEV_OR(in_dev_get(dev), arp_filter) || is_way_back(net, dev, sip, tip);
}

/* Devices with the same medium_id are on one link, where the others answer for themselves. */
static bool are_apart(const struct in_device *in, const struct in_device *out)
{
	int32_t from = in->conf.medium_id, to = out ? out->conf.medium_id : 0;

	return !from || (from != MEDIUM_NO_PROXY && to != from && to != MEDIUM_NO_PROXY);
}

bool arp_is_proxy(struct net *net, struct net_device *dev, be32 sip, be32 tip)
{
	const struct in_device *in_dev = in_dev_get(dev);
	const union inaddr key = inaddr_v4(tip);
	struct fib_query q = { .daddr = tip, .saddr = sip };
	struct fib_result res;

	if (!in_dev->conf.forwarding || fib_lookup(net, &q, &res) || res.type != RTN_UNICAST)
		return false;
	/* RFC 3069: on such a link no one hears the others. But who asks for himself is to find nobody. */
	if (res.nh->dev == dev)
		return in_dev->conf.proxy_arp_pvlan && sip != tip;
	return (IN_DEV_MAX(in_dev, proxy_arp) && are_apart(in_dev, in_dev_get(res.nh->dev))) ||
	       neigh_proxy_find(arp_table(net), &key, dev);
}

bool arp_accepts_strangers(const struct net_device *dev, be32 sip)
{
	switch (IN_DEV_MAX(in_dev_get(dev), arp_accept)) {
	case ARP_ACCEPT_ALL:
		return true;
	case ARP_ACCEPT_SUBNET:
		return inet_addr_onlink(in_dev_get(dev), sip, 0);
	default:
		return false;
	}
}

be32 arp_solicit_source(struct net *net, const struct net_device *dev, be32 target, be32 saddr)
{
	int32_t level = IN_DEV_MAX(in_dev_get(dev), arp_announce);
	bool fits =
		saddr && level != ARP_ANNOUNCE_BEST && fib_addr_type(net, saddr, NULL) == RTN_LOCAL;

	if (fits && level == ARP_ANNOUNCE_SUBNET)
		fits = inet_addr_onlink(in_dev_get(dev), target, saddr);
	return fits ? saddr : inet_select_addr(net, dev, target, RT_SCOPE_LINK);
}
