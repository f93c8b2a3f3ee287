/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prefixes that routers announce (RFC 4862 5.5.3): routes to those on the link, and addresses of
 * those that we are to make ours from. Strangers can announce as many as they like; addresses are
 * limited by max_addresses.
 */
#include <linux/if_addr.h>
#include <string.h>
#include "stack/ipv6/addrconf_private.h"
#include "stack/ipv6/fib6.h"

#define SLAAC_PREFIX_LEN   64
#define MIN_VALID_LIFETIME 7200 /* s; RFC 4862 5.5.3 e) */
#define PREFIX_METRIC	   256
#define PROTO_KERNEL_RA	   2 /* IFAPROT_KERNEL_RA, newer than the headers of some hosts */

/* Is it on the link because an administrator says so? Then no router can end that. */
static bool is_configured(const struct inet6_dev *idev, const struct addrconf_prefix *p)
{
	const struct ifaddr *ifa;

	list_for_each_entry(ifa, &idev->addrs, list)
		if (ifa->flags & IFA_F_PERMANENT && !(ifa->flags & IFA_F_NOPREFIXROUTE) &&
		    ifa->prefixlen == p->plen && in6_prefix_equal(&ifa->local, &p->prefix, p->plen))
			return true;
	return false;
}

/* RFC 4861 6.3.4: it is on the link, until further notice. */
static void update_onlink(struct net *net, struct net_device *dev, const struct addrconf_prefix *p)
{
	const struct route_config cfg = {
		.family = AF_INET6,
		.dst = in6_prefix(&p->prefix, p->plen),
		.dst_len = p->plen,
		.table = RT_TABLE_MAIN,
		.type = RTN_UNICAST,
		.protocol = RTPROT_KERNEL,
		.priority = PREFIX_METRIC,
		.expires = p->valid,
		.nr_nh = 1,
		.nh[0] = { .oif = dev->ifindex, .weight = 1 },
	};

	fib6_ra_update(net, &cfg);
}

/* The address to make of the prefix. *@flags: IFA_F_* that it gets. False: it cannot be made. */
static bool make_address(const struct inet6_dev *idev, union inaddr *addr, uint32_t *flags,
			 bool *tokenized)
{
	union inaddr lladdr;

	*tokenized = !inaddr_any(&idev->token);
	if (*tokenized) {
		addr->q[1] = idev->token.q[1];
		return true;
	}
	if (addrconf_id_is_stable(idev) && addrconf_id_stable(idev, addr, 0)) {
		*flags |= IFA_F_STABLE_PRIVACY;
		return true;
	}
	if (addrconf_id_eui64(idev->dev, addr))
		return true;
	/* A link without link-layer addresses: as the link-local address has it. */
	if (!addrconf_linklocal(idev->dev, IFA_F_TENTATIVE, &lladdr))
		return false;
	addr->q[1] = lladdr.q[1];
	return true;
}

static struct inet6_ifaddr *create(struct inet6_dev *idev, const union inaddr *addr, uint32_t flags,
				   bool tokenized, const struct addrconf_prefix *p)
{
	struct ifaddr cfg = {
		.local = *addr,
		.prefixlen = p->plen,
		.flags = flags | IFA_F_MANAGETEMPADDR,
		.protocol = PROTO_KERNEL_RA,
		.valid_lft = p->valid,
		.preferred_lft = p->preferred,
	};
	struct inet6_ifaddr *ifa;

	/* RFC 4429 3.3: only where the router's link-layer address came along, as it cannot be asked for yet. */
	if (addrconf_optimistic_allowed(idev) && !addrconf_of(idev)->all.forwarding &&
	    p->router_lladdr)
		cfg.flags |= IFA_F_OPTIMISTIC;
	if (idev->conf.max_addresses &&
	    addrconf_count(idev) >= (unsigned)max(idev->conf.max_addresses, 0))
		return NULL;
	if (addrconf_ifa_add(idev, &cfg, &ifa, NULL))
		return NULL;
	ifa->tokenized = tokenized;
	addrconf_dad_start(ifa);
	return ifa;
}

/* RFC 4862 5.5.3 e): forged advertisements cannot end an address sooner than within two hours. */
static void update(struct inet6_ifaddr *ifa, const struct addrconf_prefix *p)
{
	uint32_t left = addrconf_lifetime_left(&ifa->ifa, ifa->ifa.valid_lft);
	uint32_t valid = p->valid;

	if (!left)
		return;
	if (!ifa->idev->conf.ra_honor_pio_life)
		valid = max(valid, min(left, (uint32_t)MIN_VALID_LIFETIME));
	ifa->ifa.valid_lft = valid;
	ifa->ifa.preferred_lft = p->preferred;
	ifa->ifa.tstamp = ifa->idev->dev->net->now;
	if (p->preferred)
		ifa->ifa.flags &= ~IFA_F_DEPRECATED;
	if (!(ifa->ifa.flags & IFA_F_TENTATIVE))
		addrconf_ifa_notify(ifa);
	addrconf_temp_update(ifa, valid, p->preferred);
}

/* Is there a temporary address to speak from, or soon to be, that goes with @public? */
static bool has_preferred_temp(const struct inet6_ifaddr *public)
{
	const struct ifaddr *ifa;

	list_for_each_entry(ifa, &public->idev->addrs, list)
		if (ifa6(ifa)->public == public &&
		    !(ifa->flags & (IFA_F_DEPRECATED | IFA_F_DADFAILED)))
			return true;
	return false;
}

/* RFC 4862 5.5.3 d) and e). Return: whether there is an address of the prefix now. */
static bool autoconfigure(struct inet6_dev *idev, const struct addrconf_prefix *p)
{
	union inaddr addr = in6_prefix(&p->prefix, p->plen);
	struct inet6_ifaddr *ifa;
	struct ifaddr *old;
	uint32_t flags = 0;
	bool tokenized, fresh;

	if (p->plen != SLAAC_PREFIX_LEN || !make_address(idev, &addr, &flags, &tokenized))
		return false;
	old = addrconf_find(idev->dev->net, &addr, idev->dev);
	/* What an administrator gave is not for routers to end. */
	if (old && old->flags & IFA_F_PERMANENT)
		return true;
	fresh = !old;
	if (fresh && !p->valid)
		return false;
	ifa = old ? ifa6(old) : create(idev, &addr, flags, tokenized, p);
	if (!ifa)
		return false;
	if (!fresh)
		update(ifa, p);
	/* RFC 8981 3.4; also when it was deprecated until the temporary ones were too old to follow it. */
	if (p->preferred && !has_preferred_temp(ifa))
		addrconf_temp_create(ifa);
	addrconf_verify(ifa);
	return true;
}

void addrconf_prefix_rcv(struct net *net, struct net_device *dev, const struct addrconf_prefix *p)
{
	struct inet6_dev *idev = in6_dev_get(dev);
	struct prefix_event ev = {
		.dev = dev,
		.prefix = p->prefix,
		.prefixlen = p->plen,
		.flags = p->raw_flags,
		.valid_lft = p->valid,
		.preferred_lft = p->preferred,
	};

	/* RFC 4862 5.5.3 b), c) */
	if (!idev || in6_is_linklocal(&p->prefix) || in6_is_multicast(&p->prefix) ||
	    p->preferred > p->valid || p->plen > 128)
		return;
	if (p->onlink && !is_configured(idev, p))
		update_onlink(net, dev, p);
	if (p->autonomous && idev->conf.autoconf && !autoconfigure(idev, p))
		return;
	event_emit(net, EVENT_PREFIX, &ev);
}
