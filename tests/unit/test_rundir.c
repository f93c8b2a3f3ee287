/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unit tests of <ustack/rundir.h>, the rule that daemon and clients share, and of libsock/channel.c, which
 * finds an instance by it.
 */
#include <ustack/rundir.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "libsock/channel.h"
#include "tests/unit/fakestack.h"

static void assert_rundir(const struct ustack_rundir_env *env, const char *want)
{
	char buf[128];

	assert_int_equal(ustack_rundir(env, "x", buf, sizeof(buf)), 0);
	assert_string_equal(buf, want);
}

static void test_rule(void **state)
{
	(void)state;
	assert_rundir(&(struct ustack_rundir_env){ NULL, "/xdg", 0 }, "/run/ustack/x");
	assert_rundir(&(struct ustack_rundir_env){ NULL, "/xdg", 7 }, "/xdg/ustack/x");
	assert_rundir(&(struct ustack_rundir_env){ NULL, NULL, 7 }, "/tmp/ustack-7/x");
	assert_rundir(&(struct ustack_rundir_env){ "", "", 7 }, "/tmp/ustack-7/x");
	assert_rundir(&(struct ustack_rundir_env){ "/r", "/xdg", 0 }, "/r/x");
}

static void test_names(void **state)
{
	struct ustack_rundir_env env = { .rundir = "/r" };
	char buf[16];

	(void)state;
	assert_int_equal(ustack_rundir(&env, NULL, buf, sizeof(buf)), -EINVAL);
	assert_int_equal(ustack_rundir(&env, "", buf, sizeof(buf)), -EINVAL);
	assert_int_equal(ustack_rundir(&env, "..", buf, sizeof(buf)), -EINVAL);
	assert_int_equal(ustack_rundir(&env, "a/b", buf, sizeof(buf)), -EINVAL);
	assert_int_equal(ustack_rundir(&env, "longer-than-room", buf, sizeof(buf)), -ENAMETOOLONG);
	assert_int_equal(ustack_rundir(&env, "thirteen-byte", buf, sizeof(buf)), -ENAMETOOLONG);
	assert_int_equal(ustack_rundir(&env, "twelve-bytes", buf, sizeof(buf)), 0);
}

static void test_a_channel_and_its_control_calls(void **state)
{
	struct usock_channel *chan;
	struct ustack_ctl_reply reply;

	(void)state;
	fakestack_start();
	assert_int_equal(usock_channel_open(NULL, "route", &chan), -ENOENT);
	assert_int_equal(usock_channel_open("other", "generic", &chan), -ENOENT);
	assert_int_equal(usock_channel_open("no/name", "generic", &chan), -EINVAL);
	assert_int_equal(usock_channel_open(NULL, "generic", &chan), 0);
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
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_a_channel_and_its_control_calls),
	};

	return cmocka_run_group_tests_name("rundir", tests, NULL, NULL);
}
