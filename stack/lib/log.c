/* SPDX-License-Identifier: BSD-2-Clause */
/* Logging: formats one line and hands it to whoever owns the instance. Keeps nothing. */
#include "stack/lib/log.h"

#include <stdarg.h>
#include <stdio.h>

#define LOG_LINE_SIZE 256
#define LOG_INTERVAL  NSEC_PER_SEC

void log_line(const struct logger *log, enum log_level level, const char *fmt, ...)
{
	char line[LOG_LINE_SIZE];
	va_list ap;

	if (!log->emit || level > log->level)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	log->emit(log->ctx, level, line);
}

bool log_due(ktime_t *last, ktime_t now)
{
	if (*last && now - *last < LOG_INTERVAL)
		return false;
	*last = max(now, (ktime_t)1);
	return true;
}
