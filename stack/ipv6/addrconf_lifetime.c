/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lifetimes of addresses (RFC 4862 5.5.4): preferred, then deprecated, then gone. Each address has
 * one timer, for whatever comes next.
 */
#include <linux/if_addr.h>
#include "stack/ipv6/addrconf_private.h"

ktime_t addrconf_lifetime_end(const struct ifaddr *ifa, uint32_t lft)
{
	return lft == INFINITY_LIFE_TIME ? KTIME_MAX : ifa->tstamp + sec_to_ktime(lft);
}

uint32_t addrconf_lifetime_left(const struct ifaddr *ifa, uint32_t lft)
{
	ktime_t left;

	if (lft == INFINITY_LIFE_TIME)
		return lft;
	left = addrconf_lifetime_end(ifa, lft) - ifa->dev->net->now;
	return left > 0 ? ktime_to_sec(left) : 0;
}

void addrconf_verify(struct inet6_ifaddr *ifa)
{
	struct net *net = ifa->idev->dev->net;
	ktime_t preferred_end = addrconf_lifetime_end(&ifa->ifa, ifa->ifa.preferred_lft);
	ktime_t next = addrconf_lifetime_end(&ifa->ifa, ifa->ifa.valid_lft);

	if (net->now >= next) {
		addrconf_ifa_del(ifa);
		return;
	}
	if (net->now < preferred_end) {
		next = min(next, preferred_end);
		if (ifa->ifa.flags & IFA_F_TEMPORARY)
			next = min(next, addrconf_temp_verify(ifa));
	} else if (!(ifa->ifa.flags & IFA_F_DEPRECATED)) {
		ifa->ifa.flags |= IFA_F_DEPRECATED;
		addrconf_ifa_notify(ifa);
	}
	if (next == KTIME_MAX)
		net_timer_cancel(net, &ifa->ifa.timer);
	else
		net_timer_set(net, &ifa->ifa.timer, next);
}

void addrconf_ifa_expired(struct timer *t)
{
	addrconf_verify(ifa6(container_of(t, struct ifaddr, timer)));
}
