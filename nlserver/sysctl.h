/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's parameters by the kernel's names: a table from "net.ipv4.ip_forward" and so on to the
 * fields that hold them.
 */
#ifndef NLSERVER_SYSCTL_H
#define NLSERVER_SYSCTL_H

#include "stack/core/net.h"
#include "stack/lib/extack.h"

struct sysctl;

/** sysctl_find - by name; NULL */
const struct sysctl *sysctl_find(const char *name);
/** sysctl_at - the @i-th, in the order of being shown; NULL past the end */
const struct sysctl *sysctl_at(unsigned i);
const char *sysctl_name(const struct sysctl *s);
/** sysctl_get - its value as text; @size: room, USTACK_SYSCTL_VALUE_MAX is enough for any */
void sysctl_get(struct net *net, const struct sysctl *s, char *ret, size_t size);
/** sysctl_set - parse, check and set: 0, or -EINVAL with a sentence; the old value stays then */
int sysctl_set(struct net *net, const struct sysctl *s, const char *value, struct extack *ack);

#endif
