/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stream sockets (stream.c) offer to options.c and ioctl.c beside their struct usock_ops.
 */
#ifndef LIBSOCK_STREAM_H
#define LIBSOCK_STREAM_H

#include "libsock/socket.h"

int stream_settle(struct usock *sk, int fd, int timeout_ms);
int stream_error(struct usock *sk, int fd);

#endif
