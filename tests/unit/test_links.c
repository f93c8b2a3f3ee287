/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The devices inside the stack: loopback, pair, dummy, and the backlog that frames wait on between
 * them.
 */
#include "stack/link/links.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_arp.h>
#include <stdlib.h>
#include <string.h>

#include "stack/core/dst.h"
#include "stack/core/event.h"
#include "stack/link/ethernet.h"
#include "tests/unit/testnet.h"

struct rig {
	struct net *net;
	struct link_kind *pair, *dummy;
	struct packet_type pt;
};

/* What was delivered, and an answer that each delivery provokes. */
static struct {
	struct sk_buff_head packets;
	bool echo;
} received;

static int receive(struct net *net, struct sk_buff *skb)
{
	if (received.echo) {
		skb_push(skb, ETH_HLEN);
		return netdev_xmit(net, skb);
	}
	skb_queue_tail(&received.packets, skb);
	return 0;
}

static int setup(void **state)
{
	static struct rig rig;

	rig = (struct rig){ .net = testnet_create(),
			    .pt = { .type = htons(ETH_P_IP), .rcv = receive } };
	skb_queue_init(&received.packets);
	received.echo = false;
	packet_type_add(rig.net, &rig.pt);
	rig.pair = pair_kind_create();
	rig.dummy = dummy_kind_create();
	link_kind_add(rig.net, rig.pair);
	link_kind_add(rig.net, rig.dummy);
	assert_int_equal(loopback_create(rig.net), 0);
	*state = &rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	skb_queue_purge(&received.packets);
	testnet_destroy(rig->net);
	free(rig->pair);
	free(rig->dummy);
	return 0;
}

static void up(struct net_device *dev)
{
	assert_int_equal(netdev_change_flags(dev, IFF_UP, IFF_UP, NULL), 0);
}

static void down(struct net_device *dev)
{
	assert_int_equal(netdev_change_flags(dev, 0, IFF_UP, NULL), 0);
}

static struct sk_buff *frame_to(struct net_device *from, const struct net_device *to, uint32_t len)
{
	struct sk_buff *skb = testnet_skb(from->net, SKB_HEADROOM, len);
	struct eth_hdr *eth = (struct eth_hdr *)skb->data;

	memcpy(eth->dst, to->addr, ETH_ALEN);
	memcpy(eth->src, from->addr, ETH_ALEN);
	eth->type = htons(ETH_P_IP);
	skb->dev = from;
	return skb;
}

/* Loopback ------------------------------------------------------------------------------------ */

static void test_loopback_is_what_the_kernel_has(void **state)
{
	struct rig *rig = *state;
	struct net_device *lo = rig->net->loopback;

	assert_ptr_equal(netdev_by_name(rig->net, "lo"), lo);
	assert_int_equal(lo->ifindex, 1);
	assert_int_equal(lo->mtu, 65536);
	assert_int_equal(lo->flags, IFF_LOOPBACK);
	assert_int_equal(lo->link->type, ARPHRD_LOOPBACK);
	assert_memory_equal(lo->addr, "\0\0\0\0\0\0", ETH_ALEN);
	assert_memory_equal(lo->broadcast, "\0\0\0\0\0\0", ETH_ALEN);
	assert_null(lo->kind);
	assert_int_equal(netdev_operstate(lo), IF_OPER_DOWN);
	up(lo);
	assert_int_equal(netdev_operstate(lo), IF_OPER_UNKNOWN);
	assert_int_equal(netdev_flags(lo), IFF_LOOPBACK | IFF_UP | IFF_RUNNING | IFF_LOWER_UP);
	assert_int_equal(netdev_set_mtu(lo, 10, NULL), 0);
	assert_int_equal(netdev_set_mtu(lo, 100000, NULL), 0);
}

static void count_call(struct sk_buff *skb)
{
	(*(unsigned *)skb->owner)++;
}

static void destroy_dst(struct dst_entry *dst)
{
	dst->net = NULL;
}

static void test_loopback_receives_at_the_end_of_the_batch(void **state)
{
	static const struct dst_ops ops = { .destroy = destroy_dst };
	struct rig *rig = *state;
	struct dst_entry dst = { .ops = &ops, .net = rig->net, .refs = 1 };
	struct net_device *lo = rig->net->loopback;
	struct sk_buff *skb = frame_to(lo, lo, 100);
	unsigned destructed = 0;

	up(lo);
	skb->dst = &dst;
	skb->destructor = count_call;
	skb->owner = &destructed;
	assert_int_equal(netdev_xmit(rig->net, skb), 0);
	assert_int_equal(received.packets.qlen, 0);
	/* The sender has its memory back, and its route. */
	assert_int_equal(destructed, 1);
	assert_null(dst.net);
	net_finish_batch(rig->net);
	assert_int_equal(received.packets.qlen, 1);
	skb = skb_peek(&received.packets);
	assert_int_equal(skb->csum, CSUM_UNNECESSARY);
	assert_int_equal(skb->pkt_type, PACKET_HOST);
	assert_int_equal(lo->stats.tx_packets, 1);
	assert_int_equal(lo->stats.rx_packets, 1);
	assert_int_equal(lo->stats.rx_bytes, 100);
}

static void test_loopback_keeps_partial_checksums_and_gso(void **state)
{
	struct rig *rig = *state;
	struct net_device *lo = rig->net->loopback;
	struct sk_buff *skb = frame_to(lo, lo, 20000);

	up(lo);
	skb->csum = CSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + 34;
	skb->csum_offset = 16;
	skb->gso_type = GSO_TCPV4;
	skb->gso_size = 1000;
	netdev_xmit(rig->net, skb);
	net_finish_batch(rig->net);
	skb = skb_peek(&received.packets);
	assert_int_equal(skb->csum, CSUM_PARTIAL);
	assert_int_equal(skb->gso_size, 1000);
	assert_int_equal(lo->stats.tx_packets, 1);
}

static void test_loopback_queue_has_a_limit(void **state)
{
	struct rig *rig = *state;
	struct net_device *lo = rig->net->loopback;

	up(lo);
	lo->txqlen = 5;
	for (unsigned i = 0; i < 8; i++)
		netdev_xmit(rig->net, frame_to(lo, lo, 60));
	assert_int_equal(lo->drops[DROP_DEV_TX_BUSY], 3);
	assert_int_equal(lo->stats.tx_dropped, 3);
	assert_int_equal(lo->stats.tx_packets, 5);
	net_finish_batch(rig->net);
	assert_int_equal(received.packets.qlen, 5);
}

static void test_loopback_that_echoes_for_ever_does_not_hang_the_batch(void **state)
{
	struct rig *rig = *state;
	struct net_device *lo = rig->net->loopback;

	up(lo);
	received.echo = true;
	netdev_xmit(rig->net, frame_to(lo, lo, 60));
	net_finish_batch(rig->net);
	assert_true(lo->stats.rx_packets > 1000);
	assert_int_equal(net_next_timer(rig->net), rig->net->now);
	received.echo = false;
	net_finish_batch(rig->net);
	assert_int_equal(received.packets.qlen, 1);
}

static void test_loopback_that_goes_down_loses_what_is_on_its_way(void **state)
{
	struct rig *rig = *state;
	struct net_device *lo = rig->net->loopback;

	up(lo);
	netdev_xmit(rig->net, frame_to(lo, lo, 60));
	down(lo);
	net_finish_batch(rig->net);
	assert_int_equal(received.packets.qlen, 0);
	assert_int_equal(lo->drops[DROP_DEV_DOWN], 1);
}

/* Pair ---------------------------------------------------------------------------------------- */

static void make_pair(struct rig *rig, struct net_device **a, struct net_device **b)
{
	const struct link_params peer = { .name = "b", .fd = -1 };
	const struct link_params params = { .name = "a", .fd = -1, .peer = &peer };

	assert_int_equal(rig->pair->newlink(rig->net, rig->pair, &params, a, NULL), 0);
	*b = netdev_by_name(rig->net, "b");
	assert_non_null(*b);
}

static void test_pair_ends_know_each_other(void **state)
{
	struct rig *rig = *state;
	struct net_device *a, *b;

	make_pair(rig, &a, &b);
	assert_int_equal(a->iflink, b->ifindex);
	assert_int_equal(b->iflink, a->ifindex);
	assert_true(b->ifindex < a->ifindex); /* as with veth */
	assert_ptr_equal(a->kind, rig->pair);
	assert_ptr_equal(b->kind, rig->pair);
	assert_memory_not_equal(a->addr, b->addr, ETH_ALEN);
	assert_true(eth_addr_valid(a->addr));
}

static void test_pair_names_are_chosen_where_none_is_given(void **state)
{
	const struct link_params params = { .fd = -1 };
	struct rig *rig = *state;
	struct net_device *dev;

	assert_int_equal(rig->pair->newlink(rig->net, rig->pair, &params, &dev, NULL), 0);
	assert_string_equal(dev->name, "pair1");
	assert_non_null(netdev_by_name(rig->net, "pair0"));
}

static void test_pair_has_a_carrier_while_both_ends_are_up(void **state)
{
	struct rig *rig = *state;
	struct net_device *a, *b;

	make_pair(rig, &a, &b);
	assert_int_equal(netdev_operstate(a), IF_OPER_DOWN);
	up(a);
	assert_int_equal(netdev_operstate(a), IF_OPER_LOWERLAYERDOWN);
	assert_false(netdev_flags(a) & IFF_RUNNING);
	up(b);
	assert_int_equal(netdev_operstate(a), IF_OPER_UP);
	assert_int_equal(netdev_operstate(b), IF_OPER_UP);
	assert_true(netdev_flags(a) & IFF_LOWER_UP);
	down(b);
	assert_int_equal(netdev_operstate(a), IF_OPER_LOWERLAYERDOWN);
	assert_int_equal(netdev_operstate(b), IF_OPER_DOWN);
}

static void test_pair_carries_frames_both_ways(void **state)
{
	struct rig *rig = *state;
	struct net_device *a, *b;

	make_pair(rig, &a, &b);
	up(a);
	up(b);
	netdev_xmit(rig->net, frame_to(a, b, 200));
	netdev_xmit(rig->net, frame_to(b, a, 300));
	assert_int_equal(received.packets.qlen, 0);
	net_finish_batch(rig->net);
	assert_int_equal(received.packets.qlen, 2);
	assert_ptr_equal(skb_peek(&received.packets)->dev, b);
	assert_ptr_equal(skb_peek_tail(&received.packets)->dev, a);
	assert_int_equal(a->stats.tx_bytes, 200);
	assert_int_equal(b->stats.rx_bytes, 200);
	assert_int_equal(a->stats.rx_bytes, 300);
}

static void test_pair_whose_other_end_is_down_drops(void **state)
{
	struct rig *rig = *state;
	struct net_device *a, *b;

	make_pair(rig, &a, &b);
	up(a);
	netdev_xmit(rig->net, frame_to(a, b, 200));
	assert_int_equal(a->stats.tx_dropped, 1);
	assert_int_equal(a->stats.tx_packets, 0);
	assert_int_equal(a->drops[DROP_DEV_DOWN], 1);
}

static void test_pair_does_not_carry_what_the_other_end_cannot_take(void **state)
{
	struct rig *rig = *state;
	struct net_device *a, *b;

	make_pair(rig, &a, &b);
	up(a);
	up(b);
	netdev_set_mtu(b, 1000, NULL);
	netdev_xmit(rig->net, frame_to(a, b, 1014));
	netdev_xmit(rig->net, frame_to(a, b, 1015));
	assert_int_equal(a->stats.tx_packets, 1);
	assert_int_equal(a->drops[DROP_TOO_BIG], 1);
}

static void test_pair_goes_as_a_whole(void **state)
{
	struct rig *rig = *state;
	struct net_device *a, *b;

	make_pair(rig, &a, &b);
	up(a);
	up(b);
	netdev_xmit(rig->net, frame_to(a, b, 200));
	netdev_xmit(rig->net, frame_to(b, a, 200));
	rig->pair->dellink(b);
	assert_null(netdev_by_name(rig->net, "a"));
	assert_null(netdev_by_name(rig->net, "b"));
	net_finish_batch(rig->net);
	assert_int_equal(received.packets.qlen, 0);
}

static void test_pair_end_that_is_left_alone_has_no_carrier(void **state)
{
	struct rig *rig = *state;
	struct net_device *a, *b;

	make_pair(rig, &a, &b);
	up(a);
	up(b);
	netdev_unregister(b);
	assert_false(a->carrier);
	assert_int_equal(a->iflink, 0);
	netdev_xmit(rig->net, frame_to(a, a, 60));
	assert_int_equal(a->stats.tx_dropped, 1);
	down(a);
	assert_int_equal(netdev_change_flags(a, IFF_UP, IFF_UP, NULL), -ENOTCONN);
}

static void test_pair_that_cannot_be_leaves_nothing(void **state)
{
	const struct link_params same = { .name = "x", .fd = -1 };
	const struct link_params small = { .name = "y", .mtu = 20, .fd = -1 };
	const struct link_params bad[] = {
		{ .name = "x", .fd = -1, .peer = &same },
		{ .name = "lo", .fd = -1, .peer = &same },
		{ .name = "x", .fd = -1, .peer = &small },
		{ .name = "x", .mtu = 20, .fd = -1 },
		{ .name = "x", .ifindex = 1, .fd = -1 },
	};
	const int errors[] = { -EEXIST, -EEXIST, -EINVAL, -EINVAL, -EBUSY };
	struct rig *rig = *state;
	struct net_device *dev;

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		struct extack ack = { 0 };

		assert_int_equal(rig->pair->newlink(rig->net, rig->pair, &bad[i], &dev, &ack),
				 errors[i]);
		assert_true(*ack.msg);
		assert_ptr_equal(list_last_entry(&rig->net->devs, struct net_device, list),
				 rig->net->loopback);
	}
}

/* Dummy --------------------------------------------------------------------------------------- */

static void test_dummy_swallows_what_is_sent(void **state)
{
	const struct link_params params = { .fd = -1 };
	struct rig *rig = *state;
	struct net_device *dev;

	assert_int_equal(rig->dummy->newlink(rig->net, rig->dummy, &params, &dev, NULL), 0);
	assert_string_equal(dev->name, "dummy0");
	assert_int_equal(dev->flags, IFF_BROADCAST | IFF_NOARP);
	up(dev);
	assert_int_equal(netdev_operstate(dev), IF_OPER_UNKNOWN);
	assert_int_equal(netdev_xmit(rig->net, frame_to(dev, dev, 100)), 0);
	net_finish_batch(rig->net);
	assert_int_equal(received.packets.qlen, 0);
	assert_int_equal(dev->stats.tx_packets, 1);
	assert_int_equal(dev->stats.tx_bytes, 100);
}

static void test_dummy_that_cannot_be_is_refused(void **state)
{
	const struct link_params params = { .name = "lo", .fd = -1 };
	struct rig *rig = *state;
	struct net_device *dev;

	assert_int_equal(rig->dummy->newlink(rig->net, rig->dummy, &params, &dev, NULL), -EEXIST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(test_loopback_is_what_the_kernel_has),
		TEST(test_loopback_receives_at_the_end_of_the_batch),
		TEST(test_loopback_keeps_partial_checksums_and_gso),
		TEST(test_loopback_queue_has_a_limit),
		TEST(test_loopback_that_echoes_for_ever_does_not_hang_the_batch),
		TEST(test_loopback_that_goes_down_loses_what_is_on_its_way),
		TEST(test_pair_ends_know_each_other),
		TEST(test_pair_names_are_chosen_where_none_is_given),
		TEST(test_pair_has_a_carrier_while_both_ends_are_up),
		TEST(test_pair_carries_frames_both_ways),
		TEST(test_pair_whose_other_end_is_down_drops),
		TEST(test_pair_does_not_carry_what_the_other_end_cannot_take),
		TEST(test_pair_goes_as_a_whole),
		TEST(test_pair_end_that_is_left_alone_has_no_carrier),
		TEST(test_pair_that_cannot_be_leaves_nothing),
		TEST(test_dummy_swallows_what_is_sent),
		TEST(test_dummy_that_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
