/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 9293 3.10.7.4, fifth: the ACK field, for a connection that exists. */
#ifndef STACK_TCP_TCP_ACK_H
#define STACK_TCP_TCP_ACK_H

#include "stack/tcp/tcp_sock.h"

/* What one acknowledgement told; filled on its way through tcp_ack(). Bytes of sequence space. */
struct tcp_ack_state {
	const struct tcp_seg *seg;
	uint32_t prior_una;
	uint32_t prior_flight;		/* tcp_in_flight() before it */
	uint32_t prior_high;		/* end of the highest SACK before it; snd_una: none */
	uint32_t acked;			/* snd_una moved by this */
	uint32_t delivered;		/* new to us, by ACK or SACK */
	uint32_t sacked;		/* of these, by SACK */
	ktime_t	 first_sent;		/* oldest and latest transmission among what was acknowledged first time, */
	ktime_t	 last_sent;		/* never retransmitted; 0: none */
	ktime_t	 sack_sent;		/* oldest among what was SACKed */
	bool	 retrans_acked;		/* something that was retransmitted */
	bool	 dupack;		/* RFC 5681 2: a duplicate acknowledgement, or new SACK information */
	bool	 dsack;			/* it reported a duplicate */
};

/**
 * tcp_ack - process an acceptable acknowledgement: window, retransmission queue, round trip,
 * congestion
 */
void tcp_ack(struct tcp_sock *tp, const struct tcp_seg *seg);

#endif
