/* SPDX-License-Identifier: BSD-2-Clause */
/* Drivers are a floor below the server and know no epoll: this translates. */
#include "nlserver/driver_loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

struct driver_glue {
	struct loop_watch watch;
	struct driver_watch *driver;
};

static void glue_ready(struct loop_watch *w, uint32_t events)
{
	struct driver_watch *driver = container_of(w, struct driver_glue, watch)->driver;

	driver->ready(driver, events & EPOLLIN, events & EPOLLOUT, events & (EPOLLHUP | EPOLLRDHUP | EPOLLERR));
}

static int glue_add(void *ctx, struct driver_watch *driver)
{
	struct driver_glue *glue = calloc(1, sizeof(*glue));
	int err;

	if (!glue)
		return -ENOMEM;
	glue->watch = (struct loop_watch){ .fd = driver->fd, .ready = glue_ready, .on_demand = true };
	glue->driver = driver;
	err = loop_watch_add(ctx, &glue->watch);
	if (err) {
		free(glue);
		return err;
	}
	driver->loop_priv = glue;
	return 0;
}

static void glue_del(void *ctx, struct driver_watch *driver)
{
	struct driver_glue *glue = driver->loop_priv;

	if (!glue)
		return;
	loop_watch_del(ctx, &glue->watch);
	driver->loop_priv = NULL;
	free(glue);
}

static void glue_again(void *ctx, struct driver_watch *driver)
{
	struct driver_glue *glue = driver->loop_priv;

	loop_again(ctx, &glue->watch, EPOLLIN);
}

static void glue_want_room(void *ctx, struct driver_watch *driver)
{
	struct driver_glue *glue = driver->loop_priv;

	loop_want_room(ctx, &glue->watch);
}

static void glue_rest(void *ctx, ktime_t ns)
{
	loop_rest(ctx, ns);
}

void driver_loop_init(struct driver_loop *dl, struct loop *loop)
{
	*dl = (struct driver_loop){
		.ctx = loop, .add = glue_add, .del = glue_del, .again = glue_again,
		.want_room = glue_want_room, .rest = glue_rest,
	};
}
