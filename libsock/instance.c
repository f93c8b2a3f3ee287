/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which instance the process's new sockets belong to: usock_instance(), else $USTACK, else
 * "default". Asked by socket.c, netlink.c, ifaddrs.c and the resolver.
 */
#include "libsock/instance.h"

#include <errno.h>
#include <stdatomic.h>

#include <ustack/rundir.h>

#include "libsock/dial.h"
#include "libsock/usock.h"

/* Two places, so that a reader in another thread never sees a name that is being written. */
static char chosen[2][USTACK_NAME_MAX + 1];
static const char *_Atomic current;

int usock_instance(const char *name)
{
	char *place = chosen[atomic_load(&current) == chosen[0]];

	if (name && !ustack_name_valid(name)) {
		errno = EINVAL;
		return -1;
	}
	if (name)
		strcpy(place, name);
	atomic_store(&current, name ? place : NULL);
	return 0;
}

/**
 * instance_current - the name of the instance that a new socket belongs to
 */
const char *instance_current(void)
{
	return dial_instance(atomic_load(&current));
}
