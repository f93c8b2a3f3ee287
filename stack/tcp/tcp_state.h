/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 9293 3.10.7.4: a segment for a connection in any state from SYN-RECEIVED on. */
#ifndef STACK_TCP_TCP_STATE_H
#define STACK_TCP_TCP_STATE_H

#include "stack/tcp/tcp_sock.h"

/** tcp_state_rcv - run the eight steps on @skb (owned); the caller holds a reference on the socket */
void tcp_state_rcv(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg);

/** tcp_ts_recent_set - the timestamp of @seg is the one to echo from now on */
static inline void tcp_ts_recent_set(struct tcp_sock *tp, const struct tcp_seg *seg)
{
	tp->ts_recent = seg->opt.tsval;
	tp->ts_recent_stamp = max(tp->sk.net->now, (ktime_t)1);
}

#endif
