/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which route of a table it is: the longest prefix that has one which will do; there the lowest metric; of
 * those the router that is preferred and answers (RFC 4191 3.2, RFC 4861 6.3.6); of a multipath route the
 * next hop by the flow. Called by fib6_frontend.c for table after table.
 */
#include "stack/ipv6/fib6_info.h"

#include <errno.h>
#include "stack/ip/nexthop_draw.h"
#include "stack/ipv6/ip6.h"

struct match {
	struct net *net;
	const struct fib6_query *q;
	struct fib6_info *best;
	int score;
	unsigned nr_equal; /* routers as good as that */
};

static void consider(struct match *m, struct fib6_info *f6i)
{
	int score = fib6_info_score(m->net, f6i, m->q);

	if (score < 0 || score < m->score)
		return;
	if (score == m->score) {
		m->nr_equal++;
		return;
	}
	m->score = score;
	m->best = f6i;
	m->nr_equal = 1;
}

/*
 * Of routes for the same sources the best of the lowest metric; or, as in the kernel, if none of
 * these will do, the best of all others. Returns the first behind them.
 */
static struct fib6_info *consider_group(struct match *m, struct fib6_info *first)
{
	bool fits = in6_prefix_equal(&first->src, &m->q->saddr, first->src_len);
	struct fib6_info *f6i = first;

	for (; f6i && fib6_info_same_prefix(f6i, first); f6i = fib6_next(f6i)) {
		if (m->best && m->best->priority == first->priority &&
		    f6i->priority != first->priority)
			continue;
		if (fits)
			consider(m, f6i);
	}
	return f6i;
}

/* One of the siblings of @f6i, by the flow. */
static struct fib6_info *select_sibling(struct match *m, struct fib6_info *f6i)
{
	const struct fib6 *fib = m->net->ipv6->fib;
	struct fib6_info *pos = fib6_table_first_sibling(f6i), *best = NULL;
	uint32_t best_draw = 0;

	for (; pos; pos = fib6_next(pos)) {
		uint32_t draw;

		if (!fib6_siblings(pos, f6i) || fib6_info_score(m->net, pos, m->q) < 0)
			continue;
		draw = fib6_info_draw(fib, pos, m->q);
		if (!best || nexthop_draw_better(draw, pos->weight, best_draw, best->weight)) {
			best = pos;
			best_draw = draw;
		}
	}
	return best ? best : f6i;
}

/* Is one of these (all at one prefix) the answer? */
static int match_prefix(struct fib_entry *entry, uint8_t plen, void *arg)
{
	struct match *m = arg;
	struct fib6_info *f6i = fib6_info(entry);

	(void)plen;
	while (f6i && !m->best)
		f6i = consider_group(m, f6i);
	return m->best ? 0 : 1;
}

/*
 * RFC 4861 6.3.6: of routers none of which is known to be there each has its turn, so that all are
 * tried.
 */
static void take_turn(struct match *m)
{
	uint32_t turn = m->net->ipv6->fib->turn++ % m->nr_equal;
	struct fib6_info *f6i;

	for (f6i = m->best; turn && f6i; f6i = fib6_next(f6i)) {
		if (f6i == m->best || f6i->priority != m->best->priority ||
		    !fib6_info_same_prefix(f6i, m->best) ||
		    fib6_info_score(m->net, f6i, m->q) != m->score)
			continue;
		if (!--turn) {
			m->best = f6i;
			return;
		}
	}
}

int fib6_table_lookup(struct net *net, const struct fib_table *tb, const struct fib6_query *q,
		      struct fib6_info **ret)
{
	struct fib6_query again = *q;
	struct match m = { .net = net, .q = q, .score = -1 };
	int err = fib_trie_lookup(&tb->trie, fib_key_v6(&q->daddr), match_prefix, &m);

	*ret = NULL;
	if (err > 0 && (q->flags & FIB6_REACHABLE)) {
		again.flags &= ~FIB6_REACHABLE;
		m.q = &again;
		err = fib_trie_lookup(&tb->trie, fib_key_v6(&q->daddr), match_prefix, &m);
		if (!err && m.nr_equal > 1 && !fib6_info_ecmp(m.best))
			take_turn(&m);
	}
	if (err > 0)
		return -EAGAIN;
	*ret = m.best;
	if (!(q->flags & FIB6_FIXED) && net->ipv6->fib->multipath && fib6_info_ecmp(m.best))
		*ret = select_sibling(&m, m.best);
	return fib6_info_error(*ret);
}
