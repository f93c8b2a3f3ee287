/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 9293 3.10.7.4, step by step, with PAWS (RFC 7323 5) before and RFC 5961 within. */
#include "stack/tcp/tcp_state.h"

#include <errno.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_ack.h"
#include "stack/tcp/tcp_close.h"
#include "stack/tcp/tcp_data.h"
#include "stack/tcp/tcp_delack.h"
#include "stack/tcp/tcp_output.h"
#include "stack/tcp/tcp_reply.h"
#include "stack/tcp/tcp_sack.h"
#include "stack/tcp/tcp_sock_init.h"
#include "stack/tcp/tcp_timewait.h"

/* What a step says: go on with the next, or the segment is dealt with, for this reason. */
#define STEP_ON	  DROP_MAX
#define STEP_DONE DROP_NOT_SPECIFIED

/*
 * RFC 7323 5.3, R1. Without a timestamp where timestamps were agreed on: 3.2 says to drop it, too. A reset is
 * excepted from both.
 */
static bool paws_rejects(const struct tcp_sock *tp, const struct tcp_seg *seg)
{
	if (!tp->ts_ok || (seg->flags & TCPHDR_RST))
		return false;
	if (!seg->opt.has_ts)
		return true;
	return tp->ts_recent_stamp && before(seg->opt.tsval, tp->ts_recent) &&
	       tp->sk.net->now - tp->ts_recent_stamp <= TCP_PAWS_24DAYS;
}

/*
 * The four cases of the table in 3.10.7.4. The window's end itself is accepted for a segment without length: a
 * sender that has used it up, and lost some of it, acknowledges with that number. With a zero window
 * the segment at rcv_nxt is accepted, and its text dropped in the seventh step: "special allowance should be
 * made to accept valid ACKs, URGs, and RSTs".
 */
static bool acceptable(const struct tcp_sock *tp, const struct tcp_seg *seg)
{
	uint32_t window = tcp_receive_window(tp);

	if (!window)
		return seg->seq == tp->rcv_nxt;
	if (seg->end_seq == seg->seq)
		return between(seg->seq, tp->rcv_nxt, tp->rcv_nxt + window);
	return between(seg->seq, tp->rcv_nxt, tp->rcv_nxt + window - 1) ||
	       between(seg->end_seq - 1, tp->rcv_nxt, tp->rcv_nxt + window - 1);
}

/* first: check sequence number */
static enum drop_reason check_sequence(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	if (paws_rejects(tp, seg)) {
		MIB_INC(tp->sk.net, TcpExtPAWSEstab);
		tcp_invalid_ack(tp, seg);
		return DROP_TCP_PAWS;
	}
	/*
	 * RFC 7323 4.3: what stands at the left edge, or before it, brings the timestamp to echo. Other than there (and
	 * as in the kernel) one that ends at the edge, all of it old, does so, too: it is the peer's retransmission,
	 * and the echo of the first transmission would tell it a round trip as long as its time-out.
	 */
	if (tp->ts_ok && seg->opt.has_ts && !after(seg->seq, tp->rcv_wup) &&
	    !before(seg->end_seq, tp->rcv_wup) &&
	    !(tp->ts_recent_stamp && before(seg->opt.tsval, tp->ts_recent)))
		tcp_ts_recent_set(tp, seg);
	if (acceptable(tp, seg))
		return STEP_ON;
	if (seg->flags & TCPHDR_RST)
		return DROP_TCP_OUT_OF_WINDOW;
	if (seg->len && before(seg->seq, tp->rcv_nxt)) {
		/* The sender repeats itself: our acknowledgements get lost. RFC 2883 tells it what came twice. */
		uint32_t end = after(seg->end_seq, tp->rcv_nxt) ? tp->rcv_nxt : seg->end_seq;

		tcp_quickack(tp, TCP_MAX_QUICKACKS);
		tcp_dsack_set(tp, seg->seq, end);
	}
	tcp_invalid_ack(tp, seg);
	return DROP_TCP_OUT_OF_WINDOW;
}

/* second: check the RST bit; RFC 5961 3.2: one that is not exact may be a forger's guess */
static enum drop_reason check_rst(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	if (!(seg->flags & TCPHDR_RST))
		return STEP_ON;
	if (seg->seq != tp->rcv_nxt) {
		tcp_challenge_ack(tp);
		return DROP_TCP_RESET;
	}
	switch (tp->sk.state) {
	case SS_SYN_RECV:
		tcp_fail(tp, ECONNREFUSED);
		break;
	case SS_CLOSE_WAIT:
		tcp_fail(tp, EPIPE);
		break;
	case SS_CLOSING:
	case SS_LAST_ACK:
		tcp_done(tp);
		break;
	default:
		tcp_fail(tp, ECONNRESET);
		break;
	}
	return DROP_TCP_RESET;
}

/* fourth: check the SYN bit; RFC 5961 4.2: in any synchronized state a challenge, in the window or not */
static enum drop_reason check_syn(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	if (!(seg->flags & TCPHDR_SYN))
		return STEP_ON;
	MIB_INC(tp->sk.net, TcpExtTCPSYNChallenge);
	tcp_challenge_ack(tp);
	return DROP_TCP_FLAGS;
}

/* fifth, SYN-RECEIVED */
static enum drop_reason complete_handshake(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	if (!after(seg->ack, tp->snd_una) || after(seg->ack, tp->snd_nxt)) {
		tcp_reply_reset(tp->sk.net, seg, tp->sk.opt.mark);
		return DROP_TCP_ACK;
	}
	tp->snd_wnd = seg->wnd << tp->snd_wscale;
	tp->snd_wl1 = seg->seq;
	tp->max_window = max(tp->max_window, tp->snd_wnd);
	tcp_established(tp);
	tp->events |= TCP_EV_CONNECTED;
	return STEP_ON;
}

/* Is our FIN acknowledged? */
static bool fin_acked(const struct tcp_sock *tp)
{
	return tp->snd_una == tp->write_seq;
}

/* fifth: check the ACK field; RFC 5961 5.2 bounds how old it may be */
static enum drop_reason check_ack(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	if (!(seg->flags & TCPHDR_ACK))
		return DROP_TCP_ACK;
	if (tp->sk.state == SS_SYN_RECV) {
		enum drop_reason reason = complete_handshake(tp, seg);

		if (reason != STEP_ON)
			return reason;
	}
	if (after(seg->ack, tp->snd_nxt) || before(seg->ack, tp->snd_una - tp->max_window)) {
		tcp_challenge_ack(tp);
		return DROP_TCP_ACK;
	}
	tcp_ack(tp, seg);

	switch (tp->sk.state) {
	case SS_FIN_WAIT1:
		if (fin_acked(tp))
			tp->sk.state = SS_FIN_WAIT2;
		break;
	case SS_CLOSING:
		if (fin_acked(tp)) {
			tcp_time_wait(tp, SS_TIME_WAIT);
			return STEP_DONE;
		}
		break;
	case SS_LAST_ACK:
		if (fin_acked(tp)) {
			tcp_done(tp);
			return STEP_DONE;
		}
		break;
	default:
		break;
	}
	return STEP_ON;
}

/*
 * seventh: process the segment text; eighth: check the FIN bit. (Sixth: the URG bit is tolerated: urgent data stays
 * in the stream, in its place, as with SO_OOBINLINE.)
 */
static enum drop_reason process_text(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg)
{
	bool fin = seg->flags & TCPHDR_FIN;

	switch (tp->sk.state) {
	case SS_FIN_WAIT1:
	case SS_FIN_WAIT2:
		/* RFC 9293 3.10.4, RFC 2525 2.17: bytes that nobody will read end in a reset. */
		if ((tp->sk.shutdown & RCV_SHUTDOWN) && seg->len &&
		    after(seg->end_seq - fin, tp->rcv_nxt)) {
			MIB_INC(tp->sk.net, TcpExtTCPAbortOnData);
			tcp_abort(tp);
			return DROP_TCP_CLOSED;
		}
		break;
	case SS_ESTABLISHED:
		break;
	default:
		/* After the peer's FIN there is no text; the FIN itself may come again. */
		if (seg->end_seq != seg->seq)
			tcp_owe(tp, TCP_OWE_ACK_NOW);
		return DROP_TCP_OLD_DATA;
	}
	tcp_data_rcv(tp, skb, seg);
	return STEP_ON;
}

void tcp_state_rcv(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg)
{
	struct net *net = tp->sk.net;
	enum drop_reason reason;

	reason = check_sequence(tp, seg);
	if (reason == STEP_ON) {
		tp->last_heard = net->now;
		tp->keep_probes_out = 0;
		reason = check_rst(tp, seg);
	}
	/* third: check security: there is none (RFC 9293 A.1) */
	if (reason == STEP_ON)
		reason = check_syn(tp, seg);
	if (reason == STEP_ON)
		reason = check_ack(tp, seg);
	if (reason == STEP_ON && seg->seq == seg->end_seq)
		reason = STEP_DONE;
	if (reason == STEP_ON)
		reason = process_text(tp, skb, seg);

	/* FIN-WAIT-2 of a connection that nobody owns needs no socket. */
	if (tp->sk.state == SS_FIN_WAIT2 && tp->orphan) {
		if (tp->linger2 < 0) {
			MIB_INC(net, TcpExtTCPAbortOnLinger);
			tcp_abort(tp);
		} else {
			tcp_time_wait(tp, SS_FIN_WAIT2);
		}
	}
	if (reason == STEP_DONE)
		skb_free(skb);
	else if (reason != STEP_ON)
		skb_drop(net, skb, reason);
}
