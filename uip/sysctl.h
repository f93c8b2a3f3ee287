/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "sysctl": the stack's parameters, with the words of sysctl(8).
 */
#ifndef UIP_SYSCTL_H
#define UIP_SYSCTL_H

struct args;
struct uip;

int sysctl_main(struct uip *u, struct args *a);

#endif
