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

static const char sysctl_usage[] = "Usage: uip sysctl [ -n | -N ] [ -e ] NAME ...\n"
				   "       uip sysctl [ -n | -N | -q ] [ -e ] [ -w ] NAME=VALUE ...\n"
				   "       uip sysctl [ -n | -N | -q ] [ -e ] -p FILE\n"
				   "       uip sysctl [ -n | -N ] -a\n";

struct sysctl_cfg {
	uint32_t all;
	uint32_t write;
	uint32_t values_only;
	uint32_t names_only;
	uint32_t quiet;		/* what was set is not shown */
	uint32_t ignore;	/* unknown names are no error */
	const char *file;	/* has lines of NAME = VALUE */
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

/* Options that were written as one: "-qw". Return: are they all known? */
static bool take_bundle(struct sysctl_cfg *cfg, const char *letters)
{
	for (; *letters; letters++)
		switch (*letters) {
		case 'a': cfg->all = 1; break;
		case 'w': cfg->write = 1; break;
		case 'n': cfg->values_only = 1; break;
		case 'N': cfg->names_only = 1; break;
		case 'q': cfg->quiet = 1; break;
		case 'e': cfg->ignore = 1; break;
		default: return false;
		}
	return true;
}

static int take_parameter(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			  void *field)
{
	struct sysctl_cfg *cfg = field;

	(void)u;
	(void)a;
	if (value[0] == '-' && value[1] && take_bundle(cfg, value + 1))
		return UIP_OK;
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
	{ "-N", ARG_FLAG, take_bit, FIELD(names_only), NULL, 1, "--names" },
	{ "-q", ARG_FLAG, take_bit, FIELD(quiet), NULL, 1, "--quiet" },
	{ "-e", ARG_FLAG, take_bit, FIELD(ignore), NULL, 1, "--ignore" },
	{ "-p", ARG_ONCE, take_string, FIELD(file), NULL, 0, "--load" },
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
	if (report.error == -ENOENT && t->cfg->ignore)
		return UIP_OK;
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
	if (!t->cfg->values_only || t->cfg->names_only)
		out_text(o, "%s%s", nla_get_string(tb[USTACK_A_SYSCTL_NAME]),
			 t->cfg->names_only ? "\n" : " = ");
	if (!t->cfg->names_only)
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

/* @text without the white space around it; what is behind it is cut off. */
static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strlen(text);
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	text[len] = '\0';
	return text;
}

/* Sets a parameter, and shows it. Slashes may stand for the dots, as for sysctl(8). */
static int do_set(struct sysctl_talk *t, char *name, const char *value)
{
	char *at;
	int status;

	for (at = name; (at = strchr(at, '/'));)
		*at = '.';
	status = set(t, name, value);
	return status || t->cfg->quiet ? status : get(t, name, 0);
}

/* NAME or NAME=VALUE */
static int do_one(struct sysctl_talk *t, const char *word)
{
	char text[USTACK_SYSCTL_NAME_MAX + USTACK_SYSCTL_VALUE_MAX + 2], *value, *at;

	snprintf(text, sizeof(text), "%s", word);
	value = strchr(text, '=');
	if (value) {
		*value++ = '\0';
		return do_set(t, text, value);
	}
	if (t->cfg->write) {
		fprintf(stderr, "\"%s\" must be NAME=VALUE\n", word);
		return UIP_USAGE;
	}
	for (at = text; (at = strchr(at, '/'));)
		*at = '.';
	return get(t, text, 0);
}

/* One line of a file: NAME = VALUE; # and ; begin a comment, and - a line that may fail (sysctl.conf(5)). */
static int do_line(struct sysctl_talk *t, const char *file, unsigned number, char *line)
{
	char *name = trim(line), *value;
	bool may_fail = name[0] == '-';
	int status;

	if (!name[0] || name[0] == '#' || name[0] == ';')
		return UIP_OK;
	value = strchr(name, '=');
	if (!value) {
		fprintf(stderr, "%s:%u: \"%s\" must be NAME = VALUE\n", file, number, name);
		return UIP_FAILED;
	}
	*value++ = '\0';
	status = do_set(t, trim(name + may_fail), trim(value));
	if (status)
		fprintf(stderr, "%s:%u: cannot set \"%s\"\n", file, number, trim(name + may_fail));
	return may_fail ? UIP_OK : status;
}

static int do_file(struct sysctl_talk *t, const char *file)
{
	FILE *f = strcmp(file, "-") ? fopen(file, "re") : stdin;
	int status = UIP_OK;
	unsigned number = 0;
	char *line = NULL;
	size_t room = 0;

	if (!f) {
		fprintf(stderr, "Cannot open \"%s\": %s\n", file, strerror(errno));
		return UIP_FAILED;
	}
	while (getline(&line, &room, f) >= 0) {
		int err = do_line(t, file, ++number, line);

		status = status ? status : err;
	}
	free(line);
	if (f != stdin)
		fclose(f);
	return status;
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
	if (!status && cfg->file)
		status = do_file(&t, cfg->file);
	/* As with sysctl(8), those behind one that is wrong are done too. */
	for (i = 0; i < cfg->count && t.family; i++) {
		int one = do_one(&t, cfg->name[i]);

		status = status ? status : one;
	}
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
	if (!status && !cfg.all && !cfg.count && !cfg.file) {
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
