/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors are hints from strangers: believed only where the sequence number in them is in flight, and
 * never enough to end a connection that stands (RFC 5927).
 */
#include "stack/tcp/tcp_icmp.h"

#include <errno.h>
#include "stack/core/skbuff.h"
#include "stack/tcp/tcp_close.h"
#include "stack/tcp/tcp_event.h"
#include "stack/tcp/tcp_hash.h"
#include "stack/tcp/tcp_mss.h"
#include "stack/tcp/tcp_recovery.h"
#include "stack/tcp/tcp_request.h"

/* RFC 1191: the path takes less than thought. Which route says so has been noted; segments follow it. */
static void packet_too_big(struct tcp_sock *tp, const struct icmp_err *e)
{
	if (sock_pmtudisc(&tp->sk) == IP_PMTUDISC_DONT || !e->mtu || e->mtu >= tp->pmtu)
		return;
	sock_update_pmtu(&tp->sk, &e->fl, e->mtu);
	if (!tcp_current_mss(tp))
		return;
	tcp_recovery_mtu(tp);
}

/*
 * A connection attempt ends at any error, as in the kernel: who calls connect(2) wants to know. What is
 * established lives on (RFC 1122 4.2.3.9); the error is the reason given if it dies by time-out.
 */
static void sock_err(struct tcp_sock *tp, const struct icmp_err *e)
{
	if (tcp_state_in(tp, SSF(SS_SYN_SENT) | SSF(SS_SYN_RECV)))
		tcp_fail(tp, e->error);
	else
		tp->sk.soft_err = e->error;
}

void tcp_err(struct net *net, const struct icmp_err *e)
{
	struct tcp_tuple *t = tcp_hash_lookup_flow(net->tcp, &e->fl);
	struct tcp_request *req;
	struct tcp_sock *tp;

	if (!t || t->kind == TCP_KIND_TIMEWAIT)
		return;
	if (t->kind == TCP_KIND_REQUEST) {
		req = container_of(t, struct tcp_request, tuple);
		if (e->seq == req->iss && e->fatal)
			tcp_request_free(req);
		return;
	}
	tp = container_of(t, struct tcp_sock, tuple);
	/* RFC 5927 4.1: about something that is in flight, or it is a forgery. */
	if (tp->snd_una == tp->snd_nxt || !between(e->seq, tp->snd_una, tp->snd_nxt - 1))
		return;
	sock_hold(&tp->sk);
	if (e->error == EMSGSIZE)
		packet_too_big(tp, e);
	else
		sock_err(tp, e);
	tcp_deliver_events(tp);
	sock_put(&tp->sk);
}
