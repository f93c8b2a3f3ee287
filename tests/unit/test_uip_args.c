/* SPDX-License-Identifier: BSD-2-Clause */
/* The parser of argument tables: order, abbreviation, duplicates, and every taker, right and wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>

#include "uip/args.h"
#include "uip/uip.h"

struct sample {
	const char *dev;
	struct arg_number mtu;
	struct arg_number index;
	struct arg_number scope;
	struct arg_number arp;
	struct arg_prefix local;
	struct arg_prefix via;
	uint32_t bits;
};

#define FIELD(member) offsetof(struct sample, member)

enum { W_DEV, W_MTU, W_INDEX, W_SCOPE, W_ARP, W_VIA, W_ONE, W_TWO, W_END, W_LOCAL };

static const struct arg table[] = {
	[W_DEV] = { "dev", ARG_ONCE, take_string, FIELD(dev), NULL, 0, "oif" },
	[W_MTU] = { "mtu", ARG_ABBREV, take_number, FIELD(mtu), "bad mtu", 65535, NULL },
	[W_INDEX] = { "index", 0, take_integer, FIELD(index), "bad index", 0, NULL },
	[W_SCOPE] = { "scope", 0, take_name, FIELD(scope), "bad scope", NAMES_SCOPE, NULL },
	[W_ARP] = { "arp", 0, take_on_off, FIELD(arp), NULL, 0, NULL },
	[W_VIA] = { "via", 0, take_address, FIELD(via), NULL, 0, NULL },
	[W_ONE] = { "one", ARG_FLAG, take_bit, FIELD(bits), NULL, 1, NULL },
	[W_TWO] = { "two", ARG_FLAG | ARG_ABBREV, take_bit, FIELD(bits), NULL, 2, NULL },
	[W_END] = { "end", ARG_FLAG | ARG_STOP, take_bit, FIELD(bits), NULL, 4, NULL },
	[W_LOCAL] = { "local", ARG_POSITIONAL | ARG_ONCE, take_prefix, FIELD(local), NULL, 0,
		      NULL },
	{ 0 },
};

struct parsed {
	struct sample cfg;
	struct args args;
	uint64_t seen;
	int status;
};

static struct parsed parse(const char *const *words, int family)
{
	static char *word[16];
	struct uip u = { .names = names_new(false) };
	struct parsed p = { .args = { .word = word, .family = family } };

	memset(word, 0, sizeof(word));
	while (words[p.args.left]) {
		word[p.args.left] = (char *)words[p.args.left];
		p.args.left++;
	}
	p.status = args_parse(&u, &p.args, table, &p.cfg, &p.seen);
	names_free(u.names);
	return p;
}

#define PARSE(...)	      parse((const char *const[]){ __VA_ARGS__, NULL }, AF_UNSPEC)
#define REFUSED(status_, ...) assert_int_equal(PARSE(__VA_ARGS__).status, status_)

static void test_any_order(void **state)
{
	struct parsed a = PARSE("dev", "v0", "mtu", "1400", "10.0.0.1/24", "one");
	struct parsed b = PARSE("one", "10.0.0.1/24", "mtu", "1400", "dev", "v0");

	(void)state;
	assert_int_equal(a.status, UIP_OK);
	assert_int_equal(b.status, UIP_OK);
	assert_string_equal(a.cfg.dev, "v0");
	assert_string_equal(b.cfg.dev, "v0");
	assert_int_equal(a.cfg.mtu.value, 1400);
	assert_int_equal(b.cfg.mtu.value, 1400);
	assert_int_equal(a.seen, b.seen);
	assert_int_equal(a.seen, 1 << W_DEV | 1 << W_MTU | 1 << W_LOCAL | 1 << W_ONE);
	assert_int_equal(a.args.family, AF_INET); /* settled by the prefix */
}

static void test_abbreviation_and_alias(void **state)
{
	struct parsed p = PARSE("oif", "v0", "m", "1", "tw", "local", "10.0.0.1");

	(void)state;
	assert_int_equal(p.status, UIP_OK);
	assert_string_equal(p.cfg.dev, "v0");
	assert_int_equal(p.cfg.mtu.value, 1);
	assert_int_equal(p.cfg.bits, 2);
	assert_string_equal(p.cfg.local.text, "10.0.0.1");
	REFUSED(UIP_FAILED, "on"); /* "one" is not abbreviated: this is no prefix either */
}

static void test_a_value_is_needed(void **state)
{
	(void)state;
	REFUSED(UIP_USAGE, "dev");
	REFUSED(UIP_USAGE, "10.0.0.1", "mtu");
}

static void test_duplicates(void **state)
{
	(void)state;
	REFUSED(UIP_USAGE, "dev", "v0", "dev", "v1");
	REFUSED(UIP_USAGE, "10.0.0.1", "10.0.0.2");
	REFUSED(UIP_OK, "mtu", "1", "mtu", "2");
}

static void test_stop_leaves_the_rest(void **state)
{
	struct parsed p = PARSE("one", "end", "two", "dev");

	(void)state;
	assert_int_equal(p.status, UIP_OK);
	assert_int_equal(p.cfg.bits, 1 | 4);
	assert_int_equal(p.args.left, 2);
	assert_string_equal(args_peek(&p.args), "two");
}

static void test_numbers(void **state)
{
	(void)state;
	assert_int_equal(PARSE("mtu", "0x10").cfg.mtu.value, 16);
	assert_int_equal(PARSE("mtu", "65535").cfg.mtu.value, 65535);
	REFUSED(UIP_USAGE, "mtu", "65536");
	REFUSED(UIP_USAGE, "mtu", "-1");
	REFUSED(UIP_USAGE, "mtu", "");
	REFUSED(UIP_USAGE, "mtu", "12x");
	REFUSED(UIP_USAGE, "mtu", "99999999999999999999999");
	assert_int_equal((int32_t)PARSE("index", "-5").cfg.index.value, -5);
	REFUSED(UIP_USAGE, "index", "2147483648");
}

static void test_names_and_switches(void **state)
{
	(void)state;
	assert_int_equal(PARSE("scope", "link").cfg.scope.value, 253);
	REFUSED(UIP_USAGE, "scope", "nonsense");
	assert_int_equal(PARSE("arp", "on").cfg.arp.value, 1);
	assert_int_equal(PARSE("arp", "off").cfg.arp.value, 0);
	assert_true(PARSE("arp", "off").cfg.arp.given);
	REFUSED(UIP_FAILED, "arp", "maybe");
}

static void test_families_are_kept_apart(void **state)
{
	(void)state;
	REFUSED(UIP_OK, "10.0.0.1/24", "via", "10.0.0.2");
	REFUSED(UIP_FAILED, "10.0.0.1/24", "via", "2001:db8::1");
	REFUSED(UIP_FAILED, "via", "2001:db8::1", "10.0.0.1/24");
	REFUSED(UIP_OK, "2001:db8::/32", "via", "2001:db8::1");
	assert_int_equal(parse((const char *const[]){ "10.0.0.1", NULL }, AF_INET6).status,
			 UIP_FAILED);
	assert_int_equal(parse((const char *const[]){ "10.0.0.1", NULL }, AF_PACKET).status,
			 UIP_FAILED);
}

static void test_matches(void **state)
{
	(void)state;
	assert_true(arg_matches("a", "address"));
	assert_true(arg_matches("address", "address"));
	assert_false(arg_matches("addresses", "address"));
	assert_false(arg_matches("", "address"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_abbreviation_and_alias),
		cmocka_unit_test(test_a_value_is_needed),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_stop_leaves_the_rest),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_names_and_switches),
		cmocka_unit_test(test_families_are_kept_apart),
		cmocka_unit_test(test_matches),
	};

	return cmocka_run_group_tests_name("uip_args", tests, NULL, NULL);
}
