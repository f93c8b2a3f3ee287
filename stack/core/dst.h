/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dst_entry: the answer of a route lookup: where a packet goes next, and what to do with it. The
 * families embed it in their own route structs. Reference counted; held by skbs and sockets. A socket
 * that caches one asks dst_check() before each use: configuration that changes makes it obsolete.
 */
#ifndef STACK_CORE_DST_H
#define STACK_CORE_DST_H

#include "stack/lib/ktime.h"
#include "stack/lib/list.h"
#include "stack/lib/util.h"

struct net;
struct sk_buff;
struct net_device;
struct neighbour;
struct dst_entry;

struct dst_ops {
	int family;			/* AF_* */
	void (*destroy)(struct dst_entry *dst);
	/* The path MTU in bytes, network header included (RFC 1191, RFC 8201). */
	uint32_t (*mtu)(const struct dst_entry *dst);
	/* A router or the path said "too big": remember @mtu for this destination. */
	void (*update_pmtu)(struct dst_entry *dst, uint32_t mtu);
	/* The path looks dead: sooner probe the neighbour, or another next hop. */
	void (*negative_advice)(struct dst_entry *dst);
	/* Higher protocol sees progress: confirm the neighbour (RFC 4861 7.3.1). */
	void (*confirm)(struct dst_entry *dst);
};

struct dst_entry {
	const struct dst_ops *ops;
	struct net *net;
	struct net_device *dev;
	struct list_head all;		/* of the family's that live (dst_cache.all), or are to be used again */
	struct neighbour *neigh;	/* the next hop; NULL until first needed, or for local */
	uint32_t refs;
	uint32_t genid;			/* of the family's routing state, when made */
	const uint32_t *genid_now;	/* the family's current one */
	int error;			/* 0, or why it cannot be reached: -EHOSTUNREACH, -ENETUNREACH, -EACCES, -EINVAL */
	uint16_t header_len;		/* room that is needed before the network header */
	uint16_t advmss;		/* the route's: the MSS that TCP tells the peer; 0: by the device */
	int (*input)(struct net *net, struct sk_buff *skb);	/* both own the skb */
	int (*output)(struct net *net, struct sk_buff *skb);
};

static inline struct dst_entry *dst_hold(struct dst_entry *dst)
{
	dst->refs++;
	return dst;
}

/** dst_release - drop a reference; NULL is fine */
void dst_release(struct dst_entry *dst);

/** dst_check - true: still right */
static inline bool dst_check(const struct dst_entry *dst)
{
	return dst->genid == *dst->genid_now;
}

static inline uint32_t dst_mtu(const struct dst_entry *dst) { return dst->ops->mtu(dst); }

#endif
