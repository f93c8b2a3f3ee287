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

static struct diag_mini mini_of_request(const struct tcp_request *req)
{
	return (struct diag_mini){
		.tuple = &req->tuple,
		.timer = &req->timer,
		.family = req->listener->sk.family,
		.state = SS_SYN_RECV,
		.timer_kind = DIAG_TIMER_ON,
		.retrans = req->timeouts,
		.mark = req->listener->sk.opt.mark,
	};
}

static struct diag_mini mini_of_timewait(const struct tcp_timewait *tw)
{
	return (struct diag_mini){
		.tuple = &tw->tuple,
		.timer = &tw->timer,
		.family = tw->family,
		.state = tw->substate,
		.timer_kind = DIAG_TIMER_TIMEWAIT,
		.mark = tw->mark,
	};
}

static bool mini_wanted(const struct nl_dump *d, const struct diag_mini *mini)
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

void diag_mini_fill(struct inet_diag_msg *d, const struct net *net, const struct diag_mini *mini)
{
	const struct tcp_tuple *t = mini->tuple;
	union inaddr saddr = diag_shown_addr(mini->family, t->family, &t->saddr);
	union inaddr daddr = diag_shown_addr(mini->family, t->family, &t->daddr);

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

/* --- walking -------------------------------------------------------------------------------------- */

/* Who walks. */
struct walk {
	int (*fn)(const struct diag_mini *mini, void *arg);
	void *arg;
};

/* @mini is number @at of its list, counted from 1: show it, unless it was shown. Nonzero: it was not taken. */
static int show(const struct walk *w, const struct diag_mini *mini, uint64_t at, uint64_t *done)
{
	int err = at > *done ? w->fn(mini, w->arg) : 0;

	if (!err)
		*done = max(at, *done);
	return err;
}

static int walk_requests(const struct net *net, uint64_t *state, const struct walk *w)
{
	const struct tcp_request *req;
	const struct sock *sk;

	list_for_each_entry(sk, &net->transport->socks, all) {
		uint64_t at = 0;

		if (sk->proto != &tcp_proto || sk->state != SS_LISTEN || sk->cookie <= state[DIAG_LISTENER])
			continue;
		list_for_each_entry(req, &tcp_sk_const(sk)->listener->requests, list) {
			struct diag_mini mini = mini_of_request(req);
			int err = show(w, &mini, ++at, &state[DIAG_REQUEST]);

			if (err)
				return err;
		}
		state[DIAG_LISTENER] = sk->cookie;
		state[DIAG_REQUEST] = 0;
	}
	return 0;
}

static int walk_timewaits(const struct net *net, uint64_t *state, const struct walk *w)
{
	const struct tcp_timewait *tw;
	uint64_t at = 0;

	list_for_each_entry(tw, &net->tcp->timewaits, list) {
		struct diag_mini mini = mini_of_timewait(tw);
		int err = show(w, &mini, ++at, &state[DIAG_TIMEWAIT]);

		if (err)
			return err;
	}
	return 0;
}

int diag_mini_walk(const struct net *net, uint64_t *state, int (*fn)(const struct diag_mini *mini, void *arg), void *arg)
{
	struct walk w = { fn, arg };
	int err = walk_requests(net, state, &w);

	return err ? err : walk_timewaits(net, state, &w);
}

/* --- dump ----------------------------------------------------------------------------------------- */

struct dump {
	struct nl_dump *d;
	struct nl_buf *buf;
	const struct nl_head *head;
};

static int dump_one(const struct diag_mini *mini, void *arg)
{
	struct dump *dump = arg;
	struct inet_diag_msg *d;
	struct nl_msg m;

	if (!mini_wanted(dump->d, mini))
		return 0;
	d = nl_msg_begin(&m, dump->buf, dump->head, sizeof(*d));
	if (d)
		diag_mini_fill(d, dump->d->req.net, mini);
	return nl_msg_end(&m);
}

int diag_dump_minis(struct nl_dump *d, struct nl_buf *buf, const struct nl_head *head)
{
	struct dump dump = { d, buf, head };

	return diag_mini_walk(d->req.net, d->state, dump_one, &dump) ? 1 : 0;
}
