/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 inside: the header on the wire, the floor's state in a struct net, and the way of a packet:
 *
 *	ip6_rcv -> ip6_route_input -> [dst] ip6_local_deliver -> extension headers -> [protocol] rcv
 *	                                    ip6_forward -> ip6_output
 *	ip6_xmit (ip6_send) -> [dst] ip6_output -> neigh_output
 *
 * Only this folder and the raw sockets include it; other transports go through inet_af_ops.
 */
#ifndef STACK_IPV6_IP6_H
#define STACK_IPV6_IP6_H

#include <netinet/in.h>
#include "stack/core/net.h"
#include "stack/ipv6/ipv6.h"
#include "stack/lib/in6.h"

/* RFC 8200 3. Behind an Ethernet header it may lie at any even address. */
struct ipv6_hdr {
	be32 ver_class_label;	/* version 6, traffic class, flow label (low 20 bits) */
	be16 payload_len;	/* what follows this header, bytes */
	uint8_t nexthdr;
	uint8_t hop_limit;
	union inaddr saddr, daddr;
} __packed __attribute__((aligned(2)));

#define IPV6_MAX_LEN	(40 + 65535)	/* of a packet, header included; no jumbograms */
#define IPV6_MIN_MTU	1280		/* RFC 8200 5 */
#define IPV6_LABEL_MASK 0x000fffffu

static inline struct ipv6_hdr *ipv6_hdr(const struct sk_buff *skb)
{
	return skb_network_header(skb);
}
static inline uint8_t ipv6_tclass(const struct ipv6_hdr *ip6)
{
	return ntohl(ip6->ver_class_label) >> 20;
}
/* Host byte order, 20 bits. */
static inline uint32_t ipv6_flowlabel(const struct ipv6_hdr *ip6)
{
	return ntohl(ip6->ver_class_label) & IPV6_LABEL_MASK;
}
static inline be32 ipv6_first_word(uint8_t tclass, uint32_t flowlabel)
{
	return htonl(6u << 28 | (uint32_t)tclass << 20 | (flowlabel & IPV6_LABEL_MASK));
}

/* Addresses of a header need not be aligned: they are read by value. */
static inline union inaddr ipv6_saddr(const struct sk_buff *skb)
{
	return ipv6_hdr(skb)->saddr;
}
static inline union inaddr ipv6_daddr(const struct sk_buff *skb)
{
	return ipv6_hdr(skb)->daddr;
}
static inline bool ipv6_to_multicast(const struct sk_buff *skb)
{
	return ipv6_hdr(skb)->daddr.b[0] == 0xff;
}

/*
 * At skb->cb while IP has the packet. The front (parm) is what transports read; raw sockets and those that ask for
 * extension headers find them by the offsets behind it (from the network header; 0: absent).
 */
struct ip6_skb_cb {
	struct inet_skb_parm parm;
	uint16_t mtu;		/* output: what is longer must be cut */
	uint16_t nhoff;		/* of the byte that named the header at data: where a parameter problem points */
	uint8_t flags;		/* IP6SKB_* */
	uint8_t hop, dst0, rt, dst1;	/* extension headers that were passed, in units of 8 bytes */
	uint16_t frag_size;	/* input: bytes of the longest of the fragments that it came in; 0: whole */
};
#define IP6SKB_NO_LOOP	    0x1	/* multicast: no copy for this host … */
#define IP6SKB_HOST_ONLY    0x2	/* … or only that */
#define IP6SKB_FORWARDED    0x4
#define IP6SKB_ROUTER_ALERT 0x8	/* hop-by-hop option of RFC 2711 was there */
#define IP6SKB_FRAGMENTED   0x10 /* came in fragments (ND refuses it: RFC 6980) */

static inline struct ip6_skb_cb *ip6_cb(const struct sk_buff *skb)
{
	return (struct ip6_skb_cb *)skb->cb;
}

struct addrconf;
struct ndisc;
struct fib6;
struct ip_routes;
struct ip6_frags;
struct ip6_output;
struct icmp6_net;
struct mld_net;
struct addrlabel_net;

/* The floor's state: each part is known only to the files that it is named for. */
struct ipv6_net {
	struct ipv6_sysctl sysctl;
	struct addrconf *addrconf;
	struct ndisc *ndisc;
	struct fib6 *fib;
	struct ip_routes *routes;
	struct ip6_frags *frags;
	struct ip6_output *output;
	struct icmp6_net *icmp;
	struct mld_net *mld;
	struct addrlabel_net *labels;
	struct packet_type ip6_ptype;
	bool (*raw_deliver)(struct net *net, struct sk_buff *skb); /* ipv6_raw_register() */
};

/* Input (ip6_input.c). Each owns @skb and returns 0 or -errno (of no interest to a driver). */

/** ip6_rcv - a packet came in (packet_type.rcv): data at the header */
int ip6_rcv(struct net *net, struct sk_buff *skb);
/**
 * ip6_local_deliver - dst.input of what is for us: walks the extension headers, reassembles, then raw sockets and the
 * transport
 */
int ip6_local_deliver(struct net *net, struct sk_buff *skb);
/** ip6_skb_parm_fill - set ip6_cb(skb)->parm from the header */
void ip6_skb_parm_fill(struct sk_buff *skb);
/**
 * ip6_drop - discard @skb for @reason, after telling its sender what ICMPv6 says for this reason, if anything (the
 * table in ip6_input.c). The header is at skb_network_header().
 * @info: the ICMP message's second word, in host byte order: too big: the MTU; parameter problem: the offset; else 0
 * Return: 0
 */
int ip6_drop(struct net *net, struct sk_buff *skb, enum drop_reason reason, uint32_t info);

/* Forwarding (ip6_forward.c). */

/** ip6_forward - dst.input of what is for others */
int ip6_forward(struct net *net, struct sk_buff *skb);

/* Output (ip6_output.c). */

/**
 * ip6_xmit - see inet_af_ops.xmit; @dst stays the caller's
 * x->saddr is sent as it is, :: too. x->options: a chain of extension headers, x->options_len bytes, of which the first
 * is of type x->options_proto and the last says x->proto.
 */
int ip6_xmit(struct net *net, struct sk_buff *skb, struct dst_entry *dst, const struct inet_xmit *x);
/**
 * ip6_output - dst.output: data at a finished header, skb->dst set; fragments when it must; owns @skb
 */
int ip6_output(struct net *net, struct sk_buff *skb);
/**
 * ip6_send - for senders without a socket: route, and ip6_xmit(); owns @skb
 * @oif: ifindex to leave by; 0: any
 * @x: saddr any: chosen, and filled in
 * ICMPv6's checksum, which needs the source, is computed here.
 */
int ip6_send(struct net *net, struct sk_buff *skb, int oif, struct inet_xmit *x);
/**
 * ip6_send_link - what the link's own protocols send (ND, MLD): to @x->daddr on @dev, by no table, with x->saddr as it
 * is (:: too), x->ttl as given; owns @skb (data at the ICMPv6 header, whose checksum is done)
 */
int ip6_send_link(struct net *net, struct sk_buff *skb, struct net_device *dev, const struct inet_xmit *x);
/**
 * ip6_send_hdrincl - send a packet that brings its own header (raw sockets, IPV6_HDRINCL); owns @skb (data at the header)
 * Return: 0, -EINVAL (header too short), -EMSGSIZE (longer than the device's MTU) …
 */
int ip6_send_hdrincl(struct net *net, struct sk_buff *skb, struct dst_entry *dst);
/** ip6_make_flowlabel - the flow label of what goes from here to there (RFC 6437), 20 bits, 0: switched off */
uint32_t ip6_make_flowlabel(struct net *net, const struct flow *fl);
/** ip6_frag_id - an identification that cannot be predicted (RFC 7739) */
be32 ip6_frag_id(struct net *net);
/** ip6_gso_len - the longest packet that a GSO packet (header at skb_network_header()) will be cut into */
uint32_t ip6_gso_len(struct sk_buff *skb);

/** ip6_output_init - ids, and the way back for copies of our own multicasts; 0 or -ENOMEM */
int ip6_output_init(struct net *net);
void ip6_output_exit(struct net *net);

#endif
