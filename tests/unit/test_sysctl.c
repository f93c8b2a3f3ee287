/* SPDX-License-Identifier: BSD-2-Clause */
/* Unit tests of nlserver/sysctl.c and its table: names, walking, values, and what follows from setting one. */
#include "tests/unit/testnl.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "nlserver/sysctl.h"
#include "nlserver/sysctl_table.h"
#include "stack/core/inet_config.h"
#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/addrconf.h"
#include "stack/tcp/tcp.h"
#include "stack/transport/transport.h"
#include "stack/transport/udp_table.h"

static struct testnl t;
static struct testreq r;
static struct net *net;

static void add_dummy(const char *name, int ifindex)
{
	struct ifinfomsg *ifi;
	struct nlattr *info;

	testreq_init(&r);
	ifi = testreq_add(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*ifi));
	ifi->ifi_index = ifindex;
	nl_put_str(&r.m, IFLA_IFNAME, name);
	info = nl_nest_begin(&r.m, IFLA_LINKINFO | NLA_F_NESTED);
	nl_put_str(&r.m, IFLA_INFO_KIND, "dummy");
	nl_nest_end(&r.m, info);
	testreq_end(&r);
	assert_int_equal(testnl_ask(&r, t.c), 0);
}

static void del_link(const char *name)
{
	testreq_init(&r);
	testreq_add(&r, RTM_DELLINK, 0, sizeof(struct ifinfomsg));
	nl_put_str(&r.m, IFLA_IFNAME, name);
	testreq_end(&r);
	assert_int_equal(testnl_ask(&r, t.c), 0);
}

static int setup(void **state)
{
	(void)state;
	testnl_create(&t, NETLINK_ROUTE);
	net = t.server.net;
	add_dummy("dummy0", 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	testnl_destroy(&t);
	return 0;
}

/* --- shorthands ----------------------------------------------------------------------------------- */

/* The value, in static memory; "ENOENT", "EIO". */
static const char *get(const char *name)
{
	static char value[USTACK_SYSCTL_VALUE_MAX];
	struct sysctl s;

	if (sysctl_find(net, name, &s))
		return "ENOENT";
	assert_string_equal(s.name, name);
	return sysctl_get(&s, value, sizeof(value)) == -EIO ? "EIO" : value;
}

static char sentence[EXTACK_MSG_MAX];

static int set(const char *name, const char *value)
{
	struct extack ack = { 0 };
	struct sysctl s;
	int err;

	assert_int_equal(sysctl_find(net, name, &s), 0);
	err = sysctl_set(net, &s, value, &ack);
	snprintf(sentence, sizeof(sentence), "%s", ack.msg);
	return err;
}

static bool is_there(const char *name)
{
	struct sysctl s;

	return !sysctl_find(net, name, &s);
}

/* --- names ---------------------------------------------------------------------------------------- */

static void test_find(void **state)
{
	(void)state;
	add_dummy("eth0.100", 0);
	add_dummy("a.b.c", 0);
	assert_string_equal(get("net.ipv4.ip_forward"), "0");
	assert_string_equal(get("net.ipv4.conf.all.forwarding"), "0");
	assert_string_equal(get("net.ipv4.conf.default.send_redirects"), "1");
	assert_string_equal(get("net.ipv6.conf.dummy0.accept_ra"), "1");
	assert_string_equal(get("net.ipv6.conf.eth0.100.accept_ra"), "1");
	assert_string_equal(get("net.ipv4.neigh.a.b.c.ucast_solicit"), "3");
	assert_string_equal(get("net.ipv6.neigh.default.gc_thresh1"), "128");
	assert_string_equal(get("net.ipv6.icmp.echo_ignore_all"), "0");
}

static void test_find_nothing(void **state)
{
	static const char *const names[] = {
		"",
		".",
		"net",
		"net.",
		"net.ipv4",
		"net.ipv4.",
		"net.ipv4.nosuch",
		"net.ipv4.ip_forward.",
		"net.ipv4.ip_forwardx",
		"net.ipv4.all.ip_forward",
		"net.ipv4x.ip_forward",
		"net.ipv4.conf",
		"net.ipv4.conf.",
		"net.ipv4.conf.forwarding",
		"net.ipv4.conf..forwarding",
		"net.ipv4.conf.all",
		"net.ipv4.conf.all.",
		"net.ipv4.conf.nosuch0.forwarding",
		"net.ipv4.conf.dummy0.x.forwarding",
		"net.ipv4.conf.a_name_too_long_for_a_device.forwarding",
		"net.ipv4.neigh.all.ucast_solicit",
		"net.ipv4.neigh.dummy0.gc_thresh1", /* the table's */
		"net.ipv6.conf.dummy0.gc_thresh1",
		"kernel.hostname",
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
		if (is_there(names[i]))
			fail_msg("%s is there", names[i]);
}

static void test_device_without_a_family(void **state)
{
	struct net_device *dev;

	(void)state;
	dev = netdev_by_name(net, "dummy0");
	assert_int_equal(netdev_set_mtu(dev, 1000, NULL), 0);
	assert_true(is_there("net.ipv4.conf.dummy0.forwarding"));
	assert_false(is_there("net.ipv6.conf.dummy0.forwarding"));
}

/* --- walking -------------------------------------------------------------------------------------- */

#define SEEN_MAX 2000

struct seen {
	char name[SEEN_MAX][USTACK_SYSCTL_NAME_MAX + 1];
	unsigned nr;
};

static unsigned count_seen(const struct seen *seen, const char *name)
{
	unsigned n = 0;

	for (unsigned i = 0; i < seen->nr; i++)
		n += !strcmp(seen->name[i], name);
	return n;
}

/* Walk; before the @at'th, do @fn. */
static void walk(struct seen *seen, unsigned at, void (*fn)(void))
{
	struct sysctl_cursor cur = { 0 };
	struct sysctl s;

	seen->nr = 0;
	for (;;) {
		if (fn && seen->nr == at)
			fn();
		if (!sysctl_next(net, &cur, &s))
			break;
		assert_true(seen->nr < SEEN_MAX);
		strcpy(seen->name[seen->nr++], s.name);
	}
}

/* Every one once, and each is found by its name. */
static void test_walk(void **state)
{
	static struct seen seen;
	struct sysctl s;

	(void)state;
	add_dummy("eth0.100", 77);
	add_dummy("low", 50);
	walk(&seen, 0, NULL);
	assert_true(seen.nr > 400);
	for (unsigned i = 0; i < seen.nr; i++) {
		assert_int_equal(count_seen(&seen, seen.name[i]), 1);
		assert_int_equal(sysctl_find(net, seen.name[i], &s), 0);
		assert_string_equal(s.name, seen.name[i]);
	}
	assert_int_equal(count_seen(&seen, "net.ipv4.ip_forward"), 1);
	assert_int_equal(count_seen(&seen, "net.ipv6.conf.all.forwarding"), 1);
	assert_int_equal(count_seen(&seen, "net.ipv6.conf.default.forwarding"), 1);
	assert_int_equal(count_seen(&seen, "net.ipv6.conf.low.forwarding"), 1);
	assert_int_equal(count_seen(&seen, "net.ipv6.conf.eth0.100.forwarding"), 1);
}

static void replace_devices(void)
{
	del_link("here");
	del_link("gone");
	add_dummy("here", 20); /* another one of the same name */
	add_dummy("late", 60);
}

/* Devices come and go while it is under way: what stays is there once, wherever that happens. */
static void test_walk_while_devices_change(void **state)
{
	static struct seen all, seen;

	(void)state;
	add_dummy("stays", 70);
	walk(&all, 0, NULL);
	for (unsigned at = 0; at < all.nr; at += 7) {
		add_dummy("here", 10);
		add_dummy("gone", 71);
		walk(&seen, at, replace_devices);
		for (unsigned i = 0; i < all.nr; i++)
			if (count_seen(&seen, all.name[i]) != 1)
				fail_msg("%s, a change before the %uth", all.name[i], at);
		del_link("here");
		del_link("late");
	}
}

/* The order is by name: within a group, and from group to group of the same scope. */
static void test_order(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sysctl_nr_groups; i++) {
		const struct sysctl_group *g = &sysctl_groups[i];

		for (unsigned j = 1; j < g->nr_rows; j++)
			if (strcmp(g->rows[j - 1].name, g->rows[j].name) >= 0)
				fail_msg("%s.%s", g->prefix, g->rows[j].name);
	}
}

/* --- values --------------------------------------------------------------------------------------- */

struct attempt {
	const char *name, *value;
	int err;
	const char *after;
};

static void attempt_all(const struct attempt *a, unsigned n)
{
	for (; n; n--, a++) {
		int err = set(a->name, a->value);

		if (err != a->err || strcmp(get(a->name), a->after))
			fail_msg("%s=\"%s\": %d, %s", a->name, a->value, err, get(a->name));
		assert_int_equal(!err, !sentence[0]);
	}
}

static void test_numbers(void **state)
{
	static const struct attempt attempts[] = {
		{ "net.ipv4.ip_default_ttl", "7", 0, "7" },
		{ "net.ipv4.ip_default_ttl", "0", -EINVAL, "7" },
		{ "net.ipv4.ip_default_ttl", "256", -EINVAL, "7" },
		{ "net.ipv4.ip_default_ttl", "255", 0, "255" },
		{ "net.ipv4.ip_default_ttl", "", -EINVAL, "255" },
		{ "net.ipv4.ip_default_ttl", "\n", -EINVAL, "255" },
		{ "net.ipv4.ip_default_ttl", "x", -EINVAL, "255" },
		{ "net.ipv4.ip_default_ttl", "9x", -EINVAL, "255" },
		{ "net.ipv4.ip_default_ttl", "-1", -EINVAL, "255" },
		{ "net.ipv4.ip_default_ttl", " 9\n", 0, "9" },
		{ "net.ipv4.ip_default_ttl", "0x10", 0, "16" },
		{ "net.ipv4.ip_default_ttl", "010", 0, "8" },
		{ "net.ipv4.ip_default_ttl", "9 x", 0, "9" }, /* as the kernel has it */
		{ "net.ipv4.ip_default_ttl", "99999999999999999999", -EINVAL, "9" },
		{ "net.ipv6.conf.dummy0.accept_ra", "-3", 0, "-3" },
		{ "net.ipv6.conf.dummy0.accept_ra", "2147483648", -EINVAL, "-3" },
		{ "net.ipv6.conf.dummy0.accept_ra", "-2147483648", 0, "-2147483648" },
		{ "net.ipv6.conf.dummy0.mtu", "1279", -EINVAL, "1500" },
		{ "net.ipv6.conf.dummy0.mtu", "1501", -EINVAL, "1500" },
		{ "net.ipv6.conf.dummy0.mtu", "1280", 0, "1280" },
		{ "net.ipv6.conf.dummy0.addr_gen_mode", "2", -EINVAL, "0" },
		{ "net.ipv6.conf.dummy0.addr_gen_mode", "3", 0, "3" },
		{ "net.ipv4.tcp_sack", "2", 0, "2" },
		{ "net.ipv4.tcp_notsent_lowat", "4294967295", 0, "4294967295" },
		{ "net.core.rmem_default", "100", -EINVAL, "212992" },
	};

	(void)state;
	attempt_all(attempts, ARRAY_SIZE(attempts));
}

static void test_several_numbers(void **state)
{
	static const struct attempt attempts[] = {
		{ "net.ipv4.tcp_rmem", "4096 5000\t6000", 0, "4096\t5000\t6000" },
		{ "net.ipv4.tcp_rmem", "5000", 0, "5000\t5000\t6000" },
		{ "net.ipv4.tcp_rmem", "1 2 0", -EINVAL, "5000\t5000\t6000" },
		{ "net.ipv4.tcp_rmem", "1 2 x", -EINVAL, "5000\t5000\t6000" },
		{ "net.ipv4.tcp_rmem", "1,2,3", -EINVAL, "5000\t5000\t6000" },
		{ "net.ipv4.tcp_rmem", "1 2 3 4", 0, "1\t2\t3" },
		{ "net.ipv4.ip_local_port_range", "40000 50000", 0, "40000\t50000" },
		{ "net.ipv4.ip_local_port_range", "50000 40000", -EINVAL, "40000\t50000" },
		{ "net.ipv4.ip_local_port_range", "1023 50000", -EINVAL, "40000\t50000" },
		{ "net.ipv4.ip_local_port_range", "1024 65536", -EINVAL, "40000\t50000" },
		{ "net.ipv4.ip_local_port_range", "60000", -EINVAL, "40000\t50000" },
		{ "net.ipv4.ip_local_port_range", "1024", 0, "1024\t50000" },
	};

	(void)state;
	attempt_all(attempts, ARRAY_SIZE(attempts));
}

static void test_sets(void **state)
{
	static const struct attempt attempts[] = {
		{ "net.ipv6.icmp.ratemask", "", 0, "" },
		{ "net.ipv6.icmp.ratemask", "0-1,3-127", 0, "0-1,3-127" },
		{ "net.ipv6.icmp.ratemask", "255,7,3-5,6", 0, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", "256", -EINVAL, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", "1-300", -EINVAL, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", "5-3", -EINVAL, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", "0-", -EINVAL, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", "-5", -EINVAL, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", "1--5", -EINVAL, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", "1,,2", -EINVAL, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", " 3", -EINVAL, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", "3 4", -EINVAL, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", "x", -EINVAL, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", "18446744073709551616", -EINVAL, "3-7,255" },
		{ "net.ipv6.icmp.ratemask", "1,", 0, "1" },
		{ "net.ipv6.icmp.ratemask", "0-255\n", 0, "0-255" },
		{ "net.ipv6.icmp.ratemask", "\n", 0, "" },
	};
	char value[USTACK_SYSCTL_VALUE_MAX] = "0";

	(void)state;
	assert_string_equal(get("net.ipv6.icmp.ratemask"), "0-1,3-127");
	attempt_all(attempts, ARRAY_SIZE(attempts));
	/* The longest there is has room. */
	for (unsigned i = 2; i < 256; i += 2)
		sprintf(value + strlen(value), ",%u", i);
	assert_int_equal(set("net.ipv6.icmp.ratemask", value), 0);
	assert_string_equal(get("net.ipv6.icmp.ratemask"), value);
}

static void test_text(void **state)
{
	static const struct attempt attempts[] = {
		{ "net.ipv4.tcp_congestion_control", "reno\n", 0, "reno" },
		{ "net.ipv4.tcp_congestion_control", "nosuch", -ENOENT, "reno" },
		{ "net.ipv4.tcp_congestion_control", "", -ENOENT, "reno" },
		{ "net.ipv4.tcp_congestion_control", "cubic x", -ENOENT, "reno" },
		{ "net.ipv4.tcp_congestion_control", "a name that is longer than any", -ENOENT,
		  "reno" },
		{ "net.ipv4.tcp_congestion_control", "cubic", 0, "cubic" },
	};

	(void)state;
	attempt_all(attempts, ARRAY_SIZE(attempts));
}

static void test_secret(void **state)
{
	static const struct attempt attempts[] = {
		{ "net.ipv6.conf.dummy0.stable_secret", "x", -EINVAL, "EIO" },
		{ "net.ipv6.conf.dummy0.stable_secret", "fe80::1\n", 0,
		  "fe80:0000:0000:0000:0000:0000:0000:0001" },
		{ "net.ipv6.conf.dummy0.stable_secret", "", -EINVAL,
		  "fe80:0000:0000:0000:0000:0000:0000:0001" },
		{ "net.ipv6.conf.all.stable_secret", "::1", -EIO, "EIO" },
	};

	(void)state;
	attempt_all(attempts, ARRAY_SIZE(attempts));
	assert_string_equal(get("net.ipv6.conf.dummy0.addr_gen_mode"), "2");
	assert_int_equal(set("net.ipv6.conf.default.stable_secret", "::2"), 0);
	add_dummy("dummy1", 0);
	assert_string_equal(get("net.ipv6.conf.dummy1.addr_gen_mode"), "2");
	assert_int_equal(set("net.ipv6.conf.dummy0.addr_gen_mode", "1"), 0);
	assert_int_equal(set("net.ipv6.conf.dummy0.addr_gen_mode", "2"), 0);
}

/* The stack keeps milliseconds; the parameters count seconds, or hundredths of them. */
static void test_units(void **state)
{
	static const struct attempt attempts[] = {
		{ "net.ipv4.neigh.dummy0.base_reachable_time", "7", 0, "7" },
		{ "net.ipv4.neigh.dummy0.base_reachable_time_ms", "7100", 0, "7100" },
		{ "net.ipv4.neigh.dummy0.base_reachable_time_ms", "0", -EINVAL, "7100" },
		{ "net.ipv4.neigh.dummy0.base_reachable_time", "2147484", -EINVAL, "7" },
		{ "net.ipv6.neigh.dummy0.retrans_time", "50", 0, "50" },
		{ "net.ipv6.neigh.dummy0.retrans_time_ms", "505", 0, "505" },
		{ "net.ipv6.neigh.dummy0.proxy_delay", "3", 0, "3" },
	};
	const struct neigh_parms *p;

	(void)state;
	attempt_all(attempts, 2);
	assert_string_equal(get("net.ipv4.neigh.dummy0.base_reachable_time"), "7");
	attempt_all(attempts + 2, ARRAY_SIZE(attempts) - 2);
	assert_string_equal(get("net.ipv6.neigh.dummy0.retrans_time"), "50");
	p = neigh_parms_get(ipv6_neigh_table(net), netdev_by_name(net, "dummy0"));
	assert_int_equal(p->retrans_time, 505);
	assert_int_equal(p->proxy_delay, 30);
}

/* --- what follows --------------------------------------------------------------------------------- */

static void test_ip_forward(void **state)
{
	(void)state;
	assert_int_equal(set("net.ipv4.ip_forward", "1"), 0);
	assert_string_equal(get("net.ipv4.conf.all.forwarding"), "1");
	assert_string_equal(get("net.ipv4.conf.default.forwarding"), "1");
	assert_string_equal(get("net.ipv4.conf.dummy0.forwarding"), "1");
	assert_string_equal(get("net.ipv4.conf.all.accept_redirects"), "0");
	assert_int_equal(set("net.ipv4.conf.dummy0.forwarding", "0"), 0);
	assert_string_equal(get("net.ipv4.ip_forward"), "1");
	assert_int_equal(set("net.ipv4.conf.all.forwarding", "2"), 0);
	assert_string_equal(get("net.ipv4.ip_forward"), "2");
	assert_string_equal(get("net.ipv4.conf.dummy0.forwarding"), "2");
	assert_int_equal(set("net.ipv4.conf.all.forwarding", "0"), 0);
	assert_string_equal(get("net.ipv4.conf.lo.forwarding"), "0");
	/* Of the default, only devices to come know. */
	assert_int_equal(set("net.ipv4.conf.default.forwarding", "1"), 0);
	assert_string_equal(get("net.ipv4.conf.dummy0.forwarding"), "0");
	add_dummy("dummy1", 0);
	assert_string_equal(get("net.ipv4.conf.dummy1.forwarding"), "1");
}

/* Devices follow the default until they have a value of their own, or an address. */
static void test_ipv4_default(void **state)
{
	struct ifaddr ifa = { .family = AF_INET, .prefixlen = 24, .scope = RT_SCOPE_UNIVERSE };

	(void)state;
	assert_int_equal(set("net.ipv4.conf.default.rp_filter", "1"), 0);
	assert_string_equal(get("net.ipv4.conf.dummy0.rp_filter"), "1");
	assert_string_equal(get("net.ipv4.conf.all.rp_filter"), "0");
	assert_int_equal(set("net.ipv4.conf.dummy0.rp_filter", "0"), 0);
	assert_int_equal(set("net.ipv4.conf.default.rp_filter", "2"), 0);
	assert_string_equal(get("net.ipv4.conf.dummy0.rp_filter"), "0");
	assert_int_equal(set("net.ipv4.conf.default.arp_ignore", "1"), 0);
	assert_string_equal(get("net.ipv4.conf.dummy0.arp_ignore"), "1");
	ifa.dev = netdev_by_name(net, "dummy0");
	ifa.local.v4 = ifa.address.v4 = htonl(0x0a000001);
	ifa.valid_lft = ifa.preferred_lft = UINT32_MAX;
	assert_int_equal(inet_config_find(net, AF_INET)->addr_add(net, &ifa, 0, NULL), 0);
	assert_int_equal(set("net.ipv4.conf.default.arp_announce", "2"), 0);
	assert_string_equal(get("net.ipv4.conf.dummy0.arp_announce"), "0");
}

static void test_ipv6_all(void **state)
{
	(void)state;
	assert_int_equal(set("net.ipv6.conf.all.forwarding", "1"), 0);
	assert_string_equal(get("net.ipv6.conf.default.forwarding"), "1");
	assert_string_equal(get("net.ipv6.conf.dummy0.forwarding"), "1");
	assert_string_equal(get("net.ipv6.conf.lo.forwarding"), "1");
	assert_int_equal(set("net.ipv6.conf.all.disable_ipv6", "1"), 0);
	assert_string_equal(get("net.ipv6.conf.dummy0.disable_ipv6"), "1");
	/* Others are not spread. */
	assert_int_equal(set("net.ipv6.conf.all.accept_ra", "0"), 0);
	assert_string_equal(get("net.ipv6.conf.dummy0.accept_ra"), "1");
	assert_string_equal(get("net.ipv6.conf.all.accept_dad"), "0");
	assert_string_equal(get("net.ipv6.conf.lo.accept_dad"), "-1");
}

static void test_neigh_default(void **state)
{
	(void)state;
	assert_int_equal(set("net.ipv6.neigh.dummy0.retrans_time_ms", "500"), 0);
	assert_int_equal(set("net.ipv6.neigh.default.retrans_time_ms", "700"), 0);
	assert_string_equal(get("net.ipv6.neigh.dummy0.retrans_time_ms"), "500");
	assert_string_equal(get("net.ipv6.neigh.lo.retrans_time_ms"), "700");
	assert_string_equal(get("net.ipv4.neigh.lo.retrans_time_ms"), "1000");
	assert_string_equal(get("net.ipv4.neigh.lo.unres_qlen"), "101");
	assert_int_equal(set("net.ipv4.neigh.lo.unres_qlen", "3"), 0);
	assert_string_equal(get("net.ipv4.neigh.lo.unres_qlen_bytes"), "6270");
	add_dummy("dummy1", 0);
	assert_string_equal(get("net.ipv6.neigh.dummy1.retrans_time_ms"), "700");
}

static void test_port_range(void **state)
{
	(void)state;
	assert_int_equal(set("net.ipv4.ip_local_port_range", "2000 2001"), 0);
	assert_int_equal(tcp_port_table(net)->low, 2000);
	assert_int_equal(tcp_port_table(net)->high, 2001);
	assert_int_equal(net->transport->udp->ports.low, 2000);
	assert_int_equal(net->transport->udp->ports.high, 2001);
	assert_int_equal(set("net.ipv4.ip_local_port_range", "3000"), -EINVAL);
	assert_int_equal(tcp_port_table(net)->low, 2000);
	assert_int_equal(net->transport->udp->ports.low, 2000);
}

#define TEST_CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_CASE(test_find),
		TEST_CASE(test_find_nothing),
		TEST_CASE(test_device_without_a_family),
		TEST_CASE(test_walk),
		TEST_CASE(test_walk_while_devices_change),
		TEST_CASE(test_order),
		TEST_CASE(test_numbers),
		TEST_CASE(test_several_numbers),
		TEST_CASE(test_sets),
		TEST_CASE(test_text),
		TEST_CASE(test_secret),
		TEST_CASE(test_units),
		TEST_CASE(test_ip_forward),
		TEST_CASE(test_ipv4_default),
		TEST_CASE(test_ipv6_all),
		TEST_CASE(test_neigh_default),
		TEST_CASE(test_port_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
