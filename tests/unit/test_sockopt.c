/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket options: each is set to every value, in every length, on a socket of the stack and on one
 * of the kernel's; both must answer the same, and then show the same. What the stack refuses though
 * the kernel has it is listed at the end: nothing is ignored in silence.
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
#include "stack/transport/transport.h"
#include "tests/unit/fake6.h"
#include "tests/unit/kernelns.h"

/* Of linux/in6.h and linux/udp.h, which do not go with netinet/in.h. */
#define SOL_UDP		   IPPROTO_UDP
#define UDP_CORK	   1
#define UDP_NO_CHECK6_TX   101
#define UDP_NO_CHECK6_RX   102
#define IPV6_FLOWINFO	   11
#define IPV6_MULTICAST_ALL 29
#define IPV6_FLOWINFO_SEND 33

static const struct option {
	int level, name;
	const char *text;
	int low, high;	 /* values that can be compared */
	bool no_default; /* the default depends on the host's configuration, or is our own */
} options[] = {
#define O(level, name, ...)                     \
	{                                       \
		level, name, #name, __VA_ARGS__ \
	}
	O(SOL_SOCKET, SO_REUSEADDR, -1, 256, false),
	O(SOL_SOCKET, SO_REUSEPORT, -1, 256, false),
	O(SOL_SOCKET, SO_KEEPALIVE, -1, 256, false),
	O(SOL_SOCKET, SO_BROADCAST, -1, 256, false),
	O(SOL_SOCKET, SO_DONTROUTE, -1, 256, false),
	O(SOL_SOCKET, SO_OOBINLINE, -1, 256, false),
	O(SOL_SOCKET, SO_NO_CHECK, -1, 256, false),
	O(SOL_SOCKET, SO_TIMESTAMP, -1, 256, false),
	O(SOL_SOCKET, SO_PRIORITY, 0, 255, false),
	O(SOL_SOCKET, SO_MARK, -1, 256, false),
	O(SOL_SOCKET, SO_RCVBUF, 0, 100000, true),
	O(SOL_SOCKET, SO_SNDBUF, 0, 100000, true),
	O(SOL_SOCKET, SO_DEBUG, 0, 0, false),
	O(SOL_SOCKET, SO_TYPE, -1, 256, false),
	O(SOL_SOCKET, SO_DOMAIN, -1, 256, false),
	O(SOL_SOCKET, SO_PROTOCOL, -1, 256, false),
	O(SOL_SOCKET, SO_ERROR, -1, 256, false),
	O(SOL_SOCKET, SO_ACCEPTCONN, -1, 256, false),
	O(SOL_SOCKET, SO_SNDLOWAT, -1, 256, false),
	O(SOL_IP, IP_TOS, -1, 256, false),
	O(SOL_IP, IP_TTL, -2, 256, true),
	O(SOL_IP, IP_MINTTL, -1, 256, false),
	O(SOL_IP, IP_HDRINCL, -1, 256, false),
	O(SOL_IP, IP_NODEFRAG, -1, 256, false),
	O(SOL_IP, IP_RECVERR, -1, 256, false),
	O(SOL_IP, IP_RECVTTL, -1, 256, false),
	O(SOL_IP, IP_RECVTOS, -1, 256, false),
	O(SOL_IP, IP_PKTINFO, -1, 256, false),
	O(SOL_IP, IP_RECVOPTS, -1, 256, false),
	O(SOL_IP, IP_RETOPTS, -1, 256, false),
	O(SOL_IP, IP_RECVORIGDSTADDR, -1, 256, false),
	O(SOL_IP, IP_RECVFRAGSIZE, -1, 256, false),
	O(SOL_IP, IP_FREEBIND, -1, 256, false),
	O(SOL_IP, IP_TRANSPARENT, -1, 256, false),
	O(SOL_IP, IP_BIND_ADDRESS_NO_PORT, -1, 256, false),
	O(SOL_IP, IP_MTU_DISCOVER, -1, 256, false),
	O(SOL_IP, IP_MTU, -1, 256, false),
	O(SOL_IP, IP_MULTICAST_TTL, -2, 256, false),
	O(SOL_IP, IP_MULTICAST_LOOP, -1, 256, false),
	O(SOL_IP, IP_MULTICAST_ALL, -1, 256, false),
	O(SOL_IP, IP_MULTICAST_IF, 0, 0, false),
	O(SOL_IP, IP_UNICAST_IF, 0, 0, false),
	O(SOL_IP, IP_ADD_MEMBERSHIP, 0, 0, true),
	O(SOL_IP, IP_DROP_MEMBERSHIP, 0, 0, true),
	O(SOL_IP, IP_ADD_SOURCE_MEMBERSHIP, 0, 0, true),
	O(SOL_IPV6, IPV6_V6ONLY, -1, 256, false),
	O(SOL_IPV6, IPV6_UNICAST_HOPS, -2, 256, false),
	O(SOL_IPV6, IPV6_MULTICAST_HOPS, -2, 256, false),
	O(SOL_IPV6, IPV6_MULTICAST_LOOP, -2, 256, false),
	O(SOL_IPV6, IPV6_MULTICAST_ALL, -2, 256, false),
	O(SOL_IPV6, IPV6_MULTICAST_IF, 0, 0, false),
	O(SOL_IPV6, IPV6_MTU, -2, 100000, false),
	O(SOL_IPV6, IPV6_MTU_DISCOVER, -2, 256, false),
	O(SOL_IPV6, IPV6_DONTFRAG, -2, 256, false),
	O(SOL_IPV6, IPV6_RECVERR, -2, 256, false),
	O(SOL_IPV6, IPV6_RECVPKTINFO, -2, 256, false),
	O(SOL_IPV6, IPV6_RECVHOPLIMIT, -2, 256, false),
	O(SOL_IPV6, IPV6_RECVTCLASS, -2, 256, false),
	O(SOL_IPV6, IPV6_RECVHOPOPTS, -2, 256, false),
	O(SOL_IPV6, IPV6_RECVDSTOPTS, -2, 256, false),
	O(SOL_IPV6, IPV6_RECVRTHDR, -2, 1, false),
	O(SOL_IPV6, IPV6_RECVPATHMTU, -2, 256, false),
	O(SOL_IPV6, IPV6_2292PKTINFO, -2, 256, false),
	O(SOL_IPV6, IPV6_2292HOPLIMIT, -2, 256, false),
	O(SOL_IPV6, IPV6_2292HOPOPTS, -2, 256, false),
	O(SOL_IPV6, IPV6_2292DSTOPTS, -2, 256, false),
	O(SOL_IPV6, IPV6_2292RTHDR, -2, 1, false),
	O(SOL_IPV6, IPV6_RECVORIGDSTADDR, -2, 256, false),
	O(SOL_IPV6, IPV6_RECVFRAGSIZE, -2, 256, false),
	O(SOL_IPV6, IPV6_TCLASS, -2, 256, false),
	O(SOL_IPV6, IPV6_FREEBIND, -2, 256, false),
	O(SOL_IPV6, IPV6_TRANSPARENT, -2, 256, false),
	O(SOL_IPV6, IPV6_MINHOPCOUNT, -2, 256, false),
	O(SOL_IPV6, IPV6_AUTOFLOWLABEL, -2, 256, false),
	O(SOL_IPV6, IPV6_FLOWINFO, -2, 256, false),
	O(SOL_IPV6, IPV6_FLOWINFO_SEND, -2, 256, false),
	O(SOL_IPV6, IPV6_UNICAST_IF, 0, 0, false),
	O(SOL_IPV6, IPV6_ADDR_PREFERENCES, -2, 256, false),
	O(SOL_IPV6, IPV6_ADDRFORM, -2, 256, false),
	O(SOL_IPV6, IPV6_CHECKSUM, -2, 100000, false),
	O(SOL_IPV6, IPV6_HDRINCL, -2, 256, false),
	O(SOL_IPV6, IPV6_PKTINFO, 0, 8, false),
	O(SOL_IPV6, IPV6_RTHDR, 0, 8, false),
	O(SOL_IPV6, 250, 0, 1, false),
	O(SOL_UDP, UDP_NO_CHECK6_TX, -2, 256, false),
	O(SOL_UDP, UDP_NO_CHECK6_RX, -2, 256, false),
	O(SOL_UDP, UDP_CORK, 0, 0, false),
	O(SOL_UDP, 99, 0, 1, false),
	O(IPPROTO_TCP, 99, 0, 1, false),
	O(SOL_RAW, 99, 1, 0, false),
	O(SOL_IP, 250, 0, 1, false),
	O(SOL_SOCKET, 9999, 0, 1, false),
	O(1234, 1, 0, 1, false),
#undef O
};

static const struct {
	int family, type, protocol;
	const char *text;
} types[] = {
	{ AF_INET, SOCK_DGRAM, IPPROTO_UDP, "udp" },
	{ AF_INET, SOCK_STREAM, IPPROTO_TCP, "tcp" },
	{ AF_INET, SOCK_RAW, IPPROTO_ICMP, "raw" },
	{ AF_INET, SOCK_DGRAM, IPPROTO_ICMP, "ping" },
	{ AF_INET6, SOCK_DGRAM, IPPROTO_UDP, "udp6" },
	{ AF_INET6, SOCK_STREAM, IPPROTO_TCP, "tcp6" },
	{ AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, "icmp6" },
	{ AF_INET6, SOCK_RAW, 200, "raw6" },
	{ AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, "ping6" },
};

/* What is refused on streams, but for 0. */
static const struct {
	int level, name;
} not_for_streams[] = {
	{ SOL_SOCKET, SO_TIMESTAMP },
	{ SOL_IP, IP_RECVERR },
	{ SOL_IPV6, IPV6_RECVERR },
};

static const int values[] = { -2, -1, 0, 1, 2, 5, 6, 7, 255, 256, 5000, 100000 };
static const uint32_t lengths[] = { 0, 1, 2, 4, 8 };

struct answer {
	int err;
	uint32_t len;
	int64_t val;
};

/* Both sides of one comparison. */
struct both {
	struct sock *sk;
	int fd;
};

static struct answer kernel_get(int fd, const struct option *o, uint32_t room)
{
	struct answer a = { .len = room };
	socklen_t len = room;

	if (getsockopt(fd, o->level, o->name, &a.val, &len))
		return (struct answer){ .err = -errno };
	a.len = len;
	return a;
}

static struct answer stack_get(struct sock *sk, const struct option *o, uint32_t room)
{
	struct answer a = { .len = room };
	int err = sock_getsockopt(sk, o->level, o->name, &a.val, &a.len);

	return err ? (struct answer){ .err = err } : a;
}

static int compare_get(const struct both *b, const struct option *o, const char *type,
		       const char *when)
{
	int differences = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct answer k = kernel_get(b->fd, o, lengths[i]),
			      s = stack_get(b->sk, o, lengths[i]);

		if (k.err == s.err && k.len == s.len && k.val == s.val)
			continue;
		fprintf(stderr,
			"# %s: get %s, room %u, %s: kernel %d, %u bytes, %#llx; stack %d, %u, %#llx\n",
			type, o->text, lengths[i], when, k.err, k.len, (unsigned long long)k.val,
			s.err, s.len, (unsigned long long)s.val);
		differences++;
	}
	return differences;
}

static int compare_set(const struct both *b, const struct option *o, const char *type, int val,
		       uint32_t len)
{
	int64_t wide = val;
	int k = setsockopt(b->fd, o->level, o->name, &wide, len) ? -errno : 0;
	int s = sock_setsockopt(b->sk, o->level, o->name, &wide, len);
	char when[64];

	snprintf(when, sizeof(when), "set to %d by %u bytes", val, len);
	if (k != s) {
		fprintf(stderr, "# %s: set %s to %d by %u bytes: kernel %d, stack %d\n", type,
			o->text, val, len, k, s);
		return 1;
	}
	return k ? 0 : compare_get(b, o, type, when);
}

static bool is_refused(const struct sock *sk, const struct option *o, int val)
{
	for (size_t i = 0; i < ARRAY_SIZE(not_for_streams); i++) {
		if (o->level == not_for_streams[i].level && o->name == not_for_streams[i].name)
			return sk->type == SOCK_STREAM && val;
	}
	return false;
}

static int compare_option(struct net *net, size_t type, const struct option *o)
{
	const char *text = types[type].text;
	int differences = 0;

	for (size_t v = 0; v < ARRAY_SIZE(values); v++) {
		for (size_t l = 0; l < ARRAY_SIZE(lengths); l++) {
			struct both b = { .fd = socket(types[type].family, types[type].type,
						       types[type].protocol) };
			bool first = !v && !l;

			if (b.fd < 0 || sock_create(net, types[type].family, types[type].type,
						    types[type].protocol, NULL, NULL, &b.sk))
				return 1;
			if (first && !o->no_default)
				differences += compare_get(&b, o, text, "at first");
			if (values[v] >= o->low && values[v] <= o->high &&
			    !is_refused(b.sk, o, values[v]))
				differences += compare_set(&b, o, text, values[v], lengths[l]);
			close(b.fd);
			sock_close(b.sk, false);
		}
	}
	return differences;
}

static int compare_all(void *arg)
{
	struct net *net = arg;
	int differences = 0;

	for (size_t t = 0; t < ARRAY_SIZE(types); t++) {
		for (size_t o = 0; o < ARRAY_SIZE(options); o++)
			differences += compare_option(net, t, &options[o]);
	}
	return differences;
}

static void test_options_are_as_the_kernels(void **state)
{
	struct twonets *tn = twonets_create();

	(void)state;
	fake6_start(tn->end[0].net, tn->end[0].dev);
	kernelns_run(compare_all, tn->end[0].net);
	fake6_stop();
	twonets_destroy(tn);
}

/* What is no int ------------------------------------------------------------------------------ */

static void test_linger(void **state)
{
	struct twonets *tn = twonets_create();
	struct linger in = { 5, 30 }, out;
	uint32_t len = sizeof(out);
	struct test_sock s;

	(void)state;
	test_sock_open(&s, tn->end[0].net, SOCK_STREAM, 0);
	assert_int_equal(sock_setsockopt(s.sk, SOL_SOCKET, SO_LINGER, &in, 4), -EINVAL);
	assert_int_equal(sock_setsockopt(s.sk, SOL_SOCKET, SO_LINGER, &in, sizeof(in)), 0);
	assert_int_equal(sock_getsockopt(s.sk, SOL_SOCKET, SO_LINGER, &out, &len), 0);
	assert_int_equal(out.l_onoff, 1);
	assert_int_equal(out.l_linger, 30);
	in.l_linger = -1; /* not 0, which resets */
	assert_int_equal(sock_setsockopt(s.sk, SOL_SOCKET, SO_LINGER, &in, sizeof(in)), 0);
	assert_int_equal(sock_getsockopt(s.sk, SOL_SOCKET, SO_LINGER, &out, &len), 0);
	assert_int_equal(out.l_linger, UINT16_MAX);
	test_sock_close(&s);
	twonets_destroy(tn);
}

static void test_bindtodevice(void **state)
{
	struct twonets *tn = twonets_create();
	char name[IFNAMSIZ];
	uint32_t len = sizeof(name);
	struct test_sock s;

	(void)state;
	test_sock_open(&s, tn->end[0].net, SOCK_DGRAM, 0);
	assert_int_equal(sock_getsockopt(s.sk, SOL_SOCKET, SO_BINDTODEVICE, name, &len), 0);
	assert_int_equal(len, 0);
	assert_int_equal(sock_setsockopt(s.sk, SOL_SOCKET, SO_BINDTODEVICE, "eth9", 5), -ENODEV);
	s.sk->admin = false;
	assert_int_equal(sock_setsockopt(s.sk, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 4), 0);
	assert_int_equal(sock_setsockopt(s.sk, SOL_SOCKET, SO_BINDTODEVICE, "", 0), -EPERM);
	len = 4;
	assert_int_equal(sock_getsockopt(s.sk, SOL_SOCKET, SO_BINDTODEVICE, name, &len), -EINVAL);
	len = sizeof(name);
	assert_int_equal(sock_getsockopt(s.sk, SOL_SOCKET, SO_BINDTODEVICE, name, &len), 0);
	assert_string_equal(name, "eth0");
	assert_int_equal(len, 5);
	assert_int_equal(test_getopt(&s, SOL_SOCKET, SO_BINDTOIFINDEX), tn->end[0].dev->ifindex);
	s.sk->admin = true;
	assert_int_equal(sock_setsockopt(s.sk, SOL_SOCKET, SO_BINDTODEVICE, "", 0), 0);
	assert_int_equal(test_getopt(&s, SOL_SOCKET, SO_BINDTOIFINDEX), 0);
	test_sock_close(&s);
	twonets_destroy(tn);
}

static void test_privileges(void **state)
{
	static const struct {
		int level, name, val, err;
	} cases[] = {
		{ SOL_SOCKET, SO_MARK, 1, -EPERM },
		{ SOL_SOCKET, SO_PRIORITY, 6, 0 },
		{ SOL_SOCKET, SO_PRIORITY, 7, -EPERM },
		{ SOL_SOCKET, SO_RCVBUFFORCE, 1 << 20, -EPERM },
		{ SOL_SOCKET, SO_SNDBUFFORCE, 1 << 20, -EPERM },
		{ SOL_IP, IP_TRANSPARENT, 1, -EPERM },
		{ SOL_IP, IP_TRANSPARENT, 0, 0 },
	};
	struct twonets *tn = twonets_create();
	struct test_sock s;

	(void)state;
	test_sock_open(&s, tn->end[0].net, SOCK_DGRAM, 0);
	s.sk->admin = false;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(test_setopt(&s, cases[i].level, cases[i].name, cases[i].val),
				 cases[i].err);
	s.sk->admin = true;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(test_setopt(&s, cases[i].level, cases[i].name, cases[i].val), 0);
	assert_int_equal(test_getopt(&s, SOL_SOCKET, SO_RCVBUF), 2 << 20);
	test_setopt(&s, SOL_SOCKET, SO_RCVBUF, 1 << 30);
	assert_int_equal(test_getopt(&s, SOL_SOCKET, SO_RCVBUF),
			 2 * transport_sysctl(s.sk->net)->rmem_max);
	test_sock_close(&s);
	twonets_destroy(tn);
}

static void test_ip_options_are_checked_and_kept(void **state)
{
	static const uint8_t record_route[] = { 7, 7, 4, 0, 0, 0, 0 },
			     source_route[] = { 131, 7, 4, 10, 0, 0, 2 };
	struct twonets *tn = twonets_create();
	uint8_t out[40];
	uint32_t len = sizeof(out);
	struct test_sock s;

	(void)state;
	test_sock_open(&s, tn->end[0].net, SOCK_DGRAM, 0);
	assert_int_equal(sock_setsockopt(s.sk, SOL_IP, IP_OPTIONS, source_route,
					 sizeof(source_route)),
			 -EINVAL);
	assert_int_equal(sock_setsockopt(s.sk, SOL_IP, IP_OPTIONS, out, 41), -EINVAL);
	assert_int_equal(sock_setsockopt(s.sk, SOL_IP, IP_OPTIONS, record_route,
					 sizeof(record_route)),
			 0);
	assert_int_equal(sock_getsockopt(s.sk, SOL_IP, IP_OPTIONS, out, &len), 0);
	assert_int_equal(len, 8); /* padded */
	assert_memory_equal(out, record_route, sizeof(record_route));
	assert_int_equal(sock_setsockopt(s.sk, SOL_IP, IP_OPTIONS, NULL, 0), 0);
	len = sizeof(out);
	assert_int_equal(sock_getsockopt(s.sk, SOL_IP, IP_OPTIONS, out, &len), 0);
	assert_int_equal(len, 0);
	test_sock_close(&s);
	twonets_destroy(tn);
}

static void test_cookies_tell_sockets_apart(void **state)
{
	struct twonets *tn = twonets_create();
	uint64_t cookie[2];
	uint32_t len = sizeof(cookie[0]);
	struct test_sock s[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		test_sock_open(&s[i], tn->end[0].net, SOCK_DGRAM, 0);
		assert_int_equal(sock_getsockopt(s[i].sk, SOL_SOCKET, SO_COOKIE, &cookie[i], &len),
				 0);
		assert_true(cookie[i]);
	}
	assert_true(cookie[0] != cookie[1]);
	len = 4;
	assert_int_equal(sock_getsockopt(s[0].sk, SOL_SOCKET, SO_COOKIE, &cookie[0], &len),
			 -EINVAL);
	test_sock_close(&s[0]);
	test_sock_close(&s[1]);
	twonets_destroy(tn);
}

static void test_what_is_not_here_is_refused(void **state)
{
	static const int socket_level[] = { SO_ATTACH_FILTER, SO_TIMESTAMPNS,  SO_TIMESTAMPING,
					    SO_RXQ_OVFL,      SO_INCOMING_CPU, SO_BUSY_POLL,
					    SO_ZEROCOPY,      SO_TXTIME,       SO_RCVTIMEO,
					    SO_SNDTIMEO,      SO_PASSCRED,     SO_MAX_PACING_RATE };
	static const int ip_level[] = { IP_ROUTER_ALERT, IP_CHECKSUM, IP_RECVERR_RFC4884 };
	struct twonets *tn = twonets_create();
	struct test_sock s;

	(void)state;
	test_sock_open(&s, tn->end[0].net, SOCK_DGRAM, 0);
	for (size_t i = 0; i < ARRAY_SIZE(socket_level); i++)
		assert_int_equal(test_setopt(&s, SOL_SOCKET, socket_level[i], 1), -ENOPROTOOPT);
	for (size_t i = 0; i < ARRAY_SIZE(ip_level); i++)
		assert_int_equal(test_setopt(&s, SOL_IP, ip_level[i], 1), -ENOPROTOOPT);
	assert_int_equal(test_setopt(&s, IPPROTO_UDP, 103, 1400), -ENOPROTOOPT); /* UDP_SEGMENT */
	test_sock_close(&s);
	twonets_destroy(tn);
}

/* A stream is read from a pair: no packet's time, and no error before its end, can be told there. */
static void test_what_streams_cannot_tell_is_refused(void **state)
{
	struct twonets *tn = twonets_create();
	struct test_sock s = { 0 };

	(void)state;
	fake6_start(tn->end[0].net, tn->end[0].dev);
	assert_int_equal(sock_create(tn->end[0].net, AF_INET6, SOCK_STREAM, 0, NULL, NULL, &s.sk),
			 0);
	for (size_t i = 0; i < ARRAY_SIZE(not_for_streams); i++) {
		int level = not_for_streams[i].level, name = not_for_streams[i].name;

		assert_int_equal(test_setopt(&s, level, name, 1), -ENOPROTOOPT);
		assert_int_equal(test_setopt(&s, level, name, 0), 0);
		assert_int_equal(test_getopt(&s, level, name), 0);
	}
	test_sock_close(&s);
	fake6_stop();
	twonets_destroy(tn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_are_as_the_kernels),
		cmocka_unit_test(test_linger),
		cmocka_unit_test(test_bindtodevice),
		cmocka_unit_test(test_privileges),
		cmocka_unit_test(test_ip_options_are_checked_and_kept),
		cmocka_unit_test(test_cookies_tell_sockets_apart),
		cmocka_unit_test(test_what_is_not_here_is_refused),
		cmocka_unit_test(test_what_streams_cannot_tell_is_refused),
	};

	return cmocka_run_group_tests_name("sockopt", tests, NULL, NULL);
}
