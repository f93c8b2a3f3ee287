/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extension headers (RFC 8200 4, RFC 7045): walked once, with limits on how many options and bytes (net.ipv6.max_*).
 */
#ifndef STACK_IPV6_IP6_EXTHDR_H
#define STACK_IPV6_IP6_EXTHDR_H

#include "stack/core/net.h"
#include "stack/core/skbuff.h"

/* Any extension header but the fragment header begins so. */
struct ipv6_opt_hdr {
	uint8_t nexthdr;
	uint8_t hdrlen; /* in units of 8 bytes, the first not counted */
} __packed;

struct ipv6_rt_hdr {
	uint8_t nexthdr, hdrlen, type, segments_left;
} __packed;

struct ipv6_frag_hdr {
	uint8_t nexthdr, reserved;
	be16 frag_off; /* offset in units of 8 bytes in the high 13 bits; IP6_MORE */
	be32 id;
} __packed;
#define IP6_MORE   0x0001 /* host byte order */
#define IP6_OFFSET 0xfff8

/**
 * ip6_exthdr_hop_rcv - the hop-by-hop options (data at the fixed header), for every packet that has them first (RFC 8200 4.3)
 * Sets IP6SKB_ROUTER_ALERT and ip6_cb(skb)->hop; data stays. Return: 0; else the packet was dropped (with its ICMP error).
 */
int ip6_exthdr_hop_rcv(struct net *net, struct sk_buff *skb);

/**
 * ip6_exthdr_rcv - one extension header of a packet for us: @skb's data is at it
 * @nexthdr: its type; on return 0 the one that follows, with data moved there. Knows hop-by-hop, destination options,
 * routing, and no-next-header; a fragment header is the caller's.
 * Return: 0, or 1: it was dropped (consumed), with the error that RFC 8200 wants.
 */
int ip6_exthdr_rcv(struct net *net, struct sk_buff *skb, uint8_t *nexthdr);

/** ip6_is_exthdr - of those that ip6_skip_exthdrs() passes */
bool ip6_is_exthdr(uint8_t nexthdr);

/**
 * ip6_skip_exthdrs - where the upper layer's header is
 * @off: of the first header behind the fixed one, from skb->data; @nexthdr: its type, then the upper layer's
 * @ret_frag_off: the fragment header's offset field (host byte order), 0: none; behind a fragment that is not the first
 * nothing is found: @nexthdr is then the type that the fragment header names
 * Return: the offset, or -1: the chain runs off the packet
 */
int ip6_skip_exthdrs(const struct sk_buff *skb, uint32_t off, uint8_t *nexthdr, uint16_t *ret_frag_off);

/**
 * ip6_unfragmentable - the offset from data (at the fixed header) where a fragment header belongs (RFC 8200 4.5)
 * @ret_nhoff: of the byte that will name it. Return: -1: bad chain
 */
int ip6_unfragmentable(const struct sk_buff *skb, uint32_t *ret_nhoff);

#endif
