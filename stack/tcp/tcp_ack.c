/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An acknowledgement, from its header to the queues it frees:
 *
 *	window -> what is acknowledged leaves the retransmission queue -> SACK marks the rest
 *	-> round-trip time -> timers -> loss recovery and congestion window -> room for new data
 */
#include "stack/tcp/tcp_ack.h"

#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_cong.h"
#include "stack/tcp/tcp_mem.h"
#include "stack/tcp/tcp_mss.h"
#include "stack/tcp/tcp_recovery.h"
#include "stack/tcp/tcp_retransmit.h"
#include "stack/tcp/tcp_rtt.h"
#include "stack/tcp/tcp_scoreboard.h"
#include "stack/tcp/tcp_timer.h"
#include "stack/tcp/tcp_write.h"

/* RFC 9293 3.10.7.4: "if SND.WL1 < SEG.SEQ or …", with the acknowledgement's number in place of SND.WL2 */
/* Return: the window that it tells is another than before. */
static bool update_window(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	uint32_t wnd =
		seg->wnd << (seg->flags & TCPHDR_SYN ? 0 : tp->snd_wscale); /* RFC 7323 2.2 */
	bool newer = after(seg->ack, tp->snd_una) || after(seg->seq, tp->snd_wl1) ||
		     (seg->seq == tp->snd_wl1 && wnd > tp->snd_wnd);

	if (newer)
		tp->snd_wl1 = seg->seq;
	if (wnd == tp->snd_wnd)
		return false;
	if (!newer)
		return true;
	tp->snd_wnd = wnd;
	if (wnd > tp->max_window) {
		tp->max_window = wnd;
		tcp_sync_mss(tp, tp->pmtu);
	}
	return true;
}

/* Note the times of an skb that is acknowledged for the first time, or that it was retransmitted. */
static void note_acked(struct tcp_sock *tp, struct tcp_ack_state *st, const struct sk_buff *skb)
{
	const struct tcp_skb_cb *cb = tcp_cb(skb);

	if (cb->tx.flags & TCPCB_EVER_RETRANS) {
		st->retrans_acked = true;
	} else if (!(cb->tx.flags & TCPCB_SACKED)) {
		if (!st->first_sent)
			st->first_sent = cb->tx.sent;
		st->last_sent = cb->tx.sent;
		tcp_scoreboard_reordering(tp, st, cb->seq);
	}
}

/* The first @len bytes of the head are acknowledged, but not all of it. */
static void trim_head(struct tcp_sock *tp, struct sk_buff *skb, uint32_t len)
{
	uint32_t old = skb->truesize;

	skb_pull(skb, len); /* a FIN is the last byte, and still there */
	skb_queue_resize(&tp->rtx_queue, skb, old);
	tcp_wmem_uncharge(tp, len);
	tcp_cb(skb)->seq += len;
}

static void clean_rtx_queue(struct tcp_sock *tp, struct tcp_ack_state *st)
{
	struct sk_buff *skb;

	while ((skb = tcp_rtx_head(tp))) {
		struct tcp_skb_cb *cb = tcp_cb(skb);
		bool whole = !after(cb->end_seq, tp->snd_una);
		uint32_t len = whole ? tcp_seqlen(skb) : tp->snd_una - cb->seq;

		if (!whole && !after(tp->snd_una, cb->seq))
			break;
		note_acked(tp, st, skb);
		tcp_rtx_uncount(tp, skb, len);
		if (!(cb->tx.flags & TCPCB_SACKED))
			st->delivered += len;
		if (!whole) {
			trim_head(tp, skb, len);
			break;
		}
		if (tp->retrans_hint == skb)
			tp->retrans_hint = NULL;
		if (tp->highest_sack == skb)
			tp->highest_sack = NULL;
		skb_unlink(&tp->rtx_queue, skb);
		tcp_wqueue_free(tp, skb);
	}
}

/*
 * RFC 6298 3 (Karn): what was retransmitted gives no sample, but by timestamps (RFC 7323 4.1). Not so with a
 * D-SACK: then an acknowledgement was lost, and what is echoed is from long ago.
 */
static int32_t round_trip(const struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	ktime_t now = tp->sk.net->now;

	if (st->first_sent && !st->retrans_acked)
		return max(ktime_to_us(now - st->first_sent), (int64_t)1);
	if (st->sack_sent)
		return max(ktime_to_us(now - st->sack_sent), (int64_t)1);
	if (st->acked && !st->dsack)
		return tcp_rtt_by_timestamp(tp, st->seg);
	return -1;
}

static void update_rtt(struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	int32_t us = round_trip(tp, st);

	if (us < 0)
		return;
	tcp_rtt_sample(tp, us);
	tp->backoff = 0; /* RFC 6298 5.7: a sample collapses the backoff */
}

static void tell_algorithm(struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	struct tcp_cong_sample s = {
		.acked = st->delivered,
		.in_flight = st->prior_flight,
		.rtt_us = -1,
	};
	ktime_t sent = max(st->last_sent, st->sack_sent);

	if (!tp->cong->pkts_acked)
		return;
	if (sent && !st->retrans_acked)
		s.rtt_us = max(ktime_to_us(tp->sk.net->now - sent), (int64_t)1);
	tp->cong->pkts_acked(tp, &s);
}

/* The peer is alive, whatever it says. */
static void progress(struct tcp_sock *tp, const struct tcp_ack_state *st)
{
	tp->probes_out = 0;
	tp->sk.soft_err = 0;
	if (!st->acked)
		return;
	tp->retransmits = 0;
	tp->backoff = 0;
	tp->bytes_acked += st->acked;
	if (tp->sk.dst && tp->sk.dst->ops->confirm)
		tp->sk.dst->ops->confirm(tp->sk.dst);
}

/* RFC 5681 2 */
static bool is_dupack(const struct tcp_sock *tp, const struct tcp_ack_state *st,
		      bool window_changed)
{
	if (tp->sack_ok)
		return st->sacked;
	return !st->acked && !st->seg->len && !window_changed && tp->snd_nxt != tp->snd_una &&
	       !(st->seg->flags & (TCPHDR_SYN | TCPHDR_FIN));
}

void tcp_ack(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	struct tcp_ack_state st = {
		.seg = seg,
		.prior_una = tp->snd_una,
		.prior_flight = tcp_in_flight(tp),
		.prior_high = tp->highest_sack ? tcp_cb(tp->highest_sack)->end_seq : tp->snd_una,
	};
	bool window_changed;

	if (before(seg->ack, tp->snd_una)) {
		/* An old one: what it SACKs may be news all the same, and a D-SACK is. */
		if (seg->opt.nr_sacks && tp->sack_ok && tp->snd_nxt != tp->snd_una)
			tcp_scoreboard_sack(tp, &st);
		return;
	}
	window_changed = update_window(tp, seg);
	st.acked = seg->ack - tp->snd_una;
	tp->snd_una = seg->ack;
	progress(tp, &st);
	if (st.acked)
		clean_rtx_queue(tp, &st);
	if (tp->sack_ok && (seg->opt.nr_sacks || tp->sacked_out))
		tcp_scoreboard_sack(tp, &st);
	st.dupack = is_dupack(tp, &st, window_changed);
	tp->delivered += st.delivered;
	update_rtt(tp, &st);
	tell_algorithm(tp, &st);
	tcp_recovery_ack(tp, &st);
	if (st.acked || tp->reneging || tp->snd_nxt == tp->snd_una)
		tcp_rearm_rto(tp);
	if (st.acked)
		tcp_sndbuf_grow(tp);
	tcp_owe(tp, TCP_OWE_DATA);
}
