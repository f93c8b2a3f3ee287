/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports of version 3 (RFC 3376 4.2, RFC 3810 5.2), with as many group records as fit into a
 * packet; see mc_group.h. The layout is the same for both families but for the length of an
 * address.
 */
#include "stack/ip/mc_group.h"

#include <arpa/inet.h>

struct report_hdr {
	uint8_t type, reserved;
	be16 check;
	be16 reserved2;
	be16 nr_records;
} __packed;

struct record_hdr {
	uint8_t type;	   /* enum mc_record_type */
	uint8_t aux_words; /* 0 */
	be16 nr_sources;
} __packed; /* the group follows, then the sources */

/* A report that is being filled; sent when full, and at the end. */
struct builder {
	struct mc_dev *mc;
	uint8_t addr_len;
	struct sk_buff *skb;	   /* NULL: none begun */
	struct record_hdr *record; /* the last, may grow; NULL: none begun */
	uint16_t nr_records;
};

static void flush(struct builder *b)
{
	if (!b->skb)
		return;
	((struct report_hdr *)b->skb->data)->nr_records = htons(b->nr_records);
	skb_reset_transport_header(b->skb);
	b->mc->ops->send_report(b->mc, b->skb);
	b->skb = NULL;
	b->record = NULL;
	b->nr_records = 0;
}

static bool has_room(const struct builder *b, uint32_t len)
{
	return b->skb && b->skb->len + len <= b->mc->ops->report_room(b->mc);
}

/* Room for @len more bytes, in this report or in a new one; false: no memory. */
static bool make_room(struct builder *b, uint32_t len)
{
	if (has_room(b, len))
		return true;
	flush(b);
	b->skb = skb_alloc(b->mc->dev->net, SKB_HEADROOM, b->mc->ops->report_room(b->mc));
	if (!b->skb)
		return false;
	*(struct report_hdr *)skb_put(b->skb, sizeof(struct report_hdr)) =
		(struct report_hdr){ .type = b->mc->ops->report_type };
	return true;
}

/* A record for @nr_sources, which go into the same report if any report could hold them. */
static bool begin_record(struct builder *b, const struct mc_group *g, enum mc_record_type type,
			 uint32_t nr_sources)
{
	if (!make_room(b, sizeof(struct record_hdr) + (1 + nr_sources) * b->addr_len))
		return false;
	b->record = skb_put(b->skb, sizeof(struct record_hdr));
	*b->record = (struct record_hdr){ .type = type };
	memcpy(skb_put(b->skb, b->addr_len), &g->addr, b->addr_len);
	b->nr_records++;
	return true;
}

static void put_source(struct builder *b, const union inaddr *addr)
{
	memcpy(skb_put(b->skb, b->addr_len), addr, b->addr_len);
	b->record->nr_sources = htons(ntohs(b->record->nr_sources) + 1);
}

/*
 * RFC 3376 4.2.16, RFC 3810 5.2.15: what does not fit is continued by another record of the same
 * kind, which also has its first source.
 */
static void add_source(struct builder *b, const struct mc_group *g, enum mc_record_type type,
		       const union inaddr *addr)
{
	if ((b->record && has_room(b, b->addr_len)) || begin_record(b, g, type, 1))
		put_source(b, addr);
}

static uint32_t count_active(const struct mc_group *g)
{
	const struct mc_source *s;
	uint32_t count = 0;

	list_for_each_entry(s, &g->sources, list)
		count += s->active;
	return count;
}

/*
 * The whole filter of @g, as a record of @type. Two records that exclude would contradict each
 * other: the sources that do not fit into one report are left out (RFC 3376 4.2.16, RFC 3810
 * 5.2.15).
 */
static void add_filter(struct builder *b, const struct mc_group *g, enum mc_record_type type)
{
	bool whole = type == MC_IS_EX || type == MC_TO_EX;
	const struct mc_source *s;

	/* One that may be cut is not cut before its first source. */
	if (!begin_record(b, g, type, whole ? count_active(g) : min(count_active(g), 1u)))
		return;
	list_for_each_entry(s, &g->sources, list) {
		if (!s->active)
			continue;
		if (!whole)
			add_source(b, g, type, &s->addr);
		else if (has_room(b, b->addr_len))
			put_source(b, &s->addr);
	}
}

/* State changes ------------------------------------------------------------------------------- */

/*
 * The sources that began (or ceased) to be listed, which allows (or blocks) them in mode INCLUDE,
 * and the other way round in mode EXCLUDE.
 */
static bool add_source_changes(struct builder *b, struct mc_group *g, bool listed)
{
	enum mc_record_type type = listed != g->exclude ? MC_ALLOW : MC_BLOCK;
	struct mc_source *s;
	bool more = false;

	b->record = NULL;
	list_for_each_entry(s, &g->sources, list) {
		if (!s->change || s->active != listed)
			continue;
		add_source(b, g, type, &s->addr);
		more |= --s->change > 0;
	}
	return more;
}

static bool add_changes(struct builder *b, struct mc_group *g)
{
	bool more = false;

	if (g->mode_change) {
		add_filter(b, g, g->exclude ? MC_TO_EX : MC_TO_IN);
		more = --g->mode_change > 0;
	}
	more |= add_source_changes(b, g, true);
	more |= add_source_changes(b, g, false);
	return more;
}

static struct builder begin(struct mc_dev *mc)
{
	return (struct builder){ .mc = mc, .addr_len = mc->ops->addr_len };
}

bool mc_send_changes(struct mc_dev *mc)
{
	struct builder b = begin(mc);
	struct mc_group *g, *next;
	bool more = false;

	list_for_each_entry_safe(g, next, &mc->groups, list) {
		more |= add_changes(&b, g);
		mc_group_tidy(g);
	}
	flush(&b);
	return more;
}

/* Current state ------------------------------------------------------------------------------- */

static void add_current(struct builder *b, const struct mc_group *g)
{
	if (g->exclude)
		add_filter(b, g, MC_IS_EX);
	else if (g->users)
		add_filter(b, g, MC_IS_IN);
}

void mc_send_current(struct mc_dev *mc, struct mc_group *only)
{
	struct builder b = begin(mc);
	struct mc_group *g;

	if (!only) {
		list_for_each_entry(g, &mc->groups, list) {
			if (!mc_group_is_silent(g))
				add_current(&b, g);
		}
	} else if (only->query_all) {
		add_current(&b, only);
	} else {
		for (unsigned i = 0; i < only->nr_queried; i++) {
			if (mc_group_accepts(only, &only->queried[i]))
				add_source(&b, only, MC_IS_IN, &only->queried[i]);
		}
	}
	flush(&b);
}
