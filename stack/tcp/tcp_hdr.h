/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCP header on the wire (RFC 9293 3.1), and arithmetic on sequence numbers (3.4). */
#ifndef STACK_TCP_TCP_HDR_H
#define STACK_TCP_TCP_HDR_H

#include "stack/lib/util.h"

struct tcp_hdr {
	be16	source;
	be16	dest;
	be32	seq;
	be32	ack_seq;
	uint8_t doff;			/* header length in 32-bit words, in the upper four bits */
	uint8_t flags;			/* TCPHDR_* */
	be16	window;
	be16	check;
	be16	urg_ptr;
} __packed;

#define TCPHDR_FIN	  0x01
#define TCPHDR_SYN	  0x02
#define TCPHDR_RST	  0x04
#define TCPHDR_PSH	  0x08
#define TCPHDR_ACK	  0x10
#define TCPHDR_URG	  0x20
#define TCPHDR_ECE	  0x40
#define TCPHDR_CWR	  0x80

#define TCP_HDR_LEN	  20		/* without options */
#define TCP_HDR_MAX	  60
#define TCP_OPTIONS_MAX	  40

static inline unsigned tcp_hdr_len(const struct tcp_hdr *th) { return (th->doff >> 4) * 4; }

/* Comparisons modulo 2^32. */
static inline bool before(uint32_t a, uint32_t b) { return (int32_t)(a - b) < 0; }
static inline bool after(uint32_t a, uint32_t b) { return before(b, a); }
static inline bool between(uint32_t seq, uint32_t low, uint32_t high) { return high - low >= seq - low; }
static inline uint32_t seq_max(uint32_t a, uint32_t b) { return after(a, b) ? a : b; }

#endif
