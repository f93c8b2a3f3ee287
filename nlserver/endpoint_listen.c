/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * New connections, from a listening socket to its pair: for each a pair of its own is made, and one
 * end goes to the application in a struct usock_accept record. A record that nobody takes keeps its
 * connection; when the listener closes, the kernel closes the descriptors in flight, and with them go
 * the connections.
 */
#include "nlserver/endpoint.h"

#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <ustack/usock.h>

#define LISTEN_QUEUED 32768	/* bytes of records in the pair: some dozens; more wait in the accept queue */

static void usock_accept_fill(const struct endpoint *ep, struct usock_accept *ret)
{
	struct sock_addr local = { 0 }, peer = { 0 };

	sock_getname(ep->sk, false, &local);
	sock_getname(ep->sk, true, &peer);
	*ret = (struct usock_accept){
		.id = ep->id,
		.family = ep->sk->family,
		.peer_port = peer.port,
		.local_port = local.port,
		.peer_scope = peer.scope,
		.local_scope = local.scope,
	};
	memcpy(ret->peer_addr, peer.addr.b, sizeof(ret->peer_addr));
	memcpy(ret->local_addr, local.addr.b, sizeof(ret->local_addr));
}

/* Send @fd with its record over the listener's pair. 0 or -errno. */
static int listen_pass(struct endpoint *listener, const struct usock_accept *record, int fd)
{
	union {
		struct cmsghdr align;
		char buf[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { (void *)record, sizeof(*record) };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	return sendmsg(listener->watch.fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Hand over one connection: @sk is taken over. false: the pair has no more room (the connection was lost). */
static bool listen_hand_over(struct endpoint *listener, struct sock *sk)
{
	struct usock_accept record;
	struct endpoint *ep;
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);
	int pair[2], err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair)) {
		if (log_due(&listener->eps->refused_logged, sk->net->now))
			log_warn(&sk->net->log, "a connection was refused: %s", strerror(errno));
		sock_close(sk, true);
		return true;
	}
	getsockopt(pair[1], SOL_SOCKET, SO_COOKIE, &cookie, &len);
	if (endpoint_adopt(listener->eps, pair[0], sk, cookie, &ep)) {
		close(pair[0]);
		close(pair[1]);
		return true;
	}
	usock_accept_fill(ep, &record);
	err = listen_pass(listener, &record, pair[1]);
	close(pair[1]);
	if (err)
		endpoint_close(ep, true, 0);
	return err != -EAGAIN;
}

/* Is there room for a record? Asked before a connection leaves the accept queue, where it can wait. */
static bool listen_has_room(struct endpoint *ep)
{
	int queued = 0;

	return !ioctl(ep->watch.fd, SIOCOUTQ, &queued) && queued < LISTEN_QUEUED;
}

static void endpoint_listen_run(struct endpoint *ep)
{
	struct sock *sk;

	if (ep->hangup) {
		endpoint_close(ep, false, 0);
		return;
	}
	while (ep->tx_ready) {
		if (!listen_has_room(ep)) {
			ep->tx_ready = false;
			break;
		}
		sk = sock_accept(ep->sk, &endpoint_sock_ops, NULL);
		if (!sk)
			break;
		ep->tx_ready = listen_hand_over(ep, sk);
	}
}

const struct endpoint_ops endpoint_listen_ops = {
	.run = endpoint_listen_run,
};
