/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "neighbour": add, change, replace, delete, get, show, flush. Called through the table
 * of objects.
 */
#include "uip/neighbour.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/devmap.h"
#include "uip/flush.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

/* Not in the headers of every kernel that has them. */
#ifndef NTF_EXT_MANAGED
#define NTF_EXT_MANAGED (1 << 0)
#endif

/* Ticks a second in struct nda_cacheinfo: the kernel's USER_HZ, which never changes. */
#define USER_HZ 100

static const char neighbour_usage[] =
	"Usage: uip neigh { add | del | change | replace }\n"
	"                { ADDR [ lladdr LLADDR ] [ nud STATE ] proxy ADDR }\n"
	"                [ dev DEV ] [ router ] [ use ] [ managed ] [ extern_learn ]\n"
	"                [ protocol PROTO ]\n"
	"\n"
	"       uip neigh { show | flush } [ proxy ] [ to PREFIX ] [ dev DEV ] [ nud STATE ]\n"
	"                             [ protocol PROTO ]\n"
	"       uip neigh get { ADDR | proxy ADDR } dev DEV\n"
	"\n"
	"STATE := { delay | failed | incomplete | noarp | none |\n"
	"           permanent | probe | reachable | stale }\n";

/* --- states ----------------------------------------------------------------------------------- */

static const struct {
	uint16_t bit;
	const char *word;  /* as it is given */
	const char *shown; /* as it is shown */
} states[] = {
	{ NUD_INCOMPLETE, "incomplete", "INCOMPLETE" },
	{ NUD_REACHABLE, "reachable", "REACHABLE" },
	{ NUD_STALE, "stale", "STALE" },
	{ NUD_DELAY, "delay", "DELAY" },
	{ NUD_PROBE, "probe", "PROBE" },
	{ NUD_FAILED, "failed", "FAILED" },
	{ NUD_NOARP, "noarp", "NOARP" },
	{ NUD_PERMANENT, "permanent", "PERMANENT" },
	{ NUD_NONE, "none", NULL },
};
#define STATES (sizeof(states) / sizeof(states[0]))

static int state_from(const char *word, uint32_t *ret)
{
	unsigned long n;
	char *end;
	size_t i;

	for (i = 0; i < STATES; i++) {
		if (arg_matches(word, states[i].word)) {
			*ret = states[i].bit;
			return 0;
		}
	}
	n = strtoul(word, &end, 0);
	if (!*word || *end || n >= 0x100 || (n & (n - 1)))
		return -EINVAL;
	*ret = (uint32_t)n;
	return 0;
}

static int take_state(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		      void *field)
{
	struct arg_number *state = field;

	(void)u;
	(void)a;
	if (state_from(value, &state->value))
		return arg_invalid(arg->error, value);
	state->given = true;
	return UIP_OK;
}

/* --- add, change, replace, delete ------------------------------------------------------------- */

struct modify_cfg {
	struct arg_prefix dst;
	const char *lladdr;
	const char *dev;
	struct arg_number state;
	struct arg_number protocol;
	uint32_t flags; /* NTF_* */
	uint32_t ext_flags;
	bool proxy;
};

static int take_proxy(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		      void *field)
{
	struct modify_cfg *cfg = field;

	if (cfg->dst.given)
		return arg_duplicate("address", value);
	cfg->proxy = true;
	return take_address(u, a, arg, value, &cfg->dst);
}

/* "use" and "managed" have the stack find the address out. */
static int take_managed(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			void *field)
{
	struct modify_cfg *cfg = field;

	(void)u;
	(void)a;
	(void)value;
	cfg->flags |= (uint32_t)arg->number;
	cfg->ext_flags |= arg->number ? 0 : NTF_EXT_MANAGED;
	cfg->state.given = true;
	cfg->state.value = NUD_NONE;
	return UIP_OK;
}

#define FIELD(member) offsetof(struct modify_cfg, member)

static const struct arg modify_args[] = {
	{ "lladdr", 0, take_string, FIELD(lladdr), NULL, 0, NULL },
	{ "nud", 0, take_state, FIELD(state), "nud state is bad", 0, NULL },
	{ "proxy", ARG_ABBREV | ARG_ADDR, take_proxy, 0, NULL, 0, NULL },
	{ "router", ARG_FLAG, take_bit, FIELD(flags), NULL, NTF_ROUTER, NULL },
	{ "use", ARG_FLAG, take_managed, 0, NULL, NTF_USE, NULL },
	{ "managed", ARG_FLAG, take_managed, 0, NULL, 0, NULL },
	{ "extern_learn", ARG_FLAG | ARG_ABBREV, take_bit, FIELD(flags), NULL, NTF_EXT_LEARNED,
	  NULL },
	{ "dev", ARG_DEV, take_string, FIELD(dev), NULL, 0, NULL },
	{ "protocol", ARG_ABBREV, take_name, FIELD(protocol), "\"protocol\" value is invalid\n",
	  NAMES_PROTO, NULL },
	{ "help", ARG_ABBREV | ARG_FLAG, take_help, 0, neighbour_usage, 0, NULL },
	{ "to", ARG_POSITIONAL | ARG_ONCE | ARG_ADDR, take_address, FIELD(dst), NULL, 0, NULL },
	{ 0 },
};

static int put_lladdr(struct req *q, const char *text)
{
	uint8_t addr[INET_LL_MAX];
	int len;

	if (!text || !strcmp(text, "null"))
		return UIP_OK;
	len = inet_ll_parse(text, addr);
	if (len < 0) {
		fprintf(stderr, "\"%s\" is invalid lladdr.\n", text);
		return UIP_FAILED;
	}
	req_put(q, NDA_LLADDR, addr, (size_t)len);
	return UIP_OK;
}

static int neighbour_modify(struct uip *u, struct args *a, const struct command *cmd)
{
	struct modify_cfg cfg = { 0 };
	struct ndmsg ndm = { 0 };
	bool del = cmd->number == RTM_DELNEIGH;
	struct req q;
	int status = args_parse(u, a, modify_args, &cfg, NULL);

	if (status)
		return status;
	if ((!cfg.dev && !cfg.proxy) || !cfg.dst.given) {
		fputs("Device and destination are required arguments.\n", stderr);
		return UIP_USAGE;
	}
	ndm.ndm_family = (uint8_t)cfg.dst.p.family;
	ndm.ndm_state = cfg.state.given ? (uint16_t)cfg.state.value : del ? 0 : NUD_PERMANENT;
	ndm.ndm_flags = (uint8_t)(cfg.flags | (cfg.proxy ? NTF_PROXY : 0));
	req_init(&q, cmd->number, (int)cmd->number2, &ndm, sizeof(ndm));
	req_put(&q, NDA_DST, cfg.dst.p.data, cfg.dst.p.bytes);
	status = put_lladdr(&q, cfg.lladdr);
	if (cfg.ext_flags)
		req_u32(&q, NDA_FLAGS_EXT, cfg.ext_flags);
	if (cfg.protocol.given)
		req_u8(&q, NDA_PROTOCOL, (uint8_t)cfg.protocol.value);
	if (!status && cfg.dev) {
		ndm.ndm_ifindex = (int)uip_dev_index(u, cfg.dev);
		((struct ndmsg *)req_body(&q))->ndm_ifindex = ndm.ndm_ifindex;
		if (!ndm.ndm_ifindex)
			status = uip_no_dev(cfg.dev);
	}
	if (status) {
		req_exit(&q);
		return status;
	}
	return uip_change(u, &q);
}

/* --- show and flush: the words ---------------------------------------------------------------- */

struct show_cfg {
	struct neighbour_filter filter;
	const char *dev;
	const char *master;
	uint32_t unused;
	uint32_t proxy;
	uint32_t nomaster;
	bool states_given;
	bool flush;
};

static int take_state_filter(struct uip *u, struct args *a, const struct arg *arg,
			     const char *value, void *field)
{
	struct show_cfg *cfg = field;
	uint32_t state;

	(void)u;
	(void)a;
	if (!cfg->states_given) {
		cfg->states_given = true;
		cfg->filter.states = 0;
	}
	if (!state_from(value, &state)) {
		cfg->filter.states |= state == NUD_NONE ? NEIGHBOUR_NONE : state;
		return UIP_OK;
	}
	if (strcmp(value, "all") != 0)
		return arg_invalid(arg->error, value);
	cfg->filter.states = 0xff | NEIGHBOUR_NONE;
	if (cfg->flush)
		cfg->filter.states &= ~(uint32_t)NUD_NOARP; /* the stack would make them anew */
	return UIP_OK;
}

static int take_to(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		   void *field)
{
	struct args own = *a; /* the filter's family is not the command's */

	return take_prefix(u, &own, arg, value, field);
}

#define SHOW(member) offsetof(struct show_cfg, member)

static const struct arg show_args[] = {
	{ "dev", ARG_ONCE | ARG_DEV, take_string, SHOW(dev), NULL, 0, NULL },
	{ "master", ARG_DEV, take_string, SHOW(master), NULL, 0, NULL },
	{ "nomaster", ARG_FLAG, take_bit, SHOW(nomaster), NULL, 1, NULL },
	{ "unused", ARG_FLAG, take_bit, SHOW(unused), NULL, 1, NULL },
	{ "nud", 0, take_state_filter, 0, "nud state is bad", 0, NULL },
	{ "proxy", ARG_FLAG, take_bit, SHOW(proxy), NULL, 1, NULL },
	{ "protocol", ARG_ABBREV | ARG_NAME, take_name_or_all, SHOW(filter.protocol),
	  "invalid \"protocol\"\n", NAMES_PROTO, NULL },
	{ "help", ARG_ABBREV | ARG_FLAG, take_help, 0, neighbour_usage, 0, NULL },
	{ "to", ARG_POSITIONAL | ARG_ADDR, take_to, SHOW(filter.to), NULL, 0, NULL },
	{ 0 },
};

static int show_parse(struct uip *u, struct args *a, struct show_cfg *cfg)
{
	int status;

	/* Where no state is named. What the user has put there is not flushed unless it is. */
	cfg->filter.states = 0xff & ~(uint32_t)NUD_NOARP;
	if (cfg->flush)
		cfg->filter.states =
			(cfg->filter.states | NEIGHBOUR_NONE) & ~(uint32_t)NUD_PERMANENT;
	status = args_parse(u, a, show_args, cfg, NULL);
	if (status)
		return status;
	cfg->filter.family = a->family;
	cfg->filter.proxy = cfg->proxy;
	cfg->filter.unused_only = cfg->unused;
	status = uip_load_devs(u);
	if (status || !cfg->dev)
		return status;
	cfg->filter.index = uip_dev_index(u, cfg->dev);
	return cfg->filter.index ? UIP_OK : uip_no_dev(cfg->dev);
}

/* --- show ------------------------------------------------------------------------------------- */

struct show {
	struct uip *u;
	const struct neighbour_filter *filter;
};

static int show_one(const struct nlmsghdr *h, void *arg)
{
	struct show *show = arg;

	if (neighbour_passes(h, show->filter))
		neighbour_print(show->u, h, show->filter);
	return 0;
}

static int neighbour_show(struct uip *u, struct args *a, const struct command *cmd)
{
	struct show_cfg cfg = { 0 };
	struct show show = { .u = u, .filter = &cfg.filter };
	struct ndmsg ndm = { 0 };
	unsigned master = 0;
	struct req q;
	int status = show_parse(u, a, &cfg);

	(void)cmd;
	if (!status && cfg.master) {
		master = uip_dev_index(u, cfg.master);
		if (!master)
			status = arg_invalid("Device does not exist\n", cfg.master);
	}
	if (status)
		return status;
	ndm.ndm_family = (uint8_t)cfg.filter.family;
	ndm.ndm_flags = cfg.filter.proxy ? NTF_PROXY : 0;
	req_init(&q, RTM_GETNEIGH, 0, &ndm, sizeof(ndm));
	if (cfg.filter.index)
		req_u32(&q, NDA_IFINDEX, cfg.filter.index);
	if (master)
		req_u32(&q, NDA_MASTER, master);
	out_begin(u->out);
	status = uip_dump(u, &q, show_one, &show, "Dump");
	out_end(u->out);
	return status;
}

/* --- get -------------------------------------------------------------------------------------- */

struct get_cfg {
	struct arg_prefix dst;
	const char *dev;
	bool proxy;
};

static int take_get_proxy(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			  void *field)
{
	struct get_cfg *cfg = field;

	if (cfg->dst.given)
		return arg_duplicate("address", value);
	cfg->proxy = true;
	return take_address(u, a, arg, value, &cfg->dst);
}

#define GET(member) offsetof(struct get_cfg, member)

static const struct arg get_args[] = {
	{ "dev", ARG_DEV, take_string, GET(dev), NULL, 0, NULL },
	{ "proxy", ARG_ABBREV | ARG_ADDR, take_get_proxy, 0, NULL, 0, NULL },
	{ "help", ARG_ABBREV | ARG_FLAG, take_help, 0, neighbour_usage, 0, NULL },
	{ "to", ARG_POSITIONAL | ARG_ONCE | ARG_ADDR, take_address, GET(dst), NULL, 0, NULL },
	{ 0 },
};

static int print_answer(const struct nlmsghdr *h, void *arg)
{
	static const struct neighbour_filter none;
	struct uip *u = arg;

	out_begin(u->out);
	neighbour_print(u, h, &none);
	out_end(u->out);
	return 0;
}

static int neighbour_get(struct uip *u, struct args *a, const struct command *cmd)
{
	struct get_cfg cfg = { 0 };
	struct ndmsg ndm = { 0 };
	struct req q;
	int status = args_parse(u, a, get_args, &cfg, NULL);

	(void)cmd;
	if (status)
		return status;
	if (!cfg.dev || !cfg.dst.given) {
		fputs("Device and address are required arguments.\n", stderr);
		return UIP_FAILED;
	}
	ndm.ndm_family = (uint8_t)cfg.dst.p.family;
	ndm.ndm_flags = cfg.proxy ? NTF_PROXY : 0;
	ndm.ndm_ifindex = (int)uip_dev_index(u, cfg.dev);
	if (!ndm.ndm_ifindex)
		return uip_no_dev(cfg.dev);
	status = uip_load_devs(u);
	if (status)
		return status;
	req_init(&q, RTM_GETNEIGH, 0, &ndm, sizeof(ndm));
	req_put(&q, NDA_DST, cfg.dst.p.data, cfg.dst.p.bytes);
	return uip_ask(u, &q, print_answer, u, false);
}

/* --- flush ------------------------------------------------------------------------------------ */

static bool flush_passes(struct uip *u, const struct nlmsghdr *h, const void *arg)
{
	const struct show_cfg *cfg = arg;

	(void)u;
	return neighbour_passes(h, &cfg->filter);
}

static void flush_print(struct uip *u, const struct nlmsghdr *h)
{
	static const struct neighbour_filter none;

	neighbour_print(u, h, &none);
}

static int flush_parse(struct uip *u, struct args *a, void *arg, void *header)
{
	struct show_cfg *cfg = arg;
	struct ndmsg *ndm = header;
	int status = show_parse(u, a, cfg);

	if (status)
		return status;
	ndm->ndm_family = (uint8_t)cfg->filter.family;
	ndm->ndm_flags = cfg->filter.proxy ? NTF_PROXY : 0;
	return UIP_OK;
}

static const struct flush neighbour_flush_ops = {
	.get = RTM_GETNEIGH,
	.del = RTM_DELNEIGH,
	.len = sizeof(struct ndmsg),
	.what = "entries",
	.bare = "Flush requires arguments.\n",
	.parse = flush_parse,
	.passes = flush_passes,
	.print = flush_print,
};

static int neighbour_flush(struct uip *u, struct args *a, const struct command *cmd)
{
	struct show_cfg cfg = { .flush = true };

	(void)cmd;
	return flush_command(u, a, &neighbour_flush_ops, &cfg);
}

/* --- one entry -------------------------------------------------------------------------------- */

static const struct nla_policy neighbour_policy[NDA_MAX + 1] = {
	[NDA_CACHEINFO] = { .minlen = sizeof(struct nda_cacheinfo) },
	[NDA_PROBES] = { .type = NLA_U32 },
	[NDA_PROTOCOL] = { .type = NLA_U8 },
	[NDA_FLAGS_EXT] = { .type = NLA_U32 },
};

static int parse(const struct nlmsghdr *h, struct nlattr **tb)
{
	return nlmsg_parse((struct nlmsghdr *)h, sizeof(struct ndmsg), tb, NDA_MAX,
			   (struct nla_policy *)neighbour_policy);
}

bool neighbour_passes(const struct nlmsghdr *h, const struct neighbour_filter *f)
{
	const struct ndmsg *ndm = NLMSG_DATA(h);
	struct nlattr *tb[NDA_MAX + 1];
	const struct nda_cacheinfo *ci;
	uint32_t state;

	if (parse(h, tb))
		return false;
	if (f->family && f->family != ndm->ndm_family)
		return false;
	if (f->index && f->index != (unsigned)ndm->ndm_ifindex)
		return false;
	/* Proxies and what others have learnt for us are shown in every state. */
	state = ndm->ndm_state == NUD_NONE ? NEIGHBOUR_NONE : ndm->ndm_state;
	if (f->states && !(f->states & state) && !(ndm->ndm_flags & (NTF_PROXY | NTF_EXT_LEARNED)))
		return false;
	if (f->to.given && f->to.p.family &&
	    (!tb[NDA_DST] || f->to.p.family != ndm->ndm_family ||
	     (unsigned)nla_len(tb[NDA_DST]) * 8 < f->to.p.bits ||
	     !inet_prefix_has(&f->to.p, nla_data(tb[NDA_DST]))))
		return false;
	if (f->protocol.value &&
	    (!tb[NDA_PROTOCOL] || nla_get_u8(tb[NDA_PROTOCOL]) != f->protocol.value))
		return false;
	ci = tb[NDA_CACHEINFO] ? nla_data(tb[NDA_CACHEINFO]) : NULL;
	return !(f->unused_only && ci && ci->ndm_refcnt);
}

static void print_cacheinfo(struct out *o, const struct nda_cacheinfo *ci)
{
	if (ci->ndm_refcnt)
		out_uint(o, "refcnt", " ref ", ci->ndm_refcnt, "");
	out_uint(o, "used", " used ", ci->ndm_used / USER_HZ, "");
	out_uint(o, "confirmed", "/", ci->ndm_confirmed / USER_HZ, "");
	out_uint(o, "updated", "/", ci->ndm_updated / USER_HZ, "");
}

static void print_states(struct out *o, unsigned state)
{
	size_t i;

	if (state == NUD_NONE)
		return;
	out_array(o, "state");
	for (i = 0; i < STATES; i++)
		if (state & states[i].bit)
			out_str(o, NULL, "", states[i].shown, " ");
	out_array_end(o);
}

static void print_link(struct uip *u, const struct ndmsg *ndm, struct nlattr **tb,
		       const struct neighbour_filter *f)
{
	char text[INET_TEXT_MAX];
	struct out *o = u->out;

	if (tb[NDA_DST]) {
		inet_format(ndm->ndm_family, nla_data(tb[NDA_DST]), (size_t)nla_len(tb[NDA_DST]),
			    text);
		out_color(o, out_family_color(ndm->ndm_family), "dst", "", text, " ");
	}
	if (!f->index && ndm->ndm_ifindex) {
		out_text(o, "dev ");
		out_color(o, OUT_IFNAME, "dev", "",
			  devmap_name(u->devs, (unsigned)ndm->ndm_ifindex), " ");
	}
	if (tb[NDA_LLADDR]) {
		out_text(o, "lladdr ");
		inet_ll_format(nla_data(tb[NDA_LLADDR]), (size_t)nla_len(tb[NDA_LLADDR]), text);
		out_color(o, OUT_MAC, "lladdr", "", text, " ");
	}
}

/* A table: address, device, link-layer address. */
static void print_brief(struct uip *u, const struct ndmsg *ndm, struct nlattr **tb,
			const struct neighbour_filter *f)
{
	char text[INET_TEXT_MAX], padded[INET_TEXT_MAX];
	bool json = out_is_json(u->out);

	if (tb[NDA_DST]) {
		inet_format(ndm->ndm_family, nla_data(tb[NDA_DST]), (size_t)nla_len(tb[NDA_DST]),
			    text);
		snprintf(padded, sizeof(padded), json ? "%s" : "%-39s", text);
		out_color(u->out, out_family_color(ndm->ndm_family), "dst", "", padded, " ");
	}
	if (!f->index && ndm->ndm_ifindex) {
		snprintf(padded, sizeof(padded), json ? "%s" : "%-16s",
			 devmap_name(u->devs, (unsigned)ndm->ndm_ifindex));
		out_color(u->out, OUT_IFNAME, "dev", "", padded, " ");
	}
	if (tb[NDA_LLADDR]) {
		inet_ll_format(nla_data(tb[NDA_LLADDR]), (size_t)nla_len(tb[NDA_LLADDR]), text);
		out_color(u->out, OUT_MAC, "lladdr", "", text, "");
	}
}

static void print_flags(struct out *o, const struct ndmsg *ndm, struct nlattr **tb)
{
	uint32_t ext = tb[NDA_FLAGS_EXT] ? nla_get_u32(tb[NDA_FLAGS_EXT]) : 0;

	if (ndm->ndm_flags & NTF_ROUTER)
		out_null(o, "router", "router ");
	if (ndm->ndm_flags & NTF_PROXY)
		out_null(o, "proxy", "proxy ");
	if (ext & NTF_EXT_MANAGED)
		out_null(o, "managed", "managed ");
	if (ndm->ndm_flags & NTF_EXT_LEARNED)
		out_null(o, "extern_learn", "extern_learn ");
	if (ndm->ndm_flags & NTF_OFFLOADED)
		out_null(o, "offload", "offload ");
}

static void print_entry(struct uip *u, const struct ndmsg *ndm, struct nlattr **tb,
			const struct neighbour_filter *f)
{
	char protocol[NAMES_TEXT_MAX];
	struct out *o = u->out;

	print_link(u, ndm, tb, f);
	print_flags(o, ndm, tb);
	if (u->opts.stats && tb[NDA_CACHEINFO])
		print_cacheinfo(o, nla_data(tb[NDA_CACHEINFO]));
	if (u->opts.stats && tb[NDA_PROBES])
		out_uint(o, "probes", "probes ", nla_get_u32(tb[NDA_PROBES]), " ");
	print_states(o, ndm->ndm_state);
	if (tb[NDA_PROTOCOL] && (nla_get_u8(tb[NDA_PROTOCOL]) || u->opts.details))
		out_str(o, "protocol", "proto ",
			names_word(u->names, NAMES_PROTO, nla_get_u8(tb[NDA_PROTOCOL]), protocol),
			" ");
}

void neighbour_print(struct uip *u, const struct nlmsghdr *h, const struct neighbour_filter *filter)
{
	const struct ndmsg *ndm = NLMSG_DATA(h);
	struct nlattr *tb[NDA_MAX + 1];
	struct out *o = u->out;

	if (parse(h, tb))
		return;
	out_object(o, NULL);
	if (h->nlmsg_type == RTM_DELNEIGH)
		out_flag(o, "deleted", "Deleted ");
	else if (h->nlmsg_type == RTM_GETNEIGH)
		out_null(o, "miss", "miss ");
	if (u->opts.brief)
		print_brief(u, ndm, tb, filter);
	else
		print_entry(u, ndm, tb, filter);
	out_text(o, "\n");
	out_object_end(o);
}

/* --- the table -------------------------------------------------------------------------------- */

const struct command neighbour_commands[] = {
	{ "add", ARG_ABBREV, neighbour_modify, modify_args, RTM_NEWNEIGH,
	  NLM_F_CREATE | NLM_F_EXCL },
	{ "change", ARG_ABBREV, neighbour_modify, modify_args, RTM_NEWNEIGH, NLM_F_REPLACE },
	{ "chg", 0, neighbour_modify, modify_args, RTM_NEWNEIGH, NLM_F_REPLACE },
	{ "replace", ARG_ABBREV, neighbour_modify, modify_args, RTM_NEWNEIGH,
	  NLM_F_CREATE | NLM_F_REPLACE },
	{ "delete", ARG_ABBREV, neighbour_modify, modify_args, RTM_DELNEIGH, 0 },
	{ "get", ARG_ABBREV, neighbour_get, get_args, 0, 0 },
	{ "show", ARG_ABBREV | COMMAND_DEFAULT, neighbour_show, show_args, 0, 0 },
	{ "lst", ARG_ABBREV, neighbour_show, show_args, 0, 0 },
	{ "list", ARG_ABBREV, neighbour_show, show_args, 0, 0 },
	{ "flush", ARG_ABBREV, neighbour_flush, show_args, 0, 0 },
	{ 0 },
};

int neighbour_main(struct uip *u, struct args *a)
{
	return command_run(u, a, neighbour_commands, "neigh", neighbour_usage);
}
