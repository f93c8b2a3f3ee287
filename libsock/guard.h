/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A critical section that a signal handler, a cancellation and fork(2) cannot break.
 *
 * POSIX lets signal handlers make socket calls. So a thread that holds one of our locks takes no
 * signals until it has let go of it, and cannot be cancelled. Used by fdtable.c and control.c; the
 * order of the locks is: control, then fdtable.
 */
#ifndef LIBSOCK_GUARD_H
#define LIBSOCK_GUARD_H

#include <pthread.h>
#include <signal.h>

/* What guard_leave() must restore. */
struct guard {
	sigset_t signals;
	int cancel_state;
};

static inline void guard_enter(struct guard *guard, pthread_mutex_t *lock)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &guard->signals);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &guard->cancel_state);
	pthread_mutex_lock(lock);
}

static inline void guard_leave(const struct guard *guard, pthread_mutex_t *lock)
{
	pthread_mutex_unlock(lock);
	pthread_setcancelstate(guard->cancel_state, NULL);
	pthread_sigmask(SIG_SETMASK, &guard->signals, NULL);
}

#endif
