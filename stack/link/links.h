/* SPDX-License-Identifier: BSD-2-Clause */
/* The devices that live inside the stack: made by these, known to others only as net_device. */
#ifndef STACK_LINK_LINKS_H
#define STACK_LINK_LINKS_H

#include "stack/core/netdevice.h"

/** loopback_create - "lo", index 1, mtu 65536; sets net->loopback; 0 or -errno */
int loopback_create(struct net *net);

/**
 * pair_kind_create - "pair": two devices, each receives what the other sends; for link_kind_add(),
 * and after link_kind_del() free()
 */
struct link_kind *pair_kind_create(void);
/** dummy_kind_create - "dummy": swallows what is sent; likewise */
struct link_kind *dummy_kind_create(void);

#endif
