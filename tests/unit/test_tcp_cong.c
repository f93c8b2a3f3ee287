/* SPDX-License-Identifier: BSD-2-Clause */
/* Congestion control: CUBIC against its formula in floating point, Reno against its law. */
#include "tests/unit/tcptrace.h"

#include <math.h>

#include "stack/tcp/tcp_cong.h"

#define MSS 1000

static struct tcp_sock *fresh(const struct tcp_cong_ops *ops, uint32_t cwnd, uint32_t ssthresh)
{
	struct tcp_sock *tp;

	trace_established(true);
	tp = trace_tp();
	tp->mss_cache = MSS;
	tcp_cong_set(tp, ops);
	tp->cwnd = cwnd;
	tp->ssthresh = ssthresh;
	tp->cwnd_cnt = 0;
	return tp;
}

static void test_names(void **state)
{
	(void)state;
	assert_ptr_equal(tcp_cong_find("cubic", 16), &tcp_cubic);
	assert_ptr_equal(tcp_cong_find("reno", 4), &tcp_reno);
	assert_null(tcp_cong_find("ren", 3));
	assert_null(tcp_cong_find("renoxx", 6));
	assert_null(tcp_cong_find("", 0));
}

static void test_slow_start_doubles_and_stops_at_the_threshold(void **state)
{
	struct tcp_sock *tp = fresh(&tcp_reno, 10 * MSS, 30 * MSS);

	(void)state;
	tp->cong->cong_avoid(tp, 10 * MSS);
	assert_int_equal(tp->cwnd, 20 * MSS);
	tp->cong->cong_avoid(tp, 20 * MSS);
	assert_in_range(tp->cwnd, 30 * MSS, 30 * MSS + MSS);
}

static void test_reno_grows_by_a_segment_each_round(void **state)
{
	struct tcp_sock *tp = fresh(&tcp_reno, 20 * MSS, 20 * MSS);

	(void)state;
	for (int round = 0; round < 10; round++) {
		uint32_t cwnd = tp->cwnd;

		for (uint32_t n = 0; n < cwnd; n += MSS)
			tp->cong->cong_avoid(tp, MSS);
		assert_in_range(tp->cwnd, cwnd, cwnd + MSS);
	}
	assert_in_range(tp->cwnd, 28 * MSS, 30 * MSS);
	assert_int_equal(tp->cong->ssthresh(tp), tp->cwnd / 2);
}

static void test_reduction_has_a_floor(void **state)
{
	struct tcp_sock *tp = fresh(&tcp_cubic, MSS, MSS);

	(void)state;
	assert_int_equal(tp->cong->ssthresh(tp), 2 * MSS);
	tcp_cong_set(tp, &tcp_reno);
	assert_int_equal(tp->cong->ssthresh(tp), 2 * MSS);
}

/* RFC 9438 4.2, figures 1 and 2: W(t) = 0.4 (t - K)^3 + W_max, K = cbrt((W_max - cwnd) / 0.4) */
static void test_cubic_follows_its_curve(void **state)
{
	const double w_max = 2000, rtt = 0.1;
	struct tcp_sock *tp = fresh(&tcp_cubic, w_max * MSS, w_max * MSS);
	double k, want, have;

	(void)state;
	tp->srtt_us8 = (uint32_t)(rtt * 1e6) * 8;
	tp->ssthresh = tp->cong->ssthresh(tp);
	assert_int_equal(tp->ssthresh, (uint32_t)(0.7 * w_max * MSS));
	tp->cwnd = tp->ssthresh;
	k = cbrt(w_max * 0.3 / 0.4);
	for (int round = 0; round < 250; round++) {
		uint32_t cwnd = tp->cwnd;

		for (uint32_t n = 0; n < cwnd; n += 10 * MSS)
			tp->cong->cong_avoid(tp, 10 * MSS);
		WAIT((int64_t)(rtt * 1000));
		want = 0.4 * pow((round + 1) * rtt - k, 3) + w_max;
		have = (double)tp->cwnd / MSS;
		/* The window reaches the target of one round trip ahead within that round trip, less what is due to its
		 * being reached gradually. */
		if (round > 2)
			assert_true(fabs(have - want) < 0.03 * want + 2);
	}
}

/* RFC 9438 4.3: at small windows and short round trips CUBIC is as fast as Reno, by a factor near 0.53 at first. */
static void test_cubic_is_friendly(void **state)
{
	struct tcp_sock *tp = fresh(&tcp_cubic, 20 * MSS, 20 * MSS);
	uint32_t start;

	(void)state;
	tp->srtt_us8 = 1000 * 8;
	tp->ssthresh = tp->cong->ssthresh(tp);
	tp->cwnd = start = tp->ssthresh;
	for (int round = 0; round < 10; round++) {
		for (uint32_t n = 0, cwnd = tp->cwnd; n < cwnd; n += MSS)
			tp->cong->cong_avoid(tp, MSS);
		WAIT(1);
	}
	assert_in_range(tp->cwnd, start + 4 * MSS, start + 7 * MSS);
}

static void test_cubic_fast_convergence(void **state)
{
	struct tcp_sock *tp = fresh(&tcp_cubic, 1000 * MSS, 1000 * MSS);
	uint32_t plateau;

	(void)state;
	tp->srtt_us8 = 100000 * 8;
	tp->cwnd = tp->ssthresh = tp->cong->ssthresh(tp);
	/* A second loss below the first one's window: somebody else wants a share. */
	tp->cwnd = tp->ssthresh = tp->cong->ssthresh(tp);
	assert_int_equal(tp->cwnd, 490 * MSS);
	/* The plateau is now at 0.85 * 700. */
	plateau = 595 * MSS;
	for (int round = 0; round < 70; round++) {
		for (uint32_t n = 0, cwnd = tp->cwnd; n < cwnd; n += 10 * MSS)
			tp->cong->cong_avoid(tp, 10 * MSS);
		WAIT(100);
	}
	assert_in_range(tp->cwnd, plateau - 10 * MSS, plateau + 10 * MSS);
}

static void test_cubic_undo(void **state)
{
	struct tcp_sock *tp = fresh(&tcp_cubic, 100 * MSS, 100 * MSS);

	(void)state;
	tp->prior_cwnd = tp->cwnd;
	tp->cwnd = tp->cong->ssthresh(tp);
	assert_int_equal(tp->cong->undo_cwnd(tp), 100 * MSS);
}

/* A round of @samples acknowledgements with round trips of @us. */
static void hystart_round(struct tcp_sock *tp, uint32_t us, int samples)
{
	tp->snd_una = tp->snd_nxt;
	tp->snd_nxt += 100 * MSS;
	for (int i = 0; i < samples; i++) {
		struct tcp_cong_sample s = { .acked = MSS, .rtt_us = us };

		tp->snd_una += MSS;
		tp->cong->pkts_acked(tp, &s);
		tp->cong->cong_avoid(tp, MSS);
	}
}

/* RFC 9406 4.2 */
static void test_hystart_leaves_slow_start_when_delay_grows(void **state)
{
	struct tcp_sock *tp = fresh(&tcp_cubic, 10 * MSS, TCP_INFINITE_SSTHRESH);
	uint32_t cwnd;

	(void)state;
	hystart_round(tp, 50000, 10);
	hystart_round(tp, 53000, 10); /* less than an eighth more */
	assert_int_equal(tp->cwnd, 30 * MSS);
	hystart_round(tp, 60000, 10);
	cwnd = tp->cwnd;
	hystart_round(tp, 60000, 10); /* conservative: a quarter */
	assert_int_equal(tp->cwnd, cwnd + 10 * MSS / 4);
	assert_int_equal(tp->ssthresh, TCP_INFINITE_SSTHRESH);
	for (int i = 0; i < 5; i++)
		hystart_round(tp, 60000, 10);
	assert_true(tp->ssthresh < 60 * MSS);
	tp->snd_una = tp->snd_nxt = tp->write_seq;
}

static void test_hystart_takes_a_false_alarm_back(void **state)
{
	struct tcp_sock *tp = fresh(&tcp_cubic, 10 * MSS, TCP_INFINITE_SSTHRESH);
	uint32_t cwnd;

	(void)state;
	hystart_round(tp, 50000, 10);
	hystart_round(tp, 70000, 10);
	hystart_round(tp, 50000, 10);
	cwnd = tp->cwnd;
	hystart_round(tp, 50000, 10);
	assert_int_equal(tp->cwnd, cwnd + 10 * MSS);
	assert_int_equal(tp->ssthresh, TCP_INFINITE_SSTHRESH);
	tp->snd_una = tp->snd_nxt = tp->write_seq;
}

static void test_hystart_is_for_the_first_slow_start(void **state)
{
	struct tcp_sock *tp = fresh(&tcp_cubic, 10 * MSS, TCP_INFINITE_SSTHRESH);
	uint32_t cwnd;

	(void)state;
	hystart_round(tp, 50000, 10);
	hystart_round(tp, 70000, 10);
	tp->ssthresh = 1000 * MSS; /* a loss */
	cwnd = tp->cwnd;
	hystart_round(tp, 90000, 10);
	assert_int_equal(tp->cwnd, cwnd + 10 * MSS);
	tp->snd_una = tp->snd_nxt = tp->write_seq;
}

static void test_cubic_survives_extremes(void **state)
{
	struct tcp_sock *tp = fresh(&tcp_cubic, UINT32_MAX, UINT32_MAX);

	(void)state;
	tp->srtt_us8 = 120u * 1000 * 1000 * 8;
	for (int i = 0; i < 100; i++) {
		tp->cwnd = tp->ssthresh = tp->cong->ssthresh(tp);
		WAIT(100000);
		tp->cong->cong_avoid(tp, 1 << 20);
		tp->cong->cwnd_event(tp, TCP_CONG_TX_START);
		assert_true(tp->cwnd >= MSS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		trace_test(test_names),
		trace_test(test_slow_start_doubles_and_stops_at_the_threshold),
		trace_test(test_reno_grows_by_a_segment_each_round),
		trace_test(test_reduction_has_a_floor),
		trace_test(test_cubic_follows_its_curve),
		trace_test(test_cubic_is_friendly),
		trace_test(test_cubic_fast_convergence),
		trace_test(test_cubic_undo),
		trace_test(test_hystart_leaves_slow_start_when_delay_grows),
		trace_test(test_hystart_takes_a_false_alarm_back),
		trace_test(test_hystart_is_for_the_first_slow_start),
		trace_test(test_cubic_survives_extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
