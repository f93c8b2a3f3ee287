/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A socket's life before and between connections: tcp_sock_init() once, tcp_sock_reset() for each attempt to
 * connect, tcp_established() when a handshake of either kind is over.
 */
#include "stack/tcp/tcp_sock_init.h"

#include <string.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_cong.h"
#include "stack/tcp/tcp_delack.h"
#include "stack/tcp/tcp_keepalive.h"
#include "stack/tcp/tcp_mss.h"
#include "stack/tcp/tcp_output.h"
#include "stack/tcp/tcp_rtt.h"
#include "stack/tcp/tcp_timer.h"
#include "stack/tcp/tcp_window.h"
#include "stack/tcp/tcp_write.h"

int tcp_sock_init(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);
	const struct tcp_sysctl *sysctl = &sk->net->tcp->sysctl;

	sk->rcvbuf = sysctl->tcp_rmem[1];
	sk->sndbuf = sysctl->tcp_wmem[1];
	skb_queue_init(&tp->write_queue);
	skb_queue_init(&tp->rtx_queue);
	list_init(&tp->accept_node);
	net_work_init(&tp->work, tcp_output_work);
	tcp_timers_init(tp);
	tp->cong = tcp_cong_find(sysctl->tcp_congestion_control,
				 sizeof(sysctl->tcp_congestion_control));
	if (!tp->cong)
		tp->cong = &tcp_reno;
	tp->cwnd_clamp = UINT32_MAX;
	tcp_sock_reset(tp);
	sk->net->tcp->sockets++;
	return 0;
}

static void reset_congestion(struct tcp_sock *tp)
{
	tp->repair = TCP_OPEN;
	tp->cwnd = 0;
	tp->ssthresh = TCP_INFINITE_SSTHRESH;
	tp->cwnd_cnt = 0;
	tp->cwnd_limited = false;
	tp->max_flight = 0;
	tp->undo_marker = 0;
	tp->undo_retrans = 0;
	tp->undo_retrans_stamp = 0;
	tp->dupacks = 0;
	tp->reordering = tcp_net(tp)->sysctl.tcp_reordering;
	tp->reneging = false;
	tp->last_sent = 0;
	memset(tp->sack_cache, 0, sizeof(tp->sack_cache));
}

static void reset_statistics(struct tcp_sock *tp)
{
	tp->bytes_acked = tp->bytes_received = tp->bytes_sent = tp->bytes_retrans = 0;
	tp->segs_in = tp->segs_out = tp->data_segs_in = tp->data_segs_out = 0;
	tp->total_retrans = tp->delivered = tp->dsack_dups = tp->reord_seen = 0;
}

void tcp_sock_reset(struct tcp_sock *tp)
{
	tp->owed = tp->events = 0;
	tp->snd_wnd = tp->max_window = 0;
	tp->write_seq = tp->snd_una = tp->snd_nxt = 0;
	tp->ts_ok = tp->sack_ok = tp->wscale_ok = false;
	tp->snd_wscale = tp->rcv_wscale = 0;
	tp->peer_mss = TCP_DEFAULT_MSS;
	tp->mss_cache = TCP_DEFAULT_MSS;
	tp->pmtu = tp->mtu_limit = 0;
	tp->ts_recent = 0;
	tp->ts_recent_stamp = 0;
	tp->retransmits = tp->probes_out = tp->keep_probes_out = 0;
	tp->retrans_stamp = 0;
	tp->last_rcv = tp->last_oow_ack = 0;
	tp->quick = 0;
	tp->nr_sacks = 0;
	tp->dsack_pending = false;
	tp->rcv_rtt_us = 0;
	tp->rcv_rtt_time = 0;
	tcp_rtt_init(tp);
	reset_congestion(tp);
	reset_statistics(tp);
}

void tcp_window_start(struct tcp_sock *tp)
{
	tcp_delack_init(tp);
	tcp_window_init(tp);
	tp->rcvq_seq = tp->copied_seq;
	tp->rcvq_time = tp->last_heard = tp->sk.net->now;
}

void tcp_established(struct tcp_sock *tp)
{
	struct dst_entry *dst;

	tp->sk.state = SS_ESTABLISHED;
	MIB_INC(tp->sk.net, TcpCurrEstab);
	tp->retrans_stamp = 0;
	tp->retransmits = 0;
	tp->backoff = 0;
	tp->lost_seq = tp->max_flight_seq = tp->snd_una;
	/* RFC 6298 5.7: no sample, because the SYN was repeated: be careful with the first data. */
	if (!tp->srtt_us8 && tp->total_retrans)
		tp->rto = TCP_TIMEOUT_FALLBACK;
	if (!sock_route(&tp->sk, &dst))
		tcp_sync_mss(tp, dst_mtu(dst));
	tcp_cong_start(tp);
	tcp_sndbuf_grow(tp);
	tcp_keepalive_update(tp);
	tcp_owe(tp, TCP_OWE_DATA);
}
