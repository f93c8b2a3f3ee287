/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A request: a connection in SYN-RECEIVED by a passive OPEN (RFC 9293 3.10.7.2), as a small object that belongs to its
 * listener. A struct tcp_sock is made when the handshake is over.
 */
#ifndef STACK_TCP_TCP_REQUEST_H
#define STACK_TCP_TCP_REQUEST_H

#include "stack/tcp/tcp_sock.h"

struct tcp_request {
	struct tcp_tuple tuple;
	struct list_head list;		/* of its listener */
	struct tcp_sock *listener;
	struct dst_entry *dst;		/* the way back; a reference */
	struct timer timer;
	ktime_t	 sent;			/* the first SYN-ACK */
	uint32_t iss, irs;
	uint32_t ts_recent, ts_offset;
	uint32_t rcv_wnd;		/* as offered */
	uint32_t snd_wnd;		/* as the SYN said; not scaled */
	ktime_t	 last_oow_ack;
	uint16_t peer_mss, adv_mss;
	uint8_t	 snd_wscale, rcv_wscale;
	uint8_t	 timeouts;
	bool	 ts_ok, sack_ok, wscale_ok;
	bool	 acked;			/* TCP_DEFER_ACCEPT: the handshake is over, but data is waited for */
};

/**
 * tcp_request_new - a SYN that the listener may take: make the request and answer it; true when it
 * was made
 */
bool tcp_request_new(struct tcp_sock *listener, const struct tcp_seg *seg, uint32_t isn);
/**
 * tcp_request_rcv - a segment for a request
 * Return: the child that it made, in SYN-RECEIVED, on the accept queue: the segment is to be processed there; NULL:
 * the segment has been dealt with, *@ret_reason says how
 */
struct tcp_sock *tcp_request_rcv(struct tcp_request *req, const struct tcp_seg *seg,
				 enum drop_reason *ret_reason);
/** tcp_request_free - at once, without a word */
void tcp_request_free(struct tcp_request *req);

#endif
