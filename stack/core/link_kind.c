/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kinds of device that can be made, by name: filled in by links and drivers, asked by
 * RTM_NEWLINK.
 */
#include "stack/core/netdevice.h"

#include <string.h>

#include "stack/core/net.h"

void link_kind_add(struct net *net, struct link_kind *kind)
{
	list_add_tail(&kind->list, &net->link_kinds);
}

void link_kind_del(struct link_kind *kind)
{
	list_del(&kind->list);
}

const struct link_kind *link_kind_find(struct net *net, const char *name)
{
	const struct link_kind *kind;

	list_for_each_entry(kind, &net->link_kinds, list)
		if (!strcmp(kind->name, name))
			return kind;
	return NULL;
}
