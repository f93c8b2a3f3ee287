/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unit tests of nlserver/channel.c: real sockets to a server in a child process, which proves at its end
 * that nothing is left open or allocated.
 */
#include "nlserver/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <ustack/channel.h>
#include <ustack/link.h>

#include "nlserver/genl.h"
#include "stack/inet/stack.h"

static char dir[] = "/tmp/test_nl_channel.XXXXXX";
static pid_t child;
static int stop_fd; /* closed: the child ends */

/* --- the server, in the child --------------------------------------------------------------------- */

struct stopper {
	struct loop_watch watch;
	struct loop *loop;
};

static void stop(struct loop_watch *w, uint32_t events)
{
	char c;

	(void)events;
	if (read(w->fd, &c, 1) == 0)
		loop_stop(container_of(w, struct stopper, watch)->loop);
}

static void fixed_random(void *ctx, void *buf, size_t len)
{
	(void)ctx;
	memset(buf, 7, len);
}

static int lowest_fd(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static int serve(int stop_pipe, int ready_pipe)
{
	struct net_params params = { .now = loop_now(), .random = fixed_random };
	struct channels_params where = { .rundir = dir };
	struct server server = { .name = "test" };
	struct stopper s = { .watch = { .fd = stop_pipe, .ready = stop } };
	struct channels *channels;
	struct extack ack = { .msg = "" };
	int before = lowest_fd();

	if (loop_create(&server.loop))
		return 1;
	server.net = stack_create(&params);
	if (!server.net || nl_server_create(&server, &server.nl))
		return 2;
	loop_set_net(server.loop, server.net);
	if (channels_open(&server, &where, &channels, &ack))
		return 3;
	s.loop = server.loop;
	fcntl(stop_pipe, F_SETFL, O_NONBLOCK);
	if (loop_watch_add(server.loop, &s.watch) || write(ready_pipe, "r", 1) != 1)
		return 4;
	if (loop_run(server.loop))
		return 5;
	loop_watch_del(server.loop, &s.watch);
	channels_close(channels);
	nl_server_destroy(server.nl);
	stack_destroy(server.net);
	loop_free(server.loop);
	return lowest_fd() == before ? 0 : 6;
}

static int setup(void **state)
{
	int stop_pipe[2], ready_pipe[2];
	char c;

	(void)state;
	if (pipe(stop_pipe) || pipe(ready_pipe))
		return -1;
	child = fork();
	if (!child) {
		close(stop_pipe[1]);
		close(ready_pipe[0]);
		exit(serve(stop_pipe[0], ready_pipe[1]));
	}
	close(stop_pipe[0]);
	close(ready_pipe[1]);
	stop_fd = stop_pipe[1];
	if (read(ready_pipe[0], &c, 1) != 1)
		return -1;
	close(ready_pipe[0]);
	return 0;
}

static int teardown(void **state)
{
	struct stat st;
	char path[sizeof(dir) + 16];
	int status;

	(void)state;
	close(stop_fd);
	if (waitpid(child, &status, 0) != child || status)
		return -1;
	snprintf(path, sizeof(path), "%s/route", dir);
	return stat(path, &st) == 0 ? -1 : 0;
}

/* --- clients --------------------------------------------------------------------------------------- */

static int dial(const char *name)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct timeval limit = { .tv_sec = 20 };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/%s", dir, name);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return fd;
}

static ssize_t send_with_fds(int fd, const void *data, size_t len, const int *fds, unsigned nr)
{
	char control[CMSG_SPACE(8 * sizeof(int))] __attribute__((aligned(8))) = { 0 };
	struct iovec iov = { .iov_base = (void *)data, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	if (nr) {
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE(nr * sizeof(int));
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(nr * sizeof(int));
		memcpy(CMSG_DATA(cmsg), fds, nr * sizeof(int));
	}
	return sendmsg(fd, &msg, MSG_NOSIGNAL);
}

static struct ustack_ctl_reply ctl(int fd, uint32_t cmd, uint32_t arg, uint32_t arg2)
{
	struct {
		struct nlmsghdr nlh;
		struct ustack_ctl ctl;
	} msg = {
		{ .nlmsg_len = sizeof(msg),
		  .nlmsg_type = USTACK_NLMSG_CTL,
		  .nlmsg_flags = NLM_F_REQUEST },
		{ .cmd = cmd, .arg = arg, .arg2 = arg2 },
	};
	struct ustack_ctl_reply reply;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(send_with_fds(fd, &msg, sizeof(msg), &pair[1], 1), sizeof(msg));
	close(pair[1]);
	assert_int_equal(recv(pair[0], &reply, sizeof(reply), 0), sizeof(reply));
	close(pair[0]);
	return reply;
}

/* RTM_GETLINK of lo, or RTM_SETLINK of its alias, as a packet of its own. */
static size_t link_request(char *data, size_t size, uint16_t type, uint16_t flags,
			   const char *alias)
{
	struct nl_buf buf = { .data = data, .size = size };
	struct nl_head head = { .type = type, .flags = NLM_F_REQUEST | flags, .seq = 1 };
	struct ifinfomsg *ifi;
	struct nl_msg m;

	ifi = nl_msg_begin(&m, &buf, &head, sizeof(*ifi));
	ifi->ifi_index = flags & NLM_F_DUMP ? 0 : 1;
	if (alias)
		nl_put(&m, IFLA_IFALIAS, alias, strlen(alias));
	assert_int_equal(nl_msg_end(&m), 0);
	return buf.len;
}

static const struct nlmsghdr *receive(int fd, char *buf, size_t size)
{
	ssize_t n = recv(fd, buf, size, 0);

	assert_true(n >= (ssize_t)sizeof(struct nlmsghdr));
	return (const struct nlmsghdr *)buf;
}

static void expect_end_of_file(int fd)
{
	char c;
	ssize_t n = recv(fd, &c, 1, 0);

	assert_true(n == 0 || (n < 0 && errno == ECONNRESET));
}

#define BUF 65536

static void test_port_id_is_told_and_used(void **state)
{
	char buf[BUF] __attribute__((aligned(8)));
	int fd = dial("route");
	struct ustack_ctl_reply reply = ctl(fd, USTACK_CTL_GETNAME, 0, 0);

	(void)state;
	assert_int_equal(reply.error, 0);
	assert_int_not_equal(reply.pid, 0);
	send(fd, buf, link_request(buf, sizeof(buf), RTM_GETLINK, 0, NULL), 0);
	assert_int_equal(receive(fd, buf, sizeof(buf))->nlmsg_pid, reply.pid);
	close(fd);
}

static void test_bind_takes_port_and_groups(void **state)
{
	int fd = dial("route"), other = dial("route");
	struct ustack_ctl_reply reply = ctl(fd, USTACK_CTL_BIND, 4711, 0x5);

	(void)state;
	assert_int_equal(reply.error, 0);
	assert_int_equal(reply.pid, 4711);
	assert_int_equal(reply.groups, 0x5);
	assert_int_equal(ctl(other, USTACK_CTL_BIND, 4711, 0).error, -EADDRINUSE);
	close(fd);
	assert_int_equal(ctl(other, USTACK_CTL_SETSOCKOPT, 4711, 1).error, -ENOPROTOOPT);
	assert_int_equal(ctl(other, 99, 0, 0).error, -EINVAL);
	close(other);
}

/* Subscribing is over before the next request is looked at. */
static void test_notifications_reach_members(void **state)
{
	char buf[BUF] __attribute__((aligned(8)));
	int listener = dial("route"), fd = dial("route");

	(void)state;
	assert_int_equal(ctl(listener, USTACK_CTL_ADD_MEMBERSHIP, RTNLGRP_LINK, 0).error, 0);
	send(fd, buf, link_request(buf, sizeof(buf), RTM_SETLINK, NLM_F_ACK, "a name"), 0);
	assert_int_equal(receive(fd, buf, sizeof(buf))->nlmsg_type, NLMSG_ERROR);
	assert_int_equal(receive(listener, buf, sizeof(buf))->nlmsg_type, RTM_NEWLINK);
	close(fd);
	close(listener);
}

static void test_too_long_a_packet_ends_the_channel(void **state)
{
	int fd = dial("route"), size = 4 << 20;
	char *packet = calloc(1, USTACK_CHAN_RECV_MAX + 1);

	(void)state;
	assert_non_null(packet);
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0) {
		free(packet);
		close(fd);
		skip();
	}
	assert_int_equal(send(fd, packet, USTACK_CHAN_RECV_MAX + 1, MSG_NOSIGNAL),
			 USTACK_CHAN_RECV_MAX + 1);
	expect_end_of_file(fd);
	free(packet);
	close(fd);
}

static void test_too_many_descriptors_end_the_channel(void **state)
{
	char buf[BUF] __attribute__((aligned(8)));
	int fd = dial("route"), fds[] = { 0, 1, 2 };

	(void)state;
	send_with_fds(fd, buf, link_request(buf, sizeof(buf), RTM_GETLINK, 0, NULL), fds, 3);
	expect_end_of_file(fd);
	close(fd);
}

/* The pair's other end sees the end as soon as the server has closed what nobody took. */
static void test_descriptors_nobody_takes_are_closed(void **state)
{
	char buf[BUF] __attribute__((aligned(8)));
	int fd = dial("route"), pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	send_with_fds(fd, buf, link_request(buf, sizeof(buf), RTM_GETLINK, 0, NULL), &pair[1], 1);
	close(pair[1]);
	expect_end_of_file(pair[0]);
	close(pair[0]);
	close(fd);
}

/* It ends the channel like an end of file, and the descriptors with it. */
static void test_descriptors_of_an_empty_packet_are_closed(void **state)
{
	int fd = dial("route"), pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	assert_int_equal(send_with_fds(fd, NULL, 0, &pair[1], 1), 0);
	close(pair[1]);
	expect_end_of_file(fd);
	expect_end_of_file(pair[0]);
	close(pair[0]);
	close(fd);
}

/* Requests without reading: the server stops reading instead of growing; all answers come in the end. */
static void test_who_does_not_read_is_not_read_from(void **state)
{
	char buf[BUF] __attribute__((aligned(8)));
	int fd = dial("route"), sent = 0, seq;
	size_t len;

	(void)state;
	for (;;) {
		len = link_request(buf, sizeof(buf), RTM_GETLINK, 0, NULL);
		((struct nlmsghdr *)buf)->nlmsg_seq = sent + 1;
		if (send(fd, buf, len, MSG_DONTWAIT) < 0) {
			struct pollfd p = { .fd = fd, .events = POLLOUT };

			if (poll(&p, 1, 200) == 0)
				break; /* nobody takes any for long */
			continue;
		}
		sent++;
	}
	assert_true(sent > 100);
	for (seq = 1; seq <= sent; seq++)
		assert_int_equal(receive(fd, buf, sizeof(buf))->nlmsg_seq, seq);
	close(fd);
}

static void test_generic_channel_answers_a_dump(void **state)
{
	char buf[BUF] __attribute__((aligned(8)));
	const struct nlmsghdr *nlh;
	int fd = dial("generic");
	struct nl_head head = { .type = GENL_ID_CTRL, .flags = NLM_F_REQUEST | NLM_F_DUMP };
	struct nl_buf out = { .data = buf, .size = sizeof(buf) };
	struct genlmsghdr *hdr;
	struct nl_msg m;

	(void)state;
	hdr = nl_msg_begin(&m, &out, &head, sizeof(*hdr));
	hdr->cmd = CTRL_CMD_GETFAMILY;
	nl_msg_end(&m);
	assert_true(send(fd, buf, out.len, 0) > 0);
	nlh = receive(fd, buf, sizeof(buf));
	assert_int_equal(nlh->nlmsg_type, GENL_ID_CTRL);
	close(fd);
}

static void test_many_channels_come_and_go(void **state)
{
	char buf[BUF] __attribute__((aligned(8)));
	int fd[200];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 200; i++)
			fd[i] = dial(i & 1 ? "route" : "sock_diag");
		send(fd[199], buf, link_request(buf, sizeof(buf), RTM_GETLINK, 0, NULL), 0);
		assert_int_equal(receive(fd[199], buf, sizeof(buf))->nlmsg_type, RTM_NEWLINK);
		for (int i = 0; i < 200; i++)
			close(fd[i]);
	}
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_port_id_is_told_and_used),
		TEST(test_bind_takes_port_and_groups),
		TEST(test_notifications_reach_members),
		TEST(test_too_long_a_packet_ends_the_channel),
		TEST(test_too_many_descriptors_end_the_channel),
		TEST(test_descriptors_nobody_takes_are_closed),
		TEST(test_descriptors_of_an_empty_packet_are_closed),
		TEST(test_who_does_not_read_is_not_read_from),
		TEST(test_generic_channel_answers_a_dump),
		TEST(test_many_channels_come_and_go),
	};
#undef TEST

	return cmocka_run_group_tests_name("nl_channel", tests, make_dir, remove_dir);
}
