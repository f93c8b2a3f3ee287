/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole stack, up and down; and with each of its allocations failing in turn: whatever is asked
 * for then either works or is refused, and nothing is left of it. (The sanitizers' leak check sees
 * to the last.)
 */
#include "tests/unit/twonets.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "stack/core/inet_config.h"
#include "stack/inet/stack.h"

/* The allocator, which fails once when the counter gets to zero ------------------------------- */

static long until_failure = -1; /* < 0: never */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static bool fails(void)
{
	return until_failure >= 0 && until_failure-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

/* -------------------------------------------------------------------------------------------- */

static void random_bytes(void *ctx, void *buf, size_t len)
{
	test_fill(ctx, buf, len);
}

static struct net *create(uint64_t *seed)
{
	struct net_params params = { .now = 1, .random = random_bytes, .random_ctx = seed };

	return stack_create(&params);
}

static void test_up_and_down(void **state)
{
	uint64_t seed = 1;
	struct net *net = create(&seed);

	(void)state;
	assert_non_null(net);
	assert_non_null(net->loopback);
	assert_false(netdev_running(net->loopback));
	assert_ptr_equal(netdev_by_name(net, "lo"), net->loopback);
	assert_non_null(link_kind_find(net, "pair"));
	assert_non_null(link_kind_find(net, "dummy"));
	assert_true(list_empty(&net->tx_devs));
	stack_destroy(net);
	stack_destroy(NULL);
}

static void test_create_fails_cleanly(void **state)
{
	struct net *net = NULL;
	int failures = 0;

	(void)state;
	do {
		uint64_t seed = 1;

		until_failure = failures;
		net = create(&seed);
		until_failure = -1;
		if (!net)
			failures++;
	} while (!net);
	stack_destroy(net);
	assert_in_range(failures, 10, 1000);
}

/* What an application and its administrator may do, once; errors are fine. */
static void use(struct net *net)
{
	static const int types[][2] = { { SOCK_DGRAM, IPPROTO_UDP },
					{ SOCK_DGRAM, IPPROTO_ICMP },
					{ SOCK_RAW, 99 },
					{ SOCK_STREAM, IPPROTO_TCP } };
	struct sock_addr to = { .family = AF_INET,
				.port = htons(9),
				.addr = inaddr_v4(htonl(INADDR_LOOPBACK)) };
	struct ip_mreqn mreq = { .imr_multiaddr.s_addr = htonl(0xe8010101), .imr_ifindex = 1 };
	struct sock_msg msg = { .has_addr = true, .addr = to };
	struct sock *sk;

	netdev_change_flags(net->loopback, IFF_UP, IFF_UP, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct sk_buff *skb;

		if (sock_create(net, AF_INET, types[i][0], types[i][1], NULL, NULL, &sk))
			continue;
		sock_setsockopt(sk, SOL_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof(mreq));
		sock_setsockopt(sk, SOL_IP, IP_RECVERR, &(int){ 1 }, sizeof(int));
		skb = skb_alloc(net, SKB_HEADROOM, 2000);
		if (skb) {
			*(uint8_t *)skb_put(skb, 2000) = 8;
			sock_send(sk, &msg, skb);
		}
		net_finish_batch(net);
		sock_connect(sk, &to);
		net_finish_batch(net);
		sock_close(sk, false);
		net_finish_batch(net);
	}
	net_advance(net, net->now + sec_to_ktime(10));
	net_finish_batch(net);
}

static void test_use_fails_cleanly(void **state)
{
	long n = 0;
	bool failed;

	(void)state;
	do {
		uint64_t seed = 1;
		struct net *net = create(&seed);

		assert_non_null(net);
		until_failure = n++;
		use(net);
		failed = until_failure < 0;
		until_failure = -1;
		stack_destroy(net);
	} while (failed);
	assert_in_range(n, 20, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_up_and_down),
		cmocka_unit_test(test_create_fails_cleanly),
		cmocka_unit_test(test_use_fails_cleanly),
	};

	return cmocka_run_group_tests_name("stack", tests, NULL, NULL);
}
