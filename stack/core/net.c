/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct net: its life, its time, its randomness, and the end of each batch. Called by whoever owns
 * the instance: the server's loop, an application, the simulator.
 */
#include "stack/core/net.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "stack/core/netdevice.h"

/* Deferred work that makes work: so much is run in one batch before frames are pushed out. */
#define NET_BATCH_WORK_MAX 10000

struct net *net_create(const struct net_params *params)
{
	struct net *net = calloc(1, sizeof(*net));

	if (!net)
		return NULL;
	net->now = params->now;
	net->log = params->log;
	net->random_fn = params->random;
	net->random_ctx = params->random_ctx;
	timer_wheel_init(&net->timers, net->now);
	skb_pool_init(&net->pool);
	list_init(&net->listeners);
	list_init(&net->work);
	list_init(&net->held);
	list_init(&net->taps);
	list_init(&net->devs);
	list_init(&net->tx_devs);
	list_init(&net->ptypes);
	list_init(&net->link_kinds);
	list_init(&net->gso_ops);
	net_random(net, &net->secret, sizeof(net->secret));
	return net;
}

void net_destroy(struct net *net)
{
	if (!net)
		return;
	while (!list_empty(&net->devs))
		netdev_unregister(list_last_entry(&net->devs, struct net_device, list));
	assert(list_empty(&net->work) && list_empty(&net->held) && !net->timers.count);
	skb_pool_exit(&net->pool);
	free(net);
}

/* Time ---------------------------------------------------------------------------------------- */

void net_advance(struct net *net, ktime_t now)
{
	if (now > net->now)
		net->now = now;
	timer_wheel_advance(&net->timers, net->now);
}

ktime_t net_next_timer(const struct net *net)
{
	ktime_t next = timer_wheel_next(&net->timers);

	if (!list_empty(&net->work) || !list_empty(&net->tx_devs))
		return net->now;
	return list_empty(&net->held) ? next : min(next, net->held_until);
}

/* The end of a batch -------------------------------------------------------------------------- */

void net_work_init(struct net_work *work, void (*fn)(struct net *net, struct net_work *work))
{
	list_init(&work->list);
	work->held = false;
	work->fn = fn;
}

void net_work_cancel(struct net_work *work)
{
	list_del(&work->list);
}

void net_defer(struct net *net, struct net_work *work)
{
	if (work->held) {
		list_del(&work->list);
		work->held = false;
	}
	if (list_empty(&work->list))
		list_add_tail(&work->list, &net->work);
}

bool net_hold(struct net *net, struct net_work *work, ktime_t until)
{
	if (net->settled || until <= net->now)
		return false;
	if (list_empty(&net->held) || until < net->held_until)
		net->held_until = until;
	work->held = true;
	list_move_tail(&work->list, &net->held);
	return true;
}

/* What is still there after the limit stays queued: net_next_timer() then says "now". */
static void run_work(struct net *net)
{
	for (unsigned n = 0; n < NET_BATCH_WORK_MAX && !list_empty(&net->work); n++) {
		struct net_work *work = list_first_entry(&net->work, struct net_work, list);

		list_del(&work->list);
		work->fn(net, work);
	}
}

static void flush_devices(struct net *net)
{
	struct list_head devs;

	list_init(&devs);
	list_splice_tail(&net->tx_devs, &devs);
	while (!list_empty(&devs)) {
		struct net_device *dev = list_first_entry(&devs, struct net_device, tx_pending);

		list_del(&dev->tx_pending);
		dev->ops->flush(dev);
	}
}

static void release_held(struct net *net)
{
	while (!list_empty(&net->held))
		net_defer(net, list_first_entry(&net->held, struct net_work, list));
}

void net_run_batch(struct net *net)
{
	if (net->now >= net->held_until)
		release_held(net);
	run_work(net);
	flush_devices(net);
}

void net_finish_batch(struct net *net)
{
	net->settled = true;
	release_held(net);
	run_work(net);
	flush_devices(net);
	net->settled = false;
}

/* Randomness ---------------------------------------------------------------------------------- */

void net_random(struct net *net, void *buf, size_t len)
{
	uint8_t *p = buf;

	if (len > sizeof(net->random_buf)) {
		net->random_fn(net->random_ctx, buf, len);
		return;
	}
	while (len) {
		size_t n;

		if (!net->random_left) {
			net->random_fn(net->random_ctx, net->random_buf, sizeof(net->random_buf));
			net->random_left = sizeof(net->random_buf);
		}
		n = min(len, (size_t)net->random_left);
		net->random_left -= n;
		memcpy(p, net->random_buf + net->random_left, n);
		/* What was given out must not be found here later. */
		memset(net->random_buf + net->random_left, 0, n);
		p += n;
		len -= n;
	}
}

uint32_t net_random_u32(struct net *net)
{
	uint32_t v;

	net_random(net, &v, sizeof(v));
	return v;
}

/*
 * Lemire, "Fast random integer generation in an interval" (2019): no division but in the rare case.
 */
uint32_t net_random_below(struct net *net, uint32_t n)
{
	uint64_t product = (uint64_t)net_random_u32(net) * n;

	if (unlikely((uint32_t)product < n)) {
		uint32_t threshold = -n % n;

		while ((uint32_t)product < threshold)
			product = (uint64_t)net_random_u32(net) * n;
	}
	return product >> 32;
}
