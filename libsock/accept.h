/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Taking a connection from a listener: stream.c's accept(2).
 */
#ifndef LIBSOCK_ACCEPT_H
#define LIBSOCK_ACCEPT_H

#include "libsock/socket.h"

int accept_connection(struct usock *listener, int fd, struct sockaddr *sa, socklen_t *len,
		      int flags);

#endif
