/* SPDX-License-Identifier: BSD-2-Clause */
/* The timer wheel against a plain array of timers that is searched for what is due. */
#include "stack/core/timer.h"

#include <string.h>

#include "stack/lib/util.h"
#include "tests/unit/testnet.h"

#define TIMERS 200

/* A timer, and what the model knows of it. */
struct model {
	struct timer timer;
	struct rig *rig;
	bool pending;
	uint64_t tick;	/* to fire at */
	uint64_t order; /* of being set */
	ktime_t again;	/* the callback sets it anew, so much later; 0: not */
};

struct rig {
	struct timer_wheel wheel;
	ktime_t now;
	uint64_t next_order;
	uint64_t last_tick, last_order; /* of what fired last in this advance */
	unsigned fired;
	struct model timers[TIMERS];
};

static void set(struct rig *rig, struct model *m, ktime_t expires)
{
	timer_set(&rig->wheel, &m->timer, expires);
	m->pending = true;
	m->tick = expires <= 0 ? 0 : DIV_ROUND_UP(expires, TIMER_GRANULE);
	m->order = rig->next_order++;
}

/*
 * It was due, it is not early, and nothing that is due sooner or was set sooner is still to come.
 */
static void fired(struct timer *t)
{
	struct model *m = container_of(t, struct model, timer);
	struct rig *rig = m->rig;

	assert_true(m->pending);
	assert_false(timer_pending(t));
	assert_true(t->expires <= rig->now);
	if (m->tick == rig->last_tick)
		assert_true(m->order > rig->last_order);
	else
		assert_true(m->tick > rig->last_tick || !rig->fired);
	rig->last_tick = m->tick;
	rig->last_order = m->order;
	rig->fired++;
	m->pending = false;
	if (m->again)
		set(rig, m, rig->now + m->again);
}

static void rig_init(struct rig *rig, ktime_t now)
{
	memset(rig, 0, sizeof(*rig));
	rig->now = now;
	timer_wheel_init(&rig->wheel, now);
	for (unsigned i = 0; i < TIMERS; i++) {
		rig->timers[i].rig = rig;
		timer_init(&rig->timers[i].timer, fired);
	}
}

static void advance(struct rig *rig, ktime_t now)
{
	ktime_t earliest = KTIME_MAX;
	unsigned pending = 0;

	rig->now = now;
	rig->fired = 0;
	rig->last_tick = 0;
	timer_wheel_advance(&rig->wheel, now);
	for (unsigned i = 0; i < TIMERS; i++) {
		struct model *m = &rig->timers[i];

		assert_int_equal(timer_pending(&m->timer), m->pending);
		if (!m->pending)
			continue;
		/* At most one granule late. */
		assert_true(m->tick > (uint64_t)(now / TIMER_GRANULE));
		earliest = min(earliest, m->timer.expires);
		pending++;
	}
	assert_int_equal(rig->wheel.count, pending);
	if (pending)
		assert_true(timer_wheel_next(&rig->wheel) <= earliest + TIMER_GRANULE);
	else
		assert_true(timer_wheel_next(&rig->wheel) == KTIME_MAX);
}

static void rig_exit(struct rig *rig)
{
	for (unsigned i = 0; i < TIMERS; i++)
		timer_cancel(&rig->wheel, &rig->timers[i].timer);
	assert_int_equal(rig->wheel.count, 0);
	for (unsigned level = 0; level < TIMER_LEVELS; level++)
		assert_int_equal(rig->wheel.occupied[level], 0);
	assert_true(timer_wheel_next(&rig->wheel) == KTIME_MAX);
}

/* Delays of every magnitude, from less than a granule to more than the wheel's reach. */
static ktime_t random_delay(uint64_t *seed, unsigned max_bits)
{
	return test_random(seed) & ((1ull << test_below(seed, max_bits + 1)) - 1);
}

static void run_random_operations(uint64_t seed, ktime_t start, unsigned delay_bits,
				  unsigned step_bits)
{
	static struct rig rig;

	rig_init(&rig, start);
	for (unsigned step = 0; step < 20000; step++) {
		struct model *m = &rig.timers[test_below(&seed, TIMERS)];

		switch (test_below(&seed, 8)) {
		case 0:
			timer_cancel(&rig.wheel, &m->timer);
			m->pending = false;
			break;
		case 1:
			advance(&rig, rig.now + random_delay(&seed, step_bits));
			break;
		case 2:
			advance(&rig, max(rig.now, min(timer_wheel_next(&rig.wheel),
						       rig.now + (ktime_t)(1ull << step_bits))));
			break;
		default:
			m->again = test_below(&seed, 4)
					   ? 0
					   : 1 + random_delay(&seed, delay_bits) + TIMER_GRANULE;
			set(&rig, m, rig.now + 1 + random_delay(&seed, delay_bits));
		}
	}
	rig_exit(&rig);
}

static void test_timer_wheel_equals_model_for_short_delays(void **state)
{
	(void)state;
	run_random_operations(1, 0, 30, 28);
	run_random_operations(2, 123456789, 25, 22);
}

static void test_timer_wheel_equals_model_for_long_delays(void **state)
{
	(void)state;
	run_random_operations(3, 0, 52, 50);
	run_random_operations(4, 1, 48, 47);
}

/* The wheel's digits roll over at 2^36 ticks: two years. */
static void test_timer_wheel_equals_model_across_its_reach(void **state)
{
	(void)state;
	run_random_operations(5, ((1ll << 36) - 1000) * TIMER_GRANULE, 34, 32);
	run_random_operations(6, ((1ll << 36) - 1000) * TIMER_GRANULE, 58, 50);
}

static void test_timers_of_one_granule_fire_in_order_of_being_set(void **state)
{
	static struct rig rig;
	const ktime_t when = sec_to_ktime(100);

	(void)state;
	rig_init(&rig, 0);
	/*
	 * Some are set far ahead, some when the granule is near: they come from different levels.
	 */
	for (unsigned i = 0; i < TIMERS; i++) {
		set(&rig, &rig.timers[i], when);
		advance(&rig, min(when - TIMER_GRANULE, (ktime_t)(i * sec_to_ktime(1) * 7 / 10)));
	}
	advance(&rig, when);
	assert_int_equal(rig.fired, TIMERS);
	rig_exit(&rig);
}

static void test_timer_never_fires_early(void **state)
{
	static struct rig rig;

	(void)state;
	rig_init(&rig, 0);
	set(&rig, &rig.timers[0], ms_to_ktime(5) + 1);
	advance(&rig, ms_to_ktime(5) + 1);
	assert_int_equal(rig.fired, 0);
	advance(&rig, ms_to_ktime(6));
	assert_int_equal(rig.fired, 1);
	rig_exit(&rig);
}

static void plain_fired(struct timer *t)
{
	struct model *m = container_of(t, struct model, timer);

	m->rig->fired++;
	if (m->again)
		timer_set(&m->rig->wheel, t, 0);
}

static void test_timer_set_in_the_past_fires_at_the_next_advance(void **state)
{
	static struct rig rig;
	struct model *m = &rig.timers[0];

	(void)state;
	rig_init(&rig, sec_to_ktime(10));
	timer_init(&m->timer, plain_fired);
	timer_set(&rig.wheel, &m->timer, sec_to_ktime(3));
	assert_true(timer_wheel_next(&rig.wheel) <= sec_to_ktime(10));
	timer_wheel_advance(&rig.wheel, sec_to_ktime(10));
	assert_int_equal(rig.fired, 1);
	rig_exit(&rig);
}

static void test_timer_that_sets_itself_to_the_past_fires_once_an_advance(void **state)
{
	static struct rig rig;
	struct model *m = &rig.timers[0];

	(void)state;
	rig_init(&rig, sec_to_ktime(10));
	timer_init(&m->timer, plain_fired);
	m->again = 1;
	timer_set(&rig.wheel, &m->timer, sec_to_ktime(3));
	for (unsigned i = 1; i <= 3; i++) {
		timer_wheel_advance(&rig.wheel, sec_to_ktime(11));
		assert_int_equal(rig.fired, i);
	}
	rig_exit(&rig);
}

static void cancel_next(struct timer *t)
{
	struct model *m = container_of(t, struct model, timer);

	m->rig->fired++;
	timer_cancel(&m->rig->wheel, &m[1].timer);
}

static void test_timer_may_cancel_another_of_the_same_granule(void **state)
{
	static struct rig rig;

	(void)state;
	rig_init(&rig, 0);
	timer_init(&rig.timers[0].timer, cancel_next);
	timer_set(&rig.wheel, &rig.timers[0].timer, ms_to_ktime(7));
	timer_set(&rig.wheel, &rig.timers[1].timer, ms_to_ktime(7));
	timer_wheel_advance(&rig.wheel, ms_to_ktime(7));
	assert_int_equal(rig.fired, 1);
	assert_false(timer_pending(&rig.timers[1].timer));
	rig_exit(&rig);
}

static void test_timer_next_is_exact_within_a_slot_range(void **state)
{
	static struct rig rig;

	(void)state;
	rig_init(&rig, 0);
	set(&rig, &rig.timers[0], ms_to_ktime(40));
	assert_int_equal(timer_wheel_next(&rig.wheel), ms_to_ktime(40));
	set(&rig, &rig.timers[1], ms_to_ktime(39) - 10);
	assert_int_equal(timer_wheel_next(&rig.wheel), ms_to_ktime(39));
	rig_exit(&rig);
}

/* Sleeping until timer_wheel_next() again and again gets to a far timer in a few rounds. */
static void test_timer_next_leads_to_a_far_timer_quickly(void **state)
{
	static struct rig rig;
	unsigned rounds = 0;

	(void)state;
	rig_init(&rig, 17);
	set(&rig, &rig.timers[0], sec_to_ktime(86400 * 365));
	while (rig.timers[0].pending) {
		advance(&rig, timer_wheel_next(&rig.wheel));
		rounds++;
	}
	assert_in_range(rounds, 1, TIMER_LEVELS);
	rig_exit(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timer_wheel_equals_model_for_short_delays),
		cmocka_unit_test(test_timer_wheel_equals_model_for_long_delays),
		cmocka_unit_test(test_timer_wheel_equals_model_across_its_reach),
		cmocka_unit_test(test_timers_of_one_granule_fire_in_order_of_being_set),
		cmocka_unit_test(test_timer_never_fires_early),
		cmocka_unit_test(test_timer_set_in_the_past_fires_at_the_next_advance),
		cmocka_unit_test(test_timer_that_sets_itself_to_the_past_fires_once_an_advance),
		cmocka_unit_test(test_timer_may_cancel_another_of_the_same_granule),
		cmocka_unit_test(test_timer_next_is_exact_within_a_slot_range),
		cmocka_unit_test(test_timer_next_leads_to_a_far_timer_quickly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
