/* SPDX-License-Identifier: BSD-2-Clause */
/* bind(2) and connect(2): struct proto's, and RFC 9293 3.10.1 (active OPEN). */
#ifndef STACK_TCP_TCP_CONNECT_H
#define STACK_TCP_TCP_CONNECT_H

#include "stack/tcp/tcp_sock.h"

int tcp_bind(struct sock *sk, const struct sock_addr *a);
int tcp_connect(struct sock *sk, const struct sock_addr *a);

#endif
