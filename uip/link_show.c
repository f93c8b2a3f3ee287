/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a device is shown. Called for "link show", for "address show" and for notifications.
 */
#include "uip/link.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <ustack/link.h>

#include "uip/devmap.h"
#include "uip/link_stats.h"
#include "uip/names.h"
#include "uip/out.h"
#include "uip/uip.h"

#define ATTR_MAX IFLA_MAX

static const struct nla_policy link_policy[ATTR_MAX + 1] = {
	[IFLA_IFNAME] = { .type = NLA_STRING },	    [IFLA_MTU] = { .type = NLA_U32 },
	[IFLA_LINK] = { .type = NLA_U32 },	    [IFLA_QDISC] = { .type = NLA_STRING },
	[IFLA_MASTER] = { .type = NLA_U32 },	    [IFLA_OPERSTATE] = { .type = NLA_U8 },
	[IFLA_LINKMODE] = { .type = NLA_U8 },	    [IFLA_GROUP] = { .type = NLA_U32 },
	[IFLA_TXQLEN] = { .type = NLA_U32 },	    [IFLA_LINK_NETNSID] = { .type = NLA_U32 },
	[IFLA_PROMISCUITY] = { .type = NLA_U32 },   [IFLA_ALLMULTI] = { .type = NLA_U32 },
	[IFLA_MIN_MTU] = { .type = NLA_U32 },	    [IFLA_MAX_MTU] = { .type = NLA_U32 },
	[IFLA_NUM_TX_QUEUES] = { .type = NLA_U32 }, [IFLA_NUM_RX_QUEUES] = { .type = NLA_U32 },
	[IFLA_GSO_MAX_SIZE] = { .type = NLA_U32 },  [IFLA_GSO_MAX_SEGS] = { .type = NLA_U32 },
	[IFLA_TSO_MAX_SIZE] = { .type = NLA_U32 },  [IFLA_TSO_MAX_SEGS] = { .type = NLA_U32 },
	[IFLA_GRO_MAX_SIZE] = { .type = NLA_U32 },  [IFLA_IFALIAS] = { .type = NLA_STRING },
	[IFLA_LINKINFO] = { .type = NLA_NESTED },
};

/* --- small parts ------------------------------------------------------------------------------ */

static const struct {
	unsigned bit;
	const char *word;
} link_flags[] = {
	{ IFF_LOOPBACK, "LOOPBACK" },
	{ IFF_BROADCAST, "BROADCAST" },
	{ IFF_POINTOPOINT, "POINTOPOINT" },
	{ IFF_MULTICAST, "MULTICAST" },
	{ IFF_NOARP, "NOARP" },
	{ IFF_ALLMULTI, "ALLMULTI" },
	{ IFF_PROMISC, "PROMISC" },
	{ IFF_MASTER, "MASTER" },
	{ IFF_SLAVE, "SLAVE" },
	{ IFF_DEBUG, "DEBUG" },
	{ IFF_DYNAMIC, "DYNAMIC" },
	{ IFF_AUTOMEDIA, "AUTOMEDIA" },
	{ IFF_PORTSEL, "PORTSEL" },
	{ IFF_NOTRAILERS, "NOTRAILERS" },
	{ IFF_UP, "UP" },
	{ IFF_LOWER_UP, "LOWER_UP" },
	{ IFF_DORMANT, "DORMANT" },
	{ IFF_ECHO, "ECHO" },
};

static void print_flags(struct out *o, unsigned flags, bool lower_down)
{
	char hex[16];
	size_t i;

	out_array(o, "flags");
	out_text(o, "<");
	if (flags & IFF_UP && !(flags & IFF_RUNNING))
		out_str(o, NULL, "", "NO-CARRIER", flags & ~IFF_RUNNING ? "," : "");
	flags &= ~(unsigned)IFF_RUNNING;
	for (i = 0; i < sizeof(link_flags) / sizeof(link_flags[0]); i++) {
		if (!(flags & link_flags[i].bit))
			continue;
		flags &= ~link_flags[i].bit;
		out_str(o, NULL, "", link_flags[i].word, flags ? "," : "");
	}
	if (flags) {
		snprintf(hex, sizeof(hex), "%x", flags);
		out_str(o, NULL, "", hex, "");
	}
	if (lower_down)
		out_str(o, NULL, ",", "M-DOWN", "");
	out_text(o, "> ");
	out_array_end(o);
}

static void print_operstate(struct out *o, unsigned state, bool brief)
{
	static const char *const words[] = {
		"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP",
	};
	char word[32];
	enum out_color color = OUT_PLAIN;

	if (state >= sizeof(words) / sizeof(words[0])) {
		out_uint(o, "operstate_index", "state ", state, " ");
		return;
	}
	if (state == IF_OPER_UP)
		color = OUT_UP;
	else if (state == IF_OPER_DOWN)
		color = OUT_DOWN;
	if (!brief)
		out_text(o, "state ");
	snprintf(word, sizeof(word), brief && !out_is_json(o) ? "%-14s" : "%s", words[state]);
	out_color(o, color, "operstate", "", word, " ");
}

static void print_linkmode(struct out *o, unsigned mode)
{
	static const char *const words[] = { "DEFAULT", "DORMANT" };

	if (mode < sizeof(words) / sizeof(words[0]))
		out_str(o, "linkmode", "mode ", words[mode], " ");
	else
		out_uint(o, "linkmode_index", "mode ", mode, " ");
}

/* Shows NAME or NAME@LOWER; Return: is the lower device down? */
static bool print_name(struct uip *u, struct nlattr **tb, const char *name, bool brief)
{
	struct out *o = u->out;
	const char *lower = NULL;
	char made_up[IFNAMSIZ], full[64], padded[80];
	bool down = false;

	if (tb[IFLA_LINK]) {
		unsigned index = nla_get_u32(tb[IFLA_LINK]);

		if (!index) {
			lower = "NONE";
			out_json_null(o, "link");
		} else if (tb[IFLA_LINK_NETNSID]) {
			snprintf(made_up, sizeof(made_up), "if%u", index);
			lower = made_up;
			out_json_uint(o, "link_index", index);
		} else {
			lower = devmap_name(u->devs, index);
			out_json_str(o, "link", lower);
			down = !(devmap_flags(u->devs, index) & IFF_UP);
		}
	}
	if (lower)
		snprintf(full, sizeof(full), "%.30s@%.30s", name, lower);
	else
		snprintf(full, sizeof(full), "%.30s", name);
	snprintf(padded, sizeof(padded), brief ? "%-16s" : "%s", full);
	out_color(o, OUT_IFNAME, "ifname", "", out_is_json(o) ? name : padded, brief ? " " : ": ");
	return down;
}

static void print_lladdr(struct out *o, const char *key, const char *before,
			 const struct nlattr *attr)
{
	char text[INET_TEXT_MAX];

	out_text(o, "%s", before);
	inet_ll_format(nla_data(attr), (size_t)nla_len(attr), text);
	out_color(o, OUT_MAC, key, "", text, "");
}

static void print_addresses(struct uip *u, const struct ifinfomsg *ifi, struct nlattr **tb)
{
	struct out *o = u->out;
	char text[INET_TEXT_MAX];

	out_nl(o);
	out_str(o, "link_type", "    link/", inet_ll_type(ifi->ifi_type, u->opts.numeric, text),
		" ");
	if (tb[IFLA_ADDRESS])
		print_lladdr(o, "address", "", tb[IFLA_ADDRESS]);
	if (!tb[IFLA_BROADCAST])
		return;
	if (ifi->ifi_flags & IFF_POINTOPOINT) {
		out_json_bool(o, "link_pointtopoint", true);
		print_lladdr(o, "broadcast", " peer ", tb[IFLA_BROADCAST]);
	} else {
		print_lladdr(o, "broadcast", " brd ", tb[IFLA_BROADCAST]);
	}
}

static void print_linkinfo(struct out *o, struct nlattr *attr)
{
	struct nlattr *info[IFLA_INFO_MAX + 1];
	const char *kind;

	if (nla_parse_nested(info, IFLA_INFO_MAX, attr, NULL) || !info[IFLA_INFO_KIND])
		return;
	kind = nla_get_string(info[IFLA_INFO_KIND]);
	out_object(o, "linkinfo");
	out_nl(o);
	out_str(o, "info_kind", "    ", kind, " ");
	if (info[IFLA_INFO_DATA])
		link_kind_print(o, kind, info[IFLA_INFO_DATA]);
	out_object_end(o);
}

const char *link_addrgenmode_word(unsigned mode)
{
	static const char *const words[] = { "eui64", "none", "stable_secret", "random" };

	return mode < sizeof(words) / sizeof(words[0]) ? words[mode] : NULL;
}

/* The way in which IPv6 makes link-local addresses, the one thing shown of the families' own data.
 *  */
static void print_addrgenmode(struct out *o, struct nlattr *af_spec)
{
	struct nlattr *inet6 = nla_find(nla_data(af_spec), nla_len(af_spec), AF_INET6);
	struct nlattr *mode = NULL;
	const char *word;

	if (inet6)
		mode = nla_find(nla_data(inet6), nla_len(inet6), IFLA_INET6_ADDR_GEN_MODE);
	if (!mode || nla_len(mode) < 1)
		return;
	word = link_addrgenmode_word(nla_get_u8(mode));
	if (word)
		out_str(o, "inet6_addr_gen_mode", "addrgenmode ", word, " ");
}

static void print_number(struct out *o, const struct nlattr *attr, const char *key,
			 const char *before)
{
	if (attr)
		out_uint(o, key, before, nla_get_u32(attr), " ");
}

static void print_details(struct out *o, struct nlattr **tb, bool with_link)
{
	print_number(o, tb[IFLA_PROMISCUITY], "promiscuity", " promiscuity ");
	print_number(o, tb[IFLA_ALLMULTI], "allmulti", " allmulti ");
	print_number(o, tb[IFLA_MIN_MTU], "min_mtu", "minmtu ");
	print_number(o, tb[IFLA_MAX_MTU], "max_mtu", "maxmtu ");
	if (tb[IFLA_LINKINFO])
		print_linkinfo(o, tb[IFLA_LINKINFO]);
	if (with_link && tb[IFLA_AF_SPEC])
		print_addrgenmode(o, tb[IFLA_AF_SPEC]);
	print_number(o, tb[IFLA_NUM_TX_QUEUES], "num_tx_queues", "numtxqueues ");
	print_number(o, tb[IFLA_NUM_RX_QUEUES], "num_rx_queues", "numrxqueues ");
	print_number(o, tb[IFLA_GSO_MAX_SIZE], "gso_max_size", "gso_max_size ");
	print_number(o, tb[IFLA_GSO_MAX_SEGS], "gso_max_segs", "gso_max_segs ");
	print_number(o, tb[IFLA_TSO_MAX_SIZE], "tso_max_size", "tso_max_size ");
	print_number(o, tb[IFLA_TSO_MAX_SEGS], "tso_max_segs", "tso_max_segs ");
	print_number(o, tb[IFLA_GRO_MAX_SIZE], "gro_max_size", "gro_max_size ");
}

/* --- which are shown -------------------------------------------------------------------------- */

static bool kind_is(struct nlattr *linkinfo, const char *kind)
{
	struct nlattr *attr = NULL;

	if (linkinfo)
		attr = nla_find(nla_data(linkinfo), nla_len(linkinfo), IFLA_INFO_KIND);
	/* The kernel's word for a pair is understood here too. */
	if (!strcmp(kind, "veth"))
		kind = USTACK_KIND_PAIR;
	return attr && !nla_strcmp(attr, kind);
}

static bool filter_passes(const struct link_filter *f, const struct ifinfomsg *ifi,
			  struct nlattr **tb)
{
	unsigned master = tb[IFLA_MASTER] ? nla_get_u32(tb[IFLA_MASTER]) : 0;

	if (f->index && (unsigned)ifi->ifi_index != f->index)
		return false;
	if (f->up && !(ifi->ifi_flags & IFF_UP))
		return false;
	if (f->group.given && tb[IFLA_GROUP] && nla_get_u32(tb[IFLA_GROUP]) != f->group.value)
		return false;
	if ((f->master && master != f->master) || (f->nomaster && master))
		return false;
	return !f->kind || kind_is(tb[IFLA_LINKINFO], f->kind);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void print_brief(struct uip *u, const struct link_filter *f, const struct ifinfomsg *ifi,
			struct nlattr **tb)
{
	bool lower_down = print_name(u, tb, nla_get_string(tb[IFLA_IFNAME]), true);
	char text[INET_TEXT_MAX];

	if (tb[IFLA_OPERSTATE])
		print_operstate(u->out, nla_get_u8(tb[IFLA_OPERSTATE]), true);
	if (!f->with_link)
		return;
	if (tb[IFLA_ADDRESS]) {
		inet_ll_format(nla_data(tb[IFLA_ADDRESS]), (size_t)nla_len(tb[IFLA_ADDRESS]), text);
		out_color(u->out, OUT_MAC, "address", "", text, " ");
	}
	print_flags(u->out, ifi->ifi_flags, lower_down);
	out_text(u->out, "\n");
}

static void print_head(struct uip *u, const struct link_filter *f, const struct ifinfomsg *ifi,
		       struct nlattr **tb)
{
	struct out *o = u->out;
	char number[NAMES_TEXT_MAX];
	bool lower_down;
	unsigned txqlen;

	out_int(o, "ifindex", "", ifi->ifi_index, ": ");
	lower_down = print_name(u, tb, nla_get_string(tb[IFLA_IFNAME]), false);
	print_flags(o, ifi->ifi_flags, lower_down);
	print_number(o, tb[IFLA_MTU], "mtu", "mtu ");
	if (tb[IFLA_QDISC])
		out_str(o, "qdisc", "qdisc ", nla_get_string(tb[IFLA_QDISC]), " ");
	if (tb[IFLA_MASTER])
		out_str(o, "master", "master ", devmap_name(u->devs, nla_get_u32(tb[IFLA_MASTER])),
			" ");
	if (tb[IFLA_OPERSTATE])
		print_operstate(o, nla_get_u8(tb[IFLA_OPERSTATE]), false);
	if (f->with_link && tb[IFLA_LINKMODE])
		print_linkmode(o, nla_get_u8(tb[IFLA_LINKMODE]));
	if (tb[IFLA_GROUP])
		out_str(o, "group", "group ",
			names_word(u->names, NAMES_GROUP, nla_get_u32(tb[IFLA_GROUP]), number),
			" ");
	txqlen = tb[IFLA_TXQLEN] ? nla_get_u32(tb[IFLA_TXQLEN])
				 : devmap_txqlen(u->devs, (unsigned)ifi->ifi_index);
	if (f->with_queue && txqlen)
		out_uint(o, "txqlen", "qlen ", txqlen, "");
}

int link_print(struct uip *u, const struct nlmsghdr *h, const struct link_filter *filter)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(h);
	struct nlattr *tb[ATTR_MAX + 1];
	struct out *o = u->out;
	bool link_shown = !filter->family || filter->family == AF_PACKET;

	if (nlmsg_parse((struct nlmsghdr *)h, sizeof(*ifi), tb, ATTR_MAX,
			(struct nla_policy *)link_policy) ||
	    !tb[IFLA_IFNAME])
		return 0;
	if (!filter_passes(filter, ifi, tb))
		return 0;
	if (h->nlmsg_type == RTM_DELLINK)
		out_flag(o, "deleted", "Deleted ");
	if (u->opts.brief) {
		print_brief(u, filter, ifi, tb);
		return 1;
	}
	print_head(u, filter, ifi, tb);
	if (link_shown || u->opts.details)
		print_addresses(u, ifi, tb);
	if (tb[IFLA_LINK_NETNSID])
		out_int(o, "link_netnsid", " link-netnsid ",
			(int32_t)nla_get_u32(tb[IFLA_LINK_NETNSID]), "");
	if (u->opts.details)
		print_details(o, tb, filter->with_link);
	if ((filter->with_link || u->opts.details) && tb[IFLA_IFALIAS]) {
		out_nl(o);
		out_str(o, "ifalias", "    alias ", nla_get_string(tb[IFLA_IFALIAS]), "");
	}
	if (filter->with_link && u->opts.stats) {
		out_nl(o);
		link_stats_print(u, tb);
		link_drops_print(u, tb);
	}
	out_text(o, "\n");
	return 1;
}

void link_print_stats(struct uip *u, const struct nlmsghdr *h)
{
	struct nlattr *tb[ATTR_MAX + 1];

	if (nlmsg_parse((struct nlmsghdr *)h, sizeof(struct ifinfomsg), tb, ATTR_MAX,
			(struct nla_policy *)link_policy))
		return;
	link_stats_print(u, tb);
	link_drops_print(u, tb);
	out_text(u->out, "\n");
}
