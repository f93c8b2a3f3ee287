/* SPDX-License-Identifier: BSD-2-Clause */
/* Telling the owner, last: after a segment or a timer has been dealt with completely. */
#ifndef STACK_TCP_TCP_EVENT_H
#define STACK_TCP_TCP_EVENT_H

#include "stack/tcp/tcp_sock.h"

/**
 * tcp_deliver_events - make the upcalls for tp->events; the caller holds a reference: the owner
 * may close
 */
static inline void tcp_deliver_events(struct tcp_sock *tp)
{
	uint8_t events = tp->events;

	tp->events = 0;
	if (events & TCP_EV_CONNECTED)
		sock_upcall_connected(&tp->sk);
	if (events & TCP_EV_READABLE)
		sock_upcall_readable(&tp->sk);
	if (events & TCP_EV_ERROR)
		sock_report_error(&tp->sk, tp->sk.err);
}

#endif
