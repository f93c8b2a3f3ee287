/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The usock family's calls: a system call about a socket, put into a message, and its answer.
 *
 * Called with control_lock() held, by socket.c and what stands on it. Each returns 0, what the stack
 * refused with as -errno, or what control_call() returns.
 */
#ifndef LIBSOCK_CALL_H
#define LIBSOCK_CALL_H

#include "libsock/socket.h"

/* What an answer said; a part that was absent is zero. */
struct call_answer {
	uint64_t id;
	int error; /* errno, or 0 */
	uint16_t family;
	uint16_t type;
	uint16_t protocol;
	unsigned int state; /* enum usock_state */
	union usock_addr name;
	union usock_addr peer;
};

int call_open(struct usock *sk, const struct socket_start *start, struct call_answer *ret);
int call_bind(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len,
	      struct call_answer *ret);
int call_connect(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len,
		 struct call_answer *ret);
int call_listen(struct usock *sk, int fd, int backlog, struct call_answer *ret);
int call_shutdown(struct usock *sk, int fd, int how);
int call_linger(struct usock *sk, int fd);
int call_getname(struct usock *sk, int fd, struct call_answer *ret);
int call_setsockopt(struct usock *sk, int fd, int level, int name, const void *val, socklen_t len);
int call_getsockopt(struct usock *sk, int fd, int level, int name, void *val, socklen_t *len);

#endif
