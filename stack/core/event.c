/* SPDX-License-Identifier: BSD-2-Clause */
/* Events: see event.h. A handler may unregister itself. */
#include "stack/core/event.h"

#include "stack/core/net.h"

void event_listen(struct net *net, struct event_listener *l)
{
	list_add_tail(&l->list, &net->listeners);
}

void event_unlisten(struct event_listener *l)
{
	list_del(&l->list);
}

void event_emit(struct net *net, enum event_type type, void *obj)
{
	struct event_listener *l, *next;

	list_for_each_entry_safe(l, next, &net->listeners, list)
		l->fn(l, net, type, obj);
}
