/* SPDX-License-Identifier: BSD-2-Clause */
/* Unit tests of nlserver/genl.c and genl_ctrl.c: families, and what nlctrl tells of them. */
#include "tests/unit/testnl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct testnl t;
static struct testreq r;

/* A family with a command for all, one for administrators, and a dump. */
enum { CMD_ECHO = 1, CMD_ADMIN, CMD_LIST };
enum { A_NUMBER = 1, A_NEST, A_MAX = A_NEST };

static const struct nl_policy inner_policy[] = { [1] = { .type = NL_ATTR_TYPE_U8 } };

static const struct nl_policy policy[A_MAX + 1] = {
	[A_NUMBER] = { .type = NL_ATTR_TYPE_U32, .max = 100 },
	[A_NEST] = { .type = NL_ATTR_TYPE_NESTED, .nested = inner_policy, .nested_max = 1 },
};

static int do_echo(struct nl_request *req)
{
	struct nl_reply reply;
	struct nl_msg m;

	if (!req->tb[A_NUMBER])
		return nl_extack_missing(&req->ack, A_NUMBER, "No number");
	genl_reply_begin(&reply, &m, req, CMD_ECHO);
	nl_put_u32(&m, A_NUMBER, mnl_attr_get_u32(req->tb[A_NUMBER]));
	return genl_reply_send(&reply, &m);
}

static int do_nothing(struct nl_request *req)
{
	(void)req;
	return 0;
}

static int list_more(struct nl_dump *d, struct nl_buf *buf)
{
	struct nl_head head = nl_dump_head(d, d->req.nlh->nlmsg_type);
	struct nl_msg m;

	for (; d->state[0] < mnl_attr_get_u32(d->req.tb[A_NUMBER]); d->state[0]++) {
		genl_msg_begin(&m, buf, &head, CMD_LIST, 1, 0);
		nl_put_u32(&m, A_NUMBER, d->state[0]);
		if (nl_msg_end(&m))
			return 1;
	}
	return 0;
}

static const struct nl_dump_ops list_dump = { .more = list_more };

static const struct genl_op ops[] = {
	{ .cmd = CMD_ECHO, .doit = do_echo },
	{ .cmd = CMD_ADMIN, .flags = GENL_ADMIN_PERM, .doit = do_nothing },
	{ .cmd = CMD_LIST, .dump = &list_dump },
};

static const char *const groups[] = { "news", "weather" };

static const struct genl_family family = {
	.name = "testing",
	.version = 3,
	.maxattr = A_MAX,
	.policy = policy,
	.ops = ops,
	.nr_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.nr_mcgrps = ARRAY_SIZE(groups),
};

static uint16_t family_id;

static int setup(void **state)
{
	(void)state;
	testnl_create(&t, NETLINK_GENERIC);
	testreq_init(&r);
	assert_int_equal(genl_register(t.nl, &family), 0);
	family_id = genl_find_name(t.nl, "testing")->id;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	testnl_destroy(&t);
	return 0;
}

static void begin(uint16_t id, uint8_t cmd, uint16_t flags)
{
	struct genlmsghdr *hdr;

	testreq_init(&r);
	hdr = testreq_add(&r, id, flags, GENL_HDRLEN);
	hdr->cmd = cmd;
	hdr->version = 1;
}

static int ask(void)
{
	testreq_end(&r);
	return testnl_ask(&r, t.c);
}

static const struct nlmsghdr *send_for_reply(struct nl_packet **ret)
{
	testreq_end(&r);
	testreq_send(&r, t.c);
	*ret = testnl_pop(t.c);
	return (const struct nlmsghdr *)(*ret)->data;
}

static void parse(const struct nlmsghdr *nlh, const struct nlattr **tb, uint16_t maxattr)
{
	const char *payload = mnl_nlmsg_get_payload(nlh);

	assert_int_equal(nl_parse(payload + GENL_HDRLEN,
				  mnl_nlmsg_get_payload_len(nlh) - GENL_HDRLEN, NULL, maxattr,
				  NL_VALIDATE_TRAILING, tb, NULL),
			 0);
}

static void test_command_reaches_its_handler(void **state)
{
	const struct nlattr *tb[A_MAX + 1];
	const struct nlmsghdr *nlh;
	struct nl_packet *p;

	(void)state;
	begin(family_id, CMD_ECHO, 0);
	nl_put_u32(&r.m, A_NUMBER, 42);
	nlh = send_for_reply(&p);
	assert_int_equal(nlh->nlmsg_type, family_id);
	assert_int_equal(((const struct genlmsghdr *)mnl_nlmsg_get_payload(nlh))->cmd, CMD_ECHO);
	parse(nlh, tb, A_MAX);
	assert_int_equal(mnl_attr_get_u32(tb[A_NUMBER]), 42);
	free(p);
	testnl_expect_silence(t.c);
}

static void test_requests_are_refused_as_by_the_kernel(void **state)
{
	(void)state;
	begin(0x7000, CMD_ECHO, 0);
	assert_int_equal(ask(), -ENOENT);
	begin(family_id, 99, 0);
	assert_int_equal(ask(), -EOPNOTSUPP);
	begin(family_id, CMD_ECHO, NLM_F_DUMP);
	assert_int_equal(ask(), -EOPNOTSUPP);
	begin(family_id, CMD_ECHO, 0);
	nl_put_u32(&r.m, A_NUMBER, 101);
	assert_int_equal(ask(), -ERANGE);
	begin(family_id, CMD_ECHO, 0);
	nl_put_u32(&r.m, A_MAX + 1, 1);
	assert_int_equal(ask(), -EINVAL);
	begin(family_id, CMD_ECHO, 0);
	assert_int_equal(ask(), -EINVAL);
	testreq_init(&r);
	testreq_add(&r, family_id, 0, 2);
	r.m.nlh->nlmsg_len = NLMSG_HDRLEN + 2;
	assert_int_equal(ask(), -EINVAL);
}

static void test_admin_command_is_for_admins(void **state)
{
	struct nl_client *stranger = testnl_client(&t, NETLINK_GENERIC, false);

	(void)state;
	begin(family_id, CMD_ADMIN, NLM_F_ACK);
	testreq_end(&r);
	testreq_send(&r, stranger);
	testnl_expect_ack(stranger, -EPERM);
	testreq_send(&r, t.c);
	testnl_expect_ack(t.c, 0);
	nl_client_free(stranger);
}

static void count(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	++*(int *)arg;
}

/* The attributes of the request are still there when the dump goes on. */
static void test_dump_keeps_its_request(void **state)
{
	int nr = 0;

	(void)state;
	begin(family_id, CMD_LIST, NLM_F_DUMP);
	nl_put_u32(&r.m, A_NUMBER, 100);
	testreq_end(&r);
	testreq_send(&r, t.c);
	memset(r.data, 0xff, sizeof(r.data));
	assert_int_equal(testnl_dump(t.c, count, &nr), 0);
	assert_int_equal(nr, 100);
}

static void test_ctrl_tells_family_groups_and_commands(void **state)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1], *attr;
	struct nl_packet *p;
	int nr = 0;

	(void)state;
	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	nl_put_str(&r.m, CTRL_ATTR_FAMILY_NAME, "testing");
	parse(send_for_reply(&p), tb, CTRL_ATTR_MAX);
	assert_int_equal(mnl_attr_get_u16(tb[CTRL_ATTR_FAMILY_ID]), family_id);
	assert_string_equal(mnl_attr_get_str(tb[CTRL_ATTR_FAMILY_NAME]), "testing");
	assert_int_equal(mnl_attr_get_u32(tb[CTRL_ATTR_VERSION]), 3);
	mnl_attr_for_each_nested(attr, tb[CTRL_ATTR_OPS]) nr++;
	assert_int_equal(nr, ARRAY_SIZE(ops));
	mnl_attr_for_each_nested(attr, tb[CTRL_ATTR_MCAST_GROUPS])
	{
		const struct nlattr *group[CTRL_ATTR_MCAST_GRP_MAX + 1];

		nl_parse_nested(attr, NULL, CTRL_ATTR_MCAST_GRP_MAX, 0, group, NULL);
		if (!strcmp(mnl_attr_get_str(group[CTRL_ATTR_MCAST_GRP_NAME]), "weather"))
			assert_int_equal(mnl_attr_get_u32(group[CTRL_ATTR_MCAST_GRP_ID]),
					 genl_group(t.nl, &family, 1));
	}
	free(p);
}

static void test_ctrl_lists_all_families(void **state)
{
	int nr = 0;

	(void)state;
	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_DUMP);
	testreq_end(&r);
	testreq_send(&r, t.c);
	assert_int_equal(testnl_dump(t.c, count, &nr), 0);
	assert_int_equal(nr, 2);
}

static void test_ctrl_does_not_know_others(void **state)
{
	(void)state;
	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	nl_put_str(&r.m, CTRL_ATTR_FAMILY_NAME, "nothing");
	assert_int_equal(ask(), -ENOENT);
	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	assert_int_equal(ask(), -EINVAL);
}

/* Two commands and a dump with one policy, which has another nested: 3 commands and 2 + 1 attributes. */
static void test_ctrl_tells_policies(void **state)
{
	int nr = 0;

	(void)state;
	begin(GENL_ID_CTRL, CTRL_CMD_GETPOLICY, NLM_F_DUMP);
	nl_put_u16(&r.m, CTRL_ATTR_FAMILY_ID, family_id);
	testreq_end(&r);
	testreq_send(&r, t.c);
	assert_int_equal(testnl_dump(t.c, count, &nr), 0);
	assert_int_equal(nr, 6);
	nr = 0;
	begin(GENL_ID_CTRL, CTRL_CMD_GETPOLICY, NLM_F_DUMP);
	nl_put_u16(&r.m, CTRL_ATTR_FAMILY_ID, family_id);
	nl_put_u32(&r.m, CTRL_ATTR_OP, CMD_LIST);
	testreq_end(&r);
	testreq_send(&r, t.c);
	assert_int_equal(testnl_dump(t.c, count, &nr), 0);
	assert_int_equal(nr, 4);
}

static void test_names_are_registered_once(void **state)
{
	(void)state;
	assert_int_equal(genl_register(t.nl, &family), -EEXIST);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_command_reaches_its_handler),
		TEST(test_requests_are_refused_as_by_the_kernel),
		TEST(test_admin_command_is_for_admins),
		TEST(test_dump_keeps_its_request),
		TEST(test_ctrl_tells_family_groups_and_commands),
		TEST(test_ctrl_lists_all_families),
		TEST(test_ctrl_does_not_know_others),
		TEST(test_ctrl_tells_policies),
		TEST(test_names_are_registered_once),
	};
#undef TEST

	return cmocka_run_group_tests_name("genl", tests, NULL, NULL);
}
