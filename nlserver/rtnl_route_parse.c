/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A route as a message says it: struct rtmsg and its attributes into struct route_config. What the
 * message means for a table is the family's business; here is checked only that it is well formed.
 */
#include "nlserver/rtnl.h"

#include <errno.h>
#include <string.h>

/* What the kernel clamps these metrics to. */
#define ADVMSS_MAX   (65535 - 40)
#define MTU_MAX	     (65535 - 15)
#define HOPLIMIT_MAX 255

static const struct nl_policy ipv4_policy[RTA_MAX + 1] = {
	[RTA_DST] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_SRC] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_IIF] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_OIF] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_GATEWAY] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_PRIORITY] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_PREFSRC] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_METRICS] = { .type = NL_ATTR_TYPE_NESTED },
	[RTA_MULTIPATH] = { .min_len = sizeof(struct rtnexthop) },
	[RTA_FLOW] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_TABLE] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_MARK] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_VIA] = { .min_len = sizeof(struct rtvia) + 4 },
	[RTA_ENCAP_TYPE] = { .type = NL_ATTR_TYPE_U16 },
	[RTA_UID] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_IP_PROTO] = { .type = NL_ATTR_TYPE_U8 },
	[RTA_SPORT] = { .type = NL_ATTR_TYPE_U16 },
	[RTA_DPORT] = { .type = NL_ATTR_TYPE_U16 },
	[RTA_NH_ID] = { .type = NL_ATTR_TYPE_U32 },
};

static const struct nl_policy ipv6_policy[RTA_MAX + 1] = {
	[RTA_DST] = { .min_len = 16 },
	[RTA_SRC] = { .min_len = 16 },
	[RTA_IIF] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_OIF] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_GATEWAY] = { .min_len = 16 },
	[RTA_PRIORITY] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_PREFSRC] = { .min_len = 16 },
	[RTA_METRICS] = { .type = NL_ATTR_TYPE_NESTED },
	[RTA_MULTIPATH] = { .min_len = sizeof(struct rtnexthop) },
	[RTA_PREF] = { .type = NL_ATTR_TYPE_U8 },
	[RTA_EXPIRES] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_TABLE] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_MARK] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_ENCAP_TYPE] = { .type = NL_ATTR_TYPE_U16 },
	[RTA_UID] = { .type = NL_ATTR_TYPE_U32 },
	[RTA_IP_PROTO] = { .type = NL_ATTR_TYPE_U8 },
	[RTA_SPORT] = { .type = NL_ATTR_TYPE_U16 },
	[RTA_DPORT] = { .type = NL_ATTR_TYPE_U16 },
	[RTA_NH_ID] = { .type = NL_ATTR_TYPE_U32 },
};

const struct nl_policy *rtnl_route_policy(int family)
{
	return family == AF_INET6 ? ipv6_policy : ipv4_policy;
}

/* --- next hops ------------------------------------------------------------------------------------ */

/* RTA_VIA: a gateway of any family. */
static int parse_via(struct nl_request *req, const struct nlattr *attr, struct nexthop_config *nh)
{
	const struct rtvia *via = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr) - offsetof(struct rtvia, rtvia_addr);
	size_t want = rtnl_addr_len(via->rtvia_family);

	if (!want)
		return nl_extack_attr(&req->ack, attr, -EINVAL,
				      "Unsupported address family in RTA_VIA");
	if (len < want)
		return nl_extack_attr(&req->ack, attr, -EINVAL, "Invalid length in RTA_VIA");
	nh->gw_family = via->rtvia_family;
	memset(&nh->gw, 0, sizeof(nh->gw));
	memcpy(&nh->gw, via->rtvia_addr, want);
	return 0;
}

/* RTA_GATEWAY or RTA_VIA of the route or of one of its next hops. */
static int parse_gateway(struct nl_request *req, int family, const struct nlattr *const *tb,
			 struct nexthop_config *nh)
{
	if (tb[RTA_GATEWAY] && tb[RTA_VIA])
		return extack_set(&req->ack, -EINVAL,
				  "Nexthop configuration can not contain both GATEWAY and VIA");
	if (tb[RTA_VIA] && family == AF_INET6)
		return nl_extack_attr(&req->ack, tb[RTA_VIA], -EINVAL,
				      "IPv6 does not support RTA_VIA attribute");
	if (tb[RTA_VIA])
		return parse_via(req, tb[RTA_VIA], nh);
	if (!tb[RTA_GATEWAY])
		return 0;
	nh->gw = rtnl_get_addr(tb[RTA_GATEWAY], family);
	/* IPv4 takes 0.0.0.0 for "none"; to IPv6, :: is a gateway, and a wrong one. */
	nh->gw_family = family == AF_INET && inaddr_any(&nh->gw) ? 0 : family;
	return 0;
}

static int refuse_encap(struct nl_request *req, const struct nlattr *const *tb)
{
	const struct nlattr *attr = tb[RTA_ENCAP] ? tb[RTA_ENCAP] : tb[RTA_ENCAP_TYPE];

	if (!attr || (tb[RTA_ENCAP_TYPE] && !mnl_attr_get_u16(tb[RTA_ENCAP_TYPE])))
		return 0;
	return nl_extack_attr(&req->ack, attr, -EOPNOTSUPP, "Encapsulation is not supported");
}

/* The kernel keeps them for IPv4 alone, and takes them for both. */
static uint32_t parse_realms(int family, const struct nlattr *const *tb)
{
	return family == AF_INET && tb[RTA_FLOW] ? mnl_attr_get_u32(tb[RTA_FLOW]) : 0;
}

static int parse_one_of_many(struct nl_request *req, int family, const struct rtnexthop *rtnh,
			     struct nexthop_config *nh)
{
	const struct nlattr *tb[RTA_MAX + 1];
	int err;

	if (rtnh->rtnh_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN))
		return extack_set(&req->ack, -EINVAL,
				  "Invalid flags for nexthop - can not contain DEAD or LINKDOWN");
	err = nl_parse(rtnh + 1, rtnh->rtnh_len - sizeof(*rtnh), rtnl_route_policy(family), RTA_MAX,
		       NL_VALIDATE_LIBERAL, tb, &req->ack);
	if (!err)
		err = refuse_encap(req, tb);
	if (err)
		return err;
	*nh = (struct nexthop_config){
		.oif = rtnh->rtnh_ifindex,
		.flags = rtnh->rtnh_flags,
		.weight = rtnh->rtnh_hops + 1,
		.realms = parse_realms(family, tb),
	};
	return parse_gateway(req, family, tb, nh);
}

/* What stands beside RTA_MULTIPATH is of the first of the next hops, and must be said there too. */
static int check_beside_multipath(struct nl_request *req, const struct route_config *cfg)
{
	const struct nlattr *const *tb = req->tb;
	const struct nexthop_config *first = &cfg->nh[0];
	struct nexthop_config beside = { 0 };
	int err = parse_gateway(req, cfg->family, tb, &beside);

	if (err)
		return err;
	if (tb[RTA_OIF] && (int)mnl_attr_get_u32(tb[RTA_OIF]) != first->oif)
		return nl_extack_attr(&req->ack, tb[RTA_OIF], -EINVAL,
				      "Nexthop device index does not match RTA_OIF");
	if (beside.gw_family &&
	    (beside.gw_family != first->gw_family || !inaddr_equal(&beside.gw, &first->gw)))
		return extack_set(&req->ack, -EINVAL,
				  "Nexthop gateway does not match RTA_GATEWAY or RTA_VIA");
	return 0;
}

static int parse_multipath(struct nl_request *req, struct route_config *cfg)
{
	const struct nlattr *attr = req->tb[RTA_MULTIPATH];
	const struct rtnexthop *rtnh = mnl_attr_get_payload(attr);
	size_t left = mnl_attr_get_payload_len(attr);

	while (left >= sizeof(*rtnh) && rtnh->rtnh_len >= sizeof(*rtnh) && rtnh->rtnh_len <= left) {
		size_t step = min((size_t)RTNH_ALIGN(rtnh->rtnh_len), left);
		int err;

		if (cfg->nr_nh == ROUTE_MAX_NEXTHOPS)
			return nl_extack_attr(&req->ack, attr, -EINVAL,
					      "A route has at most %d next hops",
					      ROUTE_MAX_NEXTHOPS);
		err = parse_one_of_many(req, cfg->family, rtnh, &cfg->nh[cfg->nr_nh]);
		if (err)
			return err;
		cfg->nr_nh++;
		rtnh = (const struct rtnexthop *)((const char *)rtnh + step);
		left -= step;
	}
	if (left)
		return nl_extack_attr(&req->ack, attr, -EINVAL,
				      "Invalid nexthop configuration - extra data after nexthop");
	if (cfg->family == AF_INET) {
		int err = check_beside_multipath(req, cfg);

		if (err)
			return err;
	}
	if (cfg->realms && cfg->nh[0].realms != cfg->realms)
		return nl_extack_attr(&req->ack, req->tb[RTA_FLOW], -EINVAL,
				      "Nexthop class id does not match RTA_FLOW");
	cfg->realms = 0; /* each next hop has its own */
	return 0;
}

static int parse_nexthops(struct nl_request *req, struct route_config *cfg)
{
	const struct nlattr *const *tb = req->tb;
	struct nexthop_config *nh = &cfg->nh[0];
	int err;

	err = refuse_encap(req, tb);
	if (err)
		return err;
	if (tb[RTA_NH_ID] && mnl_attr_get_u32(tb[RTA_NH_ID]) &&
	    (tb[RTA_OIF] || tb[RTA_GATEWAY] || tb[RTA_VIA] || tb[RTA_MULTIPATH]))
		return extack_set(&req->ack, -EINVAL,
				  "Nexthop specification and nexthop id are mutually exclusive");
	if (tb[RTA_NH_ID] && mnl_attr_get_u32(tb[RTA_NH_ID]))
		return nl_extack_attr(&req->ack, tb[RTA_NH_ID], -EINVAL,
				      "Nexthop id does not exist");
	if (tb[RTA_MULTIPATH])
		return parse_multipath(req, cfg);
	*nh = (struct nexthop_config){ .weight = 1, .realms = cfg->realms };
	err = parse_gateway(req, cfg->family, tb, nh);
	if (err)
		return err;
	if (tb[RTA_OIF])
		nh->oif = mnl_attr_get_u32(tb[RTA_OIF]);
	nh->flags = (uint8_t)cfg->flags;
	cfg->nr_nh = nh->oif || nh->gw_family ? 1 : 0;
	return 0;
}

/* --- metrics -------------------------------------------------------------------------------------- */

static int parse_metric(struct nl_request *req, const struct nlattr *attr, struct route_config *cfg)
{
	uint16_t type = mnl_attr_get_type(attr);
	uint32_t v;

	if (!type)
		return 0;
	if (type > RTAX_MAX)
		return nl_extack_attr(&req->ack, attr, -EINVAL, "Invalid metric type");
	if (type == RTAX_CC_ALGO)
		return nl_extack_attr(&req->ack, attr, -EOPNOTSUPP,
				      "A route cannot choose the congestion control");
	if (mnl_attr_get_payload_len(attr) != sizeof(v))
		return nl_extack_attr(&req->ack, attr, -EINVAL, "Invalid attribute in metrics");
	v = mnl_attr_get_u32(attr);
	if (type == RTAX_LOCK) {
		cfg->metrics_lock = v;
		return 0;
	}
	if (type == RTAX_FEATURES && (v & ~(uint32_t)RTAX_FEATURE_MASK))
		return nl_extack_attr(&req->ack, attr, -EINVAL,
				      "Unknown flag set in feature mask in metrics attribute");
	if (type == RTAX_ADVMSS)
		v = min(v, (uint32_t)ADVMSS_MAX);
	if (type == RTAX_MTU)
		v = min(v, (uint32_t)MTU_MAX);
	if (type == RTAX_HOPLIMIT)
		v = min(v, (uint32_t)HOPLIMIT_MAX);
	cfg->metrics[type] = v;
	return 0;
}

static int parse_metrics(struct nl_request *req, struct route_config *cfg)
{
	const struct nlattr *attr;
	int err;

	if (!req->tb[RTA_METRICS])
		return 0;
	mnl_attr_for_each_nested(attr, req->tb[RTA_METRICS])
	{
		err = parse_metric(req, attr, cfg);
		if (err)
			return err;
	}
	return 0;
}

/* --- the route ------------------------------------------------------------------------------------ */

static void parse_header(struct nl_request *req, struct route_config *cfg)
{
	const struct rtmsg *rtm = req->hdr;
	const struct nlattr *const *tb = req->tb;

	cfg->family = rtm->rtm_family;
	cfg->dst_len = rtm->rtm_dst_len;
	cfg->src_len = rtm->rtm_src_len;
	cfg->tos = rtm->rtm_tos;
	cfg->protocol = rtm->rtm_protocol;
	cfg->scope = rtm->rtm_scope;
	cfg->scope_given = true;
	cfg->type = rtm->rtm_type;
	cfg->flags = rtm->rtm_flags;
	cfg->table = tb[RTA_TABLE] ? mnl_attr_get_u32(tb[RTA_TABLE]) : rtm->rtm_table;
	cfg->priority = tb[RTA_PRIORITY] ? mnl_attr_get_u32(tb[RTA_PRIORITY]) : 0;
	cfg->realms = parse_realms(cfg->family, tb);
	cfg->dst = rtnl_get_addr(tb[RTA_DST], cfg->family);
	cfg->src = rtnl_get_addr(tb[RTA_SRC], cfg->family);
	cfg->prefsrc = rtnl_get_addr(tb[RTA_PREFSRC], cfg->family);
}

/* Cleared but for the next hops, of which only those that are counted mean anything: the struct is large,
 * and a table of a million routes is loaded through here. */
static void config_clear(struct route_config *cfg)
{
	memset(cfg, 0, offsetof(struct route_config, nh));
}

int rtnl_route_parse(struct nl_request *req, struct route_config *ret)
{
	const struct rtmsg *rtm = req->hdr;
	int err;

	config_clear(ret);
	if (rtm->rtm_type > RTN_MAX)
		return extack_set(&req->ack, -EINVAL, "Invalid route type");
	if (rtm->rtm_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN))
		return extack_set(&req->ack, -EINVAL,
				  "Invalid rtm_flags - can not contain DEAD or LINKDOWN");
	if (rtm->rtm_family == AF_INET6 && rtm->rtm_tos)
		return extack_set(&req->ack, -EINVAL,
				  "Invalid dsfield (tos): option not available for IPv6");
	parse_header(req, ret);
	if (req->tb[RTA_EXPIRES])
		ret->expires = mnl_attr_get_u32(req->tb[RTA_EXPIRES]);
	if (req->tb[RTA_PREF])
		ret->pref = mnl_attr_get_u8(req->tb[RTA_PREF]);
	err = parse_metrics(req, ret);
	return err ? err : parse_nexthops(req, ret);
}
