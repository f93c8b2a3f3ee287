/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMPv6's own state in a struct net, for the files icmp6*.c alone. */
#ifndef STACK_IPV6_ICMP6_NET_H
#define STACK_IPV6_ICMP6_NET_H

#include "stack/core/net.h"
#include "stack/ip/icmp_limit.h"
#include "stack/ipv6/icmp6.h"

/* net.ipv4.icmp_msgs_per_sec and _burst as they are by default: this family has no such sysctl. */
#define ICMP6_MSGS_PER_SEC 1000
#define ICMP6_MSGS_BURST   50

struct icmp6_net {
	const struct icmp6_ping *ping;
	void (*raw_err)(struct net *net, const struct icmp_err *e);
	struct icmp_limit limit;
};

/** icmp6_allow - do the rate limits let a message of @type go to @daddr? Counts it when so */
bool icmp6_allow(struct net *net, const union inaddr *daddr, uint8_t type);
/**
 * icmp6_rcv_error - input of an error, of a type that is known or not (RFC 4443 2.4 (a)): data at the ICMPv6 header;
 * owns @skb
 */
int icmp6_rcv_error(struct net *net, struct sk_buff *skb);

#endif
