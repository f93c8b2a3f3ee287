/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multicast options of IPv4; see ip_mc_sockopt.h. Two generations say the same: struct ip_mreq
 * and its kin name the device by address, struct group_req by index. Each is read into struct
 * mc_request once, and done by mcast.c.
 */
#include "stack/transport/ip_mc_sockopt.h"

#include <errno.h>
#include <string.h>
#include "stack/ipv4/devinet.h"
#include "stack/ipv4/ipv4.h"
#include "stack/transport/mcast.h"
#include "stack/transport/sockopt.h"

struct mc_request {
	union inaddr group, source;
	be32 dev_addr; /* 0: not by address */
	int ifindex;   /* 0: not by index */
};

bool ip_mc_sockopt_known(int name)
{
	switch (name) {
	case IP_MULTICAST_IF:
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
	case IP_ADD_SOURCE_MEMBERSHIP:
	case IP_DROP_SOURCE_MEMBERSHIP:
	case IP_BLOCK_SOURCE:
	case IP_UNBLOCK_SOURCE:
	case IP_MSFILTER:
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

/* Reading ------------------------------------------------------------------------------------- */

/* struct ip_mreqn, or the shorter struct ip_mreq. */
static int read_mreq(const void *val, uint32_t len, struct mc_request *req)
{
	struct ip_mreqn mreq = { 0 };

	if (len < sizeof(struct ip_mreq))
		return -EINVAL;
	memcpy(&mreq, val, len >= sizeof(mreq) ? sizeof(mreq) : sizeof(struct ip_mreq));
	*req = (struct mc_request){
		.group = inaddr_v4(mreq.imr_multiaddr.s_addr),
		.dev_addr = mreq.imr_address.s_addr,
		.ifindex = mreq.imr_ifindex,
	};
	return 0;
}

static int read_mreq_source(const void *val, uint32_t len, struct mc_request *req)
{
	struct ip_mreq_source mreq;

	if (len != sizeof(mreq))
		return -EINVAL;
	memcpy(&mreq, val, sizeof(mreq));
	*req = (struct mc_request){
		.group = inaddr_v4(mreq.imr_multiaddr.s_addr),
		.source = inaddr_v4(mreq.imr_sourceaddr.s_addr),
		.dev_addr = mreq.imr_interface.s_addr,
	};
	return 0;
}

static bool read_sockaddr(const struct sockaddr_storage *ss, union inaddr *ret)
{
	struct sockaddr_in sin;

	memcpy(&sin, ss, sizeof(sin));
	*ret = inaddr_v4(sin.sin_addr.s_addr);
	return sin.sin_family == AF_INET;
}

static int read_group_req(const void *val, uint32_t len, struct mc_request *req)
{
	struct group_req gr;

	if (len < sizeof(gr))
		return -EINVAL;
	memcpy(&gr, val, sizeof(gr));
	*req = (struct mc_request){ .ifindex = gr.gr_interface };
	return read_sockaddr(&gr.gr_group, &req->group) ? 0 : -EINVAL;
}

static int read_group_source_req(const void *val, uint32_t len, struct mc_request *req)
{
	struct group_source_req gr;

	if (len != sizeof(gr))
		return -EINVAL;
	memcpy(&gr, val, sizeof(gr));
	*req = (struct mc_request){ .ifindex = gr.gsr_interface };
	if (!read_sockaddr(&gr.gsr_group, &req->group) ||
	    !read_sockaddr(&gr.gsr_source, &req->source))
		return -EADDRNOTAVAIL;
	return 0;
}

static struct net_device *request_dev(struct sock *sk, const struct mc_request *req)
{
	struct ifaddr *ifa;

	if (req->ifindex || !req->dev_addr)
		return mcast_find_dev(sk, req->ifindex, &req->group);
	ifa = inet_addr_find(sk->net, req->dev_addr, NULL);
	return ifa ? ifa->dev : NULL;
}

/* Set ----------------------------------------------------------------------------------------- */

static unsigned max_memberships(struct sock *sk)
{
	return ipv4_sysctl(sk->net)->igmp_max_memberships;
}

static int join(struct sock *sk, const struct mc_request *req)
{
	struct net_device *dev = request_dev(sk, req);

	return dev ? mcast_join(sk, &req->group, dev, max_memberships(sk)) : -ENODEV;
}

static int leave(struct sock *sk, const struct mc_request *req)
{
	struct net_device *dev = NULL;

	if (req->ifindex || req->dev_addr) {
		dev = request_dev(sk, req);
		if (!dev)
			return -EADDRNOTAVAIL;
	}
	return mcast_leave(sk, &req->group, dev);
}

static int change_source(struct sock *sk, int name, const struct mc_request *req)
{
	struct net_device *dev = request_dev(sk, req);
	enum mcast_op op;

	if (!dev)
		return -ENODEV;
	switch (name) {
	case IP_ADD_SOURCE_MEMBERSHIP:
	case MCAST_JOIN_SOURCE_GROUP:
		op = MCAST_ADD_SOURCE;
		break;
	case IP_DROP_SOURCE_MEMBERSHIP:
	case MCAST_LEAVE_SOURCE_GROUP:
		op = MCAST_DROP_SOURCE;
		break;
	case IP_BLOCK_SOURCE:
	case MCAST_BLOCK_SOURCE:
		op = MCAST_BLOCK;
		break;
	default:
		op = MCAST_UNBLOCK;
		break;
	}
	return mcast_source(sk, op, &req->group, dev, &req->source, max_memberships(sk));
}

static int set_filter(struct sock *sk, const struct mc_request *req, uint32_t mode, uint32_t count,
		      const union inaddr *sources)
{
	struct net_device *dev = request_dev(sk, req);
	struct mc_filter f = { mode == MCAST_EXCLUDE, count, sources };

	if (mode != MCAST_EXCLUDE && mode != MCAST_INCLUDE)
		return -EINVAL;
	return dev ? mcast_set_filter(sk, &req->group, dev, &f) : -ENODEV;
}

/* struct ip_msfilter, with as many sources as it says */
static int set_msfilter(struct sock *sk, const void *val, uint32_t len)
{
	union inaddr sources[MCAST_MAX_SOURCES];
	struct ip_msfilter head;
	struct mc_request req;

	if (len < IP_MSFILTER_SIZE(0))
		return -EINVAL;
	memcpy(&head, val, IP_MSFILTER_SIZE(0));
	if (head.imsf_numsrc > MCAST_MAX_SOURCES)
		return -ENOBUFS;
	if (len < IP_MSFILTER_SIZE(head.imsf_numsrc))
		return -EINVAL;
	for (uint32_t i = 0; i < head.imsf_numsrc; i++) {
		be32 source;

		memcpy(&source, (const char *)val + IP_MSFILTER_SIZE(i), sizeof(source));
		sources[i] = inaddr_v4(source);
	}
	req = (struct mc_request){
		.group = inaddr_v4(head.imsf_multiaddr.s_addr),
		.dev_addr = head.imsf_interface.s_addr,
	};
	return set_filter(sk, &req, head.imsf_fmode, head.imsf_numsrc, sources);
}

static int set_group_filter(struct sock *sk, const void *val, uint32_t len)
{
	union inaddr sources[MCAST_MAX_SOURCES];
	struct group_filter head;
	struct sockaddr_storage ss;
	struct mc_request req;

	if (len < GROUP_FILTER_SIZE(0))
		return -EINVAL;
	memcpy(&head, val, GROUP_FILTER_SIZE(0));
	if (head.gf_numsrc > MCAST_MAX_SOURCES)
		return -ENOBUFS;
	if (len < GROUP_FILTER_SIZE(head.gf_numsrc))
		return -EINVAL;
	req = (struct mc_request){ .ifindex = head.gf_interface };
	if (!read_sockaddr(&head.gf_group, &req.group))
		return -EINVAL;
	for (uint32_t i = 0; i < head.gf_numsrc; i++) {
		memcpy(&ss, (const char *)val + GROUP_FILTER_SIZE(i), sizeof(ss));
		if (!read_sockaddr(&ss, &sources[i]))
			return -EADDRNOTAVAIL;
	}
	return set_filter(sk, &req, head.gf_fmode, head.gf_numsrc, sources);
}

/* IP_MULTICAST_IF: by index or by address; none: back to the routes. */
static int set_multicast_if(struct sock *sk, const void *val, uint32_t len)
{
	struct mc_request req = { .dev_addr = 0 };
	struct net_device *dev = NULL;
	int err;

	if (sk->type == SOCK_STREAM || len < sizeof(be32))
		return -EINVAL;
	if (len >= sizeof(struct ip_mreq)) {
		err = read_mreq(val, len, &req);
		if (err)
			return err;
	} else {
		memcpy(&req.dev_addr, val, sizeof(req.dev_addr));
	}
	if (req.ifindex || req.dev_addr) {
		dev = request_dev(sk, &req);
		if (!dev)
			return -EADDRNOTAVAIL;
		if (sk->bound_if && sk->bound_if != dev->ifindex)
			return -EINVAL;
	}
	sk->opt.mc_if = dev ? dev->ifindex : 0;
	sk->opt.mc_addr = inaddr_v4(req.dev_addr);
	sock_route_reset(sk);
	return 0;
}

static int set_membership(struct sock *sk, int name, const void *val, uint32_t len)
{
	struct mc_request req;
	int err;

	switch (name) {
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
		err = read_mreq(val, len, &req);
		break;
	case MCAST_JOIN_GROUP:
	case MCAST_LEAVE_GROUP:
		err = read_group_req(val, len, &req);
		break;
	case IP_ADD_SOURCE_MEMBERSHIP:
	case IP_DROP_SOURCE_MEMBERSHIP:
	case IP_BLOCK_SOURCE:
	case IP_UNBLOCK_SOURCE:
		err = read_mreq_source(val, len, &req);
		break;
	default:
		err = read_group_source_req(val, len, &req);
		break;
	}
	if (err)
		return err;
	if (name == IP_ADD_MEMBERSHIP || name == MCAST_JOIN_GROUP)
		return join(sk, &req);
	if (name == IP_DROP_MEMBERSHIP || name == MCAST_LEAVE_GROUP)
		return leave(sk, &req);
	return change_source(sk, name, &req);
}

int ip_mc_sockopt_set(struct sock *sk, int name, const void *val, uint32_t len)
{
	if (name == IP_MULTICAST_IF)
		return set_multicast_if(sk, val, len);
	if (sk->type == SOCK_STREAM && (name == IP_ADD_MEMBERSHIP || name == IP_DROP_MEMBERSHIP))
		return -EPROTO;
	if (name == IP_MSFILTER)
		return set_msfilter(sk, val, len);
	if (name == MCAST_MSFILTER)
		return set_group_filter(sk, val, len);
	return set_membership(sk, name, val, len);
}

/* Get ----------------------------------------------------------------------------------------- */

static int get_filter(struct sock *sk, const struct mc_request *req, struct mc_filter *ret)
{
	struct net_device *dev = request_dev(sk, req);

	return dev ? mcast_get_filter(sk, &req->group, dev, ret) : -ENODEV;
}

static int get_msfilter(struct sock *sk, void *val, uint32_t *len)
{
	struct ip_msfilter head;
	struct mc_filter f;
	struct mc_request req;
	uint32_t fit;
	int err;

	if (*len < IP_MSFILTER_SIZE(0))
		return -EINVAL;
	memcpy(&head, val, IP_MSFILTER_SIZE(0));
	req = (struct mc_request){
		.group = inaddr_v4(head.imsf_multiaddr.s_addr),
		.dev_addr = head.imsf_interface.s_addr,
	};
	err = get_filter(sk, &req, &f);
	if (err)
		return err;
	fit = min((uint32_t)f.nr_sources, head.imsf_numsrc);
	if (*len < IP_MSFILTER_SIZE(fit))
		return -EINVAL;
	head.imsf_fmode = f.exclude ? MCAST_EXCLUDE : MCAST_INCLUDE;
	head.imsf_numsrc = f.nr_sources;
	memcpy(val, &head, IP_MSFILTER_SIZE(0));
	for (uint32_t i = 0; i < fit; i++)
		memcpy((char *)val + IP_MSFILTER_SIZE(i), &f.sources[i].v4, sizeof(be32));
	*len = IP_MSFILTER_SIZE(fit);
	return 0;
}

static int get_group_filter(struct sock *sk, void *val, uint32_t *len)
{
	struct group_filter head;
	struct mc_filter f;
	struct mc_request req;
	uint32_t fit;
	int err;

	if (*len < GROUP_FILTER_SIZE(0))
		return -EINVAL;
	memcpy(&head, val, GROUP_FILTER_SIZE(0));
	req = (struct mc_request){ .ifindex = head.gf_interface };
	if (!read_sockaddr(&head.gf_group, &req.group))
		return -EINVAL;
	err = get_filter(sk, &req, &f);
	if (err)
		return err;
	fit = min((uint32_t)f.nr_sources, head.gf_numsrc);
	if (*len < GROUP_FILTER_SIZE(fit))
		return -EINVAL;
	head.gf_fmode = f.exclude ? MCAST_EXCLUDE : MCAST_INCLUDE;
	head.gf_numsrc = f.nr_sources;
	memcpy(val, &head, GROUP_FILTER_SIZE(0));
	for (uint32_t i = 0; i < fit; i++) {
		struct sockaddr_storage ss = { 0 };
		struct sockaddr_in sin = { .sin_family = AF_INET };

		sin.sin_addr.s_addr = f.sources[i].v4;
		memcpy(&ss, &sin, sizeof(sin));
		memcpy((char *)val + GROUP_FILTER_SIZE(i), &ss, sizeof(ss));
	}
	*len = GROUP_FILTER_SIZE(fit);
	return 0;
}

int ip_mc_sockopt_get(struct sock *sk, int name, void *val, uint32_t *len)
{
	switch (name) {
	case IP_MULTICAST_IF:
		return sockopt_copy(val, len, &sk->opt.mc_addr.v4, sizeof(be32));
	case IP_MSFILTER:
		return get_msfilter(sk, val, len);
	case MCAST_MSFILTER:
		return get_group_filter(sk, val, len);
	default:
		return -ENOPROTOOPT;
	}
}
