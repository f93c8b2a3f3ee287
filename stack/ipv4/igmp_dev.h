/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IGMP's state of a device, for the files igmp*.c alone: the groups that its sockets make it a
 * member of, what has to be told to routers, and which version they speak.
 */
#ifndef STACK_IPV4_IGMP_DEV_H
#define STACK_IPV4_IGMP_DEV_H

#include <netinet/in.h>
#include "stack/core/net.h"
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/igmp.h"
#include "stack/lib/inaddr.h"

/* RFC 3376 4, RFC 2236 2 */
#define IGMP_QUERY	0x11
#define IGMP_V1_REPORT	0x12
#define IGMP_V2_REPORT	0x16
#define IGMP_LEAVE	0x17
#define IGMP_V3_REPORT	0x22

#define IGMP_ALL_HOSTS	 0xe0000001u	/* 224.0.0.1 */
#define IGMP_ALL_ROUTERS 0xe0000002u	/* 224.0.0.2 */
#define IGMP_V3_ROUTERS	 0xe0000016u	/* 224.0.0.22 */

/* RFC 3376 8, RFC 2236 8: times in ms */
#define IGMP_ROBUSTNESS		   2
#define IGMP_QUERY_INTERVAL	   125000
#define IGMP_RESPONSE_INTERVAL	   10000
#define IGMP_V1_ROUTER_TIMEOUT	   400000
#define IGMP_V3_UNSOLICITED	   1000
#define IGMP_V2_UNSOLICITED	   10000

/* Sources of a query that are remembered; past these the whole group answers. */
#define IGMP_QUERIED_MAX 16

struct igmp_hdr {
	uint8_t type, code;		/* code: maximum response time of a query */
	be16	check;
	be32	group;
} __packed;

/* A version 3 query: behind the header, before the sources. */
struct igmp_v3_query {
	uint8_t s_qrv;			/* the querier's robustness variable in the low 3 bits */
	uint8_t qqic;			/* its query interval, as code */
	be16	nr_sources;
} __packed;

/* RFC 3376 4.2.12 */
enum igmp_record_type { IS_IN = 1, IS_EX, TO_IN, TO_EX, ALLOW, BLOCK };

/* A source in the filter of a group. */
struct igmp_source {
	struct list_head list;
	be32 addr;
	uint32_t include, exclude;	/* sockets that name it, by their mode */
	bool active;			/* listed in the device's own filter */
	uint8_t change;			/* a change of "active" is still to be told so often */
};

struct igmp_group {
	struct list_head list;		/* igmp_dev.groups */
	struct igmp_dev *mc;
	be32 addr;
	uint32_t users;			/* sockets; 0: left, and that is still to be told */
	uint32_t exclude_users;
	struct list_head sources;	/* igmp_source */
	bool exclude;			/* the device's filter mode */
	bool loaded;			/* the device receives its link-layer address */
	uint8_t mode_change;		/* a change of the mode is still to be told so often */
	/*
	 * An answer to a query about this group is due; versions 1 and 2: or an unsolicited report.
	 */
	struct timer timer;
	bool query_all;			/* about all sources; else those: */
	uint8_t nr_queried;
	be32 queried[IGMP_QUERIED_MAX];
	uint8_t unsolicited;		/* versions 1 and 2: reports to follow */
	bool reporter;			/* versions 1 and 2: we sent the last report */
};

struct igmp_dev {
	struct in_device *in_dev;
	struct list_head groups;
	uint32_t nr_groups;
	bool up;
	uint8_t robustness;
	uint32_t query_interval;	/* ms */
	uint32_t response_interval;	/* ms, of the last query */
	ktime_t v1_until, v2_until;	/* a querier of that version is about */
	struct timer general_timer;	/* the answer to a general query is due */
	struct timer change_timer;	/* changes are to be told */
};

static inline struct net *igmp_net(const struct igmp_dev *mc) { return mc->in_dev->dev->net; }

/** igmp_version - which version to speak: 1, 2 or 3 (RFC 3376 7.2.1) */
static inline int igmp_version(const struct igmp_dev *mc)
{
	ktime_t now = igmp_net(mc)->now;

	return now < mc->v1_until ? 1 : now < mc->v2_until ? 2 : 3;
}

/** igmp_is_silent - groups that are never reported (RFC 3376 6), and devices on which nothing is */
static inline bool igmp_is_silent(const struct igmp_dev *mc, be32 group)
{
	return !mc->up || mc->in_dev->dev->flags & IFF_LOOPBACK || group == htonl(IGMP_ALL_HOSTS);
}

/** igmp_group_find - NULL: none; also finds one that has been left and is still to be told */
struct igmp_group *igmp_group_find(const struct igmp_dev *mc, be32 addr);
/** igmp_group_put - free it once nobody uses it and nothing is left to be told */
void igmp_group_put(struct igmp_group *g);
/**
 * igmp_gone_sources_free - free the sources that no socket names any more, once that has been told
 */
void igmp_gone_sources_free(struct igmp_group *g);

/* Sending (igmp_send.c). */
/** igmp_send_changes - one round of state-change reports (RFC 3376 5.1); Return: another is due */
bool igmp_send_changes(struct igmp_dev *mc);
/** igmp_send_current - current-state records: of @only, or (NULL) of all groups (RFC 3376 5.2) */
void igmp_send_current(struct igmp_dev *mc, struct igmp_group *only);
/**
 * igmp_send_old - a message of version 1 or 2 about @g: IGMP_V1_REPORT, IGMP_V2_REPORT, IGMP_LEAVE
 */
void igmp_send_old(struct igmp_group *g, uint8_t type);

/* Input and its timers (igmp_rcv.c). */
int igmp_rcv(struct net *net, struct sk_buff *skb);
/** igmp_group_due - group timer */
void igmp_group_due(struct timer *t);
/** igmp_general_due - igmp_dev.general_timer */
void igmp_general_due(struct timer *t);
/** igmp_random_delay - some time from now within @ms */
ktime_t igmp_random_delay(struct net *net, uint32_t ms);

#endif
