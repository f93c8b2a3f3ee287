/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of what paths taught: bounded, expiring. */
#include "stack/ipv4/route_exception.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include "tests/unit/testnet.h"

static int setup(void **state)
{
	const struct siphash_key key = { { 1, 2 } };
	struct route_exceptions *t = malloc(sizeof(*t));

	route_exceptions_init(t, &key);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	route_exceptions_exit(*state);
	free(*state);
	return 0;
}

static void test_found_again_and_expires(void **state)
{
	struct route_exceptions *t = *state;
	struct route_exception *e;

	assert_null(route_exception_find(t, htonl(1)));
	e = route_exception_touch(t, htonl(1));
	e->mtu = 1400;
	e->mtu_expires = 100;
	e->gateway = htonl(9);
	e->gateway_expires = 50;
	assert_ptr_equal(route_exception_find(t, htonl(1)), e);
	assert_ptr_equal(route_exception_touch(t, htonl(1)), e);
	assert_int_equal(route_exception_mtu(e, 99), 1400);
	assert_int_equal(route_exception_mtu(e, 100), 0);
	assert_int_equal(route_exception_gateway(e, 49), htonl(9));
	assert_int_equal(route_exception_gateway(e, 50), 0);
	assert_int_equal(route_exception_mtu(NULL, 0), 0);
}

static void test_when_full_the_least_recently_touched_goes(void **state)
{
	struct route_exceptions *t = *state;
	struct route_exception *kept;
	uint32_t i;

	for (i = 0; i < ROUTE_EXCEPTIONS_MAX; i++)
		assert_non_null(route_exception_touch(t, htonl(i)));
	route_exception_touch(t, htonl(0));
	kept = route_exception_find(t, htonl(1));
	kept->refs++;
	route_exception_touch(t, htonl(ROUTE_EXCEPTIONS_MAX));
	assert_int_equal(t->count, ROUTE_EXCEPTIONS_MAX);
	assert_non_null(route_exception_find(t, htonl(0)));
	assert_null(route_exception_find(t, htonl(1)));
	/* Who holds it still has it. */
	assert_int_equal(kept->daddr, htonl(1));
	route_exception_put(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_found_again_and_expires, setup, teardown),
		cmocka_unit_test_setup_teardown(test_when_full_the_least_recently_touched_goes,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
