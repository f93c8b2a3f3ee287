/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way out: transports give a payload and a route to ip_xmit(), which builds the header;
 * ip_output() takes finished packets, loops copies of broadcasts and multicasts back, cuts what is
 * too long, and hands them to the neighbour.
 */
#include "stack/ipv4/ip.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ip/ip_gso.h"
#include "stack/ip/ip_loop.h"
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/igmp.h"
#include "stack/ipv4/ip_fragment.h"
#include "stack/ipv4/ip_options.h"
#include "stack/ipv4/route.h"
#include "stack/lib/checksum.h"
#include "stack/lib/siphash.h"

#define TOS_CONTROL 0xc0 /* CS6, network control (RFC 4594) */

/* Identification ------------------------------------------------------------------------------- */

#define IDS_BUCKETS 2048

/*
 * RFC 7739 5.3: counters that are shared by a few destinations each, chosen by a keyed hash, and
 * that jump at random by at most the milliseconds since they were used: so that nobody learns from
 * one how many packets go to another.
 */
struct ip_id_table {
	struct siphash_key key;
	struct {
		uint32_t next;
		uint32_t stamp; /* ms */
	} bucket[IDS_BUCKETS];
};

be16 ip_id_select(struct net *net, be32 saddr, be32 daddr, uint8_t proto, unsigned segs)
{
	struct ip_id_table *t = net->ipv4->ids;
	const uint32_t key[3] = { saddr, daddr, proto };
	uint64_t hash = siphash(&t->key, key, sizeof(key));
	unsigned i = hash % IDS_BUCKETS;
	uint32_t now = ktime_to_ms(net->now), idle = now - t->bucket[i].stamp, id;

	if (idle)
		t->bucket[i].next += net_random_below(net, idle);
	t->bucket[i].stamp = now;
	id = t->bucket[i].next + (uint32_t)(hash >> 32);
	t->bucket[i].next += segs;
	return htons(id);
}

/* Copies for ourselves ------------------------------------------------------------------------- */

static void loop_back(struct net *net, const struct sk_buff *skb, const struct rtable *rt)
{
	ip_loop_copy(net, net->ipv4->loop, skb, rt->dst.dev,
		     rt->type == RTN_MULTICAST ? PACKET_MULTICAST : PACKET_BROADCAST);
}

/* True: the packet goes no further than to ourselves. */
static bool loop_and_stop(struct net *net, const struct sk_buff *skb, const struct rtable *rt)
{
	const struct ipv4_hdr *ip = ip_hdr(skb);
	uint8_t flags = ip_cb(skb)->flags;

	if (rt->dst.dev->flags & IFF_LOOPBACK)
		return false;
	if (rt->type == RTN_BROADCAST) {
		loop_back(net, skb, rt);
		return false;
	}
	if (!(flags & IPSKB_NO_LOOP) &&
	    ip_mc_check(in_dev_get(rt->dst.dev), ip->daddr, ip->saddr, ip->protocol))
		loop_back(net, skb, rt);
	return (flags & IPSKB_HOST_ONLY) || !ip->ttl;
}

/* Out ------------------------------------------------------------------------------------------ */

uint32_t ip_gso_len(struct sk_buff *skb)
{
	uint32_t hlen = ip_hdr_len(ip_hdr(skb));

	return hlen + ip_gso_transport_len(skb, hlen);
}

static int send_to_neighbour(struct net *net, struct sk_buff *skb)
{
	struct neighbour *neigh = ip_rt_neigh(skb->dst);

	if (unlikely(!neigh)) {
		MIB_INC(net, IpOutDiscards);
		skb_drop(net, skb, DROP_NEIGH_CREATE);
		return -ENOBUFS;
	}
	return neigh_output(net, neigh, skb);
}

static const struct ip_cut_ops cut_ops = {
	.gso_len = ip_gso_len,
	.fragment = ip_fragment,
	.output = send_to_neighbour,
};

int ip_output(struct net *net, struct sk_buff *skb)
{
	const struct rtable *rt = dst_rtable(skb->dst);

	skb->dev = rt->dst.dev;
	skb->protocol = htons(ETH_P_IP);
	if (unlikely(rt->type == RTN_MULTICAST || rt->type == RTN_BROADCAST) &&
	    loop_and_stop(net, skb, rt)) {
		skb_free(skb);
		return 0;
	}
	if (unlikely(skb->len > ip_cb(skb)->mtu))
		return ip_cut_send(net, skb, ip_cb(skb)->mtu, &cut_ops);
	return send_to_neighbour(net, skb);
}

/* Packets made here ---------------------------------------------------------------------------- */

static int refuse(struct net *net, struct sk_buff *skb, enum drop_reason reason, int err)
{
	MIB_INC(net, IpOutDiscards);
	skb_drop(net, skb, reason);
	return err;
}

static void attach(struct sk_buff *skb, struct dst_entry *dst, uint32_t mtu, uint8_t flags)
{
	struct ip_skb_cb *cb = ip_cb(skb);

	dst_hold(dst);
	dst_release(skb->dst);
	skb->dst = dst;
	skb->dev = dst->dev;
	skb_reset_network_header(skb);
	cb->mtu = mtu;
	cb->flags = flags;
	cb->options_len = cb->rr = cb->ts = 0;
}

/* Our own entry in what the options record. */
static void add_options(struct net *net, struct sk_buff *skb, const struct inet_xmit *x)
{
	uint8_t bad;

	memcpy(ip_hdr(skb) + 1, x->options, x->options_len);
	if (!ip_options_rcv(net, skb, &bad))
		ip_options_mark(net, skb, x->saddr.v4);
}

/* Does @skb have to go as one packet, and says so (DF)? */
static bool dont_fragment(const struct dst_entry *dst, const struct inet_xmit *x, bool fits)
{
	if (!x->df || (x->may_fragment && !fits))
		return false;
	return !x->may_fragment || x->ignore_pmtu || ip_rt_dont_fragment(dst);
}

static void build_header(struct net *net, struct sk_buff *skb, const struct inet_xmit *x,
			 uint32_t hlen, bool df, uint8_t ttl)
{
	struct ipv4_hdr *ip = (struct ipv4_hdr *)skb->data;

	ip->ver_ihl = 4 << 4 | hlen / 4;
	ip->tos = x->tos;
	ip->tot_len = htons(skb->len);
	/* RFC 6864 4.1: of a packet that cannot be cut, the identification says nothing. */
	ip->id = df ? 0
		    : ip_id_select(net, x->saddr.v4, x->daddr.v4, x->proto,
				   max(skb->gso_segs, (uint16_t)1));
	ip->frag_off = df ? htons(IPV4_DF) : 0;
	ip->ttl = ttl;
	ip->protocol = x->proto;
	ip->saddr = x->saddr.v4;
	ip->daddr = x->daddr.v4;
}

static uint8_t default_ttl(const struct net *net, const struct rtable *rt)
{
	if (rt->type == RTN_MULTICAST)
		return 1; /* RFC 1112 6.1 */
	return rt->ttl ? rt->ttl : net->ipv4->sysctl.ip_default_ttl;
}

int ip_xmit(struct net *net, struct sk_buff *skb, struct dst_entry *dst, const struct inet_xmit *x)
{
	uint32_t hlen = sizeof(struct ipv4_hdr) + x->options_len;
	uint32_t len = skb->len + hlen, mtu;
	bool fits, df;

	if (unlikely(!dst->dev))
		return refuse(net, skb, DROP_DEV_DOWN, -ENETDOWN);
	mtu = x->ignore_pmtu ? min(dst->dev->mtu, (uint32_t)IPV4_MAX_LEN) : dst_mtu(dst);
	fits = len <= mtu || skb_is_gso(skb);
	if (unlikely(len > IPV4_MAX_LEN || (!fits && !x->may_fragment)))
		return refuse(net, skb, DROP_TOO_BIG, -EMSGSIZE);
	if (unlikely(skb_cow_head(skb, hlen + dst->header_len)))
		return refuse(net, skb, DROP_NO_MEMORY, -ENOBUFS);

	skb_reset_transport_header(skb);
	skb_push(skb, hlen);
	attach(skb, dst, mtu,
	       (x->no_loop ? IPSKB_NO_LOOP : 0) | (x->host_only ? IPSKB_HOST_ONLY : 0));
	df = dont_fragment(dst, x, fits);
	build_header(net, skb, x, hlen, df, x->ttl ? x->ttl : default_ttl(net, dst_rtable(dst)));
	if (unlikely(x->options_len))
		add_options(net, skb, x);
	ip_send_check((struct ipv4_hdr *)skb->data);
	MIB_INC(net, IpOutRequests);
	return dst->output(net, skb);
}

/* The route for @x by @oif, into *@ret; x->saddr is filled in. @skb is consumed on error. */
static int route_for(struct net *net, struct sk_buff *skb, int oif, struct inet_xmit *x,
		     struct dst_entry **ret)
{
	struct flow fl = {
		.family = AF_INET,
		.proto = x->proto,
		.tos = x->tos,
		.oif = oif,
		.saddr = x->saddr,
		.daddr = x->daddr,
	};
	int err = ip_route_output(net, &fl, ret);

	if (err) {
		MIB_INC(net, IpOutNoRoutes);
		skb_drop(net, skb, DROP_IP_NOROUTE);
		return err;
	}
	x->saddr = fl.saddr;
	return 0;
}

int ip_send(struct net *net, struct sk_buff *skb, int oif, struct inet_xmit *x)
{
	struct dst_entry *dst;
	int err = route_for(net, skb, oif, x, &dst);

	if (err)
		return err;
	err = ip_xmit(net, skb, dst, x);
	dst_release(dst);
	return err;
}

int ip_send_router_alert(struct net *net, struct sk_buff *skb, struct net_device *dev, be32 saddr,
			 be32 daddr, uint8_t proto)
{
	static const uint8_t router_alert[4] = { IPOPT_RA, 4, 0, 0 };
	struct inet_xmit x = {
		.ttl = 1,
		.tos = TOS_CONTROL,
		.proto = proto,
		.df = true,
		.options = router_alert,
		.options_len = sizeof(router_alert),
		.saddr = inaddr_v4(saddr),
		.daddr = inaddr_v4(daddr),
	};
	struct dst_entry *dst;
	int err = route_for(net, skb, dev->ifindex, &x, &dst);

	if (err)
		return err;
	x.saddr = inaddr_v4(saddr);
	err = ip_xmit(net, skb, dst, &x);
	dst_release(dst);
	return err;
}

int ip_send_hdrincl(struct net *net, struct sk_buff *skb, struct dst_entry *dst)
{
	struct ipv4_hdr *ip = skb_hdr(skb, sizeof(*ip));
	uint8_t hlen = ip ? ip_hdr_len(ip) : 0;
	uint32_t mtu;

	if (!dst->dev)
		return refuse(net, skb, DROP_DEV_DOWN, -ENETDOWN);
	mtu = min(dst->dev->mtu, (uint32_t)IPV4_MAX_LEN);
	if (hlen < sizeof(*ip) || !skb_may_pull(skb, hlen))
		return refuse(net, skb, DROP_IP_HDR, -EINVAL);
	if (skb->len > mtu)
		return refuse(net, skb, DROP_TOO_BIG, -EMSGSIZE);
	if (skb_cow_head(skb, dst->header_len))
		return refuse(net, skb, DROP_NO_MEMORY, -ENOBUFS);

	ip = (struct ipv4_hdr *)skb->data;
	attach(skb, dst, mtu, 0);
	skb->transport_off = skb->network_off + hlen;
	ip->tot_len = htons(skb->len);
	if (!ip->saddr)
		ip->saddr = dst_rtable(dst)->saddr;
	if (!ip->id)
		ip->id = ip_id_select(net, ip->saddr, ip->daddr, ip->protocol, 1);
	ip_send_check(ip);
	MIB_INC(net, IpOutRequests);
	return dst->output(net, skb);
}

int ip_output_init(struct net *net)
{
	struct ip_id_table *ids = calloc(1, sizeof(*ids));
	struct ip_loop *loop = calloc(1, sizeof(*loop));

	if (!ids || !loop) {
		free(ids);
		free(loop);
		return -ENOMEM;
	}
	net_random(net, &ids->key, sizeof(ids->key));
	ip_loop_init(net, loop, ip_rcv);
	net->ipv4->ids = ids;
	net->ipv4->loop = loop;
	return 0;
}

void ip_output_exit(struct net *net)
{
	struct ip_loop *loop = net->ipv4->loop;

	if (!loop)
		return;
	ip_loop_exit(loop);
	free(loop);
	free(net->ipv4->ids);
	net->ipv4->loop = NULL;
	net->ipv4->ids = NULL;
}
