/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "stack": instances, as ip(8)'s "netns" is network namespaces.
 */
#ifndef UIP_STACK_H
#define UIP_STACK_H

#include "uip/args.h"

extern const struct command stack_commands[];

int stack_main(struct uip *u, struct args *a);

/**
 * stack_each() - call @fn with the name and the daemon's process id of each instance that serves
 */
int stack_each(void (*fn)(const char *name, int pid, void *arg), void *arg);

#endif
