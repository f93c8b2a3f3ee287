/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The FIB as the rest of IPv4 sees it: lookups over the tables, configuration, and the routes that
 * come and go with addresses and devices. For each address, as with the kernel:
 *
 *	local ADDR		always, even while the device is down
 *	PREFIX … scope link	of a primary whose subnet is more than itself (lo: a local one)
 *	broadcast …		as configured, and the last address of the subnet
 */
#include "stack/ipv4/fib.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include "stack/core/event.h"
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route.h"

/* Lookup --------------------------------------------------------------------------------------- */

int fib_lookup(struct net *net, const struct fib_query *q, struct fib_result *res)
{
	const struct fib *fib = net->ipv4->fib;
	int err;

	err = fib_table_lookup(net, fib->local, q, res);
	if (err == -EAGAIN)
		err = fib_table_lookup(net, fib->main, q, res);
	if (err == -EAGAIN && fib->dflt)
		err = fib_table_lookup(net, fib->dflt, q, res);
	return err == -EAGAIN ? -ENETUNREACH : err;
}

be32 fib_prefsrc(struct net *net, const struct fib_result *res)
{
	if (res->fi->prefsrc)
		return res->fi->prefsrc;
	return inet_select_addr(net, res->nh ? res->nh->dev : NULL, res->nh ? res->nh->gw : 0,
				res->fi->scope);
}

uint8_t fib_addr_type(struct net *net, be32 addr, const struct net_device *dev)
{
	struct fib_query q = { .daddr = addr, .fixed_nh = true };
	struct fib_result res;

	if (ipv4_is_zeronet(addr) || ipv4_is_lbcast(addr))
		return RTN_BROADCAST;
	if (ipv4_is_multicast(addr))
		return RTN_MULTICAST;
	if (fib_table_lookup(net, net->ipv4->fib->local, &q, &res) || (dev && res.nh->dev != dev))
		return RTN_UNICAST;
	return res.type;
}

/* Configuration -------------------------------------------------------------------------------- */

/* The scope that ip-route(8) gives a route when none is named. */
static uint8_t default_scope(const struct route_config *cfg)
{
	switch (cfg->type) {
	case RTN_LOCAL:
	case RTN_NAT:
		return RT_SCOPE_HOST;
	case RTN_BROADCAST:
	case RTN_MULTICAST:
	case RTN_ANYCAST:
		return RT_SCOPE_LINK;
	case RTN_UNICAST:
		return cfg->nr_nh == 1 && !cfg->nh[0].gw_family ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
	default:
		return RT_SCOPE_UNIVERSE;
	}
}

static int check_request(const struct route_config *cfg, struct extack *ack)
{
	unsigned i;

	if (cfg->tos & 3)
		return extack_set(ack, -EINVAL, "Invalid dsfield (tos): ECN bits must be 0");
	for (i = 0; i < cfg->nr_nh && i < ROUTE_MAX_NEXTHOPS; i++)
		if (cfg->nh[i].gw_family && cfg->nh[i].gw_family != AF_INET)
			return extack_set(ack, -EINVAL, "IPv4 routes need IPv4 gateways");
	return 0;
}

int fib_route_add(struct net *net, const struct route_config *cfg, unsigned nlflags,
		  struct extack *ack)
{
	struct route_config with_scope;
	struct fib_table *tb;
	int err;

	err = check_request(cfg, ack);
	if (err)
		return err;
	if (!cfg->scope_given) {
		with_scope = *cfg;
		with_scope.scope = default_scope(cfg);
		cfg = &with_scope;
	}
	tb = fib_table_new(net->ipv4->fib, cfg->table);
	if (!tb)
		return -ENOBUFS;
	return fib_table_insert(net, tb, cfg, nlflags, ack);
}

int fib_route_del(struct net *net, const struct route_config *cfg, struct extack *ack)
{
	struct route_config any_scope;
	struct fib_table *tb;
	int err;

	err = check_request(cfg, ack);
	if (err)
		return err;
	if (!cfg->scope_given) {
		any_scope = *cfg;
		any_scope.scope = RT_SCOPE_NOWHERE;
		cfg = &any_scope;
	}
	tb = fib_table_get(net->ipv4->fib, cfg->table);
	if (!tb)
		return extack_set(ack, -ESRCH, "FIB table does not exist");
	return fib_table_delete(net, tb, cfg, ack);
}

unsigned fib_route_walk(struct net *net, struct route_cursor *cur, struct route_config *ret,
			unsigned max)
{
	return fib_tables_walk(&net->ipv4->fib->tables, cur, ret, max, fib_table_walk);
}

bool fib_route_table_exists(struct net *net, uint32_t table)
{
	return fib_table_get(net->ipv4->fib, table);
}

/* The routes of addresses ---------------------------------------------------------------------- */

struct addr_route {
	uint8_t type, plen;
	be32 dst, prefsrc;
	uint32_t priority;
};
#define ADDR_ROUTES_MAX 4

static bool addr_route_equal(const struct addr_route *a, const struct addr_route *b)
{
	return a->type == b->type && a->plen == b->plen && a->dst == b->dst &&
	       a->prefsrc == b->prefsrc && a->priority == b->priority;
}

static bool has_prefix_route(const struct ifaddr *ifa)
{
	be32 prefix = ifa->address.v4 & ipv4_mask(ifa->prefixlen);

	return !ifa_is_secondary(ifa) && !ipv4_is_zeronet(prefix) &&
	       (prefix != ifa->local.v4 || ifa->prefixlen < 32);
}

static struct addr_route prefix_route(const struct ifaddr *ifa, uint32_t metric)
{
	return (struct addr_route){
		.type = ifa->dev->flags & IFF_LOOPBACK ? RTN_LOCAL : RTN_UNICAST,
		.plen = ifa->prefixlen,
		.dst = ifa->address.v4 & ipv4_mask(ifa->prefixlen),
		.prefsrc = ifa->local.v4,
		.priority = metric,
	};
}

/*
 * The routes that @ifa asks for on a device that is up; the first is the local one. Returns how
 * many.
 */
static unsigned addr_routes(const struct ifaddr *ifa, struct addr_route *ret)
{
	be32 mask = ipv4_mask(ifa->prefixlen), prefix = ifa->address.v4 & mask;
	const struct ifaddr *prim = ifa;
	unsigned n = 0;

	if (ifa_is_secondary(ifa))
		prim = inet_ifa_byprefix(in_dev_get(ifa->dev), prefix, ifa->prefixlen);
	if (!prim)
		return 0;
	ret[n++] = (struct addr_route){ RTN_LOCAL, 32, ifa->local.v4, prim->local.v4, 0 };
	if (ifa->has_broadcast && ifa->broadcast.v4 && !ipv4_is_lbcast(ifa->broadcast.v4))
		ret[n++] = (struct addr_route){ RTN_BROADCAST, 32, ifa->broadcast.v4,
						prim->local.v4, 0 };
	if (!has_prefix_route(ifa))
		return n;
	if (!(ifa->flags & IFA_F_NOPREFIXROUTE))
		ret[n++] = prefix_route(ifa, ifa->metric);
	if (ifa->prefixlen < 31)
		ret[n++] =
			(struct addr_route){ RTN_BROADCAST, 32, prefix | ~mask, ifa->local.v4, 0 };
	return n;
}

static void addr_route_config(const struct net_device *dev, const struct addr_route *r,
			      struct route_config *ret)
{
	*ret = (struct route_config){
		.family = AF_INET,
		.dst_len = r->plen,
		.protocol = RTPROT_KERNEL,
		.scope = r->type == RTN_LOCAL ? RT_SCOPE_HOST : RT_SCOPE_LINK,
		.scope_given = true,
		.type = r->type,
		.table = r->type == RTN_UNICAST ? RT_TABLE_MAIN : RT_TABLE_LOCAL,
		.priority = r->priority,
		.dst = inaddr_v4(r->dst),
		.prefsrc = inaddr_v4(r->prefsrc),
		.nr_nh = 1,
		.nh[0].oif = dev->ifindex,
	};
}

/*
 * That it is there already (another address asks for the same), or that memory is short, stops
 * nothing.
 */
static void addr_route_add(struct net *net, const struct net_device *dev,
			   const struct addr_route *r)
{
	struct route_config cfg;

	addr_route_config(dev, r, &cfg);
	fib_route_add(net, &cfg, NLM_F_CREATE | NLM_F_APPEND, NULL);
}

static void addr_route_del(struct net *net, const struct net_device *dev,
			   const struct addr_route *r)
{
	struct route_config cfg;

	addr_route_config(dev, r, &cfg);
	fib_route_del(net, &cfg, NULL);
}

static void addr_routes_add(struct net *net, const struct ifaddr *ifa)
{
	struct addr_route routes[ADDR_ROUTES_MAX];
	unsigned i, n = addr_routes(ifa, routes);

	for (i = 0; i < n; i++)
		if (i == 0 || netdev_running(ifa->dev))
			addr_route_add(net, ifa->dev, &routes[i]);
}

/* Does some address of the device but @except ask for @r? */
static bool addr_route_wanted(const struct in_device *in_dev, const struct addr_route *r,
			      const struct ifaddr *except)
{
	struct addr_route routes[ADDR_ROUTES_MAX];
	const struct ifaddr *ifa;
	unsigned i, n;

	list_for_each_entry(ifa, &in_dev->addrs, list) {
		n = ifa == except ? 0 : addr_routes(ifa, routes);
		for (i = 0; i < n; i++)
			if (addr_route_equal(&routes[i], r))
				return true;
	}
	return false;
}

/*
 * The routes that only @ifa asks for. In the kernel's order: the prefix, broadcasts, and the
 * local one last.
 */
static void addr_routes_del(struct net *net, const struct ifaddr *ifa)
{
	static const uint8_t order[] = { RTN_UNICAST, RTN_BROADCAST, RTN_LOCAL };
	struct addr_route routes[ADDR_ROUTES_MAX];
	unsigned pass, i, n = addr_routes(ifa, routes);

	for (pass = 0; pass < ARRAY_SIZE(order); pass++)
		for (i = 0; i < n; i++)
			if (routes[i].type == order[pass] &&
			    !addr_route_wanted(in_dev_get(ifa->dev), &routes[i], ifa))
				addr_route_del(net, ifa->dev, &routes[i]);
}

/* Events --------------------------------------------------------------------------------------- */

static void flush_dead(struct net *net)
{
	struct fib_table *tb;

	list_for_each_entry(tb, &net->ipv4->fib->tables, list)
		fib_table_flush(net, tb);
}

static void device_down(struct net *net, struct net_device *dev, bool force)
{
	if (fib_sync_down_dev(net, dev, RTNH_F_DEAD | RTNH_F_LINKDOWN, force))
		flush_dead(net);
	ip_rt_flush(net);
}

static void device_gone(struct net *net, struct net_device *dev)
{
	if (fib_sync_dev_gone(net, dev))
		flush_dead(net);
	ip_rt_flush(net);
}

static void device_up(struct net *net, struct net_device *dev)
{
	const struct in_device *in_dev = in_dev_get(dev);
	const struct ifaddr *ifa;

	if (!in_dev)
		return;
	list_for_each_entry(ifa, &in_dev->addrs, list)
		addr_routes_add(net, ifa);
	fib_sync_up(net, dev, RTNH_F_DEAD);
	ip_rt_flush(net);
}

static void carrier_changed(struct net *net, struct net_device *dev)
{
	if (!netdev_running(dev))
		return;
	if (dev->carrier)
		fib_sync_up(net, dev, RTNH_F_LINKDOWN);
	else
		fib_sync_down_dev(net, dev, RTNH_F_LINKDOWN, false);
	ip_rt_flush(net);
}

static void netdev_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	(void)l;
	switch (type) {
	case EVENT_NETDEV_UP:
		device_up(net, obj);
		break;
	case EVENT_NETDEV_DOWN:
		device_down(net, obj, false);
		break;
	case EVENT_NETDEV_UNREGISTER:
		device_gone(net, obj);
		break;
	case EVENT_NETDEV_CARRIER:
		carrier_changed(net, obj);
		break;
	case EVENT_NETDEV_CHANGEMTU:
	case EVENT_NETDEV_CHANGEADDR:
		ip_rt_flush(net);
		break;
	default:
		break;
	}
}

static void addr_added(struct net *net, struct ifaddr *ifa)
{
	addr_routes_add(net, ifa);
	if (netdev_running(ifa->dev))
		fib_sync_up(net, ifa->dev, RTNH_F_DEAD);
	ip_rt_flush(net);
}

static void addr_deleted(struct net *net, struct ifaddr *ifa)
{
	addr_routes_del(net, ifa);
	if (fib_addr_type(net, ifa->local.v4, NULL) != RTN_LOCAL &&
	    fib_sync_down_addr(net, ifa->local.v4))
		flush_dead(net);
	/* As with the kernel, a device without an address has no routes either. */
	if (list_empty(&in_dev_get(ifa->dev)->addrs))
		device_down(net, ifa->dev, true);
	ip_rt_flush(net);
}

static void addr_moving(struct net *net, struct ifaddr *ifa)
{
	addr_routes_del(net, ifa);
	ip_rt_flush(net);
}

static void addr_metric_changed(struct net *net, struct ifaddr *ifa, uint32_t old_metric)
{
	struct addr_route old = prefix_route(ifa, old_metric), new = prefix_route(ifa, ifa->metric);

	if (!has_prefix_route(ifa) || (ifa->flags & IFA_F_NOPREFIXROUTE) ||
	    !netdev_running(ifa->dev))
		return;
	addr_route_add(net, ifa->dev, &new);
	addr_route_del(net, ifa->dev, &old);
}

static const struct inetaddr_ops addr_ops = {
	.added = addr_added,
	.deleted = addr_deleted,
	.moving = addr_moving,
	.metric_changed = addr_metric_changed,
};

int fib_init(struct net *net)
{
	struct fib *fib = calloc(1, sizeof(*fib));

	if (!fib)
		return -ENOMEM;
	list_init(&fib->tables);
	list_init(&fib->listener.list);
	net->ipv4->fib = fib;
	net_random(net, &fib->multipath_key, sizeof(fib->multipath_key));
	if (fib_infos_init(fib) || !fib_table_new(fib, RT_TABLE_LOCAL) ||
	    !fib_table_new(fib, RT_TABLE_MAIN))
		return -ENOMEM;
	fib->listener.fn = netdev_event;
	event_listen(net, &fib->listener);
	devinet_set_ops(net, &addr_ops);
	return 0;
}

void fib_exit(struct net *net)
{
	struct fib *fib = net->ipv4->fib;
	struct fib_table *tb, *n;

	if (!fib)
		return;
	devinet_set_ops(net, NULL);
	event_unlisten(&fib->listener);
	list_for_each_entry_safe(tb, n, &fib->tables, list)
		fib_table_free(net, tb);
	fib_infos_exit(fib);
	free(fib);
	net->ipv4->fib = NULL;
}
