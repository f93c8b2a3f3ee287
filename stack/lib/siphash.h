/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SipHash-2-4 (Aumasson and Bernstein, 2012): the keyed hash behind every table that a stranger can
 * fill, initial sequence numbers and port choice.
 */
#ifndef STACK_LIB_SIPHASH_H
#define STACK_LIB_SIPHASH_H

#include "stack/lib/util.h"

struct siphash_key {
	uint64_t k[2];
};

/**
 * siphash - SipHash-2-4 of a byte string
 * @key: the secret
 * @data: @len bytes, of any alignment
 */
uint64_t siphash(const struct siphash_key *key, const void *data, size_t len);

/**
 * jhash_u32 - spread a 32-bit number; not keyed: only for numbers that no stranger chooses
 */
static inline uint32_t jhash_u32(uint32_t v)
{
	v *= 0x9e3779b1u;
	return v ^ (v >> 16);
}

#endif
