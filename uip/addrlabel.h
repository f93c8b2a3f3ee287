/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "addrlabel": the table by which IPv6 prefers addresses (RFC 6724 2.1).
 */
#ifndef UIP_ADDRLABEL_H
#define UIP_ADDRLABEL_H

#include "uip/args.h"

extern const struct command addrlabel_commands[];

int addrlabel_main(struct uip *u, struct args *a);

#endif
