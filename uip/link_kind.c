/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kinds of devices: the words after "type KIND", what uip opens for them, and how they are
 * shown. Called by link.c and link_show.c.
 */
#include "uip/link.h"

#include <linux/if_link.h>
#include <linux/veth.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <ustack/link.h>

#include "uip/hostif.h"
#include "uip/out.h"
#include "uip/req.h"
#include "uip/uip.h"

/* What the words of a kind say. */
struct kind_cfg {
	const char *hostif;
	const char *path;
	struct arg_number offload;
	uint32_t listen;
	bool peer;
	struct link_cfg peer_cfg;
};

struct link_kind {
	const char *word;
	const struct arg *table; /* NULL: no words */
	int (*open)(const struct kind_cfg *kind, const struct link_cfg *cfg, struct hostif *ret);
	int (*fill)(struct uip *u, const struct kind_cfg *kind, const struct hostif *h,
		    struct req *q);
	void (*print)(struct out *o, struct nlattr **tb);
};

/* --- packet, tap, stream: on a descriptor ----------------------------------------------------- */

static bool offload_wanted(const struct kind_cfg *kind)
{
	return !kind->offload.given || kind->offload.value;
}

static int packet_open(const struct kind_cfg *kind, const struct link_cfg *cfg, struct hostif *ret)
{
	if (!kind->hostif)
		return arg_missing("dev");
	/* With an address of its own, the device wants frames that the host's interface would not
	 * take in for itself. */
	return hostif_open_packet(kind->hostif, offload_wanted(kind), cfg->address.given, ret);
}

static int tap_open(const struct kind_cfg *kind, const struct link_cfg *cfg, struct hostif *ret)
{
	int status = hostif_open_tap(kind->hostif, offload_wanted(kind), ret);

	(void)cfg;
	ret->has_mac = false; /* the other end has one of its own */
	return status;
}

static int stream_open(const struct kind_cfg *kind, const struct link_cfg *cfg, struct hostif *ret)
{
	(void)cfg;
	if (!kind->path)
		return arg_missing("path");
	return hostif_open_stream(kind->path, kind->listen, ret);
}

static int hostif_fill(struct uip *u, const struct kind_cfg *kind, const struct hostif *h,
		       struct req *q)
{
	(void)u;
	if (h->name[0])
		req_str(q, USTACK_LINK_A_HOSTIF, h->name);
	if (kind->path)
		req_str(q, USTACK_LINK_A_PATH, kind->path);
	req_u8(q, USTACK_LINK_A_VNET_HDR, h->vnet_hdr_len != 0);
	if (h->vnet_hdr_len) {
		req_u32(q, USTACK_LINK_A_VNET_HDR_LEN, h->vnet_hdr_len);
		req_u32(q, USTACK_LINK_A_OFFLOADS, h->offloads);
	}
	return UIP_OK;
}

static void print_offloads(struct out *o, uint32_t offloads)
{
	static const struct {
		uint32_t bit;
		const char *word;
	} words[] = {
		{ USTACK_OFFLOAD_CSUM, "csum" },
		{ USTACK_OFFLOAD_TSO4, "tso4" },
		{ USTACK_OFFLOAD_TSO6, "tso6" },
		{ USTACK_OFFLOAD_USO, "uso" },
	};
	const char *before = "";
	size_t i;

	out_array(o, "offloads");
	out_text(o, "offloads ");
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!(offloads & words[i].bit))
			continue;
		out_str(o, NULL, before, words[i].word, "");
		before = ",";
	}
	out_text(o, "%s ", *before ? "" : "none");
	out_array_end(o);
}

static void hostif_print(struct out *o, struct nlattr **tb)
{
	if (tb[USTACK_LINK_A_HOSTIF])
		out_str(o, "hostif", "hostif ", nla_get_string(tb[USTACK_LINK_A_HOSTIF]), " ");
	if (tb[USTACK_LINK_A_PATH])
		out_str(o, "path", "path ", nla_get_string(tb[USTACK_LINK_A_PATH]), " ");
	if (tb[USTACK_LINK_A_VNET_HDR]) {
		bool on = nla_get_u8(tb[USTACK_LINK_A_VNET_HDR]);

		out_json_bool(o, "vnet_hdr", on);
		out_text(o, "vnet_hdr %s ", on ? "on" : "off");
	}
	if (tb[USTACK_LINK_A_OFFLOADS])
		print_offloads(o, nla_get_u32(tb[USTACK_LINK_A_OFFLOADS]));
}

/* --- pair: two devices, wired to each other --------------------------------------------------- */

static int take_peer(struct uip *u, struct args *a, const struct arg *arg, const char *value,
		     void *field)
{
	struct kind_cfg *kind = field;

	(void)arg;
	(void)value;
	kind->peer = true;
	return link_parse(u, a, &kind->peer_cfg);
}

static int pair_fill(struct uip *u, const struct kind_cfg *kind, const struct hostif *h,
		     struct req *q)
{
	const struct link_cfg *peer = &kind->peer_cfg;
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	const char *name = peer->name ? peer->name : peer->dev;
	struct nlattr *nest;
	void *body;
	int status;

	(void)h;
	if (!kind->peer)
		return UIP_OK;
	nest = req_nest(q, VETH_INFO_PEER);
	body = req_raw(q, &header, sizeof(header));
	if (!body)
		return UIP_OK; /* no room: told when the request is sent */
	status = link_fill(u, peer, q, body);
	if (name)
		req_str(q, IFLA_IFNAME, name);
	req_nest_end(q, nest);
	return status;
}

/* --- the table of kinds ----------------------------------------------------------------------- */

#define FIELD(name) offsetof(struct kind_cfg, name)

static const struct arg packet_args[] = {
	{ "dev", ARG_ONCE, take_string, FIELD(hostif), NULL, 0, NULL },
	{ "offload", ARG_ON_OFF, take_on_off, FIELD(offload), NULL, 0, NULL },
	{ 0 },
};

static const struct arg tap_args[] = {
	{ "name", ARG_ONCE, take_string, FIELD(hostif), NULL, 0, NULL },
	{ "offload", ARG_ON_OFF, take_on_off, FIELD(offload), NULL, 0, NULL },
	{ 0 },
};

static const struct arg stream_args[] = {
	{ "path", ARG_ONCE, take_string, FIELD(path), NULL, 0, NULL },
	{ "listen", ARG_FLAG, take_bit, FIELD(listen), NULL, 1, NULL },
	{ 0 },
};

static const struct arg pair_args[] = {
	{ "peer", ARG_FLAG, take_peer, 0, NULL, 0, NULL },
	{ 0 },
};

static const struct link_kind link_kinds[] = {
	{ USTACK_KIND_PACKET, packet_args, packet_open, hostif_fill, hostif_print },
	{ USTACK_KIND_TAP, tap_args, tap_open, hostif_fill, hostif_print },
	{ USTACK_KIND_STREAM, stream_args, stream_open, hostif_fill, hostif_print },
	{ USTACK_KIND_PAIR, pair_args, NULL, pair_fill, NULL },
	{ "veth", pair_args, NULL, pair_fill, NULL }, /* the kernel's word for a pair */
	{ USTACK_KIND_DUMMY, NULL, NULL, NULL, NULL },
};

static const struct link_kind *kind_find(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(link_kinds) / sizeof(link_kinds[0]); i++)
		if (!strcmp(link_kinds[i].word, word))
			return &link_kinds[i];
	return NULL;
}

void link_kind_words(void (*fn)(const char *word, void *arg), void *arg)
{
	size_t i;

	for (i = 0; i < sizeof(link_kinds) / sizeof(link_kinds[0]); i++)
		fn(link_kinds[i].word, arg);
}

static int kind_garbage(const char *word)
{
	fprintf(stderr, "Garbage instead of arguments \"%s ...\". Try \"uip link help\".\n", word);
	return UIP_FAILED;
}

/* Takes over from the host's interface what the user did not say. */
static void adopt(struct link_cfg *cfg, const struct hostif *h)
{
	if (!cfg->address.given && h->has_mac) {
		cfg->address.given = true;
		cfg->address.p.family = AF_PACKET;
		cfg->address.p.bytes = sizeof(h->mac);
		memcpy(cfg->address.p.data, h->mac, sizeof(h->mac));
	}
	if (!cfg->mtu.given && h->mtu) {
		cfg->mtu.given = true;
		cfg->mtu.value = h->mtu;
	}
}

int link_kind_fill(struct uip *u, struct args *a, struct link_cfg *cfg, struct req *q)
{
	const struct link_kind *kind = kind_find(cfg->kind);
	struct kind_cfg kind_cfg = { 0 };
	struct hostif h = { .fd = -1 };
	struct nlattr *info, *data;
	int status = UIP_OK;

	if (kind && kind->table)
		status = args_parse(u, a, kind->table, &kind_cfg, NULL);
	if (!status && a->left)
		status = kind_garbage(*a->word);
	if (!status && kind && kind->open)
		status = kind->open(&kind_cfg, cfg, &h);
	if (status)
		return status;
	q->fd = h.fd;
	adopt(cfg, &h);
	info = req_nest(q, IFLA_LINKINFO);
	req_put(q, IFLA_INFO_KIND, cfg->kind, strlen(cfg->kind));
	if (kind && kind->fill) {
		data = req_nest(q, IFLA_INFO_DATA);
		status = kind->fill(u, &kind_cfg, &h, q);
		req_nest_end(q, data);
	}
	req_nest_end(q, info);
	return status;
}

void link_kind_print(struct out *o, const char *word, const struct nlattr *data)
{
	static const struct nla_policy policy[USTACK_LINK_A_MAX + 1] = {
		[USTACK_LINK_A_HOSTIF] = { .type = NLA_STRING },
		[USTACK_LINK_A_VNET_HDR] = { .type = NLA_U8 },
		[USTACK_LINK_A_VNET_HDR_LEN] = { .type = NLA_U32 },
		[USTACK_LINK_A_OFFLOADS] = { .type = NLA_U32 },
		[USTACK_LINK_A_PATH] = { .type = NLA_STRING },
	};
	const struct link_kind *kind = kind_find(word);
	struct nlattr *tb[USTACK_LINK_A_MAX + 1];

	if (!kind || !kind->print ||
	    nla_parse_nested(tb, USTACK_LINK_A_MAX, (struct nlattr *)data,
			     (struct nla_policy *)policy))
		return;
	out_object(o, "info_data");
	kind->print(o, tb);
	out_object_end(o);
}
