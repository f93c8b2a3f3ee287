/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stream sockets: connecting, the two directions, and telling a reset from an end of file.
 *
 * Called through stream_ops by usock.c; accepting is in accept.c.
 *
 * Theory of operation. The bytes are the pair's own: a read is the system's read, and only when it
 * says "end" do we look closer. While a connect is in progress, USOCK_FILLER bytes lie unread in the
 * pair and SO_SNDBUF is at its minimum: so poll(2) does not call the descriptor writable. The stack
 * takes the filler out once it is connected, and closes its end if it fails. Whichever call comes
 * first after that settles the matter (stream_settle): it restores SO_SNDBUF, or asks for the error.
 */
#include "libsock/stream.h"

#include <errno.h>
#include <limits.h>
#include <linux/sockios.h>
#include <string.h>
#include <time.h>

#include <ustack/usock.h>

#include "libsock/accept.h"
#include "libsock/call.h"
#include "libsock/ioctl.h"
#include "libsock/iov.h"
#include "libsock/options.h"
#include "libsock/sys.h"

/* Flags that mean the same on the pair. */
#define SEND_FLAGS (MSG_DONTWAIT | MSG_NOSIGNAL | MSG_MORE)
#define RECV_FLAGS (MSG_DONTWAIT | MSG_PEEK | MSG_WAITALL)

/* Received bytes are thrown away (MSG_TRUNC) in pieces of this size. */
#define DISCARD_SIZE 16384

/* Put the filler in, once. control_lock() is held. */
static int put_filler(struct usock *sk, int fd)
{
	static const char filler[USOCK_FILLER];
	int least = 0, sndbuf = 0;
	socklen_t len = sizeof(sndbuf);

	if (sk->sndbuf)
		return 0; /* of a connect that the stack refused at once */
	if (sys_getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &sndbuf, &len) < 0 ||
	    sys_setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &least, sizeof(least)) < 0 ||
	    sys_send(fd, filler, sizeof(filler), MSG_DONTWAIT | MSG_NOSIGNAL) != sizeof(filler))
		return -errno;
	sk->sndbuf = sndbuf / 2; /* the kernel doubles what is set */
	return 0;
}

static void restore_sndbuf(struct usock *sk, int fd)
{
	if (sk->sndbuf)
		sys_setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &sk->sndbuf, sizeof(sk->sndbuf));
	sk->sndbuf = 0;
}

static void set_connected(struct usock *sk, int fd)
{
	struct guard guard;

	control_lock(&guard);
	if (sk->phase == SOCKET_CONNECTING) {
		restore_sndbuf(sk, fd);
		sk->unreported = true;
		sk->phase = SOCKET_CONNECTED;
	}
	control_unlock(&guard);
}

/* The stack closed its end. Did the connect fail, or was that after it? */
static int settle_hangup(struct usock *sk, int fd)
{
	int unread = 0, err;

	err = socket_take_error(sk, fd);
	sys_ioctl(fd, SIOCINQ, &unread);
	if (err && !unread) {
		sk->phase = SOCKET_DEAD;
		return -err;
	}
	/* It had been connected: whoever reads finds the bytes, then the error. */
	sk->error = err;
	sk->hung_up = true;
	set_connected(sk, fd);
	return 0;
}

/**
 * stream_settle - has the connect in progress come to an end?
 * @sk: the socket, in SOCKET_CONNECTING
 * @fd: its descriptor
 * @timeout_ms: how long to wait for it; -1: for ever
 *
 * Return: 0: connected; -EINPROGRESS: not yet; -EINTR; or why it failed, and the socket is in
 * SOCKET_DEAD.
 */
int stream_settle(struct usock *sk, int fd, int timeout_ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	int n;

	n = poll(&pfd, 1, timeout_ms);
	if (n <= 0)
		return n < 0 ? -errno : -EINPROGRESS;
	if (pfd.revents & (POLLHUP | POLLERR))
		return settle_hangup(sk, fd);
	set_connected(sk, fd);
	return 0;
}

/* SO_SNDTIMEO bounds a blocking connect. */
static int send_timeout_ms(int fd)
{
	struct timeval limit = { 0 };
	socklen_t len = sizeof(limit);
	long long ms;

	if (sys_getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, &len) < 0)
		return -1;
	if (!limit.tv_sec && !limit.tv_usec)
		return -1;
	ms = (long long)limit.tv_sec * 1000 + (limit.tv_usec + 999) / 1000;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

static int await_connected(struct usock *sk, int fd)
{
	return stream_settle(sk, fd, send_timeout_ms(fd));
}

/* Send the connection on its way. control_lock() is held; it is not connected or connecting. */
static int begin_connect(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len)
{
	struct socket_start start = { .connect = sa, .connect_len = len };
	union usock_addr bound = sk->name;
	struct call_answer answer;
	int err = 0;

	if (sk->phase == SOCKET_DEAD)
		err = socket_renew(sk, fd);
	if (!err)
		err = put_filler(sk, fd);
	if (err)
		return err;
	if (sk->phase == SOCKET_FRESH) {
		if (sk->bound) {
			start.bind = &bound.sa;
			start.bind_len = sizeof(bound);
		}
		return socket_open(sk, fd, &start);
	}
	err = call_connect(sk, fd, sa, len, &answer);
	if (!err || err == -EINPROGRESS) {
		sk->name = answer.name;
		sk->peer = answer.peer;
		sk->phase = SOCKET_CONNECTING;
	}
	return err;
}

/* connect(2) with AF_UNSPEC: the connection is given up, the descriptor is as good as new. */
static int disconnect(struct usock *sk, int fd)
{
	struct guard guard;
	int err = 0;

	control_lock(&guard);
	if (sk->phase != SOCKET_FRESH)
		err = socket_renew(sk, fd);
	control_unlock(&guard);
	return err;
}

/* The connection is on its way: wait, or say so. @busy: what to say. */
static int finish_connect(struct usock *sk, int fd, int busy)
{
	int err;

	if (!socket_is_nonblocking(fd, 0))
		err = await_connected(sk, fd);
	else
		err = stream_settle(sk, fd, 0);
	if (!err)
		sk->unreported = false;
	return err == -EINPROGRESS ? busy : err;
}

static int stream_connect(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len)
{
	struct guard guard;
	int err;

	if (len < sizeof(sa->sa_family))
		return -EINVAL;
	if (sa->sa_family == AF_UNSPEC)
		return disconnect(sk, fd);
	control_lock(&guard);
	switch ((enum socket_phase)sk->phase) {
	case SOCKET_CONNECTING:
		control_unlock(&guard);
		return finish_connect(sk, fd, -EALREADY);
	case SOCKET_CONNECTED:
		err = atomic_exchange(&sk->unreported, false) ? 0 : -EISCONN;
		control_unlock(&guard);
		return err;
	case SOCKET_LISTENING:
		err = -EISCONN;
		break;
	default:
		err = begin_connect(sk, fd, sa, len);
		break;
	}
	control_unlock(&guard);
	if (err && (err != -EINPROGRESS || socket_is_nonblocking(fd, 0)))
		return err;
	return finish_connect(sk, fd, -EINPROGRESS);
}

/* Where does it stand, as the stack knows it? Another process may have moved it on. */
static void refresh(struct usock *sk, int fd)
{
	struct call_answer answer;
	struct guard guard;

	control_lock(&guard);
	if (sk->phase == SOCKET_IDLE && !call_getname(sk, fd, &answer)) {
		if (answer.state == USOCK_STATE_LISTENING)
			sk->phase = SOCKET_LISTENING;
		else if (answer.state == USOCK_STATE_CONNECTED)
			sk->phase = SOCKET_CONNECTED;
	}
	control_unlock(&guard);
}

/* Before a byte may cross: 0 if connected; -EAGAIN: not yet; @otherwise where it never will be. */
static int check_connected(struct usock *sk, int fd, int flags, int otherwise)
{
	int err;

	if (sk->phase == SOCKET_IDLE)
		refresh(sk, fd);
	if (sk->phase == SOCKET_CONNECTED)
		return 0;
	if (sk->phase != SOCKET_CONNECTING)
		return otherwise;
	if (!socket_is_nonblocking(fd, flags))
		return await_connected(sk, fd);
	err = stream_settle(sk, fd, 0);
	return err == -EINPROGRESS ? -EAGAIN : err;
}

static ssize_t broken_pipe(int flags)
{
	if (!(flags & MSG_NOSIGNAL))
		raise(SIGPIPE);
	return -EPIPE;
}

/**
 * stream_error - SO_ERROR: the error that waits, once
 * @sk: the socket
 * @fd: its descriptor
 *
 * The stack is asked only where it has closed its end.
 *
 * Return: the errno, positive; 0: none.
 */
int stream_error(struct usock *sk, int fd)
{
	struct pollfd pfd = { .fd = fd };
	int err;

	if (sk->phase == SOCKET_CONNECTING) {
		err = stream_settle(sk, fd, 0);
		if (err)
			return err == -EINPROGRESS ? 0 : -err;
	}
	err = atomic_exchange(&sk->error, 0);
	if (err || sk->hung_up || poll(&pfd, 1, 0) <= 0 || !(pfd.revents & (POLLHUP | POLLERR)))
		return err;
	sk->hung_up = true;
	return socket_take_error(sk, fd);
}

/* A send failed on the pair. @flags: as the kernel had them. */
static ssize_t send_failed(struct usock *sk, int fd, int errnum, int flags)
{
	int err;

	if (errnum != EPIPE && errnum != ECONNRESET)
		return -errnum;
	err = sk->shut & SOCKET_SHUT_WR ? 0 : stream_error(sk, fd);
	return err ? -err : broken_pipe(flags);
}

/* The pair said "end", or that its other end was closed with bytes unread: why? */
static ssize_t receive_ended(struct usock *sk, int fd, ssize_t n)
{
	int err = stream_error(sk, fd);

	if (err)
		return -err;
	return n < 0 ? -ECONNRESET : 0;
}

static ssize_t received(struct usock *sk, int fd, ssize_t n, size_t wanted)
{
	if (n > 0 || (!n && !wanted))
		return n;
	if (n < 0 && errno != ECONNRESET)
		return -errno;
	return receive_ended(sk, fd, n);
}

static ssize_t stream_readv(struct usock *sk, int fd, const struct iovec *iov, int iovcnt)
{
	ssize_t n;
	int err;

	if (sk->phase != SOCKET_CONNECTED) {
		err = check_connected(sk, fd, 0, -ENOTCONN);
		if (err)
			return err;
	}
	n = iovcnt == 1 ? sys_read(fd, iov->iov_base, iov->iov_len) : sys_readv(fd, iov, iovcnt);
	if (n > 0)
		return n;
	return received(sk, fd, n, iov_size(iov, (size_t)iovcnt));
}

/* By write(2), and not by send(2): sandboxed programs may be allowed no more. So it is the kernel
 * that raises SIGPIPE here. */
static ssize_t stream_writev(struct usock *sk, int fd, const struct iovec *iov, int iovcnt)
{
	ssize_t n;
	int err;

	if (sk->phase != SOCKET_CONNECTED) {
		err = check_connected(sk, fd, 0, -EPIPE);
		if (err)
			return err == -EPIPE ? broken_pipe(0) : err;
	}
	n = iovcnt == 1 ? sys_write(fd, iov->iov_base, iov->iov_len) : sys_writev(fd, iov, iovcnt);
	return n < 0 ? send_failed(sk, fd, errno, MSG_NOSIGNAL) : n;
}

/* MSG_TRUNC on a TCP socket: receive, and throw away (tcp(7)). */
static ssize_t discard(int fd, size_t wanted, int flags)
{
	char scratch[DISCARD_SIZE];

	return sys_recv(fd, scratch, wanted < sizeof(scratch) ? wanted : sizeof(scratch),
			flags & (MSG_DONTWAIT | MSG_PEEK));
}

static ssize_t stream_recvmsg(struct usock *sk, int fd, struct msghdr *msg, int flags)
{
	struct msghdr bare = { .msg_iov = msg->msg_iov, .msg_iovlen = msg->msg_iovlen };
	size_t wanted = iov_size(msg->msg_iov, msg->msg_iovlen);
	ssize_t n;
	int err;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (flags & MSG_ERRQUEUE)
		return -EAGAIN;
	err = check_connected(sk, fd, flags, -ENOTCONN);
	if (err)
		return err;
	if (flags & MSG_TRUNC)
		n = discard(fd, wanted, flags);
	else
		n = sys_recvmsg(fd, &bare, flags & RECV_FLAGS);
	n = received(sk, fd, n, wanted);
	if (n >= 0) {
		msg->msg_namelen = 0;
		msg->msg_controllen = 0;
		msg->msg_flags = 0;
	}
	return n;
}

/* Control data that TCP does not know is refused; descriptors and credentials it ignores, as Linux
 * does: they must not reach the pair. */
static int check_control(const struct msghdr *msg)
{
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR((struct msghdr *)msg, cmsg))
		if (cmsg->cmsg_level == SOL_SOCKET && cmsg->cmsg_type != SCM_RIGHTS &&
		    cmsg->cmsg_type != SCM_CREDENTIALS)
			return -EINVAL;
	return 0;
}

static ssize_t stream_sendmsg(struct usock *sk, int fd, const struct msghdr *msg, int flags)
{
	struct msghdr bare = { .msg_iov = msg->msg_iov, .msg_iovlen = msg->msg_iovlen };
	ssize_t n;
	int err;

	if (flags & (MSG_OOB | MSG_FASTOPEN))
		return -EOPNOTSUPP;
	err = msg->msg_controllen ? check_control(msg) : 0;
	if (!err)
		err = check_connected(sk, fd, flags, -EPIPE);
	if (err)
		return err == -EPIPE ? broken_pipe(flags) : err;
	n = sys_sendmsg(fd, &bare, (flags & SEND_FLAGS) | MSG_NOSIGNAL);
	return n < 0 ? send_failed(sk, fd, errno, flags) : n;
}

static int stream_listen(struct usock *sk, int fd, int backlog)
{
	struct socket_start start = { .listen = true, .backlog = backlog };
	struct call_answer answer;
	struct guard guard;
	int err;

	control_lock(&guard);
	switch ((enum socket_phase)sk->phase) {
	case SOCKET_FRESH:
		err = socket_open(sk, fd, &start);
		break;
	case SOCKET_IDLE:
	case SOCKET_LISTENING:
		err = call_listen(sk, fd, backlog, &answer);
		if (!err)
			sk->phase = SOCKET_LISTENING;
		break;
	default:
		err = -EINVAL;
		break;
	}
	control_unlock(&guard);
	return err;
}

static int stream_accept(struct usock *sk, int fd, struct sockaddr *sa, socklen_t *len, int flags)
{
	if (sk->phase == SOCKET_IDLE)
		refresh(sk, fd);
	if (sk->phase != SOCKET_LISTENING)
		return -EINVAL;
	return accept_connection(sk, fd, sa, len, flags);
}

/* It listens no more. Whoever waits in accept(2), in whichever process, is woken by the pair's end. */
static int shutdown_listener(struct usock *sk, int fd, int how)
{
	int err;

	if (how == SHUT_WR)
		return 0;
	err = socket_shutdown_call(sk, fd, how);
	if (err)
		return err;
	return sys_shutdown(fd, SHUT_RD) < 0 ? -errno : 0;
}

/* Shutting down for writing is the pair's own, so that it comes after the bytes that lie in it. */
static int stream_shutdown(struct usock *sk, int fd, int how)
{
	int err;

	if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
		return -EINVAL;
	if (sk->phase == SOCKET_LISTENING)
		return shutdown_listener(sk, fd, how);
	err = check_connected(sk, fd, MSG_DONTWAIT, -ENOTCONN);
	if (err)
		return err == -EAGAIN ? -ENOTCONN : err;
	if (how != SHUT_RD) {
		if (sys_shutdown(fd, SHUT_WR) < 0)
			return -errno;
		atomic_fetch_or(&sk->shut, SOCKET_SHUT_WR);
	}
	if (how != SHUT_WR) {
		err = socket_shutdown_call(sk, fd, SHUT_RD);
		atomic_fetch_or(&sk->shut, SOCKET_SHUT_RD);
	}
	return err;
}

const struct usock_ops stream_ops = {
	.bind = socket_bind,
	.connect = stream_connect,
	.listen = stream_listen,
	.accept = stream_accept,
	.shutdown = stream_shutdown,
	.getname = socket_getname,
	.getsockopt = options_get,
	.setsockopt = options_set,
	.ioctl = ioctl_call,
	.readv = stream_readv,
	.writev = stream_writev,
	.recvmsg = stream_recvmsg,
	.sendmsg = stream_sendmsg,
};
