/* SPDX-License-Identifier: BSD-2-Clause */
/* The control data of datagrams, both ways, on sockets of both families and for packets of both. */
#include "nlserver/endpoint_control.h"

#include "tests/unit/twonets.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <string.h>

#include "stack/lib/in6.h"
#include "tests/unit/fake6.h"

#define IPV6_FLOWINFO 11 /* linux/in6.h, which does not go with netinet/in.h */

static struct twonets *tn;
static struct sock *sk4, *sk6;

static int setup(void **state)
{
	struct net *net;

	(void)state;
	tn = twonets_create_bare();
	net = tn->end[0].net;
	fake6_start(net, tn->end[0].dev);
	assert_int_equal(sock_create(net, AF_INET, SOCK_DGRAM, 0, NULL, NULL, &sk4), 0);
	assert_int_equal(sock_create(net, AF_INET6, SOCK_DGRAM, 0, NULL, NULL, &sk6), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sock_close(sk4, false);
	sock_close(sk6, false);
	fake6_stop();
	twonets_destroy(tn);
	return 0;
}

/* Parse one message of @len bytes for a datagram to @to. */
static int parse(const struct sock *sk, const char *to, int level, int type, const void *data,
		 size_t len, struct sock_msg *msg)
{
	static struct ip6_txopts txopts;
	uint8_t buf[256] __attribute__((aligned(8))) = { 0 };
	struct cmsghdr *c = (struct cmsghdr *)buf;

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
	*msg = (struct sock_msg){ .has_addr = true };
	msg->addr = sk->family == AF_INET ? addr4(to, 9) : addr6(to, 9);
	return dgram_control_parse(sk, buf, CMSG_SPACE(len), msg, &txopts);
}

static int parse_int(const struct sock *sk, const char *to, int level, int type, int val,
		     struct sock_msg *msg)
{
	return parse(sk, to, level, type, &val, sizeof(val), msg);
}

static void test_parse_ipv4(void **state)
{
	struct in_pktinfo info = { .ipi_ifindex = 7, .ipi_spec_dst.s_addr = ip4("10.0.0.1").v4 };
	struct sock_msg msg;
	uint8_t tos = 0x10;

	(void)state;
	assert_int_equal(parse(sk4, ADDR_1, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info), &msg), 0);
	assert_int_equal(msg.ifindex, 7);
	assert_int_equal(msg.local.v4, info.ipi_spec_dst.s_addr);
	assert_int_equal(parse_int(sk4, ADDR_1, IPPROTO_IP, IP_TTL, 0, &msg), -EINVAL);
	assert_int_equal(parse_int(sk4, ADDR_1, IPPROTO_IP, IP_TTL, 9, &msg), 0);
	assert_int_equal(msg.ttl, 9);
	assert_int_equal(parse(sk4, ADDR_1, IPPROTO_IP, IP_TOS, &tos, 1, &msg), 0);
	assert_int_equal(msg.tos, 0x10);
	/* IPv6's says nothing to it; what is nobody's is refused. */
	assert_int_equal(parse_int(sk4, ADDR_1, IPPROTO_IPV6, IPV6_TCLASS, 9, &msg), 0);
	assert_false(msg.has_tos);
	assert_int_equal(parse_int(sk4, ADDR_1, SOL_SOCKET, 99, 9, &msg), -EINVAL);
}

static void test_parse_ipv6(void **state)
{
	struct in6_pktinfo info = { .ipi6_ifindex = fake6->dev->ifindex };
	static const uint8_t dst[8] = { 0, 0, 1, 4 };
	const char *to = "2001:db8::2";
	struct sock_msg msg;
	be32 flowinfo = htonl(0x12345);

	(void)state;
	info.ipi6_addr.s6_addr[15] = 1;
	assert_int_equal(parse(sk6, to, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info), &msg), 0);
	assert_int_equal(msg.ifindex, info.ipi6_ifindex);
	assert_int_equal(msg.family, AF_INET6);
	assert_true(in6_is_loopback(&msg.local));
	info.ipi6_ifindex = 99;
	assert_int_equal(parse(sk6, to, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info), &msg),
			 -ENODEV);
	assert_int_equal(parse(sk6, to, IPPROTO_IPV6, IPV6_PKTINFO, &info, 8, &msg), -EINVAL);
	assert_int_equal(parse_int(sk6, to, IPPROTO_IPV6, IPV6_HOPLIMIT, 256, &msg), -EINVAL);
	assert_int_equal(parse_int(sk6, to, IPPROTO_IPV6, IPV6_HOPLIMIT, -1, &msg), 0);
	assert_false(msg.has_ttl);
	assert_int_equal(parse_int(sk6, to, IPPROTO_IPV6, IPV6_HOPLIMIT, 3, &msg), 0);
	assert_int_equal(msg.ttl, 3);
	assert_int_equal(parse_int(sk6, to, IPPROTO_IPV6, IPV6_DONTFRAG, 1, &msg), 0);
	assert_true(msg.has_dontfrag && msg.dontfrag);
	assert_int_equal(parse(sk6, to, IPPROTO_IPV6, IPV6_FLOWINFO, &flowinfo, 4, &msg), 0);
	assert_int_equal(msg.flowinfo, 0x12345);
	assert_int_equal(parse(sk6, to, IPPROTO_IPV6, IPV6_DSTOPTS, dst, 8, &msg), 0);
	assert_int_equal(ip6_txopts_len(msg.txopts), 8);
	assert_int_equal(parse(sk6, to, IPPROTO_IPV6, IPV6_RTHDR, dst, 8, &msg), -EINVAL);
	assert_int_equal(parse_int(sk6, to, IPPROTO_IP, IP_TTL, 9, &msg), 0);
	assert_false(msg.has_ttl);
}

/* To a mapped address IPv4's options count, and IPV6_PKTINFO with a mapped source. */
static void test_parse_mapped(void **state)
{
	struct in6_pktinfo info = { .ipi6_ifindex = 0 };
	const char *to = "::ffff:10.0.0.2";
	union inaddr mapped = in6_map_v4(ip4(ADDR_0).v4);
	struct sock_msg msg;

	(void)state;
	assert_int_equal(parse_int(sk6, to, IPPROTO_IP, IP_TTL, 9, &msg), 0);
	assert_int_equal(msg.ttl, 9);
	assert_int_equal(parse_int(sk6, to, IPPROTO_IPV6, IPV6_TCLASS, 9, &msg), 0);
	assert_false(msg.has_tos);
	assert_int_equal(parse(sk6, to, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info), &msg),
			 -EINVAL);
	memcpy(&info.ipi6_addr, &mapped, sizeof(mapped));
	assert_int_equal(parse(sk6, to, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info), &msg), 0);
	assert_int_equal(msg.family, AF_INET);
	assert_int_equal(msg.local.v4, ip4(ADDR_0).v4);
}

/* The message of that level and type; it must be there, with @len bytes. */
static const void *find(struct dgram_control *out, int level, int type, size_t len)
{
	struct msghdr m = { .msg_control = out->buf, .msg_controllen = out->len };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		if (c->cmsg_level != level || c->cmsg_type != type)
			continue;
		assert_int_equal(c->cmsg_len, CMSG_LEN(len));
		return CMSG_DATA(c);
	}
	fail();
	return NULL;
}

static void set(struct sock *sk, int level, int name)
{
	int on = 1;

	assert_int_equal(sock_setsockopt(sk, level, name, &on, sizeof(on)), 0);
}

static void test_fill_tells_what_is_asked(void **state)
{
	struct sock_msg msg = { .family = AF_INET6, .ttl = 64, .tos = 7, .ifindex = 3 };
	union inaddr mapped = in6_map_v4(ip4(ADDR_0).v4);
	const struct in6_pktinfo *info;
	struct dgram_control out;

	(void)state;
	dgram_control_fill(sk6, NULL, &msg, &out);
	assert_int_equal(out.len, 0);
	set(sk6, IPPROTO_IPV6, IPV6_RECVPKTINFO);
	set(sk6, IPPROTO_IPV6, IPV6_RECVHOPLIMIT);
	set(sk6, IPPROTO_IPV6, IPV6_RECVTCLASS);
	set(sk6, IPPROTO_IP, IP_RECVTTL);
	msg.local = ip6("2001:db8::1");
	dgram_control_fill(sk6, NULL, &msg, &out);
	assert_int_equal(*(int *)find(&out, IPPROTO_IPV6, IPV6_HOPLIMIT, 4), 64);
	assert_int_equal(*(int *)find(&out, IPPROTO_IPV6, IPV6_TCLASS, 4), 7);
	info = find(&out, IPPROTO_IPV6, IPV6_PKTINFO, sizeof(*info));
	assert_int_equal(info->ipi6_ifindex, 3);
	assert_memory_equal(&info->ipi6_addr, &msg.local, 16);
	assert_int_equal(out.len, CMSG_SPACE(20) + 2 * CMSG_SPACE(4));

	msg.family = AF_INET;
	msg.local = ip4(ADDR_0);
	dgram_control_fill(sk6, NULL, &msg, &out);
	assert_int_equal(*(int *)find(&out, IPPROTO_IP, IP_TTL, 4), 64);
	info = find(&out, IPPROTO_IPV6, IPV6_PKTINFO, sizeof(*info));
	assert_memory_equal(&info->ipi6_addr, &mapped, 16);
	assert_int_equal(out.len, CMSG_SPACE(20) + CMSG_SPACE(4));
}

/* The address and port of IP_ORIGDSTADDR; how a datagram was cut, if it was. */
static void test_fill_tells_destinations_and_fragments(void **state)
{
	struct sock_msg msg = { .family = AF_INET6, .ifindex = 3, .local = ip6("fe80::1") };
	const struct sockaddr_in6 *dst6;
	const struct sockaddr_in *dst;
	struct dgram_control out;

	(void)state;
	set(sk6, IPPROTO_IPV6, IPV6_RECVORIGDSTADDR);
	set(sk6, IPPROTO_IPV6, IPV6_RECVFRAGSIZE);
	set(sk4, IPPROTO_IP, IP_RECVORIGDSTADDR);
	set(sk4, IPPROTO_IP, IP_RECVFRAGSIZE);
	sk6->sport = sk4->sport = htons(53);
	dgram_control_fill(sk6, NULL, &msg, &out);
	assert_int_equal(out.len, CMSG_SPACE(sizeof(*dst6)));
	dst6 = find(&out, IPPROTO_IPV6, IPV6_ORIGDSTADDR, sizeof(*dst6));
	assert_int_equal(dst6->sin6_family, AF_INET6);
	assert_int_equal(dst6->sin6_port, htons(53));
	assert_int_equal(dst6->sin6_scope_id, 3);
	assert_memory_equal(&dst6->sin6_addr, &msg.local, 16);
	msg.frag_size = 1280;
	dgram_control_fill(sk6, NULL, &msg, &out);
	assert_int_equal(*(int *)find(&out, IPPROTO_IPV6, IPV6_RECVFRAGSIZE, 4), 1280);

	msg = (struct sock_msg){ .family = AF_INET, .local = ip4(ADDR_0), .frag_size = 576 };
	dgram_control_fill(sk4, NULL, &msg, &out);
	dst = find(&out, IPPROTO_IP, IP_ORIGDSTADDR, sizeof(*dst));
	assert_int_equal(dst->sin_family, AF_INET);
	assert_int_equal(dst->sin_port, htons(53));
	assert_int_equal(dst->sin_addr.s_addr, ip4(ADDR_0).v4);
	assert_int_equal(*(int *)find(&out, IPPROTO_IP, IP_RECVFRAGSIZE, 4), 576);
	sk6->sport = sk4->sport = 0;
}

static void test_errors(void **state)
{
	struct sock_extended_err_info info = {
		.err = ECONNREFUSED,
		.origin = SO_EE_ORIGIN_ICMP6,
		.family = AF_INET6,
		.offender = addr6("fe80::9%", 0),
	};
	struct {
		struct sock_extended_err err;
		struct sockaddr_in6 offender;
	} ee;
	struct dgram_control out;

	(void)state;
	dgram_control_error(sk6, &info, &out);
	memcpy(&ee, find(&out, IPPROTO_IPV6, IPV6_RECVERR, sizeof(ee)), sizeof(ee));
	assert_int_equal(ee.err.ee_errno, ECONNREFUSED);
	assert_int_equal(ee.offender.sin6_family, AF_INET6);
	assert_int_equal(ee.offender.sin6_scope_id, fake6->dev->ifindex);
	info.origin = SO_EE_ORIGIN_LOCAL;
	dgram_control_error(sk6, &info, &out);
	memcpy(&ee, find(&out, IPPROTO_IPV6, IPV6_RECVERR, sizeof(ee)), sizeof(ee));
	assert_int_equal(ee.offender.sin6_family, AF_UNSPEC);
	info.origin = SO_EE_ORIGIN_ICMP;
	info.offender = addr4(ADDR_1, 0);
	dgram_control_error(sk4, &info, &out);
	find(&out, IPPROTO_IP, IP_RECVERR, sizeof(ee.err) + sizeof(struct sockaddr_in));
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_parse_ipv4),
		test(test_parse_ipv6),
		test(test_parse_mapped),
		test(test_fill_tells_what_is_asked),
		test(test_fill_tells_destinations_and_fragments),
		test(test_errors),
	};

	return cmocka_run_group_tests_name("endpoint_control", tests, NULL, NULL);
}
