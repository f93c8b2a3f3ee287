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
#include "stack/ipv4/ipv4.h"
#include "stack/ipv6/ipv6.h"
#include "stack/transport/transport.h"

struct membership {
	struct list_head list;	  /* sock.memberships */
	struct mcast_group group; /* ifindex: where it is */
	bool exclude;
	uint16_t nr_sources;
	union inaddr *sources; /* allocated; NULL: none */
};

static struct membership *find(const struct sock *sk, const struct mcast_group *g)
{
	struct membership *m;

	list_for_each_entry(m, &sk->memberships, list) {
		if (m->group.family == g->family && inaddr_equal(&m->group.addr, &g->addr) &&
		    (!g->ifindex || m->group.ifindex == g->ifindex))
			return m;
	}
	return NULL;
}

static struct mc_filter filter_of(const struct membership *m)
{
	return (struct mc_filter){ m->exclude, m->nr_sources, m->sources };
}

static const struct inet_af_ops *af_of(const struct sock *sk, const struct mcast_group *g)
{
	return inet_af_find(sk->net, g->family);
}

static struct net_device *find_dev(const struct sock *sk, const struct mcast_group *g)
{
	struct flow fl = { .family = g->family, .daddr = g->addr };
	struct net_device *dev;
	struct dst_entry *dst;

	if (g->ifindex)
		return netdev_by_index(sk->net, g->ifindex);
	if (af_of(sk, g)->route_output(sk->net, &fl, &dst) != 0)
		return NULL;
	dev = dst->dev;
	dst_release(dst);
	return dev;
}

int mcast_find_dev(const struct sock *sk, struct mcast_group *g)
{
	struct net_device *dev;

	if (!inaddr_multicast(g->family, &g->addr))
		return -EINVAL;
	dev = find_dev(sk, g);
	if (!dev)
		return -ENODEV;
	g->ifindex = dev->ifindex;
	return 0;
}

/* Memberships --------------------------------------------------------------------------------- */

/* Linux has a number for IPv4, and for IPv6 the memory that a socket may use. */
static int check_room(const struct sock *sk, int family)
{
	const struct membership *m;
	unsigned count = 0;

	list_for_each_entry(m, &sk->memberships, list)
		count += m->group.family == family;
	if (family == AF_INET6)
		return count < MCAST6_MAX_MEMBERSHIPS ? 0 : -ENOMEM;
	return count < ipv4_sysctl(sk->net)->igmp_max_memberships ? 0 : -ENOBUFS;
}

unsigned mcast_max_sources(const struct sock *sk, int family)
{
	if (family == AF_INET)
		return MCAST4_MAX_SOURCES;
	return min(ipv6_sysctl(sk->net)->mld_max_msf, (uint32_t)UINT16_MAX);
}

static void membership_free(struct membership *m)
{
	free(m->sources);
	free(m);
}

/* Take the filter @f, of which the network layer is told; 0 or -errno and the old one stays. */
static int membership_set(struct sock *sk, struct membership *m, const struct mc_filter *f)
{
	struct net_device *dev = netdev_by_index(sk->net, m->group.ifindex);
	union inaddr *sources = NULL;
	int err;

	if (f->nr_sources) {
		sources = calloc(f->nr_sources, sizeof(*sources));
		if (!sources)
			return -ENOMEM;
		memcpy(sources, f->sources, f->nr_sources * sizeof(*sources));
	}
	err = af_of(sk, &m->group)->mc_join(sk->net, &m->group.addr, dev, f);
	if (err) {
		free(sources);
		return err;
	}
	m->exclude = f->exclude;
	m->nr_sources = f->nr_sources;
	free(m->sources);
	m->sources = sources;
	return 0;
}

/* @g was resolved. */
static int membership_add(struct sock *sk, const struct mcast_group *g, const struct mc_filter *f)
{
	struct membership *m;
	int err;

	err = check_room(sk, g->family);
	if (err)
		return err;
	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->group = *g;
	err = membership_set(sk, m, f);
	if (err) {
		membership_free(m);
		return err;
	}
	list_add_tail(&m->list, &sk->memberships);
	return 0;
}

static void tell_leave(struct sock *sk, const struct mcast_group *g, const struct mc_filter *f)
{
	struct net_device *dev = netdev_by_index(sk->net, g->ifindex);

	if (dev)
		af_of(sk, g)->mc_leave(sk->net, &g->addr, dev, f);
}

static void membership_del(struct sock *sk, struct membership *m)
{
	struct mc_filter f = filter_of(m);

	tell_leave(sk, &m->group, &f);
	list_del(&m->list);
	membership_free(m);
}

static int membership_change(struct sock *sk, struct membership *m, const struct mc_filter *f)
{
	union inaddr *old_sources = m->sources;
	struct mc_filter old = filter_of(m);
	int err;

	m->sources = NULL; /* until the network layer has been told, they are needed */
	err = membership_set(sk, m, f);
	if (err) {
		m->sources = old_sources;
		return err;
	}
	tell_leave(sk, &m->group, &old);
	free(old_sources);
	return 0;
}

int mcast_join(struct sock *sk, const struct mcast_group *g)
{
	struct mc_filter any = { .exclude = true };
	struct mcast_group at = *g;
	int err = mcast_find_dev(sk, &at);

	if (err)
		return err;
	return find(sk, &at) ? -EADDRINUSE : membership_add(sk, &at, &any);
}

int mcast_leave(struct sock *sk, const struct mcast_group *g)
{
	struct membership *m = find(sk, g);

	if (g->family == AF_INET6 && !inaddr_multicast(g->family, &g->addr))
		return -EINVAL;
	if (!m)
		return -EADDRNOTAVAIL;
	membership_del(sk, m);
	return 0;
}

/* Sources ------------------------------------------------------------------------------------- */

static int source_index(const struct membership *m, const union inaddr *source)
{
	for (int i = 0; i < m->nr_sources; i++) {
		if (inaddr_equal(&m->sources[i], source))
			return i;
	}
	return -1;
}

static int source_add(struct sock *sk, struct membership *m, bool exclude,
		      const union inaddr *source)
{
	struct mc_filter f = { exclude, m->nr_sources + 1, NULL };
	union inaddr *sources;
	int err;

	if (source_index(m, source) >= 0)
		return -EADDRNOTAVAIL;
	if (m->nr_sources >= mcast_max_sources(sk, m->group.family))
		return -ENOBUFS;
	sources = calloc(f.nr_sources, sizeof(*sources));
	if (!sources)
		return -ENOMEM;
	if (m->nr_sources)
		memcpy(sources, m->sources, m->nr_sources * sizeof(*sources));
	sources[m->nr_sources] = *source;
	f.sources = sources;
	err = membership_change(sk, m, &f);
	free(sources);
	return err;
}

static int source_del(struct sock *sk, struct membership *m, const union inaddr *source)
{
	struct mc_filter f = { m->exclude, m->nr_sources - 1, NULL };
	int at = source_index(m, source), err;
	union inaddr *sources;

	if (at < 0)
		return -EADDRNOTAVAIL;
	if (!m->exclude && m->nr_sources == 1) { /* include nobody: is not to be a member */
		membership_del(sk, m);
		return 0;
	}
	sources = calloc(m->nr_sources, sizeof(*sources));
	if (!sources)
		return -ENOMEM;
	memcpy(sources, m->sources, at * sizeof(*sources));
	memcpy(sources + at, m->sources + at + 1, (m->nr_sources - 1 - at) * sizeof(*sources));
	f.sources = sources;
	err = membership_change(sk, m, &f);
	free(sources);
	return err;
}

int mcast_source(struct sock *sk, enum mcast_op op, const struct mcast_group *g,
		 const union inaddr *source)
{
	bool exclude = op == MCAST_BLOCK || op == MCAST_UNBLOCK;
	bool add = op == MCAST_ADD_SOURCE || op == MCAST_BLOCK;
	struct mc_filter only = { false, 1, source };
	struct mcast_group at = *g;
	struct membership *m;
	int err = mcast_find_dev(sk, &at);

	if (err)
		return err;
	m = find(sk, &at);
	if (!m)
		return op == MCAST_ADD_SOURCE ? membership_add(sk, &at, &only) : -EINVAL;
	/* The mode may change only while no source is listed (RFC 3678 4.1.3). */
	if (m->exclude != exclude && m->nr_sources)
		return -EINVAL;
	return add ? source_add(sk, m, exclude, source) : source_del(sk, m, source);
}

int mcast_set_filter(struct sock *sk, const struct mcast_group *g, const struct mc_filter *f)
{
	struct mcast_group at = *g;
	struct membership *m;
	int err = mcast_find_dev(sk, &at);

	if (err)
		return err;
	if (!f->exclude && !f->nr_sources)
		return mcast_leave(sk, &at);
	if (f->nr_sources > mcast_max_sources(sk, g->family))
		return -ENOBUFS;
	m = find(sk, &at);
	return m ? membership_change(sk, m, f) : -EINVAL;
}

int mcast_get_filter(const struct sock *sk, const struct mcast_group *g, struct mc_filter *ret)
{
	const struct membership *m = g->ifindex ? find(sk, g) : NULL;

	if (!inaddr_multicast(g->family, &g->addr))
		return -EINVAL;
	if (!m)
		return -EADDRNOTAVAIL;
	*ret = filter_of(m);
	return 0;
}

/* Reception ----------------------------------------------------------------------------------- */

bool mcast_allow(const struct sock *sk, int family, const union inaddr *group,
		 const union inaddr *source, int iif)
{
	struct mcast_group g = { family, iif, *group };
	const struct membership *m = find(sk, &g);

	/* As Linux: who joined a group of IPv6 on one device hears it from all. */
	if (!m && family == AF_INET6) {
		g.ifindex = 0;
		m = find(sk, &g);
	}
	if (!m)
		return family == AF_INET6 ? sk->opt.mc6_all : sk->opt.mc_all;
	return m->exclude == (source_index(m, source) < 0);
}

/* The end ------------------------------------------------------------------------------------- */

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
		if (m->group.ifindex == ifindex) {
			list_del(&m->list);
			membership_free(m);
		}
	}
}
