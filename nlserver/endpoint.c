/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Endpoints: life and state. The socket's upcalls and the pair's readiness only set flags and put the
 * endpoint's task on the loop; the work is done once per round, by the type's run().
 *
 * An endpoint that ended (reset, refused, timed out) closes its end of the pair, so that the application
 * sees a hang-up. Why it ended is kept in a tomb for a while: libusock asks for it by SO_ERROR.
 */
#include "nlserver/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/un.h>
#include <unistd.h>

#include <ustack/usock.h>

#include "nlserver/netlink.h"

#define NAME_TRIES 8
/* Bytes on their way to the application, asked for (net.core.wmem_max allows what it allows): with the usual
 * 212992 the pair is full after two large frames, and each waits for the other. */
#define PAIR_SNDBUF 425984

int endpoints_create(struct server *server, struct endpoints **ret)
{
	struct endpoints *eps = calloc(1, sizeof(*eps));

	if (!eps)
		return -ENOMEM;
	eps->slots = dgram_slots_alloc();
	if (!eps->slots) {
		free(eps);
		return -ENOMEM;
	}
	eps->server = server;
	endpoint_users_init(&eps->users);
	list_init(&eps->list);
	*ret = eps;
	return 0;
}

void endpoints_destroy(struct endpoints *eps)
{
	struct endpoint *ep, *next;

	if (!eps)
		return;
	eps->stopping = true;
	endpoint_linger_stop(eps);
	list_for_each_entry_safe(ep, next, &eps->list, list)
		endpoint_close(ep, false, 0);
	dgram_slots_free(eps->slots);
	free(eps);
}

/* The socket's news ---------------------------------------------------------------------------- */

void endpoint_kick(struct endpoint *ep)
{
	loop_task_add(ep->eps->server->loop, &ep->task);
}

static void endpoint_sock_news(struct sock *sk)
{
	endpoint_kick(sk->owner);
}

static void endpoint_sock_connected(struct sock *sk)
{
	struct endpoint *ep = sk->owner;

	ep->connected = true;
	endpoint_kick(ep);
}

const struct sock_ops endpoint_sock_ops = {
	.connected = endpoint_sock_connected,
	.readable = endpoint_sock_news,
	.writable = endpoint_sock_news,
	.accepted = endpoint_sock_news,
	.error = endpoint_sock_news,
};

/* The pair's news ------------------------------------------------------------------------------ */

static void endpoint_ready(struct loop_watch *w, uint32_t events)
{
	struct endpoint *ep = container_of(w, struct endpoint, watch);

	if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		ep->rx_ready = true;
	if (events & EPOLLOUT)
		ep->tx_ready = true;
	if (events & (EPOLLRDHUP | EPOLLHUP))
		ep->ending = true;
	if (events & EPOLLHUP)
		ep->hangup = true;
	endpoint_kick(ep);
}

void endpoint_full(struct endpoint *ep)
{
	ep->tx_ready = false;
	loop_want_room(ep->eps->server->loop, &ep->watch);
}

static void endpoint_task(struct loop_task *t)
{
	struct endpoint *ep = container_of(t, struct endpoint, task);

	ep->ops->run(ep);
}

/* Life ----------------------------------------------------------------------------------------- */

/* Bind the stack's end to a name that tells any holder of the other end what it is. The name space is
 * the application's: a name that somebody has taken there is passed over. */
static int endpoint_bind_name(struct endpoints *eps, int fd, uint64_t *ret_id)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	for (int i = 0; i < NAME_TRIES; i++) {
		uint64_t id = (uint64_t)net_random_u32(eps->server->net) << 32 | (uint32_t)++eps->last_id;
		int len = snprintf(sun.sun_path + 1, sizeof(sun.sun_path) - 1, USOCK_NAME_FMT,
				   eps->server->name, (unsigned long long)id);

		if (!bind(fd, (struct sockaddr *)&sun, offsetof(struct sockaddr_un, sun_path) + 1 + len)) {
			*ret_id = id;
			return 0;
		}
		if (errno != EADDRINUSE)
			return -errno;
	}
	return -EADDRINUSE;
}

/* Is @fd the end of a pair of @type, whose other end is the application's alone? That one has no name, as
 * an endpoint and a channel have: with both ends here, nobody would ever close either. */
static int endpoint_check_fd(int fd, int type)
{
	struct sockaddr_un peer;
	int domain, have;
	socklen_t len = sizeof(domain);

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) || domain != AF_UNIX)
		return -EINVAL;
	len = sizeof(peer);
	if (getpeername(fd, (struct sockaddr *)&peer, &len) || len > sizeof(peer.sun_family))
		return -EINVAL;
	len = sizeof(have);
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &have, &len))
		return -EINVAL;
	return have == (type == SOCK_STREAM ? SOCK_STREAM : SOCK_SEQPACKET) ? 0 : -EINVAL;
}

static int endpoint_create(struct endpoints *eps, int fd, struct sock *sk, uint64_t cookie, struct endpoint **ret)
{
	struct endpoint *ep;
	const int sndbuf = PAIR_SNDBUF;
	int err = endpoint_check_fd(fd, sk->type);

	if (err)
		return err;
	ep = calloc(1, sizeof(*ep));
	if (!ep)
		return -ENOMEM;
	err = endpoint_user_get(&eps->users, sk->uid, &ep->user);
	if (err) {
		free(ep);
		return err;
	}
	ep->eps = eps;
	ep->sk = sk;
	ep->cookie = cookie;
	ep->ops = sk->type == SOCK_STREAM ? &endpoint_stream_ops : &endpoint_dgram_ops;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &sndbuf, sizeof(sndbuf));
	ep->watch = (struct loop_watch){ .fd = fd, .ready = endpoint_ready, .on_demand = true };
	ep->tx_ready = true;
	loop_task_init(&ep->task, endpoint_task);
	err = endpoint_bind_name(eps, fd, &ep->id);
	if (!err)
		err = loop_watch_add(eps->server->loop, &ep->watch);
	if (err) {
		endpoint_user_put(ep->user);
		free(ep);
		return err;
	}
	list_add_tail(&ep->list, &eps->list);
	hlist_add_head(&ep->by_id, endpoint_bucket(eps->by_id, ep->id));
	eps->count++;
	*ret = ep;
	return 0;
}

int endpoint_open(struct endpoints *eps, int fd, int family, int type, int protocol, uint64_t cookie,
		  const struct nl_cred *cred, struct endpoint **ret)
{
	struct endpoint *ep;
	struct sock *sk;
	int err;

	err = sock_create(eps->server->net, family, type, protocol, NULL, NULL, &sk);
	if (err)
		return err;
	sk->uid = cred->uid;
	sk->admin = cred->admin;
	err = endpoint_adopt(eps, fd, sk, cookie, &ep);
	if (err)
		return err;
	ep->connected = false;
	*ret = ep;
	return 0;
}

int endpoint_adopt(struct endpoints *eps, int fd, struct sock *sk, uint64_t cookie, struct endpoint **ret)
{
	struct endpoint *ep;
	int err = endpoint_create(eps, fd, sk, cookie, &ep);

	if (err) {
		sock_close(sk, true);
		return err;
	}
	ep->connected = true;
	sk->ops = &endpoint_sock_ops;
	sk->owner = ep;
	endpoint_kick(ep);
	*ret = ep;
	return 0;
}

void endpoint_close(struct endpoint *ep, bool abort, int err)
{
	struct endpoints *eps = ep->eps;
	unsigned t = eps->next_tomb++ % ENDPOINT_TOMBS;

	eps->tombs[t].id = ep->id;
	eps->tombs[t].cookie = ep->cookie;
	eps->tombs[t].err = err;
	loop_watch_del(eps->server->loop, &ep->watch);
	loop_task_del(&ep->task);
	hlist_del(&ep->by_id);
	list_del(&ep->list);
	eps->count--;
	endpoint_close_sock(ep, abort);
	close(ep->watch.fd);
	endpoint_user_put(ep->user);
	free(ep);
}

struct endpoint *endpoint_find(struct endpoints *eps, uint64_t id)
{
	struct endpoint *ep;

	hlist_for_each_entry(ep, endpoint_bucket(eps->by_id, id), by_id)
		if (ep->id == id)
			return ep;
	return NULL;
}

bool endpoint_tomb(struct endpoints *eps, uint64_t id, int *ret_err)
{
	for (unsigned i = 0; i < ENDPOINT_TOMBS; i++) {
		if (eps->tombs[i].id != id || !id)
			continue;
		*ret_err = eps->tombs[i].err;
		eps->tombs[i].err = 0;
		return true;
	}
	return false;
}

int endpoint_connect(struct endpoint *ep, const struct sock_addr *a, bool filler)
{
	int err = sock_connect(ep->sk, a);

	if (err && err != -EINPROGRESS)
		return err;
	ep->filler = filler;
	ep->connected = !err && a->family != AF_UNSPEC;
	endpoint_kick(ep);
	return err;
}

int endpoint_listen(struct endpoint *ep, int backlog)
{
	int err = sock_listen(ep->sk, backlog);

	if (err)
		return err;
	ep->ops = &endpoint_listen_ops;
	/* It keeps the pair emptier than full: what it waits for is a record that was taken. */
	loop_always_room(ep->eps->server->loop, &ep->watch);
	endpoint_kick(ep);
	return 0;
}
