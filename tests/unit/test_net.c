/* SPDX-License-Identifier: BSD-2-Clause */
/* struct net: time, randomness, deferred work, and the small registries that hang from it. */
#include "stack/core/net.h"

#include <string.h>
#include <sys/socket.h>

#include "stack/core/flow.h"
#include "stack/core/inet_config.h"
#include "tests/unit/testnet.h"

static int setup(void **state)
{
	*state = testnet_create();
	return 0;
}

static int teardown(void **state)
{
	testnet_destroy(*state);
	return 0;
}

struct counter {
	struct net_work work;
	unsigned runs;
	bool again;
};

static void count_run(struct net *net, struct net_work *work)
{
	struct counter *c = container_of(work, struct counter, work);

	c->runs++;
	if (c->again)
		net_defer(net, work);
}

static void test_work_runs_once_however_often_it_is_deferred(void **state)
{
	struct counter c = { 0 };

	net_work_init(&c.work, count_run);
	net_defer(*state, &c.work);
	net_defer(*state, &c.work);
	assert_int_equal(c.runs, 0);
	net_finish_batch(*state);
	assert_int_equal(c.runs, 1);
	net_finish_batch(*state);
	assert_int_equal(c.runs, 1);
}

static void test_work_that_is_cancelled_does_not_run(void **state)
{
	struct counter c = { 0 };

	net_work_init(&c.work, count_run);
	net_work_cancel(&c.work);
	net_defer(*state, &c.work);
	net_work_cancel(&c.work);
	net_finish_batch(*state);
	assert_int_equal(c.runs, 0);
}

static void test_work_that_is_held_runs_when_its_time_is_over(void **state)
{
	struct net *net = *state;
	struct counter a = { 0 }, b = { 0 };

	net_work_init(&a.work, count_run);
	net_work_init(&b.work, count_run);
	assert_true(net_hold(net, &a.work, net->now + 200));
	assert_true(net_hold(net, &b.work, net->now + 100));
	assert_int_equal(net_next_timer(net), net->now + 100);
	net_run_batch(net);
	assert_int_equal(b.runs, 0);
	net_advance(net, net->now + 100);
	assert_false(net_hold(net, &b.work, net->now));
	net_run_batch(net);
	assert_int_equal(b.runs, 1);
	assert_int_equal(a.runs, 1);
	assert_true(net_next_timer(net) == KTIME_MAX);
}

static void test_work_that_is_held_can_be_deferred_or_cancelled(void **state)
{
	struct net *net = *state;
	struct counter a = { 0 }, b = { 0 };

	net_work_init(&a.work, count_run);
	net_work_init(&b.work, count_run);
	assert_true(net_hold(net, &a.work, net->now + 100));
	assert_true(net_hold(net, &b.work, net->now + 100));
	net_defer(net, &a.work);
	net_work_cancel(&b.work);
	net_run_batch(net);
	assert_int_equal(a.runs, 1);
	assert_int_equal(b.runs, 0);
	assert_true(net_next_timer(net) == KTIME_MAX);
}

static void hold_or_count(struct net *net, struct net_work *work)
{
	if (!net_hold(net, work, net->now + 100))
		count_run(net, work);
}

static void test_nothing_is_held_when_nothing_more_is_at_hand(void **state)
{
	struct net *net = *state;
	struct counter c = { 0 };

	net_work_init(&c.work, hold_or_count);
	net_defer(net, &c.work);
	net_run_batch(net);
	assert_int_equal(c.runs, 0);
	net_finish_batch(net);
	assert_int_equal(c.runs, 1);
	assert_true(net_next_timer(net) == KTIME_MAX);
}

static void test_work_that_defers_itself_for_ever_does_not_hang_the_batch(void **state)
{
	struct net *net = *state;
	struct counter c = { .again = true };

	net_work_init(&c.work, count_run);
	net_defer(net, &c.work);
	net_finish_batch(net);
	assert_true(c.runs > 1000);
	/* It is to be gone on with at once. */
	assert_int_equal(net_next_timer(net), net->now);
	net_work_cancel(&c.work);
	assert_true(net_next_timer(net) == KTIME_MAX);
}

static void flush_and_count(struct net_device *dev)
{
	(*(unsigned *)dev->priv)++;
}

static void test_devices_are_flushed_once_at_the_end_of_the_batch(void **state)
{
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", 0);
	const struct netdev_ops *real = dev->ops;
	struct netdev_ops ops = *real;
	void *priv = dev->priv;
	unsigned flushes = 0;

	ops.flush = flush_and_count;
	dev->ops = &ops;
	dev->priv = &flushes;
	netdev_tx_pending(dev);
	netdev_tx_pending(dev);
	assert_int_equal(net_next_timer(net), net->now);
	net_finish_batch(net);
	assert_int_equal(flushes, 1);
	net_finish_batch(net);
	assert_int_equal(flushes, 1);
	dev->ops = real;
	dev->priv = priv;
}

static void note_time(struct timer *t)
{
	t->expires = 0;
}

static void test_time_never_runs_backwards(void **state)
{
	struct net *net = *state;
	struct timer t;

	timer_init(&t, note_time);
	net_advance(net, sec_to_ktime(5));
	net_timer_set(net, &t, sec_to_ktime(6));
	assert_true(net_next_timer(net) <= sec_to_ktime(6));
	net_advance(net, sec_to_ktime(4));
	assert_int_equal(net->now, sec_to_ktime(5));
	assert_true(timer_pending(&t));
	net_advance(net, sec_to_ktime(6));
	assert_false(timer_pending(&t));
	assert_int_equal(t.expires, 0);
}

static void test_randomness_is_that_of_the_owner(void **state)
{
	struct net *other = testnet_create();
	uint8_t a[1000], b[1000];

	for (unsigned len = 0; len < sizeof(a); len += 37) {
		net_random(*state, a, len);
		net_random(other, b, len);
		assert_memory_equal(a, b, len);
	}
	assert_int_equal(net_random_u32(*state), net_random_u32(other));
	assert_memory_equal(&((struct net *)*state)->secret, &other->secret, sizeof(other->secret));
	testnet_destroy(other);
}

static void test_randomness_that_was_given_out_is_not_kept(void **state)
{
	static const uint8_t zero[64];
	struct net *net = *state;
	uint8_t secret[64];

	do
		net_random(net, secret, sizeof(secret));
	while (net->random_left > sizeof(net->random_buf) - sizeof(secret));
	assert_memory_equal(net->random_buf + net->random_left, zero, sizeof(zero));
	assert_memory_not_equal(secret, zero, sizeof(zero));
}

static void test_random_below_is_below_and_even(void **state)
{
	unsigned seen[7] = { 0 };

	assert_int_equal(net_random_below(*state, 1), 0);
	for (unsigned i = 0; i < 7000; i++) {
		uint32_t v = net_random_below(*state, 7);

		assert_in_range(v, 0, 6);
		seen[v]++;
	}
	for (unsigned i = 0; i < 7; i++)
		assert_in_range(seen[i], 850, 1150);
	/*
	 * A range that leaves a third of all numbers over: unbiased only when those are drawn
	 * again.
	 */
	unsigned low = 0;

	for (unsigned i = 0; i < 9000; i++)
		low += net_random_below(*state, 0xaaaaaaab) < 0x55555555;
	assert_in_range(low, 4200, 4800);
}

static void test_counters_have_the_names_of_proc_net(void **state)
{
	struct net *net = *state;

	assert_string_equal(mib_name(MIB_IpInReceives), "IpInReceives");
	assert_string_equal(mib_name(MIB_NeighGcRuns), "NeighGcRuns");
	for (int i = 0; i < MIB_MAX; i++)
		assert_non_null(mib_name(i));
	MIB_INC(net, TcpInSegs);
	MIB_ADD(net, TcpInSegs, 4);
	assert_int_equal(net->mib[MIB_TcpInSegs], 5);
}

static void destroy_dst(struct dst_entry *dst)
{
	dst->net = NULL;
}

static void test_dst_lives_until_its_last_reference(void **state)
{
	static const struct dst_ops ops = { .destroy = destroy_dst };
	uint32_t genid = 3;
	struct dst_entry dst = {
		.ops = &ops, .net = *state, .refs = 1, .genid = 3, .genid_now = &genid
	};

	assert_true(dst_check(&dst));
	genid++;
	assert_false(dst_check(&dst));
	dst_release(dst_hold(&dst));
	assert_non_null(dst.net);
	dst_release(&dst);
	assert_null(dst.net);
	dst_release(NULL);
}

static void test_families_and_protocols_are_found_by_number(void **state)
{
	static const struct inet_af_ops af4 = { .family = AF_INET }, af6 = { .family = AF_INET6 };
	static const struct inet_config_ops cfg6 = { .family = AF_INET6 };
	static const struct inet_protocol icmp = { .proto = 1 }, last = { .proto = 255 };
	struct net *net = *state;

	assert_null(inet_af_find(net, AF_INET));
	inet_af_register(net, &af4);
	inet_af_register(net, &af6);
	inet_config_register(net, &cfg6);
	assert_ptr_equal(inet_af_find(net, AF_INET), &af4);
	assert_ptr_equal(inet_af_find(net, AF_INET6), &af6);
	assert_null(inet_af_find(net, AF_UNIX));
	assert_null(inet_config_find(net, AF_INET));
	assert_ptr_equal(inet_config_find(net, AF_INET6), &cfg6);
	assert_null(inet_config_find(net, AF_UNSPEC));

	inet_protocol_register(net, &icmp);
	inet_protocol_register(net, &last);
	assert_ptr_equal(inet_protocol_find(net, 1), &icmp);
	assert_ptr_equal(inet_protocol_find(net, 255), &last);
	assert_null(inet_protocol_find(net, 6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(test_work_runs_once_however_often_it_is_deferred),
		TEST(test_work_that_is_cancelled_does_not_run),
		TEST(test_work_that_is_held_runs_when_its_time_is_over),
		TEST(test_work_that_is_held_can_be_deferred_or_cancelled),
		TEST(test_nothing_is_held_when_nothing_more_is_at_hand),
		TEST(test_work_that_defers_itself_for_ever_does_not_hang_the_batch),
		TEST(test_devices_are_flushed_once_at_the_end_of_the_batch),
		TEST(test_time_never_runs_backwards),
		TEST(test_randomness_is_that_of_the_owner),
		TEST(test_randomness_that_was_given_out_is_not_kept),
		TEST(test_random_below_is_below_and_even),
		TEST(test_counters_have_the_names_of_proc_net),
		TEST(test_dst_lives_until_its_last_reference),
		TEST(test_families_and_protocols_are_found_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
