/* SPDX-License-Identifier: BSD-2-Clause */
/* Retransmission and persist timers, and when to give a connection up. */
#ifndef STACK_TCP_TCP_TIMER_H
#define STACK_TCP_TCP_TIMER_H

#include "stack/tcp/tcp_sock.h"

/** tcp_timers_init - of a fresh socket; tcp_timers_cancel - all of them */
void tcp_timers_init(struct tcp_sock *tp);
void tcp_timers_cancel(struct tcp_sock *tp);
/**
 * tcp_rearm_rto - RFC 6298 5: run the retransmission timer from now on while something is
 * outstanding
 */
void tcp_rearm_rto(struct tcp_sock *tp);
/**
 * tcp_arm_probe - nothing is outstanding, but something waits: run the persist timer (unless it
 * runs)
 */
void tcp_arm_probe(struct tcp_sock *tp);
/**
 * tcp_give_up - @err (positive; an earlier ICMP error is preferred): the peer does not answer any
 * more
 */
void tcp_give_up(struct tcp_sock *tp, int err);
/**
 * tcp_orphan_limited - too many closed connections linger, or this one has too long (@again: since
 * some time-outs)
 */
bool tcp_orphan_limited(struct tcp_sock *tp);

#endif
