/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's calls about interfaces: part of libusock-preload. Its own ask the host by sockets
 * of their own, which interposing socket(2) does not catch.
 */
#include "libsock/preload.h"

#include "libsock/real.h"
#include "libsock/usock.h"

INTERPOSE int getifaddrs(struct ifaddrs **ret)
{
	return preload_is_on_host() ? real()->getifaddrs(ret) : usock_getifaddrs(ret);
}

INTERPOSE void freeifaddrs(struct ifaddrs *list)
{
	usock_freeifaddrs(list);
}

INTERPOSE unsigned int if_nametoindex(const char *name)
{
	return preload_is_on_host() ? real()->if_nametoindex(name) : usock_if_nametoindex(name);
}

INTERPOSE char *if_indextoname(unsigned int index, char name[IF_NAMESIZE])
{
	if (preload_is_on_host())
		return real()->if_indextoname(index, name);
	return usock_if_indextoname(index, name);
}

INTERPOSE struct if_nameindex *if_nameindex(void)
{
	return preload_is_on_host() ? real()->if_nameindex() : usock_if_nameindex();
}

INTERPOSE void if_freenameindex(struct if_nameindex *list)
{
	usock_if_freenameindex(list);
}
