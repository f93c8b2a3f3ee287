/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a connection: orderly, by reset, by an error; and a socket's return to CLOSED. */
#ifndef STACK_TCP_TCP_CLOSE_H
#define STACK_TCP_TCP_CLOSE_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_done - CLOSED: timers, queues and names go (received bytes stay for the owner); an orphan is
 * freed
 */
void tcp_done(struct tcp_sock *tp);
/** tcp_fail - the conversation is over by @err (positive): tcp_done(), and the owner will be told */
void tcp_fail(struct tcp_sock *tp, int err);
/** tcp_abort - send a reset, where the peer knows of us, and tcp_done() */
void tcp_abort(struct tcp_sock *tp);

/* struct proto */
int tcp_shutdown(struct sock *sk, int how);
void tcp_close(struct sock *sk, bool abort);
int tcp_disconnect(struct sock *sk);
void tcp_destroy(struct sock *sk);

#endif
