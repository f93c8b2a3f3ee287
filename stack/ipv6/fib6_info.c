/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One route: its checks are the kernel's, with the kernel's sentences; and how well it fits a lookup
 * (RFC 4191 3.2, RFC 4861 6.3.6). Called by the other fib6 files.
 */
#include "stack/ipv6/fib6_info.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/ip/nexthop_draw.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ip6.h"

static const int type_errors[RTN_MAX + 1] = {
	[RTN_BLACKHOLE] = -EINVAL, [RTN_UNREACHABLE] = -EHOSTUNREACH,
	[RTN_PROHIBIT] = -EACCES,  [RTN_THROW] = -EAGAIN,
	[RTN_NAT] = -EINVAL,	   [RTN_XRESOLVE] = -EINVAL,
};

int fib6_info_error(const struct fib6_info *f6i)
{
	int err = type_errors[f6i->type];

	return f6i->refuses && !err ? -ENETUNREACH : err;
}

void fib6_info_free(struct fib6_info *f6i)
{
	if (!f6i)
		return;
	free(f6i->metrics);
	free(f6i);
}

/* Making one ----------------------------------------------------------------------------------- */

/* What a configuration says about one next hop, and what of it is found out. */
struct create {
	struct net *net;
	const struct route_config *cfg;
	union inaddr gw;
	bool has_gw, onlink;
	int oif;
	struct net_device *dev;
	struct extack *ack;
};

static bool is_own_address(struct net *net, const union inaddr *addr, const struct net_device *dev)
{
	return addrconf_is_local(net, addr, in6_is_linklocal(addr) ? dev : NULL);
}

/* Whether usable or not. Link-local ones mean nothing on another device. */
static bool is_own_gateway(const struct create *c)
{
	return addrconf_find(c->net, &c->gw, in6_is_linklocal(&c->gw) ? c->dev : NULL);
}

/* Addresses' own routes are there although the device is down. */
static bool of_address(const struct route_config *cfg)
{
	return cfg->protocol == RTPROT_KERNEL &&
	       (cfg->type == RTN_LOCAL || cfg->type == RTN_ANYCAST);
}

/* A gateway that is said to be on the link: only a route that says otherwise is an objection. */
static int check_onlink(struct create *c)
{
	const struct fib6_query q = {
		.daddr = c->gw,
		.saddr = c->cfg->prefsrc,
		.oif = c->oif,
		.flags = FIB6_IGNORE_LINKSTATE | FIB6_FIXED,
	};
	struct fib6_info *f6i = NULL;

	fib6_table_lookup(c->net, c->net->ipv6->fib->main, &q, &f6i);
	if (f6i && !f6i->refuses && !in6_is_any(&f6i->dst) &&
	    (f6i->type != RTN_UNICAST || f6i->dev != c->dev))
		return extack_set(c->ack, -EINVAL,
				  "Nexthop has invalid gateway or device mismatch");
	return 0;
}

static bool is_direct(const struct fib6_info *f6i)
{
	return f6i && !f6i->refuses && !f6i->has_gw;
}

/* A gateway must be on the link, by the same table or by all. */
static int check_reachable(struct create *c)
{
	const struct fib6_query q = {
		.daddr = c->gw,
		.oif = c->oif,
		.flags = FIB6_IFACE | FIB6_IGNORE_LINKSTATE | FIB6_FIXED,
	};
	uint32_t id = c->cfg->table ? c->cfg->table : (uint32_t)RT_TABLE_MAIN;
	struct fib_table *tb = fib_tables_find(&c->net->ipv6->fib->tables, id);
	struct fib6_info *f6i = NULL;

	if (tb)
		fib6_table_lookup(c->net, tb, &q, &f6i);
	if (!is_direct(f6i) || (c->dev && c->dev != f6i->dev)) {
		fib6_lookup(c->net, &q, &f6i);
		if (!is_direct(f6i))
			return -EHOSTUNREACH;
	}
	if (c->dev && c->dev != f6i->dev)
		return -EHOSTUNREACH;
	c->dev = f6i->dev;
	return 0;
}

static int check_gateway(struct create *c)
{
	bool dev_given = c->dev;
	int err;

	if (dev_given && is_own_gateway(c))
		return extack_set(c->ack, -EINVAL, "Gateway can not be a local address");
	if (!in6_is_linklocal(&c->gw)) {
		if (in6_is_any(&c->gw) || in6_is_multicast(&c->gw))
			return extack_set(c->ack, -EINVAL, "Invalid gateway address");
		err = c->onlink ? check_onlink(c) : check_reachable(c);
		if (err)
			return err;
	}
	if (!c->dev)
		return extack_set(c->ack, -EINVAL, "Egress device not specified");
	if (c->dev->flags & IFF_LOOPBACK)
		return extack_set(c->ack, -EINVAL,
				  "Egress device can not be loopback device for this route");
	if (!dev_given && is_own_gateway(c))
		return extack_set(c->ack, -EINVAL, "Gateway can not be a local address");
	return 0;
}

/*
 * No true route leads by loopback: packets would go round. One with a gateway does not get that far:
 * see check_gateway().
 */
static bool refuses(const struct create *c)
{
	return type_errors[c->cfg->type] ||
	       (c->dev && (c->dev->flags & IFF_LOOPBACK) && !c->has_gw &&
		!in6_is_loopback(&c->cfg->dst) && c->cfg->type != RTN_LOCAL &&
		c->cfg->type != RTN_ANYCAST);
}

static int check_device(struct create *c)
{
	if (!c->dev)
		return -ENODEV;
	if (!in6_dev_get(c->dev) || in6_dev_get(c->dev)->conf.disable_ipv6)
		return extack_set(c->ack, -EACCES, "IPv6 is disabled on nexthop device");
	if (!netdev_running(c->dev) && !of_address(c->cfg))
		return extack_set(c->ack, -ENETDOWN, "Nexthop device is not up");
	return 0;
}

/* Finds the device, and checks all that a next hop says. @ret_refuses: it needs none. */
static int check_nexthop(struct create *c, bool *ret_refuses)
{
	int err;

	if (c->oif) {
		c->dev = netdev_by_index(c->net, c->oif);
		if (!c->dev || !in6_dev_get(c->dev))
			return -ENODEV;
	}
	if (c->onlink && !c->dev)
		return extack_set(c->ack, -ENODEV, "Nexthop device required for onlink");
	if (c->onlink && !netdev_running(c->dev))
		return extack_set(c->ack, -ENETDOWN, "Nexthop device is not up");
	*ret_refuses = refuses(c);
	if (*ret_refuses) {
		c->dev = c->net->loopback;
		return c->dev && in6_dev_get(c->dev) ? 0 : -ENODEV;
	}
	err = c->has_gw ? check_gateway(c) : 0;
	return err ? err : check_device(c);
}

static int check_config(const struct route_config *cfg, struct extack *ack)
{
	if (cfg->type > RTN_MAX)
		return extack_set(ack, -EINVAL, "Invalid route type");
	if (cfg->dst_len > 128)
		return extack_set(ack, -EINVAL, "Invalid prefix length");
	if (cfg->src_len > 128)
		return extack_set(ack, -EINVAL, "Invalid source address length");
	return 0;
}

/* IP6_RT_PRIO_USER; the addresses' own have none. */
static uint32_t priority_of(const struct route_config *cfg)
{
	return cfg->priority || of_address(cfg) ? cfg->priority : 1024;
}

static uint8_t pref_of(uint8_t pref)
{
	return pref == ICMPV6_ROUTER_PREF_LOW || pref == ICMPV6_ROUTER_PREF_HIGH
		       ? pref
		       : ICMPV6_ROUTER_PREF_MEDIUM;
}

static int make(const struct create *c, bool refuse, uint16_t weight, struct fib6_info **ret)
{
	const struct route_config *cfg = c->cfg;
	struct fib6_info *f6i = calloc(1, sizeof(*f6i));

	if (!f6i || route_metrics_copy(cfg, &f6i->metrics)) {
		free(f6i);
		return -ENOMEM;
	}
	list_init(&f6i->expiring);
	f6i->dev = c->dev;
	f6i->dst = in6_prefix(&cfg->dst, cfg->dst_len);
	f6i->dst_len = cfg->dst_len;
	f6i->src = in6_prefix(&cfg->src, cfg->src_len);
	f6i->src_len = cfg->src_len;
	f6i->prefsrc = cfg->prefsrc;
	f6i->type = cfg->type ? cfg->type : RTN_UNICAST;
	f6i->protocol = cfg->protocol ? cfg->protocol : RTPROT_BOOT;
	f6i->priority = priority_of(cfg);
	f6i->refuses = refuse;
	f6i->weight = weight ? weight : 1;
	f6i->expires = KTIME_MAX;
	f6i->flags = c->onlink ? RTNH_F_ONLINK : 0;
	if (!refuse) {
		f6i->has_gw = c->has_gw;
		f6i->gw = c->gw;
		f6i->pref = pref_of(cfg->pref);
		if (cfg->expires && cfg->expires != INFINITY_LIFE_TIME)
			f6i->expires = c->net->now + sec_to_ktime(cfg->expires);
		if (!c->dev->carrier && cfg->type != RTN_LOCAL && cfg->type != RTN_ANYCAST)
			f6i->flags |= RTNH_F_LINKDOWN;
	}
	*ret = f6i;
	return 0;
}

int fib6_info_create(struct net *net, const struct route_config *cfg,
		     const struct nexthop_config *nh, struct fib6_info **ret, struct extack *ack)
{
	struct create c = { .net = net, .cfg = cfg, .ack = ack };
	bool refuse;
	int err;

	if (nh) {
		c.oif = nh->oif;
		c.has_gw = nh->gw_family;
		c.gw = nh->gw;
	}
	c.onlink = ((nh ? nh->flags : 0) | (cfg->nr_nh > 1 ? 0 : cfg->flags)) & RTNH_F_ONLINK;
	err = check_config(cfg, ack);
	if (!err)
		err = check_nexthop(&c, &refuse);
	if (!err && !in6_is_any(&cfg->prefsrc) && !is_own_address(net, &cfg->prefsrc, c.dev))
		err = extack_set(ack, -EINVAL, "Invalid source address");
	return err ? err : make(&c, refuse, nh ? nh->weight : 1, ret);
}

/* Showing and comparing ------------------------------------------------------------------------ */

static bool ignores_linkdown(const struct fib6_info *f6i)
{
	const struct inet6_dev *idev = in6_dev_get(f6i->dev);

	return idev && idev->conf.ignore_routes_with_linkdown;
}

void fib6_info_fill_nh(const struct fib6_info *f6i, struct nexthop_config *ret)
{
	*ret = (struct nexthop_config){
		.oif = f6i->dev->ifindex,
		.flags = f6i->flags,
		.gw_family = f6i->has_gw ? AF_INET6 : 0,
		.weight = f6i->weight,
		.gw = f6i->gw,
	};
	if ((f6i->flags & RTNH_F_LINKDOWN) && ignores_linkdown(f6i))
		ret->flags |= RTNH_F_DEAD;
}

/* Whole seconds that are left; over, but not collected yet: 1. */
static uint32_t seconds_left(const struct fib6_info *f6i)
{
	ktime_t now = f6i->dev->net->now;

	if (f6i->expires == KTIME_MAX)
		return 0;
	return f6i->expires > now ? max(ktime_to_sec(f6i->expires - now), (ktime_t)1) : 1;
}

void fib6_info_fill(const struct fib6_info *f6i, struct route_config *ret)
{
	*ret = (struct route_config){
		.family = AF_INET6,
		.dst_len = f6i->dst_len,
		.src_len = f6i->src_len,
		.protocol = f6i->protocol,
		.scope = RT_SCOPE_UNIVERSE,
		.scope_given = true,
		.type = f6i->type,
		.table = f6i->table->id,
		.priority = f6i->priority,
		.dst = f6i->dst,
		.src = f6i->src,
		.prefsrc = f6i->prefsrc,
		.pref = f6i->pref,
		.expires = seconds_left(f6i),
		.error = fib6_info_error(f6i),
		.nr_nh = 1,
	};
	route_metrics_fill(f6i->metrics, ret);
	fib6_info_fill_nh(f6i, &ret->nh[0]);
	ret->flags = ret->nh[0].flags;
}

bool fib6_info_duplicate(const struct fib6_info *a, const struct fib6_info *b)
{
	return a->dev == b->dev && inaddr_equal(&a->gw, &b->gw);
}

bool fib6_info_matches(const struct fib6_info *f6i, const struct route_config *cfg,
		       const struct nexthop_config *nh)
{
	return (!nh || !nh->oif || nh->oif == f6i->dev->ifindex) &&
	       (!nh || !nh->gw_family || inaddr_equal(&nh->gw, &f6i->gw)) &&
	       (!cfg->priority || cfg->priority == f6i->priority) &&
	       (!cfg->protocol || cfg->protocol == f6i->protocol);
}

/* Choosing ------------------------------------------------------------------------------------- */

/* RFC 4191 2.1: two bits, signed; so that a higher number is better. */
static int pref_score(uint8_t pref)
{
	return pref ^ 2;
}

static ktime_t probe_interval(const struct fib6_info *f6i)
{
	const struct inet6_dev *idev = in6_dev_get(f6i->dev);

	return sec_to_ktime(idev ? max(idev->conf.router_probe_interval, 0) : 0);
}

/*
 * RFC 4861 6.3.6, RFC 4191 3.5: one that failed is probed now and then, and not used until it answers:
 * nor while it is being probed.
 */
static bool router_is_gone(struct net *net, const struct fib6_info *f6i)
{
	struct neighbour *neigh = neigh_lookup(ipv6_neigh_table(net), &f6i->gw, f6i->dev);
	bool gone = neigh && neigh->silent;

	if (gone && net->now >= neigh->updated + probe_interval(f6i))
		neigh_probe(neigh);
	neigh_release(neigh);
	return gone;
}

static bool leaves_by(const struct net *net, const struct fib6_info *f6i,
		      const struct fib6_query *q)
{
	if (!q->oif || f6i->dev->ifindex == q->oif)
		return true;
	return (q->flags & FIB6_LOOP) && net->loopback && q->oif == net->loopback->ifindex &&
	       (f6i->type == RTN_LOCAL || f6i->type == RTN_ANYCAST);
}

int fib6_info_score(struct net *net, const struct fib6_info *f6i, const struct fib6_query *q)
{
	bool by_oif = leaves_by(net, f6i, q);

	if (net->now >= f6i->expires || (f6i->flags & RTNH_F_DEAD))
		return -1;
	if ((f6i->flags & RTNH_F_LINKDOWN) && !(q->flags & FIB6_IGNORE_LINKSTATE) &&
	    ignores_linkdown(f6i))
		return -1;
	if (!by_oif && (q->flags & FIB6_IFACE))
		return -1;
	if ((q->flags & FIB6_REACHABLE) && f6i->has_gw && router_is_gone(net, f6i))
		return -1;
	return pref_score(f6i->pref) << 2 | (by_oif ? 2 : 0);
}

uint32_t fib6_info_draw(const struct fib6 *fib, const struct fib6_info *f6i,
			const struct fib6_query *q)
{
	const struct {
		union inaddr saddr, daddr, gw;
		uint32_t label, proto;
		uint64_t oif;
	} key = { q->saddr, q->daddr, f6i->gw, q->flowlabel, q->proto, f6i->dev->ifindex };

	return nexthop_draw(&fib->multipath_key, &key, sizeof(key));
}
