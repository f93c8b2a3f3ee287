/* SPDX-License-Identifier: BSD-2-Clause */
/* The owner writes: struct proto's reserve and commit, and the size of the send buffer. */
#ifndef STACK_TCP_TCP_WRITE_H
#define STACK_TCP_TCP_WRITE_H

#include "stack/tcp/tcp_sock.h"

int tcp_reserve(struct sock *sk, struct iovec *iov, unsigned *nr_iov);
void tcp_commit(struct sock *sk, uint32_t len);
/** tcp_write_space - room may have come back: tell an owner that waits for it */
void tcp_write_space(struct tcp_sock *tp);
/** tcp_sndbuf_grow - follow the congestion window */
void tcp_sndbuf_grow(struct tcp_sock *tp);

#endif
