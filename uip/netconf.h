/* SPDX-License-Identifier: BSD-2-Clause */
/* The object "netconf": the settings of devices that routing daemons want to know. */
#ifndef UIP_NETCONF_H
#define UIP_NETCONF_H

#include <stdbool.h>

#include "uip/args.h"

struct nlmsghdr;

extern const struct command netconf_commands[];
int netconf_main(struct uip *u, struct args *a);

/** netconf_passes() - are the settings of @h of @family (AF_UNSPEC: any) and the device @index (0: any)? */
bool netconf_passes(const struct nlmsghdr *h, int family, unsigned index);

/** netconf_index() - the device that @h is about; 0: none, it is about all, or those to come */
unsigned netconf_index(const struct nlmsghdr *h);

/** netconf_print() - show one RTM_NEWNETCONF or RTM_DELNETCONF */
void netconf_print(struct uip *u, const struct nlmsghdr *h);

#endif
