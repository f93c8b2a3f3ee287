/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications: the stack's events as rtnetlink messages to the groups of listeners. One that a
 * request caused carries its port id and sequence number, and is echoed to it when it asked so.
 */
#include <linux/if_addr.h>

#include "nlserver/nl_server.h"
#include "nlserver/rtnl.h"

/* The request that is being handled, where it is about this kind of object: type RTM_NEWxxx. */
static struct nl_request *cause(struct nl_server *nl, uint16_t type)
{
	struct nl_request *req = nl->current;
	uint16_t kind = (type - RTM_BASE) & ~3;

	if (!req || req->client->protocol != NETLINK_ROUTE)
		return NULL;
	return ((req->nlh->nlmsg_type - RTM_BASE) & ~3) == kind ? req : NULL;
}

/* A notification under construction. */
struct note {
	struct nl_server *nl;
	struct nl_request *cause; /* NULL: nobody's */
	bool echo;
	uint32_t group;
	struct nl_buf buf;
	struct nl_head head;
};

/* Return: false: nobody would hear it. */
static bool note_begin(struct note *n, struct nl_server *nl, uint32_t group, uint16_t type,
		       uint16_t flags)
{
	n->nl = nl;
	n->cause = cause(nl, type);
	n->echo = n->cause && (n->cause->nlh->nlmsg_flags & NLM_F_ECHO);
	n->group = group;
	n->buf = (struct nl_buf){ .data = nl->event, .size = NL_SCRATCH };
	n->head = (struct nl_head){ .type = type, .flags = flags };
	if (n->cause) {
		n->head.seq = n->cause->nlh->nlmsg_seq;
		n->head.pid = n->cause->client->portid;
	}
	return n->echo || nl_has_listeners(nl, NETLINK_ROUTE, group);
}

static void note_send(struct note *n)
{
	nl_multicast_except(n->nl, NETLINK_ROUTE, n->group, &n->buf,
			    n->echo ? n->cause->client : NULL);
	if (n->echo && n->buf.len)
		nl_client_answer(n->cause->client, n->buf.data, n->buf.len);
}

static void link_event(struct nl_server *nl, enum event_type type, const struct net_device *dev)
{
	bool gone = type == EVENT_NETDEV_UNREGISTER;
	bool whole = gone || type == EVENT_NETDEV_REGISTER;
	struct note n;

	if (!note_begin(&n, nl, RTNLGRP_LINK, gone ? RTM_DELLINK : RTM_NEWLINK, 0))
		return;
	rtnl_link_fill(&n.buf, &n.head, dev, whole ? ~0u : 0);
	note_send(&n);
}

static void addr_event(struct nl_server *nl, enum event_type type, const struct ifaddr *ifa)
{
	uint32_t group = ifa->family == AF_INET6 ? RTNLGRP_IPV6_IFADDR : RTNLGRP_IPV4_IFADDR;
	struct note n;

	if (!note_begin(&n, nl, group, type == EVENT_ADDR_DEL ? RTM_DELADDR : RTM_NEWADDR, 0))
		return;
	rtnl_addr_fill(&n.buf, &n.head, ifa);
	note_send(&n);
}

static void mcaddr_event(struct nl_server *nl, enum event_type type, const struct mcaddr *mcaddr)
{
	uint32_t group = mcaddr->family == AF_INET6 ? RTNLGRP_IPV6_MCADDR : RTNLGRP_IPV4_MCADDR;
	bool gone = type == EVENT_MCADDR_DEL;
	struct note n;

	if (!note_begin(&n, nl, group, gone ? RTM_DELMULTICAST : RTM_NEWMULTICAST, 0))
		return;
	rtnl_mcast_fill(&n.buf, &n.head, mcaddr);
	note_send(&n);
}

static void route_event(struct nl_server *nl, enum event_type type, const struct fib_event *event)
{
	uint32_t group = event->cfg->family == AF_INET6 ? RTNLGRP_IPV6_ROUTE : RTNLGRP_IPV4_ROUTE;
	uint16_t flags =
		event->nlflags & (NLM_F_REPLACE | NLM_F_APPEND | NLM_F_CREATE | NLM_F_EXCL);
	struct note n;

	if (type == EVENT_ROUTE_DEL)
		flags = 0;
	if (!note_begin(&n, nl, group, type == EVENT_ROUTE_DEL ? RTM_DELROUTE : RTM_NEWROUTE,
			flags))
		return;
	rtnl_route_fill(&n.buf, &n.head, event->cfg);
	note_send(&n);
}

static void neigh_event(struct nl_server *nl, enum event_type type, const struct neighbour *neigh)
{
	struct note n;

	if (!note_begin(&n, nl, RTNLGRP_NEIGH,
			type == EVENT_NEIGH_DEL ? RTM_DELNEIGH : RTM_NEWNEIGH, 0))
		return;
	rtnl_neigh_fill(&n.buf, &n.head, neigh);
	note_send(&n);
}

static void ifinfo_event(struct nl_server *nl, const struct net_device *dev)
{
	struct note n;

	if (!note_begin(&n, nl, RTNLGRP_IPV6_IFINFO, RTM_NEWLINK, 0))
		return;
	rtnl_link_fill_inet6(&n.buf, &n.head, dev);
	if (n.buf.len)
		note_send(&n);
}

static void netconf_event(struct nl_server *nl, enum event_type type,
			  const struct netconf_event *event)
{
	uint32_t group = event->family == AF_INET6 ? RTNLGRP_IPV6_NETCONF : RTNLGRP_IPV4_NETCONF;
	bool gone = type == EVENT_NETCONF_DEL;
	struct note n;

	if (!note_begin(&n, nl, group, gone ? RTM_DELNETCONF : RTM_NEWNETCONF, 0))
		return;
	rtnl_netconf_fill(&n.buf, &n.head, nl->server->net, event, gone);
	note_send(&n);
}

static void prefix_event(struct nl_server *nl, const struct prefix_event *prefix)
{
	struct note n;

	if (!note_begin(&n, nl, RTNLGRP_IPV6_PREFIX, RTM_NEWPREFIX, 0))
		return;
	rtnl_prefix_fill(&n.buf, &n.head, prefix);
	note_send(&n);
}

static void useropt_event(struct nl_server *nl, const struct nd_useropt_event *opt)
{
	struct note n;

	if (!note_begin(&n, nl, RTNLGRP_ND_USEROPT, RTM_NEWNDUSEROPT, 0))
		return;
	rtnl_useropt_fill(&n.buf, &n.head, opt);
	note_send(&n);
}

static void on_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	struct nl_server *nl = container_of(l, struct nl_server, events);

	(void)net;
	switch (type) {
	case EVENT_NETDEV_REGISTER:
	case EVENT_NETDEV_UNREGISTER:
		nl->devs_genid++;
		link_event(nl, type, obj);
		break;
	case EVENT_NETDEV_CARRIER:
	case EVENT_NETDEV_CHANGE:
		link_event(nl, type, obj);
		break;
	case EVENT_ADDR_ADD:
	case EVENT_ADDR_DEL:
		nl->addrs_genid++;
		addr_event(nl, type, ((const struct ifaddr_event *)obj)->ifa);
		break;
	case EVENT_MCADDR_ADD:
	case EVENT_MCADDR_DEL:
		mcaddr_event(nl, type, obj);
		break;
	case EVENT_ROUTE_ADD:
	case EVENT_ROUTE_REPLACE:
	case EVENT_ROUTE_DEL:
		route_event(nl, type, obj);
		break;
	case EVENT_NEIGH_UPDATE:
	case EVENT_NEIGH_DEL:
		neigh_event(nl, type, obj);
		break;
	case EVENT_IN6_IFINFO:
		ifinfo_event(nl, obj);
		break;
	case EVENT_NETCONF_CHANGE:
	case EVENT_NETCONF_DEL:
		netconf_event(nl, type, obj);
		break;
	case EVENT_PREFIX:
		prefix_event(nl, obj);
		break;
	case EVENT_ND_USEROPT:
		useropt_event(nl, obj);
		break;
	default: /* told by EVENT_NETDEV_CHANGE as well */
		break;
	}
}

void rtnl_notify_start(struct nl_server *nl)
{
	nl->events.fn = on_event;
	event_listen(nl->server->net, &nl->events);
}

void rtnl_notify_stop(struct nl_server *nl)
{
	event_unlisten(&nl->events);
}
