/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The states of recovery:
 *
 *	OPEN ---- SACK or duplicate ----> DISORDER ---- something is lost ----> RECOVERY
 *	 ^                                   |                                     |
 *	 '--- all is repaired: snd_una >= high_seq (RecoveryPoint) <---------------'
 *	any of them ---- time-out ----> LOSS ---- likewise ----> OPEN
 *
 * In RECOVERY the window stands at ssthresh, and what may be sent, old or new, is what keeps "pipe"
 * (tcp_in_flight()) below it (RFC 6675 5). Without SACK each duplicate ACK counts as one segment that has
 * left the network, which is what RFC 6582's inflated window amounts to.
 *
 * A reduction is undone when it turns out that nothing was lost: the acknowledgement echoes a timestamp from
 * before the first retransmission (Eifel, RFC 3522), or every retransmission was reported as a duplicate
 * (D-SACK, RFC 3708).
 */
#include "stack/tcp/tcp_recovery.h"

#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_cong.h"
#include "stack/tcp/tcp_retransmit.h"
#include "stack/tcp/tcp_scoreboard.h"

/* Undoing -------------------------------------------------------------------------------------------- */

static void undo_begin(struct tcp_sock *tp)
{
	tp->undo_marker = tp->snd_una;
	tp->undo_retrans = tp->retrans_out;
	tp->undo_retrans_stamp = 0;
	tp->prior_cwnd = tp->cwnd;
	tp->prior_ssthresh = tp->ssthresh;
}

static void undo_end(struct tcp_sock *tp)
{
	tp->undo_marker = 0;
	tp->undo_retrans = 0;
	tp->undo_retrans_stamp = 0;
}

/* RFC 3522: the acknowledgement was caused by something sent before we retransmitted. */
static bool by_timestamp(const struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	return tp->undo_retrans_stamp && st->acked && tp->ts_ok && st->seg->opt.has_ts &&
	       st->seg->opt.tsecr && before(st->seg->opt.tsecr, tp->undo_retrans_stamp);
}

/* RFC 3708: we did retransmit, and all of it was in vain. */
static bool by_dsack(const struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	return st->dsack && tp->undo_retrans_stamp && !tp->undo_retrans;
}

static bool try_undo(struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	struct sk_buff *skb;

	if (!tp->undo_marker || (!by_timestamp(tp, st) && !by_dsack(tp, st)))
		return false;
	if (tp->repair == TCP_LOSS)
		MIB_INC(tp->sk.net, TcpExtTCPSpuriousRTOs);
	else /* so the network reorders by more than was thought */
		tp->reordering =
			min(2 * tp->reordering, (uint32_t)tcp_net(tp)->sysctl.tcp_max_reordering);
	/* What was taken for lost is in the network after all. */
	skb_queue_walk(&tp->rtx_queue, skb) {
		if ((tcp_cb(skb)->tx.flags & (TCPCB_LOST | TCPCB_RETRANS)) == TCPCB_LOST) {
			tcp_cb(skb)->tx.flags &= ~TCPCB_LOST;
			tp->lost_out -= tcp_seqlen(skb);
		}
	}
	tp->retrans_hint = NULL;
	tp->lost_seq = tp->snd_una;
	tcp_cwnd_set(tp, tp->cong->undo_cwnd(tp));
	tp->ssthresh = max(tp->ssthresh, tp->prior_ssthresh);
	undo_end(tp);
	return true;
}

void tcp_recovery_dsack(struct tcp_sock *tp, const struct tcp_sack_block *b)
{
	uint32_t len = b->end - b->start;

	tp->dsack_dups++;
	MIB_INC(tp->sk.net, TcpExtTCPDSACKRecv);
	/* Only what was retransmitted since the reduction; the network can duplicate, too. */
	if (tp->undo_marker && tp->undo_retrans && !before(b->start, tp->undo_marker) &&
	    !after(b->end, tp->high_seq))
		tp->undo_retrans -= min(len, tp->undo_retrans);
}

/* Entering ------------------------------------------------------------------------------------------ */

static void reduce(struct tcp_sock *tp)
{
	undo_begin(tp);
	tp->ssthresh = tp->cong->ssthresh(tp);
	tp->cwnd_cnt = 0;
}

static void enter_recovery(struct tcp_sock *tp)
{
	if (tp->sack_ok)
		MIB_INC(tp->sk.net, TcpExtTCPSackRecovery);
	else
		MIB_INC(tp->sk.net, TcpExtTCPRenoRecovery);
	MIB_INC(tp->sk.net, TcpExtTCPFastRetrans);
	reduce(tp);
	tcp_cwnd_set(tp, tp->ssthresh);
	tp->high_seq = tp->snd_nxt;
	tp->repair = TCP_RECOVERY;
	tcp_owe(tp, TCP_OWE_RETRANS);
}

/* The oldest segment is lost: nothing else explains the duplicates. */
static void mark_head_lost(struct tcp_sock *tp)
{
	struct sk_buff *skb = tcp_rtx_head(tp);

	if (!skb || (tcp_cb(skb)->tx.flags & (TCPCB_SACKED | TCPCB_LOST)))
		return;
	if (!tcp_rtx_isolate(tp, skb))
		return;
	tcp_mark_skb_lost(tp, skb);
	/* Without SACK, duplicates and losses together cannot be more than there is. */
	if (!tp->sack_ok)
		tp->sacked_out = min(tp->sacked_out, tp->snd_nxt - tp->snd_una - tp->lost_out);
}

void tcp_enter_loss(struct tcp_sock *tp)
{
	struct sk_buff *skb;

	/* A time-out in the middle of a repair that an earlier one began is the same congestion. */
	if (tp->repair < TCP_RECOVERY || !after(tp->high_seq, tp->snd_una) ||
	    (tp->repair == TCP_LOSS && !tp->retransmits)) {
		reduce(tp);
		tcp_cong_event(tp, TCP_CONG_LOSS);
	}
	tcp_cwnd_set(tp, tp->mss_cache);
	if (tp->reneging || !tp->sack_ok)
		tcp_scoreboard_clear(tp);
	tp->reneging = false;
	skb_queue_walk(&tp->rtx_queue, skb) {
		if (!(tcp_cb(skb)->tx.flags & TCPCB_SACKED))
			tcp_mark_skb_lost(tp, skb);
	}
	tp->dupacks = 0;
	tp->high_seq = tp->snd_nxt;
	tp->repair = TCP_LOSS;
}

void tcp_recovery_mtu(struct tcp_sock *tp)
{
	struct sk_buff *skb;
	uint32_t lost = tp->lost_out;

	skb_queue_walk(&tp->rtx_queue, skb) {
		struct tcp_skb_cb *cb = tcp_cb(skb);

		if (!(cb->tx.flags & TCPCB_SACKED) &&
		    min(skb->len, (uint32_t)cb->tx.mss) > tp->mss_cache)
			tcp_mark_skb_lost(tp, skb);
	}
	if (tp->lost_out == lost)
		return;
	if (!tp->sack_ok)
		tp->sacked_out = 0;
	if (tp->repair < TCP_RECOVERY) {
		tp->high_seq = tp->snd_nxt;
		tp->repair = TCP_LOSS;
		undo_end(tp);
	}
	tcp_owe(tp, TCP_OWE_RETRANS);
}

/* Each acknowledgement ------------------------------------------------------------------------------ */

/* Without SACK: RFC 6582. Each duplicate stands for a segment that has arrived; a partial one ends with them. */
static void reno_update(struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	uint32_t most = tp->snd_nxt - tp->snd_una - tp->lost_out;

	if (st->acked) {
		uint32_t ate = st->acked > tp->mss_cache ? st->acked - tp->mss_cache : 0;

		tp->sacked_out -= min(tp->sacked_out, ate);
		tp->dupacks = 0;
	} else if (st->dupack) {
		tp->sacked_out += tp->mss_cache;
	}
	most -= min(most, (uint32_t)tp->mss_cache);
	tp->sacked_out = min(tp->sacked_out, most);
}

static void update_losses(struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	if (st->dupack)
		tp->dupacks++;
	else if (st->acked)
		tp->dupacks = 0;
	if (tp->sack_ok)
		tcp_scoreboard_mark_lost(tp);
	/* RFC 5681 3.2, RFC 6675 5 (2): duplicates enough, although little is SACKed. */
	if (tp->dupacks >= tp->reordering && tp->repair < TCP_RECOVERY)
		mark_head_lost(tp);
}

static void update_open(struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	try_undo(tp, st);
	update_losses(tp, st);
	if (tp->lost_out)
		enter_recovery(tp);
	else
		tp->repair = tp->sacked_out ? TCP_DISORDER : TCP_OPEN;
}

/* Is all repaired that was sent before the reduction? */
static bool recovered(const struct tcp_sock *tp)
{
	if (before(tp->snd_una, tp->high_seq))
		return false;
	/* RFC 6582 6: without SACK, duplicates that our own retransmissions cause come after it. */
	return tp->sack_ok || after(tp->snd_una, tp->high_seq) || tp->snd_una == tp->snd_nxt;
}

static void leave_recovery(struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	if (!try_undo(tp, st) && tp->repair == TCP_RECOVERY)
		tcp_cwnd_set(tp, min(tp->cwnd, tp->ssthresh));
	tp->repair = TCP_OPEN;
	tp->retrans_stamp = 0;
	tp->dupacks = 0;
	update_open(tp, st);
}

static void update_recovery(struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	if (recovered(tp) || try_undo(tp, st)) {
		leave_recovery(tp, st);
		return;
	}
	update_losses(tp, st);
	/* RFC 6582 3.2, 5: a partial acknowledgement: the next one is lost, too. */
	if (!tp->sack_ok && st->acked)
		mark_head_lost(tp);
	tcp_owe(tp, TCP_OWE_RETRANS);
}

static void update_loss(struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	if (recovered(tp) || try_undo(tp, st)) {
		leave_recovery(tp, st);
		return;
	}
	tcp_owe(tp, TCP_OWE_RETRANS);
}

/* Did the congestion window limit us, so that it may grow? In slow start half of it used is enough. */
static bool may_grow(const struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	/* Out of order may be the rule here, or a loss that shows only now: SACKs alone do not make it grow. */
	if (!st->acked && tp->reordering <= tcp_net(tp)->sysctl.tcp_reordering)
		return false;
	if (tp->cwnd_limited)
		return true;
	return tcp_in_slow_start(tp) && tp->cwnd < 2 * tp->max_flight;
}

void tcp_recovery_ack(struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	uint8_t before = tp->repair;

	if (!tp->sack_ok)
		reno_update(tp, st);
	switch (tp->repair) {
	case TCP_RECOVERY:
		update_recovery(tp, st);
		break;
	case TCP_LOSS:
		update_loss(tp, st);
		break;
	default:
		update_open(tp, st);
		break;
	}
	if (tp->retrans_out == 0 && tp->repair < TCP_RECOVERY)
		tp->retrans_stamp = 0;
	/* What recovery delivered, the acknowledgement that ends it included, makes nothing grow. */
	if (before != TCP_RECOVERY && tp->repair != TCP_RECOVERY && st->delivered &&
	    may_grow(tp, st))
		tp->cong->cong_avoid(tp, st->delivered);
}
