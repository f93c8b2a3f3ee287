/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking for routers (RFC 4861 6.3.7): from the first link-local address on, at intervals that grow
 * (RFC 7559 2), until one answers.
 */
#include <linux/if_addr.h>
#include "stack/ipv6/addrconf_private.h"
#include "stack/ipv6/ndisc.h"

#define PER_MILLION 1000000
#define INTERVAL_MIN \
	ms_to_ktime(10) /* whatever the parameters say: the timer is to come to an end */

/* RFC 8415 15: @t times a factor between @factor - 0.1 and @factor + 0.1 (in tenths). */
static ktime_t spread(struct net *net, ktime_t t, unsigned tenths)
{
	uint32_t factor = (tenths - 1) * (PER_MILLION / 10) + net_random_below(net, 200001);

	return t / PER_MILLION * factor;
}

static void schedule(struct inet6_dev *idev, ktime_t interval)
{
	struct net *net = idev->dev->net;

	net_timer_set(net, &idev->rs_timer, net->now + max(interval, INTERVAL_MIN));
}

/* Is @ifa, just taken into use, the only link-local address? */
static bool is_first_linklocal(const struct inet6_dev *idev, const struct inet6_ifaddr *ifa)
{
	const struct ifaddr *other;

	list_for_each_entry(other, &idev->addrs, list)
		if (other != &ifa->ifa && other->scope == RT_SCOPE_LINK &&
		    !(other->flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED)))
			return false;
	return true;
}

bool addrconf_rs_wanted(const struct inet6_dev *idev, const struct inet6_ifaddr *ifa)
{
	return addrconf_accepts_ra(idev) && idev->conf.router_solicitations &&
	       !(idev->dev->flags & IFF_LOOPBACK) && idev->flags & IN6_IF_READY &&
	       is_first_linklocal(idev, ifa);
}

void addrconf_rs_start(struct inet6_dev *idev, const union inaddr *lladdr)
{
	idev->rs_interval =
		spread(idev->dev->net, sec_to_ktime(idev->conf.router_solicitation_interval), 10);
	idev->rs_probes = 1;
	idev->flags |= IN6_IF_RS_SENT;
	ndisc_send_rs(idev->dev, lladdr);
	schedule(idev, idev->rs_interval);
}

/* RFC 7559 2: twice the last interval, more or less, up to the greatest. */
static ktime_t next_interval(struct inet6_dev *idev)
{
	struct net *net = idev->dev->net;
	ktime_t longest = sec_to_ktime(idev->conf.router_solicitation_max_interval);
	ktime_t next = spread(net, idev->rs_interval, 20);

	return next > longest ? spread(net, longest, 10) : next;
}

void addrconf_rs_timer(struct timer *t)
{
	struct inet6_dev *idev = container_of(t, struct inet6_dev, rs_timer);
	int32_t count = idev->conf.router_solicitations;
	union inaddr lladdr;

	if (!(idev->flags & IN6_IF_READY) || !addrconf_accepts_ra(idev) ||
	    idev->flags & IN6_IF_RA_RCVD)
		return;
	if (count >= 0 && idev->rs_probes >= count)
		return;
	if (!addrconf_linklocal(idev->dev, IFA_F_TENTATIVE, &lladdr))
		return;
	idev->rs_probes++;
	ndisc_send_rs(idev->dev, &lladdr);
	idev->rs_interval = next_interval(idev);
	if (idev->rs_probes != count)
		schedule(idev, idev->rs_interval);
}

bool addrconf_router_seen(struct inet6_dev *idev, bool managed, bool other)
{
	uint32_t old;

	if (idev->flags & IN6_IF_RS_SENT) {
		idev->flags |= IN6_IF_RA_RCVD;
		net_timer_cancel(idev->dev->net, &idev->rs_timer);
	}
	old = idev->flags;
	idev->flags &= ~(IN6_IF_RA_MANAGED | IN6_IF_RA_OTHERCONF);
	idev->flags |= (managed ? IN6_IF_RA_MANAGED : 0) | (other ? IN6_IF_RA_OTHERCONF : 0);
	return idev->flags != old;
}
