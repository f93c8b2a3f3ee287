/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AF_NETLINK sockets on the stack. Called by usock.c, and through netlink_ops.
 *
 * The descriptor is a channel (ustack/channel.h), so the datagrams are its own. What remains is what
 * a channel does differently from a netlink socket: the address that stands beside a datagram, the
 * calls that are control messages, and overrun, which comes as a message and is told as ENOBUFS.
 */
#include "libsock/netlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

#include <ustack/channel.h>

#include "libsock/dial.h"
#include "libsock/fdtable.h"
#include "libsock/instance.h"
#include "libsock/ioctl.h"
#include "libsock/options.h"
#include "libsock/sys.h"

#define RECV_FLAGS (MSG_DONTWAIT | MSG_PEEK)
#define SEND_FLAGS (MSG_DONTWAIT | MSG_NOSIGNAL)

/* Which channel stands for which protocol. */
static const char *protocol_channel(int protocol)
{
	switch (protocol) {
	case NETLINK_ROUTE:
		return USTACK_CHAN_ROUTE;
	case NETLINK_GENERIC:
		return USTACK_CHAN_GENERIC;
	case NETLINK_SOCK_DIAG:
		return USTACK_CHAN_SOCK_DIAG;
	default:
		return NULL;
	}
}

/**
 * netlink_create - socket(2) for AF_NETLINK
 * @type: SOCK_RAW or SOCK_DGRAM, with SOCK_CLOEXEC and SOCK_NONBLOCK
 * @protocol: NETLINK_ROUTE, NETLINK_GENERIC or NETLINK_SOCK_DIAG
 *
 * Return: the descriptor; -EPROTONOSUPPORT: another protocol, or an instance that does not serve
 * this one; -ENETDOWN: no such instance runs; -ESOCKTNOSUPPORT; -EMFILE, -ENFILE, -ENOMEM, -EACCES.
 */
int netlink_create(int type, int protocol)
{
	int flags = type & (SOCK_CLOEXEC | SOCK_NONBLOCK);
	const char *channel = protocol_channel(protocol);
	struct usock *sk;
	int err, fd;

	type &= ~flags;
	if (type != SOCK_RAW && type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	if (!channel)
		return -EPROTONOSUPPORT;
	sk = fdtable_alloc();
	if (!sk)
		return -ENOMEM;
	sk->family = AF_NETLINK;
	sk->type = (uint16_t)type;
	sk->protocol = (uint16_t)protocol;
	sk->ops = &netlink_ops;
	sk->phase = SOCKET_IDLE;
	sk->ctl = control_get(instance_current());
	fd = sk->ctl ? dial(control_instance(sk->ctl), channel, flags) : -EINVAL;
	if (fd == -ENOENT || fd == -ECONNREFUSED)
		fd = -ENETDOWN;
	if (fd < 0)
		goto put;
	sk->cookie = dial_cookie(fd);
	err = fdtable_set(fd, sk);
	if (err) {
		sys_close(fd);
		fd = err;
	}
put:
	fdtable_put(sk);
	return fd;
}

static int netlink_bind(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len)
{
	struct ustack_ctl_reply reply;
	struct sockaddr_nl nl;
	int err;

	if (len < sizeof(nl))
		return -EINVAL;
	memcpy(&nl, sa, sizeof(nl));
	if (nl.nl_family != AF_NETLINK)
		return -EINVAL;
	err = dial_ctl(fd, USTACK_CTL_BIND, nl.nl_pid, nl.nl_groups, &reply);
	if (!err)
		sk->port_id = reply.pid;
	return err;
}

/* A netlink socket's peer is the kernel, which is who it speaks to anyway. */
static int netlink_connect(struct usock *sk, int fd, const struct sockaddr *sa, socklen_t len)
{
	struct sockaddr_nl nl;

	(void)sk;
	(void)fd;
	if (len >= sizeof(sa->sa_family) && sa->sa_family == AF_UNSPEC)
		return 0;
	if (len < sizeof(nl))
		return -EINVAL;
	memcpy(&nl, sa, sizeof(nl));
	if (nl.nl_family != AF_NETLINK)
		return -EINVAL;
	return nl.nl_pid || nl.nl_groups ? -ECONNREFUSED : 0;
}

static int netlink_getname(struct usock *sk, int fd, struct sockaddr *sa, socklen_t *len, bool peer)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK };
	struct ustack_ctl_reply reply;
	int err;

	if (!peer) {
		err = dial_ctl(fd, USTACK_CTL_GETNAME, 0, 0, &reply);
		if (err)
			return err;
		sk->port_id = reply.pid;
		nl.nl_pid = reply.pid;
		nl.nl_groups = reply.groups;
	}
	socket_copy_addr(&nl, sizeof(nl), sa, len);
	return 0;
}

static int netlink_getsockopt(struct usock *sk, int fd, int level, int name, void *val,
			      socklen_t *len)
{
	if (level != SOL_SOCKET)
		return -ENOPROTOOPT;
	switch (name) {
	case SO_TYPE:
		return options_answer_int(sk->type, val, len);
	case SO_DOMAIN:
		return options_answer_int(AF_NETLINK, val, len);
	case SO_PROTOCOL:
		return options_answer_int(sk->protocol, val, len);
	default:
		return sys_getsockopt(fd, level, name, val, len) < 0 ? -errno : 0;
	}
}

static int netlink_setsockopt(struct usock *sk, int fd, int level, int name, const void *val,
			      socklen_t len)
{
	uint32_t value;

	(void)sk;
	if (level == SOL_SOCKET)
		return sys_setsockopt(fd, level, name, val, len) < 0 ? -errno : 0;
	if (level != SOL_NETLINK)
		return -ENOPROTOOPT;
	if (len < sizeof(value))
		return -EINVAL;
	memcpy(&value, val, sizeof(value));
	switch (name) {
	case NETLINK_ADD_MEMBERSHIP:
		return dial_ctl(fd, USTACK_CTL_ADD_MEMBERSHIP, value, 0, NULL);
	case NETLINK_DROP_MEMBERSHIP:
		return dial_ctl(fd, USTACK_CTL_DROP_MEMBERSHIP, value, 0, NULL);
	default:
		return dial_ctl(fd, USTACK_CTL_SETSOCKOPT, (uint32_t)name, value, NULL);
	}
}

static bool is_overrun(const struct msghdr *msg, ssize_t n)
{
	struct nlmsghdr nlh;

	if (n < (ssize_t)sizeof(nlh) || !msg->msg_iovlen || msg->msg_iov[0].iov_len < sizeof(nlh))
		return false;
	memcpy(&nlh, msg->msg_iov[0].iov_base, sizeof(nlh));
	return nlh.nlmsg_type == NLMSG_OVERRUN;
}

/* recv(fd, NULL, 0, MSG_PEEK): what comes back is no length unless MSG_TRUNC asks for it. */
static bool has_no_room(const struct msghdr *msg)
{
	for (size_t i = 0; i < msg->msg_iovlen; i++)
		if (msg->msg_iov[i].iov_len)
			return false;
	return true;
}

static ssize_t netlink_recvmsg(struct usock *sk, int fd, struct msghdr *msg, int flags)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct msghdr bare = { .msg_iov = msg->msg_iov, .msg_iovlen = msg->msg_iovlen };
	socklen_t len = msg->msg_namelen;
	char byte;
	ssize_t n;

	(void)sk;
	if (flags & (MSG_OOB | MSG_ERRQUEUE))
		return -EOPNOTSUPP;
	n = sys_recvmsg(fd, &bare, (flags & RECV_FLAGS) | (flags & MSG_TRUNC));
	if (n < 0)
		return errno == ECONNRESET ? -ENETDOWN : -errno;
	if (is_overrun(msg, n)) {
		if (flags & MSG_PEEK)
			sys_recv(fd, &byte, sizeof(byte), MSG_DONTWAIT);
		return -ENOBUFS;
	}
	if (!n && ((flags & MSG_TRUNC) || !has_no_room(msg)))
		return -ENETDOWN; /* the instance has gone; a netlink socket has no end of file */
	msg->msg_namelen = 0;
	if (msg->msg_name) {
		socket_copy_addr(&kernel, sizeof(kernel), msg->msg_name, &len);
		msg->msg_namelen = len;
	}
	msg->msg_controllen = 0;
	msg->msg_flags = bare.msg_flags & MSG_TRUNC;
	return n;
}

static ssize_t netlink_sendmsg(struct usock *sk, int fd, const struct msghdr *msg, int flags)
{
	struct msghdr bare = *msg;
	struct sockaddr_nl nl;
	ssize_t n;

	(void)sk;
	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (msg->msg_name && msg->msg_namelen) {
		if (msg->msg_namelen < sizeof(nl))
			return -EINVAL;
		memcpy(&nl, msg->msg_name, sizeof(nl));
		if (nl.nl_family != AF_NETLINK)
			return -EINVAL;
		if (nl.nl_pid)
			return -ECONNREFUSED; /* only the stack listens here */
	}
	bare.msg_name = NULL;
	bare.msg_namelen = 0;
	n = sys_sendmsg(fd, &bare, (flags & SEND_FLAGS) | MSG_NOSIGNAL);
	if (n < 0)
		return errno == EPIPE || errno == ECONNRESET ? -ENETDOWN : -errno;
	return n;
}

static ssize_t netlink_readv(struct usock *sk, int fd, const struct iovec *iov, int iovcnt)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)iovcnt };

	return netlink_recvmsg(sk, fd, &msg, 0);
}

static ssize_t netlink_writev(struct usock *sk, int fd, const struct iovec *iov, int iovcnt)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)iovcnt };

	return netlink_sendmsg(sk, fd, &msg, 0);
}

const struct usock_ops netlink_ops = {
	.bind = netlink_bind,
	.connect = netlink_connect,
	.listen = socket_no_listen,
	.accept = socket_no_accept,
	.shutdown = socket_no_shutdown,
	.getname = netlink_getname,
	.getsockopt = netlink_getsockopt,
	.setsockopt = netlink_setsockopt,
	.ioctl = ioctl_call,
	.readv = netlink_readv,
	.writev = netlink_writev,
	.recvmsg = netlink_recvmsg,
	.sendmsg = netlink_sendmsg,
};
