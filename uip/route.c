/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "route": its table of commands, show and flush. Called through the table of objects.
 */
#include "uip/route.h"

#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/flush.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

const char route_usage[] =
	"Usage: uip route { list | flush } SELECTOR\n"
	"       uip route get ADDRESS [ from ADDRESS iif STRING ] [ oif STRING ] [ tos TOS ]\n"
	"                     [ mark NUMBER ] [ uid NUMBER ] [ ipproto PROTOCOL ]\n"
	"                     [ sport NUMBER ] [ dport NUMBER ] [ fibmatch ]\n"
	"       uip route { add | del | change | append | prepend | replace | test } ROUTE\n"
	"SELECTOR := [ root PREFIX ] [ match PREFIX ] [ exact PREFIX ]\n"
	"            [ table TABLE_ID ] [ proto RTPROTO ]\n"
	"            [ type TYPE ] [ scope SCOPE ] [ via ADDRESS ] [ src PREFIX ]\n"
	"            [ dev STRING ] [ metric NUMBER ] [ tos TOS ]\n"
	"ROUTE := NODE_SPEC [ INFO_SPEC ]\n"
	"NODE_SPEC := [ TYPE ] PREFIX [ tos TOS ]\n"
	"             [ table TABLE_ID ] [ proto RTPROTO ]\n"
	"             [ scope SCOPE ] [ metric METRIC ]\n"
	"INFO_SPEC := { NH | nhid ID } OPTIONS FLAGS [ nexthop NH ]...\n"
	"NH := [ via [ FAMILY ] ADDRESS ] [ dev STRING ] [ weight NUMBER ] NHFLAGS\n"
	"FAMILY := [ inet | inet6 ]\n"
	"OPTIONS := FLAGS [ mtu NUMBER ] [ advmss NUMBER ]\n"
	"           [ rtt TIME ] [ rttvar TIME ] [ reordering NUMBER ]\n"
	"           [ window NUMBER ] [ cwnd NUMBER ] [ initcwnd NUMBER ]\n"
	"           [ ssthresh NUMBER ] [ realms REALM ] [ src ADDRESS ]\n"
	"           [ rto_min TIME ] [ hoplimit NUMBER ] [ initrwnd NUMBER ]\n"
	"           [ features FEATURES ] [ quickack BOOL ] [ congctl NAME ]\n"
	"           [ pref PREF ] [ expires TIME ] [ fastopen_no_cookie BOOL ]\n"
	"TYPE := { unicast | local | broadcast | multicast | throw |\n"
	"          unreachable | prohibit | blackhole | nat }\n"
	"TABLE_ID := [ local | main | default | all | NUMBER ]\n"
	"SCOPE := [ host | link | global | NUMBER ]\n"
	"NHFLAGS := [ onlink ]\n"
	"RTPROTO := [ kernel | boot | static | NUMBER ]\n"
	"PREF := [ low | medium | high ]\n"
	"TIME := NUMBER[s|ms]\n"
	"BOOL := [1|0]\n"
	"FEATURES := ecn\n";

struct show_cfg {
	struct route_filter filter;
	const char *oif;
	const char *iif;
	struct arg_number table; /* not given: main */
};

/* --- takers ----------------------------------------------------------------------------------- */

static int take_table(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		      void *field)
{
	struct show_cfg *cfg = field;

	if (!strcmp(value, "all")) {
		cfg->table.given = true;
		cfg->table.value = 0;
		return UIP_OK;
	}
	if (!strcmp(value, "cache")) {
		cfg->filter.cloned = true;
		return UIP_OK;
	}
	return take_name(u, a, arg, value, &cfg->table);
}

static int take_cached(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		       void *field)
{
	(void)u;
	(void)a;
	(void)arg;
	(void)value;
	*(bool *)field = true;
	return UIP_OK;
}

static int take_type(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		     void *field)
{
	struct arg_number *type = field;

	(void)u;
	(void)a;
	if (route_type_from(value, &type->value))
		return arg_invalid(arg->error, value);
	type->given = true;
	return UIP_OK;
}

/* A filter's prefix does not settle which family is shown. */
static int take_filter_prefix(struct uip *u, struct args *a, const struct arg *arg,
			      const char *value, void *field)
{
	int family = a->family, status = take_prefix(u, a, arg, value, field);

	a->family = family;
	return status;
}

/* [ FAMILY ] PREFIX */
static int take_via(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		    void *field)
{
	int shown = a->family, family = inet_family_from(value), status = UIP_OK;

	if (family != AF_UNSPEC) {
		status = args_pop(a, &value);
		a->family = family;
	}
	if (!status)
		status = take_filter_prefix(u, a, arg, value, field);
	a->family = shown;
	return status;
}

/* [ root | match | exact ] PREFIX */
static int take_selector(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			 void *field)
{
	struct route_prefix_filter *f = field;
	bool root = arg_matches(value, "root"), match = arg_matches(value, "match");
	int status = UIP_OK;

	if (root || match || arg_matches(value, "exact"))
		status = args_pop(a, &value);
	else if (arg_matches(value, "help"))
		return take_help(u, a, &(struct arg){ .error = route_usage }, value, NULL);
	if (status)
		return status;
	status = take_filter_prefix(u, a, arg, value, root ? &f->root : &f->match);
	if (!root && !match)
		f->root = f->match;
	return status;
}

#define FIELD(member) offsetof(struct show_cfg, member)

static const struct arg show_args[] = {
	{ "table", ARG_ABBREV | ARG_NAME, take_table, 0, "table id value is invalid\n", NAMES_TABLE,
	  NULL },
	{ "cached", ARG_ABBREV | ARG_FLAG, take_cached, FIELD(filter.cloned), NULL, 0, NULL },
	{ "cloned", ARG_ABBREV | ARG_FLAG, take_cached, FIELD(filter.cloned), NULL, 0, NULL },
	{ "tos", 0, take_name, FIELD(filter.tos), "TOS value is invalid\n", NAMES_DSFIELD, NULL },
	{ "dsfield", ARG_ABBREV, take_name, FIELD(filter.tos), "TOS value is invalid\n",
	  NAMES_DSFIELD, NULL },
	{ "protocol", ARG_ABBREV | ARG_NAME, take_name_or_all, FIELD(filter.protocol),
	  "invalid \"protocol\"\n", NAMES_PROTO, NULL },
	{ "scope", ARG_ABBREV | ARG_NAME, take_name_or_all, FIELD(filter.scope),
	  "invalid \"scope\"\n", NAMES_SCOPE, NULL },
	{ "type", ARG_ABBREV, take_type, FIELD(filter.type), "node type value is invalid\n", 0,
	  NULL },
	{ "dev", ARG_DEV, take_string, FIELD(oif), NULL, 0, "oif" },
	{ "iif", ARG_DEV, take_string, FIELD(iif), NULL, 0, NULL },
	{ "mark", 0, take_number, FIELD(filter.mark), "invalid mark value", 0, NULL },
	{ "metric", ARG_ABBREV, take_number, FIELD(filter.metric), "\"metric\" value is invalid", 0,
	  "preference" },
	{ "priority", ARG_ABBREV, take_number, FIELD(filter.metric), "\"metric\" value is invalid",
	  0, NULL },
	{ "via", ARG_ADDR, take_via, FIELD(filter.via), NULL, 0, NULL },
	{ "src", ARG_ADDR, take_filter_prefix, FIELD(filter.src), NULL, 0, NULL },
	{ "from", ARG_ABBREV | ARG_ADDR, take_selector, FIELD(filter.from), NULL, 0, NULL },
	{ "to", ARG_POSITIONAL | ARG_ADDR, take_selector, FIELD(filter.to), NULL, 0, NULL },
	{ 0 },
};

static int show_parse(struct uip *u, struct args *a, struct show_cfg *cfg)
{
	int status = args_parse(u, a, show_args, cfg, NULL);

	if (status)
		return status;
	cfg->filter.table = cfg->table.given ? cfg->table.value : RT_TABLE_MAIN;
	if (a->family == AF_UNSPEC && cfg->filter.table)
		a->family = AF_INET;
	cfg->filter.family = a->family;
	status = uip_load_devs(u);
	if (status)
		return status;
	if (cfg->iif) {
		cfg->filter.iif = uip_dev_index(u, cfg->iif);
		if (!cfg->filter.iif)
			return uip_no_dev(cfg->iif);
	}
	if (cfg->oif) {
		cfg->filter.oif = uip_dev_index(u, cfg->oif);
		if (!cfg->filter.oif)
			return uip_no_dev(cfg->oif);
	}
	return UIP_OK;
}

/* --- show ------------------------------------------------------------------------------------- */

struct show {
	struct uip *u;
	const struct route_filter *filter;
};

static int show_one(const struct nlmsghdr *h, void *arg)
{
	struct show *show = arg;

	if (route_passes(h, show->filter))
		route_print(show->u, h, show->filter);
	return 0;
}

/* What the stack can filter by itself saves the way here; the rest is done by route_passes(). */
static void put_dump_filter(struct req *q, const struct route_filter *f)
{
	struct rtmsg *r = req_body(q);

	if (f->protocol.given)
		r->rtm_protocol = (uint8_t)f->protocol.value;
	if (f->cloned)
		r->rtm_flags |= RTM_F_CLONED;
	if (f->table)
		req_u32(q, RTA_TABLE, f->table);
	if (f->oif)
		req_u32(q, RTA_OIF, f->oif);
}

static int route_show(struct uip *u, struct args *a, const struct command *cmd)
{
	struct show_cfg cfg = { 0 };
	struct show show = { .u = u, .filter = &cfg.filter };
	struct rtmsg r = { 0 };
	struct req q;
	int status = show_parse(u, a, &cfg);

	(void)cmd;
	if (status)
		return status;
	r.rtm_family = (uint8_t)a->family;
	req_init(&q, RTM_GETROUTE, 0, &r, sizeof(r));
	put_dump_filter(&q, &cfg.filter);
	out_begin(u->out);
	status = uip_dump(u, &q, show_one, &show, "Dump");
	out_end(u->out);
	return status;
}

/* --- flush ------------------------------------------------------------------------------------ */

/* The null route that IPv6 keeps for want of a default route cannot be deleted. */
static bool is_null_route(const struct nlmsghdr *h)
{
	const struct rtmsg *r = NLMSG_DATA(h);
	const struct nlattr *metric;

	if (r->rtm_family != AF_INET6 || r->rtm_dst_len || r->rtm_type != RTN_UNREACHABLE)
		return false;
	metric = nlmsg_find_attr((struct nlmsghdr *)h, sizeof(*r), RTA_PRIORITY);
	return metric && nla_len(metric) >= 4 && nla_get_u32(metric) == UINT32_MAX;
}

static bool flush_passes(struct uip *u, const struct nlmsghdr *h, const void *arg)
{
	const struct show_cfg *cfg = arg;

	(void)u;
	return route_passes(h, &cfg->filter) && !is_null_route(h);
}

static void flush_fill(struct req *q, const void *arg)
{
	const struct show_cfg *cfg = arg;

	put_dump_filter(q, &cfg->filter);
}

static void flush_print(struct uip *u, const struct nlmsghdr *h)
{
	static const struct route_filter none;

	route_print(u, h, &none);
}

static int flush_parse(struct uip *u, struct args *a, void *cfg, void *header)
{
	struct rtmsg *r = header;
	int status = show_parse(u, a, cfg);

	r->rtm_family = (uint8_t)a->family;
	return status;
}

static const struct flush route_flush_ops = {
	.get = RTM_GETROUTE,
	.del = RTM_DELROUTE,
	.len = sizeof(struct rtmsg),
	.what = "entries",
	.bare = "\"uip route flush\" requires arguments.\n",
	.parse = flush_parse,
	.passes = flush_passes,
	.print = flush_print,
	.fill = flush_fill,
};

static int route_flush(struct uip *u, struct args *a, const struct command *cmd)
{
	struct show_cfg cfg = { 0 };

	(void)cmd;
	return flush_command(u, a, &route_flush_ops, &cfg);
}

/* --- the table -------------------------------------------------------------------------------- */

#define MODIFY(word, flags, nlm_flags)                                                \
	{                                                                             \
		word, flags, route_modify, route_modify_args, RTM_NEWROUTE, nlm_flags \
	}

const struct command route_commands[] = {
	{ "list", ARG_ABBREV | COMMAND_DEFAULT, route_show, show_args, 0, 0 },
	{ "show", ARG_ABBREV, route_show, show_args, 0, 0 },
	{ "lst", ARG_ABBREV, route_show, show_args, 0, 0 },
	{ "get", ARG_ABBREV, route_get, route_get_args, 0, 0 },
	MODIFY("add", ARG_ABBREV, NLM_F_CREATE | NLM_F_EXCL),
	MODIFY("change", ARG_ABBREV, NLM_F_REPLACE),
	MODIFY("chg", 0, NLM_F_REPLACE),
	MODIFY("replace", ARG_ABBREV, NLM_F_CREATE | NLM_F_REPLACE),
	MODIFY("prepend", ARG_ABBREV, NLM_F_CREATE),
	MODIFY("append", ARG_ABBREV, NLM_F_CREATE | NLM_F_APPEND),
	MODIFY("test", ARG_ABBREV, NLM_F_EXCL),
	{ "delete", ARG_ABBREV, route_modify, route_modify_args, RTM_DELROUTE, 0 },
	{ "flush", ARG_ABBREV, route_flush, show_args, 0, 0 },
	{ 0 },
};

int route_main(struct uip *u, struct args *a)
{
	return command_run(u, a, route_commands, "route", route_usage);
}
