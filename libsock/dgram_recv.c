/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams, from the pair to the application. Called through dgram_ops by usock.c.
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

#include "libsock/iov.h"
#include "libsock/sys.h"

#define RECV_FLAGS (MSG_DONTWAIT | MSG_PEEK)

/* Flags of a call that takes its datagrams one by one. */
#define SINGLE_FLAGS (MSG_PEEK | MSG_ERRQUEUE | MSG_OOB)

/* What a received packet consists of. */
struct packet {
	struct usock_dgram head;
	const struct iovec *body; /* where the rest went: the application's buffers, and spill */
	size_t payload;		  /* bytes of payload, as sent */
	size_t room;		  /* bytes of it that the application has room for */
	unsigned char spill[USOCK_CONTROL_OUT_MAX]; /* as much more as control data took */
};

/* Set the system's call up: what it receives for @msg goes to @pkt. @iov has room for two buffers
 * more than @msg has. */
static void packet_prepare(struct packet *pkt, const struct msghdr *msg, struct iovec *iov,
			   struct msghdr *ret_native)
{
	*ret_native = (struct msghdr){ .msg_iov = iov, .msg_iovlen = msg->msg_iovlen + 2 };
	*iov++ = (struct iovec){ .iov_base = &pkt->head, .iov_len = sizeof(pkt->head) };
	pkt->body = iov;
	pkt->room = 0;
	for (size_t i = 0; i < msg->msg_iovlen; i++) {
		pkt->room += msg->msg_iov[i].iov_len;
		*iov++ = msg->msg_iov[i];
	}
	*iov = (struct iovec){ .iov_base = pkt->spill, .iov_len = sizeof(pkt->spill) };
}

/* Is this no packet, but the end of file? The pair's other end is closed. */
static bool is_end(size_t received)
{
	return received < sizeof(struct usock_dgram);
}

/* @received bytes, as sent, are in @pkt. Is it a datagram? 0 or the error that it is instead. */
static int packet_check(struct packet *pkt, size_t received)
{
	size_t body = received - sizeof(pkt->head);

	if (pkt->head.control_len > body || pkt->head.control_len > sizeof(pkt->spill))
		return -EPROTO;
	pkt->payload = body - pkt->head.control_len;
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
		addr.in6.sin6_flowinfo = head->flowinfo;
	} else {
		memcpy(&addr.in.sin_addr, head->addr, sizeof(addr.in.sin_addr));
		addr.in.sin_port = head->port;
	}
	socket_copy_addr(&addr, head->family == AF_INET6 ? sizeof(addr.in6) : sizeof(addr.in),
			 msg->msg_name, &len);
	msg->msg_namelen = len;
}

/* As many whole control messages as there is room for. */
static void fill_control(const struct packet *pkt, const unsigned char *control, struct msghdr *msg)
{
	size_t room = msg->msg_control ? msg->msg_controllen : 0, fit = 0;

	while (fit + sizeof(struct cmsghdr) <= pkt->head.control_len) {
		const struct cmsghdr *cmsg = (const struct cmsghdr *)(control + fit);

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
		memcpy(msg->msg_control, control, fit);
	msg->msg_controllen = fit;
}

/* Tell the application what was received, as recvmsg(2) does. @own: it is in the buffers of @msg;
 * else in those of a later one, with as much room. */
static ssize_t deliver(const struct packet *pkt, struct msghdr *msg, int flags, bool own)
{
	unsigned char control[USOCK_CONTROL_OUT_MAX] __attribute__((aligned(8)));
	size_t kept = pkt->payload < pkt->room ? pkt->payload : pkt->room;

	msg->msg_flags = pkt->head.flags & USOCK_DGRAM_ERRQUEUE ? MSG_ERRQUEUE : 0;
	if (kept < pkt->payload)
		msg->msg_flags |= MSG_TRUNC;
	if (pkt->head.control_len)
		iov_read(control, iov_at(pkt->body, 0), pkt->head.control_len);
	if (kept && (pkt->head.control_len || !own))
		iov_move(iov_at(msg->msg_iov, 0), iov_at(pkt->body, pkt->head.control_len), kept);
	fill_name(&pkt->head, msg);
	fill_control(pkt, control, msg);
	return (ssize_t)(flags & MSG_TRUNC ? pkt->payload : kept);
}

/* Receive one packet of whatever kind. 0, with *@ret_end at the end of file; or -errno. */
static int receive_packet(int fd, const struct msghdr *msg, int flags, struct iovec *iov,
			  struct packet *pkt, bool *ret_end)
{
	struct msghdr native;
	ssize_t n;

	packet_prepare(pkt, msg, iov, &native);
	n = sys_recvmsg(fd, &native, (flags & RECV_FLAGS) | MSG_TRUNC);
	if (n < 0)
		return -errno;
	*ret_end = is_end((size_t)n);
	return *ret_end ? 0 : packet_check(pkt, (size_t)n);
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
 * dgram_has_errqueue - does an entry of the error queue stand in front?
 * @sk: any socket
 * @fd: its descriptor
 *
 * For poll(2), which sees that the pair has something, and not what.
 */
bool dgram_has_errqueue(struct usock *sk, int fd)
{
	struct usock_dgram head;

	return sk->ops == &dgram_ops && sk->recverr && peek_head(fd, &head) &&
	       head.flags & USOCK_DGRAM_ERRQUEUE;
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
	struct iovec iov[DGRAM_IOV_MAX + 2];
	struct usock_dgram head;
	struct packet pkt;
	bool end;
	int err;

	if (!peek_head(fd, &head) || !(head.flags & USOCK_DGRAM_ERRQUEUE))
		return -EAGAIN;
	sk->announced = false;
	err = receive_packet(fd, msg, MSG_DONTWAIT, iov, &pkt, &end);
	if (err)
		return err;
	return end ? receive_ended(sk, fd, msg) : deliver(&pkt, msg, 0, true);
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

/* recvmsg(2) from the queue of datagrams. */
static ssize_t receive_one(struct usock *sk, int fd, struct msghdr *msg, int flags)
{
	struct iovec iov[DGRAM_IOV_MAX + 2];
	struct packet pkt;
	bool end;
	int err;

	err = -atomic_exchange(&sk->error, 0);
	while (!err) {
		err = sk->recverr ? announce_error(sk, fd, flags) : 0;
		if (!err)
			err = receive_packet(fd, msg, flags, iov, &pkt, &end);
		if (err)
			break;
		if (end)
			return receive_ended(sk, fd, msg);
		if (!pkt.head.flags)
			return deliver(&pkt, msg, flags, true);
		if (flags & MSG_PEEK)
			drop_front(fd);
		err = -(int)pkt.head.error;
	}
	return err;
}

/**
 * dgram_recvmsg - recvmsg(2)
 * @sk: the socket
 * @fd: its descriptor
 * @msg: the buffers; receives the rest
 * @flags: MSG_*
 *
 * Return: bytes; an error that came instead of a datagram, once; -EAGAIN; -EMSGSIZE: too many
 * buffers; see socket_ensure_open().
 */
ssize_t dgram_recvmsg(struct usock *sk, int fd, struct msghdr *msg, int flags)
{
	int err;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (msg->msg_iovlen > DGRAM_IOV_MAX)
		return -EMSGSIZE;
	err = socket_ensure_open(sk, fd);
	if (err)
		return err;
	return flags & MSG_ERRQUEUE ? receive_errqueue(sk, fd, msg)
				    : receive_one(sk, fd, msg, flags);
}

/* How many of these may be received by one call of the system's? Those that have the same room: then
 * a datagram that must move to the message before (see receive_batch()) is cut there as here. */
static unsigned int batch_size(const struct mmsghdr *msgs, unsigned int count)
{
	size_t room = iov_size(msgs->msg_hdr.msg_iov, msgs->msg_hdr.msg_iovlen);
	unsigned int n = 0;

	while (n < count && n < DGRAM_BATCH) {
		const struct msghdr *msg = &msgs[n].msg_hdr;

		if (msg->msg_iovlen > DGRAM_BATCH_IOV ||
		    iov_size(msg->msg_iov, msg->msg_iovlen) != room)
			break;
		n++;
	}
	return n;
}

/* Up to DGRAM_BATCH datagrams by one call, which waits for the first of them alone. An error among
 * them leaves a gap, which the datagrams after it close; it is for the next call. Return: how many
 * datagrams; 0: nothing but errors that are none; -errno where there was no datagram. */
static int receive_batch(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count,
			 int flags)
{
	struct iovec iov[DGRAM_BATCH][DGRAM_BATCH_IOV + 2];
	struct packet pkts[DGRAM_BATCH];
	struct mmsghdr native[DGRAM_BATCH];
	int got, done = 0;

	for (unsigned int i = 0; i < count; i++)
		packet_prepare(&pkts[i], &msgs[i].msg_hdr, iov[i], &native[i].msg_hdr);
	got = sys_recvmmsg(fd, native, count, (flags & MSG_DONTWAIT) | MSG_TRUNC | MSG_WAITFORONE,
			   NULL);
	if (got < 0)
		return -errno;
	for (int i = 0; i < got; i++) {
		struct mmsghdr *m = &msgs[done];
		int err;

		if (is_end(native[i].msg_len)) {
			/* The next call meets it again; and errors before it go first. */
			if (i)
				break;
			got = (int)receive_ended(sk, fd, &m->msg_hdr);
			m->msg_len = 0;
			return got ? got : 1;
		}
		err = packet_check(&pkts[i], native[i].msg_len);
		if (!err && pkts[i].head.flags)
			err = -(int)pkts[i].head.error;
		else if (!err)
			m->msg_len = (unsigned int)deliver(&pkts[i], &m->msg_hdr, flags, i == done);
		if (err)
			atomic_store(&sk->error, -err);
		else if (!pkts[i].head.flags)
			done++;
	}
	return done ? done : -atomic_exchange(&sk->error, 0);
}

/* The next datagrams: one or a batch. */
static int receive_some(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count,
			int flags)
{
	ssize_t n;
	int got;

	if (count > 1) {
		got = -atomic_exchange(&sk->error, 0);
		while (!got)
			got = receive_batch(sk, fd, msgs, count, flags);
		return got;
	}
	n = dgram_recvmsg(sk, fd, &msgs->msg_hdr, flags);
	if (n < 0)
		return (int)n;
	msgs->msg_len = (unsigned int)n;
	return 1;
}

/**
 * dgram_recvmmsg - recvmmsg(2), as it is with MSG_WAITFORONE
 * @sk: the socket
 * @fd: its descriptor
 * @msgs: the messages
 * @count: how many
 * @flags: MSG_*, for the first message; for those after it nothing is waited for
 *
 * Return: how many were received, less than @count where no more are there; or what dgram_recvmsg()
 * returned for the first.
 */
int dgram_recvmmsg(struct usock *sk, int fd, struct mmsghdr *msgs, unsigned int count, int flags)
{
	bool single = (flags & SINGLE_FLAGS) || sk->recverr;
	unsigned int done = 0;
	int err;

	err = socket_ensure_open(sk, fd);
	if (err)
		return err;
	while (done < count) {
		unsigned int n = single ? 1 : batch_size(msgs + done, count - done);
		int got = receive_some(sk, fd, msgs + done, n, flags);

		if (got < 0)
			return done ? socket_cut_short(sk, done, got) : got;
		done += (unsigned int)got;
		if (got < (int)n)
			break;
		flags |= MSG_DONTWAIT;
	}
	return (int)done;
}
