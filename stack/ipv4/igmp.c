/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast groups of the devices, as IPv4 sees them; see igmp.h. The machine is stack/ip's
 * (mc_group.h); here is what is IGMP's in it. Input is in igmp_rcv.c, output in igmp_send.c.
 */
#include "stack/ipv4/igmp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/igmp_dev.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route.h"

static enum mc_reach reach(const union inaddr *group)
{
	return group->v4 == htonl(IGMP_ALL_HOSTS) ? MC_UNREPORTED : MC_REPORTED;
}

static uint8_t robustness(const struct mc_dev *mc, uint8_t told)
{
	(void)mc;
	return told ? told : MC_ROBUSTNESS;
}

static uint32_t unsolicited_interval(const struct mc_dev *mc, int version)
{
	const struct ipv4_devconf *conf = &in_dev_get(mc->dev)->conf;
	int32_t ms = version == 3 ? conf->igmpv3_unsolicited_report_interval
				  : conf->igmpv2_unsolicited_report_interval;

	return max(ms, 1);
}

/*
 * net.ipv4.conf.*.force_igmp_version. As with the kernel, version 2 still gives way to routers of version 1, and 3 is
 * what is spoken anyway, where no router is older.
 */
static int forced_version(const struct mc_dev *mc)
{
	const struct in_device *in_dev = in_dev_get(mc->dev);
	int32_t dev = in_dev->conf.force_igmp_version, all = in_dev->all->force_igmp_version;

	if (dev == 1 || all == 1)
		return 1;
	if (dev != 2 && all != 2)
		return 0;
	return mc->dev->net->now < mc->v1_until ? 1 : 2;
}

static const struct mc_ops igmp_ops = {
	.family = AF_INET,
	.addr_len = sizeof(be32),
	.report_type = IGMP_V3_REPORT,
	.reach = reach,
	.robustness = robustness,
	.unsolicited_interval = unsolicited_interval,
	.forced_version = forced_version,
	.report_room = igmp_report_room,
	.send_report = igmp_send_report,
	.send_old = igmp_send_old,
};

/* Joining and leaving ------------------------------------------------------------------------- */

static struct in_device *find_dev(struct net *net, const union inaddr *group,
				  struct net_device *dev)
{
	struct flow fl = { .family = AF_INET, .daddr = *group };
	struct in_device *in_dev;
	struct dst_entry *dst;

	if (dev)
		return in_dev_get(dev);
	if (ip_route_output(net, &fl, &dst) != 0)
		return NULL;
	in_dev = in_dev_get(dst->dev);
	dst_release(dst);
	return in_dev;
}

int ip_mc_join(struct net *net, const union inaddr *group, struct net_device *dev,
	       const struct mc_filter *f)
{
	struct in_device *in_dev = find_dev(net, group, dev);

	if (!ipv4_is_multicast(group->v4))
		return -EINVAL;
	return in_dev && in_dev->mc ? mc_group_join_socket(in_dev->mc, group, f) : -ENODEV;
}

int ip_mc_leave(struct net *net, const union inaddr *group, struct net_device *dev,
		const struct mc_filter *f)
{
	struct in_device *in_dev = find_dev(net, group, dev);

	return in_dev && in_dev->mc ? mc_group_leave(in_dev->mc, group, f) : -ENODEV;
}

bool ip_mc_check(const struct in_device *in_dev, be32 group, be32 src, uint8_t proto)
{
	const union inaddr addr = inaddr_v4(group), from = inaddr_v4(src);
	const struct mc_group *g;

	if (!in_dev->mc)
		return false;
	g = mc_group_find(in_dev->mc, &addr);
	if (!g || !g->users)
		return proto == IPPROTO_IGMP;
	return !src || proto == IPPROTO_IGMP || mc_group_accepts(g, &from);
}

const struct mc_dev *ip_mc_dev(const struct net_device *dev)
{
	const struct in_device *in_dev = in_dev_get(dev);

	return in_dev ? in_dev->mc : NULL;
}

int ip_mc_walk(struct net_device *dev, int (*fn)(const struct mcaddr *mcaddr, void *arg), void *arg)
{
	const struct mc_dev *mc = ip_mc_dev(dev);

	return mc ? mc_group_walk(mc, fn, arg) : 0;
}

/* Devices ------------------------------------------------------------------------------------- */

int ip_mc_init_dev(struct in_device *in_dev)
{
	struct mc_dev *mc = calloc(1, sizeof(*mc));

	if (!mc)
		return -ENOMEM;
	mc_dev_init(mc, in_dev->dev, &igmp_ops);
	in_dev->mc = mc;
	return 0;
}

void ip_mc_destroy_dev(struct in_device *in_dev)
{
	struct mc_dev *mc = in_dev->mc;

	if (!mc)
		return;
	ip_mc_down(in_dev);
	mc_dev_exit(mc);
	in_dev->mc = NULL;
	free(mc);
}

void ip_mc_up(struct in_device *in_dev)
{
	const union inaddr all_hosts = inaddr_v4(htonl(IGMP_ALL_HOSTS));
	const struct mc_filter any = { .exclude = true };

	if (!in_dev->mc || in_dev->mc->up)
		return;
	mc_dev_up(in_dev->mc);
	mc_group_join(in_dev->mc, &all_hosts, &any);
}

void ip_mc_down(struct in_device *in_dev)
{
	const union inaddr all_hosts = inaddr_v4(htonl(IGMP_ALL_HOSTS));
	const struct mc_filter any = { .exclude = true };

	if (!in_dev->mc || !in_dev->mc->up)
		return;
	mc_group_leave(in_dev->mc, &all_hosts, &any);
	mc_dev_down(in_dev->mc);
}

static const struct inet_protocol igmp_protocol = {
	.proto = IPPROTO_IGMP,
	.family = AF_INET,
	.rcv = igmp_rcv,
};

int igmp_init(struct net *net)
{
	inet_protocol_register(net, &igmp_protocol);
	return 0;
}

void igmp_exit(struct net *net)
{
	(void)net;
}
