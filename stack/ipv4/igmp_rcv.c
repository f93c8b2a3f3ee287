/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IGMP messages that we receive: queries, which are answered after a random delay (RFC 3376 5.2),
 * and in the presence of older routers (7.2.1) the reports of other hosts, which make ours
 * unnecessary (RFC 2236 3).
 *
 * What a stranger can make us remember is bounded: one timer for the device, and for each group
 * that we joined one timer and IGMP_QUERIED_MAX sources.
 */
#include "stack/ipv4/igmp_dev.h"

#include <string.h>
#include "stack/ipv4/ip.h"
#include "stack/lib/checksum.h"

#define IGMP_TTL 1 /* RFC 3376 4: what comes from farther away was never sent by a neighbour */

struct query {
	int version;
	be32 group;	    /* 0: general */
	uint32_t max_delay; /* ms */
	uint16_t nr_sources;
	const uint8_t *sources; /* as they stand in the packet */
};

ktime_t igmp_random_delay(struct net *net, uint32_t ms)
{
	return net->now + ms_to_ktime(net_random_below(net, max(ms, 1u)));
}

/* Timers -------------------------------------------------------------------------------------- */

static void report_old(struct igmp_group *g)
{
	g->reporter = true;
	igmp_send_old(g, igmp_version(g->mc) == 1 ? IGMP_V1_REPORT : IGMP_V2_REPORT);
}

void igmp_group_due(struct timer *t)
{
	struct igmp_group *g = container_of(t, struct igmp_group, timer);
	struct net *net = igmp_net(g->mc);

	if (igmp_version(g->mc) == 3) {
		igmp_send_current(g->mc, g);
		g->query_all = false;
		g->nr_queried = 0;
		return;
	}
	report_old(g);
	if (g->unsolicited && --g->unsolicited)
		net_timer_set(net, t, igmp_random_delay(net, IGMP_V2_UNSOLICITED));
}

void igmp_general_due(struct timer *t)
{
	struct igmp_dev *mc = container_of(t, struct igmp_dev, general_timer);

	igmp_send_current(mc, NULL);
}

static void set_sooner(struct net *net, struct timer *t, ktime_t at)
{
	if (!timer_pending(t) || at < t->expires)
		net_timer_set(net, t, at);
}

/* Queries ------------------------------------------------------------------------------------- */

/* RFC 3376 4.1.1 and 4.1.7: beyond 127 a floating-point number */
static uint32_t decode(uint8_t code)
{
	return code < 128 ? code : ((code & 0xfu) | 0x10) << ((code >> 4 & 7) + 3);
}

/* What was to be told in the words of version 3 no longer is. */
static void change_to_old(struct igmp_dev *mc)
{
	struct igmp_group *g, *next;

	net_timer_cancel(igmp_net(mc), &mc->general_timer);
	net_timer_cancel(igmp_net(mc), &mc->change_timer);
	list_for_each_entry_safe(g, next, &mc->groups, list) {
		struct igmp_source *s;

		g->mode_change = 0;
		list_for_each_entry(s, &g->sources, list)
			s->change = 0;
		igmp_gone_sources_free(g);
		igmp_group_put(g);
	}
}

/* RFC 3376 7.2.1 and 8.12: how long a querier of an older version is remembered */
static void note_version(struct igmp_dev *mc, int version)
{
	ktime_t now = igmp_net(mc)->now;
	bool was_new = igmp_version(mc) == 3;

	if (version == 1)
		mc->v1_until = now + ms_to_ktime(IGMP_V1_ROUTER_TIMEOUT);
	else if (version == 2)
		mc->v2_until = now + ms_to_ktime((int64_t)mc->robustness * mc->query_interval +
						 mc->response_interval);
	if (was_new && igmp_version(mc) != 3)
		change_to_old(mc);
}

static bool parse_v3(struct igmp_dev *mc, const struct sk_buff *skb, struct query *q)
{
	const struct igmp_hdr *hdr = (const struct igmp_hdr *)skb->data;
	const struct igmp_v3_query *v3 = (const struct igmp_v3_query *)(hdr + 1);

	q->version = 3;
	q->max_delay = decode(hdr->code) * 100;
	q->nr_sources = ntohs(v3->nr_sources);
	q->sources = (const uint8_t *)(v3 + 1);
	if (q->sources + q->nr_sources * sizeof(be32) > skb->tail)
		return false;
	/* RFC 3376 4.1.6 and 4.1.7: the querier's values become ours */
	mc->robustness = v3->s_qrv & 7 ? v3->s_qrv & 7 : IGMP_ROBUSTNESS;
	if (v3->qqic)
		mc->query_interval = decode(v3->qqic) * 1000;
	return true;
}

/*
 * RFC 3376 7.1: the version is told by the length, and by a maximum response time of zero. @skb is
 * linear.
 */
static bool parse_query(struct igmp_dev *mc, const struct sk_buff *skb, struct query *q)
{
	const struct igmp_hdr *hdr = (const struct igmp_hdr *)skb->data;

	*q = (struct query){ .group = hdr->group };
	if (skb->len >= sizeof(*hdr) + sizeof(struct igmp_v3_query))
		return parse_v3(mc, skb, q);
	if (skb->len != sizeof(*hdr))
		return false;
	q->version = hdr->code ? 2 : 1;
	q->max_delay = hdr->code ? hdr->code * 100 : IGMP_RESPONSE_INTERVAL;
	if (!hdr->code)
		q->group = 0; /* RFC 1112: there are only general queries */
	return true;
}

/*
 * RFC 3376 5.2, rules 3 to 5. A list that grows too long becomes a question about the whole group.
 */
static void note_sources(struct igmp_group *g, const struct query *q)
{
	if (!timer_pending(&g->timer)) {
		g->query_all = false;
		g->nr_queried = 0;
	}
	if (!q->nr_sources || g->nr_queried + q->nr_sources > IGMP_QUERIED_MAX)
		g->query_all = true;
	if (g->query_all)
		return;
	memcpy(g->queried + g->nr_queried, q->sources, q->nr_sources * sizeof(be32));
	g->nr_queried += q->nr_sources;
}

static void answer_group(struct igmp_dev *mc, struct igmp_group *g, const struct query *q)
{
	struct net *net = igmp_net(mc);
	ktime_t at = igmp_random_delay(net, q->max_delay);

	if (!g->users || igmp_is_silent(mc, g->addr))
		return;
	if (igmp_version(mc) == 3) {
		/* RFC 3376 5.2, rule 1: all is about to be told anyway */
		if (timer_pending(&mc->general_timer) && mc->general_timer.expires <= at)
			return;
		note_sources(g, q);
	}
	set_sooner(net, &g->timer, at);
}

static void rcv_query(struct igmp_dev *mc, const struct query *q)
{
	struct net *net = igmp_net(mc);
	struct igmp_group *g;

	note_version(mc, q->version);
	if (q->version != 1)
		mc->response_interval = q->max_delay;
	if (q->group) {
		g = igmp_group_find(mc, q->group);
		if (g)
			answer_group(mc, g, q);
		return;
	}
	if (igmp_version(mc) == 3) {
		set_sooner(net, &mc->general_timer, igmp_random_delay(net, q->max_delay));
		return;
	}
	list_for_each_entry(g, &mc->groups, list)
		answer_group(mc, g, q);
}

/* RFC 2236 3: somebody else has said it */
static void rcv_report(struct igmp_dev *mc, be32 group)
{
	struct igmp_group *g = igmp_group_find(mc, group);

	if (!g || igmp_version(mc) == 3)
		return;
	net_timer_cancel(igmp_net(mc), &g->timer);
	g->unsolicited = 0;
	g->reporter = false;
}

/* Input --------------------------------------------------------------------------------------- */

int igmp_rcv(struct net *net, struct sk_buff *skb)
{
	struct in_device *in_dev = in_dev_get(skb->dev);
	const struct igmp_hdr *hdr;
	struct query q;

	if (skb_linearize(skb) != 0)
		return skb_drop(net, skb, DROP_NO_MEMORY);
	hdr = skb_hdr(skb, sizeof(*hdr));
	if (!hdr || !in_dev || !in_dev->mc || ip_compute_csum(skb->data, skb->len) != 0 ||
	    ip_cb(skb)->parm.ttl != IGMP_TTL)
		return skb_drop(net, skb, DROP_IGMP_HDR);
	switch (hdr->type) {
	case IGMP_QUERY:
		if (!parse_query(in_dev->mc, skb, &q))
			return skb_drop(net, skb, DROP_IGMP_HDR);
		rcv_query(in_dev->mc, &q);
		break;
	case IGMP_V1_REPORT:
	case IGMP_V2_REPORT:
		if (!skb->looped)
			rcv_report(in_dev->mc, hdr->group);
		break;
	default: /* what is between routers, and reports of version 3: nothing to a host */
		break;
	}
	skb_free(skb);
	return 0;
}
