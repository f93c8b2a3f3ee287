/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table that assembles a stack: every floor's init in order, "lo", and the link kinds that live inside.
 * Who wants drivers adds their kinds (stack/driver/).
 */
#ifndef STACK_INET_STACK_H
#define STACK_INET_STACK_H

#include "stack/core/net.h"

/** stack_create - a whole stack, with lo down and no other device; NULL: no memory */
struct net *stack_create(const struct net_params *params);
/**
 * stack_destroy - devices go, sockets must be closed by their owners before; TCP connections that
 * linger are aborted
 */
void stack_destroy(struct net *net);

#endif
