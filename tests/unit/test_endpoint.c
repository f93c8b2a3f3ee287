/* SPDX-License-Identifier: BSD-2-Clause */
/* Unit tests of nlserver/endpoint.c: which descriptors and how many are taken, what is read from them, and how they end. */
#include "nlserver/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include <ustack/usock.h>

#include "nlserver/netlink.h"
#include "stack/inet/stack.h"

#define STRANGER (geteuid() + 1) /* a user with a limit */

static struct server server = { .name = "test" };
static struct endpoints *eps;
static const struct nl_cred root = { .admin = true };

static void random_bytes(void *ctx, void *buf, size_t len)
{
	static uint8_t next;

	(void)ctx;
	for (size_t i = 0; i < len; i++)
		((uint8_t *)buf)[i] = next++ ^ (uint8_t)getpid();
}

static int setup(void **state)
{
	struct net_params params = { .now = loop_now(), .random = random_bytes };

	(void)state;
	if (loop_create(&server.loop))
		return -1;
	server.net = stack_create(&params);
	if (!server.net)
		return -1;
	loop_set_net(server.loop, server.net);
	return endpoints_create(&server, &eps);
}

static int teardown(void **state)
{
	(void)state;
	endpoints_destroy(eps);
	stack_destroy(server.net);
	loop_free(server.loop);
	return 0;
}

static struct loop_task stop;

static void stop_loop(struct loop_task *t)
{
	(void)t;
	loop_stop(server.loop);
}

static int try_open(int fd, int type, uint32_t uid)
{
	const struct nl_cred cred = { .uid = uid };
	struct endpoint *ep;

	return endpoint_open(eps, fd, AF_INET, type, 0, 1, &cred, &ep);
}

/* A new endpoint; the application's end. */
static int open_dgram(struct endpoint **ret)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	assert_int_equal(endpoint_open(eps, pair[0], AF_INET, SOCK_DGRAM, 0, 1, &root, ret), 0);
	return pair[1];
}

static void expect_refused(int fd)
{
	assert_int_equal(try_open(fd, SOCK_STREAM, 0), -EINVAL);
	assert_int_equal(close(fd), 0);
	assert_int_equal(eps->count, 0);
}

static void test_what_is_no_pair_is_refused(void **state)
{
	struct sockaddr_un any = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), pair[2];

	(void)state;
	expect_refused(open("/dev/null", O_RDWR));
	expect_refused(socket(AF_INET, SOCK_STREAM, 0));
	expect_refused(socket(AF_UNIX, SOCK_STREAM, 0));
	assert_int_equal(bind(listener, (struct sockaddr *)&any, sizeof(any.sun_family)), 0);
	assert_int_equal(listen(listener, 1), 0);
	expect_refused(listener);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	expect_refused(pair[0]);
	expect_refused(pair[1]);
}

/* Both ends here would keep each other open for ever. */
static void test_the_other_end_is_not_taken_too(void **state)
{
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(try_open(pair[0], SOCK_STREAM, 0), 0);
	assert_int_equal(try_open(pair[1], SOCK_STREAM, 0), -EINVAL);
	assert_int_equal(eps->count, 1);
	close(pair[1]);
}

static void test_a_user_has_a_share(void **state)
{
	const struct nl_cred stranger = { .uid = STRANGER };
	struct endpoint *ep;
	int pair[3][2];

	(void)state;
	eps->users.max = 2;
	for (int i = 0; i < 3; i++)
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair[i]), 0);
	assert_int_equal(try_open(pair[0][0], SOCK_STREAM, STRANGER), 0);
	assert_int_equal(endpoint_open(eps, pair[1][0], AF_INET, SOCK_STREAM, 0, 1, &stranger, &ep),
			 0);
	assert_int_equal(try_open(pair[2][0], SOCK_STREAM, STRANGER), -EMFILE);
	endpoint_close(ep, false, 0);
	assert_int_equal(try_open(pair[2][0], SOCK_STREAM, STRANGER), 0);
	assert_int_equal(eps->count, 2);
	for (int i = 0; i < 3; i++)
		close(pair[i][1]);
}

static void test_the_administrator_has_no_share(void **state)
{
	int pair[2][2];

	(void)state;
	eps->users.max = 1;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair[i]), 0);
		assert_int_equal(try_open(pair[i][0], SOCK_STREAM, geteuid()), 0);
		close(pair[i][1]);
	}
}

/* A datagram whose control data is one header that says @cmsg_len; what is answered. */
static uint32_t send_control(size_t cmsg_len)
{
	struct {
		struct usock_dgram hdr;
		uint8_t control[sizeof(struct cmsghdr)];
		uint8_t payload[32];
	} __packed record = {
		.hdr = { .family = AF_INET, .control_len = sizeof(record.control) },
	};
	struct cmsghdr c = {
		.cmsg_level = IPPROTO_IP,
		.cmsg_type = IP_PKTINFO,
		.cmsg_len = cmsg_len,
	};
	struct usock_dgram answer;
	struct endpoint *ep;
	int app = open_dgram(&ep);

	memcpy(record.control, &c, sizeof(c));
	memset(record.payload, 0x55, sizeof(record.payload));
	assert_int_equal(send(app, &record, sizeof(record), 0), sizeof(record));
	ep->rx_ready = true;
	ep->ops->run(ep);
	assert_int_equal(recv(app, &answer, sizeof(answer), 0), sizeof(answer));
	assert_int_equal(answer.flags, USOCK_DGRAM_ERROR);
	close(app);
	return answer.error;
}

/* Taken as an IP_PKTINFO, the payload would name a device that is not there: ENODEV. */
static void test_control_data_ends_where_it_says(void **state)
{
	(void)state;
	assert_int_equal(send_control(0), EINVAL);
	assert_int_equal(send_control(CMSG_LEN(0)), EINVAL);
	assert_int_equal(send_control(CMSG_LEN(sizeof(struct in_pktinfo))), EINVAL);
	assert_int_equal(send_control(SIZE_MAX), EINVAL);
}

/* What is in the pair then may be the next connection's filler: it is not to be read as data. */
static void test_a_dissolved_connection_is_none(void **state)
{
	const struct sock_addr none = { .family = AF_UNSPEC };
	struct endpoint *ep;
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	assert_int_equal(endpoint_open(eps, pair[0], AF_INET, SOCK_STREAM, 0, 1, &root, &ep), 0);
	ep->connected = true;
	assert_int_equal(endpoint_connect(ep, &none, false), 0);
	assert_false(ep->connected);
	close(pair[1]);
}

/* Room in the pair is reported to those who found none, and once. */
static void test_a_full_pair_is_written_again_when_it_has_room(void **state)
{
	static char bytes[65536];
	struct endpoint *ep;
	int app = open_dgram(&ep);

	(void)state;
	assert_true(ep->tx_ready);
	while (send(ep->watch.fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	assert_int_equal(errno, EAGAIN);
	endpoint_full(ep);
	assert_false(ep->tx_ready);
	assert_true(ep->watch.wants_room);
	while (recv(app, bytes, sizeof(bytes), 0) > 0)
		;
	loop_task_init(&stop, stop_loop);
	loop_task_add(server.loop, &stop);
	assert_int_equal(loop_run(server.loop), 0);
	assert_true(ep->tx_ready);
	assert_false(ep->watch.wants_room);
	close(app);
}

/* Whoever administers the stack, by whatever user, may set what administrators may; root's number alone is no right. */
static void test_a_socket_has_the_rights_of_who_opened_it(void **state)
{
	static const struct nl_cred creds[] = { { .uid = 1000, .admin = true }, { .uid = 0 } };
	const int on = 1;
	struct endpoint *ep;
	int pair[2];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(creds); i++) {
		int want = creds[i].admin ? 0 : -EPERM;

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		assert_int_equal(endpoint_open(eps, pair[0], AF_INET, SOCK_STREAM, 0, 1, &creds[i],
					       &ep),
				 0);
		assert_int_equal(sock_setsockopt(ep->sk, SOL_SOCKET, SO_MARK, &on, sizeof(on)),
				 want);
		assert_int_equal(sock_setsockopt(ep->sk, IPPROTO_IP, IP_TRANSPARENT, &on,
						 sizeof(on)),
				 want);
		close(pair[1]);
	}
}

/* A stream that lingers for 5 s, which does not end before the test gives up its reference; the application's end. */
static int open_lingering(struct endpoint **ret, struct sock **ret_sk)
{
	const struct linger linger = { 1, 5 };
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	assert_int_equal(endpoint_open(eps, pair[0], AF_INET, SOCK_STREAM, 0, 1, &root, ret), 0);
	*ret_sk = sock_hold((*ret)->sk);
	assert_int_equal(sock_setsockopt(*ret_sk, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
	return pair[1];
}

/* What is asked with a new pipe; its other end, or -errno. */
static int await_end(uint64_t id, uint32_t uid)
{
	int pipes[2], err;

	assert_int_equal(pipe(pipes), 0);
	err = endpoint_await_end(eps, id, pipes[1], uid);
	if (!err)
		return pipes[0];
	close(pipes[0]);
	assert_int_equal(close(pipes[1]), 0);
	return err;
}

static bool told(int fd)
{
	struct pollfd pfd = { .fd = fd };

	return poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLHUP);
}

static void test_the_end_of_a_conversation_is_told(void **state)
{
	struct endpoint *ep;
	struct sock *sk;
	int waiter, late, app = open_lingering(&ep, &sk);
	uint64_t id = ep->id;

	(void)state;
	assert_int_equal(await_end(id, 0), -EBUSY);
	close(app);
	waiter = await_end(id, 0);
	assert_true(waiter >= 0);
	assert_int_equal(await_end(id, 0), -EBUSY);
	endpoint_close(ep, false, 0);
	assert_false(told(waiter));
	assert_int_equal(await_end(id, 0), -EBUSY);
	sock_put(sk);
	assert_true(told(waiter));
	late = await_end(id, 0);
	assert_true(told(late));
	close(waiter);
	close(late);
	assert_null(endpoint_find(eps, id));
}

static void test_the_question_may_come_late(void **state)
{
	struct endpoint *ep;
	struct sock *sk;
	int waiter, app = open_lingering(&ep, &sk);
	uint64_t id = ep->id;

	(void)state;
	close(app);
	endpoint_close(ep, false, 0);
	waiter = await_end(id, 0);
	assert_false(told(waiter));
	endpoint_linger_stop(eps);
	assert_true(told(waiter));
	sock_put(sk);
	close(waiter);
}

static void test_a_reset_is_an_end(void **state)
{
	struct endpoint *ep;
	struct sock *sk;
	int waiter, app = open_lingering(&ep, &sk);

	(void)state;
	close(app);
	waiter = await_end(ep->id, 0);
	endpoint_close(ep, true, 0);
	assert_true(told(waiter));
	sock_put(sk);
	close(waiter);
}

static void test_who_waits_is_counted(void **state)
{
	const struct nl_cred stranger = { .uid = STRANGER };
	struct endpoint *ep, *another;
	struct sock *sk;
	int waiter, app = open_lingering(&ep, &sk), pair[2];

	(void)state;
	eps->users.max = 1;
	close(app);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(endpoint_open(eps, pair[0], AF_INET, SOCK_STREAM, 0, 1, &stranger, &another), 0);
	assert_int_equal(await_end(ep->id, STRANGER), -EMFILE);
	endpoint_close(another, false, 0);
	close(pair[1]);
	waiter = await_end(ep->id, STRANGER);
	assert_false(told(waiter));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(try_open(pair[0], SOCK_STREAM, STRANGER), -EMFILE);
	endpoint_close(ep, false, 0);
	sock_put(sk);
	assert_true(told(waiter));
	assert_int_equal(try_open(pair[0], SOCK_STREAM, STRANGER), 0);
	close(pair[1]);
	close(waiter);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_no_pair_is_refused),
		TEST(test_the_other_end_is_not_taken_too),
		TEST(test_a_user_has_a_share),
		TEST(test_the_administrator_has_no_share),
		TEST(test_control_data_ends_where_it_says),
		TEST(test_a_dissolved_connection_is_none),
		TEST(test_a_full_pair_is_written_again_when_it_has_room),
		TEST(test_a_socket_has_the_rights_of_who_opened_it),
		TEST(test_the_end_of_a_conversation_is_told),
		TEST(test_the_question_may_come_late),
		TEST(test_a_reset_is_an_end),
		TEST(test_who_waits_is_counted),
	};
#undef TEST

	return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
