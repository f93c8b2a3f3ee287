/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "token": list, get, set, delete. Called through the table of objects. As with ip(8), words
 * that mean nothing here are passed over.
 */
#include "uip/token.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/devmap.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

static const char token_usage[] =
	"Usage: uip token [ list | set | del | get ] [ TOKEN ] [ dev DEV ]\n";

struct token_cfg {
	struct arg_prefix token;
	const char *dev;
};

/* --- the words -------------------------------------------------------------------------------- */

/* The first token and the first device count. */
static int take_token(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		      void *field)
{
	struct arg_prefix *token = field;

	if (arg_matches(value, "help"))
		return take_help(u, a, &(struct arg){ .error = token_usage }, value, NULL);
	if (token->given)
		return UIP_OK;
	a->family = AF_INET6;
	return take_prefix(u, a, arg, value, token);
}

static int take_dev(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		    void *field)
{
	const char **dev = field;

	(void)a;
	(void)arg;
	if (*dev)
		return UIP_OK;
	*dev = value;
	return uip_dev_index(u, value) ? UIP_OK : arg_invalid("dev is invalid\n", value);
}

#define FIELD(member) offsetof(struct token_cfg, member)

static const struct arg set_args[] = {
	{ "dev", ARG_DEV, take_dev, FIELD(dev), NULL, 0, NULL },
	{ "token", ARG_POSITIONAL | ARG_ADDR, take_token, FIELD(token), NULL, 0, NULL },
	{ 0 },
};

static const struct arg dev_args[] = {
	{ "dev", ARG_DEV | ARG_STOP, take_dev, FIELD(dev), NULL, 0, NULL },
	{ 0 },
};

/* Up to the device; what stands before it is passed over. */
static int parse_dev(struct uip *u, struct args *a, struct token_cfg *cfg)
{
	const char *ignored;
	int status = UIP_OK;

	while (!status && a->left && !cfg->dev) {
		status = args_parse(u, a, dev_args, cfg, NULL);
		if (!status && !cfg->dev && a->left)
			status = args_pop(a, &ignored);
	}
	return status;
}

/* --- set, delete ------------------------------------------------------------------------------ */

static int change(struct uip *u, const struct token_cfg *cfg)
{
	struct ifinfomsg ifi = { .ifi_family = AF_INET6 };
	struct nlattr *spec, *inet6;
	struct req q;

	ifi.ifi_index = (int)uip_dev_index(u, cfg->dev);
	req_init(&q, RTM_SETLINK, 0, &ifi, sizeof(ifi));
	spec = req_nest(&q, IFLA_AF_SPEC);
	inet6 = req_nest(&q, AF_INET6);
	req_put(&q, IFLA_INET6_TOKEN, cfg->token.p.data, cfg->token.p.bytes);
	req_nest_end(&q, inet6);
	req_nest_end(&q, spec);
	return uip_change(u, &q);
}

static int no_token(void)
{
	fputs("Not enough information: token is required.\n", stderr);
	return UIP_FAILED;
}

static int token_set(struct uip *u, struct args *a, const struct command *cmd)
{
	struct token_cfg cfg = { 0 };
	int status = args_parse(u, a, set_args, &cfg, NULL);

	(void)cmd;
	if (status)
		return status;
	if (!cfg.token.given)
		return no_token();
	return cfg.dev ? change(u, &cfg) : arg_missing("dev");
}

/* No token is the one of zeros. */
static int token_del(struct uip *u, struct args *a, const struct command *cmd)
{
	struct token_cfg cfg = { .token = { .p = { .bytes = 16 } } };
	int status = parse_dev(u, a, &cfg);

	(void)cmd;
	if (status)
		return status;
	return cfg.dev ? change(u, &cfg) : arg_missing("dev");
}

/* --- list, get -------------------------------------------------------------------------------- */

struct list {
	struct uip *u;
	unsigned index; /* 0: all */
};

static int list_one(const struct nlmsghdr *h, void *arg)
{
	const struct list *list = arg;
	const struct ifinfomsg *ifi = NLMSG_DATA(h);
	struct nlattr *info, *token = NULL;
	struct out *o = list->u->out;
	char text[INET_TEXT_MAX];

	if (list->index && list->index != (unsigned)ifi->ifi_index)
		return 0;
	if (ifi->ifi_flags & (IFF_LOOPBACK | IFF_NOARP)) /* no address is made for them */
		return 0;
	info = nlmsg_find_attr((struct nlmsghdr *)h, sizeof(*ifi), IFLA_PROTINFO);
	if (info)
		token = nla_find(nla_data(info), nla_len(info), IFLA_INET6_TOKEN);
	if (!token)
		return 0;
	out_object(o, NULL);
	inet_format(AF_INET6, nla_data(token), (size_t)nla_len(token), text);
	out_text(o, "token ");
	out_color(o, OUT_INET6, "token", "", text, "");
	out_text(o, " dev ");
	out_color(o, OUT_IFNAME, "ifname", "", devmap_name(list->u->devs, (unsigned)ifi->ifi_index),
		  "\n");
	out_object_end(o);
	return 0;
}

static int token_list(struct uip *u, struct args *a, const struct command *cmd)
{
	struct ifinfomsg ifi = { .ifi_family = AF_INET6 };
	struct token_cfg cfg = { 0 };
	struct list list = { .u = u };
	struct req q;
	int status = parse_dev(u, a, &cfg);

	(void)cmd;
	if (!status)
		status = uip_load_devs(u);
	if (status)
		return status;
	list.index = cfg.dev ? uip_dev_index(u, cfg.dev) : 0;
	req_init(&q, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	out_begin(u->out);
	status = uip_dump(u, &q, list_one, &list, "Dump");
	out_end(u->out);
	return status;
}

/* --- the table -------------------------------------------------------------------------------- */

const struct command token_commands[] = {
	{ "list", ARG_ABBREV | COMMAND_DEFAULT, token_list, dev_args, 0, 0 },
	{ "lst", ARG_ABBREV, token_list, dev_args, 0, 0 },
	{ "show", ARG_ABBREV, token_list, dev_args, 0, 0 },
	{ "set", ARG_ABBREV, token_set, set_args, 0, 0 },
	{ "add", ARG_ABBREV, token_set, set_args, 0, 0 },
	{ "get", ARG_ABBREV, token_list, dev_args, 0, 0 },
	{ "delete", ARG_ABBREV, token_del, dev_args, 0, 0 },
	{ 0 },
};

int token_main(struct uip *u, struct args *a)
{
	return command_run(u, a, token_commands, "token", token_usage);
}
