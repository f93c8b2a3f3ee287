/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast groups of the devices; see mc_group.h. Sockets join and leave, each with its own source
 * filter; here they are added up to the one filter of the device (RFC 3376 3.2, RFC 3810 4.2), and
 * every change of that sum is put down to be told to routers.
 *
 * Invariants: a group with users is loaded into the device while that is up. A source's "active"
 * and a group's "exclude" are what was last computed from the counts, and what routers have been,
 * or will be, told.
 */
#include "stack/ip/mc_group.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/core/event.h"
#include "stack/core/inet_config.h"

/* The device's filter ------------------------------------------------------------------------- */

struct mc_group *mc_group_find(const struct mc_dev *mc, const union inaddr *addr)
{
	struct mc_group *g;

	list_for_each_entry(g, &mc->groups, list) {
		if (inaddr_equal(&g->addr, addr))
			return g;
	}
	return NULL;
}

static struct mc_source *source_find(const struct mc_group *g, const union inaddr *addr)
{
	struct mc_source *s;

	list_for_each_entry(s, &g->sources, list) {
		if (inaddr_equal(&s->addr, addr))
			return s;
	}
	return NULL;
}

bool mc_group_accepts(const struct mc_group *g, const union inaddr *src)
{
	const struct mc_source *s = source_find(g, src);

	return (s && s->active) != g->exclude;
}

bool mc_group_is_silent(const struct mc_group *g)
{
	const struct mc_dev *mc = g->mc;

	return !mc->up || mc->dev->flags & IFF_LOOPBACK || mc->ops->reach(&g->addr) != MC_REPORTED;
}

static void source_free(struct mc_group *g, struct mc_source *s)
{
	list_del(&s->list);
	free(s);
	g->nr_sources--;
}

static void gone_sources_free(struct mc_group *g)
{
	struct mc_source *s, *next;

	list_for_each_entry_safe(s, next, &g->sources, list) {
		if (!s->include && !s->exclude && !s->change)
			source_free(g, s);
	}
}

static void group_free(struct mc_group *g)
{
	struct mc_source *s, *next;

	list_for_each_entry_safe(s, next, &g->sources, list)
		source_free(g, s);
	net_timer_cancel(g->mc->dev->net, &g->timer);
	list_del(&g->list);
	g->mc->nr_groups--;
	free(g);
}

void mc_group_tidy(struct mc_group *g)
{
	gone_sources_free(g);
	if (!g->users && !g->mode_change && list_empty(&g->sources))
		group_free(g);
}

static struct mc_group *group_get(struct mc_dev *mc, const union inaddr *addr)
{
	struct mc_group *g = mc_group_find(mc, addr);

	if (g)
		return g;
	g = calloc(1, sizeof(*g));
	if (!g)
		return NULL;
	g->mc = mc;
	g->addr = *addr;
	list_init(&g->sources);
	timer_init(&g->timer, mc_group_due);
	list_add_tail(&g->list, &mc->groups);
	mc->nr_groups++;
	return g;
}

static void change_due(struct timer *t)
{
	struct mc_dev *mc = container_of(t, struct mc_dev, change_timer);
	struct net *net = mc->dev->net;

	if (mc_version(mc) != 3) /* the version was forced meanwhile */
		mc_forget_changes(mc);
	else if (mc_send_changes(mc))
		net_timer_set(net, t, mc_random_delay(net, mc->ops->unsolicited_interval(mc, 3)));
}

/* RFC 3376 3.2: excluded is what every socket in that mode excludes, and none includes. */
static bool source_wanted(const struct mc_group *g, const struct mc_source *s)
{
	return g->exclude_users ? s->exclude == g->exclude_users && !s->include : s->include > 0;
}

/* RFC 3376 5.1, RFC 3810 6.1: compute the filter from the counts, and put down what has changed. */
static void filter_update(struct mc_group *g)
{
	struct mc_dev *mc = g->mc;
	bool tell = !mc_group_is_silent(g) && mc_version(mc) == 3;
	uint8_t times = tell ? mc->robustness : 0;
	bool exclude = g->exclude_users > 0;
	bool new_mode = exclude != g->exclude;
	bool changed = new_mode;
	struct mc_source *s;

	g->exclude = exclude;
	list_for_each_entry(s, &g->sources, list) {
		bool active = source_wanted(g, s);

		if (new_mode)
			s->change = 0;
		else if (active != s->active)
			s->change = g->mode_change ? 0 : times;
		changed |= active != s->active;
		s->active = active;
	}
	/* A mode change that is still being told carries the whole filter: begin that anew. */
	if (changed && (new_mode || g->mode_change))
		g->mode_change = times;
	gone_sources_free(g);
	if (changed && tell)
		net_timer_set(mc->dev->net, &mc->change_timer, mc->dev->net->now);
}

/* Joining and leaving ------------------------------------------------------------------------- */

static void load(struct mc_group *g)
{
	struct net_device *dev = g->mc->dev;
	uint8_t addr[NETDEV_ADDR_MAX] = { 0 };

	if (g->loaded || !g->users || !g->mc->up || !dev->link->map_multicast ||
	    g->mc->ops->reach(&g->addr) == MC_HOST)
		return;
	dev->link->map_multicast(g->mc->ops->family, &g->addr, addr);
	g->loaded = netdev_mc_add(dev, addr) == 0;
}

static void unload(struct mc_group *g)
{
	struct net_device *dev = g->mc->dev;
	uint8_t addr[NETDEV_ADDR_MAX] = { 0 };

	if (!g->loaded)
		return;
	dev->link->map_multicast(g->mc->ops->family, &g->addr, addr);
	netdev_mc_del(dev, addr);
	g->loaded = false;
}

/* RFC 2236 3, RFC 2710 4: report at once, and again */
static void report_old(struct mc_group *g)
{
	struct net *net = g->mc->dev->net;

	if (mc_group_is_silent(g))
		return;
	g->unsolicited = g->mc->robustness;
	net_timer_set(net, &g->timer, net->now);
}

/* RFC 2236 3, RFC 2710 4: by who reported last; version 1 knows no leave */
static void leave_old(struct mc_group *g)
{
	if (!mc_group_is_silent(g) && g->reporter && mc_version(g->mc) == 2)
		g->mc->ops->send_old(g->mc, &g->addr, 2, true);
}

static int count_sources(struct mc_group *g, const struct mc_filter *f, int inc)
{
	struct mc_source *s;

	for (unsigned i = 0; i < f->nr_sources; i++) {
		s = source_find(g, &f->sources[i]);
		if (!s) {
			if (g->nr_sources >= MC_SOURCES_MAX)
				return -ENOBUFS;
			s = calloc(1, sizeof(*s));
			if (!s)
				return -ENOMEM;
			s->addr = f->sources[i];
			list_add_tail(&s->list, &g->sources);
			g->nr_sources++;
		}
		*(f->exclude ? &s->exclude : &s->include) += inc;
	}
	return 0;
}

static struct mcaddr mcaddr_of(const struct mc_group *g)
{
	return (struct mcaddr){ g->mc->dev, g->mc->ops->family, g->addr, g->created, g->users };
}

static void emit(const struct mc_group *g, enum event_type type)
{
	struct mcaddr mcaddr = mcaddr_of(g);

	event_emit(g->mc->dev->net, type, &mcaddr);
}

int mc_group_walk(const struct mc_dev *mc, int (*fn)(const struct mcaddr *mcaddr, void *arg),
		  void *arg)
{
	const struct mc_group *g;
	int ret;

	list_for_each_entry_reverse(g, &mc->groups, list) {
		struct mcaddr mcaddr = mcaddr_of(g);

		ret = g->users ? fn(&mcaddr, arg) : 0;
		if (ret)
			return ret;
	}
	return 0;
}

int mc_group_join(struct mc_dev *mc, const union inaddr *group, const struct mc_filter *f)
{
	struct mc_group *g = group_get(mc, group);
	int err;

	if (!g)
		return -ENOMEM;
	/* Room for the sources, before any of them counts. */
	err = count_sources(g, f, 0);
	if (err) {
		mc_group_tidy(g);
		return err;
	}
	count_sources(g, f, 1);
	g->exclude_users += f->exclude;
	g->users++;
	load(g);
	filter_update(g);
	if (g->users > 1)
		return 0;
	if (mc_version(mc) != 3)
		report_old(g);
	g->created = mc->dev->net->now;
	emit(g, EVENT_MCADDR_ADD);
	return 0;
}

int mc_group_join_socket(struct mc_dev *mc, const union inaddr *group, const struct mc_filter *f)
{
	if (mc->nr_groups >= MC_GROUPS_MAX && !mc_group_find(mc, group))
		return -ENOBUFS;
	return mc_group_join(mc, group, f);
}

int mc_group_leave(struct mc_dev *mc, const union inaddr *group, const struct mc_filter *f)
{
	struct mc_group *g = mc_group_find(mc, group);

	if (!g || !g->users || (f->exclude && !g->exclude_users))
		return -EADDRNOTAVAIL;
	count_sources(g, f, -1);
	g->exclude_users -= f->exclude;
	g->users--;
	filter_update(g);
	if (g->users)
		return 0;
	unload(g);
	net_timer_cancel(mc->dev->net, &g->timer);
	if (mc_version(mc) != 3)
		leave_old(g);
	emit(g, EVENT_MCADDR_DEL);
	mc_group_tidy(g);
	return 0;
}

/* Devices ------------------------------------------------------------------------------------- */

/* What is known of a querier before one was heard. */
static void querier_reset(struct mc_dev *mc)
{
	mc->v1_until = mc->v2_until = 0;
	mc->robustness = mc->ops->robustness(mc, 0);
	mc->query_interval = MC_QUERY_INTERVAL;
	mc->response_interval = MC_RESPONSE_INTERVAL;
}

void mc_dev_init(struct mc_dev *mc, struct net_device *dev, const struct mc_ops *ops)
{
	mc->dev = dev;
	mc->ops = ops;
	querier_reset(mc);
	list_init(&mc->groups);
	timer_init(&mc->general_timer, mc_general_due);
	timer_init(&mc->change_timer, change_due);
}

void mc_dev_exit(struct mc_dev *mc)
{
	struct mc_group *g, *next;

	mc_dev_down(mc);
	list_for_each_entry_safe(g, next, &mc->groups, list)
		group_free(g);
}

void mc_report_anew(struct mc_dev *mc)
{
	struct mc_group *g;
	struct mc_source *s;

	list_for_each_entry(g, &mc->groups, list) {
		g->exclude = false;
		list_for_each_entry(s, &g->sources, list)
			s->active = false;
		filter_update(g);
		if (g->users && mc_version(mc) != 3)
			report_old(g);
	}
}

void mc_dev_up(struct mc_dev *mc)
{
	struct mc_group *g;

	if (mc->up)
		return;
	mc->up = true;
	querier_reset(mc);
	list_for_each_entry(g, &mc->groups, list)
		load(g);
	mc_report_anew(mc);
}

void mc_forget_changes(struct mc_dev *mc)
{
	struct mc_group *g, *next;
	struct mc_source *s;

	net_timer_cancel(mc->dev->net, &mc->change_timer);
	list_for_each_entry_safe(g, next, &mc->groups, list) {
		g->mode_change = 0;
		list_for_each_entry(s, &g->sources, list)
			s->change = 0;
		mc_group_tidy(g);
	}
}

void mc_dev_down(struct mc_dev *mc)
{
	struct mc_group *g;

	if (!mc->up)
		return;
	mc->up = false;
	net_timer_cancel(mc->dev->net, &mc->general_timer);
	list_for_each_entry(g, &mc->groups, list) {
		unload(g);
		net_timer_cancel(mc->dev->net, &g->timer);
		g->unsolicited = 0;
		g->reporter = false;
	}
	mc_forget_changes(mc);
}
