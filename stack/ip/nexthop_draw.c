/* SPDX-License-Identifier: BSD-2-Clause */
/* Rendezvous hashing: see nexthop_draw.h. */
#include "stack/ip/nexthop_draw.h"

/* -log2(u / 2^32), with 16 bits behind the point: from 0 (u = 2^32 - 1, nearly) to 32 (u = 0). */
static uint32_t neg_log2(uint32_t u)
{
	uint64_t mantissa;
	uint32_t log, i;

	if (!u)
		return 32 << 16;
	log = 31 - __builtin_clz(u);
	mantissa = (uint64_t)u << (31 - log); /* in [1, 2), 31 bits behind the point */
	for (i = 0; i < 16; i++) {
		mantissa = mantissa * mantissa >> 31;
		log = log << 1 | (mantissa >> 32 != 0);
		mantissa >>= mantissa >> 32 != 0;
	}
	return (32 << 16) - log;
}

uint32_t nexthop_draw(const struct siphash_key *key, const void *data, size_t len)
{
	return neg_log2(siphash(key, data, len));
}
