/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What can be changed of a device, which events tell of it, and what is refused with which words.
 */
#include "stack/core/netdevice.h"

#include <errno.h>
#include <string.h>

#include "stack/core/event.h"
#include "stack/link/ethernet.h"
#include "tests/unit/testnet.h"

struct rig {
	struct net *net;
	struct net_device *dev;
	struct event_listener listener;
	enum event_type events[16];
	unsigned nr_events;
	int open_err;
	unsigned opened, stopped, rx_modes;
};

static struct rig *rig_of(const struct net_device *dev)
{
	return dev->priv;
}

static int rig_open(struct net_device *dev)
{
	rig_of(dev)->opened++;
	return rig_of(dev)->open_err;
}

static void rig_stop(struct net_device *dev)
{
	rig_of(dev)->stopped++;
}

static void rig_rx_mode(struct net_device *dev)
{
	rig_of(dev)->rx_modes++;
}

static int rig_set_mtu(struct net_device *dev, uint32_t mtu, struct extack *ack)
{
	(void)dev;
	return mtu == 1234 ? extack_set(ack, -EIO, "not this one") : 0;
}

static const struct netdev_ops ops = {
	.open = rig_open,
	.stop = rig_stop,
	.set_rx_mode = rig_rx_mode,
	.set_mtu = rig_set_mtu,
};

static void note(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	struct rig *rig = container_of(l, struct rig, listener);

	(void)net;
	assert_ptr_equal(obj, rig->dev);
	rig->events[rig->nr_events++] = type;
}

static int setup(void **state)
{
	static struct rig rig;

	memset(&rig, 0, sizeof(rig));
	rig.net = testnet_create();
	rig.dev = netdev_alloc(rig.net, &ops, &eth_link);
	rig.dev->priv = &rig;
	strcpy(rig.dev->name, "t0");
	assert_int_equal(netdev_register(rig.dev, NULL), 0);
	rig.listener.fn = note;
	event_listen(rig.net, &rig.listener);
	*state = &rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	event_unlisten(&rig->listener);
	testnet_destroy(rig->net);
	return 0;
}

/* These events were emitted since the last call, and no others. */
#define assert_events(rig, ...)                                         \
	do {                                                            \
		const enum event_type want[] = { __VA_ARGS__ };         \
		assert_int_equal((rig)->nr_events, ARRAY_SIZE(want));   \
		assert_memory_equal((rig)->events, want, sizeof(want)); \
		(rig)->nr_events = 0;                                   \
	} while (0)

static void test_up_and_down_call_the_device_and_tell(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(netdev_change_flags(rig->dev, IFF_UP, IFF_UP, NULL), 0);
	assert_int_equal(rig->opened, 1);
	assert_int_equal(rig->rx_modes, 1);
	assert_events(rig, EVENT_NETDEV_CHANGE, EVENT_NETDEV_UP);
	assert_int_equal(netdev_change_flags(rig->dev, IFF_UP, IFF_UP, NULL), 0);
	assert_int_equal(rig->opened, 1);
	assert_int_equal(rig->nr_events, 0);
	assert_int_equal(netdev_change_flags(rig->dev, 0, IFF_UP, NULL), 0);
	assert_int_equal(rig->stopped, 1);
	assert_events(rig, EVENT_NETDEV_CHANGE, EVENT_NETDEV_DOWN);
}

static void test_up_that_fails_leaves_the_device_down(void **state)
{
	struct rig *rig = *state;
	struct extack ack = { 0 };

	rig->open_err = -ENOTCONN;
	assert_int_equal(netdev_change_flags(rig->dev, IFF_UP, IFF_UP, &ack), -ENOTCONN);
	assert_true(*ack.msg);
	assert_false(netdev_running(rig->dev));
	assert_int_equal(rig->nr_events, 0);
}

static void test_flags_that_say_what_the_device_is_do_not_change(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(netdev_change_flags(rig->dev, IFF_NOARP | IFF_LOOPBACK, ~IFF_UP, NULL), 0);
	assert_int_equal(rig->dev->flags, IFF_BROADCAST | IFF_NOARP);
	assert_events(rig, EVENT_NETDEV_CHANGE);
}

static void test_promisc_is_counted_by_users_and_by_configuration(void **state)
{
	struct rig *rig = *state;
	struct net_device *dev = rig->dev;

	netdev_set_promisc(dev, 1);
	assert_true(dev->flags & IFF_PROMISC);
	/* Shown is only what was configured. */
	assert_false(netdev_flags(dev) & IFF_PROMISC);
	assert_events(rig, EVENT_NETDEV_CHANGE);
	netdev_change_flags(dev, IFF_PROMISC, IFF_PROMISC, NULL);
	assert_int_equal(dev->promisc, 2);
	assert_true(netdev_flags(dev) & IFF_PROMISC);
	assert_events(rig, EVENT_NETDEV_CHANGE);
	netdev_set_promisc(dev, -1);
	assert_true(dev->flags & IFF_PROMISC);
	assert_int_equal(rig->nr_events, 0);
	/* Another change of flags does not count it again. */
	netdev_change_flags(dev, IFF_UP, IFF_UP, NULL);
	assert_int_equal(dev->promisc, 1);
	netdev_change_flags(dev, 0, IFF_PROMISC, NULL);
	assert_int_equal(dev->promisc, 0);
	assert_false(dev->flags & IFF_PROMISC);
}

static void test_allmulti_is_counted(void **state)
{
	struct rig *rig = *state;

	netdev_change_flags(rig->dev, IFF_UP, IFF_UP, NULL);
	rig->rx_modes = 0;
	netdev_set_allmulti(rig->dev, 1);
	netdev_set_allmulti(rig->dev, 1);
	netdev_set_allmulti(rig->dev, -1);
	assert_true(rig->dev->flags & IFF_ALLMULTI);
	netdev_set_allmulti(rig->dev, -1);
	assert_false(rig->dev->flags & IFF_ALLMULTI);
	assert_int_equal(rig->rx_modes, 2);
}

static void test_multicast_addresses_are_counted(void **state)
{
	static const uint8_t a[ETH_ALEN] = { 1, 0, 0x5e, 0, 0, 1 },
			     b[ETH_ALEN] = { 1, 0, 0x5e, 0, 0, 2 };
	struct rig *rig = *state;

	netdev_change_flags(rig->dev, IFF_UP, IFF_UP, NULL);
	rig->rx_modes = 0;
	assert_int_equal(netdev_mc_add(rig->dev, a), 0);
	assert_int_equal(netdev_mc_add(rig->dev, a), 0);
	assert_int_equal(netdev_mc_add(rig->dev, b), 0);
	assert_int_equal(rig->rx_modes, 2);
	netdev_mc_del(rig->dev, a);
	assert_int_equal(rig->rx_modes, 2);
	netdev_mc_del(rig->dev, a);
	netdev_mc_del(rig->dev, a); /* not there: harmless */
	assert_int_equal(rig->rx_modes, 3);
	/* b is left, and goes with the device. */
	assert_false(list_empty(&rig->dev->mc_list));
}

static void test_mtu_is_kept_within_the_limits_of_the_device(void **state)
{
	struct rig *rig = *state;
	struct extack ack = { 0 };

	assert_int_equal(netdev_set_mtu(rig->dev, 67, &ack), -EINVAL);
	assert_string_equal(ack.msg, "mtu less than device minimum");
	assert_int_equal(netdev_set_mtu(rig->dev, 65536, &ack), -EINVAL);
	assert_string_equal(ack.msg, "mtu greater than device maximum");
	assert_int_equal(netdev_set_mtu(rig->dev, 1234, &ack), -EIO);
	assert_string_equal(ack.msg, "not this one");
	assert_int_equal(rig->dev->mtu, 1500);
	assert_int_equal(rig->nr_events, 0);
	assert_int_equal(netdev_set_mtu(rig->dev, 68, &ack), 0);
	assert_int_equal(rig->dev->mtu, 68);
	assert_events(rig, EVENT_NETDEV_CHANGE, EVENT_NETDEV_CHANGEMTU);
	assert_int_equal(netdev_set_mtu(rig->dev, 68, &ack), 0);
	assert_int_equal(rig->nr_events, 0);
}

static void test_mtu_without_a_maximum_may_be_anything(void **state)
{
	struct rig *rig = *state;

	rig->dev->max_mtu = 0;
	assert_int_equal(netdev_set_mtu(rig->dev, 10000000, NULL), 0);
}

static void test_address_must_be_one_of_a_station(void **state)
{
	static const uint8_t good[ETH_ALEN] = { 2, 0, 0, 0, 0, 5 }, group[ETH_ALEN] = { 1 },
			     zero[ETH_ALEN];
	struct rig *rig = *state;
	struct extack ack = { 0 };

	assert_int_equal(netdev_set_address(rig->dev, group, ETH_ALEN, &ack), -EADDRNOTAVAIL);
	assert_int_equal(netdev_set_address(rig->dev, zero, ETH_ALEN, &ack), -EADDRNOTAVAIL);
	assert_int_equal(netdev_set_address(rig->dev, good, 5, &ack), -EINVAL);
	assert_true(*ack.msg);
	assert_int_equal(rig->nr_events, 0);
	assert_int_equal(netdev_set_address(rig->dev, good, ETH_ALEN, &ack), 0);
	assert_memory_equal(rig->dev->addr, good, ETH_ALEN);
	assert_events(rig, EVENT_NETDEV_CHANGE, EVENT_NETDEV_CHANGEADDR);
}

static void test_rename_moves_the_device_in_the_table(void **state)
{
	struct rig *rig = *state;
	struct extack ack = { 0 };

	netdev_change_flags(rig->dev, IFF_UP, IFF_UP, NULL);
	rig->nr_events = 0;
	assert_int_equal(netdev_rename(rig->dev, "t0", &ack), 0);
	assert_int_equal(rig->nr_events, 0);
	assert_int_equal(netdev_rename(rig->dev, "new", &ack), 0);
	assert_events(rig, EVENT_NETDEV_CHANGE);
	assert_ptr_equal(netdev_by_name(rig->net, "new"), rig->dev);
	assert_null(netdev_by_name(rig->net, "t0"));
	assert_int_equal(netdev_rename(rig->dev, "n%d", &ack), 0);
	assert_string_equal(rig->dev->name, "n0");
	assert_int_equal(netdev_rename(rig->dev, "a/b", &ack), -EINVAL);
	assert_int_equal(netdev_rename(rig->dev, "a%s", &ack), -EINVAL);
	assert_true(*ack.msg);
	assert_string_equal(rig->dev->name, "n0");
}

static void test_rename_to_a_name_that_is_taken_is_refused(void **state)
{
	struct rig *rig = *state;

	event_unlisten(&rig->listener);
	testdev_create(rig->net, "other", 0);
	assert_int_equal(netdev_rename(rig->dev, "other", NULL), -EEXIST);
	assert_ptr_equal(netdev_by_name(rig->net, "t0"), rig->dev);
}

static void test_operstate_follows_flags_and_carrier(void **state)
{
	struct rig *rig = *state;
	struct net_device *dev = rig->dev;
	const unsigned running = IFF_RUNNING | IFF_LOWER_UP;

	assert_int_equal(netdev_operstate(dev), IF_OPER_DOWN);
	assert_int_equal(netdev_flags(dev) & running, 0);
	netdev_change_flags(dev, IFF_UP, IFF_UP, NULL);
	/* A device that never says is UNKNOWN, and works. */
	assert_int_equal(netdev_operstate(dev), IF_OPER_UNKNOWN);
	assert_int_equal(netdev_flags(dev) & running, running);
	rig->nr_events = 0;
	netdev_set_carrier(dev, true);
	assert_int_equal(netdev_operstate(dev), IF_OPER_UP);
	assert_events(rig, EVENT_NETDEV_CARRIER);
	netdev_set_carrier(dev, true);
	assert_int_equal(rig->nr_events, 0);
	netdev_set_carrier(dev, false);
	assert_events(rig, EVENT_NETDEV_CARRIER);
	assert_int_equal(netdev_operstate(dev), IF_OPER_DOWN);
	assert_int_equal(netdev_flags(dev) & running, 0);
	dev->iflink = 17;
	assert_int_equal(netdev_operstate(dev), IF_OPER_LOWERLAYERDOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(test_up_and_down_call_the_device_and_tell),
		TEST(test_up_that_fails_leaves_the_device_down),
		TEST(test_flags_that_say_what_the_device_is_do_not_change),
		TEST(test_promisc_is_counted_by_users_and_by_configuration),
		TEST(test_allmulti_is_counted),
		TEST(test_multicast_addresses_are_counted),
		TEST(test_mtu_is_kept_within_the_limits_of_the_device),
		TEST(test_mtu_without_a_maximum_may_be_anything),
		TEST(test_address_must_be_one_of_a_station),
		TEST(test_rename_moves_the_device_in_the_table),
		TEST(test_rename_to_a_name_that_is_taken_is_refused),
		TEST(test_operstate_follows_flags_and_carrier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
