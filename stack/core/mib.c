/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of the stack's counters: see mib.h. */
#include "stack/core/mib.h"

static const char *const names[MIB_MAX] = {
#define X(name) #name,
	MIB_COUNTERS(X)
#undef X
};

const char *mib_name(enum mib_counter c)
{
	return names[c];
}
