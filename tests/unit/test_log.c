/* SPDX-License-Identifier: BSD-2-Clause */
/* Logging: what is emitted, what is not, and how long a line can be. */
#include "stack/lib/log.h"

#include <string.h>

#include "tests/unit/testnet.h"

struct sink {
	unsigned lines;
	enum log_level level;
	char line[512];
};

static void emit(void *ctx, enum log_level level, const char *line)
{
	struct sink *sink = ctx;

	sink->lines++;
	sink->level = level;
	strcpy(sink->line, line);
}

static void test_log_line_is_formatted_and_emitted_with_its_level(void **state)
{
	struct sink sink = { 0 };
	struct logger log = { emit, &sink, LOG_LEVEL_INFO };

	(void)state;
	log_warn(&log, "%s has %d", "eth0", 7);
	assert_int_equal(sink.lines, 1);
	assert_int_equal(sink.level, LOG_LEVEL_WARN);
	assert_string_equal(sink.line, "eth0 has 7");
}

static void test_log_line_beyond_the_level_is_not_emitted(void **state)
{
	struct sink sink = { 0 };
	struct logger log = { emit, &sink, LOG_LEVEL_WARN };

	(void)state;
	log_info(&log, "no");
	log_debug(&log, "no");
	assert_int_equal(sink.lines, 0);
	log_warn(&log, "yes");
	log_err(&log, "yes");
	assert_int_equal(sink.lines, 2);
}

static void test_log_line_without_a_listener_is_harmless(void **state)
{
	struct logger log = { 0 };

	(void)state;
	log_err(&log, "nobody hears %s", "this");
	assert_null(log.emit);
}

static void test_log_line_is_cut_at_255_bytes(void **state)
{
	struct sink sink = { 0 };
	struct logger log = { emit, &sink, LOG_LEVEL_DEBUG };

	(void)state;
	log_err(&log, "%300d", 1);
	assert_int_equal(strlen(sink.line), 255);
}

static void test_log_due_once_a_second(void **state)
{
	ktime_t last = 0;

	(void)state;
	assert_true(log_due(&last, 0));
	assert_false(log_due(&last, 1));
	assert_false(log_due(&last, NSEC_PER_SEC));
	assert_true(log_due(&last, NSEC_PER_SEC + 1));
	assert_false(log_due(&last, 2 * NSEC_PER_SEC));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log_line_is_formatted_and_emitted_with_its_level),
		cmocka_unit_test(test_log_line_beyond_the_level_is_not_emitted),
		cmocka_unit_test(test_log_line_without_a_listener_is_harmless),
		cmocka_unit_test(test_log_line_is_cut_at_255_bytes),
		cmocka_unit_test(test_log_due_once_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
