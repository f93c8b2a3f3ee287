/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How often ICMP messages may be sent (RFC 1812 4.3.2.8, RFC 4443 2.4 (f)): token buckets, one for all destinations
 * together, and one for each.
 */
#ifndef STACK_IP_ICMP_LIMIT_H
#define STACK_IP_ICMP_LIMIT_H

#include "stack/core/net.h"
#include "stack/lib/inaddr.h"

#define ICMP_LIMIT_PEERS 1024 /* power of two: limits by destination; what collides shares one */

struct icmp_limit {
	ktime_t	 global_stamp;
	uint32_t global_credit; /* messages */
	struct icmp_limit_peer {
		ktime_t stamp;
		int64_t tokens; /* ns */
		bool	seen;
	} peers[ICMP_LIMIT_PEERS];
};

/* What the system's administrator allows. */
struct icmp_limit_rates {
	uint32_t msgs_per_sec, msgs_burst; /* to all */
	uint32_t ratelimit;		   /* ms between messages to one, 0: no limit */
};

/** icmp_limit_init - @burst messages may be sent at once */
void icmp_limit_init(struct net *net, struct icmp_limit *limit, uint32_t burst);
/** icmp_limit_allow - may one more go to @daddr? Counts it when so */
bool icmp_limit_allow(struct net *net, struct icmp_limit *limit, const struct icmp_limit_rates *rates,
		      const union inaddr *daddr);

#endif
