/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose address a packet may come from: this host's alone, whatever control data, options and bind(2) say, unless
 * IPV6_FREEBIND or IP_TRANSPARENT allow it. IPv6 is played by the test (fake6.c), IPv4 is the real one.
 */
#include "tests/unit/twonets.h"

#include <errno.h>
#include <string.h>

#include "tests/unit/fake6.h"

#define FOREIGN "2001:db8:bad::1"

static struct twonets *tn;
static struct net *net;

static int setup(void **state)
{
	(void)state;
	tn = twonets_create();
	net = tn->end[0].net;
	fake6_start(net, tn->end[0].dev);
	fake6->keep = true;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake6_stop();
	twonets_destroy(tn);
	return 0;
}

static void open6(struct test_sock *ts, int type)
{
	*ts = (struct test_sock){ 0 };
	assert_int_equal(sock_create(net, AF_INET6, type, 0, NULL, NULL, &ts->sk), 0);
}

/* One datagram from @src, as control data say, by the device @ifindex. */
static int send_from(struct test_sock *ts, const char *src, int ifindex)
{
	struct sock_msg msg = {
		.has_addr = true,
		.addr = addr6("2001:db8::2", 53),
		.family = AF_INET6,
		.local = ip6(src),
		.ifindex = ifindex,
	};

	return sock_send(ts->sk, &msg, skb_alloc(net, SKB_HEADROOM, 0));
}

/* The source of the one packet that was sent. */
static void assert_sent_from(const char *src)
{
	union inaddr want = ip6(src);
	struct sk_buff *skb = skb_dequeue(&fake6->sent);

	assert_non_null(skb);
	assert_memory_equal(&fake6->x.saddr, &want, sizeof(want));
	skb_free(skb);
	assert_true(skb_queue_empty(&fake6->sent));
}

static void test_control_data_name_our_addresses_only(void **state)
{
	int dev = fake6->dev->ifindex;
	struct test_sock s;

	(void)state;
	open6(&s, SOCK_DGRAM);
	assert_int_equal(send_from(&s, FOREIGN, 0), -EINVAL);
	assert_int_equal(send_from(&s, FOREIGN, dev), -EINVAL);
	assert_int_equal(send_from(&s, "ff05::1", 0), -EINVAL);
	/* An address of one link is ours on that link, which must be named. */
	assert_int_equal(send_from(&s, "fe80::1", 0), -EINVAL);
	assert_int_equal(send_from(&s, "fe80::1", net->loopback->ifindex), -EINVAL);
	assert_int_equal(send_from(&s, "fe80::1", dev + 1), -EINVAL);
	assert_true(skb_queue_empty(&fake6->sent));
	assert_int_equal(send_from(&s, "fe80::1", dev), 0);
	assert_sent_from("fe80::1");
	assert_int_equal(send_from(&s, "2001:db8::1", 0), 0);
	assert_sent_from("2001:db8::1");
	test_sock_close(&s);
}

static void test_freebind_allows_all_but_groups(void **state)
{
	struct test_sock s;

	(void)state;
	open6(&s, SOCK_DGRAM);
	assert_int_equal(test_setopt(&s, SOL_IPV6, IPV6_FREEBIND, 1), 0);
	assert_int_equal(send_from(&s, "ff05::1", 0), -EINVAL);
	assert_int_equal(send_from(&s, FOREIGN, 0), 0);
	assert_sent_from(FOREIGN);
	test_sock_close(&s);
}

static void stick_to(struct test_sock *ts, const char *src)
{
	struct in6_pktinfo info = { .ipi6_ifindex = 0 };
	union inaddr addr = ip6(src);

	memcpy(&info.ipi6_addr, &addr, sizeof(addr));
	assert_int_equal(sock_setsockopt(ts->sk, SOL_IPV6, IPV6_PKTINFO, &info, sizeof(info)), 0);
}

static void test_the_option_is_passed_over_unless_ours(void **state)
{
	static const char *const strangers[] = { FOREIGN, "ff05::1", "fe80::1" };
	struct sock_addr to = addr6("2001:db8::2", 53), name;
	union inaddr ours = ip6("2001:db8::1");
	struct test_sock s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strangers); i++) {
		open6(&s, SOCK_DGRAM);
		stick_to(&s, strangers[i]);
		assert_int_equal(test_send(&s, &to, 0), 0);
		assert_sent_from("2001:db8::1");
		assert_int_equal(sock_connect(s.sk, &to), 0);
		assert_int_equal(sock_getname(s.sk, false, &name), 0);
		assert_memory_equal(&name.addr, &ours, sizeof(ours));
		test_sock_close(&s);
	}
	open6(&s, SOCK_DGRAM);
	stick_to(&s, "::1");
	assert_int_equal(test_send(&s, &to, 0), 0);
	assert_sent_from("::1");
	test_sock_close(&s);
}

static void test_streams_come_from_our_addresses(void **state)
{
	struct sock_addr to = addr6("2001:db8::2", 80), foreign = addr6(FOREIGN, 0);
	struct test_sock s;

	(void)state;
	open6(&s, SOCK_STREAM);
	assert_int_equal(sock_bind(s.sk, &foreign), -EADDRNOTAVAIL);
	stick_to(&s, FOREIGN);
	assert_int_equal(sock_connect(s.sk, &to), -EINPROGRESS);
	net_finish_batch(net);
	assert_sent_from("2001:db8::1");
	test_sock_close(&s);
}

/* IPv4 asks when it looks for the way: what was bound by IP_FREEBIND only hears. */
static void test_ipv4_refuses_strangers(void **state)
{
	struct sock_addr foreign = addr4("203.0.113.9", 0), to = addr4(ADDR_1, 80);
	struct sock_msg msg = { .has_addr = true, .addr = to, .family = AF_INET };
	static const int types[] = { SOCK_DGRAM, SOCK_STREAM };
	struct test_sock s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		test_sock_open(&s, net, types[i], 0);
		assert_int_equal(sock_bind(s.sk, &foreign), -EADDRNOTAVAIL);
		assert_int_equal(test_setopt(&s, SOL_IP, IP_FREEBIND, 1), 0);
		assert_int_equal(sock_bind(s.sk, &foreign), 0);
		assert_int_equal(sock_connect(s.sk, &to), -ENETUNREACH);
		test_sock_close(&s);
	}
	test_sock_open(&s, net, SOCK_DGRAM, 0);
	msg.local = foreign.addr;
	assert_int_equal(sock_send(s.sk, &msg, skb_alloc(net, SKB_HEADROOM, 0)), -ENETUNREACH);
	msg.local = ip4("224.0.0.1");
	assert_int_equal(sock_send(s.sk, &msg, skb_alloc(net, SKB_HEADROOM, 0)), -EINVAL);
	test_sock_close(&s);
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_control_data_name_our_addresses_only),
		test(test_freebind_allows_all_but_groups),
		test(test_the_option_is_passed_over_unless_ours),
		test(test_streams_come_from_our_addresses),
		test(test_ipv4_refuses_strangers),
	};

	return cmocka_run_group_tests_name("sock_source", tests, NULL, NULL);
}
