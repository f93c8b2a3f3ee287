/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ioctl(2) on sockets of the stack: in struct usock_ops, and for usock.c.
 */
#ifndef LIBSOCK_IOCTL_H
#define LIBSOCK_IOCTL_H

#include "libsock/socket.h"

/* The range of requests that are about interfaces, addresses and routes (linux/sockios.h). */
#define IOCTL_INTERFACE_FIRST 0x890B
#define IOCTL_INTERFACE_LAST  0x89FF

int ioctl_call(struct usock *sk, int fd, unsigned long request, void *arg);
bool ioctl_is_interface(unsigned long request);

#endif
