/* SPDX-License-Identifier: BSD-2-Clause */
/* Listening: the SYN queue (requests) and the accept queue (children) of a socket. */
#ifndef STACK_TCP_TCP_LISTEN_H
#define STACK_TCP_TCP_LISTEN_H

#include "stack/tcp/tcp_request.h"

struct tcp_listener {
	uint32_t backlog;
	uint32_t nr_requests, nr_accept;
	struct list_head requests;	/* tcp_request */
	struct list_head accept_queue;	/* tcp_sock.accept_node, oldest first */
};

/**
 * tcp_listen_rcv - RFC 9293 3.10.7.2: @skb (owned) for a listener; @isn: where to begin, 0:
 * anywhere
 */
void tcp_listen_rcv(struct tcp_sock *listener, struct sk_buff *skb, const struct tcp_seg *seg,
		    uint32_t isn);
/**
 * tcp_listen_child - the handshake of @req is over: a socket in SYN-RECEIVED takes its place and
 * waits to be accepted; NULL: the queue is full, or no memory; the request stays then, unless it
 * was refused by a reset
 */
struct tcp_sock *tcp_listen_child(struct tcp_request *req);
/** tcp_listen_stop - listen no more: requests go, children that nobody accepted are reset */
void tcp_listen_stop(struct tcp_sock *tp);

/* struct proto */
int tcp_listen(struct sock *sk, int backlog);
struct sock *tcp_accept(struct sock *sk);

#endif
