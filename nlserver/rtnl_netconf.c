/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTM_{NEW,DEL,GET}NETCONF: settings of devices, as routing daemons ask for them at their start, and
 * hear of them later.
 */
#include "nlserver/rtnl.h"

#include <errno.h>
#include <linux/netconf.h>

#include "stack/core/net.h"
#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/addrconf.h"

static const struct nl_policy netconf_policy[NETCONFA_MAX + 1] = {
	[NETCONFA_IFINDEX] = { .type = NL_ATTR_TYPE_S32 },
	[NETCONFA_FORWARDING] = { .type = NL_ATTR_TYPE_S32 },
	[NETCONFA_RP_FILTER] = { .type = NL_ATTR_TYPE_S32 },
	[NETCONFA_PROXY_NEIGH] = { .type = NL_ATTR_TYPE_S32 },
	[NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN] = { .type = NL_ATTR_TYPE_S32 },
};

/* A setting, if it is the one of @attr, or all are. */
static void put(struct nl_msg *m, int attr, uint16_t type, int32_t value)
{
	if (attr == NETCONFA_ALL || attr == type)
		nl_put_s32(m, type, value);
}

static void put_inet(struct nl_msg *m, const struct ipv4_devconf *conf, int attr)
{
	put(m, attr, NETCONFA_FORWARDING, conf->forwarding);
	put(m, attr, NETCONFA_RP_FILTER, conf->rp_filter);
	put(m, attr, NETCONFA_MC_FORWARDING, 0);
	put(m, attr, NETCONFA_PROXY_NEIGH, conf->proxy_arp);
	put(m, attr, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, conf->ignore_routes_with_linkdown);
}

static void put_inet6(struct nl_msg *m, const struct ipv6_devconf *conf, int attr)
{
	put(m, attr, NETCONFA_FORWARDING, conf->forwarding);
	put(m, attr, NETCONFA_MC_FORWARDING, 0);
	put(m, attr, NETCONFA_PROXY_NEIGH, conf->proxy_ndp);
	put(m, attr, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, conf->ignore_routes_with_linkdown);
}

/* The settings of IPv4 of a device, or NETCONFA_IFINDEX_*; NULL: there are none. */
static const struct ipv4_devconf *inet_conf(struct net *net, int ifindex)
{
	const struct net_device *dev;

	if (ifindex == NETCONFA_IFINDEX_ALL)
		return ipv4_conf(net, NULL);
	if (ifindex == NETCONFA_IFINDEX_DEFAULT)
		return ipv4_conf_default(net);
	dev = netdev_by_index(net, ifindex);
	return dev ? ipv4_conf(net, dev) : NULL;
}

/* Likewise of IPv6. */
static const struct ipv6_devconf *inet6_conf(struct net *net, int ifindex)
{
	const struct net_device *dev;

	if (ifindex == NETCONFA_IFINDEX_ALL)
		return addrconf_conf(net, NULL);
	if (ifindex == NETCONFA_IFINDEX_DEFAULT)
		return addrconf_conf_default(net);
	dev = netdev_by_index(net, ifindex);
	return dev && in6_dev_get(dev) ? addrconf_conf(net, dev) : NULL;
}

static bool has_conf(struct net *net, int family, int ifindex)
{
	if (!inet_config_find(net, family))
		return false;
	return family == AF_INET6 ? inet6_conf(net, ifindex) != NULL
				  : inet_conf(net, ifindex) != NULL;
}

int rtnl_netconf_fill(struct nl_buf *buf, const struct nl_head *head, struct net *net,
		      const struct netconf_event *event, bool gone)
{
	struct netconfmsg *ncm;
	struct nl_msg m;

	ncm = nl_msg_begin(&m, buf, head, sizeof(*ncm));
	if (ncm)
		ncm->ncm_family = event->family;
	nl_put_s32(&m, NETCONFA_IFINDEX, event->ifindex);
	if (gone)
		return nl_msg_end(&m);
	if (event->family == AF_INET6)
		put_inet6(&m, inet6_conf(net, event->ifindex), event->attr);
	else
		put_inet(&m, inet_conf(net, event->ifindex), event->attr);
	return nl_msg_end(&m);
}

static int netconf_fill(struct nl_buf *buf, const struct nl_head *head, struct net *net, int family,
			int ifindex)
{
	struct netconf_event all = { .family = family, .ifindex = ifindex, .attr = NETCONFA_ALL };

	return rtnl_netconf_fill(buf, head, net, &all, false);
}

int rtnl_getnetconf(struct nl_request *req)
{
	static const uint16_t allowed[] = { NETCONFA_IFINDEX, 0 };
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(req->nlh);
	struct nl_reply r;
	int ifindex, err;

	if (!rtnl_addr_len(gen->rtgen_family))
		return extack_set(&req->ack, -EOPNOTSUPP, "Address family %u has no settings",
				  gen->rtgen_family);
	err = nl_parse_request(req, sizeof(struct netconfmsg), netconf_policy, NETCONFA_MAX,
			       req->strict ? NL_VALIDATE_OLD_STRICT : NL_VALIDATE_LIBERAL);
	if (!err)
		err = rtnl_get_allow(req, allowed, "Unsupported attribute in netconf get request");
	if (err)
		return err;
	if (!req->tb[NETCONFA_IFINDEX])
		return nl_extack_missing(&req->ack, NETCONFA_IFINDEX, "Device not specified");
	ifindex = (int)mnl_attr_get_u32(req->tb[NETCONFA_IFINDEX]);
	if (!has_conf(req->net, gen->rtgen_family, ifindex))
		return extack_set(&req->ack, -EINVAL, "The family is not on such a device");
	nl_reply_begin(&r, req, RTM_NEWNETCONF, 0);
	netconf_fill(&r.buf, &r.head, req->net, gen->rtgen_family, ifindex);
	return nl_reply_send(&r);
}

/* --- dump: devices, then what holds for all of them, then for those to come ------------------------- */

enum { FAMILY, AT_FAMILY, LAST_INDEX, AT_SPECIAL }; /* d->state */

static const int families[] = { AF_INET, AF_INET6 };

static int start(struct nl_dump *d)
{
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(d->req.nlh);

	d->state[FAMILY] = gen->rtgen_family;
	return 0;
}

static int dump_family(struct nl_dump *d, struct nl_buf *buf, int family)
{
	static const int special[] = { NETCONFA_IFINDEX_ALL, NETCONFA_IFINDEX_DEFAULT };
	struct nl_head head = nl_dump_head(d, RTM_NEWNETCONF);
	struct net *net = d->req.net;
	struct net_device *dev;

	netdev_for_each(net, dev) {
		if (dev->ifindex <= (int)d->state[LAST_INDEX] ||
		    !has_conf(net, family, dev->ifindex))
			continue;
		if (netconf_fill(buf, &head, net, family, dev->ifindex))
			return 1;
		d->state[LAST_INDEX] = dev->ifindex;
	}
	for (; d->state[AT_SPECIAL] < ARRAY_SIZE(special); d->state[AT_SPECIAL]++)
		if (netconf_fill(buf, &head, net, family, special[d->state[AT_SPECIAL]]))
			return 1;
	return 0;
}

static int more(struct nl_dump *d, struct nl_buf *buf)
{
	for (; d->state[AT_FAMILY] < ARRAY_SIZE(families); d->state[AT_FAMILY]++) {
		int family = families[d->state[AT_FAMILY]];

		if (!inet_config_find(d->req.net, family) ||
		    (d->state[FAMILY] && (int)d->state[FAMILY] != family))
			continue;
		if (dump_family(d, buf, family))
			return 1;
		d->state[LAST_INDEX] = d->state[AT_SPECIAL] = 0;
	}
	return 0;
}

const struct nl_dump_ops rtnl_netconf_dump = { .start = start, .more = more };
