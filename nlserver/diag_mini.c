/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sock_diag about connections that are no sockets: those in the making, which wait in a listener's SYN queue, and those in
 * TIME-WAIT. Called by sock_diag.c.
 */
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <string.h>

#include "nlserver/sock_diag.h"
#include "stack/tcp/tcp_listen.h"
#include "stack/tcp/tcp_timewait.h"
#include "stack/transport/transport.h"

/* One of them. */
struct mini {
	const struct tcp_tuple *tuple;
	const struct timer *timer;
	uint16_t family;	/* of the socket that it was, or will be */
	uint8_t	 state;
	uint8_t	 timer_kind;	/* DIAG_TIMER_* */
	uint8_t	 retrans;
	uint32_t mark;
};

static struct mini mini_of_request(const struct tcp_request *req)
{
	return (struct mini){
		.tuple = &req->tuple,
		.timer = &req->timer,
		.family = req->listener->sk.family,
		.state = SS_SYN_RECV,
		.timer_kind = DIAG_TIMER_ON,
		.retrans = req->timeouts,
		.mark = req->listener->sk.opt.mark,
	};
}

static struct mini mini_of_timewait(const struct tcp_timewait *tw)
{
	return (struct mini){
		.tuple = &tw->tuple,
		.timer = &tw->timer,
		.family = tw->family,
		.state = tw->substate,
		.timer_kind = DIAG_TIMER_TIMEWAIT,
		.mark = tw->mark,
	};
}

static bool mini_wanted(const struct nl_dump *d, const struct mini *mini)
{
	const struct inet_diag_req_v2 *r = d->req.hdr;
	const struct tcp_tuple *t = mini->tuple;
	struct diag_entry e = {
		.family = mini->family,
		.sport = ntohs(t->sport),
		.dport = ntohs(t->dport),
		.bound_if = t->bound_if,
		.mark = mini->mark,
		.saddr = diag_shown_addr(mini->family, t->family, &t->saddr),
		.daddr = diag_shown_addr(mini->family, t->family, &t->daddr),
	};

	return (r->idiag_states & 1u << mini->state) && diag_names_wanted(d, &e);
}

static int mini_fill(struct nl_buf *buf, const struct nl_head *head, const struct net *net, const struct mini *mini)
{
	const struct tcp_tuple *t = mini->tuple;
	union inaddr saddr = diag_shown_addr(mini->family, t->family, &t->saddr);
	union inaddr daddr = diag_shown_addr(mini->family, t->family, &t->daddr);
	struct inet_diag_msg *d;
	struct nl_msg m;

	d = nl_msg_begin(&m, buf, head, sizeof(*d));
	if (d) {
		d->idiag_family = mini->family;
		d->idiag_state = mini->state;
		d->idiag_timer = mini->timer_kind;
		d->idiag_retrans = mini->retrans;
		d->idiag_expires = diag_expires(net, mini->timer);
		d->id.idiag_sport = t->sport;
		d->id.idiag_dport = t->dport;
		memcpy(d->id.idiag_src, &saddr, sizeof(d->id.idiag_src));
		memcpy(d->id.idiag_dst, &daddr, sizeof(d->id.idiag_dst));
		d->id.idiag_if = t->bound_if;
		d->id.idiag_cookie[0] = d->id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	}
	return nl_msg_end(&m);
}

/* @mini is number @at of its list, counted from 1: tell it, unless it was. Nonzero: @buf is full. */
static int dump_one(struct nl_dump *d, struct nl_buf *buf, const struct nl_head *head, const struct mini *mini,
		    uint64_t at, uint64_t *done)
{
	if (at <= *done)
		return 0;
	if (mini_wanted(d, mini) && mini_fill(buf, head, d->req.net, mini))
		return 1;
	*done = at;
	return 0;
}

static int dump_requests(struct nl_dump *d, struct nl_buf *buf, const struct nl_head *head)
{
	const struct tcp_request *req;
	const struct sock *sk;

	list_for_each_entry(sk, &d->req.net->transport->socks, all) {
		uint64_t at = 0;

		if (sk->proto != &tcp_proto || sk->state != SS_LISTEN || sk->cookie <= d->state[DIAG_LISTENER])
			continue;
		list_for_each_entry(req, &tcp_sk_const(sk)->listener->requests, list) {
			struct mini mini = mini_of_request(req);

			if (dump_one(d, buf, head, &mini, ++at, &d->state[DIAG_REQUEST]))
				return 1;
		}
		d->state[DIAG_LISTENER] = sk->cookie;
		d->state[DIAG_REQUEST] = 0;
	}
	return 0;
}

static int dump_timewaits(struct nl_dump *d, struct nl_buf *buf, const struct nl_head *head)
{
	const struct tcp_timewait *tw;
	uint64_t at = 0;

	list_for_each_entry(tw, &d->req.net->tcp->timewaits, list) {
		struct mini mini = mini_of_timewait(tw);

		if (dump_one(d, buf, head, &mini, ++at, &d->state[DIAG_TIMEWAIT]))
			return 1;
	}
	return 0;
}

int diag_dump_minis(struct nl_dump *d, struct nl_buf *buf, const struct nl_head *head)
{
	return dump_requests(d, buf, head) || dump_timewaits(d, buf, head);
}
