/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of 3.10.7.3, in their order, and the agreement on options that follows from the peer's SYN. */
#include "stack/tcp/tcp_synsent.h"

#include <errno.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_ack.h"
#include "stack/tcp/tcp_close.h"
#include "stack/tcp/tcp_data.h"
#include "stack/tcp/tcp_output.h"
#include "stack/tcp/tcp_reply.h"
#include "stack/tcp/tcp_retransmit.h"
#include "stack/tcp/tcp_seg.h"
#include "stack/tcp/tcp_sock_init.h"
#include "stack/tcp/tcp_state.h"

/* "If SND.UNA < SEG.ACK =< SND.NXT, then the ACK is acceptable" */
static bool ack_acceptable(const struct tcp_sock *tp, const struct tcp_seg *seg)
{
	return after(seg->ack, tp->snd_una) && !after(seg->ack, tp->snd_nxt);
}

/* An echo of a timestamp that none of our SYNs had comes from an old connection's ghost. */
static bool echo_acceptable(const struct tcp_sock *tp, const struct tcp_seg *seg)
{
	uint32_t first = (uint32_t)ktime_to_ms(tp->retrans_stamp) + tp->ts_offset;

	return !seg->opt.has_ts || !seg->opt.tsecr || between(seg->opt.tsecr, first, tcp_clock(tp));
}

/* What the peer's SYN offers, and we offered, too. */
static void agree_on_options(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	const struct tcp_sysctl *sysctl = &tcp_net(tp)->sysctl;
	const struct tcp_opts *o = &seg->opt;

	tp->ts_ok = o->has_ts && sysctl->tcp_timestamps;
	tp->sack_ok = o->sack_ok && sysctl->tcp_sack;
	tp->wscale_ok = o->has_wscale && sysctl->tcp_window_scaling;
	tp->snd_wscale = tp->wscale_ok ? o->wscale : 0;
	if (!tp->wscale_ok)
		tp->rcv_wscale = 0;
	tp->peer_mss = o->mss ? o->mss : TCP_DEFAULT_MSS;
	if (tp->ts_ok)
		tcp_ts_recent_set(tp, seg);
}

static void accept_syn(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	tp->irs = seg->seq;
	tp->rcv_nxt = tp->copied_seq = tp->rcv_wup = tp->rcvq_seq = seg->seq + 1;
	tp->snd_wnd = tp->max_window = seg->wnd;
	tp->snd_wl1 = seg->seq;
	agree_on_options(tp, seg);
}

/* The answer to both our SYN and theirs. */
static void simultaneous_open(struct tcp_sock *tp)
{
	tp->sk.state = SS_SYN_RECV;
	tp->retransmits = 0;
	tcp_retransmit_head(tp);
}

/* Return: why the segment is dropped; DROP_MAX: it was a SYN, and what is behind it is still to be processed */
static enum drop_reason check(struct tcp_sock *tp, struct tcp_seg *seg)
{
	bool ack = seg->flags & TCPHDR_ACK;

	/* first: check the ACK bit */
	if (ack && !ack_acceptable(tp, seg)) {
		tcp_reply_reset(tp->sk.net, seg, tp->sk.opt.mark);
		return DROP_TCP_ACK;
	}
	if (ack && !echo_acceptable(tp, seg)) {
		MIB_INC(tp->sk.net, TcpExtPAWSActive);
		tcp_reply_reset(tp->sk.net, seg, tp->sk.opt.mark);
		return DROP_TCP_PAWS;
	}

	/* second: check the RST bit */
	if (seg->flags & TCPHDR_RST) {
		if (ack)
			tcp_fail(tp, ECONNREFUSED);
		return DROP_TCP_RESET;
	}

	/* third: check the security: there is none (RFC 9293 A.1) */

	/* fourth: check the SYN bit */
	if (!(seg->flags & TCPHDR_SYN))
		return DROP_TCP_FLAGS;
	accept_syn(tp, seg);
	if (!ack) {
		simultaneous_open(tp);
		return DROP_NOT_SPECIFIED;
	}
	tcp_established(tp);
	tcp_ack(tp, seg);
	tp->events |= TCP_EV_CONNECTED;
	tcp_owe(tp, TCP_OWE_ACK_NOW);
	return DROP_MAX;
}

void tcp_synsent_rcv(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg)
{
	enum drop_reason reason = check(tp, seg);

	if (reason == DROP_NOT_SPECIFIED) {
		skb_free(skb);
	} else if (reason != DROP_MAX) {
		skb_drop(tp->sk.net, skb, reason);
	} else {
		/* "If there are other controls or text in the segment, then continue processing at the sixth step" */
		tcp_seg_trim_front(skb, seg, 1);
		tcp_data_rcv(tp, skb, seg);
	}
}
