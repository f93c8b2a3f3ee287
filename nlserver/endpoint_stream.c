/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of a connection, between the pair and the socket. Nothing is copied here: what the
 * application wrote is read straight into the send queue's memory, what came in is written straight from
 * the received packets.
 *
 *	application --write--> pair --recvmsg into sock_reserve()--> TCP
 *	application <--read--- pair <--sendmsg from sock_peek()----- TCP
 *
 * Ends:	the application shut its sending down: end of file, pair not hung up -> FIN
 *		it closed or died: end of file and hang-up -> close; unread data there -> reset (RFC 2525)
 *		the peer's FIN: shutdown(SHUT_WR) of our end, once everything before it is written
 *		reset or time-out: our end is closed
 */
#include "nlserver/endpoint.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/uio.h>

#include <ustack/usock.h>

#define STREAM_ROUND_BYTES (512 * 1024)	/* of one connection, one way, before others get their turn */

enum stream_result { STREAM_GOES_ON, STREAM_CLOSED };

/* The application's end is gone and all it sent is read: so goes the socket. Data that it never read,
 * here or in the pair, makes a reset. */
static enum stream_result stream_app_closed(struct endpoint *ep, bool unread)
{
	struct iovec iov[SOCK_IOV_MAX];
	unsigned nr = SOCK_IOV_MAX;

	if (!unread && sock_peek(ep->sk, iov, &nr) > 0)
		unread = true;
	endpoint_close(ep, unread, 0);
	return STREAM_CLOSED;
}

/* recvmsg() said that no more will come. */
static enum stream_result stream_app_eof(struct endpoint *ep)
{
	ep->rx_ready = false;
	if (ep->hangup)
		return stream_app_closed(ep, false);
	if (!ep->app_eof) {
		ep->app_eof = true;
		sock_shutdown(ep->sk, SHUT_WR);
	}
	return STREAM_GOES_ON;
}

/* It shut down its sending before; has it closed since, and what did it leave unread? */
static enum stream_result stream_after_eof(struct endpoint *ep)
{
	char c;

	ep->rx_ready = false;
	if (!ep->hangup)
		return STREAM_GOES_ON;
	return stream_app_closed(ep, recv(ep->watch.fd, &c, 1, MSG_DONTWAIT) < 0 && errno == ECONNRESET);
}

/* From the pair to the socket. */
static enum stream_result stream_pull(struct endpoint *ep)
{
	uint32_t done = 0;

	if (ep->app_eof)
		return stream_after_eof(ep);
	while (ep->rx_ready) {
		struct iovec iov[SOCK_IOV_MAX];
		struct msghdr msg = { .msg_iov = iov };
		unsigned nr = SOCK_IOV_MAX;
		int room;
		ssize_t got;

		if (done >= STREAM_ROUND_BYTES) {
			loop_again(ep->eps->server->loop, &ep->watch, EPOLLIN);
			break;
		}
		room = sock_reserve(ep->sk, iov, &nr);
		if (room < 0)
			return stream_app_closed(ep, false);
		if (room == 0)
			break;
		msg.msg_iovlen = nr;
		got = recvmsg(ep->watch.fd, &msg, MSG_DONTWAIT);
		if (got > 0) {
			sock_commit(ep->sk, got);
			done += got;
			/* A short read emptied the pair; more, or its end, will announce itself if it has not. */
			if (got < room && !ep->ending)
				ep->rx_ready = false;
		} else if (got == 0) {
			return stream_app_eof(ep);
		} else if (errno == EAGAIN) {
			ep->rx_ready = false;
		} else if (errno != EINTR) {
			return stream_app_closed(ep, errno == ECONNRESET);
		}
	}
	return STREAM_GOES_ON;
}

/* From the socket to the pair. */
static void stream_push(struct endpoint *ep)
{
	while (ep->tx_ready) {
		struct iovec iov[SOCK_IOV_MAX];
		struct msghdr msg = { .msg_iov = iov };
		unsigned nr = SOCK_IOV_MAX;
		int have = sock_peek(ep->sk, iov, &nr);
		ssize_t sent;

		if (have <= 0)
			break;
		msg.msg_iovlen = nr;
		sent = sendmsg(ep->watch.fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent > 0) {
			sock_consume(ep->sk, sent);
			if (sent != have)
				endpoint_full(ep);
		} else if (errno == EPIPE) {
			/* It will not read any more: what comes is taken and dropped, as after SHUT_RD. */
			sock_consume(ep->sk, have);
		} else if (errno != EINTR) {
			endpoint_full(ep);
		}
	}
}

/* The peer's FIN, once everything before it is written. */
static void stream_push_eof(struct endpoint *ep)
{
	if (!ep->eof_sent && sock_eof(ep->sk)) {
		ep->eof_sent = true;
		shutdown(ep->watch.fd, SHUT_WR);
	}
}

/* Connected: take out the filler, and the descriptor is writable. false: the application broke the rule. */
static bool stream_take_filler(struct endpoint *ep)
{
	char filler[USOCK_FILLER];
	ssize_t got;

	ep->filler = false;
	got = recv(ep->watch.fd, filler, sizeof(filler), MSG_DONTWAIT);
	return got == sizeof(filler) || (got <= 0 && ep->hangup);
}

/* The connection failed or was reset. What came before is still the application's to read; then it sees
 * the hang-up, and nothing before it that looks like an orderly end. */
static void stream_failed(struct endpoint *ep)
{
	struct iovec iov[SOCK_IOV_MAX];
	unsigned nr = SOCK_IOV_MAX;

	if (ep->connected)
		stream_push(ep);
	if (ep->hangup || sock_peek(ep->sk, iov, &nr) <= 0)
		endpoint_close(ep, true, ep->sk->err);
}

static void endpoint_stream_run(struct endpoint *ep)
{
	if (ep->sk->err) {
		stream_failed(ep);
		return;
	}
	if (!ep->connected) {
		/* Nothing is read before: it may be the filler. A close is seen all the same. */
		if (ep->hangup)
			endpoint_close(ep, false, 0);
		return;
	}
	if (ep->filler && !stream_take_filler(ep)) {
		endpoint_close(ep, true, EPROTO);
		return;
	}
	stream_push(ep);
	stream_push_eof(ep);
	stream_pull(ep);
}

const struct endpoint_ops endpoint_stream_ops = {
	.run = endpoint_stream_run,
};
