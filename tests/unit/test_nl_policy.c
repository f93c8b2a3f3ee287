/* SPDX-License-Identifier: BSD-2-Clause */
/* Unit tests of nlserver/policy.c: what is refused, with which number and words. */
#include "nlserver/policy.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum {
	A_U8 = 1,
	A_U32,
	A_RANGE,
	A_STR,
	A_NSTR,
	A_BIN,
	A_FLAG,
	A_NEST,
	A_MINLEN,
	A_REJECT,
	A_LAST = A_REJECT
};

static const struct nl_policy inner[] = { [1] = { .type = NL_ATTR_TYPE_U16 } };

static const struct nl_policy policy[A_LAST + 1] = {
	[A_U8] = { .type = NL_ATTR_TYPE_U8 },
	[A_U32] = { .type = NL_ATTR_TYPE_U32 },
	[A_RANGE] = { .type = NL_ATTR_TYPE_U32, .min = 10, .max = 12 },
	[A_STR] = { .type = NL_ATTR_TYPE_STRING, .max_len = 4 },
	[A_NSTR] = { .type = NL_ATTR_TYPE_NUL_STRING, .max_len = 4 },
	[A_BIN] = { .type = NL_ATTR_TYPE_BINARY, .min_len = 2, .max_len = 4 },
	[A_FLAG] = { .type = NL_ATTR_TYPE_FLAG },
	[A_NEST] = { .type = NL_ATTR_TYPE_NESTED, .nested = inner, .nested_max = 1 },
	[A_MINLEN] = { .min_len = 6 },
	[A_REJECT] = { .type = NL_ATTR_TYPE_U32, .reject = true },
};

/* The attributes of one case, and what came of them. */
struct attrs {
	char data[512] __attribute__((aligned(4)));
	struct nl_buf buf;
	struct nl_msg m;
	const struct nlattr *tb[A_LAST + 1];
	struct extack ack;
};

static void begin(struct attrs *a)
{
	struct nl_head head = { 0 };

	memset(a, 0, sizeof(*a));
	a->buf = (struct nl_buf){ .data = a->data, .size = sizeof(a->data) };
	nl_msg_begin(&a->m, &a->buf, &head, 0);
}

static int parse(struct attrs *a, unsigned validate)
{
	return nl_parse(a->m.nlh + 1, a->m.nlh->nlmsg_len - NLMSG_HDRLEN, policy, A_LAST, validate,
			a->tb, &a->ack);
}

static int one(struct attrs *a, uint16_t type, const void *data, size_t len, unsigned validate)
{
	begin(a);
	nl_put(&a->m, type, data, len);
	return parse(a, validate);
}

static void assert_failed(struct attrs *a, int got, int want, const char *sentence)
{
	assert_int_equal(got, want);
	assert_string_equal(a->ack.msg, sentence);
	assert_null(a->tb[A_U32]);
}

#define FAILED "Attribute failed policy validation"

static void test_attributes_are_sorted_by_type(void **state)
{
	struct attrs a;

	(void)state;
	begin(&a);
	nl_put_u32(&a.m, A_U32, 7);
	nl_put_str(&a.m, A_STR, "abc");
	nl_put_flag(&a.m, A_FLAG);
	assert_int_equal(parse(&a, NL_VALIDATE_STRICT), 0);
	assert_int_equal(mnl_attr_get_u32(a.tb[A_U32]), 7);
	assert_string_equal(mnl_attr_get_str(a.tb[A_STR]), "abc");
	assert_non_null(a.tb[A_FLAG]);
	assert_null(a.tb[A_BIN]);
}

static void test_last_of_several_stands(void **state)
{
	struct attrs a;

	(void)state;
	begin(&a);
	nl_put_u32(&a.m, A_U32, 1);
	nl_put_u32(&a.m, A_U32, 2);
	assert_int_equal(parse(&a, NL_VALIDATE_STRICT), 0);
	assert_int_equal(mnl_attr_get_u32(a.tb[A_U32]), 2);
}

static void test_short_integer_fails_with_policy(void **state)
{
	struct attrs a;

	(void)state;
	assert_failed(&a, one(&a, A_U32, "ab", 2, NL_VALIDATE_LIBERAL), -ERANGE, FAILED);
	assert_ptr_equal(a.ack.policy, &policy[A_U32]);
	assert_ptr_equal(a.ack.bad_attr, a.m.nlh + 1);
}

static void test_long_integer_fails_only_strictly(void **state)
{
	struct attrs a;

	(void)state;
	assert_int_equal(one(&a, A_U32, "abcdefgh", 8, NL_VALIDATE_LIBERAL), 0);
	assert_failed(&a, one(&a, A_U32, "abcdefgh", 8, NL_VALIDATE_STRICT), -EINVAL,
		      "invalid attribute length");
}

static void test_range_is_checked_at_both_ends(void **state)
{
	struct attrs a;
	uint32_t v;

	(void)state;
	for (v = 8; v <= 14; v++) {
		int err = one(&a, A_RANGE, &v, sizeof(v), NL_VALIDATE_LIBERAL);

		if (v >= 10 && v <= 12)
			assert_int_equal(err, 0);
		else
			assert_failed(&a, err, -ERANGE, "integer out of range");
	}
}

static void test_strings(void **state)
{
	struct attrs a;

	(void)state;
	assert_int_equal(one(&a, A_STR, "abcd", 4, NL_VALIDATE_STRICT), 0);
	assert_int_equal(one(&a, A_STR, "abcd", 5, NL_VALIDATE_STRICT), 0);
	assert_failed(&a, one(&a, A_STR, "abcde", 5, NL_VALIDATE_STRICT), -ERANGE, FAILED);
	assert_failed(&a, one(&a, A_STR, "", 0, NL_VALIDATE_STRICT), -ERANGE, FAILED);
	assert_failed(&a, one(&a, A_NSTR, "abcd", 4, NL_VALIDATE_STRICT), -EINVAL, FAILED);
	assert_int_equal(one(&a, A_NSTR, "abcd", 5, NL_VALIDATE_STRICT), 0);
	assert_failed(&a, one(&a, A_NSTR, "abcde", 6, NL_VALIDATE_STRICT), -EINVAL, FAILED);
}

static void test_binary_and_minimal_lengths(void **state)
{
	struct attrs a;

	(void)state;
	assert_failed(&a, one(&a, A_BIN, "a", 1, NL_VALIDATE_STRICT), -ERANGE, FAILED);
	assert_int_equal(one(&a, A_BIN, "abcd", 4, NL_VALIDATE_STRICT), 0);
	assert_failed(&a, one(&a, A_BIN, "abcde", 5, NL_VALIDATE_STRICT), -ERANGE, FAILED);
	assert_failed(&a, one(&a, A_MINLEN, "abcde", 5, NL_VALIDATE_LIBERAL), -ERANGE, FAILED);
	assert_int_equal(one(&a, A_MINLEN, "abcdef", 6, NL_VALIDATE_LIBERAL), 0);
}

static void test_flag_has_no_content(void **state)
{
	struct attrs a;

	(void)state;
	assert_failed(&a, one(&a, A_FLAG, "a", 1, NL_VALIDATE_LIBERAL), -ERANGE, FAILED);
}

static void test_rejected_attribute(void **state)
{
	struct attrs a;

	(void)state;
	assert_failed(&a, one(&a, A_REJECT, "abcd", 4, NL_VALIDATE_LIBERAL), -EINVAL, FAILED);
}

static void test_unknown_types_fail_only_strictly(void **state)
{
	struct attrs a;

	(void)state;
	assert_int_equal(one(&a, A_LAST + 1, "", 0, NL_VALIDATE_LIBERAL), 0);
	assert_failed(&a, one(&a, A_LAST + 1, "", 0, NL_VALIDATE_OLD_STRICT), -EINVAL,
		      "Unknown attribute type");
	assert_failed(&a, one(&a, A_MINLEN, "abcdef", 6, NL_VALIDATE_STRICT), -EINVAL,
		      "Unsupported attribute");
}

static void test_nested_attributes_are_checked(void **state)
{
	struct nlattr *nest;
	struct attrs a;

	(void)state;
	begin(&a);
	nest = nl_nest_begin(&a.m, A_NEST | NLA_F_NESTED);
	nl_put_u8(&a.m, 1, 5);
	nl_nest_end(&a.m, nest);
	assert_failed(&a, parse(&a, NL_VALIDATE_LIBERAL), -ERANGE, FAILED);
	assert_ptr_equal(a.ack.policy, &inner[1]);
}

static void test_nested_flag_is_demanded_strictly(void **state)
{
	struct attrs a;

	(void)state;
	assert_int_equal(one(&a, A_NEST, "", 0, NL_VALIDATE_LIBERAL), 0);
	assert_failed(&a, one(&a, A_NEST, "", 0, NL_VALIDATE_STRICT), -EINVAL,
		      "NLA_F_NESTED is missing");
	assert_failed(&a, one(&a, A_U8 | NLA_F_NESTED, "a", 1, NL_VALIDATE_STRICT), -EINVAL,
		      "NLA_F_NESTED not expected");
}

static void test_leftover_bytes(void **state)
{
	struct attrs a;

	(void)state;
	begin(&a);
	nl_put_u8(&a.m, A_U8, 1);
	nl_put_raw(&a.m, 2);
	assert_int_equal(parse(&a, NL_VALIDATE_LIBERAL), 0);
	assert_int_equal(parse(&a, NL_VALIDATE_TRAILING), -EINVAL);
	assert_string_equal(a.ack.msg, "bytes leftover after parsing attributes");
}

/* Any bytes at all: no crash, no read beyond (a sanitizer watches), and tb points inside. */
static void test_random_bytes_stay_inside(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		const struct nlattr *tb[A_LAST + 1];
		uint8_t bytes[64] __attribute__((aligned(4)));
		size_t len = round % sizeof(bytes);

		for (size_t i = 0; i < len; i++) {
			seed = seed * 6364136223846793005ull + 1442695040888963407ull;
			bytes[i] = (seed >> 60) ? (uint8_t)(seed >> 58) : (uint8_t)(seed >> 32);
		}
		if (nl_parse(bytes, len, policy, A_LAST, round & 0x1f, tb, NULL))
			continue;
		for (int i = 1; i <= A_LAST; i++)
			if (tb[i])
				assert_true((const uint8_t *)tb[i] + tb[i]->nla_len <= bytes + len);
	}
}

static void test_policy_fill_tells_range_and_type(void **state)
{
	const struct nlattr *info[NL_POLICY_TYPE_ATTR_MAX + 1];
	struct attrs a;

	(void)state;
	begin(&a);
	nl_policy_fill(&a.m, 1, &policy[A_RANGE], -1);
	assert_int_equal(nl_parse_nested((struct nlattr *)(a.m.nlh + 1), NULL,
					 NL_POLICY_TYPE_ATTR_MAX, NL_VALIDATE_LIBERAL, info, NULL),
			 0);
	assert_int_equal(mnl_attr_get_u32(info[NL_POLICY_TYPE_ATTR_TYPE]), NL_ATTR_TYPE_U32);
	assert_int_equal(mnl_attr_get_u64(info[NL_POLICY_TYPE_ATTR_MIN_VALUE_U]), 10);
	assert_int_equal(mnl_attr_get_u64(info[NL_POLICY_TYPE_ATTR_MAX_VALUE_U]), 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attributes_are_sorted_by_type),
		cmocka_unit_test(test_last_of_several_stands),
		cmocka_unit_test(test_short_integer_fails_with_policy),
		cmocka_unit_test(test_long_integer_fails_only_strictly),
		cmocka_unit_test(test_range_is_checked_at_both_ends),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_binary_and_minimal_lengths),
		cmocka_unit_test(test_flag_has_no_content),
		cmocka_unit_test(test_rejected_attribute),
		cmocka_unit_test(test_unknown_types_fail_only_strictly),
		cmocka_unit_test(test_nested_attributes_are_checked),
		cmocka_unit_test(test_nested_flag_is_demanded_strictly),
		cmocka_unit_test(test_leftover_bytes),
		cmocka_unit_test(test_random_bytes_stay_inside),
		cmocka_unit_test(test_policy_fill_tells_range_and_type),
	};

	return cmocka_run_group_tests_name("nl_policy", tests, NULL, NULL);
}
