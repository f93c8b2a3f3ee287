/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 inside: the header on the wire, the floor's state in a struct net, and the way of a packet:
 *
 *	ip_rcv -> ip_route_input -> [dst] ip_local_deliver -> [protocol] rcv
 *	                                  ip_forward -> ip_output
 *	ip_xmit (ip_send_*) -> [dst] ip_output -> neigh_output
 *
 * Only this folder and the raw sockets include it; other transports go through inet_af_ops.
 */
#ifndef STACK_IPV4_IP_H
#define STACK_IPV4_IP_H

#include <netinet/in.h>
#include "stack/core/net.h"
#include "stack/ipv4/ipv4.h"

/* RFC 791 3.1. Behind an Ethernet header it may lie at any even address. */
struct ipv4_hdr {
	uint8_t ver_ihl; /* version 4, header length in 32-bit words */
	uint8_t tos;
	be16 tot_len;
	be16 id;
	be16 frag_off; /* IPV4_*: flags, and offset in units of 8 bytes */
	uint8_t ttl;
	uint8_t protocol;
	be16 check;
	be32 saddr, daddr;
} __packed __attribute__((aligned(2)));

#define IPV4_HDR_MAX 60
#define IPV4_MAX_LEN 65535  /* of a packet, header included */
#define IPV4_MIN_MTU 68	    /* RFC 791 3.2 */
#define IPV4_DF	     0x4000 /* in frag_off, host byte order */
#define IPV4_MF	     0x2000
#define IPV4_OFFSET  0x1fff

static inline struct ipv4_hdr *ip_hdr(const struct sk_buff *skb)
{
	return skb_network_header(skb);
}
static inline uint8_t ip_hdr_len(const struct ipv4_hdr *ip)
{
	return (ip->ver_ihl & 0xf) * 4;
}
/* Part of a packet that was cut: not the first, or not the last. */
static inline bool ip_is_fragment(const struct ipv4_hdr *ip)
{
	return ip->frag_off & htons(IPV4_MF | IPV4_OFFSET);
}
/** ip_send_check - compute the header's checksum */
void ip_send_check(struct ipv4_hdr *ip);

/* RFC 1122 3.2.1.3 */
static inline bool ipv4_is_multicast(be32 a)
{
	return (a & htonl(0xf0000000)) == htonl(0xe0000000);
}
static inline bool ipv4_is_local_multicast(be32 a)
{
	return (a & htonl(0xffffff00)) == htonl(0xe0000000);
}
static inline bool ipv4_is_loopback(be32 a)
{
	return (a & htonl(0xff000000)) == htonl(0x7f000000);
}
static inline bool ipv4_is_zeronet(be32 a)
{
	return !(a & htonl(0xff000000));
}
static inline bool ipv4_is_lbcast(be32 a)
{
	return a == htonl(0xffffffff);
}
static inline be32 ipv4_mask(unsigned len)
{
	return len ? htonl(~0u << (32 - len)) : 0;
}

/*
 * At skb->cb while IP has the packet. The front (parm) is what transports read; they find options
 * by the offsets behind it. Input fills all of it, forwarding and output the rest.
 */
struct ip_skb_cb {
	struct inet_skb_parm parm;
	uint16_t mtu;	     /* output: what is longer must be cut */
	uint8_t flags;	     /* IPSKB_* */
	uint8_t options_len; /* bytes behind the fixed header */
	uint8_t rr, ts;	     /* offset of that option in the header; 0: absent */
	uint16_t frag_size;  /* input: bytes of the longest of the fragments that it came in; 0: whole */
};
#define IPSKB_NO_LOOP	0x1 /* multicast: no copy for this host … */
#define IPSKB_HOST_ONLY 0x2 /* … or only that */

static inline struct ip_skb_cb *ip_cb(const struct sk_buff *skb)
{
	return (struct ip_skb_cb *)skb->cb;
}

struct ip_id_table;
struct ip_frags;
struct ip_loop;
struct fib;
struct ip_routes;
struct arp;
struct devinet;
struct icmp_net;
struct igmp_net;

/* The floor's state: each part is known only to the file that it is named for. */
struct ipv4_net {
	struct ipv4_sysctl sysctl;
	struct ipv4_devconf conf_all, conf_default;
	struct devinet *devinet;
	struct arp *arp;
	struct fib *fib;
	struct ip_routes *routes;
	struct ip_frags *frags;
	struct ip_id_table *ids;
	struct ip_loop *loop;
	struct icmp_net *icmp;
	struct igmp_net *igmp;
	struct packet_type ip_ptype;
	bool (*raw_deliver)(struct net *net, struct sk_buff *skb); /* ipv4_raw_register() */
};

/* Input (ip_input.c). Each owns @skb and returns 0 or -errno (of no interest to a driver). */

/** ip_rcv - a packet came in (packet_type.rcv): data at the header */
int ip_rcv(struct net *net, struct sk_buff *skb);
/**
 * ip_local_deliver - dst.input of what is for us: reassembles, then raw sockets and the transport
 */
int ip_local_deliver(struct net *net, struct sk_buff *skb);

/** ip_skb_parm_fill - set ip_cb(skb)->parm from the header */
void ip_skb_parm_fill(struct sk_buff *skb);
/**
 * ip_drop - discard @skb for @reason, after telling its sender what ICMP says for this reason, if
 * anything (the table in ip_input.c). The header is at skb_network_header().
 * @info: the ICMP message's second word, in host byte order: IP_DF: the next hop's MTU; IP_OPTIONS:
 * the offset of the bad byte; else 0
 * Return: 0
 */
int ip_drop(struct net *net, struct sk_buff *skb, enum drop_reason reason, uint32_t info);

/* Forwarding (ip_forward.c). */

/** ip_forward - dst.input of what is for others */
int ip_forward(struct net *net, struct sk_buff *skb);

/* Output (ip_output.c). */

/** ip_xmit - see inet_af_ops.xmit; @dst stays the caller's */
int ip_xmit(struct net *net, struct sk_buff *skb, struct dst_entry *dst, const struct inet_xmit *x);
/**
 * ip_output - dst.output: data at a finished header, skb->dst set; fragments when it must; owns
 * @skb
 */
int ip_output(struct net *net, struct sk_buff *skb);
/**
 * ip_send - for senders without a socket: route, and ip_xmit(); owns @skb
 * @oif: ifindex to leave by; 0: any
 * @x: saddr any: chosen, and filled in
 */
int ip_send(struct net *net, struct sk_buff *skb, int oif, struct inet_xmit *x);
/**
 * ip_send_router_alert - ip_send() on @dev with the router alert option (RFC 2113), TTL 1 and TOS
 * 0xc0: as IGMP asks (RFC 3376 4). @skb: data at the transport header, SKB_HEADROOM; owned. @saddr
 * may be 0.0.0.0, and is sent as it is.
 */
int ip_send_router_alert(struct net *net, struct sk_buff *skb, struct net_device *dev, be32 saddr,
			 be32 daddr, uint8_t proto);
/**
 * ip_send_hdrincl - send a packet that brings its own header (raw(7), IP_HDRINCL): total length and
 * checksum are always filled in, source and id where zero; owns @skb (data at the header)
 * Return: 0, -EINVAL (header too short, or longer than the packet), -EMSGSIZE (longer than the
 * device's MTU) …
 */
int ip_send_hdrincl(struct net *net, struct sk_buff *skb, struct dst_entry *dst);

/**
 * ip_id_select - an identification for a packet without DF, and the @segs - 1 that follow (RFC
 * 6864, RFC 7739)
 */
be16 ip_id_select(struct net *net, be32 saddr, be32 daddr, uint8_t proto, unsigned segs);
/**
 * ip_gso_len - the longest packet that a GSO packet (header at skb_network_header()) will be cut
 * into
 */
uint32_t ip_gso_len(struct sk_buff *skb);
/** ip_output_init - ids, and the way back for copies of our own broadcasts; 0 or -ENOMEM */
int ip_output_init(struct net *net);
void ip_output_exit(struct net *net);

#endif
