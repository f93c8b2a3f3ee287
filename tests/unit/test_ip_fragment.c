/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets are cut, come in in any order, and are whole again: or are not, where they must not be.
 */
#include "stack/ipv4/ip_fragment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ipv4/icmp.h"
#include "stack/ipv4/ip_options.h"
#include "stack/ipv4/ip_reassembly.h"
#include "stack/ipv4/route.h"
#include "tests/unit/ip4net.h"

#define PIECES_MAX 9000

static int setup(void **state)
{
	struct net *net = ip4net_create();

	ip4net_dev(net, "d0");
	addr_add(net, "d0", "10.0.0.1/24");
	arp_learn(dev_of(net, "d0"), "10.0.0.7");
	tx_clear(dev_of(net, "d0"));
	*state = net;
	return 0;
}

/* A fragment of a patterned payload: bytes [@off, @off + @len). */
static struct sk_buff *fragment(struct net *net, uint16_t id, uint32_t off, uint32_t len, bool more)
{
	struct sk_buff *skb = udp_packet(net, "10.0.0.7", "10.0.0.1", len);
	struct ipv4_hdr *ip = ip_hdr(skb);
	uint8_t *payload = (uint8_t *)(ip + 1);
	uint32_t i;

	for (i = 0; i < len; i++)
		payload[i] = (off + i) * 31 >> 3;
	ip->id = htons(id);
	ip->frag_off = htons(off / 8 | (more ? IPV4_MF : 0));
	ip_send_check(ip);
	return skb;
}

/* The next packet delivered is the whole one, of @len bytes of payload. */
static void assert_whole(struct net *net, uint32_t len)
{
	struct sk_buff *skb = skb_dequeue(deliveries(net));
	const struct ipv4_hdr *ip;
	uint8_t *bytes = malloc(len + 1);
	uint32_t i;

	assert_non_null(skb);
	ip = ip_hdr(skb);
	assert_int_equal(skb->len, len);
	assert_int_equal(ntohs(ip->tot_len), len + ip_hdr_len(ip));
	assert_int_equal(ip->frag_off, 0);
	assert_int_equal(skb->csum, CSUM_NONE);
	assert_int_equal(ip_cb(skb)->parm.saddr.v4, ip->saddr);
	assert_int_equal(skb_copy_bits(skb, 0, bytes, len), 0);
	for (i = 0; i < len; i++)
		assert_int_equal(bytes[i], (uint8_t)(i * 31 >> 3));
	free(bytes);
	skb_free(skb);
	assert_true(skb_queue_empty(deliveries(net)));
}

static void rx(struct net *net, uint16_t id, uint32_t off, uint32_t len, bool more)
{
	rx_ip(dev_of(net, "d0"), fragment(net, id, off, len, more));
}

struct piece {
	uint32_t off, len;
};

static unsigned random_cut(uint64_t *seed, uint32_t total, uint32_t longest, struct piece *ret)
{
	uint32_t off = 0;
	unsigned n = 0;

	while (off < total) {
		uint32_t len = 8 * (1 + test_below(seed, longest / 8));

		len = min(len, total - off);
		ret[n++] = (struct piece){ off, len };
		off += len;
	}
	return n;
}

static void shuffle(uint64_t *seed, struct piece *p, unsigned n)
{
	unsigned i, k;

	for (i = 0; i + 1 < n; i++) {
		k = i + test_below(seed, n - i);
		struct piece t = p[i];

		p[i] = p[k];
		p[k] = t;
	}
}

static void test_any_cut_in_any_order_with_duplicates(void **state)
{
	struct net *net = *state;
	struct piece *p = calloc(PIECES_MAX, sizeof(*p));
	uint64_t seed = 3;
	unsigned round, i, n, cut = 0;

	for (round = 0; round < 150; round++) {
		uint32_t total = 9 + test_below(&seed, round % 10 ? 6000 : 65515 - 8);

		n = random_cut(&seed, total, round % 3 ? 1480 : 200, p);
		cut += n > 1;
		if (round % 4)
			shuffle(&seed, p, n);
		for (i = 0; i < n; i++) {
			rx(net, round, p[i].off, p[i].len, p[i].off + p[i].len < total);
			if (i + 1 < n && !test_below(&seed, 5)) {
				unsigned k = test_below(&seed, i + 1);

				rx(net, round, p[k].off, p[k].len, p[k].off + p[k].len < total);
			}
		}
		assert_whole(net, total);
	}
	free(p);
	assert_int_equal(net->timers.count, 0);
	assert_int_equal(net->mib[MIB_IpReasmOKs], cut);
	assert_int_equal(net->mib[MIB_IpReasmFails], 0);
}

static void test_packets_do_not_mix(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = fragment(net, 1, 8, 8, false);

	rx(net, 1, 0, 8, true);
	rx(net, 2, 8, 8, false);
	ip_hdr(skb)->saddr = ip4_addr("10.0.0.8");
	ip_send_check(ip_hdr(skb));
	rx_ip(dev_of(net, "d0"), skb);
	assert_true(skb_queue_empty(deliveries(net)));
	rx(net, 2, 0, 8, true);
	assert_whole(net, 16);
	rx(net, 1, 8, 8, false);
	assert_whole(net, 16);
}

struct overlap {
	struct piece a, b;
};

static void test_overlaps_discard_all(void **state)
{
	static const struct overlap cases[] = {
		{ { 8, 16 }, { 0, 16 } },    { { 8, 16 }, { 16, 16 } }, { { 8, 16 }, { 0, 32 } },
		{ { 0, 24 }, { 16, 1000 } }, { { 64, 8 }, { 56, 24 } },
	};
	struct net *net = *state;
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct overlap *c = &cases[i];

		rx(net, i, c->a.off, c->a.len, true);
		rx(net, i, c->b.off, c->b.len, true);
		assert_int_equal(net->mib[MIB_IpReasmOverlaps], i + 1);
		assert_int_equal(net->timers.count, 0);
		/* What comes now begins anew. */
		rx(net, i, 0, 8, true);
		rx(net, i, 8, 8, false);
		assert_whole(net, 16);
	}
	assert_int_equal(dev_of(net, "d0")->drops[DROP_FRAG_OVERLAP], 2 * ARRAY_SIZE(cases));
}

static void test_a_duplicate_is_harmless(void **state)
{
	struct net *net = *state;

	rx(net, 1, 0, 64, true);
	rx(net, 1, 0, 64, true);
	rx(net, 1, 8, 16, true);
	rx(net, 1, 64, 8, false);
	assert_whole(net, 72);
	assert_int_equal(dev_of(net, "d0")->drops[DROP_FRAG_DUPLICATE], 2);
}

static void test_ends_must_agree(void **state)
{
	static const struct {
		struct piece a;
		bool a_more;
		struct piece b;
		bool b_more;
	} cases[] = {
		{ { 64, 8 }, false, { 80, 8 }, false }, /* two ends */
		{ { 64, 8 }, false, { 32, 8 }, false },
		{ { 64, 8 }, false, { 72, 8 }, true }, /* something behind the end */
		{ { 64, 8 }, true, { 32, 8 }, false }, /* the end before something */
	};
	struct net *net = *state;
	unsigned i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		rx(net, i, cases[i].a.off, cases[i].a.len, cases[i].a_more);
		assert_int_equal(net->timers.count, 1);
		rx(net, i, cases[i].b.off, cases[i].b.len, cases[i].b_more);
		assert_int_equal(net->timers.count, 0);
	}
	assert_int_equal(dev_of(net, "d0")->drops[DROP_FRAG_BAD], 2 * ARRAY_SIZE(cases));
}

static void test_impossible_fragments(void **state)
{
	struct net *net = *state;

	rx(net, 1, 0, 9, true);	     /* not a multiple of 8 */
	rx(net, 1, 65528, 8, false); /* beyond 65535 */
	rx(net, 1, 65512, 8, false);
	rx(net, 1, 8, 0, false); /* nothing */
	assert_int_equal(dev_of(net, "d0")->drops[DROP_FRAG_BAD], 4);
	assert_int_equal(net->timers.count, 0);
}

static void test_time_runs_out(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	rx(net, 1, 0, 64, true);
	rx(net, 2, 64, 64, true);
	testnet_advance(net, sec_to_ktime(29));
	assert_int_equal(net->mib[MIB_IpReasmTimeout], 0);
	testnet_advance(net, sec_to_ktime(2));
	assert_int_equal(net->mib[MIB_IpReasmTimeout], 2);
	assert_int_equal(net->mib[MIB_IpReasmFails], 2);
	/* Told for the one whose first fragment is there (RFC 792), not for the other. */
	assert_icmp(d0, ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME, 0);
	assert_null(tx_ip(d0));
	assert_int_equal(d0->drops[DROP_FRAG_TIMEOUT], 2);
}

static void test_memory_is_limited_and_the_eldest_goes(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	uint32_t i;

	ipv4_sysctl(net)->ipfrag_high_thresh = 100000;
	for (i = 0; i < 1000; i++) {
		rx(net, i, 0, 1024, true);
		assert_true(net->pool.bytes_out <= 100000);
	}
	assert_true(d0->drops[DROP_FRAG_MEMORY] > 900);
	assert_true(d0->drops[DROP_FRAG_MEMORY] < 1000);
	rx(net, 999, 1024, 8, false);
	assert_whole(net, 1032);
	/* One packet alone cannot have more, either. */
	for (i = 0; i < 60; i++)
		rx(net, 5000, i * 1024, 1024, true);
	assert_true(net->pool.bytes_out <= 100000);
}

static void test_what_waits_for_a_device_goes_with_it(void **state)
{
	struct net *net = *state;

	rx(net, 1, 0, 64, true);
	netdev_unregister(dev_of(net, "d0"));
	assert_int_equal(net->timers.count, 0);
	assert_int_equal(net->pool.skbs_out, 0);
}

/* Cutting -------------------------------------------------------------------------------------- */

static int send_bytes(struct net *net, uint32_t len, const void *options, uint8_t options_len)
{
	struct sk_buff *skb = testnet_skb(net, SKB_HEADROOM, 0);
	struct inet_xmit x = {
		.proto = 17,
		.may_fragment = true,
		.options = options,
		.options_len = options_len,
		.daddr = inaddr_v4(ip4_addr("10.0.0.7")),
	};
	uint8_t *bytes = malloc(len + 1);
	uint32_t i;

	for (i = 0; i < len; i++)
		bytes[i] = i * 31 >> 3;
	assert_int_equal(skb_append(net, skb, bytes, len), 0);
	free(bytes);
	return ip_send(net, skb, 0, &x);
}

/* Take all fragments that were sent, check them, and give them back as if they came to us. */
static unsigned swap_and_return(struct net *net, uint32_t mtu)
{
	struct net_device *d0 = dev_of(net, "d0");
	struct sk_buff *skb, *copy;
	unsigned n = 0;
	be16 id = 0;

	while ((skb = tx_ip(d0))) {
		struct ipv4_hdr *ip = ip_hdr(skb);
		be32 saddr = ip->saddr;

		assert_true(skb->len <= mtu);
		assert_int_equal(ntohs(ip->tot_len), skb->len);
		assert_true(n == 0 || ip->id == id);
		assert_true(n == 0 || ip->frag_off);
		id = ip->id;
		n++;
		copy = skb_copy(net, skb, SKB_HEADROOM);
		skb_free(skb);
		dst_release(copy->dst);
		copy->dst = NULL;
		ip = (struct ipv4_hdr *)copy->data;
		ip->saddr = ip->daddr;
		ip->daddr = saddr;
		ip_send_check(ip);
		rx_ip(d0, copy);
	}
	return n;
}

static void test_cut_and_put_together(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	static const uint32_t mtus[] = { 68, 69, 75, 576, 1500 };
	static const uint32_t lens[] = { 1, 47, 48, 49, 1480, 1481, 2960, 65515 };
	unsigned i, k, n;

	d0->min_mtu = 68;
	for (i = 0; i < ARRAY_SIZE(mtus); i++) {
		assert_int_equal(netdev_set_mtu(d0, mtus[i], NULL), 0);
		for (k = 0; k < ARRAY_SIZE(lens); k++) {
			uint32_t room = (mtus[i] - 20) & ~7u;

			assert_int_equal(send_bytes(net, lens[k], NULL, 0), 0);
			n = swap_and_return(net, mtus[i]);
			assert_int_equal(n,
					 lens[k] + 20 <= mtus[i] ? 1 : DIV_ROUND_UP(lens[k], room));
			assert_whole(net, lens[k]);
		}
	}
}

static void test_options_of_fragments(void **state)
{
	static const uint8_t options[8] = { IPOPT_RR, 3, 4, IPOPT_RA, 4, 0, 0, 0 };
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");
	struct sk_buff *skb;

	assert_int_equal(send_bytes(net, 4000, options, sizeof(options)), 0);
	skb = tx_ip(d0);
	assert_int_equal(((uint8_t *)(ip_hdr(skb) + 1))[0], IPOPT_RR);
	skb_free(skb);
	skb = tx_ip(d0);
	assert_int_equal(ip_hdr_len(ip_hdr(skb)), 28);
	assert_int_equal(((uint8_t *)(ip_hdr(skb) + 1))[0], IPOPT_NOOP);
	assert_int_equal(((uint8_t *)(ip_hdr(skb) + 1))[3], IPOPT_RA);
	skb_free(skb);
	tx_clear(d0);
}

static void test_a_fragment_is_cut_further(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0"), *d1 = ip4net_dev(net, "d1");
	struct sk_buff *skb;
	uint16_t off[4];
	unsigned i;

	addr_add(net, "d1", "10.0.1.1/24");
	arp_learn(d1, "10.0.1.7");
	assert_int_equal(netdev_set_mtu(d1, 576, NULL), 0);
	ipv4_set_forwarding(net, true);
	skb = fragment(net, 9, 800, 1000, true);
	ip_hdr(skb)->daddr = ip4_addr("10.0.1.7");
	ip_send_check(ip_hdr(skb));
	rx_ip(d0, skb);
	for (i = 0; (skb = tx_ip(d1)); i++) {
		off[i] = ntohs(ip_hdr(skb)->frag_off);
		skb_free(skb);
	}
	assert_int_equal(i, 2);
	assert_int_equal(off[0], IPV4_MF | 100);
	assert_int_equal(off[1], IPV4_MF | (100 + 552 / 8));
}

static void test_no_room_for_a_fragment(void **state)
{
	static const uint8_t options[40] = { IPOPT_NOOP };
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0");

	d0->min_mtu = 68;
	assert_int_equal(netdev_set_mtu(d0, 68, NULL), 0);
	/* 60 bytes of header leave 8: just enough. */
	assert_int_equal(send_bytes(net, 100, options, sizeof(options)), 0);
	assert_int_equal(testdev_sent(d0)->qlen, 13);
	tx_clear(d0);
}

int main(void)
{
#define TEST_CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, ip4net_teardown)
	const struct CMUnitTest tests[] = {
		TEST_CASE(test_any_cut_in_any_order_with_duplicates),
		TEST_CASE(test_packets_do_not_mix),
		TEST_CASE(test_overlaps_discard_all),
		TEST_CASE(test_a_duplicate_is_harmless),
		TEST_CASE(test_ends_must_agree),
		TEST_CASE(test_impossible_fragments),
		TEST_CASE(test_time_runs_out),
		TEST_CASE(test_memory_is_limited_and_the_eldest_goes),
		TEST_CASE(test_what_waits_for_a_device_goes_with_it),
		TEST_CASE(test_cut_and_put_together),
		TEST_CASE(test_options_of_fragments),
		TEST_CASE(test_a_fragment_is_cut_further),
		TEST_CASE(test_no_room_for_a_fragment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
