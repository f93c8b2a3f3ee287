/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagram sockets: UDP, raw, ping. Called through dgram_ops by usock.c; what crosses the pair is in
 * dgram_recv.c and dgram_send.c.
 */
#include "libsock/dgram.h"

#include <errno.h>

#include "libsock/call.h"
#include "libsock/ioctl.h"
#include "libsock/options.h"
#include "libsock/sys.h"

static ssize_t dgram_readv(struct usock *sk, int fd, const struct iovec *iov, int iovcnt)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)iovcnt };

	return dgram_recvmsg(sk, fd, &msg, 0);
}

static ssize_t dgram_writev(struct usock *sk, int fd, const struct iovec *iov, int iovcnt)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)iovcnt };

	return dgram_sendmsg(sk, fd, &msg, 0);
}

static int dgram_connect(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len)
{
	struct socket_start start = { .connect = sa, .connect_len = len };
	struct call_answer answer;
	struct guard guard;
	int err;

	if (len < sizeof(sa->sa_family))
		return -EINVAL;
	control_lock(&guard);
	if (sk->phase == SOCKET_FRESH && sa->sa_family != AF_UNSPEC) {
		err = socket_open(sk, fd, &start);
	} else if (sk->phase == SOCKET_FRESH) {
		err = 0;
	} else {
		err = call_connect(sk, fd, sa, len, &answer);
		if (!err)
			sk->phase = sa->sa_family == AF_UNSPEC ? SOCKET_IDLE : SOCKET_CONNECTED;
	}
	control_unlock(&guard);
	return err;
}

static int dgram_shutdown(struct usock *sk, int fd, int how)
{
	int err;

	if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
		return -EINVAL;
	if (sk->phase != SOCKET_CONNECTED)
		return -ENOTCONN;
	err = socket_shutdown_call(sk, fd, how);
	if (err)
		return err;
	if (how != SHUT_WR)
		atomic_fetch_or(&sk->shut, SOCKET_SHUT_RD);
	if (how != SHUT_RD) {
		atomic_fetch_or(&sk->shut, SOCKET_SHUT_WR);
		sys_shutdown(fd, SHUT_WR);
	}
	return 0;
}

const struct usock_ops dgram_ops = {
	.bind = socket_bind,
	.connect = dgram_connect,
	.listen = socket_no_listen,
	.accept = socket_no_accept,
	.shutdown = dgram_shutdown,
	.getname = socket_getname,
	.getsockopt = options_get,
	.setsockopt = options_set,
	.ioctl = ioctl_call,
	.readv = dgram_readv,
	.writev = dgram_writev,
	.recvmsg = dgram_recvmsg,
	.sendmsg = dgram_sendmsg,
	.recvmmsg = dgram_recvmmsg,
	.sendmmsg = dgram_sendmmsg,
};
