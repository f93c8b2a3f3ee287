/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTM_GETMULTICAST: the multicast groups that devices are in. As in Linux, an answer to it has the type
 * of the request, and only notifications are RTM_NEWMULTICAST and RTM_DELMULTICAST. What Linux has in files of
 * /proc/net alone is asked for in the same way: link-layer addresses, as AF_PACKET, and how many users each group has.
 */
#include "nlserver/rtnl.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <sys/socket.h>

#include <ustack/rtnetlink.h>

#include "stack/core/net.h"

int rtnl_mcast_fill(struct nl_buf *buf, const struct nl_head *head, const struct mcaddr *mcaddr)
{
	uint32_t stamp = (uint32_t)(ktime_to_ms(mcaddr->cstamp) / 10);
	struct ifa_cacheinfo ci = {
		.ifa_prefered = INFINITY_LIFE_TIME,
		.ifa_valid = INFINITY_LIFE_TIME,
		.cstamp = stamp,
		.tstamp = stamp,
	};
	struct ifaddrmsg *ifm;
	struct nl_msg m;

	ifm = nl_msg_begin(&m, buf, head, sizeof(*ifm));
	if (ifm) {
		ifm->ifa_family = mcaddr->family;
		ifm->ifa_prefixlen = rtnl_addr_len(mcaddr->family) * 8;
		ifm->ifa_flags = IFA_F_PERMANENT;
		ifm->ifa_index = mcaddr->dev->ifindex;
	}
	rtnl_put_addr(&m, IFA_MULTICAST, mcaddr->family, &mcaddr->addr);
	nl_put(&m, IFA_CACHEINFO, &ci, sizeof(ci));
	nl_put_u32(&m, USTACK_IFA_USERS, mcaddr->users);
	return nl_msg_end(&m);
}

static int fill_link(struct nl_buf *buf, const struct nl_head *head, const struct net_device *dev,
		     const struct netdev_mc_addr *mc)
{
	struct ifaddrmsg *ifm;
	struct nl_msg m;

	ifm = nl_msg_begin(&m, buf, head, sizeof(*ifm));
	if (ifm) {
		ifm->ifa_family = AF_PACKET;
		ifm->ifa_index = dev->ifindex;
	}
	nl_put(&m, IFA_MULTICAST, mc->addr, dev->link->addr_len);
	nl_put_u32(&m, USTACK_IFA_USERS, mc->users);
	return nl_msg_end(&m);
}

/* --- dump ----------------------------------------------------------------------------------------- */

enum { FAMILY, ONLY_INDEX, AT_INDEX, AT_GROUP }; /* d->state */

static int dump_start(struct nl_dump *d)
{
	static const struct nl_policy policy[IFA_MAX + 1];
	static const uint16_t allowed[] = { 0 };
	struct nl_request *req = &d->req;
	const struct ifaddrmsg *ifm;
	const void *hdr;
	int err;

	d->state[FAMILY] = ((const struct rtgenmsg *)mnl_nlmsg_get_payload(req->nlh))->rtgen_family;
	if (d->state[FAMILY] != AF_PACKET && !rtnl_config(req, d->state[FAMILY]))
		return -EOPNOTSUPP;
	err = rtnl_dump_parse(d, sizeof(*ifm), policy, IFA_MAX, &hdr);
	if (err || !req->strict)
		return err;
	ifm = hdr;
	if (ifm->ifa_prefixlen || ifm->ifa_flags || ifm->ifa_scope)
		return extack_set(&req->ack, -EINVAL,
				  "%s: Invalid values in header for address dump request",
				  rtnl_family_name(ifm->ifa_family));
	err = rtnl_dump_allow(d, allowed, "Unsupported attribute in dump request");
	if (err || !ifm->ifa_index)
		return err;
	d->state[ONLY_INDEX] = ifm->ifa_index;
	d->answer_flags |= NLM_F_DUMP_FILTERED;
	return netdev_by_index(req->net, ifm->ifa_index) ? 0 : -ENODEV;
}

struct walk {
	struct nl_buf *buf;
	struct nl_head head;
	uint64_t skip; /* groups of this device that went out before */
	uint64_t at;
};

static int walk_group(const struct mcaddr *mcaddr, void *arg)
{
	struct walk *w = arg;

	if (w->at >= w->skip && rtnl_mcast_fill(w->buf, &w->head, mcaddr))
		return 1;
	w->at++;
	return 0;
}

/* The link-layer addresses of @dev (loopback has no link); 1: the buffer is full. */
static int walk_links(const struct net_device *dev, struct walk *w)
{
	const struct netdev_mc_addr *mc;

	if (dev->flags & IFF_LOOPBACK)
		return 0;
	list_for_each_entry(mc, &dev->mc_list, list) {
		if (w->at >= w->skip && fill_link(w->buf, &w->head, dev, mc))
			return 1;
		w->at++;
	}
	return 0;
}

static int walk_dev(const struct nl_dump *d, struct net_device *dev, struct walk *w)
{
	if (d->state[FAMILY] == AF_PACKET)
		return walk_links(dev, w);
	return inet_config_find(d->req.net, d->state[FAMILY])->mcaddr_walk(dev, walk_group, w);
}

static int dump_more(struct nl_dump *d, struct nl_buf *buf)
{
	struct net_device *dev;

	netdev_for_each(d->req.net, dev) {
		struct walk w = { buf, nl_dump_head(d, RTM_GETMULTICAST), 0, 0 };

		if (dev->ifindex < (int)d->state[AT_INDEX])
			continue;
		if (d->state[ONLY_INDEX] && dev->ifindex != (int)d->state[ONLY_INDEX])
			continue;
		if (dev->ifindex == (int)d->state[AT_INDEX])
			w.skip = d->state[AT_GROUP];
		if (walk_dev(d, dev, &w)) {
			d->state[AT_INDEX] = dev->ifindex;
			d->state[AT_GROUP] = w.at;
			return 1;
		}
	}
	return 0;
}

const struct nl_dump_ops rtnl_mcast_dump = {
	.watches = NL_WATCH_DEVS,
	.start = dump_start,
	.more = dump_more,
};
