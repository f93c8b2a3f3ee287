/* SPDX-License-Identifier: BSD-2-Clause */
#include "stack/ip/ip_routes.h"

#include <stdlib.h>

#include "stack/core/net.h"

struct ip_routes *ip_routes_create(struct net *net,
				   void (*on_event)(struct event_listener *l, struct net *net,
						    enum event_type type, void *obj))
{
	struct ip_routes *routes = calloc(1, sizeof(*routes));

	if (!routes)
		return NULL;
	dst_cache_init(&routes->cache, net);
	route_exceptions_init(&routes->exceptions, &net->secret);
	routes->listener.fn = on_event;
	event_listen(net, &routes->listener);
	return routes;
}

void ip_routes_destroy(struct ip_routes *routes)
{
	if (!routes)
		return;
	event_unlisten(&routes->listener);
	dst_cache_exit(&routes->cache);
	route_exceptions_exit(&routes->exceptions);
	free(routes);
}

void ip_routes_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	struct ip_routes *routes = container_of(l, struct ip_routes, listener);

	if (type == EVENT_NETDEV_UNREGISTER)
		dst_cache_forget_device(&routes->cache, net, obj);
}
