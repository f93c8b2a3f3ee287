/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP (RFC 9293) as the floors above see it: a struct proto, taken up and down with its struct net, and
 * its parameters. A reader of the code begins at tcp_input.c and tcp_output.c; the connection itself is
 * struct tcp_sock in tcp_sock.h.
 */
#ifndef STACK_TCP_TCP_H
#define STACK_TCP_TCP_H

#include "stack/core/net.h"
#include "stack/transport/port.h"
#include "stack/transport/sock.h"

#define TCP_CONG_NAME_MAX 16

/* net.ipv4.tcp_*, with the kernel's names; its defaults too, but where said otherwise. */
struct tcp_sysctl {
	uint8_t	 tcp_window_scaling;		/* 1 */
	uint8_t	 tcp_timestamps;		/* 1 */
	uint8_t	 tcp_sack;			/* 1 */
	uint8_t	 tcp_dsack;			/* 1 */
	uint8_t	 tcp_slow_start_after_idle;	/* 1 */
	uint8_t	 tcp_moderate_rcvbuf;		/* 1 */
	uint8_t	 tcp_abort_on_overflow;		/* 0 */
	uint8_t	 tcp_rfc1337;			/* 0 */
	uint8_t	 tcp_tw_reuse;			/* 2: over loopback only; 0: never, 1: always when safe */
	uint8_t	 tcp_mtu_probing;		/* 0; 1: when a black hole is suspected */
	uint8_t	 tcp_syn_retries;		/* 6 */
	uint8_t	 tcp_synack_retries;		/* 5 */
	uint8_t	 tcp_retries1;			/* 3 */
	uint8_t	 tcp_retries2;			/* 15 */
	uint8_t	 tcp_orphan_retries;		/* 0: eight */
	uint8_t	 tcp_reordering;		/* 3, segments */
	uint16_t tcp_max_reordering;		/* 300, segments */
	uint8_t	 tcp_keepalive_probes;		/* 9 */
	uint32_t tcp_keepalive_time;		/* s, 7200 */
	uint32_t tcp_keepalive_intvl;		/* s, 75 */
	uint32_t tcp_fin_timeout;		/* s, 60 */
	uint32_t tcp_rto_min_us;		/* us, 200000 */
	uint32_t tcp_max_syn_backlog;		/* 4096 requests on one listener */
	uint32_t somaxconn;			/* 4096 (net.core) */
	uint32_t tcp_max_tw_buckets;		/* 262144 */
	uint32_t tcp_max_orphans;		/* 65536 */
	uint32_t tcp_challenge_ack_limit;	/* 1000 a second (the kernel's has become "no limit") */
	uint32_t tcp_invalid_ratelimit;		/* ms, 500 */
	uint32_t tcp_base_mss;			/* bytes, 1024 */
	uint32_t tcp_min_snd_mss;		/* bytes, 48 */
	uint32_t tcp_tso_win_divisor;		/* 3 */
	uint32_t tcp_limit_output_bytes;	/* bytes, 4194304 */
	/* Unsent bytes that a socket holds at most; more would only leave the cache before it is sent.
	 * The kernel's default is no limit. */
	uint32_t tcp_notsent_lowat;		/* bytes, 262144 */
	/* The kernel's most is 32 MiB by now. A window that grows so far leaves the cache, and all pages are
	 * new to the process: a flow of a second's length comes in at half the speed. */
	uint32_t tcp_rmem[3];			/* bytes: 4096, 131072, 6291456 */
	uint32_t tcp_wmem[3];			/* bytes: 4096, 16384, 4194304 */
	uint64_t tcp_mem[3];			/* all sockets together; bytes, not pages: 384, 512, 768 MiB */
	char	 tcp_congestion_control[TCP_CONG_NAME_MAX];	/* "cubic" */
};

extern const struct proto tcp_proto;

/** tcp_init - after transport_init() and before the families that deliver to it; 0 or -ENOMEM */
int tcp_init(struct net *net);
/** tcp_exit - owners have closed their sockets; what lingers is dropped without a word */
void tcp_exit(struct net *net);

struct tcp_sysctl *tcp_sysctl(struct net *net);
/** tcp_cong_known - is there a congestion control of that name? */
bool tcp_cong_known(const char *name);
/** tcp_port_table - local ports in use: for ip_local_port_range */
struct port_table *tcp_port_table(struct net *net);

#endif
