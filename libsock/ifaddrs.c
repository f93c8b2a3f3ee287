/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's interfaces for programs: getifaddrs(3), if_nametoindex(3) and if_nameindex(3).
 *
 * Public (usock.h), and what the preload puts in the place of the C library's.
 */
#include "libsock/usock.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "libsock/interfaces.h"
#include "libsock/instance.h"

/* An address of any family that getifaddrs() tells of. sockaddr_ll's own place for the hardware
 * address is 8 bytes; longer ones run on, as with the C library. */
union any_addr {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_ll ll;
	char room[offsetof(struct sockaddr_ll, sll_addr) + INTERFACE_HWADDR_MAX];
};

/* One element of the list, with all that it points to. The list is an array of them, one piece of
 * memory, as the C library's own is. */
struct element {
	struct ifaddrs ifa; /* first */
	char name[IF_NAMESIZE];
	union any_addr addr;
	union any_addr netmask;
	union any_addr other; /* broadcast address or peer */
	struct rtnl_link_stats stats;
};

/* The interfaces of this process's instance; false, and errno, when they cannot be had. */
static bool load(struct interfaces *ret)
{
	int err = interfaces_load(instance_current(), ret);

	if (err)
		errno = -err;
	return !err;
}

/* The next free element, linked to the one before. */
static struct element *element_add(struct element **next, const char *name, unsigned int flags)
{
	struct element *e = (*next)++;

	memcpy(e->name, name, sizeof(e->name));
	e->ifa.ifa_name = e->name;
	e->ifa.ifa_flags = flags;
	return e;
}

static void fill_hwaddr(union any_addr *where, const struct interface *link,
			const unsigned char *hwaddr)
{
	where->ll.sll_family = AF_PACKET;
	where->ll.sll_ifindex = link->index;
	where->ll.sll_hatype = link->hwtype;
	where->ll.sll_halen = (unsigned char)link->hwlen;
	memcpy(where->room + offsetof(struct sockaddr_ll, sll_addr), hwaddr, link->hwlen);
}

static void add_link(struct element **next, const struct interface *link)
{
	struct element *e = element_add(next, link->name, link->flags);

	fill_hwaddr(&e->addr, link, link->hwaddr);
	e->ifa.ifa_addr = &e->addr.sa;
	if (link->flags & IFF_BROADCAST) {
		fill_hwaddr(&e->other, link, link->hwbroadcast);
		e->ifa.ifa_broadaddr = &e->other.sa;
	}
	e->stats = link->stats;
	e->ifa.ifa_data = &e->stats;
}

static void fill_addr(union any_addr *where, const struct interface_addr *addr,
		      const struct in6_addr *bytes)
{
	where->sa.sa_family = (sa_family_t)addr->family;
	if (addr->family == AF_INET) {
		memcpy(&where->in.sin_addr, bytes, sizeof(where->in.sin_addr));
		return;
	}
	where->in6.sin6_addr = *bytes;
	if (IN6_IS_ADDR_LINKLOCAL(bytes))
		where->in6.sin6_scope_id = (uint32_t)addr->index;
}

static void fill_netmask(union any_addr *where, const struct interface_addr *addr)
{
	struct in6_addr mask = { 0 };

	for (unsigned int bit = 0; bit < addr->prefixlen && bit < 128; bit++)
		mask.s6_addr[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	fill_addr(where, addr, &mask);
	if (addr->family == AF_INET6)
		where->in6.sin6_scope_id = 0;
}

/* As the C library has it: an IPv4 address without a peer is its own. */
static bool has_destination(const struct interface_addr *addr)
{
	return addr->family == AF_INET || memcmp(&addr->peer, &addr->local, sizeof(addr->peer));
}

static void add_addr(struct element **next, const struct interface *link,
		     const struct interface_addr *addr)
{
	struct element *e =
		element_add(next, addr->label[0] ? addr->label : link->name, link->flags);

	fill_addr(&e->addr, addr, &addr->local);
	e->ifa.ifa_addr = &e->addr.sa;
	fill_netmask(&e->netmask, addr);
	e->ifa.ifa_netmask = &e->netmask.sa;
	if (addr->has_broadcast) {
		fill_addr(&e->other, addr, &addr->broadcast);
		e->ifa.ifa_broadaddr = &e->other.sa;
	} else if (has_destination(addr)) {
		fill_addr(&e->other, addr, &addr->peer);
		e->ifa.ifa_dstaddr = &e->other.sa;
	}
}

static struct element *build_list(const struct interfaces *ifs)
{
	struct element *list = calloc(ifs->nlinks + ifs->naddrs + 1, sizeof(*list));
	struct element *next = list;

	if (!list)
		return NULL;
	for (size_t i = 0; i < ifs->nlinks; i++)
		add_link(&next, &ifs->link[i]);
	for (size_t i = 0; i < ifs->naddrs; i++) {
		const struct interface_addr *addr = &ifs->addr[i];
		const struct interface *link = interfaces_at(ifs, addr->index);

		if (link && (addr->family == AF_INET || addr->family == AF_INET6))
			add_addr(&next, link, addr);
	}
	for (struct element *e = list; e + 1 < next; e++)
		e->ifa.ifa_next = &e[1].ifa;
	return list;
}

int usock_getifaddrs(struct ifaddrs **ret)
{
	struct element *list;
	struct interfaces ifs;

	if (!load(&ifs))
		return -1;
	list = build_list(&ifs);
	*ret = list && list->ifa.ifa_name ? &list->ifa : NULL;
	if (list && !*ret)
		free(list); /* a stack without any interface */
	interfaces_free(&ifs);
	if (!list)
		errno = ENOMEM;
	return list ? 0 : -1;
}

void usock_freeifaddrs(struct ifaddrs *list)
{
	free(list); /* the first member of the first struct element */
}

unsigned int usock_if_nametoindex(const char *name)
{
	const struct interface *link;
	unsigned int index = 0;
	struct interfaces ifs;

	if (!load(&ifs))
		return 0;
	link = strlen(name) < IF_NAMESIZE ? interfaces_find(&ifs, name) : NULL;
	if (link)
		index = (unsigned int)link->index;
	interfaces_free(&ifs);
	if (!index)
		errno = ENODEV;
	return index;
}

char *usock_if_indextoname(unsigned int index, char *name)
{
	const struct interface *link;
	struct interfaces ifs;

	if (!load(&ifs))
		return NULL;
	link = interfaces_at(&ifs, (int)index);
	if (link)
		memcpy(name, link->name, IF_NAMESIZE);
	else
		name = NULL;
	interfaces_free(&ifs);
	if (!name)
		errno = ENXIO;
	return name;
}

/* Each name is a piece of memory of its own, as the C library has it. */
static struct if_nameindex *build_nameindex(const struct interfaces *ifs)
{
	struct if_nameindex *list = calloc(ifs->nlinks + 1, sizeof(*list));

	for (size_t i = 0; list && i < ifs->nlinks; i++) {
		list[i].if_index = (unsigned int)ifs->link[i].index;
		list[i].if_name = strdup(ifs->link[i].name);
		if (!list[i].if_name) {
			list[i].if_index = 0;
			usock_if_freenameindex(list);
			list = NULL;
		}
	}
	return list;
}

struct if_nameindex *usock_if_nameindex(void)
{
	struct if_nameindex *list;
	struct interfaces ifs;

	if (!load(&ifs))
		return NULL;
	list = build_nameindex(&ifs);
	interfaces_free(&ifs);
	if (!list)
		errno = ENOBUFS;
	return list;
}

void usock_if_freenameindex(struct if_nameindex *list)
{
	for (struct if_nameindex *i = list; i && i->if_index; i++)
		free(i->if_name);
	free(list);
}
