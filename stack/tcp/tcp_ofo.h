/* SPDX-License-Identifier: BSD-2-Clause */
/* The out-of-order queue: what arrived beyond a hole. */
#ifndef STACK_TCP_TCP_OFO_H
#define STACK_TCP_TCP_OFO_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_ofo_queue - keep @skb (owned), which begins beyond rcv_nxt; overlaps are trimmed, and
 * reported by D-SACK
 */
void tcp_ofo_queue(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg);
/** tcp_ofo_drain - move to rcvq what is in order now; Return: true when a FIN was reached */
bool tcp_ofo_drain(struct tcp_sock *tp);
/**
 * tcp_ofo_prune - memory is short: drop what is farthest off, but nothing below @keep; Return:
 * something went
 */
bool tcp_ofo_prune(struct tcp_sock *tp, uint32_t keep);
void tcp_ofo_purge(struct tcp_sock *tp);

#endif
