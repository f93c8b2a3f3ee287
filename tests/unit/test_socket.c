/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket calls, in every order: all sequences of three calls out of a list are made on a socket
 * of the stack and on one of the kernel's, and each call must return the same, and leave the same
 * names behind. Both have "lo" and a device d0 that swallows what is sent, with 10.0.0.1/24.
 */
#include "tests/unit/twonets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stack/inet/stack.h"
#include "tests/unit/kernelns.h"

enum call { BIND, CONNECT, LISTEN, SHUTDOWN, SEND, REUSEADDR, NO_PORT };

static const struct step {
	const char *text;
	enum call call;
	int family;
	const char *addr; /* NULL: none */
	uint16_t port;
	int arg;
} steps[] = {
	{ "bind any:0", BIND, AF_INET, "0.0.0.0", 0, 0 },
	{ "bind any:5000", BIND, AF_INET, "0.0.0.0", 5000, 0 },
	{ "bind 10.0.0.1:5000", BIND, AF_INET, "10.0.0.1", 5000, 0 },
	{ "bind 127.0.0.1:0", BIND, AF_INET, "127.0.0.1", 0, 0 },
	{ "bind 192.0.2.1:5000", BIND, AF_INET, "192.0.2.1", 5000, 0 },
	{ "bind 224.0.0.5:5000", BIND, AF_INET, "224.0.0.5", 5000, 0 },
	{ "bind 10.0.0.255:5000", BIND, AF_INET, "10.0.0.255", 5000, 0 },
	{ "bind unspec any:5000", BIND, AF_UNSPEC, "0.0.0.0", 5000, 0 },
	{ "bind unspec 10.0.0.1:5000", BIND, AF_UNSPEC, "10.0.0.1", 5000, 0 },
	{ "bind unix", BIND, AF_UNIX, "0.0.0.0", 5000, 0 },
	{ "connect 10.0.0.2:80", CONNECT, AF_INET, "10.0.0.2", 80, 0 },
	{ "connect 10.0.0.3:81", CONNECT, AF_INET, "10.0.0.3", 81, 0 },
	{ "connect 192.0.2.1:80", CONNECT, AF_INET, "192.0.2.1", 80, 0 },
	{ "connect 10.0.0.255:80", CONNECT, AF_INET, "10.0.0.255", 80, 0 },
	{ "connect 224.0.0.5:80", CONNECT, AF_INET, "224.0.0.5", 80, 0 },
	{ "connect unspec", CONNECT, AF_UNSPEC, "0.0.0.0", 0, 0 },
	{ "connect unix", CONNECT, AF_UNIX, "10.0.0.2", 80, 0 },
	{ "listen 5", LISTEN, 0, NULL, 0, 5 },
	{ "listen -1", LISTEN, 0, NULL, 0, -1 },
	{ "shutdown read", SHUTDOWN, 0, NULL, 0, SHUT_RD },
	{ "shutdown write", SHUTDOWN, 0, NULL, 0, SHUT_WR },
	{ "shutdown both", SHUTDOWN, 0, NULL, 0, SHUT_RDWR },
	{ "shutdown 7", SHUTDOWN, 0, NULL, 0, 7 },
	{ "send", SEND, 0, NULL, 0, 0 },
	{ "send 10.0.0.2:80", SEND, AF_INET, "10.0.0.2", 80, 0 },
	{ "send 10.0.0.2:0", SEND, AF_INET, "10.0.0.2", 0, 0 },
	{ "send 10.0.0.255:80", SEND, AF_INET, "10.0.0.255", 80, 0 },
	{ "send 192.0.2.1:80", SEND, AF_INET, "192.0.2.1", 80, 0 },
	{ "reuseaddr", REUSEADDR, 0, NULL, 0, 0 },
	{ "bind_address_no_port", NO_PORT, 0, NULL, 0, 0 },
};

static const struct {
	int type, protocol;
	const char *text;
} types[] = {
	{ SOCK_DGRAM, IPPROTO_UDP, "udp" },
	{ SOCK_STREAM, IPPROTO_TCP, "tcp" },
	{ SOCK_RAW, 200, "raw" },
	{ SOCK_DGRAM, IPPROTO_ICMP, "ping" },
};

static const uint8_t payload[8] = { 8 }; /* an echo request, where it must be one */

/* What a call left behind: an ephemeral port is only one. */
struct result {
	int err;
	int local_err, peer_err;
	uint32_t local, peer;
	uint16_t local_port, peer_port;
};

/*
 * Of the ports that no step names, one is like another; and the identifiers of ping sockets may be
 * any.
 */
static uint16_t port_kind(be16 port, int protocol)
{
	if (protocol == IPPROTO_ICMP && port)
		return 32768;
	switch (ntohs(port)) {
	case 0:
	case 80:
	case 81:
	case 200:
	case 5000:
		return ntohs(port);
	default:
		return 32768;
	}
}

/* The kernel ---------------------------------------------------------------------------------- */

static int kernel_call(int fd, const struct step *s, int type)
{
	struct sockaddr_in sin = { .sin_family = s->family, .sin_port = htons(s->port) };
	struct sockaddr *sa = s->addr ? (struct sockaddr *)&sin : NULL;
	socklen_t len = s->addr ? sizeof(sin) : 0;
	int on = 1, ret = 0;

	if (s->addr)
		inet_pton(AF_INET, s->addr, &sin.sin_addr);
	switch (s->call) {
	case BIND:
		ret = bind(fd, sa, len);
		break;
	case CONNECT:
		ret = connect(fd, sa, len);
		break;
	case LISTEN:
		ret = listen(fd, s->arg);
		break;
	case SHUTDOWN:
		ret = shutdown(fd, s->arg);
		break;
	case SEND:
		/* Streams have another way to send. */
		ret = type == SOCK_STREAM
			      ? 0
			      : sendto(fd, payload, sizeof(payload), MSG_NOSIGNAL, sa, len);
		break;
	case REUSEADDR:
		ret = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		break;
	case NO_PORT:
		ret = setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
		break;
	}
	return ret < 0 ? -errno : 0;
}

static struct result kernel_step(int fd, const struct step *s, int type, int protocol)
{
	struct result r = { .err = kernel_call(fd, s, type) };
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);

	r.local_err = getsockname(fd, (struct sockaddr *)&sin, &len) ? -errno : 0;
	r.local = sin.sin_addr.s_addr;
	r.local_port = port_kind(sin.sin_port, protocol);
	len = sizeof(sin);
	r.peer_err = getpeername(fd, (struct sockaddr *)&sin, &len) ? -errno : 0;
	if (!r.peer_err) {
		r.peer = sin.sin_addr.s_addr;
		r.peer_port = port_kind(sin.sin_port, protocol);
	}
	return r;
}

/* The stack ----------------------------------------------------------------------------------- */

static int stack_call(struct sock *sk, const struct step *s)
{
	struct sock_addr a = { .family = s->family, .port = htons(s->port) };
	struct sock_msg msg = { .has_addr = s->addr };
	struct in_addr in;
	struct sk_buff *skb;
	int on = 1;

	if (s->addr) {
		inet_pton(AF_INET, s->addr, &in);
		a.addr = inaddr_v4(in.s_addr);
		msg.addr = a;
	}
	switch (s->call) {
	case BIND:
		return sock_bind(sk, &a);
	case CONNECT:
		return sock_connect(sk, &a);
	case LISTEN:
		return sock_listen(sk, s->arg);
	case SHUTDOWN:
		return sock_shutdown(sk, s->arg);
	case SEND:
		if (sk->type == SOCK_STREAM)
			return 0;
		skb = skb_alloc(sk->net, SKB_HEADROOM, sizeof(payload));
		memcpy(skb_put(skb, sizeof(payload)), payload, sizeof(payload));
		return sock_send(sk, &msg, skb);
	case REUSEADDR:
		return sock_setsockopt(sk, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	case NO_PORT:
		return sock_setsockopt(sk, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	}
	return 0;
}

static struct result stack_step(struct sock *sk, const struct step *s)
{
	struct result r = { .err = stack_call(sk, s) };
	struct sock_addr a;

	net_finish_batch(sk->net);
	r.local_err = sock_getname(sk, false, &a);
	r.local = a.addr.v4;
	r.local_port = port_kind(a.port, sk->protocol);
	r.peer_err = sock_getname(sk, true, &a);
	if (!r.peer_err) {
		r.peer = a.addr.v4;
		r.peer_port = port_kind(a.port, sk->protocol);
	}
	return r;
}

/* Both ---------------------------------------------------------------------------------------- */

static void show(const char *who, const struct result *r)
{
	char local[INET_ADDRSTRLEN], peer[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &r->local, local, sizeof(local));
	inet_ntop(AF_INET, &r->peer, peer, sizeof(peer));
	fprintf(stderr, "#   %s: %d, local %d %s:%u, peer %d %s:%u\n", who, r->err, r->local_err,
		local, r->local_port, r->peer_err, peer, r->peer_port);
}

/*
 * Linux takes any family for the address that a raw socket is bound to, and leaves that of a ping
 * socket as it was for AF_UNSPEC; we do neither.
 */
static bool is_comparable(size_t type, const int *seq, int n)
{
	for (int i = 0; i < n; i++) {
		const struct step *s = &steps[seq[i]];

		if (types[type].protocol != IPPROTO_UDP && types[type].protocol != IPPROTO_TCP &&
		    s->call == BIND && s->family != AF_INET)
			return false;
	}
	return true;
}

/*
 * Linux goes on showing the port that it chose for a connection when that is over, though it holds
 * it no more.
 */
static void forget_ghost_port(struct result *k, const struct result *s)
{
	if (k->peer_err && k->local_port == 32768 && !s->local_port)
		k->local_port = 0;
}

static int compare_sequence(struct net *net, size_t type, const int *seq, int n)
{
	int fd = socket(AF_INET, types[type].type | SOCK_NONBLOCK, types[type].protocol);
	struct result k = { 0 }, s = { 0 };
	struct sock *sk;
	int i, same = 1;

	if (fd < 0 ||
	    sock_create(net, AF_INET, types[type].type, types[type].protocol, NULL, NULL, &sk))
		return 1;
	for (i = 0; i < n && same; i++) {
		k = kernel_step(fd, &steps[seq[i]], types[type].type, types[type].protocol);
		s = stack_step(sk, &steps[seq[i]]);
		if (types[type].type == SOCK_STREAM)
			forget_ghost_port(&k, &s);
		same = !memcmp(&k, &s, sizeof(k));
	}
	close(fd);
	sock_close(sk, true);
	net_finish_batch(net);
	if (same)
		return 0;
	fprintf(stderr, "# %s:", types[type].text);
	for (int j = 0; j < i; j++)
		fprintf(stderr, "%s %s", j ? "," : "", steps[seq[j]].text);
	fprintf(stderr, "\n");
	show("kernel", &k);
	show("stack ", &s);
	return 1;
}

#define STEPS ((int)ARRAY_SIZE(steps))

static int compare_all(void *arg)
{
	struct net *net = arg;
	int differences = 0;

	if (system("ip link add d0 type veth peer name d1 && "
		   "ip link set d0 arp off && ip link set d1 up && "
		   "ip addr add 10.0.0.1/24 broadcast + dev d0 && ip link set d0 up"))
		return 1;
	for (size_t t = 0; t < ARRAY_SIZE(types); t++) {
		for (int n = 0; n < STEPS * STEPS * STEPS && differences < 20; n++) {
			const int seq[3] = { n / STEPS / STEPS, n / STEPS % STEPS, n % STEPS };

			if (is_comparable(t, seq, 3))
				differences += compare_sequence(net, t, seq, 3);
		}
	}
	return differences;
}

static struct net *stack_with_d0(uint64_t *seed)
{
	struct net_params params = { .now = sec_to_ktime(1000), .random_ctx = seed };
	struct link_params link = { .name = "d0", .fd = -1 };
	const struct link_kind *kind;
	struct net_device *dev;
	struct net *net;

	params.random = (void (*)(void *, void *, size_t))test_fill;
	net = stack_create(&params);
	assert_non_null(net);
	kind = link_kind_find(net, "dummy");
	assert_non_null(kind);
	assert_int_equal(kind->newlink(net, kind, &link, &dev, NULL), 0);
	assert_int_equal(netdev_change_flags(net->loopback, IFF_UP, IFF_UP, NULL), 0);
	assert_int_equal(netdev_change_flags(dev, IFF_UP, IFF_UP, NULL), 0);
	net_addr_add(dev, "10.0.0.1", 24);
	net_finish_batch(net);
	return net;
}

static void test_all_sequences_are_as_the_kernels(void **state)
{
	uint64_t seed = 1;
	struct net *net = stack_with_d0(&seed);

	(void)state;
	kernelns_run(compare_all, net);
	stack_destroy(net);
}

/* The rest ------------------------------------------------------------------------------------ */

static void test_create_knows_families_types_and_protocols(void **state)
{
	static const struct {
		int family, type, protocol, err;
	} cases[] = {
		{ AF_INET, SOCK_DGRAM, 0, 0 },
		{ AF_INET, SOCK_STREAM, 0, 0 },
		{ AF_INET, SOCK_STREAM, IPPROTO_TCP, 0 },
		{ AF_INET, SOCK_DGRAM, IPPROTO_ICMP, 0 },
		{ AF_INET, SOCK_RAW, IPPROTO_ICMP, 0 },
		{ AF_INET, SOCK_RAW, 255, 0 },
		{ AF_INET, SOCK_RAW, 0, -EPROTONOSUPPORT },
		{ AF_INET, SOCK_RAW, 256, -EPROTONOSUPPORT },
		{ AF_INET, SOCK_STREAM, IPPROTO_UDP, -EPROTONOSUPPORT },
		{ AF_INET, SOCK_DGRAM, IPPROTO_TCP, -EPROTONOSUPPORT },
		{ AF_INET, SOCK_SEQPACKET, 0, -ESOCKTNOSUPPORT },
		{ AF_INET, SOCK_DGRAM, -1, -EINVAL },
		{ AF_UNIX, SOCK_DGRAM, 0, -EAFNOSUPPORT },
	};
	uint64_t seed = 1;
	struct net *net = stack_with_d0(&seed);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sock *sk = NULL;

		assert_int_equal(sock_create(net, cases[i].family, cases[i].type, cases[i].protocol,
					     NULL, NULL, &sk),
				 cases[i].err);
		if (sk)
			sock_close(sk, false);
	}
	stack_destroy(net);
}

static void test_stream_calls_on_datagrams_are_refused(void **state)
{
	uint64_t seed = 1;
	struct net *net = stack_with_d0(&seed);
	struct iovec *none = NULL;
	struct test_sock s;
	struct sock_msg msg;
	unsigned nr = 0;

	(void)state;
	test_sock_open(&s, net, SOCK_DGRAM, 0);
	assert_int_equal(sock_reserve(s.sk, none, &nr), -EOPNOTSUPP);
	assert_int_equal(sock_peek(s.sk, none, &nr), -EOPNOTSUPP);
	assert_null(sock_accept(s.sk, NULL, NULL));
	assert_null(sock_recv(s.sk, &msg));
	test_sock_close(&s);
	test_sock_open(&s, net, SOCK_STREAM, 0);
	assert_int_equal(test_send(&s, NULL, 5), -EOPNOTSUPP);
	assert_null(sock_recv(s.sk, &msg));
	test_sock_close(&s);
	stack_destroy(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_sequences_are_as_the_kernels),
		cmocka_unit_test(test_create_knows_families_types_and_protocols),
		cmocka_unit_test(test_stream_calls_on_datagrams_are_refused),
	};

	return cmocka_run_group_tests_name("socket", tests, NULL, NULL);
}
