/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "netconf": show. Called through the table of objects, and by monitor.c. As with ip(8), words
 * that mean nothing here are passed over.
 */
#include "uip/netconf.h"

#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <sys/socket.h>

#include "uip/devmap.h"
#include "uip/inet.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

static const char netconf_usage[] = "Usage: uip netconf show [ dev STRING ]\n";

static const struct nla_policy netconf_policy[NETCONFA_MAX + 1] = {
	[NETCONFA_IFINDEX] = { .type = NLA_U32 },
	[NETCONFA_FORWARDING] = { .type = NLA_U32 },
	[NETCONFA_RP_FILTER] = { .type = NLA_U32 },
	[NETCONFA_MC_FORWARDING] = { .type = NLA_U32 },
	[NETCONFA_PROXY_NEIGH] = { .type = NLA_U32 },
	[NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN] = { .type = NLA_U32 },
};

/* --- one message ------------------------------------------------------------------------------ */

static bool parse(const struct nlmsghdr *h, struct nlattr **tb)
{
	return !nlmsg_parse((struct nlmsghdr *)h, sizeof(struct netconfmsg), tb, NETCONFA_MAX,
			    netconf_policy);
}

bool netconf_passes(const struct nlmsghdr *h, int family, unsigned index)
{
	const struct netconfmsg *ncm = NLMSG_DATA(h);
	struct nlattr *tb[NETCONFA_MAX + 1];

	if (!parse(h, tb) || (family && ncm->ncm_family != family))
		return false;
	return !index || (tb[NETCONFA_IFINDEX] && nla_get_u32(tb[NETCONFA_IFINDEX]) == index);
}

unsigned netconf_index(const struct nlmsghdr *h)
{
	struct nlattr *tb[NETCONFA_MAX + 1];
	int index = 0;

	if (parse(h, tb) && tb[NETCONFA_IFINDEX])
		index = (int)nla_get_u32(tb[NETCONFA_IFINDEX]);
	return index > 0 ? (unsigned)index : 0;
}

static const char *whose(struct uip *u, int index)
{
	switch (index) {
	case NETCONFA_IFINDEX_ALL:
		return "all";
	case NETCONFA_IFINDEX_DEFAULT:
		return "default";
	default:
		return devmap_name(u->devs, (unsigned)index);
	}
}

static void print_on_off(struct out *o, const char *key, const struct nlattr *attr)
{
	if (!attr)
		return;
	out_text(o, "%s %s ", key, nla_get_u32(attr) ? "on" : "off");
	out_json_bool(o, key, nla_get_u32(attr));
}

static void print_rp_filter(struct out *o, const struct nlattr *attr)
{
	static const char *const words[] = { "off", "strict", "loose" };
	uint32_t value;

	if (!attr)
		return;
	value = nla_get_u32(attr);
	out_str(o, "rp_filter", "rp_filter ",
		value < sizeof(words) / sizeof(words[0]) ? words[value] : "unknown", " ");
}

void netconf_print(struct uip *u, const struct nlmsghdr *h)
{
	const struct netconfmsg *ncm = NLMSG_DATA(h);
	struct nlattr *tb[NETCONFA_MAX + 1];
	struct out *o = u->out;

	if (!parse(h, tb))
		return;
	out_object(o, NULL);
	if (h->nlmsg_type == RTM_DELNETCONF)
		out_flag(o, "deleted", "Deleted ");
	out_str(o, "family", "", inet_family_word(ncm->ncm_family), " ");
	if (tb[NETCONFA_IFINDEX])
		out_color(o, OUT_IFNAME, "interface", "",
			  whose(u, (int)nla_get_u32(tb[NETCONFA_IFINDEX])), " ");
	print_on_off(o, "forwarding", tb[NETCONFA_FORWARDING]);
	print_rp_filter(o, tb[NETCONFA_RP_FILTER]);
	print_on_off(o, "mc_forwarding", tb[NETCONFA_MC_FORWARDING]);
	print_on_off(o, "proxy_neigh", tb[NETCONFA_PROXY_NEIGH]);
	print_on_off(o, "ignore_routes_with_linkdown", tb[NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN]);
	out_text(o, "\n");
	out_object_end(o);
}

/* --- show ------------------------------------------------------------------------------------- */

struct show {
	struct uip *u;
	unsigned index; /* 0: all */
};

static int take_dev(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		    void *field)
{
	unsigned *index = field;

	(void)a;
	(void)arg;
	*index = uip_dev_index(u, value);
	if (*index)
		return UIP_OK;
	fprintf(stderr, "Device \"%s\" does not exist.\n", value);
	return UIP_FAILED;
}

static const struct arg show_args[] = {
	{ "dev", ARG_DEV, take_dev, offsetof(struct show, index), NULL, 0, NULL },
	{ 0 },
};

/* The last device counts. */
static int parse_show(struct uip *u, struct args *a, struct show *show)
{
	const char *ignored;
	int status = args_parse(u, a, show_args, show, NULL);

	while (!status && a->left) {
		status = args_pop(a, &ignored);
		if (!status)
			status = args_parse(u, a, show_args, show, NULL);
	}
	return status;
}

static int show_one(const struct nlmsghdr *h, void *arg)
{
	const struct show *show = arg;

	if (netconf_passes(h, show->u->opts.family, show->index))
		netconf_print(show->u, h);
	return 0;
}

static int netconf_show(struct uip *u, struct args *a, const struct command *cmd)
{
	struct netconfmsg ncm = { .ncm_family = (uint8_t)u->opts.family };
	struct show show = { .u = u };
	struct req q;
	int status = parse_show(u, a, &show);

	(void)cmd;
	if (!status)
		status = uip_load_devs(u);
	if (status)
		return status;
	req_init(&q, RTM_GETNETCONF, 0, &ncm, sizeof(ncm));
	out_begin(u->out);
	status = uip_dump(u, &q, show_one, &show, "Dump");
	out_end(u->out);
	return status;
}

/* --- the table -------------------------------------------------------------------------------- */

const struct command netconf_commands[] = {
	{ "show", ARG_ABBREV | COMMAND_DEFAULT, netconf_show, show_args, 0, 0 },
	{ "lst", ARG_ABBREV, netconf_show, show_args, 0, 0 },
	{ "list", ARG_ABBREV, netconf_show, show_args, 0, 0 },
	{ 0 },
};

int netconf_main(struct uip *u, struct args *a)
{
	return command_run(u, a, netconf_commands, "netconf", netconf_usage);
}
