/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP (RFC 768, RFC 8085). */
#ifndef STACK_TRANSPORT_UDP_H
#define STACK_TRANSPORT_UDP_H

#include "stack/transport/sock.h"

extern const struct proto udp_proto;

/** udp_init - after transport_init(); 0 or -ENOMEM */
int udp_init(struct net *net);
void udp_exit(struct net *net);

#endif
