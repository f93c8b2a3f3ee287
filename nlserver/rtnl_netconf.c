/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTM_GETNETCONF: per-device settings of IPv4, as routing daemons ask for them at their start.
 */
#include "nlserver/rtnl.h"

#include <linux/netconf.h>

#include "stack/core/net.h"
#include "stack/ipv4/ipv4.h"

/* Those in force for all, for devices to come, or of one device: NULL where IPv4 is not on it. */
static const struct ipv4_devconf *conf_of(struct net *net, int ifindex)
{
	switch (ifindex) {
	case NETCONFA_IFINDEX_ALL:
		return ipv4_conf(net, NULL);
	case NETCONFA_IFINDEX_DEFAULT:
		return ipv4_conf_default(net);
	default:
		return ipv4_conf(net, netdev_by_index(net, ifindex));
	}
}

static int netconf_fill(struct nl_buf *buf, const struct nl_head *head, struct net *net,
			int ifindex)
{
	const struct ipv4_devconf *ctl = conf_of(net, ifindex);
	struct netconfmsg *ncm;
	struct nl_msg m;

	ncm = nl_msg_begin(&m, buf, head, sizeof(*ncm));
	if (ncm)
		ncm->ncm_family = AF_INET;
	nl_put_s32(&m, NETCONFA_IFINDEX, ifindex);
	nl_put_s32(&m, NETCONFA_FORWARDING, ctl->forwarding);
	nl_put_s32(&m, NETCONFA_RP_FILTER, ctl->rp_filter);
	nl_put_s32(&m, NETCONFA_MC_FORWARDING, 0);
	nl_put_s32(&m, NETCONFA_PROXY_NEIGH, ctl->proxy_arp);
	nl_put_s32(&m, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, 0);
	return nl_msg_end(&m);
}

enum { NOTHING, LAST_INDEX, AT_SPECIAL }; /* d->state */

static int start(struct nl_dump *d)
{
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(d->req.nlh);

	d->state[NOTHING] = gen->rtgen_family && gen->rtgen_family != AF_INET;
	return 0;
}

static int more(struct nl_dump *d, struct nl_buf *buf)
{
	static const int special[] = { NETCONFA_IFINDEX_ALL, NETCONFA_IFINDEX_DEFAULT };
	struct nl_head head = nl_dump_head(d, RTM_NEWNETCONF);
	struct net *net = d->req.net;
	struct net_device *dev;

	if (d->state[NOTHING])
		return 0;
	netdev_for_each(net, dev) {
		if (dev->ifindex <= (int)d->state[LAST_INDEX] || !ipv4_conf(net, dev))
			continue;
		if (netconf_fill(buf, &head, net, dev->ifindex))
			return 1;
		d->state[LAST_INDEX] = dev->ifindex;
	}
	for (; d->state[AT_SPECIAL] < ARRAY_SIZE(special); d->state[AT_SPECIAL]++)
		if (netconf_fill(buf, &head, net, special[d->state[AT_SPECIAL]]))
			return 1;
	return 0;
}

const struct nl_dump_ops rtnl_netconf_dump = { .start = start, .more = more };
