/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sk_buff against plain byte arrays: several packets that share pages in every way, random
 * operations on them, and after each the bytes of all of them. So a write into shared memory shows
 * at once.
 */
#include "stack/core/skbuff.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#include "stack/core/dst.h"
#include "stack/lib/checksum.h"
#include "tests/unit/testnet.h"

#define PACKETS	 6
#define MAX_LEN	 70000
#define SMALL	 3000
#define HEADROOM 64

struct packet {
	struct sk_buff *skb; /* NULL: none */
	uint32_t len;
	uint8_t bytes[MAX_LEN];
};

struct rig {
	struct net *net;
	uint64_t seed;
	struct packet packets[PACKETS];
};

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

/* What must hold of any skb, whatever was done to it. */
static void check_invariants(const struct sk_buff *skb)
{
	uint32_t data_len = 0;

	assert_true(skb->head == skb->page->data);
	assert_true(skb->head <= skb->data && skb->data <= skb->tail && skb->tail <= skb->end);
	assert_true(skb->end <= skb->page->data + skb->page->size);
	assert_in_range(skb->nr_frags, 0, SKB_MAX_FRAGS);
	for (unsigned i = 0; i < skb->nr_frags; i++) {
		assert_true(skb->frags[i].len > 0);
		assert_true(skb->frags[i].off + skb->frags[i].len <= skb->frags[i].page->size);
		data_len += skb->frags[i].len;
	}
	assert_int_equal(skb->data_len, data_len);
	assert_int_equal(skb_headlen(skb), skb->tail - skb->data);
	assert_true(skb->truesize >= sizeof(*skb) + data_len);
}

static void check_bytes(const struct packet *p)
{
	static uint8_t got[MAX_LEN];

	if (!p->skb)
		return;
	check_invariants(p->skb);
	assert_int_equal(p->skb->len, p->len);
	assert_int_equal(skb_copy_bits(p->skb, 0, got, p->len), 0);
	assert_memory_equal(got, p->bytes, p->len);
}

static void check_all(const struct rig *rig)
{
	for (unsigned i = 0; i < PACKETS; i++)
		check_bytes(&rig->packets[i]);
}

static uint32_t random_len(struct rig *rig, uint32_t max_len)
{
	if (!max_len || !test_below(&rig->seed, 8))
		return 0;
	return test_below(&rig->seed, 4) ? test_below(&rig->seed, min(max_len, 200u) + 1)
					 : test_below(&rig->seed, max_len + 1);
}

static void drop_packet(struct packet *p)
{
	skb_free(p->skb);
	p->skb = NULL;
	p->len = 0;
}

/*
 * The operations: each does to the packet and to its bytes the same.
 * --------------------------------
 */

static void op_new(struct rig *rig, struct packet *p)
{
	drop_packet(p);
	p->len = random_len(rig, SMALL);
	test_fill(&rig->seed, p->bytes, p->len);
	p->skb = skb_alloc(rig->net, HEADROOM, p->len + random_len(rig, 300));
	memcpy(skb_put(p->skb, p->len), p->bytes, p->len);
}

static void op_new_frag(struct rig *rig, struct packet *p)
{
	struct skb_page *page = skb_page_alloc(&rig->net->pool, SMALL);
	uint32_t off = test_below(&rig->seed, 100);

	drop_packet(p);
	p->len = random_len(rig, SMALL - 100);
	test_fill(&rig->seed, p->bytes, p->len);
	memcpy(page->data + off, p->bytes, p->len);
	p->skb = skb_alloc_frag(rig->net, HEADROOM, page, off, p->len);
	skb_page_put(page);
}

static void op_push(struct rig *rig, struct packet *p)
{
	uint32_t len = random_len(rig, 100);

	if (p->len + len > MAX_LEN)
		return;
	memmove(p->bytes + len, p->bytes, p->len);
	test_fill(&rig->seed, p->bytes, len);
	assert_int_equal(skb_cow_head(p->skb, len), 0);
	memcpy(skb_push(p->skb, len), p->bytes, len);
	p->len += len;
}

static void op_write_header(struct rig *rig, struct packet *p)
{
	uint32_t len;

	assert_int_equal(skb_cow_head(p->skb, 0), 0);
	len = skb_headlen(p->skb);
	test_fill(&rig->seed, p->bytes, len);
	memcpy(p->skb->data, p->bytes, len);
}

static void op_put(struct rig *rig, struct packet *p)
{
	uint32_t len = random_len(rig, min(skb_tailroom(p->skb), MAX_LEN - p->len));

	test_fill(&rig->seed, p->bytes + p->len, len);
	memcpy(skb_put(p->skb, len), p->bytes + p->len, len);
	p->len += len;
}

static void op_pull(struct rig *rig, struct packet *p)
{
	uint32_t len = random_len(rig, p->len);

	skb_pull(p->skb, len);
	memmove(p->bytes, p->bytes + len, p->len - len);
	p->len -= len;
}

static void op_pull_hdr(struct rig *rig, struct packet *p)
{
	uint32_t len = random_len(rig, p->len + 10);
	const uint8_t *hdr = skb_pull_hdr(p->skb, len);

	if (len > p->len) {
		assert_null(hdr);
		return;
	}
	assert_memory_equal(hdr, p->bytes, len);
	memmove(p->bytes, p->bytes + len, p->len - len);
	p->len -= len;
}

static void op_trim(struct rig *rig, struct packet *p)
{
	uint32_t len = random_len(rig, p->len + 10);

	skb_trim(p->skb, len);
	p->len = min(p->len, len);
}

static void op_append(struct rig *rig, struct packet *p)
{
	uint32_t len = random_len(rig, SMALL);

	if (p->len + len > MAX_LEN)
		return;
	test_fill(&rig->seed, p->bytes + p->len, len);
	if (!skb_append(rig->net, p->skb, p->bytes + p->len, len))
		p->len += len;
	else
		assert_int_equal(p->skb->nr_frags, SKB_MAX_FRAGS);
}

static void op_share(struct rig *rig, struct packet *p)
{
	const struct packet *from = &rig->packets[test_below(&rig->seed, PACKETS)];
	uint32_t off, len;

	if (!from->skb || from == p)
		return;
	off = random_len(rig, from->len);
	len = random_len(rig, from->len - off);
	if (p->len + len > MAX_LEN || !skb_share(p->skb, from->skb, off, len))
		return;
	memcpy(p->bytes + p->len, from->bytes + off, len);
	p->len += len;
}

static struct packet *other_packet(struct rig *rig, struct packet *p)
{
	struct packet *other = &rig->packets[test_below(&rig->seed, PACKETS)];

	if (other == p)
		return NULL;
	drop_packet(other);
	return other;
}

static void op_split(struct rig *rig, struct packet *p)
{
	struct packet *rest = other_packet(rig, p);
	uint32_t len = random_len(rig, p->len);

	if (!rest)
		return;
	rest->skb = skb_split(rig->net, p->skb, len, HEADROOM);
	assert_non_null(rest->skb);
	rest->len = p->len - len;
	memcpy(rest->bytes, p->bytes + len, rest->len);
	p->len = len;
}

static void op_clone(struct rig *rig, struct packet *p)
{
	struct packet *clone = other_packet(rig, p);

	if (!clone)
		return;
	clone->skb = skb_clone(rig->net, p->skb);
	clone->len = p->len;
	memcpy(clone->bytes, p->bytes, p->len);
}

static void op_copy(struct rig *rig, struct packet *p)
{
	struct packet *copy = other_packet(rig, p);

	if (!copy)
		return;
	copy->skb = skb_copy(rig->net, p->skb, HEADROOM);
	assert_int_equal(copy->skb->data_len, 0);
	assert_int_equal(skb_headroom(copy->skb), HEADROOM);
	copy->len = p->len;
	memcpy(copy->bytes, p->bytes, p->len);
}

static void op_linearize(struct rig *rig, struct packet *p)
{
	(void)rig;
	assert_int_equal(skb_linearize(p->skb), 0);
	assert_int_equal(p->skb->data_len, 0);
}

static void op_copy_bits(struct rig *rig, struct packet *p)
{
	static uint8_t got[MAX_LEN];
	uint32_t off = random_len(rig, p->len), len = random_len(rig, p->len - off);

	assert_int_equal(skb_copy_bits(p->skb, off, got, len), 0);
	assert_memory_equal(got, p->bytes + off, len);
	assert_int_equal(skb_copy_bits(p->skb, off, got, p->len - off + 1), -EFAULT);
}

static void op_checksum(struct rig *rig, struct packet *p)
{
	uint32_t off = random_len(rig, p->len), len = random_len(rig, p->len - off);

	assert_int_equal(csum_fold(skb_checksum(p->skb, off, len, 0)),
			 csum_fold(csum_partial(p->bytes + off, len, 0)));
}

static void op_to_iov(struct rig *rig, struct packet *p)
{
	struct iovec iov[SKB_MAX_FRAGS + 1];
	uint32_t off = random_len(rig, p->len), covered, sum = 0;
	unsigned max = 1 + test_below(&rig->seed, ARRAY_SIZE(iov));
	unsigned n = skb_to_iov(p->skb, off, iov, max, &covered);

	assert_in_range(n, 0, max);
	for (unsigned i = 0; i < n; i++) {
		assert_memory_equal(iov[i].iov_base, p->bytes + off + sum, iov[i].iov_len);
		sum += iov[i].iov_len;
	}
	assert_int_equal(sum, covered);
	if (n < max)
		assert_int_equal(covered, p->len - off);
}

static void (*const operations[])(struct rig *rig, struct packet *p) = {
	op_new,	 op_new_frag,  op_push,	     op_write_header, op_put,	 op_pull,  op_pull_hdr,
	op_trim, op_append,    op_append,    op_share,	      op_share,	 op_split, op_clone,
	op_copy, op_linearize, op_copy_bits, op_checksum,     op_to_iov,
};

static void test_skb_random_operations_equal_byte_arrays(void **state)
{
	static struct rig rig;

	memset(&rig, 0, sizeof(rig));
	rig.net = *state;
	rig.seed = 1;
	for (unsigned step = 0; step < 60000; step++) {
		struct packet *p = &rig.packets[test_below(&rig.seed, PACKETS)];

		if (p->skb)
			operations[test_below(&rig.seed, ARRAY_SIZE(operations))](&rig, p);
		else
			op_new(&rig, p);
		check_all(&rig);
	}
	for (unsigned i = 0; i < PACKETS; i++)
		drop_packet(&rig.packets[i]);
}

/*
 * Single properties -----------------------------------------------------------------------------
 */

static void test_skb_alloc_reserves_headroom_and_is_blank(void **state)
{
	struct sk_buff *skb = skb_alloc(*state, 100, 1000);

	assert_int_equal(skb_headroom(skb), 100);
	assert_true(skb_tailroom(skb) >= 1000);
	assert_int_equal(skb->len, 0);
	assert_null(skb->dev);
	assert_null(skb->dst);
	assert_int_equal(skb->truesize, sizeof(*skb) + skb->page->size);
	skb_free(skb);
	skb_free(NULL);
}

static void count_call(struct sk_buff *skb)
{
	(*(unsigned *)skb->owner)++;
}

static void test_skb_destructor_runs_once(void **state)
{
	struct sk_buff *skb = testnet_skb(*state, 0, 10), *clone;
	unsigned calls = 0;

	skb->destructor = count_call;
	skb->owner = &calls;
	clone = skb_clone(*state, skb);
	skb_free(clone);
	assert_int_equal(calls, 0);
	skb_orphan(skb);
	assert_int_equal(calls, 1);
	skb_free(skb);
	assert_int_equal(calls, 1);
}

static void destroy_dst(struct dst_entry *dst)
{
	dst->net = NULL;
}

static void test_skb_holds_its_dst_and_so_do_its_copies(void **state)
{
	static const struct dst_ops ops = { .destroy = destroy_dst };
	struct dst_entry dst = { .ops = &ops, .net = *state, .refs = 1 };
	struct sk_buff *skb = testnet_skb(*state, 0, 100), *others[3];

	skb->dst = dst_hold(&dst);
	others[0] = skb_clone(*state, skb);
	others[1] = skb_copy(*state, skb, 0);
	others[2] = skb_split(*state, skb, 50, 0);
	assert_int_equal(dst.refs, 5);
	skb_free(skb);
	for (unsigned i = 0; i < ARRAY_SIZE(others); i++)
		skb_free(others[i]);
	assert_int_equal(dst.refs, 1);
	dst_release(&dst);
	assert_null(dst.net);
}

static void test_skb_header_offsets_survive_a_new_head(void **state)
{
	struct sk_buff *skb = testnet_skb(*state, 20, 100), *copy;

	skb_reset_mac_header(skb);
	skb_pull(skb, 14);
	skb_reset_network_header(skb);
	skb_pull(skb, 20);
	skb_reset_transport_header(skb);
	skb->csum_start = skb->transport_off;
	copy = skb_copy(*state, skb, 200);
	assert_int_equal(skb_cow_head(skb, 400), 0);
	assert_true(skb_headroom(skb) >= 400);
	for (unsigned i = 0; i < 2; i++) {
		const struct sk_buff *s = i ? copy : skb;

		assert_int_equal(*(uint8_t *)skb_mac_header(s), 0);
		assert_int_equal(*(uint8_t *)skb_network_header(s), 14);
		assert_int_equal(*(uint8_t *)skb_transport_header(s), 34);
		assert_int_equal(s->head[s->csum_start], 34);
	}
	skb_free(copy);
	skb_free(skb);
}

static void test_skb_clone_has_no_tailroom_until_alone(void **state)
{
	struct sk_buff *skb = skb_alloc(*state, 0, 100), *clone;

	clone = skb_clone(*state, skb);
	assert_int_equal(skb_tailroom(skb), 0);
	assert_int_equal(skb_tailroom(clone), 0);
	skb_free(skb);
	assert_true(skb_tailroom(clone) >= 100);
	skb_free(clone);
}

static void test_skb_cow_head_keeps_what_is_private(void **state)
{
	struct sk_buff *skb = testnet_skb(*state, 50, 100);
	const uint8_t *data = skb->data;

	assert_int_equal(skb_cow_head(skb, 50), 0);
	assert_ptr_equal(skb->data, data);
	skb_free(skb);
}

static void test_skb_small_packet_becomes_linear_at_first_touch(void **state)
{
	struct net *net = *state;
	struct skb_page *page = skb_page_alloc(&net->pool, 2000);
	struct sk_buff *skb = skb_alloc_frag(net, SKB_HEADROOM, page, 0, 60);

	memset(page->data, 7, 60);
	assert_non_null(skb_hdr(skb, 14));
	assert_int_equal(skb->data_len, 0);
	assert_int_equal(page->refs, 1);
	skb_free(skb);
	skb_page_put(page);
}

static void test_skb_share_that_fails_changes_nothing(void **state)
{
	struct net *net = *state;
	struct sk_buff *from = testnet_skb(net, 0, 100), *to = testnet_skb(net, 0, 10);
	uint32_t truesize;

	for (unsigned i = 0; i < SKB_MAX_FRAGS - 1; i++)
		assert_true(skb_share(to, from, i * 3, 2));
	assert_true(skb_append(net, from, "abc", 3) == 0);
	while (from->nr_frags < 2)
		assert_true(skb_share(from, to, 0, 5));
	truesize = to->truesize;
	assert_false(skb_share(to, from, 99, from->len - 99));
	check_invariants(to);
	assert_int_equal(to->len, 10 + (SKB_MAX_FRAGS - 1) * 2);
	assert_int_equal(to->truesize, truesize);
	skb_free(from);
	skb_free(to);
}

static void test_skb_split_with_all_slots_in_use(void **state)
{
	struct net *net = *state;
	struct sk_buff *from = testnet_skb(net, 0, 100), *skb = testnet_skb(net, 0, 40), *rest;
	uint8_t byte;

	for (unsigned i = 0; i < SKB_MAX_FRAGS; i++)
		assert_true(skb_share(skb, from, i * 3, 2));
	rest = skb_split(net, skb, 15, 0);
	check_invariants(skb);
	check_invariants(rest);
	assert_int_equal(skb->len, 15);
	assert_int_equal(rest->len, 25 + SKB_MAX_FRAGS * 2);
	for (unsigned i = 0; i < 25; i++) {
		skb_copy_bits(rest, i, &byte, 1);
		assert_int_equal(byte, 15 + i);
	}
	skb_copy_bits(rest, 25, &byte, 1);
	assert_int_equal(byte, 0);
	skb_free(from);
	skb_free(skb);
	skb_free(rest);
}

static void test_skb_split_moves_truesize_with_the_bytes(void **state)
{
	struct net *net = *state;
	struct skb_page *page = skb_page_alloc(&net->pool, 60000);
	struct sk_buff *skb = skb_alloc_frag(net, SKB_HEADROOM, page, 0, 60000), *rest;
	uint32_t whole = skb->truesize, empty = whole - 60000;

	rest = skb_split(net, skb, 20000, SKB_HEADROOM);
	assert_int_equal(skb->truesize, empty + 20000);
	assert_int_equal(rest->truesize, empty + 40000);
	skb_free(skb);
	skb_free(rest);
	skb_page_put(page);
}

static void test_skb_append_joins_neighbouring_memory_to_one_frag(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = skb_alloc(net, 0, 0);
	static uint8_t bytes[100];

	skb_put(skb, skb_tailroom(skb));
	for (unsigned i = 0; i < 200; i++)
		assert_int_equal(skb_append(net, skb, bytes, sizeof(bytes)), 0);
	assert_int_equal(skb->nr_frags, 1);
	skb_free(skb);
}

static void test_skb_append_beyond_the_last_slot_changes_nothing(void **state)
{
	struct net *net = *state;
	struct sk_buff *from = testnet_skb(net, 0, 100), *skb = skb_alloc(net, 0, 10);

	for (unsigned i = 0; i < SKB_MAX_FRAGS; i++)
		assert_true(skb_share(skb, from, i * 3, 2));
	assert_int_equal(skb_append(net, skb, "x", 1), -ENOMEM);
	check_invariants(skb);
	assert_int_equal(skb->len, SKB_MAX_FRAGS * 2);
	skb_free(from);
	skb_free(skb);
}

static void test_skb_queue_counts_packets_and_truesize(void **state)
{
	struct net *net = *state;
	struct sk_buff *a = testnet_skb(net, 0, 10), *b = testnet_skb(net, 0, 3000),
		       *c = testnet_skb(net, 0, 10);
	struct sk_buff_head q;
	uint32_t old;

	skb_queue_init(&q);
	assert_null(skb_peek(&q));
	assert_null(skb_peek_tail(&q));
	assert_null(skb_dequeue(&q));
	skb_queue_tail(&q, c);
	skb_queue_head(&q, a);
	skb_queue_after(&q, a, b);
	assert_int_equal(q.qlen, 3);
	assert_int_equal(q.bytes, a->truesize + b->truesize + c->truesize);
	assert_ptr_equal(skb_peek(&q), a);
	assert_ptr_equal(skb_peek_tail(&q), c);
	old = b->truesize;
	assert_int_equal(skb_append(net, b, a->data, 10), 0);
	skb_queue_resize(&q, b, old);
	assert_int_equal(q.bytes, a->truesize + b->truesize + c->truesize);
	skb_unlink(&q, b);
	assert_int_equal(q.bytes, a->truesize + c->truesize);
	skb_free(b);
	skb_queue_purge(&q);
	assert_int_equal(q.qlen, 0);
	assert_int_equal(q.bytes, 0);
}

/*
 * Checksum --------------------------------------------------------------------------------------
 */

static void test_skb_checksum_help_completes_in_place(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb = testnet_skb(net, 30, 40), *clone;
	uint8_t bytes[80];
	be16 sum;

	assert_int_equal(skb_append(net, skb, "0123456789abcdefghijklmnopqrstuvwxyz....", 40), 0);
	skb->csum = CSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + 20;
	skb->csum_offset = 6;
	clone = skb_clone(net, skb);
	assert_int_equal(skb_checksum_help(skb), 0);
	assert_int_equal(skb->csum, CSUM_NONE);

	skb_copy_bits(clone, 0, bytes, sizeof(bytes)); /* the clone is as it was */
	assert_int_equal(bytes[26], 26);
	sum = ip_compute_csum(bytes + 20, sizeof(bytes) - 20);
	assert_memory_equal(skb->data + 26, &sum, sizeof(sum));
	skb_free(skb);
	skb_free(clone);
}

static void test_skb_checksum_help_never_writes_zero(void **state)
{
	struct sk_buff *skb = testnet_skb(*state, 0, 8);

	/* The sum of these is 0xffff: its complement is 0, which in UDP means "none". */
	memcpy(skb->data, "\xff\xff\0\0\0\0\0\0", 8);
	skb->csum = CSUM_PARTIAL;
	skb->csum_start = 0;
	skb->csum_offset = 6;
	assert_int_equal(skb_checksum_help(skb), 0);
	assert_memory_equal(skb->data + 6, "\xff\xff", 2);
	skb_free(skb);
}

static void test_skb_checksum_help_refuses_offsets_outside(void **state)
{
	struct sk_buff *skb = testnet_skb(*state, 10, 40);

	skb->csum = CSUM_PARTIAL;
	skb->csum_start = 5;
	assert_int_equal(skb_checksum_help(skb), -EINVAL);
	skb->csum_start = 10;
	skb->csum_offset = 39;
	assert_int_equal(skb_checksum_help(skb), -EINVAL);
	skb->csum_offset = 38;
	assert_int_equal(skb_checksum_help(skb), 0);
	skb_free(skb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(test_skb_random_operations_equal_byte_arrays),
		TEST(test_skb_alloc_reserves_headroom_and_is_blank),
		TEST(test_skb_destructor_runs_once),
		TEST(test_skb_holds_its_dst_and_so_do_its_copies),
		TEST(test_skb_header_offsets_survive_a_new_head),
		TEST(test_skb_clone_has_no_tailroom_until_alone),
		TEST(test_skb_cow_head_keeps_what_is_private),
		TEST(test_skb_small_packet_becomes_linear_at_first_touch),
		TEST(test_skb_share_that_fails_changes_nothing),
		TEST(test_skb_split_with_all_slots_in_use),
		TEST(test_skb_split_moves_truesize_with_the_bytes),
		TEST(test_skb_append_joins_neighbouring_memory_to_one_frag),
		TEST(test_skb_append_beyond_the_last_slot_changes_nothing),
		TEST(test_skb_queue_counts_packets_and_truesize),
		TEST(test_skb_checksum_help_completes_in_place),
		TEST(test_skb_checksum_help_never_writes_zero),
		TEST(test_skb_checksum_help_refuses_offsets_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
