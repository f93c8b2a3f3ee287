/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that stand for what the stack has in the place of files of /proc: its parameters (/proc/sys/net), and its
 * tables and counters (/proc/net). For the preload.
 *
 * Such a descriptor is an anonymous file, whose name is that of the instance and the file: so whoever gets that of a
 * parameter by exec(2), by fork(2) or over a socket can know it. One for reading has the text in it, and is sealed.
 * What goes to one for writing by write(2) is set at once; the C library's streams write past us, into the file itself,
 * and what is found there is set when the stream is flushed, or the descriptor closed (procfile_settle()).
 */
#ifndef LIBSOCK_PROCFILE_H
#define LIBSOCK_PROCFILE_H

#include "libsock/procname.h"

int procfile_exists(const struct procname *file);
int procfile_open(const struct procname *file, int flags);
void procfile_adopt(int fd);
int procfile_settle(int fd);
int procfile_settle_range(int first, int last);

#endif
