/* SPDX-License-Identifier: BSD-2-Clause */
/* The retransmission queue: what is sent and not yet acknowledged. */
#ifndef STACK_TCP_TCP_RETRANSMIT_H
#define STACK_TCP_TCP_RETRANSMIT_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_retransmit_lost - send again what is marked lost, as far as the congestion window goes (RFC
 * 6675 5, (C))
 */
void tcp_retransmit_lost(struct tcp_sock *tp);
/**
 * tcp_retransmit_head - send the oldest segment again, whatever the windows say; false: no memory,
 * no route
 */
bool tcp_retransmit_head(struct tcp_sock *tp);
/** tcp_mark_skb_lost - @skb, on the retransmission queue and not SACKed, is taken for lost */
void tcp_mark_skb_lost(struct tcp_sock *tp, struct sk_buff *skb);
/** tcp_rtx_count - @skb is about to be sent again: it is in flight once more */
void tcp_rtx_count(struct tcp_sock *tp, struct sk_buff *skb);
/** tcp_rtx_isolate - cut @skb behind its first segment, as it was sent; false: no memory */
bool tcp_rtx_isolate(struct tcp_sock *tp, struct sk_buff *skb);
/**
 * tcp_rtx_uncount - @skb (its first @len bytes of sequence space) leaves the counters: it is
 * acknowledged
 */
void tcp_rtx_uncount(struct tcp_sock *tp, struct sk_buff *skb, uint32_t len);

static inline struct sk_buff *tcp_rtx_head(const struct tcp_sock *tp) { return skb_peek(&tp->rtx_queue); }
/** tcp_rtx_next, _prev - neighbours on the queue; NULL past its end */
static inline struct sk_buff *tcp_rtx_next(const struct tcp_sock *tp, struct sk_buff *skb)
{
	return list_is_head(skb->list.next, &tp->rtx_queue.list) ? NULL : list_next_entry(skb, list);
}
static inline struct sk_buff *tcp_rtx_prev(const struct tcp_sock *tp, struct sk_buff *skb)
{
	return list_is_head(skb->list.prev, &tp->rtx_queue.list) ? NULL : list_prev_entry(skb, list);
}

#endif
