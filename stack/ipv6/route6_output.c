/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a packet that is made here goes, from the tables: device, next hop, source address. Called
 * by route6.c when its cache has no answer.
 */
#include "stack/ipv6/route6_make.h"

#include <errno.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ip6.h"

uint8_t route6_host_flags(struct net *net)
{
	return addrconf_conf(net, NULL)->forwarding ? 0 : FIB6_REACHABLE;
}

int route6_select_source(struct net *net, const struct fib6_info *f6i, const union inaddr *daddr,
			 unsigned prefs, union inaddr *ret)
{
	if (!in6_is_any(&f6i->prefsrc)) {
		*ret = f6i->prefsrc;
		return 0;
	}
	return addrconf_select_source(net, f6i->dev, daddr, prefs, ret);
}

/*
 * RFC 4007 6: a destination that means nothing without a device is on that of a source which means
 * nothing without one either.
 */
static int device_of_source(struct net *net, const struct flow *fl)
{
	const struct ifaddr *ifa;

	if (fl->oif || !in6_needs_scope(&fl->daddr) || !in6_is_linklocal(&fl->saddr))
		return fl->oif;
	ifa = addrconf_find(net, &fl->saddr, NULL);
	return ifa ? ifa->dev->ifindex : 0;
}

int route6_output_slow(struct net *net, struct flow *fl, struct rt6 **ret)
{
	struct route6_key key;
	struct fib6_info *f6i;
	struct fib6_query q;
	int err;

	/* No destination is ourselves. */
	if (in6_is_any(&fl->daddr))
		fl->daddr = IN6_LOOPBACK;
	q = (struct fib6_query){
		.daddr = fl->daddr,
		.saddr = fl->saddr,
		.oif = device_of_source(net, fl),
		.flowlabel = fl->flowlabel,
		.proto = fl->proto,
		.flags = FIB6_LOOP | route6_host_flags(net),
	};
	if (q.oif) {
		if (!netdev_by_index(net, q.oif))
			return -ENODEV;
		q.flags |= FIB6_IFACE;
	}
	err = fib6_lookup(net, &q, &f6i);
	if (err)
		return err;
	if (!in6_dev_get(rt6_device(net, f6i)))
		return -ENETUNREACH;
	if (in6_is_any(&fl->saddr)) {
		err = route6_select_source(net, f6i, &fl->daddr, fl->srcprefs, &fl->saddr);
		if (err)
			return err;
	}
	key = (struct route6_key){ .daddr = fl->daddr, .saddr = fl->saddr };
	*ret = rt6_new_by(net, &key, f6i);
	if (!*ret)
		return -ENOMEM;
	fl->oif = (*ret)->dst.dev->ifindex;
	return 0;
}
