/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The blocks that we report. tp->sacks holds disjoint ranges of what is on the out-of-order queue, the one
 * that grew last in front (RFC 2018 4). There may be more ranges than blocks: then the oldest reports
 * are forgotten, and come back when they grow.
 */
#include "stack/tcp/tcp_sack.h"

#include <string.h>
#include "stack/tcp/tcp_output.h"

static void block_remove(struct tcp_sock *tp, unsigned i)
{
	tp->nr_sacks--;
	memmove(&tp->sacks[i], &tp->sacks[i + 1], (tp->nr_sacks - i) * sizeof(tp->sacks[0]));
}

/* With timestamps three blocks fit, without them four. */
static unsigned blocks_max(const struct tcp_sock *tp)
{
	return tp->ts_ok ? 3 : 4;
}

static bool touches(const struct tcp_sack_block *b, uint32_t start, uint32_t end)
{
	return !after(start, b->end) && !before(end, b->start);
}

bool tcp_sack_touches(const struct tcp_sock *tp, uint32_t start, uint32_t end)
{
	for (unsigned i = 0; i < tp->nr_sacks; i++)
		if (touches(&tp->sacks[i], start, end))
			return true;
	return false;
}

void tcp_sack_add(struct tcp_sock *tp, uint32_t start, uint32_t end)
{
	struct tcp_sack_block b = { start, end };

	/* Take up every block that touches it. */
	for (unsigned i = 0; i < tp->nr_sacks;) {
		struct tcp_sack_block *have = &tp->sacks[i];

		if (!touches(have, b.start, b.end)) {
			i++;
			continue;
		}
		b.start = before(have->start, b.start) ? have->start : b.start;
		b.end = seq_max(have->end, b.end);
		if (i < tp->sack_news)
			tp->sack_news--;
		block_remove(tp, i);
		i = 0;
	}
	/* One acknowledgement answers a whole batch; but what does not fit into it would never be told. */
	if (tp->sack_news == blocks_max(tp))
		tcp_send_ack(tp);
	tp->sack_news++;
	if (tp->nr_sacks == TCP_SACKS_MAX)
		tp->nr_sacks--;
	memmove(&tp->sacks[1], &tp->sacks[0], tp->nr_sacks * sizeof(b));
	tp->sacks[0] = b;
	tp->nr_sacks++;
}

void tcp_sack_advance(struct tcp_sock *tp)
{
	for (unsigned i = 0; i < tp->nr_sacks;) {
		if (before(tp->rcv_nxt, tp->sacks[i].start)) {
			i++;
			continue;
		}
		if (i < tp->sack_news)
			tp->sack_news--;
		block_remove(tp, i);
	}
}

void tcp_sack_clear(struct tcp_sock *tp)
{
	tp->nr_sacks = tp->sack_news = 0;
}

void tcp_dsack_set(struct tcp_sock *tp, uint32_t start, uint32_t end)
{
	if (!tp->sack_ok || !tcp_net(tp)->sysctl.tcp_dsack)
		return;
	MIB_INC(tp->sk.net, TcpExtTCPDSACKOldSent);
	if (tp->dsack_pending && touches(&tp->dsack, start, end)) {
		tp->dsack.start = before(start, tp->dsack.start) ? start : tp->dsack.start;
		tp->dsack.end = seq_max(end, tp->dsack.end);
		return;
	}
	tp->dsack = (struct tcp_sack_block){ start, end };
	tp->dsack_pending = true;
}

void tcp_sack_fill(struct tcp_sock *tp, struct tcp_opts *o)
{
	/* RFC 2883 4: the duplicate goes first. */
	if (tp->dsack_pending)
		o->sacks[o->nr_sacks++] = tp->dsack;
	tp->dsack_pending = false;
	tp->sack_news = 0;
	for (unsigned i = 0; i < tp->nr_sacks && o->nr_sacks < blocks_max(tp); i++)
		o->sacks[o->nr_sacks++] = tp->sacks[i];
}

uint32_t tcp_sack_option_len(const struct tcp_sock *tp)
{
	unsigned n = min(tp->nr_sacks + (unsigned)tp->dsack_pending, blocks_max(tp));

	return n ? 4 + 8 * n : 0;
}
