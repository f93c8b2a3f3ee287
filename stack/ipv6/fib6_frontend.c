/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The FIB as the rest of IPv6 sees it: lookups over the tables, configuration, and what becomes of
 * routes when devices and addresses come and go. The routes of addresses are added by addrconf.c.
 */
#include "stack/ipv6/fib6.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/fib6_info.h"
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/route6.h"

/* Lookup --------------------------------------------------------------------------------------- */

int fib6_lookup(struct net *net, const struct fib6_query *q, struct fib6_info **ret)
{
	const struct fib6 *fib = net->ipv6->fib;
	int err = fib6_table_lookup(net, fib->local, q, ret);

	if (err == -EAGAIN)
		err = fib6_table_lookup(net, fib->main, q, ret);
	if (err != -EAGAIN)
		return err;
	*ret = NULL;
	return -ENETUNREACH;
}

uint8_t fib6_addr_type(struct net *net, const union inaddr *addr, struct net_device *dev)
{
	const struct fib6_query q = {
		.daddr = *addr,
		.oif = dev ? dev->ifindex : 0,
		.flags = FIB6_FIXED | (dev ? FIB6_IFACE : 0),
	};
	struct fib6_info *f6i;

	if (in6_is_multicast(addr))
		return RTN_MULTICAST;
	if (fib6_table_lookup(net, net->ipv6->fib->local, &q, &f6i))
		return RTN_UNICAST;
	return f6i->type;
}

/* Configuration -------------------------------------------------------------------------------- */

struct fib_table *fib6_table_make(struct fib6 *fib, uint32_t id)
{
	return fib_tables_make(&fib->tables, id ? id : (uint32_t)RT_TABLE_MAIN,
			       FIB_TRIE_LEVELS_128);
}

bool fib6_table_exists(struct net *net, uint32_t table)
{
	return fib_tables_find(&net->ipv6->fib->tables, table ? table : (uint32_t)RT_TABLE_MAIN);
}

static int check_request(const struct route_config *cfg, struct extack *ack)
{
	unsigned i;

	if (cfg->tos)
		return extack_set(ack, -EINVAL,
				  "Invalid dsfield (tos): option not available for IPv6");
	if (cfg->nr_nh > ROUTE_MAX_NEXTHOPS)
		return extack_set(ack, -EINVAL, "Too many nexthops");
	for (i = 0; i < cfg->nr_nh; i++)
		if (cfg->nh[i].gw_family && cfg->nh[i].gw_family != AF_INET6)
			return extack_set(ack, -EINVAL, "IPv6 does not support RTA_VIA attribute");
	return 0;
}

static int check_multipath(const struct route_config *cfg, struct extack *ack)
{
	unsigned i;

	for (i = 0; i < cfg->nr_nh; i++)
		if (!cfg->nh[i].gw_family)
			return extack_set(ack, -EINVAL,
					  "Device only routes can not be added for IPv6 using the "
					  "multipath API.");
	return 0;
}

/* The routes of a multipath request, one for each next hop; those not inserted yet are freed. */
struct several {
	struct fib6_info *f6i[ROUTE_MAX_NEXTHOPS];
	unsigned n, inserted;
};

static void several_free(struct several *s)
{
	for (unsigned i = s->inserted; i < s->n; i++)
		fib6_info_free(s->f6i[i]);
}

static int several_create(struct net *net, const struct route_config *cfg, struct fib_table *tb,
			  struct several *s, struct extack *ack)
{
	int err;

	for (; s->n < cfg->nr_nh; s->n++) {
		struct fib6_info *f6i;
		unsigned i;

		err = fib6_info_create(net, cfg, &cfg->nh[s->n], &f6i, ack);
		if (err)
			return err;
		f6i->table = tb;
		for (i = 0; i < s->n; i++) {
			if (fib6_info_duplicate(s->f6i[i], f6i)) {
				fib6_info_free(f6i);
				return -EEXIST;
			}
		}
		s->f6i[s->n] = f6i;
	}
	return 0;
}

/* One word about all that were added. */
static void several_emit(struct net *net, const struct several *s, unsigned nlflags)
{
	const struct fib6_info *f6i = s->f6i[0];
	unsigned flags = nlflags & NLM_F_REPLACE ? NLM_F_REPLACE : NLM_F_CREATE;

	if (!s->inserted)
		return;
	if (nlflags & NLM_F_APPEND)
		f6i = fib6_table_first_sibling(s->f6i[s->inserted - 1]);
	fib6_emit(net, nlflags & NLM_F_REPLACE ? EVENT_ROUTE_REPLACE : EVENT_ROUTE_ADD, f6i,
		  flags | (nlflags & NLM_F_APPEND));
}

/* As with the kernel: where one fails, those before it were announced, and go again. */
static int several_insert(struct net *net, struct several *s, unsigned nlflags, struct extack *ack)
{
	unsigned flags = nlflags, i;
	int err = 0;

	for (; s->inserted < s->n && !err; s->inserted += !err) {
		err = fib6_table_insert(net, s->f6i[s->inserted], flags, false, ack);
		/* The first has replaced what was there; the others join it. */
		flags = (flags & ~(NLM_F_EXCL | NLM_F_REPLACE)) | NLM_F_CREATE;
	}
	several_emit(net, s, nlflags);
	if (!err)
		return 0;
	if ((nlflags & NLM_F_REPLACE) && s->inserted)
		extack_set(
			ack, err,
			"multipath route replace failed (check consistency of installed routes)");
	for (i = 0; i < s->inserted; i++)
		fib6_table_remove(net, s->f6i[i], true);
	s->inserted++; /* the one that failed is gone, too */
	return err;
}

static int add_several(struct net *net, const struct route_config *cfg, struct fib_table *tb,
		       unsigned nlflags, struct extack *ack)
{
	struct several s = { .n = 0 };
	int err;

	err = several_create(net, cfg, tb, &s, ack);
	if (!err)
		err = several_insert(net, &s, nlflags, ack);
	several_free(&s);
	return err;
}

/* The kernel gives most errors without a word: here each has some. */
static int with_sentence(int err, struct extack *ack)
{
	static const struct {
		int err;
		const char *words;
	} sentences[] = {
		{ -EEXIST, "Route exists already" },
		{ -ENOENT, "Route not found" },
		{ -ESRCH, "Route not found" },
		{ -ENODEV, "Device not found" },
		{ -EHOSTUNREACH, "Gateway is unreachable" },
		{ -ENETDOWN, "Device is down" },
		{ -ENOBUFS, "No memory for a route" },
		{ -ENOMEM, "No memory for a route" },
		{ -EINVAL, "Invalid route" },
	};

	if (!err || !ack || ack->msg[0])
		return err;
	for (size_t i = 0; i < ARRAY_SIZE(sentences); i++)
		if (sentences[i].err == err)
			return extack_set(ack, err, "%s", sentences[i].words);
	return err;
}

static int route_add(struct net *net, const struct route_config *cfg, unsigned nlflags,
		     struct extack *ack)
{
	struct fib6_info *f6i;
	struct fib_table *tb;
	int err;

	err = check_request(cfg, ack);
	if (!err && cfg->nr_nh > 1)
		err = check_multipath(cfg, ack);
	if (err)
		return err;
	tb = fib6_table_make(net->ipv6->fib, cfg->table);
	if (!tb)
		return -ENOBUFS;
	if (cfg->nr_nh > 1)
		return add_several(net, cfg, tb, nlflags, ack);
	err = fib6_info_create(net, cfg, cfg->nr_nh ? &cfg->nh[0] : NULL, &f6i, ack);
	if (err)
		return err;
	f6i->table = tb;
	return fib6_table_insert(net, f6i, nlflags, true, ack);
}

int fib6_route_add(struct net *net, const struct route_config *cfg, unsigned nlflags,
		   struct extack *ack)
{
	return with_sentence(route_add(net, cfg, nlflags, ack), ack);
}

int fib6_route_del(struct net *net, const struct route_config *cfg, struct extack *ack)
{
	uint32_t id = cfg->table ? cfg->table : (uint32_t)RT_TABLE_MAIN;
	struct fib_table *tb;
	int err;

	err = check_request(cfg, ack);
	if (err)
		return err;
	tb = fib_tables_find(&net->ipv6->fib->tables, id);
	if (!tb)
		return extack_set(ack, -ESRCH, "FIB table does not exist");
	return with_sentence(fib6_table_delete(net, tb, cfg, true), ack);
}

unsigned fib6_route_walk(struct net *net, struct route_cursor *cur, struct route_config *ret,
			 unsigned max)
{
	return fib_tables_walk(&net->ipv6->fib->tables, cur, ret, max, fib6_table_walk);
}

static void clean_all(struct net *net, enum fib6_clean (*fn)(struct fib6_info *f6i, void *arg),
		      void *arg)
{
	struct fib_table *tb;

	list_for_each_entry(tb, &net->ipv6->fib->tables, list)
		fib6_table_clean(net, tb, fn, arg);
	ip6_rt_flush(net);
}

/* Routes that end ------------------------------------------------------------------------------ */

/* Not later than the first of them ends; where that has gone, it fires for nothing. */
static void timer_bring_forward(struct net *net, ktime_t when)
{
	struct timer *t = &net->ipv6->fib->timer;

	if (when != KTIME_MAX && (!timer_pending(t) || when < t->expires))
		net_timer_set(net, t, when);
}

void fib6_expire_at(struct net *net, struct fib6_info *f6i, ktime_t when)
{
	list_del(&f6i->expiring);
	f6i->expires = when;
	if (when != KTIME_MAX)
		list_add_tail(&f6i->expiring, &net->ipv6->fib->expiring);
	timer_bring_forward(net, when);
}

void fib6_expires_update(struct net *net, const struct route_config *cfg)
{
	const struct fib_table *tb = fib_tables_find(&net->ipv6->fib->tables, cfg->table);
	const union inaddr dst = in6_prefix(&cfg->dst, cfg->dst_len);
	struct fib6_info *f6i = tb ? fib6_table_first(tb, &dst, cfg->dst_len) : NULL;

	for (; f6i; f6i = fib6_next(f6i)) {
		if (!fib6_info_matches(f6i, cfg, &cfg->nh[0]) ||
		    f6i->has_gw != (cfg->nh[0].gw_family != 0))
			continue;
		fib6_expire_at(net, f6i,
			       cfg->expires ? net->now + sec_to_ktime(cfg->expires) : KTIME_MAX);
		return;
	}
}

static void timer_fired(struct timer *t)
{
	struct fib6 *fib = container_of(t, struct fib6, timer);
	struct fib6_info *f6i, *n;

	list_for_each_entry_safe(f6i, n, &fib->expiring, expiring) {
		if (f6i->expires <= fib->net->now)
			fib6_table_remove(fib->net, f6i, true);
		else
			timer_bring_forward(fib->net, f6i->expires);
	}
}

/* Events --------------------------------------------------------------------------------------- */

struct down {
	const struct net_device *dev;
	enum fib6_clean what; /* becomes of its routes */
};

/* Of the next hops of one route: is one by @dev, and are all by that or dead? */
static bool all_down(const struct fib6_info *f6i, const struct net_device *dev, bool *ret_concerned)
{
	struct fib6_info *pos = fib6_table_first_sibling(f6i);
	bool all = true;

	*ret_concerned = false;
	for (; pos; pos = fib6_next(pos)) {
		if (!fib6_siblings(pos, f6i))
			continue;
		*ret_concerned |= pos->dev == dev;
		all &= pos->dev == dev || (pos->flags & RTNH_F_DEAD);
	}
	return all;
}

static enum fib6_clean down_one(struct fib6_info *f6i, void *arg)
{
	const struct down *down = arg;
	bool concerned;

	if (!fib6_info_ecmp(f6i))
		return f6i->dev == down->dev ? down->what : FIB6_KEEP;
	if (all_down(f6i, down->dev, &concerned) && concerned)
		return down->what;
	if (f6i->dev == down->dev)
		f6i->flags |= RTNH_F_DEAD | RTNH_F_LINKDOWN;
	return FIB6_KEEP;
}

void fib6_dev_down(const struct net_device *dev)
{
	struct down down = {
		.dev = dev,
		.what = dev->net->ipv6->sysctl.skip_notify_on_dev_down ? FIB6_DELETE_SILENTLY
								       : FIB6_DELETE,
	};

	clean_all(dev->net, down_one, &down);
}

static enum fib6_clean gone_one(struct fib6_info *f6i, void *arg)
{
	const struct down *down = arg;

	return f6i->dev == down->dev ? down->what : FIB6_KEEP;
}

static void device_gone(struct net *net, const struct net_device *dev)
{
	struct down down = {
		.dev = dev,
		.what = net->ipv6->sysctl.skip_notify_on_dev_down ? FIB6_DELETE_SILENTLY
								  : FIB6_DELETE,
	};

	clean_all(net, gone_one, &down);
}

struct up {
	const struct net_device *dev;
	uint8_t set, clear; /* RTNH_F_* */
};

static enum fib6_clean flags_one(struct fib6_info *f6i, void *arg)
{
	const struct up *up = arg;

	if (f6i->dev != up->dev ||
	    (up->set && (f6i->type == RTN_LOCAL || f6i->type == RTN_ANYCAST)))
		return FIB6_KEEP;
	f6i->flags = (f6i->flags & ~up->clear) | up->set;
	return FIB6_KEEP;
}

void fib6_dev_up(const struct net_device *dev)
{
	struct up up = {
		.dev = dev,
		.clear = RTNH_F_DEAD | (dev->carrier ? RTNH_F_LINKDOWN : 0),
	};

	clean_all(dev->net, flags_one, &up);
}

static void carrier_changed(struct net *net, const struct net_device *dev)
{
	struct up up = { .dev = dev };

	if (!netdev_running(dev))
		return;
	if (dev->carrier)
		up.clear = RTNH_F_LINKDOWN;
	else
		up.set = RTNH_F_LINKDOWN;
	clean_all(net, flags_one, &up);
}

/* A source address that is gone is preferred no more. */
static enum fib6_clean prefsrc_one(struct fib6_info *f6i, void *arg)
{
	const struct ifaddr *ifa = arg;

	if (f6i->dev == ifa->dev && inaddr_equal(&f6i->prefsrc, &ifa->local))
		f6i->prefsrc = (union inaddr){ .q = { 0, 0 } };
	return FIB6_KEEP;
}

static void addr_deleted(struct net *net, const struct ifaddr *ifa)
{
	if (ifa->family == AF_INET6)
		clean_all(net, prefsrc_one, (void *)ifa);
}

static void on_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	(void)l;
	switch (type) {
	case EVENT_NETDEV_UP:
		fib6_dev_up(obj);
		break;
	case EVENT_NETDEV_DOWN:
		fib6_dev_down(obj);
		break;
	case EVENT_NETDEV_UNREGISTER:
		device_gone(net, obj);
		break;
	case EVENT_NETDEV_CARRIER:
		carrier_changed(net, obj);
		break;
	case EVENT_NETDEV_CHANGEMTU:
	case EVENT_NETDEV_CHANGEADDR:
	case EVENT_ADDR_ADD:
		ip6_rt_flush(net);
		break;
	case EVENT_ADDR_DEL:
		addr_deleted(net, ((struct ifaddr_event *)obj)->ifa);
		break;
	default:
		break;
	}
}

int fib6_init(struct net *net)
{
	struct fib6 *fib = calloc(1, sizeof(*fib));

	if (!fib)
		return -ENOMEM;
	list_init(&fib->tables);
	list_init(&fib->expiring);
	list_init(&fib->listener.list);
	timer_init(&fib->timer, timer_fired);
	fib->net = net;
	net->ipv6->fib = fib;
	net_random(net, &fib->multipath_key, sizeof(fib->multipath_key));
	fib->local = fib6_table_make(fib, RT_TABLE_LOCAL);
	fib->main = fib6_table_make(fib, RT_TABLE_MAIN);
	if (!fib->local || !fib->main)
		return -ENOMEM;
	fib->listener.fn = on_event;
	event_listen(net, &fib->listener);
	return 0;
}

static void free_prefix(struct fib_entry **first, struct fib_key key, uint8_t plen, void *arg)
{
	struct fib_entry *entry, *next;

	(void)key;
	(void)plen;
	(void)arg;
	for (entry = *first; entry; entry = next) {
		next = entry->next;
		fib6_info_free(fib6_info(entry));
	}
	*first = NULL;
}

void fib6_exit(struct net *net)
{
	struct fib6 *fib = net->ipv6->fib;
	struct fib_table *tb, *n;

	if (!fib)
		return;
	event_unlisten(&fib->listener);
	net_timer_cancel(net, &fib->timer);
	list_for_each_entry_safe(tb, n, &fib->tables, list) {
		fib_trie_filter(&tb->trie, free_prefix, NULL);
		free(tb);
	}
	free(fib);
	net->ipv6->fib = NULL;
}
