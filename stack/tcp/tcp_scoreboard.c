/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RFC 6675. An skb of the retransmission queue that a block covers in part is cut at segment boundaries, so
 * that each skb is SACKed as a whole or not at all. Blocks come from a stranger: each is checked against
 * [snd_una, snd_nxt), and what the last acknowledgement said already is passed over without a walk.
 */
#include "stack/tcp/tcp_scoreboard.h"

#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_output.h"
#include "stack/tcp/tcp_recovery.h"
#include "stack/tcp/tcp_retransmit.h"

/* RFC 2883 4: the first block reports a duplicate when it lies below the acknowledgement, or inside the second. */
static bool is_dsack(const struct tcp_seg *seg)
{
	const struct tcp_sack_block *b = seg->opt.sacks;

	if (!seg->opt.nr_sacks || !before(b[0].start, b[0].end))
		return false;
	if (before(b[0].start, seg->ack))
		return !after(b[0].end, seg->ack);
	return seg->opt.nr_sacks > 1 && !before(b[0].start, b[1].start) &&
	       !after(b[0].end, b[1].end);
}

static bool block_valid(const struct tcp_sock *tp, const struct tcp_sack_block *b)
{
	return before(b->start, b->end) && !before(b->start, tp->snd_una) &&
	       !after(b->end, tp->snd_nxt);
}

/* The skb that @seq is in; @seq is in the queue. Looked for from where the last SACKs were. */
static struct sk_buff *find(const struct tcp_sock *tp, uint32_t seq)
{
	struct sk_buff *skb = tp->highest_sack ? tp->highest_sack : tcp_rtx_head(tp);

	while (skb && before(seq, tcp_cb(skb)->seq))
		skb = tcp_rtx_prev(tp, skb);
	while (skb && !before(seq, tcp_cb(skb)->end_seq))
		skb = tcp_rtx_next(tp, skb);
	return skb;
}

void tcp_scoreboard_reordering(struct tcp_sock *tp, const struct tcp_ack_state *st, uint32_t seq)
{
	uint32_t distance;

	if (!before(seq, st->prior_high))
		return;
	distance = DIV_ROUND_UP(st->prior_high - seq, tp->mss_cache);
	if (distance > tp->reordering) {
		tp->reordering = min(distance, (uint32_t)tcp_net(tp)->sysctl.tcp_max_reordering);
		tp->reord_seen++;
	}
}

static void mark_sacked(struct tcp_sock *tp, struct tcp_ack_state *st, struct sk_buff *skb)
{
	struct tcp_skb_cb *cb = tcp_cb(skb);
	uint32_t len = tcp_seqlen(skb);

	if (cb->tx.flags & TCPCB_EVER_RETRANS) {
		st->retrans_acked = true;
	} else {
		if (!(cb->tx.flags & TCPCB_LOST) || tp->repair != TCP_LOSS)
			tcp_scoreboard_reordering(tp, st, cb->seq);
		if (!st->sack_sent)
			st->sack_sent = cb->tx.sent;
	}
	tcp_rtx_uncount(tp, skb, len);
	cb->tx.flags &= ~(TCPCB_LOST | TCPCB_RETRANS);
	cb->tx.flags |= TCPCB_SACKED;
	tp->sacked_out += len;
	st->sacked += len;
	st->delivered += len;
	if (!tp->highest_sack || after(cb->seq, tcp_cb(tp->highest_sack)->seq))
		tp->highest_sack = skb;
}

/*
 * Cut @skb so that what is left of it lies within [@start, @end). The cuts are where its segments end, so that
 * nobody can shatter a queue by odd blocks. Return: the piece, NULL: no whole segment of it is covered (or no
 * memory).
 */
static struct sk_buff *carve(struct tcp_sock *tp, struct sk_buff *skb, uint32_t start, uint32_t end)
{
	struct tcp_skb_cb *cb = tcp_cb(skb);
	uint32_t mss = max(cb->tx.mss, (uint16_t)1), from = 0, to = skb->len;

	if (after(start, cb->seq))
		from = DIV_ROUND_UP(start - cb->seq, mss) * mss;
	if (before(end, cb->end_seq))
		to = (end - cb->seq) / mss * mss;
	if (from >= to)
		return from == to && to == skb->len && !after(start, cb->seq)
			       ? skb
			       : NULL; /* a bare FIN */
	if (to < skb->len && !tcp_split(tp, &tp->rtx_queue, skb, to))
		return NULL;
	if (!from)
		return skb;
	return tcp_split(tp, &tp->rtx_queue, skb, from) ? tcp_rtx_next(tp, skb) : NULL;
}

static void sack_range(struct tcp_sock *tp, struct tcp_ack_state *st, uint32_t start, uint32_t end)
{
	struct sk_buff *skb = find(tp, start), *piece;

	while (skb && before(tcp_cb(skb)->seq, end)) {
		piece = skb;
		if (!(tcp_cb(skb)->tx.flags & TCPCB_SACKED)) {
			piece = carve(tp, skb, start, end);
			if (piece)
				mark_sacked(tp, st, piece);
			else if (!before(tcp_cb(skb)->end_seq, end))
				break;
		}
		skb = tcp_rtx_next(tp, piece ? piece : skb);
	}
}

/* Only what the last acknowledgement did not say. */
static void sack_block(struct tcp_sock *tp, struct tcp_ack_state *st, struct tcp_sack_block b)
{
	for (unsigned i = 0; i < TCP_SACKS_MAX && before(b.start, b.end); i++) {
		const struct tcp_sack_block *old = &tp->sack_cache[i];

		if (old->start == old->end || after(old->start, b.start) ||
		    !after(old->end, b.start))
			continue;
		b.start = before(old->end, b.end) ? old->end : b.end;
	}
	if (before(b.start, b.end))
		sack_range(tp, st, b.start, b.end);
}

void tcp_scoreboard_sack(struct tcp_sock *tp, struct tcp_ack_state *st)
{
	const struct tcp_opts *opt = &st->seg->opt;
	struct tcp_sack_block seen[TCP_SACKS_MAX] = { 0 };
	struct sk_buff *head;
	unsigned first = 0;

	if (is_dsack(st->seg)) {
		st->dsack = true;
		tcp_recovery_dsack(tp, &opt->sacks[0]);
		first = 1;
	}
	for (unsigned i = first; i < opt->nr_sacks; i++) {
		if (!block_valid(tp, &opt->sacks[i]))
			continue;
		sack_block(tp, st, opt->sacks[i]);
		seen[i] = opt->sacks[i];
	}
	memcpy(tp->sack_cache, seen, sizeof(seen));

	/* RFC 2018 8: what is SACKed cannot begin where the acknowledgement ends, but if a SACK was taken back. */
	head = tcp_rtx_head(tp);
	tp->reneging = head && (tcp_cb(head)->tx.flags & TCPCB_SACKED) &&
		       !after(st->seg->ack, tcp_cb(head)->seq);
}

/*
 * RFC 6675 4, IsLost(): lost is what has more than (DupThresh - 1) segments SACKed above it. DupThresh is
 * tp->reordering: three, or more where the network was seen to reorder.
 */
void tcp_scoreboard_mark_lost(struct tcp_sock *tp)
{
	uint32_t need = (tp->reordering - 1) * tp->mss_cache, above = 0, top;
	struct sk_buff *skb;

	if (tp->sacked_out <= need)
		return;
	/* Down from the top, until enough is SACKed above. */
	for (skb = tp->highest_sack; skb && above <= need; skb = tcp_rtx_prev(tp, skb)) {
		if (tcp_cb(skb)->tx.flags & TCPCB_SACKED)
			above += tcp_seqlen(skb);
	}
	if (!skb)
		return;
	/* All below that is not SACKed is lost; what lies below lost_seq was reached from here before. */
	top = tcp_cb(skb)->end_seq;
	for (; skb && after(tcp_cb(skb)->end_seq, tp->lost_seq); skb = tcp_rtx_prev(tp, skb)) {
		if (!(tcp_cb(skb)->tx.flags & (TCPCB_SACKED | TCPCB_LOST)))
			tcp_mark_skb_lost(tp, skb);
	}
	tp->lost_seq = seq_max(tp->lost_seq, top);
}

void tcp_scoreboard_clear(struct tcp_sock *tp)
{
	struct sk_buff *skb;

	skb_queue_walk(&tp->rtx_queue, skb) {
		if (!(tcp_cb(skb)->tx.flags & TCPCB_SACKED))
			continue;
		tcp_cb(skb)->tx.flags &= ~TCPCB_SACKED;
		tp->sacked_out -= tcp_seqlen(skb);
	}
	if (!tp->sack_ok)
		tp->sacked_out = 0;
	tp->highest_sack = NULL;
	tp->lost_seq = tp->snd_una;
	memset(tp->sack_cache, 0, sizeof(tp->sack_cache));
}
