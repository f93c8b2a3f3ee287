/* SPDX-License-Identifier: BSD-2-Clause */
/* ARP (RFC 826), with address conflict detection (RFC 5227 2.4) and proxying. */
#ifndef STACK_IPV4_ARP_H
#define STACK_IPV4_ARP_H

#include "stack/core/net.h"
#include "stack/link/neighbour.h"

/* On the wire, for Ethernet and whatever else has addresses of six bytes. */
struct arp_hdr {
	be16 hrd, pro;
	uint8_t hln, pln;
	be16 op;
} __packed;

#define ARPOP_REQUEST 1
#define ARPOP_REPLY   2

/** arp_table - the neighbours of IPv4 */
struct neigh_table *arp_table(struct net *net);

int arp_init(struct net *net);
void arp_exit(struct net *net);

#endif
