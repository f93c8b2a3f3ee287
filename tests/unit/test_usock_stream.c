/* SPDX-License-Identifier: BSD-2-Clause */
/* Stream sockets of libusock, with a stack that does as the test says. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "libsock/usock.h"
#include "tests/unit/fakestack.h"

#define HERE                                                                          \
	{                                                                             \
		.sin_family = AF_INET, .sin_port = 0x1111, .sin_addr = { 0x0100007f } \
	}
#define THERE                                                                         \
	{                                                                             \
		.sin_family = AF_INET, .sin_port = 0x2222, .sin_addr = { 0x0200007f } \
	}

static const struct sockaddr_in here = HERE, there = THERE;
static const struct fake_answer connecting = { .error = EINPROGRESS, .name = HERE, .peer = THERE };

static int setup(void **state)
{
	(void)state;
	fakestack_start();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fakestack_stop();
	return 0;
}

static const struct sockaddr *there_sa(void)
{
	return (const struct sockaddr *)&there;
}

static int new_socket(int flags)
{
	int fd = usock_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

	assert_true(fd >= 0);
	return fd;
}

static bool is_writable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	return poll(&pfd, 1, 0) == 1;
}

static void take_filler(int end)
{
	char filler[2 * USOCK_FILLER];

	assert_int_equal(recv(end, filler, sizeof(filler), 0), USOCK_FILLER);
}

/* A connected pair: our descriptor, and the stack's end. */
static int connected(int *end)
{
	int fd = new_socket(SOCK_NONBLOCK);

	fakestack_answer(&connecting);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), -1);
	assert_int_equal(errno, EINPROGRESS);
	*end = fakestack_end();
	take_filler(*end);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), 0);
	fcntl(fd, F_SETFL, 0);
	return fd;
}

static int sndbuf(int fd)
{
	socklen_t len = sizeof(int);
	int value;

	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, &len), 0);
	return value;
}

static int so_error(int fd)
{
	socklen_t len = sizeof(int);
	int value = -1;

	assert_int_equal(usock_getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &len), 0);
	return value;
}

static void test_socket_says_nothing_to_the_stack(void **state)
{
	struct fake_seen seen;
	int fd;

	(void)state;
	fd = new_socket(0);
	seen = fakestack_seen();
	assert_int_equal(seen.channels, 0);
	assert_int_equal(usock_close(fd), 0);
}

static void test_connect_goes_in_one_message_with_the_options(void **state)
{
	int fd, on = 1, ttl = 9, end;
	struct fake_seen seen;

	(void)state;
	fakestack_answer(&connecting);
	fd = new_socket(SOCK_NONBLOCK);
	assert_int_equal(usock_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), 0);
	assert_int_equal(usock_setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)), 0);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), -1);
	assert_int_equal(errno, EINPROGRESS);
	seen = fakestack_seen();
	assert_int_equal(seen.calls[USOCK_CMD_OPEN], 1);
	assert_int_equal(seen.calls[USOCK_CMD_CONNECT] + seen.calls[USOCK_CMD_SETSOCKOPT], 0);
	assert_true(seen.filler);
	assert_memory_equal(&seen.connect, &there, sizeof(there));
	assert_int_equal(seen.noptions, 2);
	assert_int_equal(seen.options[1].name, IP_TTL);
	assert_int_equal(seen.options[1].value, 9);
	end = fakestack_end();
	close(end);
	usock_close(fd);
}

/* Of a value that is not as usual the stack is asked: IP_TTL may be -1, or a byte. */
static void test_a_doubtful_option_is_the_stacks_to_judge(void **state)
{
	const struct fake_answer refusing = { .refuse[USOCK_CMD_SETSOCKOPT] = EINVAL };
	int fd = new_socket(0), ttl = 300;
	struct fake_seen seen;

	(void)state;
	fakestack_answer(&refusing);
	assert_int_equal(usock_setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(fakestack_seen().calls[USOCK_CMD_SETSOCKOPT], 1);
	close(fakestack_end());
	usock_close(fd);

	fakestack_answer(&(struct fake_answer){ 0 });
	fd = new_socket(0);
	ttl = -1;
	assert_int_equal(usock_setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)), 0);
	ttl = 9;
	assert_int_equal(usock_setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, 1), 0);
	seen = fakestack_seen();
	assert_int_equal(seen.calls[USOCK_CMD_OPEN], 1);
	assert_int_equal(seen.calls[USOCK_CMD_SETSOCKOPT], 2);
	close(fakestack_end());
	usock_close(fd);
}

static void test_not_writable_until_connected(void **state)
{
	int fd, end, before;

	(void)state;
	fakestack_answer(&connecting);
	fd = new_socket(SOCK_NONBLOCK);
	before = sndbuf(fd);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), -1);
	end = fakestack_end();
	assert_false(is_writable(fd));
	assert_int_equal(so_error(fd), 0);
	assert_int_equal(usock_send(fd, "x", 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), -1);
	assert_int_equal(errno, EALREADY);
	take_filler(end);
	assert_true(is_writable(fd));
	assert_int_equal(so_error(fd), 0);
	assert_int_equal(sndbuf(fd), before);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), 0);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), -1);
	assert_int_equal(errno, EISCONN);
	close(end);
	usock_close(fd);
}

static void *connect_later(void *arg)
{
	int end = fakestack_end();

	take_filler(end);
	*(int *)arg = end;
	return NULL;
}

static void test_blocking_connect_waits(void **state)
{
	pthread_t thread;
	int fd, end;

	(void)state;
	fakestack_answer(&connecting);
	fd = new_socket(0);
	pthread_create(&thread, NULL, connect_later, &end);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), 0);
	pthread_join(thread, NULL);
	assert_int_equal(usock_send(fd, "abc", 3, 0), 3);
	close(end);
	usock_close(fd);
}

static void test_connect_ends_with_sndtimeo(void **state)
{
	struct timeval limit = { .tv_usec = 1000 };
	int fd;

	(void)state;
	fakestack_answer(&connecting);
	fd = new_socket(0);
	assert_int_equal(usock_setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)), 0);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), -1);
	assert_int_equal(errno, EINPROGRESS);
	usock_close(fd);
}

static void *refuse_later(void *arg)
{
	close(fakestack_end());
	return arg;
}

static void test_refused_and_connected_again(void **state)
{
	struct fake_answer answer = connecting;
	struct fake_seen seen;
	pthread_t thread;
	int fd, end, on = 1;

	(void)state;
	answer.so_error = ECONNREFUSED;
	fakestack_answer(&answer);
	fd = new_socket(0);
	usock_setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	pthread_create(&thread, NULL, refuse_later, NULL);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), -1);
	assert_int_equal(errno, ECONNREFUSED);
	pthread_join(thread, NULL);
	assert_int_equal(usock_recv(fd, &on, 1, 0), -1);
	assert_int_equal(errno, ENOTCONN);

	fakestack_answer(&connecting);
	pthread_create(&thread, NULL, connect_later, &end);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), 0);
	pthread_join(thread, NULL);
	seen = fakestack_seen();
	assert_int_equal(seen.calls[USOCK_CMD_OPEN], 1);
	assert_int_equal(seen.options[0].name, SO_KEEPALIVE);
	close(end);
	usock_close(fd);
}

static void test_end_of_file_is_not_a_reset(void **state)
{
	int end, fd = connected(&end);
	char buf[8];

	(void)state;
	assert_int_equal(send(end, "last", 4, 0), 4);
	shutdown(end, SHUT_WR);
	assert_int_equal(usock_recv(fd, buf, sizeof(buf), 0), 4);
	assert_int_equal(usock_recv(fd, buf, sizeof(buf), 0), 0);
	assert_int_equal(fakestack_seen().calls[USOCK_CMD_GETSOCKOPT], 0);
	assert_int_equal(usock_send(fd, "more", 4, 0), 4);
	close(end);
	usock_close(fd);
}

static void test_reset_is_told_once(void **state)
{
	struct fake_answer answer = { .so_error = ECONNRESET };
	int end, fd = connected(&end);
	char buf[8];

	(void)state;
	fakestack_answer(&answer);
	assert_int_equal(send(end, "last", 4, 0), 4);
	close(end);
	assert_int_equal(usock_read(fd, buf, sizeof(buf)), 4);
	assert_int_equal(usock_read(fd, buf, sizeof(buf)), -1);
	assert_int_equal(errno, ECONNRESET);
	assert_int_equal(usock_read(fd, buf, sizeof(buf)), 0);
	assert_int_equal(fakestack_seen().calls[USOCK_CMD_GETSOCKOPT], 1);
	usock_close(fd);
}

static volatile sig_atomic_t pipes;

static void on_sigpipe(int sig)
{
	(void)sig;
	pipes++;
}

static void test_send_after_reset(void **state)
{
	struct fake_answer answer = { .so_error = ETIMEDOUT };
	int end, fd = connected(&end);

	(void)state;
	signal(SIGPIPE, on_sigpipe);
	pipes = 0;
	fakestack_answer(&answer);
	close(end);
	assert_int_equal(usock_send(fd, "x", 1, 0), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(pipes, 0);
	assert_int_equal(usock_send(fd, "x", 1, MSG_NOSIGNAL), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(pipes, 0);
	assert_int_equal(usock_send(fd, "x", 1, 0), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(pipes, 1);
	usock_close(fd);
}

static void test_names_of_a_connection_are_not_asked_for(void **state)
{
	int end, fd = connected(&end);
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	(void)state;
	assert_int_equal(usock_getpeername(fd, (struct sockaddr *)&addr, &len), 0);
	assert_memory_equal(&addr, &there, sizeof(addr));
	len = 4;
	assert_int_equal(usock_getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	assert_int_equal(len, sizeof(addr));
	assert_int_equal(fakestack_seen().calls[USOCK_CMD_GETNAME], 0);
	close(end);
	usock_close(fd);
}

static void pass_connection(int listener, int fd)
{
	struct usock_accept record = { .id = 99,
				       .family = AF_INET,
				       .peer_port = there.sin_port,
				       .local_port = here.sin_port };
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { &record, sizeof(record) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.buf,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	memcpy(record.peer_addr, &there.sin_addr, 4);
	memcpy(record.local_addr, &here.sin_addr, 4);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	assert_int_equal(sendmsg(listener, &msg, 0), sizeof(record));
}

static void test_accept_is_one_record(void **state)
{
	int fd = new_socket(SOCK_NONBLOCK), end, pair[2], conn;
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	(void)state;
	assert_int_equal(usock_accept(fd, NULL, NULL), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(usock_bind(fd, (const struct sockaddr *)&here, sizeof(here)), 0);
	assert_int_equal(usock_listen(fd, 5), 0);
	assert_int_equal(usock_accept(fd, NULL, NULL), -1);
	assert_int_equal(errno, EAGAIN);
	end = fakestack_end();
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	pass_connection(end, pair[1]);
	close(pair[1]);
	conn = usock_accept4(fd, (struct sockaddr *)&addr, &len, SOCK_CLOEXEC);
	assert_true(conn >= 0);
	assert_memory_equal(&addr, &there, sizeof(addr));
	assert_int_equal(fcntl(conn, F_GETFL) & O_NONBLOCK, 0);
	assert_int_equal(fcntl(conn, F_GETFD), FD_CLOEXEC);
	assert_int_equal(usock_send(conn, "hi", 2, 0), 2);
	assert_int_equal(fakestack_seen().calls[USOCK_CMD_GETNAME], 0);
	assert_int_equal(usock_shutdown(fd, SHUT_RDWR), 0);
	assert_int_equal(usock_accept(fd, NULL, NULL), -1);
	assert_int_equal(errno, EINVAL);
	close(end);
	close(pair[0]);
	usock_close(conn);
	usock_close(fd);
}

/* Told once as what it is; after that so that servers do not try again at once. */
static void test_accept_when_the_stack_has_gone(void **state)
{
	int fd = new_socket(SOCK_NONBLOCK), end;

	(void)state;
	assert_int_equal(usock_bind(fd, (const struct sockaddr *)&here, sizeof(here)), 0);
	assert_int_equal(usock_listen(fd, 5), 0);
	end = fakestack_end();
	assert_int_equal(usock_accept(fd, NULL, NULL), -1);
	assert_int_equal(errno, EAGAIN);
	close(end);
	assert_int_equal(usock_accept(fd, NULL, NULL), -1);
	assert_int_equal(errno, ENETDOWN);
	assert_int_equal(usock_accept(fd, NULL, NULL), -1);
	assert_int_equal(errno, ENFILE);
	usock_close(fd);
}

static void test_shutdown_for_writing_is_the_pairs(void **state)
{
	int end, fd = connected(&end);
	char buf[8];

	(void)state;
	assert_int_equal(usock_send(fd, "end", 3, 0), 3);
	assert_int_equal(usock_shutdown(fd, SHUT_WR), 0);
	assert_int_equal(recv(end, buf, sizeof(buf), 0), 3);
	assert_int_equal(recv(end, buf, sizeof(buf), 0), 0);
	assert_int_equal(fakestack_seen().calls[USOCK_CMD_SHUTDOWN], 0);
	assert_int_equal(usock_shutdown(fd, SHUT_RD), 0);
	assert_int_equal(fakestack_seen().calls[USOCK_CMD_SHUTDOWN], 1);
	assert_int_equal(fakestack_seen().how, SHUT_RD);
	close(end);
	usock_close(fd);
}

static void test_unconnected(void **state)
{
	int fd = new_socket(0);
	char byte;

	(void)state;
	assert_int_equal(usock_recv(fd, &byte, 1, 0), -1);
	assert_int_equal(errno, ENOTCONN);
	assert_int_equal(usock_send(fd, "x", 1, MSG_NOSIGNAL), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(usock_shutdown(fd, SHUT_RDWR), -1);
	assert_int_equal(errno, ENOTCONN);
	assert_int_equal(usock_send(fd, "x", 1, MSG_OOB), -1);
	assert_int_equal(errno, EOPNOTSUPP);
	usock_close(fd);
}

static void test_a_forked_child_has_a_channel_of_its_own(void **state)
{
	int fd = new_socket(0), status, on = 1;
	pid_t pid;

	(void)state;
	assert_int_equal(usock_bind(fd, (const struct sockaddr *)&here, sizeof(here)), 0);
	assert_int_equal(fakestack_seen().channels, 1);
	pid = fork();
	if (pid == 0)
		_exit(usock_setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)) ? 1 : 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(fakestack_seen().channels, 2);
	assert_int_equal(fakestack_seen().with_fd[USOCK_CMD_SETSOCKOPT], 1);
	assert_int_equal(usock_setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)), 0);
	assert_int_equal(fakestack_seen().channels, 2);
	assert_int_equal(fakestack_seen().with_fd[USOCK_CMD_SETSOCKOPT], 1);
	usock_close(fd);
}

static void test_fork_opens_what_both_will_have(void **state)
{
	int fd = new_socket(0), status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(fakestack_seen().calls[USOCK_CMD_OPEN], 1);
	usock_close(fd);
}

static void test_a_vforked_child_changes_nothing_of_ours(void **state)
{
	int end, fd = connected(&end), status;
	pid_t pid;

	(void)state;
	pid = vfork();
	if (pid == 0) {
		usock_close(fd);
		usock_dup2(STDERR_FILENO, fd + 1);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(usock_send(fd, "still", 5, 0), 5);
	assert_int_equal(usock_shutdown(fd, SHUT_RD), 0);
	close(end);
	usock_close(fd);
}

static void test_a_descriptor_from_elsewhere_is_adopted(void **state)
{
	struct fake_answer answer = { .name = here, .peer = there, .state = USOCK_STATE_CONNECTED };
	int end, fd = connected(&end), copy;
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	(void)state;
	fakestack_answer(&answer);
	copy = dup(fd); /* behind libusock's back */
	assert_int_equal(usock_getpeername(copy, (struct sockaddr *)&addr, &len), 0);
	assert_memory_equal(&addr, &there, sizeof(addr));
	assert_int_equal(fakestack_seen().with_fd[USOCK_CMD_GETNAME], 1);
	assert_int_equal(usock_send(copy, "x", 1, 0), 1);
	close(end);
	usock_close(copy);
	usock_close(fd);
}

static void test_a_number_that_was_closed_behind_our_back(void **state)
{
	int end, fd = connected(&end), other, value;
	socklen_t len = sizeof(value);

	(void)state;
	close(fd);
	other = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(other, fd);
	assert_int_equal(usock_getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &len), -1);
	assert_int_equal(errno, ENOTSOCK);
	close(other);
	close(end);
}

static void test_no_stack_is_enetdown(void **state)
{
	int fd = new_socket(0);

	(void)state;
	assert_int_equal(usock_instance("nosuch"), 0);
	usock_close(fd);
	fd = new_socket(0);
	assert_int_equal(usock_connect(fd, there_sa(), sizeof(there)), -1);
	assert_int_equal(errno, ENETDOWN);
	assert_int_equal(usock_instance(NULL), 0);
	assert_int_equal(usock_instance("no/name"), -1);
	assert_int_equal(errno, EINVAL);
	usock_close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_socket_says_nothing_to_the_stack),
		TEST(test_connect_goes_in_one_message_with_the_options),
		TEST(test_a_doubtful_option_is_the_stacks_to_judge),
		TEST(test_not_writable_until_connected),
		TEST(test_blocking_connect_waits),
		TEST(test_connect_ends_with_sndtimeo),
		TEST(test_refused_and_connected_again),
		TEST(test_end_of_file_is_not_a_reset),
		TEST(test_reset_is_told_once),
		TEST(test_send_after_reset),
		TEST(test_names_of_a_connection_are_not_asked_for),
		TEST(test_accept_is_one_record),
		TEST(test_accept_when_the_stack_has_gone),
		TEST(test_shutdown_for_writing_is_the_pairs),
		TEST(test_unconnected),
		TEST(test_a_forked_child_has_a_channel_of_its_own),
		TEST(test_fork_opens_what_both_will_have),
		TEST(test_a_vforked_child_changes_nothing_of_ours),
		TEST(test_a_descriptor_from_elsewhere_is_adopted),
		TEST(test_a_number_that_was_closed_behind_our_back),
		TEST(test_no_stack_is_enetdown),
	};

	return cmocka_run_group_tests_name("usock_stream", tests, NULL, NULL);
}
