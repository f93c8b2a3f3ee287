/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast groups of the devices, as IPv6 sees them; see mld.h. The machine is stack/ip's
 * (mc_group.h), which counts versions as IGMP does: MLDv1 is 2, MLDv2 is 3. Here is what is MLD's
 * in it. Input is in mld_rcv.c, output in mld_send.c.
 */
#include "stack/ipv6/mld.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/core/event.h"
#include "stack/ipv6/icmp6.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/mld_dev.h"
#include "stack/ipv6/route6.h"

struct mld_net {
	struct event_listener listener;
};

static const struct mc_filter any_source = { .exclude = true };

/* RFC 3810 6: never reported are all nodes, and what does not leave the interface. */
static enum mc_reach reach(const union inaddr *group)
{
	if (in6_scope(group) < IN6_SCOPE_LINK)
		return MC_HOST;
	return inaddr_equal(group, &IN6_ALL_NODES) ? MC_UNREPORTED : MC_REPORTED;
}

/* RFC 3810 9.1: not below 2, unless we were told so here. */
static uint8_t robustness(const struct mc_dev *mc, uint8_t told)
{
	uint32_t qrv = min(ipv6_sysctl(mc->dev->net)->mld_qrv, (uint32_t)UINT8_MAX);

	return told ? max((uint32_t)told, min(qrv, (uint32_t)MC_ROBUSTNESS)) : qrv;
}

static uint32_t unsolicited_interval(const struct mc_dev *mc, int version)
{
	const struct ipv6_devconf *conf = &mld_dev(mc)->idev->conf;
	int32_t ms = version == 3 ? conf->mldv2_unsolicited_report_interval
				  : conf->mldv1_unsolicited_report_interval;

	return max(ms, 1);
}

static int forced_version(const struct mc_dev *mc)
{
	int32_t all = addrconf_conf(mc->dev->net, NULL)->force_mld_version;
	int32_t version = all ? all : mld_dev(mc)->idev->conf.force_mld_version;

	return version == 1 || version == 2 ? version + 1 : 0;
}

static const struct mc_ops mld_ops = {
	.family = AF_INET6,
	.addr_len = sizeof(union inaddr),
	.report_type = ICMP6_MLDV2_REPORT,
	.reach = reach,
	.robustness = robustness,
	.unsolicited_interval = unsolicited_interval,
	.forced_version = forced_version,
	.report_room = mld_report_room,
	.send_report = mld_send_report,
	.send_old = mld_send_old,
};

/* Joining and leaving ------------------------------------------------------------------------- */

static struct mld_dev *find_dev(struct net *net, const union inaddr *group, struct net_device *dev)
{
	struct flow fl = { .family = AF_INET6, .daddr = *group };
	struct inet6_dev *idev;
	struct dst_entry *dst;

	if (dev) {
		idev = in6_dev_get(dev);
	} else {
		if (ip6_route_output(net, &fl, &dst) != 0)
			return NULL;
		idev = in6_dev_get(dst->dev);
		dst_release(dst);
	}
	return idev ? idev->mc : NULL;
}

int ip6_mc_join(struct net *net, const union inaddr *group, struct net_device *dev,
		const struct mc_filter *f)
{
	struct mld_dev *mld;

	if (!in6_is_multicast(group))
		return -EINVAL;
	mld = find_dev(net, group, dev);
	return mld ? mc_group_join_socket(&mld->mc, group, f) : -ENODEV;
}

int ip6_mc_leave(struct net *net, const union inaddr *group, struct net_device *dev,
		 const struct mc_filter *f)
{
	struct mld_dev *mld = find_dev(net, group, dev);

	return mld ? mc_group_leave(&mld->mc, group, f) : -ENODEV;
}

int ip6_mc_join_own(struct inet6_dev *idev, const union inaddr *group)
{
	return idev->mc ? mc_group_join(&idev->mc->mc, group, &any_source) : -ENODEV;
}

void ip6_mc_leave_own(struct inet6_dev *idev, const union inaddr *group)
{
	if (idev->mc)
		mc_group_leave(&idev->mc->mc, group, &any_source);
}

/* MLD has a router alert, and so a hop-by-hop header, first (RFC 3810 5). */
static bool may_be_mld(uint8_t first_header)
{
	return first_header == IPPROTO_HOPOPTS || first_header == IPPROTO_ICMPV6;
}

bool ip6_mc_check(const struct inet6_dev *idev, const union inaddr *group, const union inaddr *src,
		  uint8_t proto)
{
	const struct mc_group *g;

	if (!idev->mc)
		return false;
	g = mc_group_find(&idev->mc->mc, group);
	if (!g || !g->users)
		return false;
	return !src || inaddr_any(src) || may_be_mld(proto) || mc_group_accepts(g, src);
}

const struct mc_dev *ip6_mc_dev(const struct net_device *dev)
{
	const struct inet6_dev *idev = in6_dev_get(dev);

	return idev && idev->mc ? &idev->mc->mc : NULL;
}

int ip6_mc_walk(struct net_device *dev, int (*fn)(const struct mcaddr *mcaddr, void *arg),
		void *arg)
{
	const struct mc_dev *mc = ip6_mc_dev(dev);

	return mc ? mc_group_walk(mc, fn, arg) : 0;
}

/* Devices ------------------------------------------------------------------------------------- */

int ip6_mc_init_dev(struct inet6_dev *idev)
{
	struct mld_dev *mld = calloc(1, sizeof(*mld));

	if (!mld)
		return -ENOMEM;
	mld->idev = idev;
	mc_dev_init(&mld->mc, idev->dev, &mld_ops);
	idev->mc = mld;
	/* RFC 4291 2.8: every node is a member of these. */
	if (ip6_mc_join_own(idev, &IN6_ALL_NODES_IF) == 0 &&
	    ip6_mc_join_own(idev, &IN6_ALL_NODES) == 0)
		return 0;
	ip6_mc_destroy_dev(idev);
	return -ENOMEM;
}

void ip6_mc_destroy_dev(struct inet6_dev *idev)
{
	struct mld_dev *mld = idev->mc;

	if (!mld)
		return;
	mc_dev_exit(&mld->mc);
	idev->mc = NULL;
	free(mld);
}

void ip6_mc_up(struct inet6_dev *idev)
{
	if (idev->mc)
		mc_dev_up(&idev->mc->mc);
}

void ip6_mc_down(struct inet6_dev *idev)
{
	if (!idev->mc)
		return;
	mc_dev_down(&idev->mc->mc);
	idev->mc->unheard = false;
}

/* RFC 3590 4: now that there is an address that routers listen to, all is told anew. */
static void addr_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	const struct ifaddr *ifa;
	struct inet6_dev *idev;

	(void)l;
	(void)net;
	if (type != EVENT_ADDR_ADD)
		return;
	ifa = ((const struct ifaddr_event *)obj)->ifa;
	if (ifa->family != AF_INET6 || !in6_is_linklocal(&ifa->local) ||
	    ifa->flags & IFA_F_TENTATIVE)
		return;
	idev = in6_dev_get(ifa->dev);
	if (!idev || !idev->mc || !idev->mc->unheard)
		return;
	idev->mc->unheard = false;
	mc_report_anew(&idev->mc->mc);
}

int mld_init(struct net *net)
{
	struct mld_net *mld = calloc(1, sizeof(*mld));

	if (!mld)
		return -ENOMEM;
	mld->listener.fn = addr_event;
	event_listen(net, &mld->listener);
	net->ipv6->mld = mld;
	return 0;
}

void mld_exit(struct net *net)
{
	if (!net->ipv6->mld)
		return;
	event_unlisten(&net->ipv6->mld->listener);
	free(net->ipv6->mld);
	net->ipv6->mld = NULL;
}
