/* SPDX-License-Identifier: BSD-2-Clause */
/* Unit tests of nlserver/rundir.c: one daemon at a time, and nothing left behind. */
#include "nlserver/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char base[] = "/tmp/test_server_rundir.XXXXXX";

static int setup_group(void **state)
{
	(void)state;
	if (!mkdtemp(base))
		return -1;
	return setenv("USTACK_RUNDIR", base, 1);
}

static int teardown_group(void **state)
{
	(void)state;
	return rmdir(base);
}

static void test_directory_is_made_and_removed(void **state)
{
	struct extack ack = { .msg = "" };
	struct rundir dir;
	struct stat st;

	(void)state;
	assert_int_equal(rundir_open("one", &dir, &ack), 0);
	assert_int_equal(stat(dir.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, geteuid() ? 0700 : 0755);
	rundir_close(&dir);
	assert_int_equal(stat(dir.path, &st), -1);
}

static void test_second_is_refused_with_the_firsts_pid(void **state)
{
	struct extack ack = { .msg = "" };
	struct rundir dir, other;
	char pid[24];

	(void)state;
	assert_int_equal(rundir_open("one", &dir, &ack), 0);
	assert_int_equal(rundir_write_pid(&dir), 0);
	assert_int_equal(rundir_open("one", &other, &ack), -EBUSY);
	snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
	assert_non_null(strstr(ack.msg, pid));
	assert_int_equal(rundir_open("two", &other, &ack), 0);
	rundir_close(&other);
	rundir_close(&dir);
}

/* What a daemon that was killed leaves: the file, but not the lock. */
static void test_stale_lock_file_is_taken_over(void **state)
{
	struct extack ack = { .msg = "" };
	struct rundir dir;

	(void)state;
	assert_int_equal(rundir_open("one", &dir, &ack), 0);
	rundir_write_pid(&dir);
	close(dir.lock_fd);
	assert_int_equal(rundir_open("one", &dir, &ack), 0);
	rundir_close(&dir);
}

static void test_bad_names_are_refused(void **state)
{
	static const char *const names[] = { "",	".",
					     "..",	"a/b",
					     ".hidden", "a-name-of-more-than-thirty-two-bytes" };
	struct rundir dir;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct extack ack = { .msg = "" };

		assert_int_equal(rundir_open(names[i], &dir, &ack), -EINVAL);
		assert_string_not_equal(ack.msg, "");
	}
}

static void test_link_in_place_of_the_lock_is_refused(void **state)
{
	char path[sizeof(base) + 16], lock[sizeof(path) + 16];
	struct extack ack = { .msg = "" };
	struct rundir dir;

	(void)state;
	snprintf(path, sizeof(path), "%s/one", base);
	snprintf(lock, sizeof(lock), "%s/lock", path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(symlink("/dev/null", lock), 0);
	assert_int_equal(rundir_open("one", &dir, &ack), -ELOOP);
	unlink(lock);
	rmdir(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directory_is_made_and_removed),
		cmocka_unit_test(test_second_is_refused_with_the_firsts_pid),
		cmocka_unit_test(test_stale_lock_file_is_taken_over),
		cmocka_unit_test(test_bad_names_are_refused),
		cmocka_unit_test(test_link_in_place_of_the_lock_is_refused),
	};

	return cmocka_run_group_tests_name("server_rundir", tests, setup_group, teardown_group);
}
