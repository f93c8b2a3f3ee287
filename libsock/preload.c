/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When may a preloaded program reach the host? Asked by every preload_*.c.
 */
#include "libsock/preload.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "libsock/dial.h"
#include "libsock/instance.h"
#include "libsock/sys.h"

/**
 * preload_may_use_host - did the user allow what the stack cannot serve to go to the host?
 */
bool preload_may_use_host(void)
{
	const char *value = secure_getenv("USTACK_HOST_FALLBACK");

	return value && !strcmp(value, "1");
}

/**
 * preload_is_on_host - is there no stack to serve this program, and may it do without?
 */
bool preload_is_on_host(void)
{
	int fd;

	if (!preload_may_use_host())
		return false;
	fd = dial(instance_current(), USTACK_CHAN_GENERIC, SOCK_CLOEXEC);
	if (fd < 0)
		return true;
	sys_close(fd);
	return false;
}

/**
 * preload_is_guarded - are sockets of this family kept away from the host?
 * @family: AF_*
 */
bool preload_is_guarded(int family)
{
	switch (family) {
	case AF_INET:
	case AF_INET6:
	case AF_NETLINK:
	case AF_PACKET:
		return true;
	default:
		return false;
	}
}
