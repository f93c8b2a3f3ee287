/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device as an RTM_NEWLINK message: what `ip -d -s -s link` prints. Called for replies and dumps
 * (rtnl_link.c) and notifications (rtnl_notify.c).
 */
#include "nlserver/rtnl.h"

#include <linux/if_link.h>
#include <string.h>

#include <ustack/link.h>

#define GSO_MAX_SEGS 65535

static void stats64_fill(struct rtnl_link_stats64 *to, const struct netdev_stats *from)
{
	*to = (struct rtnl_link_stats64){
		.rx_packets = from->rx_packets,
		.tx_packets = from->tx_packets,
		.rx_bytes = from->rx_bytes,
		.tx_bytes = from->tx_bytes,
		.rx_errors = from->rx_errors,
		.tx_errors = from->tx_errors,
		.rx_dropped = from->rx_dropped,
		.tx_dropped = from->tx_dropped,
		.multicast = from->multicast,
		.collisions = from->collisions,
		.rx_length_errors = from->rx_length_errors,
		.rx_over_errors = from->rx_over_errors,
		.rx_crc_errors = from->rx_crc_errors,
		.rx_frame_errors = from->rx_frame_errors,
		.rx_fifo_errors = from->rx_fifo_errors,
		.rx_missed_errors = from->rx_missed_errors,
		.tx_aborted_errors = from->tx_aborted_errors,
		.tx_carrier_errors = from->tx_carrier_errors,
		.tx_fifo_errors = from->tx_fifo_errors,
		.tx_heartbeat_errors = from->tx_heartbeat_errors,
		.tx_window_errors = from->tx_window_errors,
		.rx_compressed = from->rx_compressed,
		.tx_compressed = from->tx_compressed,
		.rx_nohandler = from->rx_nohandler,
	};
}

/* The same counters in 32 bits: both structs list them in the same order. */
static void put_stats(struct nl_msg *m, const struct netdev_stats *stats)
{
	enum { NR = sizeof(struct rtnl_link_stats) / sizeof(uint32_t) };
	struct rtnl_link_stats64 wide;
	uint64_t in[sizeof(wide) / sizeof(uint64_t)];
	uint32_t out[NR];

	stats64_fill(&wide, stats);
	nl_put(m, IFLA_STATS64, &wide, sizeof(wide));
	memcpy(in, &wide, sizeof(in));
	for (int i = 0; i < NR; i++)
		out[i] = (uint32_t)in[i];
	nl_put(m, IFLA_STATS, out, sizeof(out));
}

/* IFLA_INFO_DATA of the kinds over a descriptor: as uip gave it. */
static void put_kind_data(struct nl_msg *m, const struct net_device *dev)
{
	struct link_params p = { .fd = -1 };
	struct nlattr *nest;

	if (!dev->kind->fill)
		return;
	dev->kind->fill(dev, &p);
	nest = nl_nest_begin(m, IFLA_INFO_DATA | NLA_F_NESTED);
	if (p.hostif)
		nl_put_str(m, USTACK_LINK_A_HOSTIF, p.hostif);
	if (p.path)
		nl_put_str(m, USTACK_LINK_A_PATH, p.path);
	nl_put_u8(m, USTACK_LINK_A_VNET_HDR, p.vnet_hdr);
	if (p.vnet_hdr) {
		nl_put_u32(m, USTACK_LINK_A_VNET_HDR_LEN, p.vnet_hdr_len);
		nl_put_u32(m, USTACK_LINK_A_OFFLOADS, p.offloads);
	}
	nl_nest_end(m, nest);
}

/* Why packets were dropped, in IFLA_INFO_XSTATS: the reasons that were counted. */
static void put_drops(struct nl_msg *m, const struct net_device *dev)
{
	struct nlattr *all = nl_nest_begin(m, IFLA_INFO_XSTATS | NLA_F_NESTED);
	bool any = false;

	for (int i = 0; i < DROP_MAX; i++) {
		struct nlattr *one;

		if (!dev->drops[i])
			continue;
		any = true;
		one = nl_nest_begin(m, USTACK_LINK_X_DROP | NLA_F_NESTED);
		nl_put_str(m, USTACK_LINK_X_REASON, drop_reason_text(i));
		nl_put_u64(m, USTACK_LINK_X_COUNT, dev->drops[i]);
		nl_nest_end(m, one);
	}
	if (any)
		nl_nest_end(m, all);
	else
		nl_nest_cancel(m, all);
}

static void put_linkinfo(struct nl_msg *m, const struct net_device *dev)
{
	struct nlattr *nest = nl_nest_begin(m, IFLA_LINKINFO | NLA_F_NESTED);
	uint32_t empty = m->nlh ? m->nlh->nlmsg_len : 0;

	if (dev->kind) {
		nl_put_str(m, IFLA_INFO_KIND, dev->kind->name);
		put_kind_data(m, dev);
	}
	put_drops(m, dev);
	if (m->nlh && m->nlh->nlmsg_len == empty)
		nl_nest_cancel(m, nest);
	else
		nl_nest_end(m, nest);
}

static void put_sizes(struct nl_msg *m, const struct net_device *dev)
{
	nl_put_u32(m, IFLA_MTU, dev->mtu);
	nl_put_u32(m, IFLA_MIN_MTU, dev->min_mtu);
	nl_put_u32(m, IFLA_MAX_MTU, dev->max_mtu);
	nl_put_u32(m, IFLA_GROUP, dev->group);
	nl_put_u32(m, IFLA_PROMISCUITY, dev->promisc);
	nl_put_u32(m, IFLA_ALLMULTI, dev->allmulti);
	nl_put_u32(m, IFLA_NUM_TX_QUEUES, dev->num_tx_queues);
	nl_put_u32(m, IFLA_GSO_MAX_SEGS, GSO_MAX_SEGS);
	nl_put_u32(m, IFLA_GSO_MAX_SIZE, dev->gso_max_size);
	nl_put_u32(m, IFLA_GRO_MAX_SIZE, NETDEV_GSO_MAX);
	nl_put_u32(m, IFLA_TSO_MAX_SIZE, dev->gso_max_size);
	nl_put_u32(m, IFLA_TSO_MAX_SEGS, GSO_MAX_SEGS);
	nl_put_u32(m, IFLA_NUM_RX_QUEUES, dev->num_rx_queues);
}

static void put_addresses(struct nl_msg *m, const struct net_device *dev)
{
	static const uint8_t none[NETDEV_ADDR_MAX];
	uint8_t len = dev->link->addr_len;

	if (!len)
		return;
	nl_put(m, IFLA_ADDRESS, dev->addr, len);
	nl_put(m, IFLA_BROADCAST, dev->broadcast, len);
	if (memcmp(dev->perm_addr, none, len))
		nl_put(m, IFLA_PERM_ADDRESS, dev->perm_addr, len);
}

int rtnl_link_fill(struct nl_buf *buf, const struct nl_head *head, const struct net_device *dev,
		   unsigned change)
{
	struct ifinfomsg *ifi;
	struct nl_msg m;

	ifi = nl_msg_begin(&m, buf, head, sizeof(*ifi));
	if (ifi) {
		ifi->ifi_family = AF_UNSPEC;
		ifi->ifi_type = dev->link->type;
		ifi->ifi_index = dev->ifindex;
		ifi->ifi_flags = netdev_flags(dev);
		ifi->ifi_change = change;
	}
	nl_put_str(&m, IFLA_IFNAME, dev->name);
	nl_put_u32(&m, IFLA_TXQLEN, dev->txqlen);
	nl_put_u8(&m, IFLA_OPERSTATE, netdev_operstate(dev));
	nl_put_u8(&m, IFLA_LINKMODE, IF_LINK_MODE_DEFAULT);
	put_sizes(&m, dev);
	if (dev->master)
		nl_put_u32(&m, IFLA_MASTER, dev->master);
	nl_put_u8(&m, IFLA_CARRIER, dev->carrier);
	nl_put_str(&m, IFLA_QDISC, netdev_running(dev) ? "noqueue" : "noop");
	if (dev->alias[0])
		nl_put_str(&m, IFLA_IFALIAS, dev->alias);
	put_addresses(&m, dev);
	put_stats(&m, &dev->stats);
	if (dev->iflink && dev->iflink != dev->ifindex)
		nl_put_u32(&m, IFLA_LINK, dev->iflink);
	put_linkinfo(&m, dev);
	rtnl_link_put_af(&m, dev);
	return nl_msg_end(&m);
}
