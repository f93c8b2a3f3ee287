/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small objects for connections that are over. Each lives in the table of connections until its timer ends
 * it, a reset does, or a new connection by the same names takes its place.
 */
#include "stack/tcp/tcp_timewait.h"

#include <stdlib.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_close.h"
#include "stack/tcp/tcp_hash.h"
#include "stack/tcp/tcp_reply.h"
#include "stack/transport/transport.h"

#define REUSE_SEQ_GAP 65537 /* beyond any window the old connection can have had without scaling */

static void expire(struct timer *t)
{
	tcp_timewait_free(container_of(t, struct tcp_timewait, timer));
}

void tcp_timewait_free(struct tcp_timewait *tw)
{
	struct tcp_net *tn = tw->net->tcp;

	net_timer_cancel(tw->net, &tw->timer);
	tcp_hash_remove(tn, &tw->tuple);
	list_del(&tw->list);
	tn->nr_timewaits--;
	free(tw);
}

static void start_timer(struct tcp_timewait *tw, ktime_t delay)
{
	net_timer_set(tw->net, &tw->timer, tw->net->now + delay);
}

static struct tcp_timewait *make(struct tcp_sock *tp, uint8_t substate)
{
	struct tcp_timewait *tw = calloc(1, sizeof(*tw));

	if (!tw)
		return NULL;
	*tw = (struct tcp_timewait){
		.tuple.kind = TCP_KIND_TIMEWAIT,
		.family = tp->sk.family,
		.net = tp->sk.net,
		.af = tp->sk.af,
		.substate = substate,
		.rcv_wscale = tp->rcv_wscale,
		.tos = sock_tos(&tp->sk),
		.flowlabel = tp->sk.opt6.flowlabel,
		.priority = tp->sk.opt.priority,
		.mark = tp->sk.opt.mark,
		.ts_ok = tp->ts_ok,
		.reuseaddr = tp->sk.opt.reuseaddr,
		.snd_nxt = tp->snd_nxt,
		.rcv_nxt = tp->rcv_nxt,
		.rcv_wnd = tcp_receive_window(tp),
		.ts_offset = tp->ts_offset,
		.ts_recent = tp->ts_recent,
		.ts_recent_stamp = tp->ts_recent_stamp,
	};
	timer_init(&tw->timer, expire);
	return tw;
}

static ktime_t fin_wait2_time(const struct tcp_sock *tp)
{
	if (tp->linger2 > 0)
		return sec_to_ktime(tp->linger2);
	return sec_to_ktime(tcp_net(tp)->sysctl.tcp_fin_timeout);
}

static void reply_ack(struct tcp_timewait *tw)
{
	struct tcp_reply r = {
		.af = tw->af,
		.saddr = tw->tuple.saddr,
		.daddr = tw->tuple.daddr,
		.sport = tw->tuple.sport,
		.dport = tw->tuple.dport,
		.oif = tw->tuple.bound_if,
		.mark = tw->mark,
		.x.tos = tw->tos,
		.x.flowlabel = tw->flowlabel,
		.flags = TCPHDR_ACK,
		.seq = tw->snd_nxt,
		.ack = tw->rcv_nxt,
		.window = min(tw->rcv_wnd >> tw->rcv_wscale, TCP_MAX_WINDOW),
		.opts.has_ts = tw->ts_ok,
		.opts.tsval = (uint32_t)ktime_to_ms(tw->net->now) + tw->ts_offset,
		.opts.tsecr = tw->ts_recent,
	};

	tcp_reply_xmit(tw->net, &r);
}

void tcp_time_wait(struct tcp_sock *tp, uint8_t substate)
{
	struct tcp_net *tn = tcp_net(tp);
	struct tcp_timewait *tw =
		tn->nr_timewaits < tn->sysctl.tcp_max_tw_buckets ? make(tp, substate) : NULL;

	if (tw) {
		tcp_hash_replace(&tp->tuple, &tw->tuple);
		list_add_tail(&tw->list, &tn->timewaits);
		tn->nr_timewaits++;
		MIB_INC(tp->sk.net, TcpExtTW);
		start_timer(tw, substate == SS_TIME_WAIT ? TCP_TIMEWAIT_LEN : fin_wait2_time(tp));
		/* The acknowledgement of the peer's FIN is owed by a socket that will be gone. */
		if (substate == SS_TIME_WAIT && (tp->owed & (TCP_OWE_ACK | TCP_OWE_ACK_NOW)))
			reply_ack(tw);
	} else {
		MIB_INC(tp->sk.net, TcpExtTCPTimeWaitOverflow);
	}
	tcp_done(tp);
}

/* RFC 9293 3.10.7.4 and RFC 6191 3: is the SYN newer than all the old connection can have sent? */
static bool syn_is_newer(const struct tcp_timewait *tw, const struct tcp_seg *seg)
{
	if (tw->ts_ok && seg->opt.has_ts && tw->ts_recent_stamp) {
		int32_t age = seg->opt.tsval - tw->ts_recent;

		if (age)
			return age > 0;
	}
	return after(seg->seq, tw->rcv_nxt);
}

static bool paws_rejects(const struct tcp_timewait *tw, const struct tcp_seg *seg)
{
	return tw->ts_ok && seg->opt.has_ts && tw->ts_recent_stamp &&
	       before(seg->opt.tsval, tw->ts_recent) &&
	       tw->net->now - tw->ts_recent_stamp <= TCP_PAWS_24DAYS;
}

/* The peer's FIN is all that is missing. */
static void fin_wait2_rcv(struct tcp_timewait *tw, const struct tcp_seg *seg)
{
	struct net *net = tw->net;

	if (seg->flags & TCPHDR_RST) {
		if (seg->seq == tw->rcv_nxt)
			tcp_timewait_free(tw);
		return;
	}
	if (seg->flags & TCPHDR_SYN && !before(seg->seq, tw->rcv_nxt)) {
		tcp_reply_reset(net, seg, 0);
		return;
	}
	if (!(seg->flags & TCPHDR_ACK))
		return;
	if (!after(seg->end_seq, tw->rcv_nxt)) {
		if (seg->end_seq != seg->seq)
			reply_ack(tw);
		return;
	}
	/* Bytes for nobody (RFC 2525 2.17), or a FIN that does not come next: */
	if (!(seg->flags & TCPHDR_FIN) || seg->end_seq != tw->rcv_nxt + 1) {
		MIB_INC(net, TcpExtTCPAbortOnData);
		tcp_reply_reset(net, seg, 0);
		tcp_timewait_free(tw);
		return;
	}
	tw->substate = SS_TIME_WAIT;
	tw->rcv_nxt = seg->end_seq;
	if (seg->opt.has_ts) {
		tw->ts_recent = seg->opt.tsval;
		tw->ts_recent_stamp = max(net->now, (ktime_t)1);
	}
	start_timer(tw, TCP_TIMEWAIT_LEN);
	reply_ack(tw);
}

enum tcp_tw_verdict tcp_timewait_rcv(struct net *net, struct tcp_tuple *t, struct sk_buff *skb,
				     const struct tcp_seg *seg, uint32_t *ret_isn)
{
	struct tcp_timewait *tw = container_of(t, struct tcp_timewait, tuple);
	bool rejected = paws_rejects(tw, seg);

	if (tw->substate == SS_FIN_WAIT2) {
		if (rejected && !(seg->flags & TCPHDR_RST)) {
			reply_ack(tw);
			skb_drop(net, skb, DROP_TCP_PAWS);
			return TCP_TW_DONE;
		}
		fin_wait2_rcv(tw, seg);
		skb_free(skb);
		return TCP_TW_DONE;
	}
	/* RFC 1337: a reset must not end TIME-WAIT before its time; the kernel lets it, unless told. */
	if (seg->flags & TCPHDR_RST) {
		if (!rejected && seg->seq == tw->rcv_nxt && !net->tcp->sysctl.tcp_rfc1337)
			tcp_timewait_free(tw);
		skb_drop(net, skb, DROP_TCP_RESET);
		return TCP_TW_DONE;
	}
	if ((seg->flags & (TCPHDR_SYN | TCPHDR_ACK)) == TCPHDR_SYN && !rejected &&
	    syn_is_newer(tw, seg)) {
		*ret_isn = tw->snd_nxt + REUSE_SEQ_GAP;
		MIB_INC(net, TcpExtTWRecycled);
		tcp_timewait_free(tw);
		return TCP_TW_SYN;
	}
	/* RFC 9293 3.10.7.4, eighth: a FIN that is repeated restarts the wait. */
	if (!rejected && (seg->flags & TCPHDR_FIN) && !after(seg->end_seq, tw->rcv_nxt))
		start_timer(tw, TCP_TIMEWAIT_LEN);
	if ((seg->end_seq != seg->seq || rejected || !(seg->flags & TCPHDR_ACK)) &&
	    (!tw->last_oow_ack || seg->len || (seg->flags & TCPHDR_FIN) ||
	     net->now - tw->last_oow_ack >= ms_to_ktime(net->tcp->sysctl.tcp_invalid_ratelimit))) {
		tw->last_oow_ack = max(net->now, (ktime_t)1);
		reply_ack(tw);
	}
	skb_drop(net, skb, rejected ? DROP_TCP_PAWS : DROP_TCP_OLD_DATA);
	return TCP_TW_DONE;
}

bool tcp_timewait_reuse(struct net *net, struct tcp_tuple *t, struct tcp_sock *tp)
{
	struct tcp_timewait *tw = container_of(t, struct tcp_timewait, tuple);
	uint8_t policy = net->tcp->sysctl.tcp_tw_reuse;
	bool loopback = tp->sk.dst && tp->sk.dst->dev == net->loopback;

	if (!policy || (policy == 2 && !loopback) || tw->substate != SS_TIME_WAIT)
		return false;
	/* RFC 6191 2: timestamps tell the new connection from the old, once their clock has ticked. */
	if (!tw->ts_ok || !tw->ts_recent_stamp || net->now - tw->ts_recent_stamp < NSEC_PER_SEC)
		return false;
	tp->write_seq = tw->snd_nxt + REUSE_SEQ_GAP;
	tp->ts_recent = tw->ts_recent;
	tp->ts_recent_stamp = tw->ts_recent_stamp;
	tcp_timewait_free(tw);
	return true;
}

bool tcp_timewait_holds_port(const struct sock *sk, be16 port)
{
	const struct tcp_net *tn = sk->net->tcp;
	const struct tcp_timewait *tw;

	list_for_each_entry(tw, &tn->timewaits, list) {
		if (tw->tuple.sport != port || (sk->opt.reuseaddr && tw->reuseaddr))
			continue;
		if (sk->bound_if && tw->tuple.bound_if && sk->bound_if != tw->tuple.bound_if)
			continue;
		if (sock_family_match(sk, tw->tuple.family) &&
		    (inaddr_any(&sk->saddr) || inaddr_equal(&sk->saddr, &tw->tuple.saddr)))
			return true;
	}
	return false;
}
