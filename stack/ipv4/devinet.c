/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 addresses of devices: adding, deleting, lifetimes; choosing one as a source is in addrselect.c. As with the
 * kernel, a device's primary addresses come first, those of narrower scope before wider ones, then the secondaries:
 * further addresses of a subnet that has a primary. A primary takes its secondaries with it when it goes; or, with
 * net.ipv4.conf.*.promote_secondaries, the first of them takes its place.
 *
 * Who is told of a change: the listeners of EVENT_ADDR_*, then the FIB (inetaddr_ops).
 */
#include "stack/ipv4/devinet.h"

#include <errno.h>
#include <linux/netconf.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "stack/core/event.h"
#include "stack/ip/ifaddr_table.h"
#include "stack/ipv4/igmp.h"
#include "stack/ipv4/route.h"

struct devinet {
	struct event_listener listener;
	const struct inetaddr_ops *ops; /* NULL: nobody */
	struct ifaddr_table addrs;
};

/* Finding -------------------------------------------------------------------------------------- */

struct ifaddr *inet_addr_find(struct net *net, be32 local, const struct net_device *dev)
{
	const union inaddr addr = { .v4 = local };
	struct ifaddr *ifa;

	hlist_for_each_entry(ifa, ifaddr_table_bucket(&net->ipv4->devinet->addrs, &addr), hash)
		if (ifa->local.v4 == local && (!dev || ifa->dev == dev))
			return ifa;
	return NULL;
}

bool inet_addr_onlink(const struct in_device *in_dev, be32 a, be32 b)
{
	const struct ifaddr *ifa;

	list_for_each_entry(ifa, &in_dev->addrs, list)
		if (ifa_match(a, ifa) && (!b || ifa_match(b, ifa)))
			return true;
	return false;
}

struct ifaddr *inet_ifa_byprefix(const struct in_device *in_dev, be32 prefix, uint8_t prefixlen)
{
	struct ifaddr *ifa;

	list_for_each_entry(ifa, &in_dev->addrs, list)
		if (ifa->prefixlen == prefixlen && ifa_match(prefix, ifa))
			return ifa;
	return NULL;
}

/* Telling -------------------------------------------------------------------------------------- */

static void emit(enum event_type type, const struct ifaddr *ifa)
{
	struct ifaddr_event ev = { .ifa = ifa };

	event_emit(ifa->dev->net, type, &ev);
}

/* Deleting ------------------------------------------------------------------------------------- */

/* One address, and nothing but that. */
static void ifa_remove(struct ifaddr *ifa)
{
	struct net *net = ifa->dev->net;
	struct devinet *di = net->ipv4->devinet;

	list_del(&ifa->list);
	ifaddr_table_del(&di->addrs, ifa);
	net_timer_cancel(net, &ifa->timer);
	emit(EVENT_ADDR_DEL, ifa);
	if (di->ops)
		di->ops->deleted(net, ifa);
	free(ifa);
}

static bool is_secondary_of(const struct ifaddr *other, const struct ifaddr *ifa)
{
	return ifa_is_secondary(other) && other->prefixlen == ifa->prefixlen &&
	       ifa_match(other->address.v4, ifa);
}

/* Behind the last primary whose scope is not narrower. */
static struct list_head *place_of_primary(const struct in_device *in_dev, const struct ifaddr *ifa)
{
	const struct list_head *place = &in_dev->addrs;
	const struct ifaddr *other;

	list_for_each_entry(other, &in_dev->addrs, list)
		if (!ifa_is_secondary(other) && ifa->scope <= other->scope)
			place = &other->list;
	return (struct list_head *)place;
}

/* @ifa was the first secondary of a subnet whose primary is gone: it is the primary now, and the others are its. */
static void ifa_promote(struct in_device *in_dev, struct ifaddr *ifa)
{
	struct net *net = ifa->dev->net;
	struct devinet *di = net->ipv4->devinet;
	struct ifaddr *other;

	ifa->flags &= ~IFA_F_SECONDARY;
	list_del(&ifa->list);
	list_add(&ifa->list, place_of_primary(in_dev, ifa));
	emit(EVENT_ADDR_ADD, ifa);
	if (!di->ops)
		return;
	di->ops->added(net, ifa);
	list_for_each_entry(other, &in_dev->addrs, list)
		if (is_secondary_of(other, ifa))
			di->ops->added(net, other);
}

static void ifa_delete(struct ifaddr *ifa)
{
	struct in_device *in_dev = in_dev_get(ifa->dev);
	const struct inetaddr_ops *ops = ifa->dev->net->ipv4->devinet->ops;
	bool promotes = IN_DEV_OR(in_dev, promote_secondaries) && !in_dev->dying;
	struct ifaddr *other, *n, *heir = NULL;

	if (!ifa_is_secondary(ifa)) {
		list_for_each_entry_safe(other, n, &in_dev->addrs, list) {
			if (!is_secondary_of(other, ifa))
				continue;
			if (!promotes)
				ifa_remove(other);
			else if (ops)
				ops->moving(ifa->dev->net, other);
			if (promotes && !heir)
				heir = other;
		}
	}
	ifa_remove(ifa);
	if (heir)
		ifa_promote(in_dev, heir);
}

static bool delete_matches(const struct ifaddr *ifa, const struct ifaddr *want)
{
	if (!inaddr_any(&want->local) && ifa->local.v4 != want->local.v4)
		return false;
	if (want->label[0] && strcmp(ifa->label, want->label) != 0)
		return false;
	return inaddr_any(&want->address) ||
	       (ifa->prefixlen == want->prefixlen && ifa_match(want->address.v4, ifa));
}

int inet_addr_del(struct net *net, const struct ifaddr *want, struct extack *ack)
{
	struct in_device *in_dev = want->dev ? in_dev_get(want->dev) : NULL;
	struct ifaddr *ifa;

	(void)net;
	if (!in_dev)
		return extack_set(ack, -ENODEV, "ipv4: Device not found");
	list_for_each_entry(ifa, &in_dev->addrs, list) {
		if (delete_matches(ifa, want)) {
			ifa_delete(ifa);
			return 0;
		}
	}
	return extack_set(ack, -EADDRNOTAVAIL, "ipv4: Address not found");
}

/* Lifetimes ------------------------------------------------------------------------------------ */

/* When @lft seconds from ifa->tstamp are over; KTIME_MAX: never. */
static ktime_t lifetime_end(const struct ifaddr *ifa, uint32_t lft)
{
	return lft == INFINITY_LIFE_TIME ? KTIME_MAX : ifa->tstamp + sec_to_ktime(lft);
}

static void lifetime_schedule(struct ifaddr *ifa)
{
	ktime_t next = lifetime_end(ifa, ifa->valid_lft);

	if (!(ifa->flags & IFA_F_DEPRECATED))
		next = min(next, lifetime_end(ifa, ifa->preferred_lft));
	if (next == KTIME_MAX)
		net_timer_cancel(ifa->dev->net, &ifa->timer);
	else
		net_timer_set(ifa->dev->net, &ifa->timer, next);
}

static void lifetime_expired(struct timer *t)
{
	struct ifaddr *ifa = container_of(t, struct ifaddr, timer);
	ktime_t now = ifa->dev->net->now;

	if (now >= lifetime_end(ifa, ifa->valid_lft)) {
		ifa_delete(ifa);
		return;
	}
	if (now >= lifetime_end(ifa, ifa->preferred_lft) && !(ifa->flags & IFA_F_DEPRECATED)) {
		ifa->flags |= IFA_F_DEPRECATED;
		emit(EVENT_ADDR_ADD, ifa);
	}
	lifetime_schedule(ifa);
}

/* Adding --------------------------------------------------------------------------------------- */

#define IPV6_ONLY_FLAGS                                                                           \
	(IFA_F_NODAD | IFA_F_OPTIMISTIC | IFA_F_DADFAILED | IFA_F_HOMEADDRESS | IFA_F_TENTATIVE | \
	 IFA_F_MANAGETEMPADDR | IFA_F_STABLE_PRIVACY)

static int check_config(const struct ifaddr *cfg, struct extack *ack)
{
	if (cfg->prefixlen > 32)
		return extack_set(ack, -EINVAL, "ipv4: Invalid prefix length");
	if (!cfg->dev || !in_dev_get(cfg->dev))
		return extack_set(ack, -ENODEV, "ipv4: Device not found");
	if ((cfg->valid_lft || cfg->preferred_lft) &&
	    (!cfg->valid_lft || cfg->preferred_lft > cfg->valid_lft))
		return extack_set(ack, -EINVAL, "ipv4: address lifetime invalid");
	return 0;
}

static struct ifaddr *find_equal(const struct in_device *in_dev, const struct ifaddr *cfg)
{
	be32 address = inaddr_any(&cfg->address) ? cfg->local.v4 : cfg->address.v4;
	struct ifaddr *ifa;

	list_for_each_entry(ifa, &in_dev->addrs, list)
		if (ifa->prefixlen == cfg->prefixlen && ifa_match(address, ifa) &&
		    ifa->local.v4 == cfg->local.v4)
			return ifa;
	return NULL;
}

/* Of an address that is there, only lifetimes, metric and protocol can be changed. */
static int ifa_change(struct net *net, struct ifaddr *ifa, const struct ifaddr *cfg)
{
	uint32_t old_metric = ifa->metric;

	ifa->protocol = cfg->protocol;
	if (cfg->metric != old_metric) {
		ifa->metric = cfg->metric;
		if (net->ipv4->devinet->ops)
			net->ipv4->devinet->ops->metric_changed(net, ifa, old_metric);
	}
	ifaddr_set_lifetimes(ifa, cfg);
	lifetime_schedule(ifa);
	emit(EVENT_ADDR_ADD, ifa);
	return 0;
}

static struct ifaddr *ifa_alloc(const struct ifaddr *cfg)
{
	struct ifaddr *ifa = malloc(sizeof(*ifa));

	if (!ifa)
		return NULL;
	*ifa = *cfg;
	ifa->hash = (struct hlist_node){ 0 };
	ifa->family = AF_INET;
	if (inaddr_any(&ifa->address))
		ifa->address = ifa->local;
	ifa->flags &= ~(IFA_F_SECONDARY | IPV6_ONLY_FLAGS);
	ifa->cstamp = ifa->dev->net->now;
	if (!ifa->label[0])
		memcpy(ifa->label, ifa->dev->name, sizeof(ifa->label));
	timer_init(&ifa->timer, lifetime_expired);
	ifaddr_set_lifetimes(ifa, cfg);
	return ifa;
}

/*
 * Sets IFA_F_SECONDARY where it applies; the place in the list, or NULL: its scope is not the
 * primary's.
 */
static struct list_head *find_place(const struct in_device *in_dev, struct ifaddr *ifa)
{
	const struct ifaddr *other;

	list_for_each_entry(other, &in_dev->addrs, list) {
		if (other->prefixlen != ifa->prefixlen || !ifa_match(other->address.v4, ifa))
			continue;
		if (other->scope != ifa->scope)
			return NULL;
		ifa->flags |= IFA_F_SECONDARY;
	}
	return ifa_is_secondary(ifa) ? in_dev->addrs.prev : place_of_primary(in_dev, ifa);
}

static int ifa_insert(struct net *net, const struct ifaddr *cfg, struct extack *ack)
{
	struct devinet *di = net->ipv4->devinet;
	struct in_device *in_dev = in_dev_get(cfg->dev);
	struct ifaddr *ifa;
	struct list_head *place;

	ifa = ifa_alloc(cfg);
	if (!ifa)
		return -ENOBUFS;
	place = find_place(in_dev, ifa);
	if (!place) {
		free(ifa);
		return extack_set(ack, -EINVAL, "ipv4: Invalid scope value");
	}
	list_add(&ifa->list, place);
	ifaddr_table_add(&di->addrs, ifa);
	lifetime_schedule(ifa);
	emit(EVENT_ADDR_ADD, ifa);
	if (di->ops)
		di->ops->added(net, ifa);
	return 0;
}

int inet_addr_add(struct net *net, const struct ifaddr *cfg, unsigned nlflags, struct extack *ack)
{
	struct ifaddr *ifa;
	int err;

	err = check_config(cfg, ack);
	if (err)
		return err;
	in_dev_get(cfg->dev)->conf_set = UINT32_MAX;
	ifa = find_equal(in_dev_get(cfg->dev), cfg);
	if (ifa) {
		if ((nlflags & NLM_F_EXCL) || !(nlflags & NLM_F_REPLACE))
			return extack_set(ack, -EEXIST, "ipv4: Address already assigned");
		return ifa_change(net, ifa, cfg);
	}
	if (!cfg->local.v4)
		return 0; /* the kernel takes 0.0.0.0 and forgets it, too */
	return ifa_insert(net, cfg, ack);
}

int inet_addr_walk(struct net_device *dev, int (*fn)(const struct ifaddr *ifa, void *arg),
		   void *arg)
{
	return in_dev_get(dev) ? ifaddr_walk(&in_dev_get(dev)->addrs, fn, arg) : 0;
}

/* Devices -------------------------------------------------------------------------------------- */

/* IPv4 begins on @dev; without memory it does not, and the device has none. */
static void in_dev_create(struct net_device *dev)
{
	struct in_device *in_dev;

	if (dev->ip4 || dev->mtu < IPV4_MIN_MTU)
		return;
	in_dev = calloc(1, sizeof(*in_dev));
	if (!in_dev)
		return;
	in_dev->dev = dev;
	in_dev->conf = dev->net->ipv4->conf_default;
	in_dev->all = &dev->net->ipv4->conf_all;
	list_init(&in_dev->addrs);
	memcpy(in_dev->name, dev->name, sizeof(in_dev->name));
	if (ip_mc_init_dev(in_dev)) {
		free(in_dev);
		return;
	}
	dev->ip4 = in_dev;
	if (netdev_running(dev))
		ip_mc_up(in_dev);
	netconf_emit(dev->net, AF_INET, dev->ifindex, NETCONFA_ALL);
}

static void in_dev_destroy(struct net_device *dev)
{
	struct in_device *in_dev = in_dev_get(dev);

	if (!in_dev)
		return;
	if (netdev_running(dev))
		ip_mc_down(in_dev);
	in_dev->dying = true;
	while (!list_empty(&in_dev->addrs))
		ifa_delete(list_first_entry(&in_dev->addrs, struct ifaddr, list));
	ip_mc_destroy_dev(in_dev);
	dev->ip4 = NULL;
	free(in_dev);
	netconf_emit_del(dev->net, AF_INET, dev->ifindex);
}

/* The loopback device gets its address by itself when it comes up. */
static void loopback_up(struct net *net, struct net_device *dev)
{
	struct ifaddr ifa = {
		.dev = dev,
		.family = AF_INET,
		.prefixlen = 8,
		.scope = RT_SCOPE_HOST,
		.local = inaddr_v4(htonl(0x7f000001)),
	};

	if (list_empty(&in_dev_get(dev)->addrs))
		inet_addr_add(net, &ifa, NLM_F_CREATE | NLM_F_EXCL, NULL);
}

static void device_up(struct net *net, struct net_device *dev)
{
	if (!in_dev_get(dev))
		return;
	if (dev->flags & IFF_LOOPBACK)
		loopback_up(net, dev);
	ip_mc_up(in_dev_get(dev));
}

/*
 * The label of address number @n, from 1, of a device that has another name by now. It is the name alone for the
 * first; for the others the name and what followed a colon, or else their number: so that they can be told apart, as
 * by the kernel.
 */
static void relabel(struct ifaddr *ifa, const char *name, unsigned n)
{
	char old[IFNAMSIZ], number[IFNAMSIZ] = "";
	const char *suffix;
	size_t keep;

	memcpy(old, ifa->label, sizeof(old));
	suffix = n > 1 ? strchr(old, ':') : NULL;
	if (n > 1)
		snprintf(number, sizeof(number), ":%u", n);
	if (!suffix)
		suffix = number;
	keep = min(strlen(name), sizeof(ifa->label) - 1 - strlen(suffix));
	memset(ifa->label, 0, sizeof(ifa->label));
	memcpy(ifa->label, name, keep);
	memcpy(ifa->label + keep, suffix, strlen(suffix));
}

/* As with the kernel, settings go by the name. */
static void device_changed(struct net_device *dev)
{
	struct in_device *in_dev = in_dev_get(dev);
	struct ifaddr *ifa;
	unsigned n = 0;

	if (!in_dev || !strcmp(in_dev->name, dev->name))
		return;
	memcpy(in_dev->name, dev->name, sizeof(in_dev->name));
	netconf_emit_del(dev->net, AF_INET, dev->ifindex);
	netconf_emit(dev->net, AF_INET, dev->ifindex, NETCONFA_ALL);
	list_for_each_entry(ifa, &in_dev->addrs, list) {
		relabel(ifa, dev->name, ++n);
		emit(EVENT_ADDR_ADD, ifa);
	}
}

static void mtu_changed(struct net_device *dev)
{
	if (dev->mtu < IPV4_MIN_MTU)
		in_dev_destroy(dev);
	else
		in_dev_create(dev);
}

static void netdev_event(struct event_listener *l, struct net *net, enum event_type type, void *obj)
{
	struct net_device *dev = obj;

	(void)l;
	switch (type) {
	case EVENT_NETDEV_REGISTER:
		in_dev_create(dev);
		break;
	case EVENT_NETDEV_UNREGISTER:
		in_dev_destroy(dev);
		break;
	case EVENT_NETDEV_UP:
		device_up(net, dev);
		break;
	case EVENT_NETDEV_DOWN:
		if (in_dev_get(dev))
			ip_mc_down(in_dev_get(dev));
		break;
	case EVENT_NETDEV_CHANGE:
		device_changed(dev);
		break;
	case EVENT_NETDEV_CHANGEMTU:
		mtu_changed(dev);
		break;
	default:
		break;
	}
}

/* Begin and end -------------------------------------------------------------------------------- */

void devinet_set_ops(struct net *net, const struct inetaddr_ops *ops)
{
	net->ipv4->devinet->ops = ops;
}

int devinet_init(struct net *net)
{
	struct devinet *di = calloc(1, sizeof(*di));
	struct net_device *dev;

	if (!di)
		return -ENOMEM;
	list_init(&di->listener.list);
	devinet_conf_init(net);
	net->ipv4->devinet = di;
	if (ifaddr_table_init(&di->addrs, AF_INET))
		return -ENOMEM;
	di->listener.fn = netdev_event;
	event_listen(net, &di->listener);
	netdev_for_each(net, dev)
		in_dev_create(dev);
	return 0;
}

void devinet_stop(struct net *net)
{
	struct net_device *dev;

	netdev_for_each(net, dev)
		in_dev_destroy(dev);
}

void devinet_exit(struct net *net)
{
	struct devinet *di = net->ipv4->devinet;

	if (!di)
		return;
	event_unlisten(&di->listener);
	ifaddr_table_exit(&di->addrs);
	free(di);
	net->ipv4->devinet = NULL;
}
