/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "maddress": show. Called through the table of objects, and by monitor.c. Groups are joined and
 * left by programs. In the order of ip(8): the link layer's addresses, the groups of IPv4, and those of IPv6.
 */
#include "uip/maddress.h"

#include <linux/if_addr.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <sys/socket.h>

#include <ustack/rtnetlink.h>

#include "uip/devmap.h"
#include "uip/inet.h"
#include "uip/msglist.h"
#include "uip/names.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

static const char maddress_usage[] = "Usage: uip maddress [ show [ dev IFNAME ] ]\n";

/* NULL: @h has no group. */
static const struct nlattr *group_of(const struct nlmsghdr *h)
{
	return nlmsg_find_attr((struct nlmsghdr *)h, sizeof(struct ifaddrmsg), IFA_MULTICAST);
}

static uint32_t users_of(const struct nlmsghdr *h)
{
	const struct nlattr *users =
		nlmsg_find_attr((struct nlmsghdr *)h, sizeof(struct ifaddrmsg), USTACK_IFA_USERS);

	return users ? nla_get_u32(users) : 1;
}

static void print_group(struct out *o, const struct nlmsghdr *h, const char *key, const char *after)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(h);
	const struct nlattr *group = group_of(h);
	char text[INET_TEXT_MAX];

	inet_format(ifa->ifa_family, nla_data(group), (size_t)nla_len(group), text);
	out_color(o, out_family_color(ifa->ifa_family), key, "", text, after);
}

/* --- one notification ------------------------------------------------------------------------- */

bool maddress_passes(const struct nlmsghdr *h, int family, unsigned index)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(h);

	return group_of(h) && (!family || ifa->ifa_family == family) &&
	       (!index || ifa->ifa_index == index);
}

void maddress_print(struct uip *u, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(h);
	char scope[NAMES_TEXT_MAX];
	struct out *o = u->out;

	if (h->nlmsg_type == RTM_DELMULTICAST)
		out_flag(o, "deleted", "Deleted ");
	out_uint(o, "index", "", ifa->ifa_index, ": ");
	out_str(o, "dev", "", devmap_name(u->devs, ifa->ifa_index), "");
	out_str(o, "family", "    ", inet_family_word(ifa->ifa_family), " ");
	out_text(o, "mcast ");
	print_group(o, h, "multicast", " ");
	out_str(o, "scope", "scope ", names_word(u->names, NAMES_SCOPE, ifa->ifa_scope, scope),
		"\n");
}

/* --- show ------------------------------------------------------------------------------------- */

struct show {
	struct uip *u;
	const char *dev;
	unsigned index; /* of dev; 0: all */
	struct msglist groups;
};

#define FIELD(member) offsetof(struct show, member)

static const struct arg show_args[] = {
	{ "help", ARG_ABBREV | ARG_FLAG, take_help, 0, maddress_usage, 0, NULL },
	{ "dev", ARG_POSITIONAL | ARG_ONCE | ARG_DEV, take_string, FIELD(dev), NULL, 0, NULL },
	{ 0 },
};

static int keep(const struct nlmsghdr *h, void *arg)
{
	struct show *show = arg;

	return maddress_passes(h, AF_UNSPEC, show->index) ? msglist_add(&show->groups, h) : 0;
}

/* The groups of one family (AF_PACKET: of the link layer); an instance without it has none. */
static int fetch(struct show *show, uint8_t family)
{
	struct ifaddrmsg ifa = { .ifa_family = family, .ifa_index = show->index };
	struct req q;
	int status;

	if (show->u->opts.family && show->u->opts.family != family)
		return UIP_OK;
	req_init(&q, RTM_GETMULTICAST, 0, &ifa, sizeof(ifa));
	status = uip_dump(show->u, &q, keep, show, NULL);
	return status == UIP_REFUSED ? UIP_OK : status;
}

static void begin_device(struct out *o, unsigned index, const char *name)
{
	out_object(o, NULL);
	out_uint(o, "ifindex", "", index, ":");
	out_color(o, OUT_IFNAME, "ifname", "\t", name, "");
	out_nl(o);
	out_array(o, "maddr");
}

static void end_device(struct out *o)
{
	out_array_end(o);
	out_object_end(o);
}

static void show_group(struct out *o, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(h);

	out_object(o, NULL);
	if (ifa->ifa_family == AF_PACKET) {
		out_text(o, "\tlink  ");
		print_group(o, h, "link", "");
	} else {
		out_str(o, "family", "\t", inet_family_word(ifa->ifa_family),
			ifa->ifa_family == AF_INET ? "  " : " ");
		print_group(o, h, "address", "");
	}
	if (users_of(h) != 1)
		out_uint(o, "users", " users ", users_of(h), "");
	out_text(o, "\n");
	out_object_end(o);
}

/* With -oneline, each group has the device before it. */
static void show_device(const char *name, void *arg)
{
	const struct show *show = arg;
	unsigned index = devmap_index(show->u->devs, name);
	struct out *o = show->u->out;
	const struct nlmsghdr *h;
	bool begun = false;

	for (h = msglist_first(&show->groups); h; h = msglist_next(&show->groups, h)) {
		const struct ifaddrmsg *ifa = NLMSG_DATA(h);

		if (ifa->ifa_index != index)
			continue;
		if (begun && show->u->opts.oneline)
			end_device(o);
		if (!begun || show->u->opts.oneline)
			begin_device(o, index, name);
		begun = true;
		show_group(o, h);
	}
	if (begun)
		end_device(o);
}

static int maddress_show(struct uip *u, struct args *a, const struct command *cmd)
{
	struct show show = { .u = u };
	int status = args_parse(u, a, show_args, &show, NULL);

	(void)cmd;
	if (!status)
		status = uip_load_devs(u);
	if (status)
		return status;
	if (show.dev)
		show.index = devmap_index(u->devs, show.dev);
	if (!show.dev || show.index) { /* as with ip, a device that is not there has none */
		status = fetch(&show, AF_PACKET);
		if (!status)
			status = fetch(&show, AF_INET);
		if (!status)
			status = fetch(&show, AF_INET6);
	}
	if (!status) {
		out_begin(u->out);
		devmap_each(u->devs, show_device, &show);
		out_end(u->out);
	}
	msglist_free(&show.groups);
	return status;
}

/* --- the table -------------------------------------------------------------------------------- */

const struct command maddress_commands[] = {
	{ "show", ARG_ABBREV | COMMAND_DEFAULT, maddress_show, show_args, 0, 0 },
	{ "lst", ARG_ABBREV, maddress_show, show_args, 0, 0 },
	{ "list", ARG_ABBREV, maddress_show, show_args, 0, 0 },
	{ 0 },
};

int maddress_main(struct uip *u, struct args *a)
{
	return command_run(u, a, maddress_commands, "maddress", maddress_usage);
}
