/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reassembly, for both families. Fragments of one packet wait in a queue, in order, until none is missing. What a
 * stranger can do with them is bounded:
 *  - all queues together hold at most so many bytes; for new ones the eldest queue goes;
 *  - a queue lives only so long;
 *  - a fragment that overlaps another discards the whole queue (RFC 5722), unless it is a duplicate;
 *  - a packet has a greatest length;
 *  - the hash is keyed.
 */
#ifndef STACK_IP_FRAG_QUEUE_H
#define STACK_IP_FRAG_QUEUE_H

#include "stack/core/event.h"
#include "stack/core/net.h"
#include "stack/core/skbuff.h"
#include "stack/lib/inaddr.h"

#define FRAG_HASH 256

/* What makes fragments belong together. No holes; unused parts are zero. */
struct frag_key {
	union inaddr saddr, daddr;
	be32 id;
	uint32_t proto;	/* IPv4 (RFC 791 3.2); IPv6: 0 (RFC 8200 4.5) */
	int iif;	/* where addresses mean nothing without it */
	uint32_t unused;
};

/* What a family fills in. */
struct frag_ops {
	uint32_t max_len;	/* of a packet, from the first fragment's network header on */
	/*
	 * RFC 5722, RFC 8200 4.5, to the letter: only what repeats a fragment exactly is a duplicate; and once fragments
	 * have overlapped, what comes later of the packet is discarded, too.
	 */
	bool strict;
	enum mib_counter timeouts, oks, fails;
	enum mib_counter overlaps;	/* MIB_MAX: not counted */
	/* Time is over: the first fragment, whose sender is told. Owns @skb (data at its payload). */
	void (*expired)(struct net *net, struct sk_buff *skb);
};

struct frag_table {
	struct net *net;
	const struct frag_ops *ops;
	struct hlist_head hash[FRAG_HASH];
	struct list_head age;	/* the newest first */
	struct siphash_key key;
	uint32_t mem;		/* truesize */
	struct event_listener listener;
};

/* One fragment, as its header says. */
struct frag_place {
	uint32_t off, len;	/* of its bytes in the packet's payload; a multiple of 8, but for the last; off + len sane */
	bool more;		/* it is not the last */
};

/* Limits as configured at the moment. */
struct frag_limits {
	uint32_t high_thresh;	/* bytes */
	uint32_t time;		/* s */
};

/* What waits to be put together. */
struct frag_usage {
	uint32_t queues;
	uint32_t mem;		/* truesize */
};

/** frag_table_init - @ops outlives it */
void frag_table_init(struct net *net, struct frag_table *t, const struct frag_ops *ops);
void frag_table_exit(struct frag_table *t);
/** frag_table_usage - how much is in it */
struct frag_usage frag_table_usage(const struct frag_table *t);

/**
 * frag_rcv - a fragment: data at its payload; its headers, from the network header on, are before that, linear; owns
 * @skb, and uses the front of its cb for itself
 * @ret_longest: with the whole, the bytes of its longest fragment from the network header on
 * Return: the whole, when it was the last that was missing: the first fragment, with data at its network header, its
 * headers as they came, and all payload behind them; the front of cb is undefined. Else NULL.
 */
struct sk_buff *frag_rcv(struct frag_table *t, struct sk_buff *skb, const struct frag_key *key,
			 const struct frag_place *place, const struct frag_limits *limits,
			 uint32_t *ret_longest);

/** frag_size - bytes of a fragment from the network header on; data at its payload */
static inline uint32_t frag_size(const struct sk_buff *skb)
{
	return skb->data - (uint8_t *)skb_network_header(skb) + skb->len;
}

#endif
