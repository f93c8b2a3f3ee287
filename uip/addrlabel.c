/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "addrlabel": list, add, delete, flush. Called through the table of objects. As with ip(8), words
 * that mean nothing here are passed over.
 */
#include "uip/addrlabel.h"

#include <linux/if_addrlabel.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/devmap.h"
#include "uip/msglist.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

#define LABEL_NONE 0xffffffffu

static const char addrlabel_usage[] =
	"Usage: uip addrlabel { add | del } prefix PREFIX [ dev DEV ] [ label LABEL ]\n"
	"       uip addrlabel [ list | flush ]\n";

/* The family that is asked for; the table is IPv6's. */
static uint8_t family_of(const struct args *a)
{
	return a->family ? (uint8_t)a->family : AF_INET6;
}

/* --- add, delete ------------------------------------------------------------------------------ */

struct modify_cfg {
	const char *prefix; /* read when all words are known, as by ip */
	unsigned index;
	uint32_t label;
};

static int take_dev(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		    void *field)
{
	unsigned *index = field;

	(void)a;
	(void)arg;
	*index = uip_dev_index(u, value);
	return *index ? UIP_OK : arg_invalid("dev is invalid\n", value);
}

static int take_label(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		      void *field)
{
	struct arg_number label = { 0 };
	int status = take_number(u, a, arg, value, &label);

	*(uint32_t *)field = label.value;
	return status;
}

#define FIELD(member) offsetof(struct modify_cfg, member)

static const struct arg modify_args[] = {
	{ "prefix", ARG_ADDR, take_string, FIELD(prefix), NULL, 0, NULL },
	{ "dev", ARG_DEV, take_dev, FIELD(index), NULL, 0, NULL },
	{ "label", 0, take_label, FIELD(label), "label is invalid\n", LABEL_NONE - 1, NULL },
	{ 0 },
};

static int parse(struct uip *u, struct args *a, struct modify_cfg *cfg)
{
	const char *ignored;
	int status = UIP_OK;

	while (!status && a->left) {
		status = args_parse(u, a, modify_args, cfg, NULL);
		if (!status && a->left)
			status = args_pop(a, &ignored);
	}
	return status;
}

static int addrlabel_modify(struct uip *u, struct args *a, const struct command *cmd)
{
	struct modify_cfg cfg = { .label = LABEL_NONE };
	struct ifaddrlblmsg ifal = { 0 };
	struct arg_prefix prefix = { 0 };
	uint8_t family = family_of(a); /* the prefix settles nothing: one of IPv4 is refused */
	struct req q;
	int status = parse(u, a, &cfg);

	if (status)
		return status;
	if (!cfg.prefix)
		return arg_missing("prefix");
	if (cfg.label == LABEL_NONE)
		return arg_missing("label");
	status = take_prefix(u, a, NULL, cfg.prefix, &prefix);
	if (status)
		return status;
	ifal.ifal_family = family;
	ifal.ifal_prefixlen = (uint8_t)prefix.p.bits;
	ifal.ifal_index = cfg.index;
	req_init(&q, cmd->number, (int)cmd->number2, &ifal, sizeof(ifal));
	req_u32(&q, IFAL_LABEL, cfg.label);
	req_put(&q, IFAL_ADDRESS, prefix.p.data, prefix.p.bytes);
	return uip_change(u, &q);
}

/* --- list ------------------------------------------------------------------------------------- */

static int list_one(const struct nlmsghdr *h, void *arg)
{
	const struct ifaddrlblmsg *ifal = NLMSG_DATA(h);
	struct nlattr *tb[IFAL_MAX + 1];
	struct uip *u = arg;
	char text[INET_TEXT_MAX];

	if (nlmsg_parse((struct nlmsghdr *)h, sizeof(*ifal), tb, IFAL_MAX, NULL))
		return 0;
	out_object(u->out, NULL);
	if (tb[IFAL_ADDRESS]) {
		inet_format(ifal->ifal_family, nla_data(tb[IFAL_ADDRESS]),
			    (size_t)nla_len(tb[IFAL_ADDRESS]), text);
		out_text(u->out, "prefix ");
		out_color(u->out, out_family_color(ifal->ifal_family), "address", "", text, "");
		out_uint(u->out, "prefixlen", "/", ifal->ifal_prefixlen, " ");
	}
	if (ifal->ifal_index) {
		out_text(u->out, "dev ");
		out_color(u->out, OUT_IFNAME, "ifname", "", devmap_name(u->devs, ifal->ifal_index),
			  " ");
	}
	if (tb[IFAL_LABEL] && nla_len(tb[IFAL_LABEL]) >= 4)
		out_uint(u->out, "label", "label ", nla_get_u32(tb[IFAL_LABEL]), " ");
	out_text(u->out, "\n");
	out_object_end(u->out);
	return 0;
}

static int dump(struct uip *u, uint8_t family, int (*fn)(const struct nlmsghdr *h, void *arg),
		void *arg, const char *what)
{
	struct ifaddrlblmsg ifal = { .ifal_family = family };
	struct req q;

	req_init(&q, RTM_GETADDRLABEL, 0, &ifal, sizeof(ifal));
	return uip_dump(u, &q, fn, arg, what);
}

static int addrlabel_list(struct uip *u, struct args *a, const struct command *cmd)
{
	int status;

	(void)cmd;
	if (a->left) {
		fputs("\"uip addrlabel show\" does not take any arguments.\n", stderr);
		return UIP_FAILED;
	}
	status = uip_load_devs(u);
	if (status)
		return status;
	out_begin(u->out);
	status = dump(u, family_of(a), list_one, u, "Dump");
	out_end(u->out);
	return status == UIP_REFUSED ? UIP_USAGE : status; /* as ip has it */
}

/* --- flush ------------------------------------------------------------------------------------ */

static int keep(const struct nlmsghdr *h, void *arg)
{
	return msglist_add(arg, h);
}

/* What was listed is sent back. */
static int delete_one(struct uip *u, const struct nlmsghdr *h)
{
	const struct ifaddrlblmsg *ifal = NLMSG_DATA(h);
	struct req q;

	req_init(&q, RTM_DELADDRLABEL, 0, ifal, sizeof(*ifal));
	req_raw(&q, nlmsg_attrdata(h, sizeof(*ifal)), (size_t)nlmsg_attrlen(h, sizeof(*ifal)));
	return uip_change(u, &q);
}

static int addrlabel_flush(struct uip *u, struct args *a, const struct command *cmd)
{
	struct msglist list = { 0 };
	const struct nlmsghdr *h;
	int status;

	(void)cmd;
	if (a->left) {
		fputs("\"uip addrlabel flush\" does not allow extra arguments\n", stderr);
		return UIP_FAILED;
	}
	status = dump(u, family_of(a), keep, &list, "Flush");
	if (status == UIP_REFUSED)
		status = UIP_FAILED; /* as ip has it */
	for (h = msglist_first(&list); h && !status; h = msglist_next(&list, h))
		status = delete_one(u, h);
	msglist_free(&list);
	return status;
}

/* --- the table -------------------------------------------------------------------------------- */

static const struct arg no_args[] = { { 0 } };

const struct command addrlabel_commands[] = {
	{ "list", ARG_ABBREV | COMMAND_DEFAULT, addrlabel_list, no_args, 0, 0 },
	{ "lst", ARG_ABBREV, addrlabel_list, no_args, 0, 0 },
	{ "show", ARG_ABBREV, addrlabel_list, no_args, 0, 0 },
	{ "add", ARG_ABBREV, addrlabel_modify, modify_args, RTM_NEWADDRLABEL,
	  NLM_F_CREATE | NLM_F_EXCL },
	{ "delete", ARG_ABBREV, addrlabel_modify, modify_args, RTM_DELADDRLABEL, 0 },
	{ "flush", ARG_ABBREV, addrlabel_flush, no_args, 0, 0 },
	{ 0 },
};

int addrlabel_main(struct uip *u, struct args *a)
{
	return command_run(u, a, addrlabel_commands, "addrlabel", addrlabel_usage);
}
