/* SPDX-License-Identifier: BSD-2-Clause */
/* The object "rule": the order in which the routing tables are looked up. */
#ifndef UIP_RULE_H
#define UIP_RULE_H

#include "uip/args.h"

extern const struct command rule_commands[];
int rule_main(struct uip *u, struct args *a);

#endif
