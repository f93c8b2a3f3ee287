/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options that stand before the object.
 */
#ifndef UIP_OPTIONS_H
#define UIP_OPTIONS_H

#include "uip/args.h"

struct uip_opts;

enum options_next {
	OPTIONS_RUN,	 /* go on with the words that are left */
	OPTIONS_VERSION, /* print the version */
	OPTIONS_USAGE,	 /* print the usage */
	OPTIONS_REFUSED, /* a message was printed */
};

/** options_parse() - take the options from the front of @a */
enum options_next options_parse(struct args *a, struct uip_opts *opts);

#endif
