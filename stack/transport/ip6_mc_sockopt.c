/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multicast options of IPv6; see ip6_mc_sockopt.h. Those that name a group by index are shared
 * with IPv4 (mcast_sockopt.c); memberships are mcast.c's.
 */
#include "stack/transport/ip6_mc_sockopt.h"

#include <errno.h>
#include <string.h>
#include "stack/transport/mcast.h"
#include "stack/transport/mcast_sockopt.h"
#include "stack/transport/sockopt.h"

/* Of linux/in6.h, which does not go with netinet/in.h. */
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

static int set_membership(struct sock *sk, int name, const void *val, uint32_t len)
{
	struct mcast_group g = { .family = AF_INET6 };
	struct ipv6_mreq mreq;

	if (len < sizeof(mreq))
		return -EINVAL;
	if (sk->type == SOCK_STREAM)
		return -EPROTO;
	memcpy(&mreq, val, sizeof(mreq));
	g.ifindex = mreq.ipv6mr_interface;
	memcpy(&g.addr, &mreq.ipv6mr_multiaddr, sizeof(g.addr));
	return name == IPV6_JOIN_GROUP ? mcast_join(sk, &g) : mcast_leave(sk, &g);
}

static int set_multicast_if(struct sock *sk, int ifindex)
{
	if (ifindex && !netdev_by_index(sk->net, ifindex))
		return -ENODEV;
	if (ifindex && sk->bound_if && sk->bound_if != ifindex)
		return -EINVAL;
	sk->opt.mc6_if = ifindex;
	sock_route_reset(sk);
	return 0;
}

static int set_multicast_hops(struct sock *sk, int hops)
{
	if (hops < -1 || hops > UINT8_MAX)
		return -EINVAL;
	sk->opt.mc6_hops = hops == -1 ? 1 : hops;
	return 0;
}

static int set_number(struct sock *sk, int name, int val)
{
	switch (name) {
	case IPV6_MULTICAST_IF:
		return set_multicast_if(sk, val);
	case IPV6_MULTICAST_HOPS:
		return set_multicast_hops(sk, val);
	case IPV6_MULTICAST_LOOP:
		if (val != 0 && val != 1)
			return -EINVAL;
		sk->opt.mc6_loop = val;
		return 0;
	default: /* IPV6_MULTICAST_ALL */
		sk->opt.mc6_all = val;
		return 0;
	}
}

int ip6_mc_sockopt_set(struct sock *sk, int name, const void *val, uint32_t len)
{
	int n;

	switch (name) {
	case IPV6_JOIN_GROUP:
	case IPV6_LEAVE_GROUP:
		return set_membership(sk, name, val, len);
	case IPV6_MULTICAST_IF:
	case IPV6_MULTICAST_HOPS:
	case IPV6_MULTICAST_LOOP:
	case IPV6_MULTICAST_ALL:
		if (sk->type == SOCK_STREAM &&
		    (name == IPV6_MULTICAST_IF || name == IPV6_MULTICAST_HOPS))
			return -ENOPROTOOPT;
		if (len < sizeof(n))
			return -EINVAL;
		memcpy(&n, val, sizeof(n));
		return set_number(sk, name, n);
	default:
		return mcast_sockopt_set(sk, AF_INET6, name, val, len);
	}
}

int ip6_mc_sockopt_get(struct sock *sk, int name, void *val, uint32_t *len)
{
	int n;

	switch (name) {
	case IPV6_MULTICAST_IF:
		n = sk->opt.mc6_if;
		break;
	case IPV6_MULTICAST_HOPS:
		n = sk->opt.mc6_hops;
		break;
	case IPV6_MULTICAST_LOOP:
		n = sk->opt.mc6_loop;
		break;
	case IPV6_MULTICAST_ALL:
		n = sk->opt.mc6_all;
		break;
	default:
		return mcast_sockopt_get(sk, AF_INET6, name, val, len);
	}
	return sockopt_copy(val, len, &n, sizeof(n));
}
