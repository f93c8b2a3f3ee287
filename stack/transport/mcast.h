/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multicast groups that a socket has joined, with its source filters (RFC 3376 3, RFC 3810 3, RFC 3678): what ip(7)
 * and ipv6(7) say by IP_ADD_MEMBERSHIP, IPV6_JOIN_GROUP and MCAST_JOIN_GROUP. A socket of AF_INET6 may be in groups of
 * both families. The host's own membership is the network layer's (inet_af_ops.mc_join), which adds up what the sockets
 * want.
 */
#ifndef STACK_TRANSPORT_MCAST_H
#define STACK_TRANSPORT_MCAST_H

#include "stack/transport/sock.h"

#define MCAST4_MAX_SOURCES     10	/* net.ipv4.igmp_max_msf: sources of one membership */
#define MCAST6_MAX_MEMBERSHIPS 2340	/* of a socket: what Linux fits into net.core.optmem_max */

enum mcast_op { MCAST_ADD_SOURCE, MCAST_DROP_SOURCE, MCAST_BLOCK, MCAST_UNBLOCK };

/* A group, where it is to be heard. */
struct mcast_group {
	uint16_t family;	/* AF_INET, AF_INET6 */
	int	 ifindex;	/* 0: by the route to it; leaving: wherever it is */
	union inaddr addr;
};

/**
 * mcast_join - any source; 0, -EINVAL (no group), -ENODEV, -EADDRINUSE (joined already), -ENOBUFS, IPv6: -ENOMEM (too
 * many), -ENOMEM
 */
int mcast_join(struct sock *sk, const struct mcast_group *g);
/** mcast_leave - 0, -EADDRNOTAVAIL, IPv6: -EINVAL (no group) */
int mcast_leave(struct sock *sk, const struct mcast_group *g);
/**
 * mcast_source - change the source filter by one source
 * MCAST_ADD_SOURCE joins when there is no membership; MCAST_DROP_SOURCE of the last one leaves.
 * Return: 0, -EINVAL (no group, no membership, or one of the other mode), -ENODEV, -EADDRNOTAVAIL (source is listed
 * already, or is not), -ENOBUFS (too many sources), or as mcast_join()
 */
int mcast_source(struct sock *sk, enum mcast_op op, const struct mcast_group *g, const union inaddr *source);
/** mcast_set_filter - replace it (IP_MSFILTER); include with no source leaves; errors as above */
int mcast_set_filter(struct sock *sk, const struct mcast_group *g, const struct mc_filter *f);
/** mcast_get_filter - the filter in place (valid until it changes); 0, -EINVAL (no group) or -EADDRNOTAVAIL */
int mcast_get_filter(const struct sock *sk, const struct mcast_group *g, struct mc_filter *ret);
/** mcast_find_dev - where @g->ifindex is open, set it by the route; 0, -EINVAL (no group) or -ENODEV */
int mcast_find_dev(const struct sock *sk, struct mcast_group *g);
/** mcast_max_sources - of one membership of @family */
unsigned mcast_max_sources(const struct sock *sk, int family);

/** mcast_allow - does @sk want what @source sent to @group, both of @family, and came in on @iif? */
bool mcast_allow(const struct sock *sk, int family, const union inaddr *group, const union inaddr *source, int iif);

/**
 * mcast_leave_all - the socket goes; mcast_device_gone - the device does, and all memberships on it
 */
void mcast_leave_all(struct sock *sk);
void mcast_device_gone(struct sock *sk, int ifindex);

#endif
