/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes that routers announce (RFC 4861 6.3.4; RFC 4191 3.1): default routes, routes to more
 * specific prefixes, and prefixes that are on the link. Called by ndisc_router.c and addrconf_prefix.c.
 */
#include "stack/ipv6/fib6.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include "stack/ipv6/fib6_info.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/route6.h"

/* Who is on the link can announce what he likes: there is an end to it. */
#define RA_ROUTES_MAX 256

/* The one that an earlier advertisement of the same made: what others made is not for routers to end. */
static struct fib6_info *find(const struct fib_table *tb, const struct route_config *cfg)
{
	const union inaddr dst = in6_prefix(&cfg->dst, cfg->dst_len);
	const struct nexthop_config *nh = &cfg->nh[0];
	struct fib6_info *f6i = fib6_table_first(tb, &dst, cfg->dst_len);

	for (; f6i; f6i = fib6_next(f6i))
		if (f6i->ra && f6i->dev->ifindex == nh->oif && f6i->protocol == cfg->protocol &&
		    f6i->has_gw == (nh->gw_family != 0) && inaddr_equal(&f6i->gw, &nh->gw))
			return f6i;
	return NULL;
}

static ktime_t end_of(const struct net *net, const struct route_config *cfg)
{
	return cfg->expires == INFINITY_LIFE_TIME ? KTIME_MAX
						  : net->now + sec_to_ktime(cfg->expires);
}

/* Metrics that the advertisement is silent about stay. Those that need memory which is short, too. */
static void update_metrics(struct fib6_info *f6i, const struct route_config *cfg)
{
	struct route_config both;
	uint32_t *metrics;
	unsigned i;

	fib6_info_fill(f6i, &both);
	for (i = RTAX_LOCK + 1; i <= RTAX_MAX; i++)
		if (cfg->metrics[i])
			both.metrics[i] = cfg->metrics[i];
	if (route_metrics_copy(&both, &metrics))
		return;
	if (route_metrics_equal(metrics, f6i->metrics)) {
		free(metrics);
		return;
	}
	free(f6i->metrics);
	f6i->metrics = metrics;
}

static int create(struct net *net, struct fib_table *tb, const struct route_config *cfg)
{
	struct fib6_info *f6i;
	int err;

	if (net->ipv6->fib->nr_ra >= RA_ROUTES_MAX)
		return -ENOSPC;
	err = fib6_info_create(net, cfg, &cfg->nh[0], &f6i, NULL);
	if (err)
		return err;
	f6i->table = tb;
	f6i->ra = true;
	f6i->expires = end_of(net, cfg);
	return fib6_table_insert(net, f6i, NLM_F_CREATE, true, NULL);
}

int fib6_ra_update(struct net *net, const struct route_config *cfg)
{
	struct fib_table *tb = fib6_table_make(net->ipv6->fib, cfg->table);
	struct fib6_info *f6i;

	if (!tb)
		return -ENOMEM;
	f6i = find(tb, cfg);
	if (!cfg->expires) {
		if (f6i)
			fib6_table_remove(net, f6i, true);
		return 0;
	}
	if (!f6i)
		return create(net, tb, cfg);
	if (f6i->pref != cfg->pref || f6i->expires <= net->now)
		ip6_rt_flush(net);
	f6i->pref = cfg->pref;
	update_metrics(f6i, cfg);
	fib6_expire_at(net, f6i, end_of(net, cfg));
	return 0;
}

struct flush {
	const struct net_device *dev;
};

static enum fib6_clean flush_one(struct fib6_info *f6i, void *arg)
{
	const struct flush *flush = arg;
	bool from_router = f6i->ra && f6i->has_gw;

	return from_router && (!flush->dev || f6i->dev == flush->dev) ? FIB6_DELETE : FIB6_KEEP;
}

void fib6_ra_flush(struct net *net, const struct net_device *dev)
{
	struct flush flush = { .dev = dev };
	struct fib_table *tb;

	list_for_each_entry(tb, &net->ipv6->fib->tables, list)
		fib6_table_clean(net, tb, flush_one, &flush);
}
