/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 put together: its parts come up and go down in order, and its two faces, to configuration
 * and to transports, are registered. Called by stack_create(), stack_destroy() and tests.
 */
#include "stack/ipv6/ipv6.h"

#include <errno.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/addrlabel.h"
#include "stack/ipv6/fib6.h"
#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/ip6_reassembly.h"
#include "stack/ipv6/mld.h"
#include "stack/ipv6/ndisc.h"
#include "stack/ipv6/route6.h"

static const struct ipv6_sysctl sysctl_defaults = {
	.auto_flowlabels = 1,
	.icmp_ratelimit = 100,
	/* All error messages but "packet too big", on which path MTU discovery waits. */
	.icmp_ratemask = { ~(1u << ICMP6_PACKET_TOO_BIG), ~0u, ~0u, ~0u },
	.ip6frag_high_thresh = 4 << 20,
	.ip6frag_time = 60,
	.max_dst_opts_number = 8,
	.max_dst_opts_length = INT_MAX,
	.max_hbh_opts_number = 8,
	.max_hbh_length = INT_MAX,
	.mld_max_msf = 64,
	.mld_qrv = 2,
	.idgen_retries = 3,
	.idgen_delay = 1,
	.route_mtu_expires = 600,
	.route_min_adv_mss = IPV6_MIN_MTU - 60,
};

static void port_unreach(struct net *net, struct sk_buff *skb)
{
	icmp6_send(net, skb, ICMP6_DEST_UNREACH, ICMP6_PORT_UNREACH, 0);
}

static uint8_t addr_type(struct net *net, const union inaddr *addr, struct net_device *dev)
{
	return fib6_addr_type(net, addr, dev);
}

static const struct inet_af_ops af_ops = {
	.family = AF_INET6,
	.header_len = sizeof(struct ipv6_hdr),
	.min_mtu = IPV6_MIN_MTU,
	.route_output = ip6_route_output,
	.xmit = ip6_xmit,
	.send_hdrincl = ip6_send_hdrincl,
	.addr_type = addr_type,
	.port_unreach = port_unreach,
	.mc_join = ip6_mc_join,
	.mc_leave = ip6_mc_leave,
};

static const struct inet_config_ops config_ops = {
	.family = AF_INET6,
	.addr_add = addrconf_addr_add,
	.addr_del = addrconf_addr_del,
	.addr_walk = addrconf_addr_walk,
	.mcaddr_walk = ip6_mc_walk,
	.route_add = fib6_route_add,
	.route_del = fib6_route_del,
	.route_walk = fib6_route_walk,
	.route_get = ip6_route_get,
	.route_table_exists = fib6_table_exists,
};

/* In order: each may use those before it; listeners of events are called in this order, too. */
static const struct part {
	int (*init)(struct net *net);
	void (*exit)(struct net *net);
} parts[] = {
	{ mld_init, mld_exit },
	{ addrlabel_init, addrlabel_exit },
	{ fib6_init, fib6_exit },
	{ ip6_rt_init, ip6_rt_exit },
	{ ndisc_init, ndisc_exit },
	{ addrconf_init, addrconf_exit },
	{ ip6_reassembly_init, ip6_reassembly_exit },
	{ ip6_output_init, ip6_output_exit },
	{ icmp6_init, icmp6_exit },
};

void ipv6_exit(struct net *net)
{
	if (!net->ipv6)
		return;
	addrconf_stop(net);
	if (net->ipv6->ip6_ptype.rcv)
		packet_type_del(&net->ipv6->ip6_ptype);
	for (size_t i = ARRAY_SIZE(parts); i-- > 0;)
		parts[i].exit(net);
	free(net->ipv6);
	net->ipv6 = NULL;
}

int ipv6_init(struct net *net)
{
	struct ipv6_net *ipv6 = calloc(1, sizeof(*ipv6));
	int err;

	if (!ipv6)
		return -ENOMEM;
	ipv6->sysctl = sysctl_defaults;
	net->ipv6 = ipv6;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		err = parts[i].init(net);
		if (err) {
			ipv6_exit(net);
			return err;
		}
	}
	ipv6->ip6_ptype = (struct packet_type){ .type = htons(ETH_P_IPV6), .rcv = ip6_rcv };
	packet_type_add(net, &ipv6->ip6_ptype);
	inet_af_register(net, &af_ops);
	inet_config_register(net, &config_ops);
	return 0;
}

struct neigh_table *ipv6_neigh_table(struct net *net)
{
	return ndisc_table(net);
}
