/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket options of internet sockets: getsockopt(2) and setsockopt(2) in struct usock_ops.
 */
#ifndef LIBSOCK_OPTIONS_H
#define LIBSOCK_OPTIONS_H

#include "libsock/socket.h"

int options_get(struct usock *sk, int fd, int level, int name, void *val, socklen_t *len);
int options_set(struct usock *sk, int fd, int level, int name, const void *val, socklen_t len);
int options_answer_int(int value, void *val, socklen_t *len);

#endif
