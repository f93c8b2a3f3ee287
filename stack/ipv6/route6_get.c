/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer to `ip -6 route get`: what a packet would take, in the kernel's words. Called through
 * inet_config_ops.
 */
#include "stack/ipv6/route6.h"

#include <errno.h>
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/route6_make.h"

/* What the path taught is shown as the kernel shows its cached routes. */
static void fill_exception(const struct rt6 *rt, struct route_config *ret)
{
	ktime_t now = rt->dst.net->now;
	uint32_t mtu = route_exception_mtu(rt->exc, now);

	if (mtu && mtu < rt->mtu) {
		ret->metrics[RTAX_MTU] = mtu;
		ret->expires = ktime_to_sec(rt->exc->mtu_expires - now);
		ret->flags |= RTM_F_CLONED;
	}
	if (rt->redirected)
		ret->flags |= RTM_F_CLONED;
}

static void fill(struct net *net, const struct flow *fl, const struct fib6_info *f6i,
		 const struct rt6 *rt, struct route_config *ret)
{
	union inaddr src;

	fib6_info_fill(f6i, ret);
	ret->dst = fl->daddr;
	ret->src = fl->saddr;
	ret->dst_len = ret->src_len = 128;
	ret->flags = 0;
	ret->error = 0;
	ret->expires = 0; /* as by the kernel: only what was learnt of the path has an end here */
	ret->iif = fl->iif;
	ret->nh[0] = (struct nexthop_config){
		.oif = rt->dst.dev->ifindex,
		.gw_family = rt->has_gw ? AF_INET6 : 0,
		.weight = 1,
		.gw = rt->has_gw ? rt->gw : (union inaddr){ .q = { 0, 0 } },
	};
	if (!fl->iif && !route6_select_source(net, f6i, &fl->daddr, 0, &src))
		ret->prefsrc = src;
	fill_exception(rt, ret);
}

/* As the kernel asks: with a source given, the device is but a wish. */
static struct fib6_query query_of(struct net *net, const struct flow *fl, bool fibmatch)
{
	struct fib6_query q = {
		.daddr = fl->daddr,
		.saddr = fl->saddr,
		.oif = fl->iif ? fl->iif : fl->oif,
		.flowlabel = fl->flowlabel,
		.proto = fl->proto,
		.flags = route6_host_flags(net) | (fibmatch ? FIB6_FIXED : 0),
	};

	if (in6_needs_scope(&fl->daddr) || (fl->oif && !fl->iif && in6_is_any(&fl->saddr)))
		q.flags |= q.oif ? FIB6_IFACE : 0;
	return q;
}

/* What a route that leads nowhere says, or that there is none. */
static const char *why(int err)
{
	switch (err) {
	case -EINVAL:
		return "The route is a blackhole";
	case -EACCES:
		return "The route prohibits it";
	case -EHOSTUNREACH:
		return "The destination is unreachable";
	default:
		return "No route to the destination";
	}
}

int ip6_route_get(struct net *net, struct flow *fl, bool fibmatch, struct route_config *ret,
		  struct extack *ack)
{
	const struct route6_key key = { .daddr = fl->daddr, .saddr = fl->saddr, .iif = fl->iif };
	struct fib6_query q = query_of(net, fl, fibmatch);
	struct fib6_info *f6i;
	struct rt6 *rt;
	int err;

	if (fl->iif && !netdev_by_index(net, fl->iif))
		return extack_set(ack, -ENODEV, "Device not found");
	err = fib6_lookup(net, &q, &f6i);
	/* By lo to what is not there: the kernel shows it nevertheless. */
	if (err && !(f6i && f6i->type == RTN_UNICAST))
		return extack_set(ack, err, "%s", why(err));
	if (fibmatch) {
		fib6_table_fill(f6i, ret);
		ret->iif = fl->iif;
		return 0;
	}
	rt = rt6_new_by(net, &key, f6i);
	if (!rt)
		return -ENOMEM;
	fill(net, fl, f6i, rt, ret);
	dst_release(&rt->dst);
	return 0;
}
