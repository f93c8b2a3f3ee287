/* SPDX-License-Identifier: BSD-2-Clause */
/* Initial sequence numbers (RFC 6528), and where a connection's timestamps begin. */
#ifndef STACK_TCP_TCP_ISN_H
#define STACK_TCP_TCP_ISN_H

#include "stack/tcp/tcp_sock.h"

/** tcp_isn - for a connection from @saddr:@sport (ours) to @daddr:@dport, now */
uint32_t tcp_isn(struct net *net, const union inaddr *saddr, be16 sport,
		 const union inaddr *daddr, be16 dport);
/**
 * tcp_ts_offset - added to the clock in timestamps: the same for all connections between two
 * hosts, so that one that follows another is newer by PAWS
 */
uint32_t tcp_ts_offset(struct net *net, const union inaddr *saddr, const union inaddr *daddr);

#endif
