/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices: names, indexes, tables, kinds, and what is set on them when they are made. */
#include "stack/core/netdevice.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "stack/core/event.h"
#include "stack/link/ethernet.h"
#include "tests/unit/testnet.h"

static const struct netdev_ops no_ops;

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

/* A device of this name and index (0: any) is registered; NULL: with what error and words. */
static struct net_device *try_register(struct net *net, const char *name, int ifindex, int *err,
				       struct extack *ack)
{
	struct net_device *dev = netdev_alloc(net, &no_ops, &eth_link);

	strcpy(dev->name, name);
	dev->ifindex = ifindex;
	*err = netdev_register(dev, ack);
	if (!*err)
		return dev;
	netdev_free(dev);
	return NULL;
}

static struct net_device *must_register(struct net *net, const char *name, int ifindex)
{
	int err;
	struct net_device *dev = try_register(net, name, ifindex, &err, NULL);

	assert_int_equal(err, 0);
	return dev;
}

static void test_device_has_the_defaults_of_ethernet(void **state)
{
	struct net_device *dev = netdev_alloc(*state, &no_ops, &eth_link);

	assert_int_equal(dev->flags, IFF_BROADCAST | IFF_MULTICAST);
	assert_int_equal(dev->mtu, 1500);
	assert_int_equal(dev->txqlen, 1000);
	assert_int_equal(dev->gso_max_size, NETDEV_GSO_MAX);
	assert_true(eth_addr_broadcast(dev->broadcast));
	assert_true(dev->carrier);
	netdev_free(dev);
	netdev_free(NULL);
}

static void test_device_name_is_valid_as_in_the_kernel(void **state)
{
	(void)state;
	assert_true(netdev_name_valid("eth0"));
	assert_true(netdev_name_valid("a"));
	assert_true(netdev_name_valid("fifteen_bytes_x"));
	assert_true(netdev_name_valid("eth%d"));
	assert_true(netdev_name_valid("..."));
	assert_false(netdev_name_valid(""));
	assert_false(netdev_name_valid("sixteen_bytes_xx"));
	assert_false(netdev_name_valid("."));
	assert_false(netdev_name_valid(".."));
	assert_false(netdev_name_valid("a/b"));
	assert_false(netdev_name_valid("a:b"));
	assert_false(netdev_name_valid("a b"));
	assert_false(netdev_name_valid("a\tb"));
}

static void test_device_is_found_by_name_and_index(void **state)
{
	struct net *net = *state;
	struct net_device *a = must_register(net, "a", 0), *b = must_register(net, "b", 0);

	assert_int_equal(a->ifindex, 1);
	assert_int_equal(b->ifindex, 2);
	assert_ptr_equal(netdev_by_name(net, "a"), a);
	assert_ptr_equal(netdev_by_index(net, 2), b);
	assert_null(netdev_by_name(net, "c"));
	assert_null(netdev_by_index(net, 3));
	assert_null(netdev_by_index(net, 0));
	assert_null(netdev_by_index(net, -1));
	netdev_unregister(a);
	assert_null(netdev_by_name(net, "a"));
	assert_null(netdev_by_index(net, 1));
	/* An index is not used again at once. */
	assert_int_equal(must_register(net, "a", 0)->ifindex, 3);
}

static void test_device_index_that_is_asked_for_is_given(void **state)
{
	struct net *net = *state;
	struct net_device *dev = must_register(net, "seven", 7);
	struct extack ack = { 0 };
	int err, last = 0;

	assert_int_equal(dev->ifindex, 7);
	assert_null(try_register(net, "other", 7, &err, &ack));
	assert_int_equal(err, -EBUSY);
	assert_true(*ack.msg);
	for (unsigned i = 0; i < 10; i++)
		must_register(net, "e%d", 0);
	assert_ptr_equal(netdev_by_index(net, 7), dev);
	netdev_for_each(net, dev) {
		assert_true(dev->ifindex > last);
		last = dev->ifindex;
	}
	assert_int_equal(last, 11);
}

static void test_device_name_is_completed_with_the_lowest_free_number(void **state)
{
	struct net *net = *state;
	struct net_device *first = must_register(net, "veth%d", 0);

	assert_string_equal(first->name, "veth0");
	assert_string_equal(must_register(net, "veth%d", 0)->name, "veth1");
	must_register(net, "veth3", 0);
	assert_string_equal(must_register(net, "veth%d", 0)->name, "veth2");
	assert_string_equal(must_register(net, "veth%d", 0)->name, "veth4");
	netdev_unregister(first);
	assert_string_equal(must_register(net, "veth%d", 0)->name, "veth0");
	assert_string_equal(must_register(net, "a%db", 0)->name, "a0b");
	assert_string_equal(must_register(net, "", 0)->name, "eth0");
}

static void test_device_name_that_cannot_be_is_refused(void **state)
{
	static const char *const bad[] = { "a/b", "%d%d", "a%s", "a%" };
	struct net *net = *state;
	int err;

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		struct extack ack = { 0 };

		assert_null(try_register(net, bad[i], 0, &err, &ack));
		assert_int_equal(err, -EINVAL);
		assert_true(*ack.msg);
	}
	/* Room for one digit, and then no more. */
	for (unsigned i = 0; i < 100; i++)
		must_register(net, "thirteen_by%d", 0);
	must_register(net, "fourteen_byt%d", 0);
	assert_null(try_register(net, "fourteen_bytes%d", 0, &err, NULL));
	assert_int_equal(err, -EINVAL);
	must_register(net, "a", 0);
	assert_null(try_register(net, "a", 0, &err, NULL));
	assert_int_equal(err, -EEXIST);
}

/* What is emitted, in order. */
struct log {
	struct event_listener listener;
	enum event_type types[10];
	unsigned n;
	bool found;
};

static void note(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	struct log *log = container_of(l, struct log, listener);
	struct net_device *dev = obj;

	log->types[log->n++] = type;
	log->found =
		netdev_by_name(net, dev->name) == dev && netdev_by_index(net, dev->ifindex) == dev;
}

static void test_device_comes_and_goes_with_events(void **state)
{
	struct net *net = *state;
	struct log log = { .listener.fn = note };
	struct net_device *dev;

	event_listen(net, &log.listener);
	dev = must_register(net, "a", 0);
	assert_true(log.found);
	netdev_change_flags(dev, IFF_UP, IFF_UP, NULL);
	log.n = 0;
	netdev_unregister(dev);
	assert_int_equal(log.n, 3);
	assert_int_equal(log.types[0], EVENT_NETDEV_CHANGE);
	assert_int_equal(log.types[1], EVENT_NETDEV_DOWN);
	assert_int_equal(log.types[2], EVENT_NETDEV_UNREGISTER);
	assert_true(log.found);
	event_unlisten(&log.listener);
}

static void test_link_kind_is_found_by_name(void **state)
{
	struct net *net = *state;
	struct link_kind a = { .name = "a" }, b = { .name = "b" };

	link_kind_add(net, &a);
	link_kind_add(net, &b);
	assert_ptr_equal(link_kind_find(net, "b"), &b);
	assert_null(link_kind_find(net, "c"));
	link_kind_del(&b);
	assert_null(link_kind_find(net, "b"));
	link_kind_del(&a);
}

static void test_link_params_are_put_on_the_device(void **state)
{
	static const uint8_t addr[ETH_ALEN] = { 2, 3, 4, 5, 6, 7 };
	const struct link_params params = {
		.name = "mine", .ifindex = 9, .addr = addr, .mtu = 9000, .txqlen = 3, .fd = -1
	};
	struct net_device *dev = netdev_alloc(*state, &no_ops, &eth_link);

	assert_int_equal(link_params_apply(dev, &params, "dflt%d", NULL), 0);
	assert_string_equal(dev->name, "mine");
	assert_int_equal(dev->ifindex, 9);
	assert_memory_equal(dev->addr, addr, ETH_ALEN);
	assert_int_equal(dev->mtu, 9000);
	assert_int_equal(dev->txqlen, 3);
	netdev_free(dev);
}

static void test_link_params_left_open_get_defaults(void **state)
{
	const struct link_params params = { .fd = -1 };
	struct net_device *dev = netdev_alloc(*state, &no_ops, &eth_link);
	struct net_device *other = netdev_alloc(*state, &no_ops, &eth_link);

	assert_int_equal(link_params_apply(dev, &params, "dflt%d", NULL), 0);
	assert_int_equal(link_params_apply(other, &params, "dflt%d", NULL), 0);
	assert_string_equal(dev->name, "dflt%d");
	assert_int_equal(dev->mtu, 1500);
	assert_true(eth_addr_valid(dev->addr));
	assert_int_equal(dev->addr[0] & 3, 2);
	assert_memory_not_equal(dev->addr, other->addr, ETH_ALEN);
	netdev_free(dev);
	netdev_free(other);
}

static void test_link_params_that_cannot_be_are_refused(void **state)
{
	static const uint8_t group[ETH_ALEN] = { 1, 0, 0, 0, 0, 1 };
	static const struct {
		struct link_params params;
		int err;
	} bad[] = {
		{ { .name = "a/b" }, -EINVAL },
		{ { .mtu = 67 }, -EINVAL },
		{ { .mtu = 65536 }, -EINVAL },
		{ { .addr = group }, -EADDRNOTAVAIL },
	};
	struct net_device *dev = netdev_alloc(*state, &no_ops, &eth_link);

	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
		struct extack ack = { 0 };

		assert_int_equal(link_params_apply(dev, &bad[i].params, "eth%d", &ack), bad[i].err);
		assert_true(*ack.msg);
	}
	netdev_free(dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(test_device_has_the_defaults_of_ethernet),
		TEST(test_device_name_is_valid_as_in_the_kernel),
		TEST(test_device_is_found_by_name_and_index),
		TEST(test_device_index_that_is_asked_for_is_given),
		TEST(test_device_name_is_completed_with_the_lowest_free_number),
		TEST(test_device_name_that_cannot_be_is_refused),
		TEST(test_device_comes_and_goes_with_events),
		TEST(test_link_kind_is_found_by_name),
		TEST(test_link_params_are_put_on_the_device),
		TEST(test_link_params_left_open_get_defaults),
		TEST(test_link_params_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
