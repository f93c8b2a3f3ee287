/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMPv6 (RFC 4443): echo, errors sent and errors received. ND and MLD messages go on to their files. */
#ifndef STACK_IPV6_ICMP6_H
#define STACK_IPV6_ICMP6_H

#include "stack/core/flow.h"
#include "stack/core/net.h"
#include "stack/core/skbuff.h"

struct icmp6_hdr {
	uint8_t type, code;
	be16	check;
	be32	info;			/* id and sequence, mtu, pointer, flags … */
} __packed __attribute__((aligned(2)));

#define ICMP6_DEST_UNREACH	1
#define ICMP6_PACKET_TOO_BIG	2
#define ICMP6_TIME_EXCEEDED	3
#define ICMP6_PARAM_PROB	4
#define ICMP6_INFO_MIN		128	/* what is below reports an error */
#define ICMP6_ECHO_REQUEST	128
#define ICMP6_ECHO_REPLY	129
#define ICMP6_MLD_QUERY		130
#define ICMP6_MLD_REPORT	131
#define ICMP6_MLD_DONE		132
#define ICMP6_ROUTER_SOLICIT	133
#define ICMP6_ROUTER_ADVERT	134
#define ICMP6_NEIGH_SOLICIT	135
#define ICMP6_NEIGH_ADVERT	136
#define ICMP6_REDIRECT		137
#define ICMP6_MLDV2_REPORT	143

/* Codes of ICMP6_DEST_UNREACH. */
#define ICMP6_NOROUTE		0
#define ICMP6_ADM_PROHIBITED	1
#define ICMP6_NOT_NEIGHBOUR	2	/* beyond the scope of the source address */
#define ICMP6_ADDR_UNREACH	3
#define ICMP6_PORT_UNREACH	4
#define ICMP6_POLICY_FAIL	5
#define ICMP6_REJECT_ROUTE	6
/* Of ICMP6_TIME_EXCEEDED. */
#define ICMP6_EXC_HOPLIMIT	0
#define ICMP6_EXC_FRAGTIME	1
/* Of ICMP6_PARAM_PROB. */
#define ICMP6_HDR_FIELD		0
#define ICMP6_UNK_NEXTHDR	1
#define ICMP6_UNK_OPTION	2
#define ICMP6_HDR_INCOMP	3	/* RFC 7112: the first fragment lacks headers */

/** icmp6_init - registers the protocol; 0 or -errno */
int icmp6_init(struct net *net);
void icmp6_exit(struct net *net);

/* Who on the floor above speaks ICMPv6: ping sockets. As struct icmp_ping. */
struct icmp6_ping {
	int (*rcv)(struct net *net, struct sk_buff *skb);
	void (*err)(struct net *net, const struct icmp_err *e);
};
/** icmp6_ping_register - NULL: nobody */
void icmp6_ping_register(struct net *net, const struct icmp6_ping *ping);
/** icmp6_raw_register - @err is told of each error about a packet of ours, besides its protocol; NULL: nobody */
void icmp6_raw_register(struct net *net, void (*err)(struct net *net, const struct icmp_err *e));

/**
 * icmp6_send - tell the sender of @skb that something is wrong with it
 * @skb: with its (linear) fixed header at skb_network_header(), and what followed it up to the end; skb->data may be at or
 * behind that header; not owned and not changed. It came in, or was made here and could not be sent.
 * @info: the second word, host byte order
 * Silent where RFC 4443 2.4 (e) forbids an error, and past the rate limits (2.4 (f)).
 */
void icmp6_send(struct net *net, struct sk_buff *skb, uint8_t type, uint8_t code, uint32_t info);

/** icmp6_checksum - set hdr->check of a message (data at the header, linear or not) that goes from @saddr to @daddr */
void icmp6_checksum(struct sk_buff *skb, const union inaddr *saddr, const union inaddr *daddr);
/** icmp6_count_out - a message of @type was sent: for ND and MLD, too */
void icmp6_count_out(struct net *net, uint8_t type);

#endif
