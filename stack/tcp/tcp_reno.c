/* SPDX-License-Identifier: BSD-2-Clause */
/* Reno (RFC 5681 3.1): additive increase, multiplicative decrease by half. */
#include "stack/tcp/tcp_cong.h"

static uint32_t reno_ssthresh(struct tcp_sock *tp)
{
	return max(tp->cwnd / 2, 2u * tp->mss_cache);
}

static void reno_cong_avoid(struct tcp_sock *tp, uint32_t acked)
{
	if (tcp_in_slow_start(tp))
		acked = tcp_slow_start(tp, acked);
	if (acked)
		tcp_cong_avoid_ai(tp, tp->cwnd, acked);
}

static uint32_t reno_undo_cwnd(struct tcp_sock *tp)
{
	return max(tp->cwnd, tp->prior_cwnd);
}

const struct tcp_cong_ops tcp_reno = {
	.name = "reno",
	.ssthresh = reno_ssthresh,
	.cong_avoid = reno_cong_avoid,
	.undo_cwnd = reno_undo_cwnd,
};
