/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The objects that uip knows: the first word of each command.
 */
#ifndef UIP_OBJECT_H
#define UIP_OBJECT_H

#include "uip/args.h"

struct object {
	const char *word;
	const char *alias; /* ip's other spelling */
	int (*run)(struct uip *u, struct args *a);
	const struct command *commands; /* for completion; NULL: none */
};

/** object_run() - run one command, "OBJECT COMMAND ..."; Return: an enum uip_status */
int object_run(struct uip *u, struct args *a);

/** object_find() - the object that @word names or abbreviates, NULL if none does */
const struct object *object_find(const char *word);

/** object_each() - call @fn with the name of each object */
void object_each(void (*fn)(const char *word, void *arg), void *arg);

/** object_usage() - print how uip is used, to standard error; Return: UIP_USAGE */
int object_usage(void);

#endif
