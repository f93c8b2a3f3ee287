/* SPDX-License-Identifier: BSD-2-Clause */
/* When to acknowledge (RFC 5681 4.2, RFC 9293 3.8.6.3). */
#ifndef STACK_TCP_TCP_DELACK_H
#define STACK_TCP_TCP_DELACK_H

#include "stack/tcp/tcp_sock.h"

/** tcp_delack_init - a connection begins */
void tcp_delack_init(struct tcp_sock *tp);
/**
 * tcp_delack_received - @seg brought payload in order: learn the peer's rhythm, and owe an
 * acknowledgement
 */
void tcp_delack_received(struct tcp_sock *tp, const struct tcp_seg *seg);
/** tcp_delack_data_sent - our data answers the peer's: the conversation goes both ways */
void tcp_delack_data_sent(struct tcp_sock *tp);
/** tcp_quickack - acknowledge at once for a while: the peer is in slow start or repairs a loss */
void tcp_quickack(struct tcp_sock *tp, unsigned segments);
/** tcp_ack_decide - an acknowledgement is owed: send it, or start the timer */
void tcp_ack_decide(struct tcp_sock *tp);
/** tcp_ack_sent - a segment with ACK leaves: nothing is owed any more */
void tcp_ack_sent(struct tcp_sock *tp);
/** tcp_delack_retry - there was no memory for one: try again soon */
void tcp_delack_retry(struct tcp_sock *tp);
/** tcp_delack_timeout - of tp->delack_timer */
void tcp_delack_timeout(struct timer *t);

/**
 * tcp_challenge_ack - RFC 5961 7: owe an acknowledgement to a doubtful segment, within the rate
 * limits
 */
void tcp_challenge_ack(struct tcp_sock *tp);
/**
 * tcp_invalid_ack - answer a segment outside the window (RFC 9293 3.10.7.4, first), not too often
 * to one without data
 */
void tcp_invalid_ack(struct tcp_sock *tp, const struct tcp_seg *seg);

#endif
