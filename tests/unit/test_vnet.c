/* SPDX-License-Identifier: BSD-2-Clause */
/* Unit tests of stack/driver/vnet.c: VIRTIO 1.2, 5.1.6.2 to 5.1.6.4. */
#include "stack/driver/vnet.h"

#include <errno.h>
#include <string.h>
#include <ustack/link.h>

#include "tests/unit/testnet.h"

#define TCP_OFFSET 34
#define TCP_CSUM   16	/* of the checksum, from the TCP header on */
#define FRAME_LEN  2854 /* two segments of 1400, behind Ethernet, IPv4 and TCP */

static struct net *net;

static int setup(void **state)
{
	(void)state;
	net = testnet_create();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	testnet_destroy(net);
	return 0;
}

/* A frame with TCP's header at its place, which is 20 bytes and options of @options long. */
static struct sk_buff *frame(uint32_t options)
{
	struct sk_buff *skb = testnet_skb(net, 64, FRAME_LEN);

	skb_reset_mac_header(skb);
	skb->transport_off = skb->data + TCP_OFFSET - skb->head;
	skb->data[TCP_OFFSET + 12] = (20 + options) / 4 << 4;
	return skb;
}

/* Out --------------------------------------------------------------------------------------------- */

static void test_a_plain_frame_has_an_empty_header(void **state)
{
	static const struct virtio_net_hdr_v1 empty;
	struct virtio_net_hdr_v1 hdr;
	struct sk_buff *skb = frame(0);

	(void)state;
	memset(&hdr, 0xff, sizeof(hdr));
	vnet_fill(skb, &hdr);
	assert_memory_equal(&hdr, &empty, sizeof(hdr));
	skb_free(skb);
}

static void test_an_unfinished_checksum_is_told_of(void **state)
{
	struct virtio_net_hdr_v1 hdr;
	struct sk_buff *skb = frame(0);

	(void)state;
	skb->csum = CSUM_PARTIAL;
	skb->csum_start = skb->transport_off;
	skb->csum_offset = TCP_CSUM;
	vnet_fill(skb, &hdr);
	assert_int_equal(hdr.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	assert_int_equal(hdr.csum_start, TCP_OFFSET);
	assert_int_equal(hdr.csum_offset, TCP_CSUM);
	assert_int_equal(hdr.gso_type, VIRTIO_NET_HDR_GSO_NONE);
	skb_free(skb);
}

static void test_a_packet_to_be_cut_says_how(void **state)
{
	static const struct {
		uint8_t skb, hdr;
		uint16_t hdr_len;
		bool ecn;
	} types[] = {
		{ GSO_TCPV4, VIRTIO_NET_HDR_GSO_TCPV4, TCP_OFFSET + 32, false },
		{ GSO_TCPV4, VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN, TCP_OFFSET + 32,
		  true },
		{ GSO_TCPV6, VIRTIO_NET_HDR_GSO_TCPV6, TCP_OFFSET + 32, false },
		{ GSO_UDP_L4, VIRTIO_NET_HDR_GSO_UDP_L4, TCP_OFFSET + 8, false },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(types); i++) {
		struct virtio_net_hdr_v1 hdr;
		struct sk_buff *skb = frame(12);

		skb->gso_type = types[i].skb;
		skb->gso_size = 1400;
		skb->gso_ecn = types[i].ecn;
		vnet_fill(skb, &hdr);
		assert_int_equal(hdr.gso_type, types[i].hdr);
		assert_int_equal(hdr.gso_size, 1400);
		assert_int_equal(hdr.hdr_len, types[i].hdr_len);
		skb_free(skb);
	}
}

static void test_features_are_what_the_other_side_takes(void **state)
{
	(void)state;
	assert_int_equal(vnet_features(0), NETIF_F_SG);
	assert_int_equal(vnet_features(USTACK_OFFLOAD_CSUM), NETIF_F_SG | NETIF_F_CSUM);
	assert_int_equal(vnet_features(USTACK_OFFLOAD_TSO4), NETIF_F_SG | NETIF_F_TSO4);
	assert_int_equal(vnet_features(USTACK_OFFLOAD_TSO6), NETIF_F_SG | NETIF_F_TSO6);
	assert_int_equal(vnet_features(USTACK_OFFLOAD_USO), NETIF_F_SG | NETIF_F_USO);
}

/* In ---------------------------------------------------------------------------------------------- */

static void test_what_is_filled_in_is_understood(void **state)
{
	static const uint8_t types[] = { GSO_TCPV4, GSO_TCPV6, GSO_UDP_L4 };

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(types); i++) {
		struct sk_buff *out = frame(0), *in = frame(0);
		struct virtio_net_hdr_v1 hdr;

		out->csum = CSUM_PARTIAL;
		out->csum_start = out->transport_off;
		out->csum_offset = TCP_CSUM;
		out->gso_type = types[i];
		out->gso_size = 1400;
		out->gso_ecn = types[i] == GSO_TCPV6;
		vnet_fill(out, &hdr);
		assert_int_equal(vnet_parse(in, &hdr), 0);
		assert_int_equal(in->csum, CSUM_PARTIAL);
		assert_int_equal(in->csum_start, out->csum_start);
		assert_int_equal(in->csum_offset, TCP_CSUM);
		assert_int_equal(in->gso_type, types[i]);
		assert_int_equal(in->gso_size, 1400);
		assert_int_equal(in->gso_segs, 3); /* at most: headers are counted with it */
		assert_int_equal(in->gso_ecn, types[i] == GSO_TCPV6);
		skb_free(in);
		skb_free(out);
	}
}

static void test_a_checksum_is_believed_only_where_it_was_checked(void **state)
{
	static const struct {
		uint8_t flags, csum;
	} cases[] = {
		{ 0, CSUM_NONE },
		{ VIRTIO_NET_HDR_F_DATA_VALID, CSUM_UNNECESSARY },
		{ VIRTIO_NET_HDR_F_RSC_INFO, CSUM_NONE },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct virtio_net_hdr_v1 hdr = { .flags = cases[i].flags };
		struct sk_buff *skb = frame(0);

		assert_int_equal(vnet_parse(skb, &hdr), 0);
		assert_int_equal(skb->csum, cases[i].csum);
		assert_false(skb_is_gso(skb));
		skb_free(skb);
	}
}

static void test_a_checksum_must_lie_within_the_frame(void **state)
{
	static const struct {
		uint16_t start, offset;
		int err;
	} cases[] = {
		{ TCP_OFFSET, TCP_CSUM, 0 },   { FRAME_LEN - 2, 0, 0 },
		{ 0, FRAME_LEN - 2, 0 },       { FRAME_LEN - 1, 0, -EINVAL },
		{ 0, FRAME_LEN - 1, -EINVAL }, { FRAME_LEN, 0, -EINVAL },
		{ 0xffff, 0xffff, -EINVAL }, /* 16 bits would wrap */
		{ 0xfffe, 2, -EINVAL },	       { 1, 0xffff, -EINVAL },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct virtio_net_hdr_v1 hdr = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
						       .csum_start = cases[i].start,
						       .csum_offset = cases[i].offset };
		struct sk_buff *skb = frame(0);

		assert_int_equal(vnet_parse(skb, &hdr), cases[i].err);
		assert_int_equal(skb->csum, cases[i].err ? CSUM_NONE : CSUM_PARTIAL);
		skb_free(skb);
	}
}

static void test_kinds_of_cutting_that_are_unknown_are_refused(void **state)
{
	static const struct virtio_net_hdr_v1 bad[] = {
		{ .gso_type = VIRTIO_NET_HDR_GSO_TCPV4, .gso_size = 0 },
		{ .gso_type = VIRTIO_NET_HDR_GSO_UDP_L4, .gso_size = 0 },
		{ .gso_type = VIRTIO_NET_HDR_GSO_UDP, .gso_size = 1400 },
		{ .gso_type = 2, .gso_size = 1400 },
		{ .gso_type = 0x7f, .gso_size = 1400 },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		struct sk_buff *skb = frame(0);

		assert_int_equal(vnet_parse(skb, &bad[i]), -EINVAL);
		assert_false(skb_is_gso(skb));
		skb_free(skb);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(test_a_plain_frame_has_an_empty_header),
		TEST(test_an_unfinished_checksum_is_told_of),
		TEST(test_a_packet_to_be_cut_says_how),
		TEST(test_features_are_what_the_other_side_takes),
		TEST(test_what_is_filled_in_is_understood),
		TEST(test_a_checksum_is_believed_only_where_it_was_checked),
		TEST(test_a_checksum_must_lie_within_the_frame),
		TEST(test_kinds_of_cutting_that_are_unknown_are_refused),
	};

	return cmocka_run_group_tests_name("vnet", tests, NULL, NULL);
}
