/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended acknowledgement: the sentence that goes with the error of a configuration call. The stack
 * sets the words; the netlink server adds the attribute and sends both.
 */
#ifndef STACK_LIB_EXTACK_H
#define STACK_LIB_EXTACK_H

#include <stdarg.h>
#include "stack/lib/util.h"

#define EXTACK_MSG_MAX 96

struct extack {
	char	    msg[EXTACK_MSG_MAX];	/* empty: nothing to say */
	const void *bad_attr;			/* the attribute at fault, in the request; or NULL */
	const void *policy;			/* the policy it failed; or NULL */
	int	    miss_type;			/* an attribute that is missing; 0: none */
};

/**
 * extack_set - set the sentence (replaces an earlier one)
 * @ack: may be NULL: nobody listens
 * Return: @err, so that an error path is one line
 */
int extack_set(struct extack *ack, int err, const char *fmt, ...) __printf(3, 4);

#endif
