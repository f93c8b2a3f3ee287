/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A request under construction: one netlink message, built over libnl, and the descriptor that goes
 * with it. An error while building sticks, and is told by who sends it, so that the objects can put
 * attributes one after the other without a test after each.
 */
#ifndef UIP_REQ_H
#define UIP_REQ_H

#include <stddef.h>
#include <stdint.h>

struct nl_msg;
struct nlattr;
struct nlmsghdr;
struct rtnexthop;

struct req {
	struct nl_msg *msg;
	int error; /* 0, or the -errno of the first put that had no room */
	int fd;	   /* goes with the message and is closed with it; -1: none */
};

/**
 * req_init() - start a message of @type with @flags (NLM_F_REQUEST is added) and a family header
 */
void req_init(struct req *q, int type, int flags, const void *header, size_t len);

/** req_exit() - free the message and close its descriptor; may be called twice */
void req_exit(struct req *q);

/** req_header() - the message, for which req_init() must have had memory; it does not move */
struct nlmsghdr *req_header(struct req *q);

/** req_body() - the family header that req_init() was given, now in the message */
void *req_body(struct req *q);

/**
 * req_put(), req_u8(), req_u16(), req_u32(), req_str() - append an attribute
 * @attr: its type; numbers are in the host's byte order, strings end in NUL
 *
 * Without room for it, q->error is set, and the message stays as it is.
 */
void req_put(struct req *q, int attr, const void *data, size_t len);
void req_u8(struct req *q, int attr, uint8_t value);
void req_u16(struct req *q, int attr, uint16_t value);
void req_u32(struct req *q, int attr, uint32_t value);
void req_str(struct req *q, int attr, const char *value);

/** req_raw() - append @len bytes that are no attribute; Return: where they stand, NULL on error */
void *req_raw(struct req *q, const void *data, size_t len);

/** req_nest() - begin a nest; Return: what req_nest_end() takes (NULL is fine) */
struct nlattr *req_nest(struct req *q, int attr);
void req_nest_end(struct req *q, struct nlattr *nest);

/** req_tail() - the length of the message so far, in bytes */
size_t req_tail(const struct req *q);

#endif
