/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's parameters, by the ustack generic netlink family (genl.h). For the preload.
 */
#ifndef LIBSOCK_SYSCTL_H
#define LIBSOCK_SYSCTL_H

#include <stddef.h>

int sysctl_read(const char *instance, const char *name, char *ret, size_t size);
int sysctl_write(const char *instance, const char *name, const char *value);

#endif
