/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of routes in use, their cache, and what paths teach. A route is made for one destination
 * (and source, device, TOS), so that all that a packet needs stands in it: device, next hop with
 * its neighbour, MTU. The cache is set-associative, of fixed size; a hit costs one multiplication
 * hash and a compare, and no memory is allocated for a packet: routes that go are used again.
 *
 * Whatever changes (addresses, routes, devices) advances one number, ip_rt_flush(), and thereby
 * makes all routes obsolete; they are replaced when they are next asked for.
 */
#include "stack/ipv4/route.h"

#include <errno.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route_make.h"

#define REDIRECT_TIMEOUT sec_to_ktime(300)

/* The life of a route -------------------------------------------------------------------------- */

static void rtable_destroy(struct dst_entry *dst)
{
	route_exception_put(dst_rtable(dst)->exc);
	dst_cache_free(&dst->net->ipv4->routes->cache, dst);
}

static uint32_t rtable_mtu(const struct dst_entry *dst)
{
	const struct rtable *rt = dst_rtable(dst);
	uint32_t learnt = route_exception_mtu(rt->exc, dst->net->now);

	return learnt && learnt < rt->mtu ? learnt : rt->mtu;
}

static bool is_unicast(const struct rtable *rt)
{
	return rt->type == RTN_UNICAST && !rt->key.iif;
}

/* RFC 1191 6.3: believed if it is smaller than what we know; never below min_pmtu. */
static struct route_exception *learn_pmtu(struct net *net, be32 daddr, uint32_t mtu)
{
	const struct ipv4_sysctl *sysctl = &net->ipv4->sysctl;
	struct route_exceptions *t = &net->ipv4->routes->exceptions;
	const union inaddr key = inaddr_v4(daddr);
	bool known = route_exception_find(t, &key, 0);
	struct route_exception *e = route_exception_touch(t, &key, 0);

	if (!e)
		return NULL;
	e->mtu_locked = mtu < sysctl->min_pmtu;
	e->mtu = max(mtu, sysctl->min_pmtu);
	e->mtu_expires = net->now + sec_to_ktime(sysctl->mtu_expires);
	if (!known)
		ip_rt_flush(net); /* other routes to there shall find it */
	return e;
}

static void rtable_update_pmtu(struct dst_entry *dst, uint32_t mtu)
{
	struct rtable *rt = dst_rtable(dst);
	struct route_exception *e;

	if (!is_unicast(rt) || rt->mtu_locked || mtu >= rtable_mtu(dst))
		return;
	e = learn_pmtu(dst->net, rt->daddr, mtu);
	if (!e || e == rt->exc)
		return;
	route_exception_put(rt->exc);
	e->refs++;
	rt->exc = e;
}

static void rtable_negative_advice(struct dst_entry *dst)
{
	struct rtable *rt = dst_rtable(dst);

	if (rt->exc && !inaddr_any(&rt->exc->gateway)) {
		rt->exc->gateway = inaddr_v4(0);
		ip_rt_flush(dst->net);
	}
	if (dst->neigh && !dst->neigh->dead)
		neigh_probe(dst->neigh);
}

static const struct dst_ops rtable_ops = {
	.family = AF_INET,
	.destroy = rtable_destroy,
	.mtu = rtable_mtu,
	.update_pmtu = rtable_update_pmtu,
	.negative_advice = rtable_negative_advice,
	.confirm = dst_cache_confirm,
};

static void take_exception(struct net *net, struct rtable *rt)
{
	const union inaddr key = inaddr_v4(rt->daddr), *gateway;
	struct route_exception *e = route_exception_find(&net->ipv4->routes->exceptions, &key, 0);

	if (!e)
		return;
	e->refs++;
	rt->exc = e;
	gateway = route_exception_gateway(e, net->now);
	if (gateway) {
		rt->gateway = gateway->v4;
		rt->expires = e->gateway_expires;
	}
}

struct rtable *rtable_new(struct net *net, const struct route_key *key, uint8_t type,
			  struct net_device *dev, const struct fib_info *fi,
			  const struct fib_nh *nh)
{
	struct ip_routes *routes = net->ipv4->routes;
	struct rtable *rt = dst_cache_alloc(&routes->cache, sizeof(*rt));
	uint32_t mtu = fi ? fib_info_metric(fi, RTAX_MTU) : 0;

	if (!rt)
		return NULL;
	*rt = (struct rtable){
		.dst = {
			.ops = &rtable_ops,
			.net = net,
			.dev = dev,
			.advmss = fi ? fib_info_metric(fi, RTAX_ADVMSS) : 0,
			.output = ip_output,
		},
		.type = type,
		.ttl = fi ? fib_info_metric(fi, RTAX_HOPLIMIT) : 0,
		.mtu_locked = fi && (fib_info_metric(fi, RTAX_LOCK) & 1u << RTAX_MTU),
		.daddr = key->daddr,
		.saddr = key->saddr,
		.gateway = nh && nh->has_gw ? nh->gw : 0,
		.mtu = min(mtu ? mtu : dev->mtu, (uint32_t)IPV4_MAX_LEN),
		.expires = KTIME_MAX,
		.key = *key,
	};
	dst_cache_adopt(&routes->cache, &rt->dst);
	if (is_unicast(rt))
		take_exception(net, rt);
	return rt;
}

bool ip_rt_dont_fragment(const struct dst_entry *dst)
{
	const struct rtable *rt = dst_rtable(dst);

	return !rt->mtu_locked &&
	       !(rt->exc && rt->exc->mtu_locked && route_exception_mtu(rt->exc, dst->net->now));
}

/* The cache ------------------------------------------------------------------------------------ */

void ip_rt_flush(struct net *net)
{
	if (net->ipv4->routes)
		net->ipv4->routes->cache.genid++;
}

static bool key_equal(const struct route_key *a, const struct route_key *b)
{
	return a->daddr == b->daddr && a->saddr == b->saddr && a->oif == b->oif &&
	       a->iif == b->iif && a->tos == b->tos && a->scope == b->scope &&
	       a->flags == b->flags && a->policy == b->policy;
}

static struct dst_entry **cache_set(struct ip_routes *routes, const struct route_key *key)
{
	uint64_t h = ((uint64_t)key->daddr << 32 | key->saddr) ^ routes->cache.hash_key[0];

	h = (h ^ h >> 32) * (routes->cache.hash_key[1] | 1);
	h ^= (uint64_t)((unsigned)key->oif << 16 ^ (unsigned)key->iif << 8 ^ key->tos) *
	     0x9e3779b97f4a7c15ull;
	h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9ull;
	return dst_cache_set(&routes->cache, h);
}

static bool answers(const struct dst_entry *dst, const void *key)
{
	const struct rtable *rt = dst_rtable(dst);

	return key_equal(&rt->key, key) && dst_check(dst) && dst->net->now < rt->expires;
}

static struct rtable *cache_find(struct ip_routes *routes, const struct route_key *key)
{
	struct dst_entry *dst = dst_cache_find(cache_set(routes, key), answers, key);

	return dst ? dst_rtable(dst) : NULL;
}

/*
 * The next hop that the neighbour table knows. Loopback and point-to-point links need but one for
 * all.
 */
static be32 nexthop(const struct rtable *rt)
{
	if (rt->dst.dev->flags & (IFF_LOOPBACK | IFF_POINTOPOINT))
		return 0;
	return rt->gateway ? rt->gateway : rt->daddr;
}

struct neighbour *ip_rt_neigh(struct dst_entry *dst)
{
	union inaddr key;

	if (likely(dst->neigh && !dst->neigh->dead))
		return dst->neigh;
	key = inaddr_v4(nexthop(dst_rtable(dst)));
	return dst_cache_neigh(&dst->net->ipv4->routes->cache, dst, ipv4_neigh_table(dst->net),
			       &key);
}

/* Asking --------------------------------------------------------------------------------------- */

static struct route_key output_key(const struct flow *fl)
{
	return (struct route_key){
		.daddr = fl->daddr.v4,
		.saddr = fl->saddr.v4,
		.oif = fl->oif,
		.tos = fl->tos & ROUTE_TOS_MASK,
		.scope = fl->scope,
		.flags = fl->flags,
	};
}

int ip_route_output(struct net *net, struct flow *fl, struct dst_entry **ret)
{
	struct ip_routes *routes = net->ipv4->routes;
	struct route_key key = output_key(fl);
	struct rtable *rt = cache_find(routes, &key);
	struct fib_result res;
	int err;

	if (rt) {
		fl->saddr.v4 = rt->saddr;
		fl->daddr.v4 = rt->daddr;
		fl->oif = rt->dst.dev->ifindex;
		*ret = dst_hold(&rt->dst);
		return 0;
	}
	err = route_output_slow(net, fl, &res, &rt);
	if (err)
		return err;
	rt->key = key;
	if (fl->proto != IPPROTO_IGMP)
		dst_cache_add(cache_set(routes, &rt->key), &rt->dst);
	*ret = &rt->dst;
	return 0;
}

struct route_key route_input_key(const struct net_device *dev, be32 daddr, be32 saddr, uint8_t tos)
{
	const struct in_device *in_dev = in_dev_get(dev);

	return (struct route_key){
		.daddr = daddr,
		.saddr = saddr,
		.iif = dev->ifindex,
		.tos = tos & ROUTE_TOS_MASK,
		.policy = !in_dev ? 0
				  : (in_dev->conf.forwarding ? 1 : 0) |
					    (IN_DEV_MAX(in_dev, send_redirects) ? 2 : 0) |
					    (IN_DEV_MAX(in_dev, rp_filter) & 3) << 2,
	};
}

int ip_route_input(struct net *net, struct sk_buff *skb, enum drop_reason *ret_reason)
{
	struct ip_routes *routes = net->ipv4->routes;
	const struct ipv4_hdr *ip = ip_hdr(skb);
	struct route_key key = route_input_key(skb->dev, ip->daddr, ip->saddr, ip->tos);
	bool multicast = ipv4_is_multicast(ip->daddr);
	struct rtable *rt = multicast ? NULL : cache_find(routes, &key);
	struct fib_result res;
	int err;

	dst_release(skb->dst);
	skb->dst = NULL;
	if (likely(rt)) {
		skb->dst = dst_hold(&rt->dst);
		return 0;
	}
	err = route_input_slow(net, skb->dev, &key, ip->protocol, &res, &rt, ret_reason);
	if (err)
		return err;
	/* Whether a multicast is ours depends on more than the key. */
	if (!multicast)
		dst_cache_add(cache_set(routes, &rt->key), &rt->dst);
	skb->dst = &rt->dst;
	return 0;
}

/* What paths teach ----------------------------------------------------------------------------- */

uint32_t ip_rt_mtu_guess(uint32_t len)
{
	static const uint16_t plateaus[] = { 32000, 17914, 8166, 4352, 2002,
					     1492,  1006,  508,	 296,  68 };
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(plateaus); i++)
		if (plateaus[i] < len)
			return plateaus[i];
	return IPV4_MIN_MTU;
}

void ip_rt_update_pmtu(struct net *net, be32 daddr, uint32_t mtu)
{
	struct flow fl = { .family = AF_INET, .daddr = inaddr_v4(daddr) };
	struct dst_entry *dst;

	if (ip_route_output(net, &fl, &dst))
		return;
	dst->ops->update_pmtu(dst, mtu);
	dst_release(dst);
}

/*
 * net.ipv4.conf.*.secure_redirects: only to who is a gateway of some route already. As with the kernel, that counts where
 * shared_media does not say that there may be anyone on the link.
 */
static bool is_secure(struct net *net, const struct in_device *in_dev, be32 gateway)
{
	return IN_DEV_OR(in_dev, shared_media) || !IN_DEV_OR(in_dev, secure_redirects) ||
	       fib_has_gateway(net, in_dev->dev, gateway);
}

void ip_rt_redirect(struct net *net, struct net_device *dev, be32 from, be32 daddr, be32 gateway)
{
	const struct in_device *in_dev = in_dev_get(dev);
	struct flow fl = { .family = AF_INET, .daddr = inaddr_v4(daddr) };
	struct route_exception *e;
	struct dst_entry *dst;
	bool right;

	if (!in_dev || !in_dev_accept_redirects(in_dev) || gateway == from ||
	    fib_addr_type(net, gateway, dev) != RTN_UNICAST ||
	    !inet_addr_onlink(in_dev, gateway, from) || !is_secure(net, in_dev, gateway))
		return;
	if (ip_route_output(net, &fl, &dst))
		return;
	right = is_unicast(dst_rtable(dst)) && dst->dev == dev && dst_rtable(dst)->gateway == from;
	dst_release(dst);
	if (!right)
		return;
	e = route_exception_touch(&net->ipv4->routes->exceptions, &fl.daddr, 0);
	if (!e)
		return;
	e->gateway = inaddr_v4(gateway);
	e->gateway_expires = net->now + REDIRECT_TIMEOUT;
	ip_rt_flush(net);
}

uint8_t ip_addr_type(struct net *net, const union inaddr *addr, struct net_device *dev)
{
	return fib_addr_type(net, addr->v4, dev);
}

int ip_rt_init(struct net *net)
{
	net->ipv4->routes = ip_routes_create(net, ip_routes_event);
	return net->ipv4->routes ? 0 : -ENOMEM;
}

void ip_rt_exit(struct net *net)
{
	ip_routes_destroy(net->ipv4->routes);
	net->ipv4->routes = NULL;
}
