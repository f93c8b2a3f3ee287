/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct net: one instance of the stack. It is passed first everywhere; there are no globals. One
 * thread owns it. Time and randomness are injected: the same inputs give the same outputs, bit for bit.
 *
 * Who owns a net runs it so:
 *	net_advance(net, now)		time passes; timers fire
 *	netdev->ops->poll / calls	frames come in, sockets are called
 *	net_run_batch(net)		deferred work (acknowledgements), then queued frames are pushed out;
 *	net_finish_batch(net)		or, with no more to bring, what is held back for the next batch, too
 *	net_next_timer(net)		when to come back at the latest
 */
#ifndef STACK_CORE_NET_H
#define STACK_CORE_NET_H

#include "stack/core/mib.h"
#include "stack/core/skb_pool.h"
#include "stack/core/timer.h"
#include "stack/lib/log.h"
#include "stack/lib/siphash.h"

struct net;
struct net_device;
struct sk_buff;
struct capture_tap;
struct inet_config_ops;
struct inet_af_ops;
struct inet_protocol;

/* What the owner injects. */
struct net_params {
	ktime_t now;
	/* Fill @buf with @len unpredictable bytes (or, in a test, seeded ones). */
	void (*random)(void *ctx, void *buf, size_t len);
	void *random_ctx;
	struct logger log;
};

/* Work put off to the end of a batch of frames: one acknowledgement for many segments. */
struct net_work {
	struct list_head list;
	bool held;
	void (*fn)(struct net *net, struct net_work *work);
};

#define NETDEV_HASH_BITS 8

struct net {
	ktime_t now;			/* the time of the current batch */
	struct timer_wheel timers;
	struct skb_pool pool;
	struct logger log;
	void (*random_fn)(void *ctx, void *buf, size_t len);
	void *random_ctx;
	uint8_t random_buf[256];
	unsigned random_left;
	struct siphash_key secret;	/* for hash tables */
	uint64_t mib[MIB_MAX];

	struct list_head listeners;	/* event_listener */
	struct list_head work;		/* net_work */
	struct list_head held;		/* net_work */
	ktime_t held_until;		/* the first of them */
	bool settled;			/* this batch ends with nothing held */
	struct list_head taps;		/* capture_tap */

	struct list_head devs;		/* net_device, in order of ifindex */
	struct hlist_head dev_by_index[1 << NETDEV_HASH_BITS];
	struct hlist_head dev_by_name[1 << NETDEV_HASH_BITS];
	struct list_head tx_devs;	/* devices with frames queued in their driver */
	int last_ifindex;
	struct list_head ptypes;	/* packet_type: ethertype handlers */
	struct list_head link_kinds;	/* link_kind */
	struct list_head gso_ops;	/* gso_ops */
	struct net_device *loopback;
	const struct inet_config_ops *config[2];	/* by inet_config_register() */
	const struct inet_af_ops *af[2];		/* by inet_af_register() */
	const struct inet_protocol *protocols[256];	/* by inet_protocol_register() */

	/* The floors above hang their state here; each knows only its own. */
	struct neigh_net *neigh;
	struct ipv4_net *ipv4;
	struct ipv6_net *ipv6;
	struct transport_net *transport;
	struct tcp_net *tcp;
	struct inet_net *inet;
};

/**
 * net_create - an empty instance: no device, no protocol (see stack/inet/stack.h for a whole one)
 * Return: NULL when memory is short
 */
struct net *net_create(const struct net_params *params);

/** net_destroy - the floors above have been taken down; unregisters what devices are left */
void net_destroy(struct net *net);

/**
 * net_advance - time is @now (never runs backwards: an earlier time is ignored); fires due timers
 */
void net_advance(struct net *net, ktime_t now);

/** net_next_timer - absolute time of the next timer, or KTIME_MAX */
ktime_t net_next_timer(const struct net *net);

/** net_defer - run @work at the end of this batch; harmless when it is queued already */
void net_defer(struct net *net, struct net_work *work);
/**
 * net_hold - run @work at @until (absolute), or some time before: what comes meanwhile may make it
 * needless. It may hold itself again; net_defer() has it run at the end of this batch after all
 *
 * A timer is later by up to TIMER_GRANULE, where this is on time.
 *
 * Return: false: it is not held, as @until is over or the batch is one to be finished.
 */
bool net_hold(struct net *net, struct net_work *work, ktime_t until);
/** net_work_init, net_work_cancel - an object with work queued cancels it in its destructor */
void net_work_init(struct net_work *work, void (*fn)(struct net *net, struct net_work *work));
void net_work_cancel(struct net_work *work);

/** net_run_batch - run deferred work until none is left, then flush the devices' queues */
void net_run_batch(struct net *net);
/** net_finish_batch - the same, and work is not held: nothing will come that could make it needless */
void net_finish_batch(struct net *net);

/**
 * net_random - fill @buf with unpredictable bytes; net_random_u32 and _below: numbers (below @n, n
 * > 0, unbiased)
 */
void net_random(struct net *net, void *buf, size_t len);
uint32_t net_random_u32(struct net *net);
uint32_t net_random_below(struct net *net, uint32_t n);

/* Timers by net, as nearly all callers have one. */
static inline void net_timer_set(struct net *net, struct timer *t, ktime_t expires)
{
	timer_set(&net->timers, t, expires);
}

static inline void net_timer_cancel(struct net *net, struct timer *t)
{
	timer_cancel(&net->timers, t);
}

#endif
