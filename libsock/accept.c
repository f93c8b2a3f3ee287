/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Taking a connection from a listener. Called by stream.c.
 *
 * Each connection is one record on the listener's pair, with its descriptor attached. The kernel
 * hands a record out once, so any number of threads and forked workers may wait on one listener,
 * and no word is said to the stack.
 */
#include "libsock/accept.h"

#include <errno.h>
#include <string.h>

#include <ustack/usock.h>

#include "libsock/fdtable.h"
#include "libsock/sys.h"

static int attached_fd(struct msghdr *msg)
{
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg);
	int fd = -1;

	if (cmsg && cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type == SCM_RIGHTS &&
	    cmsg->cmsg_len >= CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

/* No more connections come: this process or another shut it down; or its stack has gone, whose end of
 * the pair is closed then. That it has gone is told once as what it is, for servers to end with. Those
 * that do not would try again at once, for ever, as the descriptor stays ready: but a lack of files is
 * something that they wait after. */
static int receive_ended(struct usock *listener, int fd)
{
	struct pollfd pfd = { .fd = fd };

	if (poll(&pfd, 1, 0) <= 0 || !(pfd.revents & POLLHUP))
		return -EINVAL;
	return atomic_exchange(&listener->hung_up, true) ? -ENFILE : -ENETDOWN;
}

/* The next record, and its descriptor. */
static int receive(struct usock *listener, int fd, struct usock_accept *record)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = record, .iov_len = sizeof(*record) };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;
	int newfd;

	n = sys_recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	if (n < 0 && errno != ECONNRESET)
		return -errno;
	if (n <= 0)
		return receive_ended(listener, fd);
	newfd = attached_fd(&msg);
	if (newfd < 0)
		return -EMFILE; /* no number was free for it; the connection is lost */
	if (n != sizeof(*record)) {
		sys_close(newfd);
		return -ECONNABORTED;
	}
	return newfd;
}

static void fill_addr(union usock_addr *addr, uint16_t family, const uint8_t *bytes, uint16_t port,
		      uint32_t scope)
{
	memset(addr, 0, sizeof(*addr));
	addr->sa.sa_family = family;
	if (family == AF_INET6) {
		memcpy(&addr->in6.sin6_addr, bytes, sizeof(addr->in6.sin6_addr));
		addr->in6.sin6_port = port;
		addr->in6.sin6_scope_id = scope;
	} else {
		memcpy(&addr->in.sin_addr, bytes, sizeof(addr->in.sin_addr));
		addr->in.sin_port = port;
	}
}

static struct usock *make_socket(const struct usock *listener, const struct usock_accept *record)
{
	struct usock *sk = fdtable_alloc();

	if (!sk)
		return NULL;
	sk->ops = listener->ops;
	sk->ctl = listener->ctl;
	sk->family = listener->family;
	sk->type = listener->type;
	sk->protocol = listener->protocol;
	sk->id = record->id;
	sk->phase = SOCKET_CONNECTED;
	sk->linger_s = listener->linger_s;
	fill_addr(&sk->name, record->family, record->local_addr, record->local_port,
		  record->local_scope);
	fill_addr(&sk->peer, record->family, record->peer_addr, record->peer_port,
		  record->peer_scope);
	return sk;
}

/**
 * accept_connection - accept4(2)
 * @listener: the listening socket
 * @fd: its descriptor
 * @sa: receives the peer's address; may be NULL
 * @len: room; receives the length
 * @flags: SOCK_CLOEXEC, SOCK_NONBLOCK
 *
 * Return: the new descriptor; -EAGAIN, -EINTR: as the descriptor's own; -EINVAL: it does not
 * listen any more; -ENETDOWN, and -ENFILE from then on: its stack has gone; -EMFILE, -ENFILE,
 * -ENOMEM, -ECONNABORTED: the connection is lost.
 */
int accept_connection(struct usock *listener, int fd, struct sockaddr *sa, socklen_t *len,
		      int flags)
{
	struct usock_accept record;
	struct usock *sk;
	int newfd;

	newfd = receive(listener, fd, &record);
	if (newfd < 0)
		return newfd;
	sk = make_socket(listener, &record);
	if (!sk || fdtable_set(newfd, sk)) {
		sys_close(newfd);
		newfd = -ENOMEM;
		goto put;
	}
	if (!(flags & SOCK_CLOEXEC))
		sys_fcntl(newfd, F_SETFD, 0);
	/* however the stack made it */
	sys_fcntl(newfd, F_SETFL, flags & SOCK_NONBLOCK ? O_NONBLOCK : 0);
	socket_copy_addr(&sk->peer,
			 sk->peer.sa.sa_family == AF_INET6 ? sizeof(sk->peer.in6)
							   : sizeof(sk->peer.in),
			 sa, len);
put:
	fdtable_put(sk);
	return newfd;
}
