/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for numbers: those that are built in, which no file may take away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/rtnetlink.h>

#include "uip/names.h"

static void test_both_ways(void **state)
{
	static const struct {
		enum names_kind kind;
		uint32_t id;
		const char *word;
	} known[] = {
		{ NAMES_SCOPE, RT_SCOPE_UNIVERSE, "global" },
		{ NAMES_SCOPE, RT_SCOPE_HOST, "host" },
		{ NAMES_SCOPE, RT_SCOPE_LINK, "link" },
		{ NAMES_TABLE, RT_TABLE_MAIN, "main" },
		{ NAMES_TABLE, RT_TABLE_LOCAL, "local" },
		{ NAMES_PROTO, RTPROT_KERNEL, "kernel" },
		{ NAMES_PROTO, RTPROT_STATIC, "static" },
		{ NAMES_GROUP, 0, "default" },
	};
	struct names *n = names_new(false);
	char buf[NAMES_TEXT_MAX];
	uint32_t id;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_string_equal(names_word(n, known[i].kind, known[i].id, buf), known[i].word);
		assert_int_equal(names_id(n, known[i].kind, known[i].word, &id), 0);
		assert_int_equal(id, known[i].id);
	}
	names_free(n);
}

static void test_numbers(void **state)
{
	struct names *n = names_new(false);
	char buf[NAMES_TEXT_MAX];
	uint32_t id;

	(void)state;
	assert_int_equal(names_id(n, NAMES_TABLE, "1000", &id), 0);
	assert_int_equal(id, 1000);
	assert_int_equal(names_id(n, NAMES_TABLE, "0xffffffff", &id), 0);
	assert_int_equal(id, 0xffffffffu);
	assert_int_equal(names_id(n, NAMES_DSFIELD, "10", &id), 0);
	assert_int_equal(id, 0x10); /* hexadecimal, with or without 0x */
	assert_string_equal(names_word(n, NAMES_TABLE, 123456, buf), "123456");
	assert_string_equal(names_word(n, NAMES_DSFIELD, 3, buf), "0x03");
	names_free(n);
}

static void test_wrong_words(void **state)
{
	struct names *n = names_new(false);
	uint32_t id = 7;

	(void)state;
	assert_int_not_equal(names_id(n, NAMES_SCOPE, "nonsense", &id), 0);
	assert_int_not_equal(names_id(n, NAMES_SCOPE, "256", &id), 0);
	assert_int_not_equal(names_id(n, NAMES_SCOPE, "", &id), 0);
	assert_int_not_equal(names_id(n, NAMES_TABLE, "12x", &id), 0);
	assert_int_equal(id, 7);
	names_free(n);
}

static void test_numeric(void **state)
{
	struct names *n = names_new(true);
	char buf[NAMES_TEXT_MAX];
	uint32_t id;

	(void)state;
	assert_string_equal(names_word(n, NAMES_TABLE, RT_TABLE_MAIN, buf), "254");
	assert_int_equal(names_id(n, NAMES_TABLE, "main", &id), 0); /* read as ever */
	names_free(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_wrong_words),
		cmocka_unit_test(test_numeric),
	};

	return cmocka_run_group_tests_name("uip_names", tests, NULL, NULL);
}
