/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket options of IPv6: see sockopt.h, ipv6(7), RFC 3493 5 and RFC 3542. The multicast ones are in ip6_mc_sockopt.c.
 *
 * Not there: the flow label manager (any label may be used, with IPV6_FLOWINFO_SEND); routing headers to be sent: type 0
 * is forbidden (RFC 5095), and no other is spoken; IPV6_RECVERR_RFC4884 and IPV6_2292PKTOPTIONS.
 */
#include "stack/transport/sockopt.h"

#include <errno.h>
#include <linux/in6.h>
#include <stdlib.h>
#include "stack/ipv6/ipv6.h"
#include "stack/transport/ip6_mc_sockopt.h"
#include "stack/transport/ip6_txopts.h"
#include "stack/transport/transport.h"

#define TCLASS_ECN_MASK	  3 /* RFC 3168 5 */
#define MIN_MTU		  1280
#define DEFAULT_HOP_LIMIT 64

/* An option that is just a flag of struct sock_opts6. */
#define FLAG6(name, field)                               \
	{                                                \
		name, offsetof(struct sock_opts6, field) \
	}

static const struct sockopt_flag flags[] = {
	FLAG6(IPV6_RECVERR, recverr),
	FLAG6(IPV6_RECVPKTINFO, pktinfo),
	FLAG6(IPV6_RECVHOPLIMIT, recvhoplimit),
	FLAG6(IPV6_RECVTCLASS, recvtclass),
	FLAG6(IPV6_FLOWINFO, recvflowinfo),
	FLAG6(IPV6_RECVHOPOPTS, recvhopopts),
	FLAG6(IPV6_RECVDSTOPTS, recvdstopts),
	FLAG6(IPV6_RECVRTHDR, recvrthdr),
	FLAG6(IPV6_RECVPATHMTU, recvpathmtu),
	FLAG6(IPV6_2292PKTINFO, pktinfo2292),
	FLAG6(IPV6_2292HOPLIMIT, hoplimit2292),
	FLAG6(IPV6_2292HOPOPTS, hopopts2292),
	FLAG6(IPV6_2292DSTOPTS, dstopts2292),
	FLAG6(IPV6_2292RTHDR, rthdr2292),
	FLAG6(IPV6_FLOWINFO_SEND, sndflow),
	FLAG6(IPV6_DONTFRAG, dontfrag),
	FLAG6(IPV6_RECVORIGDSTADDR, recvorigdst),
	FLAG6(IPV6_RECVFRAGSIZE, recvfragsize),
};

/* Those of IPv4 that are the same thing here. */
static const struct sockopt_flag shared_flags[] = {
	SOCKOPT_FLAG(IPV6_FREEBIND, freebind),
	SOCKOPT_FLAG(IPV6_TRANSPARENT, transparent),
	SOCKOPT_FLAG(IPV6_V6ONLY, v6only),
};

static bool *find_flag(struct sock *sk, int name)
{
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (flags[i].name == name)
			return (bool *)((char *)&sk->opt6 + flags[i].offset);
	}
	return sockopt_find_flag(sk, shared_flags, ARRAY_SIZE(shared_flags), name);
}

static bool in_range(int val, int low, int high)
{
	return val >= low && val <= high;
}

/* Set ----------------------------------------------------------------------------------------- */

static int set_flag(struct sock *sk, int name, bool *flag, int val)
{
	switch (name) {
	case IPV6_V6ONLY:
		if (sk->sport || sk->type == SOCK_RAW)
			return -EINVAL;
		break;
	case IPV6_TRANSPARENT:
		if (val && !sk->admin)
			return -EPERM;
		break;
	case IPV6_RECVERR:
		return sockopt_set_recverr(sk, flag, val);
	}
	*flag = val;
	return 0;
}

static int set_tclass(struct sock *sk, int val)
{
	if (!in_range(val, -1, UINT8_MAX))
		return -EINVAL;
	val = max(val, 0);
	/* A stream's ECN bits are TCP's own. */
	if (sk->type == SOCK_STREAM)
		val = (val & ~TCLASS_ECN_MASK) | (sk->opt6.tclass & TCLASS_ECN_MASK);
	if (sk->opt6.tclass != val)
		sock_route_reset(sk);
	sk->opt6.tclass = val;
	return 0;
}

static int set_unicast_if(struct sock *sk, int ifindex)
{
	if (ifindex && !netdev_by_index(sk->net, ifindex))
		return -EADDRNOTAVAIL;
	if (ifindex && sk->bound_if && sk->bound_if != ifindex)
		return -EINVAL;
	sk->opt6.uc_if = ifindex;
	sock_route_reset(sk);
	return 0;
}

/*
 * RFC 5014 3: each preference has an opposite, and both at once are refused. Home addresses and cryptographic ones are
 * not told from others here.
 */
static int set_addr_preferences(struct sock *sk, uint32_t val)
{
	uint32_t temporary = val & (IPV6_PREFER_SRC_PUBLIC | IPV6_PREFER_SRC_TMP |
				    IPV6_PREFER_SRC_PUBTMP_DEFAULT);
	uint32_t home = val & (IPV6_PREFER_SRC_HOME | IPV6_PREFER_SRC_COA);
	uint32_t cga = val & (IPV6_PREFER_SRC_CGA | IPV6_PREFER_SRC_NONCGA);
	uint16_t prefs = sk->opt6.srcprefs;

	if (temporary & (temporary - 1) || home & (home - 1) || cga & (cga - 1))
		return -EINVAL;
	if (temporary)
		prefs &= ~(IPV6_PREFER_SRC_PUBLIC | IPV6_PREFER_SRC_TMP);
	if (temporary != IPV6_PREFER_SRC_PUBTMP_DEFAULT)
		prefs |= temporary;
	if (home)
		prefs &= ~IPV6_PREFER_SRC_COA;
	if (home == IPV6_PREFER_SRC_COA)
		prefs |= home;
	sk->opt6.srcprefs = prefs;
	sock_route_reset(sk);
	return 0;
}

static int set_pktinfo(struct sock *sk, const void *val, uint32_t len)
{
	struct in6_pktinfo info;

	if (len < sizeof(info))
		return -EINVAL;
	memcpy(&info, val, sizeof(info));
	if (info.ipi6_ifindex && sk->bound_if && sk->bound_if != (int)info.ipi6_ifindex)
		return -EINVAL;
	sk->opt6.pktinfo_if = info.ipi6_ifindex;
	memcpy(&sk->opt6.pktinfo_addr, &info.ipi6_addr, sizeof(info.ipi6_addr));
	sock_route_reset(sk);
	return 0;
}

static bool can_change_family(const struct sock *sk)
{
	return sk->type != SOCK_RAW && (sk->protocol == IPPROTO_UDP || sk->protocol == IPPROTO_TCP);
}

/* IPV6_ADDRFORM (RFC 3493 5.4's ancestor): a connection by mapped addresses becomes a socket of IPv4. */
static int set_addrform(struct sock *sk, int family)
{
	if (family != AF_INET)
		return -EINVAL;
	if (!can_change_family(sk))
		return -ENOPROTOOPT;
	if (sk->state != SS_ESTABLISHED)
		return -ENOTCONN;
	if (sk->opt.v6only || sock_is6(sk))
		return -EADDRNOTAVAIL;
	sk->family = AF_INET;
	return 0;
}

static int set_txopts(struct sock *sk, enum ip6_txopt which, const void *val, uint32_t len)
{
	int size = ip6_txopts_check(val, len);

	/* What every node on the way has to look at, or the first destination, is not for everyone to send. */
	if (which != IP6_TXOPT_DST && !sk->admin)
		return -EPERM;
	if (size < 0)
		return size;
	if (!sk->opt6.txopts) {
		if (!size)
			return 0;
		sk->opt6.txopts = calloc(1, sizeof(*sk->opt6.txopts));
		if (!sk->opt6.txopts)
			return -ENOBUFS;
		sk->opt6.txopts->proto = sk->protocol;
	}
	return ip6_txopts_set(sk->opt6.txopts, which, val, size);
}

/* -ENOPROTOOPT: none of these */
static int set_struct(struct sock *sk, int name, const void *val, uint32_t len)
{
	switch (name) {
	case IPV6_PKTINFO:
		return set_pktinfo(sk, val, len);
	case IPV6_HOPOPTS:
		return set_txopts(sk, IP6_TXOPT_HOP, val, len);
	case IPV6_DSTOPTS:
		return set_txopts(sk, IP6_TXOPT_DST, val, len);
	case IPV6_RTHDRDSTOPTS:
		return set_txopts(sk, IP6_TXOPT_RTHDRDST, val, len);
	case IPV6_RTHDR:
		return len ? -EINVAL : 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int set_range(int val, int low, int high, uint8_t *field)
{
	if (!in_range(val, low, high))
		return -EINVAL;
	*field = val;
	return 0;
}

static int set_number(struct sock *sk, int name, int val)
{
	switch (name) {
	case IPV6_TCLASS:
		return set_tclass(sk, val);
	case IPV6_UNICAST_HOPS:
		if (!in_range(val, -1, UINT8_MAX))
			return -EINVAL;
		sk->opt6.hops = val;
		return 0;
	case IPV6_MINHOPCOUNT:
		return set_range(val, 0, UINT8_MAX, &sk->opt6.min_hops);
	case IPV6_MTU_DISCOVER:
		return set_range(val, IPV6_PMTUDISC_DONT, IPV6_PMTUDISC_OMIT, &sk->opt6.pmtudisc);
	case IPV6_MTU:
		if (val && val < MIN_MTU)
			return -EINVAL;
		sk->opt6.mtu = val;
		return 0;
	case IPV6_AUTOFLOWLABEL:
		sk->opt6.autoflowlabel = val;
		sk->opt6.autoflowlabel_set = true;
		return 0;
	case IPV6_UNICAST_IF:
		return set_unicast_if(sk, ntohl(val));
	case IPV6_ADDR_PREFERENCES:
		return set_addr_preferences(sk, val);
	case IPV6_ADDRFORM:
		return set_addrform(sk, val);
	default:
		return -ENOPROTOOPT;
	}
}

/* Get ----------------------------------------------------------------------------------------- */

static int path_mtu(struct sock *sk, int *ret)
{
	struct dst_entry *dst;

	if (inaddr_any(&sk->daddr) || sock_route(sk, &dst) != 0)
		return -ENOTCONN;
	*ret = dst_mtu(dst);
	return 0;
}

static int get_pathmtu(struct sock *sk, void *val, uint32_t *len)
{
	struct ip6_mtuinfo info = { .ip6m_addr.sin6_family = AF_INET6 };
	struct sock_addr peer = { .port = 0 };
	int mtu, err;

	if (*len < sizeof(info))
		return -EINVAL;
	err = path_mtu(sk, &mtu);
	if (err)
		return err;
	sock_show_addr(sk, sk->af->family, &sk->daddr, sk->bound_if, &peer);
	memcpy(&info.ip6m_addr.sin6_addr, &peer.addr, sizeof(peer.addr));
	info.ip6m_addr.sin6_scope_id = peer.scope;
	info.ip6m_mtu = mtu;
	return sockopt_copy(val, len, &info, sizeof(info));
}

static int get_addr_preferences(const struct sock *sk)
{
	uint16_t prefs = sk->opt6.srcprefs;
	int val = prefs & IPV6_PREFER_SRC_COA ? IPV6_PREFER_SRC_COA : IPV6_PREFER_SRC_HOME;

	if (prefs & IPV6_PREFER_SRC_TMP)
		return val | IPV6_PREFER_SRC_TMP;
	return val | (prefs & IPV6_PREFER_SRC_PUBLIC ? IPV6_PREFER_SRC_PUBLIC
						     : IPV6_PREFER_SRC_PUBTMP_DEFAULT);
}

static bool autoflowlabel(const struct sock *sk)
{
	struct inet_xmit x;

	sock_xmit_init(sk, AF_INET6, &x);
	return !x.no_flowlabel;
}

static int get_number(struct sock *sk, int name, int *ret)
{
	switch (name) {
	case IPV6_ADDRFORM:
		*ret = sk->family;
		if (!can_change_family(sk))
			return -ENOPROTOOPT;
		return sk->state == SS_ESTABLISHED ? 0 : -ENOTCONN;
	case IPV6_TCLASS:
		*ret = sk->opt6.tclass;
		return 0;
	case IPV6_UNICAST_HOPS:
		*ret = sk->opt6.hops >= 0 ? sk->opt6.hops : DEFAULT_HOP_LIMIT;
		return 0;
	case IPV6_MINHOPCOUNT:
		*ret = sk->opt6.min_hops;
		return 0;
	case IPV6_MTU_DISCOVER:
		*ret = sk->opt6.pmtudisc;
		return 0;
	case IPV6_MTU:
		return path_mtu(sk, ret);
	case IPV6_AUTOFLOWLABEL:
		*ret = autoflowlabel(sk);
		return 0;
	case IPV6_UNICAST_IF:
		*ret = htonl(sk->opt6.uc_if);
		return 0;
	case IPV6_ADDR_PREFERENCES:
		*ret = get_addr_preferences(sk);
		return 0;
	default:
		return -ENOPROTOOPT;
	}
}

static int get_txopts(const struct sock *sk, enum ip6_txopt which, void *val, uint32_t *len)
{
	uint32_t size;
	const uint8_t *hdr = ip6_txopts_get(sk->opt6.txopts, which, &size);

	return sockopt_copy(val, len, hdr ? (const void *)hdr : "", size);
}

int ip6_sockopt_get(struct sock *sk, int name, void *val, uint32_t *len)
{
	const bool *flag = find_flag(sk, name);
	int n, err;

	switch (name) {
	case IPV6_PATHMTU:
		return get_pathmtu(sk, val, len);
	case IPV6_HOPOPTS:
		return get_txopts(sk, IP6_TXOPT_HOP, val, len);
	case IPV6_DSTOPTS:
		return get_txopts(sk, IP6_TXOPT_DST, val, len);
	case IPV6_RTHDRDSTOPTS:
		return get_txopts(sk, IP6_TXOPT_RTHDRDST, val, len);
	case IPV6_RTHDR:
		*len = 0;
		return 0;
	}
	if (flag) {
		n = *flag;
	} else {
		err = get_number(sk, name, &n);
		if (err == -ENOPROTOOPT)
			return ip6_mc_sockopt_get(sk, name, val, len);
		if (err)
			return err;
	}
	return sockopt_copy(val, len, &n, sizeof(n));
}

/* As in Linux, too short an int is none for these, and so 0. */
static bool may_be_short(int name)
{
	return name == IPV6_DONTFRAG || name == IPV6_AUTOFLOWLABEL || name == IPV6_RECVFRAGSIZE;
}

/* Is it an option that takes an int at all? */
static bool is_number(struct sock *sk, int name)
{
	int unused;

	return name == IPV6_ADDRFORM || get_number(sk, name, &unused) != -ENOPROTOOPT;
}

int ip6_sockopt_set(struct sock *sk, int name, const void *val, uint32_t len)
{
	int err = set_struct(sk, name, val, len), n;
	bool *flag;

	if (err == -ENOPROTOOPT)
		err = ip6_mc_sockopt_set(sk, name, val, len);
	if (err != -ENOPROTOOPT)
		return err;
	flag = find_flag(sk, name);
	if (len < sizeof(n) && !may_be_short(name))
		return flag || is_number(sk, name) ? -EINVAL : -ENOPROTOOPT;
	if (name == IPV6_UNICAST_IF && len != sizeof(n))
		return -EINVAL;
	n = 0;
	memcpy(&n, val, len < sizeof(n) ? 0 : sizeof(n));
	return flag ? set_flag(sk, name, flag, n) : set_number(sk, name, n);
}
