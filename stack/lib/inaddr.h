/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An internet address of either family, without its family (which stands beside it, in a flow or a
 * socket). IPv4 uses the first four bytes and keeps the rest zero, so that addresses of one family
 * compare and hash as sixteen bytes.
 */
#ifndef STACK_LIB_INADDR_H
#define STACK_LIB_INADDR_H

#include <string.h>
#include "stack/lib/util.h"

/* q comes first: what "{ 0 }" leaves of a union besides its first member is up to the compiler. */
union inaddr {
	uint64_t q[2];
	be32	 v4;
	be32	 v6[4];
	uint8_t  b[16];
};

static inline bool inaddr_equal(const union inaddr *a, const union inaddr *b)
{
	return a->q[0] == b->q[0] && a->q[1] == b->q[1];
}

static inline bool inaddr_any(const union inaddr *a)
{
	return !(a->q[0] | a->q[1]);
}

static inline union inaddr inaddr_v4(be32 v4)
{
	return (union inaddr){ .v6 = { v4, 0, 0, 0 } };
}

#endif
