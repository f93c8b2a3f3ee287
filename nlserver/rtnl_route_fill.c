/* SPDX-License-Identifier: BSD-2-Clause */
/* A route as an RTM_NEWROUTE message: of a table, or the answer to "get" (RTM_F_CLONED). */
#include "nlserver/rtnl.h"

#include <string.h>

#define USER_HZ 100

static void put_metrics(struct nl_msg *m, const struct route_config *cfg)
{
	struct nlattr *nest = nl_nest_begin(m, RTA_METRICS);
	bool any = cfg->metrics_lock;

	if (cfg->metrics_lock)
		nl_put_u32(m, RTAX_LOCK, cfg->metrics_lock);
	for (int i = RTAX_LOCK + 1; i <= RTAX_MAX; i++) {
		if (!cfg->metrics[i])
			continue;
		nl_put_u32(m, i, cfg->metrics[i]);
		any = true;
	}
	if (any)
		nl_nest_end(m, nest);
	else
		nl_nest_cancel(m, nest);
}

/* A gateway of another family than the route's needs RTA_VIA. */
static void put_gateway(struct nl_msg *m, int family, const struct nexthop_config *nh)
{
	char buf[sizeof(struct rtvia) + sizeof(nh->gw)];
	struct rtvia *via = (struct rtvia *)buf;
	size_t len = rtnl_addr_len(nh->gw_family);

	if (!nh->gw_family)
		return;
	if (nh->gw_family == family) {
		rtnl_put_addr(m, RTA_GATEWAY, family, &nh->gw);
		return;
	}
	via->rtvia_family = nh->gw_family;
	memcpy(via->rtvia_addr, &nh->gw, len);
	nl_put(m, RTA_VIA, via, offsetof(struct rtvia, rtvia_addr) + len);
}

static void put_multipath(struct nl_msg *m, const struct route_config *cfg)
{
	struct nlattr *nest = nl_nest_begin(m, RTA_MULTIPATH);

	for (unsigned i = 0; i < cfg->nr_nh; i++) {
		const struct nexthop_config *nh = &cfg->nh[i];
		struct rtnexthop *rtnh = nl_put_raw(m, sizeof(*rtnh));

		if (!rtnh)
			return;
		rtnh->rtnh_flags = nh->flags;
		rtnh->rtnh_hops = (uint8_t)(nh->weight - 1);
		rtnh->rtnh_ifindex = nh->oif;
		put_gateway(m, cfg->family, nh);
		if (nh->realms)
			nl_put_u32(m, RTA_FLOW, nh->realms);
		rtnh->rtnh_len = (char *)m->nlh + m->nlh->nlmsg_len - (char *)rtnh;
	}
	nl_nest_end(m, nest);
}

static void put_nexthops(struct nl_msg *m, const struct route_config *cfg)
{
	if (cfg->nr_nh > 1) {
		put_multipath(m, cfg);
	} else if (cfg->nr_nh == 1) {
		put_gateway(m, cfg->family, &cfg->nh[0]);
		if (cfg->nh[0].oif)
			nl_put_u32(m, RTA_OIF, cfg->nh[0].oif);
	}
}

/* Route "get" and IPv6 show when it ends and what is wrong with it. */
static void put_cacheinfo(struct nl_msg *m, const struct route_config *cfg)
{
	bool cloned = cfg->flags & RTM_F_CLONED;
	struct rta_cacheinfo ci = {
		.rta_expires = (int32_t)(cfg->expires * USER_HZ),
		.rta_error = (uint32_t)(cloned && cfg->error < 0 ? -cfg->error : 0),
	};

	if (cloned || cfg->family == AF_INET6)
		nl_put(m, RTA_CACHEINFO, &ci, sizeof(ci));
}

/* What only an answer to "get" has. */
static void put_flow(struct nl_msg *m, const struct route_config *cfg)
{
	if (cfg->iif)
		nl_put_u32(m, RTA_IIF, cfg->iif);
	if (cfg->mark)
		nl_put_u32(m, RTA_MARK, cfg->mark);
	if ((cfg->flags & RTM_F_CLONED) && !cfg->iif)
		nl_put_u32(m, RTA_UID, cfg->uid);
}

int rtnl_route_fill(struct nl_buf *buf, const struct nl_head *head, const struct route_config *cfg)
{
	struct rtmsg *rtm;
	struct nl_msg m;

	rtm = nl_msg_begin(&m, buf, head, sizeof(*rtm));
	if (rtm) {
		rtm->rtm_family = cfg->family;
		rtm->rtm_dst_len = cfg->dst_len;
		rtm->rtm_src_len = cfg->src_len;
		rtm->rtm_tos = cfg->tos;
		rtm->rtm_table = cfg->table < 256 ? cfg->table : RT_TABLE_COMPAT;
		rtm->rtm_protocol = cfg->protocol;
		rtm->rtm_scope = cfg->scope;
		rtm->rtm_type = cfg->type;
		rtm->rtm_flags = cfg->flags | (cfg->nr_nh == 1 ? cfg->nh[0].flags : 0);
	}
	nl_put_u32(&m, RTA_TABLE, cfg->table);
	if (cfg->dst_len)
		rtnl_put_addr(&m, RTA_DST, cfg->family, &cfg->dst);
	if (cfg->src_len)
		rtnl_put_addr(&m, RTA_SRC, cfg->family, &cfg->src);
	if (cfg->priority || cfg->family == AF_INET6)
		nl_put_u32(&m, RTA_PRIORITY, cfg->priority);
	put_metrics(&m, cfg);
	if (!inaddr_any(&cfg->prefsrc))
		rtnl_put_addr(&m, RTA_PREFSRC, cfg->family, &cfg->prefsrc);
	put_nexthops(&m, cfg);
	if (cfg->realms)
		nl_put_u32(&m, RTA_FLOW, cfg->realms);
	if (cfg->family == AF_INET6)
		nl_put_u8(&m, RTA_PREF, cfg->pref);
	put_flow(&m, cfg);
	put_cacheinfo(&m, cfg);
	return nl_msg_end(&m);
}
