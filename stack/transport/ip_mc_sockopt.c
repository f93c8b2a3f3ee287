/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multicast options of IPv4; see ip_mc_sockopt.h. Two generations say the same: struct ip_mreq
 * and its kin, which are read here, name the device by address; struct group_req and its kin
 * (mcast_sockopt.c) by index. All is done by mcast.c.
 */
#include "stack/transport/ip_mc_sockopt.h"

#include <errno.h>
#include <string.h>
#include "stack/ipv4/devinet.h"
#include "stack/transport/mcast.h"
#include "stack/transport/mcast_sockopt.h"
#include "stack/transport/sockopt.h"

bool ip_mc_sockopt_known(int name)
{
	switch (name) {
	case IP_MULTICAST_IF:
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
	case IP_ADD_SOURCE_MEMBERSHIP:
	case IP_DROP_SOURCE_MEMBERSHIP:
	case IP_BLOCK_SOURCE:
	case IP_UNBLOCK_SOURCE:
	case IP_MSFILTER:
		return true;
	default:
		return mcast_sockopt_known(name);
	}
}

/* Reading ------------------------------------------------------------------------------------- */

/* The device with the address @addr (0: not named) in @g; -ENODEV. */
static int find_by_address(struct sock *sk, be32 addr, struct mcast_group *g)
{
	struct ifaddr *ifa;

	if (g->ifindex || !addr)
		return 0;
	ifa = inet_addr_find(sk->net, addr, NULL);
	if (!ifa)
		return -ENODEV;
	g->ifindex = ifa->dev->ifindex;
	return 0;
}

/* struct ip_mreqn, or the shorter struct ip_mreq. */
static int read_mreq(struct sock *sk, const void *val, uint32_t len, struct mcast_group *ret)
{
	struct ip_mreqn mreq = { 0 };

	if (len < sizeof(struct ip_mreq))
		return -EINVAL;
	memcpy(&mreq, val, len >= sizeof(mreq) ? sizeof(mreq) : sizeof(struct ip_mreq));
	*ret = (struct mcast_group){ AF_INET, mreq.imr_ifindex,
				     inaddr_v4(mreq.imr_multiaddr.s_addr) };
	return find_by_address(sk, mreq.imr_address.s_addr, ret);
}

/* Set ----------------------------------------------------------------------------------------- */

static int set_membership(struct sock *sk, int name, const void *val, uint32_t len)
{
	struct mcast_group g;
	int err;

	if (sk->type == SOCK_STREAM)
		return -EPROTO;
	err = read_mreq(sk, val, len, &g);
	if (name == IP_ADD_MEMBERSHIP)
		return err ? err : mcast_join(sk, &g);
	if (err == -ENODEV)
		return -EADDRNOTAVAIL;
	return err ? err : mcast_leave(sk, &g);
}

static int change_source(struct sock *sk, int name, const void *val, uint32_t len)
{
	struct ip_mreq_source mreq;
	struct mcast_group g;
	union inaddr source;
	int err;

	if (len != sizeof(mreq))
		return -EINVAL;
	memcpy(&mreq, val, sizeof(mreq));
	g = (struct mcast_group){ AF_INET, 0, inaddr_v4(mreq.imr_multiaddr.s_addr) };
	source = inaddr_v4(mreq.imr_sourceaddr.s_addr);
	err = find_by_address(sk, mreq.imr_interface.s_addr, &g);
	if (err)
		return err;
	switch (name) {
	case IP_ADD_SOURCE_MEMBERSHIP:
		return mcast_source(sk, MCAST_ADD_SOURCE, &g, &source);
	case IP_DROP_SOURCE_MEMBERSHIP:
		return mcast_source(sk, MCAST_DROP_SOURCE, &g, &source);
	case IP_BLOCK_SOURCE:
		return mcast_source(sk, MCAST_BLOCK, &g, &source);
	default:
		return mcast_source(sk, MCAST_UNBLOCK, &g, &source);
	}
}

/* struct ip_msfilter, with as many sources as it says */
static int set_msfilter(struct sock *sk, const void *val, uint32_t len)
{
	union inaddr sources[MCAST4_MAX_SOURCES];
	struct ip_msfilter head;
	struct mcast_group g;
	int err;

	if (len < IP_MSFILTER_SIZE(0))
		return -EINVAL;
	memcpy(&head, val, IP_MSFILTER_SIZE(0));
	if (head.imsf_numsrc > ARRAY_SIZE(sources))
		return -ENOBUFS;
	if (len < IP_MSFILTER_SIZE(head.imsf_numsrc))
		return -EINVAL;
	for (uint32_t i = 0; i < head.imsf_numsrc; i++) {
		be32 source;

		memcpy(&source, (const char *)val + IP_MSFILTER_SIZE(i), sizeof(source));
		sources[i] = inaddr_v4(source);
	}
	if (head.imsf_fmode != MCAST_EXCLUDE && head.imsf_fmode != MCAST_INCLUDE)
		return -EINVAL;
	g = (struct mcast_group){ AF_INET, 0, inaddr_v4(head.imsf_multiaddr.s_addr) };
	err = find_by_address(sk, head.imsf_interface.s_addr, &g);
	if (err)
		return err;
	return mcast_set_filter(sk, &g,
				&(struct mc_filter){ head.imsf_fmode == MCAST_EXCLUDE,
						     head.imsf_numsrc, sources });
}

/* IP_MULTICAST_IF: by index or by address; none: back to the routes. */
static int set_multicast_if(struct sock *sk, const void *val, uint32_t len)
{
	struct mcast_group g = { .family = AF_INET };
	be32 addr;
	int err;

	if (sk->type == SOCK_STREAM || len < sizeof(addr))
		return -EINVAL;
	if (len >= sizeof(struct ip_mreq)) {
		memcpy(&addr, (const char *)val + offsetof(struct ip_mreq, imr_interface),
		       sizeof(addr));
		err = read_mreq(sk, val, len, &g);
	} else {
		memcpy(&addr, val, sizeof(addr));
		err = find_by_address(sk, addr, &g);
	}
	if (err || (g.ifindex && !netdev_by_index(sk->net, g.ifindex)))
		return -EADDRNOTAVAIL;
	if (g.ifindex && sk->bound_if && sk->bound_if != g.ifindex)
		return -EINVAL;
	sk->opt.mc_if = g.ifindex;
	sk->opt.mc_addr = inaddr_v4(addr);
	sock_route_reset(sk);
	return 0;
}

int ip_mc_sockopt_set(struct sock *sk, int name, const void *val, uint32_t len)
{
	switch (name) {
	case IP_MULTICAST_IF:
		return set_multicast_if(sk, val, len);
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
		return set_membership(sk, name, val, len);
	case IP_ADD_SOURCE_MEMBERSHIP:
	case IP_DROP_SOURCE_MEMBERSHIP:
	case IP_BLOCK_SOURCE:
	case IP_UNBLOCK_SOURCE:
		return change_source(sk, name, val, len);
	case IP_MSFILTER:
		return set_msfilter(sk, val, len);
	default:
		return mcast_sockopt_set(sk, AF_INET, name, val, len);
	}
}

/* Get ----------------------------------------------------------------------------------------- */

static int get_msfilter(struct sock *sk, void *val, uint32_t *len)
{
	struct ip_msfilter head;
	struct mcast_group g;
	struct mc_filter f;
	uint32_t fit;
	int err;

	if (*len < IP_MSFILTER_SIZE(0))
		return -EINVAL;
	memcpy(&head, val, IP_MSFILTER_SIZE(0));
	g = (struct mcast_group){ AF_INET, 0, inaddr_v4(head.imsf_multiaddr.s_addr) };
	err = find_by_address(sk, head.imsf_interface.s_addr, &g);
	if (!err)
		err = mcast_find_dev(sk, &g);
	if (!err)
		err = mcast_get_filter(sk, &g, &f);
	if (err)
		return err;
	fit = min((uint32_t)f.nr_sources, head.imsf_numsrc);
	if (*len < IP_MSFILTER_SIZE(fit))
		return -EINVAL;
	head.imsf_fmode = f.exclude ? MCAST_EXCLUDE : MCAST_INCLUDE;
	head.imsf_numsrc = f.nr_sources;
	memcpy(val, &head, IP_MSFILTER_SIZE(0));
	for (uint32_t i = 0; i < fit; i++)
		memcpy((char *)val + IP_MSFILTER_SIZE(i), &f.sources[i].v4, sizeof(be32));
	*len = IP_MSFILTER_SIZE(fit);
	return 0;
}

int ip_mc_sockopt_get(struct sock *sk, int name, void *val, uint32_t *len)
{
	switch (name) {
	case IP_MULTICAST_IF:
		return sockopt_copy(val, len, &sk->opt.mc_addr.v4, sizeof(be32));
	case IP_MSFILTER:
		return get_msfilter(sk, val, len);
	default:
		return mcast_sockopt_get(sk, AF_INET, name, val, len);
	}
}
