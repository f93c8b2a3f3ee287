/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RFC 9406 4.2, with its recommended constants. When the shortest round trip of a round is longer than that of
 * the round before by an eighth, a queue is building up: from then on the window grows only a
 * quarter as fast (conservative slow start). If the round trip shrinks again it was a false alarm; after
 * five rounds slow start is over. Used for the first slow start of a connection only, as the RFC advises.
 */
#include "stack/tcp/tcp_hystart.h"

#define MIN_RTT_THRESH	   4000	 /* us */
#define MAX_RTT_THRESH	   16000 /* us */
#define MIN_RTT_DIVISOR	   8
#define N_RTT_SAMPLE	   8
#define CSS_GROWTH_DIVISOR 4
#define CSS_ROUNDS	   5

static void round_begin(struct tcp_sock *tp, struct tcp_hystart *hs)
{
	hs->round_end = tp->snd_nxt;
	hs->last_min = hs->round_min;
	hs->round_min = 0;
	hs->samples = 0;
}

static bool delay_grows(const struct tcp_hystart *hs)
{
	uint32_t thresh = clamp(hs->last_min / MIN_RTT_DIVISOR, (uint32_t)MIN_RTT_THRESH,
				(uint32_t)MAX_RTT_THRESH);

	return hs->last_min && hs->round_min >= hs->last_min + thresh;
}

static void judge(struct tcp_hystart *hs)
{
	if (hs->samples < N_RTT_SAMPLE)
		return;
	if (!hs->css && delay_grows(hs)) {
		hs->css = true;
		hs->css_rounds = 0;
		hs->baseline = hs->round_min;
	} else if (hs->css && hs->round_min < hs->baseline) {
		hs->css = false;
	}
}

void tcp_hystart_sample(struct tcp_sock *tp, struct tcp_hystart *hs, int32_t rtt_us)
{
	if (tp->ssthresh != TCP_INFINITE_SSTHRESH)
		return;
	if (!hs->started || after(tp->snd_una, hs->round_end)) {
		if (hs->started && hs->css && ++hs->css_rounds >= CSS_ROUNDS) {
			tp->ssthresh = tp->cwnd;
			return;
		}
		hs->started = true;
		round_begin(tp, hs);
	}
	if (rtt_us < 0)
		return;
	hs->round_min = hs->round_min ? min(hs->round_min, (uint32_t)rtt_us) : (uint32_t)rtt_us;
	if (hs->samples < UINT8_MAX)
		hs->samples++;
	judge(hs);
}

uint32_t tcp_hystart_growth(const struct tcp_sock *tp, const struct tcp_hystart *hs, uint32_t acked)
{
	return hs->css && tp->ssthresh == TCP_INFINITE_SSTHRESH ? acked / CSS_GROWTH_DIVISOR
								: acked;
}
