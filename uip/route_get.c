/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "route get": which route would be taken. Called by route.c.
 */
#include "uip/route.h"

#include <linux/rtnetlink.h>
#include <netdb.h>
#include <netlink/msg.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

struct get_cfg {
	struct arg_prefix dst;
	struct arg_prefix from;
	const char *oif;
	const char *iif;
	const char *protocol;
	struct arg_number tos;
	struct arg_number mark;
	struct arg_number uid;
	struct arg_number sport;
	struct arg_number dport;
	uint32_t flags; /* RTM_F_* */
};

#define FIELD(member) offsetof(struct get_cfg, member)

const struct arg route_get_args[] = {
	{ "from", ARG_ABBREV | ARG_ADDR, take_prefix, FIELD(from), NULL, 0, NULL },
	{ "oif", ARG_DEV, take_string, FIELD(oif), NULL, 0, "dev" },
	{ "iif", ARG_ABBREV | ARG_DEV, take_string, FIELD(iif), NULL, 0, NULL },
	{ "tos", 0, take_name, FIELD(tos), "TOS value is invalid\n", NAMES_DSFIELD, NULL },
	{ "dsfield", ARG_ABBREV, take_name, FIELD(tos), "TOS value is invalid\n", NAMES_DSFIELD,
	  NULL },
	{ "mark", ARG_ABBREV, take_number, FIELD(mark), "invalid mark value", 0, NULL },
	{ "notify", ARG_FLAG | ARG_ABBREV, take_bit, FIELD(flags), NULL, RTM_F_NOTIFY, NULL },
	{ "uid", 0, take_number, FIELD(uid), "invalid UID\n", 0, NULL },
	{ "fibmatch", ARG_FLAG, take_bit, FIELD(flags), NULL, RTM_F_FIB_MATCH, NULL },
	{ "ipproto", 0, take_string, FIELD(protocol), NULL, 0, NULL },
	{ "sport", 0, take_number, FIELD(sport), "invalid sport\n", 65535, NULL },
	{ "dport", 0, take_number, FIELD(dport), "invalid dport\n", 65535, NULL },
	{ "help", ARG_ABBREV | ARG_FLAG, take_help, 0, route_usage, 0, NULL },
	{ "to", ARG_POSITIONAL | ARG_ADDR, take_prefix, FIELD(dst), NULL, 0, NULL },
	{ 0 },
};

static int put_protocol(struct req *q, const char *word)
{
	struct arg_number number = { 0 };
	struct protoent *entry;

	if (!word)
		return UIP_OK;
	entry = getprotobyname(word);
	if (entry) {
		number.value = (uint32_t)entry->p_proto;
	} else {
		const struct arg spec = { .number = 255, .error = "Invalid \"ipproto\" value\n" };
		int status = take_number(NULL, NULL, &spec, word, &number);

		if (status)
			return status;
	}
	req_u8(q, RTA_IP_PROTO, (uint8_t)number.value);
	return UIP_OK;
}

static void put_port(struct req *q, int attr, const struct arg_number *port)
{
	if (port->given)
		req_u16(q, attr, htons((uint16_t)port->value));
}

static void put_prefix(struct req *q, int attr, const struct arg_prefix *p)
{
	if (p->given && p->p.bytes)
		req_put(q, attr, p->p.data, p->p.bytes);
}

static int fill(struct uip *u, const struct get_cfg *cfg, struct req *q)
{
	int status;

	put_prefix(q, RTA_DST, &cfg->dst);
	put_prefix(q, RTA_SRC, &cfg->from);
	if (cfg->mark.given)
		req_u32(q, RTA_MARK, cfg->mark.value);
	if (cfg->uid.given)
		req_u32(q, RTA_UID, cfg->uid.value);
	put_port(q, RTA_SPORT, &cfg->sport);
	put_port(q, RTA_DPORT, &cfg->dport);
	status = put_protocol(q, cfg->protocol);
	if (!status)
		status = uip_put_dev(u, q, RTA_IIF, cfg->iif);
	return status ? status : uip_put_dev(u, q, RTA_OIF, cfg->oif);
}

static int print_answer(const struct nlmsghdr *h, void *arg)
{
	static const struct route_filter none;
	struct uip *u = arg;

	out_begin(u->out);
	route_print(u, h, &none);
	out_end(u->out);
	return 0;
}

/* A route is looked up for an address: a length is pointless, and ip warns of it. */
static void widen(struct arg_prefix *p, int family)
{
	unsigned all = inet_family_bits(family);

	if (!p->given || !p->p.bytes || p->p.bits == all)
		return;
	fprintf(stderr, "Warning: /%u as prefix is invalid, only /%u (or none) is supported.\n",
		p->p.bits, all);
	p->p.bits = all;
}

int route_get(struct uip *u, struct args *a, const struct command *cmd)
{
	struct get_cfg cfg = { 0 };
	struct rtmsg r = { 0 };
	struct req q;
	int status = args_parse(u, a, route_get_args, &cfg, NULL);

	(void)cmd;
	if (status)
		return status;
	if (!cfg.dst.given) {
		fputs("need at least a destination address\n", stderr);
		return UIP_FAILED;
	}
	if (a->family == AF_UNSPEC)
		a->family = AF_INET;
	widen(&cfg.dst, a->family);
	r.rtm_family = (uint8_t)a->family;
	r.rtm_dst_len = (uint8_t)cfg.dst.p.bits;
	r.rtm_src_len = (uint8_t)cfg.from.p.bits;
	r.rtm_tos = (uint8_t)cfg.tos.value;
	r.rtm_flags = cfg.flags;
	if (a->family == AF_INET)
		r.rtm_flags |= RTM_F_LOOKUP_TABLE; /* IPv6 refuses it, and always tells the table */
	status = uip_load_devs(u);
	if (status)
		return status;
	req_init(&q, RTM_GETROUTE, 0, &r, sizeof(r));
	status = fill(u, &cfg, &q);
	if (status) {
		req_exit(&q);
		return status;
	}
	return uip_ask(u, &q, print_answer, u, false);
}
