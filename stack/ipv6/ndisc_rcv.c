/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of neighbour discovery that come in: what holds for all of them, and solicitations and
 * advertisements of neighbours (RFC 4861 7). All of it comes from strangers on the link, but from no
 * farther: the hop limit proves that.
 */
#include <linux/if_addr.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/fib6.h"
#include "stack/ipv6/ndisc.h"
#include "stack/ipv6/ndisc_opts.h"

/* A solicitation or advertisement, taken apart; the pointers lead into it. */
struct message {
	struct net_device *dev;
	struct inet6_dev *idev;
	union inaddr saddr, daddr, target;
	uint32_t info;	       /* ND_NA_* */
	const uint8_t *lladdr; /* NULL: not said */
	struct ndisc_opts opts;
};

static int bad(struct net *net, struct sk_buff *skb)
{
	return skb_drop(net, skb, DROP_NDISC_HDR);
}

static int ignored(struct net *net, struct sk_buff *skb)
{
	return skb_drop(net, skb, DROP_NDISC_IGNORED);
}

static int done(struct sk_buff *skb)
{
	skb_free(skb);
	return 0;
}

/* What both kinds have in common; @lladdr_opt: the option that says where the neighbour is. False: malformed. */
static bool parse(struct sk_buff *skb, struct message *ret, uint8_t lladdr_opt)
{
	const struct nd_msg *msg = skb_hdr(skb, sizeof(*msg));
	const struct nd_opt *o;

	if (!msg)
		return false;
	*ret = (struct message){
		.dev = skb->dev,
		.idev = in6_dev_get(skb->dev),
		.saddr = ipv6_hdr(skb)->saddr,
		.daddr = ipv6_hdr(skb)->daddr,
		.target = msg->target,
		.info = ntohl(msg->icmp.info),
	};
	if (in6_is_multicast(&ret->target) ||
	    !ndisc_opts_parse(msg + 1, skb->len - sizeof(*msg), &ret->opts))
		return false;
	o = lladdr_opt == ND_OPT_SOURCE_LLADDR ? ret->opts.source_lladdr : ret->opts.target_lladdr;
	if (!o)
		return true;
	ret->lladdr = ndisc_opt_lladdr(skb->dev, o);
	return ret->lladdr;
}

static bool is_solicited_node(const union inaddr *a)
{
	return a->v6[0] == htonl(0xff020000) && !a->v6[1] && a->v6[2] == htonl(1) &&
	       a->b[12] == 0xff;
}

/* The link-layer source of a frame that came in, as far as it is still there. */
static const uint8_t *frame_source(const struct sk_buff *skb)
{
	uint8_t alen = skb->dev->link->addr_len;

	if (skb->dev->link->hard_header_len != 2 * alen + 2 ||
	    skb->network_off < skb->mac_off + 2 * alen)
		return NULL;
	return (const uint8_t *)skb_mac_header(skb) + alen;
}

/* Solicitations -------------------------------------------------------------------------------- */

/* 7.1.1: of messages with the unspecified source, which are probes of DAD. */
static bool probe_is_valid(const struct message *m)
{
	return is_solicited_node(&m->daddr) && !m->lladdr;
}

/* RFC 4862 5.4.3: somebody else is about to take @ifa. */
static int rcv_probe_of_tentative(struct net *net, struct sk_buff *skb, const struct message *m,
				  struct inet6_ifaddr *ifa)
{
	uint64_t nonce = ndisc_opt_nonce(m->opts.nonce);

	/* RFC 7527 4.2: it is our own, looped back. */
	if (skb->looped || (nonce && nonce == ifa->dad_nonce))
		return ignored(net, skb);
	addrconf_dad_failure(ifa, frame_source(skb));
	return done(skb);
}

/* 7.2.3, 7.2.4: answer. @ours: a unicast address of ours; else one that we share, or stand in for. */
static int answer(struct sk_buff *skb, const struct message *m, bool ours, bool router)
{
	bool multicast = in6_is_multicast(&m->daddr);

	if (inaddr_any(&m->saddr)) {
		ndisc_send_na(m->dev, &IN6_ALL_NODES, &m->target, router, false, ours, true);
		return done(skb);
	}
	ndisc_learn(m->dev, &m->saddr, m->lladdr, 0, m->lladdr);
	ndisc_send_na(m->dev, &m->saddr, &m->target, router, true, ours && multicast, multicast);
	return done(skb);
}

static bool proxies(const struct message *m, const struct neigh_proxy *p)
{
	return p && m->idev->conf.forwarding &&
	       (m->idev->conf.proxy_ndp || addrconf_conf(m->dev->net, NULL)->proxy_ndp);
}

/* Is the answer to wait (7.2.7, 7.2.8), so that whoever is nearer, or the real one, comes first? */
static bool answer_is_delayed(const struct sk_buff *skb, const struct message *m)
{
	return skb->pkt_type != PACKET_HOST && in6_is_multicast(&m->daddr) &&
	       m->idev->nd_parms->proxy_delay;
}

/* No unicast address of ours. @redo: it waited, and is due now. */
static int rcv_ns_other(struct net *net, struct sk_buff *skb, const struct message *m, bool redo)
{
	const struct neigh_proxy *p = neigh_proxy_find(ndisc_table(net), &m->target, m->dev);
	bool anycast = addrconf_is_anycast(net, &m->target, m->dev), proxy = proxies(m, p);
	bool router = m->idev->conf.forwarding;

	if (!anycast && !proxy)
		return ignored(net, skb);
	if (!redo && answer_is_delayed(skb, m)) {
		neigh_proxy_enqueue(ndisc_table(net), skb);
		return 0;
	}
	if (!anycast)
		router = p->flags & NTF_ROUTER;
	return answer(skb, m, false, router);
}

static int rcv_ns(struct net *net, struct sk_buff *skb, bool redo)
{
	struct ifaddr *ifa;
	struct message m;
	bool probe;

	if (!parse(skb, &m, ND_OPT_SOURCE_LLADDR))
		return bad(net, skb);
	probe = inaddr_any(&m.saddr);
	if (probe && !probe_is_valid(&m))
		return bad(net, skb);
	ifa = addrconf_find(net, &m.target, m.dev);
	if (!ifa)
		return rcv_ns_other(net, skb, &m, redo);
	if (ifa->flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC) && probe)
		return rcv_probe_of_tentative(net, skb, &m, ifa6(ifa));
	if (!ifa6_usable(ifa))
		return ignored(net, skb);
	return answer(skb, &m, true, m.idev->conf.forwarding);
}

void ndisc_proxy_redo(struct neigh_table *tbl, struct sk_buff *skb)
{
	if (!in6_dev_get(skb->dev) || !skb->dev->ip6->nd_parms)
		ignored(tbl->net, skb);
	else
		rcv_ns(tbl->net, skb, true);
}

/* Advertisements ------------------------------------------------------------------------------- */

/* Someone advertises an address of ours. */
static int rcv_na_of_ours(struct net *net, struct sk_buff *skb, struct inet6_ifaddr *ifa)
{
	if (!skb->looped && ifa->ifa.flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC))
		addrconf_dad_failure(ifa, frame_source(skb)); /* RFC 4862 5.4.4 */
	return ignored(net, skb);
}

/* RFC 9131: a router may take an entry from an advertisement that nobody asked for. */
static bool accepts_untracked(const struct message *m)
{
	switch (m->idev->conf.forwarding && m->lladdr ? m->idev->conf.accept_untracked_na : 0) {
	case 1:
		return true;
	case 2:
		return addrconf_onlink(m->dev, &m->saddr);
	default:
		return false;
	}
}

/* Our own advertisement as a proxy, come back, says nothing about the neighbour. */
static bool is_own_proxying(const struct message *m)
{
	struct net *net = m->dev->net;
	const struct ipv6_devconf *all = addrconf_conf(net, NULL);

	return m->lladdr && !memcmp(m->lladdr, m->dev->addr, m->dev->link->addr_len) &&
	       all->forwarding && all->proxy_ndp &&
	       neigh_proxy_find(ndisc_table(net), &m->target, m->dev);
}

/* 7.2.5: it was a router, and is no more: it is nobody's default router any longer. */
static void router_became_host(struct net *net, struct net_device *dev, const union inaddr *addr)
{
	const struct route_config cfg = {
		.family = AF_INET6,
		.table = RT_TABLE_MAIN,
		.type = RTN_UNICAST,
		.protocol = RTPROT_RA,
		.priority = in6_dev_get(dev)->conf.ra_defrtr_metric,
		.nr_nh = 1,
		.nh[0] = { .oif = dev->ifindex, .weight = 1, .gw_family = AF_INET6, .gw = *addr },
	};

	fib6_ra_update(net, &cfg);
}

static void update_neighbour(struct net *net, struct neighbour *neigh, const struct message *m,
			     bool untracked)
{
	bool was_router = neigh->flags & NTF_ROUTER;
	bool solicited = m->info & ND_NA_SOLICITED && !untracked;
	unsigned flags = NEIGH_UPDATE_F_WEAK_OVERRIDE | NEIGH_UPDATE_F_OVERRIDE_ISROUTER;

	if (neigh->nud_state & NUD_FAILED || is_own_proxying(m))
		return;
	flags |= m->info & ND_NA_OVERRIDE ? NEIGH_UPDATE_F_OVERRIDE : 0;
	flags |= m->info & ND_NA_ROUTER ? NEIGH_UPDATE_F_ISROUTER : 0;
	neigh_update(neigh, m->lladdr, solicited ? NUD_REACHABLE : NUD_STALE, flags);
	if (was_router && !(neigh->flags & NTF_ROUTER))
		router_became_host(net, m->dev, &m->target);
}

static int rcv_na(struct net *net, struct sk_buff *skb)
{
	struct neighbour *neigh;
	struct ifaddr *ifa;
	struct message m;
	bool untracked;

	/* 7.1.2 */
	if (!parse(skb, &m, ND_OPT_TARGET_LLADDR) ||
	    (in6_is_multicast(&m.daddr) && m.info & ND_NA_SOLICITED))
		return bad(net, skb);
	if (!(m.info & ND_NA_SOLICITED) && m.idev->conf.drop_unsolicited_na)
		return ignored(net, skb);
	ifa = addrconf_find(net, &m.target, m.dev);
	if (ifa)
		return rcv_na_of_ours(net, skb, ifa6(ifa));
	neigh = neigh_lookup(ndisc_table(net), &m.target, m.dev);
	untracked = !neigh && accepts_untracked(&m);
	if (untracked)
		neigh = neigh_create(ndisc_table(net), &m.target, m.dev);
	if (!neigh)
		return ignored(net, skb);
	update_neighbour(net, neigh, &m, untracked);
	neigh_release(neigh);
	return done(skb);
}

/* Solicitations of routers --------------------------------------------------------------------- */

/* 6.2.6: we do not advertise ourselves (that is a daemon's work), but learn where the host is. */
static int rcv_rs(struct net *net, struct sk_buff *skb)
{
	const struct icmp6_hdr *icmp;
	struct ndisc_opts opts;
	const union inaddr saddr = ipv6_hdr(skb)->saddr;
	const uint8_t *lladdr;

	/* 6.1.1; the second word of the header is reserved. */
	icmp = skb_hdr(skb, sizeof(*icmp));
	if (!icmp || !ndisc_opts_parse(icmp + 1, skb->len - sizeof(*icmp), &opts))
		return bad(net, skb);
	if (!in6_dev_get(skb->dev)->conf.forwarding || !opts.source_lladdr)
		return ignored(net, skb);
	lladdr = ndisc_opt_lladdr(skb->dev, opts.source_lladdr);
	if (!lladdr || in6_is_any(&saddr))
		return bad(net, skb);
	ndisc_learn(skb->dev, &saddr, lladdr, NEIGH_UPDATE_F_OVERRIDE_ISROUTER, true);
	return done(skb);
}

int ndisc_rcv(struct net *net, struct sk_buff *skb)
{
	const struct inet6_dev *idev = in6_dev_get(skb->dev);
	const struct icmp6_hdr *icmp;

	if (!idev || idev->conf.disable_ipv6)
		return ignored(net, skb);
	icmp = skb_hdr(skb, sizeof(*icmp));
	if (!icmp || skb_linearize(skb))
		return bad(net, skb);
	icmp = (const struct icmp6_hdr *)skb->data;
	/* 6.1, 7.1, 8.1 */
	if (ipv6_hdr(skb)->hop_limit != NDISC_HOP_LIMIT)
		return skb_drop(net, skb, DROP_NDISC_HOPLIMIT);
	if (icmp->code)
		return bad(net, skb);
	/* RFC 6980 2 */
	if (ip6_cb(skb)->flags & IP6SKB_FRAGMENTED && idev->conf.suppress_frag_ndisc)
		return bad(net, skb);
	switch (icmp->type) {
	case ICMP6_ROUTER_SOLICIT:
		return rcv_rs(net, skb);
	case ICMP6_ROUTER_ADVERT:
		return ndisc_rcv_ra(net, skb);
	case ICMP6_NEIGH_SOLICIT:
		return rcv_ns(net, skb, false);
	case ICMP6_NEIGH_ADVERT:
		return rcv_na(net, skb);
	case ICMP6_REDIRECT:
		return ndisc_rcv_redirect(net, skb);
	default:
		return bad(net, skb);
	}
}
