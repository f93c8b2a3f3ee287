/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface requests of ioctl(2) (netdevice(7)), answered from the stack.
 */
#ifndef LIBSOCK_IFIOCTL_H
#define LIBSOCK_IFIOCTL_H

#include <stdbool.h>

int ifioctl(const char *instance, unsigned long request, void *arg);
bool ifioctl_is_address(unsigned long request);

#endif
