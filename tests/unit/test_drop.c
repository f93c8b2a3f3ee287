/* SPDX-License-Identifier: BSD-2-Clause */
/* Discards have words, are counted on their device, and are seen by captures. */
#include "stack/core/drop.h"

#include <string.h>

#include "tests/unit/testnet.h"

struct seen {
	struct capture_tap tap;
	const struct net_device *dev;
	enum drop_reason reason;
	uint32_t len;
	bool outgoing;
	unsigned calls;
};

static void see(struct capture_tap *tap, const struct net_device *dev, const struct sk_buff *skb,
		bool outgoing, enum drop_reason reason)
{
	struct seen *seen = container_of(tap, struct seen, tap);

	seen->dev = dev;
	seen->reason = reason;
	seen->outgoing = outgoing;
	seen->len = skb->len;
	seen->calls++;
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

static void test_each_reason_has_its_own_words(void **state)
{
	(void)state;
	for (int i = 0; i < DROP_MAX; i++) {
		assert_non_null(drop_reason_text(i));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(drop_reason_text(i), drop_reason_text(j));
	}
	assert_string_equal(drop_reason_text(DROP_IP_TTL), "time to live exceeded");
	assert_string_equal(drop_reason_text(DROP_MAX), drop_reason_text(DROP_NOT_SPECIFIED));
}

static void test_drop_is_counted_on_the_device(void **state)
{
	struct net_device *dev = testdev_create(*state, "t0", 0);
	struct sk_buff *skb = testnet_skb(*state, 0, 10);

	skb->dev = dev;
	assert_int_equal(skb_drop(*state, skb, DROP_IP_TTL), 0);
	assert_int_equal(dev->drops[DROP_IP_TTL], 1);
	assert_int_equal(dev->drops[DROP_IP_HDR], 0);
}

static void test_drop_is_seen_by_captures(void **state)
{
	struct net_device *dev = testdev_create(*state, "t0", 0);
	struct seen seen = { .tap.fn = see };
	struct sk_buff *skb;

	capture_tap_add(*state, &seen.tap);
	skb = testnet_skb(*state, 0, 10);
	skb->dev = dev;
	skb->pkt_type = PACKET_OUTGOING;
	skb_drop(*state, skb, DROP_IP_DF);
	assert_int_equal(seen.calls, 1);
	assert_ptr_equal(seen.dev, dev);
	assert_int_equal(seen.reason, DROP_IP_DF);
	assert_int_equal(seen.len, 10);
	assert_true(seen.outgoing);

	skb_drop(*state, testnet_skb(*state, 0, 10), DROP_IP_NOROUTE);
	assert_int_equal(seen.calls, 2);
	assert_null(seen.dev);
	assert_false(seen.outgoing);

	capture_tap_del(&seen.tap);
	skb_drop(*state, testnet_skb(*state, 0, 10), DROP_IP_NOROUTE);
	assert_int_equal(seen.calls, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_reason_has_its_own_words),
		cmocka_unit_test_setup_teardown(test_drop_is_counted_on_the_device, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_drop_is_seen_by_captures, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
