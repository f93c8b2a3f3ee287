/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RFC 6298 in integers: srtt is kept times 8 and the deviation times 4, so that the gains 1/8 and 1/4 are
 * shifts. As in the kernel, and other than in the RFC: the variance term is the largest deviation of the last
 * window, which falls only once a window (a window of equal samples would make it collapse), and its
 * floor is tcp_rto_min_us (200 ms) in place of the RFC's RTO of at least a second.
 */
#include "stack/tcp/tcp_rtt.h"

void tcp_rtt_init(struct tcp_sock *tp)
{
	tp->srtt_us8 = 0;
	tp->mdev_us4 = 0;
	tp->rttvar_us4 = 0;
	tp->min_rtt_us = UINT32_MAX;
	tp->rto = TCP_TIMEOUT_INIT;
	tp->backoff = 0;
}

/* RFC 6298 2.2 */
static void first_sample(struct tcp_sock *tp, uint32_t us)
{
	tp->srtt_us8 = us << 3;
	tp->mdev_us4 = us << 1;
	tp->rttvar_us4 = max(tp->mdev_us4, tcp_net(tp)->sysctl.tcp_rto_min_us);
	tp->mdev_max_us4 = tp->rttvar_us4;
	tp->rtt_seq = tp->snd_nxt;
}

/* RFC 6298 2.3. A sample far below the mean is good news, and raises the deviation only slowly. */
static void next_sample(struct tcp_sock *tp, uint32_t us)
{
	int32_t delta = us - (tp->srtt_us8 >> 3);

	tp->srtt_us8 += delta;
	if (delta < 0) {
		delta = -delta - (int32_t)(tp->mdev_us4 >> 2);
		if (delta > 0)
			delta >>= 3;
	} else {
		delta -= (int32_t)(tp->mdev_us4 >> 2);
	}
	tp->mdev_us4 += delta;
	if (tp->mdev_us4 > tp->mdev_max_us4) {
		tp->mdev_max_us4 = tp->mdev_us4;
		tp->rttvar_us4 = max(tp->rttvar_us4, tp->mdev_max_us4);
	}
	if (after(tp->snd_una, tp->rtt_seq)) {
		if (tp->mdev_max_us4 < tp->rttvar_us4)
			tp->rttvar_us4 -= (tp->rttvar_us4 - tp->mdev_max_us4) >> 2;
		tp->rtt_seq = tp->snd_nxt;
		tp->mdev_max_us4 = tcp_net(tp)->sysctl.tcp_rto_min_us;
	}
}

void tcp_rtt_sample(struct tcp_sock *tp, uint32_t us)
{
	us = clamp(us, 1u, (uint32_t)(TCP_RTO_MAX / NSEC_PER_USEC));
	tp->min_rtt_us = min(tp->min_rtt_us, us);
	if (tp->srtt_us8)
		next_sample(tp, us);
	else
		first_sample(tp, us);
	tp->rto = min(us_to_ktime((tp->srtt_us8 >> 3) + tp->rttvar_us4), (ktime_t)TCP_RTO_MAX);
}

int32_t tcp_rtt_by_timestamp(const struct tcp_sock *tp, const struct tcp_seg *seg)
{
	int32_t ms;

	if (!seg->opt.has_ts || !seg->opt.tsecr)
		return -1;
	ms = tcp_clock(tp) - seg->opt.tsecr;
	if (ms < 0 || ms > TCP_RTO_MAX / NSEC_PER_MSEC)
		return -1;
	return max(ms, 1) * 1000;
}

ktime_t tcp_rto(const struct tcp_sock *tp)
{
	if (tp->backoff >= 16)
		return TCP_RTO_MAX;
	return min(tp->rto << tp->backoff, (ktime_t)TCP_RTO_MAX);
}
