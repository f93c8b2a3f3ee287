/* SPDX-License-Identifier: BSD-2-Clause */
/* What the fuzz targets have in common: see fuzz.h. */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void fuzz_check(bool what, const char *text)
{
	if (!what) {
		/* Not by stdio: a target may have turned it away. */
		dprintf(STDERR_FILENO, "does not hold: %s\n", text);
		abort();
	}
}

void fuzz_random(void *ctx, void *buf, size_t len)
{
	uint32_t *state = ctx;

	for (size_t i = 0; i < len; i++) {
		*state = *state * 1664525 + 1013904223;
		((uint8_t *)buf)[i] = *state >> 24;
	}
}
