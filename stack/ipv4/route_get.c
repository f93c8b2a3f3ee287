/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer to `ip route get`: what a packet would take, in the kernel's words. Called through
 * inet_config_ops.
 */
#include "stack/ipv4/route.h"

#include <errno.h>
#include <linux/in_route.h>
#include <string.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/igmp.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route_make.h"

/* RTCF_*, as the kernel has them in the flags of a cached route. */
static uint32_t cache_flags(const struct rtable *rt)
{
	const struct net_device *dev = rt->dst.dev;
	bool input = rt->key.iif;

	switch (rt->type) {
	case RTN_LOCAL:
		return RTCF_LOCAL;
	case RTN_BROADCAST:
		return RTCF_LOCAL | RTCF_BROADCAST;
	case RTN_MULTICAST:
		if (input || ip_mc_check(in_dev_get(dev), rt->daddr, rt->saddr, 0))
			return RTCF_LOCAL | RTCF_MULTICAST;
		return RTCF_MULTICAST;
	default:
		return (!input && (dev->flags & IFF_LOOPBACK) ? RTCF_LOCAL : 0) |
		       (rt->redirect ? RTCF_DOREDIRECT : 0);
	}
}

static void fill_path_mtu(const struct rtable *rt, struct route_config *ret)
{
	ktime_t now = rt->dst.net->now;
	uint32_t mtu = route_exception_mtu(rt->exc, now);

	if (!mtu || mtu >= rt->mtu)
		return;
	ret->metrics[RTAX_MTU] = mtu;
	ret->expires = ktime_to_sec(rt->exc->mtu_expires - now);
}

/* What was asked for, before the search filled in what was open. */
struct asked {
	be32 saddr, daddr;
};

static void fill(const struct rtable *rt, const struct flow *fl, const struct asked *asked,
		 const struct fib_result *res, struct route_config *ret)
{
	bool input = rt->key.iif;

	memset(ret, 0, sizeof(*ret));
	if (res->fi && rt->type != RTN_BROADCAST) {
		fib_info_fill(res->fi, ret);
		ret->prefsrc = inaddr_v4(0);
		ret->priority = 0;
		ret->realms = res->nh ? res->nh->realms : 0; /* of several, the chosen one's */
	}
	ret->family = AF_INET;
	ret->dst_len = 32;
	ret->dst = inaddr_v4(asked->daddr);
	ret->src_len = asked->saddr ? 32 : 0;
	ret->src = inaddr_v4(asked->saddr);
	ret->tos = res->fi ? res->fa->tos : 0;
	ret->protocol = RTPROT_UNSPEC;
	ret->scope = RT_SCOPE_UNIVERSE;
	ret->type = rt->type;
	ret->table = res->fi ? res->table->id : RT_TABLE_UNSPEC;
	ret->flags = RTM_F_CLONED | cache_flags(rt);
	if (!input && rt->saddr != asked->saddr)
		ret->prefsrc = inaddr_v4(rt->saddr);
	ret->nr_nh = 1;
	ret->nh[0] = (struct nexthop_config){
		.oif = rt->dst.dev->ifindex,
		.gw_family = rt->gateway ? AF_INET : 0,
		.weight = 1,
		.gw = inaddr_v4(rt->gateway),
	};
	ret->iif = rt->key.iif;
	ret->mark = fl->mark;
	ret->uid = fl->uid;
	fill_path_mtu(rt, ret);
}

static int get_input(struct net *net, struct flow *fl, struct fib_result *res, struct rtable **ret,
		     struct extack *ack)
{
	struct net_device *dev = netdev_by_index(net, fl->iif);
	enum drop_reason reason;
	struct route_key key;

	if (!dev)
		return extack_set(ack, -ENODEV, "Input device not found");
	key = route_input_key(dev, fl->daddr.v4, fl->saddr.v4, fl->tos);
	return route_input_slow(net, dev, &key, fl->proto, res, ret, &reason);
}

/* A sentence for what the search says by number alone. */
static int refused(struct net *net, const struct flow *fl, be32 asked_saddr, int err,
		   struct extack *ack)
{
	bool foreign = asked_saddr && fib_addr_type(net, asked_saddr, NULL) != RTN_LOCAL;

	switch (err) {
	case -ENETUNREACH:
		if (!fl->iif && foreign)
			return extack_set(ack, err, "Source address is not local");
		return extack_set(ack, err, "No route to the destination");
	case -EHOSTUNREACH:
		return extack_set(ack, err, "Destination is unreachable");
	case -EACCES:
		return extack_set(ack, err, "Route prohibits the destination");
	case -ENODEV:
		return extack_set(ack, err, "Device not found");
	case -EINVAL:
		if (fl->iif || asked_saddr)
			return extack_set(ack, err, "Invalid source for the destination");
		return extack_set(ack, err, "Route discards what is sent to the destination");
	default:
		return err;
	}
}

int ip_route_get(struct net *net, struct flow *fl, bool fibmatch, struct route_config *ret,
		 struct extack *ack)
{
	const struct asked asked = { fl->saddr.v4, fl->daddr.v4 };
	struct fib_result res;
	struct rtable *rt;
	int err;

	if (fl->iif)
		err = get_input(net, fl, &res, &rt, ack);
	else
		err = route_output_slow(net, fl, &res, &rt);
	if (err)
		return refused(net, fl, asked.saddr, err, ack);
	if (!fibmatch) {
		fill(rt, fl, &asked, &res, ret);
	} else if (res.fi) {
		fib_alias_fill(res.fa, res.table, fib_key_v4(fl->daddr.v4 & ipv4_mask(res.plen)),
			       res.plen, ret);
		ret->type = rt->type;
		/* As long as there are no rules, local and main are one to the kernel, named main. */
		if (ret->table == RT_TABLE_LOCAL)
			ret->table = RT_TABLE_MAIN;
	} else {
		err = extack_set(ack, -EHOSTUNREACH, "No route of a table matches");
	}
	dst_release(&rt->dst);
	return err;
}
