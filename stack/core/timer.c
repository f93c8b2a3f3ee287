/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The timer wheel: see timer.h.
 *
 * Theory of operation. Time is counted in ticks (granules), and a tick is read as a number of
 * digits of TIMER_SLOT_BITS each, one for each level. A timer stands on the level of the highest
 * digit in which its tick differs from the wheel's, in the slot of that digit. So all of a level's
 * timers are due before those of the level above; and when the wheel's tick comes to the beginning
 * of a slot of a higher level, its timers are placed anew, further down (a cascade), until they
 * reach level 0, where a slot is one tick. As a slot keeps the order in which it was filled, and is
 * emptied before anything can be placed below it, timers of the same tick fire in the order of
 * being set.
 *
 * The last level is a ring: it takes what is up to 63 of its slots away, whatever the digits above.
 * What is further (two years) waits in its furthest slot, and is placed anew from there.
 *
 * A timer that is set to a tick that is over goes to a list of its own: it fires at the next
 * advance, and not in the one that is going on, so that a callback that sets it again cannot hang
 * the wheel.
 */
#include "stack/core/timer.h"

#define TOP_LEVEL  (TIMER_LEVELS - 1)
#define LEVEL_DUE  TIMER_LEVELS /* timer.level of those on the list of due ones */
#define SLOT_MASK  (TIMER_SLOTS - 1)
#define TICK_NEVER UINT64_MAX

static inline unsigned digit(uint64_t tick, unsigned level)
{
	return tick >> (level * TIMER_SLOT_BITS) & SLOT_MASK;
}

void timer_wheel_init(struct timer_wheel *w, ktime_t now)
{
	*w = (struct timer_wheel){ .tick = now / TIMER_GRANULE };
	list_init(&w->due);
	for (unsigned level = 0; level < TIMER_LEVELS; level++)
		for (unsigned slot = 0; slot < TIMER_SLOTS; slot++)
			list_init(&w->slots[level][slot]);
}

void timer_init(struct timer *t, void (*fn)(struct timer *t))
{
	*t = (struct timer){ .fn = fn };
	list_init(&t->list);
}

/*
 * The level of @tick, which is not before the wheel's; and of the wheel's own tick 0, where it
 * fires.
 */
static unsigned level_of(const struct timer_wheel *w, uint64_t tick)
{
	uint64_t differ = tick ^ w->tick;
	unsigned level = differ ? (63 - __builtin_clzll(differ)) / TIMER_SLOT_BITS : 0;

	return min(level, (unsigned)TOP_LEVEL);
}

/* Put @t, whose tick is not before the wheel's, where it belongs. */
static void place(struct timer_wheel *w, struct timer *t)
{
	uint64_t tick = t->tick;
	uint64_t top = w->tick >> (TOP_LEVEL * TIMER_SLOT_BITS);
	uint64_t furthest = (top + SLOT_MASK) << (TOP_LEVEL * TIMER_SLOT_BITS);

	if (tick > furthest)
		tick = furthest;
	t->level = level_of(w, tick);
	t->slot = digit(tick, t->level);
	list_add_tail(&t->list, &w->slots[t->level][t->slot]);
	w->occupied[t->level] |= 1ull << t->slot;
}

void timer_set(struct timer_wheel *w, struct timer *t, ktime_t expires)
{
	timer_cancel(w, t);
	t->expires = expires;
	t->tick = expires > 0 ? expires / TIMER_GRANULE + (expires % TIMER_GRANULE != 0) : 0;
	w->count++;
	if (t->tick > w->tick) {
		place(w, t);
		return;
	}
	t->level = LEVEL_DUE;
	list_add_tail(&t->list, &w->due);
}

void timer_cancel(struct timer_wheel *w, struct timer *t)
{
	if (!timer_pending(t))
		return;
	list_del(&t->list);
	w->count--;
	if (t->level != LEVEL_DUE && list_empty(&w->slots[t->level][t->slot]))
		w->occupied[t->level] &= ~(1ull << t->slot);
}

/* Empty a slot into @to. */
static void take_slot(struct timer_wheel *w, unsigned level, unsigned slot, struct list_head *to)
{
	list_init(to);
	list_splice_tail(&w->slots[level][slot], to);
	w->occupied[level] &= ~(1ull << slot);
}

static void fire(struct timer_wheel *w, struct list_head *timers)
{
	while (!list_empty(timers)) {
		struct timer *t = list_first_entry(timers, struct timer, list);

		list_del(&t->list);
		w->count--;
		t->fn(t);
	}
}

/*
 * The tick at which the first slot that is not empty begins. All of a level is before all of the
 * next, and within a level but the last, slots are in order: those before the wheel's own digit are
 * empty.
 */
static uint64_t next_tick(const struct timer_wheel *w, unsigned *ret_level)
{
	*ret_level = TOP_LEVEL;
	for (unsigned level = 0; level < TIMER_LEVELS; level++) {
		unsigned shift = level * TIMER_SLOT_BITS;
		unsigned here = digit(w->tick, level);
		uint64_t ring = w->occupied[level];

		if (!ring)
			continue;
		if (here)
			ring = ring >> here | ring << (TIMER_SLOTS - here);
		*ret_level = level;
		return ((w->tick >> shift) + __builtin_ctzll(ring)) << shift;
	}
	return TICK_NEVER;
}

void timer_wheel_advance(struct timer_wheel *w, ktime_t now)
{
	uint64_t target = now / TIMER_GRANULE, tick;
	struct list_head timers;
	unsigned level;

	list_init(&timers);
	list_splice_tail(&w->due, &timers);
	fire(w, &timers);

	while ((tick = next_tick(w, &level)) <= target) {
		w->tick = tick;
		take_slot(w, level, digit(tick, level), &timers);
		if (level == 0) {
			fire(w, &timers);
			continue;
		}
		while (!list_empty(&timers)) {
			struct timer *t = list_first_entry(&timers, struct timer, list);

			list_del(&t->list);
			place(w, t);
		}
	}
	w->tick = max(w->tick, target);
}

ktime_t timer_wheel_next(const struct timer_wheel *w)
{
	unsigned level;
	uint64_t tick;

	if (!list_empty(&w->due))
		return (ktime_t)w->tick * TIMER_GRANULE;
	tick = next_tick(w, &level);
	return tick > KTIME_MAX / TIMER_GRANULE ? KTIME_MAX : (ktime_t)tick * TIMER_GRANULE;
}
