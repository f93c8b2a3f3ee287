/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net_device: what can send and receive frames. A kind (packet, tap, pair, loopback …) gives it ops;
 * frames come in through netdev_rx() and go out through netdev_xmit().
 *
 * Way in:  a driver's poll, or a link inside the stack, calls netdev_rx(dev, skb); the link layer
 * (dev->link->rcv: eth_rcv for Ethernet) sets protocol and pkt_type and calls netdev_deliver(), which
 * hands it to the packet_type of its ethertype.
 * Way out: neigh_output() and others push a link-layer header and call netdev_xmit(), which counts,
 * shows captures, does in software what the device cannot (segmentation, checksum) and calls
 * ops->xmit. A driver may queue frames: it marks itself by netdev_tx_pending(); ops->flush is called
 * at the end of the batch.
 */
#ifndef STACK_CORE_NETDEVICE_H
#define STACK_CORE_NETDEVICE_H

#include <linux/if.h>
#include "stack/core/skbuff.h"
#include "stack/lib/extack.h"

#define NETDEV_ADDR_MAX	 32
#define NETDEV_ALIAS_MAX 256
#define NETDEV_GSO_MAX	 65535	/* longest GSO packet, network header included */

/* What a device can do; the stack does the rest in software. */
enum netdev_feature {
	NETIF_F_CSUM	= 1 << 0,	/* completes CSUM_PARTIAL */
	NETIF_F_TSO4	= 1 << 1,
	NETIF_F_TSO6	= 1 << 2,
	NETIF_F_USO	= 1 << 3,
	NETIF_F_SG	= 1 << 4,	/* takes frags */
	NETIF_F_LOOPBACK = 1 << 5,	/* frames never leave: checksums need not be computed */
};

struct net_device;
struct capture_tap;

struct netdev_stats {
	uint64_t rx_packets, tx_packets, rx_bytes, tx_bytes;
	uint64_t rx_errors, tx_errors, rx_dropped, tx_dropped;
	uint64_t multicast, collisions;
	uint64_t rx_length_errors, rx_over_errors, rx_crc_errors, rx_frame_errors, rx_fifo_errors, rx_missed_errors;
	uint64_t tx_aborted_errors, tx_carrier_errors, tx_fifo_errors, tx_heartbeat_errors, tx_window_errors;
	uint64_t rx_compressed, tx_compressed, rx_nohandler;
};

struct netdev_ops {
	/* IFF_UP is being set (cleared). Optional. open: 0 or -errno. */
	int (*open)(struct net_device *dev);
	void (*stop)(struct net_device *dev);
	/* Send a frame: owns @skb. Features not in dev->features are never asked for. */
	void (*xmit)(struct net_device *dev, struct sk_buff *skb);
	/* Push out what xmit queued. Optional. */
	void (*flush)(struct net_device *dev);
	/*
	 * Validate and apply; 0 or -errno with a sentence. Optional (then allowed, within
	 * min_mtu..max_mtu).
	 */
	int (*set_mtu)(struct net_device *dev, uint32_t mtu, struct extack *ack);
	int (*set_address)(struct net_device *dev, const uint8_t *addr, struct extack *ack);
	/* dev->mc_list, dev->addr or IFF_PROMISC/IFF_ALLMULTI changed, or IFF_UP was set. Optional. */
	void (*set_rx_mode)(struct net_device *dev);
	/*
	 * Take down what the kind made (priv included); the device is unregistered and has no
	 * users. Optional.
	 */
	void (*destroy)(struct net_device *dev);
};

/*
 * The link layer of a device type: Ethernet, or none (loopback uses Ethernet framing as Linux
 * does).
 */
struct netdev_link {
	uint16_t type;			/* ARPHRD_* */
	uint16_t hard_header_len;
	uint8_t	 addr_len;
	/* A frame came in, skb->data at its link-layer header. Owns @skb. */
	int (*rcv)(struct net *net, struct sk_buff *skb);
	/*
	 * Push a header before skb->data; @saddr NULL: the device's own. 0 or -ENOMEM (skb intact).
	 */
	int (*header)(struct sk_buff *skb, struct net_device *dev, uint16_t ethertype,
		      const uint8_t *daddr, const uint8_t *saddr);
	/* May a device have this address? Optional. */
	bool (*addr_valid)(const uint8_t *addr);
	/*
	 * The link-layer address of a multicast group or the like: for a family (AF_INET,
	 * AF_INET6).
	 */
	void (*map_multicast)(int family, const void *group, uint8_t *ret_addr);
};

/* A link-layer multicast address that the device should receive, counted. */
struct netdev_mc_addr {
	struct list_head list;
	unsigned users;
	uint8_t addr[NETDEV_ADDR_MAX];
};

struct net_device {
	struct net *net;
	struct list_head list;
	struct hlist_node by_index, by_name;
	struct list_head tx_pending;		/* on net->tx_devs */
	const struct netdev_ops *ops;
	const struct netdev_link *link;
	const struct link_kind *kind;		/* NULL: none to show (loopback) */
	void *priv;				/* the kind's own */
	char name[IFNAMSIZ];
	char alias[NETDEV_ALIAS_MAX];
	int ifindex;				/* from 1 */
	int iflink;				/* ifindex of the peer or lower device; 0: itself */
	int master;				/* ifindex; 0: none */
	uint32_t group;
	uint32_t num_tx_queues, num_rx_queues; /* as configured, to be shown */
	unsigned flags;				/* IFF_UP, IFF_BROADCAST, IFF_NOARP, IFF_PROMISC … */
	unsigned flags_changed;			/* during the EVENT_NETDEV_CHANGE that tells of it: those of flags; else 0 */
	unsigned gflags;			/* IFF_PROMISC, IFF_ALLMULTI as configured, whoever else wants them */
	bool carrier;				/* IFF_LOWER_UP; with IFF_UP makes IFF_RUNNING */
	bool carrier_known;			/* the kind calls netdev_set_carrier(); else operstate is UNKNOWN */
	bool registered;
	uint16_t needed_headroom;
	uint32_t mtu, min_mtu, max_mtu;		/* bytes, without link-layer header; max_mtu 0: any */
	uint32_t txqlen;
	uint32_t features;			/* enum netdev_feature */
	uint32_t gso_max_size;			/* bytes; <= NETDEV_GSO_MAX */
	unsigned promisc, allmulti;		/* users */
	uint8_t addr[NETDEV_ADDR_MAX], broadcast[NETDEV_ADDR_MAX], perm_addr[NETDEV_ADDR_MAX];
	struct list_head mc_list;		/* netdev_mc_addr */
	struct netdev_stats stats;
	uint64_t drops[DROP_MAX];
	struct in_device *ip4;			/* floor 4's; NULL: no IPv4 on it */
	struct inet6_dev *ip6;
};

/**
 * netdev_alloc - a device, not registered. NULL: no memory. Sets flags, mtu 1500, txqlen 1000 and
 * addresses by @link.
 */
struct net_device *netdev_alloc(struct net *net, const struct netdev_ops *ops, const struct netdev_link *link);
/**
 * netdev_free - of one that was never registered, or is unregistered; NULL is fine; calls
 * ops->destroy
 */
void netdev_free(struct net_device *dev);

/**
 * netdev_name_valid - as the kernel's dev_valid_name(): 1 to 15 bytes, no '/', ':' or white space,
 * not "." or ".."
 */
bool netdev_name_valid(const char *name);

/**
 * netdev_register - give it an index (dev->ifindex, if set and free) and show it to the world
 * A name with "%d" (or an empty one: "eth%d") is completed with the lowest free number.
 * Return: 0, -EINVAL (bad name), -EEXIST, -EBUSY (index taken)
 */
int netdev_register(struct net_device *dev, struct extack *ack);
/** netdev_unregister - down, EVENT_NETDEV_UNREGISTER, out of all tables, freed */
void netdev_unregister(struct net_device *dev);

struct net_device *netdev_by_index(struct net *net, int ifindex);
struct net_device *netdev_by_name(struct net *net, const char *name);
#define netdev_for_each(net, dev) list_for_each_entry(dev, &(net)->devs, list)

/** netdev_flags - the flags as userspace sees them: with IFF_RUNNING, IFF_LOWER_UP */
unsigned netdev_flags(const struct net_device *dev);
/**
 * netdev_operstate - IF_OPER_UP, IF_OPER_DOWN, IF_OPER_UNKNOWN (loopback), IF_OPER_LOWERLAYERDOWN
 */
uint8_t netdev_operstate(const struct net_device *dev);
static inline bool netdev_running(const struct net_device *dev) { return dev->flags & IFF_UP; }

/* Configuration. Each emits its event; 0 or -errno with a sentence. */
int netdev_change_flags(struct net_device *dev, unsigned flags, unsigned mask, struct extack *ack);
int netdev_set_mtu(struct net_device *dev, uint32_t mtu, struct extack *ack);
int netdev_set_address(struct net_device *dev, const uint8_t *addr, unsigned len, struct extack *ack);
int netdev_rename(struct net_device *dev, const char *name, struct extack *ack);
void netdev_set_carrier(struct net_device *dev, bool on);
/** netdev_set_promisc, _allmulti - count a user in (+1) or out (-1) */
void netdev_set_promisc(struct net_device *dev, int inc);
void netdev_set_allmulti(struct net_device *dev, int inc);
/** netdev_mc_add, _del - count a user of a link-layer multicast address; add: 0 or -ENOMEM */
int netdev_mc_add(struct net_device *dev, const uint8_t *addr);
void netdev_mc_del(struct net_device *dev, const uint8_t *addr);

/* Packets. Each owns its skb. */
/** netdev_rx - a frame came in on @dev: skb->data is at the link-layer header */
void netdev_rx(struct net_device *dev, struct sk_buff *skb);
/** netdev_deliver - the link layer is done with it: to the handler of skb->protocol */
int netdev_deliver(struct net *net, struct sk_buff *skb);
/**
 * netdev_xmit - send on skb->dev: a whole frame. 0, or -ENETDOWN, -ENOBUFS… when it was dropped at
 * once
 */
int netdev_xmit(struct net *net, struct sk_buff *skb);
/** capture_tap_add, _del - see and no longer see the frames of all devices */
void capture_tap_add(struct net *net, struct capture_tap *tap);
void capture_tap_del(struct capture_tap *tap);
/**
 * netdev_xmit_drop - for ops->xmit: @skb, which it was given, cannot be sent
 * Counts it as dropped instead of as sent, and drops it.
 */
void netdev_xmit_drop(struct net_device *dev, struct sk_buff *skb, enum drop_reason reason);
/**
 * netdev_tx_pending - the driver has frames queued: ops->flush is to be called at the end of the
 * batch
 */
void netdev_tx_pending(struct net_device *dev);

/* A handler for an ethertype: what a higher floor fills in. */
struct packet_type {
	struct list_head list;
	be16 type;			/* ETH_P_*, network byte order */
	int (*rcv)(struct net *net, struct sk_buff *skb);	/* skb->data at the network header; owns it */
};
void packet_type_add(struct net *net, struct packet_type *pt);
void packet_type_del(struct packet_type *pt);

/* Software segmentation, by the transports (below the table's filler, above the caller). */
struct gso_ops {
	struct list_head list;
	uint8_t gso_type;
	/* Cut @skb (a frame, data at the link-layer header, offsets set) into frames with complete headers,
	 * appended to @ret; consumes it. Checksums are left CSUM_PARTIAL. 0 or -ENOMEM (consumed as well). */
	int (*segment)(struct net *net, struct sk_buff *skb, struct sk_buff_head *ret);
};
void gso_ops_add(struct net *net, struct gso_ops *ops);
void gso_ops_del(struct gso_ops *ops);

/**
 * skb_gso_segment - cut a GSO frame by its type's ops (see gso_ops.segment); -EPROTONOSUPPORT
 * (dropped) without ops
 */
int skb_gso_segment(struct net *net, struct sk_buff *skb, struct sk_buff_head *ret);

/* Who sees every frame of a device. fn must not keep or change the skb. */
struct capture_tap {
	struct list_head list;
	/*
	 * @reason: DROP_MAX where the frame was not dropped; @dev: NULL when dropped before one was
	 * chosen
	 */
	void (*fn)(struct capture_tap *tap, const struct net_device *dev, const struct sk_buff *skb,
		   bool outgoing, enum drop_reason reason);
};

/* Kinds ----------------------------------------------------------------------------------------*/

/* What RTM_NEWLINK says, as far as a kind cares. */
struct link_params {
	const char *name;		/* NULL: the kind's default, "eth%d" */
	int ifindex;			/* 0: next */
	const uint8_t *addr;		/* link-layer; NULL: the kind's own choice */
	uint32_t mtu;			/* 0: the kind's default */
	uint32_t txqlen;		/* 0: default */
	uint32_t group;
	uint32_t num_tx_queues, num_rx_queues;	/* 0: one; shown, and nothing more */
	int fd;				/* a descriptor, -1: none; the kind owns it from the call on, even on error */
	const char *hostif;		/* packet, tap: name of the host's interface, to be shown; NULL: not said */
	const char *path;		/* stream: to be shown; NULL */
	bool vnet_hdr;			/* the descriptor speaks virtio-net headers */
	uint32_t vnet_hdr_len;		/* bytes: 10 or 12 */
	uint32_t offloads;		/* USTACK_OFFLOAD_* that the other side takes */
	const struct link_params *peer;	/* pair: the other end; NULL: default */
};

struct link_kind {
	struct list_head list;
	const char *name;
	bool needs_fd;
	/* Make and register a device (pair: two). */
	int (*newlink)(struct net *net, const struct link_kind *kind, const struct link_params *params,
		       struct net_device **ret_dev, struct extack *ack);
	/* Delete; default netdev_unregister(). */
	void (*dellink)(struct net_device *dev);
	/* What to show in IFLA_INFO_DATA, as the same params; optional. */
	void (*fill)(const struct net_device *dev, struct link_params *ret_params);
};
/**
 * link_params_apply - put name, index, address, MTU and so on on a device that is not registered yet
 * @dflt_name: where the name is open, like "dummy%d"
 * For every kind's newlink. An address that is not given is made up (local, random). Lives in link_params.c.
 * Return: 0, -EINVAL, -EADDRNOTAVAIL, with a sentence
 */
int link_params_apply(struct net_device *dev, const struct link_params *params, const char *dflt_name,
		      struct extack *ack);
void link_kind_add(struct net *net, struct link_kind *kind);
void link_kind_del(struct link_kind *kind);
const struct link_kind *link_kind_find(struct net *net, const char *name);

#endif
