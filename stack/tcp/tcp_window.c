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

#define RTT_STRETCH	8 /* a round trip that took so many times the shortest one is mostly a queue */
#define TUNING_MIN_US	4000 /* shortest time to measure consumption over */
#define SCALING_DEFAULT 128  /* half of the memory is payload, until it is known better */

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

/*
 * The round trip to reckon with, us; 0: not known. One that is many times the shortest ever seen is mostly time
 * in a queue, and a larger window would only make that longer: within a machine, or a data centre, it would
 * fill it until nothing is in the cache any more when it is read.
 */
static uint32_t tuning_rtt(const struct tcp_sock *tp)
{
	uint64_t most = (uint64_t)tp->min_rtt_us * RTT_STRETCH;

	return min((uint64_t)tp->rcv_rtt_us, max(most, (uint64_t)1));
}

/* Room for what can be consumed in a round trip, twice: for a sender in slow start, and as it grew. */
static void grow_rcvbuf(struct tcp_sock *tp, uint32_t consumed)
{
	struct tcp_net *tn = tcp_net(tp);
	uint64_t window = 2 * (uint64_t)consumed + 16 * tp->adv_mss;
	uint64_t space;

	if (tp->sk.rcvbuf_locked || !tn->sysctl.tcp_moderate_rcvbuf || tcp_mem_pressure(tn))
		return;
	window += window * min(consumed - tp->rcvq_space, tp->rcvq_space) / tp->rcvq_space;
	space = min(space_from_bytes(tp, window), (uint64_t)tn->sysctl.tcp_rmem[2]);
	tp->sk.rcvbuf = max((uint64_t)tp->sk.rcvbuf, space);
}

/* How fast does the owner consume? Over a round trip, and long enough that it is not one burst. */
static void tune_rcvbuf(struct tcp_sock *tp)
{
	int64_t elapsed = ktime_to_us(tp->sk.net->now - tp->rcvq_time);
	uint32_t rtt = tuning_rtt(tp), consumed;

	if (!rtt || elapsed < max(rtt, (uint32_t)TUNING_MIN_US))
		return;
	consumed = (uint64_t)(tp->copied_seq - tp->rcvq_seq) * rtt / elapsed;
	if (consumed > tp->rcvq_space) {
		grow_rcvbuf(tp, consumed);
		tp->rcvq_space = consumed;
	}
	tp->rcvq_seq = tp->copied_seq;
	tp->rcvq_time = tp->sk.net->now;
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
