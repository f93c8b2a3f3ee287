/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prompt that uip gives on a terminal when it has no arguments.
 */
#ifndef UIP_SHELL_H
#define UIP_SHELL_H

struct args;
struct uip;

/* Runs one command, which may begin with options, in a process that ends with it. Return: an enum uip_status. */
typedef int shell_command(struct uip *u, struct args *a);

/** shell_run() - read lines, and run them by @command, until "exit", "quit" or the end of the input */
int shell_run(struct uip *u, shell_command *command);

#endif
