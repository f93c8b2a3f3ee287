/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What arrived in order goes to sk.rcvq by reference, whole; what did not, to the out-of-order queue. A
 * short segment is copied behind the one before it, so that a queue of them costs what it holds.
 */
#include "stack/tcp/tcp_data.h"

#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_close.h"
#include "stack/tcp/tcp_delack.h"
#include "stack/tcp/tcp_mem.h"
#include "stack/tcp/tcp_ofo.h"
#include "stack/tcp/tcp_sack.h"
#include "stack/tcp/tcp_seg.h"
#include "stack/tcp/tcp_timewait.h"
#include "stack/tcp/tcp_window.h"

#define COALESCE_MAX  1024  /* longest payload that is copied */
#define COALESCE_FULL 32768 /* an skb that has got so long is left alone */
#define COLLAPSE_SHARE 64   /* part of the receive buffer that is new when the queue is looked at again */

/* Copy the payload of @skb, if that is linear, behind @tail, which is on rcvq. */
static bool append_copy(struct tcp_sock *tp, struct sk_buff *tail, const struct sk_buff *skb)
{
	uint32_t old = tail->truesize;
	bool done;

	if (skb->data_len || tail->len + skb->len > COALESCE_FULL)
		return false;
	tcp_rmem_uncharge(tp, tail);
	done = !skb_append(tp->sk.net, tail, skb->data, skb->len);
	skb_queue_resize(&tp->sk.rcvq, tail, old);
	tcp_rmem_charge(tp, tail);
	return done;
}

void tcp_rcvq_append(struct tcp_sock *tp, struct sk_buff *skb)
{
	struct sk_buff *tail = skb_peek_tail(&tp->sk.rcvq);

	if (!skb->len) {
		skb_free(skb); /* a bare FIN */
		return;
	}
	if (tail && skb->len <= COALESCE_MAX && skb->truesize > 2 * skb->len &&
	    append_copy(tp, tail, skb)) {
		MIB_INC(tp->sk.net, TcpExtTCPRcvCoalesce);
		skb_free(skb);
		return;
	}
	dst_release(skb->dst);
	skb->dst = NULL;
	skb->dev = NULL;
	tcp_rmem_charge(tp, skb);
	skb_queue_tail(&tp->sk.rcvq, skb);
}

/*
 * Memory is short: copy together what wastes it. The whole queue is looked at, and a peer can see to it that nothing is
 * found: so not again until there is something new to find.
 */
static void collapse(struct tcp_sock *tp)
{
	struct sk_buff *skb, *next, *tail = NULL;

	/* What was read since makes a difference, too, as the subtraction then begins anew at the top. */
	if (tp->sk.rmem - tp->collapsed < tp->sk.rcvbuf / COLLAPSE_SHARE)
		return;
	MIB_INC(tp->sk.net, TcpExtPruneCalled);
	skb_queue_walk_safe(&tp->sk.rcvq, skb, next) {
		if (tail && skb->truesize > skb->len + skb->len / 2 && append_copy(tp, tail, skb)) {
			skb_unlink(&tp->sk.rcvq, skb);
			tcp_rqueue_free(tp, skb);
		} else {
			tail = skb;
		}
	}
	tp->collapsed = tp->sk.rmem;
}

bool tcp_rmem_admit(struct tcp_sock *tp, const struct sk_buff *skb, uint32_t seq)
{
	struct tcp_net *tn = tcp_net(tp);
	/* The window was offered by an estimate of the memory that its bytes would take: a promise is kept that far. */
	uint32_t most = tp->sk.rcvbuf + tp->sk.rcvbuf / 4;

	if (tp->sk.rmem + skb->truesize <= tp->sk.rcvbuf && !tcp_mem_exceeded(tn))
		return true;
	/* An empty queue takes one skb, however large: else a window once offered could never be filled. */
	if (seq == tp->rcv_nxt && skb_queue_empty(&tp->sk.rcvq))
		return true;
	collapse(tp);
	if (tp->sk.rmem + skb->truesize > most)
		tcp_ofo_prune(tp, seq);
	return tp->sk.rmem <= most && !tcp_mem_exceeded(tn);
}

void tcp_data_in_order(struct tcp_sock *tp, struct sk_buff *skb, const struct tcp_seg *seg)
{
	tp->rcv_nxt = seg->end_seq;
	tp->bytes_received += seg->len;
	tcp_window_received(tp, seg, skb);
	tcp_rcvq_append(tp, skb);
	tcp_delack_received(tp, seg);
	tp->events |= TCP_EV_READABLE;
}

/* RFC 9293 3.10.7.4, eighth: check the FIN bit. rcv_nxt is past it. */
static void fin_rcv(struct tcp_sock *tp)
{
	tp->sk.shutdown |= RCV_SHUTDOWN;
	tp->events |= TCP_EV_READABLE;
	tcp_ofo_purge(tp);
	tcp_owe(tp, TCP_OWE_ACK_NOW);
	switch (tp->sk.state) {
	case SS_SYN_RECV:
	case SS_ESTABLISHED:
		tp->sk.state = SS_CLOSE_WAIT;
		break;
	case SS_FIN_WAIT1:
		/* Was our FIN acknowledged, the fifth step would have gone to FIN-WAIT-2. */
		tp->sk.state = SS_CLOSING;
		break;
	case SS_FIN_WAIT2:
		tcp_time_wait(tp, SS_TIME_WAIT);
		break;
	default:
		break; /* CLOSE-WAIT, CLOSING, LAST-ACK: remain there */
	}
}

/* In order from rcv_nxt on; may have a FIN. */
static void receive_in_order(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg)
{
	struct net *net = tp->sk.net;
	bool fin = seg->flags & TCPHDR_FIN;

	if (seg->len && !tcp_rmem_admit(tp, skb, seg->seq)) {
		MIB_INC(net, TcpExtTCPRcvQDrop);
		tcp_owe(tp, TCP_OWE_ACK_NOW);
		skb_drop(net, skb, DROP_SOCK_RCVBUF);
		return;
	}
	if (seg->len) {
		tcp_data_in_order(tp, skb, seg);
	} else {
		tp->rcv_nxt = seg->end_seq;
		skb_free(skb);
	}
	if (!fin && tp->ofo.node) {
		fin = tcp_ofo_drain(tp);
		/* A hole was filled, at least in part: the sender waits for the news (RFC 5681 4.2). */
		tcp_owe(tp, TCP_OWE_ACK_NOW);
	}
	if (fin)
		fin_rcv(tp);
}

/* Nothing new: the sender did not get our acknowledgement, or thinks so. */
static void receive_old(struct tcp_sock *tp, struct sk_buff *skb, const struct tcp_seg *seg)
{
	tcp_dsack_set(tp, seg->seq, seg->end_seq);
	tcp_quickack(tp, TCP_MAX_QUICKACKS);
	tcp_owe(tp, TCP_OWE_ACK_NOW);
	skb_drop(tp->sk.net, skb, DROP_TCP_OLD_DATA);
}

static void receive_out_of_order(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg)
{
	/* Without SACK the sender counts duplicates: one for each segment. */
	if (!tp->sack_ok && tp->dupacks_owed < UINT8_MAX)
		tp->dupacks_owed++;
	tcp_quickack(tp, TCP_MAX_QUICKACKS);
	if (!tp->ofo.node)
		tp->ofo_since = tp->sk.net->now;
	tcp_ofo_queue(tp, skb, seg);
	tcp_owe(tp, TCP_OWE_ACK_NOW);
}

void tcp_data_rcv(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg)
{
	uint32_t window = tcp_receive_window(tp);

	if (seg->seq == seg->end_seq) {
		skb_free(skb);
		return;
	}
	tp->data_segs_in++;
	if (!after(seg->end_seq, tp->rcv_nxt)) {
		receive_old(tp, skb, seg);
		return;
	}
	if (!window && seg->len) {
		MIB_INC(tp->sk.net, TcpExtTCPZeroWindowDrop);
		tcp_owe(tp, TCP_OWE_ACK_NOW);
		skb_drop(tp->sk.net, skb, DROP_TCP_ZERO_WINDOW);
		return;
	}
	if (before(seg->seq, tp->rcv_nxt)) {
		tcp_dsack_set(tp, seg->seq, tp->rcv_nxt);
		tcp_seg_trim_front(skb, seg, tp->rcv_nxt - seg->seq);
	}
	if (after(seg->end_seq, tp->rcv_nxt + max(window, 1u)))
		tcp_seg_trim_tail(skb, seg, seg->end_seq - (tp->rcv_nxt + max(window, 1u)));
	if (seg->seq == tp->rcv_nxt)
		receive_in_order(tp, skb, seg);
	else
		receive_out_of_order(tp, skb, seg);
}
