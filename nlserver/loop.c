/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event loop of the daemon. It sleeps in epoll_pwait2(2) and nowhere else, never longer than until
 * the stack's next timer; with no traffic and no timer it sleeps for good, so an idle daemon uses no CPU.
 */
#include "nlserver/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define LOOP_EVENTS 64
#define TASK_PASSES 16 /* of one round */

struct loop {
	int epfd;
	bool stop;
	struct net *net;
	struct list_head again, tasks;
	ktime_t rest;			/* before the next round; 0: none */
	struct epoll_event events[LOOP_EVENTS];	/* of this round; a deleted watch is NULL here */
	int nr_events;
};

int loop_create(struct loop **ret)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return -ENOMEM;
	loop->epfd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epfd < 0) {
		int err = -errno;

		free(loop);
		return err;
	}
	list_init(&loop->again);
	list_init(&loop->tasks);
	*ret = loop;
	return 0;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	close(loop->epfd);
	free(loop);
}

void loop_set_net(struct loop *loop, struct net *net)
{
	loop->net = net;
}

ktime_t loop_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static int loop_ctl(struct loop *loop, struct loop_watch *w, int op)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = w };

	if (!w->on_demand || w->wants_room)
		ev.events |= EPOLLOUT;
	return epoll_ctl(loop->epfd, op, w->fd, &ev) ? -errno : 0;
}

int loop_watch_add(struct loop *loop, struct loop_watch *w)
{
	list_init(&w->again);
	w->again_events = 0;
	w->wants_room = false;
	return loop_ctl(loop, w, EPOLL_CTL_ADD);
}

void loop_want_room(struct loop *loop, struct loop_watch *w)
{
	if (w->wants_room || !w->on_demand)
		return;
	w->wants_room = true;
	loop_ctl(loop, w, EPOLL_CTL_MOD);
}

void loop_always_room(struct loop *loop, struct loop_watch *w)
{
	w->on_demand = false;
	w->wants_room = false;
	loop_ctl(loop, w, EPOLL_CTL_MOD);
}

static void loop_found_room(struct loop *loop, struct loop_watch *w)
{
	if (!w->wants_room)
		return;
	w->wants_room = false;
	loop_ctl(loop, w, EPOLL_CTL_MOD);
}

void loop_watch_del(struct loop *loop, struct loop_watch *w)
{
	if (!w->again.next)
		return;
	epoll_ctl(loop->epfd, EPOLL_CTL_DEL, w->fd, NULL);
	list_del(&w->again);
	w->again.next = NULL;
	for (int i = 0; i < loop->nr_events; i++)
		if (loop->events[i].data.ptr == w)
			loop->events[i].data.ptr = NULL;
}

void loop_again(struct loop *loop, struct loop_watch *w, uint32_t events)
{
	w->again_events |= events;
	if (list_empty(&w->again))
		list_add_tail(&w->again, &loop->again);
}

void loop_rest(struct loop *loop, ktime_t ns)
{
	loop->rest = ns;
}

void loop_task_init(struct loop_task *t, void (*fn)(struct loop_task *t))
{
	list_init(&t->list);
	t->fn = fn;
}

void loop_task_add(struct loop *loop, struct loop_task *t)
{
	if (list_empty(&t->list))
		list_add_tail(&t->list, &loop->tasks);
}

void loop_task_del(struct loop_task *t)
{
	list_del(&t->list);
}

/* How long to sleep at most. NULL: for good. */
static const struct timespec *loop_timeout(const struct loop *loop, struct timespec *ret)
{
	ktime_t next, wait;

	*ret = (struct timespec){ 0 };
	if (!list_empty(&loop->again) || !list_empty(&loop->tasks))
		return ret;
	next = net_next_timer(loop->net);
	if (next == KTIME_MAX)
		return NULL;
	wait = max(next - loop_now(), (ktime_t)0);
	ret->tv_sec = wait / NSEC_PER_SEC;
	ret->tv_nsec = wait % NSEC_PER_SEC;
	return ret;
}

/* The watches that asked to be called again before this round. */
static void loop_run_again(struct loop *loop)
{
	struct list_head now = LIST_HEAD_INIT(now);

	list_splice_tail(&loop->again, &now);
	while (!list_empty(&now)) {
		struct loop_watch *w = list_first_entry(&now, struct loop_watch, again);
		uint32_t events = w->again_events;

		list_del(&w->again);
		w->again_events = 0;
		w->ready(w, events);
	}
}

static void loop_run_events(struct loop *loop)
{
	for (int i = 0; i < loop->nr_events; i++) {
		struct loop_watch *w = loop->events[i].data.ptr;

		if (!w)
			continue;
		if (loop->events[i].events & EPOLLOUT)
			loop_found_room(loop, w);
		w->ready(w, loop->events[i].events);
	}
	loop->nr_events = 0;
}

/*
 * Tasks may make the stack work (a byte sent), and that may make tasks (a byte received, by lo). Two who send to each
 * other as fast as they can must not keep time, the devices and all others waiting: what is left is for the next round.
 */
static void loop_run_tasks(struct loop *loop)
{
	unsigned passes = 0;

	do {
		struct list_head now = LIST_HEAD_INIT(now);

		list_splice_tail(&loop->tasks, &now);
		while (!list_empty(&now)) {
			struct loop_task *t = list_first_entry(&now, struct loop_task, list);

			list_del(&t->list);
			t->fn(t);
		}
		net_run_batch(loop->net);
	} while (!list_empty(&loop->tasks) && ++passes < TASK_PASSES);
}

/* A rest that was asked for, unless there is something to do. A signal ends it: one may mean "stop". */
static void loop_take_rest(struct loop *loop)
{
	struct timespec ts = { .tv_nsec = loop->rest };

	if (loop->rest && list_empty(&loop->again) && list_empty(&loop->tasks))
		clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL);
	loop->rest = 0;
}

int loop_run(struct loop *loop)
{
	loop->stop = false;
	while (!loop->stop) {
		struct timespec ts;
		const struct timespec *timeout = loop_timeout(loop, &ts);
		int n = epoll_pwait2(loop->epfd, loop->events, LOOP_EVENTS, timeout, NULL);

		if (n < 0 && errno != EINTR)
			return -errno;
		loop->nr_events = max(n, 0);
		net_advance(loop->net, loop_now());
		loop_run_again(loop);
		loop_run_events(loop);
		/* What the network waits for goes first: it goes on while the applications are served. */
		net_run_batch(loop->net);
		loop_run_tasks(loop);
		loop_take_rest(loop);
	}
	return 0;
}

void loop_stop(struct loop *loop)
{
	loop->stop = true;
}
