/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which of several next hops a flow takes: rendezvous hashing with weights. Each next hop draws a
 * number that depends on the flow and on itself alone, and the best one gets the flow. So the order
 * of next hops does not matter, and when one goes only its own flows move. An exponentially
 * distributed number over the weight makes the shares right.
 */
#ifndef STACK_IP_NEXTHOP_DRAW_H
#define STACK_IP_NEXTHOP_DRAW_H

#include "stack/lib/siphash.h"

/** nexthop_draw - of the bytes that name the flow and the next hop: 0 (best) to 32 << 16 */
uint32_t nexthop_draw(const struct siphash_key *key, const void *data, size_t len);

/** nexthop_draw_better - is @draw with @weight better than @best with @best_weight? */
static inline bool nexthop_draw_better(uint32_t draw, uint16_t weight, uint32_t best,
				       uint16_t best_weight)
{
	return (uint64_t)draw * best_weight < (uint64_t)best * weight;
}

#endif
