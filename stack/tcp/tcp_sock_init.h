/* SPDX-License-Identifier: BSD-2-Clause */
/* How a struct tcp_sock begins, and how its connection does. */
#ifndef STACK_TCP_TCP_SOCK_INIT_H
#define STACK_TCP_TCP_SOCK_INIT_H

#include "stack/tcp/tcp_sock.h"

/** tcp_sock_init - struct proto's init; 0 */
int tcp_sock_init(struct sock *sk);
/** tcp_sock_reset - forget the last connection (the queues are empty), but no option of the socket */
void tcp_sock_reset(struct tcp_sock *tp);
/** tcp_window_start - receive window and acknowledgements; adv_mss, rcvbuf are known */
void tcp_window_start(struct tcp_sock *tp);
/** tcp_established - the handshake is over: enter ESTABLISHED, ready to send */
void tcp_established(struct tcp_sock *tp);

#endif
