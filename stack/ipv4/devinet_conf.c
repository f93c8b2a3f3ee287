/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.ipv4.conf: of each device, of devices to come ("default"), and of all ("all"), which several parameters consult
 * beside the device's own (devinet.h). As with the kernel, a device follows the default, parameter by parameter, until
 * somebody writes its own, and no more once it has got an address.
 */
#include <stddef.h>
#include <string.h>

#include "stack/ipv4/devinet.h"
#include "stack/ipv4/ip.h"
#include "stack/ipv4/route.h"

static const struct ipv4_devconf conf_defaults = {
#define X(name, dflt) .name = dflt,
	IPV4_DEVCONF(X)
#undef X
};

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

/* RFC 1812 5.2.7.2: a router does not listen to redirects, unless it is told to afterwards. */
void ipv4_set_forwarding(struct net *net, int32_t on)
{
	struct net_device *dev;

	net->ipv4->conf_all.forwarding = on;
	net->ipv4->conf_all.accept_redirects = !on;
	net->ipv4->conf_default.forwarding = on;
	netdev_for_each(net, dev)
		if (in_dev_get(dev))
			in_dev_get(dev)->conf.forwarding = on;
	ip_rt_flush(net);
}

/* The devices that have not got their own follow the default. */
static void default_changed(struct net *net, size_t offset, uint32_t bit)
{
	struct net_device *dev;

	netdev_for_each(net, dev) {
		struct in_device *in_dev = in_dev_get(dev);

		if (in_dev && !(in_dev->conf_set & bit))
			memcpy((char *)&in_dev->conf + offset,
			       (char *)&net->ipv4->conf_default + offset, sizeof(int32_t));
	}
}

void ipv4_conf_changed(struct net *net, struct ipv4_devconf *conf, const int32_t *field)
{
	size_t offset = (const char *)field - (const char *)conf;
	uint32_t bit = 1u << offset / sizeof(*field);
	bool is_forwarding = offset == offsetof(struct ipv4_devconf, forwarding);

	if (conf == &net->ipv4->conf_all) {
		if (is_forwarding)
			ipv4_set_forwarding(net, *field);
	} else if (conf != &net->ipv4->conf_default) {
		container_of(conf, struct in_device, conf)->conf_set |= bit;
	} else if (!is_forwarding) {
		default_changed(net, offset, bit);
	}
	ip_rt_flush(net);
}

void devinet_conf_init(struct net *net)
{
	net->ipv4->conf_all = net->ipv4->conf_default = conf_defaults;
}
