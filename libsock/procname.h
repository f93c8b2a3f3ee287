/* SPDX-License-Identifier: BSD-2-Clause */
/* Which paths below /proc mean something of the stack's, and what. For the preload. */
#ifndef LIBSOCK_PROCNAME_H
#define LIBSOCK_PROCNAME_H

#include <stdbool.h>

/* Room for the longest name: USTACK_SYSCTL_NAME_MAX, and its end. */
#define PROCNAME_SIZE 97

enum procname_kind {
	PROCNAME_PARAMETER,	/* of /proc/sys/net: "net.ipv4.ip_forward" */
	PROCNAME_NET,		/* of /proc/net: "route" */
};

struct procname {
	enum procname_kind kind;
	char name[PROCNAME_SIZE]; /* "": there can be none like that */
};

bool procname_find(const char *path, struct procname *ret);

#endif
