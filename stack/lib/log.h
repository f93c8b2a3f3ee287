/* SPDX-License-Identifier: BSD-2-Clause */
/* Logging: the stack says what happened; whoever owns the struct net decides where it goes. */
#ifndef STACK_LIB_LOG_H
#define STACK_LIB_LOG_H

#include "stack/lib/ktime.h"
#include "stack/lib/util.h"

enum log_level { LOG_LEVEL_ERR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct logger {
	void (*emit)(void *ctx, enum log_level level, const char *line);	/* NULL: said to nobody */
	void *ctx;
	enum log_level level;							/* what is beyond is dropped */
};

/** log_line - format one line (no newline at its end, at most 255 bytes) and emit it */
void log_line(const struct logger *log, enum log_level level, const char *fmt, ...) __printf(3, 4);

/**
 * log_due - may something that strangers can make happen be logged now? Once a second at most
 * @last: when it was; the caller's, 0 at first
 */
bool log_due(ktime_t *last, ktime_t now);

#define log_err(log, ...)   log_line(log, LOG_LEVEL_ERR, __VA_ARGS__)
#define log_warn(log, ...)  log_line(log, LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(log, ...)  log_line(log, LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(log, ...) log_line(log, LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
