/* SPDX-License-Identifier: BSD-2-Clause */
/* Unit tests of nlserver/diag_filter.c: programs as ss writes them, and ones that it never would. */
#include "nlserver/diag_filter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct diag_entry entry(const char *src, uint16_t sport, const char *dst, uint16_t dport)
{
	return (struct diag_entry){
		.family = AF_INET,
		.sport = sport,
		.dport = dport,
		.saddr = inaddr_v4(inet_addr(src)),
		.daddr = inaddr_v4(inet_addr(dst)),
	};
}

static struct diag_entry web(void)
{
	return entry("10.0.0.1", 80, "192.0.2.7", 40000);
}

static bool matches(const void *code, size_t len, struct diag_entry e)
{
	assert_int_equal(diag_filter_check(code, len), 0);
	return diag_filter_match(code, len, &e);
}

/* A port comparison: "no" goes behind the end. */
#define PORT(op, port)             \
	{                          \
		{ op, 8, 12 },     \
		{                  \
			0, 0, port \
		}                  \
	}

static void test_ports_are_compared(void **state)
{
	static const struct {
		struct inet_diag_bc_op code[2];
		bool want;
	} cases[] = {
		{ PORT(INET_DIAG_BC_S_EQ, 80), true },
		{ PORT(INET_DIAG_BC_S_EQ, 81), false },
		{ PORT(INET_DIAG_BC_S_GE, 80), true },
		{ PORT(INET_DIAG_BC_S_GE, 81), false },
		{ PORT(INET_DIAG_BC_S_LE, 79), false },
		{ PORT(INET_DIAG_BC_S_LE, 80), true },
		{ PORT(INET_DIAG_BC_D_EQ, 40000), true },
		{ PORT(INET_DIAG_BC_D_GE, 40001), false },
		{ PORT(INET_DIAG_BC_D_LE, 39999), false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(matches(cases[i].code, sizeof(cases[i].code), web()),
				 cases[i].want);
}

/* sport = :80 and dport = :40000 */
static void test_and_needs_both(void **state)
{
	struct inet_diag_bc_op code[] = {
		{ INET_DIAG_BC_S_EQ, 8, 20 },
		{ 0, 0, 80 },
		{ INET_DIAG_BC_D_EQ, 8, 12 },
		{ 0, 0, 40000 },
	};

	(void)state;
	assert_true(matches(code, sizeof(code), web()));
	code[3].no = 1;
	assert_false(matches(code, sizeof(code), web()));
	code[3].no = 40000;
	code[1].no = 1;
	assert_false(matches(code, sizeof(code), web()));
}

/* sport = :1 or dport = :40000: the first "yes" jumps over the second. */
static void test_or_needs_one(void **state)
{
	struct inet_diag_bc_op code[] = {
		{ INET_DIAG_BC_S_EQ, 8, 12 }, { 0, 0, 80 },    { INET_DIAG_BC_JMP, 4, 12 },
		{ INET_DIAG_BC_D_EQ, 8, 12 }, { 0, 0, 40000 },
	};

	(void)state;
	assert_true(matches(code, sizeof(code), web()));
	code[1].no = 1;
	assert_true(matches(code, sizeof(code), web()));
	code[4].no = 1;
	assert_false(matches(code, sizeof(code), web()));
}

static void test_hosts_are_compared_by_prefix(void **state)
{
	struct {
		struct inet_diag_bc_op op;
		union {
			struct inet_diag_hostcond cond;
			uint32_t words[sizeof(struct inet_diag_hostcond) / 4 + 1];
		};
	} code = {
		.op = { INET_DIAG_BC_D_COND, sizeof(code), sizeof(code) + 4 },
		.cond = { .family = AF_INET, .prefix_len = 24, .port = -1 },
	};

	(void)state;
	code.cond.addr[0] = inet_addr("192.0.2.0");
	assert_true(matches(&code, sizeof(code), web()));
	code.cond.prefix_len = 32;
	assert_false(matches(&code, sizeof(code), web()));
	code.cond.prefix_len = 29;
	assert_true(matches(&code, sizeof(code), web()));
	code.cond.port = 40001;
	assert_false(matches(&code, sizeof(code), web()));
	code.cond.prefix_len = 0;
	code.cond.port = 40000;
	assert_true(matches(&code, sizeof(code), web()));
}

static void test_malformed_programs_are_refused(void **state)
{
	static const struct inet_diag_bc_op no_end[] = { { INET_DIAG_BC_NOP, 8, 0 } };
	static const struct inet_diag_bc_op stands_still[] = { { INET_DIAG_BC_NOP, 0, 0 } };
	static const struct inet_diag_bc_op no_operand[] = { { INET_DIAG_BC_S_EQ, 4, 8 } };
	static const struct inet_diag_bc_op into_operand[] = { { INET_DIAG_BC_JMP, 4, 8 },
							       { INET_DIAG_BC_S_EQ, 8, 12 },
							       { 0, 0, 80 } };
	static const struct inet_diag_bc_op unknown[] = { { 200, 4, 8 } };
	static const struct inet_diag_bc_op odd[] = { { INET_DIAG_BC_JMP, 4, 6 } };

	(void)state;
	assert_int_equal(diag_filter_check(no_end, sizeof(no_end)), -EINVAL);
	assert_int_equal(diag_filter_check(stands_still, sizeof(stands_still)), -EINVAL);
	assert_int_equal(diag_filter_check(no_operand, sizeof(no_operand)), -EINVAL);
	assert_int_equal(diag_filter_check(into_operand, sizeof(into_operand)), -EINVAL);
	assert_int_equal(diag_filter_check(unknown, sizeof(unknown)), -EINVAL);
	assert_int_equal(diag_filter_check(odd, sizeof(odd)), -EINVAL);
	assert_int_equal(diag_filter_check(odd, 3), -EINVAL);
}

/* What passes the check runs to its end within its bytes (a sanitizer watches). */
static void test_random_programs_end(void **state)
{
	struct diag_entry e = web();
	uint64_t seed = 1;
	int passed = 0;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		uint8_t code[32] __attribute__((aligned(4)));
		size_t len = 4 * (1 + round % 8);

		for (size_t i = 0; i < len; i++) {
			seed = seed * 6364136223846793005ull + 1442695040888963407ull;
			code[i] = (uint8_t)(seed >> 40) & (i & 2 ? 0x1c : 0x0f);
		}
		if (diag_filter_check(code, len))
			continue;
		passed++;
		diag_filter_match(code, len, &e);
	}
	assert_true(passed > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ports_are_compared),
		cmocka_unit_test(test_and_needs_both),
		cmocka_unit_test(test_or_needs_one),
		cmocka_unit_test(test_hosts_are_compared_by_prefix),
		cmocka_unit_test(test_malformed_programs_are_refused),
		cmocka_unit_test(test_random_programs_end),
	};

	return cmocka_run_group_tests_name("diag_filter", tests, NULL, NULL);
}
