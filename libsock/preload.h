/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of libusock-preload share.
 *
 * preload_socket.c	socket calls		preload_exec.c	exec and spawn, inherited descriptors
 * preload_names.c	names			preload_netif.c	interfaces
 * preload_proc.c	/proc/sys/net, /proc/net	preload_stat.c	the same, looked at
 * preload_poll.c	poll(2), for error queues	preload_env.c	the environment of a program
 * preload_shell.c	system(3) and its kin
 *
 * The rule of all: a call about an internet, packet or netlink socket goes to the stack or is
 * refused. It reaches the host only where USTACK_HOST_FALLBACK=1 asked for it, and the stack cannot
 * serve it.
 */
#ifndef LIBSOCK_PRELOAD_H
#define LIBSOCK_PRELOAD_H

#include <stdbool.h>
#include <stddef.h>

struct procname;

/* The build hides everything; what stands in front of the C library's must be seen. */
#define INTERPOSE __attribute__((visibility("default")))

bool preload_may_use_host(void);
bool preload_is_on_host(void);
bool preload_is_guarded(int family);
bool preload_is_served(const char *path, struct procname *ret);
size_t preload_env_room(char *const envp[]);
char *const *preload_env_restore(char *const envp[], char **room);
void preload_env_put_back(void);

#endif
