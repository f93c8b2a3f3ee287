/* SPDX-License-Identifier: BSD-2-Clause */
/* Neighbour tables: finding, growing, deleting, and what goes with a device. */
#include "stack/link/neighbour.h"

#include <errno.h>
#include <sys/socket.h>

#include "stack/link/ethernet.h"
#include "tests/unit/neighrig.h"

static void test_table_finds_by_address_and_device(void **state)
{
	struct net_device *other = testdev_create(rig.net, "t1", 0);
	union inaddr key = addr(1), refused = addr(254 << 16);
	struct neighbour *neigh, *found;

	(void)state;
	assert_null(neigh_lookup(&rig.tbl, &key, rig.dev));
	neigh = make(1);
	found = make(1);
	assert_ptr_equal(found, neigh);
	neigh_release(found);
	found = neigh_lookup(&rig.tbl, &key, rig.dev);
	assert_ptr_equal(found, neigh);
	neigh_release(found);
	assert_null(neigh_lookup(&rig.tbl, &key, other));
	assert_null(neigh_create(&rig.tbl, &refused, rig.dev));
	assert_int_equal(rig.tbl.entries, 1);
	assert_ptr_equal(neigh_table_find(rig.net, AF_INET), &rig.tbl);
	assert_null(neigh_table_find(rig.net, AF_INET6));
	neigh_release(neigh);
	neigh_release(NULL);
}

static int count_entry(struct neighbour *neigh, void *arg)
{
	unsigned *count = arg;

	(void)neigh;
	return ++*count == 300 ? 77 : 0;
}

static void test_table_grows_and_is_walked(void **state)
{
	unsigned count = 0;

	(void)state;
	for (uint32_t i = 0; i < 500; i++)
		neigh_release(make(i));
	assert_true(rig.tbl.hash_mask >= 255);
	assert_int_equal(neigh_walk(&rig.tbl, count_entry, &count), 77);
	assert_int_equal(count, 300);
	assert_int_equal(neigh_walk(&rig.tbl, count_entry, &count), 0);
	assert_int_equal(count, 800);
	for (uint32_t i = 0; i < 500; i++) {
		union inaddr key = addr(i);
		struct neighbour *neigh = neigh_lookup(&rig.tbl, &key, rig.dev);

		assert_non_null(neigh);
		neigh_release(neigh);
	}
}

static void test_delete_takes_out_what_others_still_hold(void **state)
{
	struct neighbour *neigh = make_reachable(1);
	union inaddr key = addr(1);

	(void)state;
	assert_int_equal(neigh_delete(&rig.tbl, &key, rig.dev), 0);
	assert_int_equal(rig.nr_news, 2);
	assert_int_equal(rig.news[0].type, EVENT_NEIGH_UPDATE);
	assert_int_equal(rig.news[0].nud_state, NUD_FAILED);
	assert_int_equal(rig.news[1].type, EVENT_NEIGH_DEL);
	assert_int_equal(neigh_delete(&rig.tbl, &key, rig.dev), -ENOENT);
	assert_true(neigh->dead);
	assert_int_equal(send_one(neigh), -ENETDOWN);
	neigh_probe(neigh);
	assert_int_equal(neigh_update(neigh, ha1, NUD_REACHABLE, NEIGH_UPDATE_F_ADMIN), -ENODEV);
	assert_int_equal(rig.net->timers.count, 0);
	neigh_release(neigh);
}

static void test_delete_drops_what_waits(void **state)
{
	struct neighbour *neigh = make(1);
	union inaddr key = addr(1);

	(void)state;
	send_one(neigh);
	neigh_release(neigh);
	assert_int_equal(neigh_delete(&rig.tbl, &key, rig.dev), 0);
	assert_int_equal(rig.errors, 1);
	assert_int_equal(rig.net->pool.skbs_out, 0);
}

static void test_device_takes_its_entries_along(void **state)
{
	static const uint8_t new_addr[ETH_ALEN] = { 2, 1 };
	struct net_device *other = testdev_create(rig.net, "t1", 0);
	union inaddr on_other = addr(9), permanent = addr(2);
	struct neighbour *waiting;

	(void)state;
	for (unsigned what = 0; what < 5; what++) {
		neigh_release(make_reachable(1));
		neigh_release(make_permanent(2));
		neigh_release(neigh_create(&rig.tbl, &on_other, other));
		waiting = make(3);
		send_one(waiting);
		neigh_release(waiting);
		assert_int_equal(rig.tbl.entries, 4);
		switch (what) {
		case 0:
			netdev_change_flags(rig.dev, 0, IFF_UP, NULL);
			netdev_change_flags(rig.dev, IFF_UP, IFF_UP, NULL);
			break;
		case 1:
			netdev_set_address(rig.dev, new_addr, ETH_ALEN, NULL);
			break;
		case 2:
			netdev_set_carrier(rig.dev, false);
			netdev_set_carrier(rig.dev, true);
			/* The permanent one stays. */
			assert_int_equal(rig.tbl.entries, 2);
			neigh_delete(&rig.tbl, &permanent, rig.dev);
			break;
		case 3:
			netdev_change_flags(rig.dev, IFF_NOARP, IFF_NOARP, NULL);
			netdev_change_flags(rig.dev, 0, IFF_NOARP, NULL);
			break;
		case 4:
			netdev_unregister(rig.dev);
			break;
		}
		assert_int_equal(rig.tbl.entries, 1);
		assert_int_equal(rig.net->timers.count, 0);
	}
	rig.dev = other;
}

static void set(struct neigh_parms *p, uint32_t *field, uint32_t value)
{
	*field = value;
	neigh_parms_changed(p, field);
}

static void test_parameters_of_a_device_follow_the_tables_until_set(void **state)
{
	struct neigh_parms *dflt = &rig.tbl.parms, *own = neigh_parms_get(&rig.tbl, rig.dev);
	struct net_device *other = testdev_create(rig.net, "t1", 0);
	struct neighbour *neigh = make(1);

	(void)state;
	assert_ptr_not_equal(own, dflt);
	assert_ptr_equal(neigh->parms, own);
	assert_ptr_equal(neigh_parms_get(&rig.tbl, rig.dev), own);
	assert_ptr_equal(neigh_parms_get(&rig.tbl, NULL), dflt);
	set(dflt, &dflt->retrans_time, 700);
	assert_int_equal(own->retrans_time, 700);
	set(own, &own->retrans_time, 300);
	set(dflt, &dflt->retrans_time, 800);
	set(dflt, &dflt->ucast_probes, 7);
	assert_int_equal(own->retrans_time, 300);
	assert_int_equal(own->ucast_probes, 7);
	/* A device that comes later begins with what the table says, and knows nothing of the other's. */
	assert_int_equal(neigh_parms_get(&rig.tbl, other)->retrans_time, 800);
	set(dflt, &dflt->retrans_time, 900);
	assert_int_equal(neigh_parms_get(&rig.tbl, other)->retrans_time, 900);
	neigh_release(neigh);
}

static void test_parameters_go_with_their_device(void **state)
{
	struct net_device *other = testdev_create(rig.net, "t1", 0);

	(void)state;
	neigh_parms_get(&rig.tbl, other)->app_probes = 9;
	assert_false(list_empty(&rig.tbl.dev_parms));
	netdev_unregister(other);
	assert_true(list_empty(&rig.tbl.dev_parms));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, neigh_rig_setup, neigh_rig_teardown)
		TEST(test_table_finds_by_address_and_device),
		TEST(test_table_grows_and_is_walked),
		TEST(test_delete_takes_out_what_others_still_hold),
		TEST(test_delete_drops_what_waits),
		TEST(test_device_takes_its_entries_along),
		TEST(test_parameters_of_a_device_follow_the_tables_until_set),
		TEST(test_parameters_go_with_their_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
