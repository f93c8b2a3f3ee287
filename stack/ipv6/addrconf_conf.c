/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.ipv6.conf: of each device, of devices to come ("default"), and of all ("all"), which most
 * parameters consult beside the device's own; some, when written for all, are written for each.
 */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netconf.h>
#include <string.h>
#include "stack/ipv6/addrconf_private.h"
#include "stack/ipv6/fib6.h"
#include "stack/ipv6/route6.h"

struct ipv6_devconf *addrconf_conf(struct net *net, const struct net_device *dev)
{
	if (!dev)
		return &net->ipv6->addrconf->all;
	return in6_dev_get(dev) ? &in6_dev_get(dev)->conf : NULL;
}

struct ipv6_devconf *addrconf_conf_default(struct net *net)
{
	return &net->ipv6->addrconf->dflt;
}

/* Whose @conf is; NULL: all devices', or that of those to come. */
static struct inet6_dev *owner(struct net *net, struct ipv6_devconf *conf)
{
	const struct addrconf *ac = net->ipv6->addrconf;

	if (conf == &ac->all || conf == &ac->dflt)
		return NULL;
	return container_of(conf, struct inet6_dev, conf);
}

/* Of one device -------------------------------------------------------------------------------- */

static void forwarding_changed(struct inet6_dev *idev)
{
	addrconf_forward_changed(idev);
	/* RFC 4861 6.2.2: a router is none's host, unless told to be. */
	if (idev->conf.forwarding && idev->conf.accept_ra != 2)
		fib6_ra_flush(idev->dev->net, idev->dev);
	ip6_rt_flush(idev->dev->net);
}

static void disable_changed(struct inet6_dev *idev)
{
	if (idev->conf.disable_ipv6) {
		addrconf_dev_down(idev);
	} else if (netdev_running(idev->dev)) {
		addrconf_dev_up(idev);
		fib6_dev_up(idev->dev);
	}
}

static void gen_mode_changed(struct inet6_dev *idev)
{
	addrconf_auto_addrs(idev);
}

static void routes_changed(struct inet6_dev *idev)
{
	ip6_rt_flush(idev->dev->net);
}

/* By what attribute a parameter is shown; 0: by none. */
static int attr_of(size_t offset)
{
	switch (offset) {
	case offsetof(struct ipv6_devconf, forwarding):
		return NETCONFA_FORWARDING;
	case offsetof(struct ipv6_devconf, proxy_ndp):
		return NETCONFA_PROXY_NEIGH;
	case offsetof(struct ipv6_devconf, ignore_routes_with_linkdown):
		return NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN;
	default:
		return 0;
	}
}

static void tell(struct net *net, int ifindex, size_t offset)
{
	if (attr_of(offset))
		netconf_emit(net, AF_INET6, ifindex, attr_of(offset));
}

/* Parameters that are written for each device when for all, and what follows from a new value. */
static const struct consequence {
	size_t offset;
	void (*fn)(struct inet6_dev *idev);
} consequences[] = {
	{ offsetof(struct ipv6_devconf, forwarding), forwarding_changed },
	{ offsetof(struct ipv6_devconf, disable_ipv6), disable_changed },
	{ offsetof(struct ipv6_devconf, addr_gen_mode), gen_mode_changed },
	{ offsetof(struct ipv6_devconf, ignore_routes_with_linkdown), routes_changed },
};

static const struct consequence *find_consequence(size_t offset)
{
	for (size_t i = 0; i < ARRAY_SIZE(consequences); i++)
		if (consequences[i].offset == offset)
			return &consequences[i];
	return NULL;
}

static int32_t *field_at(struct ipv6_devconf *conf, size_t offset)
{
	return (int32_t *)((char *)conf + offset);
}

/* Switches: only whether they are on counts. Others: any new value. */
static bool differs(size_t offset, int32_t a, int32_t b)
{
	bool other = offset == offsetof(struct ipv6_devconf, addr_gen_mode) ||
		     offset == offsetof(struct ipv6_devconf, proxy_ndp);

	return other ? a != b : !a != !b;
}

static void spread_to_all(struct net *net, const struct consequence *c, int32_t value)
{
	int32_t *dflt = field_at(&net->ipv6->addrconf->dflt, c->offset);
	bool dflt_differs = differs(c->offset, *dflt, value);
	struct net_device *dev;

	*dflt = value;
	/* Of this one alone, the kernel tells. */
	if (dflt_differs && c->offset == offsetof(struct ipv6_devconf, forwarding))
		tell(net, NETCONFA_IFINDEX_DEFAULT, c->offset);
	netdev_for_each(net, dev) {
		struct inet6_dev *idev = in6_dev_get(dev);
		int32_t old;

		if (!idev)
			continue;
		old = *field_at(&idev->conf, c->offset);
		*field_at(&idev->conf, c->offset) = value;
		if (!differs(c->offset, old, value))
			continue;
		c->fn(idev);
		tell(net, dev->ifindex, c->offset);
	}
}

/* As with the kernel, the value of all is written for each device, but not for those to come. */
static void force_forwarding(struct net *net, int32_t value)
{
	struct net_device *dev;

	netdev_for_each(net, dev)
		if (in6_dev_get(dev))
			in6_dev_get(dev)->conf.force_forwarding = value;
}

static bool has_secret(struct net *net, const struct inet6_dev *idev)
{
	return (idev && idev->conf.stable_secret_set) ||
	       net->ipv6->addrconf->dflt.stable_secret_set;
}

static bool gen_mode_valid(struct net *net, const struct inet6_dev *idev, int32_t mode)
{
	if (mode == IN6_ADDR_GEN_MODE_STABLE_PRIVACY)
		return has_secret(net, idev);
	return mode >= IN6_ADDR_GEN_MODE_EUI64 && mode <= IN6_ADDR_GEN_MODE_RANDOM;
}

static bool is_valid(struct net *net, const struct inet6_dev *idev, size_t offset, int32_t value)
{
	switch (offset) {
	case offsetof(struct ipv6_devconf, addr_gen_mode):
		return gen_mode_valid(net, idev, value);
	case offsetof(struct ipv6_devconf, mtu):
		return value >= IPV6_MIN_MTU && (!idev || (uint32_t)value <= idev->dev->mtu);
	default:
		return true;
	}
}

int addrconf_conf_changed(struct net *net, struct ipv6_devconf *conf, int32_t *field, int32_t old)
{
	size_t offset = (char *)field - (char *)conf;
	const struct consequence *c = find_consequence(offset);
	struct inet6_dev *idev = owner(net, conf);
	bool all = conf == &net->ipv6->addrconf->all;

	if (!is_valid(net, idev, offset, *field)) {
		*field = old;
		return -EINVAL;
	}
	if (c && all)
		spread_to_all(net, c, *field);
	else if (c && idev && differs(offset, old, *field))
		c->fn(idev);
	if (all && offset == offsetof(struct ipv6_devconf, force_forwarding))
		force_forwarding(net, *field);
	/* Who forbids forwarding means those, too, that were to do it nevertheless. */
	if (all && offset == offsetof(struct ipv6_devconf, forwarding) && !*field)
		force_forwarding(net, 0);
	if (differs(offset, old, *field))
		tell(net,
		     idev  ? idev->dev->ifindex
		     : all ? NETCONFA_IFINDEX_ALL
			   : NETCONFA_IFINDEX_DEFAULT,
		     offset);
	/* Many of them decide about routes and their sources. */
	ip6_rt_flush(net);
	return 0;
}

int addrconf_set_gen_mode(struct net_device *dev, uint8_t mode, struct extack *ack)
{
	struct inet6_dev *idev = in6_dev_get(dev);

	if (!idev)
		return extack_set(ack, -EAFNOSUPPORT, "ipv6: IPv6 is disabled on this device");
	if (!gen_mode_valid(dev->net, idev, mode))
		return extack_set(ack, -EINVAL,
				  "No such mode, or there is no stable secret for it");
	/* As with the kernel, addresses are made by it from now on; the sysctl makes them at once. */
	idev->conf.addr_gen_mode = mode;
	return 0;
}

int addrconf_set_secret(struct net *net, struct ipv6_devconf *conf, const union inaddr *secret)
{
	struct addrconf *ac = net->ipv6->addrconf;
	struct net_device *dev;

	if (conf == &ac->all)
		return -EIO;
	conf->stable_secret = *secret;
	conf->stable_secret_set = true;
	if (conf != &ac->dflt) {
		conf->addr_gen_mode = IN6_ADDR_GEN_MODE_STABLE_PRIVACY;
		return 0;
	}
	/* Devices to come find the secret (addrconf_dev.c): their mode's default stays. */
	netdev_for_each(net, dev)
		if (in6_dev_get(dev))
			in6_dev_get(dev)->conf.addr_gen_mode = IN6_ADDR_GEN_MODE_STABLE_PRIVACY;
	return 0;
}

/* Tokens --------------------------------------------------------------------------------------- */

static int check_token(const struct inet6_dev *idev, struct extack *ack)
{
	if (idev->dev->flags & IFF_LOOPBACK)
		return extack_set(ack, -EINVAL, "ipv6: Device is loopback");
	if (idev->dev->flags & IFF_NOARP)
		return extack_set(ack, -EINVAL, "ipv6: Device does not do neighbour discovery");
	if (!addrconf_accepts_ra(idev))
		return extack_set(ack, -EINVAL, "ipv6: Router advertisement is disabled on device");
	if (!idev->conf.router_solicitations)
		return extack_set(ack, -EINVAL, "ipv6: Router solicitation is disabled on device");
	return 0;
}

/* Addresses that were made of the old token end. */
static void expire_tokenized(struct inet6_dev *idev)
{
	struct ifaddr *ifa, *next;

	list_for_each_entry_safe(ifa, next, &idev->addrs, list)
		if (ifa6(ifa)->tokenized)
			addrconf_ifa_del(ifa6(ifa));
}

int addrconf_set_token(struct net_device *dev, const union inaddr *token, struct extack *ack)
{
	struct inet6_dev *idev = in6_dev_get(dev);
	union inaddr lladdr;
	int err;

	if (!idev)
		return extack_set(ack, -EAFNOSUPPORT, "ipv6: IPv6 is disabled on this device");
	err = check_token(idev, ack);
	if (err)
		return err;
	idev->token = (union inaddr){ .q = { 0, token->q[1] } };
	/* Routers are asked anew: their answers bring the addresses with it. */
	if (!inaddr_any(&idev->token) && idev->flags & IN6_IF_READY &&
	    addrconf_linklocal(dev, IFA_F_TENTATIVE | IFA_F_OPTIMISTIC, &lladdr)) {
		idev->flags &= ~IN6_IF_RA_RCVD;
		addrconf_rs_start(idev, &lladdr);
	}
	expire_tokenized(idev);
	addrconf_ifinfo_changed(idev);
	return 0;
}
