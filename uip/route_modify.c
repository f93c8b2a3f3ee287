/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes on the command line: add, append, prepend, change, replace, test, delete. Called by
 * route.c.
 */
#include "uip/route.h"

#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/req.h"
#include "uip/uip.h"

#define WEIGHT_MAX   256
#define HOPLIMIT_MAX 255

/* One way: of the route itself, or of a multipath route. */
struct nexthop_cfg {
	struct arg_prefix via;
	const char *dev;
	struct arg_number weight;
	struct arg_number realm;
	uint32_t flags; /* RTNH_F_* */
};

struct route_cfg {
	struct arg_number type;
	struct arg_prefix dst;
	struct arg_prefix from;
	struct arg_prefix src;
	struct nexthop_cfg way;
	struct arg_number tos;
	struct arg_number metric;
	struct arg_number table;
	struct arg_number protocol;
	struct arg_number scope;
	struct arg_number expires;
	struct arg_number nhid;
	struct arg_number preference;
	uint32_t flags;

	struct arg_number metrics[RTAX_MAX + 1];
	uint32_t locked; /* bits by RTAX_* */
	const char *congctl;

	bool multipath;
};

/* --- takers ----------------------------------------------------------------------------------- */

static int take_destination(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			    void *field)
{
	struct route_cfg *cfg = field;

	if ((value[0] < '0' || value[0] > '9') && !route_type_from(value, &cfg->type.value)) {
		int status = args_pop(a, &value);

		if (status)
			return status;
		cfg->type.given = true;
	}
	if (arg_matches(value, "help")) {
		fputs(route_usage, stderr);
		return UIP_USAGE;
	}
	if (cfg->dst.given)
		return arg_garbage("to", value);
	return take_prefix(u, a, arg, value, &cfg->dst);
}

/* via [ FAMILY ] ADDRESS: the family may be another one than the route's. */
static int take_via(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		    void *field)
{
	struct arg_prefix *via = field;
	int route_family = a->family, family = inet_family_from(value), status;

	if (via->given)
		return arg_invalid("use nexthop syntax to specify multiple via\n", "via");
	if (family != AF_UNSPEC) {
		status = args_pop(a, &value);
		if (status)
			return status;
		a->family = family;
	}
	status = take_address(u, a, arg, value, via);
	if (route_family != AF_UNSPEC)
		a->family = route_family;
	return status;
}

/* "lock" before the value of a metric: then *@value becomes the word after it. */
static int take_lock(struct args *a, const struct arg *arg, struct route_cfg *cfg,
		     const char **value)
{
	int status;

	if (strcmp(*value, "lock") != 0)
		return UIP_OK;
	status = args_pop(a, value);
	if (!status)
		cfg->locked |= 1u << arg->number;
	return status;
}

/* [ lock ] NUMBER */
static int take_metric(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		       void *field)
{
	struct route_cfg *cfg = field;
	int status;

	status = take_lock(a, arg, cfg, &value);
	if (status)
		return status;
	return take_number(u, a,
			   &(struct arg){ .error = arg->error,
					  .number =
						  arg->number == RTAX_HOPLIMIT ? HOPLIMIT_MAX : 0 },
			   value, &cfg->metrics[arg->number]);
}

/* A metric that is on or off, 1 or 0, and that cannot be locked. */
static int take_switch(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		       void *field)
{
	struct route_cfg *cfg = field;
	char error[64];
	int status = take_number(u, a, &(struct arg){ .error = arg->error }, value,
				 &cfg->metrics[arg->number]);

	if (status || cfg->metrics[arg->number].value <= 1)
		return status;
	snprintf(error, sizeof(error), "\"%s\" value should be 0 or 1\n", arg->word);
	return arg_invalid(error, value);
}

/* A time: NUMBER is in the metric's own unit, NUMBERs and NUMBERms are times. */
static int take_time(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		     void *field)
{
	static const uint32_t per_ms[RTAX_MAX + 1] = {
		[RTAX_RTT] = 8,
		[RTAX_RTTVAR] = 4,
		[RTAX_RTO_MIN] = 1,
	};
	struct route_cfg *cfg = field;
	double t;
	char *end;
	int status;

	(void)u;
	status = take_lock(a, arg, cfg, &value);
	if (status)
		return status;
	t = strtod(value, &end);
	if (end == value || t < 0)
		return arg_invalid(arg->error, value);
	if (!strcasecmp(end, "s") || !strcasecmp(end, "sec") || !strcasecmp(end, "secs"))
		t *= 1000.0 * per_ms[arg->number];
	else if (!strcasecmp(end, "ms") || !strcasecmp(end, "msec") || !strcasecmp(end, "msecs"))
		t *= per_ms[arg->number];
	else if (*end)
		return arg_invalid(arg->error, value);
	if (t >= UINT32_MAX)
		return arg_invalid(arg->error, value);
	if (arg->number == RTAX_RTO_MIN)
		cfg->locked |= 1u << RTAX_RTO_MIN; /* a given lower bound is meant to stay */
	cfg->metrics[arg->number].given = true;
	cfg->metrics[arg->number].value = (uint32_t)t + (t > (uint32_t)t);
	return UIP_OK;
}

static int take_features(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			 void *field)
{
	struct route_cfg *cfg = field;
	struct arg_number *features = &cfg->metrics[RTAX_FEATURES];

	(void)u;
	(void)arg;
	for (;;) {
		if (strcmp(value, "ecn") != 0)
			return arg_invalid("\"features\" value not valid\n", value);
		features->given = true;
		features->value |= RTAX_FEATURE_ECN;
		if (!args_peek(a) || strcmp(args_peek(a), "ecn") != 0)
			return UIP_OK;
		args_pop(a, &value);
	}
}

static int take_congctl(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			void *field)
{
	struct route_cfg *cfg = field;
	int status;

	(void)u;
	status = take_lock(a, arg, cfg, &value);
	if (status)
		return status;
	cfg->congctl = value;
	return UIP_OK;
}

static int take_preference(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			   void *field)
{
	struct arg_number *preference = field;

	/* RFC 4191 2.1 */
	if (!strcmp(value, "low"))
		value = "3";
	else if (!strcmp(value, "medium"))
		value = "0";
	else if (!strcmp(value, "high"))
		value = "1";
	return take_number(u, a, arg, value, preference);
}

static int take_weight(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		       void *field)
{
	struct arg_number *weight = field;
	int status = take_number(u, a, arg, value, field);

	if (!status && !weight->value)
		status = arg_invalid(arg->error, value);
	return status;
}

/* FROM/TO or TO, each a name or a number. */
static int take_realms(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		       void *field)
{
	struct arg_number *realm = field;
	const char *slash = strchr(value, '/');
	uint32_t from = 0, to;
	char word[64];

	(void)a;
	if (slash) {
		snprintf(word, sizeof(word), "%.*s", (int)(slash - value), value);
		if (names_id(u->names, NAMES_REALM, word, &from))
			return arg_invalid(arg->error, value);
	}
	if (names_id(u->names, NAMES_REALM, slash ? slash + 1 : value, &to))
		return arg_invalid(arg->error, value);
	realm->given = true;
	realm->value = from << 16 | to;
	return UIP_OK;
}

/* The next hops follow: they are read by themselves, when all else is known. */
static int take_multipath(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			  void *field)
{
	(void)u;
	(void)arg;
	(void)value;
	*(bool *)field = true;
	a->word--;
	a->left++;
	return UIP_OK;
}

#define FIELD(member) offsetof(struct route_cfg, member)
#define METRIC(word, rtax, error)                                                       \
	{                                                                               \
		word, 0, take_metric, 0, "\"" error "\" value is invalid\n", rtax, NULL \
	}
#define SWITCH(word, rtax)                                                             \
	{                                                                              \
		word, 0, take_switch, 0, "\"" word "\" value is invalid\n", rtax, NULL \
	}
#define TIME(word, rtax)                                                             \
	{                                                                            \
		word, 0, take_time, 0, "\"" word "\" value is invalid\n", rtax, NULL \
	}

const struct arg route_modify_args[] = {
	{ "src", ARG_ADDR, take_address, FIELD(src), NULL, 0, NULL },
	{ "via", ARG_ADDR, take_via, FIELD(way.via), NULL, 0, NULL },
	{ "from", ARG_ADDR, take_prefix, FIELD(from), NULL, 0, NULL },
	{ "tos", 0, take_name, FIELD(tos), "\"tos\" value is invalid\n", NAMES_DSFIELD, NULL },
	{ "dsfield", ARG_ABBREV, take_name, FIELD(tos), "\"tos\" value is invalid\n", NAMES_DSFIELD,
	  NULL },
	{ "expires", 0, take_number, FIELD(expires), "\"expires\" value is invalid\n", 0, NULL },
	{ "metric", ARG_ABBREV, take_number, FIELD(metric), "\"metric\" value is invalid\n", 0,
	  "preference" },
	{ "priority", ARG_ABBREV, take_number, FIELD(metric), "\"metric\" value is invalid\n", 0,
	  NULL },
	{ "scope", 0, take_name, FIELD(scope), "invalid \"scope\" value\n", NAMES_SCOPE, NULL },
	METRIC("mtu", RTAX_MTU, "mtu"),
	METRIC("hoplimit", RTAX_HOPLIMIT, "hoplimit"),
	METRIC("advmss", RTAX_ADVMSS, "mss"),
	METRIC("reordering", RTAX_REORDERING, "reordering"),
	TIME("rtt", RTAX_RTT),
	TIME("rto_min", RTAX_RTO_MIN),
	METRIC("window", RTAX_WINDOW, "window"),
	METRIC("cwnd", RTAX_CWND, "cwnd"),
	METRIC("initcwnd", RTAX_INITCWND, "initcwnd"),
	METRIC("initrwnd", RTAX_INITRWND, "initrwnd"),
	{ "features", ARG_ABBREV, take_features, 0, NULL, 0, NULL },
	SWITCH("quickack", RTAX_QUICKACK),
	{ "congctl", ARG_ABBREV, take_congctl, 0, NULL, RTAX_CC_ALGO, NULL },
	TIME("rttvar", RTAX_RTTVAR),
	METRIC("ssthresh", RTAX_SSTHRESH, "ssthresh"),
	SWITCH("fastopen_no_cookie", RTAX_FASTOPEN_NO_COOKIE),
	{ "realms", ARG_ABBREV, take_realms, FIELD(way.realm), "\"realm\" value is invalid\n", 0,
	  NULL },
	{ "onlink", ARG_FLAG, take_bit, FIELD(flags), NULL, RTNH_F_ONLINK, NULL },
	{ "nexthop", ARG_FLAG | ARG_STOP, take_multipath, FIELD(multipath), NULL, 0, NULL },
	{ "nhid", 0, take_number, FIELD(nhid), "\"id\" value is invalid\n", 0, NULL },
	{ "protocol", ARG_ABBREV, take_name, FIELD(protocol), "\"protocol\" value is invalid\n",
	  NAMES_PROTO, NULL },
	{ "table", ARG_ABBREV, take_name, FIELD(table), "\"table\" value is invalid\n", NAMES_TABLE,
	  NULL },
	{ "dev", ARG_DEV, take_string, FIELD(way.dev), NULL, 0, "oif" },
	{ "pref", 0, take_preference, FIELD(preference), "\"pref\" value is invalid\n", 255, NULL },
	{ "encap", ARG_REFUSED, take_refused, 0, "its routes do not encapsulate", 0, NULL },
	{ "to", ARG_POSITIONAL | ARG_ADDR, take_destination, 0, NULL, 0, NULL },
	{ 0 },
};

#define HOP(member) offsetof(struct nexthop_cfg, member)

static const struct arg nexthop_args[] = {
	{ "via", ARG_ADDR, take_via, HOP(via), NULL, 0, NULL },
	{ "dev", ARG_DEV, take_string, HOP(dev), NULL, 0, NULL },
	{ "weight", 0, take_weight, HOP(weight), "\"weight\" is invalid\n", WEIGHT_MAX, NULL },
	{ "onlink", ARG_FLAG, take_bit, HOP(flags), NULL, RTNH_F_ONLINK, NULL },
	{ "realms", ARG_ABBREV, take_realms, HOP(realm), "\"realm\" value is invalid\n", 0, NULL },
	{ 0 },
};

/* --- config to message ------------------------------------------------------------------------ */

static void put_via(struct req *q, const struct arg_prefix *via, int family)
{
	const size_t head = offsetof(struct rtvia, rtvia_addr);
	uint8_t other[offsetof(struct rtvia, rtvia_addr) + 32];
	uint16_t other_family = (uint16_t)via->p.family;

	if (!via->given)
		return;
	if (via->p.family == family) {
		req_put(q, RTA_GATEWAY, via->p.data, via->p.bytes);
		return;
	}
	memcpy(other, &other_family, sizeof(other_family));
	memcpy(other + head, via->p.data, via->p.bytes);
	req_put(q, RTA_VIA, other, head + via->p.bytes);
}

static void put_metrics(struct req *q, const struct route_cfg *cfg)
{
	struct nlattr *nest = NULL;
	unsigned i;

	for (i = RTAX_MTU; i <= RTAX_MAX; i++) {
		bool text = i == RTAX_CC_ALGO && cfg->congctl;

		if (!cfg->metrics[i].given && !text)
			continue;
		if (!nest) {
			nest = req_nest(q, RTA_METRICS);
			if (cfg->locked)
				req_u32(q, RTAX_LOCK, cfg->locked);
		}
		if (text)
			req_str(q, (int)i, cfg->congctl);
		else
			req_u32(q, (int)i, cfg->metrics[i].value);
	}
	req_nest_end(q, nest);
}

/* One "nexthop ..." of the words in @a. */
static int put_nexthop(struct uip *u, struct args *a, struct req *q)
{
	struct nexthop_cfg hop = { 0 };
	struct rtnexthop header = { 0 }, *nh;
	size_t start = req_tail(q);
	unsigned index = 0;
	int status = args_parse(u, a, nexthop_args, &hop, NULL);

	if (!status && hop.dev) {
		index = uip_dev_index(u, hop.dev);
		if (!index) {
			uip_no_dev(hop.dev);
			fputs("Error: cannot parse nexthop\n", stderr);
			status = UIP_USAGE;
		}
	}
	if (status)
		return status;
	header.rtnh_ifindex = (int)index;
	header.rtnh_flags = (uint8_t)hop.flags;
	header.rtnh_hops = (uint8_t)(hop.weight.given ? hop.weight.value - 1 : 0);
	nh = req_raw(q, &header, sizeof(header));
	put_via(q, &hop.via, a->family);
	if (hop.realm.given)
		req_u32(q, RTA_FLOW, hop.realm.value);
	if (nh && !q->error)
		nh->rtnh_len = (uint16_t)(req_tail(q) - start);
	return UIP_OK;
}

static int put_multipath(struct uip *u, struct args *a, struct req *q)
{
	struct nlattr *nest = req_nest(q, RTA_MULTIPATH);
	const char *word;
	int status = UIP_OK;

	while (!status && a->left) {
		args_pop(a, &word);
		if (strcmp(word, "nexthop") != 0) {
			fprintf(stderr,
				"Error: \"nexthop\" or end of line is expected instead of \"%s\"\n",
				word);
			return UIP_USAGE;
		}
		if (!a->left) {
			fputs("Error: unexpected end of line after \"nexthop\"\n", stderr);
			return UIP_USAGE;
		}
		status = put_nexthop(u, a, q);
	}
	req_nest_end(q, nest);
	return status;
}

/* The scope that follows from the type, where none was given. */
static uint8_t default_scope(const struct route_cfg *cfg, int family, bool del)
{
	unsigned type = cfg->type.given ? cfg->type.value : del ? RTN_UNSPEC : RTN_UNICAST;

	if (family == AF_INET6)
		return RT_SCOPE_UNIVERSE;
	switch (type) {
	case RTN_LOCAL:
	case RTN_NAT:
		return RT_SCOPE_HOST;
	case RTN_BROADCAST:
	case RTN_MULTICAST:
	case RTN_ANYCAST:
		return RT_SCOPE_LINK;
	case RTN_UNICAST:
	case RTN_UNSPEC:
		if (del)
			return RT_SCOPE_NOWHERE;
		return cfg->way.via.given || cfg->multipath || cfg->nhid.given ? RT_SCOPE_UNIVERSE
									       : RT_SCOPE_LINK;
	default:
		return del ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE;
	}
}

static uint32_t default_table(const struct route_cfg *cfg)
{
	unsigned type = cfg->type.value;

	if (cfg->type.given &&
	    (type == RTN_LOCAL || type == RTN_BROADCAST || type == RTN_NAT || type == RTN_ANYCAST))
		return RT_TABLE_LOCAL;
	return RT_TABLE_MAIN;
}

static void fill_header(struct rtmsg *r, const struct route_cfg *cfg, int family, bool del)
{
	uint32_t table = cfg->table.given ? cfg->table.value : default_table(cfg);

	r->rtm_family = (uint8_t)family;
	r->rtm_dst_len = (uint8_t)cfg->dst.p.bits;
	r->rtm_src_len = (uint8_t)cfg->from.p.bits;
	r->rtm_tos = (uint8_t)cfg->tos.value;
	r->rtm_table = (uint8_t)(table < 256 ? table : RT_TABLE_UNSPEC);
	r->rtm_scope =
		cfg->scope.given ? (uint8_t)cfg->scope.value : default_scope(cfg, family, del);
	r->rtm_flags = cfg->flags;
	if (cfg->protocol.given)
		r->rtm_protocol = (uint8_t)cfg->protocol.value;
	else if (!del)
		r->rtm_protocol = RTPROT_BOOT;
	if (cfg->type.given)
		r->rtm_type = (uint8_t)cfg->type.value;
	else if (!del)
		r->rtm_type = RTN_UNICAST;
}

static void put_prefix(struct req *q, int attr, const struct arg_prefix *p)
{
	if (p->given && p->p.bytes)
		req_put(q, attr, p->p.data, p->p.bytes);
}

static void put_number(struct req *q, int attr, const struct arg_number *n)
{
	if (n->given)
		req_u32(q, attr, n->value);
}

static int fill(struct uip *u, struct args *a, const struct route_cfg *cfg, struct req *q)
{
	unsigned index;

	put_prefix(q, RTA_DST, &cfg->dst);
	put_prefix(q, RTA_SRC, &cfg->from);
	put_prefix(q, RTA_PREFSRC, &cfg->src);
	put_via(q, &cfg->way.via, a->family);
	put_number(q, RTA_PRIORITY, &cfg->metric);
	put_number(q, RTA_EXPIRES, &cfg->expires);
	put_number(q, RTA_NH_ID, &cfg->nhid);
	put_number(q, RTA_FLOW, &cfg->way.realm);
	if (cfg->preference.given)
		req_u8(q, RTA_PREF, (uint8_t)cfg->preference.value);
	if (cfg->table.given && cfg->table.value >= 256)
		req_u32(q, RTA_TABLE, cfg->table.value);
	if (cfg->way.dev) {
		index = uip_dev_index(u, cfg->way.dev);
		if (!index)
			return uip_no_dev(cfg->way.dev);
		req_u32(q, RTA_OIF, index);
	}
	put_metrics(q, cfg);
	return cfg->multipath ? put_multipath(u, a, q) : UIP_OK;
}

int route_modify(struct uip *u, struct args *a, const struct command *cmd)
{
	struct route_cfg cfg = { 0 };
	struct rtmsg r = { 0 };
	bool del = cmd->number == RTM_DELROUTE;
	struct req q;
	int status = args_parse(u, a, route_modify_args, &cfg, NULL);

	if (status)
		return status;
	if (!cfg.dst.given) {
		fputs(route_usage, stderr);
		return UIP_USAGE;
	}
	if (a->family == AF_UNSPEC)
		a->family = AF_INET;
	fill_header(&r, &cfg, a->family, del);
	req_init(&q, cmd->number, (int)cmd->number2, &r, sizeof(r));
	status = fill(u, a, &cfg, &q);
	if (status) {
		req_exit(&q);
		return status;
	}
	return uip_change(u, &q);
}
