/* SPDX-License-Identifier: BSD-2-Clause */
/* Raw sockets: copies of what comes in, and packets with or without a header of one's own. */
#include "tests/unit/twonets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "stack/ipv4/ip.h"
#include "stack/lib/checksum.h"

#define BIG	    65536
#define PROTO	    200
#define SOL_RAW	    255
#define ICMP_FILTER 1

#define IP_LEN 20

struct fixture {
	struct twonets *tn;
	struct net *net0, *net1;
	struct test_sock a, b; /* of protocol PROTO on stack 0 and 1 */
	struct sock_addr to_1;
	uint8_t buf[BIG];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->tn = twonets_create();
	f->net0 = f->tn->end[0].net;
	f->net1 = f->tn->end[1].net;
	f->to_1 = addr4(ADDR_1, 0);
	test_sock_open(&f->a, f->net0, SOCK_RAW, PROTO);
	test_sock_open(&f->b, f->net1, SOCK_RAW, PROTO);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	test_sock_close(&f->a);
	if (f->b.sk)
		test_sock_close(&f->b);
	twonets_destroy(f->tn);
	free(f);
	return 0;
}

static const struct ipv4_hdr *header(const struct fixture *f)
{
	return (const struct ipv4_hdr *)f->buf;
}

static void test_packets_arrive_with_their_header(void **state)
{
	static const uint32_t sizes[] = { 0, 1, 100, 1480, 1481, 65515 };
	struct fixture *f = *state;
	struct sock_msg msg;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		assert_int_equal(test_send(&f->a, &f->to_1, sizes[i]), 0);
		twonets_run(f->tn, 1000);
		assert_int_equal(test_recv(&f->b, f->buf, BIG, &msg), IP_LEN + sizes[i]);
		assert_int_equal(header(f)->ver_ihl, 0x45);
		assert_int_equal(header(f)->protocol, PROTO);
		assert_int_equal(header(f)->saddr, ip4(ADDR_0).v4);
		for (uint32_t k = 0; k < sizes[i]; k++)
			assert_int_equal(f->buf[IP_LEN + k], k & 0xff);
		assert_int_equal(msg.addr.addr.v4, ip4(ADDR_0).v4);
		assert_int_equal(msg.addr.port, 0);
	}
	assert_int_equal(test_send(&f->a, &f->to_1, 65516), -EMSGSIZE);
	assert_int_equal(f->net1->mib[MIB_IcmpOutDestUnreachs], 0);
}

static void test_each_socket_of_the_protocol_gets_a_copy(void **state)
{
	struct fixture *f = *state;
	struct test_sock second, other, elsewhere;
	struct sock_addr not_me = addr4("127.0.0.1", 0);

	test_sock_open(&second, f->net1, SOCK_RAW, PROTO);
	test_sock_open(&other, f->net1, SOCK_RAW, PROTO + 1);
	test_sock_open(&elsewhere, f->net1, SOCK_RAW, PROTO);
	assert_int_equal(sock_bind(elsewhere.sk, &not_me), 0);
	assert_int_equal(test_send(&f->a, &f->to_1, 10), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), IP_LEN + 10);
	assert_int_equal(test_recv(&second, f->buf, BIG, NULL), IP_LEN + 10);
	assert_int_equal(test_recv(&other, f->buf, BIG, NULL), -1);
	assert_int_equal(test_recv(&elsewhere, f->buf, BIG, NULL), -1);
	test_sock_close(&second);
	test_sock_close(&other);
	test_sock_close(&elsewhere);
}

static void test_a_transport_gets_its_packets_all_the_same(void **state)
{
	struct fixture *f = *state;
	struct test_sock raw, udp, sender;
	struct sock_addr to = addr4(ADDR_1, 7);

	test_sock_open(&raw, f->net1, SOCK_RAW, IPPROTO_UDP);
	test_sock_bound(&udp, f->net1, NULL, 7);
	test_sock_open(&sender, f->net0, SOCK_DGRAM, 0);
	assert_int_equal(test_send(&sender, &to, 3000), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&udp, f->buf, BIG, NULL), 3000);
	assert_int_equal(test_recv(&raw, f->buf, BIG, NULL), IP_LEN + 8 + 3000);
	test_sock_close(&raw);
	test_sock_close(&udp);
	test_sock_close(&sender);
}

static void test_connected_sockets_hear_their_peer_only(void **state)
{
	struct fixture *f = *state;
	struct sock_addr other = addr4("10.0.0.3", 0), name;

	assert_int_equal(test_send(&f->b, NULL, 1), -EDESTADDRREQ);
	assert_int_equal(sock_connect(f->b.sk, &other), 0);
	assert_int_equal(test_send(&f->a, &f->to_1, 10), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), -1);
	other = addr4(ADDR_0, 0);
	assert_int_equal(sock_connect(f->b.sk, &other), 0);
	assert_int_equal(test_send(&f->a, &f->to_1, 10), 0);
	assert_int_equal(test_send(&f->b, NULL, 20), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), IP_LEN + 10);
	assert_int_equal(test_recv(&f->a, f->buf, BIG, NULL), IP_LEN + 20);
	assert_int_equal(sock_getname(f->b.sk, false, &name), 0);
	assert_int_equal(ntohs(name.port), PROTO);
}

static void test_a_header_of_ones_own(void **state)
{
	struct fixture *f = *state;
	struct ipv4_hdr hdr = { .ver_ihl = 0x45,
				.tos = 0x20,
				.ttl = 77,
				.protocol = PROTO,
				.check = 0x1234,
				.daddr = ip4(ADDR_1).v4 };
	uint8_t packet[IP_LEN + 10] = { 0 };

	assert_int_equal(test_setopt(&f->a, SOL_IP, IP_HDRINCL, 1), 0);
	memcpy(packet, &hdr, IP_LEN);
	assert_int_equal(test_send_bytes(&f->a, &f->to_1, packet, sizeof(packet)), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), sizeof(packet));
	assert_int_equal(header(f)->ttl, 77);
	assert_int_equal(header(f)->tos, 0x20);
	assert_int_equal(header(f)->saddr, ip4(ADDR_0).v4); /* filled in, as are these: */
	assert_int_equal(ntohs(header(f)->tot_len), sizeof(packet));
	assert_int_equal(ip_compute_csum(f->buf, IP_LEN), 0);

	hdr.saddr = ip4("192.0.2.9").v4; /* whoever's */
	hdr.id = htons(4711);
	memcpy(packet, &hdr, IP_LEN);
	assert_int_equal(test_send_bytes(&f->a, &f->to_1, packet, sizeof(packet)), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), sizeof(packet));
	assert_int_equal(header(f)->saddr, hdr.saddr);
	assert_int_equal(ntohs(header(f)->id), 4711);

	assert_int_equal(test_send_bytes(&f->a, &f->to_1, packet, IP_LEN - 1), -EINVAL);
	packet[0] = 0x4f;
	assert_int_equal(test_send_bytes(&f->a, &f->to_1, packet, sizeof(packet)), -EINVAL);
	memset(f->buf, 0, 1501);
	memcpy(f->buf, &hdr, IP_LEN);
	assert_int_equal(test_send_bytes(&f->a, &f->to_1, f->buf, 1501), -EMSGSIZE);
	assert_int_equal(f->a.sk->wmem, 0);
}

static void test_protocol_raw_brings_its_header(void **state)
{
	struct fixture *f = *state;
	struct test_sock raw;
	struct ipv4_hdr hdr = {
		.ver_ihl = 0x45, .ttl = 9, .protocol = PROTO, .daddr = ip4(ADDR_1).v4
	};

	test_sock_open(&raw, f->net0, SOCK_RAW, IPPROTO_RAW);
	assert_int_equal(test_getopt(&raw, SOL_IP, IP_HDRINCL), 1);
	assert_int_equal(test_send_bytes(&raw, &f->to_1, &hdr, sizeof(hdr)), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&f->b, f->buf, BIG, NULL), IP_LEN);
	assert_int_equal(header(f)->ttl, 9);
	test_sock_close(&raw);
}

static void test_icmp_filter(void **state)
{
	struct fixture *f = *state;
	struct test_sock icmp;
	uint8_t echo[8] = { 8, 0, 0xf7, 0xff };
	uint32_t filter = ~(1u << 0), got = 0, len = sizeof(got);

	test_sock_open(&icmp, f->net0, SOCK_RAW, IPPROTO_ICMP);
	assert_int_equal(sock_setsockopt(f->a.sk, SOL_RAW, ICMP_FILTER, &filter, 4), -EOPNOTSUPP);
	assert_int_equal(test_send_bytes(&icmp, &f->to_1, echo, 8), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&icmp, f->buf, BIG, NULL), IP_LEN + 8);

	assert_int_equal(sock_setsockopt(icmp.sk, SOL_RAW, ICMP_FILTER, &filter, 4), 0);
	assert_int_equal(sock_getsockopt(icmp.sk, SOL_RAW, ICMP_FILTER, &got, &len), 0);
	assert_int_equal(got, filter);
	assert_int_equal(test_send_bytes(&icmp, &f->to_1, echo, 8), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&icmp, f->buf, BIG, NULL),
			 IP_LEN + 8); /* the reply is let through … */
	filter = 1u << 0;
	assert_int_equal(sock_setsockopt(icmp.sk, SOL_RAW, ICMP_FILTER, &filter, 4), 0);
	assert_int_equal(test_send_bytes(&icmp, &f->to_1, echo, 8), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(test_recv(&icmp, f->buf, BIG, NULL), -1); /* … or is not */
	test_sock_close(&icmp);
}

static void test_errors_are_told(void **state)
{
	struct fixture *f = *state;
	struct sock_extended_err_info info;
	struct sock_msg msg;
	struct sk_buff *skb;

	test_sock_close(&f->b); /* protocol unreachable */
	assert_int_equal(test_send(&f->a, &f->to_1, 10), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(f->a.errors, 0); /* not connected: it could not tell what it is about */
	assert_int_equal(sock_connect(f->a.sk, &f->to_1), 0);
	assert_int_equal(test_send(&f->a, NULL, 10), 0);
	twonets_run(f->tn, 100);
	assert_int_equal(sock_error(f->a.sk), ENOPROTOOPT);
	assert_int_equal(test_setopt(&f->a, SOL_IP, IP_RECVERR, 1), 0);
	assert_int_equal(test_send(&f->a, NULL, 10), 0);
	twonets_run(f->tn, 100);
	skb = sock_recv_error(f->a.sk, &msg, &info);
	assert_non_null(skb);
	assert_int_equal(info.code, 2);
	assert_int_equal(skb->len, 10);
	skb_free(skb);
	sock_error(f->a.sk);
}

static void test_a_slow_reader_loses_packets_and_no_memory(void **state)
{
	struct fixture *f = *state;

	test_setopt(&f->b, SOL_SOCKET, SO_RCVBUF, 4000);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(test_send(&f->a, &f->to_1, 1000), 0);
		twonets_run(f->tn, 10);
	}
	assert_true(f->b.sk->drops > 30);
	while (test_recv(&f->b, f->buf, BIG, NULL) >= 0)
		;
	assert_int_equal(f->b.sk->rmem, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_packets_arrive_with_their_header),
		T(test_each_socket_of_the_protocol_gets_a_copy),
		T(test_a_transport_gets_its_packets_all_the_same),
		T(test_connected_sockets_hear_their_peer_only),
		T(test_a_header_of_ones_own),
		T(test_protocol_raw_brings_its_header),
		T(test_icmp_filter),
		T(test_errors_are_told),
		T(test_a_slow_reader_loses_packets_and_no_memory),
	};

	return cmocka_run_group_tests_name("raw", tests, NULL, NULL);
}
