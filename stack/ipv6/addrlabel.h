/* SPDX-License-Identifier: BSD-2-Clause */
/* The policy table of RFC 6724 2.1: a label for each prefix, as `ip addrlabel` shows and changes it. */
#ifndef STACK_IPV6_ADDRLABEL_H
#define STACK_IPV6_ADDRLABEL_H

#include "stack/core/net.h"
#include "stack/lib/extack.h"
#include "stack/lib/inaddr.h"
#include "stack/lib/list.h"

struct addrlabel {
	struct list_head list;	/* longest prefix first */
	union inaddr prefix;
	uint8_t plen;
	int ifindex;		/* 0: any */
	uint32_t label;
};

#define ADDRLABEL_NONE 0xffffffffu

/** addrlabel - of @addr on the device @ifindex (0: any); ADDRLABEL_NONE */
uint32_t addrlabel(struct net *net, const union inaddr *addr, int ifindex);
/** addrlabel_find - the entry that applies to @addr, NULL: none */
const struct addrlabel *addrlabel_find(struct net *net, const union inaddr *addr, int ifindex);
/** addrlabel_add - @replace: or change; 0, -EEXIST, -EINVAL, -ENOMEM; emits EVENT_ADDRLABEL_ADD */
int addrlabel_add(struct net *net, const struct addrlabel *l, bool replace, struct extack *ack);
/** addrlabel_del - 0, -ESRCH; emits EVENT_ADDRLABEL_DEL */
int addrlabel_del(struct net *net, const struct addrlabel *l, struct extack *ack);
/** addrlabel_walk - in order, until @fn returns nonzero */
int addrlabel_walk(struct net *net, int (*fn)(const struct addrlabel *l, void *arg), void *arg);

int addrlabel_init(struct net *net);
void addrlabel_exit(struct net *net);

#endif
