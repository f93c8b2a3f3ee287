/* SPDX-License-Identifier: BSD-2-Clause */
/* Neighbour proxies: for whom we answer, and how long an answer waits. */
#include "stack/link/neighbour.h"

#include <errno.h>

#include "tests/unit/neighrig.h"

static void fake_redo(struct neigh_table *tbl, struct sk_buff *skb)
{
	(void)tbl;
	rig.redone++;
	skb_free(skb);
}

static void test_proxy_is_found_for_its_device_or_any(void **state)
{
	struct net_device *other = testdev_create(rig.net, "t1", 0);
	union inaddr one = addr(1), two = addr(2);
	struct neigh_proxy *p;

	(void)state;
	p = neigh_proxy_add(&rig.tbl, &one, rig.dev);
	assert_ptr_equal(neigh_proxy_add(&rig.tbl, &one, rig.dev), p);
	assert_ptr_equal(neigh_proxy_find(&rig.tbl, &one, rig.dev), p);
	assert_null(neigh_proxy_find(&rig.tbl, &one, other));
	p = neigh_proxy_add(&rig.tbl, &two, NULL);
	assert_ptr_equal(neigh_proxy_find(&rig.tbl, &two, other), p);
	assert_int_equal(neigh_proxy_del(&rig.tbl, &two, other), -ENOENT);
	assert_int_equal(neigh_proxy_del(&rig.tbl, &two, NULL), 0);
	assert_null(neigh_proxy_find(&rig.tbl, &two, other));
}

static void test_proxy_goes_with_its_device(void **state)
{
	union inaddr one = addr(1), two = addr(2);

	(void)state;
	neigh_proxy_add(&rig.tbl, &one, rig.dev);
	neigh_proxy_add(&rig.tbl, &two, NULL);
	netdev_set_carrier(rig.dev, false);
	assert_non_null(neigh_proxy_find(&rig.tbl, &one, rig.dev));
	netdev_change_flags(rig.dev, 0, IFF_UP, NULL);
	assert_null(neigh_proxy_find(&rig.tbl, &one, rig.dev));
	assert_non_null(neigh_proxy_find(&rig.tbl, &two, rig.dev));
}

static struct sk_buff *request(void)
{
	struct sk_buff *skb = testnet_skb(rig.net, 0, 28);

	skb->dev = rig.dev;
	return skb;
}

static void test_proxy_answers_within_the_delay(void **state)
{
	unsigned halfway;

	(void)state;
	rig.tbl.proxy_redo = fake_redo;
	for (unsigned i = 0; i < 60; i++)
		neigh_proxy_enqueue(&rig.tbl, request());
	assert_int_equal(rig.redone, 0);
	testnet_advance(rig.net, ms_to_ktime(400));
	halfway = rig.redone;
	assert_in_range(halfway, 15, 45);
	testnet_advance(rig.net, ms_to_ktime(401));
	assert_int_equal(rig.redone, 60);
	assert_int_equal(rig.net->timers.count, 0);
}

static void test_proxy_answers_the_request_that_is_due_first(void **state)
{
	(void)state;
	rig.tbl.proxy_redo = fake_redo;
	for (unsigned round = 0; round < 10; round++) {
		rig.redone = 0;
		for (unsigned i = 0; i < 60; i++)
			neigh_proxy_enqueue(&rig.tbl, request());
		/* Of 60 within 800 ms: whichever was asked first. */
		testnet_advance(rig.net, ms_to_ktime(100));
		assert_in_range(rig.redone, 1, 30);
		testnet_advance(rig.net, ms_to_ktime(701));
		assert_int_equal(rig.redone, 60);
	}
}

static void test_proxy_queue_has_a_limit(void **state)
{
	(void)state;
	rig.tbl.proxy_redo = fake_redo;
	rig.tbl.parms.proxy_qlen = 10;
	for (unsigned i = 0; i < 20; i++)
		neigh_proxy_enqueue(&rig.tbl, request());
	assert_int_equal(rig.tbl.proxy_queue.qlen, 11); /* as the kernel counts */
	assert_int_equal(rig.dev->drops[DROP_NEIGH_QUEUE_FULL], 9);
}

static void test_proxy_without_delay_answers_at_once(void **state)
{
	(void)state;
	rig.tbl.proxy_redo = fake_redo;
	rig.tbl.parms.proxy_delay = 0;
	neigh_proxy_enqueue(&rig.tbl, request());
	testnet_advance(rig.net, ms_to_ktime(1));
	assert_int_equal(rig.redone, 1);
}

static void test_proxy_request_goes_with_its_device(void **state)
{
	(void)state;
	rig.tbl.proxy_redo = fake_redo;
	neigh_proxy_enqueue(&rig.tbl, request());
	netdev_change_flags(rig.dev, 0, IFF_UP, NULL);
	testnet_advance(rig.net, sec_to_ktime(2));
	assert_int_equal(rig.redone, 0);
	assert_int_equal(rig.net->pool.skbs_out, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, neigh_rig_setup, neigh_rig_teardown)
		TEST(test_proxy_is_found_for_its_device_or_any),
		TEST(test_proxy_goes_with_its_device),
		TEST(test_proxy_answers_within_the_delay),
		TEST(test_proxy_answers_the_request_that_is_due_first),
		TEST(test_proxy_queue_has_a_limit),
		TEST(test_proxy_without_delay_answers_at_once),
		TEST(test_proxy_request_goes_with_its_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
