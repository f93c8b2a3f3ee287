/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of routes in use, their cache, and what paths teach. A route is made for one destination
 * (and source, device, flow), so that all that a packet needs stands in it: device, next hop with its
 * neighbour, MTU. No memory is allocated for a packet: routes that go are used again.
 *
 * Whatever changes (addresses, routes, devices, what is known of routers) advances one number,
 * ip6_rt_flush(), and thereby makes all routes obsolete; they are replaced when they are next asked for.
 */
#include "stack/ipv6/route6.h"

#include <errno.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/route6_make.h"

#define REDIRECT_TIMEOUT sec_to_ktime(300)
#define REDIRECT_BURST	 6 /* redirects that may be sent at once; then one each second */

/* The life of a route -------------------------------------------------------------------------- */

static void rt6_destroy(struct dst_entry *dst)
{
	route_exception_put(dst_rt6(dst)->exc);
	dst_cache_free(&dst->net->ipv6->routes->cache, dst);
}

static uint32_t rt6_mtu(const struct dst_entry *dst)
{
	const struct rt6 *rt = dst_rt6(dst);
	uint32_t learnt = route_exception_mtu(rt->exc, dst->net->now);

	return learnt && learnt < rt->mtu ? learnt : rt->mtu;
}

/* Does the path to where it leads teach something? */
static bool can_learn(const struct rt6 *rt)
{
	return rt->type == RTN_UNICAST && !rt->key.iif && !rt->on_link;
}

static int zone_of(const struct rt6 *rt)
{
	return in6_needs_scope(&rt->daddr) && rt->dst.dev ? rt->dst.dev->ifindex : 0;
}

/* RFC 8201 4: believed if it is smaller than what we know; never below the minimum of IPv6. */
static void rt6_update_pmtu(struct dst_entry *dst, uint32_t mtu)
{
	struct rt6 *rt = dst_rt6(dst);
	struct route_exceptions *t = &dst->net->ipv6->routes->exceptions;
	struct route_exception *e;
	bool known;

	mtu = max(mtu, (uint32_t)IPV6_MIN_MTU);
	if (!can_learn(rt) || rt->mtu_locked || mtu >= rt6_mtu(dst))
		return;
	known = route_exception_find(t, &rt->daddr, zone_of(rt));
	e = route_exception_touch(t, &rt->daddr, zone_of(rt));
	if (!e)
		return;
	e->mtu = mtu;
	e->mtu_expires = dst->net->now + sec_to_ktime(ipv6_sysctl(dst->net)->route_mtu_expires);
	if (!known)
		ip6_rt_flush(dst->net); /* other routes to there shall find it */
	if (e == rt->exc)
		return;
	route_exception_put(rt->exc);
	e->refs++;
	rt->exc = e;
}

/* Back from a redirect, and from a router that does not answer. */
static void rt6_negative_advice(struct dst_entry *dst)
{
	struct rt6 *rt = dst_rt6(dst);

	if (rt->exc && !inaddr_any(&rt->exc->gateway)) {
		rt->exc->gateway = (union inaddr){ .q = { 0, 0 } };
		ip6_rt_flush(dst->net);
	}
	if (!dst->neigh || dst->neigh->dead)
		return;
	neigh_probe(dst->neigh);
	if (rt->has_gw && !(dst->neigh->nud_state & (NUD_REACHABLE | NUD_PERMANENT | NUD_NOARP)))
		ip6_rt_flush(dst->net);
}

static const struct dst_ops rt6_ops = {
	.family = AF_INET6,
	.destroy = rt6_destroy,
	.mtu = rt6_mtu,
	.update_pmtu = rt6_update_pmtu,
	.negative_advice = rt6_negative_advice,
	.confirm = dst_cache_confirm,
};

/* Does the one that a redirect led to not answer? Then the redirect is no longer worth anything. */
static bool is_silent(struct net *net, const struct rt6 *rt, const union inaddr *gateway)
{
	struct neighbour *neigh = neigh_lookup(ipv6_neigh_table(net), gateway, rt->dst.dev);
	bool silent = neigh && neigh->silent;

	neigh_release(neigh);
	return silent;
}

static void take_exception(struct net *net, struct rt6 *rt)
{
	struct route_exception *e =
		route_exception_find(&net->ipv6->routes->exceptions, &rt->daddr, zone_of(rt));
	const union inaddr *gateway;

	if (!e)
		return;
	e->refs++;
	rt->exc = e;
	gateway = route_exception_gateway(e, net->now);
	if (!gateway)
		return;
	if (is_silent(net, rt, gateway)) {
		e->gateway = (union inaddr){ .q = { 0, 0 } };
		return;
	}
	/* RFC 4861 8.3: the destination itself: it is on the link. */
	rt->has_gw = !inaddr_equal(gateway, &rt->daddr);
	rt->gw = *gateway;
	rt->redirected = true;
	rt->expires = e->gateway_expires;
}

static uint32_t device_mtu(const struct net_device *dev)
{
	const struct inet6_dev *idev = in6_dev_get(dev);
	uint32_t mtu = dev->mtu;

	if (idev && idev->conf.mtu >= IPV6_MIN_MTU)
		mtu = min(mtu, (uint32_t)idev->conf.mtu);
	return mtu;
}

struct rt6 *rt6_new(struct net *net, const struct route6_key *key, uint8_t type,
		    struct net_device *dev, const struct fib6_info *f6i)
{
	struct ip_routes *routes = net->ipv6->routes;
	struct rt6 *rt = dst_cache_alloc(&routes->cache, sizeof(*rt));
	const uint32_t *metrics = f6i ? f6i->metrics : NULL;
	uint32_t mtu = route_metric(metrics, RTAX_MTU);

	if (!rt)
		return NULL;
	*rt = (struct rt6){
		.dst = {
			.ops = &rt6_ops,
			.net = net,
			.dev = dev,
			.advmss = route_metric(metrics, RTAX_ADVMSS),
			.output = ip6_output,
		},
		.type = type,
		.hoplimit = route_metric(metrics, RTAX_HOPLIMIT),
		.has_gw = f6i && f6i->has_gw,
		.mtu_locked = route_metric(metrics, RTAX_LOCK) & 1u << RTAX_MTU,
		.daddr = key->daddr,
		.saddr = key->saddr,
		.mtu = min(mtu ? mtu : device_mtu(dev), (uint32_t)IPV6_MAX_LEN),
		.expires = KTIME_MAX,
		.key = *key,
	};
	if (f6i)
		rt->gw = f6i->gw;
	dst_cache_adopt(&routes->cache, &rt->dst);
	if (can_learn(rt))
		take_exception(net, rt);
	return rt;
}

struct net_device *rt6_device(const struct net *net, const struct fib6_info *f6i)
{
	if ((f6i->type == RTN_LOCAL || f6i->type == RTN_ANYCAST) && net->loopback)
		return net->loopback;
	return f6i->dev;
}

struct rt6 *rt6_new_by(struct net *net, const struct route6_key *key, const struct fib6_info *f6i)
{
	uint8_t type = in6_is_multicast(&key->daddr) ? RTN_MULTICAST : f6i->type;

	return rt6_new(net, key, type, rt6_device(net, f6i), f6i);
}

struct dst_entry *ip6_route_link(struct net *net, struct net_device *dev, const union inaddr *daddr)
{
	const struct route6_key key = { .daddr = *daddr };
	struct rt6 *rt;

	if (!in6_dev_get(dev))
		return NULL;
	rt = rt6_new(net, &key, in6_is_multicast(daddr) ? RTN_MULTICAST : RTN_UNICAST, dev, NULL);
	if (!rt)
		return NULL;
	rt->on_link = true;
	rt->has_gw = rt->redirected = false;
	return &rt->dst;
}

/* What others ask of a route ------------------------------------------------------------------- */

uint8_t ip6_rt_type(const struct dst_entry *dst)
{
	return dst_rt6(dst)->type;
}

const union inaddr *ip6_rt_nexthop(const struct dst_entry *dst)
{
	const struct rt6 *rt = dst_rt6(dst);

	return rt->has_gw ? &rt->gw : &rt->daddr;
}

uint8_t ip6_rt_hoplimit(const struct dst_entry *dst)
{
	const struct rt6 *rt = dst_rt6(dst);
	const struct inet6_dev *idev = dst->dev ? in6_dev_get(dst->dev) : NULL;

	if (rt->hoplimit)
		return rt->hoplimit;
	return idev ? idev->conf.hop_limit : addrconf_conf(dst->net, NULL)->hop_limit;
}

bool ip6_rt_redirect_due(struct dst_entry *dst)
{
	struct rt6 *rt = dst_rt6(dst);
	ktime_t now = dst->net->now;
	int64_t passed = ktime_to_sec(now - rt->redirect_tstamp);

	rt->redirects_sent -= min(passed, (int64_t)rt->redirects_sent);
	if (rt->redirects_sent >= REDIRECT_BURST)
		return false;
	if (passed > 0)
		rt->redirect_tstamp = now;
	rt->redirects_sent++;
	return true;
}

/* Whatever goes to ourselves has one neighbour. */
static const union inaddr *neigh_key(const struct dst_entry *dst)
{
	static const union inaddr loopback = { .b = { [15] = 1 } };

	return dst->dev->flags & IFF_LOOPBACK ? &loopback : ip6_rt_nexthop(dst);
}

struct neighbour *ip6_rt_neigh(struct dst_entry *dst)
{
	if (likely(dst->neigh && !dst->neigh->dead))
		return dst->neigh;
	return dst_cache_neigh(&dst->net->ipv6->routes->cache, dst, ipv6_neigh_table(dst->net),
			       neigh_key(dst));
}

/* The cache ------------------------------------------------------------------------------------ */

void ip6_rt_flush(struct net *net)
{
	if (net->ipv6->routes)
		net->ipv6->routes->cache.genid++;
}

static bool key_equal(const struct route6_key *a, const struct route6_key *b)
{
	return inaddr_equal(&a->daddr, &b->daddr) && inaddr_equal(&a->saddr, &b->saddr) &&
	       a->oif == b->oif && a->iif == b->iif && a->flow == b->flow && a->prefs == b->prefs &&
	       a->forwarding == b->forwarding;
}

static struct dst_entry **cache_set(struct ip_routes *routes, const struct route6_key *key)
{
	const uint64_t odd = routes->cache.hash_key[1] | 1;
	uint64_t h = key->daddr.q[0] ^ routes->cache.hash_key[0];

	h = (h ^ h >> 32) * odd;
	h = (h ^ h >> 29 ^ key->daddr.q[1]) * odd;
	h = (h ^ h >> 32 ^ key->saddr.q[0]) * odd;
	h = (h ^ h >> 29 ^ key->saddr.q[1]) * odd;
	h ^= (uint64_t)((unsigned)key->oif << 16 ^ (unsigned)key->iif << 8 ^ key->flow) *
	     0x9e3779b97f4a7c15ull;
	return dst_cache_set(&routes->cache, (h ^ h >> 29) * 0xbf58476d1ce4e5b9ull);
}

/* A router that does not answer is a reason to look for another one, and so is who a redirect led to. */
static bool router_failed(const struct dst_entry *dst)
{
	const struct rt6 *rt = dst_rt6(dst);

	return dst->neigh && dst->neigh->silent && (rt->has_gw || rt->redirected);
}

static bool answers(const struct dst_entry *dst, const void *key)
{
	const struct rt6 *rt = dst_rt6(dst);

	return key_equal(&rt->key, key) && dst_check(dst) && dst->net->now < rt->expires &&
	       !router_failed(dst);
}

static struct rt6 *cache_find(struct ip_routes *routes, const struct route6_key *key)
{
	struct dst_entry *dst = dst_cache_find(cache_set(routes, key), answers, key);

	return dst ? dst_rt6(dst) : NULL;
}

/* Takes a reference of its own. */
static void cache_add(struct ip_routes *routes, struct rt6 *rt)
{
	dst_cache_add(cache_set(routes, &rt->key), &rt->dst);
}

/* Asking --------------------------------------------------------------------------------------- */

static uint32_t flow_of(const struct net *net, uint32_t flowlabel, uint8_t proto)
{
	return net->ipv6->fib->multipath ? flowlabel << 8 | proto : 0;
}

int ip6_route_output(struct net *net, struct flow *fl, struct dst_entry **ret)
{
	struct ip_routes *routes = net->ipv6->routes;
	const struct route6_key key = {
		.daddr = fl->daddr,
		.saddr = fl->saddr,
		.oif = fl->oif,
		.flow = flow_of(net, fl->flowlabel, fl->proto),
		.prefs = in6_is_any(&fl->saddr) ? fl->srcprefs : 0,
	};
	struct rt6 *rt = cache_find(routes, &key);
	int err;

	if (likely(rt)) {
		fl->saddr = rt->saddr;
		fl->daddr = rt->daddr;
		fl->oif = rt->dst.dev->ifindex;
		*ret = dst_hold(&rt->dst);
		return 0;
	}
	err = route6_output_slow(net, fl, &rt);
	if (err)
		return err;
	rt->key = key;
	cache_add(routes, rt);
	*ret = &rt->dst;
	return 0;
}

/* @rt, with a reference, is @skb's. What we send to ourselves comes in, for sockets, by the device that has the
 * address: one that is bound there, as a link-local peer's scope does, is meant. */
static void take_input(struct sk_buff *skb, struct rt6 *rt)
{
	skb->dst = &rt->dst;
	if (skb->dev->flags & IFF_LOOPBACK && rt->owner)
		ip6_cb(skb)->parm.iif = rt->owner;
}

int ip6_route_input(struct net *net, struct sk_buff *skb, enum drop_reason *ret_reason)
{
	struct ip_routes *routes = net->ipv6->routes;
	const struct ipv6_hdr *ip6 = ipv6_hdr(skb);
	const struct inet6_dev *idev = in6_dev_get(skb->dev);
	const struct route6_key key = {
		.daddr = ip6->daddr,
		.saddr = ip6->saddr,
		.iif = skb->dev->ifindex,
		.flow = flow_of(net, ipv6_flowlabel(ip6), ip6->nexthdr),
		.forwarding = idev && (idev->conf.forwarding || idev->conf.force_forwarding),
	};
	const struct fib6_query q = {
		.daddr = key.daddr,
		.saddr = key.saddr,
		.oif = key.iif,
		.flowlabel = ipv6_flowlabel(ip6),
		.proto = ip6->nexthdr,
		.flags = FIB6_LOOP | (in6_needs_scope(&key.daddr) ? FIB6_IFACE : 0),
	};
	bool multicast = in6_is_multicast(&key.daddr);
	struct rt6 *rt = multicast ? NULL : cache_find(routes, &key);
	int err;

	dst_release(skb->dst);
	skb->dst = NULL;
	if (likely(rt)) {
		dst_hold(&rt->dst);
		take_input(skb, rt);
		return 0;
	}
	err = route6_input_slow(net, skb->dev, &key, &q, &rt, ret_reason);
	if (err)
		return err;
	/* Whether a multicast is ours depends on more than the key. */
	if (!multicast)
		cache_add(routes, rt);
	take_input(skb, rt);
	return 0;
}

/* What paths teach ----------------------------------------------------------------------------- */

void ip6_rt_update_pmtu(struct net *net, const union inaddr *daddr, int oif, uint32_t mtu)
{
	struct flow fl = { .family = AF_INET6, .daddr = *daddr, .oif = oif };
	struct dst_entry *dst;

	if (ip6_route_output(net, &fl, &dst))
		return;
	dst->ops->update_pmtu(dst, mtu);
	dst_release(dst);
}

/* RFC 4861 8.1: it comes from the router that the packet was sent to. */
static bool is_current_router(struct net *net, const struct net_device *dev,
			      const union inaddr *from, const union inaddr *daddr)
{
	struct flow fl = { .family = AF_INET6, .daddr = *daddr };
	struct dst_entry *dst;
	bool right;

	if (ip6_route_output(net, &fl, &dst))
		return false;
	right = can_learn(dst_rt6(dst)) && dst->dev == dev && dst_rt6(dst)->has_gw &&
		inaddr_equal(&dst_rt6(dst)->gw, from);
	dst_release(dst);
	return right;
}

void ip6_rt_redirect(struct net *net, struct net_device *dev, const union inaddr *from,
		     const union inaddr *daddr, const union inaddr *target)
{
	const struct inet6_dev *idev = in6_dev_get(dev);
	struct route_exception *e;

	if (!idev || !idev->conf.accept_redirects || idev->conf.forwarding ||
	    in6_is_multicast(daddr) || in6_is_linklocal(daddr) || inaddr_equal(target, from) ||
	    (!inaddr_equal(target, daddr) && !in6_is_linklocal(target)))
		return;
	if (!is_current_router(net, dev, from, daddr))
		return;
	e = route_exception_touch(&net->ipv6->routes->exceptions, daddr, 0);
	if (!e)
		return;
	e->gateway = *target;
	e->gateway_expires = net->now + REDIRECT_TIMEOUT;
	ip6_rt_flush(net);
}

/* Devices and routers that go ------------------------------------------------------------------ */

/* Whether a router answers decides which one is used (RFC 4861 6.3.6). */
static bool is_router(const struct neighbour *neigh)
{
	return neigh->tbl->ops->family == AF_INET6 && (neigh->flags & NTF_ROUTER);
}

static void on_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	ip_routes_event(l, net, type, obj);
	if ((type == EVENT_NEIGH_UPDATE || type == EVENT_NEIGH_DEL) && is_router(obj))
		ip6_rt_flush(net);
}

int ip6_rt_init(struct net *net)
{
	net->ipv6->routes = ip_routes_create(net, on_event);
	return net->ipv6->routes ? 0 : -ENOMEM;
}

void ip6_rt_exit(struct net *net)
{
	ip_routes_destroy(net->ipv6->routes);
	net->ipv6->routes = NULL;
}
