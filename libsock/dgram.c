/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagram sockets: UDP, raw, ping. Called through dgram_ops by usock.c.
 *
 * Each datagram crosses the pair as one packet: struct usock_dgram, control data, payload. The
 * header is received into a place of ours and the rest straight into the application's buffers; only
 * where there is control data (it asked for some) must the payload be moved over it afterwards. An
 * asynchronous error is a packet in the same queue, so that it wakes whoever waits: it is returned
 * by the next call. Entries of the error queue (IP_RECVERR) also come in order with the datagrams:
 * so MSG_ERRQUEUE sees one only when the datagrams before it were read.
 */
#include "libsock/dgram.h"

#include <errno.h>
#include <string.h>

#include <ustack/usock.h>

#include "libsock/call.h"
#include "libsock/ioctl.h"
#include "libsock/options.h"
#include "libsock/sys.h"

/* Longest list of buffers that one call may name. */
#define DGRAM_IOV_MAX 256

#define RECV_FLAGS (MSG_DONTWAIT | MSG_PEEK)
#define SEND_FLAGS (MSG_DONTWAIT | MSG_NOSIGNAL)

/* Bytes of header that leave less room for payload. */
#define UDP_HEADER  8
#define IPV4_HEADER 20

/* What a received packet consists of. */
struct packet {
	struct usock_dgram head;
	size_t payload;	    /* bytes of payload, as sent */
	size_t room;	    /* bytes of it that the application has room for */
	bool short_of_head; /* the pair's other end is closed */
	unsigned char control[USOCK_CONTROL_MAX] __attribute__((aligned(8)));
};

/* A place in a list of buffers. */
struct cursor {
	const struct iovec *iov;
	size_t offset;
};

static void cursor_skip_empty(struct cursor *at)
{
	while (at->offset == at->iov->iov_len) {
		at->iov++;
		at->offset = 0;
	}
}

/* Move @len bytes to @to from later places in the same buffers. Neither runs off the end. */
static void iov_move(struct cursor to, struct cursor from, size_t len)
{
	while (len) {
		size_t n = len;

		cursor_skip_empty(&to);
		cursor_skip_empty(&from);
		if (n > to.iov->iov_len - to.offset)
			n = to.iov->iov_len - to.offset;
		if (n > from.iov->iov_len - from.offset)
			n = from.iov->iov_len - from.offset;
		memmove((char *)to.iov->iov_base + to.offset,
			(const char *)from.iov->iov_base + from.offset, n);
		to.offset += n;
		from.offset += n;
		len -= n;
	}
}

static struct cursor cursor_at(const struct iovec *iov, size_t offset)
{
	while (offset > iov->iov_len) {
		offset -= iov->iov_len;
		iov++;
	}
	return (struct cursor){ .iov = iov, .offset = offset };
}

static size_t iov_size(const struct iovec *iov, size_t iovcnt)
{
	size_t size = 0;

	for (size_t i = 0; i < iovcnt; i++)
		size += iov[i].iov_len;
	return size;
}

/* Take the control data out of the front of the buffers, and close the gap. @spill follows them, so
 * @iov describes at least as many bytes as were received. */
static void extract_control(struct packet *pkt, struct iovec *iov, size_t received)
{
	struct iovec control = { .iov_base = pkt->control, .iov_len = pkt->head.control_len };
	size_t left = control.iov_len, kept;

	for (struct cursor at = cursor_at(iov, 0); left;) {
		size_t n;

		cursor_skip_empty(&at);
		n = at.iov->iov_len - at.offset < left ? at.iov->iov_len - at.offset : left;
		memcpy(pkt->control + control.iov_len - left,
		       (const char *)at.iov->iov_base + at.offset, n);
		at.offset += n;
		left -= n;
	}
	kept = received - control.iov_len;
	iov_move(cursor_at(iov, 0), cursor_at(iov, control.iov_len), kept);
}

/* Receive one packet of whatever kind. 0 or -errno; 0 with short_of_head at the end of file. */
static int receive_packet(int fd, const struct msghdr *msg, int flags, struct packet *pkt)
{
	struct iovec iov[DGRAM_IOV_MAX + 2];
	unsigned char spill[USOCK_CONTROL_MAX];
	struct msghdr native = { .msg_iov = iov, .msg_iovlen = msg->msg_iovlen + 2 };
	size_t body;
	ssize_t n;

	if (msg->msg_iovlen > DGRAM_IOV_MAX)
		return -EMSGSIZE;
	iov[0] = (struct iovec){ .iov_base = &pkt->head, .iov_len = sizeof(pkt->head) };
	memcpy(&iov[1], msg->msg_iov, msg->msg_iovlen * sizeof(*iov));
	iov[msg->msg_iovlen + 1] = (struct iovec){ .iov_base = spill, .iov_len = sizeof(spill) };
	pkt->room = iov_size(msg->msg_iov, msg->msg_iovlen);

	n = sys_recvmsg(fd, &native, (flags & RECV_FLAGS) | MSG_TRUNC);
	if (n < 0)
		return -errno;
	pkt->short_of_head = (size_t)n < sizeof(pkt->head);
	if (pkt->short_of_head)
		return 0;
	body = (size_t)n - sizeof(pkt->head);
	if (pkt->head.control_len > body || pkt->head.control_len > USOCK_CONTROL_MAX)
		return -EPROTO;
	pkt->payload = body - pkt->head.control_len;
	if (pkt->head.control_len) {
		size_t limit = pkt->room + sizeof(spill);

		extract_control(pkt, &iov[1], body < limit ? body : limit);
	}
	return 0;
}

static void fill_name(const struct usock_dgram *head, struct msghdr *msg)
{
	union usock_addr addr;
	socklen_t len = msg->msg_namelen;

	msg->msg_namelen = 0;
	if (!msg->msg_name || !head->family)
		return;
	memset(&addr, 0, sizeof(addr));
	addr.sa.sa_family = head->family;
	if (head->family == AF_INET6) {
		memcpy(&addr.in6.sin6_addr, head->addr, sizeof(addr.in6.sin6_addr));
		addr.in6.sin6_port = head->port;
		addr.in6.sin6_scope_id = head->scope;
	} else {
		memcpy(&addr.in.sin_addr, head->addr, sizeof(addr.in.sin_addr));
		addr.in.sin_port = head->port;
	}
	socket_copy_addr(&addr, head->family == AF_INET6 ? sizeof(addr.in6) : sizeof(addr.in),
			 msg->msg_name, &len);
	msg->msg_namelen = len;
}

/* As many whole control messages as there is room for. */
static void fill_control(const struct packet *pkt, struct msghdr *msg)
{
	size_t room = msg->msg_control ? msg->msg_controllen : 0, fit = 0;

	while (fit + sizeof(struct cmsghdr) <= pkt->head.control_len) {
		const struct cmsghdr *cmsg = (const struct cmsghdr *)(pkt->control + fit);

		if (cmsg->cmsg_len < sizeof(*cmsg) || cmsg->cmsg_len > pkt->head.control_len - fit)
			break;
		if (fit + cmsg->cmsg_len > room) {
			msg->msg_flags |= MSG_CTRUNC;
			break;
		}
		fit += CMSG_ALIGN(cmsg->cmsg_len);
	}
	if (fit > room)
		fit = room; /* the last one's padding */
	if (fit)
		memcpy(msg->msg_control, pkt->control, fit);
	msg->msg_controllen = fit;
}

/* Tell the application what was received, as recvmsg(2) does. */
static ssize_t deliver(const struct packet *pkt, struct msghdr *msg, int flags)
{
	size_t kept = pkt->payload < pkt->room ? pkt->payload : pkt->room;

	msg->msg_flags = pkt->head.flags & USOCK_DGRAM_ERRQUEUE ? MSG_ERRQUEUE : 0;
	if (kept < pkt->payload)
		msg->msg_flags |= MSG_TRUNC;
	fill_name(&pkt->head, msg);
	fill_control(pkt, msg);
	return (ssize_t)(flags & MSG_TRUNC ? pkt->payload : kept);
}

/* What stands at the front of the queue: its header. False: nothing. */
static bool peek_head(int fd, struct usock_dgram *head)
{
	return sys_recv(fd, head, sizeof(*head), MSG_PEEK | MSG_DONTWAIT) == sizeof(*head);
}

static void drop_front(int fd)
{
	char byte;

	sys_recv(fd, &byte, sizeof(byte), MSG_DONTWAIT);
}

/**
 * dgram_error - SO_ERROR: the error that waits, once
 * @sk: the socket
 * @fd: its descriptor
 *
 * Return: the errno, positive; 0: none.
 */
int dgram_error(struct usock *sk, int fd)
{
	struct usock_dgram head;
	int err = atomic_exchange(&sk->error, 0);

	if (err || sk->phase == SOCKET_FRESH || !peek_head(fd, &head))
		return err;
	if (head.flags & USOCK_DGRAM_ERROR) {
		drop_front(fd);
		return (int)head.error;
	}
	/* An entry of the error queue stays for MSG_ERRQUEUE; that it came is told once. */
	if ((head.flags & USOCK_DGRAM_ERRQUEUE) && !atomic_exchange(&sk->announced, true))
		return (int)head.error;
	return 0;
}

/**
 * dgram_unread - FIONREAD: the payload of the first datagram
 * @fd: the descriptor
 *
 * Return: bytes; 0: none waits.
 */
int dgram_unread(int fd)
{
	struct usock_dgram head;
	ssize_t n;

	n = sys_recv(fd, &head, sizeof(head), MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC);
	if (n < (ssize_t)sizeof(head) || head.flags)
		return 0;
	n -= (ssize_t)(sizeof(head) + head.control_len);
	return n > 0 ? (int)n : 0;
}

/* The stack closed its end: after a shutdown that is the end of file, else it has gone. */
static ssize_t receive_ended(struct usock *sk, int fd, struct msghdr *msg)
{
	int err = sk->shut & SOCKET_SHUT_RD ? 0 : socket_take_error(sk, fd);

	if (err)
		return -err;
	msg->msg_namelen = 0;
	msg->msg_controllen = 0;
	msg->msg_flags = 0;
	return 0;
}

/* recvmsg(2) with MSG_ERRQUEUE, which never waits. */
static ssize_t receive_errqueue(struct usock *sk, int fd, struct msghdr *msg)
{
	struct usock_dgram head;
	struct packet pkt;
	int err;

	if (!peek_head(fd, &head) || !(head.flags & USOCK_DGRAM_ERRQUEUE))
		return -EAGAIN;
	sk->announced = false;
	err = receive_packet(fd, msg, MSG_DONTWAIT, &pkt);
	return err ? err : deliver(&pkt, msg, 0);
}

/* IP_RECVERR is on, and this is not the call that reads the error queue. An entry that has come to
 * the front announces itself by its error, once, and stays; if it is still there when we are called
 * again, nobody wants it. 0: no entry in front; else what to return. */
static int announce_error(struct usock *sk, int fd, int flags)
{
	struct usock_dgram head = { 0 };

	for (;;) {
		if (sys_recv(fd, &head, sizeof(head), MSG_PEEK | (flags & MSG_DONTWAIT)) < 0)
			return -errno;
		if (!(head.flags & USOCK_DGRAM_ERRQUEUE))
			break;
		if (!atomic_exchange(&sk->announced, true))
			return -(int)head.error;
		sk->announced = false;
		drop_front(fd);
	}
	sk->announced = false;
	return 0;
}

static ssize_t dgram_recvmsg(struct usock *sk, int fd, struct msghdr *msg, int flags)
{
	struct packet pkt;
	int err;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	err = socket_ensure_open(sk, fd);
	if (err)
		return err;
	if (flags & MSG_ERRQUEUE)
		return receive_errqueue(sk, fd, msg);
	err = -atomic_exchange(&sk->error, 0);
	while (!err) {
		err = sk->recverr ? announce_error(sk, fd, flags) : 0;
		if (!err)
			err = receive_packet(fd, msg, flags, &pkt);
		if (err)
			break;
		if (pkt.short_of_head)
			return receive_ended(sk, fd, msg);
		if (!pkt.head.flags)
			return deliver(&pkt, msg, flags);
		if (flags & MSG_PEEK)
			drop_front(fd);
		err = -(int)pkt.head.error;
	}
	return err;
}

static ssize_t dgram_readv(struct usock *sk, int fd, const struct iovec *iov, int iovcnt)
{
	struct msghdr msg = { .msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)iovcnt };

	return dgram_recvmsg(sk, fd, &msg, 0);
}

/* Where to: from msg_name, or the connected peer. */
static int fill_head(const struct msghdr *msg, struct usock_dgram *head)
{
	union usock_addr addr;

	memset(head, 0, sizeof(*head));
	if (!msg->msg_name || !msg->msg_namelen)
		return 0;
	if (msg->msg_namelen < sizeof(sa_family_t))
		return -EINVAL;
	memset(&addr, 0, sizeof(addr));
	memcpy(&addr, msg->msg_name,
	       msg->msg_namelen < sizeof(addr) ? msg->msg_namelen : sizeof(addr));
	if (addr.sa.sa_family == AF_INET && msg->msg_namelen >= sizeof(addr.in)) {
		head->port = addr.in.sin_port;
		memcpy(head->addr, &addr.in.sin_addr, sizeof(addr.in.sin_addr));
	} else if (addr.sa.sa_family == AF_INET6 && msg->msg_namelen >= sizeof(addr.in6)) {
		head->port = addr.in6.sin6_port;
		head->scope = addr.in6.sin6_scope_id;
		memcpy(head->addr, &addr.in6.sin6_addr, sizeof(addr.in6.sin6_addr));
	} else {
		return addr.sa.sa_family == AF_INET || addr.sa.sa_family == AF_INET6
			       ? -EINVAL
			       : -EAFNOSUPPORT;
	}
	head->family = addr.sa.sa_family;
	return 0;
}

/* The longest payload: what an IP packet has room for. */
static size_t payload_max(const struct usock *sk)
{
	if (sk->type != SOCK_DGRAM || sk->protocol != IPPROTO_UDP)
		return USOCK_DGRAM_MAX;
	return USOCK_DGRAM_MAX - UDP_HEADER - (sk->family == AF_INET ? IPV4_HEADER : 0);
}

/* Without an address, is there a peer? Another process may have connected it. */
static int check_peer(struct usock *sk, int fd)
{
	struct call_answer answer;
	struct guard guard;
	int err;

	control_lock(&guard);
	err = call_getname(sk, fd, &answer);
	if (!err && !answer.peer.sa.sa_family)
		err = -EDESTADDRREQ;
	if (!err)
		sk->phase = SOCKET_CONNECTED;
	control_unlock(&guard);
	return err;
}

static int check_send(struct usock *sk, int fd, const struct msghdr *msg, int flags)
{
	int err;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (msg->msg_iovlen > DGRAM_IOV_MAX ||
	    iov_size(msg->msg_iov, msg->msg_iovlen) > payload_max(sk))
		return -EMSGSIZE;
	if (msg->msg_controllen > USOCK_CONTROL_MAX)
		return -ENOBUFS;
	err = socket_ensure_open(sk, fd);
	if (!err && sk->phase != SOCKET_CONNECTED && !msg->msg_namelen)
		err = check_peer(sk, fd);
	if (err)
		return err;
	/* An error that came meanwhile is reported by whichever call is next (RFC 1122, 4.1.3.3). */
	return sk->phase == SOCKET_CONNECTED ? -dgram_error(sk, fd) : 0;
}

static ssize_t send_failed(struct usock *sk, int fd, int errnum, int flags)
{
	int err;

	if (errnum != EPIPE && errnum != ECONNRESET)
		return -errnum;
	err = sk->shut & SOCKET_SHUT_WR ? 0 : socket_take_error(sk, fd);
	if (err)
		return -err;
	if (!(flags & MSG_NOSIGNAL))
		raise(SIGPIPE);
	return -EPIPE;
}

static ssize_t dgram_sendmsg(struct usock *sk, int fd, const struct msghdr *msg, int flags)
{
	unsigned char control[CMSG_ALIGN(USOCK_CONTROL_MAX)];
	struct iovec iov[DGRAM_IOV_MAX + 2];
	struct msghdr native = { .msg_iov = iov, .msg_iovlen = 1 };
	struct usock_dgram head;
	ssize_t n;
	int err;

	err = check_send(sk, fd, msg, flags);
	if (!err)
		err = fill_head(msg, &head);
	if (err)
		return err;
	iov[0] = (struct iovec){ .iov_base = &head, .iov_len = sizeof(head) };
	if (msg->msg_control && msg->msg_controllen) {
		head.control_len = (uint32_t)CMSG_ALIGN(msg->msg_controllen);
		memset(control, 0, head.control_len);
		memcpy(control, msg->msg_control, msg->msg_controllen);
		iov[native.msg_iovlen++] =
			(struct iovec){ .iov_base = control, .iov_len = head.control_len };
	}
	if (msg->msg_iovlen)
		memcpy(&iov[native.msg_iovlen], msg->msg_iov, msg->msg_iovlen * sizeof(*iov));
	native.msg_iovlen += msg->msg_iovlen;
	n = sys_sendmsg(fd, &native, (flags & SEND_FLAGS) | MSG_NOSIGNAL);
	if (n < 0)
		return send_failed(sk, fd, errno, flags);
	return n - (ssize_t)(sizeof(head) + head.control_len);
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
};
