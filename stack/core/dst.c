/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of a route's answer: see dst.h. */
#include "stack/core/dst.h"

#include <stddef.h>

void dst_release(struct dst_entry *dst)
{
	if (dst && !--dst->refs)
		dst->ops->destroy(dst);
}
