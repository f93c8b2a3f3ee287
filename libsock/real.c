/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C library's own functions: see real.h.
 *
 * They are looked up by whoever comes first: another library's constructor may make socket calls
 * before our own has run.
 */
#include "libsock/real.h"

#include <dlfcn.h>
#include <stdatomic.h>

static struct real table;
static atomic_bool ready;

static void *find(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

/* Twice at the same time does no harm: both find the same. */
static void fill_table(void)
{
#define X(type, name, args) *(void **)&table.name = find(#name);
	REAL_FUNCTIONS(X)
#undef X
	atomic_store_explicit(&ready, 1, memory_order_release);
}

/**
 * real - the table of the C library's own functions
 */
const struct real *real(void)
{
	if (!atomic_load_explicit(&ready, memory_order_acquire))
		fill_table();
	return &table;
}

/* So that no child of vfork(2) has to. */
__attribute__((constructor)) static void real_start(void)
{
	real();
}
