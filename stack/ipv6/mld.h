/* SPDX-License-Identifier: BSD-2-Clause */
/* Multicast group membership of this host, and MLDv2 (RFC 3810) which tells routers about it: the sister of igmp.h. */
#ifndef STACK_IPV6_MLD_H
#define STACK_IPV6_MLD_H

#include "stack/core/flow.h"
#include "stack/core/net.h"
#include "stack/core/netdevice.h"

struct inet6_dev;
struct mc_dev;
struct mcaddr;

int mld_init(struct net *net);
void mld_exit(struct net *net);
/** mld_rcv - a message of types 130 to 132, 143: data at the ICMPv6 header, checksum good, parm in cb; owns @skb */
int mld_rcv(struct net *net, struct sk_buff *skb);

/** ip6_mc_init_dev - IPv6 begins on a device (idev->mc is NULL): joins all nodes (ff01::1, ff02::1); 0 or -ENOMEM */
int ip6_mc_init_dev(struct inet6_dev *idev);
/** ip6_mc_destroy_dev - IPv6 ends on it; nothing is sent any more */
void ip6_mc_destroy_dev(struct inet6_dev *idev);
/** ip6_mc_up - the device came up: its filters are loaded, what is joined is reported */
void ip6_mc_up(struct inet6_dev *idev);
/** ip6_mc_down - the device went down: timers stop, link-layer filters go; memberships stay */
void ip6_mc_down(struct inet6_dev *idev);
/**
 * ip6_mc_check - is a packet of @proto from @src (NULL: not known) to @group wanted on the device?
 * @proto: the first header's type. What may be MLD (ICMPv6, hop-by-hop options) is wanted from any source where the
 * group is joined: routers are in no one's filter. What else it may be, the sockets' own filters stop.
 */
bool ip6_mc_check(const struct inet6_dev *idev, const union inaddr *group, const union inaddr *src, uint8_t proto);

/** ip6_mc_join, ip6_mc_leave - see inet_af_ops.mc_join, mc_leave; @dev NULL: by the route to @group */
int ip6_mc_join(struct net *net, const union inaddr *group, struct net_device *dev, const struct mc_filter *f);
int ip6_mc_leave(struct net *net, const union inaddr *group, struct net_device *dev, const struct mc_filter *f);
/** ip6_mc_walk - see inet_config_ops.mcaddr_walk */
int ip6_mc_walk(struct net_device *dev, int (*fn)(const struct mcaddr *mcaddr, void *arg), void *arg);
/** ip6_mc_dev - its groups in full, with timers and filters; NULL: IPv6 is not on it */
const struct mc_dev *ip6_mc_dev(const struct net_device *dev);
/** ip6_mc_join_own, _leave_own - the stack's own membership (solicited-node groups, all routers), counted */
int ip6_mc_join_own(struct inet6_dev *idev, const union inaddr *group);
void ip6_mc_leave_own(struct inet6_dev *idev, const union inaddr *group);

#endif
