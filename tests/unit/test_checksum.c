/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The internet checksum, against a sum that is taken two bytes at a time, as RFC 1071 4.1 has it.
 */
#include "stack/lib/checksum.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/unit/testnet.h"

#define BUF_SIZE 4200

/* The folded sum of 16-bit words in network order, as a number. */
static uint16_t naive_sum(const uint8_t *p, size_t len)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += p[i] << 8 | (i + 1 < len ? p[i + 1] : 0);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* 0 and 0xffff are the same number in one's complement. */
static void assert_sum(uint32_t partial, uint16_t expected)
{
	uint16_t sum = ~ntohs(csum_fold(partial));

	if (sum % 0xffff != expected % 0xffff)
		fail_msg("sum is %04x, not %04x", sum, expected);
}

static void test_csum_partial_equals_naive_sum_at_every_alignment_and_length(void **state)
{
	static uint8_t buf[BUF_SIZE];
	uint64_t seed = 1;

	(void)state;
	test_fill(&seed, buf, sizeof(buf));
	for (unsigned align = 0; align < 64; align++)
		for (unsigned len = 0; len <= 300; len++)
			assert_sum(csum_partial(buf + align, len, 0), naive_sum(buf + align, len));
	for (unsigned i = 0; i < 2000; i++) {
		unsigned align = test_below(&seed, 64), len = test_below(&seed, BUF_SIZE - 64);

		assert_sum(csum_partial(buf + align, len, 0), naive_sum(buf + align, len));
	}
}

static void test_csum_partial_loses_no_carry(void **state)
{
	static uint8_t buf[1 << 20];

	(void)state;
	memset(buf, 0xff, sizeof(buf));
	for (unsigned cut = 0; cut < 100; cut++)
		assert_sum(csum_partial(buf, sizeof(buf) - cut, 0xffffffff),
			   naive_sum(buf, sizeof(buf) - cut));
	buf[0] = 0;
	buf[1] = 2;
	assert_sum(csum_partial(buf, sizeof(buf), 0), 2);
}

static void test_csum_of_pieces_is_csum_of_the_whole(void **state)
{
	uint8_t buf[500];
	uint64_t seed = 2;

	(void)state;
	test_fill(&seed, buf, sizeof(buf));
	for (unsigned i = 0; i < 5000; i++) {
		unsigned len = test_below(&seed, sizeof(buf)), cut = test_below(&seed, len + 1);
		uint32_t first = csum_partial(buf, cut, 0);
		uint32_t second = csum_partial(buf + cut, len - cut, 0);

		assert_sum(csum_block_add(first, second, cut), naive_sum(buf, len));
		if (cut % 2 == 0)
			assert_sum(csum_partial(buf + cut, len - cut, first), naive_sum(buf, len));
	}
}

static void test_csum_replace_equals_a_new_sum(void **state)
{
	uint64_t seed = 3;
	be16 words[20];

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		unsigned at = 1 + test_below(&seed, 19);
		be16 old, new = test_random(&seed);

		test_fill(&seed, words, sizeof(words));
		words[0] = 0;
		words[0] = ip_compute_csum(words, sizeof(words));
		assert_sum(csum_partial(words, sizeof(words), 0), 0xffff);

		old = words[at];
		words[at] = new;
		csum_replace2(&words[0], old, new);
		assert_sum(csum_partial(words, sizeof(words), 0), 0xffff);
	}
}

/* The IPv4 header that is commonly worked through by hand: 4500 0073 … c0a8 00c7, checksum b861. */
static void test_ip_compute_csum_of_a_known_header(void **state)
{
	static const uint8_t header[20] = { 0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40,
					    0x00, 0x40, 0x11, 0x00, 0x00, 0xc0, 0xa8,
					    0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7 };

	(void)state;
	assert_int_equal(ntohs(ip_compute_csum(header, sizeof(header))), 0xb861);
}

static void test_csum_pseudo_sums_the_pseudo_header(void **state)
{
	uint8_t v4[12], v6[40];
	union inaddr saddr, daddr;
	uint64_t seed = 4;
	uint32_t len = 0x12345;
	be32 word;

	(void)state;
	test_fill(&seed, &saddr, sizeof(saddr));
	test_fill(&seed, &daddr, sizeof(daddr));

	/* RFC 8200 8.1 */
	memcpy(v6, &saddr, 16);
	memcpy(v6 + 16, &daddr, 16);
	word = htonl(len);
	memcpy(v6 + 32, &word, 4);
	word = htonl(17);
	memcpy(v6 + 36, &word, 4);
	assert_sum(csum_pseudo(AF_INET6, &saddr, &daddr, len, 17), naive_sum(v6, sizeof(v6)));

	/* RFC 9293 3.1 */
	len = 1480;
	memcpy(v4, &saddr, 4);
	memcpy(v4 + 4, &daddr, 4);
	v4[8] = 0;
	v4[9] = 6;
	v4[10] = len >> 8;
	v4[11] = len & 0xff;
	assert_sum(csum_pseudo(AF_INET, &saddr, &daddr, len, 6), naive_sum(v4, sizeof(v4)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csum_partial_equals_naive_sum_at_every_alignment_and_length),
		cmocka_unit_test(test_csum_partial_loses_no_carry),
		cmocka_unit_test(test_csum_of_pieces_is_csum_of_the_whole),
		cmocka_unit_test(test_csum_replace_equals_a_new_sum),
		cmocka_unit_test(test_ip_compute_csum_of_a_known_header),
		cmocka_unit_test(test_csum_pseudo_sums_the_pseudo_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
