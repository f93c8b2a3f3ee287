/* SPDX-License-Identifier: BSD-2-Clause */
/* What is received: order, acknowledgements, SACK, windows. */
#include "tests/unit/tcptrace.h"

#include "stack/tcp/tcp_ofo.h"

/* Delayed acknowledgements (RFC 5681 4.2) ----------------------------------------------------------------- */

static void test_one_segment_is_acknowledged_later(void **state)
{
	(void)state;
	trace_established(true);
	IN("A", 1, 1000, 1);
	QUIET();
	WAIT(30);
	QUIET();
	WAIT(180);
	OUT("A", 1, 0, 1001);
	assert_int_equal(trace->net->mib[MIB_TcpExtDelayedACKs], 1);
}

static void test_every_second_segment_is_acknowledged(void **state)
{
	(void)state;
	trace_established(true);
	for (int i = 0; i < 10; i++) {
		IN("A", 1 + 2000 * i, 1000, 1);
		QUIET();
		IN("A", 1001 + 2000 * i, 1000, 1);
		OUT("A", 1, 0, 2001 + 2000 * i);
	}
}

static void test_one_acknowledgement_for_a_batch(void **state)
{
	(void)state;
	trace_established(true);
	trace->batch = true;
	for (int i = 0; i < 20; i++)
		IN("A", 1 + 1000 * i, 1000, 1);
	trace->batch = false;
	OUT("A", 1, 0, 20001);
	QUIET();
}

static void test_start_is_acknowledged_at_once(void **state)
{
	(void)state;
	trace_connect();
	OUT("S", 0, 0, 0);
	IN("SA", 0, 0, 1, .mss = TRACE_MSS, .sackok = true);
	OUT("A", 1, 0, 1);
	IN("A", 1, 500, 1);
	OUT("A", 1, 0, 501);
	IN("A", 501, 500, 1);
	OUT("A", 1, 0, 1001);
}

static void test_data_carries_the_acknowledgement(void **state)
{
	(void)state;
	trace_established(true);
	IN("PA", 1, 100, 1);
	trace_write(50);
	OUT("A", 1, 50, 101);
	WAIT(300);
	assert_int_equal(trace->net->mib[MIB_TcpExtDelayedACKs], 0);
	trace_forget();
}

static void test_quickack_option(void **state)
{
	(void)state;
	trace_established(true);
	IN("A", 1, 100, 1);
	QUIET();
	trace_setopt(IPPROTO_TCP, TCP_QUICKACK, 1);
	OUT("A", 1, 0, 101);
}

/* Out of order, SACK (RFC 2018, 2883) ---------------------------------------------------------------------- */

static void test_out_of_order_is_reported_and_delivered(void **state)
{
	(void)state;
	trace_established(true);
	IN("A", 1001, 1000, 1);
	OUT("A", 1, 0, 1, .sack = { { 1001, 2001 } });
	IN("A", 3001, 1000, 1);
	OUT("A", 1, 0, 1, .sack = { { 3001, 4001 }, { 1001, 2001 } });
	IN("A", 2001, 1000, 1);
	OUT("A", 1, 0, 1, .sack = { { 1001, 4001 } });
	assert_int_equal(trace->readable, 0);
	IN("A", 1, 1000, 1);
	OUT("A", 1, 0, 4001, .no_sack = true);
	assert_int_equal(trace->readable, 1);
	trace_read(4000);
}

/* RFC 2018 4: the block that holds the latest segment first, then the most recently reported ones. */
static void test_latest_block_is_first(void **state)
{
	(void)state;
	trace_established(true);
	for (uint32_t i = 1; i <= 5; i++) {
		IN("A", 1 + 2000 * i, 1000, 1);
		trace_forget();
	}
	IN("A", 2001 + 1000, 500, 1);
	OUT("A", 1, 0, 1,
	    .sack = { { 2001, 3501 }, { 10001, 11001 }, { 8001, 9001 }, { 6001, 7001 } });
}

static void test_dsack_of_out_of_order_duplicate(void **state)
{
	(void)state;
	trace_established(true);
	IN("A", 2001, 2000, 1);
	OUT("A", 1, 0, 1, .sack = { { 2001, 4001 } });
	IN("A", 2501, 500, 1);
	OUT("A", 1, 0, 1, .sack = { { 2501, 3001 }, { 2001, 4001 } });
	IN("A", 5001, 100, 1);
	OUT("A", 1, 0, 1,
	    .sack = { { 5001, 5101 }, { 2001, 4001 } }); /* the D-SACK was told once */
}

static void test_dsack_can_be_switched_off(void **state)
{
	(void)state;
	tcp_sysctl(trace->net)->tcp_dsack = false;
	trace_established(true);
	IN("A", 2001, 2000, 1);
	OUT("A", 1, 0, 1, .sack = { { 2001, 4001 } });
	IN("A", 2501, 500, 1);
	OUT("A", 1, 0, 1, .sack = { { 2001, 4001 } });
}

static void test_without_sack_each_segment_is_a_duplicate_ack(void **state)
{
	(void)state;
	trace_established(false);
	trace->batch = true;
	for (int i = 1; i <= 4; i++)
		IN("A", 1 + 1000 * i, 1000, 1);
	trace->batch = false;
	for (int i = 0; i < 4; i++)
		OUT("A", 1, 0, 1, .no_sack = true);
	QUIET();
}

/* What one acknowledgement has no room for is told by another, before the batch is over. */
static void test_many_holes_in_a_batch_are_all_reported(void **state)
{
	(void)state;
	trace_established(true);
	trace->batch = true;
	for (uint32_t i = 1; i <= 4; i++)
		IN("A", 1 + 2000 * i, 1000, 1);
	assert_int_equal(trace->sent.qlen, 0);
	IN("A", 10001, 1000, 1);
	trace->batch = false;
	OUT("A", 1, 0, 1,
	    .sack = { { 8001, 9001 }, { 6001, 7001 }, { 4001, 5001 }, { 2001, 3001 } });
	OUT("A", 1, 0, 1,
	    .sack = { { 10001, 11001 }, { 8001, 9001 }, { 6001, 7001 }, { 4001, 5001 } });
}

/* A block that was forgotten is found again when it grows; of a long one, what lies near is enough. */
static void test_a_forgotten_block_is_reported_again_when_it_grows(void **state)
{
	(void)state;
	trace_established(true);
	for (uint32_t i = 0; i < 100; i++) {
		IN("A", 1001 + 10 * i, 10, 1);
		trace_forget();
	}
	for (uint32_t i = 0; i < 5; i++) {
		IN("A", 10001 + 100 * i, 10, 1);
		trace_forget();
	}
	IN("A", 2001, 10, 1);
	OUT("A", 1, 0, 1,
	    .sack = { { 1681, 2011 }, { 10401, 10411 }, { 10301, 10311 }, { 10201, 10211 } });
	for (uint32_t i = 5; i < 10; i++) {
		IN("A", 10001 + 100 * i, 10, 1);
		trace_forget();
	}
	IN("A", 991, 10, 1);
	OUT("A", 1, 0, 1,
	    .sack = { { 991, 1321 }, { 10901, 10911 }, { 10801, 10811 }, { 10701, 10711 } });
}

/* Two packets that changed places, while more may be at hand: nobody hears of it. */
static void test_what_was_overtaken_is_awaited(void **state)
{
	(void)state;
	trace_established(true);
	trace->more = true;
	IN("A", 1001, 1000, 1);
	assert_int_equal(trace->sent.qlen, 0);
	assert_int_equal(net_next_timer(trace->net), trace->net->now + TCP_REORDER_WAIT);
	IN("A", 1, 1000, 1);
	OUT("A", 1, 0, 2001, .no_sack = true);
	trace_read(2000);
}

static void test_what_was_lost_is_not_awaited_for_long(void **state)
{
	(void)state;
	trace_established(true);
	trace->more = true;
	IN("A", 1001, 1000, 1);
	net_advance(trace->net, trace->net->now + TCP_REORDER_WAIT - 1);
	IN("A", 2001, 1000, 1);
	assert_int_equal(trace->sent.qlen, 0);
	net_advance(trace->net, trace->net->now + 1);
	net_run_batch(trace->net);
	assert_int_equal(trace->sent.qlen, 1);
	OUT("A", 1, 0, 1, .sack = { { 1001, 3001 } });
	/* From now on the sender hears of all that comes. */
	IN("A", 3001, 1000, 1);
	assert_int_equal(trace->sent.qlen, 1);
	OUT("A", 1, 0, 1, .sack = { { 1001, 4001 } });
}

/* It counts duplicates: each must be sent. */
static void test_a_sender_without_sack_is_told_at_once(void **state)
{
	(void)state;
	trace_established(false);
	trace->more = true;
	IN("A", 1001, 1000, 1);
	assert_int_equal(trace->sent.qlen, 1);
	OUT("A", 1, 0, 1);
}

/* Each byte once, whatever overlaps: against a model that knows which bytes have come. */
static void test_random_overlaps(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		bool have[20000] = { false };
		uint64_t random = seed;
		uint32_t next = 0;

		trace_established(true);
		while (next < 10000) {
			uint32_t at = test_below(&random, 10000),
				 len = 1 + test_below(&random, 900);

			IN("A", 1 + at, len, 1);
			memset(have + at, true, len);
			while (have[next])
				next++;
			trace_forget();
			assert_int_equal(trace_tp()->rcv_nxt - trace_tp()->irs, 1 + next);
		}
		trace_read(next);
		trace_close(true);
		trace_forget();
		trace->iss_known = false;
		trace->connected = 0;
	}
}

/* A window that was promised is kept, beyond the buffer; but its bytes may come one by one. */
static void test_a_full_queue_is_not_searched_for_each_segment(void **state)
{
	struct tcp_sock *tp;
	uint64_t searched;
	uint32_t seq = 1;

	(void)state;
	trace_established(true);
	tp = trace_tp();
	tp->sk.rcvbuf = 100000;
	tp->sk.rcvbuf_locked = true;
	for (; tp->sk.rmem < tp->sk.rcvbuf; seq += 1000) {
		tp->rcv_wnd = 60000;
		tp->rcv_wup = tp->rcv_nxt;
		IN("A", seq, 1000, 1);
		trace_forget();
	}
	assert_true(trace->net->mib[MIB_TcpExtPruneCalled] > 0);
	searched = trace->net->mib[MIB_TcpExtPruneCalled];
	for (uint32_t i = 0; i < 500; i++) {
		IN("A", seq++, 1, 1);
		trace_forget();
	}
	assert_int_equal(tp->rcv_nxt - tp->irs, seq);
	assert_in_range(trace->net->mib[MIB_TcpExtPruneCalled] - searched, 0, 5);
	trace_read(seq - 1);
}

static void test_out_of_order_queue_is_bounded(void **state)
{
	struct tcp_sock *tp;

	(void)state;
	trace_established(true);
	tp = trace_tp();
	tp->sk.rcvbuf = 32000;
	tp->rcv_wnd = 60000;
	for (uint32_t i = 0; i < 50; i++) {
		IN("A", 1001 + 1000 * i, 500, 1);
		trace_forget();
		assert_true(tp->sk.rmem <= 42000);
	}
	assert_true(trace->net->mib[MIB_TcpExtTCPOFODrop] + trace->net->mib[MIB_TcpExtTCPRcvQDrop] >
		    0);
	/* What comes next in order is taken all the same: something farther off makes place. */
	IN("A", 1, 1000, 1);
	assert_int_equal(tp->rcv_nxt - tp->irs, 1501);
	trace_forget();
}

static void test_small_segments_are_copied_together(void **state)
{
	(void)state;
	trace_established(true);
	for (uint32_t i = 0; i < 100; i++) {
		IN("A", 1 + 10 * i, 10, 1);
		trace_forget();
	}
	assert_true(trace->sk->rcvq.qlen < 5);
	assert_int_equal(trace->sk->rmem, skb_peek(&trace->sk->rcvq)->truesize);
	trace_read(1000);
}

/* Windows (RFC 9293 3.8.6) ------------------------------------------------------------------------------------ */

static void test_window_shrinks_by_what_arrives_and_opens_when_it_is_read(void **state)
{
	struct tcp_sock *tp;
	uint32_t at = 1;

	(void)state;
	trace_established(true);
	tp = trace_tp();
	while (tcp_receive_window(tp) >= 1000 && tp->sk.rmem < tp->sk.rcvbuf) {
		uint32_t edge = tp->rcv_wup + tp->rcv_wnd;

		IN("A", at, 1000, 1);
		at += 1000;
		trace_forget();
		/* SHLD-14: the right edge does not move back. */
		assert_false(before(tp->rcv_wup + tp->rcv_wnd, edge));
	}
	trace_read(at - 1);
	OUT("A", 1, 0, at); /* an update, without being asked */
	assert_true(tcp_receive_window(tp) > 30000);
}

static void test_small_reads_send_no_updates(void **state)
{
	struct tcp_sock *tp;
	uint32_t at = 1;

	(void)state;
	trace_established(true);
	tp = trace_tp();
	for (int i = 0; i < 40; i++, at += 1000) {
		IN("A", at, 1000, 1);
		trace_forget();
	}
	for (int i = 0; i < 8; i++)
		trace_read(100);
	QUIET();
	assert_true(tp->sk.rmem > 0);
}

static void test_window_clamp(void **state)
{
	(void)state;
	trace_established(true);
	trace_setopt(IPPROTO_TCP, TCP_WINDOW_CLAMP, 2000);
	for (uint32_t i = 0; i < 100; i++) {
		IN("A", 1 + 1000 * i, 1000, 1);
		trace_forget();
		trace_read(1000);
		trace_forget();
	}
	/* What was promised before is kept; after it, no more than that. */
	assert_in_range(trace_tp()->rcv_wnd, 1000, 2000);
}

/* The buffer follows what is consumed in a round trip (tcp_moderate_rcvbuf). */
static void test_receive_buffer_grows(void **state)
{
	uint32_t before, at = 1;

	(void)state;
	trace_established(true);
	trace_tp()->min_rtt_us = 50000;
	before = trace->sk->rcvbuf;
	for (int round = 0; round < 20; round++) {
		uint32_t n = min(tcp_receive_window(trace_tp()) / 1000, 200u);

		trace->batch = true;
		for (uint32_t i = 0; i < n; i++, at += 1000)
			IN("A", at, 1000, 1);
		trace->batch = false;
		while (trace->sk->rcvq.qlen)
			tcp_proto.consume(trace->sk, 1000);
		trace_forget();
		WAIT(50);
		trace_forget();
	}
	assert_true(trace->sk->rcvbuf > before);
	assert_true(trace->sk->rcvbuf <= tcp_sysctl(trace->net)->tcp_rmem[2]);
}

static void test_locked_receive_buffer_does_not_grow(void **state)
{
	uint32_t at = 1;

	(void)state;
	trace_established(true);
	trace->sk->rcvbuf_locked = true;
	for (int round = 0; round < 20; round++) {
		trace->batch = true;
		for (uint32_t i = 0; i < 40; i++, at += 1000)
			IN("A", at, 1000, 1);
		trace->batch = false;
		while (trace->sk->rcvq.qlen)
			tcp_proto.consume(trace->sk, 1000);
		trace_forget();
		WAIT(50);
		trace_forget();
	}
	assert_int_equal(trace->sk->rcvbuf, tcp_sysctl(trace->net)->tcp_rmem[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		trace_test(test_one_segment_is_acknowledged_later),
		trace_test(test_every_second_segment_is_acknowledged),
		trace_test(test_one_acknowledgement_for_a_batch),
		trace_test(test_start_is_acknowledged_at_once),
		trace_test(test_data_carries_the_acknowledgement),
		trace_test(test_quickack_option),
		trace_test(test_out_of_order_is_reported_and_delivered),
		trace_test(test_latest_block_is_first),
		trace_test(test_dsack_of_out_of_order_duplicate),
		trace_test(test_dsack_can_be_switched_off),
		trace_test(test_without_sack_each_segment_is_a_duplicate_ack),
		trace_test(test_many_holes_in_a_batch_are_all_reported),
		trace_test(test_what_was_overtaken_is_awaited),
		trace_test(test_what_was_lost_is_not_awaited_for_long),
		trace_test(test_a_forgotten_block_is_reported_again_when_it_grows),
		trace_test(test_a_full_queue_is_not_searched_for_each_segment),
		trace_test(test_a_sender_without_sack_is_told_at_once),
		trace_test(test_random_overlaps),
		trace_test(test_out_of_order_queue_is_bounded),
		trace_test(test_small_segments_are_copied_together),
		trace_test(test_window_shrinks_by_what_arrives_and_opens_when_it_is_read),
		trace_test(test_small_reads_send_no_updates),
		trace_test(test_window_clamp),
		trace_test(test_receive_buffer_grows),
		trace_test(test_locked_receive_buffer_does_not_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
