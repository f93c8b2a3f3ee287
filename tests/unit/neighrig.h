/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A neighbour table on a clock that the test moves, over a device that keeps what is sent, for a
 * protocol that notes what it is asked to do: what the tests of the neighbour table's files share.
 */
#ifndef TESTS_UNIT_NEIGHRIG_H
#define TESTS_UNIT_NEIGHRIG_H

#include "stack/core/event.h"
#include "stack/link/neighbour.h"
#include "tests/unit/testnet.h"

#define NEIGH_RIG_NEWS 64

struct neigh_rig {
	struct net *net;
	struct net_device *dev;
	struct neigh_table tbl;
	struct event_listener listener;
	struct {
		enum event_type type;
		uint16_t nud_state;
	} news[NEIGH_RIG_NEWS];
	unsigned nr_news;
	unsigned unicasts, multicasts, errors, redone;
	const struct sk_buff *hint; /* the packet that the last solicitation was made for */
	struct sk_buff *resend;	    /* error_report sends this one, once */
};

/* The one that the current test has. */
extern struct neigh_rig rig;

extern const uint8_t ha1[], ha2[]; /* two stations */

int neigh_rig_setup(void **state);
int neigh_rig_teardown(void **state);

/** addr - of host @host in 10/8. 10.255/16 are groups, 10.254/16 cannot be neighbours */
union inaddr addr(uint32_t host);
/** make, _reachable, _permanent - a neighbour on rig.dev; the latter two are at ha1; a reference */
struct neighbour *make(uint32_t host);
struct neighbour *make_reachable(uint32_t host);
struct neighbour *make_permanent(uint32_t host);
/** send_one - a packet of 100 bytes to @neigh; Return: neigh_output()'s */
int send_one(struct neighbour *neigh);

#endif
