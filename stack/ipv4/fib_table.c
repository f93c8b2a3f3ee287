/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One routing table. At each prefix of the trie hangs a list of routes (fib_alias), highest TOS
 * first, then lowest priority first; routes equal in both stand in the order that NLM_F_APPEND and
 * its absence ("prepend") made. What add, replace, change, append mean is exactly what the kernel
 * makes of them. Called by fib_frontend.c.
 */
#include "stack/ipv4/fib.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include "stack/core/event.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route.h"

struct fib_table *fib_table_get(const struct fib *fib, uint32_t id)
{
	if (id == RT_TABLE_MAIN || id == RT_TABLE_UNSPEC)
		return fib->main;
	if (id == RT_TABLE_LOCAL)
		return fib->local;
	return fib_tables_find(&fib->tables, id);
}

struct fib_table *fib_table_new(struct fib *fib, uint32_t id)
{
	struct fib_table *tb;

	if (id == RT_TABLE_UNSPEC)
		id = RT_TABLE_MAIN;
	tb = fib_tables_make(&fib->tables, id, FIB_TRIE_LEVELS_32);
	if (!tb)
		return NULL;
	if (id == RT_TABLE_MAIN)
		fib->main = tb;
	else if (id == RT_TABLE_LOCAL)
		fib->local = tb;
	else if (id == RT_TABLE_DEFAULT)
		fib->dflt = tb;
	return tb;
}

void fib_alias_fill(const struct fib_alias *fa, const struct fib_table *tb, struct fib_key key,
		    uint8_t plen, struct route_config *ret)
{
	fib_info_fill(fa->fi, ret);
	ret->family = AF_INET;
	ret->dst_len = plen;
	ret->src_len = 0;
	ret->tos = fa->tos;
	ret->type = fa->type;
	ret->table = tb->id;
	ret->dst = inaddr_v4(fib_key_to_v4(key));
	ret->src = inaddr_v4(0);
	ret->expires = 0;
	ret->pref = 0;
	ret->iif = 0;
	ret->mark = ret->uid = 0;
	ret->error = 0;
}

static void emit(struct net *net, enum event_type type, const struct fib_table *tb,
		 const struct fib_alias *fa, struct fib_key key, uint8_t plen, unsigned nlflags)
{
	struct route_config cfg;
	struct fib_event ev = { .cfg = &cfg, .nlflags = nlflags };

	fib_alias_fill(fa, tb, key, plen, &cfg);
	event_emit(net, type, &ev);
}

static void alias_free(struct net *net, struct fib_alias *fa)
{
	fib_info_put(net, fa->fi);
	free(fa);
}

/* Adding --------------------------------------------------------------------------------------- */

/*
 * The link before the first alias that a route of @tos and @prio must not stand behind: an equal
 * one, one of higher priority value, or one of a lower TOS.
 */
static struct fib_entry **alias_position(struct fib_entry **first, uint8_t tos, uint32_t prio)
{
	struct fib_entry **at;

	for (at = first; *at; at = &(*at)->next) {
		const struct fib_alias *fa = fib_alias(*at);

		if (fa->tos > tos)
			continue;
		if (fa->tos < tos || fa->fi->priority >= prio)
			break;
	}
	return at;
}

static bool alias_alike(struct fib_entry *entry, uint8_t tos, uint32_t prio)
{
	const struct fib_alias *fa = fib_alias(entry);

	return fa && fa->tos == tos && fa->fi->priority == prio;
}

static int check_prefix(const struct route_config *cfg, struct extack *ack)
{
	if (cfg->dst_len > 32)
		return extack_set(ack, -EINVAL, "Invalid prefix length");
	if (cfg->dst.v4 & ~ipv4_mask(cfg->dst_len))
		return extack_set(ack, -EINVAL, "Invalid prefix for given prefix length");
	return 0;
}

static int alias_add(struct net *net, struct fib_table *tb, struct fib_entry **at,
		     struct fib_alias *new, struct fib_key key, uint8_t plen)
{
	int err;

	if (at) {
		new->entry.next = *at;
		*at = &new->entry;
	} else {
		err = fib_trie_insert(&tb->trie, key, plen, &new->entry);
		if (err)
			return err;
	}
	ip_rt_flush(net);
	return 0;
}

/* @new takes the place of *@at, which goes. */
static void alias_replace(struct net *net, struct fib_entry **at, struct fib_alias *new)
{
	struct fib_alias *old = fib_alias(*at);

	new->entry.next = old->entry.next;
	*at = &new->entry;
	ip_rt_flush(net);
	alias_free(net, old);
}

/*
 * Where the new route (@type, @fi, at TOS and priority of **@at_p) goes among those alike; 0 with
 * *@at_p moved there (and *@ret_done: it is there already), or -EEXIST.
 */
static int place_among_alike(struct fib_entry ***at_p, uint8_t tos, uint8_t type,
			     const struct fib_info *fi, unsigned nlflags, bool *ret_done)
{
	struct fib_entry **first = *at_p, **at;

	if (nlflags & NLM_F_EXCL)
		return -EEXIST;
	for (at = first; alias_alike(*at, tos, fi->priority); at = &(*at)->next) {
		if (fib_alias(*at)->type != type || fib_alias(*at)->fi != fi)
			continue;
		*ret_done = (nlflags & NLM_F_REPLACE) && at == first;
		return *ret_done ? 0 : -EEXIST;
	}
	if (nlflags & NLM_F_APPEND && !(nlflags & NLM_F_REPLACE))
		*at_p = at;
	return 0;
}

static int insert_info(struct net *net, struct fib_table *tb, const struct route_config *cfg,
		       struct fib_info *fi, unsigned nlflags)
{
	struct fib_key key = fib_key_v4(cfg->dst.v4);
	struct fib_entry **at = fib_trie_find(&tb->trie, key, cfg->dst_len);
	struct fib_alias *new;
	bool alike, done = false;
	int err;

	at = at ? alias_position(at, cfg->tos, fi->priority) : NULL;
	alike = at && alias_alike(*at, cfg->tos, fi->priority);
	if (alike)
		err = place_among_alike(&at, cfg->tos, cfg->type, fi, nlflags, &done);
	else
		err = nlflags & NLM_F_CREATE ? 0 : -ENOENT;
	if (err)
		return err;
	if (done) {
		fib_info_put(net, fi);
		return 0;
	}
	if (alike && !(nlflags & (NLM_F_REPLACE | NLM_F_CREATE)))
		return -ENOENT;

	new = malloc(sizeof(*new));
	if (!new)
		return -ENOMEM;
	*new = (struct fib_alias){ .fi = fi, .tos = cfg->tos, .type = cfg->type };
	if (alike && (nlflags & NLM_F_REPLACE)) {
		alias_replace(net, at, new);
		emit(net, EVENT_ROUTE_REPLACE, tb, new, key, cfg->dst_len, nlflags);
		return 0;
	}
	err = alias_add(net, tb, at, new, key, cfg->dst_len);
	if (err) {
		free(new);
		return err;
	}
	emit(net, EVENT_ROUTE_ADD, tb, new, key, cfg->dst_len, nlflags | NLM_F_CREATE);
	return 0;
}

int fib_table_insert(struct net *net, struct fib_table *tb, const struct route_config *cfg,
		     unsigned nlflags, struct extack *ack)
{
	struct fib_info *fi;
	int err;

	err = check_prefix(cfg, ack);
	if (!err)
		err = fib_info_create(net, cfg, &fi, ack);
	if (err)
		return err;
	err = insert_info(net, tb, cfg, fi, nlflags);
	if (!err)
		return 0;
	fib_info_put(net, fi);
	if (err == -EEXIST)
		extack_set(ack, err, "Route already exists");
	else if (err == -ENOENT)
		extack_set(ack, err, "Route not found");
	return err;
}

/* Deleting ------------------------------------------------------------------------------------- */

int fib_table_delete(struct net *net, struct fib_table *tb, const struct route_config *cfg,
		     struct extack *ack)
{
	struct fib_key key = fib_key_v4(cfg->dst.v4);
	struct fib_entry **first, **at;
	struct fib_alias *fa;
	int err;

	err = check_prefix(cfg, ack);
	if (err)
		return err;
	first = fib_trie_find(&tb->trie, key, cfg->dst_len);
	if (!first)
		return extack_set(ack, -ESRCH, "Route not found");
	for (at = first; (fa = fib_alias(*at)) != NULL; at = &fa->entry.next)
		if (fa->tos == cfg->tos && (!cfg->type || fa->type == cfg->type) &&
		    fib_info_match(fa->fi, cfg))
			break;
	if (!fa)
		return extack_set(ack, -ESRCH, "Route not found");
	*at = fa->entry.next;
	if (!*first)
		fib_trie_remove(&tb->trie, key, cfg->dst_len);
	ip_rt_flush(net);
	emit(net, EVENT_ROUTE_DEL, tb, fa, key, cfg->dst_len, 0);
	alias_free(net, fa);
	return 0;
}

struct flush {
	struct net *net;
	struct fib_table *tb;
	bool all;
};

/* As with the kernel, routes that go with their device go without a word; those that go with their
 * source address are announced. */
static void flush_prefix(struct fib_entry **at, struct fib_key key, uint8_t plen, void *arg)
{
	struct flush *f = arg;

	while (*at) {
		struct fib_alias *fa = fib_alias(*at);

		if (!f->all && !fa->fi->dead) {
			at = &fa->entry.next;
			continue;
		}
		*at = fa->entry.next;
		if (fa->fi->prefsrc_removed)
			emit(f->net, EVENT_ROUTE_DEL, f->tb, fa, key, plen, 0);
		alias_free(f->net, fa);
	}
}

void fib_table_flush(struct net *net, struct fib_table *tb)
{
	struct flush f = { .net = net, .tb = tb };

	fib_trie_filter(&tb->trie, flush_prefix, &f);
	ip_rt_flush(net);
}

void fib_table_free(struct net *net, struct fib_table *tb)
{
	struct flush f = { .net = net, .tb = tb, .all = true };

	fib_trie_filter(&tb->trie, flush_prefix, &f);
	list_del(&tb->list);
	free(tb);
}

/* Lookup --------------------------------------------------------------------------------------- */

struct match {
	const struct fib *fib;
	const struct fib_query *q;
	struct fib_result *res;
};

/* Is one of these (all at one prefix) the answer? */
static int match_prefix(struct fib_entry *entry, uint8_t plen, void *arg)
{
	struct match *m = arg;
	const struct fib_nh *nh;
	int err;

	for (; entry; entry = entry->next) {
		const struct fib_alias *fa = fib_alias(entry);
		struct fib_info *fi = fa->fi;

		if ((fa->tos && fa->tos != m->q->tos) || fi->dead || (fi->flags & RTNH_F_DEAD) ||
		    fi->scope < m->q->scope)
			continue;
		err = fib_type_error(fa->type);
		nh = err ? NULL : fib_select_nh(m->fib, fi, m->q);
		if (!err && !nh)
			continue;
		m->res->fi = fi;
		m->res->fa = fa;
		m->res->nh = nh;
		m->res->nh_index = nh ? nh - fi->nh : 0;
		m->res->plen = plen;
		m->res->type = fa->type;
		m->res->scope = fi->scope;
		return err;
	}
	return 1;
}

int fib_table_lookup(struct net *net, const struct fib_table *tb, const struct fib_query *q,
		     struct fib_result *res)
{
	struct match m = { .fib = net->ipv4->fib, .q = q, .res = res };
	int err = fib_trie_lookup(&tb->trie, fib_key_v4(q->daddr), match_prefix, &m);

	if (err > 0)
		return -EAGAIN;
	res->table = tb;
	return err;
}

/* Walking -------------------------------------------------------------------------------------- */

/* cur->pos within a table: the network address that comes next … */
#define POS_KEY 1
/* … and how many of its routes were shown. */
#define POS_SKIP 2

struct walk {
	const struct fib_table *tb;
	struct fib_key key;
	uint64_t index, skip;
	struct route_config *ret;
	unsigned n, max;
};

static int walk_prefix(struct fib_entry *entry, uint8_t plen, void *arg)
{
	struct walk *w = arg;

	if (!fib_key_equal(w->key, fib_key_first(w->key, plen)))
		return 1;
	for (; entry; entry = entry->next) {
		if (w->index++ < w->skip)
			continue;
		if (w->n == w->max) {
			w->index--;
			return 0;
		}
		fib_alias_fill(fib_alias(entry), w->tb, w->key, plen, &w->ret[w->n++]);
	}
	return 1;
}

unsigned fib_table_walk(const struct fib_table *tb, struct route_cursor *cur,
			struct route_config *ret, unsigned max)
{
	struct walk w = { .tb = tb, .ret = ret, .max = max };

	/* A table's keys end at 2^32: one beyond is the end. */
	while (cur->pos[POS_KEY] <= UINT32_MAX &&
	       fib_trie_next(&tb->trie, fib_key_v4(htonl(cur->pos[POS_KEY])), &w.key)) {
		uint32_t key = ntohl(fib_key_to_v4(w.key));

		w.index = 0;
		w.skip = key == cur->pos[POS_KEY] ? cur->pos[POS_SKIP] : 0;
		cur->pos[POS_KEY] = key;
		if (!fib_trie_lookup(&tb->trie, w.key, walk_prefix, &w)) {
			cur->pos[POS_SKIP] = w.index;
			return w.n;
		}
		cur->pos[POS_KEY]++;
		cur->pos[POS_SKIP] = 0;
	}
	return w.n;
}
