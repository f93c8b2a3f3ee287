/* SPDX-License-Identifier: BSD-2-Clause */
/* Events reach every listener in the order of registration, at once. */
#include "stack/core/event.h"

#include "stack/lib/util.h"
#include "tests/unit/testnet.h"

struct hearer {
	struct event_listener listener;
	struct hearer **order; /* where to note that it heard */
	enum event_type type;
	void *obj;
	bool once;
};

static void hear(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	struct hearer *h = container_of(l, struct hearer, listener);

	(void)net;
	h->type = type;
	h->obj = obj;
	*(*h->order ? h->order + 1 : h->order) = h;
	if (h->once)
		event_unlisten(l);
}

static int setup(void **state)
{
	*state = testnet_create();
	return 0;
}

static int teardown(void **state)
{
	testnet_destroy(*state);
	return 0;
}

static void test_event_reaches_listeners_in_order_of_registration(void **state)
{
	struct hearer *order[3] = { NULL };
	struct hearer a = { .listener.fn = hear, .order = order }, b = a;
	int obj;

	event_listen(*state, &a.listener);
	event_listen(*state, &b.listener);
	event_emit(*state, EVENT_ADDR_ADD, &obj);
	assert_ptr_equal(order[0], &a);
	assert_ptr_equal(order[1], &b);
	assert_int_equal(b.type, EVENT_ADDR_ADD);
	assert_ptr_equal(b.obj, &obj);
	event_unlisten(&a.listener);
	event_unlisten(&b.listener);
}

static void test_event_does_not_reach_who_left(void **state)
{
	struct hearer *order[3] = { NULL };
	struct hearer a = { .listener.fn = hear, .order = order };

	event_listen(*state, &a.listener);
	event_unlisten(&a.listener);
	event_emit(*state, EVENT_ADDR_ADD, NULL);
	assert_null(order[0]);
}

static void test_event_handler_may_leave(void **state)
{
	struct hearer *order[3] = { NULL };
	struct hearer a = { .listener.fn = hear, .order = order, .once = true };
	struct hearer b = { .listener.fn = hear, .order = order };

	event_listen(*state, &a.listener);
	event_listen(*state, &b.listener);
	event_emit(*state, EVENT_ADDR_ADD, NULL);
	assert_ptr_equal(order[1], &b);
	order[0] = order[1] = NULL;
	event_emit(*state, EVENT_ADDR_DEL, NULL);
	assert_ptr_equal(order[0], &b);
	assert_int_equal(a.type, EVENT_ADDR_ADD);
	event_unlisten(&b.listener);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_event_reaches_listeners_in_order_of_registration, setup, teardown),
		cmocka_unit_test_setup_teardown(test_event_does_not_reach_who_left, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_event_handler_may_leave, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
