/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Congestion control: the algorithm of a connection is a table of functions, chosen by name
 * (TCP_CONGESTION, tcp_congestion_control). Windows are in bytes. When the window is reduced or a loss is
 * repaired is common to all (tcp_recovery.c); by how much, and how it grows, is the algorithm's.
 */
#ifndef STACK_TCP_TCP_CONG_H
#define STACK_TCP_TCP_CONG_H

#include "stack/tcp/tcp_sock.h"

enum tcp_cong_event {
	TCP_CONG_TX_START,	/* first data after the network had become empty */
	TCP_CONG_CWND_RESTART,	/* the window was reduced after idleness (RFC 5681 4.1) */
	TCP_CONG_LOSS,		/* a retransmission time-out */
};

/* What an acknowledgement told. */
struct tcp_cong_sample {
	uint32_t acked;		/* bytes delivered by it */
	uint32_t in_flight;	/* bytes before it */
	int32_t	 rtt_us;	/* of the latest segment in it; -1: not known */
};

struct tcp_cong_ops {
	const char *name;
	/* The connection is established, or the algorithm was chosen for it. tp->cong_priv is zero. Optional. */
	void (*init)(struct tcp_sock *tp);
	/* There was congestion: the new slow start threshold. */
	uint32_t (*ssthresh)(struct tcp_sock *tp);
	/* @acked bytes were delivered while the window limited us: grow tp->cwnd. */
	void (*cong_avoid)(struct tcp_sock *tp, uint32_t acked);
	/* There was no congestion after all: the window to go back to. */
	uint32_t (*undo_cwnd)(struct tcp_sock *tp);
	void (*cwnd_event)(struct tcp_sock *tp, enum tcp_cong_event event);	/* optional */
	void (*pkts_acked)(struct tcp_sock *tp, const struct tcp_cong_sample *s); /* optional */
};

extern const struct tcp_cong_ops tcp_cubic;
extern const struct tcp_cong_ops tcp_reno;

/** tcp_cong_find - by name, of @len bytes at most; NULL */
const struct tcp_cong_ops *tcp_cong_find(const char *name, size_t len);
/** tcp_cong_set - @tp is controlled by @ops from now on */
void tcp_cong_set(struct tcp_sock *tp, const struct tcp_cong_ops *ops);
/** tcp_cong_start - the connection is established: initial window, and the algorithm's own state */
void tcp_cong_start(struct tcp_sock *tp);
/** tcp_cong_restart - data after idleness: window validation (RFC 5681 4.1, RFC 2861) */
void tcp_cong_restart(struct tcp_sock *tp);
/** tcp_cong_event - tell the algorithm */
void tcp_cong_event(struct tcp_sock *tp, enum tcp_cong_event event);

/* For algorithms. */
/** tcp_slow_start - grow up to ssthresh; Return: what is left of @acked for congestion avoidance */
uint32_t tcp_slow_start(struct tcp_sock *tp, uint32_t acked);
/** tcp_cong_avoid_ai - grow by one MSS for each @window bytes that are acknowledged */
void tcp_cong_avoid_ai(struct tcp_sock *tp, uint32_t window, uint32_t acked);
/** tcp_cwnd_set - bounded by cwnd_clamp and at least one MSS */
void tcp_cwnd_set(struct tcp_sock *tp, uint64_t cwnd);

#endif
