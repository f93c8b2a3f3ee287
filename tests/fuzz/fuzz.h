/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz targets: each is one function that is fed with bytes that a stranger could send. Built with
 * --enable-fuzz-engine=libfuzzer they run under libFuzzer; else under driver.c, which mutates the
 * corpus by a seeded generator for a while, and is what `make check` runs.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/** LLVMFuzzerTestOneInput - feed @data; must leave nothing behind; Return: 0 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
