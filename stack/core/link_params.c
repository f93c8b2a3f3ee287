/* SPDX-License-Identifier: BSD-2-Clause */
/* What RTM_NEWLINK says, put on a device that is being made. Called by each kind's newlink. */
#include "stack/core/netdevice.h"

#include <errno.h>
#include <string.h>

#include "stack/core/net.h"
#include "stack/core/netdev_check.h"

/*
 * A unicast address that is locally administered (IEEE 802, the two lowest bits of the first byte).
 */
static void addr_random(struct net_device *dev)
{
	net_random(dev->net, dev->addr, dev->link->addr_len);
	dev->addr[0] = (dev->addr[0] & 0xfc) | 0x02;
}

static int apply_addr(struct net_device *dev, const uint8_t *addr, struct extack *ack)
{
	int err;

	if (addr) {
		err = netdev_check_address(dev, addr, ack);
		if (err)
			return err;
		memcpy(dev->addr, addr, dev->link->addr_len);
	} else {
		addr_random(dev);
	}
	memcpy(dev->perm_addr, dev->addr, dev->link->addr_len);
	return 0;
}

int link_params_apply(struct net_device *dev, const struct link_params *params,
		      const char *dflt_name, struct extack *ack)
{
	const char *name = params->name ? params->name : dflt_name;
	int err;

	if (!netdev_name_valid(name))
		return extack_set(ack, -EINVAL, "Invalid device name");
	strcpy(dev->name, name);
	if (params->mtu) {
		err = netdev_check_mtu(dev, params->mtu, ack);
		if (err)
			return err;
		dev->mtu = params->mtu;
	}
	if (params->txqlen)
		dev->txqlen = params->txqlen;
	if (params->num_tx_queues)
		dev->num_tx_queues = params->num_tx_queues;
	if (params->num_rx_queues)
		dev->num_rx_queues = params->num_rx_queues;
	dev->group = params->group;
	dev->ifindex = params->ifindex;
	return apply_addr(dev, params->addr, ack);
}
