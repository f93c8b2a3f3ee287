/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTM_GETNEIGHTBL: the neighbour tables' parameters and thresholds, and the parameters of each device: what `ip ntable`
 * prints.
 */
#include "nlserver/rtnl.h"

#include "stack/core/net.h"

#define MS_PER_S    1000
#define QUEUE_FRAME 2304 /* truesize by which the kernel reckons bytes as packets */

static const int families[] = { AF_INET, AF_INET6 };

/* @dev: whose they are; NULL: of devices to come. */
static void put_parms(struct nl_msg *m, const struct neigh_parms *p, const struct net_device *dev)
{
	struct nlattr *nest = nl_nest_begin(m, NDTA_PARMS);

	if (dev)
		nl_put_u32(m, NDTPA_IFINDEX, dev->ifindex);
	nl_put_u32(m, NDTPA_REFCNT, 1);
	nl_put_u32(m, NDTPA_QUEUE_LENBYTES, p->queue_len_bytes);
	nl_put_u32(m, NDTPA_QUEUE_LEN, p->queue_len_bytes / QUEUE_FRAME);
	nl_put_u32(m, NDTPA_PROXY_QLEN, p->proxy_qlen);
	nl_put_u32(m, NDTPA_APP_PROBES, p->app_probes);
	nl_put_u32(m, NDTPA_UCAST_PROBES, p->ucast_probes);
	nl_put_u32(m, NDTPA_MCAST_PROBES, p->mcast_probes);
	nl_put_u32(m, NDTPA_MCAST_REPROBES, p->mcast_reprobes);
	nl_put_u64(m, NDTPA_BASE_REACHABLE_TIME, p->base_reachable_time);
	nl_put_u64(m, NDTPA_GC_STALETIME, (uint64_t)p->gc_staletime * MS_PER_S);
	nl_put_u64(m, NDTPA_DELAY_PROBE_TIME, (uint64_t)p->delay_probe_time * MS_PER_S);
	nl_put_u64(m, NDTPA_RETRANS_TIME, p->retrans_time);
	nl_put_u64(m, NDTPA_PROXY_DELAY, p->proxy_delay);
	nl_put_u64(m, NDTPA_LOCKTIME, p->locktime);
	nl_nest_end(m, nest);
}

static void begin(struct nl_msg *m, struct nl_buf *buf, const struct nl_head *head, const struct neigh_table *tbl)
{
	struct ndtmsg *ndtm = nl_msg_begin(m, buf, head, sizeof(*ndtm));

	if (ndtm)
		ndtm->ndtm_family = tbl->ops->family;
	nl_put_str(m, NDTA_NAME, tbl->ops->family == AF_INET6 ? "ndisc_cache" : "arp_cache");
}

static int dev_fill(struct nl_buf *buf, const struct nl_head *head, struct neigh_table *tbl,
		    const struct net_device *dev)
{
	struct nl_msg m;

	begin(&m, buf, head, tbl);
	put_parms(&m, neigh_parms_get(tbl, dev), dev);
	return nl_msg_end(&m);
}

static int table_fill(struct nl_buf *buf, const struct nl_head *head, const struct neigh_table *tbl)
{
	struct ndt_config config = {
		.ndtc_key_len = tbl->ops->key_len,
		.ndtc_entries = tbl->entries,
		.ndtc_hash_mask = tbl->hash_mask,
		.ndtc_proxy_qlen = tbl->parms.proxy_qlen,
	};
	struct nl_msg m;

	begin(&m, buf, head, tbl);
	nl_put_u64(&m, NDTA_GC_INTERVAL, (uint64_t)tbl->gc_interval * MS_PER_S);
	nl_put_u32(&m, NDTA_THRESH1, tbl->gc_thresh1);
	nl_put_u32(&m, NDTA_THRESH2, tbl->gc_thresh2);
	nl_put_u32(&m, NDTA_THRESH3, tbl->gc_thresh3);
	nl_put(&m, NDTA_CONFIG, &config, sizeof(config));
	put_parms(&m, &tbl->parms, NULL);
	return nl_msg_end(&m);
}

enum { FAMILY, AT_FAMILY, TABLE_SHOWN, LAST_INDEX }; /* d->state */

static int start(struct nl_dump *d)
{
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(d->req.nlh);

	d->state[FAMILY] = gen->rtgen_family;
	return 0;
}

/* A table, then its parameters of each device on which the family is. 1: there was no room. */
static int dump_table(struct nl_dump *d, struct nl_buf *buf, const struct nl_head *head, struct neigh_table *tbl)
{
	struct net_device *dev;

	if (!d->state[TABLE_SHOWN] && table_fill(buf, head, tbl))
		return 1;
	d->state[TABLE_SHOWN] = true;
	netdev_for_each(d->req.net, dev) {
		bool there = tbl->ops->family == AF_INET6 ? dev->ip6 != NULL : dev->ip4 != NULL;

		if (dev->ifindex <= (int)d->state[LAST_INDEX] || !there)
			continue;
		if (dev_fill(buf, head, tbl, dev))
			return 1;
		d->state[LAST_INDEX] = dev->ifindex;
	}
	d->state[TABLE_SHOWN] = d->state[LAST_INDEX] = 0;
	return 0;
}

static int more(struct nl_dump *d, struct nl_buf *buf)
{
	struct nl_head head = nl_dump_head(d, RTM_NEWNEIGHTBL);

	for (; d->state[AT_FAMILY] < ARRAY_SIZE(families); d->state[AT_FAMILY]++) {
		int family = families[d->state[AT_FAMILY]];
		struct neigh_table *tbl = neigh_table_find(d->req.net, family);

		if (!tbl || (d->state[FAMILY] && (int)d->state[FAMILY] != family))
			continue;
		if (dump_table(d, buf, &head, tbl))
			return 1;
	}
	return 0;
}

const struct nl_dump_ops rtnl_neightbl_dump = { .start = start, .more = more };
