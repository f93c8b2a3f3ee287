/* SPDX-License-Identifier: BSD-2-Clause */
/* Rate limits of ICMP messages: see icmp_limit.h. */
#include "stack/ip/icmp_limit.h"

#define PEER_BURST 6 /* messages that a quiet destination may get at once */

void icmp_limit_init(struct net *net, struct icmp_limit *limit, uint32_t burst)
{
	limit->global_stamp = net->now;
	limit->global_credit = burst;
}

/*
 * All destinations together. What a message costs is random, one on average: how many are left is a
 * secret, as counting them from outside tells which ports are open (CVE-2020-25705).
 */
static bool global_allow(struct net *net, struct icmp_limit *limit,
			 const struct icmp_limit_rates *rates)
{
	uint64_t earned =
		(net->now - limit->global_stamp) / NSEC_PER_MSEC * rates->msgs_per_sec / 1000;
	uint32_t cost;

	if (earned) {
		limit->global_credit =
			min(limit->global_credit + earned, (uint64_t)rates->msgs_burst);
		limit->global_stamp = net->now;
	}
	if (!limit->global_credit)
		return false;
	cost = net_random_below(net, 3);
	limit->global_credit -= min(limit->global_credit, cost);
	return true;
}

static bool peer_allow(struct net *net, struct icmp_limit *limit, uint32_t ratelimit,
		       const union inaddr *daddr)
{
	uint64_t hash = siphash(&net->secret, daddr, sizeof(*daddr));
	struct icmp_limit_peer *peer = &limit->peers[hash & (ICMP_LIMIT_PEERS - 1)];
	int64_t cost = ms_to_ktime(ratelimit);

	if (!cost)
		return true;
	if (!peer->seen)
		peer->tokens = cost * PEER_BURST;
	else
		peer->tokens = min(peer->tokens + net->now - peer->stamp, cost * PEER_BURST);
	peer->stamp = net->now;
	peer->seen = true;
	if (peer->tokens < cost)
		return false;
	peer->tokens -= cost;
	return true;
}

bool icmp_limit_allow(struct net *net, struct icmp_limit *limit,
		      const struct icmp_limit_rates *rates, const union inaddr *daddr)
{
	return global_allow(net, limit, rates) && peer_allow(net, limit, rates->ratelimit, daddr);
}
