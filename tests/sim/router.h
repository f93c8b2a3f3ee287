/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routers on the wire between two simulated hosts, played by the test: they advertise themselves, answer
 * solicitations, and carry packets from one host to the other, each of them for a while.
 */
#ifndef TESTS_SIM_ROUTER_H
#define TESTS_SIM_ROUTER_H

#include <linux/if_ether.h>

#include "stack/lib/in6.h"
#include "tests/sim/sim.h"

#define ROUTERS_MAX	    2
#define ROUTER_PREFIXES_MAX 4

#define PREFIX_ONLINK	  0x80
#define PREFIX_AUTONOMOUS 0x40

struct sim_prefix {
	union inaddr prefix;		/* /64 */
	uint8_t	 flags;			/* PREFIX_* */
	uint32_t valid, preferred;	/* s */
};

struct sim_router {
	struct sim *sim;
	uint8_t	 mac[ETH_ALEN];
	union inaddr addr;		/* link-local */
	uint16_t lifetime;		/* s, as a default router */
	uint8_t	 hop_limit;
	uint8_t	 pref;			/* ICMPV6_ROUTER_PREF_* */
	uint32_t mtu;			/* 0: not said */
	struct sim_prefix prefixes[ROUTER_PREFIXES_MAX];
	unsigned nr_prefixes;
	const struct sim_router *better; /* it redirects to that one what it carries; NULL: it does not */
	bool	 silent;		/* taken off the wire */
	unsigned forwarded, solicited, redirects; /* packets carried, solicitations of routers heard, redirects sent */
};

/* The hosts are 0 and 1, and the wire is between their first ports. */
struct sim_routers {
	struct sim *sim;
	struct sim_router r[ROUTERS_MAX];
	unsigned nr;
	ktime_t	 interval;		/* between advertisements */
	bool	 loopback;		/* each host hears its own multicasts, too */
};

/** sim_routers_init - @nr routers come to the wire; none has advertised yet */
void sim_routers_init(struct sim_routers *all, struct sim *sim, unsigned nr);
/** sim_router_prefix - from now on @prefix (/64) is announced so */
void sim_router_prefix(struct sim_router *r, const char *prefix, uint8_t flags, uint32_t valid,
		       uint32_t preferred);
/** sim_router_advertise - to all nodes, now */
void sim_router_advertise(struct sim_router *r);
/** sim_routers_run - let @duration pass, with an advertisement by each every all->interval */
void sim_routers_run(struct sim_routers *all, ktime_t duration);

/* An ICMPv6 message in its frame, grown from the front. */
struct sim_icmp6 {
	uint32_t len;
	uint8_t	 bytes[1514];
};
/** sim_icmp6_begin - headers, and @len bytes of message; Return: where the message is */
void *sim_icmp6_begin(struct sim_icmp6 *m, const uint8_t *mac, const union inaddr *saddr, const union inaddr *daddr,
		      const void *msg, uint32_t len);
/** sim_icmp6_add - append @len bytes of an option */
void sim_icmp6_add(struct sim_icmp6 *m, const void *opt, uint32_t len);
/** sim_icmp6_send - complete it, and send it to the host at @to */
void sim_icmp6_send(struct sim_icmp6 *m, struct sim_port *to, const uint8_t *mac);

#endif
