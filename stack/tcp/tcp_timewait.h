/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TIME-WAIT (RFC 9293 3.6, 3.10.7.4): a connection that is over but for stray segments, as a small object in place
 * of its socket. One that nobody owns waits for the peer's FIN (FIN-WAIT-2) in the same form.
 */
#ifndef STACK_TCP_TCP_TIMEWAIT_H
#define STACK_TCP_TCP_TIMEWAIT_H

#include "stack/tcp/tcp_sock.h"

struct tcp_timewait {
	struct tcp_tuple tuple;
	struct list_head list;		/* tcp_net.timewaits, in order of creation */
	struct net *net;
	const struct inet_af_ops *af;
	struct timer timer;
	uint8_t	 substate;		/* SS_TIME_WAIT, SS_FIN_WAIT2 */
	uint8_t	 rcv_wscale, tos, priority;
	bool	 ts_ok, reuseaddr;
	uint16_t family;		/* of the socket that it was: the tuple's is the network layer's */
	uint32_t mark;
	uint32_t flowlabel;
	uint32_t snd_nxt, rcv_nxt, rcv_wnd;
	uint32_t ts_offset, ts_recent;
	ktime_t	 ts_recent_stamp;
	ktime_t	 last_oow_ack;
};

/** tcp_time_wait - @tp (TIME-WAIT, or an orphan in FIN-WAIT-2) becomes a tcp_timewait, and is done */
void tcp_time_wait(struct tcp_sock *tp, uint8_t substate);

/**
 * tcp_timewait_rcv - a segment for a connection in TIME-WAIT; @skb is owned, but for TCP_TW_SYN
 * TCP_TW_SYN: a new connection by the same names may begin (RFC 9293 3.10.7.4, RFC 6191): the old one is gone, and
 * the new one's sequence numbers begin at *@ret_isn
 */
enum tcp_tw_verdict { TCP_TW_DONE, TCP_TW_SYN };
enum tcp_tw_verdict tcp_timewait_rcv(struct net *net, struct tcp_tuple *t, struct sk_buff *skb,
				     const struct tcp_seg *seg, uint32_t *ret_isn);

/**
 * tcp_timewait_reuse - may @tp, which connects, take the names of @t? Then @t is gone, and @tp
 * begins after it
 */
bool tcp_timewait_reuse(struct net *net, struct tcp_tuple *t, struct tcp_sock *tp);
/**
 * tcp_timewait_holds_port - would bind(2) to @sk->saddr and @port meet one (and neither asked for
 * SO_REUSEADDR)?
 */
bool tcp_timewait_holds_port(const struct sock *sk, be16 port);
/** tcp_timewait_free - at once */
void tcp_timewait_free(struct tcp_timewait *tw);

#endif
