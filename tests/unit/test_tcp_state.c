/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 9293 3.10.7.4, step by step: which segments a connection takes, and what it does on them. */
#include "tests/unit/tcptrace.h"

/* first: check sequence number --------------------------------------------------------------------------- */

static void test_segment_left_of_the_window_is_acknowledged(void **state)
{
	(void)state;
	trace_established(true);
	IN("A", 1, 1000, 1);
	trace_forget();
	IN("A", 1, 1000, 1);
	OUT("A", 1, 0, 1001, .sack = { { 1, 1001 } }); /* D-SACK */
	assert_int_equal(trace_tp()->bytes_received, 1000);
}

static void test_segment_right_of_the_window_is_acknowledged(void **state)
{
	(void)state;
	trace_established(true);
	IN("A", 200000, 1000, 1);
	OUT("A", 1, 0, 1, .no_sack = true);
	assert_null(trace_tp()->ofo.node);
}

static void test_overlap_is_trimmed_on_both_sides(void **state)
{
	(void)state;
	trace_established(true);
	IN("A", 1, 1000, 1);
	trace_forget();
	IN("A", 501, 1000, 1);
	OUT("A", 1, 0, 1501, .sack = { { 501, 1001 } });
	trace_read(1500);
}

static void test_answers_to_empty_segments_are_limited(void **state)
{
	(void)state;
	trace_established(true);
	IN("A", 300000, 0, 1);
	OUT("A", 1, 0, 1);
	for (int i = 0; i < 10; i++)
		IN("A", 300000, 0, 1);
	QUIET();
	WAIT(600); /* tcp_invalid_ratelimit is 500 */
	IN("A", 300000, 0, 1);
	OUT("A", 1, 0, 1);
}

/* A keepalive probe: one byte back, no data. */
static void test_keepalive_probe_is_answered(void **state)
{
	(void)state;
	trace_established(true);
	IN("A", 0, 0, 1);
	OUT("A", 1, 0, 1);
}

static void test_zero_window_takes_acks_but_no_text(void **state)
{
	struct tcp_sock *tp;

	(void)state;
	trace_established(true);
	tp = trace_tp();
	tp->rcv_wnd = 0; /* as if it had been offered */
	tp->sk.rmem = tp->sk.rcvbuf;
	trace_write(100);
	OUT("A", 1, 100, 1, .wnd = -1);
	IN("A", 1, 1, 101);
	OUT("A", 101, 0, 1, .wnd = -1);
	assert_int_equal(tp->snd_una - tp->iss, 101);
	assert_int_equal(trace->net->mib[MIB_TcpExtTCPZeroWindowDrop], 1);
	tp->sk.rmem = 0;
}

/* second: check the RST bit -------------------------------------------------------------------------------- */

static void test_exact_reset_ends_connection(void **state)
{
	(void)state;
	trace_established(true);
	IN("R", 1, 0, 0);
	assert_int_equal(trace->err, ECONNRESET);
	assert_int_equal(trace->sk->state, SS_CLOSE);
	QUIET();
}

static void test_reset_in_the_window_is_challenged(void **state)
{
	(void)state;
	trace_established(true);
	IN("R", 1000, 0, 0);
	OUT("A", 1, 0, 1);
	assert_int_equal(trace->sk->state, SS_ESTABLISHED);
	assert_int_equal(trace->net->mib[MIB_TcpExtTCPChallengeACK], 1);
	/* RFC 5961 3.2: the peer, if it is it, answers the challenge with an exact one. */
	IN("R", 1, 0, 0);
	assert_int_equal(trace->err, ECONNRESET);
}

static void test_reset_outside_the_window_is_ignored(void **state)
{
	(void)state;
	trace_established(true);
	IN("R", 200000, 0, 0);
	QUIET();
	IN("R", 0, 0, 0);
	QUIET();
	assert_int_equal(trace->sk->state, SS_ESTABLISHED);
}

static void test_challenges_are_limited_over_all_connections(void **state)
{
	(void)state;
	tcp_sysctl(trace->net)->tcp_challenge_ack_limit = 0;
	trace_established(true);
	IN("R", 1000, 0, 0);
	QUIET();
}

/* fourth: check the SYN bit ---------------------------------------------------------------------------------- */

static void test_syn_is_challenged(void **state)
{
	(void)state;
	trace_established(true);
	IN("S", 5, 0, 0);
	OUT("A", 1, 0, 1);
	assert_int_equal(trace->sk->state, SS_ESTABLISHED);
	assert_int_equal(trace->net->mib[MIB_TcpExtTCPSYNChallenge], 1);
}

/* fifth: check the ACK field ---------------------------------------------------------------------------------- */

static void test_segment_without_ack_is_dropped(void **state)
{
	(void)state;
	trace_established(true);
	IN("P", 1, 100, 0);
	QUIET();
	assert_int_equal(trace->sk->rcvq.qlen, 0);
}

static void test_ack_of_the_future_is_answered_and_its_text_dropped(void **state)
{
	(void)state;
	trace_established(true);
	IN("A", 1, 100, 2);
	OUT("A", 1, 0, 1);
	assert_int_equal(trace->sk->rcvq.qlen, 0);
}

/* RFC 5961 5.2 */
static void test_ack_of_long_ago_is_answered(void **state)
{
	(void)state;
	trace_established(true);
	IN("A", 1, 100, (uint32_t)-70000);
	OUT("A", 1, 0, 1);
	assert_int_equal(trace->sk->rcvq.qlen, 0);
}

static void test_old_ack_with_new_text_is_taken(void **state)
{
	(void)state;
	trace_established(true);
	trace_write(500);
	OUT("A", 1, 500, 1);
	IN("A", 1, 0, 501);
	IN("A", 1, 2000, 1);
	OUT("A", 501, 0, 2001);
	assert_int_equal(trace_tp()->snd_una - trace_tp()->iss, 501);
}

static void test_urgent_is_tolerated(void **state)
{
	(void)state;
	trace_established(true);
	IN("UA", 1, 2000, 1, .urg = 5);
	OUT("A", 1, 0, 2001);
	trace_read(2000);
}

/* PAWS (RFC 7323 5) ------------------------------------------------------------------------------------------- */

static void establish_with_timestamps(void)
{
	tcp_sysctl(trace->net)->tcp_timestamps = true;
	trace_connect();
	OUT("S", 0, 0, 0, .ts = true);
	IN("SA", 0, 0, 1, .mss = 1460, .sackok = true, .tsval = 1000,
	   .tsecr = (uint32_t)ktime_to_ms(trace->net->now) + trace_tp()->ts_offset);
	OUT("A", 1, 0, 1, .tsecr = 1000);
	trace_tp()->quick = 0;
}

static void test_paws_drops_old_timestamps(void **state)
{
	(void)state;
	establish_with_timestamps();
	IN("A", 1, 1000, 1, .tsval = 999);
	OUT("A", 1, 0, 1, .tsecr = 1000);
	assert_int_equal(trace->net->mib[MIB_TcpExtPAWSEstab], 1);
	IN("A", 1, 1000, 1, .tsval = 1000);
	assert_int_equal(trace_tp()->rcv_nxt - trace_tp()->irs, 1001);
	trace_forget();
	/* A reset is excepted. */
	IN("R", 1001, 0, 0, .tsval = 5);
	assert_int_equal(trace->err, ECONNRESET);
}

static void test_segment_without_timestamp_is_dropped(void **state)
{
	(void)state;
	establish_with_timestamps();
	IN("A", 1, 1000, 1);
	trace_forget();
	assert_int_equal(trace->sk->rcvq.qlen, 0);
}

/* RFC 7323 5.5: after 24 days of silence a timestamp proves nothing. */
static void test_paws_forgets_after_24_days(void **state)
{
	(void)state;
	establish_with_timestamps();
	WAIT(25ll * 24 * 3600 * 1000);
	IN("A", 1, 1000, 1, .tsval = 5);
	assert_int_equal(trace_tp()->rcv_nxt - trace_tp()->irs, 1001);
	trace_forget();
}

/* RFC 7323 4.3: the echo is of the segment that the acknowledgement is for. */
static void test_timestamp_of_out_of_order_segment_is_not_echoed(void **state)
{
	(void)state;
	establish_with_timestamps();
	IN("A", 1001, 1000, 1, .tsval = 1100);
	OUT("A", 1, 0, 1, .tsecr = 1000);
	IN("A", 1, 1000, 1, .tsval = 1050);
	OUT("A", 1, 0, 2001, .tsecr = 1050);
}

/* Ends ----------------------------------------------------------------------------------------------------------- */

static void test_close_by_us(void **state)
{
	(void)state;
	trace_established(true);
	tcp_proto.shutdown(trace->sk, SEND_SHUTDOWN);
	OUT("FA", 1, 0, 1);
	assert_int_equal(trace->sk->state, SS_FIN_WAIT1);
	IN("A", 1, 0, 2);
	assert_int_equal(trace->sk->state, SS_FIN_WAIT2);
	IN("A", 1, 2000, 2);
	OUT("A", 2, 0, 2001);
	trace_read(2000);
	IN("FA", 2001, 0, 2);
	OUT("A", 2, 0, 2002);
	assert_int_equal(trace->net->tcp->nr_timewaits, 1);
}

static void test_close_by_peer(void **state)
{
	(void)state;
	trace_established(true);
	IN("FA", 1, 10, 1);
	OUT("A", 1, 0, 12);
	assert_int_equal(trace->sk->state, SS_CLOSE_WAIT);
	assert_true(trace->sk->shutdown & RCV_SHUTDOWN);
	trace_write(100);
	OUT("A", 1, 100, 12);
	trace_read(10);
	trace_close(false);
	OUT("FA", 101, 0, 12);
	IN("A", 12, 0, 102);
	assert_int_equal(trace->net->tcp->sockets, 0);
	assert_int_equal(trace->net->tcp->nr_timewaits, 0);
}

static void test_fin_and_ack_of_ours_in_one(void **state)
{
	(void)state;
	trace_established(true);
	tcp_proto.shutdown(trace->sk, SEND_SHUTDOWN);
	OUT("FA", 1, 0, 1);
	IN("FA", 1, 0, 2);
	OUT("A", 2, 0, 2);
	assert_int_equal(trace->net->tcp->nr_timewaits, 1);
}

static void test_simultaneous_close(void **state)
{
	(void)state;
	trace_established(true);
	tcp_proto.shutdown(trace->sk, SEND_SHUTDOWN);
	OUT("FA", 1, 0, 1);
	IN("FA", 1, 0, 1);
	OUT("A", 2, 0, 2);
	assert_int_equal(trace->sk->state, SS_CLOSING);
	IN("A", 2, 0, 2);
	assert_int_equal(trace->net->tcp->nr_timewaits, 1);
	QUIET();
}

static void test_fin_out_of_order(void **state)
{
	(void)state;
	trace_established(true);
	IN("FA", 1001, 500, 1);
	OUT("A", 1, 0, 1, .sack = { { 1001, 1502 } });
	assert_int_equal(trace->sk->state, SS_ESTABLISHED);
	IN("A", 1, 1000, 1);
	OUT("A", 1, 0, 1502);
	assert_int_equal(trace->sk->state, SS_CLOSE_WAIT);
	trace_read(1500);
}

static void test_fin_goes_with_the_last_bytes(void **state)
{
	(void)state;
	trace_established(true);
	trace->batch = true;
	trace_write(1); /* so that Nagle holds the rest */
	trace_write(300);
	tcp_proto.shutdown(trace->sk, SEND_SHUTDOWN);
	trace->batch = false;
	net_finish_batch(trace->net);
	OUT("A", 1, 1, 1);
	OUT("FPA", 2, 300, 1);
}

static void test_text_after_close_is_reset(void **state)
{
	(void)state;
	trace_established(true);
	trace_close(false);
	OUT("FA", 1, 0, 1);
	IN("A", 1, 100, 1);
	OUT("RA", 2, 0, 1);
	assert_int_equal(trace->net->tcp->sockets, 0);
}

static void test_text_in_orphaned_fin_wait2_is_reset(void **state)
{
	(void)state;
	trace_established(true);
	trace_close(false);
	OUT("FA", 1, 0, 1);
	IN("A", 1, 0, 2);
	assert_int_equal(trace->net->tcp->nr_timewaits, 1);
	assert_int_equal(trace->net->tcp->sockets, 0);
	IN("A", 1, 100, 2);
	OUT("R", 2, 0, 0);
	assert_int_equal(trace->net->tcp->nr_timewaits, 0);
}

static void test_orphaned_fin_wait2_takes_fin(void **state)
{
	(void)state;
	trace_established(true);
	trace_close(false);
	OUT("FA", 1, 0, 1);
	IN("A", 1, 0, 2);
	IN("FA", 1, 0, 2);
	OUT("A", 2, 0, 2);
	WAIT(59000);
	assert_int_equal(trace->net->tcp->nr_timewaits, 1);
	WAIT(2000);
	assert_int_equal(trace->net->tcp->nr_timewaits, 0);
}

/* TIME-WAIT --------------------------------------------------------------------------------------------------- */

static void enter_time_wait(void)
{
	trace_established(true);
	tcp_proto.shutdown(trace->sk, SEND_SHUTDOWN);
	OUT("FA", 1, 0, 1);
	IN("FA", 1, 0, 2);
	OUT("A", 2, 0, 2);
	trace_close(false);
	assert_int_equal(trace->net->tcp->nr_timewaits, 1);
}

static void test_time_wait_acknowledges_repeated_fin(void **state)
{
	(void)state;
	enter_time_wait();
	WAIT(50000);
	IN("FA", 1, 0, 2);
	OUT("A", 2, 0, 2);
	WAIT(50000); /* restarted */
	assert_int_equal(trace->net->tcp->nr_timewaits, 1);
	WAIT(11000);
	assert_int_equal(trace->net->tcp->nr_timewaits, 0);
}

static void test_time_wait_survives_old_data_and_bad_resets(void **state)
{
	(void)state;
	enter_time_wait();
	IN("A", 1, 0, 2);
	QUIET();
	IN("R", 77, 0, 0);
	assert_int_equal(trace->net->tcp->nr_timewaits, 1);
	tcp_sysctl(trace->net)->tcp_rfc1337 = true;
	IN("R", 2, 0, 0);
	assert_int_equal(trace->net->tcp->nr_timewaits, 1);
}

static void test_time_wait_gives_way_to_newer_syn(void **state)
{
	uint32_t old;

	(void)state;
	enter_time_wait();
	trace_listen(5);
	old = trace->iss;
	IN("S", 1, 0, 0); /* not newer */
	OUT("A", 2, 0, 2);
	trace->iss_known = false;
	IN("S", 100000, 0, 0);
	OUT("SA", 0, 0, 100001);
	assert_true(after(trace->iss, old + 65536));
	assert_int_equal(trace->net->tcp->nr_timewaits, 0);
	assert_int_equal(trace->net->mib[MIB_TcpExtTWRecycled], 1);
}

/* ICMP (RFC 5927, RFC 1122 4.2.3.9) ------------------------------------------------------------------------ */

static void test_icmp_error_does_not_end_connection(void **state)
{
	(void)state;
	trace_established(true);
	trace_write(100);
	OUT("A", 1, 100, 1);
	trace_icmp(ECONNREFUSED, true, 0, 1);
	assert_int_equal(trace->sk->state, SS_ESTABLISHED);
	assert_int_equal(trace->sk->soft_err, ECONNREFUSED);
	/* But if it dies of silence, that was why. */
	WAIT(2000000);
	trace_forget();
	assert_int_equal(trace->err, ECONNREFUSED);
}

static void test_icmp_about_nothing_in_flight_is_ignored(void **state)
{
	(void)state;
	trace_established(true);
	trace_write(100);
	OUT("A", 1, 100, 1);
	trace_icmp(EHOSTUNREACH, false, 0, 101);
	assert_int_equal(trace->sk->soft_err, 0);
	trace_icmp(EHOSTUNREACH, false, 0, 0);
	assert_int_equal(trace->sk->soft_err, 0);
}

static void test_path_mtu_shrinks_and_data_is_sent_again(void **state)
{
	(void)state;
	trace_established(true);
	trace_write(4000);
	OUT("A", 1, 4000, 1, .gso = 1000);
	trace_icmp(EMSGSIZE, false, 560, 1);
	/* Smaller, all of it, and no congestion is seen in it. */
	OUT("A", 1, 4000, 1, .gso = 500);
	assert_int_equal(trace_tp()->mss_cache, 500);
	IN("A", 1, 0, 4001);
	assert_int_equal(trace_tp()->ssthresh, TCP_INFINITE_SSTHRESH);
	assert_int_equal(trace_tp()->repair, TCP_OPEN);
}

static void test_min_ttl(void **state)
{
	(void)state;
	trace_established(true);
	trace->sk->opt6.min_hops = 255;
	IN("R", 1, 0, 0, .ttl = 254);
	assert_int_equal(trace->sk->state, SS_ESTABLISHED);
	IN("R", 1, 0, 0, .ttl = 255);
	assert_int_equal(trace->sk->state, SS_CLOSE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		trace_test(test_segment_left_of_the_window_is_acknowledged),
		trace_test(test_segment_right_of_the_window_is_acknowledged),
		trace_test(test_overlap_is_trimmed_on_both_sides),
		trace_test(test_answers_to_empty_segments_are_limited),
		trace_test(test_keepalive_probe_is_answered),
		trace_test(test_zero_window_takes_acks_but_no_text),
		trace_test(test_exact_reset_ends_connection),
		trace_test(test_reset_in_the_window_is_challenged),
		trace_test(test_reset_outside_the_window_is_ignored),
		trace_test(test_challenges_are_limited_over_all_connections),
		trace_test(test_syn_is_challenged),
		trace_test(test_segment_without_ack_is_dropped),
		trace_test(test_ack_of_the_future_is_answered_and_its_text_dropped),
		trace_test(test_ack_of_long_ago_is_answered),
		trace_test(test_old_ack_with_new_text_is_taken),
		trace_test(test_urgent_is_tolerated),
		trace_test(test_paws_drops_old_timestamps),
		trace_test(test_segment_without_timestamp_is_dropped),
		trace_test(test_paws_forgets_after_24_days),
		trace_test(test_timestamp_of_out_of_order_segment_is_not_echoed),
		trace_test(test_close_by_us),
		trace_test(test_close_by_peer),
		trace_test(test_fin_and_ack_of_ours_in_one),
		trace_test(test_simultaneous_close),
		trace_test(test_fin_out_of_order),
		trace_test(test_fin_goes_with_the_last_bytes),
		trace_test(test_text_after_close_is_reset),
		trace_test(test_text_in_orphaned_fin_wait2_is_reset),
		trace_test(test_orphaned_fin_wait2_takes_fin),
		trace_test(test_time_wait_acknowledges_repeated_fin),
		trace_test(test_time_wait_survives_old_data_and_bad_resets),
		trace_test(test_time_wait_gives_way_to_newer_syn),
		trace_test(test_icmp_error_does_not_end_connection),
		trace_test(test_icmp_about_nothing_in_flight_is_ignored),
		trace_test(test_path_mtu_shrinks_and_data_is_sent_again),
		trace_test(test_min_ttl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
