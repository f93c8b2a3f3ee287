/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way out: transports give a payload and a route to ip6_xmit(), which builds the headers;
 * ip6_output() takes finished packets, loops copies of multicasts back, cuts what is too long, and
 * hands them to the neighbour.
 */
#include "stack/ipv6/ip6.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ip/ip_gso.h"
#include "stack/ip/ip_loop.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ip6_exthdr.h"
#include "stack/ipv6/ip6_fragment.h"
#include "stack/ipv6/mld.h"
#include "stack/ipv6/route6.h"
#include "stack/lib/siphash.h"

#define HDR_LEN		   sizeof(struct ipv6_hdr)
#define HOPLIMIT_MULTICAST 1 /* RFC 3493 5.2 */

/* net.ipv6.auto_flowlabels */
#define FLOWLABELS_OFF	  0
#define FLOWLABELS_ASKED  2 /* only where a socket wants them */
#define FLOWLABELS_FORCED 3

struct ip6_output {
	struct ip_loop loop;
	struct siphash_key flowlabel_key;
};

/* Numbers -------------------------------------------------------------------------------------- */

/* RFC 7739 5.2: nothing but chance; 0 is left out, as nobody expects it. */
be32 ip6_frag_id(struct net *net)
{
	uint32_t id;

	do
		id = net_random_u32(net);
	while (!id);
	return htonl(id);
}

/* RFC 6437 3: a keyed hash of what makes a flow, so that none says anything about another. */
uint32_t ip6_make_flowlabel(struct net *net, const struct flow *fl)
{
	const struct {
		union inaddr saddr, daddr;
		be16 sport, dport;
		uint32_t proto;
	} key = { fl->saddr, fl->daddr, fl->sport, fl->dport, fl->proto };

	if (net->ipv6->sysctl.auto_flowlabels == FLOWLABELS_OFF)
		return 0;
	return siphash(&net->ipv6->output->flowlabel_key, &key, sizeof(key)) & IPV6_LABEL_MASK;
}

static uint32_t flowlabel(struct net *net, const struct inet_xmit *x)
{
	const struct flow fl = {
		.proto = x->proto,
		.saddr = x->saddr,
		.daddr = x->daddr,
		.sport = x->sport,
		.dport = x->dport,
	};

	if (x->flowlabel)
		return x->flowlabel;
	if (x->no_flowlabel && net->ipv6->sysctl.auto_flowlabels != FLOWLABELS_FORCED)
		return 0;
	return ip6_make_flowlabel(net, &fl);
}

uint32_t ip6_gso_len(struct sk_buff *skb)
{
	struct sk_buff whole = *skb; /* only to be read: holds no reference */
	uint8_t nexthdr = ipv6_hdr(skb)->nexthdr;
	uint16_t frag_off;
	int off = HDR_LEN;

	if (unlikely(ip6_is_exthdr(nexthdr))) {
		skb_push(&whole, whole.data - (uint8_t *)skb_network_header(&whole));
		off = ip6_skip_exthdrs(&whole, HDR_LEN, &nexthdr, &frag_off);
		if (off < 0)
			return skb->len;
	}
	return off + ip_gso_transport_len(skb, off);
}

/* Out ------------------------------------------------------------------------------------------ */

static int refuse(struct net *net, struct sk_buff *skb, enum drop_reason reason, int err)
{
	MIB_INC(net, Ip6OutDiscards);
	skb_drop(net, skb, reason);
	return err;
}

/* True: the packet goes no further than to ourselves. */
static bool loop_and_stop(struct net *net, const struct sk_buff *skb, struct net_device *dev)
{
	const union inaddr saddr = ipv6_saddr(skb), daddr = ipv6_daddr(skb);
	const struct ipv6_hdr *ip6 = ipv6_hdr(skb);
	uint8_t flags = ip6_cb(skb)->flags;

	MIB_INC(net, Ip6OutMcastPkts);
	if (dev->flags & IFF_LOOPBACK)
		return false;
	if (!(flags & (IP6SKB_NO_LOOP | IP6SKB_FORWARDED)) &&
	    ip6_mc_check(in6_dev_get(dev), &daddr, &saddr, ip6->nexthdr))
		ip_loop_copy(net, &net->ipv6->output->loop, skb, dev, PACKET_MULTICAST);
	/* RFC 4291 2.7: interface-local ones do not leave it */
	return (flags & IP6SKB_HOST_ONLY) || !ip6->hop_limit || in6_scope(&daddr) <= IN6_SCOPE_NODE;
}

static int send_to_neighbour(struct net *net, struct sk_buff *skb)
{
	struct neighbour *neigh = ip6_rt_neigh(skb->dst);

	if (unlikely(!neigh))
		return refuse(net, skb, DROP_NEIGH_CREATE, -ENOBUFS);
	return neigh_output(net, neigh, skb);
}

static const struct ip_cut_ops cut_ops = {
	.gso_len = ip6_gso_len,
	.fragment = ip6_fragment,
	.output = send_to_neighbour,
};

int ip6_output(struct net *net, struct sk_buff *skb)
{
	struct net_device *dev = skb->dst->dev;
	const struct inet6_dev *idev = in6_dev_get(dev);

	skb->dev = dev;
	skb->protocol = htons(ETH_P_IPV6);
	if (unlikely(!idev || idev->conf.disable_ipv6))
		return refuse(net, skb, DROP_IP6_DISABLED, -ENETDOWN);
	if (unlikely(ipv6_to_multicast(skb)) && loop_and_stop(net, skb, dev)) {
		skb_free(skb);
		return 0;
	}
	if (unlikely(skb->len > ip6_cb(skb)->mtu))
		return ip_cut_send(net, skb, ip6_cb(skb)->mtu, &cut_ops);
	return send_to_neighbour(net, skb);
}

/* Packets made here ---------------------------------------------------------------------------- */

static void attach(struct sk_buff *skb, struct dst_entry *dst, uint32_t mtu, uint8_t flags)
{
	dst_hold(dst);
	dst_release(skb->dst);
	skb->dst = dst;
	skb->dev = dst->dev;
	skb_reset_network_header(skb);
	memset(ip6_cb(skb), 0, sizeof(struct ip6_skb_cb));
	ip6_cb(skb)->mtu = mtu;
	ip6_cb(skb)->flags = flags;
}

static uint8_t default_hop_limit(const struct dst_entry *dst, const struct inet_xmit *x)
{
	return in6_is_multicast(&x->daddr) ? HOPLIMIT_MULTICAST : ip6_rt_hoplimit(dst);
}

static void build_headers(struct net *net, struct sk_buff *skb, const struct dst_entry *dst,
			  const struct inet_xmit *x)
{
	struct ipv6_hdr *ip6 = (struct ipv6_hdr *)skb->data;
	uint8_t hop_limit = x->ttl ? x->ttl : default_hop_limit(dst, x);

	*ip6 = (struct ipv6_hdr){
		.ver_class_label = ipv6_first_word(x->tos, flowlabel(net, x)),
		.payload_len = htons(skb->len - HDR_LEN),
		.nexthdr = x->options_len ? x->options_proto : x->proto,
		.hop_limit = x->host_only ? 0 : hop_limit,
		.saddr = x->saddr,
		.daddr = x->daddr,
	};
	if (unlikely(x->options_len))
		memcpy(ip6 + 1, x->options, x->options_len);
}

int ip6_xmit(struct net *net, struct sk_buff *skb, struct dst_entry *dst, const struct inet_xmit *x)
{
	uint32_t hlen = HDR_LEN + x->options_len;
	uint32_t len = skb->len + hlen, mtu;
	bool fits;

	if (unlikely(!dst->dev))
		return refuse(net, skb, DROP_DEV_DOWN, -ENETDOWN);
	mtu = x->ignore_pmtu ? dst->dev->mtu : dst_mtu(dst);
	mtu = min(mtu, (uint32_t)UINT16_MAX); /* "lo" has one more */
	if (unlikely(x->mtu))
		mtu = min(mtu, x->mtu);
	fits = len <= mtu || skb_is_gso(skb);
	if (unlikely(len > IPV6_MAX_LEN || (!fits && !x->may_fragment)))
		return refuse(net, skb, DROP_TOO_BIG, -EMSGSIZE);
	if (unlikely(skb_cow_head(skb, hlen + dst->header_len)))
		return refuse(net, skb, DROP_NO_MEMORY, -ENOBUFS);

	skb_reset_transport_header(skb);
	skb_push(skb, hlen);
	attach(skb, dst, mtu,
	       (x->no_loop ? IP6SKB_NO_LOOP : 0) | (x->host_only ? IP6SKB_HOST_ONLY : 0));
	build_headers(net, skb, dst, x);
	MIB_INC(net, Ip6OutRequests);
	return dst->output(net, skb);
}

int ip6_send(struct net *net, struct sk_buff *skb, int oif, struct inet_xmit *x)
{
	struct flow fl = {
		.family = AF_INET6,
		.proto = x->proto,
		.tos = x->tos,
		.oif = oif,
		.saddr = x->saddr,
		.daddr = x->daddr,
	};
	struct dst_entry *dst;
	int err = ip6_route_output(net, &fl, &dst);

	if (err) {
		MIB_INC(net, Ip6OutNoRoutes);
		skb_drop(net, skb, DROP_IP_NOROUTE);
		return err;
	}
	x->saddr = fl.saddr;
	x->no_flowlabel |= net->ipv6->sysctl.auto_flowlabels == FLOWLABELS_ASKED;
	if (x->proto == IPPROTO_ICMPV6)
		icmp6_checksum(skb, &x->saddr, &x->daddr);
	err = ip6_xmit(net, skb, dst, x);
	dst_release(dst);
	return err;
}

int ip6_send_link(struct net *net, struct sk_buff *skb, struct net_device *dev,
		  const struct inet_xmit *x)
{
	struct dst_entry *dst = ip6_route_link(net, dev, &x->daddr);
	struct inet_xmit unlabelled = *x;
	int err;

	if (!dst)
		return refuse(net, skb, DROP_IP_NOROUTE, -ENETUNREACH);
	unlabelled.no_flowlabel = true;
	err = ip6_xmit(net, skb, dst, &unlabelled);
	dst_release(dst);
	return err;
}

int ip6_send_hdrincl(struct net *net, struct sk_buff *skb, struct dst_entry *dst)
{
	if (!dst->dev)
		return refuse(net, skb, DROP_DEV_DOWN, -ENETDOWN);
	if (!skb_may_pull(skb, HDR_LEN))
		return refuse(net, skb, DROP_IP6_HDR, -EINVAL);
	if (skb->len > dst->dev->mtu)
		return refuse(net, skb, DROP_TOO_BIG, -EMSGSIZE);
	if (skb_cow_head(skb, dst->header_len))
		return refuse(net, skb, DROP_NO_MEMORY, -ENOBUFS);
	attach(skb, dst, min(dst->dev->mtu, (uint32_t)UINT16_MAX), 0);
	skb->transport_off = skb->network_off + HDR_LEN;
	MIB_INC(net, Ip6OutRequests);
	return dst->output(net, skb);
}

int ip6_output_init(struct net *net)
{
	struct ip6_output *output = calloc(1, sizeof(*output));

	if (!output)
		return -ENOMEM;
	net_random(net, &output->flowlabel_key, sizeof(output->flowlabel_key));
	ip_loop_init(net, &output->loop, ip6_rcv);
	net->ipv6->output = output;
	return 0;
}

void ip6_output_exit(struct net *net)
{
	struct ip6_output *output = net->ipv6->output;

	if (!output)
		return;
	ip_loop_exit(&output->loop);
	free(output);
	net->ipv6->output = NULL;
}
