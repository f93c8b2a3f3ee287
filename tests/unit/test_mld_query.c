/* SPDX-License-Identifier: BSD-2-Clause */
/* MLD: what queriers ask and hear, in which version; and what a stranger can do to it, which is little. */
#include "tests/unit/mldrig.h"

#include <stdio.h>

/* Queries ------------------------------------------------------------------------------------- */

static void test_queries_are_answered_in_time(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(change(f, true, GROUP, true, SOURCE2), 0);
	assert_int_equal(change(f, true, GROUP2, false, SOURCE1), 0);
	testnet_advance(f->net, ms_to_ktime(5000));
	f->trace[0] = '\0';

	query2(f, 2000, "::", 0, NULL);
	assert_said(f, 2000, "IS_EX ff05::1 {2001:db8::2}\nIS_IN ff15::2 {2001:db8::1}\n");
	query2(f, 1000, GROUP, 0, NULL);
	assert_said(f, 1000, "IS_EX ff05::1 {2001:db8::2}\n");
	query2(f, 1000, GROUP, 3, SOURCE1 " 2001:db8::9 " SOURCE2); /* which of these? */
	assert_said(f, 1000, "IS_IN ff05::1 {2001:db8::1 2001:db8::9}\n");
	query2(f, 1000, GROUP2, 2, SOURCE1 " " SOURCE2);
	assert_said(f, 1000, "IS_IN ff15::2 {2001:db8::1}\n");
	query2(f, 1000, "ff05::99", 0, NULL);
	assert_said(f, 5000, ""); /* not a member */
	query2(f, 1000, "ff02::1", 0, NULL);
	assert_said(f, 5000, ""); /* never reported */
	query2(f, 0, GROUP, 0, NULL);
	assert_said(f, 0, "IS_EX ff05::1 {2001:db8::2}\n");
}

/* RFC 3810 5.1.3: the answers spread over all the time that the code means, and no longer. */
static void test_response_codes_are_floating_point_numbers(void **state)
{
	static const struct {
		uint16_t code;
		int64_t ms;
	} codes[] = {
		{ 0x7fff, 32767 }, { 0x8000, 32768 }, { 0x8001, 32776 }, { 0xffff, 8387584 }
	};
	struct fixture *f = *state;

	join(f, GROUP);
	testnet_advance(f->net, ms_to_ktime(5000));
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		ktime_t last = 0, begin;

		for (int n = 0; n < 64; n++) {
			begin = f->net->now;
			query2(f, codes[i].code, "::", 0, NULL);
			last = max(last, net_next_timer(f->net) - begin);
			f->trace[0] = '\0';
			assert_said(f, codes[i].ms, "IS_EX ff05::1 {}\n");
		}
		assert_in_range(last, ms_to_ktime(codes[i].ms * 9 / 10),
				ms_to_ktime(codes[i].ms) - 1);
	}
}

static void test_many_queries_are_one_answer(void **state)
{
	struct fixture *f = *state;
	char source[32];

	join(f, GROUP);
	testnet_advance(f->net, ms_to_ktime(5000));
	f->trace[0] = '\0';
	for (int i = 0; i < 50; i++)
		query2(f, 10000, "::", 0, NULL);
	assert_said(f, 11000, "IS_EX ff05::1 {}\n");
	for (int i = 0; i < MAX_SOURCES; i++) { /* more than are remembered: all are told */
		snprintf(source, sizeof(source), "2001:db8::%x", i);
		query2(f, 10000, GROUP, 1, source);
	}
	assert_said(f, 11000, "IS_EX ff05::1 {}\n");
	query2(f, 10000, GROUP, 1, SOURCE1);
	assert_said(f, 11000, "IS_IN ff05::1 {2001:db8::1}\n");
}

static void test_the_queriers_robustness_is_ours(void **state)
{
	static const struct {
		uint8_t told;
		unsigned times;
	} robust[] = { { 5, 5 }, { 1, 2 }, { 7, 7 }, { 0, 3 } };
	struct fixture *f = *state;

	f->net->ipv6->sysctl.mld_qrv = 3; /* when the querier says nothing */
	for (size_t i = 0; i < ARRAY_SIZE(robust); i++) {
		receive(f, (struct message){
				   .type = ICMP6_MLD_QUERY, .group = "::", .qrv = robust[i].told });
		testnet_advance(f->net, 0);
		f->packets = 0;
		join(f, GROUP);
		testnet_advance(f->net, ms_to_ktime(10000));
		assert_int_equal(f->packets, robust[i].times);
		leave(f, GROUP);
		testnet_advance(f->net, ms_to_ktime(10000));
		assert_int_equal(f->packets, 2 * robust[i].times);
	}
}

static void test_repetitions_wait_as_configured(void **state)
{
	struct fixture *f = *state;
	ktime_t last = 0, begin;

	f->idev.conf.mldv2_unsolicited_report_interval = 60000;
	for (int n = 0; n < 32; n++) {
		join(f, GROUP);
		assert_said(f, 0, "TO_EX ff05::1 {}\n");
		begin = f->net->now;
		last = max(last, net_next_timer(f->net) - begin);
		assert_said(f, 60000, "TO_EX ff05::1 {}\n");
		leave(f, GROUP);
		assert_said(f, 60000, "TO_IN ff05::1 {}\nTO_IN ff05::1 {}\n");
	}
	assert_in_range(last, ms_to_ktime(50000), ms_to_ktime(60000));
}

/* Strangers ----------------------------------------------------------------------------------- */

static void test_messages_of_strangers_are_dropped(void **state)
{
	static const struct message bad[] = {
		{ .hop_limit = 64 },		      /* from afar */
		{ .hop_limit = 255 },		      /* that is ND's */
		{ .from = "2001:db8::5" },	      /* not link-local */
		{ .from = "::" },		      /* nobody */
		{ .no_alert = true },		      /* RFC 3810 6.2 */
		{ .group = "2001:db8::1" },	      /* no group */
		{ .nr_sources = 2, .have = SOURCE1 }, /* says two sources, has one */
		{ .nr_sources = 65535 },	      /* says many */
		{ .nr_sources = 0, .cut = 1 },	      /* between the versions */
		{ .nr_sources = 0, .cut = 3 },	      /* … */
		{ .nr_sources = -1, .cut = 1 },	      /* too short for any */
		{ .nr_sources = -1, .cut = MLD_LEN }, /* nothing */
		{ .type = ICMP6_MLD_REPORT, .nr_sources = -1, .cut = 8 },
		{ .type = ICMP6_MLD_DONE, .nr_sources = -1, .cut = 16 },
	};
	struct fixture *f = *state;

	join(f, GROUP);
	testnet_advance(f->net, ms_to_ktime(5000));
	f->trace[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct message m = bad[i];

		m.type = m.type ? m.type : ICMP6_MLD_QUERY;
		m.group = m.group ? m.group : "::";
		receive(f, m);
		assert_int_equal(f->dev->drops[DROP_MLD_HDR], i + 1);
		assert_said(f, 12000, "");
	}
	/* And nobody has been taken for an older router. */
	join(f, GROUP2);
	assert_said(f, 5000, "TO_EX ff15::2 {}\nTO_EX ff15::2 {}\n");
	/* What is for routers is none of ours, and no error. */
	receive(f, (struct message){ .type = ICMP6_MLDV2_REPORT, .group = "::", .cut = 20 });
	receive(f, (struct message){ .type = ICMP6_MLD_DONE, .group = GROUP, .nr_sources = -1 });
	assert_int_equal(f->dev->drops[DROP_MLD_HDR], ARRAY_SIZE(bad));
	assert_said(f, 5000, "");
}

static void test_random_bytes_do_no_harm(void **state)
{
	struct fixture *f = *state;

	join(f, GROUP);
	assert_int_equal(change(f, true, GROUP2, false, SOURCE1), 0);
	for (int i = 0; i < 5000; i++) {
		struct message m = {
			.type = test_below(&f->seed, 4) ? ICMP6_MLD_QUERY : ICMP6_MLD_REPORT,
			.delay = test_random(&f->seed),
			.group = test_below(&f->seed, 2) ? "::" : GROUP2,
			.nr_sources = (int)test_below(&f->seed, 4) - 1,
			.have = SOURCE1 " " SOURCE2,
			.qrv = test_random(&f->seed),
			.qqic = test_random(&f->seed),
			.cut = test_below(&f->seed, 3) ? 0 : test_below(&f->seed, MLD_LEN),
		};

		receive(f, m);
		testnet_advance(f->net, ms_to_ktime(test_below(&f->seed, 2000)));
		f->trace[0] = '\0';
	}
	/* Days later it is as if nothing had been. */
	testnet_advance(f->net, ms_to_ktime(7ll * 86400 * 1000));
	f->trace[0] = '\0';
	query2(f, 0, "::", 0, NULL);
	assert_said(f, 0, "IS_EX ff05::1 {}\nIS_IN ff15::2 {2001:db8::1}\n");
}

/* Version 1 ----------------------------------------------------------------------------------- */

static void test_an_older_router_is_spoken_to_in_its_version(void **state)
{
	struct fixture *f = *state;

	join(f, GROUP2);
	assert_said(f, 0, "TO_EX ff15::2 {}\n");
	query1(f, 1000, "::");
	assert_said(f, 1000, "v1 report ff15::2\n"); /* and the change is not told again */
	join(f, GROUP);
	assert_said(f, 11000, "v1 report ff05::1\nv1 report ff05::1\n");
	query1(f, 1000, GROUP);
	assert_said(f, 1000, "v1 report ff05::1\n");
	query2(f, 1000, GROUP, 1, SOURCE1); /* a newer one asks: in the older one's words */
	assert_said(f, 1000, "v1 report ff05::1\n");
	leave(f, GROUP);
	assert_said(f, 1000, "done ff05::1\n");
	assert_int_equal(change(f, true, GROUP, false, SOURCE1), 0);
	assert_said(f, 11000, "v1 report ff05::1\nv1 report ff05::1\n");
}

/* RFC 3810 9.12: twice the query interval and the response interval after the last one */
static void test_older_routers_are_forgotten(void **state)
{
	struct fixture *f = *state;

	query1(f, 10000, "::");
	testnet_advance(f->net, ms_to_ktime(100000));
	query1(f, 10000, "::");
	testnet_advance(f->net, ms_to_ktime(2 * 125000 + 10000 - 1));
	join(f, GROUP);
	assert_said(f, 0, "v1 report ff05::1\n");
	testnet_advance(f->net, ms_to_ktime(1));
	join(f, GROUP2);
	assert_said(f, 5000, "TO_EX ff15::2 {}\nTO_EX ff15::2 {}\n");
}

static void test_others_reports_make_ours_unnecessary(void **state)
{
	struct fixture *f = *state;
	struct message m = { .type = ICMP6_MLD_REPORT, .group = GROUP, .nr_sources = -1 };

	query1(f, 10000, "::");
	join(f, GROUP);
	assert_said(f, 15000, "v1 report ff05::1\nv1 report ff05::1\n");
	query1(f, 10000, "::");
	report1(f, GROUP);
	assert_said(f, 15000, "");
	/* And who was not the last to report need not say that it leaves (RFC 2710 4). */
	leave(f, GROUP);
	assert_said(f, 1000, "");
	join(f, GROUP);
	assert_said(f, 15000, "v1 report ff05::1\nv1 report ff05::1\n");

	/* Not so: our own, come back; one that routers do not hear; a stranger's. */
	for (int i = 0; i < 4; i++) {
		m.looped = i == 0;
		m.to = i == 1 ? "fe80::2" : NULL;
		m.hop_limit = i == 2 ? 64 : 1;
		m.from = i == 3 ? SOURCE1 : "fe80::77";
		query1(f, 10000, "::");
		receive(f, m);
		assert_said(f, 15000, "v1 report ff05::1\n");
	}
}

static void test_reports_of_others_do_not_count_in_version_2(void **state)
{
	struct fixture *f = *state;

	join(f, GROUP);
	testnet_advance(f->net, ms_to_ktime(5000));
	f->trace[0] = '\0';
	query2(f, 10000, GROUP, 0, NULL);
	report1(f, GROUP);
	assert_said(f, 10000, "IS_EX ff05::1 {}\n");
}

static void test_the_version_can_be_forced(void **state)
{
	struct fixture *f = *state;

	f->idev.conf.force_mld_version = 1;
	join(f, GROUP);
	assert_said(f, 10000, "v1 report ff05::1\nv1 report ff05::1\n");
	query2(f, 1000, "::", 0, NULL);
	assert_said(f, 1000, "v1 report ff05::1\n");
	query2(f, 0xffff, "::", 0, NULL); /* no exponent to version 1: within 32.767 s */
	assert_said(f, 32767, "v1 report ff05::1\n");
	f->all.force_mld_version = 2; /* that of all devices goes first */
	query1(f, 1000, "::");
	assert_said(f, 1000, "");
	leave(f, GROUP);
	assert_said(f, 0, "TO_IN ff05::1 {}\n");
	f->all.force_mld_version = 1; /* in the middle of it */
	assert_said(f, 5000, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MLD_TEST(test_queries_are_answered_in_time),
		MLD_TEST(test_response_codes_are_floating_point_numbers),
		MLD_TEST(test_many_queries_are_one_answer),
		MLD_TEST(test_the_queriers_robustness_is_ours),
		MLD_TEST(test_repetitions_wait_as_configured),
		MLD_TEST(test_messages_of_strangers_are_dropped),
		MLD_TEST(test_random_bytes_do_no_harm),
		MLD_TEST(test_an_older_router_is_spoken_to_in_its_version),
		MLD_TEST(test_older_routers_are_forgotten),
		MLD_TEST(test_others_reports_make_ours_unnecessary),
		MLD_TEST(test_reports_of_others_do_not_count_in_version_2),
		MLD_TEST(test_the_version_can_be_forced),
	};

	return cmocka_run_group_tests_name("mld_query", tests, NULL, NULL);
}
