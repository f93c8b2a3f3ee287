/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a route is shown. Called by route.c, route_get.c and monitor.c.
 */
#include "uip/route.h"

#include <errno.h>
#include <linux/in_route.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/devmap.h"
#include "uip/out.h"
#include "uip/uip.h"

/* Ticks a second in struct rta_cacheinfo: the kernel's USER_HZ, which never changes. */
#define USER_HZ 100

/* --- names ------------------------------------------------------------------------------------ */

static const char *const type_words[] = {
	[RTN_UNSPEC] = "none",
	[RTN_UNICAST] = "unicast",
	[RTN_LOCAL] = "local",
	[RTN_BROADCAST] = "broadcast",
	[RTN_ANYCAST] = "anycast",
	[RTN_MULTICAST] = "multicast",
	[RTN_BLACKHOLE] = "blackhole",
	[RTN_UNREACHABLE] = "unreachable",
	[RTN_PROHIBIT] = "prohibit",
	[RTN_THROW] = "throw",
	[RTN_NAT] = "nat",
	[RTN_XRESOLVE] = "xresolve",
};
#define TYPE_WORDS (sizeof(type_words) / sizeof(type_words[0]))

/* The name of an RTN_*, or its number in @buf. */
static const char *type_word(unsigned type, bool numeric, char buf[NAMES_TEXT_MAX])
{
	if (type < TYPE_WORDS && !numeric)
		return type_words[type];
	snprintf(buf, NAMES_TEXT_MAX, "%u", type);
	return buf;
}

int route_type_from(const char *word, uint32_t *ret)
{
	unsigned long n;
	char *end;
	size_t i;

	if (!strcmp(word, "brd"))
		word = "broadcast";
	for (i = RTN_UNICAST; i < TYPE_WORDS; i++) {
		/* ip(8) abbreviates all but these two. */
		bool whole = i == RTN_LOCAL || i == RTN_NAT;

		if (whole ? !strcmp(word, type_words[i]) : arg_matches(word, type_words[i])) {
			*ret = (uint32_t)i;
			return 0;
		}
	}
	n = strtoul(word, &end, 0);
	if (!*word || *end || n > 255)
		return -EINVAL;
	*ret = (uint32_t)n;
	return 0;
}

/* The name of an RTAX_*, NULL if it has none. */
static const char *metric_word(unsigned metric)
{
	static const char *const words[RTAX_MAX + 1] = {
		[RTAX_MTU] = "mtu",	      [RTAX_WINDOW] = "window",
		[RTAX_RTT] = "rtt",	      [RTAX_RTTVAR] = "rttvar",
		[RTAX_SSTHRESH] = "ssthresh", [RTAX_CWND] = "cwnd",
		[RTAX_ADVMSS] = "advmss",     [RTAX_REORDERING] = "reordering",
		[RTAX_HOPLIMIT] = "hoplimit", [RTAX_INITCWND] = "initcwnd",
		[RTAX_FEATURES] = "features", [RTAX_RTO_MIN] = "rto_min",
		[RTAX_INITRWND] = "initrwnd", [RTAX_QUICKACK] = "quickack",
		[RTAX_CC_ALGO] = "congctl",   [RTAX_FASTOPEN_NO_COOKIE] = "fastopen_no_cookie",
	};

	return metric <= RTAX_MAX ? words[metric] : NULL;
}

/* --- parsing ---------------------------------------------------------------------------------- */

static const struct nla_policy route_policy[RTA_MAX + 1] = {
	[RTA_OIF] = { .type = NLA_U32 },
	[RTA_IIF] = { .type = NLA_U32 },
	[RTA_PRIORITY] = { .type = NLA_U32 },
	[RTA_TABLE] = { .type = NLA_U32 },
	[RTA_MARK] = { .type = NLA_U32 },
	[RTA_UID] = { .type = NLA_U32 },
	[RTA_FLOW] = { .type = NLA_U32 },
	[RTA_NH_ID] = { .type = NLA_U32 },
	[RTA_PREF] = { .type = NLA_U8 },
	[RTA_VIA] = { .minlen = sizeof(struct rtvia) },
	[RTA_CACHEINFO] = { .minlen = sizeof(struct rta_cacheinfo) },
	[RTA_METRICS] = { .type = NLA_NESTED },
};

static int parse(const struct nlmsghdr *h, struct nlattr **tb)
{
	return nlmsg_parse((struct nlmsghdr *)h, sizeof(struct rtmsg), tb, RTA_MAX,
			   (struct nla_policy *)route_policy);
}

static uint32_t route_table(const struct rtmsg *r, struct nlattr **tb)
{
	return tb[RTA_TABLE] ? nla_get_u32(tb[RTA_TABLE]) : r->rtm_table;
}

/* --- which are shown -------------------------------------------------------------------------- */

static bool number_passes(const struct arg_number *wanted, uint32_t value)
{
	return !wanted->given || wanted->value == value;
}

static uint32_t attr_u32(const struct nlattr *attr)
{
	return attr ? nla_get_u32(attr) : 0;
}

/* Copies an address attribute to @buf, zeros where there is none. */
static void attr_address(const struct nlattr *attr, uint8_t buf[16])
{
	memset(buf, 0, 16);
	if (attr)
		memcpy(buf, nla_data(attr), nla_len(attr) < 16 ? (size_t)nla_len(attr) : 16);
}

static bool prefix_passes(const struct route_prefix_filter *f, unsigned family, unsigned len,
			  const struct nlattr *attr)
{
	struct inet_prefix own = { .family = (int)family, .bits = len };

	attr_address(attr, own.data);
	if (f->root.given) {
		if (f->root.p.family && (unsigned)f->root.p.family != family)
			return false;
		if (f->root.p.bits > len || !inet_prefix_has(&f->root.p, own.data))
			return false;
	}
	if (f->match.given) {
		if (f->match.p.family && (unsigned)f->match.p.family != family)
			return false;
		if (f->match.p.bits < len || !inet_prefix_has(&own, f->match.p.data))
			return false;
	}
	return true;
}

/* A gateway may be of another family than the route. */
static bool via_passes(const struct arg_prefix *f, unsigned family, struct nlattr **tb)
{
	const struct rtvia *via;
	uint8_t addr[16] = { 0 };
	size_t len;

	if (!f->given || !f->p.family)
		return true;
	if (!tb[RTA_VIA]) {
		attr_address(tb[RTA_GATEWAY], addr);
		return (unsigned)f->p.family == family && tb[RTA_GATEWAY] &&
		       inet_prefix_has(&f->p, addr);
	}
	via = nla_data(tb[RTA_VIA]);
	len = (size_t)nla_len(tb[RTA_VIA]) - offsetof(struct rtvia, rtvia_addr);
	memcpy(addr, via->rtvia_addr, len < sizeof(addr) ? len : sizeof(addr));
	return f->p.family == via->rtvia_family && inet_prefix_has(&f->p, addr);
}

static bool address_passes(const struct arg_prefix *f, unsigned family, const struct nlattr *attr)
{
	uint8_t addr[16];

	if (!f->given || !f->p.family)
		return true;
	attr_address(attr, addr);
	return (unsigned)f->p.family == family && attr && inet_prefix_has(&f->p, addr);
}

bool route_passes(const struct nlmsghdr *h, const struct route_filter *f)
{
	const struct rtmsg *r = NLMSG_DATA(h);
	struct nlattr *tb[RTA_MAX + 1];

	if (parse(h, tb))
		return false;
	if (f->family && f->family != r->rtm_family)
		return false;
	if (f->cloned != ((r->rtm_flags & RTM_F_CLONED) != 0))
		return false;
	if (f->table && f->table != route_table(r, tb))
		return false;
	return number_passes(&f->protocol, r->rtm_protocol) &&
	       number_passes(&f->scope, r->rtm_scope) && number_passes(&f->type, r->rtm_type) &&
	       number_passes(&f->tos, r->rtm_tos) &&
	       number_passes(&f->metric, attr_u32(tb[RTA_PRIORITY])) &&
	       number_passes(&f->mark, attr_u32(tb[RTA_MARK])) &&
	       (!f->oif || f->oif == attr_u32(tb[RTA_OIF])) &&
	       (!f->iif || f->iif == attr_u32(tb[RTA_IIF])) &&
	       prefix_passes(&f->to, r->rtm_family, r->rtm_dst_len, tb[RTA_DST]) &&
	       prefix_passes(&f->from, r->rtm_family, r->rtm_src_len, tb[RTA_SRC]) &&
	       via_passes(&f->via, r->rtm_family, tb) &&
	       address_passes(&f->src, r->rtm_family, tb[RTA_PREFSRC]);
}

/* --- parts of a route ------------------------------------------------------------------------- */

static const char *address_text(int family, const struct nlattr *attr, char *buf)
{
	return inet_format(family, nla_data(attr), (size_t)nla_len(attr), buf);
}

/* "default", "10.0.0.0/8", "10.0.0.1". @buf has room for an address and its length. */
static const char *prefix_text(int family, unsigned len, const struct nlattr *attr,
			       const char *none, char *buf, size_t size)
{
	char address[INET_TEXT_MAX];

	if (attr && len == inet_family_bits(family))
		return address_text(family, attr, buf);
	if (attr)
		snprintf(buf, size, "%s/%u", address_text(family, attr, address), len);
	else if (len)
		snprintf(buf, size, "0/%u", len);
	else
		return none;
	return buf;
}

static void print_gateway(struct out *o, int family, const struct nlattr *attr)
{
	char text[INET_TEXT_MAX];

	out_text(o, "via ");
	out_color(o, out_family_color(family), "gateway", "", address_text(family, attr, text),
		  " ");
}

/* A gateway of the other family. */
static void print_via(struct out *o, const struct nlattr *attr)
{
	const struct rtvia *via = nla_data(attr);
	size_t len = (size_t)nla_len(attr) - offsetof(struct rtvia, rtvia_addr);
	char text[INET_TEXT_MAX];

	out_object(o, "via");
	out_str(o, "family", "via ", inet_family_word(via->rtvia_family), " ");
	inet_format(via->rtvia_family, via->rtvia_addr, len, text);
	out_color(o, out_family_color(via->rtvia_family), "host", "", text, " ");
	out_object_end(o);
}

/* "realm TO" or "realms FROM/TO". */
static void print_realms(struct uip *u, uint32_t realms)
{
	char from[NAMES_TEXT_MAX], to[NAMES_TEXT_MAX];

	out_object(u->out, "flow");
	out_text(u->out, realms >> 16 ? "realms " : "realm ");
	if (realms >> 16)
		out_str(u->out, "from", "", names_word(u->names, NAMES_REALM, realms >> 16, from),
			"/");
	out_str(u->out, "to", "", names_word(u->names, NAMES_REALM, realms & 0xffff, to), " ");
	out_object_end(u->out);
}

static void print_dev(struct uip *u, const char *word, uint32_t index)
{
	out_text(u->out, "%s ", word);
	out_color(u->out, OUT_IFNAME, word, "", devmap_name(u->devs, index), " ");
}

static void print_flags(struct out *o, unsigned flags)
{
	static const struct {
		unsigned bit;
		const char *word;
	} words[] = {
		{ RTNH_F_DEAD, "dead" },
		{ RTNH_F_ONLINK, "onlink" },
		{ RTNH_F_PERVASIVE, "pervasive" },
		{ RTNH_F_OFFLOAD, "offload" },
		{ RTNH_F_TRAP, "trap" },
		{ RTM_F_NOTIFY, "notify" },
		{ RTNH_F_LINKDOWN, "linkdown" },
		{ RTNH_F_UNRESOLVED, "unresolved" },
		{ RTM_F_OFFLOAD, "rt_offload" },
		{ RTM_F_TRAP, "rt_trap" },
		{ RTM_F_OFFLOAD_FAILED, "rt_offload_failed" },
	};
	size_t i;

	out_array(o, "flags");
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (flags & words[i].bit)
			out_str(o, NULL, "", words[i].word, " ");
	out_array_end(o);
}

/* A number from 16 on is read as a mask. */
static void print_mark(struct out *o, uint32_t mark)
{
	if (!mark)
		return;
	if (mark >= 16)
		out_text(o, "mark 0x%x ", mark);
	else
		out_text(o, "mark %u ", mark);
	out_json_uint(o, "mark", mark);
}

/* What a route of the cache is: "cache <local,redirected>". */
static void print_cache_flags(struct out *o, unsigned flags)
{
	static const struct {
		unsigned bit;
		const char *word;
	} words[] = {
		{ RTCF_LOCAL, "local" },	   { RTCF_REJECT, "reject" },
		{ RTCF_MULTICAST, "mc" },	   { RTCF_BROADCAST, "brd" },
		{ RTCF_REDIRECTED, "redirected" }, { RTCF_DOREDIRECT, "redirect" },
	};
	const char *before = "<";
	size_t i;

	flags &= ~0xffffu;
	out_array(o, "cache");
	out_nl(o);
	out_text(o, "    cache ");
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!(flags & words[i].bit))
			continue;
		out_str(o, NULL, before, words[i].word, "");
		before = ",";
	}
	out_text(o, "%s", *before == ',' ? "> " : "");
	out_array_end(o);
}

static void print_cacheinfo(struct uip *u, const struct nlattr *attr)
{
	const struct rta_cacheinfo *ci = nla_data(attr);
	struct out *o = u->out;

	if (ci->rta_expires)
		out_int(o, "expires", "expires ", (int32_t)ci->rta_expires / USER_HZ, "sec ");
	if (ci->rta_error)
		out_uint(o, "error", "error ", (uint32_t)ci->rta_error, " ");
	if (u->opts.stats && ci->rta_clntref)
		out_uint(o, "users", "users ", ci->rta_clntref, " ");
	if (u->opts.stats && ci->rta_used)
		out_uint(o, "used", "used ", ci->rta_used, " ");
	if (u->opts.stats && ci->rta_lastuse)
		out_uint(o, "age", "age ", ci->rta_lastuse / USER_HZ, "sec ");
}

static void print_time(struct out *o, const char *key, uint32_t ms)
{
	out_json_uint(o, key, ms);
	if (ms >= 1000)
		out_text(o, "%gs ", ms / 1e3);
	else
		out_text(o, "%ums ", ms);
}

static void print_metric(struct out *o, unsigned metric, const char *key, const struct nlattr *attr)
{
	uint32_t value = 0;

	if (metric == RTAX_CC_ALGO) {
		out_str(o, "congestion", "", attr ? nla_get_string(attr) : "", " ");
		return;
	}
	if (attr && nla_len(attr) >= 4)
		value = nla_get_u32(attr);
	switch (metric) {
	case RTAX_RTT:
		print_time(o, key, value / 8); /* kept in eighths of a millisecond */
		break;
	case RTAX_RTTVAR:
		print_time(o, key, value / 4);
		break;
	case RTAX_RTO_MIN:
		print_time(o, key, value);
		break;
	case RTAX_FEATURES:
		if (value & RTAX_FEATURE_ECN)
			out_null(o, "ecn", "ecn ");
		if (value & ~(uint32_t)RTAX_FEATURE_ECN) {
			out_json_uint(o, key, value & ~(uint32_t)RTAX_FEATURE_ECN);
			out_text(o, "0x%x ", value & ~(uint32_t)RTAX_FEATURE_ECN);
		}
		break;
	default:
		out_uint(o, key, "", value, " ");
	}
}

static void print_metrics(struct out *o, struct nlattr *attr)
{
	struct nlattr *tb[RTAX_MAX + 1];
	uint32_t locked;
	unsigned i;

	if (nla_parse_nested(tb, RTAX_MAX, attr, NULL))
		return;
	locked = tb[RTAX_LOCK] && nla_len(tb[RTAX_LOCK]) >= 4 ? nla_get_u32(tb[RTAX_LOCK]) : 0;
	out_array(o, "metrics");
	out_object(o, NULL);
	for (i = RTAX_MTU; i <= RTAX_MAX; i++) {
		const char *word = metric_word(i);

		if (!tb[i] && !(locked & (1u << i)))
			continue;
		if (i == RTAX_HOPLIMIT && tb[i] && nla_get_u32(tb[i]) == UINT32_MAX)
			continue;
		if (word)
			out_text(o, "%s ", word);
		else
			out_text(o, "metric %u ", i);
		if (locked & (1u << i))
			out_text(o, "lock ");
		print_metric(o, i, word ? word : "metric", tb[i]);
	}
	out_object_end(o);
	out_array_end(o);
}

static void print_preference(struct out *o, unsigned preference)
{
	static const char *const words[] = { "medium", "high", NULL, "low" }; /* RFC 4191 2.1 */

	if (preference < 4 && words[preference]) {
		out_str(o, "pref", "pref ", words[preference], "");
	} else {
		out_json_uint(o, "pref", preference);
		out_text(o, "pref %u", preference);
	}
}

static void print_nexthop(struct uip *u, const struct rtmsg *r, const struct rtnexthop *nh)
{
	struct nlattr *tb[RTA_MAX + 1];
	struct out *o = u->out;

	if (nla_parse(tb, RTA_MAX, (struct nlattr *)RTNH_DATA(nh),
		      (int)(nh->rtnh_len - sizeof(*nh)), (struct nla_policy *)route_policy))
		return;
	out_object(o, NULL);
	out_nl(o);
	out_text(o, "\tnexthop ");
	if (tb[RTA_GATEWAY])
		print_gateway(o, r->rtm_family, tb[RTA_GATEWAY]);
	if (tb[RTA_VIA])
		print_via(o, tb[RTA_VIA]);
	if (tb[RTA_FLOW])
		print_realms(u, nla_get_u32(tb[RTA_FLOW]));
	out_str(o, "dev", "dev ", devmap_name(u->devs, (unsigned)nh->rtnh_ifindex), " ");
	out_int(o, "weight", "weight ", nh->rtnh_hops + 1, " ");
	print_flags(o, nh->rtnh_flags);
	out_object_end(o);
}

static void print_multipath(struct uip *u, const struct rtmsg *r, const struct nlattr *attr)
{
	const struct rtnexthop *nh = nla_data(attr);
	size_t len = (size_t)nla_len(attr);

	out_array(u->out, "nexthops");
	while (len >= sizeof(*nh) && nh->rtnh_len >= sizeof(*nh) && nh->rtnh_len <= len) {
		size_t step = RTNH_ALIGN(nh->rtnh_len);

		print_nexthop(u, r, nh);
		if (step >= len)
			break;
		len -= step;
		nh = RTNH_NEXT(nh);
	}
	out_array_end(u->out);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void print_destination(struct uip *u, const struct rtmsg *r, struct nlattr **tb,
			      const struct route_filter *f)
{
	char text[INET_TEXT_MAX + 8], type[NAMES_TEXT_MAX];
	struct out *o = u->out;

	if (r->rtm_type != RTN_UNICAST || u->opts.details)
		out_str(o, "type", "", type_word(r->rtm_type, u->opts.numeric, type), " ");
	out_color(o, tb[RTA_DST] ? out_family_color(r->rtm_family) : OUT_PLAIN, "dst", "",
		  prefix_text(r->rtm_family, r->rtm_dst_len, tb[RTA_DST], "default", text,
			      sizeof(text)),
		  " ");
	if (tb[RTA_SRC] || r->rtm_src_len)
		out_color(o, tb[RTA_SRC] ? out_family_color(r->rtm_family) : OUT_PLAIN, "from",
			  "from ",
			  prefix_text(r->rtm_family, r->rtm_src_len, tb[RTA_SRC], "default", text,
				      sizeof(text)),
			  " ");
	if (tb[RTA_NH_ID])
		out_uint(o, "nhid", "nhid ", nla_get_u32(tb[RTA_NH_ID]), " ");
	if (r->rtm_tos && !f->tos.given)
		out_str(o, "tos", "tos ", names_word(u->names, NAMES_DSFIELD, r->rtm_tos, text),
			" ");
}

/* Is a whole address given, so that it need not be shown with each route? */
static bool fixes_address(const struct arg_prefix *p, int family)
{
	return p->given && p->p.bits == inet_family_bits(family);
}

static void print_way(struct uip *u, const struct rtmsg *r, struct nlattr **tb,
		      const struct route_filter *f)
{
	uint32_t table = route_table(r, tb);
	char text[INET_TEXT_MAX];
	struct out *o = u->out;

	if (tb[RTA_GATEWAY] && !fixes_address(&f->via, r->rtm_family))
		print_gateway(o, r->rtm_family, tb[RTA_GATEWAY]);
	if (tb[RTA_VIA])
		print_via(o, tb[RTA_VIA]);
	if (tb[RTA_OIF] && !f->oif)
		print_dev(u, "dev", nla_get_u32(tb[RTA_OIF]));
	if (table && (table != RT_TABLE_MAIN || u->opts.details) && !f->table)
		out_str(o, "table", "table ", names_word(u->names, NAMES_TABLE, table, text), " ");
	if (r->rtm_flags & RTM_F_CLONED)
		return;
	if ((r->rtm_protocol != RTPROT_BOOT || u->opts.details) && !f->protocol.given)
		out_str(o, "protocol", "proto ",
			names_word(u->names, NAMES_PROTO, r->rtm_protocol, text), " ");
	if ((r->rtm_scope != RT_SCOPE_UNIVERSE || u->opts.details) && !f->scope.given)
		out_str(o, "scope", "scope ", names_word(u->names, NAMES_SCOPE, r->rtm_scope, text),
			" ");
}

static void print_extras(struct uip *u, const struct rtmsg *r, struct nlattr **tb,
			 const struct route_filter *f)
{
	char text[INET_TEXT_MAX];
	struct out *o = u->out;

	if (tb[RTA_PREFSRC] && !fixes_address(&f->src, r->rtm_family)) {
		out_text(o, "src ");
		out_color(o, out_family_color(r->rtm_family), "prefsrc", "",
			  address_text(r->rtm_family, tb[RTA_PREFSRC], text), " ");
	}
	if (tb[RTA_PRIORITY] && !f->metric.given)
		out_uint(o, "metric", "metric ", nla_get_u32(tb[RTA_PRIORITY]), " ");
	print_flags(o, r->rtm_flags);
	if (tb[RTA_MARK])
		print_mark(o, nla_get_u32(tb[RTA_MARK]));
	if (tb[RTA_FLOW])
		print_realms(u, nla_get_u32(tb[RTA_FLOW]));
	if (tb[RTA_UID])
		out_uint(o, "uid", "uid ", nla_get_u32(tb[RTA_UID]), " ");
	if (r->rtm_family == AF_INET && r->rtm_flags & RTM_F_CLONED)
		print_cache_flags(o, r->rtm_flags);
	if (tb[RTA_CACHEINFO])
		print_cacheinfo(u, tb[RTA_CACHEINFO]);
	if (tb[RTA_METRICS])
		print_metrics(o, tb[RTA_METRICS]);
	if (tb[RTA_IIF] && !f->iif)
		print_dev(u, "iif", nla_get_u32(tb[RTA_IIF]));
	if (tb[RTA_PREF])
		print_preference(o, nla_get_u8(tb[RTA_PREF]));
	if (tb[RTA_MULTIPATH])
		print_multipath(u, r, tb[RTA_MULTIPATH]);
}

void route_print(struct uip *u, const struct nlmsghdr *h, const struct route_filter *filter)
{
	const struct rtmsg *r = NLMSG_DATA(h);
	struct nlattr *tb[RTA_MAX + 1];

	if (parse(h, tb))
		return;
	out_object(u->out, NULL);
	if (h->nlmsg_type == RTM_DELROUTE)
		out_flag(u->out, "deleted", "Deleted ");
	print_destination(u, r, tb, filter);
	print_way(u, r, tb, filter);
	print_extras(u, r, tb, filter);
	out_text(u->out, "\n");
	out_object_end(u->out);
}
