/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The known devices, in an array sorted by index: see devmap.h. Used by all objects.
 */
#include "uip/devmap.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct devmap_dev {
	unsigned index;
	unsigned flags;
	unsigned type;
	unsigned txqlen;
	char name[IFNAMSIZ];
};

struct devmap {
	struct devmap_dev *dev;
	size_t count;
	size_t room;
	bool complete;
	char unknown[IFNAMSIZ]; /* the made-up name that was last returned */
};

struct devmap *devmap_new(void)
{
	return calloc(1, sizeof(struct devmap));
}

void devmap_free(struct devmap *m)
{
	if (!m)
		return;
	free(m->dev);
	free(m);
}

void devmap_clear(struct devmap *m)
{
	m->count = 0;
	m->complete = false;
}

bool devmap_complete(const struct devmap *m)
{
	return m->complete;
}

void devmap_set_complete(struct devmap *m)
{
	m->complete = true;
}

/* Where @index stands, or would have to be put. */
static size_t devmap_place(const struct devmap *m, unsigned index)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (m->dev[mid].index < index)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct devmap_dev *devmap_find(const struct devmap *m, unsigned index)
{
	size_t at = devmap_place(m, index);

	return at < m->count && m->dev[at].index == index ? &m->dev[at] : NULL;
}

static bool devmap_grow(struct devmap *m)
{
	size_t room = m->room ? m->room * 2 : 16;
	struct devmap_dev *dev;

	if (m->count < m->room)
		return true;
	dev = realloc(m->dev, room * sizeof(*dev));
	if (!dev)
		return false;
	m->dev = dev;
	m->room = room;
	return true;
}

static void devmap_forget(struct devmap *m, unsigned index)
{
	size_t at = devmap_place(m, index);

	if (at == m->count || m->dev[at].index != index)
		return;
	memmove(&m->dev[at], &m->dev[at + 1], (m->count - at - 1) * sizeof(m->dev[0]));
	m->count--;
}

void devmap_learn(struct devmap *m, const struct nlmsghdr *h)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(h);
	const struct nlattr *name, *txqlen;
	struct devmap_dev *dev;
	size_t at;

	if (h->nlmsg_len < NLMSG_LENGTH(sizeof(*ifi)))
		return;
	if (h->nlmsg_type == RTM_DELLINK)
		devmap_forget(m, (unsigned)ifi->ifi_index);
	if (h->nlmsg_type != RTM_NEWLINK)
		return;
	name = nlmsg_find_attr((struct nlmsghdr *)h, sizeof(*ifi), IFLA_IFNAME);
	txqlen = nlmsg_find_attr((struct nlmsghdr *)h, sizeof(*ifi), IFLA_TXQLEN);
	if (!name)
		return;
	at = devmap_place(m, (unsigned)ifi->ifi_index);
	if (at == m->count || m->dev[at].index != (unsigned)ifi->ifi_index) {
		if (!devmap_grow(m))
			return;
		memmove(&m->dev[at + 1], &m->dev[at], (m->count - at) * sizeof(m->dev[0]));
		m->dev[at].txqlen = 0;
		m->count++;
	}
	dev = &m->dev[at];
	dev->index = (unsigned)ifi->ifi_index;
	dev->flags = ifi->ifi_flags;
	dev->type = ifi->ifi_type;
	if (txqlen && nla_len(txqlen) >= 4) /* what IPv6 says of a device has none */
		dev->txqlen = nla_get_u32(txqlen);
	nla_strlcpy(dev->name, name, sizeof(dev->name));
}

unsigned devmap_index(const struct devmap *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->count; i++)
		if (!strcmp(m->dev[i].name, name))
			return m->dev[i].index;
	return 0;
}

const char *devmap_name(struct devmap *m, unsigned index)
{
	const struct devmap_dev *dev = devmap_find(m, index);

	if (!index)
		return "*";
	if (dev)
		return dev->name;
	snprintf(m->unknown, sizeof(m->unknown), "if%u", index);
	return m->unknown;
}

unsigned devmap_type(const struct devmap *m, unsigned index)
{
	const struct devmap_dev *dev = devmap_find(m, index);

	return dev ? dev->type : ARPHRD_VOID;
}

unsigned devmap_flags(const struct devmap *m, unsigned index)
{
	const struct devmap_dev *dev = devmap_find(m, index);

	return dev ? dev->flags : 0;
}

unsigned devmap_txqlen(const struct devmap *m, unsigned index)
{
	const struct devmap_dev *dev = devmap_find(m, index);

	return dev ? dev->txqlen : 0;
}

void devmap_each(const struct devmap *m, void (*fn)(const char *name, void *arg), void *arg)
{
	size_t i;

	for (i = 0; i < m->count; i++)
		fn(m->dev[i].name, arg);
}
