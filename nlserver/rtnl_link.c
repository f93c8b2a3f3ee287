/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTM_{NEW,DEL,GET,SET}LINK: devices. What a message changes of a device that exists is in
 * rtnl_link_set.c, how a device is shown in rtnl_link_fill.c.
 */
#include "nlserver/rtnl.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <string.h>

#include <ustack/link.h>

#include "stack/link/ethernet.h"

#define ALT_IFNAME_MAX 127
#define QUEUES_MAX     4096 /* the kernel's limit for either direction */

static const struct nl_policy link_data_policy[USTACK_LINK_A_MAX + 1] = {
	[USTACK_LINK_A_HOSTIF] = { .type = NL_ATTR_TYPE_NUL_STRING, .max_len = IFNAMSIZ - 1 },
	[USTACK_LINK_A_VNET_HDR] = { .type = NL_ATTR_TYPE_U8, .max = 1 },
	[USTACK_LINK_A_VNET_HDR_LEN] = { .type = NL_ATTR_TYPE_U32, .min = 10, .max = 12 },
	[USTACK_LINK_A_OFFLOADS] = { .type = NL_ATTR_TYPE_U32 },
	[USTACK_LINK_A_PATH] = { .type = NL_ATTR_TYPE_NUL_STRING, .max_len = 255 },
};

static const struct nl_policy pair_data_policy[VETH_INFO_MAX + 1] = {
	[VETH_INFO_PEER] = { .type = NL_ATTR_TYPE_INVALID, .min_len = sizeof(struct ifinfomsg) },
};

const struct nl_policy rtnl_linkinfo_policy[IFLA_INFO_MAX + 1] = {
	[IFLA_INFO_KIND] = { .type = NL_ATTR_TYPE_STRING },
	[IFLA_INFO_DATA] = { .type = NL_ATTR_TYPE_NESTED },
	[IFLA_INFO_SLAVE_KIND] = { .type = NL_ATTR_TYPE_STRING },
	[IFLA_INFO_SLAVE_DATA] = { .type = NL_ATTR_TYPE_NESTED },
};

const struct nl_policy rtnl_link_policy[IFLA_MAX + 1] = {
	[IFLA_IFNAME] = { .type = NL_ATTR_TYPE_STRING, .max_len = IFNAMSIZ - 1 },
	[IFLA_ADDRESS] = { .type = NL_ATTR_TYPE_BINARY, .max_len = NETDEV_ADDR_MAX },
	[IFLA_BROADCAST] = { .type = NL_ATTR_TYPE_BINARY, .max_len = NETDEV_ADDR_MAX },
	[IFLA_MTU] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_LINK] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_MASTER] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_CARRIER] = { .type = NL_ATTR_TYPE_U8 },
	[IFLA_TXQLEN] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_OPERSTATE] = { .type = NL_ATTR_TYPE_U8 },
	[IFLA_LINKMODE] = { .type = NL_ATTR_TYPE_U8 },
	[IFLA_LINKINFO] = { .type = NL_ATTR_TYPE_NESTED },
	[IFLA_NET_NS_PID] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_NET_NS_FD] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_IFALIAS] = { .type = NL_ATTR_TYPE_BINARY, .max_len = NETDEV_ALIAS_MAX - 1 },
	[IFLA_AF_SPEC] = { .type = NL_ATTR_TYPE_NESTED },
	[IFLA_EXT_MASK] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_PROMISCUITY] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_NUM_TX_QUEUES] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_NUM_RX_QUEUES] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_GSO_MAX_SEGS] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_GSO_MAX_SIZE] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_GROUP] = { .type = NL_ATTR_TYPE_U32 },
	[IFLA_PROTO_DOWN] = { .type = NL_ATTR_TYPE_U8 },
	[IFLA_ALT_IFNAME] = { .type = NL_ATTR_TYPE_STRING, .max_len = ALT_IFNAME_MAX },
	[IFLA_PERM_ADDRESS] = { .type = NL_ATTR_TYPE_BINARY, .reject = true },
	[IFLA_ALLMULTI] = { .type = NL_ATTR_TYPE_U32, .reject = true },
};

static int parse_link(struct nl_request *req, unsigned validate)
{
	return nl_parse_request(req, sizeof(struct ifinfomsg), rtnl_link_policy, IFLA_MAX,
				validate);
}

/* A name attribute, which need not end in NUL. */
static const char *get_name(const struct nlattr *attr, char *buf, size_t size)
{
	size_t len = min((size_t)mnl_attr_get_payload_len(attr), size - 1);

	memcpy(buf, mnl_attr_get_payload(attr), len);
	buf[len] = '\0';
	return buf;
}

/* The device that the request names by index or name; NULL: none, with *ret_named telling if it tried. */
static struct net_device *find_dev(struct nl_request *req, bool *ret_named)
{
	const struct ifinfomsg *ifi = req->hdr;
	const struct nlattr *name = req->tb[IFLA_IFNAME];
	char buf[ALT_IFNAME_MAX + 1];

	if (!name)
		name = req->tb[IFLA_ALT_IFNAME];
	*ret_named = ifi->ifi_index || name;
	if (ifi->ifi_index)
		return netdev_by_index(req->net, ifi->ifi_index);
	return name ? netdev_by_name(req->net, get_name(name, buf, sizeof(buf))) : NULL;
}

static int no_name(struct nl_request *req)
{
	return extack_set(&req->ack, -EINVAL, "Neither index nor name of a device given");
}

static int no_dev(struct nl_request *req)
{
	const struct ifinfomsg *ifi = req->hdr;
	const struct nlattr *name = ifi->ifi_index ? NULL : req->tb[IFLA_IFNAME];

	return nl_extack_attr(&req->ack, name, -ENODEV, "Device not found");
}

/* --- RTM_NEWLINK: a device to be made ------------------------------------------------------------- */

/* Everything that one end's attributes say, and where the words are kept. */
struct newlink {
	struct link_params params;
	char name[IFNAMSIZ];
};

/* Kinds are the stack's own; the kernel's word for "pair" is understood too. */
static const struct link_kind *find_kind(struct net *net, const struct nlattr *attr)
{
	char name[32];

	get_name(attr, name, sizeof(name));
	return link_kind_find(net, strcmp(name, "veth") ? name : USTACK_KIND_PAIR);
}

static int parse_queues(struct nl_request *req, const struct nlattr *attr, const char *what,
			uint32_t *ret)
{
	uint32_t nr = attr ? mnl_attr_get_u32(attr) : 1;

	if (nr < 1 || nr > QUEUES_MAX)
		return nl_extack_attr(&req->ack, attr, -EINVAL, "Invalid number of %s queues",
				      what);
	*ret = nr;
	return 0;
}

/* What every kind takes, from the attributes of one end. */
static int parse_common(struct nl_request *req, const struct ifinfomsg *ifi,
			const struct nlattr *const *tb, struct newlink *ret)
{
	const struct nlattr *addr = tb[IFLA_ADDRESS];
	int err;

	err = parse_queues(req, tb[IFLA_NUM_TX_QUEUES], "transmit", &ret->params.num_tx_queues);
	if (!err)
		err = parse_queues(req, tb[IFLA_NUM_RX_QUEUES], "receive",
				   &ret->params.num_rx_queues);
	if (err)
		return err;
	ret->params.fd = -1;
	ret->params.ifindex = ifi->ifi_index;
	if (tb[IFLA_IFNAME])
		ret->params.name = get_name(tb[IFLA_IFNAME], ret->name, sizeof(ret->name));
	if (addr && mnl_attr_get_payload_len(addr) != ETH_ALEN)
		return nl_extack_attr(&req->ack, addr, -EINVAL, "Invalid link address");
	if (addr)
		ret->params.addr = mnl_attr_get_payload(addr);
	if (tb[IFLA_MTU])
		ret->params.mtu = mnl_attr_get_u32(tb[IFLA_MTU]);
	if (tb[IFLA_TXQLEN])
		ret->params.txqlen = mnl_attr_get_u32(tb[IFLA_TXQLEN]);
	if (tb[IFLA_GROUP])
		ret->params.group = mnl_attr_get_u32(tb[IFLA_GROUP]);
	return 0;
}

static int parse_data(struct nl_request *req, const struct nlattr *data, struct newlink *ret)
{
	const struct nlattr *tb[USTACK_LINK_A_MAX + 1];
	struct link_params *p = &ret->params;
	int err;

	if (!data)
		return 0;
	err = nl_parse_nested(data, link_data_policy, USTACK_LINK_A_MAX, NL_VALIDATE_STRICT, tb,
			      &req->ack);
	if (err)
		return err;
	if (tb[USTACK_LINK_A_HOSTIF])
		p->hostif = mnl_attr_get_str(tb[USTACK_LINK_A_HOSTIF]);
	if (tb[USTACK_LINK_A_PATH])
		p->path = mnl_attr_get_str(tb[USTACK_LINK_A_PATH]);
	if (tb[USTACK_LINK_A_VNET_HDR])
		p->vnet_hdr = mnl_attr_get_u8(tb[USTACK_LINK_A_VNET_HDR]);
	if (tb[USTACK_LINK_A_VNET_HDR_LEN])
		p->vnet_hdr_len = mnl_attr_get_u32(tb[USTACK_LINK_A_VNET_HDR_LEN]);
	if (tb[USTACK_LINK_A_OFFLOADS])
		p->offloads = mnl_attr_get_u32(tb[USTACK_LINK_A_OFFLOADS]);
	return 0;
}

/* What parse_common() takes. */
static const uint16_t common[] = { IFLA_IFNAME, IFLA_ADDRESS,	    IFLA_MTU,	       IFLA_TXQLEN,
				   IFLA_GROUP,	IFLA_NUM_TX_QUEUES, IFLA_NUM_RX_QUEUES };

static bool is_common(uint16_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		if (common[i] == type)
			return true;
	return false;
}

/* Of the other end only what its newlink() takes can be said; the rest is changed when it is there. */
static int check_peer(struct nl_request *req, const struct nlattr *const *tb)
{
	for (uint16_t i = 1; i <= IFLA_MAX; i++)
		if (tb[i] && !is_common(i))
			return nl_extack_attr(&req->ack, tb[i], -EOPNOTSUPP,
					      "This attribute (%u) of a peer is not supported", i);
	return 0;
}

/* VETH_INFO_PEER: the other end's own header and attributes. */
static int parse_peer(struct nl_request *req, const struct nlattr *data, struct newlink *ret,
		      const struct ifinfomsg **ret_ifi)
{
	const struct nlattr *info[VETH_INFO_MAX + 1], *tb[IFLA_MAX + 1];
	const struct ifinfomsg *ifi;
	int err;

	*ret_ifi = NULL;
	if (!data)
		return 0;
	err = nl_parse_nested(data, pair_data_policy, VETH_INFO_MAX, NL_VALIDATE_LIBERAL, info,
			      &req->ack);
	if (err || !info[VETH_INFO_PEER])
		return err;
	ifi = mnl_attr_get_payload(info[VETH_INFO_PEER]);
	err = nl_parse(ifi + 1, mnl_attr_get_payload_len(info[VETH_INFO_PEER]) - sizeof(*ifi),
		       rtnl_link_policy, IFLA_MAX, NL_VALIDATE_LIBERAL, tb, &req->ack);
	if (!err)
		err = check_peer(req, tb);
	if (err)
		return err;
	*ret_ifi = ifi;
	return parse_common(req, ifi, tb, ret);
}

static void delete_dev(struct net_device *dev)
{
	if (dev->kind->dellink)
		dev->kind->dellink(dev);
	else
		netdev_unregister(dev);
}

/* What newlink() of the kind does not set. */
static int configure(struct nl_request *req, struct net_device *dev,
		     const struct ifinfomsg *peer_ifi)
{
	struct net_device *peer;
	int err = 0;

	if (peer_ifi && (peer_ifi->ifi_flags || peer_ifi->ifi_change)) {
		peer = netdev_by_index(req->net, dev->iflink);
		err = netdev_change_flags(peer, peer_ifi->ifi_flags,
					  peer_ifi->ifi_change ? peer_ifi->ifi_change : ~0u,
					  &req->ack);
	}
	if (err)
		return err;
	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		req->tb[common[i]] = NULL;
	req->tb[IFLA_LINKINFO] = NULL;
	return rtnl_link_change(req, dev);
}

static int take_fd(struct nl_request *req, const struct link_kind *kind, struct link_params *params)
{
	if (!kind->needs_fd)
		return 0;
	params->fd = nl_take_fd(req, 0);
	if (params->fd >= 0)
		return 0;
	return extack_set(&req->ack, -EINVAL, "Kind \"%s\" needs a descriptor", kind->name);
}

/* Make a device of @kind; it goes again where a part of its configuration is refused. */
static int create(struct nl_request *req, const struct link_kind *kind, const struct nlattr *data)
{
	struct newlink link = { 0 }, peer = { 0 };
	const struct ifinfomsg *peer_ifi = NULL;
	struct net_device *dev = NULL;
	int err;

	err = parse_common(req, req->hdr, req->tb, &link);
	if (!err && !strcmp(kind->name, USTACK_KIND_PAIR))
		err = parse_peer(req, data, &peer, &peer_ifi);
	else if (!err)
		err = parse_data(req, data, &link);
	if (!err)
		err = take_fd(req, kind, &link.params);
	if (err)
		return err;
	if (peer_ifi)
		link.params.peer = &peer.params;
	err = kind->newlink(req->net, kind, &link.params, &dev, &req->ack);
	if (err)
		return err;
	err = configure(req, dev, peer_ifi);
	if (err)
		delete_dev(dev);
	return err;
}

/* RTM_NEWLINK and RTM_SETLINK of a device that is there. */
static int change(struct nl_request *req, struct net_device *dev, const struct nlattr *const *info)
{
	unsigned flags = req->nlh->nlmsg_flags;

	if (req->nlh->nlmsg_type == RTM_NEWLINK && (flags & NLM_F_EXCL))
		return nl_extack_attr(&req->ack, req->tb[IFLA_IFNAME], -EEXIST,
				      "Device already exists");
	if (req->nlh->nlmsg_type == RTM_NEWLINK && (flags & NLM_F_REPLACE))
		return extack_set(&req->ack, -EOPNOTSUPP, "A device cannot be replaced");
	if (info[IFLA_INFO_DATA] || info[IFLA_INFO_SLAVE_DATA])
		return extack_set(&req->ack, -EOPNOTSUPP,
				  "What belongs to a link's kind cannot be changed");
	return rtnl_link_change(req, dev);
}

/* IFLA_GROUP where no device is named: all of the group, be they many or none. */
static int change_group(struct nl_request *req)
{
	uint32_t group = mnl_attr_get_u32(req->tb[IFLA_GROUP]);
	struct net_device *dev;
	int err = 0;

	netdev_for_each(req->net, dev) {
		if (dev->group == group)
			err = rtnl_link_change(req, dev);
		if (err)
			break;
	}
	return err;
}

int rtnl_newlink(struct nl_request *req)
{
	bool newlink = req->nlh->nlmsg_type == RTM_NEWLINK, named;
	const struct nlattr *info[IFLA_INFO_MAX + 1] = { NULL };
	const struct link_kind *kind = NULL;
	struct net_device *dev;
	int err;

	err = parse_link(req, NL_VALIDATE_LIBERAL);
	if (err)
		return err;
	if (((const struct ifinfomsg *)req->hdr)->ifi_index < 0)
		return extack_set(&req->ack, -EINVAL, "ifindex can't be negative");
	dev = find_dev(req, &named);
	if (req->tb[IFLA_LINKINFO]) {
		err = nl_parse_nested(req->tb[IFLA_LINKINFO], rtnl_linkinfo_policy, IFLA_INFO_MAX,
				      NL_VALIDATE_LIBERAL, info, &req->ack);
		if (err)
			return err;
	}
	if (dev)
		return change(req, dev, info);
	if (newlink && !named && req->tb[IFLA_GROUP] && !(req->nlh->nlmsg_flags & NLM_F_CREATE))
		return change_group(req);
	if (!newlink && !named)
		return no_name(req);
	if (!newlink || !(req->nlh->nlmsg_flags & NLM_F_CREATE))
		return no_dev(req);
	if (info[IFLA_INFO_KIND])
		kind = find_kind(req->net, info[IFLA_INFO_KIND]);
	if (!kind)
		return nl_extack_attr(&req->ack, info[IFLA_INFO_KIND], -EOPNOTSUPP,
				      "Unknown device type");
	err = rtnl_link_check(req, NULL);
	return err ? err : create(req, kind, info[IFLA_INFO_DATA]);
}

/* --- RTM_DELLINK, RTM_GETLINK --------------------------------------------------------------------- */

static int not_deletable(struct nl_request *req, const struct net_device *dev)
{
	return extack_set(&req->ack, -EOPNOTSUPP, "Device \"%s\" cannot be deleted", dev->name);
}

static struct net_device *first_of_group(struct net *net, uint32_t group)
{
	struct net_device *dev;

	netdev_for_each(net, dev)
		if (dev->group == group)
			return dev;
	return NULL;
}

/* All of a group, or none; but not of group 0, in which is every device that nobody has put elsewhere. */
static int delete_group(struct nl_request *req)
{
	const struct nlattr *attr = req->tb[IFLA_GROUP];
	uint32_t group = mnl_attr_get_u32(attr);
	struct net_device *dev;

	if (!group)
		return nl_extack_attr(&req->ack, attr, -EPERM, "The default group cannot be deleted");
	if (!first_of_group(req->net, group))
		return nl_extack_attr(&req->ack, attr, -ENODEV, "No device is of this group");
	netdev_for_each(req->net, dev)
		if (dev->group == group && !dev->kind)
			return not_deletable(req, dev);
	/* One after the other: the other end of a pair goes with it. */
	while ((dev = first_of_group(req->net, group)))
		delete_dev(dev);
	return 0;
}

int rtnl_dellink(struct nl_request *req)
{
	struct net_device *dev;
	bool named;
	int err;

	err = parse_link(req, NL_VALIDATE_LIBERAL);
	if (err)
		return err;
	dev = find_dev(req, &named);
	if (!named && req->tb[IFLA_GROUP])
		return delete_group(req);
	if (!named)
		return no_name(req);
	if (!dev)
		return no_dev(req);
	if (!dev->kind)
		return not_deletable(req, dev);
	delete_dev(dev);
	return 0;
}

static bool link_header_clean(const struct ifinfomsg *ifi)
{
	return !ifi->__ifi_pad && !ifi->ifi_type && !ifi->ifi_flags && !ifi->ifi_change;
}

int rtnl_getlink(struct nl_request *req)
{
	static const uint16_t allowed[] = { IFLA_IFNAME, IFLA_ALT_IFNAME, IFLA_EXT_MASK, 0 };
	struct net_device *dev;
	struct nl_reply r;
	bool named;
	int err;

	err = parse_link(req, req->strict ? NL_VALIDATE_OLD_STRICT : NL_VALIDATE_LIBERAL);
	if (err)
		return err;
	if (req->strict && !link_header_clean(req->hdr))
		return extack_set(&req->ack, -EINVAL,
				  "Invalid values in header for get link request");
	err = rtnl_get_allow(req, allowed, "Unsupported attribute in get link request");
	if (err)
		return err;
	dev = find_dev(req, &named);
	if (!dev)
		return named ? no_dev(req) : no_name(req);
	nl_reply_begin(&r, req, RTM_NEWLINK, 0);
	rtnl_link_fill(&r.buf, &r.head, dev, 0);
	return nl_reply_send(&r);
}

/* --- dump ----------------------------------------------------------------------------------------- */

enum { LAST_INDEX, MASTER, KIND, NOTHING, INET6 }; /* d->state */

static int dump_filter(struct nl_dump *d)
{
	const struct nlattr *info[IFLA_INFO_MAX + 1];
	struct nl_request *req = &d->req;

	if (req->tb[IFLA_MASTER])
		d->state[MASTER] = mnl_attr_get_u32(req->tb[IFLA_MASTER]);
	if (req->tb[IFLA_LINKINFO] &&
	    !nl_parse_nested(req->tb[IFLA_LINKINFO], rtnl_linkinfo_policy, IFLA_INFO_MAX,
			     NL_VALIDATE_LIBERAL, info, NULL) &&
	    info[IFLA_INFO_KIND])
		d->state[KIND] = (uintptr_t)find_kind(req->net, info[IFLA_INFO_KIND]);
	if (d->state[MASTER] || d->state[KIND])
		d->answer_flags |= NLM_F_DUMP_FILTERED;
	return 0;
}

/* IPv6 has a dump of its own, of less: what concerns it, of the devices that it is on. */
static int dump_start_inet6(struct nl_dump *d)
{
	struct nl_request *req = &d->req;
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(req->nlh);
	size_t len = mnl_nlmsg_get_payload_len(req->nlh);

	d->state[INET6] = true;
	if (!req->strict)
		return 0;
	if (len < sizeof(*ifi))
		return extack_set(&req->ack, -EINVAL, "ipv6: Invalid header for link dump request");
	if (len > sizeof(*ifi))
		return extack_set(&req->ack, -EINVAL, "ipv6: Invalid data after header");
	if (!link_header_clean(ifi) || ifi->ifi_index)
		return extack_set(&req->ack, -EINVAL,
				  "ipv6: Invalid values in header for dump request");
	return 0;
}

static int dump_start(struct nl_dump *d)
{
	const struct rtgenmsg *gen = mnl_nlmsg_get_payload(d->req.nlh);
	static const uint16_t allowed[] = { IFLA_EXT_MASK, IFLA_MASTER, IFLA_LINKINFO, 0 };
	const struct ifinfomsg *ifi;
	const void *hdr;
	int err;

	if (gen->rtgen_family == AF_INET6 && inet_config_find(d->req.net, AF_INET6))
		return dump_start_inet6(d);
	err = rtnl_dump_parse(d, sizeof(*ifi), rtnl_link_policy, IFLA_MAX, &hdr);
	if (err)
		return err;
	ifi = hdr;
	if (d->req.strict && !link_header_clean(ifi))
		return extack_set(&d->req.ack, -EINVAL,
				  "Invalid values in header for link dump request");
	if (d->req.strict && ifi->ifi_index)
		return extack_set(&d->req.ack, -EINVAL,
				  "Filter by device index not supported for link dumps");
	d->state[NOTHING] = ifi && ifi->ifi_family == AF_BRIDGE; /* there are no bridge ports */
	err = rtnl_dump_allow(d, allowed, "Unsupported attribute in link dump request");
	return err ? err : dump_filter(d);
}

static int dump_more(struct nl_dump *d, struct nl_buf *buf)
{
	struct nl_head head = nl_dump_head(d, RTM_NEWLINK);
	struct net_device *dev;

	if (d->state[NOTHING])
		return 0;
	netdev_for_each(d->req.net, dev) {
		if (dev->ifindex <= (int)d->state[LAST_INDEX])
			continue;
		if (d->state[MASTER] && dev->master != (int)d->state[MASTER])
			continue;
		if (d->state[KIND] && dev->kind != (const struct link_kind *)d->state[KIND])
			continue;
		if (d->state[INET6] ? rtnl_link_fill_inet6(buf, &head, dev)
				    : rtnl_link_fill(buf, &head, dev, 0))
			return 1;
		d->state[LAST_INDEX] = dev->ifindex;
	}
	return 0;
}

const struct nl_dump_ops rtnl_link_dump = {
	.watches = NL_WATCH_DEVS,
	.start = dump_start,
	.more = dump_more,
};
