/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's parameters by the kernel's names: "net.ipv4.ip_forward", "net.ipv6.conf.eth0.accept_ra" and so on, and
 * their values as text. A device's dots stand in a name as they are.
 */
#ifndef NLSERVER_SYSCTL_H
#define NLSERVER_SYSCTL_H

#include <ustack/ustack.h>

#include "stack/core/net.h"
#include "stack/lib/extack.h"

struct sysctl_group;
struct sysctl_row;

/* A parameter that was found. Good for as long as no device goes. */
struct sysctl {
	const struct sysctl_group *group;
	const struct sysctl_row *row;
	void *base; /* the struct that its field is in */
	char name[USTACK_SYSCTL_NAME_MAX + 1];
};

/* Where a walk over all of them stands; zero: at the first. */
struct sysctl_cursor {
	uint32_t group, scope, row;
	int ifindex; /* of the device, with SYSCTL_DEVICE */
};

/** sysctl_find - by name: 0, -ENOENT */
int sysctl_find(struct net *net, const char *name, struct sysctl *ret);
/** sysctl_next - the one at @cur, which moves behind it; false: there are no more */
bool sysctl_next(struct net *net, struct sysctl_cursor *cur, struct sysctl *ret);
/**
 * sysctl_get - its value as text
 * @size: room, USTACK_SYSCTL_VALUE_MAX is enough for any
 * Return: 0, -EIO: it is not set (a secret)
 */
int sysctl_get(const struct sysctl *s, char *ret, size_t size);
/** sysctl_is_secret - is its value for who may set it alone? */
bool sysctl_is_secret(const struct sysctl *s);
/** sysctl_set - parse, check and set: 0, or -EINVAL and others, with a sentence; the old value stays then */
int sysctl_set(struct net *net, const struct sysctl *s, const char *value, struct extack *ack);

#endif
