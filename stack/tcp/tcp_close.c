/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RFC 9293 3.10.4 (CLOSE) and 3.10.5 (ABORT). References: the owner's is dropped when it has closed and the
 * conversation is over: by tcp_close() or by tcp_done(), whichever comes last.
 */
#include "stack/tcp/tcp_close.h"

#include <errno.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_hash.h"
#include "stack/tcp/tcp_listen.h"
#include "stack/tcp/tcp_mem.h"
#include "stack/tcp/tcp_output.h"
#include "stack/tcp/tcp_sock_init.h"
#include "stack/tcp/tcp_timer.h"
#include "stack/tcp/tcp_timewait.h"

void tcp_done(struct tcp_sock *tp)
{
	struct sock *sk = &tp->sk;

	if (sk->state == SS_CLOSE)
		return;
	if (tcp_state_in(tp, SSF(SS_SYN_SENT) | SSF(SS_SYN_RECV)))
		MIB_INC(sk->net, TcpAttemptFails);
	else if (tcp_state_in(tp, SSF(SS_ESTABLISHED) | SSF(SS_CLOSE_WAIT)))
		MIB_INC(sk->net, TcpEstabResets);
	if (!tcp_state_in(tp, SSF(SS_SYN_SENT) | SSF(SS_SYN_RECV) | SSF(SS_LISTEN)))
		sk->net->mib[MIB_TcpCurrEstab]--;
	sk->state = SS_CLOSE;
	sk->shutdown = RCV_SHUTDOWN | SEND_SHUTDOWN;
	tcp_timers_cancel(tp);
	net_work_cancel(&tp->work);
	tp->owed = 0;
	tcp_purge_queues(tp);
	tcp_hash_remove(tcp_net(tp), &tp->tuple);
	if (!sk->bound_port)
		port_release(sk);
	if (tp->orphan) {
		tp->orphan = false;
		tcp_net(tp)->orphans--;
		sock_put(sk);
	}
}

void tcp_fail(struct tcp_sock *tp, int err)
{
	tp->sk.err = err;
	tp->events |= TCP_EV_ERROR;
	tcp_done(tp);
}

/* States in which the peer holds a connection that only a reset ends. */
#define RESET_STATES                                                                       \
	(SSF(SS_SYN_RECV) | SSF(SS_ESTABLISHED) | SSF(SS_CLOSE_WAIT) | SSF(SS_FIN_WAIT1) | \
	 SSF(SS_FIN_WAIT2) | SSF(SS_CLOSING) | SSF(SS_LAST_ACK))

void tcp_abort(struct tcp_sock *tp)
{
	if (tcp_state_in(tp, RESET_STATES))
		tcp_send_reset(tp);
	tcp_done(tp);
}

/* The state after a FIN of ours is queued; SS_CLOSE: there is none to send. */
static uint8_t state_after_fin(const struct tcp_sock *tp)
{
	switch (tp->sk.state) {
	case SS_ESTABLISHED:
	case SS_SYN_RECV:
		return SS_FIN_WAIT1;
	case SS_CLOSE_WAIT:
		return SS_LAST_ACK;
	default:
		return SS_CLOSE;
	}
}

/* Queue a FIN behind what is queued. false: no memory. */
static bool send_fin(struct tcp_sock *tp)
{
	if (tcp_queue_control(tp, TCPHDR_FIN))
		return false;
	tp->sk.state = state_after_fin(tp);
	tcp_owe(tp, TCP_OWE_DATA);
	return true;
}

int tcp_shutdown(struct sock *sk, int how)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (sk->state == SS_LISTEN) {
		if (how & RCV_SHUTDOWN)
			tcp_listen_stop(tp);
		return 0;
	}
	if (sk->state == SS_SYN_SENT) {
		tcp_done(tp);
		return 0;
	}
	if ((how & SEND_SHUTDOWN) && !(sk->shutdown & SEND_SHUTDOWN) &&
	    state_after_fin(tp) != SS_CLOSE && !send_fin(tp))
		return -ENOBUFS;
	sk->shutdown |= how;
	return 0;
}

/* Closed in FIN-WAIT-2: nobody is left to read; wait for the peer's FIN, but not for ever. */
static void orphan_fin_wait2(struct tcp_sock *tp)
{
	if (tp->linger2 < 0) {
		MIB_INC(tp->sk.net, TcpExtTCPAbortOnLinger);
		tcp_abort(tp);
	} else {
		tcp_time_wait(tp, SS_FIN_WAIT2);
	}
}

/* Nobody owns it any more: say good-bye in the way that the data asks for. */
static void close_connection(struct tcp_sock *tp, bool abort)
{
	struct sock *sk = &tp->sk;

	/* RFC 2525 2.17: bytes that nobody will read, or that come later, end in a reset, not in silence. */
	if (abort || sk->rcvq.qlen || (sk->opt.linger && !sk->opt.linger_time)) {
		if (sk->rcvq.qlen)
			MIB_INC(sk->net, TcpExtTCPAbortOnClose);
		else
			MIB_INC(sk->net, TcpExtTCPAbortOnData);
		tcp_abort(tp);
	} else if (tcp_orphan_limited(tp)) {
		MIB_INC(sk->net, TcpExtTCPAbortOnMemory);
		tcp_abort(tp);
	} else if (state_after_fin(tp) != SS_CLOSE && !(sk->shutdown & SEND_SHUTDOWN) &&
		   !send_fin(tp)) {
		tcp_abort(tp);
	} else if (sk->state == SS_FIN_WAIT2) {
		orphan_fin_wait2(tp);
	}
}

void tcp_close(struct sock *sk, bool abort)
{
	struct tcp_sock *tp = tcp_sk(sk);

	sock_hold(sk);
	tp->events = 0;
	if (sk->state == SS_LISTEN)
		tcp_listen_stop(tp);
	if (sk->state == SS_CLOSE) {
		sock_put(sk); /* the owner's */
	} else {
		tp->orphan = true;
		tcp_net(tp)->orphans++;
		if (sk->state == SS_SYN_SENT)
			tcp_done(tp);
		else
			close_connection(tp, abort);
		sk->shutdown = RCV_SHUTDOWN | SEND_SHUTDOWN;
	}
	tcp_purge_rcvq(tp);
	sock_put(sk);
}

int tcp_disconnect(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	if (sk->state == SS_LISTEN)
		tcp_listen_stop(tp);
	else
		tcp_abort(tp);
	tcp_purge_rcvq(tp);
	dst_release(sk->dst);
	sk->dst = NULL;
	sk->err = 0;
	sk->soft_err = 0;
	sk->shutdown = 0;
	sk->dport = 0;
	memset(&sk->daddr, 0, sizeof(sk->daddr));
	sk->opt6.flowlabel = 0;
	if (!sk->bound_addr) {
		memset(&sk->saddr, 0, sizeof(sk->saddr));
		sock_set_family(sk, sk->family);
	}
	if (!sk->bound_port) {
		port_release(sk);
		sk->sport = 0;
	}
	tcp_sock_reset(tp);
	return 0;
}

void tcp_destroy(struct sock *sk)
{
	struct tcp_sock *tp = tcp_sk(sk);

	net_work_cancel(&tp->work);
	tcp_timers_cancel(tp);
	tcp_purge_queues(tp);
	tcp_purge_rcvq(tp);
	tcp_listen_unhash(tp);
	tcp_hash_remove(tcp_net(tp), &tp->tuple);
	tcp_net(tp)->sockets--;
}
