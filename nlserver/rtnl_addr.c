/* SPDX-License-Identifier: BSD-2-Clause */
/* RTM_{NEW,DEL,GET}ADDR: the addresses of devices, of every family. */
#include "nlserver/rtnl.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <string.h>

#include "stack/core/net.h"

static const struct nl_policy ipv4_policy[IFA_MAX + 1] = {
	[IFA_LOCAL] = { .type = NL_ATTR_TYPE_U32 },
	[IFA_ADDRESS] = { .type = NL_ATTR_TYPE_U32 },
	[IFA_BROADCAST] = { .type = NL_ATTR_TYPE_U32 },
	[IFA_LABEL] = { .type = NL_ATTR_TYPE_STRING, .max_len = IFNAMSIZ - 1 },
	[IFA_CACHEINFO] = { .min_len = sizeof(struct ifa_cacheinfo) },
	[IFA_FLAGS] = { .type = NL_ATTR_TYPE_U32 },
	[IFA_RT_PRIORITY] = { .type = NL_ATTR_TYPE_U32 },
	[IFA_TARGET_NETNSID] = { .type = NL_ATTR_TYPE_S32 },
	[IFA_PROTO] = { .type = NL_ATTR_TYPE_U8 },
};

static const struct nl_policy ipv6_policy[IFA_MAX + 1] = {
	[IFA_LOCAL] = { .min_len = 16 },
	[IFA_ADDRESS] = { .min_len = 16 },
	[IFA_CACHEINFO] = { .min_len = sizeof(struct ifa_cacheinfo) },
	[IFA_FLAGS] = { .type = NL_ATTR_TYPE_U32 },
	[IFA_RT_PRIORITY] = { .type = NL_ATTR_TYPE_U32 },
	[IFA_TARGET_NETNSID] = { .type = NL_ATTR_TYPE_S32 },
	[IFA_PROTO] = { .type = NL_ATTR_TYPE_U8 },
};

static const struct nl_policy *policy_of(int family)
{
	return family == AF_INET6 ? ipv6_policy : ipv4_policy;
}

/* --- changes -------------------------------------------------------------------------------------- */

/* Header and attributes, and the family's calls; NULL with *ret_err. */
static const struct inet_config_ops *parse(struct nl_request *req, int *ret_err)
{
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(req->nlh);
	const struct inet_config_ops *config = rtnl_config(req, gen->rtgen_family);

	if (!config) {
		*ret_err = -EOPNOTSUPP; /* as the kernel says of a family for which nobody has registered */
		return NULL;
	}
	*ret_err = nl_parse_request(req, sizeof(struct ifaddrmsg), policy_of(config->family),
				    IFA_MAX, NL_VALIDATE_LIBERAL);
	return *ret_err ? NULL : config;
}

/* The addresses themselves, and the device: what add and delete both look at. */
static int parse_target(struct nl_request *req, struct ifaddr *ret)
{
	const struct ifaddrmsg *ifm = req->hdr;
	const struct nlattr *label = req->tb[IFA_LABEL];
	int err;

	ret->family = ifm->ifa_family;
	ret->prefixlen = ifm->ifa_prefixlen;
	ret->local = rtnl_get_addr(req->tb[IFA_LOCAL], ret->family);
	ret->address = rtnl_get_addr(req->tb[IFA_ADDRESS], ret->family);
	if (label && ret->family == AF_INET)
		memcpy(ret->label, mnl_attr_get_payload(label),
		       min((size_t)mnl_attr_get_payload_len(label), sizeof(ret->label) - 1));
	ret->dev = rtnl_dev(req, ifm->ifa_index, &err);
	if (!ret->dev)
		return extack_set(&req->ack, -ENODEV, "%s: Device not found",
				  rtnl_family_name(ret->family));
	return 0;
}

/* What must hold before anything is looked up, in the kernel's order. */
static int validate(struct nl_request *req)
{
	const struct ifaddrmsg *ifm = req->hdr;
	const char *family = rtnl_family_name(ifm->ifa_family);
	bool v4 = ifm->ifa_family == AF_INET;

	if (ifm->ifa_prefixlen > rtnl_addr_len(ifm->ifa_family) * 8)
		return extack_set(&req->ack, -EINVAL, "%s: Invalid prefix length", family);
	if (!req->tb[IFA_LOCAL] && (v4 || !req->tb[IFA_ADDRESS]))
		return extack_set(&req->ack, -EINVAL, "%s: Local address is not supplied", family);
	return 0;
}

static int parse_lifetimes(struct nl_request *req, struct ifaddr *ret)
{
	struct ifa_cacheinfo ci = {
		.ifa_prefered = INFINITY_LIFE_TIME,
		.ifa_valid = INFINITY_LIFE_TIME,
	};

	if (req->tb[IFA_CACHEINFO]) {
		memcpy(&ci, mnl_attr_get_payload(req->tb[IFA_CACHEINFO]), sizeof(ci));
		if (!ci.ifa_valid || ci.ifa_prefered > ci.ifa_valid)
			return nl_extack_attr(&req->ack, req->tb[IFA_CACHEINFO], -EINVAL,
					      "%s: ifa_valid is zero or ifa_prefered > ifa_valid",
					      rtnl_family_name(ret->family));
	}
	ret->preferred_lft = ci.ifa_prefered;
	ret->valid_lft = ci.ifa_valid;
	return 0;
}

int rtnl_newaddr(struct nl_request *req)
{
	const struct inet_config_ops *config;
	const struct ifaddrmsg *ifm;
	struct ifaddr ifa = { 0 };
	int err;

	config = parse(req, &err);
	if (!config)
		return err;
	ifm = req->hdr;
	err = validate(req);
	if (!err)
		err = parse_lifetimes(req, &ifa);
	if (!err)
		err = parse_target(req, &ifa);
	if (err)
		return err;
	if (!req->tb[IFA_LOCAL])
		ifa.local = ifa.address;
	if (!req->tb[IFA_ADDRESS])
		ifa.address = ifa.local;
	ifa.has_broadcast = ifa.family == AF_INET && req->tb[IFA_BROADCAST];
	if (ifa.has_broadcast)
		ifa.broadcast = rtnl_get_addr(req->tb[IFA_BROADCAST], ifa.family);
	ifa.scope = ifm->ifa_scope;
	ifa.flags = req->tb[IFA_FLAGS] ? mnl_attr_get_u32(req->tb[IFA_FLAGS]) : ifm->ifa_flags;
	if (req->tb[IFA_RT_PRIORITY])
		ifa.metric = mnl_attr_get_u32(req->tb[IFA_RT_PRIORITY]);
	if (req->tb[IFA_PROTO])
		ifa.protocol = mnl_attr_get_u8(req->tb[IFA_PROTO]);
	return config->addr_add(req->net, &ifa, req->nlh->nlmsg_flags, &req->ack);
}

int rtnl_deladdr(struct nl_request *req)
{
	const struct inet_config_ops *config;
	struct ifaddr ifa = { 0 };
	int err;

	config = parse(req, &err);
	if (!config)
		return err;
	err = parse_target(req, &ifa);
	if (err)
		return err;
	if (ifa.family == AF_INET6 && !req->tb[IFA_LOCAL])
		ifa.local = ifa.address;
	return config->addr_del(req->net, &ifa, &req->ack);
}

/* --- to messages ------------------------------------------------------------------------------------ */

/* Seconds of @lifetime that are left; @age: seconds since it began. */
static uint32_t left(uint32_t lifetime, int64_t age)
{
	if (lifetime == INFINITY_LIFE_TIME)
		return lifetime;
	return lifetime > age ? lifetime - (uint32_t)age : 0;
}

static void put_cacheinfo(struct nl_msg *m, const struct ifaddr *ifa)
{
	int64_t age = ktime_to_sec(ifa->dev->net->now - ifa->tstamp);
	/* One of IPv6 may stay, and yet not be preferred. */
	bool permanent = (ifa->flags & IFA_F_PERMANENT) &&
			 (ifa->family == AF_INET || ifa->preferred_lft == INFINITY_LIFE_TIME);
	struct ifa_cacheinfo ci = {
		.ifa_prefered = permanent ? INFINITY_LIFE_TIME : left(ifa->preferred_lft, age),
		.ifa_valid = permanent ? INFINITY_LIFE_TIME : left(ifa->valid_lft, age),
		.cstamp = (uint32_t)(ktime_to_ms(ifa->cstamp) / 10),
		.tstamp = (uint32_t)(ktime_to_ms(ifa->tstamp) / 10),
	};

	nl_put(m, IFA_CACHEINFO, &ci, sizeof(ci));
}

static void put_addrs(struct nl_msg *m, const struct ifaddr *ifa)
{
	bool peer = !inaddr_equal(&ifa->local, &ifa->address);

	if (!inaddr_any(&ifa->address))
		rtnl_put_addr(m, IFA_ADDRESS, ifa->family, &ifa->address);
	if (!inaddr_any(&ifa->local) && (ifa->family == AF_INET || peer))
		rtnl_put_addr(m, IFA_LOCAL, ifa->family, &ifa->local);
	if (ifa->has_broadcast && !inaddr_any(&ifa->broadcast))
		rtnl_put_addr(m, IFA_BROADCAST, ifa->family, &ifa->broadcast);
}

int rtnl_addr_fill(struct nl_buf *buf, const struct nl_head *head, const struct ifaddr *ifa)
{
	struct ifaddrmsg *ifm;
	struct nl_msg m;

	ifm = nl_msg_begin(&m, buf, head, sizeof(*ifm));
	if (ifm) {
		ifm->ifa_family = ifa->family;
		ifm->ifa_prefixlen = ifa->prefixlen;
		ifm->ifa_flags = (uint8_t)ifa->flags;
		ifm->ifa_scope = ifa->scope;
		ifm->ifa_index = ifa->dev->ifindex;
	}
	put_addrs(&m, ifa);
	if (ifa->label[0])
		nl_put_str(&m, IFA_LABEL, ifa->label);
	if (ifa->protocol)
		nl_put_u8(&m, IFA_PROTO, ifa->protocol);
	nl_put_u32(&m, IFA_FLAGS, ifa->flags);
	if (ifa->metric)
		nl_put_u32(&m, IFA_RT_PRIORITY, ifa->metric);
	put_cacheinfo(&m, ifa);
	return nl_msg_end(&m);
}

/* --- get: IPv6 only, as with the kernel ------------------------------------------------------------ */

static int get_check(struct nl_request *req)
{
	static const uint16_t allowed[] = { IFA_LOCAL, IFA_ADDRESS, 0 };
	const struct ifaddrmsg *ifm = req->hdr;

	if (req->strict && (ifm->ifa_prefixlen || ifm->ifa_flags || ifm->ifa_scope))
		return extack_set(&req->ack, -EINVAL,
				  "ipv6: Invalid values in header for get address request");
	return rtnl_get_allow(req, allowed, "ipv6: Unsupported attribute in get address request");
}

struct search {
	const union inaddr *addr;
	const struct ifaddr *found;
};

static int is_wanted(const struct ifaddr *ifa, void *arg)
{
	struct search *s = arg;

	if (!inaddr_equal(&ifa->local, s->addr))
		return 0;
	s->found = ifa;
	return 1;
}

/* The address, on a device or on any. */
static const struct ifaddr *find_addr(struct net *net, const struct inet_config_ops *config,
				      int ifindex, const union inaddr *addr)
{
	struct search s = { .addr = addr };
	struct net_device *dev;

	netdev_for_each(net, dev)
		if ((!ifindex || dev->ifindex == ifindex) && config->addr_walk(dev, is_wanted, &s))
			break;
	return s.found;
}

int rtnl_getaddr(struct nl_request *req)
{
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(req->nlh);
	const struct inet_config_ops *config = inet_config_find(req->net, AF_INET6);
	const struct ifaddr *ifa;
	const struct nlattr *attr;
	union inaddr addr;
	struct nl_reply r;
	int err;

	if (gen->rtgen_family != AF_INET6 || !config)
		return extack_set(&req->ack, -EOPNOTSUPP, "Only IPv6 tells of one address");
	err = nl_parse_request(req, sizeof(struct ifaddrmsg), ipv6_policy, IFA_MAX,
			       req->strict ? NL_VALIDATE_OLD_STRICT : NL_VALIDATE_LIBERAL);
	if (!err)
		err = get_check(req);
	if (err)
		return err;
	attr = req->tb[IFA_LOCAL] ? req->tb[IFA_LOCAL] : req->tb[IFA_ADDRESS];
	if (!attr)
		return nl_extack_missing(&req->ack, IFA_ADDRESS, "Address is not supplied");
	addr = rtnl_get_addr(attr, AF_INET6);
	ifa = find_addr(req->net, config, ((const struct ifaddrmsg *)req->hdr)->ifa_index, &addr);
	if (!ifa)
		return extack_set(&req->ack, -EADDRNOTAVAIL, "Address not found");
	nl_reply_begin(&r, req, RTM_NEWADDR, 0);
	rtnl_addr_fill(&r.buf, &r.head, ifa);
	return nl_reply_send(&r);
}

/* --- dump ----------------------------------------------------------------------------------------- */

enum { FAMILY, ONLY_INDEX, AT_FAMILY, AT_INDEX, AT_ADDR }; /* d->state */

static const int families[] = { AF_INET, AF_INET6 };

static int dump_start(struct nl_dump *d)
{
	static const uint16_t allowed[] = { 0 };
	struct nl_request *req = &d->req;
	const struct ifaddrmsg *ifm;
	const char *family;
	const void *hdr;
	int err;

	d->state[FAMILY] = ((const struct rtgenmsg *)mnl_nlmsg_get_payload(req->nlh))->rtgen_family;
	err = rtnl_dump_parse(d, sizeof(*ifm), policy_of(d->state[FAMILY]), IFA_MAX, &hdr);
	if (err || !req->strict)
		return err;
	ifm = hdr;
	family = rtnl_family_name(ifm->ifa_family);
	if (ifm->ifa_prefixlen || ifm->ifa_flags || ifm->ifa_scope)
		return extack_set(&req->ack, -EINVAL,
				  "%s: Invalid values in header for address dump request", family);
	err = rtnl_dump_allow(d, allowed, "Unsupported attribute in dump request");
	if (err || !ifm->ifa_index)
		return err;
	d->state[ONLY_INDEX] = ifm->ifa_index;
	d->answer_flags |= NLM_F_DUMP_FILTERED;
	rtnl_dev(req, ifm->ifa_index, &err);
	return err;
}

struct walk {
	struct nl_buf *buf;
	struct nl_head head;
	uint64_t skip; /* addresses of this device that went out before */
	uint64_t at;
};

static int walk_addr(const struct ifaddr *ifa, void *arg)
{
	struct walk *w = arg;

	if (w->at >= w->skip && rtnl_addr_fill(w->buf, &w->head, ifa))
		return 1;
	w->at++;
	return 0;
}

/* The devices from where the dump stands, of one family. */
static int dump_family(struct nl_dump *d, struct nl_buf *buf, const struct inet_config_ops *config)
{
	struct net_device *dev;

	netdev_for_each(d->req.net, dev) {
		struct walk w = { buf, nl_dump_head(d, RTM_NEWADDR), 0, 0 };

		if (dev->ifindex < (int)d->state[AT_INDEX])
			continue;
		if (d->state[ONLY_INDEX] && dev->ifindex != (int)d->state[ONLY_INDEX])
			continue;
		if (dev->ifindex == (int)d->state[AT_INDEX])
			w.skip = d->state[AT_ADDR];
		if (config->addr_walk(dev, walk_addr, &w)) {
			d->state[AT_INDEX] = dev->ifindex;
			d->state[AT_ADDR] = w.at;
			return 1;
		}
	}
	return 0;
}

static int dump_more(struct nl_dump *d, struct nl_buf *buf)
{
	for (; d->state[AT_FAMILY] < ARRAY_SIZE(families); d->state[AT_FAMILY]++) {
		int family = families[d->state[AT_FAMILY]];
		const struct inet_config_ops *config = inet_config_find(d->req.net, family);

		if (!config || (d->state[FAMILY] && (int)d->state[FAMILY] != family))
			continue;
		if (dump_family(d, buf, config))
			return 1;
		d->state[AT_INDEX] = d->state[AT_ADDR] = 0;
	}
	return 0;
}

const struct nl_dump_ops rtnl_addr_dump = {
	.watches = NL_WATCH_DEVS | NL_WATCH_ADDRS,
	.start = dump_start,
	.more = dump_more,
};
