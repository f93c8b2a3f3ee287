/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sock_diag: which sockets there are: what `ss` asks. Answers inet_diag requests about TCP, UDP and raw
 * sockets; the families and protocols that the stack does not have are there, and empty, as a tool that
 * is told of an error looks at the host's sockets instead.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

#include "nlserver/rtnl.h"
#include "nlserver/sock_diag.h"
#include "stack/core/skbuff.h"
#include "stack/lib/in6.h"
#include "stack/tcp/tcp_cong.h"
#include "stack/tcp/tcp_info.h"
#include "stack/tcp/tcp_listen.h"
#include "stack/transport/transport.h"

#define FILTER_MAX 8192 /* bytes of byte code: checking it takes the square of that */

static const struct nl_policy diag_policy[INET_DIAG_REQ_PROTOCOL + 1] = {
	[INET_DIAG_REQ_BYTECODE] = { .type = NL_ATTR_TYPE_BINARY,
				     .min_len = 4,
				     .max_len = FILTER_MAX },
	[INET_DIAG_REQ_PROTOCOL] = { .type = NL_ATTR_TYPE_U32 },
};

static uint32_t asked_protocol(const struct nl_request *req)
{
	const struct inet_diag_req_v2 *r = req->hdr;

	if (req->tb[INET_DIAG_REQ_PROTOCOL])
		return mnl_attr_get_u32(req->tb[INET_DIAG_REQ_PROTOCOL]);
	return r->sdiag_protocol;
}

static uint32_t queued_bytes(const struct sk_buff_head *queue)
{
	const struct sk_buff *skb;
	uint32_t len = 0;

	skb_queue_walk(queue, skb)
		len += skb->len;
	return len;
}

/* Recv-Q and Send-Q: bytes, or of a listener what waits and what may. */
static void queues_fill(struct inet_diag_msg *d, const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk_const(sk);

	if (sk->proto != &tcp_proto) {
		d->idiag_rqueue = queued_bytes(&sk->rcvq);
		d->idiag_wqueue = sk->wmem;
	} else if (sk->state == SS_LISTEN) {
		d->idiag_rqueue = tp->listener->nr_accept;
		d->idiag_wqueue = tp->listener->backlog;
	} else {
		d->idiag_rqueue = tp->rcv_nxt - tp->copied_seq;
		d->idiag_wqueue = tp->write_seq - tp->snd_una;
	}
}

uint32_t diag_expires(const struct net *net, const struct timer *timer)
{
	return timer->expires > net->now ? (uint32_t)ktime_to_ms(timer->expires - net->now) : 0;
}

/* The timer that is run for, and how often it ran out. */
static void timer_fill(struct inet_diag_msg *d, const struct tcp_sock *tp)
{
	if (tp->timer_mode == TCP_TIMER_RETRANS) {
		d->idiag_timer = DIAG_TIMER_ON;
		d->idiag_retrans = tp->retransmits;
		d->idiag_expires = diag_expires(tp->sk.net, &tp->rto_timer);
	} else if (tp->timer_mode == TCP_TIMER_PROBE) {
		d->idiag_timer = DIAG_TIMER_PERSIST;
		d->idiag_retrans = tp->probes_out;
		d->idiag_expires = diag_expires(tp->sk.net, &tp->rto_timer);
	} else if (timer_pending(&tp->keepalive_timer)) {
		d->idiag_timer = DIAG_TIMER_KEEPALIVE;
		d->idiag_retrans = tp->keep_probes_out;
		d->idiag_expires = diag_expires(tp->sk.net, &tp->keepalive_timer);
	}
}

/* What only connections have. @ext: a bit for each INET_DIAG_* that is asked for */
static void put_tcp(struct nl_msg *m, const struct sock *sk, uint8_t ext)
{
	const struct tcp_sock *tp = tcp_sk_const(sk);
	struct tcp_info info;

	if (ext & 1 << (INET_DIAG_INFO - 1)) {
		tcp_info_fill(tp, &info);
		nl_put(m, INET_DIAG_INFO, &info, sizeof(info));
	}
	if (ext & 1 << (INET_DIAG_CONG - 1))
		nl_put_str(m, INET_DIAG_CONG, tp->cong->name);
}

union inaddr diag_shown_addr(int family, int net_family, const union inaddr *addr)
{
	return family == AF_INET6 && net_family == AF_INET ? in6_map_v4(addr->v4) : *addr;
}

static union inaddr shown_saddr(const struct sock *sk)
{
	return diag_shown_addr(sk->family, sk->af->family, &sk->saddr);
}

static union inaddr shown_daddr(const struct sock *sk)
{
	return diag_shown_addr(sk->family, sk->af->family, &sk->daddr);
}

static void id_fill(struct inet_diag_sockid *id, const struct sock *sk)
{
	union inaddr saddr = shown_saddr(sk), daddr = shown_daddr(sk);

	id->idiag_sport = sk->sport;
	id->idiag_dport = sk->dport;
	memcpy(id->idiag_src, &saddr, sizeof(id->idiag_src));
	memcpy(id->idiag_dst, &daddr, sizeof(id->idiag_dst));
	id->idiag_if = sk->bound_if;
	id->idiag_cookie[0] = (uint32_t)sk->cookie;
	id->idiag_cookie[1] = (uint32_t)(sk->cookie >> 32);
}

static void put_ip(struct nl_msg *m, const struct sock *sk, uint8_t ext)
{
	if (ext & 1 << (INET_DIAG_TOS - 1))
		nl_put_u8(m, INET_DIAG_TOS, sk->opt.tos);
	if (sk->family != AF_INET6)
		return;
	if (ext & 1 << (INET_DIAG_TCLASS - 1))
		nl_put_u8(m, INET_DIAG_TCLASS, sk->opt6.tclass);
	if (sk->state == SS_LISTEN || sk->state == SS_CLOSE)
		nl_put_u8(m, INET_DIAG_SKV6ONLY, sk->opt.v6only);
}

void diag_sock_fill(struct inet_diag_msg *d, const struct sock *sk)
{
	d->idiag_family = sk->family;
	d->idiag_state = sk->state;
	queues_fill(d, sk);
	d->idiag_uid = sk->uid;
	id_fill(&d->id, sk);
	if (sk->proto == &tcp_proto)
		timer_fill(d, tcp_sk_const(sk));
}

static int sock_fill(struct nl_buf *buf, const struct nl_head *head, const struct sock *sk,
		     uint8_t ext)
{
	uint32_t meminfo[SK_MEMINFO_VARS] = {
		[SK_MEMINFO_RMEM_ALLOC] = sk->rmem,	  [SK_MEMINFO_RCVBUF] = sk->rcvbuf,
		[SK_MEMINFO_WMEM_ALLOC] = sk->wmem,	  [SK_MEMINFO_SNDBUF] = sk->sndbuf,
		[SK_MEMINFO_DROPS] = (uint32_t)sk->drops,
	};
	struct inet_diag_msg *d;
	struct nl_msg m;

	d = nl_msg_begin(&m, buf, head, sizeof(*d));
	if (d)
		diag_sock_fill(d, sk);
	nl_put_u8(&m, INET_DIAG_SHUTDOWN, sk->shutdown);
	put_ip(&m, sk, ext);
	nl_put(&m, INET_DIAG_SKMEMINFO, meminfo, sizeof(meminfo));
	if (sk->proto == &tcp_proto)
		put_tcp(&m, sk, ext);
	return nl_msg_end(&m);
}

/* Sockets of the protocol asked for; IPPROTO_RAW stands for all raw ones. */
static bool protocol_match(const struct sock *sk, uint32_t protocol)
{
	if (protocol == IPPROTO_RAW)
		return sk->type == SOCK_RAW;
	return sk->type != SOCK_RAW && sk->protocol == protocol;
}

/* --- one socket --------------------------------------------------------------------------------- */

static bool id_match(const struct sock *sk, const struct inet_diag_sockid *id)
{
	union inaddr saddr = shown_saddr(sk), daddr = shown_daddr(sk);
	uint64_t cookie = (uint64_t)id->idiag_cookie[1] << 32 | id->idiag_cookie[0];
	bool any_cookie = id->idiag_cookie[0] == INET_DIAG_NOCOOKIE &&
			  id->idiag_cookie[1] == INET_DIAG_NOCOOKIE;

	return sk->sport == id->idiag_sport && sk->dport == id->idiag_dport &&
	       !memcmp(&saddr, id->idiag_src, sizeof(saddr)) &&
	       !memcmp(&daddr, id->idiag_dst, sizeof(daddr)) &&
	       (any_cookie || sk->cookie == cookie);
}

static int get_one(struct nl_request *req)
{
	const struct inet_diag_req_v2 *r = req->hdr;
	struct nl_reply reply;
	const struct sock *sk;

	list_for_each_entry(sk, &req->net->transport->socks, all) {
		if (sk->family != r->sdiag_family || !protocol_match(sk, asked_protocol(req)) ||
		    !id_match(sk, &r->id))
			continue;
		nl_reply_begin(&reply, req, SOCK_DIAG_BY_FAMILY, 0);
		sock_fill(&reply.buf, &reply.head, sk, r->idiag_ext);
		return nl_reply_send(&reply);
	}
	return extack_set(&req->ack, -ENOENT, "No such socket");
}

/* --- dump --------------------------------------------------------------------------------------- */

bool diag_names_wanted(const struct nl_dump *d, const struct diag_entry *e)
{
	const struct nlattr *filter = d->req.tb[INET_DIAG_REQ_BYTECODE];
	const struct inet_diag_req_v2 *r = d->req.hdr;

	if (e->family != r->sdiag_family ||
	    (r->id.idiag_sport && r->id.idiag_sport != htons(e->sport)) ||
	    (r->id.idiag_dport && r->id.idiag_dport != htons(e->dport)))
		return false;
	return !filter ||
	       diag_filter_match(mnl_attr_get_payload(filter), mnl_attr_get_payload_len(filter), e);
}

static bool sock_wanted(const struct nl_dump *d, const struct sock *sk)
{
	const struct inet_diag_req_v2 *r = d->req.hdr;
	struct diag_entry e = {
		.family = sk->family,
		.sport = ntohs(sk->sport),
		.dport = ntohs(sk->dport),
		.bound_if = sk->bound_if,
		.auto_port = !sk->bound_port,
		.mark = sk->opt.mark,
		.saddr = shown_saddr(sk),
		.daddr = shown_daddr(sk),
	};

	return sk->cookie > d->state[DIAG_SOCK] && (r->idiag_states & 1u << sk->state) &&
	       protocol_match(sk, asked_protocol(&d->req)) && diag_names_wanted(d, &e);
}

static int dump_more(struct nl_dump *d, struct nl_buf *buf)
{
	const struct inet_diag_req_v2 *r = d->req.hdr;
	struct nl_head head = nl_dump_head(d, SOCK_DIAG_BY_FAMILY);
	const struct sock *sk;

	list_for_each_entry(sk, &d->req.net->transport->socks, all) {
		if (!sock_wanted(d, sk))
			continue;
		if (sock_fill(buf, &head, sk, r->idiag_ext))
			return 1;
		d->state[DIAG_SOCK] = sk->cookie;
	}
	return asked_protocol(&d->req) == IPPROTO_TCP ? diag_dump_minis(d, buf, &head) : 0;
}

static const struct nl_dump_ops inet_dump = { .more = dump_more };

int diag_rcv(struct nl_request *req)
{
	const struct sock_diag_req *r = mnl_nlmsg_get_payload(req->nlh);
	bool dump = req->nlh->nlmsg_flags & NLM_F_DUMP;
	const struct nlattr *filter;
	int err;

	if (req->nlh->nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return extack_set(&req->ack, -EOPNOTSUPP,
				  "sock_diag message type %u is not supported",
				  req->nlh->nlmsg_type);
	if (mnl_nlmsg_get_payload_len(req->nlh) < sizeof(*r))
		return extack_set(&req->ack, -EINVAL, "Invalid header length");
	if (r->sdiag_family != AF_INET && r->sdiag_family != AF_INET6) {
		if (dump)
			return nl_dump_start(req, &rtnl_empty_dump);
		return extack_set(&req->ack, -ENOENT, "There are no sockets of family %u here",
				  r->sdiag_family);
	}
	err = nl_parse_request(req, sizeof(struct inet_diag_req_v2), diag_policy,
			       ARRAY_SIZE(diag_policy) - 1, NL_VALIDATE_LIBERAL);
	if (err)
		return err;
	filter = req->tb[INET_DIAG_REQ_BYTECODE];
	if (filter &&
	    diag_filter_check(mnl_attr_get_payload(filter), mnl_attr_get_payload_len(filter)))
		return nl_extack_attr(&req->ack, filter, -EINVAL, "The filter is malformed");
	return dump ? nl_dump_start(req, &inet_dump) : get_one(req);
}
