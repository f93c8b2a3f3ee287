/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drivers: link kinds over a descriptor that the stack was given. They make system calls on it, and need
 * to know when it is ready: whoever owns the event loop gives them struct driver_loop.
 */
#ifndef STACK_DRIVER_DRIVER_H
#define STACK_DRIVER_DRIVER_H

#include "stack/core/netdevice.h"

/* A descriptor that is watched, edge-triggered. */
struct driver_watch {
	int fd;
	void (*ready)(struct driver_watch *w, bool readable, bool writable, bool hangup);
	void *loop_priv;
};

struct driver_loop {
	void *ctx;
	int (*add)(void *ctx, struct driver_watch *w);		/* 0 or -errno */
	void (*del)(void *ctx, struct driver_watch *w);
	/* Call w->ready(w, true, …) again in the next round: the driver stopped at its budget. */
	void (*again)(void *ctx, struct driver_watch *w);
	/* Call w->ready(w, …, true, …), once, when there is room for what w->fd did not take. */
	void (*want_room)(void *ctx, struct driver_watch *w);
	/* Optional: let @ns pass before the next round, as so much comes that what comes then is worth one. */
	void (*rest)(void *ctx, ktime_t ns);
};

/**
 * driver_dev_start - the last steps of a driver's newlink: settings, watch, registration, carrier
 * @dev: not registered yet; its descriptor is @watch->fd
 * Return: 0; or -errno, and @dev is freed, as its netdev_ops.destroy does it
 */
int driver_dev_start(struct net_device *dev, const struct link_params *params,
		     const struct driver_loop *loop, struct driver_watch *watch, struct extack *ack);

/**
 * driver_kinds_add - register packet, tap and stream with @net; @loop outlives the net; 0 or
 * -ENOMEM
 */
int driver_kinds_add(struct net *net, const struct driver_loop *loop);
void driver_kinds_del(struct net *net);

#endif
