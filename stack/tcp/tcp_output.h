/* SPDX-License-Identifier: BSD-2-Clause */
/* Segments of a connection on their way out: how they are made. What may be sent when: tcp_push.h. */
#ifndef STACK_TCP_TCP_OUTPUT_H
#define STACK_TCP_TCP_OUTPUT_H

#include "stack/tcp/tcp_sock.h"

/** tcp_output_work - tp->work: pays what is owed, once per batch */
void tcp_output_work(struct net *net, struct net_work *work);

/** tcp_queue_control - a SYN or FIN (@flags) at the end of the write queue; 0 or -ENOMEM */
int tcp_queue_control(struct tcp_sock *tp, uint8_t flags);
/**
 * tcp_send_new - send @skb, the head of the write queue: it moves to the retransmission queue
 * @mss: payload of each of its segments. false: no memory; nothing has changed
 */
bool tcp_send_new(struct tcp_sock *tp, struct sk_buff *skb, uint32_t mss);
/**
 * tcp_resend - send @skb, which is on the retransmission queue, again; false: no memory. May end
 * the connection
 */
bool tcp_resend(struct tcp_sock *tp, struct sk_buff *skb, uint32_t mss);
/** tcp_split - cut @skb of queue @q behind @len bytes of payload; false: no memory */
bool tcp_split(struct tcp_sock *tp, struct sk_buff_head *q, struct sk_buff *skb, uint32_t len);

/** tcp_send_ack - an acknowledgement without data, now */
void tcp_send_ack(struct tcp_sock *tp);
/**
 * tcp_send_probe - a segment that the peer must answer: an old sequence number, no data
 * (keepalive, zero window)
 */
void tcp_send_probe(struct tcp_sock *tp);
/** tcp_send_reset - tell the peer that this connection is gone */
void tcp_send_reset(struct tcp_sock *tp);

/** tcp_tsq_limit - segments that may be with the device before we wait for it */
uint32_t tcp_tsq_limit(const struct tcp_sock *tp, uint32_t mss);

#endif
