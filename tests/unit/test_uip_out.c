/* SPDX-License-Identifier: BSD-2-Clause */
/* One call, two forms: what the same calls write as text, as JSON, and as JSON for reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "uip/out.h"

/* Two objects, with everything in them that there is. */
static void write_sample(struct out *o)
{
	out_begin(o);
	out_object(o, NULL);
	out_int(o, "ifindex", "", 1, ": ");
	out_color(o, OUT_IFNAME, "ifname", "", "lo", ": ");
	out_array(o, "flags");
	out_text(o, "<");
	out_str(o, NULL, "", "UP", "");
	out_str(o, NULL, ",", "LOOPBACK", "");
	out_text(o, ">");
	out_array_end(o);
	out_nl(o);
	out_object(o, "stats");
	out_uint(o, "bytes", " bytes ", 18446744073709551615u >> 1, "");
	out_object_end(o);
	out_flag(o, "deleted", " deleted");
	out_null(o, "proxy", " proxy");
	out_json_bool(o, "on", false);
	out_text(o, "\n");
	out_object_end(o);
	out_object(o, NULL);
	out_array(o, "none");
	out_array_end(o);
	out_str(o, "quote", "", "a\"b\\", "\n");
	out_object_end(o);
	out_end(o);
}

static void assert_written(const struct out_opts *opts, void (*write)(struct out *o),
			   const char *expected)
{
	char *written = NULL;
	size_t len;
	FILE *f = open_memstream(&written, &len);
	struct out *o = out_new(f, opts);

	assert_non_null(o);
	write(o);
	out_free(o);
	fclose(f);
	assert_string_equal(written, expected);
	free(written);
}

static void test_text(void **state)
{
	const struct out_opts opts = { 0 };

	(void)state;
	assert_written(&opts, write_sample,
		       "1: lo: <UP,LOOPBACK>\n"
		       " bytes 9223372036854775807 deleted proxy\n"
		       "a\"b\\\n");
}

static void test_oneline(void **state)
{
	const struct out_opts opts = { .oneline = true };

	(void)state;
	assert_written(&opts, write_sample,
		       "1: lo: <UP,LOOPBACK>\\ bytes 9223372036854775807 deleted proxy\na\"b\\\n");
}

static void test_colors_wrap_the_whole_value(void **state)
{
	const struct out_opts opts = { .color = true };

	(void)state;
	unsetenv("COLORFGBG");
	assert_written(&opts, write_sample,
		       "1: \033[36mlo: \033[0m<UP,LOOPBACK>\n"
		       " bytes 9223372036854775807 deleted proxy\n"
		       "a\"b\\\n");
	setenv("COLORFGBG", "15;0", 1);
	assert_written(&opts, write_sample,
		       "1: \033[1;36mlo: \033[0m<UP,LOOPBACK>\n"
		       " bytes 9223372036854775807 deleted proxy\n"
		       "a\"b\\\n");
	unsetenv("COLORFGBG");
}

static void test_json(void **state)
{
	const struct out_opts opts = { .json = true };

	(void)state;
	assert_written(&opts, write_sample,
		       "[{\"ifindex\":1,\"ifname\":\"lo\",\"flags\":[\"UP\",\"LOOPBACK\"],"
		       "\"stats\":{\"bytes\":9223372036854775807},\"deleted\":true,"
		       "\"proxy\":null,\"on\":false},{\"none\":[],\"quote\":\"a\\\"b\\\\\"}]\n");
}

static void test_json_for_reading(void **state)
{
	const struct out_opts opts = { .json = true, .pretty = true };

	(void)state;
	assert_written(&opts, write_sample,
		       "[ {\n"
		       "        \"ifindex\": 1,\n"
		       "        \"ifname\": \"lo\",\n"
		       "        \"flags\": [ \"UP\",\"LOOPBACK\" ],\n"
		       "        \"stats\": {\n"
		       "            \"bytes\": 9223372036854775807\n"
		       "        },\n"
		       "        \"deleted\": true,\n"
		       "        \"proxy\": null,\n"
		       "        \"on\": false\n"
		       "    },{\n"
		       "        \"none\": [ ],\n"
		       "        \"quote\": \"a\\\"b\\\\\"\n"
		       "    } ]\n");
}

static void write_nothing(struct out *o)
{
	out_begin(o);
	out_end(o);
}

static void test_nothing(void **state)
{
	const struct out_opts text = { 0 }, json = { .json = true };

	(void)state;
	assert_written(&text, write_nothing, "");
	assert_written(&json, write_nothing, "[]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_oneline),
		cmocka_unit_test(test_colors_wrap_the_whole_value),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_for_reading),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests_name("uip_out", tests, NULL, NULL);
}
