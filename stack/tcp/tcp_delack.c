/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Delayed acknowledgements. An acknowledgement goes out at once, at the end of the batch, when more than
 * one full-sized segment waits for it (RFC 5681's "at least every second", counted over the batch), when
 * something is missing for more than a moment, or in quick-ack mode: at the start of a connection and after losses, when
 * the sender's clock is our acknowledgements. Else a timer waits for data to carry it: tp->ato, which
 * follows the gaps between the peer's segments, between 40 and 200 ms.
 */
#include "stack/tcp/tcp_delack.h"

#include "stack/tcp/tcp_output.h"

void tcp_delack_init(struct tcp_sock *tp)
{
	tp->rcv_mss = min((uint32_t)tp->adv_mss, TCP_DEFAULT_MSS);
	tp->ato = 0;
	tp->pingpong = false;
	tp->dupacks_owed = 0;
}

void tcp_quickack(struct tcp_sock *tp, unsigned segments)
{
	/* Half of the window is enough to keep the sender going. */
	unsigned quick = tp->rcv_wnd / (2u * max(tp->rcv_mss, (uint16_t)1));

	tp->quick = max((unsigned)tp->quick, min(max(quick, 2u), segments));
	tp->pingpong = false;
	tp->ato = TCP_DELACK_MIN;
}

/* The peer's segment size, as seen: what counts as full-sized. */
static void measure_rcv_mss(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	if (seg->mss >= tp->rcv_mss)
		tp->rcv_mss = min(seg->mss, (uint32_t)tp->adv_mss);
	else if (seg->len >= TCP_DEFAULT_MSS && !(seg->flags & TCPHDR_PSH))
		tp->rcv_mss = seg->mss;
}

void tcp_delack_received(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	ktime_t now = tp->sk.net->now;
	uint32_t gap = ktime_to_ms(now - tp->last_rcv);

	measure_rcv_mss(tp, seg);
	if (!tp->ato) {
		tcp_quickack(tp, TCP_MAX_QUICKACKS);
	} else if (gap <= TCP_DELACK_MIN / 2) {
		tp->ato = tp->ato / 2 + TCP_DELACK_MIN / 2;
	} else if (gap < tp->ato) {
		tp->ato = min(tp->ato / 2 + gap, (uint32_t)TCP_DELACK_MAX);
	} else if (gap > (uint32_t)ktime_to_ms(tp->rto)) {
		/* The sender begins anew, with a small window. */
		tcp_quickack(tp, TCP_MAX_QUICKACKS);
	}
	tp->last_rcv = now;
	tcp_owe(tp, TCP_OWE_ACK);
}

void tcp_delack_data_sent(struct tcp_sock *tp)
{
	if (tp->last_rcv && tp->sk.net->now - tp->last_rcv < ms_to_ktime(tp->ato))
		tp->pingpong = true;
}

void tcp_ack_sent(struct tcp_sock *tp)
{
	if (tp->quick && --tp->quick == 0)
		tp->ato = TCP_DELACK_MIN;
	tp->owed &= ~(TCP_OWE_ACK | TCP_OWE_ACK_NOW);
	net_timer_cancel(tp->sk.net, &tp->delack_timer);
}

static void delay(struct tcp_sock *tp)
{
	uint32_t ms = clamp(tp->ato, (uint32_t)TCP_DELACK_MIN, (uint32_t)TCP_DELACK_MAX);
	ktime_t when;

	/* A bulk receiver waits no longer than a round trip, if it knows it. */
	if (!tp->pingpong && tp->srtt_us8)
		ms = min(ms, max(tp->srtt_us8 / 8000, (uint32_t)TCP_DELACK_MIN));
	when = tp->sk.net->now + ms_to_ktime(ms);
	if (!timer_pending(&tp->delack_timer) || tp->delack_timer.expires > when)
		net_timer_set(tp->sk.net, &tp->delack_timer, when);
}

static bool must_ack_now(const struct tcp_sock *tp)
{
	if (tp->owed & TCP_OWE_ACK_NOW)
		return true;
	if (tp->quick && !tp->pingpong)
		return true;
	return tp->rcv_nxt - tp->rcv_wup > tp->rcv_mss || tp->ofo.node;
}

/*
 * Packets that overtook each other on their way here look like a loss, and what is missing is next in line. The
 * acknowledgement that would have the sender repeat it (RFC 5681 4.2) waits until it is seen that it is not.
 */
static bool hold_for_reordering(struct tcp_sock *tp)
{
	return tp->ofo.node && tp->sack_ok &&
	       net_hold(tp->sk.net, &tp->work, tp->ofo_since + TCP_REORDER_WAIT);
}

void tcp_ack_decide(struct tcp_sock *tp)
{
	unsigned count = tp->dupacks_owed;

	if (hold_for_reordering(tp))
		return;
	tp->dupacks_owed = 0;
	if (tp->sk.state == SS_CLOSE || tp->sk.state == SS_SYN_SENT)
		return;
	if (!must_ack_now(tp)) {
		delay(tp);
		tp->owed &= ~TCP_OWE_ACK;
		return;
	}
	tcp_send_ack(tp);
	while (count-- > 1)
		tcp_send_ack(tp);
}

void tcp_delack_retry(struct tcp_sock *tp)
{
	tp->owed &= ~(TCP_OWE_ACK | TCP_OWE_ACK_NOW);
	net_timer_set(tp->sk.net, &tp->delack_timer, tp->sk.net->now + ms_to_ktime(TCP_DELACK_MAX));
}

void tcp_delack_timeout(struct timer *t)
{
	struct tcp_sock *tp = container_of(t, struct tcp_sock, delack_timer);

	if (tp->pingpong) {
		/* No answer came that could have carried it: not that kind of a conversation. */
		tp->pingpong = false;
		tp->ato = TCP_DELACK_MIN;
	} else {
		tp->ato = min(tp->ato * 2, (uint32_t)ktime_to_ms(tp->rto));
	}
	MIB_INC(tp->sk.net, TcpExtDelayedACKs);
	tcp_owe(tp, TCP_OWE_ACK_NOW);
}

/* One socket answers invalid segments no more often than this: else two could keep each other busy for ever. */
static bool oow_limited(struct tcp_sock *tp)
{
	ktime_t now = tp->sk.net->now;
	ktime_t gap = ms_to_ktime(tcp_net(tp)->sysctl.tcp_invalid_ratelimit);

	if (tp->last_oow_ack && now - tp->last_oow_ack < gap)
		return true;
	tp->last_oow_ack = max(now, (ktime_t)1);
	return false;
}

void tcp_invalid_ack(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	if (seg->len || (seg->flags & TCPHDR_SYN) || !oow_limited(tp))
		tcp_owe(tp, TCP_OWE_ACK_NOW);
}

void tcp_challenge_ack(struct tcp_sock *tp)
{
	struct tcp_net *tn = tcp_net(tp);
	ktime_t now = tp->sk.net->now;

	if (oow_limited(tp))
		return;
	/* RFC 5961 7, with a count that differs each second, so that nobody can measure it (CVE-2016-5696). */
	if (now - tn->challenge_start >= NSEC_PER_SEC || !tn->challenge_start) {
		uint32_t half = (tn->sysctl.tcp_challenge_ack_limit + 1) / 2;

		tn->challenge_start = max(now, (ktime_t)1);
		tn->challenge_count = half + (half ? net_random_below(tp->sk.net, half) : 0);
	}
	if (!tn->challenge_count)
		return;
	tn->challenge_count--;
	MIB_INC(tp->sk.net, TcpExtTCPChallengeACK);
	tcp_owe(tp, TCP_OWE_ACK_NOW);
}
