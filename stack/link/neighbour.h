/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours: who is on the other side of a link, under which link-layer address, and whether it is
 * still there: the state machine of RFC 4861 7.3 with the kernel's states (NUD_*), for any protocol. No
 * protocol is known here: ARP and ND fill in a neigh_table, and report what they learn by
 * neigh_update().
 */
#ifndef STACK_LINK_NEIGHBOUR_H
#define STACK_LINK_NEIGHBOUR_H

#include <linux/neighbour.h>
#include "stack/core/netdevice.h"
#include "stack/core/timer.h"
#include "stack/lib/inaddr.h"

struct neigh_proxy;
struct neigh_table;

/*
 * The kernel's net.ipv{4,6}.neigh.DEV.* parameters, with its defaults. A table has those of devices to come, and each device
 * its own, which follow the table's until they are set: who writes a field says so by neigh_parms_changed().
 */
struct neigh_parms {
	uint32_t base_reachable_time;	/* ms, 30000; reachable time is 0.5 to 1.5 of it, drawn anew now and then */
	uint32_t retrans_time;		/* ms, 1000 */
	uint32_t gc_staletime;		/* s, 60 */
	uint32_t delay_probe_time;	/* s, 5 */
	uint32_t mcast_probes;		/* 3 */
	uint32_t ucast_probes;		/* 3 */
	uint32_t app_probes;		/* 0 */
	uint32_t mcast_reprobes;	/* 0 */
	uint32_t queue_len_bytes;	/* 212992, truesize */
	uint32_t proxy_qlen;		/* 64 */
	uint32_t proxy_delay;		/* ms, 800 */
	uint32_t locktime;		/* ms, 1000 (ARP) */
	uint32_t interval_probe_time;	/* ms, 5000: managed ones are looked after so often (the table's counts) */
	/* The neighbour table's own. */
	struct list_head list;		/* of neigh_table.dev_parms */
	struct neigh_table *tbl;
	const struct net_device *dev;	/* NULL: the table's */
	uint32_t set;			/* fields that were set for this device: a bit for each, in their order */
	ktime_t reachable_time;		/* what was drawn last, from which base (ms), and when */
	uint32_t reachable_base;
	ktime_t reachable_drawn;
};

struct neighbour {
	struct hlist_node hash;
	struct list_head gc;		/* on the table's list, the one longest without news first; not for permanent ones */
	struct list_head managed;	/* on the table's list; empty: not managed */
	struct neigh_table *tbl;
	struct neigh_parms *parms;	/* of the device; while it is not dead */
	struct net_device *dev;
	uint32_t refs;			/* the table's own is one */
	uint16_t nud_state;		/* NUD_* */
	uint8_t	 flags;			/* NTF_ROUTER, NTF_EXT_LEARNED */
	uint8_t	 type;			/* RTN_*: of the key: unicast, multicast, broadcast */
	uint8_t	 protocol;		/* RTPROT_*: who made it; 0: unspec */
	bool	 silent;		/* it did not answer when last asked, and was not heard of since: FAILED, or asked anew */
	bool	 dead;			/* out of the table: use no more, just release */
	uint32_t probes;
	ktime_t	 confirmed, used, updated;
	struct timer timer;
	struct sk_buff_head arp_queue;	/* waiting for the address */
	union inaddr key;
	uint8_t	 ha[NETDEV_ADDR_MAX];
};

/* What a protocol fills in. */
struct neigh_ops {
	int family;			/* AF_INET, AF_INET6 */
	uint16_t ethertype;		/* of the packets sent to these neighbours (ETH_P_IP …) */
	uint8_t key_len;		/* bytes */
	/* Is @key such that no resolution is needed (multicast, broadcast, IFF_NOARP)? Then sets nud_state
	 * (NUD_NOARP), type and ha. 0, or -errno: such a neighbour cannot be. */
	int (*constructor)(struct neighbour *neigh);
	/* Ask for the address: broadcast/multicast, or unicast to neigh->ha when @unicast. @skb: the packet that
	 * is waiting (its source address is a hint), or NULL. */
	void (*solicit)(struct neighbour *neigh, const struct sk_buff *skb, bool unicast);
	/*
	 * Resolution failed: @skb waited for it (owned). Sends the ICMP error, reports to the
	 * socket.
	 */
	void (*error_report)(struct neighbour *neigh, struct sk_buff *skb);
	/* Do the neighbours on @dev stay when it loses its carrier? Optional: they go. */
	bool (*stay_without_carrier)(const struct net_device *dev);
	/* From now on (no longer) we answer for proxy->key on proxy->dev. Optional. */
	void (*proxy_changed)(struct neigh_table *tbl, const struct neigh_proxy *proxy, bool added);
};

struct neigh_table {
	struct list_head list;		/* of net->neigh */
	struct net *net;
	const struct neigh_ops *ops;
	struct neigh_parms parms;	/* of devices to come */
	struct list_head dev_parms;	/* neigh_parms.list */
	uint32_t gc_thresh1, gc_thresh2, gc_thresh3;	/* 128, 512, 1024 */
	uint32_t gc_interval;		/* s, 30 */
	ktime_t gc_forced;		/* when the table was last so full that it was searched at once */
	ktime_t gc_futile;		/* until then it need not be searched again: nothing was found */
	uint32_t entries;		/* all */
	uint32_t gc_entries;		/* those that may be collected */
	uint32_t hash_mask;
	struct hlist_head *hash;	/* grows */
	struct list_head gc_list;
	struct list_head managed;	/* neighbours that are kept resolved */
	struct timer managed_timer;	/* runs only while there are any */
	struct timer gc_timer;		/* runs only while there is something to collect */
	struct list_head proxies;	/* neigh_proxy */
	struct sk_buff_head proxy_queue;
	struct timer proxy_timer;
	void (*proxy_redo)(struct neigh_table *tbl, struct sk_buff *skb);
};

struct neigh_proxy {
	struct list_head list;
	struct net_device *dev;		/* NULL: any */
	union inaddr key;
	uint8_t flags, protocol;
};

/**
 * neigh_net_init - the floor's state, before any table; 0 or -ENOMEM. neigh_net_exit - after all
 * tables
 */
int neigh_net_init(struct net *net);
void neigh_net_exit(struct net *net);

/**
 * neigh_table_init, _exit - a protocol's table (embedded); all entries of a device go with the
 * device
 */
int neigh_table_init(struct net *net, struct neigh_table *tbl, const struct neigh_ops *ops);
void neigh_table_exit(struct neigh_table *tbl);
/** neigh_table_find - by family; NULL */
struct neigh_table *neigh_table_find(struct net *net, int family);

/**
 * neigh_parms_get - those of @dev in @tbl, for as long as it is registered
 * Return: the table's where @dev is NULL or not registered (any more), or memory is short
 */
struct neigh_parms *neigh_parms_get(struct neigh_table *tbl, const struct net_device *dev);
/**
 * neigh_parms_changed - @field of @p was written: from now on it is the device's own; or, in the table's, the devices that
 * have none of their own take it over
 */
void neigh_parms_changed(struct neigh_parms *p, const uint32_t *field);

/** neigh_lookup - find; a reference for the caller, or NULL */
struct neighbour *neigh_lookup(struct neigh_table *tbl, const union inaddr *key, struct net_device *dev);
/**
 * neigh_create - find or make; a reference, or NULL: no memory, table full (gc_thresh3), or refused
 */
struct neighbour *neigh_create(struct neigh_table *tbl, const union inaddr *key, struct net_device *dev);
static inline struct neighbour *neigh_hold(struct neighbour *neigh) { neigh->refs++; return neigh; }
void neigh_release(struct neighbour *neigh);	/* NULL is fine */

#define NEIGH_UPDATE_F_OVERRIDE		0x1	/* the address may be replaced by another */
#define NEIGH_UPDATE_F_WEAK_OVERRIDE	0x2	/* another address: only make it suspicious (STALE) */
#define NEIGH_UPDATE_F_ADMIN		0x4	/* by configuration */
#define NEIGH_UPDATE_F_ISROUTER		0x8
#define NEIGH_UPDATE_F_OVERRIDE_ISROUTER 0x10
#define NEIGH_UPDATE_F_USE		0x40	/* by configuration: neither address nor state are given: find out */
#define NEIGH_UPDATE_F_MANAGED		0x80	/* likewise, and keep it so (neigh_managed.c) */
#define NEIGH_UPDATE_F_EXT_LEARNED	0x20	/* by configuration: kept for who learnt it elsewhere, not collected */

/**
 * neigh_update - something was learnt, or configured
 * @lladdr: the link-layer address, or NULL: keep
 * @nud: the new state (NUD_REACHABLE, NUD_STALE, NUD_PERMANENT, NUD_FAILED …)
 * Return: 0, -EPERM (permanent, and not by an administrator), -EINVAL (no address for a valid state), -ENODEV (dead)
 */
int neigh_update(struct neighbour *neigh, const uint8_t *lladdr, uint16_t nud, unsigned flags);

/**
 * neigh_output - send @skb (data at the network header) to @neigh; owns @skb
 * Pushes the link-layer header, or queues the packet and starts resolution. 0 or -errno.
 */
int neigh_output(struct net *net, struct neighbour *neigh, struct sk_buff *skb);
/** neigh_is_managed - NTF_EXT_MANAGED */
static inline bool neigh_is_managed(const struct neighbour *neigh) { return !list_empty(&neigh->managed); }
/** neigh_confirm - a higher layer saw it answer */
void neigh_confirm(struct neighbour *neigh);
/** neigh_probe - start resolution without a packet (NTF_USE) */
void neigh_probe(struct neighbour *neigh);
/** neigh_delete - by configuration: 0, -ENOENT */
int neigh_delete(struct neigh_table *tbl, const union inaddr *key, struct net_device *dev);
/**
 * neigh_flush_dev - all entries of @dev go, of every table, with what waits for them
 * This floor does so itself where the kernel does: device down or gone, own address or IFF_NOARP changed
 * (all entries go); carrier lost (permanent ones stay).
 */
void neigh_flush_dev(struct net *net, struct net_device *dev, bool keep_permanent);

/**
 * neigh_walk - call @fn for each entry until it returns nonzero; @fn must not change the table.
 * Order: stable while nothing changes
 */
int neigh_walk(struct neigh_table *tbl, int (*fn)(struct neighbour *neigh, void *arg), void *arg);

struct neigh_proxy *neigh_proxy_find(struct neigh_table *tbl, const union inaddr *key, struct net_device *dev);
/** neigh_proxy_add - find or make; NULL: no memory */
struct neigh_proxy *neigh_proxy_add(struct neigh_table *tbl, const union inaddr *key, struct net_device *dev);
int neigh_proxy_del(struct neigh_table *tbl, const union inaddr *key, struct net_device *dev);
/** neigh_proxy_enqueue - answer it later, at random within proxy_delay (owns @skb) */
void neigh_proxy_enqueue(struct neigh_table *tbl, struct sk_buff *skb);

#endif
