/* SPDX-License-Identifier: BSD-2-Clause */
/* The simulator: hosts, wires, and time. See sim.h. */
#include "tests/sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "stack/core/inet_config.h"
#include "stack/inet/stack.h"
#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/addrconf.h"
#include "stack/link/ethernet.h"
#include "tests/sim/sim_alloc.h"

#define SIM_START   sec_to_ktime(1000)
#define SIM_SETTLE  sec_to_ktime(20) /* announcements of addresses, reports of groups */
#define CHANCE	    10000
#define RX_ALIGN    2
#define DEFAULT_MTU 1500
#define IPV6_HLEN    40
#define IPV6_NEXTHDR 6
#define TRACE_PRIME 0x100000001b3ull /* FNV-1a, by words */

/* A frame on its way. */
struct flight {
	ktime_t at;
	uint64_t order; /* of two at one time, the one that was sent first */
	struct sim_port *to;
	uint8_t csum; /* what a checksum offload leaves behind, as skb fields from data on */
	uint16_t csum_start, csum_offset;
	uint16_t gso_size, gso_segs;
	uint8_t gso_type;
	uint32_t len;
	uint8_t bytes[];
};

struct sim {
	ktime_t now;
	uint64_t random;
	uint64_t trace;
	uint64_t order;
	struct sim_host hosts[SIM_HOSTS_MAX];
	unsigned nr_hosts;
	struct flight **heap; /* earliest first */
	uint32_t nr_flights, room;
	sim_tap tap;
	void *tap_ctx;
	void (*check)(struct net *net);
	int64_t allocs_before;
};

/* Flights: a binary heap ------------------------------------------------------------------------------ */

static bool earlier(const struct flight *a, const struct flight *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void heap_swap(struct sim *sim, uint32_t i, uint32_t j)
{
	struct flight *f = sim->heap[i];

	sim->heap[i] = sim->heap[j];
	sim->heap[j] = f;
}

static void flight_add(struct sim *sim, struct flight *f)
{
	uint32_t i = sim->nr_flights++;

	if (i == sim->room) {
		sim->room = sim->room ? 2 * sim->room : 64;
		sim->heap = realloc(sim->heap, sim->room * sizeof(struct flight *));
		assert_non_null(sim->heap);
	}
	sim->heap[i] = f;
	for (; i && earlier(sim->heap[i], sim->heap[(i - 1) / 2]); i = (i - 1) / 2)
		heap_swap(sim, i, (i - 1) / 2);
}

static struct flight *flight_take(struct sim *sim)
{
	struct flight *first = sim->heap[0];
	uint32_t i = 0, child;

	sim->heap[0] = sim->heap[--sim->nr_flights];
	while ((child = 2 * i + 1) < sim->nr_flights) {
		if (child + 1 < sim->nr_flights && earlier(sim->heap[child + 1], sim->heap[child]))
			child++;
		if (!earlier(sim->heap[child], sim->heap[i]))
			break;
		heap_swap(sim, i, child);
		i = child;
	}
	return first;
}

/* Wires ------------------------------------------------------------------------------------------------ */

static bool chance(struct sim *sim, uint32_t of)
{
	return of && test_below(&sim->random, CHANCE) < of;
}

static void trace(struct sim *sim, uint64_t v)
{
	sim->trace = (sim->trace ^ v) * TRACE_PRIME;
}

static void trace_frame(struct sim *sim, const struct sim_port *from, const uint8_t *bytes,
			uint32_t len)
{
	uint64_t word;

	trace(sim, sim->now);
	trace(sim, (from->host - sim->hosts) << 32 | len);
	for (uint32_t i = 0; i < len; i += sizeof(word)) {
		word = 0;
		memcpy(&word, bytes + i, min(len - i, (uint32_t)sizeof(word)));
		trace(sim, word);
	}
}

static struct flight *flight_make(struct sim *sim, struct sim_port *from, const struct sk_buff *skb)
{
	struct flight *f = sim_malloc(sizeof(*f) + skb->len);

	f->to = from->peer;
	f->len = skb->len;
	f->csum = skb->csum;
	f->csum_start = skb->csum_start - skb_headroom(skb);
	f->csum_offset = skb->csum_offset;
	f->gso_size = skb->gso_size;
	f->gso_segs = skb->gso_segs;
	f->gso_type = skb->gso_type;
	f->order = sim->order++;
	assert_int_equal(skb_copy_bits(skb, 0, f->bytes, skb->len), 0);
	return f;
}

/* A message of neighbour discovery (types 133 to 137), directly behind the fixed header */
static bool is_nd(const struct flight *f)
{
	const uint8_t *ip6 = f->bytes + ETH_HLEN;

	return f->len > ETH_HLEN + IPV6_HLEN && ip6[IPV6_NEXTHDR] == IPPROTO_ICMPV6 && ip6[IPV6_HLEN] >= 133 &&
	       ip6[IPV6_HLEN] <= 137;
}

/*
 * ARP and neighbour discovery are left in peace: ARP has no checksum, and three requests that are lost are "no route
 * to host", rightly.
 */
static bool is_ip(const struct flight *f)
{
	const struct eth_hdr *eth = (const struct eth_hdr *)f->bytes;

	return eth->type == htons(ETH_P_IP) || (eth->type == htons(ETH_P_IPV6) && !is_nd(f));
}

/* One bit of an IP packet. IPv6's header has no checksum: what is wrong there is not a transport's to find. */
static void spoil(struct sim *sim, struct flight *f)
{
	const struct eth_hdr *eth = (const struct eth_hdr *)f->bytes;
	uint32_t from = ETH_HLEN + (eth->type == htons(ETH_P_IPV6) ? IPV6_HLEN : 0), bit;

	if (f->csum == CSUM_PARTIAL || !is_ip(f) || f->len <= from)
		return;
	bit = test_below(&sim->random, (f->len - from) * 8);
	f->bytes[from + bit / 8] ^= 1 << bit % 8;
}

/* When a frame of @len bytes that is put on the wire now has left it; -1: it is lost in the queue */
static ktime_t departure(struct sim *sim, struct sim_port *port, uint32_t len)
{
	const struct sim_wire *w = &port->wire;
	ktime_t start = max(sim->now, port->free_at);

	if (!w->rate)
		return sim->now;
	if (w->queue && (start - sim->now) * (int64_t)(w->rate / 8) / NSEC_PER_SEC > w->queue)
		return -1;
	port->free_at = start + (int64_t)len * 8 * NSEC_PER_SEC / (int64_t)w->rate;
	return port->free_at;
}

static void launch(struct sim *sim, struct flight *f, ktime_t left, const struct sim_wire *w)
{
	f->at = left + w->delay;
	if (w->jitter)
		f->at += test_random(&sim->random) % w->jitter;
	flight_add(sim, f);
}

/* Is it lost on the way? */
static bool wire_loses(struct sim *sim, const struct sim_wire *w, const struct flight *f)
{
	return (is_ip(f) && chance(sim, w->loss)) || (is_nd(f) && chance(sim, w->nd_loss)) ||
	       (w->swallow && f->len > w->swallow + ETH_HLEN);
}

/* Once, twice or not at all, as it is or spoilt; owns @f. */
static void wire_carry(struct sim *sim, struct flight *f, ktime_t left, const struct sim_wire *w)
{
	struct flight *copy;

	if (chance(sim, w->dup)) {
		copy = sim_malloc(sizeof(*copy) + f->len);
		memcpy(copy, f, sizeof(*f) + f->len);
		copy->order = sim->order++;
		launch(sim, copy, left, w);
	}
	if (chance(sim, w->corrupt))
		spoil(sim, f);
	launch(sim, f, left, w);
}

static void wire_xmit(struct net_device *dev, struct sk_buff *skb)
{
	struct sim_port *port = dev->priv;
	struct sim *sim = port->host->sim;
	struct flight *f = flight_make(sim, port, skb);
	ktime_t left = departure(sim, port, skb->len);
	bool lost = left < 0;

	skb_free(skb);
	trace_frame(sim, port, f->bytes, f->len);
	if (sim->tap && !sim->tap(sim->tap_ctx, port, f->bytes, f->len))
		lost = true;
	if (wire_loses(sim, &port->wire, f))
		lost = true;
	if (lost)
		free(f);
	else
		wire_carry(sim, f, left, &port->wire);
}

static const struct netdev_ops wire_ops = { .xmit = wire_xmit };

static void arrive(struct sim_port *to, const struct flight *f)
{
	struct net *net = to->host->net;
	struct sk_buff *skb = skb_alloc(net, RX_ALIGN, f->len);

	if (!skb)
		return; /* lost; a test wants it so */
	memcpy(skb_put(skb, f->len), f->bytes, f->len);
	skb->csum = f->csum;
	skb->csum_start = f->csum_start + skb_headroom(skb);
	skb->csum_offset = f->csum_offset;
	skb->gso_size = f->gso_size;
	skb->gso_segs = f->gso_segs;
	skb->gso_type = f->gso_type;
	netdev_rx(to->dev, skb);
}

void sim_inject(struct sim_port *port, const void *frame, uint32_t len)
{
	struct flight *f = sim_malloc(sizeof(*f) + len);

	*f = (struct flight){ .len = len };
	memcpy(f->bytes, frame, len);
	arrive(port, f);
	free(f);
}

void sim_send(struct sim_port *to, const void *frame, uint32_t len)
{
	struct sim *sim = to->host->sim;
	struct flight *f = sim_malloc(sizeof(*f) + len);

	*f = (struct flight){ .to = to, .len = len, .order = sim->order++ };
	memcpy(f->bytes, frame, len);
	trace_frame(sim, to, f->bytes, len);
	if (wire_loses(sim, &to->wire, f))
		free(f);
	else
		wire_carry(sim, f, sim->now, &to->wire);
}

/* Hosts ------------------------------------------------------------------------------------------------ */

static void random_bytes(void *ctx, void *buf, size_t len)
{
	test_fill(ctx, buf, len);
}

static void host_create(struct sim *sim, unsigned i)
{
	struct sim_host *h = &sim->hosts[i];
	struct net_params params = { .now = SIM_START,
				     .random = random_bytes,
				     .random_ctx = &h->random };

	h->sim = sim;
	h->random = test_random(&sim->random);
	h->net = stack_create(&params);
	assert_non_null(h->net);
	assert_int_equal(netdev_change_flags(h->net->loopback, IFF_UP, IFF_UP, NULL), 0);
}

struct sim *sim_create(uint64_t seed, unsigned hosts)
{
	int64_t before = sim_allocs();
	struct sim *sim = calloc(1, sizeof(*sim));

	assert_non_null(sim);
	assert_in_range(hosts, 1, SIM_HOSTS_MAX);
	sim->allocs_before = before;
	sim->now = SIM_START;
	sim->random = seed;
	sim->nr_hosts = hosts;
	for (unsigned i = 0; i < hosts; i++)
		host_create(sim, i);
	return sim;
}

static struct sim_port *port_create(struct sim_host *h, const struct sim_wire *wire)
{
	struct sim_port *port = &h->ports[h->nr_ports];
	struct net_device *dev = netdev_alloc(h->net, &wire_ops, &eth_link);
	const uint8_t mac[ETH_ALEN] = { 0x02, 0, 0, 0, h - h->sim->hosts, h->nr_ports };

	assert_non_null(dev);
	assert_in_range(h->nr_ports, 0, SIM_PORTS_MAX - 1);
	h->nr_ports++;
	port->host = h;
	port->dev = dev;
	port->wire = *wire;
	dev->priv = port;
	dev->carrier = true;
	dev->features = wire->features;
	strcpy(dev->name, "eth%d");
	memcpy(dev->addr, mac, ETH_ALEN);
	assert_int_equal(netdev_register(dev, NULL), 0);
	assert_int_equal(netdev_set_mtu(dev, wire->mtu ? wire->mtu : DEFAULT_MTU, NULL), 0);
	return port;
}

static void port_up(struct sim_port *port, struct sim_port *peer, const char *addr)
{
	port->peer = peer;
	assert_int_equal(netdev_change_flags(port->dev, IFF_UP, IFF_UP, NULL), 0);
	if (addr)
		net_addr_add(port->dev, addr, TEST_PLEN);
}

void sim_wire(struct sim *sim, unsigned a, const char *addr_a, unsigned b, const char *addr_b,
	      const struct sim_wire *wire)
{
	struct sim_port *pa = port_create(&sim->hosts[a], wire);
	struct sim_port *pb = port_create(&sim->hosts[b], wire);

	port_up(pa, pb, addr_a);
	port_up(pb, pa, addr_b);
}

struct sim *sim_pair(uint64_t seed, const struct sim_wire *wire)
{
	struct sim *sim = sim_create(seed, 2);

	sim_wire(sim, 0, ADDR_0, 1, ADDR_1, wire);
	sim_run(sim, SIM_SETTLE);
	return sim;
}

void sim_rewire(struct sim *sim, unsigned i, unsigned port, const struct sim_wire *wire)
{
	struct sim_port *p = &sim->hosts[i].ports[port];

	p->wire = *wire;
	p->peer->wire = *wire;
}

void sim_tap_set(struct sim *sim, sim_tap tap, void *ctx)
{
	sim->tap = tap;
	sim->tap_ctx = ctx;
}

/* After this no timer may be left: there is no device that anything could be said on. */
static void host_quiet(struct sim_host *h)
{
	struct net *net = h->net;
	struct net_device *dev;

	netdev_for_each(net, dev)
		netdev_change_flags(dev, 0, IFF_UP, NULL);
	net_finish_batch(net);
	assert_int_equal(net->pool.skbs_out, 0);
	assert_int_equal(net->pool.pages_out, 0);
}

void sim_destroy(struct sim *sim)
{
	int64_t before = sim->allocs_before;

	while (sim->nr_flights)
		free(flight_take(sim));
	free(sim->heap);
	for (unsigned i = 0; i < sim->nr_hosts; i++) {
		host_quiet(&sim->hosts[i]);
		stack_destroy(
			sim->hosts[i].net); /* asserts that no skb, page, timer or work is left */
	}
	free(sim);
	assert_int_equal(sim_allocs(), before);
}

struct sim_host *sim_host(struct sim *sim, unsigned i)
{
	return &sim->hosts[i];
}

void sim_forward(struct sim_host *host)
{
	struct ipv6_devconf *all = addrconf_conf(host->net, NULL);
	int32_t old = all->forwarding;

	ipv4_set_forwarding(host->net, true);
	all->forwarding = 1;
	assert_int_equal(addrconf_conf_changed(host->net, all, &all->forwarding, old), 0);
}

/* Time ------------------------------------------------------------------------------------------------- */

static void finish_batches(struct sim *sim)
{
	for (unsigned i = 0; i < sim->nr_hosts; i++) {
		do {
			net_run_batch(sim->hosts[i].net);
		} while (!list_empty(&sim->hosts[i].net->work));
		if (sim->check)
			sim->check(sim->hosts[i].net);
	}
}

static ktime_t next_event(const struct sim *sim)
{
	ktime_t next = sim->nr_flights ? sim->heap[0]->at : KTIME_MAX;

	for (unsigned i = 0; i < sim->nr_hosts; i++)
		next = min(next, net_next_timer(sim->hosts[i].net));
	return max(next, sim->now);
}

static void advance(struct sim *sim, ktime_t to)
{
	sim->now = to;
	for (unsigned i = 0; i < sim->nr_hosts; i++)
		net_advance(sim->hosts[i].net, to);
	while (sim->nr_flights && sim->heap[0]->at <= to) {
		struct flight *f = flight_take(sim);

		arrive(f->to, f);
		free(f);
	}
	finish_batches(sim);
}

bool sim_run_until(struct sim *sim, bool (*done)(void *arg), void *arg, ktime_t limit)
{
	ktime_t until = sim->now + limit, next;

	finish_batches(sim);
	while (!done || !done(arg)) {
		next = next_event(sim);
		if (next > until) {
			advance(sim, until);
			return done && done(arg);
		}
		advance(sim, next);
	}
	return true;
}

void sim_run(struct sim *sim, ktime_t duration)
{
	sim_run_until(sim, NULL, NULL, duration);
}

ktime_t sim_now(const struct sim *sim)
{
	return sim->now;
}
uint64_t sim_trace(const struct sim *sim)
{
	return sim->trace;
}
void sim_check_each(struct sim *sim, void (*check)(struct net *net))
{
	sim->check = check;
}
