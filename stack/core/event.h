/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events: how a lower floor tells higher ones that something changed, without knowing them. Handlers
 * run at once, in order of registration (a lower floor registers first). A handler must not
 * unregister another.
 */
#ifndef STACK_CORE_EVENT_H
#define STACK_CORE_EVENT_H

#include "stack/lib/list.h"

struct net;

enum event_type {
	EVENT_NETDEV_REGISTER,	/* struct net_device: it can be found by name and index */
	EVENT_NETDEV_UNREGISTER,/* struct net_device: about to go: drop every reference now */
	EVENT_NETDEV_UP,	/* struct net_device: IFF_UP was set */
	EVENT_NETDEV_DOWN,	/* struct net_device: IFF_UP was cleared */
	EVENT_NETDEV_CARRIER,	/* struct net_device: IFF_RUNNING / operstate changed */
	EVENT_NETDEV_CHANGE,	/* struct net_device: name, mtu, flags, address, alias … (what RTM_NEWLINK shows) */
	EVENT_NETDEV_CHANGEADDR,/* struct net_device: the link-layer address changed */
	EVENT_NETDEV_CHANGEMTU,	/* struct net_device */
	EVENT_ADDR_ADD,		/* struct ifaddr_event */
	EVENT_ADDR_DEL,
	EVENT_MCADDR_ADD,	/* struct mcaddr: the device joined a group */
	EVENT_MCADDR_DEL,	/* struct mcaddr: it left it; a device that goes leaves without a word */
	EVENT_ROUTE_ADD,	/* struct fib_event */
	EVENT_ROUTE_REPLACE,
	EVENT_ROUTE_DEL,
	EVENT_NEIGH_UPDATE,	/* struct neighbour: created, state or address changed */
	EVENT_NEIGH_DEL,	/* struct neighbour */
	EVENT_PREFIX,		/* struct prefix_event: a router announced a prefix */
	EVENT_ND_USEROPT,	/* struct nd_useropt_event: … and something that concerns programs, such as name servers */
	EVENT_IN6_IFINFO,	/* struct net_device: what its IFLA_INET6_* show has changed: flags, token, MTU of routers */
	EVENT_NETCONF_CHANGE,	/* struct netconf_event: a setting changed, or all came with a device */
	EVENT_NETCONF_DEL,	/* struct netconf_event: they went with it */
	EVENT_ADDRLABEL_ADD,	/* struct addrlabel: added, or changed */
	EVENT_ADDRLABEL_DEL,	/* struct addrlabel */
};

struct event_listener {
	struct list_head list;
	void (*fn)(struct event_listener *l, struct net *net, enum event_type type, void *obj);
};

/**
 * event_listen - @l->fn hears of every event of @net from now on; @l is the caller's, until
 * event_unlisten()
 */
void event_listen(struct net *net, struct event_listener *l);
/** event_unlisten - no more; a handler may do it for its own listener */
void event_unlisten(struct event_listener *l);
/** event_emit - tell all listeners; @obj: what @type says that it is */
void event_emit(struct net *net, enum event_type type, void *obj);

#endif
