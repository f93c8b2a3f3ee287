/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Duplicate address detection (RFC 4862 5.4): before an address is taken into use, others on the
 * link are asked whether they have it. An optimistic address (RFC 4429) is used meanwhile, with care.
 *
 *	PREDAD --- device is up --> DAD --- nobody answered ----> POSTDAD, usable
 *	                             |----- someone has it -----> POSTDAD, IFA_F_DADFAILED, or deleted
 */
#include <errno.h>
#include <linux/if_addr.h>
#include "stack/ipv6/addrconf_private.h"
#include "stack/ipv6/ndisc.h"
#include "stack/ipv6/route6.h"
#include "stack/link/neighbour.h"

#define RETRANS_MIN ms_to_ktime(10)
#define NONCE_BITS  48 /* of an option of eight bytes (RFC 3971 5.3.2) */
#define IN_PROGRESS (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC | IFA_F_DADFAILED)

static struct net *net_of(const struct inet6_ifaddr *ifa)
{
	return ifa->idev->dev->net;
}

static void finished(struct inet6_ifaddr *ifa)
{
	ifa->dad_state = IFA6_POSTDAD;
	net_timer_cancel(net_of(ifa), &ifa->dad_timer);
}

void addrconf_dad_stop(struct inet6_ifaddr *ifa)
{
	net_timer_cancel(net_of(ifa), &ifa->dad_timer);
}

/* Is it taken into use without asking? */
static bool needs_no_dad(const struct inet6_ifaddr *ifa)
{
	const struct inet6_dev *idev = ifa->idev;

	return idev->dev->flags & (IFF_NOARP | IFF_LOOPBACK) ||
	       !(ifa->ifa.flags & IFA_F_TENTATIVE) || ifa->ifa.flags & IFA_F_NODAD ||
	       max(addrconf_of(idev)->all.accept_dad, idev->conf.accept_dad) < 1;
}

/* 5.4.2: a random delay, as all of a link may have come up at the same time; an optimistic one does not wait. */
static void kick(struct inet6_ifaddr *ifa)
{
	struct net *net = net_of(ifa);
	uint32_t delay = ifa->ifa.flags & IFA_F_OPTIMISTIC
				 ? 0
				 : (uint32_t)ifa->idev->conf.router_solicitation_delay * 1000;

	ifa->dad_state = IFA6_DAD;
	ifa->dad_nonce = 0;
	/* RFC 7527: to know own probes that the link loops back. */
	while (ADDRCONF_ANY(ifa->idev, enhanced_dad) && !ifa->dad_nonce) {
		net_random(net, &ifa->dad_nonce, sizeof(ifa->dad_nonce));
		ifa->dad_nonce &= (1ull << NONCE_BITS) - 1;
	}
	ifa->dad_probes = max(ifa->idev->conf.dad_transmits, 0);
	net_timer_set(net, &ifa->dad_timer,
		      net->now + (delay ? ms_to_ktime(net_random_below(net, delay)) : 0));
}

void addrconf_dad_start(struct inet6_ifaddr *ifa)
{
	if (!ifa->solicited_joined && !(ifa->idev->dev->flags & (IFF_LOOPBACK | IFF_NOARP))) {
		addrconf_join_solicited(ifa->idev, &ifa->ifa.local);
		ifa->solicited_joined = true;
	}
	ifa->dad_state = IFA6_DAD;
	if (needs_no_dad(ifa)) {
		addrconf_dad_done(ifa);
		return;
	}
	/* Without a link nobody would hear: it stays tentative until there is one. */
	if (!(ifa->idev->flags & IN6_IF_READY)) {
		ifa->ifa.flags |= IFA_F_TENTATIVE;
		return;
	}
	if (ifa->ifa.flags & IFA_F_OPTIMISTIC) {
		addrconf_route_local(ifa);
		if (ADDRCONF_ANY(ifa->idev, use_optimistic))
			addrconf_ifa_notify(ifa);
	}
	kick(ifa);
}

void addrconf_dad_resume(struct inet6_dev *idev, bool restart)
{
	struct ifaddr *ifa;

	list_for_each_entry(ifa, &idev->addrs, list) {
		bool waits = ifa->flags & IFA_F_TENTATIVE && ifa6(ifa)->dad_state == IFA6_DAD;

		if (waits || restart)
			kick(ifa6(ifa));
	}
}

/* 5.4: the address is unique, as far as can be told. */
void addrconf_dad_done(struct inet6_ifaddr *ifa)
{
	struct inet6_dev *idev = ifa->idev;
	struct net *net = net_of(ifa);
	bool probed = ifa->ifa.flags & IFA_F_TENTATIVE && !(ifa->ifa.flags & IFA_F_OPTIMISTIC);
	union inaddr lladdr;

	ifa->ifa.flags &= ~IN_PROGRESS;
	finished(ifa);
	addrconf_ifa_notify(ifa);
	addrconf_route_usable(ifa);
	ip6_rt_flush(net);
	if (probed && ADDRCONF_ANY(idev, ndisc_notify))
		ndisc_send_unsolicited(ifa);
	/* The first address of the link: routers can be asked for, and need not wait once more (RFC 4861 6.3.7). */
	if (ifa->ifa.scope == RT_SCOPE_LINK && addrconf_rs_wanted(idev, ifa) &&
	    addrconf_linklocal(idev->dev, IFA_F_TENTATIVE, &lladdr))
		addrconf_rs_start(idev, &lladdr);
	if (ifa->public)
		ifa->public->regen_count = 0;
	if (ifa->ifa.flags & IFA_F_TEMPORARY)
		addrconf_verify(ifa);
}

static void dad_timer(struct timer *t)
{
	struct inet6_ifaddr *ifa = container_of(t, struct inet6_ifaddr, dad_timer);
	struct net *net = net_of(ifa);
	static const union inaddr any;

	if (ifa->retry) {
		/* RFC 7217 6: the next identifier waited for IDGEN_DELAY. */
		ifa->retry = false;
		addrconf_dad_start(ifa);
		return;
	}
	if (!(ifa->idev->flags & IN6_IF_READY))
		return;
	if (!ifa->dad_probes) {
		addrconf_dad_done(ifa);
		return;
	}
	ifa->dad_probes--;
	net_timer_set(net, t,
		      net->now + max(ms_to_ktime(ifa->idev->nd_parms->retrans_time), RETRANS_MIN));
	ndisc_send_ns(ifa->idev->dev, &ifa->ifa.local, NULL, &any, ifa->dad_nonce);
}

void addrconf_dad_init(struct inet6_ifaddr *ifa)
{
	timer_init(&ifa->dad_timer, dad_timer);
}

/* Duplicates ----------------------------------------------------------------------------------- */

/* RFC 7217 6: try the next identifier; false: there have been enough, or this is none of that kind. */
static bool next_stable(struct inet6_ifaddr *ifa)
{
	struct inet6_dev *idev = ifa->idev;
	struct net *net = net_of(ifa);
	uint8_t counter = ifa->stable_counter + 1;
	struct ifaddr cfg = ifa->ifa;
	struct inet6_ifaddr *next;

	if (!(cfg.flags & IFA_F_STABLE_PRIVACY))
		return false;
	if (counter > net->ipv6->sysctl.idgen_retries ||
	    (idev->conf.max_addresses &&
	     addrconf_count(idev) >= (unsigned)idev->conf.max_addresses)) {
		if (log_due(&addrconf_of(idev)->logged, net->now))
			log_info(&net->log, "%s: no opaque identifier is free", idev->dev->name);
		return false;
	}
	if (!addrconf_id_stable(idev, &cfg.local, counter))
		return false;
	cfg.address = cfg.local;
	cfg.flags &= ~IFA_F_DADFAILED;
	cfg.valid_lft = addrconf_lifetime_left(&ifa->ifa, cfg.valid_lft);
	cfg.preferred_lft = addrconf_lifetime_left(&ifa->ifa, cfg.preferred_lft);
	if (addrconf_ifa_add(idev, &cfg, &next, NULL))
		return false;
	next->stable_counter = counter;
	next->retry = true;
	next->tokenized = ifa->tokenized;
	net_timer_set(net, &next->dad_timer,
		      net->now + sec_to_ktime(net->ipv6->sysctl.idgen_delay));
	net_timer_set(net, &next->ifa.timer, net->now);
	return true;
}

/* accept_dad 2: another has even the address that is made of ours: IPv6 stops on this device (RFC 4862 5.4.5). */
static bool stops_ipv6(const struct inet6_ifaddr *ifa)
{
	const struct inet6_dev *idev = ifa->idev;
	union inaddr own = { .b = { 0xfe, 0x80 } };

	return max(addrconf_of(idev)->all.accept_dad, idev->conf.accept_dad) > 1 &&
	       !idev->conf.disable_ipv6 && !(ifa->ifa.flags & IFA_F_STABLE_PRIVACY) &&
	       addrconf_id_eui64(idev->dev, &own) && inaddr_equal(&own, &ifa->ifa.local);
}

/* What becomes of a duplicate. May free @ifa. */
static void give_up(struct inet6_ifaddr *ifa)
{
	ifa->ifa.flags |= IFA_F_DADFAILED | IFA_F_TENTATIVE;
	ifa->ifa.flags &= ~IFA_F_OPTIMISTIC;
	if (ifa->ifa.flags & IFA_F_TEMPORARY) {
		if (ifa->public)
			addrconf_temp_create(ifa->public);
		addrconf_ifa_del(ifa);
	} else if (ifa->ifa.flags & IFA_F_PERMANENT) {
		addrconf_ifa_notify(ifa);
		ip6_rt_flush(net_of(ifa));
	} else {
		addrconf_ifa_del(ifa);
	}
}

void addrconf_dad_failure(struct inet6_ifaddr *ifa, const uint8_t *lladdr)
{
	static const uint8_t unknown[NETDEV_ADDR_MAX];
	struct inet6_dev *idev = ifa->idev;
	struct net *net = net_of(ifa);
	const uint8_t *m = lladdr ? lladdr : unknown;
	char text[INET6_ADDRSTRLEN];
	bool stops;

	if (ifa->dad_state != IFA6_DAD)
		return;
	finished(ifa);
	if (log_due(&addrconf_of(idev)->logged, net->now))
		log_warn(
			&net->log,
			"%s: IPv6 duplicate address %s used by %02x:%02x:%02x:%02x:%02x:%02x detected!",
			idev->dev->name, inet_ntop(AF_INET6, &ifa->ifa.local, text, sizeof(text)),
			m[0], m[1], m[2], m[3], m[4], m[5]);
	next_stable(ifa);
	stops = stops_ipv6(ifa);
	give_up(ifa);
	if (stops) {
		idev->conf.disable_ipv6 = 1;
		log_warn(&net->log, "%s: IPv6 being disabled!", idev->dev->name);
		addrconf_dev_down(idev);
	}
}
