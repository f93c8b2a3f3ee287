/* SPDX-License-Identifier: BSD-2-Clause */
/* Redirects (RFC 4861 8): which are believed, and how ours look. */
#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include "stack/ipv6/route6.h"
#include "tests/unit/ndrig.h"

#define LL     "fe80::ff:fe00:1"
#define DEST   "2001:db8:9::1"
#define BETTER "fe80::fe"

static int setup(void **state)
{
	struct ra ra = ra_new(1800);

	nd_setup_ready(state);
	nd_addr_add("2001:db8::1/64 nodad");
	rx_ra(&ra);
	return 0;
}

static void rx_redirect(const char *src, const char *target, const char *dest, const char *lladdr)
{
	struct nd_redirect r = { .icmp = { .type = ICMP6_REDIRECT },
				 .target = a6(target),
				 .dest = a6(dest) };
	uint8_t buf[64];
	uint32_t len = sizeof(r);

	memcpy(buf, &r, sizeof(r));
	if (lladdr)
		len = opt_lladdr(buf, len, ND_OPT_TARGET_LLADDR, lladdr);
	nd_rx(src, LL, NDISC_HOP_LIMIT, buf, len);
}

/* The next hop to @dest now. */
static const char *nexthop(const char *dest)
{
	static char text[64];
	struct flow fl = { .family = AF_INET6, .daddr = a6(dest) };
	struct dst_entry *dst;

	if (ip6_route_output(nd.net, &fl, &dst))
		return "none";
	snprintf(text, sizeof(text), "%s", text6(ip6_rt_nexthop(dst)));
	dst_release(dst);
	return text;
}

static void test_redirect_to_a_router(void **state)
{
	(void)state;
	assert_string_equal(nexthop(DEST), ROUTER);
	rx_redirect(ROUTER, BETTER, DEST, ND_STATION);
	assert_string_equal(nexthop(DEST), BETTER);
	assert_int_equal(nud_of(BETTER), NUD_STALE);
	assert_true(is_router(BETTER));
	assert_string_equal(nexthop("2001:db8:9::2"), ROUTER);
}

static void test_redirect_to_the_destination_itself(void **state)
{
	(void)state;
	rx_redirect(ROUTER, DEST, DEST, ND_STATION);
	assert_string_equal(nexthop(DEST), DEST);
	assert_int_equal(nud_of(DEST), NUD_STALE);
	assert_false(is_router(DEST));
}

static void test_only_the_router_in_use_is_believed(void **state)
{
	(void)state;
	rx_redirect("fe80::bad", BETTER, DEST, ND_STATION);
	assert_string_equal(nexthop(DEST), ROUTER);
	assert_int_equal(nud_of(BETTER), 0);
	assert_int_equal(dropped(DROP_NDISC_IGNORED), 1);
}

static void test_routers_and_the_unwilling_believe_none(void **state)
{
	(void)state;
	set_conf(accept_redirects, 0);
	rx_redirect(ROUTER, BETTER, DEST, ND_STATION);
	assert_string_equal(nexthop(DEST), ROUTER);
	set_conf(accept_redirects, 1);
	set_conf(accept_ra, 2);
	set_conf(forwarding, 1);
	rx_redirect(ROUTER, BETTER, DEST, ND_STATION);
	assert_int_equal(nud_of(BETTER), 0);
	assert_int_equal(dropped(DROP_NDISC_IGNORED), 2);
}

static void test_malformed_redirects_are_dropped(void **state)
{
	struct nd_redirect r = { .icmp = { .type = ICMP6_REDIRECT },
				 .target = a6(BETTER),
				 .dest = a6(DEST) };
	uint8_t buf[64];

	(void)state;
	memcpy(buf, &r, sizeof(r));
	for (uint32_t len = 8; len < sizeof(r); len++)
		nd_rx(ROUTER, LL, NDISC_HOP_LIMIT, buf, len);
	assert_int_equal(dropped(DROP_NDISC_HDR), sizeof(r) - 8);
	rx_redirect("2001:db8::ff", BETTER, DEST, NULL);	   /* from no router */
	rx_redirect(ROUTER, "2001:db8::ff", DEST, NULL);	   /* to no router */
	rx_redirect(ROUTER, BETTER, "ff0e::1", NULL);		   /* about a group */
	rx_redirect(ROUTER, BETTER, DEST, "\x01\x00\x5e\0\0\x01"); /* a group's address */
	buf[sizeof(r)] = 0;
	buf[sizeof(r) + 1] = 0;
	nd_rx(ROUTER, LL, NDISC_HOP_LIMIT, buf, sizeof(r) + 8);
	assert_int_equal(dropped(DROP_NDISC_HDR), 5);
	nd_rx(ROUTER, LL, 254, buf, sizeof(r));
	assert_int_equal(dropped(DROP_NDISC_HOPLIMIT), 1);
	assert_string_equal(nexthop(DEST), ROUTER);
}

/* A packet of @len bytes behind its header, from @src to DEST, that is being forwarded. */
static struct sk_buff *forwarded(const char *src, uint32_t len)
{
	struct sk_buff *skb = testnet_skb(nd.net, SKB_HEADROOM, len);
	struct flow fl = { .family = AF_INET6, .daddr = a6(DEST) };
	struct ipv6_hdr *ip6 = skb_push(skb, sizeof(*ip6));

	*ip6 = (struct ipv6_hdr){
		.ver_class_label = ipv6_first_word(0, 0),
		.payload_len = htons(len),
		.nexthdr = IPPROTO_UDP,
		.hop_limit = 63,
		.saddr = a6(src),
		.daddr = a6(DEST),
	};
	skb_reset_network_header(skb);
	skb->dev = nd.dev;
	assert_int_equal(ip6_route_output(nd.net, &fl, &skb->dst), 0);
	return skb;
}

static void redirect(const char *src, uint32_t len, const char *target)
{
	const union inaddr t = a6(target);
	struct sk_buff *skb = forwarded(src, len);

	ndisc_send_redirect(skb, &t);
	skb_free(skb);
}

/* So that it can be sent at once. */
static void know(const char *addr)
{
	const union inaddr key = a6(addr);
	struct neighbour *neigh = neigh_create(ipv6_neigh_table(nd.net), &key, nd.dev);

	neigh_update(neigh, (const uint8_t *)ND_STATION, NUD_PERMANENT,
		     NEIGH_UPDATE_F_ADMIN | NEIGH_UPDATE_F_OVERRIDE);
	neigh_release(neigh);
}

static void test_redirect_that_we_send(void **state)
{
	const union inaddr dest = a6(DEST);
	struct sent s;

	(void)state;
	know("2001:db8::9");
	know(ROUTER);
	redirect("2001:db8::9", 100, ROUTER);
	assert_true(nd_sent(&s));
	assert_int_equal(s.type, ICMP6_REDIRECT);
	assert_string_equal(s.src, LL);
	assert_string_equal(s.dst, "2001:db8::9");
	assert_string_equal(s.target, ROUTER);
	assert_memory_equal(s.bytes + 24, &dest, sizeof(dest));
	/* Where it is; then the packet, cut to a multiple of eight. */
	assert_int_equal(s.bytes[40], ND_OPT_TARGET_LLADDR);
	assert_memory_equal(s.bytes + 42, ND_STATION, 6);
	assert_int_equal(s.bytes[48], ND_OPT_REDIRECTED);
	assert_int_equal(s.bytes[49], (8 + 140) / 8);
	assert_int_equal(s.bytes[56], 0x60);
	assert_int_equal(s.bytes[56 + 40 + 3], 3);
	assert_int_equal(s.len, 48 + (8 + 140) / 8 * 8);
}

static void test_redirect_is_not_longer_than_the_least_mtu(void **state)
{
	struct sent s;

	(void)state;
	know("2001:db8::9");
	redirect("2001:db8::9", 1400, ROUTER); /* nothing is known of the target */
	assert_true(nd_sent(&s));
	assert_true(s.len + sizeof(struct ipv6_hdr) <= IPV6_MIN_MTU);
	assert_true(s.len + sizeof(struct ipv6_hdr) > IPV6_MIN_MTU - 8);
	assert_int_equal(s.bytes[40], ND_OPT_REDIRECTED);
}

static void test_who_is_not_redirected(void **state)
{
	(void)state;
	know("2001:db8::9");
	redirect("2001:db8:77::9", 100, ROUTER);      /* not on the link */
	redirect("2001:db8::9", 100, "2001:db8::ff"); /* not by a link-local address */
	assert_sent_nothing();
	redirect("2001:db8::9", 100, DEST); /* itself: fine */
	{
		struct sent s;

		assert_true(nd_sent(&s));
		assert_string_equal(s.target, DEST);
	}
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, nd_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_redirect_to_a_router),
		TEST(test_redirect_to_the_destination_itself),
		TEST(test_only_the_router_in_use_is_believed),
		TEST(test_routers_and_the_unwilling_believe_none),
		TEST(test_malformed_redirects_are_dropped),
		TEST(test_redirect_that_we_send),
		TEST(test_redirect_is_not_longer_than_the_least_mtu),
		TEST(test_who_is_not_redirected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
