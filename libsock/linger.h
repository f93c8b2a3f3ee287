/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SO_LINGER: a close(2) that waits.
 */
#ifndef LIBSOCK_LINGER_H
#define LIBSOCK_LINGER_H

#include "libsock/socket.h"

void linger_note(struct usock *sk, const void *val, socklen_t len);
struct usock *linger_begin(int fd);
void linger_end(struct usock *sk);

#endif
