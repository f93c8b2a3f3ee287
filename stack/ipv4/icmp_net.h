/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP's own state in a struct net, for the files icmp*.c alone. */
#ifndef STACK_IPV4_ICMP_NET_H
#define STACK_IPV4_ICMP_NET_H

#include "stack/core/net.h"
#include "stack/ip/icmp_limit.h"
#include "stack/ipv4/icmp.h"

struct icmp_net {
	const struct icmp_ping *ping;
	void (*raw_err)(struct net *net, const struct icmp_err *e);
	struct icmp_limit limit;
};

/**
 * icmp_allow - do the rate limits let a message of @type and @code go to @daddr? Counts it when so
 */
bool icmp_allow(struct net *net, be32 daddr, uint8_t type, uint8_t code);
/** icmp_count_out - a message of @type was sent */
void icmp_count_out(struct net *net, uint8_t type);
/** icmp_is_error - of those that report an error about another packet (RFC 1122 3.2.2) */
bool icmp_is_error(uint8_t type);
/**
 * icmp_rcv_error - input of destination unreachable, time exceeded, parameter problem; owns @skb
 * (data at the ICMP header)
 */
int icmp_rcv_error(struct net *net, struct sk_buff *skb);
/** icmp_rcv_redirect - input of a redirect; likewise */
int icmp_rcv_redirect(struct net *net, struct sk_buff *skb);

#endif
