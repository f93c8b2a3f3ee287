/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of sock_diag: sock_diag.c tells of sockets, diag_mini.c of connections that are none. procnet_socks.c says
 * the same in other words.
 */
#ifndef NLSERVER_SOCK_DIAG_H
#define NLSERVER_SOCK_DIAG_H

#include <linux/inet_diag.h>

#include "nlserver/diag_filter.h"
#include "nlserver/nl_server.h"

struct sock;
struct tcp_tuple;

/*
 * nl_dump.state: sockets are listed by age, and so by cookie; requests on listeners, by the listener's cookie and their
 * number there; then connections in TIME-WAIT, by their number.
 */
enum { DIAG_SOCK, DIAG_LISTENER, DIAG_REQUEST, DIAG_TIMEWAIT };

/* idiag_timer, in the words of ss(8) */
enum { DIAG_TIMER_NONE, DIAG_TIMER_ON, DIAG_TIMER_KEEPALIVE, DIAG_TIMER_TIMEWAIT, DIAG_TIMER_PERSIST };

/** diag_shown_addr - an address of the network layer @net_family, as a socket of @family shows it */
union inaddr diag_shown_addr(int family, int net_family, const union inaddr *addr);
/** diag_names_wanted - are these the names of one that is asked for? */
bool diag_names_wanted(const struct nl_dump *d, const struct diag_entry *e);
/** diag_expires - until @timer, in ms */
uint32_t diag_expires(const struct net *net, const struct timer *timer);

/** diag_sock_fill - a socket, into what is zero */
void diag_sock_fill(struct inet_diag_msg *d, const struct sock *sk);

/* A request, or a connection in TIME-WAIT. */
struct diag_mini {
	const struct tcp_tuple *tuple;
	const struct timer *timer;
	uint16_t family;	/* of the socket that it was, or will be */
	uint8_t	 state;
	uint8_t	 timer_kind;	/* DIAG_TIMER_* */
	uint8_t	 retrans;
	uint32_t mark;
};

/** diag_mini_fill - one, into what is zero */
void diag_mini_fill(struct inet_diag_msg *d, const struct net *net, const struct diag_mini *mini);
/**
 * diag_mini_walk - all that there are
 * @state: where it stands, by DIAG_LISTENER and so on; zero at first
 * @fn: nonzero: it could not take this one: the walk ends, and begins with it the next time
 * Return: what @fn said last
 */
int diag_mini_walk(const struct net *net, uint64_t *state, int (*fn)(const struct diag_mini *mini, void *arg), void *arg);
/** diag_dump_minis - requests, and connections in TIME-WAIT, of the dump @d; nonzero: @buf is full */
int diag_dump_minis(struct nl_dump *d, struct nl_buf *buf, const struct nl_head *head);

#endif
