/* SPDX-License-Identifier: BSD-2-Clause */
/* Routes, as files of /proc/net: route, ipv6_route, and rt_cache, which is empty in every kernel since 3.6. */
#include <inttypes.h>
#include <linux/icmpv6.h>
#include <linux/ipv6_route.h>
#include <linux/route.h>

#include "nlserver/procnet.h"
#include "nlserver/procnet_addr.h"
#include "stack/core/inet_config.h"

struct routes_state {
	struct route_cursor cursor;
	uint64_t nr_nh; /* next hops of the route at the cursor that were printed */
};

_Static_assert(sizeof(struct routes_state) <= PROCNET_STATE * sizeof(uint64_t), "a walk's state fits");

/* @print: nonzero: it did not fit */
static int print_routes(struct procnet_text *t, int family, uint32_t table,
			int (*print)(struct procnet_text *t, const struct route_config *cfg))
{
	struct routes_state *s = (struct routes_state *)t->at;
	const struct inet_config_ops *config = inet_config_find(t->net, family);
	struct route_config cfg;

	s->cursor.table = table;
	while (config && !s->cursor.done) {
		struct route_cursor next = s->cursor;

		if (config->route_walk(t->net, &next, &cfg, 1) && print(t, &cfg))
			return 1;
		s->cursor = next;
		s->nr_nh = 0;
	}
	return 0;
}

static const char *dev_name(struct net *net, int ifindex, const char *none)
{
	const struct net_device *dev = netdev_by_index(net, ifindex);

	return dev ? dev->name : none;
}

/* --- IPv4: unicast routes of the main table, by their first next hop ------------------------------- */

#define IP_TCP_HEADERS 40 /* what the file's MTU is longer by than the route's advmss */

static bool refuses(uint8_t type)
{
	return type == RTN_UNREACHABLE || type == RTN_PROHIBIT;
}

static unsigned flags4(const struct route_config *cfg)
{
	return RTF_UP | (refuses(cfg->type) ? RTF_REJECT : 0) |
	       (cfg->nr_nh && cfg->nh[0].gw_family == AF_INET ? RTF_GATEWAY : 0) |
	       (cfg->dst_len == 32 ? RTF_HOST : 0);
}

static int print_route4(struct procnet_text *t, const struct route_config *cfg)
{
	const struct nexthop_config *nh = &cfg->nh[0];
	uint32_t advmss = cfg->metrics[RTAX_ADVMSS];

	if (cfg->type == RTN_BROADCAST || cfg->type == RTN_MULTICAST)
		return 0;
	return procnet_line(t, "%s\t%08X\t%08X\t%04X\t%d\t%u\t%u\t%08X\t%u\t%u\t%u",
			    cfg->nr_nh ? dev_name(t->net, nh->oif, "*") : "*", cfg->dst.v4,
			    cfg->nr_nh && nh->gw_family == AF_INET ? nh->gw.v4 : 0, flags4(cfg), 0, 0, cfg->priority,
			    cfg->dst_len ? htonl(~0u << (32 - cfg->dst_len)) : 0, advmss ? advmss + IP_TCP_HEADERS : 0,
			    cfg->metrics[RTAX_WINDOW], cfg->metrics[RTAX_RTT] >> 3);
}

static int print_route(struct procnet_text *t)
{
	return print_routes(t, AF_INET, RT_TABLE_MAIN, print_route4);
}

/* --- IPv6: all routes of all tables, a line for each next hop --------------------------------------- */

/* What a route's type and origin make of it. */
static unsigned flags_of_kind(const struct route_config *cfg)
{
	switch (cfg->type) {
	case RTN_LOCAL:
		return RTF_UP | RTF_NONEXTHOP | RTF_LOCAL;
	case RTN_ANYCAST:
		return RTF_UP | RTF_NONEXTHOP | RTF_ANYCAST;
	case RTN_UNREACHABLE:
	case RTN_PROHIBIT:
	case RTN_BLACKHOLE:
	case RTN_THROW:
		return RTF_REJECT | RTF_NONEXTHOP;
	default:
		return RTF_UP;
	}
}

/* What is announced by routers: a router as the default one, a route of it, or (by RTPROT_KERNEL) a prefix. */
static unsigned flags_of_origin(const struct route_config *cfg, const struct nexthop_config *nh)
{
	unsigned flags = cfg->expires ? RTF_EXPIRES : 0;

	if (cfg->protocol == RTPROT_RA && nh->gw_family)
		flags |= RTF_ADDRCONF | (cfg->dst_len ? RTF_ROUTEINFO : RTF_DEFAULT) | RTF_PREF(cfg->pref);
	else if (cfg->protocol == RTPROT_KERNEL && cfg->expires)
		flags |= RTF_ADDRCONF | RTF_PREFIX_RT;
	return flags;
}

static int print_nexthop6(struct procnet_text *t, const struct route_config *cfg, const struct nexthop_config *nh)
{
	static const struct nexthop_config none;
	unsigned flags = flags_of_kind(cfg);

	nh = nh ? nh : &none;
	flags |= flags_of_origin(cfg, nh) | (nh->gw_family ? RTF_GATEWAY : 0);
	return procnet_line(t, INADDR6_FMT " %02x " INADDR6_FMT " %02x " INADDR6_FMT " %08x %08x %08x %08x %8s",
			    INADDR6_ARGS(&cfg->dst), cfg->dst_len, INADDR6_ARGS(&cfg->src), cfg->src_len,
			    INADDR6_ARGS(&nh->gw), cfg->priority, 1, 0, flags, dev_name(t->net, nh->oif, "lo"));
}

static int print_route6(struct procnet_text *t, const struct route_config *cfg)
{
	uint64_t *done = &((struct routes_state *)t->at)->nr_nh;

	for (; *done < max(cfg->nr_nh, 1u); ++*done)
		if (print_nexthop6(t, cfg, cfg->nr_nh ? &cfg->nh[*done] : NULL))
			return 1;
	return 0;
}

/* The kernel's own last entry of each table, which refuses, is none of ours. */
static int print_ipv6_route(struct procnet_text *t)
{
	return print_routes(t, AF_INET6, RT_TABLE_UNSPEC, print_route6);
}

const struct procnet_file procnet_routes[] = {
	{ "route", "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT", 127,
	  print_route },
	{ "ipv6_route", NULL, 0, print_ipv6_route },
	{ "rt_cache",
	  "Iface\tDestination\tGateway \tFlags\t\tRefCnt\tUse\tMetric\tSource\t\tMTU\tWindow\tIRTT\tTOS\t"
	  "HHRef\tHHUptod\tSpecDst",
	  127, NULL },
	{ .name = NULL },
};
