/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcp_rcv: parse, find the connection, process. Each kind of connection has its file:
 *
 *	no connection	closed_rcv() here		RFC 9293 3.10.7.1
 *	listener	tcp_listen.c			3.10.7.2
 *	SYN-SENT	tcp_synsent.c			3.10.7.3
 *	request		tcp_request.c			3.10.7.4, SYN-RECEIVED
 *	TIME-WAIT	tcp_timewait.c			3.10.7.4, TIME-WAIT
 *	all others	tcp_state.c			3.10.7.4, behind the fast path here
 *
 * Processing only changes state and marks what is owed to the peer; that goes out at the end of the batch
 * (tcp_output.c). The owner is told last, when all is consistent, and may close.
 */
#include "stack/tcp/tcp_input.h"

#include "stack/core/skbuff.h"
#include "stack/lib/in6.h"
#include "stack/tcp/tcp_ack.h"
#include "stack/tcp/tcp_data.h"
#include "stack/tcp/tcp_event.h"
#include "stack/tcp/tcp_hash.h"
#include "stack/tcp/tcp_listen.h"
#include "stack/tcp/tcp_reply.h"
#include "stack/tcp/tcp_seg.h"
#include "stack/tcp/tcp_state.h"
#include "stack/tcp/tcp_synsent.h"
#include "stack/tcp/tcp_timewait.h"

/*
 * Header prediction (Jacobson, 1990): in ESTABLISHED, the next bytes in order or an acknowledgement, and
 * nothing remarkable about it. @skb is owned, if it returns true.
 */
static bool fast_path(struct tcp_sock *tp, struct sk_buff *skb, const struct tcp_seg *seg)
{
	if ((seg->flags & ~TCPHDR_PSH) != TCPHDR_ACK || seg->seq != tp->rcv_nxt || tp->ofo.node)
		return false;
	if (before(seg->ack, tp->snd_una) || after(seg->ack, tp->snd_nxt) || seg->opt.nr_sacks)
		return false;
	if (seg->opt.has_ts != tp->ts_ok || (tp->ts_ok && before(seg->opt.tsval, tp->ts_recent)))
		return false;
	if (seg->len && (seg->len > tcp_receive_window(tp) || !tcp_rmem_admit(tp, skb, seg->seq)))
		return false;

	tp->last_heard = tp->sk.net->now;
	tp->keep_probes_out = 0;
	if (tp->ts_ok && tp->rcv_nxt == tp->rcv_wup)
		tcp_ts_recent_set(tp, seg);
	if (!seg->len || seg->ack != tp->snd_una || seg->wnd << tp->snd_wscale != tp->snd_wnd)
		tcp_ack(tp, seg);
	if (seg->len) {
		tp->data_segs_in++;
		tcp_data_in_order(tp, skb, seg);
	} else {
		skb_free(skb);
	}
	return true;
}

/* RFC 9293 3.10.7.1: "all data in the incoming segment is discarded", and a reset sent, but to a reset */
static int closed_rcv(struct net *net, struct sk_buff *skb, const struct tcp_seg *seg)
{
	tcp_reply_reset(net, seg, skb->mark);
	return skb_drop(net, skb, seg->flags & TCPHDR_RST ? DROP_TCP_RESET : DROP_TCP_NO_SOCK);
}

static void sock_rcv(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg)
{
	sock_hold(&tp->sk);
	tp->segs_in += seg->mss && seg->len > seg->mss ? DIV_ROUND_UP(seg->len, seg->mss) : 1;
	if (unlikely(seg->ttl < sock_min_ttl(&tp->sk, seg->family))) {
		skb_drop(tp->sk.net, skb, DROP_SOCK_FILTER); /* RFC 5082, IP_MINTTL */
	} else if (likely(tp->sk.state == SS_ESTABLISHED)) {
		if (!fast_path(tp, skb, seg))
			tcp_state_rcv(tp, skb, seg);
	} else if (tp->sk.state == SS_SYN_SENT) {
		tcp_synsent_rcv(tp, skb, seg);
	} else {
		tcp_state_rcv(tp, skb, seg);
	}
	tcp_deliver_events(tp);
	sock_put(&tp->sk);
}

static void request_rcv(struct tcp_request *req, struct sk_buff *skb, struct tcp_seg *seg)
{
	struct sock *listener = sock_hold(&req->listener->sk);
	enum drop_reason reason = DROP_SOCK_FILTER;
	struct tcp_sock *child = NULL;

	if (seg->ttl >= sock_min_ttl(listener, seg->family))
		child = tcp_request_rcv(req, seg, &reason);
	if (child) {
		sock_rcv(child, skb, seg);
		sock_upcall_accepted(listener);
	} else {
		skb_drop(listener->net, skb, reason);
	}
	sock_put(listener);
}

/* No conversation is held with a group, nor, by IPv6, with an address of IPv4: nobody could answer it. */
static bool is_nonsense6(const struct tcp_seg *seg)
{
	return in6_is_multicast(&seg->daddr) || in6_is_v4mapped(&seg->saddr);
}

/* No connection has these names: a listener, or nobody. */
static int no_connection_rcv(struct net *net, struct sk_buff *skb, struct tcp_seg *seg,
			     uint32_t isn)
{
	struct tcp_sock *listener;

	if (seg->family == AF_INET6 && is_nonsense6(seg))
		return skb_drop(net, skb, DROP_TCP_FLAGS);
	listener = tcp_listen_lookup(net->tcp, seg);
	if (!listener)
		return closed_rcv(net, skb, seg);
	if (seg->ttl < sock_min_ttl(&listener->sk, seg->family))
		return skb_drop(net, skb, DROP_SOCK_FILTER);
	tcp_listen_rcv(listener, skb, seg, isn);
	return 0;
}

int tcp_rcv(struct net *net, struct sk_buff *skb)
{
	struct tcp_tuple *t;
	struct tcp_seg seg;
	uint32_t isn = 0;

	skb_orphan(skb);
	MIB_INC(net, TcpInSegs);
	if (skb->pkt_type != PACKET_HOST)
		return skb_drop(net, skb, DROP_TCP_FLAGS); /* RFC 9293 3.9.2.3: not by broadcast */
	if (!tcp_seg_parse(net, skb, &seg))
		return 0;

	t = tcp_hash_lookup(net->tcp, &seg);
	if (t && t->kind == TCP_KIND_SOCK) {
		sock_rcv(container_of(t, struct tcp_sock, tuple), skb, &seg);
		return 0;
	}
	if (t && t->kind == TCP_KIND_REQUEST) {
		request_rcv(container_of(t, struct tcp_request, tuple), skb, &seg);
		return 0;
	}
	if (t && tcp_timewait_rcv(net, t, skb, &seg, &isn) == TCP_TW_DONE)
		return 0;
	return no_connection_rcv(net, skb, &seg, isn);
}
