/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lingering: how an application that set SO_LINGER waits in close(2). It closes its end of the pair, and then asks, by the
 * socket's id, to be told of the end of the conversation: with one end of a pipe, which is closed here when all that was
 * sent is acknowledged, or given up. How long to wait is its own affair.
 *
 * Of a socket with a linger time a record is kept from its endpoint's end to its own, so that the question may come late.
 */
#include "nlserver/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

struct lingering {
	struct hlist_node by_id;
	struct sock *sk;
	uint64_t id;
	struct endpoint_waiter waiter;
};

void endpoint_waiter_release(struct endpoint_waiter *w)
{
	if (!w->user)
		return;
	close(w->fd);
	endpoint_user_put(w->user);
	w->user = NULL;
}

static void lingering_free(struct lingering *l)
{
	hlist_del(&l->by_id);
	endpoint_waiter_release(&l->waiter);
	free(l);
}

static void lingering_over(struct sock *sk)
{
	lingering_free(sk->owner);
}

static const struct sock_ops lingering_ops = {
	.closed = lingering_over,
};

void endpoint_close_sock(struct endpoint *ep, bool abort)
{
	bool lingers = !abort && ep->sk->opt.linger && ep->sk->opt.linger_time && !ep->eps->stopping;
	struct lingering *l = lingers ? malloc(sizeof(*l)) : NULL;

	if (!l) {
		sock_close(ep->sk, abort);
		endpoint_waiter_release(&ep->waiter);
		return;
	}
	*l = (struct lingering){ .sk = ep->sk, .id = ep->id, .waiter = ep->waiter };
	hlist_add_head(&l->by_id, endpoint_bucket(ep->eps->lingering, ep->id));
	sock_linger(ep->sk, &lingering_ops, l);
}

void endpoint_linger_stop(struct endpoints *eps)
{
	for (size_t i = 0; i < ARRAY_SIZE(eps->lingering); i++) {
		struct lingering *l;
		struct hlist_node *next;

		hlist_for_each_entry_safe(l, next, &eps->lingering[i], by_id) {
			l->sk->ops = NULL;
			lingering_free(l);
		}
	}
}

static struct endpoint_waiter *lingering_waiter(struct endpoints *eps, uint64_t id)
{
	struct lingering *l;

	hlist_for_each_entry(l, endpoint_bucket(eps->lingering, id), by_id)
		if (l->id == id)
			return &l->waiter;
	return NULL;
}

/* Has the application closed its end for good, in all processes? The loop may not know yet. */
static bool is_hung_up(const struct endpoint *ep)
{
	struct pollfd pfd = { .fd = ep->watch.fd };

	return poll(&pfd, 1, 0) > 0 && (pfd.revents & POLLHUP);
}

/* Nothing else is sure to be closed at once; and fstat(2) would already ask whose file it is. */
static bool is_pipe(int fd)
{
	return fcntl(fd, F_GETPIPE_SZ) >= 0;
}

int endpoint_await_end(struct endpoints *eps, uint64_t id, int fd, uint32_t uid)
{
	struct endpoint *ep = endpoint_find(eps, id);
	struct endpoint_waiter *w = ep ? &ep->waiter : lingering_waiter(eps, id);
	int err;

	if (!is_pipe(fd))
		return -EBADF;
	if (!w) {
		close(fd);
		return 0;
	}
	if (w->user || (ep && !is_hung_up(ep)))
		return -EBUSY;
	err = endpoint_user_get(&eps->users, uid, &w->user);
	if (!err)
		w->fd = fd;
	return err;
}
