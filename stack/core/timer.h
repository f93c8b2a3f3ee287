/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Timers: a hierarchical wheel (Varghese and Lauck, 1987) of 1 ms granularity. Adding, changing and
 * deleting are O(1). A timer never fires early; it fires at most one granule late when the wheel is
 * advanced in time. Timers that expire in the same granule fire in the order of being set.
 *
 * A timer lives in the object that it serves, and that object's destructor cancels it.
 */
#ifndef STACK_CORE_TIMER_H
#define STACK_CORE_TIMER_H

#include "stack/lib/ktime.h"
#include "stack/lib/list.h"

#define TIMER_GRANULE	   NSEC_PER_MSEC
#define TIMER_LEVELS	   6
#define TIMER_SLOT_BITS	   6
#define TIMER_SLOTS	   (1 << TIMER_SLOT_BITS)

struct timer {
	struct list_head list;
	ktime_t expires;		/* as asked; meaningful while pending */
	uint64_t tick;			/* expires, in granules, rounded up */
	void (*fn)(struct timer *t);
	uint8_t level, slot;
};

struct timer_wheel {
	uint64_t tick;			/* every timer of an earlier or equal tick has fired */
	uint32_t count;			/* timers pending */
	uint64_t occupied[TIMER_LEVELS];/* a bit for each slot that is not empty */
	struct list_head slots[TIMER_LEVELS][TIMER_SLOTS];
	struct list_head due;		/* set to a tick that was over already */
};

/** timer_wheel_init - an empty wheel that stands at @now */
void timer_wheel_init(struct timer_wheel *w, ktime_t now);

/**
 * timer_init - @fn is called with the timer when it expires; it may set it anew, or free its object
 */
void timer_init(struct timer *t, void (*fn)(struct timer *t));

/**
 * timer_set - (re)start @t to fire at @expires (absolute; one in the past fires at the next
 * advance)
 */
void timer_set(struct timer_wheel *w, struct timer *t, ktime_t expires);

/** timer_cancel - harmless when not pending */
void timer_cancel(struct timer_wheel *w, struct timer *t);

static inline bool timer_pending(const struct timer *t) { return !list_empty(&t->list); }

/** timer_wheel_advance - fire all that is due at @now */
void timer_wheel_advance(struct timer_wheel *w, ktime_t now);

/**
 * timer_wheel_next - when to call timer_wheel_advance() next
 * Return: absolute time, not later than the earliest expiry (it may be earlier: a cascade of the
 * wheel); KTIME_MAX when no timer is pending. O(1).
 */
ktime_t timer_wheel_next(const struct timer_wheel *w);

#endif
