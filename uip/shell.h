/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prompt that uip gives on a terminal when it has no arguments.
 */
#ifndef UIP_SHELL_H
#define UIP_SHELL_H

struct uip;

/** shell_run() - read and run commands until "exit", "quit" or the end of the input */
int shell_run(struct uip *u);

#endif
