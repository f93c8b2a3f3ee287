/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a packet that came in goes: to us, to others, or nowhere (RFC 1812 5.2, 5.3.7: martians).
 * Called by route.c when its cache has no answer.
 */
#include "stack/ipv4/route_make.h"

#include <errno.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/igmp.h"
#include "stack/ipv4/ip.h"

struct input {
	struct net *net;
	struct net_device *dev;
	const struct route_key *key;
	uint8_t proto;
	enum drop_reason reason;
};

static int refuse(struct input *in, enum drop_reason reason, int err)
{
	in->reason = reason;
	return err;
}

static int martian(struct input *in)
{
	return refuse(in, DROP_IP_INADDRERRORS, -EINVAL);
}

/* net.ipv4.conf.*.accept_local: two devices of ours may be on one wire. */
static bool accepts_local(const struct input *in)
{
	return IN_DEV_OR(in_dev_get(in->dev), accept_local);
}

/* May packets with 127.0.0.0/8 in them come in here? */
static bool routes_localnet(const struct input *in)
{
	return (in->dev->flags & IFF_LOOPBACK) || IN_DEV_OR(in_dev_get(in->dev), route_localnet);
}

/*
 * RFC 3704: the way back to the source must be a unicast route: strictly (1) by the device that it
 * came in on.
 */
static int check_reverse_path(struct input *in)
{
	struct fib_query q = { .daddr = in->key->saddr, .tos = in->key->tos, .fixed_nh = true };
	struct fib_result res;
	unsigned i;

	if (fib_lookup(in->net, &q, &res))
		return refuse(in, DROP_IP_RPFILTER, -EXDEV);
	if (res.type != RTN_UNICAST && !(res.type == RTN_LOCAL && accepts_local(in)))
		return martian(in);
	if (IN_DEV_MAX(in_dev_get(in->dev), rp_filter) != 1)
		return 0;
	for (i = 0; i < res.fi->nr_nh; i++)
		if (res.fi->nh[i].dev == in->dev)
			return 0;
	return refuse(in, DROP_IP_RPFILTER, -EXDEV);
}

/* What comes in by loopback is ours, and right. Elsewhere our own address is no source. */
static int check_source(struct input *in)
{
	if (in->dev->flags & IFF_LOOPBACK)
		return 0;
	if (IN_DEV_MAX(in_dev_get(in->dev), rp_filter))
		return check_reverse_path(in);
	if (accepts_local(in))
		return 0;
	return inet_addr_find(in->net, in->key->saddr, NULL) ? martian(in) : 0;
}

static int make_local(struct input *in, uint8_t type, struct rtable **ret)
{
	struct net_device *dev = in->net->loopback ? in->net->loopback : in->dev;
	struct rtable *rt = rtable_new(in->net, in->key, type, dev, NULL, NULL);

	if (!rt)
		return refuse(in, DROP_NO_MEMORY, -ENOMEM);
	rt->dst.input = ip_local_deliver;
	rt->saddr = type == RTN_LOCAL ? in->key->daddr : 0;
	*ret = rt;
	return 0;
}

static int input_broadcast(struct input *in, struct rtable **ret)
{
	int err = ipv4_is_zeronet(in->key->saddr) ? 0 : check_source(in);

	return err ? err : make_local(in, RTN_BROADCAST, ret);
}

static int input_multicast(struct input *in, struct rtable **ret)
{
	be32 saddr = in->key->saddr, daddr = in->key->daddr;
	int err;

	if (ipv4_is_multicast(saddr) || ipv4_is_lbcast(saddr) ||
	    (ipv4_is_loopback(saddr) && !routes_localnet(in)))
		return martian(in);
	if (!ip_mc_check(in_dev_get(in->dev), daddr, saddr, in->proto))
		return refuse(in, DROP_IP_INADDRERRORS, -EINVAL);
	if (ipv4_is_zeronet(saddr)) {
		if (!ipv4_is_local_multicast(daddr) && in->proto != IPPROTO_IGMP)
			return martian(in);
	} else {
		err = check_source(in);
		if (err)
			return err;
	}
	return make_local(in, RTN_MULTICAST, ret);
}

/*
 * Is the sender on the link? With shared_media, subnets on it see each other; without, he must be in the next
 * hop's own.
 */
static bool can_reach(const struct in_device *in_dev, be32 saddr, be32 gateway)
{
	return inet_addr_onlink(in_dev, saddr, IN_DEV_OR(in_dev, shared_media) ? 0 : gateway);
}

static int input_forward(struct input *in, const struct fib_result *res, struct rtable **ret)
{
	const struct in_device *in_dev = in_dev_get(in->dev);
	struct net_device *out = res->nh->dev;
	struct rtable *rt;
	int err;

	if (res->type != RTN_UNICAST)
		return martian(in);
	err = check_source(in);
	if (err)
		return err;
	rt = rtable_new(in->net, in->key, RTN_UNICAST, out, res->fi, res->nh);
	if (!rt)
		return refuse(in, DROP_NO_MEMORY, -ENOMEM);
	rt->dst.input = ip_forward;
	/*
	 * RFC 1812 5.2.7.2: it leaves where it came in, and the sender could have reached the next
	 * hop itself.
	 */
	rt->redirect = out == in->dev && IN_DEV_MAX(in_dev, send_redirects) &&
		       can_reach(in_dev, in->key->saddr, res->nh->gw);
	*ret = rt;
	return 0;
}

static int input_unicast(struct input *in, struct fib_result *res, struct rtable **ret)
{
	const struct fib_query q = {
		.daddr = in->key->daddr,
		.saddr = in->key->saddr,
		.tos = in->key->tos,
	};
	int err;

	err = fib_lookup(in->net, &q, res);
	if (err)
		res->fi = NULL;
	if (!err && res->type == RTN_BROADCAST)
		return input_broadcast(in, ret);
	if (!err && res->type == RTN_LOCAL) {
		err = check_source(in);
		return err ? err : make_local(in, RTN_LOCAL, ret);
	}
	if (!in_dev_get(in->dev)->conf.forwarding)
		return refuse(in, DROP_IP_NOFORWARD, -EHOSTUNREACH);
	return err ? refuse(in, fib_drop_reason(err), err) : input_forward(in, res, ret);
}

static int input(struct input *in, struct fib_result *res, struct rtable **ret)
{
	be32 saddr = in->key->saddr, daddr = in->key->daddr;

	if (!in_dev_get(in->dev))
		return martian(in);
	if (ipv4_is_multicast(daddr))
		return input_multicast(in, ret);
	if (ipv4_is_multicast(saddr) || ipv4_is_lbcast(saddr))
		return martian(in);
	if (ipv4_is_lbcast(daddr) || (!saddr && !daddr))
		return input_broadcast(in, ret);
	if (ipv4_is_zeronet(saddr) || ipv4_is_zeronet(daddr))
		return martian(in);
	if ((ipv4_is_loopback(daddr) || ipv4_is_loopback(saddr)) && !routes_localnet(in))
		return martian(in);
	return input_unicast(in, res, ret);
}

int route_input_slow(struct net *net, struct net_device *dev, const struct route_key *key,
		     uint8_t proto, struct fib_result *res, struct rtable **ret,
		     enum drop_reason *ret_reason)
{
	struct input in = { .net = net, .dev = dev, .key = key, .proto = proto };
	int err;

	*res = (struct fib_result){ .type = RTN_UNICAST };
	err = input(&in, res, ret);
	if (err)
		*ret_reason = in.reason;
	return err;
}
