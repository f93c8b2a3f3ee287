/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Commands from a file, one a line.
 */
#ifndef UIP_BATCH_H
#define UIP_BATCH_H

struct uip;

/**
 * batch_run() - run all commands of a file
 * @name: of the file; "-" is standard input
 *
 * Return: UIP_OK, or UIP_FAILED when any command failed.
 */
int batch_run(struct uip *u, const char *name);

#endif
