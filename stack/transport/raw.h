/* SPDX-License-Identifier: BSD-2-Clause */
/* Raw sockets (raw(7)): packets of one protocol, with the IPv4 header when they come in. */
#ifndef STACK_TRANSPORT_RAW_H
#define STACK_TRANSPORT_RAW_H

#include "stack/transport/sock.h"

extern const struct proto raw_proto;

/** raw_init - after transport_init(); 0 or -ENOMEM */
int raw_init(struct net *net);
void raw_exit(struct net *net);

#endif
