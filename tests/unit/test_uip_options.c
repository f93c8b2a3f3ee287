/* SPDX-License-Identifier: BSD-2-Clause */
/* The options before the object: abbreviated, repeated, wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>

#include "uip/options.h"
#include "uip/uip.h"

/* Parses up to eight words; what is left stands in *left. */
static enum options_next parse(struct uip_opts *opts, int *left, const char *const *words)
{
	char *word[9] = { 0 };
	struct args a = { .word = word };
	enum options_next next;

	memset(opts, 0, sizeof(*opts));
	while (words[a.left]) {
		word[a.left] = (char *)words[a.left];
		a.left++;
	}
	next = options_parse(&a, opts);
	*left = a.left;
	return next;
}

#define PARSE(opts, left, ...) parse(opts, left, (const char *const[]){ __VA_ARGS__, NULL })

static void test_abbreviations(void **state)
{
	struct uip_opts o;
	int left;

	(void)state;
	assert_int_equal(PARSE(&o, &left, "-s", "-stat", "--statistics", "-d", "link"),
			 OPTIONS_RUN);
	assert_int_equal(o.stats, 3);
	assert_int_equal(o.details, 1);
	assert_int_equal(left, 1);
	assert_int_equal(PARSE(&o, &left, "-j", "-p", "-o", "-br", "-t"), OPTIONS_RUN);
	assert_true(o.json && o.pretty && o.oneline && o.brief && o.timestamp);
	assert_false(o.timestamp_short);
	assert_int_equal(PARSE(&o, &left, "-ts"), OPTIONS_RUN);
	assert_true(o.timestamp && o.timestamp_short);
	assert_int_equal(PARSE(&o, &left, "-n", "demo", "-b", "file", "-force"), OPTIONS_RUN);
	assert_string_equal(o.instance, "demo");
	assert_string_equal(o.batch, "file");
	assert_true(o.force);
	assert_int_equal(PARSE(&o, &left, "-N"), OPTIONS_RUN);
	assert_true(o.numeric);
}

static void test_families(void **state)
{
	struct uip_opts o;
	int left;

	(void)state;
	assert_int_equal(PARSE(&o, &left, "-4"), OPTIONS_RUN);
	assert_int_equal(o.family, AF_INET);
	assert_int_equal(PARSE(&o, &left, "-6"), OPTIONS_RUN);
	assert_int_equal(o.family, AF_INET6);
	assert_int_equal(PARSE(&o, &left, "-0"), OPTIONS_RUN);
	assert_int_equal(o.family, AF_PACKET);
	assert_int_equal(PARSE(&o, &left, "-f", "inet6"), OPTIONS_RUN);
	assert_int_equal(o.family, AF_INET6);
	assert_int_equal(PARSE(&o, &left, "-f", "nonsense"), OPTIONS_REFUSED);
	assert_int_equal(PARSE(&o, &left, "-f"), OPTIONS_USAGE);
}

static void test_colors(void **state)
{
	struct uip_opts o;
	int left;

	(void)state;
	assert_int_equal(PARSE(&o, &left, "-c"), OPTIONS_RUN);
	assert_int_equal(o.color, UIP_COLOR_ALWAYS);
	assert_int_equal(PARSE(&o, &left, "-color=auto"), OPTIONS_RUN);
	assert_int_equal(o.color, UIP_COLOR_AUTO);
	assert_int_equal(PARSE(&o, &left, "-c=never"), OPTIONS_RUN);
	assert_int_equal(o.color, UIP_COLOR_NEVER);
	assert_int_equal(PARSE(&o, &left, "-c=sometimes"), OPTIONS_USAGE);
	assert_int_equal(PARSE(&o, &left, "-json=yes"), OPTIONS_REFUSED);
}

static void test_where_options_end(void **state)
{
	struct uip_opts o;
	int left;

	(void)state;
	assert_int_equal(PARSE(&o, &left, "link", "-s"), OPTIONS_RUN);
	assert_int_equal(left, 2);
	assert_int_equal(o.stats, 0);
	assert_int_equal(PARSE(&o, &left, "--", "-s"), OPTIONS_RUN);
	assert_int_equal(left, 1);
	assert_int_equal(PARSE(&o, &left, "-V", "link"), OPTIONS_VERSION);
	assert_int_equal(PARSE(&o, &left, "-help"), OPTIONS_USAGE);
}

static void test_wrong_options(void **state)
{
	struct uip_opts o;
	int left;

	(void)state;
	assert_int_equal(PARSE(&o, &left, "-x"), OPTIONS_REFUSED);
	assert_int_equal(PARSE(&o, &left, "-"), OPTIONS_REFUSED);
	assert_int_equal(PARSE(&o, &left, "-statisticsx"), OPTIONS_REFUSED);
	assert_int_equal(PARSE(&o, &left, "-46"), OPTIONS_REFUSED);
	assert_int_equal(PARSE(&o, &left, "-b"), OPTIONS_USAGE);
	assert_int_equal(PARSE(&o, &left, "-n"), OPTIONS_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_abbreviations), cmocka_unit_test(test_families),
		cmocka_unit_test(test_colors),	      cmocka_unit_test(test_where_options_end),
		cmocka_unit_test(test_wrong_options),
	};

	return cmocka_run_group_tests_name("uip_options", tests, NULL, NULL);
}
