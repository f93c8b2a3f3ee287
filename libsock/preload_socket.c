/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's socket calls, for unmodified programs: part of libusock-preload.
 *
 * A descriptor that is a socket of the stack goes to the call of libusock; any other to the C library,
 * unless that would be a call about a socket of a guarded family. Such a descriptor can only have been
 * handed to the program, or made by a bare system call: bytes may cross it, but it is not connected,
 * bound, listened on or accepted from.
 */
#include "libsock/preload.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "libsock/fdtable.h"
#include "libsock/ifioctl.h"
#include "libsock/instance.h"
#include "libsock/ioctl.h"
#include "libsock/procfile.h"
#include "libsock/real.h"
#include "libsock/usock.h"

static int refuse(int errnum)
{
	errno = errnum;
	return -1;
}

/* May this errno of the stack's mean that the host could do it? */
static bool stack_cannot(int errnum)
{
	return errnum == EAFNOSUPPORT || errnum == EPROTONOSUPPORT || errnum == ESOCKTNOSUPPORT;
}

INTERPOSE int socket(int domain, int type, int protocol)
{
	int fd;

	if (!preload_is_guarded(domain) || preload_is_on_host())
		return real()->socket(domain, type, protocol);
	fd = usock_socket(domain, type, protocol);
	if (fd < 0 && stack_cannot(errno) && preload_may_use_host())
		return real()->socket(domain, type, protocol);
	return fd;
}

INTERPOSE int socketpair(int domain, int type, int protocol, int fds[2])
{
	if (preload_is_guarded(domain))
		return refuse(EOPNOTSUPP); /* as the kernel does */
	return real()->socketpair(domain, type, protocol, fds);
}

/* Would this call, with this address, be one about a socket of the host's? */
static bool is_host_call(const struct sockaddr *addr, socklen_t len)
{
	return addr && len >= sizeof(addr->sa_family) && preload_is_guarded(addr->sa_family) &&
	       !preload_may_use_host();
}

/* The same where there is no address to tell. */
static bool is_host_socket(int fd)
{
	socklen_t len = sizeof(int);
	int domain;

	return real()->getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 &&
	       preload_is_guarded(domain) && !preload_may_use_host();
}

INTERPOSE int bind(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	if (fdtable_has(fd))
		return usock_bind(fd, addr.__sockaddr__, len);
	if (is_host_call(addr.__sockaddr__, len))
		return refuse(EACCES);
	return real()->bind(fd, addr.__sockaddr__, len);
}

INTERPOSE int connect(int fd, __CONST_SOCKADDR_ARG addr, socklen_t len)
{
	if (fdtable_has(fd))
		return usock_connect(fd, addr.__sockaddr__, len);
	if (is_host_call(addr.__sockaddr__, len))
		return refuse(EACCES);
	return real()->connect(fd, addr.__sockaddr__, len);
}

INTERPOSE int listen(int fd, int backlog)
{
	if (fdtable_has(fd))
		return usock_listen(fd, backlog);
	return is_host_socket(fd) ? refuse(EACCES) : real()->listen(fd, backlog);
}

INTERPOSE int accept4(int fd, __SOCKADDR_ARG addr, socklen_t *restrict len, int flags)
{
	if (fdtable_has(fd))
		return usock_accept4(fd, addr.__sockaddr__, len, flags);
	if (is_host_socket(fd))
		return refuse(EACCES);
	return real()->accept4(fd, addr.__sockaddr__, len, flags);
}

INTERPOSE int accept(int fd, __SOCKADDR_ARG addr, socklen_t *restrict len)
{
	return accept4(fd, addr, len, 0);
}

INTERPOSE int shutdown(int fd, int how)
{
	return fdtable_has(fd) ? usock_shutdown(fd, how) : real()->shutdown(fd, how);
}

INTERPOSE int getsockname(int fd, __SOCKADDR_ARG addr, socklen_t *restrict len)
{
	if (fdtable_has(fd))
		return usock_getsockname(fd, addr.__sockaddr__, len);
	return real()->getsockname(fd, addr.__sockaddr__, len);
}

INTERPOSE int getpeername(int fd, __SOCKADDR_ARG addr, socklen_t *restrict len)
{
	if (fdtable_has(fd))
		return usock_getpeername(fd, addr.__sockaddr__, len);
	return real()->getpeername(fd, addr.__sockaddr__, len);
}

INTERPOSE int getsockopt(int fd, int level, int name, void *restrict val, socklen_t *restrict len)
{
	if (fdtable_has(fd))
		return usock_getsockopt(fd, level, name, val, len);
	return real()->getsockopt(fd, level, name, val, len);
}

INTERPOSE int setsockopt(int fd, int level, int name, const void *val, socklen_t len)
{
	if (fdtable_has(fd))
		return usock_setsockopt(fd, level, name, val, len);
	return real()->setsockopt(fd, level, name, val, len);
}

/* Descriptors cross a Unix socket: what is sent must be known to the stack, what comes is got to know. */
static void for_each_passed(const struct msghdr *msg, void (*visit)(int fd))
{
	struct cmsghdr *cmsg;

	if (!msg->msg_control || !msg->msg_controllen)
		return;
	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR((struct msghdr *)msg, cmsg)) {
		const unsigned char *data = CMSG_DATA(cmsg);
		int fd;

		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = 0; CMSG_LEN(at + sizeof(fd)) <= cmsg->cmsg_len; at += sizeof(fd)) {
			memcpy(&fd, data + at, sizeof(fd));
			visit(fd);
		}
	}
}

static void send_passed(int fd)
{
	struct usock *sk = fdtable_get(fd);

	if (sk)
		socket_ensure_open(sk, fd);
	fdtable_put(sk);
}

static void receive_passed(int fd)
{
	fdtable_forget(fd); /* a number that we had missed the closing of */
	fdtable_put(socket_adopt(fd));
	procfile_adopt(fd);
}

INTERPOSE ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	return fdtable_has(fd) ? usock_send(fd, buf, len, flags)
			       : real()->send(fd, buf, len, flags);
}

INTERPOSE ssize_t sendto(int fd, const void *buf, size_t len, int flags, __CONST_SOCKADDR_ARG addr,
			 socklen_t addrlen)
{
	if (fdtable_has(fd))
		return usock_sendto(fd, buf, len, flags, addr.__sockaddr__, addrlen);
	if (is_host_call(addr.__sockaddr__, addrlen))
		return refuse(EACCES);
	return real()->sendto(fd, buf, len, flags, addr.__sockaddr__, addrlen);
}

INTERPOSE ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	int saved = errno;

	if (fdtable_has(fd))
		return usock_sendmsg(fd, msg, flags);
	if (is_host_call(msg->msg_name, msg->msg_namelen))
		return refuse(EACCES);
	for_each_passed(msg, send_passed);
	errno = saved;
	return real()->sendmsg(fd, msg, flags);
}

INTERPOSE int sendmmsg(int fd, struct mmsghdr *msgs, unsigned int count, int flags)
{
	if (fdtable_has(fd))
		return usock_sendmmsg(fd, msgs, count, flags);
	for (unsigned int i = 0; i < count; i++)
		if (is_host_call(msgs[i].msg_hdr.msg_name, msgs[i].msg_hdr.msg_namelen))
			return refuse(EACCES);
	return real()->sendmmsg(fd, msgs, count, flags);
}

INTERPOSE ssize_t recv(int fd, void *buf, size_t len, int flags)
{
	return fdtable_has(fd) ? usock_recv(fd, buf, len, flags)
			       : real()->recv(fd, buf, len, flags);
}

INTERPOSE ssize_t recvfrom(int fd, void *restrict buf, size_t len, int flags, __SOCKADDR_ARG addr,
			   socklen_t *restrict addrlen)
{
	if (fdtable_has(fd))
		return usock_recvfrom(fd, buf, len, flags, addr.__sockaddr__, addrlen);
	return real()->recvfrom(fd, buf, len, flags, addr.__sockaddr__, addrlen);
}

INTERPOSE ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	ssize_t n;

	if (fdtable_has(fd))
		return usock_recvmsg(fd, msg, flags);
	n = real()->recvmsg(fd, msg, flags);
	if (n >= 0)
		for_each_passed(msg, receive_passed);
	return n;
}

INTERPOSE int recvmmsg(int fd, struct mmsghdr *msgs, unsigned int count, int flags,
		       struct timespec *timeout)
{
	int n;

	if (fdtable_has(fd))
		return usock_recvmmsg(fd, msgs, count, flags, timeout);
	n = real()->recvmmsg(fd, msgs, count, flags, timeout);
	for (int i = 0; i < n; i++)
		for_each_passed(&msgs[i].msg_hdr, receive_passed);
	return n;
}

INTERPOSE ssize_t read(int fd, void *buf, size_t len)
{
	return fdtable_has(fd) ? usock_read(fd, buf, len) : real()->read(fd, buf, len);
}

INTERPOSE ssize_t write(int fd, const void *buf, size_t len)
{
	return fdtable_has(fd) ? usock_write(fd, buf, len) : real()->write(fd, buf, len);
}

INTERPOSE ssize_t readv(int fd, const struct iovec *iov, int count)
{
	return fdtable_has(fd) ? usock_readv(fd, iov, count) : real()->readv(fd, iov, count);
}

INTERPOSE ssize_t writev(int fd, const struct iovec *iov, int count)
{
	return fdtable_has(fd) ? usock_writev(fd, iov, count) : real()->writev(fd, iov, count);
}

/* What _FORTIFY_SOURCE makes of the calls above. The C library ends the program where the buffer is
 * too small; so do we. */
ssize_t __read_chk(int fd, void *buf, size_t len, size_t size);
ssize_t __recv_chk(int fd, void *buf, size_t len, size_t size, int flags);
ssize_t __recvfrom_chk(int fd, void *restrict buf, size_t len, size_t size, int flags,
		       __SOCKADDR_ARG addr, socklen_t *restrict addrlen);
void __chk_fail(void) __attribute__((noreturn));

INTERPOSE ssize_t __read_chk(int fd, void *buf, size_t len, size_t size)
{
	if (len > size)
		__chk_fail();
	return read(fd, buf, len);
}

INTERPOSE ssize_t __recv_chk(int fd, void *buf, size_t len, size_t size, int flags)
{
	if (len > size)
		__chk_fail();
	return recv(fd, buf, len, flags);
}

INTERPOSE ssize_t __recvfrom_chk(int fd, void *restrict buf, size_t len, size_t size, int flags,
				 __SOCKADDR_ARG addr, socklen_t *restrict addrlen)
{
	if (len > size)
		__chk_fail();
	return recvfrom(fd, buf, len, flags, addr, addrlen);
}

/* Requests about interfaces mean the stack's, whatever socket they are made on. */
static int other_ioctl(int fd, unsigned long request, void *arg)
{
	int err;

	if (!ioctl_is_interface(request) || preload_is_on_host())
		return real()->ioctl(fd, request, arg);
	err = ifioctl(instance_current(), request, arg);
	if (err == -EOPNOTSUPP && preload_may_use_host())
		return real()->ioctl(fd, request, arg);
	return err ? refuse(-err) : 0;
}

INTERPOSE int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	return fdtable_has(fd) ? usock_ioctl(fd, request, arg) : other_ioctl(fd, request, arg);
}
