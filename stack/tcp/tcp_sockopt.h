/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of level IPPROTO_TCP (tcp(7)): struct proto's setsockopt and getsockopt. */
#ifndef STACK_TCP_TCP_SOCKOPT_H
#define STACK_TCP_TCP_SOCKOPT_H

#include "stack/tcp/tcp_sock.h"

int tcp_setsockopt(struct sock *sk, int level, int name, const void *val, uint32_t len);
int tcp_getsockopt(struct sock *sk, int level, int name, void *val, uint32_t *len);

#endif
