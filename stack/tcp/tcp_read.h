/* SPDX-License-Identifier: BSD-2-Clause */
/* The owner reads: struct proto's peek and consume. */
#ifndef STACK_TCP_TCP_READ_H
#define STACK_TCP_TCP_READ_H

#include "stack/tcp/tcp_sock.h"

int tcp_peek(struct sock *sk, struct iovec *iov, unsigned *nr_iov);
void tcp_consume(struct sock *sk, uint32_t len);

#endif
