/* SPDX-License-Identifier: BSD-2-Clause */
/* Sending again. What is lost is decided elsewhere: by the scoreboard, by time-outs, by a smaller path MTU. */
#include "stack/tcp/tcp_retransmit.h"

#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_mss.h"
#include "stack/tcp/tcp_output.h"
#include "stack/tcp/tcp_timer.h"

void tcp_mark_skb_lost(struct tcp_sock *tp, struct sk_buff *skb)
{
	struct tcp_skb_cb *cb = tcp_cb(skb);

	if (cb->tx.flags & TCPCB_LOST) {
		if (!(cb->tx.flags & TCPCB_RETRANS))
			return;
		cb->tx.flags &= ~TCPCB_RETRANS;
		tp->retrans_out -= tcp_seqlen(skb);
		MIB_INC(tp->sk.net, TcpExtTCPLostRetransmit);
	} else {
		cb->tx.flags |= TCPCB_LOST;
		tp->lost_out += tcp_seqlen(skb);
	}
	if (!tp->retrans_hint || before(cb->seq, tcp_cb(tp->retrans_hint)->seq))
		tp->retrans_hint = skb;
}

void tcp_rtx_uncount(struct tcp_sock *tp, struct sk_buff *skb, uint32_t len)
{
	uint8_t flags = tcp_cb(skb)->tx.flags;

	if (flags & TCPCB_SACKED)
		tp->sacked_out -= len;
	if (flags & TCPCB_LOST)
		tp->lost_out -= len;
	if (flags & TCPCB_RETRANS)
		tp->retrans_out -= len;
}

bool tcp_rtx_isolate(struct tcp_sock *tp, struct sk_buff *skb)
{
	uint32_t mss = max(tcp_cb(skb)->tx.mss, (uint16_t)1);

	return skb->len <= mss || tcp_split(tp, &tp->rtx_queue, skb, mss);
}

void tcp_rtx_count(struct tcp_sock *tp, struct sk_buff *skb)
{
	struct tcp_skb_cb *cb = tcp_cb(skb);

	if (!(cb->tx.flags & TCPCB_RETRANS))
		tp->retrans_out += tcp_seqlen(skb);
	cb->tx.flags |= TCPCB_RETRANS | TCPCB_EVER_RETRANS;
	if (!tp->retrans_stamp)
		tp->retrans_stamp = tp->sk.net->now;
	if (tp->undo_marker) {
		tp->undo_retrans += tcp_seqlen(skb);
		if (!tp->undo_retrans_stamp)
			tp->undo_retrans_stamp = tcp_clock(tp);
	}
}

/* Payload of @skb that may go now; at least its first segment where nothing retransmitted is in flight. */
static uint32_t allowance(const struct tcp_sock *tp, const struct sk_buff *skb, uint32_t mss)
{
	uint32_t flight = tcp_in_flight(tp);
	uint32_t room = tp->cwnd > flight ? tp->cwnd - flight : 0;
	uint32_t first = min(skb->len, mss);

	if (room < first || !room)
		return tp->retrans_out ? 0 : max(first, 1u);
	room = min(room, tcp_gso_goal(tp, mss));
	return room >= skb->len ? max(skb->len, 1u) : room - room % mss;
}

/* Send what may go of @skb, which is lost. false: no more now. */
static bool retransmit_one(struct tcp_sock *tp, struct sk_buff *skb, uint32_t mss)
{
	bool head = skb == tcp_rtx_head(tp);
	uint32_t n;

	if (tp->tsq_packets >= tcp_tsq_limit(tp, mss)) {
		tp->tsq_throttled = true;
		return false;
	}
	n = allowance(tp, skb, mss);
	if (!n || (n < skb->len && !tcp_split(tp, &tp->rtx_queue, skb, n)))
		return false;
	/* Sending may end the connection (there is no way to the peer any more): @skb is not touched after it. */
	if (!tcp_resend(tp, skb, mss) || tp->sk.state == SS_CLOSE)
		return false;
	if (head)
		tcp_rearm_rto(tp);
	return true;
}

void tcp_retransmit_lost(struct tcp_sock *tp)
{
	struct sk_buff *skb;
	uint32_t mss;

	if (tp->repair < TCP_RECOVERY || !tp->lost_out || tp->sk.state == SS_CLOSE)
		return;
	mss = tcp_current_mss(tp);
	if (!mss)
		return;
	for (skb = tp->retrans_hint ? tp->retrans_hint : tcp_rtx_head(tp); skb;
	     skb = tcp_rtx_next(tp, skb)) {
		tp->retrans_hint = skb;
		if ((tcp_cb(skb)->tx.flags & (TCPCB_LOST | TCPCB_RETRANS)) == TCPCB_LOST &&
		    !retransmit_one(tp, skb, mss))
			return;
	}
}

bool tcp_retransmit_head(struct tcp_sock *tp)
{
	struct sk_buff *skb = tcp_rtx_head(tp);
	uint32_t mss = tcp_current_mss(tp);

	if (!skb || !mss)
		return false;
	if (skb->len > mss && !tcp_split(tp, &tp->rtx_queue, skb, mss))
		return false;
	return tcp_resend(tp, skb, mss);
}
