/* SPDX-License-Identifier: BSD-2-Clause */
/* How connections begin: RFC 9293 3.5, 3.10.7.1 to 3.10.7.3, and the SYN queue. */
#include "tests/unit/tcptrace.h"

#include "stack/ipv6/ip6.h"

/* Passive ----------------------------------------------------------------------------------------------- */

static void test_passive_open(void **state)
{
	(void)state;
	trace_listen(5);
	IN("S", 0, 0, 0, .mss = 1460, .sackok = true, .wscale = 7);
	OUT("SA", 0, 0, 1, .mss = TRACE_MSS, .sackok = true, .wscale = 7);
	assert_int_equal(trace->accepted, 0);
	IN("A", 1, 0, 1);
	assert_int_equal(trace->accepted, 1);
	trace_accept();
	assert_int_equal(trace->sk->state, SS_ESTABLISHED);
	IN("A", 1, 100, 1);
	OUT("A", 1, 0, 101);
}

static void test_mss_is_the_routes(void **state)
{
	(void)state;
	trace->advmss = TRACE_MSS - 100;
	trace_listen(5);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1, .mss = TRACE_MSS - 100);
}

static void test_mss_is_min_adv_mss_at_least(void **state)
{
	struct ipv6_net ipv6 = { .sysctl.route_min_adv_mss = TRACE_MSS + 100 };

	(void)state;
	trace->net->ipv6 = &ipv6;
	trace_listen(5);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1, .mss = TRACE_MSS + 100);
	trace->net->ipv6 = NULL;
}

static void test_options_are_not_offered_unasked(void **state)
{
	(void)state;
	tcp_sysctl(trace->net)->tcp_timestamps = true;
	trace_listen(5);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1, .mss = TRACE_MSS);
	IN("A", 1, 0, 1);
	trace_accept();
	assert_false(trace_tp()->sack_ok || trace_tp()->ts_ok || trace_tp()->wscale_ok);
	/* RFC 9293 3.7.1: no MSS option means 536. */
	assert_int_equal(trace_tp()->mss_cache, 536);
}

static void test_syn_ack_is_repeated_and_given_up(void **state)
{
	(void)state;
	trace_listen(5);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	for (int s = 1; s <= 16; s *= 2) {
		WAIT(s * 1000 - 100);
		QUIET();
		WAIT(101);
		OUT("SA", 0, 0, 1);
	}
	WAIT(40000);
	QUIET();
	assert_int_equal(trace->net->tcp->ehash_count, 0);
	/* Nobody remembers: the late ACK is answered by a reset. */
	IN("A", 1, 0, 1);
	OUT("R", 1, 0, 0);
}

static void test_repeated_syn_gets_the_same_answer(void **state)
{
	(void)state;
	trace_listen(5);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	assert_int_equal(trace->net->tcp->ehash_count, 1);
}

static void test_bad_ack_in_syn_received_is_reset(void **state)
{
	(void)state;
	trace_listen(5);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	IN("A", 1, 0, 77);
	OUT("R", 77, 0, 0);
	/* The request lives on. */
	IN("A", 1, 0, 1);
	assert_int_equal(trace->accepted, 1);
}

static void test_reset_ends_request(void **state)
{
	(void)state;
	trace_listen(5);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	IN("R", 5, 0, 0); /* in the window, but not exact: RFC 5961 3.2 */
	OUT("A", 1, 0, 1);
	IN("R", 1, 0, 0);
	assert_int_equal(trace->net->tcp->ehash_count, 0);
	QUIET();
}

static void test_data_with_the_last_ack(void **state)
{
	(void)state;
	trace_listen(5);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	IN("PA", 1, 300, 1);
	OUT("A", 1, 0, 301);
	trace_accept();
	trace_read(300);
}

static void test_fin_with_the_last_ack(void **state)
{
	(void)state;
	trace_listen(5);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	IN("FA", 1, 10, 1);
	OUT("A", 1, 0, 12);
	trace_accept();
	assert_int_equal(trace->sk->state, SS_CLOSE_WAIT);
	trace_read(10);
}

/* What does not pass the checks of a connection must not make one that waits for ever. */
static void test_request_is_as_strict_as_a_connection(void **state)
{
	(void)state;
	tcp_sysctl(trace->net)->tcp_timestamps = true;
	trace_listen(5);
	IN("S", 0, 0, 0, .tsval = 100);
	OUT("SA", 0, 0, 1, .tsecr = 100);
	IN("A", 1, 0, 1); /* no timestamp */
	OUT("A", 1, 0, 1);
	IN("A", 1, 0, 1, .tsval = 99);
	IN("A", 1 + 65535, 10, 1, .tsval = 100);
	assert_int_equal(trace->accepted, 0);
	assert_int_equal(trace->net->tcp->sockets, 1);
	IN("A", 1, 0, 1, .tsval = 100);
	assert_int_equal(trace->accepted, 1);
}

static void test_listener_answers_ack_by_reset_and_ignores_reset(void **state)
{
	(void)state;
	trace_listen(5);
	IN("R", 0, 0, 0);
	QUIET();
	IN("A", 0, 0, 500);
	OUT("R", 500, 0, 0);
	IN("F", 0, 0, 0);
	QUIET();
	IN("SF", 0, 0, 0);
	QUIET();
	IN("SA", 0, 0, 500);
	OUT("R", 500, 0, 0);
}

static void test_syn_queue_has_a_limit(void **state)
{
	uint64_t before;

	(void)state;
	trace_listen(3);
	for (int i = 0; i < 200; i++) {
		trace->peer_port = htons(6000 + i);
		IN("S", 0, 0, 0);
		trace_forget();
	}
	assert_in_range(trace->net->tcp->ehash_count, 3, 32);
	before = trace->net->mib[MIB_TcpExtListenDrops];
	assert_true(before >= 100);
}

static void test_syn_is_dropped_when_accept_queue_is_full(void **state)
{
	(void)state;
	trace_listen(0);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	IN("A", 1, 0, 1);
	trace->peer_port = htons(6000);
	IN("S", 0, 0, 0);
	QUIET();
	assert_int_equal(trace->net->mib[MIB_TcpExtListenOverflows], 1);
}

static void test_request_is_reset_when_accept_queue_is_full(void **state)
{
	uint32_t iss;

	(void)state;
	tcp_sysctl(trace->net)->tcp_abort_on_overflow = true;
	trace_listen(0);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	iss = trace->iss;
	trace->peer_port = htons(6000);
	trace->iss_known = false;
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	IN("A", 1, 0, 1);
	trace->peer_port = htons(TRACE_PEER);
	trace->iss = iss;
	IN("A", 1, 0, 1);
	OUT("R", 1, 0, 0);
	assert_int_equal(trace->net->mib[MIB_TcpExtListenOverflows], 1);
}

static void test_defer_accept_waits_for_data(void **state)
{
	int seconds = 10;

	(void)state;
	trace_listen(5);
	assert_int_equal(tcp_proto.setsockopt(trace->listener, IPPROTO_TCP, TCP_DEFER_ACCEPT,
					      &seconds, sizeof(seconds)),
			 0);
	IN("S", 0, 0, 0);
	OUT("SA", 0, 0, 1);
	IN("A", 1, 0, 1);
	assert_int_equal(trace->accepted, 0);
	WAIT(1500);
	QUIET(); /* no repetition while it is acknowledged */
	IN("A", 1, 10, 1);
	assert_int_equal(trace->accepted, 1);
	OUT("A", 1, 0, 11);
}

/* Active -------------------------------------------------------------------------------------------------- */

static void test_active_open(void **state)
{
	(void)state;
	trace_connect();
	OUT("S", 0, 0, 0, .mss = TRACE_MSS, .sackok = true, .wscale = 7);
	IN("SA", 0, 0, 1, .mss = 1460, .wscale = 3, .wnd = 1000);
	OUT("A", 1, 0, 1);
	assert_int_equal(trace->connected, 1);
	/* RFC 7323 2.2: the window of a SYN is not scaled, that of others is */
	assert_int_equal(trace_tp()->snd_wnd, 1000);
	IN("A", 1, 0, 1, .wnd = 1000);
	assert_int_equal(trace_tp()->snd_wnd, 8000);
}

static void test_syn_is_repeated_with_backoff(void **state)
{
	(void)state;
	trace_connect();
	OUT("S", 0, 0, 0);
	WAIT(990);
	QUIET();
	WAIT(20);
	OUT("S", 0, 0, 0);
	WAIT(1980);
	QUIET();
	WAIT(20);
	OUT("S", 0, 0, 0);
	WAIT(200000);
	trace_forget();
	assert_int_equal(trace->err, ETIMEDOUT);
}

static void test_refused(void **state)
{
	(void)state;
	trace_connect();
	OUT("S", 0, 0, 0);
	IN("R", 0, 0, 0); /* no ACK: not about our SYN */
	assert_int_equal(trace->err, 0);
	IN("RA", 0, 0, 5); /* acknowledges what was never sent */
	assert_int_equal(trace->err, 0);
	IN("RA", 0, 0, 1);
	assert_int_equal(trace->err, ECONNREFUSED);
	QUIET();
}

static void test_bad_ack_in_syn_sent_is_reset(void **state)
{
	(void)state;
	trace_connect();
	OUT("S", 0, 0, 0);
	IN("SA", 0, 0, 4711);
	OUT("R", 4711, 0, 0);
	IN("SA", 0, 0, 1);
	OUT("A", 1, 0, 1);
}

static void test_simultaneous_open(void **state)
{
	(void)state;
	trace_connect();
	OUT("S", 0, 0, 0);
	IN("S", 0, 0, 0, .mss = 1460);
	OUT("SA", 0, 0, 1, .mss = TRACE_MSS);
	assert_int_equal(trace->sk->state, SS_SYN_RECV);
	IN("A", 1, 0, 1);
	assert_int_equal(trace->sk->state, SS_ESTABLISHED);
	assert_int_equal(trace->connected, 1);
}

/* As it really happens: both answers are SYN-ACKs. */
static void test_simultaneous_open_with_syn_acks(void **state)
{
	(void)state;
	trace_connect();
	OUT("S", 0, 0, 0);
	IN("S", 0, 0, 0, .mss = 1460);
	OUT("SA", 0, 0, 1);
	IN("SA", 0, 0, 1, .mss = 1460);
	assert_int_equal(trace->sk->state, SS_SYN_RECV);
	trace_forget();
	IN("A", 1, 0, 1);
	assert_int_equal(trace->sk->state, SS_ESTABLISHED);
}

static void test_data_in_syn_ack(void **state)
{
	(void)state;
	trace_connect();
	OUT("S", 0, 0, 0);
	IN("SA", 0, 20, 1);
	OUT("A", 1, 0, 21);
	trace_read(20);
}

static void test_timestamps_are_agreed_on(void **state)
{
	(void)state;
	tcp_sysctl(trace->net)->tcp_timestamps = true;
	trace_connect();
	OUT("S", 0, 0, 0, .ts = true);
	IN("SA", 0, 0, 1, .tsval = 700,
	   .tsecr = (uint32_t)ktime_to_ms(trace->net->now) + trace_tp()->ts_offset);
	OUT("A", 1, 0, 1, .tsecr = 700, .ts = true);
	assert_int_equal(trace_tp()->mss_cache, TCP_DEFAULT_MSS - 12);
}

static void test_echo_of_a_ghost_is_reset(void **state)
{
	(void)state;
	tcp_sysctl(trace->net)->tcp_timestamps = true;
	trace_connect();
	OUT("S", 0, 0, 0, .ts = true);
	IN("SA", 0, 0, 1, .tsval = 700,
	   .tsecr = 1 + (uint32_t)ktime_to_ms(trace->net->now) + trace_tp()->ts_offset);
	OUT("R", 1, 0, 0);
	assert_int_equal(trace->net->mib[MIB_TcpExtPAWSActive], 1);
}

static void test_icmp_error_ends_attempt(void **state)
{
	(void)state;
	trace_connect();
	OUT("S", 0, 0, 0);
	trace_icmp(EHOSTUNREACH, false, 0, 1234); /* not about our SYN */
	assert_int_equal(trace->err, 0);
	trace_icmp(EHOSTUNREACH, false, 0, 0);
	assert_int_equal(trace->err, EHOSTUNREACH);
}

static void test_no_route(void **state)
{
	struct sock_addr a = { .family = AF_INET6, .port = htons(1), .addr = { .b = { 2 } } };

	(void)state;
	trace_connect();
	OUT("S", 0, 0, 0);
	assert_int_equal(tcp_proto.disconnect(trace->sk), 0);
	trace->route_err = -ENETUNREACH;
	assert_int_equal(tcp_proto.connect(trace->sk, &a), -ENETUNREACH);
	trace->route_err = 0;
	trace->iss_known = false;
	trace_connect();
	OUT("S", 0, 0, 0);
}

/* Nobody ------------------------------------------------------------------------------------------------ */

static void test_closed_answers_as_the_rfc_says(void **state)
{
	(void)state;
	/* RFC 9293 3.10.7.1: with ACK <SEQ=SEG.ACK><CTL=RST>, else <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK> */
	IN("A", 0, 0, 500);
	OUT("R", 500, 0, 0);
	IN("S", 0, 0, 0);
	OUT("RA", 0, 0, 1);
	IN("F", 10, 100, 0);
	OUT("RA", 0, 0, 111);
	IN("R", 0, 0, 0);
	QUIET();
	IN("RA", 0, 0, 500);
	QUIET();
}

static void test_bad_checksum_is_dropped(void **state)
{
	(void)state;
	trace_listen(5);
	IN("S", 0, 0, 0, .bad_csum = true);
	QUIET();
	assert_int_equal(trace->net->mib[MIB_TcpInCsumErrors], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		trace_test(test_passive_open),
		trace_test(test_mss_is_the_routes),
		trace_test(test_mss_is_min_adv_mss_at_least),
		trace_test(test_options_are_not_offered_unasked),
		trace_test(test_syn_ack_is_repeated_and_given_up),
		trace_test(test_repeated_syn_gets_the_same_answer),
		trace_test(test_bad_ack_in_syn_received_is_reset),
		trace_test(test_reset_ends_request),
		trace_test(test_data_with_the_last_ack),
		trace_test(test_fin_with_the_last_ack),
		trace_test(test_request_is_as_strict_as_a_connection),
		trace_test(test_listener_answers_ack_by_reset_and_ignores_reset),
		trace_test(test_syn_queue_has_a_limit),
		trace_test(test_syn_is_dropped_when_accept_queue_is_full),
		trace_test(test_request_is_reset_when_accept_queue_is_full),
		trace_test(test_defer_accept_waits_for_data),
		trace_test(test_active_open),
		trace_test(test_syn_is_repeated_with_backoff),
		trace_test(test_refused),
		trace_test(test_bad_ack_in_syn_sent_is_reset),
		trace_test(test_simultaneous_open),
		trace_test(test_simultaneous_open_with_syn_acks),
		trace_test(test_data_in_syn_ack),
		trace_test(test_timestamps_are_agreed_on),
		trace_test(test_echo_of_a_ghost_is_reset),
		trace_test(test_icmp_error_ends_attempt),
		trace_test(test_no_route),
		trace_test(test_closed_answers_as_the_rfc_says),
		trace_test(test_bad_checksum_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
