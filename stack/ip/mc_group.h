/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multicast groups of a device, for both families. IGMPv3 (RFC 3376) and MLDv2 (RFC 3810) are one machine with two
 * sets of words, down to the layout of reports: it stands here. A family says by struct mc_ops how its messages leave,
 * and calls in with what it received. Versions are counted as IGMP counts them: MLDv1 is 2, MLDv2 is 3.
 *
 *	mc_group.c	what sockets want, added up to the one filter of the device; devices going up and down
 *	mc_query.c	queries, the timers of their answers, and who speaks an older version
 *	mc_report.c	reports of version 3: as many group records as fit into a packet
 */
#ifndef STACK_IP_MC_GROUP_H
#define STACK_IP_MC_GROUP_H

#include "stack/core/flow.h"
#include "stack/core/net.h"
#include "stack/core/netdevice.h"

struct mc_dev;
struct mcaddr;

/* RFC 3376 8, RFC 3810 9: times in ms */
#define MC_ROBUSTNESS	     2
#define MC_QUERY_INTERVAL    125000
#define MC_RESPONSE_INTERVAL 10000

/* Sources of a query that are remembered; past these the whole group answers. */
#define MC_QUERIED_MAX 16

/*
 * What sockets can make a device be in. Both are looked up by walking: more would be felt by all that
 * multicasts are for, and users have many sockets.
 */
#define MC_GROUPS_MAX  4096
#define MC_SOURCES_MAX 4096 /* of one group */

/* Record types of a report (RFC 3376 4.2.12, RFC 3810 5.2.12). */
enum mc_record_type { MC_IS_IN = 1, MC_IS_EX, MC_TO_IN, MC_TO_EX, MC_ALLOW, MC_BLOCK };

/* How far a group is known. */
enum mc_reach {
	MC_HOST,		/* it never leaves the host: not even the link layer hears of it */
	MC_UNREPORTED,		/* on the link, but routers are never told (RFC 3376 6, RFC 3810 6) */
	MC_REPORTED,
};

/* What a family gives the machine. */
struct mc_ops {
	int	family;
	uint8_t addr_len;	/* of an address on the wire */
	uint8_t report_type;	/* first byte of a version 3 report */
	enum mc_reach (*reach)(const union inaddr *group);
	/* The robustness to use when the querier's is @told (0: it does not say). */
	uint8_t (*robustness)(const struct mc_dev *mc, uint8_t told);
	/* ms between a report that nobody asked for and its repetition, when @version is spoken. */
	uint32_t (*unsolicited_interval)(const struct mc_dev *mc, int version);
	/* The only version to speak; 0: the querier's. Optional. */
	int (*forced_version)(const struct mc_dev *mc);
	/* Bytes of the longest report. */
	uint32_t (*report_room)(const struct mc_dev *mc);
	/* A version 3 report, finished but for the checksum, which is zero. Owns @skb. */
	void (*send_report)(struct mc_dev *mc, struct sk_buff *skb);
	/* A message of an older @version (1, 2) about @group; @leave: we do (version 2 alone). */
	void (*send_old)(struct mc_dev *mc, const union inaddr *group, int version, bool leave);
};

/* A source in the filter of a group. */
struct mc_source {
	struct list_head list;
	union inaddr addr;
	uint32_t include, exclude;	/* sockets that name it, by their mode */
	bool	active;			/* listed in the device's own filter */
	uint8_t change;			/* a change of "active" is still to be told so often */
};

struct mc_group {
	struct list_head list;		/* mc_dev.groups */
	struct mc_dev *mc;
	union inaddr addr;
	ktime_t	 created;
	uint32_t users;			/* sockets; 0: left, and that is still to be told */
	uint32_t exclude_users;
	struct list_head sources;	/* mc_source */
	uint32_t nr_sources;
	bool	exclude;		/* the device's filter mode */
	bool	loaded;			/* the device receives its link-layer address */
	uint8_t mode_change;		/* a change of the mode is still to be told so often */
	/* An answer to a query about this group is due; older versions: or an unsolicited report. */
	struct timer timer;
	bool	query_all;		/* about all sources; else those: */
	uint8_t nr_queried;
	union inaddr queried[MC_QUERIED_MAX];
	uint8_t unsolicited;		/* older versions: reports to follow */
	bool	reporter;		/* older versions: we sent the last report */
};

struct mc_dev {
	const struct mc_ops *ops;
	struct net_device *dev;
	struct list_head groups;
	uint32_t nr_groups;
	bool	 up;
	uint8_t	 robustness;
	uint32_t query_interval;	/* ms */
	uint32_t response_interval;	/* ms, of the last query */
	ktime_t	 v1_until, v2_until;	/* a querier of that version is about */
	struct timer general_timer;	/* the answer to a general query is due */
	struct timer change_timer;	/* changes are to be told */
};

/* Groups (mc_group.c). */

/** mc_dev_init - @mc is part of the family's own struct of the device, and fresh */
void mc_dev_init(struct mc_dev *mc, struct net_device *dev, const struct mc_ops *ops);
/** mc_dev_exit - its groups go without a word; @mc stays the caller's to free */
void mc_dev_exit(struct mc_dev *mc);
/** mc_dev_up - the device came up: filters are loaded, what is joined is reported */
void mc_dev_up(struct mc_dev *mc);
/** mc_dev_down - it went down: timers stop, filters go, the querier is forgotten; memberships stay */
void mc_dev_down(struct mc_dev *mc);
/** mc_report_anew - report all as if joined now: who is on the link may not have heard of it */
void mc_report_anew(struct mc_dev *mc);

/** mc_group_join - one more user of @group with the filter @f; 0, -ENOMEM or -ENOBUFS (MC_SOURCES_MAX) */
int mc_group_join(struct mc_dev *mc, const union inaddr *group, const struct mc_filter *f);
/** mc_group_join_socket - likewise, for a socket: -ENOBUFS past MC_GROUPS_MAX, too */
int mc_group_join_socket(struct mc_dev *mc, const union inaddr *group, const struct mc_filter *f);
/** mc_group_leave - of one that joined with just @f; 0 or -EADDRNOTAVAIL */
int mc_group_leave(struct mc_dev *mc, const union inaddr *group, const struct mc_filter *f);
/** mc_group_walk - see inet_config_ops.mcaddr_walk */
int mc_group_walk(const struct mc_dev *mc, int (*fn)(const struct mcaddr *mcaddr, void *arg), void *arg);
/** mc_group_find - NULL: none; also finds one that has been left (users: 0) and is still to be told */
struct mc_group *mc_group_find(const struct mc_dev *mc, const union inaddr *addr);
/** mc_group_accepts - does its filter let @src through? */
bool mc_group_accepts(const struct mc_group *g, const union inaddr *src);
/** mc_group_is_silent - nothing is said of it: by its nature, or because of the device */
bool mc_group_is_silent(const struct mc_group *g);
/** mc_forget_changes - what was still to be told of changes is not */
void mc_forget_changes(struct mc_dev *mc);
/**
 * mc_group_tidy - after something was told of it: free the sources that no socket names any more, and the group when
 * nobody uses it and nothing is left to be told
 */
void mc_group_tidy(struct mc_group *g);

/* Queries, and the reports of other hosts (mc_query.c). */

struct mc_query {
	int version;
	union inaddr group;	/* any: general */
	uint32_t max_delay;	/* ms */
	/* Version 3: */
	uint8_t	 robustness;	/* 0: not said */
	uint32_t query_interval; /* ms; 0: not said */
	uint16_t nr_sources;
	const uint8_t *sources;	/* as they stand in the packet */
};

/** mc_query_parse_v3 - the part of a query from its flags to @end (RFC 3376 4.1, RFC 3810 5.1); false: cut short */
bool mc_query_parse_v3(struct mc_query *q, const struct mc_ops *ops, const uint8_t *p, const uint8_t *end);
#define MC_QUERY_V3_LEN 4 /* without sources */
/** mc_decode - a floating-point code with @bits bits of mantissa and 3 of exponent (RFC 3376 4.1.1, RFC 3810 5.1.3) */
uint32_t mc_decode(uint32_t code, unsigned bits);
/** mc_query_rcv - a router asks */
void mc_query_rcv(struct mc_dev *mc, const struct mc_query *q);
/** mc_report_rcv - another host has reported @group in the words of an older version */
void mc_report_rcv(struct mc_dev *mc, const union inaddr *group);
/** mc_version - which version to speak: 1, 2 or 3 (RFC 3376 7.2.1, RFC 3810 8.2.1) */
int mc_version(const struct mc_dev *mc);
/** mc_random_delay - some time from now within @ms */
ktime_t mc_random_delay(struct net *net, uint32_t ms);
/** mc_group_due, mc_general_due - mc_group.timer, mc_dev.general_timer */
void mc_group_due(struct timer *t);
void mc_general_due(struct timer *t);

/* Reports (mc_report.c). */

/** mc_send_changes - one round of state-change reports (RFC 3376 5.1, RFC 3810 6.1); Return: another is due */
bool mc_send_changes(struct mc_dev *mc);
/** mc_send_current - current-state records: of @only, or (NULL) of all groups (RFC 3376 5.2, RFC 3810 6.2) */
void mc_send_current(struct mc_dev *mc, struct mc_group *only);

#endif
