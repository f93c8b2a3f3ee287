/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One routing table. At each prefix of the trie hangs a list of routes: those for one prefix of
 * sources (`from`) stand together, the longest first; among these, the lowest metric first, then the
 * eldest. What add, replace, change, append mean is exactly what the kernel makes of them. Called by
 * fib6_frontend.c and fib6_ra.c. Lookups are in fib6_lookup.c.
 */
#include "stack/ipv6/fib6_info.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include "stack/ipv6/ip6.h"
#include "stack/ipv6/route6.h"

static struct fib_entry **slot_of(const struct fib_table *tb, const union inaddr *dst, uint8_t plen)
{
	return fib_trie_find(&tb->trie, fib_key_v6(dst), plen);
}

struct fib6_info *fib6_table_first(const struct fib_table *tb, const union inaddr *dst,
				   uint8_t plen)
{
	struct fib_entry **slot = slot_of(tb, dst, plen);

	return slot ? fib6_info(*slot) : NULL;
}

struct fib6_info *fib6_table_first_sibling(const struct fib6_info *f6i)
{
	struct fib6_info *pos = fib6_table_first(f6i->table, &f6i->dst, f6i->dst_len);

	while (pos != f6i && !fib6_siblings(pos, f6i))
		pos = fib6_next(pos);
	return pos;
}

/* Showing -------------------------------------------------------------------------------------- */

/* As in the kernel, the siblings go round: one that was appended is shown first when that is told. */
void fib6_table_fill(const struct fib6_info *f6i, struct route_config *ret)
{
	struct fib6_info *pos;

	fib6_info_fill(f6i, ret);
	if (!fib6_info_ecmp(f6i))
		return;
	for (pos = fib6_next(f6i); pos && ret->nr_nh < ROUTE_MAX_NEXTHOPS; pos = fib6_next(pos))
		if (fib6_siblings(pos, f6i))
			fib6_info_fill_nh(pos, &ret->nh[ret->nr_nh++]);
	pos = fib6_table_first(f6i->table, &f6i->dst, f6i->dst_len);
	for (; pos != f6i && ret->nr_nh < ROUTE_MAX_NEXTHOPS; pos = fib6_next(pos))
		if (fib6_siblings(pos, f6i))
			fib6_info_fill_nh(pos, &ret->nh[ret->nr_nh++]);
	if (ret->nr_nh > 1)
		ret->flags = 0;
}

static void emit(struct net *net, enum event_type type, const struct route_config *cfg,
		 unsigned nlflags)
{
	struct fib_event ev = { .cfg = cfg, .nlflags = nlflags };

	event_emit(net, type, &ev);
}

void fib6_emit(struct net *net, enum event_type type, const struct fib6_info *f6i, unsigned nlflags)
{
	struct route_config cfg;

	fib6_table_fill(f6i, &cfg);
	emit(net, type, &cfg, nlflags);
}

/* Adding --------------------------------------------------------------------------------------- */

/* Where routes for the sources of @new begin, or are to begin. */
static struct fib_entry **group_of(struct fib_entry **at, const struct fib6_info *new)
{
	for (; *at; at = &(*at)->next) {
		const struct fib6_info *f6i = fib6_info(*at);

		if (f6i->src_len < new->src_len || fib6_info_same_prefix(f6i, new))
			break;
	}
	return at;
}

static bool in_group(struct fib_entry *entry, const struct fib6_info *of)
{
	return entry && fib6_info_same_prefix(fib6_info(entry), of);
}

/* What is there already is refreshed. */
static void refresh(struct net *net, struct fib6_info *f6i, const struct fib6_info *new)
{
	if (f6i->expires != KTIME_MAX)
		fib6_expire_at(net, f6i, new->expires);
}

/* Where @new belongs, and what of those alike was met on the way. */
struct place {
	struct fib_entry **at; /* the link that is to lead to it */
	bool found;	       /* what is at @at now is to be replaced */
	unsigned nr_siblings;
	unsigned nlflags; /* for the event */
};

static int find_place(struct net *net, struct fib6_info *new, unsigned nlflags, struct place *p)
{
	struct fib_entry **fallback = NULL;

	p->nlflags = NLM_F_EXCL | (nlflags & NLM_F_APPEND);
	for (; in_group(*p->at, new); p->at = &(*p->at)->next) {
		struct fib6_info *f6i = fib6_info(*p->at);

		if (f6i->priority > new->priority)
			break;
		if (f6i->priority < new->priority)
			continue;
		if (nlflags & NLM_F_EXCL)
			return -EEXIST;
		p->nlflags &= ~NLM_F_EXCL;
		if (nlflags & NLM_F_REPLACE) {
			p->found = fib6_info_ecmp(f6i) == fib6_info_ecmp(new);
			if (p->found)
				return 0;
			fallback = fallback ? fallback : p->at;
			continue;
		}
		if (fib6_info_duplicate(f6i, new)) {
			refresh(net, f6i, new);
			return -EEXIST;
		}
		p->nr_siblings += fib6_siblings(f6i, new);
	}
	if (fallback) {
		p->at = fallback;
		p->found = true;
	}
	return 0;
}

static void forget(struct net *net, struct fib6_info *f6i)
{
	list_del(&f6i->expiring);
	net->ipv6->fib->nr_ra -= f6i->ra;
	fib6_info_free(f6i);
}

static void take_in(struct net *net, struct fib6_info *new)
{
	net->ipv6->fib->nr_ra += new->ra;
	if (new->expires != KTIME_MAX)
		fib6_expire_at(net, new, new->expires);
	ip6_rt_flush(net);
}

/* @new takes the place of *@at; a multipath route goes as a whole. */
static void replace(struct net *net, struct fib_entry **at, struct fib6_info *new, bool notify)
{
	struct fib6_info *old = fib6_info(*at);
	bool several = fib6_info_ecmp(old);

	new->entry.next = old->entry.next;
	*at = &new->entry;
	for (at = &new->entry.next; several &&*at;) {
		struct fib6_info *f6i = fib6_info(*at);

		if (!fib6_siblings(f6i, old)) {
			at = &f6i->entry.next;
			continue;
		}
		*at = f6i->entry.next;
		forget(net, f6i);
	}
	forget(net, old);
	take_in(net, new);
	if (notify)
		fib6_emit(net, EVENT_ROUTE_REPLACE, new, NLM_F_REPLACE);
}

/* The first of its prefix. As in the kernel, that of length 0 is always there, if empty. */
static int insert_prefix(struct net *net, struct fib6_info *new, unsigned nlflags, bool notify,
			 struct extack *ack)
{
	int err;

	if (!(nlflags & NLM_F_CREATE) && (nlflags & NLM_F_REPLACE)) {
		if (new->dst_len)
			extack_set(ack, 0, "Can not replace route - no match found");
		return -ENOENT;
	}
	err = fib_trie_insert(&new->table->trie, fib_key_v6(&new->dst), new->dst_len, &new->entry);
	if (err)
		return err;
	take_in(net, new);
	if (notify)
		fib6_emit(net, EVENT_ROUTE_ADD, new,
			  NLM_F_EXCL | NLM_F_CREATE | (nlflags & NLM_F_APPEND));
	return 0;
}

static int insert(struct net *net, struct fib6_info *new, unsigned nlflags, bool notify,
		  struct extack *ack)
{
	struct place p = { .at = slot_of(new->table, &new->dst, new->dst_len) };
	int err;

	if (!p.at)
		return insert_prefix(net, new, nlflags, notify, ack);
	p.at = group_of(p.at, new);
	err = find_place(net, new, nlflags, &p);
	if (err)
		return err;
	if (p.nr_siblings + 1 > ROUTE_MAX_NEXTHOPS)
		return extack_set(ack, -EINVAL, "Too many nexthops");
	if (p.found) {
		replace(net, p.at, new, notify);
		return 0;
	}
	if ((nlflags & NLM_F_REPLACE) && !(nlflags & NLM_F_CREATE))
		return -ENOENT;
	new->entry.next = *p.at;
	*p.at = &new->entry;
	net->ipv6->fib->multipath |= p.nr_siblings > 0;
	take_in(net, new);
	if (notify)
		fib6_emit(net, EVENT_ROUTE_ADD, new, p.nlflags | NLM_F_CREATE);
	return 0;
}

int fib6_table_insert(struct net *net, struct fib6_info *new, unsigned nlflags, bool notify,
		      struct extack *ack)
{
	int err = insert(net, new, nlflags, notify, ack);

	if (err)
		fib6_info_free(new);
	return err;
}

/* Deleting ------------------------------------------------------------------------------------- */

static void unlink_route(struct net *net, struct fib6_info *f6i)
{
	struct fib_table *tb = f6i->table;
	struct fib_entry **first = slot_of(tb, &f6i->dst, f6i->dst_len), **at = first;

	while (*at != &f6i->entry)
		at = &(*at)->next;
	*at = f6i->entry.next;
	if (!*first)
		fib_trie_remove(&tb->trie, fib_key_v6(&f6i->dst), f6i->dst_len);
	ip6_rt_flush(net);
}

void fib6_table_remove(struct net *net, struct fib6_info *f6i, bool notify)
{
	struct route_config cfg;

	unlink_route(net, f6i);
	if (notify) {
		fib6_info_fill(f6i, &cfg);
		emit(net, EVENT_ROUTE_DEL, &cfg, 0);
	}
	forget(net, f6i);
}

/* @f6i and all that are one route with it, and one word about it. */
static void remove_all(struct net *net, struct fib6_info *f6i)
{
	struct fib6_info *pos, *next;
	struct route_config cfg;

	fib6_table_fill(f6i, &cfg);
	for (pos = fib6_table_first_sibling(f6i); pos; pos = next) {
		next = fib6_next(pos);
		if (pos != f6i && fib6_siblings(pos, f6i))
			fib6_table_remove(net, pos, false);
	}
	unlink_route(net, f6i);
	emit(net, EVENT_ROUTE_DEL, &cfg, 0);
	forget(net, f6i);
}

/*
 * The kernel's table has a route of its own at ::/0 as long as there is no other. It cannot be
 * deleted, but fits what says no more than that (device: lo).
 */
static int delete_nothing(struct net *net, const struct route_config *cfg,
			  const struct nexthop_config *nh)
{
	bool fits = !cfg->dst_len && !cfg->src_len && !cfg->priority &&
		    (!cfg->protocol || cfg->protocol == RTPROT_KERNEL) &&
		    (!nh || (!nh->gw_family &&
			     (!nh->oif || (net->loopback && nh->oif == net->loopback->ifindex))));

	return fits ? -ENOENT : -ESRCH;
}

static int delete_one(struct net *net, struct fib_table *tb, const struct route_config *cfg,
		      const struct nexthop_config *nh, bool all)
{
	union inaddr dst = in6_prefix(&cfg->dst, cfg->dst_len);
	union inaddr src = in6_prefix(&cfg->src, cfg->src_len);
	struct fib6_info *f6i = fib6_table_first(tb, &dst, cfg->dst_len);

	if (!f6i)
		return delete_nothing(net, cfg, nh);
	for (; f6i; f6i = fib6_next(f6i)) {
		if (f6i->src_len != cfg->src_len || !inaddr_equal(&f6i->src, &src) ||
		    !fib6_info_matches(f6i, cfg, nh))
			continue;
		if (all && !(nh && nh->gw_family))
			remove_all(net, f6i);
		else
			fib6_table_remove(net, f6i, true);
		return 0;
	}
	return -ESRCH;
}

int fib6_table_delete(struct net *net, struct fib_table *tb, const struct route_config *cfg,
		      bool all)
{
	int err = 0, last_err = 0;
	unsigned i;

	if (cfg->dst_len > 128 || cfg->src_len > 128)
		return -EINVAL;
	if (cfg->nr_nh <= 1)
		return delete_one(net, tb, cfg, cfg->nr_nh ? &cfg->nh[0] : NULL, all);
	for (i = 0; i < cfg->nr_nh; i++) {
		err = delete_one(net, tb, cfg, &cfg->nh[i], false);
		if (err)
			last_err = err;
	}
	return last_err;
}

/* In order ------------------------------------------------------------------------------------- */

/* The prefixes that end at an address, the longest first. */
struct ending {
	struct fib_key last;
	uint8_t plens[129];
	unsigned n;
};

static int note_ending(struct fib_entry *first, uint8_t plen, void *arg)
{
	struct ending *e = arg;

	(void)first;
	if (fib_key_equal(e->last, fib_key_last(e->last, plen)))
		e->plens[e->n++] = plen;
	return 1;
}

/*
 * The kernel's walk shows what is below a prefix before the prefix itself: by last address. Finds
 * the next of these addresses, not below @from.
 */
static bool next_ending(const struct fib_table *tb, struct fib_key from, struct ending *ret)
{
	ret->n = 0;
	if (!fib_trie_next_last(&tb->trie, from, &ret->last))
		return false;
	fib_trie_lookup(&tb->trie, ret->last, note_ending, ret);
	return true;
}

/* One on from @key; false: that was the last of all. */
static bool advance(struct fib_key *key)
{
	key->hi += !++key->lo;
	return key->hi || key->lo;
}

static void clean_prefix(struct net *net, struct fib6_info *f6i,
			 enum fib6_clean (*fn)(struct fib6_info *f6i, void *arg), void *arg)
{
	struct fib6_info *next;

	for (; f6i; f6i = next) {
		enum fib6_clean what = fn(f6i, arg);

		next = fib6_next(f6i);
		if (what != FIB6_KEEP)
			fib6_table_remove(net, f6i, what == FIB6_DELETE);
	}
}

void fib6_table_clean(struct net *net, struct fib_table *tb,
		      enum fib6_clean (*fn)(struct fib6_info *f6i, void *arg), void *arg)
{
	struct fib_key from = { 0 };
	struct ending e;
	unsigned i;

	while (next_ending(tb, from, &e)) {
		union inaddr last = fib_key_to_v6(e.last);

		for (i = 0; i < e.n; i++) {
			union inaddr dst = in6_prefix(&last, e.plens[i]);

			clean_prefix(net, fib6_table_first(tb, &dst, e.plens[i]), fn, arg);
		}
		from = e.last;
		if (!advance(&from))
			return;
	}
}

/* cur->pos within a table: the address from which on to look for endings … */
#define POS_HI 1
#define POS_LO 2
/* … and how many routes at that were shown; WALK_END: the table is done. */
#define POS_SKIP 3
#define WALK_END UINT64_MAX

struct walk {
	uint64_t index, skip;
	struct route_config *ret;
	unsigned n, max;
};

/*
 * As in the kernel, a multipath route is shown at its first next hop, and what stands between that
 * and the last one is passed over.
 */
static struct fib6_info *last_sibling(struct fib6_info *f6i)
{
	struct fib6_info *pos, *last = f6i;

	for (pos = fib6_next(f6i); pos; pos = fib6_next(pos))
		if (fib6_siblings(pos, f6i))
			last = pos;
	return last;
}

/* false: there is no room left. */
static bool walk_prefix(struct walk *w, struct fib6_info *f6i)
{
	for (; f6i; f6i = fib6_next(last_sibling(f6i))) {
		if (w->index < w->skip) {
			w->index++;
			continue;
		}
		if (w->n == w->max)
			return false;
		fib6_table_fill(f6i, &w->ret[w->n++]);
		w->index++;
	}
	return true;
}

unsigned fib6_table_walk(const struct fib_table *tb, struct route_cursor *cur,
			 struct route_config *ret, unsigned max)
{
	struct walk w = { .ret = ret, .max = max };
	struct fib_key from = { cur->pos[POS_HI], cur->pos[POS_LO] };
	struct ending e;
	unsigned i;

	while (cur->pos[POS_SKIP] != WALK_END && next_ending(tb, from, &e)) {
		union inaddr last = fib_key_to_v6(e.last);

		w.index = 0;
		w.skip = fib_key_equal(e.last, from) ? cur->pos[POS_SKIP] : 0;
		for (i = 0; i < e.n; i++) {
			union inaddr dst = in6_prefix(&last, e.plens[i]);

			if (walk_prefix(&w, fib6_table_first(tb, &dst, e.plens[i])))
				continue;
			cur->pos[POS_HI] = e.last.hi;
			cur->pos[POS_LO] = e.last.lo;
			cur->pos[POS_SKIP] = w.index;
			return w.n;
		}
		from = e.last;
		cur->pos[POS_SKIP] = advance(&from) ? 0 : WALK_END;
		cur->pos[POS_HI] = from.hi;
		cur->pos[POS_LO] = from.lo;
	}
	return w.n;
}
