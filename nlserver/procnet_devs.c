/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices, and what hangs on them, as files of /proc/net: dev, if_inet6, anycast6, arp, igmp, igmp6, dev_mcast,
 * mcfilter, mcfilter6.
 */
#include <inttypes.h>
#include <net/if_arp.h>

#include "nlserver/procnet.h"
#include "nlserver/procnet_addr.h"
#include "stack/core/inet_config.h"
#include "stack/ip/mc_group.h"
#include "stack/ipv4/igmp.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/mld.h"
#include "stack/lib/in6.h"
#include "stack/link/neighbour.h"

#define USER_HZ 100

/*
 * procnet_text.at: the index of the device whose turn it is; of what hangs on it, or on none, so many were printed; and
 * so many of what hangs on the next of that.
 */
enum { AT_DEV, AT_ITEM, AT_PART };

static void begin_dev(struct procnet_text *t, int ifindex)
{
	t->at[AT_DEV] = (uint64_t)ifindex;
	t->at[AT_ITEM] = t->at[AT_PART] = 0;
}

/* Devices in order of their index. @print: one of them, as far as it fits; nonzero: there is more */
static int print_devs(struct procnet_text *t, int (*print)(struct procnet_text *t, struct net_device *dev))
{
	struct net_device *dev;

	netdev_for_each(t->net, dev) {
		if (dev->ifindex < (int)t->at[AT_DEV])
			continue;
		if (dev->ifindex > (int)t->at[AT_DEV]) /* the one whose turn it was is gone */
			begin_dev(t, dev->ifindex);
		if (print(t, dev))
			return 1;
		begin_dev(t, dev->ifindex + 1);
	}
	return 0;
}

/* In the clock ticks that the kernel shows to programs. */
static unsigned ticks_until(const struct net *net, const struct timer *timer)
{
	if (!timer_pending(timer) || timer->expires <= net->now)
		return 0;
	return (unsigned)(ktime_to_ms(timer->expires - net->now) / (1000 / USER_HZ));
}

/* --- dev ------------------------------------------------------------------------------------------ */

static int print_counters(struct procnet_text *t, struct net_device *dev)
{
	const struct netdev_stats *s = &dev->stats;

	return procnet_line(t,
			    "%6s: %7" PRIu64 " %7" PRIu64 " %4" PRIu64 " %4" PRIu64 " %4" PRIu64 " %5" PRIu64
			    " %10" PRIu64 " %9" PRIu64 " %8" PRIu64 " %7" PRIu64 " %4" PRIu64 " %4" PRIu64 " %4" PRIu64
			    " %5" PRIu64 " %7" PRIu64 " %10" PRIu64,
			    dev->name, s->rx_bytes, s->rx_packets, s->rx_errors, s->rx_dropped + s->rx_missed_errors,
			    s->rx_fifo_errors,
			    s->rx_length_errors + s->rx_over_errors + s->rx_crc_errors + s->rx_frame_errors,
			    s->rx_compressed, s->multicast, s->tx_bytes, s->tx_packets, s->tx_errors, s->tx_dropped,
			    s->tx_fifo_errors, s->collisions,
			    s->tx_carrier_errors + s->tx_aborted_errors + s->tx_window_errors + s->tx_heartbeat_errors,
			    s->tx_compressed);
}

static int print_dev(struct procnet_text *t)
{
	return print_devs(t, print_counters);
}

/* --- if_inet6, anycast6 --------------------------------------------------------------------------- */

/* The kernel's IPV6_ADDR_* for scopes, which no header shows. */
static unsigned scope_shown(const union inaddr *addr)
{
	if (in6_is_loopback(addr))
		return 0x10;
	if (in6_is_linklocal(addr))
		return 0x20;
	return in6_is_sitelocal(addr) ? 0x40 : 0;
}

static int print_addr6(const struct ifaddr *ifa, void *arg)
{
	struct procnet_walk *w = arg;

	if (procnet_is_done(w))
		return 0;
	return procnet_did(w, procnet_line(w->text, INADDR6_FMT " %02x %02x %02x %02x %8s", INADDR6_ARGS(&ifa->local),
					   ifa->dev->ifindex, ifa->prefixlen, scope_shown(&ifa->local),
					   ifa->flags & 0xff, ifa->dev->name));
}

static int print_addrs6(struct procnet_text *t, struct net_device *dev)
{
	const struct inet_config_ops *config = inet_config_find(t->net, AF_INET6);
	struct procnet_walk w = { .text = t, .done = &t->at[AT_ITEM] };

	return config ? config->addr_walk(dev, print_addr6, &w) : 0;
}

static int print_if_inet6(struct procnet_text *t)
{
	return print_devs(t, print_addrs6);
}

static int print_anycast(const struct net_device *dev, const union inaddr *addr, unsigned users, void *arg)
{
	struct procnet_walk *w = arg;

	if (procnet_is_done(w))
		return 0;
	return procnet_did(w, procnet_line(w->text, "%-4d %-15s " INADDR6_FMT " %5u", dev->ifindex, dev->name,
					   INADDR6_ARGS(addr), users));
}

static int print_anycasts(struct procnet_text *t, struct net_device *dev)
{
	struct procnet_walk w = { .text = t, .done = &t->at[AT_ITEM] };

	return addrconf_anycast_walk(dev, print_anycast, &w);
}

static int print_anycast6(struct procnet_text *t)
{
	return print_devs(t, print_anycasts);
}

/* --- arp ------------------------------------------------------------------------------------------ */

#define MAC_FMT	     "%02x:%02x:%02x:%02x:%02x:%02x"
#define MAC_ARGS(ha) (ha)[0], (ha)[1], (ha)[2], (ha)[3], (ha)[4], (ha)[5]

#define NUD_VALID (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY)

static int print_entry(struct procnet_text *t, be32 addr, unsigned flags, const uint8_t *ha,
		       const struct net_device *dev)
{
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &addr, text, sizeof(text));
	return procnet_line(t, "%-16s 0x%-10x0x%-10x" MAC_FMT "     *        %s", text, dev ? dev->link->type : 0,
			    flags, MAC_ARGS(ha), dev ? dev->name : "*");
}

static int print_neigh(struct neighbour *n, void *arg)
{
	struct procnet_walk *w = arg;
	unsigned flags = n->nud_state & NUD_PERMANENT ? ATF_PERM | ATF_COM : n->nud_state & NUD_VALID ? ATF_COM : 0;

	if (procnet_is_done(w) || !(n->nud_state & ~NUD_NOARP))
		return 0;
	return procnet_did(w, print_entry(w->text, n->key.v4, flags, n->ha, n->dev));
}

static int print_proxies(const struct neigh_table *tbl, struct procnet_walk *w)
{
	static const uint8_t nobody[NETDEV_ADDR_MAX];
	const struct neigh_proxy *p;

	list_for_each_entry(p, &tbl->proxies, list)
		if (!procnet_is_done(w) &&
		    procnet_did(w, print_entry(w->text, p->key.v4, ATF_PUBL | ATF_PERM, nobody, p->dev)))
			return 1;
	return 0;
}

static int print_arp(struct procnet_text *t)
{
	struct neigh_table *tbl = neigh_table_find(t->net, AF_INET);
	struct procnet_walk neighs = { .text = t, .done = &t->at[AT_ITEM] };
	struct procnet_walk proxies = { .text = t, .done = &t->at[AT_PART] };

	if (!tbl)
		return 0;
	return neigh_walk(tbl, print_neigh, &neighs) || print_proxies(tbl, &proxies);
}

/* --- igmp, igmp6, mcfilter, mcfilter6: groups ------------------------------------------------------- */

/* The groups that are joined, the last one first. @print: nonzero: it did not fit */
static int print_groups(struct procnet_text *t, const struct mc_dev *mc,
			int (*print)(struct procnet_text *t, const struct mc_group *g))
{
	struct procnet_walk w = { .text = t, .done = &t->at[AT_ITEM] };
	const struct mc_group *g;

	if (!mc)
		return 0;
	list_for_each_entry_reverse(g, &mc->groups, list) {
		if (procnet_is_done(&w) || !g->users)
			continue;
		if (procnet_did(&w, print(t, g)))
			return 1;
		t->at[AT_PART] = 0;
	}
	return 0;
}

static unsigned count_groups(const struct mc_dev *mc)
{
	const struct mc_group *g;
	unsigned nr = 0;

	list_for_each_entry(g, &mc->groups, list)
		nr += g->users != 0;
	return nr;
}

/* Before the first group of a device there is a line about the device. */
static int print_group4(struct procnet_text *t, const struct mc_group *g)
{
	const struct mc_dev *mc = g->mc;
	size_t start = t->len;

	if (!t->at[AT_ITEM])
		procnet_put(t, "%d\t%-10s: %5u      V%d\n", mc->dev->ifindex, mc->dev->name, count_groups(mc),
			    mc_version(mc));
	procnet_put(t, "\t\t\t\t%08X %5u %d:%08X\t\t%d\n", g->addr.v4, g->users, timer_pending(&g->timer),
		    ticks_until(t->net, &g->timer), g->reporter);
	return procnet_end(t, start);
}

static int print_groups4(struct procnet_text *t, struct net_device *dev)
{
	return print_groups(t, ip_mc_dev(dev), print_group4);
}

static int print_igmp(struct procnet_text *t)
{
	return print_devs(t, print_groups4);
}

/* The kernel's MAF_*, which no header shows. */
static unsigned group_flags(const struct mc_group *g)
{
	return (timer_pending(&g->timer) ? 0x01 : 0) | (g->reporter ? 0x02 : 0) | (g->loaded ? 0x04 : 0) |
	       (g->mc->ops->reach(&g->addr) != MC_REPORTED ? 0x08 : 0);
}

static int print_group6(struct procnet_text *t, const struct mc_group *g)
{
	return procnet_line(t, "%-4d %-15s " INADDR6_FMT " %5u %08X %u", g->mc->dev->ifindex, g->mc->dev->name,
			    INADDR6_ARGS(&g->addr), g->users, group_flags(g), ticks_until(t->net, &g->timer));
}

static int print_groups6(struct procnet_text *t, struct net_device *dev)
{
	return print_groups(t, ip6_mc_dev(dev), print_group6);
}

static int print_igmp6(struct procnet_text *t)
{
	return print_devs(t, print_groups6);
}

/* The sources of a group that somebody names. @line: one of them */
static int print_sources(struct procnet_text *t, const struct mc_group *g,
			 int (*line)(struct procnet_text *t, const struct mc_group *g, const struct mc_source *s))
{
	struct procnet_walk w = { .text = t, .done = &t->at[AT_PART] };
	const struct mc_source *s;

	list_for_each_entry(s, &g->sources, list)
		if (!procnet_is_done(&w) && (s->include || s->exclude) && procnet_did(&w, line(t, g, s)))
			return 1;
	return 0;
}

static int print_source4(struct procnet_text *t, const struct mc_group *g, const struct mc_source *s)
{
	const struct net_device *dev = g->mc->dev;

	return procnet_line(t, "%3d %6.6s 0x%08x 0x%08x %6u %6u", dev->ifindex, dev->name, ntohl(g->addr.v4),
			    ntohl(s->addr.v4), s->include, s->exclude);
}

static int print_source6(struct procnet_text *t, const struct mc_group *g, const struct mc_source *s)
{
	const struct net_device *dev = g->mc->dev;

	return procnet_line(t, "%3d %6.6s " INADDR6_FMT " " INADDR6_FMT " %6u %6u", dev->ifindex, dev->name,
			    INADDR6_ARGS(&g->addr), INADDR6_ARGS(&s->addr), s->include, s->exclude);
}

static int print_group_sources4(struct procnet_text *t, const struct mc_group *g)
{
	return print_sources(t, g, print_source4);
}

static int print_group_sources6(struct procnet_text *t, const struct mc_group *g)
{
	return print_sources(t, g, print_source6);
}

static int print_filters4(struct procnet_text *t, struct net_device *dev)
{
	return print_groups(t, ip_mc_dev(dev), print_group_sources4);
}

static int print_filters6(struct procnet_text *t, struct net_device *dev)
{
	return print_groups(t, ip6_mc_dev(dev), print_group_sources6);
}

static int print_mcfilter(struct procnet_text *t)
{
	return print_devs(t, print_filters4);
}

static int print_mcfilter6(struct procnet_text *t)
{
	return print_devs(t, print_filters6);
}

/* --- dev_mcast: link-layer addresses ---------------------------------------------------------------- */

static int print_link_group(struct procnet_text *t, const struct net_device *dev, const struct netdev_mc_addr *mc)
{
	size_t start = t->len;

	procnet_put(t, "%-4d %-15s %-5u %-5d ", dev->ifindex, dev->name, mc->users, 0);
	for (unsigned i = 0; i < dev->link->addr_len; i++)
		procnet_put(t, "%02x", mc->addr[i]);
	procnet_put(t, "\n");
	return procnet_end(t, start);
}

/* Loopback has no link. */
static int print_link_groups(struct procnet_text *t, struct net_device *dev)
{
	struct procnet_walk w = { .text = t, .done = &t->at[AT_ITEM] };
	const struct netdev_mc_addr *mc;

	if (dev->flags & IFF_LOOPBACK)
		return 0;
	list_for_each_entry(mc, &dev->mc_list, list)
		if (!procnet_is_done(&w) && procnet_did(&w, print_link_group(t, dev, mc)))
			return 1;
	return 0;
}

static int print_dev_mcast(struct procnet_text *t)
{
	return print_devs(t, print_link_groups);
}

const struct procnet_file procnet_devs[] = {
	{ "dev",
	  "Inter-|   Receive                                                |  Transmit\n"
	  " face |bytes    packets errs drop fifo frame compressed multicast|"
	  "bytes    packets errs drop fifo colls carrier compressed",
	  0, print_dev },
	{ "if_inet6", NULL, 0, print_if_inet6 },
	{ "anycast6", NULL, 0, print_anycast6 },
	{ "arp", "IP address       HW type     Flags       HW address            Mask     Device", 0, print_arp },
	{ "igmp", "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter", 0, print_igmp },
	{ "igmp6", NULL, 0, print_igmp6 },
	{ "dev_mcast", NULL, 0, print_dev_mcast },
	{ "mcfilter", "Idx Device        MCA        SRC    INC    EXC", 0, print_mcfilter },
	{ "mcfilter6", "Idx Device                Multicast Address                   Source Address    INC    EXC", 0,
	  print_mcfilter6 },
	{ .name = NULL },
};
