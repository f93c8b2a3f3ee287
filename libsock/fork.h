/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets that another process will have too: used by socket.c, and by the preload before exec(2).
 */
#ifndef LIBSOCK_FORK_H
#define LIBSOCK_FORK_H

#include <stdbool.h>

void fork_watch(void);
void fork_open_sockets(bool (*wanted)(int fd));

#endif
