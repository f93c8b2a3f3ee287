/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CUBIC (RFC 9438). After a reduction the window grows along a cubic curve of the time since, whose
 * plateau is where the reduction happened:
 *
 *	W_cubic(t) = C * (t - K)^3 + W_max		C = 0.4 segments/s^3
 *	K	   = cubic root of ((W_max - cwnd_epoch) / C)
 *
 * Here windows are in bytes and times in ms: C becomes 0.4 * MSS / 10^9, and all is done in 64-bit integers.
 * Where Reno would be faster (short round trips, small windows), the window follows an estimate of Reno's.
 * Slow start is HyStart++ (tcp_hystart.c).
 */
#include "stack/tcp/tcp_cong.h"
#include "stack/tcp/tcp_hystart.h"

#define BETA_NUM   7 /* multiplicative decrease: 0.7 */
#define BETA_DEN   10
#define ALPHA_NUM  9 /* 3 * (1 - BETA) / (1 + BETA), RFC 9438 4.3 */
#define ALPHA_DEN  17
#define C_NUM	   2 /* 0.4 */
#define C_DEN	   5
#define MS3_PER_S3 1000000000ull
#define OFFSET_MAX 100000 /* ms: so that its cube times an MSS fits into 64 bits */

struct cubic_curve {
	uint32_t w_max;	 /* bytes */
	uint32_t k;	 /* ms */
	uint32_t origin; /* bytes: the plateau */
	ktime_t epoch;	 /* begin of congestion avoidance; 0: not yet */
};

struct cubic {
	struct cubic_curve now, before; /* before: the last reduction, in case it is undone */
	uint64_t fraction;		/* of a byte: carry of the increase, in 1/cwnd */
	uint64_t w_est;			/* Reno's window, bytes */
	uint64_t est_fraction;
	uint32_t cwnd_prior; /* bytes, when it was reduced last */
	struct tcp_hystart hystart;
};

_Static_assert(sizeof(struct cubic) <= TCP_CONG_PRIV_SIZE, "struct cubic must fit");

static struct cubic *cubic(struct tcp_sock *tp)
{
	return (struct cubic *)tp->cong_priv;
}

/* The largest r with r^3 <= @v, bit by bit. */
static uint32_t cubic_root(uint64_t v)
{
	uint64_t root = 0;

	for (int bit = 21; bit >= 0; bit--) {
		uint64_t try = root | 1ull << bit;

		if (try <= 2642245 && try * try * try <= v)
			root = try;
	}
	return root;
}

static void epoch_begin(struct tcp_sock *tp, struct cubic *ca)
{
	ca->now.epoch = tp->sk.net->now;
	ca->fraction = 0;
	ca->est_fraction = 0;
	ca->w_est = tp->cwnd;
	if (tp->cwnd < ca->now.w_max) {
		ca->now.k = cubic_root((uint64_t)(ca->now.w_max - tp->cwnd) * (MS3_PER_S3 / C_NUM) *
				       C_DEN / tp->mss_cache);
		ca->now.origin = ca->now.w_max;
	} else {
		ca->now.k = 0;
		ca->now.origin = tp->cwnd;
	}
}

/* W_cubic at @ms after the epoch's begin, in bytes */
static uint64_t curve(const struct tcp_sock *tp, const struct cubic *ca, int64_t ms)
{
	int64_t off = clamp(ms - (int64_t)ca->now.k, (int64_t)-OFFSET_MAX, (int64_t)OFFSET_MAX);
	uint64_t dist = off < 0 ? -off : off;
	uint64_t delta = dist * dist * dist / C_DEN * C_NUM / MS3_PER_S3 * tp->mss_cache;

	/* Near the plateau whole segments are too coarse: multiply first where it cannot overflow. */
	if (dist <= OFFSET_MAX / 4)
		delta = dist * dist * dist * C_NUM / C_DEN * tp->mss_cache / MS3_PER_S3;
	if (off >= 0)
		return ca->now.origin + delta;
	return delta < ca->now.origin ? ca->now.origin - delta : 0;
}

/* RFC 9438 4.3: what Reno would have by now */
static uint64_t reno_estimate(struct tcp_sock *tp, struct cubic *ca, uint32_t acked)
{
	bool past = ca->w_est >= ca->cwnd_prior;
	uint64_t grow = (uint64_t)acked * tp->mss_cache * (past ? 1 : ALPHA_NUM);
	uint64_t per = (uint64_t)tp->cwnd * (past ? 1 : ALPHA_DEN);

	ca->est_fraction += grow;
	ca->w_est += ca->est_fraction / per;
	ca->est_fraction %= per;
	return ca->w_est;
}

/* RFC 9438 4.2 to 4.5 */
static void cubic_grow(struct tcp_sock *tp, uint32_t acked)
{
	struct cubic *ca = cubic(tp);
	uint64_t target, est;
	int64_t ms;

	if (!ca->now.epoch)
		epoch_begin(tp, ca);
	est = reno_estimate(tp, ca, acked);
	ms = ktime_to_ms(tp->sk.net->now - ca->now.epoch);
	if (curve(tp, ca, ms) < est) {
		tcp_cwnd_set(tp, max((uint64_t)tp->cwnd, est));
		return;
	}
	target = curve(tp, ca, ms + (tp->srtt_us8 >> 3) / 1000);
	target = clamp(target, (uint64_t)tp->cwnd, (uint64_t)tp->cwnd + tp->cwnd / 2);
	ca->fraction += acked * (target - tp->cwnd);
	if (ca->fraction >= tp->cwnd) {
		uint64_t grow = ca->fraction / tp->cwnd;

		ca->fraction %= tp->cwnd;
		tcp_cwnd_set(tp, tp->cwnd + grow);
	}
}

static void cubic_cong_avoid(struct tcp_sock *tp, uint32_t acked)
{
	if (tcp_in_slow_start(tp))
		acked = tcp_slow_start(tp, tcp_hystart_growth(tp, &cubic(tp)->hystart, acked));
	if (acked)
		cubic_grow(tp, acked);
}

/* RFC 9438 4.10 */
static void cubic_pkts_acked(struct tcp_sock *tp, const struct tcp_cong_sample *s)
{
	tcp_hystart_sample(tp, &cubic(tp)->hystart, s->rtt_us);
}

/* RFC 9438 4.6, and 4.7: fast convergence */
static uint32_t cubic_ssthresh(struct tcp_sock *tp)
{
	struct cubic *ca = cubic(tp);

	ca->before = ca->now;
	ca->now.epoch = 0;
	ca->cwnd_prior = tp->cwnd;
	if (tp->cwnd < ca->now.w_max)
		ca->now.w_max = (uint64_t)tp->cwnd * (BETA_DEN + BETA_NUM) / (2 * BETA_DEN);
	else
		ca->now.w_max = tp->cwnd;
	return max((uint32_t)((uint64_t)tp->cwnd * BETA_NUM / BETA_DEN), 2u * tp->mss_cache);
}

/* RFC 9438 4.9 */
static uint32_t cubic_undo_cwnd(struct tcp_sock *tp)
{
	struct cubic *ca = cubic(tp);

	ca->now = ca->before;
	return max(tp->cwnd, tp->prior_cwnd);
}

/* RFC 9438 4.2: time in which nothing was sent does not count */
static void cubic_cwnd_event(struct tcp_sock *tp, enum tcp_cong_event event)
{
	struct cubic *ca = cubic(tp);

	if (event == TCP_CONG_TX_START && ca->now.epoch && tp->last_sent)
		ca->now.epoch += tp->sk.net->now - max(tp->last_sent, ca->now.epoch);
	else if (event != TCP_CONG_TX_START)
		ca->now.epoch = 0;
}

const struct tcp_cong_ops tcp_cubic = {
	.name = "cubic",
	.ssthresh = cubic_ssthresh,
	.cong_avoid = cubic_cong_avoid,
	.undo_cwnd = cubic_undo_cwnd,
	.cwnd_event = cubic_cwnd_event,
	.pkts_acked = cubic_pkts_acked,
};
