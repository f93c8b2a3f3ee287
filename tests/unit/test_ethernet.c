/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet: who a frame is for, its header both ways, and its addresses. */
#include "stack/link/ethernet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/unit/testnet.h"

static const uint8_t stranger[ETH_ALEN] = { 2, 9, 9, 9, 9, 9 };
static const uint8_t group[ETH_ALEN] = { 1, 0, 0x5e, 0, 0, 1 };
static const uint8_t all[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };

static struct sk_buff *received;

static int keep(struct net *net, struct sk_buff *skb)
{
	(void)net;
	received = skb;
	return 0;
}

static int setup(void **state)
{
	static struct packet_type pt = { .type = 0, .rcv = keep };

	*state = testnet_create();
	pt.type = htons(ETH_P_IP);
	packet_type_add(*state, &pt);
	return 0;
}

static int teardown(void **state)
{
	skb_free(received);
	received = NULL;
	testnet_destroy(*state);
	return 0;
}

static void receive(struct net_device *dev, const uint8_t *dst, uint32_t len)
{
	struct sk_buff *skb = testnet_skb(dev->net, 0, len);
	struct eth_hdr eth = { .type = htons(ETH_P_IP) };

	memcpy(eth.dst, dst, ETH_ALEN);
	memcpy(skb->data, &eth, min(len, (uint32_t)sizeof(eth)));
	netdev_rx(dev, skb);
}

static void test_rcv_tells_who_the_frame_is_for(void **state)
{
	struct net_device *dev = testdev_create(*state, "t0", 0);
	const struct {
		const uint8_t *dst;
		uint8_t pkt_type;
	} cases[] = {
		{ dev->addr, PACKET_HOST },
		{ all, PACKET_BROADCAST },
		{ group, PACKET_MULTICAST },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		receive(dev, cases[i].dst, 60);
		assert_non_null(received);
		assert_int_equal(received->pkt_type, cases[i].pkt_type);
		assert_int_equal(received->len, 46);
		skb_free(received);
		received = NULL;
	}
	assert_int_equal(dev->stats.multicast, 1);
}

static void test_rcv_drops_a_frame_for_another_host(void **state)
{
	struct net_device *dev = testdev_create(*state, "t0", 0);

	receive(dev, stranger, 60);
	assert_null(received);
	assert_int_equal(dev->drops[DROP_ETH_OTHERHOST], 1);
	/* Who listens to all is shown it, and it is no loss. */
	netdev_set_promisc(dev, 1);
	receive(dev, stranger, 60);
	assert_null(received);
	assert_int_equal(dev->drops[DROP_ETH_OTHERHOST], 1);
}

static void test_rcv_drops_a_frame_without_a_whole_header(void **state)
{
	struct net_device *dev = testdev_create(*state, "t0", 0);

	for (uint32_t len = 0; len < ETH_HLEN; len++)
		receive(dev, all, len);
	assert_int_equal(dev->drops[DROP_ETH_HDR], ETH_HLEN);
	assert_int_equal(dev->stats.rx_length_errors, ETH_HLEN);
	receive(dev, all, ETH_HLEN);
	assert_non_null(received);
	assert_int_equal(received->len, 0);
}

static void test_header_is_pushed_before_the_packet(void **state)
{
	struct net_device *dev = testdev_create(*state, "t0", 0);
	struct sk_buff *skb = testnet_skb(*state, ETH_HLEN, 40);
	const struct eth_hdr *eth;

	assert_int_equal(dev->link->header(skb, dev, ETH_P_ARP, group, NULL), 0);
	assert_int_equal(skb->len, ETH_HLEN + 40);
	eth = (const struct eth_hdr *)skb->data;
	assert_memory_equal(eth->dst, group, ETH_ALEN);
	assert_memory_equal(eth->src, dev->addr, ETH_ALEN);
	assert_int_equal(eth->type, htons(ETH_P_ARP));
	assert_int_equal(skb->data[ETH_HLEN + 7], 7);
	skb_free(skb);
}

static void test_header_takes_the_source_that_is_given(void **state)
{
	struct net_device *dev = testdev_create(*state, "t0", 0);
	struct sk_buff *skb = testnet_skb(*state, ETH_HLEN, 40);

	assert_int_equal(dev->link->header(skb, dev, ETH_P_IP, NULL, stranger), 0);
	assert_memory_equal(skb->data, "\0\0\0\0\0\0", ETH_ALEN);
	assert_memory_equal(skb->data + ETH_ALEN, stranger, ETH_ALEN);
	skb_free(skb);
}

static void test_header_of_a_shared_packet_is_private(void **state)
{
	struct net_device *dev = testdev_create(*state, "t0", 0);
	struct sk_buff *skb = testnet_skb(*state, ETH_HLEN, 40), *clone;

	memset(skb->head, 0xaa, ETH_HLEN);
	clone = skb_clone(*state, skb);
	assert_int_equal(dev->link->header(clone, dev, ETH_P_IP, group, NULL), 0);
	for (unsigned i = 0; i < ETH_HLEN; i++)
		assert_int_equal(skb->head[i], 0xaa);
	skb_free(clone);
	skb_free(skb);
}

static void test_header_finds_room_where_there_is_none(void **state)
{
	struct net_device *dev = testdev_create(*state, "t0", 0);
	struct sk_buff *skb = testnet_skb(*state, 3, 40);

	assert_int_equal(dev->link->header(skb, dev, ETH_P_IP, group, NULL), 0);
	assert_int_equal(skb->len, ETH_HLEN + 40);
	assert_int_equal(skb->data[ETH_HLEN + 39], 39);
	skb_free(skb);
}

static void test_multicast_groups_are_mapped(void **state)
{
	const uint8_t v4[4] = { 224, 129, 2, 3 };
	const uint8_t v6[16] = { 0xff, 2, [12] = 1, 0xff, 3, 4 };
	uint8_t addr[ETH_ALEN];

	(void)state;
	eth_link.map_multicast(AF_INET, v4, addr);
	assert_memory_equal(addr, "\x01\x00\x5e\x01\x02\x03", ETH_ALEN);
	eth_link.map_multicast(AF_INET6, v6, addr);
	assert_memory_equal(addr, "\x33\x33\x01\xff\x03\x04", ETH_ALEN);
}

static void test_addresses_are_told_apart(void **state)
{
	static const uint8_t zero[ETH_ALEN];

	(void)state;
	assert_true(eth_addr_broadcast(all));
	assert_false(eth_addr_broadcast(group));
	assert_true(eth_addr_multicast(group));
	assert_true(eth_addr_multicast(all));
	assert_false(eth_addr_multicast(stranger));
	assert_true(eth_addr_valid(stranger));
	assert_false(eth_addr_valid(zero));
	assert_false(eth_addr_valid(group));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(test_rcv_tells_who_the_frame_is_for),
		TEST(test_rcv_drops_a_frame_for_another_host),
		TEST(test_rcv_drops_a_frame_without_a_whole_header),
		TEST(test_header_is_pushed_before_the_packet),
		TEST(test_header_takes_the_source_that_is_given),
		TEST(test_header_of_a_shared_packet_is_private),
		TEST(test_header_finds_room_where_there_is_none),
		TEST(test_multicast_groups_are_mapped),
		TEST(test_addresses_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
