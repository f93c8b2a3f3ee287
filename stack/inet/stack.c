/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table that assembles a stack; see stack.h. Floors are taken up in order, and down in the
 * reverse: the devices first, and with them the packets that still refer to sockets and routes.
 */
#include "stack/inet/stack.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/core/netdevice.h"
#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/ipv6.h"
#include "stack/link/links.h"
#include "stack/link/neighbour.h"
#include "stack/tcp/tcp.h"
#include "stack/transport/ping.h"
#include "stack/transport/raw.h"
#include "stack/transport/sock.h"
#include "stack/transport/udp.h"

struct inet_net {
	struct link_kind *pair, *dummy;
};

static int kind_add(struct net *net, struct link_kind **slot, struct link_kind *kind)
{
	if (!kind)
		return -ENOMEM;
	link_kind_add(net, kind);
	*slot = kind;
	return 0;
}

static int links_init(struct net *net)
{
	struct inet_net *in = calloc(1, sizeof(*in));
	int err;

	if (!in)
		return -ENOMEM;
	net->inet = in;
	err = kind_add(net, &in->pair, pair_kind_create());
	if (!err)
		err = kind_add(net, &in->dummy, dummy_kind_create());
	return err ? err : loopback_create(net);
}

static void kind_free(struct link_kind *kind)
{
	if (!kind)
		return;
	link_kind_del(kind);
	free(kind);
}

static void links_exit(struct net *net)
{
	while (!list_empty(&net->devs))
		netdev_unregister(list_last_entry(&net->devs, struct net_device, list));
	if (!net->inet)
		return;
	kind_free(net->inet->pair);
	kind_free(net->inet->dummy);
	free(net->inet);
	net->inet = NULL;
}

static const struct floor {
	int (*init)(struct net *net);
	void (*exit)(struct net *net);
} floors[] = {
	{ neigh_net_init, neigh_net_exit },
	{ ipv4_init, ipv4_exit },
	{ ipv6_init, ipv6_exit },
	{ transport_init, transport_exit },
	{ udp_init, udp_exit },
	{ raw_init, raw_exit },
	{ ping_init, ping_exit },
	{ tcp_init, tcp_exit },
	{ links_init, links_exit },
};

static void take_down(struct net *net, size_t count)
{
	while (count)
		floors[--count].exit(net);
	net_destroy(net);
}

struct net *stack_create(const struct net_params *params)
{
	struct net *net = net_create(params);

	if (!net)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(floors); i++) {
		if (floors[i].init(net) != 0) {
			take_down(net, i + 1);
			return NULL;
		}
	}
	return net;
}

void stack_destroy(struct net *net)
{
	if (net)
		take_down(net, ARRAY_SIZE(floors));
}
