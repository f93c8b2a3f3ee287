/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYN-RECEIVED without a socket. A request owns its timer and its route; it belongs to its listener, which
 * frees it when it stops listening. The steps of the RFC that concern a segment before there is a connection
 * are in tcp_request_rcv(); from ESTABLISHED on the child that it makes takes over (tcp_listen.c).
 */
#include "stack/tcp/tcp_request.h"

#include <stdlib.h>
#include "stack/core/skbuff.h"
#include "stack/lib/in6.h"
#include "stack/tcp/tcp_hash.h"
#include "stack/tcp/tcp_isn.h"
#include "stack/tcp/tcp_listen.h"
#include "stack/tcp/tcp_mss.h"
#include "stack/tcp/tcp_reply.h"
#include "stack/tcp/tcp_window.h"

void tcp_request_free(struct tcp_request *req)
{
	net_timer_cancel(req->listener->sk.net, &req->timer);
	tcp_hash_remove(tcp_net(req->listener), &req->tuple);
	list_del(&req->list);
	req->listener->listener->nr_requests--;
	dst_release(req->dst);
	free(req);
}

static uint32_t request_clock(const struct tcp_request *req)
{
	return (uint32_t)ktime_to_ms(req->listener->sk.net->now) + req->ts_offset;
}

static void reply_init(const struct tcp_request *req, struct tcp_reply *r)
{
	const struct sock *sk = &req->listener->sk;

	*r = (struct tcp_reply){
		.af = inet_af_find(sk->net, req->tuple.family),
		.dst = dst_check(req->dst) ? req->dst : NULL,
		.saddr = req->tuple.saddr,
		.daddr = req->tuple.daddr,
		.sport = req->tuple.sport,
		.dport = req->tuple.dport,
		.oif = req->tuple.bound_if,
		.mark = sk->opt.mark,
		.flags = TCPHDR_ACK,
		.ack = req->irs + 1,
		.opts.has_ts = req->ts_ok,
		.opts.tsval = request_clock(req),
		.opts.tsecr = req->ts_recent,
	};
	sock_xmit_init(sk, req->tuple.family, &r->x);
}

static void send_synack(const struct tcp_request *req)
{
	struct tcp_reply r;

	reply_init(req, &r);
	r.flags |= TCPHDR_SYN;
	r.seq = req->iss;
	r.window = min(req->rcv_wnd, TCP_MAX_WINDOW);
	r.opts.mss = req->adv_mss;
	r.opts.sack_ok = req->sack_ok;
	r.opts.has_wscale = req->wscale_ok;
	r.opts.wscale = req->rcv_wscale;
	tcp_reply_xmit(req->listener->sk.net, &r);
}

static void send_ack(struct tcp_request *req)
{
	struct net *net = req->listener->sk.net;
	struct tcp_reply r;

	if (req->last_oow_ack &&
	    net->now - req->last_oow_ack < ms_to_ktime(net->tcp->sysctl.tcp_invalid_ratelimit))
		return;
	req->last_oow_ack = max(net->now, (ktime_t)1);
	reply_init(req, &r);
	r.seq = req->iss + 1;
	r.window = min(req->rcv_wnd >> req->rcv_wscale, TCP_MAX_WINDOW);
	tcp_reply_xmit(net, &r);
}

static ktime_t timeout(const struct tcp_request *req)
{
	return min((ktime_t)TCP_TIMEOUT_INIT << min(req->timeouts, (uint8_t)10),
		   (ktime_t)TCP_RTO_MAX);
}

static void request_timeout(struct timer *t)
{
	struct tcp_request *req = container_of(t, struct tcp_request, timer);
	struct tcp_sock *listener = req->listener;
	struct net *net = listener->sk.net;
	unsigned retries =
		listener->syn_retries ? listener->syn_retries : net->tcp->sysctl.tcp_synack_retries;

	retries = max(retries, (unsigned)listener->defer_accept);
	if (req->timeouts >= retries) {
		MIB_INC(net, TcpAttemptFails);
		tcp_request_free(req);
		return;
	}
	req->timeouts++;
	/* With TCP_DEFER_ACCEPT an acknowledged one is left in peace until its last time-out. */
	if (!req->acked || req->timeouts >= listener->defer_accept) {
		MIB_INC(net, TcpRetransSegs);
		send_synack(req);
	}
	net_timer_set(net, &req->timer, net->now + timeout(req));
}

/* The device that the connection is bound to: the listener's, or that of its link-local peer. 0: none */
static int request_device(const struct sock *listener, const struct tcp_seg *seg)
{
	bool scoped = seg->family == AF_INET6 &&
		      (in6_needs_scope(&seg->saddr) || in6_needs_scope(&seg->daddr));

	return scoped && !listener->bound_if ? seg->iif : listener->bound_if;
}

/* The way back to the sender of @seg. */
static int route_back(const struct tcp_sock *listener, const struct tcp_seg *seg,
		      struct dst_entry **ret)
{
	const struct sock *sk = &listener->sk;
	const struct inet_af_ops *af = inet_af_find(sk->net, seg->family);
	struct flow fl = {
		.family = seg->family,
		.proto = IPPROTO_TCP,
		.tos = seg->family == AF_INET6 ? sk->opt6.tclass : sk->opt.tos,
		.flags = sk->opt.transparent ? FLOW_ANYSRC : 0,
		.oif = request_device(sk, seg),
		.mark = sk->opt.mark,
		.uid = sk->uid,
		.saddr = seg->daddr,
		.daddr = seg->saddr,
		.sport = seg->dport,
		.dport = seg->sport,
	};

	return af->route_output(sk->net, &fl, ret);
}

static void agree_on_options(struct tcp_request *req, const struct tcp_seg *seg)
{
	const struct tcp_sock *listener = req->listener;
	const struct tcp_sysctl *sysctl = &tcp_net(listener)->sysctl;
	const struct tcp_opts *o = &seg->opt;

	req->ts_ok = o->has_ts && sysctl->tcp_timestamps;
	req->sack_ok = o->sack_ok && sysctl->tcp_sack;
	req->wscale_ok = o->has_wscale && sysctl->tcp_window_scaling;
	req->snd_wscale = req->wscale_ok ? o->wscale : 0;
	req->peer_mss = o->mss ? o->mss : TCP_DEFAULT_MSS;
	req->snd_wnd = seg->wnd;
	req->ts_recent = o->tsval;
	req->rcv_wnd = tcp_initial_window(tcp_net(listener), listener->sk.rcvbuf,
					  listener->user_clamp, req->wscale_ok, &req->rcv_wscale);
}

bool tcp_request_new(struct tcp_sock *listener, const struct tcp_seg *seg, uint32_t isn)
{
	struct net *net = listener->sk.net;
	struct tcp_request *req;
	struct dst_entry *dst;

	if (route_back(listener, seg, &dst))
		return false;
	req = calloc(1, sizeof(*req));
	if (!req) {
		dst_release(dst);
		return false;
	}
	req->listener = listener;
	req->dst = dst;
	req->tuple.kind = TCP_KIND_REQUEST;
	req->tuple.family = seg->family;
	req->tuple.saddr = seg->daddr;
	req->tuple.daddr = seg->saddr;
	req->tuple.sport = seg->dport;
	req->tuple.dport = seg->sport;
	req->tuple.bound_if = request_device(&listener->sk, seg);
	req->irs = seg->seq;
	req->iss = isn ? isn : tcp_isn(net, &seg->daddr, seg->dport, &seg->saddr, seg->sport);
	req->ts_offset = tcp_ts_offset(net, &seg->daddr, &seg->saddr);
	req->adv_mss = tcp_advertised_mss(inet_af_find(net, seg->family), dst);
	if (listener->user_mss)
		req->adv_mss = min(req->adv_mss, listener->user_mss);
	agree_on_options(req, seg);
	req->sent = net->now;
	timer_init(&req->timer, request_timeout);
	net_timer_set(net, &req->timer, net->now + timeout(req));
	tcp_hash_insert(net->tcp, &req->tuple);
	list_add_tail(&req->list, &listener->listener->requests);
	listener->listener->nr_requests++;
	send_synack(req);
	return true;
}

/* RFC 7323 5 and 3.2, as tcp_state.c has it: what passes here passes there. */
static bool paws_rejects(const struct tcp_request *req, const struct tcp_seg *seg)
{
	if (!req->ts_ok || (seg->flags & TCPHDR_RST))
		return false;
	return !seg->opt.has_ts || before(seg->opt.tsval, req->ts_recent);
}

/* The steps of RFC 9293 3.10.7.4 for SYN-RECEIVED, before there is a connection. */
struct tcp_sock *tcp_request_rcv(struct tcp_request *req, const struct tcp_seg *seg,
				 enum drop_reason *ret_reason)
{
	struct tcp_sock *listener = req->listener;
	struct net *net = listener->sk.net;
	uint32_t rcv_nxt = req->irs + 1;
	struct tcp_sock *child;

	/* The SYN again: so the SYN-ACK was lost. */
	*ret_reason = DROP_TCP_FLAGS;
	if ((seg->flags & (TCPHDR_SYN | TCPHDR_ACK | TCPHDR_RST)) == TCPHDR_SYN &&
	    seg->seq == req->irs && !paws_rejects(req, seg)) {
		send_synack(req);
		return NULL;
	}

	/* first: check sequence number */
	*ret_reason = DROP_TCP_OUT_OF_WINDOW;
	if (paws_rejects(req, seg) || !between(seg->seq, rcv_nxt, rcv_nxt + req->rcv_wnd - 1)) {
		if (!(seg->flags & TCPHDR_RST))
			send_ack(req);
		return NULL;
	}

	/* second: check the RST bit; RFC 5961 3.2 wants it exact */
	*ret_reason = DROP_TCP_RESET;
	if (seg->flags & TCPHDR_RST) {
		if (seg->seq == rcv_nxt) {
			MIB_INC(net, TcpAttemptFails);
			tcp_request_free(req);
		} else {
			send_ack(req);
		}
		return NULL;
	}

	/* fourth: check the SYN bit: "if the connection was initiated with a passive OPEN, return to LISTEN" */
	*ret_reason = DROP_TCP_FLAGS;
	if (seg->flags & TCPHDR_SYN) {
		MIB_INC(net, TcpAttemptFails);
		tcp_reply_reset(net, seg, listener->sk.opt.mark);
		tcp_request_free(req);
		return NULL;
	}

	/* fifth: check the ACK field */
	*ret_reason = DROP_TCP_ACK;
	if (!(seg->flags & TCPHDR_ACK))
		return NULL;
	if (seg->ack != req->iss + 1) {
		tcp_reply_reset(net, seg, listener->sk.opt.mark);
		return NULL;
	}
	*ret_reason = DROP_TCP_LISTEN_OVERFLOW;
	if (listener->defer_accept && !seg->len && !(seg->flags & TCPHDR_FIN) &&
	    req->timeouts < listener->defer_accept) {
		req->acked = true;
		*ret_reason = DROP_NOT_SPECIFIED;
		return NULL;
	}
	child = tcp_listen_child(req);
	if (!child && tcp_net(listener)->sysctl.tcp_abort_on_overflow) {
		tcp_reply_reset(net, seg, listener->sk.opt.mark);
		tcp_request_free(req);
	}
	return child;
}
