/* SPDX-License-Identifier: BSD-2-Clause */
/* Loss recovery and its congestion window (RFC 5681, 6582, 6675); and taking it back (RFC 3522, 3708). */
#ifndef STACK_TCP_TCP_RECOVERY_H
#define STACK_TCP_TCP_RECOVERY_H

#include "stack/tcp/tcp_ack.h"

/** tcp_recovery_ack - what an acknowledgement means for recovery and for cwnd */
void tcp_recovery_ack(struct tcp_sock *tp, const struct tcp_ack_state *st);
/** tcp_recovery_dsack - the peer got [b->start, b->end) twice */
void tcp_recovery_dsack(struct tcp_sock *tp, const struct tcp_sack_block *b);
/**
 * tcp_enter_loss - a retransmission time-out (RFC 5681 3.1, RFC 6675 5.1): all that is not SACKed
 * is lost
 */
void tcp_enter_loss(struct tcp_sock *tp);
/**
 * tcp_recovery_mtu - the path takes less than was sent: what is longer is lost, but not by
 * congestion
 */
void tcp_recovery_mtu(struct tcp_sock *tp);

#endif
