/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "address": add, change, replace, delete, show, flush. Called through the table of
 * objects.
 */
#include "uip/address.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/devmap.h"
#include "uip/flush.h"
#include "uip/link.h"
#include "uip/msglist.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

#define LIFETIME_FOREVER 0xffffffffu

static const char address_usage[] =
	"Usage: uip address {add|change|replace} IFADDR dev IFNAME [ LIFETIME ]\n"
	"                                                      [ CONFFLAG-LIST ]\n"
	"       uip address del IFADDR dev IFNAME\n"
	"       uip address flush [ dev IFNAME ] [ scope SCOPE-ID ]\n"
	"                            [ to PREFIX ] [ FLAG-LIST ] [ label LABEL ] [up]\n"
	"       uip address [ show [ dev IFNAME ] [ scope SCOPE-ID ] [ master DEVICE ]\n"
	"                         [ nomaster ]\n"
	"                         [ type TYPE ] [ to PREFIX ] [ FLAG-LIST ]\n"
	"                         [ label LABEL ] [up] ]\n"
	"IFADDR := PREFIX | ADDR peer PREFIX\n"
	"          [ broadcast ADDR ] [ anycast ADDR ]\n"
	"          [ label IFNAME ] [ scope SCOPE-ID ] [ metric METRIC ]\n"
	"SCOPE-ID := [ host | link | global | NUMBER ]\n"
	"FLAG-LIST := [ FLAG-LIST ] FLAG\n"
	"FLAG  := [-]{ permanent | dynamic | secondary | primary |\n"
	"           tentative | deprecated | dadfailed | temporary |\n"
	"           stable-privacy | CONFFLAG }\n"
	"CONFFLAG-LIST := [ CONFFLAG-LIST ] CONFFLAG\n"
	"CONFFLAG  := [ home | nodad | optimistic | mngtmpaddr | noprefixroute |\n"
	"               autojoin ]\n"
	"LIFETIME := [ valid_lft LFT ] [ preferred_lft LFT ]\n"
	"LFT := forever | SECONDS\n";

/* --- add, change, replace, delete ------------------------------------------------------------- */

struct address_cfg {
	struct arg_prefix local;
	struct arg_prefix peer;
	struct arg_prefix broadcast;
	bool broadcast_set;   /* "brd +": all ones */
	bool broadcast_clear; /* "brd -": all zeros */
	struct arg_prefix anycast;
	struct arg_number scope;
	struct arg_number metric;
	struct arg_number valid;
	struct arg_number preferred;
	const char *dev;
	const char *label;
	uint32_t flags;
};

static int take_broadcast(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			  void *field)
{
	struct address_cfg *cfg = field;

	cfg->broadcast_set = !strcmp(value, "+");
	cfg->broadcast_clear = !strcmp(value, "-");
	if (cfg->broadcast_set || cfg->broadcast_clear)
		return UIP_OK;
	return take_address(u, a, arg, value, &cfg->broadcast);
}

static int take_lifetime(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			 void *field)
{
	struct arg_number *lifetime = field;

	if (strcmp(value, "forever") != 0)
		return take_number(u, a, arg, value, field);
	lifetime->given = true;
	lifetime->value = LIFETIME_FOREVER;
	return UIP_OK;
}

/* Flags that mean something for IPv6 only are said so, and left out, for IPv4. */
static int take_conf_flag(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			  void *field)
{
	const uint32_t inet6_only =
		IFA_F_HOMEADDRESS | IFA_F_NODAD | IFA_F_MANAGETEMPADDR | IFA_F_OPTIMISTIC;

	if (arg->number & inet6_only && a->family == AF_INET) {
		fprintf(stderr, "Warning: %s option can be set only for IPv6 addresses\n",
			arg->word);
		return UIP_OK;
	}
	return take_bit(u, a, arg, value, field);
}

/* What only the stack sets. */
static int take_state_flag(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			   void *field)
{
	(void)u;
	(void)a;
	(void)value;
	(void)field;
	fprintf(stderr, "Warning: %s option is not mutable from userspace\n", arg->word);
	return UIP_OK;
}

#define FIELD(member) offsetof(struct address_cfg, member)
#define STATE_FLAG(word)                                          \
	{                                                         \
		word, ARG_FLAG, take_state_flag, 0, NULL, 0, NULL \
	}

static const struct arg modify_args[] = {
	{ "peer", ARG_ONCE | ARG_ADDR, take_prefix, FIELD(peer), NULL, 0, "remote" },
	{ "broadcast", ARG_ABBREV | ARG_ONCE | ARG_ADDR, take_broadcast, 0, NULL, 0, "brd" },
	{ "anycast", ARG_ONCE | ARG_ADDR, take_address, FIELD(anycast), NULL, 0, NULL },
	{ "scope", 0, take_name, FIELD(scope), "invalid scope value.", NAMES_SCOPE, NULL },
	{ "dev", ARG_DEV, take_string, FIELD(dev), NULL, 0, NULL },
	{ "label", 0, take_string, FIELD(label), NULL, 0, NULL },
	{ "metric", 0, take_number, FIELD(metric), "\"metric\" value is invalid\n", 0, "priority" },
	{ "preference", 0, take_number, FIELD(metric), "\"metric\" value is invalid\n", 0, NULL },
	{ "valid_lft", ARG_ABBREV | ARG_ONCE, take_lifetime, FIELD(valid), "valid_lft value", 0,
	  NULL },
	{ "preferred_lft", ARG_ABBREV | ARG_ONCE, take_lifetime, FIELD(preferred),
	  "preferred_lft value", 0, NULL },
	{ "home", ARG_FLAG, take_conf_flag, FIELD(flags), NULL, IFA_F_HOMEADDRESS, NULL },
	{ "nodad", ARG_FLAG, take_conf_flag, FIELD(flags), NULL, IFA_F_NODAD, NULL },
	{ "optimistic", ARG_FLAG, take_conf_flag, FIELD(flags), NULL, IFA_F_OPTIMISTIC, NULL },
	{ "mngtmpaddr", ARG_FLAG, take_conf_flag, FIELD(flags), NULL, IFA_F_MANAGETEMPADDR, NULL },
	{ "noprefixroute", ARG_FLAG, take_conf_flag, FIELD(flags), NULL, IFA_F_NOPREFIXROUTE,
	  NULL },
	{ "autojoin", ARG_FLAG, take_conf_flag, FIELD(flags), NULL, IFA_F_MCAUTOJOIN, NULL },
	STATE_FLAG("secondary"),
	STATE_FLAG("temporary"),
	STATE_FLAG("dadfailed"),
	STATE_FLAG("deprecated"),
	STATE_FLAG("tentative"),
	STATE_FLAG("permanent"),
	STATE_FLAG("stable-privacy"),
	{ "help", ARG_ABBREV | ARG_FLAG, take_help, 0, address_usage, 0, NULL },
	{ "local", ARG_POSITIONAL | ARG_ONCE | ARG_ADDR, take_prefix, FIELD(local), NULL, 0, NULL },
	{ 0 },
};

static bool is_multicast(const struct inet_prefix *p)
{
	return p->family == AF_INET ? (p->data[0] & 0xf0) == 0xe0
				    : p->family == AF_INET6 && p->data[0] == 0xff;
}

static uint32_t lifetime(const struct arg_number *given)
{
	return given->given ? given->value : LIFETIME_FOREVER;
}

/* What the command line alone can be refused for. */
static int check(const struct address_cfg *cfg, const struct args *a, bool del)
{
	if (!cfg->dev)
		return arg_missing("dev");
	if ((cfg->broadcast_set || cfg->broadcast_clear) && !del && a->family != AF_INET) {
		fputs("Broadcast can be set only for IPv4 addresses\n", stderr);
		return UIP_FAILED;
	}
	if (cfg->valid.given && !cfg->valid.value) {
		fputs("valid_lft is zero\n", stderr);
		return UIP_FAILED;
	}
	if (lifetime(&cfg->valid) < lifetime(&cfg->preferred)) {
		fputs("preferred_lft is greater than valid_lft\n", stderr);
		return UIP_FAILED;
	}
	if (cfg->flags & IFA_F_MCAUTOJOIN && !is_multicast(&cfg->local.p)) {
		fputs("autojoin needs multicast address\n", stderr);
		return UIP_FAILED;
	}
	return UIP_OK;
}

/* Deleting an address without its length deletes any prefix that has it: ip warns, and so do we. */
static bool is_wildcard_delete(const struct address_cfg *cfg, bool del)
{
	return del && !cfg->peer.given && cfg->local.p.family == AF_INET &&
	       !cfg->local.p.length_given;
}

static void warn_of_wildcard(const struct address_cfg *cfg)
{
	fprintf(stderr,
		"Warning: Executing wildcard deletion to stay compatible with old scripts.\n"
		"         Explicitly specify the prefix length (%s/%d) to avoid this warning.\n"
		"         This special behaviour is likely to disappear in further releases,\n"
		"         fix your scripts!\n",
		cfg->local.text, 32);
}

static void put_prefix(struct req *q, int attr, const struct arg_prefix *p)
{
	if (p->given)
		req_put(q, attr, p->p.data, p->p.bytes);
}

/* "brd +" and "brd -": the host part all ones or all zeros; a network of two or one has none. */
static void put_broadcast(struct req *q, const struct address_cfg *cfg, bool del)
{
	const struct inet_prefix *p = cfg->peer.given ? &cfg->peer.p : &cfg->local.p;
	uint32_t addr, host;

	put_prefix(q, IFA_BROADCAST, &cfg->broadcast);
	if (del || (!cfg->broadcast_set && !cfg->broadcast_clear) || p->bits > 30)
		return;
	memcpy(&addr, p->data, sizeof(addr));
	host = htonl(p->bits ? 0xffffffffu >> p->bits : 0xffffffffu);
	addr = cfg->broadcast_set ? addr | host : addr & ~host;
	req_put(q, IFA_BROADCAST, &addr, sizeof(addr));
}

static void put_lifetimes(struct req *q, const struct address_cfg *cfg)
{
	struct ifa_cacheinfo ci = {
		.ifa_valid = lifetime(&cfg->valid),
		.ifa_prefered = lifetime(&cfg->preferred),
	};

	if (!cfg->valid.given && !cfg->preferred.given)
		return;
	req_put(q, IFA_CACHEINFO, &ci, sizeof(ci));
}

static uint8_t default_scope(const struct inet_prefix *local)
{
	return local->family == AF_INET && local->bytes >= 1 && local->data[0] == 127
		       ? RT_SCOPE_HOST
		       : RT_SCOPE_UNIVERSE;
}

static void fill(struct req *q, const struct address_cfg *cfg, const struct args *a, bool del)
{
	struct ifaddrmsg *ifa = req_body(q);

	ifa->ifa_family = (uint8_t)a->family;
	ifa->ifa_prefixlen = (uint8_t)(cfg->peer.given ? cfg->peer.p.bits : 0);
	if (!ifa->ifa_prefixlen)
		ifa->ifa_prefixlen = (uint8_t)cfg->local.p.bits;
	if (cfg->scope.given)
		ifa->ifa_scope = (uint8_t)cfg->scope.value;
	else if (!del)
		ifa->ifa_scope = default_scope(&cfg->local.p);
	if (cfg->flags <= 0xff)
		ifa->ifa_flags = (uint8_t)cfg->flags;
	else
		req_u32(q, IFA_FLAGS, cfg->flags);
	put_prefix(q, IFA_LOCAL, &cfg->local);
	if (cfg->peer.given)
		put_prefix(q, IFA_ADDRESS, &cfg->peer);
	else if (!is_wildcard_delete(cfg, del))
		put_prefix(q, IFA_ADDRESS, &cfg->local);
	put_broadcast(q, cfg, del);
	put_prefix(q, IFA_ANYCAST, &cfg->anycast);
	if (cfg->label)
		req_str(q, IFA_LABEL, cfg->label);
	if (cfg->metric.given)
		req_u32(q, IFA_RT_PRIORITY, cfg->metric.value);
	put_lifetimes(q, cfg);
}

static int address_modify(struct uip *u, struct args *a, const struct command *cmd)
{
	struct ifaddrmsg ifa = { 0 };
	struct address_cfg cfg = { 0 };
	bool del = cmd->number == RTM_DELADDR;
	struct req q;
	int status = args_parse(u, a, modify_args, &cfg, NULL);

	if (!status)
		status = check(&cfg, a, del);
	if (status)
		return status;
	if (is_wildcard_delete(&cfg, del))
		warn_of_wildcard(&cfg);
	ifa.ifa_index = uip_dev_index(u, cfg.dev);
	if (!ifa.ifa_index)
		return uip_no_dev(cfg.dev);
	req_init(&q, cmd->number, (int)cmd->number2, &ifa, sizeof(ifa));
	fill(&q, &cfg, a, del);
	return uip_change(u, &q);
}

/* --- show and flush --------------------------------------------------------------------------- */

struct show_cfg {
	struct address_filter address;
	const char *dev;
	const char *master;
	const char *kind;
	struct arg_number group;
	uint32_t up;
	uint32_t nomaster;
};

static int take_scope_filter(struct uip *u, struct args *a, const struct arg *arg,
			     const char *value, void *field)
{
	struct arg_number *scope = field;

	if (!strcmp(value, "all"))
		return UIP_OK;
	scope->given = true;
	return take_name(u, a, arg, value, field);
}

#define SHOW(member) offsetof(struct show_cfg, member)
/* A flag, and its contrary. */
#define FLAG_WORD(word)                                                             \
	{ word, ARG_FLAG, address_take_flag, SHOW(address), NULL, 0, NULL },        \
	{                                                                           \
		"-" word, ARG_FLAG, address_take_flag, SHOW(address), NULL, 0, NULL \
	}

static const struct arg show_args[] = {
	{ "to", ARG_ADDR, take_prefix, SHOW(address.to), NULL, 0, NULL },
	{ "scope", ARG_NAME, take_scope_filter, SHOW(address.scope), "invalid \"scope\"\n",
	  NAMES_SCOPE, NULL },
	{ "up", ARG_FLAG, take_bit, SHOW(up), NULL, 1, NULL },
	FLAG_WORD("permanent"),
	FLAG_WORD("dynamic"),
	FLAG_WORD("secondary"),
	FLAG_WORD("primary"),
	FLAG_WORD("temporary"),
	FLAG_WORD("tentative"),
	FLAG_WORD("deprecated"),
	FLAG_WORD("dadfailed"),
	FLAG_WORD("home"),
	FLAG_WORD("nodad"),
	FLAG_WORD("optimistic"),
	FLAG_WORD("mngtmpaddr"),
	FLAG_WORD("noprefixroute"),
	FLAG_WORD("autojoin"),
	FLAG_WORD("stable-privacy"),
	{ "label", 0, take_string, SHOW(address.label), NULL, 0, NULL },
	{ "group", 0, take_name, SHOW(group), "Invalid \"group\" value\n", NAMES_GROUP, NULL },
	{ "master", ARG_DEV, take_string, SHOW(master), NULL, 0, NULL },
	{ "nomaster", ARG_FLAG, take_bit, SHOW(nomaster), NULL, 1, NULL },
	{ "type", 0, take_string, SHOW(kind), NULL, 0, NULL },
	{ "help", ARG_ABBREV | ARG_FLAG, take_help, 0, address_usage, 0, NULL },
	{ "dev", ARG_POSITIONAL | ARG_ONCE | ARG_DEV, take_string, SHOW(dev), NULL, 0, NULL },
	{ 0 },
};

static int show_parse(struct uip *u, struct args *a, struct show_cfg *cfg)
{
	int status = args_parse(u, a, show_args, cfg, NULL);

	if (status)
		return status;
	cfg->address.family = a->family;
	if (!cfg->dev)
		return UIP_OK;
	cfg->address.index = uip_dev_index(u, cfg->dev);
	if (cfg->address.index)
		return UIP_OK;
	fprintf(stderr, "Device \"%s\" does not exist.\n", cfg->dev);
	return UIP_FAILED;
}

static int link_filter_make(struct uip *u, const struct show_cfg *cfg, struct link_filter *f)
{
	*f = (struct link_filter){
		.index = cfg->address.index,
		.dev = cfg->dev,
		.family = cfg->address.family,
		.kind = cfg->kind,
		.group = cfg->group,
		.up = cfg->up,
		.nomaster = cfg->nomaster,
		.with_queue = true,
	};
	if (!cfg->master)
		return UIP_OK;
	f->master = uip_dev_index(u, cfg->master);
	return f->master ? UIP_OK : arg_invalid("Device does not exist\n", cfg->master);
}

/* All that is asked for: the devices, and their addresses. */
struct show {
	struct uip *u;
	struct show_cfg cfg;
	struct link_filter link;
	struct msglist links;
	struct msglist stats; /* links with their counters, where those in links have none */
	struct msglist addresses;
};

static int keep_stats(const struct nlmsghdr *h, void *arg)
{
	return msglist_add(&((struct show *)arg)->stats, h);
}

static int keep_link(const struct nlmsghdr *h, void *arg)
{
	struct show *show = arg;

	devmap_learn(show->u->devs, h);
	return msglist_add(&show->links, h);
}

static int keep_address(const struct nlmsghdr *h, void *arg)
{
	struct show *show = arg;

	return msglist_add(&show->addresses, h);
}

static int fetch_links(struct uip *u, struct show *show)
{
	struct ifinfomsg ifi = { .ifi_index = (int)show->link.index };
	struct req q;

	if (!show->link.index)
		ifi.ifi_family = (unsigned char)u->opts.family;
	req_init(&q, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	/* The families' own link dumps take no attributes. */
	if (!ifi.ifi_family)
		req_u32(&q, IFLA_EXT_MASK, u->opts.stats ? 0 : RTEXT_FILTER_SKIP_STATS);
	return show->link.index ? uip_ask(u, &q, keep_link, show, false)
				: uip_dump(u, &q, keep_link, show, "Dump");
}

/* What IPv6 alone says of devices has no counters. */
static bool lacks_stats(const struct uip *u, const struct show *show)
{
	return u->opts.stats && !show->link.index && u->opts.family == AF_INET6;
}

static int fetch_stats(struct uip *u, struct show *show)
{
	struct ifinfomsg ifi = { 0 };
	struct req q;

	req_init(&q, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	return uip_dump(u, &q, keep_stats, show, "Dump");
}

static int fetch_addresses(struct uip *u, struct show *show)
{
	struct ifaddrmsg ifa = {
		.ifa_family = (uint8_t)show->cfg.address.family,
		.ifa_index = show->cfg.address.index,
	};
	struct req q;

	req_init(&q, RTM_GETADDR, 0, &ifa, sizeof(ifa));
	return uip_dump(u, &q, keep_address, show, "Dump");
}

/* A device is shown for an address that passes; one that has none at all, unless a family is asked
 * for. */
static bool is_shown(const struct show *show, unsigned index)
{
	const struct address_filter *f = &show->cfg.address;
	const struct nlmsghdr *h;
	bool any = false;

	for (h = msglist_first(&show->addresses); h; h = msglist_next(&show->addresses, h)) {
		const struct ifaddrmsg *ifa = NLMSG_DATA(h);

		if (ifa->ifa_index != index)
			continue;
		any = true;
		if (address_passes(show->u, h, f))
			return true;
	}
	return !any && (f->family == AF_UNSPEC || f->family == AF_PACKET);
}

static void show_addresses(struct uip *u, const struct show *show, unsigned index)
{
	enum address_style style = u->opts.brief     ? ADDRESS_BRIEF
				   : u->opts.oneline ? ADDRESS_WITH_DEV
						     : ADDRESS_FULL;
	const struct nlmsghdr *h;

	out_array(u->out, "addr_info");
	for (h = msglist_first(&show->addresses); h; h = msglist_next(&show->addresses, h)) {
		const struct ifaddrmsg *ifa = NLMSG_DATA(h);

		if (ifa->ifa_index != index || !address_passes(u, h, &show->cfg.address))
			continue;
		out_object(u->out, NULL);
		address_print(u, h, style);
		out_object_end(u->out);
	}
	if (u->opts.brief)
		out_text(u->out, "\n");
	out_array_end(u->out);
}

/* The message that has the counters of the device that @h is about; a new device has none yet: NULL. */
static const struct nlmsghdr *stats_of(const struct uip *u, const struct show *show,
				       const struct nlmsghdr *h)
{
	const struct nlmsghdr *other;
	int index = ((const struct ifinfomsg *)NLMSG_DATA(h))->ifi_index;

	if (!lacks_stats(u, show))
		return h;
	for (other = msglist_first(&show->stats); other; other = msglist_next(&show->stats, other))
		if (((const struct ifinfomsg *)NLMSG_DATA(other))->ifi_index == index)
			return other;
	return NULL;
}

static void show_stats(struct uip *u, const struct nlmsghdr *h)
{
	if (h)
		link_print_stats(u, h);
}

static void show_device(struct uip *u, const struct show *show, const struct nlmsghdr *h)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(h);
	/* A label chooses addresses, so that they are shown without their device, as with -oneline.
	 *  */
	bool alone = !u->opts.brief && (u->opts.oneline || show->cfg.address.label);
	bool shown = true;

	if (!is_shown(show, (unsigned)ifi->ifi_index))
		return;
	out_object(u->out, NULL);
	if (!alone)
		shown = link_print(u, h, &show->link) == 1;
	if (shown && show->cfg.address.family != AF_PACKET)
		show_addresses(u, show, (unsigned)ifi->ifi_index);
	if (shown && u->opts.stats && !u->opts.brief && !alone)
		show_stats(u, stats_of(u, show, h));
	out_object_end(u->out);
}

static int address_show(struct uip *u, struct args *a, const struct command *cmd)
{
	struct show show = { .u = u };
	const struct nlmsghdr *h;
	int status = show_parse(u, a, &show.cfg);

	(void)cmd;
	if (!status)
		status = link_filter_make(u, &show.cfg, &show.link);
	if (!status)
		status = uip_load_devs(u);
	if (!status)
		status = fetch_links(u, &show);
	if (!status && lacks_stats(u, &show))
		status = fetch_stats(u, &show);
	if (!status && show.cfg.address.family != AF_PACKET)
		status = fetch_addresses(u, &show);
	if (!status) {
		out_begin(u->out);
		for (h = msglist_first(&show.links); h; h = msglist_next(&show.links, h))
			show_device(u, &show, h);
		out_end(u->out);
	}
	msglist_free(&show.links);
	msglist_free(&show.stats);
	msglist_free(&show.addresses);
	return status;
}

/* --- flush ------------------------------------------------------------------------------------ */

static bool flush_passes(struct uip *u, const struct nlmsghdr *h, const void *arg)
{
	const struct show_cfg *cfg = arg;
	const struct ifaddrmsg *ifa = NLMSG_DATA(h);

	if (cfg->up && !(devmap_flags(u->devs, ifa->ifa_index) & 1 /* IFF_UP */))
		return false;
	return address_passes(u, h, &cfg->address);
}

static void flush_print(struct uip *u, const struct nlmsghdr *h)
{
	address_print(u, h, ADDRESS_WITH_DEV);
}

static int flush_parse(struct uip *u, struct args *a, void *arg, void *header)
{
	struct show_cfg *cfg = arg;
	struct ifaddrmsg *ifa = header;
	int status = show_parse(u, a, cfg);

	if (status)
		return status;
	if (cfg->address.family == AF_PACKET) {
		fputs("Cannot flush link addresses.\n", stderr);
		return UIP_FAILED;
	}
	ifa->ifa_family = (uint8_t)cfg->address.family;
	ifa->ifa_index = cfg->address.index;
	return UIP_OK;
}

static const struct flush address_flush_ops = {
	.get = RTM_GETADDR,
	.del = RTM_DELADDR,
	.len = sizeof(struct ifaddrmsg),
	.what = "addresses",
	.bare = "Flush requires arguments.\n",
	.parse = flush_parse,
	.passes = flush_passes,
	.print = flush_print,
};

static int address_flush(struct uip *u, struct args *a, const struct command *cmd)
{
	struct show_cfg cfg = { 0 };

	(void)cmd;
	return flush_command(u, a, &address_flush_ops, &cfg);
}

/* --- the table -------------------------------------------------------------------------------- */

const struct command address_commands[] = {
	{ "add", ARG_ABBREV, address_modify, modify_args, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL },
	{ "change", ARG_ABBREV, address_modify, modify_args, RTM_NEWADDR, NLM_F_REPLACE },
	{ "chg", 0, address_modify, modify_args, RTM_NEWADDR, NLM_F_REPLACE },
	{ "replace", ARG_ABBREV, address_modify, modify_args, RTM_NEWADDR,
	  NLM_F_CREATE | NLM_F_REPLACE },
	{ "delete", ARG_ABBREV, address_modify, modify_args, RTM_DELADDR, 0 },
	{ "show", ARG_ABBREV | COMMAND_DEFAULT, address_show, show_args, 0, 0 },
	{ "lst", ARG_ABBREV, address_show, show_args, 0, 0 },
	{ "list", ARG_ABBREV, address_show, show_args, 0, 0 },
	{ "flush", ARG_ABBREV, address_flush, show_args, 0, 0 },
	{ 0 },
};

int address_main(struct uip *u, struct args *a)
{
	return command_run(u, a, address_commands, "address", address_usage);
}
