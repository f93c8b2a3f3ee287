/* SPDX-License-Identifier: BSD-2-Clause */
/* Which descriptors are sockets: the table, alone and under threads. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "libsock/fdtable.h"

static int some_fd(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* A descriptor that means a socket, which nothing else refers to. */
static int some_socket(struct usock **ret)
{
	struct usock *sk = fdtable_alloc();
	int fd = some_fd();

	assert_non_null(sk);
	assert_int_equal(fdtable_set(fd, sk), 0);
	fdtable_put(sk);
	*ret = sk;
	return fd;
}

static void test_numbers_that_mean_nothing(void **state)
{
	(void)state;
	assert_null(fdtable_get(-1));
	assert_null(fdtable_get(1 << 30));
	assert_null(fdtable_get(1000000));
	fdtable_forget(-1);
	fdtable_forget(1 << 30);
	assert_int_equal(fdtable_close(-1), -EBADF);
	assert_int_equal(fdtable_next(-1), -1);
}

static void test_set_and_close(void **state)
{
	struct usock *sk, *got;
	int fd = some_socket(&sk);

	(void)state;
	got = fdtable_get(fd);
	assert_ptr_equal(got, sk);
	assert_int_equal(fdtable_next(-1), fd);
	assert_int_equal(fdtable_close(fd), 0);
	assert_null(fdtable_get(fd));
	assert_int_equal(got->refs, 1); /* ours: a call in progress keeps it */
	fdtable_put(got);
	assert_int_equal(sk->refs, 0);
}

static void test_duplicates_share(void **state)
{
	struct usock *sk, *got;
	int fd = some_socket(&sk), other = some_fd(), copy;

	(void)state;
	copy = fdtable_dup(sk, fd, 100, F_DUPFD);
	assert_true(copy >= 100);
	assert_int_equal(fdtable_dup3(fd, other, O_CLOEXEC), other);
	assert_int_equal(sk->refs, 3);
	fdtable_close(fd);
	got = fdtable_get(copy);
	assert_ptr_equal(got, sk);
	fdtable_put(got);
	fdtable_close(copy);
	fdtable_close(other);
	assert_int_equal(sk->refs, 0);
}

static void test_dup3_over_a_socket_closes_it(void **state)
{
	struct usock *sk;
	int fd = some_socket(&sk), file = some_fd();

	(void)state;
	assert_int_equal(fdtable_dup3(file, fd, 0), fd);
	assert_null(fdtable_get(fd));
	assert_int_equal(sk->refs, 0);
	assert_int_equal(fdtable_dup3(-1, fd, 0), -EBADF);
	close(file);
	close(fd);
}

#define ROUNDS 20000
static int shared_fd;

/* Take and give back references to whatever a number means while others replace it. */
static void *reader(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct usock *sk = fdtable_get(shared_fd);

		if (sk && sk->protocol != 42)
			*(int *)arg = 1;
		fdtable_put(sk);
	}
	return NULL;
}

static void *writer(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct usock *sk = fdtable_alloc();

		if (!sk)
			*(int *)arg = 1;
		sk->protocol = 42;
		fdtable_set(shared_fd, sk);
		fdtable_put(sk);
		if (i % 2)
			fdtable_forget(shared_fd);
	}
	return NULL;
}

static void test_lookup_against_change(void **state)
{
	pthread_t threads[4];
	int wrong[4] = { 0 };

	(void)state;
	shared_fd = some_fd();
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, i % 2 ? reader : writer, &wrong[i]);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(wrong[i], 0);
	}
	fdtable_close(shared_fd);
	assert_int_equal(fdtable_next(-1), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_that_mean_nothing),
		cmocka_unit_test(test_set_and_close),
		cmocka_unit_test(test_duplicates_share),
		cmocka_unit_test(test_dup3_over_a_socket_closes_it),
		cmocka_unit_test(test_lookup_against_change),
	};

	return cmocka_run_group_tests_name("fdtable", tests, NULL, NULL);
}
