/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices that live inside the stack: made by these, known to others only as net_device. */
#ifndef STACK_LINK_LINKS_H
#define STACK_LINK_LINKS_H

#include "stack/core/netdevice.h"

/** loopback_create - "lo", index 1, mtu 65536; sets net->loopback; 0 or -errno */
int loopback_create(struct net *net);

/** pair_kind - "pair": two devices, each receives what the other sends */
struct link_kind *pair_kind_create(void);
/** dummy_kind - "dummy": swallows what is sent */
struct link_kind *dummy_kind_create(void);

#endif
