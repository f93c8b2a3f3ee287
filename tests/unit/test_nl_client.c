/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unit tests of nlserver/client.c and dump.c: port ids, groups, what waits for a slow reader, overrun,
 * and dumps that go on when there is room again.
 */
#include "tests/unit/testnl.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include <ustack/channel.h>
#include <ustack/link.h>

static struct testnl t;
static struct testreq r;

static int setup(void **state)
{
	(void)state;
	testnl_create(&t, NETLINK_ROUTE);
	testreq_init(&r);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	testnl_destroy(&t);
	return 0;
}

/* --- port ids and groups -------------------------------------------------------------------------- */

static void test_port_ids_are_unique_in_their_protocol(void **state)
{
	struct nl_client *other = testnl_client(&t, NETLINK_ROUTE, true);
	struct nl_client *elsewhere = testnl_client(&t, NETLINK_GENERIC, true);

	(void)state;
	assert_int_not_equal(t.c->portid, 0);
	assert_int_not_equal(t.c->portid, other->portid);
	assert_int_equal(nl_client_bind(t.c, 77), 0);
	assert_int_equal(nl_client_bind(other, 77), -EADDRINUSE);
	assert_int_equal(nl_client_bind(t.c, 77), 0);
	assert_int_equal(nl_client_bind(elsewhere, 77), 0);
	assert_int_equal(nl_client_bind(t.c, 0), 0);
	assert_int_equal(t.c->portid, 77);
	nl_client_free(other);
	nl_client_free(elsewhere);
}

static void test_groups_are_counted(void **state)
{
	(void)state;
	assert_false(nl_has_listeners(t.nl, NETLINK_ROUTE, RTNLGRP_LINK));
	assert_int_equal(nl_client_join(t.c, RTNLGRP_LINK), 0);
	assert_int_equal(nl_client_join(t.c, RTNLGRP_LINK), 0);
	assert_true(nl_has_listeners(t.nl, NETLINK_ROUTE, RTNLGRP_LINK));
	assert_false(nl_has_listeners(t.nl, NETLINK_GENERIC, RTNLGRP_LINK));
	nl_client_set_groups(t.c, 1 << (RTNLGRP_NEIGH - 1));
	assert_false(nl_has_listeners(t.nl, NETLINK_ROUTE, RTNLGRP_LINK));
	assert_true(nl_client_member(t.c, RTNLGRP_NEIGH));
	assert_int_equal(nl_client_leave(t.c, RTNLGRP_NEIGH), 0);
	assert_int_equal(nl_client_join(t.c, 0), -EINVAL);
	assert_int_equal(nl_client_join(t.c, NL_GROUPS_MAX + 1), -EINVAL);
}

static void test_unknown_option_is_refused(void **state)
{
	(void)state;
	assert_int_equal(nl_client_setsockopt(t.c, 4711, 1), -ENOPROTOOPT);
}

/* --- slow readers --------------------------------------------------------------------------------- */

/* A transport with room for some packets. */
static struct {
	int room;
	int sent;
	uint16_t last_type;
} wire;

static int wire_send(struct nl_client *c, const void *data, size_t len)
{
	(void)c;
	(void)len;
	if (!wire.room)
		return -EAGAIN;
	wire.room--;
	wire.sent++;
	wire.last_type = ((const struct nlmsghdr *)data)->nlmsg_type;
	return 0;
}

static struct nl_client *wire_client(int room)
{
	static const struct nl_transport transport = { .send = wire_send };
	struct nl_client *c = testnl_client(&t, NETLINK_ROUTE, true);

	c->transport = &transport;
	wire.room = room;
	wire.sent = 0;
	return c;
}

static void multicast(size_t len)
{
	char *data = calloc(1, len);
	struct nlmsghdr *nlh = (struct nlmsghdr *)data;
	struct nl_buf buf = { .data = data, .len = len, .size = len };

	assert_non_null(data);
	nlh->nlmsg_len = len;
	nlh->nlmsg_type = RTM_NEWLINK;
	nl_multicast(t.nl, NETLINK_ROUTE, RTNLGRP_LINK, &buf);
	free(data);
}

static void test_packets_keep_their_order_when_the_wire_is_full(void **state)
{
	struct nl_client *c = wire_client(1);
	struct nlmsghdr nlh = { .nlmsg_len = sizeof(nlh) };

	(void)state;
	for (uint16_t type = 100; type < 104; type++) {
		nlh.nlmsg_type = type;
		assert_int_equal(nl_client_answer(c, &nlh, sizeof(nlh)), 0);
	}
	assert_int_equal(wire.last_type, 100);
	for (uint16_t type = 101; type < 104; type++) {
		wire.room = 1;
		nl_client_progress(c);
		assert_int_equal(wire.last_type, type);
	}
	assert_int_equal(c->out_bytes, 0);
	nl_client_free(c);
}

static void test_too_many_answers_block_requests(void **state)
{
	static const char data[32768];
	struct nl_client *c = wire_client(0);

	(void)state;
	for (int i = 0; !nl_client_blocked(c); i++) {
		assert_true(i < 100);
		nl_client_answer(c, data, sizeof(data));
	}
	wire.room = 100;
	nl_client_progress(c);
	assert_false(nl_client_blocked(c));
	nl_client_free(c);
}

static void test_who_lets_far_too_much_wait_is_given_up(void **state)
{
	static const char data[32768];
	struct nl_client *c = wire_client(0);

	(void)state;
	for (int i = 0; !c->lost; i++) {
		assert_true(i < 1000);
		nl_client_answer(c, data, sizeof(data));
	}
	assert_true(c->out_bytes > NL_OUT_HIGH && c->out_bytes <= NL_OUT_ANSWER_MAX);
	nl_client_free(c);
}

static void test_overrun_is_told_after_what_was_queued(void **state)
{
	struct nl_client *c = wire_client(0);
	int queued = 0;

	(void)state;
	nl_client_join(c, RTNLGRP_LINK);
	while (!c->overrun) {
		multicast(32768);
		queued++;
		assert_true(queued < 1000);
	}
	assert_true(c->out_bytes <= NL_OUT_MCAST_MAX + 32768);
	multicast(16);
	assert_int_equal(c->drops, 2);
	wire.room = queued - 1;
	nl_client_progress(c);
	assert_int_equal(wire.last_type, RTM_NEWLINK);
	assert_true(c->overrun);
	wire.room = 2;
	nl_client_progress(c);
	assert_int_equal(wire.last_type, NLMSG_OVERRUN);
	assert_false(c->overrun);
	multicast(16);
	assert_int_equal(wire.last_type, RTM_NEWLINK);
	nl_client_free(c);
}

static void test_overrun_is_kept_from_who_does_not_want_it(void **state)
{
	struct nl_client *c = wire_client(0);

	(void)state;
	nl_client_join(c, RTNLGRP_LINK);
	nl_client_setsockopt(c, NETLINK_NO_ENOBUFS, 1);
	for (int i = 0; i < 100; i++)
		multicast(32768);
	assert_true(c->drops > 0);
	wire.room = 1000;
	nl_client_progress(c);
	assert_int_equal(wire.last_type, RTM_NEWLINK);
	nl_client_free(c);
}

static void test_all_clients_together_have_a_limit(void **state)
{
	struct nl_client *c[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		c[i] = wire_client(0);
		nl_client_join(c[i], RTNLGRP_LINK);
	}
	for (int i = 0; i < 30; i++)
		multicast(32768);
	assert_true(t.nl->out_bytes <= NL_OUT_TOTAL_MAX + 32768);
	assert_true(c[0]->out_bytes > 0);
	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		nl_client_free(c[i]);
}

/* --- dumps ---------------------------------------------------------------------------------------- */

static void add_dummies(int nr)
{
	for (int i = 0; i < nr; i++) {
		char name[IFNAMSIZ];

		snprintf(name, sizeof(name), "d%d", i);
		testreq_init(&r);
		testreq_add(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
		nl_put_str(&r.m, IFLA_IFNAME, name);
		testreq_put_kind(&r, USTACK_KIND_DUMMY);
		testreq_end(&r);
		assert_int_equal(testnl_ask(&r, t.c), 0);
	}
	testreq_init(&r);
}

static void start_dump(struct nl_client *c)
{
	testreq_init(&r);
	testreq_add(&r, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
	testreq_end(&r);
	testreq_send(&r, c);
}

static void count_links(const struct nlmsghdr *nlh, void *arg)
{
	int *next = arg;

	assert_int_equal(nlh->nlmsg_type, RTM_NEWLINK);
	assert_int_equal(((const struct ifinfomsg *)mnl_nlmsg_get_payload(nlh))->ifi_index,
			 ++*next);
}

static void test_dump_gives_each_object_once(void **state)
{
	int nr = 0;

	(void)state;
	add_dummies(200);
	start_dump(t.c);
	assert_int_equal(testnl_dump(t.c, count_links, &nr), 0);
	assert_int_equal(nr, 201);
	testnl_expect_silence(t.c);
}

static void test_dump_packets_have_a_limit(void **state)
{
	struct nl_packet *p;
	bool first = true;

	(void)state;
	add_dummies(200);
	start_dump(t.c);
	while ((p = nl_client_pop(t.c))) {
		assert_true(p->len <=
			    (first ? (size_t)NL_DUMP_FIRST_MAX : (size_t)USTACK_CHAN_DGRAM_MAX));
		first = false;
		free(p);
		/* Nothing is made before what was made is gone. */
		assert_int_equal(t.c->out_bytes, 0);
		nl_client_progress(t.c);
	}
	assert_null(t.c->dump);
}

static void test_second_dump_is_refused_while_one_runs(void **state)
{
	struct nl_packet *p;

	(void)state;
	add_dummies(100);
	start_dump(t.c);
	assert_non_null(t.c->dump);
	start_dump(t.c);
	p = testnl_pop(t.c);
	free(p);
	testnl_expect_ack(t.c, -EBUSY);
	nl_client_progress(t.c);
	assert_int_equal(testnl_dump(t.c, NULL, NULL), 0);
	start_dump(t.c);
	assert_int_equal(testnl_dump(t.c, NULL, NULL), 0);
}

static void seen_flags(const struct nlmsghdr *nlh, void *arg)
{
	*(unsigned *)arg |= nlh->nlmsg_flags;
}

static void test_change_during_a_dump_is_marked(void **state)
{
	unsigned flags = 0;
	struct nl_packet *p;

	(void)state;
	add_dummies(100);
	start_dump(t.c);
	p = testnl_pop(t.c);
	assert_false(((const struct nlmsghdr *)p->data)->nlmsg_flags & NLM_F_DUMP_INTR);
	free(p);
	netdev_unregister(netdev_by_name(t.server.net, "d50"));
	nl_client_progress(t.c);
	assert_int_equal(testnl_dump(t.c, seen_flags, &flags), 0);
	assert_true(flags & NLM_F_DUMP_INTR);
}

static void test_client_may_go_in_the_middle_of_a_dump(void **state)
{
	struct nl_client *c = testnl_client(&t, NETLINK_ROUTE, true);

	(void)state;
	add_dummies(100);
	start_dump(c);
	assert_non_null(c->dump);
	nl_client_free(c);
}

static void test_error_of_a_dump_stands_at_its_end(void **state)
{
	struct ifinfomsg *ifi;
	struct nlmsghdr *nlh;
	struct nl_packet *p;

	(void)state;
	ifi = testreq_add(&r, RTM_GETLINK, NLM_F_DUMP, sizeof(*ifi));
	ifi->ifi_index = 5;
	testreq_end(&r);
	testreq_send(&r, t.c);
	p = testnl_pop(t.c);
	nlh = (struct nlmsghdr *)p->data;
	assert_int_equal(nlh->nlmsg_type, NLMSG_DONE);
	assert_int_equal(nlh->nlmsg_flags, NLM_F_MULTI | NLM_F_ACK_TLVS);
	assert_int_equal(*(int32_t *)mnl_nlmsg_get_payload(nlh), -EINVAL);
	assert_string_equal(mnl_attr_get_str(mnl_nlmsg_get_payload_offset(nlh, sizeof(int32_t))),
			    "Filter by device index not supported for link dumps");
	free(p);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_port_ids_are_unique_in_their_protocol),
		TEST(test_groups_are_counted),
		TEST(test_unknown_option_is_refused),
		TEST(test_packets_keep_their_order_when_the_wire_is_full),
		TEST(test_too_many_answers_block_requests),
		TEST(test_who_lets_far_too_much_wait_is_given_up),
		TEST(test_overrun_is_told_after_what_was_queued),
		TEST(test_overrun_is_kept_from_who_does_not_want_it),
		TEST(test_all_clients_together_have_a_limit),
		TEST(test_dump_gives_each_object_once),
		TEST(test_dump_packets_have_a_limit),
		TEST(test_second_dump_is_refused_while_one_runs),
		TEST(test_change_during_a_dump_is_marked),
		TEST(test_client_may_go_in_the_middle_of_a_dump),
		TEST(test_error_of_a_dump_stands_at_its_end),
	};
#undef TEST

	return cmocka_run_group_tests_name("nl_client", tests, NULL, NULL);
}
