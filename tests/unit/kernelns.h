/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests that ask the kernel how it does something: a function is run in a child process, in a
 * network namespace of its own whose loopback is up, where it is root and may open ping sockets,
 * and from which nothing leads anywhere.
 */
#ifndef TESTS_UNIT_KERNELNS_H
#define TESTS_UNIT_KERNELNS_H

/**
 * kernelns_run - skips the test where namespaces are not allowed; fails it when @fn returns
 * anything but 0
 * @fn: must not use cmocka's assertions (it runs in a child); writes what is wrong to stderr
 */
void kernelns_run(int (*fn)(void *arg), void *arg);

#endif
