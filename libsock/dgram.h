/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagram sockets: the two directions, as dgram.c puts them together, and what they offer to
 * options.c and ioctl.c beside their struct usock_ops.
 */
#ifndef LIBSOCK_DGRAM_H
#define LIBSOCK_DGRAM_H

#include "libsock/socket.h"

/* Longest list of buffers that one call may name. */
#define DGRAM_IOV_MAX 256

/* Datagrams that cross the pair in one system call at most, each with a list of buffers no longer
 * than this. */
#define DGRAM_BATCH	32
#define DGRAM_BATCH_IOV 4

/* dgram_recv.c */
ssize_t dgram_recvmsg(struct usock *sk, int fd, struct msghdr *msg, int flags);
int dgram_recvmmsg(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count, int flags);
int dgram_error(struct usock *sk, int fd);
bool dgram_has_errqueue(struct usock *sk, int fd);
int dgram_unread(int fd);

/* dgram_send.c */
ssize_t dgram_sendmsg(struct usock *sk, int fd, const struct msghdr *msg, int flags);
int dgram_sendmmsg(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count, int flags);

#endif
