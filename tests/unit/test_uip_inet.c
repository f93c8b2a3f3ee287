/* SPDX-License-Identifier: BSD-2-Clause */
/* uip's reading and writing of addresses and prefixes: right, wrong, and as ip(8) abbreviates them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "uip/inet.h"

static void assert_prefix(const char *text, int family, const char *expected)
{
	struct inet_prefix p;
	char addr[INET_TEXT_MAX], all[INET_TEXT_MAX + 8];

	assert_int_equal(inet_prefix_parse(text, family, &p), 0);
	snprintf(all, sizeof(all), "%s/%u", inet_format(p.family, p.data, p.bytes, addr), p.bits);
	assert_string_equal(all, expected);
}

static void test_prefixes_that_are_right(void **state)
{
	(void)state;
	assert_prefix("10.0.0.1/24", AF_UNSPEC, "10.0.0.1/24");
	assert_prefix("10.0.0.1", AF_UNSPEC, "10.0.0.1/32");
	assert_prefix("10.1/16", AF_UNSPEC, "10.1.0.0/16");
	assert_prefix("10", AF_UNSPEC, "10.0.0.0/32");
	assert_prefix("0/0", AF_UNSPEC, "0.0.0.0/0");
	assert_prefix("10.0.0.1/255.255.240.0", AF_INET, "10.0.0.1/20");
	assert_prefix("2001:db8::1/64", AF_UNSPEC, "2001:db8::1/64");
	assert_prefix("::", AF_INET6, "::/128");
}

static void test_prefixes_that_are_wrong(void **state)
{
	static const char *const wrong[] = {
		"",
		"/",
		"/24",
		"10.0.0.1/",
		"10.0.0.1/33",
		"10.0.0.1/-1",
		"10.0.0.256",
		"10.0.0.0.1",
		"10..1",
		"10.",
		"a.b.c.d",
		"10.0.0.1/x",
		"2001:db8::1/129",
		"10.0.0.1/255.0.255.0",
		":",
		"2001:db8:::1",
		"10.0.0.1 ",
		"10.0.0.1/24/24",
	};
	struct inet_prefix p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (!inet_prefix_parse(wrong[i], AF_UNSPEC, &p))
			fail_msg("\"%s\" was taken", wrong[i]);
}

static void test_a_family_that_is_settled_refuses_the_other(void **state)
{
	struct inet_prefix p;

	(void)state;
	assert_int_not_equal(inet_prefix_parse("10.0.0.1/24", AF_INET6, &p), 0);
	assert_int_not_equal(inet_prefix_parse("2001:db8::1/64", AF_INET, &p), 0);
	assert_int_not_equal(inet_addr_parse("::1", AF_INET, &p), 0);
}

static void test_default_is_a_prefix_of_no_family(void **state)
{
	struct inet_prefix p;

	(void)state;
	assert_int_equal(inet_prefix_parse("default", AF_UNSPEC, &p), 0);
	assert_int_equal(p.family, AF_UNSPEC);
	assert_int_equal(p.bytes, 0);
	assert_int_equal(p.bits, 0);
	assert_true(p.length_given);
}

static void test_length_is_known_to_be_given(void **state)
{
	struct inet_prefix p;

	(void)state;
	assert_int_equal(inet_prefix_parse("10.0.0.1/32", AF_UNSPEC, &p), 0);
	assert_true(p.length_given);
	assert_int_equal(inet_prefix_parse("10.0.0.1", AF_UNSPEC, &p), 0);
	assert_false(p.length_given);
}

/* Against a naive model: compare bit by bit. */
static void test_prefix_has_agrees_with_bits(void **state)
{
	uint32_t base = 0x0a5a3cf0, flip;
	unsigned len, bit;

	(void)state;
	for (len = 0; len <= 32; len++) {
		struct inet_prefix p = { .family = AF_INET, .bits = len };
		uint32_t net = htonl(base);

		memcpy(p.data, &net, 4);
		for (bit = 0; bit < 32; bit++) {
			flip = htonl(base ^ (0x80000000u >> bit));
			assert_int_equal(inet_prefix_has(&p, &flip), bit >= len);
		}
		assert_true(inet_prefix_has(&p, &net));
	}
}

static void test_lladdr_round_trip(void **state)
{
	uint8_t addr[INET_LL_MAX];
	char text[INET_TEXT_MAX], longest[3 * INET_LL_MAX + 8] = "";
	int i;

	(void)state;
	assert_int_equal(inet_ll_parse("02:0:a:Ff:00:1", addr), 6);
	assert_string_equal(inet_ll_format(addr, 6, text), "02:00:0a:ff:00:01");
	assert_true(inet_ll_parse("", addr) < 0);
	assert_true(inet_ll_parse("02:", addr) < 0);
	assert_true(inet_ll_parse("100:00", addr) < 0);
	assert_true(inet_ll_parse("02-03", addr) < 0);
	for (i = 0; i < INET_LL_MAX; i++)
		strcat(longest, i ? ":ff" : "ff");
	assert_int_equal(inet_ll_parse(longest, addr), INET_LL_MAX);
	assert_string_equal(inet_ll_format(addr, INET_LL_MAX, text), longest);
	strcat(longest, ":ff");
	assert_true(inet_ll_parse(longest, addr) < 0);
}

static void test_link_types(void **state)
{
	char text[INET_TEXT_MAX];

	(void)state;
	assert_string_equal(inet_ll_type(ARPHRD_ETHER, false, text), "ether");
	assert_string_equal(inet_ll_type(ARPHRD_ETHER, true, text), "[1]");
	assert_string_equal(inet_ll_type(12345, false, text), "[12345]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes_that_are_right),
		cmocka_unit_test(test_prefixes_that_are_wrong),
		cmocka_unit_test(test_a_family_that_is_settled_refuses_the_other),
		cmocka_unit_test(test_default_is_a_prefix_of_no_family),
		cmocka_unit_test(test_length_is_known_to_be_given),
		cmocka_unit_test(test_prefix_has_agrees_with_bits),
		cmocka_unit_test(test_lladdr_round_trip),
		cmocka_unit_test(test_link_types),
	};

	return cmocka_run_group_tests_name("uip_inet", tests, NULL, NULL);
}
