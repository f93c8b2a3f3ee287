/* SPDX-License-Identifier: BSD-2-Clause */
/* Two hosts that configure themselves: see site.h. */
#include "tests/sim/site.h"

#include <string.h>

#define FIRST_PORT     8000
#define SOME_BYTES     40000
#define PATIENCE       (5 * MINUTE)
#define ROUTES_AT_ONCE 16

void site_open(struct site *s, uint64_t seed, const struct sim_wire *wire, unsigned routers,
	       void (*setup)(struct ipv6_devconf *conf))
{
	*s = (struct site){ .sim = sim_create(seed, 2), .port = FIRST_PORT };
	sim_check_each(s->sim, sim_tcp_check);
	for (unsigned i = 0; i < 2 && setup; i++) {
		setup(addrconf_conf(sim_host(s->sim, i)->net, NULL));
		setup(addrconf_conf_default(sim_host(s->sim, i)->net));
	}
	sim_wire(s->sim, 0, NULL, 1, NULL, wire);
	sim_routers_init(&s->routers, s->sim, routers);
	s->router = &s->routers.r[0];
}

static bool site_idle(void *arg)
{
	struct site *s = arg;

	return sim_tcp_idle(sim_host(s->sim, 0)->net) && sim_tcp_idle(sim_host(s->sim, 1)->net);
}

void site_close(struct site *s)
{
	assert_true(sim_run_until(s->sim, site_idle, s, HOUR));
	sim_destroy(s->sim);
}

void site_run(struct site *s, ktime_t duration)
{
	sim_routers_run(&s->routers, duration);
}

/* Hosts ------------------------------------------------------------------------------------------------ */

struct net_device *host_dev(const struct site *s, unsigned i)
{
	return sim_host(s->sim, i)->ports[0].dev;
}

struct addr_search {
	const union inaddr *prefix;
	uint32_t want, ban;
	unsigned found;
	const struct ifaddr *last;
};

static int addr_fits(const struct ifaddr *ifa, void *arg)
{
	struct addr_search *q = arg;

	if (q->prefix && !in6_prefix_equal(&ifa->local, q->prefix, 64))
		return 0;
	if ((ifa->flags & q->want) != q->want || ifa->flags & q->ban)
		return 0;
	q->found++;
	q->last = ifa;
	return 0;
}

unsigned host_addrs(const struct site *s, unsigned i, const char *prefix, uint32_t want,
		    uint32_t ban, const struct ifaddr **ret)
{
	const union inaddr addr = test_inaddr(prefix ? prefix : "::");
	struct addr_search q = { .prefix = prefix ? &addr : NULL, .want = want, .ban = ban };

	addrconf_addr_walk(host_dev(s, i), addr_fits, &q);
	if (ret)
		*ret = q.last;
	return q.found;
}

unsigned host_routes(const struct site *s, unsigned i, const char *dst, uint8_t plen,
		     bool by_gateway)
{
	struct net *net = sim_host(s->sim, i)->net;
	const struct inet_config_ops *ops = inet_config_find(net, AF_INET6);
	const union inaddr addr = test_inaddr(dst);
	struct route_cursor cur = { .table = RT_TABLE_MAIN };
	struct route_config routes[ROUTES_AT_ONCE];
	unsigned found = 0;

	while (!cur.done) {
		unsigned n = ops->route_walk(net, &cur, routes, ROUTES_AT_ONCE);

		for (unsigned j = 0; j < n; j++)
			found += routes[j].dst_len == plen && inaddr_equal(&routes[j].dst, &addr) &&
				 (routes[j].nh[0].gw_family != 0) == by_gateway;
	}
	return found;
}

const char *host_text(const struct site *s, unsigned i, const char *prefix, uint32_t want,
		      uint32_t ban)
{
	static char text[INET6_ADDRSTRLEN];
	const struct ifaddr *ifa;

	assert_int_equal(host_addrs(s, i, prefix, want, ban, &ifa), 1);
	assert_non_null(inet_ntop(AF_INET6, &ifa->local, text, sizeof(text)));
	return text;
}

/* Conversations ---------------------------------------------------------------------------------------- */

static bool talk_connected(void *arg)
{
	const struct talk *t = arg;

	return (t->client.connected && t->server.connected) || t->client.err;
}

void talk_open(struct site *s, struct talk *t, const char *from, const char *to)
{
	struct sock_addr name;

	sim_stream_init(&t->client, 1, 2, 0);
	sim_stream_init(&t->server, 2, 1, 0);
	t->client.fin = t->server.fin = false;
	sim_listen(&t->listener, sim_host(s->sim, 1)->net, ++s->port, 1, &t->server, 1);
	if (from)
		sim_stream_bind(&t->client, sim_host(s->sim, 0)->net, from);
	sim_stream_connect(&t->client, sim_host(s->sim, 0)->net, to, s->port, 0);
	assert_true(sim_run_until(s->sim, talk_connected, t, PATIENCE));
	assert_int_equal(t->client.err, 0);
	assert_int_equal(sock_getname(t->client.sk, false, &name), 0);
	t->source = name.addr;
}

static bool talk_heard(void *arg)
{
	const struct talk *t = arg;

	return t->server.received == t->client.to_send && t->client.received == t->server.to_send;
}

bool talk_on(struct site *s, struct talk *t)
{
	sim_stream_more(&t->client, SOME_BYTES);
	sim_stream_more(&t->server, SOME_BYTES);
	return sim_run_until(s->sim, talk_heard, t, PATIENCE);
}

void talk_close(struct site *s, struct talk *t)
{
	(void)s;
	sim_stream_close(&t->client, false);
	sim_stream_close(&t->server, false);
	sim_listener_close(&t->listener);
}

union inaddr talk_once(struct site *s, const char *to)
{
	struct talk t;

	talk_open(s, &t, NULL, to);
	assert_true(talk_on(s, &t));
	talk_close(s, &t);
	sim_run(s->sim, MINUTE);
	return t.source;
}
