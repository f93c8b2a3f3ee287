/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast: who receives what, and what IGMP tells routers about it. The traces are read from the
 * wire in the words of RFC 3376, as "TO_EX 232.1.1.1 {}" for a record, and compared with what must
 * be said.
 */
#include "tests/unit/twonets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/ipv4/ipv4.h"
#include "stack/lib/checksum.h"

#define GROUP	"232.1.1.1"
#define GROUP2	"232.1.1.2"
#define SOURCE1 "10.0.0.1"
#define SOURCE2 "10.0.0.3"
#define BIG	4096

#define ETH_LEN 14

/* A sender on stack 0, two receivers on stack 1, port 7. */
struct fixture {
	struct twonets *tn;
	struct net *net0, *net1;
	struct test_sock a, b, c;
	struct sock_addr to_group;
	uint8_t buf[BIG];
	char trace[4096]; /* what stack 1 said by IGMP, one record to a line */
};

static void say(struct fixture *f, const char *fmt, ...)
{
	size_t used = strlen(f->trace);
	va_list args;

	va_start(args, fmt);
	vsnprintf(f->trace + used, sizeof(f->trace) - used, fmt, args);
	va_end(args);
}

static void say_addr(struct fixture *f, const uint8_t *p)
{
	say(f, "%d.%d.%d.%d", p[0], p[1], p[2], p[3]);
}

static void say_records(struct fixture *f, const uint8_t *p, const uint8_t *end)
{
	static const char *const types[] = { "?",     "IS_IN", "IS_EX", "TO_IN",
					     "TO_EX", "ALLOW", "BLOCK" };
	int records = p[6] << 8 | p[7];

	for (p += 8; records--;) {
		int sources = p[2] << 8 | p[3];

		assert_in_range(p[0], 1, 6);
		say(f, "%s ", types[p[0]]);
		say_addr(f, p + 4);
		say(f, " {");
		for (p += 8; sources--; p += 4) {
			assert_true(p + 4 <= end);
			say_addr(f, p);
			say(f, sources ? " " : "");
		}
		say(f, "}\n");
	}
	assert_ptr_equal(p, end);
}

/*
 * Keep a trace of the IGMP messages of stack 1: TTL 1, router alert, right checksums, right
 * destination.
 */
static bool trace_igmp(struct twonets *tn, int from, const uint8_t *frame, uint32_t len)
{
	const uint8_t *ip = frame + ETH_LEN, *igmp = ip + 24, *end = ip + (ip[2] << 8 | ip[3]);
	struct fixture *f = tn->tap_ctx;

	if (!from || frame[12] != 8 || frame[13] || ip[9] != IPPROTO_IGMP)
		return true;
	assert_int_equal(ip[0], 0x46);
	assert_int_equal(ip[8], 1);
	assert_int_equal(ip[20], 148);
	assert_true(end <= frame + len);
	assert_int_equal(ip_compute_csum(ip, 24), 0);
	assert_int_equal(ip_compute_csum(igmp, end - igmp), 0);
	switch (igmp[0]) {
	case 0x22:
		assert_memory_equal(ip + 16, "\xe0\0\0\x16", 4);
		say_records(f, igmp, end);
		break;
	case 0x12:
	case 0x16:
		assert_memory_equal(ip + 16, igmp + 4, 4);
		say(f, "v%d report ", igmp[0] == 0x12 ? 1 : 2);
		say_addr(f, igmp + 4);
		say(f, "\n");
		break;
	case 0x17:
		assert_memory_equal(ip + 16, "\xe0\0\0\x02", 4);
		say(f, "leave ");
		say_addr(f, igmp + 4);
		say(f, "\n");
		break;
	default:
		fail_msg("unexpected IGMP type %#x", igmp[0]);
	}
	return true;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct sock_addr any = addr4("0.0.0.0", 7);

	f->tn = twonets_create();
	f->tn->tap = trace_igmp;
	f->tn->tap_ctx = f;
	f->net0 = f->tn->end[0].net;
	f->net1 = f->tn->end[1].net;
	f->to_group = addr4(GROUP, 7);
	test_sock_open(&f->a, f->net0, SOCK_DGRAM, 0);
	sock_setsockopt(f->a.sk, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5);
	test_sock_open(&f->b, f->net1, SOCK_DGRAM, 0);
	test_sock_open(&f->c, f->net1, SOCK_DGRAM, 0);
	test_setopt(&f->b, SOL_SOCKET, SO_REUSEADDR, 1);
	test_setopt(&f->c, SOL_SOCKET, SO_REUSEADDR, 1);
	assert_int_equal(sock_bind(f->b.sk, &any), 0);
	assert_int_equal(sock_bind(f->c.sk, &any), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	if (f->a.sk)
		test_sock_close(&f->a);
	if (f->b.sk)
		test_sock_close(&f->b);
	if (f->c.sk)
		test_sock_close(&f->c);
	twonets_destroy(f->tn);
	free(f);
	return 0;
}

static int membership(struct fixture *f, struct test_sock *ts, int name, const char *group)
{
	struct ip_mreqn mreq = { .imr_ifindex = f->tn->end[1].dev->ifindex };

	inet_pton(AF_INET, group, &mreq.imr_multiaddr);
	return sock_setsockopt(ts->sk, SOL_IP, name, &mreq, sizeof(mreq));
}

static int source(struct test_sock *ts, int name, const char *group, const char *addr)
{
	struct ip_mreq_source mreq = { 0 };

	inet_pton(AF_INET, group, &mreq.imr_multiaddr);
	inet_pton(AF_INET, addr, &mreq.imr_sourceaddr);
	inet_pton(AF_INET, ADDR_1, &mreq.imr_interface);
	return sock_setsockopt(ts->sk, SOL_IP, name, &mreq, sizeof(mreq));
}

/* What was said since the last time; lets @ms pass. */
static void assert_said(struct fixture *f, int64_t ms, const char *want)
{
	twonets_run(f->tn, ms);
	assert_string_equal(f->trace, want);
	f->trace[0] = '\0';
}

/* How many of b and c get what a sends to the group now: bit 0 and 1. */
static int heard_by(struct fixture *f)
{
	int who = 0;

	assert_int_equal(test_send(&f->a, &f->to_group, 9), 0);
	twonets_settle(f->tn);
	if (test_recv(&f->b, f->buf, BIG, NULL) == 9)
		who |= 1;
	if (test_recv(&f->c, f->buf, BIG, NULL) == 9)
		who |= 2;
	return who;
}

/* Reception ----------------------------------------------------------------------------------- */

static void test_a_group_is_heard_by_those_who_joined(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(heard_by(f), 0);
	assert_int_equal(membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP), 0);
	/*
	 * ip(7), IP_MULTICAST_ALL: c did not join, but gets what the host does, unless it says
	 * otherwise
	 */
	assert_int_equal(heard_by(f), 3);
	test_setopt(&f->c, SOL_IP, IP_MULTICAST_ALL, 0);
	assert_int_equal(heard_by(f), 1);
	assert_int_equal(membership(f, &f->c, IP_ADD_MEMBERSHIP, GROUP), 0);
	assert_int_equal(heard_by(f), 3);
	assert_int_equal(membership(f, &f->b, IP_DROP_MEMBERSHIP, GROUP), 0);
	test_setopt(&f->b, SOL_IP, IP_MULTICAST_ALL, 0);
	assert_int_equal(heard_by(f), 2);
	test_sock_close(&f->c);
	assert_int_equal(test_send(&f->a, &f->to_group, 9), 0);
	twonets_settle(f->tn);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), -1);
}

static void test_source_filters_of_a_socket(void **state)
{
	struct fixture *f = *state;

	test_setopt(&f->c, SOL_IP, IP_MULTICAST_ALL, 0);
	assert_int_equal(source(&f->b, IP_ADD_SOURCE_MEMBERSHIP, GROUP, SOURCE1), 0);
	assert_int_equal(source(&f->c, IP_ADD_SOURCE_MEMBERSHIP, GROUP, SOURCE2), 0);
	assert_int_equal(heard_by(f), 1);
	assert_int_equal(source(&f->c, IP_ADD_SOURCE_MEMBERSHIP, GROUP, SOURCE1), 0);
	assert_int_equal(heard_by(f), 3);
	assert_int_equal(source(&f->c, IP_ADD_SOURCE_MEMBERSHIP, GROUP, SOURCE1), -EADDRNOTAVAIL);
	assert_int_equal(source(&f->c, IP_BLOCK_SOURCE, GROUP, SOURCE1), -EINVAL);
	assert_int_equal(source(&f->c, IP_DROP_SOURCE_MEMBERSHIP, GROUP, SOURCE1), 0);
	assert_int_equal(heard_by(f), 1);
	assert_int_equal(source(&f->c, IP_DROP_SOURCE_MEMBERSHIP, GROUP, SOURCE2), 0);
	assert_int_equal(membership(f, &f->c, IP_DROP_MEMBERSHIP, GROUP), -EADDRNOTAVAIL);

	assert_int_equal(membership(f, &f->c, IP_ADD_MEMBERSHIP, GROUP), 0);
	assert_int_equal(source(&f->c, IP_BLOCK_SOURCE, GROUP, SOURCE1), 0);
	assert_int_equal(heard_by(f), 1);
	assert_int_equal(source(&f->c, IP_UNBLOCK_SOURCE, GROUP, SOURCE2), -EADDRNOTAVAIL);
	assert_int_equal(source(&f->c, IP_UNBLOCK_SOURCE, GROUP, SOURCE1), 0);
	assert_int_equal(heard_by(f), 3);
	assert_int_equal(source(&f->c, IP_BLOCK_SOURCE, GROUP2, SOURCE1), -EINVAL); /* not joined */
}

static void test_memberships_have_limits_and_errors(void **state)
{
	struct fixture *f = *state;
	struct test_sock tcp;
	char group[32], src[32];
	struct ip_mreqn nodev = { .imr_ifindex = 99 };
	int i;

	assert_int_equal(membership(f, &f->b, IP_ADD_MEMBERSHIP, "10.1.1.1"), -EINVAL);
	assert_int_equal(membership(f, &f->b, IP_DROP_MEMBERSHIP, GROUP), -EADDRNOTAVAIL);
	assert_int_equal(membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP), 0);
	assert_int_equal(membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP), -EADDRINUSE);
	inet_pton(AF_INET, GROUP2, &nodev.imr_multiaddr);
	assert_int_equal(sock_setsockopt(f->b.sk, SOL_IP, IP_ADD_MEMBERSHIP, &nodev, sizeof(nodev)),
			 -ENODEV);
	assert_int_equal(sock_setsockopt(f->b.sk, SOL_IP, IP_ADD_MEMBERSHIP, &nodev, 4), -EINVAL);
	test_sock_open(&tcp, f->net1, SOCK_STREAM, 0);
	assert_int_equal(membership(f, &tcp, IP_ADD_MEMBERSHIP, GROUP), -EPROTO);
	test_sock_close(&tcp);

	for (i = 1; i < (int)ipv4_sysctl(f->net1)->igmp_max_memberships; i++) {
		snprintf(group, sizeof(group), "232.2.0.%d", i);
		assert_int_equal(membership(f, &f->b, IP_ADD_MEMBERSHIP, group), 0);
	}
	assert_int_equal(membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP2), -ENOBUFS);
	for (i = 0; i < 10; i++) {
		snprintf(src, sizeof(src), "10.1.1.%d", i);
		assert_int_equal(source(&f->b, IP_BLOCK_SOURCE, GROUP, src), 0);
	}
	assert_int_equal(source(&f->b, IP_BLOCK_SOURCE, GROUP, SOURCE1), -ENOBUFS);
}

static void test_the_newer_calls_do_the_same(void **state)
{
	struct fixture *f = *state;
	struct group_source_req gsr = { .gsr_interface = f->tn->end[1].dev->ifindex };
	struct sockaddr_in *grp = (struct sockaddr_in *)&gsr.gsr_group,
			   *src = (struct sockaddr_in *)&gsr.gsr_source;
	union {
		struct group_filter gf;
		uint8_t room[GROUP_FILTER_SIZE(4)];
	} u;
	uint32_t len = sizeof(u);

	test_setopt(&f->c, SOL_IP, IP_MULTICAST_ALL, 0);
	grp->sin_family = src->sin_family = AF_INET;
	inet_pton(AF_INET, GROUP, &grp->sin_addr);
	inet_pton(AF_INET, SOURCE1, &src->sin_addr);
	assert_int_equal(sock_setsockopt(f->b.sk, SOL_IP, MCAST_JOIN_SOURCE_GROUP, &gsr,
					 sizeof(gsr)),
			 0);
	assert_int_equal(heard_by(f), 1);

	memset(&u, 0, sizeof(u));
	u.gf.gf_interface = gsr.gsr_interface;
	u.gf.gf_group = gsr.gsr_group;
	u.gf.gf_numsrc = 4;
	assert_int_equal(sock_getsockopt(f->b.sk, SOL_IP, MCAST_MSFILTER, &u, &len), 0);
	assert_int_equal(u.gf.gf_fmode, MCAST_INCLUDE);
	assert_int_equal(u.gf.gf_numsrc, 1);
	assert_memory_equal(&u.gf.gf_slist[0], src, sizeof(*src));
	assert_int_equal(len, GROUP_FILTER_SIZE(1));

	u.gf.gf_fmode = MCAST_EXCLUDE;
	assert_int_equal(sock_setsockopt(f->b.sk, SOL_IP, MCAST_MSFILTER, &u, GROUP_FILTER_SIZE(1)),
			 0);
	assert_int_equal(heard_by(f), 0);
	assert_int_equal(sock_setsockopt(f->b.sk, SOL_IP, MCAST_MSFILTER, &u, GROUP_FILTER_SIZE(0)),
			 -EINVAL);
	assert_int_equal(sock_setsockopt(f->b.sk, SOL_IP, MCAST_LEAVE_GROUP, &gsr,
					 sizeof(struct group_req)),
			 0);
	test_setopt(&f->b, SOL_IP, IP_MULTICAST_ALL, 0);
	assert_int_equal(sock_setsockopt(f->c.sk, SOL_IP, MCAST_JOIN_GROUP, &gsr,
					 sizeof(struct group_req)),
			 0);
	assert_int_equal(heard_by(f), 2);
	src->sin_family = AF_INET6;
	assert_int_equal(sock_setsockopt(f->c.sk, SOL_IP, MCAST_BLOCK_SOURCE, &gsr, sizeof(gsr)),
			 -EADDRNOTAVAIL);
}

static void test_the_device_goes_and_memberships_with_it(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP), 0);
	assert_int_equal(source(&f->c, IP_ADD_SOURCE_MEMBERSHIP, GROUP, SOURCE1), 0);
	netdev_unregister(f->tn->end[1].dev);
	assert_true(list_empty(&f->b.sk->memberships));
	assert_true(list_empty(&f->c.sk->memberships));
	f->tn->tap = NULL;
	skb_queue_purge(&f->tn->end[0].sent);
}

/* Sending ------------------------------------------------------------------------------------- */

static void test_ttl_loop_and_device_of_what_is_sent(void **state)
{
	struct fixture *f = *state;
	struct test_sock sender;
	struct sock_msg msg;
	struct in_addr addr;

	/* From stack 1 itself: without a route, by IP_MULTICAST_IF. */
	test_sock_open(&sender, f->net1, SOCK_DGRAM, 0);
	assert_int_equal(membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP), 0);
	assert_int_equal(test_send(&sender, &f->to_group, 5), -ENETUNREACH);
	inet_pton(AF_INET, "10.0.0.55", &addr);
	assert_int_equal(sock_setsockopt(sender.sk, SOL_IP, IP_MULTICAST_IF, &addr, sizeof(addr)),
			 -EADDRNOTAVAIL);
	inet_pton(AF_INET, ADDR_1, &addr);
	assert_int_equal(sock_setsockopt(sender.sk, SOL_IP, IP_MULTICAST_IF, &addr, sizeof(addr)),
			 0);

	assert_int_equal(test_send(&sender, &f->to_group, 5), 0);
	twonets_settle(f->tn);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, &msg), 5); /* our own copy */
	assert_int_equal(msg.ttl, 1);
	assert_int_equal(msg.addr.addr.v4, ip4(ADDR_1).v4);
	assert_int_equal(msg.ifindex, f->tn->end[1].dev->ifindex);
	assert_int_equal(f->net0->mib[MIB_IpInReceives] > 0, 1);

	assert_int_equal(test_setopt(&sender, SOL_IP, IP_MULTICAST_LOOP, 0), 0);
	assert_int_equal(test_setopt(&sender, SOL_IP, IP_MULTICAST_TTL, 7), 0);
	assert_int_equal(test_send(&sender, &f->to_group, 5), 0);
	twonets_settle(f->tn);
	while (test_recv(&f->c, f->buf, BIG, &msg) >= 0)
		assert_int_equal(msg.ttl, 1);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), -1);

	/* TTL 0: for this host alone. */
	assert_int_equal(test_setopt(&sender, SOL_IP, IP_MULTICAST_LOOP, 1), 0);
	assert_int_equal(test_setopt(&sender, SOL_IP, IP_MULTICAST_TTL, 0), 0);
	uint64_t before = f->tn->end[1].dev->stats.tx_packets;

	assert_int_equal(test_send(&sender, &f->to_group, 6), 0);
	twonets_settle(f->tn);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), 6);
	assert_int_equal(f->tn->end[1].dev->stats.tx_packets, before);
	test_sock_close(&sender);
}

static void test_a_socket_bound_to_a_group_sends_from_its_device(void **state)
{
	struct fixture *f = *state;
	struct test_sock s;
	struct sock_addr group = addr4(GROUP, 7), to_a;
	struct sock_msg msg;

	test_sock_open(&s, f->net1, SOCK_DGRAM, 0);
	test_setopt(&s, SOL_SOCKET, SO_REUSEADDR, 1);
	assert_int_equal(sock_bind(s.sk, &group), 0);
	assert_int_equal(membership(f, &s, IP_ADD_MEMBERSHIP, GROUP), 0);
	assert_int_equal(test_send(&f->a, &f->to_group, 3), 0);
	twonets_settle(f->tn);
	assert_int_equal(test_recv(&s, f->buf, BIG, &msg), 3);
	to_a = msg.addr;
	assert_int_equal(test_send(&s, &to_a, 4), 0);
	twonets_run(f->tn, 10);
	assert_int_equal(test_recv(&f->a, f->buf, BIG, &msg), 4);
	assert_int_equal(msg.addr.addr.v4, ip4(ADDR_1).v4);
	test_sock_close(&s);
}

/* IGMP ---------------------------------------------------------------------------------------- */

static void test_joins_and_leaves_are_told_twice(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP), 0);
	assert_said(f, 5000, "TO_EX 232.1.1.1 {}\nTO_EX 232.1.1.1 {}\n");
	assert_int_equal(membership(f, &f->c, IP_ADD_MEMBERSHIP, GROUP), 0);
	assert_int_equal(membership(f, &f->b, IP_DROP_MEMBERSHIP, GROUP), 0);
	assert_said(f, 5000, ""); /* the sum is as it was */
	assert_int_equal(membership(f, &f->c, IP_DROP_MEMBERSHIP, GROUP), 0);
	assert_said(f, 5000, "TO_IN 232.1.1.1 {}\nTO_IN 232.1.1.1 {}\n");
}

static void test_leaving_before_the_second_report_tells_the_leave(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP), 0);
	assert_said(f, 0, "TO_EX 232.1.1.1 {}\n");
	assert_int_equal(membership(f, &f->b, IP_DROP_MEMBERSHIP, GROUP), 0);
	assert_said(f, 5000, "TO_IN 232.1.1.1 {}\nTO_IN 232.1.1.1 {}\n");
}

static void test_source_changes_are_told(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(source(&f->b, IP_ADD_SOURCE_MEMBERSHIP, GROUP, SOURCE1), 0);
	assert_said(f, 5000, "ALLOW 232.1.1.1 {10.0.0.1}\nALLOW 232.1.1.1 {10.0.0.1}\n");
	assert_int_equal(source(&f->b, IP_ADD_SOURCE_MEMBERSHIP, GROUP, SOURCE2), 0);
	assert_said(f, 5000, "ALLOW 232.1.1.1 {10.0.0.3}\nALLOW 232.1.1.1 {10.0.0.3}\n");
	assert_int_equal(source(&f->b, IP_DROP_SOURCE_MEMBERSHIP, GROUP, SOURCE1), 0);
	assert_said(f, 5000, "BLOCK 232.1.1.1 {10.0.0.1}\nBLOCK 232.1.1.1 {10.0.0.1}\n");

	/*
	 * Another socket wants all of it but one source, which the first does want: so none is
	 * excluded.
	 */
	assert_int_equal(membership(f, &f->c, IP_ADD_MEMBERSHIP, GROUP), 0);
	assert_said(f, 5000, "TO_EX 232.1.1.1 {}\nTO_EX 232.1.1.1 {}\n");
	assert_int_equal(source(&f->c, IP_BLOCK_SOURCE, GROUP, SOURCE2), 0);
	assert_said(f, 5000, "");
	assert_int_equal(source(&f->c, IP_BLOCK_SOURCE, GROUP, SOURCE1), 0);
	assert_said(f, 5000, "BLOCK 232.1.1.1 {10.0.0.1}\nBLOCK 232.1.1.1 {10.0.0.1}\n");
	assert_int_equal(source(&f->b, IP_DROP_SOURCE_MEMBERSHIP, GROUP, SOURCE2), 0);
	assert_said(f, 5000, "BLOCK 232.1.1.1 {10.0.0.3}\nBLOCK 232.1.1.1 {10.0.0.3}\n");
	assert_int_equal(source(&f->c, IP_UNBLOCK_SOURCE, GROUP, SOURCE1), 0);
	assert_said(f, 5000, "ALLOW 232.1.1.1 {10.0.0.1}\nALLOW 232.1.1.1 {10.0.0.1}\n");
	test_sock_close(&f->c);
	assert_said(f, 5000, "TO_IN 232.1.1.1 {}\nTO_IN 232.1.1.1 {}\n");
}

/* A query from stack 0's address, as a router on the link would send it. */
static void query(struct fixture *f, uint8_t code, const char *group, int nr_sources,
		  const uint8_t *more, uint32_t more_len)
{
	uint8_t frame[ETH_LEN + 24 + 12 + 100] = {
		0x01, 0,    0x5e, 0, 0, 1, 0x02, 0, 0, 0, 0,	1,    0x08, 0x00,
		0x46, 0xc0, 0,	  0, 0, 0, 0,	 0, 1, 2, 0,	0,    10,   0,
		0,    1,    224,  0, 0, 1, 148,	 4, 0, 0, 0x11, code,
	};
	uint32_t len = nr_sources < 0 ? 8 : 12 + more_len;
	uint8_t *ip = frame + ETH_LEN, *igmp = ip + 24;
	be16 sum;

	ip[3] = 24 + len;
	inet_pton(AF_INET, group, igmp + 4);
	if (nr_sources >= 0) {
		igmp[8] = 2;   /* QRV */
		igmp[9] = 125; /* QQIC */
		igmp[11] = nr_sources;
		if (more_len)
			memcpy(igmp + 12, more, more_len);
	}
	sum = ip_compute_csum(ip, 24);
	memcpy(ip + 10, &sum, 2);
	sum = ip_compute_csum(igmp, len);
	memcpy(igmp + 2, &sum, 2);
	twonets_inject(f->tn, 1, frame, ETH_LEN + 24 + len);
}

static void test_queries_are_answered_in_time(void **state)
{
	static const uint8_t asked[] = { 10, 0, 0, 1, 10, 0, 0, 9, 10, 0, 0, 3 };
	struct fixture *f = *state;

	membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP);
	source(&f->b, IP_BLOCK_SOURCE, GROUP, SOURCE2);
	source(&f->c, IP_ADD_SOURCE_MEMBERSHIP, GROUP2, SOURCE1);
	twonets_run(f->tn, 5000);
	f->trace[0] = '\0';

	query(f, 20, "0.0.0.0", 0, NULL, 0); /* general, within 2 s */
	assert_said(f, 2000, "IS_EX 232.1.1.1 {10.0.0.3}\nIS_IN 232.1.1.2 {10.0.0.1}\n");
	query(f, 10, GROUP, 0, NULL, 0);
	assert_said(f, 1000, "IS_EX 232.1.1.1 {10.0.0.3}\n");
	query(f, 10, GROUP, 3, asked, sizeof(asked)); /* which of these sources? */
	assert_said(f, 1000, "IS_IN 232.1.1.1 {10.0.0.1 10.0.0.9}\n");
	query(f, 10, GROUP2, 3, asked, sizeof(asked));
	assert_said(f, 1000, "IS_IN 232.1.1.2 {10.0.0.1}\n");
	query(f, 10, "232.9.9.9", 0, NULL, 0);
	assert_said(f, 5000, ""); /* not a member */
	query(f, 10, "224.0.0.1", 0, NULL, 0);
	assert_said(f, 5000, ""); /* never reported */
}

static void test_many_queries_are_one_answer(void **state)
{
	static const uint8_t one[] = { 10, 0, 0, 1 };
	struct fixture *f = *state;
	uint8_t source[4] = { 10, 0, 0, 0 };

	membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP);
	twonets_run(f->tn, 5000);
	f->trace[0] = '\0';
	for (int i = 0; i < 50; i++)
		query(f, 100, "0.0.0.0", 0, NULL, 0);
	assert_said(f, 11000, "IS_EX 232.1.1.1 {}\n");
	for (int i = 0; i < 200; i++) { /* more sources than are remembered: all are told */
		source[3] = i;
		query(f, 100, GROUP, 1, source, sizeof(source));
	}
	assert_said(f, 11000, "IS_EX 232.1.1.1 {}\n");
	query(f, 100, GROUP, 1, one, sizeof(one));
	assert_said(f, 11000, "IS_IN 232.1.1.1 {10.0.0.1}\n");
}

static void test_bad_messages_are_dropped(void **state)
{
	static const uint8_t one[] = { 10, 0, 0, 1 };
	struct fixture *f = *state;
	uint64_t *drops = f->tn->end[1].dev->drops;

	membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP);
	twonets_run(f->tn, 5000);
	f->trace[0] = '\0';
	query(f, 10, GROUP, 2, one, sizeof(one)); /* says two sources, has one */
	assert_int_equal(drops[DROP_IGMP_HDR], 1);
	assert_said(f, 5000, "");
}

static void test_an_older_router_is_spoken_to_in_its_version(void **state)
{
	struct fixture *f = *state;

	query(f, 10, "0.0.0.0", -1, NULL, 0); /* version 2 */
	assert_said(f, 5000, "");
	membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP);
	assert_said(f, 11000, "v2 report 232.1.1.1\nv2 report 232.1.1.1\n");
	query(f, 10, GROUP, -1, NULL, 0);
	assert_said(f, 1000, "v2 report 232.1.1.1\n");
	membership(f, &f->b, IP_DROP_MEMBERSHIP, GROUP);
	assert_said(f, 1000, "leave 232.1.1.1\n");

	query(f, 0, "0.0.0.0", -1, NULL, 0); /* version 1 */
	membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP);
	assert_said(f, 11000, "v1 report 232.1.1.1\nv1 report 232.1.1.1\n");
	membership(f, &f->b, IP_DROP_MEMBERSHIP, GROUP);
	assert_said(f, 1000, "");

	/* They are forgotten in the end. */
	assert_said(f, 400000, "");
	membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP);
	assert_said(f, 5000, "TO_EX 232.1.1.1 {}\nTO_EX 232.1.1.1 {}\n");
}

static void test_others_reports_make_ours_unnecessary(void **state)
{
	struct fixture *f = *state;
	uint8_t frame[ETH_LEN + 24 + 8] = {
		0x01, 0,  0x5e, 0x01, 1, 1, 0x02, 0, 0, 0, 0,	1, 0x08, 0x00, 0x46, 0xc0,
		0,    32, 0,	0,    0, 0, 1,	  2, 0, 0, 10,	0, 0,	 1,    232,  1,
		1,    1,  148,	4,    0, 0, 0x16, 0, 0, 0, 232, 1, 1,	 1,
	};
	be16 sum = ip_compute_csum(frame + ETH_LEN, 24);

	memcpy(frame + ETH_LEN + 10, &sum, 2);
	sum = ip_compute_csum(frame + ETH_LEN + 24, 8);
	memcpy(frame + ETH_LEN + 26, &sum, 2);
	query(f, 100, "0.0.0.0", -1, NULL, 0);
	membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP);
	assert_said(f, 15000, "v2 report 232.1.1.1\nv2 report 232.1.1.1\n");
	query(f, 100, "0.0.0.0", -1, NULL, 0);
	twonets_inject(f->tn, 1, frame, sizeof(frame));
	assert_said(f, 15000, "");
	/* And who was not the last to report need not say that it leaves (RFC 2236 3). */
	membership(f, &f->b, IP_DROP_MEMBERSHIP, GROUP);
	assert_said(f, 1000, "");
}

static void test_down_and_up_tells_anew(void **state)
{
	struct fixture *f = *state;
	struct net_device *dev = f->tn->end[1].dev;

	membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP);
	source(&f->c, IP_ADD_SOURCE_MEMBERSHIP, GROUP2, SOURCE1);
	twonets_run(f->tn, 5000);
	f->trace[0] = '\0';
	netdev_change_flags(dev, 0, IFF_UP, NULL);
	assert_true(list_empty(&dev->mc_list));
	assert_said(f, 5000, "");
	netdev_change_flags(dev, IFF_UP, IFF_UP, NULL);
	assert_said(f, 5000,
		    "TO_EX 232.1.1.1 {}\nALLOW 232.1.1.2 {10.0.0.1}\n"
		    "TO_EX 232.1.1.1 {}\nALLOW 232.1.1.2 {10.0.0.1}\n");
	assert_false(list_empty(&dev->mc_list));
}

static void test_many_groups_are_cut_into_packets(void **state)
{
	struct fixture *f = *state;
	struct test_sock s[6];
	char group[32], expected[8192] = "";
	struct fixture *big = f;
	int n = 0;

	assert_int_equal(netdev_set_mtu(f->tn->end[1].dev, 576, NULL), 0);
	for (int k = 0; k < 6; k++) {
		test_sock_open(&s[k], f->net1, SOCK_DGRAM, 0);
		for (int i = 0; i < 12; i++, n++) {
			snprintf(group, sizeof(group), "232.3.0.%d", n);
			assert_int_equal(membership(big, &s[k], IP_ADD_MEMBERSHIP, group), 0);
			snprintf(expected + strlen(expected), 64, "TO_EX %s {}\n", group);
		}
	}
	assert_said(f, 0, expected); /* 72 records of 8 bytes: each once, in two packets */
	for (int k = 0; k < 6; k++)
		test_sock_close(&s[k]);
}

/* Of the device of stack 1, where the receivers are. */
static struct ipv4_devconf *conf_of(struct fixture *f)
{
	return ipv4_conf(f->net1, netdev_by_name(f->net1, "eth0"));
}

static void test_the_version_can_be_forced(void **state)
{
	struct fixture *f = *state;

	conf_of(f)->force_igmp_version = 2;
	membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP);
	assert_said(f, 11000, "v2 report 232.1.1.1\nv2 report 232.1.1.1\n");
	query(f, 0, "0.0.0.0", -1, NULL, 0); /* version 1: version 2 gives way to it */
	assert_said(f, 11000, "v1 report 232.1.1.1\n");
	ipv4_conf(f->net1, NULL)->force_igmp_version = 1;
	membership(f, &f->b, IP_DROP_MEMBERSHIP, GROUP);
	assert_said(f, 500000, "");
	membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP);
	assert_said(f, 11000, "v1 report 232.1.1.1\nv1 report 232.1.1.1\n");
	/* 3 is what is spoken anyway. */
	ipv4_conf(f->net1, NULL)->force_igmp_version = 0;
	conf_of(f)->force_igmp_version = 3;
	membership(f, &f->b, IP_DROP_MEMBERSHIP, GROUP);
	assert_said(f, 5000, "TO_IN 232.1.1.1 {}\nTO_IN 232.1.1.1 {}\n");
}

static void test_reports_are_repeated_within_the_time_that_is_set(void **state)
{
	struct fixture *f = *state;

	conf_of(f)->igmpv3_unsolicited_report_interval = 1000000;
	membership(f, &f->b, IP_ADD_MEMBERSHIP, GROUP);
	assert_said(f, 1100, "TO_EX 232.1.1.1 {}\n");
	assert_said(f, 1000000, "TO_EX 232.1.1.1 {}\n");
	conf_of(f)->force_igmp_version = 2;
	conf_of(f)->igmpv2_unsolicited_report_interval = 20;
	membership(f, &f->c, IP_ADD_MEMBERSHIP, GROUP2);
	assert_said(f, 50, "v2 report 232.1.1.2\nv2 report 232.1.1.2\n");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_a_group_is_heard_by_those_who_joined),
		T(test_source_filters_of_a_socket),
		T(test_memberships_have_limits_and_errors),
		T(test_the_newer_calls_do_the_same),
		T(test_the_device_goes_and_memberships_with_it),
		T(test_ttl_loop_and_device_of_what_is_sent),
		T(test_a_socket_bound_to_a_group_sends_from_its_device),
		T(test_joins_and_leaves_are_told_twice),
		T(test_leaving_before_the_second_report_tells_the_leave),
		T(test_source_changes_are_told),
		T(test_queries_are_answered_in_time),
		T(test_many_queries_are_one_answer),
		T(test_bad_messages_are_dropped),
		T(test_an_older_router_is_spoken_to_in_its_version),
		T(test_others_reports_make_ours_unnecessary),
		T(test_down_and_up_tells_anew),
		T(test_many_groups_are_cut_into_packets),
		T(test_the_version_can_be_forced),
		T(test_reports_are_repeated_within_the_time_that_is_set),
	};

	return cmocka_run_group_tests_name("mcast", tests, NULL, NULL);
}
