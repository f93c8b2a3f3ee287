/* SPDX-License-Identifier: BSD-2-Clause */
/* RTM_{NEW,DEL,GET}NEIGH: neighbours, and the addresses that are answered for others (proxies). */
#include "nlserver/rtnl.h"

#include <errno.h>
#include <string.h>

#include "stack/core/net.h"
#include "stack/ipv6/addrconf.h"

#define USER_HZ 100

/* Not in the headers of every kernel that has it. */
#ifndef NTF_EXT_MANAGED
#define NTF_EXT_MANAGED (1 << 0)
#endif

static const struct nl_policy neigh_policy[NDA_MAX + 1] = {
	[NDA_DST] = { .type = NL_ATTR_TYPE_BINARY, .max_len = NETDEV_ADDR_MAX },
	[NDA_LLADDR] = { .type = NL_ATTR_TYPE_BINARY, .max_len = NETDEV_ADDR_MAX },
	[NDA_CACHEINFO] = { .min_len = sizeof(struct nda_cacheinfo) },
	[NDA_PROBES] = { .type = NL_ATTR_TYPE_U32 },
	[NDA_VLAN] = { .type = NL_ATTR_TYPE_U16 },
	[NDA_PORT] = { .type = NL_ATTR_TYPE_U16 },
	[NDA_VNI] = { .type = NL_ATTR_TYPE_U32 },
	[NDA_IFINDEX] = { .type = NL_ATTR_TYPE_U32 },
	[NDA_MASTER] = { .type = NL_ATTR_TYPE_U32 },
	[NDA_PROTOCOL] = { .type = NL_ATTR_TYPE_U8 },
	[NDA_NH_ID] = { .type = NL_ATTR_TYPE_U32 },
	[NDA_FLAGS_EXT] = { .type = NL_ATTR_TYPE_U32 },
};

/* What a request is about. */
struct target {
	const struct ndmsg *ndm;
	struct net_device *dev; /* NULL: not said */
	struct neigh_table *tbl;
	union inaddr key;
	const uint8_t *lladdr; /* NULL: not said */
	uint32_t ext_flags;    /* NTF_EXT_* */
};

/* Checks in the kernel's order: address given, device, its address, table, length. */
static int parse(struct nl_request *req, unsigned validate, struct target *ret)
{
	const struct nlattr *dst, *lladdr, *ext;
	int err;

	err = nl_parse_request(req, sizeof(struct ndmsg), neigh_policy, NDA_MAX, validate);
	if (err)
		return err;
	*ret = (struct target){ .ndm = req->hdr };
	dst = req->tb[NDA_DST];
	lladdr = req->tb[NDA_LLADDR];
	ext = req->tb[NDA_FLAGS_EXT];
	if (!dst)
		return nl_extack_missing(&req->ack, NDA_DST, "Network address not specified");
	ret->dev = rtnl_dev(req, ret->ndm->ndm_ifindex, &err);
	if (err)
		return err;
	if (ret->dev && lladdr && mnl_attr_get_payload_len(lladdr) < ret->dev->link->addr_len)
		return nl_extack_attr(&req->ack, lladdr, -EINVAL, "Invalid link address");
	ret->lladdr = lladdr ? mnl_attr_get_payload(lladdr) : NULL;
	ret->ext_flags = ext ? mnl_attr_get_u32(ext) : 0;
	if (ret->ext_flags & ~NTF_EXT_MANAGED)
		return nl_extack_attr(&req->ack, ext, -EINVAL, "reserved bit set");
	ret->tbl = neigh_table_find(req->net, ret->ndm->ndm_family);
	if (!ret->tbl)
		return extack_set(&req->ack, -EAFNOSUPPORT, "Address family %u has no neighbours",
				  ret->ndm->ndm_family);
	if (mnl_attr_get_payload_len(dst) < ret->tbl->ops->key_len)
		return nl_extack_attr(&req->ack, dst, -EINVAL, "Invalid network address");
	ret->key = rtnl_get_addr(dst, ret->ndm->ndm_family);
	return 0;
}

static int not_found(struct nl_request *req, const char *sentence)
{
	return nl_extack_attr(&req->ack, req->tb[NDA_DST], -ENOENT, "%s", sentence);
}

/* --- changes -------------------------------------------------------------------------------------- */

/* IPv6 has neighbours only on devices that it is on. */
static bool dev_has_family(const struct target *t)
{
	const struct inet6_dev *idev = t->dev ? in6_dev_get(t->dev) : NULL;

	return t->tbl->ops->family != AF_INET6 || (idev && !idev->conf.disable_ipv6);
}

static int add_proxy(struct nl_request *req, const struct target *t)
{
	struct neigh_proxy *proxy;

	if (t->ext_flags)
		return extack_set(&req->ack, -EINVAL, "Invalid NTF_* flag combination");
	/* It joins a group there. */
	if (t->tbl->ops->family == AF_INET6 && (!t->dev || !in6_dev_get(t->dev)))
		return extack_set(&req->ack, -ENOBUFS,
				  "A proxy of IPv6 needs a device that IPv6 is on");
	proxy = neigh_proxy_add(t->tbl, &t->key, t->dev);
	if (!proxy)
		return extack_set(&req->ack, -ENOBUFS, "No memory for a proxy");
	proxy->flags = t->ndm->ndm_flags;
	if (req->tb[NDA_PROTOCOL])
		proxy->protocol = mnl_attr_get_u8(req->tb[NDA_PROTOCOL]);
	return 0;
}

/* The states in which a neighbour has an address. */
static bool needs_lladdr(uint16_t state)
{
	return state &
	       (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY);
}

/* Is the address to be found out, whatever is given? */
static bool finds_out(const struct target *t)
{
	return t->ndm->ndm_flags & NTF_USE || t->ext_flags & NTF_EXT_MANAGED;
}

static int configure(struct nl_request *req, const struct target *t, struct neighbour *neigh,
		     unsigned flags)
{
	int err;

	if (req->tb[NDA_PROTOCOL])
		neigh->protocol = mnl_attr_get_u8(req->tb[NDA_PROTOCOL]);
	if (t->ndm->ndm_flags & NTF_ROUTER)
		flags |= NEIGH_UPDATE_F_ISROUTER;
	if (t->ndm->ndm_flags & NTF_EXT_LEARNED)
		flags |= NEIGH_UPDATE_F_EXT_LEARNED;
	if (t->ndm->ndm_flags & NTF_USE)
		flags |= NEIGH_UPDATE_F_USE;
	if (t->ext_flags & NTF_EXT_MANAGED)
		flags |= NEIGH_UPDATE_F_MANAGED;
	err = neigh_update(neigh, t->lladdr, t->ndm->ndm_state, flags);
	if (err)
		return extack_set(&req->ack, err,
				  err == -EINVAL ? "No link layer address given"
						 : "Neighbour entry is now dead");
	if (finds_out(t))
		neigh_probe(neigh);
	return 0;
}

int rtnl_newneigh(struct nl_request *req)
{
	unsigned nlflags = req->nlh->nlmsg_flags;
	unsigned flags =
		NEIGH_UPDATE_F_ADMIN | NEIGH_UPDATE_F_OVERRIDE | NEIGH_UPDATE_F_OVERRIDE_ISROUTER;
	struct neighbour *neigh;
	struct target t;
	int err;

	err = parse(req, NL_VALIDATE_LIBERAL, &t);
	if (err)
		return err;
	if (t.ndm->ndm_flags & NTF_PROXY)
		return add_proxy(req, &t);
	if (!t.dev)
		return extack_set(&req->ack, -EINVAL, "Device not specified");
	if (!dev_has_family(&t))
		return extack_set(&req->ack, -EINVAL, "IPv6 is disabled on this device");
	neigh = neigh_lookup(t.tbl, &t.key, t.dev);
	if (neigh) {
		if (nlflags & NLM_F_EXCL)
			err = nl_extack_attr(&req->ack, req->tb[NDA_DST], -EEXIST,
					     "Neighbour entry already exists");
		if (!(nlflags & NLM_F_REPLACE))
			flags &= ~(NEIGH_UPDATE_F_OVERRIDE | NEIGH_UPDATE_F_OVERRIDE_ISROUTER);
	} else {
		if (!(nlflags & NLM_F_CREATE))
			return not_found(req, "Neighbour entry not found");
		if (t.ndm->ndm_state & NUD_PERMANENT && t.ext_flags & NTF_EXT_MANAGED)
			return extack_set(&req->ack, -EINVAL,
					  "Invalid NTF_* flag for permanent entry");
		if (!t.lladdr && !finds_out(&t) && needs_lladdr(t.ndm->ndm_state) &&
		    t.dev->link->addr_len)
			return extack_set(&req->ack, -EINVAL, "No link layer address given");
		neigh = neigh_create(t.tbl, &t.key, t.dev);
		if (!neigh)
			return extack_set(&req->ack, -ENOBUFS,
					  "Neighbour table is full, or cannot have this address");
	}
	if (!err)
		err = configure(req, &t, neigh, flags);
	neigh_release(neigh);
	return err;
}

int rtnl_delneigh(struct nl_request *req)
{
	struct target t;
	int err;

	err = parse(req, NL_VALIDATE_LIBERAL, &t);
	if (err)
		return err;
	if (t.ndm->ndm_flags & NTF_PROXY)
		return neigh_proxy_del(t.tbl, &t.key, t.dev)
			       ? not_found(req, "Proxy neighbour entry not found")
			       : 0;
	if (!t.dev)
		return extack_set(&req->ack, -EINVAL, "Device not specified");
	return neigh_delete(t.tbl, &t.key, t.dev) ? not_found(req, "Neighbour entry not found") : 0;
}

/* --- to messages ------------------------------------------------------------------------------------ */

/* Time since @then, in the clock ticks that the kernel shows to programs. */
static uint32_t ticks_since(const struct net *net, ktime_t then)
{
	return (uint32_t)(ktime_to_ms(net->now - then) / (1000 / USER_HZ));
}

int rtnl_neigh_fill(struct nl_buf *buf, const struct nl_head *head, const struct neighbour *neigh)
{
	const struct net *net = neigh->tbl->net;
	struct nda_cacheinfo ci = {
		.ndm_confirmed = ticks_since(net, neigh->confirmed),
		.ndm_used = ticks_since(net, neigh->used),
		.ndm_updated = ticks_since(net, neigh->updated),
		.ndm_refcnt = neigh->refs - 1,
	};
	struct ndmsg *ndm;
	struct nl_msg m;

	ndm = nl_msg_begin(&m, buf, head, sizeof(*ndm));
	if (ndm) {
		ndm->ndm_family = neigh->tbl->ops->family;
		ndm->ndm_ifindex = neigh->dev->ifindex;
		ndm->ndm_state = neigh->nud_state;
		ndm->ndm_flags = neigh->flags;
		ndm->ndm_type = neigh->type;
	}
	rtnl_put_addr(&m, NDA_DST, neigh->tbl->ops->family, &neigh->key);
	if (needs_lladdr(neigh->nud_state))
		nl_put(&m, NDA_LLADDR, neigh->ha, neigh->dev->link->addr_len);
	nl_put(&m, NDA_CACHEINFO, &ci, sizeof(ci));
	nl_put_u32(&m, NDA_PROBES, neigh->probes);
	if (neigh->protocol)
		nl_put_u8(&m, NDA_PROTOCOL, neigh->protocol);
	if (neigh_is_managed(neigh))
		nl_put_u32(&m, NDA_FLAGS_EXT, NTF_EXT_MANAGED);
	return nl_msg_end(&m);
}

static int proxy_fill(struct nl_buf *buf, const struct nl_head *head, int family,
		      const struct neigh_proxy *proxy)
{
	struct ndmsg *ndm;
	struct nl_msg m;

	ndm = nl_msg_begin(&m, buf, head, sizeof(*ndm));
	if (ndm) {
		ndm->ndm_family = family;
		ndm->ndm_ifindex = proxy->dev ? proxy->dev->ifindex : 0;
		ndm->ndm_state = NUD_NONE;
		ndm->ndm_flags = proxy->flags | NTF_PROXY;
		ndm->ndm_type = RTN_UNICAST;
	}
	rtnl_put_addr(&m, NDA_DST, family, &proxy->key);
	if (proxy->protocol)
		nl_put_u8(&m, NDA_PROTOCOL, proxy->protocol);
	return nl_msg_end(&m);
}

/* --- get ------------------------------------------------------------------------------------------ */

static int get_check(struct nl_request *req, const struct ndmsg *ndm)
{
	static const uint16_t allowed[] = { NDA_DST, 0 };

	if (!req->strict)
		return 0;
	if (ndm->ndm_pad1 || ndm->ndm_pad2 || ndm->ndm_state || ndm->ndm_type)
		return extack_set(&req->ack, -EINVAL,
				  "Invalid values in header for neighbor get request");
	if (ndm->ndm_flags & ~NTF_PROXY)
		return extack_set(&req->ack, -EINVAL,
				  "Invalid flags in header for neighbor get request");
	return rtnl_get_allow(req, allowed, "Unsupported attribute in neighbor get request");
}

int rtnl_getneigh(struct nl_request *req)
{
	struct neigh_proxy *proxy;
	struct neighbour *neigh;
	struct nl_reply r;
	struct target t;
	int err;

	err = parse(req, req->strict ? NL_VALIDATE_OLD_STRICT : NL_VALIDATE_LIBERAL, &t);
	if (!err)
		err = get_check(req, t.ndm);
	if (err)
		return err;
	nl_reply_begin(&r, req, RTM_NEWNEIGH, 0);
	if (t.ndm->ndm_flags & NTF_PROXY) {
		proxy = neigh_proxy_find(t.tbl, &t.key, t.dev);
		if (!proxy)
			return extack_set(&req->ack, -ENOENT, "Proxy neighbour entry not found");
		proxy_fill(&r.buf, &r.head, t.ndm->ndm_family, proxy);
		return nl_reply_send(&r);
	}
	if (!t.dev)
		return extack_set(&req->ack, -EINVAL, "No device specified");
	neigh = neigh_lookup(t.tbl, &t.key, t.dev);
	if (!neigh)
		return extack_set(&req->ack, -ENOENT, "Neighbour entry not found");
	rtnl_neigh_fill(&r.buf, &r.head, neigh);
	neigh_release(neigh);
	return nl_reply_send(&r);
}

/* --- dump ----------------------------------------------------------------------------------------- */

enum { FAMILY, ONLY_INDEX, PROXIES, NOTHING, AT_FAMILY, AT_ENTRY }; /* d->state */

static const int families[] = { AF_INET, AF_INET6 };

static int dump_check(struct nl_dump *d, const struct ndmsg *ndm)
{
	static const uint16_t allowed[] = { NDA_IFINDEX, NDA_MASTER, 0 };

	if (ndm->ndm_pad1 || ndm->ndm_pad2 || ndm->ndm_ifindex || ndm->ndm_state || ndm->ndm_type)
		return extack_set(&d->req.ack, -EINVAL,
				  "Invalid values in header for neighbor dump request");
	if (ndm->ndm_flags & ~NTF_PROXY)
		return extack_set(&d->req.ack, -EINVAL,
				  "Invalid flags in header for neighbor dump request");
	return rtnl_dump_allow(d, allowed, "Unsupported attribute in neighbor dump request");
}

static int dump_start(struct nl_dump *d)
{
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(d->req.nlh);
	const struct nlattr *const *tb = d->req.tb;
	const struct ndmsg *ndm;
	const void *hdr;
	int err;

	/* AF_BRIDGE is the forwarding table of bridges: there are none. */
	d->state[FAMILY] = gen->rtgen_family;
	d->state[NOTHING] = gen->rtgen_family && !rtnl_addr_len(gen->rtgen_family);
	if (d->state[NOTHING])
		return 0;
	err = rtnl_dump_parse(d, sizeof(*ndm), neigh_policy, NDA_MAX, &hdr);
	if (err || !hdr)
		return err;
	ndm = hdr;
	err = d->req.strict ? dump_check(d, ndm) : 0;
	if (err)
		return err;
	d->state[PROXIES] = ndm->ndm_flags == NTF_PROXY;
	if (tb[NDA_IFINDEX])
		d->state[ONLY_INDEX] = mnl_attr_get_u32(tb[NDA_IFINDEX]);
	if (tb[NDA_MASTER] && mnl_attr_get_u32(tb[NDA_MASTER]))
		d->state[NOTHING] = true; /* no device has a master */
	if (d->state[ONLY_INDEX] || d->state[NOTHING])
		d->answer_flags |= NLM_F_DUMP_FILTERED;
	return 0;
}

struct walk {
	struct nl_dump *d;
	struct nl_buf *buf;
	struct nl_head head;
	uint64_t at; /* entries seen; those below d->state[AT_ENTRY] went out before */
};

static bool wanted(const struct walk *w, const struct net_device *dev)
{
	uint64_t index = w->d->state[ONLY_INDEX];

	return w->at >= w->d->state[AT_ENTRY] && (!index || (dev && dev->ifindex == (int)index));
}

static int walk_neigh(struct neighbour *neigh, void *arg)
{
	struct walk *w = arg;

	if (wanted(w, neigh->dev) && rtnl_neigh_fill(w->buf, &w->head, neigh))
		return 1;
	w->at++;
	return 0;
}

static int walk_proxies(const struct neigh_table *tbl, struct walk *w)
{
	struct neigh_proxy *proxy;

	list_for_each_entry(proxy, &tbl->proxies, list) {
		if (wanted(w, proxy->dev) && proxy_fill(w->buf, &w->head, tbl->ops->family, proxy))
			return 1;
		w->at++;
	}
	return 0;
}

static int dump_more(struct nl_dump *d, struct nl_buf *buf)
{
	if (d->state[NOTHING])
		return 0;
	for (; d->state[AT_FAMILY] < ARRAY_SIZE(families); d->state[AT_FAMILY]++) {
		int family = families[d->state[AT_FAMILY]];
		struct neigh_table *tbl = neigh_table_find(d->req.net, family);
		struct walk w = { d, buf, nl_dump_head(d, RTM_NEWNEIGH), 0 };
		int full;

		if (!tbl || (d->state[FAMILY] && (int)d->state[FAMILY] != family))
			continue;
		full = d->state[PROXIES] ? walk_proxies(tbl, &w) : neigh_walk(tbl, walk_neigh, &w);
		if (full) {
			d->state[AT_ENTRY] = w.at;
			return 1;
		}
		d->state[AT_ENTRY] = 0;
	}
	return 0;
}

const struct nl_dump_ops rtnl_neigh_dump = { .start = dump_start, .more = dump_more };
