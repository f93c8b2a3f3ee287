/* SPDX-License-Identifier: BSD-2-Clause */
/* The daemon's event loop: nobody's work keeps the others from theirs. */
#include "tests/unit/testnet.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "nlserver/loop.h"

#define MANY 100000

struct fixture {
	struct loop *loop;
	struct net *net;
	struct loop_watch watch;
	struct loop_task task;
	int events, runs;
};

static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .net = testnet_create() };
	assert_int_equal(loop_create(&f.loop), 0);
	loop_set_net(f.loop, f.net);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	loop_free(f->loop);
	testnet_destroy(f->net);
	return 0;
}

/* As two applications are that send to each other: there is always more to do. */
static void never_done(struct loop_task *t)
{
	struct fixture *f = container_of(t, struct fixture, task);

	if (++f->runs < MANY)
		loop_task_add(f->loop, t);
	else
		loop_stop(f->loop);
}

static void stop_at_second(struct loop_watch *w, uint32_t events)
{
	struct fixture *f = container_of(w, struct fixture, watch);

	(void)events;
	if (++f->events == 2)
		loop_stop(f->loop);
	else
		loop_again(f->loop, w, 0);
}

static void test_tasks_without_end_do_not_hold_up_the_round(void **state)
{
	struct fixture *f = *state;

	f->watch = (struct loop_watch){ .fd = eventfd(1, EFD_CLOEXEC), .ready = stop_at_second };
	assert_int_equal(loop_watch_add(f->loop, &f->watch), 0);
	loop_task_init(&f->task, never_done);
	loop_task_add(f->loop, &f->task);
	assert_int_equal(loop_run(f->loop), 0);
	assert_int_equal(f->events, 2);
	assert_in_range(f->runs, 2, 1000);
	loop_task_del(&f->task);
	loop_watch_del(f->loop, &f->watch);
	close(f->watch.fd);
}

/* What was left is done by the rounds that follow, without an event. */
static void test_tasks_that_were_left_go_on(void **state)
{
	struct fixture *f = *state;

	loop_task_init(&f->task, never_done);
	loop_task_add(f->loop, &f->task);
	assert_int_equal(loop_run(f->loop), 0);
	assert_int_equal(f->runs, MANY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tasks_without_end_do_not_hold_up_the_round,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_tasks_that_were_left_go_on, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
