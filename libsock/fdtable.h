/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which descriptors of the process are sockets of the stack.
 *
 * Looking one up takes no lock, and is safe in signal handlers and against a close in another
 * thread. Descriptors that are duplicates of each other share one struct usock.
 */
#ifndef LIBSOCK_FDTABLE_H
#define LIBSOCK_FDTABLE_H

#include "libsock/socket.h"

struct usock *fdtable_alloc(void);
int fdtable_set(int fd, struct usock *sk);
struct usock *fdtable_get(int fd);
bool fdtable_has(int fd);
void fdtable_put(struct usock *sk);
int fdtable_close(int fd);
void fdtable_forget(int fd);
int fdtable_dup(struct usock *sk, int fd, int min, int cmd);
int fdtable_dup3(int fd, int newfd, int flags);
int fdtable_next(int fd);
void fdtable_lock(struct guard *guard);
void fdtable_unlock(const struct guard *guard);

#endif
