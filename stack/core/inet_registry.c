/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where network layers and transports find each other: see flow.h and inet_config.h. Filled by the
 * init functions of higher floors, which outlive all use.
 */
#include "stack/core/flow.h"

#include <assert.h>
#include <sys/socket.h>

#include "stack/core/event.h"
#include "stack/core/inet_config.h"
#include "stack/core/net.h"

/* The place of @family in the tables of struct net; -1: none. */
static int family_slot(int family)
{
	switch (family) {
	case AF_INET:
		return 0;
	case AF_INET6:
		return 1;
	default:
		return -1;
	}
}

const struct inet_af_ops *inet_af_find(struct net *net, int family)
{
	int slot = family_slot(family);

	return slot < 0 ? NULL : net->af[slot];
}

void inet_af_register(struct net *net, const struct inet_af_ops *ops)
{
	assert(family_slot(ops->family) >= 0);
	net->af[family_slot(ops->family)] = ops;
}

const struct inet_config_ops *inet_config_find(struct net *net, int family)
{
	int slot = family_slot(family);

	return slot < 0 ? NULL : net->config[slot];
}

void inet_config_register(struct net *net, const struct inet_config_ops *ops)
{
	assert(family_slot(ops->family) >= 0);
	net->config[family_slot(ops->family)] = ops;
}

void inet_protocol_register(struct net *net, const struct inet_protocol *p)
{
	net->protocols[p->proto] = p;
}

const struct inet_protocol *inet_protocol_find(struct net *net, uint8_t proto)
{
	return net->protocols[proto];
}

void netconf_emit(struct net *net, uint16_t family, int ifindex, int attr)
{
	struct netconf_event ev = { .family = family, .ifindex = ifindex, .attr = attr };

	event_emit(net, EVENT_NETCONF_CHANGE, &ev);
}

void netconf_emit_del(struct net *net, uint16_t family, int ifindex)
{
	struct netconf_event ev = { .family = family, .ifindex = ifindex };

	event_emit(net, EVENT_NETCONF_DEL, &ev);
}
