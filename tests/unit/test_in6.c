/* SPDX-License-Identifier: BSD-2-Clause */
/* What IPv6 addresses say by themselves, and arithmetic of prefixes against a bit-by-bit model. */
#include "stack/lib/in6.h"

#include <linux/rtnetlink.h>
#include "tests/unit/testnet.h"

static union inaddr addr(const char *text)
{
	union inaddr a;

	assert_int_equal(inet_pton(AF_INET6, text, &a), 1);
	return a;
}

static void test_types(void **state)
{
	static const struct {
		const char *text;
		bool multicast, linklocal, sitelocal, loopback, mapped, needs_scope;
		unsigned scope;
		uint8_t rt_scope;
	} cases[] = {
		{ "::", 0, 0, 0, 0, 0, 0, IN6_SCOPE_GLOBAL, RT_SCOPE_UNIVERSE },
		{ "::1", 0, 0, 0, 1, 0, 0, IN6_SCOPE_LINK, RT_SCOPE_HOST },
		{ "::2", 0, 0, 0, 0, 0, 0, IN6_SCOPE_GLOBAL, RT_SCOPE_UNIVERSE },
		{ "1::1", 0, 0, 0, 0, 0, 0, IN6_SCOPE_GLOBAL, RT_SCOPE_UNIVERSE },
		{ "fe80::1", 0, 1, 0, 0, 0, 1, IN6_SCOPE_LINK, RT_SCOPE_LINK },
		{ "febf::1", 0, 1, 0, 0, 0, 1, IN6_SCOPE_LINK, RT_SCOPE_LINK },
		{ "fe7f::1", 0, 0, 0, 0, 0, 0, IN6_SCOPE_GLOBAL, RT_SCOPE_UNIVERSE },
		{ "fec0::1", 0, 0, 1, 0, 0, 0, IN6_SCOPE_SITE, RT_SCOPE_SITE },
		{ "fc00::1", 0, 0, 0, 0, 0, 0, IN6_SCOPE_GLOBAL, RT_SCOPE_UNIVERSE },
		{ "ff01::1", 1, 0, 0, 0, 0, 1, IN6_SCOPE_NODE, RT_SCOPE_HOST },
		{ "ff02::1", 1, 0, 0, 0, 0, 1, IN6_SCOPE_LINK, RT_SCOPE_LINK },
		{ "ff12::1", 1, 0, 0, 0, 0, 1, IN6_SCOPE_LINK, RT_SCOPE_LINK },
		{ "ff05::2", 1, 0, 0, 0, 0, 0, IN6_SCOPE_SITE, RT_SCOPE_SITE },
		{ "ff08::2", 1, 0, 0, 0, 0, 0, IN6_SCOPE_ORG, RT_SCOPE_UNIVERSE },
		{ "ff0e::2", 1, 0, 0, 0, 0, 0, IN6_SCOPE_GLOBAL, RT_SCOPE_UNIVERSE },
		{ "::ffff:1.2.3.4", 0, 0, 0, 0, 1, 0, IN6_SCOPE_GLOBAL, RT_SCOPE_UNIVERSE },
		{ "::1.2.3.4", 0, 0, 0, 0, 0, 0, IN6_SCOPE_GLOBAL, RT_SCOPE_UNIVERSE },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		union inaddr a = addr(cases[i].text);

		assert_int_equal(in6_is_any(&a), i == 0);
		assert_int_equal(in6_is_multicast(&a), cases[i].multicast);
		assert_int_equal(in6_is_linklocal(&a), cases[i].linklocal);
		assert_int_equal(in6_is_sitelocal(&a), cases[i].sitelocal);
		assert_int_equal(in6_is_loopback(&a), cases[i].loopback);
		assert_int_equal(in6_is_v4mapped(&a), cases[i].mapped);
		assert_int_equal(in6_needs_scope(&a), cases[i].needs_scope);
		assert_int_equal(in6_scope(&a), cases[i].scope);
		assert_int_equal(in6_rt_scope(&a), cases[i].rt_scope);
	}
}

static void test_mapped_addresses(void **state)
{
	union inaddr a = in6_map_v4(htonl(0x01020304)), b = addr("::ffff:1.2.3.4");

	(void)state;
	assert_true(inaddr_equal(&a, &b));
	assert_int_equal(in6_mapped_v4(&a), htonl(0x01020304));
}

static void test_solicited_node(void **state)
{
	union inaddr a = addr("2001:db8::12:3456:789a"), want = addr("ff02::1:ff56:789a");

	(void)state;
	a = in6_solicited_node(&a);
	assert_true(inaddr_equal(&a, &want));
}

static void test_well_known_groups(void **state)
{
	static const struct {
		union inaddr a;
		const char *text;
	} cases[] = {
		{ IN6_ALL_NODES_IF, "ff01::1" },
		{ IN6_ALL_NODES, "ff02::1" },
		{ IN6_ALL_ROUTERS, "ff02::2" },
		{ IN6_ALL_ROUTERS_IF, "ff01::2" },
		{ IN6_ALL_ROUTERS_SITE, "ff05::2" },
		{ IN6_MLDV2_ROUTERS, "ff02::16" },
		{ IN6_LOOPBACK, "::1" },
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		union inaddr want = addr(cases[i].text);

		assert_true(inaddr_equal(&cases[i].a, &want));
	}
}

static bool bit(const union inaddr *a, unsigned i)
{
	return a->b[i / 8] & 0x80 >> i % 8;
}

static void test_prefixes(void **state)
{
	uint64_t seed = 6;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		unsigned same = test_below(&seed, 129), plen = test_below(&seed, 129), common = 0;
		union inaddr a, b, p;

		test_fill(&seed, &a, sizeof(a));
		b = a;
		if (same < 128)
			b.b[same / 8] ^= 0x80 >> same % 8;
		if (same < 120)
			b.b[15] = test_below(&seed, 256);
		while (common < 128 && bit(&a, common) == bit(&b, common))
			common++;
		assert_int_equal(in6_common_prefix(&a, &b), common);
		assert_int_equal(in6_prefix_equal(&a, &b, plen), common >= plen);
		p = in6_prefix(&a, plen);
		for (unsigned i = 0; i < 128; i++)
			assert_int_equal(bit(&p, i), i < plen && bit(&a, i));
	}
}

static __attribute__((noinline)) void clear(union inaddr *a)
{
	*a = (union inaddr){ 0 };
}

static void test_zero_is_all_of_it(void **state)
{
	union inaddr a;

	(void)state;
	memset(&a, 0xff, sizeof(a));
	clear(&a);
	assert_true(inaddr_any(&a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),	       cmocka_unit_test(test_mapped_addresses),
		cmocka_unit_test(test_solicited_node), cmocka_unit_test(test_well_known_groups),
		cmocka_unit_test(test_prefixes),       cmocka_unit_test(test_zero_is_all_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
