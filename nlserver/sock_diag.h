/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of sock_diag: sock_diag.c tells of sockets, diag_mini.c of connections that are none. */
#ifndef NLSERVER_SOCK_DIAG_H
#define NLSERVER_SOCK_DIAG_H

#include "nlserver/diag_filter.h"
#include "nlserver/nl_server.h"

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

/** diag_dump_minis - requests, and connections in TIME-WAIT, of the dump @d; nonzero: @buf is full */
int diag_dump_minis(struct nl_dump *d, struct nl_buf *buf, const struct nl_head *head);

#endif
