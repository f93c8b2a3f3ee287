/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "link": add, set, delete, show. Called through the table of objects.
 */
#include "uip/link.h"

#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/devmap.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

static const char link_usage[] =
	"Usage: uip link add [ name ] NAME [ txqueuelen PACKETS ] [ address LLADDR ]\n"
	"                    [ broadcast LLADDR ] [ mtu MTU ] [ index IDX ]\n"
	"                    [ numtxqueues COUNT ] [ numrxqueues COUNT ]\n"
	"                    type KIND [ ARGS ]\n"
	"\n"
	"       uip link delete { DEVICE | dev DEVICE | group GROUP } [ type KIND ]\n"
	"\n"
	"       uip link set { DEVICE | dev DEVICE | group GROUP } [ { up | down } ]\n"
	"                    [ arp { on | off } ] [ dynamic { on | off } ]\n"
	"                    [ multicast { on | off } ] [ allmulticast { on | off } ]\n"
	"                    [ promisc { on | off } ] [ trailers { on | off } ]\n"
	"                    [ carrier { on | off } ] [ txqueuelen PACKETS ]\n"
	"                    [ name NEWNAME ] [ address LLADDR ] [ broadcast LLADDR ]\n"
	"                    [ mtu MTU ] [ alias NAME ] [ group GROUP ]\n"
	"                    [ master DEVICE ] [ nomaster ]\n"
	"                    [ addrgenmode { eui64 | none | stable_secret | random } ]\n"
	"\n"
	"       uip link show [ DEVICE | group GROUP ] [ up ] [ master DEVICE ]\n"
	"                     [ nomaster ] [ type KIND ]\n"
	"\n"
	"KIND := { packet dev HOSTIF [ offload { on | off } ] |\n"
	"          tap [ name HOSTIF ] [ offload { on | off } ] |\n"
	"          stream path SOCKET [ listen ] |\n"
	"          pair [ peer [ name ] NAME ] | dummy }\n";

/* --- the words of add and set ----------------------------------------------------------------- */

static int take_lladdr(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		       void *field)
{
	struct arg_prefix *address = field;
	int len = inet_ll_parse(value, address->p.data);

	(void)u;
	(void)a;
	(void)arg;
	if (len < 0) {
		fprintf(stderr, "\"%s\" is invalid lladdr.\n", value);
		return UIP_FAILED;
	}
	address->given = true;
	address->p.family = AF_PACKET;
	address->p.bytes = (unsigned)len;
	return UIP_OK;
}

static int take_up(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		   void *field)
{
	struct arg_number *up = field;

	(void)u;
	(void)a;
	(void)value;
	up->given = true;
	up->value = (uint32_t)arg->number;
	return UIP_OK;
}

/* The index of a device to be made. */
static int take_index(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		      void *field)
{
	struct arg_number *index = field;
	int status = take_integer(u, a, arg, value, field);

	if (!status && (int)index->value <= 0)
		return arg_invalid(arg->error, value);
	return status;
}

/* For flags that say the contrary of their word: "arp on" clears IFF_NOARP. */
static int take_off_on(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		       void *field)
{
	struct arg_number *number = field;
	int status = take_on_off(u, a, arg, value, field);

	if (!status)
		number->value = !number->value;
	return status;
}

static int take_none(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		     void *field)
{
	(void)u;
	(void)a;
	(void)arg;
	(void)value;
	*(const char **)field = "";
	return UIP_OK;
}

/* A name of a device, shorter than arg->number. */
static int take_ifname(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		       void *field)
{
	size_t len = strlen(value);

	(void)u;
	(void)a;
	if (!len || len >= arg->number || !strcmp(value, ".") || !strcmp(value, "..") ||
	    value[strcspn(value, "/ \t\n")])
		return arg_invalid(arg->error, value);
	*(const char **)field = value;
	return UIP_OK;
}

static int take_addrgenmode(struct uip *u, struct args *a, const struct arg *arg, const char *value,
			    void *field)
{
	struct arg_number *mode = field;
	const char *word;
	unsigned n;

	(void)u;
	(void)a;
	for (n = 0; (word = link_addrgenmode_word(n)); n++)
		if (!strcmp(word, value))
			break;
	if (!word)
		return arg_invalid(arg->error, value);
	mode->given = true;
	mode->value = n;
	return UIP_OK;
}

#define FIELD(member) offsetof(struct link_cfg, member)

#define REFUSED(word, why)                                   \
	{                                                    \
		word, ARG_REFUSED, take_refused, 0, why, 0, NULL \
	}

/* The same words for "add", "set" and for the other end of a pair. */
static const struct arg link_args[] = {
	{ "up", ARG_FLAG, take_up, FIELD(up), NULL, 1, NULL },
	{ "down", ARG_FLAG, take_up, FIELD(up), NULL, 0, NULL },
	{ "name", ARG_ABBREV | ARG_ONCE, take_ifname, FIELD(name), "\"name\" not a valid ifname",
	  IFNAMSIZ, NULL },
	{ "index", 0, take_index, FIELD(index), "Invalid \"index\" value", 0, NULL },
	{ "link", ARG_DEV, take_string, FIELD(link), NULL, 0, NULL },
	{ "address", ARG_ABBREV, take_lladdr, FIELD(address), NULL, 0, NULL },
	{ "broadcast", ARG_ABBREV, take_lladdr, FIELD(broadcast), NULL, 0, "brd" },
	{ "txqueuelen", ARG_ABBREV | ARG_ONCE, take_integer, FIELD(txqlen),
	  "Invalid \"txqueuelen\" value\n", 0, "qlen" },
	{ "txqlen", 0, take_integer, FIELD(txqlen), "Invalid \"txqueuelen\" value\n", 0, NULL },
	{ "mtu", ARG_ONCE, take_integer, FIELD(mtu), "Invalid \"mtu\" value\n", 0, NULL },
	{ "numtxqueues", ARG_ONCE, take_number, FIELD(numtxqueues),
	  "Invalid \"numtxqueues\" value\n", 0, NULL },
	{ "numrxqueues", ARG_ONCE, take_number, FIELD(numrxqueues),
	  "Invalid \"numrxqueues\" value\n", 0, NULL },
	{ "arp", ARG_ON_OFF, take_off_on, FIELD(noarp), NULL, 0, NULL },
	{ "multicast", ARG_ON_OFF, take_on_off, FIELD(multicast), NULL, 0, NULL },
	{ "allmulticast", ARG_ON_OFF, take_on_off, FIELD(allmulti), NULL, 0, NULL },
	{ "promisc", ARG_ON_OFF, take_on_off, FIELD(promisc), NULL, 0, NULL },
	{ "dynamic", ARG_ON_OFF | ARG_ABBREV, take_on_off, FIELD(dynamic), NULL, 0, NULL },
	{ "trailers", ARG_ON_OFF, take_off_on, FIELD(notrailers), NULL, 0, NULL },
	{ "carrier", ARG_ON_OFF, take_on_off, FIELD(carrier), NULL, 0, NULL },
	{ "alias", 0, take_string, FIELD(alias), NULL, 0, NULL },
	{ "group", 0, take_name, FIELD(group), "Invalid \"group\" value\n", NAMES_GROUP, NULL },
	{ "master", ARG_DEV, take_string, FIELD(master), NULL, 0, NULL },
	{ "nomaster", ARG_FLAG, take_none, FIELD(master), NULL, 0, NULL },
	{ "addrgenmode", ARG_ABBREV, take_addrgenmode, FIELD(addrgenmode),
	  "Invalid address generation mode\n", 0, NULL },
	{ "type", ARG_ABBREV | ARG_STOP, take_string, FIELD(kind), NULL, 0, NULL },
	REFUSED("netns", "its devices are in no network namespace"),
	REFUSED("vf", "its devices have no virtual functions"),
	REFUSED("xdp", "it runs no BPF programs"),
	REFUSED("mode", "the operational state follows the carrier"),
	REFUSED("state", "the operational state follows the carrier"),
	REFUSED("protodown", "use \"carrier off\""),
	REFUSED("altname", "a device has one name"),
	{ "help", ARG_ABBREV | ARG_FLAG, take_help, 0, link_usage, 0, NULL },
	{ "dev", ARG_POSITIONAL | ARG_ONCE | ARG_DEV, take_ifname, FIELD(dev),
	  "\"dev\" not a valid ifname", ALTIFNAMSIZ, NULL },
	{ 0 },
};

int link_parse(struct uip *u, struct args *a, struct link_cfg *cfg)
{
	return args_parse(u, a, link_args, cfg, NULL);
}

/* --- config to message ------------------------------------------------------------------------ */

static void set_flag(struct ifinfomsg *ifi, const struct arg_number *n, unsigned flag)
{
	if (!n->given)
		return;
	ifi->ifi_change |= flag;
	if (n->value)
		ifi->ifi_flags |= flag;
	else
		ifi->ifi_flags &= ~flag;
}

static void put_number(struct req *q, int attr, const struct arg_number *n)
{
	if (n->given)
		req_u32(q, attr, n->value);
}

/* "nomaster" is an empty name here, and index 0 for the stack. */
static int put_master(struct uip *u, struct req *q, const char *name)
{
	unsigned index;

	if (!name)
		return UIP_OK;
	index = name[0] ? uip_dev_index(u, name) : 0;
	if (name[0] && !index)
		return arg_invalid("Device does not exist\n", name);
	req_u32(q, IFLA_MASTER, index);
	return UIP_OK;
}

/* How IPv6 makes the link-local address. */
static void put_addrgenmode(struct req *q, const struct arg_number *mode)
{
	struct nlattr *spec, *inet6;

	if (!mode->given)
		return;
	spec = req_nest(q, IFLA_AF_SPEC);
	inet6 = req_nest(q, AF_INET6);
	req_u8(q, IFLA_INET6_ADDR_GEN_MODE, (uint8_t)mode->value);
	req_nest_end(q, inet6);
	req_nest_end(q, spec);
}

int link_fill(struct uip *u, const struct link_cfg *cfg, struct req *q, void *header)
{
	struct ifinfomsg *ifi = header;
	int status;

	set_flag(ifi, &cfg->up, IFF_UP);
	set_flag(ifi, &cfg->noarp, IFF_NOARP);
	set_flag(ifi, &cfg->multicast, IFF_MULTICAST);
	set_flag(ifi, &cfg->allmulti, IFF_ALLMULTI);
	set_flag(ifi, &cfg->promisc, IFF_PROMISC);
	set_flag(ifi, &cfg->dynamic, IFF_DYNAMIC);
	set_flag(ifi, &cfg->notrailers, IFF_NOTRAILERS);
	if (cfg->index.given)
		ifi->ifi_index = (int)cfg->index.value;
	if (cfg->address.given)
		req_put(q, IFLA_ADDRESS, cfg->address.p.data, cfg->address.p.bytes);
	if (cfg->broadcast.given)
		req_put(q, IFLA_BROADCAST, cfg->broadcast.p.data, cfg->broadcast.p.bytes);
	put_number(q, IFLA_TXQLEN, &cfg->txqlen);
	put_number(q, IFLA_MTU, &cfg->mtu);
	put_number(q, IFLA_GROUP, &cfg->group);
	put_number(q, IFLA_NUM_TX_QUEUES, &cfg->numtxqueues);
	put_number(q, IFLA_NUM_RX_QUEUES, &cfg->numrxqueues);
	if (cfg->carrier.given)
		req_u8(q, IFLA_CARRIER, (uint8_t)cfg->carrier.value);
	put_addrgenmode(q, &cfg->addrgenmode);
	if (cfg->alias)
		req_put(q, IFLA_IFALIAS, cfg->alias, strlen(cfg->alias));
	status = uip_put_dev(u, q, IFLA_LINK, cfg->link);
	return status ? status : put_master(u, q, cfg->master);
}

/* --- add -------------------------------------------------------------------------------------- */

static int check_add(const struct link_cfg *cfg)
{
	if (cfg->name && cfg->dev && strcmp(cfg->name, cfg->dev) != 0) {
		fputs("both \"name\" and \"dev\" cannot be used when creating devices.\n", stderr);
		return UIP_USAGE;
	}
	if (!cfg->kind) {
		fputs("Not enough information: \"type\" argument is required\n", stderr);
		return UIP_FAILED;
	}
	return UIP_OK;
}

static int link_add(struct uip *u, struct args *a, const struct command *cmd)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC };
	struct link_cfg cfg = { 0 };
	const char *name;
	struct req q;
	int status = link_parse(u, a, &cfg);

	if (!status)
		status = check_add(&cfg);
	if (status)
		return status;
	req_init(&q, RTM_NEWLINK, cmd->number, &ifi, sizeof(ifi));
	name = cfg.name ? cfg.name : cfg.dev;
	status = link_kind_fill(u, a, &cfg, &q);
	if (!status)
		status = link_fill(u, &cfg, &q, req_body(&q));
	if (!status && name)
		req_str(&q, IFLA_IFNAME, name);
	if (status) {
		req_exit(&q);
		return status;
	}
	return uip_change(u, &q);
}

/* --- set, delete ------------------------------------------------------------------------------ */

/* An address of another length than the device's own is refused before it is sent. */
static int check_address(struct uip *u, const struct link_cfg *cfg, unsigned index)
{
	unsigned type = devmap_type(u->devs, index);

	if (!cfg->address.given || (type != ARPHRD_ETHER && type != ARPHRD_LOOPBACK) ||
	    cfg->address.p.bytes == ETH_ALEN)
		return UIP_OK;
	fprintf(stderr, "Invalid address length %u - must be %d bytes\n", cfg->address.p.bytes,
		ETH_ALEN);
	return UIP_FAILED;
}

/* The device that the words name, or, by index 0, all of the group that they name instead. */
static int find_target(struct uip *u, const struct link_cfg *cfg, struct ifinfomsg *ifi)
{
	if (!cfg->dev && cfg->group.given)
		return UIP_OK;
	if (!cfg->dev) {
		arg_missing("dev");
		return UIP_USAGE;
	}
	ifi->ifi_index = (int)uip_dev_index(u, cfg->dev);
	return ifi->ifi_index ? UIP_OK : uip_no_dev(cfg->dev);
}

static int link_set(struct uip *u, struct args *a, const struct command *cmd)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC };
	struct link_cfg cfg = { 0 };
	struct req q;
	int status = link_parse(u, a, &cfg);

	if (status)
		return status;
	if (!cfg.dev && cfg.name) {
		cfg.dev = cfg.name;
		cfg.name = NULL;
	}
	if (cfg.index.given) {
		fputs("index can be used only when creating devices or when moving device to another netns.\n",
		      stderr);
		return UIP_USAGE;
	}
	status = find_target(u, &cfg, &ifi);
	if (!status && ifi.ifi_index)
		status = check_address(u, &cfg, (unsigned)ifi.ifi_index);
	if (status)
		return status;
	req_init(&q, RTM_NEWLINK, cmd->number, &ifi, sizeof(ifi));
	status = cfg.kind ? link_kind_fill(u, a, &cfg, &q) : UIP_OK;
	if (!status)
		status = link_fill(u, &cfg, &q, req_body(&q));
	if (!status && cfg.name && strcmp(cfg.name, cfg.dev) != 0)
		req_str(&q, IFLA_IFNAME, cfg.name);
	if (status) {
		req_exit(&q);
		return status;
	}
	return uip_change(u, &q);
}

static int link_del(struct uip *u, struct args *a, const struct command *cmd)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC };
	struct link_cfg cfg = { 0 };
	struct nlattr *info;
	struct req q;
	int status = link_parse(u, a, &cfg);

	(void)cmd;
	if (status)
		return status;
	if (!cfg.dev)
		cfg.dev = cfg.name;
	status = find_target(u, &cfg, &ifi);
	if (status)
		return status;
	req_init(&q, RTM_DELLINK, 0, &ifi, sizeof(ifi));
	if (!cfg.dev)
		put_number(&q, IFLA_GROUP, &cfg.group);
	if (cfg.kind) {
		info = req_nest(&q, IFLA_LINKINFO);
		req_put(&q, IFLA_INFO_KIND, cfg.kind, strlen(cfg.kind));
		req_nest_end(&q, info);
	}
	return uip_change(u, &q);
}

/* --- show ------------------------------------------------------------------------------------- */

struct link_show_cfg {
	const char *dev;
	const char *master;
	const char *kind;
	struct arg_number group;
	uint32_t up;
	uint32_t nomaster;
};

#define SHOW(member) offsetof(struct link_show_cfg, member)

static const struct arg show_args[] = {
	{ "up", ARG_FLAG, take_bit, SHOW(up), NULL, 1, NULL },
	{ "group", 0, take_name, SHOW(group), "Invalid \"group\" value\n", NAMES_GROUP, NULL },
	{ "master", ARG_DEV, take_string, SHOW(master), NULL, 0, NULL },
	{ "nomaster", ARG_FLAG, take_bit, SHOW(nomaster), NULL, 1, NULL },
	{ "type", 0, take_string, SHOW(kind), NULL, 0, NULL },
	{ "help", ARG_ABBREV | ARG_FLAG, take_help, 0, link_usage, 0, NULL },
	{ "dev", ARG_POSITIONAL | ARG_ONCE | ARG_DEV, take_string, SHOW(dev), NULL, 0, NULL },
	{ 0 },
};

struct link_show {
	struct uip *u;
	const struct link_filter *filter;
};

static int show_one(const struct nlmsghdr *h, void *arg)
{
	struct link_show *show = arg;

	out_object(show->u->out, NULL);
	link_print(show->u, h, show->filter);
	out_object_end(show->u->out);
	return 0;
}

static int link_filter_make(struct uip *u, const struct link_show_cfg *cfg, struct link_filter *f)
{
	*f = (struct link_filter){
		.dev = cfg->dev,
		.kind = cfg->kind,
		.group = cfg->group,
		.up = cfg->up,
		.nomaster = cfg->nomaster,
		.with_link = true,
		.with_queue = true,
	};
	if (cfg->dev) {
		f->index = uip_dev_index(u, cfg->dev);
		if (!f->index) {
			fprintf(stderr, "Device \"%s\" does not exist.\n", cfg->dev);
			return UIP_FAILED;
		}
	}
	if (cfg->master) {
		f->master = uip_dev_index(u, cfg->master);
		if (!f->master)
			return arg_invalid("Device does not exist\n", cfg->master);
	}
	return UIP_OK;
}

static int link_show(struct uip *u, struct args *a, const struct command *cmd)
{
	struct ifinfomsg ifi = { .ifi_family = AF_PACKET };
	struct link_show_cfg cfg = { 0 };
	struct link_filter filter;
	struct link_show show = { .u = u, .filter = &filter };
	struct req q;
	int status = args_parse(u, a, show_args, &cfg, NULL);

	(void)cmd;
	if (!status)
		status = link_filter_make(u, &cfg, &filter);
	if (!status)
		status = uip_load_devs(u);
	if (status)
		return status;
	ifi.ifi_index = (int)filter.index;
	req_init(&q, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	req_u32(&q, IFLA_EXT_MASK, u->opts.stats ? 0 : RTEXT_FILTER_SKIP_STATS);
	out_begin(u->out);
	status = filter.index ? uip_ask(u, &q, show_one, &show, false)
			      : uip_dump(u, &q, show_one, &show, "Dump");
	out_end(u->out);
	return status;
}

/* --- the table -------------------------------------------------------------------------------- */

const struct command link_commands[] = {
	{ "add", ARG_ABBREV, link_add, link_args, NLM_F_CREATE | NLM_F_EXCL, 0 },
	{ "set", ARG_ABBREV, link_set, link_args, 0, 0 },
	{ "change", ARG_ABBREV, link_set, link_args, 0, 0 },
	{ "replace", ARG_ABBREV, link_add, link_args, NLM_F_CREATE | NLM_F_REPLACE, 0 },
	{ "delete", ARG_ABBREV, link_del, link_args, 0, 0 },
	{ "show", ARG_ABBREV | COMMAND_DEFAULT, link_show, show_args, 0, 0 },
	{ "lst", ARG_ABBREV, link_show, show_args, 0, 0 },
	{ "list", ARG_ABBREV, link_show, show_args, 0, 0 },
	{ 0 },
};

int link_main(struct uip *u, struct args *a)
{
	return command_run(u, a, link_commands, "link", link_usage);
}
