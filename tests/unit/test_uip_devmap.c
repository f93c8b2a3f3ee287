/* SPDX-License-Identifier: BSD-2-Clause */
/* The known devices: learnt in any order, renamed, forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "uip/devmap.h"

struct link_msg {
	struct nlmsghdr h;
	struct ifinfomsg ifi;
	struct nlattr attr;
	char name[IFNAMSIZ];
};

static void tell(struct devmap *m, int type, int index, const char *name)
{
	struct link_msg msg = {
		.h = { .nlmsg_len = sizeof(msg), .nlmsg_type = (uint16_t)type },
		.ifi = { .ifi_index = index, .ifi_type = ARPHRD_ETHER, .ifi_flags = IFF_UP },
		.attr = { .nla_len = sizeof(msg.attr) + sizeof(msg.name), .nla_type = IFLA_IFNAME },
	};

	strcpy(msg.name, name);
	devmap_learn(m, &msg.h);
}

static void test_learnt_in_any_order(void **state)
{
	static const int order[] = {
		5, 1, 9, 3, 7, 2, 8, 4, 6, 40, 20, 30, 10, 50, 60, 70, 80, 90
	};
	struct devmap *m = devmap_new();
	char name[IFNAMSIZ];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		snprintf(name, sizeof(name), "dev%d", order[i]);
		tell(m, RTM_NEWLINK, order[i], name);
	}
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		snprintf(name, sizeof(name), "dev%d", order[i]);
		assert_int_equal(devmap_index(m, name), order[i]);
		assert_string_equal(devmap_name(m, (unsigned)order[i]), name);
		assert_int_equal(devmap_type(m, (unsigned)order[i]), ARPHRD_ETHER);
		assert_int_equal(devmap_flags(m, (unsigned)order[i]), IFF_UP);
	}
	devmap_free(m);
}

static void test_unknown_devices(void **state)
{
	struct devmap *m = devmap_new();

	(void)state;
	assert_string_equal(devmap_name(m, 0), "*");
	assert_string_equal(devmap_name(m, 7), "if7");
	assert_int_equal(devmap_index(m, "eth0"), 0);
	assert_int_equal(devmap_type(m, 7), ARPHRD_VOID);
	assert_int_equal(devmap_flags(m, 7), 0);
	devmap_free(m);
}

static void test_renamed_and_forgotten(void **state)
{
	struct devmap *m = devmap_new();

	(void)state;
	tell(m, RTM_NEWLINK, 1, "lo");
	tell(m, RTM_NEWLINK, 2, "eth0");
	tell(m, RTM_NEWLINK, 2, "eth1");
	assert_int_equal(devmap_index(m, "eth0"), 0);
	assert_int_equal(devmap_index(m, "eth1"), 2);
	tell(m, RTM_DELLINK, 1, "lo");
	assert_int_equal(devmap_index(m, "lo"), 0);
	assert_int_equal(devmap_index(m, "eth1"), 2);
	devmap_set_complete(m);
	assert_true(devmap_complete(m));
	devmap_clear(m);
	assert_false(devmap_complete(m));
	assert_int_equal(devmap_index(m, "eth1"), 0);
	devmap_free(m);
}

static void test_messages_of_no_use(void **state)
{
	struct devmap *m = devmap_new();
	struct nlmsghdr bare = { .nlmsg_len = sizeof(bare), .nlmsg_type = RTM_NEWLINK };

	(void)state;
	devmap_learn(m, &bare);
	tell(m, RTM_NEWADDR, 3, "eth3");
	tell(m, RTM_DELLINK, 3, "eth3");
	assert_string_equal(devmap_name(m, 3), "if3");
	devmap_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_learnt_in_any_order),
		cmocka_unit_test(test_unknown_devices),
		cmocka_unit_test(test_renamed_and_forgotten),
		cmocka_unit_test(test_messages_of_no_use),
	};

	return cmocka_run_group_tests_name("uip_devmap", tests, NULL, NULL);
}
