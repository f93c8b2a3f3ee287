/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets are cut as RFC 8200 4.5 has it: seen on the wire, and put together again. */
#include "stack/ipv6/ip6_fragment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "stack/ipv6/ip6_exthdr.h"
#include "tests/unit/ip6net.h"

#define US   "2001:db8::1"
#define THEM "2001:db8::7"

#define PAD4 1, 4, 0, 0, 0, 0

static int send_them(struct net *net, uint32_t len, const uint8_t *options, uint16_t options_len,
		     uint8_t first)
{
	struct inet_xmit x = {
		.proto = PROTO6_TEST,
		.may_fragment = true,
		.options = options,
		.options_len = options_len,
		.options_proto = first,
		.daddr = ip6_addr(THEM),
	};

	return ip6_send(net, testnet_skb(net, SKB_HEADROOM, len), 0, &x);
}

/* Take the fragments from the wire: @ret their payloads, joined. They follow each other; Return: bytes. */
static uint32_t collect(struct net *net, uint32_t hdr_at, uint32_t nhoff, uint8_t named,
			uint8_t *ret, unsigned *ret_n, uint32_t *ret_id)
{
	struct sk_buff *skb;
	uint32_t at = 0;
	bool more = true;

	for (*ret_n = 0; more; (*ret_n)++) {
		struct ipv6_frag_hdr fh;

		skb = tx_ip6(dev_of(net, "d0"));
		assert_non_null(skb);
		assert_in_range(skb->len, hdr_at + 8 + 1, 1500);
		assert_int_equal(ntohs(ipv6_hdr(skb)->payload_len), skb->len - 40);
		assert_int_equal(skb->data[nhoff], IPPROTO_FRAGMENT);
		memcpy(&fh, skb->data + hdr_at, sizeof(fh));
		assert_int_equal(fh.nexthdr, named);
		assert_int_equal(fh.reserved, 0);
		assert_int_equal(ntohs(fh.frag_off) & IP6_OFFSET, at);
		assert_int_equal(ntohs(fh.frag_off) & 6, 0);
		if (*ret_n)
			assert_int_equal(ntohl(fh.id), *ret_id);
		*ret_id = ntohl(fh.id);
		more = ntohs(fh.frag_off) & IP6_MORE;
		memcpy(ret + at, skb->data + hdr_at + 8, skb->len - hdr_at - 8);
		at += skb->len - hdr_at - 8;
		if (more)
			assert_int_equal(at % 8, 0);
		skb_free(skb);
	}
	return at;
}

static void test_all_lengths_around_the_edges(void **state)
{
	static const uint32_t lens[] = { 1461, 1462, 2895,  2896,      2897, 2904,
					 4344, 4345, 20000, 65535 - 8, 65535 };
	struct net *net = *state;
	uint8_t *got = malloc(70000);

	for (unsigned i = 0; i < ARRAY_SIZE(lens); i++) {
		uint32_t id, len;
		unsigned n;

		assert_int_equal(send_them(net, lens[i], NULL, 0, 0), 0);
		len = collect(net, 40, 6, PROTO6_TEST, got, &n, &id);
		assert_int_equal(len, lens[i]);
		assert_int_equal(n, DIV_ROUND_UP(lens[i], 1448));
		for (uint32_t k = 0; k < len; k++)
			assert_int_equal(got[k], (uint8_t)k);
		assert_silent6(dev_of(net, "d0"));
	}
	free(got);
	assert_int_equal(net->mib[MIB_Ip6FragOKs], ARRAY_SIZE(lens));
}

static void test_what_fits_is_not_cut(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;

	assert_int_equal(send_them(net, 1460, NULL, 0, 0), 0);
	skb = tx_ip6(dev_of(net, "d0"));
	assert_non_null(skb);
	assert_int_equal(skb->len, 1500);
	assert_int_equal(ipv6_hdr(skb)->nexthdr, PROTO6_TEST);
	skb_free(skb);
}

/* RFC 7739: of a hundred, no two follow each other or are alike. */
static void test_identifications_cannot_be_predicted(void **state)
{
	struct net *net = *state;
	uint32_t ids[100];
	uint8_t got[2000];
	unsigned n;

	for (unsigned i = 0; i < ARRAY_SIZE(ids); i++) {
		assert_int_equal(send_them(net, 1500, NULL, 0, 0), 0);
		collect(net, 40, 6, PROTO6_TEST, got, &n, &ids[i]);
		assert_int_not_equal(ids[i], 0);
		for (unsigned k = 0; k < i; k++)
			assert_int_not_equal(ids[i] - ids[k] + 4 < 9, 1);
	}
}

static void test_where_the_fragment_header_goes(void **state)
{
	static const struct {
		uint8_t first;
		uint8_t chain[32];
		uint8_t len;
		uint32_t hdr_at, nhoff;
		uint8_t named;
	} cases[] = {
		{ IPPROTO_HOPOPTS, { PROTO6_TEST, 0, PAD4 }, 8, 48, 40, PROTO6_TEST },
		{ IPPROTO_DSTOPTS, { PROTO6_TEST, 0, PAD4 }, 8, 40, 6, IPPROTO_DSTOPTS },
		{ IPPROTO_HOPOPTS, { 60, 0, PAD4, PROTO6_TEST, 0, PAD4 }, 16, 48, 40, 60 },
		{ IPPROTO_DSTOPTS,
		  { 43, 0, PAD4, 60, 0, 4, 0, 0, 0, 0, 0, PROTO6_TEST, 0, PAD4 },
		  24,
		  56,
		  48,
		  60 },
	};
	struct net *net = *state;
	uint8_t got[3000];

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		uint32_t id, len, behind = 40 + cases[i].len - cases[i].hdr_at;
		unsigned n;

		assert_int_equal(send_them(net, 2000, cases[i].chain, cases[i].len, cases[i].first),
				 0);
		len = collect(net, cases[i].hdr_at, cases[i].nhoff, cases[i].named, got, &n, &id);
		assert_int_equal(len, 2000 + behind);
		assert_memory_equal(got, cases[i].chain + cases[i].len - behind, behind);
		for (uint32_t k = 0; k < 2000; k++)
			assert_int_equal(got[behind + k], (uint8_t)k);
	}
}

/* RFC 7112: if they do not fit into the first fragment, the packet cannot go. */
static void test_a_chain_that_does_not_fit(void **state)
{
	struct net *net = *state;
	uint8_t chain[1504] = { 0 };

	for (unsigned i = 0; i < sizeof(chain); i += 8)
		memcpy(chain + i,
		       (const uint8_t[]){ i + 8 < sizeof(chain) ? 60 : PROTO6_TEST, 0, PAD4 }, 8);
	assert_int_equal(send_them(net, 100, chain, sizeof(chain), IPPROTO_DSTOPTS), -EMSGSIZE);
	assert_silent6(dev_of(net, "d0"));
	assert_int_equal(net->mib[MIB_Ip6FragFails], 1);
}

static int keep_output(struct net *net, struct sk_buff *skb)
{
	(void)net;
	skb_queue_tail(testdev_sent(skb->dev), skb);
	return 0;
}

static unsigned refusals;

static int refuse_output(struct net *net, struct sk_buff *skb)
{
	(void)net;
	skb_free(skb);
	return ++refusals == 3 ? -ENOBUFS : 0;
}

static struct sk_buff *routed(struct net *net, uint32_t len)
{
	struct sk_buff *skb = udp6_packet(net, US, THEM, len);
	struct flow fl = { .family = AF_INET6, .daddr = ip6_addr(THEM) };

	assert_int_equal(inet_af_find(net, AF_INET6)->route_output(net, &fl, &skb->dst), 0);
	skb->dev = skb->dst->dev;
	return skb;
}

/* RFC 8021: no fragment is made smaller than the minimum MTU asks for. */
static void test_never_below_the_minimum_mtu(void **state)
{
	struct net *net = *state;
	struct sk_buff_head *sent = testdev_sent(dev_of(net, "d0"));
	struct sk_buff *skb;

	assert_int_equal(ip6_fragment(net, routed(net, 2000), 500, keep_output), 0);
	skb = skb_dequeue(sent);
	assert_int_equal(skb->len, 1280);
	skb_free(skb);
	skb = skb_dequeue(sent);
	assert_int_equal(skb->len, 2000 - 1232 + 48);
	skb_free(skb);
	assert_true(skb_queue_empty(sent));
}

static void test_an_error_ends_it(void **state)
{
	struct net *net = *state;

	refusals = 0;
	assert_int_equal(ip6_fragment(net, routed(net, 20000), 1500, refuse_output), -ENOBUFS);
	assert_int_equal(refusals, 3);
	assert_int_equal(net->mib[MIB_Ip6FragFails], 1);
	assert_int_equal(net->mib[MIB_Ip6FragCreates], 2);
}

static void test_a_partial_checksum_is_completed_first(void **state)
{
	struct net *net = *state;
	struct sk_buff_head *sent = testdev_sent(dev_of(net, "d0"));
	struct sk_buff *skb = routed(net, 2000), *first;

	memset(skb->data + 40, 0xff, 2000);
	memset(skb->data + 46, 0, 2);
	skb->csum = CSUM_PARTIAL;
	skb->csum_start = skb->data + 40 - skb->head;
	skb->csum_offset = 6;
	assert_int_equal(ip6_fragment(net, skb, 1500, keep_output), 0);
	first = skb_dequeue(sent);
	assert_int_equal(first->csum, CSUM_NONE);
	assert_true(skb_may_pull(first, 56));
	assert_memory_equal(first->data + 48 + 6, "\377\377",
			    2); /* a sum of ones is 0, sent as its other form */
	skb_free(first);
	tx_clear(dev_of(net, "d0"));
}

static void test_cut_and_put_together(void **state)
{
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");
	uint64_t seed = 9;

	for (unsigned i = 0; i < 60; i++) {
		uint32_t len = 1461 + test_below(&seed, 64000);
		struct sk_buff *skb;

		assert_int_equal(send_them(net, len, NULL, 0, 0), 0);
		while ((skb = tx_ip6(dev))) {
			const union inaddr saddr = ipv6_saddr(skb);

			ipv6_hdr(skb)->saddr = ipv6_daddr(skb);
			ipv6_hdr(skb)->daddr = saddr;
			rx_ip6(dev, skb);
		}
		assert_delivered6(net, len);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ip6net_setup_host, ip6net_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_all_lengths_around_the_edges),
		TEST(test_what_fits_is_not_cut),
		TEST(test_identifications_cannot_be_predicted),
		TEST(test_where_the_fragment_header_goes),
		TEST(test_a_chain_that_does_not_fit),
		TEST(test_never_below_the_minimum_mtu),
		TEST(test_an_error_ends_it),
		TEST(test_a_partial_checksum_is_completed_first),
		TEST(test_cut_and_put_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
