/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy table of RFC 6724 2.1, with the kernel's defaults; see addrlabel.h. Only labels: the
 * precedences are the resolver's business (gai.conf(5)).
 */
#include "stack/ipv6/addrlabel.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/core/event.h"
#include "stack/ipv6/ip6.h"

struct addrlabel_net {
	struct list_head labels; /* the longest prefix first; of a device before of any */
};

/* In an order that makes the kernel's when they are added: of two that are as long, the later stands first. */
static const struct addrlabel defaults[] = {
	{ .plen = 0, .label = 1 },					      /* all others */
	{ .prefix.b = { 0xfc }, .plen = 7, .label = 5 },		      /* unique local */
	{ .prefix.b = { 0xfe, 0xc0 }, .plen = 10, .label = 11 },	      /* site-local */
	{ .prefix.b = { 0x20, 0x02 }, .plen = 16, .label = 2 },		      /* 6to4 */
	{ .prefix.b = { 0x3f, 0xfe }, .plen = 16, .label = 12 },	      /* 6bone */
	{ .prefix.b = { 0x20, 0x01 }, .plen = 32, .label = 6 },		      /* Teredo */
	{ .prefix.b = { 0x20, 0x01, 0x00, 0x10 }, .plen = 28, .label = 7 },   /* ORCHID */
	{ .prefix.b = { [10] = 0xff, [11] = 0xff }, .plen = 96, .label = 4 }, /* IPv4-mapped */
	{ .plen = 96, .label = 3 },					      /* IPv4-compatible */
	{ .prefix.b = { [15] = 1 }, .plen = 128, .label = 0 },		      /* ::1 */
};

/*
 * What an address is by its form takes part as with the kernel: an entry whose prefix is IPv4-mapped or
 * -compatible and 96 bits long, or ::1 itself, is for addresses of that form only.
 */
enum form { FORM_ANY, FORM_MAPPED, FORM_COMPAT, FORM_LOOPBACK };

static enum form form_of(const union inaddr *a)
{
	if (in6_is_v4mapped(a))
		return FORM_MAPPED;
	if (a->q[0] || a->v6[2] || !a->v6[3])
		return FORM_ANY;
	return in6_is_loopback(a) ? FORM_LOOPBACK : FORM_COMPAT;
}

static enum form form_of_entry(const struct addrlabel *l)
{
	enum form form = form_of(&l->prefix);

	switch (form) {
	case FORM_MAPPED:
	case FORM_COMPAT:
		return l->plen == 96 ? form : FORM_ANY;
	case FORM_LOOPBACK:
		return l->plen == 128 ? form : FORM_ANY;
	default:
		return FORM_ANY;
	}
}

static bool applies(const struct addrlabel *l, const union inaddr *addr, int ifindex)
{
	enum form form = form_of_entry(l);

	return (!l->ifindex || l->ifindex == ifindex) &&
	       (form == FORM_ANY || form == form_of(addr)) &&
	       in6_prefix_equal(&l->prefix, addr, l->plen);
}

const struct addrlabel *addrlabel_find(struct net *net, const union inaddr *addr, int ifindex)
{
	const struct addrlabel *l;

	list_for_each_entry(l, &net->ipv6->labels->labels, list)
		if (applies(l, addr, ifindex))
			return l;
	return NULL;
}

uint32_t addrlabel(struct net *net, const union inaddr *addr, int ifindex)
{
	const struct addrlabel *l = addrlabel_find(net, addr, ifindex);

	return l ? l->label : ADDRLABEL_NONE;
}

static bool same_key(const struct addrlabel *a, const struct addrlabel *b)
{
	return a->plen == b->plen && a->ifindex == b->ifindex &&
	       inaddr_equal(&a->prefix, &b->prefix);
}

/* The entry with the key of @l; else NULL, with *@ret_pos what is to stand behind @l. */
static struct addrlabel *find_same(struct addrlabel_net *labels, const struct addrlabel *l,
				   struct list_head **ret_pos)
{
	struct addrlabel *pos;

	*ret_pos = &labels->labels;
	list_for_each_entry(pos, &labels->labels, list) {
		if (same_key(pos, l))
			return pos;
		if (*ret_pos == &labels->labels &&
		    (pos->plen < l->plen || (pos->plen == l->plen && !pos->ifindex)))
			*ret_pos = &pos->list;
	}
	return NULL;
}

static int add(struct addrlabel_net *labels, const struct addrlabel *l, bool replace,
	       struct addrlabel **ret)
{
	struct list_head *pos;
	struct addrlabel *old = find_same(labels, l, &pos), *new;

	if (old && !replace)
		return -EEXIST;
	if (old) {
		old->label = l->label;
		*ret = old;
		return 0;
	}
	new = malloc(sizeof(*new));
	if (!new)
		return -ENOMEM;
	*new = *l;
	list_add_tail(&new->list, pos);
	*ret = new;
	return 0;
}

int addrlabel_add(struct net *net, const struct addrlabel *l, bool replace, struct extack *ack)
{
	struct addrlabel masked = *l, *entry;
	int err;

	if (l->plen > 128 || l->label == ADDRLABEL_NONE)
		return extack_set(ack, -EINVAL, "Invalid prefix length or label");
	if (in6_is_v4mapped(&l->prefix) && l->plen > 96)
		return extack_set(ack, -EINVAL, "IPv4-mapped addresses have one label");
	masked.prefix = in6_prefix(&l->prefix, l->plen);
	err = add(net->ipv6->labels, &masked, replace, &entry);
	if (err)
		return extack_set(ack, err,
				  err == -EEXIST ? "The prefix has a label already"
						 : "No memory for a label");
	event_emit(net, EVENT_ADDRLABEL_ADD, entry);
	return 0;
}

int addrlabel_del(struct net *net, const struct addrlabel *l, struct extack *ack)
{
	struct addrlabel masked = *l, *entry;
	struct list_head *pos;

	if (l->plen > 128)
		return extack_set(ack, -EINVAL, "Invalid prefix length");
	masked.prefix = in6_prefix(&l->prefix, l->plen);
	entry = find_same(net->ipv6->labels, &masked, &pos);
	if (!entry)
		return extack_set(ack, -ESRCH, "The prefix has no label");
	list_del(&entry->list);
	event_emit(net, EVENT_ADDRLABEL_DEL, entry);
	free(entry);
	return 0;
}

int addrlabel_walk(struct net *net, int (*fn)(const struct addrlabel *l, void *arg), void *arg)
{
	const struct addrlabel *l;
	int ret;

	list_for_each_entry(l, &net->ipv6->labels->labels, list) {
		ret = fn(l, arg);
		if (ret)
			return ret;
	}
	return 0;
}

int addrlabel_init(struct net *net)
{
	struct addrlabel_net *labels = calloc(1, sizeof(*labels));
	struct addrlabel *entry;
	int err;

	if (!labels)
		return -ENOMEM;
	list_init(&labels->labels);
	net->ipv6->labels = labels;
	for (unsigned i = 0; i < ARRAY_SIZE(defaults); i++) {
		err = add(labels, &defaults[i], false, &entry);
		if (err)
			return err;
	}
	return 0;
}

void addrlabel_exit(struct net *net)
{
	struct addrlabel_net *labels = net->ipv6->labels;
	struct addrlabel *l, *n;

	if (!labels)
		return;
	list_for_each_entry_safe(l, n, &labels->labels, list) {
		list_del(&l->list);
		free(l);
	}
	free(labels);
	net->ipv6->labels = NULL;
}
