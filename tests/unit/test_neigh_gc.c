/* SPDX-License-Identifier: BSD-2-Clause */
/* The garbage collector of a neighbour table: who goes, when, and what a full table does. */
#include "stack/link/neighbour.h"

#include "tests/unit/neighrig.h"

static void fill(uint32_t from, uint32_t n, uint16_t nud)
{
	for (uint32_t i = from; i < from + n; i++) {
		struct neighbour *neigh = make(i);

		neigh_update(neigh, ha1, nud, NEIGH_UPDATE_F_ADMIN);
		neigh_release(neigh);
	}
}

static void test_gc_leaves_a_small_table_alone(void **state)
{
	(void)state;
	fill(0, 127, NUD_STALE);
	testnet_advance(rig.net, sec_to_ktime(3600));
	assert_int_equal(rig.tbl.entries, 127);
	assert_int_equal(rig.net->timers.count, 0); /* nothing is to be done: no timer */
}

static void test_gc_collects_what_was_not_used_for_long(void **state)
{
	struct neighbour *held;
	union inaddr key = addr(7);

	(void)state;
	fill(0, 128, NUD_STALE);
	held = neigh_lookup(&rig.tbl, &key, rig.dev);
	testnet_advance(rig.net, sec_to_ktime(59));
	assert_int_equal(rig.tbl.entries, 128);
	testnet_advance(rig.net, sec_to_ktime(32));
	/* Who refers to one, as routes in use do, sees that it is no longer in the table. */
	assert_int_equal(rig.tbl.entries, 0);
	assert_true(held->dead);
	neigh_release(held);
}

static void test_gc_collects_what_failed_at_once_and_keeps_the_permanent(void **state)
{
	(void)state;
	fill(0, 100, NUD_PERMANENT);
	fill(100, 50, NUD_FAILED);
	fill(150, 20, NUD_STALE);
	testnet_advance(rig.net, sec_to_ktime(31));
	assert_int_equal(rig.tbl.entries, 120);
	assert_int_equal(rig.tbl.gc_entries, 20);
	testnet_advance(rig.net, sec_to_ktime(3600));
	assert_int_equal(rig.tbl.entries, 120); /* fewer than gc_thresh1 by now */
}

static void test_gc_makes_room_in_a_crowded_table(void **state)
{
	(void)state;
	rig.tbl.gc_thresh1 = UINT32_MAX; /* no periodic collection here */
	fill(0, 512, NUD_STALE);
	/* All are too young, and so it goes up to the last threshold. */
	fill(512, 100, NUD_STALE);
	assert_int_equal(rig.tbl.entries, 612);
	testnet_advance(rig.net, sec_to_ktime(6));
	fill(1000, 1, NUD_STALE);
	assert_int_equal(rig.tbl.entries, 513);
	assert_int_equal(rig.net->mib[MIB_NeighTableFulls], 0);
}

static void test_gc_refuses_entries_in_a_full_table(void **state)
{
	union inaddr key = addr(5000);

	(void)state;
	fill(0, 1024, NUD_STALE);
	assert_null(neigh_create(&rig.tbl, &key, rig.dev));
	assert_int_equal(rig.net->mib[MIB_NeighTableFulls], 1);
	assert_int_equal(rig.tbl.entries, 1024);
	/* One that failed makes room. */
	fill(3, 1, NUD_FAILED);
	neigh_release(make(5000));
	assert_int_equal(rig.tbl.entries, 1024);
	key = addr(3);
	assert_null(neigh_lookup(&rig.tbl, &key, rig.dev));
}

/* A stranger who has packets sent to all of a prefix of 64 bits pays for each; we must not. */
static void test_gc_does_not_search_a_full_table_for_each(void **state)
{
	union inaddr key;
	uint64_t runs;

	(void)state;
	fill(0, 1024, NUD_STALE);
	runs = rig.net->mib[MIB_NeighGcRuns];
	for (uint32_t i = 5000; i < 6000; i++) {
		key = addr(i);
		assert_null(neigh_create(&rig.tbl, &key, rig.dev));
	}
	assert_int_equal(rig.net->mib[MIB_NeighGcRuns], runs + 1);
	assert_int_equal(rig.net->mib[MIB_NeighTableFulls], 1000);
	/* Time, or a failure, may have changed it. */
	net_advance(rig.net, rig.net->now + 6 * NSEC_PER_SEC);
	neigh_release(make(5000));
	assert_in_range(rig.tbl.entries, 1, 1024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, neigh_rig_setup, neigh_rig_teardown)
		TEST(test_gc_leaves_a_small_table_alone),
		TEST(test_gc_collects_what_was_not_used_for_long),
		TEST(test_gc_collects_what_failed_at_once_and_keeps_the_permanent),
		TEST(test_gc_makes_room_in_a_crowded_table),
		TEST(test_gc_refuses_entries_in_a_full_table),
		TEST(test_gc_does_not_search_a_full_table_for_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
