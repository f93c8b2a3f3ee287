/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of what paths taught: bounded, expiring. */
#include "stack/ip/route_exception.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include "tests/unit/testnet.h"

static struct route_exception *find(struct route_exceptions *t, uint32_t addr, int zone)
{
	const union inaddr daddr = inaddr_v4(htonl(addr));

	return route_exception_find(t, &daddr, zone);
}

static struct route_exception *touch(struct route_exceptions *t, uint32_t addr, int zone)
{
	const union inaddr daddr = inaddr_v4(htonl(addr));

	return route_exception_touch(t, &daddr, zone);
}

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

	assert_null(find(t, 1, 0));
	e = touch(t, 1, 0);
	e->mtu = 1400;
	e->mtu_expires = 100;
	e->gateway = inaddr_v4(htonl(9));
	e->gateway_expires = 50;
	assert_ptr_equal(find(t, 1, 0), e);
	assert_ptr_equal(touch(t, 1, 0), e);
	assert_int_equal(route_exception_mtu(e, 99), 1400);
	assert_int_equal(route_exception_mtu(e, 100), 0);
	assert_int_equal(route_exception_gateway(e, 49)->v4, htonl(9));
	assert_null(route_exception_gateway(e, 50));
	assert_int_equal(route_exception_mtu(NULL, 0), 0);
}

static void test_link_local_destinations_differ_by_device(void **state)
{
	struct route_exceptions *t = *state;

	touch(t, 1, 3)->mtu = 1300;
	assert_null(find(t, 1, 0));
	assert_null(find(t, 1, 4));
	touch(t, 1, 4)->mtu = 1400;
	assert_int_equal(find(t, 1, 3)->mtu, 1300);
	assert_int_equal(find(t, 1, 4)->mtu, 1400);
}

static void test_when_full_the_least_recently_touched_goes(void **state)
{
	struct route_exceptions *t = *state;
	struct route_exception *kept;
	uint32_t i;

	for (i = 0; i < ROUTE_EXCEPTIONS_MAX; i++)
		assert_non_null(touch(t, i, 0));
	touch(t, 0, 0);
	kept = find(t, 1, 0);
	kept->refs++;
	touch(t, ROUTE_EXCEPTIONS_MAX, 0);
	assert_int_equal(t->count, ROUTE_EXCEPTIONS_MAX);
	assert_non_null(find(t, 0, 0));
	assert_null(find(t, 1, 0));
	/* Who holds it still has it. */
	assert_int_equal(kept->daddr.v4, htonl(1));
	route_exception_put(kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_found_again_and_expires, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_local_destinations_differ_by_device,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_when_full_the_least_recently_touched_goes,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
