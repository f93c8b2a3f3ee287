/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a host hears of routers and of its like; see mc_group.h. Queries are answered after a random
 * delay (RFC 3376 5.2, RFC 3810 6.2). In the presence of older routers (RFC 3376 7.2.1, RFC 3810
 * 8.2.1) the reports of other hosts make ours unnecessary (RFC 2236 3, RFC 2710 4).
 *
 * What a stranger can make us remember is bounded: one timer for the device, and for each group
 * that we joined one timer and MC_QUERIED_MAX sources.
 */
#include "stack/ip/mc_group.h"

#include <arpa/inet.h>

#define V1_ROUTER_TIMEOUT 400000 /* ms, RFC 2236 8.11 */

ktime_t mc_random_delay(struct net *net, uint32_t ms)
{
	return net->now + ms_to_ktime(net_random_below(net, max(ms, 1u)));
}

static int forced_version(const struct mc_dev *mc)
{
	return mc->ops->forced_version ? mc->ops->forced_version(mc) : 0;
}

int mc_version(const struct mc_dev *mc)
{
	ktime_t now = mc->dev->net->now;
	int forced = forced_version(mc);

	if (forced)
		return forced;
	return now < mc->v1_until ? 1 : now < mc->v2_until ? 2 : 3;
}

/* Timers -------------------------------------------------------------------------------------- */

void mc_group_due(struct timer *t)
{
	struct mc_group *g = container_of(t, struct mc_group, timer);
	struct mc_dev *mc = g->mc;
	struct net *net = mc->dev->net;
	int version = mc_version(mc);

	if (version == 3) {
		mc_send_current(mc, g);
		g->query_all = false;
		g->nr_queried = 0;
		return;
	}
	g->reporter = true;
	mc->ops->send_old(mc, &g->addr, version, false);
	if (g->unsolicited && --g->unsolicited)
		net_timer_set(net, t,
			      mc_random_delay(net, mc->ops->unsolicited_interval(mc, version)));
}

void mc_general_due(struct timer *t)
{
	mc_send_current(container_of(t, struct mc_dev, general_timer), NULL);
}

static void set_sooner(struct net *net, struct timer *t, ktime_t at)
{
	if (!timer_pending(t) || at < t->expires)
		net_timer_set(net, t, at);
}

/* Queries ------------------------------------------------------------------------------------- */

uint32_t mc_decode(uint32_t code, unsigned bits)
{
	uint32_t one = 1u << bits;

	return code < one << 3 ? code : ((code & (one - 1)) | one) << ((code >> bits & 7) + 3);
}

bool mc_query_parse_v3(struct mc_query *q, const struct mc_ops *ops, const uint8_t *p,
		       const uint8_t *end)
{
	if (end - p < MC_QUERY_V3_LEN)
		return false;
	q->version = 3;
	q->robustness = p[0] & 7;
	q->query_interval = mc_decode(p[1], 4) * 1000;
	q->nr_sources = p[2] << 8 | p[3];
	q->sources = p + MC_QUERY_V3_LEN;
	return end - q->sources >= q->nr_sources * ops->addr_len;
}

/* RFC 3376 7.2.1 and 8.12, RFC 3810 9.12: how long a querier of an older version is remembered */
static void note_version(struct mc_dev *mc, int version)
{
	ktime_t now = mc->dev->net->now;
	bool was_new = mc_version(mc) == 3;

	if (version == 1)
		mc->v1_until = now + ms_to_ktime(V1_ROUTER_TIMEOUT);
	else if (version == 2)
		mc->v2_until = now + ms_to_ktime((int64_t)mc->robustness * mc->query_interval +
						 mc->response_interval);
	/* What was to be told in the words of version 3 no longer is. */
	if (was_new && mc_version(mc) != 3) {
		net_timer_cancel(mc->dev->net, &mc->general_timer);
		mc_forget_changes(mc);
	}
}

/* RFC 3376 4.1.6 and 4.1.7, RFC 3810 5.1.8 and 5.1.9: the querier's values become ours */
static void note_querier(struct mc_dev *mc, const struct mc_query *q)
{
	if (q->version == 3) {
		mc->robustness = mc->ops->robustness(mc, q->robustness);
		if (q->query_interval)
			mc->query_interval = q->query_interval;
	}
	note_version(mc, q->version);
	if (q->version != 1)
		mc->response_interval = q->max_delay;
}

/*
 * RFC 3376 5.2, RFC 3810 6.2, rules 3 to 5. A list that grows too long becomes a question about the
 * whole group.
 */
static void note_sources(struct mc_group *g, const struct mc_query *q)
{
	uint8_t addr_len = g->mc->ops->addr_len;

	if (!timer_pending(&g->timer)) {
		g->query_all = false;
		g->nr_queried = 0;
	}
	if (!q->nr_sources || g->nr_queried + q->nr_sources > MC_QUERIED_MAX)
		g->query_all = true;
	if (g->query_all)
		return;
	for (unsigned i = 0; i < q->nr_sources; i++) {
		union inaddr *source = &g->queried[g->nr_queried++];

		*source = (union inaddr){ .q = { 0 } };
		memcpy(source, q->sources + i * addr_len, addr_len);
	}
}

static void answer_group(struct mc_group *g, const struct mc_query *q)
{
	struct mc_dev *mc = g->mc;
	struct net *net = mc->dev->net;
	ktime_t at = mc_random_delay(net, q->max_delay);

	if (!g->users || mc_group_is_silent(g))
		return;
	if (mc_version(mc) == 3) {
		/* RFC 3376 5.2, RFC 3810 6.2, rule 1: all is about to be told anyway */
		if (timer_pending(&mc->general_timer) && mc->general_timer.expires <= at)
			return;
		note_sources(g, q);
	}
	set_sooner(net, &g->timer, at);
}

void mc_query_rcv(struct mc_dev *mc, const struct mc_query *q)
{
	struct net *net = mc->dev->net;
	struct mc_group *g;

	if (forced_version(mc) == 3 && q->version != 3)
		return;
	note_querier(mc, q);
	if (!inaddr_any(&q->group)) {
		g = mc_group_find(mc, &q->group);
		if (g)
			answer_group(g, q);
		return;
	}
	if (mc_version(mc) == 3) {
		set_sooner(net, &mc->general_timer, mc_random_delay(net, q->max_delay));
		return;
	}
	list_for_each_entry(g, &mc->groups, list)
		answer_group(g, q);
}

void mc_report_rcv(struct mc_dev *mc, const union inaddr *group)
{
	struct mc_group *g = mc_group_find(mc, group);

	if (!g || mc_version(mc) == 3)
		return;
	net_timer_cancel(mc->dev->net, &g->timer);
	g->unsolicited = 0;
	g->reporter = false;
}
