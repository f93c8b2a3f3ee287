/* SPDX-License-Identifier: BSD-2-Clause */
/* Counting allocations: the simulator is linked with --wrap, so that every malloc() of the stack is seen. */
#ifndef TESTS_SIM_SIM_ALLOC_H
#define TESTS_SIM_SIM_ALLOC_H

#include <stddef.h>
#include <stdint.h>

/** sim_allocs - blocks that are allocated now */
int64_t sim_allocs(void);
/** sim_malloc - the simulator's own memory: counted, but it never fails */
void *sim_malloc(size_t size);
/**
 * sim_alloc_fail - from now on each allocation fails with a chance of @of in 10,000, by @seed; 0:
 * none
 */
void sim_alloc_fail(uint32_t of, uint64_t seed);

#endif
