/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of destinations: the examples of RFC 6724, 10.2, and each rule by itself. */
#include <arpa/inet.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "libsock/addrsort.h"

static void parse(const char *text, int *family, struct in6_addr *ret)
{
	*family = strchr(text, ':') ? AF_INET6 : AF_INET;
	memset(ret, 0, sizeof(*ret));
	assert_int_equal(inet_pton(*family, text, ret), 1);
}

/* @source: NULL: unreachable */
static struct addrsort to(const char *dest, const char *source)
{
	struct addrsort a = { .usable = source != NULL };
	int family;

	parse(dest, &a.dest.family, &a.dest.bytes);
	if (source) {
		parse(source, &family, &a.source);
		assert_int_equal(family, a.dest.family);
	}
	a.prefixlen = a.dest.family == AF_INET6 ? 64 : 24;
	return a;
}

/* @a goes first, whichever was first in the answer */
static void assert_first(struct addrsort a, struct addrsort b)
{
	for (int swapped = 0; swapped < 2; swapped++) {
		struct addrsort list[2] = { swapped ? b : a, swapped ? a : b };

		addrsort_order(list, 2);
		assert_memory_equal(&list[0].dest, &a.dest, sizeof(a.dest));
		assert_memory_equal(&list[1].dest, &b.dest, sizeof(b.dest));
	}
}

static void test_examples_of_the_rfc(void **state)
{
	struct addrsort deprecated = to("2001:db8:1::1", "2001:db8:1::2");

	(void)state;
	/* Prefer matching scope */
	assert_first(to("2001:db8:1::1", "2001:db8:1::2"), to("198.51.100.121", "169.254.13.78"));
	assert_first(to("198.51.100.121", "198.51.100.117"), to("2001:db8:1::1", "fe80::1"));
	/* Prefer higher precedence */
	assert_first(to("2001:db8:1::1", "2001:db8:1::2"), to("10.1.2.3", "10.1.2.4"));
	/* Prefer smaller scope */
	assert_first(to("fe80::1", "fe80::2"), to("2001:db8:1::1", "2001:db8:1::2"));
	/* Avoid deprecated addresses */
	deprecated.deprecated = true;
	assert_first(to("10.1.2.3", "10.1.2.4"), deprecated);
	/* Longest matching prefix */
	assert_first(to("2001:db8:1::1", "2001:db8:1::2"),
		     to("2001:db8:3ffe::1", "2001:db8:3f44::2"));
	/* Prefer matching label */
	assert_first(to("2002:c633:6401::1", "2002:c633:6401::2"),
		     to("2001:db8:1::1", "2002:c633:6401::2"));
	/* Prefer higher precedence */
	assert_first(to("2001:db8:1::1", "2001:db8:1::2"),
		     to("2002:c633:6401::1", "2002:c633:6401::2"));
}

static void test_what_cannot_be_reached_is_last(void **state)
{
	(void)state;
	assert_first(to("10.1.2.3", "10.1.2.4"), to("2001:db8:1::1", NULL));
	assert_first(to("2001:db8:1::1", NULL), to("10.1.2.3", NULL));
}

static void test_home_addresses_are_preferred(void **state)
{
	struct addrsort home = to("fc00::1", "fc00::2");

	(void)state;
	home.home = true;
	assert_first(home, to("2001:db8::1", "2001:db8::2"));
}

/* No more of the source counts than its own prefix. */
static void test_the_common_prefix_ends_with_the_link(void **state)
{
	struct addrsort list[2] = { to("2001:db8::ff00", "2001:db8::1"),
				    to("2001:db8::2", "2001:db8::1") };

	(void)state;
	addrsort_order(list, 2);
	assert_int_equal(list[0].dest.bytes.s6_addr[14], 0xff);
}

static void test_unique_local_is_behind_ipv4(void **state)
{
	(void)state;
	assert_first(to("192.0.2.1", "192.0.2.2"), to("fd00::1", "fd00::2"));
	/* … and loopback before all. */
	assert_first(to("::1", "::1"), to("127.0.0.1", "127.0.0.1"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples_of_the_rfc),
		cmocka_unit_test(test_what_cannot_be_reached_is_last),
		cmocka_unit_test(test_home_addresses_are_preferred),
		cmocka_unit_test(test_the_common_prefix_ends_with_the_link),
		cmocka_unit_test(test_unique_local_is_behind_ipv4),
	};

	return cmocka_run_group_tests_name("addrsort", tests, NULL, NULL);
}
