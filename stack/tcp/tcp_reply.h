/* SPDX-License-Identifier: BSD-2-Clause */
/* Segments without payload that no struct tcp_sock stands behind: resets, SYN-ACKs, acknowledgements in TIME-WAIT. */
#ifndef STACK_TCP_TCP_REPLY_H
#define STACK_TCP_TCP_REPLY_H

#include "stack/tcp/tcp_sock.h"

struct tcp_reply {
	const struct inet_af_ops *af;
	struct dst_entry *dst;		/* the way, the caller's reference; NULL: to be looked up */
	union inaddr saddr, daddr;	/* ours, theirs */
	be16	 sport, dport;
	int	 oif;			/* ifindex; 0: any */
	uint32_t mark;
	uint8_t	 flags;			/* TCPHDR_* */
	uint32_t seq, ack;
	uint16_t window;		/* as on the wire */
	struct tcp_opts opts;
	struct inet_xmit x;		/* how: what of it does not follow from the above */
};

/** tcp_reply_xmit - make and send it; 0 or -errno */
int tcp_reply_xmit(struct net *net, const struct tcp_reply *r);
/**
 * tcp_reply_reset - RFC 9293 3.5.2: the reset that answers @seg, unless that is one; @mark: of its
 * socket, or 0
 */
void tcp_reply_reset(struct net *net, const struct tcp_seg *seg, uint32_t mark);

#endif
