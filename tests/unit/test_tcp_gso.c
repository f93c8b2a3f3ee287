/* SPDX-License-Identifier: BSD-2-Clause */
/* Software segmentation: the pieces, put together again, are the whole; each is a right packet of its own. */
#include "tests/unit/testnet.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "stack/lib/checksum.h"
#include "stack/tcp/tcp_gso.h"
#include "stack/tcp/tcp_hdr.h"

#define ETH_LEN 14
#define IP4_LEN 20
#define IP6_LEN 40
#define TH_LEN	32 /* with timestamps */
#define SEQ	0xfffffff0u
#define ID	0xfffe

static const union inaddr src = { .b = { 10, 0, 0, 1 } }, dst = { .b = { 10, 0, 0, 2 } };

static uint16_t get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v & 0xff;
}

static unsigned ip_len(bool v6)
{
	return v6 ? IP6_LEN : IP4_LEN;
}

/* A GSO frame of @payload bytes; data at the link-layer header. */
static struct sk_buff *make(struct net *net, bool v6, uint32_t payload, uint16_t mss, uint8_t flags)
{
	struct sk_buff *skb = skb_alloc(net, 128, ETH_LEN + ip_len(v6) + TH_LEN), *body;
	uint8_t *eth = skb_put(skb, ETH_LEN), *ip;
	struct tcp_hdr *th;
	be16 check;

	memset(eth, 0xee, ETH_LEN);
	skb_reset_mac_header(skb);
	ip = skb_put(skb, ip_len(v6));
	memset(ip, 0, ip_len(v6));
	ip[0] = v6 ? 0x60 : 0x45;
	if (v6) {
		put16(ip + 4, TH_LEN + payload);
	} else {
		put16(ip + 2, IP4_LEN + TH_LEN + payload);
		put16(ip + 4, ID);
		check = ip_compute_csum(ip, IP4_LEN);
		memcpy(ip + 10, &check, sizeof(check));
	}
	skb->network_off = ip - skb->head;
	th = skb_put(skb, TH_LEN);
	memset(th, 1, TH_LEN);
	th->seq = htonl(SEQ);
	th->doff = TH_LEN / 4 << 4;
	th->flags = flags;
	th->check = (be16)~csum_fold(
		csum_pseudo(v6 ? AF_INET6 : AF_INET, &src, &dst, TH_LEN + payload, IPPROTO_TCP));
	skb->transport_off = (uint8_t *)th - skb->head;
	skb->csum = CSUM_PARTIAL;
	skb->csum_start = skb->transport_off;
	skb->csum_offset = offsetof(struct tcp_hdr, check);
	skb->gso_size = mss;
	skb->gso_type = v6 ? GSO_TCPV6 : GSO_TCPV4;
	body = testnet_skb(net, 0, payload);
	assert_true(skb_share(skb, body, 0, payload));
	skb_free(body);
	return skb;
}

/* The checksum is left to be completed: then it must be right. */
static void check_transport(struct sk_buff *seg, bool v6, uint32_t len)
{
	uint32_t at = ETH_LEN + ip_len(v6);

	assert_int_equal(seg->csum, CSUM_PARTIAL);
	assert_int_equal(skb_checksum_help(seg), 0);
	assert_int_equal(csum_fold(skb_checksum(seg, at, TH_LEN + len,
						csum_pseudo(v6 ? AF_INET6 : AF_INET, &src, &dst,
							    TH_LEN + len, IPPROTO_TCP))),
			 0);
}

static void check_network(const uint8_t *ip, bool v6, uint32_t len, unsigned nr)
{
	if (v6) {
		assert_int_equal(get16(ip + 4), TH_LEN + len);
		return;
	}
	assert_int_equal(get16(ip + 2), IP4_LEN + TH_LEN + len);
	assert_int_equal(get16(ip + 4), (uint16_t)(ID + nr));
	assert_int_equal(ip_compute_csum(ip, IP4_LEN), 0);
}

static void cut(struct net *net, bool v6, uint32_t payload, uint16_t mss)
{
	uint8_t flags = TCPHDR_ACK | TCPHDR_PSH | TCPHDR_FIN | TCPHDR_CWR;
	struct sk_buff *skb = make(net, v6, payload, mss, flags), *seg;
	uint32_t hlen = ETH_LEN + ip_len(v6) + TH_LEN, off = 0;
	struct sk_buff_head segs;
	uint8_t buf[65536];
	unsigned nr = 0;

	skb_queue_init(&segs);
	assert_int_equal(tcp_gso_segment(net, skb, &segs), 0);
	while ((seg = skb_dequeue(&segs))) {
		uint32_t len = seg->len - hlen, left = payload - off;
		const struct tcp_hdr *th = skb_transport_header(seg);
		uint8_t want = flags & ~(off ? TCPHDR_CWR : 0);

		if (len < left)
			want &= ~(TCPHDR_PSH | TCPHDR_FIN);
		assert_int_equal(len, min((uint32_t)mss, left));
		assert_int_equal(seg->gso_size, 0);
		assert_int_equal(seg->data[0], 0xee);
		assert_int_equal(ntohl(th->seq), SEQ + off);
		assert_int_equal(th->flags, want);
		check_network(skb_network_header(seg), v6, len, nr++);
		check_transport(seg, v6, len);
		assert_int_equal(skb_copy_bits(seg, hlen, buf, len), 0);
		for (uint32_t i = 0; i < len; i++)
			assert_int_equal(buf[i], (uint8_t)(off + i));
		off += len;
		skb_free(seg);
	}
	assert_int_equal(off, payload);
}

static void test_cut(void **state)
{
	static const uint32_t lengths[] = { 1, 999, 1000, 1001, 1999, 2000, 65000 };
	struct net *net = testnet_create();

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(lengths); i++) {
		cut(net, false, lengths[i], 1000);
		cut(net, true, lengths[i], 1448);
	}
	testnet_destroy(net);
}

static bool gone;

static void destructor(struct sk_buff *skb)
{
	assert_int_equal(skb->gso_segs, 5);
	gone = true;
}

/* Who waits for the packet waits for its last piece. */
static void test_destructor_moves_to_the_last(void **state)
{
	struct net *net = testnet_create();
	struct sk_buff *skb = make(net, false, 5000, 1000, TCPHDR_ACK);
	struct sk_buff_head segs;

	(void)state;
	gone = false;
	skb->gso_segs = 5;
	skb->destructor = destructor;
	skb_queue_init(&segs);
	assert_int_equal(tcp_gso_segment(net, skb, &segs), 0);
	for (int i = 0; i < 4; i++) {
		skb_free(skb_dequeue(&segs));
		assert_false(gone);
	}
	skb_free(skb_dequeue(&segs));
	assert_true(gone);
	testnet_destroy(net);
}

static void test_bad_packets_are_dropped(void **state)
{
	struct net *net = testnet_create();
	struct sk_buff_head segs;
	struct sk_buff *skb;

	(void)state;
	skb_queue_init(&segs);
	skb = make(net, false, 5000, 0, TCPHDR_ACK);
	assert_int_equal(tcp_gso_segment(net, skb, &segs), -EINVAL);
	skb = make(net, false, 5000, 1000, TCPHDR_ACK);
	((struct tcp_hdr *)skb_transport_header(skb))->doff = 0x40;
	assert_int_equal(tcp_gso_segment(net, skb, &segs), -EINVAL);
	skb = make(net, false, 5, 1000, TCPHDR_ACK);
	((struct tcp_hdr *)skb_transport_header(skb))->doff = 0xf0; /* beyond the end */
	assert_int_equal(tcp_gso_segment(net, skb, &segs), -EINVAL);
	assert_true(skb_queue_empty(&segs));
	testnet_destroy(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_destructor_moves_to_the_last),
		cmocka_unit_test(test_bad_packets_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
