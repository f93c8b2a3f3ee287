/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An endpoint: the stack's end of the socket pair whose other end is the application's descriptor, and
 * the socket of the stack that it stands for. The usock family makes and configures endpoints; after
 * that they run by themselves: what is read from the pair goes to the socket, what the socket received
 * is written to the pair, and when the application closes or dies, the socket is closed.
 *
 * endpoint.c	life, tables, state	endpoint_stream.c	bytes of a connection
 * endpoint_listen.c	new connections		endpoint_dgram.c	datagrams with their headers
 * endpoint_linger.c	after the end
 */
#ifndef NLSERVER_ENDPOINT_H
#define NLSERVER_ENDPOINT_H

#include "nlserver/endpoint_user.h"
#include "nlserver/server.h"
#include "stack/inet/socket.h"
#include "stack/lib/siphash.h"

struct nl_cred;

#define ENDPOINT_HASH_BITS 10
#define ENDPOINT_TOMBS	   1024	/* ended sockets whose error can still be asked for */

struct endpoint;

/* What a type of endpoint does. Each may close the endpoint; the caller then touches it no more. */
struct endpoint_ops {
	/* The pair is readable or writable (ep->rx_ready, tx_ready), or the socket has news: go on. */
	void (*run)(struct endpoint *ep);
};

/* Who waits for the end of a conversation. */
struct endpoint_waiter {
	struct endpoint_user *user;	/* the descriptor is counted for; NULL: nobody waits */
	int fd;				/* closed at the end */
};

struct endpoint {
	struct endpoints *eps;
	const struct endpoint_ops *ops;
	struct sock *sk;
	struct loop_watch watch;	/* of the pair's end, which it owns */
	struct loop_task task;		/* runs ops->run once at the end of the round */
	struct hlist_node by_id;
	struct list_head list;
	struct endpoint_user *user;	/* the socket's owner */
	struct endpoint_waiter waiter;
	uint64_t id;
	uint64_t cookie;		/* SO_COOKIE of the application's end */
	uint64_t channel;		/* nl_request.channel that opened it; 0: none (accepted) */
	bool rx_ready;			/* there may be something to read from the pair */
	bool tx_ready;			/* there may be room in the pair */
	bool ending;			/* an end of file was announced: read until it comes */
	bool hangup;			/* the application closed its end (what is unread can still be read) */
	bool filler;			/* USOCK_FILLER bytes are to be taken out once connected */
	bool connected;			/* the socket said so */
	bool eof_sent;			/* the application was told of the peer's FIN */
	bool app_eof;			/* the application will send no more */
};

/* Everything an endpoint of the server can be found by, and scratch that they share. */
struct endpoints {
	struct server *server;
	struct list_head list;
	struct hlist_head by_id[1 << ENDPOINT_HASH_BITS];
	struct hlist_head lingering[1 << ENDPOINT_HASH_BITS];	/* endpoint_linger.c */
	struct endpoint_users users;
	uint32_t count;
	bool stopping;			/* endpoints_destroy(): nobody is there to be told of an end */
	uint64_t last_id;
	struct { uint64_t id, cookie; int err; } tombs[ENDPOINT_TOMBS];
	unsigned next_tomb;
	struct dgram_slot *slots;	/* endpoint_dgram.c */
	ktime_t refused_logged;		/* log_due(): a connection that no pair could be made for */
};

int endpoints_create(struct server *server, struct endpoints **ret);
/** endpoints_destroy - close every socket as its options ask, and every pair */
void endpoints_destroy(struct endpoints *eps);

/**
 * endpoint_open - a new socket of the stack behind @fd
 * @fd: the stack's end of a pair; owned, but not on error. It is not trusted: its type is checked, and that
 *	the other end is nobody's but the application's.
 * @cookie: SO_COOKIE of the application's end
 * @cred: who asks: the socket has its rights for good
 * Return: 0, -EINVAL (not such a pair), -EMFILE (the user has too many), or sock_create()'s error
 */
int endpoint_open(struct endpoints *eps, int fd, int family, int type, int protocol, uint64_t cookie,
		  const struct nl_cred *cred, struct endpoint **ret);
/** endpoint_adopt - the same for a connection that a listener accepted: @sk is taken over, on error too */
int endpoint_adopt(struct endpoints *eps, int fd, struct sock *sk, uint64_t cookie, struct endpoint **ret);

/** endpoint_bucket - of a table by id */
static inline struct hlist_head *endpoint_bucket(struct hlist_head *table, uint64_t id)
{
	return &table[jhash_u32((uint32_t)id) >> (32 - ENDPOINT_HASH_BITS)];
}
/** endpoint_find - by id; NULL */
struct endpoint *endpoint_find(struct endpoints *eps, uint64_t id);
/** endpoint_tomb - true: @id ended; its error is in @ret_err (positive or 0) and told once */
bool endpoint_tomb(struct endpoints *eps, uint64_t id, int *ret_err);

/** endpoint_connect - as sock_connect(), AF_UNSPEC included; @filler: the filler is in the pair */
int endpoint_connect(struct endpoint *ep, const struct sock_addr *a, bool filler);
/** endpoint_listen - as sock_listen(); the pair carries connections from now on */
int endpoint_listen(struct endpoint *ep, int backlog);

/**
 * endpoint_catch_up - let datagrams that were sent before a call, and still are in the pair, leave before it
 *
 * The pair and the channel are two ways, and what comes by one may overtake what came by the other: a TTL, or
 * a peer, that is set after a datagram was sent is none of its.
 */
void endpoint_catch_up(struct endpoint *ep);

/**
 * endpoint_await_end - close @fd when the conversation of the socket @id has ended, of which the application holds no
 * descriptor any more: all that it sent is acknowledged, or given up. At once, if there is no such socket
 * @fd: of a pipe; owned, but not on error; it counts as one more endpoint of @uid
 * Return: 0; -EBADF: no pipe; -EBUSY: a descriptor of it is open somewhere, or somebody waits already; -EMFILE, -ENOMEM
 */
int endpoint_await_end(struct endpoints *eps, uint64_t id, int fd, uint32_t uid);
/** endpoint_close_sock, endpoint_waiter_release, endpoint_linger_stop - for endpoint.c: ends of a socket, a waiter, of all */
void endpoint_close_sock(struct endpoint *ep, bool abort);
void endpoint_waiter_release(struct endpoint_waiter *w);
void endpoint_linger_stop(struct endpoints *eps);

/** endpoint_close - take it down; the socket goes orderly, or at once where @abort. Leaves a tomb with @err */
void endpoint_close(struct endpoint *ep, bool abort, int err);
/** endpoint_full - the pair takes no more: tx_ready, until it has room again */
void endpoint_full(struct endpoint *ep);
/** endpoint_kick - run it at the end of this round */
void endpoint_kick(struct endpoint *ep);

extern const struct sock_ops endpoint_sock_ops;
extern const struct endpoint_ops endpoint_stream_ops, endpoint_listen_ops, endpoint_dgram_ops;

/** dgram_slots_alloc, _free - the scratch that datagrams are read into; NULL: no memory */
struct dgram_slot *dgram_slots_alloc(void);
void dgram_slots_free(struct dgram_slot *slots);

#endif
