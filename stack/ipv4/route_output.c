/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a packet that is made here goes, from the tables: device, next hop, source address. Called
 * by route.c when its cache has no answer.
 */
#include "stack/ipv4/route_make.h"

#include <errno.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/ip.h"

/*
 * A source that is given must be an address of ours. Sets fl->oif where the source alone decides.
 */
static int check_source(struct net *net, struct flow *fl)
{
	be32 saddr = fl->saddr.v4, daddr = fl->daddr.v4;
	const struct ifaddr *ifa;

	if (ipv4_is_multicast(saddr) || ipv4_is_lbcast(saddr) || ipv4_is_zeronet(saddr))
		return -EINVAL;
	/* A broadcast to all, or a group: by the device of the source address. */
	if (!fl->oif && (ipv4_is_multicast(daddr) || ipv4_is_lbcast(daddr))) {
		ifa = inet_addr_find(net, saddr, NULL);
		if (!ifa)
			return -EINVAL;
		fl->oif = ifa->dev->ifindex;
		return 0;
	}
	if (fl->flags & FLOW_ANYSRC)
		return 0;
	/* Looked up in the table, not among the addresses: a route of type local will do, too. */
	return fib_addr_type(net, saddr, NULL) == RTN_LOCAL ? 0 : -ENETUNREACH;
}

/* The source for what never leaves the link: no lookup is needed where the device is known. */
static bool is_link_only(const struct flow *fl)
{
	return ipv4_is_local_multicast(fl->daddr.v4) || ipv4_is_lbcast(fl->daddr.v4) ||
	       fl->proto == IPPROTO_IGMP;
}

static void select_source(struct net *net, struct flow *fl, const struct net_device *dev,
			  uint8_t scope)
{
	if (!fl->saddr.v4)
		fl->saddr.v4 = inet_select_addr(net, dev, 0, scope);
}

static struct fib_query query_of(const struct flow *fl)
{
	return (struct fib_query){
		.daddr = fl->daddr.v4,
		.saddr = fl->saddr.v4,
		.oif = fl->oif,
		.tos = fl->tos & ROUTE_TOS_MASK,
		.scope = fl->scope,
	};
}

/* Which kind of route it is, by the destination first. */
static uint8_t type_of(be32 daddr, const struct fib_result *res)
{
	if (ipv4_is_lbcast(daddr))
		return RTN_BROADCAST;
	if (ipv4_is_multicast(daddr))
		return RTN_MULTICAST;
	return res->type;
}

static int make(struct net *net, const struct flow *fl, struct net_device *dev,
		const struct fib_result *res, struct rtable **ret)
{
	const struct route_key key = { .daddr = fl->daddr.v4, .saddr = fl->saddr.v4 };
	const struct fib_info *fi = res->fi;
	const struct fib_nh *nh = res->nh;
	uint8_t type = type_of(key.daddr, res);
	struct rtable *rt;

	if (!in_dev_get(dev) || (ipv4_is_zeronet(key.daddr) && type != RTN_LOCAL))
		return -EINVAL;
	if (ipv4_is_loopback(key.saddr) && !(dev->flags & IFF_LOOPBACK) &&
	    !IN_DEV_OR(in_dev_get(dev), route_localnet))
		return -EINVAL;
	/*
	 * A broadcast has no gateway; nor has a multicast that only the default route would take.
	 */
	if (type == RTN_BROADCAST || type == RTN_LOCAL || (type == RTN_MULTICAST && res->plen < 4))
		nh = NULL;
	if (type == RTN_BROADCAST || (type == RTN_MULTICAST && !nh))
		fi = NULL;
	rt = rtable_new(net, &key, type, dev, fi, nh);
	if (!rt)
		return -ENOMEM;
	*ret = rt;
	return 0;
}

/* To ourselves: by loopback, whatever device the address is on. */
static int make_local(struct net *net, struct flow *fl, const struct fib_result *res,
		      struct rtable **ret)
{
	if (!fl->saddr.v4)
		fl->saddr.v4 = res->fi && res->fi->prefsrc ? res->fi->prefsrc : fl->daddr.v4;
	if (!net->loopback)
		return -ENETUNREACH;
	fl->oif = net->loopback->ifindex;
	return make(net, fl, net->loopback, res, ret);
}

/* No destination: ourselves, at the source's address. Returns false where there is one. */
static bool any_destination(struct flow *fl)
{
	if (fl->daddr.v4)
		return false;
	if (!fl->saddr.v4)
		fl->saddr.v4 = htonl(INADDR_LOOPBACK);
	fl->daddr = fl->saddr;
	return true;
}

/* The device is named, and it is up. @ret_done: there is nothing to look up. */
static int by_device(struct net *net, struct flow *fl, struct net_device **ret_dev, bool *ret_done)
{
	struct net_device *dev = netdev_by_index(net, fl->oif);

	if (!dev)
		return -ENODEV;
	if (!netdev_running(dev) || !in_dev_get(dev))
		return -ENETUNREACH;
	*ret_dev = dev;
	*ret_done = is_link_only(fl);
	if (*ret_done)
		select_source(net, fl, dev, RT_SCOPE_LINK);
	else if (ipv4_is_multicast(fl->daddr.v4))
		select_source(net, fl, dev, fl->scope);
	else if (!fl->daddr.v4)
		select_source(net, fl, dev, RT_SCOPE_HOST);
	return 0;
}

int route_output_slow(struct net *net, struct flow *fl, struct fib_result *res, struct rtable **ret)
{
	struct net_device *dev = NULL;
	struct fib_query q;
	bool done = false;
	int err = 0;

	*res = (struct fib_result){ .type = RTN_UNICAST };
	if (fl->saddr.v4)
		err = check_source(net, fl);
	if (!err && fl->oif)
		err = by_device(net, fl, &dev, &done);
	if (err)
		return err;
	if (done)
		return make(net, fl, dev, res, ret);
	if (any_destination(fl)) {
		res->type = RTN_LOCAL;
		return make_local(net, fl, res, ret);
	}

	q = query_of(fl);
	err = fib_lookup(net, &q, res);
	if (err) {
		*res = (struct fib_result){ .type = RTN_UNICAST };
		/* With the device named, what no route knows is taken to be on its link. */
		if (!dev)
			return err;
		select_source(net, fl, dev, RT_SCOPE_LINK);
		return make(net, fl, dev, res, ret);
	}
	if (res->type == RTN_LOCAL)
		return make_local(net, fl, res, ret);
	dev = res->nh->dev;
	fl->oif = dev->ifindex;
	if (!fl->saddr.v4)
		fl->saddr.v4 = fib_prefsrc(net, res);
	return make(net, fl, dev, res, ret);
}
