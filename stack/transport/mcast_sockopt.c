/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multicast options of RFC 3678 5; see mcast_sockopt.h. They are read here, and done by
 * mcast.c. Where the families differ in what they refuse, they do so in Linux.
 */
#include "stack/transport/mcast_sockopt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "stack/transport/mcast.h"
#include "stack/transport/sockopt.h"

bool mcast_sockopt_known(int name)
{
	switch (name) {
	case MCAST_JOIN_GROUP:
	case MCAST_LEAVE_GROUP:
	case MCAST_JOIN_SOURCE_GROUP:
	case MCAST_LEAVE_SOURCE_GROUP:
	case MCAST_BLOCK_SOURCE:
	case MCAST_UNBLOCK_SOURCE:
	case MCAST_MSFILTER:
		return true;
	default:
		return false;
	}
}

/* Addresses ----------------------------------------------------------------------------------- */

/* False: not of @family. */
static bool read_sockaddr(int family, const struct sockaddr_storage *ss, union inaddr *ret)
{
	struct sockaddr_in6 sin6;
	struct sockaddr_in sin;

	if (family == AF_INET6) {
		memcpy(&sin6, ss, sizeof(sin6));
		memcpy(ret, &sin6.sin6_addr, sizeof(*ret));
	} else {
		memcpy(&sin, ss, sizeof(sin));
		*ret = inaddr_v4(sin.sin_addr.s_addr);
	}
	return ss->ss_family == family;
}

static void write_sockaddr(int family, const union inaddr *addr, void *to)
{
	struct sockaddr_storage ss = { .ss_family = family };

	if (family == AF_INET6)
		memcpy((char *)&ss + offsetof(struct sockaddr_in6, sin6_addr), addr, sizeof(*addr));
	else
		memcpy((char *)&ss + offsetof(struct sockaddr_in, sin_addr), addr, sizeof(be32));
	memcpy(to, &ss, sizeof(ss));
}

/* Set ----------------------------------------------------------------------------------------- */

static int set_membership(struct sock *sk, int family, int name, const void *val, uint32_t len)
{
	struct mcast_group g = { .family = family };
	struct group_req gr;

	if (len < sizeof(gr))
		return -EINVAL;
	memcpy(&gr, val, sizeof(gr));
	g.ifindex = gr.gr_interface;
	if (!read_sockaddr(family, &gr.gr_group, &g.addr))
		return family == AF_INET6 ? -EADDRNOTAVAIL : -EINVAL;
	return name == MCAST_JOIN_GROUP ? mcast_join(sk, &g) : mcast_leave(sk, &g);
}

static int change_source(struct sock *sk, int family, int name, const void *val, uint32_t len)
{
	struct mcast_group g = { .family = family };
	struct group_source_req gsr;
	union inaddr source;

	if (len < sizeof(gsr) || (family == AF_INET && len != sizeof(gsr)))
		return -EINVAL;
	memcpy(&gsr, val, sizeof(gsr));
	g.ifindex = gsr.gsr_interface;
	if (!read_sockaddr(family, &gsr.gsr_group, &g.addr) ||
	    !read_sockaddr(family, &gsr.gsr_source, &source))
		return -EADDRNOTAVAIL;
	switch (name) {
	case MCAST_JOIN_SOURCE_GROUP:
		return mcast_source(sk, MCAST_ADD_SOURCE, &g, &source);
	case MCAST_LEAVE_SOURCE_GROUP:
		return mcast_source(sk, MCAST_DROP_SOURCE, &g, &source);
	case MCAST_BLOCK_SOURCE:
		return mcast_source(sk, MCAST_BLOCK, &g, &source);
	default:
		return mcast_source(sk, MCAST_UNBLOCK, &g, &source);
	}
}

/* The sources behind a struct group_filter; -EADDRNOTAVAIL: one is of another family. */
static int read_sources(int family, const void *val, uint32_t count, union inaddr *ret)
{
	struct sockaddr_storage ss;

	for (uint32_t i = 0; i < count; i++) {
		memcpy(&ss, (const char *)val + GROUP_FILTER_SIZE(i), sizeof(ss));
		if (!read_sockaddr(family, &ss, &ret[i]) && family == AF_INET)
			return -EADDRNOTAVAIL;
	}
	return 0;
}

static int set_filter(struct sock *sk, int family, const void *val, uint32_t len)
{
	struct mcast_group g = { .family = family };
	struct group_filter head;
	struct mc_filter f;
	union inaddr *sources;
	int err;

	if (len < GROUP_FILTER_SIZE(0))
		return -EINVAL;
	memcpy(&head, val, GROUP_FILTER_SIZE(0));
	if (head.gf_numsrc > mcast_max_sources(sk, family))
		return -ENOBUFS;
	if (len < GROUP_FILTER_SIZE(head.gf_numsrc))
		return -EINVAL;
	g.ifindex = head.gf_interface;
	if (!read_sockaddr(family, &head.gf_group, &g.addr) ||
	    (head.gf_fmode != MCAST_EXCLUDE && head.gf_fmode != MCAST_INCLUDE))
		return -EINVAL;
	sources = calloc(max(head.gf_numsrc, 1u), sizeof(*sources));
	if (!sources)
		return -ENOMEM;
	f = (struct mc_filter){ head.gf_fmode == MCAST_EXCLUDE, head.gf_numsrc, sources };
	err = read_sources(family, val, head.gf_numsrc, sources);
	if (!err)
		err = mcast_set_filter(sk, &g, &f);
	free(sources);
	return err;
}

int mcast_sockopt_set(struct sock *sk, int family, int name, const void *val, uint32_t len)
{
	switch (name) {
	case MCAST_JOIN_GROUP:
	case MCAST_LEAVE_GROUP:
		return set_membership(sk, family, name, val, len);
	case MCAST_JOIN_SOURCE_GROUP:
	case MCAST_LEAVE_SOURCE_GROUP:
	case MCAST_BLOCK_SOURCE:
	case MCAST_UNBLOCK_SOURCE:
		return change_source(sk, family, name, val, len);
	case MCAST_MSFILTER:
		return set_filter(sk, family, val, len);
	default:
		return -ENOPROTOOPT;
	}
}

/* Get ----------------------------------------------------------------------------------------- */

int mcast_sockopt_get(struct sock *sk, int family, int name, void *val, uint32_t *len)
{
	struct mcast_group g = { .family = family };
	struct group_filter head;
	struct mc_filter f;
	uint32_t fit;
	int err;

	if (name != MCAST_MSFILTER)
		return -ENOPROTOOPT;
	if (*len < GROUP_FILTER_SIZE(0))
		return -EINVAL;
	memcpy(&head, val, GROUP_FILTER_SIZE(0));
	g.ifindex = head.gf_interface;
	if (!read_sockaddr(family, &head.gf_group, &g.addr))
		return family == AF_INET6 ? -EADDRNOTAVAIL : -EINVAL;
	err = mcast_get_filter(sk, &g, &f);
	if (err)
		return err;
	fit = min((uint32_t)f.nr_sources, head.gf_numsrc);
	if (*len < GROUP_FILTER_SIZE(fit))
		return -EINVAL;
	head.gf_fmode = f.exclude ? MCAST_EXCLUDE : MCAST_INCLUDE;
	head.gf_numsrc = f.nr_sources;
	memcpy(val, &head, GROUP_FILTER_SIZE(0));
	for (uint32_t i = 0; i < fit; i++)
		write_sockaddr(family, &f.sources[i], (char *)val + GROUP_FILTER_SIZE(i));
	*len = GROUP_FILTER_SIZE(fit);
	return 0;
}
