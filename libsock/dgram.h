/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What datagram sockets (dgram.c) offer to options.c and ioctl.c beside their struct usock_ops.
 */
#ifndef LIBSOCK_DGRAM_H
#define LIBSOCK_DGRAM_H

#include "libsock/socket.h"

int dgram_error(struct usock *sk, int fd);
int dgram_unread(int fd);

#endif
