/* SPDX-License-Identifier: BSD-2-Clause */
/* Acknowledgements, whole and cut short at every byte, and what is printed of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "uip/extack.h"

/* An answer under construction. */
struct answer {
	struct nlmsghdr h;
	char body[512];
};

static void answer_append(struct answer *a, const void *data, size_t len)
{
	memcpy((char *)a + a->h.nlmsg_len, data, len);
	a->h.nlmsg_len += NLMSG_ALIGN(len);
}

static void answer_attr(struct answer *a, uint16_t type, const char *text)
{
	struct nlattr attr = { .nla_len = (uint16_t)(NLA_HDRLEN + strlen(text) + 1),
			       .nla_type = type };

	answer_append(a, &attr, sizeof(attr));
	answer_append(a, text, strlen(text) + 1);
}

static void answer_error(struct answer *a, int error, unsigned flags, size_t echoed)
{
	struct nlmsgerr err = { .error = error,
				.msg = { .nlmsg_len = sizeof(err.msg) + (uint32_t)echoed } };
	char zeros[64] = { 0 };

	memset(a, 0, sizeof(*a));
	a->h.nlmsg_type = NLMSG_ERROR;
	a->h.nlmsg_flags = (uint16_t)flags;
	a->h.nlmsg_len = NLMSG_HDRLEN;
	answer_append(a, &err, sizeof(err));
	if (echoed)
		answer_append(a, zeros, echoed);
}

static void test_error_with_sentence(void **state)
{
	struct nl_report r;
	struct answer a;

	(void)state;
	answer_error(&a, -EEXIST, NLM_F_CAPPED | NLM_F_ACK_TLVS, 0);
	answer_attr(&a, NLMSGERR_ATTR_OFFS, "xyz");
	answer_attr(&a, NLMSGERR_ATTR_MSG, "ipv4: Address already assigned");
	extack_parse(&a.h, &r);
	assert_int_equal(r.error, -EEXIST);
	assert_string_equal(r.text, "ipv4: Address already assigned");
}

static void test_sentence_after_the_request_that_is_echoed(void **state)
{
	struct nl_report r;
	struct answer a;

	(void)state;
	answer_error(&a, -EINVAL, NLM_F_ACK_TLVS, 24);
	answer_attr(&a, NLMSGERR_ATTR_MSG, "No");
	extack_parse(&a.h, &r);
	assert_int_equal(r.error, -EINVAL);
	assert_string_equal(r.text, "No");
}

static void test_end_of_dump(void **state)
{
	struct nl_report r;
	struct answer a = { .h = { .nlmsg_type = NLMSG_DONE, .nlmsg_flags = NLM_F_ACK_TLVS } };
	int error = -ENOENT;

	(void)state;
	a.h.nlmsg_len = NLMSG_HDRLEN;
	extack_parse(&a.h, &r);
	assert_int_equal(r.error, 0);
	answer_append(&a, &error, sizeof(error));
	answer_attr(&a, NLMSGERR_ATTR_MSG, "ipv4: FIB table does not exist");
	extack_parse(&a.h, &r);
	assert_int_equal(r.error, -ENOENT);
	assert_string_equal(r.text, "ipv4: FIB table does not exist");
}

/* Whatever the length says, nothing beyond it is read: the message lies at the end of its memory. */
static void test_cut_short_at_every_byte(void **state)
{
	struct answer a;
	uint32_t whole, len;

	(void)state;
	answer_error(&a, -EINVAL, NLM_F_ACK_TLVS, 24);
	answer_attr(&a, NLMSGERR_ATTR_MSG, "a sentence");
	whole = a.h.nlmsg_len;
	for (len = NLMSG_HDRLEN; len <= whole; len++) {
		struct nlmsghdr *cut = malloc(len);
		struct nl_report r;

		memcpy(cut, &a, len);
		cut->nlmsg_len = len;
		extack_parse(cut, &r);
		assert_true(len < whole ? r.error != 0 : !strcmp(r.text, "a sentence"));
		free(cut);
	}
}

static void test_what_is_no_error_number(void **state)
{
	static const int numbers[] = { 1, -4096, INT32_MIN };
	struct nl_report r;
	struct answer a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		answer_error(&a, numbers[i], NLM_F_CAPPED, 0);
		extack_parse(&a.h, &r);
		assert_int_equal(r.error, -EBADMSG);
	}
}

static void test_long_sentence_is_cut(void **state)
{
	char text[400];
	struct nl_report r;
	struct answer a;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	answer_error(&a, -EINVAL, NLM_F_CAPPED | NLM_F_ACK_TLVS, 0);
	answer_attr(&a, NLMSGERR_ATTR_MSG, text);
	extack_parse(&a.h, &r);
	assert_int_equal(strlen(r.text), sizeof(r.text) - 1);
}

static void assert_printed(int error, const char *text, const char *expected)
{
	struct nl_report r = { .error = error };
	char *printed = NULL;
	size_t len;
	FILE *f = open_memstream(&printed, &len);

	strcpy(r.text, text);
	extack_print(f, &r);
	fclose(f);
	assert_string_equal(printed, expected);
	free(printed);
}

static void test_what_is_printed(void **state)
{
	(void)state;
	assert_printed(-EINVAL, "Bad", "Error: Bad.\n");
	assert_printed(-EINVAL, "Bad.", "Error: Bad.\n");
	assert_printed(0, "Careful", "Warning: Careful.\n");
	assert_printed(-EEXIST, "", "RTNETLINK answers: File exists\n");
	assert_printed(-EEXIST, "No", "Error: No.\n");
	setenv("UIP_ERRNO", "1", 1);
	assert_printed(-EEXIST, "", "RTNETLINK answers: File exists\n");
	assert_printed(-EEXIST, "No", "Error: No.\nRTNETLINK answers: File exists\n");
	assert_printed(0, "Well", "Warning: Well.\n");
	unsetenv("UIP_ERRNO");
	assert_printed(0, "", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_with_sentence),
		cmocka_unit_test(test_sentence_after_the_request_that_is_echoed),
		cmocka_unit_test(test_end_of_dump),
		cmocka_unit_test(test_cut_short_at_every_byte),
		cmocka_unit_test(test_what_is_no_error_number),
		cmocka_unit_test(test_long_sentence_is_cut),
		cmocka_unit_test(test_what_is_printed),
	};

	return cmocka_run_group_tests_name("uip_extack", tests, NULL, NULL);
}
