/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connecting to an instance, and the calls of a netlink socket on the connection.
 *
 * The layer under channel.c, control.c and netlink.c. It knows descriptors only, and allocates no
 * memory: the socket calls that POSIX wants safe in signal handlers stand on it.
 */
#ifndef LIBSOCK_DIAL_H
#define LIBSOCK_DIAL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <ustack/channel.h>

/* Room for the descriptors that one message can carry. */
#define DIAL_FDS_MAX 8

const char *dial_instance(const char *instance);
int dial_rundir(char *buf, size_t size, const char *instance);
int dial(const char *instance, const char *protocol, int flags);
uint64_t dial_cookie(int fd);
int dial_ctl(int fd, uint32_t cmd, uint32_t arg, uint32_t arg2, struct ustack_ctl_reply *ret);
ssize_t dial_send(int fd, const void *buf, size_t len, const int *fds, unsigned int nfds);

#endif
