/* SPDX-License-Identifier: BSD-2-Clause */
/* An application on a simulated host: it sends a known stream of bytes, and checks each byte that it gets. */
#ifndef TESTS_SIM_SIM_STREAM_H
#define TESTS_SIM_SIM_STREAM_H

#include "tests/sim/sim.h"

struct sim_stream {
	struct sock *sk;		/* NULL: not opened, or closed */
	uint64_t send_seed, recv_seed;	/* of the bytes each way */
	uint64_t to_send;		/* bytes in all; then it shuts down its sending, if @fin */
	uint64_t sent, received;
	uint32_t chunk;			/* writes are no longer than this; 0: any */
	bool	 fin;
	bool	 lazy;			/* does not read until told to by sim_stream_read() */
	bool	 connected, eof, fin_sent;
	int	 err;			/* errno it was told; 0 */
};

/** sim_stream_init - sends @to_send bytes of @send_seed and a FIN; expects those of @recv_seed */
void sim_stream_init(struct sim_stream *s, uint64_t send_seed, uint64_t recv_seed,
		     uint64_t to_send);
/** sim_stream_bind - open it on @net, bound to @addr */
void sim_stream_bind(struct sim_stream *s, struct net *net, const char *addr);
/** sim_stream_connect - open it on @net (unless it is), towards @to:@port; @from: local port, 0: any */
void sim_stream_connect(struct sim_stream *s, struct net *net, const char *to, uint16_t port,
			uint16_t from);
/**
 * sim_stream_more - send as much of another @bytes as there is room for, and the rest when there
 * is
 */
void sim_stream_more(struct sim_stream *s, uint64_t bytes);
/** sim_stream_read - take and check what has come, up to @most bytes */
void sim_stream_read(struct sim_stream *s, uint64_t most);
/**
 * sim_stream_close - close(2), or with @abort as by an application that dies; harmless when it is
 * closed
 */
void sim_stream_close(struct sim_stream *s, bool abort);
/** sim_stream_setopt - an int option that must be accepted */
void sim_stream_setopt(struct sim_stream *s, int level, int name, int value);

/* A listener that gives what it accepts to the streams that wait for it, in order. */
struct sim_listener {
	struct sock *sk;
	struct sim_stream *streams;
	unsigned nr_streams, accepted;
};

void sim_listen(struct sim_listener *l, struct net *net, uint16_t port, int backlog, struct sim_stream *streams,
		unsigned nr);
void sim_listener_close(struct sim_listener *l);

/** sim_tcp_check - for sim_check_each(): the invariants of every connection of @net */
void sim_tcp_check(struct net *net);
/**
 * sim_tcp_idle - is nothing left of TCP on @net: no connection, no request, no TIME-WAIT, no
 * memory?
 */
bool sim_tcp_idle(struct net *net);

#endif
