/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP options: what is written is read again, and what strangers write does no harm. */
#include "tests/unit/testnet.h"

#include <stdlib.h>
#include <string.h>

#include "stack/tcp/tcp_options.h"

static void parse(const uint8_t *p, unsigned len, bool syn, struct tcp_opts *o)
{
	memset(o, 0xff, sizeof(*o)); /* all of it must be set */
	tcp_options_parse(p, len, syn, o);
}

static void test_what_is_written_is_read(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		bool syn = test_below(&random, 2);
		struct tcp_opts o = {
			.has_ts = test_below(&random, 2),
			.tsval = test_random(&random),
			.tsecr = test_random(&random),
		}, back;
		uint8_t buf[TCP_OPTIONS_MAX + 1];
		unsigned len;

		if (syn) {
			o.mss = test_below(&random, 2) ? 1 + test_below(&random, 65535) : 0;
			o.sack_ok = test_below(&random, 2);
			o.has_wscale = test_below(&random, 2);
			o.wscale = o.has_wscale ? test_below(&random, 15) : 0;
		} else {
			o.nr_sacks = test_below(&random, o.has_ts ? 4 : 5);
			test_fill(&random, o.sacks, o.nr_sacks * sizeof(o.sacks[0]));
		}
		if (!o.has_ts)
			o.tsval = o.tsecr = 0;
		len = tcp_options_len(&o);
		assert_true(len <= TCP_OPTIONS_MAX && len % 4 == 0);
		buf[len] = 0xaa;
		tcp_options_write(buf, &o);
		assert_int_equal(buf[len], 0xaa);
		parse(buf, len, syn, &back);
		assert_memory_equal(&back, &o, sizeof(o));
	}
}

static void test_random_bytes(void **state)
{
	uint64_t random = 2;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		unsigned len = test_below(&random, TCP_OPTIONS_MAX / 4 + 1) * 4;
		uint8_t *buf = malloc(len + 1); /* so that a sanitizer sees a read beyond it */
		struct tcp_opts o;

		test_fill(&random, buf, len);
		for (unsigned k = 0; k < len; k++)
			if (test_below(&random, 2))
				buf[k] %= 12;
		parse(buf, len, test_below(&random, 2), &o);
		assert_true(o.nr_sacks <= TCP_SACKS_MAX);
		assert_true(o.wscale <= TCP_MAX_WSCALE);
		free(buf);
	}
}

static void test_options_of_a_syn_mean_nothing_later(void **state)
{
	const uint8_t buf[] = { 2, 4, 5, 0xb4, 3, 3, 7, 4, 2, 1, 1, 0 };
	struct tcp_opts o;

	(void)state;
	parse(buf, sizeof(buf), false, &o);
	assert_false(o.mss || o.has_wscale || o.sack_ok);
	parse(buf, sizeof(buf), true, &o);
	assert_int_equal(o.mss, 1460);
	assert_int_equal(o.wscale, 7);
	assert_true(o.sack_ok);
}

static void test_large_scale_is_cut(void **state)
{
	const uint8_t buf[] = { 3, 3, 200, 0 };
	struct tcp_opts o;

	(void)state;
	parse(buf, sizeof(buf), true, &o);
	assert_int_equal(o.wscale, 14);
}

static void test_bad_lengths_end_the_list(void **state)
{
	static const uint8_t zero[] = { 8, 0, 1, 1 }, one[] = { 8, 1, 1, 1 },
			     beyond[] = { 1, 1, 8, 10 };
	static const uint8_t unknown[] = { 99, 4, 1, 2, 2, 4, 1, 0 };
	struct tcp_opts o;

	(void)state;
	parse(zero, sizeof(zero), true, &o);
	assert_false(o.has_ts);
	parse(one, sizeof(one), true, &o);
	assert_false(o.has_ts);
	parse(beyond, sizeof(beyond), true, &o);
	assert_false(o.has_ts);
	/* MUST-6: what is not known is passed over */
	parse(unknown, sizeof(unknown), true, &o);
	assert_int_equal(o.mss, 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_options_of_a_syn_mean_nothing_later),
		cmocka_unit_test(test_large_scale_is_cut),
		cmocka_unit_test(test_bad_lengths_end_the_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
