/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP (RFC 792, RFC 1122 3.2.2, RFC 1812 4.3): echo, errors sent and errors received. */
#ifndef STACK_IPV4_ICMP_H
#define STACK_IPV4_ICMP_H

#include "stack/core/flow.h"
#include "stack/core/net.h"
#include "stack/core/skbuff.h"

struct icmp_hdr {
	uint8_t type, code;
	be16	check;
	be32	info;			/* id and sequence, gateway, mtu (low 16 bits), pointer (high 8 bits) */
} __packed __attribute__((aligned(2)));

#define ICMP_ECHOREPLY		0
#define ICMP_DEST_UNREACH	3
#define ICMP_SOURCE_QUENCH	4
#define ICMP_REDIRECT		5
#define ICMP_ECHO		8
#define ICMP_TIME_EXCEEDED	11
#define ICMP_PARAMETERPROB	12
#define ICMP_TIMESTAMP		13
#define ICMP_TIMESTAMPREPLY	14

/* Codes of ICMP_DEST_UNREACH (RFC 792, RFC 1812 5.2.7.1). */
#define ICMP_NET_UNREACH	0
#define ICMP_HOST_UNREACH	1
#define ICMP_PROT_UNREACH	2
#define ICMP_PORT_UNREACH	3
#define ICMP_FRAG_NEEDED	4
#define ICMP_SR_FAILED		5
#define ICMP_NET_ANO		9
#define ICMP_HOST_ANO		10
#define ICMP_PKT_FILTERED	13
/* Of ICMP_REDIRECT. */
#define ICMP_REDIR_HOST		1
/* Of ICMP_TIME_EXCEEDED. */
#define ICMP_EXC_TTL		0
#define ICMP_EXC_FRAGTIME	1

/** icmp_init - registers the protocol; 0 or -errno */
int icmp_init(struct net *net);
void icmp_exit(struct net *net);

/* Who on the floor above speaks ICMP: ping sockets. */
struct icmp_ping {
	/*
	 * An echo reply: data at the ICMP header, checksum good, struct inet_skb_parm in cb. Owns
	 * @skb.
	 */
	int (*rcv)(struct net *net, struct sk_buff *skb);
	/* An error about an echo request of ours: the identifier is at e->fl.sport. */
	void (*err)(struct net *net, const struct icmp_err *e);
};
/** icmp_ping_register - NULL: nobody */
void icmp_ping_register(struct net *net, const struct icmp_ping *ping);
/**
 * icmp_raw_register - @err is told of each error about a packet of ours, besides its protocol;
 * NULL: nobody
 */
void icmp_raw_register(struct net *net, void (*err)(struct net *net, const struct icmp_err *e));

/**
 * icmp_send - tell the sender of @skb that something is wrong with it
 * @skb: with its (linear) IPv4 header at skb_network_header(), and what followed it up to the end; skb->data may be
 * at or behind that header; not owned and not changed. It came in, or was made here and could not be sent.
 * @info: the second word, network byte order
 * Silent where RFC 1812 4.3.2.7 forbids an error (about ICMP errors, broadcasts, multicasts, fragments but the first,
 * sources that are no single host), and past the rate limit (4.3.2.8).
 */
void icmp_send(struct net *net, struct sk_buff *skb, uint8_t type, uint8_t code, be32 info);

#endif
