/* SPDX-License-Identifier: BSD-2-Clause */
/* How connections begin and end, and what stays of them for a while, between two whole stacks. */
#include <errno.h>

#include "tests/sim/world.h"

#include "stack/tcp/tcp_sock.h"

/* Handshakes ------------------------------------------------------------------------------------------- */

static void test_connect_and_close(void **state)
{
	struct world w;

	(void)state;
	world_open_connected(&w);
	assert_int_equal(w.client.sk->state, SS_ESTABLISHED);
	assert_int_equal(w.server.sk->state, SS_ESTABLISHED);
	assert_int_equal(w.near->mib[MIB_TcpActiveOpens], 1);
	assert_int_equal(w.far->mib[MIB_TcpPassiveOpens], 1);
	world_close(&w);
}

static void test_connect_is_refused_without_listener(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	sim_stream_connect(&w.client, w.near, ADDR_1, PORT + 1, 0);
	sim_run(w.sim, 5 * WIRE_DELAY);
	assert_int_equal(w.client.err, ECONNREFUSED);
	assert_int_equal(w.client.sk->state, SS_CLOSE);
	world_close(&w);
}

static void test_connect_times_out(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	world_wire_dies(&w);
	sim_stream_connect(&w.client, w.near, ADDR_1, PORT, 0);
	/* tcp_syn_retries 6: 1 + 2 + 4 + 8 + 16 + 32 + 64 s */
	sim_run(w.sim, sec_to_ktime(126));
	assert_int_equal(w.client.err, 0);
	sim_run(w.sim, sec_to_ktime(2));
	assert_int_equal(w.client.err, ETIMEDOUT);
	world_close(&w);
}

static void test_simultaneous_open(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 100 * KIB, 50 * KIB);
	sim_stream_connect(&w.client, w.near, ADDR_1, 2000, 1000);
	sim_stream_connect(&w.server, w.far, ADDR_0, 1000, 2000);
	sim_run(w.sim, sec_to_ktime(30));
	assert_true(w.client.connected && w.server.connected);
	assert_true(w.client.eof && w.server.eof);
	assert_int_equal(w.server.received, 100 * KIB);
	assert_int_equal(w.client.received, 50 * KIB);
	world_close(&w);
}

/* A connection to itself is a simultaneous open, too. */
static void test_self_connect(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 4 * KIB, 0);
	w.client.recv_seed = w.client.send_seed;
	sim_stream_connect(&w.client, w.near, "127.0.0.1", 3000, 3000);
	sim_run(w.sim, sec_to_ktime(1));
	assert_true(w.client.eof);
	assert_int_equal(w.client.received, 4 * KIB);
	world_close(&w);
}

static void test_loopback_transfer(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 5000 * KIB, 3000 * KIB);
	sim_listener_close(&w.listener);
	sim_listen(&w.listener, w.near, PORT, 8, &w.server, 1);
	sim_stream_connect(&w.client, w.near, "127.0.0.1", PORT, 0);
	sim_run(w.sim, sec_to_ktime(5));
	assert_true(w.client.eof && w.server.eof);
	assert_int_equal(w.server.received, 5000 * KIB);
	assert_int_equal(w.client.received, 3000 * KIB);
	world_close(&w);
}

#define MANY 200

static void test_many_connections_at_once(void **state)
{
	struct sim_wire wire = { .delay = WIRE_DELAY, .loss = 100 };
	struct sim_stream clients[MANY], servers[MANY];
	struct world w;

	(void)state;
	world_open(&w, &wire, 0, 0);
	sim_listener_close(&w.listener);
	for (unsigned i = 0; i < MANY; i++) {
		sim_stream_init(&clients[i], i, 1000, 20 * KIB);
		sim_stream_init(&servers[i], 1000, 0, 30 * KIB);
		/* Which client a server meets is not known before: all send the same. */
		clients[i].send_seed = 0;
	}
	sim_listen(&w.listener, w.far, PORT, MANY, servers, MANY);
	for (unsigned i = 0; i < MANY; i++)
		sim_stream_connect(&clients[i], w.near, ADDR_1, PORT, 0);
	sim_run(w.sim, sec_to_ktime(600));
	for (unsigned i = 0; i < MANY; i++) {
		assert_true(clients[i].eof && servers[i].eof);
		assert_int_equal(clients[i].received, 30 * KIB);
		assert_int_equal(servers[i].received, 20 * KIB);
		sim_stream_close(&clients[i], false);
		sim_stream_close(&servers[i], false);
	}
	world_close(&w);
}

/* A full accept queue makes the others wait, and refuses none. */
static void test_backlog_delays(void **state)
{
	struct sim_stream clients[6], servers[6];
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	sim_listener_close(&w.listener);
	for (unsigned i = 0; i < 6; i++) {
		sim_stream_init(&clients[i], 0, 0, 0);
		sim_stream_init(&servers[i], 0, 0, 0);
		clients[i].fin = servers[i].fin = false;
	}
	sim_listen(&w.listener, w.far, PORT, 1, servers, 0); /* accepts nobody yet */
	for (unsigned i = 0; i < 6; i++)
		sim_stream_connect(&clients[i], w.near, ADDR_1, PORT, 0);
	sim_run(w.sim, sec_to_ktime(2));
	assert_true(w.far->mib[MIB_TcpExtListenOverflows] > 0);
	w.listener.nr_streams = 6;
	w.listener.sk->ops->accepted(w.listener.sk);
	sim_run(w.sim, sec_to_ktime(120));
	for (unsigned i = 0; i < 6; i++) {
		assert_true(clients[i].connected && servers[i].connected);
		sim_stream_close(&clients[i], false);
		sim_stream_close(&servers[i], false);
	}
	world_close(&w);
}

/* Who closes a listener resets what waits to be accepted. */
static void test_listener_close_resets_children(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	w.client.fin = false;
	w.listener.nr_streams = 0;
	sim_stream_connect(&w.client, w.near, ADDR_1, PORT, 0);
	sim_run(w.sim, 5 * WIRE_DELAY);
	assert_true(w.client.connected);
	sim_listener_close(&w.listener);
	sim_run(w.sim, 5 * WIRE_DELAY);
	assert_int_equal(w.client.err, ECONNRESET);
	world_close(&w);
}

/* Ends -------------------------------------------------------------------------------------------------- */

static void test_half_close_by_client(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 10 * KIB, 0);
	w.server.fin = false;
	world_connect(&w);
	sim_run(w.sim, sec_to_ktime(1));
	assert_true(w.server.eof);
	assert_int_equal(w.client.sk->state, SS_FIN_WAIT2);
	assert_int_equal(w.server.sk->state, SS_CLOSE_WAIT);
	/* The other direction goes on for as long as it likes. */
	sim_run(w.sim, sec_to_ktime(1000));
	sim_stream_more(&w.server, 100 * KIB);
	sim_run(w.sim, sec_to_ktime(10));
	assert_int_equal(w.client.received, 100 * KIB);
	world_close(&w);
}

static void test_half_close_by_server(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 10 * KIB);
	w.client.fin = false;
	world_connect(&w);
	sim_run(w.sim, sec_to_ktime(1));
	assert_true(w.client.eof);
	sim_stream_more(&w.client, 100 * KIB);
	sim_run(w.sim, sec_to_ktime(10));
	assert_int_equal(w.server.received, 100 * KIB);
	world_close(&w);
}

static void test_simultaneous_close(void **state)
{
	struct world w;

	(void)state;
	world_open_connected(&w);
	sock_shutdown(w.client.sk, SHUT_WR);
	sock_shutdown(w.server.sk, SHUT_WR);
	sim_run(w.sim, WIRE_DELAY + ms_to_ktime(1));
	assert_int_equal(w.client.sk->state, SS_CLOSING);
	assert_int_equal(w.server.sk->state, SS_CLOSING);
	sim_run(w.sim, 2 * WIRE_DELAY);
	/* Both wait; each in a small object of its own. */
	assert_int_equal(w.near->tcp->nr_timewaits, 1);
	assert_int_equal(w.far->tcp->nr_timewaits, 1);
	assert_true(w.client.eof && w.server.eof);
	world_close(&w);
}

/* RFC 2525 2.17 */
static void test_close_with_unread_data_resets(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 10 * KIB, 0);
	w.client.fin = w.server.fin = false;
	w.server.lazy = true;
	world_connect(&w);
	sim_run(w.sim, sec_to_ktime(1));
	sim_stream_close(&w.server, false);
	sim_run(w.sim, 2 * WIRE_DELAY);
	assert_int_equal(w.client.err, ECONNRESET);
	assert_int_equal(w.far->mib[MIB_TcpExtTCPAbortOnClose], 1);
	world_close(&w);
}

static void test_data_after_close_resets(void **state)
{
	struct world w;

	(void)state;
	world_open_connected(&w);
	sim_stream_close(&w.server, false);
	sim_run(w.sim, 2 * WIRE_DELAY);
	assert_true(w.client.eof);
	assert_int_equal(w.client.err, 0);
	sim_stream_more(&w.client, 1);
	sim_run(w.sim, 4 * WIRE_DELAY);
	assert_int_equal(w.client.err, EPIPE);
	world_close(&w);
}

static void test_linger_zero_resets(void **state)
{
	struct world w;

	(void)state;
	world_open_connected(&w);
	w.server.sk->opt.linger = true;
	sim_stream_close(&w.server, false);
	sim_run(w.sim, 2 * WIRE_DELAY);
	assert_int_equal(w.client.err, ECONNRESET);
	assert_int_equal(w.far->tcp->nr_timewaits, 0);
	world_close(&w);
}

static void test_abort_resets(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 1000 * KIB, 0);
	world_connect(&w);
	sim_stream_close(&w.client, true);
	sim_run(w.sim, 10 * WIRE_DELAY);
	assert_int_equal(w.server.err, ECONNRESET);
	world_close(&w);
}

/* An orphan in FIN-WAIT-2 does not wait for ever for a FIN that never comes. */
static void test_fin_wait2_times_out(void **state)
{
	struct world w;

	(void)state;
	world_open_connected(&w);
	sim_stream_close(&w.client, false);
	sim_run(w.sim, 4 * WIRE_DELAY);
	assert_int_equal(w.near->tcp->nr_timewaits, 1);
	assert_int_equal(w.near->tcp->sockets, 0);
	sim_run(w.sim, sec_to_ktime(61));
	assert_true(sim_tcp_idle(w.near));
	world_close(&w);
}

/* Data that was written before close is delivered after it. */
static void test_close_delivers_what_was_written(void **state)
{
	struct sim_wire slow = { .delay = WIRE_DELAY, .rate = 100000, .queue = 100 * KIB };
	struct world w;

	(void)state;
	world_open(&w, &slow, 20 * KIB, 0);
	sim_stream_connect(&w.client, w.near, ADDR_1, PORT, 0);
	sim_run(w.sim, sec_to_ktime(1));
	assert_int_equal(w.client.sent, 20 * KIB);
	sim_stream_close(&w.client, false);
	assert_true(w.server.received < 20 * KIB);
	sim_run(w.sim, sec_to_ktime(10));
	assert_int_equal(w.server.received, 20 * KIB);
	assert_true(w.server.eof);
	world_close(&w);
}

/* TIME-WAIT ------------------------------------------------------------------------------------------- */

/* RFC 6191: the same four names again, at once; the old connection waits on the side that is called. */
static void test_time_wait_accepts_new_syn(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 10 * KIB, 10 * KIB);
	w.client.fin = false;
	sim_stream_connect(&w.client, w.near, ADDR_1, PORT, 4000);
	sim_run(w.sim, sec_to_ktime(1));
	sim_stream_close(&w.server, false); /* closes first, so it is the one to wait */
	sim_run(w.sim, sec_to_ktime(1));
	sim_stream_close(&w.client, false);
	sim_run(w.sim, sec_to_ktime(1));
	assert_int_equal(w.far->tcp->nr_timewaits, 1);
	assert_int_equal(w.near->tcp->nr_timewaits, 0);

	sim_stream_init(&w.client, 1, 2, 10 * KIB);
	sim_stream_init(&w.server, 2, 1, 10 * KIB);
	w.listener.accepted = 0;
	sim_stream_connect(&w.client, w.near, ADDR_1, PORT, 4000);
	sim_run(w.sim, sec_to_ktime(1));
	assert_true(w.client.eof && w.server.eof);
	assert_int_equal(w.server.received, 10 * KIB);
	world_close(&w);
}

static void test_time_wait_holds_port(void **state)
{
	struct sock_addr a = test_addr(ADDR_ANY, 4000);
	struct world w;
	struct sock *sk;

	(void)state;
	world_open(&w, NULL, 0, 0);
	sim_stream_connect(&w.client, w.near, ADDR_1, PORT, 4000);
	sim_run(w.sim, sec_to_ktime(1));
	sim_stream_close(&w.client, false);
	sim_stream_close(&w.server, false);
	sim_run(w.sim, sec_to_ktime(1));
	assert_int_equal(w.near->tcp->nr_timewaits, 1);
	assert_int_equal(sock_create(w.near, TEST_FAMILY, SOCK_STREAM, 0, NULL, NULL, &sk), 0);
	assert_int_equal(sock_bind(sk, &a), -EADDRINUSE);
	sim_run(w.sim, sec_to_ktime(61));
	assert_int_equal(sock_bind(sk, &a), 0);
	sock_close(sk, false);
	world_close(&w);
}

static void test_time_wait_limit(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	tcp_sysctl(w.near)->tcp_max_tw_buckets = 0;
	world_connect(&w);
	sim_run(w.sim, sec_to_ktime(1));
	assert_int_equal(w.near->tcp->nr_timewaits, 0);
	assert_int_equal(w.near->mib[MIB_TcpExtTCPTimeWaitOverflow], 1);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connect_and_close),
		cmocka_unit_test(test_connect_is_refused_without_listener),
		cmocka_unit_test(test_connect_times_out),
		cmocka_unit_test(test_simultaneous_open),
		cmocka_unit_test(test_self_connect),
		cmocka_unit_test(test_loopback_transfer),
		cmocka_unit_test(test_many_connections_at_once),
		cmocka_unit_test(test_backlog_delays),
		cmocka_unit_test(test_listener_close_resets_children),
		cmocka_unit_test(test_half_close_by_client),
		cmocka_unit_test(test_half_close_by_server),
		cmocka_unit_test(test_simultaneous_close),
		cmocka_unit_test(test_close_with_unread_data_resets),
		cmocka_unit_test(test_data_after_close_resets),
		cmocka_unit_test(test_linger_zero_resets),
		cmocka_unit_test(test_abort_resets),
		cmocka_unit_test(test_fin_wait2_times_out),
		cmocka_unit_test(test_close_delivers_what_was_written),
		cmocka_unit_test(test_time_wait_accepts_new_syn),
		cmocka_unit_test(test_time_wait_holds_port),
		cmocka_unit_test(test_time_wait_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
