/* SPDX-License-Identifier: BSD-2-Clause */
/* The retransmission time-out (RFC 6298). */
#ifndef STACK_TCP_TCP_RTT_H
#define STACK_TCP_TCP_RTT_H

#include "stack/tcp/tcp_sock.h"

/** tcp_rtt_init - nothing measured yet */
void tcp_rtt_init(struct tcp_sock *tp);
/**
 * tcp_rtt_sample - a round trip took @us (more than 0: at least 1 is taken); Karn's rule is the
 * caller's
 */
void tcp_rtt_sample(struct tcp_sock *tp, uint32_t us);
/**
 * tcp_rtt_by_timestamp - a round trip by the echo in @seg, of the clock's granularity; -1: it says
 * nothing
 */
int32_t tcp_rtt_by_timestamp(const struct tcp_sock *tp, const struct tcp_seg *seg);
/** tcp_rto - the time-out now, with its backoff */
ktime_t tcp_rto(const struct tcp_sock *tp);

#endif
