/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The internet checksum over memory (RFC 1071). Called for each packet whose checksum no device
 * did.
 *
 * The one's complement sum does not care about the size of the words it is taken in (RFC 1071
 * 2(C)), so the bulk is summed as 32-bit words in 64-bit lanes, several at a time, where no carry
 * can be lost: 2^32 words are more than any packet has. It does not care about byte order either
 * (2(B)): words are read as the machine has them, and the result stands in memory in network order.
 */
#include "stack/lib/checksum.h"

#include <arpa/inet.h>
#include <sys/socket.h>

/*
 * Two lanes of 64 bits: what every machine's vector unit has. Wider ones gain nothing without -m
 * flags.
 */
typedef uint64_t lanes __attribute__((vector_size(16)));

#define LOW_HALVES ((lanes){ 0xffffffff, 0xffffffff })
#define BLOCK	   (2 * sizeof(lanes))

static inline uint32_t fold64(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	return sum;
}

/* The sum of @blocks times BLOCK bytes at @p, as a number that fold64() accepts. */
static uint64_t sum_blocks(const uint8_t *p, size_t blocks)
{
	lanes low0 = { 0 }, high0 = { 0 }, low1 = { 0 }, high1 = { 0 };
	lanes a, b;

	for (; blocks; blocks--, p += BLOCK) {
		memcpy(&a, p, sizeof(a));
		memcpy(&b, p + sizeof(a), sizeof(b));
		low0 += a & LOW_HALVES;
		high0 += a >> 32;
		low1 += b & LOW_HALVES;
		high1 += b >> 32;
	}
	low0 += high0 + low1 + high1;
	return (uint64_t)fold64(low0[0]) + fold64(low0[1]);
}

uint32_t csum_partial(const void *data, size_t len, uint32_t sum)
{
	const uint8_t *p = data;
	uint64_t total = sum;
	uint32_t word;

	if (len >= BLOCK) {
		total += sum_blocks(p, len / BLOCK);
		p += len - len % BLOCK;
		len %= BLOCK;
	}
	for (; len >= sizeof(word); len -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		total += word;
	}
	if (len) {
		/* RFC 1071 4.1: a last odd byte counts as if a zero byte followed. */
		word = 0;
		memcpy(&word, p, len);
		total += word;
	}
	return fold64(total);
}

uint32_t csum_pseudo(int family, const union inaddr *saddr, const union inaddr *daddr, uint32_t len,
		     uint8_t proto)
{
	size_t addr_len = family == AF_INET ? sizeof(saddr->v4) : sizeof(*saddr);
	uint32_t sum;

	sum = csum_partial(saddr, addr_len, 0);
	sum = csum_partial(daddr, addr_len, sum);
	sum = csum_add(sum, htonl(len));
	return csum_add(sum, htonl(proto));
}
