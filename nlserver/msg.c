/* SPDX-License-Identifier: BSD-2-Clause */
/* Building netlink messages: see msg.h. Called by every *_fill() of the server. */
#include "nlserver/msg.h"

#include <errno.h>
#include <string.h>

void *nl_msg_begin(struct nl_msg *m, struct nl_buf *buf, const struct nl_head *head, size_t hdrlen)
{
	size_t need = NLMSG_HDRLEN + NLMSG_ALIGN(hdrlen);

	m->buf = buf;
	m->nlh = NULL;
	m->room = buf->size - buf->len;
	m->full = m->room < need;
	if (m->full)
		return NULL;
	m->nlh = (struct nlmsghdr *)(buf->data + buf->len);
	memset(m->nlh, 0, need);
	m->nlh->nlmsg_len = need;
	m->nlh->nlmsg_type = head->type;
	m->nlh->nlmsg_flags = head->flags;
	m->nlh->nlmsg_seq = head->seq;
	m->nlh->nlmsg_pid = head->pid;
	return (char *)m->nlh + NLMSG_HDRLEN;
}

int nl_msg_end(struct nl_msg *m)
{
	if (m->full)
		return -EMSGSIZE;
	m->buf->len += NLMSG_ALIGN(m->nlh->nlmsg_len);
	return 0;
}

void *nl_put_raw(struct nl_msg *m, size_t len)
{
	size_t at;

	if (m->full)
		return NULL;
	at = NLMSG_ALIGN(m->nlh->nlmsg_len);
	m->full = at + NLMSG_ALIGN(len) > m->room;
	if (m->full)
		return NULL;
	memset((char *)m->nlh + at, 0, NLMSG_ALIGN(len));
	m->nlh->nlmsg_len = at + NLMSG_ALIGN(len);
	return (char *)m->nlh + at;
}

/* Not mnl_attr_put_check(): that leaves what stood in memory before in the padding. */
void nl_put(struct nl_msg *m, uint16_t type, const void *data, size_t len)
{
	size_t at, padded = NLA_ALIGN(NLA_HDRLEN + len);
	struct nlattr *attr;

	if (m->full)
		return;
	at = NLMSG_ALIGN(m->nlh->nlmsg_len);
	m->full = len > UINT16_MAX - NLA_HDRLEN || at + padded > m->room;
	if (m->full)
		return;
	attr = (struct nlattr *)((char *)m->nlh + at);
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy((char *)attr + NLA_HDRLEN, data, len);
	memset((char *)attr + NLA_HDRLEN + len, 0, padded - NLA_HDRLEN - len);
	m->nlh->nlmsg_len = at + padded;
}

void nl_put_u8(struct nl_msg *m, uint16_t type, uint8_t v)
{
	nl_put(m, type, &v, sizeof(v));
}

void nl_put_u16(struct nl_msg *m, uint16_t type, uint16_t v)
{
	nl_put(m, type, &v, sizeof(v));
}

void nl_put_u32(struct nl_msg *m, uint16_t type, uint32_t v)
{
	nl_put(m, type, &v, sizeof(v));
}

void nl_put_s32(struct nl_msg *m, uint16_t type, int32_t v)
{
	nl_put(m, type, &v, sizeof(v));
}

void nl_put_u64(struct nl_msg *m, uint16_t type, uint64_t v)
{
	nl_put(m, type, &v, sizeof(v));
}

void nl_put_str(struct nl_msg *m, uint16_t type, const char *s)
{
	nl_put(m, type, s, strlen(s) + 1);
}

void nl_put_flag(struct nl_msg *m, uint16_t type)
{
	nl_put(m, type, "", 0);
}

struct nlattr *nl_nest_begin(struct nl_msg *m, uint16_t type)
{
	struct nlattr *nest = nl_put_raw(m, NLA_HDRLEN);

	if (nest)
		nest->nla_type = type;
	return nest;
}

void nl_nest_end(struct nl_msg *m, struct nlattr *nest)
{
	if (!m->full)
		nest->nla_len = (char *)m->nlh + m->nlh->nlmsg_len - (char *)nest;
}

void nl_nest_cancel(struct nl_msg *m, struct nlattr *nest)
{
	if (!m->full)
		m->nlh->nlmsg_len = (char *)nest - (char *)m->nlh;
}
