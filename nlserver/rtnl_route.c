/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTM_{NEW,DEL,GET}ROUTE: routes of every family. A message becomes a struct route_config in
 * rtnl_route_parse.c, and a message again in rtnl_route_fill.c.
 */
#include "nlserver/rtnl.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "stack/core/flow.h"
#include "stack/core/net.h"

#define WALK_BATCH 16 /* routes that a dump takes from a table at a time */

static const struct inet_config_ops *parse(struct nl_request *req, unsigned validate, int *ret_err)
{
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(req->nlh);
	const struct inet_config_ops *config = rtnl_config(req, gen->rtgen_family);

	if (!config) {
		*ret_err = -EAFNOSUPPORT;
		return NULL;
	}
	*ret_err = nl_parse_request(req, sizeof(struct rtmsg), rtnl_route_policy(config->family),
				    RTA_MAX, validate);
	return *ret_err ? NULL : config;
}

int rtnl_newroute(struct nl_request *req)
{
	const struct inet_config_ops *config;
	struct route_config cfg;
	int err;

	config = parse(req, NL_VALIDATE_LIBERAL, &err);
	if (!config)
		return err;
	err = rtnl_route_parse(req, &cfg);
	if (err)
		return err;
	return config->route_add(req->net, &cfg, req->nlh->nlmsg_flags, &req->ack);
}

int rtnl_delroute(struct nl_request *req)
{
	const struct inet_config_ops *config;
	struct route_config cfg;
	int err;

	config = parse(req, NL_VALIDATE_LIBERAL, &err);
	if (!config)
		return err;
	err = rtnl_route_parse(req, &cfg);
	if (err)
		return err;
	return config->route_del(req->net, &cfg, &req->ack);
}

/* --- RTM_GETROUTE: where would a packet go? --------------------------------------------------------- */

static int get_check(struct nl_request *req)
{
	static const uint16_t allowed[] = { RTA_DST, RTA_SRC,	   RTA_IIF,   RTA_OIF,	 RTA_MARK,
					    RTA_UID, RTA_IP_PROTO, RTA_SPORT, RTA_DPORT, 0 };
	const struct rtmsg *rtm = req->hdr;
	const char *family = rtnl_family_name(rtm->rtm_family);
	unsigned whole = rtnl_addr_len(rtm->rtm_family) * 8;
	bool v6 = rtm->rtm_family == AF_INET6;

	if (!req->strict)
		return 0;
	if ((rtm->rtm_src_len && rtm->rtm_src_len != whole) ||
	    (rtm->rtm_dst_len && rtm->rtm_dst_len != whole) || rtm->rtm_table ||
	    rtm->rtm_protocol || rtm->rtm_scope || rtm->rtm_type)
		return extack_set(&req->ack, -EINVAL, "%s: Invalid values in header for %s request",
				  family, v6 ? "get route" : "route get");
	if (v6 && (rtm->rtm_flags & ~(unsigned)RTM_F_FIB_MATCH))
		return extack_set(&req->ack, -EINVAL, "ipv6: Invalid flags for get route request");
	if (rtm->rtm_flags & ~(unsigned)(RTM_F_NOTIFY | RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH))
		return extack_set(&req->ack, -EINVAL,
				  "%s: Unsupported rtm_flags for route get request", family);
	if ((req->tb[RTA_SRC] && !rtm->rtm_src_len) || (req->tb[RTA_DST] && !rtm->rtm_dst_len))
		return extack_set(&req->ack, -EINVAL,
				  "%s: rtm_src_len and rtm_dst_len must be %u for %s", family,
				  whole, v6 ? "IPv6" : "IPv4");
	return rtnl_get_allow(req, allowed,
			      v6 ? "ipv6: Unsupported attribute in get route request"
				 : "ipv4: Unsupported attribute in route get request");
}

static int parse_flow(struct nl_request *req, struct flow *ret)
{
	const struct rtmsg *rtm = req->hdr;
	const struct nlattr *const *tb = req->tb;
	int err = 0;

	*ret = (struct flow){
		.family = rtm->rtm_family,
		.proto = tb[RTA_IP_PROTO] ? mnl_attr_get_u8(tb[RTA_IP_PROTO]) : IPPROTO_UDP,
		.tos = rtm->rtm_tos,
		.scope = RT_SCOPE_UNIVERSE,
		.oif = tb[RTA_OIF] ? (int)mnl_attr_get_u32(tb[RTA_OIF]) : 0,
		.iif = tb[RTA_IIF] ? (int)mnl_attr_get_u32(tb[RTA_IIF]) : 0,
		.mark = tb[RTA_MARK] ? mnl_attr_get_u32(tb[RTA_MARK]) : 0,
		.uid = tb[RTA_UID] ? mnl_attr_get_u32(tb[RTA_UID]) : req->cred->uid,
		.saddr = rtnl_get_addr(tb[RTA_SRC], rtm->rtm_family),
		.daddr = rtnl_get_addr(tb[RTA_DST], rtm->rtm_family),
		.sport = tb[RTA_SPORT] ? mnl_attr_get_u16(tb[RTA_SPORT]) : 0,
		.dport = tb[RTA_DPORT] ? mnl_attr_get_u16(tb[RTA_DPORT]) : 0,
	};
	rtnl_dev(req, ret->iif, &err);
	if (!err)
		rtnl_dev(req, ret->oif, &err);
	return err;
}

/* IPv6 shows the route that was found, narrowed down to what was asked. */
static void as_narrowed(const struct flow *asked, struct route_config *cfg)
{
	cfg->dst = asked->daddr;
	cfg->src = asked->saddr;
	cfg->dst_len = cfg->src_len = rtnl_addr_len(cfg->family) * 8;
	cfg->iif = asked->iif;
	if (asked->iif)
		memset(&cfg->prefsrc, 0, sizeof(cfg->prefsrc));
}

/* IPv4's answer is a route made for this one question, and shows what was asked. */
static void as_cloned(struct nl_request *req, const struct flow *asked, struct route_config *cfg)
{
	cfg->flags |= RTM_F_CLONED;
	cfg->mark = asked->mark;
	cfg->uid = asked->uid;
	cfg->iif = asked->iif;
	if (req->tb[RTA_SRC]) {
		cfg->src = asked->saddr;
		cfg->src_len = rtnl_addr_len(cfg->family) * 8;
		if (inaddr_equal(&cfg->prefsrc, &asked->saddr))
			memset(&cfg->prefsrc, 0, sizeof(cfg->prefsrc));
	}
	/* The kernel looks up local and main as one table, under the name of main, as long as nobody
	 * makes rules; tools print any other. */
	if (cfg->table == RT_TABLE_LOCAL ||
	    !(((const struct rtmsg *)req->hdr)->rtm_flags & RTM_F_LOOKUP_TABLE))
		cfg->table = RT_TABLE_MAIN;
}

int rtnl_getroute(struct nl_request *req)
{
	const struct inet_config_ops *config;
	struct route_config cfg;
	struct flow fl, asked;
	struct nl_reply r;
	bool fibmatch;
	int err;

	config = parse(req, req->strict ? NL_VALIDATE_OLD_STRICT : NL_VALIDATE_LIBERAL, &err);
	if (!config)
		return err;
	err = get_check(req);
	if (!err)
		err = parse_flow(req, &fl);
	if (err)
		return err;
	asked = fl;
	fibmatch = ((const struct rtmsg *)req->hdr)->rtm_flags & RTM_F_FIB_MATCH;
	memset(&cfg, 0, sizeof(cfg));
	err = config->route_get(req->net, &fl, fibmatch, &cfg, &req->ack);
	if (err)
		return err;
	if (!fibmatch && cfg.family == AF_INET6)
		as_narrowed(&asked, &cfg);
	else if (!fibmatch)
		as_cloned(req, &asked, &cfg);
	nl_reply_begin(&r, req, RTM_NEWROUTE, 0);
	rtnl_route_fill(&r.buf, &r.head, &cfg);
	return nl_reply_send(&r);
}

/* --- dump ----------------------------------------------------------------------------------------- */

struct filter {
	int family;
	uint32_t table, oif;
	uint8_t protocol, type;
	bool nothing; /* only cache entries were asked for: there are none to list */
};

struct dump_state {
	struct filter filter;
	struct route_cursor cursor;
	unsigned at_family;
};

_Static_assert(sizeof(struct dump_state) <= NL_DUMP_STATE * sizeof(uint64_t),
	       "a dump's state fits");

static const int families[] = { AF_INET, AF_INET6 };

/* The filter of a strictly checked request; others get everything, as from the kernel. */
static int dump_filter(struct nl_dump *d, const struct rtmsg *rtm, struct filter *f)
{
	static const uint16_t allowed[] = { RTA_TABLE, RTA_OIF, 0 };
	struct nl_request *req = &d->req;
	int err;

	if (rtm->rtm_dst_len || rtm->rtm_src_len || rtm->rtm_tos || rtm->rtm_scope)
		return extack_set(&req->ack, -EINVAL,
				  "Invalid values in header for FIB dump request");
	if (rtm->rtm_flags & ~(unsigned)(RTM_F_CLONED | RTM_F_PREFIX))
		return extack_set(&req->ack, -EINVAL, "Invalid flags for FIB dump request");
	err = rtnl_dump_allow(d, allowed, "Unsupported attribute in dump request");
	if (err)
		return err;
	f->table = req->tb[RTA_TABLE] ? mnl_attr_get_u32(req->tb[RTA_TABLE]) : rtm->rtm_table;
	f->oif = req->tb[RTA_OIF] ? mnl_attr_get_u32(req->tb[RTA_OIF]) : 0;
	f->protocol = rtm->rtm_protocol;
	f->type = rtm->rtm_type;
	rtnl_dev(req, f->oif, &err);
	if (err)
		return err;
	if (f->table || f->oif || f->protocol || f->type)
		d->answer_flags |= NLM_F_DUMP_FILTERED;
	return 0;
}

static int dump_start(struct nl_dump *d)
{
	struct dump_state *s = (struct dump_state *)d->state;
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(d->req.nlh);
	const struct rtmsg *rtm;
	const void *hdr;
	int err;

	s->filter.family = rtnl_addr_len(gen->rtgen_family) ? gen->rtgen_family : 0;
	err = rtnl_dump_parse(d, sizeof(*rtm), rtnl_route_policy(gen->rtgen_family), RTA_MAX, &hdr);
	if (err || !hdr)
		return err;
	rtm = hdr;
	if (d->req.strict)
		err = dump_filter(d, rtm, &s->filter);
	s->filter.nothing = rtm->rtm_flags & RTM_F_CLONED;
	s->cursor.table = s->filter.table;
	return err;
}

static bool leaves_by(const struct route_config *cfg, int oif)
{
	for (unsigned i = 0; i < cfg->nr_nh; i++)
		if (cfg->nh[i].oif == oif)
			return true;
	return false;
}

static bool wanted(const struct filter *f, const struct route_config *cfg)
{
	return (!f->protocol || cfg->protocol == f->protocol) &&
	       (!f->type || cfg->type == f->type) && (!f->oif || leaves_by(cfg, f->oif));
}

/* Routes of one family from where the cursor stands: 1: the packet is full. */
static int dump_family(struct dump_state *s, struct net *net, const struct inet_config_ops *config,
		       struct nl_buf *buf, const struct nl_head *head)
{
	struct route_config cfg[WALK_BATCH];

	while (!s->cursor.done) {
		struct route_cursor before = s->cursor;
		unsigned nr = config->route_walk(net, &s->cursor, cfg, WALK_BATCH);

		for (unsigned i = 0; i < nr; i++) {
			if (!wanted(&s->filter, &cfg[i]) || !rtnl_route_fill(buf, head, &cfg[i]))
				continue;
			/* Put down behind the last that went out: taking those again is all it costs. */
			s->cursor = before;
			config->route_walk(net, &s->cursor, cfg, i);
			return 1;
		}
	}
	return 0;
}

/* Was one table of one family asked for, and is there no such? */
static bool no_such_table(struct net *net, const struct filter *f)
{
	const struct inet_config_ops *config = f->family ? inet_config_find(net, f->family) : NULL;

	return f->table && config && config->route_table_exists &&
	       !config->route_table_exists(net, f->table);
}

static int dump_more(struct nl_dump *d, struct nl_buf *buf)
{
	struct dump_state *s = (struct dump_state *)d->state;
	struct nl_head head = nl_dump_head(d, RTM_NEWROUTE);
	struct filter *f = &s->filter;

	if (f->nothing)
		return 0;
	for (; s->at_family < ARRAY_SIZE(families); s->at_family++) {
		int family = families[s->at_family];
		const struct inet_config_ops *config = inet_config_find(d->req.net, family);

		if (!config || (f->family && f->family != family))
			continue;
		if (dump_family(s, d->req.net, config, buf, &head))
			return 1;
		s->cursor = (struct route_cursor){ .table = f->table };
	}
	if (no_such_table(d->req.net, f))
		return extack_set(&d->req.ack, -ENOENT, "%s: FIB table does not exist",
				  rtnl_family_name(f->family));
	return 0;
}

const struct nl_dump_ops rtnl_route_dump = { .start = dump_start, .more = dump_more };
