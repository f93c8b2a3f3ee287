/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "sysctl": see sysctl.h. Called through the table of objects.
 *
 * Parameters have no form in rtnetlink: they are asked for on the generic channel, from the family
 * "ustack", whose number is asked for first.
 */
#include "uip/sysctl.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ustack/channel.h>
#include <ustack/ustack.h>

#include "uip/args.h"
#include "uip/extack.h"
#include "uip/nlsock.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

static const char sysctl_usage[] = "Usage: uip sysctl [ -n ] NAME ...\n"
				   "       uip sysctl [ -n ] [ -w ] NAME=VALUE ...\n"
				   "       uip sysctl [ -n ] -a\n";

struct sysctl_cfg {
	uint32_t all;
	uint32_t write;
	uint32_t values_only;
	const char **name; /* NAME or NAME=VALUE; room for all words */
	size_t count;
};

struct sysctl_talk {
	struct uip *u;
	const struct sysctl_cfg *cfg;
	struct nlsock *sock;
	uint16_t family;
};

/* --- the words -------------------------------------------------------------------------------- */

static int take_parameter(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			  void *field)
{
	struct sysctl_cfg *cfg = field;

	(void)u;
	(void)a;
	if (value[0] == '-')
		return take_help(u, a, &(struct arg){ .error = sysctl_usage }, value, NULL);
	if (strlen(value) > USTACK_SYSCTL_NAME_MAX + USTACK_SYSCTL_VALUE_MAX)
		return arg_invalid(arg->error, value);
	cfg->name[cfg->count++] = value;
	return UIP_OK;
}

#define FIELD(member) offsetof(struct sysctl_cfg, member)

static const struct arg sysctl_args[] = {
	{ "-a", ARG_FLAG, take_bit, FIELD(all), NULL, 1, "--all" },
	{ "-w", ARG_FLAG, take_bit, FIELD(write), NULL, 1, "--write" },
	{ "-n", ARG_FLAG, take_bit, FIELD(values_only), NULL, 1, "--values" },
	{ "help", ARG_FLAG, take_help, 0, sysctl_usage, 0, "-h" },
	{ "name", ARG_POSITIONAL, take_parameter, 0, "too long", 0, NULL },
	{ 0 },
};

/* --- the conversation ------------------------------------------------------------------------- */

/* Sends @q, which it consumes, and prints what the stack refuses. */
static int talk(struct sysctl_talk *t, struct req *q, nlsock_fn fn, void *arg)
{
	struct nl_report report;
	int err = nlsock_talk(t->sock, q, fn, arg, &report);

	req_exit(q);
	if (err) {
		fprintf(stderr, "The instance does not answer: %s\n", strerror(-err));
		return UIP_FAILED;
	}
	if (report.error)
		out_flush(t->u->out);
	extack_print(stderr, &report);
	return report.error ? UIP_REFUSED : UIP_OK;
}

static int take_family(const struct nlmsghdr *h, void *arg)
{
	struct sysctl_talk *t = arg;
	struct nlattr *id = nlmsg_find_attr((struct nlmsghdr *)h, GENL_HDRLEN, CTRL_ATTR_FAMILY_ID);

	if (id && nla_len(id) >= 2)
		t->family = nla_get_u16(id);
	return 0;
}

static int find_family(struct sysctl_talk *t)
{
	const struct genlmsghdr header = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	struct req q;
	int status;

	req_init(&q, GENL_ID_CTRL, 0, &header, sizeof(header));
	req_str(&q, CTRL_ATTR_FAMILY_NAME, USTACK_GENL_NAME);
	status = talk(t, &q, take_family, t);
	if (!status && !t->family) {
		fputs("The instance has no parameters.\n", stderr);
		status = UIP_FAILED;
	}
	return status;
}

static int print_parameter(const struct nlmsghdr *h, void *arg)
{
	static const struct nla_policy policy[USTACK_A_MAX + 1] = {
		[USTACK_A_SYSCTL_NAME] = { .type = NLA_STRING },
		[USTACK_A_SYSCTL_VALUE] = { .type = NLA_STRING },
	};
	const struct sysctl_talk *t = arg;
	struct nlattr *tb[USTACK_A_MAX + 1];
	struct out *o = t->u->out;

	if (nlmsg_parse((struct nlmsghdr *)h, GENL_HDRLEN, tb, USTACK_A_MAX,
			(struct nla_policy *)policy) ||
	    !tb[USTACK_A_SYSCTL_NAME] || !tb[USTACK_A_SYSCTL_VALUE])
		return 0;
	out_object(o, NULL);
	out_json_str(o, "name", nla_get_string(tb[USTACK_A_SYSCTL_NAME]));
	if (!t->cfg->values_only)
		out_text(o, "%s = ", nla_get_string(tb[USTACK_A_SYSCTL_NAME]));
	out_str(o, "value", "", nla_get_string(tb[USTACK_A_SYSCTL_VALUE]), "\n");
	out_object_end(o);
	return 0;
}

static int get(struct sysctl_talk *t, const char *name, int flags)
{
	const struct genlmsghdr header = { .cmd = USTACK_CMD_SYSCTL_GET,
					   .version = USTACK_GENL_VERSION };
	struct req q;

	req_init(&q, t->family, flags, &header, sizeof(header));
	if (name)
		req_str(&q, USTACK_A_SYSCTL_NAME, name);
	return talk(t, &q, print_parameter, t);
}

static int set(struct sysctl_talk *t, const char *name, const char *value)
{
	const struct genlmsghdr header = { .cmd = USTACK_CMD_SYSCTL_SET,
					   .version = USTACK_GENL_VERSION };
	struct req q;

	req_init(&q, t->family, 0, &header, sizeof(header));
	req_str(&q, USTACK_A_SYSCTL_NAME, name);
	req_str(&q, USTACK_A_SYSCTL_VALUE, value);
	return talk(t, &q, NULL, NULL);
}

/* Reads NAME, or sets NAME=VALUE and shows it. Slashes may stand for the dots, as for sysctl(8). */
static int do_one(struct sysctl_talk *t, const char *word)
{
	char text[USTACK_SYSCTL_NAME_MAX + USTACK_SYSCTL_VALUE_MAX + 2], *value, *at;
	int status = UIP_OK;

	snprintf(text, sizeof(text), "%s", word);
	value = strchr(text, '=');
	if (value)
		*value++ = '\0';
	for (at = text; (at = strchr(at, '/'));)
		*at = '.';
	if (!value && t->cfg->write) {
		fprintf(stderr, "\"%s\" must be NAME=VALUE\n", word);
		return UIP_USAGE;
	}
	if (value)
		status = set(t, text, value);
	return status ? status : get(t, text, 0);
}

static int run(struct uip *u, const struct sysctl_cfg *cfg)
{
	struct sysctl_talk t = { .u = u, .cfg = cfg };
	int err, status;
	size_t i;

	err = nlsock_open(u->opts.instance, USTACK_CHAN_GENERIC, &t.sock);
	if (err) {
		uip_say_unreachable(u->opts.instance, err);
		return UIP_FAILED;
	}
	status = find_family(&t);
	out_begin(u->out);
	if (!status && cfg->all)
		status = get(&t, NULL, NLM_F_DUMP);
	for (i = 0; i < cfg->count && !status; i++)
		status = do_one(&t, cfg->name[i]);
	out_end(u->out);
	nlsock_close(t.sock);
	return status;
}

int sysctl_main(struct uip *u, struct args *a)
{
	struct sysctl_cfg cfg = { 0 };
	int status;

	cfg.name = calloc((size_t)a->left + 1, sizeof(*cfg.name));
	if (!cfg.name)
		return UIP_FAILED;
	status = args_parse(u, a, sysctl_args, &cfg, NULL);
	if (!status && !cfg.all && !cfg.count) {
		fputs(sysctl_usage, stderr);
		status = UIP_USAGE;
	}
	if (!status)
		status = uip_settle(u);
	if (!status)
		status = run(u, &cfg);
	free(cfg.name);
	return status;
}
