/* SPDX-License-Identifier: BSD-2-Clause */
/* What is sent, and sent again: windows, Nagle, time-outs, fast retransmit, SACK recovery, undo. */
#include "tests/unit/tcptrace.h"

#include <sys/uio.h>

#include "stack/inet/socket.h"
#include "stack/tcp/tcp_cong.h"
#include "stack/tcp/tcp_rtt.h"

/* A connection that may have @segments in flight, by Reno, so that windows are easy to tell. */
static void established_with_window(bool sack, uint32_t segments)
{
	trace_established(sack);
	tcp_cong_set(trace_tp(), &tcp_reno);
	trace_tp()->cwnd = segments * TRACE_MSS;
	trace_tp()->sk.sndbuf = 1 << 20;
	tcp_rtt_init(trace_tp());
	tcp_rtt_sample(trace_tp(), 100000);
}

/* Sending --------------------------------------------------------------------------------------------------- */

static void test_whole_burst_is_one_packet(void **state)
{
	(void)state;
	established_with_window(true, 10);
	tcp_rtt_init(trace_tp()); /* of an unknown round trip, as at the start */
	trace_write(4500);
	OUT("PA", 1, 4500, 1, .gso = 1000);
}

static void test_congestion_window_limits(void **state)
{
	(void)state;
	established_with_window(true, 4);
	trace_write(10000);
	OUT("A", 1, 2000, 1); /* no more in one packet than leaves in a millisecond, but two */
	OUT("A", 2001, 2000, 1);
	QUIET();
	IN("A", 1, 0, 2001);
	assert_int_equal(trace_tp()->cwnd, 6000); /* slow start */
	OUT("A", 4001, 2000, 1);
	OUT("A", 6001, 2000, 1);
	QUIET();
	trace_forget();
}

static void test_peer_window_limits(void **state)
{
	(void)state;
	established_with_window(true, 10);
	IN("A", 1, 0, 1, .wnd = 2500);
	trace_write(5000);
	OUT("A", 1, 2000, 1);
	QUIET();
	IN("A", 1, 0, 2001, .wnd = 5000);
	OUT("A", 2001, 2000, 1);
	OUT("PA", 4001, 1000, 1);
}

static void test_nagle(void **state)
{
	(void)state;
	established_with_window(true, 10);
	trace_write(100);
	OUT("PA", 1, 100, 1);
	trace_write(100);
	trace_write(100);
	QUIET();
	IN("A", 1, 0, 101);
	OUT("PA", 101, 200, 1);
}

static void test_nodelay(void **state)
{
	(void)state;
	established_with_window(true, 10);
	trace_setopt(IPPROTO_TCP, TCP_NODELAY, 1);
	for (uint32_t i = 0; i < 5; i++) {
		trace_write(100);
		OUT("PA", 1 + 100 * i, 100, 1);
	}
}

static void test_cork(void **state)
{
	(void)state;
	established_with_window(true, 10);
	trace_setopt(IPPROTO_TCP, TCP_CORK, 1);
	trace_write(2500);
	OUT("A", 1, 2000, 1);
	QUIET();
	IN("A", 1, 0, 2001);
	QUIET();
	trace_setopt(IPPROTO_TCP, TCP_CORK, 0);
	OUT("PA", 2001, 500, 1);
}

static void test_push_is_on_the_last_bytes(void **state)
{
	(void)state;
	established_with_window(true, 2);
	trace_write(3000);
	OUT("A", 1, 2000, 1);
	IN("A", 1, 0, 2001);
	OUT("PA", 2001, 1000, 1);
}

static void test_window_grows_only_when_used(void **state)
{
	uint32_t cwnd;

	(void)state;
	established_with_window(true, 10);
	cwnd = trace_tp()->cwnd;
	for (uint32_t i = 0; i < 20; i++) {
		trace_write(1000);
		OUT("PA", 1 + 1000 * i, 1000, 1);
		IN("A", 1, 0, 1001 + 1000 * i);
	}
	assert_int_equal(trace_tp()->cwnd, cwnd);
}

/* RFC 5681 4.1 */
static void test_window_shrinks_after_idleness(void **state)
{
	(void)state;
	established_with_window(true, 40);
	trace_write(1000);
	OUT("PA", 1, 1000, 1);
	IN("A", 1, 0, 1001);
	WAIT(10000);
	trace_write(1000);
	trace_forget();
	assert_int_equal(trace_tp()->cwnd, 10 * TRACE_MSS);
	assert_true(trace_tp()->ssthresh >= 30 * TRACE_MSS);
}

static void test_slow_device_pushes_back(void **state)
{
	(void)state;
	established_with_window(true, 1000);
	/* The device holds what it got: packets keep their destructors. */
	trace_tp()->tsq_packets = 500;
	trace_write(50000);
	QUIET();
	trace_tp()->tsq_packets = 0;
	tcp_owe(trace_tp(), TCP_OWE_DATA);
	assert_true(trace_forget() > 0);
}

/* Time-outs (RFC 6298) ------------------------------------------------------------------------------------------ */

static void test_rto_doubles(void **state)
{
	(void)state;
	established_with_window(true, 10);
	trace_write(500);
	OUT("PA", 1, 500, 1);
	/* SRTT 100 ms, RTTVAR 50 ms: 300 ms */
	WAIT(295);
	QUIET();
	WAIT(10);
	OUT("PA", 1, 500, 1);
	WAIT(590);
	QUIET();
	WAIT(15);
	OUT("PA", 1, 500, 1);
	WAIT(1180);
	QUIET();
	WAIT(30);
	OUT("PA", 1, 500, 1);
	assert_int_equal(trace->net->mib[MIB_TcpExtTCPTimeouts], 1);
	assert_int_equal(trace_tp()->cwnd, TRACE_MSS);
	/* Karn: no sample from what was sent twice; but the backoff ends with progress. */
	IN("A", 1, 0, 501);
	assert_int_equal(trace_tp()->srtt_us8 >> 3, 100000);
	assert_int_equal(trace_tp()->backoff, 0);
}

static void test_timeout_sends_one_segment_and_slow_starts(void **state)
{
	(void)state;
	established_with_window(true, 10);
	trace_write(8000);
	assert_int_equal(trace_forget(), 4);
	WAIT(310);
	OUT("A", 1, 1000, 1);
	QUIET();
	assert_int_equal(trace_tp()->repair, TCP_LOSS);
	assert_int_equal(trace_tp()->ssthresh, 5000);
	IN("A", 1, 0, 1001);
	OUT("A", 1001, 1000, 1);
	OUT("A", 2001, 1000, 1);
	IN("A", 1, 0, 3001);
	assert_int_equal(trace_tp()->cwnd, 4000);
	trace_forget();
	IN("A", 1, 0, 8001);
	assert_int_equal(trace_tp()->repair, TCP_OPEN);
}

static void test_round_trip_is_measured(void **state)
{
	(void)state;
	trace_established(true);
	tcp_rtt_init(trace_tp());
	trace_write(500);
	OUT("PA", 1, 500, 1);
	WAIT(80);
	IN("A", 1, 0, 501);
	assert_in_range(trace_tp()->srtt_us8 >> 3, 80000, 81000);
	/* RFC 6298 2.2, and the floor of 200 ms under the variance */
	assert_in_range(ktime_to_ms(trace_tp()->rto), 280, 281);
}

/* Fast retransmit ------------------------------------------------------------------------------------------------ */

static void test_sack_recovery(void **state)
{
	(void)state;
	established_with_window(true, 10);
	trace_write(12000);
	assert_int_equal(trace_forget(), 5); /* 10,000 of them in flight */
	/* The first is lost. Limited transmit (RFC 3042): each SACK lets new data out. */
	IN("A", 1, 0, 1, .sack = { { 1001, 2001 } });
	OUT("A", 10001, 1000, 1);
	IN("A", 1, 0, 1, .sack = { { 1001, 3001 } });
	OUT("PA", 11001, 1000, 1);
	assert_int_equal(trace_tp()->repair, TCP_DISORDER);
	/* More than two segments are SACKed above it: lost (RFC 6675 4). */
	IN("A", 1, 0, 1, .sack = { { 1001, 4001 } });
	OUT("A", 1, 1000, 1);
	QUIET();
	assert_int_equal(trace_tp()->repair, TCP_RECOVERY);
	assert_int_equal(trace_tp()->cwnd, 5000);
	IN("A", 1, 0, 12001);
	assert_int_equal(trace_tp()->repair, TCP_OPEN);
	assert_int_equal(trace_tp()->cwnd, 5000);
	assert_int_equal(trace->net->mib[MIB_TcpExtTCPSackRecovery], 1);
}

static void test_sack_recovery_of_two_holes(void **state)
{
	(void)state;
	established_with_window(true, 10);
	trace_write(10000);
	assert_int_equal(trace_forget(), 5);
	/* 1..1001 and 3001..4001 are lost */
	IN("A", 1, 0, 1, .sack = { { 4001, 10001 }, { 1001, 3001 } });
	OUT("A", 1, 1000, 1);
	OUT("A", 3001, 1000, 1);
	QUIET();
	IN("A", 1, 0, 3001, .sack = { { 4001, 10001 } });
	QUIET();
	IN("A", 1, 0, 10001);
	assert_int_equal(trace_tp()->total_retrans, 2);
	assert_int_equal(trace->net->mib[MIB_TcpExtTCPTimeouts], 0);
}

static void test_newreno_recovery(void **state)
{
	(void)state;
	established_with_window(false, 10);
	trace_write(14000);
	assert_int_equal(trace_forget(), 5);
	/* Two are lost, of ten; eight duplicates. */
	IN("A", 1, 0, 1);
	OUT("A", 10001, 1000, 1);
	IN("A", 1, 0, 1);
	OUT("A", 11001, 1000, 1);
	IN("A", 1, 0, 1);
	OUT("A", 1, 1000, 1);
	assert_int_equal(trace_tp()->repair, TCP_RECOVERY);
	for (int i = 0; i < 5; i++)
		IN("A", 1, 0, 1);
	trace_forget();
	/* RFC 6582 3.2, 5: a partial acknowledgement brings the next hole, at once. */
	IN("A", 1, 0, 5001);
	OUT("A", 5001, 1000, 1);
	trace_forget();
	IN("A", 1, 0, 14001);
	assert_int_equal(trace_tp()->repair, TCP_OPEN);
	assert_int_equal(trace_tp()->cwnd, 5000);
	assert_int_equal(trace->net->mib[MIB_TcpExtTCPRenoRecovery], 1);
	assert_int_equal(trace->net->mib[MIB_TcpExtTCPTimeouts], 0);
}

static void test_two_duplicates_are_no_loss(void **state)
{
	(void)state;
	established_with_window(false, 4);
	trace_write(4000);
	assert_int_equal(trace_forget(), 2);
	IN("A", 1, 0, 1);
	IN("A", 1, 0, 1);
	QUIET();
	IN("A", 1, 0, 4001);
	assert_int_equal(trace_tp()->total_retrans, 0);
	assert_int_equal(trace_tp()->cwnd >= 4000, true);
}

/* A window update, or an acknowledgement with data, is no duplicate (RFC 5681 2). */
static void test_what_is_no_duplicate(void **state)
{
	(void)state;
	established_with_window(false, 4);
	trace_write(4000);
	assert_int_equal(trace_forget(), 2);
	for (int i = 1; i <= 4; i++)
		IN("A", 1, 0, 1, .wnd = 65535 - i);
	QUIET();
	for (int i = 0; i < 4; i++) {
		IN("A", 1 + 10 * i, 10, 1, .wnd = 65531);
		trace_forget();
	}
	assert_int_equal(trace_tp()->total_retrans, 0);
}

static void test_bad_sack_blocks_are_ignored(void **state)
{
	(void)state;
	established_with_window(true, 10);
	trace_write(10000);
	assert_int_equal(trace_forget(), 5);
	IN("A", 1, 0, 1, .sack = { { 5001, 4001 } });  /* backwards */
	IN("A", 1, 0, 1, .sack = { { 1001, 20001 } }); /* never sent */
	IN("A", 1, 0, 1,
	   .sack = { { (uint32_t)-5000, (uint32_t)-1000 } }); /* before the beginning: a D-SACK */
	IN("A", 1, 0, 1, .sack = { { 1, 10001 } }); /* the whole window: believed, for now */
	assert_in_range(trace_tp()->sacked_out, 0, 10000);
	QUIET();
}

/* Blocks at odd places must not shatter the queue. */
static void test_odd_sack_blocks_do_not_shatter_the_queue(void **state)
{
	(void)state;
	established_with_window(true, 60);
	tcp_rtt_init(trace_tp());
	trace_write(50000);
	trace_forget();
	for (uint32_t i = 0; i < 400; i++) {
		IN("A", 1, 0, 1, .sack = { { 101 + 100 * i, 103 + 100 * i } });
		trace_forget();
	}
	assert_int_equal(trace_tp()->sacked_out, 0);
	assert_true(trace_tp()->rtx_queue.qlen <= 4);
}

static void test_reneging_is_noticed(void **state)
{
	(void)state;
	established_with_window(true, 10);
	trace_write(10000);
	assert_int_equal(trace_forget(), 5);
	IN("A", 1, 0, 1, .sack = { { 1001, 10001 } });
	OUT("A", 1, 1000, 1);
	/* The hole is filled, but what was SACKed is not acknowledged: it was thrown away (RFC 2018 8). */
	IN("A", 1, 0, 1001);
	trace_forget();
	WAIT(120);
	OUT("A", 1001, 1000, 1);
	IN("A", 1, 0, 2001);
	OUT("A", 2001, 2000, 1);
	IN("A", 1, 0, 10001);
	assert_int_equal(trace_tp()->repair, TCP_OPEN);
	trace_forget();
}

/* Undo ------------------------------------------------------------------------------------------------------------- */

/* RFC 3708: every retransmission was reported as a duplicate: there was no loss. */
static void test_dsack_undoes_reduction(void **state)
{
	(void)state;
	established_with_window(true, 10);
	trace_write(10000);
	assert_int_equal(trace_forget(), 5);
	IN("A", 1, 0, 1, .sack = { { 1001, 4001 } });
	OUT("A", 1, 1000, 1);
	assert_int_equal(trace_tp()->cwnd, 5000);
	/* The first was only late. */
	IN("A", 1, 0, 4001);
	IN("A", 1, 0, 10001);
	IN("A", 1, 0, 10001, .sack = { { 1, 1001 } });
	assert_true(trace_tp()->cwnd >= 10000);
	trace_forget();
}

/* RFC 3522: the acknowledgement echoes what was sent before the time-out. */
static void test_timestamp_undoes_timeout(void **state)
{
	uint32_t ts;

	(void)state;
	tcp_sysctl(trace->net)->tcp_timestamps = true;
	trace_connect();
	OUT("S", 0, 0, 0);
	ts = (uint32_t)ktime_to_ms(trace->net->now) + trace_tp()->ts_offset;
	IN("SA", 0, 0, 1, .mss = TRACE_MSS, .sackok = true, .tsval = 1, .tsecr = ts);
	OUT("A", 1, 0, 1);
	trace_tp()->cwnd = 10 * 988;
	trace_write(9880);
	trace_forget();
	WAIT(250);
	OUT("A", 1, 988, 1);
	assert_int_equal(trace_tp()->repair, TCP_LOSS);
	IN("A", 1, 0, 1977, .tsval = 2, .tsecr = ts);
	assert_int_equal(trace_tp()->repair, TCP_OPEN);
	assert_true(trace_tp()->cwnd >= 10 * 988);
	assert_int_equal(trace_tp()->lost_out, 0);
	assert_int_equal(trace->net->mib[MIB_TcpExtTCPSpuriousRTOs], 1);
	QUIET();
}

static void test_reordering_raises_the_threshold(void **state)
{
	(void)state;
	established_with_window(true, 20);
	trace_write(20000);
	trace_forget();
	/* Late by seven segments, not lost. */
	IN("A", 1, 0, 1, .sack = { { 5001, 7001 } });
	trace_forget();
	IN("A", 1, 0, 7001);
	trace_forget();
	assert_int_equal(trace_tp()->reordering, 7);
	assert_true(trace_tp()->reord_seen > 0);
}

/* Persist (RFC 9293 3.8.6.1) ---------------------------------------------------------------------------------------- */

static void test_persist(void **state)
{
	(void)state;
	established_with_window(true, 10);
	IN("A", 1, 0, 1, .wnd = -1);
	trace_write(500);
	QUIET();
	WAIT(310);
	OUT("A", 0, 0, 1); /* an old sequence number: must be answered */
	IN("A", 1, 0, 1, .wnd = -1);
	WAIT(570);
	QUIET();
	WAIT(40);
	OUT("A", 0, 0, 1);
	IN("A", 1, 0, 1, .wnd = 300);
	/* RFC 9293 3.8.6.2.1: not a sliver, until the override time-out */
	QUIET();
	WAIT(1300);
	OUT("A", 1, 300, 1);
	IN("A", 1, 0, 301, .wnd = 4000);
	OUT("PA", 301, 200, 1);
}

static void test_window_update_restarts(void **state)
{
	(void)state;
	established_with_window(true, 10);
	IN("A", 1, 0, 1, .wnd = -1);
	trace_write(500);
	IN("A", 1, 0, 1, .wnd = 4000);
	OUT("PA", 1, 500, 1);
}

/* The owner -------------------------------------------------------------------------------------------------------- */

static void test_writable_when_room_returns(void **state)
{
	uint32_t at = 1;

	(void)state;
	trace_established(true);
	while (trace_tp()->sk.wmem < trace->sk->sndbuf) {
		trace_tp()->cwnd = 5000;
		trace_write(min(1000u, trace->sk->sndbuf - trace_tp()->sk.wmem));
	}
	trace_forget();
	trace->sk->want_write = true;
	assert_int_equal(trace->writable, 0);
	while (!trace->writable && at < 100000) {
		at += 1000;
		IN("A", 1, 0, at);
		trace_forget();
	}
	assert_int_equal(trace->writable, 1);
}

static void test_write_after_shutdown_is_refused(void **state)
{
	struct iovec iov[SOCK_IOV_MAX];
	unsigned nr = SOCK_IOV_MAX;

	(void)state;
	trace_established(true);
	tcp_proto.shutdown(trace->sk, SEND_SHUTDOWN);
	assert_int_equal(tcp_proto.reserve(trace->sk, iov, &nr), -EPIPE);
	trace_forget();
}

static void test_unsent_bytes_are_bounded(void **state)
{
	(void)state;
	established_with_window(true, 4);
	trace->sk->sndbuf = 4 << 20;
	while (1) {
		struct iovec iov[SOCK_IOV_MAX];
		unsigned nr = SOCK_IOV_MAX;
		int room = tcp_proto.reserve(trace->sk, iov, &nr);

		if (room <= 0)
			break;
		tcp_proto.commit(trace->sk, room);
		trace_forget();
	}
	assert_int_equal(trace_tp()->write_seq - trace_tp()->snd_nxt,
			 tcp_sysctl(trace->net)->tcp_notsent_lowat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		trace_test(test_whole_burst_is_one_packet),
		trace_test(test_congestion_window_limits),
		trace_test(test_peer_window_limits),
		trace_test(test_nagle),
		trace_test(test_nodelay),
		trace_test(test_cork),
		trace_test(test_push_is_on_the_last_bytes),
		trace_test(test_window_grows_only_when_used),
		trace_test(test_window_shrinks_after_idleness),
		trace_test(test_slow_device_pushes_back),
		trace_test(test_rto_doubles),
		trace_test(test_timeout_sends_one_segment_and_slow_starts),
		trace_test(test_round_trip_is_measured),
		trace_test(test_sack_recovery),
		trace_test(test_sack_recovery_of_two_holes),
		trace_test(test_newreno_recovery),
		trace_test(test_two_duplicates_are_no_loss),
		trace_test(test_what_is_no_duplicate),
		trace_test(test_bad_sack_blocks_are_ignored),
		trace_test(test_odd_sack_blocks_do_not_shatter_the_queue),
		trace_test(test_reneging_is_noticed),
		trace_test(test_dsack_undoes_reduction),
		trace_test(test_timestamp_undoes_timeout),
		trace_test(test_reordering_raises_the_threshold),
		trace_test(test_persist),
		trace_test(test_window_update_restarts),
		trace_test(test_writable_when_room_returns),
		trace_test(test_write_after_shutdown_is_refused),
		trace_test(test_unsent_bytes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
