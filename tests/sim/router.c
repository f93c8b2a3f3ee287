/* SPDX-License-Identifier: BSD-2-Clause */
/* Routers that the test plays: see router.h. */
#include "tests/sim/router.h"

#include <linux/icmpv6.h>
#include <string.h>

#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ndisc_opts.h"
#include "stack/lib/checksum.h"
#include "stack/link/ethernet.h"

#define ND_ROUTER_SOLICIT    133
#define ND_ROUTER_ADVERT     134
#define ND_NEIGHBOUR_SOLICIT 135
#define ND_NEIGHBOUR_ADVERT  136
#define ND_REDIRECT	     137
#define HOSTS		     2

struct frame {
	struct eth_hdr eth;
	struct ipv6_hdr ip6;
	uint8_t msg[];
} __packed __attribute__((aligned(2)));

/* Messages --------------------------------------------------------------------------------------------- */

void *sim_icmp6_begin(struct sim_icmp6 *m, const uint8_t *mac, const union inaddr *saddr,
		      const union inaddr *daddr, const void *msg, uint32_t len)
{
	struct frame *f = (struct frame *)m->bytes;

	memset(m, 0, sizeof(*m));
	memcpy(f->eth.src, mac, ETH_ALEN);
	f->eth.type = htons(ETH_P_IPV6);
	f->ip6.ver_class_label = ipv6_first_word(0, 0);
	f->ip6.nexthdr = IPPROTO_ICMPV6;
	f->ip6.hop_limit = NDISC_HOP_LIMIT;
	f->ip6.saddr = *saddr;
	f->ip6.daddr = *daddr;
	m->len = sizeof(*f);
	sim_icmp6_add(m, msg, len);
	return f->msg;
}

void sim_icmp6_add(struct sim_icmp6 *m, const void *opt, uint32_t len)
{
	assert_true(m->len + len <= sizeof(m->bytes));
	memcpy(m->bytes + m->len, opt, len);
	m->len += len;
}

void sim_icmp6_send(struct sim_icmp6 *m, struct sim_port *to, const uint8_t *mac)
{
	struct frame *f = (struct frame *)m->bytes;
	const union inaddr saddr = f->ip6.saddr, daddr = f->ip6.daddr;
	uint32_t len = m->len - sizeof(*f);
	be16 check;

	memcpy(f->eth.dst, mac, ETH_ALEN);
	f->ip6.payload_len = htons(len);
	memset(f->msg + 2, 0, sizeof(check));
	check = csum_fold(csum_partial(f->msg, len,
				       csum_pseudo(AF_INET6, &saddr, &daddr, len, IPPROTO_ICMPV6)));
	memcpy(f->msg + 2, &check, sizeof(check));
	sim_send(to, m->bytes, m->len);
}

static void add_lladdr(struct sim_icmp6 *m, uint8_t type, const uint8_t *mac)
{
	uint8_t opt[ND_OPT_UNIT] = { type, 1 };

	memcpy(opt + 2, mac, ETH_ALEN);
	sim_icmp6_add(m, opt, sizeof(opt));
}

/* What a router says ----------------------------------------------------------------------------------- */

/* RFC 4861 4.6.2 */
static void add_prefix(struct sim_icmp6 *m, const struct sim_prefix *p)
{
	uint8_t opt[32] = { ND_OPT_PREFIX, 4, 64, p->flags };
	const be32 lifetimes[] = { htonl(p->valid), htonl(p->preferred) };

	memcpy(opt + 4, lifetimes, sizeof(lifetimes));
	memcpy(opt + 16, &p->prefix, sizeof(p->prefix));
	sim_icmp6_add(m, opt, sizeof(opt));
}

/* RFC 4861 4.6.4 */
static void add_mtu(struct sim_icmp6 *m, uint32_t mtu)
{
	uint8_t opt[8] = { ND_OPT_MTU, 1 };
	const be32 value = htonl(mtu);

	memcpy(opt + 4, &value, sizeof(value));
	sim_icmp6_add(m, opt, sizeof(opt));
}

void sim_router_advertise(struct sim_router *r)
{
	static const uint8_t all_nodes[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 1 };
	const struct nd_ra ra = { .type = ND_ROUTER_ADVERT,
				  .hop_limit = r->hop_limit,
				  .flags = r->pref << 3,
				  .lifetime = htons(r->lifetime) };
	struct sim_icmp6 m;

	if (r->silent)
		return;
	sim_icmp6_begin(&m, r->mac, &r->addr, &IN6_ALL_NODES, &ra, sizeof(ra));
	add_lladdr(&m, ND_OPT_SOURCE_LLADDR, r->mac);
	if (r->mtu)
		add_mtu(&m, r->mtu);
	for (unsigned i = 0; i < r->nr_prefixes; i++)
		add_prefix(&m, &r->prefixes[i]);
	for (unsigned i = 0; i < HOSTS; i++)
		sim_icmp6_send(&m, &sim_host(r->sim, i)->ports[0], all_nodes);
}

/* RFC 4861 7.2.4. Probes for duplicates are others' matter: nobody has its address. */
static void answer_solicitation(struct sim_router *r, struct sim_port *from, const struct frame *f)
{
	const union inaddr saddr = f->ip6.saddr;
	const struct nd_msg na = {
		.icmp = { .type = ND_NEIGHBOUR_ADVERT,
			  .info = htonl(ND_NA_ROUTER | ND_NA_SOLICITED | ND_NA_OVERRIDE) },
		.target = r->addr,
	};
	struct sim_icmp6 m;

	if (in6_is_any(&saddr) ||
	    memcmp(f->msg + sizeof(struct icmp6_hdr), &r->addr, sizeof(r->addr)))
		return;
	sim_icmp6_begin(&m, r->mac, &r->addr, &saddr, &na, sizeof(na));
	add_lladdr(&m, ND_OPT_TARGET_LLADDR, r->mac);
	sim_icmp6_send(&m, from, f->eth.src);
}

/* RFC 4861 8.2 */
static void redirect(struct sim_router *r, struct sim_port *from, const struct frame *f)
{
	const union inaddr saddr = f->ip6.saddr;
	struct nd_redirect msg = { .icmp.type = ND_REDIRECT,
				   .target = r->better->addr,
				   .dest = f->ip6.daddr };
	struct sim_icmp6 m;

	r->redirects++;
	sim_icmp6_begin(&m, r->mac, &r->addr, &saddr, &msg, sizeof(msg));
	add_lladdr(&m, ND_OPT_TARGET_LLADDR, r->better->mac);
	sim_icmp6_send(&m, from, f->eth.src);
}

/* To the host that has the address; what nobody has vanishes. */
static void carry(struct sim_router *r, struct sim_port *from, const uint8_t *bytes, uint32_t len)
{
	const union inaddr daddr = ((const struct frame *)bytes)->ip6.daddr;
	uint8_t copy[ETH_FRAME_LEN] __attribute__((aligned(2)));
	struct frame *f = (struct frame *)copy;

	assert_true(len <= (r->mtu ? r->mtu + ETH_HLEN : sizeof(copy)));
	memcpy(copy, bytes, len);
	if (f->ip6.hop_limit-- <= 1)
		return;
	r->forwarded++;
	if (r->better)
		redirect(r, from, (const struct frame *)bytes);
	for (unsigned i = 0; i < HOSTS; i++) {
		struct sim_port *to = &sim_host(r->sim, i)->ports[0];

		if (!addrconf_is_local(to->host->net, &daddr, to->dev))
			continue;
		memcpy(f->eth.dst, to->dev->addr, ETH_ALEN);
		memcpy(f->eth.src, r->mac, ETH_ALEN);
		sim_send(to, copy, len);
	}
}

/* The wire --------------------------------------------------------------------------------------------- */

static void hear(struct sim_router *r, struct sim_port *from, const uint8_t *bytes, uint32_t len)
{
	const struct frame *f = (const struct frame *)bytes;
	bool mine = !memcmp(f->eth.dst, r->mac, ETH_ALEN);
	const union inaddr daddr = f->ip6.daddr;

	if (!mine && !(f->eth.dst[0] & 1))
		return;
	if (mine && !in6_is_linklocal(&daddr)) {
		carry(r, from, bytes, len);
		return;
	}
	if (f->ip6.nexthdr != IPPROTO_ICMPV6)
		return;
	if (f->msg[0] == ND_NEIGHBOUR_SOLICIT)
		answer_solicitation(r, from, f);
	if (f->msg[0] == ND_ROUTER_SOLICIT) {
		r->solicited++;
		sim_router_advertise(r);
	}
}

/* What is for a router is for no other. */
static bool tap(void *ctx, struct sim_port *from, const uint8_t *bytes, uint32_t len)
{
	const struct frame *f = (const struct frame *)bytes;
	struct sim_routers *all = ctx;
	bool others = true;

	for (unsigned i = 0; i < all->nr; i++) {
		if (!memcmp(f->eth.dst, all->r[i].mac, ETH_ALEN))
			others = false;
		if (!all->r[i].silent && f->eth.type == htons(ETH_P_IPV6) && len > sizeof(*f))
			hear(&all->r[i], from, bytes, len);
	}
	if (all->loopback && f->eth.dst[0] & 1)
		sim_send(from, bytes, len);
	return others;
}

void sim_routers_init(struct sim_routers *all, struct sim *sim, unsigned nr)
{
	assert_in_range(nr, 0, ROUTERS_MAX);
	*all = (struct sim_routers){ .sim = sim, .nr = nr, .interval = sec_to_ktime(200) };
	for (unsigned i = 0; i < nr; i++)
		all->r[i] = (struct sim_router){
			.sim = sim,
			.mac = { 0x02, 0, 0, 0, 0xee, i + 1 },
			.addr = { .b = { 0xfe, 0x80, [14] = 0xee, [15] = i + 1 } },
			.lifetime = 1800,
			.hop_limit = 64,
		};
	sim_tap_set(sim, tap, all);
}

void sim_router_prefix(struct sim_router *r, const char *prefix, uint8_t flags, uint32_t valid,
		       uint32_t preferred)
{
	const union inaddr addr = test_inaddr(prefix);
	unsigned i = 0;

	while (i < r->nr_prefixes && !inaddr_equal(&r->prefixes[i].prefix, &addr))
		i++;
	assert_in_range(i, 0, ROUTER_PREFIXES_MAX - 1);
	r->prefixes[i] = (struct sim_prefix){ addr, flags, valid, preferred };
	r->nr_prefixes = max(r->nr_prefixes, i + 1);
}

void sim_routers_run(struct sim_routers *all, ktime_t duration)
{
	ktime_t until = sim_now(all->sim) + duration;

	while (sim_now(all->sim) < until) {
		for (unsigned i = 0; i < all->nr; i++)
			sim_router_advertise(&all->r[i]);
		sim_run(all->sim, min(all->interval, until - sim_now(all->sim)));
	}
}
