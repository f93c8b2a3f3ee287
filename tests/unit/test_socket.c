/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket calls, in every order: all sequences of three calls out of a list are made on a socket
 * of the stack and on one of the kernel's, and each call must return the same, and leave the same
 * names behind. Both have "lo" and a device d0 that swallows what is sent, with 10.0.0.1/24,
 * 2001:db8::1/64 and fe80::1/64.
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
#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/ipv6.h"
#include "tests/unit/fake6.h"
#include "tests/unit/kernelns.h"

enum call { BIND, CONNECT, LISTEN, SHUTDOWN, SEND, REUSEADDR, NO_PORT, V6ONLY };

struct step {
	const char *text;
	enum call call;
	int family;
	const char *addr; /* NULL: none; with "%": sin6_scope_id is d0 */
	uint16_t port;
	int arg;
};

static const struct step steps4[] = {
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

static const struct step steps6[] = {
	{ "bind any:0", BIND, AF_INET6, "::", 0, 0 },
	{ "bind any:5000", BIND, AF_INET6, "::", 5000, 0 },
	{ "bind 2001:db8::1:5000", BIND, AF_INET6, "2001:db8::1", 5000, 0 },
	{ "bind ::1:0", BIND, AF_INET6, "::1", 0, 0 },
	{ "bind 2001:db8::7:5000", BIND, AF_INET6, "2001:db8::7", 5000, 0 },
	{ "bind fe80::1:5000", BIND, AF_INET6, "fe80::1", 5000, 0 },
	{ "bind fe80::1%d0:5000", BIND, AF_INET6, "fe80::1%", 5000, 0 },
	{ "bind ff02::5:5000", BIND, AF_INET6, "ff02::5", 5000, 0 },
	{ "bind ff02::5%d0:5000", BIND, AF_INET6, "ff02::5%", 5000, 0 },
	{ "bind mapped 10.0.0.1:5000", BIND, AF_INET6, "::ffff:10.0.0.1", 5000, 0 },
	{ "bind mapped any:5000", BIND, AF_INET6, "::ffff:0.0.0.0", 5000, 0 },
	{ "bind mapped 192.0.2.1:5000", BIND, AF_INET6, "::ffff:192.0.2.1", 5000, 0 },
	{ "bind unix", BIND, AF_UNIX, "::", 5000, 0 },
	{ "connect 2001:db8::2:80", CONNECT, AF_INET6, "2001:db8::2", 80, 0 },
	{ "connect 2001:db8:9::2:80", CONNECT, AF_INET6, "2001:db8:9::2", 80, 0 },
	{ "connect fe80::2:80", CONNECT, AF_INET6, "fe80::2", 80, 0 },
	{ "connect fe80::2%d0:80", CONNECT, AF_INET6, "fe80::2%", 80, 0 },
	{ "connect ff02::5%d0:80", CONNECT, AF_INET6, "ff02::5%", 80, 0 },
	{ "connect any:81", CONNECT, AF_INET6, "::", 81, 0 },
	{ "connect mapped 10.0.0.2:80", CONNECT, AF_INET6, "::ffff:10.0.0.2", 80, 0 },
	{ "connect unspec", CONNECT, AF_UNSPEC, "::", 0, 0 },
	{ "connect unix", CONNECT, AF_UNIX, "::", 80, 0 },
	{ "listen 5", LISTEN, 0, NULL, 0, 5 },
	{ "shutdown write", SHUTDOWN, 0, NULL, 0, SHUT_WR },
	{ "send", SEND, 0, NULL, 0, 0 },
	{ "send 2001:db8::2:80", SEND, AF_INET6, "2001:db8::2", 80, 0 },
	{ "send 2001:db8::2:0", SEND, AF_INET6, "2001:db8::2", 0, 0 },
	{ "send fe80::2%d0:80", SEND, AF_INET6, "fe80::2%", 80, 0 },
	{ "send mapped 10.0.0.2:80", SEND, AF_INET6, "::ffff:10.0.0.2", 80, 0 },
	{ "v6only", V6ONLY, 0, NULL, 0, 0 },
	{ "bind_address_no_port", NO_PORT, 0, NULL, 0, 0 },
};

static const struct kind {
	int family, type, protocol;
	const char *text;
	uint8_t payload; /* its first byte: an echo request, where it must be one */
} kinds[] = {
	{ AF_INET, SOCK_DGRAM, IPPROTO_UDP, "udp", 8 },
	{ AF_INET, SOCK_STREAM, IPPROTO_TCP, "tcp", 8 },
	{ AF_INET, SOCK_RAW, 200, "raw", 8 },
	{ AF_INET, SOCK_DGRAM, IPPROTO_ICMP, "ping", 8 },
	{ AF_INET6, SOCK_DGRAM, IPPROTO_UDP, "udp6", 128 },
	{ AF_INET6, SOCK_STREAM, IPPROTO_TCP, "tcp6", 128 },
	{ AF_INET6, SOCK_RAW, 200, "raw6", 128 },
	{ AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, "ping6", 128 },
};

/* A name, of either family. */
struct name {
	union inaddr addr;
	uint32_t port;
	uint32_t scoped;
};

/* What a call left behind: an ephemeral port is only one. */
struct result {
	int err;
	int local_err, peer_err;
	struct name local, peer;
};

/*
 * Of the ports that no step names, one is like another; and the identifiers of ping sockets may be
 * any.
 */
static uint16_t port_kind(be16 port, int protocol)
{
	if ((protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) && port)
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

/* The address of @s. Return: does it name its device? */
static bool step_addr(const struct step *s, const struct kind *k, void *ret)
{
	char addr[INET6_ADDRSTRLEN] = "";
	size_t len = strcspn(s->addr, "%");

	memcpy(addr, s->addr, len);
	inet_pton(k->family, addr, ret);
	return s->addr[len];
}

/* The kernel ---------------------------------------------------------------------------------- */

unsigned if_nametoindex(const char *name); /* net/if.h does not go with linux/if.h */

union sockaddrs {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* The address of @s for a socket of @k. Return: its length */
static socklen_t step_sockaddr(const struct step *s, const struct kind *k, union sockaddrs *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (!s->addr)
		return 0;
	if (k->family == AF_INET) {
		ret->in.sin_port = htons(s->port);
		step_addr(s, k, &ret->in.sin_addr);
	} else {
		ret->in6.sin6_port = htons(s->port);
		if (step_addr(s, k, &ret->in6.sin6_addr))
			ret->in6.sin6_scope_id = if_nametoindex("d0");
	}
	ret->sa.sa_family = s->family;
	return k->family == AF_INET ? sizeof(ret->in) : sizeof(ret->in6);
}

static int kernel_call(int fd, const struct step *s, const struct kind *k)
{
	uint8_t payload[8] = { k->payload };
	union sockaddrs to;
	socklen_t len = step_sockaddr(s, k, &to);
	struct sockaddr *sa = s->addr ? &to.sa : NULL;
	int on = 1, ret = 0;

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
		ret = k->type == SOCK_STREAM
			      ? 0
			      : sendto(fd, payload, sizeof(payload), MSG_NOSIGNAL, sa, len);
		break;
	case REUSEADDR:
		ret = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		break;
	case NO_PORT:
		ret = setsockopt(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
		break;
	case V6ONLY:
		ret = setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &on, sizeof(on));
		break;
	}
	return ret < 0 ? -errno : 0;
}

static void read_name(const union sockaddrs *from, const struct kind *k, struct name *ret)
{
	if (k->family == AF_INET) {
		ret->addr = inaddr_v4(from->in.sin_addr.s_addr);
		ret->port = port_kind(from->in.sin_port, k->protocol);
	} else {
		memcpy(&ret->addr, &from->in6.sin6_addr, sizeof(ret->addr));
		ret->port = port_kind(from->in6.sin6_port, k->protocol);
		ret->scoped = from->in6.sin6_scope_id != 0;
	}
}

static struct result kernel_step(int fd, const struct step *s, const struct kind *k)
{
	struct result r = { .err = kernel_call(fd, s, k) };
	union sockaddrs name;
	socklen_t len = sizeof(name);

	r.local_err = getsockname(fd, &name.sa, &len) ? -errno : 0;
	read_name(&name, k, &r.local);
	len = sizeof(name);
	r.peer_err = getpeername(fd, &name.sa, &len) ? -errno : 0;
	if (!r.peer_err)
		read_name(&name, k, &r.peer);
	return r;
}

/* The stack ----------------------------------------------------------------------------------- */

static int stack_call(struct sock *sk, const struct step *s, const struct kind *k)
{
	struct sock_addr a = { .family = s->family, .port = htons(s->port) };
	uint8_t payload[8] = { k->payload };
	struct sock_msg msg = { .has_addr = s->addr };
	struct sk_buff *skb;
	int on = 1;

	if (s->addr) {
		a.scope = step_addr(s, k, &a.addr) ? fake6->dev->ifindex : 0;
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
	case V6ONLY:
		return sock_setsockopt(sk, SOL_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	}
	return 0;
}

static void take_name(const struct sock_addr *a, const struct kind *k, struct name *ret)
{
	ret->addr = a->addr;
	ret->port = port_kind(a->port, k->protocol);
	ret->scoped = a->scope != 0;
}

static struct result stack_step(struct sock *sk, const struct step *s, const struct kind *k)
{
	struct result r = { .err = stack_call(sk, s, k) };
	struct sock_addr a;

	net_finish_batch(sk->net);
	r.local_err = sock_getname(sk, false, &a);
	take_name(&a, k, &r.local);
	r.peer_err = sock_getname(sk, true, &a);
	if (!r.peer_err)
		take_name(&a, k, &r.peer);
	return r;
}

/* Both ---------------------------------------------------------------------------------------- */

static void show(const char *who, const struct result *r, const struct kind *k)
{
	char local[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN];

	inet_ntop(k->family, &r->local.addr, local, sizeof(local));
	inet_ntop(k->family, &r->peer.addr, peer, sizeof(peer));
	fprintf(stderr, "#   %s: %d, local %d %s%s:%u, peer %d %s%s:%u\n", who, r->err,
		r->local_err, local, r->local.scoped ? "%" : "", r->local.port, r->peer_err, peer,
		r->peer.scoped ? "%" : "", r->peer.port);
}

static const struct step *steps_of(const struct kind *k, int *ret_count)
{
	*ret_count = k->family == AF_INET ? ARRAY_SIZE(steps4) : ARRAY_SIZE(steps6);
	return k->family == AF_INET ? steps4 : steps6;
}

/*
 * Linux takes any family for the address that a raw socket is bound to, and leaves that of a ping
 * socket as it was for AF_UNSPEC; we do neither.
 */
static bool is_comparable4(const struct kind *k, const struct step *s)
{
	return k->protocol == IPPROTO_UDP || k->protocol == IPPROTO_TCP || s->call != BIND ||
	       s->family == AF_INET;
}

static bool is_mapped(const struct step *s)
{
	return s->addr && !strncmp(s->addr, "::ffff:", 7);
}

/*
 * Of IPv6, what is not as Linux has it: connect(2) of raw and ping sockets to a mapped address, and of a UDP socket that
 * was connected to one of IPv6: each makes a socket of neither family there. And the kernel's loopback answers that there
 * is nobody at once.
 */
static bool is_comparable6(const struct kind *k, const struct step *s, bool *had_peer6,
			   bool *had_self)
{
	bool peer6 = *had_peer6, self = *had_self;

	if (s->call == CONNECT) {
		*had_self = s->family == AF_INET6 && !strcmp(s->addr, "::");
		*had_peer6 = s->family != AF_UNSPEC && (peer6 || !is_mapped(s));
	}
	if (k->protocol == IPPROTO_TCP)
		return !*had_self;
	if (k->protocol == IPPROTO_UDP)
		return !(self && s->call == SEND) && !(peer6 && s->call == CONNECT && is_mapped(s));
	return s->call == BIND || !is_mapped(s);
}

static bool is_comparable(const struct kind *k, const struct step *const *seq, int n)
{
	bool had_peer6 = false, had_self = false;

	for (int i = 0; i < n; i++) {
		if (!(k->family == AF_INET ? is_comparable4(k, seq[i])
					   : is_comparable6(k, seq[i], &had_peer6, &had_self)))
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
	if (k->peer_err && k->local.port == 32768 && !s->local.port)
		k->local.port = 0;
}

static int compare_sequence(struct net *net, const struct kind *kind, const struct step *const *seq,
			    int n)
{
	int fd = socket(kind->family, kind->type | SOCK_NONBLOCK, kind->protocol);
	struct result k = { 0 }, s = { 0 };
	struct sock *sk;
	int i, same = 1;

	if (fd < 0 || sock_create(net, kind->family, kind->type, kind->protocol, NULL, NULL, &sk))
		return 1;
	for (i = 0; i < n && same; i++) {
		k = kernel_step(fd, seq[i], kind);
		s = stack_step(sk, seq[i], kind);
		if (kind->type == SOCK_STREAM)
			forget_ghost_port(&k, &s);
		same = !memcmp(&k, &s, sizeof(k));
	}
	close(fd);
	sock_close(sk, true);
	net_finish_batch(net);
	if (same)
		return 0;
	fprintf(stderr, "# %s:", kind->text);
	for (int j = 0; j < i; j++)
		fprintf(stderr, "%s %s", j ? "," : "", seq[j]->text);
	fprintf(stderr, "\n");
	show("kernel", &k, kind);
	show("stack ", &s, kind);
	return 1;
}

static int compare_kind(struct net *net, const struct kind *k)
{
	int differences = 0, count;
	const struct step *steps = steps_of(k, &count);

	for (int n = 0; n < count * count * count && differences < 20; n++) {
		const struct step *const seq[3] = { &steps[n / count / count],
						    &steps[n / count % count], &steps[n % count] };

		if (is_comparable(k, seq, 3))
			differences += compare_sequence(net, k, seq, 3);
	}
	return differences;
}

static int compare_all(void *arg)
{
	struct net *net = arg;
	int differences = 0;

	if (system("ip link add d0 type veth peer name d1 && "
		   "ip link set d0 arp off addrgenmode none && ip link set d1 up && "
		   "ip addr add 10.0.0.1/24 broadcast + dev d0 && ip link set d0 up && "
		   "ip addr add 2001:db8::1/64 dev d0 nodad && ip addr add fe80::1/64 dev d0 nodad"))
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		differences += compare_kind(net, &kinds[i]);
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
	fake6_start(net, netdev_by_name(net, "d0"));
	kernelns_run(compare_all, net);
	fake6_stop();
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
		{ AF_INET6, SOCK_DGRAM, 0, 0 },
		{ AF_INET6, SOCK_STREAM, IPPROTO_TCP, 0 },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, 0 },
		{ AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, 0 },
		{ AF_INET6, SOCK_RAW, 0, -EPROTONOSUPPORT },
		{ AF_INET6, SOCK_DGRAM, IPPROTO_ICMP, -EPROTONOSUPPORT },
		{ AF_INET, SOCK_DGRAM, IPPROTO_ICMPV6, -EPROTONOSUPPORT },
	};
	uint64_t seed = 1;
	struct net *net = stack_with_d0(&seed);

	(void)state;
	fake6_start(net, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sock *sk = NULL;

		assert_int_equal(sock_create(net, cases[i].family, cases[i].type, cases[i].protocol,
					     NULL, NULL, &sk),
				 cases[i].err);
		if (sk)
			sock_close(sk, false);
	}
	fake6_stop();
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

static int bind_udp(struct net *net, int family, const char *addr, uint16_t port, struct sock **ret)
{
	struct sock_addr a = { .family = family, .port = htons(port) };

	assert_int_equal(inet_pton(family, addr, &a.addr), 1);
	assert_int_equal(sock_create(net, family, SOCK_DGRAM, 0, NULL, NULL, ret), 0);
	return sock_bind(*ret, &a);
}

static void assert_bind(struct net *net, int family, const char *addr, int err)
{
	struct sock *sk;

	assert_int_equal(bind_udp(net, family, addr, 5000, &sk), err);
	sock_close(sk, false);
	net_finish_batch(net);
}

static void test_foreign_addresses_may_be_bound_if_asked_for(void **state)
{
	uint64_t seed = 1;
	struct net *net = stack_with_d0(&seed);

	(void)state;
	assert_bind(net, AF_INET, "192.0.2.5", -EADDRNOTAVAIL);
	ipv4_sysctl(net)->ip_nonlocal_bind = 1;
	assert_bind(net, AF_INET, "192.0.2.5", 0);
	assert_bind(net, AF_INET6, "2001:db8::5", -EADDRNOTAVAIL);
	ipv6_sysctl(net)->ip_nonlocal_bind = 1;
	assert_bind(net, AF_INET6, "2001:db8::5", 0);
	ipv4_sysctl(net)->ip_nonlocal_bind = 0;
	assert_bind(net, AF_INET, "192.0.2.5", -EADDRNOTAVAIL);
	stack_destroy(net);
}

/* What sending one datagram to ::1 says, if control data name a stranger's address as its source. */
static int send_as_stranger(struct net *net)
{
	struct sock_msg msg = { .has_addr = true, .family = AF_INET6 };
	struct sock *sk;
	int err;

	assert_int_equal(inet_pton(AF_INET6, "2001:db8::5", &msg.local), 1);
	msg.addr = (struct sock_addr){ .family = AF_INET6, .port = htons(53), .addr.b[15] = 1 };
	assert_int_equal(sock_create(net, AF_INET6, SOCK_DGRAM, 0, NULL, NULL, &sk), 0);
	err = sock_send(sk, &msg, skb_alloc(net, SKB_HEADROOM, 0));
	sock_close(sk, false);
	net_finish_batch(net);
	return err;
}

static void test_foreign_sources_may_be_named_if_asked_for(void **state)
{
	uint64_t seed = 1;
	struct net *net = stack_with_d0(&seed);

	(void)state;
	assert_int_equal(send_as_stranger(net), -EINVAL);
	ipv6_sysctl(net)->ip_nonlocal_bind = 1;
	assert_int_equal(send_as_stranger(net), 0);
	stack_destroy(net);
}

/* Who is bound to :: holds the port of IPv4, too, unless new sockets are of IPv6 alone. */
static void test_bindv6only(void **state)
{
	uint64_t seed = 1;
	struct net *net = stack_with_d0(&seed);
	struct sock *sk;

	(void)state;
	assert_int_equal(bind_udp(net, AF_INET6, "::", 5000, &sk), 0);
	assert_bind(net, AF_INET, "0.0.0.0", -EADDRINUSE);
	sock_close(sk, false);
	ipv6_sysctl(net)->bindv6only = 1;
	assert_int_equal(bind_udp(net, AF_INET6, "::", 5000, &sk), 0);
	assert_bind(net, AF_INET, "0.0.0.0", 0);
	sock_close(sk, false);
	net_finish_batch(net);
	stack_destroy(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_sequences_are_as_the_kernels),
		cmocka_unit_test(test_create_knows_families_types_and_protocols),
		cmocka_unit_test(test_stream_calls_on_datagrams_are_refused),
		cmocka_unit_test(test_foreign_addresses_may_be_bound_if_asked_for),
		cmocka_unit_test(test_foreign_sources_may_be_named_if_asked_for),
		cmocka_unit_test(test_bindv6only),
	};

	return cmocka_run_group_tests_name("socket", tests, NULL, NULL);
}
