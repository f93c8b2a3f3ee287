/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The maximum segment size. mss_cache is the payload of a segment with the options that every segment
 * of the connection has (timestamps); SACK blocks, which come and go, are taken off by tcp_current_mss().
 */
#include "stack/tcp/tcp_mss.h"

#include "stack/core/netdevice.h"
#include "stack/ipv6/ipv6.h"
#include "stack/tcp/tcp_cong.h"
#include "stack/tcp/tcp_options.h"
#include "stack/tcp/tcp_sack.h"

#define RTT_SHORT_US 1000

static uint32_t header_len(const struct tcp_sock *tp)
{
	return tp->sk.af->header_len + sock_options_len(&tp->sk) + TCP_HDR_LEN;
}

uint16_t tcp_advertised_mss(const struct inet_af_ops *af, const struct dst_entry *dst)
{
	uint32_t headers = af->header_len + TCP_HDR_LEN;
	uint32_t mss = min(dst->dev->mtu, (uint32_t)NETDEV_GSO_MAX) - headers;

	if (dst->advmss)
		return dst->advmss;
	if (af->family == AF_INET6 && dst->net->ipv6)
		mss = max(mss, ipv6_sysctl(dst->net)->route_min_adv_mss);
	return min(mss, (uint32_t)UINT16_MAX);
}

void tcp_sync_mss(struct tcp_sock *tp, uint32_t mtu)
{
	uint32_t limit = tp->mtu_limit ? min(mtu, tp->mtu_limit) : mtu;
	uint32_t mss = min(limit, (uint32_t)NETDEV_GSO_MAX) - min(header_len(tp), limit);

	mss = min(mss, (uint32_t)tp->peer_mss);
	if (tp->user_mss)
		mss = min(mss, (uint32_t)tp->user_mss);
	if (tp->ts_ok)
		mss -= min(mss, (uint32_t)TCPOLEN_TS_ALIGNED);
	/* No more than half of the largest window the peer ever offered: else a small window is never used. */
	if (tp->max_window)
		mss = min(mss, max(tp->max_window / 2, (uint32_t)TCP_DEFAULT_MSS));
	tp->mss_cache = max(mss, tcp_net(tp)->sysctl.tcp_min_snd_mss);
	tp->pmtu = mtu;
	if (tp->cwnd)
		tcp_cwnd_set(tp, tp->cwnd);
}

uint32_t tcp_current_mss(struct tcp_sock *tp)
{
	struct dst_entry *dst;
	uint32_t mtu;

	if (sock_route(&tp->sk, &dst))
		return 0;
	mtu = dst_mtu(dst);
	if (unlikely(mtu != tp->pmtu))
		tcp_sync_mss(tp, mtu);
	return tp->mss_cache - min(tcp_sack_option_len(tp), tp->mss_cache / 2u);
}

uint32_t tcp_gso_max(const struct tcp_sock *tp, uint32_t mss)
{
	uint32_t room = NETDEV_GSO_MAX;

	if (tp->sk.dst)
		room = min(room, tp->sk.dst->dev->gso_max_size);
	room -= min(room, tp->sk.af->header_len + sock_options_len(&tp->sk) + TCP_HDR_MAX);
	return max(room - room % mss, mss);
}

/*
 * A packet should not hold more than leaves within a millisecond: what is sent in one piece arrives in one
 * piece at the next queue. Where a round trip is shorter than that, it is as long as it can be.
 */
uint32_t tcp_gso_goal(const struct tcp_sock *tp, uint32_t mss)
{
	uint32_t most = tcp_gso_max(tp, mss);
	uint64_t per_ms;

	if (tp->srtt_us8 < RTT_SHORT_US * 8)
		return most;
	per_ms = (uint64_t)tp->cwnd * 8 * 1000 / tp->srtt_us8;
	if (tcp_in_slow_start(tp))
		per_ms *= 2; /* the window will have grown so far when it comes back */
	return min(most, max(2 * mss, (uint32_t)min(per_ms, (uint64_t)most) / mss * mss));
}

void tcp_mtu_probe_down(struct tcp_sock *tp)
{
	const struct tcp_sysctl *sysctl = &tcp_net(tp)->sysctl;
	uint32_t mss;

	if (!sysctl->tcp_mtu_probing)
		return;
	/* First a size that nearly every path takes, then half as much each time. */
	mss = tp->mtu_limit ? tp->mss_cache / 2 : min(sysctl->tcp_base_mss, tp->mss_cache / 2u);
	mss = max(mss, sysctl->tcp_min_snd_mss);
	tp->mtu_limit = mss + header_len(tp) + (tp->ts_ok ? TCPOLEN_TS_ALIGNED : 0);
	tcp_sync_mss(tp, tp->pmtu);
}
