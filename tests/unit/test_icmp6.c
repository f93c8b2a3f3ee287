/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMPv6: echo, what errors are sent and about what, and what received ones mean to sockets. */
#include "stack/ipv6/icmp6.h"

#include <errno.h>
#include <string.h>
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ip6_exthdr.h"
#include "stack/ipv6/route6.h"
#include "stack/link/ethernet.h"
#include "tests/unit/ip6net.h"

#define US   "2001:db8::1"
#define THEM "2001:db8::7"

static int setup(void **state)
{
	int err = ip6net_setup_host(state);

	nd_learn(dev_of(*state, "d0"), "fe80::7");
	return err;
}

static void rx(struct net *net, struct sk_buff *skb)
{
	rx_ip6(dev_of(net, "d0"), skb);
}

/* Echo ----------------------------------------------------------------------------------------- */

static const uint8_t body[64] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static void rx_echo(struct net *net, const char *src, const char *dst, uint32_t len)
{
	rx(net, icmp6_packet(net, src, dst, ICMP6_ECHO_REQUEST, 0, 0x12340001, body, len));
}

/* A reply from @src to @dst goes out, and no more. */
static void assert_reply(struct net *net, const char *src, const char *dst, uint32_t len)
{
	struct sk_buff *skb = tx_ip6(dev_of(net, "d0"));
	const struct icmp6_hdr *icmp;
	union inaddr a;

	assert_non_null(skb);
	a = ipv6_saddr(skb);
	assert_string_equal(ip6_text(&a), src);
	a = ipv6_daddr(skb);
	assert_string_equal(ip6_text(&a), dst);
	icmp = (const struct icmp6_hdr *)(skb->data + 40);
	assert_int_equal(skb->len, 48 + len);
	assert_int_equal(icmp->type, ICMP6_ECHO_REPLY);
	assert_int_equal(ntohl(icmp->info), 0x12340001);
	assert_memory_equal(icmp + 1, body, len);
	skb_free(skb);
	assert_silent6(dev_of(net, "d0"));
}

static void test_echo(void **state)
{
	struct net *net = *state;

	for (uint32_t len = 0; len <= sizeof(body); len++) {
		rx_echo(net, THEM, US, len);
		assert_reply(net, US, THEM, len);
	}
	assert_int_equal(net->mib[MIB_Icmp6InEchos], sizeof(body) + 1);
	assert_int_equal(net->mib[MIB_Icmp6OutEchoReplies], sizeof(body) + 1);
	rx_echo(net, "fe80::7", "fe80::ff:fe00:0", 8);
	assert_reply(net, "fe80::ff:fe00:0", "fe80::7", 8);
}

static void test_a_long_echo_is_cut_and_put_together(void **state)
{
	struct net *net = *state;
	uint8_t big[5000] = { 7 };
	struct sk_buff *skb;
	unsigned n = 0;

	rx(net, icmp6_packet(net, THEM, US, ICMP6_ECHO_REQUEST, 0, 1, big, sizeof(big)));
	while ((skb = tx_ip6(dev_of(net, "d0")))) {
		assert_int_equal(ipv6_hdr(skb)->nexthdr, IPPROTO_FRAGMENT);
		skb_free(skb);
		n++;
	}
	assert_int_equal(n, 4);
}

static void test_echo_to_a_group_is_answered_from_our_own_address(void **state)
{
	struct net *net = *state;

	rx_echo(net, THEM, "ff02::1", 8);
	assert_reply(net, US, THEM, 8);
	rx_echo(net, "fe80::7", "ff02::1", 8);
	assert_reply(net, "fe80::ff:fe00:0", "fe80::7", 8);
}

static void test_echo_to_anycast(void **state)
{
	struct net *net = *state;

	forwarding6(net);
	tx_clear(dev_of(net, "d0"));
	rx_echo(net, THEM, "2001:db8::", 8);
	assert_reply(net, US, THEM, 8);
	net->ipv6->sysctl.anycast_src_echo_reply = true;
	rx_echo(net, THEM, "2001:db8::", 8);
	assert_reply(net, "2001:db8::", THEM, 8);
	net->ipv6->sysctl.icmp_echo_ignore_anycast = true;
	rx_echo(net, THEM, "2001:db8::", 8);
	assert_silent6(dev_of(net, "d0"));
	rx_echo(net, THEM, US, 8);
	assert_reply(net, US, THEM, 8);
}

static void test_echo_can_be_switched_off(void **state)
{
	struct net *net = *state;

	net->ipv6->sysctl.icmp_echo_ignore_multicast = true;
	rx_echo(net, THEM, "ff02::1", 8);
	assert_silent6(dev_of(net, "d0"));
	rx_echo(net, THEM, US, 8);
	assert_reply(net, US, THEM, 8);
	net->ipv6->sysctl.icmp_echo_ignore_all = true;
	rx_echo(net, THEM, US, 8);
	assert_silent6(dev_of(net, "d0"));
}

static void test_nobody_to_answer_to(void **state)
{
	struct net *net = *state;

	rx_echo(net, "::", US, 8);
	rx_echo(net, "::", "ff02::1", 8);
	assert_silent6(dev_of(net, "d0"));
}

static void test_bad_messages(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;

	for (unsigned i = 0; i < 8; i++) {
		rx(net, bytes6(net, THEM, US, IPPROTO_ICMPV6, "\200\0\0\0\0\0\0", i));
		assert_silent6(dev_of(net, "d0"));
	}
	assert_int_equal(net->mib[MIB_Icmp6InErrors], 8);
	for (unsigned i = 40; i < 56; i++) {
		skb = icmp6_packet(net, THEM, US, ICMP6_ECHO_REQUEST, 0, 1, body, 8);
		skb->data[i] ^= 0x10;
		rx(net, skb);
		assert_silent6(dev_of(net, "d0"));
	}
	assert_int_equal(net->mib[MIB_Icmp6InCsumErrors], 16);
	rx(net, icmp6_packet(net, THEM, US, 250, 0, 1, body, 8)); /* unknown information */
	assert_silent6(dev_of(net, "d0"));
	assert_int_equal(net->mib[MIB_Icmp6InErrors], 25);
}

/* Errors sent ---------------------------------------------------------------------------------- */

/* What an unknown protocol is answered by. */
static void provoke(struct net *net, const char *src, const char *dst)
{
	net->now += NSEC_PER_SEC;
	rx(net, bytes6(net, src, dst, 200, "hello", 5));
}

static void test_an_error_quotes_as_much_as_fits(void **state)
{
	static const uint32_t lens[] = { 0, 5, 1192, 1193, 1460 };
	struct net *net = *state;
	struct sk_buff *skb;

	net->ipv6->sysctl.icmp_ratelimit = 0;
	for (unsigned i = 0; i < ARRAY_SIZE(lens); i++) {
		uint8_t bytes[1460] = { 0 };

		memset(bytes, 0x5a, sizeof(bytes));
		rx(net, bytes6(net, THEM, US, 200, bytes, lens[i]));
		skb = tx_ip6(dev_of(net, "d0"));
		assert_non_null(skb);
		assert_int_equal(skb->len, 48 + min(40 + lens[i], 1232u));
		assert_int_equal(skb->data[48] >> 4, 6);
		for (uint32_t k = 88; k < skb->len; k++)
			assert_int_equal(skb->data[k], 0x5a);
		skb_free(skb);
	}
	assert_int_equal(net->mib[MIB_Icmp6OutParmProblems], ARRAY_SIZE(lens));
}

static void test_a_later_header_is_pointed_at_and_the_quote_is_whole(void **state)
{
	static const uint8_t bytes[] = { 200, 0, 1, 4, 0, 0, 0, 0, 'x' };
	struct net *net = *state;
	struct sk_buff *skb;

	rx(net, bytes6(net, THEM, US, IPPROTO_DSTOPTS, bytes, sizeof(bytes)));
	skb = tx_ip6(dev_of(net, "d0"));
	assert_non_null(skb);
	assert_int_equal(skb->len, 48 + 40 + sizeof(bytes));
	assert_memory_equal(skb->data + 88, bytes, sizeof(bytes));
	skb_free(skb);
}

/* RFC 4443 2.4 (e) */
static void test_no_error_is_sent_about(void **state)
{
	static const uint8_t group[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 1 };
	static const uint8_t fragment[] = { 58, 0, 1, 0, 0, 0, 0, 1 };
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");
	struct sk_buff *skb;

	forwarding6(net);
	tx_clear(dev);
	net->ipv6->sysctl.icmp_ratelimit = 0;
	provoke(net, THEM, "ff02::1");
	assert_silent6(dev);
	provoke(net, "::", US);
	assert_silent6(dev);
	provoke(net, "2001:db8::", US); /* an anycast source: the router's */
	assert_silent6(dev);
	assert_int_equal(net->mib[MIB_Icmp6OutMsgs], 0);
	net->ipv6->sysctl.icmp_error_anycast_as_unicast =
		true; /* we are the router: so it is told to us */
	provoke(net, "2001:db8::", US);
	assert_int_equal(net->mib[MIB_Icmp6OutMsgs], 1);
	net->ipv6->sysctl.icmp_error_anycast_as_unicast = false;
	tx_clear(dev);
	rx_frame(dev, group, ETH_P_IPV6, bytes6(net, THEM, US, 200, "hello", 5));
	assert_silent6(dev);
	/* About ICMPv6 errors and redirects, and what might be one. */
	for (unsigned type = 0; type < 256; type++) {
		const struct icmp6_hdr hdr = { .type = type };

		skb = bytes6(net, THEM, "2001:db8:9::1", IPPROTO_ICMPV6, &hdr, sizeof(hdr));
		net->now += NSEC_PER_SEC;
		rx(net, skb); /* there is no route */
		if (type < 128 || type == ICMP6_REDIRECT)
			assert_silent6(dev);
		else
			assert_icmp6(dev, ICMP6_DEST_UNREACH, ICMP6_NOROUTE, 0);
	}
	net->now += NSEC_PER_SEC;
	rx(net, bytes6(net, THEM, "2001:db8:9::1", IPPROTO_FRAGMENT, fragment, sizeof(fragment)));
	assert_silent6(dev);
	rx(net, bytes6(net, THEM, "2001:db8:9::1", IPPROTO_ICMPV6, "", 0));
	assert_silent6(dev);
	provoke(net, THEM, US);
	assert_icmp6(dev, ICMP6_PARAM_PROB, ICMP6_UNK_NEXTHDR, 6);
}

static void test_exceptions_for_groups(void **state)
{
	struct net *net = *state;
	struct net_device *dev = dev_of(net, "d0");
	struct sk_buff *skb = udp6_packet(net, THEM, "ff02::1", 100);

	skb->dev = dev;
	skb->pkt_type = PACKET_MULTICAST;
	icmp6_send(net, skb, ICMP6_TIME_EXCEEDED, 0, 0);
	icmp6_send(net, skb, ICMP6_PARAM_PROB, ICMP6_UNK_NEXTHDR, 6);
	icmp6_send(net, skb, ICMP6_PARAM_PROB, ICMP6_UNK_OPTION, 4000);
	assert_silent6(dev);
	icmp6_send(net, skb, ICMP6_PACKET_TOO_BIG, 0, 1280);
	assert_icmp6(dev, ICMP6_PACKET_TOO_BIG, 0, 1280);
	skb->data[42] = 0xc3;
	icmp6_send(net, skb, ICMP6_PARAM_PROB, ICMP6_UNK_OPTION, 42);
	assert_silent6(dev);
	skb->data[42] = 0x83;
	icmp6_send(net, skb, ICMP6_PARAM_PROB, ICMP6_UNK_OPTION, 42);
	assert_icmp6(dev, ICMP6_PARAM_PROB, ICMP6_UNK_OPTION, 42);
	skb_free(skb);
}

static void test_errors_to_one_destination_are_limited(void **state)
{
	struct net *net = *state;
	unsigned sent = 0;
	struct sk_buff *skb;

	for (unsigned i = 0; i < 20; i++)
		rx(net, bytes6(net, THEM, US, 200, "hello", 5));
	while ((skb = tx_ip6(dev_of(net, "d0")))) {
		skb_free(skb);
		sent++;
	}
	assert_int_equal(sent, 6);
	assert_int_equal(net->mib[MIB_Icmp6OutRateLimited], 14);
	for (unsigned i = 0; i < 20; i++) {
		net->now += NSEC_PER_SEC / 20; /* half of the time for one */
		rx(net, bytes6(net, THEM, US, 200, "hello", 5));
	}
	while ((skb = tx_ip6(dev_of(net, "d0")))) {
		skb_free(skb);
		sent++;
	}
	assert_int_equal(sent, 16);
}

static void test_the_mask_says_what_is_limited(void **state)
{
	struct net *net = *state;
	struct sk_buff *skb;
	unsigned sent = 0;

	net->ipv6->sysctl.icmp_ratemask[0] &= ~(1u << ICMP6_PARAM_PROB);
	net->ipv6->sysctl.icmp_ratemask[4] |= 1u << (ICMP6_ECHO_REPLY - 128);
	for (unsigned i = 0; i < 20; i++)
		rx(net, bytes6(net, THEM, US, 200, "hello", 5));
	while ((skb = tx_ip6(dev_of(net, "d0")))) {
		skb_free(skb);
		sent++;
	}
	assert_int_equal(sent, 20);
	for (unsigned i = 0; i < 20; i++)
		rx_echo(net, THEM, US, 8);
	while ((skb = tx_ip6(dev_of(net, "d0")))) {
		skb_free(skb);
		sent++;
	}
	assert_int_equal(sent, 26);
}

/* Errors received ------------------------------------------------------------------------------ */

static struct icmp_err heard;
static unsigned heard_by_protocol, heard_by_raw, heard_by_ping;
static uint8_t heard_payload[8];

static void protocol_err(struct net *net, const struct icmp_err *e)
{
	(void)net;
	heard = *e;
	heard_by_protocol++;
	memcpy(heard_payload, e->payload, sizeof(heard_payload));
}

static void raw_err(struct net *net, const struct icmp_err *e)
{
	(void)net;
	(void)e;
	heard_by_raw++;
}

static int ping_rcv(struct net *net, struct sk_buff *skb)
{
	(void)net;
	heard_by_ping++;
	skb_free(skb);
	return 0;
}

static void ping_err(struct net *net, const struct icmp_err *e)
{
	(void)net;
	heard = *e;
	heard_by_ping++;
}

static const struct inet_protocol listener = { .proto = IPPROTO_TCP, .err = protocol_err };
static const struct icmp6_ping ping = { .rcv = ping_rcv, .err = ping_err };

static void listen_errors(struct net *net)
{
	heard = (struct icmp_err){ .error = -1 };
	heard_by_protocol = heard_by_raw = heard_by_ping = 0;
	inet_protocol_register(net, &listener);
	icmp6_raw_register(net, raw_err);
	icmp6_ping_register(net, &ping);
}

static const uint8_t segment[] = { 0x12, 0x34, 0, 80, 1, 2, 3, 4, 5, 6 };

/* An error about a packet from @src to THEM, of @len bytes behind its header. */
static void rx_error(struct net *net, const char *src, uint8_t nexthdr, const uint8_t *bytes,
		     uint32_t len, uint8_t type, uint8_t code, uint32_t info)
{
	struct sk_buff *quoted = bytes6(net, src, THEM, nexthdr, bytes, len);

	rx(net, icmp6_packet(net, "2001:db8::99", US, type, code, info, quoted->data, quoted->len));
	skb_free(quoted);
}

static void test_what_errors_mean(void **state)
{
	static const struct {
		uint8_t type, code;
		uint32_t info;
		int error;
		bool fatal;
	} cases[] = {
		{ ICMP6_DEST_UNREACH, ICMP6_NOROUTE, 0, ENETUNREACH, false },
		{ ICMP6_DEST_UNREACH, ICMP6_ADM_PROHIBITED, 0, EACCES, true },
		{ ICMP6_DEST_UNREACH, ICMP6_NOT_NEIGHBOUR, 0, EHOSTUNREACH, false },
		{ ICMP6_DEST_UNREACH, ICMP6_ADDR_UNREACH, 0, EHOSTUNREACH, false },
		{ ICMP6_DEST_UNREACH, ICMP6_PORT_UNREACH, 0, ECONNREFUSED, true },
		{ ICMP6_DEST_UNREACH, ICMP6_POLICY_FAIL, 0, EACCES, true },
		{ ICMP6_DEST_UNREACH, ICMP6_REJECT_ROUTE, 0, EACCES, true },
		{ ICMP6_DEST_UNREACH, 99, 0, EPROTO, true },
		{ ICMP6_PACKET_TOO_BIG, 0, 1400, EMSGSIZE, false },
		{ ICMP6_PACKET_TOO_BIG, 0, 1280, EMSGSIZE, false },
		{ ICMP6_TIME_EXCEEDED, ICMP6_EXC_HOPLIMIT, 0, EHOSTUNREACH, false },
		{ ICMP6_PARAM_PROB, ICMP6_UNK_NEXTHDR, 6, EPROTO, true },
		{ 100, 1, 2, EPROTO, false },
	};
	struct net *net = *state;

	for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
		listen_errors(net);
		rx_error(net, US, IPPROTO_TCP, segment, sizeof(segment), cases[i].type,
			 cases[i].code, cases[i].info);
		assert_int_equal(heard_by_protocol, 1);
		assert_int_equal(heard_by_raw, 1);
		assert_int_equal(heard.error, cases[i].error);
		assert_int_equal(heard.fatal, cases[i].fatal);
		assert_int_equal(heard.type, cases[i].type);
		assert_int_equal(heard.code, cases[i].code);
		assert_int_equal(heard.mtu, cases[i].error == EMSGSIZE ? cases[i].info : 0);
		assert_int_equal(heard.fl.family, AF_INET6);
		assert_int_equal(heard.fl.proto, IPPROTO_TCP);
		assert_string_equal(ip6_text(&heard.fl.saddr), US);
		assert_string_equal(ip6_text(&heard.fl.daddr), THEM);
		assert_string_equal(ip6_text(&heard.offender), "2001:db8::99");
		assert_int_equal(heard.fl.iif, dev_of(net, "d0")->ifindex);
		assert_int_equal(heard.fl.sport, htons(0x1234));
		assert_int_equal(heard.fl.dport, htons(80));
		assert_int_equal(heard.seq, 0x01020304);
		assert_int_equal(heard.payload_len, sizeof(segment));
		assert_memory_equal(heard_payload, segment, sizeof(heard_payload));
	}
	assert_silent6(dev_of(net, "d0"));
}

static void test_headers_of_the_quoted_packet_are_skipped(void **state)
{
	uint8_t bytes[8 + 8 + 8 + sizeof(segment)] = { 60, 0, 1, 4, 0, 0, 0, 0, 44, 0,
						       1,  4, 0, 0, 0, 0, 6, 0, 0,  1 };
	struct net *net = *state;

	memcpy(bytes + 24, segment, sizeof(segment));
	listen_errors(net);
	rx_error(net, US, IPPROTO_HOPOPTS, bytes, sizeof(bytes), ICMP6_TIME_EXCEEDED, 0, 0);
	assert_int_equal(heard_by_protocol, 1);
	assert_int_equal(heard.fl.proto, IPPROTO_TCP);
	assert_int_equal(heard.seq, 0x01020304);
	bytes[18] = 1; /* a fragment that is not the first */
	rx_error(net, US, IPPROTO_HOPOPTS, bytes, sizeof(bytes), ICMP6_TIME_EXCEEDED, 0, 0);
	assert_int_equal(heard_by_protocol, 1);
}

static void test_errors_that_say_nothing(void **state)
{
	struct net *net = *state;

	listen_errors(net);
	for (uint32_t len = 0; len < 8; len++)
		rx_error(net, US, IPPROTO_TCP, segment, len, ICMP6_DEST_UNREACH, 4, 0);
	rx_error(net, "2001:db8::55", IPPROTO_TCP, segment, 8, ICMP6_DEST_UNREACH, 4,
		 0);								   /* not of ours */
	rx_error(net, US, IPPROTO_TCP, segment, 8, ICMP6_PACKET_TOO_BIG, 0, 1279); /* RFC 8201 4 */
	rx_error(net, US, IPPROTO_TCP, segment, 8, ICMP6_PACKET_TOO_BIG, 0, 0);
	rx(net, icmp6_packet(net, THEM, US, ICMP6_DEST_UNREACH, 0, 0, body, 39));
	rx(net, icmp6_packet(net, THEM, US, ICMP6_DEST_UNREACH, 0, 0, body, 64)); /* version 0 */
	assert_int_equal(heard_by_protocol + heard_by_raw, 0);
	assert_silent6(dev_of(net, "d0"));
}

static void test_a_ping_socket_hears_of_its_errors(void **state)
{
	static const uint8_t echo[] = { ICMP6_ECHO_REQUEST, 0, 0, 0, 0xab, 0xcd, 0, 1 };
	static const uint8_t reply[] = { ICMP6_ECHO_REPLY, 0, 0, 0, 0xab, 0xcd, 0, 1 };
	struct net *net = *state;
	struct flow fl = { .family = AF_INET6, .daddr = ip6_addr(THEM) };
	struct dst_entry *dst;

	listen_errors(net);
	rx_error(net, US, IPPROTO_ICMPV6, echo, sizeof(echo), ICMP6_DEST_UNREACH, 0, 0);
	assert_int_equal(heard_by_ping, 1);
	assert_int_equal(heard.fl.sport, htons(0xabcd));
	rx_error(net, US, IPPROTO_ICMPV6, reply, sizeof(reply), ICMP6_DEST_UNREACH, 0, 0);
	assert_int_equal(heard_by_ping, 1);
	rx(net, icmp6_packet(net, THEM, US, ICMP6_ECHO_REPLY, 0, 0xabcd0001, body, 8));
	assert_int_equal(heard_by_ping, 2);
	rx_error(net, US, IPPROTO_ICMPV6, echo, sizeof(echo), ICMP6_PACKET_TOO_BIG, 0, 1333);
	assert_int_equal(heard_by_ping, 3);
	assert_int_equal(ip6_route_output(net, &fl, &dst), 0);
	assert_int_equal(dst_mtu(dst), 1333);
	dst_release(dst);
}

static void test_icmpv6_is_unknown_to_ipv4(void **state)
{
	struct net *net = *state;

	assert_null(inet_protocol_over(net, AF_INET, IPPROTO_ICMPV6));
	assert_non_null(inet_protocol_over(net, AF_INET6, IPPROTO_ICMPV6));
	assert_non_null(inet_protocol_over(net, AF_INET, PROTO6_TEST));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, ip6net_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_echo),
		TEST(test_a_long_echo_is_cut_and_put_together),
		TEST(test_echo_to_a_group_is_answered_from_our_own_address),
		TEST(test_echo_to_anycast),
		TEST(test_echo_can_be_switched_off),
		TEST(test_nobody_to_answer_to),
		TEST(test_bad_messages),
		TEST(test_an_error_quotes_as_much_as_fits),
		TEST(test_a_later_header_is_pointed_at_and_the_quote_is_whole),
		TEST(test_no_error_is_sent_about),
		TEST(test_exceptions_for_groups),
		TEST(test_errors_to_one_destination_are_limited),
		TEST(test_the_mask_says_what_is_limited),
		TEST(test_what_errors_mean),
		TEST(test_headers_of_the_quoted_packet_are_skipped),
		TEST(test_errors_that_say_nothing),
		TEST(test_a_ping_socket_hears_of_its_errors),
		TEST(test_icmpv6_is_unknown_to_ipv4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
