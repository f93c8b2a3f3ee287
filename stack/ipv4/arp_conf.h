/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a device's settings (net.ipv4.conf.*) let ARP do. For arp.c, once a packet is known to be right in itself.
 */
#ifndef STACK_IPV4_ARP_CONF_H
#define STACK_IPV4_ARP_CONF_H

#include "stack/core/net.h"
#include "stack/ipv4/devinet.h"

/** arp_may_answer - may @dev answer the station @sip (0: it has no address yet) for our address @tip? */
bool arp_may_answer(struct net *net, const struct net_device *dev, be32 sip, be32 tip);
/** arp_is_proxy - are we to answer @sip for @tip, which is no address of ours, on @dev? */
bool arp_is_proxy(struct net *net, struct net_device *dev, be32 sip, be32 tip);
/** arp_accepts_strangers - may @sip, who did not ask for us, become a neighbour on @dev? */
bool arp_accepts_strangers(const struct net_device *dev, be32 sip);
/** arp_solicit_source - the sender's address in a request for @target; @saddr: of the packet that waits; 0: none fits */
be32 arp_solicit_source(struct net *net, const struct net_device *dev, be32 target, be32 saddr);

#endif
