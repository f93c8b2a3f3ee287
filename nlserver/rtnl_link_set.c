/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What RTM_NEWLINK and RTM_SETLINK change of a device, in the kernel's order (do_setlink): some of it
 * is done before what comes later may fail.
 */
#include "nlserver/rtnl.h"

#include <errno.h>
#include <linux/if_link.h>
#include <string.h>

#include <ustack/link.h>

#include "stack/core/event.h"

/*
 * Attributes that are understood when a device is made or changed; any other is refused. As with the
 * kernel, the numbers of queues count when it is made only.
 */
static const uint16_t understood[] = {
	IFLA_IFNAME,	    IFLA_ALT_IFNAME,	IFLA_ADDRESS,  IFLA_BROADCAST,
	IFLA_MTU,	    IFLA_TXQLEN,	IFLA_LINKINFO, IFLA_IFALIAS,
	IFLA_MASTER,	    IFLA_CARRIER,	IFLA_GROUP,    IFLA_EXT_MASK,
	IFLA_NUM_TX_QUEUES, IFLA_NUM_RX_QUEUES, IFLA_AF_SPEC,  0,
};

static bool is_understood(uint16_t type)
{
	const uint16_t *u = understood;

	while (*u && *u != type)
		u++;
	return *u;
}

/**
 * rtnl_link_check - is all that the request says understood, and of the right length?
 * @dev: the device that is to be changed; NULL: it is to be made
 */
int rtnl_link_check(struct nl_request *req, const struct net_device *dev)
{
	static const uint16_t addresses[] = { IFLA_ADDRESS, IFLA_BROADCAST };

	for (uint16_t i = 1; i <= req->maxattr; i++)
		if (req->tb[i] && !is_understood(i))
			return nl_extack_attr(&req->ack, req->tb[i], -EOPNOTSUPP,
					      "This link attribute (%u) is not supported", i);
	for (size_t i = 0; dev && i < ARRAY_SIZE(addresses); i++) {
		const struct nlattr *attr = req->tb[addresses[i]];

		if (attr && mnl_attr_get_payload_len(attr) < dev->link->addr_len)
			return nl_extack_attr(&req->ack, attr, -EINVAL, "Invalid link address");
	}
	return rtnl_link_check_af(req, dev);
}

/* Tell listeners about what was changed here, without a call of the stack's that would. */
static void changed(struct net_device *dev)
{
	event_emit(dev->net, EVENT_NETDEV_CHANGE, dev);
}

static int set_name(struct nl_request *req, struct net_device *dev)
{
	const struct nlattr *attr = req->tb[IFLA_IFNAME];
	char name[IFNAMSIZ] = "";

	memcpy(name, mnl_attr_get_payload(attr),
	       min((size_t)mnl_attr_get_payload_len(attr), sizeof(name) - 1));
	if (!name[0] || !strcmp(name, dev->name))
		return 0;
	return netdev_rename(dev, name, &req->ack);
}

static void set_alias(struct nl_request *req, struct net_device *dev)
{
	const struct nlattr *attr = req->tb[IFLA_IFALIAS];
	size_t len = mnl_attr_get_payload_len(attr);

	memset(dev->alias, 0, sizeof(dev->alias));
	memcpy(dev->alias, mnl_attr_get_payload(attr), len);
	changed(dev);
}

static int set_master(struct nl_request *req)
{
	const struct nlattr *attr = req->tb[IFLA_MASTER];
	uint32_t master = mnl_attr_get_u32(attr);

	if (!master)
		return 0;
	if (!netdev_by_index(req->net, master))
		return nl_extack_attr(&req->ack, attr, -EINVAL, "Master device not found");
	/* No kind does. */
	return nl_extack_attr(&req->ack, attr, -EOPNOTSUPP, "Device cannot be a master");
}

/* Only a device that is nothing but itself can be told what its carrier is. */
static int set_carrier(struct nl_request *req, struct net_device *dev)
{
	if (!dev->kind || strcmp(dev->kind->name, USTACK_KIND_DUMMY))
		return nl_extack_attr(&req->ack, req->tb[IFLA_CARRIER], -EOPNOTSUPP,
				      "Carrier of this device cannot be set");
	netdev_set_carrier(dev, mnl_attr_get_u8(req->tb[IFLA_CARRIER]));
	return 0;
}

static int set_flags(struct nl_request *req, struct net_device *dev)
{
	const struct ifinfomsg *ifi = req->hdr;

	if (!ifi->ifi_flags && !ifi->ifi_change)
		return 0;
	return netdev_change_flags(dev, ifi->ifi_flags, ifi->ifi_change ? ifi->ifi_change : ~0u,
				   &req->ack);
}

/* What stands before the flags: the link must often be down for it. */
static int set_early(struct nl_request *req, struct net_device *dev)
{
	const struct nlattr *const *tb = req->tb;
	int err = 0;

	if (tb[IFLA_ADDRESS])
		err = netdev_set_address(dev, mnl_attr_get_payload(tb[IFLA_ADDRESS]),
					 mnl_attr_get_payload_len(tb[IFLA_ADDRESS]), &req->ack);
	if (!err && tb[IFLA_MTU])
		err = netdev_set_mtu(dev, mnl_attr_get_u32(tb[IFLA_MTU]), &req->ack);
	if (!err && tb[IFLA_GROUP]) {
		dev->group = mnl_attr_get_u32(tb[IFLA_GROUP]);
		changed(dev);
	}
	if (!err && tb[IFLA_IFNAME])
		err = set_name(req, dev);
	if (!err && tb[IFLA_IFALIAS])
		set_alias(req, dev);
	if (!err && tb[IFLA_BROADCAST]) {
		memcpy(dev->broadcast, mnl_attr_get_payload(tb[IFLA_BROADCAST]),
		       dev->link->addr_len);
		changed(dev);
	}
	return err;
}

/**
 * rtnl_link_change - change @dev as the request (parsed by rtnl_link_policy) says
 * Return: 0 or -errno with a sentence; what came before the fault stays changed
 */
int rtnl_link_change(struct nl_request *req, struct net_device *dev)
{
	const struct nlattr *const *tb = req->tb;
	int err;

	err = rtnl_link_check(req, dev);
	if (!err)
		err = set_early(req, dev);
	if (!err && tb[IFLA_MASTER])
		err = set_master(req);
	if (!err)
		err = set_flags(req, dev);
	if (!err && tb[IFLA_CARRIER])
		err = set_carrier(req, dev);
	if (!err && tb[IFLA_TXQLEN]) {
		dev->txqlen = mnl_attr_get_u32(tb[IFLA_TXQLEN]);
		changed(dev);
	}
	if (!err && tb[IFLA_AF_SPEC])
		err = rtnl_link_set_af(req, dev);
	return err;
}
