/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The internet checksum (RFC 1071) and its incremental update (RFC 1624). A partial sum is a 32-bit
 * one's complement sum in network byte order of 16-bit words, not yet folded or inverted.
 */
#ifndef STACK_LIB_CHECKSUM_H
#define STACK_LIB_CHECKSUM_H

#include "stack/lib/inaddr.h"

/** csum_partial - add @len bytes (any alignment; only the last piece may be odd) to @sum */
uint32_t csum_partial(const void *data, size_t len, uint32_t sum);

/** csum_add - the sum of two partial sums */
static inline uint32_t csum_add(uint32_t a, uint32_t b)
{
	a += b;
	return a + (a < b);
}

/** csum_block_add - add a partial sum that was taken of a block at byte offset @offset */
static inline uint32_t csum_block_add(uint32_t sum, uint32_t block, size_t offset)
{
	if (offset & 1)
		block = ((block & 0x00ff00ff) << 8) | ((block >> 8) & 0x00ff00ff);
	return csum_add(sum, block);
}

/** csum_fold - the checksum as it stands in a header: folded to 16 bits and inverted */
static inline be16 csum_fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (be16)~sum;
}

/** ip_compute_csum - csum_fold() of csum_partial() */
static inline be16 ip_compute_csum(const void *data, size_t len)
{
	return csum_fold(csum_partial(data, len, 0));
}

/**
 * csum_replace2 - update @sum for a 16-bit word that changes from @old to @new (RFC 1624, eqn. 3)
 */
static inline void csum_replace2(be16 *sum, be16 old, be16 new)
{
	*sum = csum_fold(csum_add(csum_add((uint16_t)~*sum, (uint16_t)~old), new));
}

/**
 * csum_pseudo - the partial sum of the pseudo header of TCP and UDP
 * @family: AF_INET or AF_INET6 (RFC 9293 3.1, RFC 8200 8.1)
 * @len: length of transport header and payload, in bytes
 * @proto: IPPROTO_*
 */
uint32_t csum_pseudo(int family, const union inaddr *saddr, const union inaddr *daddr,
		     uint32_t len, uint8_t proto);

#endif
