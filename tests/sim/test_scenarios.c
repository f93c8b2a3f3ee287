/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens to connections while they last, between two whole stacks. */
#include <errno.h>
#include <linux/tcp.h>
#include <string.h>

#include "tests/sim/sim_alloc.h"
#include "tests/sim/world.h"

#include "stack/core/inet_config.h"
#include "stack/tcp/tcp_sock.h"

#if TEST_FAMILY == AF_INET6
#define MIB_TOO_BIG MIB_Icmp6OutPktTooBigs
#else
#define MIB_TOO_BIG MIB_IcmpOutDestUnreachs
#endif

/* Time ------------------------------------------------------------------------------------------------- */

static void test_zero_window_and_persist(void **state)
{
	struct world w;
	uint64_t sent;

	(void)state;
	world_open(&w, NULL, 1000 * KIB, 0);
	w.server.lazy = true;
	w.server.fin = false;
	world_connect(&w);
	sim_run(w.sim, sec_to_ktime(3600));
	/* Stopped, but alive: an hour of probes. */
	sent = w.client.sent;
	assert_true(sent < 1000 * KIB);
	assert_int_equal(w.client.err, 0);
	assert_int_equal(w.client.sk->state, SS_ESTABLISHED);
	assert_int_equal(w.server.received, 0);
	w.server.lazy = false;
	sim_stream_read(&w.server, UINT64_MAX);
	sim_run(w.sim, sec_to_ktime(10));
	assert_int_equal(w.server.received, 1000 * KIB);
	world_close(&w);
}

/* The update that opens the window is lost: the probe asks. */
static void test_lost_window_update(void **state)
{
	struct sim_wire plain = { .delay = WIRE_DELAY };
	struct world w;

	(void)state;
	world_open(&w, NULL, 1000 * KIB, 0);
	w.server.lazy = true;
	world_connect(&w);
	sim_run(w.sim, sec_to_ktime(10));
	world_wire_dies(&w);
	w.server.lazy = false;
	sim_stream_read(&w.server, UINT64_MAX);
	sim_run(w.sim, ms_to_ktime(50));
	sim_rewire(w.sim, 0, 0, &plain);
	sim_run(w.sim, sec_to_ktime(60));
	assert_int_equal(w.server.received, 1000 * KIB);
	world_close(&w);
}

/* A reader that takes a few bytes now and then must not make a sender of tiny segments (RFC 9293 3.8.6.2). */
static void test_no_silly_window(void **state)
{
	struct world w;
	uint64_t segments;

	(void)state;
	world_open(&w, NULL, 400 * KIB, 0);
	w.server.lazy = true;
	world_connect(&w);
	sim_run(w.sim, sec_to_ktime(1));
	segments = w.near->mib[MIB_TcpOutSegs];
	for (int i = 0; i < 2000; i++) {
		sim_stream_read(&w.server, 50);
		sim_run(w.sim, ms_to_ktime(5));
	}
	/* 100,000 bytes make some seventy segments, not two thousand. */
	assert_true(w.near->mib[MIB_TcpOutSegs] - segments < 150);
	w.server.lazy = false;
	sim_stream_read(&w.server, UINT64_MAX);
	sim_run(w.sim, sec_to_ktime(60));
	assert_int_equal(w.server.received, 400 * KIB);
	world_close(&w);
}

static void test_retransmission_times_out(void **state)
{
	struct world w;

	(void)state;
	world_open_connected(&w);
	world_wire_dies(&w);
	sim_stream_more(&w.client, 10 * KIB);
	/* tcp_retries2 15 is 924.6 s at the shortest RTO, and the next time-out after that. */
	sim_run(w.sim, sec_to_ktime(900));
	assert_int_equal(w.client.err, 0);
	sim_run(w.sim, sec_to_ktime(300));
	assert_int_equal(w.client.err, ETIMEDOUT);
	world_close(&w);
}

static void test_user_timeout(void **state)
{
	struct world w;

	(void)state;
	world_open_connected(&w);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 10000);
	world_wire_dies(&w);
	sim_stream_more(&w.client, 10 * KIB);
	sim_run(w.sim, sec_to_ktime(9));
	assert_int_equal(w.client.err, 0);
	sim_run(w.sim, sec_to_ktime(11));
	assert_int_equal(w.client.err, ETIMEDOUT);
	world_close(&w);
}

static void test_keepalive_finds_dead_peer(void **state)
{
	struct world w;

	(void)state;
	world_open_connected(&w);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_KEEPIDLE, 10);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_KEEPINTVL, 5);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_KEEPCNT, 3);
	sim_stream_setopt(&w.client, SOL_SOCKET, SO_KEEPALIVE, 1);
	/* The peer answers: nothing happens. */
	sim_run(w.sim, sec_to_ktime(1000));
	assert_int_equal(w.client.err, 0);
	assert_in_range(w.near->mib[MIB_TcpExtTCPKeepAlive], 90, 101);
	world_wire_dies(&w);
	sim_run(w.sim, sec_to_ktime(10 + 3 * 5 + 6));
	assert_int_equal(w.client.err, ETIMEDOUT);
	world_close(&w);
}

/* A peer that has forgotten everything answers a probe with a reset. */
static void test_keepalive_meets_reboot(void **state)
{
	struct world w;

	(void)state;
	world_open_connected(&w);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_KEEPIDLE, 10);
	sim_stream_setopt(&w.client, SOL_SOCKET, SO_KEEPALIVE, 1);
	sim_rewire(w.sim, 0, 0, &(struct sim_wire){ .loss = 10000 });
	sim_stream_close(&w.server, true);
	sim_run(w.sim, sec_to_ktime(1));
	sim_rewire(w.sim, 0, 0, &(struct sim_wire){ .delay = WIRE_DELAY });
	sim_run(w.sim, sec_to_ktime(20));
	assert_int_equal(w.client.err, ECONNRESET);
	world_close(&w);
}

/* Nagle (RFC 9293 3.7.4) ------------------------------------------------------------------------------- */

static void test_nagle_gathers_and_nodelay_does_not(void **state)
{
	uint64_t with, without;
	struct world w;

	(void)state;
	for (int nodelay = 0; nodelay < 2; nodelay++) {
		world_open_connected(&w);
		sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_NODELAY, nodelay);
		without = w.near->mib[MIB_TcpOutSegs];
		for (int i = 0; i < 100; i++) {
			sim_stream_more(&w.client, 10);
			sim_run(w.sim, ms_to_ktime(1));
		}
		sim_run(w.sim, sec_to_ktime(1));
		with = w.near->mib[MIB_TcpOutSegs] - without;
		if (nodelay)
			assert_int_equal(with, 100);
		else
			assert_in_range(with, 3, 12); /* one for each round trip */
		assert_int_equal(w.server.received, 1000);
		world_close(&w);
	}
}

static void test_cork_holds_back_for_a_while(void **state)
{
	struct world w;

	(void)state;
	world_open_connected(&w);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_CORK, 1);
	sim_stream_more(&w.client, 100);
	sim_run(w.sim, ms_to_ktime(150));
	assert_int_equal(w.server.received, 0);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_CORK, 0);
	sim_run(w.sim, WIRE_DELAY + ms_to_ktime(1));
	assert_int_equal(w.server.received, 100);
	/* Forgotten corks leak after 200 ms. */
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_CORK, 1);
	sim_stream_more(&w.client, 100);
	sim_run(w.sim, ms_to_ktime(400));
	assert_int_equal(w.server.received, 200);
	world_close(&w);
}

/* The path --------------------------------------------------------------------------------------------- */

static void test_mtu_black_hole(void **state)
{
	struct sim_wire hole = { .delay = WIRE_DELAY, .swallow = 1200 };
	struct world w;

	(void)state;
	world_open(&w, &hole, 100 * KIB, 0);
	tcp_sysctl(w.near)->tcp_mtu_probing = 1;
	sim_stream_connect(&w.client, w.near, ADDR_1, PORT, 0);
	sim_run(w.sim, sec_to_ktime(60));
	assert_int_equal(w.server.received, 100 * KIB);
	assert_true(w.server.eof);
	world_close(&w);
}

static void route_add(struct net *net, const char *dst, const char *gw)
{
	struct route_config r = {
		.family = TEST_FAMILY,
		.dst_len = TEST_PLEN,
		.protocol = RTPROT_STATIC,
		.scope = RT_SCOPE_UNIVERSE,
		.type = RTN_UNICAST,
		.table = RT_TABLE_MAIN,
		.dst = test_inaddr(dst),
		.nr_nh = 1,
		.nh = { { .gw_family = TEST_FAMILY, .weight = 1, .gw = test_inaddr(gw) } },
	};

	assert_int_equal(inet_config_find(net, TEST_FAMILY)->route_add(net, &r, NLM_F_CREATE, NULL), 0);
}

/*	host 0 (1, 1) ==1500== (1, 2) host 1 (2, 1) ==1300== (2, 2) host 2	*/
static void test_path_mtu_discovery(void **state)
{
	struct sim *sim = sim_create(1, 3);
	struct sim_listener listener;
	struct sim_stream client, server;

	(void)state;
	sim_wire(sim, 0, TEST_ADDR(1, 1), 1, TEST_ADDR(1, 2), &(struct sim_wire){ .delay = WIRE_DELAY });
	sim_wire(sim, 1, TEST_ADDR(2, 1), 2, TEST_ADDR(2, 2),
		 &(struct sim_wire){ .delay = WIRE_DELAY, .mtu = 1300 });
	/* The server does not know: its own device would take more. */
	sim_host(sim, 2)->ports[0].dev->mtu = 1500;
	sim_forward(sim_host(sim, 1));
	route_add(sim_host(sim, 0)->net, TEST_ADDR(2, 0), TEST_ADDR(1, 2));
	route_add(sim_host(sim, 2)->net, TEST_ADDR(1, 0), TEST_ADDR(2, 1));
	sim_run(sim, sec_to_ktime(20));
	sim_check_each(sim, sim_tcp_check);
	sim_stream_init(&client, 1, 2, 200 * KIB);
	sim_stream_init(&server, 2, 1, 0);
	sim_listen(&listener, sim_host(sim, 2)->net, PORT, 8, &server, 1);
	sim_stream_connect(&client, sim_host(sim, 0)->net, TEST_ADDR(2, 2), PORT, 0);
	sim_run(sim, ms_to_ktime(800));
	/* At once, not by time-outs. */
	assert_int_equal(server.received, 200 * KIB);
	assert_int_equal(sim_host(sim, 0)->net->mib[MIB_TcpExtTCPTimeouts], 0);
	assert_true(sim_host(sim, 1)->net->mib[MIB_TOO_BIG] > 0);
	sim_stream_close(&client, false);
	sim_stream_close(&server, false);
	sim_listener_close(&listener);
	sim_run(sim, sec_to_ktime(120));
	sim_destroy(sim);
}

/* A frame that was seen, to be sent again. */
struct ghost {
	uint8_t frame[2048];
	uint32_t len;
};

static bool keep_data_frame(void *ctx, struct sim_port *from, const uint8_t *frame, uint32_t len)
{
	struct ghost *g = ctx;

	if (from->host == sim_host(from->host->sim, 0) && len > 1000 && !g->len) {
		memcpy(g->frame, frame, len);
		g->len = len;
	}
	return true;
}

/* RFC 7323 5, RFC 9293 3.4: what lingered in the network for an hour does no harm. */
static void test_old_duplicate_is_ignored(void **state)
{
	struct ghost ghost = { .len = 0 };
	struct world w;

	(void)state;
	world_open(&w, NULL, 100 * KIB, 0);
	w.client.fin = w.server.fin = false;
	sim_tap_set(w.sim, keep_data_frame, &ghost);
	world_connect(&w);
	sim_run(w.sim, sec_to_ktime(3600));
	assert_true(ghost.len > 0);
	sim_inject(&sim_host(w.sim, 1)->ports[0], ghost.frame, ghost.len);
	sim_stream_more(&w.client, 100 * KIB);
	sim_run(w.sim, sec_to_ktime(10));
	assert_int_equal(w.server.received, 200 * KIB);
	assert_int_equal(w.client.err + w.server.err, 0);
	/* And after the connection is over. */
	sim_stream_close(&w.client, false);
	sim_stream_close(&w.server, false);
	sim_run(w.sim, sec_to_ktime(1));
	sim_inject(&sim_host(w.sim, 1)->ports[0], ghost.frame, ghost.len);
	sim_run(w.sim, sec_to_ktime(1));
	world_close(&w);
}

/* Short of memory -------------------------------------------------------------------------------------- */

static bool transfer_over(void *arg)
{
	struct world *w = arg;

	return (w->client.eof && w->server.eof) || w->client.err || w->server.err;
}

/* Allocations that fail may cost time, or the connection, but nothing else. */
static void test_memory_fails_now_and_then(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 50; seed++) {
		struct world w;

		world_open(&w, NULL, 300 * KIB, 300 * KIB);
		world_connect(&w);
		sim_alloc_fail(300, seed);
		for (int i = 0; i < 2000 && !transfer_over(&w); i++)
			sim_run(w.sim, ms_to_ktime(1));
		sim_alloc_fail(0, 0);
		sim_run_until(w.sim, transfer_over, &w, LONG);
		world_close(&w);
	}
}

/* What all connections hold together has a limit, and each goes on all the same. */
static void test_global_memory_limit(void **state)
{
	struct sim_stream clients[20], servers[20];
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	sim_listener_close(&w.listener);
	for (int i = 0; i < 3; i++) {
		tcp_sysctl(w.far)->tcp_mem[i] = (400 + 100 * i) * KIB;
		tcp_sysctl(w.near)->tcp_mem[i] = (400 + 100 * i) * KIB;
	}
	for (unsigned i = 0; i < 20; i++) {
		sim_stream_init(&clients[i], 0, 0, 300 * KIB);
		sim_stream_init(&servers[i], 0, 0, 0);
		servers[i].lazy = true;
	}
	sim_listen(&w.listener, w.far, PORT, 20, servers, 20);
	for (unsigned i = 0; i < 20; i++)
		sim_stream_connect(&clients[i], w.near, ADDR_1, PORT, 0);
	for (int i = 0; i < 200; i++) {
		sim_run(w.sim, ms_to_ktime(50));
		assert_true(w.far->tcp->memory < 800 * KIB);
		assert_true(w.near->tcp->memory < 800 * KIB);
	}
	for (unsigned i = 0; i < 20; i++) {
		servers[i].lazy = false;
		sim_stream_read(&servers[i], UINT64_MAX);
	}
	sim_run(w.sim, sec_to_ktime(600));
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(servers[i].received, 300 * KIB);
		sim_stream_close(&clients[i], false);
		sim_stream_close(&servers[i], false);
	}
	world_close(&w);
}

/* A flood of tiny segments into a window that nobody empties must not hold more than the buffer. */
static void test_tiny_segments_cost_what_they_hold(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	w.client.fin = w.server.fin = false;
	w.server.lazy = true;
	w.client.chunk = 1;
	world_connect(&w);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_NODELAY, 1);
	sim_stream_more(&w.client, 5000);
	sim_run(w.sim, sec_to_ktime(60));
	assert_true(w.server.sk->rmem < 16 * KIB);
	w.server.lazy = false;
	sim_stream_read(&w.server, UINT64_MAX);
	sim_run(w.sim, sec_to_ktime(10));
	assert_int_equal(w.server.received, 5000);
	world_close(&w);
}

static void test_idle_socket_is_small(void **state)
{
	(void)state;
	assert_true(sizeof(struct tcp_sock) <= 1536);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zero_window_and_persist),
		cmocka_unit_test(test_lost_window_update),
		cmocka_unit_test(test_no_silly_window),
		cmocka_unit_test(test_retransmission_times_out),
		cmocka_unit_test(test_user_timeout),
		cmocka_unit_test(test_keepalive_finds_dead_peer),
		cmocka_unit_test(test_keepalive_meets_reboot),
		cmocka_unit_test(test_nagle_gathers_and_nodelay_does_not),
		cmocka_unit_test(test_cork_holds_back_for_a_while),
		cmocka_unit_test(test_mtu_black_hole),
		cmocka_unit_test(test_path_mtu_discovery),
		cmocka_unit_test(test_old_duplicate_is_ignored),
		cmocka_unit_test(test_memory_fails_now_and_then),
		cmocka_unit_test(test_global_memory_limit),
		cmocka_unit_test(test_tiny_segments_cost_what_they_hold),
		cmocka_unit_test(test_idle_socket_is_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
