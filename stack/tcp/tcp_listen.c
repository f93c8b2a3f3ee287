/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A SYN makes a request, as long as there is room for requests; the third segment of the handshake makes
 * a socket of it, as long as there is room on the accept queue. Both rooms follow the backlog.
 */
#include "stack/tcp/tcp_listen.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_close.h"
#include "stack/tcp/tcp_hash.h"
#include "stack/tcp/tcp_reply.h"
#include "stack/tcp/tcp_rtt.h"
#include "stack/tcp/tcp_sock_init.h"

#define MIN_SYN_QUEUE 16 /* requests, however small the backlog */

static bool accept_queue_full(const struct tcp_listener *l)
{
	return l->nr_accept > l->backlog;
}

static bool syn_queue_full(const struct tcp_sock *tp)
{
	const struct tcp_listener *l = tp->listener;
	uint32_t most = max(l->backlog, (uint32_t)MIN_SYN_QUEUE);

	return l->nr_requests >= min(most, tcp_net(tp)->sysctl.tcp_max_syn_backlog);
}

/* RFC 9293 3.10.7.2, third */
static enum drop_reason syn_rcv(struct tcp_sock *listener, const struct tcp_seg *seg, uint32_t isn)
{
	struct net *net = listener->sk.net;

	if (accept_queue_full(listener->listener)) {
		MIB_INC(net, TcpExtListenOverflows);
		MIB_INC(net, TcpExtListenDrops);
		return DROP_TCP_LISTEN_OVERFLOW;
	}
	if (syn_queue_full(listener)) {
		MIB_INC(net, TcpExtTCPReqQFullDrop);
		MIB_INC(net, TcpExtListenDrops);
		return DROP_TCP_LISTEN_OVERFLOW;
	}
	if (!tcp_request_new(listener, seg, isn)) {
		MIB_INC(net, TcpExtListenDrops);
		return DROP_NO_MEMORY;
	}
	return DROP_MAX;
}

void tcp_listen_rcv(struct tcp_sock *listener, struct sk_buff *skb, const struct tcp_seg *seg,
		    uint32_t isn)
{
	struct net *net = listener->sk.net;
	enum drop_reason reason = DROP_TCP_FLAGS;

	/* first: check for an RST */
	if (seg->flags & TCPHDR_RST) {
		reason = DROP_TCP_RESET;
		/* second: check for an ACK */
	} else if (seg->flags & TCPHDR_ACK) {
		reason = DROP_TCP_ACK;
		tcp_reply_reset(net, seg, listener->sk.opt.mark);
		/* third: check for a SYN; one with FIN is nobody's honest wish */
	} else if ((seg->flags & (TCPHDR_SYN | TCPHDR_FIN)) == TCPHDR_SYN) {
		reason = syn_rcv(listener, seg, isn);
	}
	/* fourth: other data or control: drop it */
	if (reason == DROP_MAX)
		skb_free(skb);
	else
		skb_drop(net, skb, reason);
}

/* Children ------------------------------------------------------------------------------------------- */

/* What a child has from its listener. */
static int inherit(struct tcp_sock *child, const struct tcp_sock *parent)
{
	int err = sock_inherit(&child->sk, &parent->sk);

	if (err)
		return err;
	child->cong = parent->cong;
	child->cwnd_clamp = parent->cwnd_clamp;
	child->user_mss = parent->user_mss;
	child->user_timeout = parent->user_timeout;
	child->user_clamp = parent->user_clamp;
	child->notsent_lowat = parent->notsent_lowat;
	child->nodelay = parent->nodelay;
	child->cork = parent->cork;
	child->keep_cnt = parent->keep_cnt;
	child->keep_idle = parent->keep_idle;
	child->keep_intvl = parent->keep_intvl;
	child->syn_retries = parent->syn_retries;
	child->linger2 = parent->linger2;
	return 0;
}

/* What the handshake told. */
static void take_over(struct tcp_sock *child, const struct tcp_request *req)
{
	child->iss = child->snd_una = req->iss;
	child->snd_nxt = child->write_seq = child->snd_sml = req->iss + 1;
	child->snd_wnd = child->max_window = req->snd_wnd;
	child->snd_wl1 = req->irs;
	child->irs = req->irs;
	child->rcv_nxt = child->copied_seq = child->rcv_wup = req->irs + 1;
	child->ts_ok = req->ts_ok;
	child->sack_ok = req->sack_ok;
	child->wscale_ok = req->wscale_ok;
	child->snd_wscale = req->snd_wscale;
	child->peer_mss = req->peer_mss;
	child->adv_mss = req->adv_mss;
	child->ts_offset = req->ts_offset;
	child->ts_recent = req->ts_recent;
	child->total_retrans = req->timeouts;
	tcp_window_start(child);
	child->rcv_wnd = req->rcv_wnd;
	child->rcv_wscale = req->rcv_wscale;
	if (req->ts_ok)
		child->ts_recent_stamp = max(child->sk.net->now, (ktime_t)1);
	if (!req->timeouts)
		tcp_rtt_sample(child, max(ktime_to_us(child->sk.net->now - req->sent), (int64_t)1));
}

/* A connection on a link-local address stays with the device that it came by (RFC 4007 6). */
static void bind_scope(struct sock *sk, const struct tcp_request *req)
{
	if (req->tuple.family == AF_INET6 && !sk->bound_if)
		sk->bound_if = req->tuple.bound_if;
}

struct tcp_sock *tcp_listen_child(struct tcp_request *req)
{
	struct tcp_sock *listener = req->listener, *child;
	struct tcp_listener *l = listener->listener;
	struct net *net = listener->sk.net;
	struct sock *sk;

	if (accept_queue_full(l)) {
		MIB_INC(net, TcpExtListenOverflows);
		return NULL;
	}
	sk = sock_alloc(net, &tcp_proto, inet_af_find(net, req->tuple.family), SOCK_STREAM,
			IPPROTO_TCP);
	if (!sk) {
		MIB_INC(net, TcpExtListenDrops);
		return NULL;
	}
	child = tcp_sk(sk);
	tcp_sock_init(sk);
	if (inherit(child, listener)) {
		MIB_INC(net, TcpExtListenDrops);
		sock_put(sk);
		return NULL;
	}
	bind_scope(sk, req);
	sk->saddr = req->tuple.saddr;
	sk->daddr = req->tuple.daddr;
	sk->dport = req->tuple.dport;
	sk->dst = dst_hold(req->dst);
	port_inherit(&tcp_net(child)->ports, sk, &listener->sk);
	take_over(child, req);
	sk->state = SS_SYN_RECV;
	child->tuple.kind = TCP_KIND_SOCK;
	tcp_hash_replace(&req->tuple, &child->tuple);
	tcp_request_free(req);
	list_add_tail(&child->accept_node, &l->accept_queue);
	l->nr_accept++;
	MIB_INC(net, TcpPassiveOpens);
	return child;
}

/* struct proto --------------------------------------------------------------------------------------- */

int tcp_listen(struct sock *sk, int backlog)
{
	struct tcp_sock *tp = tcp_sk(sk);
	struct tcp_listener *l;
	int err;

	backlog = min((uint32_t)max(backlog, 0), tcp_net(tp)->sysctl.somaxconn);
	if (sk->state == SS_LISTEN) {
		tp->listener->backlog = backlog;
		return 0;
	}
	if (sk->state != SS_CLOSE || sk->dport)
		return -EINVAL;
	if (!sk->sport) {
		err = port_bind(&tcp_net(tp)->ports, sk, 0);
		if (err)
			return err;
	}
	if (tcp_listen_conflict(tp))
		return -EADDRINUSE;
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOBUFS;
	l->backlog = backlog;
	list_init(&l->requests);
	list_init(&l->accept_queue);
	tp->listener = l;
	sk->state = SS_LISTEN;
	sk->shutdown = 0;
	tcp_listen_hash(tp);
	return 0;
}

struct sock *tcp_accept(struct sock *sk)
{
	struct tcp_listener *l = tcp_sk(sk)->listener;
	struct tcp_sock *child;

	if (!l || list_empty(&l->accept_queue))
		return NULL;
	child = list_first_entry(&l->accept_queue, struct tcp_sock, accept_node);
	list_del(&child->accept_node);
	l->nr_accept--;
	return &child->sk;
}

void tcp_listen_stop(struct tcp_sock *tp)
{
	struct tcp_listener *l = tp->listener;
	struct sock *child;

	tcp_listen_unhash(tp);
	while (!list_empty(&l->requests))
		tcp_request_free(list_first_entry(&l->requests, struct tcp_request, list));
	while ((child = tcp_accept(&tp->sk))) {
		tcp_abort(tcp_sk(child));
		sock_put(child);
	}
	tp->listener = NULL;
	free(l);
	tcp_done(tp);
}
