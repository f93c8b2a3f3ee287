/* SPDX-License-Identifier: BSD-2-Clause */
/* What unit tests of the stack share: see testnet.h. */
#include "tests/unit/testnet.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "stack/link/ethernet.h"

uint64_t test_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

uint32_t test_below(uint64_t *state, uint32_t n)
{
	return test_random(state) % n;
}

void test_fill(uint64_t *state, void *buf, size_t len)
{
	uint8_t *p = buf;

	while (len--)
		*p++ = test_random(state);
}

static void random_bytes(void *ctx, void *buf, size_t len)
{
	test_fill(ctx, buf, len);
}

struct net *testnet_create(void)
{
	uint64_t *seed = calloc(1, sizeof(*seed));
	struct net_params params = { .random = random_bytes, .random_ctx = seed };
	struct net *net = net_create(&params);

	assert_non_null(net);
	return net;
}

void testnet_destroy(struct net *net)
{
	void *seed = net->random_ctx;

	while (!list_empty(&net->devs))
		netdev_unregister(list_last_entry(&net->devs, struct net_device, list));
	assert_int_equal(net->pool.skbs_out, 0);
	assert_int_equal(net->pool.pages_out, 0);
	assert_int_equal(net->pool.bytes_out, 0);
	assert_int_equal(net->timers.count, 0);
	assert_true(list_empty(&net->work));
	assert_true(list_empty(&net->tx_devs));
	assert_true(list_empty(&net->listeners));
	net_destroy(net);
	free(seed);
}

void testnet_advance(struct net *net, ktime_t ns)
{
	ktime_t until = net->now + ns, next;

	for (;;) {
		net_finish_batch(net);
		next = net_next_timer(net);
		if (next > until)
			break;
		net_advance(net, next);
	}
	net_advance(net, until);
	net_finish_batch(net);
}

struct sk_buff *testnet_skb(struct net *net, uint32_t headroom, uint32_t len)
{
	struct sk_buff *skb = skb_alloc(net, headroom, len);
	uint8_t *p;

	assert_non_null(skb);
	p = skb_put(skb, len);
	for (uint32_t i = 0; i < len; i++)
		p[i] = i;
	return skb;
}

static void testdev_xmit(struct net_device *dev, struct sk_buff *skb)
{
	skb_queue_tail(dev->priv, skb);
}

static void testdev_destroy(struct net_device *dev)
{
	skb_queue_purge(dev->priv);
	free(dev->priv);
}

static const struct netdev_ops testdev_ops = {
	.xmit = testdev_xmit,
	.destroy = testdev_destroy,
};

struct net_device *testdev_create(struct net *net, const char *name, uint32_t features)
{
	static const uint8_t addr[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x01 };
	struct net_device *dev = netdev_alloc(net, &testdev_ops, &eth_link);
	struct sk_buff_head *sent = malloc(sizeof(*sent));

	assert_true(dev && sent);
	skb_queue_init(sent);
	dev->priv = sent;
	dev->features = features;
	memcpy(dev->addr, addr, ETH_ALEN);
	strcpy(dev->name, name);
	assert_int_equal(netdev_register(dev, NULL), 0);
	assert_int_equal(netdev_change_flags(dev, IFF_UP, IFF_UP, NULL), 0);
	return dev;
}

struct sk_buff_head *testdev_sent(struct net_device *dev)
{
	return dev->priv;
}

struct net_device *dev_of(struct net *net, const char *name)
{
	struct net_device *dev = netdev_by_name(net, name);

	assert_non_null(dev);
	return dev;
}

void dev_up(struct net_device *dev)
{
	assert_int_equal(netdev_change_flags(dev, IFF_UP, IFF_UP, NULL), 0);
}

void dev_down(struct net_device *dev)
{
	assert_int_equal(netdev_change_flags(dev, 0, IFF_UP, NULL), 0);
}

void rx_frame(struct net_device *dev, const uint8_t *dst, uint16_t type, struct sk_buff *skb)
{
	static const uint8_t src[ETH_ALEN] = { 2, 0, 0, 0, 1, 0xee };
	struct eth_hdr *eth = skb_push(skb, sizeof(*eth));

	memcpy(eth->dst, dst ? dst : dev->addr, ETH_ALEN);
	memcpy(eth->src, src, ETH_ALEN);
	eth->type = htons(type);
	netdev_rx(dev, skb);
	net_finish_batch(dev->net);
}

struct sk_buff *tx_frame(struct net_device *dev, uint16_t type)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(testdev_sent(dev)))) {
		const struct eth_hdr *eth = skb_pull_hdr(skb, sizeof(*eth));

		if (eth->type == htons(type)) {
			skb_reset_network_header(skb);
			assert_int_equal(skb_linearize(skb), 0);
			return skb;
		}
		skb_free(skb);
	}
	return NULL;
}

void tx_clear(struct net_device *dev)
{
	net_finish_batch(dev->net);
	skb_queue_purge(testdev_sent(dev));
}
