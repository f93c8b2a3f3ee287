/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the neighbour table share: see neighrig.h. */
#include "tests/unit/neighrig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "stack/link/ethernet.h"

struct neigh_rig rig;

const uint8_t ha1[ETH_ALEN] = { 2, 0, 0, 0, 0, 0x11 }, ha2[ETH_ALEN] = { 2, 0, 0, 0, 0, 0x22 };

union inaddr addr(uint32_t host)
{
	return inaddr_v4(htonl(0x0a000000 + host));
}

static int fake_constructor(struct neighbour *neigh)
{
	uint32_t host = ntohl(neigh->key.v4) & 0xffffff;

	if (host >> 16 == 254)
		return -EINVAL;
	if (host >> 16 == 255 || neigh->dev->flags & IFF_NOARP) {
		neigh->nud_state = NUD_NOARP;
		neigh->type = RTN_MULTICAST;
		memcpy(neigh->ha, ha2, ETH_ALEN);
	}
	return 0;
}

static void fake_solicit(struct neighbour *neigh, const struct sk_buff *skb, bool unicast)
{
	(void)neigh;
	rig.hint = skb;
	if (unicast)
		rig.unicasts++;
	else
		rig.multicasts++;
}

static void fake_error_report(struct neighbour *neigh, struct sk_buff *skb)
{
	struct sk_buff *resend = rig.resend;

	rig.errors++;
	skb_drop(rig.net, skb, DROP_NEIGH_FAILED);
	rig.resend = NULL;
	if (resend)
		neigh_output(rig.net, neigh, resend);
}

static const struct neigh_ops fake_ops = {
	.family = AF_INET,
	.ethertype = ETH_P_IP,
	.key_len = 4,
	.constructor = fake_constructor,
	.solicit = fake_solicit,
	.error_report = fake_error_report,
};

static void note(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	const struct neighbour *neigh = obj;

	(void)l;
	(void)net;
	if (type != EVENT_NEIGH_UPDATE && type != EVENT_NEIGH_DEL)
		return;
	rig.news[rig.nr_news % NEIGH_RIG_NEWS].type = type;
	rig.news[rig.nr_news++ % NEIGH_RIG_NEWS].nud_state = neigh->nud_state;
}

int neigh_rig_setup(void **state)
{
	(void)state;
	rig = (struct neigh_rig){ .net = testnet_create(), .listener.fn = note };
	assert_int_equal(neigh_net_init(rig.net), 0);
	rig.dev = testdev_create(rig.net, "t0", NETIF_F_SG | NETIF_F_CSUM | NETIF_F_TSO4);
	assert_int_equal(neigh_table_init(rig.net, &rig.tbl, &fake_ops), 0);
	event_listen(rig.net, &rig.listener);
	return 0;
}

int neigh_rig_teardown(void **state)
{
	(void)state;
	skb_free(rig.resend);
	neigh_table_exit(&rig.tbl);
	event_unlisten(&rig.listener);
	while (!list_empty(&rig.net->devs))
		netdev_unregister(list_last_entry(&rig.net->devs, struct net_device, list));
	neigh_net_exit(rig.net);
	testnet_destroy(rig.net);
	return 0;
}

struct neighbour *make(uint32_t host)
{
	union inaddr key = addr(host);
	struct neighbour *neigh = neigh_create(&rig.tbl, &key, rig.dev);

	assert_non_null(neigh);
	return neigh;
}

struct neighbour *make_reachable(uint32_t host)
{
	struct neighbour *neigh = make(host);

	assert_int_equal(neigh_update(neigh, ha1, NUD_REACHABLE, 0), 0);
	rig.nr_news = 0;
	return neigh;
}

struct neighbour *make_permanent(uint32_t host)
{
	struct neighbour *neigh = make(host);

	assert_int_equal(neigh_update(neigh, ha1, NUD_PERMANENT, NEIGH_UPDATE_F_ADMIN), 0);
	return neigh;
}

int send_one(struct neighbour *neigh)
{
	return neigh_output(rig.net, neigh, testnet_skb(rig.net, SKB_HEADROOM, 100));
}
