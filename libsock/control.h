/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control channel: one "generic" netlink connection per process and instance, over which the
 * usock family's calls go (call.c).
 *
 * control_lock() orders everything in the process that asks the stack for something or changes
 * what it has been told: a socket is opened under it, once. Nothing here allocates memory.
 */
#ifndef LIBSOCK_CONTROL_H
#define LIBSOCK_CONTROL_H

#include <stdint.h>
#include <linux/netlink.h>

#include "libsock/guard.h"

struct control;

/* Longest message of the usock family, either way. */
#define CONTROL_MSG_MAX 2048

/* One call: a genetlink message, and where its answer goes. */
struct control_call {
	struct nlmsghdr *request; /* with its genlmsghdr; type, seq and flags are filled in here */
	const int *fds;		  /* descriptors to go with it */
	unsigned int nfds;
	struct nlmsghdr *answer; /* room for CONTROL_MSG_MAX bytes; NULL: only success matters */
};

struct control *control_get(const char *instance);
const char *control_instance(const struct control *ctl);
void control_lock(struct guard *guard);
void control_unlock(const struct guard *guard);
unsigned int control_generation(struct control *ctl);
int control_call(struct control *ctl, const struct control_call *call);
void control_forked(void);

#endif
