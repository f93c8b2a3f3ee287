/* SPDX-License-Identifier: BSD-2-Clause */
/* Keepalive (RFC 9293 3.8.4), and the time a closed connection may stay in FIN-WAIT-2. */
#ifndef STACK_TCP_TCP_KEEPALIVE_H
#define STACK_TCP_TCP_KEEPALIVE_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_keepalive_update - SO_KEEPALIVE or one of its times changed, or the connection was
 * established
 */
void tcp_keepalive_update(struct tcp_sock *tp);
/** tcp_keepalive_timeout - of tp->keepalive_timer */
void tcp_keepalive_timeout(struct timer *t);

#endif
