/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LD_PRELOAD, the list that the dynamic loader reads, and our own element of it.
 *
 * Used by the preload and by launch.c and confine.c. Nothing here allocates, locks or keeps state: a
 * child of vfork(2) may call it.
 */
#ifndef LIBSOCK_LDPRELOAD_H
#define LIBSOCK_LDPRELOAD_H

#include <stdbool.h>
#include <stddef.h>

#define LDPRELOAD	     "LD_PRELOAD="
#define LDPRELOAD_SEPARATORS ": "

/** ldpreload_list() - the value that the loader takes of @envp, which may be NULL; NULL: none */
const char *ldpreload_list(char *const envp[]);

/** ldpreload_find() - our element of @list, and its length; NULL: not there, or @list is */
const char *ldpreload_find(const char *list, size_t *ret_len);

/**
 * ldpreload_is_found() - will the loader find our element?
 *
 * It passes over what it cannot read, as in a chroot(2) or for another user, and runs the program without.
 *
 * Return: false where the list has a path of it that cannot be read. What the loader finds by other
 * ways than a path, and a list without it, are not for us to judge: true.
 */
bool ldpreload_is_found(char *const envp[]);

#endif
