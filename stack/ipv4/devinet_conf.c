/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.ipv4.conf: of each device, of devices to come ("default"), and of all ("all"): what follows from
 * a new value, and who is told of it.
 */
#include <linux/netconf.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route.h"

static const struct ipv4_devconf conf_defaults = {
#define X(name, dflt) .name = dflt,
	IPV4_DEVCONF(X)
#undef X
};

void devinet_conf_init(struct net *net)
{
	net->ipv4->conf_all = net->ipv4->conf_default = conf_defaults;
}

struct ipv4_devconf *ipv4_conf(struct net *net, const struct net_device *dev)
{
	if (!dev)
		return &net->ipv4->conf_all;
	return in_dev_get(dev) ? &in_dev_get(dev)->conf : NULL;
}

struct ipv4_devconf *ipv4_conf_default(struct net *net)
{
	return &net->ipv4->conf_default;
}

/* As messages name whose @conf is. */
static int conf_ifindex(const struct net *net, const struct ipv4_devconf *conf)
{
	if (conf == &net->ipv4->conf_all)
		return NETCONFA_IFINDEX_ALL;
	if (conf == &net->ipv4->conf_default)
		return NETCONFA_IFINDEX_DEFAULT;
	return container_of(conf, const struct in_device, conf)->dev->ifindex;
}

/*
 * As with the kernel, devices follow "default" in what was not set for them, until their first address.
 * Forwarding is not among it.
 */
static void inherit(struct net *net, size_t at)
{
	const int32_t *dflt = (const int32_t *)&net->ipv4->conf_default;
	struct net_device *dev;

	netdev_for_each(net, dev) {
		struct in_device *in_dev = in_dev_get(dev);

		if (in_dev && !(in_dev->conf_set & 1u << at))
			((int32_t *)&in_dev->conf)[at] = dflt[at];
	}
}

/* RFC 1812 5.2.7.2: a router does not listen to redirects, unless it is told to afterwards. */
void ipv4_set_forwarding(struct net *net, int32_t on)
{
	struct net_device *dev;

	net->ipv4->conf_all.forwarding = on;
	net->ipv4->conf_all.accept_redirects = !on;
	net->ipv4->conf_default.forwarding = on;
	netconf_emit(net, AF_INET, NETCONFA_IFINDEX_ALL, NETCONFA_FORWARDING);
	netconf_emit(net, AF_INET, NETCONFA_IFINDEX_DEFAULT, NETCONFA_FORWARDING);
	netdev_for_each(net, dev) {
		if (!in_dev_get(dev))
			continue;
		in_dev_get(dev)->conf.forwarding = on;
		netconf_emit(net, AF_INET, dev->ifindex, NETCONFA_FORWARDING);
	}
	ip_rt_flush(net);
}

/* By what attribute a setting is shown; 0: by none. */
static int attr_of(const struct ipv4_devconf *conf, const int32_t *field)
{
	if (field == &conf->forwarding)
		return NETCONFA_FORWARDING;
	if (field == &conf->rp_filter)
		return NETCONFA_RP_FILTER;
	if (field == &conf->ignore_routes_with_linkdown)
		return NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN;
	return field == &conf->proxy_arp ? NETCONFA_PROXY_NEIGH : 0;
}

void ipv4_conf_changed(struct net *net, struct ipv4_devconf *conf, const int32_t *field,
		       int32_t old)
{
	int ifindex = conf_ifindex(net, conf), attr = attr_of(conf, field);
	size_t at = field - (const int32_t *)conf;

	if (ifindex > 0)
		container_of(conf, struct in_device, conf)->conf_set |= 1u << at;
	else if (ifindex == NETCONFA_IFINDEX_DEFAULT && field != &conf->forwarding)
		inherit(net, at);
	if (*field == old)
		return;
	if (conf == &net->ipv4->conf_all && field == &conf->forwarding)
		ipv4_set_forwarding(net, *field);
	else if (attr)
		netconf_emit(net, AF_INET, ifindex, attr);
	ip_rt_flush(net);
}
