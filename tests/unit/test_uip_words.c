/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of a batch or of the prompt, split into words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "uip/words.h"

/* Splits @line and checks the words, which end with NULL. */
static void assert_words(const char *line, const char *const *expected)
{
	struct words w = { 0 };
	char *copy = strdup(line);
	int i;

	assert_int_equal(words_split(&w, copy), 0);
	for (i = 0; expected[i]; i++) {
		assert_true(i < w.count);
		assert_string_equal(w.word[i], expected[i]);
	}
	assert_int_equal(w.count, i);
	assert_true(!w.word || !w.word[i]);
	words_free(&w);
	free(copy);
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__ })

static void test_white_space_separates(void **state)
{
	(void)state;
	assert_words("link show lo", WORDS("link", "show", "lo", NULL));
	assert_words("  \tlink\r\n", WORDS("link", NULL));
	assert_words("", WORDS(NULL));
	assert_words(" \t ", WORDS(NULL));
}

static void test_comments_are_left_out(void **state)
{
	(void)state;
	assert_words("# all of it", WORDS(NULL));
	assert_words("link # the rest", WORDS("link", NULL));
	assert_words("link#glued", WORDS("link", NULL));
}

static void test_quotes_hold_a_word_together(void **state)
{
	(void)state;
	assert_words("alias 'a b' x", WORDS("alias", "a b", "x", NULL));
	assert_words("alias \"a 'b\"", WORDS("alias", "a 'b", NULL));
	assert_words("''", WORDS("", NULL));
	assert_words("a'b", WORDS("a'b", NULL));
}

static void test_open_quote_is_refused(void **state)
{
	struct words w = { 0 };
	char line[] = "alias 'a b";

	(void)state;
	assert_int_not_equal(words_split(&w, line), 0);
	words_free(&w);
}

static void test_many_words_and_reuse(void **state)
{
	enum { COUNT = 1000 };
	struct words w = { 0 };
	char *line = calloc(COUNT, 2);
	int round, i;

	(void)state;
	for (round = 0; round < 2; round++) {
		for (i = 0; i < COUNT; i++)
			memcpy(line + 2 * i, "x ", 2);
		line[2 * COUNT - 1] = '\0';
		assert_int_equal(words_split(&w, line), 0);
		assert_int_equal(w.count, COUNT);
		assert_string_equal(w.word[COUNT - 1], "x");
		assert_null(w.word[COUNT]);
	}
	words_free(&w);
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_white_space_separates),
		cmocka_unit_test(test_comments_are_left_out),
		cmocka_unit_test(test_quotes_hold_a_word_together),
		cmocka_unit_test(test_open_quote_is_refused),
		cmocka_unit_test(test_many_words_and_reuse),
	};

	return cmocka_run_group_tests_name("uip_words", tests, NULL, NULL);
}
