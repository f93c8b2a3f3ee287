/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AF_NETLINK sockets on the stack: socket(2) for them. The calls are in netlink_ops.
 */
#ifndef LIBSOCK_NETLINK_H
#define LIBSOCK_NETLINK_H

int netlink_create(int type, int protocol);

#endif
