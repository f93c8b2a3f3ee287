/* SPDX-License-Identifier: BSD-2-Clause */
/* The few macros and types that every file uses. */
#ifndef STACK_LIB_UTIL_H
#define STACK_LIB_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Integers in network byte order, as they stand in headers. */
typedef uint16_t be16;
typedef uint32_t be32;

#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define ARRAY_SIZE(a)			(sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d)		(((n) + (d) - 1) / (d))
#define ALIGN_UP(n, a)			(((n) + (a) - 1) & ~((__typeof__(n))(a) - 1))

#define min(a, b) ({ __typeof__(a) _a = (a); __typeof__(b) _b = (b); _a < _b ? _a : _b; })
#define max(a, b) ({ __typeof__(a) _a = (a); __typeof__(b) _b = (b); _a > _b ? _a : _b; })
#define clamp(v, lo, hi) min(max(v, lo), hi)

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/*
 * Built with AddressSanitizer or MemorySanitizer, which see a use after free, and of what was never
 * written, only where memory is given back.
 */
#ifdef __has_feature
#define BUILT_WITH_SANITIZER (__has_feature(address_sanitizer) || __has_feature(memory_sanitizer))
#elif defined(__SANITIZE_ADDRESS__)
#define BUILT_WITH_SANITIZER 1
#else
#define BUILT_WITH_SANITIZER 0
#endif

#define __packed	__attribute__((packed))
#define __printf(f, a)	__attribute__((format(printf, f, a)))

#endif
