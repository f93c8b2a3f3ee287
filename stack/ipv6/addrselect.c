/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which address to send from (RFC 6724 4 and 5). The rules are the kernel's: besides those of the RFC,
 * ORCHIDs go with ORCHIDs (RFC 4843), and of two that are equal the optimistic one comes second (RFC
 * 4429 3.1). Called by route lookups, and by those who must know before they look up.
 */
#include <errno.h>
#include <linux/in6.h> /* IPV6_PREFER_SRC_*; it must come before the C library's netinet/in.h */
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/addrlabel.h"
#include "stack/ipv6/ip6.h"

struct choice {
	struct net *net;
	const union inaddr *daddr;
	const struct net_device *dev; /* NULL: not known */
	unsigned prefs;
	int scope;
	uint32_t label;
};

/* The unspecified address has less than any scope. */
static int scope_of(const union inaddr *a)
{
	return in6_is_any(a) ? -1 : (int)in6_scope(a);
}

static bool is_orchid(const union inaddr *a)
{
	return (ntohl(a->v6[0]) & 0xfffffff0) == 0x20010010; /* 2001:10::/28 */
}

/*
 * Each rule says how good a candidate is; more is better, and the first rule in which two differ
 * decides.
 */

static int rule_same(const struct choice *c, const struct inet6_ifaddr *ifa)
{
	return inaddr_equal(&ifa->ifa.local, c->daddr);
}

/* A scope that is wide enough: the nearest; else the widest. */
static int rule_scope(const struct choice *c, const struct inet6_ifaddr *ifa)
{
	int scope = scope_of(&ifa->ifa.local);

	return scope >= c->scope ? -scope : scope - 128;
}

/* What is not configured by lifetimes cannot be deprecated. */
static bool always_preferred(const union inaddr *a)
{
	return in6_is_v4mapped(a) || (!a->q[0] && !a->v6[2]);
}

static int rule_preferred(const struct choice *c, const struct inet6_ifaddr *ifa)
{
	uint32_t avoid = IFA_F_DEPRECATED;

	if (!ifa->idev->conf.use_optimistic && !addrconf_conf(c->net, NULL)->use_optimistic)
		avoid |= IFA_F_OPTIMISTIC;
	return always_preferred(&ifa->ifa.local) || !(ifa->ifa.flags & avoid);
}

static int rule_home(const struct choice *c, const struct inet6_ifaddr *ifa)
{
	bool prefer_home = !(c->prefs & IPV6_PREFER_SRC_COA);

	return !(ifa->ifa.flags & IFA_F_HOMEADDRESS) ^ prefer_home;
}

static int rule_device(const struct choice *c, const struct inet6_ifaddr *ifa)
{
	return !c->dev || c->dev == ifa->idev->dev;
}

static int rule_label(const struct choice *c, const struct inet6_ifaddr *ifa)
{
	return addrlabel(c->net, &ifa->ifa.local, ifa->idev->dev->ifindex) == c->label;
}

/* A socket's wish (RFC 5014) goes before the device's setting (RFC 8981 3.6). */
static int rule_temporary(const struct choice *c, const struct inet6_ifaddr *ifa)
{
	bool prefer_temporary = ifa->idev->conf.use_tempaddr >= 2;

	if (c->prefs & (IPV6_PREFER_SRC_PUBLIC | IPV6_PREFER_SRC_TMP))
		prefer_temporary = c->prefs & IPV6_PREFER_SRC_TMP;
	return !(ifa->ifa.flags & IFA_F_TEMPORARY) ^ prefer_temporary;
}

static int rule_orchid(const struct choice *c, const struct inet6_ifaddr *ifa)
{
	return is_orchid(&ifa->ifa.local) == is_orchid(c->daddr);
}

static int rule_prefix(const struct choice *c, const struct inet6_ifaddr *ifa)
{
	return min(in6_common_prefix(&ifa->ifa.local, c->daddr), (unsigned)ifa->ifa.prefixlen);
}

static int rule_not_optimistic(const struct choice *c, const struct inet6_ifaddr *ifa)
{
	(void)c;
	return !(ifa->ifa.flags & IFA_F_OPTIMISTIC);
}

static int (*const rules[])(const struct choice *c, const struct inet6_ifaddr *ifa) = {
	rule_same,			  /* 1: prefer same address */
	rule_scope,			  /* 2: prefer appropriate scope */
	rule_preferred,			  /* 3: avoid deprecated addresses */
	rule_home,			  /* 4: prefer home addresses */
	rule_device,			  /* 5: prefer outgoing interface */
	rule_label,			  /* 6: prefer matching label */
	rule_temporary,			  /* 7: prefer temporary addresses, or public ones */
	rule_orchid,	     rule_prefix, /* 8: use longest matching prefix */
	rule_not_optimistic,
};

static bool is_better(const struct choice *c, const struct inet6_ifaddr *a,
		      const struct inet6_ifaddr *b)
{
	for (unsigned i = 0; i < ARRAY_SIZE(rules); i++) {
		int score_a = rules[i](c, a), score_b = rules[i](c, b);

		if (score_a != score_b)
			return score_a > score_b;
	}
	return false;
}

static const struct inet6_ifaddr *best_of(const struct choice *c, const struct inet6_dev *idev,
					  const struct inet6_ifaddr *best)
{
	const struct ifaddr *ifa;

	/* A group that stands among the addresses, by which it was joined, is nobody's source. */
	list_for_each_entry(ifa, &idev->addrs, list) {
		if (ifa6_usable(ifa) && !in6_is_multicast(&ifa->local) && (!best || is_better(c, ifa6(ifa), best)))
			best = ifa6(ifa);
	}
	return best;
}

/* RFC 6724 4: for what does not leave the link, only addresses of the link; else of any device. */
static bool only_by_device(const struct choice *c, const struct inet6_dev *idev)
{
	return in6_is_multicast(c->daddr) || c->scope <= IN6_SCOPE_LINK ||
	       (idev &&
		(idev->conf.use_oif_addrs_only || addrconf_conf(c->net, NULL)->use_oif_addrs_only));
}

int addrconf_select_source(struct net *net, const struct net_device *dev, const union inaddr *daddr,
			   unsigned prefs, union inaddr *ret)
{
	const struct choice c = {
		.net = net,
		.daddr = daddr,
		.dev = dev,
		.prefs = prefs,
		.scope = scope_of(daddr),
		.label = addrlabel(net, daddr, dev ? dev->ifindex : 0),
	};
	const struct inet6_dev *idev = dev ? in6_dev_get(dev) : NULL;
	const struct inet6_ifaddr *best = NULL;
	const struct net_device *pos;

	if (dev && only_by_device(&c, idev)) {
		best = idev ? best_of(&c, idev, NULL) : NULL;
	} else {
		netdev_for_each(net, pos)
			if (in6_dev_get(pos))
				best = best_of(&c, in6_dev_get(pos), best);
	}
	if (!best)
		return -EADDRNOTAVAIL;
	*ret = best->ifa.local;
	return 0;
}
