/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sock_diag: which sockets there are: what `ss` asks. Answers inet_diag requests about TCP, UDP and raw
 * sockets; the families and protocols that the stack does not have are there, and empty, as a tool that
 * is told of an error looks at the host's sockets instead.
 */
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>

#include "nlserver/nl_server.h"
#include "nlserver/rtnl.h"
#include "stack/core/skbuff.h"
#include "stack/transport/transport.h"

/* Only INET_DIAG_REQ_PROTOCOL, for protocols above 255, is looked at; filters in byte code are refused. */
static const struct nl_policy diag_policy[INET_DIAG_REQ_PROTOCOL + 1] = {
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

static void id_fill(struct inet_diag_sockid *id, const struct sock *sk)
{
	id->idiag_sport = sk->sport;
	id->idiag_dport = sk->dport;
	memcpy(id->idiag_src, &sk->saddr, sizeof(id->idiag_src));
	memcpy(id->idiag_dst, &sk->daddr, sizeof(id->idiag_dst));
	id->idiag_if = sk->bound_if;
	id->idiag_cookie[0] = (uint32_t)sk->cookie;
	id->idiag_cookie[1] = (uint32_t)(sk->cookie >> 32);
}

static int sock_fill(struct nl_buf *buf, const struct nl_head *head, const struct sock *sk)
{
	uint32_t meminfo[SK_MEMINFO_VARS] = {
		[SK_MEMINFO_RMEM_ALLOC] = sk->rmem,
		[SK_MEMINFO_RCVBUF] = sk->rcvbuf,
		[SK_MEMINFO_WMEM_ALLOC] = sk->wmem,
		[SK_MEMINFO_SNDBUF] = sk->sndbuf,
		[SK_MEMINFO_DROPS] = (uint32_t)sk->drops,
	};
	struct inet_diag_msg *d;
	struct nl_msg m;

	d = nl_msg_begin(&m, buf, head, sizeof(*d));
	if (d) {
		d->idiag_family = sk->family;
		d->idiag_state = sk->state;
		d->idiag_rqueue = queued_bytes(&sk->rcvq);
		d->idiag_wqueue = sk->wmem;
		d->idiag_uid = sk->uid;
		id_fill(&d->id, sk);
	}
	nl_put_u8(&m, INET_DIAG_SHUTDOWN, sk->shutdown);
	nl_put(&m, INET_DIAG_SKMEMINFO, meminfo, sizeof(meminfo));
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
	uint64_t cookie = (uint64_t)id->idiag_cookie[1] << 32 | id->idiag_cookie[0];
	bool any_cookie = id->idiag_cookie[0] == INET_DIAG_NOCOOKIE &&
			  id->idiag_cookie[1] == INET_DIAG_NOCOOKIE;

	return sk->sport == id->idiag_sport && sk->dport == id->idiag_dport &&
	       !memcmp(&sk->saddr, id->idiag_src, sizeof(sk->saddr)) &&
	       !memcmp(&sk->daddr, id->idiag_dst, sizeof(sk->daddr)) &&
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
		sock_fill(&reply.buf, &reply.head, sk);
		return nl_reply_send(&reply);
	}
	return extack_set(&req->ack, -ENOENT, "No such socket");
}

/* --- dump --------------------------------------------------------------------------------------- */

enum { LAST_COOKIE };	/* d->state: sockets are listed by age, and so by cookie */

static bool wanted(const struct nl_dump *d, const struct sock *sk)
{
	const struct inet_diag_req_v2 *r = d->req.hdr;

	return sk->cookie > d->state[LAST_COOKIE] && sk->family == r->sdiag_family &&
	       (r->idiag_states & 1u << sk->state) && protocol_match(sk, asked_protocol(&d->req)) &&
	       (!r->id.idiag_sport || r->id.idiag_sport == sk->sport) &&
	       (!r->id.idiag_dport || r->id.idiag_dport == sk->dport);
}

static int dump_more(struct nl_dump *d, struct nl_buf *buf)
{
	struct nl_head head = nl_dump_head(d, SOCK_DIAG_BY_FAMILY);
	const struct sock *sk;

	list_for_each_entry(sk, &d->req.net->transport->socks, all) {
		if (!wanted(d, sk))
			continue;
		if (sock_fill(buf, &head, sk))
			return 1;
		d->state[LAST_COOKIE] = sk->cookie;
	}
	return 0;
}

static const struct nl_dump_ops inet_dump = { .more = dump_more };

int diag_rcv(struct nl_request *req)
{
	const struct sock_diag_req *r = mnl_nlmsg_get_payload(req->nlh);
	bool dump = req->nlh->nlmsg_flags & NLM_F_DUMP;
	int err;

	if (req->nlh->nlmsg_type != SOCK_DIAG_BY_FAMILY)
		return extack_set(&req->ack, -EOPNOTSUPP,
				  "sock_diag message type %u is not supported", req->nlh->nlmsg_type);
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
	if (req->tb[INET_DIAG_REQ_BYTECODE])
		return nl_extack_attr(&req->ack, req->tb[INET_DIAG_REQ_BYTECODE], -EOPNOTSUPP,
				      "Filters in byte code are not supported");
	return dump ? nl_dump_start(req, &inet_dump) : get_one(req);
}
