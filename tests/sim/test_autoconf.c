/* SPDX-License-Identifier: BSD-2-Clause */
/* Hosts that configure themselves, over days: what routers give, they also take. */
#include <errno.h>
#include <string.h>

#include "stack/ipv6/addrconf_private.h"
#include "tests/sim/site.h"

#define NET_1	"2001:db8:1::"
#define NET_2	"2001:db8:2::"
#define OFFLINK PREFIX_AUTONOMOUS /* all there goes by the router */
#define UNUSED	(IFA_F_TENTATIVE | IFA_F_DADFAILED)

static const struct sim_wire bad = {
	.delay = 5 * NSEC_PER_MSEC,
	.jitter = 3 * NSEC_PER_MSEC,
	.loss = 200,
	.nd_loss = 1500,
	.dup = 500,
};

/* What routers give ------------------------------------------------------------------------------------ */

static void assert_configured(const struct site *s, unsigned i)
{
	const struct ipv6_devconf *conf = &in6_dev_get(host_dev(s, i))->conf;

	assert_int_equal(host_addrs(s, i, NET_1, 0, UNUSED | IFA_F_DEPRECATED, NULL), 1);
	assert_int_equal(host_addrs(s, i, "fe80::", 0, UNUSED, NULL), 1);
	assert_int_equal(host_routes(s, i, "::", 0, true), 1);
	assert_int_equal(host_routes(s, i, NET_1, 64, false), 0);
	assert_int_equal(conf->mtu, 1400);
	assert_int_equal(conf->hop_limit, 55);
}

/* Two hosts that are configured, and know each other by their router only. */
static void open_configured(struct site *s, uint64_t seed)
{
	site_open(s, seed, &bad, 1, NULL);
	s->router->mtu = 1400;
	s->router->hop_limit = 55;
	sim_router_prefix(s->router, NET_1, OFFLINK, 14400, 3600);
	site_run(s, HOUR);
	assert_configured(s, 0);
	assert_configured(s, 1);
	assert_true(s->router->solicited > 0);
}

static void test_hosts_configure_themselves(void **state)
{
	struct site s;

	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		open_configured(&s, seed);
		talk_once(&s, host_text(&s, 1, NET_1, 0, UNUSED));
		assert_true(s.router->forwarded > 100);
		site_close(&s);
	}
}

/* Nothing can be said where there is no route. */
static void assert_unreachable(struct site *s, const char *to)
{
	struct sock_addr a = test_addr(to, 80);
	static const struct sock_ops ops;
	struct sock *sk;

	assert_int_equal(sock_create(sim_host(s->sim, 0)->net, AF_INET6, SOCK_STREAM, 0, &ops, NULL,
				     &sk),
			 0);
	assert_int_equal(sock_connect(sk, &a), -ENETUNREACH);
	sock_close(sk, false);
}

static void test_silent_router_is_forgotten_step_by_step(void **state)
{
	struct site s;
	char to[INET6_ADDRSTRLEN];

	(void)state;
	open_configured(&s, 1);
	strcpy(to, host_text(&s, 1, NET_1, 0, UNUSED));
	sim_routers_run(&s.routers, sec_to_ktime(1)); /* its last word */
	s.router->silent = true;
	sim_run(s.sim, sec_to_ktime(1790));
	assert_configured(&s, 0);
	sim_run(s.sim, sec_to_ktime(15));
	assert_int_equal(host_routes(&s, 0, "::", 0, true), 0);
	assert_unreachable(&s, to);
	sim_run(s.sim, sec_to_ktime(1785));
	assert_int_equal(host_addrs(&s, 0, NET_1, 0, UNUSED | IFA_F_DEPRECATED, NULL), 1);
	sim_run(s.sim, sec_to_ktime(15));
	assert_int_equal(host_addrs(&s, 0, NET_1, IFA_F_DEPRECATED, 0, NULL), 1);
	sim_run(s.sim, sec_to_ktime(10785));
	assert_int_equal(host_addrs(&s, 0, NET_1, IFA_F_DEPRECATED, 0, NULL), 1);
	sim_run(s.sim, sec_to_ktime(15));
	assert_int_equal(host_addrs(&s, 0, NET_1, 0, 0, NULL), 0);
	assert_int_equal(host_addrs(&s, 0, "fe80::", 0, UNUSED, NULL), 1);
	/* It comes back: all is as before. */
	s.router->silent = false;
	site_run(&s, HOUR);
	assert_configured(&s, 0);
	talk_once(&s, host_text(&s, 1, NET_1, 0, UNUSED));
	site_close(&s);
}

/* RFC 4862 5.5.3 e): who forges an advertisement deprecates at once, but ends nothing within two hours. */
static void test_two_hour_rule(void **state)
{
	struct site s;
	struct talk t;

	(void)state;
	open_configured(&s, 1);
	talk_open(&s, &t, NULL, host_text(&s, 1, NET_1, 0, UNUSED));
	sim_router_prefix(s.router, NET_1, OFFLINK, 10, 0);
	for (int i = 0; i < 20; i++) {
		sim_router_advertise(s.router);
		sim_run(s.sim, 5 * MINUTE);
		assert_int_equal(host_addrs(&s, 0, NET_1, IFA_F_DEPRECATED, 0, NULL), 1);
		assert_true(talk_on(&s, &t));
	}
	sim_run(s.sim, 10 * MINUTE);
	assert_int_equal(host_addrs(&s, 0, NET_1, 0, 0, NULL), 1);
	sim_run(s.sim, 12 * MINUTE);
	assert_int_equal(host_addrs(&s, 0, NET_1, 0, 0, NULL), 0);
	talk_close(&s, &t);
	site_close(&s);
}

/* Renumbering ------------------------------------------------------------------------------------------ */

static bool within(const union inaddr *a, const char *prefix)
{
	const union inaddr p = test_inaddr(prefix);

	return in6_prefix_equal(a, &p, 64);
}

static void test_renumbering(void **state)
{
	union inaddr source;
	struct site s;
	struct talk old, new;

	(void)state;
	open_configured(&s, 2);
	talk_open(&s, &old, NULL, host_text(&s, 1, NET_1, 0, UNUSED));
	assert_true(within(&old.source, NET_1));
	sim_router_prefix(s.router, NET_1, OFFLINK, 14400, 0);
	sim_router_prefix(s.router, NET_2, OFFLINK, 86400, 43200);
	site_run(&s, 10 * MINUTE);
	assert_int_equal(host_addrs(&s, 0, NET_1, IFA_F_DEPRECATED, 0, NULL), 1);
	assert_int_equal(host_addrs(&s, 0, NET_2, 0, UNUSED | IFA_F_DEPRECATED, NULL), 1);
	talk_open(&s, &new, NULL, host_text(&s, 1, NET_2, 0, UNUSED));
	assert_true(within(&new.source, NET_2));
	/* Even to an address of the old net: ours of it is deprecated (RFC 6724 5, rule 3) */
	source = talk_once(&s, host_text(&s, 1, NET_1, 0, UNUSED));
	assert_true(within(&source, NET_2));
	for (int i = 0; i < 10; i++) {
		site_run(&s, 20 * MINUTE);
		assert_true(talk_on(&s, &old));
		assert_true(talk_on(&s, &new));
	}
	/* The old net is said no more. */
	s.router->prefixes[0] = s.router->prefixes[1];
	s.router->nr_prefixes = 1;
	site_run(&s, 5 * HOUR);
	assert_int_equal(host_addrs(&s, 0, NET_1, 0, 0, NULL), 0);
	assert_true(talk_on(&s, &new));
	talk_close(&s, &old);
	talk_close(&s, &new);
	site_close(&s);
}

/* Temporary addresses ---------------------------------------------------------------------------------- */

#define REGEN_ADVANCE 5 /* s: regen_min_advance, and what three conflicts would take */
#define PREFERRED     (12 * 3600)
#define VALID	      (2 * 86400)
#define TEMPS_MAX     (VALID / (PREFERRED - 600 - REGEN_ADVANCE) + 2)

static void use_temporary(struct ipv6_devconf *dflt)
{
	dflt->use_tempaddr = 2;
	dflt->temp_prefered_lft = PREFERRED;
	dflt->temp_valid_lft = VALID;
}

/* After each event: one is preferred, and for a moment its successor, too. */
static void check_temps(struct net *net)
{
	const union inaddr prefix = test_inaddr(NET_1);
	struct net_device *dev;
	const struct ifaddr *ifa;
	unsigned all = 0, preferred = 0, leaving = 0;

	sim_tcp_check(net);
	netdev_for_each(net, dev) {
		list_for_each_entry(ifa, &in6_dev_get(dev)->addrs, list) {
			if (!(ifa->flags & IFA_F_TEMPORARY) ||
			    !in6_prefix_equal(&ifa->local, &prefix, 64))
				continue;
			all++;
			if (ifa->flags & (IFA_F_DEPRECATED | UNUSED))
				continue;
			preferred++;
			leaving += addrconf_lifetime_left(ifa, ifa->preferred_lft) <= REGEN_ADVANCE;
		}
	}
	assert_in_range(all, 1, TEMPS_MAX);
	assert_in_range(preferred, 1, 2);
	if (preferred == 2)
		assert_int_equal(leaving, 1);
}

static void open_temporary(struct site *s, uint64_t seed)
{
	site_open(s, seed, &bad, 1, use_temporary);
	sim_router_prefix(s->router, NET_1, OFFLINK, 30 * 86400, 7 * 86400);
	site_run(s, 5 * MINUTE);
	sim_check_each(s->sim, check_temps);
}

static unsigned deprecated_temps(const struct site *s)
{
	return host_addrs(s, 0, NET_1, IFA_F_TEMPORARY | IFA_F_DEPRECATED, 0, NULL);
}

/* One speaks from a temporary address, and to the one that does not change. */
static union inaddr assert_speaks_from_temporary(struct site *s)
{
	char temp[INET6_ADDRSTRLEN];
	const struct ifaddr *ifa;
	union inaddr source, now;

	sim_run(s->sim, sec_to_ktime(2 * REGEN_ADVANCE));
	source = talk_once(s, host_text(s, 1, NET_1, 0, UNUSED | IFA_F_TEMPORARY));
	strcpy(temp, host_text(s, 0, NET_1, IFA_F_TEMPORARY, UNUSED | IFA_F_DEPRECATED));
	now = test_inaddr(temp);
	ifa = addrconf_find(sim_host(s->sim, 0)->net, &source, NULL);
	assert_non_null(ifa);
	assert_true(ifa->flags & IFA_F_TEMPORARY);
	assert_true(inaddr_equal(&source, &now) || ifa->flags & IFA_F_DEPRECATED);
	return source;
}

static uint64_t rotate(uint64_t seed, unsigned days)
{
	union inaddr last = { 0 }, source;
	unsigned changes = 0;
	uint64_t trace;
	struct site s;

	open_temporary(&s, seed);
	for (unsigned hour = 0; hour < days * 24; hour += 4) {
		site_run(&s, 4 * HOUR);
		source = assert_speaks_from_temporary(&s);
		changes += !inaddr_equal(&source, &last);
		last = source;
		assert_in_range(deprecated_temps(&s), 0, TEMPS_MAX - 1);
		if (hour > 72)
			assert_in_range(deprecated_temps(&s), 2, TEMPS_MAX - 1);
	}
	assert_in_range(changes, 2 * days, 2 * days + 2);
	assert_int_equal(host_addrs(&s, 0, NET_1, 0, IFA_F_TEMPORARY | IFA_F_DEPRECATED, NULL), 1);
	trace = sim_trace(s.sim);
	site_close(&s);
	return trace;
}

static void test_temporary_addresses_rotate(void **state)
{
	uint64_t trace = rotate(1, 10);

	(void)state;
	assert_true(trace == rotate(1, 10));
	assert_true(trace != rotate(2, 10));
}

/* A connection from a temporary address lives on until that is invalid, and no longer. */
static void test_connection_outlives_preference(void **state)
{
	struct site s;
	struct talk t;
	char temp[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN];
	unsigned hours = 0;

	(void)state;
	open_temporary(&s, 3);
	strcpy(to, host_text(&s, 1, NET_1, 0, UNUSED | IFA_F_TEMPORARY));
	strcpy(temp, host_text(&s, 0, NET_1, IFA_F_TEMPORARY, UNUSED));
	talk_open(&s, &t, temp, to);
	while (talk_on(&s, &t)) {
		site_run(&s, HOUR);
		hours++;
		assert_in_range(hours, 0, 49);
	}
	assert_in_range(hours, 47, 48);
	assert_null(addrconf_find(sim_host(s.sim, 0)->net, &t.source, NULL));
	talk_close(&s, &t);
	site_close(&s);
}

/* A net that is deprecated for longer than a temporary address is preferred, and then is in use again */
static void test_temporary_address_comes_back_with_its_net(void **state)
{
	struct site s;

	(void)state;
	open_temporary(&s, 4);
	sim_check_each(s.sim, sim_tcp_check);
	sim_router_prefix(s.router, NET_1, OFFLINK, 30 * 86400, 0);
	site_run(&s, 20 * HOUR);
	assert_int_equal(host_addrs(&s, 0, NET_1, 0, IFA_F_DEPRECATED, NULL), 0);
	sim_router_prefix(s.router, NET_1, OFFLINK, 30 * 86400, 7 * 86400);
	site_run(&s, 5 * MINUTE);
	sim_check_each(s.sim, check_temps);
	site_run(&s, 5 * DAY);
	assert_speaks_from_temporary(&s);
	site_close(&s);
}

/* Where no temporary address is worth making there is none; that is no reason to make none elsewhere. */
static void test_deprecated_net_does_not_end_temporary_addresses(void **state)
{
	struct site s;

	(void)state;
	site_open(&s, 5, &bad, 1, use_temporary);
	sim_router_prefix(s.router, NET_2, OFFLINK, 30 * 86400, 0);
	site_run(&s, HOUR);
	sim_router_prefix(s.router, NET_2, OFFLINK, 30 * 86400, REGEN_ADVANCE);
	site_run(&s, HOUR);
	assert_int_equal(host_addrs(&s, 0, NULL, IFA_F_TEMPORARY, 0, NULL), 0);
	sim_router_prefix(s.router, NET_1, OFFLINK, 30 * 86400, 7 * 86400);
	site_run(&s, 5 * MINUTE);
	sim_check_each(s.sim, check_temps);
	site_run(&s, DAY);
	site_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts_configure_themselves),
		cmocka_unit_test(test_silent_router_is_forgotten_step_by_step),
		cmocka_unit_test(test_two_hour_rule),
		cmocka_unit_test(test_renumbering),
		cmocka_unit_test(test_temporary_addresses_rotate),
		cmocka_unit_test(test_connection_outlives_preference),
		cmocka_unit_test(test_temporary_address_comes_back_with_its_net),
		cmocka_unit_test(test_deprecated_net_does_not_end_temporary_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
