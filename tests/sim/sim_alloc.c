/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --wrap=malloc makes the linker give every call of malloc() in the objects of a program to __wrap_malloc(),
 * and the C library's own as __real_malloc(). The library's inner calls are not counted, and need not be.
 */
#include "tests/sim/sim_alloc.h"

#include <stdlib.h>
#include "tests/unit/testnet.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t nmemb, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *ptr);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t nmemb, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *ptr);

static int64_t blocks;
static uint32_t fail_chance;
static uint64_t fail_random;

int64_t sim_allocs(void)
{
	return blocks;
}

void sim_alloc_fail(uint32_t of, uint64_t seed)
{
	fail_chance = of;
	fail_random = seed;
}

static bool fails(void)
{
	return fail_chance && test_below(&fail_random, 10000) < fail_chance;
}

void *sim_malloc(size_t size)
{
	void *p = __real_malloc(size);

	assert_non_null(p);
	blocks++;
	return p;
}

void *__wrap_malloc(size_t size)
{
	void *p = fails() ? NULL : __real_malloc(size);

	blocks += p != NULL;
	return p;
}

void *__wrap_calloc(size_t nmemb, size_t size)
{
	void *p = fails() ? NULL : __real_calloc(nmemb, size);

	blocks += p != NULL;
	return p;
}

void *__wrap_realloc(void *ptr, size_t size)
{
	void *p = __real_realloc(ptr, size);

	blocks += p && !ptr;
	return p;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
	void *p = fails() ? NULL : __real_aligned_alloc(alignment, size);

	blocks += p != NULL;
	return p;
}

void __wrap_free(void *ptr)
{
	blocks -= ptr != NULL;
	__real_free(ptr);
}
