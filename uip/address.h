/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The object "address": addresses of devices.
 */
#ifndef UIP_ADDRESS_H
#define UIP_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "uip/args.h"

struct nlmsghdr;
struct uip;

/* Which addresses are shown or flushed. */
struct address_filter {
	int family;
	unsigned index;	   /* of the device; 0: all */
	const char *label; /* fnmatch(3) pattern */
	struct arg_number scope;
	struct arg_prefix to; /* those within this prefix */
	uint32_t flags;	      /* IFA_F_*: those of flag_mask must be as here */
	uint32_t flag_mask;
};

extern const struct command address_commands[];

int address_main(struct uip *u, struct args *a);

/** address_passes() - does the filter let an RTM_NEWADDR through? */
bool address_passes(struct uip *u, const struct nlmsghdr *h, const struct address_filter *filter);

enum address_style {
	ADDRESS_FULL,	  /* below its device */
	ADDRESS_WITH_DEV, /* on its own: the device stands before it */
	ADDRESS_BRIEF,	  /* only ADDRESS/LENGTH, without a newline */
};

/** address_print() - show one RTM_NEWADDR or RTM_DELADDR */
void address_print(struct uip *u, const struct nlmsghdr *h, enum address_style style);

/**
 * address_take_flag() - taker for the words that choose addresses by a flag; "-" before them
 * negates
 */
arg_taker address_take_flag;

#endif
