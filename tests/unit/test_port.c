/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Port tables: who may share a port with whom. The rules are those of Linux, so the kernel is
 * asked: for every pair of sockets (addresses, devices, SO_REUSEADDR, SO_REUSEPORT, listening) its
 * bind(2) must say the same as port_bind(). The kernel's sockets are made in a network namespace of
 * the test's own, and send nothing.
 */
#include "tests/unit/testnet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stack/lib/in6.h"
#include "stack/transport/port.h"
#include "tests/unit/kernelns.h"

#define PORT 4242

struct end {
	const char *addr; /* of IPv6: with ":" */
	bool v6only, bound_if, reuseaddr, reuseport, listens;
};

static const struct {
	const char *text;
	bool v6only;
} addrs[] = {
	{ "0.0.0.0", false },
	{ "127.0.0.1", false },
	{ "127.0.0.2", false },
	{ "::", false },
	{ "::", true },
	{ "::1", false },
	{ "::1", true },
	{ "::ffff:127.0.0.1", false },
	{ "::ffff:0.0.0.0", false },
};

/* The n-th of all kinds of socket. */
#define KINDS ((int)ARRAY_SIZE(addrs) * 16)
static struct end kind(int n, bool stream)
{
	return (struct end){
		.addr = addrs[n / 16].text,
		.v6only = addrs[n / 16].v6only,
		.bound_if = n & 1,
		.reuseaddr = n & 2,
		.reuseport = n & 4,
		.listens = stream && n & 8,
	};
}

static const struct inet_af_ops ops4 = { .family = AF_INET }, ops6 = { .family = AF_INET6 };

static int family_of(const struct end *e)
{
	return strchr(e->addr, ':') ? AF_INET6 : AF_INET;
}

/* As sock_bind() leaves it. */
static void take_addr(struct sock *sk, const struct end *e)
{
	sk->family = family_of(e);
	inet_pton(sk->family, e->addr, &sk->saddr);
	sk->af = sk->family == AF_INET ? &ops4 : &ops6;
	sk->opt.v6only = e->v6only;
	if (sk->family != AF_INET6)
		return;
	if (in6_is_v4mapped(&sk->saddr)) {
		sk->af = &ops4;
		sk->saddr = inaddr_v4(in6_mapped_v4(&sk->saddr));
	} else if (!inaddr_any(&sk->saddr)) {
		sk->opt.v6only = true;
	}
}

static void fake_sock(struct sock *sk, struct net *net, const struct end *e, uint32_t uid)
{
	memset(sk, 0, sizeof(*sk));
	sk->net = net;
	sk->state = SS_CLOSE;
	sk->uid = uid;
	take_addr(sk, e);
	sk->bound_if = e->bound_if;
	sk->opt.reuseaddr = e->reuseaddr;
	sk->opt.reuseport = e->reuseport;
}

/* Bind, and listen where asked: 0 or -errno of the first that fails. */
static int stack_bind(struct port_table *t, struct sock *sk, const struct end *e)
{
	int err = port_bind(t, sk, htons(PORT));

	if (!err && e->listens) {
		sk->state = SS_LISTEN;
		err = port_bind(t, sk, htons(PORT));
	}
	return err;
}

/* 0, or -errno of the first call that fails. */
static int kernel_bind(const struct end *e, int type, int *ret_fd)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	bool is6 = family_of(e) == AF_INET6;
	int fd = socket(family_of(e), type, 0), on = 1;
	void *sa = is6 ? (void *)&sin6 : &sin;
	socklen_t len = is6 ? sizeof(sin6) : sizeof(sin);

	*ret_fd = fd;
	inet_pton(family_of(e), e->addr, is6 ? (void *)&sin6.sin6_addr : &sin.sin_addr);
	if (fd < 0 || (e->v6only && setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &on, sizeof(on))) ||
	    (e->reuseaddr && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on))) ||
	    (e->reuseport && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on))) ||
	    (e->bound_if && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3)) ||
	    bind(fd, sa, len) || (e->listens && listen(fd, 1)))
		return -errno;
	return 0;
}

static const char *describe(const struct end *e)
{
	static char text[2][80];
	static int n;

	n = !n;
	snprintf(text[n], sizeof(text[n]), "%s%s%s%s%s%s", e->addr, e->v6only ? " v6only" : "",
		 e->bound_if ? " dev" : "", e->reuseaddr ? " reuseaddr" : "",
		 e->reuseport ? " reuseport" : "", e->listens ? " listen" : "");
	return text[n];
}

/* Return: 0: kernel and stack agree about @b after @a, else 1 */
static int compare_pair(struct net *net, const struct end *a, const struct end *b, int type)
{
	static struct port_table t;
	struct sock sa, sb;
	int fd_a, fd_b, first, kernel, ours;

	port_table_init(&t);
	fake_sock(&sa, net, a, 1);
	fake_sock(&sb, net, b, 1);
	first = stack_bind(&t, &sa, a);
	ours = stack_bind(&t, &sb, b);
	first |= kernel_bind(a, type, &fd_a);
	kernel = kernel_bind(b, type, &fd_b);
	close(fd_a);
	close(fd_b);
	if (!first && kernel == ours)
		return 0;
	fprintf(stderr, "# %s: %s, then %s: kernel %d, port_bind %d\n",
		type == SOCK_STREAM ? "tcp" : "udp", describe(a), describe(b), kernel, ours);
	return 1;
}

struct comparison {
	struct net *net;
	int type;
};

static int compare_all(void *arg)
{
	const struct comparison *c = arg;
	bool stream = c->type == SOCK_STREAM;
	int differences = 0;

	for (int i = 0; i < KINDS; i++) {
		for (int j = 0; j < KINDS; j++) {
			struct end a = kind(i, stream), b = kind(j, stream);

			differences += compare_pair(c->net, &a, &b, c->type);
		}
	}
	return differences;
}

static void compare_with_kernel(int type)
{
	struct comparison c = { testnet_create(), type };

	kernelns_run(compare_all, &c);
	testnet_destroy(c.net);
}

static void test_udp_conflicts_equal_the_kernels(void **state)
{
	(void)state;
	compare_with_kernel(SOCK_DGRAM);
}

static void test_tcp_conflicts_equal_the_kernels(void **state)
{
	(void)state;
	compare_with_kernel(SOCK_STREAM);
}

static void test_reuseport_is_for_one_user(void **state)
{
	const struct end e = { .addr = "0.0.0.0", .reuseport = true };
	struct net *net = testnet_create();
	static struct port_table t;
	struct sock a, b, c;

	(void)state;
	port_table_init(&t);
	fake_sock(&a, net, &e, 1);
	fake_sock(&b, net, &e, 2);
	fake_sock(&c, net, &e, 1);
	assert_int_equal(port_bind(&t, &a, htons(PORT)), 0);
	assert_int_equal(port_bind(&t, &b, htons(PORT)), -EADDRINUSE);
	assert_int_equal(port_bind(&t, &c, htons(PORT)), 0);
	a.state = SS_TIME_WAIT;
	c.state = SS_TIME_WAIT;
	assert_int_equal(port_bind(&t, &b, htons(PORT)), 0);
	testnet_destroy(net);
}

static void test_two_devices_do_not_conflict(void **state)
{
	const struct end e = { .addr = "0.0.0.0" };
	struct net *net = testnet_create();
	static struct port_table t;
	struct sock a, b, c;

	(void)state;
	port_table_init(&t);
	fake_sock(&a, net, &e, 1);
	fake_sock(&b, net, &e, 1);
	fake_sock(&c, net, &e, 1);
	a.bound_if = 1;
	b.bound_if = 2;
	assert_int_equal(port_bind(&t, &a, htons(PORT)), 0);
	assert_int_equal(port_bind(&t, &b, htons(PORT)), 0);
	assert_int_equal(port_bind(&t, &c, htons(PORT)), -EADDRINUSE);
	testnet_destroy(net);
}

static void test_chosen_ports_are_all_there_are_and_no_more(void **state)
{
	const struct end e = { .addr = "0.0.0.0", .reuseaddr = true, .reuseport = true };
	struct net *net = testnet_create();
	static struct port_table t;
	struct sock sk[11];
	bool seen[10] = { false };

	(void)state;
	port_table_init(&t);
	t.low = 5000;
	t.high = 5009;
	for (int i = 0; i < 10; i++) {
		fake_sock(&sk[i], net, &e, 1);
		assert_int_equal(port_bind(&t, &sk[i], 0), 0);
		assert_in_range(ntohs(sk[i].sport), 5000, 5009);
		assert_false(seen[ntohs(sk[i].sport) - 5000]);
		seen[ntohs(sk[i].sport) - 5000] = true;
	}
	fake_sock(&sk[10], net, &e, 1);
	assert_int_equal(port_bind(&t, &sk[10], 0), -EADDRINUSE);
	port_release(&sk[4]);
	assert_int_equal(port_bind(&t, &sk[10], 0), 0);
	assert_int_equal(sk[10].sport, sk[4].sport);
	testnet_destroy(net);
}

static bool always_unique(struct sock *sk)
{
	(void)sk;
	return true;
}

static bool never_unique(struct sock *sk)
{
	(void)sk;
	return false;
}

static void connecting(struct sock *sk, struct net *net, uint32_t daddr, uint16_t dport)
{
	const struct end e = { .addr = "10.0.0.1" };

	fake_sock(sk, net, &e, 1);
	sk->daddr = inaddr_v4(htonl(daddr));
	sk->dport = htons(dport);
}

static void test_connections_to_one_peer_step_through_the_ports(void **state)
{
	struct net *net = testnet_create();
	static struct port_table t;
	struct sock sk[200];
	int stepped = 0;

	(void)state;
	port_table_init(&t);
	for (int i = 0; i < 200; i++) {
		connecting(&sk[i], net, 0x0a000002, 80);
		assert_int_equal(port_connect(&t, &sk[i], always_unique), 0);
		if (i)
			stepped += ntohs(sk[i].sport) == ntohs(sk[i - 1].sport) + 1;
	}
	assert_true(stepped >= 198); /* all but where the range may wrap */
	testnet_destroy(net);
}

/* RFC 6056 2: what one peer sees must not tell what another will. */
static void test_another_peer_gets_other_ports(void **state)
{
	struct net *net = testnet_create();
	static struct port_table t;
	struct sock a, b;
	int near = 0;

	(void)state;
	port_table_init(&t);
	for (uint32_t i = 0; i < 100; i++) {
		connecting(&a, net, 0x0a000002 + i, 80);
		connecting(&b, net, 0x0a000003 + i, 80);
		assert_int_equal(port_connect(&t, &a, always_unique), 0);
		assert_int_equal(port_connect(&t, &b, always_unique), 0);
		near += abs(ntohs(a.sport) - ntohs(b.sport)) < 16;
		port_release(&a);
		port_release(&b);
	}
	assert_true(near < 5);
	testnet_destroy(net);
}

static void test_connect_shares_a_port_among_peers_but_not_with_a_listener(void **state)
{
	struct net *net = testnet_create();
	static struct port_table t;
	const struct end any = { .addr = "0.0.0.0" };
	struct sock listener, a, b;

	(void)state;
	port_table_init(&t);
	t.low = t.high = 6000;
	connecting(&a, net, 0x0a000002, 80);
	connecting(&b, net, 0x0a000003, 80);
	assert_int_equal(port_connect(&t, &a, always_unique), 0);
	assert_int_equal(port_connect(&t, &b, always_unique), 0);
	assert_int_equal(a.sport, b.sport);
	port_release(&a);
	port_release(&b);

	fake_sock(&listener, net, &any, 1);
	assert_int_equal(port_bind(&t, &listener, htons(6000)), 0);
	listener.bound_port = true;
	assert_int_equal(port_connect(&t, &a, always_unique), -EADDRNOTAVAIL);
	port_release(&listener);
	assert_int_equal(port_connect(&t, &a, never_unique), -EADDRNOTAVAIL);
	assert_int_equal(a.sport, 0);
	testnet_destroy(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_udp_conflicts_equal_the_kernels),
		cmocka_unit_test(test_tcp_conflicts_equal_the_kernels),
		cmocka_unit_test(test_reuseport_is_for_one_user),
		cmocka_unit_test(test_two_devices_do_not_conflict),
		cmocka_unit_test(test_chosen_ports_are_all_there_are_and_no_more),
		cmocka_unit_test(test_connections_to_one_peer_step_through_the_ports),
		cmocka_unit_test(test_another_peer_gets_other_ports),
		cmocka_unit_test(test_connect_shares_a_port_among_peers_but_not_with_a_listener),
	};

	return cmocka_run_group_tests_name("port", tests, NULL, NULL);
}
