/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The timer is lazy: a segment that comes in does not touch it; when it fires, it looks how long the
 * connection has really been idle, and sets itself for the rest.
 */
#include "stack/tcp/tcp_keepalive.h"

#include <errno.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_event.h"
#include "stack/tcp/tcp_output.h"
#include "stack/tcp/tcp_timer.h"

#define ALIVE_STATES                                                                        \
	(SSF(SS_ESTABLISHED) | SSF(SS_CLOSE_WAIT) | SSF(SS_FIN_WAIT1) | SSF(SS_FIN_WAIT2) | \
	 SSF(SS_CLOSING) | SSF(SS_LAST_ACK))

static ktime_t idle_time(const struct tcp_sock *tp)
{
	return sec_to_ktime(tp->keep_idle ? tp->keep_idle : tcp_net(tp)->sysctl.tcp_keepalive_time);
}

static ktime_t interval(const struct tcp_sock *tp)
{
	return sec_to_ktime(tp->keep_intvl ? tp->keep_intvl
					   : tcp_net(tp)->sysctl.tcp_keepalive_intvl);
}

static unsigned probes(const struct tcp_sock *tp)
{
	return tp->keep_cnt ? tp->keep_cnt : tcp_net(tp)->sysctl.tcp_keepalive_probes;
}

static void set(struct tcp_sock *tp, ktime_t delay)
{
	net_timer_set(tp->sk.net, &tp->keepalive_timer, tp->sk.net->now + delay);
}

void tcp_keepalive_update(struct tcp_sock *tp)
{
	if (!tcp_state_in(tp, ALIVE_STATES))
		return;
	if (tp->sk.opt.keepalive)
		set(tp, idle_time(tp));
	else
		net_timer_cancel(tp->sk.net, &tp->keepalive_timer);
}

/* TCP_USER_TIMEOUT, where it is set, decides in place of the number of probes (RFC 5482). */
static bool dead(const struct tcp_sock *tp, ktime_t idle)
{
	if (tp->user_timeout)
		return idle >= ms_to_ktime(tp->user_timeout) && tp->keep_probes_out;
	return tp->keep_probes_out >= probes(tp);
}

static void probe(struct tcp_sock *tp)
{
	ktime_t idle = tp->sk.net->now - tp->last_heard;

	/* Retransmission or persist will find out, if the peer is gone. */
	if (tp->snd_nxt != tp->snd_una || !skb_queue_empty(&tp->write_queue)) {
		set(tp, idle_time(tp));
		return;
	}
	if (idle < idle_time(tp)) {
		set(tp, idle_time(tp) - idle);
		return;
	}
	if (dead(tp, idle)) {
		tcp_send_reset(tp);
		tcp_give_up(tp, ETIMEDOUT);
		return;
	}
	MIB_INC(tp->sk.net, TcpExtTCPKeepAlive);
	tcp_send_probe(tp);
	tp->keep_probes_out++;
	set(tp, interval(tp));
}

void tcp_keepalive_timeout(struct timer *t)
{
	struct tcp_sock *tp = container_of(t, struct tcp_sock, keepalive_timer);

	sock_hold(&tp->sk);
	if (tp->sk.opt.keepalive && tcp_state_in(tp, ALIVE_STATES))
		probe(tp);
	tcp_deliver_events(tp);
	sock_put(&tp->sk);
}
