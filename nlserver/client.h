/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A netlink client: what the kernel keeps behind a netlink socket: port id, groups, options, the dump in
 * progress, and the packets that wait until it reads.
 *
 * The way to the other side is nl_transport: a socket (channel.c), or none, for tests and fuzzing:
 * then packets stay in the queue until nl_client_pop().
 *
 * Two kinds of packets, two rules. Answers are never lost: who does not read them is not read from
 * (nl_client_blocked()), a dump goes on only when the queue is empty, and who asks for too much at once
 * loses not some answers but the channel. Whoever owns the transport calls
 * nl_client_progress() after each nl_dispatch(), and whenever there is room again. Notifications are dropped
 * past a limit, and the client is told by NLMSG_OVERRUN once it has read what was before.
 */
#ifndef NLSERVER_CLIENT_H
#define NLSERVER_CLIENT_H

#include "nlserver/netlink.h"

#define NL_GROUPS_MAX	  128		/* highest group number, of any protocol */
#define NL_OUT_HIGH	  (256 << 10)	/* bytes of waiting answers past which no more requests are read */
#define NL_OUT_ANSWER_MAX (16 << 20)	/* bytes waiting past which a client is given up: answers to one packet are less */
#define NL_OUT_MCAST_MAX  (1 << 20)	/* bytes waiting past which a client's notifications are dropped */
#define NL_OUT_TOTAL_MAX  (64 << 20)	/* the same for all clients together */
#define NL_DUMP_FIRST_MAX 4096		/* first packet of a dump: clients with a page-sized buffer can read it */

enum nl_client_flag {
	NL_CLIENT_EXT_ACK	= 1 << 0,
	NL_CLIENT_CAP_ACK	= 1 << 1,
	NL_CLIENT_STRICT	= 1 << 2,	/* NETLINK_GET_STRICT_CHK */
	NL_CLIENT_NO_ENOBUFS	= 1 << 3,	/* does not want to hear of overruns */
	NL_CLIENT_PKTINFO	= 1 << 4,	/* these are the library's business: remembered only */
	NL_CLIENT_BROADCAST_ERR = 1 << 5,
	NL_CLIENT_ALL_NSID	= 1 << 6,
	NL_CLIENT_PACK_ACKS	= 1 << 7,	/* USTACK_OPT_PACK_ACKS */
	NL_CLIENT_STOP_ON_ERROR = 1 << 8,	/* USTACK_OPT_STOP_ON_ERROR */
	NL_CLIENT_STOPPED	= 1 << 9,	/* a request failed since */
};

struct nl_client;

struct nl_transport {
	/* 0: the packet is gone; -EAGAIN: no room now; another -errno: the other side is lost. */
	int (*send)(struct nl_client *c, const void *data, size_t len);
};

struct nl_client {
	struct list_head list;		/* of the server's clients of this protocol */
	struct nl_server *nl;
	const struct nl_transport *transport;	/* NULL: none */
	void *transport_priv;
	int protocol;			/* NETLINK_* */
	uint64_t id;			/* never used again */
	uint32_t portid;		/* unique in the protocol */
	struct nl_cred cred;
	unsigned flags;			/* enum nl_client_flag */
	bool overrun;			/* notifications were dropped, and it was not told yet */
	bool lost;			/* the other side is gone, or given up */
	uint64_t groups[NL_GROUPS_MAX / 64];	/* group g is bit g - 1 */
	struct list_head out;		/* nl_packet, oldest first */
	size_t out_bytes;		/* their memory */
	uint64_t drops;			/* notifications dropped */
	struct nl_dump *dump;		/* in progress, or NULL */
	size_t dump_packet_max;
};

/* A packet that waits. */
struct nl_packet {
	struct list_head list;
	size_t len, size;		/* bytes used, and of data */
	bool open;			/* more answers may be packed into it */
	char data[] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/**
 * nl_client_create - a client with an automatic port id
 * Return: NULL: no memory, or too many
 */
struct nl_client *nl_client_create(struct nl_server *nl, int protocol, const struct nl_cred *cred,
				   const struct nl_transport *transport);
/** nl_client_free - leaves groups, ends its dump, drops what waits; NULL is fine */
void nl_client_free(struct nl_client *c);

/** nl_client_bind - take port id @portid; 0: keep; -EADDRINUSE */
int nl_client_bind(struct nl_client *c, uint32_t portid);
/** nl_client_join, nl_client_leave - -EINVAL: no such group */
int nl_client_join(struct nl_client *c, uint32_t group);
int nl_client_leave(struct nl_client *c, uint32_t group);
/** nl_client_set_groups - groups 1 to 32 by mask, as bind(2) does */
void nl_client_set_groups(struct nl_client *c, uint32_t mask);
bool nl_client_member(const struct nl_client *c, uint32_t group);
/** nl_client_setsockopt - NETLINK_* or USTACK_OPT_*; -ENOPROTOOPT, -EINVAL */
int nl_client_setsockopt(struct nl_client *c, uint32_t option, uint32_t value);

/** nl_client_answer - send an answer of one or more whole messages; 0 or -ENOMEM */
int nl_client_answer(struct nl_client *c, const void *data, size_t len);
/** nl_client_notify - send a notification, unless it reads too slowly */
void nl_client_notify(struct nl_client *c, const void *data, size_t len);
/** nl_client_close_packet - what is packed goes out as it is: the request packet is done */
void nl_client_close_packet(struct nl_client *c);
/** nl_client_progress - send what waits, then go on with the dump; Return: true: the channel is full, or nothing is left; false: call again */
bool nl_client_progress(struct nl_client *c);
/** nl_client_blocked - too many answers wait: read no request from it */
bool nl_client_blocked(const struct nl_client *c);
/** nl_client_pop - without a transport: the oldest packet, for the caller to free(); NULL: none */
struct nl_packet *nl_client_pop(struct nl_client *c);

#endif
