/* SPDX-License-Identifier: BSD-2-Clause */
/* The policy table: what the kernel's `ip addrlabel` showed after the same commands. */
#include "stack/ipv6/addrlabel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/ip6routes.h"

static int line(const struct addrlabel *l, void *arg)
{
	char *buf = arg;

	sprintf(buf + strlen(buf), "%s/%u", ip6_text(&l->prefix), l->plen);
	if (l->ifindex)
		sprintf(buf + strlen(buf), " dev %d", l->ifindex);
	sprintf(buf + strlen(buf), " %u\n", l->label);
	return 0;
}

static void assert_labels(struct net *net, const char *expected)
{
	char buf[2048] = "";

	assert_int_equal(addrlabel_walk(net, line, buf), 0);
	assert_string_equal(buf, expected);
}

static struct addrlabel entry(const char *prefix, uint8_t plen, int ifindex, uint32_t label)
{
	return (struct addrlabel){
		.prefix = ip6(prefix), .plen = plen, .ifindex = ifindex, .label = label
	};
}

static int add(struct net *net, const char *prefix, uint8_t plen, int ifindex, uint32_t label)
{
	struct addrlabel l = entry(prefix, plen, ifindex, label);

	return addrlabel_add(net, &l, false, NULL);
}

static int del(struct net *net, const char *prefix, uint8_t plen, int ifindex)
{
	struct addrlabel l = entry(prefix, plen, ifindex, 0);

	return addrlabel_del(net, &l, NULL);
}

static void test_defaults(void **state)
{
	assert_labels(*state, "::1/128 0\n::/96 3\n::ffff:0.0.0.0/96 4\n2001::/32 6\n"
			      "2001:10::/28 7\n3ffe::/16 12\n2002::/16 2\nfec0::/10 11\n"
			      "fc00::/7 5\n::/0 1\n");
}

static uint32_t label(struct net *net, const char *addr, int ifindex)
{
	const union inaddr a = ip6(addr);

	return addrlabel(net, &a, ifindex);
}

/* RFC 6724 2.1 */
static void test_labels_of_addresses(void **state)
{
	struct net *net = *state;

	assert_int_equal(label(net, "::1", 0), 0);
	assert_int_equal(label(net, "2001:db8::1", 0), 1);
	assert_int_equal(label(net, "2002:c633:6401::1", 0), 2);
	assert_int_equal(label(net, "::192.0.2.1", 0), 3);
	assert_int_equal(label(net, "::ffff:192.0.2.1", 0), 4);
	assert_int_equal(label(net, "fd00::1", 0), 5);
	assert_int_equal(label(net, "2001::1", 0), 6);
	assert_int_equal(label(net, "fe80::1", 0), 1);
}

static void test_order_and_refusals(void **state)
{
	struct net *net = *state;

	assert_int_equal(add(net, "2001:db8::", 32, 0, 77), 0);
	assert_int_equal(add(net, "2001:db8::", 32, 0, 78), -EEXIST);
	assert_int_equal(add(net, "2001:db8::", 32, 2, 79), 0);
	assert_int_equal(add(net, "2001:db8:1::", 32, 3, 79), 0);
	assert_int_equal(add(net, "2001:db8:1::", 48, 0, 80), 0);
	assert_int_equal(add(net, "::ffff:1.2.3.4", 128, 0, 80), -EINVAL);
	assert_int_equal(add(net, "2001:db8::", 129, 0, 80), -EINVAL);
	assert_int_equal(add(net, "2001:db8::", 40, 0, ADDRLABEL_NONE), -EINVAL);
	assert_int_equal(add(net, "::ffff:0:0", 90, 0, 81), 0);
	assert_int_equal(add(net, "::", 0, 0, 81), -EEXIST);
	assert_int_equal(add(net, "::", 0, 2, 81), 0);
	assert_labels(net, "::1/128 0\n::/96 3\n::ffff:0.0.0.0/96 4\n::ffc0:0:0/90 81\n"
			   "2001:db8:1::/48 80\n2001:db8::/32 dev 2 79\n2001:db8::/32 dev 3 79\n"
			   "2001:db8::/32 77\n2001::/32 6\n2001:10::/28 7\n3ffe::/16 12\n"
			   "2002::/16 2\nfec0::/10 11\nfc00::/7 5\n::/0 dev 2 81\n::/0 1\n");
	assert_int_equal(label(net, "2001:db8:2::1", 0), 77);
	assert_int_equal(label(net, "2001:db8:2::1", 2), 79);
	assert_int_equal(label(net, "3000::1", 2), 81);
	assert_int_equal(del(net, "2001:db8::", 32, 2), 0);
	assert_int_equal(del(net, "2001:db8::", 32, 2), -ESRCH);
	assert_int_equal(label(net, "2001:db8:2::1", 2), 77);
}

static void test_replaced_and_gone(void **state)
{
	struct net *net = *state;
	struct addrlabel l = entry("::", 0, 0, 9);

	assert_int_equal(addrlabel_add(net, &l, true, NULL), 0);
	assert_int_equal(label(net, "2001:db8::1", 0), 9);
	assert_int_equal(label(net, "::1", 0), 0);
	assert_int_equal(del(net, "::", 0, 0), 0);
	assert_int_equal(label(net, "2001:db8::1", 0), ADDRLABEL_NONE);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, ip6routes_setup, ip6routes_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_defaults),
		TEST(test_labels_of_addresses),
		TEST(test_order_and_refusals),
		TEST(test_replaced_and_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
