/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names for numbers: scopes, routing tables, protocols, and the like. The well-known ones are built
 * in; /etc/iproute2 adds to them, as for ip(8).
 */
#ifndef UIP_NAMES_H
#define UIP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum names_kind {
	NAMES_SCOPE,
	NAMES_TABLE,
	NAMES_PROTO,
	NAMES_DSFIELD,
	NAMES_GROUP,
	NAMES_REALM,
	NAMES_KINDS
};

/* Room for a number that has no name. */
#define NAMES_TEXT_MAX 16

struct names;

/** names_new() - @numeric: write numbers always. The files are read when they are first needed */
struct names *names_new(bool numeric);
void names_free(struct names *n);

/** names_word() - the name of @id, or the number in @buf; Return: what to print */
const char *names_word(struct names *n, enum names_kind kind, uint32_t id,
		       char buf[NAMES_TEXT_MAX]);

/** names_id() - the number of a name, or of a number as text; Return: 0 or -EINVAL */
int names_id(struct names *n, enum names_kind kind, const char *word, uint32_t *ret);

/** names_each() - call @fn with each name of a kind */
void names_each(struct names *n, enum names_kind kind, void (*fn)(const char *name, void *arg),
		void *arg);

#endif
