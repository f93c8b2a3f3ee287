/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SO_LINGER: a close(2) that waits until the peer has acknowledged all, or the time is up. Called by usock.c, and by the
 * preload's fclose(3).
 *
 * The descriptor is closed first. Only the stack knows whether it was the last one of its socket, in all processes: then
 * it takes one end of a pipe, and closes it when it is done.
 */
#include "libsock/linger.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "libsock/call.h"
#include "libsock/fdtable.h"
#include "libsock/process.h"
#include "libsock/sys.h"

/* As the stack, which keeps 16 bits of it. */
#define LINGER_MAX_S 65535

/**
 * linger_note - the stack has SO_LINGER
 * @sk: the socket
 * @val: struct linger
 * @len: its length; what is too short is passed over
 */
void linger_note(struct usock *sk, const void *val, socklen_t len)
{
	unsigned int seconds;
	struct linger l;

	if (len < sizeof(l))
		return;
	memcpy(&l, val, sizeof(l));
	seconds = (unsigned int)l.l_linger;
	if (seconds > LINGER_MAX_S)
		seconds = LINGER_MAX_S;
	sk->linger_s = l.l_onoff ? seconds : 0;
}

/**
 * linger_begin - a descriptor is about to be closed
 * @fd: any
 *
 * Return: the socket for linger_end(), which must be called; NULL: there is nothing to wait for.
 */
struct usock *linger_begin(int fd)
{
	struct usock *sk = fdtable_get(fd);

	if (!sk || (sk->linger_s && sk->type == SOCK_STREAM && sk->id && !process_is_borrowed()))
		return sk;
	fdtable_put(sk);
	return NULL;
}

/* Have the stack close @fd when it is done. */
static int ask(struct usock *sk, int fd)
{
	struct guard guard;
	int err;

	control_lock(&guard);
	err = call_linger(sk, fd);
	control_unlock(&guard);
	return err;
}

/**
 * linger_end - it was closed: wait, where it was the last
 * @sk: of linger_begin(); the reference is given up
 *
 * A signal ends the waiting, not the sending, as it does with the kernel's sockets.
 */
void linger_end(struct usock *sk)
{
	int pipes[2], err, cancel;

	if (!sk)
		return;
	if (pipe2(pipes, O_CLOEXEC) < 0)
		goto put;
	/* Cancelled here, the thread would leave the pipe behind. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	err = ask(sk, pipes[1]);
	sys_close(pipes[1]);
	if (!err)
		poll(&(struct pollfd){ .fd = pipes[0] }, 1, (int)sk->linger_s * 1000);
	sys_close(pipes[0]);
	pthread_setcancelstate(cancel, NULL);
put:
	fdtable_put(sk);
}
