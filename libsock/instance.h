/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which instance the process's new sockets belong to.
 */
#ifndef LIBSOCK_INSTANCE_H
#define LIBSOCK_INSTANCE_H

const char *instance_current(void);

#endif
