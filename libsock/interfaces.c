/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's interfaces and their addresses: two rtnetlink dumps, read into two arrays.
 *
 * Called by ifaddrs.c and ifioctl.c. Uses malloc(3): none of its callers may be called in a signal
 * handler.
 */
#include "libsock/interfaces.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>

#include "libsock/channel.h"

/* One more element at the end of a growing array; NULL: no memory. */
static void *array_grow(void **array, size_t *count, size_t size)
{
	void *grown = realloc(*array, (*count + 1) * size);

	if (!grown)
		return NULL;
	*array = grown;
	grown = (char *)grown + *count * size;
	memset(grown, 0, size);
	(*count)++;
	return grown;
}

static void copy_payload(const struct nlattr *attr, void *where, size_t size)
{
	size_t len = mnl_attr_get_payload_len(attr);

	memcpy(where, mnl_attr_get_payload(attr), len < size ? len : size);
}

static void copy_name(const struct nlattr *attr, char *name)
{
	copy_payload(attr, name, IF_NAMESIZE - 1);
}

static int take_link_attr(const struct nlattr *attr, void *data)
{
	struct interface *link = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		copy_name(attr, link->name);
		break;
	case IFLA_MTU:
		copy_payload(attr, &link->mtu, sizeof(link->mtu));
		break;
	case IFLA_TXQLEN:
		copy_payload(attr, &link->txqlen, sizeof(link->txqlen));
		break;
	case IFLA_ADDRESS:
		link->hwlen = mnl_attr_get_payload_len(attr);
		if (link->hwlen > sizeof(link->hwaddr))
			link->hwlen = sizeof(link->hwaddr);
		copy_payload(attr, link->hwaddr, sizeof(link->hwaddr));
		break;
	case IFLA_BROADCAST:
		copy_payload(attr, link->hwbroadcast, sizeof(link->hwbroadcast));
		break;
	case IFLA_STATS:
		copy_payload(attr, &link->stats, sizeof(link->stats));
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static int take_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct interfaces *ifs = data;
	struct interface *link;

	if (nlh->nlmsg_type != RTM_NEWLINK || mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifi))
		return MNL_CB_OK;
	link = array_grow((void **)&ifs->link, &ifs->nlinks, sizeof(*link));
	if (!link)
		return MNL_CB_ERROR;
	link->index = ifi->ifi_index;
	link->flags = ifi->ifi_flags;
	link->hwtype = ifi->ifi_type;
	mnl_attr_parse(nlh, sizeof(*ifi), take_link_attr, link);
	return MNL_CB_OK;
}

/* Which address is whose: see the comment on IFA_ADDRESS in linux/if_addr.h. */
struct addr_attrs {
	const struct nlattr *address;
	const struct nlattr *local;
	const struct nlattr *broadcast;
	const struct nlattr *label;
	const struct nlattr *flags;
};

static int take_addr_attr(const struct nlattr *attr, void *data)
{
	struct addr_attrs *attrs = data;

	switch (mnl_attr_get_type(attr)) {
	case IFA_ADDRESS:
		attrs->address = attr;
		break;
	case IFA_LOCAL:
		attrs->local = attr;
		break;
	case IFA_BROADCAST:
		attrs->broadcast = attr;
		break;
	case IFA_LABEL:
		attrs->label = attr;
		break;
	case IFA_FLAGS:
		attrs->flags = attr;
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static int take_addr(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct interfaces *ifs = data;
	struct addr_attrs attrs = { 0 };
	struct interface_addr *addr;

	if (nlh->nlmsg_type != RTM_NEWADDR || mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifa))
		return MNL_CB_OK;
	mnl_attr_parse(nlh, sizeof(*ifa), take_addr_attr, &attrs);
	if (!attrs.address && !attrs.local)
		return MNL_CB_OK;
	addr = array_grow((void **)&ifs->addr, &ifs->naddrs, sizeof(*addr));
	if (!addr)
		return MNL_CB_ERROR;
	addr->index = (int)ifa->ifa_index;
	addr->family = ifa->ifa_family;
	addr->prefixlen = ifa->ifa_prefixlen;
	addr->flags = ifa->ifa_flags;
	if (attrs.flags)
		copy_payload(attrs.flags, &addr->flags, sizeof(addr->flags));
	copy_payload(attrs.local ? attrs.local : attrs.address, &addr->local, sizeof(addr->local));
	copy_payload(attrs.address ? attrs.address : attrs.local, &addr->peer, sizeof(addr->peer));
	addr->has_broadcast = attrs.broadcast != NULL;
	if (attrs.broadcast)
		copy_payload(attrs.broadcast, &addr->broadcast, sizeof(addr->broadcast));
	if (attrs.label)
		copy_name(attrs.label, addr->label);
	return MNL_CB_OK;
}

static int receive_dump(struct usock_channel *chan, unsigned int seq, mnl_cb_t cb, void *data)
{
	for (;;) {
		void *buf;
		ssize_t n = usock_channel_recv(chan, &buf);
		int more, err;

		if (n == -EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? (int)n : -ECONNRESET;
		errno = ENOMEM; /* the only thing that a callback here fails of */
		more = mnl_cb_run(buf, (size_t)n, seq, usock_channel_pid(chan), cb, data);
		err = errno;
		free(buf);
		if (more < 0)
			return -err;
		if (more == MNL_CB_STOP)
			return 0;
	}
}

static int dump(struct usock_channel *chan, unsigned int seq, uint16_t type, mnl_cb_t cb,
		struct interfaces *ifs)
{
	char buf[64] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	ssize_t n;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = seq;
	if (type == RTM_GETLINK)
		mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	else
		mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifaddrmsg));
	n = usock_channel_send(chan, nlh, nlh->nlmsg_len, NULL, 0);
	return n < 0 ? (int)n : receive_dump(chan, seq, cb, ifs);
}

/**
 * interfaces_load - ask the stack for its interfaces and addresses
 * @instance: its name; NULL: $USTACK, else "default"
 * @ret: receives them; the caller frees it by interfaces_free()
 *
 * Return: 0 or -errno, as usock_channel_open(); -ENOMEM.
 */
int interfaces_load(const char *instance, struct interfaces *ret)
{
	struct interfaces ifs = { 0 };
	struct usock_channel *chan;
	int err;

	err = usock_channel_open(instance, USTACK_CHAN_ROUTE, &chan);
	if (err)
		return err == -ENOENT || err == -ECONNREFUSED ? -ENETDOWN : err;
	err = dump(chan, 1, RTM_GETLINK, take_link, &ifs);
	if (!err)
		err = dump(chan, 2, RTM_GETADDR, take_addr, &ifs);
	usock_channel_close(chan);
	if (err)
		interfaces_free(&ifs);
	else
		*ret = ifs;
	return err;
}

/**
 * interfaces_free - free what interfaces_load() gave
 * @ifs: the interfaces
 */
void interfaces_free(struct interfaces *ifs)
{
	free(ifs->link);
	free(ifs->addr);
	memset(ifs, 0, sizeof(*ifs));
}

/**
 * interfaces_find - an interface by its name
 * @ifs: the interfaces
 * @name: the name, of at most IF_NAMESIZE - 1 bytes
 *
 * Return: it; NULL: none.
 */
const struct interface *interfaces_find(const struct interfaces *ifs, const char *name)
{
	for (size_t i = 0; i < ifs->nlinks; i++)
		if (!strncmp(ifs->link[i].name, name, IF_NAMESIZE))
			return &ifs->link[i];
	return NULL;
}

/**
 * interfaces_at - an interface by its index
 * @ifs: the interfaces
 * @index: the index
 *
 * Return: it; NULL: none.
 */
const struct interface *interfaces_at(const struct interfaces *ifs, int index)
{
	for (size_t i = 0; i < ifs->nlinks; i++)
		if (ifs->link[i].index == index)
			return &ifs->link[i];
	return NULL;
}
