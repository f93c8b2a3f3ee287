/* SPDX-License-Identifier: BSD-2-Clause */
/* Multicast group membership of this host, and IGMPv3 (RFC 3376) which tells routers about it. */
#ifndef STACK_IPV4_IGMP_H
#define STACK_IPV4_IGMP_H

#include "stack/core/flow.h"
#include "stack/core/net.h"
#include "stack/core/netdevice.h"

struct in_device;
struct mc_dev;
struct mcaddr;

/** igmp_init - registers the protocol; 0 or -errno */
int igmp_init(struct net *net);
void igmp_exit(struct net *net);

/** ip_mc_init_dev - IPv4 begins on a device (in_dev->mc is NULL); 0 or -ENOMEM */
int ip_mc_init_dev(struct in_device *in_dev);
/** ip_mc_destroy_dev - IPv4 ends on it; nothing is sent any more */
void ip_mc_destroy_dev(struct in_device *in_dev);
/** ip_mc_up - the device came up: joins 224.0.0.1, reports what is joined */
void ip_mc_up(struct in_device *in_dev);
/** ip_mc_down - the device went down: timers stop, link-layer filters go; memberships stay */
void ip_mc_down(struct in_device *in_dev);
/**
 * ip_mc_check - is a packet of @proto from @src (0: not known) to @group wanted on the device?
 * (IGMP itself: always)
 */
bool ip_mc_check(const struct in_device *in_dev, be32 group, be32 src, uint8_t proto);

/**
 * ip_mc_join, ip_mc_leave - see inet_af_ops.mc_join, mc_leave; @dev NULL: by the route to @group
 */
int ip_mc_join(struct net *net, const union inaddr *group, struct net_device *dev, const struct mc_filter *f);
int ip_mc_leave(struct net *net, const union inaddr *group, struct net_device *dev, const struct mc_filter *f);
/** ip_mc_walk - see inet_config_ops.mcaddr_walk */
int ip_mc_walk(struct net_device *dev, int (*fn)(const struct mcaddr *mcaddr, void *arg), void *arg);
/** ip_mc_dev - its groups in full, with timers and filters; NULL: IPv4 is not on it */
const struct mc_dev *ip_mc_dev(const struct net_device *dev);

#endif
