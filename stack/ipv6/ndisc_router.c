/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Router advertisements (RFC 4861 6.3.4): parameters of the link, default routers, prefixes, routes
 * (RFC 4191), and what programs may want to know (RFC 8106 and others).
 *
 * Anyone on the link can send one. What it may change is up to net.ipv6.conf.DEV.accept_ra*; what it
 * says about neighbours' times and the MTU is kept within bounds.
 */
#include <linux/icmpv6.h>
#include "stack/core/event.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/fib6.h"
#include "stack/ipv6/ndisc_opts.h"
#include "stack/ipv6/route6.h"

#define RETRANS_MIN   10u	 /* ms */
#define REACHABLE_MIN 100u	 /* ms */
#define TIME_MAX      (1u << 30) /* ms; what is beyond is taken for nonsense */
#define ROUTE_METRIC  1024 /* of routes that are announced; default routers': ra_defrtr_metric */
#define ROUTE_MAX_LEN 128

/* RFC 4861 4.6.2 */
struct opt_prefix {
	uint8_t type, len;
	uint8_t plen;
	uint8_t flags;
	be32 valid, preferred; /* s */
	be32 reserved;
	union inaddr prefix;
} __packed __attribute__((aligned(2)));

#define PREFIX_ONLINK	  0x80
#define PREFIX_AUTONOMOUS 0x40
#define PREFIX_PREFER_PD  0x10 /* RFC 9762 4 */

/* RFC 4191 2.3; the prefix is cut behind 0, 8 or 16 bytes. */
struct opt_route {
	uint8_t type, len;
	uint8_t plen;
	uint8_t flags; /* nd_pref() */
	be32 lifetime; /* s */
	uint8_t prefix[];
} __packed __attribute__((aligned(2)));

/* RFC 4861 4.6.4 */
struct opt_mtu {
	uint8_t type, len;
	be16 reserved;
	be32 mtu;
} __packed __attribute__((aligned(2)));

/* One that came in. */
struct advert {
	struct net *net;
	struct net_device *dev;
	struct inet6_dev *idev;
	union inaddr router; /* its source */
	bool ours;	     /* … is an address of ours */
	const struct nd_ra *ra;
	struct ndisc_opts opts;
};

static bool accepts(const struct advert *a)
{
	const struct ipv6_devconf *conf = &a->idev->conf;

	return conf->forwarding ? conf->accept_ra == 2 : conf->accept_ra > 0;
}

/* accept_ra_min_lft: routers and routes of too short a life are passed over; their end is not. */
static bool too_short(const struct advert *a, uint32_t lifetime)
{
	return lifetime && lifetime < (uint32_t)max(a->idev->conf.accept_ra_min_lft, 0);
}

/* A route by way of the router. */
static struct route_config route_by(const struct advert *a, uint32_t metric, uint32_t lifetime,
				    uint8_t pref)
{
	return (struct route_config){
		.family = AF_INET6,
		.table = RT_TABLE_MAIN,
		.type = RTN_UNICAST,
		.protocol = RTPROT_RA,
		.priority = metric,
		.expires = lifetime,
		.pref = pref,
		.nr_nh = 1,
		.nh[0] = {
			.oif = a->dev->ifindex,
			.weight = 1,
			.gw_family = AF_INET6,
			.gw = a->router,
		},
	};
}

/* The header ----------------------------------------------------------------------------------- */

static uint32_t acceptable_hop_limit(const struct advert *a)
{
	return a->ra->hop_limit && a->ra->hop_limit >= a->idev->conf.accept_ra_min_hop_limit
		       ? a->ra->hop_limit
		       : 0;
}

/* RFC 4191 3.1: the reserved value, and all values where we do not care, are medium. */
static uint8_t router_pref(const struct advert *a)
{
	uint8_t pref = nd_pref(a->ra->flags);

	return pref == ICMPV6_ROUTER_PREF_INVALID || !a->idev->conf.accept_ra_rtr_pref
		       ? ICMPV6_ROUTER_PREF_MEDIUM
		       : pref;
}

static void rcv_default_router(const struct advert *a)
{
	uint16_t lifetime = ntohs(a->ra->lifetime);
	uint32_t hop_limit = acceptable_hop_limit(a);
	struct route_config cfg;

	if (!a->idev->conf.accept_ra_defrtr || too_short(a, lifetime) || a->ours)
		return;
	cfg = route_by(a, a->idev->conf.ra_defrtr_metric, lifetime, router_pref(a));
	cfg.metrics[RTAX_HOPLIMIT] = hop_limit;
	fib6_ra_update(a->net, &cfg);
	if (hop_limit && a->idev->conf.hop_limit != (int32_t)hop_limit) {
		a->idev->conf.hop_limit = hop_limit;
		ip6_rt_flush(a->net);
	}
}

/* One of the device's own parameters of neighbours. */
static void set_parm(const struct advert *a, uint32_t *field, uint32_t value)
{
	if (*field == value)
		return;
	*field = value;
	neigh_parms_changed(a->idev->nd_parms, field);
}

/* Return: was one told? As with the kernel, it need not be news, but for the reachable time. */
static bool rcv_times(const struct advert *a)
{
	struct neigh_parms *p = a->idev->nd_parms;
	uint32_t retrans = ntohl(a->ra->retrans), reachable = ntohl(a->ra->reachable);
	bool told = false;

	if (!p->dev)
		return false; /* short of memory: the device has none of its own */
	if (retrans && retrans <= TIME_MAX) {
		set_parm(a, &p->retrans_time, max(retrans, RETRANS_MIN));
		told = true;
	}
	reachable = reachable ? max(reachable, REACHABLE_MIN) : p->base_reachable_time;
	if (reachable <= TIME_MAX && reachable != p->base_reachable_time) {
		set_parm(a, &p->gc_staletime, max(3 * (reachable / 1000), 1u));
		set_parm(a, &p->base_reachable_time, reachable);
		told = true;
	}
	return told;
}

/* Where the router is; false: what it says makes no sense. */
static bool rcv_lladdr(const struct advert *a)
{
	const unsigned flags = NEIGH_UPDATE_F_OVERRIDE_ISROUTER | NEIGH_UPDATE_F_ISROUTER;
	const uint8_t *lladdr = NULL;

	if (a->opts.source_lladdr) {
		lladdr = ndisc_opt_lladdr(a->dev, a->opts.source_lladdr);
		if (!lladdr)
			return false;
	}
	if (!a->ours)
		ndisc_learn(a->dev, &a->router, lladdr, flags, lladdr);
	return true;
}

/* Options -------------------------------------------------------------------------------------- */

/* RFC 4191 2.3: how many units a prefix of this length needs at least. */
static uint8_t route_units(uint8_t plen)
{
	return plen > 64 ? 3 : plen ? 2 : 1;
}

static bool route_is_wanted(const struct advert *a, const struct opt_route *o)
{
	const struct ipv6_devconf *conf = &a->idev->conf;

	if (o->len > 3 || o->plen > ROUTE_MAX_LEN || o->len < route_units(o->plen) ||
	    nd_pref(o->flags) == ICMPV6_ROUTER_PREF_INVALID)
		return false;
	if (!o->plen && !conf->accept_ra_defrtr)
		return false;
	return !too_short(a, ntohl(o->lifetime)) && o->plen >= conf->accept_ra_rt_info_min_plen &&
	       o->plen <= conf->accept_ra_rt_info_max_plen;
}

static void rcv_routes(const struct advert *a)
{
	const struct nd_opt *opt = NULL;

	if (!a->idev->conf.accept_ra_rtr_pref || a->ours)
		return;
	while ((opt = ndisc_opt_next(&a->opts, opt, ND_OPT_ROUTE))) {
		const struct opt_route *o = (const struct opt_route *)opt;
		struct route_config cfg;
		union inaddr prefix = { 0 };

		if (!route_is_wanted(a, o))
			continue;
		memcpy(&prefix, o->prefix, (o->len - 1) * ND_OPT_UNIT);
		cfg = route_by(a, o->plen ? ROUTE_METRIC : a->idev->conf.ra_defrtr_metric,
			       ntohl(o->lifetime), nd_pref(o->flags));
		cfg.dst = in6_prefix(&prefix, o->plen);
		cfg.dst_len = o->plen;
		fib6_ra_update(a->net, &cfg);
	}
}

/* RFC 9762 7: who asks DHCP for a prefix of his own is to make no address of this one. */
static bool prefers_pd(const struct inet6_dev *idev, const struct opt_prefix *o)
{
	return idev->conf.ra_honor_pio_pflag && o->flags & PREFIX_PREFER_PD;
}

static void rcv_prefixes(const struct advert *a)
{
	const struct nd_opt *opt = NULL;

	if (!a->idev->conf.accept_ra_pinfo)
		return;
	while ((opt = ndisc_opt_next(&a->opts, opt, ND_OPT_PREFIX))) {
		const struct opt_prefix *o = (const struct opt_prefix *)opt;
		struct addrconf_prefix p;

		if (nd_opt_bytes(opt) < sizeof(*o))
			continue;
		p = (struct addrconf_prefix){
			.prefix = o->prefix,
			.plen = o->plen,
			.onlink = o->flags & PREFIX_ONLINK,
			.autonomous = o->flags & PREFIX_AUTONOMOUS && !prefers_pd(a->idev, o),
			.router_lladdr = a->opts.source_lladdr,
			.raw_flags = o->flags,
			.valid = ntohl(o->valid),
			.preferred = ntohl(o->preferred),
		};
		addrconf_prefix_rcv(a->net, a->dev, &p);
	}
}

/* Return: is it another than before? */
static bool rcv_mtu(const struct advert *a)
{
	const struct opt_mtu *o = (const struct opt_mtu *)a->opts.mtu;
	uint32_t mtu;
	bool news;

	if (!o || !a->idev->conf.accept_ra_mtu)
		return false;
	mtu = ntohl(o->mtu);
	news = a->idev->ra_mtu != mtu;
	a->idev->ra_mtu = mtu;
	/* RFC 4861 6.3.4: not beyond what the link can do, nor below what IPv6 needs. */
	if (mtu < IPV6_MIN_MTU || mtu > a->dev->mtu || a->idev->conf.mtu == (int32_t)mtu)
		return news;
	a->idev->conf.mtu = mtu;
	ip6_rt_flush(a->net);
	return news;
}

static bool is_useropt(uint8_t type)
{
	return type == ND_OPT_RDNSS || type == ND_OPT_DNSSL || type == ND_OPT_CAPTIVE_PORTAL ||
	       type == ND_OPT_PREF64;
}

static void rcv_useropts(const struct advert *a)
{
	const struct nd_opt *opt = NULL;

	while ((opt = ndisc_opt_next(&a->opts, opt, 0))) {
		struct nd_useropt_event ev = {
			.dev = a->dev,
			.saddr = a->router,
			.icmp_type = ICMP6_ROUTER_ADVERT,
			.opt = opt,
			.len = nd_opt_bytes(opt),
		};

		if (is_useropt(opt->type))
			event_emit(a->net, EVENT_ND_USEROPT, &ev);
	}
}

/* Each returns whether what IPv6 shows of the device may have changed. */
static bool rcv_header(const struct advert *a)
{
	bool flags = addrconf_router_seen(a->idev, a->ra->flags & ND_RA_MANAGED,
					  a->ra->flags & ND_RA_OTHER);

	rcv_default_router(a);
	return rcv_times(a) || flags;
}

static bool rcv_options(const struct advert *a)
{
	bool mtu;

	rcv_routes(a);
	rcv_prefixes(a);
	mtu = rcv_mtu(a);
	rcv_useropts(a);
	return mtu;
}

static int process(struct sk_buff *skb, const struct advert *a)
{
	bool accepted = accepts(a);
	bool told = accepted && rcv_header(a);
	bool sound = rcv_lladdr(a);

	if (accepted && sound)
		told |= rcv_options(a);
	if (told)
		addrconf_ifinfo_changed(a->idev);
	if (!sound)
		return skb_drop(a->net, skb, DROP_NDISC_HDR);
	if (!accepted)
		return skb_drop(a->net, skb, DROP_NDISC_IGNORED);
	skb_free(skb);
	return 0;
}

int ndisc_rcv_ra(struct net *net, struct sk_buff *skb)
{
	struct advert a = {
		.net = net,
		.dev = skb->dev,
		.idev = in6_dev_get(skb->dev),
		.router = ipv6_hdr(skb)->saddr,
		.ra = skb_hdr(skb, sizeof(struct nd_ra)),
	};

	/* 6.1.2 */
	if (!a.ra || !in6_is_linklocal(&a.router) ||
	    !ndisc_opts_parse(a.ra + 1, skb->len - sizeof(*a.ra), &a.opts))
		return skb_drop(net, skb, DROP_NDISC_HDR);
	a.ours = !a.idev->conf.accept_ra_from_local && addrconf_is_local(net, &a.router, a.dev);
	return process(skb, &a);
}
