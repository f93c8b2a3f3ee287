/* SPDX-License-Identifier: BSD-2-Clause */
/* Our bytes and nanoseconds in the kernel's segments, microseconds and milliseconds. */
#include "stack/tcp/tcp_info.h"

#include <linux/tcp.h>
#include "stack/tcp/tcp_listen.h"
#include "stack/tcp/tcp_rtt.h"

static uint32_t segments(const struct tcp_sock *tp, uint32_t bytes)
{
	return DIV_ROUND_UP(bytes, tp->mss_cache);
}

static uint32_t ms_since(const struct tcp_sock *tp, ktime_t when)
{
	return ktime_to_ms(tp->sk.net->now - when);
}

static void fill_options(const struct tcp_sock *tp, struct tcp_info *ret)
{
	ret->tcpi_options = (tp->ts_ok ? TCPI_OPT_TIMESTAMPS : 0) |
			    (tp->sack_ok ? TCPI_OPT_SACK : 0) |
			    (tp->wscale_ok ? TCPI_OPT_WSCALE : 0);
	ret->tcpi_snd_wscale = tp->snd_wscale;
	ret->tcpi_rcv_wscale = tp->rcv_wscale;
}

static void fill_congestion(const struct tcp_sock *tp, struct tcp_info *ret)
{
	ret->tcpi_ca_state = tp->repair;
	ret->tcpi_unacked = segments(tp, tp->snd_nxt - tp->snd_una);
	ret->tcpi_sacked = segments(tp, tp->sacked_out);
	ret->tcpi_lost = segments(tp, tp->lost_out);
	ret->tcpi_retrans = segments(tp, tp->retrans_out);
	ret->tcpi_snd_cwnd = tp->cwnd / tp->mss_cache;
	ret->tcpi_snd_ssthresh = tp->ssthresh == TCP_INFINITE_SSTHRESH
					 ? TCP_INFINITE_SSTHRESH
					 : tp->ssthresh / tp->mss_cache;
	ret->tcpi_reordering = tp->reordering;
	ret->tcpi_retransmits = tp->retransmits;
	ret->tcpi_probes = tp->probes_out + tp->keep_probes_out;
	ret->tcpi_backoff = tp->backoff;
}

static void fill_times(const struct tcp_sock *tp, struct tcp_info *ret)
{
	ret->tcpi_rto = ktime_to_us(tcp_rto(tp));
	ret->tcpi_ato = tp->ato * 1000;
	ret->tcpi_rtt = tp->srtt_us8 >> 3;
	ret->tcpi_rttvar = tp->mdev_us4 >> 2;
	ret->tcpi_min_rtt = tp->min_rtt_us;
	ret->tcpi_rcv_rtt = tp->rcv_rtt_us;
	ret->tcpi_last_data_sent = ms_since(tp, tp->last_sent);
	ret->tcpi_last_data_recv = ms_since(tp, tp->last_rcv);
	ret->tcpi_last_ack_recv = ms_since(tp, tp->last_heard);
}

static void fill_counters(const struct tcp_sock *tp, struct tcp_info *ret)
{
	ret->tcpi_total_retrans = tp->total_retrans;
	ret->tcpi_bytes_acked = tp->bytes_acked;
	ret->tcpi_bytes_received = tp->bytes_received;
	ret->tcpi_bytes_sent = tp->bytes_sent;
	ret->tcpi_bytes_retrans = tp->bytes_retrans;
	ret->tcpi_segs_in = tp->segs_in;
	ret->tcpi_segs_out = tp->segs_out;
	ret->tcpi_data_segs_in = tp->data_segs_in;
	ret->tcpi_data_segs_out = tp->data_segs_out;
	ret->tcpi_delivered = segments(tp, tp->delivered);
	ret->tcpi_dsack_dups = tp->dsack_dups;
	ret->tcpi_reord_seen = tp->reord_seen;
	ret->tcpi_notsent_bytes = tp->write_seq - tp->snd_nxt;
}

void tcp_info_fill(const struct tcp_sock *tp, struct tcp_info *ret)
{
	*ret = (struct tcp_info){ .tcpi_state = tp->sk.state };
	if (tp->sk.state == SS_LISTEN) {
		/* As the kernel: what waits to be accepted, and how much may. */
		ret->tcpi_unacked = tp->listener->nr_accept;
		ret->tcpi_sacked = tp->listener->backlog;
		return;
	}
	fill_options(tp, ret);
	fill_congestion(tp, ret);
	fill_times(tp, ret);
	fill_counters(tp, ret);
	ret->tcpi_snd_mss = tp->mss_cache;
	ret->tcpi_rcv_mss = tp->rcv_mss;
	ret->tcpi_advmss = tp->adv_mss;
	ret->tcpi_pmtu = tp->pmtu;
	ret->tcpi_rcv_space = tp->rcvq_space;
	ret->tcpi_rcv_ssthresh = tp->rcv_wnd;
}
