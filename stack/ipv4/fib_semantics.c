/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fib_info: what routes have in common. Its checks are the kernel's, with the kernel's sentences;
 * of several equal ones only one exists. Next hops that lose their device die, and with the last
 * one the fib_info. Called by fib_table.c and fib_frontend.c.
 */
#include "stack/ipv4/fib.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/ip/nexthop_draw.h"
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/ip.h"

#define INFOS_MIN 64 /* buckets to begin with; a power of two */

/* What a type of route means, and the widest scope that it may have. */
static const struct {
	int error;
	uint8_t scope;
} fib_props[RTN_MAX + 1] = {
	[RTN_UNSPEC] = { 0, RT_SCOPE_NOWHERE },
	[RTN_UNICAST] = { 0, RT_SCOPE_UNIVERSE },
	[RTN_LOCAL] = { 0, RT_SCOPE_HOST },
	[RTN_BROADCAST] = { 0, RT_SCOPE_LINK },
	[RTN_ANYCAST] = { 0, RT_SCOPE_LINK },
	[RTN_MULTICAST] = { 0, RT_SCOPE_UNIVERSE },
	[RTN_BLACKHOLE] = { -EINVAL, RT_SCOPE_UNIVERSE },
	[RTN_UNREACHABLE] = { -EHOSTUNREACH, RT_SCOPE_UNIVERSE },
	[RTN_PROHIBIT] = { -EACCES, RT_SCOPE_UNIVERSE },
	[RTN_THROW] = { -EAGAIN, RT_SCOPE_UNIVERSE },
	[RTN_NAT] = { -EINVAL, RT_SCOPE_NOWHERE },
	[RTN_XRESOLVE] = { -EINVAL, RT_SCOPE_NOWHERE },
};

int fib_type_error(uint8_t type)
{
	return fib_props[type].error;
}

/* The table of them ---------------------------------------------------------------------------- */

int fib_infos_init(struct fib *fib)
{
	fib->infos = calloc(INFOS_MIN, sizeof(*fib->infos));
	fib->infos_mask = INFOS_MIN - 1;
	return fib->infos ? 0 : -ENOMEM;
}

void fib_infos_exit(struct fib *fib)
{
	free(fib->infos);
}

static uint32_t mix(uint32_t hash, uint32_t v)
{
	return jhash_u32(hash ^ v) + v;
}

/* Not keyed: who configures routes is no stranger. */
static uint32_t info_hash(const struct fib_info *fi)
{
	uint32_t hash = mix(fi->protocol << 16 | fi->scope << 8 | fi->type, fi->prefsrc);
	unsigned i;

	hash = mix(hash, fi->priority);
	for (i = 0; i < fi->nr_nh; i++)
		hash = mix(mix(hash, fi->nh[i].oif), fi->nh[i].gw);
	return hash;
}

static bool nh_equal(const struct fib_nh *a, const struct fib_nh *b)
{
	return a->oif == b->oif && a->gw == b->gw && a->has_gw == b->has_gw &&
	       a->weight == b->weight && a->scope == b->scope && a->realms == b->realms &&
	       (a->flags & RTNH_F_ONLINK) == (b->flags & RTNH_F_ONLINK);
}

static bool info_equal(const struct fib_info *a, const struct fib_info *b)
{
	unsigned i;

	if (a->nr_nh != b->nr_nh || a->protocol != b->protocol || a->scope != b->scope ||
	    a->type != b->type || a->prefsrc != b->prefsrc || a->priority != b->priority ||
	    a->realms != b->realms || !route_metrics_equal(a->metrics, b->metrics))
		return false;
	for (i = 0; i < a->nr_nh; i++)
		if (!nh_equal(&a->nh[i], &b->nh[i]))
			return false;
	return true;
}

static struct fib_info *info_find(const struct fib *fib, const struct fib_info *like, uint32_t hash)
{
	struct fib_info *fi;

	hlist_for_each_entry(fi, &fib->infos[hash & fib->infos_mask], hash)
		if (!fi->dead && info_equal(fi, like))
			return fi;
	return NULL;
}

/* Twice as many buckets; staying as it is, is no failure. */
static void infos_grow(struct fib *fib)
{
	uint32_t mask = fib->infos_mask * 2 + 1, i;
	struct hlist_head *infos = calloc(mask + 1, sizeof(*infos));
	struct fib_info *fi;
	struct hlist_node *n;

	if (!infos)
		return;
	for (i = 0; i <= fib->infos_mask; i++) {
		hlist_for_each_entry_safe(fi, n, &fib->infos[i], hash) {
			hlist_del(&fi->hash);
			hlist_add_head(&fi->hash, &infos[info_hash(fi) & mask]);
		}
	}
	free(fib->infos);
	fib->infos = infos;
	fib->infos_mask = mask;
}

static void info_free(struct fib_info *fi)
{
	free(fi->metrics);
	free(fi);
}

void fib_info_put(struct net *net, struct fib_info *fi)
{
	if (!fi || --fi->refs)
		return;
	hlist_del(&fi->hash);
	net->ipv4->fib->nr_infos--;
	info_free(fi);
}

/* Making one ----------------------------------------------------------------------------------- */

/* A gateway that is said to be on the link, whatever the addresses say. */
static int check_onlink(struct net *net, struct fib_nh *nh, uint8_t scope, struct extack *ack)
{
	struct net_device *dev;

	if (scope >= RT_SCOPE_LINK)
		return extack_set(ack, -EINVAL, "Nexthop has invalid scope");
	dev = netdev_by_index(net, nh->oif);
	if (!dev)
		return extack_set(ack, -ENODEV, "Nexthop device required for onlink");
	if (!netdev_running(dev))
		return extack_set(ack, -ENETDOWN, "Nexthop device is not up");
	if (fib_addr_type(net, nh->gw, dev) != RTN_UNICAST)
		return extack_set(ack, -EINVAL, "Nexthop has invalid gateway");
	nh->dev = dev;
	nh->scope = RT_SCOPE_LINK;
	return 0;
}

/* A gateway must be reachable by a route of narrower scope than the route through it. */
static int check_gateway(struct net *net, struct fib_nh *nh, uint32_t table, uint8_t scope,
			 struct extack *ack)
{
	struct fib_query q = {
		.daddr = nh->gw, .oif = nh->oif, .any_link = true, .fixed_nh = true
	};
	const struct fib_table *tb = NULL;
	struct fib_result res;
	int err = -ENETUNREACH;

	if (nh->flags & RTNH_F_ONLINK)
		return check_onlink(net, nh, scope, ack);
	q.scope = max(scope + 1, (int)RT_SCOPE_LINK);
	if (table && table != RT_TABLE_MAIN)
		tb = fib_table_get(net->ipv4->fib, table);
	if (tb)
		err = fib_table_lookup(net, tb, &q, &res);
	if (err)
		err = fib_lookup(net, &q, &res);
	if (!err && res.type != RTN_UNICAST && res.type != RTN_LOCAL)
		err = -EINVAL;
	if (err)
		return extack_set(ack, err, "Nexthop has invalid gateway");
	if (!res.nh || !res.nh->dev)
		return extack_set(ack, -EINVAL, "No egress device for nexthop gateway");
	nh->dev = res.nh->dev;
	nh->oif = res.nh->oif;
	nh->scope = res.scope;
	if (!netdev_running(nh->dev))
		return extack_set(ack, -ENETDOWN, "Nexthop device is not up");
	return 0;
}

static int check_device(struct net *net, struct fib_nh *nh, struct extack *ack)
{
	struct net_device *dev;

	if (nh->flags & (RTNH_F_PERVASIVE | RTNH_F_ONLINK))
		return extack_set(
			ack, -EINVAL,
			"Invalid flags for nexthop - PERVASIVE and ONLINK can not be set");
	dev = netdev_by_index(net, nh->oif);
	if (!dev || !in_dev_get(dev))
		return extack_set(ack, -ENODEV, "Nexthop device not found");
	if (!netdev_running(dev))
		return extack_set(ack, -ENETDOWN, "Device for nexthop is not up");
	nh->dev = dev;
	nh->scope = RT_SCOPE_HOST;
	return 0;
}

static int check_nexthop(struct net *net, struct fib_nh *nh, uint32_t table, uint8_t scope,
			 struct extack *ack)
{
	int err =
		nh->has_gw ? check_gateway(net, nh, table, scope, ack) : check_device(net, nh, ack);

	if (!err && !nh->dev->carrier)
		nh->flags |= RTNH_F_LINKDOWN;
	return err;
}

/* A local address: its one next hop is the device itself, up or not. */
static int check_host_scope(struct net *net, struct fib_info *fi, struct extack *ack)
{
	struct fib_nh *nh = fi->nh;

	if (fi->nr_nh != 1)
		return extack_set(ack, -EINVAL,
				  "Route with host scope can not have multiple nexthops");
	if (nh->has_gw)
		return extack_set(ack, -EINVAL, "Route with host scope can not have a gateway");
	nh->scope = RT_SCOPE_NOWHERE;
	nh->dev = netdev_by_index(net, nh->oif);
	return nh->dev ? 0 : extack_set(ack, -ENODEV, "Nexthop device not found");
}

static int check_nexthops(struct net *net, struct fib_info *fi, const struct route_config *cfg,
			  struct extack *ack)
{
	unsigned i, down = 0;
	int err;

	for (i = 0; i < fi->nr_nh; i++) {
		err = check_nexthop(net, &fi->nh[i], cfg->table, fi->scope, ack);
		if (err)
			return err;
		down += !!(fi->nh[i].flags & RTNH_F_LINKDOWN);
	}
	if (down == fi->nr_nh)
		fi->flags |= RTNH_F_LINKDOWN;
	return 0;
}

static int check_config(const struct route_config *cfg, struct extack *ack)
{
	unsigned i;

	if (cfg->type > RTN_MAX)
		return extack_set(ack, -EINVAL, "Invalid route type");
	if (fib_props[cfg->type].scope > cfg->scope)
		return extack_set(ack, -EINVAL, "Invalid scope");
	if (cfg->flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN))
		return extack_set(ack, -EINVAL,
				  "Invalid rtm_flags - can not contain DEAD or LINKDOWN");
	for (i = 0; i < cfg->nr_nh; i++)
		if (cfg->nh[i].flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN))
			return extack_set(
				ack, -EINVAL,
				"Invalid flags for nexthop - can not contain DEAD or LINKDOWN");
	if (fib_props[cfg->type].error) {
		if (cfg->nr_nh)
			return extack_set(ack, -EINVAL,
					  "Gateway, device and multipath can not be specified "
					  "for this route type");
		return 0;
	}
	if (cfg->type == RTN_UNSPEC)
		return extack_set(ack, -EINVAL, "Invalid route type");
	if (cfg->scope > RT_SCOPE_HOST)
		return extack_set(ack, -EINVAL, "Invalid scope");
	if (cfg->nr_nh > ROUTE_MAX_NEXTHOPS)
		return extack_set(ack, -EINVAL, "Too many nexthops");
	return 0;
}

static void nh_copy(struct fib_nh *nh, const struct nexthop_config *cfg, uint8_t route_flags)
{
	nh->oif = cfg->oif;
	nh->has_gw = cfg->gw_family == AF_INET;
	nh->gw = nh->has_gw ? cfg->gw.v4 : 0;
	nh->flags = cfg->flags | (route_flags & RTNH_F_ONLINK);
	nh->weight = cfg->weight ? cfg->weight : 1;
	nh->realms = cfg->realms;
}

/* Unchecked, from configuration; 0 or -ENOMEM. */
static struct fib_info *info_alloc(const struct route_config *cfg)
{
	bool refuses = fib_props[cfg->type].error;
	/* A route without a word about next hops still has one, which then lacks a device. */
	unsigned nr_nh = refuses ? 0 : max(cfg->nr_nh, 1u), i;
	struct fib_info *fi = calloc(1, sizeof(*fi) + nr_nh * sizeof(fi->nh[0]));

	if (!fi)
		return NULL;
	fi->protocol = cfg->protocol;
	fi->scope = cfg->scope;
	fi->type = cfg->type;
	fi->prefsrc = cfg->prefsrc.v4;
	fi->priority = cfg->priority;
	fi->realms = nr_nh ? 0 : cfg->realms;
	fi->nr_nh = nr_nh;
	for (i = 0; i < min(cfg->nr_nh, nr_nh); i++)
		nh_copy(&fi->nh[i], &cfg->nh[i], nr_nh == 1 ? cfg->flags : 0);
	for (; i < nr_nh; i++)
		fi->nh[i].weight = 1;
	if (route_metrics_copy(cfg, &fi->metrics)) {
		info_free(fi);
		return NULL;
	}
	return fi;
}

static bool prefsrc_valid(struct net *net, const struct route_config *cfg)
{
	be32 src = cfg->prefsrc.v4;

	return !src || (cfg->type == RTN_LOCAL && src == cfg->dst.v4) ||
	       fib_addr_type(net, src, NULL) == RTN_LOCAL;
}

int fib_info_create(struct net *net, const struct route_config *cfg, struct fib_info **ret,
		    struct extack *ack)
{
	struct fib *fib = net->ipv4->fib;
	struct fib_info *fi, *old;
	uint32_t hash;
	int err;

	err = check_config(cfg, ack);
	if (err)
		return err;
	fi = info_alloc(cfg);
	if (!fi)
		return -ENOMEM;
	if (fi->nr_nh)
		err = fi->scope == RT_SCOPE_HOST ? check_host_scope(net, fi, ack)
						 : check_nexthops(net, fi, cfg, ack);
	if (!err && fi->nr_nh && !prefsrc_valid(net, cfg))
		err = extack_set(ack, -EINVAL, "Invalid prefsrc address");
	if (err)
		goto free;

	hash = info_hash(fi);
	old = info_find(fib, fi, hash);
	if (old) {
		old->refs++;
		*ret = old;
		goto free;
	}
	if (fib->nr_infos++ > fib->infos_mask)
		infos_grow(fib);
	hlist_add_head(&fi->hash, &fib->infos[hash & fib->infos_mask]);
	fi->refs = 1;
	*ret = fi;
	return 0;
free:
	info_free(fi);
	return err;
}

/* Showing and comparing ------------------------------------------------------------------------ */

/* net.ipv4.conf.*.ignore_routes_with_linkdown: is the next hop as good as dead, for want of a carrier? */
static bool is_ignored(const struct fib_nh *nh)
{
	const struct in_device *in_dev;

	if (likely(!(nh->flags & RTNH_F_LINKDOWN)) || !nh->dev)
		return false;
	in_dev = in_dev_get(nh->dev);
	return in_dev && in_dev->conf.ignore_routes_with_linkdown;
}

void fib_info_fill(const struct fib_info *fi, struct route_config *ret)
{
	unsigned i;

	ret->protocol = fi->protocol;
	ret->scope = fi->scope;
	ret->scope_given = true;
	ret->priority = fi->priority;
	ret->prefsrc = inaddr_v4(fi->prefsrc);
	route_metrics_fill(fi->metrics, ret);
	ret->nr_nh = fi->nr_nh;
	for (i = 0; i < fi->nr_nh; i++) {
		const struct fib_nh *nh = &fi->nh[i];

		ret->nh[i] = (struct nexthop_config){
			.oif = nh->oif,
			.flags = nh->flags | (is_ignored(nh) ? RTNH_F_DEAD : 0),
			.gw_family = nh->has_gw ? AF_INET : 0,
			.weight = nh->weight,
			.realms = nh->realms,
			.gw = inaddr_v4(nh->gw),
		};
	}
	ret->realms = fi->nr_nh == 1 ? fi->nh[0].realms : fi->realms;
	ret->flags = fi->nr_nh == 1 ? ret->nh[0].flags : 0;
}

bool fib_info_match(const struct fib_info *fi, const struct route_config *cfg)
{
	unsigned i;

	if ((cfg->priority && cfg->priority != fi->priority) ||
	    (cfg->scope != RT_SCOPE_NOWHERE && cfg->scope != fi->scope) ||
	    (cfg->prefsrc.v4 && cfg->prefsrc.v4 != fi->prefsrc) ||
	    (cfg->protocol && cfg->protocol != fi->protocol) ||
	    !route_metrics_match(fi->metrics, cfg))
		return false;
	/*
	 * One next hop in the request speaks of the first; several must all be there, in their
	 * order.
	 */
	if (cfg->nr_nh > 1 && cfg->nr_nh != fi->nr_nh)
		return false;
	for (i = 0; i < cfg->nr_nh; i++) {
		const struct nexthop_config *want = &cfg->nh[i];

		if (i >= fi->nr_nh || (want->oif && want->oif != fi->nh[i].oif) ||
		    (want->realms && want->realms != fi->nh[i].realms) ||
		    (want->gw_family && (!fi->nh[i].has_gw || want->gw.v4 != fi->nh[i].gw)))
			return false;
	}
	return true;
}

/* Choosing a next hop -------------------------------------------------------------------------- */

static uint32_t nh_draw(const struct fib *fib, const struct fib_nh *nh, const struct fib_query *q)
{
	const uint32_t key[4] = { q->saddr, q->daddr, nh->gw, nh->oif };

	return nexthop_draw(&fib->multipath_key, key, sizeof(key));
}

static bool is_alive(const struct fib_nh *nh, const struct fib_query *q)
{
	return !(nh->flags & RTNH_F_DEAD) && (q->any_link || !is_ignored(nh));
}

const struct fib_nh *fib_select_nh(const struct fib *fib, const struct fib_info *fi,
				   const struct fib_query *q)
{
	const struct fib_nh *best = NULL;
	uint32_t best_draw = 0;
	unsigned i;

	for (i = 0; i < fi->nr_nh; i++) {
		const struct fib_nh *nh = &fi->nh[i];
		uint32_t draw;

		if (!is_alive(nh, q) || (q->oif && q->oif != nh->oif))
			continue;
		if (fi->nr_nh == 1 || q->fixed_nh || q->oif)
			return nh;
		draw = nh_draw(fib, nh, q);
		if (!best || nexthop_draw_better(draw, nh->weight, best_draw, best->weight)) {
			best = nh;
			best_draw = draw;
		}
	}
	return best;
}

bool fib_has_gateway(const struct net *net, const struct net_device *dev, be32 gw)
{
	const struct fib *fib = net->ipv4->fib;
	const struct fib_info *fi;
	unsigned n;
	uint32_t i;

	for (i = 0; i <= fib->infos_mask; i++)
		hlist_for_each_entry(fi, &fib->infos[i], hash)
			for (n = 0; n < fi->nr_nh; n++)
				if (fi->nh[n].has_gw && fi->nh[n].gw == gw &&
				    fi->nh[n].dev == dev && !(fi->nh[n].flags & RTNH_F_DEAD))
					return true;
	return false;
}

/* Devices and addresses that come and go ------------------------------------------------------- */

static bool info_sync_down(struct fib_info *fi, struct net_device *dev, uint8_t flags, bool force)
{
	unsigned i, down = 0;
	bool hit = false;

	for (i = 0; i < fi->nr_nh; i++) {
		struct fib_nh *nh = &fi->nh[i];

		if (nh->dev == dev && !(nh->flags & RTNH_F_DEAD) &&
		    (force || nh->scope != RT_SCOPE_NOWHERE)) {
			nh->flags |= flags;
			hit = true;
		}
		down += (nh->flags & flags) == flags;
	}
	if (!hit || down < fi->nr_nh)
		return false;
	fi->flags |= flags;
	fi->dead = flags & RTNH_F_DEAD;
	return fi->dead;
}

bool fib_sync_down_dev(struct net *net, struct net_device *dev, uint8_t flags, bool force)
{
	struct fib *fib = net->ipv4->fib;
	struct fib_info *fi;
	bool died = false;
	uint32_t i;

	for (i = 0; i <= fib->infos_mask; i++)
		hlist_for_each_entry(fi, &fib->infos[i], hash)
			died |= info_sync_down(fi, dev, flags, force);
	return died;
}

bool fib_sync_dev_gone(struct net *net, const struct net_device *dev)
{
	struct fib *fib = net->ipv4->fib;
	struct fib_info *fi;
	bool died = false;
	uint32_t i;
	unsigned n;

	for (i = 0; i <= fib->infos_mask; i++) {
		hlist_for_each_entry(fi, &fib->infos[i], hash) {
			for (n = 0; n < fi->nr_nh; n++)
				fi->dead |= fi->nh[n].dev == dev;
			died |= fi->dead;
		}
	}
	return died;
}

void fib_sync_up(struct net *net, struct net_device *dev, uint8_t flags)
{
	struct fib *fib = net->ipv4->fib;
	struct fib_info *fi;
	uint32_t i;
	unsigned n;

	if (dev->carrier)
		flags |= RTNH_F_LINKDOWN;
	for (i = 0; i <= fib->infos_mask; i++) {
		hlist_for_each_entry(fi, &fib->infos[i], hash) {
			for (n = 0; n < fi->nr_nh; n++) {
				if (fi->nh[n].dev != dev)
					continue;
				fi->nh[n].flags &= ~flags;
				fi->flags &= ~flags;
			}
		}
	}
}

bool fib_sync_down_addr(struct net *net, be32 local)
{
	struct fib *fib = net->ipv4->fib;
	struct fib_info *fi;
	bool died = false;
	uint32_t i;

	for (i = 0; i <= fib->infos_mask; i++) {
		hlist_for_each_entry(fi, &fib->infos[i], hash) {
			if (fi->prefsrc != local)
				continue;
			fi->flags |= RTNH_F_DEAD;
			fi->dead = true;
			fi->prefsrc_removed = true;
			died = true;
		}
	}
	return died;
}
