/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dumps: one answer in many packets, made as the client reads them. Started by the protocols' message
 * handlers, continued by nl_client_progress().
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ustack/channel.h>

#include "nlserver/nl_server.h"

/* What a pointer into the message is in the copy of it. */
static const void *moved(const struct nl_dump *d, const struct nlmsghdr *from, const void *p)
{
	return p ? d->msg + ((const char *)p - (const char *)from) : NULL;
}

static void copy_request(struct nl_dump *d, const struct nl_request *req)
{
	memcpy(d->msg, req->nlh, req->nlh->nlmsg_len);
	d->req = *req;
	d->req.fds = NULL;
	d->req.nlh = (const struct nlmsghdr *)d->msg;
	d->req.hdr = moved(d, req->nlh, req->hdr);
	for (unsigned i = 0; i <= req->maxattr; i++)
		d->req.tb[i] = moved(d, req->nlh, req->tb[i]);
}

/* A number that differs when what the dump watches has changed. */
static uint32_t watched_genid(const struct nl_dump *d)
{
	const struct nl_server *nl = d->req.nl;

	return (d->ops->watches & NL_WATCH_DEVS ? nl->devs_genid : 0) +
	       (d->ops->watches & NL_WATCH_ADDRS ? nl->addrs_genid : 0);
}

int nl_dump_start(struct nl_request *req, const struct nl_dump_ops *ops)
{
	struct nl_client *c = req->client;
	struct nl_dump *d;
	int err;

	if (c->dump)
		return extack_set(&req->ack, -EBUSY, "Another dump is under way on this channel");
	d = calloc(1, sizeof(*d) + req->nlh->nlmsg_len);
	if (!d)
		return -ENOMEM;
	copy_request(d, req);
	d->ops = ops;
	d->genid = watched_genid(d);
	err = ops->start ? ops->start(d) : 0;
	if (err)
		d->error = err;
	c->dump = d;
	c->dump_packet_max = NL_DUMP_FIRST_MAX;
	return NL_DUMP_STARTED;
}

void nl_dump_free(struct nl_dump *d)
{
	if (!d)
		return;
	if (d->ops->done)
		d->ops->done(d);
	free(d);
}

struct nl_head nl_dump_head(const struct nl_dump *d, uint16_t type)
{
	return (struct nl_head){
		.type = type,
		.flags = NLM_F_MULTI | d->answer_flags |
			 (d->genid != watched_genid(d) ? NLM_F_DUMP_INTR : 0),
		.seq = d->req.nlh->nlmsg_seq,
		.pid = d->req.client->portid,
	};
}

static int done_fill(struct nl_buf *buf, const struct nl_dump *d, int result)
{
	struct nl_head head = nl_dump_head(d, NLMSG_DONE);
	const struct extack *ack = &d->req.ack;
	bool tlvs = ack->msg[0] && (d->req.client->flags & NL_CLIENT_EXT_ACK);
	struct nl_msg m;
	int32_t *error;

	head.flags |= tlvs ? NLM_F_ACK_TLVS : 0;
	error = nl_msg_begin(&m, buf, &head, sizeof(*error));
	if (error)
		*error = result;
	if (tlvs)
		nl_ack_tlvs_fill(&m, d->req.nlh, result, ack);
	return nl_msg_end(&m);
}

/* The last object is in @buf: the end follows, in the same packet where it fits. */
static void dump_end(struct nl_client *c, struct nl_buf *buf, int result)
{
	struct nl_dump *d = c->dump;

	c->dump = NULL;
	if (done_fill(buf, d, result)) {
		nl_client_answer(c, buf->data, buf->len);
		buf->len = 0;
		done_fill(buf, d, result);
	}
	nl_client_answer(c, buf->data, buf->len);
	nl_dump_free(d);
}

void nl_dump_continue(struct nl_client *c)
{
	struct nl_dump *d = c->dump;
	struct nl_buf buf = { .data = c->nl->answer, .size = c->dump_packet_max };
	int result = d->error ? d->error : d->ops->more(d, &buf);

	if (result == 1 && !buf.len) {
		buf.size = USTACK_CHAN_DGRAM_MAX;
		result = d->ops->more(d, &buf);
		if (result == 1 && !buf.len)
			result = extack_set(&d->req.ack, -EMSGSIZE,
					    "The object does not fit into a packet");
	}
	c->dump_packet_max = USTACK_CHAN_DGRAM_MAX;
	nl_explain_memory(&d->req.ack, result);
	if (result <= 0)
		dump_end(c, &buf, result);
	else
		nl_client_answer(c, buf.data, buf.len);
	nl_client_close_packet(c);
}
