/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Temporary addresses (RFC 8981): to each address that SLAAC made go others, with random identifiers
 * and short lives, so that a host is not known by its address. Before the preferred lifetime of one
 * is over, the next is made.
 */
#include <linux/if_addr.h>
#include <string.h>
#include "stack/ipv6/addrconf_private.h"
#include "stack/link/neighbour.h"

#define TEMP_PER_PUBLIC \
	16 /* at most: routers that shorten lifetimes must not make us make ever more */

/* RFC 8981 3.8, REGEN_ADVANCE (s): what DAD takes, should it fail every time. */
static uint32_t regen_advance(const struct inet6_dev *idev)
{
	const struct ipv6_devconf *conf = &idev->conf;
	uint64_t retrans = max(idev->nd_parms->retrans_time, 10u);
	uint64_t dad = retrans * max(conf->regen_max_retry, 0) * max(conf->dad_transmits, 0) / 1000;

	return min(dad + max(conf->regen_min_advance, 0), (uint64_t)INT32_MAX);
}

/* RFC 8981 3.8: DESYNC_FACTOR, so that hosts do not change addresses in step. */
static uint32_t draw_desync(const struct inet6_dev *idev)
{
	int64_t room = (int64_t)idev->conf.temp_prefered_lft - regen_advance(idev);
	int64_t limit = min((int64_t)idev->conf.max_desync_factor, room);

	return limit > 0 ? net_random_below(idev->dev->net, limit) : 0;
}

static uint32_t at_most(uint32_t lft, int64_t limit)
{
	return limit < 0 ? 0 : limit < lft ? (uint32_t)limit : lft;
}

/* The seconds since @t. */
static int64_t age_of(const struct inet6_dev *idev, ktime_t t)
{
	return ktime_to_sec(idev->dev->net->now - t);
}

static unsigned count_temps(const struct inet6_ifaddr *public)
{
	const struct ifaddr *ifa;
	unsigned n = 0;

	list_for_each_entry(ifa, &public->idev->addrs, list)
		n += ifa6(ifa)->public == public;
	return n;
}

/* RFC 8981 3.4: lifetimes of the public address, but not longer than a temporary one may live. */
static bool make_config(const struct inet6_ifaddr *public, uint32_t desync, struct ifaddr *ret)
{
	const struct ipv6_devconf *conf = &public->idev->conf;
	int64_t age = age_of(public->idev, public->ifa.tstamp);
	int64_t valid = conf->temp_valid_lft + age,
		preferred = conf->temp_prefered_lft + age - desync;

	*ret = (struct ifaddr){
		.local = public->ifa.local,
		.prefixlen = public->ifa.prefixlen,
		.flags = IFA_F_TEMPORARY | (public->ifa.flags & IFA_F_OPTIMISTIC),
		.protocol = public->ifa.protocol,
		.valid_lft = at_most(public->ifa.valid_lft, valid),
	};
	ret->preferred_lft = at_most(min(public->ifa.preferred_lft, ret->valid_lft), preferred);
	/* It would have to be replaced before it is in use. */
	return ret->preferred_lft > regen_advance(public->idev) + age;
}

void addrconf_temp_create(struct inet6_ifaddr *public)
{
	struct inet6_dev *idev = public->idev;
	uint32_t desync = draw_desync(idev);
	struct inet6_ifaddr *temp;
	struct ifaddr cfg;

	if (idev->conf.use_tempaddr <= 0 || count_temps(public) >= TEMP_PER_PUBLIC)
		return;
	/* RFC 8981 3.4: conflicts without end are no accident. */
	if (public->regen_count >= idev->conf.regen_max_retry) {
		idev->conf.use_tempaddr = -1;
		log_warn(&idev->dev->net->log, "%s: no temporary address is free: no more are made",
			 idev->dev->name);
		return;
	}
	if (!make_config(public, desync, &cfg))
		return;
	public->regen_count++;
	do
		addrconf_id_random(idev->dev->net, &cfg.local);
	while (addrconf_find(idev->dev->net, &cfg.local, idev->dev));
	if (addrconf_ifa_add(idev, &cfg, &temp, NULL))
		return;
	temp->public = public;
	temp->desync = desync;
	temp->ifa.tstamp = public->ifa.tstamp;
	addrconf_dad_start(temp);
	addrconf_verify(temp);
}

void addrconf_temp_update(struct inet6_ifaddr *public, uint32_t valid, uint32_t preferred)
{
	const struct ipv6_devconf *conf = &public->idev->conf;
	struct ifaddr *ifa, *next;

	list_for_each_entry_safe(ifa, next, &public->idev->addrs, list) {
		struct inet6_ifaddr *temp = ifa6(ifa);
		int64_t age = age_of(public->idev, ifa->cstamp);

		if (temp->public != public)
			continue;
		ifa->valid_lft = at_most(valid, conf->temp_valid_lft - age);
		ifa->preferred_lft = at_most(min(preferred, ifa->valid_lft),
					     conf->temp_prefered_lft - (int64_t)temp->desync - age);
		ifa->tstamp = public->idev->dev->net->now;
		if (ifa->preferred_lft)
			ifa->flags &= ~IFA_F_DEPRECATED;
		if (!(ifa->flags & IFA_F_TENTATIVE))
			addrconf_ifa_notify(temp);
		/* Only sets its timer: what is due happens by it, not while we walk the list. */
		net_timer_set(public->idev->dev->net, &ifa->timer, public->idev->dev->net->now);
	}
}

void addrconf_temp_regen(struct inet6_ifaddr *temp)
{
	struct inet6_ifaddr *public = temp->public;

	temp->regen_count++;
	public->regen_count = 0;
	addrconf_temp_create(public);
}

ktime_t addrconf_temp_verify(struct inet6_ifaddr *temp)
{
	uint32_t advance = regen_advance(temp->idev);
	ktime_t due;

	if (temp->ifa.flags & IFA_F_TENTATIVE || temp->regen_count || !temp->public ||
	    temp->ifa.preferred_lft == INFINITY_LIFE_TIME)
		return KTIME_MAX;
	due = addrconf_lifetime_end(&temp->ifa, temp->ifa.preferred_lft) - sec_to_ktime(advance);
	if (temp->idev->dev->net->now < due)
		return due;
	addrconf_temp_regen(temp);
	return KTIME_MAX;
}

void addrconf_temps_del(struct inet6_ifaddr *public)
{
	struct ifaddr *ifa, *next;

	list_for_each_entry_safe(ifa, next, &public->idev->addrs, list)
		if (ifa6(ifa)->public == public)
			addrconf_ifa_del(ifa6(ifa));
}
