/* SPDX-License-Identifier: BSD-2-Clause */
/* Packet memory: counted, recycled last-in first-out, and used again from its beginning. */
#include "stack/core/skb_pool.h"

#include <string.h>

#include "stack/core/skbuff.h"
#include "tests/unit/testnet.h"

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

static void test_page_has_room_for_what_was_asked(void **state)
{
	static const uint32_t sizes[] = { 0,	1,     448,   449,   2048,  2049,
					  9000, 10240, 10241, 65536, 65537, 1000000 };
	struct net *net = *state;

	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct skb_page *page = skb_page_alloc(&net->pool, sizes[i]);

		assert_non_null(page);
		assert_true(page->size >= sizes[i]);
		assert_int_equal((uintptr_t)page->data % 64, 0);
		assert_int_equal(page->refs, 1);
		assert_int_equal(net->pool.pages_out, 1);
		assert_int_equal(net->pool.bytes_out, page->size);
		memset(page->data, 0xee, page->size);
		skb_page_put(page);
		assert_int_equal(net->pool.pages_out, 0);
	}
}

static void test_page_lives_until_its_last_reference(void **state)
{
	struct net *net = *state;
	struct skb_page *page = skb_page_alloc(&net->pool, 100);

	skb_page_get(page);
	skb_page_put(page);
	assert_int_equal(net->pool.pages_out, 1);
	memset(page->data, 1, page->size);
	skb_page_put(page);
	assert_int_equal(net->pool.pages_out, 0);
	skb_page_put(NULL);
}

static void test_page_freed_last_is_used_first(void **state)
{
	struct net *net = *state;
	struct skb_page *a = skb_page_alloc(&net->pool, 2000),
			*b = skb_page_alloc(&net->pool, 2000);

	skb_page_put(a);
	skb_page_put(b);
	if (BUILT_WITH_SANITIZER)
		skip();
	assert_ptr_equal(skb_page_alloc(&net->pool, 2000), b);
	assert_ptr_equal(skb_page_alloc(&net->pool, 2000), a);
	skb_page_put(a);
	skb_page_put(b);
}

static void test_caches_have_limits(void **state)
{
	enum { MANY = 3000 };
	static struct skb_page *pages[MANY];
	static struct sk_buff *skbs[MANY];
	struct net *net = *state;

	for (unsigned i = 0; i < MANY; i++) {
		pages[i] = skb_page_alloc(&net->pool, 100);
		skbs[i] = skb_pool_get(&net->pool);
	}
	assert_int_equal(net->pool.skbs_out, MANY);
	for (unsigned i = 0; i < MANY; i++) {
		skb_page_put(pages[i]);
		skb_pool_put(&net->pool, skbs[i]);
	}
	assert_in_range(net->pool.nr_free[SKB_PAGE_HDR], 0, 1024);
	assert_in_range(net->pool.nr_free_skbs, 0, 1024);
	for (unsigned i = 0; i < 100; i++)
		pages[i] = skb_page_alloc(&net->pool, SKB_PAGE_BULK_SIZE);
	for (unsigned i = 0; i < 100; i++)
		skb_page_put(pages[i]);
	assert_in_range(net->pool.nr_free[SKB_PAGE_BULK], 0, 64);
}

static void test_reserve_takes_nothing_until_commit(void **state)
{
	struct net *net = *state;
	struct skb_page *page, *again;
	uint32_t off, len;

	len = skb_pool_reserve(&net->pool, &page, &off);
	assert_int_equal(len, SKB_PAGE_BULK_SIZE);
	assert_int_equal(off, 0);
	assert_int_equal(skb_pool_reserve(&net->pool, &again, &off), SKB_PAGE_BULK_SIZE);
	assert_ptr_equal(page, again);
	assert_int_equal(net->pool.pages_out, 0);

	skb_page_get(page);
	skb_pool_commit(&net->pool, 1000);
	assert_int_equal(skb_pool_reserve(&net->pool, &again, &off), SKB_PAGE_BULK_SIZE - 1000);
	assert_ptr_equal(page, again);
	assert_int_equal(off, 1000);
	skb_page_put(page);
}

static void test_reserve_begins_again_when_all_was_released(void **state)
{
	struct net *net = *state;
	struct skb_page *page, *again;
	uint32_t off;

	skb_pool_reserve(&net->pool, &page, &off);
	skb_page_get(page);
	skb_pool_commit(&net->pool, 50000);
	skb_page_put(page);
	assert_int_equal(skb_pool_reserve(&net->pool, &again, &off), SKB_PAGE_BULK_SIZE);
	assert_ptr_equal(page, again);
	assert_int_equal(off, 0);
}

static void test_reserve_leaves_a_page_that_is_nearly_full(void **state)
{
	struct net *net = *state;
	struct skb_page *page, *next;
	uint32_t off;

	skb_pool_reserve(&net->pool, &page, &off);
	skb_page_get(page);
	skb_pool_commit(&net->pool, SKB_PAGE_BULK_SIZE - SKB_POOL_RESERVE_MIN);
	assert_int_equal(skb_pool_reserve(&net->pool, &next, &off), SKB_POOL_RESERVE_MIN);
	assert_ptr_equal(page, next);
	skb_pool_commit(&net->pool, 1);
	assert_int_equal(skb_pool_reserve(&net->pool, &next, &off), SKB_PAGE_BULK_SIZE);
	assert_ptr_not_equal(page, next);
	assert_int_equal(off, 0);
	/* Now it belongs to those who have parts of it. */
	assert_int_equal(net->pool.pages_out, 1);
	skb_page_put(page);
	assert_int_equal(net->pool.pages_out, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_page_has_room_for_what_was_asked, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_page_lives_until_its_last_reference, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_page_freed_last_is_used_first, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_caches_have_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reserve_takes_nothing_until_commit, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_reserve_begins_again_when_all_was_released,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_reserve_leaves_a_page_that_is_nearly_full,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
