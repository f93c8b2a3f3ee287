/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "rule": show. Called through the table of objects. The order of the tables is fixed, and so
 * what the stack tells of a rule is its place and its table.
 */
#include "uip/rule.h"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <sys/socket.h>

#include "uip/names.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

static const char rule_usage[] = "Usage: uip rule [ list [ table TABLE ] ]\n";

struct show {
	struct uip *u;
	struct arg_number table;
};

static void print_rule(struct uip *u, struct nlattr **tb, uint32_t table)
{
	char number[NAMES_TEXT_MAX];
	struct out *o = u->out;

	out_object(o, NULL);
	out_uint(o, "priority", "", tb[FRA_PRIORITY] ? nla_get_u32(tb[FRA_PRIORITY]) : 0, ":\t");
	out_str(o, "src", "from ", "all", " ");
	out_str(o, "table", "lookup ", names_word(u->names, NAMES_TABLE, table, number), "");
	if (u->opts.details && tb[FRA_PROTOCOL])
		out_str(o, "protocol", " proto ",
			names_word(u->names, NAMES_PROTO, nla_get_u8(tb[FRA_PROTOCOL]), number), "");
	out_text(o, "\n");
	out_object_end(o);
}

static int show_one(const struct nlmsghdr *h, void *arg)
{
	static const struct nla_policy policy[FRA_MAX + 1] = {
		[FRA_PRIORITY] = { .type = NLA_U32 },
		[FRA_TABLE] = { .type = NLA_U32 },
		[FRA_PROTOCOL] = { .type = NLA_U8 },
	};
	const struct fib_rule_hdr *hdr = NLMSG_DATA(h);
	const struct show *show = arg;
	struct nlattr *tb[FRA_MAX + 1];
	uint32_t table;

	if (nlmsg_parse((struct nlmsghdr *)h, sizeof(*hdr), tb, FRA_MAX, policy))
		return 0;
	table = tb[FRA_TABLE] ? nla_get_u32(tb[FRA_TABLE]) : hdr->table;
	if (!show->table.given || show->table.value == table)
		print_rule(show->u, tb, table);
	return 0;
}

static const struct arg show_args[] = {
	{ "table", ARG_ABBREV | ARG_NAME, take_name, offsetof(struct show, table),
	  "table id value is invalid\n", NAMES_TABLE, "lookup" },
	{ "help", ARG_ABBREV | ARG_FLAG, take_help, 0, rule_usage, 0, NULL },
	{ 0 },
};

static int rule_show(struct uip *u, struct args *a, const struct command *cmd)
{
	int family = u->opts.family == AF_UNSPEC ? AF_INET : u->opts.family;
	const struct fib_rule_hdr hdr = { .family = (uint8_t)family };
	struct show show = { .u = u };
	struct req q;
	int status = args_parse(u, a, show_args, &show, NULL);

	(void)cmd;
	if (status)
		return status;
	if (a->left) {
		fprintf(stderr, "Argument \"%s\" is unknown, try \"uip rule help\".\n", *a->word);
		return UIP_USAGE;
	}
	req_init(&q, RTM_GETRULE, 0, &hdr, sizeof(hdr));
	out_begin(u->out);
	status = uip_dump(u, &q, show_one, &show, "Dump");
	out_end(u->out);
	return status;
}

static int rule_change(struct uip *u, struct args *a, const struct command *cmd)
{
	(void)u;
	(void)a;
	(void)cmd;
	fputs("The order in which the stack looks tables up is fixed: local, main, default.\n", stderr);
	return UIP_FAILED;
}

const struct command rule_commands[] = {
	{ "list", ARG_ABBREV | COMMAND_DEFAULT, rule_show, show_args, 0, 0 },
	{ "lst", ARG_ABBREV, rule_show, show_args, 0, 0 },
	{ "show", ARG_ABBREV, rule_show, show_args, 0, 0 },
	{ "add", ARG_ABBREV, rule_change, NULL, 0, 0 },
	{ "delete", ARG_ABBREV, rule_change, NULL, 0, 0 },
	{ "flush", ARG_ABBREV, rule_change, NULL, 0, 0 },
	{ 0 },
};

int rule_main(struct uip *u, struct args *a)
{
	return command_run(u, a, rule_commands, "rule", rule_usage);
}
