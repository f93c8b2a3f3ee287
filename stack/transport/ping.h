/* SPDX-License-Identifier: BSD-2-Clause */
/* Ping sockets: SOCK_DGRAM, IPPROTO_ICMP (icmp(7)): echo requests, by anyone. */
#ifndef STACK_TRANSPORT_PING_H
#define STACK_TRANSPORT_PING_H

#include "stack/transport/sock.h"

/* Of ICMP, and of ICMPv6. */
extern const struct proto ping_proto, ping6_proto;

/** ping_init - after transport_init(); 0 or -ENOMEM */
int ping_init(struct net *net);
void ping_exit(struct net *net);

#endif
