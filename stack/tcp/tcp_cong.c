/* SPDX-License-Identifier: BSD-2-Clause */
/* What all congestion control algorithms have in common, and where they are found. */
#include "stack/tcp/tcp_cong.h"

#include <string.h>

static const struct tcp_cong_ops *const algorithms[] = { &tcp_cubic, &tcp_reno };

const struct tcp_cong_ops *tcp_cong_find(const char *name, size_t len)
{
	for (unsigned i = 0; i < ARRAY_SIZE(algorithms); i++) {
		const char *have = algorithms[i]->name;

		if (strnlen(name, len) == strlen(have) && !memcmp(name, have, strlen(have)))
			return algorithms[i];
	}
	return NULL;
}

bool tcp_cong_known(const char *name)
{
	return tcp_cong_find(name, strlen(name));
}

void tcp_cong_set(struct tcp_sock *tp, const struct tcp_cong_ops *ops)
{
	tp->cong = ops;
	memset(tp->cong_priv, 0, sizeof(tp->cong_priv));
	if (ops->init)
		ops->init(tp);
}

/* RFC 6928: ten segments, but no more than 14600 bytes unless a segment is larger than 1460. RFC 5681 3.1:
 * one segment where the SYN was lost. */
static uint32_t initial_window(const struct tcp_sock *tp)
{
	if (tp->total_retrans > 1)
		return tp->mss_cache;
	return min(TCP_INIT_CWND * (uint32_t)tp->mss_cache,
		   max(2 * (uint32_t)tp->mss_cache, 14600u));
}

void tcp_cong_start(struct tcp_sock *tp)
{
	tcp_cwnd_set(tp, initial_window(tp));
	tcp_cong_set(tp, tp->cong);
}

void tcp_cong_restart(struct tcp_sock *tp)
{
	ktime_t idle = tp->sk.net->now - tp->last_sent;
	ktime_t rto = tcp_net(tp)->sysctl.tcp_slow_start_after_idle ? tp->rto : KTIME_MAX;
	uint32_t restart = min(initial_window(tp), tp->cwnd);
	uint32_t cwnd = tp->cwnd;

	tcp_cong_event(tp, TCP_CONG_TX_START);
	if (!tp->last_sent || idle <= rto)
		return;
	/* RFC 2861: halve once for each RTO of idleness; what was known of the path stands in ssthresh. */
	tp->ssthresh = max(tp->ssthresh, cwnd / 4 * 3);
	for (; idle > rto && cwnd > restart; idle -= rto)
		cwnd /= 2;
	tcp_cwnd_set(tp, max(cwnd, restart));
	tp->cwnd_cnt = 0;
	tcp_cong_event(tp, TCP_CONG_CWND_RESTART);
}

void tcp_cong_event(struct tcp_sock *tp, enum tcp_cong_event event)
{
	if (tp->cong->cwnd_event)
		tp->cong->cwnd_event(tp, event);
}

void tcp_cwnd_set(struct tcp_sock *tp, uint64_t cwnd)
{
	tp->cwnd = min(max(cwnd, (uint64_t)tp->mss_cache), (uint64_t)tp->cwnd_clamp);
}

/* RFC 5681 3.1 without its limit of one MSS for each acknowledgement: peers thin theirs out, and count
 * many segments in one (RFC 3465 with no L, as the kernel). */
uint32_t tcp_slow_start(struct tcp_sock *tp, uint32_t acked)
{
	uint32_t grow = min(acked, tp->ssthresh - tp->cwnd);

	tcp_cwnd_set(tp, (uint64_t)tp->cwnd + grow);
	return acked - grow;
}

void tcp_cong_avoid_ai(struct tcp_sock *tp, uint32_t window, uint32_t acked)
{
	uint64_t count = (uint64_t)tp->cwnd_cnt + acked;

	tcp_cwnd_set(tp, tp->cwnd + count / window * tp->mss_cache);
	tp->cwnd_cnt = count % window;
}
