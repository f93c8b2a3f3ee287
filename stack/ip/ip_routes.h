/* SPDX-License-Identifier: BSD-2-Clause */
/* What a family keeps of its routes besides the tables: those in use, and what was learned of single destinations. */
#ifndef STACK_IP_IP_ROUTES_H
#define STACK_IP_IP_ROUTES_H

#include "stack/core/event.h"
#include "stack/ip/dst_cache.h"
#include "stack/ip/route_exception.h"

struct ip_routes {
	struct dst_cache cache;
	struct route_exceptions exceptions;
	struct event_listener listener;
};

/**
 * ip_routes_create - empty; @on_event hears of all events, and calls ip_routes_event() (or is it)
 * Return: NULL when memory is short
 */
struct ip_routes *ip_routes_create(struct net *net,
				   void (*on_event)(struct event_listener *l, struct net *net,
						    enum event_type type, void *obj));
/** ip_routes_destroy - nobody but the cache holds a route; NULL is fine */
void ip_routes_destroy(struct ip_routes *routes);
/** ip_routes_event - no route leads to a device that goes */
void ip_routes_event(struct event_listener *l, struct net *net, enum event_type type, void *obj);

#endif
