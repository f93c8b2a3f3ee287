/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Redirects (RFC 4861 8): a router tells a host of a better next hop. Received ones are believed
 * only from the router that is the next hop now; those that we send, the forwarding path limits.
 */
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ndisc.h"
#include "stack/ipv6/ndisc_opts.h"
#include "stack/ipv6/route6.h"

#define REDIRECTED_HDR 8 /* bytes of the option before the packet (4.6.3) */

struct redirect {
	union inaddr router, target, dest;
};

/* Receiving ------------------------------------------------------------------------------------ */

/* 8.1, eighth: is the sender the next hop that we use for the destination? */
static bool is_first_hop(struct net_device *dev, const struct redirect *r)
{
	struct flow fl = { .family = AF_INET6, .oif = dev->ifindex, .daddr = r->dest };
	struct dst_entry *dst;
	bool ret;

	if (ip6_route_output(dev->net, &fl, &dst))
		return false;
	ret = !dst->error && dst->dev == dev && inaddr_equal(ip6_rt_nexthop(dst), &r->router);
	dst_release(dst);
	return ret;
}

/* 8.3 */
static void believe(struct net_device *dev, const struct redirect *r, const uint8_t *lladdr)
{
	bool onlink = inaddr_equal(&r->target, &r->dest);

	ndisc_learn(dev, &r->target, lladdr,
		    onlink ? 0 : NEIGH_UPDATE_F_OVERRIDE_ISROUTER | NEIGH_UPDATE_F_ISROUTER,
		    lladdr);
	ip6_rt_redirect(dev->net, dev, &r->router, &r->dest, &r->target);
}

/* 8.1, 8.2: from a router; not about a group; to a router, or to the destination itself. */
static bool is_valid(const struct redirect *r)
{
	return in6_is_linklocal(&r->router) && !in6_is_multicast(&r->dest) &&
	       (in6_is_linklocal(&r->target) || inaddr_equal(&r->target, &r->dest));
}

int ndisc_rcv_redirect(struct net *net, struct sk_buff *skb)
{
	const struct nd_redirect *msg = skb_hdr(skb, sizeof(*msg));
	struct net_device *dev = skb->dev;
	const struct ipv6_devconf *conf = &in6_dev_get(dev)->conf;
	const uint8_t *lladdr = NULL;
	struct ndisc_opts opts;
	struct redirect r;

	if (!msg || !ndisc_opts_parse(msg + 1, skb->len - sizeof(*msg), &opts))
		return skb_drop(net, skb, DROP_NDISC_HDR);
	r = (struct redirect){ ipv6_hdr(skb)->saddr, msg->target, msg->dest };
	if (opts.target_lladdr)
		lladdr = ndisc_opt_lladdr(dev, opts.target_lladdr);
	if (!is_valid(&r) || (opts.target_lladdr && !lladdr))
		return skb_drop(net, skb, DROP_NDISC_HDR);
	/* 8.3: a router must not. */
	if (conf->forwarding || !conf->accept_redirects || !is_first_hop(dev, &r))
		return skb_drop(net, skb, DROP_NDISC_IGNORED);
	believe(dev, &r, lladdr);
	skb_free(skb);
	return 0;
}

/* Sending -------------------------------------------------------------------------------------- */

/* Where the better next hop is, if we know; false: we do not. */
static bool target_lladdr(struct net_device *dev, const union inaddr *target, uint8_t *ret)
{
	const uint16_t known = NUD_PERMANENT | NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE;
	struct neighbour *neigh = neigh_lookup(ndisc_table(dev->net), target, dev);
	bool valid = neigh && neigh->nud_state & known && dev->link->addr_len;

	if (valid)
		memcpy(ret, neigh->ha, dev->link->addr_len);
	neigh_release(neigh);
	return valid;
}

/* The packet that should have gone another way: as much of it as fits (4.6.3). */
static uint8_t *put_redirected(uint8_t *to, const struct sk_buff *skb, uint32_t space)
{
	const uint8_t *ip = skb_network_header(skb);
	uint32_t len = space - REDIRECTED_HDR, front = min((uint32_t)(skb->data - ip), len);

	memset(to, 0, space);
	to[0] = ND_OPT_REDIRECTED;
	to[1] = space / ND_OPT_UNIT;
	memcpy(to + REDIRECTED_HDR, ip, front);
	skb_copy_bits(skb, 0, to + REDIRECTED_HDR + front, len - front);
	return to + space;
}

/* To the sender of @skb. */
static void send_to_sender(struct net_device *dev, const struct sk_buff *skb,
			   const struct redirect *r)
{
	const union inaddr to = ipv6_hdr(skb)->saddr;
	uint8_t alen = dev->link->addr_len, lladdr[NETDEV_ADDR_MAX];
	bool known = target_lladdr(dev, &r->target, lladdr);
	uint32_t len = sizeof(struct nd_redirect) + (known ? nd_opt_lladdr_space(alen) : 0);
	uint32_t whole = skb->len + (skb->data - (uint8_t *)skb_network_header(skb));
	uint32_t quoted = min(IPV6_MIN_MTU - (uint32_t)sizeof(struct ipv6_hdr) - len,
			      whole + REDIRECTED_HDR) &
			  ~(ND_OPT_UNIT - 1u);
	struct nd_redirect *hdr;
	struct sk_buff *msg;
	uint8_t *p;

	msg = ndisc_alloc(dev, len + quoted);
	if (!msg)
		return;
	hdr = skb_put(msg, len + quoted);
	*hdr = (struct nd_redirect){
		.icmp = { .type = ICMP6_REDIRECT },
		.target = r->target,
		.dest = r->dest,
	};
	p = (uint8_t *)(hdr + 1);
	if (known)
		p = ndisc_put_lladdr(p, ND_OPT_TARGET_LLADDR, dev, lladdr);
	put_redirected(p, skb, quoted);
	ndisc_send(dev, msg, &r->router, &to);
}

void ndisc_send_redirect(struct sk_buff *skb, const union inaddr *target)
{
	struct net_device *dev = skb->dst->dev;
	const union inaddr sender = ipv6_hdr(skb)->saddr;
	struct redirect r = { .target = *target, .dest = ipv6_hdr(skb)->daddr };

	/* 8.2: from our link-local address, to a host on this link. */
	if (addrconf_linklocal(dev, IFA_F_TENTATIVE | IFA_F_DADFAILED, &r.router) && is_valid(&r) &&
	    addrconf_onlink(dev, &sender))
		send_to_sender(dev, skb, &r);
}
