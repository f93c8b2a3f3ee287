/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens to connections, from their first segment to the last, between two whole stacks. */
#include <errno.h>
#include <linux/tcp.h>
#include <string.h>

#include "tests/sim/sim_alloc.h"
#include "tests/sim/sim_stream.h"

#include "stack/core/inet_config.h"
#include "stack/ipv4/ipv4.h"
#include "stack/tcp/tcp_sock.h"

#define PORT	   8080
#define WIRE_DELAY ms_to_ktime(10)
#define LONG	   sec_to_ktime(3600)
#define KIB	   1024

/* Two hosts; the client is on host 0, and the server listens on host 1. */
struct world {
	struct sim *sim;
	struct net *near, *far;
	struct sim_stream client, server;
	struct sim_listener listener;
};

static void world_open(struct world *w, const struct sim_wire *wire, uint64_t up, uint64_t down)
{
	const struct sim_wire plain = { .delay = WIRE_DELAY };

	memset(w, 0, sizeof(*w));
	w->sim = sim_pair(1, wire ? wire : &plain);
	sim_check_each(w->sim, sim_tcp_check);
	w->near = sim_host(w->sim, 0)->net;
	w->far = sim_host(w->sim, 1)->net;
	sim_stream_init(&w->client, 1, 2, up);
	sim_stream_init(&w->server, 2, 1, down);
	sim_listen(&w->listener, w->far, PORT, 8, &w->server, 1);
}

static void world_connect(struct world *w)
{
	sim_stream_connect(&w->client, w->near, ADDR_1, PORT, 0);
	sim_run(w->sim, 10 * WIRE_DELAY);
	assert_true(w->client.connected && w->server.connected);
}

static bool world_idle(void *arg)
{
	struct world *w = arg;

	return sim_tcp_idle(w->near) && sim_tcp_idle(w->far);
}

/* Whatever happened, in the end nothing is left. */
static void world_close(struct world *w)
{
	sim_stream_close(&w->client, false);
	sim_stream_close(&w->server, false);
	if (w->listener.sk)
		sim_listener_close(&w->listener);
	assert_true(sim_run_until(w->sim, world_idle, w, LONG));
	sim_destroy(w->sim);
}

static uint8_t state_of(const struct sim_stream *s)
{
	return s->sk->state;
}

/* Handshakes ------------------------------------------------------------------------------------------- */

static void test_connect_and_close(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	w.client.fin = w.server.fin = false;
	world_connect(&w);
	assert_int_equal(state_of(&w.client), SS_ESTABLISHED);
	assert_int_equal(state_of(&w.server), SS_ESTABLISHED);
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
	assert_int_equal(state_of(&w.client), SS_CLOSE);
	world_close(&w);
}

static void test_connect_times_out(void **state)
{
	struct sim_wire dead = { .delay = WIRE_DELAY, .loss = 10000 };
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	sim_rewire(w.sim, 0, 0, &dead);
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
	assert_int_equal(state_of(&w.client), SS_FIN_WAIT2);
	assert_int_equal(state_of(&w.server), SS_CLOSE_WAIT);
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
	world_open(&w, NULL, 0, 0);
	w.client.fin = w.server.fin = false;
	world_connect(&w);
	sock_shutdown(w.client.sk, SHUT_WR);
	sock_shutdown(w.server.sk, SHUT_WR);
	sim_run(w.sim, WIRE_DELAY + ms_to_ktime(1));
	assert_int_equal(state_of(&w.client), SS_CLOSING);
	assert_int_equal(state_of(&w.server), SS_CLOSING);
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
	world_open(&w, NULL, 0, 0);
	w.client.fin = w.server.fin = false;
	world_connect(&w);
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
	world_open(&w, NULL, 0, 0);
	w.client.fin = w.server.fin = false;
	world_connect(&w);
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
	world_open(&w, NULL, 0, 0);
	w.client.fin = w.server.fin = false;
	world_connect(&w);
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
	struct sock_addr a = addr4("0.0.0.0", 4000);
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
	assert_int_equal(sock_create(w.near, AF_INET, SOCK_STREAM, 0, NULL, NULL, &sk), 0);
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
	assert_int_equal(state_of(&w.client), SS_ESTABLISHED);
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
	struct sim_wire dead = { .delay = WIRE_DELAY, .loss = 10000 },
			plain = { .delay = WIRE_DELAY };
	struct world w;

	(void)state;
	world_open(&w, NULL, 1000 * KIB, 0);
	w.server.lazy = true;
	world_connect(&w);
	sim_run(w.sim, sec_to_ktime(10));
	sim_rewire(w.sim, 0, 0, &dead);
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
	struct sim_wire dead = { .delay = WIRE_DELAY, .loss = 10000 };
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	w.client.fin = w.server.fin = false;
	world_connect(&w);
	sim_rewire(w.sim, 0, 0, &dead);
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
	struct sim_wire dead = { .delay = WIRE_DELAY, .loss = 10000 };
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	w.client.fin = w.server.fin = false;
	world_connect(&w);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_USER_TIMEOUT, 10000);
	sim_rewire(w.sim, 0, 0, &dead);
	sim_stream_more(&w.client, 10 * KIB);
	sim_run(w.sim, sec_to_ktime(9));
	assert_int_equal(w.client.err, 0);
	sim_run(w.sim, sec_to_ktime(11));
	assert_int_equal(w.client.err, ETIMEDOUT);
	world_close(&w);
}

static void test_keepalive_finds_dead_peer(void **state)
{
	struct sim_wire dead = { .delay = WIRE_DELAY, .loss = 10000 };
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	w.client.fin = w.server.fin = false;
	world_connect(&w);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_KEEPIDLE, 10);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_KEEPINTVL, 5);
	sim_stream_setopt(&w.client, IPPROTO_TCP, TCP_KEEPCNT, 3);
	sim_stream_setopt(&w.client, SOL_SOCKET, SO_KEEPALIVE, 1);
	/* The peer answers: nothing happens. */
	sim_run(w.sim, sec_to_ktime(1000));
	assert_int_equal(w.client.err, 0);
	assert_in_range(w.near->mib[MIB_TcpExtTCPKeepAlive], 90, 101);
	sim_rewire(w.sim, 0, 0, &dead);
	sim_run(w.sim, sec_to_ktime(10 + 3 * 5 + 6));
	assert_int_equal(w.client.err, ETIMEDOUT);
	world_close(&w);
}

/* A peer that has forgotten everything answers a probe with a reset. */
static void test_keepalive_meets_reboot(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, NULL, 0, 0);
	w.client.fin = w.server.fin = false;
	world_connect(&w);
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
		world_open(&w, NULL, 0, 0);
		w.client.fin = w.server.fin = false;
		world_connect(&w);
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
	world_open(&w, NULL, 0, 0);
	w.client.fin = w.server.fin = false;
	world_connect(&w);
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
		.family = AF_INET,
		.dst_len = 24,
		.protocol = RTPROT_STATIC,
		.scope = RT_SCOPE_UNIVERSE,
		.type = RTN_UNICAST,
		.table = RT_TABLE_MAIN,
		.dst = ip4(dst),
		.nr_nh = 1,
		.nh = { { .gw_family = AF_INET, .weight = 1, .gw = ip4(gw) } },
	};

	assert_int_equal(inet_config_find(net, AF_INET)->route_add(net, &r, NLM_F_CREATE, NULL), 0);
}

/*	host 0 10.0.1.1 ==1500== 10.0.1.2 host 1 10.0.2.1 ==1000== 10.0.2.2 host 2	*/
static void test_path_mtu_discovery(void **state)
{
	struct sim *sim = sim_create(1, 3);
	struct sim_listener listener;
	struct sim_stream client, server;

	(void)state;
	sim_wire(sim, 0, "10.0.1.1", 1, "10.0.1.2", &(struct sim_wire){ .delay = WIRE_DELAY });
	sim_wire(sim, 1, "10.0.2.1", 2, "10.0.2.2",
		 &(struct sim_wire){ .delay = WIRE_DELAY, .mtu = 1000 });
	/* The server does not know: its own device would take more. */
	sim_host(sim, 2)->ports[0].dev->mtu = 1500;
	ipv4_sysctl(sim_host(sim, 1)->net)->ip_forward = true;
	route_add(sim_host(sim, 0)->net, "10.0.2.0", "10.0.1.2");
	route_add(sim_host(sim, 2)->net, "10.0.1.0", "10.0.2.1");
	sim_run(sim, sec_to_ktime(20));
	sim_check_each(sim, sim_tcp_check);
	sim_stream_init(&client, 1, 2, 200 * KIB);
	sim_stream_init(&server, 2, 1, 0);
	sim_listen(&listener, sim_host(sim, 2)->net, PORT, 8, &server, 1);
	sim_stream_connect(&client, sim_host(sim, 0)->net, "10.0.2.2", PORT, 0);
	sim_run(sim, ms_to_ktime(800));
	/* At once, not by time-outs. */
	assert_int_equal(server.received, 200 * KIB);
	assert_int_equal(sim_host(sim, 0)->net->mib[MIB_TcpExtTCPTimeouts], 0);
	assert_true(sim_host(sim, 1)->net->mib[MIB_IcmpOutDestUnreachs] > 0);
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
