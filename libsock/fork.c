/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fork(2): what must be in order before the process becomes two. Called by fork(3) itself.
 *
 * A socket that the stack has not heard of would be opened by both; so those are opened first. The
 * locks are taken over the fork, so that the child finds nothing half done, and the child lets go of
 * the parent's connections. (A child made by other means is noticed by process.c.)
 */
#include "libsock/fork.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include "libsock/control.h"
#include "libsock/fdtable.h"

static struct guard control_guard, table_guard;

/**
 * fork_open_sockets - open what the stack has not heard of
 * @wanted: which descriptors; NULL: all
 *
 * Where the stack refuses, the socket stays as it is: the call that needs it will say why.
 */
void fork_open_sockets(bool (*wanted)(int fd))
{
	for (int fd = fdtable_next(-1); fd >= 0; fd = fdtable_next(fd)) {
		struct usock *sk = fdtable_get(fd);

		if (sk && sk->phase == SOCKET_FRESH && (!wanted || wanted(fd)))
			socket_ensure_open(sk, fd);
		fdtable_put(sk);
	}
}

static void before_fork(void)
{
	fork_open_sockets(NULL);
	control_lock(&control_guard);
	fdtable_lock(&table_guard);
}

static void after_fork_parent(void)
{
	fdtable_unlock(&table_guard);
	control_unlock(&control_guard);
}

static void after_fork_child(void)
{
	fdtable_unlock(&table_guard);
	control_forked();
	control_unlock(&control_guard);
}

/**
 * fork_watch - from now on every fork(2) is in order
 *
 * When the program begins, and again, to no effect, when it makes a socket: so whatever makes sockets
 * is linked with this file.
 */
__attribute__((constructor)) void fork_watch(void)
{
	static atomic_flag done = ATOMIC_FLAG_INIT;

	if (!atomic_flag_test_and_set(&done))
		pthread_atfork(before_fork, after_fork_parent, after_fork_child);
}
