/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A frame's way out and in: what is done in software for the device, what is counted, shown and
 * dropped.
 */
#include "stack/core/netdevice.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "stack/link/ethernet.h"
#include "tests/unit/testnet.h"

#define ALL_FEATURES (NETIF_F_CSUM | NETIF_F_TSO4 | NETIF_F_TSO6 | NETIF_F_USO | NETIF_F_SG)
#define IP_LEN	     20
#define TCP_LEN	     32
#define HEADERS	     (ETH_HLEN + IP_LEN + TCP_LEN)

struct seen {
	struct capture_tap tap;
	unsigned calls, outgoing;
	uint32_t len;
};

static void see(struct capture_tap *tap, const struct net_device *dev, const struct sk_buff *skb,
		bool outgoing, enum drop_reason reason)
{
	struct seen *seen = container_of(tap, struct seen, tap);

	(void)dev;
	if (reason != DROP_MAX)
		return;
	seen->calls++;
	seen->outgoing += outgoing;
	seen->len = skb->len;
}

static int setup(void **state)
{
	*state = testnet_create();
	return 0;
}

static int teardown(void **state)
{
	testnet_destroy(*state);
	return 0;
}

static struct sk_buff *frame(struct net *net, struct net_device *dev, uint32_t len)
{
	struct sk_buff *skb = testnet_skb(net, SKB_HEADROOM, len);

	skb->dev = dev;
	return skb;
}

/* A GSO frame of TCP over IPv4 with @payload bytes in frags, as a transport makes them. */
static struct sk_buff *gso_frame(struct net *net, struct net_device *dev, uint32_t payload,
				 uint16_t gso_size)
{
	struct sk_buff *skb = frame(net, dev, HEADERS);
	struct skb_page *page = skb_page_alloc(&net->pool, payload);

	skb->mac_off = skb_headroom(skb);
	skb->network_off = skb->mac_off + ETH_HLEN;
	skb->transport_off = skb->network_off + IP_LEN;
	skb->head[skb->transport_off + 12] = TCP_LEN / 4 << 4;
	skb->csum = CSUM_PARTIAL;
	skb->csum_start = skb->transport_off;
	skb->csum_offset = 16;
	skb->gso_type = GSO_TCPV4;
	skb->gso_size = gso_size;
	memset(page->data, 0x55, payload);
	assert_true(skb_add_frag(skb, page, 0, payload));
	skb_page_put(page);
	return skb;
}

/* Cuts the payload; the headers are not looked at. */
static int segment(struct net *net, struct sk_buff *skb, struct sk_buff_head *ret)
{
	for (uint32_t off = HEADERS; off < skb->len; off += skb->gso_size) {
		struct sk_buff *seg = skb_alloc(net, SKB_HEADROOM, HEADERS);

		skb_copy_bits(skb, 0, skb_put(seg, HEADERS), HEADERS);
		assert_true(skb_share(seg, skb, off, min((uint32_t)skb->gso_size, skb->len - off)));
		seg->csum = CSUM_PARTIAL;
		seg->csum_start = skb_headroom(seg) + ETH_HLEN + IP_LEN;
		seg->csum_offset = 16;
		skb_queue_tail(ret, seg);
	}
	skb_free(skb);
	return 0;
}

static void test_xmit_counts_and_shows_a_frame(void **state)
{
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", ALL_FEATURES);
	struct seen seen = { .tap.fn = see };
	struct sk_buff *skb;

	capture_tap_add(net, &seen.tap);
	assert_int_equal(netdev_xmit(net, frame(net, dev, 1514)), 0);
	assert_int_equal(dev->stats.tx_packets, 1);
	assert_int_equal(dev->stats.tx_bytes, 1514);
	assert_int_equal(seen.calls, 1);
	assert_int_equal(seen.outgoing, 1);
	skb = skb_peek(testdev_sent(dev));
	assert_int_equal(skb->pkt_type, PACKET_OUTGOING);
	assert_int_equal(skb->mac_off, skb_headroom(skb));
	capture_tap_del(&seen.tap);
}

static void test_xmit_on_a_device_that_is_down_is_refused(void **state)
{
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", 0);

	netdev_change_flags(dev, 0, IFF_UP, NULL);
	assert_int_equal(netdev_xmit(net, frame(net, dev, 60)), -ENETDOWN);
	assert_int_equal(dev->drops[DROP_DEV_DOWN], 1);
	assert_int_equal(dev->stats.tx_dropped, 1);
	assert_int_equal(dev->stats.tx_packets, 0);
}

static void test_xmit_of_a_frame_larger_than_the_mtu_is_refused(void **state)
{
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", ALL_FEATURES);

	assert_int_equal(netdev_xmit(net, frame(net, dev, 1515)), -EMSGSIZE);
	assert_int_equal(dev->drops[DROP_TOO_BIG], 1);
	assert_int_equal(netdev_xmit(net, gso_frame(net, dev, 9000, 1448)), 0);
	assert_int_equal(testdev_sent(dev)->qlen, 1);
}

static void test_xmit_completes_checksums_for_a_device_that_does_not(void **state)
{
	struct net *net = *state;
	struct net_device *plain = testdev_create(net, "t0", NETIF_F_SG);
	struct net_device *able = testdev_create(net, "t1", ALL_FEATURES);

	for (unsigned i = 0; i < 2; i++) {
		struct net_device *dev = i ? able : plain;
		struct sk_buff *skb = gso_frame(net, dev, 1000, 0);

		assert_int_equal(netdev_xmit(net, skb), 0);
		skb = skb_peek(testdev_sent(dev));
		assert_int_equal(skb->csum, i ? CSUM_PARTIAL : CSUM_NONE);
		assert_int_equal(skb->nr_frags, 1);
	}
}

static void test_xmit_linearizes_for_a_device_that_takes_no_frags(void **state)
{
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", NETIF_F_CSUM);

	assert_int_equal(netdev_xmit(net, gso_frame(net, dev, 1000, 0)), 0);
	assert_int_equal(skb_peek(testdev_sent(dev))->nr_frags, 0);
	assert_int_equal(skb_peek(testdev_sent(dev))->len, HEADERS + 1000);
}

static void test_xmit_cuts_for_a_device_that_does_not(void **state)
{
	struct gso_ops ops = { .gso_type = GSO_TCPV4, .segment = segment };
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", NETIF_F_SG | NETIF_F_TSO6);
	struct seen seen = { .tap.fn = see };
	struct sk_buff *skb;

	gso_ops_add(net, &ops);
	capture_tap_add(net, &seen.tap);
	assert_int_equal(netdev_xmit(net, gso_frame(net, dev, 5000, 1448)), 0);
	assert_int_equal(testdev_sent(dev)->qlen, 4);
	assert_int_equal(dev->stats.tx_packets, 4);
	assert_int_equal(dev->stats.tx_bytes, 5000 + 4 * HEADERS);
	/* A capture sees what was sent, once. */
	assert_int_equal(seen.calls, 1);
	assert_int_equal(seen.len, 5000 + HEADERS);
	skb_queue_walk(testdev_sent(dev), skb) {
		assert_ptr_equal(skb->dev, dev);
		assert_int_equal(skb->csum, CSUM_NONE);
		assert_int_equal(skb->pkt_type, PACKET_OUTGOING);
	}
	capture_tap_del(&seen.tap);
	gso_ops_del(&ops);
}

static void test_xmit_cuts_what_is_longer_than_the_device_takes(void **state)
{
	struct gso_ops ops = { .gso_type = GSO_TCPV4, .segment = segment };
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", ALL_FEATURES);

	gso_ops_add(net, &ops);
	dev->gso_max_size = 4000;
	assert_int_equal(netdev_xmit(net, gso_frame(net, dev, 3900, 1448)), 0);
	assert_int_equal(testdev_sent(dev)->qlen, 1);
	assert_int_equal(netdev_xmit(net, gso_frame(net, dev, 4000, 1448)), 0);
	assert_int_equal(testdev_sent(dev)->qlen, 4);
	gso_ops_del(&ops);
}

static void test_xmit_counts_frames_that_the_device_will_cut(void **state)
{
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", ALL_FEATURES);

	assert_int_equal(netdev_xmit(net, gso_frame(net, dev, 5000, 1448)), 0);
	assert_int_equal(testdev_sent(dev)->qlen, 1);
	assert_int_equal(dev->stats.tx_packets, 4);
	assert_int_equal(dev->stats.tx_bytes, 5000 + 4 * HEADERS);
	/* The device could not, after all. */
	netdev_xmit_drop(dev, skb_dequeue(testdev_sent(dev)), DROP_DEV_TX_BUSY);
	assert_int_equal(dev->stats.tx_packets, 0);
	assert_int_equal(dev->stats.tx_bytes, 0);
	assert_int_equal(dev->stats.tx_dropped, 1);
	assert_int_equal(dev->drops[DROP_DEV_TX_BUSY], 1);
}

static void test_xmit_without_anyone_who_can_cut_is_refused(void **state)
{
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", 0);

	assert_int_equal(netdev_xmit(net, gso_frame(net, dev, 5000, 1448)), -EPROTONOSUPPORT);
	assert_int_equal(dev->stats.tx_dropped, 1);
}

static void test_xmit_of_a_bad_checksum_offset_is_dropped(void **state)
{
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", 0);
	struct sk_buff *skb = frame(net, dev, 60);

	skb->csum = CSUM_PARTIAL;
	skb->csum_start = 60000;
	assert_true(netdev_xmit(net, skb) < 0);
	assert_int_equal(dev->stats.tx_dropped, 1);
	assert_int_equal(testdev_sent(dev)->qlen, 0);
}

/* In ------------------------------------------------------------------------------------------ */

/* The last packet that was delivered, for the test to look at. */
static struct sk_buff *received;

static int keep(struct net *net, struct sk_buff *skb)
{
	(void)net;
	skb_free(received);
	received = skb;
	return 0;
}

static struct sk_buff *eth_frame(struct net *net, const struct net_device *dev, uint16_t type)
{
	struct sk_buff *skb = testnet_skb(net, 0, 60);
	struct eth_hdr *eth = (struct eth_hdr *)skb->data;

	memcpy(eth->dst, dev->addr, ETH_ALEN);
	eth->type = htons(type);
	return skb;
}

static void test_rx_counts_shows_and_delivers_a_frame(void **state)
{
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", 0);
	struct packet_type other = { .type = htons(ETH_P_ARP), .rcv = keep };
	struct packet_type pt = { .type = htons(ETH_P_IP), .rcv = keep };
	struct seen seen = { .tap.fn = see };

	packet_type_add(net, &other);
	packet_type_add(net, &pt);
	capture_tap_add(net, &seen.tap);
	net_advance(net, sec_to_ktime(3));
	netdev_rx(dev, eth_frame(net, dev, ETH_P_IP));
	assert_non_null(received);
	assert_ptr_equal(received->dev, dev);
	assert_int_equal(received->tstamp, sec_to_ktime(3));
	assert_int_equal(received->protocol, htons(ETH_P_IP));
	assert_int_equal(received->pkt_type, PACKET_HOST);
	assert_int_equal(received->len, 60 - ETH_HLEN);
	assert_ptr_equal(skb_network_header(received), received->data);
	assert_ptr_equal(skb_mac_header(received), received->data - ETH_HLEN);
	assert_int_equal(dev->stats.rx_packets, 1);
	assert_int_equal(dev->stats.rx_bytes, 60);
	assert_int_equal(seen.calls, 1);
	assert_int_equal(seen.outgoing, 0);
	assert_int_equal(seen.len, 60);
	skb_free(received);
	received = NULL;
	capture_tap_del(&seen.tap);
	packet_type_del(&pt);
	packet_type_del(&other);
}

static void test_rx_without_a_handler_is_counted(void **state)
{
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", 0);

	netdev_rx(dev, eth_frame(net, dev, ETH_P_IP));
	netdev_rx(dev, eth_frame(net, dev, 100)); /* a length: 802.3 */
	assert_int_equal(dev->stats.rx_nohandler, 2);
	assert_int_equal(dev->drops[DROP_UNHANDLED_PROTO], 2);
}

static void test_rx_on_a_device_that_is_down_is_dropped(void **state)
{
	struct net *net = *state;
	struct net_device *dev = testdev_create(net, "t0", 0);

	netdev_change_flags(dev, 0, IFF_UP, NULL);
	netdev_rx(dev, eth_frame(net, dev, ETH_P_IP));
	assert_int_equal(dev->drops[DROP_DEV_DOWN], 1);
	assert_int_equal(dev->stats.rx_dropped, 1);
	assert_int_equal(dev->stats.rx_packets, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(test_xmit_counts_and_shows_a_frame),
		TEST(test_xmit_on_a_device_that_is_down_is_refused),
		TEST(test_xmit_of_a_frame_larger_than_the_mtu_is_refused),
		TEST(test_xmit_completes_checksums_for_a_device_that_does_not),
		TEST(test_xmit_linearizes_for_a_device_that_takes_no_frags),
		TEST(test_xmit_cuts_for_a_device_that_does_not),
		TEST(test_xmit_cuts_what_is_longer_than_the_device_takes),
		TEST(test_xmit_counts_frames_that_the_device_will_cut),
		TEST(test_xmit_without_anyone_who_can_cut_is_refused),
		TEST(test_xmit_of_a_bad_checksum_offset_is_dropped),
		TEST(test_rx_counts_shows_and_delivers_a_frame),
		TEST(test_rx_without_a_handler_is_counted),
		TEST(test_rx_on_a_device_that_is_down_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
