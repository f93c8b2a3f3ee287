/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast memberships of a socket; see mcast.h. Called by the socket options, and by reception
 * (may this datagram go to that socket?).
 *
 * Invariant: for each membership here, the network layer was told mc_join() with its filter once
 * more than mc_leave(). A filter is changed by joining with the new one before leaving with the old
 * one, so that the sum over all sockets goes from one to the other with no third state in between,
 * which would be reported.
 */
#include "stack/transport/mcast.h"

#include <errno.h>
#include <stdlib.h>
#include "stack/transport/transport.h"

struct membership {
	struct list_head list; /* sock.memberships */
	union inaddr group;
	int ifindex;
	bool exclude;
	uint16_t nr_sources;
	union inaddr sources[MCAST_MAX_SOURCES];
};

static struct membership *find(const struct sock *sk, const union inaddr *group, int ifindex)
{
	struct membership *m;

	list_for_each_entry(m, &sk->memberships, list) {
		if (m->ifindex == ifindex && inaddr_equal(&m->group, group))
			return m;
	}
	return NULL;
}

static struct membership *find_anywhere(const struct sock *sk, const union inaddr *group)
{
	struct membership *m;

	list_for_each_entry(m, &sk->memberships, list) {
		if (inaddr_equal(&m->group, group))
			return m;
	}
	return NULL;
}

static struct mc_filter filter_of(const struct membership *m)
{
	return (struct mc_filter){ m->exclude, m->nr_sources, m->sources };
}

struct net_device *mcast_find_dev(struct sock *sk, int ifindex, const union inaddr *group)
{
	struct flow fl = { .family = sk->family, .daddr = *group };
	struct net_device *dev;
	struct dst_entry *dst;

	if (ifindex)
		return netdev_by_index(sk->net, ifindex);
	if (sk->af->route_output(sk->net, &fl, &dst) != 0)
		return NULL;
	dev = dst->dev;
	dst_release(dst);
	return dev;
}

static int membership_add(struct sock *sk, const union inaddr *group, struct net_device *dev,
			  const struct mc_filter *f, unsigned max)
{
	struct membership *m;
	unsigned count = 0;
	int err;

	list_for_each_entry(m, &sk->memberships, list)
		count++;
	if (count >= max)
		return -ENOBUFS;
	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	err = sk->af->mc_join(sk->net, group, dev, f);
	if (err) {
		free(m);
		return err;
	}
	m->group = *group;
	m->ifindex = dev->ifindex;
	m->exclude = f->exclude;
	m->nr_sources = f->nr_sources;
	for (unsigned i = 0; i < f->nr_sources; i++)
		m->sources[i] = f->sources[i];
	list_add_tail(&m->list, &sk->memberships);
	return 0;
}

static void membership_del(struct sock *sk, struct membership *m)
{
	struct net_device *dev = netdev_by_index(sk->net, m->ifindex);
	struct mc_filter f = filter_of(m);

	if (dev)
		sk->af->mc_leave(sk->net, &m->group, dev, &f);
	list_del(&m->list);
	free(m);
}

static int membership_change(struct sock *sk, struct membership *m, struct net_device *dev,
			     const struct mc_filter *f)
{
	struct mc_filter old = filter_of(m);
	int err = sk->af->mc_join(sk->net, &m->group, dev, f);

	if (err)
		return err;
	sk->af->mc_leave(sk->net, &m->group, dev, &old);
	m->exclude = f->exclude;
	m->nr_sources = f->nr_sources;
	for (unsigned i = 0; i < f->nr_sources; i++)
		m->sources[i] = f->sources[i];
	return 0;
}

int mcast_join(struct sock *sk, const union inaddr *group, struct net_device *dev, unsigned max)
{
	struct mc_filter any = { .exclude = true };

	if (!inaddr_multicast(sk->family, group))
		return -EINVAL;
	if (find(sk, group, dev->ifindex))
		return -EADDRINUSE;
	return membership_add(sk, group, dev, &any, max);
}

int mcast_leave(struct sock *sk, const union inaddr *group, struct net_device *dev)
{
	struct membership *m = dev ? find(sk, group, dev->ifindex) : find_anywhere(sk, group);

	if (!m)
		return -EADDRNOTAVAIL;
	membership_del(sk, m);
	return 0;
}

static int source_index(const struct membership *m, const union inaddr *source)
{
	for (int i = 0; i < m->nr_sources; i++) {
		if (inaddr_equal(&m->sources[i], source))
			return i;
	}
	return -1;
}

static int source_add(struct sock *sk, struct membership *m, struct net_device *dev, bool exclude,
		      const union inaddr *source)
{
	union inaddr sources[MCAST_MAX_SOURCES];
	struct mc_filter f = { exclude, m->nr_sources, sources };

	if (source_index(m, source) >= 0)
		return -EADDRNOTAVAIL;
	if (m->nr_sources >= MCAST_MAX_SOURCES)
		return -ENOBUFS;
	memcpy(sources, m->sources, sizeof(sources));
	sources[f.nr_sources++] = *source;
	return membership_change(sk, m, dev, &f);
}

static int source_del(struct sock *sk, struct membership *m, struct net_device *dev, bool exclude,
		      const union inaddr *source)
{
	union inaddr sources[MCAST_MAX_SOURCES];
	struct mc_filter f = { exclude, 0, sources };
	int at = source_index(m, source);

	if (at < 0)
		return -EADDRNOTAVAIL;
	if (!exclude && m->nr_sources == 1) { /* include nobody: is not to be a member */
		membership_del(sk, m);
		return 0;
	}
	for (int i = 0; i < m->nr_sources; i++) {
		if (i != at)
			sources[f.nr_sources++] = m->sources[i];
	}
	return membership_change(sk, m, dev, &f);
}

int mcast_source(struct sock *sk, enum mcast_op op, const union inaddr *group,
		 struct net_device *dev, const union inaddr *source, unsigned max)
{
	bool exclude = op == MCAST_BLOCK || op == MCAST_UNBLOCK;
	bool add = op == MCAST_ADD_SOURCE || op == MCAST_BLOCK;
	struct mc_filter only = { false, 1, source };
	struct membership *m;

	if (!inaddr_multicast(sk->family, group))
		return -EINVAL;
	m = find(sk, group, dev->ifindex);
	if (!m)
		return op == MCAST_ADD_SOURCE ? membership_add(sk, group, dev, &only, max)
					      : -EINVAL;
	/* The mode may change only while no source is listed (RFC 3678 4.1.3). */
	if (m->exclude != exclude && (m->nr_sources || !add))
		return -EINVAL;
	return add ? source_add(sk, m, dev, exclude, source)
		   : source_del(sk, m, dev, exclude, source);
}

int mcast_set_filter(struct sock *sk, const union inaddr *group, struct net_device *dev,
		     const struct mc_filter *f)
{
	struct membership *m;

	if (!inaddr_multicast(sk->family, group))
		return -EINVAL;
	if (!f->exclude && !f->nr_sources)
		return mcast_leave(sk, group, dev);
	if (f->nr_sources > MCAST_MAX_SOURCES)
		return -ENOBUFS;
	m = find(sk, group, dev->ifindex);
	if (!m)
		return -EINVAL;
	return membership_change(sk, m, dev, f);
}

int mcast_get_filter(const struct sock *sk, const union inaddr *group, const struct net_device *dev,
		     struct mc_filter *ret)
{
	struct membership *m = find(sk, group, dev->ifindex);

	if (!m)
		return -EADDRNOTAVAIL;
	*ret = filter_of(m);
	return 0;
}

bool mcast_allow(const struct sock *sk, const union inaddr *group, const union inaddr *source,
		 int iif)
{
	const struct membership *m = find(sk, group, iif);

	if (!m)
		return sk->opt.mc_all;
	return m->exclude == (source_index(m, source) < 0);
}

void mcast_leave_all(struct sock *sk)
{
	struct membership *m, *next;

	list_for_each_entry_safe(m, next, &sk->memberships, list)
		membership_del(sk, m);
}

void mcast_device_gone(struct sock *sk, int ifindex)
{
	struct membership *m, *next;

	list_for_each_entry_safe(m, next, &sk->memberships, list) {
		if (m->ifindex == ifindex) {
			list_del(&m->list);
			free(m);
		}
	}
}
