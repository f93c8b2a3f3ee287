/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose memory is this? What libsock must know about fork(2), vfork(2) and clone(2).
 *
 * Used by fdtable.c and control.c: a child of fork has a copy of our state and must not use the
 * parent's channel; a child of vfork runs on the parent's memory and must not change our state.
 */
#ifndef LIBSOCK_PROCESS_H
#define LIBSOCK_PROCESS_H

#include <stdbool.h>

bool process_is_borrowed(void);
unsigned int process_epoch(void);

#endif
