/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "token": the last 64 bits of the addresses that IPv6 makes of prefixes that routers announce.
 */
#ifndef UIP_TOKEN_H
#define UIP_TOKEN_H

#include "uip/args.h"

extern const struct command token_commands[];

int token_main(struct uip *u, struct args *a);

#endif
