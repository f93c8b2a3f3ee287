/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a packet that came in goes: to us, to others, or nowhere. What its addresses say by
 * themselves was checked before (ip6_rcv()). Called by route6.c when its cache has no answer.
 */
#include "stack/ipv6/route6_make.h"

#include <errno.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/mld.h"

struct input {
	struct net *net;
	struct net_device *dev;
	const struct route6_key *key;
	const struct fib6_query *q;
	enum drop_reason reason;
};

static int refuse(struct input *in, enum drop_reason reason, int err)
{
	in->reason = reason;
	return err;
}

static int make_local(struct input *in, uint8_t type, struct net_device *dev, struct rt6 **ret)
{
	struct rt6 *rt = rt6_new(in->net, in->key, type, dev, NULL);

	if (!rt)
		return refuse(in, DROP_NO_MEMORY, -ENOMEM);
	rt->dst.input = ip6_local_deliver;
	*ret = rt;
	return 0;
}

/* What is behind extension headers may be MLD, which is heard from any source. */
static uint8_t assumed_proto(uint8_t nexthdr)
{
	switch (nexthdr) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_DSTOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
		return IPPROTO_ICMPV6;
	default:
		return nexthdr;
	}
}

static int input_multicast(struct input *in, struct rt6 **ret)
{
	if (!ip6_mc_check(in6_dev_get(in->dev), &in->key->daddr, &in->key->saddr,
			  assumed_proto(in->q->proto)))
		return refuse(in, DROP_IP6_NO_MEMBER, -EINVAL);
	return make_local(in, RTN_MULTICAST, in->dev, ret);
}

/* RFC 4862 5.4: an address that may be another's, too, is not ours yet. */
static bool is_tentative(struct input *in, const struct fib6_info *f6i)
{
	const struct ifaddr *ifa = addrconf_find(in->net, &in->key->daddr, f6i->dev);

	return ifa && !ifa6_usable(ifa);
}

static int input_local(struct input *in, const struct fib6_info *f6i, struct rt6 **ret)
{
	int err;

	if (is_tentative(in, f6i))
		return refuse(in, DROP_IP_INADDRERRORS, -EINVAL);
	err = make_local(in, f6i->type, rt6_device(in->net, f6i), ret);
	if (!err)
		(*ret)->owner = f6i->dev->ifindex;
	return err;
}

static int input_forward(struct input *in, const struct fib6_info *f6i, struct rt6 **ret)
{
	struct rt6 *rt = rt6_new_by(in->net, in->key, f6i);

	if (!rt)
		return refuse(in, DROP_NO_MEMORY, -ENOMEM);
	rt->dst.input = ip6_forward;
	*ret = rt;
	return 0;
}

static int input(struct input *in, struct rt6 **ret)
{
	struct fib6_info *f6i;
	int err;

	if (!in6_dev_get(in->dev))
		return refuse(in, DROP_IP6_DISABLED, -EINVAL);
	if (in6_is_multicast(&in->key->daddr))
		return input_multicast(in, ret);
	err = fib6_lookup(in->net, in->q, &f6i);
	if (!err && (f6i->type == RTN_LOCAL || f6i->type == RTN_ANYCAST))
		return input_local(in, f6i, ret);
	if (!in->key->forwarding)
		return refuse(in, DROP_IP_NOFORWARD, -EHOSTUNREACH);
	return err ? refuse(in, fib_drop_reason(err), err) : input_forward(in, f6i, ret);
}

int route6_input_slow(struct net *net, struct net_device *dev, const struct route6_key *key,
		      const struct fib6_query *q, struct rt6 **ret, enum drop_reason *ret_reason)
{
	struct input in = { .net = net, .dev = dev, .key = key, .q = q };
	int err = input(&in, ret);

	if (err)
		*ret_reason = in.reason;
	return err;
}
