/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbour discovery (RFC 4861): the table of neighbours, what the neighbour machine asks of its
 * protocol, and the messages that are sent. Those that come in are the matter of ndisc_rcv.c,
 * ndisc_router.c and ndisc_redirect.c.
 *
 * Entries are made only for whom we send to, and for who speaks to us and says where it is
 * (RFC 6583): strangers cannot fill the table beyond its limits, which its collector keeps.
 */
#include "stack/ipv6/ndisc.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_ether.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include "stack/core/event.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/mld.h"
#include "stack/ipv6/ndisc_opts.h"

struct ndisc {
	struct neigh_table table;
	struct event_listener listener;
};

struct neigh_table *ndisc_table(struct net *net)
{
	return &net->ipv6->ndisc->table;
}

/* Sending -------------------------------------------------------------------------------------- */

struct sk_buff *ndisc_alloc(struct net_device *dev, uint32_t len)
{
	return in6_dev_get(dev) ? skb_alloc(dev->net, SKB_HEADROOM, len) : NULL;
}

void ndisc_send(struct net_device *dev, struct sk_buff *skb, const union inaddr *saddr,
		const union inaddr *daddr)
{
	const struct inet_xmit x = {
		.ttl = NDISC_HOP_LIMIT,
		.tos = in6_dev_get(dev)->conf.ndisc_tclass,
		.proto = IPPROTO_ICMPV6,
		.no_loop = true,
		.no_flowlabel = true,
		.saddr = *saddr,
		.daddr = *daddr,
	};
	const struct icmp6_hdr *icmp = (const struct icmp6_hdr *)skb->data;

	icmp6_count_out(dev->net, icmp->type);
	icmp6_checksum(skb, saddr, daddr);
	ip6_send_link(dev->net, skb, dev, &x);
}

/* Solicitations and advertisements, with or without a target, one link-layer address and a nonce. */
static void send_msg(struct net_device *dev, const struct nd_msg *msg, uint32_t msg_len,
		     uint8_t lladdr_opt, uint64_t nonce, const union inaddr *saddr,
		     const union inaddr *daddr)
{
	uint8_t alen = dev->link->addr_len;
	uint32_t len = msg_len;
	struct sk_buff *skb;
	uint8_t *p;

	if (!alen)
		lladdr_opt = 0;
	len += lladdr_opt ? nd_opt_lladdr_space(alen) : 0;
	len += nonce ? ND_OPT_UNIT : 0;
	skb = ndisc_alloc(dev, len);
	if (!skb)
		return;
	p = skb_put(skb, len);
	memcpy(p, msg, msg_len);
	p += msg_len;
	if (lladdr_opt)
		p = ndisc_put_lladdr(p, lladdr_opt, dev, dev->addr);
	if (nonce)
		ndisc_put_nonce(p, nonce);
	ndisc_send(dev, skb, saddr, daddr);
}

void ndisc_send_ns(struct net_device *dev, const union inaddr *target, const union inaddr *daddr,
		   const union inaddr *saddr, uint64_t nonce)
{
	const struct nd_msg msg = { .icmp = { .type = ICMP6_NEIGH_SOLICIT }, .target = *target };
	const union inaddr group = in6_solicited_node(target);
	union inaddr own;

	if (!saddr) {
		/* RFC 4429 3.2: an optimistic address must not be announced in a solicitation. */
		if (!addrconf_linklocal(dev, IFA_F_TENTATIVE | IFA_F_OPTIMISTIC, &own))
			return;
		saddr = &own;
	}
	/* 4.3: with the unspecified address goes no link-layer address. */
	send_msg(dev, &msg, sizeof(msg), inaddr_any(saddr) ? 0 : ND_OPT_SOURCE_LLADDR, nonce, saddr,
		 daddr ? daddr : &group);
}

void ndisc_send_na(struct net_device *dev, const union inaddr *daddr, const union inaddr *target,
		   bool router, bool solicited, bool override, bool with_lladdr)
{
	const struct ifaddr *ifa = addrconf_find(dev->net, target, dev);
	union inaddr saddr = *target;
	struct nd_msg msg = { .icmp = { .type = ICMP6_NEIGH_ADVERT }, .target = *target };

	if (!in6_dev_get(dev))
		return;
	if (ifa) {
		/* RFC 4429 3.3 */
		override = override && !(ifa->flags & IFA_F_OPTIMISTIC);
		with_lladdr = with_lladdr || in6_dev_get(dev)->conf.force_tllao;
	} else if (addrconf_select_source(dev->net, dev, daddr, 0, &saddr)) {
		return; /* anycast or proxy, and we have no address to say so from */
	}
	msg.icmp.info = htonl((router ? ND_NA_ROUTER : 0) | (solicited ? ND_NA_SOLICITED : 0) |
			      (override ? ND_NA_OVERRIDE : 0));
	send_msg(dev, &msg, sizeof(msg), with_lladdr ? ND_OPT_TARGET_LLADDR : 0, 0, &saddr, daddr);
}

void ndisc_send_unsolicited(const struct inet6_ifaddr *ifa)
{
	ndisc_send_na(ifa->idev->dev, &IN6_ALL_NODES, &ifa->ifa.local, ifa->idev->conf.forwarding,
		      false, true, true);
}

void ndisc_send_rs(struct net_device *dev, const union inaddr *saddr)
{
	const struct nd_msg msg = { .icmp = { .type = ICMP6_ROUTER_SOLICIT } };
	const struct ifaddr *ifa = addrconf_find(dev->net, saddr, dev);
	bool lladdr = ifa && !(ifa->flags & IFA_F_OPTIMISTIC); /* RFC 4429 3.2 */

	send_msg(dev, &msg, sizeof(msg.icmp), lladdr ? ND_OPT_SOURCE_LLADDR : 0, 0, saddr,
		 &IN6_ALL_ROUTERS);
}

/* The neighbour machine asks ------------------------------------------------------------------- */

static int constructor(struct neighbour *neigh)
{
	struct net_device *dev = neigh->dev;
	bool multicast = in6_is_multicast(&neigh->key);

	if (!in6_dev_get(dev))
		return -EINVAL;
	neigh->type = multicast ? RTN_MULTICAST : RTN_UNICAST;
	if (!dev->link->addr_len) {
		neigh->nud_state = NUD_NOARP;
	} else if (multicast) {
		neigh->nud_state = NUD_NOARP;
		dev->link->map_multicast(AF_INET6, &neigh->key, neigh->ha);
	} else if (dev->flags & (IFF_NOARP | IFF_LOOPBACK)) {
		neigh->nud_state = NUD_NOARP;
		memcpy(neigh->ha, dev->addr, dev->link->addr_len);
		if (dev->flags & IFF_LOOPBACK)
			neigh->type = RTN_LOCAL;
	} else if (dev->flags & IFF_POINTOPOINT) {
		neigh->nud_state = NUD_NOARP;
		memcpy(neigh->ha, dev->broadcast, dev->link->addr_len);
	}
	return 0;
}

/* 7.2.2: preferably from where the packet that waits comes from, if that is ours to speak from. */
static bool source_fits(struct net *net, const struct net_device *dev, const union inaddr *saddr)
{
	const struct ifaddr *ifa = addrconf_find(net, saddr, dev);

	return ifa && !(ifa->flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED));
}

static void solicit(struct neighbour *neigh, const struct sk_buff *skb, bool unicast)
{
	struct net_device *dev = neigh->dev;
	const union inaddr *saddr = NULL;
	union inaddr hint;

	if (!in6_dev_get(dev))
		return;
	if (skb) {
		hint = ipv6_hdr(skb)->saddr;
		if (source_fits(dev->net, dev, &hint))
			saddr = &hint;
	}
	ndisc_send_ns(dev, &neigh->key, unicast ? &neigh->key : NULL, saddr, 0);
}

static void error_report(struct neighbour *neigh, struct sk_buff *skb)
{
	ip6_drop(neigh->dev->net, skb, DROP_NEIGH_FAILED, 0);
}

/* Who asks for the address of another whom we stand in for asks that one's solicited-node group. */
static void proxy_changed(struct neigh_table *tbl, const struct neigh_proxy *proxy, bool added)
{
	struct inet6_dev *idev = proxy->dev ? in6_dev_get(proxy->dev) : NULL;
	union inaddr group = in6_solicited_node(&proxy->key);

	(void)tbl;
	if (idev && added)
		ip6_mc_join_own(idev, &group);
	else if (idev)
		ip6_mc_leave_own(idev, &group);
}

static bool stay_without_carrier(const struct net_device *dev)
{
	const struct inet6_dev *idev = in6_dev_get(dev);

	return idev && !(idev->conf.ndisc_evict_nocarrier &&
			 addrconf_conf(dev->net, NULL)->ndisc_evict_nocarrier);
}

static const struct neigh_ops neigh_ops = {
	.stay_without_carrier = stay_without_carrier,
	.family = AF_INET6,
	.ethertype = ETH_P_IPV6,
	.key_len = sizeof(union inaddr),
	.constructor = constructor,
	.solicit = solicit,
	.error_report = error_report,
	.proxy_changed = proxy_changed,
};

void ndisc_learn(struct net_device *dev, const union inaddr *addr, const uint8_t *lladdr,
		 unsigned flags, bool create)
{
	struct neigh_table *tbl = ndisc_table(dev->net);
	struct neighbour *neigh =
		create ? neigh_create(tbl, addr, dev) : neigh_lookup(tbl, addr, dev);

	if (!neigh)
		return;
	neigh_update(neigh, lladdr, NUD_STALE,
		     flags | NEIGH_UPDATE_F_WEAK_OVERRIDE | NEIGH_UPDATE_F_OVERRIDE);
	neigh_release(neigh);
}

/* Devices that change -------------------------------------------------------------------------- */

static int is_of_dev(struct neighbour *neigh, void *arg)
{
	struct neighbour **found = arg;

	if (neigh->dev != (*found)->dev)
		return 0;
	*found = neigh;
	return 1;
}

void ndisc_flush_dev(struct net_device *dev)
{
	struct neigh_table *tbl = ndisc_table(dev->net);
	struct neighbour wanted = { .dev = dev };
	struct neighbour *neigh = &wanted;
	union inaddr key;

	while (neigh_walk(tbl, is_of_dev, &neigh)) {
		key = neigh->key;
		neigh_delete(tbl, &key, dev);
		neigh = &wanted;
	}
}

/* Others may still have our old link-layer address. */
static void announce_all(struct net_device *dev)
{
	const struct inet6_dev *idev = in6_dev_get(dev);
	const struct ifaddr *ifa;

	if (!idev || !(idev->flags & IN6_IF_READY) ||
	    !(idev->conf.ndisc_notify || addrconf_conf(dev->net, NULL)->ndisc_notify))
		return;
	list_for_each_entry(ifa, &idev->addrs, list)
		if (ifa6_usable(ifa))
			ndisc_send_unsolicited(ifa6(ifa));
}

static void on_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	(void)l;
	(void)net;
	if (type == EVENT_NETDEV_CHANGEADDR)
		announce_all(obj);
}

int ndisc_init(struct net *net)
{
	struct ndisc *nd = calloc(1, sizeof(*nd));
	int err;

	if (!nd)
		return -ENOMEM;
	err = neigh_table_init(net, &nd->table, &neigh_ops);
	if (err) {
		free(nd);
		return err;
	}
	/* RFC 4861 10 has no such time: each advertisement counts. */
	nd->table.parms.locktime = 0;
	nd->table.proxy_redo = ndisc_proxy_redo;
	net->ipv6->ndisc = nd;
	nd->listener.fn = on_event;
	event_listen(net, &nd->listener);
	return 0;
}

void ndisc_exit(struct net *net)
{
	struct ndisc *nd = net->ipv6->ndisc;

	if (!nd)
		return;
	event_unlisten(&nd->listener);
	neigh_table_exit(&nd->table);
	free(nd);
	net->ipv6->ndisc = NULL;
}
