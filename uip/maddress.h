/* SPDX-License-Identifier: BSD-2-Clause */
/* The object "maddress": the multicast groups that devices are in. */
#ifndef UIP_MADDRESS_H
#define UIP_MADDRESS_H

#include <stdbool.h>

#include "uip/args.h"

struct nlmsghdr;

extern const struct command maddress_commands[];
int maddress_main(struct uip *u, struct args *a);

/** maddress_passes - is the group of @h of @family (AF_UNSPEC: any) and the device @index (0: any)? */
bool maddress_passes(const struct nlmsghdr *h, int family, unsigned index);
/** maddress_print - one notification, as ip(8)'s monitor shows it */
void maddress_print(struct uip *u, const struct nlmsghdr *h);

#endif
