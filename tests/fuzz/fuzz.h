/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz targets: each is one function that is fed with bytes that a stranger could send. Built with
 * --enable-fuzz-engine=libfuzzer they run under libFuzzer; else under driver.c, which mutates the
 * corpus by a seeded generator for a while, and is what `make check` runs.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** LLVMFuzzerTestOneInput - feed @data; must leave nothing behind; Return: 0 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** fuzz_check - abort when @what does not hold; @text says it in words */
void fuzz_check(bool what, const char *text);
/**
 * fuzz_random - net_params.random of a target: the same bytes each time; @ctx is its uint32_t state
 */
void fuzz_random(void *ctx, void *buf, size_t len);

/* What leaves must have been written: MemorySanitizer only looks by itself where memory decides something. */
#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define fuzz_check_written(p, len) __msan_check_mem_is_initialized(p, len)
#endif
#endif
#ifndef fuzz_check_written
#define fuzz_check_written(p, len) ((void)(p), (void)(len))
#endif

#endif
