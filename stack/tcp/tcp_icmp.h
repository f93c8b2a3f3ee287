/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP errors about segments of ours (RFC 1122 4.2.3.9, RFC 5461, RFC 5927). */
#ifndef STACK_TCP_TCP_ICMP_H
#define STACK_TCP_TCP_ICMP_H

#include "stack/tcp/tcp_sock.h"

/** tcp_err - struct inet_protocol's err */
void tcp_err(struct net *net, const struct icmp_err *e);

#endif
