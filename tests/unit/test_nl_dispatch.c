/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unit tests of nlserver/dispatch.c: batches and acknowledgements, compared byte by byte with those of
 * the kernel where a network namespace can be made.
 */
#include "tests/unit/testnl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ustack/channel.h>

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

/* RTM_GETLINK of an index that no device has. */
static void add_bad(uint16_t flags)
{
	struct ifinfomsg *ifi = testreq_add(&r, RTM_GETLINK, flags, sizeof(*ifi));

	ifi->ifi_index = 12345;
	testreq_end(&r);
}

/* RTM_SETLINK of lo that changes nothing. */
static void add_good(uint16_t flags)
{
	struct ifinfomsg *ifi = testreq_add(&r, RTM_SETLINK, flags, sizeof(*ifi));

	ifi->ifi_index = 1;
	testreq_end(&r);
}

static void test_success_is_told_only_when_asked(void **state)
{
	(void)state;
	add_good(0);
	testreq_send(&r, t.c);
	testnl_expect_silence(t.c);
	testreq_init(&r);
	add_good(NLM_F_ACK);
	testreq_send(&r, t.c);
	assert_string_equal(testnl_expect_ack(t.c, 0), "");
	testnl_expect_silence(t.c);
}

static void test_errors_are_told_always(void **state)
{
	(void)state;
	add_bad(0);
	testreq_send(&r, t.c);
	testnl_expect_ack(t.c, -ENODEV);
	testnl_expect_silence(t.c);
}

static void test_batch_goes_on_past_an_error(void **state)
{
	(void)state;
	add_good(NLM_F_ACK);
	add_bad(NLM_F_ACK);
	add_good(NLM_F_ACK);
	testreq_send(&r, t.c);
	testnl_expect_ack(t.c, 0);
	testnl_expect_ack(t.c, -ENODEV);
	testnl_expect_ack(t.c, 0);
	testnl_expect_silence(t.c);
}

static void test_batch_stops_at_an_error_when_told_to(void **state)
{
	(void)state;
	nl_client_setsockopt(t.c, USTACK_OPT_STOP_ON_ERROR, 1);
	add_bad(NLM_F_ACK);
	add_good(NLM_F_ACK);
	testreq_send(&r, t.c);
	testnl_expect_ack(t.c, -ENODEV);
	testnl_expect_ack(t.c, -ECANCELED);
	testreq_init(&r);
	add_good(NLM_F_ACK);
	testreq_send(&r, t.c);
	testnl_expect_ack(t.c, -ECANCELED);
	nl_client_setsockopt(t.c, USTACK_OPT_STOP_ON_ERROR, 1);
	testreq_send(&r, t.c);
	testnl_expect_ack(t.c, 0);
}

static void test_acks_are_packed_when_told_to(void **state)
{
	const struct nlmsghdr *nlh;
	struct nl_packet *p;
	int left, nr = 0;

	(void)state;
	nl_client_setsockopt(t.c, USTACK_OPT_PACK_ACKS, 1);
	for (int i = 0; i < 500; i++)
		add_good(NLM_F_ACK);
	testreq_send(&r, t.c);
	p = testnl_pop(t.c);
	nlh = (const struct nlmsghdr *)p->data;
	for (left = p->len; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		assert_int_equal(nlh->nlmsg_seq, ++nr);
	assert_int_equal(nr, 500);
	free(p);
	testnl_expect_silence(t.c);
}

static void test_what_is_no_request_is_left_alone(void **state)
{
	(void)state;
	add_bad(0);
	r.m.nlh->nlmsg_flags = 0;
	testreq_send(&r, t.c);
	testnl_expect_silence(t.c);
	r.m.nlh->nlmsg_flags = NLM_F_ACK;
	testreq_send(&r, t.c);
	testnl_expect_ack(t.c, 0);
	r.m.nlh->nlmsg_flags = NLM_F_REQUEST;
	r.m.nlh->nlmsg_type = NLMSG_NOOP;
	testreq_send(&r, t.c);
	testnl_expect_silence(t.c);
}

static void test_cut_off_message_ends_the_packet(void **state)
{
	(void)state;
	add_good(NLM_F_ACK);
	add_good(NLM_F_ACK);
	r.buf.len -= 4;
	testreq_send(&r, t.c);
	testnl_expect_ack(t.c, 0);
	testnl_expect_silence(t.c);
	r.m.nlh->nlmsg_len = 3;
	testreq_send(&r, t.c);
	testnl_expect_ack(t.c, 0);
	testnl_expect_silence(t.c);
}

static void test_stranger_may_read_but_not_change(void **state)
{
	struct nl_client *stranger = testnl_client(&t, NETLINK_ROUTE, false);
	struct ifinfomsg *ifi;
	struct nl_packet *p;

	(void)state;
	add_good(NLM_F_ACK);
	testreq_send(&r, stranger);
	assert_string_not_equal(testnl_expect_ack(stranger, -EPERM), "");
	testreq_init(&r);
	ifi = testreq_add(&r, RTM_GETLINK, 0, sizeof(*ifi));
	ifi->ifi_index = 1;
	testreq_end(&r);
	testreq_send(&r, stranger);
	p = testnl_pop(stranger);
	assert_int_equal(((const struct nlmsghdr *)p->data)->nlmsg_type, RTM_NEWLINK);
	free(p);
	nl_client_free(stranger);
}

static void test_descriptors_nobody_takes_are_closed(void **state)
{
	struct nl_fds fds = { .nr = 2 };

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds.fd), 0);
	int first = fds.fd[0], second = fds.fd[1];
	add_good(0);
	nl_dispatch(t.c, r.data, r.buf.len, &fds);
	assert_int_equal(fcntl(first, F_GETFD), -1);
	assert_int_equal(fcntl(second, F_GETFD), -1);
}

/* By somebody else: that may take as long as a stranger likes. */
static void test_what_is_no_socket_is_closed_in_the_end(void **state)
{
	struct nl_fds fds = { .nr = 2 };
	int ours;
	char c;

	(void)state;
	assert_int_equal(pipe(fds.fd), 0);
	ours = dup(fds.fd[0]);
	add_good(0);
	nl_dispatch(t.c, r.data, r.buf.len, &fds);
	assert_int_equal(read(ours, &c, 1), 0);
	close(ours);
}

/* --- beside the kernel ---------------------------------------------------------------------------- */

#define ANSWERS 4096

/* Asks the kernel in an empty network namespace. Return: bytes of all answers one after the other, -1: no namespace. */
static ssize_t ask_kernel(int protocol, const struct testreq *req, bool ext_ack, bool cap_ack,
			  char *ret)
{
	int pipe_fds[2], one = 1, fd, status;
	ssize_t n, total = 0;
	pid_t pid;

	assert_int_equal(pipe(pipe_fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		char buf[ANSWERS];

		if (unshare(geteuid() ? CLONE_NEWUSER | CLONE_NEWNET : CLONE_NEWNET) < 0)
			_exit(1);
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, protocol);
		if (ext_ack)
			setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
		if (cap_ack)
			setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
		if (fd < 0 || send(fd, req->data, req->buf.len, 0) < 0)
			_exit(1);
		/* The kernel answers before send() returns. */
		while ((n = recv(fd, buf, sizeof(buf), 0)) > 0)
			if (write(pipe_fds[1], buf, n) != n)
				_exit(1);
		_exit(0);
	}
	close(pipe_fds[1]);
	while ((n = read(pipe_fds[0], ret + total, ANSWERS - total)) > 0)
		total += n;
	close(pipe_fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status ? -1 : total;
}

/* Bytes of an acknowledgement before its attributes: header, error, and the request as far as it is echoed. */
static size_t fixed_part(const struct nlmsghdr *ack)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(ack);
	size_t echoed = ack->nlmsg_flags & NLM_F_CAPPED ? 0 : e->msg.nlmsg_len - NLMSG_HDRLEN;

	return NLMSG_HDRLEN + sizeof(*e) + NLMSG_ALIGN(echoed);
}

static const struct nlattr *find_tlv(const struct nlmsghdr *ack, uint16_t type)
{
	const struct nlattr *attr;

	if (ack->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_for_each(attr, ack, fixed_part(ack) - NLMSG_HDRLEN)
		{
			if (mnl_attr_get_type(attr) == type)
				return attr;
		}
	return NULL;
}

/*
 * The same bytes up to the attributes; each attribute of the kernel's is in ours with the same bytes. Ours
 * may point out the attribute where the kernel does not, and has a sentence for every error.
 */
static void compare_acks(struct nlmsghdr *ours, struct nlmsghdr *kernel, bool ext_ack)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(kernel);
	const struct nlattr *attr, *mine;

	ours->nlmsg_pid = kernel->nlmsg_pid = 0;
	assert_int_equal(fixed_part(ours), fixed_part(kernel));
	assert_int_equal(ours->nlmsg_flags | NLM_F_ACK_TLVS, kernel->nlmsg_flags | NLM_F_ACK_TLVS);
	assert_memory_equal(&ours->nlmsg_seq, &kernel->nlmsg_seq,
			    fixed_part(kernel) - offsetof(struct nlmsghdr, nlmsg_seq));
	if (e->error)
		assert_int_equal(!!find_tlv(ours, NLMSGERR_ATTR_MSG), ext_ack);
	else
		assert_int_equal(!find_tlv(ours, NLMSGERR_ATTR_MSG),
				 !find_tlv(kernel, NLMSGERR_ATTR_MSG));
	if (!(kernel->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	mnl_attr_for_each(attr, kernel, fixed_part(kernel) - NLMSG_HDRLEN)
	{
		mine = find_tlv(ours, mnl_attr_get_type(attr));
		assert_non_null(mine);
		assert_int_equal(mine->nla_len, attr->nla_len);
		assert_memory_equal(mine, attr, attr->nla_len);
	}
}

static void compare_answers(char *ours, size_t our_len, char *kernel, size_t kernel_len,
			    bool ext_ack)
{
	struct nlmsghdr *a = (struct nlmsghdr *)ours, *b = (struct nlmsghdr *)kernel;
	int our_left = (int)our_len, left = (int)kernel_len;

	for (; mnl_nlmsg_ok(b, left); b = mnl_nlmsg_next(b, &left)) {
		assert_true(mnl_nlmsg_ok(a, our_left));
		compare_acks(a, b, ext_ack);
		a = mnl_nlmsg_next(a, &our_left);
	}
	assert_false(mnl_nlmsg_ok(a, our_left));
}

static void ask_both(int protocol, bool ext_ack, bool cap_ack)
{
	struct nl_client *c = testnl_client(&t, protocol, true);
	char ours[ANSWERS] __attribute__((aligned(8)));
	char kernel[ANSWERS] __attribute__((aligned(8)));
	ssize_t theirs = ask_kernel(protocol, &r, ext_ack, cap_ack, kernel);
	struct nl_packet *p;
	size_t len = 0;

	if (theirs < 0) {
		nl_client_free(c);
		skip();
	}
	nl_client_setsockopt(c, NETLINK_EXT_ACK, ext_ack);
	nl_client_setsockopt(c, NETLINK_CAP_ACK, cap_ack);
	nl_client_setsockopt(c, NETLINK_GET_STRICT_CHK, 0);
	testreq_send(&r, c);
	while ((p = nl_client_pop(c))) {
		assert_true(len + p->len <= sizeof(ours));
		memcpy(ours + len, p->data, p->len);
		len += p->len;
		free(p);
	}
	nl_client_free(c);
	compare_answers(ours, len, kernel, theirs, ext_ack);
}

static void ask_both_in_all_ways(int protocol)
{
	ask_both(protocol, false, false);
	ask_both(protocol, false, true);
	ask_both(protocol, true, false);
	ask_both(protocol, true, true);
}

static void test_kernel_batch_of_good_and_bad(void **state)
{
	(void)state;
	add_good(NLM_F_ACK);
	add_bad(NLM_F_ACK);
	add_good(0);
	add_bad(0);
	ask_both_in_all_ways(NETLINK_ROUTE);
}

static void test_kernel_policy_violations(void **state)
{
	struct ifinfomsg *ifi;

	(void)state;
	ifi = testreq_add(&r, RTM_NEWLINK, 0, sizeof(*ifi));
	ifi->ifi_index = 1;
	nl_put_u16(&r.m, IFLA_MTU, 7);
	testreq_end(&r);
	ifi = testreq_add(&r, RTM_NEWLINK, 0, sizeof(*ifi));
	ifi->ifi_index = 1;
	nl_put_str(&r.m, IFLA_IFNAME, "a-name-that-is-too-long");
	testreq_end(&r);
	ifi = testreq_add(&r, RTM_NEWLINK, 0, sizeof(*ifi));
	nl_put(&r.m, IFLA_LINKINFO | NLA_F_NESTED, "ab", 2);
	testreq_end(&r);
	ask_both_in_all_ways(NETLINK_ROUTE);
}

static void test_kernel_short_headers(void **state)
{
	(void)state;
	testreq_add(&r, RTM_NEWLINK, 0, 4);
	testreq_end(&r);
	testreq_add(&r, RTM_NEWLINK, NLM_F_ACK, 0);
	testreq_end(&r);
	ask_both_in_all_ways(NETLINK_ROUTE);
}

static void test_kernel_empty_newlink_probe(void **state)
{
	(void)state;
	testreq_add(&r, RTM_NEWLINK, NLM_F_ACK, sizeof(struct ifinfomsg));
	testreq_end(&r);
	ask_both_in_all_ways(NETLINK_ROUTE);
}

static void test_kernel_unknown_kind(void **state)
{
	struct nlattr *nest;

	(void)state;
	testreq_add(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
	nest = nl_nest_begin(&r.m, IFLA_LINKINFO | NLA_F_NESTED);
	nl_put_str(&r.m, IFLA_INFO_KIND, "nosuchkind");
	nl_nest_end(&r.m, nest);
	testreq_end(&r);
	ask_both_in_all_ways(NETLINK_ROUTE);
}

static void test_kernel_address_without_local(void **state)
{
	struct ifaddrmsg *ifa;

	(void)state;
	ifa = testreq_add(&r, RTM_NEWADDR, NLM_F_CREATE, sizeof(*ifa));
	ifa->ifa_family = AF_INET;
	ifa->ifa_index = 1;
	testreq_end(&r);
	ifa = testreq_add(&r, RTM_NEWADDR, NLM_F_CREATE, sizeof(*ifa));
	ifa->ifa_family = AF_INET;
	ifa->ifa_prefixlen = 33;
	nl_put_u32(&r.m, IFA_LOCAL, 0x0100000a);
	testreq_end(&r);
	ifa = testreq_add(&r, RTM_NEWADDR, NLM_F_CREATE, sizeof(*ifa));
	ifa->ifa_family = AF_INET;
	ifa->ifa_index = 77;
	nl_put_u32(&r.m, IFA_LOCAL, 0x0100000a);
	testreq_end(&r);
	ask_both_in_all_ways(NETLINK_ROUTE);
}

static void test_kernel_neighbour_faults(void **state)
{
	struct ndmsg *ndm;

	(void)state;
	ndm = testreq_add(&r, RTM_NEWNEIGH, NLM_F_CREATE, sizeof(*ndm));
	ndm->ndm_family = AF_INET;
	testreq_end(&r);
	ndm = testreq_add(&r, RTM_NEWNEIGH, NLM_F_CREATE, sizeof(*ndm));
	ndm->ndm_family = AF_INET;
	nl_put_u16(&r.m, NDA_DST, 7);
	testreq_end(&r);
	ndm = testreq_add(&r, RTM_NEWNEIGH, NLM_F_CREATE, sizeof(*ndm));
	ndm->ndm_family = AF_INET;
	nl_put_u32(&r.m, NDA_DST, 7);
	testreq_end(&r);
	ndm = testreq_add(&r, RTM_DELNEIGH, 0, sizeof(*ndm));
	ndm->ndm_family = AF_INET;
	ndm->ndm_ifindex = 99;
	nl_put_u32(&r.m, NDA_DST, 7);
	testreq_end(&r);
	ask_both_in_all_ways(NETLINK_ROUTE);
}

/* None of them tells the kernel's user what was not found. */
static void test_kernel_what_is_not_there(void **state)
{
	struct ifinfomsg *ifi;
	struct rtmsg *rtm;

	(void)state;
	testreq_add(&r, RTM_DELLINK, 0, sizeof(*ifi));
	testreq_end(&r);
	ifi = testreq_add(&r, RTM_DELLINK, 0, sizeof(*ifi));
	ifi->ifi_index = 77;
	testreq_end(&r);
	ifi = testreq_add(&r, RTM_SETLINK, 0, sizeof(*ifi));
	ifi->ifi_index = 77;
	testreq_end(&r);
	ifi = testreq_add(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*ifi));
	ifi->ifi_index = 1;
	testreq_end(&r);
	ifi = testreq_add(&r, RTM_NEWLINK, 0, sizeof(*ifi));
	ifi->ifi_index = 1;
	nl_put_u32(&r.m, IFLA_MASTER, 77);
	testreq_end(&r);
	testreq_add(&r, RTM_GETLINK, 0, sizeof(*ifi));
	testreq_end(&r);
	ifi = testreq_add(&r, RTM_GETLINK, 0, sizeof(*ifi));
	ifi->ifi_index = 77;
	testreq_end(&r);
	for (uint16_t attr = RTA_IIF; attr <= RTA_OIF; attr++) {
		rtm = testreq_add(&r, RTM_GETROUTE, 0, sizeof(*rtm));
		rtm->rtm_family = AF_INET;
		rtm->rtm_dst_len = 32;
		nl_put_u32(&r.m, RTA_DST, 0x0100000a);
		nl_put_u32(&r.m, attr, 77);
		testreq_end(&r);
	}
	rtm = testreq_add(&r, RTM_GETROUTE, 0, sizeof(*rtm));
	rtm->rtm_family = AF_INET;
	rtm->rtm_dst_len = 32;
	nl_put_u32(&r.m, RTA_DST, 0x0100000a);
	testreq_end(&r);
	ask_both_in_all_ways(NETLINK_ROUTE);
}

static void test_kernel_route_faults(void **state)
{
	struct rtmsg *rtm;

	(void)state;
	rtm = testreq_add(&r, RTM_NEWROUTE, NLM_F_CREATE, sizeof(*rtm));
	rtm->rtm_family = AF_INET;
	rtm->rtm_type = RTN_MAX + 1;
	testreq_end(&r);
	rtm = testreq_add(&r, RTM_NEWROUTE, NLM_F_CREATE, sizeof(*rtm));
	rtm->rtm_family = AF_INET;
	rtm->rtm_dst_len = 8;
	rtm->rtm_type = RTN_UNICAST;
	nl_put_u32(&r.m, RTA_DST, 0x0100000a);
	testreq_end(&r);
	rtm = testreq_add(&r, RTM_DELROUTE, 0, sizeof(*rtm));
	rtm->rtm_family = AF_INET;
	rtm->rtm_dst_len = 8;
	rtm->rtm_table = 77;
	nl_put_u32(&r.m, RTA_DST, 10);
	testreq_end(&r);
	ask_both_in_all_ways(NETLINK_ROUTE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_success_is_told_only_when_asked),
		TEST(test_errors_are_told_always),
		TEST(test_batch_goes_on_past_an_error),
		TEST(test_batch_stops_at_an_error_when_told_to),
		TEST(test_acks_are_packed_when_told_to),
		TEST(test_what_is_no_request_is_left_alone),
		TEST(test_cut_off_message_ends_the_packet),
		TEST(test_stranger_may_read_but_not_change),
		TEST(test_descriptors_nobody_takes_are_closed),
		TEST(test_what_is_no_socket_is_closed_in_the_end),
		TEST(test_kernel_batch_of_good_and_bad),
		TEST(test_kernel_policy_violations),
		TEST(test_kernel_short_headers),
		TEST(test_kernel_empty_newlink_probe),
		TEST(test_kernel_unknown_kind),
		TEST(test_kernel_address_without_local),
		TEST(test_kernel_neighbour_faults),
		TEST(test_kernel_what_is_not_there),
		TEST(test_kernel_route_faults),
	};
#undef TEST

	return cmocka_run_group_tests_name("nl_dispatch", tests, NULL, NULL);
}
