/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a netlink handler sees: a request that was checked, ways to answer it, dumps, notifications.
 *
 * A request comes as one message of a packet (dispatch.c). Its handler returns 0 or -errno, with a
 * sentence in req->ack; the dispatcher acknowledges. Handlers never block, and keep no pointer to the
 * request. While one runs, stack events are attributed to it: their notifications carry its port id
 * and sequence number, and are echoed to it when it asked so (NLM_F_ECHO).
 */
#ifndef NLSERVER_NETLINK_H
#define NLSERVER_NETLINK_H

#include <sys/types.h>
#include "nlserver/msg.h"
#include "nlserver/policy.h"
#include "nlserver/server.h"
#include "stack/lib/extack.h"

struct nl_client;	/* an open channel: nlserver/client.h */
struct nl_server;

#define NL_TB_MAX   128	/* attribute types that a request's table has room for */
#define NL_FDS_MAX  2	/* most descriptors of one packet */

/* Who asks, by SO_PEERCRED of the channel. */
struct nl_cred {
	pid_t pid;
	uid_t uid;
	gid_t gid;
	bool admin;	/* may change things: the daemon's own user, root, a member of the admin group */
};

/* The descriptors of one packet: a handler takes what it wants, the rest is closed. */
struct nl_fds {
	int fd[NL_FDS_MAX];	/* -1: none, or taken */
	unsigned nr;
};

struct nl_request {
	struct server *server;
	struct nl_server *nl;
	struct net *net;
	struct nl_client *client;	/* who asks */
	uint64_t channel;		/* names the client's channel; never used again after it */
	const struct nl_cred *cred;
	bool strict;			/* NETLINK_GET_STRICT_CHK is on */
	const struct nlmsghdr *nlh;	/* the message, as it came */
	const void *hdr;		/* its family header (struct ifinfomsg …; generic: the user header, if any) */
	uint8_t genl_cmd;		/* generic: the command */
	uint8_t genl_version;
	struct nl_fds *fds;		/* of the packet */
	struct extack ack;
	uint16_t maxattr;		/* the highest type in tb */
	const struct nlattr *tb[NL_TB_MAX];	/* the attributes by type; NULL: not there */
};

/**
 * nl_take_fd - take descriptor number @i of the packet
 * Return: the descriptor (close-on-exec), now the caller's to close; -1: there is none
 */
int nl_take_fd(struct nl_request *req, unsigned i);
/** nl_fd_close - close a descriptor that was taken, and is not what it should be: see closer.h */
void nl_fd_close(struct nl_request *req, int fd);

/** nl_require_admin - 0, or -EPERM with a sentence when the asker may not change things */
int nl_require_admin(struct nl_request *req);

/**
 * nl_parse_request - check header and attributes of @req: sets hdr and tb (generic netlink's are set already)
 * @hdrlen: of the family header, bytes
 * @policy: @maxattr + 1 entries; @maxattr is below NL_TB_MAX
 * Return: 0, -EINVAL, -ERANGE
 */
int nl_parse_request(struct nl_request *req, size_t hdrlen, const struct nl_policy *policy,
		     uint16_t maxattr, unsigned validate);

/* --- answers ---------------------------------------------------------------------------------- */

/* Scratch for one answer: nl_reply_begin() points a buffer at the server's, so replies do not nest. */
struct nl_reply {
	struct nl_request *req;
	struct nl_buf buf;
	struct nl_head head;	/* sequence number and port id of the request; type and flags for *_fill() */
};

/** nl_reply_begin - for a *_fill() of the object: fill(&r.buf, &r.head, …), then nl_reply_send(&r) */
void nl_reply_begin(struct nl_reply *r, struct nl_request *req, uint16_t type, uint16_t flags);
/** nl_reply_send - send what was put into r->buf; Return: 0, -EMSGSIZE: empty, -ENOMEM */
int nl_reply_send(struct nl_reply *r);

/* --- dumps ------------------------------------------------------------------------------------ */

struct nl_dump;

/*
 * How a kind of object is dumped. A dump goes on as its listener reads: more() is called again and
 * again, with an empty buffer each time, until it returns 0. In between anything may have changed.
 */
struct nl_dump_ops {
	/* NL_WATCH_*: a change of this during the dump is told by NLM_F_DUMP_INTR, as by the kernel */
	unsigned watches;
	/* Optional: check the request, and set up d->state. 0, or -errno: then the dump is just that error. */
	int (*start)(struct nl_dump *d);
	/* Put objects into @buf by *_fill() with nl_dump_head(). 0: that was all; 1: there is more, the
	 * next does not fit; -errno: the dump ends with that error. */
	int (*more)(struct nl_dump *d, struct nl_buf *buf);
	/* Optional: give back what start() and more() allocated. */
	void (*done)(struct nl_dump *d);
};

#define NL_WATCH_DEVS  1 /* devices that come and go */
#define NL_WATCH_ADDRS 2

#define NL_DUMP_STATE 32

struct nl_dump {
	struct nl_request req;		/* a copy of its own; req.ack goes into NLMSG_DONE */
	const struct nl_dump_ops *ops;
	int error;			/* what start() said */
	uint16_t answer_flags;		/* NLM_F_DUMP_FILTERED, where it was */
	uint32_t genid;			/* of what it watches, when it began */
	uint64_t state[NL_DUMP_STATE];	/* the handler's own: where it stands; zero at first */
	char msg[] __attribute__((aligned(8)));	/* the request's message */
};

/** nl_dump_head - the head of one of the dump's messages */
struct nl_head nl_dump_head(const struct nl_dump *d, uint16_t type);

/* --- notifications ---------------------------------------------------------------------------- */

/**
 * nl_multicast - send the messages in @buf to all members of a group
 * @protocol: NETLINK_ROUTE, NETLINK_GENERIC, NETLINK_SOCK_DIAG
 * @group: its number (RTNLGRP_*, or genl_group()), from 1
 */
void nl_multicast(struct nl_server *nl, int protocol, uint32_t group, const struct nl_buf *buf);
/** nl_has_listeners - is it worth building a notification? */
bool nl_has_listeners(const struct nl_server *nl, int protocol, uint32_t group);

/* --- the server ------------------------------------------------------------------------------- */

/**
 * nl_server_create - dispatch, rtnetlink, generic netlink with its controller; no socket yet (channel.h)
 * @server: with net and loop set; outlives the result. Return: 0 or -errno
 */
int nl_server_create(struct server *server, struct nl_server **ret);
/** nl_server_destroy - after the channels are closed and before the net goes; NULL is fine */
void nl_server_destroy(struct nl_server *nl);

#endif
