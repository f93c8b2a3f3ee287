/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multicast groups that a socket has joined, with its source filters (RFC 3376 3, RFC 3678):
 * what ip(7) says by IP_ADD_MEMBERSHIP and MCAST_JOIN_GROUP. Family-neutral: the host's own
 * membership is the network layer's (inet_af_ops.mc_join), which adds up what the sockets want.
 */
#ifndef STACK_TRANSPORT_MCAST_H
#define STACK_TRANSPORT_MCAST_H

#include "stack/transport/sock.h"

#define MCAST_MAX_SOURCES 10	/* igmp_max_msf: sources of one membership */

enum mcast_op { MCAST_ADD_SOURCE, MCAST_DROP_SOURCE, MCAST_BLOCK, MCAST_UNBLOCK };

/**
 * mcast_find_dev - the device of a membership: @ifindex, or 0: by the route to @group; NULL: none
 */
struct net_device *mcast_find_dev(struct sock *sk, int ifindex, const union inaddr *group);

/**
 * mcast_join - any source; 0, -EINVAL (no group), -EADDRINUSE (joined already), -ENOBUFS (more than
 * @max), -ENOMEM
 */
int mcast_join(struct sock *sk, const union inaddr *group, struct net_device *dev, unsigned max);
/** mcast_leave - @dev NULL: on whatever device it is; 0, -EADDRNOTAVAIL */
int mcast_leave(struct sock *sk, const union inaddr *group, struct net_device *dev);
/**
 * mcast_source - change the source filter by one source
 * MCAST_ADD_SOURCE joins when there is no membership; MCAST_DROP_SOURCE of the last one leaves.
 * Return: 0, -EINVAL (no membership, or one of the other mode), -EADDRNOTAVAIL (source is listed
 * already, or is not), -ENOBUFS (too many sources, or memberships), -ENOMEM
 */
int mcast_source(struct sock *sk, enum mcast_op op, const union inaddr *group,
		 struct net_device *dev, const union inaddr *source, unsigned max);
/** mcast_set_filter - replace it (IP_MSFILTER); include with no source leaves; errors as above */
int mcast_set_filter(struct sock *sk, const union inaddr *group, struct net_device *dev,
		     const struct mc_filter *f);
/** mcast_get_filter - the filter in place (valid until it changes); 0 or -EADDRNOTAVAIL */
int mcast_get_filter(const struct sock *sk, const union inaddr *group, const struct net_device *dev,
		     struct mc_filter *ret);

/** mcast_allow - does @sk want what @source sent to @group, and came in on @iif? */
bool mcast_allow(const struct sock *sk, const union inaddr *group, const union inaddr *source,
		 int iif);

/**
 * mcast_leave_all - the socket goes; mcast_device_gone - the device does, and all memberships on it
 */
void mcast_leave_all(struct sock *sk);
void mcast_device_gone(struct sock *sk, int ifindex);

#endif
