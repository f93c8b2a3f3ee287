/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memberships of a packet socket: see packet_filter.h. A veth shows every frame to a packet socket;
 * a network card and a macvlan show what somebody on the host has asked for, and so IPv6, whose
 * neighbours are found by groups, is deaf on them without.
 */
#include "stack/driver/packet_filter.h"

#include <linux/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "stack/core/netdevice.h"
#include "stack/link/ethernet.h"

/* Last: it has macros by the names of an enum of skbuff.h. */
#include <linux/if_packet.h>

/* More groups than these: all of them, as cards do whose table is full. */
#define FILTER_GROUPS 32

struct packet_filter {
	int fd;
	int ifindex;
	bool promisc, allmulti;		/* asked for */
	unsigned count;
	uint8_t groups[FILTER_GROUPS][ETH_ALEN];
};

static bool bound_to(int fd, struct sockaddr_ll *ret)
{
	socklen_t len = sizeof(*ret);

	memset(ret, 0, sizeof(*ret));
	return !getsockname(fd, (struct sockaddr *)ret, &len) && ret->sll_family == AF_PACKET &&
	       ret->sll_ifindex > 0;
}

struct packet_filter *packet_filter_create(int fd)
{
	struct packet_filter *f;
	struct sockaddr_ll sll;

	if (!bound_to(fd, &sll))
		return NULL;
	f = calloc(1, sizeof(*f));
	if (!f)
		return NULL;
	f->fd = fd;
	f->ifindex = sll.sll_ifindex;
	return f;
}

void packet_filter_free(struct packet_filter *f)
{
	free(f);
}

/* @op: PACKET_ADD_MEMBERSHIP or PACKET_DROP_MEMBERSHIP. @group: NULL where @type is of none. */
static bool membership(const struct packet_filter *f, int op, unsigned short type, const uint8_t *group)
{
	struct packet_mreq mreq = { .mr_ifindex = f->ifindex, .mr_type = type };

	if (group) {
		mreq.mr_alen = ETH_ALEN;
		memcpy(mreq.mr_address, group, ETH_ALEN);
	}
	return !setsockopt(f->fd, SOL_PACKET, op, &mreq, sizeof(mreq));
}

/* What could not be had (the interface is gone) is asked for again at the next change. */
static void set_mode(const struct packet_filter *f, unsigned short type, bool *asked, bool want)
{
	if (*asked == want)
		return;
	if (membership(f, want ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP, type, NULL) || !want)
		*asked = want;
}

/* The interface takes in what is for its own address; for another, it must take in everything. */
static bool has_other_address(const struct packet_filter *f, const struct net_device *dev)
{
	struct sockaddr_ll sll;

	return bound_to(f->fd, &sll) && sll.sll_halen == ETH_ALEN && memcmp(sll.sll_addr, dev->addr, ETH_ALEN);
}

static bool has_many_groups(const struct net_device *dev)
{
	const struct netdev_mc_addr *mc;
	unsigned n = 0;

	list_for_each_entry(mc, &dev->mc_list, list)
		if (++n > FILTER_GROUPS)
			return true;
	return false;
}

static bool wants_group(const struct net_device *dev, const uint8_t *group)
{
	const struct netdev_mc_addr *mc;

	list_for_each_entry(mc, &dev->mc_list, list)
		if (!memcmp(mc->addr, group, ETH_ALEN))
			return true;
	return false;
}

static bool asked_for_group(const struct packet_filter *f, const uint8_t *group)
{
	for (unsigned i = 0; i < f->count; i++)
		if (!memcmp(f->groups[i], group, ETH_ALEN))
			return true;
	return false;
}

static void set_groups(struct packet_filter *f, const struct net_device *dev)
{
	const struct netdev_mc_addr *mc;
	unsigned i = 0;

	while (i < f->count) {
		if (wants_group(dev, f->groups[i])) {
			i++;
			continue;
		}
		membership(f, PACKET_DROP_MEMBERSHIP, PACKET_MR_MULTICAST, f->groups[i]);
		memcpy(f->groups[i], f->groups[--f->count], ETH_ALEN);
	}
	list_for_each_entry(mc, &dev->mc_list, list)
		if (!asked_for_group(f, mc->addr) &&
		    membership(f, PACKET_ADD_MEMBERSHIP, PACKET_MR_MULTICAST, mc->addr))
			memcpy(f->groups[f->count++], mc->addr, ETH_ALEN);
}

void packet_filter_set(struct packet_filter *f, const struct net_device *dev)
{
	bool many = has_many_groups(dev);

	set_mode(f, PACKET_MR_PROMISC, &f->promisc, dev->flags & IFF_PROMISC || has_other_address(f, dev));
	/* First all, then fewer: no group that goes on being wanted is missed in between. */
	if (many || dev->flags & IFF_ALLMULTI)
		set_mode(f, PACKET_MR_ALLMULTI, &f->allmulti, true);
	if (many)
		return;
	set_groups(f, dev);
	set_mode(f, PACKET_MR_ALLMULTI, &f->allmulti, dev->flags & IFF_ALLMULTI);
}

void packet_filter_clear(struct packet_filter *f)
{
	set_mode(f, PACKET_MR_PROMISC, &f->promisc, false);
	set_mode(f, PACKET_MR_ALLMULTI, &f->allmulti, false);
	while (f->count)
		membership(f, PACKET_DROP_MEMBERSHIP, PACKET_MR_MULTICAST, f->groups[--f->count]);
}
