/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a packet to its messages' handlers, and the acknowledgements back: what the kernel's
 * netlink_rcv_skb() and netlink_ack() do, to the byte.
 */
#include "nlserver/dispatch.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nlserver/nl_server.h"

static int (*const handlers[NL_PROTO_MAX])(struct nl_request *req) = {
	[NL_PROTO_ROUTE] = rtnl_rcv,
	[NL_PROTO_GENERIC] = genl_rcv,
	[NL_PROTO_SOCK_DIAG] = diag_rcv,
};

void nl_fd_close(struct nl_request *req, int fd)
{
	closer_close(&req->nl->closer, req->cred->uid, fd);
}

void nl_fds_close(struct nl_client *c, struct nl_fds *fds)
{
	for (unsigned i = 0; fds && i < fds->nr; i++) {
		if (fds->fd[i] >= 0)
			closer_close(&c->nl->closer, c->cred.uid, fds->fd[i]);
		fds->fd[i] = -1;
	}
}

/* --- acknowledgements ------------------------------------------------------------------------- */

void nl_explain_memory(struct extack *ack, int err)
{
	if ((err == -ENOMEM || err == -ENOBUFS) && !ack->msg[0])
		extack_set(ack, err, "Out of memory");
}

/* Where in the message a pointer into it points; 0: nowhere. */
static uint32_t offset_in(const struct nlmsghdr *nlh, const void *p)
{
	const char *at = p, *start = (const char *)nlh;

	return p && at > start && at < start + nlh->nlmsg_len ? (uint32_t)(at - start) : 0;
}

void nl_ack_tlvs_fill(struct nl_msg *m, const struct nlmsghdr *nlh, int err,
		      const struct extack *ack)
{
	uint32_t offset = offset_in(nlh, ack->bad_attr);

	if (ack->msg[0])
		nl_put_str(m, NLMSGERR_ATTR_MSG, ack->msg);
	if (!err)
		return;
	if (offset)
		nl_put_u32(m, NLMSGERR_ATTR_OFFS, offset);
	if (ack->policy)
		nl_policy_fill(m, NLMSGERR_ATTR_POLICY, ack->policy, -1);
	if (ack->miss_type)
		nl_put_u32(m, NLMSGERR_ATTR_MISS_TYPE, ack->miss_type);
}

static bool has_tlvs(const struct nl_request *req, int err)
{
	const struct extack *ack = &req->ack;

	if (!(req->client->flags & NL_CLIENT_EXT_ACK))
		return false;
	return ack->msg[0] || (err && (ack->bad_attr || ack->policy || ack->miss_type));
}

/* The kernel's NLMSG_ERROR: the error, the request's header, on an error the rest of it, then the words. */
static int ack_fill(struct nl_buf *buf, const struct nl_request *req, int err)
{
	const struct nlmsghdr *nlh = req->nlh;
	bool tlvs = has_tlvs(req, err);
	bool capped =
		!err || (req->client->flags & NL_CLIENT_CAP_ACK) || nlh->nlmsg_len > NL_SCRATCH / 2;
	struct nl_head head = {
		.type = NLMSG_ERROR,
		.flags = (capped ? NLM_F_CAPPED : 0) | (tlvs ? NLM_F_ACK_TLVS : 0),
		.seq = nlh->nlmsg_seq,
		.pid = req->client->portid,
	};
	struct nlmsgerr *e;
	struct nl_msg m;
	void *rest;

	e = nl_msg_begin(&m, buf, &head, sizeof(*e));
	if (e) {
		e->error = err;
		e->msg = *nlh;
	}
	if (!capped) {
		rest = nl_put_raw(&m, nlh->nlmsg_len - NLMSG_HDRLEN);
		if (rest)
			memcpy(rest, nlh + 1, nlh->nlmsg_len - NLMSG_HDRLEN);
	}
	if (tlvs)
		nl_ack_tlvs_fill(&m, nlh, err, &req->ack);
	return nl_msg_end(&m);
}

static void acknowledge(struct nl_request *req, int err)
{
	char small[128] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nl_buf buf = { .data = small, .size = sizeof(small) };

	if (ack_fill(&buf, req, err)) {
		buf = (struct nl_buf){ .data = req->nl->answer, .size = NL_SCRATCH };
		if (ack_fill(&buf, req, err))
			return;
	}
	nl_client_answer(req->client, buf.data, buf.len);
}

/* --- messages --------------------------------------------------------------------------------- */

int nl_parse_request(struct nl_request *req, size_t hdrlen, const struct nl_policy *policy,
		     uint16_t maxattr, unsigned validate)
{
	const char *payload = mnl_nlmsg_get_payload(req->nlh);
	size_t len = mnl_nlmsg_get_payload_len(req->nlh);
	size_t skip = NLMSG_ALIGN(hdrlen);

	if (len < hdrlen)
		return extack_set(&req->ack, -EINVAL, "Invalid header length");
	req->hdr = payload;
	req->maxattr = maxattr;
	return nl_parse(payload + min(skip, len), len - min(skip, len), policy, maxattr, validate,
			req->tb, &req->ack);
}

/* One message to its handler; 0, -errno, or NL_DUMP_STARTED. */
static int handle(struct nl_request *req, int (*rcv)(struct nl_request *req))
{
	struct nl_client *c = req->client;
	int err;

	if (c->flags & NL_CLIENT_STOPPED)
		return extack_set(&req->ack, -ECANCELED,
				  "Not done, as a request before it was refused");
	req->nl->current = req;
	err = rcv(req);
	req->nl->current = NULL;
	nl_explain_memory(&req->ack, err);
	if (err < 0 && (c->flags & NL_CLIENT_STOP_ON_ERROR))
		c->flags |= NL_CLIENT_STOPPED;
	return err;
}

static void request_reset(struct nl_request *req, const struct nlmsghdr *nlh)
{
	req->nlh = nlh;
	req->hdr = NULL;
	req->maxattr = 0;
	req->tb[0] = NULL;
	req->ack.msg[0] = '\0';
	req->ack.bad_attr = NULL;
	req->ack.policy = NULL;
	req->ack.miss_type = 0;
}

void nl_dispatch(struct nl_client *c, const void *data, size_t len, struct nl_fds *fds)
{
	int (*rcv)(struct nl_request *) = handlers[nl_proto(c->protocol)];
	const struct nlmsghdr *nlh = data;
	struct nl_request req = {
		.server = c->nl->server,
		.nl = c->nl,
		.net = c->nl->server->net,
		.client = c,
		.channel = c->id,
		.cred = &c->cred,
		.strict = c->flags & NL_CLIENT_STRICT,
		.fds = fds,
	};

	while (len >= NLMSG_HDRLEN && nlh->nlmsg_len >= NLMSG_HDRLEN && nlh->nlmsg_len <= len) {
		size_t step = min((size_t)NLMSG_ALIGN(nlh->nlmsg_len), len);
		int err = 0;

		request_reset(&req, nlh);
		if ((nlh->nlmsg_flags & NLM_F_REQUEST) && nlh->nlmsg_type >= NLMSG_MIN_TYPE)
			err = handle(&req, rcv);
		if (err < 0 || (!err && (nlh->nlmsg_flags & NLM_F_ACK)))
			acknowledge(&req, err);
		nlh = (const struct nlmsghdr *)((const char *)nlh + step);
		len -= step;
	}
	nl_client_close_packet(c);
	nl_fds_close(c, fds);
}
