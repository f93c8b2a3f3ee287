/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RFC 6528: ISN = M + F(names, secret). M counts 4 us ticks: a connection that follows another with
 * the same names begins above it; F hides where.
 */
#include "stack/tcp/tcp_isn.h"

#define ISN_TICK (4 * NSEC_PER_USEC)

uint32_t tcp_isn(struct net *net, const union inaddr *saddr, be16 sport, const union inaddr *daddr,
		 be16 dport)
{
	struct {
		union inaddr saddr, daddr;
		be16 sport, dport;
	} key = { *saddr, *daddr, sport, dport };

	return (uint32_t)siphash(&net->tcp->isn_key, &key,
				 sizeof(union inaddr) * 2 + sizeof(be16) * 2) +
	       (uint32_t)(net->now / ISN_TICK);
}

uint32_t tcp_ts_offset(struct net *net, const union inaddr *saddr, const union inaddr *daddr)
{
	union inaddr key[2] = { *saddr, *daddr };

	return siphash(&net->tcp->ts_key, key, sizeof(key));
}
