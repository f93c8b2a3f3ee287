/* SPDX-License-Identifier: BSD-2-Clause */
/* The sentence of a configuration error. */
#include "stack/lib/extack.h"

#include <errno.h>
#include <string.h>

#include "tests/unit/testnet.h"

static void test_extack_set_keeps_the_sentence_and_returns_the_error(void **state)
{
	struct extack ack = { 0 };

	(void)state;
	assert_int_equal(extack_set(&ack, -EINVAL, "mtu %u is too %s", 12, "small"), -EINVAL);
	assert_string_equal(ack.msg, "mtu 12 is too small");
	assert_int_equal(extack_set(&ack, -EEXIST, "taken"), -EEXIST);
	assert_string_equal(ack.msg, "taken");
}

static void test_extack_set_without_a_listener_returns_the_error(void **state)
{
	(void)state;
	assert_int_equal(extack_set(NULL, -ENODEV, "nobody hears this"), -ENODEV);
}

static void test_extack_set_cuts_a_sentence_that_is_too_long(void **state)
{
	struct extack ack = { 0 };

	(void)state;
	extack_set(&ack, -EINVAL, "%200d", 1);
	assert_int_equal(strlen(ack.msg), EXTACK_MSG_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_extack_set_keeps_the_sentence_and_returns_the_error),
		cmocka_unit_test(test_extack_set_without_a_listener_returns_the_error),
		cmocka_unit_test(test_extack_set_cuts_a_sentence_that_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
