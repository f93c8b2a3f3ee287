/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast groups of the devices; see igmp.h. Sockets join and leave, each with its own source
 * filter; here they are added up to the one filter of the device (RFC 3376 3.2), and every change
 * of that sum is put down to be told to routers. Input of IGMP is in igmp_rcv.c, output in
 * igmp_send.c.
 *
 * Invariants: a group with users is loaded into the device while that is up. A source's "active"
 * and a group's "exclude" are what was last computed from the counts, and what routers have been,
 * or will be, told.
 */
#include "stack/ipv4/igmp.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include "stack/ipv4/igmp_dev.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route.h"

/* The device's filter ------------------------------------------------------------------------- */

struct igmp_group *igmp_group_find(const struct igmp_dev *mc, be32 addr)
{
	struct igmp_group *g;

	list_for_each_entry(g, &mc->groups, list) {
		if (g->addr == addr)
			return g;
	}
	return NULL;
}

static struct igmp_source *source_find(const struct igmp_group *g, be32 addr)
{
	struct igmp_source *s;

	list_for_each_entry(s, &g->sources, list) {
		if (s->addr == addr)
			return s;
	}
	return NULL;
}

static void source_free(struct igmp_source *s)
{
	list_del(&s->list);
	free(s);
}

void igmp_gone_sources_free(struct igmp_group *g)
{
	struct igmp_source *s, *next;

	list_for_each_entry_safe(s, next, &g->sources, list) {
		if (!s->include && !s->exclude && !s->change)
			source_free(s);
	}
}

static void group_free(struct igmp_group *g)
{
	struct igmp_source *s, *next;

	list_for_each_entry_safe(s, next, &g->sources, list)
		source_free(s);
	net_timer_cancel(igmp_net(g->mc), &g->timer);
	list_del(&g->list);
	g->mc->nr_groups--;
	free(g);
}

void igmp_group_put(struct igmp_group *g)
{
	if (!g->users && !g->mode_change && list_empty(&g->sources))
		group_free(g);
}

static struct igmp_group *group_get(struct igmp_dev *mc, be32 addr)
{
	struct igmp_group *g = igmp_group_find(mc, addr);

	if (g)
		return g;
	g = calloc(1, sizeof(*g));
	if (!g)
		return NULL;
	g->mc = mc;
	g->addr = addr;
	list_init(&g->sources);
	timer_init(&g->timer, igmp_group_due);
	list_add_tail(&g->list, &mc->groups);
	mc->nr_groups++;
	return g;
}

static void change_due(struct timer *t)
{
	struct igmp_dev *mc = container_of(t, struct igmp_dev, change_timer);
	struct net *net = igmp_net(mc);

	if (igmp_send_changes(mc))
		net_timer_set(net, t, igmp_random_delay(net, IGMP_V3_UNSOLICITED));
}

/* RFC 3376 3.2: excluded is what every socket in that mode excludes, and none includes. */
static bool source_wanted(const struct igmp_group *g, const struct igmp_source *s)
{
	return g->exclude_users ? s->exclude == g->exclude_users && !s->include : s->include > 0;
}

/* RFC 3376 5.1: compute the filter from the counts, and put down what has changed. */
static void filter_update(struct igmp_group *g)
{
	struct igmp_dev *mc = g->mc;
	bool tell = !igmp_is_silent(mc, g->addr) && igmp_version(mc) == 3;
	uint8_t times = tell ? mc->robustness : 0;
	bool exclude = g->exclude_users > 0;
	bool new_mode = exclude != g->exclude;
	bool changed = new_mode;
	struct igmp_source *s;

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
	igmp_gone_sources_free(g);
	if (changed && tell)
		net_timer_set(igmp_net(mc), &mc->change_timer, igmp_net(mc)->now);
}

/* Joining and leaving ------------------------------------------------------------------------- */

static void load(struct igmp_group *g)
{
	struct net_device *dev = g->mc->in_dev->dev;
	uint8_t addr[NETDEV_ADDR_MAX] = { 0 };

	if (g->loaded || !g->mc->up || !dev->link->map_multicast)
		return;
	dev->link->map_multicast(AF_INET, &g->addr, addr);
	g->loaded = netdev_mc_add(dev, addr) == 0;
}

static void unload(struct igmp_group *g)
{
	struct net_device *dev = g->mc->in_dev->dev;
	uint8_t addr[NETDEV_ADDR_MAX] = { 0 };

	if (!g->loaded)
		return;
	dev->link->map_multicast(AF_INET, &g->addr, addr);
	netdev_mc_del(dev, addr);
	g->loaded = false;
}

/* RFC 2236 3: report at once, and again */
static void report_old(struct igmp_group *g)
{
	struct net *net = igmp_net(g->mc);

	if (igmp_is_silent(g->mc, g->addr))
		return;
	g->unsolicited = g->mc->robustness;
	net_timer_set(net, &g->timer, net->now);
}

/* RFC 2236 3: version 1 knows no leave */
static void leave_old(struct igmp_group *g)
{
	if (!igmp_is_silent(g->mc, g->addr) && g->reporter && igmp_version(g->mc) == 2)
		igmp_send_old(g, IGMP_LEAVE);
}

static int count_sources(struct igmp_group *g, const struct mc_filter *f, int inc)
{
	struct igmp_source *s;

	for (unsigned i = 0; i < f->nr_sources; i++) {
		s = source_find(g, f->sources[i].v4);
		if (!s) {
			s = calloc(1, sizeof(*s));
			if (!s)
				return -ENOMEM;
			s->addr = f->sources[i].v4;
			list_add_tail(&s->list, &g->sources);
		}
		*(f->exclude ? &s->exclude : &s->include) += inc;
	}
	return 0;
}

/* Make room for the sources before any of them counts. */
static int prepare_sources(struct igmp_group *g, const struct mc_filter *f)
{
	int err = count_sources(g, f, 0);

	if (err)
		igmp_gone_sources_free(g);
	return err;
}

static int group_join(struct igmp_dev *mc, be32 addr, const struct mc_filter *f)
{
	struct igmp_group *g = group_get(mc, addr);
	int err;

	if (!g)
		return -ENOMEM;
	err = prepare_sources(g, f);
	if (err) {
		igmp_group_put(g);
		return err;
	}
	count_sources(g, f, 1);
	g->exclude_users += f->exclude;
	g->users++;
	load(g);
	filter_update(g);
	if (g->users == 1 && igmp_version(mc) != 3)
		report_old(g);
	return 0;
}

static int group_leave(struct igmp_dev *mc, be32 addr, const struct mc_filter *f)
{
	struct igmp_group *g = igmp_group_find(mc, addr);

	if (!g || !g->users || (f->exclude && !g->exclude_users))
		return -EADDRNOTAVAIL;
	count_sources(g, f, -1);
	g->exclude_users -= f->exclude;
	g->users--;
	filter_update(g);
	if (g->users)
		return 0;
	unload(g);
	net_timer_cancel(igmp_net(mc), &g->timer);
	if (igmp_version(mc) != 3)
		leave_old(g);
	igmp_group_put(g);
	return 0;
}

static struct in_device *find_dev(struct net *net, const union inaddr *group,
				  struct net_device *dev)
{
	struct flow fl = { .family = AF_INET, .daddr = *group };
	struct in_device *in_dev;
	struct dst_entry *dst;

	if (dev)
		return in_dev_get(dev);
	if (ip_route_output(net, &fl, &dst) != 0)
		return NULL;
	in_dev = in_dev_get(dst->dev);
	dst_release(dst);
	return in_dev;
}

int ip_mc_join(struct net *net, const union inaddr *group, struct net_device *dev,
	       const struct mc_filter *f)
{
	struct in_device *in_dev = find_dev(net, group, dev);

	if (!ipv4_is_multicast(group->v4))
		return -EINVAL;
	return in_dev && in_dev->mc ? group_join(in_dev->mc, group->v4, f) : -ENODEV;
}

int ip_mc_leave(struct net *net, const union inaddr *group, struct net_device *dev,
		const struct mc_filter *f)
{
	struct in_device *in_dev = find_dev(net, group, dev);

	return in_dev && in_dev->mc ? group_leave(in_dev->mc, group->v4, f) : -ENODEV;
}

bool ip_mc_check(const struct in_device *in_dev, be32 group, be32 src, uint8_t proto)
{
	const struct igmp_source *s;
	const struct igmp_group *g;

	if (!in_dev->mc)
		return false;
	g = igmp_group_find(in_dev->mc, group);
	if (!g || !g->users)
		return proto == IPPROTO_IGMP;
	if (!src || proto == IPPROTO_IGMP)
		return true;
	s = source_find(g, src);
	return g->exclude ? !s || !s->active : s && s->active;
}

/* Devices ------------------------------------------------------------------------------------- */

int ip_mc_init_dev(struct in_device *in_dev)
{
	struct igmp_dev *mc = calloc(1, sizeof(*mc));

	if (!mc)
		return -ENOMEM;
	mc->in_dev = in_dev;
	mc->robustness = IGMP_ROBUSTNESS;
	mc->query_interval = IGMP_QUERY_INTERVAL;
	mc->response_interval = IGMP_RESPONSE_INTERVAL;
	list_init(&mc->groups);
	timer_init(&mc->general_timer, igmp_general_due);
	timer_init(&mc->change_timer, change_due);
	in_dev->mc = mc;
	return 0;
}

void ip_mc_destroy_dev(struct in_device *in_dev)
{
	struct igmp_dev *mc = in_dev->mc;
	struct igmp_group *g, *next;

	if (!mc)
		return;
	ip_mc_down(in_dev);
	list_for_each_entry_safe(g, next, &mc->groups, list)
		group_free(g);
	in_dev->mc = NULL;
	free(mc);
}

/* As if all were joined now: the routers of this link may know nothing of it. */
static void report_anew(struct igmp_group *g)
{
	struct igmp_source *s;

	g->exclude = false;
	list_for_each_entry(s, &g->sources, list)
		s->active = false;
	filter_update(g);
	if (igmp_version(g->mc) != 3)
		report_old(g);
}

void ip_mc_up(struct in_device *in_dev)
{
	const struct mc_filter any = { .exclude = true };
	struct igmp_dev *mc = in_dev->mc;
	struct igmp_group *g;

	if (!mc || mc->up)
		return;
	mc->up = true;
	list_for_each_entry(g, &mc->groups, list) {
		load(g);
		report_anew(g);
	}
	group_join(mc, htonl(IGMP_ALL_HOSTS), &any);
}

static void forget_reports(struct igmp_group *g)
{
	struct igmp_source *s;

	net_timer_cancel(igmp_net(g->mc), &g->timer);
	g->mode_change = 0;
	g->unsolicited = 0;
	list_for_each_entry(s, &g->sources, list)
		s->change = 0;
	igmp_gone_sources_free(g);
	igmp_group_put(g);
}

void ip_mc_down(struct in_device *in_dev)
{
	const struct mc_filter any = { .exclude = true };
	struct igmp_dev *mc = in_dev->mc;
	struct igmp_group *g, *next;

	if (!mc || !mc->up)
		return;
	mc->up = false;
	mc->v1_until = mc->v2_until = 0;
	mc->robustness = IGMP_ROBUSTNESS;
	mc->query_interval = IGMP_QUERY_INTERVAL;
	net_timer_cancel(igmp_net(mc), &mc->general_timer);
	net_timer_cancel(igmp_net(mc), &mc->change_timer);
	group_leave(mc, htonl(IGMP_ALL_HOSTS), &any);
	list_for_each_entry_safe(g, next, &mc->groups, list) {
		unload(g);
		forget_reports(g);
	}
}

static const struct inet_protocol igmp_protocol = {
	.proto = IPPROTO_IGMP,
	.family = AF_INET,
	.rcv = igmp_rcv,
};

int igmp_init(struct net *net)
{
	inet_protocol_register(net, &igmp_protocol);
	return 0;
}

void igmp_exit(struct net *net)
{
	(void)net;
}
