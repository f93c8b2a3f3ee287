/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event loop: one thread, epoll, edge-triggered. Each round: wait (until the stack's next timer at
 * the latest), take the time, call the watches that are ready, then the tasks that were put off, then
 * finish the stack's batch. A watch that stops before its descriptor would block asks for loop_again().
 */
#ifndef NLSERVER_LOOP_H
#define NLSERVER_LOOP_H

#include "stack/core/net.h"

struct loop;

struct loop_watch {
	int fd;
	/* @events: EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP, EPOLLERR as epoll(7) reports them */
	void (*ready)(struct loop_watch *w, uint32_t events);
	bool on_demand;			/* EPOLLOUT is reported when loop_want_room() asked for it only */
	bool wants_room;		/* the loop's own, from here on */
	struct list_head again;
	uint32_t again_events;
};

/*
 * Work for the end of the round, before the stack's batch is finished: once, however often asked.
 */
struct loop_task {
	struct list_head list;
	void (*fn)(struct loop_task *t);
};

/** loop_create - 0 or -errno */
int loop_create(struct loop **ret);
/** loop_free - NULL is fine */
void loop_free(struct loop *loop);
/** loop_set_net - the stack that is run; before loop_run() */
void loop_set_net(struct loop *loop, struct net *net);
/** loop_now - CLOCK_MONOTONIC */
ktime_t loop_now(void);

/**
 * loop_watch_add - watch w->fd for everything, edge-triggered: is called once at the start with
 * what is ready. 0 or -errno
 */
int loop_watch_add(struct loop *loop, struct loop_watch *w);
/**
 * loop_watch_del - before the descriptor is closed; safe from within any callback; harmless when
 * not added
 */
void loop_watch_del(struct loop *loop, struct loop_watch *w);
/**
 * loop_want_room - report EPOLLOUT, once, when there is room: for a watch that has it on demand
 *
 * Whoever writes far less than fits is woken, for nothing, each time that the other side has read. The
 * first report without being asked for does not come either: there is room in the beginning.
 */
void loop_want_room(struct loop *loop, struct loop_watch *w);
/** loop_always_room - report EPOLLOUT whenever it comes from now on */
void loop_always_room(struct loop *loop, struct loop_watch *w);
/** loop_again - call w->ready(w, events) again in the next round, without sleeping in between */
void loop_again(struct loop *loop, struct loop_watch *w, uint32_t events);
/**
 * loop_rest - sleep for @ns (less than a second) before the next round, whatever happens meanwhile, so
 * that it finds more to do at once. Not where somebody asked for loop_again().
 */
void loop_rest(struct loop *loop, ktime_t ns);

/**
 * loop_task_init, _add, _del - @fn runs once, at the end of the round in which it was added; adding
 * or taking away twice is harmless
 */
void loop_task_init(struct loop_task *t, void (*fn)(struct loop_task *t));
void loop_task_add(struct loop *loop, struct loop_task *t);
void loop_task_del(struct loop_task *t);

/** loop_run - until loop_stop() */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

#endif
