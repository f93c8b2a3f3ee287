/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the address families say of a device (IFLA_AF_SPEC, and IPv6's own message about it) and what may
 * be set of it: how IPv6 makes its link-local address, and the token of `ip token`.
 */
#include "nlserver/rtnl.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "stack/core/net.h"
#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/addrconf.h"

#define MS_PER_S      1000
#define REASM_LEN_MAX 65535 /* bytes: the longest packet that is put together */

/* --- IPv4 ----------------------------------------------------------------------------------------- */

/* What is not known here is off, as by the kernel's default. */
static void put_inet(struct nl_msg *m, const struct ipv4_devconf *ctl)
{
	struct nlattr *nest = nl_nest_begin(m, AF_INET);
	int32_t conf[IPV4_DEVCONF_MAX] = {
		[IPV4_DEVCONF_ACCEPT_LOCAL - 1] = ctl->accept_local,
		[IPV4_DEVCONF_ACCEPT_REDIRECTS - 1] = ctl->accept_redirects,
		[IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE - 1] = ctl->accept_source_route,
		[IPV4_DEVCONF_ARP_ACCEPT - 1] = ctl->arp_accept,
		[IPV4_DEVCONF_ARP_ANNOUNCE - 1] = ctl->arp_announce,
		[IPV4_DEVCONF_ARP_EVICT_NOCARRIER - 1] = ctl->arp_evict_nocarrier,
		[IPV4_DEVCONF_ARPFILTER - 1] = ctl->arp_filter,
		[IPV4_DEVCONF_ARP_IGNORE - 1] = ctl->arp_ignore,
		[IPV4_DEVCONF_ARP_NOTIFY - 1] = ctl->arp_notify,
		[IPV4_DEVCONF_DROP_GRATUITOUS_ARP - 1] = ctl->drop_gratuitous_arp,
		[IPV4_DEVCONF_DROP_UNICAST_IN_L2_MULTICAST - 1] = ctl->drop_unicast_in_l2_multicast,
		[IPV4_DEVCONF_FORCE_IGMP_VERSION - 1] = ctl->force_igmp_version,
		[IPV4_DEVCONF_FORWARDING - 1] = ctl->forwarding,
		[IPV4_DEVCONF_IGMPV2_UNSOLICITED_REPORT_INTERVAL - 1] = ctl->igmpv2_unsolicited_report_interval,
		[IPV4_DEVCONF_IGMPV3_UNSOLICITED_REPORT_INTERVAL - 1] = ctl->igmpv3_unsolicited_report_interval,
		[IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN - 1] = ctl->ignore_routes_with_linkdown,
		[IPV4_DEVCONF_MEDIUM_ID - 1] = ctl->medium_id,
		[IPV4_DEVCONF_PROMOTE_SECONDARIES - 1] = ctl->promote_secondaries,
		[IPV4_DEVCONF_PROXY_ARP - 1] = ctl->proxy_arp,
		[IPV4_DEVCONF_PROXY_ARP_PVLAN - 1] = ctl->proxy_arp_pvlan,
		[IPV4_DEVCONF_ROUTE_LOCALNET - 1] = ctl->route_localnet,
		[IPV4_DEVCONF_RP_FILTER - 1] = ctl->rp_filter,
		[IPV4_DEVCONF_SECURE_REDIRECTS - 1] = ctl->secure_redirects,
		[IPV4_DEVCONF_SEND_REDIRECTS - 1] = ctl->send_redirects,
		[IPV4_DEVCONF_SHARED_MEDIA - 1] = ctl->shared_media,
	};

	nl_put(m, IFLA_INET_CONF, conf, sizeof(conf));
	nl_nest_end(m, nest);
}

/* --- IPv6 ----------------------------------------------------------------------------------------- */

/* How a value of struct ipv6_devconf is shown. */
static const struct {
	uint16_t at;	/* DEVCONF_* */
	uint16_t scale; /* to milliseconds, for times in seconds */
	size_t offset;
} devconf[] = {
#define CONF(at, field)                                     \
	{                                                   \
		at, 1, offsetof(struct ipv6_devconf, field) \
	}
#define SECS(at, field)                                            \
	{                                                          \
		at, MS_PER_S, offsetof(struct ipv6_devconf, field) \
	}
	CONF(DEVCONF_FORWARDING, forwarding),
	CONF(DEVCONF_HOPLIMIT, hop_limit),
	CONF(DEVCONF_MTU6, mtu),
	CONF(DEVCONF_ACCEPT_RA, accept_ra),
	CONF(DEVCONF_ACCEPT_REDIRECTS, accept_redirects),
	CONF(DEVCONF_AUTOCONF, autoconf),
	CONF(DEVCONF_DAD_TRANSMITS, dad_transmits),
	CONF(DEVCONF_RTR_SOLICITS, router_solicitations),
	SECS(DEVCONF_RTR_SOLICIT_INTERVAL, router_solicitation_interval),
	SECS(DEVCONF_RTR_SOLICIT_DELAY, router_solicitation_delay),
	CONF(DEVCONF_USE_TEMPADDR, use_tempaddr),
	CONF(DEVCONF_TEMP_VALID_LFT, temp_valid_lft),
	CONF(DEVCONF_TEMP_PREFERED_LFT, temp_prefered_lft),
	CONF(DEVCONF_REGEN_MAX_RETRY, regen_max_retry),
	CONF(DEVCONF_MAX_DESYNC_FACTOR, max_desync_factor),
	CONF(DEVCONF_MAX_ADDRESSES, max_addresses),
	CONF(DEVCONF_FORCE_MLD_VERSION, force_mld_version),
	CONF(DEVCONF_ACCEPT_RA_DEFRTR, accept_ra_defrtr),
	CONF(DEVCONF_ACCEPT_RA_PINFO, accept_ra_pinfo),
	CONF(DEVCONF_ACCEPT_RA_RTR_PREF, accept_ra_rtr_pref),
	CONF(DEVCONF_ACCEPT_RA_RT_INFO_MAX_PLEN, accept_ra_rt_info_max_plen),
	CONF(DEVCONF_PROXY_NDP, proxy_ndp),
	CONF(DEVCONF_OPTIMISTIC_DAD, optimistic_dad),
	CONF(DEVCONF_ACCEPT_SOURCE_ROUTE, accept_source_route),
	CONF(DEVCONF_DISABLE_IPV6, disable_ipv6),
	CONF(DEVCONF_ACCEPT_DAD, accept_dad),
	CONF(DEVCONF_FORCE_TLLAO, force_tllao),
	CONF(DEVCONF_NDISC_NOTIFY, ndisc_notify),
	CONF(DEVCONF_MLDV1_UNSOLICITED_REPORT_INTERVAL, mldv1_unsolicited_report_interval),
	CONF(DEVCONF_MLDV2_UNSOLICITED_REPORT_INTERVAL, mldv2_unsolicited_report_interval),
	CONF(DEVCONF_SUPPRESS_FRAG_NDISC, suppress_frag_ndisc),
	CONF(DEVCONF_ACCEPT_RA_FROM_LOCAL, accept_ra_from_local),
	CONF(DEVCONF_USE_OPTIMISTIC, use_optimistic),
	CONF(DEVCONF_ACCEPT_RA_MTU, accept_ra_mtu),
	CONF(DEVCONF_USE_OIF_ADDRS_ONLY, use_oif_addrs_only),
	CONF(DEVCONF_ACCEPT_RA_MIN_HOP_LIMIT, accept_ra_min_hop_limit),
	CONF(DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN, ignore_routes_with_linkdown),
	CONF(DEVCONF_DROP_UNICAST_IN_L2_MULTICAST, drop_unicast_in_l2_multicast),
	CONF(DEVCONF_DROP_UNSOLICITED_NA, drop_unsolicited_na),
	CONF(DEVCONF_KEEP_ADDR_ON_DOWN, keep_addr_on_down),
	SECS(DEVCONF_RTR_SOLICIT_MAX_INTERVAL, router_solicitation_max_interval),
	CONF(DEVCONF_ADDR_GEN_MODE, addr_gen_mode),
	CONF(DEVCONF_ACCEPT_RA_RT_INFO_MIN_PLEN, accept_ra_rt_info_min_plen),
	CONF(DEVCONF_NDISC_TCLASS, ndisc_tclass),
	CONF(DEVCONF_RA_DEFRTR_METRIC, ra_defrtr_metric),
	CONF(DEVCONF_ACCEPT_UNTRACKED_NA, accept_untracked_na),
	CONF(DEVCONF_ACCEPT_RA_MIN_LFT, accept_ra_min_lft),
	SECS(DEVCONF_RTR_PROBE_INTERVAL, router_probe_interval),
	CONF(DEVCONF_NDISC_EVICT_NOCARRIER, ndisc_evict_nocarrier),
#undef CONF
#undef SECS
};

/* What has no setting here has the kernel's default, or is off. */
static void put_inet6_conf(struct nl_msg *m, const struct ipv6_devconf *conf)
{
	int32_t array[DEVCONF_MAX] = {
		[DEVCONF_ENHANCED_DAD] = 1,
		[DEVCONF_IOAM6_ID] = UINT16_MAX,
		[DEVCONF_IOAM6_ID_WIDE] = -1,
	};

	for (size_t i = 0; i < ARRAY_SIZE(devconf); i++) {
		const char *field = (const char *)conf + devconf[i].offset;
		int32_t value = *(const int32_t *)field;

		array[devconf[i].at] = value < 0 ? value
						 : (int32_t)min((int64_t)value * devconf[i].scale,
								(int64_t)INT32_MAX);
	}
	nl_put(m, IFLA_INET6_CONF, array, sizeof(array));
}

static void put_inet6_cacheinfo(struct nl_msg *m, const struct inet6_dev *idev)
{
	const struct neigh_table *tbl = neigh_table_find(idev->dev->net, AF_INET6);
	const struct neigh_parms *parms = idev->nd_parms ? idev->nd_parms : &tbl->parms;
	struct ifla_cacheinfo ci = {
		.max_reasm_len = REASM_LEN_MAX,
		.tstamp = (uint32_t)(ktime_to_ms(idev->tstamp) / 10),
		.reachable_time = parms->base_reachable_time,
		.retrans_time = parms->retrans_time,
	};

	nl_put(m, IFLA_INET6_CACHEINFO, &ci, sizeof(ci));
}

/* Counters are the instance's here, not a device's: there are none to show, as if they had been skipped. */
static void put_inet6(struct nl_msg *m, const struct inet6_dev *idev)
{
	nl_put_u32(m, IFLA_INET6_FLAGS, idev->flags);
	put_inet6_cacheinfo(m, idev);
	put_inet6_conf(m, &idev->conf);
	rtnl_put_addr(m, IFLA_INET6_TOKEN, AF_INET6, &idev->token);
	nl_put_u8(m, IFLA_INET6_ADDR_GEN_MODE, idev->conf.addr_gen_mode);
	if (idev->ra_mtu)
		nl_put_u32(m, IFLA_INET6_RA_MTU, idev->ra_mtu);
}

/* --- to messages ------------------------------------------------------------------------------------ */

void rtnl_link_put_af(struct nl_msg *m, const struct net_device *dev)
{
	const struct inet6_dev *idev = in6_dev_get(dev);
	struct nlattr *nest = nl_nest_begin(m, IFLA_AF_SPEC), *inet6;

	if (ipv4_conf(dev->net, dev))
		put_inet(m, ipv4_conf(dev->net, dev));
	if (idev) {
		inet6 = nl_nest_begin(m, AF_INET6);
		put_inet6(m, idev);
		nl_nest_end(m, inet6);
	}
	nl_nest_end(m, nest);
}

int rtnl_link_fill_inet6(struct nl_buf *buf, const struct nl_head *head,
			 const struct net_device *dev)
{
	const struct inet6_dev *idev = in6_dev_get(dev);
	struct ifinfomsg *ifi;
	struct nlattr *nest;
	struct nl_msg m;

	if (!idev)
		return 0;
	ifi = nl_msg_begin(&m, buf, head, sizeof(*ifi));
	if (ifi) {
		ifi->ifi_family = AF_INET6;
		ifi->ifi_type = dev->link->type;
		ifi->ifi_index = dev->ifindex;
		ifi->ifi_flags = netdev_flags(dev);
	}
	nl_put_str(&m, IFLA_IFNAME, dev->name);
	if (dev->link->addr_len)
		nl_put(&m, IFLA_ADDRESS, dev->addr, dev->link->addr_len);
	nl_put_u32(&m, IFLA_MTU, dev->mtu);
	if (dev->iflink && dev->iflink != dev->ifindex)
		nl_put_u32(&m, IFLA_LINK, dev->iflink);
	nl_put_u8(&m, IFLA_OPERSTATE, netdev_operstate(dev));
	nest = nl_nest_begin(&m, IFLA_PROTINFO);
	put_inet6(&m, idev);
	nl_nest_end(&m, nest);
	return nl_msg_end(&m);
}

/* --- what is set -------------------------------------------------------------------------------------- */

static const struct nl_policy inet6_policy[IFLA_INET6_MAX + 1] = {
	[IFLA_INET6_ADDR_GEN_MODE] = { .type = NL_ATTR_TYPE_U8 },
	[IFLA_INET6_TOKEN] = { .min_len = 16 },
	[IFLA_INET6_RA_MTU] = { .type = NL_ATTR_TYPE_U32, .reject = true },
};

static int parse_inet6(struct nl_request *req, const struct nlattr *attr, const struct nlattr **tb)
{
	return nl_parse_nested(attr, inet6_policy, IFLA_INET6_MAX, NL_VALIDATE_LIBERAL, tb,
			       &req->ack);
}

/* A device that is only to be made has no IPv6 yet. */
static int check_inet6(struct nl_request *req, const struct nlattr *attr,
		       const struct net_device *dev)
{
	const struct nlattr *tb[IFLA_INET6_MAX + 1];
	const struct nlattr *mode;
	int err;

	if (!dev || !in6_dev_get(dev))
		return extack_set(&req->ack, -EAFNOSUPPORT, "IPv6 is not on this device");
	err = parse_inet6(req, attr, tb);
	if (err)
		return err;
	mode = tb[IFLA_INET6_ADDR_GEN_MODE];
	if (!mode && !tb[IFLA_INET6_TOKEN])
		return nl_extack_attr(&req->ack, attr, -EINVAL,
				      "Neither a token nor an address generation mode");
	if (mode && mnl_attr_get_u8(mode) > IN6_ADDR_GEN_MODE_RANDOM)
		return nl_extack_attr(&req->ack, mode, -EINVAL, "Unknown address generation mode");
	return 0;
}

int rtnl_link_check_af(struct nl_request *req, const struct net_device *dev)
{
	const struct nlattr *attr;
	int err = 0;

	if (!req->tb[IFLA_AF_SPEC])
		return 0;
	mnl_attr_for_each_nested(attr, req->tb[IFLA_AF_SPEC])
	{
		if (mnl_attr_get_type(attr) == AF_INET)
			err = nl_extack_attr(&req->ack, attr, -EOPNOTSUPP,
					     "IPv4 has no settings of one device");
		else if (mnl_attr_get_type(attr) != AF_INET6 ||
			 !inet_config_find(req->net, AF_INET6))
			err = nl_extack_attr(&req->ack, attr, -EAFNOSUPPORT,
					     "Address family %u is not supported",
					     mnl_attr_get_type(attr));
		else
			err = check_inet6(req, attr, dev);
		if (err)
			break;
	}
	return err;
}

int rtnl_link_set_af(struct nl_request *req, struct net_device *dev)
{
	const struct nlattr *tb[IFLA_INET6_MAX + 1];
	const struct nlattr *attr;
	union inaddr token;
	int err;

	mnl_attr_for_each_nested(attr, req->tb[IFLA_AF_SPEC])
	{
		err = parse_inet6(req, attr, tb);
		if (!err && tb[IFLA_INET6_TOKEN]) {
			token = rtnl_get_addr(tb[IFLA_INET6_TOKEN], AF_INET6);
			err = addrconf_set_token(dev, &token, &req->ack);
		}
		if (!err && tb[IFLA_INET6_ADDR_GEN_MODE])
			err = addrconf_set_gen_mode(dev,
						    mnl_attr_get_u8(tb[IFLA_INET6_ADDR_GEN_MODE]),
						    &req->ack);
		if (err)
			return err;
	}
	return 0;
}
