/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that stand for the stack's parameters, in the place of those of /proc/sys/net. For the
 * preload.
 *
 * Such a descriptor is an anonymous file, whose name is that of the instance and the parameter: so
 * whoever gets it by exec(2), by fork(2) or over a socket can know it. One for reading has the value
 * and a newline in it, and is sealed. What goes to one for writing by write(2) is set at once; the C
 * library's streams write past us, into the file itself, and what is found there is set when the
 * stream is flushed, or the descriptor closed (procfile_settle()).
 */
#ifndef LIBSOCK_PROCFILE_H
#define LIBSOCK_PROCFILE_H

#include <stdbool.h>

bool procfile_name(const char *path, char *ret_name);
int procfile_exists(const char *name);
int procfile_open(const char *name, int flags);
void procfile_adopt(int fd);
int procfile_settle(int fd);
int procfile_settle_range(int first, int last);

/* Room for the name of a parameter: USTACK_SYSCTL_NAME_MAX, and its end. */
#define PROCFILE_NAME_SIZE 97

#endif
