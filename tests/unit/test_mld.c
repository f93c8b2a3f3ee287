/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MLD: what is told of groups and sources, and when, as sockets and devices come and go. The machine is
 * stack/ip/mc_*.c, which IGMP shares.
 */
#include "tests/unit/mldrig.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "stack/core/event.h"
#include "stack/ip/mc_group.h"

/* Groups -------------------------------------------------------------------------------------- */

static void test_joins_and_leaves_are_told_twice(void **state)
{
	struct fixture *f = *state;

	assert_said(f, 5000, ""); /* all nodes: never */
	join(f, GROUP);
	assert_said(f, 5000, "TO_EX ff05::1 {}\nTO_EX ff05::1 {}\n");
	join(f, GROUP);
	leave(f, GROUP);
	assert_said(f, 5000, ""); /* the sum is as it was */
	leave(f, GROUP);
	assert_said(f, 5000, "TO_IN ff05::1 {}\nTO_IN ff05::1 {}\n");
	assert_int_equal(change(f, false, GROUP, true, ""), -EADDRNOTAVAIL);
	join(f, GROUP);
	assert_said(f, 0, "TO_EX ff05::1 {}\n");
	leave(f, GROUP); /* before the second report */
	assert_said(f, 5000, "TO_IN ff05::1 {}\nTO_IN ff05::1 {}\n");
}

static void test_what_does_not_leave_the_interface_is_kept_there(void **state)
{
	struct fixture *f = *state;

	assert_true(hears(f, "33:33:00:00:00:01"));
	join(f, "ff01::99");
	assert_false(hears(f, "33:33:00:00:00:99"));
	join(f, "ff02::1"); /* all nodes, once more: not told either */
	assert_said(f, 5000, "");
	join(f, "ff02::1:ff00:2");
	assert_true(hears(f, "33:33:ff:00:00:02"));
	assert_said(f, 5000, "TO_EX ff02::1:ff00:2 {}\nTO_EX ff02::1:ff00:2 {}\n");
	leave(f, "ff02::1:ff00:2");
	assert_false(hears(f, "33:33:ff:00:00:02"));
	leave(f, "ff02::1");
	assert_true(hears(f, "33:33:00:00:00:01")); /* the node's own */
}

static void test_the_stacks_own_memberships_are_counted(void **state)
{
	struct fixture *f = *state;
	union inaddr group = in6("ff02::1:ff00:2");

	assert_int_equal(ip6_mc_join_own(&f->idev, &group), 0);
	assert_int_equal(ip6_mc_join_own(&f->idev, &group), 0);
	ip6_mc_leave_own(&f->idev, &group);
	assert_true(ip6_mc_check(&f->idev, &group, NULL, 0));
	ip6_mc_leave_own(&f->idev, &group);
	assert_false(ip6_mc_check(&f->idev, &group, NULL, 0));
	assert_said(f, 0, "TO_IN ff02::1:ff00:2 {}\n"); /* one round for all of it */
}

static void destroy_route(struct dst_entry *dst)
{
	(void)dst;
}

static void test_the_device_is_the_routes_where_none_is_named(void **state)
{
	struct fixture *f = *state;
	const struct dst_ops ops = { .family = AF_INET6, .destroy = destroy_route };
	struct dst_entry dst = { .ops = &ops, .net = f->net, .dev = f->dev, .refs = 1 };
	const struct mc_filter any = { .exclude = true };
	union inaddr group = in6(GROUP), unicast = in6(SOURCE1);

	assert_int_equal(ip6_mc_join(f->net, &group, NULL, &any), -ENODEV);
	f->route = &dst;
	assert_int_equal(ip6_mc_join(f->net, &group, NULL, &any), 0);
	assert_int_equal(ip6_mc_join(f->net, &unicast, NULL, &any), -EINVAL);
	assert_said(f, 0, "TO_EX ff05::1 {}\n");
	assert_int_equal(ip6_mc_leave(f->net, &group, NULL, &any), 0);
	assert_int_equal(dst.refs, 1);
	f->dev->ip6 = NULL; /* no IPv6 there */
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &any), -ENODEV);
	assert_int_equal(ip6_mc_leave(f->net, &group, NULL, &any), -ENODEV);
	f->dev->ip6 = &f->idev;
}

static void test_source_filters_add_up(void **state)
{
	struct fixture *f = *state;
	union inaddr group = in6(GROUP), s1 = in6(SOURCE1), s2 = in6(SOURCE2);

	assert_int_equal(change(f, true, GROUP, false, SOURCE1), 0);
	assert_said(f, 5000, "ALLOW ff05::1 {2001:db8::1}\nALLOW ff05::1 {2001:db8::1}\n");
	assert_true(ip6_mc_check(&f->idev, &group, &s1, IPPROTO_UDP));
	assert_false(ip6_mc_check(&f->idev, &group, &s2, IPPROTO_UDP));
	assert_true(ip6_mc_check(&f->idev, &group, &s2, IPPROTO_HOPOPTS)); /* MLD, perhaps */
	assert_true(ip6_mc_check(&f->idev, &group, &s2, IPPROTO_ICMPV6));
	assert_true(ip6_mc_check(&f->idev, &group, NULL, IPPROTO_UDP));

	/* Another wants all but two; of which the first wants one. */
	assert_int_equal(change(f, true, GROUP, true, SOURCE1 " " SOURCE2), 0);
	assert_said(f, 5000, "TO_EX ff05::1 {2001:db8::2}\nTO_EX ff05::1 {2001:db8::2}\n");
	assert_true(ip6_mc_check(&f->idev, &group, &s1, IPPROTO_UDP));
	assert_false(ip6_mc_check(&f->idev, &group, &s2, IPPROTO_UDP));
	assert_int_equal(change(f, false, GROUP, false, SOURCE1), 0);
	assert_said(f, 5000, "BLOCK ff05::1 {2001:db8::1}\nBLOCK ff05::1 {2001:db8::1}\n");
	assert_int_equal(change(f, false, GROUP, true, SOURCE1 " " SOURCE2), 0);
	assert_said(f, 5000, "TO_IN ff05::1 {}\nTO_IN ff05::1 {}\n");
	assert_false(ip6_mc_check(&f->idev, &group, &s1, IPPROTO_UDP));
}

/* What one socket wants of one group, in the naive model of the next test. */
struct member {
	int group; /* 0: of none */
	bool exclude;
	uint8_t sources; /* bits */
};

static void member_change(struct fixture *f, const struct member *m, bool joins)
{
	char group[32], text[160] = "";

	snprintf(group, sizeof(group), "ff05::%d", m->group);
	for (int s = 0; s < 5; s++) {
		if (m->sources >> s & 1)
			snprintf(text + strlen(text), 32, "2001:db8::%d ", s + 1);
	}
	assert_int_equal(change(f, joins, group, m->exclude, text), 0);
}

static bool member_wants(const struct member *m, int group, int source)
{
	return m->group == group && (m->sources >> source & 1) != m->exclude;
}

static void test_a_router_that_hears_all_knows_what_all_sockets_want(void **state)
{
	struct fixture *f = *state;
	struct member members[6] = { { 0 } };

	f->router_listens = true;
	for (int step = 0; step < 3000; step++) {
		struct member *m = &members[test_below(&f->seed, 6)];

		if (m->group)
			member_change(f, m, false);
		*m = (struct member){ test_below(&f->seed, 5), test_below(&f->seed, 2),
				      test_below(&f->seed, 32) };
		if (m->group && (m->exclude || m->sources))
			member_change(f, m, true);
		else
			m->group = 0;
		if (test_below(&f->seed, 2))
			testnet_advance(f->net, ms_to_ktime(test_below(&f->seed, 3000)));
		testnet_advance(f->net, 0);
		f->trace[0] = '\0';
		for (int g = 1; g < 5; g++) {
			for (int s = 0; s < 6; s++) { /* the last: nobody names it */
				bool want = false;

				for (int k = 0; k < 6; k++)
					want |= member_wants(&members[k], g, s);
				assert_int_equal(f->router.group[g - 1].source[s] !=
							 f->router.group[g - 1].exclude,
						 want);
			}
		}
	}
	for (int k = 0; k < 6; k++) {
		if (members[k].group)
			member_change(f, &members[k], false);
	}
}

/* Devices and addresses ----------------------------------------------------------------------- */

static void tell_address(struct fixture *f, const char *addr, uint32_t flags)
{
	struct ifaddr ifa = {
		.dev = f->dev, .family = AF_INET6, .local = in6(addr), .flags = flags
	};
	struct ifaddr_event event = { &ifa };

	event_emit(f->net, EVENT_ADDR_ADD, &event);
}

/* RFC 3590 4 */
static void test_what_was_said_by_nobody_is_said_again(void **state)
{
	struct fixture *f = *state;

	f->have_linklocal = false;
	join(f, GROUP);
	assert_int_equal(change(f, true, GROUP2, false, SOURCE1), 0);
	assert_said(f, 5000,
		    ":: TO_EX ff05::1 {}\nALLOW ff15::2 {2001:db8::1}\n"
		    ":: TO_EX ff05::1 {}\nALLOW ff15::2 {2001:db8::1}\n");
	tell_address(f, OWN, IFA_F_TENTATIVE);
	tell_address(f, SOURCE1, 0);
	assert_said(f, 5000, "");
	f->have_linklocal = true;
	tell_address(f, OWN, IFA_F_PERMANENT);
	assert_said(f, 5000,
		    "TO_EX ff05::1 {}\nALLOW ff15::2 {2001:db8::1}\n"
		    "TO_EX ff05::1 {}\nALLOW ff15::2 {2001:db8::1}\n");
	tell_address(f, OWN, IFA_F_PERMANENT); /* once is enough */
	assert_said(f, 5000, "");
}

static void test_what_was_left_meanwhile_stays_left(void **state)
{
	struct fixture *f = *state;

	f->have_linklocal = false;
	join(f, GROUP);
	leave(f, GROUP);
	assert_said(f, 0, ":: TO_IN ff05::1 {}\n");
	f->have_linklocal = true;
	tell_address(f, OWN, IFA_F_PERMANENT);
	assert_said(f, 5000, "TO_IN ff05::1 {}\n");
}

static void test_down_and_up_tells_anew(void **state)
{
	struct fixture *f = *state;

	query1(f, 1000, "::");
	join(f, GROUP);
	assert_int_equal(change(f, true, GROUP2, false, SOURCE1), 0);
	testnet_advance(f->net, ms_to_ktime(15000));
	f->trace[0] = '\0';
	ip6_mc_down(&f->idev);
	assert_true(list_empty(&f->dev->mc_list));
	leave(f, GROUP);
	join(f, GROUP);
	assert_said(f, 5000, "");
	ip6_mc_up(&f->idev); /* on another link, perhaps: the older router is forgotten */
	assert_said(f, 5000,
		    "ALLOW ff15::2 {2001:db8::1}\nTO_EX ff05::1 {}\n"
		    "ALLOW ff15::2 {2001:db8::1}\nTO_EX ff05::1 {}\n");
	assert_true(hears(f, "33:33:00:00:00:01"));
	assert_true(hears(f, "33:33:00:00:00:02"));
}

/* Size ---------------------------------------------------------------------------------------- */

static void test_many_groups_are_cut_into_packets(void **state)
{
	struct fixture *f = *state;
	char group[32], expected[8192] = "";

	f->dev->mtu = 1280;
	for (int n = 1; n <= 150; n++) {
		snprintf(group, sizeof(group), "ff05::%x", n);
		join(f, group);
		snprintf(expected + strlen(expected), 64, "TO_EX %s {}\n", group);
	}
	assert_said(f, 0, expected); /* 61 records of 20 bytes to a packet */
	assert_int_equal(f->packets, 3);
	assert_int_equal(f->longest, 1280 - 4);
}

/* Users have many sockets, and each has many memberships: all packets to groups would feel it. */
static void test_sockets_cannot_join_without_end(void **state)
{
	struct fixture *f = *state;
	const struct mc_filter any = { .exclude = true };
	union inaddr group = in6("ff01::5"), solicited = in6("ff02::1:ff00:77");
	unsigned n;

	for (n = 0; n < 2 * MC_GROUPS_MAX; n++) {
		group.v6[2] = htonl(n);
		if (ip6_mc_join(f->net, &group, f->dev, &any))
			break;
	}
	assert_in_range(n, MC_GROUPS_MAX - 8, MC_GROUPS_MAX);
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &any), -ENOBUFS);
	assert_int_equal(ip6_mc_join_own(&f->idev, &solicited), 0);
	group.v6[2] = htonl(0);
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &any), 0);
	for (unsigned i = 0; i < n; i++) {
		group.v6[2] = htonl(i);
		assert_int_equal(ip6_mc_leave(f->net, &group, f->dev, &any), 0);
	}
	group.v6[2] = htonl(n);
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &any), 0);
}

static void test_sockets_cannot_name_sources_without_end(void **state)
{
	struct fixture *f = *state;
	union inaddr sources[MAX_SOURCES], group = in6(GROUP);
	struct mc_filter filter = { false, MAX_SOURCES, sources };
	unsigned n = 0;
	int err;

	f->dev->mtu = 9000;
	do {
		for (unsigned i = 0; i < MAX_SOURCES; i++) {
			sources[i] = in6(SOURCE1);
			sources[i].v6[2] = htonl(n * MAX_SOURCES + i);
		}
		err = ip6_mc_join(f->net, &group, f->dev, &filter);
		n += !err;
	} while (!err && n < MC_SOURCES_MAX);
	assert_int_equal(err, -ENOBUFS);
	assert_int_equal(n, MC_SOURCES_MAX / MAX_SOURCES);
	/* What did not fit as a whole left nothing. */
	filter.nr_sources = MC_SOURCES_MAX % MAX_SOURCES;
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &filter), 0);
}

static void test_long_lists_of_sources(void **state)
{
	struct fixture *f = *state;
	union inaddr sources[MAX_SOURCES], group = in6(GROUP), group2 = in6(GROUP2);
	struct mc_filter filter = { true, MAX_SOURCES, sources };
	int records = 0;

	f->dev->mtu = 1280;
	for (int i = 0; i < MAX_SOURCES; i++) {
		sources[i] = in6(SOURCE1);
		sources[i].b[13] = 1 + i;
	}
	/*
	 * RFC 3810 5.2.15: one record that excludes, of what fits into a packet of its own: 75
	 * sources.
	 */
	join(f, "ff05::5");
	assert_int_equal(ip6_mc_join(f->net, &group, f->dev, &filter), 0);
	testnet_advance(f->net, 0);
	assert_int_equal(f->packets, 2);
	for (const char *p = f->trace; (p = strstr(p, "TO_EX")); p++)
		records++;
	assert_int_equal(records, 2);
	assert_int_equal(f->longest, 48 + 8 + 20 + 75 * 16);
	f->trace[0] = '\0';
	testnet_advance(f->net, ms_to_ktime(5000));

	/* Ones that allow go on in the next packet. */
	f->trace[0] = '\0';
	f->packets = 0;
	filter.exclude = false;
	assert_int_equal(ip6_mc_join(f->net, &group2, f->dev, &filter), 0);
	testnet_advance(f->net, 0);
	assert_int_equal(f->packets, 3);
	records = 0;
	for (const char *p = f->trace; (p = strstr(p, "2001:db8:")); p++)
		records++;
	assert_int_equal(records, MAX_SOURCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MLD_TEST(test_joins_and_leaves_are_told_twice),
		MLD_TEST(test_what_does_not_leave_the_interface_is_kept_there),
		MLD_TEST(test_the_stacks_own_memberships_are_counted),
		MLD_TEST(test_the_device_is_the_routes_where_none_is_named),
		MLD_TEST(test_source_filters_add_up),
		MLD_TEST(test_a_router_that_hears_all_knows_what_all_sockets_want),
		MLD_TEST(test_what_was_said_by_nobody_is_said_again),
		MLD_TEST(test_what_was_left_meanwhile_stays_left),
		MLD_TEST(test_down_and_up_tells_anew),
		MLD_TEST(test_many_groups_are_cut_into_packets),
		MLD_TEST(test_sockets_cannot_join_without_end),
		MLD_TEST(test_sockets_cannot_name_sources_without_end),
		MLD_TEST(test_long_lists_of_sources),
	};

	return cmocka_run_group_tests_name("mld", tests, NULL, NULL);
}
