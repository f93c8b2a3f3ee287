/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 put together: its parts come up and go down in order, and its two faces, to configuration
 * and to transports, are registered. Called by stack_create(), stack_destroy() and tests.
 */
#include "stack/ipv4/ipv4.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include "stack/ipv4/arp.h"
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/fib.h"
#include "stack/ipv4/icmp.h"
#include "stack/ipv4/igmp.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/ip_reassembly.h"
#include "stack/ipv4/route.h"

static const struct ipv4_sysctl sysctl_defaults = {
	.ip_default_ttl = 64,
	.icmp_echo_ignore_broadcasts = true,
	.icmp_ratelimit = 1000,
	.icmp_ratemask = 1 << ICMP_DEST_UNREACH | 1 << ICMP_SOURCE_QUENCH |
			 1 << ICMP_TIME_EXCEEDED | 1 << ICMP_PARAMETERPROB,
	.icmp_msgs_per_sec = 1000,
	.icmp_msgs_burst = 50,
	.min_pmtu = 552,
	.mtu_expires = 600,
	.ipfrag_high_thresh = 4 << 20,
	.ipfrag_time = 30,
	.igmp_max_memberships = 20,
};

static void port_unreach(struct net *net, struct sk_buff *skb)
{
	icmp_send(net, skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
}

static const struct inet_af_ops af_ops = {
	.family = AF_INET,
	.header_len = sizeof(struct ipv4_hdr),
	.min_mtu = 576,
	.route_output = ip_route_output,
	.xmit = ip_xmit,
	.send_hdrincl = ip_send_hdrincl,
	.addr_type = ip_addr_type,
	.port_unreach = port_unreach,
	.mc_join = ip_mc_join,
	.mc_leave = ip_mc_leave,
};

static const struct inet_config_ops config_ops = {
	.family = AF_INET,
	.addr_add = inet_addr_add,
	.addr_del = inet_addr_del,
	.addr_walk = inet_addr_walk,
	.mcaddr_walk = ip_mc_walk,
	.route_add = fib_route_add,
	.route_del = fib_route_del,
	.route_walk = fib_route_walk,
	.route_get = ip_route_get,
	.route_table_exists = fib_route_table_exists,
};

/* In order: each may use those before it; listeners of events are called in this order, too. */
static const struct part {
	int (*init)(struct net *net);
	void (*exit)(struct net *net);
} parts[] = {
	{ igmp_init, igmp_exit },
	{ devinet_init, devinet_exit },
	{ fib_init, fib_exit },
	{ ip_rt_init, ip_rt_exit },
	{ arp_init, arp_exit },
	{ ip_reassembly_init, ip_reassembly_exit },
	{ ip_output_init, ip_output_exit },
	{ icmp_init, icmp_exit },
};

void ipv4_exit(struct net *net)
{
	unsigned i;

	if (!net->ipv4)
		return;
	devinet_stop(net);
	if (net->ipv4->ip_ptype.rcv)
		packet_type_del(&net->ipv4->ip_ptype);
	for (i = ARRAY_SIZE(parts); i-- > 0;)
		parts[i].exit(net);
	free(net->ipv4);
	net->ipv4 = NULL;
}

int ipv4_init(struct net *net)
{
	struct ipv4_net *ipv4 = calloc(1, sizeof(*ipv4));
	unsigned i;
	int err;

	if (!ipv4)
		return -ENOMEM;
	ipv4->sysctl = sysctl_defaults;
	net->ipv4 = ipv4;
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		err = parts[i].init(net);
		if (err) {
			ipv4_exit(net);
			return err;
		}
	}
	ipv4->ip_ptype = (struct packet_type){ .type = htons(ETH_P_IP), .rcv = ip_rcv };
	packet_type_add(net, &ipv4->ip_ptype);
	inet_af_register(net, &af_ops);
	inet_config_register(net, &config_ops);
	return 0;
}

void ipv4_raw_register(struct net *net, bool (*fn)(struct net *net, struct sk_buff *skb))
{
	net->ipv4->raw_deliver = fn;
}

struct ipv4_sysctl *ipv4_sysctl(struct net *net)
{
	return &net->ipv4->sysctl;
}

struct neigh_table *ipv4_neigh_table(struct net *net)
{
	return arp_table(net);
}
