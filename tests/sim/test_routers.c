/* SPDX-License-Identifier: BSD-2-Clause */
/* Others on the link: several routers, who has the same address, and who means ill. */
#include <linux/icmpv6.h>
#include <string.h>

#include "stack/ipv6/addrconf_private.h"
#include "stack/ipv6/ndisc.h"
#include "stack/ipv6/ndisc_opts.h"
#include "tests/sim/sim_alloc.h"
#include "tests/sim/site.h"

#define NET_1	"2001:db8:1::"
#define OFFLINK PREFIX_AUTONOMOUS
#define ONLINK	(PREFIX_AUTONOMOUS | PREFIX_ONLINK)
#define UNUSED	(IFA_F_TENTATIVE | IFA_F_DADFAILED)

static const struct sim_wire good = { .delay = 5 * NSEC_PER_MSEC };
static const struct sim_wire lossy = {
	.delay = 5 * NSEC_PER_MSEC,
	.jitter = 5 * NSEC_PER_MSEC,
	.dup = 3000,
	.nd_loss = 2500,
};

/* Two routers ------------------------------------------------------------------------------------------ */

static void open_two(struct site *s, uint8_t first_pref)
{
	site_open(s, 1, &good, 2, NULL);
	for (unsigned i = 0; i < 2; i++)
		sim_router_prefix(&s->routers.r[i], NET_1, OFFLINK, 86400, 43200);
	s->router->pref = first_pref;
	site_run(s, 10 * MINUTE);
	assert_int_equal(host_routes(s, 0, "::", 0, true), 2);
}

/* What each router carries while host 0 talks to host 1 */
static void carried(struct site *s, unsigned *first, unsigned *second)
{
	unsigned before[2] = { s->routers.r[0].forwarded, s->routers.r[1].forwarded };

	talk_once(s, host_text(s, 1, NET_1, 0, UNUSED));
	*first = s->routers.r[0].forwarded - before[0];
	*second = s->routers.r[1].forwarded - before[1];
}

/* RFC 4191 3.2 */
static void test_preferred_router_is_used(void **state)
{
	unsigned first, second;
	struct site s;

	(void)state;
	open_two(&s, ICMPV6_ROUTER_PREF_HIGH);
	carried(&s, &first, &second);
	assert_true(first > 50 && !second);
	s.router->pref = ICMPV6_ROUTER_PREF_LOW;
	site_run(&s, MINUTE);
	carried(&s, &first, &second);
	assert_true(!first && second > 50);
	site_close(&s);
}

/* RFC 4861 7.3.1: nobody is told that it is gone, but it answers no more. */
static void test_dead_router_is_replaced(void **state)
{
	unsigned first, second;
	struct site s;
	struct talk t;

	(void)state;
	open_two(&s, ICMPV6_ROUTER_PREF_HIGH);
	talk_open(&s, &t, NULL, host_text(&s, 1, NET_1, 0, UNUSED));
	assert_true(talk_on(&s, &t));
	s.router->silent = true;
	assert_true(talk_on(&s, &t));
	assert_true(s.routers.r[1].forwarded > 50);
	carried(&s, &first, &second);
	assert_true(!first && second > 50);
	/* Its routes are there still: it has not said that it goes. */
	assert_int_equal(host_routes(&s, 0, "::", 0, true), 2);
	/* It is back, and the better one again. */
	s.router->silent = false;
	site_run(&s, 10 * MINUTE);
	carried(&s, &first, &second);
	assert_true(first > 50);
	assert_true(talk_on(&s, &t));
	talk_close(&s, &t);
	site_close(&s);
}

static void test_router_withdraws(void **state)
{
	unsigned first, second;
	struct site s;
	struct talk t;

	(void)state;
	open_two(&s, ICMPV6_ROUTER_PREF_HIGH);
	talk_open(&s, &t, NULL, host_text(&s, 1, NET_1, 0, UNUSED));
	s.router->lifetime = 0;
	sim_router_advertise(s.router);
	sim_run(s.sim, sec_to_ktime(1));
	assert_int_equal(host_routes(&s, 0, "::", 0, true), 1);
	assert_true(talk_on(&s, &t));
	carried(&s, &first, &second);
	assert_true(!first && second > 50);
	s.routers.r[1].lifetime = 0;
	sim_router_advertise(&s.routers.r[1]);
	sim_run(s.sim, sec_to_ktime(1));
	assert_int_equal(host_routes(&s, 0, "::", 0, true), 0);
	s.router->lifetime = 1800;
	site_run(&s, MINUTE);
	assert_true(talk_on(&s, &t));
	talk_close(&s, &t);
	site_close(&s);
}

static void test_redirect_to_better_first_hop(void **state)
{
	unsigned first, second;
	struct site s;
	struct talk t;

	(void)state;
	open_two(&s, ICMPV6_ROUTER_PREF_HIGH);
	s.router->better = &s.routers.r[1];
	carried(&s, &first, &second);
	assert_true(first && first < 20 && second > 50);
	carried(&s, &first, &second);
	assert_true(!first && second > 50);
	/* The better one dies: what was said of it is forgotten. */
	talk_open(&s, &t, NULL, host_text(&s, 1, NET_1, 0, UNUSED));
	s.router->better = NULL;
	s.routers.r[1].silent = true;
	assert_true(talk_on(&s, &t));
	carried(&s, &first, &second);
	assert_true(first > 50 && !second);
	talk_close(&s, &t);
	site_close(&s);
}

/* Nobody has noticed yet that it is dead: the first to try does, and goes another way. */
static void test_redirect_to_dead_first_hop(void **state)
{
	unsigned first, second;
	struct site s;

	(void)state;
	open_two(&s, ICMPV6_ROUTER_PREF_HIGH);
	s.router->better = &s.routers.r[1];
	carried(&s, &first, &second);
	assert_true(second > 50);
	s.router->better = NULL;
	s.routers.r[1].silent = true;
	carried(&s, &first, &second);
	assert_true(first > 50 && !second);
	site_close(&s);
}

/* Duplicates ------------------------------------------------------------------------------------------- */

#define SAME "2001:db8:1::5"

static void set_tokens(struct site *s)
{
	const union inaddr token = test_inaddr("::5");

	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(addrconf_set_token(host_dev(s, i), &token, NULL), 0);
}

static void three_probes(struct ipv6_devconf *dflt)
{
	dflt->dad_transmits = 3;
}

static void three_optimistic_probes(struct ipv6_devconf *dflt)
{
	dflt->dad_transmits = 3;
	dflt->optimistic_dad = 1;
}

/* How many of two hosts that make the same address keep it */
static unsigned keepers(uint64_t seed, const struct sim_wire *wire,
			void (*setup)(struct ipv6_devconf *conf))
{
	struct site s;
	unsigned kept;

	site_open(&s, seed, wire, 1, setup);
	s.routers.loopback = true;
	set_tokens(&s);
	sim_router_prefix(s.router, NET_1, ONLINK, 86400, 43200);
	s.router->silent = true;
	sim_run(s.sim, 5 * MINUTE); /* link-local addresses are settled */
	s.router->silent = false;
	sim_router_advertise(s.router);
	s.router->silent = true;
	sim_run(s.sim, MINUTE);
	kept = host_addrs(&s, 0, NET_1, 0, UNUSED, NULL) +
	       host_addrs(&s, 1, NET_1, 0, UNUSED, NULL);
	assert_int_equal(host_addrs(&s, 0, "fe80::", 0, UNUSED, NULL), 1);
	assert_int_equal(host_addrs(&s, 1, "fe80::", 0, UNUSED, NULL), 1);
	site_close(&s);
	return kept;
}

static void count_keepers(const struct sim_wire *wire, void (*setup)(struct ipv6_devconf *conf),
			  unsigned by_count[3])
{
	memset(by_count, 0, 3 * sizeof(*by_count));
	for (uint64_t seed = 1; seed <= 200; seed++)
		by_count[keepers(seed, wire, setup)]++;
}

/* At the same time: the first to probe has it, or neither. Never both. */
static void test_same_address_at_the_same_time(void **state)
{
	const struct sim_wire dup = { .delay = ms_to_ktime(5),
				      .jitter = ms_to_ktime(5),
				      .dup = 5000 };
	unsigned n[3];

	(void)state;
	count_keepers(&good, three_probes, n);
	assert_int_equal(n[2], 0);
	assert_true(n[1] > 150);
	count_keepers(&dup, three_probes, n);
	assert_int_equal(n[2], 0);
	assert_true(n[1] > 150);
}

static void test_same_address_where_probes_are_lost(void **state)
{
	unsigned n[3];

	(void)state;
	count_keepers(&lossy, three_probes, n);
	assert_int_equal(n[2], 0);
	assert_true(n[1] > 80);
}

static void test_same_optimistic_address(void **state)
{
	unsigned n[3];

	(void)state;
	count_keepers(&good, three_optimistic_probes, n);
	assert_int_equal(n[2], 0);
	count_keepers(&lossy, three_optimistic_probes, n);
	assert_int_equal(n[2], 0);
}

/* RFC 7527: without a nonce own probes that come back are taken for another's. */
static void no_nonce(struct ipv6_devconf *dflt)
{
	dflt->enhanced_dad = 0;
}

static unsigned usable_linklocals(void (*setup)(struct ipv6_devconf *conf))
{
	struct site s;
	unsigned n;

	site_open(&s, 1, &good, 0, setup);
	s.routers.loopback = true;
	sim_run(s.sim, MINUTE);
	n = host_addrs(&s, 0, "fe80::", 0, UNUSED, NULL) +
	    host_addrs(&s, 1, "fe80::", 0, UNUSED, NULL);
	site_close(&s);
	return n;
}

static void test_own_probes_do_not_count(void **state)
{
	(void)state;
	assert_int_equal(usable_linklocals(NULL), 2);
	assert_int_equal(usable_linklocals(no_nonce), 0);
}

static void optimistic(struct ipv6_devconf *dflt)
{
	dflt->optimistic_dad = 1;
}

/* RFC 4429 3.1: it is in use before it is known to be unique. */
static void test_optimistic_address_speaks_at_once(void **state)
{
	struct site s;
	struct talk t;

	(void)state;
	site_open(&s, 1, &good, 1, optimistic);
	s.router->silent = true;
	sim_run(s.sim, MINUTE);
	s.router->silent = false;
	sim_router_prefix(s.router, NET_1, OFFLINK, 86400, 43200);
	sim_router_advertise(s.router);
	sim_run(s.sim, ms_to_ktime(100));
	assert_int_equal(host_addrs(&s, 0, NET_1, IFA_F_OPTIMISTIC, 0, NULL), 1);
	talk_open(&s, &t, NULL, host_text(&s, 1, NET_1, 0, 0));
	assert_int_equal(host_addrs(&s, 0, NET_1, IFA_F_OPTIMISTIC, 0, NULL), 1);
	assert_true(talk_on(&s, &t));
	sim_run(s.sim, MINUTE);
	assert_int_equal(host_addrs(&s, 0, NET_1, 0, UNUSED | IFA_F_OPTIMISTIC, NULL), 1);
	assert_true(talk_on(&s, &t));
	talk_close(&s, &t);
	site_close(&s);
}

/* A hostile neighbour ---------------------------------------------------------------------------------- */

#define FLOOD_RATE 20 /* advertisements a second */

struct villain {
	uint64_t random;
	uint8_t mac[ETH_ALEN];
};

static uint32_t draw(struct villain *v, uint32_t below)
{
	return test_below(&v->random, below);
}

static void add_random_prefix(struct villain *v, struct sim_icmp6 *m)
{
	uint8_t opt[32] = { ND_OPT_PREFIX, 4, draw(v, 4) ? 64 : 16 + draw(v, 113),
			    draw(v, 4) << 6 };
	const be32 lifetimes[] = { htonl(1 + draw(v, 100000)), htonl(draw(v, 100000)) };

	memcpy(opt + 4, lifetimes, sizeof(lifetimes));
	test_fill(&v->random, opt + 16, 16);
	opt[16] = 0x30; /* of no one else */
	sim_icmp6_add(m, opt, sizeof(opt));
}

/* A route, addresses of resolvers, what nobody knows */
static void add_random_option(struct villain *v, struct sim_icmp6 *m)
{
	static const uint8_t types[] = { ND_OPT_ROUTE, ND_OPT_RDNSS, ND_OPT_DNSSL, ND_OPT_PREF64,
					 ND_OPT_MTU,   ND_OPT_NONCE, 200 };
	const be32 lifetime = htonl(draw(v, 100000)); /* … or an MTU */
	uint8_t opt[24];

	test_fill(&v->random, opt, sizeof(opt));
	opt[0] = types[draw(v, ARRAY_SIZE(types))];
	opt[1] = 1 + draw(v, 3);
	if (opt[0] == ND_OPT_ROUTE)
		opt[2] = draw(v, 129);
	memcpy(opt + 4, &lifetime, sizeof(lifetime));
	sim_icmp6_add(m, opt, opt[1] * ND_OPT_UNIT);
}

static void flood(struct site *s, struct villain *v)
{
	struct nd_ra ra = { .type = ICMP6_ROUTER_ADVERT };
	union inaddr from = { .b = { 0xfe, 0x80 } };
	struct sim_port *to = &sim_host(s->sim, 0)->ports[0];
	uint8_t lladdr[ND_OPT_UNIT] = { ND_OPT_SOURCE_LLADDR, 1 };
	struct sim_icmp6 m;

	test_fill(&v->random, &from.q[1], sizeof(from.q[1]));
	test_fill(&v->random, v->mac, sizeof(v->mac));
	v->mac[0] = 0x02;
	ra.hop_limit = draw(v, 256);
	ra.flags = draw(v, 256);
	ra.lifetime = htons(draw(v, 65536));
	ra.reachable = htonl(draw(v, 100000));
	ra.retrans = htonl(draw(v, 10000));
	sim_icmp6_begin(&m, v->mac, &from, &IN6_ALL_NODES, &ra, sizeof(ra));
	memcpy(lladdr + 2, v->mac, ETH_ALEN);
	sim_icmp6_add(&m, lladdr, sizeof(lladdr));
	for (unsigned i = draw(v, 8); i; i--)
		add_random_prefix(v, &m);
	for (unsigned i = draw(v, 8); i; i--)
		add_random_option(v, &m);
	sim_icmp6_send(&m, to, (const uint8_t *)"\x33\x33\0\0\0\1");
}

static void listen_to_all(struct ipv6_devconf *dflt)
{
	dflt->accept_ra_rt_info_max_plen = 128;
	dflt->use_tempaddr = 2;
}

static unsigned count_routes(const struct site *s)
{
	struct net *net = sim_host(s->sim, 0)->net;
	struct route_cursor cur = { .done = false };
	struct route_config routes[16];
	unsigned n = 0;

	while (!cur.done)
		n += inet_config_find(net, AF_INET6)->route_walk(net, &cur, routes, 16);
	return n;
}

/*
 * By what the kernel has: max_addresses, each but the link-local one with a temporary one or its successor;
 * gc_thresh3; and routes, of which it has no end. @full: and they are as many.
 */
static void assert_bounded(const struct site *s, bool full)
{
	const struct neigh_table *tbl = ndisc_table(sim_host(s->sim, 0)->net);

	assert_in_range(host_addrs(s, 0, NULL, 0, 0, NULL), full ? 16 : 1, 32);
	assert_in_range(host_addrs(s, 0, NULL, 0, IFA_F_TEMPORARY, NULL), 1, 16);
	assert_in_range(count_routes(s), full ? 256 : 1, 400);
	assert_in_range(tbl->entries, full ? tbl->gc_thresh1 : 1, tbl->gc_thresh3);
}

static void test_flood_of_advertisements(void **state)
{
	struct villain v = { .random = 7 };
	char to[INET6_ADDRSTRLEN];
	int64_t early = 0;
	struct site s;
	struct talk t;

	(void)state;
	site_open(&s, 1, &good, 1, listen_to_all);
	sim_router_prefix(s.router, NET_1, ONLINK, 86400, 43200);
	site_run(&s, 10 * MINUTE);
	strcpy(to, host_text(&s, 1, NET_1, 0, UNUSED | IFA_F_TEMPORARY));
	talk_open(&s, &t, NULL, to);
	for (unsigned i = 0; i < 3600 * FLOOD_RATE; i++) {
		flood(&s, &v);
		sim_run(s.sim, NSEC_PER_SEC / FLOOD_RATE);
		if (i == 600 * FLOOD_RATE)
			early = sim_allocs();
		if (i % (60 * FLOOD_RATE))
			continue;
		assert_bounded(&s, i);
		assert_true(talk_on(&s, &t));
		talk_once(&s, to);
	}
	assert_true(sim_allocs() < early + early / 4);
	/* A day later all of it is over. */
	site_run(&s, 2 * DAY);
	assert_int_equal(host_routes(&s, 0, "::", 0, true), 1);
	assert_int_equal(host_addrs(&s, 0, NET_1, 0, UNUSED | IFA_F_TEMPORARY, NULL), 1);
	assert_in_range(count_routes(&s), 1, 30);
	assert_true(talk_on(&s, &t));
	talk_close(&s, &t);
	site_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_preferred_router_is_used),
		cmocka_unit_test(test_dead_router_is_replaced),
		cmocka_unit_test(test_router_withdraws),
		cmocka_unit_test(test_redirect_to_better_first_hop),
		cmocka_unit_test(test_redirect_to_dead_first_hop),
		cmocka_unit_test(test_same_address_at_the_same_time),
		cmocka_unit_test(test_same_address_where_probes_are_lost),
		cmocka_unit_test(test_same_optimistic_address),
		cmocka_unit_test(test_own_probes_do_not_count),
		cmocka_unit_test(test_optimistic_address_speaks_at_once),
		cmocka_unit_test(test_flood_of_advertisements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
