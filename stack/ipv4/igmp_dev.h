/* SPDX-License-Identifier: BSD-2-Clause */
/* IGMP's messages and what its files owe each other; for the files igmp*.c alone. */
#ifndef STACK_IPV4_IGMP_DEV_H
#define STACK_IPV4_IGMP_DEV_H

#include <arpa/inet.h>
#include "stack/ip/mc_group.h"

/* RFC 3376 4, RFC 2236 2 */
#define IGMP_QUERY	0x11
#define IGMP_V1_REPORT	0x12
#define IGMP_V2_REPORT	0x16
#define IGMP_LEAVE	0x17
#define IGMP_V3_REPORT	0x22

#define IGMP_ALL_HOSTS	 0xe0000001u	/* 224.0.0.1 */
#define IGMP_ALL_ROUTERS 0xe0000002u	/* 224.0.0.2 */
#define IGMP_V3_ROUTERS	 0xe0000016u	/* 224.0.0.22 */

struct igmp_hdr {
	uint8_t type, code;		/* code: maximum response time of a query */
	be16	check;
	be32	group;
} __packed;

/* See mc_ops (igmp_send.c). */
uint32_t igmp_report_room(const struct mc_dev *mc);
void igmp_send_report(struct mc_dev *mc, struct sk_buff *skb);
void igmp_send_old(struct mc_dev *mc, const union inaddr *group, int version, bool leave);

/** igmp_rcv - the protocol's input (igmp_rcv.c) */
int igmp_rcv(struct net *net, struct sk_buff *skb);

#endif
