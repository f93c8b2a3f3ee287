/* SPDX-License-Identifier: BSD-2-Clause */
/* The way to an instance: the rule of ustack/rundir.h, and channels. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <ustack/rundir.h>

#include "libsock/channel.h"
#include "tests/unit/fakestack.h"

static void assert_rundir(const struct ustack_rundir_env *env, const char *expected)
{
	char buf[128];

	assert_int_equal(ustack_rundir(env, "x", buf, sizeof(buf)), 0);
	assert_string_equal(buf, expected);
}

static void test_rule(void **state)
{
	struct ustack_rundir_env root = { .uid = 0, .xdg_runtime_dir = "/xdg" };
	struct ustack_rundir_env user = { .uid = 7, .xdg_runtime_dir = "/xdg" };
	struct ustack_rundir_env bare = { .uid = 7 };
	struct ustack_rundir_env empty = { .uid = 7, .rundir = "", .xdg_runtime_dir = "" };
	struct ustack_rundir_env told = { .rundir = "/r", .xdg_runtime_dir = "/xdg" };

	(void)state;
	assert_rundir(&root, "/run/ustack/x");
	assert_rundir(&user, "/xdg/ustack/x");
	assert_rundir(&bare, "/tmp/ustack-7/x");
	assert_rundir(&empty, "/tmp/ustack-7/x");
	assert_rundir(&told, "/r/x");
}

static int rundir_of(const char *name)
{
	struct ustack_rundir_env env = { .rundir = "/r" };
	char buf[16];

	return ustack_rundir(&env, name, buf, sizeof(buf));
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(rundir_of(""), -EINVAL);
	assert_int_equal(rundir_of(".."), -EINVAL);
	assert_int_equal(rundir_of("a/b"), -EINVAL);
	assert_int_equal(rundir_of("a-name-of-more-than-thirty-two-by"), -EINVAL);
	assert_int_equal(rundir_of("thirteen-byte"), -ENAMETOOLONG);
	assert_int_equal(rundir_of("twelve-bytes"), 0);
}

static void test_a_channel_and_its_control_calls(void **state)
{
	struct ustack_ctl_reply reply;
	struct usock_channel *chan;

	(void)state;
	fakestack_start();
	assert_int_equal(usock_channel_open(NULL, USTACK_CHAN_ROUTE, &chan), -ENOENT);
	assert_int_equal(usock_channel_open("other", USTACK_CHAN_GENERIC, &chan), -ENOENT);
	assert_int_equal(usock_channel_open("no/name", USTACK_CHAN_GENERIC, &chan), -EINVAL);
	assert_int_equal(usock_channel_open(NULL, USTACK_CHAN_GENERIC, &chan), 0);
	assert_int_equal(usock_channel_pid(chan), 77);
	assert_int_equal(usock_channel_ctl(chan, USTACK_CTL_BIND, 99, 5, &reply), 0);
	assert_int_equal(reply.groups, 5);
	assert_int_equal(usock_channel_pid(chan), 99);
	assert_int_equal(usock_channel_ctl(chan, USTACK_CTL_SETSOCKOPT, 1, 1, NULL), -ENOPROTOOPT);
	fakestack_stop();
	assert_true(usock_channel_ctl(chan, USTACK_CTL_GETNAME, 0, 0, NULL) < 0);
	usock_channel_close(chan);
	usock_channel_close(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_a_channel_and_its_control_calls),
	};

	return cmocka_run_group_tests_name("dial", tests, NULL, NULL);
}
