/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 9293 3.10.7.3: a segment for a connection in SYN-SENT. */
#ifndef STACK_TCP_TCP_SYNSENT_H
#define STACK_TCP_TCP_SYNSENT_H

#include "stack/tcp/tcp_sock.h"

/** tcp_synsent_rcv - @skb is owned; the caller holds a reference on the socket */
void tcp_synsent_rcv(struct tcp_sock *tp, struct sk_buff *skb, struct tcp_seg *seg);

#endif
