/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prefixes that routers announce, as "monitor" shows them.
 */
#ifndef UIP_PREFIX_H
#define UIP_PREFIX_H

#include <stdbool.h>

struct nlmsghdr;
struct uip;

/** prefix_passes() - is an RTM_NEWPREFIX one that can be shown to who asks for @family? */
bool prefix_passes(const struct nlmsghdr *h, int family);

/** prefix_print() - show one RTM_NEWPREFIX */
void prefix_print(struct uip *u, const struct nlmsghdr *h);

#endif
