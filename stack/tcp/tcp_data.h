/* SPDX-License-Identifier: BSD-2-Clause */
/* Received payload (RFC 9293 3.10.7.4, seventh and eighth): into order, and to the owner. */
#ifndef STACK_TCP_TCP_DATA_H
#define STACK_TCP_TCP_DATA_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_data_rcv - seventh, and eighth: the text and FIN of @skb (owned; data at the payload), which
 * is in the window
 */
void tcp_data_rcv(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg);
/**
 * tcp_data_in_order - the same for one that begins at rcv_nxt, fits the window, and has no FIN:
 * the fast path
 */
void tcp_data_in_order(struct tcp_sock *tp, struct sk_buff *skb, const struct tcp_seg *seg);
/** tcp_rcvq_append - @skb (owned, not charged yet) is next in order */
void tcp_rcvq_append(struct tcp_sock *tp, struct sk_buff *skb);
/** tcp_rmem_admit - is there memory for @skb, at @seq? Makes room beyond @seq if it must */
bool tcp_rmem_admit(struct tcp_sock *tp, const struct sk_buff *skb, uint32_t seq);

#endif
