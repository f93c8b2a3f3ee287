/* SPDX-License-Identifier: BSD-2-Clause */
#include "stack/ipv6/fib6.h"
