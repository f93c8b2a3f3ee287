/* SPDX-License-Identifier: BSD-2-Clause */
/* MLD's state of a device, its messages, and what its files owe each other; for the files mld*.c alone. */
#ifndef STACK_IPV6_MLD_DEV_H
#define STACK_IPV6_MLD_DEV_H

#include "stack/ip/mc_group.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/mld.h"

/* RFC 2710 3, RFC 3810 5.1: the fixed part of all messages but version 2 reports */
struct mld_hdr {
	uint8_t type, code;
	be16	check;
	be16	max_delay;	/* of a query: ms; version 2: as a code */
	be16	reserved;
	union inaddr group;
} __packed __attribute__((aligned(2)));

struct mld_dev {
	struct mc_dev mc;
	struct inet6_dev *idev;
	bool unheard;		/* something was sent from ::, which routers do not listen to (RFC 3590 4) */
};

static inline struct mld_dev *mld_dev(const struct mc_dev *mc)
{
	return container_of(mc, struct mld_dev, mc);
}

/* See mc_ops (mld_send.c). */
uint32_t mld_report_room(const struct mc_dev *mc);
void mld_send_report(struct mc_dev *mc, struct sk_buff *skb);
void mld_send_old(struct mc_dev *mc, const union inaddr *group, int version, bool leave);

#endif
