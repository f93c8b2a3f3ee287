/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the floors above ask of a struct net's IPv6: apart from its assembly (ipv6.c), so that who asks does not bring
 * all of it along.
 */
#include "stack/ipv6/ipv6.h"

#include "stack/ipv6/ip6.h"

void ipv6_raw_register(struct net *net, bool (*fn)(struct net *net, struct sk_buff *skb))
{
	net->ipv6->raw_deliver = fn;
}

struct ipv6_sysctl *ipv6_sysctl(struct net *net)
{
	return &net->ipv6->sysctl;
}
