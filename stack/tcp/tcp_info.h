/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP_INFO: a connection's numbers, for its owner and for sock_diag. */
#ifndef STACK_TCP_TCP_INFO_H
#define STACK_TCP_TCP_INFO_H

#include "stack/transport/sock.h"

struct tcp_info;
struct tcp_sock;

/** tcp_info_fill - @ret: struct tcp_info of linux/tcp.h, filled completely. Windows are in segments there */
void tcp_info_fill(const struct tcp_sock *tp, struct tcp_info *ret);

#endif
