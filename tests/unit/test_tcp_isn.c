/* SPDX-License-Identifier: BSD-2-Clause */
/* Initial sequence numbers: RFC 6528. */
#include "stack/tcp/tcp_isn.h"

#include "tests/unit/testnet.h"

#include "stack/tcp/tcp.h"

#define TICK 4000 /* ns: RFC 9293 3.4.1 */

struct names {
	union inaddr saddr, daddr;
	be16 sport, dport;
};

static struct {
	struct net *net;
	struct tcp_net tcp;
} t;

static int setup(void **state)
{
	(void)state;
	t.net = testnet_create();
	t.tcp = (struct tcp_net){ .isn_key = { { 1, 2 } }, .ts_key = { { 3, 4 } } };
	t.net->tcp = &t.tcp;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	t.net->tcp = NULL;
	testnet_destroy(t.net);
	return 0;
}

static struct names usual(void)
{
	return (struct names){ .saddr = inaddr_v4(htonl(0x0a000001)),
			       .daddr = inaddr_v4(htonl(0x0a000002)),
			       .sport = htons(80),
			       .dport = htons(5555) };
}

static uint32_t isn(const struct names *n)
{
	return tcp_isn(t.net, &n->saddr, n->sport, &n->daddr, n->dport);
}

static void test_isn_grows_by_one_each_four_microseconds(void **state)
{
	const struct names n = usual();
	uint32_t first = isn(&n);

	(void)state;
	assert_int_equal(isn(&n), first);
	testnet_advance(t.net, TICK);
	assert_int_equal(isn(&n), first + 1);
	testnet_advance(t.net, (ktime_t)5000000000LL * TICK);
	assert_int_equal(isn(&n), (uint32_t)(first + 1 + 5000000000ULL));
}

/* Whoever has seen one connection's knows nothing of another's. */
static void test_isn_depends_on_each_of_the_names(void **state)
{
	const struct names n = usual();
	struct names other[6] = { n, n, n, n, n, n };

	(void)state;
	other[0].saddr = inaddr_v4(htonl(0x0a000003));
	other[1].daddr = inaddr_v4(htonl(0x0a000003));
	other[2].sport = htons(81);
	other[3].dport = htons(5556);
	other[4].saddr = n.daddr, other[4].daddr = n.saddr;
	other[5].sport = n.dport, other[5].dport = n.sport;
	for (unsigned i = 0; i < ARRAY_SIZE(other); i++) {
		assert_int_not_equal(isn(&other[i]), isn(&n));
		for (unsigned j = 0; j < i; j++)
			assert_int_not_equal(isn(&other[i]), isn(&other[j]));
	}
}

static void test_isn_of_ipv6_depends_on_the_whole_address(void **state)
{
	struct names n = usual();
	uint32_t seen;

	(void)state;
	memset(&n.saddr, 0x20, sizeof(n.saddr));
	memset(&n.daddr, 0x20, sizeof(n.daddr));
	seen = isn(&n);
	for (unsigned i = 0; i < sizeof(n.daddr); i++) {
		((uint8_t *)&n.daddr)[i]++;
		assert_int_not_equal(isn(&n), seen);
		((uint8_t *)&n.daddr)[i]--;
	}
	assert_int_equal(isn(&n), seen);
}

static void test_isn_is_hidden_by_the_secret(void **state)
{
	const struct names n = usual();
	uint32_t before = isn(&n), offset = tcp_ts_offset(t.net, &n.saddr, &n.daddr);

	(void)state;
	((uint8_t *)&t.tcp.isn_key)[0] ^= 1;
	assert_int_not_equal(isn(&n), before);
	assert_int_equal(tcp_ts_offset(t.net, &n.saddr, &n.daddr), offset);
	((uint8_t *)&t.tcp.ts_key)[0] ^= 1;
	assert_int_not_equal(tcp_ts_offset(t.net, &n.saddr, &n.daddr), offset);
}

static void test_timestamps_begin_where_only_the_hosts_say(void **state)
{
	const struct names n = usual();
	uint32_t offset = tcp_ts_offset(t.net, &n.saddr, &n.daddr);

	(void)state;
	assert_int_not_equal(tcp_ts_offset(t.net, &n.daddr, &n.saddr), offset);
	/* The clock is added by who sends: a connection that follows is newer by it alone. */
	testnet_advance(t.net, NSEC_PER_SEC);
	assert_int_equal(tcp_ts_offset(t.net, &n.saddr, &n.daddr), offset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
		TEST(test_isn_grows_by_one_each_four_microseconds),
		TEST(test_isn_depends_on_each_of_the_names),
		TEST(test_isn_of_ipv6_depends_on_the_whole_address),
		TEST(test_isn_is_hidden_by_the_secret),
		TEST(test_timestamps_begin_where_only_the_hosts_say),
	};

	return cmocka_run_group_tests_name("tcp_isn", tests, NULL, NULL);
}
