/* SPDX-License-Identifier: BSD-2-Clause */
/* A stand-in for the FIB and the routing of IPv6: a list of routes, searched from its front. */
#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include "stack/ipv6/addrlabel.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/fib6.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/route6.h"

struct route { struct list_head list; struct route_config cfg; ktime_t end; bool ra; };
struct fib6 { struct list_head routes; };
struct rt { struct dst_entry dst; union inaddr nexthop; uint8_t type; };
static uint32_t genid;

int addrlabel_init(struct net *net) { (void)net; return 0; }
void addrlabel_exit(struct net *net) { (void)net; }

int fib6_init(struct net *net)
{
	net->ipv6->fib = malloc(sizeof(*net->ipv6->fib));
	list_init(&net->ipv6->fib->routes);
	return 0;
}
static void drop(struct route *r) { list_del(&r->list); free(r); }
void fib6_exit(struct net *net)
{
	while (!list_empty(&net->ipv6->fib->routes))
		drop(list_first_entry(&net->ipv6->fib->routes, struct route, list));
	free(net->ipv6->fib);
}
static struct route *find(struct net *net, const struct route_config *c, bool gw)
{
	struct route *r;
	list_for_each_entry(r, &net->ipv6->fib->routes, list)
		if (r->cfg.table == c->table && r->cfg.dst_len == c->dst_len && inaddr_equal(&r->cfg.dst, &c->dst) &&
		    r->cfg.nh[0].oif == c->nh[0].oif && (!gw || inaddr_equal(&r->cfg.nh[0].gw, &c->nh[0].gw)) &&
		    (gw || r->cfg.priority == c->priority))
			return r;
	return NULL;
}
static void put(struct net *net, const struct route_config *c, ktime_t end, bool ra)
{
	struct route *r = calloc(1, sizeof(*r));
	r->cfg = *c; r->end = end; r->ra = ra;
	list_add_tail(&r->list, &net->ipv6->fib->routes);
	genid++;
}
int fib6_route_add(struct net *net, const struct route_config *c, unsigned nlflags, struct extack *ack)
{
	struct route *r = find(net, c, false);
	(void)ack;
	if (r && !(nlflags & NLM_F_REPLACE))
		return -EEXIST;
	if (!r && !(nlflags & NLM_F_CREATE))
		return -ENOENT;
	if (r) drop(r);
	put(net, c, c->expires ? net->now + sec_to_ktime(c->expires) : KTIME_MAX, false);
	return 0;
}
int fib6_route_del(struct net *net, const struct route_config *c, struct extack *ack)
{
	struct route *r = find(net, c, false);
	(void)ack;
	if (!r) return -ESRCH;
	drop(r);
	genid++;
	return 0;
}
unsigned fib6_route_walk(struct net *net, struct route_cursor *cur, struct route_config *ret, unsigned max)
{
	struct route *r; uint64_t i = 0; unsigned n = 0;
	list_for_each_entry(r, &net->ipv6->fib->routes, list) {
		if (i++ < cur->pos[0] || n == max) continue;
		cur->pos[0] = i;
		if (cur->table && r->cfg.table != cur->table) continue;
		ret[n] = r->cfg;
		ret[n].expires = r->end == KTIME_MAX ? 0 : ktime_to_sec(r->end - net->now);
		n++;
	}
	cur->done = !n;
	return n;
}
uint8_t fib6_addr_type(struct net *net, const union inaddr *a, struct net_device *dev)
{
	(void)dev;
	return in6_is_multicast(a) ? RTN_MULTICAST : addrconf_is_local(net, a, NULL) ? RTN_LOCAL : RTN_UNICAST;
}
int fib6_ra_update(struct net *net, const struct route_config *c)
{
	struct route *r = find(net, c, true);
	if (r && !c->expires) drop(r);
	if (!c->expires) return 0;
	if (r) drop(r);
	put(net, c, c->expires == INFINITY_LIFE_TIME ? KTIME_MAX : net->now + sec_to_ktime(c->expires), true);
	return 0;
}
void fib6_ra_flush(struct net *net, const struct net_device *dev)
{
	struct route *r, *n;
	list_for_each_entry_safe(r, n, &net->ipv6->fib->routes, list)
		if (r->ra && r->cfg.nh[0].gw_family && (!dev || r->cfg.nh[0].oif == dev->ifindex))
			drop(r);
}

static struct rt *rt_of(const struct dst_entry *d) { return container_of(d, struct rt, dst); }
static void destroy(struct dst_entry *d) { neigh_release(d->neigh); free(rt_of(d)); }
static uint32_t mtu(const struct dst_entry *d) { return d->dev->mtu; }
static const struct dst_ops ops = { .family = AF_INET6, .destroy = destroy, .mtu = mtu };
static struct dst_entry *make(struct net *net, struct net_device *dev, const union inaddr *nh, uint8_t type)
{
	struct rt *rt = calloc(1, sizeof(*rt));
	rt->dst = (struct dst_entry){ .ops = &ops, .net = net, .dev = dev, .refs = 1, .genid = genid, .genid_now = &genid,
				      .header_len = 14, .output = ip6_output, .input = ip6_local_deliver };
	rt->nexthop = *nh; rt->type = type;
	return &rt->dst;
}
int ip6_route_output(struct net *net, struct flow *fl, struct dst_entry **ret)
{
	struct route *r, *best = NULL;
	list_for_each_entry(r, &net->ipv6->fib->routes, list)
		if ((!fl->oif || r->cfg.nh[0].oif == fl->oif) && in6_prefix_equal(&r->cfg.dst, &fl->daddr, r->cfg.dst_len) &&
		    (!best || r->cfg.dst_len > best->cfg.dst_len))
			best = r;
	if (!best) return -ENETUNREACH;
	*ret = make(net, netdev_by_index(net, best->cfg.nh[0].oif), best->cfg.nh[0].gw_family ? &best->cfg.nh[0].gw : &fl->daddr, best->cfg.type);
	return 0;
}
int ip6_route_input(struct net *net, struct sk_buff *skb, enum drop_reason *reason)
{
	(void)reason;
	const union inaddr daddr = ipv6_hdr(skb)->daddr;
	skb->dst = make(net, skb->dev, &daddr, RTN_LOCAL);
	return 0;
}
int ip6_route_get(struct net *net, struct flow *fl, bool m, struct route_config *ret, struct extack *ack)
{
	(void)net; (void)fl; (void)m; (void)ret; (void)ack;
	return -ENETUNREACH;
}
struct dst_entry *ip6_route_link(struct net *net, struct net_device *dev, const union inaddr *daddr) { return make(net, dev, daddr, RTN_UNICAST); }
struct neighbour *ip6_rt_neigh(struct dst_entry *d)
{
	if (!d->neigh) d->neigh = neigh_create(ipv6_neigh_table(d->net), &rt_of(d)->nexthop, d->dev);
	return d->neigh;
}
uint8_t ip6_rt_type(const struct dst_entry *d) { return rt_of(d)->type; }
const union inaddr *ip6_rt_nexthop(const struct dst_entry *d) { return &rt_of(d)->nexthop; }
uint8_t ip6_rt_hoplimit(const struct dst_entry *d) { return d->dev->ip6->conf.hop_limit; }
bool ip6_rt_redirect_due(struct dst_entry *d) { (void)d; return true; }
void ip6_rt_flush(struct net *net) { (void)net; genid++; }
void ip6_rt_update_pmtu(struct net *net, const union inaddr *d, int oif, uint32_t m) { (void)net; (void)d; (void)oif; (void)m; }
void ip6_rt_redirect(struct net *net, struct net_device *dev, const union inaddr *from, const union inaddr *d, const union inaddr *t)
{
	struct route_config c = { .family = AF_INET6, .dst = *d, .dst_len = 128, .table = RT_TABLE_MAIN, .protocol = RTPROT_REDIRECT, .nr_nh = 1,
				  .type = RTN_UNICAST, .nh[0] = { .oif = dev->ifindex } };
	(void)from;
	if (!inaddr_equal(d, t)) { c.nh[0].gw = *t; c.nh[0].gw_family = AF_INET6; }
	put(net, &c, KTIME_MAX, true);
}
int ip6_rt_init(struct net *net) { (void)net; return 0; }
void ip6_rt_exit(struct net *net) { (void)net; }
int addrconf_select_source(struct net *net, const struct net_device *dev, const union inaddr *daddr, unsigned prefs, union inaddr *ret)
{
	(void)net; (void)daddr; (void)prefs;
	return dev && addrconf_linklocal(dev, IFA_F_TENTATIVE, ret) ? 0 : -EADDRNOTAVAIL;
}
