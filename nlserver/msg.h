/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Building netlink messages, over libmnl: a buffer takes whole messages one after the other, and a
 * message under construction remembers when something did not fit, so that attributes can be put
 * without a test after each. A message that did not fit leaves no trace in the buffer.
 *
 * Every *_fill() of the server (object to message) has the form
 *	int foo_fill(struct nl_buf *buf, const struct nl_head *head, const struct foo *foo);
 * and returns what nl_msg_end() returned; replies, dumps and notifications all use it.
 */
#ifndef NLSERVER_MSG_H
#define NLSERVER_MSG_H

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include "stack/lib/util.h"

/* Room for messages: @data is the owner's, aligned for struct nlmsghdr. */
struct nl_buf {
	char *data;
	size_t len;		/* bytes used: whole messages, each padded to NLMSG_ALIGNTO */
	size_t size;
};

/* What stands in the nlmsghdr. */
struct nl_head {
	uint16_t type;
	uint16_t flags;		/* NLM_F_* */
	uint32_t seq, pid;
};

/* A message under construction. */
struct nl_msg {
	struct nl_buf *buf;
	struct nlmsghdr *nlh;	/* NULL: there was not even room for the headers */
	size_t room;		/* bytes from nlh on */
	bool full;		/* something did not fit */
};

/**
 * nl_msg_begin - start a message
 * @hdrlen: of the family's header that follows the nlmsghdr (struct ifinfomsg …), bytes; 0: none
 * Return: that header, zeroed; NULL: no room (nl_msg_end() says so too)
 */
void *nl_msg_begin(struct nl_msg *m, struct nl_buf *buf, const struct nl_head *head, size_t hdrlen);
/** nl_msg_end - the message is whole: keep it; Return: 0, or -EMSGSIZE: it did not fit and is gone */
int nl_msg_end(struct nl_msg *m);

/* Attributes; all do nothing more once the message is full. */
void nl_put(struct nl_msg *m, uint16_t type, const void *data, size_t len);
void nl_put_u8(struct nl_msg *m, uint16_t type, uint8_t v);
void nl_put_u16(struct nl_msg *m, uint16_t type, uint16_t v);
void nl_put_u32(struct nl_msg *m, uint16_t type, uint32_t v);
void nl_put_s32(struct nl_msg *m, uint16_t type, int32_t v);
void nl_put_u64(struct nl_msg *m, uint16_t type, uint64_t v);
/** nl_put_str - with its NUL, as the kernel does */
void nl_put_str(struct nl_msg *m, uint16_t type, const char *s);
void nl_put_flag(struct nl_msg *m, uint16_t type);
/** nl_nest_begin - @type may carry NLA_F_NESTED; Return: what nl_nest_end() takes, NULL when full (that is fine) */
struct nlattr *nl_nest_begin(struct nl_msg *m, uint16_t type);
void nl_nest_end(struct nl_msg *m, struct nlattr *nest);
/** nl_nest_cancel - take it out again: it turned out to be empty */
void nl_nest_cancel(struct nl_msg *m, struct nlattr *nest);
/** nl_put_raw - @len bytes (zeroed, aligned) that are no attribute; Return: NULL when full */
void *nl_put_raw(struct nl_msg *m, size_t len);

#endif
