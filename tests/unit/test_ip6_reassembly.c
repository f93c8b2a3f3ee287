/* SPDX-License-Identifier: BSD-2-Clause */
/* Fragments come in in any order, and are whole again: or are not, where they must not be. */
#include "stack/ipv6/ip6_reassembly.h"

#include <stdlib.h>
#include <string.h>
#include "stack/ipv6/ip6_exthdr.h"
#include "tests/unit/ip6net.h"

#define US	   "2001:db8::1"
#define THEM	   "2001:db8::7"
#define PIECES_MAX 9000

static uint8_t pattern(uint32_t at)
{
	return at * 31 >> 3;
}

/* A fragment of a patterned payload: bytes [@off, @off + @len), of the header @nexthdr. */
static struct sk_buff *fragment_of(struct net *net, const char *src, const char *dst, uint32_t id,
				   uint8_t nexthdr, uint32_t off, uint32_t len, bool more)
{
	uint8_t *bytes = malloc(8 + len);
	struct ipv6_frag_hdr fh = { .nexthdr = nexthdr,
				    .frag_off = htons(off | more),
				    .id = htonl(id) };
	struct sk_buff *skb;

	memcpy(bytes, &fh, sizeof(fh));
	for (uint32_t i = 0; i < len; i++)
		bytes[8 + i] = pattern(off + i);
	skb = bytes6(net, src, dst, IPPROTO_FRAGMENT, bytes, 8 + len);
	free(bytes);
	return skb;
}

static void rx(struct net *net, uint32_t id, uint32_t off, uint32_t len, bool more)
{
	rx_ip6(dev_of(net, "d0"), fragment_of(net, THEM, US, id, PROTO6_TEST, off, len, more));
}

/* The next packet delivered is the whole one, of @len bytes of payload. */
static void assert_whole(struct net *net, uint32_t len)
{
	struct sk_buff *skb = skb_dequeue(deliveries6(net));
	uint8_t *bytes = malloc(len + 1);

	assert_non_null(skb);
	assert_int_equal(skb->len, len);
	assert_int_equal(ntohs(ipv6_hdr(skb)->payload_len), len);
	assert_int_equal(ipv6_hdr(skb)->nexthdr, PROTO6_TEST);
	assert_ptr_equal((uint8_t *)skb_network_header(skb) + 40, skb->data);
	assert_int_equal(skb->csum, CSUM_NONE);
	assert_int_equal(ip6_cb(skb)->flags, IP6SKB_FRAGMENTED);
	assert_string_equal(ip6_text(&ip6_cb(skb)->parm.saddr), THEM);
	assert_int_equal(ip6_cb(skb)->parm.proto, PROTO6_TEST);
	assert_int_equal(skb_copy_bits(skb, 0, bytes, len), 0);
	for (uint32_t i = 0; i < len; i++)
		assert_int_equal(bytes[i], pattern(i));
	free(bytes);
	skb_free(skb);
	assert_true(skb_queue_empty(deliveries6(net)));
}

static void assert_nothing(struct net *net)
{
	assert_true(skb_queue_empty(deliveries6(net)));
	assert_silent6(dev_of(net, "d0"));
}

struct piece {
	uint32_t off, len;
};

static unsigned random_cut(uint64_t *seed, uint32_t total, uint32_t longest, struct piece *ret)
{
	uint32_t off = 0, len;
	unsigned n = 0;

	for (; off < total; off += len) {
		len = min(8 * (1 + test_below(seed, longest / 8)), total - off);
		ret[n++] = (struct piece){ off, len };
	}
	return n;
}

static void shuffle(uint64_t *seed, struct piece *p, unsigned n)
{
	for (unsigned i = 0; i + 1 < n; i++) {
		unsigned k = i + test_below(seed, n - i);
		struct piece t = p[i];

		p[i] = p[k];
		p[k] = t;
	}
}

static void test_any_cut_in_any_order_with_duplicates(void **state)
{
	struct net *net = *state;
	struct piece *p = calloc(PIECES_MAX, sizeof(*p));
	unsigned timers = net->timers.count;
	uint64_t seed = 3;

	for (unsigned round = 0; round < 150; round++) {
		uint32_t total = 9 + test_below(&seed, round % 10 ? 6000 : 65535 - 8);
		unsigned n = random_cut(&seed, total, round % 3 ? 1480 : 200, p);

		if (round % 4)
			shuffle(&seed, p, n);
		for (unsigned i = 0; i < n; i++) {
			rx(net, round, p[i].off, p[i].len, p[i].off + p[i].len < total);
			if (i + 1 < n && !test_below(&seed, 5)) {
				unsigned k = test_below(&seed, i + 1);

				rx(net, round, p[k].off, p[k].len, p[k].off + p[k].len < total);
			}
		}
		assert_whole(net, total);
	}
	free(p);
	assert_int_equal(net->timers.count, timers);
	assert_int_equal(net->mib[MIB_Ip6ReasmOKs], 150);
	assert_int_equal(net->mib[MIB_Ip6ReasmFails], 0);
}

static void test_packets_do_not_mix(void **state)
{
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");

	rx(net, 1, 0, 8, true);
	rx(net, 2, 8, 8, false);
	rx_ip6(dev, fragment_of(net, "2001:db8::8", US, 1, PROTO6_TEST, 8, 8, false));
	rx_ip6(dev, fragment_of(net, THEM, "fe80::ff:fe00:0", 1, PROTO6_TEST, 8, 8, false));
	assert_true(skb_queue_empty(deliveries6(net)));
	rx(net, 2, 0, 8, true);
	assert_whole(net, 16);
	rx(net, 1, 8, 8, false);
	assert_whole(net, 16);
}

/* RFC 8200 4.5: the next header of a later fragment does not count. */
static void test_the_first_fragment_says_what_it_is(void **state)
{
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");

	rx_ip6(dev, fragment_of(net, THEM, US, 1, 201, 8, 8, false));
	rx(net, 1, 0, 8, true);
	assert_whole(net, 16);
}

static void test_link_local_addresses_belong_to_their_link(void **state)
{
	struct net *net = *state;
	struct net_device *d0 = dev_of(net, "d0"), *d1 = ip6net_dev(net, "d1");

	rx_ip6(d0, fragment_of(net, "fe80::7", "ff02::1", 1, PROTO6_TEST, 0, 8, true));
	rx_ip6(d1, fragment_of(net, "fe80::7", "ff02::1", 1, PROTO6_TEST, 8, 8, false));
	assert_true(skb_queue_empty(deliveries6(net)));
	rx_ip6(d0, fragment_of(net, "fe80::7", "ff02::1", 1, PROTO6_TEST, 8, 8, false));
	assert_delivered6(net, 16);
	/* Global ones may come in by several. */
	rx(net, 2, 0, 8, true);
	rx_ip6(d1, fragment_of(net, THEM, US, 2, PROTO6_TEST, 8, 8, false));
	assert_whole(net, 16);
}

static void test_overlaps_discard_all_and_what_comes_yet(void **state)
{
	static const struct piece overlap[] = {
		{ 8, 16 }, { 0, 24 }, { 24, 24 }, { 16, 8 }, { 16, 24 }
	};
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");

	for (unsigned i = 0; i < ARRAY_SIZE(overlap); i++) {
		rx(net, i, 0, 16, true);
		rx(net, i, 16, 16, true);
		rx(net, i, 40, 8, false);
		rx(net, i, overlap[i].off, overlap[i].len, overlap[i].off + overlap[i].len < 48);
		/* All that would be missing. */
		for (uint32_t off = 0; off < 48; off += 8)
			rx(net, i, off, 8, off < 40);
		assert_nothing(net);
		assert_int_equal(dev->drops[DROP_FRAG_OVERLAP], 10);
		dev->drops[DROP_FRAG_OVERLAP] = 0;
	}
	/* Its time over, the identification may be used anew. Nobody is told. */
	testnet_advance(net, sec_to_ktime(60));
	assert_nothing(net);
	assert_int_equal(net->mib[MIB_Ip6ReasmTimeout], 0);
	rx(net, 0, 0, 16, true);
	rx(net, 0, 16, 16, false);
	assert_whole(net, 32);
}

static void test_a_duplicate_is_harmless(void **state)
{
	struct net *net = *state;

	for (unsigned i = 0; i < 3; i++) {
		rx(net, 1, 0, 16, true);
		rx(net, 1, 32, 16, false);
	}
	assert_int_equal(dev_of(net, "d0")->drops[DROP_FRAG_DUPLICATE], 4);
	rx(net, 1, 16, 16, true);
	assert_whole(net, 48);
}

static void assert_longest(struct net *net, uint32_t len)
{
	struct sk_buff *skb = skb_dequeue(deliveries6(net));

	assert_non_null(skb);
	assert_int_equal(ip6_cb(skb)->frag_size, len);
	skb_free(skb);
}

/* With its headers, wherever it lies; also where it is the only one. */
static void test_the_longest_fragment_is_noted(void **state)
{
	struct net *net = *state;

	rx(net, 1, 16, 40, true);
	rx(net, 1, 56, 8, false);
	rx(net, 1, 0, 16, true);
	assert_longest(net, 40 + 8 + 40);
	rx(net, 2, 0, 24, false);
	assert_longest(net, 40 + 8 + 24);
	rx_ip6(dev_of(net, "d0"), udp6_packet(net, THEM, US, 30));
	assert_longest(net, 0);
}

/* RFC 6946 */
static void test_atomic_fragments_are_whole_by_themselves(void **state)
{
	struct net *net = *state;

	rx(net, 1, 0, 16, true);
	rx(net, 1, 0, 40, false);
	assert_whole(net, 40);
	rx(net, 1, 16, 16, false);
	assert_whole(net, 32);
}

static void test_headers_before_and_behind(void **state)
{
	static const uint8_t first[] = {
		60, 0, 1, 4, 0, 0, 0, 0, 44,	      0, 1, 4, 0, 0, 0, 0,
		60, 0, 0, 1, 0, 0, 0, 9, PROTO6_TEST, 0, 1, 4, 0, 0, 0, 0
	};
	static const uint8_t rest[] = { 60, 0, 1, 4,  0, 0, 0, 0, 44, 0, 1, 4,	0,
					0,  0, 0, 60, 0, 0, 8, 0, 0,  0, 9, 'x' };
	struct net *net = *state;
	uint8_t begin[sizeof(first) + 8] = { 0 };
	struct sk_buff *skb;

	memcpy(begin, first, sizeof(first));
	begin[19] = 1;
	rx_ip6(dev_of(net, "d0"), bytes6(net, THEM, US, IPPROTO_HOPOPTS, begin, sizeof(begin)));
	skb = bytes6(net, THEM, US, IPPROTO_HOPOPTS, rest, sizeof(rest));
	skb->data[40 + 19] = 16;
	rx_ip6(dev_of(net, "d0"), skb);
	skb = skb_dequeue(deliveries6(net));
	assert_non_null(skb);
	assert_int_equal(skb->len, 9);
	assert_int_equal(ipv6_hdr(skb)->nexthdr, IPPROTO_HOPOPTS);
	assert_int_equal(ntohs(ipv6_hdr(skb)->payload_len), 8 + 8 + 8 + 9);
	assert_int_equal(((uint8_t *)skb_network_header(skb))[48], IPPROTO_DSTOPTS);
	assert_int_equal(ip6_cb(skb)->nhoff, 56);
	assert_int_equal(ip6_cb(skb)->hop, 5);
	assert_int_equal(ip6_cb(skb)->dst1, 7);
	skb_free(skb);
}

/*
 * Each round of reassembly moves all headers before it: of a packet that is fragment headers and nothing
 * else, that would be the square of its length.
 */
static void test_what_was_whole_is_no_fragment_again(void **state)
{
	static const uint8_t atomic[] = { 44, 0, 0, 0, 0, 0, 0, 1,  PROTO6_TEST,
					  0,  0, 0, 0, 0, 0, 2, 'x' };
	static const uint8_t first[24] = {
		44, 0, 0, 1, 0, 0, 0, 1, PROTO6_TEST, 0, 0, 1, 0, 0, 0, 2
	};
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");

	net->ipv6->sysctl.icmp_ratelimit = 0;
	rx_ip6(dev, bytes6(net, THEM, US, IPPROTO_FRAGMENT, atomic, sizeof(atomic)));
	assert_true(skb_queue_empty(deliveries6(net)));
	assert_icmp6(dev, ICMP6_PARAM_PROB, ICMP6_HDR_FIELD, 40);
	rx_ip6(dev, bytes6(net, THEM, US, IPPROTO_FRAGMENT, first, sizeof(first)));
	rx_ip6(dev, fragment_of(net, THEM, US, 1, IPPROTO_FRAGMENT, 16, 8, false));
	assert_true(skb_queue_empty(deliveries6(net)));
	assert_icmp6(dev, ICMP6_PARAM_PROB, ICMP6_HDR_FIELD, 40);
	assert_int_equal(net->mib[MIB_Ip6ReasmFails], 2);
}

/* The options in it were not looked at when the packet came in, and are not before it (RFC 8200 4.1). */
static void test_hop_by_hop_options_are_no_fragment(void **state)
{
	static const uint8_t bytes[] = { 0, 0,	  0, 0, 0, 0, 0, 1,  PROTO6_TEST,
					 0, 0xde, 4, 0, 0, 0, 0, 'x' };
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");

	rx_ip6(dev, bytes6(net, THEM, US, IPPROTO_FRAGMENT, bytes, sizeof(bytes)));
	assert_true(skb_queue_empty(deliveries6(net)));
	assert_icmp6(dev, ICMP6_PARAM_PROB, ICMP6_UNK_NEXTHDR, 6);
}

/* RFC 8200 4.5 */
static void test_impossible_fragments(void **state)
{
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");

	net->ipv6->sysctl.icmp_ratelimit = 0;
	rx(net, 1, 0, 15, true);
	assert_icmp6(dev, ICMP6_PARAM_PROB, ICMP6_HDR_FIELD, 4);
	rx(net, 2, 65528, 8, false); /* one more than can be */
	assert_icmp6(dev, ICMP6_PARAM_PROB, ICMP6_HDR_FIELD, 42);
	rx(net, 3, 8, 0, false);
	assert_nothing(net);
	rx(net, 3, 0, 0, true);
	assert_nothing(net);
	rx_ip6(dev, bytes6(net, THEM, US, IPPROTO_FRAGMENT, "\021\0\0\0\0\0\0", 7));
	assert_nothing(net);
	assert_int_equal(net->mib[MIB_Ip6ReasmFails], 5);
	/* Nothing waits. */
	for (uint32_t id = 1; id <= 3; id++)
		rx(net, id, 8, 8, false);
	rx(net, 1, 0, 8, true);
	assert_whole(net, 16);
}

static void test_ends_must_agree(void **state)
{
	struct net *net = *state;

	rx(net, 1, 16, 8, false);
	rx(net, 1, 24, 8, true);
	assert_nothing(net);
	rx(net, 2, 16, 8, false);
	rx(net, 2, 32, 8, false);
	assert_nothing(net);
	rx(net, 3, 24, 8, true);
	rx(net, 3, 8, 8, false);
	assert_nothing(net);
	assert_int_equal(dev_of(net, "d0")->drops[DROP_FRAG_BAD], 6);
}

static void test_the_whole_with_its_headers_may_be_too_long(void **state)
{
	struct net *net = *state;
	uint8_t bytes[16 + 8] = { 44, 0, 1, 4, 0, 0, 0, 0, PROTO6_TEST, 0, 0, 1, 0, 0, 0, 1 };

	for (uint32_t off = 8; off < 65520; off += 1024)
		rx(net, 1, off, min(1024u, 65528u - off), off + 1024 < 65528);
	/* Fits as all others say, but this one has a header more. */
	rx_ip6(dev_of(net, "d0"), bytes6(net, THEM, US, IPPROTO_DSTOPTS, bytes, sizeof(bytes)));
	assert_nothing(net);
	assert_int_equal(net->mib[MIB_Ip6ReasmOKs], 0);
}

/* RFC 7112 */
static void test_the_first_fragment_holds_all_headers(void **state)
{
	static const struct {
		uint8_t bytes[24];
		uint8_t len;
		bool complete;
	} cases[] = {
		{ { 60, 0, 0, 1, 0, 0, 0, 1, PROTO6_TEST, 0, 1, 4, 0, 0, 0, 0 }, 16, false },
		{ { 60, 0, 0, 1, 0, 0, 0, 2, PROTO6_TEST, 1, 1, 4, 0, 0, 0, 0 }, 16, false },
		{ { 60, 0, 0, 1, 0, 0, 0, 3, PROTO6_TEST, 0, 1, 4, 0, 0, 0, 0 }, 24, true },
		{ { 6, 0, 0, 1, 0, 0, 0, 4 }, 24, false },
		{ { 58, 0, 0, 1, 0, 0, 0, 5 }, 16, true },
		{ { 17, 0, 0, 1, 0, 0, 0, 6 }, 16, true },
	};
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");

	net->ipv6->sysctl.icmp_ratelimit = 0;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		rx_ip6(dev, bytes6(net, THEM, US, IPPROTO_FRAGMENT, cases[i].bytes, cases[i].len));
		if (cases[i].complete)
			assert_silent6(dev);
		else
			assert_icmp6(dev, ICMP6_PARAM_PROB, ICMP6_HDR_INCOMP, 0);
	}
}

static void test_time_runs_out(void **state)
{
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");

	rx(net, 1, 0, 8, true);
	rx(net, 1, 16, 8, false);
	rx(net, 2, 8, 8, false); /* without the first one nobody is told (RFC 8200 4.5) */
	testnet_advance(net, sec_to_ktime(60) - NSEC_PER_MSEC);
	assert_silent6(dev);
	testnet_advance(net, 2 * NSEC_PER_MSEC);
	assert_icmp6(dev, ICMP6_TIME_EXCEEDED, ICMP6_EXC_FRAGTIME, 0);
	assert_silent6(dev);
	assert_int_equal(net->mib[MIB_Ip6ReasmTimeout], 2);
	assert_int_equal(net->mib[MIB_Ip6ReasmFails], 2);
	assert_int_equal(dev->drops[DROP_FRAG_TIMEOUT], 3);
	net->ipv6->sysctl.ip6frag_time = 1;
	rx(net, 1, 8, 8, false);
	testnet_advance(net, sec_to_ktime(1));
	assert_int_equal(net->mib[MIB_Ip6ReasmTimeout], 3);
}

static void test_memory_is_limited_and_the_eldest_goes(void **state)
{
	struct net *net = *state;
	uint32_t n = 0;

	net->ipv6->sysctl.ip6frag_high_thresh = 100000;
	while (!dev_of(net, "d0")->drops[DROP_FRAG_MEMORY])
		rx(net, n++, 0, 1400, true);
	assert_in_range(net->pool.bytes_out, 20000, 200000);
	rx(net, n - 1, 1400, 8, false);
	assert_whole(net, 1408);
	rx(net, 0, 1400, 8, false); /* its first part has gone */
	assert_nothing(net);
	net->ipv6->sysctl.ip6frag_high_thresh = 0;
	rx(net, n, 0, 8, true);
	rx(net, n, 8, 8, false);
	assert_nothing(net);
}

static void test_what_waits_for_a_device_goes_with_it(void **state)
{
	struct net *net = *state;
	struct net_device *d1 = ip6net_dev(net, "d1");

	addr6_add(net, "d1", "2001:db8:1::1/64");
	rx_ip6(d1, fragment_of(net, THEM, US, 1, PROTO6_TEST, 0, 8, true));
	netdev_unregister(d1);
	rx(net, 1, 8, 8, false);
	assert_nothing(net);
}

static void test_noise(void **state)
{
	struct net *net = *state;
	uint64_t seed = 77;

	for (unsigned i = 0; i < 20000; i++) {
		uint32_t len = test_below(&seed, 64);

		rx(net, test_below(&seed, 16), test_below(&seed, 24) * 8,
		   test_below(&seed, 4) ? len & ~7u : len, test_below(&seed, 4));
		skb_queue_purge(deliveries6(net));
		tx_clear(dev_of(net, "d0"));
		if (!test_below(&seed, 100))
			testnet_advance(net, sec_to_ktime(test_below(&seed, 40)));
	}
	assert_int_equal(net->mib[MIB_Ip6ReasmReqds], 20000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ip6net_setup_host, ip6net_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_any_cut_in_any_order_with_duplicates),
		TEST(test_packets_do_not_mix),
		TEST(test_the_first_fragment_says_what_it_is),
		TEST(test_link_local_addresses_belong_to_their_link),
		TEST(test_overlaps_discard_all_and_what_comes_yet),
		TEST(test_a_duplicate_is_harmless),
		TEST(test_the_longest_fragment_is_noted),
		TEST(test_atomic_fragments_are_whole_by_themselves),
		TEST(test_headers_before_and_behind),
		TEST(test_what_was_whole_is_no_fragment_again),
		TEST(test_hop_by_hop_options_are_no_fragment),
		TEST(test_impossible_fragments),
		TEST(test_ends_must_agree),
		TEST(test_the_whole_with_its_headers_may_be_too_long),
		TEST(test_the_first_fragment_holds_all_headers),
		TEST(test_time_runs_out),
		TEST(test_memory_is_limited_and_the_eldest_goes),
		TEST(test_what_waits_for_a_device_goes_with_it),
		TEST(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
