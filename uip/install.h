/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the other parts of the project are: beside uip, in the tree that it was built in or in the
 * one that it was installed to.
 */
#ifndef UIP_INSTALL_H
#define UIP_INSTALL_H

#include <stddef.h>

/**
 * install_find_daemon() - the path of ustackd
 *
 * $USTACKD, beside uip, the directory it was configured for, $PATH: the first that is there.
 * Return: 0 or -ENOENT.
 */
int install_find_daemon(char *buf, size_t size);

/** install_find_confine() - the path of usock-confine; $USTACK_CONFINE first. 0 or -ENOENT */
int install_find_confine(char *buf, size_t size);

/** install_find_preload() - the path of libusock-preload.so; $USTACK_PRELOAD first. 0 or -ENOENT */
int install_find_preload(char *buf, size_t size);

#endif
