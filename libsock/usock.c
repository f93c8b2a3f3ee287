/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public calls on sockets (usock.h): from a descriptor to its struct usock, and from -errno to
 * -1 and errno. Called by applications, and by the preload in the place of the C library's calls.
 */
#include "libsock/usock.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>

#include "libsock/fdtable.h"
#include "libsock/linger.h"
#include "libsock/netlink.h"
#include "libsock/sys.h"

/* The end of a public call: what it returns. */
static ssize_t result(ssize_t value)
{
	if (value >= 0)
		return value;
	errno = (int)-value;
	return -1;
}

/* The end of a public call on @sk. */
static ssize_t finish(struct usock *sk, ssize_t value)
{
	fdtable_put(sk);
	return result(value);
}

static ssize_t not_a_socket(int fd)
{
	errno = sys_fcntl(fd, F_GETFD) < 0 ? EBADF : ENOTSOCK;
	return -1;
}

int usock_socket(int domain, int type, int protocol)
{
	switch (domain) {
	case AF_INET:
	case AF_INET6:
		return (int)result(socket_create(domain, type, protocol));
	case AF_NETLINK:
		return (int)result(netlink_create(type, protocol));
	default:
		return (int)result(-EAFNOSUPPORT);
	}
}

int usock_bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct usock *sk = socket_get_checked(fd);

	if (!sk)
		return (int)not_a_socket(fd);
	return (int)finish(sk, addr ? sk->ops->bind(sk, fd, addr, len) : -EFAULT);
}

int usock_connect(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct usock *sk = socket_get_checked(fd);

	if (!sk)
		return (int)not_a_socket(fd);
	return (int)finish(sk, addr ? sk->ops->connect(sk, fd, addr, len) : -EFAULT);
}

int usock_listen(int fd, int backlog)
{
	struct usock *sk = socket_get_checked(fd);

	return (int)(sk ? finish(sk, sk->ops->listen(sk, fd, backlog)) : not_a_socket(fd));
}

int usock_accept(int fd, struct sockaddr *addr, socklen_t *len)
{
	return usock_accept4(fd, addr, len, 0);
}

int usock_accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)
{
	struct usock *sk = socket_get(fd);

	if (!sk)
		return (int)not_a_socket(fd);
	if (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC))
		return (int)finish(sk, -EINVAL);
	return (int)finish(sk, sk->ops->accept(sk, fd, addr, len, flags));
}

ssize_t usock_send(int fd, const void *buf, size_t len, int flags)
{
	return usock_sendto(fd, buf, len, flags, NULL, 0);
}

ssize_t usock_sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *addr,
		     socklen_t addrlen)
{
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = len };
	struct msghdr msg = {
		.msg_name = (void *)addr,
		.msg_namelen = addr ? addrlen : 0,
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};

	return usock_sendmsg(fd, &msg, flags);
}

ssize_t usock_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	struct usock *sk = socket_get(fd);

	return sk ? finish(sk, sk->ops->sendmsg(sk, fd, msg, flags)) : not_a_socket(fd);
}

static int sendmmsg_each(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count,
			 int flags)
{
	for (unsigned int done = 0; done < count; done++) {
		ssize_t n = sk->ops->sendmsg(sk, fd, &msgs[done].msg_hdr, flags);

		if (n < 0)
			return done ? (int)done : (int)n;
		msgs[done].msg_len = (unsigned int)n;
	}
	return (int)count;
}

int usock_sendmmsg(int fd, struct mmsghdr *msgs, unsigned int count, int flags)
{
	struct usock *sk = socket_get(fd);

	if (!sk)
		return (int)not_a_socket(fd);
	if (count > UIO_MAXIOV)
		count = UIO_MAXIOV; /* as the kernel does */
	return (int)finish(sk, (sk->ops->sendmmsg ? sk->ops->sendmmsg
						  : sendmmsg_each)(sk, fd, msgs, count, flags));
}

ssize_t usock_recv(int fd, void *buf, size_t len, int flags)
{
	return usock_recvfrom(fd, buf, len, flags, NULL, NULL);
}

ssize_t usock_recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *addr,
		       socklen_t *addrlen)
{
	struct iovec iov = { .iov_base = buf, .iov_len = len };
	struct msghdr msg = {
		.msg_name = addr,
		.msg_namelen = addr && addrlen ? *addrlen : 0,
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t n;

	n = usock_recvmsg(fd, &msg, flags);
	if (n >= 0 && addr && addrlen)
		*addrlen = msg.msg_namelen;
	return n;
}

ssize_t usock_recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct usock *sk = socket_get(fd);

	return sk ? finish(sk, sk->ops->recvmsg(sk, fd, msg, flags)) : not_a_socket(fd);
}

static bool is_past(const struct timespec *deadline)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > deadline->tv_sec ||
	       (now.tv_sec == deadline->tv_sec && now.tv_nsec >= deadline->tv_nsec);
}

/* Receive @msgs, or as many as are there. @count is not 0. */
static int recvmmsg_some(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count,
			 int flags)
{
	ssize_t n;

	if (sk->ops->recvmmsg)
		return sk->ops->recvmmsg(sk, fd, msgs, count, flags);
	n = sk->ops->recvmsg(sk, fd, &msgs->msg_hdr, flags);
	if (n < 0)
		return (int)n;
	msgs->msg_len = (unsigned int)n;
	return 1;
}

static int recvmmsg_until(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count,
			  int flags, const struct timespec *deadline)
{
	bool wait_for_one = flags & MSG_WAITFORONE;
	unsigned int done = 0;

	flags &= ~MSG_WAITFORONE;
	while (done < count) {
		int n = recvmmsg_some(sk, fd, msgs + done, count - done, flags);

		if (n < 0)
			return done ? socket_cut_short(sk, done, n) : n;
		done += (unsigned int)n;
		if (wait_for_one)
			flags |= MSG_DONTWAIT;
		if (sk->ops->recvmmsg && (flags & MSG_DONTWAIT))
			break;
		/* recvmmsg(2), BUGS: the time is looked at after datagrams only */
		if (deadline && is_past(deadline))
			break;
	}
	return (int)done;
}

int usock_recvmmsg(int fd, struct mmsghdr *msgs, unsigned int count, int flags,
		   struct timespec *timeout)
{
	struct usock *sk = socket_get(fd);
	struct timespec deadline;

	if (!sk)
		return (int)not_a_socket(fd);
	if (timeout) {
		if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000)
			return (int)finish(sk, -EINVAL);
		clock_gettime(CLOCK_MONOTONIC, &deadline);
		deadline.tv_sec +=
			timeout->tv_sec + (deadline.tv_nsec + timeout->tv_nsec) / 1000000000;
		deadline.tv_nsec = (deadline.tv_nsec + timeout->tv_nsec) % 1000000000;
	}
	return (int)finish(sk,
			   recvmmsg_until(sk, fd, msgs, count, flags, timeout ? &deadline : NULL));
}

ssize_t usock_read(int fd, void *buf, size_t len)
{
	struct iovec iov = { .iov_base = buf, .iov_len = len };
	struct usock *sk = socket_get(fd);

	return sk ? finish(sk, sk->ops->readv(sk, fd, &iov, 1)) : sys_read(fd, buf, len);
}

ssize_t usock_write(int fd, const void *buf, size_t len)
{
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = len };
	struct usock *sk = socket_get(fd);

	return sk ? finish(sk, sk->ops->writev(sk, fd, &iov, 1)) : sys_write(fd, buf, len);
}

ssize_t usock_readv(int fd, const struct iovec *iov, int count)
{
	struct usock *sk = socket_get(fd);

	if (!sk)
		return sys_readv(fd, iov, count);
	return finish(sk,
		      count < 0 || count > IOV_MAX ? -EINVAL : sk->ops->readv(sk, fd, iov, count));
}

ssize_t usock_writev(int fd, const struct iovec *iov, int count)
{
	struct usock *sk = socket_get(fd);

	if (!sk)
		return sys_writev(fd, iov, count);
	return finish(sk,
		      count < 0 || count > IOV_MAX ? -EINVAL : sk->ops->writev(sk, fd, iov, count));
}

int usock_shutdown(int fd, int how)
{
	struct usock *sk = socket_get_checked(fd);

	return (int)(sk ? finish(sk, sk->ops->shutdown(sk, fd, how)) : not_a_socket(fd));
}

int usock_close(int fd)
{
	struct usock *lingers = linger_begin(fd);
	int err = fdtable_close(fd);

	linger_end(lingers);
	return (int)result(err);
}

/* dup(2) and F_DUPFD: @sk may be NULL, for a descriptor of another kind. */
static int duplicate(struct usock *sk, int fd, int min, int cmd)
{
	if (!sk)
		return sys_fcntl(fd, cmd, min);
	return (int)finish(sk, fdtable_dup(sk, fd, min, cmd));
}

int usock_dup(int fd)
{
	return duplicate(socket_get(fd), fd, 0, F_DUPFD);
}

int usock_dup2(int fd, int newfd)
{
	if (fd == newfd)
		return sys_fcntl(fd, F_GETFD) < 0 ? -1 : newfd;
	return (int)result(fdtable_dup3(fd, newfd, 0));
}

int usock_dup3(int fd, int newfd, int flags)
{
	return (int)result(fd == newfd ? -EINVAL : fdtable_dup3(fd, newfd, flags));
}

int usock_fcntl(int fd, int cmd, ...)
{
	va_list args;
	void *arg;

	va_start(args, cmd);
	arg = va_arg(args, void *);
	va_end(args);
	if (cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC)
		return duplicate(socket_get(fd), fd, (int)(intptr_t)arg, cmd);
	return sys_fcntl(fd, cmd, arg);
}

int usock_getsockopt(int fd, int level, int name, void *val, socklen_t *len)
{
	struct usock *sk = socket_get_checked(fd);

	if (!sk)
		return (int)not_a_socket(fd);
	return (int)finish(sk, sk->ops->getsockopt(sk, fd, level, name, val, len));
}

int usock_setsockopt(int fd, int level, int name, const void *val, socklen_t len)
{
	struct usock *sk = socket_get_checked(fd);

	if (!sk)
		return (int)not_a_socket(fd);
	return (int)finish(sk, sk->ops->setsockopt(sk, fd, level, name, val, len));
}

static int getname(int fd, struct sockaddr *addr, socklen_t *len, bool peer)
{
	struct usock *sk = socket_get_checked(fd);

	if (!sk)
		return (int)not_a_socket(fd);
	if (!addr || !len)
		return (int)finish(sk, -EFAULT);
	return (int)finish(sk, sk->ops->getname(sk, fd, addr, len, peer));
}

int usock_getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
	return getname(fd, addr, len, false);
}

int usock_getpeername(int fd, struct sockaddr *addr, socklen_t *len)
{
	return getname(fd, addr, len, true);
}

int usock_ioctl(int fd, unsigned long request, ...)
{
	struct usock *sk = socket_get_checked(fd);
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (!sk)
		return sys_ioctl(fd, request, arg);
	return (int)finish(sk, sk->ops->ioctl(sk, fd, request, arg));
}
