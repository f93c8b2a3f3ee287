/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The IPv6 extension headers that an application wants in its packets (RFC 3542 7 to 9): of a socket (IPV6_HOPOPTS,
 * IPV6_DSTOPTS and their like), or of one datagram, by control data. Kept as they go out, one behind the other.
 */
#ifndef STACK_TRANSPORT_IP6_TXOPTS_H
#define STACK_TRANSPORT_IP6_TXOPTS_H

#include "stack/core/flow.h"

#define IP6_TXOPTS_MAX 1024 /* bytes of all headers of a socket together */

enum ip6_txopt { IP6_TXOPT_HOP, IP6_TXOPT_DST, IP6_TXOPT_RTHDRDST, IP6_TXOPT_COUNT };

struct ip6_txopts {
	uint8_t proto;		       /* what the last one names */
	uint16_t len[IP6_TXOPT_COUNT]; /* bytes; 0: absent */
	/* In order of enum ip6_txopt. The last kind stands before a routing header, and so is kept but never sent. */
	uint8_t data[IP6_TXOPTS_MAX];
};

/**
 * ip6_txopts_check - is @val (@len bytes, as an application gives it) an extension header of the kinds that hold options?
 * Return: its length in bytes, 0 with @len 0; -EINVAL
 */
int ip6_txopts_check(const void *val, uint32_t len);
/**
 * ip6_txopts_set - put @val (checked, @len bytes; 0: takes it out) into @o
 * Return: 0 or -ENOBUFS (too many bytes in all)
 */
int ip6_txopts_set(struct ip6_txopts *o, enum ip6_txopt which, const void *val, uint32_t len);
/** ip6_txopts_get - where the header is, and its length (0: absent); @o NULL: there is none */
const uint8_t *ip6_txopts_get(const struct ip6_txopts *o, enum ip6_txopt which, uint32_t *ret_len);
/** ip6_txopts_len - bytes in each packet; @o may be NULL */
uint32_t ip6_txopts_len(const struct ip6_txopts *o);
/** ip6_txopts_xmit - name them in @x */
void ip6_txopts_xmit(const struct ip6_txopts *o, struct inet_xmit *x);

#endif
