/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking name servers through the stack, with c-ares.
 */
#ifndef LIBSOCK_RESOLVER_H
#define LIBSOCK_RESOLVER_H

#include <ares.h>

int resolver_open(ares_channel *ret);
void resolver_run(ares_channel channel);
int resolver_eai(int ares_status);

#endif
