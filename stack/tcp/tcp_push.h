/* SPDX-License-Identifier: BSD-2-Clause */
/* What of the write queue may be sent now. */
#ifndef STACK_TCP_TCP_PUSH_H
#define STACK_TCP_TCP_PUSH_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_push - send all that windows, Nagle and the device allow; starts the persist timer where
 * nothing moves
 */
void tcp_push(struct tcp_sock *tp);
/**
 * tcp_push_one - the persist timer fired: send what the window allows, however short (RFC 9293 3.8.6.2.1, the
 * override time-out); false: it allows nothing
 */
bool tcp_push_one(struct tcp_sock *tp);

#endif
