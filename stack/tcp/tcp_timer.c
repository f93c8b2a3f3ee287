/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One timer serves retransmission and persist: a connection has something outstanding, or it has not. The
 * others are in tcp_delack.c and tcp_keepalive.c.
 */
#include "stack/tcp/tcp_timer.h"

#include <errno.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_close.h"
#include "stack/tcp/tcp_delack.h"
#include "stack/tcp/tcp_event.h"
#include "stack/tcp/tcp_keepalive.h"
#include "stack/tcp/tcp_mem.h"
#include "stack/tcp/tcp_mss.h"
#include "stack/tcp/tcp_output.h"
#include "stack/tcp/tcp_push.h"
#include "stack/tcp/tcp_recovery.h"
#include "stack/tcp/tcp_retransmit.h"
#include "stack/tcp/tcp_rtt.h"

#define RENEGE_DELAY_MIN (10 * NSEC_PER_MSEC)
#define RESOURCE_RETRY	 (500 * NSEC_PER_MSEC) /* no memory, no route: the path is not to blame */
#define ORPHAN_RETRIES	 8

static void rto_set(struct tcp_sock *tp, enum tcp_timer_mode mode, ktime_t delay)
{
	tp->timer_mode = mode;
	net_timer_set(tp->sk.net, &tp->rto_timer, tp->sk.net->now + delay);
}

void tcp_rearm_rto(struct tcp_sock *tp)
{
	ktime_t delay = tcp_rto(tp);

	if (skb_queue_empty(&tp->rtx_queue)) {
		if (tp->timer_mode == TCP_TIMER_RETRANS) {
			net_timer_cancel(tp->sk.net, &tp->rto_timer);
			tp->timer_mode = TCP_TIMER_NONE;
		}
		return;
	}
	/* RFC 2018 8: a SACK was taken back; a time-out forgets the others, too. Soon, but not at once: it may
	 * be that the acknowledgement is only late. */
	if (tp->reneging)
		delay = min(delay, max(us_to_ktime(tp->srtt_us8 >> 4), (ktime_t)RENEGE_DELAY_MIN));
	rto_set(tp, TCP_TIMER_RETRANS, delay);
}

void tcp_arm_probe(struct tcp_sock *tp)
{
	if (tp->timer_mode == TCP_TIMER_NONE)
		rto_set(tp, TCP_TIMER_PROBE, tcp_rto(tp));
}

void tcp_give_up(struct tcp_sock *tp, int err)
{
	MIB_INC(tp->sk.net, TcpExtTCPAbortOnTimeout);
	tcp_fail(tp, tp->sk.soft_err ? tp->sk.soft_err : err);
}

/* How long @retries time-outs take that begin at the shortest RTO and double: what tcp_retries* mean in time. */
static ktime_t retries_time(const struct tcp_sock *tp, unsigned retries)
{
	ktime_t rto = us_to_ktime(tcp_net(tp)->sysctl.tcp_rto_min_us), sum = 0;

	if (tcp_state_in(tp, SSF(SS_SYN_SENT) | SSF(SS_SYN_RECV)))
		rto = TCP_TIMEOUT_INIT;
	for (unsigned i = 0; i <= retries; i++) {
		sum += rto;
		rto = min(2 * rto, (ktime_t)TCP_RTO_MAX);
	}
	return sum;
}

/* Has nothing come back for as long as @retries time-outs (or TCP_USER_TIMEOUT, where set) since @start? */
static bool timed_out(const struct tcp_sock *tp, ktime_t start, unsigned retries)
{
	ktime_t limit =
		tp->user_timeout ? ms_to_ktime(tp->user_timeout) : retries_time(tp, retries);

	return tp->retransmits && start && tp->sk.net->now - start >= limit;
}

bool tcp_orphan_limited(struct tcp_sock *tp)
{
	const struct tcp_net *tn = tcp_net(tp);

	return tn->orphans > tn->sysctl.tcp_max_orphans ||
	       (tp->sk.wmem > tn->sysctl.tcp_wmem[0] && tcp_mem_exceeded(tn));
}

static unsigned orphan_retries(const struct tcp_sock *tp)
{
	unsigned retries = tcp_net(tp)->sysctl.tcp_orphan_retries;

	return retries ? retries : ORPHAN_RETRIES;
}

/* An orphan in a world that is short of memory goes without ceremony. */
static bool orphan_dropped(struct tcp_sock *tp)
{
	if (!tp->orphan || !tcp_orphan_limited(tp))
		return false;
	MIB_INC(tp->sk.net, TcpExtTCPAbortOnMemory);
	tcp_abort(tp);
	return true;
}

/* RFC 9293 3.8.3, R1 and R2; true: the connection is over. */
static bool write_timed_out(struct tcp_sock *tp)
{
	const struct tcp_sysctl *sysctl = &tcp_net(tp)->sysctl;
	unsigned retries = sysctl->tcp_retries2;

	if (tcp_state_in(tp, SSF(SS_SYN_SENT) | SSF(SS_SYN_RECV))) {
		retries = tp->syn_retries ? tp->syn_retries : sysctl->tcp_syn_retries;
		if (tp->retransmits < retries &&
		    !(tp->user_timeout && timed_out(tp, tp->retrans_stamp, retries)))
			return false;
		tcp_give_up(tp, ETIMEDOUT);
		return true;
	}
	if (timed_out(tp, tp->retrans_stamp, sysctl->tcp_retries1)) {
		if (tp->sk.dst && tp->sk.dst->ops->negative_advice)
			tp->sk.dst->ops->negative_advice(tp->sk.dst);
		tcp_mtu_probe_down(tp);
	}
	if (tp->orphan) {
		retries = min(retries, orphan_retries(tp));
		if (orphan_dropped(tp))
			return true;
	}
	if (!timed_out(tp, tp->retrans_stamp, retries))
		return false;
	tcp_give_up(tp, ETIMEDOUT);
	return true;
}

/* RFC 6298 5.4 to 5.6 */
static void retransmit_timeout(struct tcp_sock *tp)
{
	if (write_timed_out(tp))
		return;
	if (!tp->retransmits)
		MIB_INC(tp->sk.net, TcpExtTCPTimeouts);
	if (!tcp_state_in(tp, SSF(SS_SYN_SENT) | SSF(SS_SYN_RECV)))
		tcp_enter_loss(tp);
	if (tp->retransmits < UINT8_MAX)
		tp->retransmits++;
	if (!tcp_retransmit_head(tp)) {
		if (!tp->retrans_stamp)
			tp->retrans_stamp = tp->sk.net->now;
		rto_set(tp, TCP_TIMER_RETRANS, min(tcp_rto(tp), (ktime_t)RESOURCE_RETRY));
		return;
	}
	if (tp->sk.state == SS_CLOSE)
		return; /* there was no way to the peer any more */
	if (tp->backoff < UINT8_MAX)
		tp->backoff++;
	rto_set(tp, TCP_TIMER_RETRANS, tcp_rto(tp));
}

/*
 * RFC 9293 3.8.6.1: the window is closed, or Nagle, TCP_CORK or a lack of memory held back the last bytes.
 * A peer that answers our probes may keep its window closed for ever, but not for one that nobody owns.
 */
static void probe_timeout(struct tcp_sock *tp)
{
	unsigned retries = tcp_net(tp)->sysctl.tcp_retries2;

	if (skb_queue_empty(&tp->write_queue))
		return;
	if (tcp_state_in(tp, SSF(SS_SYN_SENT) | SSF(SS_SYN_RECV))) {
		tcp_owe(tp, TCP_OWE_DATA);
		return;
	}
	if (tp->orphan) {
		retries = orphan_retries(tp);
		if (orphan_dropped(tp))
			return;
	}
	if (tp->probes_out > retries ||
	    (tp->user_timeout && tp->probes_out &&
	     tp->sk.net->now - tp->last_sent >= ms_to_ktime(tp->user_timeout))) {
		tcp_give_up(tp, ETIMEDOUT);
		return;
	}
	if (tcp_push_one(tp))
		return;
	tcp_send_probe(tp);
	if (tp->sk.state == SS_CLOSE)
		return;
	if (tp->probes_out < UINT8_MAX)
		tp->probes_out++;
	if (tp->backoff < tcp_net(tp)->sysctl.tcp_retries2)
		tp->backoff++;
	tcp_arm_probe(tp);
}

static void rto_timeout(struct timer *t)
{
	struct tcp_sock *tp = container_of(t, struct tcp_sock, rto_timer);
	enum tcp_timer_mode mode = tp->timer_mode;

	sock_hold(&tp->sk);
	tp->timer_mode = TCP_TIMER_NONE;
	if (mode == TCP_TIMER_RETRANS)
		retransmit_timeout(tp);
	else
		probe_timeout(tp);
	tcp_deliver_events(tp);
	sock_put(&tp->sk);
}

void tcp_timers_init(struct tcp_sock *tp)
{
	timer_init(&tp->rto_timer, rto_timeout);
	timer_init(&tp->delack_timer, tcp_delack_timeout);
	timer_init(&tp->keepalive_timer, tcp_keepalive_timeout);
}

void tcp_timers_cancel(struct tcp_sock *tp)
{
	struct net *net = tp->sk.net;

	tp->timer_mode = TCP_TIMER_NONE;
	net_timer_cancel(net, &tp->rto_timer);
	net_timer_cancel(net, &tp->delack_timer);
	net_timer_cancel(net, &tp->keepalive_timer);
}
