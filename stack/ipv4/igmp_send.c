/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IGMP messages that we send: reports of version 3 with as many group records as fit into a packet
 * (RFC 3376 4.2), and the fixed ones of versions 1 and 2. All go out by ip_send_router_alert(),
 * from an address of the device or, as long as it has none, from 0.0.0.0 (RFC 3376 4.2.13).
 */
#include "stack/ipv4/igmp_dev.h"

#include <linux/rtnetlink.h>
#include "stack/ipv4/ip.h"
#include "stack/lib/checksum.h"

#define IP_HDR_RA_LEN 24 /* IPv4 header with the router alert option */

struct v3_report {
	uint8_t type, reserved;
	be16 check;
	be16 reserved2;
	be16 nr_records;
} __packed;

struct v3_record {
	uint8_t type;	   /* enum igmp_record_type */
	uint8_t aux_words; /* 0 */
	be16 nr_sources;
	be32 group;
} __packed;

/* A report that is being filled; sent when full, and at the end. */
struct builder {
	struct igmp_dev *mc;
	struct sk_buff *skb;	  /* NULL: none begun */
	struct v3_record *record; /* the last, may grow; NULL: none begun */
	uint16_t nr_records;
};

static void transmit(struct igmp_dev *mc, struct sk_buff *skb, be32 daddr)
{
	struct net_device *dev = mc->in_dev->dev;
	be32 saddr = inet_select_addr(dev->net, dev, 0, RT_SCOPE_LINK);

	skb_reset_transport_header(skb);
	ip_send_router_alert(dev->net, skb, dev, saddr, daddr, IPPROTO_IGMP);
}

static void flush(struct builder *b)
{
	struct v3_report *report;

	if (!b->skb)
		return;
	report = (struct v3_report *)b->skb->data;
	report->nr_records = htons(b->nr_records);
	report->check = ip_compute_csum(report, b->skb->len);
	transmit(b->mc, b->skb, htonl(IGMP_V3_ROUTERS));
	b->skb = NULL;
	b->record = NULL;
	b->nr_records = 0;
}

/* Room for @len more bytes, in this report or in a new one; false: no memory. */
static bool make_room(struct builder *b, uint32_t len)
{
	uint32_t size = max(b->mc->in_dev->dev->mtu, (uint32_t)IPV4_MIN_MTU) - IP_HDR_RA_LEN;

	if (b->skb && b->skb->len + len > size)
		flush(b);
	if (b->skb)
		return true;
	b->skb = skb_alloc(igmp_net(b->mc), SKB_HEADROOM, size);
	if (!b->skb)
		return false;
	*(struct v3_report *)skb_put(b->skb, sizeof(struct v3_report)) =
		(struct v3_report){ .type = IGMP_V3_REPORT };
	return true;
}

static bool begin_record(struct builder *b, be32 group, enum igmp_record_type type)
{
	/* With room for one source: a record is not cut before its first. */
	if (!make_room(b, sizeof(struct v3_record) + sizeof(be32)))
		return false;
	b->record = skb_put(b->skb, sizeof(struct v3_record));
	*b->record = (struct v3_record){ .type = type, .group = group };
	b->nr_records++;
	return true;
}

static void add_source(struct builder *b, be32 group, enum igmp_record_type type, be32 addr)
{
	struct sk_buff *before = b->skb;

	if (!make_room(b, sizeof(addr)))
		return;
	/* RFC 3376 4.2.16: what does not fit is continued by another record of the same kind */
	if ((b->skb != before || !b->record) && !begin_record(b, group, type))
		return;
	*(be32 *)skb_put(b->skb, sizeof(addr)) = addr;
	b->record->nr_sources = htons(ntohs(b->record->nr_sources) + 1);
}

/* The whole filter of @g, as a record of @type. */
static void add_filter(struct builder *b, const struct igmp_group *g, enum igmp_record_type type)
{
	const struct igmp_source *s;

	if (!begin_record(b, g->addr, type))
		return;
	list_for_each_entry(s, &g->sources, list) {
		if (s->active)
			add_source(b, g->addr, type, s->addr);
	}
}

/* State changes (RFC 3376 5.1) ---------------------------------------------------------------- */

/*
 * The sources that began (or ceased) to be listed, which allows (or blocks) them in mode INCLUDE,
 * and the other way round in mode EXCLUDE.
 */
static bool add_source_changes(struct builder *b, struct igmp_group *g, bool listed)
{
	enum igmp_record_type type = listed != g->exclude ? ALLOW : BLOCK;
	struct igmp_source *s;
	bool more = false;

	b->record = NULL;
	list_for_each_entry(s, &g->sources, list) {
		if (!s->change || s->active != listed)
			continue;
		add_source(b, g->addr, type, s->addr);
		more |= --s->change > 0;
	}
	return more;
}

static bool add_changes(struct builder *b, struct igmp_group *g)
{
	bool more = false;

	if (g->mode_change) {
		add_filter(b, g, g->exclude ? TO_EX : TO_IN);
		more = --g->mode_change > 0;
	}
	more |= add_source_changes(b, g, true);
	more |= add_source_changes(b, g, false);
	return more;
}

bool igmp_send_changes(struct igmp_dev *mc)
{
	struct builder b = { .mc = mc };
	struct igmp_group *g, *next;
	bool more = false;

	list_for_each_entry_safe(g, next, &mc->groups, list) {
		more |= add_changes(&b, g);
		igmp_gone_sources_free(g);
		igmp_group_put(g);
	}
	flush(&b);
	return more;
}

/* Current state (RFC 3376 5.2) ---------------------------------------------------------------- */

static bool is_accepted(const struct igmp_group *g, be32 addr)
{
	const struct igmp_source *s;

	list_for_each_entry(s, &g->sources, list) {
		if (s->addr == addr)
			return s->active != g->exclude;
	}
	return g->exclude;
}

static void add_current(struct builder *b, const struct igmp_group *g)
{
	if (g->exclude)
		add_filter(b, g, IS_EX);
	else if (g->users)
		add_filter(b, g, IS_IN);
}

void igmp_send_current(struct igmp_dev *mc, struct igmp_group *only)
{
	struct builder b = { .mc = mc };
	struct igmp_group *g;

	if (!only) {
		list_for_each_entry(g, &mc->groups, list) {
			if (!igmp_is_silent(mc, g->addr))
				add_current(&b, g);
		}
	} else if (only->query_all) {
		add_current(&b, only);
	} else {
		for (unsigned i = 0; i < only->nr_queried; i++) {
			if (is_accepted(only, only->queried[i]))
				add_source(&b, only->addr, IS_IN, only->queried[i]);
		}
	}
	flush(&b);
}

/* Versions 1 and 2 ---------------------------------------------------------------------------- */

void igmp_send_old(struct igmp_group *g, uint8_t type)
{
	struct igmp_dev *mc = g->mc;
	struct sk_buff *skb = skb_alloc(igmp_net(mc), SKB_HEADROOM, sizeof(struct igmp_hdr));
	struct igmp_hdr *hdr;

	if (!skb)
		return;
	hdr = skb_put(skb, sizeof(*hdr));
	*hdr = (struct igmp_hdr){ .type = type, .group = g->addr };
	hdr->check = ip_compute_csum(hdr, sizeof(*hdr));
	transmit(mc, skb, type == IGMP_LEAVE ? htonl(IGMP_ALL_ROUTERS) : g->addr);
}
