/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "neighbour": link-layer addresses of neighbours, and addresses answered for by proxy.
 */
#ifndef UIP_NEIGHBOUR_H
#define UIP_NEIGHBOUR_H

#include <stdbool.h>
#include <stdint.h>

#include "uip/args.h"

struct nlmsghdr;
struct uip;

/* Stands for NUD_NONE, which is no bit of its own, in a set of states. */
#define NEIGHBOUR_NONE 0x100

/* Which neighbours are shown or flushed. */
struct neighbour_filter {
	int family;
	unsigned index;	      /* of the device; 0: all */
	struct arg_prefix to; /* those within this prefix */
	uint32_t states;      /* NUD_*, one bit each, and NEIGHBOUR_NONE; 0: all */
	struct arg_number protocol; /* 0: all */
	bool unused_only;
	bool proxy;
};

extern const struct command neighbour_commands[];

int neighbour_main(struct uip *u, struct args *a);

/** neighbour_passes() - does the filter let an RTM_NEWNEIGH through? */
bool neighbour_passes(const struct nlmsghdr *h, const struct neighbour_filter *filter);

/** neighbour_print() - show one RTM_NEWNEIGH or RTM_DELNEIGH (RTM_GETNEIGH: "miss") */
void neighbour_print(struct uip *u, const struct nlmsghdr *h,
		     const struct neighbour_filter *filter);

#endif
