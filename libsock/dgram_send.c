/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams, from the application to the pair: each behind a struct usock_dgram and its control data.
 * Called through dgram_ops by usock.c.
 */
#include "libsock/dgram.h"

#include <errno.h>
#include <string.h>

#include <ustack/usock.h>

#include "libsock/call.h"
#include "libsock/iov.h"
#include "libsock/sys.h"

#define SEND_FLAGS (MSG_DONTWAIT | MSG_NOSIGNAL)

/* Bytes of header that leave less room for payload. */
#define UDP_HEADER  8
#define IPV4_HEADER 20

/* Buffers that a datagram needs beside the application's: header, control data, its padding. */
#define SEND_IOV_EXTRA 3

#define SOCKADDR_IN6_MIN offsetof(struct sockaddr_in6, sin6_scope_id) /* RFC 2133's had no scope */

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
	} else if (addr.sa.sa_family == AF_INET6 && msg->msg_namelen >= SOCKADDR_IN6_MIN) {
		head->port = addr.in6.sin6_port;
		head->scope = addr.in6.sin6_scope_id;
		head->flowinfo = addr.in6.sin6_flowinfo;
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

/* Can this be a datagram of @sk's? */
static int check_message(const struct usock *sk, const struct msghdr *msg)
{
	if (msg->msg_iovlen > DGRAM_IOV_MAX ||
	    iov_size(msg->msg_iov, msg->msg_iovlen) > payload_max(sk))
		return -EMSGSIZE;
	return msg->msg_controllen > USOCK_CONTROL_MAX ? -ENOBUFS : 0;
}

/* May @sk send now? @named: the message says where to. */
static int check_socket(struct usock *sk, int fd, bool named)
{
	int err;

	err = socket_ensure_open(sk, fd);
	if (!err && sk->phase != SOCKET_CONNECTED && !named)
		err = check_peer(sk, fd);
	if (err)
		return err;
	/* As on Linux, a raw socket sends on, whatever the error queue has. */
	if (sk->type == SOCK_RAW && dgram_has_errqueue(sk, fd))
		return 0;
	/* An error that came meanwhile is reported by whichever call is next (RFC 1122, 4.1.3.3). */
	return sk->phase == SOCKET_CONNECTED ? -dgram_error(sk, fd) : 0;
}

/* Set the system's call up: it sends @msg behind @head. @iov has room for SEND_IOV_EXTRA buffers more
 * than @msg has. 0, or why @msg names no address. */
static int packet_prepare(const struct msghdr *msg, struct usock_dgram *head, struct iovec *iov,
			  struct msghdr *ret_native)
{
	static const unsigned char zeroes[sizeof(size_t)];
	struct iovec *first = iov;
	int err = fill_head(msg, head);

	if (err)
		return err;
	*iov++ = (struct iovec){ .iov_base = head, .iov_len = sizeof(*head) };
	if (msg->msg_control && msg->msg_controllen) {
		size_t len = msg->msg_controllen;

		head->control_len = (uint32_t)CMSG_ALIGN(len);
		*iov++ = (struct iovec){ .iov_base = msg->msg_control, .iov_len = len };
		/* programs may leave the last one's padding out */
		*iov++ = (struct iovec){ .iov_base = (void *)zeroes,
					 .iov_len = head->control_len - len };
	}
	for (size_t i = 0; i < msg->msg_iovlen; i++)
		*iov++ = msg->msg_iov[i];
	*ret_native = (struct msghdr){ .msg_iov = first, .msg_iovlen = (size_t)(iov - first) };
	return 0;
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

/**
 * dgram_sendmsg - sendmsg(2)
 * @sk: the socket
 * @fd: its descriptor
 * @msg: the datagram
 * @flags: MSG_*
 *
 * Return: bytes; an error that came before, once; -EMSGSIZE, -ENOBUFS: too long; -EDESTADDRREQ;
 * -EPIPE; -EAGAIN; see socket_ensure_open().
 */
ssize_t dgram_sendmsg(struct usock *sk, int fd, const struct msghdr *msg, int flags)
{
	struct iovec iov[DGRAM_IOV_MAX + SEND_IOV_EXTRA];
	struct usock_dgram head;
	struct msghdr native;
	ssize_t n;
	int err;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	err = check_message(sk, msg);
	if (!err)
		err = check_socket(sk, fd, msg->msg_namelen);
	if (!err)
		err = packet_prepare(msg, &head, iov, &native);
	if (err)
		return err;
	n = sys_sendmsg(fd, &native, (flags & SEND_FLAGS) | MSG_NOSIGNAL);
	if (n < 0)
		return send_failed(sk, fd, errno, flags);
	return n - (ssize_t)(sizeof(head) + head.control_len);
}

/* Up to DGRAM_BATCH datagrams by one call, for a socket that may send. @ret_tried: how many were given
 * to the pair; 0: the first is one for dgram_sendmsg(). Return: how many the pair took, or -errno. */
static int send_batch(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count, int flags,
		      unsigned int *ret_tried)
{
	struct iovec iov[DGRAM_BATCH][DGRAM_BATCH_IOV + SEND_IOV_EXTRA];
	struct usock_dgram heads[DGRAM_BATCH];
	struct mmsghdr native[DGRAM_BATCH];
	unsigned int n = 0;
	int sent;

	while (n < count && n < DGRAM_BATCH) {
		const struct msghdr *msg = &msgs[n].msg_hdr;

		if (msg->msg_iovlen > DGRAM_BATCH_IOV || check_message(sk, msg) ||
		    (!msg->msg_namelen && sk->phase != SOCKET_CONNECTED) ||
		    packet_prepare(msg, &heads[n], iov[n], &native[n].msg_hdr))
			break;
		n++;
	}
	*ret_tried = n;
	if (!n)
		return 0;
	sent = sys_sendmmsg(fd, native, n, (flags & SEND_FLAGS) | MSG_NOSIGNAL);
	if (sent < 0)
		return (int)send_failed(sk, fd, errno, flags);
	for (int i = 0; i < sent; i++)
		msgs[i].msg_len =
			native[i].msg_len - (unsigned int)(sizeof(heads[i]) + heads[i].control_len);
	return sent;
}

/* The next datagrams: a batch or one. @ret_tried: how many were to be sent. */
static int send_some(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count, int flags,
		     unsigned int *ret_tried)
{
	ssize_t n = check_socket(sk, fd, msgs->msg_hdr.msg_namelen);
	int sent;

	if (n)
		return (int)n;
	sent = send_batch(sk, fd, msgs, count, flags, ret_tried);
	if (*ret_tried)
		return sent;
	*ret_tried = 1;
	n = dgram_sendmsg(sk, fd, &msgs->msg_hdr, flags);
	if (n < 0)
		return (int)n;
	msgs->msg_len = (unsigned int)n;
	return 1;
}

/**
 * dgram_sendmmsg - sendmmsg(2)
 * @sk: the socket
 * @fd: its descriptor
 * @msgs: the datagrams; receive how many bytes of each were sent
 * @count: how many
 * @flags: MSG_*
 *
 * Return: how many were sent; or what dgram_sendmsg() returned for the first.
 */
int dgram_sendmmsg(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count, int flags)
{
	unsigned int done = 0, tried;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	while (done < count) {
		int sent = send_some(sk, fd, msgs + done, count - done, flags, &tried);

		if (sent < 0)
			return done ? (int)done : sent;
		done += (unsigned int)sent;
		if (sent < (int)tried)
			break;
	}
	return (int)done;
}
