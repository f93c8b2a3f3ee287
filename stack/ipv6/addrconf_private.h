/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files addrconf*.c share. */
#ifndef STACK_IPV6_ADDRCONF_PRIVATE_H
#define STACK_IPV6_ADDRCONF_PRIVATE_H

#include "stack/core/event.h"
#include "stack/ip/ifaddr_table.h"
#include "stack/ipv6/addrconf.h"
#include "stack/ipv6/ip6.h"

struct addrconf {
	struct event_listener listener;
	struct ipv6_devconf all, dflt;
	struct ifaddr_table addrs;
	ktime_t	 logged;		/* of what strangers cause: log_due() */
};

static inline struct addrconf *addrconf_of(const struct inet6_dev *idev)
{
	return idev->dev->net->ipv6->addrconf;
}

/* Options that are on when they are for all devices, or for this one. */
#define ADDRCONF_ANY(idev, name) (addrconf_of(idev)->all.name || (idev)->conf.name)

static inline bool addrconf_optimistic_allowed(const struct inet6_dev *idev)
{
	return ADDRCONF_ANY(idev, optimistic_dad);
}
/** addrconf_accepts_ra - do we listen to routers on it? One that forwards does only when told so by 2 */
static inline bool addrconf_accepts_ra(const struct inet6_dev *idev)
{
	return idev->conf.forwarding ? idev->conf.accept_ra == 2 : idev->conf.accept_ra > 0;
}

/* Addresses (addrconf.c). */

/**
 * addrconf_ifa_add - put an address on a device: tentative (unless IFA_F_NODAD) and not announced yet
 * @cfg: template: local, address, prefixlen, flags, lifetimes (as they are), protocol, metric
 * @ret: NULL: of no interest
 */
int addrconf_ifa_add(struct inet6_dev *idev, const struct ifaddr *cfg, struct inet6_ifaddr **ret,
		     struct extack *ack);
/** addrconf_ifa_del - it goes, with its routes and groups; @ifa is freed */
void addrconf_ifa_del(struct inet6_ifaddr *ifa);
/** addrconf_ifa_notify - tell that an address came, or changed */
void addrconf_ifa_notify(const struct inet6_ifaddr *ifa);
/** addrconf_count - addresses of the device: strangers' prefixes must not add too many */
unsigned addrconf_count(const struct inet6_dev *idev);
/** addrconf_temps_del - the temporary addresses that go with @public go */
void addrconf_temps_del(struct inet6_ifaddr *public);

/* Lifetimes (addrconf_lifetime.c). */

/** addrconf_lifetime_end - when @lft seconds from ifa->tstamp are over; KTIME_MAX: never */
ktime_t addrconf_lifetime_end(const struct ifaddr *ifa, uint32_t lft);
/** addrconf_lifetime_left - of @lft seconds from ifa->tstamp, rounded down; INFINITY_LIFE_TIME */
uint32_t addrconf_lifetime_left(const struct ifaddr *ifa, uint32_t lft);
/** addrconf_verify - do what is due at the end of its lifetimes, and set the timer for the rest; may free @ifa */
void addrconf_verify(struct inet6_ifaddr *ifa);
/** addrconf_ifa_expired - ifaddr.timer.fn */
void addrconf_ifa_expired(struct timer *t);

/* Temporary addresses (addrconf_temp.c). */

/** addrconf_temp_verify - make the successor of @temp if it is time to; else when it will be, KTIME_MAX: never */
ktime_t addrconf_temp_verify(struct inet6_ifaddr *temp);

/* Devices (addrconf_dev.c). */

/** addrconf_netdev_event - event_listener.fn */
void addrconf_netdev_event(struct event_listener *l, struct net *net, enum event_type type, void *obj);
/** addrconf_dev_create - IPv6 begins on @dev, unless it is there; 0, -EINVAL (MTU), -ENOBUFS */
int addrconf_dev_create(struct net_device *dev);
/** addrconf_dev_destroy - IPv6 ends on it */
void addrconf_dev_destroy(struct net_device *dev);
/** addrconf_dev_up, _down - IFF_UP was set or cleared, or disable_ipv6 says so */
void addrconf_dev_up(struct inet6_dev *idev);
void addrconf_dev_down(struct inet6_dev *idev);
/** addrconf_auto_addrs - ::1 on the loopback device, a link-local address elsewhere */
void addrconf_auto_addrs(struct inet6_dev *idev);

/* Interface identifiers (addrconf_id.c): the last 64 bits of *@addr are written. */

/** addrconf_id_eui64 - of the link-layer address (RFC 4291 App. A); false: it has none that fits */
bool addrconf_id_eui64(const struct net_device *dev, union inaddr *addr);
/** addrconf_id_stable - opaque, for the prefix in *@addr (RFC 7217 5); false: no secret, or @counter ran out */
bool addrconf_id_stable(const struct inet6_dev *idev, union inaddr *addr, uint8_t counter);
/** addrconf_id_random - unpredictable (RFC 8981 3.3.1) */
void addrconf_id_random(struct net *net, union inaddr *addr);
/** addrconf_id_is_stable - are identifiers of this device to be opaque? */
bool addrconf_id_is_stable(const struct inet6_dev *idev);

/* Routes and groups (addrconf_route.c). */

/** addrconf_route_mcast - ff00::/8 by the device */
void addrconf_route_mcast(struct inet6_dev *idev);
/** addrconf_route_usable - the address is in use: its local route, its peer's, its subnet's anycast address */
void addrconf_route_usable(struct inet6_ifaddr *ifa);
/** addrconf_route_local - only its local route: an optimistic address can be reached already */
void addrconf_route_local(struct inet6_ifaddr *ifa);
/** addrconf_route_gone - the address is no longer in use: these go */
void addrconf_route_gone(struct inet6_ifaddr *ifa);
/** addrconf_route_prefix - its prefix is on the link, for as long as it is valid */
void addrconf_route_prefix(const struct inet6_ifaddr *ifa);
/** addrconf_route_prefix_gone - … unless others (but @ifa, as it was: @flags) want it, too */
/* … with another metric than @metric, which its route had */
void addrconf_route_prefix_move(const struct inet6_ifaddr *ifa, uint32_t metric);
void addrconf_route_prefix_gone(const struct inet6_ifaddr *ifa, uint32_t metric);
/** addrconf_join_solicited, _leave_ - the group of those who might have @addr (RFC 4291 2.7.1) */
void addrconf_join_solicited(struct inet6_dev *idev, const union inaddr *addr);
void addrconf_leave_solicited(struct inet6_dev *idev, const union inaddr *addr);
/** addrconf_anycast_subnet - join or leave the subnet-router anycast address of @ifa (RFC 4291 2.6.1) */
void addrconf_anycast_subnet(struct inet6_ifaddr *ifa, bool join);
/** addrconf_anycast_find - is @addr one of this device's? */
bool addrconf_anycast_find(const struct inet6_dev *idev, const union inaddr *addr);
/** addrconf_anycast_flush - IPv6 ends on it */
void addrconf_anycast_flush(struct inet6_dev *idev);
/** addrconf_forward_changed - it is a router now, or no more: groups and anycast addresses of routers */
void addrconf_forward_changed(struct inet6_dev *idev);

/* Duplicates and routers (addrconf_dad.c, addrconf_rs.c). */

/** addrconf_dad_init - of a new address */
void addrconf_dad_init(struct inet6_ifaddr *ifa);
/** addrconf_dad_resume - the link is ready: those that waited for it are probed. @restart: all are, again */
void addrconf_dad_resume(struct inet6_dev *idev, bool restart);
/** addrconf_rs_wanted - now that @ifa, link-local, is in use: are routers to be asked for? */
bool addrconf_rs_wanted(const struct inet6_dev *idev, const struct inet6_ifaddr *ifa);
/** addrconf_rs_start - the first solicitation is sent from @lladdr now, others follow */
void addrconf_rs_start(struct inet6_dev *idev, const union inaddr *lladdr);
/** addrconf_rs_timer - inet6_dev.rs_timer.fn */
void addrconf_rs_timer(struct timer *t);

#endif
