/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's files of /proc/net, by the ustack generic netlink family (genl.h). For the preload.
 */
#ifndef LIBSOCK_PROCNET_H
#define LIBSOCK_PROCNET_H

int procnet_exists(const char *instance, const char *name);
int procnet_read(const char *instance, const char *name, int fd);

#endif
