/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's parameters, by the ustack generic netlink family (ustack/ustack.h). For the preload.
 *
 * Each call goes over a connection of its own, takes no lock and allocates no memory: signal handlers
 * and children of vfork(2) may make it.
 */
#ifndef LIBSOCK_SYSCTL_H
#define LIBSOCK_SYSCTL_H

#include <stddef.h>

int sysctl_read(const char *instance, const char *name, char *ret, size_t size);
int sysctl_write(const char *instance, const char *name, const char *value);

#endif
