/* SPDX-License-Identifier: BSD-2-Clause */
/* Choosing one of the addresses of devices as a source. */
#include "stack/ipv4/devinet.h"

/* The best primary address of @in_dev for @dst that reaches as far as @scope. */
static be32 select_on_device(const struct in_device *in_dev, be32 dst, uint8_t scope)
{
	const struct ifaddr *ifa;
	be32 addr = 0;

	list_for_each_entry(ifa, &in_dev->addrs, list) {
		if (ifa_is_secondary(ifa) || ifa->scope > scope)
			continue;
		if (!dst || ifa_match(dst, ifa))
			return ifa->local.v4;
		if (!addr)
			addr = ifa->local.v4;
	}
	return addr;
}

be32 inet_select_addr(struct net *net, const struct net_device *dev, be32 dst, uint8_t scope)
{
	const struct net_device *other;
	const struct ifaddr *ifa;
	be32 addr;

	if (dev && in_dev_get(dev)) {
		addr = select_on_device(in_dev_get(dev), dst, scope);
		if (addr)
			return addr;
	}
	/*
	 * Any other device's will do, as an address belongs to the host (RFC 1122 3.3.4.2, weak
	 * model).
	 */
	netdev_for_each(net, other) {
		if (!in_dev_get(other))
			continue;
		list_for_each_entry(ifa, &in_dev_get(other)->addrs, list)
			if (!ifa_is_secondary(ifa) && ifa->scope != RT_SCOPE_LINK &&
			    ifa->scope <= scope)
				return ifa->local.v4;
	}
	return 0;
}

static be32 confirm_on_device(const struct in_device *in_dev, be32 dst, be32 local, uint8_t scope)
{
	const struct ifaddr *ifa;
	bool same = false;
	be32 addr = 0;

	list_for_each_entry(ifa, &in_dev->addrs, list) {
		if (!addr && (local == ifa->local.v4 || !local) && ifa->scope <= scope) {
			addr = ifa->local.v4;
			if (same)
				return addr;
		}
		if (same)
			continue;
		same = (!local || ifa_match(local, ifa)) && (!dst || ifa_match(dst, ifa));
		if (!same || !addr)
			continue;
		if (local || !dst)
			return addr;
		/* The address found must itself be in the subnet of @dst; else take this one. */
		if (ifa_match(addr, ifa))
			return addr;
		if (ifa->scope <= scope)
			return ifa->local.v4;
		same = false;
	}
	return same ? addr : 0;
}

be32 inet_confirm_addr(struct net *net, const struct net_device *dev, be32 dst, be32 local,
		       uint8_t scope)
{
	const struct net_device *other;
	be32 addr;

	if (dev)
		return in_dev_get(dev) ? confirm_on_device(in_dev_get(dev), dst, local, scope) : 0;
	netdev_for_each(net, other) {
		addr = in_dev_get(other) ? confirm_on_device(in_dev_get(other), dst, local, scope)
					 : 0;
		if (addr)
			return addr;
	}
	return 0;
}
