/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Building requests over libnl: see req.h. Called by every object, and by what sends (nlsock.c).
 */
#include "uip/req.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <unistd.h>

/* Room for the largest request: a multipath route of a few hundred next hops. */
#define REQ_ROOM 16384

void req_init(struct req *q, int type, int flags, const void *header, size_t len)
{
	void *body;

	q->error = 0;
	q->fd = -1;
	q->msg = nlmsg_alloc_size(REQ_ROOM);
	if (!q->msg || !nlmsg_put(q->msg, 0, 0, type, 0, NLM_F_REQUEST | flags)) {
		q->error = -ENOMEM;
		return;
	}
	body = nlmsg_reserve(q->msg, len, NLMSG_ALIGNTO);
	if (!body) {
		q->error = -ENOMEM;
		return;
	}
	memcpy(body, header, len);
}

void req_exit(struct req *q)
{
	nlmsg_free(q->msg);
	q->msg = NULL;
	if (q->fd >= 0)
		close(q->fd);
	q->fd = -1;
}

struct nlmsghdr *req_header(struct req *q)
{
	return nlmsg_hdr(q->msg);
}

void *req_body(struct req *q)
{
	return nlmsg_data(nlmsg_hdr(q->msg));
}

void req_put(struct req *q, int attr, const void *data, size_t len)
{
	if (!q->error && nla_put(q->msg, attr, (int)len, data) < 0)
		q->error = -EMSGSIZE;
}

void req_u8(struct req *q, int attr, uint8_t value)
{
	req_put(q, attr, &value, sizeof(value));
}

void req_u16(struct req *q, int attr, uint16_t value)
{
	req_put(q, attr, &value, sizeof(value));
}

void req_u32(struct req *q, int attr, uint32_t value)
{
	req_put(q, attr, &value, sizeof(value));
}

void req_str(struct req *q, int attr, const char *value)
{
	req_put(q, attr, value, strlen(value) + 1);
}

void *req_raw(struct req *q, const void *data, size_t len)
{
	void *at;

	if (q->error)
		return NULL;
	at = nlmsg_reserve(q->msg, len, NLMSG_ALIGNTO);
	if (!at) {
		q->error = -EMSGSIZE;
		return NULL;
	}
	memcpy(at, data, len);
	return at;
}

struct nlattr *req_nest(struct req *q, int attr)
{
	struct nlattr *nest;

	if (q->error)
		return NULL;
	nest = nla_nest_start(q->msg, attr);
	if (!nest)
		q->error = -EMSGSIZE;
	return nest;
}

void req_nest_end(struct req *q, struct nlattr *nest)
{
	if (nest && !q->error)
		nla_nest_end(q->msg, nest);
}

size_t req_tail(const struct req *q)
{
	return nlmsg_hdr(q->msg)->nlmsg_len;
}
