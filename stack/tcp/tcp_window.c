/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receive window (RFC 9293 3.8.6) and dynamic right-sizing of the buffer behind it.
 *
 * A window of n bytes promises memory for the skbs that will bring them, of which payload is only a part:
 * scaling_ratio, measured on what arrives. The right edge never moves back (3.8.6, SHLD-14); the window does
 * not open in small steps (3.8.6.2.2).
 *
 * Auto-tuning (Fisk and Feng, 2001): what the owner consumes in one round trip is what the sender could
 * have in flight; the buffer is kept at twice that, so that it never limits a sender that still grows.
 */
#include "stack/tcp/tcp_window.h"

#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_mem.h"
#include "stack/tcp/tcp_rtt.h"

#define SCALING_DEFAULT 128 /* half of the memory is payload, until it is known better */

static uint32_t bytes_from_space(const struct tcp_sock *tp, int64_t space)
{
	return space > 0 ? (uint64_t)space * tp->scaling_ratio >> 8 : 0;
}

static uint64_t space_from_bytes(const struct tcp_sock *tp, uint64_t bytes)
{
	return (bytes << 8) / tp->scaling_ratio;
}

uint32_t tcp_initial_window(const struct tcp_net *tn, uint32_t rcvbuf, uint32_t clamp,
			    bool wscale_ok, uint8_t *ret_wscale)
{
	uint32_t space = (uint64_t)rcvbuf * SCALING_DEFAULT >> 8;
	uint32_t most = max(tn->sysctl.tcp_rmem[2], rcvbuf);
	uint8_t wscale = 0;

	if (clamp) {
		space = min(space, clamp);
		most = min(most, clamp);
	}
	if (wscale_ok) {
		while (wscale < TCP_MAX_WSCALE && most >> wscale > TCP_MAX_WINDOW)
			wscale++;
	}
	*ret_wscale = wscale;
	return min(space, TCP_MAX_WINDOW);
}

void tcp_window_init(struct tcp_sock *tp)
{
	bool scale = tcp_net(tp)->sysctl.tcp_window_scaling;

	tp->scaling_ratio = SCALING_DEFAULT;
	tp->rcv_wnd = tcp_initial_window(tcp_net(tp), tp->sk.rcvbuf, tp->user_clamp, scale,
					 &tp->rcv_wscale);
	tp->window_clamp = tp->user_clamp ? tp->user_clamp : TCP_MAX_WINDOW << TCP_MAX_WSCALE;
	tp->rcvq_space = max(min(tp->rcv_wnd, TCP_INIT_CWND * (uint32_t)tp->adv_mss), 1u);
}

/* RFC 9293 3.8.6.2.2: what could be offered now, in steps worth sending. */
static uint32_t free_window(struct tcp_sock *tp)
{
	int64_t space = (int64_t)tp->sk.rcvbuf - tp->sk.rmem;
	uint32_t full = min(bytes_from_space(tp, tp->sk.rcvbuf), tp->window_clamp);
	uint32_t free = min(bytes_from_space(tp, space), tp->window_clamp);
	uint32_t mss = min((uint32_t)tp->rcv_mss, full);

	if (tcp_mem_pressure(tcp_net(tp)))
		free = min(free, 4u * tp->adv_mss);
	if (free < full / 16 || free < mss)
		return 0;
	if (tp->rcv_wscale)
		return free;
	/* Not scaled: multiples of a segment, but keep what was offered rather than to wander by a few bytes. */
	if (tp->rcv_wnd <= free - mss || tp->rcv_wnd > free)
		return mss ? free - free % mss : free;
	return tp->rcv_wnd;
}

uint32_t tcp_select_window(struct tcp_sock *tp)
{
	uint32_t left = tcp_receive_window(tp);
	uint32_t max = tp->wscale_ok ? TCP_MAX_WINDOW << tp->rcv_wscale : TCP_MAX_WINDOW;
	uint32_t wnd;

	if (tcp_state_in(tp, SSF(SS_SYN_SENT) | SSF(SS_SYN_RECV)))
		wnd = tp->rcv_wnd;
	else
		wnd = free_window(tp);
	wnd = max(wnd, left);
	/* What is told is a multiple of the scale: round up, so that the edge does not move back by it. */
	wnd = min(ALIGN_UP(wnd, 1u << tp->rcv_wscale), max);
	tp->rcv_wnd = wnd;
	tp->rcv_wup = tp->rcv_nxt;
	return wnd;
}

/* Learning ---------------------------------------------------------------------------------------- */

static void rcv_rtt_sample(struct tcp_sock *tp, uint32_t us, bool exact)
{
	if (!tp->rcv_rtt_us)
		tp->rcv_rtt_us = us;
	else if (exact)
		tp->rcv_rtt_us += ((int32_t)us - (int32_t)tp->rcv_rtt_us) / 8;
	else
		tp->rcv_rtt_us =
			min(tp->rcv_rtt_us, us); /* a window may take longer than a round trip */
}

void tcp_window_received(struct tcp_sock *tp, const struct tcp_seg *seg, const struct sk_buff *skb)
{
	int32_t us;

	if (seg->mss >= tp->rcv_mss && skb->truesize)
		tp->scaling_ratio =
			clamp((uint32_t)((uint64_t)seg->len * 256 / skb->truesize), 16u, 255u);
	us = tcp_rtt_by_timestamp(tp, seg);
	if (us > 0) {
		/* A full segment with a new echo: it left when our acknowledgement came. */
		if (seg->opt.tsecr != tp->rcv_rtt_tsecr && seg->mss >= tp->rcv_mss) {
			tp->rcv_rtt_tsecr = seg->opt.tsecr;
			rcv_rtt_sample(tp, us, true);
		}
		return;
	}
	if (tp->rcv_rtt_time && before(tp->rcv_nxt, tp->rcv_rtt_seq))
		return;
	if (tp->rcv_rtt_time)
		rcv_rtt_sample(tp, max(ktime_to_us(tp->sk.net->now - tp->rcv_rtt_time), (int64_t)1),
			       false);
	tp->rcv_rtt_seq = tp->rcv_nxt + tp->rcv_wnd;
	tp->rcv_rtt_time = max(tp->sk.net->now, (ktime_t)1);
}

/* The buffer for what was consumed in the last round trip. */
static void tune_rcvbuf(struct tcp_sock *tp)
{
	ktime_t now = tp->sk.net->now;
	uint32_t copied;
	uint64_t window;

	if (!tp->rcv_rtt_us || now - tp->rcvq_time < us_to_ktime(tp->rcv_rtt_us))
		return;
	copied = tp->copied_seq - tp->rcvq_seq;
	if (copied > tp->rcvq_space) {
		if (!tp->sk.rcvbuf_locked && tcp_net(tp)->sysctl.tcp_moderate_rcvbuf &&
		    !tcp_mem_pressure(tcp_net(tp))) {
			/* Twice, for a sender in slow start, and once more what it has grown by already. */
			window = 2 * (uint64_t)copied + 16 * tp->adv_mss;
			window += 2 * window * (copied - tp->rcvq_space) / tp->rcvq_space;
			tp->sk.rcvbuf = max((uint64_t)tp->sk.rcvbuf,
					    min(space_from_bytes(tp, window),
						(uint64_t)tcp_net(tp)->sysctl.tcp_rmem[2]));
		}
		tp->rcvq_space = copied;
	}
	tp->rcvq_seq = tp->copied_seq;
	tp->rcvq_time = now;
}

void tcp_window_consumed(struct tcp_sock *tp)
{
	uint32_t left, free;

	tune_rcvbuf(tp);
	if (!tcp_state_in(tp, SSF(SS_ESTABLISHED) | SSF(SS_FIN_WAIT1) | SSF(SS_FIN_WAIT2)))
		return;
	left = tcp_receive_window(tp);
	if (2 * left > tp->window_clamp)
		return;
	free = free_window(tp);
	/* RFC 9293 3.8.6.2.2: the lesser of half of the buffer and two segments, and at least twice what is left. */
	if (free && free >= 2 * left &&
	    free - left >= min(2u * tp->rcv_mss, bytes_from_space(tp, tp->sk.rcvbuf) / 2))
		tcp_owe(tp, TCP_OWE_ACK_NOW);
}
