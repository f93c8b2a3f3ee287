/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bulk transfers, both ways at once, over bad wires: 1 % to 20 % loss, 1 ms to 500 ms delay, ten seeds each, with
 * reordering, duplication and corruption. No byte may be wrong or missing; no skb, timer or allocation
 * may be left; and the same seed must give the same frames at the same times.
 */

#include "tests/sim/sim_stream.h"

#define PORT	   8080
#define SEEDS	   10
#define BYTES	   (150 * 1000)
#define TIME_LIMIT sec_to_ktime(24 * 3600)
#define AFTERWARDS sec_to_ktime(1200) /* TIME-WAIT, or the last time-out of a peer that is gone */

struct transfer {
	struct sim *sim;
	struct sim_stream client, server;
	struct sim_listener listener;
};

static bool finished(void *arg)
{
	const struct transfer *t = arg;

	return (t->client.eof && t->server.eof && t->client.sent == t->client.to_send &&
		t->server.sent == t->server.to_send) ||
	       t->client.err || t->server.err;
}

static bool idle(void *arg)
{
	struct transfer *t = arg;

	return sim_tcp_idle(sim_host(t->sim, 0)->net) && sim_tcp_idle(sim_host(t->sim, 1)->net);
}

/* Return: the trace */
static uint64_t transfer(uint64_t seed, const struct sim_wire *wire, uint64_t bytes)
{
	struct transfer t = { .sim = sim_pair(seed, wire) };
	uint64_t trace;

	sim_check_each(t.sim, sim_tcp_check);
	sim_stream_init(&t.client, seed * 2 + 1, seed * 2 + 2, bytes);
	sim_stream_init(&t.server, seed * 2 + 2, seed * 2 + 1, bytes);
	sim_listen(&t.listener, sim_host(t.sim, 1)->net, PORT, 8, &t.server, 1);
	sim_stream_connect(&t.client, sim_host(t.sim, 0)->net, ADDR_1, PORT, 0);
	assert_true(sim_run_until(t.sim, finished, &t, TIME_LIMIT));
	assert_int_equal(t.client.err, 0);
	assert_int_equal(t.server.err, 0);
	assert_int_equal(t.client.received, bytes);
	assert_int_equal(t.server.received, bytes);
	sim_stream_close(&t.client, false);
	sim_stream_close(&t.server, false);
	sim_listener_close(&t.listener);
	assert_true(sim_run_until(t.sim, idle, &t, AFTERWARDS));
	trace = sim_trace(t.sim);
	sim_destroy(t.sim);
	return trace;
}

static void matrix(uint32_t loss)
{
	static const int delays[] = { 1, 10, 50, 200, 500 };

	for (unsigned d = 0; d < ARRAY_SIZE(delays); d++) {
		struct sim_wire wire = {
			.delay = ms_to_ktime(delays[d]),
			.jitter = ms_to_ktime(delays[d]) / 4,
			.loss = loss,
			.dup = 100,
			.corrupt = 50,
		};

		for (uint64_t seed = 1; seed <= SEEDS; seed++) {
			uint64_t once = transfer(seed, &wire, BYTES);

			assert_int_equal(transfer(seed, &wire, BYTES), once);
		}
	}
}

static void test_one_percent_loss(void **state)
{
	(void)state;
	matrix(100);
}
static void test_five_percent_loss(void **state)
{
	(void)state;
	matrix(500);
}
static void test_ten_percent_loss(void **state)
{
	(void)state;
	matrix(1000);
}
static void test_twenty_percent_loss(void **state)
{
	(void)state;
	matrix(2000);
}

/* Nothing is wrong with this wire: it must be used well. */
static void test_clean_wire_is_filled(void **state)
{
	struct sim_wire wire = { .delay = ms_to_ktime(10),
				 .rate = 100 * 1000 * 1000,
				 .queue = 256 * 1024 };
	struct sim *sim = sim_pair(1, &wire);
	struct transfer t = { .sim = sim };
	ktime_t start = sim_now(sim), took;

	(void)state;
	sim_stream_init(&t.client, 1, 2, 20 * 1000 * 1000);
	sim_stream_init(&t.server, 2, 1, 0);
	sim_listen(&t.listener, sim_host(sim, 1)->net, PORT, 8, &t.server, 1);
	sim_stream_connect(&t.client, sim_host(sim, 0)->net, ADDR_1, PORT, 0);
	assert_true(sim_run_until(sim, finished, &t, TIME_LIMIT));
	took = sim_now(sim) - start;
	/* 1.6 s at the wire's rate, and headers; slow start and one loss at its end may cost as much again. */
	assert_in_range(ktime_to_ms(took), 1600, 2400);
	sim_stream_close(&t.client, false);
	sim_stream_close(&t.server, false);
	sim_listener_close(&t.listener);
	sim_run(sim, AFTERWARDS);
	sim_destroy(sim);
}

/* GSO packets on the wire, as between two stacks with offloads. */
static void test_large_packets_are_lost_whole(void **state)
{
	struct sim_wire wire = {
		.delay = ms_to_ktime(5),
		.loss = 200,
		.jitter = ms_to_ktime(2),
		.features = NETIF_F_SG | NETIF_F_CSUM | NETIF_F_TSO4 | NETIF_F_TSO6,
	};

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		assert_int_equal(transfer(seed, &wire, 2000 * 1000),
				 transfer(seed, &wire, 2000 * 1000));
}

static void test_mtu(void **state)
{
	static const uint32_t mtus[] = { TEST_MIN_MTU, 1280, 9000, 65535 };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(mtus); i++) {
		struct sim_wire wire = { .delay = ms_to_ktime(20), .loss = 200, .mtu = mtus[i] };

		transfer(i, &wire, 500 * 1000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean_wire_is_filled),
		cmocka_unit_test(test_one_percent_loss),
		cmocka_unit_test(test_five_percent_loss),
		cmocka_unit_test(test_ten_percent_loss),
		cmocka_unit_test(test_twenty_percent_loss),
		cmocka_unit_test(test_large_packets_are_lost_whole),
		cmocka_unit_test(test_mtu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
