/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time: nanoseconds of a monotonic clock that the owner of a struct net injects. The stack never
 * reads a clock: it sees net->now.
 */
#ifndef STACK_LIB_KTIME_H
#define STACK_LIB_KTIME_H

#include <stdint.h>

typedef int64_t ktime_t;

#define NSEC_PER_USEC	1000LL
#define NSEC_PER_MSEC	1000000LL
#define NSEC_PER_SEC	1000000000LL
#define KTIME_MAX	INT64_MAX

static inline ktime_t us_to_ktime(int64_t us) { return us * NSEC_PER_USEC; }
static inline ktime_t ms_to_ktime(int64_t ms) { return ms * NSEC_PER_MSEC; }
static inline ktime_t sec_to_ktime(int64_t s) { return s * NSEC_PER_SEC; }
static inline int64_t ktime_to_us(ktime_t t) { return t / NSEC_PER_USEC; }
static inline int64_t ktime_to_ms(ktime_t t) { return t / NSEC_PER_MSEC; }
static inline int64_t ktime_to_sec(ktime_t t) { return t / NSEC_PER_SEC; }

#endif
