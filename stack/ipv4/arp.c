/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARP: IPv4's part of the neighbour machine. It asks for addresses when that machine wants them,
 * answers for ours (and for others' as their proxy), and reports what it learns by neigh_update().
 *
 * Strangers teach us nothing, unless arp_accept says so: a neighbour is made only for who asks for us; other
 * packets only update what is there. A station that claims an address of ours is logged, counted, and answered
 * by one announcement in ten seconds at most (RFC 5227 2.4 b).
 */
#include "stack/ipv4/arp.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include "stack/core/event.h"
#include "stack/ipv4/arp_conf.h"
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/fib.h"
#include "stack/ipv4/ip.h"

#define DEFEND_INTERVAL sec_to_ktime(10) /* RFC 5227 1.1 */

struct arp {
	struct neigh_table table;
	struct packet_type ptype;
	struct event_listener listener;
};

/* A packet, taken apart; the pointers lead into it. */
struct arp_packet {
	uint16_t op;
	const uint8_t *sha, *tha;
	be32 sip, tip;
};

struct neigh_table *arp_table(struct net *net)
{
	return &net->ipv4->arp->table;
}

/* Sending -------------------------------------------------------------------------------------- */

static bool speaks_arp(const struct net_device *dev)
{
	return netdev_running(dev) && !(dev->flags & (IFF_NOARP | IFF_LOOPBACK)) &&
	       dev->link->addr_len;
}

static uint8_t *put(uint8_t *to, const void *from, size_t len)
{
	memcpy(to, from, len);
	return to + len;
}

/*
 * @tha: NULL: zeros; @daddr: where the frame goes, NULL: to all
 */
static void arp_send(struct net_device *dev, uint16_t op, be32 sip, be32 tip, const uint8_t *tha,
		     const uint8_t *daddr)
{
	static const uint8_t zeros[NETDEV_ADDR_MAX];
	uint8_t alen = dev->link->addr_len;
	uint32_t len = sizeof(struct arp_hdr) + 2 * (alen + sizeof(be32));
	struct net *net = dev->net;
	struct arp_hdr *arp;
	struct sk_buff *skb;
	uint8_t *p;

	if (!speaks_arp(dev))
		return;
	skb = skb_alloc(net, dev->link->hard_header_len + dev->needed_headroom, len);
	if (!skb)
		return;
	arp = skb_put(skb, len);
	*arp = (struct arp_hdr){
		.hrd = htons(dev->link->type),
		.pro = htons(ETH_P_IP),
		.hln = alen,
		.pln = sizeof(be32),
		.op = htons(op),
	};
	p = put((uint8_t *)(arp + 1), dev->addr, alen);
	p = put(p, &sip, sizeof(sip));
	p = put(p, tha ? tha : zeros, alen);
	put(p, &tip, sizeof(tip));

	skb->dev = dev;
	skb->protocol = htons(ETH_P_ARP);
	skb_reset_network_header(skb);
	if (dev->link->header(skb, dev, ETH_P_ARP, daddr ? daddr : dev->broadcast, NULL)) {
		skb_drop(net, skb, DROP_NO_MEMORY);
		return;
	}
	netdev_xmit(net, skb);
}

/* A gratuitous request: whoever has the address in a table learns where it is (RFC 5227 2.3). */
static void announce(const struct ifaddr *ifa)
{
	arp_send(ifa->dev, ARPOP_REQUEST, ifa->local.v4, ifa->local.v4, NULL, NULL);
}

/* The neighbour machine asks ------------------------------------------------------------------- */

static int arp_constructor(struct neighbour *neigh)
{
	struct net_device *dev = neigh->dev;
	be32 addr = neigh->key.v4;

	if (!in_dev_get(dev))
		return -EINVAL;
	neigh->type = fib_addr_type(dev->net, addr, NULL);
	if (!dev->link->addr_len || (dev->flags & (IFF_NOARP | IFF_LOOPBACK))) {
		neigh->nud_state = NUD_NOARP;
		memcpy(neigh->ha, dev->addr, dev->link->addr_len);
	} else if (ipv4_is_multicast(addr)) {
		neigh->nud_state = NUD_NOARP;
		dev->link->map_multicast(AF_INET, &addr, neigh->ha);
	} else if (neigh->type == RTN_BROADCAST || (dev->flags & IFF_POINTOPOINT)) {
		neigh->nud_state = NUD_NOARP;
		memcpy(neigh->ha, dev->broadcast, dev->link->addr_len);
	}
	return 0;
}

static void arp_solicit(struct neighbour *neigh, const struct sk_buff *skb, bool unicast)
{
	struct net_device *dev = neigh->dev;
	be32 target = neigh->key.v4, source;

	if (!in_dev_get(dev))
		return;
	source = arp_solicit_source(dev->net, dev, target, skb ? ip_hdr(skb)->saddr : 0);
	if (source)
		arp_send(dev, ARPOP_REQUEST, source, target, NULL, unicast ? neigh->ha : NULL);
}

static void arp_error_report(struct neighbour *neigh, struct sk_buff *skb)
{
	ip_drop(neigh->dev->net, skb, DROP_NEIGH_FAILED, 0);
}

static bool arp_stay_without_carrier(const struct net_device *dev)
{
	const struct in_device *in_dev = in_dev_get(dev);

	return in_dev && !(in_dev->conf.arp_evict_nocarrier && in_dev->all->arp_evict_nocarrier);
}

static const struct neigh_ops arp_neigh_ops = {
	.family = AF_INET,
	.ethertype = ETH_P_IP,
	.key_len = sizeof(be32),
	.constructor = arp_constructor,
	.solicit = arp_solicit,
	.error_report = arp_error_report,
	.stay_without_carrier = arp_stay_without_carrier,
};

/* Receiving ------------------------------------------------------------------------------------ */

/* Learn from who asked for us: it will be spoken to. */
static void learn_asker(struct net *net, struct net_device *dev, const struct arp_packet *a)
{
	const union inaddr key = inaddr_v4(a->sip);
	struct neighbour *neigh = neigh_create(arp_table(net), &key, dev);

	if (!neigh)
		return;
	neigh_update(neigh, a->sha, NUD_STALE, NEIGH_UPDATE_F_OVERRIDE);
	neigh_release(neigh);
}

/* The answer for another waits for a while, so that who has the address is the first. Owns @skb. */
static int answer_as_proxy(struct net *net, struct sk_buff *skb, const struct arp_packet *a,
			   bool redo)
{
	struct net_device *dev = skb->dev;

	if (!redo) {
		learn_asker(net, dev, a);
		if (neigh_parms_get(arp_table(net), dev)->proxy_delay &&
		    skb->pkt_type != PACKET_HOST) {
			neigh_proxy_enqueue(arp_table(net), skb);
			return 0;
		}
	}
	arp_send(dev, ARPOP_REPLY, a->tip, a->sip, a->sha, a->sha);
	skb_free(skb);
	return 0;
}

/* RFC 5227 2.4: another station claims to have an address of ours. */
static void defend(struct net *net, struct ifaddr *ifa, const uint8_t *sha)
{
	struct in_device *in_dev = in_dev_get(ifa->dev);
	const uint8_t *a = (const uint8_t *)&ifa->local.v4;

	in_dev->arp_conflicts++;
	if (in_dev->conflict_tstamp && net->now < in_dev->conflict_tstamp + DEFEND_INTERVAL)
		return;
	in_dev->conflict_tstamp = net->now;
	log_warn(&net->log,
		 "%s: address conflict: %u.%u.%u.%u is also used by %02x:%02x:%02x:%02x:%02x:%02x",
		 ifa->dev->name, a[0], a[1], a[2], a[3], sha[0], sha[1], sha[2], sha[3], sha[4],
		 sha[5]);
	announce(ifa);
}

/* What is said of an address that has an entry, or is to have one now. */
static void update_neighbour(struct net *net, const struct sk_buff *skb, const struct arp_packet *a)
{
	struct neigh_table *tbl = arp_table(net);
	const union inaddr key = inaddr_v4(a->sip);
	struct neighbour *neigh = neigh_lookup(tbl, &key, skb->dev);
	bool asked_for = a->op == ARPOP_REPLY && skb->pkt_type == PACKET_HOST;
	bool gratuitous = a->sip == a->tip && (a->op == ARPOP_REQUEST ||
					       !memcmp(a->sha, a->tha, skb->dev->link->addr_len));
	bool override;

	/* As with the kernel, a reply may be from anyone who has an address, a request only about himself. */
	if (!neigh && (gratuitous || a->op == ARPOP_REPLY) &&
	    arp_accepts_strangers(skb->dev, a->sip))
		neigh = neigh_create(tbl, &key, skb->dev);
	if (!neigh)
		return;
	/* Of several answers the first one counts, for a while: a proxy may be slower. */
	override = gratuitous || net->now >= neigh->updated + ms_to_ktime(neigh->parms->locktime);
	neigh_update(neigh, a->sha, asked_for ? NUD_REACHABLE : NUD_STALE,
		     override ? NEIGH_UPDATE_F_OVERRIDE : 0);
	neigh_release(neigh);
}

static int ignored(struct net *net, struct sk_buff *skb)
{
	return skb_drop(net, skb, DROP_ARP_IGNORED);
}

/* RFC 5227 2.1.1: who has not got the address yet asks whether anyone has. */
static int rcv_probe(struct net *net, struct sk_buff *skb, const struct arp_packet *a)
{
	if (a->op != ARPOP_REQUEST || fib_addr_type(net, a->tip, NULL) != RTN_LOCAL ||
	    !arp_may_answer(net, skb->dev, 0, a->tip))
		return ignored(net, skb);
	arp_send(skb->dev, ARPOP_REPLY, a->tip, 0, a->sha, a->sha);
	skb_free(skb);
	return 0;
}

static int rcv_request_for_us(struct net *net, struct sk_buff *skb, const struct arp_packet *a)
{
	if (!arp_may_answer(net, skb->dev, a->sip, a->tip))
		return ignored(net, skb);
	learn_asker(net, skb->dev, a);
	arp_send(skb->dev, ARPOP_REPLY, a->tip, a->sip, a->sha, a->sha);
	skb_free(skb);
	return 0;
}

/* A packet that is right in itself. @redo: an answer as a proxy that waited, and is due now. */
static int process(struct net *net, struct sk_buff *skb, const struct arp_packet *a, bool redo)
{
	struct ifaddr *ours;

	if (!a->sip)
		return rcv_probe(net, skb, a);
	ours = inet_addr_find(net, a->sip, skb->dev);
	if (ours) {
		defend(net, ours, a->sha);
		return ignored(net, skb);
	}
	if (fib_addr_type(net, a->sip, NULL) != RTN_UNICAST)
		return ignored(net, skb);
	if (a->op == ARPOP_REQUEST) {
		if (fib_addr_type(net, a->tip, NULL) == RTN_LOCAL)
			return rcv_request_for_us(net, skb, a);
		if (arp_is_proxy(net, skb->dev, a->sip, a->tip))
			return answer_as_proxy(net, skb, a, redo);
	}
	update_neighbour(net, skb, a);
	skb_free(skb);
	return 0;
}

/* 127.0.0.0/8 is on no link, unless net.ipv4.conf.*.route_localnet has it there. */
static bool may_be_asked_for(const struct net_device *dev, be32 tip)
{
	return !ipv4_is_multicast(tip) &&
	       (!ipv4_is_loopback(tip) || IN_DEV_OR(in_dev_get(dev), route_localnet));
}

/* True: right in itself. The pointers in @ret lead into @skb. */
static bool parse(struct sk_buff *skb, struct arp_packet *ret)
{
	const struct netdev_link *link = skb->dev->link;
	const struct arp_hdr *arp;
	const uint8_t *p;

	arp = skb_hdr(skb, sizeof(*arp) + 2 * (link->addr_len + sizeof(be32)));
	if (!arp || arp->hln != link->addr_len || arp->pln != sizeof(be32) ||
	    arp->pro != htons(ETH_P_IP))
		return false;
	/* IEEE 802 networks have a number of their own, but frames as Ethernet's. */
	if (arp->hrd != htons(link->type) &&
	    !(link->type == ARPHRD_ETHER && arp->hrd == htons(ARPHRD_IEEE802)))
		return false;
	ret->op = ntohs(arp->op);
	p = (const uint8_t *)(arp + 1);
	ret->sha = p;
	memcpy(&ret->sip, p + link->addr_len, sizeof(ret->sip));
	p += link->addr_len + sizeof(be32);
	ret->tha = p;
	memcpy(&ret->tip, p + link->addr_len, sizeof(ret->tip));
	return (ret->op == ARPOP_REQUEST || ret->op == ARPOP_REPLY) && !(ret->sha[0] & 1) &&
	       may_be_asked_for(skb->dev, ret->tip);
}

static int arp_rcv(struct net *net, struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	struct arp_packet a;

	if (!in_dev_get(dev) || !speaks_arp(dev))
		return ignored(net, skb);
	if (!parse(skb, &a))
		return skb_drop(net, skb, DROP_ARP_HDR);
	if (a.sip == a.tip && IN_DEV_OR(in_dev_get(dev), drop_gratuitous_arp))
		return ignored(net, skb);
	/* Our own words, come back by a loop in the network, are no conflict. */
	if (!memcmp(a.sha, dev->addr, dev->link->addr_len))
		return ignored(net, skb);
	return process(net, skb, &a, false);
}

static void arp_proxy_redo(struct neigh_table *tbl, struct sk_buff *skb)
{
	struct arp_packet a;

	if (!in_dev_get(skb->dev) || !parse(skb, &a))
		skb_drop(tbl->net, skb, DROP_ARP_HDR);
	else
		process(tbl->net, skb, &a, true);
}

/* Addresses and devices that change ------------------------------------------------------------ */

static void announce_all(const struct net_device *dev)
{
	const struct ifaddr *ifa;

	if (!in_dev_get(dev) || !IN_DEV_OR(in_dev_get(dev), arp_notify))
		return;
	list_for_each_entry(ifa, &in_dev_get(dev)->addrs, list)
		if (ifa->scope != RT_SCOPE_HOST)
			announce(ifa);
}

/* An address that now is a broadcast has no neighbour. */
static void invalidate(struct net *net, be32 addr, struct net_device *dev)
{
	const union inaddr key = inaddr_v4(addr);

	neigh_delete(arp_table(net), &key, dev);
}

static void addr_added(struct net *net, const struct ifaddr *ifa)
{
	be32 mask = ipv4_mask(ifa->prefixlen);

	if (ifa->has_broadcast)
		invalidate(net, ifa->broadcast.v4, ifa->dev);
	if (ifa->prefixlen < 31)
		invalidate(net, ifa->address.v4 | ~mask, ifa->dev);
	if (ifa->scope != RT_SCOPE_HOST)
		announce(ifa);
}

static void on_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	(void)l;
	switch (type) {
	case EVENT_ADDR_ADD: {
		const struct ifaddr_event *ev = obj;

		if (ev->ifa->family == AF_INET)
			addr_added(net, ev->ifa);
		break;
	}
	case EVENT_NETDEV_UP:
	case EVENT_NETDEV_CHANGEADDR:
		announce_all(obj);
		break;
	default:
		break;
	}
}

int arp_init(struct net *net)
{
	struct arp *arp = calloc(1, sizeof(*arp));
	int err;

	if (!arp)
		return -ENOMEM;
	err = neigh_table_init(net, &arp->table, &arp_neigh_ops);
	if (err) {
		free(arp);
		return err;
	}
	net->ipv4->arp = arp;
	arp->table.proxy_redo = arp_proxy_redo;
	arp->ptype = (struct packet_type){ .type = htons(ETH_P_ARP), .rcv = arp_rcv };
	packet_type_add(net, &arp->ptype);
	arp->listener.fn = on_event;
	event_listen(net, &arp->listener);
	return 0;
}

void arp_exit(struct net *net)
{
	struct arp *arp = net->ipv4->arp;

	if (!arp)
		return;
	event_unlisten(&arp->listener);
	packet_type_del(&arp->ptype);
	neigh_table_exit(&arp->table);
	free(arp);
	net->ipv4->arp = NULL;
}
