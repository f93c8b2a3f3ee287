/* SPDX-License-Identifier: BSD-2-Clause */
/* The sentence of a configuration error: see extack.h. A sentence that is too long is cut. */
#include "stack/lib/extack.h"

#include <stdio.h>

int extack_set(struct extack *ack, int err, const char *fmt, ...)
{
	va_list ap;

	if (ack) {
		va_start(ap, fmt);
		vsnprintf(ack->msg, sizeof(ack->msg), fmt, ap);
		va_end(ap);
	}
	return err;
}
