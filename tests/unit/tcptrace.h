/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP tests that read like packet traces. TCP runs alone, on a network layer that is the test itself:
 * segments are put in by IN(), and what TCP sends must be what OUT() says, in this order; at the end of
 * the test, and at each IN(), nothing else may have been sent.
 *
 *	IN("S", 0, 0, 0, .mss = 1000);		flags, sequence number, payload, acknowledgement
 *	OUT("SA", 0, 0, 1, .mss = 1000);
 *	IN("A", 1, 0, 1);
 *	IN("A", 1, 500, 1);			500 bytes of payload
 *	OUT("A", 1, 0, 501);
 *
 * Sequence numbers are relative: each side begins at 0 with its SYN. Flags: S A F R P U. The wire takes
 * segments of 1000 bytes of payload; longer packets (GSO) are one OUT() with their whole length. The network
 * layer has a family of its own choice (IPv6), so it also shows that TCP knows of none.
 */
#ifndef TESTS_UNIT_TCPTRACE_H
#define TESTS_UNIT_TCPTRACE_H

#include "tests/unit/testnet.h"

#include <errno.h>
#include <linux/tcp.h>

#include "stack/tcp/tcp_sock.h"

#define TRACE_MSS  1000
#define TRACE_PORT 80		/* ours */
#define TRACE_PEER 5555		/* theirs */
#define ANY_WND	   (-1)

struct tseg {
	const char *flags;
	uint32_t seq, len, ack;
	int32_t	 wnd;		/* as on the wire. In: 0 means 65535, or -1 for zero. Out: 0 means any, -1 zero */
	uint16_t mss;
	bool	 sackok;	/* SACK permitted */
	int	 wscale;	/* 0: none; n: scale n */
	uint32_t tsval, tsecr;	/* both 0: no timestamp. Out: tsval 0 is any */
	bool	 ts;		/* Out: there must be a timestamp; In: with tsval and tsecr even where zero */
	struct tcp_sack_block sack[4];	/* relative; start == end: end of list. Out: compared if any is given */
	bool	 no_sack;	/* Out: there must be none */
	uint16_t urg;
	bool	 bad_csum;	/* In */
	uint8_t	 ttl;		/* In; 0: 64 */
	uint32_t gso;		/* Out: size of its segments; 0: not compared */
};

struct tcp_trace {
	struct net *net;
	struct net_device *dev;
	struct sk_buff_head sent;
	uint32_t iss, irs;	/* ours, theirs */
	bool	 iss_known;
	bool	 batch;		/* IN() does not end the batch */
	bool	 more;		/* IN() ends it, but more is at hand */
	uint32_t mtu;
	uint16_t advmss;	/* of the route; 0: none */
	int	 xmit_err;	/* what the network layer answers */
	int	 route_err;
	be16	 peer_port, port;
	/* The socket under test, and what it was told. */
	struct sock *sk, *listener;
	unsigned connected, readable, writable, accepted, errors;
	int	 err;
	uint64_t seed;
};

extern struct tcp_trace *trace;	/* of the test that runs */

int trace_setup(void **state);
/** trace_teardown - closes what is open, drops what is sent, and proves that nothing is left */
int trace_teardown(void **state);

void trace_in(const struct tseg *s);
void trace_out(const struct tseg *s);
/** QUIET - nothing was sent */
void trace_quiet(void);
/** trace_wait - let time pass */
void trace_wait(int64_t ms);
/** trace_icmp - an ICMP error about the segment with our relative sequence number @seq */
void trace_icmp(int error, bool fatal, uint32_t mtu, uint32_t seq);
/** trace_forget - take the segments that were sent, without looking; Return: how many */
unsigned trace_forget(void);

#define IN(f, s, l, a, ...)  trace_in(&(struct tseg){ .flags = f, .seq = s, .len = l, .ack = a, ##__VA_ARGS__ })
#define OUT(f, s, l, a, ...) trace_out(&(struct tseg){ .flags = f, .seq = s, .len = l, .ack = a, ##__VA_ARGS__ })
#define QUIET()		     trace_quiet()
#define WAIT(ms)	     trace_wait(ms)

/** trace_listen - a listener on TRACE_PORT */
void trace_listen(int backlog);
/** trace_connect - an active open, from TRACE_PORT; the SYN is sent */
void trace_connect(void);
/** trace_accept - take the connection */
void trace_accept(void);
/** trace_established - by an active open; @sack: both sides have it. Peer's MSS TRACE_MSS */
void trace_established(bool sack);
/**
 * trace_write - the owner writes @len bytes in one piece; trace_read - it takes @len bytes, which
 * must be there
 */
void trace_write(uint32_t len);
void trace_read(uint32_t len);
void trace_close(bool abort);
void trace_setopt(int level, int name, int value);
static inline struct tcp_sock *trace_tp(void) { return tcp_sk(trace->sk); }

#define trace_test(f) cmocka_unit_test_setup_teardown(f, trace_setup, trace_teardown)

#endif
