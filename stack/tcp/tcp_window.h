/* SPDX-License-Identifier: BSD-2-Clause */
/* The receive window: what is offered, and how the buffer behind it grows. */
#ifndef STACK_TCP_TCP_WINDOW_H
#define STACK_TCP_TCP_WINDOW_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_select_window - the window to offer with the segment that is being sent, bytes; remembers
 * the offer
 */
uint32_t tcp_select_window(struct tcp_sock *tp);
/** tcp_window_init - first window and scale of a connection; adv_mss and rcvbuf are known */
void tcp_window_init(struct tcp_sock *tp);
/** tcp_initial_window - the same for a request: what a socket with @rcvbuf would offer in its SYN */
uint32_t tcp_initial_window(const struct tcp_net *tn, uint32_t rcvbuf, uint32_t clamp, bool wscale_ok,
			    uint8_t *ret_wscale);
/**
 * tcp_window_consumed - the owner took bytes: tell the peer when much has opened, and tune the
 * buffer
 */
void tcp_window_consumed(struct tcp_sock *tp);
/** tcp_window_received - learn from a data segment: memory per byte, round-trip time */
void tcp_window_received(struct tcp_sock *tp, const struct tcp_seg *seg, const struct sk_buff *skb);

#endif
